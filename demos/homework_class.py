"""Homework from the lecturer's side: thirty made-up hand-ins graded, and the page of the class.

Each student of this class fills in one function, some of them with a mistake that people really
make. The grader runs each answer in a process of its own, names the mistakes, and counts them.
"""
# %%
import csv
import tempfile
from pathlib import Path

import numpy as np

from gibbspool.cli import main

print("Homework from the lecturer's side: thirty made-up hand-ins graded. Takes about 10 seconds.")

# %% Thirty hand-ins: what each student writes is drawn from a few ways to write it
THETA = {
    "right": "B = sigma**2 / (sigma**2 + tau**2)\n"
             "    return (1 - B) * y + B * mu, np.sqrt(1 - B) * sigma",
    "right, by precisions": "precision = 1 / sigma**2 + 1 / tau**2\n"
                            "    return (y / sigma**2 + mu / tau**2) / precision, precision**-0.5",
    "weights the other way round": "precision = 1 / sigma**2 + 1 / tau**2\n"
                                   "    return ((mu / sigma**2 + y / tau**2) / precision,\n"
                                   "            precision**-0.5)",
    "variance for sd": "precision = 1 / sigma**2 + 1 / tau**2\n"
                       "    return (y / sigma**2 + mu / tau**2) / precision, 1 / precision",
    "the mean of y for mu": "precision = 1 / sigma**2 + 1 / tau**2\n"
                            "    return ((y / sigma**2 + y.mean() / tau**2) / precision,\n"
                            "            precision**-0.5)",
    "no end": "while True:\n        pass",
    "not begun": "raise NotImplementedError",
}
rng = np.random.default_rng(58)
place = tempfile.TemporaryDirectory()
folder = Path(place.name, "hand-ins")
written = rng.choice(list(THETA), size=30, p=[0.2, 0.2, 0.2, 0.17, 0.13, 0.03, 0.07])
for k, way in enumerate(written):
    student = folder / f"student_{k + 1:02d}"
    student.mkdir(parents=True)
    (student / "answers.py").write_text(
        f"import numpy as np\n\n\ndef theta_given(y, sigma, mu, tau):\n    {THETA[way]}\n")

# %% Graded: a line for each, then tables, JSON and a page
out = Path(place.name, "grades")
status = main(["homework", "grade", str(folder), "--set", "theta_given", "--seed", "1",
               "--timeout", "2", "--out", str(out)])

# %% Which mistakes the class made
print()
for row in csv.DictReader(open(out / "mistakes.csv", encoding="utf-8")):
    print(f"{row['exercise']:<12} {row['mistake']:<4} {int(row['count']):3d} of 30")

# %% The page of the class, in one file: bars of mistakes, no names
page = (out / "class.html").read_text(encoding="utf-8")
print(f"class.html: {len(page)} characters; student_01 is on it: {'student_01' in page}")

# %% What should have been seen
counted = {way: int((written == way).sum()) for way in THETA}
points = [float(row["total"]) for row in csv.DictReader(open(out / "grades.csv", encoding="utf-8"))]
right = counted["right"] + counted["right, by precisions"]
assert sum(score > 90 for score in points) == right, "right, in whatever style"
print(f"\nSeen: {right} of 30 had it right, in either style, and got more than 90 points; those "
      "who subtract B from 1\nwere told what that loses where tau is tiny (N9). "
      f"{counted['weights the other way round']} exchanged the weights,\n"
      f"{counted['variance for sd']} returned a variance, {counted['the mean of y for mu']} pooled "
      "towards the mean of y: each is named, in the\ntables and to the student.\n"
      "Try: --format gradescope, or gibbspool homework pack.")
place.cleanup()
