"""The one-way normal hierarchy: raw observations in groups, with a common unknown sigma (Section 5.8.1)."""
from functools import cached_property

import numpy as np

from .. import validate
from ..distributions import LOG_2PI, Flat, Gamma, HalfNormal, Normal, RootInverseGamma, per_group, prior_of, sd_prior
from ..kernels import Griddy
from .base import Model
from .normal import start_of_sd


class OneWay(Model):
    """Observations in groups, reduced to what the normal likelihood needs of them.

    The likelihood of the n_i observations of a group depends on them only through their mean and their sum of squares
    around it: sum_j (y_ij - theta)^2 = within_i + n_i (mean_i - theta)^2. So a sweep costs the same for ten
    observations in each group and for ten million.

    Attributes
    ----------
    y : array (N,)
    group : array (N,)
        Number of the group of each observation, a position in `groups`.
    n, mean, within : array (J,)
        Number of observations in each group, their mean, and the sum of their squared deviations from it.
    """

    dims = {"theta": ("group",), "theta_raw": ("group",), "mean": ("group",), "n": ("group",), "y": ("observation",),
            "group_of": ("observation",)}

    def __init__(self, y, group, groups):
        self.y = validate.array("y", y)
        self.group, self.groups = numbered("group", group, "groups", groups)
        validate.same_length(y=self.y, group=self.group)
        validate.at_least_two_groups(len(self.groups))
        self.n, self.mean, self.within = statistics(self.y, self.group)

    @property
    def N(self):
        """Number of observations."""
        return len(self.y)

    def arguments(self):
        return {**super().arguments(), "group": self._labels()}

    def _labels(self):
        return [self.groups[i] for i in self.group]

    @property
    def coords(self):
        return {"group": self.groups, "observation": range(self.N)}

    def log_likelihood(self, theta, sigma):
        """log p(y_i1, ..., y_in_i | theta_i, sigma), all observations of a group together, (..., J).

        It has two factors: the group's mean is Normal(theta_i, sigma / sqrt(n_i)), and the deviations from that mean
        depend on sigma alone.
        """
        sigma = per_group(sigma)
        return Normal(theta, sigma / np.sqrt(self.n)).logpdf(self.mean) + self.log_deviations(sigma)

    def log_deviations(self, sigma):
        """log [(2 pi sigma^2)^(-(n_i - 1) / 2) n_i^(-1/2) exp(-within_i / (2 sigma^2))]; sigma is (..., 1 or J)."""
        return -(self.n - 1) * (np.log(sigma) + LOG_2PI / 2) - np.log(self.n) / 2 - self.within / (2 * sigma**2)

    def replicate(self, rng, theta, sigma):
        """y_rep_ij ~ Normal(theta_i, sigma) for each observation, and the means of the groups."""
        y = Normal(np.asarray(theta)[..., self.group], per_group(sigma)).draw(rng)
        return {"mean": self._means(y), "y": y}

    def _means(self, y):
        """Group means of replicates (..., N), as (..., J)."""
        by_group = np.argsort(self.group, kind="stable")
        starts = np.concatenate([[0], np.cumsum(self.n)[:-1]])
        return np.add.reduceat(y[..., by_group], starts, axis=-1) / self.n

    def observed(self):
        return {"mean": self.mean, "y": self.y}

    def constants(self):
        return {"n": self.n, "group_of": np.array(self.groups)[self.group]}


