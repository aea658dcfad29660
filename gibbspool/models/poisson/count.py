"""The Poisson-lognormal probability of a count, and draws of the log rate behind it.

y ~ Poisson(exp(v)), v ~ Normal(a, sigma): v is the log of the expected count, a = mu_log +
log(exposure).
"""
import numpy as np
from scipy.special import gammaln, log_ndtr, wrightomega

from ...numerics.special import LOG_2PI

CELLS = 200_000  # elements of the largest table that is held at a time


def log_count(y, a, sigma, rough=False):
    """log of the integral of Poisson(y; exp(v)) Normal(v; a, sigma) over v: the Poisson-lognormal
    probability of y.

    The integrand has a single peak, where y - k = (v0 - a) / sigma^2 with k = exp(v0); v0 is known
    in closed form (Wright's omega function). At a distance d from there it has fallen by the factor
    exp(-d^2 / (2 sigma^2) - k (exp(d) - 1 - d)), whatever y is. This is summed by the trapezoidal
    rule, over a range outside which the factor is below exp(-32), in steps small enough for an
    error below 1e-12.

    Parameters
    ----------
    y : float
    a, sigma : array, of one shape
        a = mu_log + log(exposure).
    rough : bool
        Laplace's approximation instead: cheap, good enough to find one's way.
    """
    shape = np.shape(a)
    a, sigma = np.ravel(a), np.ravel(sigma)
    plateau = (y == 0) & (sigma > 3)
    found = np.empty(a.shape)
    found[plateau] = log_ndtr(-a / sigma)[plateau] if rough else _log_zero_count(a[plateau],
                                                                                 sigma[plateau])
    found[~plateau] = _log_count_at_peak(y, a[~plateau], sigma[~plateau], rough)
    return found.reshape(shape)


def _log_count_at_peak(y, a, sigma, rough):
    v0, off, k = _peak(y, a, sigma)
    precision = 1 / sigma**2
    slope = y - k - off * precision                                     # zero but for rounding
    top = log_poisson(y, v0) - 0.5 * (off / sigma) ** 2 - np.log(sigma)
    if rough:
        return top - 0.5 * np.log(precision + k)
    return top - 0.5 * LOG_2PI + _log_sum(
        lambda d, k, precision, slope: d * (slope - 0.5 * precision * d) - k * (np.expm1(d) - d),
        precision, k, (k, precision, slope))


def log_poisson(y, v):
    """log Poisson(y; exp(v)), written around its highest value at v = log y, so that large counts keep their digits."""
    if y == 0:
        return -np.exp(v)
    t = v - np.log(y)
    return -y * (np.expm1(t) - t) - (gammaln(y + 1) - y * np.log(y) + y)


def _peak(y, a, sigma):
    """Where y v - exp(v) - (v - a)^2 / (2 sigma^2) is highest: v0, v0 - a and exp(v0)."""
    variance = sigma**2
    k = wrightomega(2 * np.log(sigma) + a + variance * y) / variance
    near = (variance * max(y, 1.0) < 1) | (k == 0)
    with np.errstate(divide="ignore"):
        v0 = np.where(near, a + variance * (y - k), np.log(k))
    off = np.where(near, variance * (y - k), v0 - a)
    for _ in range(2):  # Newton's method, for the last digits
        k = np.exp(v0)
        step = (y - k - off / variance) / (1 / variance + k)
        v0, off = v0 + step, off + step
    return v0, off, np.exp(v0)


