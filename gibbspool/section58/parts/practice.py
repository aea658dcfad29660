"""Section 5.8.6 and its practical considerations, as experiments; Stein's paradox."""
from functools import cache

import numpy as np
from scipy.stats import spearmanr

from ... import data
from ...distributions.standard import HalfCauchy, HalfNormal, Normal
from ...guide import experiments
from ...guide.advice import advise
from ...guide.many import ManyPosteriors
from ...guide.mixed_model import reml
from ...guide.sensitivity import posteriors, prior_sensitivity
from ...guide.stein import james_stein, james_stein_risk
from ...models.normal.model import NormalNormal
from ...models.one_way.model import OneWayNormal
from ...models.twins import exact
from ...optional import need
from ...plots import practice as plots_practice
from ...sampling.gibbs import steps
from ..ledger import Ledger
from .common import schools, truth
from .structure import refuses


def frame(rows, index):
    return need("pandas").DataFrame(rows).set_index(index)


def made(sigma, sets, tau=5.0, seed=2):
    """True effects and estimates (sets, J) around 8."""
    rng = np.random.default_rng(seed)
    theta = 8 + tau * rng.standard_normal((sets, len(sigma)))
    return theta, theta + sigma * rng.standard_normal(theta.shape)


def gain(sigma, theta, y):
    """By how much partial pooling lowers the mean squared error of each group, (J,)."""
    return 1 - experiments.pooled(y, sigma, theta)[0].mean(axis=0) / ((y - theta) ** 2).mean(axis=0)


# --- when to use a hierarchical model -------------------------------------------------------------

def guide(part):
    """The guide of 5.8.6: what it says of Eight Schools, and its claims put to the test."""
    sets = 200 if part.quick else 1000
    few = frame(experiments.few_groups((2, 3, 4, 8) if part.quick else (2, 3, 4, 5, 6, 7, 8)), "J")
    more = frame(experiments.more_groups(sets=5 if part.quick else 25), ["sigma", "J"])["overlap"]
    rows = experiments.tau_near_zero(sets=sets)
    zero = frame(rows, "spread")
    none, complete, partial = (zero.loc[0.0, name] for name in ("none", "complete", "partial"))
    part.text("gp.advise applies the guide to a data set, with the numbers behind each sentence; "
              "gibbspool fit prints it. Of Eight Schools it says:")
    part.points(*advise(schools(), truth()).sentences)
    part.text(
        "Few groups: with the schools taken four at a time, posterior and prior of tau share "
        f"{few.loc[4, 'overlap']:.0%} of their area on average, with all eight "
        f"{few.loc[8, 'overlap']:.0%}. It is not the number of groups alone: four groups measured "
        f"five times as well share {more[2.0, 4]:.0%}, sixty-four noisy ones {more[20.0, 64]:.0%}.",
        "tau near zero: if all schools were alike, complete pooling would have a mean squared "
        f"error of {complete:.0f}, partial pooling {partial:.0f} and no pooling {none:.0f}.")
    part.figure(plots_practice.few_groups(experiments.first_schools()), "few_groups",
                "The posterior of tau given the first schools only, against its prior, "
                "HalfNormal(10).")
    part.figure(plots_practice.tau_near_zero(rows), "tau_near_zero",
                "Mean squared error of the three strategies as the true tau leaves zero; bars show "
                "two Monte Carlo errors.")
    part.table(few,
               "J of the eight schools, averaged over all choices: shared area of posterior and "
               "prior of tau, information gained (nats), posterior over prior sd",
               {"choices": ".0f", "overlap": ".0%", "information": ".2f", "sd_ratio": ".2f"})
    part.ledger(judged_guide(few["overlap"], more, none, complete, partial, sets))


