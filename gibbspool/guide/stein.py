"""Stein's paradox: several means are better estimated together than each by its own measurement.

With y_j ~ Normal(theta_j, sigma) and the total squared error sum_j (estimate_j - theta_j)^2, the
raw means have the risk J sigma^2, whatever the theta_j. The estimator of James and Stein (1961) has
a smaller one, whatever the theta_j. It is the posterior mean of the normal hierarchy with the
shrinkage factor estimated: if theta_j ~ Normal(m, tau), then (J - 2) / S estimates 1 / (sigma^2 +
tau^2) without bias, S = sum_j (y_j - m)^2.
"""
import numpy as np
from scipy.special import gammaln, xlogy

from .. import validate


def james_stein(y, sigma, towards=0, positive_part=False):
    """The James-Stein estimate of several means, each measured once with the same standard error.

    Towards a point m, for J >= 3::

        m + (1 - B) (y_j - m),        B = (J - 2) sigma^2 / sum_j (y_j - m)^2

    Towards the mean of all, for J >= 4::

        ybar + (1 - B) (y_j - ybar),  B = (J - 3) sigma^2 / sum_j (y_j - ybar)^2

    The mean of the y_j has to be estimated, which costs one of the J: shrinking towards it takes
    four means.

    Parameters
    ----------
    y : array (..., J)
    sigma : float
        The standard error of all.
    towards : float or "mean"
        Where they are pulled to.
    positive_part : bool
        Whether B is held at 1: never pull a mean past its target. It has a smaller risk still.

    Returns
    -------
    array (..., J)

    Raises
    ------
    ValueError
        Too few means, or standard errors that differ: the theorem is about equal ones.

    References
    ----------
    James and Stein (1961); Efron and Morris (1975).
    """
    y = np.asarray(y, dtype=float)
    y = validate.array("y", y, ndim=max(y.ndim, 1))
    sigma = equal_sigma(sigma)
    if is_mean(towards):
        centre = y.mean(axis=-1, keepdims=True)
    else:
        centre = validate.array("towards", towards, ndim=0)
    n = free_deviations(y.shape[-1], towards)
    S = ((y - centre) ** 2).sum(axis=-1, keepdims=True)
    B = (n - 2) * sigma**2 / np.where(S > 0, S, np.inf)  # where S = 0 there is nothing to pull
    if positive_part:
        B = np.minimum(B, 1.0)
    return centre + (1 - B) * (y - centre)


def james_stein_risk(theta, sigma, towards=0):
    """Exact risk of `james_stein` (without the positive part): its expected total squared error.

    ::

        risk = sigma^2 [J - (n - 2)^2 E(1 / (n - 2 + 2 K))],   K ~ Poisson(D / (2 sigma^2))

    towards a point m with n = J and D = sum_j (theta_j - m)^2; towards the mean with n = J - 1 and
    D the squared deviations from the mean of the theta_j. The raw means have the risk J sigma^2.
    Where all theta_j are at the target it falls to 2 sigma^2, or to 3 sigma^2 towards the mean;
    where they are far apart the gain vanishes.

    Parameters
    ----------
    theta : array (J,)
        The true means.
    sigma : float
    towards : float or "mean"

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As in `james_stein`.
    """
    theta, sigma = validate.array("theta", theta), equal_sigma(sigma)
    J = len(theta)
    centre = theta.mean() if is_mean(towards) else validate.array("towards", towards, ndim=0)
    n = free_deviations(J, towards)
    D = ((theta - centre) ** 2).sum()
    return float(sigma**2 * (J - (n - 2) ** 2 * mean_inverse(n - 2, D / (2 * sigma**2))))


def mean_inverse(m, rate):
    """E(1 / (m + 2 K)), K ~ Poisson(rate), over K within 40 and 12 sds of its mean."""
    if rate > 1e8:  # K is its mean to eight digits
        return 1 / (m + 2 * rate)
    reach = 12 * np.sqrt(rate)
    k = np.arange(np.floor(max(rate - reach - 40, 0)), rate + reach + 40)
    p = np.exp(xlogy(k, rate) - rate - gammaln(k + 1))
    return (p / (m + 2 * k)).sum()


def is_mean(towards):
    """Whether the target is the mean of all; any other word is refused."""
    if isinstance(towards, str) and towards != "mean":
        raise ValueError(f"towards is {towards!r}; it must be a number or 'mean'")
    return isinstance(towards, str)


def free_deviations(J, towards):
    """How many independent deviations from the target there are: at least three."""
    if J < 3:
        raise ValueError(f"y has {J} means; James-Stein needs at least 3: with fewer no estimate "
                         "beats the raw means everywhere")
    if not is_mean(towards):
        return J
    if J == 3:
        raise ValueError("y has 3 means; James-Stein needs at least 4 to shrink them towards their "
                         "mean; with 3, shrink towards a point")
    return J - 1


def equal_sigma(sigma):
    """One standard error for all; an array of equal ones will do."""
    sigma = np.asarray(sigma, dtype=float)
    sigma = np.atleast_1d(validate.array("sigma", sigma, ndim=sigma.ndim, positive=True))
    if np.ptp(sigma) > 1e-12 * sigma.max():
        raise ValueError(f"sigma runs from {sigma.min():g} to {sigma.max():g}: the James-Stein "
                         "estimate is for equal standard errors; for unequal ones use "
                         "NormalNormal, which shrinks each group by its own factor")
    return float(sigma[0])
