"""`gibbspool homework selftest`: what a lecturer can run before the course begins."""
import os
import time

import numpy as np
from scipy import special

from . import scaffold, selftest
from .attacks import ATTACKS
from .bank import Bank
from .checking import File, Settings
from .exercises import EXERCISES
from .judge import judged
from .sandbox import Limits, look

ATTACK_SECONDS = 3.0
MU_GIVEN = EXERCISES["mu_given"].solution


def run_selftest(arguments):
    """Print each part and what failed in it; the exit status."""
    seeds = range(arguments.seeds)
    exercises = [one for one in EXERCISES.values() if one.returns != "words"]
    pairs = sum(1 for one in exercises for _ in Bank(one, []).pairs())
    parts = [
        (f"{len(EXERCISES)} stubs are not started", stubs()),
        (f"{len(exercises)} solutions, from their text, are right on {len(seeds)} seeds",
         texts(exercises, seeds)),
        ("solutions and other right ways get all points",
         of_each(selftest.wrong_solutions, exercises, 0)),
        (f"{sum(len(one.mistakes) for one in exercises)} mistakes are named",
         of_each(selftest.unnamed_mistakes, exercises, 0)),
        ("no remark, task or hint holds a right formula", of_each(selftest.leaks, exercises)),
        (f"{len(ATTACKS)} attacks end as they must", attacks())]
    if arguments.pairs:
        parts.insert(4, (f"{pairs} pairs of mistakes are named",
                         of_each(selftest.unnamed_pairs, map(selftest.quicker, exercises), 0)))
    failed = 0
    for title, faults in parts:
        started = time.perf_counter()
        found = list(faults)
        failed += len(found)
        print(f"{'FAILED' if found else 'ok':<7} {title} "
              f"({time.perf_counter() - started:.0f} s)", flush=True)
        for fault in found:
            print(f"        {fault}", flush=True)
    print("All is well." if not failed else f"{failed} faults.")
    return 1 if failed else 0


def of_each(promise, exercises, *numbers):
    """The faults of all exercises."""
    for exercise in exercises:
        yield from promise(exercise, *numbers)


def stubs():
    """Names of stubs that are not seen as such."""
    found = look(scaffold.answers_file(list(EXERCISES)).encode(), list(EXERCISES))
    for name in EXERCISES:
        status = found.look.get(name, {}).get("status")
        if status != "stub":
            yield f"{name}: {status}"


def texts(exercises, seeds):
    """Model answers, run from the text that students see, that do not get all points."""
    namespace = {"np": np, "special": special}
    for exercise in exercises:
        exec(exercise.solution, namespace)
    for exercise in exercises:
        for seed in seeds:
            verdict = judged(exercise, namespace[exercise.name], seed)
            if verdict.verdict != "right" or verdict.score < verdict.max_score:
                yield f"{exercise.name}, seed {seed}: {verdict.verdict}, {verdict.remark}"


def attacks():
    """Attacks that end otherwise than they must."""
    settings = Settings(limits=Limits(seconds=ATTACK_SECONDS))
    for attack in ATTACKS:
        if attack.posix and os.name != "posix":
            continue
        file = File(f"{attack.source}\n\n\n{MU_GIVEN}".encode(), ["shrinkage", "mu_given"],
                    settings)
        first, second = (one.verdict for one in file.all_judged())
        if first.verdict not in attack.verdicts or first.score > first.max_score / 2:
            yield f"{attack.name}: {first.verdict}, {first.score:g} points"
        if attack.alone and second.verdict != "right":
            yield f"{attack.name}: the next exercise is {second.verdict}: {second.remark}"
