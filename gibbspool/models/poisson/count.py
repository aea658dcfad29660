"""One group: the Poisson-lognormal probability of its count, and draws of the log rate behind it.

y ~ Poisson(exp(v)), v ~ Normal(a, sigma): v is the log of the expected count, and a = mu_log +
log(exposure). Throughout, v0 is where the density of v given y is highest, k = exp(v0) is the
expected count there, and d = v - v0.
"""
import numpy as np
from scipy.special import log_ndtr, wrightomega

from ...numerics.pieces import pieces
from ...numerics.special import LOG_2PI
from .observations import log_poisson_around_peak

GRID_CELLS = 200_000  # numbers in the largest table that is held at a time (1.6 MB)


def log_poisson_lognormal(y, a, sigma, rough=False):
    """log of the integral of Poisson(y; exp(v)) Normal(v; a, sigma) over v.

    The integrand has a single peak; around it, it is summed by the trapezoidal rule, over a range
    outside which it is below exp(-32) of its height, in steps small enough for an error below
    1e-12. For a count of zero and a large sigma the peak is a plateau, which is integrated by parts
    first.

    Parameters
    ----------
    y : float
    a, sigma : array, of one shape
        a = mu_log + log(exposure).
    rough : bool
        An approximation instead: cheap, good enough to find one's way.
    """
    shape = np.shape(a)
    a, sigma = np.ravel(a), np.ravel(sigma)
    plateau = (y == 0) & (sigma > 3)
    log_p = np.empty(a.shape)
    log_p[plateau] = zero_over_plateau(a[plateau], sigma[plateau], rough)
    log_p[~plateau] = count_around_peak(y, a[~plateau], sigma[~plateau], rough)
    return log_p.reshape(shape)


def count_around_peak(y, a, sigma, rough):
    """`log_poisson_lognormal` where the integrand has a peak; `rough` is Laplace's approximation.

    At a distance d from the peak the integrand has fallen, whatever y is, by the factor::

        exp(-d^2 / (2 sigma^2) - k (exp(d) - 1 - d))
    """
    v0, off, k = peak(y, a, sigma)
    precision = 1 / sigma**2
    slope = y - k - off * precision        # at the peak: zero but for rounding, which is made good
    log_height = log_poisson_around_peak(y, v0) - 0.5 * (off / sigma) ** 2 - np.log(sigma)
    if rough:
        return log_height - 0.5 * np.log(precision + k)
    log_area = np.empty(len(k))
    for i, d, step in grids(precision, k, depth=32.0):
        log_factor = d * (slope[i] - 0.5 * precision[i] * d) - k[i] * (np.expm1(d) - d)
        log_area[i] = log_trapezoid(log_factor, step)
    return log_height - 0.5 * LOG_2PI + log_area


def zero_over_plateau(a, sigma, rough):
    """`log_poisson_lognormal` for y = 0 and a large sigma; `rough` is log P(v < 0).

    exp(-exp(v)) is all but 1 for v < 0 and all but 0 for v > 0. Integrated by parts, the integral
    of exp(-exp(v)) Normal(v; a, sigma) is that of exp(v - exp(v)) Phi((v - a) / sigma), which is
    nowhere wide. A straight line above log Phi, of the slope that log Phi has at v = 0, makes it at
    most the density of the log of a Gamma(1 + slope), which tells where it is.
    """
    z = -a / sigma
    if rough:
        return log_ndtr(z)
    slope = np.exp(-0.5 * (z**2 + LOG_2PI) - log_ndtr(z)) / sigma
    v0 = np.log1p(slope)
    log_height = v0 - np.exp(v0) + log_ndtr((v0 - a) / sigma)
    log_area = np.empty(len(a))
    for i, d, step in grids(np.zeros(len(a)), 1 + slope, depth=36.0):
        v = v0[i] + d
        log_factor = v - np.exp(v) + log_ndtr((v - a[i]) / sigma[i]) - log_height[i]
        log_area[i] = log_trapezoid(log_factor, step)
    return log_height + log_area


def peak(y, a, sigma):
    """Where y v - exp(v) - (v - a)^2 / (2 sigma^2) is highest: v0, v0 - a and k = exp(v0).

    There y - k = (v0 - a) / sigma^2, which Wright's omega function solves in closed form.

    Parameters
    ----------
    y : float or array
    a, sigma : array, of one shape, that of y if it is an array
    """
    variance = sigma**2
    k = wrightomega(2 * np.log(sigma) + a + variance * y) / variance
    near = (variance * np.maximum(y, 1.0) < 1) | (k == 0)      # v0 is nearer to a than to log y
    with np.errstate(divide="ignore"):
        v0 = np.where(near, a + variance * (y - k), np.log(k))
    off = np.where(near, variance * (y - k), v0 - a)
    for _ in range(2):  # Newton's method, for the last digits
        k = np.exp(v0)
        step = (y - k - off / variance) / (1 / variance + k)
        v0, off = v0 + step, off + step
    return v0, off, np.exp(v0)


def grids(precision, k, depth):
    """Grids of d for integrals (n,) of factors exp(-precision d^2 / 2 - k (exp(d) - 1 - d)).

    The integrals are taken in pieces of similar grids, those of the fewest points first.

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
    points = np.ceil(width * (np.sqrt(precision + k) + 2) / 0.8).astype(int) + 2
    order = np.argsort(points)
    for (i,) in pieces(order, cells=points[order], largest=GRID_CELLS):
        most = points[i[-1]]
        yield i, -left[i] + width[i] * np.linspace(0, 1, most)[:, None], width[i] / (most - 1)


def reach(precision, k, depth):
    """How far to the left and to the right exp(-precision d^2 / 2 - k (exp(d) - 1 - d)) matters.

    Two bounds each way tell where it has surely fallen to exp(-depth); the nearer one is taken:

    - right: exp(d) - 1 - d >= d^2 / 2 gives d^2 = 2 depth / (precision + k); and
      k (exp(d) - 1 - d) alone, with that d on the right-hand side, d = log(1 + depth / k + d).
    - left: exp(-d) - 1 + d >= d^2 / (2 + d) gives d^2 = (2 + d) depth / (precision + k); and
      precision d^2 / 2 alone, d^2 = 2 depth / precision.
    """
    normal = np.sqrt(2 * depth)                       # in standard deviations
    variance = 1 / (precision + k)
    sd = np.sqrt(variance)
    bound = depth * variance
    with np.errstate(divide="ignore"):
        right = np.minimum(normal * sd, np.log1p(depth / k + normal * sd))
        left = np.minimum((bound + np.sqrt(bound**2 + 8 * bound)) / 2, normal / np.sqrt(precision))
    return left, right


def log_trapezoid(log_p, step):
    """Log of the integrals of exp(log_p) down the columns (points, m), by the trapezoidal rule."""
    p = np.exp(log_p)
    p[[0, -1]] /= 2
    return np.log(p.sum(axis=0)) + np.log(step)


def draw_log_mean(rng, y, a, sigma):
    """Independent draws of v given y, from the density ~ exp(y v - exp(v)) Normal(v; a, sigma).

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
    y, a, sigma = y.ravel(), a.ravel(), sigma.ravel()
    v0, _, k = peak(y, a, sigma)
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
