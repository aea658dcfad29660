"""Mixtures of many thousands of normals: one for each node at which a normal was found."""
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import numbers_of
from ...distributions.marginals import Transformed
from ...distributions.mixtures import NormalMixture
from ...numerics.quadrature import integrate
from ...numerics.special import rounded_sum

# Log of the weight of a component that no digit of a density depends on.
WEIGHTLESS = -45.0

# The largest table of values by components that is made at once.
MIXTURE_CELLS = 1_000_000


class Mixture(NormalMixture):
    """A mixture of many normals, evaluated piece by piece.

    Components of no weight are left out of the density, and kept for the mean and the standard
    deviation::

        E x   = sum_k weight_k mean_k
        var x = sum_k weight_k (sd_k^2 + (mean_k - E x)^2)

    Parameters
    ----------
    log_weight, means, sds : array (n,)
    name : str
    centre : float
        The means are counted from it; then from the mixture's own mean.
    """

    def __init__(self, log_weight, means, sds, name="", centre=0.0):
        weight = np.exp(log_weight - logsumexp(log_weight))
        weight = weight / weight.sum()
        mean = weight @ means
        sd = np.sqrt(weight @ (sds**2 + (means - mean) ** 2))
        matters = log_weight > WEIGHTLESS
        centre, rest = rounded_sum(centre, mean)
        super().__init__(log_weight[matters], (means - mean + rest)[matters], sds[matters], name,
                         moments=(float(centre), float(sd)), centre=centre)

    def logpdf(self, x):
        """Log density, accurate in the far tails."""
        return self.in_pieces(super().logpdf, x)

    def sf(self, x):
        """Probability of values above x."""
        return self.in_pieces(super().sf, x)

    def main_cdf(self, x_from_centre):
        """The cdf of the main components."""
        return self.in_pieces(super().main_cdf, x_from_centre)

    def main_pdf(self, x_from_centre):
        """The density of the main components: where most of the probability is."""
        return self.in_pieces(super().main_pdf, x_from_centre)

    def in_pieces(self, function, x):
        """function(x), elementwise, in even pieces whose tables of components fit into memory."""
        x = numbers_of(x)
        pieces = np.array_split(x.ravel(), 1 + x.size * len(self.means) // MIXTURE_CELLS)
        return np.concatenate([function(piece) for piece in pieces]).reshape(x.shape)[()]


class SmoothMixture(Mixture):
    """A mixture without spikes: integrated once, the cdf and the quantiles are read off from that.
    """

    @cached_property
    def _line(self):
        """The distribution in the coordinate u, x = middle + width sinh(u): made at its first use.

        The middle is the mixture's mean, the width the geometric mean of its sds.
        """
        weight, means, sds = self.main
        middle = weight @ means / weight.sum()
        width = np.exp(weight @ np.log(sds) / weight.sum())

        def x_of(u):
            return self.centre + (middle + width * np.sinh(u))

        def u_of(x):
            return np.arcsinh(((x - self.centre) - middle) / width)

        def log_density(u):
            log_dx_du = np.log(width * np.cosh(u))
            with np.errstate(divide="ignore"):
                return np.log(self.main_pdf(middle + width * np.sinh(u))) + log_dx_du

        furthest = np.arcsinh(np.max(np.abs(means - middle) + 10 * sds) / width)
        integral = integrate(log_density, -furthest, furthest, drop=45.0, points=48, panels=6)
        return Transformed(integral, x_of, u_of, self.logpdf, self.support)

    def cdf(self, x):
        """Probability of values up to x."""
        return self._line.cdf(x)

    def sf(self, x):
        """Probability of values above x."""
        return self._line.sf(x)

    def _quantile(self, q):
        return self._line._quantile(q)


def mixture(log_weight, means, variances, within, name="", centre=0.0):
    """The mixture that suits observations with deviations `within` (J,) from their groups' means.

    If no group's observations vary, sigma may be 0, and the density of theta_i may have a spike at
    an observation: then it is not integrated as a smooth one.
    """
    kind = SmoothMixture if np.any(within) else Mixture
    return kind(log_weight, means, np.sqrt(variances), name, centre)