def judged_guide(few, more, none, complete, partial, sets):
    ledger, sigma = Ledger("5.8.6 guide"), schools().sigma
    less = gain(sigma, *made(sigma, sets))
    rank = spearmanr(sigma, less).statistic
    ledger.statement("guide.smallest_helped", rank > 0.8,
                     f"mean squared error falls by {less[sigma.argmin()]:.0%} where sigma is "
                     f"{sigma.min():g} and by {less[sigma.argmax()]:.0%} where it is "
                     f"{sigma.max():g}; rank correlation with sigma {rank:.2f}")
    precise = np.full(8, 2.0)
    ratio = 1 - gain(precise, *made(precise, sets)).mean()
    ledger.statement("guide.equal_sizes", ratio > 0.8,
                     "all standard errors 2, tau = 5: partial pooling has "
                     f"{ratio:.2f} times the mean squared error of no pooling")
    ledger.statement("guide.few_groups", min(few[4], more[2.0, 4]) > 0.75 > few[8],
                     f"posterior and prior of tau share {few[4]:.0%} of their area with four of "
                     f"the schools, and still {few[8]:.0%} with all eight; {more[2.0, 4]:.0%} with "
                     "four groups of standard error 2: there is no step at five, and the "
                     "precision of the groups counts as much as their number")
    ledger.statement("guide.tau_zero", partial - complete < 0.1 * (none - complete),
                     f"mean squared error with tau = 0: complete {complete:.1f}, partial "
                     f"{partial:.1f}, none {none:.1f}: "
                     f"{(partial - complete) / (none - complete):.0%} of the way from complete to "
                     "none")
    bias, sd = bias_and_sd(sigma, sets)
    ledger.statement("guide.bias", bias["none"] < bias["partial"] < 0.5 * bias["complete"],
                     "root mean squared bias given theta, with the eight standard errors and tau = "
                     "5 (small: below half of complete pooling's): "
                     + ", ".join(f"{name} {x:.1f}" for name, x in bias.items()))
    ledger.statement("guide.variance", sd["complete"] < sd["partial"] < sd["none"],
                     "standard deviation given "
                     "theta: " + ", ".join(f"{name} {x:.1f}" for name, x in sd.items()))
    sds = truth().new_group.sd, exact(schools().complete_pooling()).new_group.sd
    ledger.statement("guide.new_group", sds[0] > sds[1] and refuses(schools().no_pooling()),
                     f"sd of a new school's effect: partial pooling {sds[0]:.2f}, complete pooling "
                     f"{sds[1]:.2f}; no pooling refuses")
    return ledger


def bias_and_sd(sigma, sets):
    """Root mean squared bias and root mean variance of three estimates over new data, theta fixed
    and spread by 5.
    """
    theta = 8 + 5 * np.array([1.5, -1, 0.5, -0.5, 1, -1.5, 0, 0])
    y = theta + sigma * np.random.default_rng(3).standard_normal((sets, 8))
    weight = 1 / sigma**2
    estimates = {"complete": np.repeat((y @ weight / weight.sum())[:, None], 8, axis=1), "none": y,
                 "partial": ManyPosteriors(y[:250], sigma).mean}
    # less its Monte Carlo error
    squared = {name: ((one.mean(axis=0) - theta) ** 2 - one.var(axis=0) / len(one)).mean()
               for name, one in estimates.items()}
    return ({name: np.sqrt(max(x, 0)) for name, x in squared.items()},
            {name: np.sqrt(one.var(axis=0).mean()) for name, one in estimates.items()})


# --- prior sensitivity ----------------------------------------------------------------------------

def sensitivity(part):
    """gp.prior_sensitivity on Eight Schools."""
    table = prior_sensitivity(schools())
    low, high = (name for name in table.columns if name.startswith("theta_new hdi"))
    width = table[high] - table[low]
    part.text(
        f"The same model under {len(table)} priors of tau, exactly. The mean of tau runs from "
        f"{table['tau mean'].min():.2f} to {table['tau mean'].max():.2f}, the effect of school A "
        f"from {table['theta[A]'].min():.1f} to {table['theta[A]'].max():.1f}, and the 89% "
        f"interval of a new school is from {width.min():.0f} to {width.max():.0f} points wide. "
        "That is a sensitivity to be reported; the function warns of it.")
    part.figure(plots_practice.sensitivity(posteriors(schools())), "prior_sensitivity",
                "Prior and posterior of tau under each prior, and the schools' posterior means "
                "across them.")
    part.table(table.T, "gp.prior_sensitivity(model), transposed",
               {name: ".2f" for name in table.index}, fold=True)
    part.ledger(judged_sensitivity(table))


