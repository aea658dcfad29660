"""Draws made by Hamiltonian Monte Carlo, and where its trajectories broke."""
from collections import namedtuple

import numpy as np

from .draws import Draws
from .leapfrog import trajectory

Divergences = namedtuple("Divergences", "chain draw n_steps started broke position momentum")

Divergences.__doc__ = """Every divergent trajectory after warm-up.

chain, draw : array (n,) of int; which transition it was
n_steps : array (n,) of int; the leapfrog step at which the energy error went beyond 1000, or was no
    number
started, broke : dict of name to array (n, ...); where it started, and where it broke: its last
    point at which the energy error was not above 10, so that it might still have been accepted
position, momentum : array (n, D); its start on the coordinates of the target, from which `replay`
    repeats it
"""


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
        position = over_draws(step.kept.position for step in record)
        momentum = over_draws(step.kept.momentum for step in record)
        stats = {name: over_draws(getattr(step, name) for step in record)
                 for name in ("acceptance_rate", "diverging", "n_steps", "step_size")}
        stats["energy"] = over_draws(step.kept.energy for step in record)
        stats["lp"] = 0.5 * (inverse_mass[:, None] * momentum**2).sum(axis=-1) - stats["energy"]
        super().__init__(target.named(position), model, seed, stats)
        self.target, self.step_size, self.inverse_mass = target, step_size, inverse_mass
        self.divergences = divergences(target, broken, position.shape[-1])

    def replay(self, k):
        """The k-th divergent trajectory again: a list of Points, from its start to its stop."""
        found = self.divergences
        chain = found.chain[k]
        path = trajectory(self.target, found.position[k], found.momentum[k],
                          self.sample_stats["step_size"][chain, found.draw[k]],
                          self.inverse_mass[chain])
        return [point for _, point in zip(range(found.n_steps[k] + 1), path)]


def over_draws(values):
    """Arrays (chain, ...), one a draw, as one array (chain, draw, ...)."""
    return np.stack(list(values), axis=1)


def divergences(target, broken, D):
    """Tuples (chain, draw, n_steps, broke, position, momentum), as Divergences of the target."""
    numbers, places = np.empty(0, dtype=int), np.empty((0, D))
    columns = zip(*broken) if broken else 3 * [numbers] + 3 * [places]
    chain, draw, n_steps, broke, position, momentum = (np.array(column) for column in columns)
    return Divergences(chain, draw, n_steps, target.named(position), target.named(broke), position,
                       momentum)
