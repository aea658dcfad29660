"""Densities of vectors: shares that sum to one, and correlated normals."""
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from ..numerics.special import LOG_2PI
from .base import Distribution, numbers_of, short


@dataclass(frozen=True, eq=False, repr=False)
class Dirichlet(Distribution):
    """p(x) = Gamma(sum a) / prod Gamma(a_k) * prod x_k^(a_k - 1), x >= 0 with sum 1.

    Parameters
    ----------
    concentration : array (..., K)
        a_k > 0, at least two categories on the last axis. The mean is a / sum(a).
    """

    concentration: np.ndarray
    support = (0.0, 1.0)
    event_ndim = 1

    def problem(self):
        if np.ndim(self.concentration) == 0 or np.shape(self.concentration)[-1] < 2:
            return f"concentration is {short(self.concentration)}; it must hold >= 2 numbers"
        return self.not_positive("concentration")

    @property
    def mean(self):
        """a / sum(a), (..., K)."""
        return self.concentration / self.concentration.sum(axis=-1, keepdims=True)

    @property
    def sd(self):
        """Of each share: sqrt(mean (1 - mean) / (sum(a) + 1)), (..., K)."""
        total = self.concentration.sum(axis=-1, keepdims=True)
        return np.sqrt(self.mean * (1 - self.mean) / (total + 1))

    def logpdf(self, x):
        """Log density of each probability vector (last axis)."""
        x = numbers_of(x)
        a = self.concentration
        constant = gammaln(a.sum(axis=-1)) - gammaln(a).sum(axis=-1)
        on_simplex = (x >= 0).all(axis=-1) & (np.abs(x.sum(axis=-1) - 1) < 1e-9)
        with np.errstate(all="ignore"):
            return np.where(on_simplex, constant + xlogy(a - 1, x).sum(axis=-1), -np.inf)[()]

    def _draw(self, rng, size):
        # Gamma(a) = Gamma(a + 1) U^(1/a), in logs, -log U being an Exponential(1): tiny
        # concentrations do not underflow to 0/0.
        a = np.broadcast_to(self.concentration, size)
        log_gamma = np.log(rng.standard_gamma(a + 1.0)) - rng.standard_exponential(size) / a
        x = np.exp(log_gamma - log_gamma.max(axis=-1, keepdims=True))
        return x / x.sum(axis=-1, keepdims=True)


@dataclass(frozen=True, eq=False, repr=False)
class MultivariateNormal(Distribution):
    """p(x) = |det R| (2 pi)^(-n/2) exp(-|R (x - mean)|^2 / 2), on vectors x of n numbers.

    R plays the part of 1 / sd: the elements of R (x - mean) are independent Normal(0, 1), and R'R,
    the precision matrix, that of 1 / sd^2.

    Parameters
    ----------
    mean : array (..., n)
    root : array (..., n, n)
        R, upper triangular, with no zero on its diagonal.
    """

    mean: np.ndarray
    root: np.ndarray
    support = (-np.inf, np.inf)
    event_ndim = 1

    @property
    def covariance(self):
        """(R'R)^-1, (..., n, n)."""
        inverse = np.linalg.inv(self.root)
        return inverse @ np.swapaxes(inverse, -1, -2)

    @property
    def sd(self):
        """Standard deviation of each element, (..., n)."""
        return np.sqrt(np.diagonal(self.covariance, axis1=-2, axis2=-1))

    @property
    def correlation(self):
        """(..., n, n)."""
        return self.covariance / (self.sd[..., :, None] * self.sd[..., None, :])

    @property
    def batch_shape(self):
        """Shape of a draw: batch axes of both parameters, and n."""
        mean, root = np.shape(self.mean), np.shape(self.root)
        return (*np.broadcast_shapes(mean[:-1], root[:-2]), mean[-1])

    def logpdf(self, x):
        """Log density of each vector (last axis)."""
        n = np.shape(self.mean)[-1]
        with np.errstate(all="ignore"):
            z = (self.root @ (numbers_of(x) - self.mean)[..., None])[..., 0]
            log_det = np.log(np.abs(np.diagonal(self.root, axis1=-2, axis2=-1))).sum(axis=-1)
            return log_det - 0.5 * (n * LOG_2PI + (z**2).sum(axis=-1))

    def _draw(self, rng, size):
        z = rng.standard_normal(size)
        return self.mean + np.linalg.solve(self.root, z[..., None])[..., 0]

    def __repr__(self):
        return (f"MultivariateNormal(mean={short(self.mean)}, sd={short(self.sd)}, "
                f"correlation={short(self.correlation)})")
