"""One transition of Hamiltonian Monte Carlo: a momentum, a trajectory, a decision."""
from collections import namedtuple

import numpy as np

from .leapfrog import Point, draw_momentum, trajectory

MAX_STEPS = 100  # of one trajectory

MAX_ERROR = 1000.0  # of the energy; beyond it a trajectory is divergent

BROKEN = 10.0  # an energy error beyond which the end is accepted less than once in 20000 times

Transition = namedtuple("Transition",
                        "start end kept broke acceptance_rate diverging n_steps broke_after "
                        "step_size")

Transition.__doc__ = """What happened in one transition, for each chain.

start, end : Point; the end of a divergent trajectory is where the error passed 1000
kept : Point; the end where it was accepted, the start where not
broke : array (..., D); the last position at which the energy error was not above 10
acceptance_rate : array; the probability of accepting the end
diverging : array of bool
n_steps : array of int; leapfrog steps taken
broke_after : array of int; how many from the start to where it stopped
step_size : array; of what size
"""


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
    return Transition(start, end, kept, broke, acceptance_rate, diverging, n_steps, n_steps,
                      step_size)


def choose(which, one, other):
    """The Point `one` for the chains in `which`, `other` for the rest."""
    return Point(np.where(which[..., None], one.position, other.position),
                 np.where(which[..., None], one.momentum, other.momentum),
                 np.where(which, one.energy, other.energy),
                 np.where(which, one.error, other.error))
