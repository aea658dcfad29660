"""TODO models.poisson.pooling"""
import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Gamma
from ..hierarchy import Grouped
from .model import PoissonLognormal
from .observations import counts, draw_poisson, log_poisson


class CompletePooling(Grouped):
    """One rate for all groups: lam ~ Gamma(a, b), y_j ~ Poisson(lam e_j).

    The posterior of the rate is Gamma(a + sum_j y_j, b + sum_j e_j): counts and exposures add up.

    Parameters
    ----------
    y, exposure : array (J,)
    rate : Gamma
        Prior of the rate, in events per unit of exposure.
    groups : list of str, optional
    """

    order = ("rate",)
    dims = {"lam": ("group",), "y": ("group",), "exposure": ("group",)}

    def __init__(self, y, exposure, rate=Gamma(1, 0.5), groups=None):
        self.y, self.exposure = counts(y, exposure)
        self.groups = validate.labels("groups", groups, len(self.y))
        self.rate = prior_of("lam", rate, ("Gamma",))

    def __repr__(self):
        return f"CompletePooling(J={self.J}, rate ~ {self.rate!r})"

    def rate_given(self):
        """rate | y ~ Gamma(a + sum_j y_j, b + sum_j e_j)."""
        return Gamma(self.rate.shape + self.y.sum(), self.rate.rate + self.exposure.sum())

    def log_joint(self, rate):
        return self.rate.logpdf(rate) + self.log_likelihood(rate).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"rate": rng.gamma(1 + self.y.sum() / 4, 4 / (1 + self.exposure.sum()), shape)}

    def derived(self, rate):
        return {"lam": np.repeat(per_group(rate), self.J, axis=-1)}

    def log_likelihood(self, rate):
        return log_poisson(self.y, per_group(rate) * self.exposure)

    def replicate(self, rng, rate):
        return {"y": draw_poisson(rng, per_group(rate) * self.exposure)}

    def new_group(self, rng, rate):
        """A new group has the common rate."""
        return np.asarray(rate)

    def cautions(self):
        return []

    observed, constants = PoissonLognormal.observed, PoissonLognormal.constants


class NoPooling(Grouped):
    """Each group on its own: lam_j ~ Gamma(a, b), y_j ~ Poisson(lam_j e_j).

    The posterior of each rate is Gamma(a + y_j, b + e_j): the prior is worth a events in an
    exposure of b.

    Parameters
    ----------
    y, exposure : array (J,)
    lam : Gamma
        Prior of each lam_j, the same for all and learnt from none.
    groups : list of str, optional
    """

    order = ("lam",)
    dims = {"lam": ("group",), "y": ("group",), "exposure": ("group",)}

    def __init__(self, y, exposure, lam=Gamma(1, 0.5), groups=None):
        self.y, self.exposure = counts(y, exposure)
        self.groups = validate.labels("groups", groups, len(self.y))
        self.lam = prior_of("lam", lam, ("Gamma",))

    def __repr__(self):
        return f"NoPooling(J={self.J}, lam ~ {self.lam!r})"

    def lam_given(self):
        """lam_j | y_j ~ Gamma(a + y_j, b + e_j)."""
        return Gamma(self.lam.shape + self.y, self.lam.rate + self.exposure)

    def log_joint(self, lam):
        return (self.lam.logpdf(lam) + self.log_likelihood(lam)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"lam": rng.gamma(1 + self.y / 4, 4 / (1 + self.exposure), (*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups."""
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")

    def cautions(self):
        return []

    log_likelihood, replicate = PoissonLognormal.log_likelihood, PoissonLognormal.replicate
    observed, constants = PoissonLognormal.observed, PoissonLognormal.constants
