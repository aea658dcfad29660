"""The likelihood of all groups at many (phi, kappa): its sums over the groups are tabulated."""
import numpy as np
from numpy.polynomial import chebyshev

from ...numerics.pieces import pieces
from ...numerics.special import log_choose, log_rise


class TabulatedLikelihood:
    """log p(y | phi, kappa), theta integrated out, quick to evaluate at many points.

    With a = phi kappa and b = (1 - phi) kappa it is::

        sum_j [log (n_j choose y_j) + y_j log phi + (n_j - y_j) log(1 - phi)
               + log rise(a, y_j) + log rise(b, n_j - y_j) - log rise(kappa, n_j)]

    Each of the three sums of log rises is a smooth function of one number.

    Parameters
    ----------
    successes, trials : array (J,)
    """

    def __init__(self, successes, trials):
        failures = trials - successes
        self.log_ways = log_choose(trials, successes).sum()
        self.successes, self.failures = successes.sum(), failures.sum()
        self.rise_of_successes = Tabulated(SumOfRises(successes))
        self.rise_of_failures = Tabulated(SumOfRises(failures))
        self.rise_of_trials = Tabulated(SumOfRises(trials))

    def at(self, log_phi, log_rest, log_kappa):
        """log p(y | phi, kappa), from log phi, log(1 - phi) and log kappa: arrays of one shape."""
        return (self.log_ways + self.successes * log_phi + self.failures * log_rest
                + self.rise_of_successes(log_phi + log_kappa)
                + self.rise_of_failures(log_rest + log_kappa) - self.rise_of_trials(log_kappa))


class SumOfRises:
    """x -> sum_j log rise(x, count_j), each distinct count being evaluated once."""

    def __init__(self, counts):
        # rise(x, 0) = rise(x, 1) = 1
        self.distinct, times = np.unique(counts[counts > 1], return_counts=True)
        self.times = times.astype(float)

    def __call__(self, x):
        return log_rise(x[..., None], self.distinct) @ self.times


class Tabulated:
    """A smooth function of x > 0, as Chebyshev series of degree 11 in log x.

    The line of log x is cut into panels of width 1/2, each with a series of its own. It is made
    when the first x falls into the panel: quadrature visits few of them.
    """

    low, high, width = -667.0, 347.0, 0.5  # of log x
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
