"""Section 5.8.4: interval widths with and without pooling, the pull of each region; and "try it
yourself".
"""
import warnings
from functools import cache

import numpy as np

from ... import data, plots
from ...distributions.vectors import Dirichlet
from ...models.multinomial.model import DirichletMultinomial
from ...models.twins import exact
from ...plots import exact as plots_exact
from ..ledger import Ledger, reported
from ..yardsticks import BARELY, MAINLY, about, monotone, rank_correlation
from .common import schools, truth, variable_of
from .halves import Claim, halves
from .survey import distance_by_candidate, tried
from .survey_regions import (
    CATEGORIES,
    LARGE,
    SMALL,
    STATED,
    gibbs,
    pool,
    posterior,
    printed_sizes,
    separate,
    width,
)
from .survey_words import listed

WIDTHS = "5.8.4 interval widths"


def judged_widths(draws, closest):
    ledger = Ledger(WIDTHS)
    truth, apart = posterior(), separate()
    by_strategy = {"none": np.array([width(m) for m in apart["pi", SMALL]]),
                   "partial": np.array([width(m) for m in truth["pi", SMALL]])}
    printed = printed_widths()
    for id, p in ledger.printed.items():
        if p.kind != "posterior":
            continue
        *_, strategy, category = id.split(".")
        name = f"pi[{SMALL}, {category}]"
        if strategy == "none":
            ledger.posterior(id, variable_of(apart, name), pool(None, name), 8000,
                             notes=twins(category))
        else:
            ledger.posterior(id, variable_of(truth, name), pool(STATED, name),
                             printed_sizes()["alpha", "ess_tail"],
                             variable_of(draws, name), tried(closest["pi0"], name))
    narrower = 1 - by_strategy["partial"] / by_strategy["none"]
    ledger.statement("widths.every", (narrower > 0).all(),
                     f"exactly: narrower by {percents(narrower)}")
    ledger.judge("widths.reduction", 100 * np.mean(1 - printed["partial"] / printed["none"]))
    ledger.statement("widths.twenty", about(narrower.mean(), 0.2),
                     f"exactly: by {narrower.mean():.1%} on average")
    judge_the_pull(ledger, truth)
    judge_the_pattern(ledger, truth)
    judge_entirely(ledger, by_strategy["none"])
    return ledger


def judge_the_pull(ledger, truth):
    """Of the smallest region, and of the largest."""
    widths = np.array([[width(m) for m in truth["pi", g]] for g in truth.model.groups])
    small, large = (truth.model.groups.index(g) for g in (SMALL, LARGE))
    others = np.delete(widths, small, axis=0)
    ledger.statement("widths.smallest", (widths[small] > others).all(),
                     f"its exact widths: {listed(widths[small])}; the widest elsewhere: "
                     f"{listed(others.max(axis=0))}")
    pull = truth["shrinkage"].mean
    monotone(ledger, "widths.pulled", -truth.model.n, pull,
             f"exact mean of alpha / (alpha + n): {pull[small]:.1%}, elsewhere at most "
             f"{np.delete(pull, small).max():.1%}")
    ledger.statement("widths.largest", (widths[large] < widths[small]).all()
                     and pull.argmin() == large and pull[large] < BARELY,
                     f"exact widths {listed(widths[large])}, against {listed(widths[small])} in "
                     f"region {SMALL}; mean pull {pull[large]:.1%}, the least of all")
    ledger.statement("widths.primarily", pull[large] < 1 - MAINLY,
                     f"exactly {1 - pull[large]:.0%} of the estimate is its own")


def judge_the_pattern(ledger, survey):
    """The same in Eight Schools?"""
    ranks, own = {}, {}
    for name, n, pull in (("the survey", survey.model.n, survey["shrinkage"].mean),
                          ("Eight Schools", schools().sigma**-2.0, truth()["shrinkage"].mean)):
        ranks[name], own[name] = rank_correlation(n, pull), 1 - pull.min()
    halves(ledger, "widths.pattern",
           Claim(all(np.isclose(rank, -1) for rank in ranks.values()),
                 "Sparse groups borrow more, in both: rank correlation of precision and shrinkage "
                 + ", ".join(f"{rank:.2f} ({name})" for name, rank in ranks.items()) + "."),
           *(Claim(share > MAINLY, f"The best measured group of {name} owes {share:.0%} of its "
                                   "estimate to its own data.") for name, share in own.items()))


