"""One group: the Poisson-lognormal probability, and draws of the log rate behind a count."""
import warnings

import numpy as np
import pytest
from poisson_cases import LIMIT, at_length
from scipy import stats
from scipy.special import gammaln, logsumexp

from gibbspool.models.poisson import count, grids
from gibbspool.models.poisson.count import (
    draw_log_mean,
    log_p_of_count,
    log_poisson_lognormal,
    log_unit,
    of_count,
    peak,
    propose,
)
from gibbspool.models.poisson.grids import reach


def on_a_fine_grid(y, a, sigma):
    """log_poisson_lognormal over 40 standard deviations of either factor, in extended precision."""
    sd = 1 / np.sqrt(1 / sigma**2 + max(y, 0.3))
    low = max(a - 45 * sigma, min(a, np.log(y + 0.5)) - (60 / y + 60 * sd if y else np.inf))
    high = min(max(a, np.log(y + 0.5)) + 12 * sigma, np.log(y + 100 + 15 * np.sqrt(y)) + 1)
    v = low + (high - low) * np.arange(200_001, dtype=np.longdouble) / 200_000
    log_p = (y * v - np.exp(v) - gammaln(y + 1)
             - 0.5 * ((v - a) / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi))
    return float(np.log(np.exp(log_p - log_p.max()).sum() * (high - low) / 200_000) + log_p.max())


@pytest.mark.parametrize("y", [0, 7, *at_length(1, 2, 40, 1000)])
@pytest.mark.parametrize("sigma", [0.01, 2.9, 10.0, *at_length(0.3, 1.0, 3.1, 40.0)])
def test_against_a_fine_grid(y, sigma):
    a = np.log(y + 0.5) + np.array([-4, -1, 0.0, 1.5, 4]) * max(sigma, 0.3 / np.sqrt(y + 1))
    expected = [on_a_fine_grid(y, one, sigma) for one in a]
    found = log_poisson_lognormal(y, a, np.full(5, sigma))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-11)


def test_the_probabilities_sum_to_one():
    """Over all counts: for sigma so large that counts reach thousands, but for 2e-7."""
    for a, sigma in [(0.5, 0.4), (-2.0, 1.0), (1.0, 0.001)]:
        total = sum(np.exp(log_poisson_lognormal(float(y), np.array([a]), np.array([sigma]))[0])
                    for y in range(200))
        assert total == pytest.approx(1, abs=2e-7 if sigma == 1 else 1e-11)


