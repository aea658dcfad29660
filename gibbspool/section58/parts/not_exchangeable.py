"""The critical warning of Section 5.8.6: groups of two kinds, pooled as if they were one."""
from ...distributions.standard import HalfNormal, Normal
from ...guide import experiments
from ...plots import practice as plots_practice
from ..ledger import Ledger
from ..yardsticks import MARGIN
from .halves import halves, sorted_claims
from .when_to_use import frame

WORDS = {"none": "no pooling", "complete": "complete pooling", "partial": "partial pooling",
         "covariate": "with covariate", "coverage": "coverage, partial pooling",
         "covariate_coverage": "coverage, with covariate"}
APART = (20, 40, 80)  # points between the kinds
SECTIONS = dict(tau=HalfNormal(10), mu=Normal(0, 20), beta=Normal(0, 10))  # of 5.8.3, 5.8.4(d)
IN_WORDS = {"equal": "groups measured equally well",
            "noise unrelated": "unequally, in both kinds alike", "noisy kind": "one kind measured "
                                                                              "worse"}
FORMATS = {words: ".0%" if "coverage" in words else ".0f" for words in WORDS.values()}


def exchangeability(part):
    """The critical warning: half the groups are of another kind."""
    sets = 200 if part.quick else 1000
    rows = {design: experiments.not_exchangeable(design=design, sets=sets)
            for design in experiments.DESIGNS}
    stated = {design: frame(experiments.not_exchangeable(APART, design, sets=2 * sets, **SECTIONS),
                            "gap") for design in experiments.DESIGNS}
    tables = {design: frame(found, "gap") for design, found in rows.items()}
    noisy = worst_of(tables["noisy kind"])
    part.text(
        "Four groups of one kind and four of another, pooled as if they were exchangeable, with "
        "weak priors (Flat, HalfCauchy(25)). If all are measured equally well, the wider spread "
        "is learnt and pooling fades: " + against_no_pooling(tables["equal"])
        + " Where one kind is "
        "measured worse than the other, its groups are dragged towards the wrong kind: "
        f"{noisy.name:g} points apart, their mean squared error is {noisy['second']:.0f}, against "
        f"{noisy['none_second']:.0f} without pooling. Under these priors a covariate that tells "
        "the kinds apart repairs it. The statements below are judged under the section's own "
        "priors, which expect effects, and differences, of some 10 or 20 points: with kinds 80 "
        "points apart they disagree with the data, and the covariate's effect is drawn to 0.")
    part.figure(plots_practice.not_exchangeable(sum(rows.values(), [])), "not_exchangeable",
                "Two kinds of groups, pooled as if they were one: mean squared error as the kinds "
                "move apart; bars show two Monte Carlo errors. Complete pooling soon leaves the "
                "top of each panel.")
    for design, table in tables.items():
        part.table(table[list(WORDS)].rename(columns=WORDS),
                   f"{IN_WORDS[design].capitalize()}: mean squared errors, and coverage of 89% "
                   "intervals, by the gap between the kinds", FORMATS, fold=True)
    part.ledger(judged(stated))


def against_no_pooling(table):
    """What pooling costs at its worst, or still saves, in words."""
    worst = worst_of(table)
    if worst["worse"] > 0:
        return (f"at its worst, {worst.name:g} points apart, it costs {worst['worse']:.0f} of "
                f"{worst['none']:.0f}.")
    return ("its mean squared error is never larger than that of no pooling; "
            f"{worst.name:g} points apart it still saves {-worst['worse']:.0f} of "
            f"{worst['none']:.0f}.")


def judged(stated):
    """Both statements under the section's priors, in all designs at all gaps."""
    ledger = Ledger("Critical warning")
    judge_pooling(ledger, stated)
    judge_covariate(ledger, stated)
    return ledger


def in_groups(design, rows, holds, words, said):
    """Claims on a design: the gaps where it holds, and those where it does not."""
    return sorted_claims(rows, holds, lambda those: (
        f"{IN_WORDS[design].capitalize()}: {words} {', '.join(map(said, those))}."))


def judge_pooling(ledger, stated):
    def worse(row):
        return row["worse"] > MARGIN * row["worse_se"]

    def said(row):
        return (f"{row['worse']:+.1f} (standard error {row['worse_se']:.1f}) of {row['none']:.0f} "
                f"at a gap of {row.name:g}")

    halves(ledger, "practice.not_exchangeable", *(
        claim for design, table in stated.items() for claim in in_groups(
            design, [row for _, row in table.iterrows()], worse,
            "pooling changes the mean squared error by", said)))


def judge_covariate(ledger, stated):
    def repairs(row):
        return all(row[f"saved_{rival}"] > MARGIN * row[f"saved_{rival}_se"]
                   for rival in ("none", "partial"))

    def said(row):
        errors = " and ".join(f"{row[f'saved_{rival}_se']:.1f}" for rival in ("none", "partial"))
        return (f"{row['covariate']:.0f} against {row['none']:.0f} and {row['partial']:.0f} at a "
                f"gap of {row.name:g} (standard errors of the differences {errors})")

    halves(ledger, "practice.covariate", *(
        claim for design, table in stated.items() for claim in in_groups(
            design, [row for _, row in table.iterrows()], repairs,
            "mean squared error with the covariate against without pooling and pooled without it:",
            said)))


def worst_of(table):
    return table.loc[table["worse"].idxmax()]
