"""The exact posteriors of complete and of no pooling: Betas, in closed form."""
import numpy as np

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Marginals
from ..posterior import ExactPosterior
from .observations import log_sequence


class ExactBinomialCompletePooling(ExactPosterior):
    """phi | y is a Beta, and every theta_j is phi.

    Parameters
    ----------
    model : BinomialCompletePooling
    rtol : float, optional
        Not needed: a closed form is as exact as floating point.
    """

    def __init__(self, model, rtol=None):
        super().__init__(model)
        self.phi = model.phi_given()
        self.new_group = self.marginal_of_rate("theta_new")
        self.marginals = {"phi": self.marginal_of_rate("phi"),
                          "theta": Marginals(self.marginal_of_theta, model.groups, "theta")}

    def marginal_of_rate(self, name):
        """The marginal of phi, under the name of whatever it is the rate of."""
        return BetaMixture(0.0, self.phi.a, self.phi.b, name)

    def marginal_of_theta(self, j):
        """The marginal of theta_j."""
        return self.marginal_of_rate(f"theta[{self.model.groups[j]}]")

    @property
    def log_evidence(self):
        """log p(y): all successes and failures are one sequence, which each group reorders."""
        model, y, n = self.model, self.model.successes, self.model.trials
        together = log_sequence(y.sum(), n.sum(), model.phi.a, model.phi.b)
        return float(model.log_ways.sum() + together)

    def _log_left_out(self):
        """y_j given the others is beta-binomial: their successes and failures join the prior's."""
        model, y, n = self.model, self.model.successes, self.model.trials
        a, b = model.phi.a + y.sum() - y, model.phi.b + (n - y).sum() - (n - y)
        return model.log_ways + log_sequence(y, n, a, b)

    def _draw(self, rng, shape):
        phi = self.phi.draw(rng, np.empty(shape))
        return {"phi": phi, **self.model.derived(phi)}


class ExactBinomialNoPooling(ExactPosterior):
    """Each theta_j | y_j is a Beta, and independent of the others.

    Parameters
    ----------
    model : BinomialNoPooling
    rtol : float, optional
        Not needed: a closed form is as exact as floating point.
    """

    def __init__(self, model, rtol=None):
        super().__init__(model)
        self.theta = model.theta_given()
        self.marginals = {"theta": Marginals(self.marginal_of_theta, model.groups, "theta")}

    def marginal_of_theta(self, j):
        """The marginal of theta_j."""
        return BetaMixture(0.0, self.theta.a[j], self.theta.b[j],
                           f"theta[{self.model.groups[j]}]")

    @property
    def new_group(self):
        """Refused: nothing was learnt about other groups."""
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        """log p(y) = sum_j log p(y_j): the groups are independent."""
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """log p(y_j), with theta_j ~ its prior: the other groups tell nothing of it."""
        model, prior = self.model, self.model.theta
        return model.log_ways + log_sequence(model.successes, model.trials, prior.a, prior.b)

    def _draw(self, rng, shape):
        return {"theta": self.theta.draw(rng, np.empty((*shape, self.model.J)))}
