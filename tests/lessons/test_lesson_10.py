"""Lesson 10 against closed forms: with equal standard errors, tau known and mu ~ Flat, mu given y
is Normal(mean of y, sqrt((sigma^2 + tau^2) / J)), and the correlations of one mu with the next are
B, 1 - B and 0.
"""
import numpy as np
import pytest
from scipy.stats import norm

import gibbspool as gp
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep

SLOWNESS = {"centred": 0.8, "noncentred": 0.2, "interwoven": 0.0}
N = 10_000


@pytest.mark.parametrize("name", SLOWNESS)
def test_the_correlation_from_one_sweep_to_the_next(lesson, name):
    """Of an autoregression with r: r^k at lag k. Four standard errors; at lag 1 they are
    sqrt((1 - r^2) / N), at long lags at most sqrt((1 + r^2) / (1 - r^2) / N) (Bartlett 1946).
    """
    r, found = SLOWNESS[name], lesson.autocorrelation[name]
    assert lesson.B == pytest.approx(0.8)
    assert abs(found[1] - r) < 4 * np.sqrt((1 - r**2) / N)
    far = 4 * np.sqrt((1 + r**2) / (1 - r**2) / N)
    assert np.abs(np.array(found) - r**np.arange(13)).max() < far


@pytest.mark.parametrize("name", SLOWNESS)
def test_all_three_have_the_same_posterior(lesson, name):
    r, sd = SLOWNESS[name], np.sqrt((10**2 + 5**2) / 8)
    error = sd * np.sqrt((1 + r) / (1 - r) / N)
    assert abs(lesson.mean[name] - 8.75) < 4 * error
    assert lesson.sd[name] == pytest.approx(sd, rel=4 * np.sqrt((1 + r**2) / (1 - r**2) / 2 / N))


def test_what_moves_and_what_stays(lesson):
    assert lesson.theta_A_moved == pytest.approx(lesson.moved, abs=1e-12)
    assert abs(lesson.moved) > 1, "too little to be seen"
    np.testing.assert_allclose((lesson.new_theta - lesson.new_mu) / 5, lesson.theta_raw, atol=1e-12)


def test_the_joint_density_along_the_line_and_across(lesson):
    """As scipy's densities say: level where theta moves along, and only there."""
    mean, sd = (lesson.y - 5 * lesson.theta_raw).mean(), 10 / np.sqrt(8)
    for differences, theta in ((lesson.along, lambda mu: mu + 5 * lesson.theta_raw),
                               (lesson.across, lambda mu: lesson.theta)):
        expected = [norm.logpdf(theta(mu), mu, 5).sum() + norm.logpdf(lesson.y, theta(mu), 10).sum()
                    - norm.logpdf(mu, mean, sd) for mu in (-5, 5, 15)]
        np.testing.assert_allclose(differences, expected, rtol=1e-12)
    assert np.ptp(lesson.along) < 1e-9 and np.ptp(lesson.across) > 1


def test_the_library(lesson):
    """log_lam moves with mu_log, lam_raw stays; both interwoven steps agree with the joint."""
    np.testing.assert_allclose(lesson.log_lam_moved, lesson.mu_log_moved, atol=1e-12)
    assert lesson.report.ok and lesson.mu_log_moved != 0
    assert "mu_log_ancillary_given" in [verdict.name for verdict in lesson.report]


def test_the_only_trace_of_the_old_mu_cancels(lesson):
    """The mean of mu'' given mu, of independent sweeps from two mu far apart, is the same."""
    means = []
    for mu in (-200.0, 200.0):
        drawn = [lesson.interwoven(mu) for _ in range(400)]
        means.append(np.mean(drawn))
    error = np.sqrt((5**2 + 10**2) / 8 / 400) * np.sqrt(2)  # theta's own noise cancels, too
    assert abs(means[1] - means[0]) < 4 * error < 2


@pytest.fixture(scope="module")
def start(lesson):
    """4000 independent states of the hospitals' posterior."""
    draws = gp.exact(lesson.model).sample(draws=4000, chains=1, seed=8)
    state = {name: draws[name][0] for name in ("mu_log", "sigma_log")}
    state["log_lam"] = np.log(draws["lam"][0])
    state["lam_raw"] = ((state["log_lam"] - state["mu_log"][:, None])
                        / state["sigma_log"][:, None])
    return state


@pytest.mark.parametrize("form", ["centred", "noncentred", "interwoven"])
def test_the_hospitals(lesson, start, form):
    """One sweep from independent states. Errors: 0.016 here, 0.03 of the lesson's 6000 draws."""
    hospitals = lesson.hospitals
    model = gp.PoissonLognormal(hospitals.y, hospitals.exposure, form=form)
    given = Conditionals(model)
    state = {name: start[name].copy() for name in given.variables}
    for _ in sweep(given, np.random.default_rng(5), state):
        pass
    right = np.corrcoef(start["mu_log"], state["mu_log"])[0, 1]
    assert lesson.hospital_rho[form] == pytest.approx(right, abs=0.1)
    assert f"{lesson.hospital_rho[form]:.2f} {form}" in lesson.said
    others = [lesson.hospital_rho[one] for one in ("centred", "noncentred")]
    assert lesson.hospital_rho["interwoven"] < min(others) / 2


def test_what_it_says(lesson):
    assert "not by B (1 - B) = 0.16" in lesson.said and "it cancels" in lesson.said
    for name, formula in (("centred", "B = 0.80"), ("noncentred", "1 - B = 0.20")):
        assert f"by {lesson.autocorrelation[name][1]:+.2f} in the" in lesson.said
        assert f"where {formula}" in lesson.said
    assert f"by {lesson.autocorrelation['interwoven'][1]:+.2f} interwoven" in lesson.said
