"""The Dirichlet-Multinomial hierarchy: answers in several categories, by region (Section 5.8, Worked Example 2)."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammaln, xlogy

from .. import validate
from ..distributions import Dirichlet, Distribution, Exponential, per_group, prior_of
from ..kernels import Metropolis, StepSize
from .base import Model

TINY = 1e-300  # smaller shares are not told apart: in floating point they become zero


class DirichletMultinomial(Model):
    """Counts in K categories, region by region, whose probabilities are drawn from one population.

    The generative story, from the top::

        alpha     ~ Exponential(1)              how closely regions follow the baseline    (or Gamma)
        pi0       ~ Dirichlet(1, ..., 1)        the baseline: one share for each category  (any Dirichlet)
        pi_r      ~ Dirichlet(alpha * pi0)      the shares in region r; their mean is pi0
        counts_r  ~ Multinomial(n_r, pi_r)      the answers of its n_r people

    alpha counts imaginary people: given alpha and pi0, a region's shares are estimated as if alpha more people had
    answered, in the proportions pi0::

        pi_r | alpha, pi0, counts ~ Dirichlet(alpha pi0 + counts_r)
        E[pi_r | alpha, pi0, counts] = (1 - B_r) counts_r / n_r + B_r pi0,   B_r = alpha / (alpha + n_r)

    so a small region is pulled further towards the baseline than a large one. With pi integrated out,

    p(counts_r | alpha, pi0) = n_r! / prod_k counts_rk! * 1 / alpha^(n_r) * prod_k (alpha pi0_k)^(counts_rk),

    where a^(n) = a (a + 1) ... (a + n - 1) = Gamma(a + n) / Gamma(a) is the rising factorial.

    **The augmentation.** As a function of pi0 that product of rising factorials is no known density. It becomes one
    with the help of the Chinese restaurant. In region r, category k, the counts_rk people enter a restaurant one by
    one. Write a = alpha pi0_k. Whoever finds i people inside opens a new table with probability a / (a + i), or joins
    a table that is already there. The number of tables m_rk is a sum of independent Bernoulli variables, and

    p(m | n, a) = s(n, m) a^m / a^(n),

    where s(n, m) is the unsigned Stirling number of the first kind: the coefficient of a^m when a^(n) is multiplied
    out, that is, the weight of all the ways to open m tables. Multiply it by the rising factorial and a^(n) cancels:

    a^(n) p(m | n, a) = s(n, m) a^m.

    So each sweep invents the table counts from their conditional, after which the joint density contains pi0 only
    through powers,

    p(counts, m, pi0 | alpha) proportional to  p(pi0) prod_k pi0_k^(sum_r m_rk),

    and pi0 | m ~ Dirichlet(prior + sum_r m_rk): the tables, not the people, are the independent votes for the baseline.
    A table is a draw from the baseline; the people who join it copy its answer. Nothing else has changed: summed over
    m, the density is what it was (Antoniak 1974; Teh et al. 2006).

    Two forms share this posterior:

    - ``augmented``: alpha | pi0 by a Metropolis step on the scale of log alpha, with pi and the tables integrated out;
      tables | alpha, pi0; pi0 | tables in closed form, with pi integrated out; pi | alpha, pi0 in closed form. A
      sweep costs time in proportion to the number of people.
    - ``plain``: pi | alpha, pi0; then alpha and pi0 given pi by random walks. alpha may only move as far as the spread
      of the current pi_r allows, and the next pi_r spread out as alpha says: a slow walk, for comparison.

    Parameters
    ----------
    counts : array (J, K)
        Whole numbers >= 0: a row for each of the J >= 2 groups (regions), a column for each of the K >= 2 categories.
        A row of zeros is a group nobody answered in.
    alpha : Exponential or Gamma
        Prior of the concentration, by default Exponential(1). Any of these gives a proper posterior.
    pi0 : Dirichlet
        Prior of the baseline, by default Dirichlet([1, 1, 1, 1]), with as many ones as there are categories.
    groups, categories : list of str, optional
        Labels, by default "1" to "J" and "1" to "K".
    form : {"augmented", "plain"}

    Raises
    ------
    ValueError
        Counts that are negative, not whole or not finite, fewer than two groups or categories, a pi0 prior of another
        length, labels that repeat, or an unknown form.
    TypeError
        Counts that are not numbers, or a prior of another kind.

    References
    ----------
    Antoniak (1974), Annals of Statistics 2:1152; Teh, Jordan, Beal and Blei (2006), JASA 101:1566, Appendix A.
    """

    forms = {}
    default_form = "augmented"
    parameter, spread = "pi", "alpha"
    dims = {"pi0": ("category",), "pi": ("group", "category"), "tables": ("group", "category"),
            "counts": ("group", "category"), "n": ("group",)}

    def __init__(self, counts, alpha=Exponential(1), pi0=None, groups=None, categories=None, form=None):
        self.counts, self.n, self.groups, self.categories = table_of(counts, groups, categories)
        validate.at_least_two_groups(self.J)
        self.alpha = prior_of("alpha", alpha, ("Exponential", "Gamma"))
        self.pi0 = shares_prior("pi0", pi0, self.K)

    def __repr__(self):
        return f"DirichletMultinomial(J={self.J}, K={self.K}, alpha ~ {self.alpha!r}, pi0 ~ {self.pi0!r}, " \
            f"form={self.form!r})"

    @property
    def K(self):
        """Number of categories."""
        return len(self.categories)

    @property
    def coords(self):
        return {"group": self.groups, "category": self.categories}

    def concentration(self, alpha, pi0):
        """alpha pi0_k, (..., K), kept above zero."""
        return np.maximum(per_group(alpha) * pi0, TINY)

    def shrinkage(self, alpha):
        """B_r = alpha / (alpha + n_r), (..., J): 1 is all the way to pi0, 0 not at all."""
        return per_group(alpha) / (per_group(alpha) + self.n)

    def pi_given(self, alpha, pi0):
        """pi_r | alpha, pi0, counts ~ Dirichlet(alpha pi0 + counts_r)."""
        return Dirichlet(self.concentration(alpha, pi0)[..., None, :] + self.counts)

    def log_joint(self, alpha, pi0, pi):
        """log p(alpha) + log p(pi0) + sum_r [log Dirichlet(pi_r; alpha pi0) + log Multinomial(counts_r; n_r, pi_r)]."""
        return (self.alpha.logpdf(alpha) + self.pi0.logpdf(pi0)
                + Dirichlet(self.concentration(alpha, pi0)[..., None, :]).logpdf(pi).sum(axis=-1)
                + self.log_likelihood(pi).sum(axis=-1))

    def log_marginal_likelihood(self, alpha, pi0):
        """log p(counts_r | alpha, pi0), (..., J), with pi_r integrated out."""
        return log_dirichlet_multinomial(self.counts, self.concentration(alpha, pi0)[..., None, :])

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be.

        The shares' variance between regions, about (1 - sum_k pi0_k^2) / (1 + alpha), gives alpha its scale.
        """
        shares = Dirichlet(self.counts + 1)
        pi = shares.draw(rng, np.empty((*shape, self.J, self.K)))
        rough = (self.counts + 1) / (self.counts + 1).sum(axis=1, keepdims=True)
        baseline = rough.mean(axis=0)
        scale = np.clip((1 - (baseline**2).sum()) / (rough.var(axis=0).sum() + TINY), 1, 1000)
        return {"alpha": scale * np.exp(1.5 * rng.standard_normal(shape)),
                "pi0": Dirichlet(1 + 5 * baseline).draw(rng, np.empty((*shape, self.K))), "pi": pi}

    def log_likelihood(self, pi):
        """log Multinomial(counts_r; n_r, pi_r), (..., J)."""
        return log_coefficient(self.counts) + xlogy(self.counts, pi).sum(axis=-1)

    def replicate(self, rng, pi):
        """counts_rep_r ~ Multinomial(n_r, pi_r), by the name of the data."""
        return {"counts": rng.multinomial(self.n.astype(int), pi)}

    def new_group(self, rng, alpha, pi0):
        """pi_new ~ Dirichlet(alpha pi0), (..., K)."""
        return Dirichlet(self.concentration(alpha, pi0)).draw(rng)

    def cautions_after(self, values):
        kept = 1 - float(np.mean(self.shrinkage(values["alpha"])))
        if kept > 1 / 8:
            return []
        return [
            f"alpha is so large that on average only {kept:.0%} of a group's own shares are kept: the model is all but "
            "complete pooling. That does no harm, but it is not evidence of no differences: look at the whole "
            "posterior of alpha, and at how it changes with the prior."]

    def observed(self):
        return {"counts": self.counts}

    def constants(self):
        return {"n": self.n}

    def complete_pooling(self):
        """One vector of shares for all: pi0 ~ its prior, counts_r ~ Multinomial(n_r, pi0). In closed form."""
        return CompletePooling(self.counts, self.pi0, self.groups, self.categories)

    def no_pooling(self, pi=None):
        """Each group on its own: pi_r ~ Dirichlet(1, ..., 1), counts_r ~ Multinomial(n_r, pi_r). In closed form.

        Parameters
        ----------
        pi : Dirichlet, optional
            Prior of each pi_r.
        """
        return NoPooling(self.counts, pi, self.groups, self.categories)


