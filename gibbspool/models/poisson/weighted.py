"""Means, standard deviations and medians of values that have probabilities."""
import numpy as np

from ...numerics.special import EPS


def moments_of(x, mass):
    """Mean and sd of values (N,), each of a probability."""
    mean = mass @ x
    return mean, np.sqrt(mass @ (x - mean) ** 2)


def total_moments(mean, variance, mass):
    """Mean and sd of what has a mean and a variance (..., N) given each of N nodes."""
    total = mean @ mass
    return total, np.sqrt(variance @ mass + (mean - total[..., None]) ** 2 @ mass)


def middle_and_width(mean, variance, mass):
    """About the middle and the width of the same, (N,), that no far node can shift: medians."""
    middle = weighted_median(mean, mass)
    return middle, np.sqrt(weighted_median(variance + (mean - middle) ** 2, mass))


def weighted_median(x, mass):
    """The value up to which half of the mass lies."""
    order = np.argsort(x)
    below = np.cumsum(mass[order])
    return float(x[order[np.searchsorted(below, below[-1] / 2)]])


def narrowness(mean, sd):
    """By how many sds a number of this size is rounded."""
    return EPS / 2 * abs(mean) / sd if sd > 0 else (1.0 if mean else 0.0)
