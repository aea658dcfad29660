"""One interface for five likelihoods: what works for one model works for every pooling strategy."""
import warnings

import numpy as np
import pytest
from families import MODELS, PARAMETER

import gibbspool as gp


def strategies(model):
    return {"partial": model, "none": model.no_pooling(), "complete": model.complete_pooling()}


CASES = [(name, strategy) for name in MODELS for strategy in ("partial", "none", "complete")]


@pytest.fixture(scope="module")
def truths():
    return {case: gp.exact(strategies(MODELS[case[0]])[case[1]]) for case in CASES}


@pytest.mark.parametrize("name, strategy", CASES)
def test_sampling_likelihood_replicates_and_leave_one_out(truths, name, strategy):
    model = strategies(MODELS[name])[strategy]
    assert gp.check_conditionals(model, states=10).ok
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        draws = gp.sample(model, draws=30, tune=20, chains=2, seed=3)
    independent = truths[name, strategy].sample(draws=30, chains=2, seed=3)
    for one in (draws, independent):
        log_likelihood = one.log_likelihood()
        assert log_likelihood.shape == (2, 30, model.J) and np.isfinite(log_likelihood).all()
        for what, values in one.replicates(seed=1).items():
            assert values.shape == (2, 30, *np.shape(model.observed()[what]))
    result = truths[name, strategy].elpd_loo()
    assert result.pointwise.shape == (model.J,) and np.isfinite(result.elpd) and result.se > 0


@pytest.mark.parametrize("name", MODELS)
def test_new_groups_where_there_can_be_one(truths, name):
    more = {"x": 1.0} if name == "covariates" else {}
    draws = truths[name, "partial"].sample(draws=30, chains=2)
    assert draws.new_group(seed=2, **more).shape[:2] == (2, 30)
    with pytest.raises(ValueError, match="no pooling cannot predict a new group"):
        truths[name, "none"].new_group


@pytest.mark.extras
@pytest.mark.parametrize("name", [
    pytest.param(name, marks=() if name in ("normal", "multinomial") else pytest.mark.long)
    for name in MODELS])
def test_comparison_shows_exact_beside_psis(truths, name):
    """PSIS-LOO from independent draws lies near the exact value, which gives the ranks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        table = gp.compare(strategies(MODELS[name]), draws=500, chains=4)
    assert list(table["rank"]) == [0, 1, 2] and table["elpd"].is_monotonic_decreasing
    for strategy in table.index:
        exact = truths[name, strategy].elpd_loo().elpd
        assert table.loc[strategy, "elpd"] == pytest.approx(exact)
        if table.loc[strategy, "pareto_k"] < 0.5:
            assert abs(table.loc[strategy, "psis_loo"] - exact) < 0.5
    assert table["weight"].sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.extras
@pytest.mark.parametrize("name, strategy", CASES)
def test_conversion_labels_every_group(truths, name, strategy):
    draws = truths[name, strategy].sample(draws=20, chains=2)
    data = draws.to_arviz()
    parameter = PARAMETER[name] if PARAMETER[name] in draws else "pi0"
    if strategy != "complete" or parameter != "pi0":
        assert list(data.posterior["group"].values) == list(draws.model.groups)
    for group in (data.posterior, data.log_likelihood, data.posterior_predictive):
        assert not any("_dim_" in str(dim) for dim in group.dims)
