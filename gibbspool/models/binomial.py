"""The Beta-Binomial hierarchy: successes out of trials in several groups, such as batting averages."""
import numpy as np
from scipy.special import betaln, gammaln, xlog1py, xlogy

from .. import validate
from ..distributions import LOG_2PI, Beta, HalfCauchy, per_group, prior_of
from ..kernels import Slice
from .base import Model
from .normal import start_of_sd

KAPPA_PRIORS = ("HalfCauchy", "HalfT", "HalfNormal", "Exponential", "Gamma", "InverseGamma", "Uniform")
TINY = 1e-290  # stands for a number that has rounded to zero: its reciprocal and its logarithm are finite


class BetaBinomial(Model):
    """Successes out of trials, with rates drawn from one population.

    The generative story, from the top::

        phi     ~ Beta(1, 1)                             the population's mean rate
        kappa   ~ HalfCauchy(50)                         its concentration: how alike the groups are
        theta_j ~ Beta(phi kappa, (1 - phi) kappa)       the rate of group j
        y_j     ~ Binomial(n_j, theta_j)                 its successes out of n_j trials

    The population is worth kappa trials: it adds phi kappa successes and (1 - phi) kappa failures to those of each
    group. So the rates, given the rest, are drawn in closed form::

        theta_j | phi, kappa, y ~ Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)

    and their mean is pulled from the group's own y_j / n_j towards phi by the shrinkage factor B_j::

        E[theta_j | phi, kappa, y] = (1 - B_j) y_j / n_j + B_j phi,   B_j = kappa / (kappa + n_j)

    kappa -> 0 is no pooling, kappa -> infinity is complete pooling: the standard deviation of the theta_j is
    sqrt(phi (1 - phi) / (kappa + 1)).

    Two forms share this posterior and differ in how phi and kappa, which have no closed form, are drawn (each by
    slice sampling):

    - ``collapsed``: from p(phi | kappa, y) and p(kappa | phi, y), with every theta_j integrated out; the integral is
      the beta-binomial distribution of y_j. It mixes best: theta is fresh in each sweep, and phi and kappa hardly
      depend on each other.
    - ``centred``: from p(phi | theta, kappa) and p(kappa | theta, phi), which see the theta_j alone. When kappa is
      large the theta_j lie close to phi, and theta_j close to phi keep kappa large: a slow walk in kappa, the funnel
      of the normal hierarchies once more.

    The prior of kappa has to be proper. Complete pooling always explains the data to some degree: the likelihood does
    not vanish as kappa grows but becomes constant, so that the posterior falls no faster than the prior, and is
    improper if the prior is. HalfCauchy(scale) falls like 1 / kappa^2, which leaves the mean of kappa infinite; speak
    of its quantiles, or of the shrinkage factors. Its scale is the number of trials that the population is worth,
    give or take: for a group of that many trials the prior of B_j is nearly uniform, p(B) = (2 / pi) / (B^2 + (1 -
    B)^2), between 0.64 and 1.27. The default scale of 50 has 95% of kappa between 2 and 1270, so that the standard
    deviation of rates around one half lies between 0.29 (as spread as Uniform(0, 1)) and 0.014. For groups of
    thousands of trials, or rare events, state a larger scale.

    Parameters
    ----------
    successes : array (J,)
        Whole numbers y_j, 0 <= y_j <= n_j.
    trials : array (J,)
        Whole numbers n_j >= 1.
    phi : Beta
        Prior of the population mean, by default Beta(1, 1), uniform.
    kappa : HalfCauchy, HalfT, HalfNormal, Exponential, Gamma, InverseGamma or Uniform
        Prior of the concentration (in trials), by default HalfCauchy(50). An InverseGamma is that of kappa itself.
    groups : list of str, optional
        Labels, by default "1" to "J".
    form : {"collapsed", "centred"}

    Raises
    ------
    ValueError
        Counts that are not whole, negative or too many, fewer than two groups, lengths that differ, labels that
        repeat, an unknown form, or an improper prior.
    TypeError
        Data that are not numbers, or a prior of another kind.

    References
    ----------
    Gelman et al., Bayesian Data Analysis (3rd ed.), Section 5.3; Efron and Morris (1975); Carpenter, Hierarchical
    partial pooling for repeated binary trials (Stan case study, 2016).
    """

    forms = {}
    default_form = "collapsed"
    parameter, spread = "theta", "kappa"
    dims = {"theta": ("group",), "successes": ("group",), "trials": ("group",)}

    def __init__(self, successes, trials, phi=Beta(1, 1), kappa=HalfCauchy(50), groups=None, form=None):
        self.successes, self.trials = counts(successes, trials)
        validate.at_least_two_groups(len(self.trials))
        self.groups = validate.labels("groups", groups, len(self.trials))
        self.phi = prior_of("phi", phi, ("Beta",))
        self.kappa = _proper_kappa(kappa)

    def __repr__(self):
        return f"BetaBinomial(J={self.J}, phi ~ {self.phi!r}, kappa ~ {self.kappa!r}, form={self.form!r})"

    def shrinkage(self, kappa):
        """Shrinkage factors B_j = kappa / (kappa + n_j), (..., J): 1 is all the way to phi, 0 not at all."""
        return per_group(kappa) / (per_group(kappa) + self.trials)

    def population(self, phi, kappa):
        """a = phi kappa and b = (1 - phi) kappa: the successes and failures that the population is worth."""
        return np.maximum(phi * kappa, TINY), np.maximum((1 - phi) * kappa, TINY)

    def theta_given(self, phi, kappa):
        """theta_j | phi, kappa, y ~ Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)."""
        a, b = self.population(per_group(phi), per_group(kappa))
        return Beta(a + self.successes, b + self.trials - self.successes)

    def log_population(self, theta, phi, kappa):
        """sum_j log Beta(theta_j; phi kappa, (1 - phi) kappa)."""
        a, b = self.population(per_group(phi), per_group(kappa))
        inside = np.clip(theta, TINY, np.nextafter(1, 0))  # a theta that has rounded to 0 or 1
        return log_beta(inside, a, b).sum(axis=-1)

    def log_joint(self, phi, kappa, theta):
        """log p(phi) + log p(kappa) + sum_j log Beta(theta_j; phi, kappa) + sum_j log Binomial(y_j; n_j, theta_j)."""
        return (self.phi.logpdf(phi) + self.kappa.logpdf(kappa) + self.log_population(theta, phi, kappa)
                + self.log_likelihood(theta).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        failures = self.trials - self.successes
        return {"phi": rng.beta(1 + self.successes.mean() / 4, 1 + failures.mean() / 4, shape),
                "kappa": start_of_sd(rng, self.kappa, self.trials.mean(), shape),
                "theta": rng.beta(1 + self.successes / 4, 1 + failures / 4, (*shape, self.J))}

    def log_likelihood(self, theta):
        """log Binomial(y_j; n_j, theta_j), (..., J)."""
        return log_binomial(self.successes, self.trials, theta)

    def replicate(self, rng, theta):
        """y_rep_j ~ Binomial(n_j, theta_j), by the name of the data."""
        return {"successes": rng.binomial(self.trials.astype(int), theta)}

    def new_group(self, rng, phi, kappa):
        """theta_new ~ Beta(phi kappa, (1 - phi) kappa)."""
        return Beta(*self.population(phi, kappa)).draw(rng)

    def cautions_after(self, values):
        kept = 1 - float(np.mean(self.shrinkage(values["kappa"])))
        if kept > 1 / 8:
            return []
        return [
            f"kappa is large: on average only {kept:.0%} of a group's own rate is kept, so the model is all but "
            "complete pooling. That does no harm, but it is not evidence of no differences: how far kappa reaches is "
            "its prior's doing, so look at how its posterior changes with the prior."]

    def observed(self):
        return {"successes": self.successes}

    def constants(self):
        return {"trials": self.trials}

    def complete_pooling(self):
        """One rate for all: phi ~ its prior, y_j ~ Binomial(n_j, phi). In closed form."""
        return CompletePooling(self.successes, self.trials, self.phi, self.groups)

    def no_pooling(self, theta=Beta(1, 1)):
        """Each group on its own: theta_j ~ Beta(1, 1), y_j ~ Binomial(n_j, theta_j). In closed form.

        Parameters
        ----------
        theta : Beta
            Prior of each theta_j.
        """
        return NoPooling(self.successes, self.trials, theta, self.groups)


class Collapsed(BetaBinomial, form="collapsed"):
    __doc__ = BetaBinomial.__doc__
    order = ("phi", "kappa", "theta")

    def log_marginal(self, phi, kappa):
        """sum_j log p(y_j | phi, kappa), with theta_j integrated out: a beta-binomial distribution."""
        a, b = self.population(per_group(phi), per_group(kappa))
        return log_beta_binomial(self.successes, self.trials, a, b).sum(axis=-1)

    def phi_given(self, kappa):
        """p(phi | kappa, y) proportional to p(phi) prod_j p(y_j | phi, kappa), with theta integrated out."""
        def log_density(phi):
            return self.phi.logpdf(phi) + self.log_marginal(phi, kappa)

        return Slice(log_density, self.phi.support)

    def kappa_given(self, phi):
        """p(kappa | phi, y) proportional to p(kappa) prod_j p(y_j | phi, kappa), with theta integrated out."""
        def log_density(kappa):
            return self.kappa.logpdf(kappa) + self.log_marginal(phi, kappa)

        return Slice(log_density, self.kappa.support, width=8.0)


class Centred(BetaBinomial, form="centred"):
    __doc__ = BetaBinomial.__doc__
    order = ("theta", "phi", "kappa")

    def phi_given(self, theta, kappa):
        """p(phi | theta, kappa) proportional to p(phi) prod_j Beta(theta_j; phi kappa, (1 - phi) kappa)."""
        def log_density(phi):
            return self.phi.logpdf(phi) + self.log_population(theta, phi, kappa)

        return Slice(log_density, self.phi.support)

    def kappa_given(self, theta, phi):
        """p(kappa | theta, phi) proportional to p(kappa) prod_j Beta(theta_j; phi kappa, (1 - phi) kappa)."""
        def log_density(kappa):
            return self.kappa.logpdf(kappa) + self.log_population(theta, phi, kappa)

        return Slice(log_density, self.kappa.support, width=8.0)


class CompletePooling(Model):
    """One rate for all groups: phi ~ Beta(1, 1), y_j ~ Binomial(n_j, phi).

    The posterior of phi adds up all successes and all failures. Every group's theta_j is phi itself.

    Parameters
    ----------
    successes, trials : array (J,)
    phi : Beta
    groups : list of str, optional
    """

    order = ("phi",)
    dims = BetaBinomial.dims

    def __init__(self, successes, trials, phi=Beta(1, 1), groups=None):
        self.successes, self.trials = counts(successes, trials)
        self.groups = validate.labels("groups", groups, len(self.trials))
        self.phi = prior_of("phi", phi, ("Beta",))

    def __repr__(self):
        return f"CompletePooling(J={self.J}, phi ~ {self.phi!r})"

    def phi_given(self):
        """phi | y ~ Beta: all successes and all failures are added to those of the prior."""
        return Beta(self.phi.a + self.successes.sum(), self.phi.b + (self.trials - self.successes).sum())

    def log_joint(self, phi):
        return self.phi.logpdf(phi) + self.log_likelihood(phi).sum(axis=-1)

    def initial(self, rng, shape=()):
        failures = self.trials - self.successes
        return {"phi": rng.beta(1 + self.successes.mean() / 4, 1 + failures.mean() / 4, shape)}

    def derived(self, phi):
        return {"theta": np.repeat(per_group(phi), self.J, axis=-1)}

    def log_likelihood(self, phi):
        return log_binomial(self.successes, self.trials, per_group(phi))

    def replicate(self, rng, phi):
        return {"successes": rng.binomial(self.trials.astype(int), per_group(phi))}

    def new_group(self, rng, phi):
        """A new group has the common rate."""
        return np.asarray(phi)

    def cautions(self):
        return []

    observed, constants = BetaBinomial.observed, BetaBinomial.constants


class NoPooling(Model):
    """Each group on its own: theta_j ~ Beta(1, 1), y_j ~ Binomial(n_j, theta_j).

    Parameters
    ----------
    successes, trials : array (J,)
    theta : Beta
        Prior of each theta_j, the same for all and learnt from none.
    groups : list of str, optional
    """

    order = ("theta",)
    dims = BetaBinomial.dims

    def __init__(self, successes, trials, theta=Beta(1, 1), groups=None):
        self.successes, self.trials = counts(successes, trials)
        self.groups = validate.labels("groups", groups, len(self.trials))
        self.theta = prior_of("theta", theta, ("Beta",))

    def __repr__(self):
        return f"NoPooling(J={self.J}, theta ~ {self.theta!r})"

    def theta_given(self):
        """theta_j | y_j ~ Beta: the group's successes and failures are added to those of the prior."""
        return Beta(self.theta.a + self.successes, self.theta.b + self.trials - self.successes)

    def log_joint(self, theta):
        return (self.theta.logpdf(theta) + self.log_likelihood(theta)).sum(axis=-1)

    def initial(self, rng, shape=()):
        failures = self.trials - self.successes
        return {"theta": rng.beta(1 + self.successes / 4, 1 + failures / 4, (*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups."""
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")

    def cautions(self):
        return []

    log_likelihood, replicate = BetaBinomial.log_likelihood, BetaBinomial.replicate
    observed, constants = BetaBinomial.observed, BetaBinomial.constants


def counts(successes, trials):
    """Both as arrays, if they can be successes out of trials."""
    y = validate.array("successes", successes, nonnegative=True, whole=True)
    n = validate.array("trials", trials, positive=True, whole=True)
    validate.same_length(successes=y, trials=n)
    for j in np.flatnonzero(y > n)[:1]:
        raise ValueError(f"successes[{j}] is {y[j]:g} but trials[{j}] is {n[j]:g}; there cannot be more successes than "
                         f"trials")
    for name, values in (("successes", y), ("trials", n)):
        for j in np.flatnonzero(values > 1e9)[:1]:
            raise ValueError(f"{name}[{j}] is {values[j]:g}; counts up to 1e9 are allowed")
    return y, n


def _proper_kappa(prior):
    if type(prior).__name__ == "Flat":
        raise ValueError("the posterior is improper: with kappa ~ Flat() nothing keeps kappa finite, because the data "
                         "never rule out complete pooling (kappa -> infinity); give kappa a proper prior, such as "
                         "HalfCauchy(50)")
    prior = prior_of("kappa", prior, KAPPA_PRIORS)
    if prior.support[0] < 0:
        raise ValueError(f"kappa prior is {prior!r}; a concentration is positive, so it must start at 0 or above")
    return prior


def log_binomial(successes, trials, theta):
    """log of (n choose y) theta^y (1 - theta)^(n - y)."""
    return log_choose(trials, successes) + xlogy(successes, theta) + xlog1py(trials - successes, -theta)


def log_choose(n, y):
    """log of n! / (y! (n - y)!)."""
    return -betaln(y + 1, n - y + 1) - np.log(n + 1)


def log_beta_binomial(successes, trials, a, b):
    """log p(y | n, a, b) for y ~ Binomial(n, theta), theta ~ Beta(a, b), with theta integrated out.

    It is (n choose y) B(a + y, b + n - y) / B(a, b), which is the binomial probability at the mean phi = a / (a + b)
    times what the spread of theta adds::

        (n choose y) phi^y (1 - phi)^(n - y)  *  rise(a, y) rise(b, n - y) / rise(a + b, n)
        rise(x, y) = x (x + 1) ... (x + y - 1) / x^y

    As a + b grows every rise tends to 1: complete pooling. Differences of log-gamma functions of large numbers, which
    would lose all digits there, are avoided.
    """
    failures, kappa = trials - successes, a + b
    return (log_choose(trials, successes) + xlogy(successes, a / kappa) + xlogy(failures, b / kappa)
            + log_rise(a, successes) + log_rise(b, failures) - log_rise(kappa, trials))


def log_rise(x, y):
    """log of x (x + 1) ... (x + y - 1) / x^y = sum_{i < y} log(1 + i / x), for x > 0 and a whole number y.

    It is log Gamma(x + y) - log Gamma(x) - y log x, by Stirling's formula with its remainder.
    """
    return (x + y - 0.5) * np.log1p(y / x) - y + stirling_remainder(x + y) - stirling_remainder(x)


def stirling_remainder(z):
    """log Gamma(z) - [(z - 1/2) log z - z + log(2 pi) / 2], for z > 0: about 1 / (12 z) when z is large."""
    z = np.asarray(z, dtype=float)
    large = np.maximum(z, 16.0)
    square = large**-2.0
    remainder = np.asarray((1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / large)
    small = z < 16
    near = z[small]
    remainder[small] = gammaln(near) - (near - 0.5) * np.log(near) + near - 0.5 * LOG_2PI
    return remainder


def log_beta(theta, a, b):
    """log density of Beta(a, b) at theta, with all its digits however large a and b are.

    With the mean p = a / (a + b) and q = 1 - p, the logs of theta / p and (1 - theta) / q are small where the density
    is high, so that nothing large cancels; the rest is B(a, b) by Stirling's formula.
    """
    kappa = a + b
    p, q = a / kappa, b / kappa
    off = theta - p
    with np.errstate(divide="ignore", invalid="ignore"):
        log_up = np.where(off > -p / 2, np.log1p(off / p), np.log(theta) - np.log(p))             # log(theta / p)
        log_down = np.where(off < q / 2, np.log1p(-off / q), np.log1p(-theta) - np.log(q))        # log((1 - theta) / q)
        powers = np.where(a == 1, 0.0, (a - 1) * log_up) + np.where(b == 1, 0.0, (b - 1) * log_down)
    constant = 1.5 * np.log(kappa) - 0.5 * (np.log(a) + np.log(b) + LOG_2PI)
    return powers + constant + stirling_remainder(kappa) - stirling_remainder(a) - stirling_remainder(b)
