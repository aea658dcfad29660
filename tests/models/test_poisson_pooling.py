"""Complete and no pooling of rates, in closed form."""
import numpy as np
import pytest
from poisson_cases import hospitals
from scipy import stats
from scipy.special import logsumexp

import gibbspool as gp
from gibbspool.models.poisson import PoissonCompletePooling, PoissonNoPooling


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
