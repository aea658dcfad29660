"""The log density of one number, all else given: the curve that a kernel draws the number from."""
import numpy as np

from .elements import in_rows


class Curve:
    """The log density of one element of a batch, in the coordinate u of its kernel.

    Attributes
    ----------
    kernel : Kernel
    index : tuple of int
        Which element; () where the batch is a single number.
    before : float or None
        Its current value.
    u_before : float or None
        The same in the coordinate.
    low, high : float
        The ends of the support in the coordinate, as far as floating point tells them apart.
    """

    def __init__(self, kernel, index, shape, before, here, rows):
        self.kernel, self.index, self.shape, self.here = kernel, index, shape, here
        self.before = None if before is None else float(before[index])
        self.u_before = None if here is None else float(here[index])
        self.low, self.high = (float(end) for end in kernel.range)
        self.number = int(np.ravel_multi_index(index, shape)) if index else 0
        self.rows = [row[self.number:self.number + 1] for row in rows]

    def log_p(self, u):
        """log p(u) = log p(x(u)) + log |dx/du|, up to a constant: a float.

        Where the density keeps its parameters to itself, the whole batch is asked, with this one
        element changed.
        """
        if self.rows:
            point = np.array([u], dtype=float)
        else:
            point = np.zeros(self.shape) if self.here is None else self.here.copy()
            point[self.index] = u
        with np.errstate(all="ignore"):
            log_p = self.kernel.log_density_u(point[()], *self.rows)
        if np.ndim(log_p) == 0:
            return float(log_p)
        if self.rows:
            return float(np.ravel(log_p)[0])
        return float(np.broadcast_to(log_p, self.shape)[self.index])

    def log_p_inside(self, u):
        """The same, and -inf beyond the support."""
        return self.log_p(u) if self.low <= u <= self.high else -np.inf

    def x(self, u):
        """The variable at the coordinate u."""
        with np.errstate(all="ignore"):
            return float(self.kernel.coordinate.x(u))

    def u(self, x):
        """The coordinate of the variable."""
        return float(self.kernel.coordinate.u(x))

    def own(self, parameter):
        """What belongs to this element of a number or array such as a width for each group."""
        return float(in_rows(parameter, self.shape)[self.number])

    def __repr__(self):
        which = f", element {self.index}" if self.index else ""
        before = "" if self.before is None else f", before {self.before:.4g}"
        return f"Curve({type(self.kernel).__name__}{which}{before})"


def curves(kernel, current, shape):
    """A `Curve` for every element of a batch, in order."""
    before = None if current is None else np.broadcast_to(np.asarray(current, dtype=float), shape)
    here = None if before is None else np.array(kernel.coordinate.u(before), dtype=float)
    rows = [in_rows(parameter, shape) for parameter in kernel.parameters]
    for index in np.ndindex(shape):
        yield Curve(kernel, index, shape, before, here, rows)
