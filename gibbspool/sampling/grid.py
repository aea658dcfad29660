"""A density made of straight lines of log density between grid points: a piecewise exponential.

Between two points q(u) is proportional to exp(a + b u), which integrates in closed form, so that
its cdf can be computed and inverted exactly.
"""
from typing import NamedTuple

import numpy as np

LOWEST = -80.0  # log densities further below the top count as this: their differences stay finite
STRAIGHT = 1e-8  # a line that rises by less is level: 0 / 0 in the formulas for a slope


class Grid(NamedTuple):
    """Piecewise exponentials, one for each chain or group, as columns side by side.

    Attributes
    ----------
    u : array (points, n)
        The points, increasing down each of the n columns.
    log_q : array (points, n)
        Log density at the points, up to a constant: 0 at the highest.
    cdf : array (points, n)
        The probability below each point.
    shape : tuple
        The batch that the n columns stand for, such as (chains,); () for a single density.

    Examples
    --------
    Five points of log tau, from tau = 1/2 to 8, under a density of tau that falls like exp(-tau):
    in log tau it is proportional to tau exp(-tau). Between 1/2 and 1 lies 0.394 of the probability,
    and 0.406 of q. A quarter lies below 0.788, and that of q below the tau of the last line.

    >>> u = np.log([0.5, 1, 2, 4, 8])
    >>> grid = Grid.through(u, u - np.exp(u))
    >>> print(*(f"{p:.3f}" for p in np.exp(grid.log_q[:, 0])))
    0.824 1.000 0.736 0.199 0.007
    >>> print(*(f"{p:.3f}" for p in grid.cdf[:, 0]))
    0.000 0.406 0.791 0.974 1.000
    >>> quarter = grid.quantile(0.25, grid.columns(()))
    >>> print(f"{np.exp(quarter):.3f}")
    0.778
    """

    u: np.ndarray
    log_q: np.ndarray
    cdf: np.ndarray
    shape: tuple

    @classmethod
    def through(cls, u, log_p):
        """The density through the points u (points, *shape) with the log densities log_p."""
        shape = u.shape[1:]
        u, log_p = u.reshape(len(u), -1), log_p.reshape(len(u), -1)
        log_q = np.maximum(log_p - log_p.max(axis=0), LOWEST)
        # A line from a to b over a width w: w (exp(b) - exp(a)) / (b - a), written from the higher
        # end, where nothing overflows.
        drop = np.maximum(np.abs(np.diff(log_q, axis=0)), STRAIGHT)
        top = np.maximum(log_q[1:], log_q[:-1])
        mass = np.diff(u, axis=0) * np.exp(top) * -np.expm1(-drop) / drop
        cdf = np.zeros_like(u)
        np.cumsum(mass, axis=0, out=cdf[1:])
        return cls(u, log_q, cdf / cdf[-1], shape)

    def columns(self, size):
        """Which column each element belongs to, in a batch of the given size or of `shape`."""
        size = np.broadcast_shapes(self.shape, size)
        if not self.shape:
            return np.zeros(size, dtype=int)
        numbers = np.arange(self.u.shape[1]).reshape(self.shape)
        return numbers if size == self.shape else np.broadcast_to(numbers, size)

    def piece(self, table, value, column):
        """The number of the piece that each value falls into, by a table that increases downwards.

        Values may have axes before those of `column`.
        """
        if table.shape[1] == 1:
            return table[1:-1, 0].searchsorted(value, side="right")
        ends = table[1:-1, column]
        ends = ends.reshape(len(ends), *[1] * (np.ndim(value) - column.ndim), *column.shape)
        return (ends <= value).sum(axis=0)

    def quantile(self, share, column):
        """The value below which lies the given share of the probability, in the given column."""
        return self.quantile_and_logpdf(share, column)[0]

    def quantile_and_logpdf(self, share, column):
        """That value, and log q there."""
        k = self.piece(self.cdf, share, column)
        low, high = self.u[k, column], self.u[k + 1, column]
        below, above = self.cdf[k, column], self.cdf[k + 1, column]
        log_low, log_high = self.log_q[k, column], self.log_q[k + 1, column]
        fraction = (share - below) / (above - below)
        rise = log_high - log_low
        level = np.abs(rise) < STRAIGHT
        slope = np.where(level, 1.0, rise)
        along = np.where(level, fraction, np.log1p(fraction * np.expm1(slope)) / slope)
        return low + (high - low) * along, log_low + rise * along

    def logpdf(self, u, column):
        """log q at u, in the given column; u lies between the ends of the grid."""
        k = self.piece(self.u, u, column)
        low, high = self.u[k, column], self.u[k + 1, column]
        slope = (self.log_q[k + 1, column] - self.log_q[k, column]) / (high - low)
        return self.log_q[k, column] + slope * (u - low)

    def holds(self, u, column):
        """Whether u lies between the ends of the grid."""
        return (u >= self.u[0, column]) & (u <= self.u[-1, column])

    def where_it_matters(self, points):
        """New points (points, *shape) at equal steps of probability and rise of log q together.

        Each piece has a share of the probability, and a share of all the rises and falls of log q;
        a piece receives points in proportion to the sum of the two.
        """
        variation = np.abs(np.diff(self.log_q, axis=0))
        share = np.diff(self.cdf, axis=0) + variation / variation.sum(axis=0)
        total = np.zeros_like(self.u)
        np.cumsum(share, axis=0, out=total[1:])
        target = (np.arange(points) + 0.5)[:, None] / points * total[-1]
        k = (total[None, 1:-1] <= target[:, None]).sum(axis=1)
        column = np.arange(self.u.shape[1])
        low, high = self.u[k, column], self.u[k + 1, column]
        new = low + (high - low) * (target - total[k, column]) / share[k, column]
        return new.reshape(points, *self.shape)
