"""Test densities that the student's samplers run on: by name, counting how often they are asked.

They run beside the student's code and need NumPy only. All are in general position: asymmetric,
not centred at 0, with unequal scales. Each has `log_p(x)`, up to a constant, and most have its
`gradient(x)`.
"""
import numpy as np


def numbers(x):
    """x as floats; anything that is no number is refused."""
    x = np.asarray(x)
    if x.dtype.kind not in "fiu":
        raise TypeError(f"the log density takes numbers, got {x.dtype}")
    return x.astype(float)


class Density:
    """Counts its calls; a subclass defines `log_density(x)` and perhaps `slope(x)`."""

    def __init__(self, *numbers):
        self.numbers = numbers
        self.calls = {"log_p": 0, "gradient": 0}

    def log_p(self, x):
        """Log of the density, up to a constant: a float for a float."""
        self.calls["log_p"] += 1
        with np.errstate(all="ignore"):
            value = self.log_density(numbers(x))
        return float(value) if np.ndim(value) == 0 else value

    def gradient(self, x):
        """Of the log density."""
        self.calls["gradient"] += 1
        with np.errstate(all="ignore"):
            return np.asarray(self.slope(numbers(x)), dtype=float)


class Lognormal(Density):
    """log x ~ Normal(m, s), for x > 0."""

    def log_density(self, x):
        m, s = self.numbers
        log_x = np.log(np.where(x > 0, x, 1.0))
        return np.where(x > 0, -log_x - (log_x - m)**2 / (2 * s**2), -np.inf)


class GammaDensity(Density):
    """x ~ Gamma(shape, rate), for x > 0."""

    def log_density(self, x):
        shape, rate = self.numbers
        return np.where(x > 0, (shape - 1) * np.log(np.where(x > 0, x, 1.0)) - rate * x, -np.inf)


class TwoSidedExponential(Density):
    """Exponential on either side of a place, with two scales; plus any constant."""

    def log_density(self, x):
        place, left, right, constant = self.numbers
        return constant - np.where(x < place, (place - x) / left, (x - place) / right)


class FunnelSlice(Density):
    """Log of the spread of J numbers whose sum of squares is S, under Normal(0, 3)."""

    def log_density(self, v):
        groups, squares = self.numbers
        return -v**2 / 18 - groups * v / 2 - squares * np.exp(-v) / 2


class Table(Density):
    """Weights of the states 0, 1, 2, ...; elsewhere 0."""

    def log_density(self, x):
        k = np.rint(x).astype(int)
        inside = (k >= 0) & (k < len(self.numbers)) & (np.abs(x - k) < 1e-6)
        return np.where(inside, np.take(self.numbers, np.clip(k, 0, len(self.numbers) - 1)),
                        -np.inf)


class Steps(Density):
    """Constant on the intervals between the ends: ends (k + 1), then log heights (k)."""

    def log_density(self, x):
        k = len(self.numbers) // 2
        ends, heights = np.array(self.numbers[:k + 1]), np.array(self.numbers[k + 1:])
        where = np.searchsorted(ends, x, side="right") - 1
        inside = (where >= 0) & (where < k)
        return np.where(inside, heights[np.clip(where, 0, k - 1)], -np.inf)


class Anharmonic(Density):
    """A bowl that is no parabola: -sum of a_d q_d^2 / 2 + b_d q_d^3 / 3 + c_d q_d^4 / 4.

    Neighbours are coupled, so that no coordinate moves on its own. The numbers are a, b, c for each
    coordinate, then the coupling.
    """

    def coefficients(self):
        return np.array(self.numbers[:-1]).reshape(3, -1), self.numbers[-1]

    def log_density(self, q):
        (a, b, c), k = self.coefficients()
        bowl = (a * q**2 / 2 + b * q**3 / 3 + c * q**4 / 4).sum(axis=-1)
        return -bowl - k * (q[..., 1:] * q[..., :-1]).sum(axis=-1)

    def slope(self, q):
        (a, b, c), k = self.coefficients()
        force = -(a * q + b * q**2 + c * q**3)
        force[..., 1:] -= k * q[..., :-1]
        force[..., :-1] -= k * q[..., 1:]
        return force


class Wall(Density):
    """Normal up to a wall, beyond which log density and gradient are NaN."""

    def log_density(self, q):
        return np.where((q > self.numbers[0]).any(axis=-1), np.nan, -0.5 * (q**2).sum(axis=-1))

    def slope(self, q):
        return np.where(q > self.numbers[0], np.nan, -q)


class Values(np.ndarray):
    """The log density at some places, as an array; called, that at any others."""

    def __array_finalize__(self, other):
        self.density = getattr(other, "density", None)

    def __call__(self, x):
        return self.density.log_p(x)


def values_at(density, at):
    """The `Values` of a density at some places."""
    values = np.asarray(density.log_p(at)).view(Values)
    values.density = density
    return values


DENSITIES = {"lognormal": Lognormal, "gamma": GammaDensity,
             "two_sided_exponential": TwoSidedExponential, "funnel_slice": FunnelSlice,
             "table": Table, "steps": Steps, "anharmonic": Anharmonic, "wall": Wall}
