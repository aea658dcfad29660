"""Exercise 19a: the leapfrog."""
import numpy as np

from .. import harness
from ..exercise import Edge, Exercise, Function, Mistake, Part, Property, Valid
from .generic import between, in_integers


def leapfrog(gradient, q, p, h, steps, inverse_mass):
    """Leapfrog steps along Hamilton's equations.

    Ingredients: half a step of the momentum, a whole step of the position, half a step of the
    momentum, with the gradient where the position is at that moment. The momentum follows the
    gradient of log p (uphill in density), the position moves with momentum over mass.

    gradient : function of q, the gradient of log p
    q, p : arrays (D,), not to be changed
    h : float, the step size; steps : whole number
    inverse_mass : array (D,), one over the masses
    Returns q, p after the steps: two arrays (D,).

    Worked number: gradient = -q, q = [1.0], p = [0.0], h = 0.5, steps = 1, inverse_mass = [1.0]
    give q [0.875], p [-0.46875].
    """
    for _ in range(steps):
        p = p + h / 2 * gradient(q)
        q = q + h * inverse_mass * p
        p = p + h / 2 * gradient(q)
    return q, p


def leapfrog_formula(s, gradient, q, p, h, steps, inverse_mass):
    w = {None: inverse_mass, "mass": 1 / inverse_mass, "root": np.sqrt(inverse_mass),
         "none": np.ones_like(inverse_mass), "square": inverse_mass**2}[s.mass]
    sign = -1.0 if s.sign == "minus" else 1.0
    count = {None: steps, "one less": steps - 1, "one more": steps + 1}[s.steps]
    half = h if s.half == "whole" else h / 2
    share = 0.5 if s.step == "half" else 1.0

    def force(at):
        return sign * gradient(at)

    for k in range(count):
        if s.scheme == "momentum first":
            p = p + h * force(q)
            q = q + h * w * p
        elif s.scheme == "position first":
            q = q + h * w * p
            p = p + h * force(q)
        elif s.scheme == "euler":
            q, p = q + h * w * p, p + h * force(q)
        elif s.scheme == "stale":
            first = force(q)
            p = p + half * first
            q = q + h * w * p
            p = p + half * first
        elif s.scheme == "once":
            first = force(q) if k == 0 else first
            p = p + half * first
            q = q + h * w * p
            p = p + half * first
        else:
            if s.scheme != "no first half":
                p = p + half * force(q)
            q = q + share * h * w * p
            if s.scheme != "no last half":
                p = p + half * force(q)
    return q, p


def joined_halves(s, gradient, q, p, h, steps, inverse_mass):
    """Whole steps of the momentum between, and a half step at one end only, or at none."""
    if s != "no first":
        p = p + h / 2 * gradient(q)
    for k in range(steps):
        q = q + h * inverse_mass * p
        if k < steps - 1 or s == "no last":
            p = p + h * gradient(q)
    if s != "no last":
        p = p + h / 2 * gradient(q)
    return q, p


def position_leapfrog(gradient, q, p, h, steps, inverse_mass):
    """Half a step of the position, a whole one of the momentum, half a step of the position."""
    for _ in range(steps):
        q = q + h / 2 * inverse_mass * p
        p = p + h * gradient(q)
        q = q + h / 2 * inverse_mass * p
    return q, p


def turned_round(gradient, q, p, h, steps, inverse_mass):
    q, p = leapfrog(gradient, q, p, h, steps, inverse_mass)
    return q, -p


def position_turned(gradient, q, p, h, steps, inverse_mass):
    q, p = position_leapfrog(gradient, q, p, h, steps, inverse_mass)
    return q, -p


def bowl(rng, D):
    """An anharmonic density in general position."""
    return (*between(rng, 0.6, 2.5, D), *between(rng, -0.4, 0.4, D), *between(rng, 0.1, 0.6, D),
            between(rng, 0.1, 0.4))


def leapfrog_probe(rng):
    D = int(rng.integers(2, 5))
    return {"gradient": Function("anharmonic", tuple(map(float, bowl(rng, D))), "gradient"),
            "q": between(rng, -1.5, 2, D), "p": between(rng, -2, 2, D),
            "h": between(rng, 0.06, 0.25), "steps": int(rng.integers(2, 6)),
            "inverse_mass": between(rng, 0.3, 2.7, D)}


BOWL = (1.3, 0.7, 0.2, -0.3, 0.15, 0.4, 0.25)
AT = {"gradient": Function("anharmonic", BOWL, "gradient"), "q": np.array([0.9, -0.6]),
      "p": np.array([-0.7, 1.1]), "h": 0.1, "steps": 8, "inverse_mass": np.array([0.6, 1.7])}


def energy(q, p):
    log_p = harness.argument(harness.tagged(Function("anharmonic", BOWL)))
    return -log_p(q) + 0.5 * (AT["inverse_mass"] * p**2).sum()


