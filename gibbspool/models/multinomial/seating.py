"""Seating the customers of Chinese restaurants: a sum of very many Bernoulli variables, drawn.

In each restaurant who finds i customers inside opens a table with probability a / (a + i), on his
own: how many open one, in all restaurants of a category together, is wanted. Both ways of seating
are exact. Few customers are seated one by one; of many, those who find nearly as many inside are
seated together, so that the time does not grow with their number.
"""
import numpy as np

from ...numerics.rising import larger_than

MANY = 3000      # customers, from which on stretches are quicker
NARROWEST = 10   # halvings of the widest stretches, which are as long as the seats before them


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
    """Stretches, the narrower the more tables are opened: a narrow one lacks fewer of them.

    Parameters
    ----------
    counts : array of int (J, K)
    """

    def __init__(self, counts):
        self.counts, self.of_width = counts, {}

    def draw(self, rng, a):
        """How many tables are opened in each category, (..., K)."""
        halvings = int(np.clip(np.log2(a.max()) / 2, 0, NARROWEST))
        if halvings not in self.of_width:
            self.of_width[halvings] = Stretches(self.counts, 0.5**halvings)
        return self.of_width[halvings].draw(rng, a)


class Stretches:
    """A binomial variable for all customers of a stretch: those who find first to last inside.

    Let p = a / (a + last), for who finds `last` inside. Each customer of the stretch opens a table
    with at least this probability; with which it does is made up by a second chance e::

        a / (a + i) = 1 - (1 - p) (1 - e),    e / (1 - e) = odds = p (last - i) / i

    So first those open a table who use their second chance, and of the rest Binomial(rest, p).

    The second chances are a rain. Of drops that fall on each customer independently, Poisson(log(1
    + odds)) in number, none falls with probability 1 / (1 + odds) = 1 - e: who is hit uses the
    chance. It rains evenly, as hard as may be needed anywhere in the stretch: p (last - first) /
    first on every place, the places being the seats of the stretch in all restaurants that reach
    it. A drop that falls on seat i counts with probability log(1 + odds) / (p (last - first) /
    first), and none counts where the restaurant has no such seat.

    Parameters
    ----------
    counts : array of int (J, K)
    width : float
        Of stretches of one restaurant, beside the number of seats before them.
    """

    def __init__(self, counts, width=1.0):
        self.counts = -np.sort(-counts.T, axis=1)  # (K, J), the largest restaurant first
        found = [stretches(n[::-1], width) for n in self.counts]
        self.category = np.repeat(np.arange(len(found)), [len(first) for first, *_ in found])
        self.in_category = np.eye(len(found))[self.category]
        first, self.last, self.customers, restaurants = np.concatenate(found, axis=1)
        # those of a single seat lack no tables
        self.long = np.flatnonzero(self.last > first)
        self.first, self.restaurants = first[self.long], restaurants[self.long]
        self.places = (self.last[self.long] - self.first + 1) * self.restaurants
        self.hardest = (self.last[self.long] - self.first) / self.first

    def draw(self, rng, a):
        """How many tables are opened in each category, (..., K)."""
        a = a[..., self.category]
        p = a / (a + self.last)
        opened = np.zeros(p.shape, dtype=int)
        opened[..., self.long] = self.second_chances(rng, p[..., self.long])
        opened += rng.binomial(self.customers - opened, p)
        return opened @ self.in_category

    def second_chances(self, rng, p):
        """How many customers use their second chance in each of the long stretches, (..., long)."""
        drops = rng.poisson(p * self.hardest * self.places)
        where = np.repeat(np.arange(p.size), drops.ravel())  # of each drop, among all stretches
        stretch, p_there = where % len(self.long), p.ravel()[where]
        place = (rng.random(len(where)) * self.places[stretch]).astype(int)
        seat, restaurant = np.divmod(place, self.restaurants[stretch])
        i = self.first[stretch] + seat
        odds = p_there * (self.last[self.long[stretch]] - i) / i
        hit = rng.random(len(where)) * p_there * self.hardest[stretch] < np.log1p(odds)
        hit &= i < self.counts[self.category[self.long[stretch]], restaurant]
        # two drops on one customer are one chance
        customers = np.sort(where[hit] * (self.places.max(initial=0) + 1) + place[hit])
        customers = customers[np.diff(customers, prepend=-1) > 0]
        where = customers // (self.places.max(initial=0) + 1)
        return np.bincount(where, minlength=p.size).reshape(p.shape)


def stretches(n, width=1.0):
    """The customers of a category cut into stretches.

    Parameters
    ----------
    n : array of int (J,)
        Customers of each restaurant, increasing.
    width : float

    Returns
    -------
    array of int (4, stretches)
        Of each stretch how many inside the first and the last of its customers find, how many
        customers there are, and how many restaurants that reach it.
    """
    below = np.concatenate([[0], np.cumsum(n)])
    found, first = [], 0

    def customers(t):
        """sum_r min(n_r, t): those who find fewer than t inside."""
        smaller = np.searchsorted(n, t, side="right")
        return below[smaller] + t * (len(n) - smaller)

    while first < n[-1]:
        restaurants = len(n) - np.searchsorted(n, first, side="right")
        last = min(first + int(first * width / np.sqrt(restaurants)), n[-1] - 1)
        found.append([first, last, customers(last + 1) - customers(first), restaurants])
        first = last + 1
    return np.array(found, dtype=int).reshape(-1, 4).T
