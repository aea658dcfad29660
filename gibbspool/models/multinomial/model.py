"""The Dirichlet-Multinomial hierarchy: answers in categories, by region (5.8, Worked Example 2)."""
from functools import cached_property

import numpy as np
from scipy.special import gammaln, xlogy

from ...distributions import priors
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Exponential
from ...distributions.vectors import Dirichlet
from ...numerics.rising import Rises
from ...sampling.augmentation import Augmentation
from ...sampling.ladder import Ladder
from ...sampling.metropolis import SMALLEST_SHARE, Metropolis, SimplexWalk, StepSize
from ..disagreement import Shared, shares_of
from ..hierarchy import Hierarchy
from ..likelihoods import Shares
from .observations import Answers, log_dirichlet_multinomial, prior_of_shares
from .pooling import MultinomialCompletePooling, MultinomialNoPooling
from .restaurant import Customers, Tables


class DirichletMultinomial(Answers, Hierarchy):
    """Counts in K categories, region by region, whose probabilities are drawn from one population.

    The generative story, from the top::

        alpha     ~ Exponential(1)           how closely regions follow the baseline    (or Gamma)
        pi0       ~ Dirichlet(1, ..., 1)     the baseline: a share for each category  (or another)
        pi_r      ~ Dirichlet(alpha * pi0)   the shares in region r; their mean is pi0
        counts_r  ~ Multinomial(n_r, pi_r)   the answers of its n_r people

    alpha counts imaginary people: given alpha and pi0, a region's shares are estimated as if alpha
    more people had answered, in the proportions pi0::

        pi_r | alpha, pi0, counts ~ Dirichlet(alpha pi0 + counts_r)
        E[pi_r | alpha, pi0, counts] = (1 - B_r) counts_r / n_r + B_r pi0
        B_r = alpha / (alpha + n_r)

    so a small region is pulled further towards the baseline than a large one. With pi integrated
    out::

        p(counts_r | alpha, pi0) = n_r! / alpha^(n_r)
                                   * prod_k (alpha pi0_k)^(counts_rk) / counts_rk!

    where a^(n) = a (a + 1) ... (a + n - 1) = Gamma(a + n) / Gamma(a) is the rising factorial.

    **The augmentation.** As a function of pi0 that product of rising factorials is no known
    density. It becomes one with the help of the Chinese restaurant. In region r, category k, the
    counts_rk people enter a restaurant one by one. Write a = alpha pi0_k. Whoever finds i people
    inside opens a new table with probability a / (a + i), or joins a table that is already there.
    The number m_k of tables in the restaurants of all regions is a sum of independent Bernoulli
    variables, and::

        p(m_k | a) = w_k(m_k) a^m_k / prod_r a^(counts_rk)

    where w_k(m) is the coefficient of a^m when the rising factorials are multiplied out, that is,
    the weight of all the ways to open m tables. Multiply it by the rising factorials and they
    cancel::

        prod_r a^(counts_rk) p(m_k | a) = w_k(m_k) a^m_k

    So a draw of pi0 begins by inventing the table counts from their conditional, after which the
    joint density contains pi0 only through powers::

        p(counts, m, pi0 | alpha) proportional to p(pi0) prod_k pi0_k^m_k

    and pi0 | m ~ Dirichlet(prior + m): the tables, not the people, are the independent votes for
    the baseline. A table is a draw from the baseline; the people who join it copy its answer.
    Nothing else has changed: summed over m, the density is what it was (Antoniak 1974; Teh et al.
    2006).

    Two forms share this posterior:

    - ``augmented``: alpha | pi0 by a step on a ladder (`sampling.ladder`) of values of log alpha,
      with pi integrated out; pi0 | alpha with pi integrated out, by inventing the tables
      (`sampling.augmentation`): tables | alpha, pi0 and pi0 | tables, both in closed form and twice
      over; pi | alpha, pi0 in closed form. What a sweep costs grows with the number of regions, not
      of people.
    - ``plain``: pi | alpha, pi0; then alpha and pi0 given pi by random walks. alpha may only move
      as far as the spread of the current pi_r allows, and the next pi_r spread out as alpha says: a
      slow walk, for comparison.

    Parameters
    ----------
    counts : array (J, K)
        Whole numbers >= 0: a row for each of the J >= 2 groups (regions), a column for each of the
        K >= 2 categories. A row of zeros is a group nobody answered in.
    alpha : Exponential or Gamma
        Prior of the concentration, by default Exponential(1). Any of these gives a proper
        posterior.
    pi0 : Dirichlet
        Prior of the baseline, by default Dirichlet([1, 1, 1, 1]), with as many ones as there are
        categories.
    groups, categories : list of str, optional
        Labels, by default "1" to "J" and "1" to "K".
    form : {"augmented", "plain"}

    Raises
    ------
    ValueError
        Counts that are negative, not whole or not finite, fewer than two groups or categories, a
        pi0 prior of another length, labels that repeat, or an unknown form.
    TypeError
        Counts that are not numbers, or a prior of another kind.

    References
    ----------
    Antoniak (1974), Annals of Statistics 2:1152; Teh, Jordan, Beal and Blei (2006), JASA 101:1566,
    Appendix A.

    Examples
    --------
    In region 5 there answered 35 people, 9 of them with the first answer. Were alpha = 15 and all
    pi0_k = 1/4, that would count as 15 people more: its shares are drawn 15 / 50 of the way to 1/4.

    >>> import gibbspool as gp
    >>> regions = gp.data.survey_regions()
    >>> model = gp.DirichletMultinomial(regions.counts)
    >>> pi = model.pi_given(alpha=15.0, pi0=np.full(4, 0.25))
    >>> print(f"{pi.mean[4, 0]:.3f} {0.7 * 9 / 35 + 0.3 * 0.25:.3f}")
    0.255 0.255

    For the table counts of the augmentation see `restaurant.Tables`.
    """

    default_form = "augmented"
    parameter, spread = "pi", "alpha"

    def __init__(self, counts, alpha=Exponential(1), pi0=None, groups=None, categories=None,
                 form=None):
        super().__init__(counts, groups, categories)
        self.alpha = prior_of("alpha", alpha, ("Exponential", "Gamma"))
        self.pi0 = prior_of_shares("pi0", pi0, self.K)
        self.refuse_single_group()

    def __repr__(self):
        return (f"DirichletMultinomial(J={self.J}, K={self.K}, alpha ~ {self.alpha!r}, "
                f"pi0 ~ {self.pi0!r}, form={self.form!r})")

    def concentration(self, alpha, pi0):
        """alpha pi0_k, (..., K), kept above zero."""
        return np.maximum(per_group(alpha) * pi0, SMALLEST_SHARE)

    def shrinkage(self, alpha):
        """B_r = alpha / (alpha + n_r), (..., J): 1 is all the way to pi0, 0 not at all."""
        return per_group(alpha) / (per_group(alpha) + self.n)

    def pi_given(self, alpha, pi0):
        """pi_r | alpha, pi0, counts ~ Dirichlet(alpha pi0 + counts_r)."""
        return Dirichlet(self.concentration(alpha, pi0)[..., None, :] + self.counts)

    def log_joint(self, alpha, pi0, pi):
        """log p(alpha) + log p(pi0) + sum_r [log p(pi_r | alpha, pi0) + log p(counts_r | pi_r)].

        pi_r | alpha, pi0 ~ Dirichlet(alpha pi0) and counts_r | pi_r ~ Multinomial(n_r, pi_r).
        """
        population = Dirichlet(self.concentration(alpha, pi0)[..., None, :])
        return (self.alpha.logpdf(alpha) + self.pi0.logpdf(pi0)
                + population.logpdf(pi).sum(axis=-1)
                + self.log_likelihood(pi).sum(axis=-1))

    def log_marginal_likelihood(self, alpha, pi0):
        """log p(counts_r | alpha, pi0), (..., J), with pi_r integrated out."""
        return log_dirichlet_multinomial(self.counts, self.concentration(alpha, pi0)[..., None, :])

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be.

        alpha gets its scale from the variance of a share between regions, about
        pi0_k (1 - pi0_k) / (1 + alpha), so that, summed over categories::

            alpha of the order of (1 - sum_k pi0_k^2) / (sum of the variances)
        """
        pi = Dirichlet(self.counts + 1).draw(rng, np.empty((*shape, self.J, self.K)))
        shares = (self.counts + 1) / (self.counts + 1).sum(axis=1, keepdims=True)
        baseline = shares.mean(axis=0)
        between = np.maximum(shares.var(axis=0).sum(), SMALLEST_SHARE)  # 0 where all are the same
        scale = np.clip((1 - (baseline**2).sum()) / between, 1, 1000)
        return {"alpha": scale * np.exp(1.5 * rng.standard_normal(shape)),
                "pi0": Dirichlet(1 + 5 * baseline).draw(rng, np.empty((*shape, self.K))), "pi": pi}

    def new_group(self, rng, alpha, pi0):
        """pi_new ~ Dirichlet(alpha pi0), (..., K)."""
        return Dirichlet(self.concentration(alpha, pi0)).draw(rng)

    def shared(self):
        """alpha, and each share of the baseline pi0."""
        likelihood = Shares(self.counts, [f"pi0[{name}]" for name in self.categories])
        return Shared(likelihood, shares_of(self.pi0),
                      {"alpha": (self.alpha, likelihood.of_spread)}, True)

    def scaled(self):
        """alpha ~ Exponential with a mean as large as the data let it be; pi0 ~ Dirichlet(1, ...).

        By the latter, a category that nobody chose may still have a share.
        """
        likelihood = Shares(self.counts, self.categories)
        return {"alpha": priors.Exponential(1 / likelihood.reaching()),
                "pi0": priors.Dirichlet(np.ones(self.counts.shape[1]))}

    def own_part(self, values):
        """1 - B_r, averaged."""
        return 1 - float(np.mean(self.shrinkage(values["alpha"])))

    def cautions_after(self, values):
        """Says so where on average less than 1 / 8 of a group's own shares is kept."""
        return self.on_all_but_pooled(values, "alpha is large", "shares is")

    def complete_pooling(self):
        """One vector of shares for all, with this pi0 prior: a `MultinomialCompletePooling`."""
        return MultinomialCompletePooling(self.counts, self.pi0, self.groups, self.categories)

    def no_pooling(self, pi=None):
        """Each group on its own: a `MultinomialNoPooling`.

        Parameters
        ----------
        pi : Dirichlet, optional
            Prior of each pi_r, by default Dirichlet(1, ..., 1).
        """
        return MultinomialNoPooling(self.counts, pi, self.groups, self.categories)


