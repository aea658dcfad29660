"""Exercise 5.8.4 of the section: a school that is not in the data."""
import numpy as np
from scipy import special

from ..exercise import Edge, Exercise, Mistake, Part
from .generic import between, how_many, in_integers
from .parts_of_the_section import SECTION, question


def predictive_interval(draws):
    """5.8.4 (a): the 89% interval of the ninth school's effect from its draws, equal tails.

    Ingredients: exercise 20b makes the draws; half of what is left out lies below, half above;
    np.quantile or np.percentile.

    draws : array (n,)
    Returns low, high: two floats.

    Worked number: draws = np.arange(201.0) gives 11.0 and 189.0.
    """
    return np.quantile(draws, 0.055), np.quantile(draws, 0.945)


def interval_formula(s, draws):
    low, high = {None: (0.055, 0.945), "one tail": (0.11, 0.89), "95": (0.025, 0.975),
                 "90": (0.05, 0.95), "percent": (0.00055, 0.00945)}[s.levels]
    if s.out == "normal":
        away = np.sqrt(2) * special.erfinv(0.89) * draws.std(ddof=1)
        return draws.mean() - away, draws.mean() + away
    if s.out == "range":
        return draws.min(), draws.max()
    return np.quantile(draws, low), np.quantile(draws, high)


INTERVAL = Exercise(
    "5.8.4a", predictive_interval, (Part("low"), Part("high")), returns="tuple",
    formula=interval_formula, sets=SECTION,
    probe=lambda rng: {"draws": np.round(rng.gamma(2.0, 3.0, int(rng.integers(30, 60))) - 4, 4)},
    smallest={"draws": np.array([3.0, 1.0, 2.0, 9.0, 5.0])},
    mistakes=(
        Mistake("one_tail", "11 per cent are left out at each end: together they are to be 11",
                {"levels": "one tail"}),
        Mistake("other_level", "this is the 95% interval, 89% is asked for", {"levels": "95"}),
        Mistake("other_level", "this is the 90% interval, 89% is asked for", {"levels": "90"},
                variant="90"),
        Mistake("percent", "both ends lie among the smallest draws: np.percentile counts from 0 to "
                "100, np.quantile from 0 to 1", {"levels": "percent"}),
        Mistake("normal_interval", "this is a normal's interval, from the mean and the standard "
                "deviation: the draws have their own shape", {"out": "normal"}),
        Mistake("range", "this is the range of all draws", {"out": "range"}),
    ),
    edges=(Edge("equal draws", {"draws": np.full(12, 3.25)}, "where all draws are equal the result "
                "is not right"),),
    hint="89 per cent inside: how much is left, and for each side?")


def width_ratio(first, second):
    """5.8.4 (b): how many times as wide the first interval is as the second.

    first, second : arrays (2,), each low and high
    Returns a float.

    Worked number: [-7.6, 23.4] and [-5.9, 14.4] give 1.5271.
    """
    return (first[1] - first[0]) / (second[1] - second[0])


def ratio_formula(s, first, second):
    ratio = (first[1] - first[0]) / (second[1] - second[0])
    return {None: ratio, "inverse": 1 / ratio, "percent": 100 * ratio, "more": ratio - 1,
            "ends": first[1] / second[1]}[s.out]


RATIO = Exercise(
    "5.8.4b", width_ratio, (Part("ratio"),), formula=ratio_formula, sets=SECTION,
    probe=lambda rng: {"first": between(rng, -9, -1, 2) + [0, 12.5],
                       "second": between(rng, -5, -1, 2) + [0, 9.5]},
    smallest={"first": np.array([-1.0, 5.0]), "second": np.array([0.0, 4.0])},
    mistakes=(
        Mistake("inverse", "the ratio is upside down", {"out": "inverse"}),
        Mistake("percent", "this is a percentage, a ratio is asked for", {"out": "percent"}),
        Mistake("more", "this says by how much it is wider: how many times as wide is asked",
                {"out": "more"}),
        Mistake("ends", "the upper ends are compared and not the widths", {"out": "ends"}),
    ),
    hint="The width of an interval is high less low.")


def why_the_ninth_school_is_wider():
    """5.8.4 (b), in words: which is wider, the predictive distribution of the ninth school or the
    posterior of School E, and why? Return your answer as a text.
    """
    return ""


