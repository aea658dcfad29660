"""The exact posterior of the Poisson-lognormal model: one integral for each group inside a plane (mu_log, sigma_log)."""
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, log_ndtr, logsumexp, wrightomega, xlogy

from ..coordinates import coordinate
from ..distributions import LOG_2PI, Flat, HalfNormal, Normal, TruncatedNormal
from ..models.poisson import CompletePooling, NoPooling, PoissonLognormal, log_poisson
from ..quadrature import NODES, Integral, integrate, zoom
from . import exact
from .marginal import Marginal, Marginals, Transformed, invert
from .posterior import ExactPosterior

DROP = 80.0         # how far the tails are followed, in units of log density
CELLS = 1_000_000   # elements of the largest table that is held at a time
HERMITE, HERMITE_WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
LOG_HERMITE_WEIGHTS = np.log(HERMITE_WEIGHTS) - 0.5 * LOG_2PI


@exact.register
def _(model: PoissonLognormal, rtol=1e-10):
    return ExactPoissonLognormal(model, rtol)


@exact.register
def _(model: CompletePooling, rtol=1e-10):
    return ExactCompletePooling(model)


@exact.register
def _(model: NoPooling, rtol=1e-10):
    return ExactNoPooling(model)


# ---------------------------------------------------------------------------------------------------------------------
# One group: the probability of its count, given the population.

def log_count(y, a, sigma, laplace=False):
    """log of the integral of Poisson(y; exp(v)) Normal(v; a, sigma) over v: the Poisson-lognormal probability of y.

    Here v is the log of the expected count, and a = mu_log + log(exposure). The integrand has a single peak, where
    y - k = (v0 - a) / sigma^2 with k = exp(v0); v0 is known in closed form (Wright's omega function). At a distance d
    from there it has fallen by the factor exp(-d^2 / (2 sigma^2) - k (exp(d) - 1 - d)), whatever y is. This is summed
    by the trapezoidal rule, over a range outside which the factor is below exp(-32), in steps small enough for an
    error below 1e-12.

    Parameters
    ----------
    y : float
    a, sigma : array, of one shape
    laplace : bool
        Laplace's approximation instead: cheap, good enough to find one's way.
    """
    shape = np.shape(a)
    a, sigma = np.ravel(a), np.ravel(sigma)
    v0, off, k = _peak(y, a, sigma)
    precision = 1 / sigma**2
    slope = y - k - off * precision                                     # zero but for rounding
    t = v0 - np.log(y) if y > 0 else 0.0
    top = -y * (np.expm1(t) - t) - (gammaln(y + 1) - xlogy(y, y) + y) if y > 0 else -k
    top = top - 0.5 * off**2 * precision - np.log(sigma)
    if laplace:
        return (top - 0.5 * np.log(precision + k)).reshape(shape)
    by_parts = (sigma > 3) if y == 0 else np.zeros(len(a), dtype=bool)
    found = np.empty(len(a))
    i = ~by_parts
    found[i] = top[i] - 0.5 * LOG_2PI + _log_sum(
        lambda d, k, precision, slope: d * (slope - 0.5 * precision * d) - k * (np.expm1(d) - d),
        precision[i], k[i], (k[i], precision[i], slope[i]))
    if by_parts.any():
        found[by_parts] = _log_zero_count(a[by_parts], sigma[by_parts])
    return found.reshape(shape)


def _peak(y, a, sigma):
    """Where y v - exp(v) - (v - a)^2 / (2 sigma^2) is highest: v0, v0 - a and exp(v0)."""
    variance = sigma**2
    k = wrightomega(2 * np.log(sigma) + a + variance * y) / variance
    near = variance * max(y, 1.0) < 1
    with np.errstate(divide="ignore"):
        v0 = np.where(near, a + variance * (y - k), np.log(k))
    off = np.where(near, variance * (y - k), v0 - a)
    for _ in range(2):  # Newton's method, for the last digits
        k = np.exp(v0)
        step = (y - k - off / variance) / (1 / variance + k)
        v0, off = v0 + step, off + step
    return v0, off, np.exp(v0)


