"""The exact posterior of the Poisson-lognormal model: one integral for each group inside a plane (mu_log, sigma_log)."""
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, logsumexp, xlogy

from ..coordinates import Arcsinh, coordinate
from ..distributions import Flat, Gamma, HalfNormal, TruncatedNormal, Uniform, per_group
from ..models.poisson import CompletePooling, NoPooling, PoissonLognormal
from ..quadrature import NODES, TO_SERIES, WEIGHTS, Integral, integrate, zoom
from . import exact
from .marginal import Marginal, Marginals, Transformed, invert
from .poisson_count import draw_log_mean, log_count
from .posterior import ExactPosterior
from .strips import Strips, mixed

DROP = 80.0          # how far the tails are followed, in units of log density
FURTHEST = 300.0     # the range of log sigma_log
LINE, LINE_SUPPORT = Arcsinh(), (-np.inf, np.inf)
CELLS = 2_000_000    # elements of the largest table that is held at a time


@exact.register
def _(model: PoissonLognormal, rtol=1e-10):
    return ExactPoissonLognormal(model, rtol)


@exact.register
def _(model: CompletePooling, rtol=1e-10):
    return ExactCompletePooling(model)


@exact.register
def _(model: NoPooling, rtol=1e-10):
    return ExactNoPooling(model)


