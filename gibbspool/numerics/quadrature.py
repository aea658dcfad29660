"""Adaptive quadrature of a log density in one dimension, with an error estimate.

The line is cut into panels with 16 Gauss-Legendre nodes each. A panel is compared with its two
halves, and the halves are accepted when

- the integral over the whole and those over its two halves agree to a relative tolerance *of that
  panel*, so that the far tails are as accurate as the middle; and
- the density in each half is a Legendre polynomial to that tolerance, whose antiderivative gives
  the cdf and the quantiles.

Otherwise each half becomes a panel, to be compared with its own halves.
"""
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from .. import validate
from ..progress import Progress
from .integral import NODES, TO_SERIES, WEIGHTS, Integral
from .special import EPS
from .zoom import checked, zoom

MOST_PANELS, MOST_HALVINGS = 10_000, 50

# Panels lower than exp(-50) of the highest need no polynomial: nobody asks for quantiles there.
SHAPE_MATTERS = 50.0

# The fewest numbers between the ends of a density: fewer leave no room for the nodes of its panels.
NARROWEST = 1e5


class Unresolved(ValueError):
    """A density that is narrower than floating point tells numbers apart.

    Attributes
    ----------
    at : float
        Where it is.
    """

    def __init__(self, at):
        self.at = at
        super().__init__(f"the density is narrower than floating point can tell apart: all of it "
                         f"lies at u = {at:.6g}")


def integrate(log_density, low, high, probes=None, rtol=1e-10, drop=700.0, points=1000, panels=64,
              terms=None):
    """Integrate exp(log_density) over [low, high], placing panels where the mass and its tails are.

    Parameters
    ----------
    log_density : callable
        Of an array of u to an array of the same shape.
    low, high : float
        The widest range; it is narrowed to where the log density lies within `drop` of its highest
        value.
    probes : callable, optional
        Of u (m,) to (K, m): functions whose integrals against the density must converge as well.
    rtol : float
        Relative tolerance, per panel.
    drop : float
        How far the tails are followed, in units of log density.
    points, panels : int
        Grid of the first search, and number of panels to start from.
    terms : callable, optional
        Of u to the sizes of the numbers that the log density there is the sum of, all added up: its
        rounding errors are in proportion. By default they are in proportion to itself.

    Returns
    -------
    Integral

    Raises
    ------
    ValueError
        The log density is NaN or +inf somewhere or -inf everywhere, or its rounding errors exceed
        the tolerance.
    Unresolved
        The density is narrower than floating point tells numbers apart.
    """
    rtol = validate.probability("rtol", rtol)
    with Progress(panels, "panels") as bar:
        return by_panels(log_density, low, high, probes, rtol, drop, points, panels, terms, bar)


def by_panels(log_density, low, high, probes, rtol, drop, points, panels, terms, bar):
    """The integral of `integrate`, whose bar counts the panels that need not be halved again."""
    u, log_p_of_search = zoom(log_density, low, high, points=points, drop=drop, empty=True)
    highest = log_p_of_search.max()
    if highest == -np.inf:
        raise ValueError("the log density is -inf everywhere; it must be finite somewhere")
    if u[-1] - u[0] < NARROWEST * EPS * max(abs(u[0]), abs(u[-1])):
        raise Unresolved(float(u[np.argmax(log_p_of_search)]))
    edges = np.linspace(u[0], u[-1], panels + 1)
    wholes = Panels.evaluated(log_density, probes, edges[:-1], edges[1:])
    accepted, log_total, log_missed = [], -np.inf, -np.inf
    for halvings in range(1, MOST_HALVINGS + 1):
        if len(wholes.low) > MOST_PANELS:
            raise ValueError(f"the integral does not reach the relative tolerance {rtol:g}: "
                             "rounding errors in the log density are larger. Does a prior lie far "
                             "from all data? State one on their scale. Are measurements huge "
                             "beside their differences? Subtract a constant")
        halves = wholes.halved(log_density, probes)
        top_of_halves = of_both(np.max, halves.log_p.max(axis=1))
        top = np.maximum(wholes.log_p.max(axis=1), top_of_halves)
        top = np.where(np.isfinite(top), top, 0.0)

        integrals = wholes.integrals(top)
        sums = of_both(np.sum, halves.integrals(np.repeat(top, 2)))
        miss = relative_difference(integrals, sums)
        tolerance = np.maximum(rtol, 64 * EPS * (1 + size_of_terms(terms, wholes, top)))
        is_polynomial = of_both(np.max, halves.last_coefficients()) <= 100 * tolerance
        converged = (miss <= tolerance) & (is_polynomial | (top < highest - SHAPE_MATTERS))

        empty = top_of_halves < highest - drop
        accept = (converged | (halvings == MOST_HALVINGS)) & ~empty
        accepted.append(halves.chosen(np.repeat(accept, 2)))
        log_mass = np.log(np.maximum(sums[0], 1e-300)) + top
        log_total = logsumexp([log_total, *log_mass[accept]])
        log_missed = logsumexp([log_missed, *(log_mass + np.log(miss + EPS))[accept]])

        halve_again = ~accept & ~empty
        bar.total += np.count_nonzero(halve_again)  # each becomes two
        bar.count(np.count_nonzero(~halve_again))
        if not halve_again.any():
            break
        wholes = halves.chosen(np.repeat(halve_again, 2))
    low, high, log_p = (np.concatenate([getattr(panels, name) for panels in accepted])
                        for name in ("low", "high", "log_p"))
    if not len(low):
        raise Unresolved(float(u[np.argmax(log_p_of_search)]))
    order = np.argsort(low)
    return Integral(low[order], high[order], log_p[order], float(np.exp(log_missed - log_total)))


