"""Observations in groups: the data and their normal likelihood, whatever way groups are pooled."""
import numpy as np

from ... import labels, validate
from ...distributions.base import per_group
from ...distributions.standard import Normal
from ...numerics.special import LOG_2PI
from ..hierarchy import Grouped
from .labels import numbered
from .sufficient import statistics


class Observations(Grouped):
    """Observations in groups, y_ij ~ Normal(theta_i, sigma), reduced to what the likelihood needs.

    The likelihood of the n_i observations of a group depends on them only through their mean and
    their sum of squares around it: sum_j (y_ij - theta)^2 = within_i + n_i (mean_i - theta)^2. So a
    sweep costs the same for ten observations in each group and for ten million.

    Parameters
    ----------
    y : array (N,)
        Observations.
    group : array (N,) of labels
        The group of each.
    groups : list of labels, or None
        The labels in the order wanted; None takes the order of first appearance.

    Attributes
    ----------
    y : array (N,)
    group : array of int (N,)
        Number of the group of each observation, a position in `groups`.
    n, mean, within : array (J,)
        Number of observations in each group, their mean, and the sum of their squared deviations
        from it.
    """

    dims = {
        "theta": ("group",), "theta_raw": ("group",), "mean": ("group",), "n": ("group",),
        "y": ("observation",), "group_of": ("observation",),
    }

    def __init__(self, y, group, groups):
        self.y = validate.array("y", y)
        labels.same_index(y=y, group=group)
        self.group, self.groups = numbered("group", group, "groups", groups)
        validate.same_length(y=self.y, group=self.group)
        refuse_too_close(self.y)
        self.n, self.mean, self.within = statistics(self.y, self.group)

    @property
    def N(self):
        """Number of observations."""
        return len(self.y)

    @property
    def coords(self):
        """Labels along each named dimension."""
        return {"group": self.groups, "observation": range(self.N)}

    def label_of_each(self):
        """The label of the group of each observation, (N,): what `group` was when it was given."""
        return np.array(self.groups, dtype=object)[self.group].tolist()

    def arguments(self):
        """What the model was made of, by the names of its constructor."""
        return {**super().arguments(), "group": self.label_of_each()}

    def sigma_of_groups(self, sigma):
        """sigma_i as it meets values per group: one common sigma is (..., 1)."""
        return per_group(sigma)

    def squares_around(self, theta):
        """sum_ij (y_ij - theta_i)^2 = sum_i [within_i + n_i (mean_i - theta_i)^2]."""
        return (self.within + self.n * (self.mean - theta) ** 2).sum(axis=-1)

    def log_likelihood(self, theta, sigma):
        """log p(y_i1, ..., y_in_i | theta_i, sigma), a group's observations together, (..., J).

        It has two factors: the group's mean is Normal(theta_i, sigma / sqrt(n_i)), and the
        deviations from that mean depend on sigma alone.
        """
        sigma_i = self.sigma_of_groups(sigma)
        log_p_mean = Normal(theta, sigma_i / np.sqrt(self.n)).logpdf(self.mean)
        return log_p_mean + self.log_p_deviations(sigma_i)

    def log_p_deviations(self, sigma_i):
        """What the deviations from the groups' means say of sigma, (..., J), for (..., 1 or J).

        log [(2 pi sigma^2)^(-(n_i - 1) / 2) n_i^(-1/2) exp(-within_i / (2 sigma^2))]
        """
        return (-(self.n - 1) * (np.log(sigma_i) + LOG_2PI / 2) - np.log(self.n) / 2
                - self.within / (2 * sigma_i**2))

    def replicate(self, rng, theta, sigma):
        """y_rep_ij ~ Normal(theta_i, sigma) for each observation, and the means of the groups."""
        theta, sigma_i = np.broadcast_arrays(theta, self.sigma_of_groups(sigma))
        y = Normal(theta[..., self.group], sigma_i[..., self.group]).draw(rng)
        return {"mean": self.means_of_groups(y), "y": y}

    def means_of_groups(self, y):
        """The mean of each group, (..., J), of observations (..., N)."""
        by_group = np.argsort(self.group, kind="stable")
        starts = np.concatenate([[0], np.cumsum(self.n)[:-1]])
        return np.add.reduceat(y[..., by_group], starts, axis=-1) / self.n

    def observed(self):
        """The data by name: the observations, and the means of the groups."""
        return {"mean": self.mean, "y": self.y}

    def constants(self):
        """The sizes of the groups, and the group of each observation."""
        return {"n": self.n, "group_of": np.array(self.groups)[self.group]}


def refuse_too_close(y):
    """Refuse observations whose differences are so small that the square of them is 0."""
    largest = np.ptp(y)
    if 0 < largest < 1 / validate.LARGEST:
        raise ValueError(f"the values of y differ by {largest:.3g} at most; it must be at least "
                         f"{1 / validate.LARGEST:g}; choose another unit")
