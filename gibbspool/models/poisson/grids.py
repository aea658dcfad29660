"""Grids for the integral over the log rate of one group, around the peak of the integrand."""
import numpy as np

from ...numerics.pieces import pieces

GRID_CELLS = 100_000  # numbers in the largest table that is held at a time (0.8 MB)

MOST_POINTS = 1500    # of a grid: enough wherever the probability is more than exp(-1000)


def grids(precision, k, depth):
    """Grids of d for integrals (n,) of factors exp(-precision d^2 / 2 - k (exp(d) - 1 - d)).

    And of these times exp(2 d), for mean and variance of the rate. The integrals are taken in
    pieces of similar grids, those of the fewest points first.

    Parameters
    ----------
    precision, k : array (n,)
    depth : float
        The grid ends where the factor has fallen to exp(-depth) or less.

    Yields
    ------
    i : array (m,) of int
        Numbers of the integrals in the piece.
    d : array (points, m)
        A grid for each, in a column.
    step : array (m,)
    """
    left, right = reach(precision, k, depth)
    width = left + right
    points = width * (np.sqrt(precision + k) + 2) / 0.8
    points = np.ceil(np.minimum(points, MOST_POINTS)).astype(int) + 2
    order = np.argsort(points)
    for (i,) in pieces(order, cells=points[order], largest=GRID_CELLS):
        most = points[i[-1]]
        yield i, -left[i] + width[i] * np.linspace(0, 1, most)[:, None], width[i] / (most - 1)


def reach(precision, k, depth):
    """How far to the left and to the right exp(-precision d^2 / 2 - k (exp(d) - 1 - d)) matters.

    Two bounds each way tell where it has surely fallen to exp(-depth), on the right exp(-depth -
    2 d); the nearer one is taken:

    - right: exp(d) - 1 - d >= d^2 / 2 gives d^2 = 2 (depth + 2 d) / (precision + k); and
      k (exp(d) - 1 - d) alone, with that d on the right-hand side,
      d = log(1 + (depth + 2 d) / k + d).
    - left: exp(-d) - 1 + d >= d^2 / (2 + d) gives d^2 = (2 + d) depth / (precision + k); and
      precision d^2 / 2 alone, d^2 = 2 depth / precision.
    """
    variance = 1 / (precision + k)
    bound = depth * variance
    right = 2 * variance + np.sqrt((2 * variance) ** 2 + 2 * bound)
    with np.errstate(divide="ignore", over="ignore"):
        right = np.minimum(right, np.log1p((depth + 2 * right) / k + right))
        left = np.minimum((bound + np.sqrt(bound**2 + 8 * bound)) / 2,
                          np.sqrt(2 * depth / precision))
    return left, right
