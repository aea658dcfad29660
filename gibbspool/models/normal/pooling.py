"""TODO models.normal.pooling"""
import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Normal
from ..hierarchy import Grouped
from .model import NormalNormal


class CompletePooling(Grouped):
    """One effect for all groups: mu ~ Normal(0, 20), y_j ~ Normal(mu, sigma_j).

    The posterior of mu is normal: precisions add up. Every group's theta_j is mu itself.

    Parameters
    ----------
    y, sigma : array (J,)
    mu : Normal or Flat
    groups : list of str, optional
    """

    order = ("mu",)
    dims = {"theta": ("group",), "y": ("group",), "sigma": ("group",)}

    def __init__(self, y, sigma, mu=Normal(0, 20), groups=None):
        self.y = validate.array("y", y)
        self.sigma = validate.array("sigma", sigma, positive=True)
        validate.same_length(y=self.y, sigma=self.sigma)
        self.groups = validate.labels("groups", groups, len(self.y))
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))

    def __repr__(self):
        return f"CompletePooling(J={self.J}, mu ~ {self.mu!r})"

    def mu_given(self):
        """mu | y ~ Normal: a weighted mean of the prior mean and the y_j, weights 1 / variance."""
        precision = (1 / self.sigma**2).sum() + self.mu.precision
        mean = ((self.y / self.sigma**2).sum() + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def log_joint(self, mu):
        """log p(mu) + sum_j log Normal(y_j; mu, sigma_j)."""
        return self.mu.logpdf(mu) + self.log_likelihood(mu).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"mu": np.mean(self.y) + 2 * np.std(self.y) * rng.standard_normal(shape)}

    def derived(self, mu):
        """theta_j = mu."""
        return {"theta": np.repeat(per_group(mu), self.J, axis=-1)}

    def log_likelihood(self, mu):
        """log Normal(y_j; mu, sigma_j), (..., J)."""
        return Normal(per_group(mu), self.sigma).logpdf(self.y)

    def replicate(self, rng, mu):
        """y_rep_j ~ Normal(mu, sigma_j), by the name of the data."""
        return {"y": Normal(per_group(mu), self.sigma).draw(rng)}

    def new_group(self, rng, mu):
        """A new group has the common effect."""
        return np.asarray(mu)

    def cautions(self):
        return []

    observed, constants = NormalNormal.observed, NormalNormal.constants


class NoPooling(Grouped):
    """Each group on its own: theta_j ~ Normal(0, 20), y_j ~ Normal(theta_j, sigma_j).

    Parameters
    ----------
    y, sigma : array (J,)
    theta : Normal or Flat
        Prior of each theta_j, the same for all and learnt from none.
    groups : list of str, optional
    """

    order = ("theta",)
    dims = {"theta": ("group",), "y": ("group",), "sigma": ("group",)}

    def __init__(self, y, sigma, theta=Normal(0, 20), groups=None):
        self.y = validate.array("y", y)
        self.sigma = validate.array("sigma", sigma, positive=True)
        validate.same_length(y=self.y, sigma=self.sigma)
        self.groups = validate.labels("groups", groups, len(self.y))
        self.theta = prior_of("theta", theta, ("Normal", "Flat"))

    def __repr__(self):
        return f"NoPooling(J={self.J}, theta ~ {self.theta!r})"

    def theta_given(self):
        """theta_j | y_j ~ Normal: a weighted mean of the prior mean and y_j, weights 1 / variance."""
        precision = 1 / self.sigma**2 + self.theta.precision
        mean = (self.y / self.sigma**2 + self.theta.mean * self.theta.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def log_joint(self, theta):
        """sum_j log p(theta_j) + log Normal(y_j; theta_j, sigma_j)."""
        return (self.theta.logpdf(theta) + self.log_likelihood(theta)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"theta": self.y + 2 * self.sigma * rng.standard_normal((*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups."""
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")

    def cautions(self):
        return []

    log_likelihood, replicate = NormalNormal.log_likelihood, NormalNormal.replicate
    observed, constants = NormalNormal.observed, NormalNormal.constants
