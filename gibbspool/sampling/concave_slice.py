"""Slice sampling of a log-concave density: the slice is one interval, and its ends are soon found.
"""
from dataclasses import dataclass

import numpy as np

from ..numerics.coordinates import Line, Log
from .elements import Elements, in_rows
from .kernels import Kernel

NEWTON_STEPS = 4
WIDEST = 1e300


@dataclass(frozen=True, eq=False)
class ConcaveSlice(Kernel):
    """Slice sampling (Neal 2003) where the log density is concave, elementwise on arrays.

    1. Draw a height uniformly below the density: log h = log p(u) - Exponential(1). The slice is
       {u: p(u) >= h}, a single interval around u, since log p is concave.
    2. Reach out: take points at one and at two widths from u, on either side. While the nearer one
       lies inside the slice, double both distances.
    3. Close in on each end by Newton's method, from outside: follow the line through the last two
       points down to log h. Beyond two points a concave function lies below the line through them,
       so that a step never passes the end. (Newton's line is the tangent; through two points it
       needs no derivative.) After a few steps hardly anything but the slice is left.
    4. Draw u' uniformly between the ends. The few that lie outside the slice are new ends; draw
       again between these.

    The interval of step 4 always holds the whole slice, so that u' is uniform on it, however near
    the ends have come; they decide only how often step 4 is repeated. The elements must be
    independent of each other given the rest (one for each chain and group).

    A density whose logarithm is not concave is refused where the points of steps 2 and 3 show it.
    `slice.Slice` takes any density.

    Parameters
    ----------
    log_density : callable
        Log density of x up to a constant, elementwise; concave in x, or in the coordinate.
    support : tuple of float
        (low, high), by default (0, inf).
    width : float or array
        About the width of a slice, in the coordinate: some 4 standard deviations. It costs time,
        not correctness; finite and > 0.
    parameters : tuple of array
        What else the log density takes after x, where it differs from element to element: a number
        or a row for each of them (see `elements`). The elements that are done are then let go.

    Raises
    ------
    ValueError
        When drawing: the density at the current value is zero, infinite or NaN; the log density is
        not concave or does not fall off; the width is impossible.
    """

    width: float = 1.0
    parameters: tuple = ()
    coordinate = Line()

    def draw(self, rng, current):
        """A new value for every element of `current`: steps 1 to 4."""
        with np.errstate(all="ignore"):
            u = np.asarray(self.coordinate.u(current), dtype=float)
            elements, here = Elements(self, u), u.ravel()
            log_p, log_height = self.draw_height(rng, elements, here)
            low, high = self.ends(elements, here, log_p, log_height)
            moved = self.draw_between(rng, elements, here, log_height, low, high)
            return self.coordinate.x(moved.reshape(u.shape))[()]

    def draw_height(self, rng, elements, here):
        """Step 1: log p(u), and log h, uniform below the density."""
        log_p = elements.log_p(here)
        log_height = log_p - rng.standard_exponential(len(here))
        if not np.isfinite(log_height).all():
            bad = self.coordinate.x(here[~np.isfinite(log_height)][0])
            raise ValueError(f"ConcaveSlice: the density at the current value {bad:g} is zero, "
                             "infinite or NaN")
        return log_p, log_height

    def ends(self, elements, here, log_p, log_height):
        """Steps 2 and 3: an interval that holds the slice and is hardly wider.

        Left and right ends are found side by side, in lists of twice the length.
        """
        width = in_rows(self.width, elements.here.shape)
        reach = np.concatenate([-width, width])
        here, log_p, log_height = [np.concatenate([a, a]) for a in (here, log_p, log_height)]
        both = elements.copied(2)
        near, far = self.reach_out(both, here, log_p, log_height, reach)
        end = self.close_in(both, near, far, log_height)
        if both.bounded:
            end = np.minimum(np.maximum(end, self.range[0]), self.range[1])
        return end[:len(width)], end[len(width):]

    def reach_out(self, both, here, log_p, log_height, reach):
        """Step 2: a point outside the slice, and one twice as far from here.

        Each is a pair of the points and the log density there.
        """
        near, far = here + reach, here + 2 * reach
        log_near, log_far = both.log_p(near), both.log_p(far)
        while True:
            self.refuse_not_concave(here, log_p, near, log_near, far, log_far)
            inside = log_near >= log_height
            if not inside.any():
                return (near, log_near), (far, log_far)
            i = inside.nonzero()[0]
            near[i], log_near[i] = far[i], log_far[i]
            far[i] = 2 * far[i] - here[i]
            self.refuse_endless(here, near, far)
            log_far[i] = both.log_p(far[i], i)

    def close_in(self, both, near, far, log_height):
        """Step 3: the points where the last of the lines come down to log h."""
        (near, log_near), (far, log_far) = near, far
        for step in range(NEWTON_STEPS):
            if step:
                log_near = both.log_p(near)
                self.refuse_passed(near, log_near, log_height)
            end = near + (far - near) * (log_height - log_near) / (log_far - log_near)
            end = np.where(np.isfinite(end), end, near)  # where p = 0 there is no line to follow
            near, far, log_far = end, near, log_near
        return end

    def draw_between(self, rng, elements, here, log_height, low, high):
        """Step 4: values uniform between the ends, those outside the slice drawn again."""
        moved = low + (high - low) * rng.random(len(low))
        outside = (elements.log_p(moved) < log_height).nonzero()[0]
        while len(outside):
            proposal = moved[outside]
            left = proposal < here[outside]
            low[outside[left]] = proposal[left]
            high[outside[~left]] = proposal[~left]
            width = high[outside] - low[outside]
            moved[outside] = proposal = low[outside] + width * rng.random(len(outside))
            still = elements.log_p(proposal, outside) < log_height[outside]
            outside = outside[still & (proposal != here[outside])]
        return moved

    def refuse_not_concave(self, here, log_p, near, log_near, far, log_far):
        """Midway between here and far, a concave function lies above the chord; nor is it NaN."""
        concave = log_near >= (log_p + log_far) / 2 - rounding(log_p)
        if not concave.all():
            self.refuse(np.stack([here, near, far])[:, ~concave][:, 0],
                        np.stack([log_p, log_near, log_far])[:, ~concave][:, 0])

    def refuse_passed(self, near, log_near, log_height):
        """From outside, no step passes the end of a slice."""
        passed = log_near > log_height + rounding(log_height)
        if passed.any():
            self.refuse(near[passed][:1], log_near[passed][:1])

    def refuse(self, u, log_p):
        """Say at which points it is seen that the log density is not concave, or is NaN."""
        at = ", ".join(f"{value:.6g}" for value in self.coordinate.x(u))
        raise ValueError(f"ConcaveSlice: the log density is "
                         f"{'NaN' if np.isnan(log_p).any() else 'not concave'} around x = {at}; "
                         "Slice takes any density")

    def refuse_endless(self, here, near, far):
        """The points must go on outwards: else the density does not fall, or the width is no width.
        """
        if not ((far - near) * (near - here) > 0).all() or not (np.abs(far) < WIDEST).all():
            raise ValueError("ConcaveSlice: no end of the slice was found; either the density does "
                             "not fall off, or the width is impossible or lost in rounding beside "
                             "the current value")

    def __repr__(self):
        width = np.array2string(np.asarray(self.width), precision=3, threshold=12, edgeitems=3)
        return f"{type(self).__name__}({self.support}, width={width})"


class ConcaveSliceOfLog(ConcaveSlice):
    """A `ConcaveSlice` in the coordinate u = log x: where log p(x) + log x is concave in log x."""

    coordinate = Log()


def rounding(log_p):
    """What rounding may do to a log density that is sums of terms of about its own size."""
    return 1e-8 + 1e-13 * np.abs(log_p)
