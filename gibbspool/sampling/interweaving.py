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

import numpy as np

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

    Examples
    --------
    Two hospitals with log_lam = mu_log + sigma_log lam_raw: 0.9 and 0.2 where mu_log is 0.4 and
    sigma_log is 0.5, so that lam_raw is 1 and -0.4. A new mu_log, 0.7, moves both log_lam by 0.3;
    lam_raw is what it was.

    >>> import gibbspool as gp
    >>> log_lam = np.array([0.9, 0.2])
    >>> lam_raw = (log_lam - 0.4) / 0.5
    >>> def moves(mu_log):
    ...     return {"log_lam": mu_log + 0.5 * lam_raw}
    >>> step = Interweaving(gp.Normal(0.6, 0.2), moves, held={"lam_raw": lam_raw})
    >>> moved = step.moves(0.7)["log_lam"]
    >>> print(*(f"{x:.1f}" for x in moved), "and", *(f"{x:.1f}" for x in (moved - 0.7) / 0.5))
    1.2 0.5 and 1.0 -0.4
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
        old, new = self.moves(current), self.moves(np.asarray(inner.x)[()])
        moved = {name: (old[name], new[name]) for name in new}
        return InterweavingRecord(current, inner.x, inner, moved, self.held)

    def __repr__(self):
        return f"Interweaving({self.conditional!r})"
