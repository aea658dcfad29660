"""Section 5.8.3: the Eight Schools table, judged; the priors it may have been made with; forest and
replicates.
"""
from functools import cache

import numpy as np
from scipy.special import ndtri

from ... import plots
from ...data import eight_schools
from ...distributions.standard import Flat, HalfCauchy, HalfNormal, Normal, Uniform
from ...models.twins import exact
from ...optional import need
from ...sampling.arviz_bridge import ess, mcse, rhat
from ..ledger import DIFFERS, UNFIT, Ledger, reported
from ..nuts_runs import by_sampler, runs
from ..yardsticks import BARELY, MUCH, about, monotone
from .both_samplers import claims
from .common import POOL, gibbs, pool, schools, short, truth, variable_of
from .funnel_verdicts import width_in_words
from .halves import halves
from .recorded_runs import sizes_that_do_not_fit

SUMMARY = "5.8.3 summary table"

# Diagnostics that recorded runs of the section's model have, by the names of their columns.
RECORDED = {("tau", "r_hat"): "rhat_tau", ("tau", "ess_bulk"): "ess_bulk_tau",
            ("tau", "ess_tail"): "ess_tail_tau", ("mu", "ess_bulk"): "ess_bulk_mu"}

# Priors that an author may have had in mind; the stated ones come first.
CANDIDATES = (
    (Normal(0, 20), HalfNormal(10)),
    (Flat(), Flat()),
    (Normal(0, 20), Flat()),
    (Flat(), HalfNormal(10)),
    (Normal(0, 20), HalfCauchy(25)),
    (Flat(), HalfCauchy(25)),
    (Normal(0, 20), HalfCauchy(5)),
    (Normal(0, 20), HalfNormal(20)),
    (Normal(0, 20), Uniform(0, 100)),
)


def named(priors):
    mu, tau = priors
    if isinstance(mu, Flat) and isinstance(tau, Flat):
        return "flat priors of mu and tau"
    return f"mu ~ {short(mu)}, tau ~ {short(tau)}"


@cache
def exact_under(priors):
    """The exact posterior under other priors."""
    mu, tau = priors
    return exact(schools().with_priors(mu=mu, tau=tau))


@cache
def truth_under(priors):
    """The exact posterior under other priors, and draws from it."""
    return exact_under(priors), exact_under(priors).sample(**POOL, seed=0)


def printed_sizes():
    """Effective sample sizes of the section's draws: (bulk, tail) by variable."""
    ess = {(p.variable, p.statistic): p.value for p in reported(SUMMARY) if p.kind == "sampler"}
    return {name: (ess[name, "ess_bulk"], ess[name, "ess_tail"]) for name, kind in ess if kind
            == "ess_bulk"}


def size_of(printed):
    """The effective sample size behind a printed statistic of the section's non-centred run."""
    bulk, tail = printed_sizes()[printed.variable]
    return bulk if printed.statistic in ("mean", "sd") else tail


def distance_by_prior():
    """How well each pair of candidate priors explains the printed means and sds.

    The distance is the root mean square of (printed - exact) over the Monte Carlo standard error of
    the mean that the printed effective sample size implies, sd / sqrt(ESS). About 1 is what a
    correct sampler would give.

    Returns
    -------
    pandas.DataFrame
        distance and the exact mean of tau, a row for each pair, closest first; the stated priors
        are marked. Its index is made of the pairs' names, its attrs["closest"] is the closest pair.
    """
    rows = {}
    for pair in CANDIDATES:
        found = exact_under(pair)
        apart = []
        for p in reported(SUMMARY):
            if p.statistic in ("mean", "sd"):
                marginal = variable_of(found, p.variable)
                apart.append((p.value - getattr(marginal, p.statistic)) / marginal.sd
                             * np.sqrt(size_of(p)))
        rows[pair] = {"distance": np.sqrt(np.mean(np.square(apart))),
                      "mean of tau": found["tau"].mean}
    closest = sorted(rows, key=lambda pair: rows[pair]["distance"])
    table = need("pandas").DataFrame(
        [rows[pair] for pair in closest],
        index=[named(pair) + (" (stated)" if pair == CANDIDATES[0] else "") for pair in closest])
    table.attrs["closest"] = closest[0]
    return table


