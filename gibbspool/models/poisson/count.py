"""One group: the Poisson-lognormal probability of its count, and what it tells of the log rate.

y ~ Poisson(k), and log k ~ Normal(mu_log + log(exposure), sigma). Large counts keep their digits
because log k is counted from the log of the count, or from 0 for a count of zero::

    v = log k - log max(y, 1) ~ Normal(a, sigma),    a = mu_log + log(exposure) - log max(y, 1)

Throughout, v0 is where the density of v given y is highest, k0 is the expected count there, and
d = v - v0.
"""
from typing import NamedTuple

import numpy as np
from scipy.special import wrightomega

from ...numerics.special import LOG_2PI, stirling_remainder
from .grids import grids
from .plateau import log_p_of_zero, zero

FARTHEST = 1e20  # times sigma, or times 1: an a beyond that is taken to be that

LEAST = 1e-140   # an expected count at its peak is taken to be at least that

DEPTH = 32.0     # a grid ends where the integrand is exp(-32) of its height


class Count(NamedTuple):
    """What one count tells, given mu_log and sigma: arrays of one shape.

    Attributes
    ----------
    log_p : log of the probability of y, the log rate integrated out.
    slope, curvature : first and second derivative of log_p in mu_log.
    mean, variance : of v given y.
    expected, variance_of_expected : mean and variance of the expected count k given y.
    """

    log_p: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    expected: np.ndarray
    variance_of_expected: np.ndarray


def log_poisson_lognormal(y, a, sigma):
    """log of the integral of Poisson(y; exp(x)) Normal(x; a, sigma) over x.

    Parameters
    ----------
    y, a, sigma : array, of shapes that fit each other
        a = mu_log + log(exposure).
    """
    return log_p_of_count(y, a - log_unit(y), sigma)


def log_unit(y):
    """The log that v is counted from, log max(y, 1)."""
    return np.log(np.maximum(y, 1.0))


def of_count(y, a, sigma):
    """The `Count` of y, a and sigma, arrays of shapes that fit each other.

    The integrand has a single peak; around it, it is summed by the trapezoidal rule, over a range
    outside which it is below exp(-32) of its height, in steps small enough for an error below
    1e-12. For a count of zero and a large sigma the peak is a plateau, which is integrated by parts
    first.
    """
    return Count(*summed(count_around_peak, zero, len(Count._fields), y, a, sigma))


def log_p_of_count(y, a, sigma):
    """The log_p of `of_count` alone, at half the cost."""
    return summed(log_p_around_peak, log_p_of_zero, 1, y, a, sigma)[0]


def summed(around_peak, over_plateau, rows, y, a, sigma):
    """What is found around a peak, or over a plateau, as one array (rows, ...)."""
    y, a, sigma = np.broadcast_arrays(y, a, sigma)
    shape = y.shape
    y, a, sigma = (np.asarray(x, dtype=float).ravel() for x in (y, a, sigma))
    farthest = FARTHEST * np.maximum(sigma, 1.0)
    a = np.clip(a, -farthest, farthest)
    plateau = (y == 0) & (sigma > 3)
    found = np.empty((rows, len(y)))
    if plateau.any():
        found[:, plateau] = over_plateau(a[plateau], sigma[plateau])
    if not plateau.all():
        peaked = ~plateau
        found[:, peaked] = around_peak(y[peaked], a[peaked], sigma[peaked])
    return found.reshape(rows, *shape)


class Peak(NamedTuple):
    """The peak of the integrand: arrays (n,).

    Attributes
    ----------
    v0, off, k0, excess : v0, v0 - a, the expected count there, and y - k0.
    precision : 1 / sigma^2.
    slope : zero but for rounding.
    """

    v0: np.ndarray
    off: np.ndarray
    k0: np.ndarray
    excess: np.ndarray
    precision: np.ndarray
    slope: np.ndarray


def peak_of(y, a, sigma):
    """The `Peak` of the integrand."""
    v0, off, k0, excess = peak(y, a, sigma)
    precision = 1 / sigma**2
    # At the peak the slope is zero but for rounding, which is made good; unless it is so steep all
    # around that rounding is all there is.
    slope = excess - off * precision
    steep = np.sqrt(precision + k0)
    return Peak(v0, off, k0, excess, precision, np.clip(slope, -steep, steep))


def weights_around(at, d, stretched):
    """The integrand at distances d from its peak, over its height; stretched = exp(d) - 1.

    The first and the last count half, as the trapezoidal rule has it.
    """
    p = np.exp(d * (at.slope - 0.5 * at.precision * d) - at.k0 * (stretched - d))
    p[[0, -1]] /= 2
    return p


def log_height(y, at, sigma):
    """The log of the integrand at its peak."""
    return (log_poisson(y, at.v0) - 0.5 * (at.off / sigma) ** 2 - np.log(sigma) - 0.5 * LOG_2PI)


def log_p_around_peak(y, a, sigma):
    """The log_p of `count_around_peak`."""
    at = peak_of(y, a, sigma)
    log_area = np.empty(len(y))
    for i, d, step in grids(at.precision, at.k0, DEPTH):
        p = weights_around(Peak(*(values[i] for values in at)), d, np.expm1(d))
        log_area[i] = np.log(p.sum(axis=0) * step)
    return log_height(y, at, sigma) + log_area


