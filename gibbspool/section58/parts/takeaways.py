"""Bringing it all together: Stein's paradox, and the key takeaways of the section."""
from functools import cache

import numpy as np

from ... import data
from ...guide import experiments
from ...guide.many import ManyPosteriors
from ...guide.stein import james_stein, james_stein_risk
from ...models.binomial.model import BetaBinomial
from ...models.twins import exact
from ...plots import practice as plots_practice
from ..ledger import AGREES, Ledger
from ..yardsticks import BARELY, MUCH
from . import hospitals
from .both_samplers import claims
from .common import schools, truth
from .comparison import beside_the_better, clear, more_if_unequal
from .funnel_verdicts import centred_breaks, sds_at
from .halves import Claim, below, halves, mean_and_error
from .prior_sensitivity import prior_sensitivity
from .survey_regions import SMALL
from .survey_regions import posterior as survey
from .when_to_use import frame
from .when_to_use_words import falls

FIVE_OR_MORE = (5, 15, 60, 500)
WORDS = {"raw": "raw means", "zero": "James-Stein towards 0", "zero_exact": "the same, by formula",
         "mean": "towards the mean", "mean_exact": "the same, by the formula",
         "positive": "its positive part", "bayes": "hierarchical model"}


def stein(part):
    """James-Stein against the raw means: simulated and exact risk; batting averages."""
    rows = experiments.stein_risk(sets=500 if part.quick else 2000)
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
                "Stein's paradox: simulated mean squared errors, on the exact curves but for the "
                "hierarchical model's, which is simulated alone; bars show two Monte Carlo errors.")
    table = frame(rows, "distance")
    part.table(table[list(WORDS)].rename(columns=WORDS).rename(index=lambda d: f"distance {d:g}"),
               "Total squared error of ten means, by the distance of the true means from the point "
               "shrunk to; simulated, and by James-Stein's formula",
               {words: ".2f" for words in WORDS.values()}, fold=True)
    part.ledger(ledger(part.quick), "Bringing it all together", among=of_the_text)


def key_takeaways(part):
    """The four points that the section ends with, and their claims."""
    part.text("The section ends with four key takeaways; their claims are judged below:")
    part.points(*takeaways(ledger(part.quick).table()))
    part.text(
        "The second takeaway adds that the non-centred form should be the default: that is judged "
        "under \"Centred or non-centred\". The fourth, that leave-one-out measures the benefit of "
        "partial pooling and confirms the argument for shrinkage: it does measure it, and in "
        f"Eight Schools it {confirms(ledger(part.quick).table())}.",
        "Not judged: that the framework applies to any other likelihood family, Gamma among them "
        "in the box on the design pattern, of which we have none to try. Nor that structure, not a "
        "distribution, makes a model hierarchical (the same box): that is a definition. That "
        "the ideas carry through to crossed and nested groupings without "
        "modification: our models have a single grouping. With several, a group is shrunk towards "
        "the mean of its own level, not towards one grand mean. That small samples are the norm in "
        "many fields, and sparse groups the most common case in practice: that is a matter of "
        "what people study.")
    part.ledger(ledger(part.quick), "Key takeaways", among=of_the_takeaways)


def references(part):
    """What the References say of the works they list."""
    part.text(
        "Of what the References say, one thing is judged: Stein (1956) and James and Stein shrink "
        "towards a fixed point, not the grand mean. Whether Gelman and Hill (2006) has the "
        "instructors' exam was not looked up, nor what is said of Rubin (1981), Carpenter et al. "
        "(2017) and Gabry et al. (2019).")
    part.ledger(ledger(part.quick), "References", among=of_the_references)


def of_the_takeaways(id):
    return id in sum(TAKEAWAYS.values(), ())


def of_the_references(id):
    return id == "together.james_stein"


def of_the_text(id):
    return not of_the_takeaways(id) and not of_the_references(id)


@cache
def ledger(quick):
    return judged(1000 if quick else 4000)


def confirms(rows):
    """Whether leave-one-out confirms it, by the row on who is best."""
    best = rows.set_index("id").loc["together.best"]
    return ("confirms it" if best["verdict"] == AGREES else
            f"does not confirm it, but ranks another strategy first ({best['reason']})")


TAKEAWAYS = {
    "Core concept": ("take.learned",),
    "Computational insight": ("take.funnel",),
    "Practical application": ("take.use", "take.families"),
    "Model comparison": ("together.best",)}


