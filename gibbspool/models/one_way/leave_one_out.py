"""Leave one group out of the one-way hierarchy: log p(y_i | the other groups), without refitting.

y_i are all observations of group i. From the posterior of all groups::

    1 / p(y_i | y_-i) = E[1 / p(y_i | y_-i, tau, sigma) | y]

where y_-i are the other groups' observations. Given tau and sigma, mean_i | y_-i is normal. This
needs nodes where the posterior *without* group i has its mass; where that lies too far out, p(y_-i)
is integrated for itself.
"""
import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.standard import Normal
from ...numerics.pieces import CACHED_PIECE, pieces
from ...numerics.special import LOG_2PI, sum_of_others
from .given_spreads import GivenSpreads
from .spreads_density import SpreadsDensity

# Nodes of a smaller log probability are at the rim of those that were kept ...
RIM = -35.0

# ... and if they hold more than this of what is left after group i is taken out, its posterior
# would go on beyond the rim.
MOST_AT_THE_RIM = 1e-10


def refuse_improper_without_one(model):
    """Leave-one-out needs a proper posterior of the other groups, whichever group is left out.

    Raises
    ------
    ValueError
        There is none; names the group.
    """
    if not any(model.impropriety(without=i) for i in most_needed(model)):
        return
    for i, label in enumerate(model.groups):
        if problem := model.impropriety(without=i):
            raise ValueError(f"leave-one-out is not defined: without group {label} the posterior "
                             f"is improper: {problem}")


def most_needed(model):
    """Numbers of the groups without which the posterior is improper, if it is without any at all.

    Those with the most and the fewest observations, with the most spread within, and the means at
    either end: what is left is degenerate only if one of these was all that was not.
    """
    return {int(np.argmax(x)) for x in (model.n, -model.n, model.within, model.mean, -model.mean)}


def log_left_out(posterior):
    """log p(y_i | the other groups), (J,), from an ExactOneWayNormal."""
    model, nodes = posterior.model, posterior.nodes
    refuse_improper_without_one(model)
    at_the_rim = nodes.log_mass < RIM
    pointwise, log_share_of_rim = np.empty(model.J), np.full(model.J, -np.inf)
    for size in np.unique(model.n):
        for (some,) in pieces(np.flatnonzero(model.n == size), cells=len(nodes.tau),
                              largest=CACHED_PIECE):
            log_p = log_p_left_out(model, posterior.given, nodes, some)
            log_weight = nodes.log_mass[:, None] - log_p
            pointwise[some] = -logsumexp(log_weight, axis=0)
            if at_the_rim.any():
                log_share_of_rim[some] = (logsumexp(log_weight[at_the_rim], axis=0)
                                          + pointwise[some])
    for i in np.flatnonzero(log_share_of_rim > np.log(MOST_AT_THE_RIM)):
        pointwise[i] = posterior.tau_integral.log_total - log_p_without(posterior, i)
    return pointwise


def log_p_left_out(model, given, nodes, some):
    """log p(y_i | the other groups, tau, sigma), (nodes, groups), for some groups of one size n.

    With v = sigma^2 / n + tau^2, and P_-i and m_-i made of the other groups as P and m are in
    `GivenSpreads`::

        mean_i | y_-i, tau, sigma ~ Normal(m_-i, sqrt(v + 1 / P_-i))

    times what the group's deviations from its mean say of sigma. The means of the groups of the
    same size, its peers, are summed without mean_i, never subtracted from a sum.
    """
    tau, sigma, n = per_group(nodes.tau), per_group(nodes.sigma), model.n[some[0]]
    peers = np.flatnonzero(model.n == n)
    mean_of_peers = model.mean[peers] - given.centre
    sum_of_other_peers = sum_of_others(mean_of_peers)[np.searchsorted(peers, some)]
    v = sigma**2 / n + tau**2
    P = model.mu.precision
    weighted = (model.mu.mean - given.centre) * model.mu.precision + sum_of_other_peers / v
    for size, count, mean, _ in given.sizes:
        v_there = sigma**2 / size + tau**2
        if size == n:
            P = P + (count - 1) / v_there
        else:
            P = P + count / v_there
            weighted = weighted + count * mean / v_there
    mean_i = Normal(weighted / P, np.sqrt(v + 1 / P))
    log_p_deviations = -((n - 1) * (np.log(sigma) + LOG_2PI / 2) + np.log(n) / 2
                         + model.within[some] / (2 * sigma**2))
    return mean_i.logpdf(model.mean[some] - given.centre) + log_p_deviations


def log_p_without(posterior, i):
    """log p(y_-i), y_-i the observations of all groups but i: an integral of its own."""
    model = posterior.model
    others = np.arange(model.J) != i
    given = GivenSpreads(model.mu, model.n[others], model.mean[others], model.within[others])
    density = SpreadsDensity(model, given, posterior.rtol)
    return density.integrated_to_tau(posterior.reach.drop).log_total
