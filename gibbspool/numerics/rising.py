"""Products of rising factorials over many groups, as functions of what they rise from.

With the probabilities of the groups integrated out, counts enter the posterior of what the groups
share through a product over groups of

    a^(y) = a (a + 1) ... (a + y - 1)

alone. Written out, the factor a + i occurs once for every count that is larger than i. So the
product over a million groups is one over a few dozen factors, each with an exponent.
"""
import numpy as np

from .condensed import condensed

FACTORS = 128  # so many of each rising factorial are multiplied, the rest is Stirling's formula


class Rises:
    """log of prod_r rise(a, counts_r), with rise(a, y) = a^(y) / a^y, as a function of a.

    ::

        sum_r log rise(a, counts_r) = sum_i c_i log(1 + i / a),    c_i = #{r: counts_r > i}

    It tends to 0 as a grows. Counts in several columns have an a for each column, and what comes
    out is the sum over columns. Of counts above 128 the factors from a + 128 on are taken together
    by Stirling's formula, once for all equal counts; where these are many, at a few nodes.

    Parameters
    ----------
    counts : array (J, K)
        Whole numbers >= 0.
    """

    def __init__(self, counts):
        c = larger_than(counts, FACTORS)
        self.column, self.i = np.nonzero(c)
        self.c = c[self.column, self.i].astype(float)
        self.long_column, self.rest, self.times = distinct(counts, FACTORS)
        self.excess = np.maximum(counts - FACTORS, 0.0).sum(axis=0)
        self.longer = (counts > FACTORS).sum(axis=0)

    def __call__(self, a):
        """The log of the product, (...), for a (..., K) > 0."""
        a = np.asarray(a, dtype=float)
        factor = (1 / a)[..., self.column]
        factor *= self.i               # in place: new memory would take longer than the logarithms
        np.log1p(factor, out=factor)
        log_product = factor @ self.c
        return log_product + self.of_the_rest(a) if self.rest.size else log_product

    def of_the_rest(self, a):
        """The factors from 1 + 128 / a on: rise(x, y - 128) (x / a)^(y - 128), x = a + 128."""
        x, y = a + FACTORS, self.rest
        x_of_each = x[..., self.long_column]
        z = x_of_each + y
        log_rise = (z - 0.5) * np.log1p(y / x_of_each) - y + remainder(z)
        of_columns = np.log1p(FACTORS / a) @ self.excess - remainder(x) @ self.longer
        return log_rise @ self.times + of_columns


def remainder(z):
    """r(z) = 1 / (12 z) - 1 / (360 z^3) + 1 / (1260 z^5) - ... of Stirling's formula.

    From z = 128 on these three terms give all its digits.
    """
    w = 1 / (z * z)
    return (1 / 12 - w * (1 / 360 - w / 1260)) / z


def larger_than(counts, most):
    """c_ki, (K, most): how many of the counts in column k are larger than i, for i < most."""
    reached = np.minimum(counts, most).astype(int)
    ending = np.stack([np.bincount(column, minlength=most + 1) for column in reached.T])
    return np.cumsum(ending[:, :0:-1], axis=1)[:, ::-1]


def distinct(counts, above):
    """The different counts above a number, column by column, or where they are many, few nodes.

    Returns
    -------
    column : array (n,) of int
    excess : array (n,)
        By how much the count is larger.
    times : array (n,)
        How often it occurs in the column; of a node its weight, see `condensed`.
    """
    found = []
    for k, column in enumerate(np.asarray(counts).T):
        values, times = condensed(*np.unique(column[column > above], return_counts=True))
        found.append(np.stack([np.full(len(values), k), values - above, times]))
    column, excess, times = np.concatenate(found, axis=1)
    return column.astype(int), excess, times
