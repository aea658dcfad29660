"""Hamiltonian Monte Carlo on any log density: one function for each idea.

A position q gets a random momentum p, and the two follow Hamilton's equations as a ball would roll
in the landscape -log p(q). The energy

    H(q, p) = -log p(q) + 1/2 sum_d p_d^2 / m_d

stays constant on the exact path, so that its end would always be accepted. The computer walks the
path in steps (`leapfrog`), which changes the energy a little; accepting the end with probability
exp(-error) makes up for that exactly (`transition`). Where the landscape bends more sharply than
the step allows, the error explodes: a divergence. The step size and the masses m_d are learnt in
`warm_up`, and `hmc` is the loop.

All chains advance in lock-step: positions are arrays (..., D), energies and step sizes (...), one
for each chain. Chains share nothing but the lengths of their trajectories, so forty chains are ten
runs of four.

References: Neal (2011), MCMC using Hamiltonian dynamics; Hoffman and Gelman (2014), The No-U-Turn
Sampler; Betancourt (2017), A conceptual introduction to Hamiltonian Monte Carlo.
"""
import warnings
from collections import namedtuple

import numpy as np

from .. import validate
from .draws import Draws
from .model import Model

FIRST_STEP = 0.1  # in units of the scales in the masses

MAX_STEPS = 100  # of one trajectory

MAX_ERROR = 1000.0  # of the energy; beyond it a trajectory is divergent

BROKEN = 10.0  # an energy error beyond which the end is accepted less than once in 20000 times

Point = namedtuple("Point", "position momentum energy error")

Point.__doc__ = """A point of a trajectory.

position, momentum : array (..., D); energy : array (...), H(q, p); error : array (...), the energy less that of the
start.
"""

Transition = namedtuple("Transition",
                        "start end kept broke acceptance_rate diverging n_steps step_size")

Transition.__doc__ = """What happened in one transition, for each chain.

start, end : Point; the end of a divergent trajectory is where the error passed 1000.
kept : Point; the end where it was accepted, the start where not.
broke : array (..., D); the last position at which the energy error was not above 10.
acceptance_rate : array; the probability of accepting the end.
diverging : array of bool; n_steps : array of int, leapfrog steps taken; step_size : array, of what size.
"""

Divergences = namedtuple("Divergences", "chain draw n_steps started broke position momentum")

Divergences.__doc__ = """Every divergent trajectory after warm-up.

chain, draw : array (n,) of int; which transition it was.
n_steps : array (n,) of int; the leapfrog step at which the energy error went beyond 1000, or was no number.
started, broke : dict of name to array (n, ...); where it started, and where it broke: its last point at which the
energy error was not above 10, so that it might still have been accepted.
position, momentum : array (n, D); its start on the coordinates of the target, from which `replay` repeats it.
"""


class Unlabelled(Model):
    """What draws are of that have no data and no groups."""

    coords = {}

    def cautions(self):
        return []


class Target:
    """Base of the densities that HMC samples. Any object with these methods will do:

    - ``log_density(q)``: log p(q), up to a constant, for positions q (..., D) that range over all
      of R^D. A variable on a part of the line, such as tau > 0, moves on another scale, such as log
      tau, with its Jacobian;
    - ``gradient(q)``: the derivatives of log p(q), (..., D);
    - ``named(q)``: the quantities that q stands for, by name;
    - ``initial(rng, shape)``: starting positions (*shape, D), more spread out than the density, of
      its scale;
    - ``model``, if there is one: the gibbspool model that labels the draws and holds the data.
    """

    model = Unlabelled()

    def named(self, q):
        """The quantities that a position stands for, by name; by default the position itself."""
        return {"q": q}


# ------------------------------------------------------------------------------------------------- one trajectory

def draw_momentum(rng, inverse_mass):
    """p_d ~ Normal(0, sqrt(m_d))."""
    return rng.standard_normal(np.shape(inverse_mass)) / np.sqrt(inverse_mass)


def energy(target, position, momentum, inverse_mass):
    """H(q, p) = -log p(q) + 1/2 sum_d p_d^2 / m_d: potential and kinetic energy."""
    return -target.log_density(position) + 0.5 * (inverse_mass * momentum**2).sum(axis=-1)


