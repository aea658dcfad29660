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
from ..ledger import Ledger, shortest_interval
from ..numbers import plain, standard_errors
from ..nuts_runs import by_sampler, runs
from ..reported import reported
from ..yardsticks import BARELY, MARGIN
from . import recorded_runs
from .both_samplers import claims
from .common import schools, span, standard_error, truth
from .funnel_verdicts import (
    FORMS,
    judge_pathology,
    judge_six_times,
    judge_small_tau,
    judged_funnel,
    sds_at,
)
from .halves import Claim, below, halves, margin, mean_and_error
from .iterations import FORMATS as ITERATION_FORMATS
from .iterations import beside_the_recorded, own_nuts
from .which_form import judge_both, judge_default

WORDS = {"centred": "centred", "noncentred": "non-centred", "collapsed": "collapsed"}


@cache
def one_run(form):
    """The run with seed 42, the section's."""
    return hmc(funnel.eight_schools(form), seed=42)


@cache
def centred_runs(quick):
    """What is known of our own runs of the centred form, by the name of the sampler."""
    return {"NUTS": funnel.run(own_nuts("centred", quick)), "HMC": funnel.run(one_run("centred"))}


def divergences(part):
    """Figure 5.34, recorded runs of the section's model by PyMC, and what runs of ours show."""
    quick, tau = part.quick, truth()["tau"]
    beside = beside_the_recorded(quick)
    part.text(*what_was_found(centred_runs(quick), tau), our_nuts(beside),
              whose_divergences(own_nuts("centred", quick)))
    part.player("funnel", "Follow a trajectory through the funnel in your browser, half step by "
                "half step, in both forms")
    nuts = [own_nuts(form, quick) for form in FORMS]
    part.figure(plots_funnel.figure_5_34(*nuts, truth(), sampler="NUTS"), "fig_5_34_funnel",
                "Figure 5.34, recomputed by our own NUTS at the section's target_accept, in "
                f"{nuts[0]['tau'].size} draws of each form (the section has 8000): the centred "
                "form (left) and the non-centred one (right), with the exact density's contours. "
                "Triangles mark where divergent trajectories broke.")
    part.figure(plots_funnel.trajectories(funnel.paths_into_the_neck(one_run("centred")), truth()),
                "trajectories",
                "Four trajectories of the centred form by our HMC, and the error of the energy "
                "along each. Past 1000 a trajectory counts as divergent.")
    part.table(recorded_runs.by_target(tau.mean),
               "Twenty runs by PyMC with either sampler at each target_accept: means, and how far "
               "the mean of tau is off", recorded_runs.FORMATS, fold=False)
    part.table(beside,
               "NUTS: the mean of 20 runs by PyMC with either sampler, and one run of ours. "
               "Leapfrog steps, with a "
               "gradient each, of an iteration; divergences and effective draws of tau in 1000 "
               "draws, and in 1000 steps",
               ITERATION_FORMATS, fold=False)
    efficiency = {f"HMC {WORDS[form]}": funnel.run(one_run(form)) for form in FORMS}
    efficiency |= {f"Gibbs {WORDS[form]}": funnel.gibbs_runs(form, 1, draws=1000, tune=500)[0]
                   for form in WORDS}
    part.table(need("pandas").DataFrame({name: work(found) for name, found in
                                         efficiency.items()}).T,
               "Effective draws for the work done, in one run of each (4 chains of 2000 draws by "
               "HMC, of 1000 by Gibbs): an evaluation is a gradient for HMC, a sweep for Gibbs",
               {"evaluations": ".0f", "ESS of tau": ".0f", "ESS of mu": ".0f"})
    part.ledger(judged_funnel(centred_runs(quick), {form: one_run(form) for form in FORMS}, quick))


def what_was_found(ours, tau):
    """The paragraphs; `ours` as from `centred_runs`."""
    broke = [f"{np.median(one['tau_broke']):.2f} in our {name}" for name, one in ours.items()
             if one["tau_broke"]]
    return (
        "Where tau is small each theta must lie close to mu: a funnel, whose neck is too narrow "
        "for the step size that suits its mouth.",
        recorded_runs.which_sampler(), recorded_runs.bias_in_words(tau),
        "Not judged: that above 10,000 observations the likelihood has most of the cost of an "
        "iteration. By the operations counted below it has N / (J + N) of what grows, so nearly "
        "all where N is far larger than J.",
        "Where the trajectories broke, only our own runs tell: the median of tau there is "
        f"{' and '.join(broke)}, whose trajectories have random lengths; in the posterior it is "
        f"{tau.quantile(0.5):.2f}.")


