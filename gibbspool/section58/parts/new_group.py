"""Exercise 5.8.4: a ninth school, exchangeability, and a covariate for private schools."""
from functools import cache

import numpy as np

from ... import data, plots
from ...distributions.standard import HalfNormal, Normal
from ...guide.many import ManyPosteriors
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...optional import need
from ...plots import exact as plots_exact
from ...sampling.arviz_bridge import ess, rhat
from ...sampling.gibbs import sample
from ..ledger import REPLICATES, STATISTICS, Ledger, reported
from ..yardsticks import ABOUT, TYPICALLY, about
from .common import gibbs, pool, truth, variable_of
from .eight_schools import SUMMARY, distance_by_prior, named, printed_sizes, truth_under
from .halves import mean_and_error

MU, BETA, TAU = 8.0, 5.0, 4.0  # of the code of part (d)
SIGMAS = (8.0, 16.0)
PRIOR = Normal(0, 10)          # of beta
MIDDLE = np.array([0.055, 0.945])
PLAUSIBLE = 0.89, 0.99         # what a plausible range may hold


def exercise(part):
    """Parts (a) to (d)."""
    ledger = Ledger("Exercise 5.8.4")
    judge_new_school(ledger, part)
    many = {n: recovered(n, 8 if part.quick else 120) for n in (4, 16)}
    judge_covariate(ledger, part, many)
    new, E = truth().new_group, truth()["theta", "E"]
    part.text(*answers(ledger, many))
    part.figure(plots_exact.densities({"a ninth school": new, "School E": E},
                                      "coaching effect (SAT points)",
                                      drawn={"ninth school, "
                                             "Gibbs": gibbs(part.quick).new_group(seed=42)}),
                "new_school",
                "(a) The predictive distribution of a ninth school's effect: the histogram of "
                f"{gibbs(part.quick)['tau'].size} draws, as the section makes it (steps), and its "
                "exact density. (b) Beside it School E, which has data of its own.")
    part.figure(covariate_plot(), "new_school_covariate",
                "(d) Left: the effect of being private. Right: a new public and a new private "
                "school.")
    rows = {f"8 public, {n} private": found.row() for n, found in many.items()}
    part.table(need("pandas").DataFrame(rows).T,
               f"(d) by its recipe, {many[4].times} data sets each: beta, whose true value is "
               f"{BETA:g}, and tau, which is {TAU:g}",
               {"mean of the estimates": ".2f", "its s.e.": ".2f",
                "mean of the posterior sds": ".2f",
                "beta's 89% hold it": ".1%", "tau's 89% hold it": ".1%",
                "RMSE for a new private school": ".1f"})
    part.ledger(ledger)


def answers(ledger, many):
    """Parts (a) to (d) in words."""
    new, E, beta = truth().new_group, truth()["theta", "E"], private()["beta"]
    (low, high), (low_E, high_E) = new.hdi(0.89), E.hdi(0.89)
    ratio = np.ptp(new.quantile(MIDDLE)) / np.ptp(E.quantile(MIDDLE))
    few, more = many[4], many[16]
    return (
        f"(a) A ninth school: mean {new.mean:.1f}, sd {new.sd:.1f}, 89% HDI [{low:.1f}, "
        f"{high:.1f}]. Its variance is var(mu) + E[tau^2], so the section's own table of mu and "
        f"tau implies an sd of {implied_sd():.1f}; it prints "
        f"{ledger.printed['ex4.a.sd'].printed}.",
        f"(b) School E: mean {E.mean:.1f}, sd {E.sd:.1f}, 89% HDI [{low_E:.1f}, {high_E:.1f}]. The "
        f"ninth school's middle 89% is {ratio:.2f} times as wide, because nothing but the "
        "population speaks for it, while School E has an effect of its own. Of School E the "
        "section prints two different sds, and as the 5.5% and 94.5% points of its draws the ends "
        "of an HDI.",
        "(c) No. Before seeing data nothing tells eight public schools apart; a private one "
        "differs in what is known of it. Put that into the model, theta_j ~ Normal(mu + beta x_j, "
        "tau), and what is left is exchangeable again. In "
        f"{few.times} data sets by the recipe of (d) the mean of a new private school is predicted "
        f"with a root mean square error of {few.rmse_public:.1f} from the public schools alone, of "
        f"{few.rmse:.1f} with the covariate and four private schools, of {more.rmse:.1f} with "
        "sixteen.",
        "(d) The printed table is not the posterior of the data that its code makes: beta has the "
        f"exact mean {beta.mean:.2f} and sd {beta.sd:.2f}. Were tau known to be 0, its sd would "
        f"still be {least_sd()[1]:.2f}; were every standard error {SIGMAS[0]:g}, the smallest that "
        f"the code can draw, {least_sd(SIGMAS[0])[1]:.2f}: the printed "
        f"{ledger.printed['ex4.beta.sd'].printed} cannot come from eight public and four private "
        f"schools. Does the model recover beta? One data set cannot tell. Over {few.times} the "
        f"estimates have the mean {few.mean[0]:.2f} (s.e. {few.mean[1]:.2f}), not 5: the prior "
        "Normal(0, 10), which draws them towards 0, has a weight of about sd^2 / 10^2 = "
        f"{few.prior_weight:.0%} in them. With sixteen private schools it has "
        f"{more.prior_weight:.0%}, and the mean is {more.mean[0]:.2f}. The intervals are honest "
        f"all the same: the middle 89% hold 5 in {few.held:.0%} of the data sets.")


