"""`gp.exact`: which exact posterior serves which model, and with which tolerance."""
import inspect
import re

import numpy as np
import pytest
from families import MODELS

import gibbspool as gp
from gibbspool.models.normal import CentredNormalNormal
from gibbspool.models.normal.exact import ExactNormalNormal
from gibbspool.models.normal.exact_covariates import ExactNormalNormalCovariates
from gibbspool.models.normal.exact_pooling import ExactNormalCompletePooling, ExactNormalNoPooling
from gibbspool.models.twins import TWINS

CASES = [(name, strategy) for name in MODELS for strategy in ("partial", "none", "complete")]


def strategy_of(model, strategy):
    return {"partial": model, "none": model.no_pooling(),
            "complete": model.complete_pooling()}[strategy]


def test_the_twins_of_the_normal_family(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
    with_x = gp.NormalNormal(schools.y, schools.sigma, x=np.arange(8))
    assert type(gp.exact(model)) is ExactNormalNormal
    assert type(gp.exact(with_x)) is ExactNormalNormalCovariates
    assert type(gp.exact(model.complete_pooling())) is ExactNormalCompletePooling
    assert type(gp.exact(model.no_pooling())) is ExactNormalNoPooling


def test_a_class_of_ones_own_has_the_twin_of_what_it_derives_from(schools):
    class Mine(CentredNormalNormal):
        pass

    assert type(gp.exact(Mine(schools.y, schools.sigma))) is ExactNormalNormal


def test_the_names_of_a_twin_and_its_model_belong_together():
    for model, twin in TWINS.items():
        assert twin.__name__ == f"Exact{model.__name__}"


@pytest.mark.parametrize("twin", TWINS.values())
def test_every_twin_takes_the_model_and_a_tolerance(twin):
    assert list(inspect.signature(twin).parameters) == ["model", "rtol"]


SLOW = {("poisson", "partial"), ("binomial", "partial")}


@pytest.mark.parametrize("name, strategy", [
    pytest.param(*case, marks=pytest.mark.long if case in SLOW else ())
    for case in CASES])
def test_a_tolerance_is_accepted_for_every_model(name, strategy):
    model = strategy_of(MODELS[name], strategy)
    assert gp.exact(model, rtol=1e-8)[MODELS[name].parameter].mean == pytest.approx(
        gp.exact(model)[MODELS[name].parameter].mean, rel=1e-6)


@pytest.mark.parametrize("rtol", [0, np.nan, -1, 2])
def test_an_impossible_tolerance_is_refused(schools, rtol):
    model = gp.NormalNormal(schools.y, schools.sigma)
    for one in (model, model.complete_pooling()):
        with pytest.raises(ValueError, match="rtol"):
            gp.exact(one, rtol=rtol)


def test_a_coarser_tolerance_is_used(schools):
    model = gp.NormalNormal(schools.y, schools.sigma)
    assert len(gp.exact(model, rtol=1e-4).nodes) < len(gp.exact(model, rtol=1e-12).nodes)


class Own(gp.Model):
    """A model of one's own."""

    order = ("mu",)


def test_what_has_no_twin_is_refused():
    with pytest.raises(TypeError, match="Own has no exact posterior here: .*; sample it with"):
        gp.exact(Own())


@pytest.mark.parametrize("model, words", [
    (3, "model is 3; it must be a model object, such as NormalNormal(y, sigma)"),
    (gp.NormalNormal, "model is the class NormalNormal; it must be a model object, such as "
                      "NormalNormal(y, sigma)"),
    (gp.BetaBinomial, "such as BetaBinomial(successes, trials)"),
    (gp.funnel.neal("centred"), "model is a target of Hamiltonian Monte Carlo: give it to "
                                "gibbspool.hmc"),
])
def test_what_is_no_model_is_refused_and_what_was_meant_is_said(model, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        gp.exact(model)
