"""Slice sampling of a log-concave density: the slice is one interval, and its ends are soon found.
"""
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from ..numerics.coordinates import Line, Log
from .elements import Elements
from .kernels import Kernel, first_of
from .scalar.concave_slice import WIDEST, draw_concave_slice, rounding
from .scalar.slice import refuse_height

# How much is looked at in one evaluation. Of few elements many points cost no more than one, since
# each call to NumPy costs more than its arithmetic; of many elements every point counts.
Effort = namedtuple("Effort", "widths lines tries")
FEW_NUMBERS = 3000  # elements times the numbers in a parameter of each
OF_FEW = Effort(np.array([[0.25], [0.5], [1.0], [2.0], [4.0]]), lines=1, tries=5)
OF_MANY = Effort(np.array([[1.0], [2.0]]), lines=2, tries=1)


@dataclass(frozen=True, eq=False)
class ConcaveSlice(Kernel):
    """Slice sampling (Neal 2003) where the log density is concave, elementwise on arrays.

    1. Draw a height uniformly below the density: log h = log p(u) - Exponential(1). The slice is
       {u: p(u) >= h}, a single interval around u, since log p is concave.
    2. Reach out: take points on either side of u, each twice as far as the one before: at one and
       at two widths. Keep the first that lies outside the slice and the one beyond it; while there
       is none, go on.
    3. Close in on each end by Newton's method, from outside: follow the line through these two
       points down to log h, and once more from there. Beyond two points a concave function lies
       below the line through them, so that a step never passes the end. (Newton's line is the
       tangent; through two points it needs no derivative.)
    4. Draw u' uniformly between the ends. The few that lie outside the slice are new ends; draw
       again between these.

    Where there are few elements, steps 2 to 4 look at more at a time, which costs hardly more:
    points from a quarter of a width to four, one line instead of two, and five u', of which the
    first that lies inside the slice is taken.

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

    Examples
    --------
    From 0.8 under a standard normal. Where the level is log h, the slice ends at the square root of
    -2 log h, on either side; the ends that the lines find lie beyond.

    >>> kernel = ConcaveSlice(lambda x: -0.5 * x**2, (-np.inf, np.inf), width=4.0)
    >>> record = kernel.show(np.random.default_rng(1), 0.8)
    >>> low, high = record.interval
    >>> print(f"slice ends at {np.sqrt(-2 * record.log_height):.3f}; found {low:.3f}, {high:.3f}; "
    ...       f"drew {record.x:.3f}")
    slice ends at 1.669; found -2.483, 1.701; drew 1.494
    """

    width: float = 1.0
    parameters: tuple = ()
    coordinate = Line()
    draw_one = draw_concave_slice  # the same draw of one number, step by step

    def draw(self, rng, current):
        """A new value for every element of `current`: steps 1 to 4."""
        with np.errstate(all="ignore"):
            u = np.asarray(self.coordinate.u(current), dtype=float)
            moved = np.empty(u.size)
            for part, elements in Elements(self, u).blocks():
                moved[part] = self.draw_block(rng, elements)
            return self.coordinate.x(moved.reshape(u.shape))[()]

    def draw_block(self, rng, elements):
        """Steps 1 to 4 for a flat list of elements.

        The two ends are found side by side, in lists of twice the length: first all left ones.
        """
        here, width, n = elements.here, elements.width, len(elements.here)
        if not (0 < width.min() and width.max() < WIDEST):
            raise ValueError(f"ConcaveSlice: width is {self.width!r}; it must be finite and > 0")
        effort = self.effort(elements.numbers)
        step = effort.widths * width
        points = np.concatenate([here - step, here + step], axis=1)
        log_p = elements.log_p(np.concatenate([here, points.ravel()]), times=1 + 2 * len(step))
        log_height = self.draw_height(rng, here, log_p[:n])
        twice = np.concatenate([log_height, log_height])
        near, far = self.reach_out(elements, np.concatenate([here, here]),
                                   np.concatenate([log_p[:n], log_p[:n]]), twice,
                                   points, log_p[n:].reshape(points.shape))
        end = self.close_in(elements, twice, near, far, effort.lines)
        low, high = self.range
        return self.draw_between(rng, elements, log_height, np.maximum(end[:n], low),
                                 np.minimum(end[n:], high), effort.tries)

    def effort(self, numbers):
        """How much to look at in one evaluation, by the numbers that it takes."""
        return OF_FEW if numbers < FEW_NUMBERS else OF_MANY

    def draw_height(self, rng, here, log_p):
        """Step 1: log h, uniform below the density."""
        log_height = log_p - rng.standard_exponential(len(here))
        if not np.isfinite(log_height).all():
            bad = here[~np.isfinite(log_height)][0]
            refuse_height("ConcaveSlice", self.coordinate.x(bad))
        return log_height

    def reach_out(self, elements, here, log_p, log_height, points, log_points):
        """Step 2: pairs of a point and the log density there, one outside the slice, one twice as
        far from here; points (k, 2 n).
        """
        (near, far), (log_near, log_far) = points[:2], log_points[:2]
        if len(points) > 2:
            outside = log_points[:-1] < log_height
            outside[-1] = True  # or not: then it goes on from there
            first, i = outside.argmax(axis=0), np.arange(len(here))
            near, log_near = points[first, i], log_points[first, i]
            far, log_far = points[first + 1, i], log_points[first + 1, i]
        while True:
            # near is midway between here and far: there a concave function is above the chord
            if not (2 * log_near >= log_p + log_far).all():
                self.refuse_not_concave(here, log_p, near, log_near, far, log_far)
            inside = log_near >= log_height
            if not inside.any():
                return (near, log_near), (far, log_far)
            i = inside.nonzero()[0]
            near[i], log_near[i] = far[i], log_far[i]
            far[i] = 2 * far[i] - here[i]
            self.refuse_endless(here, near, far)
            log_far[i] = elements.log_p_of(i, far[i])

    def close_in(self, elements, log_height, near, far, lines):
        """Step 3: where the last of the lines comes down to log h, on either side."""
        (near, log_near), (far, log_far) = near, far
        for line in range(lines):
            if line:
                log_near = elements.log_p(near, times=2)
                if not (log_near <= log_height).all():
                    self.refuse_passed(near, log_near, log_height)
            fall = log_near - log_far
            end = near + (far - near) * ((log_near - log_height) / fall)
            # there is no line to follow where p = 0, nor where rounding decides how steep it is
            end = np.where(fall > 10 * rounding(log_near), end, near)
            near, far, log_far = end, near, log_near
        return end

    def draw_between(self, rng, elements, log_height, low, high, tries):
        """Step 4: values uniform between the ends, those outside the slice drawn again."""
        here, i = elements.here, np.arange(len(low))
        points = low + (high - low) * rng.random((tries, len(low)))
        inside = elements.log_p(points.ravel(), tries).reshape(points.shape) >= log_height
        moved = points[inside.argmax(axis=0), i] if tries > 1 else points[0]  # the first inside
        outside = (~inside.any(axis=0)).nonzero()[0]
        while len(outside):
            i, here, log_height, low, high = [a[outside] for a in (i, here, log_height, low, high)]
            left = moved[i] < here
            low, high = np.where(left, moved[i], low), np.where(left, high, moved[i])
            moved[i] = proposal = low + (high - low) * rng.random(len(i))
            found = elements.log_p_of(i, proposal) >= log_height
            found |= proposal == here  # which rounding may have outside
            outside = (~found).nonzero()[0]
        return moved

    def refuse_not_concave(self, here, log_p, near, log_near, far, log_far):
        """Refuse a log density that lies below its chord, by more than rounding does, or is NaN."""
        concave = log_near >= (log_p + log_far) / 2 - rounding(log_p)
        if not concave.all():
            self.refuse(np.stack([here, near, far])[:, ~concave][:, 0],
                        np.stack([log_p, log_near, log_far])[:, ~concave][:, 0])

    def refuse_passed(self, near, log_near, log_height):
        """Refuse a log density for which a step from outside has passed the end of the slice."""
        passed = ~(log_near <= log_height + rounding(log_height))
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
        return f"{type(self).__name__}({self.support}, width={first_of(self.width)})"


class ConcaveSliceOfLog(ConcaveSlice):
    """A `ConcaveSlice` in the coordinate u = log x: where log p(x) + log x is concave in log x."""

    coordinate = Log()
