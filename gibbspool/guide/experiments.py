"""Experiments on the practical advice of Section 5.8.6: what happens with few groups, with groups
that are all alike, with groups that are not exchangeable, with thousands of groups, and to
estimates that plug tau in. Each returns plain numbers.

Most of them ask for the exact posterior of thousands of simulated data sets: `ManyPosteriors`.
"""
import itertools
import warnings

import numpy as np
from scipy.special import ndtri

from .. import data, validate
from ..distributions.standard import Flat, HalfCauchy, HalfNormal
from ..models.binomial.model import BetaBinomial
from ..models.normal.model import NormalNormal
from ..models.twins import exact
from ..sampling.gibbs import sample
from .many import HIGH, LOW, averaged, pooled
from .mixed_model import reml
from .sensitivity import against_prior
from .stein import james_stein, james_stein_risk

# --- few groups -------------------------------------------------------------------------------------------------------

def few_groups(sizes=(2, 3, 4, 5, 6, 7, 8), tau=HalfNormal(10)):
    """What J of the eight schools say of tau, averaged over all ways to choose them.

    Returns
    -------
    list of dict
        J; choices, how many ways there are; overlap and information of the posterior of tau against
        its prior (see `sensitivity.Learnt`), averaged; sd_ratio, the posterior sd of tau over that
        of the prior, averaged.
    """
    schools = data.eight_schools()
    prior_sd = _sd_of_prior(tau)
    rows = []
    for J in sizes:
        found = [_learnt(schools.y[list(some)], schools.sigma[list(some)], tau)
                 for some in itertools.combinations(range(8), J)]
        overlap, information, _, sd = np.mean(found, axis=0)
        rows.append({"J": J, "choices": len(found), "overlap": overlap, "information": information,
                     "sd_ratio": sd / prior_sd})
    return rows


def first_schools(sizes=(2, 3, 4, 8), tau=HalfNormal(10)):
    """The exact posteriors of the first J schools: a dict of J to ExactPosterior, for
    `plots_practice.few_groups`.
    """
    schools = data.eight_schools()
    return {J: _quiet_exact(NormalNormal(schools.y[:J], schools.sigma[:J], tau=tau,
                                         groups=schools.groups[:J]))
            for J in sizes}


def more_groups(sizes=(2, 4, 8, 16, 32, 64), errors=(2.0, 20.0), tau_true=8.0, tau=HalfNormal(10),
                sets=25, seed=1):
    """The same for simulated data, theta_j ~ Normal(0, tau_true), where groups are measured well
    and where they are not.

    Returns
    -------
    list of dict
        sigma, J, overlap, information, sd_ratio and tau (its posterior mean), averaged over the
        data sets.
    """
    rng, prior_sd = validate.generator(seed), _sd_of_prior(tau)
    rows = []
    for sigma, J in itertools.product(errors, sizes):
        y = rng.normal(0, np.hypot(tau_true, sigma), (sets, J))
        overlap, information, mean, sd = np.mean([_learnt(one, np.full(J, sigma), tau)
                                                  for one in y], axis=0)
        rows.append({"sigma": sigma, "J": J, "overlap": overlap, "information": information,
                     "sd_ratio": sd / prior_sd,
                     "tau": mean})
    return rows


