"""What a draw leaves behind when it is looked at: what was proposed, evaluated, cut, accepted.

`conditional.show(rng, current)` draws like ``conditional.draw(rng, current)``, but one number after
the other, as the textbook has it, and returns a record of all it did; `gibbspool.steps` and
``gibbspool step`` use it. Each kind of draw has a record of its own. They have in common

- ``before`` and ``x``: the value before the draw, and the value drawn;
- ``kind``: a word for the kind of draw, such as "slice".

Kernels work in an unbounded coordinate u, such as log x for x > 0. What is named ``u`` or is an end
of an interval is on that scale; ``x`` and ``proposal`` are on the scale of the variable. ``curve``
is the log density that was drawn from, a `curve.Curve`: ``curve.log_p(u)`` is log p(u) up to a
constant, with p(u) = p(x) |dx/du|; ``curve.x(u)`` and ``curve.u(x)`` go there and back.
"""
from typing import NamedTuple

import numpy as np

from .short import change, counted, verdict_on
from .slice_records import (
    Chord,
    ConcaveSliceRecord,
    Doubling,
    End,
    Interval,
    SliceRecord,
    Try,
)

__all__ = ["AugmentationRecord", "BatchRecord", "Chord", "ConcaveSliceRecord", "DirectRecord",
           "Doubling", "End", "GridPoints", "GriddyRecord", "Interval", "InterweavingRecord",
           "LadderRecord", "MetropolisRecord", "Pass", "SimplexRecord", "SliceRecord", "Try"]


class DirectRecord(NamedTuple):
    """A draw from a closed form, such as a Normal: nothing is tried and nothing refused.

    Attributes
    ----------
    before, x : float or array
        The value before, which has no influence; the value drawn.
    conditional : distribution
        What it was drawn from, one for each element of x.
    """

    before: object
    x: object
    conditional: object
    kind = "direct"

    def __repr__(self):
        return f"DirectRecord({change(self)} from {type(self.conditional).__name__})"


class GridPoints(NamedTuple):
    """The density q of a `griddy.Griddy`: log q is a straight line between each two points.

    Attributes
    ----------
    u : array (points,)
        The points, increasing.
    log_q : array (points,)
        Log density there, up to a constant: 0 at the highest.
    cdf : array (points,)
        The probability of q below each point, from 0 to 1.
    """

    u: np.ndarray
    log_q: np.ndarray
    cdf: np.ndarray

    def __repr__(self):
        return f"GridPoints({len(self.u)} points, u from {self.u[0]:.4g} to {self.u[-1]:.4g})"


class GriddyRecord(NamedTuple):
    """One draw of a `griddy.Griddy`: the inverse of a cdf on a grid, corrected.

    Attributes
    ----------
    before, x : float
        The value before (None where there was none), and the value drawn.
    curve : Curve
        The log density p.
    grid : GridPoints
        q, which stands in for p.
    share : float
        The uniform number put into the inverse of the cdf of q.
    piece : int
        The share falls between the points with this number and the next, counted from 0.
    u_proposal, proposal : float
        The point below which q has that share, in the coordinate and as x.
    log_weight : float
        log p - log q at the proposal, up to a constant.
    log_weight_before : float
        The same at the value before; -inf where that lies beyond the grid. None where there is no
        value before.
    log_uniform : float
        log of the uniform number that decides; accepted if it is below log_weight -
        log_weight_before. None where there is no value before.
    accepted : bool
    """

    before: float
    x: float
    curve: object
    grid: GridPoints
    share: float
    piece: int
    u_proposal: float
    proposal: float
    log_weight: float
    log_weight_before: float
    log_uniform: float
    accepted: bool
    kind = "griddy"

    def __repr__(self):
        return f"GriddyRecord({change(self)}, {verdict_on(self)})"


class MetropolisRecord(NamedTuple):
    """One step of a random walk, `metropolis.Metropolis`.

    Attributes
    ----------
    before, x : float
    curve : Curve
    scale : float
        Standard deviation of the proposal, in the coordinate.
    u_before, u_proposal, proposal : float
        u_proposal = u_before + scale * Normal(0, 1); proposal is the same as x.
    log_p_before, log_p_proposal : float
        Log density of u there.
    log_ratio : float
        log_p_proposal - log_p_before.
    log_uniform : float
        log of the uniform number that decides: accepted if it is below log_ratio.
    accepted : bool
    """

    before: float
    x: float
    curve: object
    scale: float
    u_before: float
    u_proposal: float
    proposal: float
    log_p_before: float
    log_p_proposal: float
    log_ratio: float
    log_uniform: float
    accepted: bool
    kind = "metropolis"

    def __repr__(self):
        return f"MetropolisRecord({change(self)}, {verdict_on(self)})"


