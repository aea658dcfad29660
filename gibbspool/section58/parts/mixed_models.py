"""Section 5.8.6: REML, the frequentist's fit of the same model, beside the exact posterior."""
from functools import cache

import numpy as np

from ... import data
from ...distributions.standard import HalfNormal, Normal
from ...guide import experiments
from ...guide.mixed_model import reml
from ...models.one_way.model import OneWayNormal
from ...models.twins import exact
from ...plots import practice as plots_practice
from ..ledger import Ledger
from ..numbers import standard_errors
from ..wording import variable_in_words
from ..yardsticks import BARELY, MAINLY, MARGIN, about
from .common import schools, span, truth
from .halves import Claim, halves, margin, sorted_claims
from .when_to_use import frame

NOMINAL = 0.89
SPREADS = (5.0, 10.0, 20.0)
COVERAGE = {"boundary": "REML says tau = 0", "naive": "REML without mu", "plug_in": "REML with mu",
            "exact": "exact posterior"}


def mixed_model(part):
    """REML beside the exact posterior: Eight Schools, coverage, instructors and radon."""
    fit = reml(schools())
    table = fit.table(truth=truth())
    wider = table["wider"].filter(like="theta[")
    sets = 400 if part.quick else 2400
    coverage = frame(experiments.reml_coverage(sets=sets), "spread")
    worst = coverage.loc[coverage["plug_in"].idxmin()]
    part.text(
        f"REML puts tau of Eight Schools at exactly {fit.tau:g}: complete pooling, every school at "
        f"{fit.mu:.2f} with the same standard error, {fit.mu_se:.2f}. The posterior does not "
        f"collapse: its intervals are {wider.min():.1f} to {wider.max():.1f} times as wide.",
        "Which intervals cover 89% more nearly depends on the true tau (second table). Where "
        f"REML's do, they are nearer by at most {100 * nearer(coverage):.1f} percentage points; at "
        f"tau = {worst.name:g} they cover {worst['plug_in']:.1%}, the exact ones "
        f"{worst['exact']:.1%}.")
    named = table.rename(index=variable_in_words)
    part.figure(plots_practice.reml_intervals(named, "effect (SAT points)"), "reml",
                "REML with tau plugged in, and the exact posterior: 89% intervals of Eight "
                "Schools.")
    part.table(named, "Eight Schools: REML beside the exact posterior, 89% intervals",
               {name: ".2f" for name in table.columns})
    shown = coverage[list(COVERAGE)].rename(columns=COVERAGE)
    part.table(shown.rename(index=lambda tau: f"tau = {tau:g}"),
               f"Coverage of nominal 89% intervals of theta, over {sets} data sets for each true "
               "tau: REML without and with the uncertainty of mu, exact posterior; and how often "
               "REML says tau = 0", {name: ".1%" for name in shown.columns})
    part.ledger(judged(fit, coverage, with_64_groups(sets // 8)))


@cache
def classes():
    """The instructors, without labels."""
    scores = data.instructors()
    return OneWayNormal(scores.y, scores.group)


@cache
def counties(first=0, last=None):
    """Radon, in its own unit: all 85 counties; or some, by their places in the order of homes, most
    first.
    """
    homes = data.radon()
    names, n = np.unique(homes.group, return_counts=True)
    here = np.isin(homes.group, names[np.argsort(-n, kind="stable")[first:last]])
    return OneWayNormal(np.asarray(homes.y)[here], np.asarray(homes.group)[here],
                        mu=Normal(0, 5), tau=HalfNormal(1), sigma=HalfNormal(2))


def most_homes():
    """Fifteen counties, the fewest that the section calls a moderate number."""
    return counties(0, 15)


def next_most_homes():
    """The next fifteen."""
    return counties(15, 30)


@cache
def both_fits(model):
    """REML and the exact posterior of the instructors or of the counties."""
    return reml(model()), exact(model())


def with_64_groups(sets):
    """Coverage as `reml_coverage` has it, with the eight standard errors eight times."""
    return frame(experiments.reml_coverage(SPREADS, sets=sets, sigma=np.tile(schools().sigma, 8)),
                 "spread")


def judged(fit, coverage, many):
    ledger = Ledger("REML and Bayes")
    judge_shrinkage(ledger, fit)
    judge_boundary(ledger, fit, coverage)
    judge_coverage(ledger, coverage, many)
    judge_large(ledger)
    judge_advantage(ledger, coverage, many)
    return ledger


def judge_shrinkage(ledger, fit):
    claims = []
    for words, (plugged, found) in (("Instructors", both_fits(classes)),
                                    ("Radon", both_fits(counties)),
                                    ("Eight Schools", (fit, truth()))):
        B = found["shrinkage"].mean
        claims.append(Claim(about(plugged.shrinkage, B).all(),
                            f"{words}: shrinkage factors by REML {span(plugged.shrinkage, '.2f')}, "
                            f"exact means {span(B, '.2f')}; at most "
                            f"{np.abs(plugged.shrinkage / B - 1).max():.0%} apart."))
    halves(ledger, "practice.reml_shrinks", *claims)


def judge_boundary(ledger, fit, coverage):
    at = coverage.loc[0.0]
    ledger.simulated("practice.reml_zero", at["boundary"], at["boundary_se"],
                     f"REML says tau = {fit.tau:g} of Eight Schools; of data made with tau = 5 in "
                     f"{coverage.loc[5.0, 'boundary']:.0%}; of data made with tau = 0 in a share "
                     "of",
                     above=MAINLY)
    tau = truth()["tau"]
    near = [float(tau.cdf(t)) for t in (1.0, 0.1, 0.01)]
    vanishes = near[2] < 0.2 * near[1] < 0.2 * 0.2 * near[0]
    ledger.statement("practice.reml_collapse", vanishes and tau.sd > 0,
                     f"Eight Schools, where REML says tau = {fit.tau:g}: P(tau < t) is "
                     f"{near[0]:.3f}, {near[1]:.4f}, {near[2]:.5f} at t = 1, 0.1, 0.01; sd "
                     f"{tau.sd:.2f}")


def judge_coverage(ledger, coverage, many):
    can = covers_less(coverage, "plug_in", "Can: plugged-in 89% intervals cover")
    halves(ledger, "practice.reml_uncertainty", can[0],
           *(further_short(tau, coverage.loc[tau], many.loc[tau]) for tau in SPREADS))
    halves(ledger, "practice.reml_prediction",
           *covers_less(coverage, "new_plug_in", "89% intervals of a new school with the estimated "
                                                 "tau plugged in cover"))


def covers_less(coverage, name, words):
    """Claims that 89% intervals cover less than 89%, by five standard errors: the taus where they
    do, and the others. With tau known they would cover 89% at each.
    """
    def less(row):
        return margin(row[name], row[f"{name}_se"], NOMINAL) < -MARGIN

    def said(rows):
        found = ", ".join(f"{row[name]:.1%} at tau = {row.name:g}" for row in rows)
        worst = max(row[f"{name}_se"] for row in rows)
        return (f"{words} {found} (standard errors at most {worst:.1%}); with tau known they would "
                "cover 89%.")

    return sorted_claims([row for _, row in coverage.iterrows()], less, said)


def further_short(tau, few, many):
    """A Claim that REML falls further short of 89% with 8 groups than with 64, by five standard
    errors.
    """
    off = (many["plug_in"] - few["plug_in"]) / np.hypot(few["plug_in_se"], many["plug_in_se"])
    return Claim(off > MARGIN, f"Especially with few groups, tau = {tau:g}: with 8 groups they "
                 f"cover {few['plug_in']:.1%}, with 64 {many['plug_in']:.1%} (standard error "
                 f"{many['plug_in_se']:.1%}); {standard_errors_apart(off)}.")


def standard_errors_apart(off):
    if abs(off) < 1:
        return "no difference to be seen"
    return f"{standard_errors(off)} {'as claimed' if off > 0 else 'the other way'}"


def judge_large(ledger):
    claims = []
    for words, model in (("Large J", counties), ("Moderate J", most_homes),
                         ("Moderate J", next_most_homes)):
        fit, found = both_fits(model)
        theta, n = found["theta"], model().n
        off = np.abs(fit.theta - theta.mean) / theta.sd
        wider = np.abs(fit.theta_se / theta.sd - 1)
        claims.append(Claim(max(off.max(), wider.max()) < BARELY,
                            f"{words}, {len(n)} counties with {n.min()} to {n.max()} homes: "
                            f"estimates differ by {off.max():.2f} posterior sd at most, standard "
                            f"errors by {wider.max():.0%}."))
    halves(ledger, "practice.reml_large_J", *claims)


def nearer(coverage):
    """By how much REML's coverage is nearer to 89% than the exact posterior's, at most."""
    return max(-advantage(row) for _, row in coverage.iterrows())


def advantage(row):
    """How much nearer to 89% the exact posterior's coverage is than REML's."""
    return abs(row["plug_in"] - NOMINAL) - abs(row["exact"] - NOMINAL)


def judge_advantage(ledger, coverage, many):
    def said(row):
        return f"REML {row['plug_in']:.1%}, exact posterior {row['exact']:.1%}"

    def larger(one, other):
        """By how many standard errors, those of both coverages added as if independent."""
        se = np.sqrt(sum(row[f"{name}_se"] ** 2 for row in (one, other)
                         for name in ("plug_in", "exact")))
        return (advantage(one) - advantage(other)) / se

    pairs = [(f"Few groups, tau = {tau:g}: coverage with 8 groups", coverage.loc[tau], "with 64",
              many.loc[tau]) for tau in SPREADS[:2]]
    pairs.append(("tau near zero, 8 groups: coverage at tau = 0", coverage.loc[0.0], "at tau = 10",
                  coverage.loc[10.0]))
    halves(ledger, "practice.reml_small_J", *(
        Claim(larger(one, other) > MARGIN, f"{words} {said(one)}; {beside} {said(other)}; "
              f"{standard_errors_apart(larger(one, other))}.")
        for words, one, beside, other in pairs))
