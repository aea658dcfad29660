"""Counts of events over exposures: the data, their Poisson likelihood and replicates of them.

The hierarchy and its two alternatives, complete and no pooling, differ in where the rates come
from. What they share, counts that are Poisson given the rates, is here.
"""
import numpy as np
from scipy.special import gammaln, xlogy

from ... import labels, validate
from ..hierarchy import Grouped

HIGHEST_COUNT = 1e12  # of the data: the rounding of a log rate, times sqrt(y), is still below 1e-9
LOG_OF_NONE = -2000.0  # of an exposure of 0: exp of it, and of it plus any log rate, is 0
HIGHEST_MEAN = 1e18   # of a draw: counts of a higher mean would not fit an integer


class Events(Grouped):
    """y_j ~ Poisson(lam_j e_j): counts of events in groups that were watched for exposures e_j.

    Parameters
    ----------
    y : array (J,)
        Counts, whole numbers >= 0.
    exposure : array (J,)
        How long or how many each group was watched, >= 0; its unit is that of the rates. A group
        with an exposure of 0 has no data, and its likelihood is 1.
    groups : list of str, optional
        Labels; by default the index of a Series among the data, or "1" to "J".

    Attributes
    ----------
    log_exposure : array (J,)
        log e_j: what is added to a log rate for the log of an expected count. That of an exposure
        of 0 is taken to be -2000, for which an expected count is 0 all the same.

    Raises
    ------
    ValueError
        Counts that are not whole numbers from 0 to 1e12, exposure < 0, events in an exposure
        of 0, lengths that differ, labels
        that repeat.
    TypeError
        Data that are not numbers.
    """

    parameter = "lam"
    dims = {"lam": ("group",), "log_lam": ("group",), "lam_raw": ("group",), "y": ("group",),
            "exposure": ("group",)}

    def __init__(self, y, exposure, groups=None):
        self.y = validate.array("y", y, nonnegative=True, whole=True)
        self.exposure = validate.array("exposure", exposure, nonnegative=True)
        validate.same_length(y=self.y, exposure=self.exposure)
        for j in np.flatnonzero(self.y > HIGHEST_COUNT)[:1]:
            raise ValueError(f"y[{j}] is {self.y[j]:g}; counts up to 1e12 are allowed")
        self.groups = labels.groups_of(groups, len(self.y), y=y, exposure=exposure)
        for j in np.flatnonzero((self.y > 0) & (self.exposure == 0))[:1]:
            raise ValueError(f"y[{j}] is {self.y[j]:g} but exposure[{j}] is 0; nothing can happen "
                             "in no exposure")
        with np.errstate(divide="ignore"):
            self.log_exposure = np.maximum(np.log(self.exposure), LOG_OF_NONE)

    def log_likelihood(self, lam):
        """log Poisson(y_j; lam_j e_j) from the rates, (..., J)."""
        return log_poisson(self.y, lam * self.exposure)

    def own_log_rate(self):
        """log [(y_j + 1/2) / e_j], (J,); where there is no exposure the mean of the others."""
        seen = self.exposure > 0
        rate = np.log((self.y + 0.5) / np.where(seen, self.exposure, 1.0))
        return np.where(seen, rate, rate[seen].mean() if seen.any() else 0.0)

    def replicate(self, rng, lam):
        """y_rep_j ~ Poisson(lam_j e_j), by the name of the data."""
        return {"y": draw_poisson(rng, lam * self.exposure)}

    def observed(self):
        """The counts y_j."""
        return {"y": self.y}

    def constants(self):
        """The exposures e_j."""
        return {"exposure": self.exposure}


def log_poisson(y, mean):
    """log of mean^y exp(-mean) / y!; a mean of 0 is allowed."""
    return xlogy(y, mean) - mean - gammaln(y + 1)


def log_poisson_from_log(y, log_mean):
    """log of mean^y exp(-mean) / y!, from the log of the mean, which may lie beyond exp's range."""
    return y * log_mean - np.exp(log_mean) - gammaln(y + 1)


def log_poisson_around_peak(y, log_mean):
    """log of mean^y exp(-mean) / y! for one y, written around its highest value, at mean = y.

    With t = log(mean / y) it is -y (exp(t) - 1 - t) plus the value at the peak,
    log(y^y exp(-y) / y!). Nothing large cancels where the probability is high, so that large counts
    keep their digits.
    """
    if y == 0:
        return -np.exp(log_mean)
    t = log_mean - np.log(y)
    return -y * (np.expm1(t) - t) - (gammaln(y + 1) - y * np.log(y) + y)


def draw_poisson(rng, mean):
    """Poisson counts, as floats.

    Those with means above 1e18, which no integer holds, are returned as their mean.
    """
    return np.where(mean < HIGHEST_MEAN, rng.poisson(np.minimum(mean, HIGHEST_MEAN)), mean)[()]
