"""Marginal distributions of an exact posterior: `pdf`, `cdf`, `quantile`, `hdi`, `draw` for all."""
import itertools
from functools import cached_property

import numpy as np

from .. import validate
from ..labels import as_labels, place, position
from ..numerics.quantile_table import QuantileTable
from ..progress import watched
from ..rows import Rows
from .base import numbers_of
from .shortest import shortest_interval

MANY_DRAWS = 10_000  # from here on it pays to make a table of quantiles first


def nan_where_nan(x, values):
    """The values of a function of x; NaN where x is."""
    return np.where(np.isnan(x), np.nan, values)[()]


class Marginal:
    """The distribution of one number.

    A subclass has ``logpdf``, ``cdf``, ``sf`` and ``_quantile(q)``, for an array of q strictly
    between 0 and 1.

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
        return np.exp(self.logpdf(validate.floats("x", x)))

    def quantile(self, q):
        """The value below which a share q of the probability lies; an array for an array of q."""
        q = validate.floats("q", q)
        outside = ~((q >= 0) & (q <= 1))
        if outside.any():
            raise ValueError(f"q is {q[outside].flat[0]:g}; it must lie between 0 and 1")
        low, high = self.support
        inner = self._quantile(np.where((q > 0) & (q < 1), q, 0.5))
        return np.where(q == 0, low, np.where(q == 1, high, inner))[()]

    def rough_quantile(self, q):
        """Quantiles that are good enough to see which interval is about the shortest."""
        return self.quantile(q)

    def hdi(self, prob=0.89):
        """Highest-density interval: the shortest (low, high) with the given probability.

        It may start at the edge of the support: for a tau that piles up at zero it is (0,
        quantile(prob)).
        """
        return shortest_interval(self, validate.probability("prob", prob))

    def draw(self, rng, size=None):
        """Independent draws."""
        return self.quantile(rng.random(size))

    def __repr__(self):
        low, high = self.hdi(0.89)
        return (f"{self.name or 'marginal'}: mean {self.mean:.4g}, sd {self.sd:.4g}, "
                f"89% HDI [{low:.4g}, {high:.4g}]")

    def _repr_html_(self):
        return table_of([(self.name or "marginal", self)])._repr_html_()


class Transformed(Marginal):
    """The distribution of x, a monotone function of a coordinate u whose `Integral` is known.

    Parameters
    ----------
    integral : integral.Integral
        The distribution of u.
    x, u : callable
        The x of a u, and back.
    logpdf : callable
        Log density of x.
    support : tuple of float
        Of x.
    name : str
    moments : tuple (mean, sd), optional
        Where they are known better than as sums over the nodes.
    """

    def __init__(self, integral, x, u, logpdf, support, name="", moments=None):
        self.integral, self.x, self.u = integral, x, u
        self.log_density, self.support, self.name = logpdf, support, name
        at_low, at_high = x(np.array([integral.low[0], integral.high[-1]]))
        self.rising = at_high >= at_low
        self.mean, self.sd = moments or self.moments_over_nodes()

    def moments_over_nodes(self):
        """Mean and standard deviation, as sums over the nodes of the integral."""
        weight, x = np.exp(self.integral.log_mass), self.x(self.integral.u)
        mean = weight @ x
        return float(mean), float(np.sqrt(weight @ (x - mean) ** 2))

    def logpdf(self, x):
        """Log density at x."""
        x = numbers_of(x)
        return nan_where_nan(x, self.log_density(x))

    def cdf(self, x):
        """Probability of values up to x."""
        x = validate.floats("x", x)
        side = self.integral.cdf if self.rising else self.integral.sf
        return self.inside_support(x, side, otherwise=x >= self.support[1])

    def sf(self, x):
        """Probability of values above x."""
        x = validate.floats("x", x)
        side = self.integral.sf if self.rising else self.integral.cdf
        return self.inside_support(x, side, otherwise=x <= self.support[0])

    def inside_support(self, x, side, otherwise):
        """The probability on one side of u(x) where x lies inside the support; else 1 or 0."""
        low, high = self.support
        inside = (x > low) & (x < high)
        somewhere = self.x(self.integral.u[0])
        probability = np.clip(side(self.u(np.where(inside, x, somewhere))), 0, 1)
        return nan_where_nan(x, np.where(inside, probability, otherwise.astype(float)))

    def _quantile(self, q):
        return self.x(self.integral.quantile(q if self.rising else 1 - q))

    def draw(self, rng, size=None):
        """Independent draws; thousands of them are read off from a table of the quantiles."""
        q = rng.random(size)
        if np.size(q) < MANY_DRAWS:
            return self.quantile(q)
        return self.x(self.quantile_table(q if self.rising else 1 - q))

    @cached_property
    def quantile_table(self):
        """The quantiles of the coordinate, as a table: made when it is first needed, and kept."""
        return QuantileTable(self.integral)

    def rough_quantile(self, q):
        """Read off from a table of the cdf by straight lines."""
        below, u = self.rough_cdf
        low, high = self.support
        inner = self.x(np.interp(q if self.rising else 1 - q, below, u))
        return np.where(q == 0, low, np.where(q == 1, high, inner))

    @cached_property
    def rough_cdf(self):
        """About the probability below each node of the integral, and the nodes."""
        mass = np.exp(self.integral.log_mass)
        return np.cumsum(mass) - mass / 2, self.integral.u


MOST_KEPT = 1000  # entries, of those that were made


class Marginals:
    """The marginals of a variable with one entry for each group: a sequence, in the groups' order.

    As in any sequence a whole number in brackets is a place, ``truth["theta"][0]`` is the first and
    ``truth["theta"][-1]`` the last; a text is a label, ``truth["theta"]["A"]``. A whole number
    beside the name is a label where the labels are numbers: ``truth["theta", 1]`` is the group
    labelled "1", as ``draws["theta", 1]`` is, and ``truth["theta"][1]`` is the second one, as
    ``draws["theta"][..., 1]`` is.

    `mean`, `sd`, `quantile(q)`, `hdi(prob)` and the densities act on all groups at once, group axis
    last (hdi: one row for each group).

    Parameters
    ----------
    one : callable
        Of a number to the Marginal of that entry; each is made when it is first asked for, and
        a thousand of them are kept.
    labels : list of str
    name : str
    moments : callable, optional
        Makes the means and the standard deviations of all entries at once, two arrays.
    """

    def __init__(self, one, labels, name, moments=None):
        self._one, self.labels, self.name = one, as_labels(labels), name
        self._made = {}
        self._moments = moments or self.moments_one_by_one

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, where):
        return self.made(place(self.labels, where))

    def labelled(self, label):
        """The marginal of the group with a label, a text or a number: see `labels.position`."""
        return self.made(position(self.labels, label))

    def made(self, j):
        """The marginal of the entry at place j."""
        if j not in self._made:
            if len(self._made) >= MOST_KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[j] = self._one(j)
        return self._made[j]

    def __iter__(self):
        return (self[j] for j in watched(range(len(self)), self.name))

    def moments_one_by_one(self):
        """Means and standard deviations of all entries, two arrays, or lists of arrays."""
        pairs = [(m.mean, m.sd) for m in self]
        return np.array([mean for mean, _ in pairs]), np.array([sd for _, sd in pairs])

    @cached_property
    def moments(self):
        """Means and standard deviations of all entries, two arrays."""
        return self._moments()

    @property
    def mean(self):
        return np.array(self.moments[0])

    @property
    def sd(self):
        return np.array(self.moments[1])

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

    def _repr_html_(self):
        """In a notebook: the first entries alone, for an interval takes its time."""
        leaves = list(itertools.islice(leaves_of(self), SHOWN + 1))
        note = f"<p>... the first {SHOWN} entries</p>" if len(leaves) > SHOWN else ""
        return table_of([(one.name, one) for one in leaves[:SHOWN]])._repr_html_() + note


SHOWN = 20  # entries that a notebook shows


def leaves_of(marginals):
    """The single marginals, through as many levels of labels as there are."""
    for one in marginals:
        if hasattr(one, "labels"):
            yield from leaves_of(one)
        else:
            yield one


def table_of(pairs):
    """Mean, sd and 89% interval of marginals, from pairs of a label and a marginal."""
    hdi = np.array([marginal.hdi(0.89) for _, marginal in pairs]).reshape(-1, 2)
    return Rows("parameter", [label for label, _ in pairs],
                {"mean": [marginal.mean for _, marginal in pairs],
                 "sd": [marginal.sd for _, marginal in pairs],
                 "hdi_5.5%": hdi[:, 0], "hdi_94.5%": hdi[:, 1]})
