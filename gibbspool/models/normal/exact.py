"""The exact posterior of the Normal-Normal model: mu and theta analytically, tau by quadrature."""
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.mixtures import NormalMixture
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Normal, moved
from ...distributions.vectors import MultivariateNormal
from ...numerics.coordinates import coordinate
from ...numerics.pieces import CACHED_PIECE, in_pieces, pieces
from ...numerics.quadrature import Unresolved, integrate
from ...numerics.special import EPS, LOG_2PI, rounded_sum, sum_of_others
from ...numerics.steps import Steps
from ...numerics.zoom import zoom
from ..posterior import ExactPosterior
from .around import Around, AroundMany
from .limits import refuse_too_far_apart

MANY = 256  # groups; for more, what is known given tau is sampled and read off as polynomials
LARGEST_PROBE = 1e280  # far out in a tail, a probe is cut off where its integral would overflow


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


class ExactNormalNormal(ExactPosterior):
    """Given tau everything is normal; what is left is one integral over tau.

    With v_j = sigma_j^2 + tau^2, B_j = sigma_j^2 / v_j and a prior mu ~ Normal(m_0, s_0)::

        mu | tau, y      ~ Normal(m, 1 / sqrt(P))
        P                = sum_j 1 / v_j + 1 / s_0^2
        m                = (sum_j y_j / v_j + m_0 / s_0^2) / P
        log p(y | tau)   = -1/2 [sum_j (log(2 pi v_j) + (y_j - m)^2 / v_j)
                                 + ((m - m_0) / s_0)^2 + log(s_0^2 P)]
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 / P))

    The density of t, the log of tau / tau_0, is integrated by adaptive Gauss-Legendre panels, each
    to the relative tolerance `rtol`, down to exp(-700) of its highest value. (Where the prior of
    tau is bounded, t is its logit less that of tau_0.) The marginals of mu, theta_j and a new group
    are then mixtures of these normals over the nodes. tau_0 is a place near the top, from which log
    densities and means are counted, so that the differences of large numbers keep their digits: see
    `Around`.

    Parameters
    ----------
    model : NormalNormal
    rtol : float

    Attributes
    ----------
    coordinate : Steps
        What t is, as a function of tau.
    centre : float
        One of the estimates, from which y and mu are counted.
    around : Around
    integral : integral.Integral
        The posterior of t.
    nodes, steps : array (n,)
        Values of tau that it is evaluated at, and tau - tau_0.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.refuse_priors_off_the_scale()
        refuse_too_far_apart(model.y, model.sigma)
        self.centre = float(np.sort(model.y)[model.J // 2])
        self.y_from_centre = model.y - self.centre
        origin, searched = self.found_from_afar()
        self.coordinate = Steps(coordinate(model.tau.support), origin)
        self.around = self.given = self.around_tau_0()
        low, high = self.range_of_steps()
        if model.J > MANY:
            low, high = searched - origin
            self.given = AroundMany(self.around, low, high)
        try:
            self.integral = integrate(self.log_density, low, high, self.probes, rtol,
                                      terms=self.size_of_terms)
        except Unresolved as narrow:
            raise ValueError(self.too_narrow(self.coordinate.x(narrow.at))) from None
        self.nodes = self.coordinate.x(self.integral.u)
        self.steps = self.coordinate.step(self.integral.u)
        self.take_errors(rtol, self.errors())
        self.marginals = {
            **self.marginals_of_population(),
            "tau": self.marginal_of_tau(),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta",
                               self.moments_of_theta),
            "shrinkage": Marginals(self.marginal_of_shrinkage, model.groups, "shrinkage",
                                   self.moments_of_shrinkage),
        }

    # What is integrated.

    def found_from_afar(self):
        """The log (or logit) of tau_0, near the top, and the ends of where the posterior is."""
        whole = coordinate(self.model.tau.support)

        def log_density(u):
            tau = whole.x(u)
            return (self.model.tau.logpdf(tau) + self.log_likelihood_of(tau)
                    + whole.log_jacobian(u))

        u, log_p = zoom(log_density, *self.search_range(), points=1000, drop=700.0,
                        later=64 if self.model.J > MANY else None)
        return float(u[np.argmax(log_p)]), u[[0, -1]]

    def search_range(self):
        """The widest range of the log (or logit) of tau in which to look for the posterior."""
        return coordinate(self.model.tau.support).range

    def range_of_steps(self):
        """The same range, of t."""
        low, high = self.search_range()
        return low - self.coordinate.origin, high - self.coordinate.origin

    def around_tau_0(self):
        """What is known given tau, counted from what is known given tau_0."""
        model = self.model
        m, _ = self.mu_from_centre(self.coordinate.place)

        def root(tau):
            return np.sqrt(1 / self.mu_from_centre(tau)[1])[:, None, None]

        return Around(self.y_from_centre, model.sigma, self.coordinate, np.array([m]), root,
                      np.ones((model.J, 1)), [moved(model.mu, self.centre)])

    def log_ratio_of_priors(self, t):
        """log p(tau) - log p(tau_0), for an array of t."""
        coordinate = self.coordinate
        return self.model.tau.log_ratio(coordinate.x(t), coordinate.place, coordinate.step(t))

    def log_ratio(self, t):
        """log p(tau, y) - log p(tau_0, y), for an array of t."""
        return self.log_ratio_of_priors(t) + self.given.ratio(t).log

    def log_density(self, t):
        """log p(t, y), less what it is at t = 0, for an array of t."""
        return self.log_ratio(t) + self.coordinate.log_jacobian(t)

    def size_of_terms(self, t):
        """The sizes of the terms of `log_density`, added up: its rounding errors go with them."""
        return np.abs(self.log_ratio_of_priors(t)) + self.given.ratio(t).terms + np.abs(t)

    def probes(self, t):
        """Functions of t, an array (K, n), whose posterior means must converge as well.

        They are what the moments of the coefficients are made of, each less its value at t = 0 and
        divided by its sd there, and those of the shrinkage and of theta, for a few groups that
        stand for the others.
        """
        around, move, root = self.around, self.given.move(t), self.given.root(t)
        variance_0 = MultivariateNormal(around.mean, around.root_0[0]).sd ** 2
        variance = MultivariateNormal(around.mean, root).sd ** 2
        z = move / np.sqrt(variance_0)
        few = around.design[self.few_groups]
        line = move @ few.T / np.sqrt((few**2 * variance_0).sum(axis=-1))
        sigma2 = self.model.sigma[self.few_groups] ** 2
        B = sigma2 / (sigma2 + per_group(self.coordinate.x(t)) ** 2)
        with np.errstate(over="ignore"):
            found = np.concatenate([z.T, z.T**2, (variance / variance_0).T, B.T, (B * line).T])
        return np.clip(found, -LARGEST_PROBE, LARGEST_PROBE)

    # What can have gone wrong.

    def refuse_priors_off_the_scale(self):
        """Refuse priors whose parameters floating point cannot square."""
        refuse_off_the_scale(mu=self.model.mu, tau=self.model.tau)

    def errors(self):
        """Relative errors by their causes, as half sentences that say what to do."""
        integral, mass = self.integral, self.integral.mass
        step = mass @ self.steps
        tau, sd = self.coordinate.place + step, np.sqrt(mass @ (self.steps - step) ** 2)
        narrowness = tau / max(sd, EPS * tau) if self.moment_exists(2) else 0.0
        return {
            self.too_narrow(tau): EPS * narrowness,
            "the quadrature does not converge to rtol": integral.error,
            f"the log density is a sum of large numbers near tau = {tau:.4g}; {self.unsuited()}":
                4 * EPS * (mass @ self.size_of_terms(integral.u)),
            "the posterior of tau goes on to the end of what floating point tells apart; "
            f"{self.unsuited()}": integral.cut_off,
        }

    def too_narrow(self, tau):
        """Half a sentence on a posterior that is a single number in floating point."""
        return (f"the posterior of tau is so narrow that floating point cannot tell its values "
                f"apart, near {tau:.4g}; {self.unsuited()}")

    def unsuited(self):
        """What to do where the priors do not suit the data, and the priors."""
        return (f"are the priors on the scale of y and sigma? mu ~ {self.model.mu!r}, "
                f"tau ~ {self.model.tau!r}")

    @cached_property
    def few_groups(self):
        """Numbers of at most eight groups, from the smallest standard error to the largest."""
        J = self.model.J
        places = np.unique(np.linspace(0, J - 1, min(J, 8)).astype(int))
        return np.argsort(self.model.sigma)[places]

    def log_likelihood_of(self, tau):
        """log p(y | tau); for a flat prior of mu, up to the constant that it leaves open."""
        return self.over_tau(self.log_likelihoods, tau)

    def log_likelihoods(self, tau):
        """The same, for an array (n,), all at once."""
        model = self.model
        m, variance = self.mu_from_centre(tau)
        v = model.sigma**2 + per_group(tau) ** 2
        squares = (self.y_from_centre - per_group(m)) ** 2
        log_p = -0.5 * (np.log(2 * np.pi * v) + squares / v).sum(axis=-1)
        log_p_m = moved(model.mu, self.centre).logpdf(m)
        return log_p + log_p_m + 0.5 * (LOG_2PI + np.log(variance))

    @property
    def log_evidence(self):
        """log p(y)."""
        self._proper(self.model.mu, self.model.tau)
        return self.log_total

    @property
    def log_total(self):
        """log p(y); for flat priors, up to the constant that they leave open."""
        tau_0 = self.coordinate.place
        at_tau_0 = self.model.tau.logpdf(tau_0) + self.log_likelihood_of(tau_0)
        return float(self.coordinate.log_dx_at_place + at_tau_0 + self.integral.log_total)

    # The population, given tau.

    def mu_given(self, tau):
        """Mean and variance of mu | tau, y, for an array of tau."""
        m, variance = self.mu_from_centre(tau)
        return self.centre + m, variance

    def over_tau(self, function, tau):
        """function(tau) for a tau of any shape, in pieces that fit into memory.

        The function takes an array (n,), and makes a table of all groups of it.
        """
        tau = np.asarray(tau, dtype=float)
        found = in_pieces(function, tau.ravel(), cells=self.model.J, largest=CACHED_PIECE)
        return found.reshape((*found.shape[:-1], *tau.shape))[()]

    def mu_from_centre(self, tau):
        """The same, with the mean counted from the centre."""
        return self.over_tau(self.means_and_variances, tau)

    def means_and_variances(self, tau):
        """The same, (2, n), for an array (n,), all at once."""
        mu = self.model.mu
        weight = 1 / (self.model.sigma**2 + per_group(tau) ** 2)
        P = weight.sum(axis=-1) + mu.precision
        pull_of_prior = (mu.mean - self.centre) * mu.precision
        return np.stack([(weight @ self.y_from_centre + pull_of_prior) / P, 1 / P])

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

    def moment_exists(self, k):
        """Whether E[tau^k] is finite: the posterior falls like tau^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

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

    @cached_property
    def nodes_that_count(self):
        """The numbers of the nodes that moments are made of, and the probabilities there.

        With many groups the tails fall so fast that what is below exp(-60) adds nothing.
        """
        log_mass = self.integral.log_mass
        counts = log_mass > (-60.0 if self.model.J > MANY else -np.inf)
        k = np.flatnonzero(counts)
        mass = self.integral.mass[k]
        return k, mass / mass.sum()

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

    def over_groups(self, function):
        """function(j) of an array of the numbers of all groups, in pieces."""
        return in_pieces(function, np.arange(self.model.J), cells=len(self.nodes_that_count[0]),
                         largest=CACHED_PIECE)

    def marginal_of_tau(self):
        """The marginal of tau."""
        tau = Transformed(self.integral, self.coordinate.x, self.coordinate.u,
                          self.log_density_of_tau, self.model.tau.support, "tau",
                          self.moments_of_tau())
        if not self.moment_exists(1):
            tau.mean = np.inf
        if not self.moment_exists(2):
            tau.sd = np.inf
        return tau

    def moments_of_tau(self):
        """Mean and sd of tau, from its steps away from tau_0."""
        mass = self.integral.mass
        step = mass @ self.steps
        return (float(self.coordinate.place + step),
                float(np.sqrt(mass @ (self.steps - step) ** 2)))

    def log_density_of_tau(self, tau):
        """log p(tau | y)."""
        tau = np.asarray(tau, dtype=float)
        low, high = self.model.tau.support
        inside = (tau >= low) & (tau <= high) & (tau < np.inf)
        at = np.where(inside, tau, self.coordinate.place).ravel()
        with np.errstate(divide="ignore"):  # the density may be 0 at tau = 0
            log_p = self.log_ratio(self.coordinate.u(at))
        log_p = log_p - self.integral.log_total - self.coordinate.log_dx_at_place
        return np.where(inside, log_p.reshape(tau.shape), -np.inf)[()]

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
        log_mean = np.full(self.model.J, -np.inf)
        for k, log_mass in pieces(np.arange(len(self.nodes)), self.integral.log_mass,
                                  cells=self.around.design.size, largest=CACHED_PIECE):
            mean, variance = self.left_out_at_nodes(k)
            log_p = Normal(mean, np.sqrt(variance)).logpdf(self.y_from_centre)
            log_mean = np.logaddexp(log_mean, logsumexp(log_mass[:, None] - log_p, axis=0))
        return -log_mean

    def refuse_left_out(self):
        """Leave-one-out needs a posterior that stays proper without any one of the groups."""
        model = self.model
        if model.tail_power - 1 <= 1:
            raise ValueError(f"leave-one-out is not defined: with tau ~ {model.tau!r} and one of "
                             f"the {model.J} groups left out, the posterior is improper; give tau "
                             "a proper prior")

    def left_out_at_nodes(self, k):
        """Mean (from the centre) and variance of y_j | y_-j, tau at some nodes, two arrays (k, J).

        It is normal: mu from the other groups, plus its own v_j.
        """
        model = self.model
        v = model.sigma**2 + per_group(self.nodes[k]) ** 2
        P = sum_of_others(1 / v) + model.mu.precision
        pull_of_prior = (model.mu.mean - self.centre) * model.mu.precision
        return (sum_of_others(self.y_from_centre / v) + pull_of_prior) / P, v + 1 / P

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
