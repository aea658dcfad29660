"""Exercise 5.8.1 of the section: shrinkage, worked through by hand."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part
from .generic import between, how_many, in_integers
from .parts_of_the_section import FIFTY, SECTION, question


def shrinkage_order(sigma, tau):
    """5.8.1 (a): the groups in order, from the one that is pulled most to the one pulled least.

    Ingredients: the shrinkage factors of exercise 2; np.argsort, which sorts upwards.

    sigma : array (J,), no two alike
    tau : float
    Returns the places of the groups, counted from 0, an array (J,) of whole numbers.

    Worked number: sigma = [9.0, 18.0, 16.0], tau = 6.0 gives [1, 2, 0].
    """
    return np.argsort(-(sigma**2 / (sigma**2 + tau**2)))


def shrinkage_order_formula(s, sigma, tau):
    B = sigma**2 / (sigma**2 + tau**2)
    order = np.argsort(-B)
    return {None: order, "upwards": np.argsort(B), "ranks": np.argsort(order),
            "ranks upwards": np.argsort(np.argsort(B)), "from one": order + 1,
            "ranks from one": np.argsort(order) + 1, "sorted": np.sort(B)[::-1]}[s.out]


ORDER = Exercise(
    "5.8.1a", shrinkage_order, (Part("order"),), formula=shrinkage_order_formula, sets=SECTION,
    probe=lambda rng: {"sigma": np.round(rng.permutation(np.linspace(
        2, 9, int(rng.integers(4, 9)))), 2), "tau": between(rng, 0.5, 7)},
    smallest={"sigma": np.array([9.0, 18.0, 16.0]), "tau": 6.0},
    mistakes=(
        Mistake("upwards", "this is the order from least to most: np.argsort sorts upwards",
                {"out": "upwards"}),
        Mistake("ranks", "these are ranks, the place that each group takes: the order lists the "
                "groups by their places in sigma", {"out": "ranks"}),
        Mistake("ranks", "these are ranks, and from least to most", {"out": "ranks upwards"},
                variant="upwards"),
        Mistake("D11", "places are counted from 0, yours from 1", {"out": "from one"}),
        Mistake("D11", "these are ranks counted from 1: the order lists the groups by their "
                "places, counted from 0", {"out": "ranks from one"}, variant="ranks"),
        Mistake("sorted_factors", "these are the sorted factors: the order of the groups is asked "
                "for", {"out": "sorted"}),
    ),
    edges=(Edge("many groups", {"sigma": np.linspace(3, 90, 50)[::-1] % 7.31 + 0.5, "tau": 6.0},
                FIFTY, "C23"),),
    hint="Which of a group's numbers decides how much it is pulled?")


def shrunk_estimates(y, sigma, mu, tau):
    """5.8.1 (b): the shrunk estimate of each group, given mu and tau.

    Ingredients: the shrinkage factor B of exercise 2; the estimate lies between y and mu, and B is
    the share of the way to mu.

    y, sigma : arrays (J,)
    mu, tau : floats
    Returns an array (J,).

    Worked number: y = [-1.0], sigma = [9.0], mu = 8.0, tau = 6.0 gives [5.2308].
    """
    B = sigma**2 / (sigma**2 + tau**2)
    return (1 - B) * y + B * mu


def weight_of_mu(s, sigma, tau):
    s2 = sigma if s.squares in ("sigma", "both") else sigma**2
    t2 = tau if s.squares in ("tau", "both") else tau**2
    B = s2 / (s2 + t2)
    return 1 - B if s.weights == "swapped" else B


WEIGHT_MISTAKES = (
    Mistake("C1", "sigma and tau are not squared: variances add up, standard deviations do not",
            {"squares": "both"}),
    Mistake("C1", "sigma is not squared and tau is", {"squares": "sigma"}, variant="sigma"),
    Mistake("C1", "tau is not squared and sigma is", {"squares": "tau"}, variant="tau"),
    Mistake("C2", "the weights are swapped: precise groups should be pulled least",
            {"weights": "swapped"}),
)


def shrunk_formula(s, y, sigma, mu, tau):
    B = weight_of_mu(s, sigma, tau)
    mu = y.mean() if s.mu == "grand mean" else mu
    return {None: (1 - B) * y + B * mu, "no mu": (1 - B) * y, "B of y": B * y,
            "from y": y - B * mu, "no pooling": y + 0 * B, "added": y + B * mu,
            "complete": mu + 0 * B}[s.out]


def data_probe(rng):
    J = how_many(rng)
    return {"y": between(rng, 2, 12, J) * rng.choice((-1, 1), J), "sigma": between(rng, 0.6, 5, J),
            "mu": between(rng, -3, 6), "tau": between(rng, 0.4, 4)}


MANY = {"y": np.linspace(-9, 7, 50), "sigma": np.linspace(0.7, 6, 50), "mu": 1.3, "tau": 2.6}
SCHOOLS = {"y": np.array([28, 8, -3]), "sigma": np.array([15, 10, 16]), "mu": 8.0, "tau": 6.0}
SHRUNK = Exercise(
    "5.8.1b", shrunk_estimates, (Part("estimate"),), formula=shrunk_formula, sets=SECTION,
    probe=data_probe,
    smallest={"y": np.array([4.0, -2.0]), "sigma": np.array([1.0, 3.0]), "mu": 1.0, "tau": 2.0},
    mistakes=(
        *WEIGHT_MISTAKES,
        Mistake("C6", "you pull towards the mean of y and not towards mu", {"mu": "grand mean"}),
        Mistake("C5", "your estimates are y: nothing is pooled", {"out": "no pooling"}),
        Mistake("C5", "mu is left out: you pull towards 0", {"out": "no mu"}, variant="towards 0"),
        Mistake("C7", "every estimate is mu: all is pooled, y is not used", {"out": "complete"}),
        Mistake("B_of_y", "B times y is all you return: B is the share of the way from y to mu",
                {"out": "B of y"}),
        Mistake("sign", "B times mu is subtracted: with y = mu = 5 the estimate must be 5",
                {"out": "from y"}),
        Mistake("C4", "y is not weighted: the two weights must add up to 1", {"out": "added"}),
    ),
    edges=(Edge("many groups", MANY, FIFTY, "C23"),
           Edge("whole numbers", SCHOOLS, in_integers("y", "sigma"), "N7")),
    hint="Start at y and go the share B of the way to mu.")


def why_not_the_posterior_means():
    """5.8.1 (b), in words: why do the shrunk estimates at mu = 8, tau = 6 differ from the posterior
    means? Return your answer as a text.
    """
    return ""


WHY_NOT_THE_POSTERIOR_MEANS = question("5.8.1b (words)", why_not_the_posterior_means, (
    "The estimates hold mu = 8 and tau = 6 fixed. The posterior means average over all "
    "pairs of mu and tau that the data allow, and the posterior of tau is skewed: most of "
    "it lies below 6, where shrinkage is stronger."))


def reduction_percent(y, sigma, mu, tau):
    """5.8.1 (c): by how many per cent of y shrinkage reduces each raw effect.

    Ingredients: the shrunk estimate of 5.8.1 (b); the reduction is counted from y, in per cent of
    y.

    y, sigma : arrays (J,), no y is 0
    mu, tau : floats
    Returns an array (J,); negative where the estimate is larger than y.

    Worked number: y = [28.0], sigma = [15.0], mu = 8.0, tau = 6.0 gives [61.58].
    """
    B = sigma**2 / (sigma**2 + tau**2)
    return 100 * B * (y - mu) / y


def reduction_formula(s, y, sigma, mu, tau):
    B = weight_of_mu(s, sigma, tau)
    estimate = (1 - B) * y + B * mu
    return {None: 100 * (y - estimate) / y, "share": (y - estimate) / y,
            "of the estimate": 100 * (y - estimate) / estimate, "kept": 100 * estimate / y,
            "factor": 100 * B, "difference": y - estimate, "sign": 100 * (estimate - y) / y,
            "absolute": 100 * np.abs(y - estimate) / np.abs(y),
            "of the distance": 100 * (y - estimate) / (y - mu),
            "of mu": 100 * (y - estimate) / mu}[s.out]


REDUCTION = Exercise(
    "5.8.1c", reduction_percent, (Part("per cent"),), formula=reduction_formula, sets=SECTION,
    probe=data_probe,
    smallest={"y": np.array([4.0, -2.0]), "sigma": np.array([1.0, 3.0]), "mu": 1.0, "tau": 2.0},
    mistakes=(
        *WEIGHT_MISTAKES,
        Mistake("no_percent", "this is a share and no percentage", {"out": "share"}),
        Mistake("of_the_estimate", "the reduction is counted in per cent of the estimate: of y is "
                "asked", {"out": "of the estimate"}),
        Mistake("of_mu", "the reduction is counted in per cent of mu: of y is asked",
                {"out": "of mu"}),
        Mistake("kept", "this is what is kept, and what is taken away is asked for",
                {"out": "kept"}),
        Mistake("factor", "this is the shrinkage factor in per cent: it counts the way from y to "
                "mu, and the reduction is counted from y to 0", {"out": "factor"}),
        Mistake("factor", "the difference is counted in per cent of the distance from mu, which "
                "gives the factor itself: of y is asked", {"out": "of the distance"},
                variant="distance"),
        Mistake("difference", "this is the difference in the unit of y: per cent of y are asked",
                {"out": "difference"}),
        Mistake("sign", "the sign is turned round: a smaller estimate is a positive reduction",
                {"out": "sign"}),
        Mistake("absolute", "the sign is lost: where the estimate exceeds y the reduction is "
                "negative",
                {"out": "absolute"}),
    ),
    edges=(Edge("many groups", MANY, FIFTY, "C23"),
           Edge("whole numbers", SCHOOLS, in_integers("y", "sigma"), "N7")),
    hint="What is taken away, over what there was.")


def why_the_reduction_is_appropriate():
    """5.8.1 (c), in words: why is it appropriate to reduce School A's effect of 28 that much?
    Return your answer as a text.
    """
    return ""


WHY_THE_REDUCTION_IS_APPROPRIATE = question("5.8.1c (words)", why_the_reduction_is_appropriate, (
    "School A's standard error of 15 is the second largest: an effect of 28 is more likely "
    "a smaller effect plus noise than a true 28, given that the other seven schools lie "
    "between -3 and 18. What is noisy is rightly believed less."))


def kept_share(sigma, tau):
    """5.8.1 (d): the share of its own data that a group keeps in its shrunk estimate.

    Ingredients: the shrinkage factor of exercise 2 is the share of mu.

    sigma : array (J,)
    tau : float
    Returns an array (J,).

    Worked number: sigma = [5.0], tau = 6.0 gives [0.5902].
    """
    return tau**2 / (sigma**2 + tau**2)


def kept_formula(s, sigma, tau):
    B = weight_of_mu(s, sigma, tau)
    return {None: 1 - B, "percent": 100 * (1 - B)}[s.out]


KEPT = Exercise(
    "5.8.1d", kept_share, (Part("share"),), formula=kept_formula, sets=SECTION,
    probe=lambda rng: {"sigma": between(rng, 0.5, 6, how_many(rng)), "tau": between(rng, 0.3, 5)},
    smallest={"sigma": np.array([1.0, 3.0]), "tau": 2.0},
    mistakes=(*WEIGHT_MISTAKES,
              Mistake("percent", "this is a percentage, a share is asked for",
                      {"out": "percent"})),
    edges=(Edge("many groups", {"sigma": np.linspace(0.5, 9, 50), "tau": 3.25}, FIFTY, "C23"),
           Edge("small tau", {"sigma": np.array([0.5, 3.25]), "tau": 3e-3},
                "with a small tau the shares are not right", rtol=1e-8)),
    hint="What mu does not get, the group keeps.")


def the_role_of_precision():
    """5.8.1 (d), in words: what does the factor of a very precise school say about the role of
    measurement precision? Return your answer as a text.
    """
    return ""


THE_ROLE_OF_PRECISION = question("5.8.1d (words)", the_role_of_precision, (
    "With sigma = 5 the factor is 0.41, less than that of any of the eight: a precise "
    "measurement keeps most of its own data. How far a group is pulled is settled by its "
    "precision before its result is known."))

EXERCISES = (ORDER, SHRUNK, REDUCTION, KEPT,
             WHY_NOT_THE_POSTERIOR_MEANS,
             WHY_THE_REDUCTION_IS_APPROPRIATE,
             THE_ROLE_OF_PRECISION)
