"""The exact posterior of the one-way normal model: mu and theta analytically, tau and sigma by
quadrature.
"""
from functools import cached_property

import numpy as np
from scipy.special import expit, logit, logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.standard import Flat, Normal
from ...numerics.coordinates import LOG_DISTINCT, Logit, coordinate
from ...numerics.pieces import chunks
from ...numerics.plane import integrate_plane, trapezoid
from ...numerics.quadrature import integrate
from ...numerics.special import LOG_2PI, sum_of_others
from ...sampling.griddy import Griddy
from ..posterior import ExactPosterior
from .given_spreads import GivenSpreads
from .mixtures import NEGLIGIBLE, Mixture, SmoothMixture


class ExactOneWayNormal(ExactPosterior):
    """Given tau and sigma everything is normal (see `GivenSpreads`); what is left is an integral
    over their plane.

    The density of (log tau, log sigma) is integrated three times: over sigma for each tau and then
    over tau, which gives the marginal of tau; the other way round, which gives that of sigma; and
    along the slanted lines of `_place_nodes`. The three totals, p(y), must agree: how far they do
    not is part of `error`. The marginals of mu, theta_i and a new group are mixtures of normals
    over the nodes of the third::

        theta_i | tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i m, sqrt(tau^2 B_i + B_i^2 / P))
        B_i = (sigma^2 / n_i) / v_i

    Attributes
    ----------
    tau_integral, sigma_integral : quadrature.Integral
        The posteriors of tau and sigma, each in its coordinate (log, or logit where the support is
        bounded).
    tau, sigma, log_mass : array (nodes,)
        Nodes in the plane, and the log of the probability that each stands for.
    mu_at_nodes : tuple of array (nodes,)
        m and 1 / P there.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        self.given = GivenSpreads(model.mu, model.n, model.mean, model.within)
        self.tau_coordinate, self.sigma_coordinate = coordinate(model.tau.support), coordinate(model.sigma.support)
        self.tau_range, self.sigma_range = (
            search_range(c, model.y) for c in (self.tau_coordinate, self.sigma_coordinate))
        tails = model.tail_powers()
        # How far tails are followed, in log density: heavy ones until the moments that exist have
        # all their digits.
        self.drop, self.least = (100.0, NEGLIGIBLE) if min(tails.values()) > 6 else (300.0, -300.0)

        tau_first, sigma_first = self._integrate(self.given), self._integrate(self.given,
                                                                              sigma_first=True)
        self.tau_integral, self.sigma_integral = tau_first.marginal, sigma_first.marginal
        totals = tau_first.log_total, sigma_first.log_total, self._place_nodes()
        self.error = max(tau_first.error, sigma_first.error, float(np.expm1(np.ptp(totals))))

        m, variance = self.mu_at_nodes = self.given.mu_given(self.tau, self.sigma)
        flat = isinstance(model.mu, Flat)
        self.marginals = {
            "mu": self._mixture(m, variance, "mu", tails.values() if flat else ()),
            "tau": self._spread("tau", self.tau_integral, self.tau_coordinate, self._log_tau),
            "sigma": self._spread("sigma", self.sigma_integral, self.sigma_coordinate,
                                  self._log_sigma),
            "theta": Marginals(self._theta, model.groups, "theta"),
            "shrinkage": Marginals(self._shrinkage, model.groups, "shrinkage"),
        }
        self.new_group = self._mixture(m, variance + self.tau**2, "theta_new",
                                       tails.values() if flat
                                       else (tails["tau"], tails["sigma or tau"]))

    def _log_density(self, u, v, given):
        """log p(y, tau, sigma) in the coordinates u of tau and v of sigma."""
        tau, sigma = self.tau_coordinate.x(u), self.sigma_coordinate.x(v)
        return (given.log_p_y(tau, sigma) + self.model.tau.logpdf(tau)
                + self.model.sigma.logpdf(sigma)
                + self.tau_coordinate.log_jacobian(u) + self.sigma_coordinate.log_jacobian(v))

    def _integrate(self, given, sigma_first=False):
        """The integral over the plane, with the marginal of tau, or of sigma."""
        if sigma_first:
            return integrate_plane(lambda v, u: self._log_density(u, v, given), self.sigma_range,
                                   self.tau_range,
                                   self.rtol, self.drop)
        return integrate_plane(lambda u, v: self._log_density(u, v, given), self.tau_range,
                               self.sigma_range,
                               self.rtol, self.drop)

    def _place_nodes(self):
        """Nodes for the mixtures, few of them; returns log p(y).

        They lie on lines along which tau and sigma grow together: u = s + w / 2, v = s - w / 2, for
        each w a grid of s. Where the data tell of tau^2 + sigma^2 / n and little of either, the
        posterior is a narrow ridge around a corner, from tau all but 0 to sigma all but 0. Each of
        these lines crosses it once, at a slant.
        """
        (tau_low, tau_high), (sigma_low, sigma_high) = self.tau_range, self.sigma_range
        middle = self.tau_integral.quantile(0.5) - self.sigma_integral.quantile(0.5)

        def lines(t):
            """Grids of s for the lines at w = middle + 5 sinh(t): u, v, the log share of each point, and the log total."""
            # nearly even steps where the mass is, wide ones in a long tail
            w = middle + 5 * np.sinh(t)
            low = np.maximum(tau_low - w / 2, sigma_low + w / 2)
            high = np.minimum(tau_high - w / 2, sigma_high + w / 2)
            s, log_share, log_total, _ = trapezoid(
                lambda s: self._log_density(s + w / 2, s - w / 2, self.given), low, high, self.rtol,
                                                   -self.least, 33)
            return s + w / 2, s - w / 2, log_share, log_total + np.log(5 * np.cosh(t))

        ends = 0.999 * np.array([tau_low - sigma_high, tau_high - sigma_low])
        t, log_mass, log_total, _ = trapezoid(lambda t: lines(t)[3],
                                              *np.arcsinh((ends - middle) / 5), self.rtol,
                                              -self.least)
        nodes = []
        # a grid is as fine as the narrowest of its neighbours needs
        for t, log_mass in chunks(t, log_mass, length=12):
            u, v, log_share, _ = lines(t)
            kept = log_share + log_mass > self.least
            nodes.append((u[kept], v[kept], (log_share + log_mass)[kept]))
        u, v, log_mass = (np.concatenate(part) for part in zip(*nodes))
        self.tau, self.sigma = self.tau_coordinate.x(u), self.sigma_coordinate.x(v)
        self.log_mass = log_mass - logsumexp(log_mass)
        return log_total

    @property
    def log_evidence(self):
        self._proper(self.model.mu, self.model.tau, self.model.sigma)
        return self.tau_integral.log_total

    def _log_tau(self, u):
        low, high = (np.full(u.shape, end) for end in self.sigma_range)
        *_, log_total, _ = trapezoid(lambda v: self._log_density(u, v, self.given), low, high,
                                     self.rtol)
        return log_total - self.tau_integral.log_total - self.tau_coordinate.log_jacobian(u)

    def _log_sigma(self, v):
        low, high = (np.full(v.shape, end) for end in self.tau_range)
        *_, log_total, _ = trapezoid(lambda u: self._log_density(u, v, self.given), low, high,
                                     self.rtol)
        return log_total - self.sigma_integral.log_total - self.sigma_coordinate.log_jacobian(v)

    def _spread(self, name, integral, coordinate, log_density):
        """Marginal of tau or sigma; `log_density` takes an array of the coordinate."""
        support = getattr(self.model, name).support
        edge = coordinate.x(np.max([coordinate.range[0],
                                    search_range(coordinate, self.model.y)[0]]))

        def logpdf(x):
            x = np.asarray(x, dtype=float)
            inside = (x >= support[0]) & (x <= support[1])
            at = np.clip(np.where(inside, x, edge), edge, coordinate.x(coordinate.range[1]))
            return np.where(inside, log_density(coordinate.u(at).ravel()).reshape(x.shape),
                            -np.inf)[()]

        tails = self.model.tail_powers()
        marginal = Transformed(integral, coordinate.x, coordinate.u, logpdf, support, name)
        return with_moments(marginal, (tails[name], tails["sigma or tau"]))

    def _mixture(self, means, variances, name, tails=()):
        """A mixture over the nodes. Where sigma may be 0, the density of theta_i may have a spike
        at an observation.
        """
        kind = SmoothMixture if self.model.within.any() else Mixture
        return with_moments(kind(self.log_mass, means, np.sqrt(variances), name), tails)

    def _theta(self, i):
        model = self.model
        m, variance = self.mu_at_nodes
        error2 = self.sigma**2 / model.n[i]
        v = error2 + self.tau**2
        B, rest = error2 / v, self.tau**2 / v
        tails = model.tail_powers()
        return self._mixture(rest * model.mean[i] + B * m, self.tau**2 * B + B**2 * variance,
                             f"theta[{model.groups[i]}]",
                             [tails["sigma or tau"]] + [tails["sigma"]]
                             * isinstance(model.mu, Flat))

    @cached_property
    def ratio_integral(self):
        """The posterior of r = log(tau / sigma)."""
        (tau_low, tau_high), (sigma_low, sigma_high) = self._ends()
        low, high = np.log([tau_low / sigma_high, tau_high / sigma_low])
        # at the ends themselves there is no sigma left to integrate over
        aside = 1e-9 * (high - low)
        return integrate(self._log_ratio, low + aside, high - aside, rtol=self.rtol, drop=100.0,
                         points=200, panels=16)

    def _ends(self):
        """The widest ranges of tau and sigma."""
        return self.tau_coordinate.x(np.array(self.tau_range)), self.sigma_coordinate.x(np.array(self.sigma_range))

    def _log_ratio(self, r):
        """log p(y, r), for an array of r: the integral over sigma, with tau = sigma exp(r) between its own ends."""
        (tau_low, tau_high), (sigma_low, sigma_high) = self._ends()
        between = Logit(np.maximum(sigma_low, tau_low * np.exp(-r)),
                        np.minimum(sigma_high, tau_high * np.exp(-r)))

        def log_density(x):
            sigma = between.x(x)
            tau = sigma * np.exp(r)
            return (self.given.log_p_y(tau, sigma) + self.model.tau.logpdf(tau)
                    + self.model.sigma.logpdf(sigma)
                    + np.log(tau) + between.log_jacobian(x))

        return trapezoid(log_density, np.full(r.shape, -500.0), np.full(r.shape, LOG_DISTINCT),
                         self.rtol)[2]

    def _shrinkage(self, i):
        """B_i = 1 / (1 + n_i tau^2 / sigma^2), a falling function of log(tau / sigma)."""
        integral, log_n = self.ratio_integral, np.log(self.model.n[i])

        def ratio_at(B):
            return -0.5 * (logit(B) + log_n)

        def logpdf(B):
            B = np.asarray(B, dtype=float)
            inside = (B > 0) & (B < 1)
            at = np.where(inside, B, 0.5).ravel()
            log_p = self._log_ratio(np.clip(ratio_at(at), integral.low[0],
                                            integral.high[-1])) - integral.log_total
            log_p -= np.log(2 * at) + np.log1p(-at)
            return np.where(inside, log_p.reshape(B.shape), -np.inf)[()]

        return Transformed(integral, lambda r: expit(-2 * r - log_n), ratio_at, logpdf, (0.0, 1.0),
                           f"shrinkage[{self.model.groups[i]}]")

    def _log_left_out(self):
        """log p(y_i | the other groups), y_i all observations of group i.

        From 1 / p(y_i | y_-i) = E[1 / p(y_i | y_-i, tau, sigma) | y]: given tau and sigma, mean_i |
        y_-i is normal. This needs nodes where the posterior *without* group i has its mass; where
        that lies too far out, p(y_-i) is integrated for itself.
        """
        model = self.model
        refuse_improper_without_one(model)
        far_out = self.log_mass < NEGLIGIBLE + 10
        pointwise, share = np.empty(model.J), np.full(model.J, -np.inf)
        for alike in same_size(model.n, most=1 + 2_000_000 // len(self.tau)):
            log_weight = self.log_mass[:, None] - self._log_p_left_out(alike)
            pointwise[alike] = -logsumexp(log_weight, axis=0)
            if far_out.any():
                share[alike] = logsumexp(log_weight[far_out], axis=0) + pointwise[alike]
        for i in np.flatnonzero(share > np.log(1e-10)):
            others = np.arange(model.J) != i
            without = GivenSpreads(model.mu, model.n[others], model.mean[others],
                                   model.within[others])
            pointwise[i] = self.tau_integral.log_total - self._integrate(without).log_total
        return pointwise

    def _log_p_left_out(self, alike):
        """log p(y_i | the other groups, tau, sigma), (nodes, groups), for groups of one size."""
        model, given, n = self.model, self.given, self.model.n[alike[0]]
        tau, sigma, peers = per_group(self.tau), per_group(self.sigma), model.n == n
        mean = model.mean[alike] - given.centre
        sum_of_peers = sum_of_others(model.mean[peers]
                                      - given.centre)[np.searchsorted(np.flatnonzero(peers), alike)]
        v = sigma**2 / n + tau**2
        P, weighted = model.mu.precision, (model.mu.mean
                                           - given.centre) * model.mu.precision + sum_of_peers / v
        for size, count, average, _ in given.sizes:
            v_there = sigma**2 / size + tau**2
            P = P + (count - (size == n)) / v_there
            weighted = weighted + (0 if size == n else count * average / v_there)
        deviations = (n - 1) * (np.log(sigma) + LOG_2PI
                                / 2) + np.log(n) / 2 + model.within[alike] / (2 * sigma**2)
        return Normal(weighted / P, np.sqrt(v + 1 / P)).logpdf(mean) - deviations

    def _draw(self, rng, shape):
        """tau by its quantiles, sigma given tau, mu given both, theta given all three."""
        tau = self["tau"].draw(rng, shape)
        sigma = np.concatenate([self._draw_sigma(rng, part)
                                for (part,) in chunks(tau.ravel())]).reshape(shape)
        m, variance = self.given.mu_given(tau, sigma)
        mu = Normal(m, np.sqrt(variance)).draw(rng)
        return {"mu": mu, "tau": tau, "sigma": sigma,
                "theta": self.model.theta_given(mu, tau, sigma).draw(rng)}

    def _draw_sigma(self, rng, tau):
        """The griddy draw without a current value is off by less than a per cent; ten steps on it
        leave nothing.
        """
        conditional = Griddy(lambda sigma: self.model.sigma.logpdf(sigma)
                             + self.given.log_p_y(tau, sigma),
                             self.model.sigma.support)
        sigma = conditional.draw(rng)
        for _ in range(10):
            sigma = conditional.draw(rng, sigma)
        return sigma


def with_moments(marginal, tails):
    """The marginal, with nan (or inf) for a mean and inf for an sd that do not exist.

    E|x|^k exists where the density falls faster than x^-(k + 1); `tails` are the powers it falls
    with.
    """
    power = min(tails, default=np.inf)
    if power <= 2:
        marginal.mean = np.inf if marginal.support[0] >= 0 else np.nan
    if power <= 3:
        marginal.sd = np.inf
    return marginal


def search_range(coordinate, y):
    """Where to look for a standard deviation, in its coordinate: within a factor 1e100 of the
    spread of the data.
    """
    low, high = coordinate.range
    scale = np.std(y) or 1.0
    if coordinate.low == 0:
        low = max(low, coordinate.u(1e-100 * min(scale, getattr(coordinate, "high", np.inf))))
    return low, high if hasattr(coordinate, "high") else min(high, np.log(1e100 * scale))


def refuse_improper_without_one(model):
    """Leave-one-out needs a proper posterior of the other groups, whichever group is left out."""
    for i, label in enumerate(model.groups):
        if problem := model.impropriety(without=i):
            raise ValueError(f"leave-one-out is not defined: without group {label} the posterior "
                             f"is improper: {problem}")


def same_size(n, most):
    """The numbers of groups of one size at a time, at most `most` of them."""
    for size in np.unique(n):
        yield from (part for (part,) in chunks(np.flatnonzero(n == size), length=most))
