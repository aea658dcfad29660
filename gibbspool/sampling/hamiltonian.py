"""Hamiltonian Monte Carlo on any log density: one file for each idea, and here the loop.

A position q gets a random momentum p, and the two follow Hamilton's equations as a ball would roll
in the landscape -log p(q). The energy

    H(q, p) = -log p(q) + 1/2 sum_d p_d^2 / m_d

stays constant on the exact path, so that its end would always be accepted. The computer walks the
path in steps (`leapfrog`), which changes the energy a little; accepting the end with probability
exp(-error) makes up for that exactly (`transition`). Or the path goes on until it turns back, and
one of its points is drawn (`nuts`). Where the landscape bends more sharply than
the step allows, the error explodes: a divergence (`divergences`). The step size and the masses m_d
are learnt in the warm-up (`adaptation`), and `hmc` is the loop.

All chains advance in lock-step: positions are arrays (..., D), energies and step sizes (...), one
for each chain. Chains share nothing but the lengths of their trajectories, so forty chains are ten
runs of four.

References: Neal (2011), MCMC using Hamiltonian dynamics; Hoffman and Gelman (2014), The No-U-Turn
Sampler; Betancourt (2017), A conceptual introduction to Hamiltonian Monte Carlo.
"""
import warnings

import numpy as np

from .. import validate
from ..progress import Interrupted, Progress
from ..spelling import refuse_unknown
from . import nuts
from .adaptation import DualAveraging, warm_up
from .divergences import Divergences, HamiltonianDraws
from .leapfrog import Point, draw_momentum, energy, leapfrog, trajectory
from .memory import refuse_too_large
from .target import Target, check_methods, starting_positions
from .transition import MAX_ERROR, MAX_STEPS, Transition, choose, transition

# The names of Hamiltonian Monte Carlo, wherever they are written.
__all__ = [
    "MAX_ERROR", "MAX_STEPS", "Divergences", "DualAveraging", "HamiltonianDraws", "Point", "Target",
    "Transition", "choose", "draw_momentum", "energy", "hmc", "leapfrog", "trajectory",
    "transition", "warm_up",
]


# How a trajectory ends: after a random time, or where it begins to turn back.
TRAJECTORIES = {"random": transition, "nuts": nuts.transition}


def hmc(target, draws=2000, tune=1000, chains=4, seed=42, target_accept=0.9,
        progress=None, trajectory="random", **misspelt):
    """Draw from a density by Hamiltonian Monte Carlo, step size and masses learnt in warm-up.

    Parameters
    ----------
    target : Target
        Such as ``gp.funnel.eight_schools("noncentred")``; see `target.Target` for what it has
        to offer.
    draws, tune, chains : int
        Transitions kept, transitions of warm-up before them, number of chains. With fewer than a
        few hundred transitions of warm-up the step size is far from its best; with none it is 0.1
        of the starting values' spread.
    seed : int or numpy Generator
        Same seed, same draws.
    target_accept : float
        Acceptance rate aimed at, between 0 and 1: higher means smaller steps.
    progress : bool, optional
        Whether to show on standard error how far it has got; by default where that is a terminal.
    trajectory : "random" or "nuts"
        Where a trajectory ends: after a random length, all chains in lock-step (`transition`); or
        where it begins to turn back, one chain after the other (`nuts`).
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

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
        The target lacks a method, a number is of the wrong kind, or an argument has a name that
        there is not.
    ValueError
        An impossible number, draws that would not fit into memory, or a target whose log density is
        not finite where it starts.

    Warns
    -----
    UserWarning
        What the model behind the target warns of, as in `gibbspool.sample`.
    """
    refuse_unknown(hmc, misspelt)
    draws = validate.whole_number("draws", draws, 1)
    tune = validate.whole_number("tune", tune, 0)
    chains = validate.whole_number("chains", chains, 1)
    target_accept = validate.probability("target_accept", target_accept)
    one_transition = TRAJECTORIES[validate.one_of("trajectory", trajectory, TRAJECTORIES)]
    check_methods(target)
    rng = validate.generator(seed)
    refuse_large_run(target, draws, chains)
    position = starting_positions(target, rng, chains)
    model = getattr(target, "model", Target.model)
    for caution in model.cautions():
        warnings.warn(caution, stacklevel=2)

    record, broken = [], []
    try:
        with Progress(tune + draws, "transitions", progress) as bar:
            position, step_size, inverse_mass = warm_up(target, rng, position, tune, target_accept,
                                                        bar.count, one_transition)
            for draw in range(draws):
                step = one_transition(target, rng, position, step_size, inverse_mass)
                position = step.kept.position
                record.append(step._replace(start=None, end=None, broke=None))
                broken += [(c, draw, step.broke_after[c], step.broke[c], step.start.position[c],
                            step.start.momentum[c])
                           for c in np.flatnonzero(step.diverging)]
                bar.count()
    except KeyboardInterrupt:
        if not record:
            raise
        warnings.warn(f"interrupted: {len(record)} of {draws} draws were made, and only these are "
                      "returned", Interrupted, stacklevel=2)

    result = HamiltonianDraws(target, model, seed, record, broken, step_size, inverse_mass)
    for caution in model.cautions_after(dict(result.items())):
        warnings.warn(caution, stacklevel=2)
    return result


def refuse_large_run(target, draws, chains):
    """Refuse draws that would not fit into memory; start and end of each path are kept, too."""
    def one_draw():
        position = target.initial(np.random.default_rng(0), (1,))
        return {**target.named(position), "start": position, "end": position}

    refuse_too_large({"chains": chains}, one_draw, chains)
    refuse_too_large({"draws": draws, "chains": chains}, one_draw, draws * chains)
