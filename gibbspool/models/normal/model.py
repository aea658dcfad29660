"""The Normal-Normal hierarchy with known standard errors: Eight Schools (Worked Example 1)."""
import numpy as np

from ... import labels
from ...distributions import priors
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.spreads import sd_prior
from ...distributions.standard import Flat, HalfNormal, Normal
from ...numerics.pieces import added_in_pieces, sum_in_pieces
from ...sampling.griddy import Griddy
from ..disagreement import Shared
from ..hierarchy import Hierarchy
from ..likelihoods import NormalGroups
from ..scales import scale_of
from ..start import start_of_sd
from .observations import Estimates
from .pooling import NormalCompletePooling, NormalNoPooling


class NormalNormal(Hierarchy, Estimates):
    """Groups measured with known standard errors, drawn from one population.

    The generative story, from the top::

        mu      ~ Normal(0, 20)            the population's mean             (or Flat)
        tau     ~ HalfNormal(10)           the spread between groups         (see tau below)
        theta_j ~ Normal(mu, tau)          the true effect of group j
        y_j     ~ Normal(theta_j, sigma_j) its estimate, sigma_j known

    Given mu and tau, each group's posterior mean is pulled towards mu by the shrinkage factor B_j::

        theta_j | mu, tau, y ~ Normal((1 - B_j) y_j + B_j mu, sqrt(1 - B_j) sigma_j)
        B_j = sigma_j^2 / (sigma_j^2 + tau^2)

    **Exchangeability.** That all theta_j are drawn from one population says that they are
    *exchangeable*: before the data no group is marked, and the joint density of the theta_j is the
    same in whatever order they are taken. That is not independence. Nobody knows mu and tau, so
    each group tells of them, and through them of the others; only given mu and tau are they
    independent. Where something is known beforehand that tells groups apart, give it as x: what it
    leaves unexplained can be exchangeable again. Lesson 16 shows it with an urn.

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
        Labels; by default the index of a Series or table among the data, or "1" to "J".
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

    Examples
    --------
    School A of the eight reports 28, with the standard error 15. Were mu = 8 and tau = 6, its mean
    would be drawn 86 % of the way to mu:

    >>> import gibbspool as gp
    >>> schools = gp.data.eight_schools()
    >>> model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    >>> theta, B = model.theta_given(mu=8, tau=6), model.shrinkage(tau=6)
    >>> print(f"B {B[0]:.3f}, mean {theta.mean[0]:.2f}, sd {theta.sd[0]:.2f}")
    B 0.862, mean 10.76, sd 5.57

    The same by precisions, 1 / sd^2, which add up; the mean is the average that they weigh:

    >>> precision = 1 / 6**2 + 1 / 15**2
    >>> mean = (8 / 6**2 + 28 / 15**2) / precision
    >>> print(f"mean {mean:.2f}, sd {precision**-0.5:.2f}")
    mean 10.76, sd 5.57
    """

    default_form = "collapsed"
    spread = "tau"
    dims = {**Estimates.dims, "theta_raw": ("group",)}

    def __init__(self, y, sigma, mu=Normal(0, 20), tau=HalfNormal(10), x=None, beta=None,
                 groups=None, *, form=None, covariates=None):
        super().__init__(y, sigma, groups)
        self.groups = labels.groups_of(groups, self.J, y=y, sigma=sigma, x=x)
        self.mu = prior_of("mu", mu, ("Normal", "Flat"))
        self.tau = sd_prior("tau", tau)
        self.take_covariates(x, beta, covariates)
        self.refuse_single_group()
        if self.tail_power <= 1:
            raise ValueError(
                f"the posterior is improper: with mu ~ {self.mu!r} and tau ~ {self.tau!r}, "
                f"{self.J} groups cannot keep tau finite; give tau a proper prior, such as "
                "HalfCauchy(25)")

    def take_covariates(self, x, beta, covariates):
        """Nothing is known of the groups here; NormalNormalCovariates keeps what is."""
        if x is not None or beta is not None or covariates is not None:
            raise ValueError("beta and covariates describe the columns of x: give them with "
                             "NormalNormal(..., x=...)")

    @property
    def tail_power(self):
        """a where p(tau | y) falls like tau^-a.

        Each group gives one factor 1 / tau, and a flat mu takes one back.
        """
        return self.J - isinstance(self.mu, Flat) + self.tau.tail_power

    def __repr__(self):
        return f"NormalNormal(J={self.J}, mu ~ {self.mu!r}, tau ~ {self.tau!r}, form={self.form!r})"

    def shrinkage(self, tau):
        """B_j = sigma_j^2 / (sigma_j^2 + tau^2), (..., J): 1 is all the way to mu, 0 not at all."""
        return self.sigma**2 / (self.sigma**2 + per_group(tau) ** 2)

    def kept(self, tau):
        """1 - B_j = tau^2 / (sigma_j^2 + tau^2), (..., J): the weight of a group's own estimate.

        Written out, it keeps all its digits where tau is small and B_j close to 1.
        """
        return per_group(tau) ** 2 / (self.sigma**2 + per_group(tau) ** 2)

    def sd_of_y(self, tau):
        """sqrt(sigma_j^2 + tau^2), (..., J): how far y_j lies from mu, whatever theta_j is."""
        return np.sqrt(self.sigma**2 + per_group(tau) ** 2)

    def theta_given(self, mu, tau):
        """theta_j | mu, tau, y ~ Normal((1 - B_j) y_j + B_j mu, sqrt(1 - B_j) sigma_j)."""
        sigma2, tau2 = self.sigma**2, per_group(tau) ** 2
        B, kept = sigma2 / (sigma2 + tau2), tau2 / (sigma2 + tau2)
        return Normal(kept * self.y + B * per_group(mu), np.sqrt(kept) * self.sigma)

    def log_joint(self, mu, tau, theta):
        """log of p(mu) p(tau) prod_j Normal(theta_j; mu, tau) Normal(y_j; theta_j, sigma_j)."""
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau)
                + Normal(per_group(mu), per_group(tau)).logpdf(theta).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        scale = np.std(self.y) + np.median(self.sigma)
        return {"mu": np.mean(self.y) + 2 * scale * rng.standard_normal(shape),
                "tau": start_of_sd(rng, self.tau, scale, shape),
                "theta": self.y + 2 * self.sigma * rng.standard_normal((*shape, self.J))}

    def new_group(self, rng, mu, tau):
        """theta_new ~ Normal(mu, tau)."""
        return Normal(mu, tau).draw(rng)

    def shared(self):
        """mu and tau, from y_j ~ Normal(mu, sqrt(sigma_j^2 + tau^2))."""
        likelihood = NormalGroups(self.y, self.sigma**2, np.ones((self.J, 1)), ["mu"])
        return Shared(likelihood, [self.mu], {"tau": (self.tau, likelihood.of_spread)}, False)

    def scaled(self):
        """mu ~ Flat(), tau ~ HalfCauchy(the standard errors' scale)."""
        return {"mu": priors.Flat(), "tau": priors.HalfCauchy(scale_of(self.y, self.sigma**2))}

    def own_part(self, values):
        """1 - B_j, averaged."""
        return 1 - float(np.mean(self.shrinkage(values["tau"])))

    def cautions_after(self, values):
        """A sentence where tau is so small that the groups are all but pooled."""
        if np.size(values["tau"]) < 400:  # too few draws tell nothing
            return []
        return self.on_all_but_pooled(values, "tau is piled up near zero", "estimate is")

    def complete_pooling(self):
        """One effect for all: mu ~ its prior, y_j ~ Normal(mu, sigma_j). In closed form."""
        return NormalCompletePooling(self.y, self.sigma, self.mu, self.groups)

    def no_pooling(self, theta=None):
        """Each group on its own: theta_j ~ its prior, y_j ~ Normal(theta_j, sigma_j).

        In closed form.

        Parameters
        ----------
        theta : Normal or Flat, optional
            Prior of each theta_j; by default the prior of mu, as in Section 5.8.5.
        """
        return NormalNoPooling(self.y, self.sigma, self.mu if theta is None else theta, self.groups)


