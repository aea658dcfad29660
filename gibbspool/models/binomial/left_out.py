"""What each group's count has for probability given all the others, over nodes (phi, kappa)."""
import numpy as np
from scipy.special import expit, log_expit

from ...numerics.pieces import pieces
from ...numerics.special import log_choose, log_rise
from .model import ALMOST_ZERO

OUTERMOST = -35.0  # log of the probability of a node that counts as one at the edge

CELLS = 1_000_000  # numbers in one table of (counts x nodes)


def left_out_over_nodes(plane, coordinate, y, n):
    """log p(y_j | the others) = -log E[1 / p(y_j | phi, kappa) | all], for groups (J,).

    With rise(x, y) = x (x + 1) ... (x + y - 1) / x^y, a = phi kappa and b = (1 - phi) kappa::

        1 / p(y | phi, kappa) = rise(kappa, n) / [(n choose y) phi^y rise(a, y)
                                                  (1 - phi)^(n - y) rise(b, n - y)]

    is a product of three factors, one of n, one of y and one of n - y: each is worked out once for
    equal numbers, and the groups multiply them.

    Parameters
    ----------
    plane : plane.Plane
        Nodes (u, v) and the log of their probability.
    coordinate : what u is, as a function of kappa
    y, n : array (J,)
        Successes and trials.

    Returns
    -------
    log_p : array (J,)
    beyond : array (J,)
        What share of the mean the outermost nodes make up: where it is not small, the nodes do not
        reach far enough.
    """
    counts = [np.unique(count, return_inverse=True) for count in (n, y, n - y)]
    cells = sum(len(distinct) for distinct, _ in counts) + len(n)
    at_edge = plane.log_mass < OUTERMOST
    log_all, log_edge = np.full((2, len(n)), -np.inf)
    for edge in (True, False):
        chosen = at_edge == edge
        for u, v, log_mass in pieces(plane.u[chosen], plane.v[chosen], plane.log_mass[chosen],
                                     cells=cells, largest=CELLS):
            log_sum = log_mean_of_inverse(coordinate.x(u), v, log_mass, *counts)
            log_all = np.logaddexp(log_all, log_sum)
            log_edge = np.logaddexp(log_edge, log_sum) if edge else log_edge
    return log_choose(n, y) - log_all, np.exp(log_edge - log_all)


def log_mean_of_inverse(kappa, v, log_mass, trials, successes, failures):
    """log sum_i mass_i (n choose y) / p(y | phi_i, kappa_i), over some nodes, (J,).

    Parameters
    ----------
    kappa, v, log_mass : array (nodes,)
    trials, successes, failures : tuple (distinct numbers, and which of them each group has)
    """
    a, b = np.maximum(expit(v) * kappa, ALMOST_ZERO), np.maximum(expit(-v) * kappa, ALMOST_ZERO)
    of_trials = log_rise(kappa, trials[0][:, None]) + log_mass
    of_successes = successes[0][:, None] * log_expit(v) + log_rise(a, successes[0][:, None])
    of_failures = failures[0][:, None] * log_expit(-v) + log_rise(b, failures[0][:, None])
    log_p = of_trials[trials[1].ravel()]
    log_p -= of_successes[successes[1].ravel()]
    log_p -= of_failures[failures[1].ravel()]
    top = log_p.max(axis=1)
    log_p -= top[:, None]
    return top + np.log(np.exp(log_p, out=log_p).sum(axis=1))