def count_around_peak(y, a, sigma):
    """`of_count` where the integrand has a peak.

    At a distance d from the peak the integrand has fallen, whatever y is, by the factor::

        exp(-d^2 / (2 sigma^2) - k0 (exp(d) - 1 - d))

    The slope is that of the normal, E[v - a] / sigma^2, and that of the Poisson, E[y - k]: the
    first keeps its digits where the count says more of v than the normal does, the second where it
    says less.
    """
    at = peak_of(y, a, sigma)
    v0, off, k0, excess, precision, _ = at
    mean, variance, stretch, variance_of_stretch, log_area = np.empty((5, len(y)))
    for i, d, step in grids(precision, k0, DEPTH):
        stretched = np.expm1(d)
        p = weights_around(Peak(*(values[i] for values in at)), d, stretched)
        total = p.sum(axis=0)
        log_area[i] = np.log(total * step)
        mean[i], variance[i] = mean_and_variance(d, p, total)
        stretch[i], variance_of_stretch[i] = mean_and_variance(stretched, p, total)
    expected = k0 + k0 * stretch
    data_say_more = k0 > precision
    with np.errstate(over="ignore"):
        variance_of_expected = (k0 * np.sqrt(variance_of_stretch)) ** 2
        slope = np.where(data_say_more, (off + mean) * precision, excess - k0 * stretch)
        curvature = np.where(data_say_more, (variance * precision - 1) * precision,
                             variance_of_expected - expected)
    curvature = np.minimum(curvature, 0.0)      # but for rounding it is
    return Count(log_height(y, at, sigma) + log_area, slope, curvature, v0 + mean, variance,
                 expected, variance_of_expected)


def mean_and_variance(x, p, total):
    """Mean and variance down the columns of a table of x, with weights p that sum to total."""
    px = p * x
    mean = px.sum(axis=0) / total
    return mean, np.maximum(np.einsum("ij,ij->j", px, x) / total - mean**2, 0.0)


def log_poisson(y, v):
    """log Poisson(y; k), written around its highest value, at k = y.

    With v = log(k / y) it is -y (exp(v) - 1 - v) plus the value at the peak, which Stirling's
    formula gives. Nothing large cancels where the probability is high.
    """
    counted = np.maximum(y, 1.0)
    at_peak = -0.5 * (LOG_2PI + np.log(counted)) - (stirling_remainder(counted + 1)
                                                    + (counted + 0.5) * np.log1p(1 / counted) - 1)
    return np.where(y > 0, -y * (np.expm1(v) - v) + at_peak, -np.exp(np.minimum(v, 700.0)))


def peak(y, a, sigma):
    """Where the density of v given y is highest: v0, v0 - a, k0 and y - k0.

    There y - k0 = (v0 - a) / sigma^2, which Wright's omega function solves in closed form.
    """
    variance, unit = sigma**2, np.maximum(y, 1.0)
    k0 = wrightomega(2 * np.log(sigma) + a + np.log(unit) + variance * y) / variance
    near = (variance * np.maximum(k0, unit) < 1) | (k0 < LEAST)  # v0 is nearer to a than to log k0
    with np.errstate(divide="ignore"):
        v0 = np.where(near, a + variance * (y - k0), np.log(k0 / unit))
    off = np.where(near, variance * (y - k0), v0 - a)
    for _ in range(2):  # Newton's method, for the last digits
        k0 = unit * np.exp(v0)
        excess = np.where(y > 0, -y * np.expm1(v0), -k0)
        step = (excess - off / variance) / (1 / variance + k0)
        v0, off = v0 + step, off + step
    excess = np.where(y > 0, -y * np.expm1(v0), -np.exp(v0))
    return v0, off, np.maximum(unit * np.exp(v0), LEAST), excess


def draw_log_mean(rng, y, a, sigma):
    """Independent draws of v = log k given y, a density ~ exp(y v - exp(v)) Normal(v; a, sigma).

    By rejection, from one of two proposals:

    - A straight line below exp(v), touching it at the peak v0, turns the density into a
      Normal(v0, sigma) above it. Accepted with probability exp(-k (exp(d) - 1 - d)).
    - A straight line above log Normal(v; a, sigma), touching it at v0, turns the density into that
      of the log of a Gamma(k) above it. Accepted with probability exp(-d^2 / (2 sigma^2)).

    The narrower of the two is taken, so that most proposals are accepted.

    Parameters
    ----------
    y, a, sigma : array, of shapes that fit each other
    """
    y, a, sigma = np.broadcast_arrays(y, a, sigma)
    shape = y.shape
    y, a, sigma = (np.asarray(x, dtype=float).ravel() for x in (y, a, sigma))
    v0, _, k, _ = peak(y, a - log_unit(y), sigma)
    v0 = v0 + log_unit(y)
    with np.errstate(divide="ignore"):
        from_gamma = sigma**2 > 1 / k + 1 / k**2      # about the variance of the log of a Gamma(k)
    v = np.empty(len(y))
    waiting = np.arange(len(y))                       # those for which nothing is accepted yet
    while len(waiting):
        d, log_accept = propose(rng, v0[waiting], k[waiting], sigma[waiting], from_gamma[waiting])
        accepted = np.log(1 - rng.random(len(d))) < log_accept
        done = waiting[accepted]
        v[done] = v0[done] + d[accepted]
        waiting = waiting[~accepted]
    return v.reshape(shape)


def propose(rng, v0, k, sigma, from_gamma):
    """Proposals d = v - v0 of `draw_log_mean`, and the log probabilities to accept them."""
    normal = sigma * rng.standard_normal(len(k))
    gamma_shape = np.where(from_gamma, k, 1.0)
    with np.errstate(divide="ignore", over="ignore"):
        # A Gamma(k) is a Gamma(k + 1) times U^(1 / k), whose log does not underflow for small k.
        log_gamma = (np.log(rng.gamma(gamma_shape + 1.0))
                     + np.log(1 - rng.random(len(k))) / gamma_shape)
        d = np.where(from_gamma, log_gamma - v0, normal)
        log_accept = np.where(from_gamma, -0.5 * (d / sigma) ** 2, -k * (np.expm1(d) - d))
    return d, log_accept
