"""The Normal-Normal hierarchy with covariates: a line in place of the mean (Exercise 5.8.4)."""
import numpy as np

from ... import labels, validate
from ...distributions import priors
from ...distributions.base import per_group
from ...distributions.standard import Flat, Normal
from ...sampling.griddy import Griddy
from ..disagreement import Shared
from ..likelihoods import NormalGroups
from ..scales import scale_of
from .columns import SAME, names_of_columns, numbers_or_table, priors_of_effects, refuse_constant
from .model import NormalNormal
from .regression import regression


class NormalNormalCovariates(NormalNormal, given="x"):
    """Groups with known standard errors, from a population whose mean depends on covariates.

    Exchangeability (see `NormalNormal`) means that before seeing the data nothing tells one group
    from another. Where something does (some schools are private, some are public), it belongs in
    the model; what remains, the deviations theta_j - mu - x_j . beta, can then be exchangeable
    again. The generative story, from the top::

        mu      ~ Normal(0, 20)               the population's mean at x = 0           (or Flat)
        beta_k  ~ Normal(0, 10)               the effect of one unit of covariate k    (or Flat)
        tau     ~ HalfNormal(10)              the spread that the covariates leave unexplained
        theta_j ~ Normal(mu + x_j . beta, tau)
        y_j     ~ Normal(theta_j, sigma_j)    sigma_j known

    mu and beta are drawn together, as ``coefficients`` = (mu, beta_1, ..., beta_p). They had better
    be: when x is far from 0, a higher mu and a lower beta fit equally well, and a sampler that
    moves one at a time creeps along that ridge. Any line through measurements has a closed form: if
    z_j ~ Normal(mu + x_j . beta, s_j), then with X the matrix of rows (1, x_j), W = diag(1 /
    s_j^2), and prior means m_0 and precisions P_0 = diag(1 / s_0^2)::

        coefficients | z ~ MultivariateNormal(P^-1 (X' W z + P_0 m_0), P^-1),   P = X' W X + P_0

    Which z and which s depends on the form:

    - ``centred``: z = theta, s = tau. Then tau is drawn from the deviations of the theta_j from the
      line.
    - ``noncentred``: theta_j = mu + x_j . beta + tau theta_raw_j, so z = y - tau theta_raw and s =
      sigma.
    - ``collapsed``: z = y, s_j = sqrt(sigma_j^2 + tau^2), theta having been integrated out; before
      it tau | y, with the coefficients integrated out as well. Each sweep is a fresh draw, whatever
      the data.

    It is made by ``NormalNormal(y, sigma, x=...)``; without x it would be the plain model.

    Parameters
    ----------
    y, sigma, mu, tau, groups, form
        As in NormalNormal; mu is the prior of the population mean of groups with x = 0.
    x : array (J,) or (J, p), or a table with p columns
        Covariates of the groups, each in its own unit. With (J,), beta is a single number; with (J,
        p) it has an axis "covariate". ``x=x - np.mean(x, axis=0)`` centres them: then mu is the
        mean of groups like these, and far from 0 (a year) its prior could hardly suit it otherwise.
    beta : Normal or Flat, or a list of p of them
        Prior of each effect, in units of y per unit of x, by default Normal(0, 10) for all.
    covariates : list of str, optional
        Labels of the columns, by default the table's own, or "x1" to "xp".

    Raises
    ------
    ValueError
        As in NormalNormal; x that is not finite, of another length than y, or has a constant
        column; columns that are combinations of each other where nothing but flat priors would tell
        them apart.
    TypeError
        As in NormalNormal.

    References
    ----------
    Section 5.8, Exercise 5.8.4; Gelman et al., Bayesian Data Analysis (3rd ed.), Sections 14.8 and
    15.1.
    """

    def take_covariates(self, x, beta, covariates):
        """Keep x, the names of its columns and the priors of their effects, checked."""
        self.x = numbers_or_table(x)
        if len(self.x) != self.J:
            raise ValueError(f"x has {len(self.x)} rows but y has {self.J}; x must have one row "
                             "for each group")
        columns = self.x.reshape(self.J, -1)
        p = columns.shape[1]
        self.covariates = names_of_columns(x, covariates, p)
        refuse_constant(columns, self.covariates)
        self.priors = (self.mu, *priors_of_effects(beta, p))
        self.design = np.column_stack([np.ones(self.J), columns])
        self.refuse_what_the_data_cannot_tell_apart()

    @property
    def dims(self):
        """As in NormalNormal, and those of x, beta and the coefficients."""
        by_column = {"x": ("group",)} if self.x.ndim == 1 else {
            "x": ("group", "covariate"), "beta": ("covariate",)}
        return {**NormalNormal.dims, "coefficients": ("coefficient",), **by_column}

    @property
    def coords(self):
        """Labels of the groups, of the coefficients and, where x is a table, of its columns."""
        if self.x.ndim == 1:
            return {"group": self.groups, "coefficient": ("mu", "beta")}
        return {"group": self.groups, "coefficient": ("mu", *self.covariates),
                "covariate": self.covariates}

    @property
    def beta(self):
        """Priors of the effects: one, or one for each column of x."""
        return self.priors[1] if self.x.ndim == 1 else self.priors[1:]

    @property
    def flat(self):
        """Which of the coefficients have a flat prior, (1 + p,)."""
        return np.array([isinstance(prior, Flat) for prior in self.priors])

    @property
    def tail_power(self):
        """a where p(tau | y) falls like tau^-a.

        Each group gives one factor 1 / tau, and each flat coefficient takes one back.
        """
        return self.J - self.flat.sum() + self.tau.tail_power

    def __repr__(self):
        p, priors = len(self.covariates), [repr(prior) for prior in self.priors[1:]]
        beta = priors[0] if len(set(priors)) == 1 else f"[{', '.join(priors)}]"
        return (f"NormalNormal(J={self.J}, x: {p} column{'s' if p > 1 else ''}, mu ~ {self.mu!r}, "
                f"beta ~ {beta}, tau ~ {self.tau!r}, form={self.form!r})")

    def shared(self):
        """mu, beta and tau, from y_j ~ Normal(mu + x_j . beta, sqrt(sigma_j^2 + tau^2)).

        None where groups as few, or columns as much alike, as these would need the priors to tell
        the coefficients apart.
        """
        p = self.design.shape[1]
        columns = self.design / np.linalg.norm(self.design, axis=0)
        if self.J <= p or np.linalg.matrix_rank(columns, tol=SAME) < p:
            return None
        effects = ["beta"] if self.x.ndim == 1 else [f"beta[{name}]" for name in self.covariates]
        likelihood = NormalGroups(self.y, self.sigma**2, self.design, ["mu", *effects])
        return Shared(likelihood, self.priors, {"tau": (self.tau, likelihood.of_spread)}, False)

    def scaled(self):
        """As without x; beta_k ~ Normal(0, 10 times the spread of y over that of column k)."""
        apart = scale_of(self.y, self.sigma**2)
        effects = [priors.Normal(0, 10 * apart / np.std(column))
                   for column in self.design.T[1:]]
        return {"mu": priors.Flat(),
                "tau": priors.HalfCauchy(scale_of(self.y, self.sigma**2, self.design)),
                "beta": effects[0] if self.x.ndim == 1 else tuple(effects)}

    def instead(self, name):
        """As without x; of mu, which is the mean where x is 0, also that x may be centred."""
        said = super().instead(name)
        if name != "mu":
            return said
        return ("mu is the population's mean where x is 0; centre x, as in x - np.mean(x, axis=0), "
                f"to make it the mean of groups like these, or {said}")

    def location(self, coefficients):
        """mu + x_j . beta, (..., J): where the population stands for groups like j."""
        return coefficients @ self.design.T

    def regression(self, response, sd):
        """coefficients, given that response_j ~ Normal(mu + x_j . beta, sd_j)."""
        return regression(self.design, response, sd, self.priors)

    def log_prior(self, coefficients):
        """log p(mu) + sum_k log p(beta_k)."""
        return sum(prior.logpdf(coefficients[..., k]) for k, prior in enumerate(self.priors))

    def theta_given(self, coefficients, tau):
        """theta_j | mu, beta, tau, y ~ Normal((1 - B_j) y_j + B_j (mu + x_j . beta), ...).

        Its standard deviation is that of the model without covariates, sqrt(1 - B_j) sigma_j.
        """
        B, kept = self.shrinkage(tau), self.kept(tau)
        return Normal(kept * self.y + B * self.location(coefficients), np.sqrt(kept) * self.sigma)

    def log_joint(self, coefficients, tau, theta):
        """log of p(mu) p(beta) p(tau) p(theta | mu, beta, tau) p(y | theta).

        p(theta_j | mu, beta, tau) = Normal(theta_j; mu + x_j . beta, tau).
        """
        return (self.log_prior(coefficients) + self.tau.logpdf(tau)
                + Normal(self.location(coefficients), per_group(tau)).logpdf(theta).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        start = super().initial(rng, shape)
        del start["mu"]
        line = self.regression(self.y, np.std(self.y) + self.sigma)
        deviation = line.draw(rng, np.empty((*shape, len(self.priors)))) - line.mean
        return {**start, "coefficients": line.mean + 2 * deviation}

    def by_name(self, coefficients):
        """mu and beta by their own names."""
        beta = coefficients[..., 1] if self.x.ndim == 1 else coefficients[..., 1:]
        return {"mu": coefficients[..., 0], "beta": beta}

    def derived(self, coefficients):
        """mu and beta by their own names."""
        return self.by_name(coefficients)

    def new_row(self, x):
        """(1, x), checked, for a group that is not in the data."""
        p = len(self.covariates)
        what = ("the number x" if p == 1
                else f"x, a list of {p} numbers ({', '.join(self.covariates)})")
        if x is None:
            raise ValueError(f"a new group's parameter depends on its covariates: give {what}, as "
                             "in new_group(x=...)")
        row = np.ravel(validate.floats("x", x))
        if len(row) != p:
            raise ValueError(f"x of the new group has {len(row)} elements; it must be {what}")
        labels.carried("covariates", self.covariates, "the index of x", labels.index_of(x), p)
        return np.append(1.0, validate.array("x", row))

    def new_group(self, rng, mu, beta, tau, x=None):
        """theta_new ~ Normal(mu + x . beta, tau), for a group with covariates x."""
        row = self.new_row(x)
        effect = beta * row[1] if self.x.ndim == 1 else beta @ row[1:]
        return Normal(mu + effect, tau).draw(rng)

    def constants(self):
        """The standard errors and the covariates."""
        return {**super().constants(), "x": self.x}

    def tells_apart(self, rows):
        """Whether these rows of the design determine the coefficients that have flat priors."""
        columns = rows[:, self.flat]
        size = np.linalg.norm(columns, axis=0)
        if not np.all(size > 0):
            return False
        return bool(np.linalg.matrix_rank(columns / size, tol=SAME) == columns.shape[1])

    def refuse_what_the_data_cannot_tell_apart(self):
        """Coefficients with flat priors need groups that tell them apart."""
        if self.tells_apart(self.design):
            return
        names = [name for name, flat in zip(self.coords["coefficient"], self.flat) if flat]
        raise ValueError(f"x: {self.J} groups with these covariates cannot tell {', '.join(names)} "
                         "apart (one column of x is a combination of others, or there are more "
                         "columns than groups), and their flat priors do not either; leave a "
                         "column out, or give beta a proper prior such as Normal(0, 10)")


class CentredNormalNormalCovariates(NormalNormalCovariates, form="centred"):
    """NormalNormalCovariates in its centred form: z = theta, s = tau."""

    order = ("theta", "coefficients", "tau")

    def coefficients_given(self, theta, tau):
        """mu, beta | theta, tau: a regression of theta_j on x_j with standard deviation tau."""
        return self.regression(theta, per_group(tau))

    def tau_given(self, theta, coefficients):
        """p(tau | theta, mu, beta), proportional to p(tau) tau^-J exp(-S / (2 tau^2)).

        S = sum_j (theta_j - mu - x_j . beta)^2, the squared deviations from the line.
        """
        S = ((theta - self.location(coefficients)) ** 2).sum(axis=-1)

        def log_density(tau):
            return self.tau.logpdf(tau) - self.J * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density, self.tau.support)


