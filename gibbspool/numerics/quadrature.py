"""Adaptive quadrature of a log density in one dimension, with an error estimate.

The line is cut into panels with 16 Gauss-Legendre nodes each; a panel is halved until the whole and
its two halves agree to a relative tolerance *of that panel*, so that the far tails are as accurate
as the middle, and until the density in each half is a Legendre polynomial to that tolerance, whose
antiderivative gives the cdf and the quantiles.
"""
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre
from scipy.special import logsumexp

from .. import validate

NODES, WEIGHTS = legendre.leggauss(16)

# Legendre coefficients of the polynomial through 16 values: c_k = (2k + 1) / 2 * sum_i w_i P_k(t_i)
# f(t_i).
TO_SERIES = (legendre.legvander(NODES, 15) * WEIGHTS[:, None] * (2 * np.arange(16) + 1) / 2).T

EPS = np.finfo(float).eps

MOST_PANELS = 10_000


def zoom(log_density, low, high, points=64, drop=40.0, rounds=12, empty=False):
    """Narrow [low, high] to where the log density lies within `drop` of its highest value.

    Each round evaluates `points` equally spaced values and keeps those that are high enough, with
    one neighbour on either side, until that is no longer much of a narrowing. Nothing needs tuning,
    whatever the scale.

    Parameters
    ----------
    log_density : callable
        Of an array (points, ...) to an array of the same shape.
    low, high : array (...)
        The widest range to look at.
    empty : bool
        Whether a density may be zero everywhere (it is refused by default).

    Returns
    -------
    u, log_p : array (points, ...)
        The last grid and the log density on it.

    Raises
    ------
    ValueError
        The log density is NaN or +inf somewhere, or -inf everywhere.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    fraction = np.linspace(0, 1, points).reshape(-1, *[1] * low.ndim)
    for _ in range(rounds):
        u = low + (high - low) * fraction
        log_p = checked(log_density, u, empty)
        inside = log_p > log_p.max(axis=0) - drop
        first = np.maximum(inside.argmax(axis=0) - 1, 0)
        last = points - 1 - np.maximum(inside[::-1].argmax(axis=0) - 1, 0)
        if np.all(last - first > points // 2):
            break
        low, high = (np.take_along_axis(u, k[None], axis=0)[0] for k in (first, last))
    return u, log_p


def checked(log_density, u, empty=False):
    """The log density at u, refused when it is not one."""
    with np.errstate(all="ignore"):
        log_p = log_density(u)
    highest = log_p.max(axis=0)
    if not np.all(highest < np.inf if empty else np.isfinite(highest)):
        bad = np.isnan(log_p) | (log_p == np.inf)
        what = f"{log_p[bad][0]} at u = {u[bad][0]:g}" if bad.any() else "-inf everywhere"
        raise ValueError(f"the log density is {what}; it must be a finite number somewhere and "
                         "never NaN or +inf")
    return log_p


@dataclass(frozen=True, eq=False)
class Integral:
    """A normalised density on a line, as panels of Gauss-Legendre nodes.

    Attributes
    ----------
    u, log_mass : array (n,)
        Nodes and the log of the probability that each stands for: E[g] = sum(exp(log_mass) * g(u)).
    log_total : float
        Log of the integral of the density as it was given.
    error : float
        Estimated relative error of the integral (and of the probes).
    """

    low: np.ndarray        # (panels,) left edges, increasing
    high: np.ndarray
    log_p: np.ndarray      # (panels, 16) log density at the nodes
    error: float

    def __post_init__(self):
        half = (self.high - self.low) / 2
        log_mass = self.log_p + np.log(WEIGHTS) + np.log(half)[:, None]
        log_total = logsumexp(log_mass)
        top = self.log_p.max(axis=1)
        series = np.exp(self.log_p - top[:, None]) @ TO_SERIES.T * (half
                                                                    * np.exp(top - log_total))[:,
                                                                                               None]
        panel = np.exp(logsumexp(log_mass, axis=1) - log_total)
        derived = {
            "u": ((self.low + half)[:, None] + half[:, None] * NODES).ravel(),
            "log_mass": (log_mass - log_total).ravel(),
            "log_total": float(log_total),
            # (16, panels), of density du/dt
            "_series": series.T,
            "_integral": legendre.legint(series.T, lbnd=-1),         # its antiderivative
            "_below": np.concatenate([[0.0], np.cumsum(panel)]),
            "_above": np.concatenate([np.cumsum(panel[::-1])[::-1], [0.0]]),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def _locate(self, u):
        u = np.clip(np.asarray(u, dtype=float), self.low[0], self.high[-1])
        k = np.clip(np.searchsorted(self.low, u, side="right") - 1, 0, len(self.low) - 1)
        return k, np.clip(2 * (u - self.low[k]) / (self.high[k] - self.low[k]) - 1, -1.0, 1.0)

    def cdf(self, u):
        """Probability of values up to u."""
        k, t = self._locate(u)
        return self._below[k] + legendre.legval(t, self._integral[:, k], tensor=False)

    def sf(self, u):
        """Probability of values above u, accurate in the upper tail."""
        k, t = self._locate(u)
        inside = self._integral[:, k]
        return self._above[k + 1] + (legendre.legval(1.0, inside)
                                     - legendre.legval(t, inside, tensor=False))

    def quantile(self, q):
        """The u with cdf(u) = q: Newton's method on the polynomial of the panel, kept between its edges."""
        q = np.asarray(q, dtype=float)
        k = np.clip(np.searchsorted(self._below, q, side="right") - 1, 0, len(self.low) - 1)
        density, integral = self._series[:, k], self._integral[:, k]
        mass = legendre.legval(1.0, integral)
        from_above = q > 0.5                                    # the smaller tail keeps its digits
        target = np.where(from_above, mass - ((1 - q) - self._above[k + 1]), q - self._below[k])
        low, high = np.full(q.shape, -1.0), np.full(q.shape, 1.0)
        t = np.zeros(q.shape)
        for _ in range(60):
            excess = legendre.legval(t, integral, tensor=False) - target
            low, high = np.where(excess < 0, t, low), np.where(excess < 0, high, t)
            with np.errstate(all="ignore"):
                newton = t - excess / legendre.legval(t, density, tensor=False)
            step = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
            done = (np.abs(step - t) < 4 * EPS) | (np.abs(excess) <= EPS * mass)
            t = np.where(done, t, step)
            if done.all():
                break
        return self.low[k] + (self.high[k] - self.low[k]) * (t + 1) / 2


