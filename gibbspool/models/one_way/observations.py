"""TODO models.one_way.observations"""
import numpy as np

from ... import validate
from ...distributions.base import per_group
from ...distributions.standard import Normal
from ...numerics.special import LOG_2PI
from ..hierarchy import Grouped


class OneWay(Grouped):
    """Observations in groups, reduced to what the normal likelihood needs of them.

    The likelihood of the n_i observations of a group depends on them only through their mean and
    their sum of squares around it: sum_j (y_ij - theta)^2 = within_i + n_i (mean_i - theta)^2. So a
    sweep costs the same for ten observations in each group and for ten million.

    Attributes
    ----------
    y : array (N,)
    group : array (N,)
        Number of the group of each observation, a position in `groups`.
    n, mean, within : array (J,)
        Number of observations in each group, their mean, and the sum of their squared deviations
        from it.
    """

    dims = {"theta": ("group",), "theta_raw": ("group",), "mean": ("group",), "n": ("group",),
            "y": ("observation",),
            "group_of": ("observation",)}

    def __init__(self, y, group, groups):
        self.y = validate.array("y", y)
        self.group, self.groups = numbered("group", group, "groups", groups)
        validate.same_length(y=self.y, group=self.group)
        validate.at_least_two_groups(len(self.groups))
        self.n, self.mean, self.within = statistics(self.y, self.group)

    @property
    def N(self):
        """Number of observations."""
        return len(self.y)

    def arguments(self):
        return {**super().arguments(), "group": self._labels()}

    def _labels(self):
        return [self.groups[i] for i in self.group]

    @property
    def coords(self):
        return {"group": self.groups, "observation": range(self.N)}

    def log_likelihood(self, theta, sigma):
        """log p(y_i1, ..., y_in_i | theta_i, sigma), all observations of a group together, (...,
        J).

        It has two factors: the group's mean is Normal(theta_i, sigma / sqrt(n_i)), and the
        deviations from that mean depend on sigma alone.
        """
        sigma = per_group(sigma)
        return Normal(theta, sigma / np.sqrt(self.n)).logpdf(self.mean) + self.log_deviations(sigma)

    def log_deviations(self, sigma):
        """log [(2 pi sigma^2)^(-(n_i - 1) / 2) n_i^(-1/2) exp(-within_i / (2 sigma^2))]; sigma is (..., 1 or J)."""
        return -(self.n - 1) * (np.log(sigma) + LOG_2PI / 2) - np.log(self.n) / 2 - self.within / (2
                                                                                                   * sigma**2)

    def replicate(self, rng, theta, sigma):
        """y_rep_ij ~ Normal(theta_i, sigma) for each observation, and the means of the groups."""
        y = Normal(np.asarray(theta)[..., self.group], per_group(sigma)).draw(rng)
        return {"mean": self._means(y), "y": y}

    def _means(self, y):
        """Group means of replicates (..., N), as (..., J)."""
        by_group = np.argsort(self.group, kind="stable")
        starts = np.concatenate([[0], np.cumsum(self.n)[:-1]])
        return np.add.reduceat(y[..., by_group], starts, axis=-1) / self.n

    def observed(self):
        return {"mean": self.mean, "y": self.y}

    def constants(self):
        return {"n": self.n, "group_of": np.array(self.groups)[self.group]}


def numbered(name, values, groups_name, groups):
    """Labels as numbers 0 ... J - 1 (an int array), and the J labels: in the order of `groups`, or
    of appearance.
    """
    if isinstance(values, (str, bytes)) or not hasattr(values,
                                                       "__iter__") or np.ndim(np.asarray(values,
                                                                                         object)) != 1:
        raise TypeError(f"{name} must be a list of labels, one for each observation")
    for i, value in enumerate(values):
        if value is None or value != value:
            raise ValueError(f"{name}[{i}] is missing ({value}); every observation needs the label "
                             "of its group")
    found = [str(value) for value in values]
    labels = tuple(dict.fromkeys(found)) if groups is None else validate.labels(groups_name, groups,
                                                                                len(groups))
    number = {label: i for i, label in enumerate(labels)}
    for i, label in enumerate(found):
        if label not in number:
            raise ValueError(f"{name}[{i}] is {label!r}, which is not in {groups_name}: "
                             f"{', '.join(labels[:20])}")
    missing = set(labels) - set(found)
    if missing:
        label = next(label for label in labels if label in missing)
        raise ValueError(f"{groups_name}[{number[label]}] is {label!r}, which has no observations; "
                         "leave it out")
    return np.array([number[label] for label in found], dtype=int), labels


def statistics(y, group):
    """Number of observations, mean, and sum of squared deviations from the mean, of each group.

    Deviations are taken from the group's first observation first: equal observations then give
    exactly zero.
    """
    first = y[np.unique(group, return_index=True)[1]]
    n = np.bincount(group)
    shift = np.bincount(group, y - first[group]) / n
    within = np.bincount(group, (y - first[group] - shift[group]) ** 2)
    return n, first + shift, within


def by_size(n, mean):
    """Groups of one size together: the sizes, how many groups have each, the mean of their means
    and the scatter (the sum of squared deviations) around it. For given tau and sigma they all have
    the same variance."""
    size, which, count = np.unique(n, return_inverse=True, return_counts=True)
    average = np.bincount(which, mean) / count
    return size, count, average, np.bincount(which, (mean - average[which]) ** 2)
