"""Complete and no pooling of rates, in closed form."""
import numpy as np
import pytest
from poisson_cases import hospitals
from scipy import special, stats
from scipy.special import logsumexp

import gibbspool as gp
from gibbspool.models.poisson import PoissonCompletePooling, PoissonNoPooling
from gibbspool.models.poisson.exact_pooling import (
    GammaMarginal,
    below_in_large_gamma,
    log_negative_binomial,
)


@pytest.fixture(scope="module")
def model():
    return hospitals()


def test_no_pooling_in_closed_form(model):
    none = gp.exact(model.no_pooling())
    assert isinstance(none.model, PoissonNoPooling)
    # hospital 5: one event in an exposure of 0.7, prior Gamma(1, 0.5)
    gamma = stats.gamma(2, scale=1 / 1.2)
    assert none["lam", "5"].mean == pytest.approx(gamma.mean())
    assert none["lam", "5"].sd == pytest.approx(gamma.std())
    q = np.array([0.055, 0.5, 0.945])
    assert none["lam", "5"].quantile(q) == pytest.approx(gamma.ppf(q))
    assert none["lam", "5"].cdf([-1.0, 1.0]) == pytest.approx(gamma.cdf([-1.0, 1.0]))
    assert none["lam", "5"].sf(1.0) == pytest.approx(gamma.sf(1.0))
    p = 0.5 / (0.5 + model.exposure)
    assert none.elpd_loo().pointwise == pytest.approx(stats.nbinom(1, p).logpmf(model.y))
    assert none.log_evidence == pytest.approx(stats.nbinom(1, p).logpmf(model.y).sum())
    with pytest.raises(ValueError, match="no pooling cannot predict"):
        none.new_group
    draws = none.sample(1000, 4)["lam", "5"]
    assert stats.kstest(draws.ravel(), gamma.cdf).pvalue > 1e-4


def test_complete_pooling_in_closed_form(model):
    complete = gp.exact(model.complete_pooling(gp.Gamma(2, 0.3)))
    assert isinstance(complete.model, PoissonCompletePooling)
    gamma = stats.gamma(2 + model.y.sum(), scale=1 / (0.3 + model.exposure.sum()))
    for marginal in (complete["rate"], complete["lam", "3"], complete.new_group):
        assert marginal.mean == pytest.approx(gamma.mean())
        assert marginal.quantile(0.2) == pytest.approx(gamma.ppf(0.2))
    lam = np.linspace(0.5, 4, 4001)
    log_step = np.log(lam[1] - lam[0])
    log_likelihood = stats.poisson(lam[:, None] * model.exposure).logpmf(model.y)
    log_p = stats.gamma(2, scale=1 / 0.3).logpdf(lam) + log_likelihood.sum(axis=1)
    assert complete.log_evidence == pytest.approx(logsumexp(log_p) + log_step, abs=1e-9)
    others = np.arange(8) != 2
    prior = stats.gamma(2 + model.y[others].sum(), scale=1 / (0.3 + model.exposure[others].sum()))
    expected = logsumexp(prior.logpdf(lam) + log_likelihood[:, 2]) + log_step
    assert complete.elpd_loo().pointwise[2] == pytest.approx(expected, abs=1e-9)
    assert complete.sample(10, 2)["lam"].shape == (2, 10, 8)


def test_the_twins_take_a_tolerance_and_need_none(model):
    for pooled in (model.complete_pooling(), model.no_pooling()):
        plain, asked = gp.exact(pooled), gp.exact(pooled, rtol=1e-3)
        assert plain.log_evidence == asked.log_evidence and asked.error == 0.0


@pytest.mark.parametrize("name", ["complete_pooling", "no_pooling"])
def test_names_and_priors(model, name):
    pooled = getattr(model, name)(gp.Gamma(3, 2))
    assert repr(pooled).startswith(f"{type(pooled).__name__}(J=8, ")
    assert "Gamma(shape=3, rate=2)" in repr(pooled)
    assert pooled.groups == model.groups
    with pytest.raises(TypeError, match="lam prior"):
        getattr(model, name)(gp.Normal(0, 1))


