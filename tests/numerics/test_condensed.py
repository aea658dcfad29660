"""Sums over many values against sums over the nodes that stand for them."""
import numpy as np
import pytest
from scipy.special import gammaln

from gibbspool.numerics.condensed import NODES, condensed


@pytest.mark.parametrize("f", [np.log, np.sqrt, gammaln, np.ones_like, lambda x: 1 / (x + 0.1)])
def test_a_sum_over_thousands_is_one_over_a_few_nodes(f):
    rng = np.random.default_rng(0)
    values, times = np.unique(rng.integers(100, 20_000, 9000), return_counts=True)
    nodes, weights = condensed(values, times)
    assert len(nodes) < 9 * len(NODES) < len(values) / 30
    assert (f(nodes) * weights).sum() == pytest.approx((f(values) * times).sum(), rel=1e-14)


def test_few_values_stay_as_they_are():
    """Seven below 64, four from there on, and a crowd above 128 that does not."""
    few = np.array([3.0, 4, 9, 30, 31, 32, 63, 64, 65, 100, 127.9])
    nodes, weights = condensed(np.append(few, 128.0 + np.arange(100)), np.arange(111.0))
    assert nodes[:11].tolist() == few.tolist() and weights[:11].tolist() == list(range(11))
    assert len(nodes) == 11 + len(NODES)
    assert [len(x) for x in condensed(np.zeros(0), np.zeros(0))] == [0, 0]
