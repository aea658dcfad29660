"""Few nodes that stand for the posterior of tau and sigma, however narrow a ridge it is."""
from collections import namedtuple

import numpy as np
from scipy.special import logsumexp

from ...numerics.plane import trapezoid

Nodes = namedtuple("Nodes", "tau sigma log_mass log_total")

Nodes.__doc__ = """Nodes in the plane of tau and sigma: E[g] = sum(exp(log_mass) * g(tau, sigma)).

tau, sigma, log_mass : array (nodes,); the masses sum to one
log_total : log p(y)
"""

Line = namedtuple("Line", "u v log_share log_total")

Line.__doc__ = """Grids of points along slanted lines, one line a column.

u, v, log_share : array (points, lines); the shares along a line sum to one
log_total : array (lines,), log of the integrals along the lines
"""


class SlantedLines:
    """Lines along which tau and sigma grow together: u = s + w / 2, v = s - w / 2, one for each w.

    Where the data tell of tau^2 + sigma^2 / n and little of either, the posterior is a narrow ridge
    around a corner, from tau all but 0 to sigma all but 0. Each of these lines crosses it once, at
    a slant, and needs few points to do so. The lines stand at w = middle + WIDTH sinh(t): at nearly
    even steps of t where the mass is, and wide ones in a long tail.

    Parameters
    ----------
    density : SpreadsDensity
    middle : float
        The w around which the lines are dense.
    least : float
        Log of the smallest probability of a node that is kept.
    """

    WIDTH = 5.0

    # As many neighbouring lines have grids of one fineness, which the narrowest of them needs.
    TOGETHER = 12

    def __init__(self, density, middle, least):
        self.density, self.middle, self.least = density, middle, least

    def at(self, t):
        """The lines at an array t (lines,), as a `Line`; its totals are those of dt."""
        (tau_low, tau_high), (sigma_low, sigma_high) = (self.density.tau_range,
                                                        self.density.sigma_range)
        w = self.middle + self.WIDTH * np.sinh(t)
        low = np.maximum(tau_low - w / 2, sigma_low + w / 2)
        high = np.minimum(tau_high - w / 2, sigma_high + w / 2)

        def log_density(s):
            return self.density.log_p_uv(s + w / 2, s - w / 2)

        s, log_share, log_total, _ = trapezoid(log_density, low, high, self.density.rtol,
                                               drop=-self.least, points=33)
        log_dw_dt = np.log(self.WIDTH * np.cosh(t))
        return Line(s + w / 2, s - w / 2, log_share, log_total + log_dw_dt)

    def log_totals(self, t):
        """Log of the integrals along the lines, the density of t."""
        return self.at(t).log_total

    def nodes(self):
        """The points of all lines together, those of no weight left out, as `Nodes`."""
        (tau_low, tau_high), (sigma_low, sigma_high) = (self.density.tau_range,
                                                        self.density.sigma_range)
        ends = 0.999 * np.array([tau_low - sigma_high, tau_high - sigma_low])
        low, high = np.arcsinh((ends - self.middle) / self.WIDTH)
        t, log_mass_of_line, log_total, _ = trapezoid(self.log_totals, low, high,
                                                      self.density.rtol, drop=-self.least)
        u, v, log_mass = [], [], []
        for some in np.array_split(np.arange(len(t)), 1 + len(t) // self.TOGETHER):
            line = self.at(t[some])
            log_mass_there = line.log_share + log_mass_of_line[some]
            kept = log_mass_there > self.least
            u.append(line.u[kept])
            v.append(line.v[kept])
            log_mass.append(log_mass_there[kept])
        log_mass = np.concatenate(log_mass)
        return Nodes(self.density.tau_coordinate.x(np.concatenate(u)),
                     self.density.sigma_coordinate.x(np.concatenate(v)),
                     log_mass - logsumexp(log_mass), log_total)
