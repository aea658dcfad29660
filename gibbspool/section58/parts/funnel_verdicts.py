"""Section 5.8.3: the statements on the funnel and its divergences, judged by recorded runs of the
section's own sampler, by exact posteriors and by runs of ours.
"""
import numpy as np

from ... import funnel
from ...distributions.standard import Normal
from ...sampling.arviz_bridge import ess
from ..ledger import Ledger
from ..nuts_runs import runs
from ..yardsticks import BARELY, MARGIN, MUCH, TYPICALLY
from .common import schools, span, standard_error, truth
from .halves import Claim, halves
from .iterations import judge_iterations

FORMS = funnel.FORMS
RULES = {"R-hat < 1.01": lambda form: runs("rhat_tau", form) < 1.01,
         "ESS > 400": lambda form: runs("ess_bulk_tau", form) > 400,
         "no divergences": lambda form: runs("divergences", form) == 0}


def judged_funnel(centred, one_run, quick):
    """The ledger of the place.

    Parameters
    ----------
    centred : dict of str to dict
        What `funnel.run` says of our own runs of the centred form, by sampler: where they
        diverged.
    one_run : dict of str to HamiltonianDraws
        Our run with seed 42, by form.
    quick : bool
    """
    ledger = Ledger("5.8.3 funnel")
    judge_the_printed_run(ledger, one_run)
    judge_divergences(ledger)
    judge_small_tau(ledger, "funnel.small_tau", centred)
    judge_bias(ledger)
    judge_tuning(ledger)
    judge_shapes(ledger)
    judge_rules(ledger)
    judge_words(ledger)
    judge_log_posterior(ledger)
    judge_iterations(ledger, quick)
    return ledger


def judge_the_printed_run(ledger, one_run):
    for form in FORMS:
        ledger.recorded(f"funnel.divergences.{form}", runs("divergences", form),
                        len(one_run[form].divergences.chain))
        ledger.recorded(f"funnel.ess.{form}", runs("ess_bulk_tau", form), ess(one_run[form]["tau"]))
    few, many = (ledger.printed[f"funnel.ess.{form}"].value for form in FORMS)
    ledger.statement("funnel.sixth", few / many < 1 / 6,
                     f"{few:.0f} / {many:.0f} = {few / many:.4f}, and 1/6 = {1 / 6:.4f}")
    judge_six_times(ledger, "funnel.six_times", few, many)


def judge_six_times(ledger, id, few, many):
    """Of two printed sizes; the recorded runs say what others would have found."""
    times = runs("ess_bulk_tau", "noncentred") / runs("ess_bulk_tau", "centred")
    ledger.statement(id, 6 * (1 - BARELY) <= many / few <= 6,
                     f"{many / few:.2f} times. In {len(times)} recorded runs of the section's "
                     f"sampler it is {times.min():.0f} to {times.max():.0f} times, in the median "
                     f"{np.median(times):.0f}")


def judge_divergences(ledger):
    n = runs("divergences", "centred")
    ledger.statement("funnel.centred_diverges", n.min() > 0,
                     f"{n.min():.0f} to {n.max():.0f} in each of {len(n)} recorded runs")
    judge_none(ledger, "funnel.noncentred_none")
    times = runs("ess_bulk_tau", "noncentred") / runs("ess_bulk_tau", "centred")
    ledger.statement("funnel.ess", times.min() >= MUCH,
                     f"in {len(times)} recorded runs the non-centred form has at least "
                     f"{times.min():.1f} times the centred one's ESS of tau, in the median "
                     f"{np.median(times):.0f} times")


def judge_none(ledger, id):
    """Whether the non-centred form never diverges."""
    n = runs("divergences", "noncentred")
    some = int((n > 0).sum())
    if 0 < some < len(n):
        ledger.in_part(id, f"In {len(n) - some} of {len(n)} recorded runs there is none.",
                       f"In {some} of them {'one' if n.max() == 1 else f'up to {n.max():.0f}'} of "
                       "8000 trajectories diverged.")
    else:
        ledger.statement(id, some == 0, f"none in {len(n) - some} of {len(n)} recorded runs")


def judge_pathology(ledger, id):
    """Whether the non-centred form is free of what ails the centred one."""
    off = runs("tau_mean", "noncentred") - truth()["tau"].mean
    r_hat, size, n = (runs(name, "noncentred") for name in ("rhat_tau", "ess_bulk_tau",
                                                            "divergences"))
    halves(ledger, id,
           Claim(abs(off.mean()) < MARGIN * standard_error(off),
                 f"Over {len(off)} recorded runs the mean of tau is off by {off.mean():+.3f} "
                 f"(standard error {standard_error(off):.3f})."),
           Claim(r_hat.max() < 1.01 and size.min() > 400,
                 f"R-hat of tau is at most {r_hat.max():.3f}, its ESS at least {size.min():.0f}."),
           Claim(n.max() == 0, f"{(n > 0).sum()} of the runs have a divergence, at most "
                               f"{n.max():.0f} in 8000 trajectories."))


