"""What every density has: `logpdf`, `pdf`, `draw` and a telling `repr`."""
import math
from dataclasses import fields

import numpy as np

from .. import validate


def numbers_of(x):
    """x as an array of floats; what is no number is refused by name."""
    return np.asarray(x) if type(x) in (np.ndarray, np.float64) and x.dtype == float else (
        validate.floats("x", x))


REAL = (-np.inf, np.inf)  # the support of what is positive on the whole line


def per_group(x):
    """A value per chain, (...,), made ready to meet values per group, (..., J)."""
    return np.asarray(x, dtype=float)[..., None]


class Distribution:
    """Base of the densities in `standard` and `vectors`.

    Parameters are taken as they are: a sweep makes thousands of these objects, and each costs no
    more than its arithmetic. What people write is checked once, by the classes of the same names in
    `priors`.

    A density is a frozen dataclass of its parameters, with ``_logpdf(x)``, its formula, and
    ``_draw(rng, size)``, which draws an array of that shape.

    Attributes
    ----------
    support : tuple of float
        Where the density is positive.
    proper : bool
        Whether the density integrates to one.
    log_concave, log_concave_in_log : bool
        Whether log p is concave: as a function of x, and, for x > 0, that of log x.
    tail_power : float
        `a` where the density falls like x**-a as x grows (inf for anything faster): tells which
        moments exist.
    event_ndim : int
        0 for numbers, 1 for vectors (the last axis).
    """

    support = (0.0, np.inf)
    proper = True
    log_concave = log_concave_in_log = False
    tail_power = np.inf
    event_ndim = 0

    @property
    def batch_shape(self):
        """Shape of the parameters together (of the vectors, where the parameters are vectors)."""
        shapes = {np.shape(value) for value in vars(self).values()}
        return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)

    def problem(self):
        """What is wrong with the parameters, as half a sentence; "" if nothing is.

        All must be > 0, unless a class says otherwise. Asked by `priors`, never inside a sweep.
        """
        return self.not_positive(*(field.name for field in fields(self)))

    def not_positive(self, *names):
        """Half a sentence on the first of these parameters that is not > 0; "" if all are."""
        for name in names:
            value = getattr(self, name)
            if not np.all(value > 0):
                return f"{name} is {short(value)}; it must be > 0"
        return ""

    def logpdf(self, x):
        """Log density at x, normalised; elementwise, with broadcasting."""
        x = numbers_of(x)
        support = self.support
        with np.errstate(all="ignore"):
            log_p = self._logpdf(x)
            if support is REAL:
                return log_p
            low, high = support
            return np.where((x >= low) & (x <= high), log_p, -np.inf)[()]

    def logpdf_inside(self, x):
        """`logpdf` where x is known to lie in the support: the formula alone, for samplers."""
        return self._logpdf(x)

    def pdf(self, x):
        """Density at x."""
        return np.exp(self.logpdf(x))

    def log_ratio(self, x, place, step):
        """log p(x) - log p(place), for x in the support, and its step from the place, x - place.

        A class whose log density can be a large number writes the difference out, so that a small
        one keeps its digits.
        """
        return self.logpdf(x) - self.logpdf(place)

    def draw(self, rng, current=None):
        """One draw from `rng`, a `numpy.random.Generator`; `current` lends only its shape."""
        size, shape = self.batch_shape, np.shape(current)
        if size != shape:
            size = np.broadcast_shapes(size, shape)
        return self._draw(rng, size or None)

    def __repr__(self):
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        axes, chains = 1 + self.event_ndim, ""
        most = max([np.shape(value) for value in values.values()], key=len, default=())
        if len(most) > axes:  # chains, and what there is in each: groups last
            values = {name: np.asarray(value)[(0,) * max(np.ndim(value) - axes, 0)]
                      for name, value in values.items()}
            chains = f"; first of {math.prod(most[:-axes])} chains"
        parameters = ", ".join(f"{name}={short(value)}" for name, value in values.items())
        return f"{type(self).__name__}({parameters}{chains})"


def short(x):
    """A parameter in a few digits: a number, or the first and last of an array."""
    if np.ndim(x) == 0:
        return f"{float(x):.6g}"
    text = np.array2string(np.asarray(x), precision=4, threshold=12, edgeitems=3, separator=", ")
    return text.replace("\n", "")
