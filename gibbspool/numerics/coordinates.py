"""Coordinates u in which quadrature and samplers work: log x, logit x, arcsinh x, or x itself.

A density p(x) becomes p(x(u)) |dx/du| in u. The first three are unbounded, whatever the bounds of
x. On these scales power-law tails are straight lines of log density, so a grid finds them, and
multiplying the data by a constant only shifts u. `Line` is the real line as it is, for densities
that have no bounds and no such tails.

Each has

- ``u(x)`` and ``x(u)``: there and back;
- ``log_jacobian(u)``: log |dx/du|;
- ``range``: the ends of u beyond which x is not told apart in floating point.
"""
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

# |log x| up to which x, 1e-150 to 1e150, has a square that neither underflows nor overflows.
LOG_SQUARABLE = 345.0

# An x nearer than exp(-36) of itself to an end other than 0 is that end in floating point.
LOG_DISTINCT = 36.0


@dataclass(frozen=True)
class Log:
    """x = low + exp(u), for x in (low, inf)."""

    low: float = 0.0

    @property
    def range(self):
        """The lowest and highest u."""
        if self.low == 0:
            return -LOG_SQUARABLE, LOG_SQUARABLE
        return np.log(abs(self.low)) - LOG_DISTINCT, LOG_SQUARABLE

    def u(self, x):
        """log(x - low)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(np.asarray(x, dtype=float) - self.low)

    def x(self, u):
        """low + exp(u)."""
        return self.low + np.exp(u)

    def log_jacobian(self, u):
        """log dx/du = u."""
        return np.asarray(u, dtype=float)


@dataclass(frozen=True)
class Logit:
    """x = low + (high - low) / (1 + exp(-u)), for x in (low, high)."""

    low: float = 0.0
    high: float = 1.0

    @property
    def range(self):
        """The lowest and highest u."""
        return -LOG_SQUARABLE if self.low == 0 else -LOG_DISTINCT, LOG_DISTINCT

    def u(self, x):
        """log((x - low) / (high - x))."""
        x = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(x - self.low) - np.log(self.high - x)

    def x(self, u):
        """low + (high - low) / (1 + exp(-u))."""
        return self.low + (self.high - self.low) * expit(u)

    def log_jacobian(self, u):
        """With s = 1 / (1 + exp(-u)), log dx/du = log(high - low) + log s + log(1 - s)."""
        return np.log(self.high - self.low) + log_expit(u) + log_expit(-np.asarray(u, dtype=float))


@dataclass(frozen=True)
class Arcsinh:
    """x = sinh(u), for any real x: linear around 0, logarithmic far out."""

    range = (-LOG_SQUARABLE, LOG_SQUARABLE)

    def u(self, x):
        """arcsinh(x) = log(x + sqrt(x^2 + 1))."""
        return np.arcsinh(x)

    def x(self, u):
        """sinh(u) = (exp(u) - exp(-u)) / 2."""
        return np.sinh(u)

    def log_jacobian(self, u):
        """log dx/du = log cosh(u) = log(exp(u) + exp(-u)) - log 2."""
        return np.logaddexp(u, -np.asarray(u, dtype=float)) - np.log(2)


@dataclass(frozen=True)
class Line:
    """The real line as it is: u = x."""

    range = (-np.inf, np.inf)

    def u(self, x):
        """x."""
        return x

    def x(self, u):
        """u."""
        return u

    def log_jacobian(self, u):
        """log dx/du = 0."""
        return 0.0


def coordinate(support):
    """The unbounded coordinate that suits a support (low, high), whose ends may be infinite.

    Raises
    ------
    ValueError
        The upper end alone is finite.
    """
    low, high = support
    if np.isfinite(low) and np.isfinite(high):
        return Logit(low, high)
    if np.isfinite(low):
        return Log(low)
    if np.isinf(high):
        return Arcsinh()
    raise ValueError(f"support is {support}; its lower end must be finite when the upper one is")
