"""Why a posterior cannot be normalised: too slow a fall at infinity, or too steep a rise at 0.

Every sentence is what `ValueError` says when a model is made; None means that all is well.
"""
import numpy as np

from ...distributions.spreads import RootInverseGamma
from ...distributions.standard import Flat, Gamma


def power_at_zero(prior):
    """b where the prior of a standard deviation behaves like x^b as x falls to 0.

    It is inf where the prior keeps away from 0, 0 for most, shape - 1 for a Gamma.
    """
    if prior.support[0] > 0 or isinstance(prior, RootInverseGamma):
        return np.inf
    if isinstance(prior, Gamma):
        return prior.shape - 1
    return 0.0


def tail_powers(mu, tau, sigma, N, J):
    """a where the posterior of tau, of sigma, and of both together falls like x^-a as x grows.

    Each group gives one factor 1 / tau, each observation one factor 1 / sigma, and where both grow
    together, like r, the larger of the two counts; a flat mu takes one back, and so does the r of
    r dr.

    Parameters
    ----------
    mu, tau, sigma : priors
    N, J : int
        Numbers of observations and of groups.

    Returns
    -------
    dict of str to float
        By "tau", "sigma" and "sigma or tau".
    """
    flat = isinstance(mu, Flat)
    return {"tau": J - flat + tau.tail_power,
            "sigma": N - flat + sigma.tail_power,
            "sigma or tau": N - flat + tau.tail_power + sigma.tail_power - 1}


def hierarchy_impropriety(mu, tau, sigma, n, mean, within):
    """Why p(mu) p(tau) p(sigma) p(y | mu, tau, sigma) cannot be normalised, or None.

    If no group's observations vary, p(y | sigma) rises like sigma^-(N - J) as sigma falls; if the
    groups' means do not vary either, p(y | tau, sigma) rises like r^-(N - 1) as both fall like r.

    Parameters
    ----------
    mu, tau, sigma : priors
    n, mean, within : array (J,)
    """
    N, J = n.sum(), len(n)
    for name, power in tail_powers(mu, tau, sigma, N, J).items():
        if power <= 1:
            return (f"with mu ~ {mu!r}, tau ~ {tau!r} and sigma ~ {sigma!r}, {J} groups and {N} "
                    f"observations cannot keep {name} finite; give it a proper prior, such as "
                    "HalfNormal(10)")
    if within.any():
        return None
    rise = N - J - power_at_zero(sigma)
    if rise >= 1:
        return ("the observations within each group are all equal, so p(y | sigma) grows without "
                "bound as sigma falls to 0; give sigma a prior that keeps away from 0, such as "
                "sigma=InverseGamma(1, 1) (--sigma-prior 'InverseGamma(1, 1)')")
    rise_of_both = rise + J - 1 - power_at_zero(tau)
    if np.ptp(mean) == 0 and rise_of_both >= 2:
        return ("all observations are equal, so p(y | tau, sigma) grows without bound as both fall "
                "to 0; give tau or sigma a prior that keeps away from 0, such as InverseGamma(1, "
                "1)")
    return None


def sd_impropriety(name, prior, tail, rise, degenerate):
    """Why prior(x) p(y | x), of one standard deviation x, cannot be normalised, or None.

    p(y | x) falls like x^-tail as x grows; for degenerate data, which do not vary, it rises like
    x^-rise as x falls.
    """
    if tail + prior.tail_power <= 1:
        return (f"with {name} ~ {prior!r} there are too few observations to keep {name} finite; "
                "give it a proper prior, such as HalfNormal(15)")
    if degenerate and rise - power_at_zero(prior) >= 1:
        return (f"the observations that {name} is learnt from do not vary, so p(y | {name}) grows "
                f"without bound as {name} falls to 0 and its prior {prior!r} does not prevent it; "
                "choose one that keeps away from 0, such as InverseGamma(1, 1)")
    return None
