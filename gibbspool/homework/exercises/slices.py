"""Exercises 13 and 14: slice sampling, stepping out and shrinking."""
import numpy as np

from .. import harness
from ..exercise import Edge, Exercise, Function, Mistake, Part, Valid
from .generic import between

MOST_STEPS = 500  # of a wrong formula

# ---- 13


def slice_bounds(log_p, x, log_height, width, u):
    """The interval of a slice by stepping out.

    Ingredients: an interval of the given width lies around x at random, u saying how far x is from
    its lower end. As long as an end lies inside the slice, where the log density exceeds
    log_height, that end moves outwards by one width.

    log_p : function, the log density of x up to a constant
    x, log_height, width : floats; log_height is a log already
    u : float, a uniform number between 0 and 1
    Returns low, high: two floats.

    Worked number: for log_p = -x^2/2, x = 0.0, log_height = -1.0, width = 1.0, u = 0.25 they are
    -2.25 and 1.75.
    """
    low = x - width * u
    high = low + width
    while log_p(low) > log_height:
        low = low - width
    while log_p(high) > log_height:
        high = high + width
    return low, high


def slice_bounds_formula(s, log_p, x, log_height, width, u):
    share = {None: u, "middle": 0.5, "none": 0.0}[s.share]
    low = x - width * share
    high = {None: low + width, "whole": x + width, "both": x + width * share,
            "double": low + 2 * width}[s.high]
    level = {None: log_height, "exp": np.exp(log_height)}[s.level]

    def inside(place):
        return log_p(place) > level

    steps = 0
    while s.low_steps is None and inside(low) and steps < MOST_STEPS:
        low, steps = low - width * (2**steps if s.grow else 1), steps + 1
        if s.once:
            break
    taken = steps
    steps = 0
    while s.high_steps is None and inside(high) and steps < MOST_STEPS:
        high, steps = high + width * (2**steps if s.grow else 1), steps + 1
        if s.once:
            break
    if s.ends == "inside":
        low, high = low + width * (taken > 0), high - width * (steps > 0)
    if s.ends == "together":
        low = x - width * share - width * max(taken, steps)
        high = x - width * share + width + width * max(taken, steps)
    if s.ends in ("one more", "low one more"):
        low = low - width
    if s.ends in ("one more", "high one more"):
        high = high + width
    if s.ends == "cut":
        low = max(low, 0.0)
    return low, high


def bounds_other_side(log_p, x, log_height, width, u):
    """u says how far x is from the upper end."""
    low, high = x - width * (1 - u), x + width * u
    while log_p(low) > log_height:
        low -= width
    while log_p(high) > log_height:
        high += width
    return low, high


def log_height_at(rng, log_p, x, least=0.05):
    """A height below the density at x."""
    density = harness.argument(harness.tagged(log_p))
    return round(float(density(x) + np.log(rng.uniform(least, 0.9))), 4)


def slice_density(rng):
    kind = rng.integers(4)
    if kind == 0:
        return Function("lognormal", (between(rng, 0.1, 1.2), between(rng, 0.4, 0.9)))
    if kind == 1:
        return Function("gamma", (between(rng, 2.1, 5), between(rng, 0.4, 2)))
    return Function("two_sided_exponential", (between(rng, 0, 3), between(rng, 0.5, 2),
                                              between(rng, 0.5, 2), between(rng, 1, 2.5)))


def bounds_probe(rng):
    log_p, x = slice_density(rng), between(rng, 0.4, 3)
    widths = (0.25, 1.4) if rng.integers(3) else (3.0, 12.0)  # some hold the whole slice
    return {"log_p": log_p, "x": x, "log_height": log_height_at(rng, log_p, x, 0.02),
            "width": between(rng, *widths), "u": between(rng, 0.03, 0.97)}


