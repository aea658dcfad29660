"""The median and range of numeric conditionals, against distributions whose quantiles are known."""
import numpy as np
import pytest
from kernel_harness import TARGETS
from scipy import stats

from gibbspool.sampling.augmentation import Augmentation
from gibbspool.sampling.concave_slice import ConcaveSlice
from gibbspool.sampling.griddy import Griddy
from gibbspool.sampling.interweaving import Interweaving
from gibbspool.sampling.ladder import Ladder
from gibbspool.sampling.metropolis import Metropolis, SimplexWalk
from gibbspool.sampling.ranges import ranges
from gibbspool.sampling.slice import Slice

SHARES = [0.055, 0.5, 0.945]


@pytest.mark.parametrize("cls", [Griddy, Slice, ConcaveSlice, Metropolis, Ladder])
@pytest.mark.parametrize("name", [name for name in TARGETS if name != "bimodal"])
def test_quantiles_of_every_kernel(cls, name):
    """To 0.2 % of the range, by 400 points."""
    target, support = TARGETS[name]
    low, middle, high = ranges(cls(target.logpdf, support), np.float64(target.ppf(0.9)))
    expected = target.ppf(SHARES)
    assert [low, middle, high] == pytest.approx(expected, abs=0.002 * np.ptp(expected))


@pytest.mark.parametrize("start", [-1e3, 0.0, 1e3])
def test_a_narrow_density_is_found_from_far_away(start):
    found = ranges(Slice(stats.norm(5, 1e-3).logpdf, (-np.inf, np.inf)), start)
    assert found == pytest.approx(stats.norm(5, 1e-3).ppf(SHARES), abs=1e-5)


def test_each_element_of_a_batch_has_its_own():
    scale = np.array([1.0, 100.0])
    kernel = Slice(lambda x, scale: stats.gamma.logpdf(x, 2, scale=scale), parameters=(scale,))
    found = ranges(kernel, np.ones(2))
    assert found == pytest.approx(stats.gamma.ppf(SHARES, 2)[:, None] * scale, rel=0.01)
    same = ranges(Interweaving(kernel, lambda x: {}), np.ones(2))
    assert np.array_equal(same, found)


@pytest.mark.parametrize("cls", [SimplexWalk, Augmentation])
def test_a_share_with_the_ratios_of_the_others_held_is_a_beta(cls):
    """Under Dirichlet(a) a share is independent of the ratios of the others: Beta(a_k, A - a_k)."""
    a = np.array([2.0, 3.0, 5.0, 1.5])
    kernel = cls(lambda x: ((a - 1) * np.log(x)).sum(axis=-1), *[None] * 2 * (cls is Augmentation))
    found = ranges(kernel, np.array([0.2, 0.5, 0.2, 0.1]))
    for k in range(4):
        assert found[:, k] == pytest.approx(stats.beta.ppf(SHARES, a[k], a.sum() - a[k]), abs=2e-3)


def test_what_has_no_density_has_no_range():
    assert ranges(Slice(lambda x: np.nan * x), 1.0) is None
    assert ranges(stats.norm(), 1.0) is None
