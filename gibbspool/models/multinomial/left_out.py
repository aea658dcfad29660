"""What each group's counts have for probability given all the others, over nodes of the posterior.

::

    1 / p(counts_r | the others) = E[1 / p(counts_r | alpha, pi0) | all counts]
    1 / p(counts_r | alpha, pi0) = [alpha^(n_r) / n_r!] prod_k counts_rk! / a_k^(counts_rk)

in rising factorials, with a_k = alpha pi0_k. Under the posterior the a_k of a given sum are split
off one by one (see `exact`), so the mean of the product is taken one category after another, too::

    R_1(s)       = counts_r1! / s^(counts_r1)
    R_(k + 1)(s) = E[R_k(s - a) counts_r(k+1)! / a^(counts_r(k+1)) | a_1 + ... + a_(k + 1) = s],

where a = a_(k + 1). Groups that agree in their first k counts have R_k in common.
"""
import numpy as np
from scipy.special import logsumexp

from ...numerics.pieces import pieces
from ...numerics.special import log_multichoose
from .curves import grid_of_log_a
from .splits import Split, log_shares

CELLS = 500_000  # numbers in one table of (nodes x groups)


def left_out_over_nodes(convolutions, nodes, log_mass, lightest):
    """log p(counts_r | the others), (J,).

    Parameters
    ----------
    convolutions : Convolutions
        Of all groups.
    nodes, log_mass : array (n,)
        Values of log alpha and the log of the probability that each stands for.
    lightest : float
        Log of the share of an integral below which a node is left out.
    """
    counts = convolutions.counts
    matters = log_mass > lightest
    log_alpha, log_p_alpha = nodes[matters], log_mass[matters]
    log_R = over_categories(convolutions, log_alpha, lightest)
    distinct, which = np.unique(convolutions.n, return_inverse=True)
    log_X = log_multichoose(np.exp(log_alpha)[:, None], distinct)
    _, group = rows_of(counts, counts.shape[1])
    found = [logsumexp(log_X[:, n] + log_R[:, row] + log_p_alpha[:, None], axis=0)
             for n, row in pieces(which.ravel(), group, cells=len(log_alpha), largest=CELLS)]
    return -np.concatenate(found)


def over_categories(convolutions, log_alpha, lightest):
    """log R_K at the nodes of log alpha, a column for each distinct row of counts."""
    counts, K = convolutions.counts, convolutions.counts.shape[1]
    splits = [Split(convolutions.leading[k - 1], convolutions.each[k]) for k in range(1, K)]
    # from the last split to the first: where it is needed, and its nodes there
    log_s, plans = log_alpha, []
    for split in reversed(splits):
        v, log_mass, *_ = split.integrate(log_s, convolutions.rtol)
        log_t, log_rest = log_shares(v)
        plans.insert(0, (log_s, log_s + log_t, log_s + log_rest, log_mass))
        needed = (log_s + log_rest)[log_mass > lightest]
        log_s = grid_over(needed.min(), needed.max(), convolutions.step)
    log_R = First(counts)
    from scipy.interpolate import make_interp_spline  # slow to import, and only needed here
    for k, plan in enumerate(plans, start=1):
        values = split_off(log_R, counts, k, plan, lightest)
        if k < K - 1:
            log_R = make_interp_spline(plan[0], values, k=7)
    return values


class First:
    """log R_1 as a function of log s, (..., rows)."""

    def __init__(self, counts):
        self.distinct = rows_of(counts, 1)[0][:, 0]

    def __call__(self, log_s):
        return -log_multichoose(np.exp(log_s)[..., None], self.distinct)


def split_off(log_R, counts, k, plan, lightest):
    """log R_(k + 1) on a grid of log s, (grid, rows), from log R_k.

    Parameters
    ----------
    log_R : callable
        Of log s, to log R_k (..., rows).
    counts : array (J, K)
    k : int
    plan : tuple
        The grid of log s; nodes (points, grid) of log a and log(s - a), and the log of the share of
        the integral that each stands for.
    """
    _, first = rows_of(counts, k)
    distinct, last = np.unique(counts[:, k], return_inverse=True)
    _, representative = np.unique(counts[:, :k + 1], axis=0, return_index=True)
    first, last = first[representative], last.ravel()[representative]
    _, log_a, log_rest, log_mass = plan
    cells = len(log_mass) * (2 * len(first) + len(distinct))
    found = []
    for log_a, log_rest, log_mass in pieces(log_a, log_rest, log_mass, cells=cells, largest=CELLS):
        kept = (log_mass > lightest).any(axis=1)
        log_w = np.where(log_mass > lightest, log_mass, -np.inf)[kept][..., None]
        log_p = log_R(log_rest[kept])[..., first]
        log_p -= log_multichoose(np.exp(log_a[kept])[..., None], distinct)[..., last]
        log_p += log_w
        top = log_p.max(axis=0)
        log_p -= top
        found.append(top + np.log(np.exp(log_p, out=log_p).sum(axis=0)))
    return np.concatenate(found)


def rows_of(counts, k):
    """The distinct rows of the first k categories, and which of them each group has."""
    distinct, which = np.unique(counts[:, :k], axis=0, return_inverse=True)
    return distinct, which.ravel()


def grid_over(low, high, step):
    """The part of the grid of the convolutions that lies between low and high, and a little more.
    """
    grid = grid_of_log_a(high, step)
    first = np.searchsorted(grid, low)
    return grid[max(min(first - 4, len(grid) - 12), 0):]
