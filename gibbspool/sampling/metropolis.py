"""Random walks that are accepted or refused (Metropolis et al. 1953), of numbers and of shares.

A step proposes a value near the current one and accepts it with probability min(1, the ratio of the
densities there and here); else it stays. Whatever the size of the step, the density is left
invariant; the size only decides how fast the walk gets around, and is learnt in warm-up.
"""
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from .kernels import Kernel, first_of
from .records import BatchRecord
from .scalar.metropolis import draw_metropolis, draw_shares
from .short import counted

LATELY = 50  # steps whose mean a centre is about
SMALLEST_SHARE = 1e-300  # a share below this is not told apart from none: it has lost its digits


class StepSize:
    """The step of a random walk, one for each chain, and the record of its acceptances.

    A step that is too long is hardly ever accepted; one that is too short is nearly always
    accepted, and leads nowhere. Both show in the share of acceptances, so that is what is steered:
    while `adapting`, the n-th step ends with (Robbins and Monro 1951)::

        log scale <- log scale + (accepted - target) / sqrt(n),    accepted = 1 or 0

    Accepted too often, the scale grows; too seldom, it shrinks; and the nudges get smaller, so that
    it settles. Afterwards the scale is frozen: a walk that goes on learning from its own past no
    longer leaves its density invariant. Only then are the acceptances counted.

    Parameters
    ----------
    scale : float or array (...)
        Where to start.
    target : float
        Share of acceptances to aim at. For a single number about 0.44 gets around fastest, for long
        vectors 0.234 (Roberts and Rosenthal 2001).

    Attributes
    ----------
    scale : array (...)
        Standard deviation of the proposal in the coordinate u, one for each chain.
    centre : array (...) or None
        Where the walk has been of late in the warm-up, in the coordinate u; None before there was
        any. A `ladder.Ladder` is placed around it.
    adapting : bool
        False to begin with; `gibbspool.sample` makes it True for the time of the warm-up.
    acceptance : array (...)
        Share of accepted proposals since the adaptation ended.
    """

    def __init__(self, scale=1.0, target=0.44):
        self.scale, self.target, self.adapting = scale, target, False
        self.centre = None
        self.adapted = 0                       # steps that have nudged the scale
        self.proposed, self.accepted = 0, 0.0  # since then

    def record(self, accepted):
        """Learn from one step, or count it: accepted is an array (...) of bool."""
        if self.adapting:
            self.adapted += 1
            self.scale = self.scale * np.exp((accepted - self.target) / np.sqrt(self.adapted))
        else:
            self.proposed += 1
            self.accepted = self.accepted + accepted

    def look(self, here):
        """While adapting, move the centre towards u: the mean of about the last fifty."""
        if self.adapting:
            before = here if self.centre is None else self.centre
            self.centre = before + (here - before) / min(self.adapted, LATELY)

    @property
    def acceptance(self):
        """Share of accepted proposals since the adaptation ended; nan before there are any."""
        return self.accepted / self.proposed if self.proposed else np.nan

    def __repr__(self):
        accepted = np.ravel(self.accepted)[0]  # of the first chain, as the scale
        if self.adapting:
            done = f"adapting, after {counted(self.adapted, 'step')}"
        elif not self.proposed:
            done = "no proposal yet"
        else:
            done = f"{accepted:.0f} of {counted(self.proposed, 'proposal')} accepted"
        return f"StepSize(scale={first_of(self.scale)}, {done})"


@dataclass(frozen=True, eq=False)
class Metropolis(Kernel):
    """One step of a random walk.

    In the coordinate u of the support (log x for a positive variable)::

        propose  u' = u + scale * Normal(0, 1)
        accept   with probability min(1, p(u') / p(u)),    p(u) = p(x) |dx/du|

    Parameters
    ----------
    step : StepSize
        Its scale is adapted in warm-up by `gibbspool.sample`, then frozen.

    Examples
    --------
    A Gamma(2, 1), proportional to x exp(-x): as a density of u = log x it is x^2 exp(-x). From 2 to
    3 the ratio is (9 exp(-3)) / (4 exp(-2)), and a proposal of 3 is accepted that often.

    >>> kernel = Metropolis(lambda x: np.log(x) - x)
    >>> log_ratio = kernel.log_density_u(np.log(3)) - kernel.log_density_u(np.log(2))
    >>> print(f"{np.exp(log_ratio):.4f} {9 * np.exp(-3) / (4 * np.exp(-2)):.4f}")
    0.8277 0.8277
    """

    step: StepSize = field(default_factory=StepSize)
    draw_one = draw_metropolis  # the same draw of one number, step by step

    def show(self, rng, current):
        """One step, number by number, as `Kernel.show`; the step size learns of it as ever."""
        record = super().show(rng, current)
        self.step.record(accepted(record))
        return record

    def with_step(self, step):
        """The same walk with another step size."""
        walk = object.__new__(type(self))  # dataclasses.replace takes longer than a step
        vars(walk).update(vars(self), step=step)
        return walk

    def draw(self, rng, current):
        """The value after one step, an array of the shape of `current`."""
        here = self.coordinate.u(current)
        proposal = here + self.step.scale * rng.standard_normal(np.shape(current))
        with np.errstate(all="ignore"):
            log_ratio = self.log_density_u(proposal) - self.log_density_u(here)
        accept = np.log(rng.random(np.shape(current))) < np.nan_to_num(log_ratio, nan=-np.inf)
        self.step.record(accept)
        return np.where(accept, self.coordinate.x(proposal), current)[()]

    def __repr__(self):
        return f"Metropolis({self.support}, {self.step})"


