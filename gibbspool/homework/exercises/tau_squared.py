"""Exercises 5 and 7: the conditional of tau squared, and a draw of tau."""
import numpy as np
from scipy import special

from .. import implied, long_run
from ..exercise import Edge, Exercise, Mistake, Part, Property, Script, Valid
from .generic import between, how_many, in_integers


def tau2_given(theta, mu, a0, b0):
    """Conditional of tau squared given theta and mu: an inverse gamma.

    Ingredients: theta_j ~ Normal(mu, tau), J groups; the prior tau^2 ~ InverseGamma(shape a0,
    scale b0), whose density goes with (tau^2)^(-a0 - 1) exp(-b0 / tau^2). Multiply the densities
    and read off the power and the exponent.

    theta : array (J,)
    mu, a0, b0 : floats
    Returns shape, scale: two floats.

    Worked number: theta = [10.0, 6.0], mu = 7.0, a0 = 3.0, b0 = 5.0 gives shape 4.0, scale 10.0.
    """
    shape = a0 + len(theta) / 2
    scale = b0 + ((theta - mu)**2).sum() / 2
    return shape, scale


def tau2_given_formula(s, theta, mu, a0, b0):
    n = len(theta)
    J = {None: n, "eight": 8}[s.J]
    half = {None: J / 2, "whole": J, "less one": (J - 1) / 2, "one more": (J + 1) / 2,
            "floor": J // 2,
            "minus one": J / 2 - 1, "plus one": J / 2 + 1, "not counted": 0}[s.half]
    centre = {None: mu, "mean": theta.mean(), "zero": 0.0}[s.centre]
    deviations = {None: (theta - centre)**2, "absolute": np.abs(theta - centre)}[s.deviations]
    squares = {None: deviations.sum() / 2, "whole": deviations.sum(), "mean": deviations.mean(),
               "half mean": deviations.mean() / 2, "root": np.sqrt(deviations.sum()),
               "none": 0.0, "square of sum": (theta - centre).sum()**2 / 2}[s.squares]
    a = {None: a0, "left out": 0.0, "half": a0 / 2}[s.a0]
    b = {None: b0, "left out": 0.0, "half": b0 / 2, "inverse": 1 / b0}[s.b0]
    shape, scale = a + half, np.float64(b + squares)
    return shape, {None: scale, "inverse": 1 / scale, "mean": scale / (shape - 1)}[s.scale]


TAU2 = {"theta": np.array([4.2, -3.1, 7.7]), "mu": 1.4, "a0": 2.6, "b0": 3.8}
TAU2_UNITS = {"theta": 10 * TAU2["theta"], "mu": 14.0, "a0": 2.6, "b0": 380.0}


def tau2_equivariant(out):
    if not np.isclose(out[0]["shape"], out[1]["shape"]):
        return "the shape has no unit: with theta and mu ten times as large it must not change"
    if not np.isclose(100 * out[0]["scale"], out[1]["scale"]):
        grown = float(out[1]["scale"] / out[0]["scale"])
        return ("with theta and mu ten times, and b0 a hundred times as large (another unit), your "
                f"scale becomes {grown:.4g} times as large, and it must be a hundred times: it has "
                "the unit of tau squared")
    return ""


