"""The slice kernel: invariance at any width, far starts, bounded densities, batches."""
import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, Counted, z_scores
from scipy import stats

from gibbspool.sampling.slice import Slice

REAL = (-np.inf, np.inf)


@pytest.mark.parametrize("name, width", [
    ("skewed", 0.2), pytest.param("skewed", 40.0, marks=pytest.mark.long),
    ("piled up at zero", 40.0), pytest.param("piled up at zero", 0.2, marks=pytest.mark.long),
    ("bounded", 0.2), pytest.param("bounded", 40.0, marks=pytest.mark.long),
    ("shifted and bounded", 40.0),
    pytest.param("shifted and bounded", 0.2, marks=pytest.mark.long),
    ("heavy-tailed, both sides", 40.0),
    pytest.param("heavy-tailed, both sides", 0.2, marks=pytest.mark.long),
    ("bimodal", 0.2), pytest.param("bimodal", 40.0, marks=pytest.mark.long)])
def test_leaves_its_density_invariant_at_any_width(name, width):
    """From exact draws, shares of 4000 chains below five quantiles stay: |z| < 4.5, 60 times."""
    target, support = TARGETS[name]
    assert np.abs(z_scores(Slice(target.logpdf, support, width), target, steps=3,
                           chains=4000)).max() < LIMIT


class Islands:
    """Two uniform islands far apart, of weights 1/5 and 4/5: the density is zero between them."""

    @staticmethod
    def logpdf(x):
        with np.errstate(divide="ignore"):
            return np.log(0.2 * ((x > 0) & (x < 1)) + 0.8 / 3 * ((x > 4) & (x < 7)))

    @staticmethod
    def cdf(x):
        return 0.2 * np.clip(x, 0, 1) + 0.8 * np.clip((x - 4) / 3, 0, 1)

    @staticmethod
    def rvs(size, random_state):
        u = random_state.random(size)
        return np.where(u < 0.2, 5 * u, 4 + 3 * (u - 0.2) / 0.8)


@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_a_gap_of_density_zero_is_crossed_both_ways_equally(width):
    kernel = Slice(Islands.logpdf, REAL, width)
    assert np.abs(z_scores(kernel, Islands, steps=6, chains=8000)).max() < LIMIT


def test_the_acceptance_test_of_doubling_is_needed():
    """Without step 4 the islands are not left invariant, so the test above can fail."""
    class Careless(Slice):
        def could_return(self, elements, proposal, *rest):
            return np.ones(proposal.shape, dtype=bool)

    assert np.abs(z_scores(Careless(Islands.logpdf, REAL, 1.0), Islands, steps=6,
                           chains=8000)).max() > 2 * LIMIT


def test_successive_values_are_exchangeable():
    """A slice step is reversible: from exact draws, (x, x') and (x', x) have one distribution.

    Tested on the sign of x' - x within the two islands and across: as many chains go each way, |z|
    < 4.5.
    """
    rng = np.random.default_rng(3)
    x = Islands.rvs(20_000, rng)
    moved = Slice(Islands.logpdf, REAL, 1.0).draw(rng, x)
    for there, back in [((x < 2) & (moved > 2), (x > 2) & (moved < 2)),
                        ((x < 5) & (moved > 5), (x > 5) & (moved < 5)),
                        ((x < 0.5) & (moved > 0.5), (x > 0.5) & (moved < 0.5))]:
        assert there.sum() > 100
        assert abs(there.sum() - back.sum()) / np.sqrt(there.sum() + back.sum()) < LIMIT


@pytest.mark.parametrize("start", [-1e4, 300.0])
@pytest.mark.parametrize("width", [1e-6, pytest.param(1.0, marks=pytest.mark.long), 1e6])
def test_far_starts_and_poor_widths_take_few_evaluations(start, width):
    """From far out, or with a width a million times too small or too large: 25 steps on, the draws
    are exact.

    Evaluations grow with the logarithm of the distance. p > 1e-4 in each of six Kolmogorov-Smirnov
    tests.
    """
    density = Counted(lambda x: -2 * (x - 1) ** 2)
    kernel, rng, x = Slice(density, REAL, width), np.random.default_rng(0), np.full(1000, start)
    for _ in range(25):
        x = kernel.draw(rng, x)
    assert stats.kstest(x, stats.norm(1, 0.5).cdf).pvalue > 1e-4
    assert density.calls / 25 < 800  # widened step by step, it would take a million


