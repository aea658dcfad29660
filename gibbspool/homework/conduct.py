"""What a function does beside returning numbers: to its arguments, its generator, its memory."""
from . import remarks

CHANGED = {"state": "S6", "start": "S6", "q": "H15", "p": "H15"}  # an argument that is written into
UNSTEADY = ("Called twice with the same arguments, your function gives two different results: it "
            "remembers something from one call to the next.")
REFUSED = ("You write into what was handed in: with arrays that cannot be written into your "
           "function fails. Work on a copy.")


def writes(case):
    """(id, sentence) for a function that changes what it was given."""
    said = {name for k in case.generic for name in case.answers[k]["moved"]}
    changed = [name for name in case.exercise.arguments if name in said]  # said may be forged
    if changed:
        yield CHANGED.get(changed[0], "S3"), remarks.changed(changed)
    elif any(case.answers[k]["refused"] for k in case.generic):
        yield "S3", REFUSED


def unsteady(case):
    """(place, id, sentence) of each call that gave another result when it was made again."""
    for k in case.generic:
        answer = case.answers[k]
        written_into = answer["refused"] or set(answer["moved"]) & set(case.exercise.arguments)
        if not answer["again"] and not written_into:
            yield (k, "R1", remarks.NEW_RNG) if "rng" in case.exercise.arguments else (
                k, "S6", UNSTEADY)


def generator_misused(case):
    """[(id, sentence)] where a generator was handed in and its numbers were not used."""
    logs = [case.answers[k]["rng"] for k in case.generic if case.answers[k]["rng"]]
    if not logs or "rng" not in case.exercise.arguments:
        return []
    used = any(any(log["taken"].values()) or log["unscripted"] for log in logs)
    if any(case.answers[k]["global"] for k in case.generic):
        return [("R1", remarks.GLOBAL_RNG)]
    if not used and not all(case.answers[k]["again"] for k in case.generic):
        return [("R1", remarks.NEW_RNG)]
    return [] if used else [("R2", remarks.OWN_RNG)]
