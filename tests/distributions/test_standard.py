import numpy as np
import pytest
from scipy import integrate, stats

import gibbspool as gp
from gibbspool.distributions.priors import PRIORS, prior_of
from gibbspool.distributions.spreads import (
    PositiveFlat,
    RootInverseGamma,
    TruncatedNormal,
    sd_prior,
)
from gibbspool.distributions.writing import parse

X = np.array([1e-8, 0.03, 0.5, 0.97, 2.0, 40.0, 1e5])
PAIRS = {
    "Normal": (gp.Normal(1.5, 2.0), stats.norm(1.5, 2.0)),
    "HalfNormal": (gp.HalfNormal(3.0), stats.halfnorm(scale=3.0)),
    "HalfCauchy": (gp.HalfCauchy(25), stats.halfcauchy(scale=25)),
    "Exponential": (gp.Exponential(0.2), stats.expon(scale=5)),
    "Gamma": (gp.Gamma(2.5, 0.4), stats.gamma(2.5, scale=2.5)),
    "InverseGamma": (gp.InverseGamma(2.0, 3.0), stats.invgamma(2.0, scale=3.0)),
    "Uniform": (gp.Uniform(0.5, 3.0), stats.uniform(0.5, 2.5)),
    "Beta": (gp.Beta(2.0, 0.5), stats.beta(2.0, 0.5)),
    "TruncatedNormal": (TruncatedNormal(-3.0, 2.0), stats.truncnorm(1.5, np.inf, -3.0, 2.0)),
    "HalfT": (gp.HalfT(4, 2.0), None),
    "RootInverseGamma": (RootInverseGamma(2.0, 3.0), None),
}
WITH_TWIN = [name for name, (_, twin) in PAIRS.items() if twin is not None]


@pytest.mark.parametrize("name", WITH_TWIN)
def test_density_is_scipys(name):
    ours, twin = PAIRS[name]
    x = np.append(X, [-1.0, 0.0])
    assert ours.logpdf(x) == pytest.approx(twin.logpdf(x), rel=1e-11, abs=1e-11)


def test_half_t_is_twice_a_t():
    assert gp.HalfT(4, 2.0).logpdf(X) == pytest.approx(stats.t(4, scale=2.0).logpdf(X) + np.log(2),
                                                       rel=1e-12)
    assert gp.HalfT(4, 2.0).logpdf(-1.0) == -np.inf


def test_root_inverse_gamma_is_a_change_of_variables():
    x = X[1:]
    assert RootInverseGamma(2.0,
                            3.0).pdf(x) == pytest.approx(stats.invgamma(2.0, scale=3.0).pdf(x**2)
                                                         * 2 * x)
    assert RootInverseGamma(2.0, 3.0).logpdf(0.0) == -np.inf


@pytest.mark.parametrize("name", PAIRS)
def test_density_integrates_to_one(name):
    ours, _ = PAIRS[name]
    low, high = ours.support
    edges = [low, *[x for x in (-5.0, 0.6, 3.0, 30.0) if low < x < high], high]
    total = sum(integrate.quad(ours.pdf, a, b, limit=200)[0] for a, b in zip(edges, edges[1:]))
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_draws_follow_the_density(name):
    """Kolmogorov-Smirnov at 1e-4: eleven tests with fixed seeds, chance of a false alarm about
    1e-3.
    """
    ours, twin = PAIRS[name]
    if name == "HalfT":
        cdf = lambda x: 2 * stats.t(4, scale=2.0).cdf(x) - 1  # noqa: E731
    elif name == "RootInverseGamma":
        cdf = lambda x: stats.invgamma(2.0, scale=3.0).cdf(x**2)  # noqa: E731
    else:
        cdf = twin.cdf
    x = ours.draw(np.random.default_rng(3), np.empty(20_000))
    assert stats.kstest(x, cdf).pvalue > 1e-4


def test_dirichlet_density_and_draws():
    a = np.array([0.5, 2.0, 3.5])
    ours, rng = gp.Dirichlet(a), np.random.default_rng(0)
    x = stats.dirichlet(a).rvs(6, random_state=rng)
    assert ours.logpdf(x) == pytest.approx([stats.dirichlet(a).logpdf(row) for row in x])
    draws = ours.draw(rng, np.empty((40_000, 3)))
    assert draws.sum(axis=-1) == pytest.approx(np.ones(40_000))
    error = np.sqrt(stats.dirichlet(a).var() / 40_000)
    assert np.all(np.abs(draws.mean(axis=0) - a / a.sum()) < 4 * error)
    assert np.isfinite(gp.Dirichlet([1e-4, 1e-4]).draw(rng)).all()
    assert ours.logpdf([0.5, 0.6, 0.1]) == -np.inf


def test_truncation_keeps_its_digits_far_in_the_tail():
    far = TruncatedNormal(-40.0, 1.0)
    assert integrate.quad(far.pdf, 0, 1)[0] == pytest.approx(1, rel=1e-9)
    x = far.draw(np.random.default_rng(0), np.empty(1000))
    assert (x > 0).all() and x.mean() == pytest.approx(1 / 40, rel=0.2)


