"""Section 5.8.3: the statements on the funnel and its divergences, judged by recorded runs of the
section's model by PyMC, by exact posteriors and by runs of ours.
"""
import numpy as np

from ... import funnel
from ...distributions.standard import Normal
from ...sampling.arviz_bridge import ess
from ..ledger import Ledger
from ..numbers import standard_errors
from ..nuts_runs import by_sampler, fits, runs
from ..yardsticks import BARELY, MARGIN, MUCH, TYPICALLY
from .both_samplers import asked_of_both, claims
from .common import schools, span, standard_error, truth
from .halves import Claim, halves
from .iterations import judge_iterations

LARGE = 10.0  # a tau in the wide part of the funnel, as the section says
FORMS = funnel.FORMS
RHAT, ESS, ALL_DRAWS = 1.01, 400, 8000  # the section's rules (step 5 of its algorithm); of a run


def keeps_the_rules(form, sampler, target_accept=0.9):
    """Which runs have R-hat < 1.01, ESS > 400 and no divergences: (20,)."""
    return ((runs("rhat_tau", form, sampler, target_accept) < RHAT)
            & (runs("ess_bulk_tau", form, sampler, target_accept) > ESS)
            & (runs("divergences", form, sampler, target_accept) == 0))


def some_of(which):
    """Such as "15 of 20 runs"."""
    return f"{int(np.sum(which))} of {len(which)} runs"


def centred_breaks(sampler):
    """Whether every centred run breaks a rule, and how many do, in words."""
    broken = ~keeps_the_rules("centred", sampler)
    return broken.all(), f"{some_of(broken)} of the centred form break a rule"


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
        ledger.recorded(f"funnel.divergences.{form}", by_sampler("divergences", form),
                        len(one_run[form].divergences.chain))
        ledger.recorded(f"funnel.ess.{form}", by_sampler("ess_bulk_tau", form),
                        ess(one_run[form]["tau"]))
    few, many = (ledger.printed[f"funnel.ess.{form}"].value for form in FORMS)
    ledger.statement("funnel.sixth", few / many < 1 / 6,
                     f"{few:.0f} / {many:.0f} = {few / many:.4f}, and 1/6 = {1 / 6:.4f}")
    judge_six_times(ledger, "funnel.six_times", few, many)
    judge_pathology(ledger, "funnel.eliminates")


def times_as_many(sampler):
    """How many times as many effective draws of tau the non-centred form has: (20,)."""
    return runs("ess_bulk_tau", "noncentred", sampler) / runs("ess_bulk_tau", "centred", sampler)


def judge_six_times(ledger, id, few, many):
    """Two printed sizes, and whether the recorded pairs of runs bear out their ratio."""
    def six(sampler):
        times = times_as_many(sampler)
        return fits(many / few, times), (f"{times.min():.1f} to {times.max():.1f} times in "
                                         f"{len(times)} pairs of runs, in the median "
                                         f"{np.median(times):.0f} times")

    halves(ledger, id,
           Claim(6 * (1 - BARELY) <= many / few <= 6,
                 f"The printed sizes are {many / few:.2f} to 1."),
           *claims(six))


def judge_divergences(ledger):
    def some_in_each(sampler):
        n = runs("divergences", "centred", sampler)
        return n.min() > 0, f"{n.min():.0f} to {n.max():.0f} in each of {len(n)} runs"

    def as_printed(sampler):
        n = runs("divergences", "noncentred", sampler)
        return fits(printed, n), f"{some_of(n == 0)} have none"

    def none_in_any(sampler):
        n = runs("divergences", "noncentred", sampler)
        return n.max() == 0, (f"{some_of(n > 0)} have some, at most {n.max():.0f} in {ALL_DRAWS} "
                              "trajectories")

    def many_more(sampler):
        times = times_as_many(sampler)
        return times.min() >= MUCH, (f"the non-centred form has at least {times.min():.1f} times "
                                     f"the centred one's ESS of tau in {len(times)} runs, in the "
                                     f"median {np.median(times):.0f} times")

    asked_of_both(ledger, "funnel.centred_diverges", some_in_each)
    printed = ledger.printed["funnel.divergences.noncentred"].value
    halves(ledger, "funnel.noncentred_none", *claims(as_printed, "The run that is printed: "),
           *claims(none_in_any, "Every run: "))
    asked_of_both(ledger, "funnel.ess", many_more)


