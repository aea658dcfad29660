"""Gibbs samplers with a mistake of the homework's bank, and the two checks that may find it.

The model is that of the homework, where every conditional is in closed form::

    y_j ~ Normal(theta_j, sigma_j),  theta_j ~ Normal(mu, tau),
    mu ~ Normal(m0, s0),             tau^2 ~ InverseGamma(a0, b0)
"""
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import gammaln, kolmogorov

from ..distributions.base import Distribution
from ..distributions.standard import InverseGamma, Normal
from ..homework.bank import Switches
from ..homework.exercises.group_means import mu_given, theta_given
from ..homework.exercises.metropolis_positive import METROPOLIS_POSITIVE
from ..homework.exercises.sweep import SWEEP
from ..homework.exercises.tau_squared import tau2_given
from ..models.normal.model import NormalNormal
from ..sampling.check import check_conditionals
from ..sampling.model import Model

STEP = 0.7           # of the random walk on log tau
# Chains of the check against the exact posterior, and sweeps of each: without and with a random
# walk, which needs more to show where it leads.
STARTS = {False: 600, True: 1000}
SWEEPS = {False: 10, True: 25}
NOT_DRAWN = "is not drawn"
TOO_SELDOM = 1e-4    # a right sampler looks this bad once in ten thousand times


@dataclass(frozen=True)
class Problem:
    """Data and priors, as the homework's functions take them."""

    y: np.ndarray
    sigma: np.ndarray
    m0: float
    s0: float
    a0: float
    b0: float

    @property
    def given(self):
        return dict(vars(self))

    def model(self, groups=None):
        """The same as a gibbspool model, for its joint density and exact posterior."""
        return NormalNormal(self.y, self.sigma, Normal(self.m0, self.s0),
                            InverseGamma(self.a0, self.b0), groups=groups, form="centred")


@dataclass(frozen=True)
class Sampler:
    """A sweep with a mistake; `sweep(rng, state, **problem.given)` returns the new state.

    Attributes
    ----------
    name : str
        The mistake's id, and its variant where there are several, such as "P1-theta".
    say : str
        What the homework says of it.
    walks : bool
        Whether tau is drawn by a step of a random walk on log tau.
    """

    name: str
    say: str
    sweep: object
    walks: bool = False


def walking_sweep(switches, rng, state, y, sigma, m0, s0, a0, b0):
    """theta and mu from their conditionals, tau by a Metropolis step on log tau."""
    theta = rng.normal(*theta_given(y, sigma, state["mu"], state["tau"]))
    mu = rng.normal(*mu_given(theta, state["tau"], m0, s0))
    shape, scale = tau2_given(theta, mu, a0, b0)

    def log_p(tau):
        return -(2 * shape + 1) * np.log(tau) - scale / tau**2

    tau = METROPOLIS_POSITIVE.formula(switches, log_p, state["tau"], STEP, rng.standard_normal(),
                                      rng.random())
    return {"theta": theta, "mu": mu, "tau": tau}


def right(walks=False):
    """The sampler without a mistake."""
    formula = walking_sweep if walks else SWEEP.formula
    return Sampler("", "", partial(formula, Switches()), walks)


def samplers():
    """All samplers with a mistake, by name."""
    found = {}
    for exercise, formula, walks in ((SWEEP, SWEEP.formula, False),
                                     (METROPOLIS_POSITIVE, walking_sweep, True)):
        for mistake in exercise.mistakes:
            leaves = {"additive", "log"} & set(mistake.switches.values())
            if mistake.wrong is not None or leaves:  # tau would not stay positive
                continue
            variant = "-".join(mistake.variant.replace("-", " minus ").split())
            name = f"{mistake.id}-{variant}" if variant else mistake.id
            found.setdefault(name, Sampler(name, mistake.say,
                                           partial(formula, Switches(mistake.switches)), walks))
    return found


def chain(sampler, problem, start, draws, seed):
    """A chain's states after each sweep: theta (draws, J), mu and tau (draws,)."""
    rng, state, kept = np.random.default_rng(seed), start, []
    with np.errstate(all="ignore"):
        for _ in range(draws):
            state = sampler.sweep(rng, state, **problem.given)
            kept.append(state)
    return {name: np.array([one[name] for one in kept]) for name in ("theta", "mu", "tau")}


# ------------------------------------------------ the check of the conditionals

class Numbers:
    """A generator that hands out the numbers it is told to; it notes the shape of the gamma."""

    def __init__(self, theta=0.0, mu=0.0, gamma=1.0):
        self.theta, self.mu, self.number, self.shape = theta, mu, gamma, None

    def standard_normal(self, size=None):
        return self.theta

    def normal(self, mean, sd):
        return mean + sd * self.mu

    def standard_gamma(self, shape):
        self.shape = shape
        return self.number


@dataclass(frozen=True, eq=False)
class PowerOfGamma(Distribution):
    """c g^power with g ~ Gamma(shape): what becomes of the only random number behind tau."""

    c: float
    power: float
    shape: float

    def _logpdf(self, x):
        g = (x / self.c) ** (1 / self.power)
        return ((self.shape - 1) * np.log(g) - g - gammaln(self.shape)
                + np.log(g / np.abs(self.power) / x))


