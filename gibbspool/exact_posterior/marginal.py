"""Marginal distributions of an exact posterior: one vocabulary for all, `pdf`, `cdf`, `quantile`, `hdi`, `draw`."""
from functools import cached_property

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr, logsumexp, ndtr

from .. import validate
from ..distributions import LOG_2PI


class Marginal:
    """The distribution of one number.

    Attributes
    ----------
    name : str
    mean, sd : float
        inf where the moment does not exist.
    support : tuple of float
    """

    name = ""
    support = (-np.inf, np.inf)

    def pdf(self, x):
        """Density at x."""
        return np.exp(self.logpdf(x))

    def quantile(self, q):
        """The value below which a share q of the probability lies; an array for an array of q."""
        q = np.asarray(q, dtype=float)
        if not np.all((q >= 0) & (q <= 1)):
            raise ValueError(f"q is {q[~((q >= 0) & (q <= 1))].flat[0]:g}; it must lie between 0 and 1")
        inner = np.where((q > 0) & (q < 1), q, 0.5)
        x = np.where(q == 0, self.support[0], np.where(q == 1, self.support[1], self._quantile(inner)))
        return x[()]

    def hdi(self, prob=0.89):
        """Shortest interval (low, high) with the given probability.

        It may start at the edge of the support: for a tau that piles up at zero it is (0, quantile(prob)).
        """
        prob = validate.probability("prob", prob)

        def ends(p):
            return self.quantile(np.array([p, min(p + prob, 1.0)]))

        def growth(p):  # of the interval's length with p: negative where its low end is the less dense one
            low, high = self.pdf(ends(p))
            return float(low - high)

        edge_low, edge_high = np.isfinite(self.support)
        aside = min(1e-9, (1 - prob) / 1000)
        p = np.linspace(0 if edge_low else aside, 1 - prob - (0 if edge_high else aside), 101)
        k = int(np.argmin(self._rough_quantile(np.minimum(p + prob, 1.0)) - self._rough_quantile(p)))
        left, right = p[max(k - 1, 0)], p[min(k + 1, 100)]
        at_left, at_right = growth(left), growth(right)
        for reach in (4, 16, 100):  # a rough start may have missed
            if at_left > 0:
                left = p[max(k - reach, 0)]
                at_left = growth(left)
            if at_right < 0:
                right = p[min(k + reach, 100)]
                at_right = growth(right)
        if at_left < 0 < at_right:
            best = brentq(growth, left, right, xtol=1e-11 * (1 - prob))
        elif left == p[0] and at_left >= 0:
            best = left
        elif right == p[-1] and at_right <= 0:
            best = right
        else:  # more than one mode, or a flat one: as good as the grid
            best = p[k]
        low, high = ends(best)
        return float(low), float(high)

    def _rough_quantile(self, q):
        """Good enough to see which interval is about the shortest."""
        return self.quantile(q)

    def draw(self, rng, size=None):
        """Independent draws."""
        return self.quantile(rng.random(size))

    def __repr__(self):
        low, high = self.hdi(0.89)
        return f"{self.name or 'marginal'}: mean {self.mean:.4g}, sd {self.sd:.4g}, 89% HDI [{low:.4g}, {high:.4g}]"


def invert(cdf, pdf, q, low, high):
    """x with cdf(x) = q, elementwise: Newton's method, with bisection where it would leave the bracket."""
    low, high = (np.broadcast_to(np.asarray(end, dtype=float), q.shape) for end in (low, high))
    x = (low + high) / 2
    for _ in range(200):
        excess = cdf(x) - q
        low, high = np.where(excess < 0, x, low), np.where(excess < 0, high, x)
        with np.errstate(all="ignore"):
            newton = x - excess / pdf(x)
        step = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        done = (np.abs(step - x) <= 1e-14 * np.abs(x)) | (np.abs(excess) <= 2e-16)
        x = np.where(done, x, step)
        if done.all():
            break
    return x


