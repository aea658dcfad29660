"""The table of Section 5.8.6, line by line: parameters, bias, variance, new group, best regime."""
import numpy as np

from ...guide.many import ManyPosteriors, expected_errors
from ...models.twins import exact
from ...optional import need
from ..numbers import plain, standard_errors
from ..yardsticks import MARGIN, MUCH
from .common import schools, short, truth
from .halves import Claim, halves, margin, mean_and_error
from .no_shrinkage import in_no_pool, of_a_left_out_school, pull_without_pooling
from .structure import raised_by

TAUS = (2.0, 5.0, 10.0, 20.0)
AS_AN_EXAMPLE = 5.0  # tau
NO_POOL = "the section's no_pool"
NEAR_THE_LINE = (2.0, 10.0)  # where complete pooling's bias is not far from 1.5 times as large


def judge_strategies(ledger, sets):
    """Judge the lines of the table.

    Returns
    -------
    pandas.DataFrame
        The section's table, with what was found for each cell.
    """
    found = {tau: bias_and_variance(schools().sigma, tau,
                                    sets * (6 if tau in NEAR_THE_LINE else 1)) for tau in TAUS}
    judge_parameters(ledger)
    judge_bias_and_variance(ledger, found)
    judge_new_group(ledger)
    judge_regimes(ledger, sets)
    return as_a_table(found[AS_AN_EXAMPLE])


def as_a_table(found):
    """The section's table with numbers for its words; `found` is of `bias_and_variance`."""
    new, mu = truth().new_group, exact(schools().complete_pooling()).new_group
    bias, sd = ({name: f"{root:.1f}" for name, root in roots(found[what]).items()}
                for what in ("bias", "variance"))
    J = schools().J
    prior, (own_bias, own_sd) = schools().no_pooling().theta, of_no_pool(AS_AN_EXAMPLE)
    table = {"parameters": ("1", f"{J}", f"{J} and 2"),
             "bias": (bias["complete"], f"{bias['none']} ({NO_POOL}: {own_bias:.1f})",
                      bias["partial"]),
             "standard deviation": (sd["complete"], f"{sd['none']} ({NO_POOL}: {own_sd:.1f})",
                                    sd["partial"]),
             "a new school, mean and sd": (f"{mu.mean:.1f}, {mu.sd:.1f}",
                                           f"nothing ({NO_POOL}: {prior.mean:g}, "
                                           f"{prior.sd:g}, its prior)",
                                           f"{new.mean:.1f}, {new.sd:.1f}"),
             "best, of those tried": tuple({best: words for best, words, *_ in REGIMES}.values())}
    return need("pandas").DataFrame(table, index=[
        "complete pooling", "no pooling", "partial pooling"]).T


def of_no_pool(tau, mean=8.0):
    """Root mean squared bias and standard deviation, given the effects, of the section's own
    no_pool for theta_j ~ Normal(8, tau): its estimate is kept * y_j.
    """
    sigma = schools().sigma
    kept = 1 - pull_without_pooling()
    return (np.sqrt(((1 - kept) ** 2).mean() * (mean**2 + tau**2)),
            np.sqrt((kept**2 * sigma**2).mean()))


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
    then = exact(raised_by(schools(), "G", 10.0).complete_pooling()).new_group
    sds = truth().new_group.sd, complete.new_group.sd
    own, elpd = of_a_left_out_school()
    ledger.statement("guide.new_group", sds[0] > sds[1] and np.isclose(own, elpd),
                     f"sd of a new school's effect: partial pooling {sds[0]:.2f}, of which the "
                     f"spread between schools; complete pooling {sds[1]:.2f}, that of mu alone; no "
                     f"pooling says what its prior says, {short(schools().no_pooling().theta)} in "
                     "the section's own, whatever the other schools' data")
    halves(ledger, "guide.neither",
           Claim(np.isclose(own, elpd),
                 "What no pooling says of it, its prior, does not depend on the other schools' "
                 "data; with a flat prior that is nothing."),
           Claim(np.isclose(then.mean, complete.new_group.mean),
                 f"Complete pooling says what it says of mu, mean {complete.new_group.mean:.1f} "
                 f"(and {then.mean:.1f}, were school G's effect 10 points higher): \"returns grand "
                 "mean\", as the section's own table has it; without the spread between groups."))
    drawn = np.sqrt(mu.sd**2 + tau.sd**2 + tau.mean**2)
    halves(ledger, "guide.new_group_line",
           Claim(np.isclose(sds[1], complete["mu"].sd),
                 f"Complete pooling says of it what it says of mu (sd {sds[1]:.2f})."),
           Claim(np.isclose(sds[0], drawn), "Partial pooling draws it from the population: its sd, "
                                            f"{drawn:.2f}, is sqrt(var(mu) + E[tau^2])."),
           Claim(np.isclose(own, elpd),
                 "Impossible without pooling: with a flat prior nothing is said of it, in the "
                 "section's own no_pool (5.8.5) only what its prior says, which the other schools' "
                 f"data do not change (its elpd in the comparison, {own:.2f}, is that prior's)."))


# --- bias and variance ----------------------------------------------------------------------------

