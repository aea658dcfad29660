"""Pieces cover a table once, and none is too large."""
import numpy as np
import pytest

from gibbspool.numerics.pieces import (
    LARGEST_PIECE,
    added_in_pieces,
    in_pieces,
    pieces,
    sum_in_pieces,
)


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


@pytest.mark.parametrize("n, cells, lengths", [
    (10, 3, [4, 4, 2]),                           # 12 numbers at most: 4 elements of 3 numbers
    (10, 50, [1] * 10),                           # never less than one
    (16, [1] * 12 + [3] * 4, [12, 4]),            # more elements where they take fewer numbers
    (6, [2, 2, 3, 3, 6, 6], [2, 2, 2]),           # as many as all could take that might be in it
    (0, 3, [])])
def test_pieces_are_as_long_as_they_may_be(n, cells, lengths):
    x = np.arange(2 * n).reshape(2, n)
    found = list(pieces(x, x[0], cells=cells, largest=12))
    assert [a.shape[-1] for a, _ in found] == lengths
    assert all(np.array_equal(a[0], b) for a, b in found)
    if n:
        assert np.array_equal(np.concatenate([a for a, _ in found], axis=-1), x)


def test_growing_cells_never_overfill_a_piece():
    cells = np.sort(np.random.default_rng(0).integers(1, 400, 300))
    for (of_piece,) in pieces(cells, cells=cells, largest=1000):
        assert len(of_piece) * of_piece[-1] <= 1000 or len(of_piece) == 1


@pytest.mark.parametrize("largest", [1, 7, 1000])
def test_sums_in_pieces_are_those_of_the_whole(largest):
    x, y = np.arange(10.0), np.arange(10.0) ** 2
    s = np.array([1.0, 2.0, 3.0])
    found = sum_in_pieces(lambda x, y: x + s[:, None] * y, x, y, cells=3, largest=largest)
    assert found == pytest.approx(x.sum() + s * y.sum())


@pytest.mark.parametrize("largest, calls", [(30, 1), (29, 2), (9, 4), (1, 10)])
def test_several_sums_are_added_up_in_one_walk(largest, calls):
    x, seen = np.arange(10.0), []

    def sums(x):
        seen.append(3 * len(x))
        return np.array([x.sum(), x @ x])

    assert added_in_pieces(sums, x, cells=3, largest=largest).tolist() == [45, 285]
    assert len(seen) == calls and max(seen) <= max(largest, 3)
