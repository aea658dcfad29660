"""The critical warning of Section 5.8.6: groups of two kinds, pooled as if they were one."""
from ...distributions.standard import HalfNormal, Normal
from ...guide import experiments
from ...plots import practice as plots_practice
from ..ledger import Ledger
from ..yardsticks import MARGIN
from .halves import Claim, halves
from .when_to_use import frame

WORDS = {"none": "no pooling", "complete": "complete pooling", "partial": "partial pooling",
         "covariate": "with covariate", "coverage": "coverage, partial pooling",
         "covariate_coverage": "coverage, with covariate"}
APART = (20, 40, 80)  # points between the kinds
IN_WORDS = {"equal": "groups measured equally well",
            "noise unrelated": "unequally, in both kinds alike", "noisy kind": "one kind measured "
                                                                              "worse"}
FORMATS = {words: ".0%" if "coverage" in words else ".0f" for words in WORDS.values()}


def exchangeability(part):
    """The critical warning: half the groups are of another kind."""
    sets = 200 if part.quick else 1000
    rows = {design: experiments.not_exchangeable(design=design, sets=sets)
            for design in experiments.DESIGNS}
    stated = {design: frame(experiments.not_exchangeable(APART, design, HalfNormal(10),
                                                         Normal(0, 20), sets), "gap")
              for design in experiments.DESIGNS}
    tables = {design: frame(found, "gap") for design, found in rows.items()}
    noisy = worst_of(tables["noisy kind"])
    part.text(
        "Four groups of one kind and four of another, pooled as if they were exchangeable, with "
        "weak priors (Flat, HalfCauchy(25)). If all are measured equally well, the wider spread "
        "is learnt and pooling fades: " + against_no_pooling(tables["equal"])
        + " Where one kind is "
        "measured worse than the other, its groups are dragged towards the wrong kind: "
        f"{noisy.name:g} points apart, their mean squared error is {noisy['second']:.0f}, against "
        f"{noisy['none_second']:.0f} without pooling. The covariate that tells the kinds apart "
        "repairs it.")
    part.figure(plots_practice.not_exchangeable(sum(rows.values(), [])), "not_exchangeable",
                "Two kinds of groups, pooled as if they were one: mean squared error as the kinds "
                "move apart.")
    for design, table in tables.items():
        part.table(table[list(WORDS)].rename(columns=WORDS),
                   f"{IN_WORDS[design].capitalize()}: mean squared errors, and coverage of 89% "
                   "intervals, by the gap between the kinds (rows)", FORMATS, fold=True)
    part.ledger(judged(tables, stated))


def against_no_pooling(table):
    """What pooling costs at its worst, or still saves, in words."""
    worst = worst_of(table)
    if worst["worse"] > 0:
        return (f"at its worst, {worst.name:g} points apart, it costs {worst['worse']:.0f} of "
                f"{worst['none']:.0f}.")
    return ("its mean squared error is never larger than that of no pooling; "
            f"{worst.name:g} points apart it still saves {-worst['worse']:.0f} of "
            f"{worst['none']:.0f}.")


def harm(rows):
    return ", ".join(f"{row['worse']:+.0f} (standard error {row['worse_se']:.1f}) of "
                     f"{row['none']:.0f} at a gap of {row.name:g}" for row in rows)


def judged(tables, stated):
    """Judged under the section's priors, in all designs; weak priors beside them."""
    ledger = Ledger("Critical warning")
    claims = []
    for design, table in stated.items():
        rows = [row for _, row in table.iterrows()]
        worse = [row["worse"] > MARGIN * row["worse_se"] for row in rows]
        for verdict in (True, False):
            those = [row for row, holds in zip(rows, worse) if holds == verdict]
            if those:
                claims.append(Claim(verdict, f"{IN_WORDS[design].capitalize()}: the mean squared "
                                             "error changes by " + harm(those) + "."))
    halves(ledger, "practice.not_exchangeable", *claims)
    judge_covariate(ledger, tables)
    return ledger


def judge_covariate(ledger, tables):
    """The least margin over all designs and gaps from 40 on, and both rivals."""
    steps = [(row[f"saved_{rival}"], row[f"saved_{rival}_se"])
             for table in tables.values() for _, row in table[table.index >= 40].iterrows()
             for rival in ("none", "partial")]
    value, se = min(steps, key=lambda step: step[0] / step[1])
    noisy = worst_of(tables["noisy kind"])
    ledger.simulated("practice.covariate", value, se,
                     f"{noisy.name:g} points apart, one kind measured worse: mean squared error "
                     f"{noisy['covariate']:.0f} with the covariate, {noisy['partial']:.0f} pooled "
                     f"without it, {noisy['none']:.0f} not pooled; its intervals cover "
                     f"{noisy['covariate_coverage']:.0%}, those without it "
                     f"{noisy['coverage']:.0%}. Over all designs and gaps of 40 points and more, "
                     "what the covariate saves where that is least clear", above=0.0)


def worst_of(table):
    return table.loc[table["worse"].idxmax()]