class AugmentedDirichletMultinomial(DirichletMultinomial, form="augmented"):
    """DirichletMultinomial in its augmented form: alpha | pi0; pi0 | alpha by way of tables; pi."""

    order = ("alpha", "pi0", "pi")

    @cached_property
    def customers(self):
        """Those who will sit down in the restaurants, found once, used in every sweep."""
        return Customers(self.counts)

    @cached_property
    def log_rises(self):
        """sum_rk log rise(alpha pi0_k, counts_rk) and sum_r log rise(alpha, n_r), two functions."""
        return Rises(self.counts), Rises(self.n[:, None])

    def log_p_counts(self, alpha, pi0):
        """log prod_r p(counts_r | alpha, pi0) up to a constant, with pi integrated out.

        ::

            prod_r prod_k (alpha pi0_k)^(counts_rk) / alpha^(n_r)
            = prod_k pi0_k^(sum_r counts_rk) * excess,    a^(n): the rising factorial
        """
        return xlogy(self.counts.sum(axis=0), pi0).sum(axis=-1) + self.log_excess(alpha, pi0)

    def log_excess(self, alpha, pi0):
        """What rising factorials have more than powers, rise(a, n) = a^(n) / a^n: the log of::

            excess = prod_r [prod_k rise(alpha pi0_k, counts_rk)] / rise(alpha, n_r)

        It tends to 0 as alpha grows: complete pooling.
        """
        of_categories, of_regions = self.log_rises
        return of_categories(self.concentration(alpha, pi0)) - of_regions(per_group(alpha))

    def alpha_given(self, pi0):
        """p(alpha | pi0, counts) proportional to p(alpha) prod_r p(counts_r | alpha, pi0).

        pi is integrated out, and there are no tables in it: given either of them alpha could only
        move as far as they allow. The powers of pi0 are no matter for alpha.
        """
        def log_density(alpha):
            return self.alpha.logpdf_inside(alpha) + self.log_excess(alpha, pi0)

        return Ladder(log_density, self.alpha.support, StepSize(2 / np.sqrt(self.J), 0.5))

    def pi0_given(self, alpha):
        """p(pi0 | alpha, counts) proportional to p(pi0) prod_r p(counts_r | alpha, pi0).

        pi is integrated out; the draw is by way of tables.
        """
        def log_density(pi0):
            return self.pi0.logpdf(pi0) + self.log_p_counts(alpha, pi0)

        def tables(pi0):
            return self.tables_given(alpha, pi0)

        return Augmentation(log_density, invent=tables, given=self.pi0_given_tables)

    def tables_given(self, alpha, pi0):
        """m_k | alpha, pi0, counts: the tables that the people of category k open in all regions,
        where a = alpha pi0_k.
        """
        return Tables(self.customers, self.concentration(alpha, pi0))

    def pi0_given_tables(self, tables):
        """pi0 | tables ~ Dirichlet(prior + m), with pi integrated out.

        The density holds (alpha pi0_k)^m: given the tables, alpha is a factor of its own and drops
        out.
        """
        return Dirichlet(self.pi0.concentration + tables)


