"""TODO numerics.plane"""
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from .quadrature import Integral, checked, integrate, zoom


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

    Returns
    -------
    u, log_mass : array (points, ...)
        The grid, and the log of the share of the integral that each point stands for.
    log_total : array (...)
        Log of each integral; -inf where the density is zero everywhere.
    error : float
        The largest relative change when the step was last halved.
    """
    u, _ = zoom(log_density, low, high, points, drop, empty=True)
    low, high = u[0], u[-1]
    coarse = None
    for _ in range(6):
        fraction = np.linspace(0, 1, points).reshape(-1, *[1] * low.ndim)
        u = low + (high - low) * fraction
        log_p = checked(log_density, u, empty=True)
        log_p[[0, -1]] -= np.log(2)
        found = np.isfinite(log_p).any(axis=0)
        log_p = log_p + np.where(found, np.log((high - low) / (points - 1)), 0.0)
        log_total = _logsumexp0(log_p)
        if coarse is not None:
            error = float(np.max(np.abs(np.expm1(np.minimum(log_total - coarse[2], 1.0))),
                                 where=found, initial=0.0))
            if error < rtol:
                u, log_p, log_total = coarse  # half the points do as well
                break
        coarse, points = (u, log_p, log_total), 2 * points - 1
    return u, np.where(found, log_p - np.where(found, log_total, 0.0), -np.inf), log_total, error


def _logsumexp0(log_p):
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

    Returns
    -------
    Plane
    """
    def inner(u):
        low, high = (np.full(np.shape(u), end) for end in v_range)
        return trapezoid(lambda v: log_density(np.broadcast_to(u, v.shape), v), low, high, rtol
                         / 10)

    def outer(u):
        shape, u = u.shape, u.ravel()
        parts = []
        for start in range(0, len(u), 512):  # keeps the grids small
            parts.append(inner(u[start:start + 512])[2])
        return np.concatenate(parts).reshape(shape)

    marginal = integrate(outer, *u_range, rtol=rtol, drop=drop, points=100, panels=16)
    parts, worst = [], 0.0
    matters = np.flatnonzero(marginal.log_mass > -45)
    for start in range(0, len(matters), 512):
        chosen = matters[start:start + 512]
        v, log_mass, _, error = inner(marginal.u[chosen])
        worst = max(worst, error)
        log_mass = log_mass + marginal.log_mass[chosen]
        keep = log_mass > -45
        parts.append((np.broadcast_to(marginal.u[chosen], v.shape)[keep], v[keep], log_mass[keep]))
    u, v, log_mass = (np.concatenate(part) for part in zip(*parts))
    return Plane(u, v, log_mass - logsumexp(log_mass), marginal.log_total, marginal.error + worst,
                 marginal)
