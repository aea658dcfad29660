"""Section 5.8.3 and Exercise 5.8.2: Neal's funnel, divergences, and where which form samples
better.
"""
from functools import cache

import numpy as np

from ... import funnel
from ...distributions.standard import Normal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...optional import need
from ...plots import funnel as plots_funnel
from ...sampling.arviz_bridge import ess, rhat
from ...sampling.hamiltonian import hmc
from ..ledger import Ledger
from .common import pool, schools, truth
from .eight_schools import distance_by_prior, named, truth_under

FORMS = funnel.FORMS
TARGETS = (0.9, 0.95, 0.99)


@cache
def runs(form, target_accept, quick, count=10):
    """Runs with default settings; three short ones in a quick pass."""
    return funnel.hmc_runs(form, target_accept,
                           **(dict(runs=3, draws=500, tune=300) if quick else dict(runs=count)))


@cache
def one_run(form):
    """The run with seed 42, the section's."""
    return hmc(funnel.eight_schools(form), seed=42)


def column(found, name):
    return np.array([one[name] for one in found])


def divergences(part):
    """What ten runs of each form show, and Figure 5.34."""
    pd, quick = need("pandas"), part.quick
    centred, noncentred = runs("centred", 0.9, quick), runs("noncentred", 0.9, quick)
    tau = truth()["tau"]
    median = tau.quantile(0.5)
    started, broke = (np.concatenate([one[name] for one in centred])
                      for name in ("tau_started", "tau_broke"))
    total = {form: int(column(found, "divergences").sum()) for form,
             found in zip(FORMS, (centred, noncentred))}
    size = {form: column(found, "ess_tau").mean() for form,
            found in zip(FORMS, (centred, noncentred))}
    off = {form: funnel.bias(found, tau.mean) for form, found in zip(FORMS, (centred, noncentred))}
    part.text(
        "Where tau is small each theta must lie close to mu: a funnel, whose neck is too narrow "
        f"for the step size that suits its mouth. In {len(centred)} runs of {centred[0]['draws']} "
        f"draws the centred form has {total['centred']} divergent trajectories, the non-centred "
        f"one {total['noncentred']}. The median of tau is {np.median(started):.2f} where they "
        f"start and {np.median(broke):.2f} where they break; in the posterior it is {median:.2f}. "
        f"The mean effective sample size of tau is {size['centred']:.0f} and "
        f"{size['noncentred']:.0f}.",
        "The section says that divergences typically make tau too small. Measured against the "
        f"exact mean, {tau.mean:.3f}, the centred runs are off by {off['centred']['bias']:+.2f} "
        f"(standard error {off['centred']['se']:.2f}; {off['centred']['above']} of {len(centred)} "
        f"lie above), the non-centred ones by {off['noncentred']['bias']:+.2f} "
        f"({off['noncentred']['se']:.2f}). A chain that is kept out of the neck misses small tau, "
        "one that is stuck in it sees too much of it; the sign says which prevails. (These are "
        "runs of our own HMC, not of NUTS, all with seed 42; the number of divergences differs "
        "widely from run to run.)")
    part.player("funnel", "Follow a trajectory through the funnel in your browser, half step by "
                "half step, in both forms")
    part.figure(plots_funnel.figure_5_34(one_run("centred"), one_run("noncentred"), truth()),
                "fig_5_34_funnel",
                "Figure 5.34, recomputed: draws of the centred form (left) and of the non-centred "
                "form (right), with the exact density's contours. Triangles mark where divergent "
                "trajectories broke.")
    part.figure(plots_funnel.trajectories(funnel.paths_into_the_neck(one_run("centred")), truth()),
                "trajectories",
                "Four trajectories of the centred form, and the error of the energy along each. "
                "Past 1000 a trajectory counts as divergent.")
    part.table(by_run(centred, noncentred),
               "Run by run: divergences, R-hat and effective sample size of tau, its mean",
               RUN_FORMATS, fold=True)
    harder = {target: runs("centred", target, quick) for target in TARGETS}
    part.table(pd.DataFrame({f"centred, target {target}": summary(found, tau.mean) for target,
                             found in harder.items()}
                            | {"non-centred, target 0.9": summary(noncentred, tau.mean)}).T,
               "A higher target_accept makes fewer divergences, and no better "
               "geometry", SUMMARY_FORMATS)
    efficiency = {f"HMC {form}": found for form, found in zip(FORMS, (centred, noncentred))}
    efficiency |= {f"Gibbs {form}": funnel.gibbs_runs(form, len(centred))
                   for form in ("centred", "noncentred", "collapsed")}
    part.table(pd.DataFrame({name: work(found) for name, found in efficiency.items()}).T,
               "Effective draws for the work done: an evaluation is a gradient for HMC, a sweep "
               "for Gibbs",
               {"evaluations": ".0f", "ESS of tau": ".0f", "ESS of mu": ".0f"})
    part.ledger(judged_funnel(quick, centred, noncentred, harder, median, broke, off["centred"],
                              total, size))


