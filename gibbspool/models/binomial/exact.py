"""The exact posterior of the Beta-Binomial model: theta analytically, phi and kappa by
quadrature.
"""
import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import betaln, expit, log_expit, logit, logsumexp

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Marginals, Transformed
from ...numerics.coordinates import coordinate
from ...numerics.plane import integrate_plane, trapezoid
from ...numerics.quadrature import EPS
from ...numerics.special import log_choose, log_rise
from ...sampling.griddy import Griddy
from ..posterior import ExactPosterior
from .model import ALMOST_ZERO as TINY
from .observations import log_beta_binomial

LOGIT_RANGE = (-345.0, 345.0)

# weights below exp(-FEW) of the largest are left out; nodes of phi for narrow Betas
FEW, MANY = 37.0, 800


class ExactBetaBinomial(ExactPosterior):
    """Given phi and kappa the rates are independent Betas; what is left is an integral over the
    two.

    ::

        p(phi, kappa | y) proportional to p(phi) p(kappa) prod_j BetaBinomial(y_j; n_j, phi kappa, (1 - phi) kappa)
        theta_j | phi, kappa, y ~ Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)

    The density of logit phi and log kappa is integrated twice: over phi for each kappa, and over
    kappa for each phi. Each order gives one marginal and both give log p(y), which have to agree.
    The marginals of theta_j and of a new group are mixtures of Betas over the nodes (phi, kappa).

    When kappa is large these Betas are narrow and a sum over a few of them would be a comb. So phi
    gets more nodes as kappa grows; and where that would take more than 800 of them, the mixture
    over phi is replaced by the one Beta with its mean and variance, which becomes exact as kappa ->
    infinity: complete pooling. Moments are not affected.

    Attributes
    ----------
    plane : quadrature.Plane
        The posterior of log kappa (u) and logit phi (v).
    """

    def __init__(self, model, rtol=1e-9):
        super().__init__(model)
        self.coordinate = coordinate(model.kappa.support)
        self._sums = _Sums(model.successes, model.trials)
        powers = model.phi.a + model.phi.b + getattr(model.kappa, "shape", 0.0) + model.trials.sum()
        rounding = 64 * EPS * powers  # of the log density: counts and other powers, times logs
        self.rtol = max(rtol, 4 * rounding)
        self.plane = self._integrate(self._sums)
        self._refuse_piled(self.plane.marginal, "kappa", model.kappa, self.coordinate.x)
        by_phi = integrate_plane(lambda v, u: self._log_density(u, v), LOGIT_RANGE,
                                 self.coordinate.range, self.rtol)
        self.log_evidence = self.plane.log_total
        self.error = (self.plane.error + by_phi.error + abs(by_phi.log_total - self.plane.log_total)
                      + rounding)
        self._refuse_piled(by_phi.marginal, "phi", model.phi, expit)
        self._fine, self._merged = self._columns()
        self.marginals = {
            "phi": Transformed(by_phi.marginal, expit, logit, self._logpdf_phi, (0.0, 1.0), "phi"),
            "kappa": self._kappa(),
            "theta": Marginals(self._theta, model.groups, "theta"),
            "shrinkage": Marginals(self._shrinkage, model.groups, "shrinkage"),
        }
        self.new_group = self._mixture(0, 0, "theta_new")

    def _log_density(self, u, v, sums=None):
        """log p(y, u, v) with theta integrated out, kappa = x(u), phi = expit(v)."""
        model, kappa = self.model, self.coordinate.x(u)
        log_phi, log_rest = log_expit(v), log_expit(-v)
        log_prior_v = model.phi.a * log_phi + model.phi.b * log_rest - betaln(model.phi.a,
                                                                              model.phi.b)
        return (model.kappa.logpdf(kappa) + self.coordinate.log_jacobian(u) + log_prior_v
                + (sums or self._sums).log_likelihood(log_phi, log_rest, np.log(kappa)))

    def _integrate(self, sums):
        # a mean that barely exists sits far out
        drop = 700.0 if 2 < self.model.kappa.tail_power < 4 else 100.0
        return integrate_plane(lambda u, v: self._log_density(u, v, sums), self.coordinate.range,
                               LOGIT_RANGE,
                               self.rtol, drop)

    def _refuse_piled(self, integral, name, prior, x):
        for end, log_p in ((integral.low[0], integral.log_p[0, 0]),
                           (integral.high[-1], integral.log_p[-1, -1])):
            if log_p > integral.log_p.max() - 20:
                raise ValueError(f"the posterior of {name} reaches beyond {x(end):.3g}, where "
                                 f"numbers end, because its prior {prior!r} does; give {name} a "
                                 "prior that keeps it inside")

    def _logpdf_phi(self, phi):
        phi = np.asarray(phi, dtype=float)
        inside = (phi > 0) & (phi < 1)
        v = logit(np.where(inside, phi, 0.5)).ravel()
        low, high = (np.full(v.shape, end) for end in self.coordinate.range)
        log_p = trapezoid(lambda u: self._log_density(u, np.broadcast_to(v, u.shape)), low, high,
                          self.rtol / 10)[2]
        log_p = (log_p - log_expit(v) - log_expit(-v) - self.log_evidence).reshape(phi.shape)
        return np.where(inside, log_p, -np.inf)[()]

    def _kappa(self):
        support = self.model.kappa.support

        def logpdf(kappa):
            kappa = np.asarray(kappa, dtype=float)
            inside = (kappa > support[0]) & (kappa < support[1])
            u = np.clip(self.coordinate.u(np.where(inside, kappa, self.coordinate.x(0.0))),
                        *self.coordinate.range)
            log_p = self._over_phi(u.ravel())[2].reshape(u.shape) - self.coordinate.log_jacobian(u)
            return np.where(inside, log_p - self.log_evidence, -np.inf)[()]

        kappa = Transformed(self.plane.marginal, self.coordinate.x, self.coordinate.u, logpdf,
                            support, "kappa")
        # that of the posterior too: the likelihood is constant far out
        power = self.model.kappa.tail_power
        kappa.mean = kappa.mean if power > 2 else np.inf
        kappa.sd = kappa.sd if power > 3 else np.inf
        return kappa

    def _over_phi(self, u):
        """`trapezoid` over logit phi, for each u of a flat array."""
        low, high = (np.full(u.shape, end) for end in LOGIT_RANGE)
        return trapezoid(lambda v: self._log_density(np.broadcast_to(u, v.shape), v), low, high,
                         self.rtol / 10)

    def _shrinkage(self, j):
        """B_j = kappa / (kappa + n_j), a rising function of kappa."""
        n = self.model.trials[j]
        low, high = self.model.kappa.support
        support = (float(low / (low + n)), float(high / (high + n)) if np.isfinite(high) else 1.0)
        kappa_at = lambda B: n * B / (1 - B)  # noqa: E731

        def logpdf(B):
            B = np.asarray(B, dtype=float)
            inside = (B > support[0]) & (B < support[1])
            at = np.where(inside, B, np.mean(support))
            return np.where(inside, self["kappa"].logpdf(kappa_at(at)) + np.log(n) - 2
                            * np.log1p(-at), -np.inf)[()]

        return Transformed(self.plane.marginal, lambda u: 1 / (1 + n / self.coordinate.x(u)),
                           lambda B: self.coordinate.u(kappa_at(B)), logpdf, support,
                           f"shrinkage[{self.model.groups[j]}]")

    def _columns(self):
        """Nodes (kappa, v) and their log weights: a column of phi for each kappa.

        Returns
        -------
        fine : tuple of array (n,)
            kappa, v, log weight, close enough for the Betas of each kappa.
        merged : tuple of array (points, columns)
            The same where kappa is too large for that, a column each.
        """
        marginal = self.plane.marginal
        matters = marginal.log_mass > marginal.log_mass.max() - FEW
        u, log_weight = marginal.u[matters], marginal.log_mass[matters]
        v, log_mass, *_ = self._over_phi(u)
        kappa = self.coordinate.x(u)
        extra = 2.4 * np.sqrt(kappa) * np.ptp(_arcsine(v[[0, -1]]), axis=0)
        few = extra <= MANY
        step = _widest_step(v, log_mass)
        fine = [self._column(*column)
                for column in zip(u[few], log_weight[few], v[0, few], v[-1, few], step[few])]
        merged = np.broadcast_to(kappa[~few], v[:, ~few].shape), v[:, ~few], (log_mass
                                                                              + log_weight)[:, ~few]
        return tuple(np.concatenate(part) if fine else np.empty(0)
                     for part in zip(*fine)) or (np.empty(0),) * 3, merged

    def _column(self, u, log_weight, low, high, step):
        """Nodes of phi for one kappa, at equal steps of t = v / step + 2.4 sqrt(kappa)
        arcsin(sqrt(phi)).

        In arcsin(sqrt(phi)) a Beta of concentration kappa has the same standard deviation
        everywhere, 1 / (2 sqrt(kappa)): the second term gives each of them 1.2 nodes or more in
        every standard deviation.
        """
        kappa = self.coordinate.x(u)

        def t_of(v):
            return v / step + 2.4 * np.sqrt(kappa) * _arcsine(v)

        t = np.arange(t_of(low), t_of(high))
        v = np.interp(t, t_of(np.linspace(low, high, 1000)), np.linspace(low, high, 1000))
        for _ in range(8):  # Newton
            slope = 1 / step + 1.2 * np.sqrt(kappa) * np.exp(0.5 * (log_expit(v) + log_expit(-v)))
            v = np.clip(v - (t_of(v) - t) / slope, low, high)
        slope = 1 / step + 1.2 * np.sqrt(kappa) * np.exp(0.5 * (log_expit(v) + log_expit(-v)))
        log_p = self._log_density(np.full(v.shape, u), v) - np.log(slope)
        log_p += log_weight - logsumexp(log_p)
        keep = log_p > self.plane.marginal.log_mass.max() - FEW
        return np.full(keep.sum(), kappa), v[keep], log_p[keep]

    def _mixture(self, y, n, name):
        """The distribution of the rate of a group with y successes out of n: Betas over the
        nodes.
        """
        kappa, v, log_weight = self._fine
        a, b = expit(v) * kappa + y, expit(-v) * kappa + n - y
        kappa, v, log_mass = self._merged
        log_column = logsumexp(log_mass, axis=0) if log_mass.size else np.empty(0)
        weight = np.exp(log_mass - log_column)
        p, q = (expit(v) * kappa + y) / (kappa + n), (expit(-v) * kappa + n - y) / (kappa + n)
        mean, rest = (weight * p).sum(axis=0), (weight * q).sum(axis=0)
        variance = (weight * (p * q / (kappa + n + 1) + (p - mean) ** 2)).sum(axis=0)
        concentration = mean * rest / variance - 1
        return BetaMixture(np.concatenate([log_weight, log_column]),
                           np.maximum(np.concatenate([a, mean * concentration]), TINY),
                           np.maximum(np.concatenate([b, rest * concentration]), TINY), name)

    def _theta(self, j):
        return self._mixture(self.model.successes[j], self.model.trials[j],
                             f"theta[{self.model.groups[j]}]")

    def _log_left_out(self):
        """log p(y_j | the others), from 1 / p(y_j | y_-j) = E[1 / p(y_j | phi, kappa) | y].

        Where the group that is left out had much to say, the others alone allow values of phi and
        kappa that the whole data rule out, and the nodes do not reach them: then log p(y) - log
        p(y_-j), both integrated.
        """
        model, plane = self.model, self.plane
        a = np.maximum(expit(plane.v) * self.coordinate.x(plane.u), TINY)
        b = np.maximum(expit(-plane.v) * self.coordinate.x(plane.u), TINY)
        outer = plane.log_mass < -35
        found = {}
        for y, n in zip(model.successes, model.trials):
            if (y, n) not in found:
                log_share = plane.log_mass - log_beta_binomial(y, n, a, b)
                log_p = -logsumexp(log_share)
                beyond = logsumexp(log_share[outer]) + log_p if outer.any() else -np.inf
                found[y, n] = log_p if beyond < np.log(1e-6) else self.log_evidence - self._log_evidence_without(y, n)
        return np.array([found[case] for case in zip(model.successes, model.trials)])

    def _log_evidence_without(self, y, n):
        model = self.model
        j = np.flatnonzero((model.successes == y) & (model.trials == n))[0]
        return self._integrate(_Sums(np.delete(model.successes, j),
                                     np.delete(model.trials, j))).log_total

    def _draw(self, rng, shape):
        """kappa from its marginal; phi given kappa from a grid, corrected by Metropolis steps;
        theta given both.
        """
        kappa = self["kappa"].draw(rng, shape)
        u = self.coordinate.u(kappa)

        def log_density(phi):
            v = logit(phi)
            return self._log_density(np.broadcast_to(u, np.shape(v + u)),
                                     v) - log_expit(v) - log_expit(-v)

        grid = Griddy(log_density, (0.0, 1.0))
        phi = grid.draw(rng)
        for _ in range(4):  # each leaves what the grid gets wrong, less than 1%, to the next one
            phi = grid.draw(rng, phi)
        return {"phi": phi, "kappa": kappa, "theta": self.model.theta_given(phi, kappa).draw(rng)}


