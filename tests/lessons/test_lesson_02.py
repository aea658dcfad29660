"""Lesson 2 against fractions worked by hand, the exact posterior and closed forms."""
from fractions import Fraction

import numpy as np
import pytest


def test_the_conditionals_of_the_table(lesson):
    assert lesson.p.sum() == 1
    assert lesson.x_given_y[0].tolist() == [Fraction(4, 5), Fraction(2, 5)]
    assert lesson.y_given_x[:, 0].tolist() == [Fraction(2, 3), Fraction(1, 4)]


def test_a_sweep_gives_back_the_table_exactly(lesson):
    assert lesson.stays_put is True
    assert (lesson.after_x == lesson.p).all() and (lesson.after_y == lesson.p).all()


def test_from_elsewhere_each_sweep_leaves_a_sixth(lesson):
    """(4/5 - 2/5) (2/3 - 1/4) = 1/6 is the second eigenvalue of a sweep, seen from y alone."""
    assert lesson.distances == [Fraction(3, 5), Fraction(1, 5), Fraction(1, 30), Fraction(1, 180),
                                Fraction(1, 1080)]
    eigenvalue = (Fraction(4, 5) - Fraction(2, 5)) * (Fraction(2, 3) - Fraction(1, 4))
    assert lesson.shrinks_by == lesson.correlation_squared == eigenvalue == Fraction(1, 6)
    assert "from the second on it leaves 1/6 of the error in the table" in lesson.said


def test_both_at_once_keeps_the_margins_and_loses_the_pair(lesson):
    """By adding up all four old pairs, one by one."""
    p, new = lesson.p, {}
    for x_new in (0, 1):
        for y_new in (0, 1):
            new[x_new, y_new] = sum(
                p[x, y] * p[x_new, y] / (p[0, y] + p[1, y]) * p[x, y_new] / (p[x, 0] + p[x, 1])
                for x in (0, 1) for y in (0, 1))
    assert all(lesson.at_once[pair] == share for pair, share in new.items())
    assert lesson.each_alone_is_right is True
    assert lesson.astray == sum(abs(new[pair] - p[pair]) for pair in new) / 2 > 0


def test_a_sweep_leaves_the_posterior_of_the_schools_where_it_is(lesson, truth):
    """4000 independent states: the mean has the error sd / sqrt(4000), the sd about 0.7 of it,
    the median of tau 1 / (2 density sqrt(4000)).
    """
    mu = truth["mu"]
    error = mu.sd / np.sqrt(4000)
    assert lesson.state["mu"].shape == (4, 1000)
    for mean, sd in ((lesson.mean_before, lesson.sd_before), (lesson.mean_after, lesson.sd_after)):
        assert mean == pytest.approx(mu.mean, abs=4 * error)
        assert sd == pytest.approx(mu.sd, abs=4 * error)
    assert lesson.mean_error == pytest.approx(error, rel=0.05)
    median = truth["tau"].quantile(0.5)
    error = 1 / (2 * truth["tau"].pdf(median) * np.sqrt(4000))
    assert np.median(lesson.state["tau"]) == pytest.approx(median, abs=4 * error)
    assert 1 < lesson.moved < 2 * mu.sd
    assert (lesson.state["mu"] != lesson.before["mu"]).all()


def test_two_islands(lesson):
    """x = y, with probability 1/2 each: begun at (0, 0), a sweep stays there, and p stays put."""
    x_given_y = y_given_x = np.eye(2)  # p / its sums
    table = np.array([[1.0, 0], [0, 0]])
    for _ in range(3):
        table = table.sum(axis=0) * x_given_y
        table = table.sum(axis=1)[:, None] * y_given_x
    assert table[0, 0] == 1
    assert "with 1/2 at x = y = 0 and x = y = 1, a sweep never leaves its island" in lesson.said


def test_a_zigzag_moves_along_one_axis_at_a_time(lesson):
    moves = np.diff(lesson.path, axis=0) != 0
    assert moves.tolist() == 10 * [[True, False], [False, True]]


def test_rho_squared_of_an_old_value_is_left(lesson):
    """The standard error of a correlation r is (1 - r^2) / sqrt(n)."""
    r = lesson.rho**2
    assert lesson.left_after_a_sweep == pytest.approx(r, abs=4 * (1 - r**2) / 100)
    assert lesson.y_after.mean() == pytest.approx(0, abs=0.04)
    assert lesson.y_after.std() == pytest.approx(1, abs=0.03)
    assert np.log(r) / np.log(0.99**2) == pytest.approx(10.5, abs=0.1)  # the answer to "Try"
