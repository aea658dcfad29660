"""Exercise 5.8.4: a ninth school, exchangeability, and a covariate for private schools."""
from functools import cache

import numpy as np

from ... import data, plots
from ...distributions.standard import HalfNormal, Normal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...optional import need
from ...plots import exact as plots_exact
from ...sampling.arviz_bridge import ess, rhat
from ...sampling.gibbs import sample
from ..ledger import REPLICATES, STATISTICS, Ledger, reported
from .common import gibbs, pool, rms, truth, variable_of
from .eight_schools import SUMMARY, distance_by_prior, named, printed_sizes, truth_under

MU, BETA, TAU = 8.0, 5.0, 4.0  # of the code of part (d)
SIGMAS = (8.0, 16.0)
PRIOR = Normal(0, 10)          # of beta
MIDDLE = np.array([0.055, 0.945])


def exercise(part):
    """Parts (a) to (d)."""
    ledger = Ledger("Exercise 5.8.4")
    judge_new_school(ledger, part)
    many = {n: recovered(n, 15 if part.quick else 60) for n in (4, 16)}
    judge_covariate(ledger, part, many)
    new, E, beta = truth().new_group, truth()["theta", "E"], private()["beta"]
    low, high = new.hdi(0.89)
    part.text(
        f"(a) and (b) A ninth school: mean {new.mean:.1f}, sd {new.sd:.1f}, 89% HDI [{low:.1f}, "
        f"{high:.1f}], wider than School E's because nothing but the population speaks for it. Its "
        "variance is var(mu) + E[tau^2], so the section's own table of mu and tau implies an sd "
        f"of {implied_sd():.1f}; it prints {ledger.printed['ex4.a.sd'].printed}. Of School E it "
        "prints two different sds, and as the 5.5% and 94.5% points of its draws the ends of an "
        "HDI.",
        "(c) Before seeing data nothing tells eight public schools apart; a private one differs "
        "in what is known of it. Put that into the model, theta_j ~ Normal(mu + beta x_j, tau), "
        f"and what is left is exchangeable again. In {many[4].times} data sets by the recipe of "
        "(d) the mean of a new private school is predicted with a root mean square error of "
        f"{many[4].rmse_public:.1f} from the public schools alone, of {many[4].rmse:.1f} with the "
        f"covariate and four private schools, of {many[16].rmse:.1f} with sixteen.",
        "(d) The printed table is not the posterior of the data that its code makes: beta has the "
        f"exact mean {beta.mean:.2f} and sd {beta.sd:.2f}. Were tau known to be 0, its sd would "
        f"still be {least_sd()[1]:.2f}; were every standard error {SIGMAS[0]:g}, the smallest that "
        f"the code can draw, {least_sd(SIGMAS[0])[1]:.2f}: the printed "
        f"{ledger.printed['ex4.beta.sd'].printed} cannot come from eight public and four private "
        f"schools. Does the model recover beta? One data set cannot tell. Over {many[4].times} the "
        f"estimates have the mean {many[4].mean:.1f} (s.e. {many[4].error:.1f}): the prior "
        "Normal(0, 10), which draws them towards 0, has a weight of about sd^2 / 10^2 = "
        f"{many[4].prior_weight:.0%} in them. With sixteen private schools it has "
        f"{many[16].prior_weight:.0%}.")
    part.figure(plots_exact.densities({"a ninth school": new, "School E": E},
                                      "coaching effect (SAT points)",
                                      drawn={"ninth school, "
                                             "Gibbs": gibbs(part.quick).new_group(seed=42)}),
                "new_school",
                "(a), (b): the effect of a ninth school beside that of School E, which has data of "
                "its own.")
    part.figure(covariate_plot(), "new_school_covariate",
                "(d) Left: the effect of being private. Right: a new public and a new private "
                "school.")
    rows = {f"8 public, {n} private": found.row() for n, found in many.items()}
    part.table(need("pandas").DataFrame(rows).T,
               f"(d) by its recipe, {many[4].times} data sets each: beta, whose true value is "
               f"{BETA:g}",
               {"mean of the estimates": ".2f", "its s.e.": ".2f",
                "mean of the posterior sds": ".2f",
                "89% intervals that hold it": ".0%", "RMSE for a new private school": ".1f"})
    part.ledger(ledger)


# --- (a), (b) -------------------------------------------------------------------------------------

def size_of(printed):
    """A ninth school's draws are worth at least what the section's draws of mu and tau are."""
    which = 0 if printed.statistic in ("mean", "sd") else 1
    names = ("mu", "tau") if printed.variable == "theta_new" else (printed.variable,)
    return min(printed_sizes()[name][which] for name in names)


def implied_sd():
    """sqrt(var(mu) + var(tau) + mean(tau)^2) from the section's summary table."""
    value = {(p.variable, p.statistic): p.value for p in reported(SUMMARY)
             if p.variable in ("mu", "tau")}
    return np.sqrt(value["mu", "sd"] ** 2 + value["tau", "sd"] ** 2 + value["tau", "mean"] ** 2)


