"""Quantiles by the ten thousand: read off from a table instead of inverted one by one."""
import numpy as np

STEP, REACH = 0.05, 36.0   # of the logit of q, between the knots, and up to the last of them
CLOSE = 1e-8               # how far off a cubic may be, in the logit of q


class QuantileTable:
    """The quantiles u(q) of an `Integral`, as cubics in z = logit(q) between even steps of z.

    u(z) is nearly straight, in the tails too. Each cubic has the values of u at the two ends of its
    step, and its slopes::

        du/dz = q (1 - q) / p(u)

    Where the cubic is off halfway (between two modes far apart u all but jumps), and beyond the
    last knots, the quantile is inverted after all.

    Parameters
    ----------
    integral : Integral

    Attributes
    ----------
    cubics : array (4, steps)
        Their coefficients, from the constant on; each counts its step from 0 to 1.
    good : array (steps,)
        Which of them are close enough.
    """

    def __init__(self, integral):
        self.integral = integral
        z = np.arange(-REACH, REACH + STEP / 2, STEP)
        with np.errstate(all="ignore"):  # what becomes of 0 / 0 is not good
            u, slope = self.knots(z)
            start, end, rise = STEP * slope[:-1], STEP * slope[1:], np.diff(u)
            self.cubics = np.stack([u[:-1], start, 3 * rise - 2 * start - end,
                                    start + end - 2 * rise])
            halfway = np.array([1, 1 / 2, 1 / 4, 1 / 8]) @ self.cubics
            off = np.abs(self.z_and_slope(halfway)[0] - (z[:-1] + STEP / 2))
            self.good = off < CLOSE

    def z_and_slope(self, u):
        """z(u) = log(cdf / sf), and du/dz there."""
        below, above = self.integral.cdf(u), self.integral.sf(u)
        return np.log(below / above), below * above / self.integral.pdf(u)

    def knots(self, z):
        """u and du/dz at each z: a first guess between the panels' ends, and Newton's steps."""
        u = np.interp(z, np.log(self.integral.below[1:-1] / self.integral.above[1:-1]),
                      self.integral.low[1:])
        for _ in range(4):
            there, slope = self.z_and_slope(u)
            u = u + slope * (z - there)
        return u, self.z_and_slope(u)[1]

    def __call__(self, q):
        """u(q), for an array of q."""
        with np.errstate(divide="ignore"):
            place = (np.log(q / (1 - q)) + REACH) / STEP
        inside = (place > 0) & (place < len(self.good))
        k = np.where(inside, place, 0).astype(int)
        along = place - k
        c0, c1, c2, c3 = self.cubics.take(k, axis=1)
        u = c0 + along * (c1 + along * (c2 + along * c3))
        others = ~(inside & self.good[k])
        u[others] = self.integral.quantile(q[others])
        return u
