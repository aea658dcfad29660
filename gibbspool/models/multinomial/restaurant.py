"""The Chinese restaurant: how many tables its customers open, the augmentation of pi0's step.

For pi0 only the tables of all regions together matter, so they are drawn together: whoever finds i
customers inside opens a table with the same probability a / (a + i), in whichever region that is.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.special import xlogy

from ...distributions.base import Distribution, short
from ...numerics.rising import Rises
from .seating import seating


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

    what = "the numbers of tables, one for each category"  # in the words about a draw

    @property
    def batch_shape(self):
        """One number for each category, (..., K)."""
        return np.shape(self.concentration)

    def logpdf(self, m):
        """log p(m | a) = log w(m) + m log a - sum_r log a^(n_r), elementwise."""
        a = self.concentration
        return self.customers.log_ways(m) + xlogy(m, a) - self.customers.log_rising(a)

    def _draw(self, rng, size):
        """Seat all customers."""
        return self.customers.seating.draw(rng, np.broadcast_to(self.concentration, size))

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

    @cached_property
    def seating(self):
        """Who sits down where, found once, used in every sweep."""
        return seating(self.counts)

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