def takeaways(rows):
    """A sentence on each of the four, with the verdicts of its claims."""
    by = rows.set_index("id")
    return [f"{name}: " + "; ".join(f"“{by.loc[id, 'printed']}” {by.loc[id, 'verdict']}"
                                    for id in ids) + "."
            for name, ids in TAKEAWAYS.items()]


def judged(sets):
    ledger = Ledger("Bringing it all together")
    judge_stein(ledger)
    judge_dramatic(ledger, sets)
    judge_best(ledger)
    ledger.in_part("together.fixed",
                   "An analysis of variance with fixed effects does.",
                   "Frequentist mixed models, which the section itself describes before, draw them "
                   "from Normal(0, tau^2) and estimate tau.")
    judge_learned(ledger, sets)
    judge_funnel(ledger)
    judge_use(ledger, sets)
    judge_families(ledger)
    judge_percentiles(ledger)
    return ledger


# --- Stein ----------------------------------------------------------------------------------------

def judge_stein(ledger):
    distances = np.concatenate([[0.0], np.geomspace(0.1, 1000, 40)])
    gain = {J: [J - james_stein_risk(d * unit(J), 1.0) for d in distances] for J in (3, 4, 10)}
    ledger.statement("together.stein", min(map(min, gain.values())) > 0,
                     "the gain is (J - 2)^2 E[1 / (J - 2 + 2 K)] with K a Poisson variable, so "
                     "positive at every distance of the true means from the point shrunk to; it "
                     "falls from " + ", ".join(f"{x[0]:.0f} to {x[-1]:.6f} (J = {J})"
                                               for J, x in gain.items()))
    y = np.array([1.0, 2.0, 4.0, 10.0])
    kept = (james_stein(y, 1.0, "mean") - y.mean()) / (y - y.mean())
    gains = {J: J - james_stein_risk(2 * unit(J), 1.0, "mean") for J in (4, 10)}
    halves(ledger, "together.james_stein",
           Claim(np.allclose(kept, kept[0]),
                 "Four means and more: the version of Efron and Morris shrinks all deviations from "
                 f"the grand mean alike (to {kept[0]:.2f} of them in an example), with a gain of "
                 + ", ".join(f"{x:.2f} of {J}" for J, x in gains.items()) + " at distance 2."),
           Claim(gain_towards_the_mean(3).max() > 0,
                 "Three means: pulling them towards their mean by c / S of the way gains c (2 (n "
                 "- 2) - c) E[1 / S], with n = J - 1 = 2 free deviations and S their sum of "
                 "squares: positive for no c. James and Stein shrink towards a fixed point, such "
                 "as 0."))


def gain_towards_the_mean(J):
    """What pulling J means towards their mean by c / S of the way gains, over E[1 / S], for many
    c.
    """
    c = np.linspace(0, 2 * J, 100)
    return c * (2 * (J - 1 - 2) - c)


def unit(J):
    """The direction in which the true means move apart."""
    direction = np.linspace(-1, 1, J)
    return direction / np.linalg.norm(direction)


# --- what the section concludes -------------------------------------------------------------------

def judge_dramatic(ledger, sets):
    sigma = np.repeat([2.0, 20.0], 4)
    left = 1 - falls(sigma, 5.0, sets)
    halves(ledger, "together.dramatic",
           below(left[:, 4:].mean(axis=1), 1 / MUCH,
                 "Poorly observed, standard error 20: mean squared error over that of no pooling"),
           below(left[:, :4].mean(axis=1), 1 + BARELY,
                 "Well observed, standard error 2: mean squared error over that of no pooling"))


def judge_best(ledger):
    elpd = {name: exact(model).elpd_loo().elpd for name, model in (
        ("partial", schools()), ("no", schools().no_pooling()), ("complete",
                                                                 schools().complete_pooling()))}
    ledger.statement("together.best", max(elpd, key=elpd.get) == "partial",
                     "exact elpd: " + ", ".join(f"{name} {x:.2f}" for name, x in elpd.items()))


