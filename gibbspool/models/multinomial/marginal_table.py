"""The marginals of pi as a table: a row for each group, a column for each category."""
import numpy as np

from ...distributions.marginals import Marginals


class MarginalTable(Marginals):
    """One `Marginals` for each group, whose entries are the categories.

    Arrays end in the axes (group, category); `hdi` in (group, category, 2). The moments of all
    come in one pass, (2, group, category).
    """

    def quantile(self, q):
        """(..., J, K)."""
        return np.stack([row.quantile(q) for row in self], axis=-2)

    def pdf(self, x):
        """Density at x, (..., J, K)."""
        return np.stack([row.pdf(x) for row in self], axis=-2)

    def logpdf(self, x):
        """Log density at x, (..., J, K)."""
        return np.stack([row.logpdf(x) for row in self], axis=-2)

    def cdf(self, x):
        """Probability of values up to x, (..., J, K)."""
        return np.stack([row.cdf(x) for row in self], axis=-2)

    def sf(self, x):
        """Probability of values above x, (..., J, K)."""
        return np.stack([row.sf(x) for row in self], axis=-2)
