"""Mixtures of Betas against scipy's Beta and against their definition."""
import numpy as np
import pytest
from scipy import integrate, special, stats

from gibbspool.distributions.beta_mixture import BetaMixture


@pytest.mark.parametrize("a, b", [(3, 5), (1, 1), (1, 4), (1e6, 2e6), (2e9, 1e9), (0.3, 2),
                                  (40, 0.5), (0.01, 2)])
def test_one_component_is_a_beta(a, b):
    one, q = BetaMixture(0.0, a, b), np.array([0, 1e-10, 0.01, 0.5, 0.97, 1])
    assert (one.mean, one.sd) == pytest.approx((stats.beta.mean(a, b), stats.beta.std(a, b)))
    x = one.quantile(q)
    assert x == pytest.approx(special.betaincinv(a, b, q), rel=1e-8)
    inner = x[1:-1]
    # scipy's own density loses digits in the logs of Gamma(1e9): about 1e-5
    digits = 1e-10 if a < 1e5 else 1e-4
    assert one.pdf(inner) == pytest.approx(stats.beta.pdf(inner, a, b), rel=digits)
    below = stats.beta.cdf(inner, a, b) if a < 1e5 else q[1:-1]  # scipy below 1.16: 1e-8
    assert one.cdf(inner) == pytest.approx(below, rel=1e-9)
    assert one.sf(inner) == pytest.approx(stats.beta.sf(inner, a, b), rel=1e-6)


def test_mixture_against_its_definition():
    rng = np.random.default_rng(2)
    w, a, b = rng.dirichlet(np.ones(50)), 2 + rng.gamma(3, 5, 50), 2 + rng.gamma(2, 5, 50)
    mixture, x = BetaMixture(np.log(w), a, b, "theta"), np.linspace(0.02, 0.98, 25)
    assert mixture.pdf(x) == pytest.approx(stats.beta.pdf(x[:, None], a, b) @ w, rel=1e-10)
    assert mixture.cdf(x) == pytest.approx(stats.beta.cdf(x[:, None], a, b) @ w, rel=1e-10)
    assert mixture.cdf(x) + mixture.sf(x) == pytest.approx(np.ones(25), abs=1e-13)
    mean, _ = integrate.quad(lambda t: t * mixture.pdf(t), 0, 1, epsabs=1e-12)
    variance, _ = integrate.quad(lambda t: (t - mean) ** 2 * mixture.pdf(t), 0, 1, epsabs=1e-12)
    assert (mixture.mean, mixture.sd**2) == pytest.approx((mean, variance), abs=1e-10)
    q = np.array([1e-8, 0.1, 0.5, 0.999])
    # quantiles come by another way than cdf
    assert mixture.cdf(mixture.quantile(q)) == pytest.approx(q, rel=1e-8)
    low, high = mixture.hdi(0.9)
    assert mixture.cdf(high) - mixture.cdf(low) == pytest.approx(0.9)
    assert mixture.pdf(low) == pytest.approx(mixture.pdf(high), rel=1e-6)
    draws = mixture.draw(rng, 20_000)
    assert abs(draws.mean() - mixture.mean) < 4 * mixture.sd / np.sqrt(20_000)
    assert stats.kstest(mixture.cdf(draws[:2000]), "uniform").pvalue > 1e-4


def test_mixture_at_and_beyond_the_edges():
    flat = BetaMixture(np.log([0.25, 0.75]), [1, 2], [3, 1])
    assert flat.pdf(np.array([-1, 0, 1, 2])) == pytest.approx([0, 0.25 * 3, 0.75 * 2, 0])
    assert flat.cdf(np.array([-1, 0, 1, 2])) == pytest.approx([0, 0, 1, 1])
    steep = BetaMixture(0.0, 0.5, 2)
    assert steep.pdf(0.0) == np.inf and steep.hdi(0.5)[0] == 0
    falling = BetaMixture(0.0, 2, 0.5)
    assert falling.pdf(np.array([0.0, 1.0])).tolist() == [0, np.inf]


def test_weights_need_not_sum_to_one_and_the_lightest_are_left_out():
    one = BetaMixture(np.log([2.0, 6.0, 1e-17]), [3, 5, 7], [2, 2, 2])
    assert one.a.tolist() == [3, 5] and one.weight == pytest.approx([0.25, 0.75])


def test_a_rate_that_rounds_to_zero_or_one():
    """Half of Beta(1e-4, 1) lies below 1e-3000, beyond floating point."""
    one = BetaMixture(0.0, 1e-4, 1.0)
    below, above = one.beyond
    assert below == pytest.approx(np.exp(-690e-4))
    assert above == pytest.approx(1e-4 * np.exp(-690))
    assert one.quantile(0.9) == 0 and one.quantile(0.99) == pytest.approx(0.99**1e4, rel=1e-8)
    certain = BetaMixture(0.0, 1e-290, 3.0)
    assert certain.quantile(np.array([0.2, 0.999])).tolist() == [0, 0]


