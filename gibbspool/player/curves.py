"""The curves that a draw came from, as plain data: heights of a log density on a window."""
import numpy as np

from ..numerics.zoom import zoom
from .packing import packed

DEPTH = 9.0     # a log density further below its top is not told from the axis
FARTHEST = 60   # widths of a slice, on the whole line, within which its density is looked for
POINTS = 40     # of a single number's curve
FEWER = 20      # of each group's


def log_density(kernel, shape):
    """A kernel's log density of u (points, *shape)."""
    def of(u):
        with np.errstate(all="ignore"):
            log_p = kernel.log_density_u(u, *kernel.parameters)
        return np.where(np.isnan(log_p), -np.inf, np.broadcast_to(log_p, u.shape))

    return of


def windows(kernel, shape, here):
    """Where the density of each number of a batch is not negligible: low and high, (*shape)."""
    low, high = (np.full(shape, end, dtype=float) for end in kernel.range)
    reach = FARTHEST * np.broadcast_to(getattr(kernel, "width", 1.0), shape)
    low, high = np.fmax(low, np.where(np.isinf(low), here - reach, low)), np.fmin(
        high, np.where(np.isinf(high), here + reach, high))
    u, log_p = zoom(log_density(kernel, shape), low, high, drop=DEPTH, empty=True)
    inside = log_p >= log_p.max(axis=0) - DEPTH
    first = np.maximum(inside.argmax(axis=0) - 1, 0)
    last = len(u) - 1 - np.maximum(inside[::-1].argmax(axis=0) - 1, 0)
    return (np.take_along_axis(u, first[None], axis=0)[0],
            np.take_along_axis(u, last[None], axis=0)[0])


def curves(kernel, before, points=POINTS):
    """The log density of each number of a batch, on a window of its own.

    Parameters
    ----------
    kernel : Kernel
    before : float or array
        The current value; its shape is that of the batch.
    points : int

    Returns
    -------
    list of [low, high, top, text]
        One for each number in order: the window in u, the highest log density, and how far the
        others lie below it, from -9 to 0, `packed`.
    """
    shape = np.shape(before)
    here = np.asarray(kernel.coordinate.u(before), dtype=float)
    low, high = windows(kernel, shape, here)
    u = low + (high - low) * np.linspace(0, 1, points).reshape(-1, *[1] * len(shape))
    log_p = log_density(kernel, shape)(u).reshape(points, -1)
    ends = zip(low.ravel().tolist(), high.ravel().tolist())
    return [curve(first, last, column) for (first, last), column in zip(ends, log_p.T)]


def curve(low, high, log_p):
    """One curve as data: its window, its top, and the heights below it."""
    top = float(np.max(log_p))
    digits = 5 + max(0, int(np.log10(max(abs(low), abs(high), 1e-300) / (high - low))))
    ends = [float(f"{end:.{digits}g}") for end in (low, high)]
    return [*ends, top, packed(log_p - top, -DEPTH, 0.0)]


def density(low, high, pdf, points=POINTS, spaced=np.linspace):
    """A density on a window, as [low, high, highest, text]; for exact marginals.

    With ``spaced=np.geomspace`` the points are equally far apart in log x, and a fifth element says
    so.
    """
    x = spaced(low, high, points)
    height = np.nan_to_num(np.asarray(pdf(x), dtype=float), posinf=0.0)
    top = float(height.max())
    found = [float(low), float(high), top, packed(height, 0.0, top)]
    return found if spaced is np.linspace else [*found, "log"]