TAU2_GIVEN = Exercise(
    "5", tau2_given, (Part("shape"), Part("scale")), returns="tuple", formula=tau2_given_formula,
    probe=lambda rng: {"theta": between(rng, -6, 11, how_many(rng)), "mu": between(rng, -3, 6),
                       "a0": between(rng, 2.1, 5), "b0": between(rng, 2.1, 9)},
    smallest={"theta": np.array([4.0, -2.0]), "mu": 2.0, "a0": 3.0, "b0": 5.0},
    mistakes=(
        Mistake("C12", "your shape grows by 1 with each group, too fast: one normal density holds "
                "one tau, and tau is the root of tau squared",
                {"half": "whole"}),
        Mistake("C12", "your shape counts one group too few: given mu, each of the J deviations "
                "counts in full. J - 1 belongs to a mu that is estimated",
                {"half": "less one"}, variant="J - 1"),
        Mistake("C12", "half of an odd number of groups is rounded down: // drops the rest",
                {"half": "floor"}, variant="floor"),
        Mistake("C12", "your shape counts one group too many", {"half": "one more"},
                variant="J + 1"),
        Mistake("C12", "your shape is too small by 1: the power of an inverse gamma's density is "
                "-shape - 1, and the 1 is no part of the shape",
                {"half": "minus one"}, variant="less 1"),
        Mistake("C12", "your shape is too large by 1: the power of an inverse gamma's density is "
                "-shape - 1, and the 1 is no part of the shape", {"half": "plus one"},
                variant="plus 1"),
        Mistake("C18", "your shape does not grow with the number of groups: the factor in front of "
                "each normal density holds tau as well", {"half": "not counted"}),
        Mistake("C13", "the sum of squares is not halved: the exponent of a normal density has a "
                "2 below", {"squares": "whole"}),
        Mistake("C13", "the mean of the squares stands where their sum belongs: with more groups "
                "the scale must grow", {"squares": "half mean"}, variant="half the mean"),
        Mistake("C13", "the mean of the squares stands where half their sum belongs: with more "
                "groups the scale must grow", {"squares": "mean"}, variant="mean"),
        Mistake("P1", "you take the root of the sum of squares: the scale has the unit of tau "
                "squared, a sum of squares has it already", {"squares": "root"}),
        Mistake("C1", "the deviations are not squared: the scale has the unit of tau squared",
                {"deviations": "absolute"}),
        Mistake("square_of_sum", "the deviations are added first and squared then: those above and "
                "below mu cancel", {"squares": "square of sum"}),
        Mistake("C14", "a0 is left out: your shape does not move with it", {"a0": "left out"},
                variant="a0"),
        Mistake("C14", "b0 is left out: your scale does not move with it", {"b0": "left out"},
                variant="b0"),
        Mistake("C14", "a0 and b0 are left out: the prior has no say", {"a0": "left out",
                                                                        "b0": "left out"},
                variant="both"),
        Mistake("C14", "a0 and b0 are halved: here they are the prior's shape and scale themselves",
                {"a0": "half", "b0": "half"},
                variant="halves"),
        Mistake("C14", "a0 is halved: here it is the prior's shape itself", {"a0": "half"},
                variant="half a0"),
        Mistake("C14", "b0 is halved: here it is the prior's scale itself", {"b0": "half"},
                variant="half b0"),
        Mistake("C15", "the deviations are those around the mean of theta: given mu, they are "
                "around mu, and your scale does not move with mu", {"centre": "mean"}),
        Mistake("centre_zero", "the squares are those of theta itself: your scale does not move "
                "with mu", {"centre": "zero"}),
        Mistake("C21", "your scale is the prior's: theta is not used in it", {"squares": "none"}),
        Mistake("P6", "your scale is one over the right one: larger deviations must give a larger "
                "tau. Was it turned into the rate of a gamma?", {"scale": "inverse"}),
        Mistake("P4", "b0 is turned upside down: a larger b0 must give a larger scale",
                {"b0": "inverse"}),
        Mistake("mean_of_it", "this is the mean of the inverse gamma and not its scale",
                {"scale": "mean"}),
        Mistake("C23", "right for eight groups and for no other number: is an 8 written into it?",
                {"J": "eight"}),
    ),
    edges=(
        Edge("no spread", {**TAU2, "theta": np.full(4, 1.4)},
             "with every theta equal to mu the scale must be that of the prior"),
        Edge("whole numbers", {**TAU2, "theta": np.array([28, 8, -3])},
             in_integers("theta"), "N7"),
        Edge("many groups", {**TAU2, "theta": np.linspace(-9, 7, 41)},
             "with 41 groups the result is not right: is a number of groups written into it?",
             "C23"),
        Edge("one group", {**TAU2, "theta": np.array([4.25])},
             "with a single group the result is not right", "C23"),
        Edge("far away", {**TAU2, "theta": 1e8 + np.array([0.25, 1.5, -2.0]), "mu": 1e8},
             "with theta and mu near 1e8 your scale has lost its digits: take differences before "
             "squaring"),
    ),
    properties=(Property("unit", (TAU2, TAU2_UNITS), tau2_equivariant),),
    hint="Write the product of the J normal densities and the prior as a function of v = tau^2 "
         "alone: which power of v, and what over v in the exponent?", sets=("core",))


def draw_tau(rng, shape, scale):
    """One draw of tau, where tau squared has an inverse gamma distribution.

    Ingredients: if g has a Gamma distribution with this shape and rate 1, then scale / g has the
    InverseGamma(shape, scale) distribution. NumPy's Generator.gamma(shape, scale) takes a SCALE,
    which is one over a rate.

    rng : numpy.random.Generator
    shape, scale : floats
    Returns one float, tau (not tau squared).

    Worked number: with shape = 50.5, scale = 99.0 the draws lie around 1.4.
    """
    return np.sqrt(scale / rng.gamma(shape))


