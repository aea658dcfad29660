"""Exercise 5.8.3: adverse events in eight hospitals, with and without pooling, and a ninth
hospital.
"""
import re
from functools import cache

import numpy as np
from scipy.stats import poisson, spearmanr

from ... import data, plots
from ...models.poisson.model import PoissonLognormal
from ...models.twins import exact
from ...optional import need
from ...plots import exact as plots_exact
from ...sampling.arviz_bridge import ess
from ...sampling.gibbs import sample
from ..ledger import AGREES, Ledger

FIFTH = 4            # the hospital with the smallest exposure
NEW_EXPOSURE = 3.0   # of the ninth hospital
RTOL = 1e-8          # of the quadrature: plenty, and twice as fast as the default
MIDDLE = np.array([0.055, 0.945])
MU_LOG, SIGMA_LOG = 0.5, 0.6  # of the code that is said to have made the counts


@cache
def model(which="printed"):
    hospitals = data.hospitals(which)
    return PoissonLognormal(hospitals.y, hospitals.exposure, groups=hospitals.groups)


@cache
def truth(which="printed"):
    return exact(model(which), rtol=RTOL)


@cache
def separate(which="printed"):
    """Without pooling: lam_j ~ Gamma(1, 0.5), in closed form."""
    return exact(model(which).no_pooling())


@cache
def intervals(which="printed"):
    """89% HDIs of all rates, with partial pooling and without: two arrays (J, 2)."""
    return truth(which)["lam"].hdi(0.89), separate(which)["lam"].hdi(0.89)


def reduction(partial, none):
    """How much narrower, as a share of the width without pooling."""
    return 1 - np.ptp(partial, axis=-1) / np.ptp(none, axis=-1)


def change(narrower):
    return f"{abs(narrower):.0%} {'narrower' if narrower > 0 else 'wider'}"


@cache
def by_other_seeds(times):
    """The reduction for hospital 5 in data sets that the exercise's code would make with the seeds
    0, 1, ...
    """
    e, found = data.hospitals().exposure, []
    for seed in range(times):
        rng = np.random.default_rng(seed)
        other = PoissonLognormal(rng.poisson(rng.lognormal(MU_LOG, SIGMA_LOG, len(e)) * e), e)
        partial, none = exact(other,
                              rtol=1e-5)["lam"][FIFTH], exact(other.no_pooling())["lam"][FIFTH]
        found.append(reduction(partial.hdi(0.89), none.hdi(0.89)))
    return np.array(found)


# --- the ledger -----------------------------------------------------------------------------------

def exercise(part):
    """The data, and parts (a) to (d)."""
    ledger = Ledger("Exercise 5.8.3")
    judge_data(ledger)
    narrower = {which: reduction(*intervals(which)) for which in ("printed", "seed")}
    others = by_other_seeds(1 if part.quick else 5)
    judge_forms(ledger)
    judge_reductions(ledger, narrower, others)
    new, fifth = truth().new_group, truth()["lam"][FIFTH]
    wide = {which: np.ptp(truth(which).new_group.quantile(MIDDLE))
            / np.ptp(truth(which)["lam"][FIFTH].quantile(MIDDLE))
            for which in ("printed", "seed")}
    ledger.statement("ex3.new_wider", min(wide.values()) > 1,
                     f"middle 89%: {wide['printed']:.2f} times as wide, with the code's own counts "
                     f"{wide['seed']:.2f} times")
    rows = ledger.table()
    same = (rows.loc[rows["id"].str.startswith("ex3.y"), "verdict"] == AGREES).sum()
    low, high = new.quantile(MIDDLE)
    count = np.arange(60)
    below = np.cumsum(count_probabilities(new, NEW_EXPOSURE, count))
    part.text(
        "(a) Rates are positive, so their logarithms get the normal population. (b) Of the eight "
        f"printed counts {same} is what the exercise's code makes with its seed; what follows is "
        "for the printed ones, with the code's own beside them where they matter.",
        f"(c) Pooling makes the 89% HDI of hospital 5 {change(narrower['printed'][FIFTH])} for the "
        f"printed counts and {change(narrower['seed'][FIFTH])} for the code's own. There is no "
        f"typical figure: {len(others)} other seeds give {', '.join(change(x) for x in others)}. "
        "Pooling also replaces the prior Gamma(1, 0.5) by a population that is learnt from the "
        "data, and can be wider.",
        f"(d) A ninth hospital's rate lies in [{low:.2f}, {high:.2f}] with probability 89%; its "
        f"mean is {new.mean:.2f}. With an exposure of {NEW_EXPOSURE:g} it is to expect "
        f"{np.searchsorted(below, 0.055)} to {np.searchsorted(below, 0.945)} events (middle 89%).")
    part.player("hospitals", "Step through the Gibbs sampler of the hospitals in your browser")
    part.figure(reductions_plot(narrower, claimed(ledger)), "hospitals_pooling",
                "(c) Left: 89% HDIs of the rates for the printed counts, smallest exposure first. "
                "Right: how much narrower pooling makes them; below the line at 0 it makes them "
                "wider.")
    part.figure(new_hospital_plot(new, fifth), "hospitals_new",
                "(d) Left: the rate of a ninth hospital and that of hospital 5. Right: the count "
                f"of the ninth in an exposure of {NEW_EXPOSURE:g}.")
    part.table(reduction_table(narrower),
               "(c) 89% HDIs for the printed counts, and how much narrower pooling makes them",
               {"events": ".0f", "exposure": ".1f", "printed": ".0%", "code": ".0%"})
    part.ledger(ledger)


