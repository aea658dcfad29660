"""The five instructors of Section 5.8.1 and their exact posteriors, by pooling strategy."""
from functools import cache

import numpy as np

from ... import data
from ...distributions.standard import HalfNormal, Normal
from ...models.one_way.model import OneWayNormal
from ...models.twins import exact

ENDS = (0.055, 0.945)  # of the middle 89%
# the section's priors, and the model's default
MU, TAU, SIGMA = Normal(50, 25), HalfNormal(10), HalfNormal(15)
HALVED = 0.5  # of the instructors' differences, where the pull is to be seen
STRATEGIES = ("complete", "no", "partial")
COMMON, OWN = "no pooling, common sigma", "no pooling, own sigma"


def model(squeezed=1.0):
    """Five instructors; with their means squeezed towards the mean of all by a factor (above 1:
    moved apart).
    """
    scores = data.instructors()
    one = OneWayNormal(scores.y, scores.group, groups=scores.groups)
    if squeezed == 1:
        return one
    moved = (squeezed - 1) * (one.mean - scores.y.mean())
    return OneWayNormal(scores.y + moved[one.group], scores.group, groups=scores.groups)


@cache
def truth(squeezed=1.0):
    return exact(model(squeezed))


@cache
def strategies(squeezed=1.0):
    """Exact posteriors of our instructors, by strategy."""
    here = model(squeezed)
    return {"complete pooling": exact(here.complete_pooling()),
            COMMON: exact(here.no_pooling()),
            OWN: exact(here.no_pooling(sigma="own")), "partial pooling": truth(squeezed)}


def estimates(found):
    """Posterior mean and the ends of the middle 89% of each group: (3, J)."""
    return np.array([found["theta"].mean, *found["theta"].quantile(ENDS)])


def width(found):
    _, low, high = estimates(found)
    return high - low
