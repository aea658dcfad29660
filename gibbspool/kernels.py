"""Draws from a density known only up to a constant: numeric conditionals.

A kernel has the face of a distribution, `logpdf(x)` (here up to a constant) and `draw(rng, current)`, but its draw
may depend on the current value; what it promises is to leave its density invariant.
"""
from dataclasses import dataclass, field
from functools import cached_property
from typing import Callable

import numpy as np

from .coordinates import coordinate
from .quadrature import checked, zoom


@dataclass(frozen=True, eq=False)
class Kernel:
    """A density known up to a constant.

    Parameters
    ----------
    log_density : callable
        Log density of x, elementwise: x may carry extra leading axes (a grid is one more batch axis).
    support : tuple of float
        (low, high), the interval outside which the density is zero.
    """

    log_density: Callable
    support: tuple = (0.0, np.inf)

    def logpdf(self, x):
        """Log density at x, up to a constant."""
        x = np.asarray(x, dtype=float)
        low, high = self.support
        with np.errstate(all="ignore"):
            return np.where((x >= low) & (x <= high), self.log_density(x), -np.inf)[()]

    @cached_property
    def coordinate(self):
        return coordinate(self.support)

    def log_density_u(self, u):
        """Log density of the unbounded coordinate u: log p(x(u)) + log |dx/du|."""
        return self.log_density(self.coordinate.x(u)) + self.coordinate.log_jacobian(u)


@dataclass(frozen=True, eq=False)
class Griddy(Kernel):
    """Draw by inverting a cdf made of grid values (Ritter and Tanner 1992).

    1. In the coordinate u (log x for x > 0), zoom in on where the density is not negligible: 64 points.
    2. Add 64 points: half at equal steps of probability, so that they stand where the mass is, half at equal steps
       of log density, so that the tails are not cut short. Join all by straight lines of log density: q.
    3. Draw u' by inverting the cdf of the piecewise exponential q: a continuous draw, not a grid point.
    4. Accept u' with probability min(1, p(u') q(u) / (p(u) q(u'))), else stay: the discretisation error of q is
       corrected by this Metropolis step, and p is left invariant exactly (but for tails below exp(-40) of the top).

    The grid depends on the density alone, never on the current value, and no number needs tuning. Without a current
    value the draw is from q itself, which on smooth densities differs from p by less than a per cent.
    """

    points = 64

    @cached_property
    def grid(self):
        """u, log q and the cdf of q: arrays (2 * points, n), a column for each of the n densities; and their shape."""
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
        low, middle, high = self.coordinate.x(_invert(u, log_q, cdf, np.array([0.055, 0.5, 0.945]), np.zeros(3, int)))
        return f"Griddy({len(u)} points, median {middle:.4g}, 89% in [{low:.4g}, {high:.4g}])"


def _columns(values):
    return values.reshape(len(values), -1)


def _piecewise(u, log_p):
    """Straight lines through (u, log_p): the log density q (bounded below, for safe arithmetic) and its cdf."""
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
    return u[k, column] + (u[k + 1, column] - u[k, column]) * (target - total[k, column]) / share[k, column]


def _invert(u, log_q, cdf, q, column):
    """The value at which the cdf of the piecewise exponential reaches q, in the given column of the grid."""
    k = (cdf[1:-1, column] <= q).sum(axis=0)                             # the interval of each
    low, high = u[k, column], u[k + 1, column]
    fraction = (q - cdf[k, column]) / (cdf[k + 1, column] - cdf[k, column])
    rise = log_q[k + 1, column] - log_q[k, column]
    straight = np.abs(rise) < 1e-8
    rise = np.where(straight, 1.0, rise)
    return low + (high - low) * np.where(straight, fraction, np.log1p(fraction * np.expm1(rise)) / rise)


def _interpolate(u, log_q, x, column):
    """log q at x, where x lies on the grid."""
    k = (u[1:-1, column] <= x).sum(axis=0)
    slope = (log_q[k + 1, column] - log_q[k, column]) / (u[k + 1, column] - u[k, column])
    return log_q[k, column] + slope * (x - u[k, column])