def whose_divergences(nuts):
    """A sentence that tells the counts of the centred form's divergences apart."""
    ours = one_run("centred")
    return ("Whose divergences are whose (of the centred form, each count of a run of its own): "
            f"the section prints {printed_divergences()} in {ours['tau'].size} "
            "draws; in as many, runs by PyMC recorded for this page have "
            f"{recorded_runs.divergences_in_words()}; our NUTS has "
            f"{len(nuts.divergences.chain)} in {nuts['tau'].size} (beside the section’s code, in "
            "Figure 5.34 and in Exercise 5.8.2); and our HMC, whose trajectories have random "
            f"lengths, {len(ours.divergences.chain)} in {ours['tau'].size} (the column “our "
            "sampler” of the ledger, and the tables of effective draws and trajectories).")


def printed_divergences():
    return next(p.printed for p in reported() if p.id == "funnel.divergences.centred")


def our_nuts(table):
    """A sentence on our own NUTS, from the table beside the recorded runs."""
    def each(form, column, spec):
        *others, ours = [format(value, spec) for name, value in table[column].items()
                         if name.startswith(f"{form},")]
        return f"{', '.join(others)} and {ours}"

    return ("Our own NUTS is there to be read and stepped through; a short run of each form stands "
            "beside nutpie and PyMC's own NUTS. Of the non-centred form an iteration takes "
            f"{each('non-centred', 'steps', '.1f')} leapfrog steps (nutpie, PyMC's own, ours), "
            f"and 1000 steps give {each('non-centred', 'ESS in 1000 steps', '.0f')} "
            "effective draws of tau; of the centred form they give "
            f"{each('centred', 'ESS in 1000 steps', '.1f')}. All aim at an acceptance rate "
            "of 90%, but they learn scales and step size in the warm-up by different rules.")


def work(found):
    return {"evaluations": found["evaluations"], "ESS of tau": found["ess_tau"],
            "ESS of mu": found["ess_mu"],
            "ESS of tau per 1000": 1000 * found["ess_tau"] / found["evaluations"]}


def judged_exercise(centred, one_run):
    """The ledger of Exercise 5.8.2; `centred`, from `centred_runs`, says where they broke."""
    ledger = Ledger("Exercise 5.8.2")
    judge_change_of_variables(ledger)
    judge_gradient(ledger)
    for form in FORMS:
        draws = one_run[form]
        x = draws["tau"]
        ledger.recorded(f"ex2.{form}.divergences", by_sampler("divergences", form),
                        len(draws.divergences.chain))
        ledger.recorded(f"ex2.{form}.r_hat", by_sampler("rhat_tau", form), rhat(x))
        ledger.recorded(f"ex2.{form}.ess", by_sampler("ess_bulk_tau", form), ess(x))
        for end, exactly, ours in zip(("hdi_low", "hdi_high"), truth()["tau"].hdi(0.89),
                                      shortest_interval(np.sort(np.ravel(x)))):
            ledger.recorded(f"ex2.{form}.{end}", by_sampler(f"tau_{end}", form), ours, exactly)
    judge_small_tau(ledger, "ex2.small_tau", centred)
    few, many = (ledger.printed[f"ex2.{form}.ess"].value for form in FORMS)
    judge_six_times(ledger, "ex2.six", few, many)
    judge_pathology(ledger, "ex2.eliminates")
    return ledger


def judge_change_of_variables(ledger):
    """Parts (a) and (b)."""
    model, rng = schools("centred"), np.random.default_rng(1)
    mu, tau, theta = rng.normal(8, 5, 5), np.exp(rng.normal(1, 1, 5)), rng.normal(8, 5, (5, 8))
    raw = (theta - mu[:, None]) / tau[:, None]
    apart = (Normal(0, 1).logpdf(raw)
             - Normal(mu[:, None], tau[:, None]).logpdf(theta)) / np.log(tau)[:, None]
    ledger.statement("ex2.standard", np.allclose(apart, 1, rtol=1e-9),
                     "the log densities of theta_raw and theta differ by "
                     f"{multiples(apart)} at {apart.size} random places: one factor tau for each")
    density = schools("noncentred").log_joint(mu, tau, raw) - model.log_joint(mu, tau, theta)
    J = density / np.log(tau)
    ledger.statement("ex2.jacobian", np.allclose(J, model.J, rtol=1e-9),
                     f"the log joint densities differ by {multiples(J)} at {J.size} random places")
    tiny = 1e-4
    at_raw, at = schools("noncentred").theta_raw_given(8.0, tiny), model.theta_given(8.0, tiny)
    (_, narrow), (_, wide) = sds_at(1.0), sds_at(10.0)
    halves(ledger, "ex2.marginal",
           Claim(np.allclose(at_raw.sd, 1, atol=1e-6) and np.all(at.sd < 2 * tiny),
                 f"As tau goes to 0: at tau = {tiny:g}, given mu and the data, the sd of every "
                 f"theta_raw is {at_raw.sd.min():.6f}, that of every theta {at.sd.max():.6f}."),
           Claim(np.abs(narrow / wide - 1).max() < BARELY,
                 "At any tau, given the data, the marginals do change: the sds of theta_raw are "
                 f"{span(narrow, '.2f')} at tau = 1, {span(wide, '.2f')} at tau = 10. Only in the "
                 "prior is theta_raw Normal(0, 1) whatever tau is."))
    B, (_, V) = model.shrinkage(tiny), mean_and_variance(truth().mu_given(np.array([tiny])))
    sizes = np.linalg.eigvalsh(tiny**2 * np.diag(B) + V * np.outer(B, B))
    ledger.statement("ex2.subspace", sizes[-2] < 1e-6 * sizes[-1],
                     f"at tau = {tiny:g} the sd of theta along the line theta_1 = ... = theta_8 is "
                     f"{np.sqrt(sizes[-1] / model.J):.1f} for each, across it at most "
                     f"{np.sqrt(sizes[-2]):.6f}")


