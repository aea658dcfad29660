"""The No-U-Turn Sampler: a trajectory that ends by itself, where it begins to turn back.

How long should a trajectory be? Too short, and it is a random walk; too long, and it comes back to
where it began. `transition` draws a length at random. NUTS looks instead:

1. Start with the one point (q, p) and double: toss a coin for forwards or backwards in time, and
   append as many leapfrog steps on that side as there are points (`grow`).
2. Stop before a half that turns back within itself, after a doubling that makes the whole turn
   back (`turns_back`), at a divergence, or after 10 doublings.
3. The next state is one of the points, drawn with a weight exp(-H), its density in (q, p), by
   steps that prefer the newer half (`choose_between`).

Who sees the points alone cannot tell from which of them the doubling began: each would have made
the same tree with the same probability, 1/2 a doubling. That is why step 2 asks every half of every
half whether it turns back: a tree that could not have been grown from all of its points is none.
Hence a point drawn in proportion to exp(-H) leaves exp(-H) invariant. Drawn anew at each doubling
(`choose_between`) it costs no memory: two ends and one point are all that is kept.

One chain at a time, and one point at a time, to be read and stepped through: `hamiltonian.hmc`
takes it by ``trajectory="nuts"``.

References: Hoffman and Gelman (2014), The No-U-Turn Sampler, for the doublings; Betancourt (2017),
A conceptual introduction to Hamiltonian Monte Carlo, Appendix A, for the multinomial weights and
the turning by the sum of the momenta.
"""
from typing import NamedTuple

import numpy as np

from .leapfrog import Point, draw_momentum, energy, leapfrog
from .transition import BROKEN, MAX_ERROR, Transition

MOST_DOUBLINGS = 10  # of one trajectory: at most 1023 leapfrog steps


class Orbit(NamedTuple):
    """What the leapfrog of one chain needs: target, step size, inverse masses, energy at start."""

    target: object
    step_size: float
    inverse_mass: np.ndarray
    energy: float


class End(NamedTuple):
    """One end of a tree, from which it can grow.

    Attributes
    ----------
    position, momentum, force : array (D,)
    time : int
        Leapfrog steps from the start of the trajectory, below 0 for those backwards in time.
    sound : array (D,)
        The last position on the way to it with an error of at most 10.
    """

    position: np.ndarray
    momentum: np.ndarray
    force: np.ndarray
    time: int
    sound: np.ndarray


class Tree(NamedTuple):
    """The points of a trajectory, of which only these are kept.

    Attributes
    ----------
    first, last : End
        Its ends in time.
    momentum : array (D,)
        The sum of the momenta of all its points.
    log_weight : float
        log of the sum of exp(-error) over its points.
    point : Point
        One of its points, drawn with the weights exp(-error).
    whole : bool
        False if it turned back or diverged on the way: then no point of it may be taken.
    steps : int
        Leapfrog steps taken for it.
    acceptance : float
        The sum of min(1, exp(-error)) over these steps.
    diverging : bool
    """

    first: End
    last: End
    momentum: np.ndarray
    log_weight: float
    point: Point
    whole: bool
    steps: int
    acceptance: float
    diverging: bool

    def end(self, direction):
        """Its last end for 1, forwards in time; its first for -1, backwards."""
        return self.last if direction == 1 else self.first


def transition(target, rng, position, step_size, inverse_mass):
    """A momentum, a tree and a point of it, for each chain in turn: a `transition.Transition`.

    Parameters
    ----------
    target : Target
    rng : numpy Generator
    position : array (chains, D)
    step_size : array (chains,)
    inverse_mass : array (chains, D)
    """
    chains = [one_chain(target, rng, *chain) for chain in zip(position, step_size, inverse_mass)]
    return Transition(*(together(field) for field in zip(*chains)))


