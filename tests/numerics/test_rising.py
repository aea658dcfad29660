"""Products of rising factorials against sums of log Gammas and against whole numbers."""
import numpy as np
import pytest
from scipy.special import gammaln

from gibbspool.numerics.rising import FACTORS, Rises, distinct, larger_than, remainder
from gibbspool.numerics.special import log_rising, stirling_remainder


def test_against_the_definition():
    """prod_r (1 + 1 / a) ... (1 + (y_r - 1) / a), column by column."""
    counts = np.array([[0, 3], [1, 3], [7, 0], [7, 300]])
    a = np.array([0.3, 20.0])
    each = [np.log1p(np.arange(y) / a_k).sum() for a_k, y in zip(np.tile(a, 4), counts.ravel())]
    assert Rises(counts)(a) == pytest.approx(sum(each), rel=1e-14)


@pytest.mark.parametrize("top", [5, FACTORS, FACTORS + 1, 5000, 10**9])
@pytest.mark.parametrize("a", [1e-290, 1e-9, 0.3, 60.0, 1e4, 1e12])
def test_against_log_gammas(top, a):
    counts = np.random.default_rng(0).integers(0, top + 1, (40, 2))
    a = np.array([a, 3 * a])
    expected = (log_rising(a, counts) - counts * np.log(a)).sum()
    size = (counts * np.abs(np.log(a))).sum()  # what cancels in `expected`
    assert Rises(counts)(a) == pytest.approx(expected, rel=1e-13, abs=1e-14 * size)


def test_tends_to_nothing_where_the_groups_are_alike():
    assert Rises(np.array([[40], [100]]))([1e150]) == pytest.approx((780 + 4950) / 1e150, rel=1e-12)
    assert abs(Rises(np.array([[10**9]]))([1e150])) < 1e-6


def test_batches_and_empty_columns():
    counts = np.array([[2, 0], [500, 0]])
    rises, a = Rises(counts), np.random.default_rng(1).gamma(1, size=(3, 5, 2))
    assert rises(a).shape == (3, 5)
    assert rises(a)[2, 1] == pytest.approx(rises(a[2, 1]), rel=1e-14)
    assert Rises(np.zeros((3, 2)))(a).tolist() == np.zeros((3, 5)).tolist()


def test_how_many_counts_are_larger():
    counts = np.array([[0, 3], [2, 9], [1, 3]])
    assert larger_than(counts, 4).tolist() == [[2, 1, 0, 0], [3, 3, 3, 1]]


def test_distinct_counts_are_worked_out_once():
    column, excess, times = distinct(np.array([[700, 128], [700, 131], [5, 129]]), 128)
    assert (column.tolist(), excess.tolist(), times.tolist()) == ([0, 1, 1], [572, 1, 3], [2, 1, 1])


def test_three_terms_of_stirlings_series_are_enough():
    z = np.geomspace(FACTORS, 1e12, 200)
    assert remainder(z) == pytest.approx(stirling_remainder(z), rel=1e-14)
    z = FACTORS + 0.5
    left = gammaln(z) - ((z - 0.5) * np.log(z) - z + 0.5 * np.log(2 * np.pi))
    assert remainder(z) == pytest.approx(left, abs=1e-12)