WHY_THE_NINTH_SCHOOL_IS_WIDER = question("5.8.4b (words)", why_the_ninth_school_is_wider, (
    "That of the ninth school, by about one half: School E's own result, -1 with a "
    "standard error of 9, tells something about its effect. Of the ninth school only the "
    "population is known, with the spread tau and the doubt about mu and tau."))


def why_a_private_school_is_not_exchangeable():
    """5.8.4 (c), in words: the ninth school is private, the eight are public. Should its effect be
    drawn from the same population? If not, how would you change the model? Return your answer as a
    text.
    """
    return ""


PRIVATE = question("5.8.4c (words)", why_a_private_school_is_not_exchangeable, (
    "No. Exchangeable means that before the data nothing distinguishes one school from "
    "another, and here something does. Give the population a mean that depends on the kind "
    "of school, mu for public ones and mu + beta for private ones: given the kind, schools "
    "are exchangeable again."))


def theta_with_covariate(mu, beta, tau, x, raw):
    """5.8.4 (d): the schools' effects with a covariate on the level of the groups.

    Ingredients: the population's mean is mu for public schools (x = 0), and more by beta for
    private ones (x = 1); the schools spread around their mean with tau; raw_j is standard normal.

    mu, beta, tau : floats
    x, raw : arrays (J,)
    Returns theta, an array (J,).

    Worked number: mu = 8.0, beta = 5.0, tau = 4.0, x = [1.0], raw = [0.5] gives [15.0].
    """
    return mu + beta * x + tau * raw


def covariate_formula(s, mu, beta, tau, x, raw):
    spread = {None: tau, "variance": tau**2, "one": 1.0}[s.tau]
    kind = {None: x, "turned": 1 - x, "left out": 0 * x, "all": 1 + 0 * x}[s.x]
    beta = {None: beta, "one": 1.0}[s.beta]
    return {None: mu + beta * kind + spread * raw, "no mu": beta * kind + spread * raw,
            "times": (mu + spread * raw) * (1 + beta * kind),
            "bracket": mu + (beta + spread * raw) * kind,
            "scaled": mu + spread * (beta * kind + raw), "no raw": mu + beta * kind + 0 * raw,
            "minus": mu - beta * kind + spread * raw}[s.out]


def covariate_probe(rng):
    J = how_many(rng) + 2
    return {"mu": between(rng, 3, 9), "beta": between(rng, 2.1, 7), "tau": between(rng, 1.3, 5),
            "x": (np.arange(J) % 3 == 1).astype(float), "raw": between(rng, -2, 2, J)}


COVARIATE = Exercise(
    "5.8.4d", theta_with_covariate, (Part("theta"),), formula=covariate_formula, sets=SECTION,
    probe=covariate_probe,
    smallest={"mu": 8.0, "beta": 5.0, "tau": 4.0, "x": np.array([0.0, 1.0]),
              "raw": np.array([1.0, -1.0])},
    mistakes=(
        Mistake("turned", "public (x = 0) and private (x = 1) are exchanged", {"x": "turned"}),
        Mistake("no_covariate", "the covariate is left out: all schools come from one population",
                {"x": "left out"}),
        Mistake("for_all", "every school gets beta: public ones (x = 0) do not", {"x": "all"}),
        Mistake("no_beta", "beta is not used", {"beta": "one"}),
        Mistake("P1", "tau is squared: raw counts standard deviations", {"tau": "variance"}),
        Mistake("no_tau", "tau is not used", {"tau": "one"}),
        Mistake("no_mu", "mu is not used", {"out": "no mu"}),
        Mistake("times", "the effect of private schools is multiplied: beta is an amount to be "
                "added",
                {"out": "times"}),
        Mistake("C4", "a bracket is in the wrong place: in yours public schools do not spread",
                {"out": "bracket"}),
        Mistake("scaled", "beta is multiplied by tau: it has the unit of theta already",
                {"out": "scaled"}),
        Mistake("R4", "these are the population's means: the schools spread around them",
                {"out": "no raw"}),
        Mistake("sign", "beta is subtracted: private schools have it more", {"out": "minus"}),
    ),
    edges=(Edge("whole numbers", {"mu": 8.0, "beta": 5.5, "tau": 4.5, "x": np.array([0, 1, 0]),
                                  "raw": np.array([0.5, -0.25, 1.5])},
                in_integers("x"), "N7"),),
    hint="The population's mean of each school first, then the spread around it.")

EXERCISES = (INTERVAL, RATIO, COVARIATE,
             WHY_THE_NINTH_SCHOOL_IS_WIDER,
             PRIVATE)
