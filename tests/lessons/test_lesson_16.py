"""Lesson 16, exchangeability: the urn by hand, relabelled schools, and two kinds of schools."""
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import kstest, multivariate_normal


def test_every_order_by_hand(lesson):
    """RRB: 1/2 . 2/3 . 1/4; RBR: 1/2 . 1/3 . 2/4; BRR: 1/2 . 1/3 . 2/4."""
    assert lesson.of_order == dict.fromkeys(["BRR", "RBR", "RRB"], Fraction(1, 12))
    assert "BRR 1/12, RBR 1/12, RRB 1/12" in lesson.printed
    assert lesson.by_integral == Fraction(1, 12)
    assert sum(lesson.probability(a + b + c) for a in "RB" for b in "RB" for c in "RB") == 1


def test_exchangeable_is_not_independent(lesson):
    assert (lesson.second_red, lesson.second_red_given_red) == (Fraction(1, 2), Fraction(2, 3))
    assert "red with probability 1/2, but 2/3 after a red one" in lesson.printed


def test_a_hat_is_exchangeable_and_no_population(lesson):
    """Without putting back: 1/2 . 1 for either order, 0 for two red ones; E pi^2 >= (E pi)^2."""
    assert lesson.RB == lesson.BR == Fraction(1, 2) and lesson.RR == 0
    assert ("RB 1/2, BR 1/2, RR 0; if a pi of mean 1/2 came first, RR would have the mean of pi^2 "
            "as its probability, which is 1/4 or more.") in lesson.said


def test_shares_of_many_urns_are_uniform(lesson):
    """After n draws the number of red ones is uniform on 0, ..., n; 4000 urns, a level of 1e-4."""
    last = lesson.share[-1] * 402 - 1
    assert last == pytest.approx(last.round()) and 0 <= last.min() and last.max() <= 400
    jitter = np.random.default_rng(2).uniform(size=len(last))
    assert kstest((last + jitter) / 401, "uniform").pvalue > 1e-4
    mean, sd = lesson.share[-1].mean(), lesson.share[-1].std()
    assert f"mean {mean:.3f} and sd {sd:.3f}" in lesson.printed


def test_other_labels_change_nothing(lesson):
    assert lesson.log_joint_relabelled == pytest.approx(lesson.log_joint, abs=1e-10)
    assert list(lesson.order) != list(range(8))
    assert f"with the schools in another order {lesson.log_joint:.6f}" in lesson.printed


def test_one_school_tells_of_another(lesson, truth):
    """The means of theta_B given tau, averaged over a grid of tau.

    Its weights: prior times the density of y, a multivariate normal with mu integrated out.
    """
    def mean_of_theta_B(y):
        sigma = lesson.schools.sigma
        taus = np.linspace(0.01, 60, 300)
        log_p, means = [], []
        for tau in taus:
            cov = np.diag(sigma**2 + tau**2) + 20**2
            log_p.append(multivariate_normal(cov=cov).logpdf(y) - tau**2 / 200)
            w = 1 / (sigma**2 + tau**2)
            m = (w * y).sum() / (w.sum() + 1 / 400)
            B = sigma[1] ** 2 / (sigma[1] ** 2 + tau**2)
            means.append((1 - B) * y[1] + B * m)
        p = np.exp(np.array(log_p) - max(log_p))
        return (p * means).sum() / p.sum()

    y = lesson.schools.y.copy()
    assert lesson.theta_B == pytest.approx(mean_of_theta_B(y), abs=0.01)
    y[0] += 10
    assert lesson.theta_B_after == pytest.approx(mean_of_theta_B(y), abs=0.01)
    assert lesson.theta_B_after - lesson.theta_B > 0.3


def test_two_kinds_pooled_as_one(lesson):
    """The second kind, of larger standard errors, is drawn far down; a covariate repairs it."""
    pooled, told = lesson.as_one["theta"].mean[4:], lesson.by_kind["theta"].mean[4:]
    assert (pooled < lesson.y[4:]).all() and pooled.mean() < lesson.mean_of_kind - 15
    assert lesson.mean_of_kind == 45.5 and told.mean() == pytest.approx(45.5, abs=1)
    assert lesson.by_kind["tau"].mean < lesson.as_one["tau"].mean / 2
    assert f"drawn down by {45.5 - pooled.mean():.0f} on average" in lesson.printed


@pytest.mark.extras
def test_its_figure(lesson):
    assert (lesson.folder / "figures" / "lesson_16_exchangeability.png").exists()
