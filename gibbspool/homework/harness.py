"""Calls a student's function and writes down what came back: what runs beside the student's code.

NumPy and the standard library only. Values travel as JSON: {"d": kind, "s": shape, "x":
[hexadecimal floats, ...]} is exact and has no trouble with NaN. Nothing here judges.
"""
import inspect
import json
import math
import random
import traceback
import warnings

import numpy as np

from . import densities, scripted

MOST_NUMBERS = 100_000
BISECTIONS = 48
DEEPEST = 20  # of values within values
SMALLEST, LARGEST = 2.0**-39, 1 - 2.0**-53  # of a uniform number


# ---- values as JSON

def encode(value, room=MOST_NUMBERS, depth=DEEPEST):
    """A value as JSON; what is neither number, array, tuple nor dictionary by its type's name."""
    if depth == 0:
        return {"o": "something deeply nested"}
    if isinstance(value, dict):
        return {"m": {str(key)[:60]: encode(item, room, depth - 1)
                      for key, item in list(value.items())[:60]}}
    if isinstance(value, (tuple, list)):
        if len(value) > 2000:
            return encode(np.array(value), room) if flat(value) else {"o": "a long list"}
        return {"t": [encode(item, room, depth - 1) for item in value]}
    if isinstance(value, str):
        return {"w": str(value)[:4000]}
    if value is None:
        return {"o": "None"}
    try:
        array = np.asarray(value)
    except Exception:
        return {"o": type(value).__name__[:60]}
    if array.dtype.kind not in "fiub":
        return {"o": type(value).__name__[:60] if array.ndim == 0 else f"array of {array.dtype}"}
    if array.size > room:
        return {"o": f"array of {array.size} numbers"}
    return {"d": array.dtype.kind, "s": list(array.shape),
            "x": [float(x).hex() for x in array.ravel().tolist()]}


def flat(values):
    return all(isinstance(value, (int, float, np.number)) for value in values)


def decode(value, depth=DEEPEST):
    """The value again: a Python number for shape (), an array, tuple, dictionary or text.

    ValueError, TypeError or KeyError for anything that is no such JSON.
    """
    if not isinstance(value, dict) or depth < 0:
        raise ValueError("not a value")
    if "m" in value:
        return {key: decode(item, depth - 1) for key, item in value["m"].items()}
    if "t" in value:
        return tuple(decode(item, depth - 1) for item in value["t"])
    if "w" in value:
        return str(value["w"])
    if "o" in value:
        return Nothing(str(value["o"]))
    shape = tuple(int(n) for n in value["s"])
    numbers = [float.fromhex(x) for x in value["x"]]
    if len(numbers) != math.prod(shape) or len(numbers) > MOST_NUMBERS or value["d"] not in "fiub":
        raise ValueError("not an array")
    kind = {"f": float, "i": int, "u": int, "b": bool}[value["d"]]
    if not shape:
        return kind(numbers[0])
    return np.array([kind(x) for x in numbers], dtype=kind).reshape(shape)


def argument(value):
    """An argument of a call: a value, a function or a generator, made anew."""
    if "f" in value:
        density = densities.DENSITIES[value["f"]](*map(float.fromhex, value["p"]))
        if value["of"] == "values":
            return densities.values_at(density, np.array(list(map(float.fromhex, value["at"]))))
        return getattr(density, value["of"])
    if "rng" in value:
        return scripted.ScriptedRng(int(value["rng"]))
    return decode(value)


class Nothing:
    """What came back was no number: its type's name."""

    def __init__(self, kind):
        self.kind = kind

    def __repr__(self):
        return f"<{self.kind}>"


# ---- calls

def perform(function, request, file=""):
    """One call: what was returned or raised, and what else can be seen.

    Parameters
    ----------
    function : callable
    request : dict
        {"function", "do", "arguments", "times", "seed"}: see `requests`.
    file : str
        Of the student's code, for the line of an error.

    Returns
    -------
    dict, JSON-able
    """
    do = {"call": call_twice, "threshold": threshold, "repeat": repeat}[request["do"]]
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a warning is no mistake
            return do(by_name(function), request)
    except Exception as problem:
        return {"error": error(problem, file)}


def by_name(function):
    """The function, to be called with all arguments by name even where it takes them by place."""
    try:
        taken = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return function
    first = [one.name for one in taken if one.kind is one.POSITIONAL_ONLY]
    if not first:
        return function

    def called(**given):
        places = [given.pop(name) for name in first if name in given]
        return function(*places, **given)
    return called