class ExactPoissonLognormal(ExactPosterior):
    """The plane (mu_log, sigma_log) by quadrature; given it the groups are independent, each one integral.

    With L_j(mu_log, sigma_log) the probability of y_j, its log_lam_j integrated out (`poisson_count.log_count`)::

        p(mu_log, sigma_log | y) ~ p(mu_log) p(sigma_log) prod_j L_j(mu_log, sigma_log)
        p(log_lam_j | y)         ~ Poisson(y_j; lam_j e_j) * integral of Normal(log_lam_j; mu_log, sigma_log)
                                                             p(mu_log) p(sigma_log) prod_{i != j} L_i(mu_log, sigma_log)

    The density of u = log sigma_log is integrated by adaptive Gauss-Legendre panels, each to the relative tolerance
    `rtol`; for each u, that of mu_log by a strip of Gauss-Legendre nodes. The same nodes serve several densities at
    once, and cover them all:

    - the posterior;
    - the posterior without group j, for each j: its integral is p(y_-j), which gives the exact leave-one-out;
    - where finite, the posterior times E[lam_new^k | mu_log, sigma_log] = exp(k mu_log + k^2 sigma_log^2 / 2), k = 1, 2:
      its integral gives the mean and the variance of a new group's rate.

    The mean of a new group's rate is infinite when the prior of sigma_log falls more slowly than
    exp(-sigma_log^2 / 2), as all but a normal, a half-normal or a bounded one do. Under HalfNormal(s) it is finite for
    s < 1, infinite for s > 1, and for s = 1 finite where at least two groups have a count above zero, each of which
    gives the posterior a factor 1 / sigma_log. Its variance asks for half that s. A flat mu_log makes it worse.

    Attributes
    ----------
    strips : Strips
        Nodes of mu_log for each of n values of sigma_log.
    sigma : array (n,)
    log_mass : array (size, n)
        Log of the probability that each node stands for: E[g] = sum(exp(log_mass) * g(strips.mu, sigma)).
    integral : quadrature.Integral
        The posterior of log sigma_log.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        self.coordinate = coordinate(model.sigma_log.support)
        self.left_out = [j for j in range(model.J) if _proper_without(model, j)]
        self.powers = [k for k in (1, 2) if _mean_power_is_finite(model, k)]
        self._kept, self._rates = {}, {}
        self._data, self._which = np.unique(np.stack([model.y, model.exposure]), axis=1, return_inverse=True)
        self._find_range()
        self._choose_size()
        covering = integrate(lambda u: self._covering(u)[0], self._grid[0], self._grid[-1],
                             lambda u: self._covering(u)[1], rtol, drop=DROP, points=100, panels=16)
        self._fill(covering)
        self.error = covering.error + self._size_error
        self.marginals = {
            "mu_log": self._mu_log(),
            "sigma_log": self._sigma_log(),
            "lam": Marginals(self._lam, model.groups, "lam"),
            "log_lam": Marginals(self._log_lam, model.groups, "log_lam"),
        }

    # The densities in the plane, and where they are.

    def log_counts(self, mu, u, laplace=False):
        """log L_j at arrays of mu_log and u, (..., J). Groups with the same data are computed once."""
        sigma = self.coordinate.x(u)
        each = [log_count(y, mu + np.log(e), sigma, laplace) for y, e in self._data.T]
        return np.stack(each, axis=-1)[..., self._which.ravel()]

    def log_densities(self, mu, u, laplace=False):
        """Logs of all the densities of (mu_log, u): the posterior, those without a group, those times lam_new^k."""
        model, sigma = self.model, self.coordinate.x(u)
        each = self.log_counts(mu, u, laplace)
        rest = model.mu_log.logpdf(mu) + each.sum(axis=-1) + self.coordinate.log_jacobian(u)
        posterior = rest + model.sigma_log.logpdf(sigma)
        return np.stack([posterior, *(posterior - each[..., j] for j in self.left_out),
                         *(rest + k * mu + _log_prior_tilted(model.sigma_log, sigma, k) for k in self.powers)])

    def _find_range(self):
        """By Laplace's approximation: the range of u, as a grid, and the range of mu_log at each of its points."""
        low, high = (np.clip(end, -FURTHEST, FURTHEST) for end in self.coordinate.range)
        seen = []

        def highest(u):
            seen[:] = self._range_of_mu(u)
            return _envelope(seen[2], axis=1)

        self._grid, _ = zoom(highest, low, high, points=100, drop=DROP)
        self._low, self._high, log_p = seen
        self._top = log_p.max(axis=1)

    def _range_of_mu(self, u):
        """The range (n,) of mu_log for each u, and the integrals over it of all the densities."""
        mu_log, log_rate = self.model.mu_log, np.log((self.model.y + 0.5) / self.model.exposure)
        sigma = self.coordinate.x(u)
        if isinstance(mu_log, Flat):
            around, reach = log_rate, 40 + 40 * sigma + 4 * sigma**2 * (len(self.powers) > 0)
        else:
            around, reach = np.append(log_rate, mu_log.mean), 5 + 20 * mu_log.sd + 2 * mu_log.sd**2 + 0 * sigma
        seen = []

        def highest(mu):
            seen[:] = self.log_densities(mu, np.broadcast_to(u, mu.shape), laplace=True)
            return _envelope(np.array(seen), axis=1)

        mu, _ = zoom(highest, around.min() - reach, around.max() + reach, points=48, drop=DROP)
        return mu[0], mu[-1], logsumexp(seen, axis=1) + np.log(mu[1] - mu[0])

    def _strips_at(self, u):
        return Strips(np.interp(u, self._grid, self._low), np.interp(u, self._grid, self._high), self._size)

    def _over_mu(self, u):
        """Logs of the integrals over mu_log of all the densities, (., n)."""
        def part(u):
            strips = self._strips_at(u)
            return strips.integral(self.log_densities(strips.mu, np.broadcast_to(u, strips.mu.shape)))

        return _in_parts(part, u, self._size * self.model.J)

    def _choose_size(self):
        """Enough nodes of mu_log to make all the integrals over it accurate to 1e-11."""
        def over_mu(size):
            self._size = size
            return self._over_mu(self._grid[1::7])

        sizes, found = (32, 48, 64, 96, 128, 192, 288, 432), over_mu(24)
        for size in sizes:
            before, size_before, found = found, self._size, over_mu(size)
            matters = found > self._top[:, None] - 40
            self._size_error = float(np.max(np.abs(np.expm1(found - before)), where=matters, initial=0.0))
            if self._size_error < 1e-11:
                self._size = size_before
                break

    def _covering(self, u):
        """Log of the sum of the densities of u, each scaled to about one at its highest; and the share of each in it."""
        key = u.tobytes()
        if key not in self._kept:  # asked twice in a row
            log_p = self._over_mu(u) - self._top[:, None]
            total = logsumexp(log_p, axis=0)
            self._kept = {key: (total, np.exp(log_p - total))}
        return self._kept[key]

    def _fill(self, covering):
        """Keep the posterior at the nodes. The ends of the strips are linear in u within each panel."""
        self._ends = [(np.interp(covering.low, self._grid, end), np.interp(covering.high, self._grid, end))
                      for end in (self._low, self._high)]
        panels, u = len(covering.low), covering.u
        self.strips = Strips(*self._ends_at(np.repeat(np.arange(panels), len(NODES)), np.tile(NODES, panels)),
                             max(128, 2 * self._size))
        self.sigma = self.coordinate.x(u)

        def part(i):
            strips = self.strips[i]
            log_p = self.log_densities(strips.mu, np.broadcast_to(u[i], strips.mu.shape))
            return np.concatenate([strips.integral(log_p), log_p[0]])

        found = _in_parts(part, np.arange(len(u)), self.strips.size * self.model.J)
        over_mu, self._log_p = found[:-self.strips.size], found[-self.strips.size:]
        self._log_weight = np.log(np.outer((covering.high - covering.low) / 2, WEIGHTS)).ravel()
        self._log_totals = logsumexp(over_mu + self._log_weight, axis=1)
        self.log_mass = self._log_p + self.strips.log_weight + self._log_weight - self._log_totals[0]
        self.integral = Integral(covering.low, covering.high, over_mu[0].reshape(panels, -1), covering.error)

    def _ends_at(self, panel, t):
        """Ends of the strip at the place t, -1 to 1, of a panel of u."""
        return [left[panel] + (right - left)[panel] * (1 + t) / 2 for left, right in self._ends]

    # What is asked of them.

    @property
    def log_evidence(self):
        self._proper(self.model.mu_log, self.model.sigma_log)
        return float(self._log_totals[0])

    def _log_left_out(self):
        """log p(y_j | the others) = log p(y) - log p(y without j)."""
        for j in range(self.model.J):
            if j not in self.left_out:
                raise ValueError(f"leave-one-out is not defined: without group {self.model.groups[j]} the posterior is "
                                 f"improper; give mu_log and sigma_log proper priors")
        return self._log_totals[0] - self._log_totals[1:1 + self.model.J]

    def _moment_exists(self, k):
        """Whether E[sigma_log^k] is finite: the posterior falls like sigma_log^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

    def _sigma_log(self):
        prior = self.model.sigma_log

        def logpdf(sigma):
            sigma = np.asarray(sigma, dtype=float)
            u = np.clip(self.coordinate.u(np.clip(sigma, *prior.support)), self._grid[0], self._grid[-1]).ravel()
            log_likelihood = self._over_mu(u)[0] - prior.logpdf(self.coordinate.x(u)) - self.coordinate.log_jacobian(u)
            return (log_likelihood - self._log_totals[0]).reshape(sigma.shape)[()] + prior.logpdf(sigma)

        sigma_log = Transformed(self.integral, self.coordinate.x, self.coordinate.u, logpdf, prior.support, "sigma_log")
        sigma_log.mean = sigma_log.mean if self._moment_exists(1) else np.inf
        sigma_log.sd = sigma_log.sd if self._moment_exists(2) else np.inf
        return sigma_log

    def _mu_log(self):
        matters = self.log_mass.max(axis=0) > -60
        strips, over_u = self.strips[matters], self._log_weight[matters] - self._log_totals[0]
        series = strips.series(self._log_p[:, matters])

        def log_density(mu):
            return logsumexp(strips.read(series, mu[:, None]) + over_u, axis=1)

        def logpdf(mu):
            return _in_parts(log_density, mu, len(over_u))

        integral = self._integral(logpdf, strips.low.min(), strips.high.max(), lambda mu: [mu, mu**2], 40.0)
        mu_log = Transformed(integral, LINE.x, LINE.u, logpdf, LINE_SUPPORT, "mu_log")
        if isinstance(self.model.mu_log, Flat):
            mu_log.mean = mu_log.mean if self._moment_exists(1) else np.nan
            mu_log.sd = mu_log.sd if self._moment_exists(2) else np.inf
        return mu_log

    def _integral(self, logpdf, low, high, moments, drop):
        """The integral of a density on the real line, on the coordinate arcsinh x."""
        def log_density(s):
            return logpdf(LINE.x(s)) + LINE.log_jacobian(s)

        return integrate(log_density, LINE.u(low), LINE.u(high), moments and (lambda s: np.stack(moments(LINE.x(s)))),
                         self.rtol, drop=drop, points=100, panels=16)

    def _log_rate(self, j):
        """The density of log_lam_j and its integral; j = None is a group that is not in the data."""
        if j not in self._rates:
            model, log_p, moments = self.model, self._log_p, None
            if j is not None:
                mu = self.strips.mu + np.log(model.exposure[j])
                log_p = log_p - log_count(model.y[j], mu, np.broadcast_to(self.sigma, mu.shape))
                moments = lambda x: np.exp(np.outer([1, 2], np.clip(x, -300, 300)))  # noqa: E731
            population, low, high = mixed(self.strips, log_p, self._log_weight, self.sigma)

            def logpdf(log_lam):
                found = _in_parts(population, log_lam, self.strips.mu.size) - self._log_totals[0]
                if j is None:
                    return found
                log_mean = np.asarray(log_lam, dtype=float) + np.log(model.exposure[j])
                with np.errstate(over="ignore"):
                    return found + model.y[j] * log_mean - np.exp(log_mean) - gammaln(model.y[j] + 1)

            self._rates[j] = logpdf, self._integral(logpdf, low, high, moments, 30.0)
        return self._rates[j]

    def _log_lam(self, j):
        logpdf, integral = self._log_rate(j)
        log_lam = Transformed(integral, LINE.x, LINE.u, logpdf, LINE_SUPPORT, f"log_lam[{self.model.groups[j]}]")
        if self.model.y[j] == 0:  # nothing but the population keeps it from going far down
            log_lam.mean = log_lam.mean if self._moment_exists(1) else np.nan
            log_lam.sd = log_lam.sd if self._moment_exists(2) else np.inf
        return log_lam

    def _lam(self, j, moments=None):
        log_density, integral = self._log_rate(j)

        def logpdf(lam):
            log_lam = _log(np.maximum(lam, 0.0))
            return np.where(np.isfinite(log_lam), log_density(np.where(np.isfinite(log_lam), log_lam, 0.0)) - log_lam,
                            -np.inf)[()]

        name = "lam_new" if j is None else f"lam[{self.model.groups[j]}]"
        return Transformed(integral, lambda s: _exp(LINE.x(s)), lambda lam: LINE.u(_log(lam)), logpdf, (0.0, np.inf), name,
                           moments)

    @cached_property
    def new_group(self):
        """The rate of a group that is not in the data; its mean and sd are inf where the integrals do not exist."""
        powers = dict(zip(self.powers, np.exp(self._log_totals[-len(self.powers):] - self._log_totals[0]))
                      if self.powers else ())
        mean, square = powers.get(1, np.inf), powers.get(2, np.inf)
        return self._lam(None, (float(mean), float(np.sqrt(square - mean**2)) if np.isfinite(square) else np.inf))

    def _draw(self, rng, shape):
        u = self.integral.quantile(rng.random(shape))
        mu = _in_parts(lambda pair: self._mu_at(*pair), np.stack([u.ravel(), rng.random(u.size)]), self.strips.size)
        mu, sigma, log_exposure = mu.reshape(shape), self.coordinate.x(u), np.log(self.model.exposure)
        log_lam = draw_log_mean(rng, self.model.y, per_group(mu) + log_exposure, per_group(sigma)) - log_exposure
        return {"mu_log": mu, "sigma_log": sigma, "log_lam": log_lam, "lam": np.exp(log_lam)}

    def _mu_at(self, u, q):
        """The value of mu_log below which, for each u, a share q of its probability lies.

        The log density at the nodes of a strip for any u is read from those at the 16 nodes of its panel.
        """
        panel, t = self.integral._locate(u)
        log_p = np.empty((self.strips.size, len(u)))
        for k in np.unique(panel):
            series = self._log_p[:, len(NODES) * k:len(NODES) * (k + 1)] @ TO_SERIES.T
            log_p[:, panel == k] = legendre.legval(t[panel == k], series.T)
        strips = Strips(*self._ends_at(panel, t), self.strips.size)
        series = strips.series(np.exp(log_p - strips.integral(log_p)) * strips.half)
        integral = legendre.legint(series, lbnd=-1)
        at = invert(lambda t: legendre.legval(t, integral, tensor=False),
                    lambda t: legendre.legval(t, series, tensor=False), q, -1.0, 1.0)
        return strips.low + strips.half * (1 + at)


def _in_parts(function, x, cells):
    """A function of arrays with n as their last axis, part by part, so that no table holds more than CELLS numbers.

    `cells` is what each of the n takes. The result has the last axis, too.
    """
    x = np.asarray(x)
    flat = x.reshape(-1) if x.ndim < 2 else x
    step = max(CELLS // cells, 1)
    found = np.concatenate([function(flat[..., i:i + step]) for i in range(0, flat.shape[-1], step)], axis=-1)
    return found.reshape(x.shape)[()] if x.ndim == 0 else found


def _envelope(log_p, axis):
    """The highest of several log densities, each measured from its own top along an axis of the grid."""
    return (log_p - log_p.max(axis=axis, keepdims=True)).max(axis=0)


def _proper_without(model, j):
    """Whether the posterior without group j is proper."""
    others = np.delete(model.y, j)
    flat = isinstance(model.mu_log, Flat)
    return np.count_nonzero(others) - flat + model.sigma_log.tail_power > 1 and (others.any() or not flat)


def _mean_power_is_finite(model, k):
    """Whether E[lam_new^k] is finite: the posterior mean of exp(k mu_log + k^2 sigma_log^2 / 2).

    As sigma_log grows, the posterior falls like its prior times sigma_log^-a, where each group with a count above zero
    adds one to a. With a flat mu_log the integral over mu_log, whose posterior is then as wide as sigma_log / sqrt(J),
    brings another factor exp(k^2 sigma_log^2 / (2 J)).
    """
    prior, flat = model.sigma_log, isinstance(model.mu_log, Flat)
    if isinstance(prior, Uniform):
        return True
    if not isinstance(prior, (HalfNormal, TruncatedNormal)):
        return False
    mean, precision = _normal_tail(prior)
    growth = k**2 * (1 + flat / model.J) / precision - 1
    if abs(growth) > 1e-12:
        return growth < 0
    if mean != 0:
        return mean < 0
    return (model.J - 1 if flat else np.count_nonzero(model.y)) > 1


def _normal_tail(prior):
    """Mean and precision of the normal that a HalfNormal or TruncatedNormal is a part of."""
    return (0.0, 1 / prior.scale**2) if isinstance(prior, HalfNormal) else (prior.mean, 1 / prior.sd**2)


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


class GammaMarginal(Marginal):
    """A Gamma(shape, rate) distribution."""

    support = (0.0, np.inf)

    def __init__(self, gamma, name=""):
        self.gamma, self.name = gamma, name
        self.mean, self.sd = float(gamma.shape / gamma.rate), float(np.sqrt(gamma.shape) / gamma.rate)

    def logpdf(self, x):
        """Log density."""
        return self.gamma.logpdf(x)

    def cdf(self, x):
        """Probability of values up to x."""
        return gammainc(self.gamma.shape, self.gamma.rate * np.maximum(x, 0.0))

    def sf(self, x):
        """Probability of values above x."""
        return gammaincc(self.gamma.shape, self.gamma.rate * np.maximum(x, 0.0))

    def _quantile(self, q):
        return gammaincinv(self.gamma.shape, q) / self.gamma.rate


def log_negative_binomial(y, exposure, prior):
    """log p(y) for y ~ Poisson(lam e), lam ~ Gamma(a, b): Gamma(a + y) / (Gamma(a) y!) (b / (b + e))^a (e / (b + e))^y."""
    a, b = prior.shape, prior.rate
    return (gammaln(a + y) - gammaln(a) - gammaln(y + 1) - a * np.log1p(exposure / b)
            + xlogy(y, exposure / (b + exposure)))


class ExactCompletePooling(ExactPosterior):
    """rate | y is a Gamma, and every lam_j is that rate. Without group j the others give the Gamma, and y_j given it
    is negative binomial."""

    def __init__(self, model):
        super().__init__(model)
        rate = model.rate_given()
        self.new_group = GammaMarginal(rate, "lam_new")
        self.marginals = {
            "rate": GammaMarginal(rate, "rate"),
            "lam": Marginals(lambda j: GammaMarginal(rate, f"lam[{model.groups[j]}]"), model.groups, "lam")}

    @property
    def log_evidence(self):
        mode = self.model.rate_given()
        return float(self.model.log_joint(mode.shape / mode.rate) - mode.logpdf(mode.shape / mode.rate))

    def _log_left_out(self):
        model = self.model
        shape = np.array([model.rate.shape + np.delete(model.y, j).sum() for j in range(model.J)])
        rate = np.array([model.rate.rate + np.delete(model.exposure, j).sum() for j in range(model.J)])
        return log_negative_binomial(model.y, model.exposure, Gamma(shape, rate))

    def _draw(self, rng, shape):
        rate = self.model.rate_given().draw(rng, np.empty(shape))
        return {"rate": rate, **self.model.derived(rate)}


class ExactNoPooling(ExactPosterior):
    """Each lam_j | y_j is a Gamma, and independent of the others."""

    def __init__(self, model):
        super().__init__(model)
        lam = model.lam_given()
        self.marginals = {"lam": Marginals(
            lambda j: GammaMarginal(Gamma(lam.shape[j], lam.rate[j]), f"lam[{model.groups[j]}]"), model.groups, "lam")}

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_j), negative binomial."""
        return log_negative_binomial(self.model.y, self.model.exposure, self.model.lam)

    def _draw(self, rng, shape):
        return {"lam": self.model.lam_given().draw(rng, np.empty((*shape, self.model.J)))}
