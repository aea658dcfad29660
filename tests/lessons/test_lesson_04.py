"""Lesson 4 against the closed forms of Gamma(2, 1) and Gamma(1, 1), whose means are 2 and 1."""
import numpy as np
import pytest
from scipy.stats import gamma, norm


def standard_error(walk, batches=20):
    """Of the mean of one long walk, from the means of its batches."""
    means = walk[1:].reshape(batches, -1).mean(axis=1)
    return means.std(ddof=1) / np.sqrt(batches)


def acceptance(shape, scale):
    """E min(1, p(u') / p(u)) for log x with x ~ Gamma(shape, 1): sums over x by equal steps of its
    cdf, and over the step."""
    x = gamma.ppf((np.arange(2000) + 0.5) / 2000, shape)[:, None]
    z = norm.ppf((np.arange(1000) + 0.5) / 1000)
    new = x * np.exp(scale * z)
    return np.exp(np.minimum(0, shape * scale * z - new + x)).mean()


def test_the_two_means_by_sums(lesson):
    assert lesson.right_mean == pytest.approx(2, rel=1e-6)
    assert lesson.wrong_mean == pytest.approx(1, rel=1e-3)  # the sum begins at 0.0005


def test_one_step_up(lesson):
    """p(e) / p(1) = e exp(-e) / exp(-1), and e times that with the Jacobian."""
    assert lesson.ratio_wrong == pytest.approx(np.exp(2 - np.e), rel=1e-12)
    assert lesson.ratio_right == pytest.approx(np.exp(3 - np.e), rel=1e-12)
    up = lesson.x_there
    assert lesson.step(1.0, 1.0, 1.0, 0.9999) == pytest.approx(up)  # certain
    wrong = [lesson.forgetful_step(lesson.log_p, 1.0, 1.0, 1.0, u) for u in (0.487, 0.488)]
    assert wrong == pytest.approx([up, 1.0])


@pytest.mark.parametrize("name, mean", [("right", 2.0), ("wrong", 1.0)])
def test_the_walks(lesson, name, mean):
    """Four standard errors, from 20 batches of 1000 steps; they are some 0.02."""
    walk, error = getattr(lesson, name), standard_error(getattr(lesson, name))
    assert getattr(lesson, f"{name}_walk_mean") == walk.mean()
    assert error < 0.05 and abs(walk.mean() - mean) < 4 * error


def test_the_acceptance(lesson):
    """Of 20,000 correlated decisions: a standard error below 0.007."""
    assert lesson.accepted_right == pytest.approx(acceptance(2, lesson.SCALE), abs=0.02)
    assert lesson.accepted_wrong == pytest.approx(acceptance(1, lesson.SCALE), abs=0.02)


def test_the_library(lesson):
    """1000 walkers are independent; the standard error is that of their own means, some 0.01."""
    assert lesson.jacobian_at_3 == pytest.approx(np.log(3), rel=1e-12)
    record = lesson.record
    there, here = record.proposal, record.before
    assert record.log_ratio == pytest.approx(here - there + 2 * np.log(there / here))
    own = np.mean(lesson.draws, axis=0)
    assert abs(lesson.library_mean - 2) < 4 * own.std() / np.sqrt(len(own)) < 0.1


def test_how_far_a_step_moves(lesson):
    """sd of log x: the root of trigamma(2), pi^2 / 6 - 1. The moves: E |scale z| min(1, ratio)."""
    assert lesson.log_x_sd == pytest.approx(np.sqrt(np.pi**2 / 6 - 1), rel=1e-4)
    x = gamma.ppf((np.arange(2000) + 0.5) / 2000, 2)[:, None]
    z = norm.ppf((np.arange(1000) + 0.5) / 1000)
    new = x * np.exp(2 * z)
    moved = (np.abs(2 * z) * np.exp(np.minimum(0, 4 * z - new + x))).mean()
    assert lesson.log_x_moved == pytest.approx(moved, abs=0.02)
    assert f"moves log x by {lesson.log_x_moved:.2f} on average" in lesson.said


def test_what_it_says(lesson):
    assert "density is exp(-x), with the mean 1 where 2 is right" in lesson.said
    assert (f"Its draws have the mean {lesson.wrong_walk_mean:.2f}, those with the Jacobian "
            f"{lesson.right_walk_mean:.2f}.") in lesson.said
    assert "One step of the library, with the scale 2: " in lesson.said
    assert "the change of variable is missing" in lesson.printed