def leapfrog(gradient, position, momentum, force, step_size, inverse_mass):
    """One step of size h along Hamilton's equations, dq/dt = p / m and dp/dt = gradient of log
    p(q).

    Half a step of the momentum, a whole step of the position, the other half of the momentum. Each
    of the three shears the (q, p) space, so that volume is preserved; run with -p, the step goes
    back to where it came from.

    Parameters
    ----------
    gradient : callable
        Of the log density.
    position, momentum : array (..., D)
    force : array (..., D)
        gradient(position), known from the step before.
    step_size : array (...)
        In units of the scales 1 / sqrt(m_d).
    inverse_mass : array (..., D)

    Returns
    -------
    position, momentum, force
    """
    h = np.asarray(step_size)[..., None]
    momentum = momentum + h / 2 * force
    position = position + h * inverse_mass * momentum
    force = gradient(position)
    momentum = momentum + h / 2 * force
    return position, momentum, force


def trajectory(target, position, momentum, step_size, inverse_mass):
    """Leapfrog steps without end: yields the starting Point, then one Point for each step.

    The sampler takes its transitions from here, and so do the pictures::

        target = gp.funnel.neal("centred")
        rng = np.random.default_rng(1)
        q = target.initial(rng, ())
        one = np.ones_like(q)
        for step, point in zip(range(20), trajectory(target, q, draw_momentum(rng, one), 0.1, one)):
            print(step, point)
    """
    start = energy(target, position, momentum, inverse_mass)
    force = target.gradient(position)
    yield Point(position, momentum, start, np.zeros_like(start))
    while True:
        with np.errstate(all="ignore"):  # a divergent path overflows
            position, momentum, force = leapfrog(target.gradient, position, momentum, force,
                                                 step_size, inverse_mass)
            now = energy(target, position, momentum, inverse_mass)
            error = now - start
        yield Point(position, momentum, now, error)


# ------------------------------------------------------------------------------------------------- one transition

def transition(target, rng, position, step_size, inverse_mass):
    """A new momentum, a trajectory of random length, and the decision of Metropolis.

    The length of the trajectory is a time t, uniform on (0, pi) and common to all chains, and not a
    number of steps: a chain with smaller steps takes more of them and goes as far. On a normal
    density with scales 1 / sqrt(m_d), the time t turns q into q cos t + p sin t; the mean of cos t
    is zero, so the next position has no memory of this one. Each chain takes the fewest equal
    steps, none above its step size, that make up t: at most 100, even if that falls short of t.
    Chains that have arrived wait for the others.

    A chain whose energy error exceeds 1000, or is no number, stops: divergent and refused.
    """
    momentum = draw_momentum(rng, inverse_mass)
    time = rng.uniform(0, np.pi)
    n_steps = np.clip(np.ceil(time / step_size), 1, MAX_STEPS).astype(int)
    step_size = np.minimum(time / n_steps, step_size)

    path = trajectory(target, position, momentum, step_size, inverse_mass)
    start = end = next(path)
    broke = start.position
    diverging = np.zeros(np.shape(step_size), dtype=bool)
    step = 0
    while step < n_steps.max():
        step += 1
        point = next(path)
        moving = step <= n_steps
        broken = moving & ~(point.error <= MAX_ERROR)
        diverging = diverging | broken
        n_steps = np.where(broken, step, n_steps)
        broke = np.where((moving & (point.error <= BROKEN))[..., None], point.position, broke)
        if np.any(step == n_steps):
            end = choose(step == n_steps, point, end)

    acceptance_rate = np.where(diverging, 0.0, np.exp(-np.maximum(end.error, 0)))
    accepted = rng.random(np.shape(step_size)) < acceptance_rate
    kept = choose(accepted, end, start)
    return Transition(start, end, kept, broke, acceptance_rate, diverging, n_steps, step_size)


def choose(which, one, other):
    """The Point `one` for the chains in `which`, `other` for the rest."""
    return Point(*(np.where(which[..., None] if np.ndim(a) > np.ndim(which) else which, a, b)
                   for a, b in zip(one, other)))


# ------------------------------------------------------------------------------------------------- warm-up

