"""Independent draws of the baseline pi0 given alpha, one category after another."""
import numpy as np

from ...sampling.griddy import Griddy
from .splits import LARGEST_V, Split, log_shares


class ShareGriddy(Griddy):
    """A Griddy with half as many points: its Metropolis step is repeated here."""

    points = 32


def draw_baseline(rng, convolutions, log_alpha):
    """pi0 | alpha, counts, an array (n, K) for n values of log alpha.

    The last a_k given the sum of all, the one before given the sum of the rest, and so on. Each is
    a continuous draw from a grid (about 0.002 away from its density in total variation), followed
    by four Metropolis steps with fresh proposals from the grid: all but 0.2 % of them are accepted,
    and each divides the distance by ten or more.

    Parameters
    ----------
    convolutions : Convolutions
    log_alpha : array (n,)
    """
    log_left, log_shares_of_all = log_alpha, []  # what is left to be split: first alpha
    for k in range(len(convolutions.each) - 1, 0, -1):
        split = Split(convolutions.leading[k - 1], convolutions.each[k])
        v = draw_split(rng, split, log_left)
        log_t, log_rest = log_shares(v)
        log_shares_of_all.insert(0, log_left + log_t - log_alpha)
        log_left = log_left + log_rest
    pi0 = np.exp(np.stack([log_left - log_alpha, *log_shares_of_all], axis=-1))
    return pi0 / pi0.sum(axis=-1, keepdims=True)


def draw_split(rng, split, log_A):
    """v | A, an array (n,) for n values of log A."""
    griddy = ShareGriddy(lambda v: split.log_density(log_A, v), (-LARGEST_V, LARGEST_V))
    v = griddy.draw(rng)
    for _ in range(4):
        v = griddy.draw(rng, v)
    return v
