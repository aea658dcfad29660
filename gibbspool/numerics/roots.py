"""TODO numerics.roots"""
import numpy as np


def invert(cdf, pdf, q, low, high):
    """x with cdf(x) = q, elementwise: Newton's method, with bisection where it would leave the bracket."""
    low, high = (np.broadcast_to(np.asarray(end, dtype=float), q.shape) for end in (low, high))
    x = (low + high) / 2
    for _ in range(200):
        excess = cdf(x) - q
        low, high = np.where(excess < 0, x, low), np.where(excess < 0, high, x)
        with np.errstate(all="ignore"):
            newton = x - excess / pdf(x)
        step = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        done = (np.abs(step - x) <= 1e-14 * np.abs(x)) | (np.abs(excess) <= 2e-16)
        x = np.where(done, x, step)
        if done.all():
            break
    return x
