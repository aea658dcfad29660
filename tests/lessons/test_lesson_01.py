"""Lesson 1 against hand arithmetic in fractions and against the model."""
from fractions import Fraction

import numpy as np
import pytest

import gibbspool as gp


def test_the_factors_written_out_change_as_the_log_joint_does(lesson):
    assert lesson.change_ours == pytest.approx(lesson.change_theirs, abs=1e-11)
    assert abs(lesson.change_ours) > 1


def test_a_factor_moves_with_the_variables_that_it_is_said_to_contain_and_with_no_other(lesson):
    for name, factor in lesson.factors.items():
        before = factor(**lesson.here)
        moving = {variable for variable, value in lesson.here.items()
                  if factor(**{**lesson.here, variable: value + 1}) != before}
        assert moving == lesson.contains[name]


def test_what_is_left_over_names_the_markov_blankets(lesson):
    assert lesson.blankets == {"theta": {"mu", "tau"}, "mu": {"theta", "tau"},
                               "tau": {"theta", "mu"}}
    assert lesson.asked == lesson.blankets
    assert lesson.kept["theta"] == ["p(theta | mu, tau)", "p(y | theta)"]


def test_the_data_belong_to_the_blanket_of_theta_alone(lesson, schools):
    """With other data the library's conditional of theta is another; that of mu or tau is not."""
    assert lesson.with_data == ["theta"]
    assert "The data belong to the blanket of theta, though to no signature" in lesson.said
    assert "; depends on mu, tau, the data mu: strike" in lesson.said
    assert "; depends on tau, theta tau: strike" in lesson.said
    other = gp.NormalNormal(schools.y + 5, schools.sigma, form="centred")
    mu, tau, theta = 8.0, 6.0, schools.y
    for name, rest in (("theta", {"mu": mu, "tau": tau}), ("mu", {"theta": theta, "tau": tau}),
                       ("tau", {"theta": theta, "mu": mu})):
        ours, theirs = (getattr(model, f"{name}_given")(**rest) for model in (lesson.model, other))
        at = np.array([3.0, 9.0]) if name != "theta" else np.array([theta, theta + 1])
        change = [np.diff(one.logpdf(at), axis=0) for one in (ours, theirs)]
        assert np.allclose(*change) == (name != "theta")


def test_precisions_add_up_to_the_shrinkage_formula(lesson):
    precision = Fraction(1, 36) + Fraction(1, 225)
    mean = (Fraction(8, 36) + Fraction(28, 225)) / precision
    assert mean == Fraction(25 * 8 + 4 * 28, 29)  # 312 / 29 = 10.7586...
    assert lesson.precision == pytest.approx(float(precision))
    assert lesson.mean == pytest.approx(float(mean)) == pytest.approx(lesson.library_mean)
    assert lesson.sd == pytest.approx(np.sqrt(900 / 29)) == pytest.approx(lesson.library_sd)
    assert lesson.B == pytest.approx(float(Fraction(225, 261)))
    assert "= 10.76; sigma^2" in lesson.printed and "is 0.862, too: B." in lesson.printed
    assert "keeps 13.8%" in lesson.printed
    assert "given mu = 8 and tau = 6 school A's estimate of 28" in lesson.printed
    assert "is pulled\nto 10.76, and keeps" in lesson.printed


def test_averaged_over_the_posterior(lesson, truth):
    """As lesson 12 finds it."""
    assert lesson.averaged == pytest.approx(truth["theta", "A"].mean, rel=1e-9)
    assert (f"Averaged over the posterior it is {truth['theta', 'A'].mean:.2f}: there mu is "
            f"{truth['mu'].mean:.1f} on average, and tau {truth['tau'].mean:.1f}.") in lesson.said


def test_so_they_do_for_mu(lesson):
    mean = Fraction(70, 36) / (Fraction(8, 36) + Fraction(1, 400))  # the eight estimates add to 70
    assert lesson.mu_mean == pytest.approx(float(mean)) == pytest.approx(lesson.mu_given.mean)


def test_joint_less_conditional_does_not_move(lesson):
    assert np.ptp(lesson.differences) < 1e-11
    assert lesson.report.ok and len(lesson.report.verdicts) == 3
