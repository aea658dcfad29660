"""Priors of a standard deviation: what a density of any number, or of a variance, stands for."""
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from ..numerics.special import log_of_ratio
from .base import Distribution
from .priors import prior_of
from .standard import Flat, InverseGamma, Normal, Uniform


@dataclass(frozen=True, eq=False, repr=False)
class TruncatedNormal(Distribution):
    """A Normal(mean, sd) cut off below 0: p(x) = Normal(x; mean, sd) / Phi(mean / sd), x > 0."""

    mean: float
    sd: float
    log_concave = True

    @property
    def log_concave_in_log(self):
        return bool(np.all(self.mean <= 0))

    def problem(self):
        return self.not_positive("sd")

    def _logpdf(self, x):
        return Normal(self.mean, self.sd)._logpdf(x) - log_ndtr(self.mean / self.sd)

    def log_ratio(self, x, place, step):
        return -0.5 * (step / self.sd) * ((2 * (place - self.mean) + step) / self.sd)

    def _draw(self, rng, size):
        # Phi((mean - x) / sd) is uniform on (0, Phi(mean / sd)); its log is exact in the far tail
        log_Phi = np.log(1 - rng.random(size)) + log_ndtr(self.mean / self.sd)
        return self.mean - self.sd * ndtri_exp(log_Phi)


@dataclass(frozen=True, eq=False, repr=False)
class RootInverseGamma(Distribution):
    """x with x^2 ~ InverseGamma(shape, scale): p(x) = 2 x InverseGamma(x^2), x > 0."""

    shape: float
    scale: float
    log_concave_in_log = True

    @property
    def tail_power(self):
        return 2 * self.shape + 1

    def _logpdf(self, x):
        positive = np.where(x > 0, x, 1.0)
        of_square = InverseGamma(self.shape, self.scale)
        log_p = of_square._logpdf(positive**2) + np.log(2 * positive)
        return np.where(x > 0, log_p, -np.inf)

    def log_ratio(self, x, place, step):
        with np.errstate(all="ignore"):  # at x = 0 the density is 0
            of_power = -(2 * self.shape + 1) * log_of_ratio(x, place, step)
            of_square = self.scale / place**2 * (step / x) * ((x + place) / x)
            return np.where(x > 0, of_power + of_square, -np.inf)

    def _draw(self, rng, size):
        return np.sqrt(InverseGamma(self.shape, self.scale)._draw(rng, size))


@dataclass(frozen=True, eq=False, repr=False)
class PositiveFlat(Flat):
    """p(x) proportional to 1 on x > 0."""

    support = (0.0, np.inf)

    def __repr__(self):
        return "Flat()"


SD_PRIORS = ("HalfNormal", "HalfCauchy", "HalfT", "Uniform", "Flat", "Exponential", "InverseGamma",
             "Gamma", "Normal")


def sd_prior(name, prior):
    """What a prior stands for as that of a standard deviation: always a density on x > 0.

    A Normal, Flat or Uniform is truncated to positive values; an InverseGamma is the prior of the
    square.

    Raises
    ------
    TypeError
        A prior of another kind.
    ValueError
        A Uniform that does not reach above 0, or parameters that are arrays.
    """
    if isinstance(prior, (RootInverseGamma, TruncatedNormal, PositiveFlat)):
        return prior
    prior = prior_of(name, prior, SD_PRIORS)
    if isinstance(prior, Normal):
        return TruncatedNormal(prior.mean, prior.sd)
    if isinstance(prior, InverseGamma):
        return RootInverseGamma(prior.shape, prior.scale)
    if isinstance(prior, Flat):
        return PositiveFlat()
    if isinstance(prior, Uniform):
        if prior.high <= 0:
            raise ValueError(f"{name} prior is {prior!r}; it must reach above 0")
        return Uniform(max(prior.low, 0.0), prior.high)
    return prior
