"""Leaves: variables that no later sweep looks at, drawn for many sweeps at once.

In a collapsed form tau is drawn first, mu given tau, theta given both; and the next tau is drawn
without a look at either of them. So a run needs tau alone to go on. mu and theta are drawn
afterwards: for every sweep that is kept, from the same conditional given the same values, as if
they had been drawn in that sweep. In warm-up nobody needs them.

Many sweeps are to a conditional what many chains are: a longer axis in front.
"""
import numpy as np

from ..distributions.base import Distribution

NUMBERS = 2**15  # drawn at once: few enough to stay in the processor's cache
MOST = 500       # sweeps at once


def leaves_of(given, state):
    """The steps of a sweep that none asks for but other leaves, in their order.

    What they are drawn from is a density, whatever the current value: a kernel would move on from
    it.
    """
    if given.model.interweaves:
        return ()
    leaves = []
    for name in reversed(given.order):
        asked_for_by = {other for other in given.order if name in given.blankets[other]}
        if asked_for_by <= set(leaves) and forgets(given.fresh(name, state)):
            leaves.insert(0, name)
    return tuple(leaves)


def forgets(conditional):
    """Whether a draw from it does not depend on the current value."""
    return isinstance(conditional, Distribution) and type(conditional).draw is Distribution.draw


class Leaves:
    """The leaves of a run.

    Parameters
    ----------
    given : Conditionals
    state : dict of str to array (chains, ...)
        The starting values.
    rng : Generator
        Each leaf has random numbers of its own, begun from this one: so its draws are the same, for
        however many sweeps at once they are made.

    Attributes
    ----------
    names : tuple of str
        The leaves, in their order.
    trunk : tuple of str
        The other steps of a sweep.
    wanted : tuple of str
        The leaves that are drawn: all, unless `prune` leaves some out.
    """

    def __init__(self, given, state, rng):
        self.given, self.names = given, leaves_of(given, state)
        self.trunk = tuple(name for name in given.order if name not in self.names)
        self.wanted = self.names
        self.shapes = {name: np.shape(state[name]) for name in self.names}
        self.streams = {name: np.random.default_rng(rng.integers(2**63)) for name in self.names}

    def prune(self, names):
        """Draw only these, and those that they ask for."""
        self.wanted = ()
        for name in reversed(self.names):
            if name in names or any(name in self.given.blankets[other] for other in self.wanted):
                self.wanted = (name, *self.wanted)

    @property
    def sweeps(self):
        """For how many sweeps at once they are drawn."""
        numbers = sum(int(np.prod(self.shapes[name])) for name in self.wanted)
        return min(max(NUMBERS // max(numbers, 1), 1), MOST)

    @property
    def blankets(self):
        """What they are drawn from, of the other variables."""
        return {other for name in self.wanted for other in self.given.blankets[name]
                if other not in self.wanted}

    def draw(self, state, size):
        """The leaves by name, each (size, ...).

        Parameters
        ----------
        state : dict of str to array (size, ...)
            The other variables.
        size : int
            How many of each: chains, or chains times sweeps.
        """
        state, drawn = dict(state), {}
        for name in self.wanted:
            conditional = self.given(name, state)
            if not forgets(conditional):
                raise TypeError(f"{name}_given gives a {type(conditional).__name__}, and gave a "
                                "density in closed form at the start; it must be one or the other")
            shape = (size, *self.shapes[name][1:])
            state[name] = drawn[name] = conditional.draw(self.streams[name], np.empty(shape))
        return drawn