def integrate(log_density, low, high, probes=None, rtol=1e-10, drop=700.0, points=1000, panels=64):
    """Integrate exp(log_density) over [low, high], placing the panels where the mass and its tails
    are.

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

    Returns
    -------
    Integral
    """
    rtol = validate.probability("rtol", rtol)
    u, log_p = zoom(log_density, low, high, points=points, drop=drop, empty=True)
    highest = log_p.max()
    edges = np.linspace(u[0], u[-1], panels + 1)
    pending = _panels(log_density, probes, edges[:-1], edges[1:])
    accepted, missed, total = [], -np.inf, -np.inf
    for level in range(50):
        low, high, log_p, values = pending
        if len(low) > MOST_PANELS:
            raise ValueError(f"the integral does not reach the relative tolerance {rtol:g}: "
                             "rounding errors in the log density are larger. Are the data huge "
                             "beside their differences? Then subtract a constant")
        middle = (low + high) / 2
        halves = _panels(log_density, probes, np.stack([low, middle], axis=1).ravel(),
                         np.stack([middle, high], axis=1).ravel())
        top = np.maximum(log_p.max(axis=1), halves[2].reshape(-1, 32).max(axis=1))
        top = np.where(np.isfinite(top), top, 0.0)
        whole = _integrals(log_p, values, high - low, top)
        parts = _integrals(halves[2], halves[3], halves[1] - halves[0], np.repeat(top, 2))
        parts = parts.reshape(len(parts), -1, 2).sum(axis=2)
        size = np.abs(parts[:1]) + np.abs(parts)
        with np.errstate(invalid="ignore", divide="ignore"):
            miss = np.max(np.where(size > 0, np.abs(whole - parts) / size, 0), axis=0)
        tolerance = np.maximum(rtol, 64 * EPS * (1 + np.abs(top)))
        polynomial = _series_tail(halves[2]).reshape(-1, 2).max(axis=1) <= 100 * tolerance
        good = (miss <= tolerance) & (polynomial | (top < highest - 50))
        nothing = halves[2].reshape(-1, 32).max(axis=1) < highest - drop
        good = (good | (level == 49)) & ~nothing
        both = np.repeat(good, 2)
        accepted.append(tuple(part[both] for part in halves[:3]))
        mass = np.log(np.maximum(parts[0], 1e-300)) + top
        total = logsumexp([total, *mass[good]])
        missed = logsumexp([missed, *(mass + np.log(miss + EPS))[good]])
        open_still = ~good & ~nothing
        if not open_still.any():
            break
        keep = np.repeat(open_still, 2)
        pending = (halves[0][keep], halves[1][keep], halves[2][keep],
                   None if probes is None else halves[3][:, keep])
    low, high, log_p = (np.concatenate(part) for part in zip(*accepted))
    order = np.argsort(low)
    return Integral(low[order], high[order], log_p[order], float(np.exp(missed - total)))


def _panels(log_density, probes, low, high):
    u = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * NODES
    log_p = checked(log_density, u.ravel(), empty=True).reshape(u.shape)
    values = None if probes is None else probes(u.ravel()).reshape(-1, *u.shape)
    return low, high, log_p, values


def _series_tail(log_p):
    """Size of the last two Legendre coefficients of each panel, relative to the largest: is the
    polynomial enough?
    """
    top = log_p.max(axis=1, keepdims=True)
    series = np.abs(np.exp(log_p - np.where(np.isfinite(top), top, 0.0)) @ TO_SERIES.T)
    return series[:, -2:].sum(axis=1) / np.maximum(series.max(axis=1), 1e-300)


def _integrals(log_p, values, width, top):
    """Integrals (1 + K, panels) of the density, divided by exp(top), and of the probes against
    it.
    """
    p = np.exp(log_p - top[:, None]) * (width / 2)[:, None]
    plain = (p @ WEIGHTS)[None]
    return plain if values is None else np.concatenate([plain, (values * p) @ WEIGHTS])