# --- (a), (b) -------------------------------------------------------------------------------------

def name_of(printed):
    """The variable of a printed number, which may say in which part of the exercise."""
    return printed.variable.partition(" in ")[0]


def size_of(printed):
    """A ninth school's draws are worth at least what the section's draws of mu and tau are."""
    which = 0 if printed.statistic in ("mean", "sd") else 1
    name = name_of(printed)
    names = ("mu", "tau") if name == "theta_new" else (name,)
    return min(printed_sizes()[name][which] for name in names)


def implied_sd():
    """sqrt(var(mu) + var(tau) + mean(tau)^2) from the section's summary table."""
    value = {(p.variable, p.statistic): p.value for p in reported(SUMMARY)
             if p.variable in ("mu", "tau")}
    return np.sqrt(value["mu", "sd"] ** 2 + value["tau", "sd"] ** 2 + value["tau", "mean"] ** 2)


def elsewhere(printed):
    """What another table of the section says of it."""
    if name_of(printed) == "theta_new":
        return ["the section's own table of mu and tau implies "
                f"{implied_sd():.1f}"] if printed.statistic == "sd" else []
    table = {p.statistic: p.printed for p in reported(SUMMARY) if p.variable == printed.variable}
    if printed.statistic in ("low", "high"):
        return [f"the section's summary table has {table[f'hdi_{printed.statistic}']} there, as an "
                "end of the HDI"]
    return [f"the section's summary table has {table[printed.statistic]}"]


def judge_new_school(ledger, part):
    closest = distance_by_prior().attrs["closest"]
    other, other_pool = truth_under(closest)
    marginal, under = ({"theta_new": found.new_group, "theta[E]": found["theta", "E"]}
                       for found in (truth(), other))
    pools, others, ours = ({"theta_new": draws.new_group(seed=42), "theta[E]": draws["theta", "E"]}
                           for draws in (pool(), other_pool, gibbs(part.quick)))
    for id, p in ledger.printed.items():
        name = name_of(p)
        if name in marginal:
            ledger.posterior(id, marginal[name], pools[name], size_of(p), ours[name],
                             [(f"under {named(closest)}", under[name], others[name])], elsewhere(p))
    width = {name: np.ptp(one.quantile(MIDDLE)) for name, one in marginal.items()}
    ratio = width["theta_new"] / width["theta[E]"]
    new_school, school_E = under["theta_new"].quantile(MIDDLE), under["theta[E]"].quantile(MIDDLE)
    instead = np.ptp(new_school) / np.ptp(school_E)
    replicates = replicated_ratio(*pools.values(),
                                  min(size_of(ledger.printed[f"ex4.b.{name}.low"])
                                      for name in ("E", "new")))
    sampled = width_of(ours["theta_new"].ravel()) / width_of(ours["theta[E]"].ravel())
    ledger.judge("ex4.b.ratio", ratio, replicates, sampled,
                 reason=lambda off: f"{off:.0f} s.e. off; under {named(closest)}: {instead:.2f}")
    low, high = truth().new_group.quantile(MIDDLE)
    ends = [ledger.printed[f"ex4.a.{end}"].value for end in ("low", "high")]
    said = np.round(ends)
    inside = np.diff(truth().new_group.cdf(said))[0]
    ledger.statement("ex4.a.range", PLAUSIBLE[0] <= inside <= PLAUSIBLE[1],
                     f"P({said[0]:.0f} < theta_9 < {said[1]:.0f}) is {inside:.0%}; the exact "
                     f"middle 89%, as which its ends are printed, is {low:.1f} to {high:.1f}")
    above = 1 - truth().new_group.cdf(0.0)
    ledger.statement("ex4.a.positive", above > TYPICALLY, f"P(theta_9 > 0) = {above:.2f}")
    ledger.statement("ex4.b.wider", bool(about(ratio - 1, 0.5)), f"exactly: {ratio - 1:.0%} wider")


