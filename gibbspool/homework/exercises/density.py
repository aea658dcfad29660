"""Exercises 1 and 2: the normal density, and shrinkage."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part, Property, Valid
from .generic import between, how_many, in_integers


def normal_logpdf(x, mean, sd):
    """Log of the normal density, normalised.

    Ingredients: the distance of x from the mean in units of sd, the log of sd, and the constant
    that makes the density integrate to 1.

    x : array (n,)
    mean, sd : floats; sd is a standard deviation, not a variance
    Returns an array (n,).

    Worked number: x = [1.0], mean = 1.0, sd = 2.0 gives [-1.6121].
    """
    z = (x - mean) / sd
    return -0.5 * z**2 - np.log(sd) - 0.5 * np.log(2 * np.pi)


def normal_logpdf_formula(s, x, mean, sd):
    sd = {None: sd, "root": np.sqrt(sd), "square": sd**2, "precision": 1 / np.sqrt(sd),
          "inverse": 1 / sd}[s.sd]
    z = (x - mean) / sd
    power = {None: 0.5 * z**2, "whole": z**2, "linear": 0.5 * z, "plus": -0.5 * z**2,
             "over sd": 0.5 * sd * z**2}[s.power]
    log_sd = {None: np.log(sd), "none": 0, "plus": -np.log(sd),
              "half": 0.5 * np.log(sd)}[s.log_sd]
    constant = {None: 0.5 * np.log(2 * np.pi), "none": 0, "whole": np.log(2 * np.pi)}[s.constant]
    log_p = -power - log_sd - constant
    return {None: log_p, "pdf": np.exp(log_p), "log10": log_p / np.log(10)}[s.out]


NORMAL_LOGPDF = Exercise(
    "1", normal_logpdf, (Part("log density"),), returns="value", formula=normal_logpdf_formula,
    probe=lambda rng: {"x": between(rng, -4, 6, int(rng.integers(2, 7))),
                       "mean": between(rng, -2, 3), "sd": between(rng, 0.3, 4)},
    smallest={"x": np.array([4.0, -1.0]), "mean": 1.0, "sd": 2.0},
    mistakes=(
        Mistake("P1", "sd is used as if it were the variance: your curve has the wrong width. One "
                "sd from the mean the log density must have fallen by one half",
                {"sd": "root"}),
        Mistake("P1", "sd is squared once too often: one sd from the mean the log density must "
                "have fallen by one half", {"sd": "square"}, variant="squared twice"),
        Mistake("P1", "sd is not squared below the squared distance: the two must have one unit",
                {"power": "over sd"}, variant="exponent"),
        Mistake("P2", "sd is used as if it were a precision: a larger sd must make the curve "
                "wider, yours becomes narrower", {"sd": "precision"}),
        Mistake("P2", "sd is turned upside down: a larger sd must make the curve wider, yours "
                "becomes narrower", {"sd": "inverse"}, variant="1/sd"),
        Mistake("C18", "sd is missing in what stands before the exponential: the area under "
                "your curve grows with sd, and it must stay 1", {"log_sd": "none"}),
        Mistake("log_sd_sign", "a wider curve must be lower at its top: yours is higher. Look at "
                "the sign of the term with the log of sd", {"log_sd": "plus"}),
        Mistake("half_log_sd", "the log of sd is halved: as it stands the area under your curve "
                "changes with sd. A half belongs to the log of a variance", {"log_sd": "half"}),
        Mistake("no_half", "one sd from the mean the log density must have fallen by one half: "
                "yours has fallen by 1", {"power": "whole"}),
        Mistake("not_squared", "your density is not the same on both sides of the mean: is the "
                "distance squared?", {"power": "linear"}),
        Mistake("sign", "your density grows away from the mean: look at the sign of the squared "
                "distance", {"power": "plus"}),
        Mistake("no_2pi", "the constant is left out: the area under your curve is 2.5 instead of "
                "1", {"constant": "none"}),
        Mistake("two_pi", "the constant counts twice: the area under your curve is 0.4 instead of "
                "1. It belongs under the same root as the variance", {"constant": "whole"}),
        Mistake("N4", "this is the density and not its log: it is never negative. A product of "
                "many densities underflows to 0, a sum of logs does not", {"out": "pdf"}),
        Mistake("N10", "this is the logarithm to base 10: everywhere 0.434 times the natural one",
                {"out": "log10"}),
    ),
    valid=(Valid("through scipy", lambda x, mean, sd: stats_norm_logpdf(x, mean, sd)),),
    edges=(
        Edge("far out", {"x": np.array([60.5, -71.0]), "mean": 1.5, "sd": 0.75},
             "far from the mean your log density is not finite: the density underflows to 0 before "
             "its log is taken", "N1"),
        Edge("whole numbers", {"x": np.array([3, -2, 5]), "mean": 1.5, "sd": 2.5},
             in_integers("x"), "N7"),
        Edge("small unit", {"x": np.array([3e-160, 1e-160]), "mean": 2e-160, "sd": 1.5e-160},
             "in a very small unit (sd = 1.5e-160) the result is not right: squares of such "
             "numbers are 0. Divide first"),
    ),
    properties=(
        Property("same on both sides", ({"x": np.array([1.5, 4.5]), "mean": 3.0, "sd": 0.7},),
                 lambda out: "" if np.isclose(*out[0]["log density"]) else
                 "your density is not the same at equal distances on both sides of the mean"),
    ),
    hint="Write z for the distance in units of sd. What does z alone contribute, what does the "
         "change of unit from x to z, and what is left that depends on nothing?")


def stats_norm_logpdf(x, mean, sd):
    from scipy import stats
    return stats.norm.logpdf(x, mean, sd)


def shrinkage(sigma, tau):
    """Shrinkage factor of each group: the weight of the population mean mu.

    Ingredients: the variances within (sigma squared) and between (tau squared). 1 means all the way
    to mu, 0 not at all; noisy groups are pulled most.

    sigma : array (J,)
    tau : float
    Returns B, an array (J,).

    Worked number: sigma = [9.0], tau = 6.0 gives [0.6923].
    """
    return sigma**2 / (sigma**2 + tau**2)


def shrinkage_formula(s, sigma, tau):
    s2 = {None: sigma**2, "sd": sigma}[s.sigma]
    t2 = {None: tau**2, "sd": tau}[s.tau]
    B = {None: s2 / (s2 + t2), "rest": t2 / (s2 + t2), "ratio": s2 / t2,
         "of all": s2 / (s2.sum() + t2), "mean": np.full_like(s2, np.mean(s2 / (s2 + t2))),
         "minus": s2 / (s2 - t2), "fourth": s2**2 / (s2**2 + t2**2)}[s.weight]
    return np.sqrt(B) if s.root else B


SHRINKAGE = Exercise(
    "2", shrinkage, (Part("B"),), formula=shrinkage_formula,
    probe=lambda rng: {"sigma": between(rng, 0.5, 6, how_many(rng)),
                       "tau": between(rng, 0.3, 5)},
    smallest={"sigma": np.array([1.0, 3.0]), "tau": 2.0},
    mistakes=(
        Mistake("C1", "sigma and tau are not squared: with sigma three times tau, 90 per cent of "
                "the weight must go to mu, yours gives 75. Variances add up, standard deviations "
                "do not", {"sigma": "sd", "tau": "sd"}, variant="both"),
        Mistake("C1", "sigma is not squared and tau is: the two are added up in different units",
                {"sigma": "sd"}, variant="sigma"),
        Mistake("C1", "tau is not squared and sigma is: the two are added up in different units",
                {"tau": "sd"}, variant="tau"),
        Mistake("C2", "your weights are swapped: precise groups (small sigma) should be pulled "
                "least, and yours are pulled most. This is the weight of the group's own data",
                {"weight": "rest"}),
        Mistake("C3", "a weight must lie between 0 and 1: yours exceeds 1 where sigma is larger "
                "than tau. Something is missing below the fraction bar", {"weight": "ratio"}),
        Mistake("N6", "the sum runs over all groups: the factor of a group may depend on its own "
                "sigma only", {"weight": "of all"}),
        Mistake("C7", "all groups get the same factor: each group has a sigma of its own",
                {"weight": "mean"}),
        Mistake("sign", "a weight must lie between 0 and 1: yours does not. Look at the sign below "
                "the fraction bar",
                {"weight": "minus"}),
        Mistake("P1", "sigma and tau are squared twice", {"weight": "fourth"}),
        Mistake("P7", "your factor is the root of a weight: with sigma = tau each side must "
                "get half, and yours gives 0.71", {"root": True}),
    ),
    edges=(
        Edge("one population", {"sigma": np.array([0.5, 3.25, 7.0]), "tau": 0.0},
             "with tau = 0 all groups are alike: every factor must be 1"),
        Edge("large tau", {"sigma": np.array([0.5, 3.25, 7.0]), "tau": 4e7},
             "with a very large tau the factors are tiny, and yours have lost their digits: one "
             "minus something close to 1 keeps only rounding errors", "N9"),
        Edge("whole numbers", {"sigma": np.array([15, 10, 16]), "tau": 6.0},
             in_integers("sigma"), "N7"),
        Edge("many groups", {"sigma": np.linspace(0.5, 9, 41), "tau": 3.25},
             "with 41 groups the result is not right: is a number of groups written into it?",
             "C23"),
    ),
    properties=(
        Property("unit", ({"sigma": np.array([1.3, 4.1]), "tau": 2.7},
                          {"sigma": np.array([13.0, 41.0]), "tau": 27.0}),
                 lambda out: "" if np.allclose(out[0]["B"], out[1]["B"]) else
                 "a factor has no unit: with sigma and tau in grams instead of kilograms it must "
                 "stay as it is, yours changes"),
        Property("range", ({"sigma": np.array([1.3, 4.1]), "tau": 2.7},),
                 lambda out: "" if ((out[0]["B"] > 0) & (out[0]["B"] < 1)).all() else
                 "a weight must lie strictly between 0 and 1: yours does not"),
    ),
    hint="Two sources say where theta is: the group's data and the population. Each is worth one "
         "over its variance. What share of the worth is the population's?",
    sets=("core", "section"))

EXERCISES = (NORMAL_LOGPDF, SHRINKAGE)
