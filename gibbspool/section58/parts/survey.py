"""Section 5.8.4: the survey's counts, the posterior summary, the interval widths; and "try it
yourself".
"""
from functools import cache

import numpy as np
from scipy.special import chdtrc

from ... import data, plots
from ...distributions.standard import Exponential, Gamma
from ...distributions.vectors import Dirichlet
from ...models.multinomial.model import DirichletMultinomial
from ...models.twins import exact
from ...optional import need
from ...plots import exact as plots_exact
from ...sampling.arviz_bridge import ess, rhat
from ...sampling.gibbs import sample
from ..ledger import AGREES, Ledger, reported
from .common import rms, variable_of

SUMMARY, WIDTHS = "5.8.4 survey summary", "5.8.4 interval widths"
CATEGORIES = ("SA", "A", "D", "SD")
SMALL, LARGE = "5", "2"
POOL = 20_000
# of the code that is said to have made the counts
ALPHA, SHARES = 8.0, np.array([0.25, 0.35, 0.25, 0.15])

# Priors of alpha that an author may have had in mind; the stated one comes first.
PRIORS = (Exponential(1), Exponential(0.5), Exponential(0.2), Exponential(0.1), Exponential(0.05),
          Gamma(2, 0.1),
          Gamma(2, 0.25), Gamma(2, 0.5))
CANDIDATES = tuple((which, prior) for which in ("printed", "seed") for prior in PRIORS)
STATED = CANDIDATES[0]


def named(candidate):
    which, prior = candidate
    return f"{prior!r}, {'printed counts' if which == 'printed' else 'counts of the code'}"


@cache
def posterior(which="printed", alpha=STATED[1]):
    """Exact, from the counts as printed or as the printed code makes them."""
    regions = data.survey_regions(which)
    return exact(DirichletMultinomial(regions.counts, alpha=alpha, groups=regions.groups,
                                      categories=CATEGORIES))


@cache
def separate():
    """Without pooling: pi_r ~ Dirichlet(1 + counts_r), in closed form."""
    return exact(posterior().model.no_pooling())


@cache
def gibbs(quick):
    return sample(posterior().model, draws=500 if quick else 2000, tune=200)


@cache
def pool(candidate, name):
    """Evenly spaced quantiles of one variable, which stand for independent draws; candidate None is
    no pooling.
    """
    marginal = variable_of(posterior(*candidate) if candidate else separate(), name)
    return marginal.quantile((np.arange(POOL) + 0.5) / POOL)


def printed_sizes():
    """Effective sample sizes of the section's draws, by variable and statistic."""
    return {(p.variable, p.statistic): p.value for p in reported(SUMMARY) if p.kind == "sampler"}


def size_of(printed):
    return printed_sizes()[printed.variable, "ess_bulk" if printed.statistic in ("mean", "sd")
                           else "ess_tail"]


def width(marginal):
    """Of the middle 89%, which the section's code computes."""
    return np.ptp(marginal.quantile(np.array([0.055, 0.945])), axis=0)


# --- the counts -----------------------------------------------------------------------------------

def chi_square(counts):
    """Pearson's statistic of counts (..., R, K) against equal shares in all regions: about (R -
    1)(K - 1) if equal.
    """
    rows, columns = counts.sum(axis=-1, keepdims=True), counts.sum(axis=-2, keepdims=True)
    expected = rows * columns / rows.sum(axis=-2, keepdims=True)
    return ((counts - expected) ** 2 / np.maximum(expected, 1e-9)).sum(axis=(-1, -2))


