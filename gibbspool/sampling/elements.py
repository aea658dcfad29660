"""A batch of densities side by side as a flat list, so that the elements that are done are let go.
"""
from copy import copy

import numpy as np


class Elements:
    """The log densities of a kernel in its coordinate u, one for each element of a batch.

    A kernel that says what `parameters` its density has can be asked for some of the elements
    alone. One whose density keeps them to itself is asked for the whole batch every time, and what
    was not wanted is thrown away: as good, but slower.

    Parameters
    ----------
    kernel : Kernel
    here : array (...)
        The batch: a point u for each element.
    copies : int
        How often the batch stands in the list, one copy after the other.

    Attributes
    ----------
    rows : list of array (n, ...)
        The parameters, a number or a row for each of the n elements in the list.
    """

    def __init__(self, kernel, here, copies=1):
        self.kernel, self.here, self.copies = kernel, here, copies
        self.rows = [in_rows(parameter, here.shape) for parameter in kernel.parameters]
        low, high = kernel.range
        self.bounded = low > -np.inf or high < np.inf

    def copied(self, copies):
        """The list, as often as that one after the other."""
        more = copy(self)
        more.copies = copies
        more.rows = [np.concatenate([row] * copies) for row in self.rows]
        return more

    def log_p(self, u, which=slice(None)):
        """log p(u), up to a constant, of the elements numbered `which`; -inf beyond the support."""
        if self.rows:
            log_p = self.kernel.log_density_u(u, *[row[which] for row in self.rows])
        else:
            log_p = self.of_the_whole(u, which)
        if self.bounded:
            low, high = self.kernel.range
            log_p = np.where((u >= low) & (u <= high), log_p, -np.inf)
        return log_p

    def of_the_whole(self, u, which):
        """log p(u) where the whole batch has to be asked for it."""
        points = np.concatenate([self.here.ravel()] * self.copies)
        points[which] = u
        points = points.reshape(self.copies, *self.here.shape)
        log_p = np.empty(points.shape)
        log_p[...] = self.kernel.log_density_u(points)
        return log_p.ravel()[which]


def in_rows(parameter, shape):
    """A parameter as (n, ...), one number or row for each element of a batch of this shape.

    One with fewer axes than the batch is stretched along the leading ones, as everywhere; the axes
    of any other begin with those of the batch.
    """
    parameter = np.asarray(parameter, dtype=float)
    rest = parameter.shape[len(shape):]
    full = np.empty((*shape, *rest))
    full[...] = parameter
    return full.reshape(-1, *rest)
