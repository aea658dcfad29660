"""Densities in a plane (mu, u), held as strips: for each of n values of u, a line of Gauss-Legendre
nodes of mu.

The log of a density, known at the nodes of a strip, is a polynomial in mu: it can be integrated
along the strip, read off anywhere on it, and averaged over a normal distribution however narrow.
`Covering` finds the strips.
"""
from functools import lru_cache

import numpy as np
from numpy.polynomial import legendre
from scipy.special import logsumexp

from .special import LOG_2PI

HERMITE, HERMITE_WEIGHTS = np.polynomial.hermite_e.hermegauss(12)

LOG_HERMITE_WEIGHTS = np.log(HERMITE_WEIGHTS) - 0.5 * LOG_2PI

REACH = HERMITE[-1]  # 5.5 standard deviations


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
        t, log_weight, self._to_series = _gauss_legendre(size)
        self.mu = low + self.half + self.half * t[:, None]
        self.log_weight = log_weight[:, None] + np.log(self.half)

    def __getitem__(self, chosen):
        return Strips(self.low[chosen], self.high[chosen], self.size)

    def integral(self, log_p):
        """Log of the integral along each strip, (..., n), of densities (..., size, n)."""
        return logsumexp(log_p + self.log_weight, axis=-2)

    def series(self, log_p):
        """The polynomial through the log density along each strip: its Legendre coefficients (size,
        n).
        """
        return self._to_series @ log_p

    def read(self, series, mu):
        """The log density at mu, of a shape (..., n) or (..., 1); -inf outside the strip."""
        t = (mu - self.low) / self.half - 1
        inside = np.abs(t) <= 1
        return np.where(inside, legendre.legval(np.where(inside, t, 0.0), series, tensor=False),
                        -np.inf)

    def averaged(self, log_p, sigma):
        """Log of the integral of Normal(x; mu, sigma) against the density, as strips of x and a log
        density on them.

        For sigma (n,) up to the distance of the nodes: mu = x - sigma z at 12 Gauss-Hermite nodes
        z. The strips of x are shorter by the reach of z.
        """
        across = Strips(self.low + REACH * sigma, self.high - REACH * sigma, self.size)
        series = self.series(log_p)
        terms = [self.read(series, across.mu - sigma * z) + w for z,
                 w in zip(HERMITE, LOG_HERMITE_WEIGHTS)]
        return across, logsumexp(terms, axis=0)


@lru_cache
def _gauss_legendre(size):
    """Nodes, logs of the weights, and the matrix from values at the nodes to Legendre
    coefficients.
    """
    t, weight = legendre.leggauss(size)
    return t, np.log(weight), (legendre.legvander(t, size - 1) * weight[:, None]
                               * (np.arange(size) + 0.5)).T


def mixed(strips, log_p, log_weight, sigma, depth=42.0):
    """The density of x ~ Normal(mu, sigma(u)), for a density of (mu, u) that is known on strips.

    Strips that hold less than exp(-depth) of the fullest are left out. Where sigma is large beside
    the distance of the nodes of mu, the integral over mu is a sum over them; where it is not,
    `Strips.averaged` gives it.

    Parameters
    ----------
    strips : Strips
    log_p : array (size, n)
        Log density of (mu, u).
    log_weight, sigma : array (n,)
        Log weights of the nodes of u, and sigma there.

    Returns
    -------
    log_density : callable
        Of an array (m,) of x.
    low, high : float
        A range outside which there is nothing.
    """
    held = strips.integral(log_p) + log_weight
    matters = np.flatnonzero(held > held.max() - depth)
    distance = strips.half * np.pi / strips.size
    sums, averages = (matters[(sigma[matters] > 1.2 * distance[matters]) == large]
                      for large in (True, False))

    log_mass = (log_p + strips.log_weight + log_weight)[:, sums]
    chosen = log_mass > log_mass.max(initial=-np.inf) - depth
    means = strips.mu[:, sums][chosen]
    sds = np.broadcast_to(sigma[sums], log_mass.shape)[chosen]
    log_mass = log_mass[chosen] - np.log(sds) - 0.5 * LOG_2PI

    across, log_average = strips[averages].averaged(log_p[:, averages], sigma[averages])
    series, over_u = across.series(log_average), log_weight[averages]

    def log_density(x):
        direct = log_mass - 0.5 * ((x[:, None] - means) / sds) ** 2
        return logsumexp(np.concatenate([direct, across.read(series, x[:, None]) + over_u], axis=1),
                         axis=1)

    return log_density, (strips.low - 9 * sigma)[matters].min(), (strips.high + 9
                                                                  * sigma)[matters].max()