def test_parameters_broadcast_over_leading_axes():
    conditional = gp.Normal(np.zeros((5, 1)), np.array([1.0, 2.0, 3.0]))
    rng = np.random.default_rng(0)
    assert conditional.draw(rng).shape == (5, 3)
    assert conditional.draw(rng, np.empty((7, 5, 3))).shape == (7, 5, 3)
    assert conditional.logpdf(0.0).shape == (5, 3)
    assert np.ndim(gp.Normal(0, 1).draw(rng)) == 0
    assert gp.Gamma(2, 1).draw(rng, np.empty(4)).shape == (4,)


def test_same_seed_same_draws():
    for name, (ours, _) in PAIRS.items():
        a, b = (ours.draw(np.random.default_rng(1), np.empty(5)) for _ in range(2))
        assert np.array_equal(a, b), name


@pytest.mark.parametrize("make, words", [
    (lambda: gp.Normal(0, 0), "Normal: sd is 0; it must be > 0"),
    (lambda: gp.Normal(np.nan, 1), "Normal: mean is nan; it must be finite"),
    (lambda: gp.Normal([0.0, 1.0], [1.0, -2.0]), "sd is .*-2.* must be > 0"),
    (lambda: gp.Normal(np.zeros(3), np.ones(2)), "shapes do not fit"),
    (lambda: gp.HalfNormal(-1), "HalfNormal: scale is -1; it must be > 0"),
    (lambda: gp.HalfCauchy(np.inf), "scale is inf; it must be finite"),
    (lambda: gp.HalfT(0, 1), "HalfT: df is 0"),
    (lambda: gp.Uniform(3, 3), "Uniform: low is 3; it must be < high = 3"),
    (lambda: gp.Gamma(1, 0), "Gamma: rate is 0"),
    (lambda: gp.Beta(1, -1), "Beta: b is -1"),
    (lambda: gp.Dirichlet([1.0]), "Dirichlet: concentration"),
    (lambda: gp.Dirichlet([1.0, 0.0]), "Dirichlet: concentration"),
])
def test_bad_parameters_are_refused_at_construction(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_words_for_numbers_are_a_type_error():
    with pytest.raises(TypeError, match="HalfNormal: scale is 'wide'"):
        gp.HalfNormal("wide")


def test_flat_has_no_draws_and_precision_zero():
    assert gp.Flat().logpdf([-1e9, 3.0]).tolist() == [0, 0] and gp.Flat().precision == 0
    assert PositiveFlat().logpdf(-1.0) == -np.inf
    with pytest.raises(ValueError, match="improper"):
        gp.Flat().draw(np.random.default_rng(0))


def test_priors_of_standard_deviations_are_truncated():
    assert sd_prior("tau", gp.Normal(1, 2)).support == (0, np.inf)
    assert sd_prior("tau", gp.Uniform(-3, 5)).logpdf(1.0) == pytest.approx(-np.log(5))
    assert sd_prior("tau", gp.Flat()).logpdf(-1.0) == -np.inf
    assert isinstance(sd_prior("tau", gp.InverseGamma(1, 1)), RootInverseGamma)
    with pytest.raises(ValueError, match="tau prior"):
        sd_prior("tau", gp.Uniform(-3, -1))
    with pytest.raises(TypeError, match="tau prior is Beta.*HalfNormal"):
        sd_prior("tau", gp.Beta(1, 1))
    with pytest.raises(TypeError, match="tau is the class HalfNormal"):
        sd_prior("tau", gp.HalfNormal)
    with pytest.raises(TypeError, match="mu prior is 3"):
        prior_of("mu", 3)
    with pytest.raises(ValueError, match="single numbers"):
        prior_of("mu", gp.Normal([0.0, 1.0], 1.0))


@pytest.mark.parametrize("text, expected", [
    ("HalfCauchy(25)", "HalfCauchy(scale=25)"), (" Normal( 0 , 20 ) ", "Normal(mean=0, sd=20)"),
    ("Normal(sd=20, mean=1e3)", "Normal(mean=1000, sd=20)"), ("Flat", "Flat()"),
                                            ("Flat()", "Flat()"),
    ("Dirichlet([1, 2, 3])", "Dirichlet(concentration=[1., 2., 3.])"),
                                            ("HalfT(3, 2.5)", "HalfT(df=3, scale=2.5)")])
def test_priors_are_parsed(text, expected):
    assert repr(parse(text)) == expected


@pytest.mark.parametrize("text", [
    "HalfCauchy", "HalfCauchy()", "HalfCauchy(1, 2)", "HalfCauchy(x)", "Cauchy(1)", "HalfCauchy(25",
                                  "", "Normal(0)",
    "HalfCauchy(width=3)", "Normal(0, mean=1)", "HalfNormal(__import__('os').getcwd())",
                                  "HalfCauchy(-1)", "[]",
    "Normal(0, 1); Flat"])
def test_what_is_no_prior_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


def test_parsing_evaluates_nothing(tmp_path):
    target = tmp_path / "made"
    with pytest.raises(ValueError):
        parse(f"HalfNormal(open({str(target)!r}, 'w'))")
    assert not target.exists()


def test_every_prior_says_what_it_is():
    for name in PRIORS:
        assert (PRIORS[name].__doc__ or "").strip()
    assert repr(gp.Normal(np.zeros(3), 1.0)).startswith("Normal(mean=[0., 0., 0.]")