class NoncentredNormalNormalCovariates(NormalNormalCovariates, form="noncentred"):
    """NormalNormalCovariates in its non-centred form: z = y - tau theta_raw, s = sigma."""

    order = ("theta_raw", "coefficients", "tau")

    def theta_raw_given(self, coefficients, tau):
        """theta_raw_j | rest ~ Normal((1 - B_j) (y_j - mu - x_j . beta) / tau, sqrt(B_j))."""
        B = self.shrinkage(tau)
        kept_over_tau = per_group(tau) / (self.sigma**2 + per_group(tau) ** 2)
        return Normal(kept_over_tau * (self.y - self.location(coefficients)), np.sqrt(B))

    def coefficients_given(self, theta_raw, tau):
        """mu, beta | rest: a regression of y_j - tau theta_raw_j on x_j with errors sigma_j."""
        return self.regression(self.y - per_group(tau) * theta_raw, self.sigma)

    def tau_given(self, theta_raw, coefficients):
        """p(tau | rest): tau is the slope in the regression of y_j - line_j on theta_raw_j.

        With line_j = mu + x_j . beta::

            p(tau | rest)
                proportional to p(tau) prod_j Normal(y_j; line_j + tau theta_raw_j, sigma_j)
                proportional to p(tau) exp(-precision (tau - slope)^2 / 2),  tau > 0
        """
        line = self.location(coefficients)
        precision = (theta_raw**2 / self.sigma**2).sum(axis=-1)
        slope = (theta_raw * (self.y - line) / self.sigma**2).sum(axis=-1) / precision

        def log_density(tau):
            return self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2

        return Griddy(log_density, self.tau.support)

    def log_joint(self, coefficients, tau, theta_raw):
        """log of p(mu) p(beta) p(tau) p(theta_raw) p(y | theta), theta_raw_j ~ Normal(0, 1)."""
        theta = self.location(coefficients) + per_group(tau) * theta_raw
        return (self.log_prior(coefficients) + self.tau.logpdf(tau)
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def derived(self, coefficients, tau, theta_raw):
        """mu and beta by their own names, and theta_j = mu + x_j . beta + tau theta_raw_j."""
        theta = self.location(coefficients) + per_group(tau) * theta_raw
        return {**self.by_name(coefficients), "theta": theta}

    def initial(self, rng, shape=()):
        """Starting values, with theta_raw in place of theta."""
        start = super().initial(rng, shape)
        del start["theta"]
        return {**start, "theta_raw": 2 * rng.standard_normal((*shape, self.J))}


class CollapsedNormalNormalCovariates(NormalNormalCovariates, form="collapsed"):
    """NormalNormalCovariates in its collapsed form: z = y, s_j = sqrt(sigma_j^2 + tau^2)."""

    order = ("tau", "coefficients", "theta")

    def tau_given(self):
        """p(tau | y) = p(tau) p(y | tau), with mu, beta and theta integrated out.

        Bayes' theorem for the coefficients, read backwards at their posterior mean m (any value
        would do), integrates them out::

            p(y | tau) = p(y | m, tau) p(m) / p(m | tau, y)
        """
        def log_density(tau):
            coefficients = self.coefficients_given(tau)
            m = coefficients.mean
            p_y = Normal(self.location(m), self.sd_of_y(tau)).logpdf(self.y).sum(axis=-1)
            return self.tau.logpdf(tau) + p_y + self.log_prior(m) - coefficients.logpdf(m)

        return Griddy(log_density, self.tau.support)

    def coefficients_given(self, tau):
        """mu, beta | tau, y with theta integrated out: a regression of y_j on x_j."""
        return self.regression(self.y, self.sd_of_y(tau))
