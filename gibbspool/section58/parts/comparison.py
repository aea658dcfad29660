"""Section 5.8.5: the three pooling strategies by leave-one-out, Figure 5.36."""
from functools import cache

import numpy as np

from ... import plots
from ...guide.comparing import compare, how_often_first
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...optional import need
from ...sampling.arviz_bridge import psis_loo, stacking_weights
from ..ledger import Ledger
from .common import schools
from .eight_schools import CANDIDATES, printed_sizes

PLACE = "5.8.5 LOO table"
STRATEGIES = ("partial", "no", "complete")


def models():
    partial = schools()
    return {"partial pooling": partial, "no pooling": partial.no_pooling(),
            "complete pooling": partial.complete_pooling()}


def loo(part):
    """The comparison, exactly, by PSIS-LOO and as printed; what it can and cannot tell."""
    pd = need("pandas")
    table = compare(models())
    ledger = judged(table, 6 if part.quick else 20)
    best, second = table.index[:2]
    share = {tau: how_often_first(schools().sigma, tau, 20 if part.quick else 100)
             for tau in (0.0, 5.0, 10.0, 30.0)}
    printed = {p.variable: p.value for p in ledger.printed.values() if p.statistic == "elpd_loo"}
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
        f"{-table.iloc[2]['elpd_diff'] / table.iloc[2]['dse']:.0f} standard errors.")
    part.figure(plots.comparison(table, printed), "fig_5_36_loo",
                "Figure 5.36, recomputed: exact leave-one-out of three pooling strategies, "
                "PSIS-LOO and the printed values beside it. Which is better the right panel tells, "
                f"where each strategy is measured from {best}, with the standard error of that "
                "difference.")
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


def judged(table, replicates):
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
                         f"; under tau ~ Flat(): {flat:.1f}" if flat is not None else ""))
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
    elpd, behind = table["elpd"], -table["elpd_diff"]
    partial, no, complete = (elpd[name] for name in names.values())
    ledger.statement("loo.partial_first", table.index[0] == names["partial"],
                     f"{table.index[0]} ranks first")
    ledger.statement("loo.partial_no", partial > no, f"exact elpd {partial:.2f} and {no:.2f}")
    ledger.statement("loo.partial_complete", partial > complete,
                     f"exact elpd {partial:.2f} and {complete:.2f}")
    ledger.statement("loo.no_complete", no > complete, f"exact elpd {no:.2f} and {complete:.2f}")
    beyond = {name: behind[name] / table.loc[name, "dse"] for name in table.index[1:]}
    ledger.statement("loo.modest", max(beyond.values()) < 2, "; ".join(
        f"{name} is {behind[name]:.2f} behind, {ratio:.1f} standard "
        "errors" for name, ratio in beyond.items()))
    value = {id.removeprefix("loo."): p.value for id, p in ledger.printed.items() if p.kind
             == "posterior"}
    gaps = {s: (value["partial.elpd"] - value[f"{s}.elpd"], value[f"{s}.dse"])
            for s in ("no", "complete")}
    ledger.statement("loo.printed_modest", all(dse > gap for gap, dse in gaps.values()), "printed: "
                     + "; ".join(
f"{s} pooling {gap:.1f} behind, standard error {dse:.2f}" for s, (gap, dse) in gaps.items()))
    better = pointwise[names["partial"]] > pointwise[names["no"]]
    ledger.statement("loo.consistent", better.all() and partial - no < 1,
                     f"better for {better.sum()} of 8 schools, by {partial - no:.1f} in all: "
                     "consistent, and not small")
    noisy, errors = closer(100 if replicates < 20 else 300)
    ledger.statement("loo.closer", errors["partial"] < errors["none"],
                     f"mean squared error where sigma >= {noisy:g}, over data sets made from the "
                     f"model and its priors: partial {errors['partial']:.0f}, none "
                     f"{errors['none']:.0f}")
    return ledger


def closer(runs):
    """Squared errors of the posterior means where sigma is large, on data sets made from the model
    and its priors.
    """
    rng, sigma = np.random.default_rng(5), schools().sigma
    noisy = sigma >= np.median(sigma) + 1
    errors = {"partial": [], "none": []}
    for _ in range(runs):
        mu, tau = 20 * rng.standard_normal(), 10 * abs(rng.standard_normal())
        theta = mu + tau * rng.standard_normal(8)
        model = NormalNormal(theta + sigma * rng.standard_normal(8), sigma)
        for name, one in (("partial", model), ("none", model.no_pooling())):
            errors[name].append(np.mean((exact(one)["theta"].mean - theta)[noisy] ** 2))
    return sigma[noisy].min(), {name: np.mean(found) for name, found in errors.items()}
