"""The section's data for the programs of the peers, which have no gibbspool."""
import csv
from pathlib import Path

import numpy as np


def table(folder, name):
    """The columns of a CSV file whose first line says where it comes from."""
    with open(Path(folder) / f"{name}.csv", encoding="utf-8", newline="") as lines:
        next(lines)
        rows = list(csv.DictReader(lines))
    return {column: [row[column] for row in rows] for column in rows[0]}


def numbers(folder, name, *columns):
    """Some columns as arrays."""
    found = table(folder, name)
    return [np.array(found[column], dtype=float) for column in columns]


def counts(folder):
    """The survey's answers, (region, category)."""
    found = table(folder, "survey_regions_printed")
    del found["region"]
    return np.array(list(found.values()), dtype=int).T