class Augmented(DirichletMultinomial, form="augmented"):
    __doc__ = DirichletMultinomial.__doc__
    order = ("alpha", "tables", "pi0", "pi")

    def alpha_given(self, pi0):
        """p(alpha | pi0, counts) proportional to p(alpha) prod_r p(counts_r | alpha, pi0).

        Both pi and the tables are integrated out. Given the tables alpha could only move as far as they allow.
        """
        def log_density(alpha):
            return self.alpha.logpdf(alpha) + self.log_marginal_likelihood(alpha, pi0).sum(axis=-1)

        return Metropolis(log_density, self.alpha.support)

    def tables_given(self, alpha, pi0):
        """m_rk | alpha, pi0, counts: the tables that counts_rk people open when a = alpha pi0_k."""
        return Tables(self.counts, self.concentration(alpha, pi0)[..., None, :])

    def pi0_given(self, alpha, tables):
        """pi0 | tables ~ Dirichlet(prior + sum_r m_rk), with pi integrated out.

        The density holds (alpha pi0_k)^m: given the tables, alpha is a factor of its own and drops out. It is named
        here because this step is one at a given alpha: alpha has not been integrated out of it.
        """
        return Dirichlet(self.pi0.concentration + tables.sum(axis=-2))

    def log_joint(self, alpha, pi0, pi, tables):
        """As in the plain form, plus sum_rk log p(m_rk | counts_rk, alpha pi0_k)."""
        return (super().log_joint(alpha, pi0, pi)
                + self.tables_given(alpha, pi0).logpdf(tables).sum(axis=(-2, -1)))

    def initial(self, rng, shape=()):
        start = super().initial(rng, shape)
        return {**start, "tables": self.tables_given(start["alpha"], start["pi0"]).draw(rng)}


