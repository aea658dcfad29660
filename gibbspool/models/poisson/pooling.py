"""The two alternatives to partial pooling of rates: one rate for all groups, or each on its own.

Both are in closed form.
"""
import numpy as np

from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Gamma
from .observations import Events


class PoissonCompletePooling(Events):
    """One rate for all groups: rate ~ Gamma(a, b), y_j ~ Poisson(rate e_j).

    The posterior of the rate is Gamma(a + sum_j y_j, b + sum_j e_j): counts and exposures add up.

    Parameters
    ----------
    y, exposure : array (J,)
    rate : Gamma
        Prior of the rate, in events per unit of exposure; by default Gamma(1, 0.5).
    groups : list of str, optional
    """

    order = ("rate",)

    def __init__(self, y, exposure, rate=Gamma(1, 0.5), groups=None):
        super().__init__(y, exposure, groups)
        self.rate = prior_of("lam", rate, ("Gamma",))

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, rate ~ {self.rate!r})"

    def rate_given(self):
        """rate | y ~ Gamma(a + sum_j y_j, b + sum_j e_j)."""
        return Gamma(self.rate.shape + self.y.sum(), self.rate.rate + self.exposure.sum())

    def log_joint(self, rate):
        """log Gamma(rate; a, b) + sum_j log Poisson(y_j; rate e_j)."""
        return self.rate.logpdf(rate) + self.log_likelihood(per_group(rate)).sum(axis=-1)

    def initial(self, rng, shape=()):
        """A starting value with about four times the variance of the posterior."""
        return {"rate": rng.gamma(1 + self.y.sum() / 4, 4 / (1 + self.exposure.sum()), shape)}

    def derived(self, rate):
        """lam_j = rate, the same for all groups, (..., J)."""
        return {"lam": np.repeat(per_group(rate), self.J, axis=-1)}

    def new_group(self, rng, rate):
        """lam_new = rate: a new group has the common rate."""
        return np.asarray(rate)


class PoissonNoPooling(Events):
    """Each group on its own: lam_j ~ Gamma(a, b), y_j ~ Poisson(lam_j e_j).

    The posterior of each rate is Gamma(a + y_j, b + e_j): the prior is worth a events in an
    exposure of b.

    Parameters
    ----------
    y, exposure : array (J,)
    lam : Gamma
        Prior of each lam_j, the same for all and learnt from none; by default Gamma(1, 0.5).
    groups : list of str, optional
    """

    order = ("lam",)

    def __init__(self, y, exposure, lam=Gamma(1, 0.5), groups=None):
        super().__init__(y, exposure, groups)
        self.lam = prior_of("lam", lam, ("Gamma",))

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, lam ~ {self.lam!r})"

    def lam_given(self):
        """lam_j | y_j ~ Gamma(a + y_j, b + e_j)."""
        return Gamma(self.lam.shape + self.y, self.lam.rate + self.exposure)

    def log_joint(self, lam):
        """sum_j [log Gamma(lam_j; a, b) + log Poisson(y_j; lam_j e_j)]."""
        return (self.lam.logpdf(lam) + self.log_likelihood(lam)).sum(axis=-1)

    def initial(self, rng, shape=()):
        """Starting values with about four times the variance of the posterior."""
        return {"lam": rng.gamma(1 + self.y / 4, 4 / (1 + self.exposure), (*shape, self.J))}

    def new_group(self, rng):
        """Refused: nothing was learnt about other groups.

        Raises
        ------
        ValueError
            Always.
        """
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")
