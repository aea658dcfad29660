"""The densities of numbers, as conditionals build them: against scipy and their own draws."""
import numpy as np
import pytest
from scipy import integrate, stats

from gibbspool.distributions import standard
from gibbspool.distributions.spreads import RootInverseGamma, TruncatedNormal

X = np.array([1e-8, 0.03, 0.5, 0.97, 2.0, 40.0, 1e5])
PAIRS = {
    "Normal": (standard.Normal(1.5, 2.0), stats.norm(1.5, 2.0)),
    "HalfNormal": (standard.HalfNormal(3.0), stats.halfnorm(scale=3.0)),
    "HalfCauchy": (standard.HalfCauchy(25), stats.halfcauchy(scale=25)),
    "Exponential": (standard.Exponential(0.2), stats.expon(scale=5)),
    "Gamma": (standard.Gamma(2.5, 0.4), stats.gamma(2.5, scale=2.5)),
    "InverseGamma": (standard.InverseGamma(2.0, 3.0), stats.invgamma(2.0, scale=3.0)),
    "Uniform": (standard.Uniform(0.5, 3.0), stats.uniform(0.5, 2.5)),
    "Beta": (standard.Beta(2.0, 0.5), stats.beta(2.0, 0.5)),
    "TruncatedNormal": (TruncatedNormal(-3.0, 2.0), stats.truncnorm(1.5, np.inf, -3.0, 2.0)),
    "HalfT": (standard.HalfT(4, 2.0), None),
    "RootInverseGamma": (RootInverseGamma(2.0, 3.0), None),
}
WITH_TWIN = [name for name, (_, twin) in PAIRS.items() if twin is not None]


def half_t_cdf(x):
    return 2 * stats.t(4, scale=2.0).cdf(x) - 1


def root_inverse_gamma_cdf(x):
    return stats.invgamma(2.0, scale=3.0).cdf(x**2)


CDF = {"HalfT": half_t_cdf, "RootInverseGamma": root_inverse_gamma_cdf,
       **{name: PAIRS[name][1].cdf for name in WITH_TWIN}}


@pytest.mark.parametrize("name", WITH_TWIN)
def test_density_is_scipys(name):
    ours, twin = PAIRS[name]
    x = np.append(X, [-1.0, 0.0])
    assert ours.logpdf(x) == pytest.approx(twin.logpdf(x), rel=1e-11, abs=1e-11)


def test_half_t_is_twice_a_t():
    half_t = standard.HalfT(4, 2.0)
    assert half_t.logpdf(X) == pytest.approx(stats.t(4, scale=2.0).logpdf(X) + np.log(2), rel=1e-12)
    assert half_t.logpdf(-1.0) == -np.inf


@pytest.mark.parametrize("name", PAIRS)
def test_density_integrates_to_one(name):
    ours, _ = PAIRS[name]
    low, high = ours.support
    edges = [low, *[x for x in (-5.0, 0.6, 3.0, 30.0) if low < x < high], high]
    total = sum(integrate.quad(ours.pdf, a, b, limit=200)[0] for a, b in zip(edges, edges[1:]))
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_draws_follow_the_density(name):
    """Kolmogorov-Smirnov at 1e-4: eleven tests, one false alarm in about 1,000 seeds."""
    ours, _ = PAIRS[name]
    x = ours.draw(np.random.default_rng(3), np.empty(20_000))
    assert stats.kstest(x, CDF[name]).pvalue > 1e-4


def test_same_seed_same_draws():
    for name, (ours, _) in PAIRS.items():
        a, b = (ours.draw(np.random.default_rng(1), np.empty(5)) for _ in range(2))
        assert np.array_equal(a, b), name


def test_parameters_broadcast_over_leading_axes():
    conditional = standard.Normal(np.zeros((5, 1)), np.array([1.0, 2.0, 3.0]))
    rng = np.random.default_rng(0)
    assert conditional.draw(rng).shape == (5, 3)
    assert conditional.draw(rng, np.empty((7, 5, 3))).shape == (7, 5, 3)
    assert conditional.draw(rng, np.empty(3)).shape == (5, 3)
    assert standard.Exponential(np.ones((4, 1))).draw(rng, np.empty(3)).shape == (4, 3)
    assert conditional.logpdf(0.0).shape == (5, 3)
    assert np.ndim(standard.Normal(0, 1).draw(rng)) == 0
    assert standard.Gamma(2, 1).draw(rng, np.empty(4)).shape == (4,)


def test_a_conditional_costs_its_arithmetic_and_checks_nothing():
    """The sweep makes thousands of these; what people write goes through `priors`."""
    for unchecked in (standard.Normal(0, -1), standard.HalfNormal(np.nan), standard.Gamma(-1, 0),
                      standard.Normal(np.zeros(3), np.ones(2)), standard.Uniform(3, 3),
                      standard.Beta("a", None)):
        assert type(unchecked).__module__ == "gibbspool.distributions.standard"
        assert not hasattr(unchecked, "__post_init__")


def test_flat_has_no_draws_and_precision_zero():
    assert standard.Flat().logpdf([-1e9, 3.0]).tolist() == [0, 0]
    assert standard.Flat().precision == 0 and not standard.Flat().proper
    with pytest.raises(ValueError, match="improper"):
        standard.Flat().draw(np.random.default_rng(0))


def test_a_density_tells_its_parameters():
    assert repr(standard.Normal(0, 20)) == "Normal(mean=0, sd=20)"
    assert repr(standard.Normal(np.zeros(3), 1.0)).startswith("Normal(mean=[0., 0., 0.]")
    assert repr(standard.Normal(np.arange(20.0), 1.0)) == (
        "Normal(mean=[ 0.,  1.,  2., ..., 17., 18., 19.], sd=1)")


@pytest.mark.parametrize("name", ["Normal", "Gamma", "Beta"])
def test_moments_in_closed_form(name):
    ours, twin = PAIRS[name]
    assert (ours.mean, ours.sd) == pytest.approx((twin.mean(), twin.std()), rel=1e-14)
