"""Homework from the student's side: a wrong answer, its remark, the mend.

A folder of homework is made, two functions are filled in, one of them wrongly; the check names the
mistake without giving the formula away; after the mend it shows a model answer to compare with.
"""
# %%
import os
import tempfile
from pathlib import Path

from gibbspool.cli import main

print("Homework from the student's side: a wrong answer, its remark, the mend. "
      "Takes about 4 seconds.")


def homework(*words):
    """What would be typed in a terminal: gibbspool homework ..."""
    print("\n$ gibbspool homework", *words)
    return main(["homework", *words])


# %% A new folder: four files, of which answers.py is the one to work in
place, here = tempfile.TemporaryDirectory(), os.getcwd()
os.chdir(place.name)
homework("new", "homework", "--set", "shrinkage,theta_given")
answers = Path("homework", "answers.py")
print("\nThe second stub:\n")
print(answers.read_text().split("# ---- 3\n")[1])

# %% Two functions written: the first is right, the second has the right mean
stub = "    raise NotImplementedError\n"
text = answers.read_text().replace(stub, "    return sigma**2 / (sigma**2 + tau**2)\n", 1)
text = text.replace(stub, """    B = shrinkage(sigma, tau)
    mean = (1 - B) * y + B * mu
    sd = 1 / (1 / sigma**2 + 1 / tau**2)
    return mean, sd
""", 1)
answers.write_text(text)
status = homework("check")

# %% The remark says what was returned: a variance. A nudge costs nothing but is counted
homework("hint", "theta_given")

# %% The mend: the root
answers.write_text(answers.read_text().replace("1 / tau**2)\n", "1 / tau**2) ** 0.5\n"))
mended = homework("check")

# %% Once it is right, the model answer may be seen
homework("solution", "theta_given")

# %% What should have been seen
print(f"\nSeen: the first check ended with status {status}: shrinkage right, theta_given wrong, "
      "and the remark\nnamed the variance in place of the sd; after the mend the status was "
      f"{mended}.\nTry: return B * y + (1 - B) * mu for the mean, and check again.")
os.chdir(here)
place.cleanup()
