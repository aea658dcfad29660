"""TODO models.multinomial.pooling"""
import numpy as np
from scipy.special import xlogy

from ...distributions.vectors import Dirichlet
from ..hierarchy import Grouped
from .model import DirichletMultinomial
from .observations import log_coefficient, shares_prior, table_of


class CompletePooling(Grouped):
    """One vector of shares for all groups: pi0 ~ Dirichlet(1, ..., 1), counts_r ~ Multinomial(n_r,
    pi0).

    The posterior is pi0 ~ Dirichlet(1 + sum_r counts_r). Every group's pi_r is pi0 itself.

    Parameters
    ----------
    counts : array (J, K)
    pi0 : Dirichlet, optional
    groups, categories : list of str, optional
    """

    order = ("pi0",)
    dims = {name: DirichletMultinomial.dims[name] for name in ("pi0", "pi", "counts", "n")}

    def __init__(self, counts, pi0=None, groups=None, categories=None):
        self.counts, self.n, self.groups, self.categories = table_of(counts, groups, categories)
        self.pi0 = shares_prior("pi0", pi0, self.K)

    def __repr__(self):
        return f"CompletePooling(J={self.J}, K={self.K}, pi0 ~ {self.pi0!r})"

    def pi0_given(self):
        """pi0 | counts ~ Dirichlet(prior + sum_r counts_r)."""
        return Dirichlet(self.pi0.concentration + self.counts.sum(axis=0))

    def log_joint(self, pi0):
        return self.pi0.logpdf(pi0) + self.log_likelihood(pi0).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"pi0": Dirichlet(1 + self.counts.mean(axis=0)).draw(rng,
                                                                    np.empty((*shape, self.K)))}

    def derived(self, pi0):
        return {"pi": np.repeat(pi0[..., None, :], self.J, axis=-2)}

    def log_likelihood(self, pi0):
        return log_coefficient(self.counts) + xlogy(self.counts, pi0[..., None, :]).sum(axis=-1)

    def replicate(self, rng, pi0):
        return {"counts": rng.multinomial(self.n.astype(int), pi0[..., None, :])}

    def new_group(self, rng, pi0):
        """A new group has the common shares."""
        return np.asarray(pi0)

    def cautions(self):
        return []

    K, coords = DirichletMultinomial.K, DirichletMultinomial.coords
    observed, constants = DirichletMultinomial.observed, DirichletMultinomial.constants


class NoPooling(Grouped):
    """Each group on its own: pi_r ~ Dirichlet(1, ..., 1), counts_r ~ Multinomial(n_r, pi_r).

    The posterior is pi_r ~ Dirichlet(1 + counts_r), one independent of the other.

    Parameters
    ----------
    counts : array (J, K)
    pi : Dirichlet, optional
        Prior of each pi_r, the same for all and learnt from none.
    groups, categories : list of str, optional
    """

    order = ("pi",)
    dims = {name: DirichletMultinomial.dims[name] for name in ("pi", "counts", "n")}

    def __init__(self, counts, pi=None, groups=None, categories=None):
        self.counts, self.n, self.groups, self.categories = table_of(counts, groups, categories)
        self.pi = shares_prior("pi", pi, self.K)

    def __repr__(self):
        return f"NoPooling(J={self.J}, K={self.K}, pi ~ {self.pi!r})"

    def pi_given(self):
        """pi_r | counts_r ~ Dirichlet(prior + counts_r)."""
        return Dirichlet(self.pi.concentration + self.counts)

    def log_joint(self, pi):
        return (self.pi.logpdf(pi) + self.log_likelihood(pi)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"pi": Dirichlet(1 + self.counts / 2).draw(rng, np.empty((*shape, self.J, self.K)))}

    def new_group(self, rng):
        """Nothing was learnt about other groups."""
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")

    def cautions(self):
        return []

    K, coords = DirichletMultinomial.K, DirichletMultinomial.coords
    log_likelihood, replicate = DirichletMultinomial.log_likelihood, DirichletMultinomial.replicate
    observed, constants = DirichletMultinomial.observed, DirichletMultinomial.constants
