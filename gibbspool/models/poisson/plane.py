"""The posterior of (mu_log, sigma_log) in the Poisson-lognormal model, the rates integrated out."""
from functools import cached_property

import numpy as np

from ...distributions.marginals import Transformed
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Flat
from ...numerics.coordinates import coordinate
from ...numerics.nodes import Nodes, log_sum
from ...numerics.quadrature import Unresolved
from ...numerics.ridge import Ridge
from ..posterior import ExactPosterior
from .count import log_unit
from .gathered import gathered
from .joint import Counts, Joint
from .rates import Line, integrated
from .weighted import middle_and_width, moments_of, narrowness

HIGHEST_LOG_SIGMA = 300.0     # log sigma_log is looked for between -300 and 300

LARGEST_MEAN = 1e15           # of mu_log: beyond, not even its prior keeps its digits


class PlaneOfPopulation(ExactPosterior):
    """p(mu_log, sigma_log | y), which is what the groups share.

    With L_j(mu_log, sigma_log) the probability of y_j, its log_lam_j integrated out
    (`count.of_count`)::

        p(mu_log, sigma_log | y) ~ p(mu_log) p(sigma_log) prod_j L_j(mu_log, sigma_log)

    In u = log sigma_log (or its logit, where the prior is bounded) and mu_log the posterior is a
    ridge, concave along mu_log: its log is evaluated until panels of polynomials describe it, and
    the rest is read off them (`numerics.ridge`, `numerics.nodes`). Groups with the same count and
    exposure are computed once, those with the same count and many exposures gathered into few
    (`gathered`), and mu_log is counted from a centre, so that large counts keep their digits.

    Parameters
    ----------
    model : PoissonLognormal
    rtol : float
        Relative tolerance of the polynomials and of the integral along u.

    Attributes
    ----------
    centre : float
        From which mu_log and log rates are counted within.
    counts : joint.Counts
    which : array (J,)
        The place of each group's data in `counts`; -1 for a group without exposure.
    ridge : ridge.Ridge
        The density of (mu_log, u).
    nodes : nodes.Nodes
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        refuse_off_the_scale(mu_log=model.mu_log, sigma_log=model.sigma_log)
        if abs(model.mu_log.mean) > LARGEST_MEAN:
            raise ValueError(f"no exact posterior: {self._unsuited()}; no rate is exp(1e15)")
        self.rtol = rtol
        self.coordinate = coordinate(model.sigma_log.support)
        self.centre = self._centre()
        self.counts, self.which = self._distinct()
        self.ridge = self._ridge(self.counts)
        self.nodes = Nodes(self.ridge, self.coordinate.x)
        self.log_total = self.ridge.log_total
        self.take_errors(rtol, self._errors())

    # What is integrated.

    def _centre(self):
        """One log rate for all events, and the prior's, weighted by what they count."""
        model, prior = self.model, self.model.mu_log
        events = model.y.sum() + 0.5
        pooled = np.log(events / model.exposure.sum()) if model.exposure.any() else prior.mean
        return float((events * pooled + prior.precision * prior.mean) / (events + prior.precision))

    def _distinct(self):
        """The data that there are, each once, and which of them each group has."""
        model = self.model
        watched = model.exposure > 0
        which = np.full(model.J, -1)
        if not watched.any():
            return Counts(*np.empty((3, 0))), which
        data = np.stack([model.y, model.exposure])[:, watched]
        (y, exposure), place, times = np.unique(data, axis=1, return_inverse=True,
                                                return_counts=True)
        which[watched] = place.ravel()
        return Counts(y, np.log(exposure) - log_unit(y) + self.centre, times), which

    def _ridge(self, counts, power=0):
        """The ridge of the posterior given some counts, times lam_new^power."""
        model = self.model
        joint = Joint(gathered(counts), model.mu_log, model.sigma_log, self.coordinate,
                      self.centre, power)
        u_range = np.clip(self.coordinate.range, -HIGHEST_LOG_SIGMA, HIGHEST_LOG_SIGMA)
        try:
            return Ridge(joint, u_range, joint.start, self.rtol, joint.few())
        except Unresolved as narrow:
            raise ValueError("the posterior of mu_log and sigma_log is narrower than floating "
                             f"point can tell apart ({narrow}); {self._unsuited()}") from None

    def _errors(self):
        """Relative errors by their causes, as half sentences that say what to do."""
        ridge, integral = self.ridge, self.ridge.integral
        sigma = self.coordinate.x(integral.u)
        of_sigma = moments_of(sigma, integral.mass)
        of_mu = moments_of(self.nodes.mu, np.exp(self.nodes.log_mass))
        far = f"near mu_log = {self.centre + of_mu[0]:.4g}; {self._unsuited()}"
        too_narrow = "is so narrow that floating point cannot tell its values apart, "
        return {
            f"the posterior of sigma_log {too_narrow}near {of_sigma[0]:.4g}; {self._unsuited()}":
                narrowness(*of_sigma) if self._moment_exists(2) else 0.0,
            f"the posterior of mu_log {too_narrow}{far}":
                narrowness(self.centre + of_mu[0], of_mu[1]),
            f"the log density is a sum of large numbers {far}": ridge.rounding_error,
            "the posterior of sigma_log goes on to the end of what floating point tells apart; "
            f"{self._unsuited()}": integral.cut_off,
            "the quadrature does not converge to rtol":
                integral.error + ridge.polynomial_error + self.nodes.error,
        }

    def _unsuited(self):
        """What to do where the priors do not suit the data, and the priors."""
        return ("are the priors on the scale of the log rates, log(y / exposure)? mu_log ~ "
                f"{self.model.mu_log!r}, sigma_log ~ {self.model.sigma_log!r}")

    @property
    def log_evidence(self):
        """log p(y), the integral over the plane; refused where a prior is improper."""
        self._proper(self.model.mu_log, self.model.sigma_log)
        return float(self.log_total)

    # The population.

    @cached_property
    def sigma_at_nodes(self):
        """sigma_log at each node, (N,)."""
        return self.nodes.sigma[self.nodes.column]

    @cached_property
    def mass(self):
        """The probability of each node, (N,)."""
        return np.exp(self.nodes.log_mass)

    def _moment_exists(self, k):
        """Whether E[sigma_log^k] is finite: the posterior falls like sigma_log^-a, a > k + 1."""
        return self.model.tail_power > k + 1

    def _existing(self, mean, sd):
        """Moments that exist where those of sigma_log do, else nan and inf."""
        return (mean if self._moment_exists(1) else np.nan,
                sd if self._moment_exists(2) else np.inf)

    def _sigma_log(self):
        """The distribution of sigma_log: mu_log integrated out at any value of it."""
        prior, ends, integral = self.model.sigma_log, self.ridge.edges[[0, -1]], self.ridge.integral

        def logpdf(sigma_log):
            sigma_log = np.asarray(sigma_log, dtype=float)
            inside = np.clip(np.where(np.isnan(sigma_log), 1.0, sigma_log), *prior.support)
            u = np.clip(self.coordinate.u(inside), *ends).ravel()
            log_likelihood = (self.ridge.over_mu(u) - prior.logpdf(self.coordinate.x(u))
                              - self.coordinate.log_jacobian(u))
            return ((log_likelihood - integral.log_total).reshape(sigma_log.shape)[()]
                    + prior.logpdf(sigma_log))

        marginal = Transformed(integral, self.coordinate.x, self.coordinate.u, logpdf,
                               prior.support, "sigma_log")
        marginal.mean = marginal.mean if self._moment_exists(1) else np.inf
        marginal.sd = marginal.sd if self._moment_exists(2) else np.inf
        return marginal

    def _mu_log(self):
        """The distribution of mu_log: the columns of the plane, one beside the other, summed."""
        nodes, size = self.nodes, len(self.ridge.series[0])
        strips, log_p = self.ridge.strips(nodes.u, max(64, size))
        series = strips.series(log_p + nodes.log_weight)

        def log_density(mu):
            return log_sum(strips.read(series, mu[:, None]))

        middle = Line(*middle_and_width(nodes.mu, 0.0 * nodes.mu, self.mass))
        found = integrated(log_density, self.centre, middle, size * len(nodes.u), self.ridge.rtol,
                           depth=40.0)
        mean, sd = moments_of(nodes.mu, self.mass)
        moments = self.centre + mean, sd
        if isinstance(self.model.mu_log, Flat):
            moments = self._existing(*moments)
        return found.marginal("mu_log", moments)