def bias_and_variance(sigma, tau, sets, each=5, seed=3):
    """Squared bias and variance of the three estimates, given the true effects.

    Averaged over groups, for many draws of theta_j ~ Normal(8, tau), each with `each` data sets. No
    pooling and complete pooling exactly, partial pooling by simulation.

    Parameters
    ----------
    sigma : array (J,)
    tau : float
    sets : int
        Data sets in all.
    each, seed : int

    Returns
    -------
    dict
        bias and variance, each a dict by strategy of arrays (draws of theta,).
    """
    rng, weight, J = np.random.default_rng(seed), sigma**-2.0 / (sigma**-2.0).sum(), len(sigma)
    theta = 8 + tau * rng.standard_normal((max(sets // each, 2), J))
    y = theta[:, None] + sigma * rng.standard_normal((len(theta), each, J))
    estimate = estimates(y.reshape(-1, J), sigma).reshape(y.shape)
    spread = estimate.var(axis=1, ddof=1)
    same = np.ones(len(theta))
    return {"bias": {"none": 0 * same,
                     "complete": (((theta @ weight)[:, None] - theta) ** 2).mean(axis=1),
                     # less the Monte Carlo error of its mean
                     "partial": ((estimate.mean(axis=1) - theta) ** 2
                                 - spread / each).mean(axis=1)},
            "variance": {"none": (sigma**2).mean() * same,
                         "complete": (weight**2 @ sigma**2) * same,
                         "partial": spread.mean(axis=1)}}


def judge_bias_and_variance(ledger, found):
    """Root mean squares; `found` has what `bias_and_variance` gives by tau."""
    bias = {tau: roots(one["bias"]) for tau, one in found.items()}
    sd = {tau: roots(one["variance"]) for tau, one in found.items()}
    claims = [Claim(all(root["none"] == 0 for root in bias.values()),
                    "None without pooling, with a flat prior."),
              Claim(np.allclose(pull_without_pooling(), 0), in_no_pool())]
    for tau, one in found.items():
        # of squares, so that means may be taken
        off = margin(*mean_and_error(one["bias"]["complete"] - MUCH**2 * one["bias"]["partial"]), 0)
        claims.append(Claim(off > MARGIN, (
            f"Small, tau = {tau:g}: bias {bias[tau]['partial']:.1f}, of complete pooling "
            f"{bias[tau]['complete']:.1f}, {bias[tau]['complete'] / bias[tau]['partial']:.2f} "
            f"times as much ({standard_errors(off)} "
            f"{'above' if off > 0 else 'below'} {MUCH:g}).")))
    halves(ledger, "guide.bias", *claims)
    clear = MARGIN * largest_error(found)
    ledger.statement("guide.variance", all(
        root["complete"] + clear < root["partial"] < root["none"] - clear
        and root["none"] > MUCH * root["complete"]
        for root in sd.values()), "standard deviation given theta: " + "; ".join(
            f"tau = {tau:g}: " + ", ".join(f"{name} {root[name]:.1f}"
                                           for name in ("complete", "partial", "none"))
            for tau, root in sd.items())
                     + f" (standard errors at most {plain(largest_error(found), 1)})")


def largest_error(found):
    """Of the root mean variances of partial pooling."""
    def error(squares):
        value, se = mean_and_error(squares)
        return se / (2 * np.sqrt(value))
    return max(error(one["variance"]["partial"]) for one in found.values())


def roots(squares):
    return {name: np.sqrt(max(np.mean(x), 0)) for name, x in squares.items()}


# --- the best regime of each ----------------------------------------------------------------------

REGIMES = (("complete", "identical groups", 0.0, schools().sigma),
           ("none", "unrelated groups, measured well", 20.0, np.full(8, 2.0)),
           ("none", "unrelated groups, measured well", 100.0, np.full(8, 2.0)),
           ("partial", "related groups, measured unequally", 5.0, np.geomspace(2, 20, 8)))


FLAT = {"none": "none (flat)", "complete": "complete (flat mu)"}


def mean_squared_errors(sigma, tau, sets, seed=4):
    """Of the three strategies over theta_j ~ Normal(8, tau): dict of (mean, standard error).

    No pooling and complete pooling exactly. The expected error of no pooling given the data, whose
    mean is known, is taken off that of partial pooling: their noise is much the same.
    """
    y = 8 + np.hypot(tau, sigma) * np.random.default_rng(seed).standard_normal((sets, len(sigma)))
    weight = sigma**-2.0 / (sigma**-2.0).sum()
    none = (sigma**2).mean()
    partial, own = (expected_errors(estimate, y, sigma, tau).mean(axis=1)
                    for estimate in (estimates(y, sigma), y))
    share = np.cov(partial, own)[0, 1] / own.var(ddof=1)
    return {"none": (none, 0.0),
            "complete": (tau**2 * (1 - 2 * weight.mean() + weight @ weight)
                         + weight**2 @ sigma**2, 0.0),
            "partial": mean_and_error(partial - share * (own - none))}


def estimates(y, sigma, **priors):
    """Posterior means of theta under partial pooling, (sets, J)."""
    return np.concatenate([ManyPosteriors(y[k:k + 250], sigma, **priors).mean
                           for k in range(0, len(y), 250)])


def judge_regimes(ledger, sets):
    claims = []
    for best, words, tau, sigma in REGIMES:
        found = mean_squared_errors(sigma, tau, sets)
        second = min((name for name in found if name != best), key=lambda name: found[name][0])
        se = found["partial"][1]
        off = (found[second][0] - found[best][0]) / se
        claims.append(Claim(off > MARGIN, f"{words.capitalize()}, tau = {tau:g}: mean squared "
                            "error " + ", ".join(f"{FLAT.get(name, name)} {plain(value, 5)}"
                                        for name, (value, _) in found.items())
                            + f" (standard error {plain(se, 1)})."))
    halves(ledger, "guide.best_regime", *claims)
