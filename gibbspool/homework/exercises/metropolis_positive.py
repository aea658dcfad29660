"""Exercise 12: a Metropolis step for a positive number, as a walk of its log."""
import numpy as np

from ..exercise import Call, Edge, Exercise, Function, Mistake, Part, Valid
from .generic import between
from .metropolis import RULES, both_ways_balance, taken


def metropolis_positive(log_p, x, scale, z, u):
    """One Metropolis step for a positive x, as a random walk of log x.

    Ingredients: the log of the proposal lies scale * z away from log x. log_p is the density of x,
    and the walk goes on log x: the density of log x is another one, and the ratio needs it.

    log_p : function, the log density of x up to a constant
    x, scale : floats, x > 0
    z, u : floats, a standard normal and a uniform number between 0 and 1
    Returns the next x, a float.

    Worked number: for log_p = -x, x = 1.0, scale = 1.0, z = 1.0 the proposal, 2.718, is taken for u
    up to 0.4876.
    """
    proposal = x * np.exp(scale * z)
    log_ratio = log_p(proposal) - log_p(x) + np.log(proposal) - np.log(x)
    return proposal if np.log(u) < log_ratio else x


def metropolis_positive_formula(s, log_p, x, scale, z, u):
    step = {None: scale, "square": scale**2, "root": np.sqrt(scale), "one": 1.0}[s.step] * z
    proposal = {None: x * np.exp(step), "additive": x + step, "zero": np.exp(step)}[s.walk]
    new, old = log_p(proposal), log_p(x)
    with np.errstate(all="ignore"):
        jacobian = {None: np.log(proposal / x), "none": 0.0, "minus": -np.log(proposal / x),
                    "of the new": np.log(proposal), "difference": proposal - x,
                    "twice": 2 * np.log(proposal / x), "old": -np.log(x)}[s.jacobian]
    following = proposal if taken(s, new - old + jacobian, new, old, u) else x
    return np.log(following) if s.out == "log" else following


def barker_positive(log_p, x, scale, z, u):
    new = x * np.exp(scale * z)
    log_ratio = log_p(new) - log_p(x) + scale * z
    return new if u < 1 / (1 + np.exp(-log_ratio)) else x


def other_end_positive(log_p, x, scale, z, u):
    new = x * np.exp(scale * z)
    log_ratio = log_p(new) - log_p(x) + scale * z
    return new if 1 - u <= np.exp(np.minimum(0.0, log_ratio)) else x


def other_side_positive(log_p, x, scale, z, u):
    new = x * np.exp(-scale * z)
    return new if np.log(u) < log_p(new) - log_p(x) - scale * z else x


def positive_density(rng, kind=None):
    """Of a kind that was drawn, or of the given one."""
    kind = rng.integers(3) if kind is None else kind
    if kind == 2:
        return Function("two_sided_exponential", (between(rng, 1, 4), between(rng, 0.5, 2),
                                                  between(rng, 0.5, 2), between(rng, 0.5, 2)))
    if kind == 1:
        return Function("lognormal", (between(rng, 0.1, 1.2), between(rng, 0.4, 0.9)))
    return Function("gamma", (between(rng, 2.1, 5), between(rng, 0.4, 2)))


def positive_probe(rng):
    return {"log_p": positive_density(rng), "x": between(rng, 0.3, 5),
            "scale": between(rng, 0.3, 1.2), "z": between(rng, -2, 2),
            "u": between(rng, 0.03, 0.97)}


def positive_thresholds(rng):
    """Both ways between two places."""
    calls = []
    for kind in (0, 1, 2) * 2:
        log_p = positive_density(rng, kind)
        x, scale, z = between(rng, 0.5, 3), between(rng, 0.3, 1.2), between(rng, -1.5, 1.5)
        calls += [Call("metropolis_positive", {"log_p": log_p, "x": place, "scale": scale,
                                               "z": way, "u": 0.5}, "threshold",
                       purpose="balance")
                  for place, way in ((x, z), (float(x * np.exp(scale * z)), -z))]
    return calls


