"""The alternatives to partial pooling: one mean for all groups, or each group's mean on its own."""
import numpy as np

from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.spreads import sd_prior
from ...distributions.standard import Flat, HalfNormal, Normal
from ...sampling.griddy import Griddy
from ..start import start_of_sd
from .impropriety import sd_impropriety
from .observations import Observations


class OneWayCompletePooling(Observations):
    """One mean for all groups, y_ij ~ Normal(mu, sigma).

    Every group's theta_i is mu itself, and the differences between groups are counted as spread
    within them. sigma is drawn with mu integrated out, then mu given sigma: every sweep is a fresh
    draw.

    Parameters
    ----------
    y, group : array (N,)
    mu : Normal or Flat
        By default Normal(50, 25).
    sigma : prior of a standard deviation
        By default HalfNormal(15).
    groups : list of labels, optional

    Raises
    ------
    ValueError, TypeError
        As for OneWayNormal.
    """

    order = ("sigma", "mu")

    def __init__(self, y, group, mu=Normal(50, 25), sigma=HalfNormal(15), groups=None):
        super().__init__(y, group, groups)
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))
        self.sigma = sd_prior("sigma", sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can.

        `without` is the number of a group to leave out.
        """
        y = self.y[self.group != without]
        N, flat = len(y), isinstance(self.mu, Flat)
        return sd_impropriety("sigma", self.sigma, tail=N - flat, rise=N - 1,
                              degenerate=np.ptp(y) == 0)

    def __repr__(self):
        return (f"{type(self).__name__}(J={self.J}, N={self.N}, mu ~ {self.mu!r}, "
                f"sigma ~ {self.sigma!r})")

    def mu_given(self, sigma):
        """mu | sigma, y ~ Normal: a mean of the prior mean and the N observations.

        The weights are the precisions, which add up.
        """
        precision = self.N / sigma**2 + self.mu.precision
        mean = (self.y.sum() / sigma**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def sigma_given(self):
        """p(sigma | y) proportional to p(sigma) p(y | sigma), with mu integrated out.

        By Bayes' theorem at the posterior mean m of mu (any mu would do)::

            p(y | sigma) = p(y | m, sigma) p(m) / p(m | sigma, y)
        """
        def log_density(sigma):
            mu = self.mu_given(sigma)
            m = mu.mean
            return (self.sigma.logpdf(sigma) + self.log_likelihood(m, sigma).sum(axis=-1)
                    + self.mu.logpdf(m) - mu.logpdf(m))

        return Griddy(log_density, self.sigma.support)

    def log_joint(self, mu, sigma):
        """log p(mu) + log p(sigma) + sum_ij log Normal(y_ij; mu, sigma)."""
        return (self.mu.logpdf(mu) + self.sigma.logpdf(sigma)
                + self.log_likelihood(mu, sigma).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        scale = np.std(self.y) or 1.0
        return {"mu": np.mean(self.y) + 2 * scale * rng.standard_normal(shape),
                "sigma": start_of_sd(rng, self.sigma, scale, shape)}

    def derived(self, mu):
        """theta_i = mu."""
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


class OneWayNoPooling(Observations):
    """Each group's mean on its own, with one sigma: y_ij ~ Normal(theta_i, sigma).

    The theta_i share no parameters; only the standard deviation of the observations is learnt from
    all groups. sigma is drawn with theta integrated out, then theta given sigma: every sweep is a
    fresh draw.

    Parameters
    ----------
    y, group : array (N,)
    theta : Normal or Flat
        Prior of each theta_i, the same for all and learnt from none; by default Normal(50, 25).
    sigma : prior of a standard deviation
        By default HalfNormal(15).
    groups : list of labels, optional

    Raises
    ------
    ValueError, TypeError
        As for OneWayNormal.
    """

    order = ("sigma", "theta")

    def __init__(self, y, group, theta=Normal(50, 25), sigma=HalfNormal(15), groups=None):
        super().__init__(y, group, groups)
        self.theta = prior_of("theta", theta, ("Normal", "Flat"))
        self.sigma = sd_prior("sigma", sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can.

        `without` is the number of a group to leave out.
        """
        kept = np.arange(self.J) != without
        N, J, flat = self.n[kept].sum(), kept.sum(), isinstance(self.theta, Flat)
        return sd_impropriety("sigma", self.sigma, tail=N - J * flat, rise=N - J,
                              degenerate=not self.within[kept].any())

    def __repr__(self):
        return (f"{type(self).__name__}(J={self.J}, N={self.N}, theta ~ {self.theta!r}, "
                f"sigma ~ {self.sigma!r})")

    def theta_given(self, sigma):
        """theta_i | sigma, y ~ Normal: a mean of the prior mean and the n_i observations.

        The weights are the precisions, which add up.
        """
        sigma_i = self.sigma_of_groups(sigma)
        precision = self.n / sigma_i**2 + self.theta.precision
        mean = (self.n * self.mean / sigma_i**2
                + self.theta.mean * self.theta.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def log_p_y(self, sigma):
        """log p(y_i | sigma), (..., J), with theta_i integrated out.

        By Bayes' theorem at the posterior mean m_i of theta_i (any theta_i would do)::

            p(y_i | sigma) = p(y_i | m_i, sigma) p(m_i) / p(m_i | sigma, y_i)
        """
        theta = self.theta_given(sigma)
        m = theta.mean
        return self.log_likelihood(m, sigma) + self.theta.logpdf(m) - theta.logpdf(m)

    def sigma_given(self):
        """p(sigma | y) proportional to p(sigma) prod_i p(y_i | sigma), theta integrated out."""
        def log_density(sigma):
            return self.sigma.logpdf(sigma) + self.log_p_y(sigma).sum(axis=-1)

        return Griddy(log_density, self.sigma.support)

    def log_joint(self, sigma, theta):
        """log p(sigma) + sum_i log p(theta_i) + sum_ij log Normal(y_ij; theta_i, sigma)."""
        log_p_groups = self.theta.logpdf(theta) + self.log_likelihood(theta, sigma)
        return self.sigma.logpdf(sigma) + log_p_groups.sum(axis=-1)

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        scale = np.std(self.y) or 1.0
        return {"sigma": start_of_sd(rng, self.sigma, scale, shape),
                "theta": self.mean + 2 * scale * rng.standard_normal((*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups: a ValueError says so."""
        raise ValueError("no pooling cannot predict a new group: its means share no parameters")


class OneWayNoPoolingOwnSigma(OneWayNoPooling):
    """Each group entirely on its own, with a sigma of its own: y_ij ~ Normal(theta_i, sigma_i).

    Parameters
    ----------
    y, group : array (N,)
    theta : Normal or Flat
        Prior of each theta_i, by default Normal(50, 25).
    sigma : prior of a standard deviation
        Prior of each sigma_i, by default HalfNormal(15).
    groups : list of labels, optional

    Raises
    ------
    ValueError, TypeError
        As for OneWayNormal.
    """

    dims = {**Observations.dims, "sigma": ("group",)}

    def impropriety(self, without=None):
        """Why the posterior of some group cannot be normalised, as a sentence; None if all can.

        `without` is the number of a group to leave out.
        """
        flat = isinstance(self.theta, Flat)
        for i in range(self.J):
            problem = sd_impropriety(f"sigma[{self.groups[i]}]", self.sigma,
                                     tail=self.n[i] - flat, rise=self.n[i] - 1,
                                     degenerate=self.within[i] == 0)
            if problem and i != without:
                return problem
        return None

    def sigma_of_groups(self, sigma):
        """sigma_i as it meets values per group: each has its own, (..., J)."""
        return np.asarray(sigma)

    def sigma_given(self):
        """p(sigma_i | y_i) proportional to p(sigma_i) p(y_i | sigma_i), theta_i integrated out.

        One density for each group.
        """
        def log_density(sigma):
            return self.sigma.logpdf(sigma) + self.log_p_y(sigma)

        return Griddy(log_density, self.sigma.support)

    def log_joint(self, sigma, theta):
        """sum_i [log p(sigma_i) + log p(theta_i)] + sum_ij log Normal(y_ij; theta_i, sigma_i)."""
        log_p_groups = (self.sigma.logpdf(sigma) + self.theta.logpdf(theta)
                        + self.log_likelihood(theta, sigma))
        return log_p_groups.sum(axis=-1)

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        scale = np.std(self.y) or 1.0
        return {"sigma": start_of_sd(rng, self.sigma, scale, (*shape, self.J)),
                "theta": self.mean + 2 * scale * rng.standard_normal((*shape, self.J))}
