"""The customers of a restaurant in stretches, each drawn by one binomial variable, and accepted.

Whoever finds i customers inside opens a table with the odds a / i. In a stretch of n customers the
odds differ, w_1, ..., w_n, and the number m of those who open a table has the probability::

    p(m) = e_m(w) / prod_j (1 + w_j),    e_m(w): the sum of the products of m different odds

Were they all equal to their mean w, it would be a Binomial(n, w / (1 + w)), in proportion to
(n over m) w^m. By Maclaurin's inequality that is never less than e_m(w). So propose a binomial
number, and accept it with the probability::

    A(m) = e_m(w) / [(n over m) w^m]

which decreases from A(0) = A(1) = 1, and does not depend on a: all the odds are in proportion to
it. A stretch is as long as lets it nearly always accept. Far inside even the longest does, for
hardly two customers among those who find that many inside open a table: so the number of stretches
does not grow with that of the customers.

With odds w (1 + d_j), and t for x w / (1 + x w), the generating function of the e_m is::

    prod_j (1 + x w (1 + d_j)) = (1 + x w)^n prod_j (1 + d_j t)
    prod_j (1 + d_j t)         = exp(- s_2 t^2 / 2 + s_3 t^3 / 3 - ...) = sum_k b_k t^k

where s_k = sum_j d_j^k, s_1 = 0. The coefficient of x^m on both sides gives::

    A(m) = sum_k b_k [m (m - 1) ... (m - k + 1)] / [n (n - 1) ... (n - k + 1)]
"""
from collections import namedtuple

import numpy as np

TERMS = 28     # of A(m): what follows is below 1e-13 where refusals are as rare as here
LOSS = 0.05    # of a stretch: about how often it refuses
SINGLE = 4096  # from twice that on, so many seats to a doubling and more are taken together

Seats = namedtuple("Seats", "customers odds variance")

Seats.__doc__ = """Who finds so many inside, of all restaurants of a category, the fewest first.

customers : how many they are
odds : the mean of 1 / i, of those that find i inside
variance : that of 1 / i: 0 but for seats far inside, of which many are taken together
"""


class Stretches:
    """A binomial variable for each stretch of customers, accepted with probability A(m).

    Parameters
    ----------
    counts : array of int (J, K)
        One restaurant for each region and category.
    most : float
        The largest `a` that it is made for: of a much larger one nearly all would be refused.

    Attributes
    ----------
    category, customers, odds : array (stretches,)
        Of each stretch its category, how many customers, and the mean of their 1 / i.
    coefficients : array (stretches, TERMS)
        b_1, b_2, ...
    usual, surely : array (stretches,)
        Hardly ever are there more tables than `usual`; up to that A(m) is at least `surely`.
    """

    def __init__(self, counts, most=1.0):
        self.first = (counts > 0).sum(axis=0)  # who find nobody inside open a table for certain
        every = [stretches_of(seats_of(n), most) for n in counts.T]
        self.category = np.repeat(np.arange(len(every)), [len(one[0]) for one in every])
        self.in_category = np.eye(len(every))[self.category]
        self.customers, self.odds = (np.concatenate([one[k] for one in every]) for k in (0, 1))
        self.coefficients = coefficients(np.concatenate([one[2] for one in every]))[:, 1:]
        p = most * self.odds / (1 + most * self.odds)
        usual = self.customers * p + 5 * np.sqrt(self.customers * p * (1 - p)) + 5
        self.usual = np.minimum(np.ceil(usual), self.customers)
        self.surely = self.acceptance(np.arange(len(p)), self.usual)

    def draw(self, rng, a):
        """How many tables are opened in each category, (..., K)."""
        w = a[..., self.category] * self.odds
        p = w / (1 + w)
        opened = rng.binomial(self.customers, p)
        stretch = np.broadcast_to(np.arange(len(self.odds)), p.shape).ravel()
        flat = opened.reshape(-1)  # the same numbers
        waiting = self.refused(rng, stretch, flat)
        while len(waiting):
            one = stretch[waiting]
            flat[waiting] = rng.binomial(self.customers[one], p.ravel()[waiting])
            waiting = waiting[self.refused(rng, one, flat[waiting])]
        return self.first + opened @ self.in_category

    def refused(self, rng, stretch, m):
        """Which of the numbers m are refused: their positions."""
        share = rng.random(len(m))
        asked = np.flatnonzero((share > self.surely[stretch]) | (m > self.usual[stretch]))
        return asked[share[asked] > self.acceptance(stretch[asked], m[asked])]

    def acceptance(self, stretch, m):
        """A(m) of some stretches."""
        k = np.arange(TERMS)
        n = self.customers[stretch, None]
        falling = ((m[:, None] - k) / np.maximum(n - k, 1)).cumprod(axis=1)
        return 1 + np.einsum("ik,ik->i", falling, self.coefficients[stretch])