RUN_FORMATS = {"divergences": "d", "R-hat": ".3f", "ESS of tau": ".0f", "mean of tau": ".3f"}
SUMMARY_FORMATS = {"divergences": ".0f", "median run": ".0f", "ESS of tau": ".0f",
                   "ESS per 1000 gradients": ".2f",
                   "bias of tau": "+.2f", "its s.e.": ".2f"}


def by_run(centred, noncentred):
    pd = need("pandas")
    names = {"divergences": "divergences", "r_hat_tau": "R-hat", "ess_tau": "ESS of tau",
             "mean_tau": "mean of tau"}
    rows = [{"form": form, **{new: one[old] for old, new in names.items()}}
            for form, found in (("centred", centred), ("non-centred", noncentred)) for one in found]
    return pd.DataFrame(rows, index=2 * list(range(1, len(centred) + 1)))


def summary(found, mean):
    b = funnel.bias(found, mean)
    n = column(found, "divergences")
    return {"divergences": n.sum(), "median run": np.median(n),
            "ESS of tau": column(found, "ess_tau").mean(),
            "ESS per 1000 "
            "gradients": 1000 * column(found, "ess_tau").sum() / column(found, "evaluations").sum(),
            "bias of tau": b["bias"], "its s.e.": b["se"]}


def work(found):
    evaluations = column(found, "evaluations")
    return {"evaluations": evaluations.mean(), "ESS of tau": column(found, "ess_tau").mean(),
            "ESS of mu": column(found, "ess_mu").mean(),
            "ESS of tau per 1000": 1000 * (column(found, "ess_tau") / evaluations).mean()}


def judged_funnel(quick, centred, noncentred, harder, median, broke, off, total, size):
    ledger = Ledger("5.8.3 funnel")
    printed = {id: p.value for id, p in ledger.printed.items() if p.kind == "sampler"}
    for form in FORMS:
        ledger.own(f"funnel.divergences.{form}", len(one_run(form).divergences.chain))
        ledger.own(f"funnel.ess.{form}", ess(one_run(form)["tau"]))
    few, many = printed["funnel.ess.centred"], printed["funnel.ess.noncentred"]
    ledger.statement("funnel.sixth", few / many < 1 / 6,
                     f"{few:.0f} / {many:.0f} = {few / many:.4f}, and 1/6 = {1 / 6:.4f}")
    ledger.statement("funnel.six_times", 5.5 < many / few < 6, f"{many / few:.2f} times")
    fewest = column(centred, "divergences").min()
    ledger.statement("funnel.centred_diverges", fewest > 0,
                     f"at least {fewest} in each of {len(centred)} runs")
    ledger.statement("funnel.small_tau", np.median(broke) < 0.5 * median,
                     f"median tau where they broke {np.median(broke):.2f}, posterior median "
                     f"{median:.2f}")
    ledger.statement("funnel.noncentred_none", total["noncentred"] == 0,
                     f"{total['noncentred']} in {len(noncentred)} runs")
    ledger.statement("funnel.ess", size["centred"] < size["noncentred"] / 3,
                     f"mean ESS of tau {size['centred']:.0f} and {size['noncentred']:.0f}")
    share, should = column(centred, "below_1"), float(truth()["tau"].cdf(1.0))
    error = share.std(ddof=1) / np.sqrt(len(share))
    ledger.statement("funnel.stem", share.mean() < 0.67 * should,
                     f"share of draws with tau < 1: {share.mean():.3f} (s.e. {error:.3f}), exactly "
                     f"{should:.3f}")
    totals = [column(found, "divergences").sum() for found in harder.values()]
    ledger.statement("funnel.target_accept", totals[0] > totals[1] > totals[2] > 0,
                     "divergences at " + ", ".join(f"{t}: {n}" for t, n in zip(harder, totals)))
    ledger.statement("funnel.underestimates", off["z"] < -2,
                     f"mean of tau off by {off['bias']:+.2f} (s.e. {off['se']:.2f}) over "
                     f"{len(centred)} runs, {off['above']} of them above the exact mean")
    draws = one_run("noncentred")
    small, large = draws["tau"] < 1, draws["tau"] > 10
    theta, raw = draws["theta"][..., 0], draws["theta_raw"][..., 0]
    ledger.statement("funnel.cylinder", theta[small].std() > 0.8 * theta[large].std(),
                     f"sd of theta[A] where tau < 1: {theta[small].std():.1f}, where tau > 10: "
                     f"{theta[large].std():.1f}; theta and tau have the same joint posterior in "
                     f"either form. Of theta_raw[A]: {raw[small].std():.2f} and "
                     f"{raw[large].std():.2f}")
    near, far = (schools("centred").theta_given(8.0, tau).sd for tau in (0.5, 10.0))
    ledger.statement("funnel.tau_10_05", near.max() < 1 and far.min() > 5,
                     f"sd of theta given mu = 8, tau and the data: at tau = 0.5 {near.min():.2f} "
                     f"to {near.max():.2f}, at tau = 10 {far.min():.1f} to {far.max():.1f}")
    ledger.statement("funnel.diagnose", few < 400 <= many and printed["funnel.divergences.centred"]
                     > 0,
                     f"by these rules the printed centred run fails (ESS {few:.0f}, "
                     f"{printed['funnel.divergences.centred']:.0f} divergences), the non-centred "
                     f"one passes (ESS {many:.0f})")
    return ledger


