"""Exercises 1 to 4: the normal density, shrinkage, and the conditionals of theta and mu."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part, Property, Valid
from .generic import between, how_many

VARIANCE = ("your sd is a variance: measured in another unit, pounds instead of kilograms, it "
            "would grow by the square of what the data grow by. Look at the last step")
PRECISION = ("your sd shrinks when it should grow: it goes with one over the unit of the data, as "
             "a precision does (BUGS counts in precisions, NumPy in standard deviations)")


# ---- 1

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
    power = {None: 0.5 * z**2, "whole": z**2, "linear": 0.5 * z, "plus": -0.5 * z**2}[s.power]
    log_sd = {None: np.log(sd), "none": 0, "plus": -np.log(sd)}[s.log_sd]
    constant = {None: 0.5 * np.log(2 * np.pi), "none": 0, "whole": np.log(2 * np.pi)}[s.constant]
    log_p = -power - log_sd - constant
    return {None: log_p, "pdf": np.exp(log_p), "log10": log_p / np.log(10)}[s.out]


NORMAL_LOGPDF = Exercise(
    "1", normal_logpdf, (Part("log density"),), returns="value", formula=normal_logpdf_formula,
    probe=lambda rng: {"x": between(rng, -4, 6, int(rng.integers(2, 7))),
                       "mean": between(rng, -2, 3), "sd": between(rng, 0.3, 4)},
    smallest={"x": np.array([4.0, -1.0]), "mean": 1.0, "sd": 2.0},
    mistakes=(
        Mistake("P1", "sd is used as if it were the variance: the curve has the wrong width, one "
                "sd from the mean it must have fallen by half a unit of log density", {"sd": "root"}),
        Mistake("P1", "sd is squared once too often: one sd from the mean the log density must "
                "have fallen by one half", {"sd": "square"}, variant="squared twice"),
        Mistake("P2", "sd is used as if it were a precision: a larger sd must make the curve "
                "wider, yours becomes narrower", {"sd": "precision"}),
        Mistake("P2", "sd is turned upside down: a larger sd must make the curve wider, yours "
                "becomes narrower", {"sd": "inverse"}, variant="1/sd"),
        Mistake("C18", "the spread is left out of what stands before the exponential: the area "
                "under your curve grows with sd, it must stay 1", {"log_sd": "none"}),
        Mistake("log_sd_sign", "a wider curve must be lower at its top: yours is higher. Look at "
                "the sign of the term with the log of sd", {"log_sd": "plus"}),
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
        Mistake("N4", "this is the density and not its log: it is never negative. Densities of "
                "many data underflow, logs do not", {"out": "pdf"}),
        Mistake("N10", "this is the logarithm to base 10: everywhere 0.434 times the natural one",
                {"out": "log10"}),
    ),
    valid=(Valid("through scipy", lambda x, mean, sd: stats_norm_logpdf(x, mean, sd)),),
    edges=(
        Edge("far out", {"x": np.array([60.5, -71.0]), "mean": 1.5, "sd": 0.75},
             "far from the mean your log density is not finite: the density underflows to 0 before "
             "its log is taken", "N1"),
        Edge("whole numbers", {"x": np.array([3, -2, 5]), "mean": 1.5, "sd": 2.5},
             "with x an array of integers the result is another: does an array of yours take its "
             "kind from x?", "N7"),
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


# ---- 2

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
                "than tau. The other variance is lacking below", {"weight": "ratio"}),
        Mistake("N6", "the sum runs over all groups: the factor of a group may depend on its own "
                "sigma only", {"weight": "of all"}),
        Mistake("C7", "all groups get the same factor: each has a sigma of its own",
                {"weight": "mean"}),
        Mistake("sign", "a weight must lie between 0 and 1: yours does not. Look at the sign below",
                {"weight": "minus"}),
        Mistake("P1", "sigma and tau are squared once too often: are they taken for variances "
                "somewhere?", {"weight": "fourth"}),
        Mistake("P7", "your factor is the root of the right kind of thing: with sigma = tau each "
                "side must get half, yours gives 0.71", {"root": True}),
    ),
    edges=(
        Edge("one population", {"sigma": np.array([0.5, 3.25, 7.0]), "tau": 0.0},
             "with tau = 0 all groups are alike: every factor must be 1"),
        Edge("large tau", {"sigma": np.array([0.5, 3.25, 7.0]), "tau": 4e7},
             "with a very large tau the factors are tiny, and yours have lost their digits: one "
             "minus something close to 1 keeps only rounding errors", "N9"),
        Edge("whole numbers", {"sigma": np.array([15, 10, 16]), "tau": 6.0},
             "with sigma an array of integers the result is another", "N7"),
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
                 "a weight must lie between 0 and 1: yours does not"),
    ),
    hint="Two sources say where theta is: the group's data and the population. Each is worth one "
         "over its variance. What share of the worth is the population's?",
    sets=("core", "section"))


# ---- 3

def theta_given(y, sigma, mu, tau):
    """Conditional of theta given mu and tau: mean and standard deviation of each group's normal.

    Ingredients: y_j ~ Normal(theta_j, sigma_j) and theta_j ~ Normal(mu, tau). Each is worth one
    over its variance: precisions add up, and the mean is weighted by them.

    y, sigma : arrays (J,)
    mu, tau : floats; all of sigma and tau are standard deviations
    Returns mean, sd: two arrays (J,).

    Worked number: y = [28.0], sigma = [15.0], mu = 8.0, tau = 6.0 gives mean [10.759], sd [5.571].
    """
    precision = 1 / sigma**2 + 1 / tau**2
    mean = (y / sigma**2 + mu / tau**2) / precision
    return mean, 1 / np.sqrt(precision)


def theta_given_formula(s, y, sigma, mu, tau):
    s2 = {None: sigma**2, "sd": sigma}[s.sigma]
    t2 = {None: tau**2, "sd": tau}[s.tau]
    own = {None: y, "of all": np.full_like(y, y.mean())}[s.own]
    mu = {None: mu, "grand mean": y.mean()}[s.mu]
    w, v = 1 / s2, 1 / t2
    mean = {None: lambda: (w * own + v * mu) / (w + v),
            "swapped": lambda: (v * own + w * mu) / (w + v),
            "not divided": lambda: w * own + v * mu,
            "bracket": lambda: w * own / (w + v) + v * mu,
            "bracket y": lambda: w * own + v * mu / (w + v),
            "no pooling": lambda: own + 0 * w,
            "no population": lambda: w * own / (w + v),
            "population": lambda: mu + 0 * w,
            "halfway": lambda: (own + mu) / 2}[s.mean]()
    variance = {None: lambda: 1 / (w + v),
                "no pooling": lambda: 1 / w,
                "population": lambda: 1 / v + 0 * w,
                "added": lambda: 1 / w + 1 / v,
                "weight": lambda: w / (w + v)}[s.spread]()
    sd = {None: np.sqrt(variance), "variance": variance, "precision": 1 / variance,
          "root precision": 1 / np.sqrt(variance)}[s.sd]
    return mean, sd


def theta_by_groups(y, sigma, mu, tau):
    """One group after another."""
    mean, sd = np.empty(len(y)), np.empty(len(y))
    for j in range(len(y)):
        B = sigma[j]**2 / (sigma[j]**2 + tau**2)
        mean[j] = B * mu + (1 - B) * y[j]
        sd[j] = sigma[j] * tau / np.hypot(sigma[j], tau)
    return mean, sd


def theta_equivariant(out):
    if not np.allclose(out[1]["mean"], 10 * out[0]["mean"]):
        return ("with y, sigma, mu and tau all ten times as large (another unit), your mean does "
                "not become ten times as large")
    if not np.allclose(out[1]["sd"], 10 * out[0]["sd"]):
        grown = float(out[1]["sd"][0] / out[0]["sd"][0])
        return (f"with y, sigma, mu and tau all ten times as large (another unit), your sd becomes "
                f"{grown:.3g} times as large, and it must be ten times")
    return ""


def theta_compromise(out):
    if not np.allclose(out[0]["mean"], 3.7):
        return "with y = mu = 3.7 in every group the mean must be 3.7, and yours is not"
    return ""


def theta_limits(out):
    if not np.allclose(out[0]["mean"], 1.7, atol=1e-3):
        return "with tau almost 0 all groups are alike: the mean must be mu, and yours is not"
    if not np.allclose(out[1]["mean"], [4.2, -3.1], atol=1e-3):
        return "with a huge tau nothing is pooled: the mean must be y, and yours is not"
    if not np.allclose(out[1]["sd"], [1.3, 2.9], atol=1e-3):
        return "with a huge tau nothing is pooled: the sd must be sigma, and yours is not"
    return ""


THETA = {"y": np.array([4.2, -3.1]), "sigma": np.array([1.3, 2.9]), "mu": 1.7, "tau": 2.3}
THETA_GIVEN = Exercise(
    "3", theta_given, (Part("mean"), Part("sd")), returns="tuple", formula=theta_given_formula,
    probe=lambda rng: (lambda J: {
        "y": between(rng, -9, 12, J), "sigma": between(rng, 0.6, 5, J), "mu": between(rng, -3, 6),
        "tau": between(rng, 0.4, 4)})(how_many(rng)),
    smallest={"y": np.array([4.0, -2.0]), "sigma": np.array([1.0, 3.0]), "mu": 1.0, "tau": 2.0},
    mistakes=(
        Mistake("P1", VARIANCE, {"sd": "variance"}),
        Mistake("P2", PRECISION, {"sd": "precision"}),
        Mistake("P2", "your sd is one over what it should be: it shrinks where sigma and tau grow. "
                "A precision was taken the root of, and not turned round",
                {"sd": "root precision"}, variant="root"),
        Mistake("C1", "sigma and tau are not squared where variances belong: doubling all numbers "
                "must double mean and sd, yours grow otherwise or weigh wrongly",
                {"sigma": "sd", "tau": "sd"}, variant="both"),
        Mistake("C1", "sigma is not squared where a variance belongs: it is compared with tau in "
                "another unit", {"sigma": "sd"}, variant="sigma"),
        Mistake("C1", "tau is not squared where a variance belongs: it is compared with sigma in "
                "another unit", {"tau": "sd"}, variant="tau"),
        Mistake("C2", "the weights of your mean are swapped: with a huge tau nothing is pooled and "
                "the mean must be y, yours goes to mu. Precise groups should be pulled least",
                {"mean": "swapped"}),
        Mistake("C3", "your mean is not divided by the total precision: with y = mu = 5 in all "
                "groups it must be 5, and yours is not", {"mean": "not divided"}),
        Mistake("C4", "a bracket is missing in your mean: only the data's term is multiplied by "
                "the variance. With y = mu = 5 the mean must be 5", {"mean": "bracket"}),
        Mistake("C4", "a bracket is missing in your mean: only the population's term is divided. "
                "With y = mu = 5 the mean must be 5", {"mean": "bracket y"}, variant="y"),
        Mistake("C5", "your mean is y: nothing is pooled. mu must have a say, the more so the "
                "noisier the group", {"mean": "no pooling"}, variant="mean"),
        Mistake("C5", "your mean and sd are the group's own, y and sigma: nothing is pooled, the "
                "population has no say", {"mean": "no pooling", "spread": "no pooling"}),
        Mistake("C5", "your mean leaves mu out: groups are pulled towards 0 and not towards mu",
                {"mean": "no population"}, variant="towards 0"),
        Mistake("C5", "your sd is that of the data alone: knowing the population too must make "
                "you surer", {"spread": "no pooling"}, variant="sd"),
        Mistake("C6", "you pull towards the mean of y and not towards mu: your mean does not move "
                "with the argument mu", {"mu": "grand mean"}),
        Mistake("C7", "every group gets the mean over all y where its own y belongs",
                {"own": "of all"}),
        Mistake("C21", "y is not used: this is the population, Normal(mu, tau), before any data "
                "were seen", {"mean": "population", "spread": "population"}),
        Mistake("C21", "your mean is mu: y is not used", {"mean": "population"}, variant="mean"),
        Mistake("C21", "your sd is tau, that of the population before data: y makes you surer",
                {"spread": "population"}, variant="sd"),
        Mistake("halfway", "your mean lies halfway between y and mu whatever sigma and tau are: "
                "the surer of the two must weigh more", {"mean": "halfway"}),
        Mistake("sum_of_variances", "your sd is larger than sigma and than tau: two sources "
                "together must leave less doubt than either. Variances were added, which is right "
                "for y given mu, and not for theta given y", {"spread": "added"}),
        Mistake("C19", "your sd has no unit: it is the root of a weight, and sigma is not "
                "multiplied in", {"spread": "weight"}),
    ),
    valid=(Valid("group by group", theta_by_groups),),
    edges=(
        Edge("tiny tau", {**THETA, "tau": 3e-8},
             "with tau = 3e-8 the sd must be almost tau; yours has lost its digits: one minus a "
             "number close to 1 keeps only rounding errors", "N9"),
        Edge("huge tau", {**THETA, "tau": 2e8},
             "with a huge tau the mean must be y and the sd must be sigma"),
        Edge("whole numbers", {"y": np.array([28, 8, -3]), "sigma": np.array([15, 10, 16]),
                               "mu": 8.0, "tau": 6.0},
             "with y and sigma arrays of integers the result is another: is a result stored in an "
             "array of integers?", "N7"),
        Edge("many groups", {"y": np.linspace(-9, 7, 41), "sigma": np.linspace(0.7, 6, 41),
                             "mu": 1.3, "tau": 2.6},
             "with 41 groups the result is not right: is a number of groups written into it?",
             "C23"),
        Edge("one group", {"y": np.array([4.25]), "sigma": np.array([1.5]), "mu": 1.3, "tau": 2.6},
             "with a single group the result is not right", "C23"),
    ),
    properties=(
        Property("unit", (THETA, {k: 10 * v for k, v in THETA.items()}), theta_equivariant),
        Property("compromise", ({**THETA, "y": np.array([3.7, 3.7]), "mu": 3.7},),
                 theta_compromise),
        Property("limits", ({**THETA, "tau": 1e-4}, {**THETA, "tau": 1e4}), theta_limits),
    ),
    hint="Count in precisions, one over variances: add them, weigh y and mu by them, and only at "
         "the very end turn the total into a standard deviation.", sets=("core",))


# ---- 4

def mu_given(theta, tau, m0, s0):
    """Conditional of mu given theta and tau: mean and standard deviation of a normal.

    Ingredients: theta_j ~ Normal(mu, tau) for each of the J groups, as J measurements of mu; and
    the prior mu ~ Normal(m0, s0). Given theta, the data y say nothing more about mu.

    theta : array (J,)
    tau, m0, s0 : floats; tau and s0 are standard deviations
    Returns mean, sd: two floats.

    Worked number: theta = [10.0, 6.0], tau = 6.0, m0 = 0.0, s0 = 20.0 gives mean 7.656, sd 4.150.
    """
    precision = len(theta) / tau**2 + 1 / s0**2
    mean = (theta.sum() / tau**2 + m0 / s0**2) / precision
    return mean, 1 / np.sqrt(precision)


def mu_given_formula(s, theta, tau, m0, s0):
    J = {None: len(theta), "eight": 8, "one": 1, "less one": len(theta) - 1}[s.J]
    t2 = {None: tau**2, "sd": tau}[s.tau]
    v2 = {None: s0**2, "sd": s0, "precision": 1 / s0, "inverse": 1 / s0**2}[s.s0]
    data = J / t2
    centre = {None: theta.sum() / len(theta), "first": theta[0]}[s.centre]
    total = {None: centre * J / t2, "mean": centre / t2}[s.total]
    prior, towards = {None: (1 / v2, m0 / v2), "left out": (0.0, 0.0), "zero": (1 / v2, 0.0),
                      "no width": (0.0, m0 / v2)}[s.prior]
    mean = {None: lambda: (total + towards) / (data + prior),
            "not divided": lambda: total + towards,
            "bracket": lambda: total / (data + prior) + towards,
            "swapped": lambda: (prior * centre + data * m0) / (data + prior),
            "theta": lambda: centre,
            "prior": lambda: m0}[s.mean]()
    variance = {None: lambda: 1 / (data + prior), "one group": lambda: t2, "prior": lambda: v2,
                "added": lambda: t2 / J + v2, "half": lambda: 1 / (1 / t2 + prior)}[s.spread]()
    sd = {None: np.sqrt(variance), "variance": variance, "precision": 1 / variance,
          "root precision": 1 / np.sqrt(variance)}[s.sd]
    return mean, sd


MU = {"theta": np.array([4.2, -3.1, 7.7]), "tau": 2.3, "m0": 1.4, "s0": 3.8}
MU_GIVEN = Exercise(
    "4", mu_given, (Part("mean"), Part("sd")), returns="tuple", formula=mu_given_formula,
    probe=lambda rng: {"theta": between(rng, -6, 11, how_many(rng)), "tau": between(rng, 0.5, 5),
                       "m0": between(rng, -5, -0.5), "s0": between(rng, 0.6, 6)},
    smallest={"theta": np.array([5.0, 1.0]), "tau": 2.0, "m0": -1.0, "s0": 4.0},
    mistakes=(
        Mistake("P1", VARIANCE, {"sd": "variance"}),
        Mistake("P2", PRECISION, {"sd": "precision"}),
        Mistake("P2", "your sd is one over what it should be: it shrinks where tau grows. The root "
                "of a precision was not turned round", {"sd": "root precision"}, variant="root"),
        Mistake("P2", "s0 is used as if it were the precision of the prior: a wide prior (large "
                "s0) must say little, yours says much", {"s0": "precision"}, variant="s0"),
        Mistake("P2", "the prior's variance is used as its precision: a wide prior (large s0) "
                "must say little, yours says much", {"s0": "inverse"}, variant="s0 squared"),
        Mistake("C1", "tau is not squared where a variance belongs", {"tau": "sd"}, variant="tau"),
        Mistake("C1", "s0 is not squared where a variance belongs", {"s0": "sd"}, variant="s0"),
        Mistake("C1", "neither tau nor s0 is squared where variances belong",
                {"tau": "sd", "s0": "sd"}, variant="both"),
        Mistake("C2", "the weights of your mean are swapped: with many groups the mean must come "
                "close to that of theta, yours goes to m0", {"mean": "swapped"}),
        Mistake("C3", "your mean is not divided by the total precision: with all theta and m0 "
                "equal to 5 it must be 5, and yours is not", {"mean": "not divided"}),
        Mistake("C4", "a bracket is missing in your mean: the prior's term is not divided by the "
                "total precision", {"mean": "bracket"}),
        Mistake("C9", "the prior is left out: nothing of what you return moves with m0 or s0",
                {"prior": "left out"}),
        Mistake("C9", "your mean leaves m0 out: it is pulled towards 0 and not towards m0",
                {"prior": "zero"}, variant="m0"),
        Mistake("C9", "your mean is that of theta: the prior has no say in it",
                {"mean": "theta"}, variant="mean"),
        Mistake("C9", "the prior's precision is missing in the total, though m0 is counted",
                {"prior": "no width"}, variant="precision"),
        Mistake("C11", "J groups count as one: your sd must shrink as groups are added, and it "
                "does not", {"J": "one"}),
        Mistake("C11", "your sd is tau, that of one group: the mean of J groups is known better, "
                "and the prior adds to it", {"spread": "one group"}, variant="sd"),
        Mistake("C11", "your sd counts one group where there are J: it must shrink as groups are "
                "added", {"spread": "half"}, variant="sd and prior"),
        Mistake("D4", "the mean of theta stands where its sum belongs: J measurements count as one "
                "in your mean", {"total": "mean"}),
        Mistake("C12", "one group too few is counted: given theta, each of the J groups is a "
                "measurement of mu", {"J": "less one"}),
        Mistake("C21", "your mean is m0: theta is not used", {"mean": "prior"}),
        Mistake("C21", "your mean and sd are those of the prior: theta is not used",
                {"mean": "prior", "spread": "prior"}, variant="both"),
        Mistake("C21", "your sd is that of the prior: theta makes you surer", {"spread": "prior"},
                variant="sd"),
        Mistake("C23", "right for eight groups and for no other number: is an 8 written into it?",
                {"J": "eight"}),
        Mistake("sum_of_variances", "your sd is larger than that of the prior: two sources "
                "together must leave less doubt than either. Variances were added where precisions "
                "belong", {"spread": "added"}),
    ),
    edges=(
        Edge("tiny tau", {**MU, "tau": 3e-8},
             "with tau = 3e-8 the mean must be that of theta and the sd almost 0"),
        Edge("vague prior", {**MU, "s0": 2e8},
             "with a very wide prior the mean must be that of theta"),
        Edge("whole numbers", {**MU, "theta": np.array([28, 8, -3])},
             "with theta an array of integers the result is another", "N7"),
        Edge("many groups", {**MU, "theta": np.linspace(-9, 7, 41)},
             "with 41 groups the result is not right: is a number of groups written into it?",
             "C23"),
        Edge("one group", {**MU, "theta": np.array([4.25])},
             "with a single group the result is not right", "C23"),
    ),
    properties=(
        Property("unit", (MU, {k: 10 * v for k, v in MU.items()}), theta_equivariant),
        Property("compromise", ({**MU, "theta": np.array([3.7, 3.7]), "m0": 3.7},),
                 lambda out: "" if np.allclose(out[0]["mean"], 3.7) else
                 "with all theta = 3.7 and m0 = 3.7 the mean must be 3.7, and yours is not"),
    ),
    hint="J measurements of mu with variance tau squared each, and one more, the prior's, with "
         "another variance. Count in precisions.", sets=("core",))

EXERCISES = (NORMAL_LOGPDF, SHRINKAGE, THETA_GIVEN, MU_GIVEN)