class OneWayNormal(OneWay):
    """Groups of observations with a common unknown standard deviation, group means drawn from one population.

    The generative story, from the top::

        mu      ~ Normal(50, 25)           the population's mean             (or Flat)
        tau     ~ HalfNormal(10)           the spread between groups         (any prior of a standard deviation)
        sigma   ~ HalfNormal(15)           the spread within a group         (any prior of a standard deviation)
        theta_i ~ Normal(mu, tau)          the true mean of group i
        y_ij    ~ Normal(theta_i, sigma)   observation j of group i, j = 1 ... n_i

    It is the model of exam scores by instructor in Section 5.8.1. A group's own mean measures theta_i with the
    standard error sigma / sqrt(n_i), so this is the Normal-Normal model with standard errors that are themselves
    learnt: a group with few observations is pulled further towards mu::

        theta_i | mu, tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i mu, tau sqrt(B_i))
        B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2)

    The spread within the groups is pooled, too: every group's deviations from its mean tell of the one sigma, so a
    group with a single observation still has a standard error.

    Three forms share this posterior and differ in what one sweep draws given what:

    - ``centred``: theta | mu, tau, sigma; mu | theta, tau; tau | theta, mu; sigma | theta. When tau is small the
      theta_i lie close to mu, and theta_i close to mu keep tau small: a slow walk in tau.
    - ``noncentred``: theta_i = mu + tau theta_raw_i with theta_raw_i ~ Normal(0, 1). Now tau is drawn from what the
      *data* say of it; good where the groups are small. Where they are large it is mu and theta_raw that hold
      each other fast.
    - ``collapsed``: tau | sigma and sigma | tau, each with mu and theta integrated out; mu | tau, sigma with theta
      integrated out; theta | mu, tau, sigma. The order matters: mu and theta are stale once tau or sigma has moved,
      and both are drawn anew before the sweep ends. What is left to mix is tau against sigma, which the data tell
      apart easily: successive sweeps are almost independent.

    Parameters
    ----------
    y : array (N,)
        Observations, in any unit; mu, tau, sigma and theta are in the same unit. The default priors suit exam scores
        between 0 and 100: for other data choose your own.
    group : array (N,) of labels
        The group of each observation; text or numbers, in any order.
    mu : Normal or Flat
        Prior of the population mean, by default Normal(50, 25).
    tau, sigma : HalfNormal, HalfCauchy, HalfT, Uniform, Flat, Exponential, Gamma, InverseGamma or Normal
        Priors of the standard deviations between and within groups, by default HalfNormal(10) and HalfNormal(15).
        They are truncated to positive values; an InverseGamma is the prior of the square.
    groups : list of labels, optional
        The labels in the order wanted; each must occur. By default in order of first appearance.
    form : {"collapsed", "centred", "noncentred"}

    Raises
    ------
    ValueError
        Data that are not finite, missing or unknown labels, fewer than two groups, lengths that differ, an unknown
        form, or an improper posterior: priors too flat at infinity for so few groups, or observations that do not
        vary within any group, so that sigma runs into zero.
    TypeError
        Data that are not numbers, or a prior of another kind.

    References
    ----------
    Section 5.8.1; Gelman et al., Bayesian Data Analysis (3rd ed.), Section 11.6.
    """

    forms = {}
    default_form = "collapsed"
    parameter, spread = "theta", "tau"

    def __init__(self, y, group, mu=Normal(50, 25), tau=HalfNormal(10), sigma=HalfNormal(15), groups=None, form=None):
        super().__init__(y, group, groups)
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))
        self.tau, self.sigma = sd_prior("tau", tau), sd_prior("sigma", sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can. `without` leaves a group out."""
        kept = np.arange(self.J) != without
        n, mean, within = self.n[kept], self.mean[kept], self.within[kept]
        N, J = n.sum(), len(n)
        for name, power in self.tail_powers(N, J).items():
            if power <= 1:
                return (f"with mu ~ {self.mu!r}, tau ~ {self.tau!r} and sigma ~ {self.sigma!r}, {J} groups and {N} "
                        f"observations cannot keep {name} finite; give it a proper prior, such as HalfNormal(10)")
        if within.any():
            return None
        spike = N - J - power_at_zero(self.sigma)
        if spike >= 1:
            return ("the observations within each group are all equal, so p(y | sigma) grows without bound as sigma "
                    f"falls to 0 and sigma ~ {self.sigma!r} does not prevent it; give sigma a prior that keeps away "
                    "from 0, such as InverseGamma(1, 1)")
        if np.ptp(mean) == 0 and spike + J - 1 - power_at_zero(self.tau) >= 2:
            return ("all observations are equal, so p(y | tau, sigma) grows without bound as both fall to 0; give tau "
                    "or sigma a prior that keeps away from 0, such as InverseGamma(1, 1)")
        return None

    def tail_powers(self, N=None, J=None):
        """a where the posterior of tau, of sigma, and of both together falls like x^-a as x grows.

        Each group gives one factor 1 / tau, each observation one factor 1 / sigma, and where both grow together the
        larger of the two counts; a flat mu takes one back.
        """
        N, J, flat = N or self.N, J or self.J, isinstance(self.mu, Flat)
        return {"tau": J - flat + self.tau.tail_power, "sigma": N - flat + self.sigma.tail_power,
                "sigma or tau": N - flat + self.tau.tail_power + self.sigma.tail_power - 1}

    def __repr__(self):
        return (f"OneWayNormal(J={self.J}, N={self.N}, mu ~ {self.mu!r}, tau ~ {self.tau!r}, sigma ~ {self.sigma!r}, "
                f"form={self.form!r})")

    def shrinkage(self, tau, sigma):
        """B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2), (..., J): 1 is all the way to mu, 0 not at all."""
        error2 = per_group(sigma) ** 2 / self.n
        return error2 / (error2 + per_group(tau) ** 2)

    def theta_given(self, mu, tau, sigma):
        """theta_i | mu, tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i mu, tau sqrt(B_i))."""
        B = self.shrinkage(tau, sigma)
        rest = per_group(tau) ** 2 / (per_group(sigma) ** 2 / self.n + per_group(tau) ** 2)  # 1 - B, with all digits
        return Normal(rest * self.mean + B * per_group(mu), per_group(tau) * np.sqrt(B))

    def log_joint(self, mu, tau, sigma, theta):
        """log p(mu) + log p(tau) + log p(sigma) + sum_i log Normal(theta_i; mu, tau) + sum_ij log Normal(y_ij; ...)."""
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau) + self.sigma.logpdf(sigma)
                + Normal(per_group(mu), per_group(tau)).logpdf(theta).sum(axis=-1)
                + self.log_likelihood(theta, sigma).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        scale = np.std(self.y) or 1.0
        return {"mu": np.mean(self.y) + 2 * scale * rng.standard_normal(shape),
                "tau": start_of_sd(rng, self.tau, scale, shape),
                "sigma": start_of_sd(rng, self.sigma, scale, shape),
                "theta": self.mean + 2 * scale * rng.standard_normal((*shape, self.J))}

    def new_group(self, rng, mu, tau):
        """theta_new ~ Normal(mu, tau)."""
        return Normal(mu, tau).draw(rng)

    def cautions(self):
        said = super().cautions()
        if self.N == self.J:
            said.append("every group has a single observation: the data tell of tau^2 + sigma^2 only, and how it is "
                        "divided between the two is learnt from their priors alone")
        return said

    def cautions_after(self, values):
        kept = 1 - float(np.mean(self.shrinkage(values["tau"], values["sigma"])))
        if kept > 1 / 8:
            return []
        return [f"tau is piled up near zero: on average only {kept:.0%} of a group's own mean is kept, so the model is "
                "all but complete pooling. That does no harm, but it is not evidence of no differences: look at the "
                "whole posterior of tau, and at how it changes with the prior."]

    def complete_pooling(self):
        """One mean for all: mu and sigma ~ their priors, y_ij ~ Normal(mu, sigma)."""
        return CompletePooling(self.y, self._labels(), self.mu, self.sigma, self.groups)

    def no_pooling(self, sigma="shared", theta=None):
        """Each group's mean on its own: theta_i ~ Normal(50, 25), y_ij ~ Normal(theta_i, sigma).

        Parameters
        ----------
        sigma : {"shared", "own"}
            One sigma for all groups, or one for each; the prior is that of this model.
        theta : Normal or Flat, optional
            Prior of each theta_i; by default the prior of mu.
        """
        cls = {"shared": NoPooling, "own": NoPoolingOwnSigma}[validate.one_of("sigma", sigma, ("shared", "own"))]
        return cls(self.y, self._labels(), self.mu if theta is None else theta, self.sigma, self.groups)



class Centred(OneWayNormal, form="centred"):
    __doc__ = OneWayNormal.__doc__
    order = ("theta", "mu", "tau", "sigma")

    def mu_given(self, theta, tau):
        """mu | theta, tau: precisions add up, J / tau^2 from the theta_i and the prior's own."""
        precision = self.J / tau**2 + self.mu.precision
        mean = (theta.sum(axis=-1) / tau**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta, mu):
        """p(tau | theta, mu) proportional to p(tau) tau^-J exp(-sum_i (theta_i - mu)^2 / (2 tau^2))."""
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)

        def log_density(tau):
            return self.tau.logpdf(tau) - self.J * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density, self.tau.support)

    def sigma_given(self, theta):
        """p(sigma | theta, y) proportional to p(sigma) sigma^-N exp(-sum_ij (y_ij - theta_i)^2 / (2 sigma^2)).

        The sum of squares is sum_i [within_i + n_i (mean_i - theta_i)^2].
        """
        S = (self.within + self.n * (self.mean - theta) ** 2).sum(axis=-1)

        def log_density(sigma):
            return self.sigma.logpdf(sigma) - self.N * np.log(sigma) - S / (2 * sigma**2)

        return Griddy(log_density, self.sigma.support)