def exercise(part):
    """Exercise 5.8.2: the change of variables, and both forms with seed 42."""
    ledger, model = Ledger("Exercise 5.8.2"), schools("centred")
    rng = np.random.default_rng(1)
    mu, tau, theta = rng.normal(8, 5, 5), np.exp(rng.normal(1, 1, 5)), rng.normal(8, 5, (5, 8))
    raw = (theta - mu[:, None]) / tau[:, None]
    apart = (Normal(0, 1).logpdf(raw)
             - Normal(mu[:, None], tau[:, None]).logpdf(theta)) / np.log(tau)[:, None]
    ledger.statement("ex2.standard", np.allclose(apart, 1, rtol=1e-9),
                     f"log N(theta_raw; 0, 1) - log N(theta; mu, tau) is {apart.min():.6f} to "
                     f"{apart.max():.6f} times log tau at 40 random places: one factor tau for "
                     "each")
    density = schools("noncentred").log_joint(mu, tau, raw) - model.log_joint(mu, tau, theta)
    J = density / np.log(tau)
    ledger.statement("ex2.jacobian", np.allclose(J, model.J, rtol=1e-9),
                     f"log p(theta_raw) - log p(theta) is {J.min():.6f} to {J.max():.6f} times log "
                     "tau")
    tiny = 1e-4
    at_raw, at = schools("noncentred").theta_raw_given(8.0, tiny), model.theta_given(8.0, tiny)
    ledger.statement("ex2.marginal", np.allclose(at_raw.sd, 1, atol=1e-6)
                     and np.all(at.sd < 2 * tiny),
                     f"at tau = {tiny:g}, given the data, the sd of every theta_raw is "
                     f"{at_raw.sd.min():.6f}, that of every theta {at.sd.max():.1g}")
    closest = distance_by_prior().attrs["closest"]
    other, other_pool = truth_under(closest)
    rows = {}
    for form in FORMS:
        draws = one_run(form)
        x, n = draws["tau"], len(draws.divergences.chain)
        rows[form] = {"divergences": n, "R-hat of tau": rhat(x), "ESS of tau": ess(x),
                      "mean of tau": x.mean()}
        ledger.own(f"ex2.{form}.divergences", n)
        ledger.own(f"ex2.{form}.r_hat", rhat(x))
        ledger.own(f"ex2.{form}.ess", ess(x))
        size = float(ledger.printed[f"ex2.{form}.ess"].printed)
        for end in ("hdi_low", "hdi_high"):
            ledger.posterior(f"ex2.{form}.{end}", truth()["tau"], pool()["tau"], size, x,
                             [(f"under {named(closest)}", other["tau"], other_pool["tau"])])
    centred, noncentred = (runs(form, 0.9, part.quick, count=3) for form in FORMS)
    broke = np.concatenate([one["tau_broke"] for one in centred])
    ledger.statement("ex2.small_tau", np.median(broke) < 0.5 * truth()["tau"].quantile(0.5),
                     f"median tau where they broke {np.median(broke):.2f}")
    printed = [float(ledger.printed[f"ex2.{form}.ess"].printed)
               for form in ("noncentred", "centred")]
    times = column(noncentred, "ess_tau").mean() / column(centred, "ess_tau").mean()
    ledger.statement("ex2.six", 5.5 < printed[0] / printed[1] < 6,
                     f"its own run: {printed[0] / printed[1]:.1f} times; ours, {len(centred)} runs "
                     f"of each: {times:.0f} times")
    ledger.statement("ex2.eliminates", column(noncentred, "divergences").sum() == 0 and
                     column(noncentred, "r_hat_tau").max() < 1.01,
                     f"no divergence in {len(noncentred)} runs, R-hat at most "
                     f"{column(noncentred, 'r_hat_tau').max():.3f}")
    part.text("(a) and (b): with theta = mu + tau theta_raw the two log densities differ by J log "
              "tau, the Jacobian, at every place tried. As tau goes to 0 theta collapses onto mu "
              "while theta_raw keeps its standard deviation: the funnel is in the coordinates, not "
              "in the posterior.",
              "(c): the section's run reports "
              f"{int(ledger.printed['ex2.centred.divergences'].value)} divergences, ours "
              f"{rows['centred']['divergences']}: a sampler's own number, which changes with every "
              "seed.")
    part.figure(plots_funnel.pairs(one_run("centred"), one_run("noncentred")),
                "exercise_5_8_2_pairs",
                "Exercise 5.8.2(c): tau against theta[A]. Both panels show the same posterior, "
                "which narrows towards tau = 0 in either form; only the non-centred draws get "
                "there.")
    part.table(need("pandas").DataFrame(rows).T,
               "One run of each form with seed 42 (exact mean of tau "
               f"{truth()['tau'].mean:.3f})",
               {"divergences": ".0f", "R-hat of tau": ".3f", "ESS of tau": ".0f",
                "mean of tau": ".3f"})
    part.ledger(ledger)


