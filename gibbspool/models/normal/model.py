"""The Normal-Normal hierarchy with known standard errors: Eight Schools (Section 5.8, Worked
Example 1).
"""
import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.spreads import sd_prior
from ...distributions.standard import Flat, HalfNormal, Normal
from ...sampling.griddy import Griddy
from ..hierarchy import Hierarchy
from ..start import start_of_sd


class NormalNormal(Hierarchy):
    """Groups measured with known standard errors, drawn from one population.

    The generative story, from the top::

        mu      ~ Normal(0, 20)            the population's mean             (or Flat)
        tau     ~ HalfNormal(10)           the spread between groups         (any prior of a standard deviation)
        theta_j ~ Normal(mu, tau)          the true effect of group j
        y_j     ~ Normal(theta_j, sigma_j) its estimate, sigma_j known

    Given mu and tau, each group's posterior mean is pulled towards mu by the shrinkage factor B_j::

        theta_j | mu, tau, y ~ Normal((1 - B_j) y_j + B_j mu, sqrt(1 - B_j) sigma_j)
        B_j = sigma_j^2 / (sigma_j^2 + tau^2)

    Three forms share this posterior and differ in what one sweep draws given what:

    - ``centred``: theta | mu, tau; mu | theta, tau; tau | theta, mu. When tau is small the theta_j
      lie close to mu, and theta_j close to mu keep tau small: the funnel, seen by Gibbs as a slow
      walk in tau.
    - ``noncentred``: theta_j = mu + tau theta_raw_j with theta_raw_j ~ Normal(0, 1). Now tau is
      drawn from what the *data* say of it, and walks freely when the data are weak.
    - ``collapsed``: tau | y with mu and theta integrated out; mu | tau, y with theta integrated
      out; theta | mu, tau, y. Each sweep is a fresh draw, whatever the data.

    Parameters
    ----------
    y : array (J,)
        Estimates, J >= 2, in any unit; sigma, mu, tau and theta are in the same unit.
    sigma : array (J,)
        Standard errors, > 0.
    mu : Normal or Flat
        Prior of the population mean, by default Normal(0, 20).
    tau : HalfNormal, HalfCauchy, HalfT, Uniform, Flat, Exponential, Gamma, InverseGamma or Normal
        Prior of the between-group standard deviation, by default HalfNormal(10). It is truncated to
        positive values; an InverseGamma is the prior of tau squared.
    x : array (J,) or (J, p), optional
        What is known of the groups: makes theta_j ~ Normal(mu + x_j . beta, tau); see
        NormalNormalCovariates.
    beta : Normal or Flat, or a list of p of them
        Prior of the effects of x, by default Normal(0, 10) each.
    groups : list of str, optional
        Labels, by default "1" to "J".
    form : {"collapsed", "centred", "noncentred"}
    covariates : list of str, optional
        Labels of the columns of x.

    Raises
    ------
    ValueError
        Data that are not finite, sigma <= 0, fewer than two groups, lengths that differ, labels
        that repeat, an unknown form, or priors so flat that the posterior is improper.
    TypeError
        Data that are not numbers, or a prior of another kind.

    References
    ----------
    Rubin (1981); Gelman et al., Bayesian Data Analysis (3rd ed.), Section 5.4.
    """

    forms, variants = {}, {}
    default_form = "collapsed"
    parameter, spread = "theta", "tau"
    dims = {"theta": ("group",), "theta_raw": ("group",), "y": ("group",), "sigma": ("group",)}

    def __init__(self, y, sigma, mu=Normal(0, 20), tau=HalfNormal(10), x=None, beta=None,
                 groups=None, *, form=None,
                 covariates=None):
        if x is not None or beta is not None or covariates is not None:
            raise ValueError("beta and covariates describe the columns of x: give them with "
                             "NormalNormal(..., x=...)")
        self.y = validate.array("y", y)
        self.sigma = validate.array("sigma", sigma, positive=True)
        validate.same_length(y=self.y, sigma=self.sigma)
        validate.at_least_two_groups(len(self.y))
        self.groups = validate.labels("groups", groups, len(self.y))
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))
        self.tau = sd_prior("tau", tau)
        if self.tail_power <= 1:
            raise ValueError(
                f"the posterior is improper: with mu ~ {self.mu!r} and tau ~ {self.tau!r}, "
                f"{self.J} groups cannot keep tau finite; give tau a proper prior, such as "
                "HalfCauchy(25)")

    @property
    def tail_power(self):
        """a where p(tau | y) falls like tau^-a: each group gives one factor 1/tau, a flat mu takes one back."""
        return self.J - isinstance(self.mu, Flat) + self.tau.tail_power

    def __repr__(self):
        return f"NormalNormal(J={self.J}, mu ~ {self.mu!r}, tau ~ {self.tau!r}, form={self.form!r})"

    def shrinkage(self, tau):
        """Shrinkage factors B_j = sigma_j^2 / (sigma_j^2 + tau^2), (..., J): 1 is all the way to mu, 0 not at all."""
        return self.sigma**2 / (self.sigma**2 + per_group(tau) ** 2)

    def theta_given(self, mu, tau):
        """theta_j | mu, tau, y ~ Normal((1 - B_j) y_j + B_j mu, sqrt(1 - B_j) sigma_j)."""
        B = self.shrinkage(tau)
        # 1 - B, with all its digits when tau is small
        rest = per_group(tau) ** 2 / (self.sigma**2 + per_group(tau) ** 2)
        return Normal(rest * self.y + B * per_group(mu), np.sqrt(rest) * self.sigma)

    def log_joint(self, mu, tau, theta):
        """log p(mu) + log p(tau) + sum_j log Normal(theta_j; mu, tau) + sum_j log Normal(y_j;
        theta_j, sigma_j).
        """
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau)
                + Normal(per_group(mu), per_group(tau)).logpdf(theta).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        scale = np.std(self.y) + np.median(self.sigma)
        return {"mu": np.mean(self.y) + 2 * scale * rng.standard_normal(shape),
                "tau": start_of_sd(rng, self.tau, scale, shape),
                "theta": self.y + 2 * self.sigma * rng.standard_normal((*shape, self.J))}

    def log_likelihood(self, theta):
        """log Normal(y_j; theta_j, sigma_j), (..., J)."""
        return Normal(theta, self.sigma).logpdf(self.y)

    def replicate(self, rng, theta):
        """y_rep_j ~ Normal(theta_j, sigma_j), by the name of the data."""
        return {"y": Normal(theta, self.sigma).draw(rng)}

    def new_group(self, rng, mu, tau):
        """theta_new ~ Normal(mu, tau)."""
        return Normal(mu, tau).draw(rng)

    def cautions_after(self, values):
        kept = 1 - float(np.mean(self.shrinkage(values["tau"])))
        if kept > 1 / 8 or np.size(values["tau"]) < 400:  # too few draws tell nothing
            return []
        return [
            f"tau is piled up near zero: on average only {kept:.0%} of a group's own estimate is "
            "kept, so the model is all but complete pooling. That does no harm, but it is not "
            "evidence of no differences: look at the whole posterior of tau (its shortest "
            "interval starts at 0), and at how it changes with the prior."]

    def observed(self):
        return {"y": self.y}

    def constants(self):
        return {"sigma": self.sigma}

    def complete_pooling(self):
        """One effect for all: mu ~ its prior, y_j ~ Normal(mu, sigma_j). In closed form."""
        from .pooling import CompletePooling
        return CompletePooling(self.y, self.sigma, self.mu, self.groups)

    def no_pooling(self, theta=None):
        """Each group on its own: theta_j ~ Normal(0, 20), y_j ~ Normal(theta_j, sigma_j). In closed
        form.

        Parameters
        ----------
        theta : Normal or Flat, optional
            Prior of each theta_j; by default the prior of mu, as in Section 5.8.5.
        """
        from .pooling import NoPooling
        return NoPooling(self.y, self.sigma, self.mu if theta is None else theta, self.groups)


