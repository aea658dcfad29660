"""The density of data, phi and kappa, every theta_j integrated out, and its integrals."""
import numpy as np
from scipy.special import betaln, log_expit

from ...numerics.coordinates import LOG_SQUARABLE, coordinate
from ...numerics.plane import integrate_plane, trapezoid
from .tabulated import TabulatedLikelihood

LOGIT_RANGE = (-LOG_SQUARABLE, LOG_SQUARABLE)  # of v


class JointDensity:
    """log p(y, u, v), where u is the coordinate of kappa (log kappa, mostly) and v = logit phi.

    ::

        p(y, phi, kappa) = p(phi) p(kappa) prod_j BetaBinomial(y_j; n_j, phi kappa, (1 - phi) kappa)

    Parameters
    ----------
    successes, trials : array (J,)
    phi : Beta
    kappa : Distribution
        Their priors.
    rtol : float
        Relative tolerance of the integrals.
    """

    def __init__(self, successes, trials, phi, kappa, rtol):
        self.phi, self.kappa, self.rtol = phi, kappa, rtol
        self.coordinate = coordinate(kappa.support)
        self.likelihood = TabulatedLikelihood(successes, trials)

    def __call__(self, u, v):
        kappa = self.coordinate.x(u)
        log_phi, log_rest = log_expit(v), log_expit(-v)
        a, b = self.phi.a, self.phi.b
        log_prior_v = a * log_phi + b * log_rest - betaln(a, b)
        return (self.kappa.logpdf(kappa) + self.coordinate.log_jacobian(u) + log_prior_v
                + self.likelihood.at(log_phi, log_rest, np.log(kappa)))

    def over_phi(self, u):
        """The integrals over v for each u of a flat array, as `Trapezoids`."""
        low, high = (np.full(u.shape, end) for end in LOGIT_RANGE)
        return trapezoid(lambda v: self(np.broadcast_to(u, v.shape), v), low, high, self.rtol / 10)

    def over_kappa(self, v):
        """The integrals over u for each v of a flat array, as `Trapezoids`."""
        low, high = (np.full(v.shape, end) for end in self.coordinate.range)
        return trapezoid(lambda u: self(u, np.broadcast_to(v, u.shape)), low, high, self.rtol / 10)

    def by_kappa(self):
        """The integral over phi for each kappa, and then over kappa, as a `Plane` of (u, v)."""
        # a mean that barely exists sits far out
        drop = 700.0 if 2 < self.kappa.tail_power < 4 else 100.0
        return integrate_plane(self, self.coordinate.range, LOGIT_RANGE, self.rtol, drop)

    def by_phi(self):
        """The integral over kappa for each phi, and then over phi, as a `Plane` of (v, u)."""
        return integrate_plane(lambda v, u: self(u, v), LOGIT_RANGE, self.coordinate.range,
                               self.rtol)
