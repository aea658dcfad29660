"""Densities in a plane (mu, u), held as strips: for each u, a line of Gauss-Legendre nodes of mu.

The log of a density, known at the nodes of a strip, is a polynomial in mu: it can be integrated
along the strip and read off anywhere on it. `ridge.Ridge` finds the strips.
"""
from functools import lru_cache

import numpy as np
from numpy.polynomial import legendre
from scipy.special import logsumexp


class Strips:
    """n strips of mu, from low to high, with `size` nodes each.

    Parameters
    ----------
    low, high : array (n,)
    size : int

    Attributes
    ----------
    mu : array (size, n)
        The nodes.
    log_weight : array (size, n)
        Log of their weights: the integral along a strip is the sum of exp(log_p + log_weight).
    """

    def __init__(self, low, high, size):
        self.low, self.high, self.size = low, high, size
        self.half = (high - low) / 2
        t, log_weight, self._to_series, _ = gauss_legendre(size)
        self.mu = low + self.half + self.half * t[:, None]
        self.log_weight = log_weight[:, None] + np.log(self.half)

    def __getitem__(self, chosen):
        """Some of the strips, by number or by a mask (n,)."""
        return Strips(self.low[chosen], self.high[chosen], self.size)

    def integral(self, log_p):
        """Log of the integral along each strip, (..., n), of densities (..., size, n)."""
        return logsumexp(log_p + self.log_weight, axis=-2)

    def series(self, log_p):
        """Legendre coefficients (size, n) of the polynomial through each strip's log density."""
        return self._to_series @ log_p

    def read(self, series, mu):
        """The log density at mu, of a shape (..., n) or (..., 1); -inf outside the strip."""
        t = (mu - self.low) / self.half - 1
        inside = np.abs(t) <= 1
        log_p = legendre.legval(np.where(inside, t, 0.0), series, tensor=False)
        return np.where(inside, log_p, -np.inf)


@lru_cache  # it is asked for at every step, always of a few sizes, and takes time for large ones
def gauss_legendre(size):
    """Nodes, logs of their weights, the matrix from values there to a Legendre series, and back."""
    t, weight = legendre.leggauss(size)
    to_values = legendre.legvander(t, size - 1)
    to_series = (to_values * weight[:, None] * (np.arange(size) + 0.5)).T
    return t, np.log(weight), to_series, to_values
