"""TODO models.binomial.exact_pooling"""
import numpy as np

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Marginals
from ...numerics.special import log_choose
from ..posterior import ExactPosterior
from .observations import log_beta_binomial


class ExactCompletePooling(ExactPosterior):
    """phi | y is a Beta, and every theta_j is phi."""

    def __init__(self, model):
        super().__init__(model)
        phi = model.phi_given()
        self.new_group = BetaMixture(0.0, phi.a, phi.b, "theta_new")
        self.marginals = {
            "phi": BetaMixture(0.0, phi.a, phi.b, "phi"),
            "theta": Marginals(lambda j: BetaMixture(0.0, phi.a, phi.b,
                                                     f"theta[{model.groups[j]}]"),
                               model.groups, "theta")}

    @property
    def log_evidence(self):
        model, y, n = self.model, self.model.successes, self.model.trials
        together = log_beta_binomial(y.sum(), n.sum(), model.phi.a,
                                     model.phi.b) - log_choose(n.sum(), y.sum())
        return float(log_choose(n, y).sum() + together)

    def _log_left_out(self):
        """y_j given the others is beta-binomial: their successes and failures join the prior's."""
        model, y, n = self.model, self.model.successes, self.model.trials
        a, b = model.phi.a + y.sum() - y, model.phi.b + (n - y).sum() - (n - y)
        return log_beta_binomial(y, n, a, b)

    def _draw(self, rng, shape):
        phi = self.model.phi_given().draw(rng, np.empty(shape))
        return {"phi": phi, **self.model.derived(phi)}


class ExactNoPooling(ExactPosterior):
    """Each theta_j | y_j is a Beta, and independent of the others."""

    def __init__(self, model):
        super().__init__(model)
        theta = model.theta_given()
        self.marginals = {"theta": Marginals(
            lambda j: BetaMixture(0.0, theta.a[j], theta.b[j], f"theta[{model.groups[j]}]"),
                                             model.groups, "theta")}

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_j), with theta_j ~ its prior."""
        return log_beta_binomial(self.model.successes, self.model.trials, self.model.theta.a,
                                 self.model.theta.b)

    def _draw(self, rng, shape):
        return {"theta": self.model.theta_given().draw(rng, np.empty((*shape, self.model.J)))}
