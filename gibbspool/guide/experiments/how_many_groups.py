"""How much do few groups say of tau, and do more groups say more? (Section 5.8.6)"""
import itertools
import warnings

import numpy as np
from scipy.special import xlogy

from ... import data, validate
from ...distributions.standard import HalfNormal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...progress import Progress
from ..many import STEP, ManyPosteriors


def few_groups(sizes=(2, 3, 4, 5, 6, 7, 8), tau=HalfNormal(10)):
    """What J of the eight schools say of tau, averaged over all ways to choose them.

    Parameters
    ----------
    sizes : list of int
        The J to try.
    tau : HalfNormal

    Returns
    -------
    list of dict
        J; choices, how many ways there are; overlap and information of the posterior of tau against
        its prior (see `sensitivity.Learnt`), averaged; sd_ratio, the posterior sd of tau over that
        of the prior, averaged.

    Raises
    ------
    TypeError
        The prior of tau is not a HalfNormal.
    """
    schools = data.eight_schools()
    prior_sd = sd_of_half_normal(tau)
    rows = []
    for J in sizes:
        choices = [list(chosen) for chosen in itertools.combinations(range(8), J)]
        found = [learnt(schools.y[None, chosen], schools.sigma[chosen], tau)[0]
                 for chosen in choices]
        overlap, information, _, sd = np.mean(found, axis=0)
        rows.append({"J": J, "choices": len(choices), "overlap": overlap,
                     "information": information, "sd_ratio": sd / prior_sd})
    return rows


def first_schools(sizes=(2, 3, 4, 8), tau=HalfNormal(10)):
    """The exact posteriors of the first J schools, for `plots.practice.few_groups`.

    Returns
    -------
    dict of int to ExactPosterior
        By J.
    """
    schools = data.eight_schools()
    return {J: quiet_exact(NormalNormal(schools.y[:J], schools.sigma[:J], tau=tau,
                                        groups=schools.groups[:J]))
            for J in sizes}


def more_groups(sizes=(2, 4, 8, 16, 32, 64), errors=(2.0, 20.0), tau_true=8.0, tau=HalfNormal(10),
                sets=25, seed=1):
    """The same for simulated data, theta_j ~ Normal(0, tau_true), measured well and measured badly.

    Parameters
    ----------
    sizes : list of int
        Numbers of groups J.
    errors : list of float
        Standard errors; all groups of a data set have the same.
    tau_true : float
    tau : HalfNormal
    sets, seed : int
        Data sets for each J and standard error.

    Returns
    -------
    list of dict
        sigma, J, overlap, information, sd_ratio and tau (its posterior mean), averaged over the
        data sets.
    """
    rng, prior_sd = validate.generator(seed), sd_of_half_normal(tau)
    rows = []
    with Progress(len(errors) * len(sizes), "settings") as bar:
        for sigma, J in itertools.product(errors, sizes):
            y = rng.normal(0, np.hypot(tau_true, sigma), (sets, J))
            overlap, information, mean, sd = learnt(y, np.full(J, sigma), tau).mean(axis=0)
            rows.append({"sigma": sigma, "J": J, "overlap": overlap, "information": information,
                         "sd_ratio": sd / prior_sd, "tau": mean})
            bar.count()
    return rows


def follows_prior(y, sigma, tau=HalfNormal(10)):
    """How far the posterior of tau follows its prior, for many data sets: 1 if wholly, 0 if not.

    The prior's scale is doubled; the share is log(E[tau | y] afterwards / before) / log 2.

    Parameters
    ----------
    y : array (sets, J)
    sigma : array (J,)
    tau : HalfNormal

    Returns
    -------
    array (sets,)
    """
    before, after = (ManyPosteriors(y, sigma, tau=HalfNormal(times * tau.scale)).tau_mean
                     for times in (1, 2))
    return np.log(after / before) / np.log(2)


def schools_follow_prior(J, tau=HalfNormal(10)):
    """`follows_prior`, averaged over all choices of J of the eight schools."""
    schools = data.eight_schools()
    choices = [list(chosen) for chosen in itertools.combinations(range(8), J)]
    return float(np.mean([follows_prior(schools.y[None, chosen], schools.sigma[chosen], tau)
                          for chosen in choices]))


def quiet_exact(model):
    """The exact posterior without the warning about few groups: that there are few is the point."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return exact(model)


def learnt(y, sigma, tau):
    """Overlap and information of tau's posterior against its prior (see `sensitivity.Learnt`), its
    posterior mean and sd: (sets, 4).
    """
    found = ManyPosteriors(y, sigma, tau=tau)
    nodes, p = found.tau_nodes, found.weight
    prior = np.exp(tau.logpdf(nodes)) * nodes * STEP  # d tau = tau d log tau
    overlap = np.minimum(p, prior).sum(axis=1)
    information = (xlogy(p, p) - xlogy(p, prior)).sum(axis=1)
    sd = np.sqrt(p @ nodes**2 - found.tau_mean**2)
    return np.column_stack([overlap, information, found.tau_mean, sd])


def sd_of_half_normal(prior):
    """scale sqrt(1 - 2 / pi)."""
    if not isinstance(prior, HalfNormal):
        raise TypeError(f"tau is {prior!r}; it must be a HalfNormal here")
    return prior.scale * np.sqrt(1 - 2 / np.pi)