class NormalMixture(Marginal):
    """sum_k weight_k Normal(mean_k, sd_k): what remains of a Normal after the spread has been integrated out.

    Parameters
    ----------
    log_weight, means, sds : array (n,)
        The weights sum to one. A single component makes it a plain Normal.
    moments : tuple (mean, sd), optional
        Where they cannot be had from the components, because they do not exist.
    """

    def __init__(self, log_weight, means, sds, name="", moments=None):
        self.name = name
        self.log_weight, self.means, self.sds = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(a, dtype=float)) for a in (log_weight, means, sds)))
        weight = np.exp(self.log_weight)
        mean = weight @ self.means
        self.mean, self.sd = moments or (
            float(mean), float(np.sqrt(weight @ (self.sds**2 + (self.means - mean) ** 2))))

        # Components that together weigh less than 1e-14 count only in the logarithms of the tails.
        rising = np.argsort(weight)
        matters = np.sort(rising[np.cumsum(weight[rising]) > 1e-14])
        self._body = tuple(a[matters] for a in (weight, self.means, self.sds))

    def _z(self, x):
        return (np.asarray(x, dtype=float)[..., None] - self.means) / self.sds

    def logpdf(self, x):
        """Log density, accurate in the far tails."""
        return logsumexp(self.log_weight - np.log(self.sds) - 0.5 * (self._z(x) ** 2 + LOG_2PI), axis=-1)

    def cdf(self, x):
        """Probability of values up to x."""
        weight, means, sds = self._body
        return np.clip(ndtr((np.asarray(x, dtype=float)[..., None] - means) / sds) @ weight, 0.0, 1.0)

    def sf(self, x):
        """Probability of values above x."""
        weight, means, sds = self._body
        return np.clip(ndtr((means - np.asarray(x, dtype=float)[..., None]) / sds) @ weight, 0.0, 1.0)

    def logcdf(self, x):
        """Log of the cdf, accurate in the lower tail."""
        return logsumexp(self.log_weight + log_ndtr(self._z(x)), axis=-1)

    def logsf(self, x):
        """Log of the survival function, accurate in the upper tail."""
        return logsumexp(self.log_weight + log_ndtr(-self._z(x)), axis=-1)

    def _density(self, x):
        """The density where most of the probability is."""
        weight, means, sds = self._body
        z = (np.asarray(x, dtype=float)[..., None] - means) / sds
        return np.exp(-0.5 * z**2) @ (weight / sds) / np.sqrt(2 * np.pi)

    @cached_property
    def _table(self):
        """Values that cover the mixture, and the cdf at them: where a quantile is looked for."""
        weight, means, sds = self._body
        some = np.unique(np.searchsorted(np.cumsum(weight), np.linspace(0, 1 - 1e-12, 25)).clip(0, len(weight) - 1))
        x = np.sort(np.concatenate([[np.min(means - 9 * sds), np.max(means + 9 * sds)],
                                    *(means[some] + z * sds[some] for z in (-4, -2, -1, 0, 1, 2, 4))]))
        return x, self.cdf(x)

    def _rough_quantile(self, q):
        x, height = self._table
        return np.interp(q, height, x)

    def _quantile(self, q):
        x, height = self._table
        k = np.clip(np.searchsorted(height, q), 1, len(x) - 1)
        return invert(self.cdf, self._density, q, x[k - 1], x[k])


class Transformed(Marginal):
    """The distribution of a monotone function of a variable whose `Integral` is known on a coordinate u.

    Parameters
    ----------
    integral : quadrature.Integral
    x, u : callable
        The value for a u, and back.
    logpdf : callable
        Log density of x.
    """

    def __init__(self, integral, x, u, logpdf, support, name="", moments=None):
        self.name, self.support, self.logpdf = name, support, logpdf
        self._integral, self._x, self._u = integral, x, u
        ends = x(np.array([integral.low[0], integral.high[-1]]))
        self._rising = ends[1] >= ends[0]
        weight, values = np.exp(integral.log_mass), x(integral.u)
        mean = weight @ values
        self.mean, self.sd = moments or (float(mean), float(np.sqrt(weight @ (values - mean) ** 2)))

    def cdf(self, x):
        """Probability of values up to x."""
        return self._probability(x, below=True)

    def sf(self, x):
        """Probability of values above x."""
        return self._probability(x, below=False)

    def _probability(self, x, below):
        low, high = self.support
        x = np.asarray(x, dtype=float)
        inside = np.where((x > low) & (x < high), x, self._x(self._integral.u[0]))
        side = self._integral.cdf if below == self._rising else self._integral.sf
        outer = (x >= high) if below else (x <= low)
        return np.where((x > low) & (x < high), np.clip(side(self._u(inside)), 0, 1), outer.astype(float))[()]

    def _quantile(self, q):
        return self._x(self._integral.quantile(q if self._rising else 1 - q))

    def _rough_quantile(self, q):
        below, u = self._table
        return np.where(q == 0, self.support[0], np.where(q == 1, self.support[1],
                                                          self._x(np.interp(q if self._rising else 1 - q, below, u))))

    @cached_property
    def _table(self):
        """The cdf, roughly, at the nodes of the integral."""
        mass = np.exp(self._integral.log_mass)
        return np.cumsum(mass) - mass / 2, self._integral.u


class Marginals:
    """The marginal distributions of a variable with one entry for each group: indexed by number or label.

    `mean`, `sd`, `quantile(q)`, `hdi(prob)` and the densities act on all groups at once, group axis last
    (hdi: one row for each group).
    """

    def __init__(self, one, labels, name):
        self._one, self.labels, self.name = one, tuple(labels), name
        self._made = {}

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, label):
        from ..draws import position
        j = position(self.labels, label)
        if j not in self._made:
            self._made[j] = self._one(j)
        return self._made[j]

    def __iter__(self):
        return (self[j] for j in range(len(self)))

    @property
    def mean(self):
        return np.array([m.mean for m in self])

    @property
    def sd(self):
        return np.array([m.sd for m in self])

    def quantile(self, q):
        return np.stack([m.quantile(q) for m in self], axis=-1)

    def hdi(self, prob=0.89):
        return np.array([m.hdi(prob) for m in self])

    def pdf(self, x):
        return np.stack([m.pdf(x) for m in self], axis=-1)

    def logpdf(self, x):
        return np.stack([m.logpdf(x) for m in self], axis=-1)

    def cdf(self, x):
        return np.stack([m.cdf(x) for m in self], axis=-1)

    def sf(self, x):
        return np.stack([m.sf(x) for m in self], axis=-1)

    def __repr__(self):
        return "\n".join(repr(m) for m in self)
