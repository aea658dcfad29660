"""What Hamiltonian Monte Carlo asks of a density: its log, its gradient, a place to start."""
import numpy as np

from .model import Model


class Target:
    """Base of the densities that HMC samples. Any object with these methods will do:

    - ``log_density(q)``: log p(q), up to a constant, for positions q (..., D) that range over all
      of R^D. A variable on a part of the line, such as tau > 0, moves on another scale, such as log
      tau, with its Jacobian;
    - ``gradient(q)``: the derivatives of log p(q), (..., D);
    - ``named(q)``: the quantities that q stands for, by name;
    - ``initial(rng, shape)``: starting positions (*shape, D), more spread out than the density, of
      its scale;
    - ``model``, if there is one: the gibbspool model that labels the draws and holds the data.
    """

    model = Model()

    def named(self, q):
        """The quantities that a position stands for, by name; by default the position itself."""
        return {"q": q}


def check_methods(target):
    """Refuse, with a TypeError, what lacks a method that a target has."""
    missing = [name for name in ("log_density", "gradient", "named", "initial")
               if not callable(getattr(target, name, None))]
    if missing:
        raise TypeError(f"target is {target!r}, which has no {', '.join(missing)}; make a target "
                        "with gp.funnel.neal, gp.funnel.eight_schools or gp.funnel.normal_normal, "
                        "or see gibbspool.sampling.target.Target")


def starting_positions(target, rng, chains):
    """Positions (chains, D) of finite density, or a ValueError that tells where it is not."""
    position = np.asarray(target.initial(rng, (chains,)), dtype=float)
    bad = ~np.isfinite(target.log_density(position))
    if bad.any():
        c = int(np.argmax(bad))
        raise ValueError(f"target: the log density is {target.log_density(position)[c]:g} at the "
                         f"starting position {position[c]}; it must be finite there")
    return position