class StepSize:
    """The step of a random walk, one for each chain, and the record of its acceptances.

    While `adapting`, each acceptance nudges log(scale) towards `target` by a gain that falls like 1 / sqrt(n)
    (Robbins and Monro 1951); afterwards the scale is frozen, as an invariant density asks for.

    Attributes
    ----------
    scale : array (...)
        Standard deviation of the proposal in the coordinate u, one for each chain.
    acceptance : array (...)
        Share of accepted proposals since the adaptation ended.
    """

    def __init__(self, scale=1.0, target=0.44):
        self.scale, self.target, self.adapting = scale, target, False
        self._adapted = self._proposed = 0
        self._accepted = 0.0

    def record(self, accept):
        if self.adapting:
            self._adapted += 1
            self.scale = self.scale * np.exp((accept - self.target) / np.sqrt(self._adapted))
        else:
            self._proposed += 1
            self._accepted = self._accepted + accept

    @property
    def acceptance(self):
        return self._accepted / self._proposed if self._proposed else np.nan

    def __repr__(self):
        return f"StepSize(scale={np.round(self.scale, 4)}, acceptance={np.round(self.acceptance, 3)})"


@dataclass(frozen=True, eq=False)
class Metropolis(Kernel):
    """One step of a random walk (Metropolis et al. 1953).

    In the coordinate u of the support (log x for a positive variable): propose u' = u + scale * Normal(0, 1), accept
    with probability min(1, p(u') / p(u)), where p(u) = p(x) |dx/du| carries the Jacobian.

    Parameters
    ----------
    step : StepSize
        Its scale is adapted in warm-up by `gibbspool.sample`, then frozen.
    """

    step: StepSize = field(default_factory=StepSize)

    def draw(self, rng, current):
        here = self.coordinate.u(current)
        proposal = here + self.step.scale * rng.standard_normal(np.shape(current))
        with np.errstate(all="ignore"):
            log_ratio = self.log_density_u(proposal) - self.log_density_u(here)
        accept = np.log(rng.random(np.shape(current))) < np.nan_to_num(log_ratio, nan=-np.inf)
        self.step.record(accept)
        return np.where(accept, self.coordinate.x(proposal), current)[()]

    def __repr__(self):
        return f"Metropolis({self.support}, {self.step})"


