"""Several densities of (mu, u) integrated at once, on strips of mu that cover them all.

Such are the posterior of a hierarchy and, for each group, the posterior without it: their integrals
are p(y) and p(y without j). Where the mass is, nobody knows beforehand, and the densities may lie
apart. So first a rough search finds a range of u and, along it, of mu; then panels of u are placed
for all the densities together; and on these the strips are laid.
"""
from itertools import pairwise

import numpy as np
from numpy.polynomial import legendre
from scipy.special import logsumexp

from .integral import NODES, TO_SERIES, WEIGHTS, Integral
from .pieces import in_pieces, pieces
from .quadrature import integrate
from .roots import invert
from .strips import Strips
from .zoom import zoom

# How far below its top a density is followed, in units of its log:
DEPTH_OVER_U = 50.0         # along u
DEPTH_OF_SHORT = 40.0       # along the short strips of mu, while the panels of u are placed
DEPTH_OF_LONG = 80.0        # along the long strips, which are kept, and on which others are read

# Numbers of nodes of mu that are tried.
SIZES = (24, 32, 48, 64, 96, 128, 192, 288, 432)


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
    integral : integral.Integral
        The first density, of u alone.
    error : float
        Estimated relative error.
    """

    def __init__(self, log_densities, u_range, mu_range, rtol, cells=1):
        self.log_densities, self.mu_range = log_densities, mu_range
        self.rtol, self.cells = rtol, cells
        self._search(u_range)
        self.size, size_error = self._choose_size()
        low, high = self.grid[0], self.grid[-1]
        together = Together(self.over_mu, self.log_tops)
        panels = integrate(together.log_density, low, high, together.shares, rtol,
                           drop=DEPTH_OVER_U, points=100, panels=max(8, int((high - low) / 5)))
        self._lay_strips(panels)
        self._fill(panels)
        self.error = panels.error + size_error + self._cut_off()

    def _search(self, u_range):
        """Find, roughly, the range of u, as a grid, and a short and a long range of mu along it."""
        def envelope_over_u(u):
            return envelope(self._rough_strips(u)[0], axis=1)

        self.grid, _ = zoom(envelope_over_u, *u_range, points=100, drop=DEPTH_OVER_U)
        with np.errstate(all="ignore"):           # as in zoom: far out a density may overflow
            log_p, self.short, self.long = self._rough_strips(self.grid)
        self.log_tops = log_p.max(axis=1)         # of each density over u, (C,)

    def _rough_strips(self, u):
        """At each u (n,), roughly: the integrals over mu, and a short and a long range of it.

        Returns
        -------
        log_p : array (C, n)
            Logs of the integrals.
        short, long : tuple of array (n,)
            Ends, low and high.
        """
        def log_densities(mu):
            return self.log_densities(mu, np.broadcast_to(u, mu.shape), True)

        def envelope_over_mu(mu):
            return envelope(log_densities(mu), axis=1)

        mu, height = zoom(envelope_over_mu, *self.mu_range(u), points=48, drop=DEPTH_OF_LONG)
        log_p = logsumexp(log_densities(mu), axis=1) + np.log(mu[1] - mu[0])
        return log_p, ends_where(height > -DEPTH_OF_SHORT, mu), (mu[0], mu[-1])

    def over_mu(self, u):
        """Logs of the integrals over mu of all the densities, (C, n)."""
        return self._over_mu(u, self.size)

    def _over_mu(self, u, size):
        """`over_mu` on short strips of this size."""
        def integrals(u):
            low, high = (np.interp(u, self.grid, end) for end in self.short)
            strips = Strips(low, high, size)
            log_p = self.log_densities(strips.mu, np.broadcast_to(u, strips.mu.shape), False)
            return strips.integral(log_p)

        return in_pieces(integrals, u, cells=size * self.cells)

    def _choose_size(self):
        """How many nodes of mu make all the integrals over it accurate to a tenth of the tolerance.

        Returns
        -------
        size : int
        error : float
            The largest relative error that is left, by comparison with the next larger size.
        """
        u = self.grid[1::7]
        log_p = self._over_mu(u, SIZES[0])
        for size, larger in pairwise(SIZES):
            finer = self._over_mu(u, larger)
            matters = finer > self.log_tops[:, None] - 40
            # From 1 on it is all the same how large the error is, and exp does not overflow.
            relative = np.abs(np.expm1(np.minimum(finer - log_p, 1.0)))
            error = float(relative[matters].max(initial=0.0))
            if error < self.rtol / 10:
                return size, error
            log_p = finer
        return larger, error

    def _lay_strips(self, panels):
        """Long strips in the panels of u. Their ends are linear in u within each panel."""
        (self.low_at_left, self.low_at_right), (self.high_at_left, self.high_at_right) = (
            (np.interp(panels.low, self.grid, end), np.interp(panels.high, self.grid, end))
            for end in self.long)
        self.u = panels.u
        self.log_weight = np.log(np.outer((panels.high - panels.low) / 2, WEIGHTS)).ravel()
        number = len(panels.low)
        self.strips = self._strips_at(np.repeat(np.arange(number), len(NODES)),
                                      np.tile(NODES, number))

    def _strips_at(self, panel, t):
        """Strips at the places t, -1 to 1, of panels of u, given by their numbers."""
        share = (1 + t) / 2
        low = self.low_at_left[panel] + (self.low_at_right - self.low_at_left)[panel] * share
        high = self.high_at_left[panel] + (self.high_at_right - self.high_at_left)[panel] * share
        return Strips(low, high, max(128, 2 * self.size))

    def _fill(self, panels):
        """All the densities on the strips: their integrals, and the first of them at the nodes."""
        over_mu, first = [], []
        numbers = np.arange(len(self.u))
        for (i,) in pieces(numbers, cells=self.strips.size * self.cells):
            strips = self.strips[i]
            log_p = self.log_densities(strips.mu, np.broadcast_to(self.u[i], strips.mu.shape),
                                       False)
            over_mu.append(strips.integral(log_p))
            first.append(log_p[0])
        over_mu, self.log_p = np.concatenate(over_mu, axis=-1), np.concatenate(first, axis=-1)
        self.log_totals = logsumexp(over_mu + self.log_weight, axis=1)
        self.integral = Integral(panels.low, panels.high, over_mu[0].reshape(len(panels.low), -1),
                                 panels.error)

    def _cut_off(self):
        """What share of its height the first density still has at the ends of the strips.

        Of those strips that hold at least exp(-35) of it.
        """
        matters = self.integral.log_mass > -35
        at_ends = (self.log_p[[0, -1]] - self.log_p.max(axis=0))[:, matters]
        return float(np.exp(at_ends.max()))

    def draw(self, rng, size):
        """Independent draws (mu, u) from the first density."""
        u = self.integral.quantile(rng.random(size))
        return in_pieces(self._mu_at, u, rng.random(size), cells=self.strips.size), u

    def _mu_at(self, u, q):
        """The value below which, for each u, a share q of mu lies.

        The log density along the strip at any u is read from those at the 16 nodes of its panel.
        """
        panel, t = self.integral.locate(u)
        log_p = np.empty((self.strips.size, len(u)))
        for k in np.unique(panel):
            at_nodes = self.log_p[:, len(NODES) * k:len(NODES) * (k + 1)]
            log_p[:, panel == k] = legendre.legval(t[panel == k], (at_nodes @ TO_SERIES.T).T)
        strips = self._strips_at(panel, t)
        density = strips.series(np.exp(log_p - strips.integral(log_p)) * strips.half)
        below = legendre.legint(density, lbnd=-1)

        def cdf(s):
            return legendre.legval(s, below, tensor=False)

        def pdf(s):
            return legendre.legval(s, density, tensor=False)

        return strips.low + strips.half * (1 + invert(cdf, pdf, q, -1.0, 1.0))


class Together:
    """The sum of several densities of u, each scaled to about one at its highest, and their shares.

    `quadrature.integrate` takes the two as two functions, and calls the one and then the other with
    the same u. Both come from the same integrals over mu, which take nearly all of the time: so the
    shares are remembered from one call to the next.

    Parameters
    ----------
    log_densities : callable
        Of u (n,), to the logs of the densities (C, n).
    log_tops : array (C,)
        Logs of their heights, roughly.
    """

    def __init__(self, log_densities, log_tops):
        self.log_densities, self.log_tops = log_densities, log_tops
        self.last_u = self.last_shares = None

    def log_density(self, u):
        """Log of the sum of the scaled densities, (n,)."""
        log_p = self.log_densities(u) - self.log_tops[:, None]
        log_sum = logsumexp(log_p, axis=0)
        self.last_u, self.last_shares = u, np.exp(log_p - log_sum)
        return log_sum

    def shares(self, u):
        """The share of each density in the sum, (C, n)."""
        if not np.array_equal(u, self.last_u):
            self.log_density(u)
        return self.last_shares


def envelope(log_p, axis):
    """The highest of several log densities (C, ...), each measured from its top along an axis."""
    return (log_p - log_p.max(axis=axis, keepdims=True)).max(axis=0)


def ends_where(inside, mu):
    """The ends (low, high) of the grid (points, n) of mu, just outside those where it is inside."""
    first = np.maximum(inside.argmax(axis=0) - 1, 0)
    last = len(mu) - 1 - np.maximum(inside[::-1].argmax(axis=0) - 1, 0)
    low, high = (np.take_along_axis(mu, number[None], axis=0)[0] for number in (first, last))
    return low, high
