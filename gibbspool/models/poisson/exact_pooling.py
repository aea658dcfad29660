"""TODO models.poisson.exact_pooling"""
import numpy as np
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, xlogy

from ...distributions.marginals import Marginal, Marginals
from ...distributions.standard import Gamma
from ..posterior import ExactPosterior


class GammaMarginal(Marginal):
    """A Gamma(shape, rate) distribution."""

    support = (0.0, np.inf)

    def __init__(self, gamma, name=""):
        self.gamma, self.name = gamma, name
        self.mean, self.sd = float(gamma.shape / gamma.rate), float(np.sqrt(gamma.shape)
                                                                    / gamma.rate)

    def logpdf(self, x):
        """Log density."""
        return self.gamma.logpdf(x)

    def cdf(self, x):
        """Probability of values up to x."""
        return gammainc(self.gamma.shape, self.gamma.rate * np.maximum(x, 0.0))

    def sf(self, x):
        """Probability of values above x."""
        return gammaincc(self.gamma.shape, self.gamma.rate * np.maximum(x, 0.0))

    def _quantile(self, q):
        return gammaincinv(self.gamma.shape, q) / self.gamma.rate


def log_negative_binomial(y, exposure, prior):
    """log p(y) for y ~ Poisson(lam e), lam ~ Gamma(a, b): Gamma(a + y) / (Gamma(a) y!) (b / (b + e))^a (e / (b + e))^y."""
    a, b = prior.shape, prior.rate
    return (gammaln(a + y) - gammaln(a) - gammaln(y + 1) - a * np.log1p(exposure / b)
            + xlogy(y, exposure / (b + exposure)))


class ExactCompletePooling(ExactPosterior):
    """rate | y is a Gamma, and every lam_j is that rate. Without group j the others give the Gamma,
    and y_j given it is negative binomial."""

    def __init__(self, model):
        super().__init__(model)
        rate = model.rate_given()
        self.new_group = GammaMarginal(rate, "lam_new")
        self.marginals = {
            "rate": GammaMarginal(rate, "rate"),
            "lam": Marginals(lambda j: GammaMarginal(rate, f"lam[{model.groups[j]}]"), model.groups,
                             "lam")}

    @property
    def log_evidence(self):
        mode = self.model.rate_given()
        return float(self.model.log_joint(mode.shape / mode.rate)
                     - mode.logpdf(mode.shape / mode.rate))

    def _log_left_out(self):
        model = self.model
        shape = np.array([model.rate.shape + np.delete(model.y, j).sum() for j in range(model.J)])
        rate = np.array([model.rate.rate + np.delete(model.exposure, j).sum()
                         for j in range(model.J)])
        return log_negative_binomial(model.y, model.exposure, Gamma(shape, rate))

    def _draw(self, rng, shape):
        rate = self.model.rate_given().draw(rng, np.empty(shape))
        return {"rate": rate, **self.model.derived(rate)}


class ExactNoPooling(ExactPosterior):
    """Each lam_j | y_j is a Gamma, and independent of the others."""

    def __init__(self, model):
        super().__init__(model)
        lam = model.lam_given()
        self.marginals = {"lam": Marginals(
            lambda j: GammaMarginal(Gamma(lam.shape[j], lam.rate[j]), f"lam[{model.groups[j]}]"),
                                           model.groups, "lam")}

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_j), negative binomial."""
        return log_negative_binomial(self.model.y, self.model.exposure, self.model.lam)

    def _draw(self, rng, shape):
        return {"lam": self.model.lam_given().draw(rng, np.empty((*shape, self.model.J)))}
