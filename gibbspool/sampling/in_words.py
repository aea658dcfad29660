"""The record of a draw in words and numbers: short sentences, one idea each."""
import numpy as np

from ..numerics.coordinates import Arcsinh, Line, Log
from .short import counted, short

LEAST = 0.01  # probability of a rung that is worth a word
MOST_NUMBERS = 6  # of an array in a sentence

WHY_A_SLICE = ("of points spread evenly under a density's curve the places have that density: so "
               "first a random height, the level, then a random place where the curve is higher")


def in_words(record, name="x"):
    """What a draw did, as a list of sentences.

    Parameters
    ----------
    record : a record, see `records`; not of a batch, whose ``.records`` are told one by one
    name : str
        Of the variable, or of the one element of it.
    """
    return SENTENCES[record.kind](record, name)


def direct(record, name):
    return ["drawn at once: the closed form is known"]


def griddy(record, name):
    u = coordinate_name(record.curve, name)
    grid, x = record.grid, record.curve.x
    told = [f"grid: {len(grid.u)} points in {u}, {name} from {x(grid.u[0]):.4g} to "
            f"{x(grid.u[-1]):.4g} (out to where the density is negligible), joined by straight "
            f"lines of the log density of {u}: q",
            f"inversion: the uniform number {record.share:.4g} is the probability of q below "
            f"{record.proposal:.4g}: the proposal"]
    if record.before is None:
        return told
    before = f"{record.before:.4g} before"
    if not np.isfinite(record.log_weight_before):
        return told + [f"{before} lies beyond the grid: accepted"]
    change = record.log_weight - record.log_weight_before
    return told + [f"correction: from {before} to the proposal log p - log q changes by "
                   f"{change:+.3g} (how much q understates p at the proposal, minus that at the "
                   "old value); "
                   + decision(record, "it")]


def decision(record, what):
    """Accepted or refused, and why."""
    if record.accepted:
        return f"the log of a uniform number, {record.log_uniform:.3g}, is below {what}: accepted"
    return (f"the log of a uniform number, {record.log_uniform:.3g}, is not below {what}: refused, "
            f"{short(record.before)} stays")


def level(record, name):
    return (f"level: log density of {coordinate_name(record.curve, name)} above "
            f"{record.log_height:.4g}; at {record.before:.4g} it is {record.log_p_before:.4g}")


def slice_(record, name):
    sides = [one.side for one in record.doublings]
    how = f" ({', '.join(sides)})" if sides else ""
    return [level(record, name),
            f"interval {between(record.curve, *record.interval)} after "
            f"{counted(len(sides), 'doubling')}{how}",
            "; ".join(judgement(record, one) for one in record.tries)]


def concave_slice(record, name):
    ends = []
    for end in (record.left, record.right):
        points = [f"{record.curve.x(u):.4g}" for u, _ in end.points]
        ends.append(f"{end.side} end {record.curve.x(end.end):.4g}: looked at {', '.join(points)}, "
                    f"then {counted(len(end.chords), 'line')} down to the level")
    return [level(record, name), *ends,
            "; ".join(judgement(record, one) for one in record.tries)]


def judgement(record, tried):
    """A value tried by a slice sampler, and what became of it."""
    if tried.verdict == "inside":
        return f"{tried.x:.4g} inside: the draw"
    cut = "" if record.kind == "concave slice" else ", cut"
    if tried.verdict == "outside":
        return f"{tried.x:.4g} outside{cut}"
    stop = tried.halvings[-1]
    return (f"{tried.x:.4g} inside, but no return: doubling from there would have stopped at "
            f"{between(record.curve, stop.low, stop.high)}; cut")


def between(curve, low, high):
    return f"[{curve.x(low):.4g}, {curve.x(high):.4g}]"


def metropolis(record, name):
    return [f"proposal {record.proposal:.4g}: {coordinate_name(record.curve, name)} moved by "
            f"{record.u_proposal - record.u_before:+.3g}, where the scale is {record.scale:.3g}",
            ratio(record, coordinate_name(record.curve, name))]


def ratio(record, of_what):
    return (f"log ratio {record.log_ratio:.4g}, from the log densities of {of_what}: "
            f"{record.log_p_proposal:.4g} there and {record.log_p_before:.4g} here; "
            f"{decision(record, 'it')}")


def simplex_walk(record, name):
    return [f"proposal {numbers(record.proposal)}: each share times exp({record.scale:.3g} z), "
            "divided by their sum", ratio(record, "the log ratios of the shares")]


def ladder(record, name):
    x, likely = record.curve.x, np.flatnonzero(record.probabilities >= LEAST)
    rungs = [f"{x(record.rungs[j]):.4g} ({record.probabilities[j]:.0%})" for j in likely]
    left = len(record.rungs) - len(likely)
    few = ""
    if left:
        others = "the other one has" if left == 1 else f"the other {left} have"
        few = f"; {others} less than {LEAST:.0%}" + ("" if left == 1 else " each")
    return [f"{len(record.rungs)} rungs, {record.spacing:.3g} apart in "
            f"{coordinate_name(record.curve, name)}; {record.before:.4g} is number "
            f"{record.place + 1} of them",
            f"rungs and their probabilities: {', '.join(rungs)}{few}",
            f"drawn: number {record.rung + 1}, where they add up to the share {record.share:.3g}"
            + ("" if record.accepted else f": {record.before:.4g} stays")]


def augmentation(record, name):
    told = []
    for number, one in enumerate(record.passes, 1):
        what = getattr(one.invention, "what", f"a draw from {type(one.invention).__name__}")
        told += [f"pass {number}: invented {what}, {numbers(one.z)}, given {name} = "
                 f"{numbers(one.before)}",
                 f"        drew {numbers(one.x)} from {one.conditional!r}"]
    return told


def interweaving(record, name):
    held = ", ".join(record.held) or "what the conditional is given"
    return [*in_words(record.inner, name),
            f"held fixed: {held}; moved along: {', '.join(record.moved)}"]


def numbers(value):
    """A number, or the first few of an array."""
    flat = np.ravel(value)
    told = ", ".join(f"{x:.4g}" for x in flat[:MOST_NUMBERS])
    return told if np.ndim(value) == 0 else f"[{told}{', ...' if len(flat) > MOST_NUMBERS else ''}]"


def coordinate_name(curve, name):
    """The coordinate that a kernel works in, such as log tau."""
    coordinate = curve.kernel.coordinate
    if isinstance(coordinate, Line):
        return name
    if isinstance(coordinate, Arcsinh):
        return f"arcsinh {name}"
    if isinstance(coordinate, Log):
        return f"log {name}" if coordinate.low == 0 else f"log({name} - {coordinate.low:g})"
    low, high = coordinate.low, coordinate.high
    if (low, high) == (0, 1):
        return f"logit {name}"
    return f"log(({name} - {low:g}) / ({high:g} - {name}))"


SENTENCES = {"direct": direct, "griddy": griddy, "slice": slice_, "concave slice": concave_slice,
             "metropolis": metropolis, "simplex walk": simplex_walk, "ladder": ladder,
             "augmentation": augmentation, "interweaving": interweaving}