@dataclass(frozen=True, eq=False)
class SimplexWalk(Metropolis):
    """One step of a random walk on vectors of shares.

    A share is moved by a factor, and all are divided by their sum::

        propose  x'_k proportional to x_k exp(scale * z_k),    z_k ~ Normal(0, 1)
        accept   with probability min(1, p(x') prod_k x'_k / (p(x) prod_k x_k))

    That is a symmetric step of the log-ratios log(x_k / x_K); prod_k x_k is their Jacobian.

    Parameters
    ----------
    log_density : callable
        Of vectors of shares (..., K) to (...).
    step : StepSize
        One scale for each vector, adapted in warm-up by `gibbspool.sample`, then frozen.

    Examples
    --------
    From the shares 0.2 and 0.8 to 0.3 and 0.7, where p is the same for all: the ratio is that of
    the products 0.3 * 0.7 and 0.2 * 0.8.

    >>> kernel = SimplexWalk(lambda x: 0.0)
    >>> log_ratio = (kernel.log_density_u(np.array([0.3, 0.7]))
    ...              - kernel.log_density_u(np.array([0.2, 0.8])))
    >>> print(f"{np.exp(log_ratio):.4f}")
    1.3125
    """

    support: tuple = (0.0, 1.0)
    step: StepSize = field(default_factory=partial(StepSize, target=0.3))

    def logpdf(self, x):
        """Log density at x (..., K), up to a constant."""
        with np.errstate(all="ignore"):
            return self.log_density(np.asarray(x, dtype=float))

    def log_density_u(self, x):
        """Log density of the log-ratios of x, up to a constant: log p(x) + sum_k log x_k."""
        return self.log_density(x) + np.log(x).sum(axis=-1)

    def draw(self, rng, current):
        """The vectors after one step, (..., K)."""
        current = np.asarray(current, dtype=float)
        # one scale for each vector, though a step size may hold it once for each of its elements
        scale = np.broadcast_to(self.step.scale, current.shape)[..., :1]
        log_x = np.log(np.maximum(current, SMALLEST_SHARE))
        log_x = log_x + scale * rng.standard_normal(current.shape)
        proposal = np.exp(log_x - log_x.max(axis=-1, keepdims=True))
        proposal = proposal / proposal.sum(axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            log_ratio = self.log_density_u(proposal) - self.log_density_u(current)
        accept = np.log(rng.random(log_ratio.shape)) < np.nan_to_num(log_ratio, nan=-np.inf)
        accept = accept[..., None]
        self.step.record(np.broadcast_to(accept, current.shape))
        return np.where(accept, proposal, current)

    def show(self, rng, current):
        """One step, vector by vector, as `Kernel.show`."""
        current = np.asarray(current, dtype=float)
        shape = current.shape[:-1]
        scale = np.broadcast_to(self.step.scale, current.shape)[..., 0]
        records = []
        for index in np.ndindex(shape):
            log_density = self.log_density_of(current, index)
            records.append(draw_shares(rng, current[index], log_density, float(scale[index]),
                                       SMALLEST_SHARE))
        record = records[0] if shape == () else BatchRecord.of(current, records, shape)
        self.step.record(np.broadcast_to(accepted(record)[..., None], current.shape))
        return record

    def log_density_of(self, current, index):
        """The log density of the log-ratios of one vector, (K,) to float, the others as they are.
        """
        def log_density(shares):
            all_shares = current.copy()
            all_shares[index] = shares
            with np.errstate(all="ignore"):
                log_p = self.log_density_u(all_shares)
            return float(np.broadcast_to(log_p, current.shape[:-1])[index])

        return log_density

    def __repr__(self):
        return f"SimplexWalk({self.step})"


def accepted(record):
    """Whether each element of a draw was accepted, an array of its shape."""
    if isinstance(record, BatchRecord):
        axes = np.ndim(record.x) - np.ndim(record.records[0].x)
        return np.reshape([one.accepted for one in record.records], np.shape(record.x)[:axes])
    return np.array(record.accepted)
