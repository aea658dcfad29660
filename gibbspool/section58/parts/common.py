"""What several parts of the page look at: Eight Schools, exactly and sampled. Computed once in each
process.
"""
import re
from functools import cache

import numpy as np

from ... import data
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...sampling.gibbs import sample

POOL = dict(draws=25_000, chains=4)  # independent draws that stand for an exact posterior


@cache
def schools(form=None):
    eight = data.eight_schools()
    return NormalNormal(eight.y, eight.sigma, groups=eight.groups, form=form)


@cache
def truth():
    return exact(schools())


@cache
def pool():
    """Independent draws from the exact posterior."""
    return truth().sample(**POOL, seed=0)


@cache
def gibbs(quick, form="collapsed"):
    return sample(schools(form), draws=500 if quick else 2000, tune=200 if quick else 500)


def variable_of(source, name):
    """An entry such as theta[A] or pi[5, SA] of a Draws or an exact posterior."""
    base, _, label = name.rstrip("]").partition("[")
    return source[(base, *label.split(", "))] if label else source[base]


def short(prior):
    """A prior as the section writes it, such as Normal(0, 20) or flat."""
    return re.sub(r"\w+=", "", repr(prior)).replace("Flat()", "flat")


def rms(x):
    return float(np.sqrt(np.mean(np.square(x))))


def count(number, noun):
    """Such as "1 run" or "10 runs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def span(values, spec):
    """The range of numbers, such as "0.73 to 0.88", or "1.00" where they are all written so."""
    low, high = (format(end, spec) for end in (np.min(values), np.max(values)))
    return low if low == high else f"{low} to {high}"


def standard_error(x):
    """Of the mean of independent values."""
    return float(np.std(x, ddof=1) / np.sqrt(len(x)))