def judge_pathology(ledger, id):
    """Whether every non-centred run keeps the section's rules."""
    def eliminated(sampler):
        r_hat, size, n = (runs(name, "noncentred", sampler)
                          for name in ("rhat_tau", "ess_bulk_tau", "divergences"))
        kept = keeps_the_rules("noncentred", sampler)
        return kept.all(), (
            f"{some_of(kept)} keep the three rules: R-hat of tau is at most {r_hat.max():.3f}, its "
            f"ESS at least {size.min():.0f}, but {int((n > 0).sum())} have divergences, at most "
            f"{n.max():.0f}; the mean of tau is off by {off_by('noncentred', sampler)}")

    asked_of_both(ledger, id, eliminated)


def off_by(form, sampler, target_accept=0.9):
    """How far the mean of tau is off, on average over the runs, with its standard error."""
    off = runs("tau_mean", form, sampler, target_accept) - truth()["tau"].mean
    value = f"{off.mean():+.2f}" if abs(off.mean()) >= 0.005 else "0.00"
    return f"{value} (standard error {standard_error(off):.2f})"


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


def summaries():
    """What was recorded of tau's draws: column, words, exact value."""
    tau = truth()["tau"]
    return (("tau_mean", "mean", tau.mean), ("tau_sd", "standard deviation", tau.sd),
            *((f"tau_q{percent}", words, float(tau.quantile(probability)))
              for percent, words, probability in (("05", "5.5% point", 0.055),
                                                  ("50", "median", 0.5),
                                                  ("95", "94.5% point", 0.945))))


def judge_bias(ledger):
    tau = truth()["tau"]

    def too_small(sampler):
        below = runs("tau_mean", "centred", sampler) < tau.mean
        return below.mean() > TYPICALLY, (f"the mean of tau lies below the exact mean in "
                                          f"{some_of(below)}; on average it is off by "
                                          f"{off_by('centred', sampler)}")

    def biased(sampler):
        name, off = max(((words, runs(column, "centred", sampler) - exactly)
                         for column, words, exactly in summaries()),
                        key=lambda one: abs(one[1].mean()) / standard_error(one[1]))
        far = abs(off.mean()) / standard_error(off)
        return far >= MARGIN, (f"the {name} of tau is off by {off.mean():+.2f} (standard error "
                               f"{standard_error(off):.2f}) on average over {len(off)} runs, "
                               f"{standard_errors(far)}; its mean by "
                               f"{off_by('centred', sampler)}")

    def rarely(sampler):
        # what the lowest 5.5% of the draws should have been
        share = np.array([tau.cdf(end) for end in runs("tau_q05", "centred", sampler)]) / 0.055
        return np.mean(share >= MUCH) > TYPICALLY, (
            f"at least {MUCH:g} times as many draws should lie there in {some_of(share >= MUCH)}, "
            f"on average {share.mean():.2f} times as many (standard error "
            f"{standard_error(share):.2f})")

    def above_the_median(sampler):
        above = runs("tau_q50", "centred", sampler) > tau.quantile(0.5)
        return above.mean() > TYPICALLY, (f"the median of tau lies above the exact one in "
                                          f"{some_of(above)}")

    def at_large_tau(sampler):
        medians = runs("tau_q50", "centred", sampler)
        return np.mean(medians > LARGE) > TYPICALLY, (f"the median of tau is at most "
                                                      f"{medians.max():.2f} in every run")

    halves(ledger, "funnel.cluster", *claims(above_the_median, "Too few at small tau: "),
           *claims(at_large_tau, f"At large tau, as the section has it ({LARGE:g}): "))
    asked_of_both(ledger, "funnel.underestimates", too_small)
    asked_of_both(ledger, "funnel.biased", biased)
    asked_of_both(ledger, "funnel.stem", rarely)