def elsewhere(printed):
    """What another table of the section says of it."""
    if printed.variable == "theta_new":
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
        if p.variable in marginal:
            name = p.variable
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
    ledger.statement("ex4.a.range", max(abs(low - ends[0]), abs(high - ends[1])) < 1,
                     f"the exact middle 89%: {low:.1f} to {high:.1f}; P({ends[0]:.0f} < theta_9 < "
                     f"{ends[1]:.0f}) is {np.diff(truth().new_group.cdf(np.round(ends)))[0]:.0%}")
    above = 1 - truth().new_group.cdf(0.0)
    ledger.statement("ex4.a.positive", above > 0.8, f"P(theta_9 > 0) = {above:.2f}")
    ledger.statement("ex4.b.wider", 1.4 < ratio < 1.6, f"exactly: {ratio - 1:.0%} wider")


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
    beta = private()["beta"]
    low, high = beta.hdi(0.89)
    ledger.statement("ex4.c.covariate",
                     all(found.rmse < found.rmse_public for found in many.values()),
                     f"root mean square error for a new private school, {many[4].times} data sets "
                     f"by the recipe of (d): {many[4].rmse_public:.1f} from the public ones alone, "
                     f"{many[4].rmse:.1f} with the covariate and 4 private schools, "
                     f"{many[16].rmse:.1f} with 16")
    ledger.statement("ex4.d.recovers", abs(beta.mean - BETA) < beta.sd,
                     f"{abs(beta.mean - BETA) / beta.sd:.1f} posterior sds away: exact mean "
                     f"{beta.mean:.2f}, and P(beta < {BETA:g}) = {beta.cdf(BETA):.2f}; over "
                     f"{many[4].times} other seeds the mean of the estimates is {many[4].mean:.1f} "
                     f"(s.e. {many[4].error:.1f})")
    ledger.statement("ex4.d.wide", low < 0 < high and high - low > 2 * BETA,
                     f"exact 89% HDI [{low:.1f}, {high:.1f}]")
    sd = [found.sd for found in many.values()]
    ledger.statement("ex4.d.sharpens", (np.diff(sd) < 0).all(),
                     f"posterior sd of beta with {', '.join(map(str, many))} private schools: "
                     f"{', '.join(f'{value:.1f}' for value in sd)}, {many[4].times} data sets each")


class Recovered:
    """What models with the covariate find in many data sets by the recipe of (d).

    Attributes
    ----------
    mean, sd : float
        Averages of the posterior means and sds of beta.
    error : float
        Monte Carlo error of `mean`.
    prior_weight : float
        Share of the prior in the posterior mean of beta: its precision over the posterior's, as if
        tau were known.
    held : float
        How often the 89% interval holds BETA.
    rmse, rmse_public : float
        Error of predicting the mean of private schools, with the covariate and from the public
        schools alone.
    """

    def __init__(self, models):
        self.times = len(models)
        truths = [exact(model, rtol=1e-5) for model in models]
        betas = [found["beta"] for found in truths]
        means = [beta.mean for beta in betas]
        self.mean, self.error = np.mean(means), np.std(means, ddof=1) / np.sqrt(self.times)
        self.sd = np.mean([beta.sd for beta in betas])
        self.prior_weight = np.mean([(beta.sd / PRIOR.sd) ** 2 for beta in betas])
        self.held = np.mean([np.abs(np.diff(beta.quantile(MIDDLE) > BETA))[0] for beta in betas])
        public = [exact(NormalNormal(m.y[m.x == 0], m.sigma[m.x == 0]), rtol=1e-5)["mu"].mean
                  for m in models]
        self.rmse = rms([found.new_group_at(1).mean - (MU + BETA) for found in truths])
        self.rmse_public = rms(np.array(public) - (MU + BETA))

    def row(self):
        return {"mean of the estimates": self.mean, "its s.e.": self.error,
                "mean of the posterior sds": self.sd,
                "89% intervals that hold it": self.held, "RMSE for a new private school": self.rmse}


def by_the_recipe(private, seed, public=8):
    """A data set as the code of part (d) makes it, with more private schools."""
    rng = np.random.default_rng(seed)
    x = np.repeat([0.0, 1.0], [public, private])
    theta = MU + BETA * x + rng.normal(0, TAU, len(x))
    sigma = rng.uniform(*SIGMAS, len(x))
    return NormalNormal(rng.normal(theta, sigma), sigma, x=x, beta=PRIOR)


@cache
def recovered(private, times):
    return Recovered([by_the_recipe(private, seed) for seed in range(times)])


def covariate_plot():
    figure, (left, right) = plots.axes(10.5, 4.0, ncols=2)
    plots_exact.densities({"posterior": private()["beta"], "prior": PRIOR},
                          "beta: private minus public (SAT points)",
                          marks={"true value": BETA}, limits=(-25, 30), ax=left)
    plots_exact.densities({"new public school": private().new_group_at(0),
                           "new private school": private().new_group_at(1)},
                          "effect (SAT points)", ax=right)
    return figure
