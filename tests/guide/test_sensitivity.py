"""Other priors: the same model remade, the exact answers, and the warning when they change."""
import warnings

import numpy as np
import pytest
from families import MODELS
from scipy import integrate

import gibbspool as gp
from gibbspool.distributions.writing import parse, written
from gibbspool.guide import sensitivity

# --- the same model with another prior ------------------------------------------------------------

OTHER = {"normal": {"tau": gp.HalfCauchy(5)}, "covariates": {"beta": gp.Normal(0, 3)},
         "oneway": {"sigma": gp.Uniform(1, 30)},
         "multinomial": {"alpha": gp.Gamma(2, 0.5)},
         "poisson": {"sigma_log": gp.Exponential(2)}, "binomial": {"kappa": gp.HalfNormal(80)}}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_remade_with_another_prior_and_nothing_else_changes(name):
    for form, cls in MODELS[name].forms.items():
        model = cls(**MODELS[name].arguments() | {"form": form})
        same, other = model.with_priors(), model.with_priors(**OTHER[name])
        (prior, value), = OTHER[name].items()
        assert type(same) is type(other) is type(model)
        assert same.groups == other.groups == model.groups
        assert repr(same) == repr(model) and repr(getattr(other, prior)) == repr(value)
        rng = np.random.default_rng(0)
        state = model.initial(rng)
        ratio = other.log_joint(**state) - model.log_joint(**state)
        if name == "covariates":
            at = state["coefficients"][1]
        else:
            at = state[prior]
        assert same.log_joint(**state) == model.log_joint(**state)
        assert ratio == pytest.approx(value.logpdf(at) - getattr(model, prior).logpdf(at), abs=1e-9)


def test_simple_models_take_other_priors_as_well(schools):
    scores = gp.data.instructors()
    separate = gp.NormalNormal(schools.y, schools.sigma).no_pooling()
    separate = separate.with_priors(theta=gp.Normal(0, 5))
    assert separate.theta.sd == 5 and np.array_equal(separate.y, schools.y)
    one = gp.OneWayNormal(scores.y, scores.group).complete_pooling()
    one = one.with_priors(sigma=gp.HalfNormal(3))
    assert one.sigma.scale == 3 and one.groups == scores.groups


def test_impossible_priors_are_refused_as_in_the_constructor(schools):
    model = gp.NormalNormal(schools.y[:2], schools.sigma[:2])
    with pytest.raises(TypeError, match="'sigma' is not a prior of this model; it has mu, tau"):
        model.with_priors(sigma=gp.HalfNormal(1))
    with pytest.raises(TypeError, match="tau prior is Beta"):
        model.with_priors(tau=gp.Beta(1, 1))
    with pytest.raises(ValueError, match="posterior is improper"):
        model.with_priors(tau=gp.Flat(), mu=gp.Flat())


@pytest.mark.parametrize("text",
                         ["HalfNormal(10)", "Normal(0, 20)", "InverseGamma(1, 2)", "Flat()",
                          "Uniform(0, 100)"])
def test_priors_are_written_as_they_are_read(text):
    assert written(parse(text)) == text
    if text != "Normal(0, 20)":
        tau = gp.NormalNormal(np.arange(6.0), np.ones(6), tau=parse(text)).tau
        again = gp.NormalNormal(np.arange(6.0), np.ones(6), tau=tau).tau
        assert written(tau) == written(again) == text


# --- the table ------------------------------------------------------------------------------------

@pytest.mark.extras
def test_the_table_holds_the_exact_answers_under_each_prior(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    priors = {"narrow": gp.HalfNormal(2), "wide": gp.HalfCauchy(25)}
    with pytest.warns(UserWarning,
                      match=r"prior of tau: 1 of 2 other priors.*Most of all narrow: the sd of "
                            r"theta\[A\] becomes 0\.64 times as wide.*Report this"):
        table = gp.prior_sensitivity(model, priors, prob=0.8)
    assert list(table.index) == ["HalfNormal(10) (own)", "narrow", "wide"]
    assert table.index.name == "prior of tau"
    for row, tau in zip(table.index, [gp.HalfNormal(10), *priors.values()]):
        truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, tau=tau))
        found = table.loc[row]
        assert found["tau mean"] == pytest.approx(truth["tau"].mean, rel=1e-12)
        assert (found["tau hdi_low"], found["tau hdi_high"]) == pytest.approx(truth["tau"].hdi(0.8))
        assert found["shrinkage"] == pytest.approx(truth["shrinkage"].mean.mean())
        assert found["theta_new sd"] == pytest.approx(truth.new_group.sd)
        assert [found[f"theta[{g}]"] for g in schools.groups] == pytest.approx(truth["theta"].mean)
    own, narrow = (gp.exact(model.with_priors(tau=gp.HalfNormal(s))) for s in (10, 2))
    shifts = np.abs(narrow["theta"].mean - own["theta"].mean) / own["theta"].sd
    ratios = np.abs(narrow["theta"].sd / own["theta"].sd - 1)
    interval = abs(np.diff(narrow.new_group.hdi(0.8)) / np.diff(own.new_group.hdi(0.8)) - 1)[0]
    assert table["change"].tolist()[:2] == pytest.approx([0, max(*shifts, *ratios, interval)])
    assert table["moves most"].iloc[1] == "theta[A] (sd)" and max(ratios) == ratios[0]


