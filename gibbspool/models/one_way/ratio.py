"""The posterior of the ratio tau / sigma, and that of the shrinkage factors, which are read off it.
"""
import numpy as np
from scipy.special import expit, logit

from ...distributions.marginals import Transformed
from ...numerics.coordinates import LOG_DISTINCT, Logit
from ...numerics.plane import trapezoid
from ...numerics.quadrature import integrate

# Where the logit of sigma between its ends starts: a share exp(-500) above the lower one.
LEAST_LOGIT_OF_SIGMA = -500.0


class RatioPosterior:
    """p(r | y) of r = log(tau / sigma): for each r, an integral over sigma with tau = sigma exp(r).

    All shrinkage factors are functions of r alone: B_i = 1 / (1 + n_i exp(2 r)).

    Parameters
    ----------
    density : SpreadsDensity

    Attributes
    ----------
    integral : Integral
        Of p(y, r).
    """

    def __init__(self, density):
        self.density = density
        self.tau_low, self.tau_high = density.tau_coordinate.x(np.array(density.tau_range))
        self.sigma_low, self.sigma_high = density.sigma_coordinate.x(np.array(density.sigma_range))
        low, high = np.log([self.tau_low / self.sigma_high, self.tau_high / self.sigma_low])
        # at the ends themselves there is no sigma left to integrate over
        aside = 1e-9 * (high - low)
        self.integral = integrate(self.log_p, low + aside, high - aside, rtol=density.rtol,
                                  drop=100.0, points=200, panels=16)

    def log_p(self, r):
        """log p(y, r), (n,), for an array r (n,)::

            p(y, r) = integral of p(y, tau, sigma) |dtau/dr| dsigma,  tau = sigma exp(r) = dtau/dr

        sigma runs where both it and tau are between their ends.
        """
        sigma_between = Logit(np.maximum(self.sigma_low, self.tau_low * np.exp(-r)),
                              np.minimum(self.sigma_high, self.tau_high * np.exp(-r)))

        def log_density(x):
            sigma = sigma_between.x(x)
            tau = sigma * np.exp(r)
            return self.density.log_p(tau, sigma) + np.log(tau) + sigma_between.log_jacobian(x)

        low, high = np.full(r.shape, LEAST_LOGIT_OF_SIGMA), np.full(r.shape, LOG_DISTINCT)
        _, _, log_total, _ = trapezoid(log_density, low, high, self.density.rtol)
        return log_total

    def shrinkage(self, n, name):
        """The marginal of B = 1 / (1 + n exp(2 r)), for a group of n: a falling function of r.

        Its density is p(B | y) = p(r | y) |dr/dB| = p(r | y) / (2 B (1 - B)).
        """
        integral, log_n = self.integral, np.log(n)

        def B_of(r):
            return expit(-2 * r - log_n)

        def r_of(B):
            return -0.5 * (logit(B) + log_n)

        def logpdf(B):
            B = np.asarray(B, dtype=float)
            inside = (B > 0) & (B < 1)
            at = np.where(inside, B, 0.5).ravel()
            r = np.clip(r_of(at), integral.low[0], integral.high[-1])
            log_p_r = self.log_p(r) - integral.log_total
            log_p_B = log_p_r - (np.log(2 * at) + np.log1p(-at))
            return np.where(inside, log_p_B.reshape(B.shape), -np.inf)[()]

        return Transformed(integral, B_of, r_of, logpdf, (0.0, 1.0), name)
