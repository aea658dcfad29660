"""TODO models.one_way.pooling"""
import numpy as np

from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.spreads import sd_prior
from ...distributions.standard import Flat, HalfNormal, Normal
from ...sampling.griddy import Griddy
from ..start import start_of_sd
from .impropriety import sd_impropriety
from .observations import OneWay


class CompletePooling(OneWay):
    """One mean for all groups: mu ~ Normal(50, 25), sigma ~ HalfNormal(15), y_ij ~ Normal(mu,
    sigma).

    Every group's theta_i is mu itself, and the differences between groups are counted as spread
    within them. sigma is drawn with mu integrated out, then mu given sigma: every sweep is a fresh
    draw.

    Parameters
    ----------
    y, group : array (N,)
    mu : Normal or Flat
    sigma : prior of a standard deviation
    groups : list of labels, optional
    """

    order = ("sigma", "mu")

    def __init__(self, y, group, mu=Normal(50, 25), sigma=HalfNormal(15), groups=None):
        super().__init__(y, group, groups)
        self.mu, self.sigma = prior_of("mu", mu, ("Normal", "Flat")), sd_prior("sigma", sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can. `without` leaves a
        group out.
        """
        y = self.y[self.group != without]
        return sd_impropriety("sigma", self.sigma, len(y) - isinstance(self.mu, Flat), len(y) - 1,
                              np.ptp(y) == 0)

    def __repr__(self):
        return f"CompletePooling(J={self.J}, N={self.N}, mu ~ {self.mu!r}, sigma ~ {self.sigma!r})"

    def mu_given(self, sigma):
        """mu | sigma, y ~ Normal: a weighted mean of the prior mean and the N observations, weights 1 / variance."""
        precision = self.N / sigma**2 + self.mu.precision
        mean = (self.y.sum() / sigma**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def sigma_given(self):
        """p(sigma | y) = p(sigma) p(y | sigma), with mu integrated out.

        By Bayes' theorem at the posterior mean m of mu: p(y | sigma) = p(y | m, sigma) p(m) / p(m |
        sigma, y).
        """
        def log_density(sigma):
            mu = self.mu_given(sigma)
            m = mu.mean
            return (self.sigma.logpdf(sigma) + self.log_likelihood(m, sigma).sum(axis=-1)
                    + self.mu.logpdf(m) - mu.logpdf(m))

        return Griddy(log_density, self.sigma.support)

    def log_joint(self, mu, sigma):
        """log p(mu) + log p(sigma) + sum_ij log Normal(y_ij; mu, sigma)."""
        return self.mu.logpdf(mu) + self.sigma.logpdf(sigma) + self.log_likelihood(mu,
                                                                                   sigma).sum(axis=-1)

    def initial(self, rng, shape=()):
        scale = np.std(self.y) or 1.0
        return {"mu": np.mean(self.y) + 2 * scale * rng.standard_normal(shape),
                "sigma": start_of_sd(rng, self.sigma, scale, shape)}

    def derived(self, mu):
        return {"theta": np.repeat(per_group(mu), self.J, axis=-1)}

    def log_likelihood(self, mu, sigma):
        """log p(y_i1, ..., y_in_i | mu, sigma), (..., J)."""
        return super().log_likelihood(per_group(mu), sigma)

    def replicate(self, rng, mu, sigma):
        """y_rep_ij ~ Normal(mu, sigma) for each observation, and the means of the groups."""
        return super().replicate(rng, self.derived(mu)["theta"], sigma)

    def new_group(self, rng, mu):
        """A new group has the common mean."""
        return np.asarray(mu)

    def cautions(self):
        return []


class NoPooling(OneWay):
    """Each group's mean on its own, one sigma: theta_i ~ Normal(50, 25), sigma ~ HalfNormal(15).

    The theta_i share no parameters; only the standard deviation of the observations is learnt from
    all groups. sigma is drawn with theta integrated out, then theta given sigma: every sweep is a
    fresh draw.

    Parameters
    ----------
    y, group : array (N,)
    theta : Normal or Flat
        Prior of each theta_i, the same for all and learnt from none.
    sigma : prior of a standard deviation
    groups : list of labels, optional
    """

    order = ("sigma", "theta")

    def __init__(self, y, group, theta=Normal(50, 25), sigma=HalfNormal(15), groups=None):
        super().__init__(y, group, groups)
        self.theta, self.sigma = prior_of("theta", theta, ("Normal", "Flat")), sd_prior("sigma",
                                                                                        sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can. `without` leaves a
        group out.
        """
        kept = np.arange(self.J) != without
        N, J, flat = self.n[kept].sum(), kept.sum(), isinstance(self.theta, Flat)
        return sd_impropriety("sigma", self.sigma, N - J * flat, N - J, not self.within[kept].any())

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, N={self.N}, theta ~ {self.theta!r}, sigma ~ {self.sigma!r})"

    def theta_given(self, sigma):
        """theta_i | sigma, y ~ Normal: a weighted mean of the prior mean and mean_i, weights 1 / variance."""
        return self._theta_given(per_group(sigma))

    def _theta_given(self, sigma):
        precision = self.n / sigma**2 + self.theta.precision
        mean = (self.n * self.mean / sigma**2 + self.theta.mean * self.theta.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def sigma_given(self):
        """p(sigma | y) = p(sigma) prod_i p(y_i | sigma), with theta integrated out."""
        return Griddy(lambda sigma: self.sigma.logpdf(sigma)
                      + self.log_p_y(per_group(sigma)).sum(axis=-1),
                      self.sigma.support)

    def log_p_y(self, sigma):
        """log p(y_i | sigma), theta_i integrated out by Bayes' theorem at its posterior mean; sigma (..., 1 or J)."""
        theta = self._theta_given(sigma)
        m = theta.mean
        p_y = Normal(m, sigma / np.sqrt(self.n)).logpdf(self.mean) + self.log_deviations(sigma)
        return p_y + self.theta.logpdf(m) - theta.logpdf(m)

    def log_joint(self, sigma, theta):
        """log p(sigma) + sum_i log p(theta_i) + sum_ij log Normal(y_ij; theta_i, sigma)."""
        return self.sigma.logpdf(sigma) + (self.theta.logpdf(theta)
                                           + self.log_likelihood(theta, sigma)).sum(axis=-1)

    def initial(self, rng, shape=()):
        scale = np.std(self.y) or 1.0
        return {"sigma": start_of_sd(rng, self.sigma, scale, shape),
                "theta": self.mean + 2 * scale * rng.standard_normal((*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups."""
        raise ValueError("no pooling cannot predict a new group: its means share no parameters")

    def cautions(self):
        return []


class NoPoolingOwnSigma(NoPooling):
    """Each group entirely on its own, with a sigma of its own.

    theta_i ~ Normal(50, 25), sigma_i ~ HalfNormal(15), y_ij ~ Normal(theta_i, sigma_i).

    Parameters
    ----------
    y, group : array (N,)
    theta : Normal or Flat
        Prior of each theta_i.
    sigma : prior of a standard deviation
        Prior of each sigma_i.
    groups : list of labels, optional
    """

    dims = {**OneWay.dims, "sigma": ("group",)}

    def impropriety(self, without=None):
        flat = isinstance(self.theta, Flat)
        for label, n, within in zip(self.groups, self.n, self.within):
            if problem := sd_impropriety(f"sigma[{label}]", self.sigma, n - flat, n - 1, within
                                         == 0):
                return problem
        return None

    def theta_given(self, sigma):
        """theta_i | sigma_i, y ~ Normal: a weighted mean of the prior mean and mean_i, weights 1 / variance."""
        return self._theta_given(sigma)

    def sigma_given(self):
        """p(sigma_i | y) = p(sigma_i) p(y_i | sigma_i) for each group, with theta_i integrated out."""
        return Griddy(lambda sigma: self.sigma.logpdf(sigma) + self.log_p_y(sigma),
                      self.sigma.support)

    def log_joint(self, sigma, theta):
        """sum_i [log p(sigma_i) + log p(theta_i)] + sum_ij log Normal(y_ij; theta_i, sigma_i)."""
        return (self.sigma.logpdf(sigma) + self.theta.logpdf(theta)
                + self.log_likelihood(theta, sigma)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return super().initial(rng,
                               (*shape, self.J)) | {"theta": super().initial(rng, shape)["theta"]}

    def log_likelihood(self, theta, sigma):
        """log p(y_i1, ..., y_in_i | theta_i, sigma_i), (..., J)."""
        return Normal(theta, sigma / np.sqrt(self.n)).logpdf(self.mean) + self.log_deviations(sigma)

    def replicate(self, rng, theta, sigma):
        """y_rep_ij ~ Normal(theta_i, sigma_i) for each observation, and the means of the groups."""
        y = Normal(np.asarray(theta)[..., self.group], np.asarray(sigma)[..., self.group]).draw(rng)
        return {"mean": self._means(y), "y": y}