def order_of_error(out):
    """Halving the step must make the error of the energy four times smaller."""
    start = energy(AT["q"], AT["p"])
    with np.errstate(all="ignore"):
        one, other = (abs(energy(x["q"], x["p"]) - start) for x in out)
        order = np.log2(one / other)
    if order < 0.5:
        return ("the energy is not kept: with half the step size, and twice the steps, its error "
                "stays as large. Does the momentum go up the density?")
    if order < 1.6:
        return (f"with half the step size, and twice the steps, the error of the energy becomes "
                f"{2**order:.2g} times smaller, and a leapfrog's becomes four times smaller: are "
                "the half steps of the momentum in place?")
    return ""


HALF = ("you take whole momentum steps only{}. Half the step size then halves the energy error; "
        "with leapfrog it quarters")
INTEGRATORS = (
    Mistake("H1", HALF.format(", each before a step of the position"),
            {"scheme": "momentum first"}),
    Mistake("H1", HALF.format(", each after a step of the position"),
            {"scheme": "position first"}, variant="position first"),
    Mistake("H1", "the first half step of the momentum is missing in each step: run backwards you "
            "would not come back to the start", {"scheme": "no first half"}, variant="no first"),
    Mistake("H1", "the last half step of the momentum is missing in each step: run backwards you "
            "would not come back to the start", {"scheme": "no last half"}, variant="no last"),
    Mistake("H1", "both half steps of the momentum are whole ones: the momentum moves twice as far "
            "as it should", {"half": "whole"}, variant="whole halves"),
    Mistake("H2", "position and momentum both move from the old values: that is Euler's method, "
            "whose orbits spiral outwards. Each must see where the other is now",
            {"scheme": "euler"}),
    Mistake("H3", "the second half step of the momentum uses the gradient at the old position: "
            "take it anew where the position is by then", {"scheme": "stale"}),
    Mistake("H3", "the gradient is taken once for all steps: take it anew whenever the position "
            "has moved", {"scheme": "once"}, variant="once"),
    Mistake("H4", "you climb down the density: the gradient handed in is that of log p, and the "
            "momentum must grow along it. The energy is not kept", {"sign": "minus"}),
    Mistake("H9", "the position moves with momentum times mass, and heavy coordinates must be "
            "slow: what is handed in is one over the mass already", {"mass": "mass"}),
    Mistake("H9", "the inverse mass has a root where the position moves: none belongs here",
            {"mass": "root"}, variant="root"),
    Mistake("H9", "the mass is not used when the position moves", {"mass": "none"},
            variant="not used"),
    Mistake("H9", "the inverse mass enters twice when the position moves", {"mass": "square"},
            variant="twice"),
    Mistake("H13", "the path is one step too short: how often does your loop run?",
            {"steps": "one less"}),
    Mistake("H13", "the path is one step too long: how often does your loop run?",
            {"steps": "one more"}, variant="more"),
    Mistake("half_position", "the position makes half steps only: it is to move a whole step "
            "between the halves of the momentum", {"step": "half"}),
)


def with_halves(s):
    return lambda gradient, q, p, h, steps, inverse_mass: joined_halves(s, gradient, q, p, h,
                                                                        steps, inverse_mass)


LEAPFROG = Exercise(
    "19a", leapfrog, (Part("q"), Part("p")), returns="tuple", formula=leapfrog_formula,
    probe=leapfrog_probe,
    smallest={"gradient": Function("anharmonic", (1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0), "gradient"),
              "q": np.array([1.0, -1.0]), "p": np.array([0.0, 2.0]), "h": 0.5, "steps": 1,
              "inverse_mass": np.array([1.0, 4.0])},
    mistakes=(
        *INTEGRATORS,
        Mistake("H1", "the momentum's half step at the start of the path is missing: it lags "
                "behind the position",
                wrong=with_halves("no first"), variant="no start"),
        Mistake("H1", "the last step of the momentum is a whole one: half a step too far, it is "
                "ahead of the position", wrong=with_halves("no last"), variant="no end"),
        Mistake("q_first", "the momentum is returned before the position",
                wrong=lambda gradient, q, p, h, steps, inverse_mass: leapfrog(
                    gradient, q, p, h, steps, inverse_mass)[::-1]),
    ),
    valid=(Valid("position first and last", position_leapfrog,
                 "Half steps of the position around whole ones of the momentum: as good a "
                 "leapfrog."),
           Valid("turned round", turned_round,
                 "You turn the momentum round at the end: not needed where it is thrown away, and "
                 "valid."),
           Valid("position, turned round", position_turned)),
    edges=(
        Edge("one coordinate", {"gradient": Function("anharmonic", (1.3, 0.2, 0.15, 0.0),
                                                     "gradient"), "q": np.array([0.7]),
                                "p": np.array([-0.3]), "h": 0.2, "steps": 3,
                                "inverse_mass": np.array([1.7])},
             "with a single coordinate the result is not right"),
        Edge("whole numbers", {**AT, "q": np.array([1, -1]), "p": np.array([0, 2])},
             in_integers("q", "p"),
             "N7"),
        Edge("many steps", {**AT, "steps": 200}, "with 200 steps the result is not right"),
    ),
    properties=(Property("order", (AT, {**AT, "h": 0.05, "steps": 16}), order_of_error),),
    hint="Write one step in three lines, look at what each line changes, and only then the loop.",
    sets=("core",))

EXERCISES = (LEAPFROG,)
