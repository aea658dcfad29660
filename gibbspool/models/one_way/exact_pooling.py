"""TODO models.one_way.exact_pooling"""
import numpy as np

from ...distributions.marginals import Marginals, Transformed
from ...distributions.standard import Flat
from ...numerics.coordinates import coordinate
from ...numerics.quadrature import integrate
from ..posterior import ExactPosterior
from .exact import refuse_improper_without_one, search_range, with_moments
from .given_spreads import GivenSpreads, log_p_deviations, log_p_means
from .mixtures import Mixture, SmoothMixture
from .observations import by_size


class ExactOneSigma(ExactPosterior):
    """Given sigma everything is normal; what is left is one integral over sigma.

    Attributes
    ----------
    integral : quadrature.Integral
        The posterior of sigma, in its coordinate.
    sigma : array (nodes,)
    """

    def __init__(self, model, rtol):
        super().__init__(model)
        self.rtol = rtol
        self.coordinate = coordinate(model.sigma.support)
        everyone = np.full(model.J, True)
        self.integral = self._integrate(everyone)
        self.error = self.integral.error
        self.sigma = self.coordinate.x(self.integral.u)
        self.marginals = {"sigma": self._marginal_of_sigma(self._log_p_y(everyone))}

    def _integrate(self, kept):
        """p(y, sigma) of the groups that are kept, integrated."""
        log_p_y = self._log_p_y(kept)

        def log_density(u):
            sigma = self.coordinate.x(u)
            return self.model.sigma.logpdf(sigma) + log_p_y(sigma) + self.coordinate.log_jacobian(u)

        return integrate(log_density, *search_range(self.coordinate, self.model.y), rtol=self.rtol)

    def _marginal_of_sigma(self, log_p_y):
        low, high = support = self.model.sigma.support

        def logpdf(sigma):
            sigma = np.asarray(sigma, dtype=float)
            inside = (sigma > 0) & (sigma >= low) & (sigma <= high)
            at = np.where(inside, sigma, self.sigma[0])
            return np.where(inside, self.model.sigma.logpdf(at) + log_p_y(at)
                            - self.integral.log_total, -np.inf)[()]

        return with_moments(Transformed(self.integral, self.coordinate.x, self.coordinate.u, logpdf,
                                        support, "sigma"),
                            [self.tail])

    def _mixture(self, given, name, flat):
        """What is normal given sigma; under a flat prior it has the tails of sigma."""
        m, variance = given.mu_given(0.0, self.sigma)
        kind = SmoothMixture if given.within.any() else Mixture
        return with_moments(kind(self.integral.log_mass, m, np.sqrt(variance), name), [self.tail]
                            * flat)

    def _log_left_out(self):
        """log p(y_i | the other groups) = log p(y) - log p(the other groups)."""
        model, groups = self.model, np.arange(self.model.J)
        refuse_improper_without_one(model)
        return self.integral.log_total - np.array([self._integrate(groups != i).log_total
                                                   for i in groups])


class ExactCompletePooling(ExactOneSigma):
    """mu given sigma is normal, and every theta_i is mu: one group of all observations, with tau = 0."""

    def __init__(self, model, rtol=1e-10):
        super().__init__(model, rtol)
        flat, given = isinstance(model.mu, Flat), self._given(np.full(model.J, True))
        self.marginals["mu"] = self._mixture(given, "mu", flat)
        self.marginals["theta"] = Marginals(lambda i: self._mixture(given,
                                                                    f"theta[{model.groups[i]}]",
                                                                    flat),
                                            model.groups, "theta")
        self.new_group = self._mixture(given, "theta_new", flat)

    @property
    def tail(self):
        """a where the posterior of sigma falls like sigma^-a."""
        return self.model.N - isinstance(self.model.mu, Flat) + self.model.sigma.tail_power

    def _given(self, kept):
        """All observations as one group: their number, mean, and sum of squares within and between
        the groups.
        """
        n, mean, within = (x[kept] for x in (self.model.n, self.model.mean, self.model.within))
        N = n.sum()
        overall = mean[0] + (n * (mean - mean[0])).sum() / N
        total = within.sum() + (n * (mean - overall) ** 2).sum()
        return GivenSpreads(self.model.mu, np.array([N]), np.array([overall]), np.array([total]))

    def _log_p_y(self, kept):
        given = self._given(kept)
        return lambda sigma: given.log_p_y(0.0, sigma)

    @property
    def log_evidence(self):
        self._proper(self.model.mu, self.model.sigma)
        return self.integral.log_total

    def _draw(self, rng, shape):
        sigma = self["sigma"].draw(rng, shape)
        mu = self.model.mu_given(sigma).draw(rng)
        return {"sigma": sigma, "mu": mu, **self.model.derived(mu)}


