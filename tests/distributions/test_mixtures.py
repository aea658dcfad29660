"""Mixtures of normals, against sums over scipy's."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.distributions.mixtures import NormalMixture

WEIGHT, MEANS, SDS = np.array([0.2, 0.5, 0.3]), np.array([-4.0, 0.0, 9.0]), np.array([1, 3, 0.1])
X = np.array([-30.0, -4.0, 0.3, 8.95, 9.2, 40.0])


@pytest.fixture(scope="module")
def mixture():
    return NormalMixture(np.log(WEIGHT), MEANS, SDS, "theta[A]")


def over_components(function):
    return function(X[:, None], MEANS, SDS) @ WEIGHT


def test_density_and_probabilities(mixture):
    assert mixture.pdf(X) == pytest.approx(over_components(stats.norm.pdf), rel=1e-12)
    assert mixture.main_pdf(X) == pytest.approx(over_components(stats.norm.pdf), rel=1e-12)
    assert mixture.cdf(X) == pytest.approx(over_components(stats.norm.cdf), rel=1e-12)
    assert mixture.sf(X) == pytest.approx(over_components(stats.norm.sf), rel=1e-12)
    assert np.exp(mixture.logcdf(X)) == pytest.approx(over_components(stats.norm.cdf), rel=1e-12)
    assert np.exp(mixture.logsf(X)) == pytest.approx(over_components(stats.norm.sf), rel=1e-12)


def test_moments(mixture):
    mean = WEIGHT @ MEANS
    assert mixture.mean == pytest.approx(mean)
    assert mixture.sd**2 == pytest.approx(WEIGHT @ (SDS**2 + MEANS**2) - mean**2)
    known = NormalMixture(np.log(WEIGHT), MEANS, SDS, moments=(np.nan, np.inf))
    assert np.isnan(known.mean) and known.sd == np.inf


def test_quantiles(mixture):
    q = np.array([1e-12, 1e-4, 0.1, 0.2, 0.5, 0.7, 0.75, 0.99, 1 - 1e-12])
    assert mixture.cdf(mixture.quantile(q)) == pytest.approx(q, rel=1e-9)
    assert mixture.quantile([0, 1]).tolist() == [-np.inf, np.inf]
    close = mixture.rough_quantile(q[2:-2])
    assert np.abs(mixture.cdf(close) - q[2:-2]).max() < 0.1


def test_tails_where_nothing_but_logarithms_is_left(mixture):
    """The widest component alone reaches there: log(0.5) + log Phi(-z)."""
    expected = np.log(0.5) + stats.norm.logsf(400 / 3)
    assert mixture.logsf(400.0) == pytest.approx(expected)
    assert mixture.logcdf(-400.0) == pytest.approx(expected)
    assert mixture.logpdf(400.0) == pytest.approx(np.log(0.5) + stats.norm.logpdf(400, 0, 3))
    assert mixture.sf(400.0) == mixture.cdf(-400.0) == 0


def test_components_of_no_weight_count_in_the_logarithms_of_the_tails_alone():
    found = NormalMixture(np.log([1 - 1e-15, 0.6e-15, 0.4e-15]), [0.0, 50.0, 60.0], [1.0, 1, 1])
    weight, means, sds = found.main
    assert means.tolist() == [0] and weight == pytest.approx([1]) and sds.tolist() == [1]
    assert found.logpdf(50.0) == pytest.approx(np.log(0.6e-15) + stats.norm.logpdf(0))
    heavier = NormalMixture(np.log([1 - 2e-14, 1.9e-14, 0.1e-14]), [0.0, 50.0, 60.0], [1.0, 1, 1])
    assert heavier.main[1].tolist() == [0, 50]


def test_a_single_component_is_a_normal():
    found, twin = NormalMixture(0.0, 3.0, 2.0), stats.norm(3, 2)
    assert (found.mean, found.sd) == pytest.approx((3, 2))
    assert found.quantile([0.1, 0.9]) == pytest.approx(twin.ppf([0.1, 0.9]))
    assert found.hdi(0.5) == pytest.approx(twin.interval(0.5), rel=1e-8)


def test_draws_follow_the_mixture(mixture):
    """Kolmogorov-Smirnov at 1e-4."""
    x = mixture.draw(np.random.default_rng(2), 3000)
    assert stats.kstest(x, mixture.cdf).pvalue > 1e-4


def test_a_mixture_of_two_peaks_has_a_shortest_interval_around_the_sharper_one(mixture):
    low, high = mixture.hdi(0.25)
    assert 8.7 < low < 9 < high < 9.3
    assert mixture.cdf(high) - mixture.cdf(low) == pytest.approx(0.25)