def by_the_recipe(n, times=4000, seed=0):
    """Data sets as the section's code makes them.

    pi_r ~ Dirichlet(8 shares), counts_r ~ Multinomial(n_r, pi_r).
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, rng.dirichlet(ALPHA * SHARES, size=(times, len(n))))


def judged_data():
    ledger = Ledger("5.8.4 survey data")
    made = data.survey_regions("seed").counts
    n = data.survey_regions().counts.sum(axis=1)
    for r in range(len(n)):
        ledger.judge(f"survey.n.{r + 1}", n[r])
        for k, category in enumerate(CATEGORIES):
            ledger.judge(f"survey.count.{r + 1}.{category}", made[r, k],
                         reason=f"the printed code with seed 2025 generates {made[r, k]}")
    ledger.statement("survey.sizes", (n.min(), n.max()) == (35, 120),
                     f"the printed rows add up to {n.min()} to {n.max()}")
    return ledger


# --- the posterior summary ------------------------------------------------------------------------

@cache
def distance_by_candidate():
    """How well each prior of alpha, with either set of counts, explains the printed means and sds.

    The distance is the root mean square of (printed - exact), less what rounding explains, over the
    Monte Carlo error that the printed effective sample size implies, sd / sqrt(ESS). Up to about 1
    is what a correct sampler would give.

    Returns
    -------
    pandas.DataFrame
        A row for each candidate, closest first, with its distance from all rows, from those of
        alpha and from those of pi0, and its own mean of alpha and sd of pi0[SA]; attrs["alpha"] and
        attrs["pi0"] are the candidates that are closest to the rows of each.
    """
    rows = {}
    for candidate in CANDIDATES:
        found = posterior(*candidate)
        apart = {"alpha": [], "pi0": []}
        for p in reported(SUMMARY):
            if p.statistic in ("mean", "sd") and p.id != "survey.alpha_about":
                marginal = variable_of(found, p.variable)
                off = max(abs(p.value - getattr(marginal, p.statistic)) - p.rounding, 0)
                apart[p.variable.partition("[")[0]].append(off / marginal.sd * np.sqrt(size_of(p)))
        alpha = found["alpha"]
        rows[candidate] = {"distance": rms(apart["alpha"] + apart["pi0"]),
                           "of alpha": rms(apart["alpha"]),
                           "of pi0": rms(apart["pi0"]), "alpha: mean": alpha.mean, "sd": alpha.sd,
                           "pi0[SA]: sd": found["pi0", "SA"].sd}
    closest = sorted(rows, key=lambda candidate: rows[candidate]["distance"])
    table = need("pandas").DataFrame([rows[c] for c in closest],
                                     index=[named(c) + (" (stated)" if c == STATED else "")
                                            for c in closest])
    table.attrs.update({name: min(rows, key=lambda c: rows[c][f"of {name}"])
                        for name in ("alpha", "pi0")})
    return table


def tried(candidate, name):
    """A candidate as the ledger takes it."""
    return [(named(candidate), variable_of(posterior(*candidate), name), pool(candidate, name))]


def judged_summary(draws, closest):
    """The ledger of the summary table; closest["alpha"] and closest["pi0"] are tried as reasons
    where a number differs.
    """
    ledger = Ledger(SUMMARY)
    for id, p in ledger.printed.items():
        if p.kind == "posterior":
            ledger.posterior(id, variable_of(posterior(), p.variable), pool(STATED, p.variable),
                             size_of(p),
                             variable_of(draws, p.variable),
                             tried(closest[p.variable.partition("[")[0]], p.variable))
        elif p.kind == "sampler":
            x = variable_of(draws, p.variable)
            ledger.own(id, rhat(x) if p.statistic == "r_hat"
                       else ess(x, p.statistic.removeprefix("ess_")))
    pi0 = posterior()["pi0"]
    off = np.abs(pi0.mean - SHARES)
    ledger.statement("survey.recovers", (off < pi0.sd).all(),
                     f"the exact means, {listed(pi0.mean)}, lie within {off.max():.3f} of them, at "
                     f"most {(off / pi0.sd).max():.1f} posterior sds")
    spread = {alpha: np.sqrt(SHARES[0] * (1 - SHARES[0]) / (alpha + 1)) for alpha in (1, 10, 1000)}
    ledger.statement("survey.alpha_large", spread[1] > 0.2 and spread[1000] < 0.02,
                     "sd of a region's share around a baseline of 0.25: " + ", ".join(
                         f"{sd:.3f} at alpha = {alpha}" for alpha, sd in spread.items()))
    uniform = Dirichlet(np.ones(4)).logpdf(np.random.default_rng(1).dirichlet(np.ones(4), 100))
    ledger.statement("survey.uniform", np.ptp(uniform) < 1e-12,
                     f"log density at 100 random places: {uniform.min():.4f} to "
                     f"{uniform.max():.4f}")
    partial = posterior().log_evidence
    complete = exact(posterior().model.complete_pooling()).log_evidence
    x2 = chi_square(posterior().model.counts)
    ledger.statement("survey.moderate", partial > complete,
                     "similar, yes; that they are not identical does not show: a chi-square of "
                     f"{x2:.1f} on 15 degrees of freedom (p = {chdtrc(15, x2):.2f}), and identical "
                     f"shares are exp({complete - partial:.0f}) times as probable as this model")
    return ledger


def listed(x, digits=3):
    return ", ".join(f"{value:.{digits}f}" for value in x)


def summary(part):
    """The counts and the table of alpha and pi0."""
    draws, distances = gibbs(part.quick), distance_by_candidate()
    counts, alpha = data.survey_regions().counts, posterior()["alpha"]
    printed = {p.id: p for p in reported(SUMMARY)}
    data_ledger, ledger = judged_data(), judged_summary(draws, distances.attrs)
    same = (data_ledger.table().iloc[len(counts):-1]["verdict"] == AGREES).sum()
    recipe = chi_square(by_the_recipe(counts.sum(axis=1)))
    by_alpha, by_pi0 = distances["of alpha"].idxmin(), distances["of pi0"].idxmin()
    part.text(
        f"Of the 24 counts that the section prints, {same} are those that its code makes with its "
        "seed. The printed ones can hardly be of that making: their shares differ no more than "
        f"those of equal regions would (chi-square {chi_square(counts):.1f} on 15 degrees of "
        f"freedom), while of {len(recipe)} data sets made by the same recipe "
        f"{(recipe <= chi_square(counts)).sum()} are so even (median {np.median(recipe):.0f}).",
        f"Under the stated prior alpha has the exact mean {alpha.mean:.2f} and sd {alpha.sd:.2f}; "
        f"the section prints {printed['survey.alpha.mean'].printed} and "
        f"{printed['survey.alpha.sd'].printed}. Its table does not hold together: its pi0 would "
        f"come from {by_pi0} (distance {distances['of pi0'].min():.1f}; up to about 1 is chance), "
        f"where the mean of alpha is {distances.loc[by_pi0, 'alpha: mean']:.1f}; no candidate "
        f"explains its alpha (the closest is {by_alpha}, at {distances['of alpha'].min():.1f}).")
    part.player("survey", "Step through the Gibbs sampler of the survey in your browser")
    part.figure(plots_exact.densities(
        {"exact posterior": alpha,
         f"with {named(distances.attrs['pi0'])}": posterior(*distances.attrs["pi0"])["alpha"]},
        "alpha: how closely regions follow the "
        "baseline", drawn={"our Gibbs sampler": draws["alpha"]},
        marks={"the section's mean": printed["survey.alpha.mean"].value}, limits=(0, 60)),
                "survey_alpha",
        "The concentration alpha: exact posterior and our draws, the printed mean, and the "
        "posterior under the prior that would explain the printed pi0.")
    part.table(distances,
               "Candidate priors of alpha and either set of counts: distance of the printed means "
               "and sds from the exact posterior under "
               "each", {"distance": ".1f", "of alpha": ".1f", "of pi0": ".1f", "alpha: mean": ".2f",
                                              "sd": ".2f", "pi0[SA]: sd": ".3f"})
    part.ledger(ledger)
    part.ledger(data_ledger, "the counts")


# --- interval widths ------------------------------------------------------------------------------

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
    ledger.statement("widths.twenty", 0.15 < narrower.mean() < 0.25,
                     f"exactly: by {narrower.mean():.1%} on average")
    widths = np.array([[width(m) for m in truth["pi", g]] for g in truth.model.groups])
    mean, small, large = widths.mean(axis=1), *(truth.model.groups.index(g)
                                                for g in (SMALL, LARGE))
    ledger.statement("widths.smallest", mean.argmax() == small,
                     f"mean of the four exact widths: {mean[small]:.3f}, elsewhere at most "
                     f"{np.delete(mean, small).max():.3f}")
    pull = truth["shrinkage"].mean
    ledger.statement("widths.pulled", pull.argmax() == small,
                     f"exact mean of alpha / (alpha + n): {pull[small]:.0%}, elsewhere at most "
                     f"{np.delete(pull, small).max():.0%}")
    ledger.statement("widths.largest", mean.argmin() == large and pull.argmin() == large
                     and pull[large] < 0.1,
                     f"mean width {mean[large]:.3f} and pull {pull[large]:.0%}, the least of all")
    return ledger


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
        f"little: their pulls change by at most {np.abs(others).max():.1%}. Nor do the "
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