def width_of(x):
    return STATISTICS["width"].of_draws(np.sort(x, axis=-1))


def replicated_ratio(new, E, size, seed=0):
    """Ratios of the widths that samples of `size` joint draws would give: (REPLICATES,)."""
    chosen = np.random.default_rng(seed).integers(new.size, size=(REPLICATES, int(size)))
    return width_of(new.ravel()[chosen]) / width_of(E.ravel()[chosen])


# --- (c), (d) -------------------------------------------------------------------------------------

SPREAD, NO_SPREAD = HalfNormal(10), HalfNormal(0.01)


@cache
def private(tau=SPREAD):
    """The exact posterior of the eight public and four private schools that the printed code
    makes.
    """
    schools = data.private_schools()
    return exact(NormalNormal(schools.y, schools.sigma, tau=tau, x=schools.x, beta=PRIOR,
                              groups=schools.groups))


@cache
def private_pool(tau=SPREAD):
    return private(tau).sample(draws=10_000, chains=4, seed=0)


def least_sd(sigma=None):
    """sds of mu and beta if tau were known to be 0, with the schools' standard errors or with one
    for all.
    """
    model = private().model
    return model.regression(model.y, model.sigma if sigma is None else np.full(model.J, sigma)).sd


def judge_covariate(ledger, part, many):
    draws = sample(private().model, draws=500 if part.quick else 2000, tune=100)
    bound = dict(zip(("mu", "beta"), zip(least_sd(), least_sd(SIGMAS[0]))))
    sizes = {(p.variable, p.statistic): p.value for p in ledger.printed.values() if p.kind
             == "sampler"}
    for id, p in ledger.printed.items():
        if p.variable not in ("mu", "beta", "tau"):
            continue
        x = variable_of(draws, p.variable)
        if p.kind == "sampler":
            ledger.own(id, rhat(x) if p.statistic == "r_hat"
                       else ess(x, p.statistic.removeprefix("ess_")))
            continue
        size = sizes[p.variable, "ess_bulk" if p.statistic in ("mean", "sd") else "ess_tail"]
        candidates = [] if p.variable == "tau" else [("if tau were known to be 0",
                                                      private(NO_SPREAD)[p.variable],
                                                      private_pool(NO_SPREAD)[p.variable])]
        notes = [f"with every sigma_j = {SIGMAS[0]:g} as well: "
                 f"{bound[p.variable][1]:.2f}"] if p.statistic == "sd" and \
            p.variable in bound else []
        ledger.posterior(id, private()[p.variable], private_pool()[p.variable], size, x, candidates,
                         notes)
    judge_recovery(ledger, many)


def judge_recovery(ledger, many):
    """(c) and (d), over many data sets."""
    few, more, beta = many[4], many[16], private()["beta"]
    value, se = mean_and_error(few.squared_public - few.squared)
    ledger.simulated("ex4.c.covariate", value, se,
                     f"root mean square error for a new private school, {few.times} data sets by "
                     f"the recipe of (d): {few.rmse_public:.1f} from the public ones alone, "
                     f"{few.rmse:.1f} with the covariate and 4 private schools, {more.rmse:.1f} "
                     "with 16; mean squared error without the covariate less that with it",
                     above=0.0)
    ledger.statement("ex4.d.recovers", bool(about(beta.mean, BETA)),
                     f"the exact mean for the data of the printed code is {beta.mean:.2f}; over "
                     f"{few.times} data sets by its recipe the estimates have the mean "
                     f"{few.mean[0]:.2f} (standard error {few.mean[1]:.2f})")
    apart, error = few.sd[0] - more.sd[0], np.hypot(few.sd[1], more.sd[1])
    low, high = beta.hdi(0.89)
    ledger.simulated("ex4.d.wide", apart, error,
                     f"exact 89% HDI for the data of the printed code [{low:.1f}, {high:.1f}]; "
                     f"over {few.times} data sets by its recipe the sd of beta is {few.sd[0]:.1f} "
                     f"on average with 4 private schools, {more.sd[0]:.1f} with 16; the difference",
                     above=0.0)
    ledger.simulated("ex4.d.separates", *few.mean,
                     f"in {few.times} data sets by the recipe, where beta = {BETA:g}, the "
                     "posterior mean of beta, on average", above=(1 - ABOUT) * BETA)


