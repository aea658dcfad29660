"""A function of a = alpha pi0_k, kept as its logarithm on a grid of log a."""
import numpy as np


class Curve:
    """log f as a function of log a: tabulated, and interpolated by polynomials of degree 7.

    Below the grid f is a power of a, and its logarithm a straight line.

    Parameters
    ----------
    log_a, log_f : array (n,)
        The grid, increasing, and the logarithm of f on it.
    error : float
        Relative error of the tabulated values.
    """

    def __init__(self, log_a, log_f, error=0.0):
        from scipy.interpolate import PPoly, make_interp_spline  # imported late: it takes long

        self.polynomials = PPoly.from_spline(make_interp_spline(log_a, log_f, k=7))
        self.lowest, self.error = log_a[0], error
        self.slope = (log_f[1] - log_f[0]) / (log_a[1] - log_a[0])

    def __call__(self, log_a):
        """log f at a."""
        below = np.minimum(log_a - self.lowest, 0.0)
        return self.polynomials(np.maximum(log_a, self.lowest)) + self.slope * below


def grid_of_log_a(highest, step):
    """Values of log a, increasing, from -40 or lower to a little above `highest`.

    Equal steps down to a = exp(-5) and growing ones below: for a much below 1 all functions that
    are tabulated here are powers of a, straight lines in log a.
    """
    bend = min(highest, -5.0)
    above = np.arange(bend, highest + 4 * step, step)
    below = bend - 3 * np.expm1(step * np.arange(1, 9 / step) / 3)
    return np.concatenate([below[::-1], above])
