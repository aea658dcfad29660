"""A density on a line that has been integrated: its probabilities, cdf and quantiles.

The line is cut into panels. In each the density is the polynomial through its values at 16
Gauss-Legendre nodes, written as a Legendre series in t, which runs from -1 to 1 across the panel.
"""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre
from scipy.special import logsumexp

from .roots import invert
from .special import EPS

NODES, WEIGHTS = legendre.leggauss(16)

# From the values f(t_i) at the nodes to the Legendre coefficients of the polynomial through them:
# c_k = (2k + 1) / 2 * sum_i w_i P_k(t_i) f(t_i).
TO_SERIES = (legendre.legvander(NODES, 15) * WEIGHTS[:, None] * (2 * np.arange(16) + 1) / 2).T


@dataclass(frozen=True, eq=False)
class Integral:
    """A normalised density on a line, as panels of Gauss-Legendre nodes.

    Parameters
    ----------
    low, high : array (panels,)
        Edges, increasing.
    log_p : array (panels, 16)
        Log density at the nodes, not normalised.
    error : float
        Estimated relative error of the integral (and of the probes).
    """

    low: np.ndarray
    high: np.ndarray
    log_p: np.ndarray
    error: float

    @cached_property
    def half(self):
        """Half the width of each panel, du / dt, (panels,)."""
        return (self.high - self.low) / 2

    @cached_property
    def u(self):
        """Nodes (n,), n = 16 panels."""
        return ((self.low + self.half)[:, None] + self.half[:, None] * NODES).ravel()

    @cached_property
    def top(self):
        """The highest log density as it was given: the rest is measured from it, in small numbers.

        A log density of 1e8 has no digits to spare for the weights: 1e8 - 2e-16 is 1e8.
        """
        return float(self.log_p.max())

    @cached_property
    def log_parts(self):
        """Log of what each node adds to the integral of the density over its top, (panels, 16)."""
        return (self.log_p - self.top) + np.log(WEIGHTS) + np.log(self.half)[:, None]

    @cached_property
    def log_total_over_top(self):
        """Log of the integral of the density over its highest value, a float."""
        return float(logsumexp(self.log_parts))

    @cached_property
    def log_total(self):
        """Log of the integral of the density as it was given, a float."""
        return self.top + self.log_total_over_top

    @cached_property
    def log_mass(self):
        """Log of the probability that each node stands for: E[g] = sum(exp(log_mass) * g(u))."""
        log_mass = (self.log_parts - self.log_total_over_top).ravel()
        return log_mass - logsumexp(log_mass)

    @cached_property
    def mass(self):
        """The probability that each node stands for, (n,): they sum to one."""
        mass = np.exp(self.log_mass)
        return mass / mass.sum()

    @cached_property
    def probability(self):
        """Of each panel, (panels,)."""
        return self.mass.reshape(self.log_p.shape).sum(axis=1)

    @cached_property
    def cut_off(self):
        """About the probability beyond both ends, if the density goes on as it does at them.

        Where it does not fall towards an end there is no telling, and it is 1.
        """
        share = 0.0
        for nodes in (np.s_[:3:2], np.s_[-1:-4:-2]):  # the outermost and the third at either end
            fall = np.diff(self.log_p.ravel()[nodes])[0]
            slope = fall / abs(np.diff(self.u[nodes])[0])
            log_p = self.log_p.ravel()[nodes][0] - self.log_total
            share += np.exp(min(log_p - np.log(slope), 0.0)) if slope > 0 else 1.0
        return float(min(share, 1.0))

    @cached_property
    def below(self):
        """Probability below each panel, and below the end: (panels + 1,)."""
        return np.concatenate([[0.0], np.cumsum(self.probability)])

    @cached_property
    def above(self):
        """Probability above the start of each panel, and above the end: (panels + 1,)."""
        return np.concatenate([np.cumsum(self.probability[::-1])[::-1], [0.0]])

    @cached_property
    def density(self):
        """The density of t in each panel, p(u) du / dt, as Legendre coefficients (16, panels)."""
        top = self.log_p.max(axis=1)
        scale = self.half * np.exp((top - self.top) - self.log_total_over_top)
        return (np.exp(self.log_p - top[:, None]) @ TO_SERIES.T * scale[:, None]).T

    @cached_property
    def antiderivative(self):
        """The probability between a panel's left edge and t, coefficients (17, panels)."""
        return legendre.legint(self.density, lbnd=-1)

    def locate(self, u):
        """The panel k of each u, and its place t there, -1 to 1."""
        u = np.clip(np.asarray(u, dtype=float), self.low[0], self.high[-1])
        k = np.clip(np.searchsorted(self.low, u, side="right") - 1, 0, len(self.low) - 1)
        return k, np.clip(2 * (u - self.low[k]) / (self.high[k] - self.low[k]) - 1, -1.0, 1.0)

    def cdf(self, u):
        """Probability of values up to u."""
        k, t = self.locate(u)
        return self.below[k] + legendre.legval(t, self.antiderivative[:, k], tensor=False)

    def pdf(self, u):
        """Density at u."""
        k, t = self.locate(u)
        return legendre.legval(t, self.density[:, k], tensor=False) / self.half[k]

    def sf(self, u):
        """Probability of values above u, accurate in the upper tail."""
        k, t = self.locate(u)
        inside = self.antiderivative[:, k]
        return self.above[k + 1] + (legendre.legval(1.0, inside)
                                    - legendre.legval(t, inside, tensor=False))

    def quantile(self, q):
        """The u with cdf(u) = q: the panel is looked up, and its polynomial inverted."""
        q = np.asarray(q, dtype=float)
        k = np.clip(np.searchsorted(self.below, q, side="right") - 1, 0, len(self.low) - 1)
        density, antiderivative = self.density[:, k], self.antiderivative[:, k]
        mass = legendre.legval(1.0, antiderivative)

        def mass_up_to(t):
            return legendre.legval(t, antiderivative, tensor=False)

        def density_at(t):
            return legendre.legval(t, density, tensor=False)

        # counted from the nearer end of the line, so that a small tail keeps its digits
        target = np.where(q > 0.5, mass - ((1 - q) - self.above[k + 1]), q - self.below[k])
        t = invert(mass_up_to, density_at, target, -1.0, 1.0, rtol=0.0, atol=4 * EPS,
                   close=EPS * mass)
        return self.low[k] + (self.high[k] - self.low[k]) * (t + 1) / 2
