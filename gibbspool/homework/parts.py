"""What a function returned, part by part: the numbers, or a sentence on why they are none."""
import numpy as np

from .harness import Nothing
from .showing import listed, shown


class NotAsAsked(Exception):
    """What came back has not the form that is asked for; `id` where that is a known mistake."""

    def __init__(self, sentence, id=""):
        super().__init__(sentence)
        self.id = id


def split(exercise, value):
    """The parts of a value, as they came: a list, one for each `Part`."""
    names = [part.name for part in exercise.parts]
    if isinstance(value, Nothing) and value.kind == "None":
        raise NotAsAsked("it returns None: is the return statement missing?")
    if exercise.returns == "dict":
        if not isinstance(value, dict):
            raise NotAsAsked(f"it returns {described(value)} where a dictionary with "
                             f"{listed(map(repr, names))} is wanted")
        missing = [name for name in names if name not in value]
        if missing:
            raise NotAsAsked(f"the dictionary it returns lacks {listed(map(repr, missing))}")
        return [value[name] for name in names]
    if exercise.returns == "tuple":
        together = isinstance(value, tuple) or (isinstance(value, np.ndarray) and value.ndim)
        if not together or len(value) != len(names):
            raise NotAsAsked(f"it returns {described(value)} where {len(names)} things are wanted: "
                             f"return {', '.join(names)}")
        return list(value)
    return [value]


def described(value):
    """The kind of a value in some words."""
    if isinstance(value, Nothing):
        return value.kind
    if isinstance(value, dict):
        return "a dictionary"
    if isinstance(value, tuple):
        return f"{len(value)} things" if len(value) != 1 else "a list or tuple of one thing"
    if isinstance(value, str):
        return "a text"
    shape = np.shape(value)
    return f"an array of shape {shape}" if shape else f"the single number {shown(value)}"


def as_numbers(name, value, wanted):
    """One part as a float array of the wanted shape; NotAsAsked otherwise."""
    if isinstance(value, tuple):
        try:
            value = np.array(value, dtype=float)
        except (TypeError, ValueError):
            raise NotAsAsked(f"{name} is {described(value)}, no numbers") from None
    if isinstance(value, (Nothing, str, dict)):
        raise NotAsAsked(f"{name} is {described(value)} where "
                         f"{'an array' if wanted else 'a number'} is wanted")
    array = np.asarray(value, dtype=float)
    if array.shape == wanted:
        return array
    raise NotAsAsked(*shape_remark(name, array.shape, wanted))


def shape_remark(name, shape, wanted):
    """Why a shape may be another than the wanted one."""
    have = f"shape {shape}" if shape else "a single number"
    want = f"shape {wanted}" if wanted else "a single number"
    sentence = f"{name} is {have} where {want} is wanted"
    if len(wanted) == 1 and len(shape) == 2 and wanted[0] in shape:
        if 1 in shape:
            return f"{sentence}: one axis too many, a [:, None] that was not undone?", "N5"
        return f"{sentence}: a column met a row. Which argument got a [:, None]?", "N5"
    if wanted and not shape:
        return (f"{sentence}: has something been summed or averaged over all elements, where each "
                "has a value of its own?"), "N6"
    if not wanted and len(shape) == 1:
        return f"{sentence}: is a sum over the elements missing, or one element to be taken?", ""
    if len(shape) == len(wanted) == 1 and abs(shape[0] - wanted[0]) == 1:
        return f"{sentence}: one too {'few' if shape[0] < wanted[0] else 'many'}", "S10"
    return sentence, ""


def is_close(exercise, given, right, rtol):
    """For each part, whether it agrees within `rtol` of the size of its terms."""
    return [part_is_close(part, a, b, rtol) for part, a, b in zip(exercise.parts, given, right)]


def part_is_close(part, given, right, rtol):
    if given.shape != right.shape:
        return False
    with np.errstate(all="ignore"):
        finite = np.isfinite(right)
        size = np.abs(right) + np.max(np.abs(right), initial=0, where=finite)
        if part.up_to_constant and finite.any():
            place = int(np.argmax(finite))
            given, right = given - given.flat[place], right - right.flat[place]
        same = finite & (np.abs(given - right) <= rtol * size)
        same |= (given == right) | (np.isnan(given) & np.isnan(right))
    return bool(same.all())
