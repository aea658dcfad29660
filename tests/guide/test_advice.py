"""The guide's sentences and the numbers in them, for every family and each piece of advice."""
import functools
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


@functools.cache
def said_of(name):
    """The advice on the section's data for a family; it is asked for more than once."""
    return said(MODELS[name])


# --- the numbers ----------------------------------------------------------------------------------

def test_the_facts_of_eight_schools(truth):
    model, facts = truth.model, gp.advise(truth.model, truth).facts
    assert facts["J"] == 8 and facts["balance"] == pytest.approx((9 / 18) ** 2)
    assert facts["own"] == pytest.approx(1 - truth["shrinkage"].mean)
    assert facts["shift"] == pytest.approx(np.abs(model.y - truth["theta"].mean) / model.sigma)
    assert facts["narrower"] == pytest.approx(1 - np.mean(truth["theta"].sd / model.sigma))
    low, high = truth["tau"].quantile([0.055, 0.945])
    assert facts["interval"] == pytest.approx((low, high)) and facts["pools_most"] == low
    assert facts["least_own"] == pytest.approx(np.mean(low**2 / (low**2 + model.sigma**2)))
    assert facts["spread"] == truth["tau"].quantile(0.5)
    assert facts["information"] == pytest.approx(1 / model.sigma**2)
    assert facts["labels"] == list("ABCDEFGH")
    below = 2 * stats.norm(0, 10).cdf(truth["tau"].quantile(0.5)) - 1
    assert facts["prior_beyond"] == pytest.approx((below, 1 - below), rel=1e-6)


def test_the_sentences_of_eight_schools_hold_the_numbers(truth):
    found = gp.advise(truth.model, truth)
    number, balance, pooling, near_zero, form, exchangeable = found.sentences
    assert "8 groups are enough" in number
    assert "76% of their area: much of it is the prior's doing" in number
    assert balance == ("The groups are unequal: standard errors from 9 (E) to 18 (H); pooling does "
                       "most for H.")
    assert "from 9% for H to 23% for E" in pooling and "(A, from 28 to 9.81)" in pooling
    assert "16% of a group's estimate is its own" in pooling
    assert "so partial pooling is a compromise here" in pooling
    assert "not ruled out: tau lies between 0.412 and 11.7" in near_zero
    assert "write it non-centred: the average shrinkage 0.84 is above 0.32" in form
    assert str(found).splitlines() == [f"- {sentence}" for sentence in found.sentences]
    assert repr(found).startswith(f"Advice on {truth.model!r}:\n- 8 groups")


@pytest.mark.parametrize("name", MODELS)
def test_every_family_gets_a_few_plain_sentences(name):
    found = said_of(name)
    assert 4 <= len(found.sentences) <= 6
    for sentence in found.sentences:
        assert not sentence[0].islower() and sentence.endswith(".")
        assert "nan" not in sentence and "e+" not in sentence
    assert sum(bool(re.search(r"\d", sentence)) for sentence in found.sentences) >= 4
    facts = found.facts
    assert facts["own"].shape == (MODELS[name].J,)
    assert ((facts["own"] > 0) & (facts["own"] < 1)).all()
    assert facts["shift"].shape == np.shape(facts["estimate"]) and np.isfinite(facts["shift"]).all()
    both_forms = name not in ("multinomial", "binomial")
    assert any("centred" in sentence for sentence in found.sentences) == both_forms
    assert any("exchangeable" in s for s in found.sentences) == (name != "covariates")


def test_the_end_that_pools_most_is_the_high_one_of_a_concentration():
    facts = said_of("binomial").facts
    assert facts["pools_most"] == facts["interval"][1]
    assert facts["least_own"] == pytest.approx(45 / (45 + facts["interval"][1]))


