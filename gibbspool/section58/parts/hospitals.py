"""Exercise 5.8.3: adverse events in eight hospitals, with and without pooling, and a ninth
hospital.
"""
import re
from functools import cache

import numpy as np
from scipy.stats import poisson

from ... import data, plots
from ...models.poisson.model import PoissonLognormal
from ...models.twins import exact
from ...optional import need
from ...plots import exact as plots_exact
from ..ledger import AGREES, Ledger, beside
from ..yardsticks import BARELY, MARGIN, MUCH, TREND, TYPICALLY, about, rank_correlation
from . import other_seeds
from .halves import Claim, halves, margin, mean_and_error

FIFTH = 4            # the hospital with the smallest exposure
NEW_EXPOSURE = 3.0   # of the ninth hospital
RTOL = 1e-8          # of the quadrature: plenty, and twice as fast as the default
MIDDLE = np.array([0.055, 0.945])
OTHER_SEEDS = 200
# E[lam^2] is an average of exp(2 mu_log + 2 sigma_log^2) over a tail that falls only as
# exp(-sigma_log^2 / 2)
NO_VARIANCE = (", and its variance is infinite, for the prior of sigma_log lets rates be too "
               "large too often")


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


def change(narrower, decimals=0):
    return f"{abs(narrower):.{decimals}%} {'narrower' if narrower > 0 else 'wider'}"


@cache
def without_its_count():
    """The rate of hospital 5 given the counts of the seven others: that of a new hospital."""
    others = np.arange(model().J) != FIFTH
    return exact(PoissonLognormal(model().y[others], model().exposure[others]),
                 rtol=RTOL).new_group


# --- the ledger -----------------------------------------------------------------------------------

def exercise(part):
    """The data, and parts (a) to (d)."""
    ledger = Ledger("Exercise 5.8.3")
    judge_data(ledger)
    narrower = {which: reduction(*intervals(which)) for which in ("printed", "seed")}
    others = other_seeds.narrower(20 if part.quick else OTHER_SEEDS, FIFTH)
    judge_forms(ledger)
    judge_reductions(ledger, narrower, others)
    judge_new_hospital(ledger)
    part.text(*answers(ledger.table(), narrower, others))
    new, fifth = truth().new_group, truth()["lam"][FIFTH]
    part.player("hospitals", "Step through the Gibbs sampler of the hospitals in your browser")
    part.figure(reductions_plot(narrower, claimed(ledger)), "hospitals_pooling",
                "(c) Left: 89% HDIs of the rates for the printed counts, smallest exposure first. "
                "Right: how much narrower pooling makes them; below the line at 0 it makes them "
                "wider.")
    part.figure(new_hospital_plot(new, fifth), "hospitals_new",
                "(d) Left: the rate of a ninth hospital and that of hospital 5. Right: the count "
                f"of the ninth in an exposure of {NEW_EXPOSURE:g}.")
    part.table(reduction_table(narrower),
               "(c) 89% HDIs of the rates for the printed counts, and what pooling does to their "
               "width, for the printed counts and for those of the printed code",
               {"events": ".0f", "exposure": ".1f"})
    part.ledger(ledger)


def answers(rows, narrower, others):
    """Parts (a) to (d) in words."""
    same = (rows.loc[rows["id"].str.startswith("ex3.y"), "verdict"] == AGREES).sum()
    new, fifth = truth().new_group, truth()["lam"][FIFTH]
    (low, high), (from_, to) = new.quantile(MIDDLE), fifth.quantile(MIDDLE)
    below = np.cumsum(count_probabilities(new, NEW_EXPOSURE, np.arange(60)))
    mu_log, sigma_log = truth()["mu_log"], truth()["sigma_log"]
    return (
        "(a) y_j ~ Poisson(lam_j e_j), log lam_j ~ Normal(mu_log, sigma_log), with mu_log ~ "
        "Normal(0, 1) and sigma_log ~ HalfNormal(1). A rate is positive and differs by factors, "
        "so it is its logarithm that is taken as normal. There, lam_j = exp(mu_log + sigma_log "
        "lam_raw_j) is the non-centred form: lam_raw_j is standard normal whatever sigma_log is, "
        "so there is no neck at small sigma_log.",
        f"(b) The exercise's code, with its seed, makes {same} of the eight printed counts; "
        "what follows is for the printed ones, with the code's own beside them where they matter. "
        f"Exactly, mu_log has the mean {mu_log.mean:.2f} (the code's value is "
        f"{other_seeds.MU_LOG:g}) and "
        f"sigma_log {sigma_log.mean:.2f} ({other_seeds.SIGMA_LOG:g}).",
        "(c) Pooling changes the 89% HDI of hospital 5: it is "
        f"{change(narrower['printed'][FIFTH])} for the printed counts and "
        f"{change(narrower['seed'][FIFTH])} for the code's own. There is no "
        f"typical figure: of {len(others)} other seeds the middle 89% give from "
        f"{change(np.quantile(others, 0.055))} to {change(np.quantile(others, 0.945))}. Pooling "
        "also replaces the prior Gamma(1, 0.5) by a population that is learnt from the data, "
        "and can be wider.",
        f"(d) A ninth hospital's rate lies in [{low:.2f}, {high:.2f}] with probability 89%; its "
        f"mean is {new.mean:.2f}{'' if np.isfinite(new.sd) else NO_VARIANCE}. That interval is "
        f"{high - low:.2f} wide, the one of hospital 5, "
        f"[{from_:.2f}, {to:.2f}], {to - from_:.2f}: {(high - low) / (to - from_):.2f} times as "
        "wide, for hospital 5 has a count of its own, if only one, and the ninth has none. With an "
        f"exposure of {NEW_EXPOSURE:g} it should expect {np.searchsorted(below, 0.055)} to "
        f"{np.searchsorted(below, 0.945)} events (with probability 89%).")


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
    at_zero = [truth()["lam"][j].cdf(0.0) for j in range(model().J)] + [truth().new_group.cdf(0.0)]
    ledger.statement("ex3.positive", not np.any(at_zero),
                     "lam = exp(log lam), and exp is positive: P(lam <= 0) is exactly "
                     f"{max(at_zero):g} for all hospitals and for a new one")
    centred, noncentred = growth(truth().sample(draws=5000, chains=4, seed=0))
    halves(ledger, "ex3.noncentred",
           Claim(noncentred.max() < MUCH < centred.min(),
                 "No neck at small sigma_log: in its highest tenth the sd of log lam - mu_log is "
                 f"at least {centred.min():.0f} times as large as in its lowest, that of lam_raw "
                 f"at most {noncentred.max():.2f} times."),
           Claim(noncentred.min() > 1 / MUCH,
                 "No neck at large sigma_log: in its lowest tenth the sd of lam_raw is up to "
                 f"{1 / noncentred.min():.2f} times as large as in its highest, where the exposure "
                 "is large."))


