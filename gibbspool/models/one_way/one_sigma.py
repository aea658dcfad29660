"""The exact posterior of one sigma, given which everything else is normal: one integral."""
import numpy as np

from ...distributions.marginals import Transformed
from ...distributions.standard import Flat
from ...numerics.coordinates import coordinate
from ...numerics.quadrature import Unresolved, integrate
from ...numerics.special import EPS
from .mixtures import mixture
from .spreads_density import search_range
from .tails import mark_missing_moments


class OneSigma:
    """p(sigma | y) = p(sigma) p(y | sigma) / p(y), and what is normal given sigma mixed over it.

    Parameters
    ----------
    prior : prior of sigma
    log_p_y : callable
        log p(y | sigma), of an array of sigma.
    y : array
        The observations: their spread tells where to look for sigma.
    freedom : int
        p(y | sigma) falls like sigma^-freedom as sigma grows.
    rtol : float

    Attributes
    ----------
    integral : Integral
        Of p(y, sigma), in the coordinate of sigma.
    log_total : float
        log p(y).
    sigma : array (nodes,)
    tails : list of float
        a where p(sigma | y) falls like sigma^-a.
    """

    def __init__(self, prior, log_p_y, y, freedom, rtol):
        self.prior, self.log_p_y = prior, log_p_y
        self.coordinate = coordinate(prior.support)
        try:
            self.integral = integrate(self.log_p_u, *search_range(self.coordinate, y), rtol=rtol)
        except Unresolved as narrow:
            raise ValueError("no exact posterior: "
                             + self.too_narrow(self.coordinate.x(narrow.at))) from None
        self.log_total = self.integral.log_total
        self.sigma = self.coordinate.x(self.integral.u)
        self.tails = [freedom + prior.tail_power]

    def errors(self):
        """Relative errors by their causes, as half sentences that say what to do."""
        marginal = self.marginal("sigma")
        mean, sd = marginal.mean, marginal.sd
        return {self.too_narrow(mean): EPS * mean / max(sd, EPS * mean) if np.isfinite(sd) else 0.0,
                f"the log density is huge, and its rounding errors with it; {self.unsuited()}":
                    4 * EPS * abs(self.integral.top),
                "the quadrature does not converge to rtol": self.integral.error}

    def too_narrow(self, sigma):
        """Half a sentence on a posterior that is a single number in floating point."""
        return (f"the posterior of sigma is so narrow that floating point cannot tell its values "
                f"apart, near {sigma:.4g}; {self.unsuited()}")

    def unsuited(self):
        """What to do where the prior does not suit the data."""
        return f"are the priors on the scale of y? sigma ~ {self.prior!r}"

    def log_p_u(self, u):
        """log p(y, u) = log p(sigma(u)) + log p(y | sigma(u)) + log |dsigma/du|."""
        sigma = self.coordinate.x(u)
        return self.prior.logpdf(sigma) + self.log_p_y(sigma) + self.coordinate.log_jacobian(u)

    def logpdf(self, sigma):
        """log p(sigma | y)."""
        sigma = np.asarray(sigma, dtype=float)
        positive = sigma > 0
        at = np.where(positive, sigma, self.sigma[0])
        log_p = self.prior.logpdf(at) + self.log_p_y(at) - self.log_total
        return np.where(positive, log_p, -np.inf)[()]

    def marginal(self, name):
        """The marginal of sigma."""
        found = Transformed(self.integral, self.coordinate.x, self.coordinate.u, self.logpdf,
                            self.prior.support, name)
        return mark_missing_moments(found, self.tails)

    def mean_of_groups(self, given, name):
        """The marginal of a common mean of groups, mu | sigma, y ~ Normal(m, sqrt(1 / P)).

        Under a flat prior it has the tails of sigma.

        Parameters
        ----------
        given : GivenSpreads
            Of the groups that have this mean, at tau = 0.
        """
        m_less_centre, variance = given.mu_from_centre(0.0, self.sigma)
        tails = self.tails if isinstance(given.mu, Flat) else []
        found = mixture(self.integral.log_mass, m_less_centre, variance, given.deviations.within,
                        name, given.centre)
        return mark_missing_moments(found, tails)
