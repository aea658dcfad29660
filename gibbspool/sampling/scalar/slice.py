"""Slice sampling of one number, step by step: the twin of `sampling.slice`."""
from math import isfinite

import numpy as np

from ..records import Doubling, Interval, SliceRecord, Try

MOST_DOUBLINGS = 2000  # from the smallest number to the largest
WIDEST = 1e307  # an interval twice as wide has an end at infinity


def draw_slice(kernel, rng, curve):
    """Draw a level, widen an interval until it holds the slice, shrink it until a value is inside.

    Neal (2003), Figures 4 (doubling), 5 (shrinkage) and 6 (the return test).
    """
    log_p = curve.log_p_inside
    width = curve.own(kernel.width)
    u = min(max(curve.u_before, curve.low), curve.high)
    log_p_before = log_p(u)

    # 1. A height, uniform below the density.
    log_height = log_p_before - rng.standard_exponential()
    if not isfinite(log_height):
        refuse_height("Slice", curve.before)

    # 2. Widen: an interval at random around u, doubled until both ends lie outside the slice.
    low = u - width * rng.random()
    high = low + width
    if not low <= u <= high:
        refuse_width(kernel.width)
    start = interval = Interval(low, high, log_p(low), log_p(high))
    doublings = []
    while is_inside(curve, low, interval.log_p_low, log_height) or is_inside(
            curve, high, interval.log_p_high, log_height):
        size = high - low
        if not size < WIDEST or len(doublings) == MOST_DOUBLINGS:
            refuse_endless()
        if rng.random() < 0.5:
            low = low - size
            interval = Doubling("left", low, high, log_p(low), interval.log_p_high)
        else:
            high = high + size
            interval = Doubling("right", low, high, interval.log_p_low, log_p(high))
        doublings.append(interval)

    # 3. Shrink: values between the ends, cut off at each that is refused, on its side of u.
    first, last = low, high
    tries = []
    while True:
        tried = low + (high - low) * rng.random()
        log_p_tried = log_p(tried)
        verdict, halvings = "outside", ()
        if tried == u or is_inside(curve, tried, log_p_tried, log_height):
            # 4. Inside; but could the doublings have started from there?
            could, halvings = could_return(curve, tried, u, first, last, width, log_height)
            verdict = "inside" if could else "no return"
        if verdict != "inside" and tried < u:
            low = tried
        elif verdict != "inside":
            high = tried
        tries.append(Try(tried, curve.x(tried), log_p_tried, verdict, low, high, halvings))
        if verdict == "inside":
            return SliceRecord(curve.before, curve.x(tried), curve, width, u, log_p_before,
                               log_height, start, tuple(doublings), tuple(tries))


def could_return(curve, tried, u, low, high, width, log_height):
    """Whether doubling from the value tried could have ended at [low, high] too; and how we know.

    Undo the doublings towards it: halve the interval. Once u is in the other half, doubling from
    here would have stopped at an interval that has both ends outside the slice.
    """
    halvings, parted = [], False
    while high - low > 1.1 * width:
        middle = (low + high) / 2
        parted = parted or (u < middle) != (tried < middle)
        if tried < middle:
            high = middle
        else:
            low = middle
        if not parted:  # from u the doublings have passed this interval: it did not stop them
            halvings.append(Interval(low, high, None, None))
            continue
        ends = Interval(low, high, curve.log_p_inside(low), curve.log_p_inside(high))
        halvings.append(ends)
        if not (is_inside(curve, low, ends.log_p_low, log_height)
                or is_inside(curve, high, ends.log_p_high, log_height)):
            return False, tuple(halvings)
    return True, tuple(halvings)


def is_inside(curve, u, log_p, log_height):
    """Whether u lies inside the slice, by the log density there."""
    if np.isnan(log_p):
        refuse_nan(curve.x(u))
    return log_p >= log_height


def refuse_height(kernel, x):
    raise ValueError(f"{kernel}: the density at the current value {x:g} is zero, infinite or NaN")


def refuse_width(width):
    raise ValueError(f"Slice: width is {width!r}; it must be finite and > 0")


def refuse_nan(x):
    raise ValueError(f"Slice: the log density is NaN at {x:g}")


def refuse_endless():
    raise ValueError("Slice: no end of the slice was found; either the density does not fall off, "
                     "or the width is lost in rounding beside the current value")
