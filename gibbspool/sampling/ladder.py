"""A step on a ladder: a random walk that looks at several equally spaced values at once."""
from dataclasses import dataclass, field
from functools import lru_cache, partial

import numpy as np

from .metropolis import Metropolis, StepSize
from .scalar.ladder import JITTER, draw_ladder


@dataclass(frozen=True, eq=False)
class Ladder(Metropolis):
    """One draw from the rungs of a ladder that is placed at random over the current value.

    In the coordinate u of the support (log x for a positive variable)::

        spacing  h = scale * Uniform(1/2, 3/2)
        rungs    u_j = u + (j - i) h,  j = 0, ..., 7;  i, the rung of u itself, is uniform
        draw     rung j with probability p(u_j) / sum_l p(u_l),    p(u) = p(x) |dx/du|

    After a warm-up it is known where the density lies, and the ladder is placed there, so that no
    part of it reaches out to where there is nothing. Its middle is drawn without looking at the
    current value, near the centre c of the warm-up, and copies of it, end to end, cover the line::

        middle  m = c + 0.3 n h Uniform(-1/2, 1/2),    n = 8
        rung    i of u: how many spacings u is above the lower end of the copy that u lies on

    Who sees the rungs alone cannot tell which of them was the current value: each was as likely to
    put the ladder there. So given the rungs it is distributed as the new one is drawn, in
    proportion to p, and p is left invariant. With two rungs this is Barker's (1965) form of the
    random walk, a step to the left or to the right.

    The sum over equally spaced points is a good integral even where they are far apart, so a ladder
    that reaches over the whole density forgets where it began: with rungs one to two standard
    deviations apart, successive draws are almost independent. All rungs are one evaluation of the
    density, which on arrays costs hardly more than one value: it is worth three to five steps of a
    Metropolis walk.

    Parameters
    ----------
    log_density : callable
        Log density of x up to a constant, elementwise, with an extra leading axis for the rungs.
    support : tuple of float
        (low, high), by default (0, inf).
    step : StepSize
        `scale` is the mean distance of the rungs. In warm-up `gibbspool.sample` adapts it so that
        half of the draws are another rung than the current one; then it is frozen. The models begin
        with 2 / sqrt(J), in proportion to what J groups leave open, so that a ladder is of use
        without a warm-up, too, as in `gibbspool.steps`.
    rungs : int
        How many.

    Raises
    ------
    ValueError
        When drawing: no rung has a finite density above zero.

    Examples
    --------
    A Gamma(2, 1), in u = log x proportional to x^2 exp(-x). On the rungs 1/2, 1, 2 and 4, which are
    log 2 apart, the probabilities of the draw are these, whichever of them is the current value:

    >>> rungs = np.array([0.5, 1, 2, 4])
    >>> log_p = Ladder(lambda x: np.log(x) - x).log_density_u(np.log(rungs))
    >>> print(*(f"{p:.3f}" for p in np.exp(log_p) / np.exp(log_p).sum()))
    0.112 0.272 0.400 0.216

    References
    ----------
    Barker (1965), Australian Journal of Physics 18:119; Tjelmeland (2004), Using all
    Metropolis-Hastings proposals to estimate mean values; Calderhead (2014), PNAS 111:17408.
    """

    step: StepSize = field(default_factory=partial(StepSize, target=0.5))
    rungs: int = 8
    draw_one = draw_ladder  # the same draw of one number, step by step

    def draw(self, rng, current):
        """One of the rungs, for every element of `current`."""
        here = self.here(current)
        stretch, place, share = rng.random((3, *np.shape(here)))
        spacing = self.step.scale * (stretch + 0.5)
        place = self.place_of(here, spacing, place)
        lowest = here - place * spacing
        rung = self.choose(1 - share, lowest + self.numbers(here) * spacing)  # the share: above 0
        moves = rung != place
        self.step.record(moves)
        self.step.look(here)
        return np.where(moves, self.coordinate.x(lowest + rung * spacing), current)[()]

    def show(self, rng, current):
        """The same draw of one number after the other, as a record."""
        record = super().show(rng, current)
        self.step.look(self.here(current))
        return record

    def here(self, current):
        """The current value in the coordinate u, within its range."""
        low, high = self.coordinate.range
        return np.minimum(np.maximum(self.coordinate.u(current), low), high)

    def place_of(self, here, spacing, uniform):
        """Which rung of its ladder the current value is: i, from a uniform number."""
        centre, n = self.step.centre, self.rungs
        if centre is None:
            return np.floor(n * uniform)
        middle_to_end = n * (0.5 + JITTER / 2 - JITTER * uniform)  # in spacings, from the centre
        place = np.floor(((here - centre) / spacing + middle_to_end) % n)
        return np.minimum(place, n - 1)  # n itself by rounding alone

    def numbers(self, here):
        """0, 1, ..., 7 along a new first axis."""
        return numbers_along(self.rungs, np.ndim(here))

    def choose(self, share, ladder):
        """The number of a rung, drawn in proportion to the density at each.

        That is the first rung up to which the sum of the densities is as large as the share, a
        uniform number above 0, of the sum of all. A rung of density zero is never drawn. Where the
        density is NaN, and beyond the range of the coordinate, there is none.
        """
        low, high = self.coordinate.range
        with np.errstate(all="ignore"):
            log_p = self.log_density_u(ladder)
            highest = log_p.max(axis=0)
            if ladder.min() < low or ladder.max() > high or not np.isfinite(highest).all():
                inside = (ladder >= low) & (ladder <= high)
                log_p = np.where(inside, np.fmax(log_p, -np.inf), -np.inf)
                highest = log_p.max(axis=0)
                if not np.isfinite(highest).all():
                    raise ValueError("Ladder: the density at the current value is zero, infinite "
                                     "or NaN")
            p = np.exp(log_p - highest)
        below = p.cumsum(axis=0)
        return (below >= share * below[-1]).argmax(axis=0)

    def __repr__(self):
        return f"Ladder({self.support}, {self.rungs} rungs, {self.step})"


@lru_cache
def numbers_along(rungs, axes):
    """0, 1, ... along a first axis, with so many axes after it."""
    return np.arange(float(rungs)).reshape(-1, *[1] * axes)
