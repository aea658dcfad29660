"""The records of slice samplers; see `records`."""
from typing import NamedTuple

from .short import change, counted


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
