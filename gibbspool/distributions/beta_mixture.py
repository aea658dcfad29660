"""Mixtures of Betas: what is known of a rate once its population has been integrated out."""
from functools import cached_property

import numpy as np
from scipy.special import betainc, betaincc, gammaln, logsumexp

from ..numerics.pieces import in_pieces
from ..numerics.quadrature import integrate
from ..numerics.special import (
    EPS,
    log_beta_at,
    log_rising,
    log_share_likelihood,
    log_share_ratios,
)
from .base import numbers_of
from .marginals import Marginal, nan_where_nan

BETA_CELLS = 50_000  # numbers (values x components) that are held at a time

LOG_LIGHTEST = -37.0    # log of a weight, relative to the largest, that is left out: 1e-16

LOWEST_LOGIT = -690.0    # an x, or 1 - x, below exp(-690) is zero in floating point, or nearly
ALMOST_ZERO = 1e-290

LARGEST_ROUNDING = 1e-5  # of the log density of t

LARGEST_POWERS = 1e6    # a + b up to which SciPy's incomplete Beta function has its digits


class BetaMixture(Marginal):
    """sum_k weight_k Beta(a_k, b_k).

    The density and the cdf are sums over the components. For the quantiles the density of logit x
    is integrated once, when first asked for, to panels of polynomials that are inverted.

    In t = logit x - logit r, for a fixed r, the log density of t is, for x ~ Beta(a, b)::

        constant + (a - kappa r) t + kappa D(t),    D(t) = r t - log(1 - r + r exp(t)),
        kappa = a + b

    With the densities at r kept, one product of matrices gives all components at all x; and nothing
    large cancels in it, however large a and b are, where r is near their mean.

    Parameters
    ----------
    log_weight, a, b : array (n,)
        The weights are scaled to sum to one; those below 1e-16 of the largest are left out. A
        single component makes it a Beta.
    name : str
    moments : tuple (mean, sd), optional
        Where they have been worked out already.
    """

    support = (0.0, 1.0)

    def __init__(self, log_weight, a, b, name="", moments=None):
        self.name = name
        log_weight, a, b = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=float))
                                                 for x in (log_weight, a, b)))
        matters = log_weight > log_weight.max() + LOG_LIGHTEST
        self.a, self.b = (np.maximum(power[matters], ALMOST_ZERO) for power in (a, b))
        self.log_weight = log_weight[matters] - logsumexp(log_weight[matters])
        self.weight = np.exp(self.log_weight)

        self.mean, self.sd = map(float, moments if moments is not None else
                                 self.moments_of_components())

    def moments_of_components(self):
        """Mean and standard deviation: the variances, and how far the means lie apart."""
        kappa = self.a + self.b
        means, rests = self.a / kappa, self.b / kappa
        mean, rest = self.weight @ means, self.weight @ rests
        off = means - mean if mean < 0.5 else rest - rests
        return mean, np.sqrt(self.weight @ (means * rests / (kappa + 1) + off**2))

    # The density, in t.

    @cached_property
    def reference(self):
        """r and 1 - r for the point r that t is counted from: the mean, kept inside (0, 1)."""
        kappa = self.a + self.b
        r, rest = self.weight @ (self.a / kappa), self.weight @ (self.b / kappa)
        return float(np.clip(r, ALMOST_ZERO, 1)), float(np.clip(rest, ALMOST_ZERO, 1))

    @cached_property
    def terms(self):
        """The log density of t is log sum_k exp(row 0 + row 1 * t + row 2 * D(t)), (3, n)."""
        r, rest = self.reference
        p_r = log_beta_at(r, rest, self.a, self.b)
        kappa = self.a + self.b
        slope = kappa * (self.a / kappa - r if r <= 0.5 else rest - self.b / kappa)
        return np.stack([self.log_weight + p_r + np.log(r) + np.log(rest), slope, kappa])

    def t(self, x):
        """logit x - logit r, for x inside (0, 1)."""
        r, rest = self.reference
        off = x - r if r <= 0.5 else rest - (1 - x)
        near = np.abs(off) < 0.25 * min(r, rest)
        step = np.where(near, off, 0.0)
        return np.where(near, np.log1p(step / r) - np.log1p(-step / rest),
                        np.log(x) - np.log(r) - (np.log1p(-x) - np.log(rest)))

    def log_density_of_t(self, t):
        """Log density of t at any values of it."""
        t = np.asarray(t, dtype=float)
        D = log_share_likelihood(t, *self.reference)
        return in_pieces(self.log_sum, t.ravel(), D.ravel(), cells=len(self.a),
                         largest=BETA_CELLS).reshape(t.shape)

    def log_sum(self, t, D):
        """The log of the sum over the components, for flat arrays t and D."""
        log_p = np.stack([t, D], axis=-1) @ self.terms[1:] + self.terms[0]
        top = log_p.max(axis=-1)
        log_p -= top[:, None]
        return top + np.log(np.exp(log_p, out=log_p).sum(axis=-1))

    def logpdf(self, x):
        """Log density: that of t, and dt/dx = 1 / (x (1 - x))."""
        x = numbers_of(x)
        inside = (x > 0) & (x < 1)
        at = np.where(inside, x, 0.5)
        log_p = self.log_density_of_t(self.t(at)) - np.log(at) - np.log1p(-at)
        return nan_where_nan(x, np.where(inside, log_p, self.log_density_outside(x)))

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

    # Probabilities and quantiles.

    def cdf(self, x):
        """Probability of values up to x."""
        return self.on_one_side(x, betainc, lambda t: self.integral.cdf(t), self.beyond)

    def sf(self, x):
        """Probability of values above x, accurate in the upper tail."""
        return self.on_one_side(x, betaincc, lambda t: self.integral.sf(t), self.beyond[::-1])

    def on_one_side(self, x, incomplete_beta, integrated, beyond):
        """The average of incomplete Beta functions; for large powers the density of t, integrated.

        SciPy's incomplete Beta function has lost digits there (before 1.16).

        Parameters
        ----------
        x : array
        incomplete_beta, integrated : callable
            Of a, b and x, and of t: the probability on this side.
        beyond : tuple of float
            Probabilities beyond the range of t, on this side and on the other.
        """
        def average_at(x):
            return incomplete_beta(self.a, self.b, x[:, None]) @ self.weight

        x = numbers_of(x)
        inside = (x > 0) & (x < 1)
        at = np.where(inside, x, self.reference[0] * 0.5)
        if self.is_smooth and (self.a + self.b).max() > LARGEST_POWERS:
            here, there = beyond
            found = here + (1 - here - there) * integrated(self.t(at))
        else:
            found = in_pieces(average_at, at.ravel(), cells=len(self.a), largest=BETA_CELLS)
        at_ends = incomplete_beta(1.0, 1.0, np.clip(x, 0.0, 1.0))  # 0 or 1
        found = np.where(inside, np.clip(found.reshape(x.shape), 0.0, 1.0), at_ends)
        return nan_where_nan(x, found)

    @cached_property
    def beyond(self):
        """The probabilities of an x below exp(-690), and of a 1 - x below it."""
        return self.below_smallest(self.a, self.b), self.below_smallest(self.b, self.a)

    def below_smallest(self, a, b):
        """P(x < e) = e^a / (a B(a, b)) for e = exp(-690), where (1 - x)^(b - 1) is still 1."""
        log_p = a * LOWEST_LOGIT - gammaln(1 + a) + log_rising(b, a)
        return float(np.exp(np.minimum(log_p, 0.0)) @ self.weight)

    @property
    def is_smooth(self):
        """Whether there is anything between the smallest and the largest x."""
        return sum(self.beyond) < 1 - 1e-12

    @cached_property
    def integral(self):
        """The density of t, integrated.

        Raises
        ------
        ValueError
            A component is so narrow, beside its distance from the mean, that its log density there
            has no digits left.
        """
        r, rest = self.reference
        rounding = self.rounding()
        if not self.weight @ rounding < LARGEST_ROUNDING:
            raise ValueError(f"{self.name or 'the mixture'} has no exact density: some of its "
                             "peaks are so narrow, beside how far apart they lie, that floating "
                             "point rounds them off; its mean and sd are right. Take wider priors")
        logit_r, reach = np.log(r) - np.log(rest), float(self.reach().max())
        rtol = float(np.clip(rounding.max(), 1e-11, LARGEST_ROUNDING))
        return integrate(self.log_density_of_t, max(LOWEST_LOGIT - logit_r, -reach),
                         min(-LOWEST_LOGIT - logit_r, reach), rtol=rtol, drop=60.0, points=64,
                         panels=6)

    def reach(self):
        """How far from t = 0 each component may still be seen, (n,).

        A narrow one is almost normal, with the precision kappa r (1 - r) and its middle at slope
        over that; of others nothing is known.
        """
        r, rest = self.reference
        _, slope, kappa = np.abs(self.terms)
        root = np.sqrt(kappa * (r * rest))
        narrow = root > 100 * np.maximum(1.0, slope / np.maximum(root, 1.0))
        return np.where(narrow, (slope / root + 40) / root, -2 * LOWEST_LOGIT)

    def rounding(self):
        """Rounding error of each component's log density, where it is high: that of its term
        (a - kappa r) t.
        """
        r, rest = self.reference
        _, slope, kappa = np.abs(self.terms)
        root = np.sqrt(kappa * (r * rest))
        t = np.minimum((slope / root + 15) / root, -2 * LOWEST_LOGIT)
        return 16 * EPS * slope * t

    def _quantile(self, q):
        below, above = self.beyond
        if not self.is_smooth:
            return np.where(q < below, 0.0, 1.0)
        inner = (q - below) / (1 - below - above)
        r, rest = self.reference
        t = self.integral.quantile(np.clip(inner, 0.0, 1.0))
        up, down = log_share_ratios(t, r, rest)
        from_zero, from_one = r * np.exp(up), rest * np.exp(down)
        x = np.where(from_zero < 0.5, from_zero, 1 - from_one)  # each has its digits near its end
        return np.where(inner < 0, 0.0, np.where(inner > 1, 1.0, np.clip(x, 0.0, 1.0)))

    def hdi(self, prob=0.89):
        """Shortest interval (low, high) with the given probability, as in `Marginal.hdi`."""
        with np.errstate(invalid="ignore"):  # the density may be infinite at both ends
            return super().hdi(prob)

    def draw(self, rng, size=None):
        """Independent draws: a component, then a value from it."""
        k = rng.choice(len(self.weight), size=size, p=self.weight / self.weight.sum())
        return rng.beta(self.a[k], self.b[k])
