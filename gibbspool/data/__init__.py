"""The section's data sets. Each is a CSV file beside this module, whose first line says where it
comes from.
"""
import csv
from importlib import resources
from types import SimpleNamespace

import numpy as np

from .. import validate

__all__ = ["eight_schools", "survey_regions", "hospitals", "private_schools", "instructors",
           "radon", "baseball"]


class Dataset(SimpleNamespace):
    """Arrays by name, with their `provenance`."""

    def __repr__(self):
        held = ", ".join(f"{name}{np.shape(value)}" for name, value in vars(self).items()
                         if name != "provenance")
        return f"Dataset({held}): {self.provenance}"


def _table(name):
    """Columns of a CSV file as lists of text, and its provenance."""
    lines = resources.files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines[1:]))
    return {column: [row[column] for row in rows] for column in rows[0]}, lines[0].lstrip("# ")


def _floats(column):
    return np.array(column, dtype=float)


def eight_schools():
    """Eight Schools (Rubin 1981): effects `y` and standard errors `sigma` in SAT points, `groups` A
    to H.
    """
    columns, provenance = _table("eight_schools")
    return Dataset(y=_floats(columns["y"]), sigma=_floats(columns["sigma"]),
                   groups=tuple(columns["school"]),
                   provenance=provenance)


def survey_regions(which="printed"):
    """Survey answers in six regions: `counts` (6, 4), `groups` 1 to 6, `categories`.

    Parameters
    ----------
    which : {"printed", "seed"}
        The counts as Section 5.8 prints them, or as the code printed there generates them. They
        differ.
    """
    columns, provenance = _table(""
                                 f"survey_regions_{validate.one_of('which', which, ('printed', 'seed'))}")
    groups = tuple(columns.pop("region"))
    return Dataset(counts=np.array(list(columns.values()), dtype=int).T,
                   groups=groups, categories=tuple(columns), provenance=provenance)


def hospitals(which="printed"):
    """Adverse events in eight hospitals: counts `y`, `exposure` in 1000 patient-days, `true_rate`,
    `groups` 1 to 8.

    Parameters
    ----------
    which : {"printed", "seed"}
        The table as Exercise 5.8.3 prints it, or as the code printed there generates it. They
        differ.
    """
    columns, provenance = _table(""
                                 f"hospitals_{validate.one_of('which', which, ('printed', 'seed'))}")
    return Dataset(y=_floats(columns["y"]), exposure=_floats(columns["exposure"]),
                   true_rate=_floats(columns["true_rate"]), groups=tuple(columns["hospital"]),
                   provenance=provenance)


def private_schools():
    """Eight public and four private schools (Exercise 5.8.4): `y`, `sigma`, `x` (1 = private), `groups` 1 to 12."""
    columns, provenance = _table("private_schools")
    return Dataset(y=_floats(columns["y"]), sigma=_floats(columns["sigma"]),
                   x=_floats(columns["private"]),
                   true_theta=_floats(columns["true_theta"]), groups=tuple(columns["school"]),
                   provenance=provenance)


def instructors():
    """Exam scores `y` of 68 students and the `group` (instructor) of each; `groups` lists the five
    instructors.
    """
    columns, provenance = _table("instructors")
    group = np.array(columns["instructor"])
    return Dataset(y=_floats(columns["score"]), group=group,
                   groups=tuple(dict.fromkeys(columns["instructor"])),
                   provenance=provenance)


def radon():
    """Log radon `y` in 919 homes: the `group` (county) of each, `floor` (1 = first floor),
    `uranium` (log, by county).

    `groups` lists the 85 counties.
    """
    columns, provenance = _table("radon")
    return Dataset(y=_floats(columns["log_radon"]), group=np.array(columns["county"]),
                   floor=_floats(columns["floor"]), uranium=_floats(columns["log_uppm"]),
                   groups=tuple(dict.fromkeys(columns["county"])), provenance=provenance)


def baseball():
    """Batting of 18 players (Efron and Morris 1975): `successes` (hits) in the first `trials` (45
    at-bats) of 1970.

    `rest_of_season` is the batting average over the rest of the season, `groups` the players.
    """
    columns, provenance = _table("baseball")
    return Dataset(successes=_floats(columns["hits"]), trials=_floats(columns["at_bats"]),
                   rest_of_season=_floats(columns["rest_of_season"]),
                   groups=tuple(columns["player"]),
                   provenance=provenance)
