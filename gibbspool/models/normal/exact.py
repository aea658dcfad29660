"""The exact posterior of the Normal-Normal model: mu and theta analytically, tau by quadrature."""
import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.mixtures import NormalMixture
from ...distributions.standard import Normal
from ...numerics.coordinates import coordinate
from ...numerics.quadrature import integrate
from ...numerics.special import LOG_2PI, _sum_of_others
from ..posterior import ExactPosterior


class ExactNormalNormal(ExactPosterior):
    """Given tau everything is normal; what is left is one integral over tau.

    With v_j = sigma_j^2 + tau^2 and a prior mu ~ Normal(m_0, s_0)::

        mu | tau, y      ~ Normal(m, 1 / sqrt(P)),  P = sum_j 1 / v_j + 1 / s_0^2,  m = (sum_j y_j / v_j + m_0 / s_0^2) / P
        log p(y | tau)   = -1/2 [sum_j (log(2 pi v_j) + (y_j - m)^2 / v_j) + ((m - m_0) / s_0)^2 + log(s_0^2 P)]
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 / P)),  B_j = sigma_j^2 / v_j

    The density of log tau is integrated by adaptive Gauss-Legendre panels, each to the relative
    tolerance `rtol`, down to exp(-700) of its highest value. The marginals of mu, theta_j and a new
    group are then mixtures of these normals over the nodes.

    Attributes
    ----------
    integral : quadrature.Integral
        The posterior of log tau.
    nodes, mu_at_nodes : array (n,), tuple of array (n,)
        Values of tau that it is evaluated at; mean and variance of mu given each.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.coordinate = coordinate(model.tau.support)

        def log_density(u):
            tau = self.coordinate.x(u)
            return model.tau.logpdf(tau) + self.log_likelihood_of(tau) + self.coordinate.log_jacobian(u)

        # groups that stand for the others
        few = np.unique(np.linspace(0, model.J - 1, min(model.J, 8)).astype(int))
        some = np.argsort(model.sigma)[few]

        def probes(u):
            tau = self.coordinate.x(u)
            m, variance = self.mu_given(tau)
            B = model.shrinkage(tau)[..., some]
            return np.concatenate([[m, m**2, variance], B.T, B.T * m])

        self.integral = integrate(log_density, *self.coordinate.range, probes, rtol)
        self.error = self.integral.error
        self.nodes = self.coordinate.x(self.integral.u)
        m, variance = self.mu_at_nodes = self.mu_given(self.nodes)
        self.marginals = {
            "mu": self._mixture(m, variance, "mu", grows=True),
            "tau": self._tau(),
            "theta": Marginals(self._theta, model.groups, "theta"),
            "shrinkage": Marginals(self._shrinkage, model.groups, "shrinkage"),
        }
        self.new_group = self._mixture(m, variance + self.nodes**2, "theta_new", grows=True)

    def mu_given(self, tau):
        """Mean and variance of mu | tau, y, for an array of tau."""
        model = self.model
        weight = 1 / (model.sigma**2 + per_group(tau) ** 2)
        P = weight.sum(axis=-1) + model.mu.precision
        return ((weight * model.y).sum(axis=-1) + model.mu.mean * model.mu.precision) / P, 1 / P

    def log_likelihood_of(self, tau):
        """log p(y | tau); for a flat prior of mu, up to the constant that such a prior leaves open."""
        model = self.model
        m, variance = self.mu_given(tau)
        v = model.sigma**2 + per_group(tau) ** 2
        log_p = -0.5 * (np.log(2 * np.pi * v) + (model.y - per_group(m)) ** 2 / v).sum(axis=-1)
        return log_p + model.mu.logpdf(m) + 0.5 * (LOG_2PI + np.log(variance))

    @property
    def log_evidence(self):
        self._proper(self.model.mu, self.model.tau)
        return self.integral.log_total

    def _moment_exists(self, k):
        """Whether E[tau^k] is finite: the posterior falls like tau^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

    def _mixture(self, means, variances, name, grows=False):
        """A mixture over the nodes; where its variance grows with tau^2, its moments may not exist."""
        mixture = NormalMixture(self.integral.log_mass, means, np.sqrt(variances), name)
        if grows and not (name == "mu" and self.model.mu.precision > 0):
            mixture.mean = mixture.mean if self._moment_exists(1) else np.nan
            mixture.sd = mixture.sd if self._moment_exists(2) else np.inf
        return mixture

    def _theta(self, j):
        m, variance = self.mu_at_nodes
        v = self.model.sigma[j] ** 2 + self.nodes**2
        B, rest = self.model.sigma[j] ** 2 / v, self.nodes**2 / v
        return self._mixture(rest * self.model.y[j] + B * m, rest * self.model.sigma[j] ** 2 + B**2
                             * variance,
                             f"theta[{self.model.groups[j]}]")

    def _tau(self):
        def logpdf(tau):
            tau = np.asarray(tau, dtype=float)
            at = np.where(tau >= 0, tau, 0.0)
            return np.where(tau >= 0, self.model.tau.logpdf(tau) + self.log_likelihood_of(at)
                            - self.integral.log_total,
                            -np.inf)[()]

        tau = Transformed(self.integral, self.coordinate.x, self.coordinate.u, logpdf,
                          self.model.tau.support, "tau")
        tau.mean = tau.mean if self._moment_exists(1) else np.inf
        tau.sd = tau.sd if self._moment_exists(2) else np.inf
        return tau

    def _shrinkage(self, j):
        """B_j = sigma_j^2 / (sigma_j^2 + tau^2), a falling function of tau."""
        sigma = self.model.sigma[j]
        tau_at = lambda B: sigma * np.sqrt((1 - B) / B)  # noqa: E731
        low, high = self.model.tau.support
        support = (float(sigma**2 / (sigma**2 + high**2)) if np.isfinite(high) else 0.0,
                   float(sigma**2 / (sigma**2 + low**2)))

        def logpdf(B):
            B = np.asarray(B, dtype=float)
            inside = (B > 0) & (B <= 1)
            at = np.where(inside, B, 0.5)
            # at B = 1 the slope is infinite, as tau is 0
            with np.errstate(divide="ignore", invalid="ignore"):
                log_p = self["tau"].logpdf(tau_at(at)) + np.log(sigma
                                                                / 2) - 1.5 * np.log(at) - 0.5 * np.log1p(-at)
            return np.where(inside & ~np.isnan(log_p), log_p, -np.inf)[()]

        return Transformed(self.integral, lambda u: sigma**2
                           / (sigma**2 + self.coordinate.x(u) ** 2),
                           lambda B: self.coordinate.u(tau_at(B)), logpdf, support,
                           f"shrinkage[{self.model.groups[j]}]")

    def _log_left_out(self):
        """log p(y_j | the others), from 1 / p(y_j | y_-j) = E[1 / p(y_j | y_-j, tau) | y].

        Given tau, y_j | y_-j is normal: mu from the other groups, plus its own v_j.
        """
        model, tau = self.model, self.nodes
        if model.tail_power - 1 <= 1:
            raise ValueError(f"leave-one-out is not defined: with tau ~ {model.tau!r} and one of "
                             f"the {model.J} groups left out, the posterior is improper; give tau "
                             "a proper prior")
        v = model.sigma**2 + per_group(tau) ** 2
        P = _sum_of_others(1 / v) + model.mu.precision
        m = (_sum_of_others(model.y / v) + model.mu.mean * model.mu.precision) / P
        log_p = Normal(m, np.sqrt(v + 1 / P)).logpdf(model.y)
        return -logsumexp(self.integral.log_mass[:, None] - log_p, axis=0)

    def _draw(self, rng, shape):
        tau = self["tau"].draw(rng, shape)
        m, variance = self.mu_given(tau)
        mu = Normal(m, np.sqrt(variance)).draw(rng)
        return {"mu": mu, "tau": tau, "theta": self.model.theta_given(mu, tau).draw(rng)}