def judge_data(ledger):
    printed, made = data.hospitals(), data.hospitals("seed")
    for j, g in enumerate(printed.groups):
        ledger.judge(f"ex3.exposure.{g}", printed.exposure[j])
        for id, value, digits in ((f"ex3.rate.{g}", made.true_rate[j], 2),
                                  (f"ex3.y.{g}", made.y[j], 0)):
            ledger.judge(id, value,
                         reason=f"the printed code with seed 42 generates {value:.{digits}f}")


def judge_forms(ledger):
    """(a): positive rates, and the funnel in either form."""
    draws = truth().sample(draws=1000, chains=4, seed=0)
    lam = draws["lam"]
    ledger.statement("ex3.positive", lam.min() > 0 and truth()["lam"][FIFTH].cdf(0.0) == 0,
                     f"the least of {lam.size} exact draws is {lam.min():.3f}")
    centred, noncentred = growth(draws)
    few, many, few_large, many_large = (mixing(form, times) for times in (1, 100)
                                        for form in ("centred", "noncentred"))
    ledger.statement("ex3.noncentred", centred > 5 and 0.5 < noncentred < 2 and many > 2 * few,
                     "from the lowest to the highest tenth of sigma_log the sd of log lam_5 - "
                     f"mu_log grows {centred:.0f}-fold, that of lam_raw_5 changes "
                     f"{noncentred:.2f}-fold; ESS of sigma_log by Gibbs, centred and non-centred: "
                     f"{few:.0f} and {many:.0f}, but with 100 times the data {few_large:.0f} and "
                     f"{many_large:.0f}")


def growth(draws):
    """By what factor the sds of log lam_5 - mu_log and of lam_raw_5 grow from small to large
    sigma_log.
    """
    sigma = draws["sigma_log"].ravel()
    around = draws["log_lam"][..., FIFTH].ravel() - draws["mu_log"].ravel()
    lowest, *_, highest = np.array_split(np.argsort(sigma), 10)
    return [x[highest].std() / x[lowest].std() for x in (around, around / sigma)]


def mixing(form, times):
    """ESS of sigma_log in 1800 Gibbs draws, of the printed counts in `times` the exposure."""
    larger = PoissonLognormal(times * model().y, times * model().exposure, form=form)
    return ess(sample(larger, draws=60, tune=20, chains=30)["sigma_log"])


def judge_reductions(ledger, narrower, others):
    e, found = model().exposure, narrower["printed"]
    ledger.statement("ex3.thirty", abs(100 * found[FIFTH] - claimed(ledger)) < 5,
                     f"printed counts: {change(found[FIFTH])}; the code's own: "
                     f"{change(narrower['seed'][FIFTH])}; {len(others)} other seeds: "
                     f"{', '.join(change(x) for x in others)}")
    by_exposure, by_reduction = np.argsort(e), np.argsort(-found)
    ledger.statement("ex3.smallest_most", set(by_exposure[:3]) == set(by_reduction[:3]),
                     f"exposures of the three largest reductions: {listed(e[by_reduction[:3]])}; "
                     f"rank correlation {spearmanr(e, found).statistic:.2f} (with the code's own "
                     f"counts {spearmanr(e, narrower['seed']).statistic:.2f})")
    largest = by_exposure[-3:]
    ledger.statement("ex3.largest_none", np.abs(found[largest]).max() < 0.1,
                     f"exposures {listed(e[largest])}: "
                     f"{', '.join(change(x) for x in found[largest])}")


