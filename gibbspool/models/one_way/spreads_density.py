"""The posterior of tau and sigma, mu and theta integrated out, as a density to integrate."""
import numpy as np

from ...distributions.marginals import Transformed
from ...numerics.coordinates import Logit, coordinate
from ...numerics.plane import integrate_plane, trapezoid
from ...numerics.zoom import checked
from .tails import mark_missing_moments, tails_of

# A standard deviation is looked for between these multiples of the spread of the data.
SMALLEST_SD, LARGEST_SD = 1e-100, 1e100


def search_range(coordinate, y):
    """Where to look for a standard deviation, in its coordinate, given the observations y."""
    low, high = coordinate.range
    spread = np.std(y) or 1.0
    if isinstance(coordinate, Logit):
        largest = coordinate.high
    else:
        largest = np.inf
        high = min(high, np.log(LARGEST_SD * spread))
    if coordinate.low == 0:
        low = max(low, coordinate.u(SMALLEST_SD * min(spread, largest)))
    return low, high


class SpreadsDensity:
    """p(y, tau, sigma) = p(tau) p(sigma) p(y | tau, sigma), in coordinates u of tau and v of sigma.

    u and v are logs, or logits where the support is bounded.

    Parameters
    ----------
    model : OneWayNormal
    given : GivenSpreads
        Knows p(y | tau, sigma), of all groups or of those that are kept.
    rtol : float

    Attributes
    ----------
    tau_coordinate, sigma_coordinate : coordinates
    tau_range, sigma_range : tuple of float
        The widest ranges of u and of v.
    """

    def __init__(self, model, given, rtol):
        self.model, self.given, self.rtol = model, given, rtol
        self.tau_coordinate = coordinate(model.tau.support)
        self.sigma_coordinate = coordinate(model.sigma.support)
        self.tau_range = search_range(self.tau_coordinate, model.y)
        self.sigma_range = search_range(self.sigma_coordinate, model.y)

    def log_p(self, tau, sigma):
        """log p(y, tau, sigma)."""
        return (self.given.log_p_y(tau, sigma) + self.model.tau.logpdf(tau)
                + self.model.sigma.logpdf(sigma))

    def log_p_uv(self, u, v):
        """log p(y, u, v) = log p(y, tau(u), sigma(v)) + log |dtau/du| + log |dsigma/dv|."""
        tau, sigma = self.tau_coordinate.x(u), self.sigma_coordinate.x(v)
        return (self.log_p(tau, sigma)
                + self.tau_coordinate.log_jacobian(u) + self.sigma_coordinate.log_jacobian(v))

    def checked_log_p_uv(self, u, v):
        """The same, refused where it is no density."""
        def log_density(u):
            return self.log_p_uv(u, v)

        return checked(log_density, u, empty=True)

    def log_p_vu(self, v, u):
        """The same, v first: what a `Plane` takes whose outer integral is over v."""
        return self.log_p_uv(u, v)

    def integrated_to_tau(self, drop):
        """The integral over sigma for each tau, and then over tau: a `Plane`.

        Its `marginal` is that of tau; `drop` says how far the tails are followed, in units of log
        density.
        """
        return integrate_plane(self.log_p_uv, self.tau_range, self.sigma_range, self.rtol, drop)

    def integrated_to_sigma(self, drop):
        """The integral over tau for each sigma, and then over sigma: its `marginal` is sigma's."""
        return integrate_plane(self.log_p_vu, self.sigma_range, self.tau_range, self.rtol, drop)

    def log_p_u(self, u):
        """log p(y, u), (n,): the integral over v, for an array u (n,)."""
        low, high = (np.full(u.shape, end) for end in self.sigma_range)

        def log_density(v):
            return self.log_p_uv(u, v)

        _, _, log_total, _ = trapezoid(log_density, low, high, self.rtol)
        return log_total

    def log_p_v(self, v):
        """log p(y, v), (n,): the integral over u, for an array v (n,)."""
        low, high = (np.full(v.shape, end) for end in self.tau_range)

        def log_density(u):
            return self.log_p_uv(u, v)

        _, _, log_total, _ = trapezoid(log_density, low, high, self.rtol)
        return log_total

    def marginal_of_tau(self, integral):
        """p(tau | y), given its `Integral`."""
        return marginal_of_spread("tau", self.model, self.tau_coordinate, self.tau_range, integral,
                                  self.log_p_u)

    def marginal_of_sigma(self, integral):
        """p(sigma | y), given its `Integral`."""
        return marginal_of_spread("sigma", self.model, self.sigma_coordinate, self.sigma_range,
                                  integral, self.log_p_v)


def marginal_of_spread(name, model, coordinate, searched, integral, log_p_u):
    """The marginal of a standard deviation x, from p(y, u) in its coordinate u::

        p(x | y) = p(y, u) / p(y) / |dx/du|

    Parameters
    ----------
    name : {"tau", "sigma"}
    model : OneWayNormal
    coordinate : coordinate of x
    searched : tuple of float
        The range of u that was searched.
    integral : Integral
        Of p(y, u): its total is p(y).
    log_p_u : callable
        log p(y, u), of an array (n,).
    """
    low, high = support = getattr(model, name).support
    # A density just at the ends of the support is read off as near to them as u can tell.
    lowest, highest = coordinate.x(searched[0]), coordinate.x(coordinate.range[1])

    def logpdf(x):
        x = np.asarray(x, dtype=float)
        inside = (x >= low) & (x <= high)
        u = coordinate.u(np.clip(np.where(inside, x, lowest), lowest, highest)).ravel()
        log_p_x = log_p_u(u) - integral.log_total - coordinate.log_jacobian(u)
        return np.where(inside, log_p_x.reshape(x.shape), -np.inf)[()]

    marginal = Transformed(integral, coordinate.x, coordinate.u, logpdf, support, name)
    return mark_missing_moments(marginal, tails_of(model)[name])
