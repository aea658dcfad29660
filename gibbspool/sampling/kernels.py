"""Draws from a density known only up to a constant: numeric conditionals.

A kernel has the face of a distribution, `logpdf(x)` (here up to a constant) and `draw(rng,
current)`, but its draw may depend on the current value; what it promises is to leave its density
invariant.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Callable

import numpy as np

from ..numerics.coordinates import coordinate
from .curve import curves
from .records import BatchRecord

coordinate_of = lru_cache(coordinate)  # kernels are made anew in every sweep

@dataclass(frozen=True, eq=False)
class Kernel:
    """A density known up to a constant.

    Parameters
    ----------
    log_density : callable
        Log density of x, elementwise: x may carry extra leading axes (a grid is one more batch
        axis).
    support : tuple of float
        (low, high), the interval outside which the density is zero.
    """

    log_density: Callable
    support: tuple = (0.0, np.inf)
    parameters = ()  # of the density beside x, where a kernel takes them: `elements`

    def logpdf(self, x):
        """Log density at x, up to a constant."""
        x = np.asarray(x, dtype=float)
        low, high = self.support
        with np.errstate(all="ignore"):
            return np.where((x >= low) & (x <= high), self.log_density(x, *self.parameters),
                            -np.inf)[()]

    @cached_property
    def coordinate(self):
        """The unbounded coordinate u of the support, such as log x for x > 0."""
        return coordinate_of(tuple(self.support))

    @cached_property
    def range(self):
        """The ends of the support in the coordinate, as far as floating point tells them apart."""
        low, high = self.coordinate.range
        first, last = self.coordinate.u(self.support)
        return max(low, first), min(high, last)

    def log_density_u(self, u, *parameters):
        """Log density of the coordinate u: log p(x(u)) + log |dx/du|."""
        log_p = self.log_density(self.coordinate.x(u), *parameters)
        return log_p + self.coordinate.log_jacobian(u)

    def show(self, rng, current=None):
        """Draw one number after the other, as a textbook has it: a record of what was done.

        Its ``.x`` is the value drawn. A `records.BatchRecord` for an array. Each kernel brings
        ``draw_one(rng, curve)``, from the files of `sampling.scalar`.
        """
        shape = self.batch(current)
        records = []
        with np.errstate(all="ignore"):
            for curve in curves(self, current, shape):
                records.append(self.draw_one(rng, curve))
        return records[0] if shape == () else BatchRecord.of(current, records, shape)

    def batch(self, current):
        """The shape of a draw."""
        return np.shape(current)


def first_of(values):
    """A number to four digits; of an array the first, and of how many."""
    flat = np.ravel(values)
    return f"{flat[0]:.4g}" + (f" (first of {len(flat)})" if len(flat) > 1 else "")
