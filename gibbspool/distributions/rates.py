"""The rates of many groups at once: their moments, without the distribution of each."""
from typing import NamedTuple

import numpy as np

from ..numerics.pieces import in_pieces


class Population(NamedTuple):
    """A population of rates, as it is given each of several concentrations kappa.

    Attributes
    ----------
    mass : array (C,)
        The probability of each kappa; they sum to one.
    kappa : array (C,)
    mean, rest, variance : array (C,)
        Of the population's mean phi given kappa: E[phi], E[1 - phi] and Var(phi).
    """

    mass: np.ndarray
    kappa: np.ndarray
    mean: np.ndarray
    rest: np.ndarray
    variance: np.ndarray

    def moments_of_rates(self, y, n):
        """Mean and standard deviation of each group's rate, two arrays (J,).

        ::

            theta | phi, kappa, y ~ Beta(phi kappa + y, (1 - phi) kappa + n - y)

        has the mean p = (phi kappa + y) / (kappa + n) and the variance p (1 - p) / (kappa + n + 1).
        Given kappa alone, p has a mean and a variance that follow from those of phi. The laws of
        total expectation and variance add up the rest, once for phi and once for kappa.

        Parameters
        ----------
        y, n : array (J,)
            Successes and trials of each group.
        """
        return in_pieces(self._moments_of_rates, y, n, cells=4 * len(self.kappa))

    def _moments_of_rates(self, y, n):
        kappa = self.kappa[:, None]
        p = (self.mean[:, None] * kappa + y) / (kappa + n)
        q = (self.rest[:, None] * kappa + (n - y)) / (kappa + n)
        variance_of_p = self.variance[:, None] * (kappa / (kappa + n)) ** 2
        of_beta = (p * q - variance_of_p) / (kappa + n + 1)
        mean, rest = self.mass @ p, self.mass @ q
        # how far p lies from its mean, counted from the nearer end
        off = np.where(mean < 0.5, p - mean, rest - q)
        variance = self.mass @ (of_beta + variance_of_p + off**2)
        return np.stack([mean, np.sqrt(variance)])
