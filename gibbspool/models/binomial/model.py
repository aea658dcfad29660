"""The Beta-Binomial hierarchy: its generative story, its conditionals, its two forms."""
from functools import cached_property

import numpy as np
from scipy.special import xlog1py, xlogy

from ...distributions import priors
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Beta, Flat, HalfCauchy
from ...numerics.rising import Rises
from ...numerics.special import log_beta
from ...sampling.ladder import Ladder
from ...sampling.metropolis import StepSize
from ...sampling.slice import Slice
from ..disagreement import Shared, shares_of
from ..hierarchy import Hierarchy
from ..likelihoods import Shares
from ..start import start_of_sd
from .observations import Trials
from .pooling import BinomialCompletePooling, BinomialNoPooling

KAPPA_PRIORS = ("HalfCauchy", "HalfT", "HalfNormal", "Exponential", "Gamma", "InverseGamma",
                "Uniform")

# Stands for a number that has rounded to zero: its reciprocal and its logarithm are finite.
ALMOST_ZERO = 1e-290


class BetaBinomial(Hierarchy, Trials):
    """Successes out of trials, with rates drawn from one population.

    The generative story, from the top::

        phi     ~ Beta(1, 1)                             the population's mean rate
        kappa   ~ HalfCauchy(50)                         its concentration: how alike the groups are
        theta_j ~ Beta(phi kappa, (1 - phi) kappa)       the rate of group j
        y_j     ~ Binomial(n_j, theta_j)                 its successes out of n_j trials

    The population is worth kappa trials: it adds phi kappa successes and (1 - phi) kappa failures
    to those of each group. So the rates, given the rest, are drawn in closed form::

        theta_j | phi, kappa, y ~ Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)

    and their mean is pulled from the group's own y_j / n_j towards phi by the shrinkage factor
    B_j::

        E[theta_j | phi, kappa, y] = (1 - B_j) y_j / n_j + B_j phi,   B_j = kappa / (kappa + n_j)

    kappa -> 0 is no pooling, kappa -> infinity is complete pooling: the standard deviation of the
    theta_j is sqrt(phi (1 - phi) / (kappa + 1)).

    Two forms share this posterior and differ in how phi and kappa, which have no closed form, are
    drawn:

    - ``collapsed``: from p(phi | kappa, y) and p(kappa | phi, y), with every theta_j integrated
      out; the integral is the beta-binomial distribution of y_j. Each takes a step on a ladder
      (`sampling.ladder`). It mixes best: theta is fresh in each sweep, and phi and kappa hardly
      depend on each other.
    - ``centred``: from p(phi | theta, kappa) and p(kappa | theta, phi), which see the theta_j
      alone; each by slice sampling. When kappa is large the theta_j lie close to phi, and theta_j
      close to phi keep kappa large: a slow walk in kappa, the funnel of the normal hierarchies once
      more.

    The prior of kappa has to be proper. Complete pooling always explains the data to some degree:
    the likelihood does not vanish as kappa grows but becomes constant, so that the posterior falls
    no faster than the prior, and is improper if the prior is. HalfCauchy(scale) falls like 1 /
    kappa^2, which leaves the mean of kappa infinite; speak of its quantiles, or of the shrinkage
    factors. Its scale is the number of trials that the population is worth, give or take: for a
    group of that many trials the prior of B_j is nearly uniform, p(B) = (2 / pi) / (B^2 + (1 -
    B)^2), between 0.64 and 1.27. The default scale of 50 has 95% of kappa between 2 and 1270, so
    that the standard deviation of rates around one half lies between 0.29 (as spread as Uniform(0,
    1)) and 0.014. For groups of thousands of trials, or rare events, state a larger scale.

    Parameters
    ----------
    successes : array (J,)
        Whole numbers y_j, 0 <= y_j <= n_j.
    trials : array (J,)
        Whole numbers n_j >= 0; a group with n_j = 0 has no data.
    phi : Beta
        Prior of the population mean, by default Beta(1, 1), uniform.
    kappa : HalfCauchy, HalfT, HalfNormal, Exponential, Gamma, InverseGamma or Uniform
        Prior of the concentration (in trials), by default HalfCauchy(50). An InverseGamma is that
        of kappa itself.
    groups : list of str, optional
        Labels, by default "1" to "J".
    form : {"collapsed", "centred"}

    Raises
    ------
    ValueError
        Counts that are not whole, negative or too many, fewer than two groups, lengths that differ,
        labels that repeat, an unknown form, or an improper prior.
    TypeError
        Data that are not numbers, or a prior of another kind.

    References
    ----------
    Gelman et al., Bayesian Data Analysis (3rd ed.), Section 5.3; Efron and Morris (1975);
    Carpenter, Hierarchical partial pooling for repeated binary trials (Stan case study, 2016).

    Examples
    --------
    Clemente had 18 hits in 45 at-bats, 0.400. Were phi = 0.25 and kappa = 155, the population would
    count as 155 more at-bats, to his 45: he is drawn 155 / 200 of the way to 0.25.

    >>> import gibbspool as gp
    >>> players = gp.data.baseball()
    >>> model = gp.BetaBinomial(players.successes, players.trials, groups=players.groups)
    >>> theta, B = model.theta_given(phi=0.25, kappa=155), model.shrinkage(kappa=155)
    >>> print(f"{model.groups[0]}: B {B[0]:.3f}, mean {theta.mean[0]:.4f}")
    Clemente: B 0.775, mean 0.2838
    >>> print(f"{(18 + 0.25 * 155) / (45 + 155):.4f}")
    0.2838
    """

    default_form = "collapsed"
    spread = "kappa"

    def __init__(self, successes, trials, phi=Beta(1, 1), kappa=HalfCauchy(50), groups=None,
                 form=None):
        super().__init__(successes, trials, groups)
        self.phi = prior_of("phi", phi, ("Beta",))
        self.kappa = proper_kappa(kappa)
        self.refuse_single_group()

    def __repr__(self):
        return (f"BetaBinomial(J={self.J}, phi ~ {self.phi!r}, kappa ~ {self.kappa!r}, "
                f"form={self.form!r})")

    def shrinkage(self, kappa):
        """B_j = kappa / (kappa + n_j), (..., J): 1 is all the way to phi, 0 not at all."""
        return per_group(kappa) / (per_group(kappa) + self.trials)

    def population(self, phi, kappa):
        """a = phi kappa, b = (1 - phi) kappa: successes and failures the population is worth."""
        return np.maximum(phi * kappa, ALMOST_ZERO), np.maximum((1 - phi) * kappa, ALMOST_ZERO)

    def theta_given(self, phi, kappa):
        """theta_j | phi, kappa, y ~ Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)."""
        a, b = self.population(per_group(phi), per_group(kappa))
        return Beta(a + self.successes, b + (self.trials - self.successes))

    def log_population(self, theta, phi, kappa):
        """sum_j log Beta(theta_j; phi kappa, (1 - phi) kappa)."""
        a, b = self.population(per_group(phi), per_group(kappa))
        # a theta that has rounded to 0 or 1
        inside = np.clip(theta, ALMOST_ZERO, np.nextafter(1, 0))
        return log_beta(inside, a, b).sum(axis=-1)

    def log_joint(self, phi, kappa, theta):
        """The log of p(phi) p(kappa) prod_j p(theta_j | phi, kappa) Binomial(y_j; n_j, theta_j)."""
        return (self.phi.logpdf(phi) + self.kappa.logpdf(kappa)
                + self.log_population(theta, phi, kappa)
                + self.log_likelihood(theta).sum(axis=-1))

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        failures = self.trials - self.successes
        return {"phi": rng.beta(1 + self.successes.mean() / 4, 1 + failures.mean() / 4, shape),
                "kappa": start_of_sd(rng, self.kappa, self.trials.mean(), shape),
                "theta": rng.beta(1 + self.successes / 4, 1 + failures / 4, (*shape, self.J))}

    def new_group(self, rng, phi, kappa):
        """theta_new ~ Beta(phi kappa, (1 - phi) kappa)."""
        return Beta(*self.population(phi, kappa)).draw(rng)

    def likelihood_of_shared(self):
        """What the data by themselves say of phi and kappa."""
        return Shares(np.column_stack([self.successes, self.trials - self.successes]), ["phi"])

    def shared(self):
        """phi and kappa."""
        likelihood = self.likelihood_of_shared()
        return Shared(likelihood, shares_of(self.phi),
                      {"kappa": (self.kappa, likelihood.of_spread)}, True)

    def scaled(self):
        """phi ~ Beta(1, 1), kappa ~ HalfCauchy with a median as large as the data let it be."""
        return {"phi": priors.Beta(1, 1),
                "kappa": priors.HalfCauchy(self.likelihood_of_shared().reaching())}

    def own_part(self, values):
        """1 - B_j, averaged."""
        return 1 - float(np.mean(self.shrinkage(values["kappa"])))

    def cautions_after(self, values):
        """A sentence where the draws of kappa make this all but complete pooling."""
        return self.on_all_but_pooled(values, "kappa is large", "rate is")

    def complete_pooling(self):
        """One rate for all: phi ~ its prior, y_j ~ Binomial(n_j, phi). In closed form."""
        return BinomialCompletePooling(self.successes, self.trials, self.phi, self.groups)

    def no_pooling(self, theta=Beta(1, 1)):
        """Each group on its own: theta_j ~ its prior, y_j ~ Binomial(n_j, theta_j).

        In closed form.

        Parameters
        ----------
        theta : Beta
            Prior of each theta_j.
        """
        return BinomialNoPooling(self.successes, self.trials, theta, self.groups)