@pytest.mark.extras
def test_no_warning_where_the_answers_hardly_move(schools):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = gp.prior_sensitivity(gp.NormalNormal(schools.y, schools.sigma),
                                     [gp.HalfNormal(10), gp.HalfNormal(11)])
    assert len(table) == 2 and 0 < table["change"].iloc[1] < 0.1


@pytest.mark.extras
def test_the_warning_begins_at_a_quarter(schools):
    """HalfNormal(5) changes a key quantity by 0.20, HalfNormal(3.5) by 0.30: only that is told."""
    model = gp.NormalNormal(schools.y, schools.sigma)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = gp.prior_sensitivity(model, [gp.HalfNormal(5)])
    assert 0.18 < table["change"].iloc[1] < 0.24
    with pytest.warns(UserWarning, match="1 of 1 other priors"):
        table = gp.prior_sensitivity(model, [gp.HalfNormal(3.5)])
    assert 0.26 < table["change"].iloc[1] < 0.32


def test_the_largest_change_is_found_and_put_into_words():
    """Shifts count in posterior sds, widths as a share; what does not exist is skipped."""
    key = sensitivity.Key
    own = {"a": key(1.0, 2.0, 2.0, "sd"), "b": key(5.0, 1.0, 4.0, "interval")}
    found = sensitivity.largest_change(own, {"a": key(2.0, 2.2, 2.2, "sd"),
                                             "b": key(5.3, 9.0, 4.4, "interval")})
    assert found.quantity == "a" and found.size == 0.5
    assert found.words == "the mean of a moves from 1 to 2, 0.50 of its posterior sd"
    found = sensitivity.largest_change(own, {"a": key(1.0, 2.2, 2.2, "sd"),
                                             "b": key(np.inf, np.inf, 1.0, "interval")})
    assert found.quantity == "b (interval)" and found.size == 0.75
    assert found.words == "the interval of b becomes 0.25 times as wide"


@pytest.mark.extras
@pytest.mark.parametrize("name", ["normal", "covariates",
                                  pytest.param("multinomial", marks=pytest.mark.long),
                                  pytest.param("oneway", marks=pytest.mark.long),
                                  pytest.param("binomial", marks=pytest.mark.long)])
def test_every_family_has_priors_to_compare_with_by_default(name):
    model = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        table = gp.prior_sensitivity(model)
    assert len(table) >= 5 and table.index[0].endswith("(own)") and table.notna().all(axis=None)
    assert table["change"].max() > 0.2
    assert any(column.startswith(f"{model.parameter}_new")
               for column in table) == (name != "covariates")


