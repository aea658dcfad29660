"""Neal's funnel, v ~ Normal(0, 3) and nine x_i ~ Normal(0, exp(v / 2)), in two sets of coordinates.

Reference: Neal (2003), Slice sampling, Section 8.
"""
import numpy as np

from ..distributions.base import per_group
from ..sampling.model import Model
from ..sampling.target import Target
from .positions import join


class Funnel(Model):
    """The variables of Neal's funnel: v and nine x_i."""

    dims = {"x": ("i",), "x_raw": ("i",)}
    coords = {"i": tuple("123456789")}


class CentredFunnel(Target):
    """q = (v, x_1, ..., x_9), log p(q) = -v^2 / 18 - 9 v / 2 - sum_i x_i^2 exp(-v) / 2.

    The scale of x, exp(v / 2), runs from 0.05 to 20 within two standard deviations of v.
    """

    model = Funnel()
    form = "centred"

    def log_density(self, q):
        v, x = q[..., 0], q[..., 1:]
        return -v**2 / 18 - 9 * v / 2 - 0.5 * np.exp(-v) * (x**2).sum(axis=-1)

    def gradient(self, q):
        """d/dv = -v / 9 - 9 / 2 + sum_i x_i^2 exp(-v) / 2, d/dx_i = -x_i exp(-v)."""
        v, x = q[..., 0], q[..., 1:]
        d_v = -v / 9 - 9 / 2 + 0.5 * np.exp(-v) * (x**2).sum(axis=-1)
        return join(d_v, -x * per_group(np.exp(-v)))

    def named(self, q):
        """v and x."""
        return {"v": q[..., 0], "x": q[..., 1:]}

    def initial(self, rng, shape=()):
        """Uniform on (-2, 2), as Stan starts."""
        return rng.uniform(-2, 2, (*shape, 10))


class NoncentredFunnel(CentredFunnel):
    """q = (v, x_raw_1, ..., x_raw_9) with x_i = exp(v / 2) x_raw_i.

    Nothing is left of the funnel: v ~ Normal(0, 3) and x_raw_i ~ Normal(0, 1), independently.
    """

    form = "noncentred"

    def log_density(self, q):
        """-v^2 / 18 - sum_i x_raw_i^2 / 2."""
        v, x_raw = q[..., 0], q[..., 1:]
        return -v**2 / 18 - 0.5 * (x_raw**2).sum(axis=-1)

    def gradient(self, q):
        """d/dv = -v / 9, d/dx_raw_i = -x_raw_i."""
        v, x_raw = q[..., 0], q[..., 1:]
        return join(-v / 9, -x_raw)

    def named(self, q):
        """v, x_raw, and x = exp(v / 2) x_raw."""
        v, x_raw = q[..., 0], q[..., 1:]
        return {"v": v, "x_raw": x_raw, "x": per_group(np.exp(v / 2)) * x_raw}
