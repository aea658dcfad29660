"""Mixtures of Betas: the marginal distribution of a rate once its population has been integrated
out.
"""
from functools import cached_property

import numpy as np
from scipy.special import betainc, expit, log_expit, logsumexp

from ..numerics.quadrature import EPS, integrate
from ..numerics.special import log_beta
from .marginals import Marginal

try:
    from scipy.special import betaincc
except ImportError:  # scipy < 1.11
    def betaincc(a, b, x):
        return np.where(x < 1e-8, 1 - betainc(a, b, x), betainc(b, a, 1 - x))


CELLS = 50_000  # elements of the largest table (values x components) that is held at a time

FURTHEST, CLOSEST = 690.0, 36.0  # the range of logit x: x and 1 - x are numbers other than zero


class BetaMixture(Marginal):
    """sum_k weight_k Beta(a_k, b_k).

    The density and the cdf are sums over the components. For the quantiles the density of logit x
    is integrated once, when first asked for, to panels of polynomials that are inverted.

    Parameters
    ----------
    log_weight, a, b : array (n,)
        The weights sum to one; those below 1e-16 of the largest are left out. A single component
        makes it a Beta.
    """

    support = (0.0, 1.0)

    def __init__(self, log_weight, a, b, name=""):
        self.name = name
        log_weight, a, b = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=float))
                                                 for x in (log_weight, a, b)))
        matters = log_weight > log_weight.max() - 37
        self.a, self.b = a[matters], b[matters]
        self.log_weight = log_weight[matters] - logsumexp(log_weight[matters])
        weight, means = np.exp(self.log_weight), self.a / (self.a + self.b)
        self.mean = float(weight @ means)
        variances = means * (self.b / (self.a + self.b)) / (self.a + self.b + 1)
        self.sd = float(np.sqrt(weight @ (variances + (means - self.mean) ** 2)))
        self._reference = float(np.clip(self.mean, 1e-290, np.nextafter(1, 0)))
        self._log_at_reference = self.log_weight + log_beta(self._reference, self.a, self.b)

    def logpdf(self, x):
        """Log density.

        The ratio of a Beta density at x to that at a fixed point r is (x / r)^(a - 1) ((1 - x) / (1
        - r))^(b - 1): with the densities at r kept, one product of matrices gives all components at
        all x.
        """
        x = np.asarray(x, dtype=float)
        inside = (x > 0) & (x < 1)
        at = np.where(inside, x, self._reference)
        return np.where(inside, self._log_density(at, np.log(at), np.log1p(-at)),
                        self._at_edge(x))[()]

    def _log_density(self, x, log_x, log_rest):
        """Log density at x, given also log x and log(1 - x)."""
        r, off = self._reference, x - self._reference
        up = np.where(off > -r / 2, np.log1p(np.maximum(off / r, -0.5)), log_x - np.log(r))
        down = np.where(off < (1 - r) / 2, np.log1p(-np.minimum(off / (1 - r), 0.5)), log_rest
                        - np.log1p(-r))
        return self._over_components(self._log_sum, up, down)

    def _log_sum(self, up, down):
        """Log density, given log(x / r) and log((1 - x) / (1 - r))."""
        log_p = np.stack([up, down],
                         axis=-1) @ np.stack([self.a - 1, self.b - 1]) + self._log_at_reference
        top = log_p.max(axis=-1)
        log_p -= top[:, None]
        return top + np.log(np.exp(log_p, out=log_p).sum(axis=-1))

    def _at_edge(self, x):
        """Log density at 0 and 1, where it may be infinite, and outside."""
        edge = np.full(np.shape(x), -np.inf)
        for end, powers in ((0.0, self.a), (1.0, self.b)):
            if (powers < 1).any():
                edge = np.where(x == end, np.inf, edge)
            elif (powers == 1).any():
                flat = powers == 1
                # Beta(1, b) has density b at 0
                others = np.where(flat, self.b if end == 0 else self.a, 1.0)
                edge = np.where(x == end, logsumexp(self.log_weight[flat] + np.log(others[flat])),
                                edge)
        return edge

    def cdf(self, x):
        """Probability of values up to x."""
        return self._clipped(lambda x: betainc(self.a, self.b, x[:, None]), x)

    def sf(self, x):
        """Probability of values above x, accurate in the upper tail."""
        return self._clipped(lambda x: betaincc(self.a, self.b, x[:, None]), x)

    def _clipped(self, probability, x):
        x = np.clip(np.asarray(x, dtype=float), 0.0, 1.0)
        weight = np.exp(self.log_weight)
        return np.clip(self._over_components(lambda x: probability(x) @ weight, x), 0.0, 1.0)[()]

    def _over_components(self, function, *arrays):
        """A function of flat arrays, evaluated in parts so that the tables with the components stay
        small.
        """
        shape = arrays[0].shape
        step = max(CELLS // len(self.a), 1)
        flat = [x.ravel() for x in arrays]
        parts = [function(*(x[start:start + step] for x in flat))
                 for start in range(0, flat[0].size, step)]
        return np.concatenate(parts).reshape(shape) if parts else np.empty(shape)

    @cached_property
    def _integral(self):
        """The density of u = logit x, integrated, and the probabilities below and above its range."""
        def log_density(u):
            log_x, log_rest = log_expit(u), log_expit(-u)
            return self._log_density(expit(u), log_x, log_rest) + log_x + log_rest

        weight = np.exp(self.log_weight)
        below = float(betainc(self.a, self.b, expit(-FURTHEST)) @ weight)
        above = float(betainc(self.b, self.a, expit(-CLOSEST)) @ weight)
        if below + above > 1 - 1e-12:
            return None, below, above
        rtol = max(1e-11, self._rounding())
        integral = integrate(log_density, -FURTHEST, CLOSEST, rtol=rtol, drop=60.0, points=64,
                             panels=6)
        return integral, below, above

    def _rounding(self):
        """Rounding errors of the log density: products of a and b with logs, from the reference to
        15 sd away.
        """
        kappa, r = self.a + self.b, self._reference
        reach = (self.a * np.abs(np.log(self.a / kappa / r)) + self.b
                 * np.abs(np.log(self.b / kappa / (1 - r)))
                 + 15 * np.sqrt(self.a * (self.b / kappa)))
        return 16 * EPS * float(reach.max())

    def _quantile(self, q):
        integral, below, above = self._integral
        if integral is None:
            return np.where(q < below, 0.0, 1.0)
        inner = (q - below) / (1 - below - above)
        x = expit(integral.quantile(np.clip(inner, 0.0, 1.0)))
        return np.where(inner < 0, 0.0, np.where(inner > 1, 1.0, x))

    def hdi(self, prob=0.89):
        with np.errstate(invalid="ignore"):  # the density may be infinite at both ends
            return super().hdi(prob)

    def draw(self, rng, size=None):
        """Independent draws: a component, then a value from it."""
        weight = np.exp(self.log_weight)
        k = rng.choice(len(weight), size=size, p=weight / weight.sum())
        return rng.beta(self.a[k], self.b[k])
