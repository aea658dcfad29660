"""The one-way normal hierarchy: observations in groups with a common unknown sigma (Section 5.8.1).
"""
import numpy as np
from scipy.special import gammaincinv

from ... import validate
from ...distributions import priors
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.quantiles import quantile
from ...distributions.spreads import sd_prior
from ...distributions.standard import HalfNormal, Normal
from ...sampling.griddy import Griddy
from ..disagreement import Shared
from ..hierarchy import Hierarchy, prior_option
from ..likelihoods import NormalGroups
from ..scales import scale_of
from ..start import start_of_sd
from .impropriety import hierarchy_impropriety, tail_powers
from .observations import Observations
from .pooling import OneWayCompletePooling, OneWayNoPooling, OneWayNoPoolingOwnSigma


class OneWayNormal(Hierarchy, Observations):
    """Groups of observations with a common unknown sigma, their means drawn from one population.

    The generative story, from the top::

        mu      ~ Normal(50, 25)           the population's mean (or Flat)
        tau     ~ HalfNormal(10)           the spread between groups (see below for other priors)
        sigma   ~ HalfNormal(15)           the spread within a group (likewise)
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
    tau, sigma : prior of a standard deviation
        Of those between and within groups, by default HalfNormal(10) and HalfNormal(15). It may be
        a HalfNormal, HalfCauchy, HalfT, Uniform, Flat, Exponential, Gamma, InverseGamma or Normal;
        it is truncated to positive values, and an InverseGamma is the prior of the square.
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

    Examples
    --------
    Evans has 8 scores of mean 82.41. Were mu = 75, tau = 5 and sigma = 10, that mean would have
    the squared standard error 10^2 / 8 = 12.5, against tau^2 = 25: it is drawn 12.5 / 37.5, a third
    of the way, to mu.

    >>> import gibbspool as gp
    >>> scores = gp.data.instructors()
    >>> model = gp.OneWayNormal(scores.y, scores.group)
    >>> theta, B = model.theta_given(mu=75, tau=5, sigma=10), model.shrinkage(tau=5, sigma=10)
    >>> print(f"{model.groups[4]}: B {B[4]:.3f}, mean {theta.mean[4]:.2f}, sd {theta.sd[4]:.2f}")
    Evans: B 0.333, mean 79.94, sd 2.89
    >>> print(f"{2 / 3 * 82.4125 + 1 / 3 * 75:.2f}")
    79.94
    """

    default_form = "collapsed"
    parameter, spread = "theta", "tau"

    def __init__(self, y, group, mu=Normal(50, 25), tau=HalfNormal(10), sigma=HalfNormal(15),
                 groups=None, form=None):
        super().__init__(y, group, groups)
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))
        self.tau = sd_prior("tau", tau)
        self.sigma = sd_prior("sigma", sigma)
        self.refuse_single_group()
        if problem := self.impropriety():
            raise ValueError(f"the posterior is improper: {problem}")

    def impropriety(self, without=None):
        """Why the posterior cannot be normalised, as a sentence; None if it can.

        `without` is the number of a group to leave out.
        """
        kept = np.arange(self.J) != without
        return hierarchy_impropriety(self.mu, self.tau, self.sigma,
                                     self.n[kept], self.mean[kept], self.within[kept])

    def tail_powers(self):
        """The powers a with which the posteriors of tau, of sigma and of both fall, like x^-a."""
        return tail_powers(self.mu, self.tau, self.sigma, self.N, self.J)

    def __repr__(self):
        return (f"OneWayNormal(J={self.J}, N={self.N}, mu ~ {self.mu!r}, tau ~ {self.tau!r}, "
                f"sigma ~ {self.sigma!r}, form={self.form!r})")

    def shrinkage(self, tau, sigma):
        """B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2), (..., J).

        1 is all the way to mu, 0 not at all.
        """
        tau, sigma = per_group(tau), per_group(sigma)
        error2 = sigma**2 / self.n
        return error2 / (error2 + tau**2)

    def theta_given(self, mu, tau, sigma):
        """theta_i | mu, tau, sigma, y ~ Normal((1 - B_i) mean_i + B_i mu, tau sqrt(B_i))."""
        mu, tau2, error2 = per_group(mu), per_group(tau) ** 2, per_group(sigma) ** 2 / self.n
        B, rest = error2 / (error2 + tau2), tau2 / (error2 + tau2)  # 1 - B, with all digits
        return Normal(rest * self.mean + B * mu, np.sqrt(tau2 * B))

    def log_joint(self, mu, tau, sigma, theta):
        """log p(y, mu, tau, sigma, theta)::

            log p(mu) + log p(tau) + log p(sigma) + sum_i log Normal(theta_i; mu, tau)
                                                  + sum_ij log Normal(y_ij; theta_i, sigma)
        """
        population = Normal(per_group(mu), per_group(tau))
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau) + self.sigma.logpdf(sigma)
                + population.logpdf(theta).sum(axis=-1)
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
        """Few groups, and groups of one observation each."""
        said = super().cautions()
        if self.N == self.J:
            said.append("every group has a single observation: the data tell of tau^2 + sigma^2 "
                        "only, and how it is divided between the two is learnt from their priors "
                        "alone")
        return said

    def shared(self):
        """mu and tau, from the groups' means; sigma, from the deviations around them.

        Of the unknown sigma seven values stand for what the deviations say of it; where every group
        has a single observation, for what its prior says.
        """
        levels, freedom = (np.arange(7) + 0.5) / 7, self.N - self.J
        spreads = {}
        if freedom:
            sigma2 = self.within.sum() / (2 * gammaincinv(freedom / 2, levels))

            def of_sigma(s):
                with np.errstate(over="ignore"):  # that sigma is not likely at all
                    return -freedom * np.log(s) - (np.sqrt(self.within.sum()) / s) ** 2 / 2

            spreads["sigma"] = (self.sigma, of_sigma)
        elif self.sigma.proper:
            sigma2 = quantile(self.sigma, levels) ** 2
        else:
            return None
        likelihood = NormalGroups(self.mean, sigma2[:, None] / self.n, np.ones((self.J, 1)), ["mu"])
        return Shared(likelihood, [self.mu],
                      {"tau": (self.tau, likelihood.of_spread), **spreads}, False)

    def scaled(self):
        """mu ~ Flat(), tau and sigma ~ HalfCauchy on the scales of group means and observations.

        Where the observations do not vary within groups, sigma keeps the prior that was stated, and
        the scale of tau is the standard deviation of the means; likewise tau, if all are equal.
        """
        freedom = self.N - self.J
        sigma = float(np.sqrt(self.within.sum() / freedom)) if freedom else float(np.std(self.y))
        if sigma > 0:
            tau = scale_of(self.mean, sigma**2 / self.n)
        else:
            tau = float(np.std(self.mean, ddof=1)) if self.J > 1 else 0.0
        scales = {"tau": tau, "sigma": sigma}
        if missing := [name for name, scale in scales.items()
                       if not scale > 0 and name not in self.stated]:
            where = "within its groups" if tau > 0 else "at all"
            raise ValueError(f"y has no spread {where}: it gives the prior of "
                             f"{' and '.join(missing)} no scale, and the posterior none but the "
                             f"prior's; state {' and '.join(f'{name}=' for name in missing)} "
                             f"({', '.join(map(prior_option, missing))}), a prior that keeps away "
                             "from 0, such as InverseGamma(1, 1)")
        return {"mu": priors.Flat(), **{name: priors.HalfCauchy(scale)
                                        for name, scale in scales.items() if scale > 0}}

    def own_part(self, values):
        """1 - B_i, averaged."""
        return 1 - float(np.mean(self.shrinkage(values["tau"], values["sigma"])))

    def cautions_after(self, values):
        """A tau piled up near zero: where the mean of 1 - B_i is at most 1/8."""
        return self.on_all_but_pooled(values, "tau is piled up near zero", "mean is")

    def complete_pooling(self):
        """One mean for all: mu and sigma ~ their priors, y_ij ~ Normal(mu, sigma)."""
        return OneWayCompletePooling(self.y, self.label_of_each(), self.mu, self.sigma, self.groups)

    def no_pooling(self, sigma="shared", theta=None):
        """Each group's mean on its own: theta_i ~ Normal(50, 25), y_ij ~ Normal(theta_i, sigma).

        Parameters
        ----------
        sigma : {"shared", "own"}
            One sigma for all groups, or one for each; the prior is that of this model.
        theta : Normal or Flat, optional
            Prior of each theta_i; by default the prior of mu.

        Raises
        ------
        ValueError
            Another sigma, or an improper posterior.
        """
        strategies = {"shared": OneWayNoPooling, "own": OneWayNoPoolingOwnSigma}
        strategy = strategies[validate.one_of("sigma", sigma, tuple(strategies))]
        if theta is None:
            theta = self.mu
        return strategy(self.y, self.label_of_each(), theta, self.sigma, self.groups)


