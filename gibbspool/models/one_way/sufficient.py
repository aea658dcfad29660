"""What the normal likelihood needs of the data: sizes, means and sums of squares."""
from collections import namedtuple

import numpy as np


def statistics(y, group):
    """Number of observations, mean, and sum of squared deviations from the mean, of each group.

    Deviations are taken from the group's first observation first: equal observations then give
    exactly zero.

    Parameters
    ----------
    y : array (N,)
    group : array of int (N,)
        Number of the group of each observation; each of 0 ... J - 1 occurs.

    Returns
    -------
    n, mean, within : array (J,)
    """
    n = np.bincount(group)
    first = np.empty(len(n))
    first[group[::-1]] = y[::-1]  # where a group comes again, its first observation stays
    shift = np.bincount(group, y - first[group]) / n
    within = np.bincount(group, (y - first[group] - shift[group]) ** 2)
    return n, first + shift, within


Sizes = namedtuple("Sizes", "size count mean scatter")

Sizes.__doc__ = """Groups of one size together: given tau and sigma, their means have one variance.

size : the sizes that occur, array (sizes,)
count : how many groups have each
mean : the mean of their means
scatter : the sum of the squared deviations of their means from it
"""


def by_size(n, mean):
    """The groups' means, (J,), brought together by the groups' sizes n, as `Sizes`."""
    size, which, count = np.unique(n, return_inverse=True, return_counts=True)
    average = np.bincount(which, mean) / count
    return Sizes(size, count, average, np.bincount(which, (mean - average[which]) ** 2))