def judged_summary(draws, closest):
    """The ledger of the summary table.

    Parameters
    ----------
    draws : Draws
        Our own sampler's.
    closest : pair of priors
        What is tried as the reason where a number differs.
    """
    ledger = Ledger(SUMMARY)
    other, other_pool = truth_under(closest)
    for id, p in ledger.printed.items():
        if p.kind == "posterior":
            x, under = variable_of(draws, p.variable), variable_of(other, p.variable)
            ledger.posterior(id, variable_of(truth(), p.variable), variable_of(pool(), p.variable),
                             size_of(p), x,
                             [(f"under {named(closest)}", under,
                               variable_of(other_pool, p.variable))])
        elif p.kind == "sampler":
            x = variable_of(draws, p.variable)
            ours = (rhat(x) if p.statistic == "r_hat"
                    else ess(x, p.statistic.removeprefix("ess_")))
            if (p.variable, p.statistic) in RECORDED:
                ledger.recorded(id, by_sampler(RECORDED[p.variable, p.statistic], "noncentred"),
                                ours)
            else:
                ledger.own(id, ours)
    judged_convergence(ledger)
    return ledger


def judged_convergence(ledger):
    own = [p for p in ledger.printed.values() if p.kind == "sampler"]
    r_hat = max(p.value for p in own if p.statistic == "r_hat")
    sizes = [p.value for p in own if p.statistic != "r_hat"]

    def converged(sampler):
        r_hats, of_tau = (runs(name, "noncentred", sampler)
                          for name in ("rhat_tau", "ess_bulk_tau"))
        return (r_hat < 1.005 and min(sizes) >= 1000 and r_hats.max() < 1.005
                and of_tau.min() >= 1000), (
            f"{len(r_hats)} runs have, of tau, R-hat at most {r_hats.max():.3f}, sizes from "
            f"{of_tau.min():.0f}")

    halves(ledger, "eight.converged", *claims(
        converged, f"printed: R-hat at most {r_hat:.2f}, sizes from {min(sizes):.0f} to "
                   f"{max(sizes):.0f}; "))


def summary_table(part):
    """The summary table of Section 5.8.3, three ways, with its shrinkage plot."""
    draws = gibbs(part.quick)
    distances = distance_by_prior()
    ledger = judged_summary(draws, distances.attrs["closest"])
    rows = ledger.table()
    stated = distances.loc[named(CANDIDATES[0]) + " (stated)", "distance"]
    differ = rows[(rows["kind"] == "posterior") & (rows["verdict"] == DIFFERS)]
    unexplained = differ["reason"].str.contains(UNFIT).sum()
    part.text(
        "Eight coaching programmes, solved three ways: by quadrature (exact), by Gibbs sampling, "
        f"and as the section prints it. Of the 40 printed posterior numbers {len(differ)} do not "
        "agree with the exact posterior. Our sampled values lie at most "
        f"{rows['z'].abs().max():.1f} of their Monte Carlo standard errors from the exact ones "
        "(for an interval's ends: from what exact draws give).",
        f"Why: of {len(distances)} pairs of priors tried, the printed means and sds are closest to "
        f"the exact posterior under {distances.index[0]} (distance "
        f"{distances['distance'].iloc[0]:.1f}, where about 1 is what a correct sampler would "
        f"give), not under the stated ones (distance {stated:.1f}). That explains all but "
        f"{unexplained} of the numbers that differ. Another sign: {school_E()}.",
        sizes_that_do_not_fit(ledger),
        "Not judged: that these priors do not strongly favour any value. HalfNormal(10) gives "
        "tau = 0 "
        f"{np.exp(CANDIDATES[0][1].logpdf(0.0) - CANDIDATES[0][1].logpdf(20.0)):.1f} times the "
        "density of tau = 20, and the section does not say what counts as strongly. Nor that "
        "they keep to physically plausible ranges, which the section does not name.")
    part.player("eight-schools", "Step through the Gibbs sampler of Eight Schools in your browser, "
                "move tau, follow a trajectory, find the mistake")
    part.figure(plots.shrinkage(schools().groups, schools().y, truth()["theta"].mean, 1
                                / schools().sigma,
                                truth()["mu"].mean, "effect (SAT points)"), "shrinkage",
                "Shrinkage: each school's raw estimate and its exact posterior mean. The size of a "
                "point shows its precision.")
    part.table(distances,
               "Candidate priors: distance of the printed means and sds from the exact posterior "
               "under each",
               {"distance": ".1f", "mean of tau": ".2f"})
    part.ledger(ledger)
    part.ledger(judged_data(), "the data table")


def school_E():
    """The section's tables disagree among themselves about one posterior."""
    sd = {p.where: p.printed for p in reported() if p.variable == "theta[E]" and p.statistic
          == "sd"}
    first, second = sd
    return (f"the sd of school E is {sd[first]} in the {first.split(' ', 1)[1]} and {sd[second]} "
            f"in {second}, and exactly {truth()['theta', 'E'].sd:.2f}")


