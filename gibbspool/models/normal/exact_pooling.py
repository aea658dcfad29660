"""TODO models.normal.exact_pooling"""
import numpy as np

from ...distributions.marginals import Marginals
from ...distributions.mixtures import NormalMixture
from ...distributions.standard import Normal
from ...numerics.special import _sum_of_others
from ..posterior import ExactPosterior


class ExactCompletePooling(ExactPosterior):
    """mu | y is normal, and every theta_j is mu."""

    def __init__(self, model):
        super().__init__(model)
        mu = model.mu_given()
        self.new_group = NormalMixture(0.0, mu.mean, mu.sd, "theta_new")
        self.marginals = {
            "mu": NormalMixture(0.0, mu.mean, mu.sd, "mu"),
            "theta": Marginals(lambda j: NormalMixture(0.0, mu.mean, mu.sd,
                                                       f"theta[{model.groups[j]}]"),
                               model.groups, "theta")}

    @property
    def log_evidence(self):
        self._proper(self.model.mu)
        mu = self.model.mu_given()
        return float(self.model.log_joint(mu.mean) - mu.logpdf(mu.mean))

    def _log_left_out(self):
        model = self.model
        P = _sum_of_others(1 / model.sigma**2) + model.mu.precision
        m = (_sum_of_others(model.y / model.sigma**2) + model.mu.mean * model.mu.precision) / P
        return Normal(m, np.sqrt(model.sigma**2 + 1 / P)).logpdf(model.y)

    def _draw(self, rng, shape):
        mu = self.model.mu_given().draw(rng, np.empty(shape))
        return {"mu": mu, **self.model.derived(mu)}


class ExactNoPooling(ExactPosterior):
    """Each theta_j | y_j is normal, and independent of the others."""

    def __init__(self, model):
        super().__init__(model)
        theta = model.theta_given()
        self.marginals = {"theta": Marginals(
            lambda j: NormalMixture(0.0, theta.mean[j], theta.sd[j], f"theta[{model.groups[j]}]"),
            model.groups, "theta")}

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        self._proper(self.model.theta)
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_j), with theta_j ~ its prior."""
        prior = self.model.theta
        if not prior.proper:
            raise ValueError("leave-one-out is not defined: under a Flat prior a group that is "
                             "left out could have any effect at all; give theta a proper prior, "
                             "such as no_pooling(theta=Normal(0, 20))")
        return Normal(prior.mean, np.sqrt(prior.sd**2 + self.model.sigma**2)).logpdf(self.model.y)

    def _draw(self, rng, shape):
        return {"theta": self.model.theta_given().draw(rng, np.empty((*shape, self.model.J)))}
