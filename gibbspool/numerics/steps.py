"""A coordinate counted from a place, so that small steps away from it keep all their digits."""
from dataclasses import dataclass

import numpy as np

from .coordinates import Log


@dataclass(frozen=True)
class Steps:
    """t = u(x) - u(x_0), for a coordinate u of `coordinates`: t is 0 at the place x_0.

    Where a density is a narrow peak at a large x, such as 3.8e7 +- 5, the steps x - x_0 and t have
    the digits that x and u have not.

    Parameters
    ----------
    coordinate : Log or Logit
    origin : float
        u(x_0).
    """

    coordinate: object
    origin: float

    @property
    def place(self):
        """x_0."""
        return self.coordinate.x(self.origin)

    @property
    def range(self):
        """The lowest and highest t."""
        low, high = self.coordinate.range
        return low - self.origin, high - self.origin

    def x(self, t):
        """The x of a t."""
        if self.is_log_of_x:
            return self.place * np.exp(t)
        return self.coordinate.x(self.origin + np.asarray(t))

    @property
    def is_log_of_x(self):
        """Whether u is log x: then x / x_0 = exp(t)."""
        return isinstance(self.coordinate, Log) and self.coordinate.low == 0

    def u(self, x):
        """The t of an x."""
        if self.is_log_of_x:
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.log(np.asarray(x, dtype=float) / self.place)
        return self.coordinate.u(x) - self.origin

    def step(self, t):
        """x - x_0, with all its digits however small it is.

        For u = log x it is x_0 (exp(t) - 1). For a logit, with s = 1 / (1 + exp(-u)), it is (high -
        low) times s - s_0 = s (1 - s_0) (1 - exp(-t)) = s_0 (1 - s) (exp(t) - 1).
        """
        t = np.asarray(t, dtype=float)
        if self.is_log_of_x:
            return self.place * np.expm1(t)
        low, high = self.coordinate.low, self.coordinate.high
        from_low, to_high = self.x(t) - low, (high - low) / (1 + np.exp(self.origin + t))
        place_from_low = self.place - low
        place_to_high = (high - low) / (1 + np.exp(self.origin))
        up = from_low / (high - low) * place_to_high * -np.expm1(-np.abs(t))
        down = place_from_low / (high - low) * to_high * np.expm1(-np.abs(t))
        return np.where(t >= 0, up, down)

    @property
    def log_dx_at_place(self):
        """log |dx/dt| at x_0."""
        return float(self.coordinate.log_jacobian(self.origin))

    def log_jacobian(self, t):
        """log |dx/dt|, over what it is at x_0."""
        if self.is_log_of_x:
            return np.asarray(t, dtype=float)
        return (self.coordinate.log_jacobian(self.origin + np.asarray(t)) - self.log_dx_at_place)
