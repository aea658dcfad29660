"""What is known of mu and of the data once tau and sigma are: all of it in closed form."""
import numpy as np

from ...distributions.standard import moved
from ...numerics.pieces import CACHED_PIECE, in_pieces
from ...numerics.special import LOG_2PI
from .sufficient import by_size


class GivenSpreads:
    """What is known once tau and sigma are.

    For mu ~ Normal(m_0, s_0), and mean_i ~ Normal(mu, sqrt(v_i)) with v_i = sigma^2 / n_i + tau^2::

        mu | tau, sigma, y    ~ Normal(m, 1 / sqrt(P)),  P = sum_i 1 / v_i + 1 / s_0^2
                                                         m = (sum_i mean_i / v_i + m_0 / s_0^2) / P
        log p(y | tau, sigma) = - 1/2 sum_i [log(2 pi v_i) + (mean_i - m)^2 / v_i]
                                - 1/2 [((m - m_0) / s_0)^2 + log(s_0^2 P)]
                                + what the deviations from the groups' means say, see `Deviations`

    The second line is log p(m) - log p(m | tau, sigma, y): Bayes' theorem, read backwards at mu =
    m. Groups of one size share v_i, so the sums run over the sizes that occur. For a flat mu p(y |
    tau, sigma) is known up to the constant that such a prior leaves open.

    Parameters
    ----------
    mu : Normal or Flat
    n, mean, within : array (J,)

    Attributes
    ----------
    centre : float
        Means are held as differences from it: equal means then differ by exactly zero.
    mu_less_centre : Normal or Flat
        The prior of mu - centre.
    sizes : list of (size, count, mean, scatter)
        The means, less centre, of the groups of each size; see `Sizes`.
    deviations : Deviations
    """

    def __init__(self, mu, n, mean, within):
        self.mu = mu
        self.centre = mean[0]
        self.mu_less_centre = moved(mu, self.centre)
        self.sizes, self.J = list(zip(*by_size(n, mean - self.centre))), len(n)
        self.deviations = Deviations(n, within)

    def mu_given(self, tau, sigma):
        """m and 1 / P, the mean and the variance of mu, for arrays of tau and sigma."""
        m_less_centre, variance = self.mu_from_centre(tau, sigma)
        return self.centre + m_less_centre, variance

    def mu_from_centre(self, tau, sigma):
        """m - centre and 1 / P."""
        precision, pull, _, _ = self.sums(tau, sigma)
        return self.combined(precision, pull)

    def combined(self, precision, pull):
        """The same, from what the data say of mu: sum_i 1 / v_i and sum_i mean_i / v_i."""
        P = precision + self.mu.precision
        pull_of_prior = (self.mu.mean - self.centre) * self.mu.precision
        return (pull + pull_of_prior) / P, 1 / P

    def sums(self, tau, sigma):
        """Sums over all groups, each an array: of 1 / v_i, mean_i / v_i, mean_i^2 / v_i, log v_i.

        Means are counted from the centre.
        """
        size, count, mean, scatter = (np.array(column) for column in zip(*self.sizes))
        coefficients = np.stack([count, count * mean, scatter + count * mean**2])
        tau2, sigma2 = np.broadcast_arrays(np.square(tau), np.square(sigma))

        def some(tau2, sigma2):
            v = sigma2 / size[:, None] + tau2
            return np.concatenate([coefficients @ (1 / v), (count @ np.log(v))[None]])

        found = in_pieces(some, tau2.ravel(), sigma2.ravel(), cells=len(size),
                          largest=CACHED_PIECE)
        return found.reshape(4, *tau2.shape)

    def log_p_y(self, tau, sigma):
        """log p(y | tau, sigma), for arrays of tau and sigma."""
        precision, pull, squares, log_v = self.sums(tau, sigma)
        m_less_centre, variance = self.combined(precision, pull)
        log_p_m = self.mu_less_centre.logpdf(m_less_centre)
        log_p_m_given_y = -0.5 * (LOG_2PI + np.log(variance))
        # sum_i (mean_i - m)^2 / v_i
        squares = squares + m_less_centre * (m_less_centre * precision - 2 * pull)
        log_p_means = -0.5 * (self.J * LOG_2PI + log_v + squares)
        return log_p_m - log_p_m_given_y + log_p_means + self.deviations.log_p(sigma)


def log_p_means(sizes, mu, tau, sigma):
    """sum_i log Normal(mean_i; mu, sqrt(v_i)), v_i = sigma^2 / n_i + tau^2.

    The sum runs over the sizes of groups: `count` groups of one size, whose means have the mean
    `mean` and the scatter `scatter` around it, give::

        - 1/2 [count log(2 pi v) + (scatter + count (mean - mu)^2) / v]
    """
    log_p = 0.0
    for size, count, mean, scatter in sizes:
        v = sigma**2 / size + tau**2
        squares = scatter + count * (mean - mu) ** 2
        log_p = log_p - 0.5 * (count * (LOG_2PI + np.log(v)) + squares / v)
    return log_p


class Deviations:
    """What the deviations of observations from their groups' means say of sigma::

        log p = - sum_i [(n_i - 1) / 2 log(2 pi sigma^2) + 1/2 log n_i + within_i / (2 sigma^2)]

    Parameters
    ----------
    n, within : array (J,)

    Attributes
    ----------
    freedom : int
        N - J.
    log_n : float
        sum_i log n_i.
    within : float
        sum_i within_i.
    """

    def __init__(self, n, within):
        self.freedom = n.sum() - len(n)
        self.log_n = np.log(n).sum()
        self.within = within.sum()

    def log_p(self, sigma):
        """The log density of the deviations, for an array of sigma."""
        return (-self.freedom * (np.log(sigma) + LOG_2PI / 2) - self.log_n / 2
                - self.within / (2 * sigma**2))