def crossing(part):
    """Centred or non-centred: which form samples tau better, as the data of each group grow."""
    sizes = (1, 4, 16, 64) if part.quick else (1, 2, 4, 8, 16, 64)
    rows = funnel.crossing(sizes, **(dict(draws=300, tune=300, chains=4) if part.quick else {}))
    ledger = Ledger("Centred or non-centred")
    meet = {sampler: funnel.crossing_size(rows, sampler) for sampler in ("HMC", "Gibbs")}
    own = {}
    for sampler, size in meet.items():
        B = exact(NormalNormal(schools().y, schools().sigma / np.sqrt(size)))["shrinkage"].mean
        own[sampler] = 1 - B.mean()
    ratio = {size: per_gradient(rows, size, "centred") / per_gradient(rows, size, "noncentred")
             for size in (sizes[0], sizes[-1])}
    ledger.statement("practice.noncentred", ratio[sizes[0]] < 1,
                     f"Eight Schools: the centred form has {ratio[sizes[0]]:.2g} times the ESS of "
                     "tau per gradient")
    ledger.statement("practice.centred", ratio[sizes[-1]] > 1,
                     f"with {sizes[-1]} times the data: {ratio[sizes[-1]]:.2g} times")
    part.text("Eight Schools, as if each school had tested more students and found the same "
              f"effect. By HMC the forms cross at {meet['HMC']:.1f} times the data, where on "
              f"average {own['HMC']:.0%} of a group's estimate comes from its own data; by Gibbs "
              f"sampling at {meet['Gibbs']:.1f} times ({own['Gibbs']:.0%}). With less, take the "
              "non-centred form; with more, the centred one. The collapsed Gibbs form needs no "
              "such choice.")
    part.figure(plots_funnel.crossing(rows), "centred_or_noncentred",
                "Effective sample size of tau per evaluation of both forms, as the data of each "
                "group grow.")
    part.ledger(ledger)


def per_gradient(rows, size, form):
    return next(row["ess_tau"] / row["evaluations"] for row in rows
                if (row["sampler"], row["size"], row["form"]) == ("HMC", size, form))
