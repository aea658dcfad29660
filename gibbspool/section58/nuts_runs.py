"""Recorded runs of the section's Eight Schools by PyMC: twenty seeds, with two samplers.

Where nutpie is installed, PyMC 6 hands the work to it by default; elsewhere its own NUTS does the
sampling. Which of the two the section used cannot be known, so a claim on its sampler is asked of
both records. One run is 4 chains of 1000 + 2000 draws; `nuts_runs.csv` says in its first line how
it was made.
"""
from functools import cache
from importlib import resources

import numpy as np

SAMPLERS = {"nutpie": "nutpie", "pymc": "PyMC's own NUTS"}  # in words
WORDS = ("sampler", "program", "version", "form")           # columns that hold no numbers


@cache
def table():
    """The columns by name, each an array with a number or a word for each run."""
    text = resources.files(__package__).joinpath("nuts_runs.csv").read_text(encoding="utf-8")
    names, *rows = (line.split(",") for line in text.splitlines()[1:])
    return {name: np.array(column) if name in WORDS else np.array(column, dtype=float)
            for name, column in zip(names, zip(*rows))}


def runs(column, form, sampler, target_accept=0.9):
    """One column of the runs of one form by one sampler at one target_accept: (20,)."""
    found = table()
    return found[column][(found["form"] == form) & (found["sampler"] == sampler)
                         & (found["target_accept"] == target_accept)]


def by_sampler(column, form, target_accept=0.9):
    """The same of either sampler, by the key of SAMPLERS."""
    return {sampler: runs(column, form, sampler, target_accept) for sampler in SAMPLERS}


def among(runs, decimals):
    """Their range and median, such as "15 to 91 in 20 runs, median 43", with a decimal more than
    the printed one has where its ends look the same.
    """
    least, middle, most = (f"{x:.{decimals}f}" for x in (min(runs), np.median(runs), max(runs)))
    if least == most and min(runs) < max(runs):
        return among(runs, decimals + 1)
    return f"{least} to {most} in {len(runs)} runs, median {middle}"


def fits(value, of_runs, rounding=0.0):
    """Whether a value of one run fits recorded runs: it lies among them, or beyond the outermost
    one by no more than that lies beyond the next.
    """
    x = np.sort(of_runs)
    return bool(2 * x[0] - x[1] - rounding <= value <= 2 * x[-1] - x[-2] + rounding)