class Recovered:
    """What the model with the covariate finds in many data sets by the recipe of (d).

    Standard errors are drawn once for every `EACH` data sets, whose exact posteriors are then
    computed together; Monte Carlo errors are those between these batches.

    Attributes
    ----------
    times : int
        Data sets.
    mean, sd : (float, float)
        Averages of the posterior mean and sd of beta, each with its Monte Carlo error.
    prior_weight : float
        Share of the prior in the posterior mean of beta: its precision over the posterior's, as if
        tau were known.
    held, tau_held : float
        How often the middle 89% hold BETA and TAU.
    squared, squared_public : array (batches,)
        Mean squared errors of predicting the mean of private schools, with the covariate and from
        the public schools alone.
    """

    def __init__(self, private, batches, public=8, seed=0):
        rows = [recover(private, public, np.random.default_rng([seed, batch]))
                for batch in range(batches)]
        found = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        self.times = batches * EACH
        self.mean, self.sd = mean_and_error(found["mean"]), mean_and_error(found["sd"])
        self.prior_weight = float(np.mean(found["prior_weight"]))
        self.held, self.tau_held = (float(found[name].mean()) for name in ("held", "tau_held"))
        self.squared, self.squared_public = found["squared"], found["squared_public"]
        self.rmse, self.rmse_public = (float(np.sqrt(x.mean()))
                                       for x in (self.squared, self.squared_public))

    def row(self):
        return {"mean of the estimates": self.mean[0], "its s.e.": self.mean[1],
                "mean of the posterior sds": self.sd[0],
                "beta's 89% hold it": self.held, "tau's 89% hold it": self.tau_held,
                "RMSE for a new private school": self.rmse}


EACH = 50  # data sets with the same standard errors


def recover(private, public, rng):
    """Averages over EACH data sets as the code of part (d) makes them, with the same sigma."""
    x = np.repeat([0.0, 1.0], [public, private])
    sigma = rng.uniform(*SIGMAS, len(x))
    theta = MU + BETA * x + TAU * rng.standard_normal((EACH, len(x)))
    y = theta + sigma * rng.standard_normal(theta.shape)
    found = ManyPosteriors(y, sigma, x=x, beta=PRIOR)
    alone = ManyPosteriors(y[:, x == 0], sigma[x == 0])
    (mean, sd), (public_mean, _) = found.coefficients(), alone.coefficients()
    below, tau_below = found.coefficient_cdf(1, BETA), found.tau_cdf(TAU)
    return {"mean": mean[:, 1].mean(), "sd": sd[:, 1].mean(),
            "prior_weight": ((sd[:, 1] / PRIOR.sd) ** 2).mean(),
            "held": held(below), "tau_held": held(tau_below),
            "squared": ((mean.sum(axis=1) - (MU + BETA)) ** 2).mean(),
            "squared_public": ((public_mean[:, 0] - (MU + BETA)) ** 2).mean()}


def held(below):
    """How often the middle 89% hold a value that has so much probability below it."""
    return ((below > MIDDLE[0]) & (below < MIDDLE[1])).mean()


@cache
def recovered(private, batches):
    return Recovered(private, batches)


def covariate_plot():
    figure, (left, right) = plots.axes(10.5, 4.0, ncols=2)
    plots_exact.densities({"posterior": private()["beta"], "prior": PRIOR},
                          "beta: private minus public (SAT points)",
                          marks={"true value": BETA}, limits=(-25, 30), ax=left)
    plots_exact.densities({"new public school": private().new_group_at(0),
                           "new private school": private().new_group_at(1)},
                          "effect (SAT points)", ax=right)
    return figure