class ExactNoPooling(ExactOneSigma):
    """Each theta_i given sigma is normal: theta ~ Normal(m_0, s_0) is a population of known mu = m_0 and tau = s_0."""

    def __init__(self, model, rtol=1e-10):
        super().__init__(model, rtol)
        self.marginals["theta"] = Marginals(self._theta, model.groups, "theta")

    @property
    def tail(self):
        """a where the posterior of sigma falls like sigma^-a: a flat theta takes one from each group."""
        model = self.model
        return model.N - model.J * isinstance(model.theta, Flat) + model.sigma.tail_power

    def _log_p_y(self, kept):
        model, theta = self.model, self.model.theta
        deviations = log_p_deviations(model.n[kept], model.within[kept])
        if isinstance(theta, Flat):
            return deviations
        sizes = list(zip(*by_size(model.n[kept], model.mean[kept])))
        return lambda sigma: log_p_means(sizes, theta.mean, theta.sd, sigma) + deviations(sigma)

    def _theta(self, i):
        model = self.model
        given = GivenSpreads(model.theta, model.n[[i]], model.mean[[i]], model.within[[i]])
        return self._mixture(given, f"theta[{model.groups[i]}]", isinstance(model.theta, Flat))

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        self._proper(self.model.theta, self.model.sigma)
        return self.integral.log_total

    def _log_left_out(self):
        refuse_flat(self.model.theta)
        return super()._log_left_out()

    def _draw(self, rng, shape):
        sigma = self["sigma"].draw(rng, shape)
        return {"sigma": sigma, "theta": self.model.theta_given(sigma).draw(rng)}


class ExactNoPoolingOwnSigma(ExactPosterior):
    """Each group is a posterior of its own: one integral over sigma_i, given which theta_i is
    normal.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.alone = [ExactCompletePooling(_Alone(model, i), rtol) for i in range(model.J)]
        self.error = max(one.error for one in self.alone)
        self.marginals = {"sigma": self._of_groups("sigma", "sigma"),
                          "theta": self._of_groups("mu", "theta")}

    def _of_groups(self, name, title):
        def one(i):
            marginal = self.alone[i][name]
            marginal.name = f"{title}[{self.model.groups[i]}]"
            return marginal

        return Marginals(one, self.model.groups, title)

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        self._proper(self.model.theta, self.model.sigma)
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_i), with theta_i and sigma_i from their priors."""
        refuse_flat(self.model.theta)
        refuse_flat(self.model.sigma)
        return np.array([one.integral.log_total for one in self.alone])

    def _draw(self, rng, shape):
        sigma = np.stack([one["sigma"].draw(rng, shape) for one in self.alone], axis=-1)
        return {"sigma": sigma, "theta": self.model.theta_given(sigma).draw(rng)}


class _Alone:
    """One group as a complete pooling of its own: what ExactCompletePooling asks of a model."""

    def __init__(self, model, i):
        self.mu, self.sigma, self.groups, self.J = model.theta, model.sigma, (model.groups[i],), 1
        self.n, self.mean, self.within = model.n[[i]], model.mean[[i]], model.within[[i]]
        self.y, self.N = model.y[model.group == i], model.n[i]

    def cautions(self):
        return []


def refuse_flat(prior):
    if not prior.proper:
        raise ValueError("leave-one-out is not defined: under a Flat prior a group that is left "
                         "out could be anywhere; give its parameters proper priors, such as "
                         "no_pooling(theta=Normal(50, 25))")
