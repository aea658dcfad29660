"""Mixtures of normals: what remains of a Normal once the spread has been integrated out."""
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtr

from ..numerics.roots import invert
from ..numerics.special import LOG_2PI
from .base import numbers_of
from .marginals import Marginal

NEGLIGIBLE = 1e-14  # what the components that are left out of `main` weigh together


class NormalMixture(Marginal):
    """sum_k weight_k Normal(mean_k, sd_k).

    Parameters
    ----------
    log_weight, means, sds : array (n,)
        The weights sum to one, or are made to. A single component makes it a plain Normal.
    name : str
    moments : tuple (mean, sd), optional
        Where they cannot be had from the components, because they do not exist.
    centre : float
        The means are counted from it: so small differences of large numbers keep their digits.

    Attributes
    ----------
    main : tuple of three arrays
        weight, means and sds of the components that make up all but 1e-14 of the probability. The
        others count only in the logarithms of the tails.
    """

    def __init__(self, log_weight, means, sds, name="", moments=None,
                 centre=0.0):
        self.name, self.centre = name, float(centre)
        self.log_weight, self.means, self.sds = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(a, dtype=float)) for a in (log_weight, means, sds)))
        self.log_weight = self.log_weight - logsumexp(self.log_weight)
        weight = np.exp(self.log_weight)
        weight = weight / weight.sum()
        self.mean, self.sd = moments or self.moments_of_components(weight)
        lightest_first = np.argsort(weight)
        heavy = np.cumsum(weight[lightest_first]) > NEGLIGIBLE
        kept = np.sort(lightest_first[heavy])
        self.main = weight[kept], self.means[kept], self.sds[kept]

    def moments_of_components(self, weight):
        """Mean and standard deviation: the variances, and how far the means lie apart."""
        mean = weight @ self.means
        variance = weight @ (self.sds**2 + (self.means - mean) ** 2)
        return float(self.centre + mean), float(np.sqrt(variance))

    def from_centre(self, x):
        """x - centre."""
        return numbers_of(x) - self.centre

    def standardised(self, x):
        """(x - mean_k) / sd_k, (..., n)."""
        return (self.from_centre(x)[..., None] - self.means) / self.sds

    def logpdf(self, x):
        """Log density, accurate in the far tails."""
        log_p = self.log_weight - np.log(self.sds) - 0.5 * (self.standardised(x) ** 2 + LOG_2PI)
        return logsumexp(log_p, axis=-1)

    def cdf(self, x):
        """Probability of values up to x."""
        return self.main_cdf(self.from_centre(x))

    def sf(self, x):
        """Probability of values above x."""
        weight, means, sds = self.main
        z = (means - self.from_centre(x)[..., None]) / sds
        return np.clip(ndtr(z) @ weight, 0.0, 1.0)

    def logcdf(self, x):
        """Log of the cdf, accurate in the lower tail."""
        return logsumexp(self.log_weight + log_ndtr(self.standardised(x)), axis=-1)

    def logsf(self, x):
        """Log of the survival function, accurate in the upper tail."""
        return logsumexp(self.log_weight + log_ndtr(-self.standardised(x)), axis=-1)

    def main_cdf(self, x_from_centre):
        """The cdf of the main components, as a function of x - centre."""
        weight, means, sds = self.main
        z = (x_from_centre[..., None] - means) / sds
        return np.clip(ndtr(z) @ weight, 0.0, 1.0)

    def main_pdf(self, x_from_centre):
        """The density of the main components, as a function of x - centre: the slope of the cdf."""
        weight, means, sds = self.main
        z = (x_from_centre[..., None] - means) / sds
        return np.exp(-0.5 * z**2) @ (weight / sds) / np.sqrt(2 * np.pi)

    def shape_at(self, x):
        """The cdf, the density and its slope at x (n,), of the main components: (3, n)."""
        weight, means, sds = self.main
        z = (self.from_centre(x)[..., None] - means) / sds
        density = np.exp(-0.5 * z**2) * (weight / sds) / np.sqrt(2 * np.pi)
        return np.stack([ndtr(z) @ weight, density.sum(axis=-1), -(density * z / sds).sum(axis=-1)])

    @cached_property
    def cdf_table(self):
        """Values of x - centre that cover the mixture, and the cdf there, to look for quantiles.

        They are spread over the components at 25 levels of the accumulated weight.
        """
        weight, means, sds = self.main
        levels = np.linspace(0, 1 - 1e-12, 25)
        some = np.searchsorted(np.cumsum(weight), levels).clip(0, len(weight) - 1)
        some = np.unique(some)
        around = [means[some] + z * sds[some] for z in (-4, -2, -1, 0, 1, 2, 4)]
        x = np.sort(np.concatenate([[np.min(means - 9 * sds), np.max(means + 9 * sds)], *around]))
        return x, self.main_cdf(x)

    def rough_quantile(self, q):
        """Read off from the table of the cdf by straight lines."""
        x, below = self.cdf_table
        return self.centre + np.interp(q, below, x)

    def _quantile(self, q):
        x, below = self.cdf_table
        k = np.clip(np.searchsorted(below, q), 1, len(x) - 1)
        return self.centre + invert(self.main_cdf, self.main_pdf, q, x[k - 1], x[k])
