"""Mean, standard deviation and R-hat of draws that are looked at once and forgotten.

What `sample(..., keep="summaries")` has instead of the draws of every group: its memory does not
grow with their number.
"""
import numpy as np


class Running:
    """Mean and standard deviation of draws that are not kept, by Welford's recursion in each chain.

    ::

        mean_n    = mean_(n-1) + (x - mean_(n-1)) / n
        squares_n = squares_(n-1) + (x - mean_(n-1)) (x - mean_n)

    Attributes
    ----------
    n : int
        Draws so far, in each chain.
    chain_mean, chain_squares : array (chain, ...)
        Their mean and the sum of their squared deviations from it.
    """

    def __init__(self):
        self.n, self.chain_mean, self.chain_squares = 0, 0.0, 0.0

    def add(self, x):
        """Count one draw of every chain, (chain, ...)."""
        self.n += 1
        before = x - self.chain_mean
        self.chain_mean = self.chain_mean + before / self.n
        self.chain_squares = self.chain_squares + before * (x - self.chain_mean)

    @property
    def mean(self):
        """Over all draws of all chains."""
        return self.chain_mean.mean(axis=0)

    @property
    def sd(self):
        """Over all draws of all chains: their spread within chains and that of the chain means."""
        return np.sqrt(self.chain_squares.mean(axis=0) / self.n + self.chain_mean.var(axis=0))

    @property
    def r_hat(self):
        """Gelman and Rubin's, unsplit: sqrt of variance over all chains by variance within them."""
        within = self.chain_squares.mean(axis=0) / (self.n - 1)
        return np.sqrt((self.n - 1) / self.n + self.chain_mean.var(axis=0, ddof=1) / within)
