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
    """The steps of a sweep that none asks for but other leaves, in their order: their conditionals.

    These are densities, whatever the current value is: a kernel would move on from it.
    """
    leaves = {}
    for name in () if given.model.interweaves else reversed(given.order):
        asked_for_by = {other for other in given.order if name in given.blankets[other]}
        if asked_for_by <= set(leaves):
            conditional = given.fresh(name, state)
            if forgets(conditional):
                leaves = {name: conditional, **leaves}
    return leaves


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
        Each leaf has random numbers of its own, begun from this one: so what is drawn of one does
        not depend on how many others are wanted.

    Attributes
    ----------
    names : tuple of str
        The leaves, in their order.
    trunk : tuple of str
        The other steps of a sweep.
    wanted : tuple of str
        The leaves that are drawn: all, unless `prune` leaves some out.
    chains : int
    """

    def __init__(self, given, state, rng):
        leaves = leaves_of(given, state)
        self.given, self.names = given, tuple(leaves)
        self.constant = {name: leaves[name] for name in leaves if not given.blankets[name]}
        self.trunk = tuple(name for name in given.order if name not in self.names)
        self.wanted = self.names
        self.chains = len(next(iter(state.values())))
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

    def draw(self, state, sweeps=1):
        """The leaves by name, each (sweeps * chains, ...).

        Parameters
        ----------
        state : dict of str to array (sweeps * chains, ...)
            The other variables.
        sweeps : int
            How many of them.
        """
        state, drawn = dict(state), {}
        for name in self.wanted:
            conditional = self.constant.get(name) or self.given.fresh(name, state)
            if not forgets(conditional):
                raise TypeError(f"{name}_given gives a {type(conditional).__name__}, and gave a "
                                "density in closed form at the start; it must be one or the other")
            like = np.broadcast_to(0.0, (sweeps * self.chains, *self.shapes[name][1:]))
            state[name] = drawn[name] = conditional.draw(self.streams[name], like)
        return drawn
