"""Section 5.8.6: does the answer depend on the prior of tau?"""
import warnings
from itertools import combinations

import numpy as np

from ...distributions.standard import HalfCauchy, HalfNormal, Normal
from ...guide.many import ManyPosteriors, expected_errors, pooled
from ...guide.sensitivity import posteriors, prior_sensitivity
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...plots import practice as plots_practice
from ..ledger import Ledger
from ..numbers import standard_errors
from ..reported import IN_WORDS
from ..wording import variable_in_words
from ..yardsticks import ABOUT, MARGIN, MUCH
from .common import schools, truth
from .halves import Claim, halves, margin, mean_and_error
from .strategies import estimates

DEFAULTS = (HalfNormal(10), HalfCauchy(25))
TAUS = (0.0, 5.0, 10.0, 20.0)
NOMINAL = 0.89
ENOUGH = 2000  # data sets, for coverage that is not far from the line


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
    part.table(table.T.rename(index=in_words), "What gp.prior_sensitivity(model) gives",
               dict.fromkeys(table.index, ".2f"), fold=True)
    part.ledger(judged(table, 400 if part.quick else 4000))


def in_words(name):
    """The name of a column, such as "tau hdi_low"."""
    variable, _, statistic = name.rpartition(" ")
    if not variable:
        return variable_in_words(name)
    return f"{variable_in_words(variable)}: {IN_WORDS.get(statistic, statistic)}"


def judged(table, sets):
    ledger = Ledger("Prior sensitivity")
    judge_tight(ledger, table, sets)
    judge_diffuse(ledger)
    judge_defaults(ledger, max(sets, ENOUGH))
    judge_influence(ledger)
    ledger.in_part(
        "practice.half_cauchy",
        "Gelman (2006) uses a half-Cauchy with scale 25 as a weakly informative prior of tau, for "
        "three of the eight schools.",
        "It is no default for every scale: 25 was chosen in SAT points, a little above what such "
        "effects could be expected to spread, and where the groups are not few the paper "
        "starts from a flat prior of tau.")
    return ledger


def made(tau, sets, seed=2):
    """Data sets with the standard errors of the schools."""
    sigma = schools().sigma
    return 8 + np.hypot(tau, sigma) * np.random.default_rng(seed).standard_normal((sets, 8))


def judge_tight(ledger, table, sets):
    y, sigma = made(20.0, sets), schools().sigma
    error, pull = {}, {}
    for scale in (2, 10):
        error[scale] = expected_errors(estimates(y, sigma, tau=HalfNormal(scale)), y, sigma,
                                       20.0).mean(axis=1)
        pull[scale] = ManyPosteriors(y[:250], sigma, tau=HalfNormal(scale)).shrinkage.mean()
    value, se = mean_and_error(error[2] - error[10])
    own, tight = table.iloc[0]["shrinkage"], table.loc["HalfNormal(2)"]["shrinkage"]
    ledger.simulated("practice.prior_tight", value if pull[2] > pull[10] else -value, se,
                     "with tau = 20 HalfNormal(2) shrinks by "
                     f"{pull[2]:.0%} on average, HalfNormal(10) by {pull[10]:.0%} (Eight Schools: "
                     f"{tight:.0%} and {own:.0%}); mean squared errors {error[2].mean():.0f} and "
                     f"{error[10].mean():.0f}, their difference", above=0.0)


def judge_diffuse(ledger):
    """Of every pair of schools, and of all eight: how much the scale of HalfCauchy matters."""
    pairs = [growth(list(pair)) for pair in combinations(range(schools().J), 2)]
    every = growth(list(range(schools().J)))
    ledger.statement("practice.prior_diffuse", min(pairs) > MUCH,
                     "from HalfCauchy(25) to HalfCauchy(100) the sd of a new school's effect grows "
                     f"{min(pairs):.2f} to {max(pairs):.2f} times, by the pair of schools that it "
                     f"is learnt from; with all eight schools {every:.2f} times")


def growth(some):
    """Of the sd of a new school's effect, given some schools, from HalfCauchy(25) to
    HalfCauchy(100).
    """
    with warnings.catch_warnings():  # that two groups are few is what is asked
        warnings.simplefilter("ignore")
        narrow, wide = (exact(NormalNormal(schools().y[some], schools().sigma[some],
                                           tau=HalfCauchy(scale))).new_group.sd
                        for scale in (25, 100))
    return wide / narrow


def judge_defaults(ledger, sets):
    """Mean squared errors and coverage under both, over data sets with a known tau."""
    sigma, rng, said, margins = schools().sigma, np.random.default_rng(3), [], []
    for tau in TAUS:
        theta = 8 + tau * rng.standard_normal((sets, 8))
        y = theta + sigma * rng.standard_normal((sets, 8))
        errors, covered = zip(*(pooled(y, sigma, theta, tau=prior)[:2] for prior in DEFAULTS))
        margins += [-margin(*mean_and_error(x.mean(axis=1)), (sigma**2).mean()) for x in errors]
        for value, se in (mean_and_error(x.mean(axis=1)) for x in covered):
            margins.append(margin(ABOUT * NOMINAL, se, abs(value - NOMINAL)))
        said.append(f"tau = {tau:g}: " + " and ".join(f"{x.mean():.0f}" for x in errors)
                    + ", " + " and ".join(f"{x.mean():.1%}" for x in covered))
    ledger.statement("practice.defaults", min(margins) > MARGIN,
                     "mean squared errors under HalfNormal(10) and HalfCauchy(25), and coverage of "
                     f"their 89% intervals, over {sets} data sets each: {'; '.join(said)}; no "
                     f"pooling has a mean squared error of {(sigma**2).mean():.0f}. Where it is "
                     f"least clear it {'holds' if min(margins) > 0 else 'fails'} by "
                     f"{standard_errors(min(margins))}")


def judge_influence(ledger):
    """How far the answers move when the scale of one prior is doubled."""
    own = truth()
    moves = {}
    for name, priors in (("tau", {"tau": HalfNormal(20)}), ("mu", {"mu": Normal(0, 40)})):
        other = exact(schools().with_priors(**priors))
        moves[name] = (np.abs((other["theta"].mean - own["theta"].mean) / own["theta"].sd).max(),
                       abs(np.log(other.new_group.sd / own.new_group.sd)))
    (theta, new), (theta_mu, new_mu) = moves["tau"], moves["mu"]
    halves(ledger, "practice.tau_influential", Claim(
        theta > MUCH * theta_mu or new > MUCH * new_mu,
        f"Doubling the scale of tau's prior moves a school's mean by up to {theta:.2f} posterior "
        f"sds and makes the sd of a new school's effect {np.exp(new):.2f} times as large; doubling "
        f"that of mu, {theta_mu:.2f} and {np.exp(new_mu):.2f}."))
