"""Hamilton's equations and the leapfrog, which follows them in steps.

H(q, p) = -log p(q) + 1/2 sum_d p_d^2 / m_d, the energy of a ball at q with momentum p in the
landscape -log p(q). On the exact path it stays as it is; a leapfrog of step size h is wrong by
order h^2.
"""
from collections import namedtuple

import numpy as np

Point = namedtuple("Point", "position momentum energy error")

Point.__doc__ = """A point of a trajectory.

position, momentum : array (..., D)
energy : array (...), H(q, p)
error : array (...), the energy less that of the start
"""


def draw_momentum(rng, inverse_mass):
    """p_d ~ Normal(0, sqrt(m_d))."""
    return rng.standard_normal(np.shape(inverse_mass)) / np.sqrt(inverse_mass)


def energy(target, position, momentum, inverse_mass):
    """H(q, p) = -log p(q) + 1/2 sum_d p_d^2 / m_d: potential and kinetic energy."""
    return -target.log_density(position) + 0.5 * (inverse_mass * momentum**2).sum(axis=-1)


def leapfrog(gradient, position, momentum, force, step_size, inverse_mass):
    """One step of size h along dq/dt = p / m and dp/dt = gradient of log p(q).

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