@dataclass(frozen=True, eq=False)
class Slice(Kernel):
    """Slice sampling with doubling and shrinkage (Neal 2003), for every element of an array at once.

    On the whole real line u = x; on a bounded support u is its coordinate, with p(u) = p(x) |dx/du|.

    1. Draw a height uniformly below the density: log h = log p(u) - Exponential(1). The slice is {u: p(u) >= h}.
    2. Widen: place an interval of the given width at random around u. While an end of it lies inside the slice,
       double the interval, to the left or to the right at random.
    3. Shrink: draw u' uniformly from the interval. If it lies outside the slice, cut the interval at u', on the side
       away from u, and draw again.
    4. Accept u' if the same doublings could have started from it (Neal's Figure 6); if not, cut and draw again as in 3.
       Where the density has a single peak they always could.

    The elements must be independent of each other given the rest (one for each chain and group): each has its own
    slice, and all move together until the last one is done. That is why the interval is doubled and not widened step
    by step (Neal's other way): from far out in a tail, or with a poor `width`, it takes 20 doublings where it would
    take a million steps. The width costs time, not correctness.

    Parameters
    ----------
    width : float or array
        First guess at the width of a slice, in the coordinate u; > 0.
    """

    width: float = 1.0

    def __post_init__(self):
        if not np.all((np.asarray(self.width) > 0) & np.isfinite(self.width)):
            raise ValueError(f"Slice: width is {self.width!r}; it must be finite and > 0")

    @cached_property
    def coordinate(self):
        return Line() if np.isinf(self.support).all() else coordinate(self.support)

    def draw(self, rng, current):
        with np.errstate(all="ignore"):
            here = np.clip(np.asarray(self.coordinate.u(current), dtype=float), *self.coordinate.range)
            log_height = self.log_density_u(here) - rng.standard_exponential(here.shape)
            if not np.all(np.isfinite(log_height)):
                bad = np.asarray(current, dtype=float)[~np.isfinite(log_height)].flat[0]
                raise ValueError(f"Slice: the density at the current value {bad:g} is zero, infinite or NaN")
            first, last = self._widen(rng, here, log_height)
            low, high = first, last
            moved, open_still = here, np.ones(here.shape, dtype=bool)
            while open_still.any():
                proposal = low + (high - low) * rng.random(here.shape)
                found = open_still & ((proposal == here) | self._inside(proposal, log_height))
                if found.any():
                    found &= self._could_return(proposal, here, first, last, log_height, found)
                moved = np.where(found, proposal, moved)
                open_still &= ~found
                low = np.where(proposal < here, proposal, low)
                high = np.where(proposal < here, high, proposal)
        return self.coordinate.x(moved)[()]

    def _inside(self, u, log_height):
        """Whether u lies inside the slice; outside the range of the coordinate the density is zero."""
        log_p = np.asarray(self.log_density_u(u))
        low, high = self.coordinate.range
        in_range = (u >= low) & (u <= high)
        if (np.isnan(log_p) & in_range).any():
            raise ValueError(f"Slice: the log density is NaN at {self.coordinate.x(u[np.isnan(log_p) & in_range][0]):g}")
        return in_range & (log_p >= log_height)

    def _widen(self, rng, here, log_height):
        """An interval around `here` whose ends lie outside the slice: doubled until they do."""
        low = here - self.width * rng.random(here.shape)
        high = low + self.width
        low_inside, high_inside = self._inside(np.array([low, high]), log_height)
        for _ in range(2000):  # from the smallest number to the largest
            double = low_inside | high_inside
            if not double.any():
                return low, high
            if not (high - low < 1e307).all():
                break
            leftwards = rng.random(here.shape) < 0.5
            low, high = (np.where(double & leftwards, low - (high - low), low),
                         np.where(double & ~leftwards, high + (high - low), high))
            new_inside = self._inside(np.where(leftwards, low, high), log_height)
            low_inside = np.where(double & leftwards, new_inside, low_inside)
            high_inside = np.where(double & ~leftwards, new_inside, high_inside)
        raise ValueError("Slice: no end of the slice was found; either the density does not fall off, or the width is "
                         "lost in rounding beside the current value")

    def _could_return(self, proposal, here, low, high, log_height, asked):
        """Whether doubling from the proposal could have ended at [low, high] too (asked only where it matters).

        Halve the interval towards the proposal, as if undoing its doublings. Once `here` has been cut off, none of the
        smaller intervals may have both ends outside the slice: there the doubling would have stopped.
        """
        could, parted = np.ones(here.shape, dtype=bool), np.zeros(here.shape, dtype=bool)
        while True:
            wide = asked & could & (high - low > 1.1 * self.width)
            if not wide.any():
                return could
            middle = (low + high) / 2
            parted |= wide & ((here < middle) != (proposal < middle))
            low = np.where(wide & (proposal >= middle), middle, low)
            high = np.where(wide & (proposal < middle), middle, high)
            if (wide & parted).any():
                could &= ~(wide & parted) | self._inside(np.array([low, high]), log_height).any(axis=0)

    def __repr__(self):
        width = np.asarray(self.width)
        return f"Slice({self.support}, width={np.array2string(width, precision=3, threshold=12, edgeitems=3)})"


class Line:
    """The real line as it is: u = x."""

    range = (-np.inf, np.inf)

    def u(self, x):
        return x

    def x(self, u):
        return u

    def log_jacobian(self, u):
        return 0.0


@dataclass(frozen=True, eq=False)
class Carrying:
    """A conditional of one variable that takes others along, so that something else stays as it is.

    For example mu with theta_raw = (theta - mu) / tau held fixed: a new mu moves theta = mu + tau theta_raw. That is a
    step of the non-centred form, taken in the state of the centred one.

    Parameters
    ----------
    conditional : a conditional
        Of the variable, given what stays as it is.
    along : callable
        From a value of the variable to a dict of those that move along.
    """

    conditional: object
    along: Callable

    def logpdf(self, x):
        """Log density at x, in the coordinates in which the others stay as they are."""
        return self.conditional.logpdf(x)

    def draw(self, rng, current):
        return self.conditional.draw(rng, current)

    def __repr__(self):
        return f"Carrying({self.conditional!r})"
