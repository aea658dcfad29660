"""Walking a big table in pieces, so that no more of it is held than fits in memory."""
import numpy as np

# Numbers in the largest piece of a table (16 MB), unless a caller asks for less.
LARGEST_PIECE = 2_000_000


def pieces(*arrays, cells, largest=LARGEST_PIECE):
    """The arrays cut along their last axis, each piece small enough.

    Parameters
    ----------
    *arrays : array (..., n)
        Of the same n.
    cells : int
        Numbers that one of the n elements takes in the table that is to be made of it.
    largest : int
        Numbers that the table of one piece may hold.

    Yields
    ------
    tuple of array
        A piece of each; none where n = 0.
    """
    length = max(largest // cells, 1)
    for start in range(0, np.shape(arrays[0])[-1], length):
        yield tuple(x[..., start:start + length] for x in arrays)


def in_pieces(function, *arrays, cells, largest=LARGEST_PIECE):
    """function(*arrays), an array (..., n), evaluated piece by piece; see `pieces`."""
    found = [function(*piece) for piece in pieces(*arrays, cells=cells, largest=largest)]
    if not found:  # n = 0
        return function(*arrays)
    return np.concatenate(found, axis=-1)


def in_parts(function, x, cells):
    """A function of an array with n as its last axis, part by part.

    `cells` is what each of the n takes. The result has the last axis, too.
    """
    step = max(LARGEST_PIECE // cells, 1)
    return np.concatenate([function(x[..., i:i + step]) for i in range(0, x.shape[-1], step)],
                          axis=-1)