class CollapsedBetaBinomial(BetaBinomial, form="collapsed"):
    """BetaBinomial in its collapsed form: phi | kappa; kappa | phi; theta | phi, kappa."""

    order = ("phi", "kappa", "theta")

    @cached_property
    def log_rises(self):
        """sum_j [log rise(a, y_j) + log rise(b, n_j - y_j)] and sum_j log rise(kappa, n_j)."""
        answers = np.column_stack([self.successes, self.trials - self.successes])
        return Rises(answers), Rises(self.trials[:, None])

    def log_marginal(self, phi, kappa):
        """sum_j log p(y_j | phi, kappa), a beta-binomial distribution: theta_j is integrated out::

            p(y | phi, kappa) = (n choose y) phi^y (1 - phi)^(n - y)
                                * rise(a, y) rise(b, n - y) / rise(kappa, n)
            a = phi kappa,  b = (1 - phi) kappa,  rise(x, y) = x (x + 1) ... (x + y - 1) / x^y

        As kappa grows every rise tends to 1, which leaves complete pooling.
        """
        a_and_b = np.stack(np.broadcast_arrays(*self.population(phi, kappa)), axis=-1)
        of_answers, of_trials = self.log_rises
        successes, failures = self.successes.sum(), (self.trials - self.successes).sum()
        return (self.log_ways.sum() + xlogy(successes, phi) + xlog1py(failures, -phi)
                + of_answers(a_and_b) - of_trials(per_group(kappa)))

    def phi_given(self, kappa):
        """p(phi | kappa, y), proportional to p(phi) prod_j p(y_j | phi, kappa)."""
        def log_density(phi):
            return self.phi.logpdf(phi) + self.log_marginal(phi, kappa)

        return Ladder(log_density, self.phi.support, StepSize(2 / np.sqrt(self.J), 0.5))

    def kappa_given(self, phi):
        """p(kappa | phi, y), proportional to p(kappa) prod_j p(y_j | phi, kappa)."""
        def log_density(kappa):
            return self.kappa.logpdf(kappa) + self.log_marginal(phi, kappa)

        return Ladder(log_density, self.kappa.support, StepSize(2 / np.sqrt(self.J), 0.5))


