"""The exact posterior of the Poisson-lognormal model, by quadrature.

There is one integral for each group, inside a plane (mu_log, sigma_log).
"""
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from ...distributions.base import per_group
from ...distributions.marginals import Marginals
from ...distributions.standard import Normal
from .count import draw_log_mean, log_p_of_count, log_poisson
from .joint import Counts
from .plane import PlaneOfPopulation
from .propriety import is_proper, moment_of_new_rate
from .rates import DEPTH, Line, integrated
from .weighted import middle_and_width, total_moments

# Of the sums over the nodes, those whose terms at the outermost nodes, exp(-28) of the highest mass
# and less, are more than this share of them need nodes of their own.
OUTERMOST, SHARE = -28.0, 1e-7


class ExactPoissonLognormal(PlaneOfPopulation):
    """The plane (mu_log, sigma_log) by quadrature; given it each group is one integral.

    With L_j the probability of y_j, its log_lam_j integrated out (see `PlaneOfPopulation`)::

        p(log_lam_j | y) ~ Poisson(y_j; lam_j e_j)
            * integral of Normal(log_lam_j; mu_log, sigma_log) p(mu_log, sigma_log | y)
              / L_j(mu_log, sigma_log) over mu_log and sigma_log

    Leave-one-out is the mean of 1 / L_j; where it leans on the edge of the posterior, the posterior
    without the group is integrated instead.

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
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model, rtol)
        self.log_rates = {}
        self.marginals = {
            "mu_log": self._mu_log(),
            "sigma_log": self._sigma_log(),
            "lam": Marginals(self._lam, model.groups, "lam", lambda: self.moments["lam"]),
            "log_lam": Marginals(self._log_lam, model.groups, "log_lam",
                                 lambda: self.moments["log_lam"]),
        }

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
            return -log_p_of_count(y, mu + offset, sigma)

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

    # Leave-one-out, and independent draws.

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
            log_p = self.nodes.log_mass - block.log_p_at(self.nodes.mu,
                                                           self.sigma_at_nodes)
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