def judged_data():
    ledger, printed = Ledger("5.8.3 data"), eight_schools()
    for j, school in enumerate(printed.groups):
        ledger.judge(f"data.y.{school}", printed.y[j])
        ledger.judge(f"data.sigma.{school}", printed.sigma[j])
    mu, tau = CANDIDATES[0]
    ledger.statement("data.mu_prior", np.abs(printed.y - mu.mean).max() < 2 * mu.sd,
                     f"95% of {short(mu)} lies within {2 * mu.sd:g} points of {mu.mean:g}, and the "
                     f"largest effect is {printed.y.max():g}")
    end = tau.scale * ndtri(0.975)
    ledger.statement("data.tau_prior", about(end, 20),
                     f"the 95% point of {short(tau)} is {end:.1f}")
    return ledger


def forest(part):
    """Figure 5.35 and what the section reads from it."""
    draws, found, model = gibbs(part.quick), truth(), schools()
    closest = distance_by_prior().attrs["closest"]
    ledger, (other, other_pool) = Ledger("5.8.3 forest plot"), truth_under(closest)
    for id, p in ledger.printed.items():
        if p.kind == "posterior":
            ledger.about(id, variable_of(found, p.variable), variable_of(draws, p.variable),
                         [(f"under {named(closest)}", variable_of(other, p.variable),
                           variable_of(other_pool, p.variable))])
    judged_forest(ledger, model, found)
    theta, mu, y = found["theta"].mean, found["mu"].mean, model.y
    interval = np.array([found["theta", g].hdi(0.89) for g in model.groups])
    part.text("Figure 5.35 from our own draws. All eight posterior means lie between "
              f"{theta.min():.1f} and {theta.max():.1f}, where the raw effects run from "
              f"{y.min():g} to {y.max():g}; every interval contains the exact population mean, "
              f"{mu:.2f}." if ((interval[:, 0] < mu) & (mu < interval[:, 1])).all() else
              f"Figure 5.35 from our own draws. The posterior means lie between {theta.min():.1f} "
              f"and {theta.max():.1f}.")
    part.text(width_in_words())
    part.figure(plots.forest(draws, unit="effect (SAT points)", raw=model.y, point="mean",
                             diagnostics=True, pull=True), "fig_5_35_forest",
                "Figure 5.35, recomputed: the eight effects after partial pooling (dots: posterior "
                "means) beside the effects as observed (squares). All are drawn towards mu. "
                "R-hat and ESS are those of our sampler; the Monte Carlo error of a dot is at most "
                f"{max(mcse(draws['theta'][..., j]) for j in range(model.J)):.2f}.")
    part.ledger(ledger, "the forest plot")


def judged_forest(ledger, model, found):
    """What the section reads from Figure 5.35."""
    theta, mu, B, y = found["theta"].mean, found["mu"].mean, found["shrinkage"].mean, model.y
    interval = dict(zip(model.groups, (found["theta", g].hdi(0.89) for g in model.groups)))
    width = np.array([high - low for low, high in interval.values()])
    by_B = ", ".join(f"{model.groups[j]} {B[j]:.2f}" for j in np.argsort(-B))
    monotone(ledger, "forest.shrunk_more", model.sigma, B, f"exact mean shrinkage: {by_B}")
    towards = (np.abs(theta - mu) < np.abs(y - mu)) & ((theta - mu) * (y - mu) > 0)
    ledger.statement("forest.all_towards_mean", towards.all(),
                     f"{towards.sum()} of {model.J} posterior means lie between the school's "
                     f"effect and mu, {mu:.2f}")
    order = np.argsort(-y)
    ledger.statement("forest.A_G_largest", [model.groups[j] for j in order[:2]] == ["A", "G"]
                     and list(y[order[:2]]) == [28, 18],
                     ", ".join(f"{model.groups[j]} {y[j]:g}" for j in order[:2]))
    second, third = y[order[1:3]]
    ledger.statement("forest.other_six", second >= MUCH * third,
                     f"the largest of the other six is {third:g}, beside {y.max():g} and "
                     f"{second:g}, {second / third:g} times as large (the line is at {MUCH:g})")
    inside = {g: -interval[g][0] / np.ptp(interval[g]) for g in "CE"}
    ledger.statement("forest.C_E_cross_zero",
                     all(BARELY < share < 1 - BARELY for share in inside.values()),
                     "; ".join(f"{g} [{interval[g][0]:.1f}, {interval[g][1]:.1f}], of which "
                               f"{inside[g]:.0%} lies below zero" for g in "CE"))
    below = {g: found["theta", g].cdf(0.0) for g in "CE"}
    ledger.statement("forest.not_hurt", max(below.values()) < 0.89,
                     "the probability of a negative effect is "
                     + ", ".join(f"{below[g]:.2f} for {g}" for g in below))
    wider = model.sigma > model.sigma[1]
    ledger.statement("forest.B_less", (B[1] < B[wider]).all(),
                     f"mean shrinkage of B {B[1]:.3f}, of schools with larger standard errors at "
                     f"least {B[wider].min():.3f}")
    by_sigma = np.argsort(model.sigma, kind="stable")
    monotone(ledger, "forest.wider", model.sigma, width,
             "widths by standard error " + ", ".join(
                 f"{model.groups[j]} ({model.sigma[j]:g}) {width[j]:.1f}" for j in by_sigma))


