"""The shortest interval of a given probability: the densities at its two ends are equal."""
import numpy as np

GRID = 401  # places where the interval may start that are looked at first
# How much longer than the shortest another start's rough length may be, and how many are tried.
NOT_MUCH, MOST_VALLEYS = 1.5, 4

ROUNDS = 30  # of Newton's method; it needs about five

# Cells to either side of the best of them, until the shortest is bracketed.
WIDER = (1, 4, 16, 100, 1000)


def shortest_interval(marginal, prob):
    """The ends of the shortest interval that holds a given probability.

    All intervals with that probability reach from quantile(p) to quantile(p + prob), for a p
    between 0 and 1 - prob. As p grows, both ends move up, the faster the lower the density is
    there: the interval gets shorter for as long as the density at its low end is below that at its
    high end. So the shortest one has equal densities at both ends, unless it starts, or ends, at
    the edge of the support. With several modes there are several such intervals: the shortest of
    them is taken.

    Parameters
    ----------
    marginal : Marginal
    prob : float

    Returns
    -------
    low, high : float
    """
    from scipy.optimize import brentq  # takes long to import, so only where it is used

    def ends(p):
        return marginal.quantile(np.array([p, min(p + prob, 1.0)]))

    def density_excess(p):
        """Density at the low end less that at the high end: < 0 while the interval gets shorter."""
        low, high = marginal.pdf(ends(p))
        return float(low - high)

    def length(p):
        low, high = ends(p)
        return float(high - low)

    def best_near(k):
        """The best p near the k-th start: where the densities are equal, or at an edge.

        An edge that bounds the search is always tried: there the density may be infinite, or drop
        to zero, so that its value there says nothing of the values beside it. If neighbours do not
        bracket it, another mode may be in the way: then it is looked for between them as well.
        """
        for reach_left in WIDER:
            left = starts[max(k - reach_left, 0)]
            excess_left = density_excess(left)
            if not excess_left > 0:
                break
        for reach_right in WIDER:
            right = starts[min(k + reach_right, len(starts) - 1)]
            excess_right = density_excess(right)
            if not excess_right < 0:
                break
        found = []
        if excess_left < 0 < excess_right:
            found.append(brentq(density_excess, left, right, xtol=1e-11 * (1 - prob)))
        found += [edge for edge, end in ((starts[0], left), (starts[-1], right)) if edge == end]
        if not found or max(reach_left, reach_right) > WIDER[0]:
            found.append(between(starts[max(k - 1, 0)], starts[min(k + 1, len(starts) - 1)]))
        return min(found, key=length) if len(found) > 1 else found[0]

    def between(left, right):
        """The best p between two, on finer and finer grids."""
        for _ in range(5):
            some = np.linspace(left, right, 33)
            best = int(np.argmin(marginal.quantile(np.minimum(some + prob, 1.0))
                                 - marginal.quantile(some)))
            left, right = some[max(best - 1, 0)], some[min(best + 1, 32)]
        return some[best]

    starts = possible_starts(marginal.support, prob)
    rough = marginal.rough_quantile(np.stack([starts, np.minimum(starts + prob, 1.0)]))
    found = []
    for k in valleys(rough[1] - rough[0]):
        by_tangents = hasattr(marginal, "shape_at") and newton(marginal, prob, *rough[:, k])
        found.append(by_tangents or tuple(ends(best_near(k))))
    low, high = min(found, key=lambda one: one[1] - one[0])
    return float(low), float(high)


def newton(marginal, prob, low, high):
    """The shortest interval near a guess, by Newton's method for two equations in its two ends::

        cdf(high) - cdf(low) = prob,    pdf(low) = pdf(high)

    Returns
    -------
    (low, high), or None where it does not lead to an interval between a rise and a fall.
    """
    width = high - low
    for _ in range(ROUNDS):
        (cdf_low, cdf_high), (p_low, p_high), (rise, fall) = marginal.shape_at(
            np.array([low, high]))
        missing, excess = prob - (cdf_high - cdf_low), p_low - p_high
        determinant = p_low * fall - p_high * rise
        if not (rise > 0 > fall and determinant < 0):
            return None
        step_low = (p_high * excess - missing * fall) / determinant
        step_high = (p_low * excess - missing * rise) / determinant
        low, high = low + step_low, high + step_high
        if not (abs(step_low) < width and abs(step_high) < width):
            return None
        if max(abs(step_low), abs(step_high)) < 1e-12 * width:
            return low, high
    return None


def valleys(lengths):
    """Where a sequence is lowest: the lowest place first, and others that are not much higher.

    One for each mode, or pair of modes, that the interval may be laid around.
    """
    padded = np.concatenate([[np.inf], lengths, [np.inf]])
    lowest = np.flatnonzero((padded[1:-1] < padded[:-2]) & (padded[1:-1] <= padded[2:]))
    in_order = lowest[np.argsort(lengths[lowest], kind="stable")]
    near = in_order[lengths[in_order] <= NOT_MUCH * abs(lengths[in_order[0]])]
    return near[:MOST_VALLEYS]


def possible_starts(support, prob):
    """A grid of p from 0 to 1 - prob, finer towards both; a little aside of an infinite end."""
    aside = min(1e-9, (1 - prob) / 1000)
    low, high = np.isfinite(support)
    first, last = 0 if low else aside, 1 - prob - (0 if high else aside)
    near = np.geomspace(1e-5, 1 / GRID, 20)
    return first + (last - first) * np.unique([*np.linspace(0, 1, GRID), *near, *(1 - near)])