class DualAveraging:
    """Finds the step size at which the mean acceptance rate is `target_accept` (Hoffman and Gelman
    2014, Section 3.2).

    After t transitions with acceptance rates a_1, ..., a_t::

        deficit    = weighted mean of target_accept - a_i
        log step   = log(10 first step) - sqrt(t) / 0.05 * deficit         to try next
        log smooth = t^-0.75 log step + (1 - t^-0.75) log smooth           to keep in the end

    Parameters
    ----------
    step_size : array (...)
        The first one, for each chain.
    target_accept : float
    """

    shrinkage, offset, decay = 0.05, 10, 0.75

    def __init__(self, step_size, target_accept):
        self.step_size = self.smooth = step_size
        self.target_accept = target_accept
        self.towards = np.log(10 * step_size)
        self.t, self.deficit = 0, 0.0

    def update(self, acceptance_rate):
        """After transition t: log step_size = towards - sqrt(t) / shrinkage * mean deficit; smooth averages over t."""
        self.t += 1
        weight = 1 / (self.t + self.offset)
        self.deficit = (1 - weight) * self.deficit + weight * (self.target_accept - acceptance_rate)
        log_step = self.towards - np.sqrt(self.t) / self.shrinkage * self.deficit
        forget = self.t**-self.decay
        self.step_size = np.exp(log_step)
        self.smooth = np.exp(forget * log_step + (1 - forget) * np.log(self.smooth))


