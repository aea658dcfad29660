"""The log density of (mu_log, sigma_log) given all counts, their rates integrated out."""
from typing import NamedTuple

import numpy as np

from ...distributions.standard import moved
from ...numerics.concave import Bend
from ...numerics.pieces import pieces
from .count import log_p_of_count, log_unit, of_count
from .propriety import log_prior_tilted

CELLS = 200_000   # counts times places that are held at a time
FEW = 250         # counts that are enough to find the way


class Counts(NamedTuple):
    """Counts with exposure, those with the same data taken together.

    Attributes
    ----------
    y : array (G,)
    offset : array (G,)
        log(exposure) - log max(y, 1), and the centre from which mu_log is counted: what is added to
        mu_log for the a of `count`.
    times : array (G,)
        How many groups have these data.
    """

    y: np.ndarray
    offset: np.ndarray
    times: np.ndarray

    def blocks(self, places):
        """A few of them at a time: pairs of their numbers and their `Counts`."""
        for (i,) in pieces(np.arange(len(self.y)), cells=places, largest=CELLS):
            yield i, Counts(*(values[i] for values in self))

    def at(self, mu, sigma):
        """The `count.Count` of each at places (n,): arrays (G, n)."""
        return of_count(self.y[:, None], mu + self.offset[:, None], sigma)

    def log_p_at(self, mu, sigma):
        """The log_p of `at` alone, (G, n)."""
        return log_p_of_count(self.y[:, None], mu + self.offset[:, None], sigma)

    def without(self, g):
        """One group fewer with the g-th data."""
        times = self.times.copy()
        times[g] -= 1
        kept = times > 0
        return Counts(self.y[kept], self.offset[kept], times[kept])

    def few(self):
        """Some of them, from the highest rate to the lowest; None where there are few anyway."""
        if len(self.y) <= FEW:
            return None
        order = np.argsort(np.log(self.y + 0.5) - log_unit(self.y) - self.offset)
        chosen = order[np.linspace(0, len(order) - 1, FEW).astype(int)]
        return Counts(*(values[chosen] for values in self))


class Joint:
    """log p(mu_log, u, y), as a function of mu_log, counted from a centre, and of u.

    sigma_log is a function of u: its log, say.

    Parameters
    ----------
    counts : Counts
    mu_log, sigma_log : priors
    coordinate : of u
    centre : float
    power : int
        k for the density times lam_new^k, lam_new integrated out: exp(k mu_log + k^2 sigma_log^2 /
        2), mu_log from the centre.
    """

    def __init__(self, counts, mu_log, sigma_log, coordinate, centre, power=0):
        self.counts, self.coordinate, self.power = counts, coordinate, power
        self.mu_log, self.sigma_log = moved(mu_log, centre), sigma_log

    def __call__(self, mu, u):
        """At places (n,), a `concave.Bend`: with its slope and curvature in mu_log."""
        sigma = self.coordinate.x(u)
        value, terms = self.of_priors(mu, u, sigma)
        total = np.stack([value, (self.mu_log.mean - mu) * self.mu_log.precision + self.power,
                          np.broadcast_to(-self.mu_log.precision, mu.shape), terms])
        for _, block in self.counts.blocks(len(mu)):
            found = block.at(mu, sigma)
            for row, each in zip(total, (found.log_p, found.slope, found.curvature,
                                         np.abs(found.log_p))):
                row += block.times @ each
        return Bend(*total)

    def value(self, mu, u):
        """The log density at places (n,) and the sizes of its terms, added up: no derivatives."""
        sigma = self.coordinate.x(u)
        total = np.stack(self.of_priors(mu, u, sigma))
        for _, block in self.counts.blocks(len(mu)):
            log_p = block.log_p_at(mu, sigma)
            total += block.times @ log_p, block.times @ np.abs(log_p)
        return total

    def of_priors(self, mu, u, sigma):
        """What the priors and the power add to the log density, and the sizes of these terms."""
        of_mu, tilt = self.mu_log.logpdf(mu), self.power * mu
        of_u = self.log_prior(sigma) + self.coordinate.log_jacobian(u)
        return of_mu + of_u + tilt, np.abs(of_mu) + np.abs(of_u) + np.abs(tilt)

    def log_prior(self, sigma):
        """log p(sigma_log), and what lam_new^k adds that depends on sigma_log."""
        if self.power:
            return log_prior_tilted(self.sigma_log, sigma, self.power)
        return self.sigma_log.logpdf(sigma)

    def start(self, u):
        """About where the density is highest in mu_log, and how far that may be off.

        It is the mean of the log rates, weighted.
        """
        counts, variance = self.counts, self.coordinate.x(u)[:, None] ** 2
        stride = 4.0 + self.coordinate.x(u)
        if not len(counts.y):
            return np.full(len(u), self.mu_log.mean), stride
        own = np.log(counts.y + 0.5) - log_unit(counts.y) - counts.offset
        weight = counts.times / (variance + 1 / (counts.y + 0.5))
        prior = self.mu_log.precision
        about = ((weight @ own + prior * self.mu_log.mean + self.power)
                 / (weight.sum(axis=1) + prior))
        return about, stride

    def few(self):
        """The same with fewer counts; None where there are few."""
        counts = self.counts.few()
        if counts is None:
            return None
        other = Joint.__new__(Joint)
        other.__dict__.update(self.__dict__, counts=counts)
        return other
