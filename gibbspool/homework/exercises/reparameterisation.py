"""Exercise 5.8.2 of the section: the non-centred form."""
import numpy as np
from scipy import special

from ..exercise import Edge, Exercise, Mistake, Part
from .generic import between, how_many
from .parts_of_the_section import FIFTY, SECTION, question


def to_raw(theta, mu, tau):
    """5.8.2 (a): the standardised variables of the non-centred form.

    Ingredients: theta_j ~ Normal(mu, tau); raw_j is to be standard normal.

    theta : array (J,)
    mu, tau : floats
    Returns an array (J,).

    Worked number: theta = [11.0], mu = 8.0, tau = 6.0 gives [0.5].
    """
    return (theta - mu) / tau


def to_raw_formula(s, theta, mu, tau):
    t = {None: tau, "variance": tau**2, "root": np.sqrt(tau)}[s.tau]
    mu = {None: mu, "mean": theta.mean()}[s.mu]
    return {None: (theta - mu) / t, "back": mu + t * theta, "no mu": theta / t,
            "not divided": theta - mu, "bracket": theta - mu / t, "times": (theta - mu) * t,
            "minus": (mu - theta) / t}[s.out]


TO_RAW = Exercise(
    "5.8.2a", to_raw, (Part("raw"),), formula=to_raw_formula, sets=SECTION,
    probe=lambda rng: {"theta": between(rng, -6, 11, how_many(rng)), "mu": between(rng, -3, 6),
                       "tau": between(rng, 1.3, 5)},
    smallest={"theta": np.array([5.0, 1.0]), "mu": 2.0, "tau": 4.0},
    mistakes=(
        Mistake("P1", "divided by the variance: the result still has a unit, one over that of "
                "theta", {"tau": "variance"}),
        Mistake("P1", "divided by the root of tau: tau is a standard deviation already",
                {"tau": "root"}, variant="root"),
        Mistake("C15", "centred at the mean of theta and not at mu", {"mu": "mean"}),
        Mistake("back", "this is the way back, from raw to theta", {"out": "back"}),
        Mistake("no_mu", "mu is not subtracted", {"out": "no mu"}),
        Mistake("not_divided", "not divided by tau: the spread is not 1", {"out": "not divided"}),
        Mistake("C4", "a bracket is missing: only mu is divided", {"out": "bracket"}),
        Mistake("times", "multiplied by tau: the spread must become 1",
                {"out": "times"}),
        Mistake("sign", "the sign is turned round", {"out": "minus"}),
    ),
    edges=(Edge("many groups", {"theta": np.linspace(-9, 7, 50), "mu": 1.3, "tau": 2.6}, FIFTY,
                "C23"),),
    hint="A standard normal number has its middle at 0 and no unit: two steps.")


def log_jacobian(tau, J):
    """5.8.2 (a): log of the Jacobian of the change from raw to theta, for J groups.

    Ingredients: theta_j = mu + tau raw_j for each j: the matrix of derivatives is diagonal, and its
    determinant is the product of the diagonal.

    tau : float
    J : whole number
    Returns a float, the log of the determinant of the derivatives of theta by raw.

    Worked number: tau = 6.0, J = 8 gives 14.334.
    """
    return J * np.log(tau)


def log_jacobian_formula(s, tau, J):
    one = {None: np.log(tau), "square": 2 * np.log(tau), "log10": np.log10(tau)}[s.log]
    return {None: J * one, "inverse": -J * one, "one group": one, "not log": tau**J,
            "less one": (J - 1) * one, "sum": np.log(J * tau)}[s.out]


LOG_JACOBIAN = Exercise(
    "5.8.2a (Jacobian)", log_jacobian, (Part("log Jacobian"),), formula=log_jacobian_formula,
    sets=SECTION,
    probe=lambda rng: {"tau": between(rng, 0.3, 9), "J": int(rng.integers(3, 12))},
    smallest={"tau": 2.0, "J": 3},
    mistakes=(
        Mistake("inverse", "this is the Jacobian of the way back, from theta to raw",
                {"out": "inverse"}),
        Mistake("one_group", "one group alone is counted: the determinant of a diagonal matrix is "
                "a product of J numbers", {"out": "one group"}),
        Mistake("not_log", "this is the determinant itself: its log is asked for",
                {"out": "not log"}),
        Mistake("C12", "one group too few is counted", {"out": "less one"}),
        Mistake("sum_of_diagonal", "the diagonal was added up: a determinant is a product",
                {"out": "sum"}),
        Mistake("P1", "the derivatives are tau, not tau squared", {"log": "square"}),
        Mistake("N10", "this is the logarithm to base 10", {"log": "log10"}),
    ),
    edges=(Edge("many groups", {"tau": 0.001, "J": 2000}, "with 2000 groups and a small tau the "
                "result is not finite: the determinant underflows before its log is taken", "N1"),),
    hint="A product of J equal numbers: what is its log?")


