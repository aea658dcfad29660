"""What the student reads: what was returned, why it cannot be right, where to look."""
import re

from . import harness
from .bank import mistakes_of
from .parts import NotAsAsked, split
from .showing import listed, parts_shown, shown

GLOBAL_RNG = ("You draw from np.random: the same seed no longer gives the same draws, and other "
              "code changes yours. Use the methods of the generator rng that is handed in.")
NEW_RNG = ("Two calls with the same generator gave different results: the draws come from another "
           "generator than the rng that is handed in.")
OWN_RNG = ("The generator rng was never asked for a number. A generator of your own inside the "
           "function starts afresh in every call and hands out the same number each time; and a "
           "formula without any gives no draw. Use the methods of rng.")


SYMBOLS = ("theta", "mu", "tau", "sigma", "alpha", "pi0", "gammaln")


def sentence(text, names=()):
    """With a full stop, and a capital letter unless it begins with one of these names or with one
    of the usual symbols.
    """
    if re.match(r"\w+", text).group() not in (*names, *SYMBOLS):
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!:" else text + "."


def names_of(exercise):
    """What in a remark is a name: of its arguments and of what it returns."""
    return (*exercise.arguments, *(part.name for part in exercise.parts))


def not_started(exercise, status):
    if status == "missing":
        return f"Not started: there is no function {exercise.name} in the file."
    return "Not started."


def no_file(error):
    line = f" (line {error['line']})" if error.get("line") else ""
    return (f"The file could not be loaded: {error.get('type', 'error')}{line}: "
            f"{error.get('message', '')}")


def wrong_arguments(exercise, names):
    return (f"{exercise.name} takes ({', '.join(exercise.arguments)}), "
            f"not ({', '.join(map(str, names))}).")


def ended(ending):
    """No answer came."""
    what, seconds = ending.get("what", "exit"), ending.get("seconds")
    if what == "timeout":
        after = f" within {seconds:g} seconds of computing" if seconds else ""
        return (f"No answer came{after}: a loop that never ends, or far too slow? "
                "For instance a while whose condition nothing inside changes.")
    return {"killed": "The process was ended from outside: too much memory or time?",
            "memory": "It asked for more memory than there is.",
            "output": "It wrote more than can be read."}.get(
                what, "The program ended before it returned anything: is there a call of exit() "
                      "or quit()?")


def error(error, ids):
    line = f" in line {error['line']}" if error.get("line") else ""
    text = f"{error.get('type', 'Error')}{line}: {error.get('message', '')}"
    if "C23" in ids:
        text += "\nIt runs for eight groups and for no other number: is an 8 written into it?"
    if "bitwise_xor" in text or "for ^:" in text:
        text += "\nThe power in Python is **, and ^ is something else."
    if "read-only" in str(error.get("message", "")):
        text += "\nAn argument is being changed: work on a copy."
    return text


def edge(edge, answer):
    """A right answer fails on an extreme input."""
    names = tuple(edge.arguments)
    if answer is not None and isinstance(answer.get("error"), dict):
        problem = answer["error"].get("type", "an error")
        if edge.id == "N7":  # no decimals were stored anywhere
            return sentence(f"{edge.say.partition(' you get')[0]} it ends in {problem}: "
                            f"{answer['error'].get('message', '')}", names)
        return sentence(f"{edge.say} (there it ends in {problem})", names)
    return sentence(edge.say, names)


def changed(names):
    """Arguments were written into."""
    belong = "belongs" if len(names) == 1 else "belong"
    arrays = [f"{name} = {name}.copy()" for name in names if name not in ("state", "start")]
    how = ([f"Copy first: {', '.join(arrays)}."] if arrays else []) + (
        ["Make a new dictionary, with new arrays in it."] if len(arrays) < len(names) else [])
    return (f"Your function changed {listed(names)}, which {belong} to the caller. "
            + " ".join(how))


def order(names):
    return f"The numbers are right and come in another order: return {', '.join(names)}."


def good(names):
    return f"Your {listed(names)} {'is' if len(names) == 1 else 'are'} right."


def unrecognised():
    return ("This mistake is not known here. Compute the example below by hand, step by step, or "
            "see the right value with --show.")


def named(combinations, right):
    """On recognised mistakes: where several explain the numbers, all of them; `right` are the parts
    that need none.
    """
    names = [name for one in combinations for candidate in one if candidate
             for name in names_of(candidate.exercise)]
    found = [dict.fromkeys(sentence(mistake.say, names) for mistake in mistakes_of(one))
             for one in combinations]
    found = {frozenset(sentences): " ".join(sentences) for sentences in found}
    found = list(found.values())  # two names of one thing have one remark
    if len(found) > 1:
        found = ["\nor: ".join([f"Several mistakes give exactly these numbers. Either: {found[0]}",
                                *found[1:]])]
    return "\n".join(([good(right)] if right else []) + found)


def returned(exercise, answer):
    """What came back, as text."""
    if answer is None:
        return "nothing"
    if "value" not in answer:
        problem = answer.get("error") if isinstance(answer.get("error"), dict) else {}
        return f"{problem.get('type', 'an error')}"
    try:
        value = harness.decode(answer["value"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return "something that could not be read"
    try:
        return parts_shown([part.name for part in exercise.parts], split(exercise, value))
    except NotAsAsked:
        return shown(value)
