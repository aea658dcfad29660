"""TODO models.multinomial.restaurant"""
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from ...distributions.base import Distribution
from ...numerics.special import log_rising, log_stirling


@dataclass(frozen=True, eq=False, repr=False)
class Tables(Distribution):
    """Tables in a Chinese restaurant: p(m) = s(n, m) a^m Gamma(a) / Gamma(a + n), m = 1, ..., n (0
    when n = 0).

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
        """Log probability of m tables, elementwise."""
        a, n = self.concentration, self.customers
        return self._log_ways(m) + xlogy(m, a) - log_rising(a, n)

    def _log_ways(self, m):
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
        """Seat the customers: one who finds i before them opens a table with probability a / (a +
        i).
        """
        n = np.broadcast_to(self.customers, size or ()).ravel().astype(int)
        a = np.broadcast_to(self.concentration, size or ()).ravel()
        restaurant = np.repeat(np.arange(len(n)), n)                              # of each customer
        # customers who came before
        i = np.arange(len(restaurant)) - np.repeat(np.cumsum(n) - n, n)
        opens = rng.random(len(restaurant)) * (a[restaurant] + i) < a[restaurant]
        return np.bincount(restaurant, opens, minlength=len(n)).reshape(size or ())
