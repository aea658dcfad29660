"""Labels of observations, turned into the numbers of their groups."""
import numpy as np

from ...labels import Labels, texts
from ...labels import labels as distinct


def numbered(name, values, groups_name, groups):
    """The group of each observation as a number 0 ... J - 1, and the J labels.

    Parameters
    ----------
    name, groups_name : str
        What the two arguments are called in what is said of them.
    values : list of labels
        Text or numbers, one for each observation.
    groups : list of labels, or None
        The order wanted; None takes the order of first appearance.

    Returns
    -------
    number : array of int (N,)
    labels : tuple of str (J,)

    Raises
    ------
    TypeError
        `values` is not a list of labels.
    ValueError
        A label is missing or not in `groups`, or one of `groups` has no observations.
    """
    kinds, kind = once_each(values)
    found = texts(name, kinds, "a list of labels, one for each observation")
    if groups is None:
        labels = Labels(dict.fromkeys(found))
    else:
        labels = distinct(groups_name, groups)
    number = labels.place_of
    for k, label in enumerate(found):
        if label not in number:
            raise ValueError(f"{name}[{np.argmax(kind == k)}] is {label!r}, which is not in "
                             f"{groups_name}: {', '.join(labels[:20])}")
    present = set(found)
    for i, label in enumerate(labels):
        if label not in present:
            raise ValueError(f"{groups_name}[{i}] is {label!r}, which has no observations; "
                             "leave it out")
    return np.array([number[label] for label in found], dtype=int)[kind], labels


def once_each(values):
    """The things among the values, once each in order of first appearance, and which each one is.

    Ten million values are not read one by one where all are whole numbers, or all are texts. Other
    values are left as they are: 1 and 1.0 may be equal, and are different labels.

    Returns
    -------
    things : list
    which : array of int (N,)
    """
    if type(values) is np.ndarray and values.ndim == 1 and values.dtype.kind in "iuU":
        if values.dtype.kind != "U":
            things, first, which = np.unique(values, return_index=True, return_inverse=True)
            order = np.argsort(first)
            place = np.empty(len(order), dtype=int)
            place[order] = np.arange(len(order))
            return things[order].tolist(), place[which]
        values = values.tolist()
    if type(values) in (list, tuple) and set(map(type, values)) in ({str}, {int}):
        things = dict.fromkeys(values)
        place = {thing: k for k, thing in enumerate(things)}
        return list(things), np.fromiter(map(place.__getitem__, values), int, len(values))
    return values, np.arange(np.size(values) if hasattr(values, "dtype") else length(values))


def length(values):
    """How many there are; 0 of what cannot be counted, which is refused elsewhere."""
    return len(values) if hasattr(values, "__len__") else 0
