"""Labels of observations, turned into the numbers of their groups."""
import numpy as np

from ... import validate


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
    if not is_list_of_labels(values):
        raise TypeError(f"{name} must be a list of labels, one for each observation")
    for i, value in enumerate(values):
        if value is None or value != value:
            raise ValueError(f"{name}[{i}] is missing ({value}); every observation needs the label "
                             "of its group")
    found = [str(value) for value in values]
    if groups is None:
        labels = tuple(dict.fromkeys(found))
    else:
        labels = validate.labels(groups_name, groups, len(groups))
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


def is_list_of_labels(values):
    """Whether these are several values, each of them a single one."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        return False
    return np.ndim(np.asarray(values, dtype=object)) == 1