@dataclass(frozen=True, eq=False)
class Panels:
    """Panels of the line, with the log density, and the probes if any, at the nodes of each.

    Parameters
    ----------
    low, high : array (n,)
    log_p : array (n, 16)
    probes : array (K, n, 16) or None
    """

    low: np.ndarray
    high: np.ndarray
    log_p: np.ndarray
    probes: np.ndarray | None

    @classmethod
    def evaluated(cls, log_density, probes, low, high):
        """The panels between low and high, with what two functions of u are at their nodes."""
        u = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * NODES
        log_p = checked(log_density, u.ravel(), empty=True).reshape(u.shape)
        if probes is None:
            return cls(low, high, log_p, None)
        return cls(low, high, log_p, probes(u.ravel()).reshape(-1, *u.shape))

    def halved(self, log_density, probes):
        """The halves of all panels, 2 n: left and right half of the first, of the second, ..."""
        middle = (self.low + self.high) / 2
        return Panels.evaluated(log_density, probes,
                                np.stack([self.low, middle], axis=1).ravel(),
                                np.stack([middle, self.high], axis=1).ravel())

    def chosen(self, which):
        """Some of the panels, by an array (n,) of True and False."""
        probes = None if self.probes is None else self.probes[:, which]
        return Panels(self.low[which], self.high[which], self.log_p[which], probes)

    def integrals(self, top):
        """Of the density divided by exp(top), and of each probe against it: (1 + K, n)."""
        p = np.exp(self.log_p - top[:, None]) * ((self.high - self.low) / 2)[:, None]
        plain = (p @ WEIGHTS)[None]
        if self.probes is None:
            return plain
        return np.concatenate([plain, (self.probes * p) @ WEIGHTS])

    def last_coefficients(self):
        """Size of the last two Legendre coefficients, relative to the largest, (n,).

        Where they are small the density is a polynomial of lower degree, as far as one can see.
        """
        top = self.log_p.max(axis=1, keepdims=True)
        top = np.where(np.isfinite(top), top, 0.0)
        series = np.abs(np.exp(self.log_p - top) @ TO_SERIES.T)
        return series[:, -2:].sum(axis=1) / np.maximum(series.max(axis=1), 1e-300)


def size_of_terms(terms, panels, top):
    """What the rounding errors of the log density are in proportion to, for each panel, (n,)."""
    if terms is None:
        return np.abs(top)
    low, high = np.split(terms(np.concatenate([panels.low, panels.high])), 2)
    return np.maximum(low, high)


def of_both(function, values):
    """The maximum or the sum of what the two halves of each panel have: (..., 2 n) to (..., n)."""
    return function(values.reshape(*values.shape[:-1], -1, 2), axis=-1)


def relative_difference(integrals, sums):
    """The largest difference between rows of (1 + K, n), relative to their size, for each panel.

    A probe may integrate to nothing; its difference counts relative to the density's own integral.
    """
    size = np.abs(sums[:1]) + np.abs(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.max(np.where(size > 0, np.abs(integrals - sums) / size, 0), axis=0)
