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
from ...numerics.quadrature import Unresolved, integrate
from ...numerics.special import EPS, LOG_2PI, rounded_sum, sum_of_others
from ...numerics.steps import Steps
from ...numerics.zoom import zoom
from ..posterior import ExactPosterior
from .around import Around
from .limits import refuse_too_far_apart

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
        self.coordinate = Steps(coordinate(model.tau.support), self.origin())
        self.around = self.around_tau(self.coordinate.place)
        try:
            self.integral = integrate(self.log_density, *self.range_of_steps(), self.probes, rtol,
                                      terms=self.size_of_terms)
        except Unresolved as narrow:
            raise ValueError(self.too_narrow(self.coordinate.x(narrow.at))) from None
        self.nodes = self.coordinate.x(self.integral.u)
        self.steps = self.coordinate.step(self.integral.u)
        self.take_errors(rtol, self.errors())
        self.marginals = {
            **self.marginals_of_population(),
            "tau": self.marginal_of_tau(),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta"),
            "shrinkage": Marginals(self.marginal_of_shrinkage, model.groups, "shrinkage"),
        }

    # What is integrated.

    def origin(self):
        """The log (or logit) of tau_0, near the top, as well as it can be seen from afar."""
        whole = coordinate(self.model.tau.support)

        def log_density(u):
            tau = whole.x(u)
            return (self.model.tau.logpdf(tau) + self.log_likelihood_of(tau)
                    + whole.log_jacobian(u))

        u, log_p = zoom(log_density, *self.search_range(), points=1000, drop=700.0)
        return float(u[np.argmax(log_p)])

    def search_range(self):
        """The widest range of the log (or logit) of tau in which to look for the posterior."""
        return coordinate(self.model.tau.support).range

    def range_of_steps(self):
        """The same range, of t."""
        low, high = self.search_range()
        return low - self.coordinate.origin, high - self.coordinate.origin

    def around_tau(self, tau_0):
        """What is known given tau, counted from what is known given tau_0."""
        model = self.model
        m, _ = self.mu_from_centre(tau_0)

        def root(tau):
            return np.sqrt(1 / self.mu_from_centre(tau)[1])[:, None, None]

        return Around(self.y_from_centre, model.sigma, tau_0, np.array([m]), root,
                      np.ones((model.J, 1)), [moved(model.mu, self.centre)])

    def log_ratio_of(self, tau, step):
        """log p(tau, y) - log p(tau_0, y), for arrays of tau and of tau - tau_0."""
        return (self.model.tau.log_ratio(tau, self.coordinate.place, step)
                + self.around.ratio(tau, step).log)

    def log_density(self, t):
        """log p(t, y), less what it is at t = 0, for an array of t."""
        return (self.log_ratio_of(self.coordinate.x(t), self.coordinate.step(t))
                + self.coordinate.log_jacobian(t))

    def size_of_terms(self, t):
        """The sizes of the terms of `log_density`, added up: its rounding errors go with them."""
        tau, step = self.coordinate.x(t), self.coordinate.step(t)
        of_prior = np.abs(self.model.tau.log_ratio(tau, self.coordinate.place, step))
        return of_prior + self.around.ratio(tau, step).terms + np.abs(t)

    def probes(self, t):
        """Functions of t, an array (K, n), whose posterior means must converge as well.

        They are what the moments of the coefficients are made of, each less its value at t = 0 and
        divided by its sd there, and those of the shrinkage and of theta, for a few groups that
        stand for the others.
        """
        tau, around = self.coordinate.x(t), self.around
        move, root = around.move(tau, self.coordinate.step(t)), around.root(tau)
        variance_0 = MultivariateNormal(around.mean, around.root_0[0]).sd ** 2
        variance = MultivariateNormal(around.mean, root).sd ** 2
        z = move / np.sqrt(variance_0)
        few = around.design[self.few_groups]
        line = move @ few.T / np.sqrt((few**2 * variance_0).sum(axis=-1))
        B = self.model.shrinkage(tau)[..., self.few_groups]
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

    def mu_from_centre(self, tau):
        """The same, with the mean counted from the centre."""
        mu = self.model.mu
        weight = 1 / (self.model.sigma**2 + per_group(tau) ** 2)
        P = weight.sum(axis=-1) + mu.precision
        pull_of_prior = (mu.mean - self.centre) * mu.precision
        return ((weight * self.y_from_centre).sum(axis=-1) + pull_of_prior) / P, 1 / P

    @cached_property
    def moves_at_nodes(self):
        """How far the coefficients' means have moved from those given tau_0, (n, p)."""
        return self.around.move(self.nodes, self.steps)

    @cached_property
    def variance_at_nodes(self):
        """Variance of mu given each of the nodes, (n,)."""
        return self.mu_given(self.nodes)[1]

    def location_at_nodes(self, j):
        """Where the population of group j stands, given each of the nodes: a `Location`."""
        return self.mu_at_nodes

    def move_at_nodes(self, j):
        """How far that is from where it stands given tau_0, (n,)."""
        return self.moves_at_nodes @ self.around.design[j]

    @cached_property
    def mu_at_nodes(self):
        """mu given each of the nodes, as a `Location`."""
        centre, rest = rounded_sum(self.centre, self.around.mean[0])
        return Location(centre, rest + self.moves_at_nodes[:, 0], self.variance_at_nodes)

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
        y, sigma = self.model.y[j], self.model.sigma[j]
        move, variance = self.move_at_nodes(j), self.location_at_nodes(j).variance
        residual, tau_0 = self.around.residual[j], self.coordinate.place
        v, v_0 = sigma**2 + self.nodes**2, sigma**2 + tau_0**2
        B, kept = sigma**2 / v, self.nodes**2 / v
        change_of_B = -sigma**2 * (self.steps / v * (2 * tau_0 + self.steps) / v_0)
        centre, rest = rounded_sum(y, -sigma**2 / v_0 * residual)
        return self.mixture(centre, rest + B * move - change_of_B * residual,
                            kept * sigma**2 + B**2 * variance, f"theta[{self.model.groups[j]}]")

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
        tau_0 = self.coordinate.place
        at = np.where(inside, tau, tau_0).ravel()
        with np.errstate(divide="ignore"):  # the density may be 0 at tau = 0
            log_p = self.log_ratio_of(at, at - tau_0)
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
        mean, variance = self.left_out_at_nodes()
        log_p = Normal(mean, np.sqrt(variance)).logpdf(self.y_from_centre)
        return -logsumexp(self.integral.log_mass[:, None] - log_p, axis=0)

    def refuse_left_out(self):
        """Leave-one-out needs a posterior that stays proper without any one of the groups."""
        model = self.model
        if model.tail_power - 1 <= 1:
            raise ValueError(f"leave-one-out is not defined: with tau ~ {model.tau!r} and one of "
                             f"the {model.J} groups left out, the posterior is improper; give tau "
                             "a proper prior")

    def left_out_at_nodes(self):
        """Mean (from the centre) and variance of y_j | y_-j, tau at the nodes, two arrays (n, J).

        It is normal: mu from the other groups, plus its own v_j.
        """
        model = self.model
        v = model.sigma**2 + per_group(self.nodes) ** 2
        P = sum_of_others(1 / v) + model.mu.precision
        pull_of_prior = (model.mu.mean - self.centre) * model.mu.precision
        return (sum_of_others(self.y_from_centre / v) + pull_of_prior) / P, v + 1 / P

    def _draw(self, rng, shape):
        tau = self["tau"].draw(rng, shape)
        m, variance = self.mu_given(tau)
        mu = Normal(m, np.sqrt(variance)).draw(rng)
        return {"mu": mu, "tau": tau, "theta": self.model.theta_given(mu, tau).draw(rng)}
