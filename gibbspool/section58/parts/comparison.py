"""Section 5.8.5: the three pooling strategies by leave-one-out, Figure 5.36."""
from collections import namedtuple
from functools import cache

import numpy as np

from ... import plots
from ...guide.comparing import compare, how_often_first, pointwise_of_strategies
from ...guide.many import ManyPosteriors, expected_errors, pooled
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...optional import need
from ...sampling.arviz_bridge import psis_loo, stacking_weights
from ..ledger import Ledger, beside
from ..numbers import plain
from ..reported import printed_values
from ..yardsticks import MARGIN, MODEST, TYPICALLY
from .common import schools
from .eight_schools import CANDIDATES, printed_sizes
from .halves import Claim, halves, margin, mean_and_error

PLACE = "5.8.5 LOO table"
DRAWS = 8000  # independent ones, that `compare` takes for PSIS-LOO
STRATEGIES = ("partial", "no", "complete")


def models():
    partial = schools()
    return {"partial pooling": partial, "no pooling": partial.no_pooling(),
            "complete pooling": partial.complete_pooling()}


def loo(part):
    """The comparison, exactly, by PSIS-LOO and as printed; what it can and cannot tell."""
    pd = need("pandas")
    table = compare(models(), draws=DRAWS // 4, chains=4)
    sets = 600 if part.quick else 6000
    ledger = judged(table, 6 if part.quick else 20, sets)
    best, second = table.index[:2]
    share = {tau: how_often_first(schools().sigma, tau, sets // 6)
             for tau in (0.0, 5.0, 10.0, 30.0)}
    printed, *bars = (printed_values(PLACE, what) for what in ("elpd_loo", "se", "dse"))
    order = ", ".join(sorted(printed, key=lambda name: -printed[name]))
    part.text(
        f"Exactly, {best} comes first (elpd {table.loc[best, 'elpd']:.2f}), then {second} "
        f"({table.loc[second, 'elpd']:.2f}), then {table.index[2]} ({table.iloc[2]['elpd']:.2f}). "
        f"Printed: {order}. PSIS-LOO agrees with the exact values to "
        f"{np.abs(table['psis_loo'] - table['elpd']).max():.2f}, where its Pareto k reaches "
        f"{table['pareto_k'].max():.2f}, and better elsewhere.",
        f"What may honestly be concluded: the first two are {-table.loc[second, 'elpd_diff']:.2f} "
        "apart, and even if the schools differed with tau = 5 complete pooling would come first "
        f"in {share[5.0]['complete pooling']:.0%} of all data sets of this size. "
        f"{table.index[2].capitalize()} is {-table.iloc[2]['elpd_diff']:.1f} behind, "
        f"{-table.iloc[2]['elpd_diff'] / table.iloc[2]['dse']:.0f} standard errors.",
        "Whether differences are modest in themselves, as the section also says, is a matter "
        f"of taste: {second} gives the average school an effect density "
        f"{1 - np.exp(table.loc[second, 'elpd_diff'] / 8):.0%} lower than {best} does, "
        f"{table.index[2]} {1 - np.exp(table.iloc[2]['elpd_diff'] / 8):.0%} lower.",
        "Not judged: that one should not conclude from small differences that the models are the "
        "same. It is advice.")
    errors = monte_carlo_errors(6 if part.quick else 20)
    part.figure(plots.comparison(table, printed, errors, *bars), "fig_5_36_loo",
                "Figure 5.36, recomputed: exact leave-one-out of three pooling strategies, "
                "PSIS-LOO and the printed values beside it. The bars of PSIS-LOO are two Monte "
                "Carlo errors, those of the exact values two standard errors over the groups. "
                "Which is better the right panel tells, "
                f"where each strategy is measured from {best}; the bars there show two standard "
                "errors of that difference. Open squares and dashed bars are the section's own "
                "numbers, measured from the strategy that it puts first.")
    part.table(table, "Exact leave-one-out beside PSIS-LOO", {name: ".2f" for name in table.columns}
               | {"rank": "d"})
    part.table(pd.DataFrame(share).T.rename(index=lambda tau: f"tau = {tau:g}"),
               "How often each strategy comes first on made-up data of the same eight standard "
               "errors", {
                   name: ".0%" for name in share[0.0]})
    part.ledger(ledger)


@cache
def truths():
    return {name: exact(model) for name, model in models().items()}


@cache
def of_fresh_draws(size, seed):
    """What PSIS-LOO and stacking say of each strategy after so many independent draws."""
    draws = {name: truth.sample(size // 4, 4, seed) for name, truth in truths().items()}
    psis = {name: psis_loo(one) for name, one in draws.items()}
    # the section measures from the one it prints first
    first = psis["partial pooling"].pointwise
    weight = stacking_weights(draws) if seed < 3 else {name: np.nan for name in draws}
    return {name: {"elpd_loo": one.elpd, "se": one.se, "weight": weight[name],
                   "dse": np.sqrt(len(first) * np.var(one.pointwise - first)),
                   "warnings": (one.pareto_k > 0.7).any()} for name, one in psis.items()}


def monte_carlo_errors(replicates):
    """Of PSIS-LOO from as many draws as `compare` takes, by model: from fresh draws, scaled."""
    size = int(printed_sizes()["tau"][0])
    again = [of_fresh_draws(size, seed) for seed in range(replicates)]
    return {name: np.std([one[name]["elpd_loo"] for one in again], ddof=1) * np.sqrt(size / DRAWS)
            for name in models()}


def judged(table, replicates, sets=6000):
    """The printed table against the exact values; its noise from PSIS-LOO of fresh draws, as many
    as were effective.
    """
    ledger = Ledger(PLACE)
    names = dict(zip(STRATEGIES, models()))
    pointwise = {name: truth.elpd_loo().pointwise for name, truth in truths().items()}
    again = [of_fresh_draws(int(printed_sizes()["tau"][0]), seed) for seed in range(replicates)]
    under = {name: exact(model).elpd_loo().elpd for name, model in
             {"partial pooling": NormalNormal(schools().y, schools().sigma,
                                              *CANDIDATES[2])}.items()}
    for strategy, name in names.items():
        def spread(what, name=name):
            values = np.array([one[name][what] for one in again])
            return values[np.isfinite(values)]

        row, flat = table.loc[name], under.get(name)
        ledger.judge(f"loo.{strategy}.rank", row["rank"], reason="exact elpd: " + ", ".join(
            f"{other} {value:.2f}" for other, value in table["elpd"].items()))
        ledger.judge(f"loo.{strategy}.elpd", row["elpd"], spread("elpd_loo"), row["psis_loo"],
                     reason=lambda off, flat=flat: f"{off:.0f} s.e. off" + (
                         f"; under tau ~ flat: {flat:.1f}" if flat is not None else ""))
        ledger.judge(f"loo.{strategy}.weight", abs(round(row["weight"], 6)), spread("weight"),
                     reason=f"{table['weight'].max():.0%} of the weight goes to "
                            f"{table['weight'].idxmax()}")
        ledger.judge(f"loo.{strategy}.se", row["se"], spread("se"), row["psis_se"],
                     reason=lambda off: f"{off:.0f} s.e. off")
        apart = pointwise[name] - pointwise[names["partial"]]
        ledger.judge(f"loo.{strategy}.dse", np.sqrt(len(apart) * apart.var()), spread("dse"),
                     reason=lambda off: f"{off:.0f} s.e. off, measured from {names['partial']} as "
                                        "the section does")
        ledger.own(f"loo.{strategy}.warning", float(np.mean(spread("warnings"))))
    judge_order(ledger, table, pointwise, names)
    judge_differences(ledger, table, pointwise, names)
    judge_what_eight_schools_tell(ledger, table, sets)
    judge_where_it_shines(ledger, sets)
    return ledger


def judge_order(ledger, table, pointwise, names):
    """Which strategy predicts better than which."""
    partial, no, complete = (table["elpd"][name] for name in names.values())
    ledger.statement("loo.partial_first", table.index[0] == names["partial"],
                     f"{table.index[0]} ranks first")
    ledger.statement("loo.partial_no", partial > no, f"exact elpd {partial:.2f} and {no:.2f}")
    ledger.statement("loo.partial_complete", partial > complete,
                     f"exact elpd {partial:.2f} and {complete:.2f}")
    ledger.statement("loo.no_complete", no > complete, f"exact elpd {no:.2f} and {complete:.2f}")
    evidence = {s: exact(models()[names[s]]).log_evidence for s in ("partial", "complete")}
    ledger.statement("loo.heterogeneity", evidence["partial"] > evidence["complete"],
                     f"log evidence of the hierarchical model {evidence['partial']:.2f}, of "
                     f"complete pooling {evidence['complete']:.2f}")


def judge_differences(ledger, table, pointwise, names):
    """Whether they are small, as computed and as printed."""
    halves(ledger, "loo.modest", *(
        Claim(-row["elpd_diff"] < MODEST * row["dse"],
              f"{name.capitalize()} is {-row['elpd_diff']:.2f} behind {table.index[0]}, with a "
              f"standard error of {row['dse']:.2f}: {-row['elpd_diff'] / row['dse']:.1f} of them.")
        for name, row in table.iloc[1:].iterrows()))
    value = {id.removeprefix("loo."): p.value for id, p in ledger.printed.items() if p.kind
             == "posterior"}
    gaps = {s: (value["partial.elpd"] - value[f"{s}.elpd"], value[f"{s}.dse"])
            for s in ("no", "complete")}
    ledger.statement("loo.printed_modest", all(gap < MODEST * dse for gap, dse in gaps.values()),
                     "printed: " + "; ".join(f"{s} pooling {gap:.1f} behind, standard error "
                                             f"{dse:.2f}: {gap / dse:.1f} of them"
                                             for s, (gap, dse) in gaps.items()))
    apart = pointwise[names["partial"]] - pointwise[names["no"]]
    dse = np.sqrt(len(apart) * apart.var())
    halves(ledger, "loo.consistent",
           Claim((apart > 0).all(), "Consistent: partial pooling predicts better for "
                                    f"{(apart > 0).sum()} of 8 schools."),
           Claim(apart.sum() < MODEST * dse,
                 f"Small: it is ahead by {apart.sum():.1f} in all, with a standard error of "
                 f"{dse:.1f}: {apart.sum() / dse:.0f} of them."))


def judge_what_eight_schools_tell(ledger, table, sets):
    """Simulations with the eight standard errors."""
    sigma, rng = schools().sigma, np.random.default_rng(5)
    noisy = sigma > np.median(sigma)
    mu, tau = 20 * rng.standard_normal((sets, 1)), 10 * np.abs(rng.standard_normal((sets, 1)))
    theta = mu + tau * rng.standard_normal((sets, 8))
    y = theta + sigma * rng.standard_normal((sets, 8))
    partial, *_ = pooled(y, sigma, theta)
    none = (y * 20**2 / (20**2 + sigma**2) - theta) ** 2
    value, se = mean_and_error((none - partial)[:, noisy].mean(axis=1))
    ledger.simulated("loo.closer", value, se,
                     f"mean squared error where sigma is {sigma[noisy].min():g} or more, no "
                     f"pooling's (theta ~ Normal(0, 20)) {none[:, noisy].mean():.0f} less partial "
                     f"pooling's {partial[:, noisy].mean():.0f}", above=0.0)
    judge_few_schools(ledger, table, sets // 3)


SCHOOLS_DIFFER = 5.0  # tau


def judge_few_schools(ledger, table, sets):
    """How often the second-best strategy is less than two standard errors behind the best."""
    sigma, rng = schools().sigma, np.random.default_rng(9)
    y = 8 + np.hypot(SCHOOLS_DIFFER, sigma) * rng.standard_normal((sets, len(sigma)))
    lead, dse = lead_of_the_best(np.array(list(pointwise_of_strategies(y, sigma).values())))
    share, se = mean_and_error(lead < MODEST * dse)
    others = table.iloc[1:]
    behind = -others["elpd_diff"] / others["dse"]
    halves(ledger, "loo.not_enough",
           Claim(margin(share, se, TYPICALLY) > MARGIN,
                 f"Data sets like Eight Schools, {sets} with tau = {SCHOOLS_DIFFER:g}: the "
                 "second-best strategy is less than two standard errors behind the best in a share "
                 f"of {beside(share, se, TYPICALLY)}."),
           Claim((behind < MODEST).all(),
                 "These eight: " + " and ".join(f"{name} is {off:.1f} standard errors"
                                                for name, off in behind.items())
                 + f" behind {table.index[0]}, exactly."))


def lead_of_the_best(pointwise):
    """By how much the best strategy leads the second best, and the standard error of that.

    Parameters
    ----------
    pointwise : array (strategies, sets, J)

    Returns
    -------
    lead, dse : arrays (sets,)
    """
    order = np.argsort(pointwise.sum(axis=2), axis=0)
    second, best = (np.take_along_axis(pointwise, order[k][None, :, None], axis=0)[0]
                    for k in (-2, -1))
    apart = best - second
    return apart.sum(axis=1), np.sqrt(apart.shape[1]) * apart.std(axis=1)


NUMBERS, SHINES = (4, 8, 15, 60, 500, 2000), (15, 60, 500)


def judge_where_it_shines(ledger, sets):
    """The mean squared error beside that of the better other strategy, by the number of groups."""
    unequal, equal = ({J: beside_the_better(J, sets, sizes) for J in NUMBERS}
                      for sizes in (True, False))
    ratio = {J: one.ratio for J, one in unequal.items()}
    worst = max(SHINES, key=lambda J: ratio[J][0])

    said = ", ".join(f"{value:.3f} ({J} groups)" for J, (value, _) in ratio.items())
    error = max(se for _, se in ratio.values())
    halves(ledger, "loo.shine",
           Claim(all(clear(ratio[worst], ratio[J]) for J in (4, 8)),
                 "More than with few groups: with unequal sizes the mean squared error is, as a "
                 f"part of that of the better other strategy, {said}; the largest "
                 f"standard error is {plain(error, 1)}."),
           *more_if_unequal(unequal, equal, SHINES),
           Claim(clear(ratio[worst], ratio[2000]),
                 f"More than with still more groups: with 2000 it is {ratio[2000][0]:.3f}."))


def clear(a, b):
    """Whether one simulated mean, with its standard error, is below another by five of them."""
    return a[0] + MARGIN * np.hypot(a[1], b[1]) < b[0]


def more_if_unequal(unequal, equal, numbers):
    """Claims on "especially with unequal sizes": by the difference to the better of the two other
    strategies, and by the ratio. Both are given by number of groups, as `beside_the_better` has
    them.
    """
    def said(which, form):
        return ", ".join(f"{J} groups {getattr(unequal[J], which)[0]:{form}} and "
                         f"{getattr(equal[J], which)[0]:{form}}" for J in numbers)

    return [Claim(all(clear(equal[J].gain, unequal[J].gain) for J in numbers),
                  "More with unequal sizes, by the difference: the mean squared error is below "
                  "that of the better other strategy, with unequal and with equal sizes, by "
                  f"{said('gain', '.1f')}."),
            Claim(all(clear(unequal[J].ratio, equal[J].ratio) for J in numbers),
                  f"More with unequal sizes, by the ratio: {said('ratio', '.3f')}.")]


Beside = namedtuple("Beside", "gain ratio")
Beside.__doc__ = """The mean squared error of partial pooling beside that of the better of the two
other strategies: how far below it, and over it; each with its standard error.
"""


def beside_the_better(J, sets, unequal, tau=5.0, seed=6):
    """A `Beside`, for theta_j ~ Normal(8, tau).

    Groups of 1 to 100 observations with a standard deviation of 20, their numbers' logarithms
    spread evenly, in the same way for each J; or of equal numbers that make as many in all.
    """
    n = 100 ** ((np.arange(J) + 0.5) / J)
    sigma = 20 / np.sqrt(n if unequal else np.full(J, n.mean()))
    sets = sets if J < 60 else max(8, 2 * sets // J)
    rng = np.random.default_rng(seed)
    y = 8 + np.hypot(tau, sigma) * rng.standard_normal((sets, J))
    several = max(1, 2000 // J)  # data sets whose tables are held in memory
    estimates = np.concatenate([ManyPosteriors(y[k:k + several], sigma).mean
                                for k in range(0, sets, several)])
    partial, se = mean_and_error(expected_errors(estimates, y, sigma, tau).mean(axis=1))
    weight = sigma**-2.0 / (sigma**-2.0).sum()
    complete = (tau**2 * (1 - 2 * weight.mean() + weight @ weight) + weight**2 @ sigma**2)
    best = min((sigma**2).mean(), complete)
    return Beside((best - partial, se), (partial / best, se / best))