def judge_small_tau(ledger, id, centred):
    """Whether most divergent trajectories broke where tau is small."""
    quarter = truth()["tau"].quantile(0.25)
    share = {name: {sampler: np.mean(np.array(one[name]) < quarter)
                    for sampler, one in centred.items() if one[name]}
             for name in ("tau_broke", "tau_started")}

    def said(name):
        return " and ".join(f"{value:.0%} of the {len(centred[sampler][name])} of our {sampler}"
                            for sampler, value in share[name].items())

    ledger.statement(id, min(share["tau_broke"].values(), default=0) > TYPICALLY,
                     f"of the divergent trajectories {said('tau_broke')} broke at tau below "
                     f"{quarter:.2f}; {said('tau_started')} started there")


def judge_bias(ledger):
    tau, means = truth()["tau"], runs("tau_mean", "centred")
    few = int((means < tau.mean).sum())
    ledger.simulated("funnel.underestimates", means.mean(), standard_error(means),
                     f"the mean of tau in {len(means)} recorded runs, of which {few} "
                     f"{'lies' if few == 1 else 'lie'} below the exact mean", below=tau.mean,
                     called="the exact mean,")
    off = abs(means.mean() - tau.mean)
    ledger.simulated("funnel.biased", off, standard_error(means),
                     f"how far off the mean of tau is, on average over {len(means)} recorded runs",
                     above=0.0)
    # what the lowest 5.5% of the draws should have been
    share = np.array([tau.cdf(end) for end in runs("tau_q05", "centred")]) / 0.055
    ledger.simulated("funnel.stem", share.mean(), standard_error(share),
                     "the exact probability below a run's own 5.5% point of tau, over 5.5%, in the "
                     f"mean of {len(share)} recorded runs", above=MUCH)


def judge_tuning(ledger):
    """What a higher target_accept, that is a smaller step size, does to the centred form."""
    n = {target: runs("divergences", "centred", target) for target in (0.9, 0.95, 0.99)}
    fewer = [np.mean(n[target] < n[0.9]) for target in (0.95, 0.99)]
    left = [np.mean(n[target] > 0) for target in (0.95, 0.99)]
    ledger.statement("funnel.target_accept", min(fewer) > TYPICALLY and min(left) > TYPICALLY,
                     "mean divergences in recorded runs: "
                     + ", ".join(f"{x.mean():.0f} at {target:.2f}" for target, x in n.items())
                     + f"; at 0.99 {(n[0.99] > 0).sum()} of {len(n[0.99])} runs have some")
    off, size, steps = ({target: runs(column, "centred", target) for target in (0.9, 0.99)}
                        for column in ("tau_mean", "ess_bulk_tau", "mean_tree_steps"))
    off = {target: means - truth()["tau"].mean for target, means in off.items()}
    gone = abs(off[0.99].mean()) < 2 * standard_error(off[0.99])
    found = (f"the mean of tau is off by {off[0.99].mean():+.2f} (standard error "
             f"{standard_error(off[0.99]):.2f}) at 0.99, at "
             f"{steps[0.99].mean() / steps[0.9].mean():.1f} times the steps; at 0.90 it is "
             f"{off[0.9].mean():+.2f}.")
    if left[1] > TYPICALLY and gone:
        ledger.in_part("funnel.tuning",
                       "At 0.99 most recorded runs still diverge, and the mean ESS of tau is "
                       f"{size[0.99].mean():.0f}, at 0.90 {size[0.9].mean():.0f}.",
                       f"The bias goes: {found}")
    else:
        ledger.statement("funnel.tuning", left[1] > TYPICALLY, found)


# --- the shape of the posterior, exactly ----------------------------------------------------------

def sds_at(tau):
    """Exact sds of every theta and theta_raw given tau and the data: two arrays (J,).

    With mu | tau, y ~ Normal(m, sqrt V) theta_j has the variance tau^2 B_j + B_j^2 V, and
    theta_raw_j = (theta_j - mu) / tau has B_j + (1 - B_j)^2 V / tau^2.
    """
    V = float(np.squeeze(truth().mu_given(np.array([tau]))[1]))
    B = schools().shrinkage(tau)
    return np.sqrt(tau**2 * B + B**2 * V), np.sqrt(B + (1 - B) ** 2 * V / tau**2)


