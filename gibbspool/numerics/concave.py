"""Concave functions of a number, many at once: where they are highest, and how far they reach.

The log of a density that is concave has a single peak, to which Newton's method leads; and from the
peak it falls ever more steeply, so that the places where it has fallen by so much can be bracketed.
"""
from typing import NamedTuple

import numpy as np

from .special import EPS

ROUNDS = 200
NEAR = 1e-4              # how far below its top a function may be, in units of log density
FALLEN = (0.9, 1.3)      # how far it may have fallen, in units of what was asked for


class Bend(NamedTuple):
    """A concave function at some places, arrays (n,).

    Attributes
    ----------
    value, slope, curvature : the function and its first two derivatives.
    terms : sizes of the numbers that the value is the sum of, all added up: its rounding errors are
        in proportion.
    """

    value: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    terms: np.ndarray


def highest(function, start, stride=4.0):
    """Where concave functions are highest: Newton's method, with bisection beside it.

    Parameters
    ----------
    function : callable
        Of places x (m,) and the numbers i (m,) of the functions, to a `Bend`.
    start : array (n,)
        Where to begin.
    stride : float or array (n,)
        The longest first step; it doubles from one to the next.

    Returns
    -------
    x : array (n,)
        So near to the top that a function is at most 1e-4 below it.
    bend : Bend
        The functions there.
    """
    x = np.array(start, dtype=float)
    low, high = np.full(x.shape, -np.inf), np.full(x.shape, np.inf)
    stride = np.broadcast_to(stride, x.shape).astype(float)
    found = np.empty((4, len(x)))
    waiting = np.arange(len(x))
    for _ in range(ROUNDS):
        at = x[waiting]
        bend = function(at, waiting)
        found[:, waiting] = bend
        low[waiting] = np.where(bend.slope > 0, at, low[waiting])
        high[waiting] = np.where(bend.slope > 0, high[waiting], at)
        with np.errstate(all="ignore"):
            newton = np.where(bend.curvature < 0, -bend.slope / bend.curvature,
                              np.sign(bend.slope) * np.inf)
            rise = np.abs(bend.slope * newton) / 2
        step = np.clip(newton, -stride[waiting], stride[waiting])
        stride[waiting] *= 2
        to = at + step
        between = (low[waiting] + high[waiting]) / 2
        to = np.where((to > low[waiting]) & (to < high[waiting]), to, between)
        exhausted = np.fmin(high[waiting] - low[waiting], np.abs(step)) <= 4 * EPS * np.abs(at)
        done = (rise < NEAR) | (bend.slope == 0) | exhausted
        x[waiting] = np.where(done, at, to)
        waiting = waiting[~done]
        if not len(waiting):
            break
    return x, Bend(*found)


def fallen(function, x, bend, side, depth):
    """How far from the top concave functions have fallen by a depth, more or less.

    The root of twice the fall is a straight line for a parabola: Newton's method is applied to it.

    Parameters
    ----------
    function : callable
        As in `highest`.
    x, bend
        What `highest` returned.
    side : -1 or 1
    depth : float

    Returns
    -------
    array (n,)
        Distances from x. The fall there is 0.9 to 1.3 times the depth.
    """
    with np.errstate(divide="ignore"):
        away = np.sqrt(2 * depth / np.maximum(-bend.curvature, 1e-300))
    near, far = np.zeros(len(x)), np.full(len(x), np.inf)
    least, most = depth * FALLEN[0], depth * FALLEN[1]
    target = np.sqrt(2 * depth * 1.05)
    waiting = np.arange(len(x))
    for _ in range(ROUNDS):
        at = away[waiting]
        here = function(x[waiting] + side * at, waiting)
        fall = np.where(np.isfinite(here.value), bend.value[waiting] - here.value, np.inf)
        near[waiting] = np.where(fall < depth, at, near[waiting])
        far[waiting] = np.where(fall < depth, far[waiting], at)
        with np.errstate(all="ignore"):
            root = np.sqrt(2 * fall)
            to = np.fmin(at + (target - root) * root / np.abs(here.slope), 3 * at)
        between = np.where(np.isinf(far[waiting]), 3 * at, (near[waiting] + far[waiting]) / 2)
        to = np.where((to > near[waiting]) & (to < far[waiting]), to, between)
        done = (((fall >= least) & (fall <= most))
                | (far[waiting] - near[waiting] < 1e-3 * far[waiting]))
        away[waiting] = np.where(done, at, to)
        waiting = waiting[~done]
        if not len(waiting):
            break
    return away
