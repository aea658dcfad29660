"""Marginals of one number, and of one for each group."""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool.distributions.marginals import Marginal, Marginals, Transformed
from gibbspool.distributions.mixtures import NormalMixture
from gibbspool.numerics.coordinates import Log
from gibbspool.numerics.quadrature import integrate

GAMMA = stats.gamma(3, scale=2)
Q = np.array([1e-6, 0.05, 0.5, 0.95, 1 - 1e-6])


def of_gamma(x_of, of_x, logpdf, support, **more):
    """A function of x ~ GAMMA, by the integral over log x."""
    u = Log()
    integral = integrate(lambda s: GAMMA.logpdf(u.x(s)) + s, *u.range)
    return Transformed(integral, lambda s: x_of(u.x(s)), lambda x: u.u(of_x(x)), logpdf, support,
                       **more)


def rising():
    """x itself."""
    return of_gamma(lambda x: x, lambda x: x, GAMMA.logpdf, (0.0, np.inf), name="x")


def inverse_logpdf(y):
    return GAMMA.logpdf(1 / y) - 2 * np.log(y)


def falling():
    """1 / x, which falls as x rises."""
    return of_gamma(lambda x: 1 / x, lambda y: 1 / y, inverse_logpdf, (0.0, np.inf), name="1/x")


TWINS = {"rising": (rising(), GAMMA), "falling": (falling(), stats.invgamma(3, scale=0.5))}


@pytest.mark.parametrize("name", TWINS)
def test_a_transformed_variable_against_scipy(name):
    found, twin = TWINS[name]
    x = twin.ppf(Q)
    assert found.quantile(Q) == pytest.approx(x, rel=1e-9)
    assert found.cdf(x) == pytest.approx(Q, rel=1e-9)
    assert found.sf(x) == pytest.approx(twin.sf(x), rel=1e-6)
    assert found.pdf(x) == pytest.approx(twin.pdf(x), rel=1e-9)
    assert found.mean == pytest.approx(twin.mean(), rel=1e-9)
    assert found.sd == pytest.approx(twin.std(), rel=1e-9)


@pytest.mark.parametrize("name", TWINS)
def test_at_and_beyond_the_ends_of_the_support(name):
    found, _ = TWINS[name]
    assert found.quantile([0, 1]).tolist() == [0, np.inf]
    assert found.cdf([-1, 0, np.inf]).tolist() == [0, 0, 1]
    assert found.sf([-1, 0, np.inf]).tolist() == [1, 1, 0]


@pytest.mark.parametrize("name", TWINS)
def test_rough_quantiles_are_near_and_exact_at_the_ends(name):
    found, twin = TWINS[name]
    assert found.rough_quantile(np.array([0.0, 1.0])).tolist() == [0, np.inf]
    q = np.linspace(0.05, 0.95, 10)
    assert found.rough_quantile(q) == pytest.approx(twin.ppf(q), rel=0.1)


def test_moments_that_are_known_better_are_taken():
    found = of_gamma(lambda x: x, lambda x: x, GAMMA.logpdf, (0.0, np.inf), moments=(6.0, np.inf))
    assert (found.mean, found.sd) == (6.0, np.inf)


def test_scalars_in_scalars_out():
    found, _ = TWINS["rising"]
    for value in (found.cdf(3.0), found.sf(3.0), found.quantile(0.3), found.pdf(3.0)):
        assert np.ndim(value) == 0
    assert found.cdf(np.ones((2, 3))).shape == found.quantile(np.full((2, 3), 0.5)).shape == (2, 3)


def test_draws_follow_the_distribution():
    """Kolmogorov-Smirnov at 1e-4, twice: one false alarm in 5,000 seeds."""
    for found, twin in TWINS.values():
        assert stats.kstest(found.draw(np.random.default_rng(1), 5000), twin.cdf).pvalue > 1e-4


def test_impossible_shares_are_refused():
    found, _ = TWINS["rising"]
    for q, said in ((2, "2"), ([0.5, -0.1], "-0.1"), (np.nan, "nan")):
        with pytest.raises(ValueError, match=f"q is {said}; it must lie between 0 and 1"):
            found.quantile(q)


def test_a_marginal_tells_its_moments_and_its_interval():
    low, high = TWINS["rising"][0].hdi(0.89)
    assert repr(TWINS["rising"][0]) == f"x: mean 6, sd 3.464, 89% HDI [{low:.4g}, {high:.4g}]"


