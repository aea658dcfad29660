"""The Chinese restaurant: how many tables its customers open, the augmentation of pi0's step.

For pi0 only the tables of all regions together matter, so they are drawn together: whoever finds i
customers inside opens a table with the same probability a / (a + i), in whichever region that is.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.special import xlogy

from ...distributions.base import Distribution, short
from ...numerics.rising import Rises, larger_than

CROWD = 40   # from so many customers that find i inside, one binomial is quicker than as many draws
LATE = 1024  # customers that find so many inside hardly open tables: go from one to the next


@dataclass(frozen=True, eq=False, repr=False)
class Tables(Distribution):
    """How many tables are opened in all restaurants of a category together.

    The n_r customers of region r come one by one. Whoever finds i of them inside opens a new table
    with probability a / (a + i), or joins a table that is there::

        p(m | a) = w(m) a^m / prod_r a^(n_r),    a^(n) = a (a + 1) ... (a + n - 1)

    where w(m) is the coefficient of a^m when prod_r a^(n_r) is multiplied out; for a single
    restaurant these are the unsigned Stirling numbers of the first kind. The mean is sum_r sum_i a
    / (a + i), i = 0, ..., n_r - 1: about a log(1 + n_r / a) in each restaurant.

    Parameters
    ----------
    customers : Customers
        Of each region and category.
    concentration : array (..., K)
        a > 0, how readily a customer opens a table, for each category.

    Examples
    --------
    One restaurant, three customers: a (a + 1) (a + 2) = 2 a + 3 a^2 + a^3. For a = 2 the terms are
    4, 12 and 8 of 24, so that one, two or three tables have the probabilities 1/6, 1/2 and 1/3:

    >>> tables = Tables(Customers(np.array([[3]])), concentration=np.array([2.0]))
    >>> for m in (1, 2, 3):
    ...     print(m, f"{np.exp(tables.logpdf(np.array([m]))[0]):.4f}")
    1 0.1667
    2 0.5000
    3 0.3333
    """

    customers: "Customers"
    concentration: np.ndarray

    @property
    def batch_shape(self):
        """One number for each category, (..., K)."""
        return np.shape(self.concentration)

    def logpdf(self, m):
        """log p(m | a) = log w(m) + m log a - sum_r log a^(n_r), elementwise."""
        a = self.concentration
        return self.customers.log_ways(m) + xlogy(m, a) - self.customers.log_rising(a)

    def _draw(self, rng, size):
        """Seat all customers. Those that find i inside are independent of each other, and of
        the rest; the three ways of seating them differ in what they cost.
        """
        a = np.broadcast_to(self.concentration, size)
        customers = self.customers
        return customers.few(rng, a) + customers.crowds(rng, a) + customers.late(rng, a)

    def __repr__(self):
        return f"Tables(concentration={short(self.concentration)})"


class Customers:
    """Who will sit down: counts_rk customers in the restaurant of region r and category k.

    Parameters
    ----------
    counts : array (J, K)
        Whole numbers >= 0.
    """

    def __init__(self, counts):
        self.counts = counts.astype(int)
        category = np.eye(counts.shape[1])  # a row that is 1 for this one, 0 for the others
        c = larger_than(counts, LATE)  # (K, 1024): how many will find i inside
        self.few_k, self.few_i = np.nonzero((c > 0) & (c < CROWD))
        self.few_of_each = np.repeat(np.arange(len(self.few_k)), c[self.few_k, self.few_i])
        self.few_category = category[self.few_k[self.few_of_each]]
        self.crowd_k, self.crowd_i = np.nonzero(c >= CROWD)
        self.crowd, self.crowd_category = c[self.crowd_k, self.crowd_i], category[self.crowd_k]
        region, self.late_k = np.nonzero(counts > LATE)
        self.late_n, self.late_category = counts[region, self.late_k], category[self.late_k]

    def few(self, rng, a):
        """Where few find i inside, each opens a table with probability a / (a + i); (..., K)."""
        a_of_each = a[..., self.few_k]
        p = (a_of_each / (a_of_each + self.few_i))[..., self.few_of_each]
        return (rng.random(p.shape) < p) @ self.few_category

    def crowds(self, rng, a):
        """Where many do, Binomial(how many, a / (a + i)) of them open one; (..., K)."""
        if not self.crowd.size:
            return 0
        a_of_each = a[..., self.crowd_k]
        opened = rng.binomial(self.crowd, a_of_each / (a_of_each + self.crowd_i))
        return opened @ self.crowd_category

    def late(self, rng, a):
        """Those who find 1024 or more inside, from table to table; (..., K).

        That those who find i, ..., i + g - 1 inside all join has the probability::

            i / (a + i) * ... * (i + g - 1) / (a + i + g - 1) = E[(1 - V)^g],   V ~ Beta(a, i)

        Integrated over V, that is: draw V, and then g, how many join before one opens a table,
        from P(g or more) = (1 - V)^g.
        """
        if not self.late_n.size:
            return 0
        a_of_each = a[..., self.late_k]
        n = np.broadcast_to(self.late_n, a_of_each.shape)
        inside, opened = np.full(n.shape, float(LATE)), np.zeros(n.shape)
        going = inside < n
        while going.any():
            V = rng.beta(a_of_each[going], inside[going])
            with np.errstate(divide="ignore", over="ignore"):  # V may have rounded to 0: all join
                joining = np.floor(rng.standard_exponential(len(V)) / -np.log1p(-V))
            inside[going] += joining + 1
            opened[going] += inside[going] <= n[going]
            going = inside < n
        return opened @ self.late_category

    @cached_property
    def rises(self):
        """sum_r log rise(a, n_r) as a function of a, for each category."""
        return [Rises(n[:, None]) for n in self.counts.T]

    def log_rising(self, a):
        """sum_r log a^(n_r) = sum_r [n_r log a + log rise(a, n_r)], (..., K)."""
        rises = [rises(a[..., k, None]) for k, rises in enumerate(self.rises)]
        return self.counts.sum(axis=0) * np.log(a) + np.stack(rises, axis=-1)

    def log_ways(self, m):
        """log w(m), (..., K); -inf where m tables are impossible."""
        m = np.asarray(m, dtype=float)
        log_w = np.full(m.shape, -np.inf)
        for k, n in enumerate(self.counts.T):
            ways = log_ways(tuple(n.tolist()))
            here = (m[..., k] >= 0) & (m[..., k] < len(ways)) & (m[..., k] == np.round(m[..., k]))
            log_w[here, k] = ways[m[here, k].astype(int)]
        return log_w


# Remembered for the columns asked for last: the customers are the data, the same at every state
# whose joint density is wanted, and the recursion takes sum(sizes)^2 / 2 additions.
@lru_cache(maxsize=32)
def log_ways(sizes):
    """log w(m), m = 0, ..., sum(sizes): of prod_n a^(n), multiplied out, the coefficient of a^m.

    By a recursion over the customers. One who finds i inside opens a table, or joins one of the i::

        w(m) <- w(m - 1) + i w(m)

    Parameters
    ----------
    sizes : tuple of int
        Customers of each restaurant; one restaurant gives the Stirling numbers s(n, m).

    Returns
    -------
    array (sum(sizes) + 1,)
    """
    log_w = np.array([0.0])
    for n in sizes:
        for i in range(n):
            opens = np.concatenate([[-np.inf], log_w])
            joins = np.concatenate([log_w, [-np.inf]]) + (np.log(i) if i else -np.inf)
            log_w = np.logaddexp(opens, joins)
    return log_w
