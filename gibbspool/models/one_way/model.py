"""The one-way normal hierarchy: raw observations in groups, with a common unknown sigma (Section
5.8.1).
"""
from functools import cached_property

import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.spreads import sd_prior
from ...distributions.standard import Flat, HalfNormal, Normal
from ...sampling.griddy import Griddy
from ..hierarchy import Hierarchy
from ..start import start_of_sd
from .impropriety import power_at_zero
from .observations import OneWay, by_size


class OneWayNormal(Hierarchy, OneWay):
    """Groups of observations with a common unknown standard deviation, group means drawn from one
    population.

    The generative story, from the top::

        mu      ~ Normal(50, 25)           the population's mean             (or Flat)
        tau     ~ HalfNormal(10)           the spread between groups         (any prior of a standard deviation)
        sigma   ~ HalfNormal(15)           the spread within a group         (any prior of a standard deviation)
        theta_i ~ Normal(mu, tau)          the true mean of group i
        y_ij    ~ Normal(theta_i, sigma)   observation j of group i, j = 1 ... n_i

    It is the model of exam scores by instructor in Section 5.8.1. A group's own mean measures
    theta_i with the standard error sigma / sqrt(n_i), so this is the Normal-Normal model with
    standard errors that are themselves learnt: a group with few observations is pulled further
    towards mu::

        theta_i | mu, tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i mu, tau sqrt(B_i))
        B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2)

    The spread within the groups is pooled, too: every group's deviations from its mean tell of the
    one sigma, so a group with a single observation still has a standard error.

    Three forms share this posterior and differ in what one sweep draws given what:

    - ``centred``: theta | mu, tau, sigma; mu | theta, tau; tau | theta, mu; sigma | theta. When tau
      is small the theta_i lie close to mu, and theta_i close to mu keep tau small: a slow walk in
      tau.
    - ``noncentred``: theta_i = mu + tau theta_raw_i with theta_raw_i ~ Normal(0, 1). Now tau is
      drawn from what the *data* say of it; good where the groups are small. Where they are large it
      is mu and theta_raw that hold each other fast.
    - ``collapsed``: tau | sigma and sigma | tau, each with mu and theta integrated out; mu | tau,
      sigma with theta integrated out; theta | mu, tau, sigma. The order matters: mu and theta are
      stale once tau or sigma has moved, and both are drawn anew before the sweep ends. What is left
      to mix is tau against sigma, which the data tell apart easily: successive sweeps are almost
      independent.

    Parameters
    ----------
    y : array (N,)
        Observations, in any unit; mu, tau, sigma and theta are in the same unit. The default priors
        suit exam scores between 0 and 100: for other data choose your own.
    group : array (N,) of labels
        The group of each observation; text or numbers, in any order.
    mu : Normal or Flat
        Prior of the population mean, by default Normal(50, 25).
    tau, sigma : HalfNormal, HalfCauchy, HalfT, Uniform, Flat, Exponential, Gamma, InverseGamma or Normal
        Priors of the standard deviations between and within groups, by default HalfNormal(10) and
        HalfNormal(15). They are truncated to positive values; an InverseGamma is the prior of the
        square.
    groups : list of labels, optional
        The labels in the order wanted; each must occur. By default in order of first appearance.
    form : {"collapsed", "centred", "noncentred"}

    Raises
    ------
    ValueError
        Data that are not finite, missing or unknown labels, fewer than two groups, lengths that
        differ, an unknown form, or an improper posterior: priors too flat at infinity for so few
        groups, or observations that do not vary within any group, so that sigma runs into zero.
    TypeError
        Data that are not numbers, or a prior of another kind.

    References
    ----------
    Section 5.8.1; Gelman et al., Bayesian Data Analysis (3rd ed.), Section 11.6.
    """

    forms = {}
    default_form = "collapsed"
    parameter, spread = "theta", "tau"

    def __init__(self, y, group, mu=Normal(50, 25), tau=HalfNormal(10), sigma=HalfNormal(15),
                 groups=None, form=None):
        super().__init__(y, group, groups)
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))
        self.tau, self.sigma = sd_prior("tau", tau), sd_prior("sigma", sigma)
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can. `without` leaves a
        group out.
        """
        kept = np.arange(self.J) != without
        n, mean, within = self.n[kept], self.mean[kept], self.within[kept]
        N, J = n.sum(), len(n)
        for name, power in self.tail_powers(N, J).items():
            if power <= 1:
                return (f"with mu ~ {self.mu!r}, tau ~ {self.tau!r} and sigma ~ {self.sigma!r}, "
                        f"{J} groups and {N} observations cannot keep {name} finite; give it a "
                        "proper prior, such as HalfNormal(10)")
        if within.any():
            return None
        spike = N - J - power_at_zero(self.sigma)
        if spike >= 1:
            return ("the observations within each group are all equal, so p(y | sigma) grows "
                    f"without bound as sigma falls to 0 and sigma ~ {self.sigma!r} does not "
                    "prevent it; give sigma a prior that keeps away from 0, such as "
                    "InverseGamma(1, 1)")
        if np.ptp(mean) == 0 and spike + J - 1 - power_at_zero(self.tau) >= 2:
            return ("all observations are equal, so p(y | tau, sigma) grows without bound as both "
                    "fall to 0; give tau or sigma a prior that keeps away from 0, such as "
                    "InverseGamma(1, 1)")
        return None

    def tail_powers(self, N=None, J=None):
        """a where the posterior of tau, of sigma, and of both together falls like x^-a as x grows.

        Each group gives one factor 1 / tau, each observation one factor 1 / sigma, and where both
        grow together the larger of the two counts; a flat mu takes one back.
        """
        N, J, flat = N or self.N, J or self.J, isinstance(self.mu, Flat)
        return {"tau": J - flat + self.tau.tail_power, "sigma": N - flat + self.sigma.tail_power,
                "sigma or tau": N - flat + self.tau.tail_power + self.sigma.tail_power - 1}

    def __repr__(self):
        return (f"OneWayNormal(J={self.J}, N={self.N}, mu ~ {self.mu!r}, tau ~ {self.tau!r}, sigma "
                f"~ {self.sigma!r}, form={self.form!r})")

    def shrinkage(self, tau, sigma):
        """B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2), (..., J): 1 is all the way to mu, 0 not at all."""
        error2 = per_group(sigma) ** 2 / self.n
        return error2 / (error2 + per_group(tau) ** 2)

    def theta_given(self, mu, tau, sigma):
        """theta_i | mu, tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i mu, tau sqrt(B_i))."""
        B = self.shrinkage(tau, sigma)
        # 1 - B, with all digits
        rest = per_group(tau) ** 2 / (per_group(sigma) ** 2 / self.n + per_group(tau) ** 2)
        return Normal(rest * self.mean + B * per_group(mu), per_group(tau) * np.sqrt(B))

    def log_joint(self, mu, tau, sigma, theta):
        """log p(mu) + log p(tau) + log p(sigma) + sum_i log Normal(theta_i; mu, tau) + sum_ij log
        Normal(y_ij; ...).
        """
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
            said.append("every group has a single observation: the data tell of tau^2 + sigma^2 "
                        "only, and how it is divided between the two is learnt from their priors "
                        "alone")
        return said

    def cautions_after(self, values):
        kept = 1 - float(np.mean(self.shrinkage(values["tau"], values["sigma"])))
        if kept > 1 / 8:
            return []
        return [f"tau is piled up near zero: on average only {kept:.0%} of a group's own mean is "
                "kept, so the model is all but complete pooling. That does no harm, but it is not "
                "evidence of no differences: look at the whole posterior of tau, and at how it "
                "changes with the prior."]

    def complete_pooling(self):
        """One mean for all: mu and sigma ~ their priors, y_ij ~ Normal(mu, sigma)."""
        from .pooling import CompletePooling
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
        from .pooling import NoPooling, NoPoolingOwnSigma
        cls = {"shared": NoPooling,
               "own": NoPoolingOwnSigma}[validate.one_of("sigma", sigma, ("shared", "own"))]
        return cls(self.y, self._labels(), self.mu if theta is None else theta, self.sigma,
                   self.groups)


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
        """p(sigma | theta, y) proportional to p(sigma) sigma^-N exp(-sum_ij (y_ij - theta_i)^2 / (2
        sigma^2)).

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
        """p(tau | theta_raw, mu, sigma, y) proportional to p(tau) prod_ij Normal(y_ij; mu + tau
        theta_raw_i, sigma).

        A regression of y - mu on theta_raw with slope tau: exp(-precision (tau - slope)^2 / 2) on
        tau > 0.
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
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1)
                + self.log_likelihood(theta, sigma).sum(axis=-1))

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
        return Griddy(lambda sigma: self.sigma.logpdf(sigma) + self.log_p_y(tau, sigma),
                      self.sigma.support)

    def log_p_y(self, tau, sigma):
        """log p(y | tau, sigma) up to a constant, with mu and theta integrated out.

        Given mu, tau and sigma, mean_i ~ Normal(mu, sqrt(v_i)) with v_i = sigma^2 / n_i + tau^2.
        Bayes' theorem for mu, read backwards at its posterior mean m (any mu would do), integrates
        mu out: p(y | tau, sigma) = p(y | m, tau, sigma) p(m) / p(m | tau, sigma, y). Groups of one
        size share v, so the sum runs over sizes.
        """
        mu = self.mu_given(tau, sigma)
        m = mu.mean
        size, count, mean, scatter = self.by_size
        v = per_group(sigma) ** 2 / size + per_group(tau) ** 2
        between = -0.5 * (count * np.log(v) + (scatter + count * (mean - per_group(m)) ** 2)
                          / v).sum(axis=-1)
        within = -(self.N - self.J) * np.log(sigma) - self.within.sum() / (2 * sigma**2)
        return between + within + self.mu.logpdf(m) - mu.logpdf(m)

    def mu_given(self, tau, sigma):
        """mu | tau, sigma, y with theta integrated out: mean_i measures mu with variance sigma^2 / n_i + tau^2."""
        size, count, mean, _ = self.by_size
        weight = count / (per_group(sigma) ** 2 / size + per_group(tau) ** 2)
        precision = weight.sum(axis=-1) + self.mu.precision
        mean = ((weight * mean).sum(axis=-1) + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))
