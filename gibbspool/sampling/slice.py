"""Slice sampling: a draw from any density, uniform under its curve at a random height."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..numerics.coordinates import Line, coordinate
from .kernels import Kernel

MOST_DOUBLINGS = 2000  # from the smallest number to the largest
WIDEST = 1e307  # an interval twice as wide has an end at infinity


@dataclass(frozen=True, eq=False)
class Slice(Kernel):
    """Slice sampling with doubling and shrinkage (Neal 2003), elementwise on arrays.

    On the whole real line u = x; on a bounded support u is its coordinate, with p(u) = p(x)
    |dx/du|.

    1. Draw a height uniformly below the density: log h = log p(u) - Exponential(1). The slice is
       {u: p(u) >= h}.
    2. Widen: place an interval of the given width at random around u. While an end of it lies
       inside the slice, double the interval, to the left or to the right at random.
    3. Shrink: draw u' uniformly from the interval. If it lies outside the slice, cut the interval
       at u', on the side away from u, and draw again.
    4. Accept u' if the same doublings could have started from it (Neal's Figure 6); if not, cut and
       draw again as in 3. Where the density has a single peak they always could.

    The elements must be independent of each other given the rest (one for each chain and group):
    each has its own slice, and all move together until the last one is done. That is why the
    interval is doubled and not widened step by step (Neal's other way): from far out in a tail, or
    with a poor `width`, it takes 20 doublings where it would take a million steps. The width costs
    time, not correctness.

    Parameters
    ----------
    log_density : callable
        Log density of x up to a constant, elementwise.
    support : tuple of float
        (low, high), by default (0, inf).
    width : float or array
        First guess at the width of a slice, in the coordinate u; finite and > 0.

    Raises
    ------
    ValueError
        When drawing: the density at the current value is zero, infinite or NaN, it is NaN
        somewhere or does not fall off, or the width is impossible.
    """

    width: float = 1.0

    @cached_property
    def coordinate(self):
        """The variable itself on the whole line, otherwise the coordinate of its support."""
        return Line() if np.isinf(self.support).all() else coordinate(self.support)

    def draw(self, rng, current):
        """A new value for every element of `current`: steps 1 to 4."""
        with np.errstate(all="ignore"):
            here = np.clip(np.asarray(self.coordinate.u(current), dtype=float),
                           *self.coordinate.range)
            log_height = self.draw_height(rng, here, current)
            low, high = self.widen(rng, here, log_height)
            moved = self.shrink(rng, here, log_height, low, high)
        return self.coordinate.x(moved)[()]

    def draw_height(self, rng, here, current):
        """Step 1: log h, uniform below the density."""
        log_height = self.log_density_u(here) - rng.standard_exponential(here.shape)
        if not np.all(np.isfinite(log_height)):
            bad = np.asarray(current, dtype=float)[~np.isfinite(log_height)].flat[0]
            raise ValueError(f"Slice: the density at the current value {bad:g} is zero, "
                             "infinite or NaN")
        return log_height

    def widen(self, rng, here, log_height):
        """Step 2: an interval around `here` whose ends lie outside the slice."""
        low = here - self.width * rng.random(here.shape)
        high = low + self.width
        if not np.all((low <= here) & (here <= high)):  # or it would shrink around nothing, forever
            raise ValueError(f"Slice: width is {self.width!r}; it must be finite and > 0")
        low_inside, high_inside = self.inside(np.array([low, high]), log_height)
        for _ in range(MOST_DOUBLINGS):
            double = low_inside | high_inside
            if not double.any():
                return low, high
            if not (high - low < WIDEST).all():
                break
            leftwards = rng.random(here.shape) < 0.5
            low, high = (np.where(double & leftwards, low - (high - low), low),
                         np.where(double & ~leftwards, high + (high - low), high))
            new_inside = self.inside(np.where(leftwards, low, high), log_height)
            low_inside = np.where(double & leftwards, new_inside, low_inside)
            high_inside = np.where(double & ~leftwards, new_inside, high_inside)
        raise ValueError("Slice: no end of the slice was found; either the density does not fall "
                         "off, or the width is lost in rounding beside the current value")

    def shrink(self, rng, here, log_height, first, last):
        """Steps 3 and 4: values inside the slice, drawn from the interval [first, last]."""
        low, high = first, last
        moved, waiting = here, np.ones(here.shape, dtype=bool)
        while waiting.any():
            proposal = low + (high - low) * rng.random(here.shape)
            found = waiting & ((proposal == here) | self.inside(proposal, log_height))
            if found.any():
                found &= self.could_return(proposal, here, first, last, log_height, found)
            moved = np.where(found, proposal, moved)
            waiting &= ~found
            low = np.where(proposal < here, proposal, low)
            high = np.where(proposal < here, high, proposal)
        return moved

    def inside(self, u, log_height):
        """Whether u lies inside the slice; beyond the range of the coordinate the density is zero.
        """
        log_p = np.asarray(self.log_density_u(u))
        low, high = self.coordinate.range
        in_range = (u >= low) & (u <= high)
        if (np.isnan(log_p) & in_range).any():
            raise ValueError("Slice: the log density is NaN at "
                             f"{self.coordinate.x(u[np.isnan(log_p) & in_range][0]):g}")
        return in_range & (log_p >= log_height)

    def could_return(self, proposal, here, low, high, log_height, asked):
        """Whether doubling from the proposal could have ended at [low, high] too, where `asked`.

        Halve the interval towards the proposal, as if undoing its doublings. Once `here` has been
        cut off, none of the smaller intervals may have both ends outside the slice: there the
        doubling would have stopped.
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
                ends_inside = self.inside(np.array([low, high]), log_height).any(axis=0)
                could &= ~(wide & parted) | ends_inside

    def __repr__(self):
        width = np.array2string(np.asarray(self.width), precision=3, threshold=12, edgeitems=3)
        return f"Slice({self.support}, width={width})"