class PlainDirichletMultinomial(DirichletMultinomial, form="plain"):
    """DirichletMultinomial in its plain form: pi | alpha, pi0; alpha | pi0, pi; pi0 | alpha, pi."""

    order = ("pi", "alpha", "pi0")

    def alpha_given(self, pi0, pi):
        """p(alpha | pi0, pi) proportional to p(alpha) prod_r Dirichlet(pi_r; alpha pi0)."""
        def log_density(alpha):
            a = self.concentration(alpha, pi0)
            return self.alpha.logpdf(alpha) + self.log_population(a, pi)

        return Metropolis(log_density, self.alpha.support)

    def pi0_given(self, alpha, pi):
        """p(pi0 | alpha, pi) proportional to p(pi0) prod_r Dirichlet(pi_r; alpha pi0)."""
        def log_density(pi0):
            a = self.concentration(alpha, pi0)
            return self.pi0.logpdf(pi0) + self.log_population(a, pi)

        return SimplexWalk(log_density)

    def log_population(self, a, pi):
        """log prod_r Dirichlet(pi_r; a) as a function of a, which needs of pi only its logs.

        ::

            J [log Gamma(A) - sum_k log Gamma(a_k)] + sum_k (a_k - 1) L_k
            A = sum_k a_k,    L_k = sum_r log pi_rk

        Of a share too small for floating point only that is known. In place of the factor pi^(a -
        1) it brings the integral of that factor from 0 to the smallest share e, which is e^a / a.

        Parameters
        ----------
        a : array (..., K)
        pi : array (..., J, K)

        Returns
        -------
        array (...)
        """
        seen = pi > SMALLEST_SHARE
        L = np.log(np.where(seen, pi, 1.0)).sum(axis=-2)
        unseen = (~seen).sum(axis=-2)
        normalising = gammaln(a.sum(axis=-1)) - gammaln(a).sum(axis=-1)
        log_p_seen = self.J * normalising + ((a - 1) * L).sum(axis=-1)
        return log_p_seen + (unseen * (a * np.log(SMALLEST_SHARE) - np.log(a))).sum(axis=-1)