def call_twice(function, request):
    """Once with copies, once with read-only arrays and other global seeds: both must agree."""
    answer = call(function, request, writeable=True, seed=1)
    try:
        again = call(function, request, writeable=False, seed=2)
        answer["again"] = again["value"] == answer["value"]
    except Exception as problem:
        answer["again"] = False
        answer["refused"] = "read-only" in str(problem)
    return answer


def call(function, request, writeable, seed):
    arguments = {name: argument(value) for name, value in request["arguments"].items()}
    freeze(arguments, writeable)
    np.random.seed(seed)
    random.seed(seed)
    before = global_state()
    value = function(**arguments)
    answer = {"value": encode(value), "global": global_state() != before}
    answer["moved"] = [name for name, sent in request["arguments"].items()
                       if "f" not in sent and "rng" not in sent
                       and json.dumps(encode(arguments[name])) != json.dumps(retagged(sent))]
    for given in arguments.values():
        if isinstance(given, scripted.ScriptedRng):
            answer["rng"] = given.report()
    return answer


def retagged(sent):
    return encode(decode(sent))


def freeze(value, writeable):
    if isinstance(value, np.ndarray):
        value.setflags(write=writeable)
    elif isinstance(value, dict):
        for item in value.values():
            freeze(item, writeable)


def global_state():
    """Of NumPy's and Python's own generators: whether somebody drew from them."""
    name, keys, place, *_ = np.random.get_state()
    return hash(keys.tobytes()), place, hash(random.getstate())


def threshold(function, request):
    """With everything else fixed, the uniform number at which the result changes.

    Returns the results at both ends, and the place: the implied probability of the first.
    """
    def at(u):
        arguments = {name: argument(value) for name, value in request["arguments"].items()}
        arguments["u"] = u
        return encode(function(**arguments))

    low, high = at(SMALLEST), at(LARGEST)
    if low == high:
        return {"value": low, "at_one": high, "threshold": None}
    bottom, top = SMALLEST, LARGEST
    for _ in range(BISECTIONS):
        middle = (bottom + top) / 2
        if at(middle) == low:
            bottom = middle
        else:
            top = middle
    return {"value": low, "at_one": high, "threshold": ((bottom + top) / 2).hex()}


def repeat(function, request):
    """Many calls with one true generator: the numbers of each, one row a call.

    None are made where a call with the scripted generator shows that it is asked for normal and
    gamma numbers alone: these are known, and no draws are needed.
    """
    first = call(function, request, writeable=True, seed=1)
    if not first["global"] and first.get("rng", {}).get("plain"):
        return {"value": {"o": "not needed"}}
    rng = np.random.default_rng(request["seed"])
    given = {name: rng if "rng" in value else argument(value)
             for name, value in request["arguments"].items()}
    rows = [numbers_in(function(**{name: copied(value) for name, value in given.items()}))
            for _ in range(request["times"])]
    return {"value": encode(np.array(rows, dtype=float))}


def copied(value):
    """An argument that may be written into."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def numbers_in(value):
    """All numbers of what was returned, in one row; of a dictionary in the order of its names."""
    if isinstance(value, dict):
        value = [value[name] for name in sorted(value)]
    if isinstance(value, (tuple, list)):
        return np.concatenate([np.ravel(item) for item in value])
    return np.ravel(value)


def error(problem, file):
    """Type, message and the line of the student's file that did it."""
    lines = [frame for frame in traceback.extract_tb(problem.__traceback__)
             if frame.filename == file]
    try:
        message = str(problem)[:500]
    except Exception:
        message = ""
    return {"type": type(problem).__name__[:80], "message": message,
            "line": lines[-1].lineno if lines else None}


# ---- the parent's side of a call

def request(call):
    """An `exercise.Call` as the JSON that `perform` takes."""
    return {"function": call.function, "do": call.do, "times": call.times, "seed": call.seed,
            "arguments": {name: tagged(value) for name, value in call.arguments.items()}}


def tagged(value):
    """An argument as JSON: Function and Script by their marks."""
    if hasattr(value, "density"):
        return {"f": value.density, "of": value.of, "p": [float(x).hex() for x in value.numbers],
                "at": [float(x).hex() for x in value.at]}
    if type(value).__name__ == "Script":
        return {"rng": value.seed}
    if isinstance(value, dict):
        return {"m": {name: tagged(item) for name, item in value.items()}}
    return encode(value)
