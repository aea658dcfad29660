"""A batch as a flat list: which parameters belong to which element, and how often each is asked."""
import numpy as np
import pytest
from kernel_harness import Counted

from gibbspool.sampling.elements import in_rows
from gibbspool.sampling.slice import Slice

REAL = (-np.inf, np.inf)


def test_parameters_are_stretched_over_the_batch_or_begin_with_it():
    groups, chains = np.array([1.0, 2.0, 3.0]), np.array([[10.0], [20.0]])
    assert np.array_equal(in_rows(groups, (2, 3)), [1, 2, 3, 1, 2, 3])
    assert np.array_equal(in_rows(chains, (2, 3)), [10, 10, 10, 20, 20, 20])
    assert np.array_equal(in_rows(5.0, (2,)), [5, 5])
    assert np.array_equal(in_rows(np.ones((2, 7)), (2,)), np.ones((2, 7)))    # a row a chain
    assert np.array_equal(in_rows(groups, ()), [groups])                      # of a single state
    assert in_rows(5.0, ()) == [5.0]


@pytest.mark.parametrize("width", [0.05, 3.0, 100.0])
def test_elements_that_are_done_are_let_go(width):
    """A slice sampler that knows its parameters makes the same draws and looks at fewer points."""
    scale = np.geomspace(0.01, 100, 200)
    alone = Counted(lambda x, scale: -0.5 * (x / scale) ** 2)
    whole = Counted(lambda x: -0.5 * (x / scale) ** 2)
    a = Slice(alone, REAL, width, parameters=(scale,)).draw(np.random.default_rng(0), scale)
    b = Slice(whole, REAL, width).draw(np.random.default_rng(0), scale)
    assert np.array_equal(a, b)
    assert alone.points < 0.6 * whole.points


def test_rows_of_each_chain_go_with_their_element():
    """One number a chain, whose density sums over a row of its own: p(x) ~ prod_j Normal(row_j)."""
    rows = np.arange(12.0).reshape(4, 3)

    def log_density(x, rows):
        return -0.5 * ((x[..., None] - rows) ** 2).sum(axis=-1)

    kernel = Slice(log_density, REAL, 2.0, parameters=(rows,))
    rng, x, total = np.random.default_rng(0), rows.mean(axis=1), 0.0
    for _ in range(300):
        x = kernel.draw(rng, x)
        total = total + x / 300
    # each has the standard deviation 1 / sqrt(3); draws nearly independent: standard error 0.04
    assert total == pytest.approx(rows.mean(axis=1), abs=0.2)
    assert np.ndim(Slice(log_density, REAL, parameters=(rows[0],)).draw(rng, np.float64(1))) == 0
