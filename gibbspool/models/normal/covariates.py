"""The Normal-Normal hierarchy with group covariates: a regression in place of the population mean
(Exercise 5.8.4).
"""
import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Flat, HalfNormal, Normal
from ...sampling.griddy import Griddy
from .model import NormalNormal
from .regression import regression

SAME = 1e-12  # columns this close to each other, relative to their size, are taken to be the same


class NormalNormalCovariates(NormalNormal, given="x"):
    """Groups measured with known standard errors, drawn from a population whose mean depends on
    what is known of them.

    Exchangeability means that before seeing the data nothing tells one group from another. Where
    something does (some schools are private, some are public), it belongs in the model; what
    remains, the deviations theta_j - mu - x_j . beta, can then be exchangeable again. The
    generative story, from the top::

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
        p) it has an axis "covariate".
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

    forms = {}

    def __init__(self, y, sigma, mu=Normal(0, 20), tau=HalfNormal(10), x=None, beta=None,
                 groups=None, *, form=None,
                 covariates=None):
        self.x = _covariates(x)
        columns = self.x.reshape(len(self.x), -1)
        names = getattr(x, "columns", None) if covariates is None else covariates
        if names is None:
            names = [f"x{k + 1}" for k in range(columns.shape[1])]
        self.covariates = validate.labels("covariates", names, columns.shape[1])
        self.priors = (prior_of("mu", mu, ("Normal", "Flat")),
                       *_priors_of_beta(beta, columns.shape[1]))
        super().__init__(y, sigma, mu, tau, groups=groups)
        if len(self.x) != self.J:
            raise ValueError(f"x has {len(self.x)} rows but y has {self.J}; x must have one row "
                             "for each group")
        self.design = np.column_stack([np.ones(self.J), columns])
        self._refuse_constant(columns)
        self._refuse_collinear()
        self.dims = {**NormalNormal.dims, "coefficients": ("coefficient",),
                     "x": ("group", "covariate")[:self.x.ndim]}
        if self.x.ndim == 2:
            self.dims["beta"] = ("covariate",)

    @property
    def beta(self):
        """Priors of the effects: one, or one for each column of x."""
        return self.priors[1] if self.x.ndim == 1 else self.priors[1:]

    @property
    def coords(self):
        names = ("beta",) if self.x.ndim == 1 else self.covariates
        return {"group": self.groups, "coefficient": ("mu", *names),
                **({"covariate": self.covariates} if self.x.ndim == 2 else {})}

    @property
    def flat(self):
        """Which of the coefficients have a flat prior, (1 + p,)."""
        return np.array([isinstance(prior, Flat) for prior in self.priors])

    @property
    def tail_power(self):
        """a where p(tau | y) falls like tau^-a: each group gives a factor 1/tau, a flat coefficient takes one back."""
        return len(self.x) - self.flat.sum() + self.tau.tail_power

    def __repr__(self):
        one = self.x.ndim == 1 or all(repr(prior) == repr(self.priors[1])
                                      for prior in self.priors[1:])
        beta = self.priors[1] if one else list(self.beta)
        return (f"NormalNormal(J={self.J}, x: {len(self.covariates)} "
                f"column{'s' * (len(self.covariates) > 1)}, mu ~ {self.mu!r}, beta ~ {beta!r}, tau "
                f"~ {self.tau!r}, form={self.form!r})")

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
        """theta_j | mu, beta, tau, y ~ Normal((1 - B_j) y_j + B_j (mu + x_j . beta), sqrt(1 - B_j) sigma_j)."""
        B = self.shrinkage(tau)
        # 1 - B, to all its digits for small tau
        rest = per_group(tau) ** 2 / (self.sigma**2 + per_group(tau) ** 2)
        return Normal(rest * self.y + B * self.location(coefficients), np.sqrt(rest) * self.sigma)

    def log_joint(self, coefficients, tau, theta):
        """log p(mu) + log p(beta) + log p(tau)
        + sum_j log Normal(theta_j; mu + x_j . beta, tau) + sum_j log Normal(y_j; theta_j, sigma_j).
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

    def derived(self, coefficients):
        """mu and beta by their own names."""
        beta = coefficients[..., 1] if self.x.ndim == 1 else coefficients[..., 1:]
        return {"mu": coefficients[..., 0], "beta": beta}

    def new_row(self, x):
        """(1, x), checked, for a group that is not in the data."""
        p = len(self.covariates)
        what = "the number x" if p == 1 else f"x, a list of {p} numbers ({', '.join(self.covariates)})"
        if x is None:
            raise ValueError(f"a new group's parameter depends on its covariates: give {what}, as "
                             "in new_group(x=...)")
        row = validate.array("x", np.ravel(x))
        if len(row) != p:
            raise ValueError(f"x of the new group has {len(row)} elements; it must be {what}")
        return np.append(1.0, row)

    def new_group(self, rng, mu, beta, tau, x=None):
        """theta_new ~ Normal(mu + x . beta, tau), for a group with covariates x."""
        row = self.new_row(x)
        effect = beta * row[1] if self.x.ndim == 1 else beta @ row[1:]
        return Normal(mu + effect, tau).draw(rng)

    def constants(self):
        return {**super().constants(), "x": self.x}

    def _refuse_constant(self, columns):
        for k, name in enumerate(self.covariates):
            if np.ptp(columns[:, k]) <= SAME * np.abs(columns[:, k]).max():
                raise ValueError(f"x: column {name} is the same ({columns[0, k]:g}) for every "
                                 "group, so its effect cannot be told from mu; leave it out")

    def _refuse_collinear(self):
        if self.tells_apart(self.design):
            return
        names = [name for name, flat in zip(self.coords["coefficient"], self.flat) if flat]
        raise ValueError(f"x: {self.J} groups with these covariates cannot tell {', '.join(names)} "
                         "apart (one column of x is a combination of others, or there are more "
                         "columns than groups), and their flat priors do not either; leave a "
                         "column out, or give beta a proper prior such as Normal(0, 10)")

    def tells_apart(self, rows):
        """Whether these rows of the design determine the coefficients that have flat priors."""
        columns = rows[:, self.flat]
        size = np.linalg.norm(columns, axis=0)
        return bool(np.all(size > 0)) and np.linalg.matrix_rank(columns / size,
                                                                tol=SAME) == columns.shape[1]