def _arcsine(v):
    """arcsin(sqrt(phi)) for v = logit phi."""
    return np.arctan(np.exp(np.clip(v, -700, 700) / 2))


def _widest_step(v, log_mass):
    """For each column of an equally spaced grid, the widest step with which the sum of the masses
    is the same.
    """
    width = np.ptp(v, axis=0) / (len(v) - 1)
    stride = np.ones(v.shape[1])
    for every in (2, 4, 8):
        total = every * np.exp(log_mass[::every]).sum(axis=0)
        stride = np.where((stride == every / 2) & (np.abs(total - 1) < 1e-11), every, stride)
    return stride * width


class _Sums:
    """The likelihood of all groups, quick to evaluate at many (phi, kappa).

    In the beta-binomial likelihood phi kappa, (1 - phi) kappa and kappa each meet the counts of all
    groups in a sum of log_rise, a smooth function of one number: it is tabulated.
    """

    def __init__(self, successes, trials):
        self.successes, self.failures = successes.sum(), (trials - successes).sum()
        self.constant = log_choose(trials, successes).sum()
        self.rises = [_OfLog(_total_rise(counts))
                      for counts in (successes, trials - successes, trials)]

    def log_likelihood(self, log_phi, log_rest, log_kappa):
        """sum_j log p(y_j | phi, kappa), from log phi, log(1 - phi) and log kappa."""
        up, down, both = self.rises
        return (self.constant + self.successes * log_phi + self.failures * log_rest
                + up(log_phi + log_kappa) + down(log_rest + log_kappa) - both(log_kappa))


