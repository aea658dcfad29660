"""Arguments and values as a student would type them."""
import numpy as np

from . import harness
from .exercise import Function, Script

MOST_SHOWN = 8


def number(x):
    """Four digits; whole numbers without a point."""
    x = float(x)
    return f"{x:.0f}" if abs(x) < 1e6 and x == round(x) else f"{x:.4g}"


def shown(value):
    """A value in one line."""
    if isinstance(value, Function):
        if value.of == "values":
            return shown(np.asarray(harness.argument(harness.tagged(value))))
        return f"<{value.of} of {value.density}({', '.join(map(number, value.numbers))})>"
    if isinstance(value, Script):
        return f"<generator {value.seed}>"
    if isinstance(value, dict):
        inside = ", ".join(f'"{key}": {shown(item)}' for key, item in value.items())
        return "{" + inside + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(shown, value)) + ")"
    if isinstance(value, str):
        return repr(value)
    if not isinstance(value, (np.ndarray, float, int, np.number, bool)):
        return repr(value)
    value = np.asarray(value)
    if value.ndim == 0:
        return number(value)
    items = [shown(item) for item in value[:MOST_SHOWN]]
    return "[" + ", ".join(items) + (", ...]" if len(value) > MOST_SHOWN else "]")


def arguments_shown(arguments):
    """All arguments of a call."""
    return ", ".join(f"{name}={shown(value)}" for name, value in arguments.items())


def parts_shown(names, parts):
    """The parts of what was returned."""
    if len(parts) == 1:
        return shown(parts[0])
    return ", ".join(f"{name}={shown(part)}" for name, part in zip(names, parts))


def listed(words, last="and"):
    """a, b and c."""
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
