"""Labels of groups, categories and covariates: as given, as a table carries them, looked up.

A table such as a pandas Series or DataFrame, or what ``pandas.crosstab`` makes, carries labels of
its own in its index and columns. They are used where they agree and refused where they do not.
Nothing of pandas is imported: whatever has an ``index`` of that kind will do.
"""
import numbers
import re
from functools import cached_property

import numpy as np

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")


class Labels(tuple):
    """Labels in their order: a tuple that knows where each of them stands.

    Attributes
    ----------
    place_of : dict of str to int
        The place of each label, from 0.
    places_of_number : dict of float to list of int
        The places of those that look like a number, by that number.
    """

    @cached_property
    def place_of(self):
        return {label: i for i, label in reversed(list(enumerate(self)))}

    @cached_property
    def places_of_number(self):
        places = {}
        for i, label in enumerate(self):
            if NUMBER.fullmatch(label):
                places.setdefault(float(label), []).append(i)
        return places


def as_labels(labels):
    """The same labels as `Labels`."""
    return labels if isinstance(labels, Labels) else Labels(labels)


def labels(name, values, length=None):
    """Distinct labels as `Labels`, a tuple of texts; None gives "1", "2", ... up to the length.

    Raises
    ------
    TypeError
        It is not a list of single things: texts or numbers.
    ValueError
        Too many or too few of them, one that is missing, or one that there is twice.
    """
    if values is None:
        return Labels(str(i + 1) for i in range(length))
    many = "" if length is None else f"{length} "
    found = texts(name, values, f"a list of {many}labels")
    if length not in (None, len(found)):
        raise ValueError(f"{name} has {len(found)} labels; there are {length} to name")
    first = {}
    for i, label in enumerate(found):
        if label in first:
            raise ValueError(f"{name}[{i}] is {label!r} a second time; labels must differ")
        first[label] = i
    return found


def texts(name, values, what):
    """Labels as a tuple of texts, each of them there and a single thing; not yet distinct."""
    if isinstance(values, (str, bytes, dict, set, frozenset)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name} is {values!r}; it must be {what}")
    if getattr(values, "ndim", 1) != 1:
        raise TypeError(f"{name} has shape {np.shape(values)}; it must be {what}")
    return Labels(value if type(value) is str else text(name, i, value)
                  for i, value in enumerate(values))


def text(name, i, label):
    """One label as text; the parts of a tuple, as an index of several levels has them, joined."""
    if is_missing(label):
        raise ValueError(f"{name}[{i}] is missing ({label}); every one needs a label")
    if isinstance(label, bytes):
        return label.decode("utf-8", "backslashreplace")
    if isinstance(label, tuple):
        return ", ".join(text(name, i, part) for part in label)
    if hasattr(label, "__iter__") and not isinstance(label, str) and np.ndim(label) > 0:
        raise TypeError(f"{name}[{i}] is {label!r}; a label must be a text or a number")
    return str(label)


def is_missing(value):
    """Whether it stands for nothing: None, NaN, NaT, the NA of pandas, a masked entry."""
    if value is None or value is np.ma.masked:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # the NA of pandas is neither equal to itself nor not
        return type(value).__name__ == "NAType"


def index_of(values):
    """The index of a Series or of a table's rows, as a list; None where there is none."""
    index = getattr(values, "index", None)
    return None if index is None or callable(index) else list(index)


def columns_of(values):
    """The names of a table's columns, as a list; None where there are none."""
    columns = getattr(values, "columns", None)
    return None if columns is None or callable(columns) else list(columns)


def numbered(index):
    """Whether these are the places 0, 1, 2, ..., which a table has that was given no labels."""
    return all(isinstance(one, (int, np.integer)) and one == i for i, one in enumerate(index))


def same_index(**arguments):
    """Refuse Series or tables, given by name, whose indexes differ: how to pair them is not clear.

    What has no index, such as a list, is paired by place.

    Raises
    ------
    ValueError
        Two of them have different indexes, or the same labels in another order.
    """
    indexed = {name: index_of(values) for name, values in arguments.items()}
    indexed = {name: index for name, index in indexed.items() if index is not None}
    names = list(indexed)
    for name in names[1:]:
        first, one, other = names[0], indexed[names[0]], indexed[name]
        if same(one, other):
            continue
        series = columns_of(arguments[first]) is None and columns_of(arguments[name]) is None
        both = f"{first} and {name} {'are Series with' if series else 'have'} different indexes"
        if len(one) != len(other):
            raise ValueError(f"{both}: of {len(one)} and of {len(other)} labels; they must match")
        i = next(i for i, (a, b) in enumerate(zip(one, other)) if not same([a], [b]))
        cure = (f"write {name}.reindex({first}.index)"
                if sorted(map(repr, one)) == sorted(map(repr, other)) else
                "give both the same index, or lists, which are paired by place")
        raise ValueError(f"{both}: label {i} is {one[i]!r} in {first} and {other[i]!r} in {name}; "
                         f"{cure}")


