"""What comes of running the samplers on the funnel: the section's experiments, as plain numbers."""
from itertools import islice

import numpy as np

from .. import data
from ..models.normal.model import NormalNormal
from ..sampling import arviz_bridge
from ..sampling.gibbs import sample
from ..sampling.hamiltonian import hmc
from ..sampling.leapfrog import draw_momentum, trajectory
from .positions import join
from .targets import FORMS, eight_schools, normal_normal


def hmc_runs(form, target_accept=0.9, runs=10, seed=42, draws=2000, tune=1000):
    """Runs of `hmc` on Eight Schools with default settings, all in lock-step.

    Parameters
    ----------
    form : {"noncentred", "centred"}
    target_accept : float
    runs : int
        Each is four chains.
    seed, draws, tune : int

    Returns
    -------
    list of dict
        What `run` says of each.
    """
    draws = hmc(eight_schools(form), draws, tune, 4 * runs, seed, target_accept)
    return [run(draws, slice(4 * r, 4 * r + 4)) for r in range(runs)]


def gibbs_runs(form, runs=10, seed=42, draws=2000, tune=1000):
    """Runs of `sample` on Eight Schools with default settings, likewise."""
    schools = data.eight_schools()
    draws = sample(NormalNormal(schools.y, schools.sigma, form=form), draws, tune, 4 * runs, seed)
    return [run(draws, slice(4 * r, 4 * r + 4)) for r in range(runs)]


def run(draws, chains=slice(None)):
    """What some chains of a Normal-Normal model have found.

    Parameters
    ----------
    draws : Draws or HamiltonianDraws
    chains : slice

    Returns
    -------
    dict
        ess_mu, ess_tau, r_hat_tau : from ArviZ.
        mean_tau, median_tau : of the draws.
        below_1 : the share of draws with tau < 1.
        draws : their number.
        evaluations : gradients of the log density for HMC (one for each leapfrog step and one at
            the start), sweeps for Gibbs.
        divergences : for HMC alone, their number.
        tau_started, tau_broke : for HMC alone, lists of the tau where divergent trajectories did.
    """
    mu, tau, stats = draws["mu"][chains], draws["tau"][chains], draws.sample_stats
    found = {"ess_mu": arviz_bridge.ess(mu), "ess_tau": arviz_bridge.ess(tau),
             "r_hat_tau": arviz_bridge.rhat(tau),
             "mean_tau": float(tau.mean()), "median_tau": float(np.median(tau)),
             "below_1": float(np.mean(tau < 1)),
             "draws": tau.size, "evaluations": tau.size}
    if "n_steps" not in stats:
        return found
    where = draws.divergences
    here = np.isin(where.chain, np.arange(draws.chains)[chains])
    return {**found, "evaluations": int((stats["n_steps"][chains] + 1).sum()),
            "divergences": int(here.sum()),
            "tau_started": where.started["tau"][here].tolist(),
            "tau_broke": where.broke["tau"][here].tolist()}


def paths_into_the_neck(draws, seed=7):
    """Trajectories to look at: two of ordinary draws, and two that diverged.

    The divergent ones are those that started furthest from the neck.

    Parameters
    ----------
    draws : HamiltonianDraws
        Of the centred form of a Normal-Normal model.
    seed : int
        Of the momenta of the first two.

    Returns
    -------
    dict of str to list of Point
    """
    rng, paths = np.random.default_rng(seed), {}
    for label, log_tau in (("starts in the mouth", 2.0), ("starts nearer the neck", 0.5)):
        nearest = np.argmin(np.abs(np.log(draws["tau"][0]) - log_tau))
        mu, tau, theta = (draws[name][0, nearest] for name in ("mu", "tau", "theta"))
        path = trajectory(draws.target, join(mu, np.log(tau), theta),
                          draw_momentum(rng, draws.inverse_mass[0]),
                          draws.step_size[0], draws.inverse_mass[0])
        paths[label] = list(islice(path, 16))
    furthest_out = np.argsort(draws.divergences.started["tau"])[::-1]
    return paths | {f"divergence {k + 1}": draws.replay(i) for k, i in enumerate(furthest_out[:2])}


def bias(runs, exact_mean):
    """How far the mean of tau is off on average over runs.

    Parameters
    ----------
    runs : list of dict
        From `hmc_runs` or `gibbs_runs`.
    exact_mean : float

    Returns
    -------
    dict
        bias, se (from the spread between runs), z = bias / se, above: how many runs lie above the
        exact mean.
    """
    means = np.array([one["mean_tau"] for one in runs])
    off, se = means.mean() - exact_mean, means.std(ddof=1) / np.sqrt(len(means))
    return {"bias": float(off), "se": float(se), "z": float(off / se),
            "above": int((means > exact_mean).sum())}


def crossing(sizes=(1, 2, 4, 8, 16, 64), draws=1000, tune=500, chains=8, seed=42, nearer=1,
             samplers=("HMC", "Gibbs")):
    """Both forms, by HMC and by Gibbs, as the data in each group grow.

    The data are Eight Schools with standard errors sigma / sqrt(size): as if each school had tested
    `size` times as many students and found the same effect.

    Parameters
    ----------
    sizes : list of float
    draws, tune, chains, seed : int
        Of each run.
    nearer : float
        How many times nearer to their mean the effects lie than those of Eight Schools: a small
        tau.
    samplers : tuple of {"HMC", "Gibbs"}

    Returns
    -------
    list of dict
        size, sampler, form, what `run` says, and what `by_pairs` does as per_evaluation.
    """
    schools, rows = data.eight_schools(), []
    y = schools.y.mean() + (schools.y - schools.y.mean()) / nearer
    for size in sizes:
        for form in FORMS:
            model = NormalNormal(y, schools.sigma / np.sqrt(size), form=form)
            of = {"HMC": (hmc, normal_normal(model, form)), "Gibbs": (sample, model)}
            for sampler in samplers:
                draw, what = of[sampler]
                found = draw(what, draws, tune, chains, seed)
                rows.append({"size": size, "sampler": sampler, "form": form, **run(found),
                             "per_evaluation": by_pairs(found)})
    return rows


def by_pairs(draws):
    """Effective draws of tau per evaluation, from each pair of chains by itself: how well they are
    known.
    """
    pairs = (run(draws, slice(c, c + 2)) for c in range(0, draws.chains - 1, 2))
    return [one["ess_tau"] / one["evaluations"] for one in pairs]


def crossing_size(rows, sampler):
    """The size at which both forms give the same ESS of tau per evaluation.

    Between the sizes tried: the log of their ratio is taken as a straight line in log size from one
    to the next.

    Parameters
    ----------
    rows : list of dict
        From `crossing`.
    sampler : {"HMC", "Gibbs"}

    Returns
    -------
    float
        nan if the forms do not cross.
    """
    def log_ess(form):
        return np.array([np.log(row["ess_tau"] / row["evaluations"]) for row in rows
                         if row["sampler"] == sampler and row["form"] == form])

    log_size = np.log(sorted({row["size"] for row in rows}))
    lead = log_ess("centred") - log_ess("noncentred")
    change = np.flatnonzero(np.diff(np.sign(lead)))
    if not len(change):
        return float("nan")
    k = change[0]
    return float(np.exp(log_size[k] - lead[k] * (log_size[k + 1] - log_size[k])
                        / (lead[k + 1] - lead[k])))