class CentredBetaBinomial(BetaBinomial, form="centred"):
    """BetaBinomial in its centred form: theta | phi, kappa; then phi and kappa given theta."""

    order = ("theta", "phi", "kappa")

    def phi_given(self, theta, kappa):
        """p(phi | theta, kappa), proportional to p(phi) prod_j p(theta_j | phi, kappa)."""
        def log_density(phi):
            return self.phi.logpdf(phi) + self.log_population(theta, phi, kappa)

        return Slice(log_density, self.phi.support)

    def kappa_given(self, theta, phi):
        """p(kappa | theta, phi), proportional to p(kappa) prod_j p(theta_j | phi, kappa)."""
        def log_density(kappa):
            return self.kappa.logpdf(kappa) + self.log_population(theta, phi, kappa)

        return Slice(log_density, self.kappa.support, width=8.0)


def proper_kappa(prior):
    """The prior of kappa, if it is proper and of positive numbers alone.

    Raises
    ------
    ValueError
        It is Flat, or reaches below zero.
    TypeError
        It is of a kind that no concentration can have.
    """
    if isinstance(prior, Flat):
        raise ValueError("the posterior is improper: with kappa ~ Flat() nothing keeps kappa "
                         "finite, because the data never rule out complete pooling (kappa -> "
                         "infinity); give kappa a proper prior, such as HalfCauchy(50)")
    prior = prior_of("kappa", prior, KAPPA_PRIORS)
    if prior.support[0] < 0:
        raise ValueError(f"kappa prior is {prior!r}; a concentration is positive, so it must start "
                         "at 0 or above")
    return prior
