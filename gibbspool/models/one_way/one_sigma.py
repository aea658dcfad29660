"""The exact posterior of one sigma, given which everything else is normal: one integral."""
import numpy as np

from ...distributions.marginals import Transformed
from ...distributions.standard import Flat
from ...numerics.coordinates import coordinate
from ...numerics.quadrature import integrate
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
        self.integral = integrate(self.log_p_u, *search_range(self.coordinate, y), rtol=rtol)
        self.log_total = self.integral.log_total
        self.sigma = self.coordinate.x(self.integral.u)
        self.tails = [freedom + prior.tail_power]

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