def draw_tau_formula(s, rng, shape, scale):
    a = {None: shape, "half": shape / 2, "swapped": scale}[s.a]
    b = {None: scale, "swapped": shape, "none": 1.0}[s.b]
    g = {None: lambda: rng.standard_gamma(a), "mean": lambda: a, "less one": lambda: a - 1,
         "mode": lambda: a + 1, "one more half": lambda: rng.standard_gamma(a + 0.5)}[s.g]()
    v = {None: b / g, "scale": 1 / (b * g), "gamma": g / b, "gamma scale": b * g,
         "chi": b / (2 * g)}[s.v]
    return v if s.out == "variance" else np.sqrt(v)


def through_chi_square(rng, shape, scale):
    return np.sqrt(2 * scale / rng.chisquare(2 * shape))


def through_scipy(rng, shape, scale):
    from scipy import stats
    return np.sqrt(stats.invgamma.rvs(shape, scale=scale, random_state=rng))


def through_scipys_gamma(rng, shape, scale):
    from scipy import stats
    return 1 / np.sqrt(stats.gamma.rvs(shape, scale=1 / scale, random_state=rng))


def score_of_draw(given, parts):
    return special.ndtri(special.gammainc(given["shape"], given["scale"] / parts[0]**2))


def many_draws(rng):
    return long_run.many(DRAW_TAU, rng, DRAW_TAU.probe)


def another_gamma_number(case):
    """A note where tau comes from another number of the generator, turned the right way."""
    for call, (tau,) in zip(case.bank.calls, case.given):
        given = call.arguments
        if not implied.gamma_handed_out(given["shape"], float(given["scale"] / tau**2),
                                        given["rng"].seed):
            return None
    return ""


SCALE_UPSIDE_DOWN = ("a larger scale must give a larger tau, and yours gives a smaller one: scale "
                     "is on the wrong side, or was handed to NumPy's gamma, which takes one over a "
                     "rate")
DRAW_TAU = Exercise(
    "7", draw_tau, (Part("tau"),), formula=draw_tau_formula,
    probe=lambda rng: {"rng": Script(int(rng.integers(1, 9000))), "shape": between(rng, 2.1, 9),
                       "scale": between(rng, 2.1, 30)},
    smallest={"rng": Script(7), "shape": 4.0, "scale": 9.0},
    mistakes=(
        Mistake("P4", SCALE_UPSIDE_DOWN, {"v": "scale"}),
        Mistake("P6", SCALE_UPSIDE_DOWN, {"v": "scale"}),
        Mistake("P5", "you drew the precision, one over tau squared: a larger scale must give a "
                "larger tau, and gives a smaller one", {"v": "gamma"}),
        Mistake("P5", "the draw is a gamma's and not an inverse gamma's: the reciprocal is "
                "missing", {"v": "gamma scale"}, variant="times scale"),
        Mistake("P7", "this is tau squared, and tau is wanted: one more step", {"out": "variance"}),
        Mistake("P11", "shape and scale are swapped", {"a": "swapped", "b": "swapped"}),
        Mistake("degrees", "you use half the shape: a chi-square with n degrees of freedom is "
                "twice a gamma of shape n/2", {"a": "half"}),
        Mistake("degrees", "your tau squared is half of what it should be: a chi-square is twice a "
                "gamma",
                {"v": "chi"}, variant="not halved"),
        Mistake("C14", "scale is not used", {"b": "none"}),
        Mistake("C12", "the shape is too large by one half: nothing is to be added to it here",
                {"g": "one more half"}),
        Mistake("R4", "this is the root of the mean of tau squared: a draw is wanted, and rng is "
                "never asked", {"g": "less one"}),
        Mistake("R4", "rng is never asked: this is a fixed number in the middle, and a draw is "
                "wanted", {"g": "mean"}, variant="scale over shape"),
        Mistake("R4", "this is the root of the most likely tau squared: a draw is wanted, and rng "
                "is never asked", {"g": "mode"}, variant="mode"),
    ),
    valid=(Valid("chi-square", through_chi_square), Valid("scipy", through_scipy),
           Valid("scipy's gamma", through_scipys_gamma)),
    accepts=another_gamma_number, scores=score_of_draw, extra=many_draws,
    edges=(
        Edge("tiny scale", {"rng": Script(11), "shape": 3.5, "scale": 1e-150},
             "with a scale of 1e-150 the draw is not right"),
        Edge("many groups", {"rng": Script(12), "shape": 500.5, "scale": 4000.0},
             "with a shape of 500 the draw is not right"),
    ),
    hint="Draw g first and look at it; then scale / g is tau squared; then one more step.",
    sets=("core",))

EXERCISES = (TAU2_GIVEN, DRAW_TAU)
