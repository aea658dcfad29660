"""The exact posteriors of complete and of no pooling: normal, in closed form."""
import numpy as np

from ...distributions.marginals import Marginals
from ...distributions.mixtures import NormalMixture
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Normal
from ...numerics.special import sum_of_others
from ..posterior import ExactPosterior
from .limits import refuse_too_far_apart, refuse_too_narrow


class ExactNormalCompletePooling(ExactPosterior):
    """mu | y is normal, and every theta_j is mu.

    Parameters
    ----------
    model : NormalCompletePooling
    rtol : float, optional
        Not needed: a closed form is as exact as floating point.
    """

    def __init__(self, model, rtol=None):
        super().__init__(model)
        refuse_off_the_scale(mu=model.mu)
        refuse_too_far_apart(model.y, model.sigma)
        self.mu = model.mu_given()
        refuse_too_narrow("mu", self.mu)
        self.new_group = self.marginal_of_effect("theta_new")
        self.marginals = {"mu": self.marginal_of_effect("mu"),
                          "theta": Marginals(self.marginal_of_theta, model.groups, "theta")}

    def marginal_of_effect(self, name):
        """The marginal of mu, under the name of whatever it is the effect of."""
        return NormalMixture(0.0, 0.0, self.mu.sd, name, centre=self.mu.mean)

    def marginal_of_theta(self, j):
        """The marginal of theta_j."""
        return self.marginal_of_effect(f"theta[{self.model.groups[j]}]")

    @property
    def log_evidence(self):
        """log p(y) = log p(y, mu) - log p(mu | y), at any mu."""
        self._proper(self.model.mu)
        at = self.mu.mean
        return float(self.model.log_joint(at) - self.mu.logpdf(at))

    def _log_left_out(self):
        """log p(y_j | the others): mu from the other groups, plus its own sigma_j."""
        model = self.model
        P = sum_of_others(1 / model.sigma**2) + model.mu.precision
        m = (sum_of_others(model.y / model.sigma**2) + model.mu.mean * model.mu.precision) / P
        return Normal(m, np.sqrt(model.sigma**2 + 1 / P)).logpdf(model.y)

    def _draw(self, rng, shape):
        mu = self.mu.draw(rng, np.empty(shape))
        return {"mu": mu, **self.model.derived(mu)}


class ExactNormalNoPooling(ExactPosterior):
    """Each theta_j | y_j is normal, and independent of the others.

    Parameters
    ----------
    model : NormalNoPooling
    rtol : float, optional
        Not needed: a closed form is as exact as floating point.
    """

    def __init__(self, model, rtol=None):
        super().__init__(model)
        refuse_off_the_scale(theta=model.theta)
        refuse_too_far_apart(model.y, model.sigma)
        self.theta = model.theta_given()
        refuse_too_narrow("theta", self.theta, model.groups)
        self.marginals = {"theta": Marginals(self.marginal_of_theta, model.groups, "theta")}

    def marginal_of_theta(self, j):
        """The marginal of theta_j."""
        mean, sd = self.theta.mean[j], self.theta.sd[j]
        return NormalMixture(0.0, 0.0, sd, f"theta[{self.model.groups[j]}]", centre=mean)

    @property
    def new_group(self):
        """Refused: nothing was learnt about other groups."""
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        """log p(y) = sum_j log p(y_j): the groups are independent."""
        self._proper(self.model.theta)
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """log p(y_j), with theta_j ~ its prior: the other groups tell nothing of it."""
        prior = self.model.theta
        if not prior.proper:
            raise ValueError("leave-one-out is not defined: under a Flat prior a group that is "
                             "left out could have any effect at all; give theta a proper prior, "
                             "such as no_pooling(theta=Normal(0, 20))")
        return Normal(prior.mean, np.sqrt(prior.sd**2 + self.model.sigma**2)).logpdf(self.model.y)

    def _draw(self, rng, shape):
        return {"theta": self.theta.draw(rng, np.empty((*shape, self.model.J)))}
