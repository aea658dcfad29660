"""TODO models.binomial.observations"""
import numpy as np
from scipy.special import xlog1py, xlogy

from ... import validate
from ...numerics.special import log_choose, log_rise

# stands for a number that has rounded to zero: its reciprocal and its logarithm are finite
TINY = 1e-290


def counts(successes, trials):
    """Both as arrays, if they can be successes out of trials."""
    y = validate.array("successes", successes, nonnegative=True, whole=True)
    n = validate.array("trials", trials, positive=True, whole=True)
    validate.same_length(successes=y, trials=n)
    for j in np.flatnonzero(y > n)[:1]:
        raise ValueError(f"successes[{j}] is {y[j]:g} but trials[{j}] is {n[j]:g}; there cannot be "
                         "more successes than trials")
    for name, values in (("successes", y), ("trials", n)):
        for j in np.flatnonzero(values > 1e9)[:1]:
            raise ValueError(f"{name}[{j}] is {values[j]:g}; counts up to 1e9 are allowed")
    return y, n


def log_binomial(successes, trials, theta):
    """log of (n choose y) theta^y (1 - theta)^(n - y)."""
    return log_choose(trials, successes) + xlogy(successes, theta) + xlog1py(trials - successes,
                                                                             -theta)


def log_beta_binomial(successes, trials, a, b):
    """log p(y | n, a, b) for y ~ Binomial(n, theta), theta ~ Beta(a, b), with theta integrated out.

    It is (n choose y) B(a + y, b + n - y) / B(a, b), which is the binomial probability at the mean
    phi = a / (a + b) times what the spread of theta adds::

        (n choose y) phi^y (1 - phi)^(n - y)  *  rise(a, y) rise(b, n - y) / rise(a + b, n)
        rise(x, y) = x (x + 1) ... (x + y - 1) / x^y

    As a + b grows every rise tends to 1: complete pooling. Differences of log-gamma functions of
    large numbers, which would lose all digits there, are avoided.
    """
    failures, kappa = trials - successes, a + b
    return (log_choose(trials, successes) + xlogy(successes, a / kappa) + xlogy(failures, b / kappa)
            + log_rise(a, successes) + log_rise(b, failures) - log_rise(kappa, trials))