TWO_SIDED = Function("two_sided_exponential", (0.5, 0.7, 1.3, 0.0))
SLICE_BOUNDS = Exercise(
    "13", slice_bounds, (Part("low"), Part("high")), returns="tuple",
    formula=slice_bounds_formula, probe=bounds_probe, probes=100,
    smallest={"log_p": Function("two_sided_exponential", (0.0, 1.0, 2.0, 0.0)), "x": 1.0,
              "log_height": -2.0, "width": 1.0, "u": 0.25},
    mistakes=(
        Mistake("L1", "before any stepping your interval is not as wide as width: its upper end "
                "lies a whole width above x, so that it reaches too far to the right",
                {"high": "whole"}),
        Mistake("L1", "before any stepping your interval is not as wide as width: u sets both ends",
                {"high": "both"}, variant="both"),
        Mistake("L1", "before any stepping your interval is twice as wide as width",
                {"high": "double"}, variant="double"),
        Mistake("L1", "x always lies in the middle of the first interval: u has to place it, or "
                "a step and the step back are not equally likely",
                {"share": "middle"}, variant="middle"),
        Mistake("L1", "x is always the lower end of the first interval: u has to place it",
                {"share": "none"}, variant="at the end"),
        Mistake("L2", "the exponential of log_height is compared with a log density: both have "
                "to be logs",
                {"level": "exp"}),
        Mistake("no_stepping_down", "the lower end never moves: slices that reach further down are "
                "cut", {"low_steps": "none"}),
        Mistake("no_stepping_up", "the upper end never moves: slices that reach further up are cut",
                {"high_steps": "none"}),
        Mistake("no_stepping", "neither end ever moves: slices wider than width are cut",
                {"low_steps": "none", "high_steps": "none"}),
        Mistake("one_step", "each end moves once at most: it has to move as long as it lies inside",
                {"once": True}),
        Mistake("inside_ends", "the last ends inside the slice are returned and not the first "
                "outside: the slice's own ends are cut off", {"ends": "inside"}),
        Mistake("together", "both ends move by the same number of widths: each stops as soon as it "
                "lies outside itself",
                {"ends": "together"}),
        Mistake("one_more", "each end moves one width too far", {"ends": "one more"}),
        Mistake("one_more", "the lower end moves one width too far", {"ends": "low one more"},
                variant="low"),
        Mistake("one_more", "the upper end moves one width too far", {"ends": "high one more"},
                variant="high"),
        Mistake("L4", "your steps get longer and longer: that is another scheme, doubling, which "
                "needs a further test at the end", {"grow": True}),
        Mistake("L6", "the lower end is cut at 0, and nobody said that x is positive: where it "
                "has to be, log_p is minus infinity below 0, and that ends the stepping",
                {"ends": "cut"}),
    ),
    valid=(Valid("from the upper end", bounds_other_side),),
    edges=(
        Edge("near a border", {"log_p": Function("gamma", (2.5, 1.1)), "x": 0.05,
                               "log_height": -6.0, "width": 0.8, "u": 0.9},
             "near the border beyond which the density is 0 the result is not right", "L6"),
        Edge("large constant", {"log_p": Function("two_sided_exponential",
                                                  (0.5, 0.7, 1.3, 1000.0)), "x": 1.2,
                                "log_height": 998.5, "width": 0.4, "u": 0.3},
             "with +1000 added to the log density (and to the height) the result is not right: "
             "exp of such numbers is infinite", "N2"),
        Edge("large negative constant", {"log_p": Function("two_sided_exponential",
                                                           (0.5, 0.7, 1.3, -1000.0)), "x": 1.2,
                                         "log_height": -1001.5, "width": 0.4, "u": 0.3},
             "with -1000 added to the log density (and to the height) the result is not right: "
             "exp of such numbers is 0", "N2"),
        Edge("wide already", {"log_p": TWO_SIDED, "x": 0.6, "log_height": -0.5, "width": 50.0,
                              "u": 0.4},
             "where the first interval is wide enough, no end may move"),
    ),
    hint="Place the interval first, and look at its width; then two loops, one for each end.")


# ---- 14

def slice_shrink(log_p, x, log_height, low, high, u):
    """A draw from the slice by shrinking the interval.

    Ingredients: a proposal is uniform between low and high. It is the next x if its log density
    exceeds log_height; if not, it becomes an end of the interval, such that x stays inside, and the
    next uniform number makes the next proposal.

    log_p : function, the log density of x up to a constant
    x, log_height, low, high : floats
    u : array (m,), uniform numbers to be used in turn; not all may be needed
    Returns the next x, a float; x itself if none of the uniform numbers leads into the slice.

    Worked number: for log_p = -x^2/2, x = 0.0, log_height = -1.0, low = -2.0, high = 2.0,
    u = [0.9, 0.75] the proposals are 1.6 and 0.7, and 0.7 is returned.
    """
    for number in u:
        proposal = low + (high - low) * number
        if log_p(proposal) > log_height:
            return proposal
        if proposal < x:
            low = proposal
        else:
            high = proposal
    return x


def slice_shrink_formula(s, log_p, x, log_height, low, high, u):
    level = {None: log_height, "exp": np.exp(log_height)}[s.level]
    for k, number in enumerate(u):
        number = {None: number, "first": u[0], "turned": 1 - number}[s.number]
        proposal = {None: low + (high - low) * number,
                    "around": x + (high - low) * (number - 0.5),
                    "from x": x + (high - low) * number}[s.proposal]
        log_new = log_p(proposal)
        if s.accept == "never":
            return x
        if s.accept == "always" or log_new > level:
            if s.extra and k + 1 < len(u) and np.log(u[k + 1]) > log_new - log_p(x):
                return x
            return proposal
        below = {None: proposal < x, "wrong side": proposal > x,
                 "middle": proposal < (low + high) / 2,
                 "zero": proposal < 0}[s.side]
        if s.shrinks == "not at all":
            continue
        if s.shrinks == "recentred":
            low, high = ((proposal - (high - low) / 4, proposal + (high - low) / 4))
        elif s.shrinks == "half":
            low, high = ((low + x) / 2, (high + x) / 2)
        elif below:
            low = proposal
        else:
            high = proposal
        if s.retry == "none":
            return x
    return x


