"""The two alternatives to partial pooling: one vector of shares for all, or each group alone."""
import numpy as np

from ...distributions.vectors import Dirichlet
from .observations import Answers, prior_of_shares


class MultinomialCompletePooling(Answers):
    """One vector of shares for all groups, as if all had answered in one region.

    ::

        pi0       ~ Dirichlet(1, ..., 1)
        counts_r  ~ Multinomial(n_r, pi0)

    The posterior is pi0 ~ Dirichlet(1 + sum_r counts_r). Every group's pi_r is pi0 itself.

    Parameters
    ----------
    counts : array (J, K)
    pi0 : Dirichlet, optional
    groups, categories : list of str, optional
    """

    order = ("pi0",)

    def __init__(self, counts, pi0=None, groups=None, categories=None):
        super().__init__(counts, groups, categories)
        self.pi0 = prior_of_shares("pi0", pi0, self.K)

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, K={self.K}, pi0 ~ {self.pi0!r})"

    def pi0_given(self):
        """pi0 | counts ~ Dirichlet(prior + sum_r counts_r)."""
        return Dirichlet(self.pi0.concentration + self.counts.sum(axis=0))

    def log_joint(self, pi0):
        """log p(pi0) + sum_r log Multinomial(counts_r; n_r, pi0)."""
        return self.pi0.logpdf(pi0) + self.log_likelihood(pi0).sum(axis=-1)

    def initial(self, rng, shape=()):
        """pi0 ~ Dirichlet(1 + the mean of counts_r): wider than the posterior."""
        start = Dirichlet(1 + self.counts.mean(axis=0))
        return {"pi0": start.draw(rng, np.empty((*shape, self.K)))}

    def derived(self, pi0):
        """pi_r = pi0, (..., J, K)."""
        return {"pi": np.repeat(pi0[..., None, :], self.J, axis=-2)}

    def log_likelihood(self, pi0):
        """log Multinomial(counts_r; n_r, pi0), (..., J)."""
        return super().log_likelihood(pi0[..., None, :])

    def replicate(self, rng, pi0):
        """counts_rep_r ~ Multinomial(n_r, pi0), by the name of the data."""
        return super().replicate(rng, pi0[..., None, :])

    def new_group(self, rng, pi0):
        """A new group has the common shares."""
        return np.asarray(pi0)


class MultinomialNoPooling(Answers):
    """Each group on its own, its shares learnt from its own answers alone.

    ::

        pi_r      ~ Dirichlet(1, ..., 1)
        counts_r  ~ Multinomial(n_r, pi_r)

    The posterior is pi_r ~ Dirichlet(1 + counts_r), one independent of the other.

    Parameters
    ----------
    counts : array (J, K)
    pi : Dirichlet, optional
        Prior of each pi_r, the same for all and learnt from none.
    groups, categories : list of str, optional
    """

    order = ("pi",)

    def __init__(self, counts, pi=None, groups=None, categories=None):
        super().__init__(counts, groups, categories)
        self.pi = prior_of_shares("pi", pi, self.K)

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, K={self.K}, pi ~ {self.pi!r})"

    def pi_given(self):
        """pi_r | counts_r ~ Dirichlet(prior + counts_r)."""
        return Dirichlet(self.pi.concentration + self.counts)

    def log_joint(self, pi):
        """sum_r [log p(pi_r) + log Multinomial(counts_r; n_r, pi_r)]."""
        return (self.pi.logpdf(pi) + self.log_likelihood(pi)).sum(axis=-1)

    def initial(self, rng, shape=()):
        """pi_r ~ Dirichlet(1 + counts_r / 2): wider than the posterior."""
        start = Dirichlet(1 + self.counts / 2)
        return {"pi": start.draw(rng, np.empty((*shape, self.J, self.K)))}

    def new_group(self, rng):
        """Nothing was learnt about other groups.

        Raises
        ------
        ValueError
            Always.
        """
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")
