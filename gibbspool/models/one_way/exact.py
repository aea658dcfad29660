"""The exact posterior of the one-way normal model: tau and sigma by quadrature, the rest normal."""
from collections import namedtuple
from functools import cached_property

import numpy as np

from ...distributions.marginals import Marginals
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Normal
from ...numerics.special import EPS
from ...sampling.griddy import Griddy
from ..posterior import ExactPosterior
from .given_spreads import GivenSpreads
from .leave_one_out import log_left_out
from .mixtures import mixture
from .ratio import RatioPosterior
from .slanted_lines import SlantedLines
from .spreads_density import SpreadsDensity
from .tails import mark_missing_moments, tails_of

Reach = namedtuple("Reach", "drop least")

Reach.__doc__ = """How far tails are followed.

drop : down to where the log density lies this much below its highest value
least : log of the smallest probability of a node that is kept
"""

# A posterior that falls faster than x^-6 has all digits of its moments without its far tails; those
# of a slower one are followed until the moments that exist have theirs.
LIGHT_TAIL = 6
LIGHT_REACH, HEAVY_REACH = Reach(drop=100.0, least=-45.0), Reach(drop=300.0, least=-300.0)

# Draws of sigma given tau are made for as many tau at a time: each has a grid of its own.
DRAWN_TOGETHER = 4096


