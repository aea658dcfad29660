"""The restricted likelihood of a normal hierarchy, and the tau where it is highest."""
import numpy as np
from scipy.optimize import brentq

from ..distributions.standard import Flat
from ..models.normal.regression import line_at, regression
from ..numerics.special import LOG_2PI


class RestrictedLikelihood:
    """The likelihood of tau (and sigma) with the coefficients integrated out under flat priors.

    Both normal models are one: group means z_j with rows x_j and error variances sigma^2 e_j::

        z_j ~ Normal(x_j . b, sqrt(v_j)),  v_j = sigma^2 e_j + tau^2,  w_j = 1 / v_j

    with z = y, e_j = sigma_j^2 and sigma = 1 in the NormalNormal model, and z = mean, e_i = 1 / n_i
    in the OneWayNormal model, whose N - J deviations from the group means tell of sigma as well.
    With C = (X' W X)^-1, the covariance of the weighted least-squares estimate b = C X' W z, and
    N - p degrees of freedom, the restricted log likelihood is::

        l = - 1/2 [(N - p) log 2 pi + sum_j log v_j + log |X' W X| + sum_j w_j (z_j - x_j . b)^2]
            - 1/2 [(N - J) log sigma^2 + within / sigma^2]

    As a function of the ratio r = tau^2 / sigma^2, with w_j = 1 / (e_j + r) and sigma^2 (where it
    is unknown) at its best, (within + sum_j w_j (z_j - x_j . b)^2) / (N - p), its slope is::

        dl/dr = 1/2 [sum_j w_j^2 (z_j - x_j . b)^2 / sigma^2 - sum_j w_j (1 - w_j x_j C x_j')]

    Every r > 0 where the slope changes from + to - is a maximum, and so is 0 where the slope there
    is not positive: the best ratio is the highest of them, and exactly 0 where that is the one.

    Parameters
    ----------
    z : array (J,)
    X : array (J, p)
        Rows x_j, beginning with 1.
    e : array (J,)
    extra : int
        N - J: 0 where the standard errors are known, sigma = 1.
    within : float
        Sum of squares of the deviations from the group means.
    """

    def __init__(self, z, X, e, extra=0, within=0.0):
        self.z, self.X, self.e, self.extra, self.within = z, X, e, extra, within
        self.known = extra == 0
        self.freedom = len(z) + extra - X.shape[1]   # N - p

    def line(self, v):
        """b and C for variances v (..., J), as a MultivariateNormal."""
        return regression(self.X, self.z, np.sqrt(v), [Flat()] * self.X.shape[1])

    def at_ratio(self, r):
        """Restricted log likelihood, its slope and the best sigma^2, for ratios r (...)."""
        v = self.e + np.asarray(r)[..., None]
        line = self.line(v)
        fitted, variance = line_at(self.X, line)
        squares = (self.z - fitted) ** 2
        Q = self.within + (squares / v).sum(axis=-1)
        sigma2 = np.ones_like(Q) if self.known else Q / self.freedom
        slope = 0.5 * ((squares / v**2).sum(axis=-1) / sigma2
                       - ((1 - variance / v) / v).sum(axis=-1))
        log_det = 2 * np.log(np.abs(np.diagonal(line.root, axis1=-2, axis2=-1))).sum(axis=-1)
        log_l = -0.5 * (self.freedom * (LOG_2PI + np.log(sigma2)) + np.log(v).sum(axis=-1)
                        + log_det + Q / sigma2)
        return log_l, slope, sigma2

    def best_ratio(self):
        """The r >= 0 where the restricted likelihood is highest.

        The slope is negative from max(e) on where r > 2 S / (J - p) / (the least that sigma^2 can
        be), S being the sum of squares around the unweighted line: the search ends there.
        """
        J, p = self.X.shape
        coefficients, *_ = np.linalg.lstsq(self.X, self.z, rcond=None)
        S = ((self.z - self.X @ coefficients) ** 2).sum()
        least = 1.0 if self.known else self.within / self.freedom
        end = max(self.e.max(), 2 * S / (J - p) / least)
        r = np.concatenate([[0.0], np.geomspace(1e-6 * self.e.min(), end, 600)])
        slope = self.slope_at(r)
        falls = np.flatnonzero((slope[:-1] > 0) & (slope[1:] <= 0))
        peaks = [brentq(self.slope_at, r[k], r[k + 1], xtol=1e-14 * end, rtol=1e-14)
                 for k in falls]
        if slope[0] <= 0:
            peaks.insert(0, 0.0)
        return max(peaks, key=self.height_at)

    def slope_at(self, r):
        """dl/dr at a ratio r."""
        _, slope, _ = self.at_ratio(r)
        return slope

    def height_at(self, r):
        """l at a ratio r, sigma at its best."""
        log_l, _, _ = self.at_ratio(r)
        return log_l

    def log_likelihood(self, tau, sigma=None):
        """Restricted log likelihood at a tau (and, where it is unknown, a sigma).

        In the NormalNormal model it is log p(y | tau) of the exact posterior under flat priors of
        mu and beta.
        """
        sigma2 = 1.0 if self.known else float(sigma) ** 2
        v = sigma2 * self.e + float(tau) ** 2
        line = self.line(v)
        log_det = 2 * np.log(np.abs(np.diagonal(line.root))).sum()
        Q = ((self.z - self.X @ line.mean) ** 2 / v).sum() + self.within / sigma2
        return float(-0.5 * (self.freedom * LOG_2PI + np.log(v).sum() + log_det
                             + self.extra * np.log(sigma2) + Q))