class CentredNormalNormal(NormalNormal, form="centred"):
    """NormalNormal in its centred form: theta | mu, tau; mu | theta, tau; tau | theta, mu."""

    order = ("theta", "mu", "tau")

    def mu_given(self, theta, tau):
        """mu | theta, tau: precisions add up, J / tau^2 from the theta_j and the prior's own."""
        precision = self.J / tau**2 + self.mu.precision
        mean = (theta.sum(axis=-1) / tau**2 + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta, mu):
        """p(tau | theta, mu), proportional to p(tau) tau^-J exp(-S / (2 tau^2)).

        S = sum_j (theta_j - mu)^2, the squared deviations from the population's mean.
        """
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)

        def log_density(tau):
            return self.tau.logpdf(tau) - self.J * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density, self.tau.support)


class NoncentredNormalNormal(NormalNormal, form="noncentred"):
    """NormalNormal in its non-centred form: theta_j = mu + tau theta_raw_j."""

    order = ("theta_raw", "mu", "tau")

    def theta_raw_given(self, mu, tau):
        """theta_raw_j | mu, tau, y ~ Normal((1 - B_j) (y_j - mu) / tau, sqrt(B_j))."""
        B = self.shrinkage(tau)
        kept_over_tau = per_group(tau) / (self.sigma**2 + per_group(tau) ** 2)
        return Normal(kept_over_tau * (self.y - per_group(mu)), np.sqrt(B))

    def mu_given(self, theta_raw, tau):
        """mu | theta_raw, tau, y: each y_j - tau theta_raw_j measures mu, with error sigma_j."""
        precision = (1 / self.sigma**2).sum() + self.mu.precision
        residual = self.y - per_group(tau) * theta_raw
        mean = ((residual / self.sigma**2).sum(axis=-1)
                + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def tau_given(self, theta_raw, mu):
        """p(tau | theta_raw, mu, y): tau is the slope in the regression of y_j - mu on theta_raw_j.

        ::

            p(tau | theta_raw, mu, y)
                proportional to p(tau) prod_j Normal(y_j; mu + tau theta_raw_j, sigma_j)
                proportional to p(tau) exp(-precision (tau - slope)^2 / 2),  tau > 0
        """
        precision = (theta_raw**2 / self.sigma**2).sum(axis=-1)
        slope = (theta_raw * (self.y - per_group(mu)) / self.sigma**2).sum(axis=-1) / precision

        def log_density(tau):
            return self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2

        return Griddy(log_density, self.tau.support)

    def log_joint(self, mu, tau, theta_raw):
        """log of p(mu) p(tau) prod_j Normal(theta_raw_j; 0, 1) Normal(y_j; theta_j, sigma_j)."""
        theta = per_group(mu) + per_group(tau) * theta_raw
        return (self.mu.logpdf(mu) + self.tau.logpdf(tau)
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def derived(self, mu, tau, theta_raw):
        """theta_j = mu + tau theta_raw_j."""
        return {"theta": per_group(mu) + per_group(tau) * theta_raw}

    def initial(self, rng, shape=()):
        """Starting values, with theta_raw in place of theta."""
        start = super().initial(rng, shape)
        del start["theta"]
        return {**start, "theta_raw": 2 * rng.standard_normal((*shape, self.J))}


class CollapsedNormalNormal(NormalNormal, form="collapsed"):
    """NormalNormal in its collapsed form: tau | y; mu | tau, y; theta | mu, tau, y."""

    order = ("tau", "mu", "theta")

    def tau_given(self):
        """p(tau | y) = p(tau) p(y | tau), with mu and theta integrated out.

        Given mu and tau, y_j ~ Normal(mu, sqrt(sigma_j^2 + tau^2)). Bayes' theorem for mu, read
        backwards at its posterior mean m (any mu would do), integrates mu out::

            p(y | tau) = p(y | m, tau) p(m) / p(m | tau, y)
        """
        def log_density(tau):
            mu = self.mu_given(tau)
            m = mu.mean
            return (self.tau.logpdf(tau) + self.log_p_y(m, tau)
                    + self.mu.logpdf(m) - mu.logpdf(m))

        return Griddy(log_density, self.tau.support)

    def log_p_y(self, mu, tau):
        """log p(y | mu, tau) = sum_j log Normal(y_j; mu, sqrt(sigma_j^2 + tau^2))."""
        def log_p(y, sigma):
            return Normal(per_group(mu), np.sqrt(sigma**2 + per_group(tau) ** 2)).logpdf(y)

        return sum_in_pieces(log_p, self.y, self.sigma, cells=np.size(tau))

    def mu_given(self, tau):
        """mu | tau, y without theta: y_j measures mu with the variance sigma_j^2 + tau^2."""
        def sums(y, sigma):
            weight = 1 / (sigma**2 + per_group(tau) ** 2)
            return np.array([weight.sum(axis=-1), weight @ y])

        weight, weighted = added_in_pieces(sums, self.y, self.sigma, cells=2 * np.size(tau))
        precision = weight + self.mu.precision
        mean = (weighted + self.mu.mean * self.mu.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))