def judged_sensitivity(table):
    ledger, own, tight = Ledger("Prior sensitivity"), table.iloc[0], table.loc["HalfNormal(2)"]
    theta, y = made(schools().sigma, 250, tau=20.0)
    error = {prior: experiments.pooled(y, schools().sigma, theta, tau=HalfNormal(prior))[0].mean()
             for prior in (2, 10)}
    ledger.statement("practice.prior_tight", tight["shrinkage"] > own["shrinkage"] + 0.05
                     and error[2] > 1.2 * error[10],
                     f"HalfNormal(2): mean shrinkage {tight['shrinkage']:.2f} (own prior "
                     f"{own['shrinkage']:.2f}); where groups do differ, with tau = 20, the mean "
                     f"squared error is {error[2]:.0f} ({error[10]:.0f})")
    sds = {J: [exact(NormalNormal(schools().y[:J], schools().sigma[:J],
                                  tau=HalfCauchy(scale))).new_group.sd
               for scale in (25, 100)] for J in (3, 4, 8)}
    ledger.statement("practice.prior_diffuse", max(wide / narrow for narrow, wide in sds.values())
                     > 1.25,
                     "sd of a new school's effect, from HalfCauchy(25) to "
                     "HalfCauchy(100): " + ", ".join(
                         f"{narrow:.1f} to {wide:.1f} with {J} "
                         "schools" for J, (narrow, wide) in sds.items()))
    other = table.loc["HalfCauchy(25)"]
    moved = max(abs(other[f"theta[{g}]"] - own[f"theta[{g}]"]) / truth()["theta", g].sd
                for g in schools().groups)
    ledger.statement("practice.defaults", moved < 0.25,
                     "from HalfNormal(10) to HalfCauchy(25) no school's mean moves by more than "
                     f"{moved:.2f} posterior sd; the mean of tau goes from {own['tau mean']:.2f} "
                     f"to {other['tau mean']:.2f}, the sd of a new school's effect from "
                     f"{own['theta_new sd']:.1f} to {other['theta_new sd']:.1f}")
    return ledger


# --- REML -----------------------------------------------------------------------------------------

def mixed_model(part):
    """REML beside the exact posterior: Eight Schools, coverage, instructors and radon."""
    fit = reml(schools())
    table = fit.table(truth=truth())
    wider = table["wider"].filter(like="theta[")
    coverage = frame(experiments.reml_coverage(sets=60 if part.quick else 300), "spread")
    part.text(
        f"REML puts tau of Eight Schools at exactly {fit.tau:g}: complete pooling, every school at "
        f"{fit.mu:.2f} with the same standard error, {fit.mu_se:.2f}. The posterior does not "
        f"collapse: its intervals are {wider.min():.1f} to {wider.max():.1f} times as wide.",
        "Who is right depends on the truth; how often each interval covers it is in the second "
        "table.")
    part.figure(plots_practice.reml_intervals(table, "effect (SAT points)"), "reml",
                "REML with tau plugged in, and the exact posterior: 89% intervals of Eight "
                "Schools.")
    part.table(table, "Eight Schools: REML beside the exact posterior, 89% intervals",
               {name: ".2f" for name in table.columns})
    part.table(coverage[["boundary", "naive", "plug_in", "exact"]],
               "Coverage of nominal 89% intervals, by the true tau (rows): REML without and with "
               "the uncertainty of mu, exact posterior; boundary: how often REML says tau = "
               "0", {name: ".0%" for name in coverage.columns})
    part.ledger(judged_mixed_model(fit, coverage))


@cache
def classes():
    """The instructors, without labels."""
    scores = data.instructors()
    return OneWayNormal(scores.y, scores.group)


@cache
def counties():
    """Radon, in its own unit."""
    homes = data.radon()
    return OneWayNormal(homes.y, homes.group, mu=Normal(0, 5), tau=HalfNormal(1),
                        sigma=HalfNormal(2))


