"""Pieces cover a table once, and none is too large."""
import numpy as np
import pytest

from gibbspool.numerics.pieces import LARGEST_PIECE, in_pieces, pieces


@pytest.mark.parametrize("n", [0, 1, 6, 7, 8, 100])
@pytest.mark.parametrize("cells, largest", [(1, 7), (3, 7), (3, 21), (50, 7)])
def test_pieces_cover_the_arrays_once_and_in_order(n, cells, largest):
    x, y = np.arange(n), np.arange(2 * n).reshape(2, n)
    found = list(pieces(x, y, cells=cells, largest=largest))
    assert np.array_equal(np.concatenate([np.empty(0), *(a for a, _ in found)]), x)
    assert all(np.array_equal(b, y[:, a]) for a, b in found)
    # no table is larger than it may be, unless a single element is
    assert all(0 < len(a) * cells <= max(largest, cells) for a, _ in found)
    # nor smaller than it must be
    assert all(len(a) == max(largest // cells, 1) for a, _ in found[:-1])


def test_a_function_in_pieces_is_the_function():
    sizes = []

    def outer(x):
        sizes.append(x.size * 40)
        return np.arange(40)[:, None] * x

    x = np.arange(1000.0)
    assert np.array_equal(in_pieces(outer, x, cells=40, largest=1200), outer(x))
    assert max(sizes[:-1]) == 1200 and len(sizes) == 35


def test_several_arrays_and_none():
    x, y = np.arange(10.0), np.ones((3, 10))
    assert np.array_equal(in_pieces(np.add, x, y, cells=1, largest=4), x + y)
    assert in_pieces(np.sqrt, np.empty((2, 0)), cells=1).shape == (2, 0)


def test_by_default_a_piece_takes_16_megabytes():
    assert LARGEST_PIECE * 8 == 16e6
    first, second = pieces(np.zeros(10), cells=LARGEST_PIECE // 8)
    assert (len(first[0]), len(second[0])) == (8, 2)