def one_chain(target, rng, position, step_size, inverse_mass):
    """The transition of a single chain: steps 1 to 3."""
    momentum = draw_momentum(rng, inverse_mass)
    start = energy(target, position, momentum, inverse_mass)
    orbit = Orbit(target, step_size, inverse_mass, start)
    here = Point(position, momentum, start, 0.0)
    end = End(position, momentum, target.gradient(position), 0, position)
    tree = Tree(end, end, momentum, 0.0, here, True, 0, 0.0, False)
    with np.errstate(all="ignore"):  # a divergent path overflows
        for depth in range(MOST_DOUBLINGS):
            direction = 1 if happens(rng, 0.5) else -1
            grown = grow(orbit, rng, tree, depth, direction)
            tree = join(orbit, rng, tree, grown, direction, newer=True)
            if not tree.whole:
                break
    outermost = tree.end(direction)
    start = here._replace(momentum=direction * momentum)  # the way to where it broke
    return Transition(start, tree.point, tree.point, outermost.sound,
                      tree.acceptance / tree.steps, tree.diverging, tree.steps,
                      abs(outermost.time), step_size)


def grow(orbit, rng, tree, depth, direction):
    """A tree of 2^depth new points that goes on from one end of another: two halves, joined."""
    if depth == 0:
        return one_step(orbit, tree, direction)
    near = grow(orbit, rng, tree, depth - 1, direction)
    if not near.whole:
        return near
    far = grow(orbit, rng, near, depth - 1, direction)
    return join(orbit, rng, near, far, direction)


def one_step(orbit, tree, direction):
    """The tree of a single point: one leapfrog step forwards or backwards from an end."""
    end = tree.end(direction)
    position, momentum, force = leapfrog(orbit.target.gradient, end.position, end.momentum,
                                         end.force, direction * orbit.step_size,
                                         orbit.inverse_mass)
    now = energy(orbit.target, position, momentum, orbit.inverse_mass)
    error = now - orbit.energy
    diverging = not error <= MAX_ERROR
    end = End(position, momentum, force, end.time + direction,
              position if error <= BROKEN else end.sound)
    return Tree(end, end, momentum, -np.inf if diverging else -error,
                Point(position, momentum, now, error), not diverging, 1,
                0.0 if diverging else np.exp(-max(error, 0.0)), diverging)


def join(orbit, rng, near, far, direction, newer=False):
    """Two neighbouring trees as one: it is whole if both are, and it does not turn back."""
    before, after = (near, far) if direction == 1 else (far, near)
    whole = far.whole and not turns_back(orbit, before, after)
    point = choose_between(rng, near, far, newer) if far.whole else near.point
    return Tree(before.first, after.last, near.momentum + far.momentum,
                np.logaddexp(near.log_weight, far.log_weight), point, whole,
                near.steps + far.steps, near.acceptance + far.acceptance, far.diverging)


def turns_back(orbit, before, after):
    """Whether the path turns back: an end no longer moves along with the sum of the momenta.

    That sum points from the first position to the last one, all but for a factor. A path that turns
    back between the two halves alone, is seen in either half with the next point of the other.
    """
    momentum = before.momentum + after.momentum
    return (opposed(orbit, momentum, before.first, after.last)
            or opposed(orbit, before.momentum + after.first.momentum, before.first, after.first)
            or opposed(orbit, before.last.momentum + after.momentum, before.last, after.last))


def opposed(orbit, momentum, *ends):
    """Whether the velocity p / m at one of the ends does not go along with this momentum."""
    return any((orbit.inverse_mass * end.momentum) @ momentum <= 0 for end in ends)


def choose_between(rng, near, far, newer):
    """A point of two trees, drawn with the weights exp(-error) of all their points.

    Of the halves of a new tree: the far one's with its share of the weight. Of the old tree and a
    `newer` one: the newer one's with probability min(1, weight of the new / weight of the old):
    the rule of Metropolis between two halves, each proposed from the other. As many points go over
    as would come back, min(weight of the old, weight of the new): the weights are left as they are.
    """
    total = near.log_weight if newer else np.logaddexp(near.log_weight, far.log_weight)
    return far.point if happens(rng, np.exp(min(0.0, far.log_weight - total))) else near.point


def happens(rng, probability):
    """A coin that falls so with this probability."""
    return rng.random() < probability


def together(values):
    """The values of all chains as one array, or one Point of arrays."""
    if isinstance(values[0], Point):
        return Point(*(np.stack(field) for field in zip(*values)))
    return np.stack(values)
