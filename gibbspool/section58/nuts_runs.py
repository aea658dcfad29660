"""Recorded runs of the section's own sampler: NUTS of PyMC on its Eight Schools, twenty seeds.

One run is 4 chains of 1000 + 2000 draws; `nuts_runs.csv` says in its first line how it was made.
"""
from functools import cache
from importlib import resources

import numpy as np


@cache
def table():
    """The columns by name, each an array with a number or a word for each run."""
    text = resources.files(__package__).joinpath("nuts_runs.csv").read_text(encoding="utf-8")
    names, *rows = (line.split(",") for line in text.splitlines()[1:])
    return {name: np.array(column) if name in ("program", "version", "form")
            else np.array(column, dtype=float) for name, column in zip(names, zip(*rows))}


def runs(column, form, target_accept=0.9):
    """One column of the runs of one form at one target_accept: (20,)."""
    found = table()
    return found[column][(found["form"] == form) & (found["target_accept"] == target_accept)]
