"""Moments that do not exist: posteriors that fall like a power far out, where priors let them."""
import numpy as np

from ...distributions.standard import Flat


def tails_of(model):
    """The powers a with which the marginals of a OneWayNormal may fall, like x^-a, by name.

    A marginal gets the tails of tau, of sigma, and of both as they grow together, of those that
    move it without bound: theta_i stays at mean_i however large tau grows, and mu within its prior,
    if that is a Normal.

    Returns
    -------
    dict of str to tuple of float
    """
    powers = model.tail_powers()
    tau, sigma, both = powers["tau"], powers["sigma"], powers["sigma or tau"]
    if isinstance(model.mu, Flat):
        return {"tau": (tau, both), "sigma": (sigma, both), "mu": (tau, sigma, both),
                "theta": (sigma, both), "theta_new": (tau, sigma, both)}
    return {"tau": (tau, both), "sigma": (sigma, both), "mu": (),
            "theta": (both,), "theta_new": (tau, both)}


def mark_missing_moments(marginal, tails):
    """The marginal, with nan (or inf) for a mean and inf for an sd that do not exist.

    E|x|^k exists where the density falls faster than x^-(k + 1).

    Parameters
    ----------
    marginal : Marginal
    tails : sequence of float
        The powers it falls with; empty where it falls faster than any power.
    """
    slowest = min(tails, default=np.inf)
    if slowest <= 2:
        marginal.mean = np.inf if marginal.support[0] >= 0 else np.nan
    if slowest <= 3:
        marginal.sd = np.inf
    return marginal
