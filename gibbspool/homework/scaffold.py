"""The student's folder: stubs to fill in, a page of instructions, and a script to try things in."""
import json
import textwrap
from pathlib import Path

from ..spelling import did_you_mean
from .exercises import EXERCISES, SETS

ANSWERS, PROGRESS, README, PLAY = "answers.py", ".gibbspool.json", "README.txt", "play.py"

HEAD = '''"""Homework: hierarchical models, one idea at a time.

Fill in the functions below: replace `raise NotImplementedError` by your code. Arrays are NumPy's;
scalars are floats; every sd is a standard deviation, never a variance. Then type

    gibbspool homework check

Only this file is handed in. It may import numpy and scipy, and call its own functions.
"""
import numpy as np
from scipy import special  # gammaln and others
'''

INSTRUCTIONS = '''HOMEWORK

{count} small functions, each one idea of the samplers that pool groups. They build on each other in
this order, but any order will do.

  {listing}

WHAT TO DO
  1. Open answers.py. Each function says what it takes, what it returns, and gives one worked
     number. Replace the line `raise NotImplementedError`.
  2. Check it:       gibbspool homework check              (the next one that is not yet right)
                     gibbspool homework check theta_given  (this one)
                     gibbspool homework check --watch      (again whenever you save the file)
  3. A nudge:        gibbspool homework hint theta_given
     Begin again:    gibbspool homework reset theta_given
     Once right:     gibbspool homework solution theta_given   (compare with a model answer)
  4. In a debugger:  play.py calls your functions with the data of Eight Schools, cell by cell.

WHAT IS CHECKED
  Your function gets some sixty inputs, and what it returns is compared with the right values, to
  nine digits. Where they differ, the remark says which mistake gives just these numbers, if it is
  a known one. There are no hidden tests: grading runs the same checks on other numbers.
  Where a function gets random numbers (z, u) or a generator (rng), use those and no others: then
  your debugger, the check and the grader see the same numbers.

  An example such as rng=ScriptedRng(7) is made, in a debugger and not in answers.py, by
  "from gibbspool.homework.scripted import ScriptedRng"; log_p=lambda ... can be typed as it stands.

POINTS
  Of each exercise: 10 % for running and returning the right shape, 70 % for right values, 20 % for
  extreme inputs. One mistake that is recognised leaves 30 % of the 70: of 10 points 1 for running
  and 2.1, which makes 3.1; two mistakes leave half of that, 1 and 1.05. A mistake that is not
  recognised leaves 1 of 10: how near it is to a right answer cannot be told.

answers.py is what you hand in. The file .gibbspool.json remembers what was right; it counts for
nothing in a grade.
'''

PLAY_TEXT = '''"""Call your answers with the data of Eight Schools, cell by cell, in a debugger."""
# %% The data: how much coaching helped, and its standard error, at eight schools.
import numpy as np

import answers

y = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
sigma = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])
mu, tau = 6.0, 5.0


def show(what, *arguments):
    """Call one of your functions, if it is there and begun."""
    function = getattr(answers, what, None)
    if function is None:
        return
    try:
        print(f"{what}:", function(*arguments))
    except NotImplementedError:
        print(f"{what}: not begun")


# %% Shrinkage: which schools are pulled most towards mu?
show("shrinkage", sigma, tau)

# %% The conditionals of one sweep: set a breakpoint in answers.py and step.
show("theta_given", y, sigma, mu, tau)
theta = np.array([10.0, 7.0, 4.0, 7.0, 4.0, 5.0, 10.0, 8.0])
show("mu_given", theta, tau, 0.0, 20.0)
show("tau2_given", theta, mu, 2.0, 30.0)

# %% The same tau under the half-normal prior of the project: up to a constant, on a grid.
show("log_tau_given", np.array([1.0, 3.0, 5.0, 10.0]), theta, mu, 10.0)

# %% A sweep, and then a thousand.
rng = np.random.default_rng(1)
start = {"theta": y.copy(), "mu": float(y.mean()), "tau": 5.0}
show("sweep", rng, start, y, sigma, 0.0, 20.0, 2.0, 30.0)
if hasattr(answers, "gibbs"):
    try:
        draws = answers.gibbs(rng, start, 1000, 200, y, sigma, 0.0, 20.0, 2.0, 30.0)
        print("posterior means of theta:", np.round(draws["theta"].mean(axis=0), 1))
    except NotImplementedError:
        print("gibbs: not begun")
'''


def stub(exercise):
    """The source of a function still to be written."""
    body = textwrap.indent(f'"""{exercise.task}\n"""\nraise NotImplementedError\n', "    ",
                           lambda line: bool(line.strip()))
    head = f"def {exercise.name}({', '.join(exercise.arguments)}):"
    return f"# ---- {exercise.number}\n{head}\n{body}"


def answers_file(names, exercises=EXERCISES):
    """The text of answers.py with these exercises as stubs."""
    return "\n\n".join([HEAD, *(stub(exercises[name]) for name in names)])


def instructions(names, exercises=EXERCISES):
    """The text of README.txt."""
    listing = "\n  ".join(f"{exercises[name].number:>6}  {name}" for name in names)
    return INSTRUCTIONS.format(count=len(names), listing=listing)


def make(folder, names, chosen, points, exercises=EXERCISES):
    """Write the student's folder.

    Parameters
    ----------
    folder : path
        Made; may exist, if none of the files is there.
    names : list of str
    chosen : str
        What was asked for, such as "core".
    points : float
        Of all together.

    Raises
    ------
    ValueError
        A file is there already: nothing is overwritten.
    """
    folder = Path(folder)
    files = {README: instructions(names, exercises), ANSWERS: answers_file(names, exercises),
             PLAY: PLAY_TEXT,
             PROGRESS: json.dumps({"version": 1, "set": chosen, "names": list(names),
                                   "points": points}, indent=1) + "\n"}
    there = [name for name in files if (folder / name).exists() or (folder / name).is_symlink()]
    if there:
        raise ValueError(f"{folder / there[0]} exists already: nothing is overwritten; "
                         "name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with open(folder / name, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return folder


def chosen_names(asked, exercises=EXERCISES, sets=SETS):
    """The exercises that ``core``, ``all`` or ``NAME,NAME`` stands for, in their order.

    Raises
    ------
    ValueError
        A name that is neither a set's nor an exercise's.
    """
    words = [word.strip() for word in asked.split(",") if word.strip()]
    if not words:
        raise ValueError("--set names no exercise: core, section, all, or names with commas")
    chosen = set()
    for word in words:
        if word in sets:
            chosen.update(sets[word])
        else:
            chosen.add(named(word, exercises).name)
    return [name for name in exercises if name in chosen]


def named(word, exercises=EXERCISES):
    """The exercise of a name or a number.

    Raises
    ------
    ValueError
        There is none: what was perhaps meant.
    """
    if word in exercises:
        return exercises[word]
    for exercise in exercises.values():
        if exercise.number == word:
            return exercise
    hint = did_you_mean(word, list(exercises)) or "; gibbspool homework list names them"
    raise ValueError(f"there is no exercise {word!r}{hint}")
