"""The exact posterior of the one-way normal model: mu and theta analytically, tau and sigma by quadrature."""
from functools import cached_property

import numpy as np
from scipy.special import expit, logit, logsumexp

from ..coordinates import CLOSEST, Logit, coordinate
from ..distributions import LOG_2PI, Flat, Normal, per_group
from ..kernels import Griddy
from ..models.one_way import CompletePooling, NoPooling, NoPoolingOwnSigma, OneWayNormal, by_size
from ..quadrature import integrate, integrate_plane, trapezoid
from . import exact
from .marginal import Marginals, NormalMixture, Transformed
from .normal import _sum_of_others
from .posterior import ExactPosterior

NEGLIGIBLE = -45.0   # log of a share of the probability that no digit of a result depends on


@exact.register
def _(model: OneWayNormal, rtol=1e-10):
    return ExactOneWayNormal(model, rtol)


@exact.register
def _(model: CompletePooling, rtol=1e-10):
    return ExactCompletePooling(model, rtol)


@exact.register
def _(model: NoPooling, rtol=1e-10):
    return ExactNoPooling(model, rtol)


@exact.register
def _(model: NoPoolingOwnSigma, rtol=1e-10):
    return ExactNoPoolingOwnSigma(model, rtol)


class GivenSpreads:
    """What is known once tau and sigma are. With v_i = sigma^2 / n_i + tau^2 and a prior mu ~ Normal(m_0, s_0)::

        mu | tau, sigma, y    ~ Normal(m, 1 / sqrt(P)),  P = sum_i 1 / v_i + 1 / s_0^2
                                                         m = (sum_i mean_i / v_i + m_0 / s_0^2) / P
        log p(y | tau, sigma) = - 1/2 sum_i [log(2 pi v_i) + (mean_i - m)^2 / v_i]
                                - 1/2 [((m - m_0) / s_0)^2 + log(s_0^2 P)]
                                - sum_i [(n_i - 1)/2 log(2 pi sigma^2) + 1/2 log n_i + within_i / (2 sigma^2)]

    The last line belongs to the deviations from the groups' means. Groups of one size share v_i, so the sums run over
    the sizes that occur; for a flat mu, up to the constant that such a prior leaves open.

    Parameters
    ----------
    mu : Normal or Flat
    n, mean, within : array (J,)
    """

    def __init__(self, mu, n, mean, within):
        self.mu = mu
        self.centre = mean[0]  # means are held as differences from it: equal means then differ by exactly zero
        self.sizes = list(zip(*by_size(n, mean - self.centre)))
        self.within, self.log_p_deviations = within, log_p_deviations(n, within)

    def mu_given(self, tau, sigma):
        """m and 1 / P, for arrays of tau and sigma."""
        shift, variance = self._shift(tau, sigma)
        return self.centre + shift, variance

    def _shift(self, tau, sigma):
        """m - centre and 1 / P."""
        P, weighted = self.mu.precision, (self.mu.mean - self.centre) * self.mu.precision
        for size, count, mean, _ in self.sizes:
            weight = count / (sigma**2 / size + tau**2)
            P, weighted = P + weight, weighted + weight * mean
        return weighted / P, 1 / P

    def log_p_y(self, tau, sigma):
        """log p(y | tau, sigma), for arrays of tau and sigma."""
        shift, variance = self._shift(tau, sigma)
        log_p_m = self.mu.logpdf(self.centre + shift) + 0.5 * (LOG_2PI + np.log(variance))
        return log_p_m + log_p_means(self.sizes, shift, tau, sigma) + self.log_p_deviations(sigma)


def log_p_means(sizes, mu, tau, sigma):
    """sum_i log Normal(mean_i; mu, sqrt(sigma^2 / n_i + tau^2)), one term for each size that occurs."""
    log_p = 0.0
    for size, count, mean, scatter in sizes:
        v = sigma**2 / size + tau**2
        log_p = log_p - 0.5 * (count * (LOG_2PI + np.log(v)) + (scatter + count * (mean - mu) ** 2) / v)
    return log_p


