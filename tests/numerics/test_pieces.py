"""A table walked in pieces: everything once, in order, and no piece too large."""
import numpy as np
import pytest

from gibbspool.numerics.pieces import in_pieces, pieces


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


def test_in_pieces_is_the_function_itself():
    x, y = np.linspace(0, 1, 11), np.arange(11.0)
    found = in_pieces(lambda x, y: np.stack([x + y, x * y]), x, y, cells=2, largest=7)
    assert np.array_equal(found, [x + y, x * y])
