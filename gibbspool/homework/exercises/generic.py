"""Arguments in general position: unequal, not 0, 1 or 2, of three decimals so that they can be
typed.
"""
import numpy as np

GROUPS = (3, 5, 8, 2, 4)


def between(rng, low, high, size=None):
    """Uniform, rounded to three decimals."""
    found = np.round(rng.uniform(low, high, size), 3)
    return float(found) if size is None else found


def how_many(rng):
    """A number of groups."""
    return int(rng.choice(GROUPS))


def in_integers(*names):
    """The remark where an argument of integers changes the result."""
    return (f"with integer input ({', '.join(names)}) you get another result: decimals are stored "
            "in an integer array")
