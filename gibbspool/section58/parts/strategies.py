"""The table of Section 5.8.6, line by line: parameters, bias, variance, new group, best regime."""
import numpy as np

from ...guide.many import ManyPosteriors, expected_errors
from ...models.twins import exact
from ..numbers import plain
from ..yardsticks import BARELY, MARGIN, MUCH
from .common import schools, truth
from .halves import Claim, halves, mean_and_error
from .no_shrinkage import in_no_pool, pull_without_pooling
from .structure import refuses

TAUS = (2.0, 5.0, 10.0, 20.0)


def judge_strategies(ledger, sets):
    judge_parameters(ledger)
    judge_bias_and_variance(ledger, {tau: bias_and_variance(schools().sigma, tau, sets)
                                     for tau in TAUS})
    judge_new_group(ledger)
    judge_regimes(ledger, sets)


# --- parameters, a new group ----------------------------------------------------------------------

def judge_parameters(ledger):
    models = {"complete": schools().complete_pooling(), "none": schools().no_pooling(),
              "partial": schools()}
    count = {name: {variable: np.size(exact(one)[variable].mean) for variable in sorted(one.order)}
             for name, one in models.items()}
    J = schools().J
    right = count == {"complete": {"mu": 1}, "none": {"theta": J},
                      "partial": {"mu": 1, "tau": 1, "theta": J}}
    ledger.statement("guide.parameters", right, "; ".join(
        f"{name}: " + ", ".join(f"{n} {variable}" for variable, n in found.items())
        for name, found in count.items()))


def judge_new_group(ledger):
    complete, mu, tau = exact(schools().complete_pooling()), truth()["mu"], truth()["tau"]
    sds = truth().new_group.sd, complete.new_group.sd
    refused = refuses(schools().no_pooling())
    ledger.statement("guide.new_group", sds[0] > sds[1] and refused,
                     f"sd of a new school's effect: partial pooling {sds[0]:.2f}, of which the "
                     f"spread between schools; complete pooling {sds[1]:.2f}, that of mu alone; no "
                     "pooling refuses")
    halves(ledger, "guide.neither",
           Claim(refused, "No pooling refuses."),
           Claim(refuses(schools().complete_pooling()),
                 f"Complete pooling says what it says of mu, mean {complete.new_group.mean:.1f}: "
                 "\"returns grand mean\", as the section's own table has it; without the spread "
                 "between groups."))
    drawn = np.sqrt(mu.sd**2 + tau.sd**2 + tau.mean**2)
    ledger.statement("guide.new_group_line", refused and np.isclose(sds[0], drawn)
                     and np.isclose(sds[1], complete["mu"].sd),
                     f"complete pooling says of it what it says of mu (sd {sds[1]:.2f}); no "
                     "pooling refuses; sqrt(var(mu) + E[tau^2]) is the sd of partial pooling, "
                     f"{drawn:.2f}")


# --- bias and variance ----------------------------------------------------------------------------

