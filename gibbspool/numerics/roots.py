"""Inverting an increasing function, such as a cdf."""
import numpy as np

ROUNDS = 200  # far more than bisection alone needs to use up the digits of a number


def invert(function, derivative, target, low, high, rtol=1e-14, atol=0.0, close=2e-16):
    """x with function(x) = target, elementwise: Newton's method, with bisection beside it.

    Each round evaluates the function at x, which becomes one of the two ends between which the root
    lies, and then steps to where the tangent meets the target; or, if that is not between the ends,
    halfway between them.

    Parameters
    ----------
    function, derivative : callable
        Of an array of the target's shape, elementwise; the function is increasing.
    target : array
    low, high : float or array
        Ends of the range where x is looked for.
    rtol, atol : float
        x is found when the next step is shorter than rtol * abs(x) + atol;
    close : float or array
        or when the function differs from the target by no more than this.

    Returns
    -------
    array, of the target's shape
    """
    low, high = (np.broadcast_to(np.asarray(end, dtype=float), target.shape) for end in (low, high))
    x = (low + high) / 2
    for _ in range(ROUNDS):
        excess = function(x) - target
        low, high = np.where(excess < 0, x, low), np.where(excess < 0, high, x)
        with np.errstate(all="ignore"):
            newton = x - excess / derivative(x)
        step = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        found = (np.abs(step - x) < rtol * np.abs(x) + atol) | (np.abs(excess) <= close)
        x = np.where(found, x, step)
        if found.all():
            break
    return x
