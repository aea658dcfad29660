"""Exercise 19b: a transition of Hamiltonian Monte Carlo."""
import numpy as np

from .. import harness
from ..exercise import Edge, Exercise, Function, Mistake, Part, Valid
from .generic import in_integers
from .hmc_paths import any_path, telling_calls
from .leapfrog import (
    AT,
    BOWL,
    INTEGRATORS,
    leapfrog,
    leapfrog_formula,
    position_leapfrog,
    turned_round,
)
from .metropolis import taken


def hmc(log_p, gradient, q, h, steps, inverse_mass, z, u):
    """One transition of Hamiltonian Monte Carlo.

    Ingredients: a fresh momentum whose variances are the masses, made from z; the leapfrog of
    exercise 19a; the energy of a state, minus log p(q) and the kinetic energy; and Metropolis'
    decision on the end of the path, by the energies at start and end.

    log_p, gradient : functions of q, the log density and its gradient
    q : array (D,), not to be changed
    h : float; steps : whole number
    inverse_mass : array (D,), one over the masses
    z : array (D,), standard normal numbers; u : float, uniform between 0 and 1
    Returns the next q, an array (D,): the end of the path, or the old q. A path on which the
    density becomes nan is refused.

    Worked number: log_p = -q^2/2, q = [1.0], h = 0.5, steps = 1, inverse_mass = [1.0], z = [0.0]
    give the end [0.875], and an energy less by 0.0073 there.
    """
    def energy(q, p):
        return -log_p(q) + 0.5 * (inverse_mass * p**2).sum()

    p = z / np.sqrt(inverse_mass)
    new_q, new_p = leapfrog(gradient, q, p, h, steps, inverse_mass)
    accept = np.log(u) < energy(q, p) - energy(new_q, new_p)
    return new_q if accept else q


KINETIC = {
    None: lambda q, p, inverse_mass: 0.5 * (inverse_mass * p**2).sum(),
    "no half": lambda q, p, inverse_mass: (inverse_mass * p**2).sum(),
    "position": lambda q, p, inverse_mass: 0.5 * (inverse_mass * q**2).sum(),
    "mass": lambda q, p, inverse_mass: 0.5 * (p**2 / inverse_mass).sum(),
    "not used": lambda q, p, inverse_mass: 0.5 * (p**2).sum(),
    "mean": lambda q, p, inverse_mass: 0.5 * (inverse_mass * p**2).mean(),
    "plus": lambda q, p, inverse_mass: -0.5 * (inverse_mass * p**2).sum(),
    "left out": lambda q, p, inverse_mass: 0.0,
}


def hmc_formula(s, log_p, gradient, q, h, steps, inverse_mass, z, u):
    p = {None: z / np.sqrt(inverse_mass), "z": z, "times": z * np.sqrt(inverse_mass),
         "divided": z / inverse_mass, "mass": z * inverse_mass}[s.momentum]
    new_q, new_p = leapfrog_formula(s, gradient, q, p, h, steps, inverse_mass)

    def kinetic(q, p):
        return KINETIC[s.kinetic](q, p, inverse_mass)

    new, old = log_p(new_q), log_p(q)
    log_ratio = new - kinetic(new_q, new_p) - old + kinetic(q, p)
    return new_q if taken(s, log_ratio, new, old, u) else q


def with_rule(rule, path=leapfrog, turn=1.0):
    """A right transition with another acceptance rule, integrator or sign of z."""
    def transition(log_p, gradient, q, h, steps, inverse_mass, z, u):
        p = turn * z / np.sqrt(inverse_mass)
        new_q, new_p = path(gradient, q, p, h, steps, inverse_mass)
        log_ratio = (log_p(new_q) - 0.5 * (inverse_mass * new_p**2).sum()
                     - log_p(q) + 0.5 * (inverse_mass * p**2).sum())
        return new_q if rule(log_ratio, u) else q
    return transition


def usual(log_ratio, u):
    return np.log(u) < log_ratio


def barkers(log_ratio, u):
    return u < 1 / (1 + np.exp(-log_ratio))


def ones_rest(log_ratio, u):
    return 1 - u <= np.exp(np.minimum(0.0, log_ratio))


HMC_AT = {"log_p": Function("anharmonic", BOWL), "gradient": AT["gradient"], "q": AT["q"],
          "h": 0.3, "steps": 3, "inverse_mass": AT["inverse_mass"], "z": np.array([0.4, -1.1]),
          "u": 0.4}


def log_ratios(log_p, gradient, q, h, steps, inverse_mass, z, u):
    """Of one path, with each of the kinetic energies."""
    log_p, gradient = (harness.argument(harness.tagged(one)) for one in (log_p, gradient))
    p = z / np.sqrt(inverse_mass)
    with np.errstate(all="ignore"):
        new_q, new_p = leapfrog(gradient, q, p, h, steps, inverse_mass)
        change = log_p(new_q) - log_p(q)
        return [change - kinetic(new_q, new_p, inverse_mass) + kinetic(q, p, inverse_mass)
                for kinetic in KINETIC.values()]


WALL = {"log_p": Function("wall", (1.0,)), "gradient": Function("wall", (1.0,), "gradient"),
        "q": np.array([0.7, -0.2]), "h": 0.5, "steps": 3, "inverse_mass": np.array([1.2, 0.7]),
        "z": np.array([1.5, 0.3]), "u": 0.4}