def balanced_positive(case):
    for call, given in zip(case.bank.calls, case.given):
        x, away = call.arguments["x"], np.exp(call.arguments["scale"] * call.arguments["z"])
        if min(abs(given[0] - place) for place in (x, x * away, x / away)) > 1e-9 * x:
            return None
    if not both_ways_balance(case, np.log):
        return None
    return ("Your acceptance rule is not the usual one. It is valid: on every pair of values tried "
            "the flow is the same both ways.")


POSITIVE = {"x": 1.25, "scale": 0.8, "z": 0.7, "u": 0.4}
NO_CHANGE = ("the change of variable is missing (or: the two proposal densities do not cancel; it "
             "is the same correction). Small values come too often")
UPSIDE_DOWN = ("the change of variable has the wrong sign (or: the ratio of the proposal densities "
               "is upside down; it is the same correction). Small values come far too often")
METROPOLIS_POSITIVE = Exercise(
    "12", metropolis_positive, (Part("next x"),), formula=metropolis_positive_formula,
    probe=positive_probe, probes=60,
    smallest={"log_p": Function("gamma", (3.0, 1.0)), "x": 1.0, "scale": 1.0, "z": 1.0, "u": 0.5},
    mistakes=(
        *RULES,
        Mistake("M5", NO_CHANGE, {"jacobian": "none"}),
        Mistake("M7", NO_CHANGE, {"jacobian": "none"}),
        Mistake("M6", UPSIDE_DOWN, {"jacobian": "minus"}),
        Mistake("M8", UPSIDE_DOWN,
                {"jacobian": "minus"}),
        Mistake("M6", "the change of variable is taken at the proposal alone: the old value has "
                "one too", {"jacobian": "of the new"}, variant="new alone"),
        Mistake("M6", "the change of variable is taken at the old value alone: the proposal has "
                "one too", {"jacobian": "old"}, variant="old alone"),
        Mistake("M6", "the change of variable is that of another variable: x itself stands where "
                "its log belongs", {"jacobian": "difference"}, variant="difference"),
        Mistake("M6", "the change of variable counts twice", {"jacobian": "twice"},
                variant="twice"),
        Mistake("walk_on_x", "the walk goes on x itself, and leaves the positive numbers: it is "
                "log x that moves by scale * z", {"walk": "additive"}),
        Mistake("walk_on_x", "this is the step of exercise 11, whose walk leaves the positive "
                "numbers: here log x moves by scale * z, and the ratio needs the change of "
                "variable", {"walk": "additive", "jacobian": "none"}, variant="plain Metropolis"),
        Mistake("log_of_it", "this is the log of the next x: x itself is wanted", {"out": "log"}),
        Mistake("M12", "the proposal does not depend on the current value: a random walk starts "
                "from where it is", {"walk": "zero"}),
    ),
    valid=(Valid("Barker", barker_positive, "Barker's rule instead of Metropolis': valid, and a "
                 "little slower."), Valid("1 - u", other_end_positive),
           Valid("the other side", other_side_positive)),
    accepts=balanced_positive, extra=positive_thresholds,
    nothing=("M4", "a refused proposal gives None: a rejection is a draw, the old value again"),
    edges=(
        Edge("tiny x", {"log_p": Function("gamma", (2.5, 1.1)), "x": 1e-200, "scale": 0.8,
                        "z": 0.7, "u": 0.9},
             "near 0 (x = 1e-200) the result is not right"),
        Edge("far in the tail", {"log_p": Function("gamma", (2.5, 900.0)), "x": 9.5, "scale": 1.0,
                                 "z": -3.0, "u": 0.4},
             "from a very bad start a much better proposal is not taken: exp of a large log ratio "
             "overflows", "M15"),
        Edge("tail underflow", {"log_p": Function("gamma", (2.5, 900.0)), "x": 9.5, "scale": 0.01,
                                "z": 0.01, "u": 0.9},
             "far in the tail both densities underflow to 0 and their ratio is nan", "N1"),
    ),
    hint="Write t = log x. Which density does t have, if x has the density p? That one goes into "
         "the ratio.", sets=("core",))

EXERCISES = (METROPOLIS_POSITIVE,)
