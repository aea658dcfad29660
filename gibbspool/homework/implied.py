"""Which random numbers a sweep must have used, had it drawn from the right conditionals.

Where all of them are numbers that the scripted generator hands out, each used once, the sweep is
right, in whatever order or by whatever methods it asked for them.
"""
from functools import lru_cache

import numpy as np
from scipy import special

from . import scripted

MOST = 160  # numbers of a stream that are looked through
CLOSE = 1e-8


def scores(arguments, new, order):
    """The numbers that one sweep from `arguments["state"]` to the parts `new` must have used.

    The variables are drawn in the given order, each from its conditional given the values that the
    others have then. Returns the normal ones, and for tau its shape and gamma number.
    """
    state = dict(arguments["state"])
    parts = dict(zip(("theta", "mu", "tau"), new))
    normals, gamma = [], None
    with np.errstate(all="ignore"):
        for name in order:
            if name == "tau":
                shape, scale = tau_conditional(state, arguments)
                gamma = shape, float(scale / parts["tau"]**2)
            else:
                conditional = theta_conditional if name == "theta" else mu_conditional
                mean, sd = conditional(state, arguments)
                normals += np.ravel((parts[name] - mean) / sd).tolist()
            state[name] = parts[name]
    return normals, gamma


def same_numbers(arguments, new, order):
    """Whether one sweep used handed-out numbers, each once."""
    normals, gamma = scores(arguments, new, order)
    seed = arguments["rng"].seed
    return places(normals, seed) is not None and gamma_handed_out(*gamma, seed)


def all_normal(arguments, new):
    """The numbers of a sweep in the asked order, tau's as a normal one too."""
    normals, (shape, number) = scores(arguments, new, ("theta", "mu", "tau"))
    return [*normals, special.ndtri(special.gammainc(shape, number))]


def first_row(arguments, rows, order):
    """The state that the warm-up must have ended with, one sweep on: the first to be kept.

    Two sweeps between kept `rows` (states) show where in the streams a sweep's numbers stand and
    how far apart they are from one sweep to the next. Counted back, these are the numbers of the
    warm-up; its sweeps are made again from ``arguments["start"]``. None where the numbers do not
    lie regularly.
    """
    seed, tune = arguments["rng"].seed, arguments["tune"]
    found = []
    for state, new in zip(rows[:2], rows[1:3]):
        normals, (shape, number) = scores({**arguments, "state": state}, list(new.values()), order)
        stream, gammas = normal_stream(seed), gamma_stream(shape, seed)
        at = places(normals, seed)
        if at is None:
            return None
        found.append(np.array([*at, int(np.argmin(np.abs(gammas - number)))]))
        signs = np.sign(stream[at] * normals)
    if len(found) < 2:
        return None
    each, state = found[1] - found[0], dict(arguments["start"])
    for sweep in range(tune + 1):
        at = found[0] - each * (tune + 1 - sweep)
        if (at < 0).any() or (at // MOST != found[0] // MOST).any():
            return None
        state = one_sweep(state, arguments, order, signs * stream[at[:-1]], gammas[at[-1]])
    return state


def one_sweep(state, arguments, order, normals, gamma):
    """A sweep in this order with these standard numbers."""
    state, numbers = dict(state), list(normals)
    for name in order:
        if name == "tau":
            state["tau"] = float(np.sqrt(tau_conditional(state, arguments)[1] / gamma))
        elif name == "mu":
            mean, sd = mu_conditional(state, arguments)
            state["mu"] = float(mean + sd * numbers.pop(0))
        else:
            mean, sd = theta_conditional(state, arguments)
            state["theta"] = mean + sd * np.array([numbers.pop(0) for _ in arguments["y"]])
    return state


def theta_conditional(state, given):
    precision = 1 / given["sigma"]**2 + 1 / state["tau"]**2
    mean = (given["y"] / given["sigma"]**2 + state["mu"] / state["tau"]**2) / precision
    return mean, precision**-0.5


def mu_conditional(state, given):
    precision = len(given["y"]) / state["tau"]**2 + 1 / given["s0"]**2
    mean = np.sum(state["theta"]) / state["tau"]**2 + given["m0"] / given["s0"]**2
    return mean / precision, precision**-0.5


def tau_conditional(state, given):
    squares = np.sum((state["theta"] - state["mu"])**2)
    return given["a0"] + len(given["y"]) / 2, given["b0"] + squares / 2


@lru_cache(maxsize=256)
def normal_stream(seed):
    """The normal numbers of the stream, and those that its uniforms would give."""
    stream = [scripted.normal_number(seed, k) for k in range(MOST)]
    return np.concatenate([stream, special.ndtri(uniform_stream(seed))])


@lru_cache(maxsize=256)
def uniform_stream(seed):
    return np.array([scripted.level("uniform", seed, k) for k in range(MOST)])


def places(numbers, seed):
    """Where in the stream these normal numbers stand; None unless they are different ones of it."""
    known = normal_stream(seed)
    used = []
    for number in numbers:
        away = np.minimum(np.abs(known - number), np.abs(known + number))
        place = int(np.argmin(away))
        if not away[place] < CLOSE * (1 + abs(number)) or place in used:
            return None
        used.append(place)
    return used


def gamma_handed_out(shape, number, seed):
    """Whether this is a gamma number of the stream, or from its uniforms."""
    away = np.min(np.abs(gamma_stream(shape, seed) - number))
    return bool(away < CLOSE * (1 + abs(number)))


@lru_cache(maxsize=256)
def gamma_stream(shape, seed):
    """The gamma numbers of the stream, and those that its uniforms would give."""
    uniform = uniform_stream(seed)
    return np.concatenate([[scripted.gamma_number(shape, seed, k) for k in range(MOST)],
                           special.gammaincinv(shape, uniform),
                           special.gammainccinv(shape, uniform)])
