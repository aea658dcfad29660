"""TODO models.multinomial.exact_pooling"""
import numpy as np

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Marginals
from ..posterior import ExactPosterior
from .exact import Table
from .observations import log_dirichlet_multinomial


def _beta_marginals(concentration, labels, name, prefix=""):
    """The marginals of a Dirichlet: Beta(a_k, A - a_k)."""
    A = concentration.sum()
    return Marginals(lambda k: BetaMixture(0.0, concentration[k], A - concentration[k],
                                           f"{name}[{prefix}{labels[k]}]"),
                     labels, name)


class ExactCompletePooling(ExactPosterior):
    """pi0 | counts is Dirichlet, and every pi_r is pi0."""

    def __init__(self, model):
        super().__init__(model)
        a = model.pi0_given().concentration
        self.new_group = _beta_marginals(a, model.categories, "pi_new")
        self.marginals = {
            "pi0": _beta_marginals(a, model.categories, "pi0"),
            "pi": Table(lambda r: _beta_marginals(a, model.categories, "pi",
                                                  f"{model.groups[r]}, "), model.groups,
                        "pi")}

    @property
    def log_evidence(self):
        """Group by group: p(counts_r | those before it), whose pi0 ~ Dirichlet(prior + sum of those before)."""
        counts = self.model.counts
        before = np.cumsum(counts, axis=0) - counts
        return float(log_dirichlet_multinomial(counts, self.model.pi0.concentration + before).sum())

    def _log_left_out(self):
        counts = self.model.counts
        return log_dirichlet_multinomial(counts, self.model.pi0.concentration + counts.sum(axis=0)
                                         - counts)

    def _draw(self, rng, shape):
        pi0 = self.model.pi0_given().draw(rng, np.empty((*shape, self.model.K)))
        return {"pi0": pi0, **self.model.derived(pi0)}


class ExactNoPooling(ExactPosterior):
    """Each pi_r | counts_r is Dirichlet, and independent of the others."""

    def __init__(self, model):
        super().__init__(model)
        a = model.pi_given().concentration
        self.marginals = {"pi": Table(lambda r: _beta_marginals(a[r], model.categories, "pi",
                                                                f"{model.groups[r]}, "),
                                      model.groups, "pi")}

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(counts_r)."""
        return log_dirichlet_multinomial(self.model.counts, self.model.pi.concentration)

    def _draw(self, rng, shape):
        return {"pi": self.model.pi_given().draw(rng,
                                                 np.empty((*shape, self.model.J, self.model.K)))}