def test_far_start_in_a_heavy_tail():
    rng, x = np.random.default_rng(1), np.full(1000, 1e4)
    kernel = Slice(lambda x: -1.5 * np.log1p(x**2 / 2), REAL)
    for _ in range(30):
        x = kernel.draw(rng, x)
    assert stats.kstest(x, stats.t(2).cdf).pvalue > 1e-4


def test_density_minus_infinity_outside():
    """A density that is cut off where the kernel cannot know: the draws never leave it and fill it
    evenly.
    """
    kernel = Slice(lambda x: np.where((x > 0.3) & (x < 0.7), 0.0, -np.inf), REAL, 5.0)
    rng, x = np.random.default_rng(0), np.full(4000, 0.31)
    for _ in range(4):
        x = kernel.draw(rng, x)
    assert stats.kstest(x, stats.uniform(0.3, 0.4).cdf).pvalue > 1e-4


def test_the_range_of_the_coordinate_is_respected():
    """A density that piles up at an end stays inside the support, whatever is drawn, and a start at
    the end leaves it.
    """
    kernel = Slice(lambda x: -0.99 * (np.log(x) + np.log1p(-x)), (0.0, 1.0), 20.0)
    rng, x = np.random.default_rng(0), np.array([0.0, 1.0, 0.5] * 100)
    for _ in range(15):
        x = kernel.draw(rng, x)
    assert np.all((x > 0) & (x < 1)) and x.min() < 0.01 and x.max() > 0.99


def test_batches_with_a_width_each():
    """Axes for chains and groups: each element has its own density and width; a single state stays
    a number.
    """
    scale = np.array([1e-4, 1.0, 1e4])
    kernel = Slice(lambda x: -0.5 * (x / scale) ** 2, REAL, width=3 * scale)
    rng, x, square = np.random.default_rng(0), np.zeros((1000, 3)), 0.0
    for step in range(25):
        x = kernel.draw(rng, x)
        square = square + (step >= 5) * (x / scale) ** 2 / 20
    assert x.shape == (1000, 3)
    # mean of 20,000 nearly independent squares of standard normals: standard error about 0.012, for
    # three scales
    assert square.mean(axis=0) == pytest.approx(np.ones(3), abs=0.06)
    one = Slice(lambda x: -0.5 * x**2, REAL).draw(rng, 0.3)
    assert np.ndim(one) == 0 and isinstance(float(one), float)


def test_same_seed_same_draws():
    kernel = Slice(stats.gamma(2).logpdf, (0.0, np.inf))
    a, b, c = (kernel.draw(np.random.default_rng(seed), np.ones(20)) for seed in (5, 5, 6))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


def test_on_the_line_the_coordinate_is_the_variable_itself():
    assert Slice(lambda x: -x**2, REAL).coordinate.range == REAL
    assert Slice(lambda x: -x, (0.0, np.inf)).coordinate.x(0.0) == 1.0


@pytest.mark.parametrize("width", [0.0, -1.0, np.nan, np.inf, [1.0, 0.0]])
def test_refuses_a_width_that_is_none(width):
    kernel = Slice(lambda x: -x**2, REAL, width)
    with pytest.raises(ValueError, match="width"):
        kernel.draw(np.random.default_rng(0), np.zeros(2))


@pytest.mark.parametrize("log_density, start, what", [
    (lambda x: np.where(x < 5, 0.0, -np.inf), 7.0, "current value 7"),
    (lambda x: np.nan * x, 1.0, "current value 1"),
    (lambda x: 0.0 * x, 1.0, "does not fall off"),
    (lambda x: np.where(x < 3, -x**2, np.nan), 1.0, "NaN at"),
])
def test_refuses_what_is_no_density(log_density, start, what):
    with pytest.raises(ValueError, match=what):
        Slice(log_density, REAL, 10.0).draw(np.random.default_rng(0), np.full(3, start))


def test_outside_the_support():
    with pytest.raises(ValueError, match="current value -1"):
        Slice(lambda x: -x, (0.0, np.inf)).draw(np.random.default_rng(0), -1.0)


def test_tells_of_itself():
    assert repr(Slice(lambda x: -x)) == "Slice((0.0, inf), width=1)"
    assert repr(Slice(lambda x: -x, width=np.array([0.25, 2.0]))) == (
        "Slice((0.0, inf), width=0.25 (first of 2))")
