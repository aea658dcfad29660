"""The marginals of one category's share: in the baseline, in a group, and in a new group.

All three are integrals over nodes of (log alpha, pi0_k). The baseline's density is one directly;
that of a group's share is a mixture of Betas over the nodes, because

    pi_rk | alpha, pi0 ~ Beta(a_k + counts_rk, alpha - a_k + n_r - counts_rk),    a_k = alpha pi0_k,

and a new group is one in which nobody was asked.
"""
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, expit, log_expit, logit

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Transformed
from ...distributions.rates import Population
from ...numerics.quadrature import integrate
from ...numerics.zoom import zoom
from .curves import Curve
from .splits import LARGEST_V, log_shares

LEAST_LOG_MASS = -28.0  # log of the probability below which a node is left out

LARGEST_LOGIT = 690.0   # a share or the rest of it is then 1e-300

FARTHEST_V = 36.0       # of a group's share: with probability 1e-6 it may be below exp(-80000)

LARGEST_RIPPLE = 1e-9   # of a node: how much of the probability the distance to the next puts wrong

MOST_HALVINGS = 6       # of the distance between nodes


class Nodes(NamedTuple):
    """Nodes of (log alpha, pi0_k), each an array (m,).

    Attributes
    ----------
    a, b : alpha pi0_k and alpha (1 - pi0_k)
    log_mass : the log of the probability that each stands for
    spacing : distance of neighbouring nodes in logit(pi0_k)
    """

    a: np.ndarray
    b: np.ndarray
    log_mass: np.ndarray
    spacing: np.ndarray


class CategoryShare:
    """pi0_k together with alpha, and the shares that are drawn around it.

    Parameters
    ----------
    split : Split
        Of alpha into a = alpha pi0_k and b = alpha (1 - pi0_k).
    log_alpha, log_p_alpha : array (n,)
        Nodes of log alpha and the log of the probability that each stands for.
    rtol : float

    Attributes
    ----------
    log_total : array (n,)
        log of the integral of the split over pi0_k, at each node of log alpha.
    v : array (points, n)
        Grids of pi0_k, one for each node of log alpha: logit(pi0_k) = sinh(v).
    nodes : Nodes
        All of the grids together.
    population : rates.Population
        The moments of pi0_k given each node of log alpha.
    error : float
        Relative error of the integrals over pi0_k.
    """

    def __init__(self, split, log_alpha, log_p_alpha, rtol):
        self.split, self.rtol = split, rtol
        self.log_alpha, self.log_p_alpha = log_alpha, log_p_alpha
        self.v, log_mass, self.log_total, self.error = split.integrate(log_alpha, rtol)
        self.population = population_of(log_alpha, log_p_alpha, self.v, log_mass)
        self.nodes = self.nodes_on(self.v, log_mass)

    def nodes_on(self, v, log_mass):
        """Those nodes of the grids v (points, n) that matter."""
        log_mass = log_mass + self.log_p_alpha
        keep = log_mass > LEAST_LOG_MASS
        log_t, log_rest = log_shares(v[keep])
        log_alpha = np.broadcast_to(self.log_alpha, v.shape)[keep]
        return Nodes(np.exp(log_alpha + log_t), np.exp(log_alpha + log_rest), log_mass[keep],
                     ((v[1] - v[0]) * np.cosh(v))[keep])

    @cached_property
    def nodes_for_tails(self):
        """The same, close enough for the tail of a share that nobody chose, or everybody.

        The probability of a share below a tiny x is about x^a. In logit(pi0_k), the log of a, that
        is a fall like exp(-exp(u)), bounded up to pi / 2 off the real axis: a sum over nodes at
        distance h is wrong by exp(-pi^2 / h).
        """
        nodes, points = self.nodes, len(self.v)
        for _ in range(MOST_HALVINGS):
            if (nodes.log_mass - np.pi**2 / nodes.spacing).max() < np.log(LARGEST_RIPPLE):
                break
            points = 2 * points - 1
            v = np.linspace(self.v[0], self.v[-1], points)
            log_p_v = self.split.log_density(self.log_alpha, v) + np.log(v[1] - v[0])
            nodes = self.nodes_on(v, log_p_v - self.log_total)
        return nodes

    def in_baseline(self, name):
        """The marginal of pi0_k."""
        def log_density(v):
            """log sum_alpha p(alpha) p(v | alpha), logit(pi0_k) = sinh(v)."""
            log_p_v = self.split.log_density(self.log_alpha, v[..., None])
            return log_sum_of_exp(self.log_p_alpha - self.log_total + log_p_v)

        return marginal_of_share(log_density, name, self.rtol)

    def in_group(self, successes, others, name):
        """The marginal of pi_rk: the mixture of Beta(a + successes, b + others) over the nodes.

        Parameters
        ----------
        successes, others : float
            counts_rk and n_r - counts_rk; 0 and 0 for a new group.
        """
        moments = self.moments(np.atleast_1d(successes), np.atleast_1d(others))[:, 0]
        nodes = self.nodes_for_tails if min(successes, others) == 0 else self.nodes
        mixture = BetaMixture(nodes.log_mass, nodes.a + successes, nodes.b + others, name, moments)
        narrow = betas_are_narrow(nodes, successes + others)
        if np.exp(nodes.log_mass) @ narrow < 1e-7:
            return mixture
        # some less, so that the rounding of a + b puts no node on the wrong side
        limit = (nodes.a + nodes.b)[narrow].min() * (1 - 1e-9)

        def log_density(v):
            wide = log_density_where_betas_are_wide(nodes, v, successes, others, limit)
            narrow = self.log_density_where_betas_are_narrow(v, successes, others, limit)
            return np.logaddexp(wide, narrow) + np.log(np.cosh(v))

        v, _ = zoom(log_density, -FARTHEST_V, FARTHEST_V, points=97)
        v = np.linspace(v[0], v[-1], 385)
        return marginal_of_share(Curve(v, log_density(v)), name, 1e-9, (v[0], v[-1]),
                                 (mixture.mean, mixture.sd))

    def moments(self, successes, others):
        """Means and sds of pi_rk for groups of these counts, arrays (J,): (2, J)."""
        return self.population.moments_of_rates(successes, successes + others)

    def log_density_where_betas_are_narrow(self, v, successes, others, limit):
        """log p(logit(pi_rk) = sinh(v), alpha >= limit), (n,): pi0_k is integrated anew at each v,
        on a grid around where pi_rk is.
        """
        chosen = (self.log_alpha >= np.log(limit)) & (self.log_p_alpha > -16)
        log_alpha, log_p = self.log_alpha[chosen], (self.log_p_alpha - self.log_total)[chosen]
        log_x, log_rest = log_shares(v[:, None])

        def log_joint(w):
            """log p(pi0_k, pi_rk | alpha), where logit(pi0_k) = sinh(w)."""
            log_t, log_t_rest = log_shares(w)
            a, b = np.exp(log_alpha + log_t) + successes, np.exp(log_alpha + log_t_rest) + others
            return self.split.log_density(log_alpha, w) + a * log_x + b * log_rest - betaln(a, b)

        ends = np.full((len(v), len(log_alpha)), LARGEST_V)
        w, log_p_w = zoom(log_joint, -ends, ends, points=65)
        log_sum_over_w = log_sum_of_exp(np.moveaxis(log_p_w, 0, -1))
        return log_sum_of_exp(log_p + log_sum_over_w + np.log(w[1] - w[0]))


