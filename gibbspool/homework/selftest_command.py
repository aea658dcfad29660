"""The exercises tested against themselves: what a lecturer can run before the course begins."""
import os
import time

import numpy as np
from scipy import special

from . import scaffold
from .attacks import ATTACKS
from .bank import Bank, Switches, mistakes_of
from .checking import File, Settings
from .exercises import EXERCISES
from .judge import calls_for, judged
from .sandbox import Limits, look

ATTACK_SECONDS = 3.0
MU_GIVEN = EXERCISES["mu_given"].solution


def run_selftest(arguments):
    """Print each part and what failed in it; the exit status."""
    seeds = range(max(arguments.seeds, 1))
    failed = 0
    for title, faults in ((f"every stub is not started ({len(EXERCISES)})", stubs()),
                          (f"every solution is right, on {len(seeds)} seeds", solutions(seeds)),
                          ("every valid alternative is right", alternatives(seeds[:1])),
                          (f"every mistake is named ({number_of_mistakes()})", mistakes(seeds[:1])),
                          (f"every pair of mistakes is named ({number_of_pairs()})", pairs(0)),
                          (f"every attack is bounded ({len(ATTACKS)})", attacks())):
        started = time.perf_counter()
        found = list(faults)
        failed += len(found)
        print(f"{'FAILED' if found else 'ok':<7} {title}, {time.perf_counter() - started:.0f} s",
              flush=True)
        for fault in found:
            print(f"        {fault}", flush=True)
    print("All is well." if not failed else f"{failed} faults.")
    return 1 if failed else 0


def stubs():
    """Names of stubs that are not seen as such."""
    found = look(scaffold.answers_file(list(EXERCISES)).encode(), list(EXERCISES))
    for name in EXERCISES:
        status = found.look.get(name, {}).get("status")
        if status != "stub":
            yield f"{name}: {status}"


def solutions(seeds):
    """Model answers, run from their text, that do not get all points."""
    answerable = [exercise for exercise in EXERCISES.values() if exercise.returns != "words"]
    namespace = {"np": np, "special": special}
    for exercise in answerable:
        exec(exercise.solution, namespace)
    for exercise in answerable:
        for seed in seeds:
            verdict = judged(exercise, namespace[exercise.name], seed)
            if verdict.verdict != "right" or verdict.score < verdict.max_score:
                yield f"{exercise.name}, seed {seed}: {verdict.verdict}, {verdict.remark}"


def alternatives(seeds):
    """Other right ways that are called wrong."""
    for exercise in EXERCISES.values():
        for way in exercise.valid:
            for seed in seeds:
                verdict = judged(exercise, way.function, seed)
                if verdict.verdict != "right":
                    yield f"{exercise.name}, {way.name}, seed {seed}: {verdict.remark}"


def mistakes(seeds):
    """Mistakes that are not named, or called right."""
    for exercise in EXERCISES.values():
        for mistake in exercise.mistakes:
            for seed in seeds:
                verdict = judged(exercise, as_function(exercise, [mistake]), seed)
                if verdict.verdict == "right" or mistake.id not in verdict.mistakes:
                    yield (f"{exercise.name}, {mistake.id} {mistake.variant}, seed {seed}: "
                           f"{verdict.verdict} {' '.join(verdict.mistakes)}")


def pairs(seed):
    """Pairs of mistakes, made at once, that are not among the explanations of their own numbers.

    Where fewer mistakes give the same numbers, or none at all, those are named instead.
    """
    for exercise in EXERCISES.values():
        calls = [call for call in calls_for(exercise, seed) if call.purpose == "probe"]
        bank = Bank(exercise, calls)
        for pair in bank.pairs():
            given = [bank.value(pair, k) for k in range(len(calls))]
            if None in given or bank.explains_all(bank.right, given):
                continue
            found = [set(map(id, mistakes_of(combination))) for combination in bank.named(given)]
            own = set(map(id, pair.mistakes))
            if not any(found) or min(map(len, found)) == 2 and own not in found:
                yield f"{exercise.name}: {' and '.join(pair.ids)}"


def number_of_mistakes():
    return sum(len(exercise.mistakes) for exercise in EXERCISES.values())


def number_of_pairs():
    return sum(1 for exercise in EXERCISES.values() for _ in Bank(exercise, []).pairs())


def as_function(exercise, mistakes):
    """What a student would have written who makes these mistakes."""
    if mistakes[0].wrong is not None:
        return mistakes[0].wrong
    switches = Switches()
    for mistake in mistakes:
        switches.update(mistake.switches)
    return lambda **given: exercise.formula(switches, **given)


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
