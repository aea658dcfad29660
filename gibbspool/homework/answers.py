"""Answers as they came out of another process: only what has the expected form is kept."""


def clean(answer):
    """An answer with fields of the expected kinds only; None where it is no answer.

    Parameters
    ----------
    answer : anything
        Whoever wrote it, it may be forged.
    """
    if not isinstance(answer, dict):
        return None
    found = {name: answer[name] for name in ("value", "at_one") if isinstance(answer.get(name),
                                                                              dict)}
    if isinstance(answer.get("error"), dict):
        found["error"] = clean_error(answer["error"])
    elif "value" not in found:
        return None
    if isinstance(answer.get("threshold"), str):
        found["threshold"] = answer["threshold"]
    found["moved"] = [text for text in listed(answer.get("moved")) if isinstance(text, str)]
    found["global"] = answer.get("global") is True
    found["again"] = answer.get("again") is not False
    found["refused"] = answer.get("refused") is True
    found["rng"] = clean_log(answer.get("rng"))
    return found


def clean_error(error):
    """Type and message as short texts, the line as a number or None."""
    line = error.get("line")
    texts = {name: text for name, text in error.items() if isinstance(text, str)}
    return {"type": texts.get("type", "Error")[:80], "message": texts.get("message", "")[:500],
            "line": line if isinstance(line, int) else None}


def clean_log(log):
    """How many numbers of each kind were taken from a scripted generator; None without one."""
    if not isinstance(log, dict) or not isinstance(log.get("taken"), dict):
        return None
    return {"taken": {str(kind): count for kind, count in log["taken"].items()
                      if isinstance(count, int)},
            "unscripted": [name for name in listed(log.get("unscripted"))[:20]
                           if isinstance(name, str)]}


def listed(value):
    return value if isinstance(value, list) else []
