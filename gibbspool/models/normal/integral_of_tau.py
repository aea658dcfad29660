"""The posterior of tau in the Normal-Normal model, mu and theta integrated out: by quadrature."""
from functools import cached_property

import numpy as np

from ...distributions.base import per_group
from ...distributions.marginals import Transformed
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import moved
from ...distributions.vectors import MultivariateNormal
from ...numerics.coordinates import coordinate
from ...numerics.pieces import CACHED_PIECE, in_pieces, sum_in_pieces
from ...numerics.quadrature import Unresolved, integrate
from ...numerics.special import EPS, LOG_2PI
from ...numerics.steps import Steps
from ...numerics.zoom import zoom
from ..posterior import ExactPosterior
from .around import Around, AroundMany
from .limits import refuse_too_far_apart

MANY = 256  # groups; for more, what is known given tau is sampled and read off as polynomials
LARGEST_PROBE = 1e280  # far out in a tail, a probe is cut off where its integral would overflow


class IntegralOfTau(ExactPosterior):
    """p(tau | y), which is all that is left where mu and theta are normal given tau.

    With v_j = sigma_j^2 + tau^2 and a prior mu ~ Normal(m_0, s_0)::

        mu | tau, y      ~ Normal(m, 1 / sqrt(P))
        P                = sum_j 1 / v_j + 1 / s_0^2
        m                = (sum_j y_j / v_j + m_0 / s_0^2) / P
        log p(y | tau)   = -1/2 [sum_j (log(2 pi v_j) + (y_j - m)^2 / v_j)
                                 + ((m - m_0) / s_0)^2 + log(s_0^2 P)]

    The density of t, the log of tau / tau_0, is integrated by adaptive Gauss-Legendre panels, each
    to the relative tolerance `rtol`, down to exp(-700) of its highest value. (Where the prior of
    tau is bounded, t is its logit less that of tau_0.) tau_0 is a place near the top, from which
    log densities and means are counted, so that the differences of large numbers keep their digits:
    see `Around`.

    Parameters
    ----------
    model : NormalNormal
    rtol : float

    Attributes
    ----------
    coordinate : Steps
        What t is, as a function of tau.
    centre : float
        One of the estimates, from which y and mu are counted.
    around : Around
    given : Around or AroundMany
        The same, or for many groups what is read off from it.
    integral : integral.Integral
        The posterior of t.
    nodes, steps : array (n,)
        Values of tau that it is evaluated at, and tau - tau_0.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.refuse_priors_off_the_scale()
        refuse_too_far_apart(model.y, model.sigma)
        self.centre = float(np.sort(model.y)[model.J // 2])
        self.y_from_centre = model.y - self.centre
        origin, searched = self.found_from_afar()
        self.coordinate = Steps(coordinate(model.tau.support), origin)
        self.around = self.given = self.around_tau_0()
        low, high = self.range_of_steps()
        if model.J > MANY:
            low, high = searched - origin
            self.given = AroundMany(self.around, low, high)
        try:
            self.integral = integrate(self.log_density, low, high, self.probes, rtol,
                                      terms=self.size_of_terms)
        except Unresolved as narrow:
            raise ValueError(self.too_narrow(self.coordinate.x(narrow.at))) from None
        self.nodes = self.coordinate.x(self.integral.u)
        self.steps = self.coordinate.step(self.integral.u)
        self.take_errors(rtol, self.errors())

    # What is integrated.

    def found_from_afar(self):
        """The log (or logit) of tau_0, near the top, and the ends of where the posterior is."""
        whole = coordinate(self.model.tau.support)

        def log_density(u):
            tau = whole.x(u)
            return (self.model.tau.logpdf(tau) + self.log_likelihood_of(tau)
                    + whole.log_jacobian(u))

        u, log_p = zoom(log_density, *self.search_range(), points=1000, drop=700.0,
                        later=64 if self.model.J > MANY else None)
        return float(u[np.argmax(log_p)]), u[[0, -1]]

    def search_range(self):
        """The widest range of the log (or logit) of tau in which to look for the posterior."""
        return coordinate(self.model.tau.support).range

    def range_of_steps(self):
        """The same range, of t."""
        low, high = self.search_range()
        return low - self.coordinate.origin, high - self.coordinate.origin

    def around_tau_0(self):
        """What is known given tau, counted from what is known given tau_0."""
        model = self.model
        m, _ = self.mu_from_centre(self.coordinate.place)

        def root(tau):
            return np.sqrt(1 / self.mu_from_centre(tau)[1])[:, None, None]

        return Around(self.y_from_centre, model.sigma, self.coordinate, np.array([m]), root,
                      np.ones((model.J, 1)), [moved(model.mu, self.centre)])

    def log_ratio_of_priors(self, t):
        """log p(tau) - log p(tau_0), for an array of t."""
        coordinate = self.coordinate
        return self.model.tau.log_ratio(coordinate.x(t), coordinate.place, coordinate.step(t))

    def log_ratio(self, t):
        """log p(tau, y) - log p(tau_0, y), for an array of t."""
        return self.log_ratio_of_priors(t) + self.given.ratio(t).log

    def log_density(self, t):
        """log p(t, y), less what it is at t = 0, for an array of t."""
        return self.log_ratio(t) + self.coordinate.log_jacobian(t)

    def size_of_terms(self, t):
        """The sizes of the terms of `log_density`, added up: its rounding errors go with them."""
        return np.abs(self.log_ratio_of_priors(t)) + self.given.ratio(t).terms + np.abs(t)

    def probes(self, t):
        """Functions of t, an array (K, n), whose posterior means must converge as well.

        They are what the moments of the coefficients are made of, each less its value at t = 0 and
        divided by its sd there, and those of the shrinkage and of theta, for a few groups that
        stand for the others.
        """
        around, move, root = self.around, self.given.move(t), self.given.root(t)
        variance_0 = MultivariateNormal(around.mean, around.root_0[0]).sd ** 2
        variance = MultivariateNormal(around.mean, root).sd ** 2
        z = move / np.sqrt(variance_0)
        few = around.design[self.few_groups]
        line = move @ few.T / np.sqrt((few**2 * variance_0).sum(axis=-1))
        sigma2 = self.model.sigma[self.few_groups] ** 2
        B = sigma2 / (sigma2 + per_group(self.coordinate.x(t)) ** 2)
        with np.errstate(over="ignore"):
            found = np.concatenate([z.T, z.T**2, (variance / variance_0).T, B.T, (B * line).T])
        return np.clip(found, -LARGEST_PROBE, LARGEST_PROBE)

    @cached_property
    def few_groups(self):
        """Numbers of at most eight groups, from the smallest standard error to the largest."""
        J = self.model.J
        places = np.unique(np.linspace(0, J - 1, min(J, 8)).astype(int))
        return np.argsort(self.model.sigma)[places]

    # What can have gone wrong.

    def refuse_priors_off_the_scale(self):
        """Refuse priors whose parameters floating point cannot square."""
        refuse_off_the_scale(mu=self.model.mu, tau=self.model.tau)

    def errors(self):
        """Relative errors by their causes, as half sentences that say what to do."""
        integral, mass = self.integral, self.integral.mass
        step = mass @ self.steps
        tau, sd = self.coordinate.place + step, np.sqrt(mass @ (self.steps - step) ** 2)
        narrowness = tau / max(sd, EPS * tau) if self.moment_exists(2) else 0.0
        return {
            self.too_narrow(tau): EPS * narrowness,
            "the quadrature does not converge to rtol": integral.error,
            f"the log density is a sum of large numbers near tau = {tau:.4g}; {self.unsuited()}":
                4 * EPS * (mass @ self.size_of_terms(integral.u)),
            "the posterior of tau goes on to the end of what floating point tells apart; "
            f"{self.unsuited()}": integral.cut_off,
        }

    def too_narrow(self, tau):
        """Half a sentence on a posterior that is a single number in floating point."""
        return (f"the posterior of tau is so narrow that floating point cannot tell its values "
                f"apart, near {tau:.4g}; {self.unsuited()}")

    def unsuited(self):
        """What to do where the priors do not suit the data, and the priors."""
        return (f"are the priors on the scale of y and sigma? mu ~ {self.model.mu!r}, "
                f"tau ~ {self.model.tau!r}")

    # The data, given tau.

    def over_tau(self, function, tau):
        """function(tau) for a tau of any shape, in pieces that fit into memory.

        The function takes an array (n,), and makes a table of all groups of it.
        """
        tau = np.asarray(tau, dtype=float)
        found = in_pieces(function, tau.ravel(), cells=self.model.J, largest=CACHED_PIECE)
        return found.reshape((*found.shape[:-1], *tau.shape))[()]

    def log_likelihood_of(self, tau):
        """log p(y | tau); for a flat prior of mu, up to the constant that it leaves open."""
        return self.over_tau(self.log_likelihoods, tau)

    def log_likelihoods(self, tau):
        """The same, for an array (n,), all at once."""
        model = self.model
        m, variance = self.mu_from_centre(tau)

        def minus_twice_log_p(y, sigma):
            v = sigma**2 + per_group(tau) ** 2
            return np.log(2 * np.pi * v) + (y - per_group(m)) ** 2 / v

        log_p = -0.5 * sum_in_pieces(minus_twice_log_p, self.y_from_centre, model.sigma,
                                     cells=len(tau))
        log_p_m = moved(model.mu, self.centre).logpdf(m)
        return log_p + log_p_m + 0.5 * (LOG_2PI + np.log(variance))

    def mu_from_centre(self, tau):
        """The same, with the mean counted from the centre."""
        return self.over_tau(self.means_and_variances, tau)

    def means_and_variances(self, tau):
        """The same, (2, n), for an array (n,), all at once."""
        mu = self.model.mu
        weight = 1 / (self.model.sigma**2 + per_group(tau) ** 2)
        P = weight.sum(axis=-1) + mu.precision
        pull_of_prior = (mu.mean - self.centre) * mu.precision
        return np.stack([(weight @ self.y_from_centre + pull_of_prior) / P, 1 / P])

    @property
    def log_evidence(self):
        """log p(y)."""
        self._proper(self.model.mu, self.model.tau)
        return self.log_total

    @property
    def log_total(self):
        """log p(y); for flat priors, up to the constant that they leave open."""
        tau_0 = self.coordinate.place
        at_tau_0 = self.model.tau.logpdf(tau_0) + self.log_likelihood_of(tau_0)
        return float(self.coordinate.log_dx_at_place + at_tau_0 + self.integral.log_total)

    # tau itself.

    def moment_exists(self, k):
        """Whether E[tau^k] is finite: the posterior falls like tau^-a, with a > k + 1."""
        return self.model.tail_power > k + 1

    @cached_property
    def nodes_that_count(self):
        """The numbers of the nodes that moments are made of, and the probabilities there.

        With many groups the tails fall so fast that what is below exp(-60) adds nothing.
        """
        log_mass = self.integral.log_mass
        counts = log_mass > (-60.0 if self.model.J > MANY else -np.inf)
        k = np.flatnonzero(counts)
        mass = self.integral.mass[k]
        return k, mass / mass.sum()

    def over_groups(self, function):
        """function(j) of an array of the numbers of all groups, in pieces."""
        return in_pieces(function, np.arange(self.model.J), cells=len(self.nodes_that_count[0]),
                         largest=CACHED_PIECE)

    def marginal_of_tau(self):
        """The marginal of tau."""
        tau = Transformed(self.integral, self.coordinate.x, self.coordinate.u,
                          self.log_density_of_tau, self.model.tau.support, "tau",
                          self.moments_of_tau())
        if not self.moment_exists(1):
            tau.mean = np.inf
        if not self.moment_exists(2):
            tau.sd = np.inf
        return tau

    def moments_of_tau(self):
        """Mean and sd of tau, from its steps away from tau_0."""
        mass = self.integral.mass
        step = mass @ self.steps
        return (float(self.coordinate.place + step),
                float(np.sqrt(mass @ (self.steps - step) ** 2)))

    def log_density_of_tau(self, tau):
        """log p(tau | y)."""
        tau = np.asarray(tau, dtype=float)
        low, high = self.model.tau.support
        inside = (tau >= low) & (tau <= high) & (tau < np.inf)
        at = np.where(inside, tau, self.coordinate.place).ravel()
        with np.errstate(divide="ignore"):  # the density may be 0 at tau = 0
            log_p = self.log_ratio(self.coordinate.u(at))
        log_p = log_p - self.integral.log_total - self.coordinate.log_dx_at_place
        return np.where(inside, log_p.reshape(tau.shape), -np.inf)[()]
