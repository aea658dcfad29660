"""Verdicts from numbers: pure functions, no process, nothing believed that the student's code says.

The ladder, of which the first that holds gives the verdict: not there; an error or no answer; not
the shape; right (then the extreme inputs); named by the bank of mistakes; otherwise recognised; off
by a constant, a power or a term; without a property that every right answer has; wrong.
"""
from dataclasses import dataclass

import numpy as np

from . import harness
from .answers import clean
from .case import Case
from .exercise import Call


@dataclass(frozen=True)
class Shares:
    """Of an exercise's points: for running with the right shape, for right values, for extreme
    inputs; and what part of the values' share one named mistake leaves.
    """

    runs: float = 0.1
    values: float = 0.7
    edges: float = 0.2
    named: float = 0.3


def calls_for(exercise, seed):
    """The calls to be made of the student's function: a list of `Call`.

    Parameters
    ----------
    exercise : Exercise
    seed : int
        Of the generic arguments; the same seed, the same calls.
    """
    if exercise.returns == "words":
        return [Call(exercise.name, {}, purpose="words")]
    rng = np.random.default_rng(seed)
    found = [Call(exercise.name, exercise.smallest, purpose="smallest")]
    found += [Call(exercise.name, exercise.probe(rng)) for _ in range(exercise.probes)]
    extra = exercise.extra(rng) if exercise.extra else []
    base = found[1].arguments
    found += [call for call in extra if call.do != "repeat"]  # the most needed first
    found += [Call(exercise.name, edge.arguments, purpose=f"edge {k}")
              for k, edge in enumerate(exercise.edges)]
    found += [Call(exercise.name, arguments, purpose=f"property {k}")
              for k, one in enumerate(exercise.properties) for arguments in one.arguments]
    found += [Call(exercise.name, {**base, name: moved(name, value)}, purpose=f"moves {name}")
              for name, value in base.items() if moved(name, value) is not None]
    return found + [call for call in extra if call.do == "repeat"]


def moved(name, value):
    """Another value of an argument; None for functions and generators."""
    if name == "u":
        return 1 - value
    if isinstance(value, dict):
        return {key: moved(key, item) for key, item in value.items()}
    if isinstance(value, bool) or not isinstance(value, (int, float, np.ndarray)):
        return None
    return value + 1 if np.asarray(value).dtype.kind in "iu" else value * 1.25 + 0.1


def judged(exercise, function, seed):
    """The Verdict on a function in this process, without isolation: for tests, and for your own."""
    calls = calls_for(exercise, seed)
    answers = [harness.perform(function, harness.request(call)) for call in calls]
    return judge(exercise, calls, answers)


def judge(exercise, calls, answers, found=None, ending=None, shares=None):
    """The Verdict on one exercise.

    Parameters
    ----------
    exercise : Exercise
    calls : list of Call
    answers : list
        What `harness.perform` gave for each call; None, or nothing, where none came.
    found : dict, optional
        What a look at the file says: "status" ("defined", "missing", "stub", "file"), "arguments"
        (names in order), "error".
    ending : dict, optional
        How the process ended before its time: "what" ("timeout", "killed", "exit", "memory",
        "output"), "seconds".
    shares : Shares, optional
    """
    answers = [*map(clean, answers), *[None] * len(calls)][:len(calls)]
    case = Case(exercise, calls, answers, shares or Shares())
    return (case.not_begun(found or {}) or case.in_words() or case.no_answer(ending)
            or case.shape() or case.right() or case.wrong())
