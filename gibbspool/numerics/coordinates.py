"""Unbounded coordinates for bounded variables: u = log x, logit x or arcsinh x, with their
Jacobians.

A density p(x) becomes p(x(u)) |dx/du| in u. On these scales power-law tails are straight lines of
log density, so a grid finds them, and multiplying the data by a constant only shifts u.
"""
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

# exp(-345) is about 1e-150: the square of x neither underflows nor overflows.
FURTHEST = 345.0

# Closer than exp(-36) of itself to an end other than 0, x is that end in floating point.
CLOSEST = 36.0


@dataclass(frozen=True)
class Log:
    """x = low + exp(u), for x in (low, inf)."""
    low: float = 0.0

    @property
    def range(self):
        return (np.log(abs(self.low)) - CLOSEST if self.low else -FURTHEST, FURTHEST)

    def u(self, x):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(np.asarray(x, dtype=float) - self.low)

    def x(self, u):
        return self.low + np.exp(u)

    def log_jacobian(self, u):
        return np.asarray(u, dtype=float)


@dataclass(frozen=True)
class Logit:
    """x = low + (high - low) / (1 + exp(-u)), for x in (low, high)."""
    low: float = 0.0
    high: float = 1.0

    @property
    def range(self):
        return (-CLOSEST if self.low else -FURTHEST, CLOSEST)

    def u(self, x):
        x = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(x - self.low) - np.log(self.high - x)

    def x(self, u):
        return self.low + (self.high - self.low) * expit(u)

    def log_jacobian(self, u):
        return np.log(self.high - self.low) + log_expit(u) + log_expit(-np.asarray(u, dtype=float))


@dataclass(frozen=True)
class Arcsinh:
    """x = sinh(u), for any real x: linear around 0, logarithmic far out."""
    range = (-FURTHEST, FURTHEST)

    def u(self, x):
        return np.arcsinh(x)

    def x(self, u):
        return np.sinh(u)

    def log_jacobian(self, u):
        return np.logaddexp(u, -np.asarray(u, dtype=float)) - np.log(2)


def coordinate(support):
    """The coordinate that suits a support (low, high), either end of which may be infinite."""
    low, high = support
    if np.isfinite(low) and np.isfinite(high):
        return Logit(low, high)
    if np.isfinite(low):
        return Log(low)
    if np.isinf(high):
        return Arcsinh()
    raise ValueError(f"support is {support}; its lower end must be finite when the upper one is")


class Line:
    """The real line as it is: u = x."""

    range = (-np.inf, np.inf)

    def u(self, x):
        return x

    def x(self, u):
        return u

    def log_jacobian(self, u):
        return 0.0
