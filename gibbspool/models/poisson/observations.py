"""TODO models.poisson.observations"""
import numpy as np
from scipy.special import gammaln, xlogy

from ... import validate

HIGHEST_MEAN = 1e18  # of a Poisson draw: beyond, the counts do not fit an integer


def counts(y, exposure):
    """Both as arrays, if they can be counts and their exposures."""
    y = validate.array("y", y, nonnegative=True, whole=True)
    exposure = validate.array("exposure", exposure, positive=True)
    validate.same_length(y=y, exposure=exposure)
    for j in np.flatnonzero(y > 1e12)[:1]:
        raise ValueError(f"y[{j}] is {y[j]:g}; counts up to 1e12 are allowed")
    return y, exposure


def log_poisson(y, mean):
    """log of mean^y exp(-mean) / y!."""
    return xlogy(y, mean) - mean - gammaln(y + 1)


def draw_poisson(rng, mean):
    """Poisson counts, as floats; those with means above 1e18, which no integer holds, are returned
    as their mean.
    """
    return np.where(mean < HIGHEST_MEAN, rng.poisson(np.minimum(mean, HIGHEST_MEAN)), mean)[()]
