"""What the lab promises, tried out: each function yields a sentence for everything that fails.

Solutions are right, mistakes are named exactly, alone and two at a time, other right ways pass in
full, and nothing that the student reads holds a right formula. Where two mistakes are the same
function, or two mistakes together are a third, no checker can tell them apart: such names count as
exact only if the numbers agree on fresh arguments too.
"""
import ast
import re
from dataclasses import replace

from . import harness
from .answers import clean
from .bank import Bank, Candidate, Switches, mistakes_of
from .case import PROBES, Case
from .judge import Shares, calls_for, judged
from .parts import is_close
from .scripted_steps import same_threshold, threshold_of

FRESH = 7919  # added to a seed for arguments that no verdict has seen
SHORTEST_FORMULA = 9  # characters of a formula that must not be read


def quicker(exercise, share=4):
    """The same exercise on fewer arguments and without what mistakes are not named by."""
    extra = None if exercise.scores else exercise.extra
    return replace(exercise, probes=max(exercise.probes // share, 6), edges=(), properties=(),
                   extra=extra)


def function_of(exercise, mistakes):
    """A student's function that makes these mistakes."""
    return Candidate(exercise, tuple(mistakes)).function


def wrong_solutions(exercise, seed):
    """The model answer, and every other right way, must pass in full."""
    ways = [("the model answer", exercise.right)]
    if exercise.formula:
        verdict = judged(exercise, lambda **given: exercise.formula(Switches(), **given), seed)
        if verdict.verdict != "right":
            yield f"{exercise.name}: the formula without a switch is {verdict.verdict}"
    ways += [(way.name, way.function) for way in exercise.valid]
    for name, function in ways:
        verdict = judged(exercise, function, seed)
        if verdict.verdict != "right" or verdict.score != verdict.max_score:
            yield (f"{exercise.name}: {name} is {verdict.verdict}, {verdict.score:g} of "
                   f"{verdict.max_score:g}: {verdict.remark}")


def explanations(exercise, function, seed):
    """How the bank explains a function: candidates, each a tuple of mistakes; () is right."""
    calls = [call for call in calls_for(exercise, seed) if call.purpose in PROBES
             or call.do == "threshold"]
    answers = [clean(harness.perform(function, harness.request(call))) for call in calls]
    case = Case(exercise, calls, answers, Shares())
    trouble = case.no_answer(None) or case.shape()
    if trouble:
        return None
    if case.right_in_its_way() is not None:
        return [()]
    return [mistakes_of(one) for one in case.named() if None not in one]


def fresh_calls(exercise, seed):
    """Calls on arguments that no verdict of this seed has seen."""
    return [call for call in calls_for(exercise, seed + FRESH) if call.purpose in PROBES
            or call.do == "threshold"]


def same_function(one, other, calls):
    """Whether two candidates give the same numbers and turn at the same u, on some calls."""
    for call in calls:
        if call.do == "threshold":
            if not same_threshold(threshold_of(one.function, call), other.function, call):
                return False
            continue
        a, b = one(call.arguments), other(call.arguments)
        if a is None or b is None or not all(is_close(one.exercise, a, b, 1e-8)):
            return False
    return True


def misnamed(exercise, mistakes, seed):
    """A sentence where these mistakes are not named, or something else is as well; or ""."""
    wanted = {mistake.id for mistake in mistakes}
    label = f"{exercise.name}: {' and '.join(f'{m.id} {m.variant}'.strip() for m in mistakes)}"
    found = explanations(exercise, function_of(exercise, mistakes), seed)
    if not found:
        return f"{label}: not named"
    for one in found:
        if {mistake.id for mistake in one} == wanted:
            continue
        if len(one) > len(mistakes):
            return f"{label}: named by more mistakes than were made"
        if not same_function(Candidate(exercise, one), Candidate(exercise, tuple(mistakes)),
                             fresh_calls(exercise, seed)):
            return f"{label}: taken for {[mistake.id for mistake in one]}"
    if len(mistakes) == 1 and not any(mistakes[0] in one for one in found):
        return f"{label}: its own name is not among {[[m.id for m in one] for one in found]}"
    return ""


def unnamed_mistakes(exercise, seed):
    """Every single mistake must be named, and nothing else with it but proven ties."""
    yield from filter(None, (misnamed(exercise, (mistake,), seed) for mistake in exercise.mistakes))


def unnamed_pairs(exercise, seed, every=1):
    """Every pair of mistakes on different switches must be named, but for proven ties."""
    pairs = [pair.mistakes for pair in Bank(exercise, []).pairs()]
    yield from filter(None, (misnamed(exercise, pair, seed) for pair in pairs[seed % every::every]))


def ties(exercise, seed):
    """Pairs of names that are the same function."""
    bank = Bank(exercise, fresh_calls(exercise, seed))
    first = [(one, bank.value(one, 1)) for one in bank.singles()]
    return [one.ids + other.ids for n, (one, a) in enumerate(first) for other, b in first[n + 1:]
            if one.ids != other.ids and a and b and all(is_close(exercise, a, b, 1e-8))
            and same_function(one, other, bank.calls)]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def formulas(exercise):
    """What must not be read: every computed expression of the model answer."""
    found = set()
    for node in ast.walk(ast.parse(exercise.solution)):
        if isinstance(node, (ast.BinOp, ast.Call, ast.Compare)):
            text = squeezed(ast.unparse(node))
            if len(text) >= SHORTEST_FORMULA and any(isinstance(inner, ast.BinOp)
                                                     for inner in ast.walk(node)):
                found.add(text)
    return found


def leaks(exercise):
    """Nothing that a student reads before it is right may hold a right formula."""
    if exercise.words:
        return
    texts = {"the task": exercise.task, "the hint": exercise.hint}
    texts.update({f"the remark on {m.id} {m.variant}": m.say for m in exercise.mistakes})
    texts.update({f"the edge {edge.name}": edge.say for edge in exercise.edges})
    for where, text in texts.items():
        for formula in formulas(exercise):
            if formula in squeezed(text):
                yield f"{exercise.name}: {where} holds {formula}"


def named_ids(exercises):
    """All ids that the bank, the extreme inputs and the properties of some exercises know."""
    return {one.id for exercise in exercises
            for one in (*exercise.mistakes, *exercise.edges, *exercise.properties) if one.id}


def candidate(exercise, *ids):
    """The mistakes of these names, the first variant of each."""
    return Candidate(exercise, tuple(next(m for m in exercise.mistakes if m.id == id)
                                     for id in ids))
