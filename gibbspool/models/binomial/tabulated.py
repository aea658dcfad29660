"""The likelihood of all groups at many (phi, kappa): its sums over the groups are tabulated."""
import numpy as np
from numpy.polynomial import chebyshev

from ...numerics.pieces import pieces
from ...numerics.special import (
    log_beta_at,
    log_choose,
    log_multichoose,
    log_rise,
    log_share_likelihood,
    log_share_ratios,
)

MANY = 1e7  # trials

HALF = 0.5  # a success and a failure that keep the share of successes inside (0, 1)


class TabulatedLikelihood:
    """log p(y | phi, kappa), theta integrated out, quick to evaluate at many points.

    With a = phi kappa and b = (1 - phi) kappa it is, in rising factorials x^(n)::

        sum_j [log(a^(y_j) / y_j!) + log(b^(n_j - y_j) / (n_j - y_j)!) - log(kappa^(n_j) / n_j!)]

    and, with rise(x, n) = x^(n) / x^n and the share r of successes among all N trials::

        sum_j [log Binomial(y_j; n_j, r) + log rise(a, y_j) + log rise(b, n_j - y_j)
               - log rise(kappa, n_j)] + N [r log(phi / r) + (1 - r) log((1 - phi) / (1 - r))]

    In the first way nothing large cancels where kappa is small beside the n_j, in the second where
    it is large; with less than 10^7 trials it has the digits everywhere. Each of the sums is a
    smooth function of one number.

    Parameters
    ----------
    successes, trials : array (J,)
    """

    def __init__(self, successes, trials):
        failures = trials - successes
        self.N = N = trials.sum()
        self.successes, self.failures = successes.sum(), failures.sum()
        self.log_ways = log_choose(trials, successes).sum()
        self.r, self.rest = (successes.sum() + HALF) / (N + 1), (failures.sum() + HALF) / (N + 1)
        self.logit_r = np.log(self.r) - np.log(self.rest)
        self.excess = HALF - self.r, HALF - self.rest  # of successes and failures over N r, N rest
        self.at_r = (log_beta_at(self.r, self.rest, successes + 1, failures + 1)
                     - np.log1p(trials)).sum()
        self.log_typical_n = np.log(max((trials**2).sum() / max(N, 1.0), 1.0))
        self.log_small = self.log_typical_n if N > MANY else -np.inf
        self.multichoose = [Tabulated(SumOver(log_multichoose, counts))
                            for counts in (successes, failures, trials)]
        self.rise = [Tabulated(SumOver(log_rise, counts))
                     for counts in (successes, failures, trials)]

    def at(self, log_phi, log_rest, log_kappa):
        """log p(y | phi, kappa), from log phi, log(1 - phi) and log kappa: arrays of one shape."""
        return sum(self.terms(log_phi, log_rest, log_kappa))

    def terms(self, log_phi, log_rest, log_kappa):
        """The four numbers that it is the sum of, (4, ...): three sums over groups, and the rest.
        """
        log_phi, log_rest, log_kappa = np.broadcast_arrays(log_phi, log_rest, log_kappa)
        small = log_kappa < self.log_small
        if not small.any():
            return self.where_it_is_large(log_phi, log_rest, log_kappa)
        found = np.empty((4, *log_kappa.shape))
        for chosen, terms in ((small, self.where_kappa_is_small), (~small, self.where_it_is_large)):
            if chosen.any():
                found[:, chosen] = terms(log_phi[chosen], log_rest[chosen], log_kappa[chosen])
        return found

    def where_kappa_is_small(self, log_phi, log_rest, log_kappa):
        of_successes, of_failures, of_trials = self.multichoose
        return (of_successes(log_phi + log_kappa), of_failures(log_rest + log_kappa),
                -of_trials(log_kappa), 0 * log_kappa)

    def where_it_is_large(self, log_phi, log_rest, log_kappa):
        of_successes, of_failures, of_trials = self.rise
        return (of_successes(log_phi + log_kappa), of_failures(log_rest + log_kappa),
                -of_trials(log_kappa), self.pooled(log_phi, log_rest))

    def pooled(self, log_phi, log_rest):
        """sum_j log Binomial(y_j; n_j, phi): for few trials as it stands, else counted from r."""
        if self.N < MANY:
            return self.log_ways + self.successes * log_phi + self.failures * log_rest
        t = log_phi - log_rest - self.logit_r
        up, down = log_share_ratios(t, self.r, self.rest)
        more, fewer = self.excess
        return (self.at_r + self.N * log_share_likelihood(t, self.r, self.rest)
                - more * up - fewer * down)


class SumOver:
    """x -> sum_j function(x, count_j), each distinct count being evaluated once.

    For a function that is 0 where the count is 0.
    """

    def __init__(self, function, counts):
        self.function = function
        self.distinct, times = np.unique(counts[counts > 0], return_counts=True)
        self.times = times.astype(float)

    def __call__(self, x):
        return self.function(x[..., None], self.distinct) @ self.times


class Tabulated:
    """A smooth function of x > 0, as Chebyshev series of degree 11 in log x.

    The line of log x is cut into panels of width 1/2, each with a series of its own. It is made
    when the first x falls into the panel: quadrature visits few of them.
    """

    low, high, width = -700.0, 347.0, 0.5  # of log x
    nodes = np.cos(np.pi * (np.arange(12) + 0.5) / 12)
    to_series = chebyshev.chebvander(nodes, 11).T / 6
    to_series[0] /= 2

    def __init__(self, function):
        self.function = function
        panels = int((self.high - self.low) / self.width)
        self.series = np.zeros((12, panels))
        self.made = np.zeros(panels, dtype=bool)

    def __call__(self, log_x):
        place = np.clip(log_x, self.low, self.high - 1e-9) / self.width
        left = np.floor(place)
        panel = (left - self.low / self.width).astype(int)
        self.make(panel)
        return self.sum_of_series(panel, 2 * (place - left) - 1)

    def make(self, panel):
        """Fill in the series of those panels that have none yet."""
        wanted = np.zeros_like(self.made)
        wanted[panel] = True
        missing = np.flatnonzero(wanted & ~self.made)
        for new, in pieces(missing, cells=1, largest=32):
            middle = self.low + self.width * (new + 0.5)
            values = self.function(np.exp(middle + self.width / 2 * self.nodes[:, None]))
            self.series[:, new] = self.to_series @ values
        self.made[missing] = True

    def sum_of_series(self, panel, t):
        """sum_k c_k T_k(t) with the coefficients of each panel, by Clenshaw's recurrence.

        b_k = c_k + 2 t b_(k + 1) - b_(k + 2), downwards from k = 11; the sum is c_0 + t b_1 - b_2.
        """
        b, b_above = 0.0, 0.0
        for coefficient in self.series[:0:-1]:
            b, b_above = coefficient[panel] + 2 * t * b - b_above, b
        return self.series[0][panel] + t * b - b_above