@cache
def alone():
    """The section's model of region 5 alone, exactly: nobody to borrow from."""
    counts = posterior().model.counts[[int(SMALL) - 1]]
    model = DirichletMultinomial(counts, alpha=STATED[1], pi0=Dirichlet(np.ones(4)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it is a single group is the point
        return exact(model)


def judge_entirely(ledger, none):
    by_itself = np.array([width(m) for m in alone()["pi"][0]])
    ledger.statement("widths.entirely", (by_itself >= none).all(),
                     f"with region {SMALL} alone the model's widths are {listed(by_itself)}, no "
                     f"pooling's {listed(none)}")


def percents(x):
    return ", ".join(f"{value:.1%}" for value in x)


def printed_widths():
    found = {p.id: p.value for p in reported(WIDTHS) if p.statistic == "width"}
    return {s: np.array([found[f"widths.{s}.{c}"] for c in CATEGORIES])
            for s in ("none", "partial")}


def twins(mine):
    """Categories with the same count in region 5: without pooling their intervals are equally
    wide.
    """
    counts = dict(zip(CATEGORIES, data.survey_regions().counts[int(SMALL) - 1]))
    value = dict(zip(CATEGORIES, printed_widths()["none"]))
    return [f"{other} has the same count, {counts[mine]}, so the same width, yet "
            f"{value[other]:.3f} is printed for it"
            for other in CATEGORIES if other != mine and counts[other] == counts[mine]]


def widths_plot():
    """Widths of the smallest region's intervals by category, exact and printed, under both
    strategies.
    """
    figure, ax = plots.axes(7.0, 3.6)
    printed, row = printed_widths(), np.arange(len(CATEGORIES))
    for strategy, found, colour, marker, label, up in (
            ("none", separate(), plots.ORANGE, "s", "no pooling", -0.12),
                                                       ("partial", posterior(), plots.BLUE, "o",
                                                        "partial pooling", 0.12)):
        exactly = np.array([width(m) for m in found["pi", SMALL]])
        ax.hlines(row + up, printed[strategy], exactly, color=colour, linewidth=1)
        ax.plot(exactly, row + up, marker, color=colour, markeredgecolor="black", markersize=8,
                label=f"{label}, exact")
        ax.plot(printed[strategy], row + up, marker, color="white", markeredgecolor=colour,
                markeredgewidth=1.8, markersize=8,
                label=f"{label}, printed")
    ax.set_yticks(row, data.survey_regions().categories)
    ax.invert_yaxis()
    ax.set(xlabel=f"width of the middle 89% of the share in region {SMALL}")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    return figure


def interval_widths(part):
    """Region 5 with and without pooling, and how far each region is pulled."""
    ledger = judged_widths(gibbs(part.quick), distance_by_candidate().attrs)
    truth, printed = posterior(), printed_widths()
    exactly = [np.array([width(m) for m in found["pi", SMALL]]) for found in (separate(), truth)]
    narrower = 1 - exactly[1] / exactly[0]
    pull = truth["shrinkage"].mean
    part.text(
        f"Without pooling the widths of region {SMALL} need no sampler: they are those of "
        f"Dirichlet(1 + counts), {listed(exactly[0])}. The section prints "
        f"{listed(printed['none'])}, {percents(printed['none'] / exactly[0] - 1)} more; 8000 draws "
        "cannot be so far off.",
        f"Partial pooling narrows them by {percents(narrower)}, where the section finds about "
        f"{np.mean(1 - printed['partial'] / printed['none']):.0%}. Borrowing adds about alpha = "
        f"{truth['alpha'].mean:.0f} people to the {truth.model.n.min():.0f} asked, no pooling with "
        "its flat prior already adds four, and alpha and the baseline have to be learnt. The "
        f"pull, alpha / (alpha + n), runs from {pull.min():.0%} to {pull.max():.0%}.")
    part.figure(widths_plot(), "survey_widths",
                f"Region {SMALL}: widths of the intervals, exact (filled) and as the section "
                "prints them (open), without pooling (squares) and with partial pooling "
                "(circles).")
    names = [f"region {g}: {truth.model.n[truth.model.groups.index(g)]:.0f} people"
             for g in (SMALL, LARGE)]
    part.figure(plots_exact.shares(truth, separate(), [SMALL, LARGE], names,
                                   data.survey_regions().categories),
                "survey_shares",
                "The shares of the smallest and of the largest region, with partial pooling and "
                "without. Bars: middle 89%.")
    part.figure(plots_exact.pull(truth), "survey_pull",
                "How far each region is pulled towards the baseline: the smaller, the further. The "
                "numbers are the regions'.")
    part.ledger(ledger)


# --- try it yourself ------------------------------------------------------------------------------

def uneven_counts(few=10, many=500):
    """The printed counts, but region 5 has `few` people and region 2 has `many`, with about the
    same shares.
    """
    counts = data.survey_regions().counts.copy()
    for g, n in ((SMALL, few), (LARGE, many)):
        r = int(g) - 1
        counts[r] = largest_remainders(counts[r] / counts[r].sum() * n, n)
    return counts


def largest_remainders(x, n):
    """Whole numbers near x that add up to n."""
    whole = np.floor(x).astype(int)
    whole[np.argsort(whole - x)[:n - whole.sum()]] += 1
    return whole


@cache
def uneven():
    """Exact posteriors with regions of 10 and of 500 people: partial pooling and none."""
    regions = data.survey_regions()
    model = DirichletMultinomial(uneven_counts(), groups=regions.groups,
                                 categories=regions.categories)
    return exact(model), exact(model.no_pooling())


def try_it(part):
    """One region of 10 people and one of 500."""
    truth, apart = uneven()
    model = truth.model
    r = [model.groups.index(g) for g in (SMALL, LARGE)]
    few, many = (np.array([width(m) for m in truth["pi"][j]]) for j in r)
    gain = [1 - np.mean(w / [width(m) for m in apart["pi"][j]]) for w, j in zip((few, many), r)]
    B, before = truth["shrinkage"], posterior()["shrinkage"].mean
    ledger = Ledger("Try it yourself")
    ledger.statement("try.width", (few > many).all(),
                     f"exact widths {listed(few)} against {listed(many)}")
    ledger.statement("try.pull", B[r[0]].quantile(0.055) > B[r[1]].quantile(0.945),
                     f"pull {B[r[0]].mean:.0%} against {B[r[1]].mean:.1%}, their 89% intervals "
                     "apart")
    others = np.delete(B.mean - before, r)
    weight = (1 - B.mean) / (1 - B.mean).sum()
    part.text(
        f"Region {SMALL} has {model.n[r[0]]:.0f} people now, region {LARGE} "
        f"{model.n[r[1]]:.0f}, with about the same shares as before. The intervals of the small "
        f"one are {np.mean(few / many):.1f} times as wide; pooling narrows them by {gain[0]:.0%} "
        f"on average, and those of the large one by {gain[1]:.1%}.",
        "How does the imbalance affect the shrinkage? Each region is pulled by alpha / (alpha + "
        f"n): {B[r[0]].mean:.0%} in place of {before[r[0]]:.0%} for the small one, "
        f"{B[r[1]].mean:.1%} in place of {before[r[1]]:.0%} for the large one. The others notice "
        f"little: their pulls change by at most {100 * np.abs(others).max():.1f} percentage "
        "points. Nor do the "
        f"{model.n[r[1]]:.0f} people take over the baseline: given alpha, the variance of a "
        f"region's observed share about it goes with 1 / (1 - pull), so region {LARGE} has a "
        f"weight of {weight[r[1]]:.0%} there and region {SMALL} of {weight[r[0]]:.0%}, while "
        f"they have {model.n[r[1]] / model.n.sum():.0%} and {model.n[r[0]] / model.n.sum():.0%} of "
        "the people.")
    names = [f"region {g}: {model.n[j]:.0f} people" for g, j in zip((SMALL, LARGE), r)]
    part.figure(plots_exact.shares(truth, apart, [SMALL, LARGE], names), "try_it_yourself",
                "The shares of a region of 10 people and of one of 500, with partial pooling and "
                "without. Bars: middle 89%.")
    part.figure(plots_exact.pull(truth), "try_it_yourself_pull",
                "The pull towards the baseline by the size of the region. The numbers are the "
                "regions'.")
    part.ledger(ledger)
