"""The slice kernel of log-concave densities: exact whatever its width, and what it refuses."""
import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, Counted, z_scores
from scipy import stats

from gibbspool.models.poisson.count import draw_log_mean
from gibbspool.sampling import concave_slice, elements
from gibbspool.sampling.concave_slice import ConcaveSlice, ConcaveSliceOfLog

REAL = (-np.inf, np.inf)
CONCAVE = ["skewed", "half-normal", "bounded", "shifted and bounded", "normal"]
CONCAVE_OF_LOG = ["skewed", "piled up at zero", "half-normal", "heavy-tailed", "tiny scale",
                  "huge scale"]


def normal(x):
    return -0.5 * x**2


@pytest.mark.parametrize("width", [0.1, 1.0, 40.0])
@pytest.mark.parametrize("name, cls", [*[(name, ConcaveSlice) for name in CONCAVE],
                                       *[(name, ConcaveSliceOfLog) for name in CONCAVE_OF_LOG]])
def test_leaves_its_density_invariant_at_any_width(name, cls, width):
    target, support = TARGETS[name]
    assert np.abs(z_scores(cls(target.logpdf, support, width), target)).max() < LIMIT


@pytest.mark.parametrize("width", [0.3, 4.0, 50.0])
def test_a_draw_is_uniform_on_the_whole_slice(width):
    """From x = 1.3 under a standard normal the slice is |x'| < sqrt(x^2 + 2 e), e ~ Exponential(1).

    Kolmogorov-Smirnov against 20,000 draws made that way: p > 1e-4.
    """
    rng = np.random.default_rng(0)
    here = np.full(20_000, 1.3)
    end = np.sqrt(here**2 + 2 * rng.standard_exponential(20_000))
    moved = ConcaveSlice(normal, REAL, width).draw(rng, here)
    assert stats.ks_2samp(moved, rng.uniform(-end, end)).pvalue > 1e-4


def test_an_end_inside_the_slice_is_seen_by_these_tests(monkeypatch):
    """Ends that a step too many has taken inside cut the slice off: the draws are not uniform."""
    right = ConcaveSlice.close_in

    def too_far(self, *arguments):
        return 0.9 * right(self, *arguments)

    monkeypatch.setattr(ConcaveSlice, "close_in", too_far)
    kernel = ConcaveSlice(normal, REAL, 0.5)
    assert np.abs(z_scores(kernel, stats.norm, chains=8000)).max() > LIMIT


@pytest.mark.parametrize("start", [-1e4, 300.0])
@pytest.mark.parametrize("width", [1e-6, 1.0, 1e6])
def test_far_starts_and_poor_widths_take_few_evaluations(start, width):
    """25 steps on the draws are exact (p > 1e-4), and no step needs more than some 100 looks."""
    density = Counted(lambda x: -2 * (x - 1) ** 2)
    kernel, rng, x = ConcaveSlice(density, REAL, width), np.random.default_rng(0), np.full(1000,
                                                                                           start)
    for _ in range(25):
        x = kernel.draw(rng, x)
    assert stats.kstest(x, stats.norm(1, 0.5).cdf).pvalue > 1e-4
    assert density.calls / 25 < 100


@pytest.mark.parametrize("y", [0.0, 1.0, 1e9, 1e12])
@pytest.mark.parametrize("sigma", [1e-4, 1.0, 50.0])
def test_log_rates_of_extreme_counts(y, sigma):
    """Poisson counts of expected value exp(v), v ~ Normal(2, sigma), from starts far apart: 25
    steps on they follow exact draws by another method, p > 1e-4 in each of 12 tests.
    """
    def log_density(v):
        return y * v - np.exp(v) - 0.5 * ((v - 2) / sigma) ** 2

    rng = np.random.default_rng(1)
    kernel = ConcaveSlice(log_density, REAL, 4 / np.sqrt(1 / sigma**2 + y))
    v = np.linspace(-30.0, 25.0, 1500)
    for _ in range(25):
        v = kernel.draw(rng, v)
    exact = draw_log_mean(rng, np.full(1500, y), 2.0, sigma)
    assert stats.ks_2samp(v, exact).pvalue > 1e-4


def test_parameters_say_the_same_as_a_density_that_keeps_them_to_itself():
    """The very same draws, of chains and groups and of a single state; batches in blocks too."""
    y, scale = np.array([0.0, 3.0, 50.0]), np.array([[0.1], [1.0], [2.0], [9.0]])

    def log_density(x, y, scale):
        return y * x - np.exp(x) - 0.5 * (x / scale) ** 2

    alone = ConcaveSlice(log_density, REAL, 2.0, parameters=(y, scale))
    whole = ConcaveSlice(lambda x: log_density(x, y, scale), REAL, 2.0)
    a, b = (kernel.draw(np.random.default_rng(3), np.zeros((4, 3))) for kernel in (alone, whole))
    assert a.shape == (4, 3) and np.allclose(a, b)
    single = ConcaveSlice(log_density, REAL, 2.0, parameters=(3.0, 1.0))
    assert np.ndim(single.draw(np.random.default_rng(0), 0.5)) == 0
    assert single.logpdf(0.5) == pytest.approx(log_density(0.5, 3.0, 1.0))