class Centred(NormalNormalCovariates, form="centred"):
    __doc__ = NormalNormalCovariates.__doc__
    order = ("theta", "coefficients", "tau")

    def coefficients_given(self, theta, tau):
        """mu, beta | theta, tau: a regression of theta_j on x_j with standard deviation tau."""
        return self.regression(theta, per_group(tau))

    def tau_given(self, theta, coefficients):
        """p(tau | theta, mu, beta) proportional to p(tau) tau^-J exp(-S / (2 tau^2)).

        S = sum_j (theta_j - mu - x_j . beta)^2, the squared deviations from the line.
        """
        S = ((theta - self.location(coefficients)) ** 2).sum(axis=-1)

        def log_density(tau):
            return self.tau.logpdf(tau) - self.J * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density, self.tau.support)


class Noncentred(NormalNormalCovariates, form="noncentred"):
    __doc__ = NormalNormalCovariates.__doc__
    order = ("theta_raw", "coefficients", "tau")

    def theta_raw_given(self, coefficients, tau):
        """theta_raw_j | mu, beta, tau, y ~ Normal((1 - B_j) (y_j - mu - x_j . beta) / tau, sqrt(B_j))."""
        B = self.shrinkage(tau)
        rest_over_tau = per_group(tau) / (self.sigma**2 + per_group(tau) ** 2)
        return Normal(rest_over_tau * (self.y - self.location(coefficients)), np.sqrt(B))

    def coefficients_given(self, theta_raw, tau):
        """mu, beta | theta_raw, tau, y: a regression of y_j - tau theta_raw_j on x_j with known errors sigma_j."""
        return self.regression(self.y - per_group(tau) * theta_raw, self.sigma)

    def tau_given(self, theta_raw, coefficients):
        """p(tau | rest) proportional to p(tau) prod_j Normal(y_j; mu + x_j . beta + tau
        theta_raw_j, sigma_j).

        A regression of y_j - mu - x_j . beta on theta_raw_j with slope tau > 0: exp(-precision (tau
        - slope)^2 / 2).
        """
        precision = (theta_raw**2 / self.sigma**2).sum(axis=-1)
        slope = (theta_raw * (self.y - self.location(coefficients))
                 / self.sigma**2).sum(axis=-1) / precision

        def log_density(tau):
            return self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2

        return Griddy(log_density, self.tau.support)

    def log_joint(self, coefficients, tau, theta_raw):
        """As in the centred form, with the density of theta_raw_j ~ Normal(0, 1) in place of that of theta_j."""
        theta = self.location(coefficients) + per_group(tau) * theta_raw
        return (self.log_prior(coefficients) + self.tau.logpdf(tau)
                + Normal(0, 1).logpdf(theta_raw).sum(axis=-1)
                + self.log_likelihood(theta).sum(axis=-1))

    def derived(self, coefficients, tau, theta_raw):
        return {**super().derived(coefficients), "theta": self.location(coefficients)
                + per_group(tau) * theta_raw}

    def initial(self, rng, shape=()):
        start = super().initial(rng, shape)
        del start["theta"]
        return {**start, "theta_raw": 2 * rng.standard_normal((*shape, self.J))}


class Collapsed(NormalNormalCovariates, form="collapsed"):
    __doc__ = NormalNormalCovariates.__doc__
    order = ("tau", "coefficients", "theta")

    def tau_given(self):
        """p(tau | y) = p(tau) p(y | tau), with mu, beta and theta integrated out.

        Bayes' theorem for the coefficients, read backwards at their posterior mean m (any value
        would do), integrates them out: p(y | tau) = p(y | m, tau) p(m) / p(m | tau, y).
        """
        def log_density(tau):
            coefficients = self.coefficients_given(tau)
            m = coefficients.mean
            p_y = Normal(self.location(m),
                         np.sqrt(self.sigma**2 + per_group(tau) ** 2)).logpdf(self.y).sum(axis=-1)
            return self.tau.logpdf(tau) + p_y + self.log_prior(m) - coefficients.logpdf(m)

        return Griddy(log_density, self.tau.support)

    def coefficients_given(self, tau):
        """mu, beta | tau, y with theta integrated out: a regression of y_j on x_j with variance sigma_j^2 + tau^2."""
        return self.regression(self.y, np.sqrt(self.sigma**2 + per_group(tau) ** 2))


def _covariates(x):
    """x as an array (J,) or (J, p)."""
    try:
        one = np.asarray(x, dtype=float).ndim == 1
    except (TypeError, ValueError):  # validate.array says what is wrong
        one = False
    return validate.array("x", x, ndim=1 if one else 2)


def _priors_of_beta(beta, p):
    """A prior for each column of x."""
    if beta is None:
        beta = Normal(0, 10)
    if not isinstance(beta, (list, tuple)):
        return [prior_of("beta", beta, ("Normal", "Flat"))] * p
    if len(beta) != p:
        raise ValueError(f"beta has {len(beta)} priors; give one for each of the {p} columns of x, "
                         "or one for all")
    return [prior_of(f"beta[{k}]", prior, ("Normal", "Flat")) for k, prior in enumerate(beta)]