def bias_and_variance(sigma, tau, sets, effects=20, seed=3):
    """Mean squared bias and mean variance of the three estimates, given the true effects.

    Averaged over groups and over `effects` draws of theta_j ~ Normal(8, tau), each with many data
    sets. No pooling and complete pooling exactly, partial pooling by simulation.

    Parameters
    ----------
    sigma : array (J,)
    tau : float
    sets : int
        Data sets in all.
    effects, seed : int

    Returns
    -------
    dict
        bias and variance, each a dict by strategy of arrays (effects,).
    """
    rng, each, weight = np.random.default_rng(seed), max(sets // effects, 2), 1 / sigma**2
    weight /= weight.sum()
    bias = {name: [] for name in ("none", "complete", "partial")}
    variance = {name: [] for name in bias}
    for theta in 8 + tau * rng.standard_normal((effects, len(sigma))):
        estimate = ManyPosteriors(theta + sigma * rng.standard_normal((each, len(sigma))),
                                  sigma).mean
        spread = estimate.var(axis=0, ddof=1)
        found = {"none": (0.0, (sigma**2).mean()),
                 "complete": (((weight @ theta - theta) ** 2).mean(), weight**2 @ sigma**2),
                 # less the Monte Carlo error of its mean
                 "partial": (((estimate.mean(axis=0) - theta) ** 2 - spread / each).mean(),
                             spread.mean())}
        for name, (square, var) in found.items():
            bias[name].append(square)
            variance[name].append(var)
    return {"bias": {name: np.array(x) for name, x in bias.items()},
            "variance": {name: np.array(x) for name, x in variance.items()}}


def judge_bias_and_variance(ledger, found):
    """Root mean squares; `found` has what `bias_and_variance` gives by tau."""
    bias = {tau: roots(one["bias"]) for tau, one in found.items()}
    sd = {tau: roots(one["variance"]) for tau, one in found.items()}
    small = {tau: root["complete"] > MUCH * root["partial"] for tau, root in bias.items()}
    claims = [Claim(all(root["none"] == 0 for root in bias.values()),
                    "None without pooling, with a flat prior."),
              Claim(np.allclose(pull_without_pooling(), 0), in_no_pool())]
    for words, kind in (("Small: at", True), ("Small, as claimed: at", False)):
        those = [tau for tau in bias if small[tau] == kind]
        if those:
            claims.append(Claim(kind, "; ".join(
                f"{words if tau == those[0] else 'at'} tau = {tau:g} the bias of partial pooling "
                f"is {bias[tau]['partial']:.1f}, of complete pooling {bias[tau]['complete']:.1f}"
                for tau in those) + "."))
    halves(ledger, "guide.bias", *claims)
    ledger.statement("guide.variance", all(
        root["complete"] < root["partial"] < root["none"] and root["none"] > MUCH * root["complete"]
        for root in sd.values()), "standard deviation given theta: " + "; ".join(
            f"tau = {tau:g}: " + ", ".join(f"{name} {root[name]:.1f}"
                                           for name in ("complete", "partial", "none"))
            for tau, root in sd.items()))


def roots(squares):
    return {name: np.sqrt(max(np.mean(x), 0)) for name, x in squares.items()}


# --- the best regime of each ----------------------------------------------------------------------

REGIMES = (("complete", "identical groups", 0.0, schools().sigma),
           ("none", "unrelated groups, measured well", 100.0, np.full(8, 2.0)),
           ("partial", "related groups, measured unequally", 5.0, np.geomspace(2, 20, 8)))


def name_in_words(name):
    return "no pooling" if name == "none" else f"{name} pooling"


def mean_squared_errors(sigma, tau, sets, seed=4):
    """Of the three strategies over theta_j ~ Normal(8, tau): dict of (mean, standard error).

    No pooling and complete pooling exactly.
    """
    y = 8 + np.hypot(tau, sigma) * np.random.default_rng(seed).standard_normal((sets, len(sigma)))
    weight = sigma**-2.0 / (sigma**-2.0).sum()
    return {"none": ((sigma**2).mean(), 0.0),
            "complete": (tau**2 * (1 - 2 * weight.mean() + weight @ weight)
                         + weight**2 @ sigma**2, 0.0),
            "partial": mean_and_error(expected_errors(estimates(y, sigma), y, sigma,
                                                      tau).mean(axis=1))}


def estimates(y, sigma, **priors):
    """Posterior means of theta under partial pooling, (sets, J)."""
    return np.concatenate([ManyPosteriors(y[k:k + 250], sigma, **priors).mean
                           for k in range(0, len(y), 250)])


def judge_regimes(ledger, sets):
    claims = []
    for best, words, tau, sigma in REGIMES:
        found = mean_squared_errors(sigma, tau, sets)
        second = min((name for name in found if name != best), key=lambda name: found[name][0])
        gap = found[second][0] - found[best][0]
        error = MARGIN * found["partial"][1] * (1 + BARELY)
        better = gap - BARELY * found[best][0] > error
        claims.append(Claim(better, f"{words.capitalize()}: " + ", ".join(
            f"{name} {plain(value)}" for name, (value, _) in found.items())
            + ("." if better else f"; {name_in_words(second)} is comparable, "
               f"{gap / found[best][0]:+.1%}.")))
    halves(ledger, "guide.best_regime", *claims)
