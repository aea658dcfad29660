"""TODO models.one_way.given_spreads"""
import numpy as np

from ...numerics.special import LOG_2PI
from .observations import by_size


class GivenSpreads:
    """What is known once tau and sigma are. With v_i = sigma^2 / n_i + tau^2 and a prior mu ~
    Normal(m_0, s_0)::

        mu | tau, sigma, y    ~ Normal(m, 1 / sqrt(P)),  P = sum_i 1 / v_i + 1 / s_0^2
                                                         m = (sum_i mean_i / v_i + m_0 / s_0^2) / P
        log p(y | tau, sigma) = - 1/2 sum_i [log(2 pi v_i) + (mean_i - m)^2 / v_i]
                                - 1/2 [((m - m_0) / s_0)^2 + log(s_0^2 P)]
                                - sum_i [(n_i - 1)/2 log(2 pi sigma^2) + 1/2 log n_i + within_i / (2 sigma^2)]

    The last line belongs to the deviations from the groups' means. Groups of one size share v_i, so
    the sums run over the sizes that occur; for a flat mu, up to the constant that such a prior
    leaves open.

    Parameters
    ----------
    mu : Normal or Flat
    n, mean, within : array (J,)
    """

    def __init__(self, mu, n, mean, within):
        self.mu = mu
        # means are held as differences from it: equal means then differ by exactly zero
        self.centre = mean[0]
        self.sizes = list(zip(*by_size(n, mean - self.centre)))
        self.within, self.log_p_deviations = within, log_p_deviations(n, within)

    def mu_given(self, tau, sigma):
        """m and 1 / P, for arrays of tau and sigma."""
        shift, variance = self._shift(tau, sigma)
        return self.centre + shift, variance

    def _shift(self, tau, sigma):
        """m - centre and 1 / P."""
        P, weighted = self.mu.precision, (self.mu.mean - self.centre) * self.mu.precision
        for size, count, mean, _ in self.sizes:
            weight = count / (sigma**2 / size + tau**2)
            P, weighted = P + weight, weighted + weight * mean
        return weighted / P, 1 / P

    def log_p_y(self, tau, sigma):
        """log p(y | tau, sigma), for arrays of tau and sigma."""
        shift, variance = self._shift(tau, sigma)
        log_p_m = self.mu.logpdf(self.centre + shift) + 0.5 * (LOG_2PI + np.log(variance))
        return log_p_m + log_p_means(self.sizes, shift, tau, sigma) + self.log_p_deviations(sigma)


def log_p_means(sizes, mu, tau, sigma):
    """sum_i log Normal(mean_i; mu, sqrt(sigma^2 / n_i + tau^2)), one term for each size that occurs."""
    log_p = 0.0
    for size, count, mean, scatter in sizes:
        v = sigma**2 / size + tau**2
        log_p = log_p - 0.5 * (count * (LOG_2PI + np.log(v)) + (scatter + count * (mean - mu) ** 2)
                               / v)
    return log_p


def log_p_deviations(n, within):
    """log of what the deviations from the groups' means say of sigma, as a function of sigma."""
    free, log_n, total = n.sum() - len(n), np.log(n).sum(), within.sum()
    return lambda sigma: -free * (np.log(sigma) + LOG_2PI / 2) - log_n / 2 - total / (2 * sigma**2)
