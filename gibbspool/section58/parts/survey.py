"""Section 5.8.4: the survey's counts and the table of the posterior."""
from functools import cache

import numpy as np

from ... import data
from ...optional import need
from ...plots import exact as plots_exact
from ...sampling.arviz_bridge import ess, rhat
from ..ledger import AGREES, Ledger, reported
from .common import rms, variable_of
from .survey_regions import (
    ALPHA,
    CANDIDATES,
    CATEGORIES,
    STATED,
    SUMMARY,
    by_the_recipe,
    chi_square,
    gibbs,
    name_of,
    named,
    pool,
    posterior,
    size_of,
)
from .survey_words import elpd_of_strategies, judge_words


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
                marginal = variable_of(found, name_of(p))
                off = max(abs(p.value - getattr(marginal, p.statistic)) - p.rounding, 0)
                apart[name_of(p).partition("[")[0]].append(off / marginal.sd * np.sqrt(size_of(p)))
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
        if id == "survey.alpha_about":
            ledger.about(id, posterior()["alpha"], draws["alpha"],
                         tried(closest["alpha"], "alpha"))
        elif p.kind == "posterior":
            ledger.posterior(id, variable_of(posterior(), name_of(p)), pool(STATED, name_of(p)),
                             size_of(p),
                             variable_of(draws, name_of(p)),
                             tried(closest[name_of(p).partition("[")[0]], name_of(p)))
        elif p.kind == "sampler":
            x = variable_of(draws, name_of(p))
            ledger.own(id, rhat(x) if p.statistic == "r_hat"
                       else ess(x, p.statistic.removeprefix("ess_")))
    judge_words(ledger)
    return ledger


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
        f"explains its alpha (the closest is {by_alpha}, at {distances['of alpha'].min():.1f}).",
        *hidden_lesson(alpha))
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


def hidden_lesson(alpha):
    """What the example does not say: the prior of alpha, and which strategy predicts best."""
    elpd = elpd_of_strategies()
    made = posterior("seed")["alpha"]
    return (
        "What the example does not say. First, its prior: Exponential(1) gives an alpha beyond 8, "
        f"which its code takes to make the counts, a probability of {np.exp(-ALPHA):.2%}. With the "
        f"code's own counts the exact mean of alpha is {made.mean:.1f}, not 8; the printed counts "
        f"raise it to {alpha.mean:.1f} only because they are so even. Second, these counts speak "
        "for complete pooling: in exact leave-one-out, each region predicted from the five others, "
        f"it has an elpd of {elpd['complete']:.1f}, partial pooling {elpd['partial']:.1f} and no "
        f"pooling {elpd['no']:.1f}. Partial pooling with this prior loses by "
        f"{elpd['complete'] - elpd['partial']:.0f}: a prior that expects regions to differ cannot "
        "say that they do not.",)
