"""The exact posteriors of the pooling alternatives, in closed form.

A rate given counts is a Gamma; a count, its rate integrated out, is negative binomial.
"""
import numpy as np
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, ndtr, xlogy

from ...distributions.marginals import Marginal, Marginals, nan_where_nan
from ...distributions.standard import Gamma
from ...numerics.roots import invert
from ...numerics.special import EPS, LOG_2PI, log_beta, stirling_remainder, sum_of_others
from ..posterior import ExactPosterior

LARGE = 1e3     # of a shape or a count: differences of larger ones are written out
HUGE = 1e8      # of a shape: from here on SciPy's incomplete Gamma functions have a few digits only


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
        """Log density: of a large shape k from the mean k / rate, with x = exp(t) k / rate::

            log p = -k (exp(t) - 1 - t) - log x + log(k / (2 pi)) / 2 - r(k)

        where r is what Stirling's formula leaves of log Gamma(k).
        """
        k = self.gamma.shape
        if k < LARGE:
            return self.gamma.logpdf(x)
        x = np.asarray(x, dtype=float)
        inside = np.where(x > 0, x, self.mean)
        t = np.log(inside / self.mean)
        log_p = (-k * (np.expm1(t) - t) - np.log(inside)
                 + 0.5 * (np.log(k) - LOG_2PI) - stirling_remainder(k))
        return nan_where_nan(x, np.where(x > 0, log_p, -np.inf))

    def cdf(self, x):
        """Probability of values up to x."""
        if self.gamma.shape > HUGE:
            return below_in_large_gamma(self.gamma.shape, np.asarray(x) / self.mean)
        return gammainc(self.gamma.shape, self.gamma.rate * np.maximum(x, 0.0))

    def sf(self, x):
        """Probability of values above x."""
        if self.gamma.shape > HUGE:
            return below_in_large_gamma(self.gamma.shape, np.asarray(x) / self.mean, -1)
        return gammaincc(self.gamma.shape, self.gamma.rate * np.maximum(x, 0.0))

    def _quantile(self, q):
        if self.gamma.shape < HUGE:
            return gammaincinv(self.gamma.shape, q) / self.gamma.rate
        far = 40 * self.sd
        return invert(self.cdf, self.pdf, np.asarray(q), self.mean - far, self.mean + far,
                      rtol=EPS / 4)


def below_in_large_gamma(k, ratio, side=1):
    """Probability below `ratio` times the mean of a Gamma(k); above it for side = -1.

    By the formula of Lugannani and Rice (1980), whose relative error is of order k^(-3/2)::

        Phi(w) + phi(w) (1 / w - 1 / z),    z = sqrt(k) (ratio - 1),
                                            w^2 / 2 = k (ratio - 1 - log ratio)
    """
    ratio = np.maximum(ratio, 1e-300)
    step = ratio - 1
    small = np.abs(step) < 1e-3
    near = np.where(small, step, 0.0)
    series = near**2 * (0.5 - near / 3 + near**2 / 4 - near**3 / 5)
    z = np.sqrt(k) * step
    w = np.sign(z) * np.sqrt(2 * k * np.where(small, series, step - np.log(ratio)))
    middle = np.abs(z) < 1e-3
    skewed = np.where(middle, 1 / (3 * np.sqrt(k)),
                      1 / np.where(middle, 1.0, w) - 1 / np.where(middle, 1.0, z))
    return ndtr(side * w) + side * np.exp(-0.5 * (w**2 + LOG_2PI)) * skewed


def log_negative_binomial(y, exposure, prior):
    """log p(y) for y ~ Poisson(lam e), lam ~ Gamma(a, b), with lam integrated out::

        p(y) = Gamma(a + y) / (Gamma(a) y!) p^a q^y,      p = b / (b + e), q = 1 - p

    For large a and y that is written as the density of a Beta(a, y + 1) at p, or of a
    Beta(y + 1, a) at q, whichever is smaller, times p / (a + y): so that nothing large cancels.
    """
    y, exposure, a, b = np.broadcast_arrays(y, exposure, prior.shape, prior.rate)
    p, q = b / (b + exposure), exposure / (b + exposure)
    of_beta = np.where(p < q, log_beta(np.minimum(p, q), a, y + 1),
                       log_beta(np.minimum(p, q), y + 1, a)) + np.log(p / (a + y))
    small = (gammaln(a + y) - gammaln(a) - gammaln(y + 1) - a * np.log1p(exposure / b)
             + xlogy(y, q))
    return np.where(exposure == 0, 0.0, np.where(a + y < LARGE, small, of_beta))


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
        """log p(y) = sum_j log p(y_j | y_1, ..., y_j-1): each is a prior for the next."""
        model = self.model
        shape = model.rate.shape + np.concatenate([[0.0], np.cumsum(model.y)[:-1]])
        rate = model.rate.rate + np.concatenate([[0.0], np.cumsum(model.exposure)[:-1]])
        return float(log_negative_binomial(model.y, model.exposure, Gamma(shape, rate)).sum())

    def _log_left_out(self):
        """log p(y_j | the others), negative binomial, (J,)."""
        model = self.model
        others = Gamma(model.rate.shape + sum_of_others(model.y),
                       model.rate.rate + sum_of_others(model.exposure))
        return log_negative_binomial(model.y, model.exposure, others)

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
