"""Slice sampling of one number where log p is concave, step by step: `sampling.concave_slice`."""
from math import isfinite

import numpy as np

from ..records import Chord, ConcaveSliceRecord, End, Try
from .slice import refuse_height

WIDEST = 1e300


def draw_concave_slice(kernel, rng, curve):
    """Draw a level, find both ends of the slice by lines from outside, draw a value between them.
    """
    width = curve.own(kernel.width)
    effort = kernel.effort(max([1, *[row.size for row in curve.rows]]))
    u = curve.u_before
    log_p_before = curve.log_p_inside(u)

    if not 0 < width < WIDEST:
        raise ValueError(f"ConcaveSlice: width is {kernel.width!r}; it must be finite and > 0")

    # 1. A height, uniform below the density.
    log_height = log_p_before - rng.standard_exponential()
    if not isfinite(log_height):
        refuse_height("ConcaveSlice", curve.x(u))

    # 2. and 3. Both ends.
    left = find_end(kernel, curve, "left", width, effort, log_p_before, log_height)
    right = find_end(kernel, curve, "right", width, effort, log_p_before, log_height)
    low, high = max(left.end, curve.low), min(right.end, curve.high)
    left, right = left._replace(end=low), right._replace(end=high)

    # 4. Values between the ends: a few at first, then, where all are outside, cut and go on.
    tries, found = [], False
    for share in rng.random(effort.tries):
        if not found:
            tried = low + (high - low) * float(share)
            found = curve.log_p_inside(tried) >= log_height
            tries.append(judged(curve, tried, found, low, high))
    refused = tries[0].u
    while not found:
        low, high = (refused, high) if refused < u else (low, refused)
        tries[-1] = tries[-1]._replace(low=low, high=high)
        tried = low + (high - low) * float(rng.random())
        found = curve.log_p_inside(tried) >= log_height or tried == u
        tries.append(judged(curve, tried, found, low, high))
        refused = tried
    return ConcaveSliceRecord(curve.before, tries[-1].x, curve, width, u, log_p_before, log_height,
                              left, right, tuple(tries))


def find_end(kernel, curve, side, width, effort, log_p_before, log_height):
    """Steps 2 and 3 on one side: points outwards, then lines down to the level."""
    log_p, u = curve.log_p_inside, curve.u_before
    steps = [float(times) * width for times in effort.widths.ravel()]
    outwards = [u - step if side == "left" else u + step for step in steps]

    # 2. Reach out: each point is twice as far as the one before; stop at the first outside.
    near, far, *outwards = outwards
    points = [(near, log_p(near)), (far, log_p(far))]
    while True:
        (near, log_near), (far, log_far) = points[-2:]
        if not 2 * log_near >= log_p_before + log_far:  # below the chord, for near is midway
            kernel.refuse_not_concave(*np.array([[u], [log_p_before], [near], [log_near],
                                                 [far], [log_far]]))
        if log_near < log_height:
            break
        beyond = outwards.pop(0) if outwards else 2 * far - u
        if not (beyond - far) * (far - u) > 0 or not abs(beyond) < WIDEST:
            kernel.refuse_endless(np.array([u]), np.array([far]), np.array([beyond]))
        points.append((beyond, log_p(beyond)))

    # 3. Close in: beyond both points a concave function lies below the line through them.
    chords = []
    for line in range(effort.lines):
        if line:
            log_near = log_p(near)
            if not log_near <= log_height:
                kernel.refuse_passed(*np.array([[near], [log_near], [log_height]]))
        fall = log_near - log_far
        end = near  # where p = 0 there is no line to follow, nor where rounding decides its slope
        if fall > 10 * rounding(log_near):
            end = near + (far - near) * ((log_near - log_height) / fall)
        chords.append(Chord(near, log_near, far, log_far, end))
        near, far, log_far = end, near, log_near
    return End(side, tuple(points), tuple(chords), end)


def judged(curve, u, found, low, high):
    """A value tried, with the ends that it was drawn between."""
    return Try(u, curve.x(u), curve.log_p_inside(u), "inside" if found else "outside", low, high)


def rounding(log_p):
    """What rounding may do to a log density that is sums of terms of about its own size."""
    return 1e-8 + 1e-13 * np.abs(log_p)