def warm_up(target, rng, position, tune, target_accept):
    """Step size and inverse masses of each chain, from `tune` transitions that are not kept.

    The inverse mass of a coordinate is its variance, so that in units of it all scales are alike.
    It comes first from the spread of the starting values, and then from the chain itself, in
    windows that double (Stan's scheme, at 5, 10, 20, 40 and 90 per cent of the warm-up); after each
    the step size is learnt anew.

    Returns
    -------
    position (chains, D), step_size (chains,), inverse_mass (chains, D)
    """
    inverse_mass = np.broadcast_to(target.initial(rng, (1000,)).var(axis=0), position.shape)
    adaptation = DualAveraging(np.full(len(position), FIRST_STEP), target_accept)
    begin, *ends = [tune * percent // 100 for percent in (5, 10, 20, 40, 90)]
    visited = np.empty((tune, *position.shape))
    for i in range(tune):
        step = transition(target, rng, position, adaptation.step_size, inverse_mass)
        position = visited[i] = step.kept.position
        adaptation.update(step.acceptance_rate)
        if i + 1 in ends:
            inverse_mass = spread(visited[begin:i + 1], inverse_mass)
            adaptation = DualAveraging(adaptation.smooth, target_accept)
            begin = i + 1
    return position, adaptation.smooth, inverse_mass


def spread(visited, otherwise):
    """Variances (chains, D) of the positions (n, chains, D) of a window, and `otherwise` where it
    cannot tell.
    """
    variance = visited.var(axis=0)
    return np.where((len(visited) >= 10) & (variance > 0), variance, otherwise)


# ------------------------------------------------------------------------------------------------- all together

def hmc(target, draws=2000, tune=1000, chains=4, seed=42, target_accept=0.9):
    """Draw from a density by Hamiltonian Monte Carlo, with a step size and masses learnt in
    warm-up.

    Parameters
    ----------
    target : Target
        Such as ``gp.funnel.eight_schools("noncentred")``; see `hamiltonian.Target` for what it has
        to offer.
    draws, tune, chains : int
        Transitions kept, transitions of warm-up before them, number of chains. With fewer than a
        few hundred transitions of warm-up the step size is far from its best; with none it is 0.1
        of the starting values' spread.
    seed : int or numpy Generator
        Same seed, same draws.
    target_accept : float
        Acceptance rate aimed at, between 0 and 1: higher means smaller steps.

    Returns
    -------
    HamiltonianDraws
        Draws, with where the divergences were. Its sample_stats, as ArviZ names them, are arrays
        (chain, draw): acceptance_rate, diverging, energy, lp (log density on the target's
        coordinates), n_steps (leapfrog steps, each with one gradient) and step_size. If interrupted
        with Ctrl-C, what has been drawn so far, with a warning.

    Raises
    ------
    TypeError
        The target lacks a method, or a number is of the wrong kind.
    ValueError
        An impossible number, or a target whose log density is not finite where it starts.

    Warns
    -----
    UserWarning
        What the model behind the target warns of, as in `gibbspool.sample`.
    """
    draws, tune, chains = (validate.whole_number(*a)
                           for a in (("draws", draws, 1), ("tune", tune, 0),
                                     ("chains", chains, 1)))
    target_accept = validate.probability("target_accept", target_accept)
    _check_methods(target)
    rng = validate.generator(seed)
    position = _starting_positions(target, rng, chains)
    model = getattr(target, "model", Target.model)
    for caution in model.cautions():
        warnings.warn(caution, stacklevel=2)

    position, step_size, inverse_mass = warm_up(target, rng, position, tune, target_accept)
    record, broken = [], []
    try:
        for draw in range(draws):
            step = transition(target, rng, position, step_size, inverse_mass)
            position = step.kept.position
            record.append(step._replace(start=None, end=None, broke=None))
            broken += [(c, draw, step.n_steps[c], step.broke[c], step.start.position[c],
                        step.start.momentum[c])
                       for c in np.flatnonzero(step.diverging)]
    except KeyboardInterrupt:
        if not record:
            raise
        warnings.warn(f"interrupted: {len(record)} of {draws} draws were made, and only these are "
                      "returned",
                      stacklevel=2)

    result = HamiltonianDraws(target, model, seed, record, broken, step_size, inverse_mass)
    for caution in model.cautions_after(dict(result.items())):
        warnings.warn(caution, stacklevel=2)
    return result


class HamiltonianDraws(Draws):
    """Draws made by `hmc`, and what is known of their trajectories.

    Attributes
    ----------
    target : the density that was sampled; ``model`` is what labels the draws
    step_size : array (chains,)
    inverse_mass : array (chains, D)
        Variances that the warm-up found.
    divergences : Divergences
        ``draws.divergences.broke["tau"]`` is tau where each divergent trajectory broke.
    """

    def __init__(self, target, model, seed, record, broken, step_size, inverse_mass):
        def over_draws(values):
            return np.stack(list(values), axis=1)

        position = over_draws(step.kept.position for step in record)
        momentum = over_draws(step.kept.momentum for step in record)
        stats = {name: over_draws(getattr(step, name) for step in record)
                 for name in ("acceptance_rate", "diverging", "n_steps", "step_size")}
        stats["energy"] = over_draws(step.kept.energy for step in record)
        stats["lp"] = 0.5 * (inverse_mass[:, None] * momentum**2).sum(axis=-1) - stats["energy"]
        super().__init__(target.named(position), model, seed, stats)
        self.target, self.step_size, self.inverse_mass = target, step_size, inverse_mass
        self.divergences = self._divergences(broken)

    def _divergences(self, broken):
        numbers, places = np.empty(0, dtype=int), np.empty((0, self.inverse_mass.shape[1]))
        columns = zip(*broken) if broken else 3 * [numbers] + 3 * [places]
        chain, draw, n_steps, broke, position, momentum = (np.array(column) for column in columns)
        return Divergences(chain, draw, n_steps, self.target.named(position),
                           self.target.named(broke), position,
                           momentum)

    def replay(self, k):
        """The k-th divergent trajectory again: a list of Points, from its start to the one where it
        was stopped.
        """
        found = self.divergences
        chain = found.chain[k]
        path = trajectory(self.target, found.position[k], found.momentum[k],
                          self.sample_stats["step_size"][chain, found.draw[k]],
                          self.inverse_mass[chain])
        return [point for _, point in zip(range(found.n_steps[k] + 1), path)]


def _check_methods(target):
    missing = [name for name in ("log_density", "gradient", "named", "initial")
               if not callable(getattr(target, name, None))]
    if missing:
        raise TypeError(f"target is {target!r}, which has no {', '.join(missing)}; make a target "
                        "with gp.funnel.neal, gp.funnel.eight_schools or gp.funnel.normal_normal, "
                        "or see hamiltonian.Target")


def _starting_positions(target, rng, chains):
    position = np.asarray(target.initial(rng, (chains,)), dtype=float)
    bad = ~np.isfinite(target.log_density(position))
    if bad.any():
        c = int(np.argmax(bad))
        raise ValueError(f"target: the log density is {target.log_density(position)[c]:g} at the "
                         f"starting position {position[c]}; it must be finite there")
    return position
