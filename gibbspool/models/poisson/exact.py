"""The exact posterior of the Poisson-lognormal model, by quadrature.

There is one integral for each group, inside a plane (mu_log, sigma_log).
"""
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals, Transformed
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Flat, Normal
from ...numerics.coordinates import coordinate
from ...numerics.nodes import Nodes, log_sum
from ...numerics.quadrature import Unresolved
from ...numerics.ridge import Ridge
from ...numerics.special import EPS
from ..posterior import ExactPosterior
from .count import draw_log_mean, log_poisson, log_unit, of_count
from .joint import Counts, Joint
from .propriety import is_proper, moment_of_new_rate
from .rates import DEPTH, Line, integrated

HIGHEST_LOG_SIGMA = 300.0     # log sigma_log is looked for between -300 and 300

LARGEST_MEAN = 1e15           # of mu_log: beyond, not even its prior keeps its digits

# Of the sums over the nodes, those whose terms at the outermost nodes, exp(-28) of the highest mass
# and less, are more than this share of them need nodes of their own.
OUTERMOST, SHARE = -28.0, 1e-7


class ExactPoissonLognormal(ExactPosterior):
    """The plane (mu_log, sigma_log) by quadrature; given it each group is one integral.

    With L_j(mu_log, sigma_log) the probability of y_j, its log_lam_j integrated out
    (`count.of_count`)::

        p(mu_log, sigma_log | y) ~ p(mu_log) p(sigma_log) prod_j L_j(mu_log, sigma_log)

        p(log_lam_j | y) ~ Poisson(y_j; lam_j e_j)
            * integral of Normal(log_lam_j; mu_log, sigma_log) p(mu_log, sigma_log | y)
              / L_j(mu_log, sigma_log) over mu_log and sigma_log

    In u = log sigma_log (or its logit, where the prior is bounded) and mu_log the posterior is a
    ridge, concave along mu_log: its log is evaluated until panels of polynomials describe it, and
    the rest is read off them (`numerics.ridge`, `numerics.nodes`). Groups with the same count and
    exposure are computed once, and mu_log is counted from a centre, so that large counts keep their
    digits. Leave-one-out is the mean of 1 / L_j; where it leans on the edge of the posterior, the
    posterior without the group is integrated instead.

    The mean of a new group's rate is that of exp(mu_log + sigma_log^2 / 2). It is infinite when the
    prior of sigma_log falls more slowly than exp(-sigma_log^2 / 2), as all but a normal, a
    half-normal or a bounded one do. Under HalfNormal(s) it is finite for s < 1, infinite for s > 1,
    and for s = 1 finite where at least two groups have a count above zero, each of which gives the
    posterior a factor 1 / sigma_log. The variance is finite for half that s. A flat mu_log makes it
    worse: the limit of s is to be divided by sqrt(1 + 1 / J), and just at the limit nan is
    reported.

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
        self.log_rates = {}
        self.marginals = {
            "mu_log": self._mu_log(),
            "sigma_log": self._sigma_log(),
            "lam": Marginals(self._lam, model.groups, "lam", lambda: self.moments["lam"]),
            "log_lam": Marginals(self._log_lam, model.groups, "log_lam",
                                 lambda: self.moments["log_lam"]),
        }

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
        joint = Joint(counts, model.mu_log, model.sigma_log, self.coordinate, self.centre, power)
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

    def _log_left_out(self):
        """log p(y_j | the others) = -log E[1 / L_j | y]."""
        model = self.model
        for j in range(model.J):
            if not is_proper(np.delete(model.y, j), model.mu_log, model.sigma_log):
                raise ValueError("leave-one-out is not defined: without group "
                                 f"{model.groups[j]} the posterior is improper; give mu_log "
                                 "and sigma_log proper priors")
        each = np.empty(len(self.counts.y) + 1)
        each[-1] = 0.0                                       # of groups without exposure
        for g, block in self.counts.blocks(len(self.nodes.mu)):
            log_p = self.nodes.log_mass - block.at(self.nodes.mu, self.sigma_at_nodes).log_p
            each[g] = -logsumexp(log_p, axis=1)
            for k in np.flatnonzero(~self._holds(log_p)):
                without = self._ridge(self.counts.without(g[k]))
                each[g[k]] = self.log_total - without.log_total
        return each[self.which]

    def _holds(self, log_p):
        """Whether sums of exp(log_p) over the nodes, (..., N), owe next to nothing to the edge."""
        edge = self.nodes.log_mass < self.nodes.log_mass.max() + OUTERMOST
        if not edge.any():
            return np.full(log_p.shape[:-1], False)
        return logsumexp(log_p[..., edge], axis=-1) < logsumexp(log_p, axis=-1) + np.log(SHARE)

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

    # The groups.

    @cached_property
    def moments(self):
        """Means and sds of the rates and the log rates of all groups, in one pass.

        Returns
        -------
        dict of str to array (2, J)
        """
        each = {name: np.empty((2, len(self.counts.y))) for name in ("lam", "log_lam")}
        for g, block in self.counts.blocks(len(self.nodes.mu)):
            for name, found in self._moments_of(block).items():
                each[name][:, g] = found
        return {name: np.transpose([self._moments_at(name, j, values)
                                    for j in range(self.model.J)])
                for name, values in each.items()}

    def _moments_at(self, name, j, found=None):
        """Mean and sd of a group's "lam" or "log_lam", if need be from what was found for all data.
        """
        g = self.which[j]
        if "moments" in self.__dict__:
            return tuple(self.moments[name][:, j])
        if g < 0 and name == "lam":
            return self.new_group.mean, self.new_group.sd
        if g < 0:
            mean, sd = total_moments(self.nodes.mu, self.sigma_at_nodes**2, self.mass)
            return self._existing(self.centre + mean, sd)
        found = self._moments_of(self._data_of(g))[name][:, 0] if found is None else found[:, g]
        mean, sd = (float(x) for x in found)
        # nothing but the population keeps the log rate of no events from going far down
        if name == "log_lam" and self.model.y[j] == 0:
            return self._existing(mean, sd)
        return mean, sd

    def _data_of(self, g):
        """The g-th data as `Counts`."""
        return Counts(*(values[[g]] for values in self.counts))

    def _moments_of(self, counts):
        """Means and sds of the rates and log rates of some data: by those given each node."""
        found = counts.at(self.nodes.mu, self.sigma_at_nodes)
        log_unit_over_exposure = self.centre - counts.offset
        unit = np.maximum(counts.y, 1.0)
        mean, sd = total_moments(found.mean, found.variance, self.mass)
        expected, sd_of_expected = total_moments(found.expected, found.variance_of_expected,
                                                 self.mass)
        with np.errstate(over="ignore"):
            rate = np.exp(log_unit_over_exposure) / unit
        return {"log_lam": np.stack([mean + log_unit_over_exposure, sd]),
                "lam": np.stack([expected * rate, sd_of_expected * rate])}

    def _existing(self, mean, sd):
        """Moments that exist where those of sigma_log do, else nan and inf."""
        return (mean if self._moment_exists(1) else np.nan,
                sd if self._moment_exists(2) else np.inf)

    def _log_rate(self, j):
        """The density of log_lam_j, a LogRate; groups with the same data share it."""
        g = self.which[j]
        if g < 0:
            return self.new_log_rate
        if g not in self.log_rates:
            self.log_rates[g] = self._integrate_log_rate(g)
        return self.log_rates[g]

    def _integrate_log_rate(self, g):
        """The density of a log rate: its likelihood times its prediction from the other groups."""
        counts = self._data_of(g)
        y, offset = counts.y[0], counts.offset[0]

        def without_it(mu, sigma):
            return -of_count(y, mu + offset, sigma).log_p

        population = self.nodes.spread(without_it)

        def log_density(log_lam):
            with np.errstate(over="ignore"):
                return population(log_lam) + log_poisson(y, log_lam + offset)

        given = counts.at(self.nodes.mu, self.sigma_at_nodes)
        middle, width = middle_and_width(given.mean[0] - offset, given.variance[0], self.mass)
        return integrated(log_density, self.centre, Line(middle, width), self.nodes.cells,
                          self.ridge.rtol, slope=np.sqrt(2 * DEPTH * y))

    @cached_property
    def new_log_rate(self):
        """The density of the log rate of a group that is not in the data, a LogRate."""
        population = self.nodes.spread(lambda mu, sigma: 0.0 * mu)
        middle = middle_and_width(self.nodes.mu, self.sigma_at_nodes**2, self.mass)
        return integrated(population, self.centre, Line(*middle), self.nodes.cells,
                          self.ridge.rtol)

    def _log_lam(self, j):
        """The distribution of log_lam_j."""
        return self._log_rate(j).marginal(f"log_lam[{self.model.groups[j]}]",
                                          self._moments_at("log_lam", j))

    def _lam(self, j):
        """The distribution of lam_j = exp(log_lam_j)."""
        return self._log_rate(j).marginal_of_rate(f"lam[{self.model.groups[j]}]",
                                                  self._moments_at("lam", j))

    @cached_property
    def new_group(self):
        """The rate of a group that is not in the data; moments that do not exist are inf."""
        return self.new_log_rate.marginal_of_rate("lam_new", self._moments_of_new_group())

    def _moments_of_new_group(self):
        """Mean and sd of lam_new, which given each node is lognormal."""
        mu, variance = self.nodes.mu, self.sigma_at_nodes**2
        exist = [moment_of_new_rate(self.model, k) for k in (1, 2)]
        with np.errstate(over="ignore", invalid="ignore"):
            log_power = [self.nodes.log_mass + k * mu + k**2 * variance / 2 for k in (1, 2)]
            if exist == [0, 0] and all(self._holds(log_p) for log_p in log_power):
                mean_at_nodes = np.exp(mu + variance / 2)
                return tuple(float(x) for x in np.exp(self.centre) * np.array(total_moments(
                    mean_at_nodes, mean_at_nodes**2 * np.expm1(variance), self.mass)))
            mean, square = (self._new_power(k) if exist[k - 1] == 0 else exist[k - 1]
                            for k in (1, 2))
            sd = np.sqrt(max(square - mean**2, 0.0)) if np.isfinite(square) else square
        return float(mean), float(sd)

    def _new_power(self, k):
        """E[lam_new^k], the posterior mean of exp(k mu_log + k^2 sigma_log^2 / 2).

        By a ridge of its own, since it may be carried by the far tail of the posterior.
        """
        tilted = self._ridge(self.counts, k)
        return np.exp(tilted.log_total - self.log_total + k * self.centre)

    def _draw(self, rng, shape):
        """Independent draws: (mu_log, sigma_log) from the plane, then log rates by rejection."""
        mu_log, u = (x.reshape(shape) for x in self.ridge.draw(rng, int(np.prod(shape))))
        mu_log, sigma_log = self.centre + mu_log, self.coordinate.x(u)
        log_exposure = self.model.log_exposure
        log_mean = draw_log_mean(rng, self.model.y, per_group(mu_log) + log_exposure,
                                 per_group(sigma_log))
        log_lam = log_mean - log_exposure
        empty = self.model.exposure == 0
        log_lam[..., empty] = Normal(per_group(mu_log), per_group(sigma_log)).draw(
            rng, log_lam[..., empty])
        return {"mu_log": mu_log, "sigma_log": sigma_log, "log_lam": log_lam,
                "lam": np.exp(log_lam)}


def moments_of(x, mass):
    """Mean and sd of values (N,), each of a probability."""
    mean = mass @ x
    return mean, np.sqrt(mass @ (x - mean) ** 2)


def total_moments(mean, variance, mass):
    """Mean and sd of what has a mean and a variance (..., N) given each of N nodes."""
    total = mean @ mass
    return total, np.sqrt(variance @ mass + (mean - total[..., None]) ** 2 @ mass)


def middle_and_width(mean, variance, mass):
    """About the middle and the width of the same, (N,), that no far node can shift: medians."""
    middle = weighted_median(mean, mass)
    return middle, np.sqrt(weighted_median(variance + (mean - middle) ** 2, mass))


def weighted_median(x, mass):
    """The value up to which half of the mass lies."""
    order = np.argsort(x)
    below = np.cumsum(mass[order])
    return float(x[order[np.searchsorted(below, below[-1] / 2)]])


def narrowness(mean, sd):
    """By how many sds a number of this size is rounded."""
    return EPS / 2 * abs(mean) / sd if sd > 0 else (1.0 if mean else 0.0)
