"""Checks on what people pass in: each failure names the argument, the place and what is allowed."""
import numbers
import operator
from decimal import Decimal

import numpy as np

from .labels import is_missing, labels, position
from .spelling import did_you_mean

__all__ = ["array", "at_least_two_groups", "floats", "generator", "labels", "one_of", "position",
           "probability", "refuse", "same_length", "whole_number"]

LARGEST = 1e100  # squares of the data, and their sums, must stay finite
DATES = (np.datetime64, np.timedelta64)
NO_NUMBERS = (bool, np.timedelta64)  # though Python and NumPy count them among the integers


def array(name, values, *, ndim=1, positive=False, nonnegative=False, whole=False):
    """`values` as a float array of `ndim` dimensions, every element finite and in range.

    Parameters
    ----------
    name : str
        What the sentence of a refusal calls it.
    values : array_like
        Copied, so that nobody can change the model's data later.
    ndim : int
        0, 1 or 2.
    positive, nonnegative, whole : bool
        What is asked of each element besides.

    Raises
    ------
    TypeError
        An element is not a number: a text, a date, True or False, a complex number.
    ValueError
        Wrong number of dimensions, no elements, or an element that is missing or masked, NaN,
        infinite or out of range.
    """
    x = floats(name, values)
    if x.ndim != ndim:
        kind = {0: "a single number", 1: "a list of numbers", 2: "a table (rows x columns)"}[ndim]
        raise ValueError(f"{name} has shape {x.shape}; it must be {kind}")
    if x.size == 0:
        raise ValueError(f"{name} is empty")
    refuse(name, x, ~np.isfinite(x), "a finite number")
    refuse(name, x, np.abs(x) > LARGEST, f"below {LARGEST:g} in size; choose another unit")
    if positive:
        refuse(name, x, x <= 0, "> 0")
        refuse(name, x, x < 1 / LARGEST, f"at least {1 / LARGEST:g}; choose another unit")
    if nonnegative:
        refuse(name, x, x < 0, ">= 0")
    if whole:
        refuse(name, x, x != np.round(x), "a whole number")
    return x


