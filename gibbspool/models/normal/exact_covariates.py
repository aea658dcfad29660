"""The exact posterior of the Normal-Normal model with covariates: a line in place of the mean."""
from functools import cached_property

import numpy as np

from ...distributions.base import per_group
from ...distributions.marginals import Marginals
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Normal, moved
from ...distributions.vectors import MultivariateNormal
from ...numerics.special import rounded_sum
from .around import Around
from .exact import ExactNormalNormal, Location
from .regression import line_at, regression


class ExactNormalNormalCovariates(ExactNormalNormal):
    """Given tau everything is normal, a line in place of a mean; one integral over tau is left.

    With v_j = sigma_j^2 + tau^2, B_j = sigma_j^2 / v_j, rows x_j that begin with 1, and m, C the
    mean and covariance of the coefficients in the regression of y_j on x_j with variances v_j::

        (mu, beta) | tau, y ~ MultivariateNormal(m, C)
        p(y | tau)          = p(y | m, tau) p(m) / p(m | tau, y)
        theta_j | tau, y    ~ Normal((1 - B_j) y_j + B_j x_j . m,
                                     sqrt((1 - B_j) sigma_j^2 + B_j^2 x_j C x_j'))

    The rest is as in ExactNormalNormal. A new group has no distribution until its covariates are
    known: in place of ``new_group`` there is ``new_group_at(x)``.
    """

    # What is integrated.

    def search_range(self):
        """The widest range of u in which no variance overflows.

        Under a flat prior the standard deviation of a coefficient grows in proportion to tau.
        """
        low, high = super().search_range()
        if np.isfinite(self.model.tau.support[1]):
            return low, high
        growth = np.max(self.coefficients_given(1e100).sd) / 1e100
        return low, high - np.log(max(growth, 1.0))

    def around_tau_0(self):
        """What is known given tau, counted from what is known given tau_0."""
        def root(tau):
            return self.coefficients_given(tau).root

        mean = self.coefficients_from_centre(self.coordinate.place).mean
        return Around(self.y_from_centre, self.model.sigma, self.coordinate, mean, root,
                      self.model.design, self.priors_from_centre)

    def refuse_priors_off_the_scale(self):
        """Refuse priors whose parameters floating point cannot square."""
        names = ["mu", *(f"beta[{name}]" for name in self.model.covariates)]
        refuse_off_the_scale(tau=self.model.tau, **dict(zip(names, self.model.priors)))

    def log_likelihoods(self, tau):
        """log p(y | tau), (n,); for flat priors, up to the constant that they leave open."""
        model, coefficients = self.model, self.coefficients_from_centre(tau)
        m = coefficients.mean
        p_y = Normal(model.location(m), model.sd_of_y(tau)).logpdf(self.y_from_centre)
        log_prior = sum(prior.logpdf(m[..., k]) for k, prior in enumerate(self.priors_from_centre))
        return p_y.sum(axis=-1) + log_prior - coefficients.logpdf(m)

    @property
    def log_evidence(self):
        """log p(y)."""
        self._proper(*self.model.priors, self.model.tau)
        return self.log_total

    # The population, given tau.

    def coefficients_given(self, tau):
        """mu, beta | tau, y, for an array of tau."""
        return self.model.regression(self.model.y, self.model.sd_of_y(tau))

    @cached_property
    def priors_from_centre(self):
        """Priors of the coefficients, that of mu counted from the centre."""
        of_mu, *others = self.model.priors
        return [moved(of_mu, self.centre), *others]

    def coefficients_from_centre(self, tau):
        """mu - centre, beta | tau, y, for an array of tau."""
        model = self.model
        return regression(model.design, self.y_from_centre, model.sd_of_y(tau),
                          self.priors_from_centre)

    def mu_given(self, tau):
        """Mean and variance of mu | tau, y, for an array of tau."""
        coefficients = self.coefficients_given(tau)
        return coefficients.mean[..., 0], coefficients.covariance[..., 0, 0]

    @cached_property
    def mu_at_nodes(self):
        """mu given each of the nodes, as a `Location`."""
        return self.coefficient_at_nodes(0)

    def coefficient_at_nodes(self, k):
        """One of the coefficients given each of the nodes, as a `Location`."""
        variance = self.coefficients_at_nodes.covariance[:, k, k]
        centre, rest = rounded_sum(self.centre if k == 0 else 0.0, self.around.mean[k])
        return Location(centre, rest + self.moves_at_nodes[:, k], variance)

    def line_variances_at_nodes(self, j, k):
        """The variances of mu + x_j . beta, (nodes, groups)."""
        coefficients = self.coefficients_at_nodes
        some = MultivariateNormal(coefficients.mean[k], coefficients.root[k])
        return line_at(self.model.design[j], some)[1]

    def line_at_nodes(self, row):
        """row . coefficients given each of the nodes, as a `Location`."""
        _, variance = line_at(row[None], self.coefficients_at_nodes)
        centre, rest = rounded_sum(self.centre, row @ self.around.mean)
        return Location(centre, rest + self.moves_at_nodes @ row, variance[:, 0])

    # The marginals.

    def marginals_of_population(self):
        """The marginals of mu and beta, by their names."""
        return {"mu": self.marginal_of_coefficient(0, "mu"), "beta": self.marginal_of_beta()}

    def marginal_of_coefficient(self, k, name):
        """The marginal of one of the coefficients."""
        return self.mixture(*self.coefficient_at_nodes(k), name, grows=bool(self.model.flat[k]))

    def marginal_of_beta(self):
        """The marginal of beta, or one for each column of x."""
        if self.model.x.ndim == 1:
            return self.marginal_of_coefficient(1, "beta")
        labels = self.model.covariates
        return Marginals(lambda k: self.marginal_of_coefficient(1 + k, f"beta[{labels[k]}]"),
                         labels, "beta")

    @property
    def new_group(self):
        """Refused: it depends on the covariates of the group."""
        raise ValueError("a new group's parameter depends on its covariates: use new_group_at(x)")

    def new_group_at(self, x):
        """theta_new ~ Normal(mu + x . beta, tau), for a group that is not in the data.

        Parameters
        ----------
        x : float, or list of p
            As one row of the model's x.

        Returns
        -------
        Marginal
        """
        line, move, variance = self.line_at_nodes(self.model.new_row(x))
        return self.mixture(line, move, variance + self.nodes**2, "theta_new", grows=True)

    # Leave-one-out, and independent draws.

    def refuse_left_out(self):
        """Leave-one-out needs a posterior that stays proper without any one of the groups."""
        model = self.model
        for j in self.influential():
            if not model.tells_apart(np.delete(model.design, j, axis=0)):
                group = model.groups[j]
                raise ValueError(f"leave-one-out is not defined: without group {group} the others "
                                 "say nothing of some coefficient whose prior is flat; give beta "
                                 "a proper prior such as Normal(0, 10)")
        super().refuse_left_out()

    def influential(self):
        """Numbers of the groups that may determine a coefficient with a flat prior by themselves.

        Such a one has the leverage 1; those of all groups add up to the number of coefficients.
        """
        columns = self.model.design[:, self.model.flat]
        Q = np.linalg.qr(columns / np.linalg.norm(columns, axis=0))[0]
        return np.flatnonzero((Q**2).sum(axis=1) > 0.5)

    def line_of_others(self, j):
        """Mean (from the centre) and variance of where group j's population stands, without it."""
        model, others = self.model, np.arange(self.model.J) != j
        row = model.design[[j]]

        def mean_and_variance(tau):
            sd = np.sqrt(model.sigma[others] ** 2 + per_group(tau) ** 2)
            without_j = regression(model.design[others], self.y_from_centre[others], sd,
                                   self.priors_from_centre)
            return np.stack([found[:, 0] for found in line_at(row, without_j)])

        return self.over_tau(mean_and_variance, self.nodes)

    def _draw(self, rng, shape):
        tau = self["tau"].draw(rng, shape)
        coefficients = self.coefficients_given(tau).draw(rng)
        theta = self.model.theta_given(coefficients, tau).draw(rng)
        return {**self.model.by_name(coefficients), "tau": tau, "theta": theta}