def growth(draws):
    """By what factor the sds of log lam - mu_log and of lam_raw grow from small to large sigma_log:
    two arrays (J,).
    """
    sigma = draws["sigma_log"].ravel()
    around = draws["log_lam"].reshape(len(sigma), -1) - draws["mu_log"].ravel()[:, None]
    lowest, *_, highest = np.array_split(np.argsort(sigma), 10)
    return [x[highest].std(axis=0) / x[lowest].std(axis=0)
            for x in (around, around / sigma[:, None])]


def judge_reductions(ledger, narrower, others):
    """(c)."""
    e, found, made = model().exposure, narrower["printed"], narrower["seed"]
    near = about(others, claimed(ledger) / 100)
    share = mean_and_error(near)
    halves(ledger, "ex3.thirty",
           Claim(bool(about(found[FIFTH], claimed(ledger) / 100)),
                 f"Printed counts: {change(found[FIFTH])}; the code's own: "
                 f"{change(made[FIFTH])}."),
           Claim(margin(*share, TYPICALLY) > MARGIN,
                 f"Typical: so near are {near.sum()} of {len(others)} other seeds, a share of "
                 f"{beside(*share, TYPICALLY)}; half of the seeds give from "
                 f"{change(np.quantile(others, 0.25))} to {change(np.quantile(others, 0.75))}."))
    halves(ledger, "ex3.smallest_most", *(
        claim for words, x in (("printed counts", found), ("the code's own", made))
        for claim in trend_and_order(words, e, x)))
    largest = np.argsort(e)[-3:]
    halves(ledger, "ex3.largest_none", *(
        Claim(np.abs(x[largest]).max() < BARELY,
              f"{words}, exposures {listed(e[largest])}: "
              f"{', '.join(change(each, 1) for each in x[largest])} (the line is at "
              f"{BARELY:.0%}).")
        for words, x in (("Printed counts", found), ("The code's own", made))))


def trend_and_order(words, exposure, narrower):
    """What a rank correlation says of "the smaller, the larger"; without a trend there is no order
    either.
    """
    rank = rank_correlation(exposure, narrower)
    listing = ", ".join(change(x) for x in narrower[np.argsort(exposure)])
    if rank > -TREND:
        return [Claim(False, f"{words.capitalize()}: no trend (rank correlation {rank:.2f}); from "
                             f"the smallest exposure to the largest {listing}.")]
    return [Claim(True, f"{words.capitalize()}: a trend (rank correlation {rank:.2f})."),
            Claim(bool(np.isclose(rank, -1)), f"{words.capitalize()}: the order "
                  f"throughout; from the smallest exposure to the largest {listing}.")]


def judge_new_hospital(ledger):
    """(d)."""
    wide = {which: np.ptp(truth(which).new_group.quantile(MIDDLE))
            / np.ptp(truth(which)["lam"][FIFTH].quantile(MIDDLE))
            for which in ("printed", "seed")}
    ledger.statement("ex3.new_wider", min(wide.values()) > 1,
                     f"middle 89%: {wide['printed']:.2f} times as wide, with the code's own counts "
                     f"{wide['seed']:.2f} times")
    own, without = (np.ptp(one.quantile(MIDDLE)) for one in (truth()["lam"][FIFTH],
                                                             without_its_count()))
    ledger.statement("ex3.constrained", 0 < own < without,
                     f"its middle 89% is {own:.2f} wide; without its count, {without:.2f}")


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
               "printed counts": [change(x) for x in narrower["printed"]],
               "code's counts": [change(x) for x in narrower["seed"]]}
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