class Plain(DirichletMultinomial, form="plain"):
    __doc__ = DirichletMultinomial.__doc__
    order = ("pi", "alpha", "pi0")

    def alpha_given(self, pi0, pi):
        """p(alpha | pi0, pi) proportional to p(alpha) prod_r Dirichlet(pi_r; alpha pi0)."""
        density = self._density_of_shares(pi)

        def log_density(alpha):
            return self.alpha.logpdf(alpha) + density(self.concentration(alpha, pi0))

        return Metropolis(log_density, self.alpha.support)

    def pi0_given(self, alpha, pi):
        """p(pi0 | alpha, pi) proportional to p(pi0) prod_r Dirichlet(pi_r; alpha pi0)."""
        density = self._density_of_shares(pi)

        def log_density(pi0):
            return self.pi0.logpdf(pi0) + density(self.concentration(alpha, pi0))

        return SimplexWalk(log_density)

    def _density_of_shares(self, pi):
        """log prod_r Dirichlet(pi_r; a) as a function of a, which needs of pi only L_k = sum_r log pi_rk:

        J [log Gamma(sum_k a_k) - sum_k log Gamma(a_k)] + sum_k (a_k - 1) L_k.

        Of a share that is too small for floating point only that is known. In place of the factor pi^(a - 1) it brings
        the integral of that factor from 0 to the smallest share, TINY^a / a.
        """
        seen = pi > TINY
        L, unseen = np.log(np.where(seen, pi, 1.0)).sum(axis=-2), (~seen).sum(axis=-2)

        def log_density(a):
            known = self.J * (gammaln(a.sum(axis=-1)) - gammaln(a).sum(axis=-1)) + ((a - 1) * L).sum(axis=-1)
            return known + (unseen * (a * np.log(TINY) - np.log(a))).sum(axis=-1)

        return log_density


