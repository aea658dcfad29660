"""Densities written out, so that a student can compare each with the formula in its docstring.

The same classes serve as priors (parameters are single numbers; `priors` checks them) and as
conditionals (parameters with leading batch axes: one set for each chain).
"""
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln, xlog1py, xlogy

from ..numerics.special import LOG_2PI, log_of_ratio
from .base import REAL, Distribution, short


@dataclass(frozen=True, eq=False, repr=False)
class Normal(Distribution):
    """p(x) = exp(-(x - mean)^2 / (2 sd^2)) / (sd sqrt(2 pi)).

    As the prior of a standard deviation it stands for its truncation to positive values.

    Parameters
    ----------
    mean : float or array
    sd : float or array
        Standard deviation (not variance), > 0.
    """

    mean: float
    sd: float
    support = REAL
    log_concave = True

    def problem(self):
        return self.not_positive("sd")

    @property
    def precision(self):
        """1 / sd^2: precisions add up where measurements are combined."""
        return 1 / self.sd**2

    def _logpdf(self, x):
        return -0.5 * ((x - self.mean) / self.sd) ** 2 - np.log(self.sd) - 0.5 * LOG_2PI

    def _draw(self, rng, size):
        x = self.sd * rng.standard_normal(size)  # faster than rng.normal
        x += self.mean
        return x


@dataclass(frozen=True, eq=False, repr=False)
class HalfNormal(Distribution):
    """p(x) = sqrt(2 / pi) / scale * exp(-x^2 / (2 scale^2)), x > 0.

    Parameters
    ----------
    scale : float
        Standard deviation of the normal before folding; the mean is scale * sqrt(2 / pi).
    """

    scale: float
    log_concave = log_concave_in_log = True

    def _logpdf(self, x):
        return 0.5 * np.log(2 / np.pi) - np.log(self.scale) - 0.5 * (x / self.scale) ** 2

    def log_ratio(self, x, place, step):
        return -0.5 * (step / self.scale) * ((x + place) / self.scale)

    def _draw(self, rng, size):
        return np.abs(rng.normal(0, self.scale, size))


@dataclass(frozen=True, eq=False, repr=False)
class HalfCauchy(Distribution):
    """p(x) = 2 / (pi scale (1 + (x / scale)^2)), x > 0; the median is `scale` (Gelman 2006)."""

    scale: float
    tail_power = 2.0
    log_concave_in_log = True

    def _logpdf(self, x):
        return np.log(2 / np.pi) - np.log(self.scale) - np.log1p((x / self.scale) ** 2)

    def log_ratio(self, x, place, step):
        return HalfT(1.0, self.scale).log_ratio(x, place, step)

    def _draw(self, rng, size):
        return self.scale * np.abs(rng.standard_cauchy(size))


@dataclass(frozen=True, eq=False, repr=False)
class HalfT(Distribution):
    """p(x) proportional to (1 + (x / scale)^2 / df)^(-(df + 1) / 2), x > 0: half of a Student t."""

    df: float
    scale: float
    log_concave_in_log = True

    @property
    def tail_power(self):
        return self.df + 1

    def _logpdf(self, x):
        constant = (gammaln((self.df + 1) / 2) - gammaln(self.df / 2)
                    - 0.5 * np.log(self.df * np.pi) + np.log(2))
        kernel = (self.df + 1) / 2 * np.log1p((x / self.scale) ** 2 / self.df)
        return constant - np.log(self.scale) - kernel

    def log_ratio(self, x, place, step):
        root, root_there = (np.hypot(np.sqrt(self.df) * self.scale, at) for at in (place, x))
        with np.errstate(all="ignore"):
            near = np.log1p(step / root * ((x + place) / root))
        far = 2 * np.log(root_there / root)
        return -(self.df + 1) / 2 * np.where(np.abs(step) < place / 2, near, far)

    def _draw(self, rng, size):
        return self.scale * np.abs(rng.standard_t(self.df, size))


@dataclass(frozen=True, eq=False, repr=False)
class Exponential(Distribution):
    """p(x) = rate exp(-rate x), x > 0; the mean is 1 / rate."""

    rate: float
    log_concave = log_concave_in_log = True

    def _logpdf(self, x):
        return np.log(self.rate) - self.rate * x

    def log_ratio(self, x, place, step):
        return -self.rate * step

    def _draw(self, rng, size):
        return rng.exponential(1 / self.rate, size)


