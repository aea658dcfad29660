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
    uniform = uniform_stream(seed)
    known = np.concatenate([[scripted.gamma_number(shape, seed, k) for k in range(MOST)],
                            special.gammaincinv(shape, uniform),
                            special.gammainccinv(shape, uniform)])
    return bool(np.min(np.abs(known - number)) < CLOSE * (1 + abs(number)))
