"""The median and the 89 % range of a numeric conditional: by numerics, from its density."""
import numpy as np

from .augmentation import Augmentation
from .griddy import Griddy
from .interweaving import Interweaving
from .kernels import Kernel
from .metropolis import SimplexWalk

SHARES = (0.055, 0.5, 0.945)  # of the probability below: the ends of 89 %, and the median


def ranges(conditional, current, shares=SHARES):
    """The values below which lie these shares of the probability, (shares, *shape of current).

    The density is put on the grid of a `griddy.Griddy`, accurate to some 0.1 % of its spread. Of a
    vector of shares that sum to one, each is taken with the ratios of the others as they are.

    Returns
    -------
    array, or None where that cannot be told: a closed form, or no density on a line
    """
    if isinstance(conditional, Interweaving):
        return ranges(conditional.conditional, current, shares)
    if isinstance(conditional, (SimplexWalk, Augmentation)):
        return ranges_of_shares(conditional.logpdf, np.asarray(current, dtype=float), shares)
    if not isinstance(conditional, Kernel):
        return None

    def log_density(x):
        return conditional.log_density(x, *conditional.parameters)

    return on_a_grid(log_density, conditional.support, np.shape(current), shares)


def ranges_of_shares(log_density, x, shares):
    """Of each share x_k of a vector (K,): p(s) of x with s in its place, the others in proportion.

    They have the sum 1 - s, and their ratios: on that line the K - 2 ratios span a volume that
    shrinks like (1 - s)^(K - 2).
    """
    K = len(x) if x.ndim == 1 else 0
    if K < 2 or not np.isclose(x.sum(), 1):
        return None
    found = []
    for k in range(K):
        others = np.delete(x, k) / np.delete(x, k).sum()

        def log_p(s, k=k, others=others):
            s = np.asarray(s, dtype=float)
            whole = np.insert((1 - s)[..., None] * others, k, s, axis=-1)
            return log_density(whole) + (K - 2) * np.log1p(-s)

        found.append(on_a_grid(log_p, (0.0, 1.0), (), shares))
    return None if any(one is None for one in found) else np.stack(found, axis=-1)


def on_a_grid(log_density, support, shape, shares):
    """The quantiles of a density, or of a batch of them; None where it is no density."""
    def told(x):
        with np.errstate(all="ignore"):
            return np.fmax(log_density(x), -np.inf)  # where it is NaN there is none

    griddy = Griddy(told, support)
    try:
        grid = griddy.grid
    except ValueError:
        return None
    column = grid.columns(shape)
    return np.stack([griddy.coordinate.x(grid.quantile(np.full(column.shape, share), column))
                     for share in shares])
