"""Answers in categories: the data, and what every way of pooling them has in common."""
import numpy as np
from scipy.special import gammaln, xlogy

from ... import labels, validate
from ...distributions.priors import prior_of
from ...distributions.vectors import Dirichlet
from ...numerics.special import log_multichoose
from ..hierarchy import Grouped


class Answers(Grouped):
    """Counts of answers, a row for each group and a column for each category.

    Base of the hierarchy and of its pooling alternatives: the data and their labels, the likelihood
    and the replicates::

        counts_r ~ Multinomial(n_r, pi_r)      the answers of the n_r people of group r

    Parameters
    ----------
    counts : array (J, K)
        Whole numbers >= 0, with at least two categories.
    groups, categories : list of str, optional
        Labels; by default those of a DataFrame's rows and columns, as `pandas.crosstab` makes one,
        or "1" to "J" and "1" to "K".

    Attributes
    ----------
    n : array (J,)
        How many people answered in each group.
    """

    dims = {"pi0": ("category",), "pi": ("group", "category"), "counts": ("group", "category"),
            "n": ("group",)}

    def __init__(self, counts, groups=None, categories=None):
        self.counts = validate.array("counts", counts, ndim=2, nonnegative=True, whole=True)
        J, K = self.counts.shape
        if K < 2:
            raise ValueError(f"counts has shape {(J, K)}; it must have at least 2 categories "
                             "(columns)")
        self.n = self.counts.sum(axis=1)
        self.groups = labels.groups_of(groups, J, counts=counts)
        self.categories = labels.carried("categories", categories, "the columns of counts",
                                         labels.columns_of(counts), K)

        refuse_margin("groups", self.groups, self.counts)
        refuse_margin("categories", self.categories, self.counts.T)

    @property
    def K(self):
        """Number of categories."""
        return len(self.categories)

    @property
    def coords(self):
        """Labels along each named dimension."""
        return {"group": self.groups, "category": self.categories}

    def log_likelihood(self, pi):
        """log p(counts_r | pi_r), (..., J): the multinomial probability.

        It is log n_r! - sum_k log counts_rk! + sum_k counts_rk log pi_rk.
        """
        log_orders = gammaln(self.n + 1) - gammaln(self.counts + 1).sum(axis=-1)
        return log_orders + xlogy(self.counts, pi).sum(axis=-1)

    def replicate(self, rng, pi):
        """counts_rep_r ~ Multinomial(n_r, pi_r), by the name of the data."""
        return {"counts": rng.multinomial(self.n.astype(int), pi)}

    def observed(self):
        """The counts, by the name of the argument."""
        return {"counts": self.counts}

    def constants(self):
        """How many people answered in each group, n."""
        return {"n": self.n}


def refuse_margin(name, labels, rows):
    """Refuse a last row that is called All or Total and is the sum of the others."""
    called = labels[-1].strip().lower() in ("all", "total", "totals", "sum")
    if called and len(rows) > 2 and np.array_equal(rows[-1], rows[:-1].sum(axis=0)):
        raise ValueError(f"{name}[{len(rows) - 1}] is {labels[-1]!r}, the sum of the others; leave "
                         "the margins of a table out")


def prior_of_shares(name, prior, K):
    """The Dirichlet prior of K shares; None stands for the uniform one.

    Raises
    ------
    TypeError
        It is no Dirichlet.
    ValueError
        It is one of another number of shares.
    """
    prior = prior_of(name, Dirichlet(np.ones(K)) if prior is None else prior, ("Dirichlet",))
    if len(prior.concentration) != K:
        raise ValueError(f"{name} prior is {prior!r}; it must hold {K} numbers, one for each "
                         "category")
    return prior


def log_dirichlet_multinomial(counts, concentration):
    """log p(counts_r), (..., J), where pi_r ~ Dirichlet(a) is integrated out.

    p(counts_r) = n_r! / A^(n_r) * prod_k a_k^(counts_rk) / counts_rk!, with A = sum_k a_k and the
    rising factorial a^(n) = a (a + 1) ... (a + n - 1).

    Parameters
    ----------
    counts : array (..., J, K)
    concentration : array (..., J, K)
        a > 0.
    """
    return (log_multichoose(concentration, counts).sum(axis=-1)
            - log_multichoose(concentration.sum(axis=-1), counts.sum(axis=-1)))
