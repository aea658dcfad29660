"""Exercise 5.8.3 of the section: rates of events in hospitals."""
import numpy as np
from scipy import special

from ..exercise import Edge, Exercise, Mistake, Part, Valid
from .generic import between, how_many
from .parts_of_the_section import FIFTY, SECTION, question


def why_lognormal():
    """5.8.3 (a), in words: why is the log-normal natural for rates, and why is the non-centred form
    applied to their logs? Return your answer as a text.
    """
    return ""


WHY_LOGNORMAL = question("5.8.3a (words)", why_lognormal, (
    "A rate is positive, and so is a log-normal number; effects multiply rates, which is "
    "adding on the log scale. There the population is a normal one with mu_log and "
    "sigma_log, so the same funnel threatens, and the same remedy works: standard normal "
    "numbers, scaled, shifted, and then exponentiated."))


def rates_from_raw(mu_log, sigma_log, raw):
    """5.8.3 (a): the hospitals' rates in the non-centred form.

    Ingredients: the log of a rate ~ Normal(mu_log, sigma_log); raw_j is standard normal.

    mu_log, sigma_log : floats
    raw : array (J,)
    Returns the rates, an array (J,), positive.

    Worked number: mu_log = 0.5, sigma_log = 0.6, raw = [1.0] gives [3.0042].
    """
    return np.exp(mu_log + sigma_log * raw)


def rates_formula(s, mu_log, sigma_log, raw):
    spread = {None: sigma_log, "variance": sigma_log**2}[s.sigma]
    return {None: np.exp(mu_log + spread * raw), "log": mu_log + spread * raw,
            "outside": mu_log + np.exp(spread * raw), "no mu": np.exp(spread * raw),
            "no sigma": np.exp(mu_log + raw), "mean": np.exp(mu_log + spread**2 / 2 + 0 * raw),
            "corrected": np.exp(mu_log - spread**2 / 2 + spread * raw),
            "minus": np.exp(mu_log - spread * raw), "ten": 10**(mu_log + spread * raw)}[s.out]


RATES = Exercise(
    "5.8.3a", rates_from_raw, (Part("rate"),), formula=rates_formula, sets=SECTION,
    probe=lambda rng: {"mu_log": between(rng, -0.9, 0.9), "sigma_log": between(rng, 0.3, 1.6),
                       "raw": between(rng, -2, 2, how_many(rng))},
    smallest={"mu_log": 1.0, "sigma_log": 3.0, "raw": np.array([0.0, 1.0])},
    mistakes=(
        Mistake("log_of_it", "these are the logs of the rates: some are negative, a rate is not",
                {"out": "log"}),
        Mistake("P1", "sigma_log is squared: raw counts standard deviations",
                {"sigma": "variance"}),
        Mistake("C4", "mu_log is added after the exponential: it is a mean of logs",
                {"out": "outside"}),
        Mistake("no_mu", "mu_log is not used", {"out": "no mu"}),
        Mistake("no_sigma", "sigma_log is not used", {"out": "no sigma"}),
        Mistake("R4", "this is the mean of the population for every hospital: raw is not used",
                {"out": "mean"}),
        Mistake("corrected", "half the variance is subtracted: mu_log is the mean of the log, and "
                "nothing is to be corrected", {"out": "corrected"}),
        Mistake("sign", "raw enters with a minus", {"out": "minus"}),
        Mistake("N10", "you take powers of 10: the logs here are natural ones", {"out": "ten"}),
    ),
    edges=(Edge("many", {"mu_log": 0.5, "sigma_log": 0.6, "raw": np.linspace(-2, 2, 50)}, FIFTY,
                "C23"),),
    hint="First the log of the rate, from a standard normal number; then the rate.")


def log_likelihood(lam, y, exposure):
    """5.8.3 (b): log probability of the hospitals' counts, each given its rate.

    Ingredients: y_j ~ Poisson with the mean rate times exposure; scipy.special.gammaln is
    the log of the gamma function, which gives factorials, shifted by one: Gamma(4) = 3!.

    lam, exposure : arrays (J,)
    y : array (J,), whole numbers
    Returns an array (J,), one log probability for each hospital.

    Worked number: lam = [1.5], y = [3], exposure = [2.0] gives [-1.4959].
    """
    mean = lam * exposure
    return y * np.log(mean) - mean - special.gammaln(y + 1)


