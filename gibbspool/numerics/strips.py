"""Densities in a plane (mu, u), held as strips: for each u, a line of Gauss-Legendre nodes of mu.

The log of a density, known at the nodes of a strip, is a polynomial in mu: it can be integrated
along the strip, read off anywhere on it, and averaged over a normal distribution however narrow.
`covering.Covering` finds the strips.
"""
from functools import lru_cache

import numpy as np
from numpy.polynomial import hermite_e, legendre
from scipy.special import logsumexp

from .special import LOG_2PI

# Gauss-Hermite: the mean of f(z), z ~ Normal(0, 1), is the sum of weight * f(node).
HERMITE_NODES, HERMITE_WEIGHTS = hermite_e.hermegauss(12)
LOG_HERMITE_WEIGHTS = np.log(HERMITE_WEIGHTS) - 0.5 * LOG_2PI
HERMITE_REACH = HERMITE_NODES[-1]  # 5.5 standard deviations


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
        t, log_weight, self._to_series = gauss_legendre(size)
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

    def averaged(self, log_p, sigma):
        """The density of x ~ Normal(mu, sigma) along each strip: strips of x, and its log on them.

        For sigma (n,) up to the distance of the nodes: mu = x - sigma z at 12 Gauss-Hermite nodes
        z. The strips of x are shorter by the reach of z.
        """
        reach = HERMITE_REACH * sigma
        across = Strips(self.low + reach, self.high - reach, self.size)
        series = self.series(log_p)
        terms = [self.read(series, across.mu - sigma * z) + log_weight
                 for z, log_weight in zip(HERMITE_NODES, LOG_HERMITE_WEIGHTS)]
        return across, logsumexp(terms, axis=0)


@lru_cache  # it is asked for at every step, always of a few sizes, and takes time for large ones
def gauss_legendre(size):
    """Nodes, logs of their weights, and the matrix from values there to a Legendre series."""
    t, weight = legendre.leggauss(size)
    to_series = (legendre.legvander(t, size - 1) * weight[:, None] * (np.arange(size) + 0.5)).T
    return t, np.log(weight), to_series


def mixture_of_normals(strips, log_p, log_weight, sigma, depth=42.0):
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
    matters = held > held.max() - depth
    widest_gap = strips.half * np.pi / strips.size          # between two nodes of mu
    wide = matters & (sigma > 1.2 * widest_gap)
    narrow = matters & ~wide

    # Wide normals: one for each node of mu that matters, with the mass of the node.
    log_mass = (log_p + strips.log_weight + log_weight)[:, wide]
    full = log_mass > log_mass.max(initial=-np.inf) - depth
    means = strips.mu[:, wide][full]
    sds = np.broadcast_to(sigma[wide], log_mass.shape)[full]
    log_height = log_mass[full] - np.log(sds) - 0.5 * LOG_2PI

    # Narrow normals: averaged along each strip beforehand.
    across, log_average = strips[narrow].averaged(log_p[:, narrow], sigma[narrow])
    series, log_weight_narrow = across.series(log_average), log_weight[narrow]

    def log_density(x):
        of_wide = log_height - 0.5 * ((x[:, None] - means) / sds) ** 2
        of_narrow = across.read(series, x[:, None]) + log_weight_narrow
        return logsumexp(np.concatenate([of_wide, of_narrow], axis=1), axis=1)

    low = (strips.low - 9 * sigma)[matters].min()
    high = (strips.high + 9 * sigma)[matters].max()
    return log_density, low, high