@dataclass(frozen=True, eq=False, repr=False)
class Gamma(Distribution):
    """p(x) = rate^shape x^(shape - 1) exp(-rate x) / Gamma(shape), x > 0.

    The mean is shape / rate. As a prior of a rate it reads as shape events, seen beforehand in an
    exposure of rate; a count adds to both. After Gamma(3, 2), 11 events in an exposure of 3.5 leave

    >>> Gamma(3 + 11, 2 + 3.5)
    Gamma(shape=14, rate=5.5)
    >>> print(f"{Gamma(14, 5.5).mean:.3f}")  # between 3 / 2 and 11 / 3.5
    2.545
    """

    shape: float
    rate: float
    log_concave_in_log = True

    @property
    def log_concave(self):
        return bool(np.all(self.shape >= 1))

    @property
    def mean(self):
        """shape / rate."""
        return self.shape / self.rate

    @property
    def sd(self):
        """sqrt(shape) / rate."""
        return np.sqrt(self.shape) / self.rate

    def _logpdf(self, x):
        constant = self.shape * np.log(self.rate) - gammaln(self.shape)
        return constant + xlogy(self.shape - 1, x) - self.rate * x

    def log_ratio(self, x, place, step):
        return (self.shape - 1) * log_of_ratio(x, place, step) - self.rate * step

    def _draw(self, rng, size):
        return rng.gamma(self.shape, 1 / self.rate, size)


@dataclass(frozen=True, eq=False, repr=False)
class InverseGamma(Distribution):
    """p(x) = scale^shape x^(-shape - 1) exp(-scale / x) / Gamma(shape), x > 0.

    As the prior of a standard deviation it is the prior of its square: tau^2 ~ InverseGamma(shape,
    scale).
    """

    shape: float
    scale: float
    log_concave_in_log = True

    @property
    def tail_power(self):
        return self.shape + 1

    def _logpdf(self, x):
        positive = np.where(x > 0, x, 1.0)  # at x = 0, -inf + inf must not become NaN
        constant = self.shape * np.log(self.scale) - gammaln(self.shape)
        log_p = constant - (self.shape + 1) * np.log(positive) - self.scale / positive
        return np.where(x > 0, log_p, -np.inf)

    def _draw(self, rng, size):
        return self.scale / rng.gamma(self.shape, 1.0, size)


@dataclass(frozen=True, eq=False, repr=False)
class Uniform(Distribution):
    """p(x) = 1 / (high - low) for low <= x <= high."""

    low: float
    high: float
    log_concave = log_concave_in_log = True

    @property
    def support(self):
        return (self.low, self.high)

    def problem(self):
        if np.all(self.low < self.high):
            return ""
        return f"low is {short(self.low)}; it must be < high = {short(self.high)}"

    def _logpdf(self, x):
        return -np.log(self.high - self.low) + 0 * x

    def _draw(self, rng, size):
        return rng.uniform(self.low, self.high, size)


@dataclass(frozen=True, eq=False, repr=False)
class Flat(Distribution):
    """p(x) proportional to 1 everywhere: improper, so nothing can be drawn.

    As the prior of a standard deviation it stands for p(x) proportional to 1 on x > 0.
    """

    support = REAL
    proper = False
    log_concave = log_concave_in_log = True
    tail_power = 0.0
    # a normal of precision zero: every formula with a Normal prior holds for Flat as well
    mean = precision = 0.0
    batch_shape = ()

    def problem(self):
        return ""

    def _logpdf(self, x):
        return 0 * x

    def _draw(self, rng, size):
        raise ValueError("Flat is improper: there is nothing to draw from")


@dataclass(frozen=True, eq=False, repr=False)
class Beta(Distribution):
    """p(x) = x^(a - 1) (1 - x)^(b - 1) / B(a, b), 0 < x < 1; the mean is a / (a + b)."""

    a: float
    b: float
    support = (0.0, 1.0)

    @property
    def mean(self):
        """a / (a + b)."""
        return self.a / (self.a + self.b)

    @property
    def sd(self):
        """sqrt(mean (1 - mean) / (a + b + 1))."""
        return np.sqrt(self.mean * (self.b / (self.a + self.b)) / (self.a + self.b + 1))

    def _logpdf(self, x):
        return xlogy(self.a - 1, x) + xlog1py(self.b - 1, -x) - betaln(self.a, self.b)

    def _draw(self, rng, size):
        return rng.beta(self.a, self.b, size)


def moved(prior, centre):
    """The prior of x - centre, where x has this Normal or Flat one."""
    return Normal(prior.mean - centre, prior.sd) if prior.precision else prior
