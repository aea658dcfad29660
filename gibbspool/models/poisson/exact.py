"""The exact posterior of the Poisson-lognormal model: one integral for each group inside a plane
(mu_log, sigma_log).
"""
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.spreads import TruncatedNormal
from ...distributions.standard import Flat, HalfNormal, Uniform
from ...numerics.coordinates import Arcsinh, coordinate
from ...numerics.covering import Covering
from ...numerics.pieces import in_parts
from ...numerics.quadrature import integrate
from ...numerics.strips import mixed
from ..posterior import ExactPosterior
from .count import draw_log_mean, log_count, log_poisson

FURTHEST = 300.0     # the range of log sigma_log

LINE, LINE_SUPPORT = Arcsinh(), (-np.inf, np.inf)


class ExactPoissonLognormal(ExactPosterior):
    """The plane (mu_log, sigma_log) by quadrature; given it the groups are independent, each one
    integral.

    With L_j(mu_log, sigma_log) the probability of y_j, its log_lam_j integrated out
    (`poisson_count.log_count`)::

        p(mu_log, sigma_log | y) ~ p(mu_log) p(sigma_log) prod_j L_j(mu_log, sigma_log)
        p(log_lam_j | y)         ~ Poisson(y_j; lam_j e_j) * integral of Normal(log_lam_j; mu_log, sigma_log)
                                                             p(mu_log) p(sigma_log) prod_{i != j} L_i(mu_log, sigma_log)

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

    Attributes
    ----------
    plane : Covering
        The densities of (mu_log, u).
    log_mass : array (size, n)
        Log of the probability that each node of the plane stands for.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        # A log rate carries its own rounding error, which a large count y multiplies by sqrt(y)
        # where it matters.
        log_rate = np.log((model.y + 0.5) / model.exposure)
        self.rtol = max(rtol, 2e-15 * np.sqrt(model.y.max()) * (1 + np.abs(log_rate).max()))
        self.coordinate = coordinate(model.sigma_log.support)
        self._data, self._which = np.unique(np.stack([model.y, model.exposure]), axis=1,
                                            return_inverse=True)
        self._rates = {}
        self.left_out = [j for j in range(model.J) if _proper_without(model, j)]
        self.plane = self._covering(self.log_posteriors)
        self.error = self.plane.error
        self.log_total = self.plane.log_totals[0]
        self.sigma = self.coordinate.x(self.plane.u)
        self.log_mass = self.plane.log_p + self.plane.strips.log_weight + self.plane.log_weight - self.log_total
        self.marginals = {
            "mu_log": self._mu_log(),
            "sigma_log": self._sigma_log(),
            "lam": Marginals(self._lam, model.groups, "lam"),
            "log_lam": Marginals(self._log_lam, model.groups, "log_lam"),
        }

    def log_counts(self, mu, u, rough=False):
        """log L_j at arrays of mu_log and u, (..., J). Groups with the same data are computed
        once.
        """
        sigma = self.coordinate.x(u)
        each = [log_count(y, mu + np.log(e), sigma, rough) for y, e in self._data.T]
        return np.stack(each, axis=-1)[..., self._which.ravel()]

    def log_posteriors(self, mu, u, rough):
        """Log densities of (mu_log, u) times p(y): the posterior, and those without one group
        each.
        """
        model = self.model
        each = self.log_counts(mu, u, rough)
        posterior = (model.mu_log.logpdf(mu) + model.sigma_log.logpdf(self.coordinate.x(u))
                     + self.coordinate.log_jacobian(u) + each.sum(axis=-1))
        return np.stack([posterior, *(posterior - each[..., j] for j in self.left_out)])

    def _covering(self, log_densities, k=0):
        """Densities of (mu_log, u), wherever in the plane they are: the posterior times lam_new^k,
        give or take a group.

        lam_new^k moves a normal prior of mu_log by k sd^2, and a flat one's posterior by k
        sigma_log^2 / J.
        """
        mu_log, log_rate = self.model.mu_log, np.log((self.model.y + 0.5) / self.model.exposure)

        def mu_range(u):
            if isinstance(mu_log, Flat):
                sigma = self.coordinate.x(u)
                around, reach = log_rate, 40 + 40 * sigma + 2 * k * sigma**2
            else:
                around, reach = np.append(log_rate,
                                          mu_log.mean), 5 + 20 * mu_log.sd + k * mu_log.sd**2 + 0 * u
            return around.min() - reach, around.max() + reach

        return Covering(log_densities, np.clip(self.coordinate.range, -FURTHEST, FURTHEST),
                        mu_range, self.rtol,
                        cells=self.model.J)

    @property
    def log_evidence(self):
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
        """Whether E[sigma_log^k] is finite: the posterior falls like sigma_log^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

    def _sigma_log(self):
        prior, grid = self.model.sigma_log, self.plane.grid

        def logpdf(sigma):
            sigma = np.asarray(sigma, dtype=float)
            u = np.clip(self.coordinate.u(np.clip(sigma, *prior.support)), grid[0],
                        grid[-1]).ravel()
            log_p = self.plane.over_mu(u)[0] - prior.logpdf(self.coordinate.x(u)) - self.coordinate.log_jacobian(u)
            return (log_p - self.log_total).reshape(sigma.shape)[()] + prior.logpdf(sigma)

        sigma_log = Transformed(self.plane.integral, self.coordinate.x, self.coordinate.u, logpdf,
                                prior.support,
                                "sigma_log")
        sigma_log.mean = sigma_log.mean if self._moment_exists(1) else np.inf
        sigma_log.sd = sigma_log.sd if self._moment_exists(2) else np.inf
        return sigma_log

    def _mu_log(self):
        matters = self.log_mass.max(axis=0) > -60
        strips, over_u = self.plane.strips[matters], self.plane.log_weight[matters] - self.log_total
        series = strips.series(self.plane.log_p[:, matters])

        def log_density(mu):
            return logsumexp(strips.read(series, mu[:, None]) + over_u, axis=1)

        logpdf = _anywhere(log_density, len(over_u))
        integral = self._integral(logpdf, strips.low.min(), strips.high.max(),
                                  lambda mu: [mu, mu**2], drop=40.0)
        mu_log = Transformed(integral, LINE.x, LINE.u, logpdf, LINE_SUPPORT, "mu_log")
        if isinstance(self.model.mu_log, Flat):
            mu_log.mean = mu_log.mean if self._moment_exists(1) else np.nan
            mu_log.sd = mu_log.sd if self._moment_exists(2) else np.inf
        return mu_log

    def _integral(self, logpdf, low, high, moments, drop):
        """The integral of a density on the real line, on the coordinate arcsinh x."""
        def log_density(s):
            return logpdf(LINE.x(s)) + LINE.log_jacobian(s)

        return integrate(log_density, LINE.u(low), LINE.u(high), moments
                         and (lambda s: np.stack(moments(LINE.x(s)))),
                         self.rtol, drop=drop, points=64, panels=6)

    def _log_rate(self, j):
        """The log density of log_lam_j and its integral; j = None is a group that is not in the data."""
        if j not in self._rates:
            y, e = (self.model.y[j], self.model.exposure[j]) if j is not None else (None, None)
            mu, log_p, moments = self.plane.strips.mu, self.plane.log_p, None
            if j is not None:
                log_p = log_p - log_count(y, mu + np.log(e), np.broadcast_to(self.sigma, mu.shape))
                moments = lambda x: np.exp(np.outer([1, 2], np.clip(x, -300, 300)))  # noqa: E731
            population, low, high = mixed(self.plane.strips, log_p, self.plane.log_weight,
                                          self.sigma)

            def log_density(log_lam):
                with np.errstate(over="ignore"):
                    log_likelihood = log_poisson(y, log_lam + np.log(e)) if j is not None else 0.0
                return population(log_lam) + log_likelihood - self.log_total

            logpdf = _anywhere(log_density, mu.size)
            self._rates[j] = logpdf, self._integral(logpdf, low, high, moments, drop=30.0)
        return self._rates[j]

    def _log_lam(self, j):
        logpdf, integral = self._log_rate(j)
        log_lam = Transformed(integral, LINE.x, LINE.u, logpdf, LINE_SUPPORT,
                              f"log_lam[{self.model.groups[j]}]")
        if self.model.y[j] == 0:  # nothing but the population keeps it from going far down
            log_lam.mean = log_lam.mean if self._moment_exists(1) else np.nan
            log_lam.sd = log_lam.sd if self._moment_exists(2) else np.inf
        return log_lam

    def _lam(self, j, moments=None):
        log_density, integral = self._log_rate(j)

        def logpdf(lam):
            lam = np.asarray(lam, dtype=float)
            log_lam = np.clip(_log(np.clip(lam, 0.0, 1e300)), -700.0, None)  # at lam = 0, the limit
            return np.where((lam >= 0) & (lam < np.inf),
                            np.minimum(log_density(log_lam) - log_lam, 700.0), -np.inf)[()]

        name = "lam_new" if j is None else f"lam[{self.model.groups[j]}]"
        return Transformed(integral, lambda s: _exp(LINE.x(s)), lambda lam: LINE.u(_log(lam)),
                           logpdf, (0.0, np.inf), name,
                           moments)

    @cached_property
    def new_group(self):
        """The rate of a group that is not in the data; its mean and sd are inf where the integrals
        do not exist.
        """
        mean, square = self._new_power(1), self._new_power(2)
        return self._lam(None,
                         (mean, float(np.sqrt(square - mean**2)) if np.isfinite(square)
                          else square))

    def _new_power(self, k):
        """E[lam_new^k], the posterior mean of exp(k mu_log + k^2 sigma_log^2 / 2): by quadrature of its own."""
        limit = _limit_of_new_power(self.model, k)
        if limit != 0:
            return limit

        def log_tilted(mu, u, rough):
            sigma = self.coordinate.x(u)
            return (self.model.mu_log.logpdf(mu) + k * mu
                    + _log_prior_tilted(self.model.sigma_log, sigma, k)
                    + self.coordinate.log_jacobian(u)
                    + self.log_counts(mu, u, rough).sum(axis=-1))[None]

        return float(_exp(self._covering(log_tilted, k).log_totals[0] - self.log_total))

    def _draw(self, rng, shape):
        mu, u = (x.reshape(shape) for x in self.plane.draw(rng, int(np.prod(shape))))
        sigma, log_exposure = self.coordinate.x(u), np.log(self.model.exposure)
        log_lam = draw_log_mean(rng, self.model.y, per_group(mu) + log_exposure,
                                per_group(sigma)) - log_exposure
        return {"mu_log": mu, "sigma_log": sigma, "log_lam": log_lam, "lam": np.exp(log_lam)}


