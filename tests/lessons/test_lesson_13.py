"""Lesson 13 against the closed forms of the leapfrog on a standard normal, whose energy error from
(q, p) to (q', p') is h^2 / 8 (q'^2 - q^2), and against the library's dual averaging.
"""
import numpy as np
import pytest


def test_one_step_by_hand_and_by_the_library(lesson):
    assert (lesson.q, lesson.p) == (0.875, -0.46875)
    assert (lesson.library_q[0], lesson.library_p[0]) == (0.875, -0.46875)
    q, p = lesson.step(lesson.q, -lesson.p, 0.5)  # with the momentum turned round it goes back
    assert (q, -p) == pytest.approx((1.0, 0.0))


@pytest.mark.parametrize("h", [0.5, 0.25, 1.9])
def test_the_error_of_the_energy(lesson, h):
    """From q = 1, p = 0 the positions are cos(n angle) with cos(angle) = 1 - h^2 / 2."""
    n = np.arange(1, 201)
    positions = np.cos(n * np.arccos(1 - h**2 / 2))
    expected = h**2 / 8 * (positions**2 - 1)
    np.testing.assert_allclose(lesson.errors(h, 200), expected, atol=1e-10)
    steps = 1000 if h == 1.9 else round(10 / h)
    positions = np.cos(np.arange(1, steps + 1) * np.arccos(1 - h**2 / 2))
    assert lesson.largest[h] == pytest.approx(h**2 / 8 * (1 - positions**2).max(), rel=1e-6)


def test_the_divergence(lesson):
    """With h = 2.1 the positions are +- cosh(n angle), cosh(angle) = h^2 / 2 - 1."""
    positions = np.cosh(np.arange(1, 60) * np.arccosh(2.1**2 / 2 - 1))
    errors = 2.1**2 / 8 * (positions**2 - 1)
    assert lesson.steps_to_divergence == 1 + np.flatnonzero(errors > 1000)[0]
    assert errors[lesson.steps_to_divergence - 2] <= 1000 and lesson.MAX_ERROR == 1000


def test_dual_averaging_by_hand_as_by_the_library(lesson):
    np.testing.assert_allclose(lesson.smooth, lesson.library.smooth, rtol=1e-9)
    np.testing.assert_allclose(lesson.step_size, lesson.library.step_size, rtol=1e-9)
    assert len(lesson.tried) == 300 and lesson.kept[-1] == lesson.smooth[0]
    assert lesson.accepted.mean() == pytest.approx(lesson.TARGET, abs=0.02)


def mean_acceptance(step_size, transitions=4000):
    """By the closed form: after n steps of h, q turns by n angles on an ellipse; and by chance."""
    rng = np.random.default_rng(1)
    q, p = rng.standard_normal((2, transitions, 20))
    time = rng.uniform(0, np.pi, transitions)
    n = np.maximum(np.ceil(time / step_size), 1)
    h = np.minimum(time / n, step_size)[:, None]
    turn = n[:, None] * np.arccos(1 - h**2 / 2)
    end = q * np.cos(turn) + p * np.sin(turn) / np.sqrt(1 - h**2 / 4)
    rate = np.exp(-np.maximum(0, (h**2 / 8 * (end**2 - q**2)).sum(axis=1)))
    return rate.mean(), rate.std() / np.sqrt(transitions)


def test_the_acceptance_with_the_frozen_step_sizes(lesson):
    """Of four chains, within four standard errors of both; near what was asked for."""
    found = np.mean(lesson.later, axis=0)
    spread = np.std(lesson.later, axis=0) / np.sqrt(len(lesson.later))
    for step_size, rate, error in zip(lesson.smooth, found, spread):
        expected, own_error = mean_acceptance(step_size)
        assert abs(rate - expected) < 4 * np.hypot(error, own_error)
    assert lesson.acceptance_later == pytest.approx(found.mean())
    assert abs(lesson.acceptance_later - lesson.TARGET) < 0.1


def test_how_many_steps_a_transition_takes(lesson):
    """The mean of ceil(t / step size), t uniform on (0, pi), by a sum; four standard errors."""
    t = (np.arange(10_000) + 0.5) / 10_000 * np.pi
    steps = np.mean([np.ceil(t / size) for size in lesson.smooth], axis=0)
    error = steps.std() / np.sqrt(len(lesson.lengths))
    assert abs(lesson.length_later - steps.mean()) < 4 * error < 0.3
    assert f"{lesson.length_later:.1f} steps on average" in lesson.printed


def test_the_decision(lesson):
    assert np.ptp(lesson.by_hand) > 0.1, "nothing to decide"
    expected = [1 if error < 0 else np.exp(-error) for error in lesson.decided.end.error]
    np.testing.assert_allclose(lesson.by_hand, expected, rtol=1e-12)
    np.testing.assert_allclose(lesson.by_hand, lesson.decided.acceptance_rate, rtol=1e-12)


def test_what_it_says(lesson):
    said = f"found {lesson.smooth[0]:.2f}, where {lesson.acceptance_later:.2f} are accepted"
    assert said in lesson.printed
