"""Exercises 15, 17 and 18: the non-centred form, shares and rates."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part, Property, Valid
from .generic import between, how_many, in_integers

LOG_2PI = np.log(2 * np.pi)


# ---- 15

def noncentred_log_joint(mu, tau, raw, y, sigma, m0, s0, scale):
    """Log of the joint density of mu, tau, raw and y in the non-centred form, normalised.

    Ingredients: raw_j ~ Normal(0, 1), and theta_j lies raw_j times tau away from mu; y_j ~
    Normal(theta_j, sigma_j); mu ~ Normal(m0, s0); tau ~ HalfNormal(scale), whose density is twice
    that of Normal(0, scale) above 0. Nothing else has a density here: theta is computed.

    mu, tau : floats
    raw, y, sigma : arrays (J,)
    m0, s0, scale : floats
    Returns a float, the log density with all its constants.

    Worked number: mu = 8.0, tau = 6.0, raw = [0.5], y = [28.0], sigma = [15.0], m0 = 0.0, s0 =
    20.0, scale = 10.0 give -12.016.
    """
    def log_normal(x, mean, sd):
        return -0.5 * ((x - mean) / sd)**2 - np.log(sd) - 0.5 * np.log(2 * np.pi)

    theta = mu + tau * raw
    return (log_normal(mu, m0, s0) + np.log(2) + log_normal(tau, 0, scale)
            + log_normal(raw, 0, 1).sum() + log_normal(y, theta, sigma).sum())


def log_normal(x, mean, sd):
    return -0.5 * ((x - mean) / sd)**2 - np.log(sd) - 0.5 * LOG_2PI


def noncentred_formula(s, mu, tau, raw, y, sigma, m0, s0, scale):
    J = len(y)
    theta = {None: mu + tau * raw, "sigma": mu + sigma * raw, "variance": mu + tau**2 * raw,
             "no mu": tau * raw, "no tau": mu + raw, "is raw": raw,
             "minus": mu - tau * raw}[s.theta]
    spread = {None: sigma, "variance": sigma**2, "tau": tau + 0 * sigma,
              "both": np.sqrt(sigma**2 + tau**2)}[s.spread]
    data = log_normal(y, theta, spread)
    if s.data == "kernel":
        data = -0.5 * ((y - theta) / spread)**2
    of_raw = {None: lambda: log_normal(raw, 0, 1), "left out": lambda: 0 * raw,
              "sd tau": lambda: log_normal(raw, 0, tau),
              "mu and tau": lambda: log_normal(raw, mu, tau),
              "half": lambda: log_normal(raw, 0, 1) + np.log(2)}[s.raw]()
    of_tau = {None: np.log(2) + log_normal(tau, 0, scale), "not twice": log_normal(tau, 0, scale),
              "left out": 0.0, "variance": np.log(2) + log_normal(tau**2, 0, scale),
              "pdf": 2 * np.exp(log_normal(tau, 0, scale))}[s.tau]
    of_mu = {None: log_normal(mu, m0, s0), "left out": 0.0, "variance": log_normal(mu, m0, s0**2),
             "zero": log_normal(mu, 0, s0)}[s.mu]
    extra = {None: 0.0, "theta": log_normal(theta, mu, tau).sum(), "jacobian": J * np.log(tau),
             "against": -J * np.log(tau), "log tau": np.log(tau)}[s.extra]
    total = {None: (data + of_raw).sum(), "means": (data + of_raw).mean()}[s.total]
    log_p = total + of_tau + of_mu + extra
    return np.exp(log_p) if s.out == "pdf" else log_p


def through_scipy(mu, tau, raw, y, sigma, m0, s0, scale):
    from scipy import stats
    return (stats.norm.logpdf(mu, m0, s0) + stats.halfnorm.logpdf(tau, scale=scale)
            + stats.norm.logpdf(raw).sum() + stats.norm.logpdf(y, mu + tau * raw, sigma).sum())


NONCENTRED = {"mu": 1.7, "tau": 2.3, "raw": np.array([0.6, -1.2, 0.4]),
              "y": np.array([4.2, -3.1, 7.7]), "sigma": np.array([1.3, 2.9, 2.2]), "m0": 0.4,
              "s0": 3.8, "scale": 2.7}
NONCENTRED_LOG_JOINT = Exercise(
    "15", noncentred_log_joint, (Part("log density"),), formula=noncentred_formula,
    probe=lambda rng: (lambda J: {
        "mu": between(rng, -3, 6), "tau": between(rng, 0.4, 4), "raw": between(rng, -2, 2, J),
        "y": between(rng, -6, 9, J), "sigma": between(rng, 0.6, 4, J), "m0": between(rng, -4, -0.5),
        "s0": between(rng, 1.1, 6), "scale": between(rng, 2.1, 6)})(how_many(rng)),
    smallest={"mu": 1.0, "tau": 2.0, "raw": np.array([1.0, -1.0]), "y": np.array([4.0, -2.0]),
              "sigma": np.array([1.0, 3.0]), "m0": -1.0, "s0": 4.0, "scale": 3.0},
    mistakes=(
        Mistake("C24", "theta is built with sigma where tau belongs: sigma is the noise of the "
                "data, the groups spread with tau", {"theta": "sigma"}),
        Mistake("P1", "theta is built with tau squared: raw counts standard deviations",
                {"theta": "variance"}, variant="theta"),
        Mistake("theta_no_mu", "theta is built without mu: it spreads around 0",
                {"theta": "no mu"}),
        Mistake("theta_no_tau", "theta is built without tau: raw says how many tau it lies away "
                "from mu",
                {"theta": "no tau"}),
        Mistake("raw_for_theta", "the data are compared with raw itself, not with theta",
                {"theta": "is raw"}),
        Mistake("sign", "raw enters theta with a minus: as good a model, but not the one asked for",
                {"theta": "minus"}),
        Mistake("C25", "the density of theta given mu and tau is counted as well as that of raw: "
                "theta is no longer a parameter, it has no density of its own here",
                {"extra": "theta"}),
        Mistake("C26", "raw has the standard deviation tau in its prior, and is multiplied by tau "
                "again: it must be standard normal", {"raw": "sd tau"}),
        Mistake("C26", "raw has the prior of theta: it must be standard normal",
                {"raw": "mu and tau"}, variant="of theta"),
        Mistake("C26", "raw has a half-normal prior: raw may be negative", {"raw": "half"},
                variant="half"),
        Mistake("raw_prior", "the prior of raw is left out: nothing keeps it near 0",
                {"raw": "left out"}),
        Mistake("P8", "J times log tau is added, the Jacobian of a change from theta to raw: raw "
                "has its own density from the start, nothing is changed", {"extra": "jacobian"}),
        Mistake("P8", "J times log tau is subtracted: theta has no density here, so no Jacobian is "
                "needed", {"extra": "against"}, variant="against"),
        Mistake("P8", "log tau is added: the Jacobian of a change to log tau that nobody asked for",
                {"extra": "log tau"}, variant="log tau"),
        Mistake("P8", "the half-normal is evaluated at tau squared: it is the prior of tau",
                {"tau": "variance"}, variant="prior"),
        Mistake("half_normal", "the density of tau is not twice that of a normal: half of its area "
                "is missing", {"tau": "not twice"}),
        Mistake("C9", "tau's prior is left out: your density does not move with scale",
                {"tau": "left out"}, variant="tau"),
        Mistake("N4", "the density of tau's prior is added, not its log", {"tau": "pdf"}),
        Mistake("C9", "mu's prior is left out: your density moves neither with m0 nor with s0",
                {"mu": "left out"}),
        Mistake("C9", "mu's prior is centred at 0 and not at m0", {"mu": "zero"}, variant="m0"),
        Mistake("P1", "s0 is squared in mu's prior: it is a standard deviation",
                {"mu": "variance"}, variant="s0"),
        Mistake("P1", "sigma is squared in the density of y: it is a standard deviation",
                {"spread": "variance"}, variant="sigma"),
        Mistake("tau_for_sigma", "y spreads around theta with tau: that is the noise of the "
                "groups, the data have sigma", {"spread": "tau"}),
        Mistake("C10", "y gets the spread it has where theta is integrated out: here theta is "
                "there, and given theta y spreads with sigma alone", {"spread": "both"}),
        Mistake("C18", "the constants of the density of y are left out: normalised is asked for",
                {"data": "kernel"}),
        Mistake("N6", "the mean over the groups stands where the sum belongs: each group's density "
                "is a factor", {"total": "means"}),
        Mistake("N1", "this is the density and not its log: with many groups it is 0",
                {"out": "pdf"}),
    ),
    valid=(Valid("through scipy", through_scipy),),
    edges=(
        Edge("many groups", {**NONCENTRED, "raw": np.linspace(-2, 2, 1001),
                             "y": np.linspace(-9, 7, 1001), "sigma": np.linspace(0.7, 5, 1001)},
             "with a thousand groups the result is not right: a product of densities underflows, a "
             "sum of logs does not", "N1"),
        Edge("tiny tau", {**NONCENTRED, "tau": 1e-200},
             "with a tiny tau the density is finite: in this form nothing happens there"),
        Edge("whole numbers", {**NONCENTRED, "y": np.array([28, 8, -3]),
                               "sigma": np.array([15, 10, 16])},
             in_integers("y", "sigma"), "N7"),
        Edge("one group", {**NONCENTRED, "raw": np.array([0.4]), "y": np.array([4.25]),
                           "sigma": np.array([1.5])},
             "with a single group the result is not right", "C23"),
    ),
    hint="Four things have a density: list them, and let theta be nothing but an abbreviation.")


# ---- 17

def shares_given(counts, alpha, pi0):
    """Conditional of the shares of each region given alpha and pi0: its Dirichlet concentrations.

    Ingredients: the counts of region j are multinomial with shares pi_j; the pi_j have a Dirichlet
    prior with the concentrations alpha times pi0, like alpha observations spent beforehand.

    counts : array (J, K), whole numbers; rows are regions, columns categories
    alpha : float
    pi0 : array (K,), sums to 1
    Returns the concentrations, an array (J, K) (not shares: they do not sum to 1).

    Worked number: counts = [[3, 1]], alpha = 4.0, pi0 = [0.25, 0.75] gives [[4.0, 4.0]].
    """
    return counts + alpha * pi0


def shares_formula(s, counts, alpha, pi0):
    J, K = counts.shape
    prior = {None: alpha * pi0, "left out": 0 * pi0, "alpha": alpha + 0 * pi0, "pi0": pi0,
             "equal": alpha / K + 0 * pi0, "one more": 1 + alpha * pi0, "ones": 1 + 0 * pi0,
             "divided": pi0 / alpha, "less one": alpha * pi0 - 1}[s.prior]
    data = {None: counts, "of all": np.broadcast_to(counts.sum(axis=0), counts.shape),
            "shares": counts / counts.sum(axis=1, keepdims=True),
            "left out": 0 * counts,
            "mean": np.broadcast_to(counts.mean(axis=0), counts.shape)}[s.data]
    a = data + prior
    return {None: a, "shares": a / a.sum(axis=1, keepdims=True),
            "down": a / a.sum(axis=0), "less one": a - 1}[s.out]


def counts_probe(rng):
    J = int(rng.choice((2, 3, 5)))
    K = int(rng.choice([k for k in (2, 3, 4, 5) if k != J]))
    pi0 = rng.uniform(0.5, 3, K)
    return {"counts": rng.integers(0, 30, (J, K)) + (np.arange(K) == 0), "alpha":
            between(rng, 2.1, 9), "pi0": pi0 / pi0.sum()}


COUNTS = {"counts": np.array([[3, 8, 1], [12, 0, 5]]), "alpha": 3.5, "pi0": np.array([.2, .5, .3])}
SHARES_GIVEN = Exercise(
    "17", shares_given, (Part("concentration"),), formula=shares_formula, probe=counts_probe,
    smallest={"counts": np.array([[3, 1, 0], [2, 5, 4]]), "alpha": 4.0,
              "pi0": np.array([0.25, 0.5, 0.25])},
    mistakes=(
        Mistake("D5", "the prior is left out: these are the counts alone, and a count of 0 would "
                "leave no share at all", {"prior": "left out"}),
        Mistake("D5", "alpha is counted for every category, and pi0 is not used",
                {"prior": "alpha"}, variant="alpha"),
        Mistake("D5", "pi0 is counted and alpha is not: the prior is worth alpha observations",
                {"prior": "pi0"}, variant="pi0"),
        Mistake("D5", "alpha is spread evenly over the categories: pi0 says how it is spread",
                {"prior": "equal"}, variant="equal"),
        Mistake("D5", "you add 1 to each count, a flat prior: neither alpha nor pi0 is used",
                {"prior": "ones"}, variant="flat"),
        Mistake("D5", "pi0 is divided by alpha: a larger alpha must say more", {"prior": "divided"},
                variant="divided"),
        Mistake("dirichlet_one", "each concentration is too large by 1: the exponent of a "
                "Dirichlet density is the concentration less 1", {"prior": "one more"}),
        Mistake("dirichlet_one", "each concentration is too small by 1: these are the exponents of "
                "the density", {"prior": "less one"}, variant="exponents"),
        Mistake("D6", "every region gets the counts of all regions: given alpha and pi0 a region's "
                "shares depend on its own counts", {"data": "of all"}),
        Mistake("D6", "every region gets the mean counts over all regions: given alpha and pi0 a "
                "region's shares depend on its own counts", {"data": "mean"}, variant="mean"),
        Mistake("D7", "your numbers sum to one down the regions: concentrations need not sum to "
                "one in any direction", {"out": "down"}),
        Mistake("normalised", "these are the means of the shares: the concentrations themselves "
                "are wanted, which also say how sure one is", {"out": "shares"}),
        Mistake("counts_as_shares", "the counts were turned into shares first: then a thousand "
                "observations say no more than ten", {"data": "shares"}),
        Mistake("C21", "the counts are not used: these are the prior's concentrations",
                {"data": "left out"}),
    ),
    edges=(
        Edge("zero counts", {**COUNTS, "counts": np.array([[0, 0, 0], [12, 0, 5]])},
             "where a region has no observations the result is not right: its shares are the "
             "prior's", "N8"),
        Edge("as many regions as categories", {**COUNTS, "counts": np.array([[3, 8, 1], [12, 0, 5],
                                                                             [2, 2, 9]])},
             "with as many regions as categories the result is not right: rows and columns got "
             "mixed up", "D7"),
        Edge("one region", {**COUNTS, "counts": np.array([[3, 8, 1]])},
             "with a single region the result is not right"),
    ),
    properties=(
        Property("own counts", (COUNTS, {**COUNTS, "counts": np.array([[3, 8, 1], [1, 30, 2]])}),
                 lambda out: "" if np.allclose(out[0]["concentration"][0],
                                               out[1]["concentration"][0]) else
                 "the first region's concentrations change with the second region's counts, and "
                 "must not"),
    ),
    hint="Multiply the two densities as functions of one region's shares, and add up the exponents "
         "of each share.")


# ---- 18

def rate_given(y, exposure, a, b):
    """Conditional of each hospital's rate: the shape and rate of its Gamma distribution.

    Ingredients: y_j ~ Poisson(lam_j times exposure_j); lam_j ~ Gamma(shape a, rate b), whose
    density goes with lam^(a - 1) exp(-b lam).

    y : array (J,), whole numbers
    exposure : array (J,)
    a, b : floats
    Returns shape, rate: two arrays (J,).

    Worked number: y = [3], exposure = [2.5], a = 1.5, b = 0.5 gives shape [4.5], rate [3.0].
    """
    return a + y, b + exposure


def rate_formula(s, y, exposure, a, b):
    J = len(y)
    own = {None: y, "mean": np.full(J, y.mean()), "sum": np.full(J, y.sum()), "none": 0 * y,
           "rate": y / exposure, "exposed": y * exposure}[s.own]
    prior_a = {None: a, "left out": 0.0, "one": 1.0, "less one": a - 1, "plus one": a + 1}[s.a]
    prior_b = {None: b, "left out": 0.0, "inverse": 1 / b}[s.b]
    time = {None: exposure, "one": np.ones(J), "groups": np.full(J, float(J)),
            "sum": np.full(J, exposure.sum()), "inverse": 1 / exposure,
            "mean": np.full(J, exposure.mean()), "none": np.zeros(J)}[s.time]
    shape, rate = prior_a + own, prior_b + time
    if s.out == "scale":
        return shape, 1 / rate
    if s.out == "mean":
        return shape / rate, rate
    if s.out == "exchanged":
        return a + exposure, b + y
    return shape, rate


RATES = {"y": np.array([3, 0, 11]), "exposure": np.array([2.1, 0.7, 3.5]), "a": 1.5, "b": 0.6}
RATE_GIVEN = Exercise(
    "18", rate_given, (Part("shape"), Part("rate")), returns="tuple", formula=rate_formula,
    probe=lambda rng: (lambda J: {
        "y": rng.integers(0, 25, J) + (np.arange(J) == 0), "exposure": between(rng, 0.3, 9, J),
        "a": between(rng, 1.1, 5), "b": between(rng, 0.3, 4)})(how_many(rng)),
    smallest={"y": np.array([4, 1]), "exposure": np.array([2.0, 5.0]), "a": 3.0, "b": 1.0},
    mistakes=(
        Mistake("D3", "the exposure is left out of the rate: a hospital with ten times the "
                "patients would seem ten times as dangerous", {"time": "one"}),
        Mistake("D3", "the rate counts hospitals where it has to count exposure",
                {"time": "groups"}, variant="J"),
        Mistake("D3", "the data do not enter the rate at all: more exposure must make you surer",
                {"time": "none"}, variant="b alone"),
        Mistake("D3", "the exposures of all hospitals are added up: each hospital has its own",
                {"time": "sum"}, variant="sum"),
        Mistake("D3", "the mean exposure stands for each hospital's own", {"time": "mean"},
                variant="mean"),
        Mistake("D3", "one over the exposure is added: more exposure must make you surer",
                {"time": "inverse"}, variant="inverse"),
        Mistake("D3", "the counts are divided by the exposure in the shape: it belongs elsewhere",
                {"own": "rate"}, variant="shape"),
        Mistake("D3", "the counts are multiplied by the exposure in the shape: it belongs "
                "elsewhere", {"own": "exposed"}, variant="times"),
        Mistake("D4", "the mean of all counts stands where each hospital's own belongs",
                {"own": "mean"}),
        Mistake("D4", "the counts of all hospitals are added up: each has its own rate",
                {"own": "sum"}, variant="sum"),
        Mistake("D4", "counts and exposures are exchanged: which is the power of lam, and which "
                "stands in the exponent with it?", {"out": "exchanged"}, variant="exchanged"),
        Mistake("P4", "the second number is a scale, one over the rate: NumPy draws with scales, "
                "and a rate is asked for", {"out": "scale"}),
        Mistake("P4", "b is turned upside down: it is a rate already", {"b": "inverse"},
                variant="b"),
        Mistake("C14", "a is left out: the shape does not move with it", {"a": "left out"},
                variant="a"),
        Mistake("C14", "b is left out: the rate does not move with it", {"b": "left out"},
                variant="b"),
        Mistake("C14", "a and b are left out: the prior has no say", {"a": "left out",
                                                                      "b": "left out"},
                variant="both"),
        Mistake("gamma_one", "the shape is too small by 1: the exponent of a gamma density is the "
                "shape less 1", {"a": "less one"}),
        Mistake("gamma_one", "the shape is too large by 1: the exponent of a gamma density is the "
                "shape less 1", {"a": "plus one"}, variant="more"),
        Mistake("C21", "the shape is the prior's: y is not used", {"own": "none"}),
        Mistake("mean_of_it", "the first number is the mean of the rate, and the shape is asked "
                "for", {"out": "mean"}),
    ),
    edges=(
        Edge("zero counts", {**RATES, "y": np.array([0, 0, 0])},
             "with no events at all the result is not right", "N8"),
        Edge("many groups", {**RATES, "y": np.arange(41), "exposure": np.linspace(0.2, 9, 41)},
             "with 41 hospitals the result is not right", "C23"),
        Edge("floats", {**RATES, "y": np.array([3.0, 0.0, 11.0])},
             "with y an array of floats you get another result", "N7"),
    ),
    hint="Multiply the Poisson probability and the prior as functions of one rate: add up the "
         "powers, and what stands in the exponents.")

EXERCISES = (NONCENTRED_LOG_JOINT, SHARES_GIVEN, RATE_GIVEN)
