"""A count of zero where sigma is large: the integrand over the log rate is a plateau.

v = log k is counted from 0, and z = (v - a) / sigma: see `count`.
"""
import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr

from .grids import grids

FARTHEST_Z = 1e6  # times sigma: an a beyond that is taken to be that

DEPTH = 36.0      # a grid ends where the integrand is exp(-36) of its height


def zero(a, sigma):
    """What `count.Count` tells, for y = 0 and a large sigma: arrays (n,), in its order.

    exp(-exp(v)) is all but 1 for v < 0 and all but 0 for v > 0. Integrated by parts, the integral
    of exp(-exp(v)) Normal(v; a, sigma) is that of exp(v - exp(v)) Phi(z), z = (v - a) / sigma,
    which is nowhere wide. A straight line above log Phi, of the slope that log Phi has at v = 0,
    makes it at most the density of the log of a Gamma(1 + slope), which tells where it is.

    As a grows, Phi(z) falls by phi(z) / sigma, and that by z phi(z) / sigma^2. From the slope and
    curvature of log_p come the moments, those of k by Poisson and those of v by the normal::

        E[k] = -slope,             Var[k] = curvature - slope
        E[v] = a + sigma^2 slope,  Var[v] = sigma^2 + sigma^4 curvature
    """
    a, steepness, v0, log_height = plateau(a, sigma)
    log_area, falls, bends = np.empty((3, len(a)))
    for i, d, step in grids(np.zeros(len(a)), 1 + steepness, DEPTH):
        v = v0[i] + d
        z = (v - a[i]) / sigma[i]
        log_p_v = v - np.exp(v) - log_height[i]
        p, density = times_Phi_and_phi(log_p_v, z)
        p[[0, -1]] /= 2
        density[[0, -1]] /= 2
        total = p.sum(axis=0)
        log_area[i] = np.log(total * step)
        falls[i] = density.sum(axis=0) / total / sigma[i]
        bends[i] = np.einsum("ij,ij->j", density, z) / total / sigma[i] ** 2
    slope = -falls
    curvature = np.clip(-bends - falls**2, -1 / sigma**2, 0.0)  # as the normal has it, and as 1 has
    return (log_height + log_area, slope, curvature,
            a + sigma**2 * slope, np.maximum(sigma**2 * (1 + sigma**2 * curvature), 0.0),
            falls, np.maximum(curvature - slope, 0.0))


def log_p_of_zero(a, sigma):
    """The log_p of `zero` alone, as an array (1, n)."""
    a, steepness, v0, log_height = plateau(a, sigma)
    log_area = np.empty(len(a))
    for i, d, step in grids(np.zeros(len(a)), 1 + steepness, DEPTH):
        v = v0[i] + d
        z = (v - a[i]) / sigma[i]
        log_p_v = v - np.exp(v) - log_height[i]
        if z.min() > -30:  # in half the time
            p = np.exp(log_p_v) * ndtr(z)
        else:
            p, _ = times_Phi_and_phi(log_p_v, z)
        p[[0, -1]] /= 2
        log_area[i] = np.log(p.sum(axis=0) * step)
    return (log_height + log_area)[None]


def plateau(a, sigma):
    """a within its limits, the slope of log Phi at v = 0, v0, and the log of exp(v - exp(v)) Phi(z)
    there.
    """
    a = np.clip(a, -FARTHEST_Z * sigma, FARTHEST_Z * sigma)
    steepness = phi_over_Phi(-a / sigma) / sigma
    v0 = np.log1p(steepness)
    return a, steepness, v0, v0 - np.exp(v0) + log_ndtr((v0 - a) / sigma)


def times_Phi_and_phi(log_p, z):
    """p Phi(z) and p phi(z), their ratio with all digits: Phi(z) = phi(z) sqrt(pi / 2) erfcx(-z /
    sqrt(2)). Above 9 Phi is 1.
    """
    at_most_9 = np.minimum(z, 9.0)
    p_phi = np.exp(log_p - 0.5 * at_most_9**2) / np.sqrt(2 * np.pi)
    p_Phi = p_phi * erfcx(at_most_9 * -np.sqrt(0.5)) * np.sqrt(np.pi / 2)
    return p_Phi, p_phi * np.exp(0.5 * (at_most_9**2 - z**2))


def phi_over_Phi(z):
    """The standard normal density over its cdf, which for z far below 0 tends to -z."""
    with np.errstate(over="ignore"):
        return np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2))
