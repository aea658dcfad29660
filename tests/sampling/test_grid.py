"""The piecewise exponential of a grid against integrals of itself, in one column and in several."""
import numpy as np
import pytest

from gibbspool.sampling.grid import Grid

U = np.array([0.0, 1.0, 2.5, 3.0, 6.0])
LOG_P = np.array([-1.0, 0.5, 0.5, 0.5 + 1e-10, -4.0])  # rising, level, nearly level, falling


@pytest.fixture
def grid():
    return Grid.through(U, LOG_P)


def fine(grid, points=600_001):
    """Its density on a fine mesh, normalised by the trapezoid rule, and the cdf."""
    u = np.linspace(U[0], U[-1], points)
    p = np.exp(np.interp(u, U, LOG_P))
    cdf = np.concatenate([[0], np.cumsum((p[1:] + p[:-1]) / 2 * np.diff(u))])
    return u, p / cdf[-1], cdf / cdf[-1]


def test_cdf_is_the_integral_of_the_lines(grid):
    u, _, cdf = fine(grid)
    assert grid.shape == () and grid.log_q.max() == 0
    assert grid.cdf[:, 0] == pytest.approx(np.interp(U, u, cdf), abs=1e-9)


def test_quantiles_invert_it(grid):
    u, _, cdf = fine(grid)
    share = np.linspace(0.001, 0.999, 40)
    found = grid.quantile(share, grid.columns(share.shape))
    assert np.interp(found, u, cdf) == pytest.approx(share, abs=1e-8)


def test_logpdf_is_the_line(grid):
    at = np.array([0.0, 0.3, 1.7, 2.9, 4.5, 6.0])
    found = grid.logpdf(at, grid.columns(at.shape))
    assert found == pytest.approx(np.interp(at, U, LOG_P) - LOG_P.max(), abs=1e-12)


def test_holds_what_lies_between_the_ends(grid):
    at = np.array([-1e-9, 0.0, 3.0, 6.0, 6.1, np.nan, np.inf])
    inside = grid.holds(at, grid.columns(at.shape))
    assert inside.tolist() == [False, True, True, True, False, False, False]


def test_columns_are_one_density_each():
    shift, steep = np.array([[0.0], [10.0]]), np.array([1.0, 2.0, 3.0])
    u = U[:, None, None] + shift + 0 * steep
    grid = Grid.through(u, LOG_P[:, None, None] * steep + 0 * u)
    assert grid.shape == (2, 3) and grid.u.shape == (5, 6)
    column = grid.columns((4, 2, 3))
    assert column.shape == (4, 2, 3) and column[2, 1].tolist() == [3, 4, 5]
    found = grid.quantile(np.full((4, 2, 3), 0.3), column)
    for j in range(2):
        for k in range(3):
            alone = Grid.through(U + shift[j], LOG_P * steep[k])
            assert found[:, j, k] == pytest.approx(alone.quantile(0.3, alone.columns(())))


def test_new_points_stand_at_equal_steps_of_probability_and_of_rise(grid):
    """Of 64: the share of a piece is half its probability and half its part of all rises."""
    new = grid.where_it_matters(64)
    assert new.shape == (64,) and (np.diff(new) > 0).all()
    rise = np.abs(np.diff(LOG_P))
    expected = (np.diff(grid.cdf[:, 0]) + rise / rise.sum()) / 2
    counts, _ = np.histogram(new, U)
    assert np.abs(counts - 64 * expected).max() <= 1


def test_far_below_the_top_is_a_floor():
    grid = Grid.through(np.arange(3.0), np.array([0.0, -1000.0, -np.inf]))
    assert grid.log_q[:, 0].tolist() == [0.0, -80.0, -80.0] and np.isfinite(grid.cdf).all()


def test_new_points_of_a_symmetric_density_are_symmetric():
    u = np.linspace(-3, 3, 9)
    new = Grid.through(u, -(u**2) / 2).where_it_matters(16)
    assert new == pytest.approx(-new[::-1], abs=1e-12)
