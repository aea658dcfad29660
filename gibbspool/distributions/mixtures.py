"""TODO distributions.mixtures"""
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtr

from ..numerics.roots import invert
from ..numerics.special import LOG_2PI
from .marginals import Marginal


class NormalMixture(Marginal):
    """sum_k weight_k Normal(mean_k, sd_k): what remains of a Normal after the spread has been
    integrated out.

    Parameters
    ----------
    log_weight, means, sds : array (n,)
        The weights sum to one. A single component makes it a plain Normal.
    moments : tuple (mean, sd), optional
        Where they cannot be had from the components, because they do not exist.
    """

    def __init__(self, log_weight, means, sds, name="", moments=None):
        self.name = name
        self.log_weight, self.means, self.sds = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(a, dtype=float)) for a in (log_weight, means, sds)))
        weight = np.exp(self.log_weight)
        mean = weight @ self.means
        self.mean, self.sd = moments or (
            float(mean), float(np.sqrt(weight @ (self.sds**2 + (self.means - mean) ** 2))))

        # Components that together weigh less than 1e-14 count only in the logarithms of the tails.
        rising = np.argsort(weight)
        matters = np.sort(rising[np.cumsum(weight[rising]) > 1e-14])
        self._body = tuple(a[matters] for a in (weight, self.means, self.sds))

    def _z(self, x):
        return (np.asarray(x, dtype=float)[..., None] - self.means) / self.sds

    def logpdf(self, x):
        """Log density, accurate in the far tails."""
        return logsumexp(self.log_weight - np.log(self.sds) - 0.5 * (self._z(x) ** 2 + LOG_2PI),
                         axis=-1)

    def cdf(self, x):
        """Probability of values up to x."""
        weight, means, sds = self._body
        return np.clip(ndtr((np.asarray(x, dtype=float)[..., None] - means) / sds) @ weight, 0.0,
                       1.0)

    def sf(self, x):
        """Probability of values above x."""
        weight, means, sds = self._body
        return np.clip(ndtr((means - np.asarray(x, dtype=float)[..., None]) / sds) @ weight, 0.0,
                       1.0)

    def logcdf(self, x):
        """Log of the cdf, accurate in the lower tail."""
        return logsumexp(self.log_weight + log_ndtr(self._z(x)), axis=-1)

    def logsf(self, x):
        """Log of the survival function, accurate in the upper tail."""
        return logsumexp(self.log_weight + log_ndtr(-self._z(x)), axis=-1)

    def _density(self, x):
        """The density where most of the probability is."""
        weight, means, sds = self._body
        z = (np.asarray(x, dtype=float)[..., None] - means) / sds
        return np.exp(-0.5 * z**2) @ (weight / sds) / np.sqrt(2 * np.pi)

    @cached_property
    def _table(self):
        """Values that cover the mixture, and the cdf at them: where a quantile is looked for."""
        weight, means, sds = self._body
        some = np.unique(np.searchsorted(np.cumsum(weight), np.linspace(0, 1 - 1e-12, 25)).clip(0,
                                                                                                len(weight) - 1))
        x = np.sort(np.concatenate([[np.min(means - 9 * sds), np.max(means + 9 * sds)],
                                    *(means[some] + z * sds[some]
                                      for z in (-4, -2, -1, 0, 1, 2, 4))]))
        return x, self.cdf(x)

    def _rough_quantile(self, q):
        x, height = self._table
        return np.interp(q, height, x)

    def _quantile(self, q):
        x, height = self._table
        k = np.clip(np.searchsorted(height, q), 1, len(x) - 1)
        return invert(self.cdf, self._density, q, x[k - 1], x[k])
