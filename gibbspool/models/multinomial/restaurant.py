"""The Chinese restaurant: how many tables its customers open, the augmentation of pi0's step."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import xlogy

from ...distributions.base import Distribution
from ...numerics.special import log_rising


@dataclass(frozen=True, eq=False, repr=False)
class Tables(Distribution):
    """How many tables n customers open who come one by one, and join others or sit down alone.

    Whoever finds i customers inside opens a new table with probability a / (a + i), or joins a
    table that is there::

        p(m | n, a) = s(n, m) a^m Gamma(a) / Gamma(a + n),    m = 1, ..., n (0 when n = 0)

    s(n, m) are the unsigned Stirling numbers of the first kind. The mean is sum_i a / (a + i), i =
    0, ..., n - 1: about a log(1 + n / a).

    Parameters
    ----------
    customers : array
        n, whole numbers >= 0.
    concentration : array
        a > 0, how readily a customer opens a table.
    """

    customers: np.ndarray
    concentration: np.ndarray

    def logpdf(self, m):
        """log p(m | n, a) = log s(n, m) + m log a - log a^(n), elementwise."""
        a, n = self.concentration, self.customers
        return self.log_ways(m) + xlogy(m, a) - log_rising(a, n)

    def log_ways(self, m):
        """log s(n, m), elementwise; -inf where m tables are impossible."""
        m = np.asarray(m, dtype=float)
        n = np.broadcast_to(self.customers, np.broadcast_shapes(self.batch_shape, m.shape))
        m = np.broadcast_to(m, n.shape)
        rows = log_stirling(tuple(np.unique(self.customers).astype(int)))
        log_ways = np.full(n.shape, -np.inf)
        for size, row in rows.items():
            here = (n == size) & (m >= 0) & (m <= size) & (m == np.round(m))
            log_ways[here] = row[m[here].astype(int)]
        return log_ways

    def _draw(self, rng, size):
        """Seat all customers of all restaurants: one who finds i inside opens a table with
        probability a / (a + i).
        """
        shape = size or ()
        n = np.broadcast_to(self.customers, shape).ravel().astype(int)
        a = np.broadcast_to(self.concentration, shape).ravel()
        restaurant = np.repeat(np.arange(len(n)), n)     # of each customer
        first = np.cumsum(n) - n                         # the first customer of each restaurant
        i = np.arange(len(restaurant)) - first[restaurant]
        opens = rng.random(len(restaurant)) * (a[restaurant] + i) < a[restaurant]
        return np.bincount(restaurant, opens, minlength=len(n)).reshape(shape)


# Remembered for the eight sets of sizes asked for last: the customers are the data, the same at
# every state whose joint density is wanted, and the recursion takes max(sizes)^2 additions.
@lru_cache(maxsize=8)
def log_stirling(sizes):
    """log s(n, m), m = 0, ..., n, for each n in `sizes`: unsigned Stirling numbers, first kind.

    By the recursion s(n + 1, m) = s(n, m - 1) + n s(n, m): the last customer opens a table, or
    joins one of n others.

    Parameters
    ----------
    sizes : tuple of int

    Returns
    -------
    dict of int to array (n + 1,)
    """
    row, rows = np.array([0.0]), {}
    for n in range(max(sizes) + 1):
        if n in sizes:
            rows[n] = row
        opens = np.concatenate([[-np.inf], row])
        joins = np.concatenate([row, [-np.inf]]) + (np.log(n) if n else -np.inf)
        row = np.logaddexp(opens, joins)
    return rows
