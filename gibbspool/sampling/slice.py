"""Slice sampling: a draw from any density, uniform under its curve at a random height."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..numerics.coordinates import Line, coordinate
from .elements import Elements
from .kernels import Kernel, first_of
from .scalar.slice import (
    MOST_DOUBLINGS,
    WIDEST,
    draw_slice,
    refuse_endless,
    refuse_height,
    refuse_nan,
    refuse_width,
)


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

    Why that draws from p: a point (u, h) that is uniform under the curve has a u of density p, for
    over du lies the area p(u) du. The height given u, then u given the height, is a Gibbs sweep of
    two variables, and each conditional is uniform. Steps 2 to 4 take the place of a uniform draw
    from the slice, whose ends are not known.

    The elements must be independent of each other given the rest (one for each chain and group):
    each has its own slice, and is let go as soon as it is done. The interval is doubled and not
    widened step by step (Neal's other way): from far out in a tail, or with a poor `width`, it
    takes 20 doublings where it would take a million steps. The width costs time, not correctness.

    Parameters
    ----------
    log_density : callable
        Log density of x up to a constant, elementwise.
    support : tuple of float
        (low, high), by default (0, inf).
    width : float or array
        First guess at the width of a slice, in the coordinate u; finite and > 0.
    parameters : tuple of array
        What else the log density takes after x, where it differs from element to element: a number
        or a row for each of them (see `elements`). Without it the density is asked for all elements
        until the last one is done.

    Raises
    ------
    ValueError
        When drawing: the density at the current value is zero, infinite or NaN, it is NaN
        somewhere or does not fall off, or the width is impossible.

    Examples
    --------
    From 0.8 under a standard normal, whose log density there is -0.32, up to a constant; the slice
    is where mu^2 is below 2 * 1.568, that is, between -1.771 and 1.771.

    >>> from gibbspool.sampling.in_words import in_words
    >>> kernel = Slice(lambda x: -0.5 * x**2, (-np.inf, np.inf), width=1.0)
    >>> print(*in_words(kernel.show(np.random.default_rng(28), 0.8), "mu"), sep="\\n")
    level: log density of mu above -1.568; at 0.8 it is -0.32
    interval [-2.085, 1.915] after 2 doublings (right, left)
    -1.884 outside, cut; -0.6326 inside: the draw
    """

    width: float = 1.0
    parameters: tuple = ()
    draw_one = draw_slice  # the same draw of one number, step by step

    @cached_property
    def coordinate(self):
        """The variable itself on the whole line, otherwise the coordinate of its support."""
        return Line() if np.isinf(self.support).all() else coordinate(self.support)

    def draw(self, rng, current):
        """A new value for every element of `current`: steps 1 to 4."""
        with np.errstate(all="ignore"):
            u = np.clip(np.asarray(self.coordinate.u(current), dtype=float), *self.range)
            elements = Elements(self, u)
            log_height = self.draw_height(rng, elements, current)
            low, high = self.widen(rng, elements, log_height)
            moved = self.shrink(rng, elements, log_height, low, high)
            return self.coordinate.x(moved.reshape(u.shape))[()]

    def draw_height(self, rng, elements, current):
        """Step 1: log h, uniform below the density."""
        here = elements.here
        log_height = elements.log_p(here)
        log_height = log_height - rng.standard_exponential(len(here))
        if not np.all(np.isfinite(log_height)):
            refuse_height("Slice", np.ravel(current)[~np.isfinite(log_height)][0])
        return log_height

    def widen(self, rng, elements, log_height):
        """Step 2: an interval around `here` whose ends lie outside the slice."""
        here, width = elements.here, elements.width
        low = here - width * rng.random(len(here))
        high = low + width
        if not np.all((low <= here) & (here <= high)):  # or it would shrink around nothing, forever
            refuse_width(self.width)
        i = np.arange(len(here))  # those that still have an end inside
        low_inside, high_inside = self.ends_inside(elements, low, high, log_height, i)
        for _ in range(MOST_DOUBLINGS):
            double = low_inside | high_inside
            i, low_inside, high_inside = i[double], low_inside[double], high_inside[double]
            if not len(i):
                return low, high
            size = high[i] - low[i]
            if not (size < WIDEST).all():
                break
            leftwards = rng.random(len(i)) < 0.5
            low[i] -= np.where(leftwards, size, 0.0)
            high[i] += np.where(leftwards, 0.0, size)
            new_inside = self.inside(elements, np.where(leftwards, low[i], high[i]), log_height, i)
            low_inside = np.where(leftwards, new_inside, low_inside)
            high_inside = np.where(leftwards, high_inside, new_inside)
        return refuse_endless()

    def shrink(self, rng, elements, log_height, first, last):
        """Steps 3 and 4: values inside the slice, drawn from the interval [first, last]."""
        here, low, high, moved = elements.here, first.copy(), last.copy(), elements.here.copy()
        i = np.arange(len(here))  # those that have no new value yet
        while len(i):
            proposal = low[i] + (high[i] - low[i]) * rng.random(len(i))
            found = (proposal == here[i]) | self.inside(elements, proposal, log_height, i)
            if found.any():
                found[found] = self.could_return(elements, proposal[found], first, last,
                                                 log_height, i[found])
            moved[i[found]] = proposal[found]
            left = proposal < here[i]
            low[i[left]], high[i[~left]] = proposal[left], proposal[~left]
            i = i[~found]
        return moved

    def inside(self, elements, u, log_height, i):
        """Whether u lies inside the slice, for the elements numbered i."""
        log_p = elements.log_p_of(i, u)
        if np.isnan(log_p).any():
            refuse_nan(self.coordinate.x(u[np.isnan(log_p)][0]))
        return log_p >= log_height[i]

    def ends_inside(self, elements, low, high, log_height, i):
        """Whether the low and the high ends of intervals lie inside the slice, asked at once."""
        n = len(elements.here)
        inside = self.inside(elements, np.concatenate([low, high]),
                             np.concatenate([log_height, log_height]), np.concatenate([i, i + n]))
        return inside[:len(i)], inside[len(i):]

    def could_return(self, elements, proposal, low, high, log_height, i):
        """Whether doubling from the proposal could have ended at [low, high] too, elements i.

        Halve the interval towards the proposal, as if undoing its doublings. Once `here` has been
        cut off, none of the smaller intervals may have both ends outside the slice: there the
        doubling would have stopped.
        """
        here, width = elements.here, 1.1 * elements.width
        could, parted = np.ones(len(here), dtype=bool), np.zeros(len(here), dtype=bool)
        at, low, high = here.copy(), low.copy(), high.copy()
        at[i] = proposal
        asked = i
        while True:
            i = i[could[i] & (high[i] - low[i] > width[i])]
            if not len(i):
                return could[asked]
            middle = (low[i] + high[i]) / 2
            right = at[i] >= middle
            parted[i] |= (here[i] >= middle) != right
            low[i[right]], high[i[~right]] = middle[right], middle[~right]
            p = i[parted[i]]
            if len(p):
                left, right = self.ends_inside(elements, low[p], high[p], log_height, p)
                could[p] = left | right

    def __repr__(self):
        return f"Slice({self.support}, width={first_of(self.width)})"
