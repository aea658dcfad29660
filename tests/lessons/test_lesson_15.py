"""Lesson 15, REML's zero: hand arithmetic with the weights, the chi-squared law, gp.exact."""
import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal

import gibbspool as gp
from gibbspool.fit.heterogeneity import cochran

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SIGMA = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


@pytest.mark.parametrize("tau", [0.0, 3.0, 12.0])
def test_the_restricted_likelihood_is_that_of_the_contrasts(lesson, tau):
    """REML is the likelihood of y_2 - y_1, ..., y_J - y_1, which do not depend on mu."""
    contrasts = np.hstack([-np.ones((7, 1)), np.eye(7)])

    def log_likelihood(at):
        covariance = contrasts @ np.diag(SIGMA**2 + at**2) @ contrasts.T
        return multivariate_normal(cov=covariance).logpdf(contrasts @ Y)

    assert lesson.restricted(tau) - lesson.restricted(0) == pytest.approx(
        log_likelihood(tau) - log_likelihood(0), abs=1e-9)


def test_it_is_highest_at_zero(lesson):
    assert lesson.highest_at == 0 and lesson.fit.tau == 0
    assert lesson.log_likelihood[0] == 0 and (np.diff(lesson.log_likelihood) < 0).all()
    for tau, times in lesson.relative.items():
        assert f"tau = {tau:2d} is {times:.2f} times as likely" in lesson.printed
    assert lesson.relative[5] > 0.75, "a tau of 5 is nearly as likely"


def test_the_slope_is_the_derivative(lesson):
    """By central differences of the contrasts' likelihood, through gp.reml's own function."""
    step = 0.01
    rise = lesson.fit.log_likelihood(np.sqrt(step)) - lesson.fit.log_likelihood(0)
    assert lesson.slope == pytest.approx(rise / step, rel=1e-3) and lesson.slope < 0
    assert lesson.by_difference == pytest.approx(lesson.slope, rel=1e-3)


def test_Q_is_cochrans(lesson):
    """Of seven degrees of freedom; and the scatter expected is its mean over data without tau."""
    Q, freedom, tau2 = cochran(Y, SIGMA)
    assert lesson.Q == pytest.approx(Q, rel=1e-12) and freedom == lesson.J - 1 == 7
    assert lesson.Q < 7 and tau2 == 0 and "Q is 4.71, below J - 1 = 7" in lesson.printed
    covariance = np.diag(SIGMA**2) - 1 / (1 / SIGMA**2).sum()  # of y_j - m, where tau is 0
    assert lesson.expected == pytest.approx((np.diag(covariance) / SIGMA**4).sum(), rel=1e-12)


@pytest.mark.parametrize("factor", [0.8, 0.99, 1.01, 1.5])
def test_with_equal_standard_errors_Q_decides(factor):
    """Q is made to be `factor` times J - 1: REML is zero below 1, and known in closed form above.

    The best tau^2 is then S / (J - 1) - sigma^2 = sigma^2 (factor - 1).
    """
    y = np.array([-2.0, -1, 0, 1, 2])
    sigma = np.sqrt((y**2).sum() / (4 * factor))
    fit = gp.reml(gp.NormalNormal(y, np.full(5, sigma)))
    assert fit.tau**2 == pytest.approx(sigma**2 * max(factor - 1, 0), rel=1e-6, abs=0)


def test_how_often(lesson):
    """Shares of 4000 data sets have standard errors of at most 0.008: four of them."""
    assert lesson.chance == pytest.approx(chi2(7).cdf(7 / 1.25), rel=1e-12)
    assert lesson.share_zero == pytest.approx(lesson.chance, abs=4 * 0.008)
    assert f"REML says 0 in {lesson.chance:.1%}" in lesson.printed
    assert 0.85 < lesson.share_foretold < 0.95
    assert lesson.chance_if_0 == pytest.approx(chi2(7).cdf(7), rel=1e-12)
    times = chi2(7).cdf(7) / chi2(7).cdf(5.6)
    assert f"in {chi2(7).cdf(7):.1%}: so a zero speaks for 0 and against 5 by {times:.1f} to 1" in (
        lesson.said)


def test_what_is_said_beside_the_posterior(lesson, truth):
    assert lesson.truth["tau"].mean == pytest.approx(truth["tau"].mean, rel=1e-9)
    assert lesson.fit.theta == pytest.approx(np.full(8, lesson.m), rel=1e-9)
    assert f"{lesson.m:.1f} +- {1 / np.sqrt((1 / SIGMA**2).sum()):.1f}, like all" in lesson.printed
    assert f"mean {truth['tau'].mean:.1f}, and {truth['tau'].cdf(1):.0%}" in lesson.printed


def test_what_was_seen(lesson):
    assert "Seen: Q = 4.71, below 7; the slope is negative, and REML's tau 0." in lesson.printed
    assert (f"of 10, give 0 in {chi2(7).cdf(5.6):.0%} of data sets; if all were alike, in "
            f"{chi2(7).cdf(7):.0%}") in lesson.said
    assert f"if tau is 0: {lesson.expected:.4f}. By tau^2 the slope is" in lesson.said
    assert f"the slope is {lesson.slope:.4f} (by" in lesson.said
    assert abs(lesson.restricted(1e-4) - lesson.restricted(0)) / 1e-4 < 1e-5, "by tau it is 0"


def test_with_what_is_to_try_the_words_follow_the_numbers(changed_lesson):
    """Q grows with the square; tau by solving for where the REML slope is zero."""
    tried = changed_lesson({"y, sigma, J = schools.y,": "y, sigma, J = schools.y * 1.5,"})
    assert tried.Q == pytest.approx(2.25 * cochran(Y, SIGMA)[0]) and tried.slope > 0
    w = 1 / (SIGMA**2 + tried.fit.tau**2)
    m = (w * 1.5 * Y).sum() / w.sum()
    assert (w**2 * (1.5 * Y - m)**2).sum() == pytest.approx((w * (1 - w / w.sum())).sum(), rel=1e-5)
    assert f"Q is {tried.Q:.2f}, not below J - 1 = 7" in tried.printed
    assert f"the slope is positive, and REML's tau {tried.fit.tau:.3g}." in tried.printed
    assert "like all others" not in tried.printed


@pytest.mark.extras
def test_its_figure(lesson):
    assert (lesson.folder / "figures" / "lesson_15_reml_zero.png").exists()