def _log_zero_count(a, sigma):
    """log_count for y = 0 and a large sigma, where the peak is a plateau: integrated by parts.

    The integral of exp(-exp(v)) Normal(v; a, sigma) is that of exp(v - exp(v)) Phi((v - a) / sigma), which is nowhere
    wide. A straight line above log Phi makes it at most a log-Gamma(1 + slope), which tells where it is.
    """
    z = -a / sigma
    slope = np.exp(-0.5 * (z**2 + LOG_2PI) - log_ndtr(z)) / sigma
    v0 = np.log1p(slope)

    def log_integrand(d, v0, a, sigma, top):
        v = v0 + d
        return v - np.exp(v) + log_ndtr((v - a) / sigma) - top

    top = log_integrand(0.0, v0, a, sigma, 0.0)
    return top + _log_sum(log_integrand, np.zeros(len(a)), 1 + slope, (v0, a, sigma, top), drop=36.0)


def _log_sum(log_factor, precision, k, parameters, drop=32.0):
    """log of the integral of a factor that falls like exp(-precision d^2 / 2 - k (exp(d) - 1 - d)), trapezoidal rule."""
    variance = 1 / (precision + k)
    reach = np.sqrt(2 * drop)
    with np.errstate(divide="ignore"):
        right = np.minimum(reach * np.sqrt(variance), np.log1p(drop / k + reach * np.sqrt(variance)))
        # For d > 0, exp(-d) - 1 + d >= d^2 / (2 + 2 d / 3) (Bernstein).
        left = np.minimum(drop * variance / 3 + np.sqrt((drop * variance / 3) ** 2 + 2 * drop * variance),
                          reach / np.sqrt(precision))
    points = np.ceil((left + right) * (np.sqrt(precision + k) + 2) / 0.8).astype(int) + 2
    found = np.empty(len(k))
    order = np.argsort(points)
    start = 0
    while start < len(order):
        stop = start + max(CELLS // points[order[start]], 1)
        stop = start + max(CELLS // points[order[min(stop, len(order)) - 1]], 1)
        i = order[start:stop]
        n = points[i].max()
        d = -left[i] + (left[i] + right[i]) * np.linspace(0, 1, n)[:, None]
        p = np.exp(log_factor(d, *(x[i] for x in parameters)))
        p[[0, -1]] /= 2
        found[i] = np.log(p.sum(axis=0)) + np.log((left[i] + right[i]) / (n - 1))
        start += len(i)
    return found


# ---------------------------------------------------------------------------------------------------------------------
# The plane (mu_log, sigma_log).

class ExactPoissonLognormal(ExactPosterior):
    """The plane (mu_log, sigma_log) by quadrature; given it the groups are independent, each one integral.

    With L_j(mu_log, sigma_log) the probability of y_j, its log_lam_j integrated out (`log_count`)::

        p(mu_log, sigma_log | y) ~ p(mu_log) p(sigma_log) prod_j L_j(mu_log, sigma_log)
        p(log_lam_j | y)         ~ Poisson(y_j; lam_j e_j) * integral of Normal(log_lam_j; mu_log, sigma_log)
                                                             p(mu_log) p(sigma_log) prod_{i != j} L_i(mu_log, sigma_log)

    The density of u = log sigma_log is integrated by adaptive Gauss-Legendre panels, each to the relative tolerance
    `rtol`; for each u, mu_log by Gauss-Legendre nodes that span its density. The same nodes serve several densities at
    once, and cover them all: the posterior; the posterior without group j, for each j, whose integral gives the exact
    leave-one-out; and, where they are finite, the posterior times E[lam_new | mu_log, sigma_log] and times
    E[lam_new^2 | mu_log, sigma_log].

    The mean of a new group's rate is that of exp(mu_log + sigma_log^2 / 2). It is infinite when the prior of sigma_log
    falls more slowly than exp(-sigma_log^2 / 2): under HalfNormal(s) it is finite for s < 1; for s = 1 exactly when at
    least two groups have a count above zero; and infinite for s > 1, and for every prior with a heavier tail. Its
    variance needs twice as fast a fall: s < 1/2. (With a flat mu_log see `_tail_is_integrable`.)

    Attributes
    ----------
    mu, sigma : array (M, n) and (n,)
        Nodes: M values of mu_log for each of n values of sigma_log.
    log_mass : array (M, n)
        Log of the probability that each stands for: E[g] = sum(exp(log_mass) * g(mu, sigma)).
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.coordinate = coordinate(model.sigma_log.support)
        self.left_out = tuple(j for j in range(model.J) if _proper_without(model, j))
        self.powers = tuple(k for k in (1, 2) if _tail_is_integrable(model, k))
        self._last = None

        u, self._top = self._search()
        self._size, error = self._enough_nodes(u)
        integral = integrate(lambda u: self._together(u)[0], u[0], u[-1], lambda u: self._together(u)[1], rtol,
                             drop=DROP, points=100, panels=16)
        self._fill(integral)
        self.error = integral.error + error
        self.marginals = {
            "mu_log": self._mu_log(rtol),
            "sigma_log": self._sigma_log(),
            "lam": Marginals(lambda j: self._rate(self._log_lam[j], f"lam[{model.groups[j]}]"), model.groups, "lam"),
            "log_lam": Marginals(lambda j: self._log_rate(j), model.groups, "log_lam"),
        }
        self._log_lam = Marginals(lambda j: self._group(j, rtol), model.groups, "log_lam")
        self._rtol = rtol

    # The densities of the plane.

    def log_counts(self, mu, sigma, laplace=False):
        """log L_j at an array of mu_log and sigma_log, (..., J). Groups with the same data are computed once."""
        model, sigma = self.model, np.broadcast_to(sigma, np.shape(mu))
        data, which = np.unique(np.stack([model.y, model.exposure]), axis=1, return_inverse=True)
        each = [log_count(y, mu + np.log(e), sigma, laplace) for y, e in data.T]
        return np.stack(each, axis=-1)[..., which.ravel()]

    def _densities(self, mu, u, laplace=False):
        """Log densities of (mu_log, u): (1 + J' + K, ...), the posterior, those without a group, those times lam_new^k.

        Also the log L_j, (..., J).
        """
        model, sigma = self.model, self.coordinate.x(u)
        each = self.log_counts(mu, sigma, laplace)
        base = model.mu_log.logpdf(mu) + each.sum(axis=-1) + self.coordinate.log_jacobian(u)
        posterior = base + model.sigma_log.logpdf(sigma)
        found = [posterior, *(posterior - each[..., j] for j in self.left_out)]
        found += [base + k * mu + _log_tilted(model.sigma_log, sigma, k) for k in self.powers]
        return np.array(found), each

    def _search(self):
        """The range of u as a grid, and for later the ranges of mu_log over it; by Laplace's approximation.

        Returns the grid and the highest log density of u of each of the densities.
        """
        seen = {}

        def envelope(u):
            seen["low"], seen["high"], log_p = self._search_mu(u)
            seen["log_p"] = log_p
            return _envelope(log_p, axis=1)

        low, high = (max(self.coordinate.range[0], -300.0), min(self.coordinate.range[1], 300.0))
        u, _ = zoom(envelope, low, high, points=100, drop=DROP)
        self._grid, self._low, self._high = u, seen["low"], seen["high"]
        return u, seen["log_p"].max(axis=1)

    def _search_mu(self, u):
        """For each u the range of mu_log where any of the densities is not negligible, and their integrals (., n)."""
        model, sigma = self.model, self.coordinate.x(u)
        log_rate = np.log((model.y + 0.5) / model.exposure)
        if isinstance(model.mu_log, Flat):
            centre, reach = log_rate, 40 + 40 * sigma + (4 * sigma**2 if self.powers else 0)
        else:
            centre = np.append(log_rate, model.mu_log.mean)
            reach = 5 + 20 * model.mu_log.sd + (2 * model.mu_log.sd**2 if self.powers else 0) + 0 * sigma
        seen = {}

        def envelope(mu):
            seen["log_p"] = self._densities(mu, np.broadcast_to(u, mu.shape), laplace=True)[0]
            return _envelope(seen["log_p"], axis=1)

        mu, _ = zoom(envelope, centre.min() - reach, centre.max() + reach, points=48, drop=DROP)
        log_p = logsumexp(seen["log_p"], axis=1) + np.log(mu[1] - mu[0])
        return mu[0], mu[-1], log_p

    def _nodes_at(self, u, low, high):
        """Nodes of mu_log (M, n) between low and high (n,), and the logs of their weights."""
        t, weight = legendre.leggauss(self._size)
        half = (high - low) / 2
        return low + half + half * t[:, None], np.log(weight)[:, None] + np.log(half)

    def _integrals_over_mu(self, u):
        """Log of the integral over mu_log of each of the densities, (., n)."""
        low, high = np.interp(u, self._grid, self._low), np.interp(u, self._grid, self._high)
        mu, log_weight = self._nodes_at(u, low, high)
        densities, _ = self._densities(mu, np.broadcast_to(u, mu.shape))
        return logsumexp(densities + log_weight, axis=1)

    def _enough_nodes(self, u):
        """How many nodes of mu_log make every one of the integrals over mu_log accurate to 1e-12; what is left."""
        previous, some = None, u[1::7]
        for self._size in (24, 36, 54, 81, 121, 181, 271, 406):
            found = self._integrals_over_mu(some)
            if previous is not None:
                matters = found - self._top[:, None] > -40
                error = np.max(np.abs(np.expm1(found - previous)), where=matters, initial=0.0)
                if error < 1e-11:
                    break
            previous = found
        return self._size, float(error)

    def _together(self, u):
        """Log of the sum of the densities, each scaled to be at most about one, and the share of each in it."""
        if self._last is None or not np.array_equal(u, self._last[0]):
            log_p = np.concatenate([self._integrals_over_mu(part) for part in _parts(u, self._size * self.model.J)],
                                   axis=1) - self._top[:, None]
            total = logsumexp(log_p, axis=0)
            self._last = u, total, np.exp(log_p - total)
        return self._last[1:]

    def _fill(self, integral):
        """Keep the densities at all nodes. The range of mu_log is linear in u within each panel."""
        self._u_low, self._u_high = integral.low, integral.high
        edges = [(np.interp(integral.low, self._grid, end), np.interp(integral.high, self._grid, end))
                 for end in (self._low, self._high)]
        self._edges = [(left, (right - left) / 2) for left, right in edges]
        panel = np.repeat(np.arange(len(integral.low)), len(NODES))
        low, high = self._range_of_mu(panel, np.tile(NODES, len(integral.low)))
        self.mu, log_weight = self._nodes_at(integral.u, low, high)
        self.sigma = self.coordinate.x(integral.u)
        parts = [self._densities(self.mu[:, i], np.broadcast_to(integral.u[i], self.mu[:, i].shape))
                 for i in _parts(np.arange(len(integral.u)), self._size * self.model.J)]
        densities, self._each = (np.concatenate(part, axis=axis) for part, axis in zip(zip(*parts), (2, 1)))
        half = np.repeat((integral.high - integral.low) / 2, len(NODES))
        self._log_weight = log_weight + np.log(np.tile(legendre.leggauss(len(NODES))[1], len(integral.low)) * half)
        self._log_p = densities[0]
        self._log_totals = logsumexp(densities + self._log_weight, axis=(1, 2))
        self.log_mass = self._log_p + self._log_weight - self._log_totals[0]
        over_mu = logsumexp(densities[0] + log_weight, axis=0).reshape(-1, len(NODES))
        self.integral = Integral(integral.low, integral.high, over_mu, integral.error)

    def _range_of_mu(self, panel, t):
        """Range of mu_log at the place t in (-1, 1) of a panel of u."""
        return tuple(left[panel] + slope[panel] * (1 + t) for left, slope in self._edges)

    # What is asked of them.

    @property
    def log_evidence(self):
        self._proper(self.model.mu_log, self.model.sigma_log)
        return float(self._log_totals[0])

    def _log_left_out(self):
        """log p(y_j | the others) = log p(y) - log p(y without j)."""
        if len(self.left_out) < self.model.J:
            missing = next(j for j in range(self.model.J) if j not in self.left_out)
            raise ValueError(f"leave-one-out is not defined: without group {self.model.groups[missing]} the posterior is "
                             f"improper; give mu_log and sigma_log proper priors")
        return self._log_totals[0] - self._log_totals[1:1 + self.model.J]

    def _moment_exists(self, k):
        """Whether E[sigma_log^k] is finite: the posterior falls like sigma_log^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

    def _sigma_log(self):
        model = self.model
        support = model.sigma_log.support

        def logpdf(sigma):
            sigma = np.asarray(sigma, dtype=float)
            at = np.clip(sigma, *self.coordinate.x(np.array([self._grid[0], self._grid[-1]])))
            u = self.coordinate.u(at.ravel())
            log_p = np.concatenate([self._integrals_over_mu(part)[0] for part in _parts(u, self._size * model.J)])
            log_p = log_p - self.coordinate.log_jacobian(u) - model.sigma_log.logpdf(at.ravel())
            return log_p.reshape(sigma.shape)[()] + model.sigma_log.logpdf(sigma) - self._log_totals[0]

        sigma_log = Transformed(self.integral, self.coordinate.x, self.coordinate.u, logpdf, support, "sigma_log")
        sigma_log.mean = sigma_log.mean if self._moment_exists(1) else np.inf
        sigma_log.sd = sigma_log.sd if self._moment_exists(2) else np.inf
        return sigma_log

    def _mu_log(self, rtol):
        def logpdf(mu):
            mu = np.asarray(mu, dtype=float)
            log_p = [logsumexp(columns.at(part[:, None]) + log_weight, axis=1)
                     for part in _parts(mu.ravel(), len(log_weight) * self._size)]
            return (np.concatenate(log_p).reshape(mu.shape) - self._log_totals[0])[()]

        keep = self._matter(self.log_mass)
        columns = Columns(self.mu[:, keep], self._log_p[:, keep])
        log_weight = self._log_weight[0, keep] - self._nodes_at(None, *columns.range)[1][0]
        mean = float(np.sum(np.exp(self.log_mass) * self.mu))
        sd = float(np.sqrt(np.sum(np.exp(self.log_mass) * (self.mu - mean) ** 2)))
        if isinstance(self.model.mu_log, Flat):
            mean, sd = mean if self._moment_exists(1) else np.nan, sd if self._moment_exists(2) else np.inf
        return Lazy(lambda: integrate(logpdf, *columns.span, rtol=rtol, drop=DROP, points=100, panels=16), logpdf,
                    "mu_log", (mean, sd))

    def _matter(self, log_mass):
        """The columns, that is nodes of sigma_log, that a density needs."""
        column = logsumexp(log_mass, axis=0)
        return column > column.max() - 50

    def _population(self, log_p, log_mass):
        """Log density at x of Normal(x; mu_log, sigma_log) averaged over a density of the plane, given at its nodes.

        Where sigma_log is not small beside the distance of the nodes, a sum over them. Where it is, the average over
        mu_log = x - sigma_log z is taken by Gauss-Hermite nodes z, from a polynomial through the log density.

        Returns the function of x, and an interval that covers all of it.
        """
        keep = self._matter(log_mass)
        mu, sigma, log_p, log_weight = self.mu[:, keep], self.sigma[keep], log_p[:, keep], self._log_weight[:, keep]
        half = (self._nodes_at(None, *Columns(mu, log_p).range)[1] - self._nodes_at(None, *Columns(mu, log_p).range)[1])
        columns = Columns(mu, log_p)
        coarse = sigma < 1.2 * np.pi * columns.half / len(mu)
        wide = (log_p + log_weight)[:, ~coarse]
        chosen = wide > wide.max(initial=-np.inf) - 60
        means, sds = mu[:, ~coarse][chosen], np.broadcast_to(sigma[~coarse], wide.shape)[chosen]
        wide = wide[chosen] - np.log(sds) - 0.5 * LOG_2PI
        few = Columns(mu[:, coarse], log_p[:, coarse])
        smooth = few.smoothed(sigma[coarse])
        over_u = log_weight[0, coarse] - few.log_weight_of_first

        def log_density(x):
            x = np.asarray(x, dtype=float)
            parts = []
            for part in _parts(x.ravel(), len(wide) + len(mu) * coarse.sum()):
                direct = wide - 0.5 * ((part[:, None] - means) / sds) ** 2
                parts.append(logsumexp(np.concatenate([direct, smooth.at(part[:, None]) + over_u], axis=1), axis=1))
            return np.concatenate(parts).reshape(x.shape)[()]

        return log_density, (np.min(columns.low - 10 * sigma), np.max(columns.high + 10 * sigma))
