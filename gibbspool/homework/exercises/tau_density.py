"""Exercises 6 and 16: the log density of tau, given the groups and given the data alone."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part, Property, Valid
from .generic import between, how_many, in_integers


def log_tau_given(tau, theta, mu, scale):
    """Log density of tau given theta and mu, up to a constant, at each value of an array.

    Ingredients: theta_j ~ Normal(mu, tau), J groups; the prior tau ~ HalfNormal(scale), whose
    density falls like that of Normal(0, scale) above 0 and is 0 below.

    tau : array (n,)
    theta : array (J,)
    mu, scale : floats
    Returns an array (n,); minus infinity where tau is not positive.

    Worked number: with theta = [10.0, 6.0], mu = 7.0, scale = 5.0 the value at tau = 2.0 exceeds
    that at tau = 1.0 by 2.304.
    """
    with np.errstate(all="ignore"):
        log_p = (-len(theta) * np.log(tau) - ((theta - mu)**2).sum() / (2 * tau**2)
                 - tau**2 / (2 * scale**2))
    return np.where(tau > 0, log_p, -np.inf)


def log_tau_given_formula(s, tau, theta, mu, scale):
    n = len(theta)
    J = {None: n, "eight": 8}[s.J]
    power = {None: J, "left out": 0, "less one": J - 1, "one more": J + 1, "half": J / 2,
             "double": 2 * J, "plus": -J, "once": 1}[s.power]
    centre = {None: mu, "mean": theta.mean()}[s.centre]
    deviations = {None: (theta - centre)**2, "absolute": np.abs(theta - centre)}[s.deviations]
    squares = {None: deviations.sum() / 2, "whole": deviations.sum(),
               "mean": deviations.mean() / 2, "plus": -deviations.sum() / 2}[s.squares]
    over = {None: tau**2, "sd": tau, "fourth": tau**4}[s.over]
    prior = {None: tau**2 / (2 * scale**2), "left out": 0, "twice": tau**2 / scale**2,
             "variance": tau**4 / (2 * scale**2), "half variance": tau**2 / (2 * scale),
             "not squared": tau / (2 * scale), "linear": tau / scale,
             "pdf": -np.exp(-tau**2 / (2 * scale**2)) * np.sqrt(2 / np.pi) / scale,
             "half cauchy": np.log(1 + (tau / scale)**2)}[s.prior]
    jacobian = {None: 0, "with": np.log(tau), "against": -np.log(tau)}[s.jacobian]
    log_p = -power * np.log(tau) - squares / over - prior + jacobian
    return np.exp(log_p) if s.out == "pdf" else log_p


LOG_TAU = {"tau": np.array([0.4, 0.9, 1.7, 3.1, 5.3]), "theta": np.array([4.2, -3.1, 7.7]),
           "mu": 1.4, "scale": 3.8}


def log_tau_equivariant(out):
    one, other = (np.diff(x["log density"]) for x in out)
    return "" if np.allclose(one, other) else (
        "with tau, theta, mu and scale all ten times as large (another unit) the differences of "
        "the log density must stay as they are, and yours change")


ONE_TAU_TOO_MANY = ("your density is divided by tau once too often: one group too many is counted, "
                    "or it was changed into a density of another variable, and that of tau is "
                    "asked for")
ONE_TAU_TOO_FEW = ("your density has a factor tau too many: one group too few is counted, or it "
                   "was changed into a density of another variable, and that of tau is asked for")
LOG_TAU_GIVEN = Exercise(
    "6", log_tau_given, (Part("log density", up_to_constant=True),),
    formula=log_tau_given_formula,
    probe=lambda rng: {"tau": between(rng, 0.6, 6, int(rng.choice((6, 7, 8)))),
                       "theta": between(rng, -6, 8, how_many(rng)), "mu": between(rng, -3, 4),
                       "scale": between(rng, 2.1, 6)},
    smallest={"tau": np.array([1.0, 2.0, 4.0]), "theta": np.array([4.0, -2.0]), "mu": 2.0,
              "scale": 3.0},
    mistakes=(
        Mistake("C18", "only the exponentials are kept: the factor before each holds tau, and tau "
                "is what varies here. As it stands a huge tau is too likely",
                {"power": "left out"}),
        Mistake("C11", "the factor before the exponential is counted once: each group brings one, "
                "and the power of tau must grow with the number of groups", {"power": "once"}),
        Mistake("C12", ONE_TAU_TOO_FEW, {"power": "less one"}, variant="J - 1"),
        Mistake("C12", ONE_TAU_TOO_MANY, {"power": "one more"}, variant="J + 1"),
        Mistake("C12", "the power of tau is half of what it should be: that power belongs to tau "
                "squared", {"power": "half"}, variant="half"),
        Mistake("C12", "the power of tau is twice what it should be: each normal density has one "
                "tau before its exponential", {"power": "double"}, variant="double"),
        Mistake("power_sign", "the power of tau has the wrong sign: a wider population gives each "
                "theta a lower density", {"power": "plus"}),
        Mistake("C13", "the sum of squares is not halved: the exponent of a normal density has a 2 "
                "below", {"squares": "whole"}),
        Mistake("C13", "the mean of the squares stands where their sum belongs: more groups must "
                "make you surer", {"squares": "mean"}, variant="mean"),
        Mistake("sign", "the squares have the wrong sign: a tiny tau must be unlikely when the "
                "theta differ", {"squares": "plus"}),
        Mistake("C1", "the deviations are not squared: in another unit the shape of the density "
                "would change", {"deviations": "absolute"}),
        Mistake("P1", "tau is used as if it were the variance: the squares are divided by tau "
                "itself, which does not fit their unit", {"over": "sd"}),
        Mistake("P1", "tau is squared once too often below the squares", {"over": "fourth"},
                variant="squared twice"),
        Mistake("P1", "tau is used as if it were the variance, in the power and below the squares",
                {"over": "sd", "power": "half"}, variant="both"),
        Mistake("C9", "the prior is left out: your density does not move with scale",
                {"prior": "left out"}),
        Mistake("M9", "the prior counts twice: a half-normal falls as a normal around 0 does, and "
                "no faster", {"prior": "twice"}),
        Mistake("P8", "the half-normal is evaluated at tau squared: it is the prior of tau",
                {"prior": "variance"}),
        Mistake("P8", ONE_TAU_TOO_MANY, {"jacobian": "against"},
                variant="1/tau"),
        Mistake("P8", ONE_TAU_TOO_FEW, {"jacobian": "with"}, variant="tau"),
        Mistake("scale_variance", "scale is not squared in the prior: it is a standard deviation, "
                "as tau is", {"prior": "half variance"}),
        Mistake("prior_linear", "tau is not squared in the prior: that is an exponential's tail "
                "and not a half-normal's", {"prior": "not squared"}),
        Mistake("prior_linear", "the prior is an exponential, and a half-normal is asked for",
                {"prior": "linear"}, variant="exponential"),
        Mistake("prior_cauchy", "the prior is a half-Cauchy, and a half-normal is asked for",
                {"prior": "half cauchy"}),
        Mistake("N4", "the density of the prior is added, not its log", {"prior": "pdf"}),
        Mistake("N2", "this is the density and not its log: it will underflow", {"out": "pdf"}),
        Mistake("C15", "the deviations are those around the mean of theta: given mu, they are "
                "around mu, and your density does not move with mu", {"centre": "mean"}),
        Mistake("C23", "right for eight groups and for no other number: is an 8 written into it?",
                {"J": "eight"}),
    ),
    edges=(
        Edge("not positive", {**LOG_TAU, "tau": np.array([1.3, -0.7, 0.0, 2.6])},
             "tau cannot be negative or 0: its log density there must be minus infinity", "C22"),
        Edge("many groups", {**LOG_TAU, "theta": np.linspace(-9, 7, 1001)},
             "with a thousand groups the result is not right: a product of densities underflows, a "
             "sum of logs does not", "N1"),
        Edge("whole numbers", {**LOG_TAU, "theta": np.array([3, -2, 4])},
             in_integers("theta"), "N7"),
        Edge("as many values as groups", {**LOG_TAU, "tau": np.array([0.7, 1.3, 2.9])},
             "with as many values of tau as groups the result is not right: each tau has to meet "
             "every group, yours meets only its own", "N5"),
    ),
    properties=(Property("unit", (LOG_TAU, {k: 10 * v for k, v in LOG_TAU.items()}),
                         log_tau_equivariant),),
    hint="Write down all factors of the joint density that hold tau, the ones before the "
         "exponentials too, and take logs.", sets=("core",))


def log_tau_marginal(tau, y, sigma, m0, s0, scale):
    """Log density of tau given y, mu and theta integrated out, up to a constant.

    Ingredients: without theta, y_j ~ Normal(mu, sqrt(sigma_j^2 + tau^2)), independent given mu.
    Then mu ~ Normal(m0, s0) is integrated out as well: p(tau | y) = p(tau) p(y | mu, tau) p(mu) /
    p(mu | tau, y) at any mu you like, with all factors that hold tau. tau ~ HalfNormal(scale).

    tau : array (n,)
    y, sigma : arrays (J,)
    m0, s0, scale : floats
    Returns an array (n,).

    Worked number: with y = [28.0, 8.0], sigma = [15.0, 10.0], m0 = 0.0, s0 = 20.0, scale = 10.0 the
    value at tau = 10.0 is below that at tau = 5.0 by 0.4414.
    """
    variance = sigma**2 + tau[:, None]**2
    precision = (1 / variance).sum(axis=1) + 1 / s0**2
    mean = ((y / variance).sum(axis=1) + m0 / s0**2) / precision
    log_y = (-0.5 * np.log(variance) - (y - mean[:, None])**2 / (2 * variance)).sum(axis=1)
    return log_y - (mean - m0)**2 / (2 * s0**2) - 0.5 * np.log(precision) - tau**2 / (2 * scale**2)


def log_tau_marginal_formula(s, tau, y, sigma, m0, s0, scale):
    s2 = {None: sigma**2, "sd": sigma}[s.sigma]
    t2 = {None: tau**2, "sd": tau}[s.tau]
    v = s2 + t2[:, None] if s.added is None else (sigma + tau[:, None])**2
    w0 = {None: 1 / s0**2, "flat": 0.0, "sd": 1 / s0, "precision": s0}[s.s0]
    precision = (1 / v).sum(axis=1) + w0
    mean = ((y / v).sum(axis=1) + m0 * w0) / precision
    mean = {None: mean, "prior": m0 + 0 * mean, "grand": y.mean() + 0 * mean,
            "weighted": (y / v).sum(axis=1) / (1 / v).sum(axis=1)}[s.mean]
    determinant = {None: -0.5 * np.log(v), "left out": 0 * v, "whole": -np.log(v)}[s.determinant]
    squares = {None: (y - mean[:, None])**2 / (2 * v), "whole": (y - mean[:, None])**2 / v}[
        s.squares]
    of_mu = {None: -0.5 * np.log(precision), "left out": 0.0, "plus": 0.5 * np.log(precision),
             "whole": -np.log(precision)}[s.of_mu]
    prior_mu = {None: (mean - m0)**2 * w0 / 2, "left out": 0.0}[s.prior_mu]
    prior = {None: tau**2 / (2 * scale**2), "left out": 0.0, "twice": tau**2 / scale**2,
             "variance": tau**4 / (2 * scale**2)}[s.prior]
    jacobian = {None: 0.0, "against": -np.log(tau), "with": np.log(tau)}[s.jacobian]
    log_p = (determinant - squares).sum(axis=1) + of_mu - prior_mu - prior + jacobian
    return np.exp(log_p) if s.out == "pdf" else log_p


def by_covariance(tau, y, sigma, m0, s0, scale):
    """The normal density of y with its whole covariance matrix, one tau after another."""
    found = []
    for t in tau:
        covariance = np.diag(sigma**2 + t**2) + s0**2
        _, log_det = np.linalg.slogdet(covariance)
        away = y - m0
        found.append(-0.5 * log_det - 0.5 * away @ np.linalg.solve(covariance, away)
                     - t**2 / (2 * scale**2))
    return np.array(found)


MARGINAL = {"tau": np.array([0.4, 0.9, 1.7, 3.1, 5.3]), "y": np.array([4.2, -3.1, 7.7]),
            "sigma": np.array([1.3, 2.9, 2.2]), "m0": 1.4, "s0": 3.8, "scale": 2.7}
LOG_TAU_MARGINAL = Exercise(
    "16", log_tau_marginal, (Part("log density", up_to_constant=True),),
    formula=log_tau_marginal_formula,
    probe=lambda rng: (lambda J: {
        "tau": between(rng, 0.5, 6, int(rng.choice((6, 7, 8)))), "y": between(rng, -6, 8, J),
        "sigma": between(rng, 0.6, 4, J), "m0": between(rng, -4, -0.5),
        "s0": between(rng, 1.1, 6), "scale": between(rng, 2.1, 6)})(how_many(rng)),
    smallest={"tau": np.array([1.0, 2.0, 4.0]), "y": np.array([4.0, -2.0]),
              "sigma": np.array([1.0, 3.0]), "m0": -1.0, "s0": 4.0, "scale": 3.0},
    mistakes=(
        Mistake("C1", "sigma is not squared: standard deviations do not add up",
                {"sigma": "sd"}, variant="sigma"),
        Mistake("P1", "tau is used as if it were a variance", {"tau": "sd"}),
        Mistake("C1", "sigma and tau are added up first and squared then: variances add up",
                {"added": "sd"}, variant="added"),
        Mistake("C1", "s0 is not squared where a variance belongs", {"s0": "sd"}, variant="s0"),
        Mistake("P2", "s0 is used as if it were the precision of mu's prior", {"s0": "precision"}),
        Mistake("C9", "mu's prior is left out: your density moves neither with m0 nor with s0",
                {"s0": "flat"}),
        Mistake("C9", "mu's prior is left out of the density, though it is used in mu's mean",
                {"prior_mu": "left out"}, variant="density"),
        Mistake("C9", "tau's prior is left out: your density does not move with scale",
                {"prior": "left out"}, variant="tau"),
        Mistake("M9", "tau's prior counts twice", {"prior": "twice"}),
        Mistake("P8", "the half-normal is evaluated at tau squared: it is the prior of tau",
                {"prior": "variance"}),
        Mistake("P8", "your density is divided by tau once too often: a density of tau is asked "
                "for, of no other variable",
                {"jacobian": "against"}, variant="1/tau"),
        Mistake("P8", "your density has a factor tau too many: a density of tau is asked for, of "
                "no other variable",
                {"jacobian": "with"}, variant="tau"),
        Mistake("C18", "the factor before each exponential is left out: it holds tau, and tau is "
                "what varies", {"determinant": "left out"}),
        Mistake("C12", "the factor before each exponential counts twice: before a normal's "
                "exponential stands a standard deviation and not a variance",
                {"determinant": "whole"}),
        Mistake("C13", "the squares are not halved: the exponent of a normal density has a 2 "
                "below", {"squares": "whole"}),
        Mistake("D8", "integrating mu out leaves a factor that holds tau, and yours is missing: "
                "how well mu is known depends on tau", {"of_mu": "left out"}),
        Mistake("D8", "the factor that integrating mu out leaves is upside down: how well mu is "
                "known depends on tau",
                {"of_mu": "plus"}, variant="upside down"),
        Mistake("D8", "the factor that integrating mu out leaves counts twice: before a normal's "
                "exponential stands a standard deviation and not a variance",
                {"of_mu": "whole"}, variant="twice"),
        Mistake("mu_fixed", "mu is fixed at its prior mean and not integrated out",
                {"mean": "prior"}),
        Mistake("C6", "the plain mean of y stands for mu, and mu's prior is left out: groups are "
                "not equally well known, and each factor must be taken at the same mu",
                {"mean": "grand",
                                                                         "prior_mu": "left out"}),
        Mistake("mu_plugged_in", "y is centred at its weighted mean, as if mu had no prior: m0 and "
                "s0 have a say in where mu is",
                {"mean": "weighted", "prior_mu": "left out"}),
        Mistake("N2", "this is the density and not its log", {"out": "pdf"}),
    ),
    valid=(Valid("with the whole covariance matrix", by_covariance),),
    edges=(
        Edge("as many values as groups", {**MARGINAL, "tau": np.array([0.7, 1.3, 2.9])},
             "with as many values of tau as groups the result is not right: each tau has to meet "
             "every group, yours meets only its own", "N5"),
        Edge("many groups", {**MARGINAL, "y": np.linspace(-9, 7, 401),
                             "sigma": np.linspace(0.7, 5, 401)},
             "with 401 groups the result is not right: a product of densities underflows", "N1"),
        Edge("tau = 0", {**MARGINAL, "tau": np.array([0.9, 0.0, 2.6])},
             "at tau = 0 the density is finite: all groups alike is possible"),
        Edge("whole numbers", {**MARGINAL, "y": np.array([28, 8, -3]),
                               "sigma": np.array([15, 10, 16])},
             in_integers("y", "sigma"), "N7"),
    ),
    hint="Choose for mu the mean of its conditional given tau and y; then p(mu | tau, y) is at its "
         "top, and only its height is left of it.")

EXERCISES = (LOG_TAU_GIVEN, LOG_TAU_MARGINAL)