@dataclass(frozen=True, eq=False, repr=False)
class Tables(Distribution):
    """Tables in a Chinese restaurant: p(m) = s(n, m) a^m Gamma(a) / Gamma(a + n), m = 1, ..., n (0 when n = 0).

    s(n, m) are the unsigned Stirling numbers of the first kind. The mean is sum_i a / (a + i), i = 0, ..., n - 1: about
    a log(1 + n / a).

    Parameters
    ----------
    customers : array
        n, whole numbers >= 0.
    concentration : array
        a > 0, how readily a customer opens a table.
    """

    customers: np.ndarray
    concentration: np.ndarray

    def _check(self):
        self._positive("concentration")

    def logpdf(self, m):
        """Log probability of m tables, elementwise."""
        a, n = self.concentration, self.customers
        return self._log_ways(m) + xlogy(m, a) - log_rising(a, n)

    def _log_ways(self, m):
        """log s(n, m), elementwise; -inf where m tables are impossible."""
        m = np.asarray(m, dtype=float)
        n = np.broadcast_to(self.customers, np.broadcast_shapes(self._broadcast(), m.shape))
        m = np.broadcast_to(m, n.shape)
        rows = log_stirling(tuple(np.unique(self.customers).astype(int)))
        log_ways = np.full(n.shape, -np.inf)
        for size, row in rows.items():
            here = (n == size) & (m >= 0) & (m <= size) & (m == np.round(m))
            log_ways[here] = row[m[here].astype(int)]
        return log_ways

    def _draw(self, rng, size):
        """Seat the customers: one who finds i before them opens a table with probability a / (a + i)."""
        n = np.broadcast_to(self.customers, size or ()).ravel().astype(int)
        a = np.broadcast_to(self.concentration, size or ()).ravel()
        restaurant = np.repeat(np.arange(len(n)), n)                              # of each customer
        i = np.arange(len(restaurant)) - np.repeat(np.cumsum(n) - n, n)           # customers who came before
        opens = rng.random(len(restaurant)) * (a[restaurant] + i) < a[restaurant]
        return np.bincount(restaurant, opens, minlength=len(n)).reshape(size or ())


