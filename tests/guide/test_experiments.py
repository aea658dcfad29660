"""The experiments, each against closed forms, the exact posterior or its own Monte Carlo error."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.guide import experiments
from gibbspool.guide.experiments import how_many_groups, plug_in
from gibbspool.guide.sensitivity import against_prior
from gibbspool.guide.stein import james_stein_risk

# --- few groups -----------------------------------------------------------------------------------

def test_fewer_groups_leave_more_of_the_prior(truth):
    rows = experiments.few_groups(sizes=(2, 8))
    assert [row["choices"] for row in rows] == [28, 1]
    assert rows[1]["overlap"] == pytest.approx(0.756, abs=1e-3)
    assert rows[1]["sd_ratio"] == pytest.approx(truth["tau"].sd / (10 * np.sqrt(1 - 2 / np.pi)))
    assert rows[0]["overlap"] > 0.9 > rows[1]["overlap"]
    assert rows[0]["information"] < rows[1]["information"]
    with pytest.raises(TypeError, match="it must be a HalfNormal here"):
        experiments.few_groups(sizes=(2,), tau=gp.HalfCauchy(5))


def test_first_schools_are_the_first_ones(schools):
    found = experiments.first_schools(sizes=(2, 5))
    assert list(found) == [2, 5] and found[5].model.groups == tuple("ABCDE")
    assert np.array_equal(found[2].model.y, schools.y[:2])


def test_what_few_groups_tell_depends_on_how_well_they_are_measured():
    rows = experiments.more_groups(sizes=(3, 30), errors=(2.0, 20.0), sets=5)
    overlap = {(row["sigma"], row["J"]): row["overlap"] for row in rows}
    assert overlap[2.0, 3] < overlap[20.0, 3] and overlap[2.0, 30] < overlap[2.0, 3]
    assert overlap[2.0, 3] < overlap[20.0, 30]
    assert 6 < next(row["tau"] for row in rows if (row["sigma"], row["J"]) == (2.0, 30)) < 10


# --- tau near zero --------------------------------------------------------------------------------

def test_mean_squared_errors_near_zero_are_what_they_must_be(schools):
    """No pooling: the mean of sigma^2. Complete pooling, averaged over j::

        sum_i w_i^2 (sigma_i^2 + s^2) + s^2 - 2 s^2 w_j
    """
    sigma2 = schools.sigma**2
    w = 1 / sigma2 / (1 / sigma2).sum()
    for row in experiments.tau_near_zero(spreads=(0.0, 20.0), sets=400):
        s2 = row["spread"] ** 2
        complete = (w**2 @ (sigma2 + s2) + s2 - 2 * s2 * w).mean()
        assert abs(row["none"] - sigma2.mean()) < 4 * row["none_se"]
        assert abs(row["complete"] - complete) < 4 * row["complete_se"]
        assert row["partial"] < row["none"] - 4 * row["none_se"]


def test_the_price_of_pooling_partially_where_all_groups_are_alike():
    alike, apart = experiments.tau_near_zero(spreads=(0.0, 20.0), sets=400)
    assert alike["complete"] < alike["partial"] < 2 * alike["complete"] < alike["none"] / 3
    assert apart["partial"] < apart["none"] < apart["complete"] / 2
    assert alike["tau"] < apart["tau"] and 0.8 < apart["coverage"] < alike["coverage"]


# --- groups that are not exchangeable -------------------------------------------------------------

@pytest.mark.parametrize("design", experiments.DESIGNS)
def test_no_pooling_complete_pooling_and_the_covariate_have_known_errors(design):
    """With flat priors the covariate's answers only shift with the gap: its errors stay."""
    rows = experiments.not_exchangeable(gaps=(0, 40), design=design, sets=300)
    sigma2, x = experiments.DESIGNS[design] ** 2, np.repeat([0, 1], 4)
    w = 1 / sigma2 / (1 / sigma2).sum()
    for row in rows:
        bias2 = (row["gap"] * (x - w @ x)) ** 2
        complete = (w**2 @ (sigma2 + 4) + 4 - 2 * 4 * w + bias2).mean()
        assert abs(row["none"] - sigma2.mean()) < 4 * row["none_se"]
        assert abs(row["complete"] - complete) < 4 * row["complete_se"]
        assert row["partial"] == pytest.approx((row["first"] + row["second"]) / 2)
        assert row["worse"] == pytest.approx(row["partial"] - row["none"])
    assert rows[0]["covariate"] == pytest.approx(rows[1]["covariate"], rel=1e-6)
    assert rows[0]["covariate_coverage"] == pytest.approx(rows[1]["covariate_coverage"], abs=1e-3)
    assert rows[1]["covariate"] < rows[1]["partial"] / 2


def test_pooling_two_kinds_is_worse_than_no_pooling_only_where_the_noise_goes_with_the_kind():
    worse = {design: experiments.not_exchangeable(gaps=(40,), design=design)[0]
             for design in experiments.DESIGNS}
    assert worse["noisy kind"]["worse"] > 4 * worse["noisy kind"]["worse_se"]
    assert worse["noisy kind"]["second"] > worse["noisy kind"]["none_second"]
    for design in ("equal", "noise unrelated"):
        assert worse[design]["worse"] < -4 * worse[design]["worse_se"]
    with pytest.raises(ValueError, match="design is 'odd'"):
        experiments.not_exchangeable(design="odd")


