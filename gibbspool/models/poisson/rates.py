"""The marginals of the rates: that of a log rate, and that of its exp made of it."""
from typing import Callable, NamedTuple

import numpy as np

from ...distributions.marginals import Transformed
from ...numerics.integral import Integral
from ...numerics.pieces import in_pieces
from ...numerics.quadrature import integrate

REAL = (-np.inf, np.inf)
FARTHEST = 40.0     # in units of s, x = centre + scale sinh(s): 1e17 scales
DEPTH = 30.0        # how far the tails are followed, in units of log density
PIECE = 400_000     # numbers that are held at a time


class Line(NamedTuple):
    """The real line as x = centre + scale sinh(s): linear in the middle, logarithmic far out."""

    centre: float
    scale: float

    def x(self, s):
        """The x of an s."""
        return self.centre + self.scale * np.sinh(s)

    def s(self, x):
        """The s of an x."""
        return np.arcsinh((x - self.centre) / self.scale)

    def log_jacobian(self, s):
        """log dx/ds."""
        return np.log(self.scale) + np.logaddexp(s, -np.asarray(s, dtype=float)) - np.log(2)


class LogRate(NamedTuple):
    """A density on the real line, such as that of a log rate, integrated along s of a `Line`.

    Attributes
    ----------
    logpdf : of x, an array of any shape
    line : Line
    integral : integral.Integral
    """

    logpdf: Callable
    line: Line
    integral: Integral

    def marginal(self, name, moments):
        """The marginal of x, whose mean and sd are given."""
        return Transformed(self.integral, self.line.x, self.line.s, self.logpdf, REAL, name,
                           moments)

    def marginal_of_rate(self, name, moments):
        """The marginal of exp(x), whose mean and sd are given."""
        def logpdf(lam):
            lam = np.asarray(lam, dtype=float)
            with np.errstate(divide="ignore"):
                log_lam = np.log(np.clip(lam, 0.0, 1e300))
            log_lam = np.clip(log_lam, -700.0, None)       # at lam = 0, the limit
            return np.where((lam >= 0) & (lam < np.inf),
                            np.minimum(self.logpdf(log_lam) - log_lam, 700.0), -np.inf)[()]

        def rate_at(s):
            with np.errstate(over="ignore"):
                return np.exp(self.line.x(s))

        def place_of(lam):
            with np.errstate(divide="ignore"):
                return self.line.s(np.log(lam))

        return Transformed(self.integral, rate_at, place_of, logpdf, (0.0, np.inf), name, moments)


def integrated(log_density, centre, line, cells, rtol, depth=DEPTH, slope=0.0):
    """The `LogRate` of a log density of x - centre (m,).

    Parameters
    ----------
    log_density : callable
    centre : float
    line : Line
        Of x - centre: about where its middle is, and how wide.
    cells : int
        Numbers that the log density holds for each x.
    rtol : float
    depth : float
        How far the tails are followed, in units of log density.
    slope : float
        How steep the log density becomes, which is how far the rounding of x moves it.
    """
    def in_tables(x):
        return in_pieces(log_density, x, cells=cells, largest=PIECE)

    def logpdf(x):
        x = np.asarray(x, dtype=float)
        return in_tables((x - centre).ravel()).reshape(x.shape)[()]

    def along(s):
        return in_tables(line.x(s)) + line.log_jacobian(s)

    in_the_middle = np.abs(along(np.zeros(1)))

    def terms(s):
        x = line.x(s)
        return in_the_middle + slope * (np.abs(x) + np.abs(centre)) / 32  # x is rounded once

    integral = integrate(along, -FARTHEST, FARTHEST, rtol=rtol, drop=depth, points=40, panels=4,
                         terms=terms if slope else None)
    return LogRate(logpdf, Line(centre + line.centre, line.scale), integral)
