"""Priors scaled to the data: equivariant, readable, and the end of every warning."""
import warnings

import numpy as np
import pytest
from families import MODELS

import gibbspool as gp

YEARS = np.linspace(1933, 1980, 10)
NOISE = np.random.default_rng(3).standard_normal(10)


def conflicts():
    """Models whose priors disagree with their data, as people meet them, by parameter to blame."""
    far = 1500 + 50 * NOISE[:8]
    return {
        "mu": gp.NormalNormal(far, np.full(8, 22.0), tau=gp.HalfCauchy(100)),
        "mu, large unit": gp.NormalNormal(35000 + 500 * NOISE, np.linspace(900, 1100, 10)),
        "tau": gp.NormalNormal(300 * NOISE, np.full(10, 22.0), mu=gp.Flat()),
        "mu, year": gp.NormalNormal(YEARS - 1933 + 3 * NOISE, np.full(10, 3.0), x=YEARS),
        "beta": gp.NormalNormal(YEARS - 1933 + 3 * NOISE, np.full(10, 3.0), x=YEARS - YEARS.mean(),
                                beta=gp.Normal(0, 0.01)),
        "beta[year]": gp.NormalNormal(YEARS - 1933 + 3 * NOISE, np.full(10, 3.0),
                                      x=np.column_stack([YEARS - YEARS.mean(), NOISE**2]),
                                      covariates=["year", "z"], mu=gp.Flat(),
                                      beta=gp.Normal(0, 0.01)),
        "mu, one-way": gp.OneWayNormal(35000 + 100 * np.tile(NOISE, 3),
                                       np.repeat(list("abcde"), 6)),
        "sigma": gp.OneWayNormal(50 + 100 * np.tile(NOISE, 3), np.repeat(list("abcde"), 6)),
        "mu_log": gp.PoissonLognormal([0, 3, 6, 2, 1, 4, 0, 5], np.full(8, 60_000.0)),
        "sigma_log": gp.PoissonLognormal([1, 900, 3, 0, 20_000, 40, 0, 7], np.full(8, 10.0),
                                         mu_log=gp.Flat(), sigma_log=gp.HalfNormal(0.3)),
        "alpha": gp.DirichletMultinomial([[50, 50]] * 6),
        "pi0[a]": gp.DirichletMultinomial([[2, 30, 40], [1, 33, 20], [0, 50, 41], [2, 28, 31]],
                                          alpha=gp.Exponential(0.01), pi0=gp.Dirichlet([50, 9, 9]),
                                          categories=["a", "b", "c"]),
        "phi": gp.BetaBinomial([1, 0, 2, 3, 1], [60, 50, 70, 80, 55], phi=gp.Beta(30, 30)),
        "kappa": gp.BetaBinomial([50] * 8, [100] * 8, kappa=gp.HalfNormal(1)),
    }


CONFLICTS = conflicts()


def blamed(model):
    return {one.name for one in model.disagreements()}


# --- the suggestion, followed, ends the warning ---------------------------------------------------

@pytest.mark.parametrize("case", CONFLICTS)
def test_the_prior_to_blame_is_named_and_scaled_priors_end_it(case):
    model = CONFLICTS[case]
    assert case.split(",")[0] in blamed(model)
    assert not blamed(gp.scaled_priors(model))


@pytest.mark.parametrize("case", CONFLICTS)
def test_each_suggested_prior_ends_the_warning_of_its_own(case):
    model = CONFLICTS[case]
    for name in blamed(model):
        argument = name.partition("[")[0]
        other = model.with_priors(**{argument: model.scaled()[argument]})
        assert name not in blamed(other)


def test_only_mu_log_is_to_blame_for_rare_events():
    """Counts of 0 to 6 in 60,000: it was sigma_log that was blamed, which made it worse."""
    assert blamed(CONFLICTS["mu_log"]) == {"mu_log"}
    assert blamed(CONFLICTS["mu"]) == blamed(CONFLICTS["mu, large unit"]) == {"mu"}


@pytest.mark.parametrize("name", MODELS)
def test_the_sections_models_scaled_have_nothing_to_warn_of(name):
    assert not blamed(gp.scaled_priors(MODELS[name]))


# --- what it is -----------------------------------------------------------------------------------

def test_the_scale_is_that_of_the_errors_or_of_what_lies_beyond_them(schools):
    """By the formulas of DerSimonian and Laird, for the estimates of eight schools times five."""
    model = gp.scaled_priors(gp.NormalNormal(schools.y, schools.sigma))
    assert repr(model) == "NormalNormal(J=8, mu ~ Flat(), tau ~ HalfCauchy(scale=11), " \
                          "form='collapsed')"
    y, w = 5 * schools.y, 1 / schools.sigma**2
    Q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    tau2 = (Q - 7) / (w.sum() - (w**2).sum() / w.sum())
    assert gp.NormalNormal(y, schools.sigma).scaled()["tau"].scale == pytest.approx(np.sqrt(tau2))


