"""Lesson 8 against one sweep of many independent states from the exact posterior."""
import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import stats
from scipy.special import polygamma

import gibbspool as gp
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep

N = 4000


def after_a_sweep(model, start, seed):
    """Correlation of log tau with the one after a sweep, from N independent starting states."""
    if model.form == "noncentred":
        start = {**start, "theta_raw": (start["theta"] - start["mu"][:, None])
                 / start["tau"][:, None]}
    state = {name: start[name].copy() for name in model.order}
    for _ in sweep(Conditionals(model), np.random.default_rng(seed), state):
        pass
    return np.corrcoef(np.log(start["tau"]), np.log(state["tau"]))[0, 1]


def jackknife_error(tau):
    """Standard error of the correlation with the next log tau, from leaving out each chain."""
    x = np.log(tau)
    without = [np.corrcoef(np.delete(x, c, 0)[:, :-1].ravel(),
                           np.delete(x, c, 0)[:, 1:].ravel())[0, 1] for c in range(len(x))]
    return np.sqrt((len(x) - 1) * np.var(without))


@pytest.fixture(scope="module")
def start(truth):
    """N independent states."""
    draws = truth.sample(draws=N, chains=1, seed=8)
    return {name: draws[name][0] for name in ("mu", "tau", "theta")}


def test_the_forms_have_one_joint_density_in_different_units(lesson):
    assert lesson.log_of_stretch == pytest.approx(8 * np.log(3), abs=1e-10)


@pytest.mark.parametrize("form", ["centred", "noncentred", "collapsed"])
def test_how_much_of_log_tau_a_sweep_keeps(lesson, start, form):
    right = after_a_sweep(lesson.models[form], start, 5)
    error = np.hypot((1 - right**2) / np.sqrt(N), jackknife_error(lesson.drawn[form]))
    assert error < 0.03
    assert lesson.correlations[form][0] == pytest.approx(right, abs=4 * error)


def test_all_of_them_draw_from_the_posterior(lesson, truth):
    for form in lesson.forms:
        assert abs(z_of_means(lesson.drawn[form], truth["tau"].mean)) < 4


def test_after_tau_1_the_next_tau_is_near_1_if_centred_and_free_if_collapsed(lesson, truth):
    """Centred: theta is about Normal(8, 1), so S about a chi squared of 8, and tau^2, whose density
    is nearly tau^-9 exp(-S / (2 tau^2)), S over one of 7. Medians of 2000 draws have the error
    1 / (2 density sqrt(2000)).
    """
    assert lesson.medians["centred"] == pytest.approx(np.sqrt(8 / 7 * stats.f.median(8, 7)),
                                                      abs=0.08)
    assert lesson.spreads["centred"] == pytest.approx(
        np.sqrt(polygamma(1, 4) + polygamma(1, 3.5)) / 2, abs=0.04)
    median = truth["tau"].quantile(0.5)
    error = 1 / (2 * truth["tau"].pdf(median) * np.sqrt(2000))
    assert lesson.posterior_median == pytest.approx(median)
    assert lesson.medians["collapsed"] == pytest.approx(median, abs=4 * error)
    assert lesson.medians["noncentred"] > 2 * lesson.medians["centred"]
    assert lesson.spreads["noncentred"] > 2 * lesson.spreads["centred"]


def test_where_data_are_precise_the_next_tau_is_the_old_one(lesson, schools):
    """tau is normal about the slope of y - mu on theta_raw, times its prior, cut off at 0: by hand.

    Of 2000 draws a sd has an error of 1.6 %, more with tails: four are taken as 10 %.
    """
    rng, away, sigma = np.random.default_rng(3), schools.y - 8, schools.sigma / 10
    kept = 8**2 / (8**2 + sigma**2)
    raw = rng.normal(kept * away / 8, np.sqrt(1 - kept), (20_000, 8))
    precision = (raw**2 / sigma**2).sum(axis=1) + 1 / 10**2
    mean, sd = (raw * away / sigma**2).sum(axis=1) / precision, 1 / np.sqrt(precision)
    following = stats.truncnorm(-mean / sd, np.inf, mean, sd).rvs(random_state=rng)
    assert lesson.next_after_8.std() == pytest.approx(following.std(), rel=0.1)
    assert lesson.next_after_8.mean() == pytest.approx(8, abs=1)


