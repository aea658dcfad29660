"""The exact posterior of the Poisson-lognormal model, by quadrature.

There is one integral for each group, inside a plane (mu_log, sigma_log).
"""
from functools import cached_property
from typing import Callable, NamedTuple

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.standard import Flat, Normal
from ...numerics.coordinates import Arcsinh, coordinate
from ...numerics.covering import Covering
from ...numerics.integral import Integral
from ...numerics.pieces import in_pieces
from ...numerics.quadrature import integrate
from ...numerics.strips import mixture_of_normals
from ..posterior import ExactPosterior
from .count import draw_log_mean, log_poisson_lognormal
from .observations import log_poisson_around_peak
from .propriety import is_proper, log_prior_tilted, moment_of_new_rate

HIGHEST_LOG_SIGMA = 300.0     # log sigma_log is looked for between -300 and 300

LINE, REAL = Arcsinh(), (-np.inf, np.inf)


class LogRate(NamedTuple):
    """The density of a log rate: as a function of it, and integrated along s, log_lam = sinh(s)."""

    logpdf: Callable
    integral: Integral


class ExactPoissonLognormal(ExactPosterior):
    """The plane (mu_log, sigma_log) by quadrature; given it each group is one integral.

    With L_j(mu_log, sigma_log) the probability of y_j, its log_lam_j integrated out
    (`count.log_poisson_lognormal`)::

        p(mu_log, sigma_log | y) ~ p(mu_log) p(sigma_log) prod_j L_j(mu_log, sigma_log)

        p(log_lam_j | y) ~ Poisson(y_j; lam_j e_j)
            * integral of Normal(log_lam_j; mu_log, sigma_log) p(mu_log) p(sigma_log)
              prod_{i != j} L_i(mu_log, sigma_log) over mu_log and sigma_log

    The density of u = log sigma_log is integrated by adaptive Gauss-Legendre panels, each to the
    relative tolerance `rtol`; for each u, that of mu_log by a strip of Gauss-Legendre nodes. The
    same nodes serve the posterior and, for each j, the posterior without group j, whose integral is
    p(y_-j): it gives the exact leave-one-out.

    The mean of a new group's rate is that of exp(mu_log + sigma_log^2 / 2). It is infinite when the
    prior of sigma_log falls more slowly than exp(-sigma_log^2 / 2), as all but a normal, a
    half-normal or a bounded one do. Under HalfNormal(s) it is finite for s < 1, infinite for s > 1,
    and for s = 1 finite where at least two groups have a count above zero, each of which gives the
    posterior a factor 1 / sigma_log. The variance is finite for half that s. A flat mu_log makes it
    worse: the limit of s is to be divided by sqrt(1 + 1 / J), and just at the limit nan is
    reported.

    Parameters
    ----------
    model : PoissonLognormal
    rtol : float
        Relative tolerance of each panel; for large counts at least what their rounding allows.

    Attributes
    ----------
    plane : Covering
        The densities of (mu_log, u).
    sigma_log : array (n,)
        At the nodes of u.
    log_mass : array (size, n)
        Log of the probability that each node of the plane stands for.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.log_rate = model.own_log_rate()
        self.rtol = max(rtol, rounding(model.y, self.log_rate))
        self.coordinate = coordinate(model.sigma_log.support)
        # Groups with the same data are computed once: these data, and which of them each group has.
        self.distinct, which = np.unique(np.stack([model.y, model.exposure]), axis=1,
                                         return_inverse=True)
        self.which = which.ravel()
        # Groups without which the posterior is still proper.
        self.left_out = [j for j in range(model.J)
                         if is_proper(np.delete(model.y, j), model.mu_log, model.sigma_log)]
        self.plane = self._covering(self.log_posteriors)
        self.error = self.plane.error
        self.log_total = self.plane.log_totals[0]
        self.sigma_log = self.coordinate.x(self.plane.u)
        self.log_mass = (self.plane.log_p + self.plane.strips.log_weight + self.plane.log_weight
                         - self.log_total)
        self.log_rates = {}
        self.marginals = {
            "mu_log": self._mu_log(),
            "sigma_log": self._sigma_log(),
            "lam": Marginals(self._lam, model.groups, "lam"),
            "log_lam": Marginals(self._log_lam, model.groups, "log_lam"),
        }

    def log_counts(self, mu_log, u, rough=False):
        """log L_j at arrays of mu_log and u, (..., J)."""
        sigma_log = self.coordinate.x(u)
        each = [log_count(y, e, mu_log, sigma_log, rough) for y, e in self.distinct.T]
        return np.stack(each, axis=-1)[..., self.which]

    def log_posteriors(self, mu_log, u, rough):
        """Log densities of (mu_log, u), not normalised: the posterior, and without each group."""
        model = self.model
        each = self.log_counts(mu_log, u, rough)
        posterior = (model.mu_log.logpdf(mu_log) + model.sigma_log.logpdf(self.coordinate.x(u))
                     + self.coordinate.log_jacobian(u) + each.sum(axis=-1))
        return np.stack([posterior, *(posterior - each[..., j] for j in self.left_out)])

    def _covering(self, log_densities, k=0):
        """The Covering of the posterior times lam_new^k, give or take a group.

        lam_new^k moves a normal prior of mu_log by k sd^2, and a flat one's posterior by k
        sigma_log^2 / J.
        """
        prior, log_rate = self.model.mu_log, self.log_rate

        def mu_range_under_flat(u):
            sigma_log = self.coordinate.x(u)
            far = 40 + 40 * sigma_log + 2 * k * sigma_log**2
            return log_rate.min() - far, log_rate.max() + far

        def mu_range_under_normal(u):
            far = 5 + 20 * prior.sd + k * prior.sd**2
            low, high = min(log_rate.min(), prior.mean), max(log_rate.max(), prior.mean)
            return np.full(u.shape, low - far), np.full(u.shape, high + far)

        mu_range = mu_range_under_flat if isinstance(prior, Flat) else mu_range_under_normal
        u_range = np.clip(self.coordinate.range, -HIGHEST_LOG_SIGMA, HIGHEST_LOG_SIGMA)
        return Covering(log_densities, u_range, mu_range, self.rtol, cells=self.model.J)

    @property
    def log_evidence(self):
        """log p(y), the integral over the plane; refused where a prior is improper."""
        self._proper(self.model.mu_log, self.model.sigma_log)
        return float(self.log_total)

    def _log_left_out(self):
        """log p(y_j | the others) = log p(y) - log p(y without j)."""
        for j in range(self.model.J):
            if j not in self.left_out:
                raise ValueError("leave-one-out is not defined: without group "
                                 f"{self.model.groups[j]} the posterior is improper; give mu_log "
                                 "and sigma_log proper priors")
        return self.log_total - self.plane.log_totals[1:]

    def _moment_exists(self, k):
        """Whether E[sigma_log^k] is finite: the posterior falls like sigma_log^-a, a > k + 1."""
        return self.model.tail_power > k + 1

    def _sigma_log(self):
        """The distribution of sigma_log: mu_log integrated out at any value of it."""
        prior, grid = self.model.sigma_log, self.plane.grid

        def logpdf(sigma_log):
            sigma_log = np.asarray(sigma_log, dtype=float)
            inside = np.clip(sigma_log, *prior.support)
            u = np.clip(self.coordinate.u(inside), grid[0], grid[-1]).ravel()
            log_likelihood = (self.plane.over_mu(u)[0] - prior.logpdf(self.coordinate.x(u))
                              - self.coordinate.log_jacobian(u))
            return ((log_likelihood - self.log_total).reshape(sigma_log.shape)[()]
                    + prior.logpdf(sigma_log))

        marginal = Transformed(self.plane.integral, self.coordinate.x, self.coordinate.u, logpdf,
                               prior.support, "sigma_log")
        marginal.mean = marginal.mean if self._moment_exists(1) else np.inf
        marginal.sd = marginal.sd if self._moment_exists(2) else np.inf
        return marginal

    def _mu_log(self):
        """The distribution of mu_log: the strips of the plane, one above the other, summed."""
        matters = self.log_mass.max(axis=0) > -60
        strips, over_u = self.plane.strips[matters], self.plane.log_weight[matters] - self.log_total
        series = strips.series(self.plane.log_p[:, matters])

        def log_density(mu_log):
            return logsumexp(strips.read(series, mu_log[:, None]) + over_u, axis=1)

        def mean_and_square(mu_log):
            return np.stack([mu_log, mu_log**2])

        logpdf = elementwise(log_density, cells=len(over_u))
        integral = self._along_line(logpdf, strips.low.min(), strips.high.max(), mean_and_square,
                                    depth=40.0)
        marginal = Transformed(integral, LINE.x, LINE.u, logpdf, REAL, "mu_log")
        if isinstance(self.model.mu_log, Flat):
            marginal.mean = marginal.mean if self._moment_exists(1) else np.nan
            marginal.sd = marginal.sd if self._moment_exists(2) else np.inf
        return marginal

    def _along_line(self, logpdf, low, high, moments, depth):
        """The integral of a density on the real line, by the coordinate s of x = sinh(s).

        `moments` is None, or a function of x (m,) to (K, m) whose integrals must converge, too.
        """
        def log_density(s):
            return logpdf(LINE.x(s)) + LINE.log_jacobian(s)

        def probes(s):
            return moments(LINE.x(s))

        return integrate(log_density, LINE.u(low), LINE.u(high),
                         None if moments is None else probes,
                         self.rtol, drop=depth, points=64, panels=6)

    def _log_rate(self, j):
        """The density of log_lam_j. It is remembered: log_lam_j and lam_j are both made of it."""
        if j not in self.log_rates:
            self.log_rates[j] = self._integrate_log_rate(j)
        return self.log_rates[j]

    def _integrate_log_rate(self, j):
        """The density of log_lam_j: its likelihood times its prediction from the other groups."""
        if self.model.exposure[j] == 0:  # without data
            return self.new_log_rate
        y, log_e = self.model.y[j], self.model.log_exposure[j]
        mu_log = self.plane.strips.mu
        without_j = self.plane.log_p - log_poisson_lognormal(
            y, mu_log + log_e, np.broadcast_to(self.sigma_log, mu_log.shape))
        population, low, high = mixture_of_normals(self.plane.strips, without_j,
                                                   self.plane.log_weight, self.sigma_log)

        def log_density(log_lam):
            with np.errstate(over="ignore"):
                log_likelihood = log_poisson_around_peak(y, log_lam + log_e)
            return population(log_lam) + log_likelihood - self.log_total

        def rate_and_square(log_lam):
            return np.exp(np.outer([1, 2], np.clip(log_lam, -300, 300)))

        logpdf = elementwise(log_density, cells=mu_log.size)
        return LogRate(logpdf, self._along_line(logpdf, low, high, rate_and_square, depth=30.0))

    @cached_property
    def new_log_rate(self):
        """The density of the log rate of a group that is not in the data, a LogRate."""
        population, low, high = mixture_of_normals(self.plane.strips, self.plane.log_p,
                                                   self.plane.log_weight, self.sigma_log)

        def log_density(log_lam):
            return population(log_lam) - self.log_total

        logpdf = elementwise(log_density, cells=self.plane.strips.mu.size)
        return LogRate(logpdf, self._along_line(logpdf, low, high, None, depth=30.0))

    def _log_lam(self, j):
        """The distribution of log_lam_j."""
        logpdf, integral = self._log_rate(j)
        marginal = Transformed(integral, LINE.x, LINE.u, logpdf, REAL,
                               f"log_lam[{self.model.groups[j]}]")
        if self.model.y[j] == 0:  # nothing but the population keeps it from going far down
            marginal.mean = marginal.mean if self._moment_exists(1) else np.nan
            marginal.sd = marginal.sd if self._moment_exists(2) else np.inf
        return marginal

    def _lam(self, j):
        """The distribution of lam_j = exp(log_lam_j)."""
        name = f"lam[{self.model.groups[j]}]"
        if self.model.exposure[j] == 0:
            return marginal_of_rate(self.new_log_rate, name, (self.new_group.mean,
                                                              self.new_group.sd))
        return marginal_of_rate(self._log_rate(j), name)

    @cached_property
    def new_group(self):
        """The rate of a group that is not in the data; moments that do not exist are inf."""
        mean, square = self._new_power(1), self._new_power(2)
        sd = float(np.sqrt(square - mean**2)) if np.isfinite(square) else square
        return marginal_of_rate(self.new_log_rate, "lam_new", moments=(mean, sd))

    def _new_power(self, k):
        """E[lam_new^k], the posterior mean of exp(k mu_log + k^2 sigma_log^2 / 2).

        By quadrature of its own, since it may be carried by the far tail of the posterior.
        """
        limit = moment_of_new_rate(self.model, k)
        if limit != 0:
            return limit

        def log_tilted(mu_log, u, rough):
            log_p = (self.model.mu_log.logpdf(mu_log) + k * mu_log
                     + log_prior_tilted(self.model.sigma_log, self.coordinate.x(u), k)
                     + self.coordinate.log_jacobian(u)
                     + self.log_counts(mu_log, u, rough).sum(axis=-1))
            return log_p[None]

        with np.errstate(over="ignore"):
            return float(np.exp(self._covering(log_tilted, k).log_totals[0] - self.log_total))

    def _draw(self, rng, shape):
        """Independent draws: (mu_log, sigma_log) from the plane, then log rates by rejection."""
        mu_log, u = (x.reshape(shape) for x in self.plane.draw(rng, int(np.prod(shape))))
        sigma_log, log_exposure = self.coordinate.x(u), self.model.log_exposure
        log_mean = draw_log_mean(rng, self.model.y, per_group(mu_log) + log_exposure,
                                 per_group(sigma_log))
        log_lam = log_mean - log_exposure
        empty = self.model.exposure == 0
        log_lam[..., empty] = Normal(per_group(mu_log), per_group(sigma_log)).draw(
            rng, log_lam[..., empty])
        return {"mu_log": mu_log, "sigma_log": sigma_log, "log_lam": log_lam,
                "lam": np.exp(log_lam)}


def rounding(y, log_rate):
    """The relative error that no tolerance can undercut: sqrt(y) times the rounding of a log rate.

    Two standard errors away a log likelihood has a slope of about 2 sqrt(y) in the log rate.
    """
    return 2e-15 * np.sqrt(y.max()) * (1 + np.abs(log_rate).max())


def log_count(y, exposure, mu_log, sigma_log, rough=False):
    """log p(y | mu_log, sigma_log), the rate integrated out; 0 for a group without exposure."""
    if exposure == 0:
        return np.zeros(np.broadcast_shapes(np.shape(mu_log), np.shape(sigma_log)))
    return log_poisson_lognormal(y, mu_log + np.log(exposure), sigma_log, rough)


def marginal_of_rate(log_rate, name, moments=None):
    """The distribution of lam = exp(log_lam), from that of log_lam = sinh(s), a LogRate."""
    def logpdf(lam):
        lam = np.asarray(lam, dtype=float)
        with np.errstate(divide="ignore"):
            log_lam = np.log(np.clip(lam, 0.0, 1e300))
        log_lam = np.clip(log_lam, -700.0, None)       # at lam = 0, the limit
        return np.where((lam >= 0) & (lam < np.inf),
                        np.minimum(log_rate.logpdf(log_lam) - log_lam, 700.0), -np.inf)[()]

    def rate_at(s):
        with np.errstate(over="ignore"):
            return np.exp(LINE.x(s))

    def place_of(lam):
        with np.errstate(divide="ignore"):
            return LINE.u(np.log(lam))

    return Transformed(log_rate.integral, rate_at, place_of, logpdf, (0.0, np.inf), name, moments)


def elementwise(function, cells):
    """A function of a list of numbers, made one of arrays of any shape.

    `cells` is how many numbers it holds for each of its list.
    """
    def of_any_shape(x):
        x = np.asarray(x, dtype=float)
        return in_pieces(function, x.ravel(), cells=cells).reshape(x.shape)[()]

    return of_any_shape
