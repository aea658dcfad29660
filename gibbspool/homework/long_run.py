"""The last resort: many draws, where the scripted numbers were used in a way that nobody knows.

Each draw is turned into what should be independent standard normal numbers, by the right
conditionals; their empirical distribution is compared with the normal one, all together, one by
one, in sums with random signs, and from one call to the next. A right function fails with a
probability below 1e-9:
each of at most 200 distances is held against 3.8 / sqrt(n), which a right one exceeds with a
probability of at most 2 exp(-2 3.8^2) = 6e-13 (Massart 1990).

Nobody is asked for these draws whose numbers a formula explains, right or wrong.
"""
import numpy as np
from scipy import special

from . import harness
from .bank import run
from .exercise import Call

TIMES = 5000
MOST = 3.8
SIGNS = 8  # sums of all numbers with random signs
FARTHEST = 7  # standard deviations of a single right number: 3e-12 lie farther out


def many(exercise, rng, probe, times=TIMES):
    """The calls that make them, on four arguments by ``probe(rng)`` that nobody is told."""
    return [Call(exercise.name, probe(rng), "repeat", times, int(rng.integers(1, 10**9)),
                 purpose="many") for _ in range(4)]


def asked_for_others(case):
    """Whether the generator was asked for more than normal and gamma numbers."""
    logs = [case.answers[k]["rng"] for k in case.generic if case.answers[k]["rng"]]
    return any(log["unscripted"] or any(log["taken"].get(kind) for kind in
                                        ("uniform", "exponential", "turned")) for log in logs)


def draws_fit(case):
    """Whether the exercise's scores are standard normal over all draws; False without draws."""
    found = []
    for k, call in enumerate(case.calls):
        if call.purpose == "many":
            z = standard(case, k)
            if z is None or any(distance(column) > MOST for column in columns(z, call.seed)):
                return False
            found.append(z.ravel())
    return bool(found) and distance(np.concatenate(found)) < MOST


def standard(case, k):
    """The numbers that the draws of one call must have used, one row a draw; None without draws."""
    exercise, call = case.exercise, case.calls[k]
    right = run(exercise, exercise.right, call.arguments)
    try:
        rows = harness.decode((case.answers[k] or {}).get("value"))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return None
    if np.shape(rows) != (call.times, sum(part.size for part in right)):
        return None
    with np.errstate(all="ignore"):
        return np.array([np.ravel(exercise.scores(call.arguments, parts_of(exercise, row, right)))
                         for row in rows])


def parts_of(exercise, row, right):
    """The parts in one row of numbers: of a dictionary they stand in the order of the names."""
    order = range(len(right))
    if exercise.returns == "dict":
        order = sorted(order, key=lambda place: exercise.parts[place].name)
    found, at = [None] * len(right), 0
    for place in order:
        size = right[place].size
        found[place] = row[at:at + size].reshape(right[place].shape)
        at += size
    return found


def columns(z, seed):
    """What is standard normal if all numbers are independent standard normal ones."""
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(z.shape[1], SIGNS))
    half = len(z) // 2
    following = (z[0:2 * half:2] + z[1:2 * half:2]) / np.sqrt(2)
    return [*z.T, *(z @ signs).T / np.sqrt(z.shape[1]), *following.T]


def distance(z):
    """Root of n times the largest distance of the two distribution functions."""
    n = len(z)
    at = special.ndtr(np.sort(z))
    if not np.isfinite(at).all():
        return np.inf
    steps = np.arange(n + 1) / n
    return np.sqrt(n) * max(np.max(steps[1:] - at), np.max(at - steps[:-1]))


def likely(exercise, arguments, parts):
    """Whether no number of a single draw lies farther out than a right one ever does."""
    with np.errstate(all="ignore"):
        z = np.ravel(exercise.scores(arguments, parts))
    return bool((np.isnan(z) | (np.abs(z) < FARTHEST)).all())


NOTE = ("You asked the generator for numbers in a way that has no script here; your function was "
        "judged by many draws of it, which fit.")
