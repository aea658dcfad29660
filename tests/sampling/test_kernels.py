"""What every kernel keeps: its density, one for each element of a batch; the same with a seed."""
import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, moves, z_scores

from gibbspool.sampling.concave_slice import ConcaveSlice, ConcaveSliceOfLog
from gibbspool.sampling.griddy import Griddy
from gibbspool.sampling.metropolis import Metropolis, StepSize
from gibbspool.sampling.slice import Slice


def kernels(target, support):
    return {"griddy": Griddy(target.logpdf, support), "slice": Slice(target.logpdf, support),
            "metropolis": Metropolis(target.logpdf, support, StepSize(1.5))}


@pytest.mark.parametrize("kind", ["griddy", "slice", "metropolis"])
@pytest.mark.parametrize("name", TARGETS)
def test_leaves_its_density_invariant(name, kind):
    target, support = TARGETS[name]
    assert moves(kernels(target, support)[kind], target) > 0.005
    assert np.abs(z_scores(kernels(target, support)[kind], target)).max() < LIMIT


def test_batches_are_one_density_each():
    """A kernel over a batch of scales gives each element its own density, and single states work
    without axes.
    """
    scale = np.array([1e-3, 1.0, 1e3])
    rng = np.random.default_rng(0)
    for cls in (Griddy, Slice, ConcaveSlice, ConcaveSliceOfLog, Metropolis):
        kernel = cls(lambda x: -x / scale)
        x = np.tile(3 * scale, (400, 1))
        for _ in range(20):
            x = kernel.draw(rng, x)
        # 400 chains that began three means out: standard error 0.05
        assert (x / scale).mean(axis=0) == pytest.approx(np.ones(3), abs=0.25)
        single = cls(lambda x: -x).draw(rng, 1.0)
        assert np.ndim(single) == 0 and single > 0
        assert cls(lambda x: -x).draw(rng, np.ones((4, 2))).shape == (4, 2)


def test_same_seed_same_draws():
    for cls in (Griddy, Slice, ConcaveSlice, ConcaveSliceOfLog, Metropolis):
        a, b = (cls(lambda x: -x).draw(np.random.default_rng(5), np.ones(10)) for _ in range(2))
        assert np.array_equal(a, b)
        assert not np.array_equal(a, cls(lambda x: -x).draw(np.random.default_rng(6), np.ones(10)))


def test_logpdf_is_zero_outside_the_support():
    for cls in (Griddy, Slice, ConcaveSlice, ConcaveSliceOfLog, Metropolis):
        kernel = cls(lambda x: 0 * x, (2.0, 5.0))
        assert np.array_equal(kernel.logpdf([1.0, 2.0, 5.0, 6.0]), [-np.inf, 0, 0, -np.inf])
