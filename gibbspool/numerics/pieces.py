"""TODO numerics.pieces"""
import numpy as np


def chunks(*arrays, length=4096):
    """The arrays cut into pieces, so that a table of nodes by groups stays small."""
    return zip(*(np.array_split(a, 1 + len(a) // length) for a in arrays))


CELLS = 2_000_000   # elements of the largest table that is held at a time


def in_parts(function, x, cells):
    """A function of an array with n as its last axis, part by part, so that no table holds more
    than CELLS numbers.

    `cells` is what each of the n takes. The result has the last axis, too.
    """
    step = max(CELLS // cells, 1)
    return np.concatenate([function(x[..., i:i + step]) for i in range(0, x.shape[-1], step)],
                          axis=-1)
