"""The guide's sentences and the numbers in them, for every family and for data that call for each
piece of advice.
"""
import re
import warnings

import numpy as np
import pytest
from families import MODELS
from scipy import stats

import gibbspool as gp
from gibbspool.guide import advice


def said(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return gp.advise(model)


# --- the numbers ------------------------------------------------------------------------------------------------------

def test_the_facts_of_eight_schools(truth):
    model, facts = truth.model, gp.advise(truth.model, truth).facts
    assert facts["J"] == 8 and facts["balance"] == pytest.approx((9 / 18) ** 2)
    assert facts["own"] == pytest.approx(1 - truth["shrinkage"].mean)
    assert facts["shift"] == pytest.approx(np.abs(model.y - truth["theta"].mean) / model.sigma)
    assert facts["narrower"] == pytest.approx(1 - np.mean(truth["theta"].sd / model.sigma))
    low = truth["tau"].quantile(0.055)
    assert facts["interval"] == pytest.approx((low,
                                               truth["tau"].quantile(0.945))) and facts["pools_most"] == low
    assert facts["least_own"] == pytest.approx(np.mean(low**2 / (low**2 + model.sigma**2)))
    below = 2 * stats.norm(0, 10).cdf(truth["tau"].quantile(0.5)) - 1
    assert facts["prior_beyond"] == pytest.approx((below, 1 - below), rel=1e-6)


def test_the_sentences_of_eight_schools_hold_the_numbers(truth):
    found = gp.advise(truth.model, truth)
    number, balance, pooling, near_zero, form, exchangeable = found.sentences
    assert "8 groups are enough" in number and "76% of their area: much of it is the prior's doing" in number
    assert balance == "The groups are unequal: standard errors from 9 (E) to 18 (H); pooling does most for H."
    assert "from 9% for H to 23% for E" in pooling and "(A, from 28 to 9.81)" in pooling
    assert "16% of a group's estimate is its own" in pooling and "so partial pooling is a compromise here" in pooling
    assert "not ruled out: tau lies between 0.412 and 11.7" in near_zero
    assert "write it non-centred: the average shrinkage 0.84 is above 0.32" in form
    assert str(found).splitlines() == [f"- {sentence}" for sentence in found.sentences]
    assert repr(found).startswith(f"Advice on {truth.model!r}:\n- 8 groups")


@pytest.mark.parametrize("name", MODELS)
def test_every_family_gets_a_few_plain_sentences(name):
    found = said(MODELS[name])
    assert 4 <= len(found.sentences) <= 6
    for sentence in found.sentences:
        assert not sentence[0].islower() and sentence.endswith(".") and "nan" not in sentence and "e+" not in sentence
    assert sum(bool(re.search(r"\d", sentence)) for sentence in found.sentences) >= 4
    facts = found.facts
    assert facts["own"].shape == (MODELS[name].J,) and ((facts["own"] > 0)
                                                        & (facts["own"] < 1)).all()
    assert facts["shift"].shape == np.shape(facts["estimate"]) and np.isfinite(facts["shift"]).all()
    assert any("non-centred" in s or "centred" in s for s in found.sentences) == (name
                                                                                  not in ("multinomial", "binomial"))
    assert any("exchangeable" in s for s in found.sentences) == (name != "covariates")


def test_the_end_that_pools_most_is_the_high_one_of_a_concentration():
    facts = said(MODELS["binomial"]).facts
    assert facts["pools_most"] == facts["interval"][1]
    assert facts["least_own"] == pytest.approx(45 / (45 + facts["interval"][1]))


def test_own_standard_errors_of_counts():
    """By the binomial and Poisson formulas, at the pooled estimates."""
    players = said(MODELS["binomial"]).facts
    assert players["error"] == pytest.approx(np.sqrt(players["pooled"] * (1 - players["pooled"])
                                                     / 45))
    survey = said(MODELS["multinomial"]).facts
    p = survey["pooled"]
    assert survey["error"] == pytest.approx(np.sqrt(p * (1 - p) / MODELS["multinomial"].n[:, None]))
    scores = MODELS["oneway"]
    sigma = said(scores).facts["error"] * np.sqrt(scores.n)
    assert np.ptp(sigma) < 1e-9 and sigma[0] == pytest.approx(gp.exact(scores)["sigma"].quantile(0.5))


@pytest.mark.parametrize("prior, x, expected", [
    (gp.HalfNormal(10), 25.0, 2 * stats.norm(0, 10).sf(25)),
                                                (gp.HalfCauchy(5), 1.0,
                                                 stats.halfcauchy(scale=5).cdf(1)),
    (gp.Exponential(1), 8.0, np.exp(-8)), (gp.Uniform(0, 100), 97.0, 0.03)], ids=repr)
def test_the_share_of_a_prior_beyond_a_value(prior, x, expected):
    below, above = advice.share_beyond(prior, x)
    assert min(below, above) == pytest.approx(expected,
                                              rel=1e-6) and below + above == pytest.approx(1)
    # the others are asked far out in their tail
    assert (below < above) == isinstance(prior, gp.HalfCauchy)


# --- what each kind of data is told -----------------------------------------------------------------------------------

def test_few_groups(schools):
    found = said(gp.NormalNormal(schools.y[:3], schools.sigma[:3]))
    assert found.sentences[0].startswith("There are only 3 groups, and the guide asks for 5; and "
                                         "the posterior of tau and its prior HalfNormal(10) share "
                                         "94%")


def test_prior_and_data_that_disagree(schools):
    found = said(gp.NormalNormal(10 * schools.y, schools.sigma, tau=gp.HalfNormal(10)))
    assert "prior and data disagree on tau" in found.sentences[0] and "less than 0.1% of HalfNormal(10)" in found.sentences[0]
    assert "lies above the posterior median" in found.sentences[0] and "Compare wider ones" in found.sentences[0]
    wide = said(gp.NormalNormal(schools.y / 100, schools.sigma / 1000,
                                tau=gp.HalfNormal(10))).sentences[0]
    assert "lies below the posterior median" in wide and "far wider than the data need" in wide and "holds it" not in wide
    agree = said(gp.NormalNormal(10 * schools.y, schools.sigma, tau=gp.HalfCauchy(50)))
    assert "the data tell of the spread" in agree.sentences[0]
    improper = said(gp.NormalNormal(schools.y, schools.sigma, tau=gp.Flat()))
    assert improper.sentences[0] == "8 groups are enough to pool." and improper.facts["learnt"] is None


def test_the_form_turns_where_the_data_are_informative(schools):
    def form(shrink):
        found = said(gp.NormalNormal(schools.y, schools.sigma / shrink))
        return re.search(r"write it ([\w-]+)",
                         "".join(found.sentences))[1], 1 - found.facts["own"].mean()

    for shrink in (1, 2, 3, 10):
        better, pull = form(shrink)
        assert better == ("non-centred" if pull > 0.32 else "centred")
    assert form(1)[0] == "non-centred" and form(10)[0] == "centred"


def test_groups_that_differ_and_groups_that_may_not(schools):
    apart = said(gp.NormalNormal(10 * schools.y, schools.sigma, tau=gp.HalfCauchy(50)))
    assert "The groups do differ" in apart.sentences[3] and "pooling hardly matters" in apart.sentences[2]
    alike = said(gp.NormalNormal(np.zeros(12), np.full(12, 20.0), tau=gp.HalfNormal(3)))
    assert "pooling all but replaces it" in alike.sentences[2] and "not ruled out" in alike.sentences[3]
    assert alike.sentences[1] == "All groups bring equally much (standard errors: 20), so all are pulled equally far."


def test_a_group_that_nobody_answered_in():
    counts = np.vstack([MODELS["multinomial"].counts, [0, 0, 0, 0]])
    found = said(gp.DirichletMultinomial(counts))
    assert found.facts["own"][-1] == 0 and (found.facts["shift"][-1] == 0).all()
    assert found.facts["narrower"] == pytest.approx(said(MODELS["multinomial"]).facts["narrower"],
                                                    abs=1e-6)
    assert said(gp.DirichletMultinomial(np.zeros((3, 2)))).facts["narrower"] == 0


def test_single_observations_do_not_divide_by_zero():
    found = said(gp.OneWayNormal(np.arange(6.0), list("abcdef")))
    assert np.isfinite(found.facts["shift"]).all()


def test_what_is_no_hierarchical_model_is_refused(schools, truth):
    with pytest.raises(TypeError, match="it must be one of NormalNormal, OneWayNormal"):
        gp.advise(truth.model.no_pooling())
    with pytest.raises(TypeError, match="truth is not the exact posterior of this model"):
        gp.advise(gp.NormalNormal(schools.y, schools.sigma), truth)


@pytest.mark.extras
def test_fit_prints_it(truth, tmp_path):
    from gibbspool.fit import fitting
    lines = []
    fitting.fit(truth.model, tmp_path, draws=1000, say=lines.append)
    text = "\n".join(lines)
    assert str(gp.advise(truth.model,
                         truth)) in text and "The guide of Section 5.8.6 on these data" in text
