"""Arguments and values as a student would type them."""
import numpy as np

from . import harness
from .exercise import Function, Script

MOST_SHOWN = 8


def number(x):
    """Four digits; whole numbers without a point."""
    x = float(x)
    return f"{x:.0f}" if abs(x) < 1e6 and x == round(x) else f"{x:.4g}"


def formula(function):
    """A test density as Python: what a student can type in a debugger."""
    n = list(map(number, function.numbers))
    if function.density == "anharmonic":
        return bowl(function)
    if function.density == "wall":
        inside = "-0.5*(q**2).sum()" if function.of == "log_p" else "-q"
        return f"lambda q: np.nan if (q > {n[0]}).any() else {inside}"
    if function.density == "steps":
        half = len(n) // 2
        return (f"lambda x: [{', '.join(n[half + 1:])}]["
                f"np.searchsorted([{', '.join(n[:half + 1])}], x, side='right') - 1]")
    if function.density == "table":
        return f"lambda x: [{', '.join(n)}][int(x)]"
    top = f"{n[-1]} " if function.numbers[-1] else ""  # of the two-sided exponential
    return "lambda x: " + {
        "lognormal": "-np.log(x) - (np.log(x) - {0})**2 / (2*{1}**2)",
        "gamma": "{less_one}*np.log(x) - {1}*x",
        "two_sided_exponential": "{top}-({0} - x)/{1} if x < {0} else {top}-(x - {0})/{2}",
        "funnel_slice": "-x**2/18 - {0}*x/2 - {1}*np.exp(-x)/2",
    }[function.density].format(*n, top=top, less_one=number(function.numbers[0] - 1))


def bowl(function):
    """The anharmonic density, or its gradient, without the terms whose numbers are all 0."""
    *coefficients, coupling = function.numbers
    size = len(coefficients) // 3
    rows = [coefficients[k * size:(k + 1) * size] for k in range(3)]
    powers = {"log_p": ("q**2/2", "q**3/3", "q**4/4"), "gradient": ("q", "q**2", "q**3")}
    terms = [f"np.array({shown(np.array(row))})*{power}"
             for row, power in zip(rows, powers[function.of]) if any(row)]
    if function.of == "log_p":
        coupled = f" - {number(coupling)}*(q[1:]*q[:-1]).sum()" if coupling else ""
        return f"lambda q: -({' + '.join(terms)}).sum(){coupled}"
    coupled = (f" - {number(coupling)}*(np.append(0, q[:-1]) + np.append(q[1:], 0))" if coupling
               else "")
    return f"lambda q: -({' + '.join(terms)}){coupled}"


def shown(value):
    """A value in one line."""
    if isinstance(value, Function):
        if value.of == "values":
            return shown(np.asarray(harness.argument(harness.tagged(value))))
        return formula(value)
    if isinstance(value, Script):
        return f"ScriptedRng({value.seed}) (from gibbspool.homework.scripted)"
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
