"""Lesson 13 against the closed forms of the leapfrog on a standard normal, whose energy error from
(q, p) to (q', p') is h^2 / 8 (q'^2 - q^2), and against the library's dual averaging.
"""
import numpy as np
import pytest

from gibbspool.sampling.adaptation import DualAveraging


def test_one_step_by_hand_and_by_the_library(lesson):
    assert (lesson.q, lesson.p) == (0.875, -0.46875)
    assert (lesson.library_q[0], lesson.library_p[0]) == (0.875, -0.46875)
    assert (lesson.back_q, lesson.back_p) == pytest.approx((1.0, 0.0))  # as is said, in full
    assert "With -p it goes back to q = 1.0, p = 0.0." in lesson.said


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
    library = DualAveraging(np.array([0.1]), lesson.TARGET)
    for t, rate in enumerate(lesson.accepted, start=1):
        library.update(np.array([rate]))
        assert lesson.tried[t] == pytest.approx(library.step_size[0], rel=1e-9)
        assert lesson.kept[t] == pytest.approx(library.smooth[0], rel=1e-9)
    assert len(lesson.tried) == 301 and lesson.tried[0] == lesson.kept[0] == 0.1
    assert lesson.kept[-1] == lesson.smooth[0]
    assert np.mean(lesson.accepted) == pytest.approx(lesson.TARGET, abs=0.02)


def mean_acceptance(step_size, transitions=4000):
    """By the closed form: after n steps of h, q turns by n angles on an ellipse; and by chance."""
    rng = np.random.default_rng(1)
    q, p = rng.standard_normal((2, transitions, 20))
    time = rng.uniform(0, np.pi, transitions)
    n = np.maximum(np.ceil(time / step_size), 1)
    h = np.minimum(time / n, step_size)[:, None]
    turn = n[:, None] * np.arccos(1 - h**2 / 2 + 0j)  # complex where h > 2: it does not turn
    end = (q * np.cos(turn) + p * np.sin(turn) / np.sqrt(1 - h**2 / 4 + 0j)).real
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
    sizes = np.mean([t / np.ceil(t / size) for size in lesson.smooth], axis=0)
    error = sizes.std() / np.sqrt(len(lesson.sizes))
    assert abs(lesson.size_later - sizes.mean()) < 4 * error < 0.1
    assert lesson.size_later < 0.8 * lesson.smooth.mean(), "a ceiling, not a step"
    assert f"{lesson.length_later:.1f} steps of {lesson.size_later:.2f} on average" in lesson.said


def test_too_high_a_ceiling_loses_more_than_too_low_a_one_gains(lesson):
    """The warm-up's mean is what was asked for; at the average of what was tried it is higher."""
    tried = np.array(lesson.tried[200:300])
    rates = np.array([mean_acceptance(size, 400)[0] for size in tried])
    average = mean_acceptance(np.exp(np.log(tried).mean()))[0]
    assert average > rates.mean() + 0.02
    assert "More than asked: too high by a factor a ceiling loses more than too low" in lesson.said
    assert np.mean(lesson.accepted) < lesson.acceptance_later - 0.02


def test_no_path_diverged_though_ceilings_were_above_2(lesson):
    """n = ceil(t / ceiling) with t < pi is 1 or 2."""
    assert max(lesson.tried) > 2 and lesson.diverged == 0 and "Divergent so far: 0." in lesson.said


def test_nuts_takes_the_steps_of_its_doublings(lesson):
    """A tree of n doublings took 2^n - 1 steps; a half turn is pi / size of them, three or so."""
    taken = [one.n_steps for one in lesson.by_nuts]
    assert np.shape(taken) == (30, 4) and lesson.nuts_length == np.mean(taken)
    assert np.median(taken) == 3 and f"It took {lesson.nuts_length:.1f} steps." in lesson.said


def test_a_path_ends_at_0_on_average(lesson):
    """cos(time), time uniform on (0, pi), by leapfrog in small steps from q = 1, p = 0."""
    q, p, ends = 1.0, 0.0, []
    for _ in range(1000):
        q, p = lesson.step(q, p, np.pi / 1000)
        ends.append(q)
    assert abs(np.mean(ends)) < 2e-3 and ends[-1] == pytest.approx(-1, abs=1e-5)


def test_the_next_ceiling_is_above_1_where_more_than_asked_were_accepted(lesson):
    """And the higher, the more, at each time: sums by hand, of all paths so far."""
    so_far = np.cumsum(np.array(lesson.accepted) - lesson.TARGET)
    t = np.arange(1, 301)
    np.testing.assert_allclose(np.log(lesson.tried[1:]), 20 * np.sqrt(t) * so_far / (t + 10),
                               atol=1e-9)
    assert f"that in the long run {lesson.TARGET} are." in lesson.said


def test_with_the_old_momentum_q_would_stay_on_one_level(lesson):
    """The energy of a path of 1000 steps of 0.1 hardly changes; new momenta spread it."""
    assert np.abs(lesson.errors(0.1, 1000)).max() < 0.002
    assert "so with the old one the ball would stay on one level." in lesson.said


def test_what_is_tried_swings_on_and_what_is_kept_settles(lesson):
    tried, kept = np.log(lesson.tried[200:]), np.log(lesson.kept[200:])
    assert tried.std() > 4 * kept.std()


def test_the_decision(lesson):
    assert np.ptp(lesson.by_hand) > 0.1, "nothing to decide"
    expected = [1 if error < 0 else np.exp(-error) for error in lesson.decided.end.error]
    np.testing.assert_allclose(lesson.by_hand, expected, rtol=1e-12)
    np.testing.assert_allclose(lesson.by_hand, lesson.decided.acceptance_rate, rtol=1e-12)


def test_what_it_says(lesson):
    assert (f"found the ceiling {lesson.smooth[0]:.2f}; all four then accept "
            f"{lesson.acceptance_later:.2f}") in lesson.said
    assert (f"ceiling 1: {lesson.decided.n_steps[0]} steps of {lesson.decided.step_size[0]:.3f}"
            in lesson.said)
