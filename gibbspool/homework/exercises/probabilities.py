"""Exercise 21: probabilities of success, groups of trials."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part
from .generic import between, how_many


def probability_given(successes, trials, a, b):
    """Conditional of each group's probability of success: the two numbers of its Beta distribution.

    Ingredients: successes_j ~ Binomial(trials_j, theta_j); theta_j ~ Beta(a, b), whose density goes
    with theta^(a - 1) (1 - theta)^(b - 1).

    successes, trials : arrays (J,), whole numbers
    a, b : floats
    Returns two arrays (J,): the first counts like a, the second like b.

    Worked number: successes = [3], trials = [10], a = 2.0, b = 4.0 gives first [5.0], second
    [11.0].
    """
    return a + successes, b + trials - successes


def probability_formula(s, successes, trials, a, b):
    one, other = {None: (a, b), "swapped": (b, a), "left out": (0.0, 0.0),
                  "less one": (a - 1, b - 1), "flat": (1.0, 1.0)}[s.prior]
    good = {None: successes, "of all": np.full(len(trials), successes.sum()),
            "share": successes / trials}[s.good]
    bad = {None: trials - successes, "trials": trials, "successes": successes,
           "share": 1 - successes / trials,
           "of all": np.full(len(trials), (trials - successes).sum())}[s.bad]
    if s.data == "swapped":
        good, bad = bad, good
    return one + good, other + bad


PROBABILITY = Exercise(
    "21", probability_given, (Part("first"), Part("second")), returns="tuple",
    formula=probability_formula,
    probe=lambda rng: (lambda J: {
        "successes": rng.integers(1, 9, J), "trials": rng.integers(11, 40, J),
        "a": between(rng, 2.1, 5), "b": between(rng, 5.1, 9)})(how_many(rng)),
    smallest={"successes": np.array([1, 3]), "trials": np.array([4, 10]), "a": 3.0, "b": 5.0},
    mistakes=(
        Mistake("D1", "all trials are counted in the second number: the successes among them are "
                "in the first already", {"bad": "trials"}),
        Mistake("D1", "the successes are counted in the second number as well: it counts failures",
                {"bad": "successes"}, variant="successes"),
        Mistake("D2", "a and b are exchanged: unnoticed only while they are equal",
                {"prior": "swapped"}),
        Mistake("D2", "successes and failures are exchanged", {"data": "swapped"}, variant="data"),
        Mistake("C14", "the prior is left out: a group without trials would have no distribution",
                {"prior": "left out"}),
        Mistake("flat_prior", "the prior is a flat one: a and b are not used", {"prior": "flat"}),
        Mistake("beta_one", "both numbers are too small by 1: these are the density's exponents",
                {"prior": "less one"}),
        Mistake("D6", "every group gets the counts of all groups: each has its own",
                {"good": "of all", "bad": "of all"}),
        Mistake("counts_as_shares", "the counts were turned into shares first: then a thousand "
                "trials say no more than ten", {"good": "share", "bad": "share"}),
    ),
    edges=(
        Edge("no trials", {"successes": np.array([0, 2]), "trials": np.array([0, 7]), "a": 2.5,
                           "b": 5.5}, "where a group has no trials its prior must come back", "N8"),
        Edge("many groups", {"successes": np.arange(41), "trials": np.arange(41) + 7, "a": 2.5,
                             "b": 5.5}, "with 41 groups the result is not right", "C23"),
    ),
    hint="Multiply the binomial probability and the prior as functions of one probability, and add "
         "up the exponents.")

EXERCISES = (PROBABILITY,)
