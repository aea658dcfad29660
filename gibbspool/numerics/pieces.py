"""Walking a big table in pieces, so that no more of it is held than fits in memory."""
import numpy as np

from ..progress import Progress

# Numbers in the largest piece of a table (16 MB), unless a caller asks for less.
LARGEST_PIECE = 2_000_000
CACHED_PIECE = 60_000


def pieces(*arrays, cells, largest=LARGEST_PIECE):
    """The arrays cut along their last axis, each piece small enough.

    Parameters
    ----------
    *arrays : array (..., n)
        Of the same n.
    cells : int, or array (n,) of int, increasing
        Numbers that one of the n elements takes in the table that is to be made of it. Where they
        take different numbers, all elements of a piece are given as many as its last one.
    largest : int
        Numbers that the table of one piece may hold.

    Yields
    ------
    tuple of array
        A piece of each; none where n = 0.
    """
    n = np.shape(arrays[0])[-1]
    cells = np.broadcast_to(cells, n)
    if 0 < n <= max(largest // cells[-1], 1):  # all in one
        yield tuple(arrays)
        return
    start = 0
    with Progress(n, "points") as bar:
        while start < n:
            at_most = max(largest // cells[start], 1)    # if all of them take as few as the first
            last = min(start + at_most, n) - 1
            length = min(max(largest // cells[last], 1), n - start)
            yield tuple(x[..., start:start + length] for x in arrays)
            start += length
            bar.count(length)


def in_pieces(function, *arrays, cells, largest=LARGEST_PIECE):
    """function(*arrays), an array (..., n), evaluated piece by piece; see `pieces`."""
    found = [function(*piece) for piece in pieces(*arrays, cells=cells, largest=largest)]
    if not found:  # n = 0
        return function(*arrays)
    return np.concatenate(found, axis=-1)


def sum_in_pieces(function, *arrays, cells, largest=CACHED_PIECE):
    """function(*arrays), an array (..., n), summed along its last axis piece by piece.

    By default the pieces are so small that they stay in the processor's own memory.
    """
    return added_in_pieces(lambda *piece: function(*piece).sum(axis=-1), *arrays, cells=cells,
                           largest=largest)


def added_in_pieces(sums, *arrays, cells, largest=CACHED_PIECE):
    """sums(*arrays), which are sums along the last axis, added up piece by piece."""
    cells = max(cells, 1)
    if cells * np.shape(arrays[0])[-1] <= largest:  # all in one
        return sums(*arrays)
    return sum(sums(*piece) for piece in pieces(*arrays, cells=cells, largest=largest))
