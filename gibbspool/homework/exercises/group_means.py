"""Exercises 3 and 4: the conditionals of theta and mu."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part, Property, Valid
from .generic import between, how_many, in_integers

VARIANCE = ("your sd is a variance: with all numbers ten times as large (another unit) it would "
            "become a hundred times as large. Look at the last step")
PRECISION = ("your sd shrinks where it should grow: it is a precision, one over a variance (BUGS "
             "counts in precisions, NumPy in standard deviations)")


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
                "weight": lambda: w / (w + v),
                "of sds": lambda: (sigma * tau / (sigma + tau))**2}[s.spread]()
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
        Mistake("P2", "your sd is one over what it should be: it shrinks where sigma and tau "
                "grow. It is the root of a precision, not of a variance",
                {"sd": "root precision"}, variant="root"),
        Mistake("C1", "you weigh by standard deviations: variances belong there. A group three "
                "times as noisy counts nine times less, and yours counts three times less",
                {"sigma": "sd", "tau": "sd"}, variant="both"),
        Mistake("C1", "sigma is not squared where a variance belongs: it is set against tau "
                "squared, which has another unit", {"sigma": "sd"}, variant="sigma"),
        Mistake("C1", "tau is not squared where a variance belongs: it is set against sigma "
                "squared, which has another unit", {"tau": "sd"}, variant="tau"),
        Mistake("C1", "your sd adds up one over sigma and one over tau: these are no precisions. "
                "With sigma = tau the sd must be 0.71 of them, yours is 0.5",
                {"spread": "of sds"}, variant="sd"),
        Mistake("C1", "you weigh by standard deviations, and add up one over them for your sd: "
                "variances belong there", {"sigma": "sd", "tau": "sd", "spread": "of sds"},
                variant="all"),
        Mistake("C2", "the weights of your mean are swapped: with a huge tau nothing is pooled and "
                "the mean must be y, yours goes to mu. Precise groups should be pulled least",
                {"mean": "swapped"}),
        Mistake("C3", "your mean is not divided by the total precision: with y = mu = 5 in all "
                "groups it must be 5, and yours is not", {"mean": "not divided"}),
        Mistake("C4", "a bracket is missing in your mean: only the data's term is divided by the "
                "total precision. With y = mu = 5 the mean must be 5", {"mean": "bracket"}),
        Mistake("C4", "a bracket is missing in your mean: only the population's term is divided by "
                "the total precision. With y = mu = 5 the mean must be 5",
                {"mean": "bracket y"}, variant="y"),
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
        Mistake("C7", "every group gets the mean over all y, where its own y belongs",
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
        Mistake("C19", "your sd has no unit: it is the root of a weight, which is a share. An "
                "sd has the unit of sigma", {"spread": "weight"}),
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
             in_integers("y", "sigma"), "N7"),
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
    counts = {None: len(theta), "eight": 8, "one": 1, "less one": len(theta) - 1}
    J = counts[s.J]
    t2 = {None: tau**2, "sd": tau}[s.tau]
    v2 = {None: s0**2, "sd": s0, "precision": 1 / s0, "inverse": 1 / s0**2}[s.s0]
    data = (J if s.counted is None else counts[s.counted]) / t2
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


EIGHT = "right for eight groups and for no other number: is an 8 written into it?"
MU = {"theta": np.array([4.2, -3.1, 7.7]), "tau": 2.3, "m0": 1.4, "s0": 3.8}
MU_GIVEN = Exercise(
    "4", mu_given, (Part("mean"), Part("sd")), returns="tuple", formula=mu_given_formula,
    probe=lambda rng: {"theta": between(rng, -6, 11, how_many(rng)), "tau": between(rng, 0.5, 5),
                       "m0": between(rng, -5, -0.5), "s0": between(rng, 0.6, 6)},
    smallest={"theta": np.array([5.0, 1.0]), "tau": 2.0, "m0": -1.0, "s0": 4.0},
    mistakes=(
        Mistake("P1", VARIANCE, {"sd": "variance"}),
        Mistake("P2", PRECISION, {"sd": "precision"}),
        Mistake("P2", "your sd is one over what it should be: it shrinks where tau grows. It is "
                "the root of a precision, not of a variance",
                {"sd": "root precision"}, variant="root"),
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
        Mistake("C23", EIGHT, {"J": "eight"}),
        Mistake("C23", EIGHT, {"counted": "eight"}, variant="precision"),
        Mistake("C11", "J groups count as one in the total precision: your sd must shrink as "
                "groups are added, and it does not", {"counted": "one"}, variant="precision"),
        Mistake("C12", "one group too few is counted in the total precision: given theta, each of "
                "the J groups is a measurement of mu", {"counted": "less one"},
                variant="precision"),
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
             in_integers("theta"), "N7"),
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

EXERCISES = (THETA_GIVEN, MU_GIVEN)
