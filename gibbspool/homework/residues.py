"""Where no formula of the bank fits: what a wrong value's ratio or difference to the right one is.

A ratio that is the same everywhere, or a power of one argument, names the factor that is off; a
difference of two log densities that is a multiple of log x, or of 1/x^2, names the term.
"""
import numpy as np

from ..sampling.mistakes import slopes_of, terms
from .bank import run
from .parts import is_close
from .showing import number

CLOSE = 1e-8
FEWEST_DIGITS, MOST_DIGITS = 3, 8  # after the point, of rounded numbers
SINGLE = 3e-6  # relative: a few operations in single precision
TRIED = 24  # arguments in general position


def factor_or_term(exercise, calls, place, given, right):
    """A sentence on how one part differs from the right one, or ""."""
    part = exercise.parts[place]
    a = [answer[place] for answer in given]
    b = [answer[place] for answer in right]
    if rounded(part, a, b):
        return f"your {part.name} has the right first digits only. Rounded? Return all digits"
    if part.up_to_constant:
        return wrong_term(calls, list(zip(a, b)))
    return same_factor(part, a, b) or same_difference(part, a, b) or wrong_power(part, calls, a, b)


def rounded(part, given, right):
    """Whether these are the right numbers rounded, cut off after three or more digits, or in single
    precision.
    """
    with np.errstate(all="ignore"):
        if part.up_to_constant:
            right = [b + (a - b).flat[0] for a, b in zip(given, right)]
        a, b = (np.concatenate([np.ravel(x) for x in values]) for values in (given, right))
        if (a == b).all() or not np.isfinite(a).all():
            return False
        near = (np.abs(a - b) <= SINGLE * np.abs(b)).all()
        return near or any(
            np.allclose(a, np.round(b, digits), rtol=1e-13, atol=1e-13)
            or (digits >= FEWEST_DIGITS and (np.abs(a - b) <= 1.001 * 10.0**-digits).all()
                and np.allclose(a, np.round(a, digits), rtol=1e-13, atol=0))
            for digits in range(MOST_DIGITS + 1))


def same_factor(part, given, right):
    with np.errstate(all="ignore"):
        ratio = np.concatenate([np.ravel(a / b) for a, b in zip(given, right)])
    if np.isfinite(ratio).all() and np.ptp(ratio) < CLOSE * abs(ratio[0]):
        if ratio[0] < 0:
            return f"your {part.name} is always {number(ratio[0])} times the right one"
        large = "large" if ratio[0] > 1 else "small"
        return (f"your {part.name} is always too {large} by the same factor "
                f"{number(max(ratio[0], 1 / ratio[0]))}")
    return ""


def same_difference(part, given, right):
    gap = np.concatenate([np.ravel(a - b) for a, b in zip(given, right)])
    if np.isfinite(gap).all() and np.ptp(gap) < CLOSE * abs(gap[0]):
        large = "large" if gap[0] > 0 else "small"
        return f"your {part.name} is always too {large} by the same amount {number(abs(gap[0]))}"
    return ""


def wrong_power(part, calls, given, right):
    """Whether the ratio is a power of one argument: "too large by the factor tau^1.00"."""
    with np.errstate(all="ignore"):
        log_ratio = [np.log(a / b) for a, b in zip(given, right)]
    if not all(np.isfinite(x).all() for x in log_ratio):
        return ""
    for name, argument in calls[0].arguments.items():
        columns = []
        for call, ratio in zip(calls, log_ratio):
            value = call.arguments[name]
            if not isinstance(value, (float, int, np.ndarray)) or np.any(np.asarray(value) <= 0):
                break
            if np.shape(value) not in ((), ratio.shape):
                break
            columns.append(np.broadcast_to(np.log(value), ratio.shape).ravel())
        else:
            x, y = np.concatenate(columns), np.concatenate([r.ravel() for r in log_ratio])
            if np.ptp(x) == 0:
                continue
            design = np.column_stack([x, np.ones_like(x)])
            slope, constant = np.linalg.lstsq(design, y, rcond=None)[0]
            if np.abs(y - design @ (slope, constant)).max() < CLOSE * np.ptp(y):
                times = "" if abs(constant) < CLOSE else f" times {number(np.exp(constant))}"
                return f"your {part.name} is off by the factor {name}^{slope:.2f}{times}"
    return ""


def wrong_term(calls, pairs):
    """Which term of a log density is off, by its shape along the array it is given."""
    for name, argument in calls[0].arguments.items():
        if np.shape(argument) != pairs[0][0].shape or np.ndim(argument) != 1:
            continue
        long = [k for k, call in enumerate(calls) if len(call.arguments[name]) >= 6]
        if not long:
            continue
        first = calls[long[0]].arguments[name][:, None]
        for choice, (_, sentence) in enumerate(terms(name, first)):
            slopes = []
            for k in long:
                columns = terms(name, calls[k].arguments[name][:, None])[choice][0]
                difference = (pairs[k][0] - pairs[k][1])[:, None]
                if not np.isfinite(difference).all():
                    return ""
                slopes.append(slopes_of(columns, difference))
            if all(found is not None for found in slopes):
                return sentence.format(slope=slopes[0][0])
    return ""


def unlike_moves(exercise, moved, right):
    """Which part moves with an argument and must not, or the reverse; "" where all do as they must.

    `moved` and `right` are dictionaries from an argument's name to a list of whether each part
    moves. A part must not move with an argument only if that of the right function never does.
    """
    for name, parts in right.items():
        for place, (must, does) in enumerate(zip(parts, moved.get(name, parts))):
            part = exercise.parts[place].name
            if must and not does:
                return (f"changing {name} alone{how(exercise, name)} must change {part}; with your "
                        "code it stays the same")
            if does and not must and never_moves(exercise, name, place):
                return f"changing {name} alone must not change {part}; with your code it changes"
    return ""


def how(exercise, name):
    """In which way an array was changed: other ways may tell something else."""
    value = exercise.smallest[name]
    if not isinstance(value, np.ndarray):
        return ""
    if name == "u":
        return " (each u to 1 - u)"
    step = "x + 1" if value.dtype.kind in "iu" else "1.25 x + 0.1"
    return f" (each element x to {step})"


def never_moves(exercise, name, place):
    """Whether a part of the right function stays as it is when an argument takes the value that it
    has elsewhere: tried on many arguments in general position.
    """
    rng = np.random.default_rng(1)
    tried = [exercise.probe(rng) for _ in range(TRIED)]
    for one in tried:
        before = run(exercise, exercise.right, one)
        for other in tried:
            if np.shape(one[name]) != np.shape(other[name]):
                continue
            after = run(exercise, exercise.right, {**one, name: other[name]})
            if before and after and not is_close(exercise, after, before, CLOSE)[place]:
                return False
    return True