class Point(Marginal):
    """A stand-in that counts how often one is made."""

    made = []

    def __init__(self, j):
        self.made.append(j)
        self.mean, self.sd, self.name = float(j), 1.0, f"theta[{j}]"

    def logpdf(self, x):
        return stats.norm.logpdf(x, self.mean)

    def cdf(self, x):
        return stats.norm.cdf(x, self.mean)

    def sf(self, x):
        return stats.norm.sf(x, self.mean)

    def _quantile(self, q):
        return stats.norm.ppf(q, self.mean)


def test_marginals_of_all_groups():
    all_groups = Marginals(Point, ["A", "B", "C"], "theta")
    assert len(all_groups) == 3 and [one.mean for one in all_groups] == [0, 1, 2]
    assert all_groups.mean.tolist() == [0, 1, 2] and all_groups.sd.tolist() == [1, 1, 1]
    assert all_groups.quantile([0.5, 0.9]).shape == (2, 3)
    assert all_groups.quantile(0.5) == pytest.approx([0, 1, 2])
    assert all_groups.hdi(0.5).shape == (3, 2)
    assert all_groups.cdf(1.0) + all_groups.sf(1.0) == pytest.approx(np.ones(3))
    assert np.exp(all_groups.logpdf([0.0, 1.0])) == pytest.approx(all_groups.pdf([0.0, 1.0]))
    assert repr(all_groups).count("\n") == 2 and repr(all_groups).startswith("theta[0]: mean 0")


def test_each_is_made_when_it_is_asked_for_and_once():
    Point.made.clear()
    all_groups = Marginals(Point, ["A", "B", "C"], "theta")
    assert Point.made == []
    assert all_groups["B"] is all_groups[1] is all_groups[-2] and Point.made == [1]
    with pytest.raises(KeyError, match="the labels are 'A', 'B', 'C', the places 0 to 2"):
        all_groups["D"]


@pytest.mark.parametrize("x, words", [
    ("abc", "x is 'abc'; it must hold numbers only"),
    (1 + 2j, "x is .*1\\+2j.*; it must hold numbers only"),
    ([1, "a"], r"x\[1\] is 'a'; it must hold numbers only"),
    (None, "x is None; it must hold numbers only")])
@pytest.mark.parametrize("ask", ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"])
@pytest.mark.parametrize("density", [
    gp.Normal(0, 1), gp.HalfNormal(1), gp.Flat(), gp.Dirichlet([1, 1]),
    NormalMixture(0.0, [0.0, 1.0], 1.0)], ids=lambda density: type(density).__name__)
def test_what_is_no_number_is_refused_by_name(density, ask, x, words):
    if hasattr(density, ask):
        with pytest.raises(TypeError, match=words):
            getattr(density, ask)(x)


def test_posteriors_refuse_what_is_no_number():
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma))
    for marginal in (truth["tau"], truth["mu"], truth["shrinkage"][0]):
        with pytest.raises(TypeError, match="x is 'abc'; it must hold numbers only"):
            marginal.logpdf("abc")


@pytest.mark.parametrize("rising_or_falling", [
    lambda: of_gamma(lambda x: x, lambda x: x, GAMMA.logpdf, (0.0, np.inf)),
    lambda: of_gamma(lambda x: 1 / x, lambda y: 1 / y, inverse_logpdf, (0.0, np.inf))],
    ids=["rising", "falling"])
def test_many_draws_are_the_quantiles_of_their_random_numbers(rising_or_falling):
    marginal = rising_or_falling()
    few, many = (marginal.draw(np.random.default_rng(3), size) for size in ((4, 10), (4, 5000)))
    q = np.random.default_rng(3).random((4, 5000))
    assert many.shape == (4, 5000) and few.shape == (4, 10)
    assert many == pytest.approx(marginal.quantile(q), rel=1e-7)
    assert few.ravel() == pytest.approx(many.ravel()[:40], rel=1e-7)


def test_no_more_than_a_thousand_entries_are_kept():
    made = []
    many = Marginals(lambda j: made.append(j) or j, [str(j) for j in range(2500)], "theta")
    assert list(many) == list(range(2500)) and many[2499] == 2499 and len(made) == 2500
    assert many[0] == 0 and len(made) == 2501 and len(many._made) == 1000


def test_moments_may_be_given_for_all_entries_at_once():
    moments = np.array([[1.0, 2.0], [3.0, 4.0]])
    many = Marginals(None, ["a", "b"], "theta", lambda: moments)
    assert many.mean.tolist() == [1, 2] and many.sd.tolist() == [3, 4]
