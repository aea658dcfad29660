"""Marginal distributions of an exact posterior: one vocabulary for all, `pdf`, `cdf`, `quantile`,
`hdi`, `draw`.
"""
from functools import cached_property

import numpy as np
from scipy.optimize import brentq

from .. import validate


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
            raise ValueError(f"q is {q[~((q >= 0) & (q <= 1))].flat[0]:g}; it must lie between 0 "
                             "and 1")
        inner = np.where((q > 0) & (q < 1), q, 0.5)
        x = np.where(q == 0, self.support[0],
                     np.where(q == 1, self.support[1], self._quantile(inner)))
        return x[()]

    def hdi(self, prob=0.89):
        """Shortest interval (low, high) with the given probability.

        It may start at the edge of the support: for a tau that piles up at zero it is (0,
        quantile(prob)).
        """
        prob = validate.probability("prob", prob)

        def ends(p):
            return self.quantile(np.array([p, min(p + prob, 1.0)]))

        # of the interval's length with p: negative where its low end is the less dense one
        def growth(p):
            low, high = self.pdf(ends(p))
            return float(low - high)

        edge_low, edge_high = np.isfinite(self.support)
        aside = min(1e-9, (1 - prob) / 1000)
        p = np.linspace(0 if edge_low else aside, 1 - prob - (0 if edge_high else aside), 101)
        k = int(np.argmin(self._rough_quantile(np.minimum(p + prob, 1.0))
                          - self._rough_quantile(p)))
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


class Transformed(Marginal):
    """The distribution of a monotone function of a variable whose `Integral` is known on a
    coordinate u.

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
        return np.where((x > low) & (x < high), np.clip(side(self._u(inside)), 0, 1),
                        outer.astype(float))[()]

    def _quantile(self, q):
        return self._x(self._integral.quantile(q if self._rising else 1 - q))

    def _rough_quantile(self, q):
        below, u = self._table
        return np.where(q == 0, self.support[0], np.where(q == 1, self.support[1],
                                                          self._x(np.interp(q if self._rising else 1
                                                                            - q, below, u))))

    @cached_property
    def _table(self):
        """The cdf, roughly, at the nodes of the integral."""
        mass = np.exp(self._integral.log_mass)
        return np.cumsum(mass) - mass / 2, self._integral.u


class Marginals:
    """The marginal distributions of a variable with one entry for each group: indexed by number or
    label.

    `mean`, `sd`, `quantile(q)`, `hdi(prob)` and the densities act on all groups at once, group axis
    last (hdi: one row for each group).
    """

    def __init__(self, one, labels, name):
        self._one, self.labels, self.name = one, tuple(labels), name
        self._made = {}

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, label):
        from ..validate import position
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