@dataclass(frozen=True, eq=False)
class SimplexWalk(Metropolis):
    """One step of a random walk on probability vectors.

    Propose x' proportional to x_k exp(scale * z_k), z_k ~ Normal(0, 1): a symmetric step in the log-ratios
    log(x_k / x_K), whose Jacobian is prod_k x_k; accept with probability min(1, p(x') prod x'_k / (p(x) prod x_k)).

    Parameters
    ----------
    log_density : callable
        Of probability vectors (..., K) to (...).
    step : StepSize
        One scale for each vector, adapted in warm-up by `gibbspool.sample`, then frozen.
    """

    support: tuple = (0.0, 1.0)
    step: StepSize = None

    def __post_init__(self):
        if self.step is None:
            object.__setattr__(self, "step", StepSize(target=0.3))

    def logpdf(self, x):
        """Log density at x (..., K), up to a constant."""
        with np.errstate(all="ignore"):
            return self.log_density(np.asarray(x, dtype=float))

    def draw(self, rng, current):
        current = np.asarray(current, dtype=float)
        scale = np.broadcast_to(self.step.scale, current.shape)[..., :1]
        log_ratios = np.log(np.maximum(current, TINY)) + scale * rng.standard_normal(current.shape)
        proposal = np.exp(log_ratios - log_ratios.max(axis=-1, keepdims=True))
        proposal = proposal / proposal.sum(axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            log_ratio = self._log_density_of_log_ratios(proposal) - self._log_density_of_log_ratios(current)
        accept = np.log(rng.random(log_ratio.shape)) < np.nan_to_num(log_ratio, nan=-np.inf)
        self.step.record(np.broadcast_to(accept[..., None], current.shape))
        return np.where(accept[..., None], proposal, current)

    def _log_density_of_log_ratios(self, x):
        return self.log_density(x) + np.log(x).sum(axis=-1)

    def __repr__(self):
        return f"SimplexWalk({self.step})"


class CompletePooling(Model):
    """One vector of shares for all groups: pi0 ~ Dirichlet(1, ..., 1), counts_r ~ Multinomial(n_r, pi0).

    The posterior is pi0 ~ Dirichlet(1 + sum_r counts_r). Every group's pi_r is pi0 itself.

    Parameters
    ----------
    counts : array (J, K)
    pi0 : Dirichlet, optional
    groups, categories : list of str, optional
    """

    order = ("pi0",)
    dims = {name: DirichletMultinomial.dims[name] for name in ("pi0", "pi", "counts", "n")}

    def __init__(self, counts, pi0=None, groups=None, categories=None):
        self.counts, self.n, self.groups, self.categories = table_of(counts, groups, categories)
        self.pi0 = shares_prior("pi0", pi0, self.K)

    def __repr__(self):
        return f"CompletePooling(J={self.J}, K={self.K}, pi0 ~ {self.pi0!r})"

    def pi0_given(self):
        """pi0 | counts ~ Dirichlet(prior + sum_r counts_r)."""
        return Dirichlet(self.pi0.concentration + self.counts.sum(axis=0))

    def log_joint(self, pi0):
        return self.pi0.logpdf(pi0) + self.log_likelihood(pi0).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"pi0": Dirichlet(1 + self.counts.mean(axis=0)).draw(rng, np.empty((*shape, self.K)))}

    def derived(self, pi0):
        return {"pi": np.repeat(pi0[..., None, :], self.J, axis=-2)}

    def log_likelihood(self, pi0):
        return log_coefficient(self.counts) + xlogy(self.counts, pi0[..., None, :]).sum(axis=-1)

    def replicate(self, rng, pi0):
        return {"counts": rng.multinomial(self.n.astype(int), pi0[..., None, :])}

    def new_group(self, rng, pi0):
        """A new group has the common shares."""
        return np.asarray(pi0)

    def cautions(self):
        return []

    K, coords = DirichletMultinomial.K, DirichletMultinomial.coords
    observed, constants = DirichletMultinomial.observed, DirichletMultinomial.constants


class NoPooling(Model):
    """Each group on its own: pi_r ~ Dirichlet(1, ..., 1), counts_r ~ Multinomial(n_r, pi_r).

    The posterior is pi_r ~ Dirichlet(1 + counts_r), one independent of the other.

    Parameters
    ----------
    counts : array (J, K)
    pi : Dirichlet, optional
        Prior of each pi_r, the same for all and learnt from none.
    groups, categories : list of str, optional
    """

    order = ("pi",)
    dims = {name: DirichletMultinomial.dims[name] for name in ("pi", "counts", "n")}

    def __init__(self, counts, pi=None, groups=None, categories=None):
        self.counts, self.n, self.groups, self.categories = table_of(counts, groups, categories)
        self.pi = shares_prior("pi", pi, self.K)

    def __repr__(self):
        return f"NoPooling(J={self.J}, K={self.K}, pi ~ {self.pi!r})"

    def pi_given(self):
        """pi_r | counts_r ~ Dirichlet(prior + counts_r)."""
        return Dirichlet(self.pi.concentration + self.counts)

    def log_joint(self, pi):
        return (self.pi.logpdf(pi) + self.log_likelihood(pi)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"pi": Dirichlet(1 + self.counts / 2).draw(rng, np.empty((*shape, self.J, self.K)))}

    def new_group(self, rng):
        """Nothing was learnt about other groups."""
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")

    def cautions(self):
        return []

    K, coords = DirichletMultinomial.K, DirichletMultinomial.coords
    log_likelihood, replicate = DirichletMultinomial.log_likelihood, DirichletMultinomial.replicate
    observed, constants = DirichletMultinomial.observed, DirichletMultinomial.constants


