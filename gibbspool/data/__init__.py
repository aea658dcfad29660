"""The section's data sets: each is a CSV file here, whose first line says where it comes from."""
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


def columns_of(name):
    """The columns of a CSV file of this folder, lists of text by name, and its provenance."""
    file = resources.files(__package__).joinpath(f"{name}.csv")
    provenance, *table = file.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(table))
    columns = {column: [row[column] for row in rows] for column in rows[0]}
    return columns, provenance.lstrip("# ")


def numbers(column):
    """A column of text as an array of float."""
    return np.array(column, dtype=float)


def in_order_of_appearance(column):
    """The distinct labels of a column."""
    return tuple(dict.fromkeys(column))


def eight_schools():
    """Eight Schools (Rubin 1981): `y`, `sigma` and `groups` A to H.

    y are estimated effects of coaching, sigma their standard errors, both in SAT points, (8,).
    """
    columns, provenance = columns_of("eight_schools")
    return Dataset(y=numbers(columns["y"]), sigma=numbers(columns["sigma"]),
                   groups=tuple(columns["school"]), provenance=provenance)


def survey_regions(which="printed"):
    """Survey answers in six regions: `counts` (6, 4), `groups` 1 to 6, `categories`.

    Parameters
    ----------
    which : {"printed", "seed"}
        The counts as Section 5.8 prints them, or as the code printed there generates them. They
        differ.

    Raises
    ------
    ValueError
        Another version.
    """
    which = validate.one_of("which", which, ("printed", "seed"))
    columns, provenance = columns_of(f"survey_regions_{which}")
    groups = tuple(columns.pop("region"))
    return Dataset(counts=np.array(list(columns.values()), dtype=int).T, groups=groups,
                   categories=tuple(columns), provenance=provenance)


def hospitals(which="printed"):
    """Adverse events in eight hospitals: `y`, `exposure`, `true_rate` and `groups` 1 to 8.

    y are counts, exposure is in 1000 patient-days, true_rate what the counts were made with, (8,).

    Parameters
    ----------
    which : {"printed", "seed"}
        The table as Exercise 5.8.3 prints it, or as the code printed there generates it. They
        differ.

    Raises
    ------
    ValueError
        Another version.
    """
    which = validate.one_of("which", which, ("printed", "seed"))
    columns, provenance = columns_of(f"hospitals_{which}")
    return Dataset(y=numbers(columns["y"]), exposure=numbers(columns["exposure"]),
                   true_rate=numbers(columns["true_rate"]), groups=tuple(columns["hospital"]),
                   provenance=provenance)


def private_schools():
    """Eight public and four private schools (Exercise 5.8.4): `y`, `sigma`, `x`, `groups` 1 to 12.

    x is 1 for a private school; true_theta are the effects that y was made with.
    """
    columns, provenance = columns_of("private_schools")
    return Dataset(y=numbers(columns["y"]), sigma=numbers(columns["sigma"]),
                   x=numbers(columns["private"]), true_theta=numbers(columns["true_theta"]),
                   groups=tuple(columns["school"]), provenance=provenance)


def instructors():
    """Exam scores of 68 students: `y`, the `group` (instructor) of each, and the five `groups`.

    The scores run from 0 to 100.
    """
    columns, provenance = columns_of("instructors")
    return Dataset(y=numbers(columns["score"]), group=np.array(columns["instructor"]),
                   groups=in_order_of_appearance(columns["instructor"]), provenance=provenance)


def radon():
    """Radon in 919 homes: `y` (log radon), `group` (county), `floor`, `uranium`, and the `groups`.

    floor is 1 for a measurement on the first floor, 0 in the basement; uranium is the log of that
    of the home's county; groups lists the 85 counties.
    """
    columns, provenance = columns_of("radon")
    return Dataset(y=numbers(columns["log_radon"]), group=np.array(columns["county"]),
                   floor=numbers(columns["floor"]), uranium=numbers(columns["log_uppm"]),
                   groups=in_order_of_appearance(columns["county"]), provenance=provenance)


def baseball():
    """Batting of 18 players (Efron and Morris 1975): `successes`, `trials`, `rest_of_season`.

    successes are the hits in the first 45 at-bats (trials) of 1970, rest_of_season is the batting
    average over the rest of the season, `groups` the players.
    """
    columns, provenance = columns_of("baseball")
    return Dataset(successes=numbers(columns["hits"]), trials=numbers(columns["at_bats"]),
                   rest_of_season=numbers(columns["rest_of_season"]),
                   groups=tuple(columns["player"]), provenance=provenance)