def judge_shapes(ledger):
    (theta, raw), (far, far_raw) = sds_at(1.0), sds_at(10.0)
    ledger.statement("funnel.cylinder", abs(far[0] / theta[0] - 1) < BARELY,
                     f"the sd of theta[A] is {theta[0]:.1f} at tau = 1, {far[0]:.1f} at tau = "
                     "10: theta and tau have the same joint posterior in either form, and its "
                     "scatter plot the same funnel")
    ratio = {"theta": far / theta, "theta_raw": raw / far_raw}
    if ratio["theta_raw"].max() < MUCH <= ratio["theta"].min():
        ledger.in_part("funnel.raw",
                       "There is no neck. At tau = 1 the sds of theta_raw are "
                       f"{span(raw, '.2f')}, at tau = 10 {span(far_raw, '.2f')}; of theta, "
                       f"{span(theta, '.1f')} and {span(far, '.1f')}.",
                       "The data make theta_raw narrower where tau is large, by "
                       f"{1 - 1 / ratio['theta_raw'].min():.0%} to "
                       f"{1 - 1 / ratio['theta_raw'].max():.0%}.")
    else:
        ledger.statement("funnel.raw", ratio["theta_raw"].max() - 1 < BARELY,
                         f"sds of theta_raw differ by a factor of {ratio['theta_raw'].max():.2f}")
    near, wide = (schools("centred").theta_given(8.0, tau).sd for tau in (0.5, 10.0))
    ledger.statement("funnel.tau_10_05", wide.min() >= MUCH * near.max(),
                     "the sd of theta given mu = 8, tau and the data is "
                     f"{span(near, '.2f')} at tau = 0.5, {span(wide, '.1f')} at tau = 10")


# --- rules, words, formulas -----------------------------------------------------------------------

def judge_rules(ledger):
    passed = {form: np.all([rule(form) for rule in RULES.values()], axis=0) for form in FORMS}
    bad, good = int(passed["centred"].sum()), int(passed["noncentred"].sum())
    n, off = len(passed["centred"]), runs("tau_mean", "noncentred") - truth()["tau"].mean
    if bad == 0 and 0 < good < n:
        ledger.in_part("funnel.diagnose",
                       f"All {n} recorded centred runs break at least one rule.",
                       f"{n - good} of {n} non-centred ones break one as well, with a single "
                       "divergence in 8000 trajectories. Their means of tau are off by "
                       f"{off[~passed['noncentred']].mean():+.2f} on average, those of the others "
                       f"by {off[passed['noncentred']].mean():+.2f}.")
    else:
        ledger.statement("funnel.diagnose", bad == 0 and good == n,
                         f"{bad} of {n} recorded centred runs pass, {good} non-centred ones")


def judge_words(ledger):
    ledger.statement("funnel.first", False,
                     "the funnel is the example of Neal (2003), Slice sampling, Section 8, and has "
                     "its name from there. Betancourt and Girolami (2015) study it for "
                     "hierarchical models and Hamiltonian Monte Carlo")
    # one standard deviation from its mean a normal log density has fallen by 1/2
    model, mu, tau = schools(), 8.0, 3.0
    at_mean, away = np.full(model.J, mu), np.full(model.J, mu + tau)
    of_data = (Normal(away, model.sigma).logpdf(model.y)
               - Normal(at_mean, model.sigma).logpdf(model.y)).sum()
    fall = model.log_joint(mu, tau, at_mean) - model.log_joint(mu, tau, away) + of_data
    is_sd = np.isclose(fall, model.J / 2)
    ledger.statement("funnel.variance", not is_sd,
                     "tau is the standard deviation, in Normal(mu, tau) of the code as in 5.8.1 "
                     "(\"between-instructor standard deviation\"); the variance is tau^2")


def judge_log_posterior(ledger):
    """Step 2 of the algorithm, against the density that is sampled."""
    target, rng = funnel.eight_schools("noncentred"), np.random.default_rng(4)
    q = target.initial(rng, (20,))
    mu, tau, raw = q[:, 0], np.exp(q[:, 1]), q[:, 2:]
    listed = schools("noncentred").log_joint(mu, tau, raw)
    left = target.log_density(q) - listed
    without = left - np.log(tau)
    if np.ptp(without) < 1e-9 < np.ptp(left):
        ledger.in_part("funnel.log_posterior",
                       "The sum is the log joint density of mu, tau, theta_raw and y.",
                       "NUTS moves on the whole line, so in log tau: the density that it "
                       "differentiates has one term more, log tau, the Jacobian.")
    else:
        ledger.statement("funnel.log_posterior", np.ptp(left) < 1e-9, "a term is missing")
