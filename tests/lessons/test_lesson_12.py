"""Lesson 12 against integrals by scipy, the exact posterior, and the error of the midpoint rule."""
import numpy as np
import pytest
from scipy import integrate, stats

import gibbspool as gp


def joint(mu, tau, y, sigma):
    """p(mu) p(tau) p(y | mu, tau), theta integrated out."""
    return (stats.norm.pdf(mu, 0, 20) * stats.halfnorm.pdf(tau, scale=10)
            * np.prod(stats.norm.pdf(y, mu, np.sqrt(sigma**2 + tau**2))))


@pytest.mark.parametrize("tau", [0.5, 6.0])
def test_mu_is_integrated_out_right(lesson, schools, tau):
    moments = [integrate.quad(lambda mu, k=k: mu**k * joint(mu, tau, schools.y, schools.sigma),
                              -40, 60, epsabs=0, epsrel=1e-9, points=[8])[0] for k in range(3)]
    mean, sd = lesson.mu_given_tau(tau)
    assert lesson.joint_of_tau(tau) == pytest.approx(moments[0], rel=1e-8)
    assert mean == pytest.approx(moments[1] / moments[0], rel=1e-8)
    assert sd**2 + mean**2 == pytest.approx(moments[2] / moments[0], rel=1e-8)


def test_the_library_has_the_same_density_of_tau(lesson):
    assert lesson.log_ratio == pytest.approx(lesson.library_log_ratio, abs=1e-11)
    assert abs(lesson.log_ratio) > 1


def test_200_points_give_the_exact_posterior(lesson, truth):
    assert len(lesson.taus) == 200 and lesson.weight.sum() == pytest.approx(1)
    assert lesson.found["mean of mu"] == pytest.approx(truth["mu"].mean, abs=1e-10)
    assert lesson.found["sd of mu"] == pytest.approx(truth["mu"].sd, abs=1e-10)
    assert lesson.found["mean of theta_A"] == pytest.approx(truth["theta", "A"].mean, abs=1e-10)
    assert lesson.found["log p(y)"] == pytest.approx(truth.log_evidence, abs=1e-10)
    assert lesson.exact["mean of tau"] == truth["tau"].mean


def test_strips_miss_what_the_midpoint_rule_misses(lesson, truth):
    """Its first term, by Euler and Maclaurin: step^2 / 24 times the slope of tau p(tau | y) at 0,
    which is p(0 | y).
    """
    step = lesson.HIGHEST / 200
    missed = step**2 / 24 * truth["tau"].pdf(0)
    assert lesson.found["mean of tau"] - truth["tau"].mean == pytest.approx(missed, rel=1e-3)
    assert lesson.largest_error == pytest.approx(missed, rel=1e-3)
    assert lesson.quartered == pytest.approx(4, abs=0.01)
    assert max(lesson.errors["mean of mu"][2:]) < 1e-11
    slopes = np.diff(truth["tau"].pdf(np.array([0, 1e-4, 60 - 1e-4, 60]))) / 1e-4
    assert abs(slopes[0]) < 1e-4 and abs(slopes[2]) < 1e-9, "p(tau | y) is flat at both ends"


def test_how_many_draws_would_be_as_precise(lesson, truth):
    assert truth["tau"].sd / np.sqrt(lesson.draws_needed) == pytest.approx(lesson.largest_error)
    millions = f"it takes {lesson.draws_needed / 1e6:.0f},000,000 draws."
    assert millions in lesson.printed


def test_where_the_error_of_mu_stops(lesson, truth):
    """At the prior's tail: what of tau lies beyond HIGHEST, times how far mu is from its mean."""
    taus = np.linspace(60, 90, 301)
    apart = np.array([lesson.mu_given_tau(tau)[0] for tau in taus]) - truth["mu"].mean
    left_out = np.sum(truth["tau"].pdf(taus) * apart) * 0.1
    assert lesson.errors["mean of mu"][-1] == pytest.approx(abs(left_out), rel=0.2)


def test_another_scale_of_the_prior(lesson, schools):
    for scale, found in lesson.by_scale.items():
        other = gp.exact(gp.NormalNormal(schools.y, schools.sigma, tau=gp.HalfNormal(scale)))
        assert found["mean of tau"] == pytest.approx(other["tau"].mean, abs=1e-3)
        assert found["mean of theta_A"] == pytest.approx(other["theta"].mean[0], abs=1e-3)
        assert f"{scale}: {other['tau'].mean:.2f}, " in lesson.printed
