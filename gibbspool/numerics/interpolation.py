"""Smooth functions on a line, sampled once and read off as polynomials ever after."""
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre

from .integral import NODES, TO_SERIES

ACCURACY = 1e-13           # of a polynomial, beside the largest value on its panel
MOST_PANELS = 1000         # no more halving beyond
READ_TOGETHER = 4096       # places that are read off at a time


class Interpolant:
    """Some functions of t between low and high, as polynomials on panels.

    A panel is halved until on each half every function is a polynomial through its values at 16
    Gauss-Legendre nodes: until the last two of its Legendre coefficients are no more than what the
    function may be off, and `ACCURACY` times its largest value there.

    Parameters
    ----------
    functions : callable
        Of t (m,) to two arrays (K, m): the values of the functions, and how far off they may be,
        such as by their rounding errors; inf where no digits are asked for.
    low, high : float
    panels : int
        To start from.

    Attributes
    ----------
    starts, ends : array (panels,)
        Of the panels, increasing.
    series : array (16, K, panels)
        Legendre coefficients.
    """

    def __init__(self, functions, low, high, panels=4):
        edges = np.linspace(low, high, panels + 1)
        left, right, done = edges[:-1], edges[1:], []
        while len(left):
            series, converged = self.sampled(functions, left, right)
            if len(left) + sum(len(one) for one, _, _ in done) > MOST_PANELS:
                converged[:] = True
            done.append((left[converged], right[converged], series[..., converged]))
            again = ~converged
            middle = (left[again] + right[again]) / 2
            left, right = (np.concatenate([left[again], middle]),
                           np.concatenate([middle, right[again]]))
        starts, ends, series = (np.concatenate(parts, axis=-1) for parts in zip(*done))
        order = np.argsort(starts)
        self.starts, self.ends, self.series = starts[order], ends[order], series[..., order]

    @staticmethod
    def sampled(functions, left, right):
        """The series on some panels, (16, K, panels), and which of them are good enough."""
        t = (left + right) / 2 + (right - left) / 2 * NODES[:, None]
        values, off = (x.reshape(-1, *t.shape) for x in functions(t.ravel()))
        series = np.einsum("ij,kjp->ikp", TO_SERIES, values)
        allowed = ACCURACY * np.abs(values).max(axis=1) + off.max(axis=1)
        return series, (np.abs(series[-2:]).sum(axis=0) <= allowed).all(axis=0)

    @cached_property
    def ends_of_all(self):
        """The lowest and highest t."""
        return self.starts[0], self.ends[-1]

    def covers(self, t):
        """Which of t (m,) lie between the ends."""
        low, high = self.ends_of_all
        return (t >= low) & (t <= high)

    def __call__(self, t):
        """The values at t (m,), (K, m)."""
        parts = np.array_split(t, 1 + len(t) // READ_TOGETHER)
        return np.concatenate([self.read(part) for part in parts], axis=-1)

    def read(self, t):
        """The same, all at once."""
        k = np.clip(np.searchsorted(self.starts, t, side="right") - 1, 0, len(self.starts) - 1)
        place = 2 * (t - self.starts[k]) / (self.ends[k] - self.starts[k]) - 1
        return legendre.legval(place, self.series[..., k], tensor=False)