def _anywhere(function, cells):
    """A function of a list of numbers, made one of arrays of any shape."""
    def of_any_shape(x):
        x = np.asarray(x, dtype=float)
        return in_parts(function, x.ravel(), cells).reshape(x.shape)[()]

    return of_any_shape


def _proper_without(model, j):
    """Whether the posterior without group j is proper."""
    others = np.delete(model.y, j)
    flat = isinstance(model.mu_log, Flat)
    return np.count_nonzero(others) - flat + model.sigma_log.tail_power > 1 and (others.any()
                                                                                 or not flat)


def _limit_of_new_power(model, k):
    """0 where E[lam_new^k] is finite; inf where it is not; nan where it is not decided here.

    It is the posterior mean of exp(k mu_log + k^2 sigma_log^2 / 2). As sigma_log grows, the
    posterior falls like its prior times sigma_log^-a, where each group with a count above zero adds
    one to a. With a flat mu_log the integral over mu_log, whose posterior is then as wide as
    sigma_log / sqrt(J), brings another factor exp(k^2 sigma_log^2 / (2 J)).
    """
    prior, flat = model.sigma_log, isinstance(model.mu_log, Flat)
    if isinstance(prior, Uniform):
        return 0.0
    if not isinstance(prior, (HalfNormal, TruncatedNormal)):
        return np.inf
    mean, precision = _normal_tail(prior)
    growth = k**2 * (1 + flat / model.J) / precision - 1
    if abs(growth) > 1e-12:
        return 0.0 if growth < 0 else np.inf
    if flat:
        return np.nan
    return 0.0 if mean < 0 or (mean == 0 and np.count_nonzero(model.y) > 1) else np.inf


def _normal_tail(prior):
    """Mean and precision of the normal that a HalfNormal or TruncatedNormal is a part of."""
    return (0.0, 1 / prior.scale**2) if isinstance(prior, HalfNormal) else (prior.mean, 1
                                                                            / prior.sd**2)


def _log_prior_tilted(prior, sigma, k):
    """log p(sigma_log) + k^2 sigma_log^2 / 2, the squares taken together before they can cancel."""
    if isinstance(prior, Uniform):
        return prior.logpdf(sigma) + 0.5 * k**2 * sigma**2
    mean, precision = _normal_tail(prior)
    return prior.logpdf(0.0) + mean * precision * sigma + 0.5 * (k**2 - precision) * sigma**2


def _exp(x):
    with np.errstate(over="ignore"):
        return np.exp(x)


def _log(x):
    with np.errstate(divide="ignore"):
        return np.log(x)
