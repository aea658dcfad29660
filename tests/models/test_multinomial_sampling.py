"""Both samplers of the Dirichlet-Multinomial model against its exact posterior."""
import numpy as np
import pytest
from multinomial_cases import AWKWARD, FORMS, by_tables, z_scores

import gibbspool as gp


@pytest.fixture(scope="module")
def regions():
    return gp.data.survey_regions()


@pytest.fixture(scope="module")
def model(regions):
    return gp.DirichletMultinomial(regions.counts, groups=regions.groups,
                                   categories=regions.categories)


@pytest.fixture(scope="module")
def truth(model):
    return gp.exact(model)


@pytest.mark.parametrize("form", FORMS)
def test_gibbs_agrees_with_the_exact_posterior(regions, truth, form):
    model = gp.DirichletMultinomial(regions.counts, form=form)
    z = z_scores(gp.sample(model, draws=30, tune=120, chains=300, seed=8), truth)
    assert np.abs(z).max() < 4  # 29 comparisons: exceeded by chance once in 500 runs
    assert np.mean(z**2) < 2.5


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("counts", [
    pytest.param(AWKWARD, marks=pytest.mark.long),
    np.array([[0, 0, 50], [0, 42, 0]]),
], ids=["zeros", "alpha near zero"])
def test_gibbs_agrees_where_there_are_zeros(form, counts):
    """With alpha near zero most shares are zero in floating point, and the plain form must make do
    with that.
    """
    model = gp.DirichletMultinomial(counts, form=form)
    z = z_scores(gp.sample(model, draws=60, tune=300, chains=300, seed=9), gp.exact(model))
    assert np.abs(z[np.isfinite(z)]).max() < 4


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_data_sets_from_the_prior(seed):
    """Counts of a random size from the model itself: finite sums, and both forms, agree with the
    exact posterior.

    20 runs of up to 55 z-scores: |z| < 4.75 has probability 0.998 for all of them together.
    """
    rng = np.random.default_rng(100 + seed)
    J, K, rate = rng.integers(2, 10), rng.integers(2, 6), rng.choice([0.1, 1.0])
    alpha, pi0 = rng.exponential(1 / rate), rng.dirichlet(np.ones(K))
    population = gp.Dirichlet(np.maximum(alpha * pi0, 1e-12))
    counts = np.array([rng.multinomial(rng.integers(1, 80), population.draw(rng))
                       for _ in range(J)])
    prior = gp.Exponential(rate)
    found = gp.exact(gp.DirichletMultinomial(counts, alpha=prior))
    evidence, mean, sd = by_tables(counts, np.ones(K), 1, rate)
    assert found.log_evidence == pytest.approx(evidence, abs=1e-7)
    assert (found["alpha"].mean, found["alpha"].sd) == pytest.approx((mean, sd), rel=1e-6)
    for form in FORMS:
        model = gp.DirichletMultinomial(counts, alpha=prior, form=form)
        draws = gp.sample(model, draws=100, tune=600, chains=400, seed=seed)
        z = z_scores(draws, found)
        assert np.abs(z[np.isfinite(z)]).max() < 4.75, form