def test_the_posterior_of_tau_is_far_wider_where_data_are_precise(lesson, schools):
    """By a sum over tau, mu integrated out: p(tau | y) in steps of 0.01."""
    taus = (np.arange(8000) + 0.5) / 100
    v = (schools.sigma / 10)**2 + taus[:, None]**2
    precision = (1 / v).sum(axis=1) + 1 / 20**2
    m = (schools.y / v).sum(axis=1) / precision
    log_p = (-taus**2 / 200 - 0.5 * (np.log(v) + schools.y**2 / v).sum(axis=1)
             - 0.5 * np.log(precision) + 0.5 * m**2 * precision)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    sd = np.sqrt((p * taus**2).sum() - (p * taus).sum()**2)
    assert lesson.precise_sd == pytest.approx(sd, rel=1e-3)
    assert lesson.next_after_8.std() < sd / 4
    assert f"the sd {lesson.next_after_8.std():.1f}, where the posterior of tau has {sd:.1f}." in (
        lesson.said)


def test_theta_raw_is_near_normal_as_the_data_say_little(lesson, schools):
    """After tau = 1 its sds are sigma / sqrt(sigma^2 + tau^2); after 20 they are far from 1."""
    after_1, after_20 = (schools.sigma / np.hypot(schools.sigma, tau) for tau in (1, 20))
    found = lesson.models["noncentred"].theta_raw_given(8.0, 1.0).sd
    assert found == pytest.approx(after_1) and after_1.min() > 0.99 and after_20.max() < 0.7
    assert "theta_raw is here near Normal(0, 1), as these data say little of theta" in lesson.said


def test_what_tau_is_given(lesson):
    """The data, where other data would change it."""
    assert "tau given theta, mu noncentred: " in lesson.said
    assert "tau given theta_raw, mu, y collapsed: " in lesson.said
    assert "tau given y Non-centred, y_j must be" in lesson.said


def test_the_funnel(lesson, truth, schools):
    """Given tau, theta_A - mu is (1 - B) (y_A - mu) and noise of variance (1 - B) sigma_A^2, with
    mu of the mean m and the sd s of lesson 12; over tau by sums. Of n draws an sd has the error
    sd / sqrt(2 n), if normal, and twice that at most here.
    """
    y, sigma = schools.y, schools.sigma
    taus = np.arange(0.005, 60, 0.01)
    w = 1 / (sigma**2 + taus[:, None]**2)
    precision = w.sum(axis=1) + 1 / 400
    m, kept = (w * y).sum(axis=1) / precision, 1 - sigma[0]**2 * w[:, 0]
    mean, variance = kept * (y[0] - m), kept**2 / precision + kept * sigma[0]**2
    for part, found in ((taus < 1, lesson.in_the_neck), (taus > 10, lesson.at_the_mouth)):
        p = truth["tau"].pdf(taus) * part
        n, p = 3000 * p.sum() * 0.01, p / p.sum()
        sd = np.sqrt((p * (variance + mean**2)).sum() - (p * mean).sum()**2)
        assert found == pytest.approx(sd, rel=4 * 2 / np.sqrt(2 * n))
    assert "this is the funnel" in lesson.printed


def test_with_what_is_to_try_the_words_follow_tau(lesson):
    assert f"after tau = {lesson.old_tau:g} the centred form draws 1 or so" in lesson.printed


def test_with_precise_data_the_first_two_change_places(lesson, schools):
    sigma = schools.sigma / 10
    draws = gp.exact(gp.NormalNormal(schools.y, sigma)).sample(draws=N, chains=1, seed=9)
    start = {name: draws[name][0] for name in ("mu", "tau", "theta")}
    for form, kept in lesson.precise.items():
        right = after_a_sweep(gp.NormalNormal(schools.y, sigma, form=form), start, 6)
        assert kept == pytest.approx(right, abs=0.1)  # 4 errors of 1600 pairs
    assert lesson.precise["centred"] < 0.2 < 0.9 < lesson.precise["noncentred"]
