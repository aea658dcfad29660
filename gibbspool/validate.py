"""Checks on what people pass in: each failure names the argument, the place and what is allowed."""
import numbers
import operator

import numpy as np

LARGEST = 1e100  # squares of the data, and their sums, must stay finite


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
        An element is not a number.
    ValueError
        Wrong number of dimensions, no elements, or an element that is NaN, infinite or out of
        range.
    """
    try:
        if values is None:
            raise TypeError
        x = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{name}{first_that_is_no_number(values)}; it must hold numbers only") \
            from None
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


def refuse(name, x, bad, allowed):
    """Refuse x if any element is bad, naming the first one, its place and what is allowed."""
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        place = f"[{', '.join(map(str, where))}]" if where else ""
        raise ValueError(f"{name}{place} is {x[where]:g}; it must be {allowed}")


def first_that_is_no_number(values):
    """Where the first element stands that is no number, and what it is, as half a sentence."""
    if is_single(values):
        return f" is {values!r}"
    for place, value in elements(values):
        try:
            float(value)
        except (TypeError, ValueError):
            return f"[{', '.join(map(str, place))}] is {value!r}"
    return " has rows of different lengths"


def is_single(value):
    """Whether it is one thing and not a sequence of several; a text is one thing."""
    return isinstance(value, (str, bytes)) or not hasattr(value, "__iter__")


def elements(values, above=()):
    """Pairs (place, element) of a list, of a list of lists, and so on."""
    for i, value in enumerate(values):
        if is_single(value):
            yield (*above, i), value
        else:
            yield from elements(value, (*above, i))


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


def labels(name, values, length):
    """Distinct labels as a tuple of texts; None gives "1", "2", ..."""
    if values is None:
        return tuple(str(i + 1) for i in range(length))
    if isinstance(values, str):
        raise TypeError(f"{name} is {values!r}; it must be a list of {length} labels")
    found = tuple(str(v) for v in values)
    if len(found) != length:
        raise ValueError(f"{name} has {len(found)} labels; there are {length} to name")
    for i, label in enumerate(found):
        if label in found[:i]:
            raise ValueError(f"{name}[{i}] is {label!r} a second time; labels must differ")
    return found


def whole_number(name, value, minimum):
    """`value` as an int that is not below the minimum; True and 2.0 are no whole numbers."""
    if isinstance(value, bool) or not isinstance(value, (numbers.Integral, np.integer)):
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
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, allowed))}")
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


def position(labels, label):
    """Index of a group: a text is its label, a whole number its place.

    Places count from 0, negative ones from the end.

    Raises
    ------
    KeyError
        There is no such label or place.
    """
    labels = tuple(labels)
    if isinstance(label, (int, np.integer)) and -len(labels) <= label < len(labels):
        return int(label) % len(labels)
    if isinstance(label, str) and label in labels:
        return labels.index(label)
    raise KeyError(f"{label!r}; the labels are {', '.join(map(repr, labels[:20]))}, the places 0 "
                   f"to {len(labels) - 1}")
