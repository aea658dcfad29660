"""The two extremes around partial pooling: one rate for all groups, or each group on its own."""
import numpy as np

from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.standard import Beta
from .observations import Trials


class BinomialCompletePooling(Trials):
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

    def __init__(self, successes, trials, phi=Beta(1, 1), groups=None):
        super().__init__(successes, trials, groups)
        self.phi = prior_of("phi", phi, ("Beta",))

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, phi ~ {self.phi!r})"

    def phi_given(self):
        """phi | y ~ Beta(a + sum_j y_j, b + sum_j (n_j - y_j)), for phi ~ Beta(a, b)."""
        failures = self.trials - self.successes
        return Beta(self.phi.a + self.successes.sum(), self.phi.b + failures.sum())

    def log_joint(self, phi):
        """log p(phi) + sum_j log Binomial(y_j; n_j, phi)."""
        return self.phi.logpdf(phi) + self.log_likelihood(phi).sum(axis=-1)

    def initial(self, rng, shape=()):
        """phi ~ a Beta worth a quarter of a group: more spread out than the posterior can be."""
        failures = self.trials - self.successes
        return {"phi": rng.beta(1 + self.successes.mean() / 4, 1 + failures.mean() / 4, shape)}

    def derived(self, phi):
        """theta_j = phi, (..., J)."""
        return {"theta": np.repeat(per_group(phi), self.J, axis=-1)}

    def log_likelihood(self, phi):
        """log Binomial(y_j; n_j, phi), (..., J)."""
        return super().log_likelihood(per_group(phi))

    def replicate(self, rng, phi):
        """y_rep_j ~ Binomial(n_j, phi), by the name of the data."""
        return super().replicate(rng, per_group(phi))

    def new_group(self, rng, phi):
        """A new group has the common rate."""
        return np.asarray(phi)


class BinomialNoPooling(Trials):
    """Each group on its own: theta_j ~ Beta(1, 1), y_j ~ Binomial(n_j, theta_j).

    Parameters
    ----------
    successes, trials : array (J,)
    theta : Beta
        Prior of each theta_j, the same for all and learnt from none.
    groups : list of str, optional
    """

    order = ("theta",)

    def __init__(self, successes, trials, theta=Beta(1, 1), groups=None):
        super().__init__(successes, trials, groups)
        self.theta = prior_of("theta", theta, ("Beta",))

    def __repr__(self):
        return f"{type(self).__name__}(J={self.J}, theta ~ {self.theta!r})"

    def theta_given(self):
        """theta_j | y_j ~ Beta(a + y_j, b + n_j - y_j), for theta_j ~ Beta(a, b)."""
        return Beta(self.theta.a + self.successes, self.theta.b + (self.trials - self.successes))

    def log_joint(self, theta):
        """sum_j [log p(theta_j) + log Binomial(y_j; n_j, theta_j)]."""
        return (self.theta.logpdf(theta) + self.log_likelihood(theta)).sum(axis=-1)

    def initial(self, rng, shape=()):
        """theta_j ~ a Beta worth a quarter of its trials: wider than the posterior."""
        failures = self.trials - self.successes
        return {"theta": rng.beta(1 + self.successes / 4, 1 + failures / 4, (*shape, self.J))}

    def new_group(self, rng):
        """Nothing was learnt about other groups.

        Raises
        ------
        ValueError
            Always.
        """
        raise ValueError("no pooling cannot predict a new group: its groups share no parameters")
