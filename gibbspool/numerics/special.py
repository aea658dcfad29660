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


def log_of_ratio(x, place, step):
    """log(x / place), with all its digits for a small step = x - place."""
    near = np.abs(step) < place / 2
    with np.errstate(divide="ignore"):
        return np.where(near, np.log1p(np.where(near, step / place, 0.0)), np.log(x / place))


def rounded_sum(a, b):
    """a + b as floating point holds it, and what it leaves out."""
    total = a + b
    large, small = (a, b) if abs(a) >= abs(b) else (b, a)
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
