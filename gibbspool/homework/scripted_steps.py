"""What a discrete step does exactly: its implied acceptance, and its chain on five states.

With everything but u fixed, a step has two results; the place where it changes from one to the
other is the probability that the step implies, whatever rule it uses. Over all moves these make the
transition matrix of the step, and a matrix needs no statistics.
"""
import numpy as np

from . import harness
from .showing import shown

RTOL = 1e-6
ATOL = 1e-7  # of an acceptance: a guard such as log(u + 1e-8) makes no other sampler of it


def outcomes(case, k):
    """[(result, probability), ...] of a "threshold" call; None where the answer is no such thing.
    """
    answer = case.answers[k] or {}
    low, high = case.plain(answer.get("value")), case.plain(answer.get("at_one"))
    if low is None or high is None:
        return None
    place = answer.get("threshold")
    if place is None:
        return [(low, 1.0)]
    try:
        place = float.fromhex(place)
    except (TypeError, ValueError):
        return None
    return [(low, place), (high, 1 - place)] if 0 <= place <= 1 else None


def acceptance(case, k):
    """The probability of leaving x; None where the answers are no numbers."""
    found = outcomes(case, k)
    if found is None:
        return None
    x = case.calls[k].arguments["x"]
    return sum(weight for result, weight in found if np.any(np.asarray(result) != x))


def transition_matrix(case, states, weight):
    """The step's matrix on the states 0, 1, ...; each of its moves has the same weight."""
    matrix = np.zeros((states, states))
    for k, call in enumerate(case.calls):
        if call.purpose == "chain":
            found = outcomes(case, k)
            if found is None:
                return None
            for result, share in found:
                j = int(round(result)) if np.isfinite(result) else -1
                if not 0 <= j < states or abs(result - j) > 1e-9:
                    return None
                matrix[int(call.arguments["x"]), j] += weight * share
    return matrix


def leaves_invariant(matrix, weights):
    """Whether the weights stay as they are, and every state is reached from every other."""
    weights = np.asarray(weights) / np.sum(weights)
    reached = np.linalg.matrix_power((matrix > 0).astype(float) + np.eye(len(matrix)),
                                     len(matrix)) > 0
    return bool(np.abs(weights @ matrix - weights).max() < RTOL
                and np.abs(matrix.sum(axis=1) - 1).max() < RTOL and reached.all())


def threshold_of(function, call):
    """The "threshold" answer of a function of our own."""
    return harness.perform(lambda **given: np.asarray(function(**given), dtype=float),
                           harness.request(call))


def same_threshold(answer, function, call):
    """Whether a "threshold" answer has the results and the place of a function of our own."""
    ours = threshold_of(function, call)
    if not isinstance(answer, dict) or "value" not in answer or "value" not in ours:
        return False
    try:
        pairs = [(harness.decode(answer[end]), harness.decode(ours[end]))
                 for end in ("value", "at_one")]
        same = all(np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-9, atol=0)
                   for a, b in pairs)
        places = [None if place is None else float.fromhex(place)
                  for place in (answer.get("threshold"), ours["threshold"])]
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return False
    if None in places:
        return same and places == [None, None]
    return same and abs(places[0] - places[1]) < ATOL


def threshold_shown(answer):
    """A "threshold" answer as text: "1.81 for u up to 0.3, beyond it 1.25"."""
    try:
        low, high = (shown(harness.decode(answer[end])) for end in ("value", "at_one"))
        place = answer.get("threshold")
        return low if place is None else (f"{low} for u up to {float.fromhex(place):.6g}, beyond "
                                          f"it {high}")
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return "something that could not be read"
