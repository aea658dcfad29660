"""TODO sampling.griddy"""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..numerics.quadrature import checked, zoom
from .kernels import Kernel


@dataclass(frozen=True, eq=False)
class Griddy(Kernel):
    """Draw by inverting a cdf made of grid values (Ritter and Tanner 1992).

    1. In the coordinate u (log x for x > 0), zoom in on where the density is not negligible: 64
       points.
    2. Add 64 points: half at equal steps of probability, so that they stand where the mass is, half
       at equal steps of log density, so that the tails are not cut short. Join all by straight
       lines of log density: q.
    3. Draw u' by inverting the cdf of the piecewise exponential q: a continuous draw, not a grid
       point.
    4. Accept u' with probability min(1, p(u') q(u) / (p(u) q(u'))), else stay: the discretisation
       error of q is corrected by this Metropolis step, and p is left invariant exactly (but for
       tails below exp(-40) of the top).

    The grid depends on the density alone, never on the current value, and no number needs tuning.
    Without a current value the draw is from q itself, which on smooth densities differs from p by
    less than a per cent.
    """

    points = 64

    @cached_property
    def grid(self):
        """u, log q and the cdf of q: arrays (2 * points, n), a column for each of the n densities;
        and their shape.
        """
        shape = np.shape(self.log_density(self.coordinate.x(0.0)))
        low, high = (np.full(shape, end) for end in self.coordinate.range)
        u, log_p = zoom(self.log_density_u, low, high, points=self.points)
        log_q, cdf = _piecewise(_columns(u), _columns(log_p))
        extra = _between(_columns(u), log_q, cdf, self.points).reshape(-1, *shape)
        u = np.concatenate([u, extra])
        log_p = np.concatenate([log_p, checked(self.log_density_u, extra)])
        order = np.argsort(u, axis=0, kind="stable")
        u, log_p = (_columns(np.take_along_axis(a, order, axis=0)) for a in (u, log_p))
        return u, *_piecewise(u, log_p), shape

    def draw(self, rng, current=None):
        u, log_q, cdf, shape = self.grid
        size = np.broadcast_shapes(shape, np.shape(current))
        column = np.broadcast_to(np.arange(u.shape[1]).reshape(shape), size)
        proposal = _invert(u, log_q, cdf, rng.random(size), column)
        if current is None:
            return self.coordinate.x(proposal)[()]
        here = self.coordinate.u(current)
        with np.errstate(all="ignore"):
            log_ratio = (self.log_density_u(proposal) - _interpolate(u, log_q, proposal, column)
                         - self.log_density_u(here) + _interpolate(u, log_q, here, column))
        # A current value outside the grid has no density to speak of: always move inside.
        outside = ~((here >= u[0, column]) & (here <= u[-1, column]))
        accept = outside | (np.log(rng.random(size)) < log_ratio)
        return np.where(accept, self.coordinate.x(proposal), current)[()]

    def __repr__(self):
        u, log_q, cdf, shape = self.grid
        if shape:
            return f"Griddy({len(u)} points for each of {u.shape[1]} densities)"
        low, middle, high = self.coordinate.x(_invert(u, log_q, cdf, np.array([0.055, 0.5, 0.945]),
                                                      np.zeros(3, int)))
        return f"Griddy({len(u)} points, median {middle:.4g}, 89% in [{low:.4g}, {high:.4g}])"


def _columns(values):
    return values.reshape(len(values), -1)


def _piecewise(u, log_p):
    """Straight lines through (u, log_p): the log density q (bounded below, for safe arithmetic) and
    its cdf.
    """
    log_q = log_p - log_p.max(axis=0)
    log_q = np.maximum(log_q, -80.0)
    drop = np.abs(np.diff(log_q, axis=0))
    top = np.maximum(log_q[1:], log_q[:-1])
    safe = np.maximum(drop, 1e-8)
    mass = np.diff(u, axis=0) * np.exp(top) * -np.expm1(-safe) / safe
    cdf = np.zeros_like(u)
    np.cumsum(mass, axis=0, out=cdf[1:])
    return log_q, cdf / cdf[-1]


def _between(u, log_q, cdf, points):
    """New points (points, n) at equal steps of probability and variation of log q together."""
    variation = np.abs(np.diff(log_q, axis=0))
    share = np.diff(cdf, axis=0) + variation / variation.sum(axis=0)
    total = np.zeros_like(u)
    np.cumsum(share, axis=0, out=total[1:])
    target = (np.arange(points) + 0.5)[:, None] / points * total[-1]
    k = (total[None, 1:-1] <= target[:, None]).sum(axis=1)
    column = np.arange(u.shape[1])
    return u[k, column] + (u[k + 1, column] - u[k, column]) * (target - total[k, column]) / share[k,
                                                                                                  column]


def _invert(u, log_q, cdf, q, column):
    """The value at which the cdf of the piecewise exponential reaches q, in the given column of the
    grid.
    """
    k = (cdf[1:-1, column] <= q).sum(axis=0)                             # the interval of each
    low, high = u[k, column], u[k + 1, column]
    fraction = (q - cdf[k, column]) / (cdf[k + 1, column] - cdf[k, column])
    rise = log_q[k + 1, column] - log_q[k, column]
    straight = np.abs(rise) < 1e-8
    rise = np.where(straight, 1.0, rise)
    return low + (high - low) * np.where(straight, fraction, np.log1p(fraction * np.expm1(rise))
                                         / rise)


def _interpolate(u, log_q, x, column):
    """log q at x, where x lies on the grid."""
    k = (u[1:-1, column] <= x).sum(axis=0)
    slope = (log_q[k + 1, column] - log_q[k, column]) / (u[k + 1, column] - u[k, column])
    return log_q[k, column] + slope * (x - u[k, column])