def test_at_the_ends_of_sigma():
    """sigma -> 0: Poisson; sigma -> inf: 1 / (y sigma sqrt(2 pi)), for y = 0 one half. Silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for y in (0.0, 3.0, 1e6):
            a = np.array([np.log(y + 1)])
            small = log_poisson_lognormal(y, a, np.array([1e-100]))[0]
            assert small == pytest.approx(stats.poisson(y + 1).logpmf(y), rel=1e-9)
            large = log_poisson_lognormal(y, a, np.array([1e100]))[0]
            limit = np.log(0.5) if y == 0 else -np.log(y * 1e100 * np.sqrt(2 * np.pi))
            assert large == pytest.approx(limit, rel=1e-10)


@pytest.mark.parametrize("y", [0.0, 4.0])
def test_a_big_table_is_walked_in_pieces(y, monkeypatch):
    """Whatever the pieces: 300 integrals in one table, and in tables of 1000 numbers."""
    rng = np.random.default_rng(0)
    a, sigma = rng.normal(1, 2, (20, 15)), np.exp(rng.normal(0, 2, (20, 15)))
    found = log_poisson_lognormal(y, a, sigma)
    monkeypatch.setattr(grids, "GRID_CELLS", 1000)
    assert log_poisson_lognormal(y, a, sigma) == pytest.approx(found, rel=1e-13, abs=1e-13)
    assert found.shape == (20, 15)


def moments_on_a_fine_grid(y, a, sigma):
    """Mean and variance of v and of k given y, on a grid that holds exp(2 v) as well."""
    sd = 1 / np.sqrt(1 / sigma**2 + max(y, 0.3))
    low = max(a - 45 * sigma, min(a, np.log(y + 0.5)) - (60 / y + 60 * sd if y else np.inf))
    high = min(max(a, np.log(y + 0.5)) + 12 * sigma + 20 * sigma**2,
               np.log(y + 100 + 15 * np.sqrt(y)) + 1)
    v = np.linspace(low, high, 100_001)
    log_p = y * v - np.exp(v) - 0.5 * ((v - a) / sigma) ** 2
    mass = np.exp(log_p - logsumexp(log_p))
    mean, expected = mass @ v, mass @ np.exp(v)
    return mean, mass @ (v - mean) ** 2, expected, mass @ (np.exp(v) - expected) ** 2


@pytest.mark.parametrize("y", [0, 1, *at_length(7, 1000)])
@pytest.mark.parametrize("sigma", [0.01, 2.9, 10.0, *at_length(0.3, 1.0, 3.1, 40.0)])
def test_moments_and_derivatives(y, sigma):
    """Moments on a fine grid, to 1e-8; slope and curvature by differences in a, to 1e-5."""
    a = np.log(y + 0.5) + np.array([-4, 0.0, 4]) * max(sigma, 0.3 / np.sqrt(y + 1))
    found = of_count(y, a - log_unit(y), sigma)
    mean, variance, expected, of_expected = np.transpose(
        [moments_on_a_fine_grid(y, one, sigma) for one in a])
    assert found.mean + log_unit(y) == pytest.approx(mean, abs=1e-8 * np.sqrt(variance.min()))
    assert found.variance == pytest.approx(variance, rel=1e-8)
    assert found.expected == pytest.approx(expected, rel=1e-8)
    assert found.variance_of_expected == pytest.approx(of_expected, rel=1e-8)
    step = 1e-4 * max(sigma, 0.1)
    below, above = (of_count(y, a - log_unit(y) + d, sigma) for d in (-step, step))
    slope, curvature = ((x - y) / (2 * step) for x, y in zip(above[:2], below[:2]))
    assert found.slope == pytest.approx(slope, rel=1e-5, abs=1e-5)
    assert found.curvature == pytest.approx(curvature, rel=1e-5, abs=1e-8)


def test_the_probability_alone_is_that_which_comes_with_the_moments():
    """Peaks, plateaus in sight and far below 0, and what is between; bit for bit but for plateaus.
    """
    y = np.array([0.0, 0, 1, 7, 1e6])[:, None, None]
    a, sigma = np.array([-30.0, -1, 0, 2])[:, None], np.array([1e-6, 0.3, 2.9, 3.1, 40])
    log_p, beside = log_p_of_count(y, a, sigma), of_count(y, a, sigma).log_p
    assert log_p == pytest.approx(beside, rel=1e-13, abs=1e-13)
    peaked = (y > 0) | (sigma < 3) & (a < 9)
    assert np.array_equal(log_p[peaked], beside[peaked])
    sigma = np.geomspace(3.01, 1e4, 40)[:, None]
    a = sigma * np.array([-50.0, -9.0, -1.0, 0.0, 3.0, 20.0, 29.0, 31.0, 1000.0])
    log_p = log_p_of_count(0.0, a, sigma)
    assert log_p == pytest.approx(of_count(0.0, a, sigma).log_p, rel=1e-13, abs=1e-13)


def test_the_largest_counts_keep_their_digits():
    """y = 1e12 and a tells nothing: v has mean -1 / (2 y) and variance 1 / y; k has y and y."""
    found = of_count(1e12, 1e-6, 0.5)
    assert found.mean == pytest.approx(-5e-13, abs=1e-15)
    assert found.variance == pytest.approx(1e-12, rel=1e-9)
    assert found.expected == pytest.approx(1e12, rel=1e-15)
    assert found.variance_of_expected == pytest.approx(1e12, rel=1e-9)
    assert found.slope == pytest.approx(-4e-6, rel=1e-5)
    pooled = of_count(1e12, 1e-6, 1e-9)   # sigma far below 1e-6: v stays at a
    assert pooled.mean == pytest.approx(1e-6, rel=1e-5)
    assert pooled.slope == pytest.approx(-1e6, rel=1e-5)


@pytest.mark.parametrize("y", [0.0, 1.0, 3.0, 1e6, 1e12])
def test_at_absurd_places_numbers_stay_numbers(y):
    """Where a search may look: sigma from exp(-300) to exp(300), a up to 1e100."""
    rng = np.random.default_rng(0)
    sigma = np.exp(rng.uniform(-300, 300, 20_000))
    a = rng.choice([-1, 1], 20_000) * 10 ** rng.uniform(-3, 100, 20_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = of_count(y, a, sigma)
    assert np.isfinite(found[:5]).all() and (found.curvature <= 0).all()


def test_the_peak_is_where_the_slope_is_zero():
    """y - k = (v0 - a) / sigma^2, for counts and spreads of all sizes at once."""
    y, a = np.array([0, 0, 1, 5, 1e6, 1e6, 3.0]), np.array([0, -90, 2, -5, -4, 0, 900.0])
    sigma = np.array([1, 50, 1e-8, 30, 1e-4, 3, 4.0])
    v0, off, k, excess = peak(y, a, sigma)
    assert k == pytest.approx(np.exp(v0) * np.maximum(y, 1))
    assert off == pytest.approx(v0 - a, abs=1e-12 * np.abs(a).max())
    curvature = k + 1 / sigma**2
    assert np.abs((y - k - off / sigma**2) / curvature).max() < 1e-11
    assert np.abs((excess - off / sigma**2) / curvature).max() < 1e-11


@pytest.mark.parametrize("precision, k", [(1.0, 1e-3), (1e-4, 2.0), (1e-4, 500.0), (25.0, 1e-6)])
def test_the_reach_is_no_shorter_and_not_much_longer_than_it_must_be(precision, k):
    """The factor has fallen to exp(-32) there, times exp(2 d) as well; not to exp(-130) on a side.
    """
    left, right = reach(np.array([precision]), np.array([k]), 32.0)
    d = np.array([-left[0], right[0]])
    fallen = precision * d**2 / 2 + k * (np.expm1(d) - d)
    assert (fallen >= 32 + [0, 2] * d - 1e-9).all() and fallen.min() < 130


# v0 and sigma such that the proposal is a Normal, or the log of a Gamma that is narrower than the
# Normal though not by much: then the factor that is left to rejection matters.
CASES = [(0, 0.0, 1.0), (0, 3.0, 5.0), (0, 4.0, 2.0), (2, 0.0, 0.3), (2, 1.0, 4.0), (2, 1.0, 1.0),
         (7, 0.0, 0.6), (500, 4.0, 1.0), (500, 6.3, 0.01)]


@pytest.mark.parametrize("y, a, sigma", CASES)
def test_draws_of_the_log_mean(y, a, sigma):
    """10,000 draws against the cdf on a grid: Kolmogorov-Smirnov, p > 1e-4; mean and sd, |z| < 4.5.

    The standard error of the sd is taken from the kurtosis of the draws.
    """
    draws = draw_log_mean(np.random.default_rng(0), np.full((100, 100), float(y)), a, sigma)
    assert draws.shape == (100, 100)
    draws = draws.ravel()
    v = np.linspace(draws.min() - 2, draws.max() + 2, 100_001)
    log_p = y * v - np.exp(v) - 0.5 * ((v - a) / sigma) ** 2
    mass = np.exp(log_p - log_p.max())
    mass /= mass.sum()
    assert stats.kstest(draws, lambda x: np.interp(x, v, np.cumsum(mass))).pvalue > 1e-4
    mean = mass @ v
    sd = np.sqrt(mass @ (v - mean) ** 2)
    of_mean, of_square = draws - mean, (draws - mean) ** 2 - sd**2
    for deviation in (of_mean, of_square):
        assert abs(deviation.mean()) < LIMIT * deviation.std() / np.sqrt(len(draws))


def test_draws_of_many_kinds_at_once():
    """Each element is drawn under its own y, a and sigma: 4000 draws, |z| of the means < 4.5."""
    y, a, sigma = np.array([0.0, 2.0, 500.0]), np.array([3.0, 1.0, 6.0]), np.array([[2.0], [0.5]])
    draws = draw_log_mean(np.random.default_rng(1), y, a, np.tile(sigma, (4000, 1, 1)))
    assert draws.shape == (4000, 2, 3)
    for i in range(2):
        for j in range(3):
            v = np.linspace(a[j] - 12, a[j] + 6, 50_001)
            log_p = y[j] * v - np.exp(v) - 0.5 * ((v - a[j]) / sigma[i, 0]) ** 2
            mass = np.exp(log_p - log_p.max())
            of_cell = draws[:, i, j]
            error = of_cell.mean() - mass @ v / mass.sum()
            assert abs(error) < LIMIT * of_cell.std() / np.sqrt(4000)


@pytest.mark.parametrize("y, a, sigma", [*CASES, (0, -1.0, 0.1), (0, -1.0, 30.0), (1, 0.0, 0.5)])
def test_most_proposals_are_accepted(y, a, sigma, monkeypatch):
    """At most 5000 proposals for 2000 draws: the narrower of the two is taken."""
    proposed = []

    def counting(rng, v0, *rest):
        proposed.append(len(v0))
        return propose(rng, v0, *rest)

    monkeypatch.setattr(count, "propose", counting)
    draw_log_mean(np.random.default_rng(0), np.full(2000, float(y)), a, sigma)
    assert 2000 <= sum(proposed) < 5000
