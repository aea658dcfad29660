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
FORMATS = {words: ".0%" if "coverage" in words else ".0f" for words in WORDS.values()}


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
    noisy = worst_of(tables["noisy kind"])
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
    for design, table in tables.items():
        part.table(table[list(WORDS)].rename(columns=WORDS),
                   f"Standard errors: {design}; mean squared errors, and coverage of 89% "
                   "intervals, by the gap between the kinds "
                   "(rows)", FORMATS,
                   fold=True)
    part.ledger(judged(tables, stated))


def harm(row):
    return f"{row['worse']:+.1f} (standard error {row['worse_se']:.1f}) at a gap of {row.name:g}"


def judged(tables, stated):
    """Judged under the section's priors, with the kinds so far apart that pooling does most
    harm.
    """
    ledger = Ledger("Critical warning")
    worst = {design: table.loc[table["worse"].idxmax()] for design, table in stated.items()}
    weak = {design: tables[design].loc[tables[design]["worse"].idxmax()] for design in stated}
    words = {"equal": "groups measured equally well", "noisy kind": "one kind measured worse"}
    halves(ledger, "practice.not_exchangeable", *(
        Claim(row["worse"] > MARGIN * row["worse_se"],
              f"Worse, with {words[design]}: the mean squared error less that of no pooling is "
              f"{harm(row)}; under weak priors, which learn that the spread is wide, "
              f"{harm(weak[design])}.") for design, row in worst.items()))
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
