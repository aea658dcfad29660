"""Paths on which a transition of Hamiltonian Monte Carlo is tried.

A decision is one bit, so each kind of path is there for what it tells. The end of a path that is
taken tells how it was integrated. The uniform number at which a decision turns tells the log ratio,
if that is neither large nor of one sign only: short paths see to it, with wrong integrators too.
Where a wrong rule heeds the sign alone, coarse paths tell which kinetic energy it is the sign of.
"""
from itertools import combinations

import numpy as np

from .. import harness
from ..exercise import Call, Function
from .generic import between
from .leapfrog import bowl

SHORT, COARSE = (0.05, 0.15), (0.35, 0.75)  # step sizes
ENOUGH = 2000  # coarse paths are drawn at most


def path(rng, numbers, widths, most_steps=5):
    """Arguments of a transition on a bowl of these numbers."""
    D = len(numbers) // 3
    return {"log_p": Function("anharmonic", numbers),
            "gradient": Function("anharmonic", numbers, "gradient"),
            "q": between(rng, -1.5, 2, D), "h": between(rng, *widths),
            "steps": int(rng.integers(2, most_steps + 1)),
            "inverse_mass": between(rng, 0.3, 2.7, D), "z": between(rng, -1.8, 1.8, D),
            "u": between(rng, 0.3, 0.97)}


def a_bowl(rng):
    return tuple(map(float, bowl(rng, int(rng.integers(2, 5)))))


def any_path(rng):
    return path(rng, a_bowl(rng), COARSE if rng.integers(3) else SHORT)


def up_and_down(rng):
    """Two short paths from the same place, one up the density and one down.

    To first order in time whatever changes along the one changes by the opposite along the other.
    So with any integrator whose error has a first order, as with a gradient of the wrong sign, the
    log ratio is positive once and negative once. The step size makes it of order 1.
    """
    up = path(rng, a_bowl(rng), SHORT, 3)
    D = len(up["q"])
    up["q"] = between(rng, 0.6, 1.8, D) * rng.choice([-1, 1], D)
    gradient = harness.argument(harness.tagged(up["gradient"]))(up["q"])
    up["z"] = between(rng, 0.6, 1.8, D) * np.sign(gradient)
    rate = (gradient * np.sqrt(up["inverse_mass"]) * up["z"]).sum()  # of the log density in time
    up["h"] = min(SHORT[1], round(rng.uniform(0.1, 0.3) / (rate * up["steps"]), 4))
    return up, {**up, "z": -up["z"]}


def hollow_and_hump(rng):
    """Two short paths near places without slope: through a hollow of minus the log density, and
    over a hump of it.

    Where a position meets a gradient that is out of date, the error has no first order, and its
    sign is that of the curvature, whichever way the path goes.
    """
    for sign in (1, -1):
        numbers = a_bowl(rng)
        D = len(numbers) // 3
        curvature = between(rng, 1.2, 2.5, D)
        one = path(rng, (*(sign * curvature).tolist(), *numbers[D:]), SHORT, 3)
        one["q"], one["z"] = between(rng, -0.2, 0.2, D), between(rng, 0.6, 1.8, D)
        rate = (curvature * one["inverse_mass"] * one["z"]**2).sum()  # in half the time squared
        one["h"] = min(SHORT[1], round(np.sqrt(rng.uniform(0.4, 0.8) / rate) / one["steps"], 4))
        yield one


def disagreeing(rng, log_ratios):
    """Coarse paths on which any two ways to compute the log ratio differ in its sign at least once.

    Along a fine path log density and kinetic energy change by nearly opposite amounts, and many
    wrong kinetic energies leave the sign as it is; with coarse steps some paths tell them apart.
    """
    kept, told_apart = [], set()
    for _ in range(ENOUGH):
        one = path(rng, a_bowl(rng), COARSE, 3)
        signs = [ratio > 0 for ratio in log_ratios(**one)]
        pairs = list(combinations(range(len(signs)), 2))
        new = {(i, j) for i, j in pairs if signs[i] != signs[j]} - told_apart
        if new:
            kept.append(one)
            told_apart |= new
        if len(told_apart) == len(pairs):
            break
    return kept


def telling_calls(rng, log_ratios):
    """The calls beside those on any path."""
    short = [*up_and_down(rng), *up_and_down(rng), *hollow_and_hump(rng)]
    return [*(Call("hmc", one, "threshold", purpose="curve") for one in short),
            *(Call("hmc", one) for one in disagreeing(rng, log_ratios))]