def test_large_batches_are_drawn_in_blocks(monkeypatch):
    """Each element of every block keeps a density of its own: 300 scales, 40 steps; the mean square
    of 12,000 standard normals, which a slice step hardly correlates, is 1 within 0.1.
    """
    monkeypatch.setattr(elements, "BLOCK", 64)
    scale, square = np.geomspace(1e-3, 1e3, 300), 0.0
    density = Counted(lambda x, scale: -0.5 * (x / scale) ** 2)
    kernel = ConcaveSlice(density, REAL, 4 * scale, parameters=(scale,))
    rng, x = np.random.default_rng(0), scale.copy()
    for _ in range(40):
        x = kernel.draw(rng, x)
        square = square + (x / scale) ** 2 / 40
    assert density.largest <= 11 * 64  # a block of few elements looks at 11 points of each
    assert square.mean() == pytest.approx(1, abs=0.1)
    assert abs(np.corrcoef(np.log(scale), square)[0, 1]) < 0.25


@pytest.mark.parametrize("few_numbers", [0, 10**9], ids=["as of many", "as of few"])
@pytest.mark.parametrize("width", [0.02, 4.0, 300.0])
def test_few_and_many_elements_are_drawn_alike(monkeypatch, few_numbers, width):
    """However many points are looked at in one evaluation. 20,000 elements that begin at draws of
    Normal(0, 1): after one step the mean and the mean square are within 4.5 standard errors, and
    so is the correlation with where they began, which is 0 since the slices are symmetric.
    """
    monkeypatch.setattr(concave_slice, "FEW_NUMBERS", few_numbers)
    rng = np.random.default_rng(1)
    x = rng.standard_normal(20_000)
    new = ConcaveSlice(normal, REAL, width).draw(rng, x)
    n = len(x)
    assert abs(new.mean()) < 4.5 / np.sqrt(n)
    assert abs((new**2).mean() - 1) < 4.5 * np.sqrt(2 / n)
    assert abs(np.corrcoef(x, new)[0, 1]) < 4.5 / np.sqrt(n)


def test_same_seed_same_draws():
    a, b, c = (ConcaveSlice(normal, REAL).draw(np.random.default_rng(seed), np.ones(20))
               for seed in (5, 5, 6))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


@pytest.mark.parametrize("name, width", [("bimodal", 2.0), ("heavy-tailed, both sides", 3.0)])
def test_refuses_a_log_density_that_is_seen_not_to_be_concave(name, width):
    target, support = TARGETS[name]
    x = target.rvs(size=500, random_state=np.random.default_rng(0))
    with pytest.raises(ValueError, match="not concave around x = .*Slice takes any density"):
        ConcaveSlice(target.logpdf, support, width).draw(np.random.default_rng(0), x)


@pytest.mark.parametrize("log_density, width, what", [
    (lambda x: np.where(x < 5, 0.0, -np.inf) + 0 / (x < 5), 1.0, "current value 7"),
    (lambda x: np.nan * x, 1.0, "current value 7"),
    (lambda x: 0.0 * x, 1.0, "does not fall off"),
    (lambda x: np.where(x < 8, -x, np.nan), 10.0, "NaN around x"),
    (normal, 0.0, "width is 0.0"),
    (normal, -2.0, "width is -2.0"),
    (normal, np.nan, "width is nan"),
    (normal, np.inf, "width is inf"),
    (normal, 1e-30, "lost in rounding"),
])
def test_refuses_what_is_no_density_and_no_width(log_density, width, what):
    with pytest.raises(ValueError, match=what):
        ConcaveSlice(log_density, REAL, width).draw(np.random.default_rng(0), np.full(3, 7.0))


def test_stays_within_its_support():
    """A density that rises right up to the end of its support fills it and never leaves it."""
    kernel = ConcaveSlice(lambda x: 3 * x, (0.0, 2.0), 5.0)
    rng, x = np.random.default_rng(0), np.full(4000, 1.0)
    for _ in range(8):
        x = kernel.draw(rng, x)
    assert x.min() >= 0 and x.max() <= 2
    assert stats.kstest(np.expm1(3 * x) / np.expm1(6), "uniform").pvalue > 1e-4


def test_tells_of_itself():
    assert repr(ConcaveSlice(normal, REAL)) == "ConcaveSlice((-inf, inf), width=1)"
    assert repr(ConcaveSliceOfLog(normal)) == "ConcaveSliceOfLog((0.0, inf), width=1)"