def mean_and_variance(given):
    return given[0], float(np.squeeze(given[1]))


def multiples(found):
    """How many log tau: such as "8 log tau", or the range where they are not alike."""
    if np.allclose(found, 1):
        return "log tau"
    low, high = plain(found.min()), plain(found.max())
    return f"{low} log tau" if low == high else f"{low} to {high} log tau"


def judge_gradient(ledger):
    """What NUTS differentiates: the log density on all its coordinates, by central differences."""
    target = funnel.eight_schools("noncentred")
    q, h = target.initial(np.random.default_rng(2)), 1e-5
    steps = h * np.eye(len(q))
    slope = (target.log_density(q + steps) - target.log_density(q - steps)) / (2 * h)
    gradient = target.gradient(q)
    if np.allclose(slope, gradient, rtol=1e-5, atol=1e-6) and np.all(gradient[:2] != 0):
        ledger.in_part("ex2.differentiates",
                       f"theta is no coordinate: {len(q) - 2} entries of the gradient are "
                       "derivatives by theta_raw.",
                       f"It has {len(q)} entries: the log density is differentiated by mu and log "
                       "tau as well, through theta = mu + tau theta_raw and with the Jacobian log "
                       "tau. The neck is harmless because that density has none.")
    else:
        ledger.statement("ex2.differentiates", False, "the gradient is another one")


def exercise(part):
    """Exercise 5.8.2: the change of variables, and both forms with seed 42."""
    ledger = judged_exercise(centred_runs(part.quick),
                             {form: one_run(form) for form in FORMS})
    rows = {}
    nuts = {form: own_nuts(form, part.quick) for form in FORMS}
    for form in FORMS:
        rows |= recorded_runs.medians(form)
        rows[f"{WORDS[form]}, our NUTS"] = diagnostics(nuts[form])
        rows[f"{WORDS[form]}, our HMC"] = diagnostics(one_run(form))
    part.text("(a): theta_raw = (theta - mu) / tau is Normal(0, 1). With theta = mu + tau "
              "theta_raw the log densities of the two forms differ by J log tau at every place "
              "tried: each of the J coordinates is stretched by tau, and tau^J is the Jacobian.",
              "(b): given mu and tau, theta_j has the standard deviation tau. As tau goes to 0 all "
              "J of them collapse onto mu: J dimensions shrink to one, the funnel's neck, and no "
              "step size suits both neck and mouth. Before the data theta_raw_j is Normal(0, 1) "
              "at any tau; after them, as tau goes to 0, it becomes so again, since y then says "
              "nothing about it. The funnel is in the coordinates, not in the posterior.",
              "(c): the section's run reports "
              f"{ledger.printed['ex2.centred.divergences'].value:.0f} divergences in the centred "
              f"form; recorded runs have {recorded_runs.divergences_in_words()}. "
              f"Our own NUTS, with seed 42, has {rows['centred, our NUTS']['divergences']} in "
              f"{rows['centred, our NUTS']['draws']} draws. Our HMC has "
              f"{rows['centred, our HMC']['divergences']} in "
              f"{rows['centred, our HMC']['draws']}: its trajectories go a random length to the "
              "end, wherever they get to, while those of NUTS stop where they turn back.")
    part.figure(plots_funnel.pairs(*nuts.values(), sampler="NUTS"), "exercise_5_8_2_pairs",
                "Exercise 5.8.2(c), by our NUTS: tau against theta[A]. Both panels show the same "
                "posterior, which narrows towards tau = 0 in either form; only the non-centred "
                "draws get there.")
    part.table(need("pandas").DataFrame(rows).T,
               "Both forms, each in 4 chains (exact mean of tau "
               f"{truth()['tau'].mean:.3f}, exact 89% HDI {truth()['tau'].hdi(0.89)[0]:.2f} to "
               f"{truth()['tau'].hdi(0.89)[1]:.2f})",
               {"draws": ".0f", "divergences": ".0f", "R-hat of tau": ".3f", "ESS of tau": ".0f",
                "mean of tau": ".3f", "89% HDI from": ".2f", "to": ".2f"})
    part.ledger(ledger)


