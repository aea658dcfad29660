"""The extreme inputs of an exercise: on which of them an answer that is right elsewhere is not."""
import numpy as np

from . import long_run, remarks
from .bank import run
from .parts import is_close


def failed(case):
    """(place of the call, id, sentence) of each; no id where no answer came, or an error."""
    nothing_came = False
    for edge, (k, given) in zip(case.exercise.edges, case.of("edge")):
        answer = case.answers[k]
        if answer is None:  # told once: those after it were not reached
            yield k, "", ("" if nothing_came else
                          f'On the extreme input "{edge.name}" no answer came.')
            nothing_came = True
        elif "value" not in answer and not refuses_integers(edge, answer):
            yield k, "", (f'On the extreme input "{edge.name}": '
                          f'{remarks.error(answer["error"], ())}')
        elif given is None or not holds(case, edge, given):
            yield k, edge.id, remarks.edge(edge, answer)


def holds(case, edge, given):
    """Whether the numbers are those of the right function, or of the way that was recognised."""
    exercise = case.exercise
    if case.other_numbers:  # right ones, and nobody knows which
        return (all(np.isfinite(part).all() for part in given)
                and (not exercise.scores or long_run.likely(exercise, edge.arguments, given)))
    ways = (run(exercise, function, edge.arguments) for function in (exercise.right, case.way))
    return any(numbers is not None and all(is_close(exercise, given, numbers, edge.rtol))
               for numbers in ways)


def refuses_integers(edge, answer):
    """Whether an edge of whole numbers ends where NumPy would have to cut digits off."""
    return edge.id == "N7" and "cast" in (answer.get("error") or {}).get("message", "").lower()