def log_p_deviations(n, within):
    """log of what the deviations from the groups' means say of sigma, as a function of sigma."""
    free, log_n, total = n.sum() - len(n), np.log(n).sum(), within.sum()
    return lambda sigma: -free * (np.log(sigma) + LOG_2PI / 2) - log_n / 2 - total / (2 * sigma**2)


class ExactOneWayNormal(ExactPosterior):
    """Given tau and sigma everything is normal (see `GivenSpreads`); what is left is an integral over their plane.

    The density of (log tau, log sigma) is integrated three times: over sigma for each tau and then over tau, which gives
    the marginal of tau; the other way round, which gives that of sigma; and along the slanted lines of `_place_nodes`.
    The three totals, p(y), must agree: how far they do not is part of `error`. The marginals of mu, theta_i and a new
    group are mixtures of normals over the nodes of the third::

        theta_i | tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i m, sqrt(tau^2 B_i + B_i^2 / P))
        B_i = (sigma^2 / n_i) / v_i

    Attributes
    ----------
    tau_integral, sigma_integral : quadrature.Integral
        The posteriors of tau and sigma, each in its coordinate (log, or logit where the support is bounded).
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
        # How far tails are followed, in log density: heavy ones until the moments that exist have all their digits.
        self.drop, self.least = (100.0, NEGLIGIBLE) if min(tails.values()) > 6 else (300.0, -300.0)

        tau_first, sigma_first = self._integrate(self.given), self._integrate(self.given, sigma_first=True)
        self.tau_integral, self.sigma_integral = tau_first.marginal, sigma_first.marginal
        totals = tau_first.log_total, sigma_first.log_total, self._place_nodes()
        self.error = max(tau_first.error, sigma_first.error, float(np.expm1(np.ptp(totals))))

        m, variance = self.mu_at_nodes = self.given.mu_given(self.tau, self.sigma)
        flat = isinstance(model.mu, Flat)
        self.marginals = {
            "mu": self._mixture(m, variance, "mu", tails.values() if flat else ()),
            "tau": self._spread("tau", self.tau_integral, self.tau_coordinate, self._log_tau),
            "sigma": self._spread("sigma", self.sigma_integral, self.sigma_coordinate, self._log_sigma),
            "theta": Marginals(self._theta, model.groups, "theta"),
            "shrinkage": Marginals(self._shrinkage, model.groups, "shrinkage"),
        }
        self.new_group = self._mixture(m, variance + self.tau**2, "theta_new",
                                       tails.values() if flat else (tails["tau"], tails["sigma or tau"]))

    def _log_density(self, u, v, given):
        """log p(y, tau, sigma) in the coordinates u of tau and v of sigma."""
        tau, sigma = self.tau_coordinate.x(u), self.sigma_coordinate.x(v)
        return (given.log_p_y(tau, sigma) + self.model.tau.logpdf(tau) + self.model.sigma.logpdf(sigma)
                + self.tau_coordinate.log_jacobian(u) + self.sigma_coordinate.log_jacobian(v))

    def _integrate(self, given, sigma_first=False):
        """The integral over the plane, with the marginal of tau, or of sigma."""
        if sigma_first:
            return integrate_plane(lambda v, u: self._log_density(u, v, given), self.sigma_range, self.tau_range,
                                   self.rtol, self.drop)
        return integrate_plane(lambda u, v: self._log_density(u, v, given), self.tau_range, self.sigma_range,
                               self.rtol, self.drop)

    def _place_nodes(self):
        """Nodes for the mixtures, few of them; returns log p(y).

        They lie on lines along which tau and sigma grow together: u = s + w / 2, v = s - w / 2, for each w a grid of s.
        Where the data tell of tau^2 + sigma^2 / n and little of either, the posterior is a narrow ridge around a corner,
        from tau all but 0 to sigma all but 0. Each of these lines crosses it once, at a slant.
        """
        (tau_low, tau_high), (sigma_low, sigma_high) = self.tau_range, self.sigma_range
        middle = self.tau_integral.quantile(0.5) - self.sigma_integral.quantile(0.5)

        def lines(t):
            """Grids of s for the lines at w = middle + 5 sinh(t): u, v, the log share of each point, and the log total."""
            w = middle + 5 * np.sinh(t)  # nearly even steps where the mass is, wide ones in a long tail
            low = np.maximum(tau_low - w / 2, sigma_low + w / 2)
            high = np.minimum(tau_high - w / 2, sigma_high + w / 2)
            s, log_share, log_total, _ = trapezoid(
                lambda s: self._log_density(s + w / 2, s - w / 2, self.given), low, high, self.rtol, -self.least, 33)
            return s + w / 2, s - w / 2, log_share, log_total + np.log(5 * np.cosh(t))

        ends = 0.999 * np.array([tau_low - sigma_high, tau_high - sigma_low])
        t, log_mass, log_total, _ = trapezoid(lambda t: lines(t)[3], *np.arcsinh((ends - middle) / 5), self.rtol, -self.least)
        nodes = []
        for t, log_mass in chunks(t, log_mass, length=12):  # a grid is as fine as the narrowest of its neighbours needs
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
        *_, log_total, _ = trapezoid(lambda v: self._log_density(u, v, self.given), low, high, self.rtol)
        return log_total - self.tau_integral.log_total - self.tau_coordinate.log_jacobian(u)

    def _log_sigma(self, v):
        low, high = (np.full(v.shape, end) for end in self.tau_range)
        *_, log_total, _ = trapezoid(lambda u: self._log_density(u, v, self.given), low, high, self.rtol)
        return log_total - self.sigma_integral.log_total - self.sigma_coordinate.log_jacobian(v)

    def _spread(self, name, integral, coordinate, log_density):
        """Marginal of tau or sigma; `log_density` takes an array of the coordinate."""
        support = getattr(self.model, name).support
        edge = coordinate.x(np.max([coordinate.range[0], search_range(coordinate, self.model.y)[0]]))

        def logpdf(x):
            x = np.asarray(x, dtype=float)
            inside = (x >= support[0]) & (x <= support[1])
            at = np.clip(np.where(inside, x, edge), edge, coordinate.x(coordinate.range[1]))
            return np.where(inside, log_density(coordinate.u(at).ravel()).reshape(x.shape), -np.inf)[()]

        tails = self.model.tail_powers()
        marginal = Transformed(integral, coordinate.x, coordinate.u, logpdf, support, name)
        return with_moments(marginal, (tails[name], tails["sigma or tau"]))

    def _mixture(self, means, variances, name, tails=()):
        """A mixture over the nodes. Where sigma may be 0, the density of theta_i may have a spike at an observation."""
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
                             [tails["sigma or tau"]] + [tails["sigma"]] * isinstance(model.mu, Flat))

    @cached_property
    def ratio_integral(self):
        """The posterior of r = log(tau / sigma)."""
        (tau_low, tau_high), (sigma_low, sigma_high) = self._ends()
        low, high = np.log([tau_low / sigma_high, tau_high / sigma_low])
        aside = 1e-9 * (high - low)  # at the ends themselves there is no sigma left to integrate over
        return integrate(self._log_ratio, low + aside, high - aside, rtol=self.rtol, drop=100.0, points=200, panels=16)

    def _ends(self):
        """The widest ranges of tau and sigma."""
        return self.tau_coordinate.x(np.array(self.tau_range)), self.sigma_coordinate.x(np.array(self.sigma_range))

    def _log_ratio(self, r):
        """log p(y, r), for an array of r: the integral over sigma, with tau = sigma exp(r) between its own ends."""
        (tau_low, tau_high), (sigma_low, sigma_high) = self._ends()
        between = Logit(np.maximum(sigma_low, tau_low * np.exp(-r)), np.minimum(sigma_high, tau_high * np.exp(-r)))

        def log_density(x):
            sigma = between.x(x)
            tau = sigma * np.exp(r)
            return (self.given.log_p_y(tau, sigma) + self.model.tau.logpdf(tau) + self.model.sigma.logpdf(sigma)
                    + np.log(tau) + between.log_jacobian(x))

        return trapezoid(log_density, np.full(r.shape, -500.0), np.full(r.shape, CLOSEST), self.rtol)[2]

    def _shrinkage(self, i):
        """B_i = 1 / (1 + n_i tau^2 / sigma^2), a falling function of log(tau / sigma)."""
        integral, log_n = self.ratio_integral, np.log(self.model.n[i])

        def ratio_at(B):
            return -0.5 * (logit(B) + log_n)

        def logpdf(B):
            B = np.asarray(B, dtype=float)
            inside = (B > 0) & (B < 1)
            at = np.where(inside, B, 0.5).ravel()
            log_p = self._log_ratio(np.clip(ratio_at(at), integral.low[0], integral.high[-1])) - integral.log_total
            log_p -= np.log(2 * at) + np.log1p(-at)
            return np.where(inside, log_p.reshape(B.shape), -np.inf)[()]

        return Transformed(integral, lambda r: expit(-2 * r - log_n), ratio_at, logpdf, (0.0, 1.0),
                           f"shrinkage[{self.model.groups[i]}]")

    def _log_left_out(self):
        """log p(y_i | the other groups), y_i all observations of group i.

        From 1 / p(y_i | y_-i) = E[1 / p(y_i | y_-i, tau, sigma) | y]: given tau and sigma, mean_i | y_-i is normal.
        This needs nodes where the posterior *without* group i has its mass; where that lies too far out, p(y_-i) is
        integrated for itself.
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
            without = GivenSpreads(model.mu, model.n[others], model.mean[others], model.within[others])
            pointwise[i] = self.tau_integral.log_total - self._integrate(without).log_total
        return pointwise

    def _log_p_left_out(self, alike):
        """log p(y_i | the other groups, tau, sigma), (nodes, groups), for groups of one size."""
        model, given, n = self.model, self.given, self.model.n[alike[0]]
        tau, sigma, peers = per_group(self.tau), per_group(self.sigma), model.n == n
        mean = model.mean[alike] - given.centre
        sum_of_peers = _sum_of_others(model.mean[peers] - given.centre)[np.searchsorted(np.flatnonzero(peers), alike)]
        v = sigma**2 / n + tau**2
        P, weighted = model.mu.precision, (model.mu.mean - given.centre) * model.mu.precision + sum_of_peers / v
        for size, count, average, _ in given.sizes:
            v_there = sigma**2 / size + tau**2
            P = P + (count - (size == n)) / v_there
            weighted = weighted + (0 if size == n else count * average / v_there)
        deviations = (n - 1) * (np.log(sigma) + LOG_2PI / 2) + np.log(n) / 2 + model.within[alike] / (2 * sigma**2)
        return Normal(weighted / P, np.sqrt(v + 1 / P)).logpdf(mean) - deviations

    def _draw(self, rng, shape):
        """tau by its quantiles, sigma given tau, mu given both, theta given all three."""
        tau = self["tau"].draw(rng, shape)
        sigma = np.concatenate([self._draw_sigma(rng, part) for (part,) in chunks(tau.ravel())]).reshape(shape)
        m, variance = self.given.mu_given(tau, sigma)
        mu = Normal(m, np.sqrt(variance)).draw(rng)
        return {"mu": mu, "tau": tau, "sigma": sigma, "theta": self.model.theta_given(mu, tau, sigma).draw(rng)}

    def _draw_sigma(self, rng, tau):
        """The griddy draw without a current value is off by less than a per cent; ten steps on it leave nothing."""
        conditional = Griddy(lambda sigma: self.model.sigma.logpdf(sigma) + self.given.log_p_y(tau, sigma),
                             self.model.sigma.support)
        sigma = conditional.draw(rng)
        for _ in range(10):
            sigma = conditional.draw(rng, sigma)
        return sigma


