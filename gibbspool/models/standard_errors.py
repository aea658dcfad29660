"""Standard errors from what people have in their place, and estimates of one group combined."""
import numpy as np
from scipy.special import chdtrc, ndtri

from .. import validate

OFF_CENTRE = 0.1       # of half the interval: how far from its middle an estimate may lie
DISAGREE = 1e-3        # probability of rows of a group that differ more than their errors allow


def standard_errors(table, estimate, se=None, variance=None, ci_low=None, ci_high=None,
                    ci_level=None, sd=None, n=None):
    """Standard errors of the estimates of a table, from the columns that are there.

    They are se; sqrt(variance); (high - low) / (2 z), with z the standard normal quantile at
    (1 + level) / 2; or sd / sqrt(n).

    Parameters
    ----------
    table : fit.tables.Table
    estimate, se, variance, ci_low, ci_high, sd, n : str
        Names of columns.
    ci_level : float
        Of the intervals, by default 0.95.

    Returns
    -------
    array (rows,)

    Raises
    ------
    ValueError
        A cell is out of range, or an interval does not lie around its estimate symmetrically.
    """
    if ci_level is not None and ci_low is None:
        raise ValueError("--ci-level is the level of the interval between --ci-low and --ci-high, "
                         "which were not named")
    if variance is not None:
        if table.in_percent(variance):
            raise ValueError(f"{table.path}: column {variance!r} has percent signs, which leave "
                             "open whether the square is meant; write plain numbers")
        table.same_unit([estimate, variance])
        table.note("errors", f"standard errors are the square roots of column {variance!r}, taken "
                             "for the sampling variances of the estimates")
        return np.sqrt(table.numbers(variance, positive=True))
    if ci_low is not None:
        return from_intervals(table, estimate, ci_low, ci_high,
                              0.95 if ci_level is None else ci_level)
    table.same_unit([estimate, sd if se is None else se])
    if se is not None:
        return table.numbers(se, positive=True)
    table.note("errors", f"standard errors are column {sd!r} over the square root of column {n!r}")
    spread, size = table.numbers(sd, positive=True), table.numbers(n, positive=True, whole=True)
    for i in np.flatnonzero(size == 1):
        raise table.complaint(i, n, f"one observation has no sd, but column {sd!r} tells one; "
                                    "leave the row out, or give standard errors with --se")
    return spread / np.sqrt(size)


def from_intervals(table, estimate, ci_low, ci_high, level):
    """(high - low) / (2 z), for intervals in whose middle the estimates lie."""
    z = ndtri((1 + validate.probability("--ci-level", level)) / 2)
    table.same_unit([estimate, ci_low, ci_high])
    y, low, high = (table.numbers(name) for name in (estimate, ci_low, ci_high))
    for i in np.flatnonzero(high <= low):
        raise table.complaint(i, ci_high, f"{high[i]:.15g} must be above the lower end, "
                                        f"{low[i]:.15g}")
    for i in np.flatnonzero((y < low) | (y > high)):
        raise table.complaint(i, estimate, f"{y[i]:.15g} lies outside its interval, "
                                           f"{low[i]:.15g} to {high[i]:.15g}")
    refuse_skewed(table, estimate, y, low, high)
    table.note("errors", f"standard errors are the {100 * level:g}% intervals' widths over "
                         f"{2 * z:.3f}")
    return (high - low) / (2 * z)


def refuse_skewed(table, estimate, y, low, high):
    """Intervals that are not symmetric: an estimate far from the middle, or all on one side of it.

    An estimate may lie a tenth of half the interval from its middle, or what rounding explains. A
    ratio's lies near sqrt(low high) instead: if all of them do so far better, it is one.
    """
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    rounding = (last_digit(y) + min(last_digit(low), last_digit(high))) / 2
    off = np.abs(y - middle)
    for i in np.flatnonzero(off > np.maximum(OFF_CENTRE * half, 1.01 * rounding)):
        raise table.complaint(
            i, estimate, f"{y[i]:.15g} is not in the middle of its interval, {low[i]:.15g} to "
                         f"{high[i]:.15g}: the interval is not symmetric, as those of odds ratios "
                         "and other ratios are not; take logs of the estimate and of both ends")
    if np.all(low > 0) and len(y) > 2 and off.sum() > 1e-9 * middle.sum():
        off_ratio = np.abs(y - np.sqrt(low) * np.sqrt(high))
        if off_ratio.sum() < off.sum() / 4:
            raise ValueError(f"{table.path}, column {estimate!r}: each estimate lies near the "
                             "square root of the product of its interval's ends, as odds ratios "
                             "and other ratios do, and not in the middle; take logs of the "
                             "estimates and of both ends")


def last_digit(x):
    """The unit of the last digit with which numbers are written, such as 0.01."""
    digits = [f"{abs(value):.15g}" for value in x]
    decimals = [len(text.partition(".")[2]) if "e" not in text else 15 for text in digits]
    return 10.0 ** -max(decimals)


def combined(table, y, sigma, groups):
    """Estimates and standard errors of groups from those of their rows, by inverse variance.

    With weights w = 1 / sigma^2 they are sum(w y) / sum(w) and 1 / sqrt(sum(w)): right where the
    rows of a group are independent estimates of one and the same quantity.

    Parameters
    ----------
    table : fit.tables.Table
        Receives the notes.
    y, sigma : array (rows,)
    groups : fit.groups.Groups

    Returns
    -------
    y, sigma : array (J,)
    """
    if not groups.repeated:
        return y, sigma
    table.note_several_rows(groups, "their estimates are combined by inverse variance, as "
                                    "independent estimates of one quantity")
    smallest = np.full(groups.J, np.inf)
    np.minimum.at(smallest, groups.index, sigma)
    w = (smallest[groups.index] / sigma) ** 2
    total, start = groups.sums(w), y[groups.first]
    mean = start + groups.sums(w * (y - start[groups.index])) / total
    error = smallest / np.sqrt(total)
    with np.errstate(over="ignore"):
        Q = groups.sums(((y - mean[groups.index]) / sigma) ** 2)
    df = np.bincount(groups.index) - 1
    for j in np.flatnonzero((df > 0) & (chdtrc(np.maximum(df, 1), Q) < DISAGREE))[:1]:
        table.note("disagree", f"the rows of group {groups.labels[j]!r} differ by more than their "
                               "standard errors explain (Q = "
                               f"{Q[j]:.3g} with {df[j]} degrees of freedom): they may not be "
                               "estimates of one quantity, and their combined standard error is "
                               "then too small; a group for each row is safer")
    return mean, error