def _log_zero_count(a, sigma):
    """log_count for y = 0 and a large sigma, where the peak is a plateau: integrated by parts.

    The integral of exp(-exp(v)) Normal(v; a, sigma) is that of exp(v - exp(v)) Phi((v - a) /
    sigma), which is nowhere wide. A straight line above log Phi makes it at most a log-Gamma(1 +
    slope), which tells where it is.
    """
    z = -a / sigma
    slope = np.exp(-0.5 * (z**2 + LOG_2PI) - log_ndtr(z)) / sigma
    v0 = np.log1p(slope)

    def log_integrand(d, v0, a, sigma, top):
        v = v0 + d
        return v - np.exp(v) + log_ndtr((v - a) / sigma) - top

    top = log_integrand(0.0, v0, a, sigma, 0.0)
    return top + _log_sum(log_integrand, np.zeros(len(a)), 1 + slope, (v0, a, sigma, top),
                          drop=36.0)


def _log_sum(log_factor, precision, k, parameters, drop=32.0):
    """log of the integral of a factor that falls like exp(-precision d^2 / 2 - k (exp(d) - 1 - d)), trapezoidal rule."""
    variance = 1 / (precision + k)
    reach = np.sqrt(2 * drop)
    with np.errstate(divide="ignore"):
        right = np.minimum(reach * np.sqrt(variance),
                           np.log1p(drop / k + reach * np.sqrt(variance)))
        # For d > 0, exp(-d) - 1 + d >= d^2 / (2 + d): the factor has fallen by `drop` where d^2 =
        # (2 + d) bound.
        bound = drop * variance
        left = np.minimum((bound + np.sqrt(bound**2 + 8 * bound)) / 2, reach / np.sqrt(precision))
    points = np.ceil((left + right) * (np.sqrt(precision + k) + 2) / 0.8).astype(int) + 2
    found = np.empty(len(k))
    order = np.argsort(points)
    start = 0
    while start < len(order):
        stop = start + max(CELLS // points[order[start]], 1)
        stop = start + max(CELLS // points[order[min(stop, len(order)) - 1]], 1)
        i = order[start:stop]
        n = points[i].max()
        d = -left[i] + (left[i] + right[i]) * np.linspace(0, 1, n)[:, None]
        p = np.exp(log_factor(d, *(x[i] for x in parameters)))
        p[[0, -1]] /= 2
        found[i] = np.log(p.sum(axis=0)) + np.log((left[i] + right[i]) / (n - 1))
        start += len(i)
    return found


def draw_log_mean(rng, y, a, sigma):
    """Independent draws of v given y: from the density proportional to exp(y v - exp(v)) Normal(v;
    a, sigma).

    By rejection. A straight line below exp(v), touching it at the peak v0, turns the density into a
    Normal(v0, sigma) above it; a straight line above log Normal(v; a, sigma) turns it into the log
    of a Gamma(k) above it. Whichever of the two is narrower is proposed from, so that most
    proposals are accepted.

    Parameters
    ----------
    y, a, sigma : array, of shapes that fit each other
    """
    y, a, sigma = np.broadcast_arrays(y, a, sigma)
    v0 = np.empty(y.shape)
    for one in np.unique(y):
        v0[y == one] = _peak(one, a[y == one], sigma[y == one])[0]
    k, v = np.exp(v0), np.empty(y.shape)
    from_gamma = sigma**2 > 1 / k + 1 / k**2
    todo = np.ones(y.shape, dtype=bool)
    while todo.any():
        d = sigma[todo] * rng.standard_normal(todo.sum())
        shape = np.where(from_gamma, k, 1.0)[todo]
        with np.errstate(divide="ignore", over="ignore"):
            log_gamma = np.log(rng.gamma(shape + 1.0)) + np.log(1 - rng.random(len(shape))) / shape
            d = np.where(from_gamma[todo], log_gamma - v0[todo], d)
            log_accept = np.where(from_gamma[todo], -0.5 * (d / sigma[todo]) ** 2, -k[todo]
                                  * (np.expm1(d) - d))
        accept = np.log(1 - rng.random(len(d))) < log_accept
        v[np.flatnonzero(todo)[accept] if v.ndim == 1
          else tuple(x[accept] for x in np.nonzero(todo))] = (v0[todo] + d)[accept]
        todo[todo] = ~accept
    return v
