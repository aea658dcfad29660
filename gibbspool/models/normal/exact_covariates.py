"""The exact posterior of the Normal-Normal model with covariates: tau by quadrature, all else
analytically.
"""
import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals
from ...distributions.standard import Normal
from ...numerics.coordinates import coordinate
from ...numerics.quadrature import integrate
from ..posterior import ExactPosterior
from .covariates import NormalNormalCovariates
from .exact import ExactNormalNormal
from .regression import line_at, regression


class ExactNormalNormalCovariates(ExactNormalNormal):
    """Given tau everything is normal, a line in place of a mean; what is left is one integral over
    tau.

    With v_j = sigma_j^2 + tau^2, rows x_j that begin with 1, and m, C the mean and covariance of
    the coefficients in the regression of y_j on x_j with variances v_j::

        (mu, beta) | tau, y ~ MultivariateNormal(m, C)
        p(y | tau)          = p(y | m, tau) p(m) / p(m | tau, y)
        theta_j | tau, y    ~ Normal((1 - B_j) y_j + B_j x_j . m, sqrt((1 - B_j) sigma_j^2 + B_j^2 x_j C x_j'))

    The rest is as in ExactNormalNormal. A new group has no distribution until its covariates are
    known: in place of ``new_group`` there is ``new_group_at(x)``.
    """

    def __init__(self, model, rtol=1e-10):
        ExactPosterior.__init__(self, model)
        self.coordinate = coordinate(model.tau.support)

        def log_density(u):
            tau = self.coordinate.x(u)
            return model.tau.logpdf(tau) + self.log_likelihood_of(tau) + self.coordinate.log_jacobian(u)

        # groups that stand for the others
        few = np.unique(np.linspace(0, model.J - 1, min(model.J, 8)).astype(int))
        some = np.argsort(model.sigma)[few]

        def probes(u):
            tau = self.coordinate.x(u)
            coefficients = self.coefficients_given(tau)
            line, variance = line_at(model.design[some], coefficients)
            B = model.shrinkage(tau)[..., some]
            m = coefficients.mean
            return np.concatenate([m.T, m.T**2, coefficients.sd.T**2, B.T, (B * line).T,
                                   variance.T])

        self.integral = integrate(log_density, *self._range(), probes, rtol)
        self.error = self.integral.error
        self.nodes = self.coordinate.x(self.integral.u)
        self.coefficients = self.coefficients_given(self.nodes)
        self.marginals = {
            "mu": self._coefficient(0, "mu"),
            "beta": self._beta(),
            "tau": self._tau(),
            "theta": Marginals(self._theta, model.groups, "theta"),
            "shrinkage": Marginals(self._shrinkage, model.groups, "shrinkage"),
        }

    def _range(self):
        """Of the coordinate of tau: the widest one in which no variance overflows.

        Under a flat prior the standard deviation of a coefficient grows in proportion to tau.
        """
        low, high = self.coordinate.range
        growth = np.max(self.coefficients_given(1e100).sd) / 1e100
        return (low, high
                - np.log(max(growth, 1.0))) if np.isinf(self.model.tau.support[1]) else (low, high)

    def coefficients_given(self, tau):
        """mu, beta | tau, y, for an array of tau."""
        return self.model.regression(self.model.y,
                                     np.sqrt(self.model.sigma**2 + per_group(tau) ** 2))

    def mu_given(self, tau):
        """Mean and variance of mu | tau, y, for an array of tau."""
        coefficients = self.coefficients_given(tau)
        return coefficients.mean[..., 0], coefficients.covariance[..., 0, 0]

    def log_likelihood_of(self, tau):
        """log p(y | tau); for flat priors, up to the constant that they leave open."""
        model, coefficients = self.model, self.coefficients_given(tau)
        m = coefficients.mean
        p_y = Normal(model.location(m),
                     np.sqrt(model.sigma**2 + per_group(tau) ** 2)).logpdf(model.y).sum(axis=-1)
        return p_y + model.log_prior(m) - coefficients.logpdf(m)

    @property
    def log_evidence(self):
        self._proper(*self.model.priors, self.model.tau)
        return self.integral.log_total

    @property
    def new_group(self):
        raise ValueError("a new group's parameter depends on its covariates: use new_group_at(x)")

    def new_group_at(self, x):
        """The parameter of a group that is not in the data, with covariates x: theta_new ~
        Normal(mu + x . beta, tau).

        Parameters
        ----------
        x : float, or list of p
            As one row of the model's x.

        Returns
        -------
        Marginal
        """
        line, variance = line_at(self.model.new_row(x)[None], self.coefficients)
        return self._mixture(line[:, 0], variance[:, 0] + self.nodes**2, "theta_new", grows=True)

    def _coefficient(self, k, name):
        return self._mixture(self.coefficients.mean[:, k], self.coefficients.covariance[:, k, k],
                             name,
                             grows=bool(self.model.flat[k]))

    def _beta(self):
        if self.model.x.ndim == 1:
            return self._coefficient(1, "beta")
        labels = self.model.covariates
        return Marginals(lambda k: self._coefficient(1 + k, f"beta[{labels[k]}]"), labels, "beta")

    def _theta(self, j):
        model = self.model
        line, variance = line_at(model.design[[j]], self.coefficients)
        v = model.sigma[j] ** 2 + self.nodes**2
        B, rest = model.sigma[j] ** 2 / v, self.nodes**2 / v
        return self._mixture(rest * model.y[j] + B * line[:, 0], rest * model.sigma[j] ** 2 + B**2
                             * variance[:, 0],
                             f"theta[{model.groups[j]}]")

    def _log_left_out(self):
        """log p(y_j | the others), from 1 / p(y_j | y_-j) = E[1 / p(y_j | y_-j, tau) | y].

        Given tau, y_j | y_-j is normal with the line of the other groups and variance v_j + x_j
        C_-j x_j'. It follows from the regression on all groups: with the leverage h_j = x_j C x_j'
        / v_j,

            y_j - x_j . m_-j = (y_j - x_j . m) / (1 - h_j),   v_j + x_j C_-j x_j' = v_j / (1 - h_j).

        Where h_j comes near 1, a group that all but determines a coefficient by itself, 1 - h_j
        would lose its digits: there the regression is done again without it.
        """
        model, tau = self.model, self.nodes
        self._refuse_left_out()
        line, variance = line_at(model.design, self.coefficients)
        v = model.sigma**2 + per_group(tau) ** 2
        rest = 1 - variance / v
        mean, total = model.y - (model.y - line) / rest, v / rest
        for j in np.flatnonzero(rest.min(axis=0) < 1e-3):
            others = np.arange(model.J) != j
            without = regression(model.design[others], model.y[others], np.sqrt(v[:, others]),
                                 model.priors)
            line_j, variance_j = line_at(model.design[[j]], without)
            mean[:, j], total[:, j] = line_j[:, 0], v[:, j] + variance_j[:, 0]
        log_p = Normal(mean, np.sqrt(total)).logpdf(model.y)
        return -logsumexp(self.integral.log_mass[:, None] - log_p, axis=0)

    def _refuse_left_out(self):
        model = self.model
        for j, group in enumerate(model.groups):
            if not model.tells_apart(np.delete(model.design, j, axis=0)):
                raise ValueError(f"leave-one-out is not defined: without group {group} the others "
                                 "say nothing of some coefficient whose prior is flat; give beta "
                                 "a proper prior such as Normal(0, 10)")
        if model.tail_power - 1 <= 1:
            raise ValueError(f"leave-one-out is not defined: with tau ~ {model.tau!r} and one of "
                             f"the {model.J} groups left out, the posterior is improper; give tau "
                             "a proper prior")

    def _draw(self, rng, shape):
        tau = self["tau"].draw(rng, shape)
        coefficients = self.coefficients_given(tau).draw(rng)
        named = NormalNormalCovariates.derived(self.model, coefficients)
        return {**named, "tau": tau, "theta": self.model.theta_given(coefficients, tau).draw(rng)}