def test_own_standard_errors_of_counts():
    """By the binomial and Poisson formulas, at the pooled estimates."""
    players = said_of("binomial").facts
    p = players["pooled"]
    assert players["error"] == pytest.approx(np.sqrt(p * (1 - p) / 45))
    survey = said_of("multinomial").facts
    p = survey["pooled"]
    assert survey["error"] == pytest.approx(np.sqrt(p * (1 - p) / MODELS["multinomial"].n[:, None]))
    scores = MODELS["oneway"]
    sigma = said(scores).facts["error"] * np.sqrt(scores.n)
    median = gp.exact(scores)["sigma"].quantile(0.5)
    assert np.ptp(sigma) < 1e-9 and sigma[0] == pytest.approx(median)


def test_the_balance_is_that_of_the_information():
    """Least over most: of precisions where there are standard errors, else of sizes."""
    assert said_of("poisson").facts["balance"] == pytest.approx(
        MODELS["poisson"].exposure.min() / MODELS["poisson"].exposure.max())
    assert said_of("oneway").facts["balance"] == pytest.approx(
        MODELS["oneway"].n.min() / MODELS["oneway"].n.max())
    assert said(gp.DirichletMultinomial(np.zeros((3, 2)))).facts["balance"] == 0


@pytest.mark.parametrize("prior, x, expected", [
    (gp.HalfNormal(10), 25.0, 2 * stats.norm(0, 10).sf(25)),
    (gp.HalfCauchy(5), 1.0, stats.halfcauchy(scale=5).cdf(1)),
    (gp.Exponential(1), 8.0, np.exp(-8)), (gp.Uniform(0, 100), 97.0, 0.03)], ids=repr)
def test_the_share_of_a_prior_beyond_a_value(prior, x, expected):
    below, above = advice.share_beyond(prior, x)
    assert min(below, above) == pytest.approx(expected, rel=1e-6)
    assert below + above == pytest.approx(1)
    # the others are asked far out in their tail
    assert (below < above) == isinstance(prior, gp.HalfCauchy)


# --- what each kind of data is told ---------------------------------------------------------------

def test_few_groups(schools):
    found = said(gp.NormalNormal(schools.y[:3], schools.sigma[:3]))
    assert found.sentences[0].startswith(
        "There are only 3 groups, and the guide asks for 5; and the posterior of tau and its prior "
        "HalfNormal(10) share 94%")


def test_prior_and_data_that_disagree(schools):
    found = said(gp.NormalNormal(10 * schools.y, schools.sigma, tau=gp.HalfNormal(10)))
    assert found.sentences[0].startswith("Prior and data disagree on tau: the prior is HalfNormal")
    for words in ("the prior holds tau back: less than 0.1% of HalfNormal(10)",
                  "lies above the posterior median", "Compare wider ones"):
        assert words in found.sentences[1]
    wide = said(gp.NormalNormal(schools.y / 100, schools.sigma / 1000,
                                tau=gp.HalfNormal(10))).sentences[0]
    assert "lies below the posterior median" in wide and "far wider than the data need" in wide
    assert "holds it" not in wide
    agree = said(gp.NormalNormal(10 * schools.y, schools.sigma, tau=gp.HalfCauchy(50)))
    assert "the data tell of the spread" in agree.sentences[0]
    improper = said(gp.NormalNormal(schools.y, schools.sigma, tau=gp.Flat()))
    assert improper.sentences[0] == "8 groups are enough to pool."
    assert improper.facts["learnt"] is None


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
    assert "The groups do differ" in apart.sentences[3]
    assert "pooling hardly matters" in apart.sentences[2]
    alike = said(gp.NormalNormal(np.zeros(12), np.full(12, 20.0), tau=gp.HalfNormal(3)))
    assert "pooling all but replaces it" in alike.sentences[2]
    assert "not ruled out" in alike.sentences[3]
    assert alike.sentences[1] == ("All groups bring equally much (standard errors: 20), so all are "
                                  "pulled equally far.")


def test_sizes_that_differ_by_rounding_alone_are_equal(schools):
    """As standard errors are that were computed from intervals."""
    advice = said(gp.NormalNormal(schools.y, (schools.y + 4.1 - schools.y) / 1.96))
    assert advice.sentences[1].startswith("All groups bring equally much (standard errors: 2.092)")


