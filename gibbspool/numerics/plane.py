"""Quadrature of a log density in two dimensions: trapezoids inside adaptive panels."""
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from .integral import Integral
from .pieces import in_pieces, pieces
from .quadrature import integrate
from .special import EPS
from .zoom import checked, zoom

COLUMNS = 512            # values of u whose grids of v are held at a time
LOG_LEFT_OUT = -45.0     # log of the probability of a node of the plane that is left out


class Trapezoids(NamedTuple):
    """Many one-dimensional integrals by the trapezoidal rule.

    Attributes
    ----------
    u, log_mass : array (points, ...)
        The grid, and the log of the share of the integral that each point stands for.
    log_total : array (...)
        Log of each integral; -inf where the density is zero everywhere.
    error : float
        The largest relative change when the step was last halved.
    """

    u: np.ndarray
    log_mass: np.ndarray
    log_total: np.ndarray
    error: float


def trapezoid(log_density, low, high, rtol=1e-11, drop=45.0, points=65):
    """Integrals of exp(log_density) over [low, high], many at once, by the trapezoidal rule.

    On a smooth density that has died out at both ends of the range the rule converges exponentially
    fast, so halving its step once or twice is enough. The range is narrowed first, for each
    integral on its own.

    Parameters
    ----------
    log_density : callable
        Of an array (points, ...) to an array of the same shape.
    low, high : array (...)
        The widest range, one for each integral.
    rtol : float
        The step is halved until all integrals change by less, or by no more than the rounding
        errors of the log density; five times at most.
    drop : float
        How far the tails are followed, in units of log density.
    points : int
        On the first grid.

    Returns
    -------
    Trapezoids
    """
    u, _ = zoom(log_density, low, high, points, drop, empty=True)
    low, high = u[0], u[-1]
    grid = on_grid(log_density, low, high, points)
    for _ in range(5):
        points = 2 * points - 1
        finer = on_grid(log_density, low, high, points)
        with np.errstate(invalid="ignore"):  # where both are zero
            change = np.abs(np.expm1(np.minimum(finer.log_total - grid.log_total, 1.0)))
        error = float(np.max(change, where=finer.found, initial=0.0))
        rounding = 16 * EPS * np.abs(np.where(grid.found, grid.log_total, 0.0))
        if np.all((change < np.maximum(rtol, rounding)) | ~finer.found):
            break  # half the points do as well, or rounding errors are all that changes
        grid = finer
    log_total = np.where(grid.found, grid.log_total, 0.0)
    log_mass = np.where(grid.found, grid.log_p - log_total, -np.inf)
    return Trapezoids(grid.u, log_mass, grid.log_total, error)


class Grid(NamedTuple):
    """One attempt at the integrals: log_p (points, ...) is the log of what each point adds."""

    u: np.ndarray
    log_p: np.ndarray
    log_total: np.ndarray
    found: np.ndarray        # whether there is any density


def on_grid(log_density, low, high, points):
    """The trapezoidal rule with equally spaced points; the two ends count half."""
    fraction = np.linspace(0, 1, points).reshape(-1, *[1] * low.ndim)
    u = low + (high - low) * fraction
    log_p = checked(log_density, u, empty=True)
    log_p[[0, -1]] -= np.log(2)
    found = np.isfinite(log_p).any(axis=0)
    log_p = log_p + np.where(found, np.log((high - low) / (points - 1)), 0.0)
    return Grid(u, log_p, log_sum(log_p), found)


def log_sum(log_p):
    """Log of the sum over the first axis; -inf for columns of zeros."""
    top = log_p.max(axis=0)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.log(np.exp(log_p - top).sum(axis=0)) + top


@dataclass(frozen=True, eq=False)
class Plane:
    """A normalised density of (u, v), integrated over v for each u and then over u.

    Attributes
    ----------
    u, v, log_mass : array (n,)
        Nodes and the log of the probability that each stands for: E[g] = sum(exp(log_mass) * g(u,
        v)).
    log_total : float
        Log of the integral of the density as it was given.
    error : float
        Estimated relative error.
    marginal : Integral
        The density of u alone.
    """

    u: np.ndarray
    v: np.ndarray
    log_mass: np.ndarray
    log_total: float
    error: float
    marginal: Integral


def integrate_plane(log_density, u_range, v_range, rtol=1e-9, drop=100.0):
    """Integrate exp(log_density(u, v)): trapezoids over v inside adaptive panels over u.

    For the marginal density of v, swap the arguments.

    Parameters
    ----------
    log_density : callable
        Of two arrays of the same shape to an array of that shape.
    u_range, v_range : tuple of float
        The widest ranges; both are narrowed to where the mass and its tails are.
    rtol : float
        Relative tolerance of each panel of u; a tenth of it for the integrals over v.
    drop : float
        How far the tails of u are followed, in units of log density.

    Returns
    -------
    Plane
    """
    def over_v(u):
        low, high = (np.full(u.shape, end) for end in v_range)
        return trapezoid(lambda v: log_density(np.broadcast_to(u, v.shape), v), low, high,
                         rtol / 10)

    def log_marginal(u):
        return in_pieces(lambda u: over_v(u).log_total, u, cells=1, largest=COLUMNS)

    marginal = integrate(log_marginal, *u_range, rtol=rtol, drop=drop, points=100, panels=16)
    matters = marginal.log_mass > LOG_LEFT_OUT
    nodes, worst = [], 0.0
    for u, log_mass_u in pieces(marginal.u[matters], marginal.log_mass[matters], cells=1,
                                largest=COLUMNS):
        column = over_v(u)
        worst = max(worst, column.error)
        log_mass = column.log_mass + log_mass_u
        keep = log_mass > LOG_LEFT_OUT
        nodes.append((np.broadcast_to(u, keep.shape)[keep], column.u[keep], log_mass[keep]))
    u, v, log_mass = (np.concatenate(values) for values in zip(*nodes))
    return Plane(u, v, log_mass - logsumexp(log_mass), marginal.log_total, marginal.error + worst,
                 marginal)