def likelihood_formula(s, lam, y, exposure):
    mean = {None: lam * exposure, "no exposure": lam, "over": lam / exposure}[s.mean]
    factorial = {None: special.gammaln(y + 1), "left out": 0.0, "gamma": special.gammaln(
        np.maximum(y, 1))}[s.factorial]
    inside = {None: y * np.log(mean) - mean, "half exposure": y * np.log(lam) - mean,
              "no minus": y * np.log(mean), "plus": y * np.log(mean) + mean,
              "not y": np.log(mean) - mean}[s.inside]
    log_p = inside - factorial
    return {None: log_p, "probability": np.exp(log_p), "log10": log_p / np.log(10)}[s.out]


def poisson_probe(rng):
    J = how_many(rng)
    return {"lam": between(rng, 0.3, 4, J), "y": rng.integers(2, 15, J),
            "exposure": between(rng, 0.3, 9, J)}


def scipys_poisson(lam, y, exposure):
    from scipy import stats
    return stats.poisson.logpmf(y, lam * exposure)


LIKELIHOOD = Exercise(
    "5.8.3b", log_likelihood, (Part("log probability"),), formula=likelihood_formula,
    sets=SECTION, probe=poisson_probe,
    smallest={"lam": np.array([1.0, 3.0]), "y": np.array([2, 5]), "exposure": np.array([2.0, 1.0])},
    mistakes=(
        Mistake("D3", "the exposure is left out: a hospital with ten times the patients expects "
                "ten times the events", {"mean": "no exposure"}),
        Mistake("D3", "the rate is divided by the exposure: more patients mean more events",
                {"mean": "over"}, variant="over"),
        Mistake("D3", "the exposure is left out where the log is taken: the mean is meant there, "
                "and not the rate",
                {"inside": "half exposure"}, variant="log"),
        Mistake("C18", "the log of y! is left out: the probabilities do not sum to 1",
                {"factorial": "left out"}),
        Mistake("gamma_shift", "gammaln(y) is the log of (y - 1)!: the gamma function is shifted "
                "by 1", {"factorial": "gamma"}),
        Mistake("no_minus", "the mean itself is missing in the log of the Poisson probability: "
                "large rates would always be more likely", {"inside": "no minus"}),
        Mistake("sign", "the mean is added: large rates would always be more likely",
                {"inside": "plus"}),
        Mistake("no_y", "the log of the mean is not multiplied by y", {"inside": "not y"}),
        Mistake("N1", "these are probabilities and not their logs", {"out": "probability"}),
        Mistake("N10", "this is the logarithm to base 10", {"out": "log10"}),
    ),
    valid=(Valid("through scipy", scipys_poisson),),
    edges=(Edge("zero counts", {"lam": np.array([1.5, 0.4]), "y": np.array([0, 3]),
                                "exposure": np.array([2.0, 0.7])},
                "with a count of 0 the result is not right", "N8"),
           Edge("large counts", {"lam": np.array([1500.0, 40.0]), "y": np.array([3100, 31]),
                                 "exposure": np.array([2.0, 0.7])},
                "with a count of 3100 the result is not finite: y! overflows", "N2")),
    hint="Take the log of the Poisson probability factor by factor.")


def no_pooling_rate(y, exposure, a, b):
    """5.8.3 (c): mean and standard deviation of each hospital's rate without pooling.

    Ingredients: y_j ~ Poisson(rate times exposure), the rates independent with a Gamma(shape a,
    rate b) prior (exercise 18); a Gamma(shape, rate) distribution has the mean shape over rate, and
    the variance shape over rate squared.

    y : array (J,), whole numbers
    exposure : array (J,)
    a, b : floats
    Returns mean, sd: two arrays (J,).

    Worked number: y = [1], exposure = [0.7], a = 1.0, b = 0.5 gives mean [1.6667], sd [1.1785].
    """
    shape, rate = a + y, b + exposure
    return shape / rate, np.sqrt(shape) / rate