@pytest.mark.long
@pytest.mark.extras
def test_rates_without_a_mean_are_no_obstacle():
    """Under HalfCauchy a new hospital's rate has no mean: only its interval can be compared."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        table = gp.prior_sensitivity(MODELS["poisson"], [gp.HalfCauchy(1)])
    assert np.isinf(table["lam_new sd"]).all() and 0 < table["change"].iloc[1] < 1
    assert "shrinkage" not in table


@pytest.mark.extras
def test_another_parameter_than_the_spread(schools):
    scores = gp.data.instructors()
    table = gp.prior_sensitivity(gp.OneWayNormal(scores.y, scores.group), [gp.HalfNormal(5)],
                                 of="sigma")
    assert table.index.tolist() == ["HalfNormal(15) (own)", "HalfNormal(5)"]
    assert "sigma mean" in table
    with pytest.raises(ValueError, match="of is 'pi'; it must name a prior of a single number"):
        gp.prior_sensitivity(gp.NormalNormal(schools.y, schools.sigma), of="pi")
    with pytest.raises(ValueError, match="no priors by default to compare Normal"):
        gp.prior_sensitivity(gp.NormalNormal(schools.y, schools.sigma), of="mu")
    with pytest.raises(ValueError, match="holds the model's own prior alone"):
        gp.prior_sensitivity(gp.NormalNormal(schools.y, schools.sigma), [gp.HalfNormal(10)])
    with pytest.raises(TypeError, match="must be a hierarchical model"):
        gp.prior_sensitivity(gp.NormalNormal(schools.y, schools.sigma).no_pooling())


def test_the_default_priors_are_those_of_the_section():
    section = ["HalfNormal(2)", "HalfNormal(5)", "HalfNormal(10)", "HalfNormal(25)",
               "HalfCauchy(5)", "HalfCauchy(25)", "Uniform(0, 100)"]
    for own in (gp.HalfNormal(10), gp.HalfCauchy(10), gp.HalfT(4, 10), gp.Uniform(0, 100)):
        assert [written(prior) for prior in sensitivity.default_priors(own)] == section
    for own in (gp.Exponential(1), gp.Gamma(2, 2)):  # both have the mean 1
        assert [written(prior) for prior in sensitivity.default_priors(own)] == [
            "Exponential(5)", "Exponential(1)", "Exponential(0.2)", "Exponential(0.04)",
            "Gamma(2, 0.4)"]


# --- shrinkage and what was learnt ----------------------------------------------------------------

def test_mean_shrinkage_of_groups_of_observations_against_draws():
    """Means of B_i by quadrature, against those of 10,000 independent draws."""
    rng = np.random.default_rng(0)
    group = np.repeat(list("abcdef"), [2, 2, 5, 9, 9, 30])
    truth = gp.exact(gp.OneWayNormal(rng.normal(50, 8, len(group)), group))
    draws = truth.sample(draws=2500, chains=4, seed=2)
    B = truth.model.shrinkage(draws["tau"], draws["sigma"]).reshape(-1, 6)
    z = (B.mean(axis=0) - sensitivity.mean_shrinkage(truth)) / (B.std(axis=0) / np.sqrt(len(B)))
    assert np.abs(z).max() < 4  # six strongly correlated z
    assert sensitivity.mean_shrinkage(truth)[0] > sensitivity.mean_shrinkage(truth)[5]


def test_overlap_and_information_by_integration(truth):
    prior, posterior = truth.model.tau, truth["tau"]
    found = sensitivity.against_prior(truth)
    overlap = integrate.quad(lambda t: min(prior.pdf(t), posterior.pdf(t)), 0, 100, limit=500,
                             points=[1, 5, 10])[0]
    information = integrate.quad(
        lambda t: posterior.pdf(t) * (posterior.logpdf(t) - prior.logpdf(t)), 0, 60, limit=500)[0]
    assert found.overlap == pytest.approx(overlap, abs=1e-3)
    assert found.information == pytest.approx(information, abs=2e-3)


def test_data_that_say_nothing_leave_the_prior_as_it_is():
    vague = gp.exact(gp.NormalNormal(np.zeros(5), np.full(5, 1e4)))
    found = sensitivity.against_prior(vague)
    assert found.overlap == pytest.approx(1, abs=1e-4)
    assert found.information == pytest.approx(0, abs=1e-4)
    with pytest.raises(ValueError, match="is improper: there is nothing to compare"):
        sensitivity.against_prior(gp.exact(vague.model.with_priors(tau=gp.Flat())))


def test_what_is_no_list_of_priors_is_refused(schools):
    model = gp.NormalNormal(schools.y, schools.sigma)
    found = sensitivity.posteriors(model, gp.HalfNormal(5))
    assert list(found) == ["HalfNormal(10)", "HalfNormal(5)"]
    for priors, error, words in (("HalfNormal", TypeError, "priors is 'HalfNormal'"),
                                 ([gp.HalfNormal(5), 6], TypeError, r"priors\[1\] is 6"),
                                 ({"mine": 5}, TypeError, r"priors\['mine'\] is 5"),
                                 ({"HalfNormal(10)": gp.HalfNormal(3)}, ValueError,
                                  "name of the model's own prior")):
        with pytest.raises(error, match=words):
            sensitivity.posteriors(model, priors)