# --- many groups, REML, Stein, baseball -----------------------------------------------------------

def test_many_groups_by_summaries_alone():
    """Draws of the collapsed form are nearly independent; the worst z of 300 groups is about 3."""
    found = experiments.many_groups(J=300, draws=300, tune=50)
    assert set(found["draws"]) == {"mu", "tau"} and "theta" not in found["draws"]
    assert np.abs(found["mean_z"]).max() < 5 and np.abs(found["sd_ratio"] - 1).max() < 0.15
    assert found["numbers_kept"] == 2 * 4 * 300 + 3 * 4 * 300
    assert found["numbers_all"] == 4 * 300 * 300
    assert found["interval_error"] < 0.05


def test_plug_in_intervals_cover_too_little():
    for row in experiments.reml_coverage(spreads=(0.0, 5.0), sets=150):
        assert 0.3 < row["boundary"] < 0.7
        assert row["naive"] < 0.6 < row["plug_in"] - 4 * row["plug_in_se"]
        assert row["exact"] > row["plug_in"] and row["exact"] > 0.89 - 4 * row["exact_se"]


def test_simulated_risks_agree_with_the_formula_and_beat_the_raw_means():
    """Each simulated risk is compared within four standard errors of its 6000 data sets."""
    for row in experiments.stein_risk(distances=(0, 4), J=8, sets=6000):
        for name in ("zero", "mean"):
            assert abs(row[name] - row[f"{name}_exact"]) < 4 * row[f"{name}_se"]
            assert row[f"{name}_exact"] < row["raw"] == 8
        assert row["positive"] <= row["mean"] and row["bayes"] < row["raw"]
    theta = 4 * np.linspace(-1, 1, 8) / np.sqrt(24 / 7)
    assert row["mean_exact"] == pytest.approx(james_stein_risk(theta, 1.0, "mean"))


def test_baseball_is_predicted_better_by_shrinking():
    found, players = experiments.baseball(), gp.data.baseball()
    raw = players.successes / players.trials
    assert found["errors"]["raw"] == pytest.approx(((raw - players.rest_of_season) ** 2).sum())
    assert found["errors"]["james_stein"] < found["errors"]["raw"] / 3
    assert found["errors"]["bayes"] < found["errors"]["raw"] / 3
    assert np.ptp(found["james_stein"]) < np.ptp(raw) / 3
    assert found["james_stein"].mean() == pytest.approx(raw.mean())


def test_overlap_and_information_are_those_of_the_exact_posterior(schools):
    """Overlap to within the grid's step at the kink where prior and posterior cross."""
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma))
    overlap, information = against_prior(truth)
    found = how_many_groups.learnt(schools.y[None], schools.sigma, gp.HalfNormal(10))[0]
    assert found[0] == pytest.approx(overlap, abs=2e-3)
    assert found[1] == pytest.approx(information, abs=2e-3)
    assert found[2:] == pytest.approx([truth["tau"].mean, truth["tau"].sd], rel=1e-6)


def test_the_posterior_follows_its_prior_where_data_say_nothing():
    y = np.random.default_rng(1).normal(0, 5, (3, 4))
    noise, clear = (experiments.follows_prior(y, np.full(4, sigma)) for sigma in (1e4, 1e-2))
    assert noise == pytest.approx(1, abs=0.01) and (clear < 0.4).all()
    assert 0.2 < experiments.schools_follow_prior(8) < 0.4


def test_many_data_sets_are_plugged_in_as_one_by_one(schools):
    y = np.random.default_rng(5).normal(8, 16, (12, 8))
    found = plug_in.plugged_in(y, schools.sigma)
    fits = [gp.reml(gp.NormalNormal(one, schools.sigma)) for one in y]
    tau = np.array([fit.tau for fit in fits])
    assert np.array_equal(found.tau == 0, tau == 0) and 0 < (tau == 0).sum() < 12
    assert found.tau == pytest.approx(tau, rel=1e-2)
    for s, fit in enumerate(fits):
        assert found.mu[s] == pytest.approx(fit.mu, rel=1e-2)
        assert found.theta[s] == pytest.approx(fit.theta, rel=1e-2, abs=0.1)
        assert found.theta_se[s] == pytest.approx(fit.theta_se, rel=1e-2)
        assert found.theta_se_naive[s] == pytest.approx(fit.theta_se_naive, rel=1e-2, abs=1e-9)


def test_a_new_group_of_a_known_population_is_covered():
    """Exactly measured groups, 60 of them, leave little doubt of mu and tau: 89%, within five
    standard errors of both intervals (400 data sets: 0.016)."""
    row, = experiments.reml_coverage((5.0,), sets=400, sigma=np.full(60, 0.1))
    for name in ("new_plug_in", "new_exact"):
        assert abs(row[name] - 0.89) < 5 * row[f"{name}_se"] < 0.09
