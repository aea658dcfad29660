"""The density of data, phi and kappa, every theta_j integrated out, and its integrals."""
import numpy as np
from scipy.special import betaln, log_expit

from ...numerics.coordinates import LOG_SQUARABLE, coordinate
from ...numerics.plane import integrate_plane, trapezoid
from ...numerics.special import EPS, log_beta_at, log_share_likelihood
from ...numerics.zoom import zoom
from .tabulated import MANY, TabulatedLikelihood

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
        return sum(self.terms(u, v))

    def terms(self, u, v):
        """The numbers that the log density is the sum of: of the two priors, and of the data."""
        log_phi, log_rest = log_expit(v), log_expit(-v)
        kappa = self.coordinate.x(u)
        log_prior_u = self.kappa.logpdf(kappa) + self.coordinate.log_jacobian(u)
        of_data = self.likelihood.terms(log_phi, log_rest, np.log(kappa))
        return [log_prior_u, self.log_prior_v(v, log_phi, log_rest), *of_data]

    def log_prior_v(self, v, log_phi, log_rest):
        """log p(v), p(v) = phi^a (1 - phi)^b / B(a, b).

        With large powers it is counted from its mean, where phi is r = a / (a + b)::

            p(v) = Beta(r; a, b) r (1 - r) exp((a + b) [r log(phi / r)
                                               + (1 - r) log((1 - phi) / (1 - r))])
        """
        a, b = self.phi.a, self.phi.b
        if a + b < MANY:
            return a * log_phi + b * log_rest - betaln(a, b)
        r, rest = a / (a + b), b / (a + b)
        at_r = log_beta_at(r, rest, a, b) + np.log(r) + np.log(rest)
        t = v - np.log(r) + np.log(rest)
        return at_r + (a + b) * log_share_likelihood(t, r, rest)

    def roundings(self):
        """About the rounding errors of the log density: at its highest, and where they are worst.

        They go with the sizes of its terms, which are largest where kappa is like the n_j.
        """
        u, log_p = zoom(lambda u: self.over_phi(u).log_total, *self.coordinate.range, empty=True)
        top = u[[np.argmax(log_p)]]
        v, log_mass, *_ = self.over_phi(top)
        v_top = v[np.argmax(log_mass)]
        low, high = self.kappa.support
        like_n = np.clip(np.exp(self.likelihood.log_typical_n), low, high)
        worst = self.coordinate.u(np.array([like_n])).clip(*self.coordinate.range)
        power = getattr(self.kappa, "shape", 0.0)  # of a Gamma: its own terms are as large
        return [4 * EPS * float(sum(np.abs(term).sum() for term in self.terms(at, v_top))
                                + power * (1 + np.abs(at[0]))) for at in (top, worst)]

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