class Centred(NormalNormal, form="centred"):
    __doc__ = NormalNormal.__doc__
    order = ("theta", "mu", "tau")

    def mu_given(self, theta, tau):
        """mu | theta, tau: precisions add up, J / tau^2 from the theta_j and the prior's own."""
        precision = self.J / tau**2 + self.mu.precision
        mean = (theta.sum(axis=-1) / tau**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta, mu):
        """p(tau | theta, mu) proportional to p(tau) tau^-J exp(-sum_j (theta_j - mu)^2 / (2 tau^2))."""
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)

        def log_density(tau):
            return self.tau.logpdf(tau) - self.J * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density, self.tau.support)


class Noncentred(NormalNormal, form="noncentred"):
    __doc__ = NormalNormal.__doc__
    order = ("theta_raw", "mu", "tau")

    def theta_raw_given(self, mu, tau):
        """theta_raw_j | mu, tau, y ~ Normal((1 - B_j) (y_j - mu) / tau, sqrt(B_j)): (theta_j - mu) / tau."""
        B = self.shrinkage(tau)
        rest_over_tau = per_group(tau) / (self.sigma**2 + per_group(tau) ** 2)
        return Normal(rest_over_tau * (self.y - per_group(mu)), np.sqrt(B))

    def mu_given(self, theta_raw, tau):
        """mu | theta_raw, tau, y: each y_j - tau theta_raw_j is a measurement of mu with standard error sigma_j."""
        precision = (1 / self.sigma**2).sum() + self.mu.precision
        residual = self.y - per_group(tau) * theta_raw
        mean = ((residual / self.sigma**2).sum(axis=-1) + self.mu.mean
                * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta_raw, mu):
        """p(tau | theta_raw, mu, y) proportional to p(tau) prod_j Normal(y_j; mu + tau theta_raw_j,
        sigma_j).

        A regression of y - mu on theta_raw with slope tau: exp(-precision (tau - slope)^2 / 2) on
        tau > 0.
        """
        precision = (theta_raw**2 / self.sigma**2).sum(axis=-1)
        slope = (theta_raw * (self.y - per_group(mu)) / self.sigma**2).sum(axis=-1) / precision

        def log_density(tau):
            return self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2

        return Griddy(log_density, self.tau.support)

    def log_joint(self, mu, tau, theta_raw):
        """As in the centred form, with the density of theta_raw_j ~ Normal(0, 1) in place of that of theta_j."""
        theta = per_group(mu) + per_group(tau) * theta_raw
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau)
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def derived(self, mu, tau, theta_raw):
        """theta_j = mu + tau theta_raw_j."""
        return {"theta": per_group(mu) + per_group(tau) * theta_raw}

    def initial(self, rng, shape=()):
        start = super().initial(rng, shape)
        del start["theta"]
        return {**start, "theta_raw": 2 * rng.standard_normal((*shape, self.J))}