class Noncentred(OneWayNormal, form="noncentred"):
    __doc__ = OneWayNormal.__doc__
    order = ("theta_raw", "mu", "tau", "sigma")

    def theta_raw_given(self, mu, tau, sigma):
        """theta_raw_i | mu, tau, sigma, y ~ Normal((1 - B_i) (mean_i - mu) / tau, sqrt(B_i)): (theta_i - mu) / tau."""
        B = self.shrinkage(tau, sigma)
        rest_over_tau = per_group(tau) / (per_group(sigma) ** 2 / self.n + per_group(tau) ** 2)
        return Normal(rest_over_tau * (self.mean - per_group(mu)), np.sqrt(B))

    def mu_given(self, theta_raw, tau, sigma):
        """mu | theta_raw, tau, sigma, y: each y_ij - tau theta_raw_i measures mu with standard deviation sigma."""
        precision = self.N / sigma**2 + self.mu.precision
        residuals = (self.n * (self.mean - per_group(tau) * theta_raw)).sum(axis=-1)
        mean = (residuals / sigma**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta_raw, mu, sigma):
        """p(tau | theta_raw, mu, sigma, y) proportional to p(tau) prod_ij Normal(y_ij; mu + tau theta_raw_i, sigma).

        A regression of y - mu on theta_raw with slope tau: exp(-precision (tau - slope)^2 / 2) on tau > 0.
        """
        squares = (self.n * theta_raw**2).sum(axis=-1)
        slope = (self.n * theta_raw * (self.mean - per_group(mu))).sum(axis=-1) / squares
        precision = squares / sigma**2

        def log_density(tau):
            return self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2

        return Griddy(log_density, self.tau.support)

    def sigma_given(self, theta_raw, mu, tau):
        """p(sigma | theta_raw, mu, tau, y), as in the centred form with theta_i = mu + tau theta_raw_i."""
        return Centred.sigma_given(self, **self.derived(mu, tau, theta_raw))

    def log_joint(self, mu, tau, sigma, theta_raw):
        """As in the centred form, with the density of theta_raw_i ~ Normal(0, 1) in place of that of theta_i."""
        theta = per_group(mu) + per_group(tau) * theta_raw
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau) + self.sigma.logpdf(sigma)
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1) + self.log_likelihood(theta, sigma).sum(axis=-1))

    def derived(self, mu, tau, theta_raw):
        return {"theta": per_group(mu) + per_group(tau) * theta_raw}

    def initial(self, rng, shape=()):
        start = super().initial(rng, shape)
        del start["theta"]
        return {**start, "theta_raw": 2 * rng.standard_normal((*shape, self.J))}