def test_the_median_is_what_the_prior_is_held_against(schools):
    """Both sentences name the posterior median of the spread, and the share beyond it."""
    for factor, scale, words in ((10, 10, "above"), (0.01, 10, "below")):
        model = gp.NormalNormal(factor * schools.y, min(factor, 1) * schools.sigma / 10,
                                tau=gp.HalfNormal(scale))
        found = said(model)
        median = gp.exact(model)["tau"].quantile(0.5)
        assert f"{words} the posterior median {median:.3g}" in "".join(found.sentences[:2])


@pytest.mark.parametrize("ratio, how", [(1.4, "nearly equal"), (1.42, "unequal")])
def test_groups_are_nearly_equal_down_to_half_the_information(ratio, how):
    """1 / 1.4^2 is 0.51, 1 / 1.42^2 is 0.496."""
    found = said(gp.NormalNormal([0.0, 3, 5, 2, 9], [1, 1, ratio, 1, 1]))
    assert found.sentences[1] == (f"The groups are {how}: standard errors from 1 (1) to {ratio} "
                                  "(3); pooling does most for 3.")
    assert found.facts["balance"] == pytest.approx(ratio**-2)


def test_the_least_informed_group_is_named_whatever_the_noun():
    found = said_of("poisson")
    least = MODELS["poisson"].groups[np.argmin(MODELS["poisson"].exposure)]
    assert found.sentences[1].endswith(f"pooling does most for {least}.")


@pytest.mark.parametrize("factor, words", [
    (0.3, ", and its posterior sd is on average 5% smaller than that."),
    (0.2, ", and its posterior sd is on average 2% smaller than that."), (0.19, ").")])
def test_a_gain_in_precision_is_told_from_two_per_cent_on(schools, factor, words):
    """The sds are 4.9%, 2.1% and 1.9% smaller than the standard errors."""
    found = said(gp.NormalNormal(schools.y, factor * schools.sigma))
    assert found.sentences[2].endswith(words)


def test_how_much_pooling_changes_turns_at_an_eighth_and_at_nine_tenths(truth):
    """The thresholds that sentences turn at, from facts that lie on either side of them."""
    known = gp.advise(truth.model, truth).facts

    def sentences(**facts):
        return advice.Advice(truth.model, {**known, **facts}).sentences

    for own, words in ((0.12, "all but replaces it"), (0.13, "is a compromise"),
                       (0.89, "is a compromise"), (0.91, "hardly matters")):
        assert words in sentences(own=np.full(8, own))[2]
    assert "(from" not in sentences(own=np.full(8, 0.5))[2].split("so partial")[0]
    for least, words in ((0.049, "not ruled out"), (0.051, "The groups do differ")):
        assert words in sentences(least_own=least, evidence=20)[3]
    for own, better in ((0.69, "centred"), (0.67, "non-centred")):
        assert f"write it {better}:" in sentences(own=np.full(8, own))[4]
    for beyond, words in (((0.9, 0.024), "holds tau back"), ((0.9, 0.026), "the prior's doing"),
                          ((0.024, 0.9), "far wider"), ((0.026, 0.9), "the prior's doing")):
        assert words in sentences(prior_beyond=beyond)[0]


def test_shares_and_numbers_in_words():
    assert [advice.percent(share) for share in (0.5, 0.01, 0.0099, 0.001, 0.0009)] == [
        "50%", "1%", "1.0%", "0.1%", "less than 0.1%"]
    assert [advice.in_digits(x) for x in (0.0123, 12.345, 999.4, 1000, 123456.7)] == [
        "0.0123", "12.3", "999", "1000", "123457"]


def test_a_group_that_nobody_answered_in():
    counts = np.vstack([MODELS["multinomial"].counts, [0, 0, 0, 0]])
    found = said(gp.DirichletMultinomial(counts))
    assert found.facts["own"][-1] == 0 and (found.facts["shift"][-1] == 0).all()
    assert found.facts["narrower"] == pytest.approx(said_of("multinomial").facts["narrower"],
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
    advice = str(gp.advise(truth.model, truth)).replace("gp.prior_sensitivity", "--tau-prior")
    assert advice in text
    assert "The guide of Section 5.8.6 on these data" in text
