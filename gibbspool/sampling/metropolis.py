"""TODO sampling.metropolis"""
from dataclasses import dataclass, field

import numpy as np

from .kernels import Kernel

TINY = 1e-300  # smaller shares are not told apart: in floating point they become zero


class StepSize:
    """The step of a random walk, one for each chain, and the record of its acceptances.

    While `adapting`, each acceptance nudges log(scale) towards `target` by a gain that falls like 1
    / sqrt(n) (Robbins and Monro 1951); afterwards the scale is frozen, as an invariant density asks
    for.

    Attributes
    ----------
    scale : array (...)
        Standard deviation of the proposal in the coordinate u, one for each chain.
    acceptance : array (...)
        Share of accepted proposals since the adaptation ended.
    """

    def __init__(self, scale=1.0, target=0.44):
        self.scale, self.target, self.adapting = scale, target, False
        self._adapted = self._proposed = 0
        self._accepted = 0.0

    def record(self, accept):
        if self.adapting:
            self._adapted += 1
            self.scale = self.scale * np.exp((accept - self.target) / np.sqrt(self._adapted))
        else:
            self._proposed += 1
            self._accepted = self._accepted + accept

    @property
    def acceptance(self):
        return self._accepted / self._proposed if self._proposed else np.nan

    def __repr__(self):
        return f"StepSize(scale={np.round(self.scale, 4)}, acceptance={np.round(self.acceptance, 3)})"


@dataclass(frozen=True, eq=False)
class Metropolis(Kernel):
    """One step of a random walk (Metropolis et al. 1953).

    In the coordinate u of the support (log x for a positive variable): propose u' = u + scale *
    Normal(0, 1), accept with probability min(1, p(u') / p(u)), where p(u) = p(x) |dx/du| carries
    the Jacobian.

    Parameters
    ----------
    step : StepSize
        Its scale is adapted in warm-up by `gibbspool.sample`, then frozen.
    """

    step: StepSize = field(default_factory=StepSize)

    def draw(self, rng, current):
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
    """One step of a random walk on probability vectors.

    Propose x' proportional to x_k exp(scale * z_k), z_k ~ Normal(0, 1): a symmetric step in the
    log-ratios log(x_k / x_K), whose Jacobian is prod_k x_k; accept with probability min(1, p(x')
    prod x'_k / (p(x) prod x_k)).

    Parameters
    ----------
    log_density : callable
        Of probability vectors (..., K) to (...).
    step : StepSize
        One scale for each vector, adapted in warm-up by `gibbspool.sample`, then frozen.
    """

    support: tuple = (0.0, 1.0)
    step: StepSize = None

    def __post_init__(self):
        if self.step is None:
            object.__setattr__(self, "step", StepSize(target=0.3))

    def logpdf(self, x):
        """Log density at x (..., K), up to a constant."""
        with np.errstate(all="ignore"):
            return self.log_density(np.asarray(x, dtype=float))

    def draw(self, rng, current):
        current = np.asarray(current, dtype=float)
        scale = np.broadcast_to(self.step.scale, current.shape)[..., :1]
        log_ratios = np.log(np.maximum(current, TINY)) + scale * rng.standard_normal(current.shape)
        proposal = np.exp(log_ratios - log_ratios.max(axis=-1, keepdims=True))
        proposal = proposal / proposal.sum(axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            log_ratio = self._log_density_of_log_ratios(proposal) - self._log_density_of_log_ratios(current)
        accept = np.log(rng.random(log_ratio.shape)) < np.nan_to_num(log_ratio, nan=-np.inf)
        self.step.record(np.broadcast_to(accept[..., None], current.shape))
        return np.where(accept[..., None], proposal, current)

    def _log_density_of_log_ratios(self, x):
        return self.log_density(x) + np.log(x).sum(axis=-1)

    def __repr__(self):
        return f"SimplexWalk({self.step})"