def judge_learned(ledger, sets):
    sigma, own = schools().sigma, {}
    for tau in (2.0, 20.0):
        y = 8 + np.hypot(tau, sigma) * np.random.default_rng(8).standard_normal((sets // 8, 8))
        own[tau] = 1 - ManyPosteriors(y, sigma).shrinkage.mean(axis=1)
    value, se = mean_and_error(own[20.0] - MUCH * own[2.0])
    table = prior_sensitivity(schools())
    chosen = table["shrinkage"] / table["shrinkage"].iloc[0] - 1
    halves(ledger, "take.learned",
           Claim(value > 0, "Learned: a group's own part of its estimate is "
                 f"{own[2.0].mean():.0%} on average in data made with tau = 2, "
                 f"{own[20.0].mean():.0%} with tau = 20 ({value / se:.0f} standard errors beyond "
                 "one and a half times)."),
           Claim(np.abs(chosen).max() < BARELY,
                 f"Not chosen: the mean shrinkage of Eight Schools is "
                 f"{table['shrinkage'].min():.2f} to {table['shrinkage'].max():.2f} under "
                 f"{len(table)} priors of tau."))


def judge_funnel(ledger):
    (_, narrow), (_, wide) = sds_at(1.0), sds_at(10.0)
    change = (narrow / wide).max()
    halves(ledger, "take.funnel",
           *claims(centred_breaks, "Defeats: "),
           Claim(change < MUCH, "No funnel: given tau, the standard deviation of a theta_raw is "
                                f"at most {change:.2f} times as large at tau = 1 as at tau = 10."),
           Claim(change < 1 + BARELY, f"A cylinder: it is {change:.2f} times as large; the more "
                                      "precise the data, the narrower it gets at large tau."))


def judge_use(ledger, sets):
    """Groups of 1 to 100 observations, or of equal numbers that make as many in all."""
    unequal, equal = ({J: beside_the_better(J, sets, sizes) for J in FIVE_OR_MORE}
                      for sizes in (True, False))
    halves(ledger, "take.use",
           Claim(all(clear(one.ratio, (1.0, 0.0)) for one in unequal.values()),
                 "Use them: as a part of that of the better of the two other strategies the mean "
                 "squared error is " + ", ".join(f"{one.ratio[0]:.2f} ({J} groups)" for J, one
                                                 in unequal.items()) + "."),
           *more_if_unequal(unequal, equal, FIVE_OR_MORE))


def judge_families(ledger):
    """The sparsest and the richest group of each family: how far they go towards the population."""
    hits = data.baseball()
    binomial = exact(BetaBinomial(hits.successes, hits.trials, groups=hits.groups))
    counts, rates = survey().model, hospitals.model()
    found = {
        "Normal": (schools().y, truth()["theta"].mean, truth()["mu"].mean, schools().sigma**-2.0),
        "Multinomial": (counts.counts[:, 0] / counts.n, survey()["pi"].mean[:, 0],
                        survey()["pi0"].mean[0], counts.n),
        "Poisson": (rates.y / rates.exposure, hospitals.truth()["lam"].mean,
                    hospitals.truth().new_group.mean, rates.exposure),
        "Binomial": (hits.successes / hits.trials, binomial["theta"].mean,
                     binomial["phi"].mean, hits.trials)}
    said, right = [], True
    for name, (raw, mean, centre, size) in found.items():
        pulled = (mean - raw) / (centre - raw)
        sparse, rich = np.argmin(size), np.argmax(size)
        right &= 0 < pulled[sparse] < 1
        if np.ptp(size) > 0:
            right &= pulled[sparse] > pulled[rich]
            said.append(f"{name} {pulled[sparse]:.0%}, the richest {pulled[rich]:.0%}")
        else:
            said.append(f"{name} {pulled[sparse]:.0%}, all of one size")
    ledger.statement("take.families", right,
                     "how far the sparsest group goes from its own estimate to the population's: "
                     + "; ".join(said))


def judge_percentiles(ledger):
    """The middle 89% beside the HDI."""
    rates = {f"share {k + 1} of region {SMALL}": one for k, one in enumerate(survey()["pi", SMALL])}
    claims = []
    for name, one in {**rates, "a ninth school": truth().new_group, "School E": truth()["theta",
                      "E"], "a ninth hospital": hospitals.truth().new_group}.items():
        (low, high), ends = one.hdi(0.89), one.quantile(hospitals.MIDDLE)
        off = np.abs(ends - (low, high)).max() / (high - low)
        claims.append(Claim(off < BARELY, f"{name[0].upper()}{name[1:]}: {ends[0]:.2f} to "
                            f"{ends[1]:.2f}, the HDI {low:.2f} to {high:.2f}, {off:.0%} off."))
    halves(ledger, "take.hdi", *claims)
