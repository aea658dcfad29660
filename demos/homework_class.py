"""Homework from the lecturer's side: thirty made-up hand-ins graded, and the page of the class.

Each student of this class fills in two functions, some of them with a mistake that people really
make. The grader runs each answer in a process of its own, names the mistakes, and counts them.
"""
# %%
import csv
import tempfile
from pathlib import Path

import numpy as np

from gibbspool.cli import main

print("Homework from the lecturer's side: thirty made-up hand-ins graded. Takes about 20 seconds.")

# %% Thirty hand-ins: what each student writes is drawn from a few ways to write it
SHRINKAGE = {
    "right": "return sigma**2 / (sigma**2 + tau**2)",
    "the other way round": "return tau**2 / (sigma**2 + tau**2)",
    "without the squares": "return sigma / (sigma + tau)",
}
THETA = {
    "right": "B = sigma**2 / (sigma**2 + tau**2)\n"
             "    return (1 - B) * y + B * mu, np.sqrt(1 - B) * sigma",
    "right, by precisions": "precision = 1 / sigma**2 + 1 / tau**2\n"
                            "    return (y / sigma**2 + mu / tau**2) / precision, precision**-0.5",
    "variance for sd": "B = sigma**2 / (sigma**2 + tau**2)\n"
                       "    return (1 - B) * y + B * mu, (1 - B) * sigma**2",
    "the mean of y for mu": "B = sigma**2 / (sigma**2 + tau**2)\n"
                            "    return (1 - B) * y + B * y.mean(), np.sqrt(1 - B) * sigma",
    "no end": "while True:\n        pass",
    "not begun": "raise NotImplementedError",
}
rng = np.random.default_rng(58)
place = tempfile.TemporaryDirectory()
folder = Path(place.name, "hand-ins")
written = []
for k in range(30):
    first = rng.choice(list(SHRINKAGE), p=[0.7, 0.2, 0.1])
    second = rng.choice(list(THETA), p=[0.3, 0.2, 0.2, 0.2, 0.03, 0.07])
    written.append((first, second))
    student = folder / f"student_{k + 1:02d}"
    student.mkdir(parents=True)
    (student / "answers.py").write_text(
        "import numpy as np\n\n\n"
        f"def shrinkage(sigma, tau):\n    {SHRINKAGE[first]}\n\n\n"
        f"def theta_given(y, sigma, mu, tau):\n    {THETA[second]}\n")

# %% Graded: a line for each, then tables, JSON and a page
out = Path(place.name, "grades")
status = main(["homework", "grade", str(folder), "--set", "shrinkage,theta_given", "--seed", "1",
               "--timeout", "3", "--out", str(out)])

# %% Which mistakes the class made
print()
for row in csv.DictReader(open(out / "mistakes.csv", encoding="utf-8")):
    print(f"{row['exercise']:<12} {row['mistake']:<4} {int(row['count']):3d} of 30")

# %% The page of the class, in one file: bars of mistakes, no names
page = (out / "class.html").read_text(encoding="utf-8")
print(f"class.html: {len(page)} characters; student_01 is on it: {'student_01' in page}")

# %% What should have been seen
swapped = sum(first == "the other way round" for first, _ in written)
variance = sum(second == "variance for sd" for _, second in written)
points = [float(row["total"]) for row in csv.DictReader(open(out / "grades.csv", encoding="utf-8"))]
both = sum(first == "right" and second.startswith("right") for first, second in written)
assert sum(score > 98 for score in points) == both, "both right, in whatever style"
print(f"\nSeen: {both} of 30 had both right, in either style, and got at least 98 points; those "
      "who subtract B from 1\nwere told what that loses where tau is tiny (N9). "
      f"{swapped} shrank the wrong way round and {variance} returned\na variance: each is named, "
      "in the tables and to the student.\nTry: --format gradescope, or gibbspool homework pack.")
place.cleanup()