class AsWritten(Model):
    """The conditionals that a sweep draws from, read off what it does with given numbers.

    Each is looked at in a state whose old values are the new ones: the formulas are checked, not
    which values they are given.
    """

    order = ("theta", "mu", "tau")

    def __init__(self, sampler, problem):
        self.sampler, self.problem, self.twin = sampler, problem, problem.model()
        self.read = right() if sampler.walks else sampler  # theta and mu are drawn likewise

    def one(self, theta, mu, tau, rng):
        """A sweep of one state with the given numbers."""
        return self.read.sweep(rng, {"theta": theta, "mu": mu, "tau": tau}, **self.problem.given)

    def of_theta(self, theta, mu, tau):
        """Mean and sd."""
        mean = self.one(theta, mu, tau, Numbers())["theta"]
        return mean, self.one(theta, mu, tau, Numbers(theta=np.ones_like(theta)))["theta"] - mean

    def to(self, theta, mu, tau):
        """The numbers with which theta is drawn as it is."""
        mean, sd = self.of_theta(theta, mu, tau)
        return (theta - mean) / np.where(sd == 0, 1.0, sd)

    def of_mu(self, theta, mu, tau):
        """Mean and sd."""
        z = self.to(theta, mu, tau)
        mean = self.one(theta, mu, tau, Numbers(z))["mu"]
        return mean, self.one(theta, mu, tau, Numbers(z, mu=1.0))["mu"] - mean

    def of_tau(self, theta, mu, tau):
        """c, power and shape: tau is c g^power with g ~ Gamma(shape)."""
        mean, sd = self.of_mu(theta, mu, tau)
        z = self.to(theta, mu, tau), (mu - mean) / (sd or 1.0)
        rng = Numbers(*z)
        c = self.one(theta, mu, tau, rng)["tau"]
        twice = self.one(theta, mu, tau, Numbers(*z, gamma=2.0))["tau"]
        return c, np.log2(twice / c), rng.shape or np.nan

    def over(self, function, theta, mu, tau):
        """function(theta, mu, tau) of a batch of states, as arrays."""
        batch = np.broadcast_shapes(np.shape(theta)[:-1], np.shape(mu), np.shape(tau))
        theta = np.broadcast_to(theta, (*batch, len(self.problem.y)))
        mu, tau = np.broadcast_to(mu, batch), np.broadcast_to(tau, batch)
        found = [function(theta[at], float(mu[at]), float(tau[at])) for at in np.ndindex(batch)]
        return [np.array(part).reshape((*batch, *np.shape(part[0]))) for part in zip(*found)]

    def theta_given(self, mu, tau):
        mean, sd = self.over(self.of_theta, np.zeros_like(self.problem.y), mu, tau)
        return Normal(mean, drawn("theta", sd))

    def mu_given(self, theta, tau):
        mean, sd = self.over(self.of_mu, theta, 0.0, tau)
        return Normal(mean, drawn("mu", sd))

    def tau_given(self, theta, mu):
        if self.sampler.walks:  # the density that the step is given; how it steps is not seen
            return self.twin.tau_given(theta, mu)
        c, power, shape = self.over(self.of_tau, theta, mu, 1.0)
        return PowerOfGamma(c, drawn("tau", power), shape)

    def log_joint(self, mu, tau, theta):
        return self.twin.log_joint(mu, tau, theta)

    def initial(self, rng, shape=()):
        return self.twin.initial(rng, shape)


def drawn(name, spread):
    """The spread of a draw; a ValueError where there is none."""
    if np.any(spread == 0):
        raise ValueError(f"{name} {NOT_DRAWN}: it takes one value, whatever the random number")
    return spread


def conditionals(sampler, problem):
    """Each conditional against the joint density: a list of `sampling.check.Verdict`.

    It ends with one that is no draw: what comes after it in the sweep cannot be read off.
    """
    found = []
    for verdict in check_conditionals(AsWritten(sampler, problem), states=4):
        found.append(verdict)
        if NOT_DRAWN in verdict.remark:
            break
    return found


# ------------------------------------------------ the check against the exact posterior

def invariance(sampler, problem, truth, seed=1):
    """What a sampler makes of exact draws: a right one leaves them exact.

    Many chains begin at independent draws from the exact posterior. Their states some
    sweeps later are independent of each other, so Kolmogorov's test needs no effective sample size.

    Returns
    -------
    list of dict
        name of a variable; distance: the largest between the cdf of the chains and the exact one;
        p: how often a right sampler would be as far off.
    """
    rng = np.random.default_rng(seed)
    chains = STARTS[sampler.walks]
    starts = truth.sample(chains, 1, seed=seed)
    ended = []
    with np.errstate(all="ignore"):
        for k in range(chains):
            state = {name: starts[name][0, k] for name in ("theta", "mu", "tau")}
            for _ in range(SWEEPS[sampler.walks]):
                state = sampler.sweep(rng, state, **problem.given)
            ended.append(state)
    last = {name: np.array([one[name] for one in ended]) for name in ("theta", "mu", "tau")}
    shown = [("mu", last["mu"], truth["mu"]), ("tau", last["tau"], truth["tau"])]
    shown += [(f"theta[{label}]", last["theta"][:, j], truth["theta"][j])
              for j, label in enumerate(truth.model.groups)]
    return [{"name": name, **distance(marginal.cdf(values))} for name, values, marginal in shown]


def distance(u):
    """Kolmogorov's distance of numbers from the uniform distribution, and its p-value."""
    u = np.sort(np.where(np.isnan(u), 1.0, u))
    n = len(u)
    below = np.arange(n) / n
    apart = max(np.max(u - below), np.max(below + 1 / n - u))
    return {"distance": float(apart), "p": float(kolmogorov(np.sqrt(n) * apart))}
