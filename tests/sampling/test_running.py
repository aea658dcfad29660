"""Running mean, sd and R-hat against numpy's, over whole arrays."""
import numpy as np
import pytest

from gibbspool.sampling.running import Running


@pytest.fixture
def summed():
    x = np.random.default_rng(3).normal([[5.0], [-1.0], [1e4]], [[1], [2], [3]], (4, 50, 3, 1))
    running = Running()
    for draw in range(50):
        running.add(x[:, draw])
    return x, running


def test_mean_and_sd_are_those_of_all_draws(summed):
    x, running = summed
    assert running.n == 50
    assert running.mean == pytest.approx(x.mean(axis=(0, 1)), rel=1e-13)
    assert running.sd == pytest.approx(x.std(axis=(0, 1)), rel=1e-9)
    assert running.chain_mean == pytest.approx(x.mean(axis=1), rel=1e-13)
    assert running.chain_squares == pytest.approx(50 * x.var(axis=1), rel=1e-8)


def test_r_hat_is_gelman_and_rubins(summed):
    """sqrt of ((n - 1) / n W + B / n) / W, with W within chains and B / n between their means."""
    x, running = summed
    W, B = x.var(axis=1, ddof=1).mean(axis=0), 50 * x.mean(axis=1).var(axis=0, ddof=1)
    assert running.r_hat == pytest.approx(np.sqrt((49 / 50 * W + B / 50) / W), rel=1e-9)


def test_chains_apart_show_in_r_hat():
    running, rng = Running(), np.random.default_rng(1)
    for _ in range(200):
        running.add(rng.normal([0.0, 0.0, 10.0], 1))
    assert running.r_hat > 3 and running.sd > 4 and running.mean == pytest.approx(10 / 3, abs=0.3)


def test_numbers_a_chain_and_tables_alike():
    number, table = Running(), Running()
    for x in np.random.default_rng(0).normal(size=(9, 2)):
        number.add(x)
        table.add(x[:, None, None] * np.ones((2, 3)))
    assert np.shape(number.mean) == () and table.sd == pytest.approx(number.sd * np.ones((2, 3)))