def table_of(counts, groups, categories):
    """A table of counts, its row sums and the labels of its rows and columns, all checked."""
    counts = validate.array("counts", counts, ndim=2, nonnegative=True, whole=True)
    if counts.shape[1] < 2:
        raise ValueError(f"counts has shape {counts.shape}; it must have at least 2 categories (columns)")
    return (counts, counts.sum(axis=1), validate.labels("groups", groups, counts.shape[0]),
            validate.labels("categories", categories, counts.shape[1]))


def shares_prior(name, prior, K):
    """A Dirichlet prior of K shares; None stands for the uniform one."""
    prior = prior_of(name, Dirichlet(np.ones(K)) if prior is None else prior, ("Dirichlet",))
    if len(prior.concentration) != K:
        raise ValueError(f"{name} prior is {prior!r}; it must hold {K} numbers, one for each category")
    return prior


def log_coefficient(counts):
    """log n_r! - sum_k log counts_rk!, (J,)."""
    return gammaln(counts.sum(axis=-1) + 1) - gammaln(counts + 1).sum(axis=-1)


def log_dirichlet_multinomial(counts, concentration):
    """log p(counts_r), with pi_r ~ Dirichlet(a) integrated out: n! / A^(n) * prod_k a_k^(counts_k) / counts_k!."""
    return (log_multichoose(concentration, counts).sum(axis=-1)
            - log_multichoose(concentration.sum(axis=-1), counts.sum(axis=-1)))


def log_multichoose(a, n):
    """log of a^(n) / n! = Gamma(a + n) / (Gamma(a) Gamma(n + 1)), elementwise; precise for large a or n as well."""
    small, large = np.minimum(a, n + 1), np.maximum(a, n + 1)
    return _log_gamma_ratio(a + n, large, small - 1) - gammaln(small)


def log_rising(a, n):
    """log of the rising factorial a^(n) = a (a + 1) ... (a + n - 1) = Gamma(a + n) / Gamma(a), elementwise, a > 0."""
    return _log_gamma_ratio(a + n, a, n)


def _log_gamma_ratio(x, y, n):
    """log Gamma(x) / Gamma(y), where x = y + n.

    Where y is large the two log-gammas agree in most of their digits; there, the difference of their Stirling series.
    """
    large = np.maximum(y, 100.0)
    series = (n * np.log(large) + (large + n - 0.5) * np.log1p(n / large) - n
              + _correction(large + n) - _correction(large))
    return np.where(y < 100, gammaln(x) - gammaln(np.minimum(y, 100.0)), series)[()]


def _correction(x):
    """log Gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2), for x >= 100."""
    return 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5)


@lru_cache(maxsize=8)
def log_stirling(sizes):
    """log s(n, m), m = 0, ..., n, for each n in `sizes`: unsigned Stirling numbers of the first kind, a dict of arrays.

    By the recursion s(n + 1, m) = s(n, m - 1) + n s(n, m): the last customer opens a table, or joins one of n others.
    """
    row, rows = np.array([0.0]), {}
    for n in range(max(sizes) + 1):
        if n in sizes:
            rows[n] = row
        opens = np.concatenate([[-np.inf], row])
        joins = np.concatenate([row, [-np.inf]]) + (np.log(n) if n else -np.inf)
        row = np.logaddexp(opens, joins)
    return rows