class Collapsed(OneWayNormal, form="collapsed"):
    __doc__ = OneWayNormal.__doc__
    order = ("tau", "sigma", "mu", "theta")

    @cached_property
    def by_size(self):
        return by_size(self.n, self.mean)

    def tau_given(self, sigma):
        """p(tau | sigma, y) proportional to p(tau) p(y | tau, sigma), with mu and theta integrated out."""
        return Griddy(lambda tau: self.tau.logpdf(tau) + self.log_p_y(tau, sigma), self.tau.support)

    def sigma_given(self, tau):
        """p(sigma | tau, y) proportional to p(sigma) p(y | tau, sigma), with mu and theta integrated out."""
        return Griddy(lambda sigma: self.sigma.logpdf(sigma) + self.log_p_y(tau, sigma), self.sigma.support)

    def log_p_y(self, tau, sigma):
        """log p(y | tau, sigma) up to a constant, with mu and theta integrated out.

        Given mu, tau and sigma, mean_i ~ Normal(mu, sqrt(v_i)) with v_i = sigma^2 / n_i + tau^2. Bayes' theorem for mu,
        read backwards at its posterior mean m (any mu would do), integrates mu out: p(y | tau, sigma) =
        p(y | m, tau, sigma) p(m) / p(m | tau, sigma, y). Groups of one size share v, so the sum runs over sizes.
        """
        mu = self.mu_given(tau, sigma)
        m = mu.mean
        size, count, mean, scatter = self.by_size
        v = per_group(sigma) ** 2 / size + per_group(tau) ** 2
        between = -0.5 * (count * np.log(v) + (scatter + count * (mean - per_group(m)) ** 2) / v).sum(axis=-1)
        within = -(self.N - self.J) * np.log(sigma) - self.within.sum() / (2 * sigma**2)
        return between + within + self.mu.logpdf(m) - mu.logpdf(m)

    def mu_given(self, tau, sigma):
        """mu | tau, sigma, y with theta integrated out: mean_i measures mu with variance sigma^2 / n_i + tau^2."""
        size, count, mean, _ = self.by_size
        weight = count / (per_group(sigma) ** 2 / size + per_group(tau) ** 2)
        precision = weight.sum(axis=-1) + self.mu.precision
        mean = ((weight * mean).sum(axis=-1) + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))


