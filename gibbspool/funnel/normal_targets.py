"""The posterior of a Normal-Normal model as a density for `hmc`, with its funnel and without.

References: Betancourt and Girolami (2015), Hamiltonian Monte Carlo for hierarchical models;
Papaspiliopoulos, Roberts and Skold (2007), A general framework for the parametrization of
hierarchical models.
"""
import numpy as np

from ..distributions.base import per_group
from ..models.normal.model import NormalNormal
from ..sampling.target import Target
from .positions import join
from .prior_slopes import prior_slope


class CentredNormal(Target):
    """q = (mu, log tau, theta_1, ..., theta_J) of a Normal-Normal model.

    The density of log tau is that of tau times the Jacobian tau::

        log p(q | y) = log p(mu) + log p(tau) + log tau
                       - J log tau - sum_j (theta_j - mu)^2 / (2 tau^2)
                       - sum_j (y_j - theta_j)^2 / (2 sigma_j^2)
    """

    form = "centred"

    def __init__(self, model):
        self.model = NormalNormal(model.y, model.sigma, model.mu, model.tau, groups=model.groups,
                                  form=self.form)

    def log_density(self, q):
        mu, log_tau, theta = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        return (-0.5 * model.mu.precision * (mu - model.mu.mean) ** 2 + model.tau.logpdf(tau)
                + log_tau
                - model.J * log_tau
                - 0.5 * (((theta - per_group(mu)) / per_group(tau)) ** 2).sum(axis=-1)
                - 0.5 * (((model.y - theta) / model.sigma) ** 2).sum(axis=-1))

    def gradient(self, q):
        """theta_j is pulled towards mu by 1 / tau^2, and towards y_j by 1 / sigma_j^2."""
        mu, log_tau, theta = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        to_mu = (per_group(mu) - theta) / per_group(tau) ** 2
        to_y = (model.y - theta) / model.sigma**2
        d_mu = model.mu.precision * (model.mu.mean - mu) - to_mu.sum(axis=-1)
        d_log_tau = prior_slope(model.tau, tau) + 1 - model.J + tau**2 * (to_mu**2).sum(axis=-1)
        return join(d_mu, d_log_tau, to_mu + to_y)

    def named(self, q):
        """mu, tau and theta."""
        return {"mu": q[..., 0], "tau": np.exp(q[..., 1]), "theta": q[..., 2:]}

    def initial(self, rng, shape=()):
        """The starting values of the model itself."""
        start = self.model.initial(rng, shape)
        mu, tau, groups = (np.asarray(start[name]) for name in ("mu", "tau", self.model.order[0]))
        return join(mu, np.log(tau), groups)


class NoncentredNormal(CentredNormal):
    """q = (mu, log tau, theta_raw_1, ..., theta_raw_J) with theta_j = mu + tau theta_raw_j.

    ::

        log p(q | y) = log p(mu) + log p(tau) + log tau
                       - sum_j theta_raw_j^2 / 2
                       - sum_j (y_j - mu - tau theta_raw_j)^2 / (2 sigma_j^2)

    The change of variables from theta to theta_raw has the Jacobian tau^J, which takes away the
    tau^-J of the centred form and with it the funnel.
    """

    form = "noncentred"

    def log_density(self, q):
        mu, log_tau, theta_raw = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        theta = per_group(mu) + per_group(tau) * theta_raw
        return (-0.5 * model.mu.precision * (mu - model.mu.mean) ** 2 + model.tau.logpdf(tau)
                + log_tau
                - 0.5 * (theta_raw**2).sum(axis=-1)
                - 0.5 * (((model.y - theta) / model.sigma) ** 2).sum(axis=-1))

    def gradient(self, q):
        """Only the data pull on mu and tau; each theta_raw_j is pulled towards 0 as well."""
        mu, log_tau, theta_raw = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        to_y = (model.y - per_group(mu) - per_group(tau) * theta_raw) / model.sigma**2
        d_mu = model.mu.precision * (model.mu.mean - mu) + to_y.sum(axis=-1)
        d_log_tau = prior_slope(model.tau, tau) + 1 + tau * (theta_raw * to_y).sum(axis=-1)
        return join(d_mu, d_log_tau, per_group(tau) * to_y - theta_raw)

    def named(self, q):
        """mu, tau, theta_raw, and theta = mu + tau theta_raw."""
        mu, tau, theta_raw = q[..., 0], np.exp(q[..., 1]), q[..., 2:]
        return {"mu": mu, "tau": tau, "theta_raw": theta_raw,
                **self.model.derived(mu, tau, theta_raw)}