def same(one, other):
    """Whether two lists of labels are equal, missing ones being equal to each other."""
    return len(one) == len(other) and all(
        (is_missing(a) and is_missing(b)) or (not is_missing(a) and not is_missing(b) and a == b)
        for a, b in zip(one, other))


def carried(name, given, source, own, length):
    """The labels given, or else those that a table carries itself.

    Parameters
    ----------
    name : str
        What the labels are, such as groups.
    given : list of labels, or None
    source : str
        What carries labels of its own, such as "the index of y".
    own : list of labels, or None
        Those that it carries; the places 0, 1, 2, ... count as none.
    length : int
        How many there must be.

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        Both are there and disagree, or as in `labels`.
    """
    if own is None or numbered(own):
        return labels(name, given, length)
    if given is None:
        return labels(source, own, length)
    found = labels(name, given, length)
    if index_of(given) is not None:  # a Series, whose own index has been compared
        return found
    theirs = texts(source, own, f"a list of {length} labels")
    rows = all(isinstance(one, (int, np.integer)) for one in own)  # such as are left of a filter
    if found != theirs and (not rows or set(found) == set(theirs)):
        i = next(i for i, (a, b) in enumerate(zip(found, theirs)) if a != b)
        raise ValueError(f"{name}[{i}] is {found[i]!r} but {theirs[i]!r} in {source}; leave "
                         f"{name} out, or give it in the order of {source}")
    return found


def groups_of(groups, length, **arguments):
    """The labels of groups, from what is given or from the index of the data.

    Parameters
    ----------
    groups : list of labels, or None
    length : int
    **arguments
        The data by name, a value or a row for each group; Series among them must share one index.

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        Indexes that differ, labels that disagree with them, that repeat or are missing.
    """
    same_index(**arguments, **({} if groups is None else {"groups": groups}))
    for name, values in arguments.items():
        if index_of(values) is not None:
            return carried("groups", groups, f"the index of {name}", index_of(values), length)
    return labels("groups", groups, length)


def position(labels, label):
    """Place of a group, from 0: a text is its label, and so is a number where labels are numbers.

    Where the labels are "1", "2", ... or other numbers, 1 is the label "1". Where none of them
    looks like a number, a whole number cannot be meant as a label: it is a place, counted from 0,
    or from the end if it is negative.

    Raises
    ------
    KeyError
        There is no such label or place.
    """
    labels = as_labels(labels)
    place_of, places_of_number = labels.place_of, labels.places_of_number
    places = not places_of_number
    if isinstance(label, (bool, np.bool_, str)):
        if str(label) in place_of:
            return place_of[str(label)]
    elif isinstance(label, tuple) and len(label) > 1 and ", ".join(map(str, label)) in place_of:
        return place_of[", ".join(map(str, label))]
    elif isinstance(label, numbers.Real):
        if places:
            if isinstance(label, numbers.Integral) and -len(labels) <= label < len(labels):
                return int(label) % len(labels)
        else:
            same_number = places_of_number.get(label, [])
            if str(label) in place_of:
                return place_of[str(label)]
            if len(same_number) == 1:
                return same_number[0]
    raise KeyError(refusal(labels, label, places))


def place(labels, where):
    """Place of an entry of a sequence: a whole number is that place, a text is a label.

    Raises
    ------
    KeyError
        There is no such place or label.
    """
    if isinstance(where, numbers.Integral) and not isinstance(where, bool):
        if -len(labels) <= where < len(labels):
            return int(where) % len(labels)
    elif isinstance(where, str) and where in as_labels(labels).place_of:
        return as_labels(labels).place_of[where]
    raise KeyError(refusal(labels, where, places=True))


def refusal(labels, label, places):
    """What there is to look up, where a label is not among it."""
    known = f"{label!r}; the labels are {', '.join(map(repr, labels[:20]))}"
    if len(labels) > 20:
        known += ", ..."
    if places:
        return f"{known}, the places 0 to {len(labels) - 1}"
    return f"{known}, and a number is a label here, not a place"
