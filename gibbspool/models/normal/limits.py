"""Data at the end of what floating point holds: refused by name, before anything is computed."""
import numpy as np

from ...numerics.special import EPS

FURTHEST = 1e140  # standard errors: the squares of more, and their sums, may be infinite


def refuse_too_far_apart(y, sigma):
    """Refuse estimates that lie so many standard errors apart that the square of it overflows.

    Raises
    ------
    ValueError
        Names the estimate.
    """
    middle = np.sort(y)[len(y) // 2]
    apart = np.maximum(np.abs(y - middle), np.ptp(y)) / sigma
    if apart.max() > FURTHEST:
        j = int(np.argmax(apart))
        raise ValueError(f"no exact posterior: y[{j}] is {y[j]:.4g} with a standard error of "
                         f"{sigma[j]:.4g}, which lies {apart[j]:.0e} standard errors from others; "
                         "the square of that is beyond floating point. Are y and sigma in the "
                         "same unit?")


def refuse_too_narrow(name, normal, groups=()):
    """Refuse a normal so narrow that floating point cannot tell its values apart.

    Parameters
    ----------
    name : str
    normal : Normal
        One, or one for each of the groups.
    groups : sequence of str

    Raises
    ------
    ValueError
        Names what is narrow, and the group.
    """
    mean, sd = np.atleast_1d(normal.mean), np.atleast_1d(normal.sd)
    narrow = ~(sd > 8 * EPS * np.abs(mean))
    if narrow.any():
        j = int(np.argmax(narrow))
        label = f"{name}[{groups[j]}]" if len(groups) else name
        raise ValueError(f"no exact posterior: that of {label} is so narrow that floating point "
                         f"cannot tell its values apart: {mean[j]:.4g} with a standard deviation "
                         f"of {sd[j]:.4g}. Are y, sigma and the priors in the same unit?")
