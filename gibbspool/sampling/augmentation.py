"""Data augmentation: to draw what is hard, invent what would make it easy."""
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .records import AugmentationRecord, Pass


@dataclass(frozen=True, eq=False)
class Augmentation:
    """A draw of x by way of a variable z that is invented for it (Tanner and Wong 1987).

    The density of x has no closed form, but it is that of a pair (x, z) with z summed out, and both
    conditionals of the pair have one. So do this, some times over::

        invent   z ~ p(z | x)
        draw     x ~ p(x | z)

    Each line leaves the distribution of the pair as it is, hence that of x. The more z tells of x,
    the less the new x may differ from the old one; with every pass more of the old one is
    forgotten.

    Parameters
    ----------
    log_density : callable
        Log density of x up to a constant, with z summed out.
    invent : callable
        From x to the conditional of z.
    given : callable
        From z to the conditional of x.
    passes : int
        How many times over.

    Examples
    --------
    Student's t with 3 degrees of freedom is a Normal whose precision z is a Gamma(3/2, 3/2). From x
    = 3, the precision invented is Gamma(2, 6), about 1/3; with 1/3 the new x has the standard
    deviation 1.732.

    >>> import gibbspool as gp
    >>> kernel = Augmentation(lambda x: -2 * np.log1p(x**2 / 3),
    ...                       invent=lambda x: gp.Gamma(2, (3 + x**2) / 2),
    ...                       given=lambda z: gp.Normal(0, 1 / np.sqrt(z)))
    >>> kernel.invent(3.0)
    Gamma(shape=2, rate=6)
    >>> kernel.given(1 / 3)
    Normal(mean=0, sd=1.73205)
    """

    log_density: Callable
    invent: Callable
    given: Callable
    passes: int = 2

    def logpdf(self, x):
        """Log density at x, up to a constant."""
        with np.errstate(all="ignore"):
            return self.log_density(np.asarray(x, dtype=float))

    def draw(self, rng, current):
        """x after so many passes."""
        x = current
        for _ in range(self.passes):
            z = self.invent(x).draw(rng)
            x = self.given(z).draw(rng)
        return x

    def show(self, rng, current):
        """The same draw, with a record of every pass."""
        x, passes = current, []
        for _ in range(self.passes):
            invention = self.invent(x)
            z = invention.draw(rng)
            conditional = self.given(z)
            before, x = x, conditional.draw(rng)
            passes.append(Pass(before, invention, z, conditional, x))
        return AugmentationRecord(current, x, self.logpdf, tuple(passes))

    def __repr__(self):
        return f"Augmentation({self.passes} passes)"
