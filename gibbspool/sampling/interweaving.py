"""Interweaving: a variable drawn a second time in a sweep, in other coordinates.

This is the ancillarity-sufficiency interweaving strategy, ASIS (Yu and Meng 2011).

The centred form of a hierarchy keeps theta (a *sufficient* augmentation: given theta the data say
nothing of mu), the non-centred one theta_raw = (theta - mu) / tau (an *ancillary* one: its
distribution knows nothing of mu). Each walks slowly where the other walks fast. A sweep that draws
mu given theta, and then once more given theta_raw, walks fast in both cases. A model says so by::

    order = ("theta", "mu", "mu_ancillary")
    interweaves = {"mu_ancillary": "mu"}        # the step mu_ancillary draws mu

and its ``mu_ancillary_given`` returns an `Interweaving`.
"""
from dataclasses import dataclass, field
from typing import Callable

from .records import InterweavingRecord
from .showing import show


@dataclass(frozen=True, eq=False)
class Interweaving:
    """A conditional of one variable, given what stays as it is while other variables move along.

    For example mu with theta_raw = (theta - mu) / tau held fixed: a new mu moves theta = mu + tau
    theta_raw. That is a step of the non-centred form, taken in the state of the centred one.

    Parameters
    ----------
    conditional : a conditional
        Of the variable, given what stays as it is.
    moves : callable
        From a value of the variable to a dict of those that move along.
    held : dict of str to array
        What stays as it is, by name, such as {"theta_raw": theta_raw}: to be shown.
    """

    conditional: object
    moves: Callable
    held: dict = field(default_factory=dict)

    def logpdf(self, x):
        """Log density at x, in the coordinates in which the others stay as they are."""
        return self.conditional.logpdf(x)

    def draw(self, rng, current):
        """A value of the variable; what moves along, `moves` says."""
        return self.conditional.draw(rng, current)

    def show(self, rng, current):
        """The same draw, with a record of it and of what moved along."""
        inner = show(self.conditional, rng, current)
        old, new = self.moves(current), self.moves(inner.x)
        moved = {name: (old[name], new[name]) for name in new}
        return InterweavingRecord(current, inner.x, inner, moved, self.held)

    def __repr__(self):
        return f"Interweaving({self.conditional!r})"
