"""Nodes (phi, kappa) of the posterior, a column of phi for each kappa: what rates are mixed over.

A rate given phi and kappa is a Beta, so its marginal is a mixture of Betas over nodes. When kappa
is large these Betas are narrow and a sum over a few of them would be a comb. So phi gets more nodes
as kappa grows; and where that would take more than 800 of them, the mixture over phi is replaced by
the one Beta with its mean and variance, which becomes exact as kappa -> infinity: complete pooling.
Moments are not affected.
"""
from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from ...distributions.beta_mixture import BetaMixture
from ...distributions.rates import Population
from .model import ALMOST_ZERO

LOG_FAINTEST = -37.0    # nodes with less than exp(-37) of the largest weight are left out
MOST_NODES = 800        # of phi, for one kappa
NODES_PER_SD = 1.2      # nodes of phi in a standard deviation of the narrowest Beta


class Nodes(NamedTuple):
    """Some values of kappa and v = logit phi, and the log of the probability of each."""

    kappa: np.ndarray
    v: np.ndarray
    log_mass: np.ndarray


class Columns:
    """The nodes for all kappa.

    Parameters
    ----------
    density : JointDensity
    marginal : integral.Integral
        The posterior of u, the coordinate of kappa.

    Attributes
    ----------
    fine : Nodes (n,)
        Those that are close enough for the Betas of their kappa.
    merged : Nodes (points, columns)
        Those where kappa is too large for that, a column for each.
    population : rates.Population
        The moments of phi in each of the columns.
    """

    def __init__(self, density, marginal):
        lightest = marginal.log_mass.max() + LOG_FAINTEST
        matters = marginal.log_mass > lightest
        u, log_mass_u = marginal.u[matters], marginal.log_mass[matters]
        v, log_mass, *_ = density.over_phi(u)
        low, high, step = v[0], v[-1], widest_step(v, log_mass)
        kappa = density.coordinate.x(u)
        needed = 2 * NODES_PER_SD * np.sqrt(kappa) * (arcsine(high) - arcsine(low))
        narrow = needed > MOST_NODES
        columns = [fine_column(density, lightest, *arguments) for arguments in
                   zip(*(x[~narrow] for x in (u, log_mass_u, low, high, step)))]
        nothing = Nodes(*np.empty((3, 0)))
        self.fine = Nodes(*(np.concatenate(parts) for parts in zip(nothing, *columns)))
        self.merged = Nodes(np.broadcast_to(kappa[narrow], v[:, narrow].shape), v[:, narrow],
                            (log_mass + log_mass_u)[:, narrow])
        self.population = population_of(kappa, v, log_mass, log_mass_u)

    def rate(self, y, n, name):
        """The distribution of the rate of a group with y successes out of n, a BetaMixture."""
        kappa, v, log_weight = self.fine
        a, b = expit(v) * kappa + y, expit(-v) * kappa + (n - y)
        log_column, a_merged, b_merged = one_beta_a_column(self.merged, y, n)
        return BetaMixture(np.concatenate([log_weight, log_column]),
                           np.maximum(np.concatenate([a, a_merged]), ALMOST_ZERO),
                           np.maximum(np.concatenate([b, b_merged]), ALMOST_ZERO), name,
                           self.moments(np.atleast_1d(y), np.atleast_1d(n))[:, 0])

    def moments(self, y, n):
        """Means and sds of the rates of groups with y successes out of n, arrays (J,): (2, J)."""
        return self.population.moments_of_rates(y, n)


def population_of(kappa, v, log_mass, log_mass_u):
    """The moments of phi given each kappa (C,), from its grid v (points, C), as a `Population`."""
    weight = np.exp(log_mass)
    weight /= weight.sum(axis=0)
    phi, rest = expit(v), expit(-v)
    mean, mean_rest = (weight * phi).sum(axis=0), (weight * rest).sum(axis=0)
    off = np.where(phi < 0.5, phi - mean, mean_rest - rest)
    mass = np.exp(log_mass_u - log_mass_u.max())
    return Population(mass / mass.sum(), kappa, mean, mean_rest, (weight * off**2).sum(axis=0))