def judge_tuning(ledger):
    """What a higher target_accept, that is a smaller step size, does to the centred form."""
    def reduced(sampler):
        n = {target: runs("divergences", "centred", sampler, target)
             for target in (0.9, 0.95, 0.99)}
        fewer = [np.mean(n[target] < n[0.9]) for target in (0.95, 0.99)]
        left = [np.mean(n[target] > 0) for target in (0.95, 0.99)]
        return min(fewer) > TYPICALLY and min(left) > TYPICALLY, (
            "mean divergences "
            + ", ".join(f"{x.mean():.0f} at {target:.2f}" for target, x in n.items())
            + f"; at 0.99 {some_of(n[0.99] > 0)} have some")

    def no_substitute(sampler):
        kept = keeps_the_rules("centred", sampler, 0.99)
        steps = [runs("mean_tree_steps", "centred", sampler, target).mean()
                 for target in (0.9, 0.99)]
        return kept.mean() <= TYPICALLY, (
            f"{some_of(kept)} keep the three rules at 0.99 (of non-centred ones at 0.90 "
            f"{int(keeps_the_rules('noncentred', sampler).sum())}), at "
            f"{steps[1] / steps[0]:.1f} times the steps; the mean of tau is off by "
            f"{off_by('centred', sampler, 0.99)}, at 0.90 by {off_by('centred', sampler)}")

    asked_of_both(ledger, "funnel.target_accept", reduced)
    asked_of_both(ledger, "funnel.tuning", no_substitute)


# --- the shape of the posterior, exactly ----------------------------------------------------------

def sds_at(tau):
    """Exact sds of every theta and theta_raw given tau and the data: two arrays (J,).

    With mu | tau, y ~ Normal(m, sqrt V) theta_j has the variance tau^2 B_j + B_j^2 V, and
    theta_raw_j = (theta_j - mu) / tau has B_j + (1 - B_j)^2 V / tau^2.
    """
    V = float(np.squeeze(truth().mu_given(np.array([tau]))[1]))
    B = schools().shrinkage(tau)
    return np.sqrt(tau**2 * B + B**2 * V), np.sqrt(B + (1 - B) ** 2 * V / tau**2)


def width_in_words(school=0):
    """That the width of a school's interval comes from sigma and from tau."""
    given = " and ".join(f"{sds_at(tau)[0][school]:.1f} at tau = {tau:g}" for tau in (1.0, 10.0))
    return ("That the width of an interval reflects both sigma and tau holds: the sd of "
            f"theta[{schools().groups[school]}], whose sigma is {schools().sigma[school]:g}, is "
            f"{given}. (tau is a standard deviation, not a variance.)")


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
    judge_one_step(ledger, near, wide)


def judge_one_step(ledger, stem, rim):
    """Leapfrog on a normal density is stable for steps below two of its standard deviations."""
    ledger.statement("funnel.one_step", rim.min() > 2 * stem.max(),
                     f"a step of one sd at tau = 10, {span(rim, '.1f')}, against a limit of two "
                     f"sds at tau = 0.5, {span(2 * stem, '.2f')}; with a step of one sd there the "
                     f"wide region takes {span(rim / stem, '.0f')} steps for each of its own")


# --- rules, words, formulas -----------------------------------------------------------------------

def judge_rules(ledger):
    def let_pass(sampler):
        kept = keeps_the_rules("noncentred", sampler)
        return kept.all(), f"{some_of(kept)} keep all three"

    halves(ledger, "funnel.diagnose", *claims(centred_breaks, "Found out: "),
           *claims(let_pass, "The non-centred form: "))


def judge_words(ledger):
    ledger.statement("funnel.first", False,
                     "the funnel is the example of Neal (2003), Slice sampling, Section 8, and has "
                     "its name from it. Betancourt and Girolami (2015) study it for "
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