ALWAYS = ("the end of every path is taken: is the old position returned where the end is refused, "
          "and are the energies of two different states compared?")
HMC = Exercise(
    "19b", hmc, (Part("next q"),), formula=hmc_formula, probe=any_path, probes=28,
    smallest={"log_p": Function("anharmonic", (1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
              "gradient": Function("anharmonic", (1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0), "gradient"),
              "q": np.array([1.0, -1.0]), "h": 0.5, "steps": 1,
              "inverse_mass": np.array([1.0, 4.0]), "z": np.array([0.0, 1.0]), "u": 0.5},
    mistakes=(
        *INTEGRATORS,
        Mistake("H10", "the momentum is z itself: its variances have to be the masses",
                {"momentum": "z"}),
        Mistake("H10", "the momentum is larger where it should be smaller: its variances have to "
                "be the masses, and what is handed in is one over the masses",
                {"momentum": "times"},
                variant="times"),
        Mistake("H10", "the momentum has the squares of the masses as its variances: a root is "
                "missing",
                {"momentum": "divided"}, variant="no root"),
        Mistake("H10", "the momentum is multiplied by the inverse mass: its variances have to be "
                "the masses", {"momentum": "mass"}, variant="multiplied"),
        Mistake("H7", "the kinetic energy is computed from the position: the momentum has one, "
                "the position has the log density", {"kinetic": "position"}),
        Mistake("H8", "the kinetic energy is twice what it should be: along the exact path the "
                "energy would not stay the same", {"kinetic": "no half"}),
        Mistake("H9", "the kinetic energy is divided by the inverse mass: of two coordinates with "
                "the same momentum the heavy one has less energy", {"kinetic": "mass"},
                variant="energy"),
        Mistake("H9", "the mass is left out of the kinetic energy", {"kinetic": "not used"},
                variant="energy without"),
        Mistake("kinetic_mean", "the kinetic energy is the mean over the coordinates, and their "
                "sum is wanted", {"kinetic": "mean"}),
        Mistake("kinetic_sign", "the kinetic energy has the wrong sign: the energy is the sum of "
                "minus log p and the kinetic energy", {"kinetic": "plus"}),
        Mistake("H12", "the kinetic energy is left out of the decision: only the log densities are "
                "compared, and these change along the exact path as well",
                {"kinetic": "left out"}),
        Mistake("H14", ALWAYS, {"rule": "always"}),
        Mistake("M3", ALWAYS, {"rule": "always"}),
        Mistake("M1", "the ratio is upside down: every end of higher energy is taken",
                {"rule": "inverted"}),
        Mistake("M2", "a difference of energies is compared with u itself: take the log of u, or "
                "the exponential of the difference", {"rule": "u itself"}),
        Mistake("M2", "the comparison points the wrong way: an end is taken where u exceeds the "
                "ratio", {"rule": "greater"}, variant="greater"),
        Mistake("M2", "minus the log of u is compared: look at the sign", {"rule": "minus"},
                variant="minus"),
        Mistake("M10", "only ends of lower energy are taken: a worse one must have its chance",
                {"rule": "uphill"}),
        Mistake("N10", "the logarithm to base 10 is compared with natural ones",
                {"rule": "log10"}),
        Mistake("never", "no end is ever taken", {"rule": "never"}),
    ),
    valid=(Valid("Barker", with_rule(barkers), "Barker's rule instead of Metropolis': valid, and a "
                 "little slower."),
           Valid("1 - u", with_rule(ones_rest)),
           Valid("minus z", with_rule(usual, turn=-1.0)),
           Valid("position leapfrog", with_rule(usual, position_leapfrog),
                 "Half steps of the position around whole ones of the momentum: as good a "
                 "leapfrog."),
           Valid("turned round", with_rule(usual, turned_round))),
    extra=lambda rng: telling_calls(rng, log_ratios),
    nothing=("H14", "a refused end gives None: the old position has to come back"),
    edges=(
        Edge("a wall", WALL, "where the path runs into nan its end is taken: a comparison with nan "
             "is never true, so ask whether to accept, not whether to refuse", "H16"),
        Edge("a wall at the end", {**WALL, "h": 0.25, "steps": 1, "u": 0.3},
             "where the path ends beyond a wall, at a place where the density is nan, your end is "
             "taken: only an end whose density is a number can be", "H16"),
        Edge("one coordinate", {"log_p": Function("anharmonic", (1.3, 0.2, 0.15, 0.0)),
                                "gradient": Function("anharmonic", (1.3, 0.2, 0.15, 0.0),
                                                     "gradient"), "q": np.array([0.7]),
                                "h": 0.3, "steps": 3, "inverse_mass": np.array([1.7]),
                                "z": np.array([0.8]), "u": 0.4},
             "with a single coordinate the result is not right"),
        Edge("downhill", {**HMC_AT, "q": np.array([60.0, -45.0]), "h": 0.002},
             "from a very bad start the result is not right: exp of a large difference overflows",
             "M15"),
        Edge("whole numbers", {**HMC_AT, "q": np.array([1, -1])},
             in_integers("q"), "N7"),
    ),
    hint="Keep the start: you need it for its energy, and to come back to.")

EXERCISES = (HMC,)