class Mixture(NormalMixture):
    """A mixture of many thousands of normals, evaluated piece by piece.

    Components of no weight are left out of the density, and kept for the mean and the standard deviation.
    """

    def __init__(self, log_weight, means, sds, name=""):
        weight = np.exp(log_weight)
        mean = weight @ means
        sd = np.sqrt(weight @ (sds**2 + (means - mean) ** 2))
        matter = log_weight > NEGLIGIBLE
        super().__init__(log_weight[matter], means[matter], sds[matter], name, (float(mean), float(sd)))

    def logpdf(self, x):
        """Log density."""
        return self._piecewise(super().logpdf, x)

    def cdf(self, x):
        """Probability of values up to x."""
        return self._piecewise(super().cdf, x)

    def sf(self, x):
        """Probability of values above x."""
        return self._piecewise(super().sf, x)

    def _density(self, x):
        return self._piecewise(super()._density, x)

    def _piecewise(self, function, x):
        x = np.asarray(x, dtype=float)
        pieces = np.array_split(x.ravel(), 1 + x.size * len(self.means) // 1_000_000)
        return np.concatenate([function(piece) for piece in pieces]).reshape(x.shape)[()]


class SmoothMixture(Mixture):
    """A mixture whose density has no spikes: it is integrated once, and the cdf and quantiles read off from that."""

    @cached_property
    def _line(self):
        """The distribution in the coordinate u, x = centre + width sinh(u)."""
        weight, means, sds = self._body
        centre, width = weight @ means / weight.sum(), np.exp(weight @ np.log(sds) / weight.sum())
        furthest = np.arcsinh(np.max(np.abs(means - centre) + 10 * sds) / width)

        def log_density(u):
            with np.errstate(divide="ignore"):
                return np.log(self._density(centre + width * np.sinh(u))) + np.log(width * np.cosh(u))

        integral = integrate(log_density, -furthest, furthest, drop=45.0, points=48, panels=6)
        return Transformed(integral, lambda u: centre + width * np.sinh(u), lambda x: np.arcsinh((x - centre) / width),
                           self.logpdf, self.support)

    def cdf(self, x):
        """Probability of values up to x."""
        return self._line.cdf(x)

    def sf(self, x):
        """Probability of values above x."""
        return self._line.sf(x)

    def _quantile(self, q):
        return self._line._quantile(q)

    def _rough_quantile(self, q):
        return self._line._rough_quantile(q)


def with_moments(marginal, tails):
    """The marginal, with nan (or inf) for a mean and inf for an sd that do not exist.

    E|x|^k exists where the density falls faster than x^-(k + 1); `tails` are the powers it falls with.
    """
    power = min(tails, default=np.inf)
    if power <= 2:
        marginal.mean = np.inf if marginal.support[0] >= 0 else np.nan
    if power <= 3:
        marginal.sd = np.inf
    return marginal


def search_range(coordinate, y):
    """Where to look for a standard deviation, in its coordinate: within a factor 1e100 of the spread of the data."""
    low, high = coordinate.range
    scale = np.std(y) or 1.0
    if coordinate.low == 0:
        low = max(low, coordinate.u(1e-100 * min(scale, getattr(coordinate, "high", np.inf))))
    return low, high if hasattr(coordinate, "high") else min(high, np.log(1e100 * scale))


def refuse_improper_without_one(model):
    """Leave-one-out needs a proper posterior of the other groups, whichever group is left out."""
    for i, label in enumerate(model.groups):
        if problem := model.impropriety(without=i):
            raise ValueError(f"leave-one-out is not defined: without group {label} the posterior is improper: "
                             f"{problem}")


def same_size(n, most):
    """The numbers of groups of one size at a time, at most `most` of them."""
    for size in np.unique(n):
        yield from (part for (part,) in chunks(np.flatnonzero(n == size), length=most))


def chunks(*arrays, length=4096):
    """The arrays cut into pieces, so that a table of nodes by groups stays small."""
    return zip(*(np.array_split(a, 1 + len(a) // length) for a in arrays))


class ExactOneSigma(ExactPosterior):
    """Given sigma everything is normal; what is left is one integral over sigma.

    Attributes
    ----------
    integral : quadrature.Integral
        The posterior of sigma, in its coordinate.
    sigma : array (nodes,)
    """

    def __init__(self, model, rtol):
        super().__init__(model)
        self.rtol = rtol
        self.coordinate = coordinate(model.sigma.support)
        everyone = np.full(model.J, True)
        self.integral = self._integrate(everyone)
        self.error = self.integral.error
        self.sigma = self.coordinate.x(self.integral.u)
        self.marginals = {"sigma": self._marginal_of_sigma(self._log_p_y(everyone))}

    def _integrate(self, kept):
        """p(y, sigma) of the groups that are kept, integrated."""
        log_p_y = self._log_p_y(kept)

        def log_density(u):
            sigma = self.coordinate.x(u)
            return self.model.sigma.logpdf(sigma) + log_p_y(sigma) + self.coordinate.log_jacobian(u)

        return integrate(log_density, *search_range(self.coordinate, self.model.y), rtol=self.rtol)

    def _marginal_of_sigma(self, log_p_y):
        low, high = support = self.model.sigma.support

        def logpdf(sigma):
            sigma = np.asarray(sigma, dtype=float)
            inside = (sigma > 0) & (sigma >= low) & (sigma <= high)
            at = np.where(inside, sigma, self.sigma[0])
            return np.where(inside, self.model.sigma.logpdf(at) + log_p_y(at) - self.integral.log_total, -np.inf)[()]

        return with_moments(Transformed(self.integral, self.coordinate.x, self.coordinate.u, logpdf, support, "sigma"),
                            [self.tail])

    def _mixture(self, given, name, flat):
        """What is normal given sigma; under a flat prior it has the tails of sigma."""
        m, variance = given.mu_given(0.0, self.sigma)
        kind = SmoothMixture if given.within.any() else Mixture
        return with_moments(kind(self.integral.log_mass, m, np.sqrt(variance), name), [self.tail] * flat)

    def _log_left_out(self):
        """log p(y_i | the other groups) = log p(y) - log p(the other groups)."""
        model, groups = self.model, np.arange(self.model.J)
        refuse_improper_without_one(model)
        return self.integral.log_total - np.array([self._integrate(groups != i).log_total for i in groups])


class ExactCompletePooling(ExactOneSigma):
    """mu given sigma is normal, and every theta_i is mu: one group of all observations, with tau = 0."""

    def __init__(self, model, rtol=1e-10):
        super().__init__(model, rtol)
        flat, given = isinstance(model.mu, Flat), self._given(np.full(model.J, True))
        self.marginals["mu"] = self._mixture(given, "mu", flat)
        self.marginals["theta"] = Marginals(lambda i: self._mixture(given, f"theta[{model.groups[i]}]", flat),
                                            model.groups, "theta")
        self.new_group = self._mixture(given, "theta_new", flat)

    @property
    def tail(self):
        """a where the posterior of sigma falls like sigma^-a."""
        return self.model.N - isinstance(self.model.mu, Flat) + self.model.sigma.tail_power

    def _given(self, kept):
        """All observations as one group: their number, mean, and sum of squares within and between the groups."""
        n, mean, within = (x[kept] for x in (self.model.n, self.model.mean, self.model.within))
        N = n.sum()
        overall = mean[0] + (n * (mean - mean[0])).sum() / N
        total = within.sum() + (n * (mean - overall) ** 2).sum()
        return GivenSpreads(self.model.mu, np.array([N]), np.array([overall]), np.array([total]))

    def _log_p_y(self, kept):
        given = self._given(kept)
        return lambda sigma: given.log_p_y(0.0, sigma)

    @property
    def log_evidence(self):
        self._proper(self.model.mu, self.model.sigma)
        return self.integral.log_total

    def _draw(self, rng, shape):
        sigma = self["sigma"].draw(rng, shape)
        mu = self.model.mu_given(sigma).draw(rng)
        return {"sigma": sigma, "mu": mu, **self.model.derived(mu)}


class ExactNoPooling(ExactOneSigma):
    """Each theta_i given sigma is normal: theta ~ Normal(m_0, s_0) is a population of known mu = m_0 and tau = s_0."""

    def __init__(self, model, rtol=1e-10):
        super().__init__(model, rtol)
        self.marginals["theta"] = Marginals(self._theta, model.groups, "theta")

    @property
    def tail(self):
        """a where the posterior of sigma falls like sigma^-a: a flat theta takes one from each group."""
        model = self.model
        return model.N - model.J * isinstance(model.theta, Flat) + model.sigma.tail_power

    def _log_p_y(self, kept):
        model, theta = self.model, self.model.theta
        deviations = log_p_deviations(model.n[kept], model.within[kept])
        if isinstance(theta, Flat):
            return deviations
        sizes = list(zip(*by_size(model.n[kept], model.mean[kept])))
        return lambda sigma: log_p_means(sizes, theta.mean, theta.sd, sigma) + deviations(sigma)

    def _theta(self, i):
        model = self.model
        given = GivenSpreads(model.theta, model.n[[i]], model.mean[[i]], model.within[[i]])
        return self._mixture(given, f"theta[{model.groups[i]}]", isinstance(model.theta, Flat))

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        self._proper(self.model.theta, self.model.sigma)
        return self.integral.log_total

    def _log_left_out(self):
        refuse_flat(self.model.theta)
        return super()._log_left_out()

    def _draw(self, rng, shape):
        sigma = self["sigma"].draw(rng, shape)
        return {"sigma": sigma, "theta": self.model.theta_given(sigma).draw(rng)}


class ExactNoPoolingOwnSigma(ExactPosterior):
    """Each group is a posterior of its own: one integral over sigma_i, given which theta_i is normal."""

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.alone = [ExactCompletePooling(_Alone(model, i), rtol) for i in range(model.J)]
        self.error = max(one.error for one in self.alone)
        self.marginals = {"sigma": self._of_groups("sigma", "sigma"), "theta": self._of_groups("mu", "theta")}

    def _of_groups(self, name, title):
        def one(i):
            marginal = self.alone[i][name]
            marginal.name = f"{title}[{self.model.groups[i]}]"
            return marginal

        return Marginals(one, self.model.groups, title)

    @property
    def new_group(self):
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        self._proper(self.model.theta, self.model.sigma)
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_i), with theta_i and sigma_i from their priors."""
        refuse_flat(self.model.theta)
        refuse_flat(self.model.sigma)
        return np.array([one.integral.log_total for one in self.alone])

    def _draw(self, rng, shape):
        sigma = np.stack([one["sigma"].draw(rng, shape) for one in self.alone], axis=-1)
        return {"sigma": sigma, "theta": self.model.theta_given(sigma).draw(rng)}


class _Alone:
    """One group as a complete pooling of its own: what ExactCompletePooling asks of a model."""

    def __init__(self, model, i):
        self.mu, self.sigma, self.groups, self.J = model.theta, model.sigma, (model.groups[i],), 1
        self.n, self.mean, self.within = model.n[[i]], model.mean[[i]], model.within[[i]]
        self.y, self.N = model.y[model.group == i], model.n[i]

    def cautions(self):
        return []


def refuse_flat(prior):
    if not prior.proper:
        raise ValueError("leave-one-out is not defined: under a Flat prior a group that is left out could be anywhere; "
                         "give its parameters proper priors, such as no_pooling(theta=Normal(50, 25))")
