"""The exact posteriors of the pooling alternatives, in closed form.

A rate given counts is a Gamma; a count, its rate integrated out, is negative binomial.
"""
import numpy as np
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, xlogy

from ...distributions.marginals import Marginal, Marginals
from ...distributions.standard import Gamma
from ..posterior import ExactPosterior


class GammaMarginal(Marginal):
    """A Gamma(shape, rate) distribution as the marginal of a rate.

    Parameters
    ----------
    gamma : Gamma
        Of one shape and one rate.
    name : str
    """

    support = (0.0, np.inf)

    def __init__(self, gamma, name=""):
        self.gamma, self.name = gamma, name
        self.mean = float(gamma.shape / gamma.rate)
        self.sd = float(np.sqrt(gamma.shape) / gamma.rate)

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
    """log p(y) for y ~ Poisson(lam e), lam ~ Gamma(a, b), with lam integrated out::

        p(y) = Gamma(a + y) / (Gamma(a) y!) (b / (b + e))^a (e / (b + e))^y
    """
    a, b = prior.shape, prior.rate
    return (gammaln(a + y) - gammaln(a) - gammaln(y + 1) - a * np.log1p(exposure / b)
            + xlogy(y, exposure / (b + exposure)))


class ExactPoissonCompletePooling(ExactPosterior):
    """rate | y ~ Gamma(a + sum_j y_j, b + sum_j e_j), and every lam_j is that rate.

    Without group j the sums go over the others, and y_j given them is negative binomial.

    Parameters
    ----------
    model : PoissonCompletePooling
    rtol : float, optional
        Without effect: the posterior is in closed form.
    """

    def __init__(self, model, rtol=None):
        super().__init__(model)
        rate = model.rate_given()

        def marginal_of_group(j):
            return GammaMarginal(rate, f"lam[{model.groups[j]}]")

        self.new_group = GammaMarginal(rate, "lam_new")
        self.marginals = {"rate": GammaMarginal(rate, "rate"),
                          "lam": Marginals(marginal_of_group, model.groups, "lam")}

    @property
    def log_evidence(self):
        """log p(y) = log p(y, rate) - log p(rate | y), at any rate: here the posterior mean."""
        posterior = self.model.rate_given()
        mean = posterior.shape / posterior.rate
        return float(self.model.log_joint(mean) - posterior.logpdf(mean))

    def _log_left_out(self):
        """log p(y_j | the others), negative binomial, (J,)."""
        model = self.model
        shape = np.array([model.rate.shape + np.delete(model.y, j).sum() for j in range(model.J)])
        rate = np.array([model.rate.rate + np.delete(model.exposure, j).sum()
                         for j in range(model.J)])
        return log_negative_binomial(model.y, model.exposure, Gamma(shape, rate))

    def _draw(self, rng, shape):
        rate = self.model.rate_given().draw(rng, np.empty(shape))
        return {"rate": rate, **self.model.derived(rate)}


class ExactPoissonNoPooling(ExactPosterior):
    """lam_j | y_j ~ Gamma(a + y_j, b + e_j), each independent of the others.

    Parameters
    ----------
    model : PoissonNoPooling
    rtol : float, optional
        Without effect: the posterior is in closed form.
    """

    def __init__(self, model, rtol=None):
        super().__init__(model)
        lam = model.lam_given()

        def marginal_of_group(j):
            return GammaMarginal(Gamma(lam.shape[j], lam.rate[j]), f"lam[{model.groups[j]}]")

        self.marginals = {"lam": Marginals(marginal_of_group, model.groups, "lam")}

    @property
    def new_group(self):
        """Refused with a ValueError: nothing was learnt about other groups."""
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        """log p(y) = sum_j log p(y_j): the groups are independent."""
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """log p(y_j | the others) = log p(y_j), negative binomial, (J,)."""
        return log_negative_binomial(self.model.y, self.model.exposure, self.model.lam)

    def _draw(self, rng, shape):
        return {"lam": self.model.lam_given().draw(rng, np.empty((*shape, self.model.J)))}
