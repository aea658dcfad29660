"""p(y | tau) as a ratio to p(y | tau_0), in which everything large cancels on paper.

Where priors and data lie far apart, log p(y | tau) is a large number, -1e13 say, and its rounding
errors are as large as what it tells of tau. So it is counted from its value at a tau_0 near the
top.
"""
from typing import NamedTuple

import numpy as np

from ...distributions.base import per_group
from ...distributions.vectors import MultivariateNormal
from ...numerics.interpolation import ACCURACY, Interpolant
from ...numerics.pieces import CACHED_PIECE, in_pieces, pieces
from ...numerics.special import EPS


class Ratio(NamedTuple):
    """log p(y | tau) - log p(y | tau_0), and the sizes of its terms, added up: arrays (n,)."""

    log: np.ndarray
    terms: np.ndarray


class Around:
    """What the model knows given tau, counted from what it knows given tau_0.

    With v_j = sigma_j^2 + tau^2, w_j = 1 / v_j, coefficients m = m(tau) of the line (or mean) and
    P = R'R their precision, all with an index 0 at tau_0, r_j = y_j - x_j . m, and d = m - m_0::

        w_j - w_0j     = -(tau - tau_0) (tau + tau_0) / (v_j v_0j)
        d              = P^-1 X' (w - w_0) r_0
        -2 log [p(y | tau) / p(y | tau_0)]
                       = sum_j log(v_j / v_0j) + log(det P / det P_0) + Q - Q_0
        Q - Q_0        = sum_j (w_j - w_0j) r_0j^2 - d'P d        for tau > tau_0, both terms < 0
                       = sum_j (w_j - w_0j) r_j^2  + d'P_0 d      for tau < tau_0, both terms > 0

    Q is the sum of squares sum_j w_j r_j^2 with that of the prior of m, which m makes smallest: so
    that Q(m) + (m' - m)'P(m' - m) is the sum of squares around any other m'.

    Tables of all groups at many values of tau are made in pieces.

    Parameters
    ----------
    y, sigma : array (J,)
        The data; y less a centre, from which the first of the coefficients is counted as well.
    coordinate : Steps
        What t is, as a function of tau; it is counted from tau_0.
    mean : array (p,)
        The coefficients m_0 given tau_0.
    root : callable
        R of an array of tau (n,): (n, p, p).
    design : array (J, p)
        The rows x_j.
    priors : list of p Normal or Flat
        Of the coefficients.

    Attributes
    ----------
    residual : array (J,)
        r_0.
    """

    def __init__(self, y, sigma, coordinate, mean, root, design, priors):
        self.sigma2, self.coordinate, self.mean = sigma**2, coordinate, mean
        self.tau_0 = coordinate.place
        self.root_of_tau, self.design = root, design
        self.v_0 = self.sigma2 + self.tau_0**2
        self.log_v_0 = np.log(self.v_0)
        self.root_0 = root(np.array([self.tau_0]))
        self.last_t = self.last_line = None
        self.residual = y - design @ mean
        self.pull_of_priors = np.array([prior.precision * (prior.mean - m)
                                        for prior, m in zip(priors, mean)])

    def root(self, t):
        """R, (n, p, p), for an array t (n,)."""
        return self.line(t)[1]

    def move(self, t):
        """d = m - m_0, (n, p)."""
        return self.line(t)[0]

    def line(self, t):
        """d and R; those of the last t are kept, for they are asked for more than once."""
        if not np.array_equal(t, self.last_t):
            parts = [self.line_of(some) for (some,) in pieces(t, cells=self.design.size,
                                                              largest=CACHED_PIECE)]
            self.last_t = t
            self.last_line = tuple(np.concatenate(part) for part in zip(*parts))
        return self.last_line

    def ratio(self, t):
        """log p(y | tau) - log p(y | tau_0), as a `Ratio`."""
        return Ratio(*in_pieces(self.ratio_of, t, cells=self.design.size, largest=CACHED_PIECE))

    def v(self, tau):
        """sigma_j^2 + tau^2, (n, J)."""
        return self.sigma2 + per_group(tau) ** 2

    def weight_change(self, tau, step):
        """1 / v_j - 1 / v_0j, (n, J), for tau and its step from tau_0."""
        # in this order nothing overflows
        return -per_group(step) / self.v(tau) * per_group(2 * self.tau_0 + step) / self.v_0

    def line_of(self, t):
        """d = m - m_0, (n, p), and R, all at once.

        The pull of w_0 on m_0, that of the priors included, is 0. Where w is far below w_0 that is
        not left to rounding: w takes the place of w - w_0.
        """
        tau, step = self.coordinate.x(t), self.coordinate.step(t)
        R = self.root_of_tau(tau)
        far = per_group(step > self.tau_0)
        weight = np.where(far, 1 / self.v(tau), self.weight_change(tau, step))
        pull = (weight * self.residual) @ self.design + np.where(far, self.pull_of_priors, 0.0)
        return solve_twice(R, pull), R

    def ratio_of(self, t):
        """The log of the ratio and the sizes of its terms, (2, n)."""
        tau, step = self.coordinate.x(t), self.coordinate.step(t)
        d, R = self.line(t)
        above = step >= 0
        r = self.residual - np.where(per_group(above), 0.0, d @ self.design.T)
        between = np.where(above[..., None, None], R, self.root_0)
        moved = ((between @ d[..., None])[..., 0] ** 2).sum(axis=-1)
        reweighted = (self.weight_change(tau, step) * r**2).sum(axis=-1)
        log_v = self.log_v_change(tau, step).sum(axis=-1)
        log_det = 2 * (log_diagonal(R) - log_diagonal(self.root_0))
        log = -0.5 * (log_v + log_det + reweighted + np.where(above, -moved, moved))
        terms = 0.5 * (np.abs(log_v) + np.abs(log_det) + np.abs(reweighted) + moved)
        return np.stack([log, terms])

    def log_v_change(self, tau, step):
        """log(v_j / v_0j), (n, J), with all its digits where tau is near tau_0."""
        v, change = self.v(tau), per_group(step) * per_group(tau + self.tau_0)
        near = np.abs(change) < self.v_0 / 2
        with np.errstate(over="ignore"):
            return np.where(near, np.log1p(np.where(near, change / self.v_0, 0.0)),
                            np.log(v) - self.log_v_0)


