"""The two extremes around partial pooling: one effect for all, or each group on its own."""
import numpy as np

from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Normal
from .observations import Estimates


class NormalCompletePooling(Estimates):
    """One effect for all groups: mu ~ Normal(0, 20), y_j ~ Normal(mu, sigma_j).

    The posterior of mu is normal: precisions add up. Every group's theta_j is mu itself.

    Parameters
    ----------
    y, sigma : array (J,)
    mu : Normal or Flat
    groups : list of str, optional
    """

    order = ("mu",)

    def __init__(self, y, sigma, mu=Normal(0, 20), groups=None):
        super().__init__(y, sigma, groups)
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, mu ~ {self.mu!r})"

    def mu_given(self):
        """mu | y ~ Normal: a weighted mean of the prior mean and the y_j, weights 1 / variance."""
        precision = (1 / self.sigma**2).sum() + self.mu.precision
        mean = ((self.y / self.sigma**2).sum() + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def log_joint(self, mu):
        """log p(mu) + sum_j log Normal(y_j; mu, sigma_j)."""
        return self.mu.logpdf(mu) + self.log_likelihood(mu).sum(axis=-1)

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        return {"mu": np.mean(self.y) + 2 * np.std(self.y) * rng.standard_normal(shape)}

    def derived(self, mu):
        """theta_j = mu."""
        return {"theta": np.repeat(per_group(mu), self.J, axis=-1)}

    def log_likelihood(self, mu):
        """log Normal(y_j; mu, sigma_j), (..., J)."""
        return super().log_likelihood(per_group(mu))

    def replicate(self, rng, mu):
        """y_rep_j ~ Normal(mu, sigma_j), by the name of the data."""
        return super().replicate(rng, per_group(mu))

    def new_group(self, rng, mu):
        """A new group has the common effect."""
        return np.asarray(mu)


class NormalNoPooling(Estimates):
    """Each group on its own: theta_j ~ Normal(0, 20), y_j ~ Normal(theta_j, sigma_j).

    Parameters
    ----------
    y, sigma : array (J,)
    theta : Normal or Flat
        Prior of each theta_j, the same for all and learnt from none.
    groups : list of str, optional
    """

    order = ("theta",)

    def __init__(self, y, sigma, theta=Normal(0, 20), groups=None):
        super().__init__(y, sigma, groups)
        self.theta = prior_of("theta", theta, ("Normal", "Flat"))

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, theta ~ {self.theta!r})"

    def theta_given(self):
        """theta_j | y_j ~ Normal: the weighted mean of prior mean and y_j, weights 1 / variance."""
        precision = 1 / self.sigma**2 + self.theta.precision
        mean = (self.y / self.sigma**2 + self.theta.mean * self.theta.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def log_joint(self, theta):
        """sum_j log p(theta_j) + log Normal(y_j; theta_j, sigma_j)."""
        return (self.theta.logpdf(theta) + self.log_likelihood(theta)).sum(axis=-1)

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        return {"theta": self.y + 2 * self.sigma * rng.standard_normal((*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups: refused."""
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")
