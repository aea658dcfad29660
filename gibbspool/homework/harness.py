"""Calls a student's function and writes down what came back: what runs beside the student's code.

NumPy and the standard library only. Values travel as JSON: {"d": kind, "s": shape, "x":
[hexadecimal floats, ...]} is exact and has no trouble with NaN. Nothing here judges.
"""
import json
import math
import random
import traceback
import warnings

import numpy as np

from . import densities, scripted

MOST_NUMBERS = 100_000
BISECTIONS = 60
SMALLEST, LARGEST = 2.0**-200, 1 - 2.0**-53  # of a uniform number


# ---- values as JSON

def encode(value, room=MOST_NUMBERS):
    """A value as JSON; what is neither number, array, tuple nor dictionary by its type's name."""
    if isinstance(value, dict):
        return {"m": {str(key)[:60]: encode(item, room) for key, item in list(value.items())[:60]}}
    if isinstance(value, (tuple, list)):
        if len(value) > 2000:
            return encode(np.array(value), room) if flat(value) else {"o": "a long list"}
        return {"t": [encode(item, room) for item in value]}
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


def decode(value):
    """The value again: a Python number for shape (), an array, tuple, dictionary or text.

    ValueError, TypeError or KeyError for anything that is no such JSON.
    """
    if not isinstance(value, dict):
        raise ValueError("not a value")
    if "m" in value:
        return {key: decode(item) for key, item in value["m"].items()}
    if "t" in value:
        return tuple(decode(item) for item in value["t"])
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
            return do(function, request)
    except Exception as problem:
        return {"error": error(problem, file)}


def call_twice(function, request):
    """Once with copies, once with read-only arrays and other global seeds: both must agree."""
    answer, _ = call(function, request, writeable=True, seed=1)
    try:
        again, _ = call(function, request, writeable=False, seed=2)
        answer["again"] = again["value"] == answer["value"]
    except Exception:
        answer["again"] = False
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
    answer["shares"] = [name for name, sent in arguments.items() if share(sent, value)]
    answer["evaluations"] = {name: given.__self__.calls[given.__name__]
                             for name, given in arguments.items() if hasattr(given, "__self__")}
    for given in arguments.values():
        if isinstance(given, scripted.ScriptedRng):
            answer["rng"] = given.report()
    return answer, value


def retagged(sent):
    return encode(decode(sent))


def freeze(value, writeable):
    if isinstance(value, np.ndarray):
        value.setflags(write=writeable)
    elif isinstance(value, dict):
        for item in value.values():
            freeze(item, writeable)


def share(sent, value):
    """Whether any array in the value lies in the memory of the argument."""
    return any(np.shares_memory(a, b) for a in arrays(sent) for b in arrays(value) if a.size)


def arrays(value):
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        return [array for item in value.values() for array in arrays(item)]
    if isinstance(value, (tuple, list)):
        return [array for item in value[:60] for array in arrays(item)]
    return []


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
    bottom, top = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (bottom + top) / 2
        if at(middle) == low:
            bottom = middle
        else:
            top = middle
    return {"value": low, "at_one": high, "threshold": ((bottom + top) / 2).hex()}


def repeat(function, request):
    """Many calls with one true generator; the values, stacked."""
    rng = np.random.default_rng(request["seed"])
    found = []
    for _ in range(request["times"]):
        arguments = {name: rng if "rng" in value else argument(value)
                     for name, value in request["arguments"].items()}
        found.append(encode(function(**arguments)))
    return {"value": {"t": found}}


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
