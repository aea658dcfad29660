"""Rising factorials, binomial coefficients and the density of a Beta, with all their digits.

All are differences of log Gammas. Those of two large numbers agree in most of their digits, and the
difference has only what is left. So it is taken in Stirling's formula, where the large terms cancel
on paper::

    log Gamma(z) = (z - 1/2) log z - z + log(2 pi) / 2 + r(z),       r(z) = 1 / (12 z) - ...
"""
import numpy as np
from scipy.special import gammaln

LOG_2PI = np.log(2 * np.pi)

EPS = np.finfo(float).eps  # relative rounding error of a number: 2.2e-16

# Coefficients of 1 / z, 1 / z^3, ... in r(z), and from which z these six terms give all its digits.
STIRLING_SERIES = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
STIRLING_FROM = 10.0

SMALL_T = 0.01  # where `log_share_likelihood` is a series


def log_of_ratio(x, place, step):
    """log(x / place), with all its digits for a small step = x - place."""
    near = np.abs(step) < place / 2
    with np.errstate(divide="ignore"):
        return np.where(near, np.log1p(np.where(near, step / place, 0.0)), np.log(x / place))


def rounded_sum(a, b):
    """a + b as floating point holds it, and what it leaves out."""
    total = a + b
    a_is_larger = np.abs(a) >= np.abs(b)
    large, small = np.where(a_is_larger, a, b), np.where(a_is_larger, b, a)
    return total, (large - total) + small


def stirling_remainder(z):
    """r(z) = log Gamma(z) - [(z - 1/2) log z - z + log(2 pi) / 2], for z > 0.

    For z >= 10 it is the series 1 / (12 z) - 1 / (360 z^3) + 1 / (1260 z^5) - ..., for smaller z
    the difference itself.
    """
    z = np.asarray(z, dtype=float)
    large = np.maximum(z, STIRLING_FROM)
    w = large**-2.0
    c1, c3, c5, c7, c9, c11 = STIRLING_SERIES
    series = c1 + w * (c3 + w * (c5 + w * (c7 + w * (c9 + w * c11))))
    remainder = np.asarray(series / large)
    small = z < STIRLING_FROM
    near = z[small]
    remainder[small] = gammaln(near) - (near - 0.5) * np.log(near) + near - 0.5 * LOG_2PI
    return remainder


def log_rise(x, y):
    """log of x (x + 1) ... (x + y - 1) / x^y = sum_{i < y} log(1 + i / x), for x > 0, x + y > 0.

    It is log Gamma(x + y) - log Gamma(x) - y log x, by Stirling's formula, and tends to 0 as x
    grows.
    """
    return (x + y - 0.5) * np.log1p(y / x) - y + stirling_remainder(x + y) - stirling_remainder(x)


def sum_of_log_rises(x, counts):
    """x -> sum_j log_rise(x, count_j), for an array of x; equal counts are worked out once."""
    distinct, times = np.unique(counts[counts > 1], return_counts=True)  # rise(x, 0), rise(x, 1): 1
    return log_rise(np.asarray(x)[..., None], distinct) @ times.astype(float)


def log_rising(a, n):
    """log of the rising factorial a^(n) = a (a + 1) ... (a + n - 1) = Gamma(a + n) / Gamma(a)."""
    small, large = np.minimum(a, STIRLING_FROM), np.maximum(a, STIRLING_FROM)
    return np.where(a < STIRLING_FROM, gammaln(small + n) - gammaln(small),
                    n * np.log(large) + log_rise(large, n))[()]


def log_multichoose(a, n):
    """log of a^(n) / n! = Gamma(a + n) / (Gamma(a) Gamma(n + 1)), for a > 0, n >= 0.

    In a and n + 1 it is symmetric; with s the smaller and l the larger of the two, it is
    l^(s) s / ((a + n) Gamma(s + 1)).
    """
    smaller, larger = np.minimum(a, n + 1), np.maximum(a, n + 1)
    return log_rising(larger, smaller) + np.log(smaller / (a + n)) - gammaln(smaller + 1)


