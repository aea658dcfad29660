"""What the student reads: what was returned, why it cannot be right, where to look."""
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


def sentence(text):
    """With a capital letter and a full stop."""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!:" else text + "."


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
        after = f" within {seconds:g} seconds" if seconds else ""
        return (f"No answer came{after}: does a loop never end? For instance a while whose "
                "condition nothing inside changes.")
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
    if "read-only" in str(error.get("message", "")):
        text += "\nAn argument is being changed: work on a copy."
    return text


def edge(edge, answer):
    """A right answer fails on an extreme input."""
    if answer is not None and isinstance(answer.get("error"), dict):
        return sentence(f"{edge.say} (there it ends in {answer['error'].get('type', 'an error')})")
    return sentence(edge.say)


def changed(names):
    has, it = ("has", "it") if len(names) == 1 else ("have", "them")
    return (f"After your function has run, {listed(names)} {has} other values than before: you "
            f"write into what was handed in. Another name for {it} is no copy.")


def order(names):
    return f"The numbers are right and come in another order: return {', '.join(names)}."


def good(names):
    return f"Your {listed(names)} {'is' if len(names) == 1 else 'are'} right."


def unrecognised():
    return ("Wrong, and the cause was not recognised. Work the probe below through by hand and "
            "compare with the debugger.")


def named(combinations, right):
    """On recognised mistakes: where several explain the numbers, all of them; `right` are the parts
    that need none.
    """
    found = [" ".join(sentence(mistake.say) for mistake in mistakes_of(one))
             for one in combinations]
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