def judged_mixed_model(fit, coverage):
    ledger, own = Ledger("REML and Bayes"), classes().mean
    bayes, plugged = exact(classes())["theta"].mean, reml(classes()).theta
    pulled = np.abs(bayes - own).max()
    ledger.statement("practice.reml_shrinks",
                     np.corrcoef(bayes - own, plugged - own)[0, 1] > 0.95,
                     "instructors: posterior means and REML predictions differ by "
                     f"{np.abs(bayes - plugged).max():.2f} points at most, where pooling moves an "
                     f"estimate by up to {pulled:.2f}")
    ledger.statement("practice.reml_zero", fit.tau == 0 and coverage.loc[0.0, "boundary"] > 0.3,
                     f"Eight Schools: tau = {fit.tau!r}; of data made with tau = 0 in "
                     f"{coverage.loc[0.0, 'boundary']:.0%}, with tau = 5 in "
                     f"{coverage.loc[5.0, 'boundary']:.0%}")
    tau = truth()["tau"]
    ledger.statement("practice.reml_collapse", tau.cdf(1.0) < 0.5 and tau.sd > 1,
                     f"Eight Schools: P(tau > 1) = {1 - tau.cdf(1.0):.2f}, where REML says tau = "
                     f"{fit.tau:g}; sd {tau.sd:.2f}")
    ledger.statement("practice.reml_prediction", fit.new_group_sd < truth().new_group.sd,
                     f"a new school's effect: sd {fit.new_group_sd:.2f} with REML's tau plugged "
                     f"in, exactly {truth().new_group.sd:.2f}")
    worst = coverage.loc[coverage["plug_in"].idxmin()]
    ledger.statement("practice.reml_uncertainty", worst["plug_in"] < 0.89 - 3 * worst["plug_in_se"],
                     "89% intervals with the estimated tau plugged in cover "
                     f"{worst['plug_in']:.0%} where tau = {worst.name:g} (exact posterior "
                     f"{worst['exact']:.0%})")
    many, theta, J = reml(counties()), exact(counties())["theta"], counties().J
    off, ratio = np.abs(many.theta - theta.mean) / theta.sd, many.theta_se / theta.sd
    ledger.statement("practice.reml_large_J", off.max() < 0.25 and np.abs(ratio - 1).max() < 0.25,
                     f"radon, {J} counties: estimates differ by {off.max():.2f} posterior "
                     f"sd at most, standard errors by {np.abs(ratio - 1).max():.0%}")
    wider = truth()["theta"].sd / fit.theta_se
    ledger.statement("practice.reml_small_J", wider.min() > 1.1 > 1 / ratio.min(),
                     f"exact sds over REML's standard errors: Eight Schools {wider.min():.2f} to "
                     f"{wider.max():.2f}, radon with {J} counties {1 / ratio.max():.2f} "
                     f"to {1 / ratio.min():.2f}")
    return ledger


# --- groups that are not exchangeable -------------------------------------------------------------

def exchangeability(part):
    """The critical warning: half the groups are of another kind."""
    sets = 200 if part.quick else 1000
    rows = {design: experiments.not_exchangeable(design=design, sets=sets)
            for design in experiments.DESIGNS}
    stated = {design: frame(experiments.not_exchangeable(design=design, sets=sets,
                                                         tau=HalfNormal(10), mu=Normal(0, 20)),
                            "gap")
              for design in ("equal", "noisy kind")}
    tables = {design: frame(found, "gap") for design, found in rows.items()}
    noisy = tables["noisy kind"].loc[tables["noisy kind"]["worse"].idxmax()]
    part.text(
        "Four groups of one kind and four of another, pooled as if they were exchangeable, with "
        "weak priors (Flat, HalfCauchy(25)). If all are measured equally well, the wider spread "
        "is learnt, pooling fades, and the mean squared error is "
        f"{tables['equal']['worse'].max():+.0f} against no pooling at its worst. Where one kind is "
        "measured worse than the other, its groups are dragged towards the wrong kind: "
        f"{noisy.name:g} points apart, their mean squared error is {noisy['second']:.0f}, against "
        f"{noisy['none_second']:.0f} without pooling. The covariate that tells the kinds apart "
        "repairs it.")
    part.figure(plots_practice.not_exchangeable(sum(rows.values(), [])), "not_exchangeable",
                "Two kinds of groups, pooled as if they were one: mean squared error as the kinds "
                "move apart.")
    names = ["none", "complete", "partial", "covariate", "coverage", "covariate_coverage"]
    for design, table in tables.items():
        part.table(table[names],
                   f"Standard errors: {design}; mean squared errors, and coverage of 89% "
                   "intervals, by the gap between the kinds "
                   "(rows)", {name: ".0%" if "coverage" in name else ".0f" for name in names},
                   fold=True)
    part.ledger(judged_exchangeability(tables, noisy, stated))