def log_choose(n, y):
    """log of n! / (y! (n - y)!), the number of ways to choose y out of n: (n - y + 1)^(y) / y!."""
    return log_multichoose(n - y + 1, y)


def log_beta(theta, a, b):
    """log density of Beta(a, b) at theta, with all its digits however large a and b are.

    With the mean p = a / (a + b) and q = 1 - p, the logs of theta / p and (1 - theta) / q are small
    where the density is high, so that nothing large cancels; the rest is B(a, b) by Stirling's
    formula.
    """
    kappa = a + b
    p, q = a / kappa, b / kappa
    off = theta - p
    with np.errstate(divide="ignore", invalid="ignore"):
        # log(theta / p)
        log_up = np.where(off > -p / 2, np.log1p(off / p), np.log(theta) - np.log(p))
        # log((1 - theta) / q)
        log_down = np.where(off < q / 2, np.log1p(-off / q), np.log1p(-theta) - np.log(q))
        powers = np.where(a == 1, 0.0, (a - 1) * log_up) + np.where(b == 1, 0.0, (b - 1) * log_down)
    constant = 1.5 * np.log(kappa) - 0.5 * (np.log(a) + np.log(b) + LOG_2PI)
    return (powers + constant + stirling_remainder(kappa) - stirling_remainder(a)
            - stirling_remainder(b))


def log_beta_at(theta, rest, a, b):
    """log density of Beta(a, b) at theta, where rest = 1 - theta has its own digits near 1."""
    return log_beta(theta, a, b) if theta <= 0.5 else log_beta(rest, b, a)


def log_of_mean(t, r, rest):
    """log(rest + r exp(t)), where r + rest = 1: with all its digits for small t where r <= 1/2."""
    near = np.minimum(t, 30.0)
    with np.errstate(divide="ignore"):
        far = np.logaddexp(np.log(rest), np.log(r) + t)
    return np.where(t < 30, np.log1p(r * np.expm1(near)), far)


def log_share_ratios(t, r, rest):
    """log(x / r) and log((1 - x) / (1 - r)), where logit x = logit r + t and rest = 1 - r.

    Their difference is t. (1 - r) / (1 - x) = 1 + r (exp(t) - 1), and r / x = 1 + (1 - r) (exp(-t)
    - 1): the one whose r or 1 - r is the smaller is taken.
    """
    if r > 0.5:
        up = -log_of_mean(-t, rest, r)
        return up, up - t
    down = -log_of_mean(t, r, rest)
    return down + t, down


def log_share_likelihood(t, r, rest):
    """r log(x / r) + (1 - r) log((1 - x) / (1 - r)), where logit x = logit r + t; rest = 1 - r.

    It is D(t) = r t - log(1 - r + r exp(t)), at most 0, and about -r (1 - r) t^2 / 2 for small t:
    there it is the series of Bernoulli's cumulants, so that its digits are not lost.
    """
    up, down = log_share_ratios(t, r, rest)
    whole = r * t + down if r <= 0.5 else up - rest * t
    s = np.where(np.abs(t) < SMALL_T, t, 0.0)
    v, skew = r * rest, rest - r
    series = -v * s**2 * (1 / 2 + s * (skew / 6 + s * ((1 - 6 * v) / 24 + s * (
        skew * (1 - 12 * v) / 120 + s * (1 - 30 * v + 120 * v**2) / 720))))
    return np.where(np.abs(t) < SMALL_T, series, whole)


def sum_of_others(x):
    """For each j the sum over all i != j along the last axis.

    Nothing is subtracted, which would lose digits.
    """
    zero = np.zeros((*x.shape[:-1], 1))
    before = np.concatenate([zero, np.cumsum(x, axis=-1)[..., :-1]], axis=-1)
    after = np.concatenate([np.cumsum(x[..., ::-1], axis=-1)[..., ::-1][..., 1:], zero], axis=-1)
    return before + after


def log_sum_exp(x):
    """log of the sum of exp(x) along the last axis, written from the largest term."""
    top = x.max(axis=-1)
    return top + np.log(np.exp(x - top[..., None]).sum(axis=-1))