class ExactOneWayNormal(ExactPosterior):
    """The posterior of a OneWayNormal without Monte Carlo.

    Given tau and sigma everything is normal (see `GivenSpreads`); what is left is an integral over
    their plane. The density of (log tau, log sigma) is integrated three times: over sigma for each
    tau and then over tau, which gives the marginal of tau; the other way round, which gives that of
    sigma; and along slanted lines (see `SlantedLines`). The three totals, p(y), must agree: how far
    they do not is part of `error`. The marginals of mu, theta_i and a new group are mixtures of
    normals over the nodes of the third::

        mu        | tau, sigma, y ~ Normal(m, sqrt(1 / P))
        theta_i   | tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i m, sqrt(tau^2 B_i + B_i^2 / P))
        theta_new | tau, sigma, y ~ Normal(m, sqrt(tau^2 + 1 / P))
        B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2)

    Parameters
    ----------
    model : OneWayNormal
    rtol : float
        Relative tolerance of the quadrature.

    Attributes
    ----------
    tau_integral, sigma_integral : Integral
        The posteriors of tau and sigma, each in its coordinate (log, or logit where the support is
        bounded).
    nodes : Nodes
        In the plane; also by the names tau, sigma and log_mass, the log of the probability that
        each stands for: array (nodes,).
    mu_from_centre : tuple of array (nodes,)
        m and 1 / P there, m counted from the centre of `given`.
    reach : Reach
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        refuse_off_the_scale(mu=model.mu, tau=model.tau, sigma=model.sigma)
        self.given = GivenSpreads(model.mu, model.n, model.mean, model.within)
        self.density = SpreadsDensity(model, self.given, rtol)
        light = min(model.tail_powers().values()) > LIGHT_TAIL
        self.reach = LIGHT_REACH if light else HEAVY_REACH
        self.take_errors(rtol, {self.huge(): self.rounding()})

        tau_last = self.density.integrated_to_tau(self.reach.drop)
        sigma_last = self.density.integrated_to_sigma(self.reach.drop)
        self.tau_integral, self.sigma_integral = tau_last.marginal, sigma_last.marginal
        middle = self.tau_integral.quantile(0.5) - self.sigma_integral.quantile(0.5)
        self.nodes = SlantedLines(self.density, middle, self.reach.least).nodes()
        self.tau, self.sigma, self.log_mass, log_total = self.nodes
        log_totals = tau_last.log_total, sigma_last.log_total, log_total
        disagreement = float(np.expm1(np.ptp(log_totals)))
        self.take_errors(rtol, self.errors(max(tau_last.error, sigma_last.error, disagreement)))

        self.tails = tails_of(model)
        m, variance = self.mu_from_centre = self.given.mu_from_centre(self.tau, self.sigma)
        self.marginals = {
            "mu": self.mixture(m, variance, "mu", self.tails["mu"]),
            "tau": self.density.marginal_of_tau(self.tau_integral),
            "sigma": self.density.marginal_of_sigma(self.sigma_integral),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta",
                               self.moments_of_theta),
            "shrinkage": Marginals(self.marginal_of_shrinkage, model.groups, "shrinkage"),
        }
        self.new_group = self.mixture(m, variance + self.tau**2, "theta_new",
                                      self.tails["theta_new"])

    # What can have gone wrong.

    def rounding(self):
        """About the relative rounding error of the density: that of its log, where it is highest.

        It is found on a grid of tau and sigma, narrowed a few times to the cells around the best.
        """
        ends = [self.density.tau_range, self.density.sigma_range]
        for _ in range(8):
            u, v = (np.linspace(*some, 60) for some in ends)
            log_p = self.density.checked_log_p_uv(u[:, None], v)
            best = np.unravel_index(np.argmax(log_p), log_p.shape)
            ends = [(grid[max(k - 2, 0)], grid[min(k + 2, 59)]) for grid, k in zip((u, v), best)]
        return 4 * EPS * abs(log_p.max())

    def errors(self, of_quadrature):
        """Relative errors by their causes, as half sentences."""
        wide = {self.too_narrow(name): EPS * marginal.mean / max(marginal.sd, EPS * marginal.mean)
                for name, marginal in (("tau", self.density.marginal_of_tau(self.tau_integral)),
                                       ("sigma", self.density.marginal_of_sigma(
                                           self.sigma_integral)))
                if np.isfinite(marginal.sd)}
        return {**wide, "the quadrature does not converge to rtol": of_quadrature,
                self.huge(): self.rounding()}

    def too_narrow(self, name):
        """Half a sentence on a posterior that is a single number in floating point."""
        return (f"the posterior of {name} is so narrow that floating point cannot tell its values "
                f"apart; {self.unsuited()}")

    def huge(self):
        """Half a sentence on a log density whose rounding errors are large."""
        return f"the log density is huge, and its rounding errors with it; {self.unsuited()}"

    def unsuited(self):
        """What to do where the priors do not suit the data, and the priors."""
        model = self.model
        return (f"are the priors on the scale of y? mu ~ {model.mu!r}, tau ~ {model.tau!r}, "
                f"sigma ~ {model.sigma!r}")

    @property
    def mu_at_nodes(self):
        """m and 1 / P at the nodes, two arrays (nodes,)."""
        m, variance = self.mu_from_centre
        return self.given.centre + m, variance

    @property
    def log_evidence(self):
        """log p(y); ValueError under a prior that is improper."""
        self._proper(self.model.mu, self.model.tau, self.model.sigma)
        return self.tau_integral.log_total

    def mixture(self, means, variances, name, tails):
        """The mixture of Normal(centre + means, sqrt(variances)), one for each node."""
        found = mixture(self.log_mass, means, variances, self.model.within, name,
                        self.given.centre)
        return mark_missing_moments(found, tails)

    def marginal_of_theta(self, i):
        """The marginal of theta_i: its normals at the nodes, mixed."""
        model = self.model
        m, variance = self.mu_from_centre
        error2 = self.sigma**2 / model.n[i]
        v = error2 + self.tau**2
        B, rest = error2 / v, self.tau**2 / v
        mean = model.mean[i] - self.given.centre
        return self.mixture(rest * mean + B * m, self.tau**2 * B + B**2 * variance,
                            f"theta[{model.groups[i]}]", self.tails["theta"])

    def moments_of_theta(self):
        """Means and standard deviations of all theta_i, (2, J): one sum a size of group.

        Given tau and sigma theta_i has the mean mean_i - B_i (mean_i - m). With d_i = mean_i - E[m]
        and e = m - E[m], groups of one size n share B and all that is averaged::

            E[theta_i]   = mean_i - d_i E[B] + E[B e]
            var[theta_i] = E[tau^2 B + B^2 / P] + d_i^2 var[B] - 2 d_i cov[B, B e] + var[B e]
        """
        model, (m, variance) = self.model, self.mu_from_centre
        weight = np.exp(self.log_mass)
        weight = weight / weight.sum()
        mean_of_m = weight @ m
        d, e = (model.mean - self.given.centre) - mean_of_m, m - mean_of_m
        mean, var = np.empty(model.J), np.empty(model.J)
        for n in np.unique(model.n):
            groups = model.n == n
            B = self.sigma**2 / n / (self.sigma**2 / n + self.tau**2)
            pull = np.stack([B, B * e])
            of_B, of_Be = average = pull @ weight
            off = pull - average[:, None]
            (var_B, covariance), (_, var_Be) = (off * weight) @ off.T
            within = weight @ (self.tau**2 * B + B**2 * variance)
            mean[groups] = model.mean[groups] - d[groups] * of_B + of_Be
            var[groups] = (within + d[groups] ** 2 * var_B - 2 * d[groups] * covariance + var_Be)
        return self.marked(mean, np.sqrt(var))

    def marked(self, mean, sd):
        """The moments, nan or inf where theta has none: see `mark_missing_moments`."""
        slowest = min(self.tails["theta"], default=np.inf)
        return (np.full_like(mean, np.nan) if slowest <= 2 else mean,
                np.full_like(sd, np.inf) if slowest <= 3 else sd)

    @cached_property
    def ratio(self):
        """The posterior of tau / sigma: integrated when shrinkage is first asked for."""
        return RatioPosterior(self.density)

    def marginal_of_shrinkage(self, i):
        """The marginal of B_i."""
        return self.ratio.shrinkage(self.model.n[i], f"shrinkage[{self.model.groups[i]}]")

    def _log_left_out(self):
        """log p(y_i | the other groups), (J,): see `leave_one_out`; p(y) where there are none."""
        if self.model.J == 1:
            return np.array([self.log_evidence])
        return log_left_out(self)

    def _draw(self, rng, shape):
        """tau by its quantiles, sigma given tau, mu given both, theta given all three."""
        tau = self["tau"].draw(rng, shape)
        parts = np.array_split(tau.ravel(), 1 + tau.size // DRAWN_TOGETHER)
        sigma = np.concatenate([self.draw_sigma(rng, part) for part in parts]).reshape(shape)
        m, variance = self.given.mu_given(tau, sigma)
        mu = Normal(m, np.sqrt(variance)).draw(rng)
        theta = self.model.theta_given(mu, tau, sigma).draw(rng)
        return {"mu": mu, "tau": tau, "sigma": sigma, "theta": theta}

    def draw_sigma(self, rng, tau):
        """sigma | tau, y for an array of tau.

        The griddy draw without a current value is off by less than a per cent; ten steps on it
        leave nothing.
        """
        def log_density(sigma):
            return self.model.sigma.logpdf(sigma) + self.given.log_p_y(tau, sigma)

        conditional = Griddy(log_density, self.model.sigma.support)
        sigma = conditional.draw(rng)
        for _ in range(10):
            sigma = conditional.draw(rng, sigma)
        return sigma