def coefficients(s):
    """b_k of exp(- s_2 t^2 / 2 + s_3 t^3 / 3 - ...): k b_k = sum_j (-1)^(j + 1) s_j b_(k - j).

    Of each stretch a row, k = 0, ..., TERMS.
    """
    b = np.zeros_like(s)
    b[:, 0] = 1.0
    signed = s * (-1.0) ** (np.arange(s.shape[1]) + 1)
    for k in range(2, s.shape[1]):
        b[:, k] = (signed[:, 2:k + 1] * b[:, k - 2::-1]).sum(axis=1) / k
    return b


def seats_of(n):
    """The customers of restaurants with n (J,) customers, without the first ones, as `Seats`."""
    most = int(n.max())
    begins, begin = [np.arange(1, min(most, 2 * SINGLE))], 2 * SINGLE
    while begin < most:
        begins.append(np.arange(begin, min(2 * begin, most), begin // SINGLE))
        begin = 2 * begin
    # with the ends of the restaurants, so that all seats taken together are in as many of them
    ends = np.unique(np.concatenate([*begins, n[n > 0]]))
    u, beyond = ends[:-1].astype(float), ends[1:].astype(float)
    restaurants = len(n) - np.searchsorted(np.sort(n), u, side="right")
    seats, middle = beyond - u, (u + beyond - 1) / 2
    return Seats(restaurants * seats, mean_of_inverses(u, beyond), (seats**2 - 1) / 12 / middle**4)


def mean_of_inverses(u, beyond):
    """The mean of 1 / u, ..., 1 / (beyond - 1): where they are several, u is large, and the sum is
    that of Euler and Maclaurin.
    """
    low, high = u - 0.5, beyond - 0.5
    several = np.log1p((beyond - u) / low) + (1 / high**2 - 1 / low**2) / 24
    return np.where(beyond - u > 1, several / (beyond - u), 1 / u)


def stretches_of(seats, most):
    """The stretches of a category: customers, mean of 1 / i, and s_k, k = 0, ..., TERMS."""
    begins = cuts(seats, most)
    customers = np.add.reduceat(seats.customers, begins)
    odds = np.add.reduceat(seats.customers * seats.odds, begins) / customers
    which = np.repeat(np.arange(len(begins)), np.diff([*begins, len(seats.odds)]))
    # (d + e)^k, e the deviations of seats that are taken together, which are small: its mean is
    # d^k + k (k - 1) / 2 d^(k - 2) times the variance of e
    d = seats.odds / odds[which] - 1
    variance = seats.variance / odds[which] ** 2
    s, power = np.zeros((len(begins), TERMS + 1)), seats.customers.copy()
    for k in range(2, TERMS + 1):  # power: customers times d^(k - 2)
        s[:, k] = np.add.reduceat(power * (d**2 + k * (k - 1) / 2 * variance), begins)
        power *= d
    return customers.astype(np.int64), odds, s


def cuts(seats, most):
    """Where the stretches begin: each is as long as its loss allows.

    Of a stretch with the variance V of the 1 / i, and w the mean of the odds most / i::

        loss = n most^2 V / (1 + w)^2 / 2

    is, as far as squares tell, minus the log of how often a binomial number is accepted.
    """
    sums = np.cumsum([seats.customers, seats.customers * seats.odds,
                      seats.customers * (seats.odds**2 + seats.variance)], axis=1)
    before, first, window, begins = np.zeros((3, 1)), 0, 64, []
    while first < len(seats.odds):
        n, of_odds, of_squares = sums[:, first:first + window] - before
        loss = most**2 * (of_squares - of_odds**2 / n) / (1 + most * of_odds / n) ** 2 / 2
        too_long = loss > LOSS
        if not too_long.any() and first + window < len(seats.odds):
            window *= 2
            continue
        begins.append(first)
        first += max(too_long.argmax(), 1) if too_long.any() else window
        before = sums[:, first - 1:first]
    return np.array(begins, dtype=int)