def _total_rise(counts):
    distinct, times = np.unique(counts[counts > 1], return_counts=True)
    return lambda x: log_rise(x[..., None], distinct) @ times.astype(float)


class _OfLog:
    """A smooth function of log x, as Chebyshev series of degree 11 on panels of width 1/2, made
    where needed.
    """

    low, high, width = -667.0, 347.0, 0.5
    nodes = np.cos(np.pi * (np.arange(12) + 0.5) / 12)
    to_series = chebyshev.chebvander(nodes, 11).T / 6
    to_series[0] /= 2

    def __init__(self, function):
        self.function = function
        panels = int((self.high - self.low) / self.width)
        self.series = np.zeros((12, panels))
        self.made = np.zeros(panels, dtype=bool)

    def __call__(self, log_x):
        place = np.clip(log_x, self.low, self.high - 1e-9) / self.width
        left = np.floor(place)
        k = (left - self.low / self.width).astype(int)
        self._make(k)
        t, one, two = 2 * (place - left) - 1, 0.0, 0.0
        for coefficient in self.series[:0:-1]:  # Clenshaw's recurrence
            one, two = coefficient[k] + 2 * t * one - two, one
        return self.series[0][k] + t * one - two

    def _make(self, k):
        wanted = np.zeros_like(self.made)
        wanted[k] = True
        missing = np.flatnonzero(wanted & ~self.made)
        for start in range(0, len(missing), 32):  # keeps the tables small
            new = missing[start:start + 32]
            middle = self.low + self.width * (new + 0.5)
            values = self.function(np.exp(middle + self.width / 2 * self.nodes[:, None]))
            self.series[:, new] = self.to_series @ values
        self.made[missing] = True