def betas_are_narrow(nodes, n):
    """Nodes so far apart that single Betas would show as ripples, in a group of n people.

    As a function of logit(pi0_k), Beta(pi_rk; a + y, b + n - y) is about as wide as
    sqrt((1 + n / (a + b)) (1 / a + 1 / b)).
    """
    with np.errstate(over="ignore"):
        width = np.sqrt((1 + n / (nodes.a + nodes.b)) * (1 / nodes.a + 1 / nodes.b))
    return width < 1.2 * nodes.spacing


def log_density_where_betas_are_wide(nodes, v, successes, others, limit):
    """log p(logit(pi_rk) = sinh(v), alpha < limit), (n,): the mixture over those nodes."""
    wide = nodes.a + nodes.b < limit
    a, b = nodes.a[wide] + successes, nodes.b[wide] + others
    log_x, log_rest = log_shares(v[:, None])
    return log_sum_of_exp(nodes.log_mass[wide] - betaln(a, b) + a * log_x + b * log_rest)


def population_of(log_alpha, log_p_alpha, v, log_mass):
    """The moments of pi0_k given each alpha (n,), from its grid v (points, n), a `Population`."""
    weight, mass = np.exp(log_mass), np.exp(log_p_alpha - log_p_alpha.max())
    weight /= weight.sum(axis=0)
    t, rest = np.exp(log_shares(v))
    mean, mean_rest = (weight * t).sum(axis=0), (weight * rest).sum(axis=0)
    off = np.where(t < 0.5, t - mean, mean_rest - rest)
    return Population(mass / mass.sum(), np.exp(log_alpha), mean, mean_rest,
                      (weight * off**2).sum(axis=0))


def marginal_of_share(log_density, name, rtol, ends=(-LARGEST_V, LARGEST_V), moments=None):
    """The marginal of a share x whose logit is sinh(v).

    Parameters
    ----------
    log_density : callable
        Of an array of v, unnormalised.
    name : str
    rtol : float
    ends : tuple of float
        Range of v.
    moments : tuple of float, optional
        Mean and standard deviation, where they are known better.
    """
    integral = integrate(log_density, *ends, lambda v: expit(np.sinh(v))[None], rtol, drop=60.0,
                         points=200, panels=16)
    lowest = np.maximum(np.sinh(ends[0]), -LARGEST_LOGIT)
    highest = np.minimum(np.sinh(ends[1]), LARGEST_LOGIT)

    def logpdf(x):
        """log p(x) = log p(v) - log(dx/dv), dx/dv = x (1 - x) cosh(v); at 0 and at 1 its limit."""
        x = np.asarray(x, dtype=float)
        inside = (x >= 0) & (x <= 1)
        u = np.clip(logit(np.where(inside, x, 0.5)), lowest, highest)
        v = np.arcsinh(u)
        log_p_v = log_density(v) - integral.log_total
        log_p = log_p_v - np.log(np.cosh(v)) - log_expit(u) - log_expit(-u)
        return np.where(inside, log_p, -np.inf)[()]

    return Transformed(integral, lambda v: expit(np.sinh(v)), lambda x: np.arcsinh(logit(x)),
                       logpdf, (0.0, 1.0), name, moments)


def log_sum_of_exp(x):
    """log sum_i exp(x_i) over the last axis; -1e300 where there is nothing to sum."""
    top = x.max(axis=-1, keepdims=True, initial=-1e300)
    return np.log(np.maximum(np.exp(x - top).sum(axis=-1), 1e-300)) + top[..., 0]
