"""Griddy Gibbs of one number, step by step: the twin of `sampling.griddy`."""
from math import exp, expm1, log1p

import numpy as np

from ..records import GriddyRecord, GridPoints

STRAIGHT = 1e-8  # a line that rises by less is level: 0 / 0 in the formulas for a slope


def draw_griddy(kernel, rng, curve):
    """Join points of the log density by lines, invert the cdf of that, correct what it is off.

    Where the points lie, `griddy.Griddy` and `numerics.zoom` decide.
    """
    # 1. The grid: points of log p, and the cdf of the lines between them.
    grid = points_of(kernel.grid, curve)

    # 2. Inversion: the proposal is where the cdf reaches a uniform number.
    share = rng.random()
    piece = piece_of(grid.cdf, share)
    u, log_q = where_cdf_is(share, piece, grid)
    proposal = curve.x(u)
    log_weight = curve.log_p(u) - log_q
    if curve.before is None:
        return GriddyRecord(None, proposal, curve, grid, share, piece, u, proposal, log_weight,
                            None, None, True)

    # 3. Correction: where q is too high, proposals come too often, and are refused as often.
    log_weight_before = -np.inf
    if grid.u[0] <= curve.u_before <= grid.u[-1]:
        log_weight_before = curve.log_p(curve.u_before) - log_q_at(curve.u_before, grid)
    log_uniform = -float(rng.standard_exponential())  # as the log of a uniform number is
    accepted = log_uniform < log_weight - log_weight_before
    x = proposal if accepted else curve.before
    return GriddyRecord(curve.before, x, curve, grid, share, piece, u, proposal, log_weight,
                        log_weight_before, log_uniform, accepted)


def points_of(grid, curve):
    """The points of this element's grid, and the cdf: the areas below exp(line), added up."""
    column = grid.columns(curve.shape)[curve.index]
    u, log_q = grid.u[:, column], grid.log_q[:, column]
    total, below = 0.0, [0.0]
    for k in range(len(u) - 1):
        total = total + area(float(u[k + 1] - u[k]), float(log_q[k]), float(log_q[k + 1]))
        below.append(total)
    return GridPoints(u, log_q, np.array(below) / total)


def area(width, log_low, log_high):
    """The integral of exp(line) over a piece: width (exp(b) - exp(a)) / (b - a), a and b its ends.

    Written from the higher end, where nothing overflows.
    """
    drop = max(abs(log_high - log_low), STRAIGHT)
    return width * exp(max(log_low, log_high)) * -expm1(-drop) / drop


def piece_of(increasing, value):
    """The number of the piece, between two points of a table, that a value falls into."""
    k = 0
    while k < len(increasing) - 2 and increasing[k + 1] <= value:
        k = k + 1
    return k


def where_cdf_is(share, k, grid):
    """The u at which the cdf of q is the share, in piece k, and log q there.

    Within the piece the cdf grows like (exp(s t) - 1) / (exp(s) - 1), where the line rises by s and
    t goes from 0 to 1: solved for t.
    """
    fraction = float((share - grid.cdf[k]) / (grid.cdf[k + 1] - grid.cdf[k]))
    rise = float(grid.log_q[k + 1] - grid.log_q[k])
    if abs(rise) < STRAIGHT:
        t = fraction
    else:
        t = log1p(fraction * expm1(rise)) / rise
    return float(grid.u[k] + (grid.u[k + 1] - grid.u[k]) * t), float(grid.log_q[k] + rise * t)


def log_q_at(u, grid):
    """log q at u, on the line through the points on either side."""
    k = piece_of(grid.u, u)
    slope = (grid.log_q[k + 1] - grid.log_q[k]) / (grid.u[k + 1] - grid.u[k])
    return float(grid.log_q[k] + slope * (u - grid.u[k]))
