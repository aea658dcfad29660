"""The shortest interval of a given probability: the densities at its two ends are equal."""
import numpy as np
from scipy.optimize import brentq

GRID = 101  # places where the interval may start that are looked at first
WIDER = (1, 4, 16, 100)  # cells to either side of the best of them, until the shortest is bracketed


def shortest_interval(marginal, prob):
    """The ends of the shortest interval that holds a given probability.

    All intervals with that probability reach from quantile(p) to quantile(p + prob), for a p
    between 0 and 1 - prob. As p grows, both ends move up, the faster the lower the density is
    there: the interval gets shorter for as long as the density at its low end is below that at its
    high end. So the shortest one has equal densities at both ends, unless it starts, or ends, at
    the edge of the support.

    Parameters
    ----------
    marginal : Marginal
    prob : float

    Returns
    -------
    low, high : float
    """
    def ends(p):
        return marginal.quantile(np.array([p, min(p + prob, 1.0)]))

    def density_excess(p):
        """Density at the low end less that at the high end: < 0 while the interval gets shorter."""
        low, high = marginal.pdf(ends(p))
        return float(low - high)

    starts = possible_starts(marginal.support, prob)
    lengths = (marginal.rough_quantile(np.minimum(starts + prob, 1.0))
               - marginal.rough_quantile(starts))
    shortest = int(np.argmin(lengths))

    for reach in WIDER:
        left = starts[max(shortest - reach, 0)]
        excess_left = density_excess(left)
        if not excess_left > 0:
            break
    for reach in WIDER:
        right = starts[min(shortest + reach, GRID - 1)]
        excess_right = density_excess(right)
        if not excess_right < 0:
            break

    if excess_left < 0 < excess_right:
        p = brentq(density_excess, left, right, xtol=1e-11 * (1 - prob))
    elif left == starts[0] and excess_left >= 0:
        p = left
    elif right == starts[-1] and excess_right <= 0:
        p = right
    else:  # more than one mode, or a flat one: as good as the grid
        p = starts[shortest]
    low, high = ends(p)
    return float(low), float(high)


def possible_starts(support, prob):
    """A grid of p from 0 to 1 - prob; a little aside of an end where the support is infinite."""
    aside = min(1e-9, (1 - prob) / 1000)
    low, high = np.isfinite(support)
    return np.linspace(0 if low else aside, 1 - prob - (0 if high else aside), GRID)
