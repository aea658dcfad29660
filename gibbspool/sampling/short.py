"""Values, changes and numbers of things in a few characters."""
import numpy as np


def change(record):
    """The value before and after, in short."""
    return f"{short(record.before)} -> {short(record.x)}"


def short(value):
    """A number to four digits, an array's first three."""
    if value is None:
        return "nothing"
    if np.ndim(value) == 0:
        return f"{float(value):.4g}"
    flat = np.ravel(value)
    return f"[{', '.join(f'{x:.4g}' for x in flat[:3])}{', ...' if len(flat) > 3 else ''}]"


def verdict_on(record):
    """A proposal and what became of it."""
    return f"{short(record.proposal)} {'accepted' if record.accepted else 'refused'}"


def counted(number, one, many=None):
    """A number of things: "1 doubling", "2 doublings"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
