"""Mixtures of Betas: what is known of a rate once its population has been integrated out."""
from functools import cached_property

import numpy as np
from scipy.special import betainc, betaincc, expit, log_expit, logsumexp

from ..numerics.pieces import in_pieces
from ..numerics.quadrature import integrate
from ..numerics.special import EPS, log_beta
from .base import numbers_of
from .marginals import Marginal

BETA_CELLS = 50_000  # numbers (values x components) that are held at a time

LOG_LIGHTEST = -37.0    # log of a weight, relative to the largest, that is left out: 1e-16

# Beyond these values of logit x either x or 1 - x is zero in floating point.
LOWEST_LOGIT, HIGHEST_LOGIT = -690.0, 36.0


class BetaMixture(Marginal):
    """sum_k weight_k Beta(a_k, b_k).

    The density and the cdf are sums over the components. For the quantiles the density of logit x
    is integrated once, when first asked for, to panels of polynomials that are inverted.

    Parameters
    ----------
    log_weight, a, b : array (n,)
        The weights are scaled to sum to one; those below 1e-16 of the largest are left out. A
        single component makes it a Beta.
    name : str
    """

    support = (0.0, 1.0)

    def __init__(self, log_weight, a, b, name=""):
        self.name = name
        log_weight, a, b = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=float))
                                                 for x in (log_weight, a, b)))
        matters = log_weight > log_weight.max() + LOG_LIGHTEST
        self.a, self.b = a[matters], b[matters]
        self.log_weight = log_weight[matters] - logsumexp(log_weight[matters])
        self.weight = np.exp(self.log_weight)

        kappa = self.a + self.b
        means = self.a / kappa
        variances = means * (self.b / kappa) / (kappa + 1)
        self.mean = float(self.weight @ means)
        self.sd = float(np.sqrt(self.weight @ (variances + (means - self.mean) ** 2)))
        # a point r where each component's density is known, see `logpdf`
        self.reference = float(np.clip(self.mean, 1e-290, np.nextafter(1, 0)))
        self.log_p_reference = self.log_weight + log_beta(self.reference, self.a, self.b)

    def logpdf(self, x):
        """Log density.

        The ratio of a Beta density at x to that at a fixed point r is
        (x / r)^(a - 1) ((1 - x) / (1 - r))^(b - 1): with the densities at r kept, one product of
        matrices gives all components at all x.
        """
        x = numbers_of(x)
        inside = (x > 0) & (x < 1)
        at = np.where(inside, x, self.reference)
        log_p = self.log_density(at, np.log(at), np.log1p(-at))
        return np.where(inside, log_p, self.log_density_outside(x))[()]

    def log_density(self, x, log_x, log_rest):
        """Log density at x inside (0, 1), given also log x and log(1 - x)."""
        r = self.reference
        off = x - r
        # log(x / r) and log((1 - x) / (1 - r)): where x is near r from their difference
        up = np.where(off > -r / 2, np.log1p(np.maximum(off / r, -0.5)), log_x - np.log(r))
        down = np.where(off < (1 - r) / 2, np.log1p(-np.minimum(off / (1 - r), 0.5)),
                        log_rest - np.log1p(-r))
        return in_pieces(self.log_sum, up.ravel(), down.ravel(), cells=len(self.a),
                         largest=BETA_CELLS).reshape(x.shape)

    def log_sum(self, up, down):
        """log sum_k p_k(r) exp((a_k - 1) up + (b_k - 1) down), for flat arrays up and down."""
        powers = np.stack([self.a - 1, self.b - 1])
        log_p = np.stack([up, down], axis=-1) @ powers + self.log_p_reference
        top = log_p.max(axis=-1)
        log_p -= top[:, None]
        return top + np.log(np.exp(log_p, out=log_p).sum(axis=-1))

    def log_density_outside(self, x):
        """Log density at 0 and 1, where it may be infinite, and beyond.

        Beta(a, b) has at 0 the density infinity for a < 1, b for a = 1, and 0 for a > 1; at 1 the
        same with a and b exchanged.
        """
        at_zero = self.log_density_at_end(self.a, self.b)
        at_one = self.log_density_at_end(self.b, self.a)
        return np.where(x == 0, at_zero, np.where(x == 1, at_one, -np.inf))

    def log_density_at_end(self, powers, others):
        """At the end where x^(powers - 1) or (1 - x)^(powers - 1) decides."""
        if (powers < 1).any():
            return np.inf
        flat = powers == 1
        if flat.any():
            return logsumexp(self.log_weight[flat] + np.log(others[flat]))
        return -np.inf

    def cdf(self, x):
        """Probability of values up to x."""
        return self.average(betainc, x)

    def sf(self, x):
        """Probability of values above x, accurate in the upper tail."""
        return self.average(betaincc, x)

    def average(self, probability, x):
        """sum_k weight_k probability(a_k, b_k, x), at any x of the real line."""
        def average_at(x):
            return probability(self.a, self.b, x[:, None]) @ self.weight

        x = np.clip(numbers_of(x), 0.0, 1.0)
        found = in_pieces(average_at, x.ravel(), cells=len(self.a), largest=BETA_CELLS)
        return np.clip(found.reshape(x.shape), 0.0, 1.0)[()]

    @cached_property
    def below_and_above(self):
        """The probabilities of an x that is zero, and of one that is one, in floating point."""
        below = float(betainc(self.a, self.b, expit(LOWEST_LOGIT)) @ self.weight)
        above = float(betainc(self.b, self.a, expit(-HIGHEST_LOGIT)) @ self.weight)
        return below, above

    @cached_property
    def integral(self):
        """The density of u = logit x, integrated: p(u) = p(x) x (1 - x)."""
        def log_density(u):
            log_x, log_rest = log_expit(u), log_expit(-u)
            return self.log_density(expit(u), log_x, log_rest) + log_x + log_rest

        return integrate(log_density, LOWEST_LOGIT, HIGHEST_LOGIT, rtol=max(1e-11, self.rounding()),
                         drop=60.0, points=64, panels=6)

    def rounding(self):
        """Rounding error of the log density, between the reference and 15 sd away.

        It is a sum of products of a and b with logs of ratios.
        """
        kappa, r = self.a + self.b, self.reference
        reach = (self.a * np.abs(np.log(self.a / kappa / r))
                 + self.b * np.abs(np.log(self.b / kappa / (1 - r)))
                 + 15 * np.sqrt(self.a * (self.b / kappa)))
        return 16 * EPS * float(reach.max())

    def _quantile(self, q):
        below, above = self.below_and_above
        if below + above > 1 - 1e-12:
            return np.where(q < below, 0.0, 1.0)
        inner = (q - below) / (1 - below - above)
        x = expit(self.integral.quantile(np.clip(inner, 0.0, 1.0)))
        return np.where(inner < 0, 0.0, np.where(inner > 1, 1.0, x))

    def hdi(self, prob=0.89):
        """Shortest interval (low, high) with the given probability, as in `Marginal.hdi`."""
        with np.errstate(invalid="ignore"):  # the density may be infinite at both ends
            return super().hdi(prob)

    def draw(self, rng, size=None):
        """Independent draws: a component, then a value from it."""
        k = rng.choice(len(self.weight), size=size, p=self.weight / self.weight.sum())
        return rng.beta(self.a[k], self.b[k])