class CentredOneWayNormal(OneWayNormal, form="centred"):
    """OneWayNormal in its centred form: theta; mu | theta, tau; tau | theta, mu; sigma | theta."""

    order = ("theta", "mu", "tau", "sigma")

    def mu_given(self, theta, tau):
        """mu | theta, tau: precisions add up, J / tau^2 from the theta_i and the prior's own."""
        precision = self.J / tau**2 + self.mu.precision
        mean = (theta.sum(axis=-1) / tau**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta, mu):
        """p(tau | theta, mu) proportional to p(tau) tau^-J exp(-S / (2 tau^2)).

        S = sum_i (theta_i - mu)^2.
        """
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)

        def log_density(tau):
            return self.tau.logpdf(tau) - self.J * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density, self.tau.support)

    def sigma_given(self, theta):
        """p(sigma | theta, y) proportional to p(sigma) sigma^-N exp(-S / (2 sigma^2)).

        S = sum_ij (y_ij - theta_i)^2.
        """
        S = self.squares_around(theta)

        def log_density(sigma):
            return self.sigma.logpdf(sigma) - self.N * np.log(sigma) - S / (2 * sigma**2)

        return Griddy(log_density, self.sigma.support)


class NoncentredOneWayNormal(OneWayNormal, form="noncentred"):
    """OneWayNormal in its non-centred form: theta_i = mu + tau theta_raw_i."""

    order = ("theta_raw", "mu", "tau", "sigma")

    def theta_raw_given(self, mu, tau, sigma):
        """theta_raw_i = (theta_i - mu) / tau, given mu, tau, sigma and y::

            theta_raw_i | mu, tau, sigma, y ~ Normal((1 - B_i) (mean_i - mu) / tau, sqrt(B_i))
        """
        B = self.shrinkage(tau, sigma)
        mu, tau, sigma = per_group(mu), per_group(tau), per_group(sigma)
        rest_over_tau = tau / (sigma**2 / self.n + tau**2)  # (1 - B) / tau, also for tau = 0
        return Normal(rest_over_tau * (self.mean - mu), np.sqrt(B))

    def mu_given(self, theta_raw, tau, sigma):
        """mu | theta_raw, tau, sigma, y: precisions add up.

        Each of the N differences y_ij - tau theta_raw_i measures mu with standard deviation sigma.
        """
        precision = self.N / sigma**2 + self.mu.precision
        differences = (self.n * (self.mean - per_group(tau) * theta_raw)).sum(axis=-1)
        mean = (differences / sigma**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta_raw, mu, sigma):
        """p(tau | theta_raw, mu, sigma, y): a regression of y - mu on theta_raw, with slope tau.

        It is proportional to p(tau) prod_ij Normal(y_ij; mu + tau theta_raw_i, sigma), that is::

            p(tau) exp(-precision (tau - slope)^2 / 2),  tau > 0
            slope = sum_i n_i theta_raw_i (mean_i - mu) / sum_i n_i theta_raw_i^2
            precision = sum_i n_i theta_raw_i^2 / sigma^2
        """
        squares = (self.n * theta_raw**2).sum(axis=-1)
        slope = (self.n * theta_raw * (self.mean - per_group(mu))).sum(axis=-1) / squares
        precision = squares / sigma**2

        def log_density(tau):
            return self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2

        return Griddy(log_density, self.tau.support)

    def sigma_given(self, theta_raw, mu, tau):
        """p(sigma | theta_raw, mu, tau, y) proportional to p(sigma) sigma^-N exp(-S / (2 sigma^2)).

        S = sum_ij (y_ij - theta_i)^2 with theta_i = mu + tau theta_raw_i.
        """
        S = self.squares_around(per_group(mu) + per_group(tau) * theta_raw)

        def log_density(sigma):
            return self.sigma.logpdf(sigma) - self.N * np.log(sigma) - S / (2 * sigma**2)

        return Griddy(log_density, self.sigma.support)

    def log_joint(self, mu, tau, sigma, theta_raw):
        """log p(y, mu, tau, sigma, theta_raw), with theta_i = mu + tau theta_raw_i::

            log p(mu) + log p(tau) + log p(sigma) + sum_i log Normal(theta_raw_i; 0, 1)
                                                  + sum_ij log Normal(y_ij; theta_i, sigma)
        """
        theta = per_group(mu) + per_group(tau) * theta_raw
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau) + self.sigma.logpdf(sigma)
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1)
                + self.log_likelihood(theta, sigma).sum(axis=-1))

    def derived(self, mu, tau, theta_raw):
        """theta_i = mu + tau theta_raw_i."""
        return {"theta": per_group(mu) + per_group(tau) * theta_raw}

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be, of theta_raw for theta."""
        start = super().initial(rng, shape)
        del start["theta"]
        return {**start, "theta_raw": 2 * rng.standard_normal((*shape, self.J))}