def test_a_group_that_says_nothing_hardly_changes_the_scale():
    y, s = 30 * NOISE, np.full(10, 5.0)
    more = gp.NormalNormal([*y, 7.0], [*s, 1e9]).scaled()["tau"].scale
    assert more == pytest.approx(gp.NormalNormal(y, s).scaled()["tau"].scale, rel=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_data_labels_and_form_stay(name):
    model, other = MODELS[name], gp.scaled_priors(MODELS[name])
    assert other.groups == model.groups and type(other) is type(model)
    for name, value in model.observed().items():
        assert np.array_equal(other.observed()[name], value)


def test_what_has_no_priors_to_scale_is_refused(schools):
    for wrong in (gp.NormalNormal(schools.y, schools.sigma).complete_pooling(), schools, 3):
        with pytest.raises(TypeError, match="it must be a hierarchical model that says how"):
            gp.scaled_priors(wrong)


def test_where_observations_do_not_vary_sigma_keeps_the_prior_that_was_stated():
    """It was refused, with the advice to state just such a prior."""
    y, groups = [5, 5, 6, 6, 8, 8], list("aabbcc")
    with pytest.raises(ValueError, match="sigma=InverseGamma.*--sigma-prior") as said:
        gp.OneWayNormal(y, groups)
    assert "HalfNormal" not in str(said.value)  # which nobody stated
    model = gp.OneWayNormal(y, groups, sigma=gp.InverseGamma(1, 1))
    better = gp.scaled_priors(model)
    assert better.sigma == model.sigma and repr(better.mu) == "Flat()"
    assert better.tau.scale == pytest.approx(np.std([5, 6, 8], ddof=1))
    assert not any("no scale" in one for one in better.cautions() if "sigma" not in one)


def test_of_observations_that_are_all_equal_every_spread_needs_a_prior_of_its_own():
    y, groups, apart = [5, 5, 5, 5], list("aabb"), gp.InverseGamma(2, 1)
    with pytest.raises(ValueError, match="no spread at all.*state tau= "):
        gp.scaled_priors(gp.OneWayNormal(y, groups, sigma=apart))
    model = gp.OneWayNormal(y, groups, tau=apart, sigma=apart)
    better = gp.scaled_priors(model)
    assert (repr(better.mu), better.tau, better.sigma) == ("Flat()", model.tau, model.sigma)


@pytest.mark.parametrize("model", [
    gp.PoissonLognormal([0, 0], [0, 0]), gp.BetaBinomial([0, 0], [0, 0])],
    ids=lambda model: model.parameter)
def test_without_any_data_there_is_nothing_to_scale_to(model):
    with pytest.raises(ValueError, match="none of its groups has any data"):
        gp.scaled_priors(model)


# --- another unit, another zero -------------------------------------------------------------------

@pytest.mark.parametrize("factor, shift", [(1e-3, 0.0), (1e6, -3e7), (-25.4, 12.0)])
def test_normal_posteriors_move_with_the_unit(schools, factor, shift):
    one = gp.exact(gp.scaled_priors(gp.NormalNormal(schools.y, schools.sigma)))
    two = gp.exact(gp.scaled_priors(gp.NormalNormal(factor * schools.y + shift,
                                                    abs(factor) * schools.sigma)))
    assert two["theta"].mean == pytest.approx(factor * one["theta"].mean + shift, rel=1e-7)
    assert two["tau"].quantile(0.9) == pytest.approx(abs(factor) * one["tau"].quantile(0.9),
                                                     rel=1e-6)


def test_slopes_and_one_way_priors_move_with_the_unit():
    private, scores = gp.data.private_schools(), gp.data.instructors()
    one = gp.scaled_priors(gp.NormalNormal(private.y, private.sigma, x=private.x))
    two = gp.scaled_priors(gp.NormalNormal(100 * private.y + 7, 100 * private.sigma,
                                           x=10 * private.x))
    assert two.beta.sd == pytest.approx(10 * one.beta.sd)
    assert two.tau.scale == pytest.approx(100 * one.tau.scale)
    one = gp.scaled_priors(gp.OneWayNormal(scores.y, scores.group))
    two = gp.scaled_priors(gp.OneWayNormal(100 * scores.y - 7, scores.group))
    for name in ("tau", "sigma"):
        assert getattr(two, name).scale == pytest.approx(100 * getattr(one, name).scale)


def test_rates_move_with_the_unit_of_the_exposure():
    found = gp.data.hospitals()
    one, two = (gp.scaled_priors(gp.PoissonLognormal(found.y, unit * found.exposure))
                for unit in (1, 1000))
    assert two.mu_log.mean == pytest.approx(one.mu_log.mean - np.log(1000))
    assert two.mu_log.sd == pytest.approx(one.mu_log.sd)
    assert two.sigma_log.scale == pytest.approx(one.sigma_log.scale)


def test_shares_move_with_the_categories():
    found = gp.data.survey_regions()
    one = gp.scaled_priors(gp.DirichletMultinomial(found.counts))
    two = gp.scaled_priors(gp.DirichletMultinomial(np.asarray(found.counts)[:, ::-1]))
    assert two.pi0.concentration == pytest.approx(one.pi0.concentration[::-1])
    assert two.alpha.rate == pytest.approx(one.alpha.rate)
    y, n = np.array([3, 9, 4]), np.array([20, 30, 25])
    one, two = (gp.scaled_priors(gp.BetaBinomial(hits, n)) for hits in (y, n - y))
    assert two.kappa.scale == pytest.approx(one.kappa.scale)


def test_a_category_that_nobody_chose_may_still_have_a_share():
    """Of 50 people none, so hardly more than 1 - 0.055^(1/50) = 6%; it was at most 0.03%."""
    model = gp.scaled_priors(gp.DirichletMultinomial([[6, 4, 0], [3, 7, 0], [5, 5, 0], [4, 6, 0],
                                                      [5, 5, 0]], categories=list("abc")))
    low, high = gp.exact(model)["pi0", "c"].hdi(0.89)
    assert low < 0.001 and 0.03 < high < 0.1


def test_one_answer_of_ten_that_nearly_all_give_does_not_disagree_with_the_flat_dirichlet():
    """A single share of ten is Beta(1, 9) there, which was said to disagree with 85%."""
    often = [[85, 3, 2, 1, 1, 2, 1, 2, 1, 2], [170, 6, 4, 2, 2, 4, 2, 4, 2, 4]] * 3
    assert not blamed(gp.scaled_priors(gp.DirichletMultinomial(often)))


def scaled(model):
    return gp.exact(gp.scaled_priors(model))


def same(one, two, rel=1e-6):
    """Marginals, of one number or of many, that have the same quantiles."""
    q = np.array([0.1, 0.5, 0.9])
    assert np.asarray(one.quantile(q)) == pytest.approx(np.asarray(two.quantile(q)), rel=rel)


@pytest.mark.long  # of the priors it is quick, above
@pytest.mark.parametrize("factor, shift", [(1e-3, 0.0), (1e5, -3e6)])
def test_one_way_posteriors_move_with_the_unit(factor, shift):
    group, q = np.repeat(list("abc"), 3), np.array([0.1, 0.9])
    y = 10 + NOISE[:9] + np.repeat([0, 2, 3], 3)
    one, two = (scaled(gp.OneWayNormal(values, group)) for values in (y, factor * y + shift))
    for name, zero in (("theta", shift), ("mu", shift), ("tau", 0), ("sigma", 0)):
        assert two[name].quantile(q) == pytest.approx(factor * one[name].quantile(q) + zero,
                                                      rel=1e-6), name


@pytest.mark.long
def test_posteriors_of_rates_move_with_the_unit_of_the_exposure():
    """Events in a thousand days, or in a thousandth as many."""
    y, days, q = [3, 0, 7, 2], np.array([10.0, 4, 21, 8]), np.array([0.1, 0.9])
    one, two = (scaled(gp.PoissonLognormal(y, unit * days)) for unit in (1, 1000))
    assert two["lam"].quantile(q) == pytest.approx(one["lam"].quantile(q) / 1000, rel=1e-6)
    assert two["mu_log"].quantile(q) == pytest.approx(one["mu_log"].quantile(q) - np.log(1000))
    same(one["sigma_log"], two["sigma_log"])


@pytest.mark.long
def test_posteriors_of_shares_do_not_depend_on_the_order_of_groups_and_categories():
    counts = np.array([[3, 4, 2], [5, 1, 1], [0, 6, 3]])
    one = scaled(gp.DirichletMultinomial(counts, categories=["x", "y", "z"]))
    two = scaled(gp.DirichletMultinomial(counts[::-1, ::-1], groups=["3", "2", "1"],
                                         categories=["z", "y", "x"]))
    same(one["alpha"], two["alpha"])
    for group in "123":
        for category in "xyz":
            same(one["pi", group, category], two["pi", group, category])


@pytest.mark.long
def test_posteriors_of_failures_mirror_those_of_successes():
    y, n, q = np.array([3, 0]), np.array([7, 4]), np.array([0.1, 0.9])
    one, two = (scaled(gp.BetaBinomial(hits, n)) for hits in (y, n - y))
    assert two["theta"].quantile(1 - q) == pytest.approx(1 - one["theta"].quantile(q), rel=1e-6)
    same(one["kappa"], two["kappa"])


@pytest.mark.parametrize("columns", [1, 2])
def test_posteriors_with_covariates_move_with_their_unit_and_zero(columns):
    """Years since 1900 in place of centuries since the year 0: the slope per year, the same
    groups.
    """
    rng, q = np.random.default_rng(8), np.array([0.1, 0.5, 0.9])
    x = rng.standard_normal((9, columns)).squeeze()
    y = 5 + x.reshape(9, columns) @ [2.0, -1.0][:columns] + rng.standard_normal(9)
    one = scaled(gp.NormalNormal(y, np.linspace(0.5, 1.5, 9), x=x))
    two = scaled(gp.NormalNormal(3 * y - 8, 3 * np.linspace(0.5, 1.5, 9), x=100 * x + 1900))
    assert two["theta"].quantile(q) == pytest.approx(3 * one["theta"].quantile(q) - 8, rel=1e-6)
    assert two["beta"].quantile(q) == pytest.approx(3 * one["beta"].quantile(q) / 100, rel=1e-6)
    assert two["tau"].quantile(q) == pytest.approx(3 * one["tau"].quantile(q), rel=1e-6)


# --- everything that answers says it --------------------------------------------------------------

def test_exact_sample_and_advise_warn_alike():
    model = CONFLICTS["mu"]
    told = []
    for call in (gp.exact, lambda m: gp.sample(m, draws=5, tune=5), gp.advise):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            call(model)
        told.append([str(one.message) for one in said if "disagree on mu:" in str(one.message)])
    assert all(len(sentences) == 1 for sentences in told)
    sentence = told[0][0]
    assert told == [[sentence]] * 3 and sentence[1:] in str(advice_on(model))
    for words in ("prior", "Normal(0, 20)", "mu=Flat()", "gp.scaled_priors(model)"):
        assert words in sentence


def test_exact_sample_and_advise_say_which_priors_decide(schools):
    model = gp.NormalNormal(1e3 * schools.y, 1e3 * schools.sigma)
    for call in (gp.exact, lambda m: gp.sample(m, draws=5, tune=5), gp.advise):
        with pytest.warns(UserWarning) as said:
            call(model)
        told = [str(one.message) for one in said if "prior decides" in str(one.message)]
        assert [sentence.split(",")[0] for sentence in told] == ["the prior decides mu",
                                                                 "the prior decides tau"]
    assert "The prior decides mu" in str(advice_on(model))


def advice_on(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return gp.advise(model)


def test_nothing_differs_where_only_the_prior_says_so():
    """Six groups of 50 and 50: a small alpha is its prior's doing alone."""
    for model in (CONFLICTS["alpha"], CONFLICTS["mu"], gp.BetaBinomial([50] * 6, [100] * 6),
                  gp.DirichletMultinomial([[50, 50]] * 6, alpha=gp.Gamma(400, 100))):
        assert "do differ" not in str(advice_on(model))
    apart = gp.NormalNormal(1000 * NOISE, np.full(10, 22.0), tau=gp.HalfCauchy(1000))
    assert "The groups do differ" in str(advice_on(gp.scaled_priors(apart)))


@pytest.mark.parametrize("model, harmless", [
    (gp.NormalNormal(NOISE / 5, np.ones(10), mu=gp.Flat(), tau=gp.HalfNormal(0.1)), False),
    (gp.NormalNormal(35000 + 500 * NOISE, np.full(10, 1000.0)), False),
    (gp.NormalNormal(NOISE / 5, np.ones(10), mu=gp.Flat(), tau=gp.HalfNormal(1)), True)])
def test_pooling_does_no_harm_only_where_the_data_ask_for_it(model, harmless):
    scale = model.tau.scale / (1 if not harmless else 5)
    values = {"tau": np.full((4, 200), 0.5 * scale)}
    said, = model.cautions_after(values)
    assert ("That does no harm" in said) == harmless
    assert ("the doing of the prior, not of the data" in said) != harmless


def test_without_any_event_the_prior_of_the_spread_is_not_to_blame():
    """It was said to allow hardly any spread, and to be replaced by itself."""
    model = gp.scaled_priors(gp.PoissonLognormal([0] * 6, [10, 20, 5.5, 30, 12, 9]))
    values = {"mu_log": np.full((4, 200), -17.0), "sigma_log": np.full((4, 200), 1.13)}
    said, = model.cautions_after(values)
    assert "not a single event in any group" in said and "piles up" not in said
    some = model.with_priors(mu_log=gp.Normal(0, 1))
    some = type(some)([1, 0, 0, 0, 0, 0], some.exposure)
    assert not any("single event" in one for one in some.cautions_after(values))
