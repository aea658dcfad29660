"""The data, successes out of trials, and their likelihood: what every way of pooling shares."""
import numpy as np
from scipy.special import xlog1py, xlogy

from ... import labels, validate
from ...numerics.special import log_choose, log_rise
from ..hierarchy import Grouped

MOST_TRIALS = 1e9


class Trials(Grouped):
    """Groups with a count each: y_j ~ Binomial(n_j, theta_j), n_j known.

    The hierarchy and the two ways of not pooling partially share this, and differ in what they say
    of theta.

    Parameters
    ----------
    successes : array (J,)
        Whole numbers y_j, 0 <= y_j <= n_j.
    trials : array (J,)
        Whole numbers n_j, 0 <= n_j <= 1e9; a group with n_j = 0 has no data, and its likelihood is
        1.
    groups : list of str, optional
        Labels; by default the index of a Series among the data, or "1" to "J".

    Attributes
    ----------
    log_ways : array (J,)
        log (n_j choose y_j): the orders in which the successes may have come.

    Raises
    ------
    ValueError
        Counts that are not whole, negative or too many, lengths that differ, or labels that repeat.
    TypeError
        Data that are not numbers.
    """

    parameter = "theta"
    dims = {"theta": ("group",), "successes": ("group",), "trials": ("group",)}

    def __init__(self, successes, trials, groups=None):
        self.successes = validate.array("successes", successes, nonnegative=True, whole=True)
        self.trials = validate.array("trials", trials, nonnegative=True, whole=True)
        validate.same_length(successes=self.successes, trials=self.trials)
        refuse_impossible(self.successes, self.trials)
        self.groups = labels.groups_of(groups, len(self.trials), successes=successes,
                                       trials=trials)
        self.log_ways = log_choose(self.trials, self.successes)

    def log_likelihood(self, theta):
        """log Binomial(y_j; n_j, theta_j), (..., J): (n choose y) theta^y (1 - theta)^(n - y)."""
        return (self.log_ways + xlogy(self.successes, theta)
                + xlog1py(self.trials - self.successes, -theta))

    def replicate(self, rng, theta):
        """y_rep_j ~ Binomial(n_j, theta_j), by the name of the data."""
        return {"successes": rng.binomial(self.trials.astype(int), theta)}

    def observed(self):
        """The successes."""
        return {"successes": self.successes}

    def constants(self):
        """The trials."""
        return {"trials": self.trials}


def refuse_impossible(successes, trials):
    """More successes than trials, or more of either than the quadrature has digits for."""
    for j in np.flatnonzero(successes > trials)[:1]:
        raise ValueError(f"successes[{j}] is {successes[j]:g} but trials[{j}] is {trials[j]:g}; "
                         "there cannot be more successes than trials")
    for name, values in (("successes", successes), ("trials", trials)):
        for j in np.flatnonzero(values > MOST_TRIALS)[:1]:
            raise ValueError(f"{name}[{j}] is {values[j]:g}; counts up to 1e9 are allowed")


def log_sequence(successes, trials, a, b):
    """log probability of y successes and n - y failures in one given order, theta integrated out.

    For theta ~ Beta(a, b) it is B(a + y, b + n - y) / B(a, b), which is the probability at the mean
    phi = a / (a + b) times what the spread of theta adds::

        phi^y (1 - phi)^(n - y)  *  rise(a, y) rise(b, n - y) / rise(a + b, n)
        rise(x, y) = x (x + 1) ... (x + y - 1) / x^y

    As a + b grows every rise tends to 1: complete pooling. Differences of log-gamma functions of
    large numbers, which would lose all digits there, are avoided.

    Parameters
    ----------
    successes, trials, a, b : array, of shapes that broadcast; a, b > 0
    """
    failures, kappa = trials - successes, a + b
    return (xlogy(successes, a / kappa) + xlogy(failures, b / kappa)
            + log_rise(a, successes) + log_rise(b, failures) - log_rise(kappa, trials))


def log_beta_binomial(successes, trials, a, b):
    """log p(y | n, a, b) for y ~ Binomial(n, theta), theta ~ Beta(a, b), theta integrated out.

    It is (n choose y) B(a + y, b + n - y) / B(a, b): see `log_sequence`.
    """
    return log_choose(trials, successes) + log_sequence(successes, trials, a, b)
