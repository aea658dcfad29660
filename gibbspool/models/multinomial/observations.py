"""TODO models.multinomial.observations"""
import numpy as np
from scipy.special import gammaln

from ... import validate
from ...distributions.priors import prior_of
from ...distributions.vectors import Dirichlet
from ...numerics.special import log_multichoose

TINY = 1e-300  # smaller shares are not told apart: in floating point they become zero


def table_of(counts, groups, categories):
    """A table of counts, its row sums and the labels of its rows and columns, all checked."""
    counts = validate.array("counts", counts, ndim=2, nonnegative=True, whole=True)
    if counts.shape[1] < 2:
        raise ValueError(f"counts has shape {counts.shape}; it must have at least 2 categories "
                         "(columns)")
    return (counts, counts.sum(axis=1), validate.labels("groups", groups, counts.shape[0]),
            validate.labels("categories", categories, counts.shape[1]))


def shares_prior(name, prior, K):
    """A Dirichlet prior of K shares; None stands for the uniform one."""
    prior = prior_of(name, Dirichlet(np.ones(K)) if prior is None else prior, ("Dirichlet",))
    if len(prior.concentration) != K:
        raise ValueError(f"{name} prior is {prior!r}; it must hold {K} numbers, one for each "
                         "category")
    return prior


def log_coefficient(counts):
    """log n_r! - sum_k log counts_rk!, (J,)."""
    return gammaln(counts.sum(axis=-1) + 1) - gammaln(counts + 1).sum(axis=-1)


def log_dirichlet_multinomial(counts, concentration):
    """log p(counts_r), with pi_r ~ Dirichlet(a) integrated out: n! / A^(n) * prod_k a_k^(counts_k) / counts_k!."""
    return (log_multichoose(concentration, counts).sum(axis=-1)
            - log_multichoose(concentration.sum(axis=-1), counts.sum(axis=-1)))
