"""Labels of observations, turned into the numbers of their groups."""
import numpy as np

from ...labels import Labels
from ...labels import labels as distinct
from ...labels import texts


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
    found = texts(name, values, "a list of labels, one for each observation")
    if groups is None:
        labels = Labels(dict.fromkeys(found))
    else:
        labels = distinct(groups_name, groups)
    number = {label: i for i, label in enumerate(labels)}
    for i, label in enumerate(found):
        if label not in number:
            raise ValueError(f"{name}[{i}] is {label!r}, which is not in {groups_name}: "
                             f"{', '.join(labels[:20])}")
    present = set(found)
    for i, label in enumerate(labels):
        if label not in present:
            raise ValueError(f"{groups_name}[{i}] is {label!r}, which has no observations; "
                             "leave it out")
    return np.array([number[label] for label in found], dtype=int), labels
