"""Seating the customers of Chinese restaurants: a sum of very many Bernoulli variables, drawn.

In each restaurant who finds i customers inside opens a table with probability a / (a + i), on his
own: how many open one, in all restaurants of a category together, is wanted. Both ways of seating
are exact. Few customers are seated one by one; of many, those who find about as many inside are
seated together, so that the time does not grow with their number.
"""
import numpy as np

from ...numerics.rising import larger_than
from .stretches import Stretches

MANY = 2500  # customers, from which on stretches are quicker


def seating(counts):
    """The quicker way for so many customers: counts (J, K), one restaurant for each region and
    category.
    """
    return OneByOne(counts) if counts.sum() < MANY else Crowds(counts)


class OneByOne:
    """A Bernoulli variable for each customer but the first ones, who open a table for certain.

    Parameters
    ----------
    counts : array of int (J, K)
    """

    def __init__(self, counts):
        self.first = (counts > 0).sum(axis=0)
        others = larger_than(counts, counts.max(initial=1))[:, 1:]  # (K, i - 1): who find i inside
        self.category, self.inside = np.nonzero(others)
        number = others[self.category, self.inside]
        self.inside += 1
        self.which = np.repeat(np.arange(len(number)), number)
        self.in_category = np.eye(counts.shape[1])[:, self.category[self.which]]

    def draw(self, rng, a):
        """How many tables are opened in each category, (..., K)."""
        chains = a.reshape(-1, a.shape[-1]).T  # last, side by side: memory is read in its order
        a_of_each = chains[self.category]
        p = a_of_each / (a_of_each + self.inside[:, None])
        opened = rng.random((len(self.which), chains.shape[1])) < p[self.which]
        return self.first + (self.in_category @ opened).T.reshape(a.shape)


class Crowds:
    """Customers in stretches, which are the shorter the larger `a` is: see `stretches`.

    Parameters
    ----------
    counts : array of int (J, K)
    """

    def __init__(self, counts):
        self.counts, self.made_for = counts, {}
        self.largest = np.log2(counts.max(initial=1)) + 3  # beyond that all open tables, nearly

    def draw(self, rng, a):
        """How many tables are opened in each category, (..., K)."""
        most = 2 ** int(np.ceil(np.clip(np.log2(a.max()), 0, self.largest)))
        if most not in self.made_for:
            self.made_for[most] = Stretches(self.counts, most)
        return self.made_for[most].draw(rng, a)