def predictive_check(part):
    """Replicated data of Section 5.8.3: y_rep_j = theta_j + Normal(0, sigma_j)."""
    found, model, draws = truth(), schools(), gibbs(part.quick)
    ledger = Ledger("5.8.3 predictive check")
    replicates, exactly = draws.replicates(seed=1)["y"], pool().replicates(seed=2)["y"]
    mean = found["theta"].mean
    sd = np.sqrt(found["theta"].sd**2 + model.sigma**2)
    sizes = printed_sizes()
    printed_sd = {p.variable[-2]: p.value for p in reported(SUMMARY)
                  if p.statistic == "sd" and p.variable.startswith("theta")}
    for j, g in enumerate(model.groups):
        ledger.judge(f"ppc.y.{g}", model.y[j])
        # The replicates of 8000 draws: the noise of y_rep is fresh in each, that of theta has the
        # chain's ESS.
        n, ess_theta, x = 8000, sizes[f"theta[{g}]"][0], replicates[..., j]
        error = np.sqrt(model.sigma[j] ** 2 / n + found["theta", g].sd ** 2 / ess_theta)
        rng = np.random.default_rng(j)
        ours = np.sqrt(model.sigma[j] ** 2 / x.size + found["theta", g].sd ** 2
                       / ess(draws["theta", g]))
        under = exact_under(CANDIDATES[1])["theta", g].mean
        ledger.judge(f"ppc.mean.{g}", mean[j], mean[j] + error * rng.standard_normal(1000),
                     x.mean(), ours,
                     (x.mean() - mean[j]) / ours,
                     reason=lambda off,
                     under=under: f"{off:.0f} s.e. off; under flat priors: {under:.1f}")
        among = np.sqrt(printed_sd[g] ** 2 + model.sigma[j] ** 2)
        ledger.judge(f"ppc.sd.{g}", sd[j],
                     exactly[..., j].ravel()[:96_000].reshape(-1, 4000).std(axis=1), x.std(),
                     reason=lambda off,
                     among=among: f"{off:.0f} s.e. off; from the section's own sd of theta and its "
                     f"sigma it would be {among:.1f}")
    shrunk = np.abs(mean - found["mu"].mean) < np.abs(model.y - found["mu"].mean)
    ledger.statement("ppc.means_shrunk", shrunk.all(),
                     f"{shrunk.sum()} of 8 lie nearer to mu than the observed effect")
    ratio = sd / model.sigma
    near = [g for g, r in zip(model.groups, ratio) if r - 1 < BARELY]
    ledger.statement("ppc.sds_match", len(near) == model.J,
                     f"they exceed sigma by {(ratio - 1).min():.0%} to {(ratio - 1).max():.0%}, by "
                     f"less than a tenth for {' and '.join(near) or 'none'} only: they hold the "
                     "uncertainty of theta as well, sqrt(sigma^2 + var theta)")
    below = (exactly <= model.y).mean(axis=(0, 1))
    ledger.statement("ppc.compatible", 0.025 < below.min() and below.max() < 0.975,
                     f"shares of replicates at or below the observed effect: {below.min():.2f} to "
                     f"{below.max():.2f}")
    width = np.ptp(np.quantile(exactly, [0.055, 0.945], axis=(0, 1)), axis=0)
    theirs = np.sqrt(np.square([printed_sd["A"], printed_sd["H"]]) + model.sigma[[0, 7]] ** 2)
    part.text("Data drawn from the fitted model, eight effects at a time. The observed effect "
              f"sits at the {below.min():.0%} to {below.max():.0%} point of its replicates: "
              "nothing in these data contradicts the model. That is a weak test, for the "
              f"intervals are {width.min():.0f} to {width.max():.0f} points wide.",
              "The section's own tables do not fit together here: with the sds of theta that it "
              f"prints, the replicates of school A would have an sd of {theirs[0]:.1f} and those "
              f"of school H of {theirs[1]:.1f}.")
    part.figure(plots.replicates(exactly, model.y, model.groups, "effect (SAT points)"),
                "predictive_check",
                "Posterior predictive check: the observed effects (squares) and the middle 89% of "
                "their replicates. The Monte Carlo error of a median is at most "
                f"{max(mcse(exactly[..., j], 'median') for j in range(model.J)):.2f}.")
    part.ledger(ledger, "the predictive check")