def harm(row):
    return f"{row['worse']:+.1f} (s.e. {row['worse_se']:.1f}) at a gap of {row.name:g}"


def judged_exchangeability(tables, noisy, stated):
    """Judged under the section's priors, with the kinds so far apart that pooling does most
    harm.
    """
    ledger = Ledger("Critical warning")
    worst = {design: table.loc[table["worse"].idxmax()] for design, table in stated.items()}
    weak = {design: tables[design].loc[tables[design]["worse"].idxmax()] for design in stated}
    ledger.statement("practice.not_exchangeable",
                     all(row["worse"] > 3 * row["worse_se"] for row in worst.values()),
                     "mean squared error less that of no pooling, at its worst, under the "
                     f"section's priors: groups measured equally well {harm(worst['equal'])}, one "
                     f"kind measured worse {harm(worst['noisy kind'])}. With weak priors, which "
                     f"learn that the spread is wide: {harm(weak['equal'])} and "
                     f"{harm(weak['noisy kind'])}")
    better = all((table["covariate"] < table[["none", "partial"]].min(axis=1))[table.index
                                                                               >= 40].all()
                 for table in tables.values())
    ledger.statement("practice.covariate", better,
                     f"{noisy.name:g} points apart, one kind measured worse: mean squared error "
                     f"{noisy['covariate']:.0f} with the covariate, {noisy['partial']:.0f} pooled "
                     f"without it, {noisy['none']:.0f} not pooled; its intervals cover "
                     f"{noisy['covariate_coverage']:.0%}, those without it {noisy['coverage']:.0%}")
    return ledger


# --- many groups ----------------------------------------------------------------------------------

def many_groups(part):
    """Summaries only, for thousands of groups."""
    J, sizes = 500 if part.quick else 2000, (4000, 16_000, 64_000)
    found = experiments.many_groups(J=J, draws=200, tune=50)
    power = np.polyfit(np.log(sizes), np.log([drawn_in_a_sweep(size) for size in sizes]), 1)[0]
    furthest = np.abs(found["mean_z"]).max()
    part.text(
        f"{J} groups with summaries only: sample(model, keep=\"summaries\") keeps a running mean "
        f"and sd of each group, {found['numbers_kept']:,} numbers in place of "
        f"{found['numbers_all']:,}. The furthest of {J} means lies {furthest:.1f} Monte Carlo "
        "standard errors from the exact one; mean and sd alone give the exact 89% interval to "
        f"within {found['interval_error']:.3f} sd.")
    ledger = Ledger("Scaling to many groups")
    ledger.statement("practice.scaling", 0.7 < power < 1.3 and furthest < 5
                     and found["interval_error"] < 0.05,
                     f"the numbers drawn in our Gibbs sweep grow like J^{power:.1f} from "
                     f"{sizes[0]} to {sizes[-1]} groups; for {J} groups {found['numbers_kept']:,} "
                     f"numbers are kept in place of {found['numbers_all']:,}")
    part.ledger(ledger)


def drawn_in_a_sweep(J):
    """How many numbers one sweep of our Gibbs sampler draws: a clock would judge the machine's
    other work as well.
    """
    _, y = made(np.full(J, 10.0), 1)
    return sum(np.size(step.new) for step in steps(NormalNormal(y[0], np.full(J, 10.0)), sweeps=1))


