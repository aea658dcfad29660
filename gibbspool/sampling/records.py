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


class Interval(NamedTuple):
    """An interval of the coordinate, and how high the density is at its ends.

    Attributes
    ----------
    low, high : float
    log_p_low, log_p_high : float
        Log density at the ends; an end lies inside the slice where it is not below the level.
    """

    low: float
    high: float
    log_p_low: float
    log_p_high: float


class Doubling(NamedTuple):
    """One doubling of the interval of a slice.

    Attributes
    ----------
    side : "left" or "right"
        To which side the interval grew by its own length; a coin decided.
    low, high, log_p_low, log_p_high
        The interval afterwards, as in `Interval`.
    """

    side: str
    low: float
    high: float
    log_p_low: float
    log_p_high: float


class Try(NamedTuple):
    """One value tried by a slice sampler.

    Attributes
    ----------
    u, x : float
        The value, drawn uniformly between the ends, in the coordinate and as x.
    log_p : float
        Log density there.
    verdict : "inside", "outside" or "no return"
        Inside the slice: this is the draw. Outside: it is not. No return: inside the slice, but
        doubling from there would have stopped before the interval that it was drawn from.
    low, high : float
        The ends afterwards: cut at u, on the side away from the value before, where u is refused.
    halvings : tuple of Interval
        How the doublings were undone towards u, to see whether they could have started there
        (`slice.Slice`, step 4); where there is no return, both ends of the last one lie outside
        the slice. Log densities are None for ends that need not be looked at.
    """

    u: float
    x: float
    log_p: float
    verdict: str
    low: float
    high: float
    halvings: tuple = ()


class SliceRecord(NamedTuple):
    """One draw of a `slice.Slice`: a level, an interval that is doubled, values tried, cuts.

    Attributes
    ----------
    before, x : float
    curve : Curve
    width : float
        Of the first interval.
    u_before, log_p_before : float
        The value before in the coordinate, and log density there.
    log_height : float
        The level: the slice is where log p(u) is not below it.
    start : Interval
        The first interval, placed at random around u_before.
    doublings : tuple of Doubling
        Until both ends lie outside the slice.
    tries : tuple of Try
        The last one is the draw.
    """

    before: float
    x: float
    curve: object
    width: float
    u_before: float
    log_p_before: float
    log_height: float
    start: Interval
    doublings: tuple
    tries: tuple
    kind = "slice"

    @property
    def interval(self):
        """(low, high) after the doublings: what the first try is drawn from."""
        last = (self.start, *self.doublings)[-1]
        return last.low, last.high

    def __repr__(self):
        return (f"SliceRecord({change(self)}, {counted(len(self.doublings), 'doubling')}, "
                f"{counted(len(self.tries), 'try', 'tries')})")


class Chord(NamedTuple):
    """A line through two points of the log density, both outside the slice, down to the level.

    Attributes
    ----------
    near, log_near : float
        The point nearer to the slice.
    far, log_far : float
        The point beyond it.
    end : float
        Where the line comes down to the level; near itself where there is no line to follow.
    """

    near: float
    log_near: float
    far: float
    log_far: float
    end: float


class End(NamedTuple):
    """How one end of the interval of a concave slice was found.

    Attributes
    ----------
    side : "left" or "right"
    points : tuple of (u, log_p)
        Looked at from the value before outwards; the last two are those that the first line goes
        through.
    chords : tuple of Chord
        The lines by which the end was closed in on.
    end : float
        The end, in the coordinate.
    """

    side: str
    points: tuple
    chords: tuple
    end: float


class ConcaveSliceRecord(NamedTuple):
    """One draw of a `concave_slice.ConcaveSlice`: a level, both ends by lines, values tried.

    Attributes
    ----------
    before, x : float
    curve : Curve
    width : float
        The unit of the first steps outwards.
    u_before, log_p_before : float
    log_height : float
        The level.
    left, right : End
    tries : tuple of Try
        The last one is the draw. Its first few values are all drawn between the same ends: only
        where all of these lie outside does the first of them become a new end.
    """

    before: float
    x: float
    curve: object
    width: float
    u_before: float
    log_p_before: float
    log_height: float
    left: End
    right: End
    tries: tuple
    kind = "concave slice"

    @property
    def interval(self):
        """(low, high): what the first try is drawn from; it holds the whole slice."""
        return self.left.end, self.right.end

    def __repr__(self):
        return f"ConcaveSliceRecord({change(self)}, {counted(len(self.tries), 'try', 'tries')})"


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
        kind = self.records[0].kind if self.records else "no"
        return f"BatchRecord({counted(len(self.records), f'{kind} draw')})"


def change(record):
    """The value before and after, in short."""
    return f"{short(record.before)} -> {short(record.x)}"


def short(value):
    """A number to four digits, an array's first three."""
    if value is None:
        return "nothing"
    if np.ndim(value) == 0:
        return f"{float(value):.4g}"
    flat = np.ravel(value)
    return f"[{', '.join(f'{x:.4g}' for x in flat[:3])}{', ...' if len(flat) > 3 else ''}]"


def verdict_on(record):
    """A proposal and what became of it."""
    return f"{short(record.proposal)} {'accepted' if record.accepted else 'refused'}"


def counted(number, one, many=None):
    """A number of things: "1 doubling", "2 doublings"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