@pytest.mark.parametrize("name, rate", [("complete_pooling", "rate"), ("no_pooling", "lam")])
def test_starts_are_more_spread_out_than_the_posterior(model, name, rate):
    """Of 4000 starts, the variance is two to eight times that of the posterior."""
    pooled = getattr(model, name)()
    starts = pooled.initial(np.random.default_rng(0), (4000,))[rate]
    posterior = getattr(pooled, f"{rate}_given")()
    ratio = starts.var(axis=0) / (posterior.shape / posterior.rate**2)
    assert (ratio > 2).all() and (ratio < 8).all()


# Large counts keep their digits.

def test_a_gamma_of_a_large_shape():
    """Shape 1e12: normal but for terms of 1e-6, which Lugannani and Rice's formula has as well."""
    gamma = GammaMarginal(gp.Gamma(1e12, 2.0))
    assert gamma.logpdf(gamma.mean) == pytest.approx(-np.log(5e5 * np.sqrt(2 * np.pi)), abs=1e-10)
    z = np.array([-3.0, -0.7, 0.4, 2.5])
    t = np.log1p(z * 1e-6)
    w = np.sign(z) * np.sqrt(2e12 * (np.expm1(t) - t))
    below = stats.norm.cdf(w) + stats.norm.pdf(w) * (1 / w - 1 / z)
    assert gamma.cdf(5e11 * (1 + z * 1e-6)) == pytest.approx(below, abs=1e-9)
    q = np.array([1e-6, 0.02, 0.5, 0.9, 1 - 1e-6])
    assert gamma.cdf(gamma.quantile(q)) == pytest.approx(q, rel=1e-7)
    assert gamma.sf(gamma.quantile(q)) == pytest.approx(1 - q, rel=1e-6)
    assert gamma.cdf(gamma.quantile(q)) == pytest.approx(q, abs=1e-9)
    assert np.isnan(gamma.pdf(np.nan)) and gamma.pdf(-1.0) == 0 and gamma.pdf(0.0) == 0


def test_the_incomplete_gamma_where_two_formulas_meet():
    """A shape of 1e8, by SciPy and by Lugannani and Rice: within three sds the same to 1e-10."""
    x = 1 + np.linspace(-3, 3, 13) * 1e-4
    assert below_in_large_gamma(1e8, x) == pytest.approx(special.gammainc(1e8, 1e8 * x), abs=1e-10)
    assert below_in_large_gamma(1e8, x, -1) == pytest.approx(special.gammaincc(1e8, 1e8 * x),
                                                             abs=1e-10)


def test_evidence_and_leave_one_out_of_large_counts():
    """A count given an equal one is normal but for 1e-6: (y - y0) ~ Normal(0, 2 y0), here at 0."""
    y, e = np.full(2, 1e12), np.full(2, 3.0)
    complete = gp.exact(PoissonCompletePooling(y, e, gp.Gamma(1e-3, 1e-15)))
    expected = -0.5 * np.log(2 * np.pi * 2e12)
    assert complete.elpd_loo().pointwise == pytest.approx([expected, expected], abs=1e-3)
    small = gp.exact(PoissonCompletePooling([3, 0, 5, 2000], [1, 0, 2, 700.0], gp.Gamma(2, 0.5)))
    joint = (small.model.log_joint(2.5) - small.model.rate_given().logpdf(2.5))
    assert small.log_evidence == pytest.approx(joint, abs=1e-9)
    assert small.elpd_loo().pointwise[1] == 0


def test_a_negative_binomial_is_the_same_in_both_ways():
    y = np.array([0.0, 5.0, 998.0, 1003.0, 4.0])
    a, b, e = np.array([0.3, 1500.0, 2.5, 2.5, 1e6]), np.array([1, 3, 1e-3, 5.0, 1e5]), 2.0
    expected = stats.nbinom(a, b / (b + e)).logpmf(y)
    assert log_negative_binomial(y, e, gp.Gamma(a, b)) == pytest.approx(expected, abs=1e-7)
