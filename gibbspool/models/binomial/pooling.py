"""TODO models.binomial.pooling"""
import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Beta
from ..hierarchy import Grouped
from .model import BetaBinomial
from .observations import counts, log_binomial


class CompletePooling(Grouped):
    """One rate for all groups: phi ~ Beta(1, 1), y_j ~ Binomial(n_j, phi).

    The posterior of phi adds up all successes and all failures. Every group's theta_j is phi
    itself.

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
        return Beta(self.phi.a + self.successes.sum(), self.phi.b
                    + (self.trials - self.successes).sum())

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


class NoPooling(Grouped):
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
