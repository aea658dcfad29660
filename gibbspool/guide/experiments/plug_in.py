"""What do the intervals of REML cover, which plug in an estimate of tau? (Section 5.8.6)"""
from collections import namedtuple

import numpy as np
from scipy.special import ndtr, ndtri

from ... import data, validate
from ...distributions.standard import Flat, HalfNormal
from ..many import AT_A_TIME, HIGH, LOW, STEP, ManyPosteriors, averaged

PluggedIn = namedtuple("PluggedIn", "tau mu mu_se theta theta_se_naive theta_se")
PluggedIn.__doc__ = """REML of many data sets: tau, mu, mu_se (sets,), the others (sets, J)."""


def plugged_in(y, sigma):
    """The REML estimates of `guide.mixed_model.reml`, for many data sets at once.

    The restricted likelihood of tau is that with mu integrated out under a flat prior. Its highest
    place is found on a grid of log tau, and refined by a parabola through three nodes, to within a
    hundredth of tau; where the grid is highest at its lower end, tau is 0. Then, with
    v_j = sigma_j^2 + tau^2::

        mu = sum_j y_j / v_j / sum_j 1 / v_j,  B_j = sigma_j^2 / v_j
        theta_j = (1 - B_j) y_j + B_j mu,      se_j^2 = (1 - B_j) sigma_j^2 + B_j^2 mu_se^2

    Parameters
    ----------
    y : array (sets, J)
    sigma : array (J,)

    Returns
    -------
    PluggedIn
    """
    tau = np.concatenate([_highest(y[k:k + AT_A_TIME], sigma) for k in range(0, len(y), AT_A_TIME)])
    v = sigma**2 + tau[:, None] ** 2
    mu_se = 1 / np.sqrt((1 / v).sum(axis=1))
    mu = (y / v).sum(axis=1) * mu_se**2
    B = sigma**2 / v
    naive = (1 - B) * sigma**2
    return PluggedIn(tau, mu, mu_se, (1 - B) * y + B * mu[:, None], np.sqrt(naive),
                     np.sqrt(naive + (B * mu_se[:, None]) ** 2))


def _highest(y, sigma):
    """tau where the restricted likelihood is highest, 0 if at the grid's lower end: (sets,)."""
    found = ManyPosteriors(y, sigma, tau=Flat(), mu=Flat())
    with np.errstate(divide="ignore"):
        log_l = np.log(found.weight) - np.log(found.tau_nodes)  # less the Jacobian of log tau
    k = np.clip(log_l.argmax(axis=1), 1, log_l.shape[1] - 2)
    left, here, right = (log_l[np.arange(len(y)), k + step] for step in (-1, 0, 1))
    bend = np.minimum(left - 2 * here + right, -1e-300)
    tau = found.tau_nodes[k] * np.exp(STEP * 0.5 * (left - right) / bend)
    return np.where(found.tau_nodes[k] < 1e-3 * sigma.min(), 0.0, tau)


def reml_coverage(spreads=(0.0, 2.0, 5.0, 10.0, 20.0), tau=HalfNormal(10), sets=500, seed=1,
                  sigma=None):
    """How often the intervals of REML and of the exact posterior cover the true theta.

    theta_j ~ Normal(8, spread).

    Parameters
    ----------
    spreads : list of float
        True values of tau.
    tau : prior
        Of the exact posterior; REML has none.
    sets, seed : int
        Simulated data sets for each spread.
    sigma : array (J,), optional
        Standard errors; by default those of the eight schools.

    Returns
    -------
    list of dict
        spread; boundary, the share of data sets where REML says tau = 0; naive, plug_in, exact:
        coverage of nominal 89% intervals of theta, by the REML standard errors without and with the
        uncertainty of mu, and by the exact posterior; new_plug_in, new_exact: coverage of a new
        group; behind, new_behind: how much less than the exact posterior REML with mu covers; each
        with its standard error over data sets (naive_se, ...).
    """
    sigma = data.eight_schools().sigma if sigma is None else validate.array("sigma", sigma,
                                                                            positive=True)
    rng, z = validate.generator(seed), ndtri(HIGH)
    rows = []
    for spread in spreads:
        theta = rng.normal(8, spread, (sets, len(sigma)))
        y = rng.normal(theta, sigma)
        new = rng.normal(8, spread, sets)
        fit = plugged_in(y, sigma)
        off, new_off = np.abs(fit.theta - theta), np.abs(fit.mu - new)
        exact, new_exact = _exact_coverage(y, sigma, theta, new, tau)
        covered = {"naive": off <= z * fit.theta_se_naive, "plug_in": off <= z * fit.theta_se,
                   "exact": exact,
                   "new_plug_in": (new_off <= z * np.hypot(fit.tau, fit.mu_se))[:, None],
                   "new_exact": new_exact[:, None]}
        boundary = float(np.mean(fit.tau == 0))
        row = {"spread": spread, "boundary": boundary,
               "boundary_se": float(np.sqrt(boundary * (1 - boundary) / sets))}
        covered["behind"] = exact - 1.0 * covered["plug_in"]
        covered["new_behind"] = covered["new_exact"] - 1.0 * covered["new_plug_in"]
        for name, held in covered.items():
            row[name], row[f"{name}_se"] = averaged(held)
        rows.append(row)
    return rows


def _exact_coverage(y, sigma, theta, new, tau):
    """Whether the 89% intervals of the exact posterior hold theta (sets, J), and those of a new
    group's effect hold it (sets,).
    """
    covers, new_covers = [], []
    for k in range(0, len(y), AT_A_TIME):
        some = slice(k, k + AT_A_TIME)
        found = ManyPosteriors(y[some], sigma, tau=tau)
        sd = np.sqrt(found.C[:, 0, 0] + found.tau_nodes**2)
        below = (found.weight * ndtr((new[some, None] - found.m[..., 0]) / sd)).sum(axis=1)
        covers.append(found.covers(theta[some]))
        new_covers.append((below > LOW) & (below < HIGH))
    return np.concatenate(covers), np.concatenate(new_covers)