def floats(name, values):
    """`values` as a float array of any shape, a copy: each a number, NaN and infinity included.

    Raises
    ------
    TypeError, ValueError
        As in `array`.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.getmaskarray(values).any():
        place = np.argwhere(np.ma.getmaskarray(values))[0]
        raise ValueError(f"{name}{at(place)} is masked; leave it out, or fill it in")
    if values is None or isinstance(values, (dict, set, frozenset, bytes, bytearray)):
        raise TypeError(f"{name} is {values!r}; it must hold numbers only{advice(values)}")
    x = np.asarray(values) if hasattr(values, "dtype") else as_objects(name, values)
    if x.dtype.kind not in "iuf":
        kinds = set(map(type, x.flat)) if x.dtype == object else {x.dtype.type}
        if not all(map(is_number, kinds)):
            refuse_no_number(name, values, x)
    try:
        with np.errstate(over="ignore"):
            return np.array(x, dtype=float)
    except OverflowError:  # a whole number of more than 308 digits
        raise ValueError(f"{name} has a number beyond 1e308; it must be below {LARGEST:g} in "
                         "size; choose another unit") from None


def as_objects(name, values):
    """An array of the things themselves, nothing converted; arrays of one number taken out."""
    try:
        x = np.array(values, dtype=object)
    except ValueError:
        raise TypeError(f"{name} has rows of different lengths; it must hold numbers only") \
            from None
    for place in np.ndindex(x.shape) if np.ndarray in set(map(type, x.flat)) else ():
        if isinstance(x[place], np.ndarray) and x[place].ndim == 0:
            x[place] = x[place][()]
    return x


def is_number(kind):
    """Whether things of this class are numbers as data have them; True and False are not."""
    return issubclass(kind, (numbers.Real, Decimal)) and not issubclass(kind, NO_NUMBERS)


def refuse_no_number(name, values, x):
    """Name the first element that is no number, its place, and what it is.

    Parameters
    ----------
    name : str
    values : what was given
    x : array
        The same, as NumPy takes it.
    """
    for place in np.ndindex(x.shape):
        one = x[place]
        if is_number(type(one)):
            continue
        if is_missing(one):
            raise ValueError(f"{name}{at(place)} is missing ({one}); leave it out, or fill it in")
        if hasattr(one, "__len__") and not isinstance(one, (str, bytes, dict, np.void)):
            raise TypeError(f"{name} has rows of different lengths; it must hold numbers only")
        raise TypeError(f"{name}{at(place)} is {described(one)}; it must hold numbers only"
                        f"{advice(one)}")
    raise TypeError(f"{name} is {values!r}; it must hold numbers only")


def at(place):
    """A place in an array, such as [1, 2]; "" for that of a single number."""
    return f"[{', '.join(str(int(i)) for i in place)}]" if len(place) else ""


def described(one):
    """What an element is: itself, or its kind where it has no short name."""
    if isinstance(one, np.generic):
        one = str(one) if one.dtype.kind in "mM" else one.item()
    found = repr(one)
    return found if len(found) <= 60 else f"a {type(one).__name__}"


def advice(one):
    """What to write in place of something that is no number."""
    if isinstance(one, (bool, np.bool_)):
        return ", and True and False are none: write 1 and 0 if you mean them"
    if isinstance(one, DATES) or hasattr(one, "year") or hasattr(one, "days"):
        return ", not dates or durations: write days, or years, since some day"
    if isinstance(one, numbers.Complex):
        return ", and real ones: take .real if the imaginary part means nothing"
    if isinstance(one, (str, bytes)) and one.strip().isdigit():
        return ", not numbers written as text"
    return ""


def refuse(name, x, bad, allowed):
    """Refuse x if any element is bad, naming the first one, its place and what is allowed."""
    if bad.any():
        place = tuple(np.argwhere(bad)[0])
        raise ValueError(f"{name}{at(place)} is {x[place]:g}; it must be {allowed}")


def same_length(**arrays):
    """Refuse arrays, given by name, that have not all the length of the first one."""
    (first, x), *rest = arrays.items()
    for name, values in rest:
        if len(values) != len(x):
            raise ValueError(f"{name} has {len(values)} elements but {first} has {len(x)}; they "
                             "must match")


def at_least_two_groups(n, what="groups"):
    """Refuse data of a single group (or what the groups are called, in the plural)."""
    if n < 2:
        raise ValueError(f"the data have {n} {what[:-1]}; a hierarchical model needs at least 2 "
                         f"{what}")


def whole_number(name, value, minimum):
    """`value` as an int that is not below the minimum; True and 2.0 are no whole numbers."""
    if isinstance(value, NO_NUMBERS) or not isinstance(value, (numbers.Integral, np.integer)):
        raise TypeError(f"{name} is {value!r}; it must be a whole number >= {minimum}")
    if value < minimum:
        raise ValueError(f"{name} is {value}; it must be >= {minimum}")
    return operator.index(value)


def probability(name, value):
    """A number strictly between 0 and 1."""
    x = array(name, value, ndim=0)
    if not 0 < x < 1:
        raise ValueError(f"{name} is {x:g}; it must lie between 0 and 1")
    return float(x)


def one_of(name, value, allowed):
    """`value`, if it is among those allowed."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, allowed))}"
                         f"{did_you_mean(value, allowed)}")
    return value


def generator(seed):
    """The one random generator that a result's draws flow from.

    Parameters
    ----------
    seed : int, numpy Generator or SeedSequence, or None
        A Generator is used as it stands; None takes a fresh seed from the system.
    """
    if isinstance(seed, (np.random.Generator, np.random.SeedSequence)) or seed is None:
        return np.random.default_rng(seed)
    return np.random.default_rng(whole_number("seed", seed, 0))