def _quiet_exact(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that there are few groups is the point
        return exact(model)


def _learnt(y, sigma, tau):
    truth = _quiet_exact(NormalNormal(y, sigma, tau=tau))
    return *against_prior(truth), truth["tau"].mean, truth["tau"].sd


def _sd_of_prior(prior):
    """Standard deviation of a HalfNormal."""
    if not isinstance(prior, HalfNormal):
        raise TypeError(f"tau is {prior!r}; it must be a HalfNormal here")
    return prior.scale * np.sqrt(1 - 2 / np.pi)


# --- tau near zero ------------------------------------------------------------------------------------------------------

def tau_near_zero(spreads=(0.0, 2.0, 5.0, 10.0, 20.0), tau=HalfNormal(10), sets=1000, seed=1):
    """Mean squared error of the three pooling strategies as the true tau leaves zero, with the
    schools' standard errors.

    theta_j ~ Normal(8, spread), y_j ~ Normal(theta_j, sigma_j). The estimates are y_j, the weighted
    mean of all y_j, and the posterior means under the priors of Section 5.8.

    Returns
    -------
    list of dict
        spread; none, complete, partial, mean squared errors, each with its standard error (none_se,
        ...); tau, the average posterior mean of tau; coverage, of the 89% intervals of partial
        pooling.
    """
    sigma, rng = data.eight_schools().sigma, validate.generator(seed)
    z, noise = rng.standard_normal((sets, 8)), rng.standard_normal((sets, 8)) * sigma
    rows = []
    for spread in spreads:
        theta = 8 + spread * z
        y = theta + noise
        errors, covered, tau_mean = pooled(y, sigma, theta, tau=tau)
        rows.append({"spread": spread, **_strategies(y, sigma, theta, {"partial": errors}),
                     "tau": float(tau_mean.mean()), "coverage": float(covered.mean())})
    return rows


def _strategies(y, sigma, theta, more):
    """Mean squared errors of no pooling, of complete pooling and of what else there is, by name,
    with standard errors.
    """
    weight = 1 / sigma**2
    together = (y @ weight / weight.sum())[:, None]
    errors = {"none": (y - theta) ** 2, "complete": (together - theta) ** 2, **more}
    found = {}
    for name, one in errors.items():
        found[name], found[f"{name}_se"] = averaged(one)
    return found


# --- groups that are not exchangeable -----------------------------------------------------------------------------------

DESIGNS = {
    "equal": np.full(8, 10.0),
    "noise unrelated": np.tile([5.0, 20.0], 4),
    "noisy kind": np.repeat([5.0, 20.0], 4),
}


def not_exchangeable(gaps=(0, 10, 20, 30, 40, 60, 80), design="equal", tau=HalfCauchy(25),
                     mu=Flat(), sets=1000, seed=1):
    """Two kinds of groups, pooled as if they were one kind: mean squared errors, and the covariate
    that tells them apart.

    Four groups of each kind, theta_j ~ Normal(5 + gap x_j, 2) with x_j = 0 or 1. The priors are
    weak by default (a flat one for the covariate's effect as well), so that what goes wrong is the
    fault of the model's exchangeability alone.

    Parameters
    ----------
    gaps : list of float
        Difference between the means of the two kinds.
    design : {"equal", "noise unrelated", "noisy kind"}
        Standard errors: all 10; 5 and 20 alternating within each kind; or 5 for one kind and 20 for
        the other.
    tau, mu : priors
    sets, seed : int
        Simulated data sets for each gap; the same noise serves all gaps.

    Returns
    -------
    list of dict
        design, gap; none, complete, partial, covariate: mean squared errors, each with its standard
        error (none_se, ...); worse, that of partial less that of none, and worse_se; first and
        second, the mean squared error of partial in either kind, and none_second, that of no
        pooling in the second; coverage and covariate_coverage, of the 89% intervals.
    """
    sigma = DESIGNS[validate.one_of("design", design, tuple(DESIGNS))]
    x, rng = np.repeat([0.0, 1.0], 4), validate.generator(seed)
    theta_0, noise = rng.normal(5, 2, (sets, 8)), rng.standard_normal((sets, 8)) * sigma
    rows = []
    for gap in gaps:
        theta = theta_0 + gap * x
        y = theta + noise
        partial, covered, _ = pooled(y, sigma, theta, tau=tau, mu=mu)
        covariate, covered_x, _ = pooled(y, sigma, theta, tau=tau, mu=mu, x=x, beta=Flat())
        worse, worse_se = averaged(partial - noise**2)
        rows.append({
            "design": design, "gap": gap,
            **_strategies(y, sigma, theta, {"partial": partial, "covariate": covariate}),
            "worse": worse, "worse_se": worse_se, "first": float(partial[:, x == 0].mean()),
            "second": float(partial[:, x == 1].mean()),
                     "none_second": float((noise[:, x == 1] ** 2).mean()),
            "coverage": float(covered.mean()), "covariate_coverage": float(covered_x.mean())})
    return rows


# --- many groups ----------------------------------------------------------------------------------------------------------

def many_groups(J=2000, draws=500, tune=200, chains=4, seed=1):
    """Thousands of groups sampled with summaries only, beside the exact posterior.

    theta_j ~ Normal(8, 5), standard errors between 5 and 15.

    Returns
    -------
    dict
        draws : the Draws, with running means and sds of theta.
        truth : the exact posterior.
        mean_z : errors of the running means in Monte Carlo standard errors, for draws that are independent, (J,).
        sd_ratio : running over exact sd, (J,).
        numbers_kept, numbers_all : how many numbers are held, and how many all draws of theta would be.
        interval_error : largest distance between mean +- z sd and the exact 89% interval, in sds, over 50 groups.
    """
    rng = validate.generator(seed)
    sigma = rng.uniform(5, 15, J)
    model = NormalNormal(rng.normal(rng.normal(8, 5, J), sigma), sigma)
    truth = exact(model)
    found = sample(model, draws=draws, tune=tune, chains=chains, seed=rng, keep="summaries")
    theta, mean, sd = found.running["theta"], truth["theta"].mean, truth["theta"].sd
    some = np.linspace(0, J - 1, min(J, 50)).astype(int)
    ends = np.array([truth["theta"][j].hdi(0.89) for j in some])
    guess = mean[some, None] + ndtri([LOW, HIGH]) * sd[some, None]
    return {"draws": found, "truth": truth, "mean_z": (theta.mean - mean)
            / (sd / np.sqrt(draws * chains)),
            "sd_ratio": theta.sd / sd, "numbers_all": draws * chains * J,
            "numbers_kept": sum(found[name].size for name in found) + 2 * chains * J,
            "interval_error": float(np.max(np.abs(guess - ends) / sd[some, None]))}


# --- REML, and what its intervals cover -------------------------------------------------------------------------------------

def reml_coverage(spreads=(0.0, 2.0, 5.0, 10.0, 20.0), tau=HalfNormal(10), sets=500, seed=1):
    """How often the intervals of REML and of the exact posterior cover the true theta, with the
    schools' standard errors.

    Returns
    -------
    list of dict
        spread; boundary, the share of data sets where REML says tau = 0; naive, plug_in, exact:
        coverage of nominal 89% intervals, by the REML standard errors without and with the
        uncertainty of mu, and by the exact posterior; each with its standard error over data sets
        (naive_se, ...).
    """
    sigma, rng, z = data.eight_schools().sigma, validate.generator(seed), ndtri(HIGH)
    rows = []
    for spread in spreads:
        theta = rng.normal(8, spread, (sets, 8))
        y = rng.normal(theta, sigma)
        fits = [reml(NormalNormal(one, sigma)) for one in y]
        off = np.abs(np.array([fit.theta for fit in fits]) - theta)
        covered = {"naive": off <= z * np.array([fit.theta_se_naive for fit in fits]),
                   "plug_in": off <= z * np.array([fit.theta_se for fit in fits]),
                   "exact": pooled(y, sigma, theta, tau=tau)[1]}
        row = {"spread": spread, "boundary": float(np.mean([fit.at_boundary for fit in fits]))}
        for name, one in covered.items():
            row[name], row[f"{name}_se"] = averaged(one)
        rows.append(row)
    return rows


# --- Stein's paradox ----------------------------------------------------------------------------------------------------------

def stein_risk(distances=(0, 1, 2, 3, 4, 6, 8, 12), J=10, sets=4000, seed=1):
    """Total squared error of J means with standard error 1, as the true means move apart: by
    simulation, and exact.

    The true means lie on a line through zero: distance times a unit vector with mean 0, so that
    shrinking towards 0 and towards the mean meet the same deviations.

    Returns
    -------
    list of dict
        distance; zero, mean, positive, bayes: simulated risks of James-Stein towards 0, towards the
        mean, its positive part, and of the posterior means under flat mu and tau, each with its
        standard error (zero_se, ...); zero_exact and mean_exact, from the formula; raw, that of the
        means themselves, J.
    """
    rng = validate.generator(seed)
    direction = np.linspace(-1, 1, J)
    direction /= np.linalg.norm(direction)
    rows = []
    for distance in distances:
        theta = distance * direction
        y = theta + rng.standard_normal((sets, J))
        estimates = {"zero": james_stein(y, 1.0), "mean": james_stein(y, 1.0, "mean"),
                     "positive": james_stein(y, 1.0, "mean", positive_part=True)}
        errors = {name: (estimate - theta) ** 2 for name, estimate in estimates.items()}
        errors["bayes"] = pooled(y, np.ones(J), np.broadcast_to(theta, y.shape), tau=Flat(),
                                 mu=Flat())[0]
        row = {"distance": float(distance), "raw": float(J),
               "zero_exact": james_stein_risk(theta, 1.0),
               "mean_exact": james_stein_risk(theta, 1.0, "mean")}
        for name, one in errors.items():
            risk, se = averaged(one)
            row[name], row[f"{name}_se"] = J * risk, J * se
        rows.append(row)
    return rows


def baseball():
    """Batting averages after 45 at-bats as predictions of the rest of the season (Efron and Morris
    1975).

    Equal numbers of trials give standard errors that are nearly equal: sqrt(p (1 - p) / 45) at the
    overall average p.

    Returns
    -------
    dict
        groups; raw, james_stein, bayes (exact posterior means of the beta-binomial model) and
        rest_of_season, (18,); errors, the total squared error of each of the first three by name.
    """
    players = data.baseball()
    raw = players.successes / players.trials
    p = raw.mean()
    estimates = {
        "raw": raw,
        "james_stein": james_stein(raw, np.sqrt(p * (1 - p) / players.trials), "mean",
                                   positive_part=True),
        "bayes": exact(BetaBinomial(players.successes, players.trials,
                                    groups=players.groups))["theta"].mean,
    }
    errors = {name: float(((estimate - players.rest_of_season) ** 2).sum()) for name,
              estimate in estimates.items()}
    return {"groups": players.groups, **estimates, "rest_of_season": players.rest_of_season,
            "errors": errors}
