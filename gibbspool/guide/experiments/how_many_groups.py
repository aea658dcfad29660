"""How much do few groups say of tau, and do more groups say more? (Section 5.8.6)"""
import itertools
import warnings

import numpy as np

from ... import data, validate
from ...distributions.standard import HalfNormal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...progress import Progress
from ..sensitivity import against_prior


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
        found = [learnt(schools.y[chosen], schools.sigma[chosen], tau) for chosen in choices]
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
            found = [learnt(one, np.full(J, sigma), tau) for one in y]
            overlap, information, mean, sd = np.mean(found, axis=0)
            rows.append({"sigma": sigma, "J": J, "overlap": overlap, "information": information,
                         "sd_ratio": sd / prior_sd, "tau": mean})
            bar.count()
    return rows


def quiet_exact(model):
    """The exact posterior without the warning about few groups: that there are few is the point."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return exact(model)


def learnt(y, sigma, tau):
    """Overlap and information of tau's posterior against its prior, its posterior mean and sd."""
    truth = quiet_exact(NormalNormal(y, sigma, tau=tau))
    return *against_prior(truth), truth["tau"].mean, truth["tau"].sd


def sd_of_half_normal(prior):
    """scale sqrt(1 - 2 / pi)."""
    if not isinstance(prior, HalfNormal):
        raise TypeError(f"tau is {prior!r}; it must be a HalfNormal here")
    return prior.scale * np.sqrt(1 - 2 / np.pi)
