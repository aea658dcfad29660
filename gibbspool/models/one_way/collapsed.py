"""The collapsed form of the one-way hierarchy: tau and sigma are drawn with mu and theta integrated
out.
"""
from collections import namedtuple
from functools import cached_property

import numpy as np

from ...distributions.base import per_group
from ...distributions.standard import Normal
from ...sampling.ladder import Ladder
from ...sampling.metropolis import StepSize
from .model import OneWayNormal
from .sufficient import by_size

BySize = namedtuple("BySize", "size count centre powers")

BySize.__doc__ = """Groups of one size together: given tau and sigma, their means have one variance.

size : the sizes that occur, array (sizes,)
count : how many groups have each
centre : what the means are measured from
powers : sums of the means' powers 0, 1 and 2 over the groups of each size, array (sizes, 3)
"""


class CollapsedOneWayNormal(OneWayNormal, form="collapsed"):
    """OneWayNormal in its collapsed form: tau | sigma; sigma | tau; mu | tau, sigma; theta."""

    order = ("tau", "sigma", "mu", "theta")

    def tau_given(self, sigma):
        """p(tau | sigma, y) proportional to p(tau) p(means | tau, sigma): no mu, no theta."""
        def log_density(tau):
            return self.tau.logpdf_inside(tau) + self.log_p_means(tau, sigma)

        return Ladder(log_density, self.tau.support, StepSize(2 / np.sqrt(self.J), 0.5), rungs=12)

    def sigma_given(self, tau):
        """p(sigma | tau, y) proportional to p(sigma) p(means | tau, sigma) p(within | sigma)."""
        def log_density(sigma):
            return (self.sigma.logpdf_inside(sigma) + self.log_p_means(tau, sigma)
                    + self.log_p_within(sigma))

        return Ladder(log_density, self.sigma.support, StepSize(2 / np.sqrt(self.N), 0.5), rungs=12)

    def log_p_within(self, sigma):
        """log p(deviations from the groups' means | sigma), up to a constant::

            sigma^-(N - J) exp(-sum_ij (y_ij - mean_i)^2 / (2 sigma^2))
        """
        return -(self.N - self.J) * np.log(sigma) - self.within_all / (2 * sigma**2)

    def log_p_means(self, tau, sigma):
        """log p(means of the groups | tau, sigma), up to a constant, with mu and theta integrated
        out.

        Given mu, tau and sigma, mean_i ~ Normal(mu, sqrt(v_i)) with v_i = sigma^2 / n_i + tau^2,
        and mu ~ Normal(mu_0, 1 / sqrt(P)). With the square of mu completed::

            sum_i (mean_i - mu)^2 / v_i + P (mu - mu_0)^2 = A (mu - b / A)^2 + S - b^2 / A

            A = sum_i 1 / v_i + P
            b = sum_i mean_i / v_i + P mu_0
            S = sum_i mean_i^2 / v_i + P mu_0^2

        The integral over mu of exp(-A (mu - b / A)^2 / 2) is sqrt(2 pi / A).
        """
        v = self.variances(tau, sigma)
        A, b, S = self.square_of_mu(v)
        return -0.5 * (np.log(v).dot(self.by_size.count) + np.log(A) + S - b**2 / A)

    def mu_given(self, tau, sigma):
        """mu | tau, sigma, y ~ Normal(b / A, 1 / sqrt(A)), with theta integrated out: mean_i
        measures mu with variance v_i = sigma^2 / n_i + tau^2, and precisions add up to A.
        """
        A, b, _ = self.square_of_mu(self.variances(tau, sigma))
        return Normal(self.by_size.centre + b / A, 1 / np.sqrt(A))

    def variances(self, tau, sigma):
        """v = sigma^2 / n + tau^2 for each size n that occurs, (..., sizes)."""
        return per_group(sigma) ** 2 / self.by_size.size + per_group(tau) ** 2

    def square_of_mu(self, v):
        """A, b and S of `log_p_means`, with mu, the means and mu_0 measured from their centre."""
        sums = (1 / v).dot(self.by_size.powers) + self.of_the_prior
        return sums[..., 0], sums[..., 1], sums[..., 2]

    @cached_property
    def of_the_prior(self):
        """P, P mu_0 and P mu_0^2."""
        mu_0 = self.mu.mean - self.by_size.centre
        return self.mu.precision * np.array([1.0, mu_0, mu_0**2])

    @cached_property
    def by_size(self):
        """The groups' means by the groups' sizes: found once, used in every sweep."""
        centre = (self.n * self.mean).sum() / self.N
        size, count, mean, scatter = by_size(self.n, self.mean - centre)
        powers = np.stack([count, count * mean, scatter + count * mean**2], axis=-1)
        return BySize(size.astype(float), count.astype(float), centre, powers)

    @cached_property
    def within_all(self):
        """The sum of squared deviations from the groups' means, of all groups together."""
        return self.within.sum()
