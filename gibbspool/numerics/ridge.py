"""A density of (mu, u) that is a ridge along u, the log of which is costly: many groups' sum.

For each u the log density is a concave function of mu. It is evaluated at few places: the plane is
cut into panels of u, and in each the log density is a polynomial of u and of t, which runs from -1
to 1 across the ridge. For many groups the ridge is narrow, and a few hundred values do. Everything
else, integrals, nodes and draws, is read off the polynomials and costs the groups nothing.
"""
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from .concave import fallen, highest
from .integral import NODES, TO_SERIES
from .pieces import in_pieces
from .quadrature import Unresolved, integrate
from .roots import invert
from .special import EPS, LOG_2PI
from .strips import Strips, gauss_legendre
from .zoom import zoom

DEPTH = 60.0                    # how far the ridge is followed along u, and across it
ROUNDING, ROUGHEST = 2e-12, 1e-3     # no log density is more accurate than that, or less
SIZES = (16, 24, 36, 54, 81, 120, 180)   # numbers of nodes of mu that are tried
LONG = 20.0                     # the longest first panels
HOPELESS = 1e3                  # times the tolerance: no number of nodes of mu will help
MOST_PANELS, FINEST = 400, 1e-3      # how many panels there may be, and how short, of the ridge
NARROWEST = 1e5                 # the fewest numbers between the ends of the ridge


class Panel(NamedTuple):
    """A stretch of the ridge.

    Attributes
    ----------
    low, high : float
        Its ends along u.
    mu_low, mu_high : array (2,)
        The ends of mu at either end of it; between them the width grows or falls exponentially.
    series : array (K, 16)
        Legendre coefficients in t and u of the log density, less the ridge's top.
    top : float
        The highest value of that.
    error : float
        About the largest error of the log density.
    """

    low: float
    high: float
    mu_low: np.ndarray
    mu_high: np.ndarray
    series: np.ndarray
    top: float
    error: float


