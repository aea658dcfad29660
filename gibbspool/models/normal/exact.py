"""The exact posterior of the Normal-Normal model: mu and theta analytically, tau by quadrature."""
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.mixtures import NormalMixture
from ...distributions.standard import Normal, moved
from ...distributions.vectors import MultivariateNormal
from ...numerics.pieces import CACHED_PIECE, in_pieces, pieces
from ...numerics.special import log_sum_exp, rounded_sum
from .integral_of_tau import IntegralOfTau


class Location(NamedTuple):
    """Normals given each of the nodes: Normal(centre + move, sqrt(variance)).

    Attributes
    ----------
    centre : float
        The mean given tau_0.
    move, variance : array (n,)
    """

    centre: float
    move: np.ndarray
    variance: np.ndarray


class ExactNormalNormal(IntegralOfTau):
    """Given tau everything is normal; what is left is one integral over tau.

    With B_j = sigma_j^2 / (sigma_j^2 + tau^2), m and P as in `IntegralOfTau`::

        mu | tau, y      ~ Normal(m, 1 / sqrt(P))
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 / P))

    The marginals of mu, theta_j and a new group are mixtures of these normals over the nodes of
    tau.

    Parameters
    ----------
    model : NormalNormal
    rtol : float
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model, rtol)
        self.marginals = {
            **self.marginals_of_population(),
            "tau": self.marginal_of_tau(),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta",
                               self.moments_of_theta),
            "shrinkage": Marginals(self.marginal_of_shrinkage, model.groups, "shrinkage",
                                   self.moments_of_shrinkage),
        }

    # The population, given tau.

    def mu_given(self, tau):
        """Mean and variance of mu | tau, y, for an array of tau."""
        m, variance = self.mu_from_centre(tau)
        return self.centre + m, variance

    @cached_property
    def moves_at_nodes(self):
        """How far the coefficients' means have moved from those given tau_0, (n, p)."""
        return self.given.move(self.integral.u)

    @cached_property
    def coefficients_at_nodes(self):
        """The coefficients, from the centre, given each of the nodes: a MultivariateNormal."""
        return MultivariateNormal(self.around.mean + self.moves_at_nodes,
                                  self.given.root(self.integral.u))

    @cached_property
    def mu_at_nodes(self):
        """mu given each of the nodes, as a `Location`."""
        centre, rest = rounded_sum(self.centre, self.around.mean[0])
        variance = self.coefficients_at_nodes.sd[:, 0] ** 2
        return Location(centre, rest + self.moves_at_nodes[:, 0], variance)

    # The marginals.

    def mixture(self, centre, moves, variances, name, grows=False):
        """A mixture of normals over the nodes, with means centre + moves, from arrays (n,).

        Where the means or variances grow as tau does, the mixture has the tail of tau, and moments
        may not exist.
        """
        mixture = NormalMixture(self.integral.log_mass, moves, np.sqrt(variances), name,
                                centre=centre)
        if grows and not self.moment_exists(1):
            mixture.mean = np.nan
        if grows and not self.moment_exists(2):
            mixture.sd = np.inf
        return mixture

    def marginals_of_population(self):
        """The marginal of mu, by its name."""
        return {"mu": self.mixture(*self.mu_at_nodes, "mu", grows=self.model.mu.precision == 0)}

    @cached_property
    def new_group(self):
        """theta_new ~ Normal(mu, tau), for a group that is not in the data."""
        m, move, variance = self.mu_at_nodes
        return self.mixture(m, move, variance + self.nodes**2, "theta_new", grows=True)

    def marginal_of_theta(self, j):
        """The marginal of theta_j, whose mean is y_j - B_j r_j: counted from that given tau_0."""
        centre, moves, variances = self.theta_at_nodes(np.array([j]), slice(None))
        return self.mixture(centre[0], moves[:, 0], variances[:, 0],
                            f"theta[{self.model.groups[j]}]")

    def theta_at_nodes(self, j, k):
        """The theta_j, for some groups, given some of the nodes, by number: `Location` of arrays.

        centre (groups,), move and variance (nodes, groups).
        """
        y, sigma2, residual = self.model.y[j], self.model.sigma[j] ** 2, self.around.residual[j]
        tau, step, tau_0 = per_group(self.nodes[k]), per_group(self.steps[k]), self.coordinate.place
        move, variance = self.line_moves_at_nodes(j, k), self.line_variances_at_nodes(j, k)
        v, v_0 = sigma2 + tau**2, sigma2 + tau_0**2
        B, kept = sigma2 / v, tau**2 / v
        change_of_B = -sigma2 * (step / v * (2 * tau_0 + step) / v_0)
        centre, rest = rounded_sum(y, -sigma2 / v_0 * residual)
        return Location(centre, rest + B * move - change_of_B * residual,
                        kept * sigma2 + B**2 * variance)

    def line_moves_at_nodes(self, j, k):
        """How far the population of each group has moved from where it is given tau_0."""
        return self.moves_at_nodes[k] @ self.around.design[j].T

    def line_variances_at_nodes(self, j, k):
        """The variance of where the population of each group stands: here, that of mu."""
        return per_group(self.mu_at_nodes.variance[k])

    def moments_of_theta(self):
        """Means and standard deviations of all theta_j, (2, J), group by group in pieces."""
        def moments(j):
            k, mass = self.nodes_that_count
            centre, moves, variances = self.theta_at_nodes(j, k)
            mean = mass @ moves
            return np.stack([centre + mean, np.sqrt(mass @ (variances + (moves - mean) ** 2))])

        return self.over_groups(moments)

    def moments_of_shrinkage(self):
        """The same of all B_j."""
        def moments(j):
            k, mass = self.nodes_that_count
            sigma2 = self.model.sigma[j] ** 2
            B = sigma2 / (sigma2 + per_group(self.nodes[k]) ** 2)
            mean = mass @ B
            return np.stack([mean, np.sqrt(mass @ (B - mean) ** 2)])

        return self.over_groups(moments)

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

        def log_left_out(j):
            mean, variance = self.left_out_at_nodes(j)
            log_p = Normal(mean, np.sqrt(variance)).logpdf(self.y_from_centre[j])
            return -log_sum_exp(self.integral.log_mass - log_p.T)

        return in_pieces(log_left_out, np.arange(self.model.J), cells=len(self.nodes),
                         largest=CACHED_PIECE)

    def refuse_left_out(self):
        """Leave-one-out needs a posterior that stays proper without any one of the groups."""
        model = self.model
        if model.tail_power - 1 <= 1:
            raise ValueError(f"leave-one-out is not defined: with tau ~ {model.tau!r} and one of "
                             f"the {model.J} groups left out, the posterior is improper; give tau "
                             "a proper prior")

    def left_out_at_nodes(self, j):
        """Mean (from the centre) and variance of y_j | y_-j, tau for some groups, (nodes, groups).

        It is normal, with the mu of the other groups, whose precision is P - 1 / v_j, and the
        variance v_j + 1 / (P - 1 / v_j). Both follow from the mu of all groups: with the leverage
        h_j = 1 / (P v_j), which is the share of group j in their precision::

            y_j - m_-j               = (y_j - m) / (1 - h_j)
            v_j + 1 / (P - 1 / v_j)  = v_j / (1 - h_j)

        Where h_j comes near 1, a group that all but determines mu by itself, 1 - h_j would lose its
        digits: there mu is worked out again without it.
        """
        nodes = np.arange(len(self.nodes))
        v = self.model.sigma[j] ** 2 + per_group(self.nodes) ** 2
        residual = self.around.residual[j] - self.line_moves_at_nodes(j, nodes)
        rest = 1 - self.line_variances_at_nodes(j, nodes) / v
        mean, variance = self.y_from_centre[j] - residual / rest, v / rest
        for i in np.flatnonzero(rest.min(axis=0) < 1e-3):
            line, line_variance = self.line_of_others(j[i])
            mean[:, i], variance[:, i] = line, v[:, i] + line_variance
        return mean, variance

    def line_of_others(self, j):
        """Mean (from the centre) and variance of where group j's population stands, without it."""
        model, prior = self.model, moved(self.model.mu, self.centre)
        y, sigma = np.delete(self.y_from_centre, j), np.delete(model.sigma, j)

        def mean_and_variance(tau):
            weight = 1 / (sigma**2 + per_group(tau) ** 2)
            P = weight.sum(axis=-1) + prior.precision
            return np.stack([(weight @ y + prior.mean * prior.precision) / P, 1 / P])

        return self.over_tau(mean_and_variance, self.nodes)

    def _draw(self, rng, shape):
        """tau by its quantiles, mu given tau, theta given both; in pieces, for the tables' sake."""
        tau = self["tau"].draw(rng, shape)
        mu, theta = np.empty(shape), np.empty((*shape, self.model.J))
        rows_of_mu, rows_of_theta = mu.reshape(-1), theta.reshape(-1, self.model.J)
        for here, some in pieces(np.arange(tau.size), tau.ravel(), cells=self.model.J,
                                 largest=CACHED_PIECE):
            m, variance = self.mu_given(some)
            rows_of_mu[here] = Normal(m, np.sqrt(variance)).draw(rng)
            rows_of_theta[here] = self.model.theta_given(rows_of_mu[here], some).draw(rng)
        return {"mu": mu, "tau": tau, "theta": theta}