def test_shapes_and_pieces():
    """Values of any shape, more of them than fit in one piece of the table; none of them, too."""
    rng = np.random.default_rng(3)
    one = BetaMixture(np.zeros(40), rng.gamma(5, 1, 40), rng.gamma(5, 1, 40))
    x = rng.random((30, 60))
    for function in (one.pdf, one.cdf, one.sf):
        found = function(x)
        assert found.shape == (30, 60) and found[17, 5] == pytest.approx(function(x[17, 5]))
        assert function(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("a, b", [(1e10, 3e10), (1e13, 3e13), (1e15, 3e15)])
def test_quantiles_of_a_narrow_one_are_normal(a, b):
    """But for terms of the order 1 / sqrt(a); rounding errors of its density are allowed for."""
    one, q = BetaMixture(0.0, a, b), np.array([0.001, 0.3, 0.5, 0.9])
    assert (one.quantile(q) - one.mean) / one.sd == pytest.approx(stats.norm.ppf(q), abs=3e-5)


def test_quantiles_far_below_a_mean_near_one_have_their_digits():
    one, q = BetaMixture(0.0, 0.02, 0.005), np.array([1e-4, 0.01, 0.05, 0.1])
    x = one.quantile(q)
    assert x[0] < 1e-150 and x == pytest.approx(special.betaincinv(0.02, 0.005, q), rel=1e-8)
    assert one.cdf(x) == pytest.approx(q, rel=1e-9)


@pytest.mark.parametrize("a", [5.0, 0.5])
def test_near_one_it_is_the_mirror_image_of_near_zero(a):
    """There x has fewer digits than 1 - x, but its moments and probabilities have not."""
    low, high = BetaMixture(0.0, a, 2.0**40), BetaMixture(0.0, 2.0**40, a)
    assert high.sd == low.sd
    x = 2.0**-40 * np.array([0.5, 3.0, 9.0])
    assert high.sf(1 - x) == pytest.approx(low.cdf(x), rel=1e-10)
    assert low.cdf(x) == pytest.approx(special.gammainc(a, x * 2.0**40), rel=1e-9)
    assert high.pdf(1 - x) == pytest.approx(low.pdf(x), rel=1e-9)


def test_probabilities_where_the_powers_are_large():
    """P(x < Beta(2, b)) = (1 - x)^(b + 1) + (b + 1) x (1 - x)^b, for whole b: nobody, or one, of
    b + 1 lies below x. SciPy's incomplete Beta function is off by 7e-9 here.
    """
    b, x = 1e9, np.array([0.1, 0.7, 2.0, 6.0]) * 1e-9
    above = np.exp((b + 1) * np.log1p(-x)) + (b + 1) * x * np.exp(b * np.log1p(-x))
    assert BetaMixture(0.0, 2, b).cdf(x) == pytest.approx(1 - above, rel=1e-10)
    assert BetaMixture(0.0, 2, b).sf(x) == pytest.approx(above, rel=1e-10)


def test_nan_stays_nan():
    one = BetaMixture(0.0, 2, 3)
    for function in (one.pdf, one.logpdf, one.cdf, one.sf):
        assert np.isnan(function(np.nan)) and np.isnan(function([0.5, np.nan])).tolist() == [0, 1]


def test_one_so_narrow_that_it_is_a_single_number():
    one = BetaMixture(0.0, 1e200, 3e200)
    assert one.quantile(np.array([0.01, 0.5, 0.9])) == pytest.approx(0.25, rel=1e-15)
    assert one.sd == pytest.approx(np.sqrt(3 / 64) * 1e-100)
    assert one.cdf([0.249, 0.25, 0.251]) == pytest.approx([0, 0.5, 1])


def test_peaks_that_floating_point_rounds_off_are_refused():
    spikes = BetaMixture(np.log([0.5, 0.5]), [3.0, 5e19], [7.0, 5e19], "theta[A]")
    assert spikes.mean == pytest.approx(0.4)
    with pytest.raises(ValueError, match=r"theta\[A\] has no exact density: .* peaks"):
        spikes.quantile(0.5)


def test_powers_that_underflowed_are_almost_zero():
    one = BetaMixture(np.log([0.5, 0.5]), [0.0, 2.0], [3.0, 2.0])
    assert one.mean == pytest.approx(0.25)
    assert one.quantile([0.2, 0.75]) == pytest.approx([0, 0.5])