class AroundMany:
    """The same for many groups: sampled at some hundreds of t, and read off as polynomials since.

    Parameters
    ----------
    around : Around
    low, high : float
        The t between which it is asked for again and again. Beyond them `around` answers.
    """

    def __init__(self, around, low, high):
        self.around, self.p = around, len(around.mean)
        self.rows, self.columns = np.triu_indices(self.p)
        self.read = Interpolant(self.sampled, low, high)

    def sampled(self, t):
        """The ratio's log and terms, d and R from its diagonal on; and how far off they may be.

        Both are sums over all groups, in which large terms may cancel. The digits of d count beside
        the standard deviations of the coefficients, those of R beside the lengths of its columns.
        """
        log, terms = self.around.ratio(t)
        d, R = self.around.move(t), self.around.root(t)
        lengths = np.sqrt((R**2).sum(axis=-2))
        values = np.stack([log, terms, *d.T, *R[:, self.rows, self.columns].T])
        off = np.stack([16 * EPS * terms,
                        np.full(len(t), np.inf),  # it has kinks; a rough value of it will do
                        *ACCURACY * MultivariateNormal(d, R).sd.T,
                        *ACCURACY * lengths[:, self.columns].T])
        return values, off

    def ratio(self, t):
        """log p(y | tau) - log p(y | tau_0), as a `Ratio`."""
        inside = self.read.covers(t)
        found = self.read(np.where(inside, t, 0.0))[:2]
        if not inside.all():
            found[:, ~inside] = self.around.ratio(t[~inside])
        return Ratio(found[0], np.abs(found[1]))

    def move(self, t):
        """d = m - m_0, (n, p), for t between the ends."""
        return self.read(t)[2:2 + self.p].T

    def root(self, t):
        """R, (n, p, p), for t between the ends."""
        R = np.zeros((len(t), self.p, self.p))
        R[:, self.rows, self.columns] = self.read(t)[2 + self.p:].T
        return R


def solve_twice(R, b):
    """x with R'R x = b, for R (..., p, p) upper triangular and b (..., p), by substitution.

    A general solver may exchange rows, and then adds what is large to what is small.
    """
    places = range(b.shape[-1])
    half, x = np.empty_like(b), np.empty_like(b)
    for k in places:
        above = sum(R[..., i, k] * half[..., i] for i in places[:k])
        half[..., k] = (b[..., k] - above) / R[..., k, k]
    for k in reversed(places):
        right = sum(R[..., k, i] * x[..., i] for i in places[k + 1:])
        x[..., k] = (half[..., k] - right) / R[..., k, k]
    return x


def log_diagonal(R):
    """sum of log |R_kk|: half the log determinant of R'R, for R (..., p, p)."""
    return np.log(np.abs(np.diagonal(R, axis1=-2, axis2=-1))).sum(axis=-1)