def one_beta_a_column(nodes, y, n):
    """The Beta with the mean and the variance of a column's Betas, for each column.

    Each node stands for Beta(phi kappa + y, (1 - phi) kappa + n - y), with mean p and variance
    p (1 - p) / (kappa + n + 1). The variance of all is the mean of these and the variance of p.

    Parameters
    ----------
    nodes : Nodes (points, columns)
    y, n : float
        Successes and trials of the group.

    Returns
    -------
    log_mass, a, b : array (columns,)
        The log of the column's probability, and the two parameters.
    """
    kappa, v, log_mass = nodes
    log_column = logsumexp(log_mass, axis=0) if log_mass.size else np.empty(0)
    weight = np.exp(log_mass - log_column)
    p, q = (expit(v) * kappa + y) / (kappa + n), (expit(-v) * kappa + (n - y)) / (kappa + n)
    mean, rest = (weight * p).sum(axis=0), (weight * q).sum(axis=0)
    variance = (weight * (p * q / (kappa + n + 1) + (p - mean) ** 2)).sum(axis=0)
    concentration = mean * rest / variance - 1
    return log_column, mean * concentration, rest * concentration


def fine_column(density, lightest, u, log_mass_u, low, high, step):
    """Nodes of phi for one kappa, close enough for Betas of its concentration.

    Parameters
    ----------
    density : JointDensity
    lightest : float
        Log of the smallest probability that is kept.
    u, log_mass_u : float
        The coordinate of kappa, and the log of its probability.
    low, high : float
        Range of v = logit phi.
    step : float
        The widest step of v that the density allows.

    Returns
    -------
    Nodes (n,)
    """
    kappa = density.coordinate.x(u)
    scale = EvenScale(kappa, step)
    t = np.arange(scale.t(low), scale.t(high))
    v = scale.v(t, low, high)
    log_mass = density(np.full(v.shape, u), v) - np.log(scale.slope(v))
    log_mass += log_mass_u - logsumexp(log_mass)
    keep = log_mass > lightest
    return Nodes(np.full(keep.sum(), kappa), v[keep], log_mass[keep])


class EvenScale:
    """t = v / step + 2.4 sqrt(kappa) arcsin(sqrt(phi)), on which nodes stand at distance 1.

    In arcsin(sqrt(phi)) a Beta of concentration kappa has the same standard deviation everywhere,
    1 / (2 sqrt(kappa)): the second term gives each of them 1.2 nodes or more in every standard
    deviation.
    """

    def __init__(self, kappa, step):
        self.kappa, self.step = kappa, step

    def t(self, v):
        """The place of v."""
        return v / self.step + 2 * NODES_PER_SD * np.sqrt(self.kappa) * arcsine(v)

    def slope(self, v):
        """dt/dv = 1 / step + 1.2 sqrt(kappa phi (1 - phi))."""
        log_variance = log_expit(v) + log_expit(-v)
        return 1 / self.step + NODES_PER_SD * np.sqrt(self.kappa) * np.exp(0.5 * log_variance)

    def v(self, t, low, high):
        """The v at the places t, between low and high: by Newton's method, from a table."""
        table = np.linspace(low, high, 1000)
        v = np.interp(t, self.t(table), table)
        for _ in range(8):
            v = np.clip(v - (self.t(v) - t) / self.slope(v), low, high)
        return v


def arcsine(v):
    """arcsin(sqrt(phi)) for v = logit phi."""
    return np.arctan(np.exp(np.clip(v, -700, 700) / 2))


def widest_step(v, log_mass):
    """For each column of an equally spaced grid, the widest step that gives the same sum.

    Every second, fourth or eighth point, as long as the sum of the masses stays what it is.
    """
    stride = np.ones(v.shape[1])
    for every in (2, 4, 8):
        total = every * np.exp(log_mass[::every]).sum(axis=0)
        as_good = np.abs(total - 1) < 1e-11
        stride = np.where((stride == every / 2) & as_good, every, stride)
    return stride * ((v[-1] - v[0]) / (len(v) - 1))