# --- Stein's paradox ------------------------------------------------------------------------------

def stein(part):
    """James-Stein against the raw means: simulated and exact risk; batting averages."""
    rows = experiments.stein_risk(sets=1000 if part.quick else 4000)
    errors, near, far = experiments.baseball()["errors"], rows[0], rows[-1]
    part.text(
        "Ten means with standard error 1. The raw means have an expected total squared error of "
        f"{near['raw']:g}, wherever the true means lie; James-Stein has {near['zero_exact']:.0f} "
        f"where all are at the point it shrinks to, and {far['zero_exact']:.1f} at distance "
        f"{far['distance']:g}: less at every distance. The hierarchical model, which learns how "
        f"far to shrink, has {near['bayes']:.1f} and {far['bayes']:.1f}.",
        "Batting averages of 18 players as predictions of the rest of the season: total squared "
        f"error {errors['raw']:.3f} raw, {errors['james_stein']:.3f} by James-Stein, "
        f"{errors['bayes']:.3f} by the beta-binomial model.")
    # for its exact columns
    curve = experiments.stein_risk(np.linspace(0, far["distance"], 60), sets=2)
    part.figure(plots_practice.stein_risk(rows, curve), "stein",
                "Stein's paradox: simulated risks on the exact curves.")
    table = frame(rows, "distance")
    part.table(table,
               "Total squared error of ten means, by the distance of the true means from the point "
               "shrunk to (rows)",
               {name: ".2f" for name in table.columns}, fold=True)
    part.ledger(judged_stein())


def judged_stein():
    ledger, distances = Ledger("Bringing it all together"), np.concatenate([[0.0],
                                                                            np.geomspace(0.1, 1000,
                                                                                         40)])
    least = {J: min(J - james_stein_risk(d * unit(J), 1.0) for d in distances) for J in (3, 4, 10)}
    ledger.statement("together.stein", min(least.values()) > 0,
                     "the exact risk of James-Stein towards zero stays below J at every distance "
                     "tried, 0 to 1000; least gain "
                     + ", ".join(f"{x:.0e} for J = {J}" for J, x in least.items()))
    y = np.array([1.0, 2.0, 4.0, 10.0])
    kept = (james_stein(y, 1.0, "mean") - y.mean()) / (y - y.mean())
    gains = {J: J - james_stein_risk(2 * unit(J), 1.0, "mean") for J in (4, 10)}
    ledger.statement("together.james_stein", shrinks_three_means(),
                     f"a version does, for J >= 4 (all deviations times {kept[0]:.2f} in an "
                     f"example, {np.ptp(kept):.0e} apart; gain at distance "
                     "2: " + ", ".join(f"{x:.2f} of {J}" for J, x in gains.items())
                     + "); with three means, which the section's bound allows, only shrinking "
                       "towards a fixed point helps")
    sigma = np.repeat([2.0, 20.0], 4)
    less = gain(sigma, *made(sigma, 500))
    ledger.statement("together.dramatic", less[4:].mean() > 0.5 and less[:4].mean() > -0.05,
                     f"mean squared error falls by {less[4:].mean():.0%} in groups with standard "
                     f"error 20 and by {less[:4].mean():.0%} in those with 2 (tau = 5)")
    elpd = {name: exact(model).elpd_loo().elpd for name, model in (
        ("partial", schools()), ("no", schools().no_pooling()), ("complete",
                                                                 schools().complete_pooling()))}
    ledger.statement("together.best", max(elpd, key=elpd.get) == "partial",
                     "exact elpd: " + ", ".join(f"{name} {x:.2f}" for name, x in elpd.items()))
    return ledger


def shrinks_three_means():
    """Whether James-Stein towards the mean also works with J = 3."""
    try:
        james_stein(np.array([1.0, 2.0, 4.0]), 1.0, "mean")
    except ValueError:
        return False
    return True


def unit(J):
    """The direction in which the true means move apart."""
    direction = np.linspace(-1, 1, J)
    return direction / np.linalg.norm(direction)