def shrink_other_way(log_p, x, log_height, low, high, u):
    """The proposals counted from the upper end."""
    return slice_shrink(log_p, x, log_height, low, high, 1 - u)


def two_peaks(rng):
    """Two plateaus with a valley between them.

    Their heights are above 0, so that a log density can exceed the exponential of a log height.
    """
    ends = (-12.0, between(rng, -4.5, -3), between(rng, 0.4, 0.9), between(rng, 2.6, 3.5), 15.0)
    heights = (between(rng, 0.6, 0.9), between(rng, -8, -6), between(rng, 1, 1.7),
               between(rng, -8, -6))
    return Function("steps", (*ends, *heights))


def shrink_probe(rng):
    log_p = two_peaks(rng) if rng.integers(3) else slice_density(rng)
    x = between(rng, 0.95, 2.5)
    least = float(rng.choice((0.03, 0.5)))
    left, right = between(rng, 6, 12), between(rng, 1.5, 12)
    return {"log_p": log_p, "x": x, "log_height": log_height_at(rng, log_p, x, least) - 0.01,
            "low": round(x - left, 3), "high": round(x + right, 3),
            "u": between(rng, 0.03, 0.97, 12)}


SHRINK_EDGE = {"log_p": TWO_SIDED, "x": 1.2, "log_height": -1.5, "low": -6.5, "high": 9.25,
               "u": np.array([0.9, 0.1, 0.8, 0.62, 0.51])}
SLICE_SHRINK = Exercise(
    "14", slice_shrink, (Part("next x"),), formula=slice_shrink_formula, probe=shrink_probe,
    probes=240,
    smallest={"log_p": Function("two_sided_exponential", (0.0, 1.0, 2.0, 0.0)), "x": 1.0,
              "log_height": -1.0, "low": -4.0, "high": 6.0,
              "u": np.array([0.9, 0.125, 0.5, 0.75, 0.5])},
    mistakes=(
        Mistake("L3", "a refused proposal replaces the wrong end: afterwards x lies outside the "
                "interval", {"side": "wrong side"}),
        Mistake("L3", "a refused proposal is compared with the middle of the interval: it is x "
                "that must stay inside", {"side": "middle"}, variant="middle"),
        Mistake("L3", "a refused proposal is compared with 0: it is x that must stay inside",
                {"side": "zero"}, variant="zero"),
        Mistake("L3", "after a refusal the interval is centred at the proposal: it is x that must "
                "stay inside", {"shrinks": "recentred"}, variant="recentred"),
        Mistake("no_shrinking", "the interval stays as it was after a refusal: the refused "
                "proposal has to become an end of it", {"shrinks": "not at all"}),
        Mistake("halving", "the interval is halved towards x: the refused proposal must become its "
                "end", {"shrinks": "half"}),
        Mistake("L2", "the exponential of log_height is compared with a log density: both have "
                "to be logs",
                {"level": "exp"}),
        Mistake("any_proposal", "the first proposal is returned wherever it lies: the slice is not "
                "looked at", {"accept": "always"}),
        Mistake("never", "x itself is returned every time: no proposal is ever taken",
                {"accept": "never"}),
        Mistake("no_retry", "after one refused proposal x is returned: that is Metropolis' way. "
                "Here the interval shrinks and the next number is tried", {"retry": "none"}),
        Mistake("L5", "a proposal inside the slice is put to another acceptance test: every "
                "proposal inside the slice has to be accepted", {"extra": True}),
        Mistake("same_number", "the first uniform number is used again and again: use them in turn",
                {"number": "first"}),
        Mistake("around_x", "the proposals are centred at x and not uniform between low and high",
                {"proposal": "around"}),
        Mistake("around_x", "the proposals begin at x and not at low", {"proposal": "from x"},
                variant="from x"),
    ),
    valid=(Valid("from the upper end", shrink_other_way),),
    edges=(
        Edge("nothing found", {**SHRINK_EDGE, "u": np.array([0.95, 0.05])},
             "where no uniform number leads into the slice, x itself has to be returned", "L7"),
        Edge("x at its own height", {**SHRINK_EDGE, "log_height": -0.538, "u": np.array(
            [0.9, 0.1, 0.8, 0.2, 0.9, 0.3, 0.7, 0.45])},
             "where x lies at the very border of its slice, the result is not right", "L7"),
        Edge("large constant", {**SHRINK_EDGE, "log_p": Function("two_sided_exponential",
                                                                 (0.5, 0.7, 1.3, 1000.0)),
                                "log_height": 998.5},
             "with +1000 added to the log density (and to the height) the result is not right",
             "N2"),
    ),
    nothing=("L7", "it returns None where no uniform number leads into the slice: x itself is to "
                   "be returned then"),
    hint="Draw the line from low to high, mark x, and shrink it by hand once on either side.")

EXERCISES = (SLICE_BOUNDS, SLICE_SHRINK)
