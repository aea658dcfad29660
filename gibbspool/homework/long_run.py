"""The last resort: many draws, where a generator was asked for numbers that have no script.

Each draw is turned into what should be independent standard normal numbers, by the right
conditionals; their empirical distribution is compared with the normal one. A right function fails
with a probability below 1e-9: each of at most twenty distances is held against 3.7 / sqrt(n),
which a right one exceeds with a probability of 2 exp(-2 3.7^2) = 3e-12.
"""
import numpy as np
from scipy import special

from .bank import numbers_of, run
from .exercise import Call
from .parts import NotAsAsked

TIMES = 600
MOST = 3.7


def many(exercise, rng):
    """The calls that make them: on the small arguments, and on some in general position."""
    return [Call(exercise.name, arguments, "repeat", TIMES, int(rng.integers(1, 9000)),
                 purpose="many") for arguments in (exercise.smallest, exercise.probe(rng))]


def asked_for_others(case):
    """Whether the generator's methods without a script were used."""
    return any(case.answers[k]["rng"] and case.answers[k]["rng"]["unscripted"]
               for k in case.generic)


def draws_fit(case):
    """Whether the exercise's scores are standard normal over all draws; False without draws."""
    places = [k for k, call in enumerate(case.calls) if call.purpose == "many"]
    return bool(places) and all(fits(case, k) for k in places)


def fits(case, k):
    exercise, call = case.exercise, case.calls[k]
    right = run(exercise, exercise.right, call.arguments)
    values = (case.answers[k] or {}).get("value", {}).get("t")
    if not isinstance(values, list) or len(values) != call.times:
        return False
    try:
        parts = [numbers_of(exercise, {"value": value}, right, call.arguments)
                 for value in values]
    except NotAsAsked:
        return False
    with np.errstate(all="ignore"):
        z = np.array([np.ravel(exercise.scores(call.arguments, one)) for one in parts])
    return all(distance(column) < MOST for column in [*z.T, z.sum(axis=1) / np.sqrt(z.shape[1])])


def distance(z):
    """Root of n times the largest distance of the two distribution functions."""
    n = len(z)
    at = special.ndtr(np.sort(z))
    if not np.isfinite(at).all():
        return np.inf
    steps = np.arange(n + 1) / n
    return np.sqrt(n) * max(np.max(steps[1:] - at), np.max(at - steps[:-1]))


NOTE = (f"You asked the generator for numbers that have no script here; your function was judged "
        f"by {2 * TIMES} draws of it, which fit.")