class Collapsed(NormalNormal, form="collapsed"):
    __doc__ = NormalNormal.__doc__
    order = ("tau", "mu", "theta")

    def tau_given(self):
        """p(tau | y) = p(tau) p(y | tau), with mu and theta integrated out.

        Given mu and tau, y_j ~ Normal(mu, sqrt(sigma_j^2 + tau^2)). Bayes' theorem for mu, read
        backwards at its posterior mean m (any mu would do), integrates mu out: p(y | tau) = p(y |
        m, tau) p(m) / p(m | tau, y).
        """
        def log_density(tau):
            mu = self.mu_given(tau)
            m = mu.mean
            p_y = Normal(per_group(m),
                         np.sqrt(self.sigma**2 + per_group(tau) ** 2)).logpdf(self.y).sum(axis=-1)
            return self.tau.logpdf(tau) + p_y + self.mu.logpdf(m) - mu.logpdf(m)

        return Griddy(log_density, self.tau.support)

    def mu_given(self, tau):
        """mu | tau, y with theta integrated out: y_j measures mu with variance sigma_j^2 + tau^2."""
        weight = 1 / (self.sigma**2 + per_group(tau) ** 2)
        precision = weight.sum(axis=-1) + self.mu.precision
        mean = ((weight * self.y).sum(axis=-1) + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))
