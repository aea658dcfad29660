"""One group: the Poisson-lognormal probability of its count, and what it tells of the log rate.

y ~ Poisson(k), and log k ~ Normal(mu_log + log(exposure), sigma). Large counts keep their digits
because log k is counted from the log of the count, or from 0 for a count of zero::

    v = log k - log max(y, 1) ~ Normal(a, sigma),    a = mu_log + log(exposure) - log max(y, 1)

Throughout, v0 is where the density of v given y is highest, k0 is the expected count there, and
d = v - v0.
"""
from typing import NamedTuple

import numpy as np
from scipy.special import erfcx, log_ndtr, wrightomega

from ...numerics.pieces import pieces
from ...numerics.special import LOG_2PI, stirling_remainder

GRID_CELLS = 100_000  # numbers in the largest table that is held at a time (0.8 MB)

MOST_POINTS = 1500    # of a grid: enough wherever the probability is more than exp(-1000)

FARTHEST = 1e20       # times sigma, or times 1: an a beyond that is taken to be that
FARTHEST_Z = 1e6      # times sigma: the same for a plateau

LEAST = 1e-140        # an expected count at its peak is taken to be at least that

DEPTH = 32.0          # a grid ends where the integrand is exp(-32) of its height


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
    return Count(*summed(count_around_peak, zero_over_plateau, len(Count._fields), y, a, sigma))


def log_p_of_count(y, a, sigma):
    """The log_p of `of_count` alone, at half the cost."""
    def over_plateau(a, sigma):
        return zero_over_plateau(a, sigma).log_p

    return summed(log_p_around_peak, over_plateau, 1, y, a, sigma)[0]


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


def zero_over_plateau(a, sigma):
    """`of_count` for y = 0 and a large sigma.

    exp(-exp(v)) is all but 1 for v < 0 and all but 0 for v > 0. Integrated by parts, the integral
    of exp(-exp(v)) Normal(v; a, sigma) is that of exp(v - exp(v)) Phi(z), z = (v - a) / sigma,
    which is nowhere wide. A straight line above log Phi, of the slope that log Phi has at v = 0,
    makes it at most the density of the log of a Gamma(1 + slope), which tells where it is.

    As a grows, Phi(z) falls by phi(z) / sigma, and that by z phi(z) / sigma^2. From the slope and
    curvature of log_p come the moments, those of k by Poisson and those of v by the normal::

        E[k] = -slope,             Var[k] = curvature - slope
        E[v] = a + sigma^2 slope,  Var[v] = sigma^2 + sigma^4 curvature
    """
    a = np.clip(a, -FARTHEST_Z * sigma, FARTHEST_Z * sigma)
    z = -a / sigma
    steepness = phi_over_Phi(z) / sigma
    v0 = np.log1p(steepness)
    log_height = v0 - np.exp(v0) + log_ndtr((v0 - a) / sigma)
    log_area, falls, bends = np.empty((3, len(a)))
    for i, d, step in grids(np.zeros(len(a)), 1 + steepness, depth=36.0):
        v = v0[i] + d
        z = (v - a[i]) / sigma[i]
        p = np.exp(v - np.exp(v) + log_ndtr(z) - log_height[i])
        p[[0, -1]] /= 2
        total = p.sum(axis=0)
        log_area[i] = np.log(total * step)
        p *= phi_over_Phi(z) / sigma[i]
        falls[i] = p.sum(axis=0) / total
        bends[i] = np.einsum("ij,ij->j", p, z) / total / sigma[i]
    slope = -falls
    curvature = np.clip(-bends - falls**2, -1 / sigma**2, 0.0)  # as the normal has it, and as 1 has
    return Count(log_height + log_area, slope, curvature,
                 a + sigma**2 * slope, np.maximum(sigma**2 * (1 + sigma**2 * curvature), 0.0),
                 falls, np.maximum(curvature - slope, 0.0))


def phi_over_Phi(z):
    """The standard normal density over its cdf, which for z far below 0 tends to -z."""
    with np.errstate(over="ignore"):
        return np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2))


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


def grids(precision, k, depth):
    """Grids of d for integrals (n,) of factors exp(-precision d^2 / 2 - k (exp(d) - 1 - d)).

    And of these times exp(2 d), for mean and variance of the rate. The integrals are taken in
    pieces of similar grids, those of the fewest points first.

    Parameters
    ----------
    precision, k : array (n,)
    depth : float
        The grid ends where the factor has fallen to exp(-depth) or less.

    Yields
    ------
    i : array (m,) of int
        Numbers of the integrals in the piece.
    d : array (points, m)
        A grid for each, in a column.
    step : array (m,)
    """
    left, right = reach(precision, k, depth)
    width = left + right
    points = width * (np.sqrt(precision + k) + 2) / 0.8
    points = np.ceil(np.minimum(points, MOST_POINTS)).astype(int) + 2
    order = np.argsort(points)
    for (i,) in pieces(order, cells=points[order], largest=GRID_CELLS):
        most = points[i[-1]]
        yield i, -left[i] + width[i] * np.linspace(0, 1, most)[:, None], width[i] / (most - 1)


def reach(precision, k, depth):
    """How far to the left and to the right exp(-precision d^2 / 2 - k (exp(d) - 1 - d)) matters.

    Two bounds each way tell where it has surely fallen to exp(-depth), on the right exp(-depth -
    2 d); the nearer one is taken:

    - right: exp(d) - 1 - d >= d^2 / 2 gives d^2 = 2 (depth + 2 d) / (precision + k); and
      k (exp(d) - 1 - d) alone, with that d on the right-hand side,
      d = log(1 + (depth + 2 d) / k + d).
    - left: exp(-d) - 1 + d >= d^2 / (2 + d) gives d^2 = (2 + d) depth / (precision + k); and
      precision d^2 / 2 alone, d^2 = 2 depth / precision.
    """
    variance = 1 / (precision + k)
    bound = depth * variance
    right = 2 * variance + np.sqrt((2 * variance) ** 2 + 2 * bound)
    with np.errstate(divide="ignore", over="ignore"):
        right = np.minimum(right, np.log1p((depth + 2 * right) / k + right))
        left = np.minimum((bound + np.sqrt(bound**2 + 8 * bound)) / 2,
                          np.sqrt(2 * depth / precision))
    return left, right


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
