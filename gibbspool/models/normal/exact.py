"""The exact posterior of the Normal-Normal model: mu and theta analytically, tau by quadrature."""
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.mixtures import NormalMixture
from ...distributions.standard import Normal
from ...numerics.coordinates import coordinate
from ...numerics.quadrature import integrate
from ...numerics.special import LOG_2PI, sum_of_others
from ..posterior import ExactPosterior


class ExactNormalNormal(ExactPosterior):
    """Given tau everything is normal; what is left is one integral over tau.

    With v_j = sigma_j^2 + tau^2, B_j = sigma_j^2 / v_j and a prior mu ~ Normal(m_0, s_0)::

        mu | tau, y      ~ Normal(m, 1 / sqrt(P))
        P                = sum_j 1 / v_j + 1 / s_0^2
        m                = (sum_j y_j / v_j + m_0 / s_0^2) / P
        log p(y | tau)   = -1/2 [sum_j (log(2 pi v_j) + (y_j - m)^2 / v_j)
                                 + ((m - m_0) / s_0)^2 + log(s_0^2 P)]
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 / P))

    The density of u, the log of tau, is integrated by adaptive Gauss-Legendre panels, each to the
    relative tolerance `rtol`, down to exp(-700) of its highest value. (Where the prior of tau is
    bounded, u is its logit.) The marginals of mu, theta_j and a new group are then mixtures of
    these normals over the nodes.

    Parameters
    ----------
    model : NormalNormal
    rtol : float

    Attributes
    ----------
    coordinate : what u is, as a function of tau
    integral : integral.Integral
        The posterior of u.
    nodes : array (n,)
        Values of tau that it is evaluated at.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.coordinate = coordinate(model.tau.support)
        self.integral = integrate(self.log_density, *self.search_range(), self.probes, rtol)
        self.error = self.integral.error
        self.nodes = self.coordinate.x(self.integral.u)
        self.marginals = {
            **self.marginals_of_population(),
            "tau": self.marginal_of_tau(),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta"),
            "shrinkage": Marginals(self.marginal_of_shrinkage, model.groups, "shrinkage"),
        }

    # What is integrated.

    def log_density(self, u):
        """log p(u, y), for an array of u."""
        tau = self.coordinate.x(u)
        return (self.model.tau.logpdf(tau) + self.log_likelihood_of(tau)
                + self.coordinate.log_jacobian(u))

    def search_range(self):
        """The widest range of u in which to look for the posterior."""
        return self.coordinate.range

    def probes(self, u):
        """Functions of u, an array (K, n), whose posterior means must converge as well.

        They are what the moments of mu are made of, and those of the shrinkage and of theta, for a
        few groups that stand for the others.
        """
        tau = self.coordinate.x(u)
        m, variance = self.mu_given(tau)
        B = self.model.shrinkage(tau)[..., self.few_groups]
        return np.concatenate([[m, m**2, variance], B.T, B.T * m])

    @cached_property
    def few_groups(self):
        """Numbers of at most eight groups, from the smallest standard error to the largest."""
        J = self.model.J
        places = np.unique(np.linspace(0, J - 1, min(J, 8)).astype(int))
        return np.argsort(self.model.sigma)[places]

    def log_likelihood_of(self, tau):
        """log p(y | tau); for a flat prior of mu, up to the constant that it leaves open."""
        model = self.model
        m, variance = self.mu_given(tau)
        v = model.sigma**2 + per_group(tau) ** 2
        log_p = -0.5 * (np.log(2 * np.pi * v) + (model.y - per_group(m)) ** 2 / v).sum(axis=-1)
        return log_p + model.mu.logpdf(m) + 0.5 * (LOG_2PI + np.log(variance))

    @property
    def log_evidence(self):
        """log p(y)."""
        self._proper(self.model.mu, self.model.tau)
        return self.integral.log_total

    # The population, given tau.

    def mu_given(self, tau):
        """Mean and variance of mu | tau, y, for an array of tau."""
        model = self.model
        weight = 1 / (model.sigma**2 + per_group(tau) ** 2)
        P = weight.sum(axis=-1) + model.mu.precision
        return ((weight * model.y).sum(axis=-1) + model.mu.mean * model.mu.precision) / P, 1 / P

    @cached_property
    def mu_at_nodes(self):
        """Mean and variance of mu given each of the nodes, two arrays (n,)."""
        return self.mu_given(self.nodes)

    def location_at_nodes(self, j):
        """Mean and variance, given each of the nodes, of where the population of group j stands."""
        return self.mu_at_nodes

    # The marginals.

    def mixture(self, means, variances, name, grows=False):
        """A mixture of normals over the nodes, from arrays (n,).

        Where the means or variances grow as tau does, the mixture has the tail of tau, and moments
        may not exist.
        """
        mixture = NormalMixture(self.integral.log_mass, means, np.sqrt(variances), name)
        if grows and not self.moment_exists(1):
            mixture.mean = np.nan
        if grows and not self.moment_exists(2):
            mixture.sd = np.inf
        return mixture

    def moment_exists(self, k):
        """Whether E[tau^k] is finite: the posterior falls like tau^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

    def marginals_of_population(self):
        """The marginal of mu, by its name."""
        m, variance = self.mu_at_nodes
        return {"mu": self.mixture(m, variance, "mu", grows=self.model.mu.precision == 0)}

    @cached_property
    def new_group(self):
        """theta_new ~ Normal(mu, tau), for a group that is not in the data."""
        m, variance = self.mu_at_nodes
        return self.mixture(m, variance + self.nodes**2, "theta_new", grows=True)

    def marginal_of_theta(self, j):
        """The marginal of theta_j."""
        y, sigma = self.model.y[j], self.model.sigma[j]
        m, variance = self.location_at_nodes(j)
        v = sigma**2 + self.nodes**2
        B, kept = sigma**2 / v, self.nodes**2 / v
        return self.mixture(kept * y + B * m, kept * sigma**2 + B**2 * variance,
                            f"theta[{self.model.groups[j]}]")

    def marginal_of_tau(self):
        """The marginal of tau."""
        tau = Transformed(self.integral, self.coordinate.x, self.coordinate.u,
                          self.log_density_of_tau, self.model.tau.support, "tau")
        if not self.moment_exists(1):
            tau.mean = np.inf
        if not self.moment_exists(2):
            tau.sd = np.inf
        return tau

    def log_density_of_tau(self, tau):
        """log p(tau | y)."""
        tau = np.asarray(tau, dtype=float)
        positive = np.where(tau >= 0, tau, 0.0)
        log_p = (self.model.tau.logpdf(tau) + self.log_likelihood_of(positive)
                 - self.integral.log_total)
        return np.where(tau >= 0, log_p, -np.inf)[()]

    def marginal_of_shrinkage(self, j):
        """The marginal of B_j = sigma_j^2 / (sigma_j^2 + tau^2), a falling function of tau."""
        sigma = self.model.sigma[j]

        def B_at(tau):
            return sigma**2 / (sigma**2 + tau**2)

        def tau_at(B):
            return sigma * np.sqrt((1 - B) / B)

        def logpdf(B):
            """p(B) = p(tau) |dtau/dB|, with |dtau/dB| = sigma / 2 B^(-3/2) (1 - B)^(-1/2)."""
            B = np.asarray(B, dtype=float)
            inside = (B > 0) & (B <= 1)
            at = np.where(inside, B, 0.5)
            with np.errstate(divide="ignore", invalid="ignore"):  # at B = 1 the slope is infinite
                log_p = (self["tau"].logpdf(tau_at(at)) + np.log(sigma / 2)
                         - 1.5 * np.log(at) - 0.5 * np.log1p(-at))
            return np.where(inside & ~np.isnan(log_p), log_p, -np.inf)[()]

        low, high = self.model.tau.support
        return Transformed(self.integral, lambda u: B_at(self.coordinate.x(u)),
                           lambda B: self.coordinate.u(tau_at(B)), logpdf,
                           (float(B_at(high)), float(B_at(low))),
                           f"shrinkage[{self.model.groups[j]}]")

    # Leave-one-out, and independent draws.

    def _log_left_out(self):
        """log p(y_j | the others), from 1 / p(y_j | y_-j) = E[1 / p(y_j | y_-j, tau) | y]."""
        self.refuse_left_out()
        mean, variance = self.left_out_at_nodes()
        log_p = Normal(mean, np.sqrt(variance)).logpdf(self.model.y)
        return -logsumexp(self.integral.log_mass[:, None] - log_p, axis=0)

    def refuse_left_out(self):
        """Leave-one-out needs a posterior that stays proper without any one of the groups."""
        model = self.model
        if model.tail_power - 1 <= 1:
            raise ValueError(f"leave-one-out is not defined: with tau ~ {model.tau!r} and one of "
                             f"the {model.J} groups left out, the posterior is improper; give tau "
                             "a proper prior")

    def left_out_at_nodes(self):
        """Mean and variance of y_j | y_-j, tau at each of the nodes, two arrays (n, J).

        It is normal: mu from the other groups, plus its own v_j.
        """
        model = self.model
        v = model.sigma**2 + per_group(self.nodes) ** 2
        P = sum_of_others(1 / v) + model.mu.precision
        m = (sum_of_others(model.y / v) + model.mu.mean * model.mu.precision) / P
        return m, v + 1 / P

    def _draw(self, rng, shape):
        tau = self["tau"].draw(rng, shape)
        m, variance = self.mu_given(tau)
        mu = Normal(m, np.sqrt(variance)).draw(rng)
        return {"mu": mu, "tau": tau, "theta": self.model.theta_given(mu, tau).draw(rng)}