def why_there_is_no_funnel():
    """5.8.2 (b), in words: why has the density of raw, mu and tau a geometry that hardly depends on
    tau, while that of theta, mu and tau is a funnel? What happens to raw when tau goes to 0? Return
    your answer as a text.
    """
    return ""


WHY_THERE_IS_NO_FUNNEL = question("5.8.2b (words)", why_there_is_no_funnel, (
    "Each raw is standard normal whatever tau is, so nothing narrows as tau goes to 0. "
    "Each theta has the standard deviation tau: as tau goes to 0 all of them are squeezed "
    "onto mu, the neck of the funnel. The marginal of raw stays what it was; the squeezing "
    "happens in the formula that computes theta."))


def shortest_interval(draws, prob):
    """5.8.2 (c): the shortest interval that holds a share of the draws (the HDI of a sample).

    Ingredients: sort the n draws; an interval from one draw to another that lies k places further
    on, with k = floor(prob times n), covers the share; of all these the shortest, and of equally
    short ones the lowest.

    draws : array (n,)
    prob : float, such as 0.89
    Returns low, high: two floats.

    Worked number: draws = [1.0, 2.0, 2.5, 3.0, 9.0], prob = 0.5 gives 2.0 and 3.0.
    """
    ordered = np.sort(draws)
    k = int(np.floor(prob * len(ordered)))
    first = np.argmin(ordered[k:] - ordered[:len(ordered) - k])
    return ordered[first], ordered[first + k]


def shortest_formula(s, draws, prob):
    ordered = draws if s.sort == "not" else np.sort(draws)
    n = len(ordered)
    k = {None: int(np.floor(prob * n)), "less one": int(np.floor(prob * n)) - 1,
         "rounded up": int(np.ceil(prob * n)),
         "rest": int(np.floor((1 - prob) * n))}[s.k]
    widths = ordered[k:] - ordered[:n - k]
    first = {None: np.argmin(widths), "longest": np.argmax(widths), "lowest": 0}[s.first]
    if s.out == "tails":
        return np.quantile(draws, (1 - prob) / 2), np.quantile(draws, (1 + prob) / 2)
    if s.out == "one tail":
        return np.quantile(draws, 1 - prob), np.quantile(draws, prob)
    if s.out == "normal":
        away = np.sqrt(2) * special.erfinv(prob) * draws.std()
        return draws.mean() - away, draws.mean() + away
    return ordered[first], ordered[first + k]


SHORTEST = Exercise(
    "5.8.2c", shortest_interval, (Part("low"), Part("high")), returns="tuple",
    formula=shortest_formula, sets=SECTION,
    probe=lambda rng: {"draws": np.round(rng.gamma(2.0, 3.0, int(rng.integers(20, 40))), 4),
                       "prob": float(rng.choice((0.5, 0.8, 0.89)))},
    smallest={"draws": np.array([3.0, 1.0, 2.5, 9.0, 2.0, 6.0]), "prob": 0.5},
    mistakes=(
        Mistake("equal_tails", "this leaves out as many draws below as above: of a skewed "
                "distribution that interval is not the shortest", {"out": "tails"}),
        Mistake("one_tail", "this leaves out the whole rest at each end: it holds less than the "
                "share", {"out": "one tail"}),
        Mistake("normal_interval", "this is a normal's interval, from the mean and the standard "
                "deviation: they know nothing of the skewness", {"out": "normal"}),
        Mistake("longest", "this is the longest of the intervals", {"first": "longest"}),
        Mistake("lowest", "this interval begins at the smallest draw: others may be shorter",
                {"first": "lowest"}),
        Mistake("one_short", "the interval is one draw too short", {"k": "less one"}),
        Mistake("one_more", "the interval is one draw too long where prob times n is no whole "
                "number: look at the rounding", {"k": "rounded up"}),
        Mistake("not_sorted", "the draws are not sorted: neighbours in the array are not "
                "neighbours on the line", {"sort": "not"}),
        Mistake("rest", "the interval holds the share that should be left out", {"k": "rest"}),
    ),
    edges=(Edge("equal draws", {"draws": np.full(12, 3.25), "prob": 0.89},
                "where all draws are equal the result is not right"),),
    hint="All candidates at once: the sorted draws from place k on, less those that end k places "
         "before the last.")

EXERCISES = (TO_RAW, LOG_JACOBIAN, SHORTEST, WHY_THERE_IS_NO_FUNNEL)
