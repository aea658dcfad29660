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

    Parameters
    ----------
    points : Points, optional
        Spaced draws that tell two quantiles.

    Attributes
    ----------
    n : int
        Draws so far, in each chain.
    chain_mean, chain_squares : array (chain, ...)
        Their mean and the sum of their squared deviations from it.
    """

    source = "draws"

    def __init__(self, points=None):
        self.points = points
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
    def variance_within(self):
        """The variance within a chain, averaged over the chains."""
        return self.chain_squares.mean(axis=0) / self.n

    @property
    def sd(self):
        """Over all draws of all chains: their spread within chains and that of the chain means."""
        return np.sqrt(self.variance_within + self.chain_mean.var(axis=0))

    @property
    def r_hat(self):
        """Gelman and Rubin's, unsplit: sqrt of variance over all chains by variance within them;
        NaN where there are too few chains or draws, or all are alike.
        """
        if self.n < 2 or len(self.chain_mean) < 2:
            return np.full(np.shape(self.chain_mean)[1:], np.nan)
        within = self.variance_within * self.n / (self.n - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sqrt((self.n - 1) / self.n + self.chain_mean.var(axis=0, ddof=1) / within)

    @property
    def low(self):
        """The 5.5 % point, as far as the spaced draws tell it; see `points`."""
        return self.asked_for().quantile(0.055)

    @property
    def high(self):
        """The 94.5 % point, likewise."""
        return self.asked_for().quantile(0.945)

    def asked_for(self):
        if self.points is None:
            raise AttributeError("the 5.5 and 94.5 % points were not asked for: sample(model, "
                                 'keep="summaries", points=True) has them')
        return self.points

    @property
    def size(self):
        """How many numbers are held."""
        held = np.size(self.chain_mean) + np.size(self.chain_squares)
        return held + (self.points.size if self.points else 0)

    def __repr__(self):
        shape = list(np.shape(self.chain_mean)[1:])
        points = ", low, high" if self.points else ""
        return (f"{type(self).__name__}(mean, sd, r_hat{points}{shape or ''}: from the "
                f"{self.source} of {len(np.atleast_1d(self.chain_mean))} chains x {self.n} sweeps)")


class RaoBlackwell(Running):
    """Mean and standard deviation from the conditionals that the draws came from.

    In each sweep the conditional of theta, given the hyperparameters h at hand, knows its mean and
    sd in closed form. Averaged over the sweeps, which are draws of h::

        E[theta]   = E[ E[theta | h] ]                          (iterated expectation)
        Var[theta] = E[ Var[theta | h] ] + Var[ E[theta | h] ]  (total variance)

    The noise of drawing theta itself is not in them: the same sweeps tell mean and sd more
    precisely than the draws of theta would (Gelfand and Smith 1990).

    Attributes
    ----------
    chain_mean, chain_squares : array (chain, ...)
        As in Running, of the conditional means.
    chain_variance : array (chain, ...)
        The mean of the conditional variances.
    """

    source = "conditionals"

    def __init__(self, points=None):
        super().__init__(points)
        self.chain_variance = 0.0

    def add_conditional(self, conditional, shape):
        """Count the conditional of every chain, of draws of a shape (chain, ...)."""
        self.add(np.broadcast_to(conditional.mean, shape))
        variance = np.broadcast_to(conditional.sd, shape) ** 2
        self.chain_variance = self.chain_variance + (variance - self.chain_variance) / self.n

    @property
    def variance_within(self):
        """E[ Var[theta | h] ] + Var[ E[theta | h] ], h from one chain; averaged over the chains."""
        return self.chain_variance.mean(axis=0) + super().variance_within

    @property
    def size(self):
        """How many numbers are held."""
        return super().size + np.size(self.chain_variance)
