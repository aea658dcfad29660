"""The exact posteriors of complete and of no pooling, both in closed form."""
from functools import partial

import numpy as np

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Marginals
from ...numerics.special import sum_of_others
from ..posterior import ExactPosterior
from .marginal_table import MarginalTable
from .observations import log_dirichlet_multinomial


class DirichletMarginals(Marginals):
    """The marginals of pi ~ Dirichlet(a): pi_k ~ Beta(a_k, A - a_k), with A = sum_k a_k.

    Parameters
    ----------
    a : array (K,)
    labels : tuple of str
        Of the categories.
    name : str
    row : str
        What stands before the category in the name of each marginal, such as a group.
    """

    def __init__(self, a, labels, name, row=""):
        super().__init__(self.of_category, labels, name)
        self.a, self.row = a, row

    def of_category(self, k):
        """The marginal of pi_k."""
        name = f"{self.name}[{self.row}{self.labels[k]}]"
        return BetaMixture(0.0, self.a[k], sum_of_others(self.a)[k], name)


def moments_of_dirichlet(a):
    """Means and sds of pi ~ Dirichlet(a), a (..., K): (2, ..., K).

    pi_k ~ Beta(a_k, A - a_k) has the mean p = a_k / A and the variance p (1 - p) / (A + 1).
    """
    others, A = sum_of_others(a), a.sum(axis=-1, keepdims=True)
    return np.stack([a / A, np.sqrt(a / A * (others / A) / (A + 1))])


class ExactMultinomialCompletePooling(ExactPosterior):
    """pi0 | counts is Dirichlet, and every pi_r is pi0.

    Parameters
    ----------
    model : MultinomialCompletePooling
    rtol : float
        Of no use to a closed form.
    """

    def __init__(self, model, rtol=0.0):
        super().__init__(model)
        self.posterior = model.pi0_given()
        a = self.posterior.concentration
        self.marginals = {"pi0": DirichletMarginals(a, model.categories, "pi0"),
                          "pi": MarginalTable(self.of_group, model.groups, "pi",
                                             partial(moments_of_dirichlet,
                                                     np.broadcast_to(a, model.counts.shape)))}
        self.new_group = DirichletMarginals(a, model.categories, "pi_new")

    def of_group(self, r):
        """The marginals of pi_r, which is pi0."""
        return DirichletMarginals(self.posterior.concentration, self.model.categories, "pi",
                                  f"{self.model.groups[r]}, ")

    @property
    def log_evidence(self):
        """log p(counts), group by group: sum_r log p(counts_r | the groups before it).

        Given those, pi0 ~ Dirichlet(prior + sum of their counts).
        """
        counts = self.model.counts
        before = np.cumsum(counts, axis=0) - counts
        return float(log_dirichlet_multinomial(counts, self.model.pi0.concentration + before).sum())

    def _log_left_out(self):
        """log p(counts_r | all others), where pi0 ~ Dirichlet(prior + sum of their counts)."""
        counts = self.model.counts
        others = self.model.pi0.concentration + counts.sum(axis=0) - counts
        return log_dirichlet_multinomial(counts, others)

    def _draw(self, rng, shape):
        """Independent draws of pi0, and pi_r = pi0."""
        pi0 = self.posterior.draw(rng, np.empty((*shape, self.model.K)))
        return {"pi0": pi0, **self.model.derived(pi0)}


class ExactMultinomialNoPooling(ExactPosterior):
    """Each pi_r | counts_r is Dirichlet, and independent of the others.

    Parameters
    ----------
    model : MultinomialNoPooling
    rtol : float
        Of no use to a closed form.
    """

    def __init__(self, model, rtol=0.0):
        super().__init__(model)
        self.posterior = model.pi_given()
        self.marginals = {"pi": MarginalTable(self.of_group, model.groups, "pi",
                                              partial(moments_of_dirichlet,
                                                      self.posterior.concentration))}

    def of_group(self, r):
        """The marginals of pi_r."""
        return DirichletMarginals(self.posterior.concentration[r], self.model.categories, "pi",
                                  f"{self.model.groups[r]}, ")

    @property
    def new_group(self):
        """Refused: nothing was learnt about other groups."""
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        """log p(counts) = sum_r log p(counts_r)."""
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """log p(counts_r), which the others tell nothing of."""
        return log_dirichlet_multinomial(self.model.counts, self.model.pi.concentration)

    def _draw(self, rng, shape):
        """Independent draws of pi_r."""
        return {"pi": self.posterior.draw(rng, np.empty((*shape, self.model.J, self.model.K)))}
