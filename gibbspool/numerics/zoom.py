"""Finding, on a line, where a density is; and the refusal of what is no density."""
import numpy as np


def zoom(log_density, low, high, points=64, drop=40.0, rounds=12, empty=False, later=None):
    """Narrow [low, high] to where the log density lies within `drop` of its highest value.

    Each round evaluates `points` equally spaced values and keeps those that are high enough, with
    one neighbour on either side, until that is no longer much of a narrowing. Nothing needs tuning,
    whatever the scale.

    Parameters
    ----------
    log_density : callable
        Of an array (points, ...) to an array of the same shape.
    low, high : array (...)
        The widest range to look at.
    points, rounds : int
        Values in each round, and the most rounds.
    later : int, optional
        Values in each round after the first, where they are costly.
    drop : float
        In units of log density.
    empty : bool
        Whether a density may be zero everywhere (it is refused by default).

    Returns
    -------
    u, log_p : array (points, ...)
        The last grid and the log density on it.

    Raises
    ------
    ValueError
        The log density is NaN or +inf somewhere, or -inf everywhere.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    for _ in range(rounds):
        fraction = np.linspace(0, 1, points).reshape(-1, *[1] * low.ndim)
        u = low + (high - low) * fraction
        log_p = checked(log_density, u, empty)
        inside = log_p >= log_p.max(axis=0) - drop  # the highest is, even where it is -1e30
        before_first = np.maximum(inside.argmax(axis=0) - 1, 0)
        after_last = points - 1 - np.maximum(inside[::-1].argmax(axis=0) - 1, 0)
        if np.all(after_last - before_first > points // 2):
            break
        low = np.take_along_axis(u, before_first[None], axis=0)[0]
        high = np.take_along_axis(u, after_last[None], axis=0)[0]
        points = later or points
    return u, log_p


def checked(log_density, u, empty=False):
    """The log density at u (points, ...), refused when it is not one.

    Raises
    ------
    ValueError
        It is NaN or +inf somewhere; or -inf at all points, unless it may be `empty`.
    """
    with np.errstate(all="ignore"):
        log_p = log_density(u)
    highest = log_p.max(axis=0)
    if not np.all(highest < np.inf if empty else np.isfinite(highest)):
        bad = np.isnan(log_p) | (log_p == np.inf)
        what = f"{log_p[bad][0]} at u = {u[bad][0]:g}" if bad.any() else "-inf everywhere"
        raise ValueError(f"the log density is {what}; it must be a finite number somewhere and "
                         "never NaN or +inf")
    return log_p
