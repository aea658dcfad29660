"""The median and the 89 % range of a numeric conditional: by numerics, from its density."""
import numpy as np

from ..numerics.zoom import checked, zoom
from .augmentation import Augmentation
from .grid import Grid
from .interweaving import Interweaving
from .kernels import Kernel
from .metropolis import SimplexWalk

SHARES = (0.055, 0.5, 0.945)  # of the probability below: the ends of 89 %, and the median
POINTS = 200  # of a grid, and as many again where they matter
AWAY = np.geomspace(1e-6, 700, 150)
FURTHER = np.concatenate([-AWAY[::-1], [0.0], AWAY])  # from the current value, in the coordinate


def ranges(conditional, current, shares=SHARES):
    """The values below which lie these shares of the probability, (shares, *shape of current).

    The density is put on a grid of 400 points joined by straight lines of its log, which where it
    is smooth is accurate to some 0.1 % of its spread. Of a vector of shares that sum to one, each
    is taken with the ratios of the others as they are.

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

    return on_a_grid(log_density, conditional.support, current, shares)


def bulk(curve):
    """Between which u a `curve.Curve` has 99.6 % of its probability; None where that is not told.
    """
    return on_a_grid(np.vectorize(curve.log_p_inside, otypes=[float]), (-np.inf, np.inf),
                     0.0 if curve.u_before is None else curve.u_before, (0.002, 0.998))


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

        found.append(on_a_grid(log_p, (0.0, 1.0), x[k], shares))
    return None if any(one is None for one in found) else np.stack(found, axis=-1)


def on_a_grid(log_density, support, current, shares):
    """The quantiles of a density, or of a batch of them; None where it is no density.

    Points ever further from the current value find where the density is; there it is put on a grid.
    """
    def told(x):
        with np.errstate(all="ignore"):
            return np.fmax(log_density(x), -np.inf)  # where it is NaN there is none

    kernel = Kernel(told, support)
    least, most = kernel.range
    here = np.asarray(kernel.coordinate.u(current), dtype=float)
    here = np.clip(np.where(np.isfinite(here), here, 0.0), least, most)
    points = np.clip(here + FURTHER.reshape(-1, *[1] * here.ndim), least, most)
    try:
        log_p = checked(kernel.log_density_u, points)
        low, high = ends_of_what_counts(points, np.broadcast_to(log_p, points.shape))
        u, log_p = zoom(kernel.log_density_u, low, high, POINTS)
    except ValueError:
        return None
    grid = Grid.through(u, np.broadcast_to(log_p, u.shape))
    u = np.sort(np.concatenate([u, grid.where_it_matters(POINTS)]), axis=0)
    with np.errstate(all="ignore"):
        grid = Grid.through(u, np.broadcast_to(kernel.log_density_u(u), u.shape))
    column = grid.columns(here.shape)
    return np.stack([kernel.coordinate.x(grid.quantile(np.full(column.shape, share), column))
                     for share in shares])


def ends_of_what_counts(points, log_p, drop=40.0):
    """The points just before the first and just after the last that lies within `drop` of the top.
    """
    inside = log_p >= log_p.max(axis=0) - drop
    first = np.maximum(inside.argmax(axis=0) - 1, 0)
    last = len(points) - 1 - np.maximum(inside[::-1].argmax(axis=0) - 1, 0)
    return [np.take_along_axis(points, at[None], axis=0)[0] for at in (first, last)]
