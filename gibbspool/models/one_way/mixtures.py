"""TODO models.one_way.mixtures"""
from functools import cached_property

import numpy as np

from ...distributions.marginals import Transformed
from ...distributions.mixtures import NormalMixture
from ...numerics.quadrature import integrate

NEGLIGIBLE = -45.0   # log of a share of the probability that no digit of a result depends on


class Mixture(NormalMixture):
    """A mixture of many thousands of normals, evaluated piece by piece.

    Components of no weight are left out of the density, and kept for the mean and the standard
    deviation.
    """

    def __init__(self, log_weight, means, sds, name=""):
        weight = np.exp(log_weight)
        mean = weight @ means
        sd = np.sqrt(weight @ (sds**2 + (means - mean) ** 2))
        matter = log_weight > NEGLIGIBLE
        super().__init__(log_weight[matter], means[matter], sds[matter], name,
                         (float(mean), float(sd)))

    def logpdf(self, x):
        """Log density."""
        return self._piecewise(super().logpdf, x)

    def cdf(self, x):
        """Probability of values up to x."""
        return self._piecewise(super().cdf, x)

    def sf(self, x):
        """Probability of values above x."""
        return self._piecewise(super().sf, x)

    def main_pdf(self, x):
        return self._piecewise(super().main_pdf, x)

    def _piecewise(self, function, x):
        x = np.asarray(x, dtype=float)
        pieces = np.array_split(x.ravel(), 1 + x.size * len(self.means) // 1_000_000)
        return np.concatenate([function(piece) for piece in pieces]).reshape(x.shape)[()]


class SmoothMixture(Mixture):
    """A mixture whose density has no spikes: it is integrated once, and the cdf and quantiles read
    off from that.
    """

    @cached_property
    def _line(self):
        """The distribution in the coordinate u, x = centre + width sinh(u)."""
        weight, means, sds = self.main
        centre, width = weight @ means / weight.sum(), np.exp(weight @ np.log(sds) / weight.sum())
        furthest = np.arcsinh(np.max(np.abs(means - centre) + 10 * sds) / width)

        def log_density(u):
            with np.errstate(divide="ignore"):
                return np.log(self.main_pdf(centre + width * np.sinh(u))) + np.log(width
                                                                                   * np.cosh(u))

        integral = integrate(log_density, -furthest, furthest, drop=45.0, points=48, panels=6)
        return Transformed(integral, lambda u: centre + width * np.sinh(u),
                           lambda x: np.arcsinh((x - centre) / width),
                           self.logpdf, self.support)

    def cdf(self, x):
        """Probability of values up to x."""
        return self._line.cdf(x)

    def sf(self, x):
        """Probability of values above x."""
        return self._line.sf(x)

    def _quantile(self, q):
        return self._line._quantile(q)

    def rough_quantile(self, q):
        return self._line.rough_quantile(q)