def claimed(ledger):
    """The percentage in the statement."""
    return float(re.search(r"(\d+)% narrower", ledger.printed["ex3.thirty"].printed)[1])


def listed(x):
    return ", ".join(f"{value:.1f}" for value in x)


def reduction_table(narrower):
    partial, none = intervals()
    columns = {"events": model().y, "exposure": model().exposure,
               "partial pooling": [f"{low:.2f} to {high:.2f}" for low, high in partial],
               "no pooling": [f"{low:.2f} to {high:.2f}" for low, high in none],
               "printed": narrower["printed"], "code": narrower["seed"]}
    table = need("pandas").DataFrame(columns, index=[f"hospital {g}" for g in model().groups])
    return table.sort_values("exposure")


def count_probabilities(rate, exposure, counts):
    """Of counts of a hospital: Poisson(rate * exposure), averaged over the distribution of the
    rate.
    """
    rates = rate.quantile((np.arange(2000) + 0.5) / 2000)
    return poisson.pmf(counts, exposure * rates[:, None]).mean(axis=0)


# --- figures --------------------------------------------------------------------------------------

def reductions_plot(narrower, claimed):
    figure, (left, right) = plots.axes(10.5, 4.2, ncols=2)
    order = np.argsort(model().exposure)
    row = np.arange(len(order))
    for found, ends, colour, marker, up, label in zip(
            (truth(), separate()), intervals(), (plots.BLUE, plots.ORANGE), "os", (-0.13, 0.13),
            ("partial pooling (mean, 89% HDI)", "no pooling")):
        left.hlines(row + up, *ends[order].T, color=colour, linewidth=2)
        left.plot(found["lam"].mean[order], row + up, marker, color=colour, markeredgecolor="black",
                  label=label)
    observed = (model().y / model().exposure)[order]
    left.plot(observed, row, "|", color="black", markersize=16, label="events / exposure")
    left.set_yticks(row,
                    [f"hospital {model().groups[j]} (exposure {model().exposure[j]:g})"
                     for j in order])
    left.invert_yaxis()
    left.set(xlabel="rate (events per 1000 patient-days)", xlim=(0, None))
    left.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.3, -0.15), ncols=3,
                columnspacing=1)
    for which, colour, marker, label in (("printed", plots.BLUE, "o", "the printed counts"),
                                         ("seed", plots.GREEN, "D",
                                          "the counts of the printed code")):
        right.plot(model().exposure, 100 * narrower[which], marker, color=colour,
                   markeredgecolor="black", markersize=7,
                   label=label)
    right.plot(model().exposure[FIFTH], claimed, "X", color=plots.RED, markeredgecolor="black",
               markersize=10,
               label=f"the section: about {claimed:.0f}%")
    right.axhline(0, color="black", linewidth=0.8)
    right.set(xlabel="exposure (1000 patient-days)", ylabel="narrower by (%)", ylim=(None, 70))
    right.legend(frameon=False, fontsize=9)
    return figure


def new_hospital_plot(new, fifth):
    figure, (left, right) = plots.axes(10.5, 4.0, ncols=2)
    plots_exact.densities({"a ninth hospital": new, "hospital 5": fifth},
                          "rate (events per 1000 patient-days)",
                          limits=(0, 6), ax=left)
    count = np.arange(22)
    right.bar(count, count_probabilities(new, NEW_EXPOSURE, count), color=plots.BLUE, alpha=0.5,
              edgecolor=plots.BLUE,
              label="rate unknown")
    right.plot(count, poisson.pmf(count, NEW_EXPOSURE * new.mean), "o", color=plots.ORANGE,
               markeredgecolor="black",
               label=f"Poisson, rate known to be {new.mean:.2f}")
    right.set(xlabel=f"events of the ninth hospital in exposure {NEW_EXPOSURE:g}",
              ylabel="probability")
    right.legend(frameon=False, fontsize=9)
    return figure
