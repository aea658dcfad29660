"""One file judged: each exercise in a process of its own, whatever the others do."""
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from . import harness, sandbox
from .exercises import EXERCISES
from .judge import Shares, calls_for, judge

VERSION = 1  # of the exercises: a new one gives practice other numbers
DIGITS = 4   # of points


@dataclass(frozen=True)
class Settings:
    """How files are judged.

    Attributes
    ----------
    seed : int or None
        Of the generic arguments; None: the same for everybody, always (practice).
    limits : sandbox.Limits
    shares : Shares
        Of an exercise's points.
    exercises : dict
        By name: the registry.
    """

    seed: int | None = None
    limits: sandbox.Limits = field(default_factory=sandbox.Limits)
    shares: Shares = field(default_factory=Shares)
    exercises: dict = field(default_factory=lambda: EXERCISES)

    def seed_of(self, exercise):
        """Another one for each exercise."""
        text = f"{exercise.name} {VERSION} {'practice' if self.seed is None else self.seed}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True)
class Judged:
    """A verdict and what is told with it.

    Attributes
    ----------
    verdict : Verdict
    seconds : float
    printed : str
        The beginning of what the student's code printed.
    problem : dict or None
        What the top level of the file ran into although the function is there.
    in_file : bool
        Whether the file has the function at all, be it as a stub.
    """

    verdict: object
    seconds: float = 0.0
    printed: str = ""
    problem: dict | None = None
    in_file: bool = True

    def as_json(self):
        """With the fields of one exercise."""
        return {**self.verdict.as_json(), "seconds": round(self.seconds, 3)}


class File:
    """A hand-in: looked at once, then judged exercise by exercise.

    Parameters
    ----------
    source : bytes
    names : list of str
        Exercises.
    settings : Settings, optional
    """

    def __init__(self, source, names, settings=None):
        self.source, self.names = source, list(names)
        self.settings = settings or Settings()
        self.look = self.looked()
        self.never_loads = None  # an Outcome: its top level does not end

    def looked(self):
        """What a look says, before anything runs."""
        if len(self.source) > sandbox.MOST_SOURCE:
            return sandbox.Outcome(problem={
                "type": "ValueError", "line": None,
                "message": f"the file has {len(self.source)} bytes, and at most "
                           f"{sandbox.MOST_SOURCE} are read"})
        found = sandbox.look(self.source, self.names, self.settings.limits)
        if not found.look and not found.problem:
            slow = (found.ending or {}).get("what") == "timeout"
            found.problem = {"type": "no end" if slow else "SyntaxError", "line": None,
                             "message": "reading the file took too long" if slow else
                             "the file is too deeply nested, or too odd, to be read"}
        return found

    def status(self, name):
        """"missing", "stub", "defined", or "file" where the file cannot be read."""
        if self.look.problem:
            return "file"
        status = self.look.look.get(name)
        return status.get("status", "missing") if isinstance(status, dict) else "missing"

    def judged(self, name):
        """The `Judged` on one exercise."""
        exercise = self.settings.exercises[name]
        calls = calls_for(exercise, self.settings.seed_of(exercise))
        status = self.status(name)
        if status != "defined":
            verdict = self.verdict(exercise, calls, [], {"status": status,
                                                         "error": self.look.problem})
            return Judged(verdict, in_file=status != "missing")
        out = self.never_loads or sandbox.run(
            self.source, [name], [harness.request(call) for call in calls], self.settings.limits)
        if out.loading and out.ending:
            self.never_loads = out
            verdict = self.verdict(exercise, calls, [], {"status": "file",
                                                         "error": never_loads(out.ending)})
        elif not out.there and not out.problem:
            verdict = self.verdict(exercise, calls, [], {"status": "missing"})
        elif out.problem and not out.answers and not out.ending:
            verdict = self.verdict(exercise, calls, [], {"status": "file", "error": out.problem})
        else:
            verdict = self.verdict(exercise, calls, out.answers,
                                   {"status": "defined", **self.arguments(exercise)}, out.ending)
        return Judged(verdict, out.seconds, out.printed, out.problem)

    def verdict(self, exercise, calls, answers, found, ending=None):
        return judge(exercise, calls, answers, found=found, ending=ending,
                     shares=self.settings.shares)

    def arguments(self, exercise):
        """{"arguments": names} as the student's function takes them; {} where it takes anything.

        An argument with a default counts where the exercise has it.
        """
        taken = self.look.look[exercise.name].get("arguments")
        if not isinstance(taken, dict):
            return {}
        asked = set(exercise.arguments)
        names = [*taken.get("needed", []),
                 *(name for name in taken.get("optional", []) if name in asked)]
        return {"arguments": names}

    def all_judged(self, names=None, jobs=2):
        """The `Judged` on every exercise, or on those named, in order, several at a time."""
        with ThreadPoolExecutor(max(jobs, 1)) as pool:
            yield from pool.map(self.judged, names or self.names)


def never_loads(ending):
    """As the error of a file whose own top level did not end well."""
    what = {"timeout": f"takes more than {ending['seconds']:g} seconds, or never ends",
            "output": "printed without end"}.get(ending["what"], "ended the program")
    return {"type": "no end", "line": None,
            "message": f"what stands outside the functions {what}"}


def scaled(judged, points):
    """The same verdicts on a scale where all exercises together have so many points.

    Each one's points are rounded so that the sum is right to the last digit.
    """
    total = sum(one.verdict.max_score for one in judged)
    found, so_far, given = [], 0.0, 0.0
    for one in judged:
        verdict = one.verdict
        so_far += verdict.max_score
        upto = round(points * so_far / total, DIGITS) if total else 0.0
        most = round(upto - given, DIGITS)
        given = upto
        share = verdict.score / verdict.max_score if verdict.max_score else 0.0
        found.append(replace(one, verdict=replace(verdict, score=round(share * most, DIGITS),
                                                  max_score=most)))
    return found