def diagnostics(draws):
    """A row of the table of (c)."""
    x = draws["tau"]
    low, high = shortest_interval(np.sort(np.ravel(x)))
    return {"draws": x.size, "divergences": len(draws.divergences.chain), "R-hat of tau": rhat(x),
            "ESS of tau": ess(x), "mean of tau": x.mean(), "89% HDI from": low, "to": high}


def crossing(part):
    """Centred or non-centred: which form samples tau better, as the data of each group grow."""
    length = dict(draws=250, tune=250)
    rows = funnel.crossing((1, 4, 16, 64), **length, chains=4 if part.quick else 16)
    small = funnel.crossing((64,), nearer=8, samplers=("HMC",), **length,
                            chains=4 if part.quick else 48)
    meet = {sampler: funnel.crossing_size(rows, sampler) for sampler in ("HMC", "Gibbs")}
    own = {}
    for sampler, size in meet.items():
        B = exact(NormalNormal(schools().y, schools().sigma / np.sqrt(size)))["shrinkage"].mean
        own[sampler] = 1 - B.mean()
    part.text("Eight Schools, as if each school had tested more students and found the same "
              f"effect. By HMC the forms cross at {meet['HMC']:.1f} times the data, where on "
              f"average {own['HMC']:.0%} of a group's estimate comes from its own data; by Gibbs "
              f"sampling at {meet['Gibbs']:.1f} times ({own['Gibbs']:.0%}). With less, take the "
              "non-centred form; with more, the centred one. The collapsed Gibbs form needs no "
              "such choice.",
              "The section's reason, that the centred form exploits the natural correlation of the "
              "posterior, is not judged: it does not say which correlation.",
              f"That trying both costs little: {recorded_runs.cost_in_words()}.")
    part.figure(plots_funnel.crossing(rows), "centred_or_noncentred",
                "Effective sample size of tau per evaluation of both forms, as the data of each "
                "group grow; bars show two Monte Carlo errors of its logarithm.")
    part.ledger(judged_crossing(rows, small))


def beside_zero(far):
    return "below 0" if far < 0 else "above 0"


def log_lead(rows):
    """log of the centred form's effective draws of tau per gradient of HMC, over the non-centred
    one's: for each pair of chains at the largest size.
    """
    size = max(row["size"] for row in rows)
    at = {row["form"]: row["per_evaluation"] for row in rows
          if row["sampler"] == "HMC" and row["size"] == size}
    return np.log(at["centred"]) - np.log(at["noncentred"])


def judged_crossing(rows, small):
    """Where which form has more effective draws of tau for its gradients.

    Parameters
    ----------
    rows, small : list of dict
        From `funnel.crossing`: with growing data, and with much data but a small tau.
    """
    ledger = Ledger("Centred or non-centred")

    def sparse(sampler):
        centred, noncentred = (np.log(runs("ess_bulk_tau", form, sampler)
                                      / runs("mean_tree_steps", form, sampler)) for form in FORMS)
        value, se = mean_and_error(centred - noncentred)
        far = margin(value, se, 0.0)
        return far < -MARGIN, (f"{value:.2f} (standard error {se:.2f}) in {len(centred)} runs, "
                               f"{standard_errors(far)} {beside_zero(far)}")

    halves(ledger, "practice.noncentred",
           *claims(sparse, "Sparse data, Eight Schools, the log of the centred form's effective "
                           "draws of tau per leapfrog step, over the non-centred one's: "),
           below(log_lead(small), 0.0,
                 "Small tau, with 64 times the data and effects 8 times nearer to their mean, in "
                 f"{len(log_lead(small))} pairs of chains of our HMC: the same, per gradient"))
    size = max(row["size"] for row in rows)
    at = {row["form"]: row for row in rows if row["sampler"] == "HMC" and row["size"] == size}
    lead = log_lead(rows)
    ledger.simulated("practice.centred", lead.mean(), standard_error(lead),
                     f"with {size:g} times the data, {len(lead)} pairs of chains of our HMC: the "
                     "log of the centred form's effective draws of tau per gradient, over the "
                     f"non-centred one's (a factor of {np.exp(lead.mean()):.0f})", above=0.0)
    n = at["centred"]["divergences"]
    ledger.statement("practice.no_funnel", n == 0,
                     f"{n} divergences in {at['centred']['draws']} draws of the centred form with "
                     f"{size:g} times the data")
    judge_default(ledger, at, size)
    judge_both(ledger)
    return ledger
