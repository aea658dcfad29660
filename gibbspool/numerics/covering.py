"""TODO numerics.covering"""
import numpy as np
from numpy.polynomial import legendre
from scipy.special import logsumexp

from .pieces import in_parts
from .quadrature import NODES, TO_SERIES, WEIGHTS, Integral, integrate, zoom
from .roots import invert
from .strips import Strips

# How far below its top a density is followed, in units of its log: in u; along the strips that are
# integrated while the panels of u are placed; along those that are kept.
DROP, DROP_SHORT, DROP_LONG = 50.0, 40.0, 80.0


class Covering:
    """Several densities of (mu, u), integrated on the same strips, which cover them all.

    The densities of u are integrated by adaptive Gauss-Legendre panels, placed for the sum of all
    of them (each scaled to be about one at its highest) until the share of each has converged, too.

    Parameters
    ----------
    log_densities : callable
        Of mu, u (arrays of one shape) and whether a rough approximation will do, to the logs of C
        densities (C, ...).
    u_range : tuple of float
        The widest range of u.
    mu_range : callable
        Of u (n,), to the widest range of mu there, low (n,) and high (n,).
    rtol : float
        Relative tolerance of each panel.
    cells : int
        Numbers that one value of (mu, u) takes in `log_densities`.

    Attributes
    ----------
    u, log_weight : array (n,)
        Nodes of u, and the logs of their weights.
    strips : Strips
        A strip for each.
    log_p : array (size, n)
        The first of the densities at the nodes.
    log_totals : array (C,)
        Logs of the integrals of all the densities.
    integral : quadrature.Integral
        The first density, of u alone.
    error : float
        Estimated relative error.
    """

    def __init__(self, log_densities, u_range, mu_range, rtol, cells=1):
        self.log_densities, self.rtol, self.cells = log_densities, rtol, cells
        self._find(u_range, mu_range)
        size_error = self._choose_size()
        covering = integrate(lambda u: self._together(u)[0], self.grid[0], self.grid[-1],
                             lambda u: self._together(u)[1], rtol, drop=DROP, points=100,
                             panels=max(8, int((self.grid[-1] - self.grid[0]) / 5)))
        self.error = covering.error + size_error
        self._fill(covering)

    def _find(self, u_range, mu_range):
        """Roughly: the range of u, as a grid, and the range of mu at each of its points."""
        seen = []

        def highest_over_u(u):
            def highest_over_mu(mu):
                seen[:] = self.log_densities(mu, np.broadcast_to(u, mu.shape), True)
                return _envelope(np.array(seen), axis=1)

            mu, height = zoom(highest_over_mu, *mu_range(u), points=48, drop=DROP_LONG)
            self._long = mu[0], mu[-1]
            self._short = _ends_where(height > -DROP_SHORT, mu)
            self._rough = logsumexp(seen, axis=1) + np.log(mu[1] - mu[0])
            return _envelope(self._rough, axis=1)

        self.grid, _ = zoom(highest_over_u, *u_range, points=100, drop=DROP)
        self._top = self._rough.max(axis=1)

    def over_mu(self, u):
        """Logs of the integrals over mu of all the densities, (C, n)."""
        def part(u):
            strips = Strips(*(np.interp(u, self.grid, end) for end in self._short), self.size)
            return strips.integral(self.log_densities(strips.mu,
                                                      np.broadcast_to(u, strips.mu.shape), False))

        return in_parts(part, u, self.size * self.cells)

    def _choose_size(self):
        """Enough nodes of mu to make all the integrals over it accurate to a tenth of the
        tolerance.
        """
        def over_mu(size):
            self.size = size
            return self.over_mu(self.grid[1::7])

        found = over_mu(24)
        for size in (32, 48, 64, 96, 128, 192, 288, 432):
            before, size_before, found = found, self.size, over_mu(size)
            matters = found > self._top[:, None] - 40
            error = float(np.max(np.abs(np.expm1(np.clip(found - before, -1, 1))), where=matters,
                                 initial=0.0))
            if error < self.rtol / 10:
                self.size = size_before
                break
        return error

    def _together(self, u):
        """Log of the sum of the densities of u, each scaled to about one at its highest; and the
        share of each in it.
        """
        key = u.tobytes()
        if key != getattr(self, "_asked", (None,))[0]:  # asked twice in a row
            log_p = self.over_mu(u) - self._top[:, None]
            total = logsumexp(log_p, axis=0)
            self._asked = key, total, np.exp(log_p - total)
        return self._asked[1:]

    def _fill(self, covering):
        """Keep the first density at the nodes. The ends of the strips are linear in u within each
        panel.
        """
        self._ends = [(np.interp(covering.low, self.grid, end),
                       np.interp(covering.high, self.grid, end))
                      for end in self._long]
        panels = len(covering.low)
        self.u = covering.u
        self.log_weight = np.log(np.outer((covering.high - covering.low) / 2, WEIGHTS)).ravel()
        self.strips = self._strips_at(np.repeat(np.arange(panels), len(NODES)),
                                      np.tile(NODES, panels))

        def part(i):
            strips = self.strips[i]
            log_p = self.log_densities(strips.mu, np.broadcast_to(self.u[i], strips.mu.shape),
                                       False)
            return np.concatenate([strips.integral(log_p), log_p[0]])

        found = in_parts(part, np.arange(len(self.u)), self.strips.size * self.cells)
        over_mu, self.log_p = found[:-self.strips.size], found[-self.strips.size:]
        self.log_totals = logsumexp(over_mu + self.log_weight, axis=1)
        self.integral = Integral(covering.low, covering.high, over_mu[0].reshape(panels, -1),
                                 covering.error)
        matters = over_mu[0] + self.log_weight > self.log_totals[0] - 35
        ends = (self.log_p[[0, -1]] - self.log_p.max(axis=0))[:, matters]
        # what a strip that was too short would have cut off
        self.error += float(np.exp(ends.max()))

    def _strips_at(self, panel, t):
        """Strips at the places t, -1 to 1, of panels of u."""
        low, high = (left[panel] + (right - left)[panel] * (1 + t) / 2 for left,
                     right in self._ends)
        return Strips(low, high, max(128, 2 * self.size))

    def draw(self, rng, size):
        """Independent draws (mu, u) from the first density."""
        u = self.integral.quantile(rng.random(size))
        return in_parts(lambda pair: self._mu_at(*pair), np.stack([u, rng.random(size)]),
                        self.strips.size), u

    def _mu_at(self, u, q):
        """The value below which, for each u, a share q of mu lies.

        The log density along the strip at any u is read from those at the 16 nodes of its panel.
        """
        panel, t = self.integral.locate(u)
        log_p = np.empty((self.strips.size, len(u)))
        for k in np.unique(panel):
            series = self.log_p[:, len(NODES) * k:len(NODES) * (k + 1)] @ TO_SERIES.T
            log_p[:, panel == k] = legendre.legval(t[panel == k], series.T)
        strips = self._strips_at(panel, t)
        series = strips.series(np.exp(log_p - strips.integral(log_p)) * strips.half)
        integral = legendre.legint(series, lbnd=-1)
        at = invert(lambda t: legendre.legval(t, integral, tensor=False),
                    lambda t: legendre.legval(t, series, tensor=False), q, -1.0, 1.0)
        return strips.low + strips.half * (1 + at)


def _ends_where(inside, mu):
    """The ends of the grid (points, n) of mu just outside those where it is inside."""
    first = np.maximum(inside.argmax(axis=0) - 1, 0)
    last = len(mu) - 1 - np.maximum(inside[::-1].argmax(axis=0) - 1, 0)
    return tuple(np.take_along_axis(mu, k[None], axis=0)[0] for k in (first, last))


def _envelope(log_p, axis):
    """The highest of several log densities, each measured from its own top along an axis of the
    grid.
    """
    return (log_p - log_p.max(axis=axis, keepdims=True)).max(axis=0)
