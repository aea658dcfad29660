"""TODO numerics.special"""
import numpy as np
from scipy.special import betaln, gammaln

LOG_2PI = np.log(2 * np.pi)


def log_multichoose(a, n):
    """log of a^(n) / n! = Gamma(a + n) / (Gamma(a) Gamma(n + 1)), elementwise; precise for large a or n as well."""
    small, large = np.minimum(a, n + 1), np.maximum(a, n + 1)
    return _log_gamma_ratio(a + n, large, small - 1) - gammaln(small)


def log_rising(a, n):
    """log of the rising factorial a^(n) = a (a + 1) ... (a + n - 1) = Gamma(a + n) / Gamma(a), elementwise, a > 0."""
    return _log_gamma_ratio(a + n, a, n)


def _log_gamma_ratio(x, y, n):
    """log Gamma(x) / Gamma(y), where x = y + n.

    Where y is large the two log-gammas agree in most of their digits; there, the difference of
    their Stirling series.
    """
    large = np.maximum(y, 100.0)
    series = (n * np.log(large) + (large + n - 0.5) * np.log1p(n / large) - n
              + _correction(large + n) - _correction(large))
    return np.where(y < 100, gammaln(x) - gammaln(np.minimum(y, 100.0)), series)[()]


def _correction(x):
    """log Gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2), for x >= 100."""
    return 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5)


def log_choose(n, y):
    """log of n! / (y! (n - y)!)."""
    return -betaln(y + 1, n - y + 1) - np.log(n + 1)


def log_rise(x, y):
    """log of x (x + 1) ... (x + y - 1) / x^y = sum_{i < y} log(1 + i / x), for x > 0 and a whole
    number y.

    It is log Gamma(x + y) - log Gamma(x) - y log x, by Stirling's formula with its remainder.
    """
    return (x + y - 0.5) * np.log1p(y / x) - y + stirling_remainder(x + y) - stirling_remainder(x)


def stirling_remainder(z):
    """log Gamma(z) - [(z - 1/2) log z - z + log(2 pi) / 2], for z > 0: about 1 / (12 z) when z is
    large.
    """
    z = np.asarray(z, dtype=float)
    large = np.maximum(z, 16.0)
    square = large**-2.0
    remainder = np.asarray((1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
                           / large)
    small = z < 16
    near = z[small]
    remainder[small] = gammaln(near) - (near - 0.5) * np.log(near) + near - 0.5 * LOG_2PI
    return remainder


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
    return powers + constant + stirling_remainder(kappa) - stirling_remainder(a) - stirling_remainder(b)


def _sum_of_others(x):
    """For each j the sum over i != j along the last axis, without subtracting (which would lose digits)."""
    zero = np.zeros((*x.shape[:-1], 1))
    before = np.concatenate([zero, np.cumsum(x, axis=-1)[..., :-1]], axis=-1)
    after = np.concatenate([np.cumsum(x[..., ::-1], axis=-1)[..., ::-1][..., 1:], zero], axis=-1)
    return before + after