def no_pooling_formula(s, y, exposure, a, b):
    a = {None: a, "left out": 0.0}[s.a]
    b = {None: b, "left out": 0.0, "inverse": 1 / b}[s.b]
    shape = a + y
    rate = b + (exposure if s.time is None else 1.0)
    mean = {None: shape / rate, "mode": (shape - 1) / rate, "times": shape * rate,
            "raw": y / exposure}[s.mean]
    variance = shape / rate**2 if s.variance is None else shape / rate
    return mean, {None: np.sqrt(variance), "variance": variance}[s.sd]


NO_POOLING = Exercise(
    "5.8.3c", no_pooling_rate, (Part("mean"), Part("sd")), returns="tuple",
    formula=no_pooling_formula, sets=SECTION,
    probe=lambda rng: (lambda J: {
        "y": rng.integers(1, 25, J), "exposure": between(rng, 0.3, 9, J),
        "a": between(rng, 1.1, 5), "b": between(rng, 0.3, 4)})(how_many(rng)),
    smallest={"y": np.array([4, 1]), "exposure": np.array([2.0, 5.0]), "a": 3.0, "b": 3.0},
    mistakes=(
        Mistake("P1", "your sd is a variance: its root is asked for", {"sd": "variance"}),
        Mistake("P4", "the rate is used as a scale: with the same events more exposure must bring "
                "the mean down",
                {"mean": "times"}),
        Mistake("P4", "b is turned upside down: it is a rate already", {"b": "inverse"},
                variant="b"),
        Mistake("D3", "the exposure is left out", {"time": "one"}),
        Mistake("C14", "a is left out", {"a": "left out"}, variant="a"),
        Mistake("C14", "b is left out", {"b": "left out"}, variant="b"),
        Mistake("mode", "this is the most likely rate and not the mean", {"mean": "mode"}),
        Mistake("raw_rate", "this is the raw rate, events over exposure: the prior has no say",
                {"mean": "raw"}),
        Mistake("rate_not_squared", "your variance has the wrong unit: it has that of a rate, and "
                "needs that of its square",
                {"variance": "not squared"}),
    ),
    edges=(Edge("zero counts", {"y": np.array([0, 0]), "exposure": np.array([2.1, 0.7]), "a": 1.5,
                                "b": 0.5}, "with no events the result is not right", "N8"),),
    hint="Exercise 18, and the mean and variance of a gamma distribution.")


def width_reduction(hierarchical, no_pooling):
    """5.8.3 (c): by how many per cent the hierarchical interval is narrower than without pooling.

    Ingredients: the widths of the two intervals; the reduction in per cent of the one without
    pooling.

    hierarchical, no_pooling : arrays (2,), each low and high
    Returns a float; negative where the hierarchical interval is wider.

    Worked number: [0.5, 2.5] and [0.25, 4.25] give 50.0.
    """
    wide = no_pooling[1] - no_pooling[0]
    return 100 * (wide - (hierarchical[1] - hierarchical[0])) / wide


def width_formula(s, hierarchical, no_pooling):
    one, other = hierarchical[1] - hierarchical[0], no_pooling[1] - no_pooling[0]
    return {None: 100 * (1 - one / other), "share": 1 - one / other, "kept": 100 * one / other,
            "of the narrow": 100 * (other / one - 1), "sign": 100 * (one / other - 1),
            "ends": 100 * (1 - hierarchical[1] / no_pooling[1]),
            "difference": other - one}[s.out]


WIDTH = Exercise(
    "5.8.3c (width)", width_reduction, (Part("per cent"),), formula=width_formula, sets=SECTION,
    probe=lambda rng: {"hierarchical": np.sort(between(rng, 0.1, 4, 2)) + [0, 0.3],
                       "no_pooling": np.sort(between(rng, 0.1, 6, 2)) + [0, 0.3]},
    smallest={"hierarchical": np.array([1.0, 3.0]), "no_pooling": np.array([1.0, 6.0])},
    mistakes=(
        Mistake("no_percent", "this is a share and no percentage", {"out": "share"}),
        Mistake("kept", "this is the width that is left, and the reduction is asked for",
                {"out": "kept"}),
        Mistake("of_the_narrow", "counted in per cent of the hierarchical width: of the one "
                "without pooling is asked", {"out": "of the narrow"}),
        Mistake("sign", "the sign is turned round: narrower is positive", {"out": "sign"}),
        Mistake("ends", "the upper ends are compared and not the widths", {"out": "ends"}),
        Mistake("difference", "this is the difference of the widths, per cent are asked",
                {"out": "difference"}),
    ),
    edges=(Edge("wider", {"hierarchical": np.array([0.5, 6.5]), "no_pooling": np.array([1.0, 3.0])},
                "where the hierarchical interval is wider the reduction is negative"),),
    hint="What is taken away, over what there was.")