class CompletePooling(OneWay):
    """One mean for all groups: mu ~ Normal(50, 25), sigma ~ HalfNormal(15), y_ij ~ Normal(mu, sigma).

    Every group's theta_i is mu itself, and the differences between groups are counted as spread within them. sigma is
    drawn with mu integrated out, then mu given sigma: every sweep is a fresh draw.

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
        """Why the posterior cannot be normalised, as a sentence; None if it can. `without` leaves a group out."""
        y = self.y[self.group != without]
        return sd_impropriety("sigma", self.sigma, len(y) - isinstance(self.mu, Flat), len(y) - 1, np.ptp(y) == 0)

    def __repr__(self):
        return f"CompletePooling(J={self.J}, N={self.N}, mu ~ {self.mu!r}, sigma ~ {self.sigma!r})"

    def mu_given(self, sigma):
        """mu | sigma, y ~ Normal: a weighted mean of the prior mean and the N observations, weights 1 / variance."""
        precision = self.N / sigma**2 + self.mu.precision
        mean = (self.y.sum() / sigma**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def sigma_given(self):
        """p(sigma | y) = p(sigma) p(y | sigma), with mu integrated out.

        By Bayes' theorem at the posterior mean m of mu: p(y | sigma) = p(y | m, sigma) p(m) / p(m | sigma, y).
        """
        def log_density(sigma):
            mu = self.mu_given(sigma)
            m = mu.mean
            return (self.sigma.logpdf(sigma) + self.log_likelihood(m, sigma).sum(axis=-1)
                    + self.mu.logpdf(m) - mu.logpdf(m))

        return Griddy(log_density, self.sigma.support)

    def log_joint(self, mu, sigma):
        """log p(mu) + log p(sigma) + sum_ij log Normal(y_ij; mu, sigma)."""
        return self.mu.logpdf(mu) + self.sigma.logpdf(sigma) + self.log_likelihood(mu, sigma).sum(axis=-1)

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

    The theta_i share no parameters; only the standard deviation of the observations is learnt from all groups. sigma
    is drawn with theta integrated out, then theta given sigma: every sweep is a fresh draw.

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
        self.theta, self.sigma = prior_of("theta", theta, ("Normal", "Flat")), sd_prior("sigma", sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can. `without` leaves a group out."""
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
        return Griddy(lambda sigma: self.sigma.logpdf(sigma) + self.log_p_y(per_group(sigma)).sum(axis=-1),
                      self.sigma.support)

    def log_p_y(self, sigma):
        """log p(y_i | sigma), theta_i integrated out by Bayes' theorem at its posterior mean; sigma (..., 1 or J)."""
        theta = self._theta_given(sigma)
        m = theta.mean
        p_y = Normal(m, sigma / np.sqrt(self.n)).logpdf(self.mean) + self.log_deviations(sigma)
        return p_y + self.theta.logpdf(m) - theta.logpdf(m)

    def log_joint(self, sigma, theta):
        """log p(sigma) + sum_i log p(theta_i) + sum_ij log Normal(y_ij; theta_i, sigma)."""
        return self.sigma.logpdf(sigma) + (self.theta.logpdf(theta) + self.log_likelihood(theta, sigma)).sum(axis=-1)

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
            if problem := sd_impropriety(f"sigma[{label}]", self.sigma, n - flat, n - 1, within == 0):
                return problem
        return None

    def theta_given(self, sigma):
        """theta_i | sigma_i, y ~ Normal: a weighted mean of the prior mean and mean_i, weights 1 / variance."""
        return self._theta_given(sigma)

    def sigma_given(self):
        """p(sigma_i | y) = p(sigma_i) p(y_i | sigma_i) for each group, with theta_i integrated out."""
        return Griddy(lambda sigma: self.sigma.logpdf(sigma) + self.log_p_y(sigma), self.sigma.support)

    def log_joint(self, sigma, theta):
        """sum_i [log p(sigma_i) + log p(theta_i)] + sum_ij log Normal(y_ij; theta_i, sigma_i)."""
        return (self.sigma.logpdf(sigma) + self.theta.logpdf(theta) + self.log_likelihood(theta, sigma)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return super().initial(rng, (*shape, self.J)) | {"theta": super().initial(rng, shape)["theta"]}

    def log_likelihood(self, theta, sigma):
        """log p(y_i1, ..., y_in_i | theta_i, sigma_i), (..., J)."""
        return Normal(theta, sigma / np.sqrt(self.n)).logpdf(self.mean) + self.log_deviations(sigma)

    def replicate(self, rng, theta, sigma):
        """y_rep_ij ~ Normal(theta_i, sigma_i) for each observation, and the means of the groups."""
        y = Normal(np.asarray(theta)[..., self.group], np.asarray(sigma)[..., self.group]).draw(rng)
        return {"mean": self._means(y), "y": y}


def numbered(name, values, groups_name, groups):
    """Labels as numbers 0 ... J - 1 (an int array), and the J labels: in the order of `groups`, or of appearance."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__") or np.ndim(np.asarray(values, object)) != 1:
        raise TypeError(f"{name} must be a list of labels, one for each observation")
    for i, value in enumerate(values):
        if value is None or value != value:
            raise ValueError(f"{name}[{i}] is missing ({value}); every observation needs the label of its group")
    found = [str(value) for value in values]
    labels = tuple(dict.fromkeys(found)) if groups is None else validate.labels(groups_name, groups, len(groups))
    number = {label: i for i, label in enumerate(labels)}
    for i, label in enumerate(found):
        if label not in number:
            raise ValueError(f"{name}[{i}] is {label!r}, which is not in {groups_name}: {', '.join(labels[:20])}")
    missing = set(labels) - set(found)
    if missing:
        label = next(label for label in labels if label in missing)
        raise ValueError(f"{groups_name}[{number[label]}] is {label!r}, which has no observations; leave it out")
    return np.array([number[label] for label in found], dtype=int), labels


def statistics(y, group):
    """Number of observations, mean, and sum of squared deviations from the mean, of each group.

    Deviations are taken from the group's first observation first: equal observations then give exactly zero.
    """
    first = y[np.unique(group, return_index=True)[1]]
    n = np.bincount(group)
    shift = np.bincount(group, y - first[group]) / n
    within = np.bincount(group, (y - first[group] - shift[group]) ** 2)
    return n, first + shift, within


def by_size(n, mean):
    """Groups of one size together: the sizes, how many groups have each, the mean of their means and the scatter
    (the sum of squared deviations) around it. For given tau and sigma they all have the same variance."""
    size, which, count = np.unique(n, return_inverse=True, return_counts=True)
    average = np.bincount(which, mean) / count
    return size, count, average, np.bincount(which, (mean - average[which]) ** 2)


def power_at_zero(prior):
    """b where the prior of a standard deviation behaves like x^b as x falls to 0; inf where it keeps away from 0."""
    if prior.support[0] > 0 or isinstance(prior, RootInverseGamma):
        return np.inf
    return prior.shape - 1 if isinstance(prior, Gamma) else 0.0


def sd_impropriety(name, prior, tail, spike, degenerate):
    """Why prior(x) p(y | x) cannot be normalised, as a sentence; None if it can.

    p(y | x) falls like x^-tail as x grows; for degenerate data, which do not vary, it rises like x^-spike as x falls.
    """
    if tail + prior.tail_power <= 1:
        return (f"with {name} ~ {prior!r} there are too few observations to keep {name} finite; give it a proper "
                "prior, such as HalfNormal(15)")
    if degenerate and spike - power_at_zero(prior) >= 1:
        return (f"the observations that {name} is learnt from do not vary, so p(y | {name}) grows without bound as "
                f"{name} falls to 0 and its prior {prior!r} does not prevent it; choose one that keeps away from 0, "
                "such as InverseGamma(1, 1)")
    return None
