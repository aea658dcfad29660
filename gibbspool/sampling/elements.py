"""A batch of densities side by side as a flat list, so that the elements that are done are let go.
"""
from copy import copy

import numpy as np

BLOCK = 8192  # numbers in one parameter of a block: so many stay in the processor's cache


class Elements:
    """The log densities of a kernel in its coordinate u, one for each of the n elements of a batch.

    A kernel that says what `parameters` its density has can be asked for some of the elements
    alone. One whose density keeps them to itself is asked for the whole batch every time, and what
    was not wanted is thrown away: as good, but slower.

    Parameters
    ----------
    kernel : Kernel
    here : array (...)
        The batch: a point u for each element.

    Attributes
    ----------
    here : array (n,)
    width : array (n,)
        The kernel's width, for each element.
    rows : list of array (n, ...)
        Its parameters, a number or a row for each element.
    shape : tuple
        Of the batch.
    """

    def __init__(self, kernel, here):
        self.kernel, self.shape, self.here = kernel, here.shape, here.ravel()
        self.width = in_rows(kernel.width, here.shape)
        self.rows = [in_rows(parameter, here.shape) for parameter in kernel.parameters]

    @property
    def numbers(self):
        """How many numbers the largest of the parameters holds, or the batch."""
        return max([len(self.here), *[row.size for row in self.rows]])

    def blocks(self):
        """The list in pieces that fit the processor's cache: pairs of a slice and its Elements."""
        n = len(self.here)
        size = max([1, *[row.size // max(n, 1) for row in self.rows]])
        step = max(1, BLOCK // size)
        if n <= step or not self.rows:
            yield slice(None), self
            return
        for first in range(0, n, step):
            part, block = slice(first, first + step), copy(self)
            block.here, block.width = self.here[part], self.width[part]
            block.rows = [row[part] for row in self.rows]
            yield part, block

    def log_p(self, u, times=1):
        """log p(u), up to a constant, of the whole list, or of as many lists one after the other.

        Beyond the support it is -inf.
        """
        if not self.rows:
            return self.within(u, self.of_the_batch(u.reshape(times, *self.shape)))
        lists = u.reshape(times, -1)  # the extra leading axis meets the rows of every element
        return self.within(u, self.kernel.log_density_u(lists, *self.rows).ravel())

    def log_p_of(self, i, u):
        """The same of the elements numbered i; to count on from n means the same elements again."""
        if self.rows:
            rows = [row[i % len(self.here)] for row in self.rows]
            return self.within(u, self.kernel.log_density_u(u, *rows))
        times = i.max() // len(self.here) + 1
        points = np.concatenate([self.here] * times)
        points[i] = u
        return self.within(u, self.of_the_batch(points.reshape(times, *self.shape))[i])

    def of_the_batch(self, points):
        """log p(u) where the whole batch has to be asked for it: points (times, *shape)."""
        log_p = np.empty(points.shape)
        log_p[...] = self.kernel.log_density_u(points)
        return log_p.ravel()

    def within(self, u, log_p):
        """-inf beyond the support."""
        low, high = self.kernel.range
        if low == -np.inf and high == np.inf:
            return log_p
        return np.where((u >= low) & (u <= high), log_p, -np.inf)


def in_rows(parameter, shape):
    """A parameter as (n, ...), one number or row for each element of a batch of this shape.

    One with fewer axes than the batch is stretched along the leading ones, as everywhere; the axes
    of any other begin with those of the batch.
    """
    parameter = np.asarray(parameter, dtype=float)
    rest = parameter.shape[len(shape):]
    if parameter.shape == (*shape, *rest):
        return parameter.reshape(-1, *rest)
    full = np.empty((*shape, *rest))
    full[...] = parameter
    return full.reshape(-1, *rest)