class SimplexRecord(NamedTuple):
    """One step of a random walk on a vector of shares, `metropolis.SimplexWalk`.

    Attributes
    ----------
    before, x : array (K,)
    log_density : callable
        From shares (K,) to the log density of their log-ratios up to a constant: log p(x) + sum_k
        log x_k.
    scale : float
        Standard deviation of the step of each log share.
    proposal : array (K,)
        The shares before, each times exp(scale * Normal(0, 1)), divided by their sum.
    log_p_before, log_p_proposal : float
        `log_density` of the shares.
    log_ratio, log_uniform : float
        As in `MetropolisRecord`.
    accepted : bool
    """

    before: np.ndarray
    x: np.ndarray
    log_density: object
    scale: float
    proposal: np.ndarray
    log_p_before: float
    log_p_proposal: float
    log_ratio: float
    log_uniform: float
    accepted: bool
    kind = "simplex walk"

    def __repr__(self):
        return f"SimplexRecord({change(self)}, {verdict_on(self)})"


class LadderRecord(NamedTuple):
    """One draw of a `ladder.Ladder`: equally spaced rungs, one drawn in proportion to the density.

    Attributes
    ----------
    before, x : float
    curve : Curve
    scale : float
        Mean distance of the rungs.
    spacing : float
        Their distance this time: scale * Uniform(1/2, 3/2).
    place : int
        Which rung the value before is, counted from 0.
    rungs : array (rungs,)
        Their places u.
    log_p : array (rungs,)
        Log density there; -inf where there is none.
    probabilities : array (rungs,)
        In proportion to exp(log_p); they sum to 1.
    share : float
        The uniform number put into the inverse of their cdf.
    rung : int
        The one that was drawn.
    """

    before: float
    x: float
    curve: object
    scale: float
    spacing: float
    place: int
    rungs: np.ndarray
    log_p: np.ndarray
    probabilities: np.ndarray
    share: float
    rung: int
    kind = "ladder"

    @property
    def accepted(self):
        """Whether another rung than the current one was drawn."""
        return self.rung != self.place

    def __repr__(self):
        return (f"LadderRecord({change(self)}, rung {self.rung} of 0 to {len(self.rungs) - 1}, "
                f"from rung {self.place})")


class Pass(NamedTuple):
    """One pass of a data augmentation.

    Attributes
    ----------
    before : array
        x before the pass.
    invention : a conditional
        p(z | x).
    z : array
        What was invented: drawn from it.
    conditional : a conditional
        p(x | z).
    x : array
        The x drawn from that.
    """

    before: object
    invention: object
    z: object
    conditional: object
    x: object


class AugmentationRecord(NamedTuple):
    """One draw of an `augmentation.Augmentation`: invent z given x, draw x given z, and again.

    Attributes
    ----------
    before, x : float or array
    log_density : callable
        Of x, up to a constant, with z summed out.
    passes : tuple of Pass
    """

    before: object
    x: object
    log_density: object
    passes: tuple
    kind = "augmentation"

    def __repr__(self):
        return f"AugmentationRecord({change(self)}, {counted(len(self.passes), 'pass', 'passes')})"


class InterweavingRecord(NamedTuple):
    """A variable drawn again in other coordinates, `interweaving.Interweaving`.

    Attributes
    ----------
    before, x : float or array
    inner : a record
        Of the draw itself.
    moved : dict of str to (old, new)
        The variables that moved along, before and after.
    held : dict of str to value
        What was held fixed, by name, such as {"lam_raw": array}; empty where the model does not
        say.
    """

    before: object
    x: object
    inner: object
    moved: dict
    held: dict
    kind = "interweaving"

    def __repr__(self):
        return (f"InterweavingRecord({change(self)}, {', '.join(self.moved)} moved along, "
                f"{', '.join(self.held) or 'the rest'} held fixed)")


class BatchRecord(NamedTuple):
    """The draws of an array, such as one number for each group: a record for each, in order.

    Attributes
    ----------
    before, x : array
    records : tuple
        One for each element in the order of ``x.ravel()``; for vectors of shares one for each
        vector, in the order of the leading axes.
    """

    before: np.ndarray
    x: np.ndarray
    records: tuple
    kind = "batch"

    @classmethod
    def of(cls, before, records, shape):
        """The record of a batch from those of its elements."""
        x = np.array([record.x for record in records], dtype=float)
        return cls(before, x.reshape(*shape, *x.shape[1:]), tuple(records))

    def __repr__(self):
        kinds = "".join(f"{kind} " for kind in sorted({one.kind for one in self.records}))
        return f"BatchRecord({counted(len(self.records), f'{kinds}draw')})"
