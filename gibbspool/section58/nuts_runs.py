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