def new_hospital_rates(mu_log, sigma_log, z):
    """5.8.3 (d): draws of the rate of a new hospital, one for each posterior draw.

    Ingredients: the log of the new rate ~ Normal(mu_log, sigma_log), with the mu_log and sigma_log
    of each posterior draw; z are standard normal numbers, one for each.

    mu_log, sigma_log, z : arrays (n,)
    Returns the rates, an array (n,).

    Worked number: mu_log = [0.5], sigma_log = [0.6], z = [1.0] gives [3.0042].
    """
    return np.exp(mu_log + sigma_log * z)


def new_hospital_formula(s, mu_log, sigma_log, z):
    mu = {None: mu_log, "mean": mu_log.mean()}[s.mu]
    sigma = {None: sigma_log, "mean": sigma_log.mean(), "variance": sigma_log**2}[s.sigma]
    z = {None: z, "shared": z[0]}[s.z]
    log_rate = mu + sigma * z
    return {None: np.exp(log_rate), "log": log_rate, "no spread": np.exp(mu + 0 * z),
            "mean": np.exp(mu + sigma**2 / 2)}[s.out] + 0 * mu_log


NEW_HOSPITAL = Exercise(
    "5.8.3d", new_hospital_rates, (Part("rate"),), formula=new_hospital_formula, sets=SECTION,
    probe=lambda rng: (lambda n: {"mu_log": between(rng, -0.9, 0.9, n),
                                  "sigma_log": between(rng, 0.3, 1.6, n),
                                  "z": between(rng, -2, 2, n)})(int(rng.integers(3, 9))),
    smallest={"mu_log": np.array([1.0, 0.0]), "sigma_log": np.array([3.0, 0.5]),
              "z": np.array([1.0, -2.0])},
    mistakes=(
        Mistake("Q6", "all draws share the first z: each posterior draw has its own",
                {"z": "shared"}),
        Mistake("Q7", "z is not used: the new hospital spreads around the population's middle",
                {"out": "no spread"}),
        Mistake("Q7", "this is the mean of the population in each draw: the new hospital spreads "
                "around it", {"out": "mean"}, variant="mean"),
        Mistake("log_of_it", "these are the logs of the rates", {"out": "log"}),
        Mistake("plug_in", "mu_log and sigma_log were averaged first: the doubt about them is lost",
                {"mu": "mean", "sigma": "mean"}),
        Mistake("plug_in", "mu_log was averaged first: the doubt about it is lost", {"mu": "mean"},
                variant="mu"),
        Mistake("plug_in", "sigma_log was averaged first: the doubt about it is lost",
                {"sigma": "mean"}, variant="sigma"),
        Mistake("P1", "sigma_log is squared: it is a standard deviation", {"sigma": "variance"}),
    ),
    edges=(Edge("one draw", {"mu_log": np.array([0.5]), "sigma_log": np.array([0.6]),
                             "z": np.array([-0.4])}, "with one posterior draw the result is not "
                "right"),),
    hint="5.8.3 (a) for each posterior draw.")


def why_the_new_hospital_is_wider():
    """5.8.3 (d), in words: compare the width of the new hospital's distribution with that of
    Hospital 5. Return your answer as a text.
    """
    return ""


WHY_THE_NEW_HOSPITAL_IS_WIDER = question("5.8.3d (words)", why_the_new_hospital_is_wider, (
    "The new hospital's distribution is wider: it has no data of its own, only the "
    "population, whose spread sigma_log remains. Hospital 5 has one count, little, but it "
    "narrows the posterior."))

EXERCISES = (RATES, LIKELIHOOD, NO_POOLING, WIDTH, NEW_HOSPITAL,
             WHY_LOGNORMAL,
             WHY_THE_NEW_HOSPITAL_IS_WIDER)