class Ridge:
    """A density of (mu, u), its log as polynomials.

    Parameters
    ----------
    function : callable
        Of mu, u (n,) to the log density and its derivatives in mu, a `concave.Bend`. Its method
        `value` gives the log density and the sizes of its terms alone, which costs less.
    u_range : tuple of float
        The widest range of u.
    start : callable
        Of u (n,) to where, about, the density is highest in mu, and how far that may be off.
    rtol : float
        Relative tolerance; where the ridge is so short that u has not the digits for it, what they
        allow.
    rough : callable, optional
        A cheaper function, such as one of fewer groups, whose ridge is wider: to find the way.

    Attributes
    ----------
    top : float
        About the highest log density.
    integral : integral.Integral
        The density of u alone.
    log_total : float
        Log of the integral of the density.
    polynomial_error, rounding_error : float
        Relative errors of the density: that of the polynomials, and what rounding does to it.
    """

    def __init__(self, function, u_range, start, rtol, rough=None):
        self.function, self.start, self.rtol = function, start, max(rtol, ROUNDING)
        self.known_u = self.known_mu = np.array([])
        u = self._search(function if rough is None else rough, u_range, 49)
        if rough is not None:
            self.known_u = self.known_mu = np.array([])
            u = self._widened(u[0], u[-1], u_range)
        self._measure_top(u)
        self.rtol = max(self.rtol, 400 * EPS * np.abs(u).max() / (u[-1] - u[0]))
        self._lay_panels(np.linspace(u[0], u[-1], max(2, int((u[-1] - u[0]) / LONG)) + 1))
        self.integral = integrate(self.over_mu, u[0], u[-1], rtol=self.rtol, drop=DEPTH, points=100,
                                  panels=max(2, len(self.panels) // 2))
        self.log_total = self.top + self.integral.log_total
        self.polynomial_error = max(panel.error * np.exp(min(panel.top, 0.0))
                                    for panel in self.panels)

    # Where the ridge is.

    def _search(self, function, u_range, points):
        """A grid of u where the density is within exp(-DEPTH) of its top, by Laplace's method."""
        u, log_p = zoom(lambda u: self._profile(function, u), *u_range, points=points, drop=DEPTH)
        if u[-1] - u[0] < NARROWEST * EPS * max(abs(u[0]), abs(u[-1])):
            raise Unresolved(float(u[np.argmax(log_p)]))
        return self._trimmed(function, u, log_p)

    def _trimmed(self, function, u, log_p):
        """The grid of u with its ends moved to where the density is about exp(-DEPTH).

        A density that falls ever more steeply is far lower there, one step beyond.
        """
        u, most = u.copy(), log_p.max()
        inside = np.flatnonzero(log_p >= most - DEPTH)
        near = np.array([u[inside[0]], u[inside[-1]]])
        far = np.array([u[max(inside[0] - 1, 0)], u[min(inside[-1] + 1, len(u) - 1)]])
        for _ in range(8):
            if np.all(self._profile(function, far) > most - 1.3 * DEPTH):
                break
            middle = (near + far) / 2
            low = self._profile(function, middle) < most - DEPTH
            near, far = np.where(low, near, middle), np.where(low, middle, far)
        return np.linspace(*far, len(u))

    def _widened(self, low, high, u_range):
        """The same for the whole function: looked for in a range, and beside it if need be."""
        while True:
            ends = np.linspace(low, high, 5)
            log_p = self._profile(self.function, ends)
            wide = high - low
            left = low > u_range[0] and log_p[0] > log_p.max() - DEPTH
            right = high < u_range[1] and log_p[-1] > log_p.max() - DEPTH
            if not (left or right):
                return self._search(self.function, (low, high), 15)
            low = max(low - wide * left, u_range[0])
            high = min(high + wide * right, u_range[1])

    def _profile(self, function, u):
        """About the log density of u (n,): the highest of mu, times the width of its peak."""
        _, bend = self._top_of_mu(function, u)
        return bend.value + 0.5 * (LOG_2PI - np.log(np.maximum(-bend.curvature, 1e-300)))

    def _measure_top(self, u):
        """The highest log density on a grid of u, and what rounding does to it."""
        _, bend = self._top_of_mu(self.function, u)
        best = np.argmax(bend.value)
        self.top, self.rounding_error = bend.value[best], 4 * EPS * bend.terms[best]

    def _top_of_mu(self, function, u):
        """Where the density is highest in mu, and the log density there; both are remembered."""
        begin, stride = self.start(u)
        if len(self.known_u):
            begin = np.interp(u, self.known_u, self.known_mu)
        mu, bend = highest(lambda mu, i: function(mu, u[i]), begin, stride)
        self.known_u, first = np.unique(np.concatenate([u, self.known_u]), return_index=True)
        self.known_mu = np.concatenate([mu, self.known_mu])[first]
        return mu, bend

    def _ends_of_mu(self, u):
        """Ends of mu, low (n,) and high (n,), outside which the density is below exp(-DEPTH)."""
        mu, bend = self._top_of_mu(self.function, u)

        def across(mu, i):
            return self.function(mu, u[i])

        low, high = (mu + side * fallen(across, mu, bend, side, DEPTH) for side in (-1, 1))
        if (high - low < NARROWEST * EPS * np.maximum(abs(low), abs(high))).any():
            raise Unresolved(float(mu[0]))
        return low, high

    # The polynomials.

    def _lay_panels(self, edges):
        """Cut the ridge into panels so short that in each the log density is a polynomial."""
        self.size = 0
        ends = np.transpose(self._ends_of_mu(edges))
        waiting = [(edges[k:k + 2], ends[k:k + 2]) for k in range(len(edges) - 1)]
        panels, halved = [], 0
        while waiting:
            (low, high), ends = waiting.pop()
            panel, fits = self._panel(low, high, ends)
            if fits or halved >= MOST_PANELS or high - low < FINEST * (edges[-1] - edges[0]):
                panels.append(panel)
                continue
            halved += 1
            middle = (low + high) / 2
            at_middle = np.transpose(self._ends_of_mu(np.array([middle])))
            waiting += [((low, middle), np.concatenate([ends[:1], at_middle])),
                        ((middle, high), np.concatenate([at_middle, ends[1:]]))]
        self.panels = sorted(panels)
        size = max(len(panel.series) for panel in panels)
        self.series = np.zeros((len(panels), size, len(NODES)))
        for k, panel in enumerate(self.panels):
            self.series[k, :len(panel.series)] = panel.series
        self.edges = np.array([panel.low for panel in self.panels] + [self.panels[-1].high])
        self.mu_low, self.mu_high = (np.array([getattr(panel, name) for panel in self.panels])
                                     for name in ("mu_low", "mu_high"))

    def _panel(self, low, high, ends):
        """One panel, and whether the log density in it is a polynomial, and dies out at its sides.
        """
        u = (low + high) / 2 + (high - low) / 2 * NODES
        part = geometric((1 + NODES) / 2, *(ends[:, 1] - ends[:, 0]))
        mu_low, mu_high = (ends[0, side] + (ends[1, side] - ends[0, side]) * part
                           for side in (0, 1))
        for size in SIZES[self.size:]:
            mu = Strips(mu_low, mu_high, size).mu
            log_p, terms = self.function.value(mu.ravel(), np.broadcast_to(u, mu.shape).ravel())
            log_p = log_p.reshape(mu.shape) - self.top
            series = gauss_legendre(size)[2] @ log_p @ TO_SERIES.T
            top = log_p.max()
            loose = np.exp(np.clip(-top / 2, 0.0, 12.0))  # far down, less will do
            tolerance = min(10 * self.rtol, ROUGHEST) * loose + 32 * EPS * terms.max()
            across = np.abs(series[-2:]).sum(axis=1).max()
            left_over = np.abs(gauss_legendre(size)[3] @ series[:, -2:]).sum(axis=1)
            low_down = np.exp(np.maximum(log_p.max(axis=1) - top, -24.0) / 2)
            along = (left_over * low_down).max()
            if across <= tolerance or along > HOPELESS * tolerance:
                break
        self.size = max(SIZES.index(size) - 1, 0)
        at_sides = log_p[[0, -1]].max(axis=0) - log_p.max(axis=0)
        fits = max(along, across) <= tolerance and at_sides.max() < -DEPTH / 2
        error = max(across, along, np.exp(at_sides.max()))
        return Panel(low, high, *ends.T, series, float(top), float(error)), fits

    # What is read off them.

    def along(self, u):
        """Across the ridge at each u (n,): ends of mu, and series (K, n) of the log density in t.
        """
        k = np.clip(np.searchsorted(self.edges, u, side="right") - 1, 0, len(self.panels) - 1)
        share = np.clip((u - self.edges[k]) / (self.edges[k + 1] - self.edges[k]), 0.0, 1.0)
        width = self.mu_high - self.mu_low
        part = geometric(share, width[k, 0], width[k, 1])
        low, high = (ends[k, 0] + (ends[k, 1] - ends[k, 0]) * part
                     for ends in (self.mu_low, self.mu_high))
        in_u = legendre.legvander(2 * share - 1, len(NODES) - 1).T
        series = np.empty((self.series.shape[1], len(u)))
        for number in np.unique(k):
            series[:, k == number] = self.series[number] @ in_u[:, k == number]
        return low, high, series

    def strips(self, u, size):
        """Strips across the ridge at each u, and the log density (size, n) on them, less the top.
        """
        low, high, series = self.along(u)
        strips = Strips(low, high, size)
        t = gauss_legendre(size)[0]
        return strips, legendre.legvander(t, len(series) - 1) @ series

    def over_mu(self, u):
        """Log of the integral over mu of the density, less the top, at each u (n,)."""
        size = max(80, 2 * self.series.shape[1])

        def integrals(u):
            strips, log_p = self.strips(u, size)
            return strips.integral(log_p)

        return in_pieces(integrals, u, cells=size)

    def draw(self, rng, size):
        """Independent draws (mu, u)."""
        u = self.integral.quantile(rng.random(size))
        return in_pieces(self._mu_at, u, rng.random(size), cells=200), u

    def _mu_at(self, u, q):
        """The value below which, for each u, a share q of mu lies."""
        strips, log_p = self.strips(u, max(80, 2 * self.series.shape[1]))
        density = strips.series(np.exp(log_p - strips.integral(log_p)) * strips.half)
        below = legendre.legint(density, lbnd=-1)

        def cdf(t):
            return legendre.legval(t, below, tensor=False)

        def pdf(t):
            return legendre.legval(t, density, tensor=False)

        return strips.low + strips.half * (1 + invert(cdf, pdf, q, -1.0, 1.0))


def geometric(share, first, last):
    """How far from a width to another one has come, 0 to 1, after a share of an exponential way."""
    growth = np.log(last / first)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(growth) < 1e-8, share, np.expm1(growth * share) / np.expm1(growth))
