"""Lesson 7 against all ways to sit down, one by one, and against integrals by scipy."""
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import integrate


def seated(n, a):
    """P(m tables) of n guests, from all 2^n ways of opening and joining; a dict of fractions."""
    found = {m: Fraction(0) for m in range(n + 1)}
    for opens in product((True, False), repeat=n):
        p = Fraction(1)
        for i, opened in enumerate(opens):
            p *= Fraction(a if opened else i) / (a + i)
        found[sum(opens)] += p
    return found


def test_multiplied_out(lesson):
    assert lesson.ways == [0, 2, 3, 1]
    for a in (1, 2, 5):
        assert lesson.rising(a, 3) == a * (a + 1) * (a + 2) == 2 * a + 3 * a**2 + a**3


def test_person_by_person_the_posterior_means_multiply_to_rising_factorials(lesson):
    """Answers k, l, k, k with alpha pi0 = (2, 3), by the integral: E[pi_1^3 pi_2] of a Beta."""
    a, b, counts, p = 2, 3, [0, 0], Fraction(1)
    for answer in (0, 1, 0, 0):
        p *= Fraction((a, b)[answer] + counts[answer], a + b + sum(counts))
        counts[answer] += 1
    assert p == Fraction(lesson.rising(a, 3) * lesson.rising(b, 1), lesson.rising(a + b, 4))
    expected = integrate.quad(lambda x: x**3 * (1 - x) * 12 * x * (1 - x)**2, 0, 1)[0]
    assert float(p) == pytest.approx(expected)


def test_the_terms_are_the_probabilities_of_the_tables(lesson):
    assert lesson.probability == {1: Fraction(1, 6), 2: Fraction(1, 2), 3: Fraction(1, 3)}
    assert {0: 0, **lesson.probability} == seated(3, 2)
    for m, p in lesson.probability.items():
        assert lesson.library_probability[m] == pytest.approx(float(p))
    assert "probability 1/6, 1/2, 1/3" in lesson.printed
    assert "P(1 table) = 1/6, P(2 tables) = 1/2, P(3 tables) = 1/3" in lesson.printed


def test_drawn_and_counted(lesson):
    """The standard error of a share p of N draws is sqrt(p (1 - p) / N)."""
    for m, p in lesson.probability.items():
        error = np.sqrt(float(p * (1 - p)) / lesson.N)
        assert lesson.share[m] == pytest.approx(float(p), abs=4 * error)


def likelihood(x):
    """Of the first share, by the products of the docstring, for alpha = 4."""
    a, b = 4 * x, 4 * (1 - x)
    return np.prod([a + i for i in range(9)]) * b * a * b * (b + 1)


def averaged(f):
    """The exact mean of a function of the first share."""
    total = integrate.quad(likelihood, 0, 1, epsrel=1e-12)[0]
    return integrate.quad(lambda x: f(x) * likelihood(x) / total, 0, 1, epsrel=1e-12)[0]


def test_the_polynomial_is_the_density(lesson):
    mean = averaged(lambda x: x)
    assert lesson.exact_mean == pytest.approx(mean, rel=1e-9)
    assert lesson.exact_sd == pytest.approx(np.sqrt(averaged(lambda x: (x - mean)**2)), rel=1e-8)


def test_drawn_by_way_of_tables_the_baseline_is_right(lesson):
    """10000 independent chains; those begun at 1/2 have long forgotten it."""
    error = lesson.exact_sd / 100
    assert lesson.drawn_mean == pytest.approx(lesson.exact_mean, abs=4 * error)
    assert lesson.drawn_sd == pytest.approx(lesson.exact_sd, abs=4 * error)
    assert np.allclose(lesson.pi0.sum(axis=1), 1)


def test_tables_are_fewer_than_people(lesson):
    """On average sum_i a / (a + i) in each restaurant; the sd of their number is below 2."""
    first = averaged(lambda x: 1 + sum(4 * x / (4 * x + i) for i in range(9)))
    second = averaged(lambda x: 2 + 4 * (1 - x) / (4 * (1 - x) + 1))
    assert lesson.tables_on_average == pytest.approx([first, second], abs=4 * 2 / 100)
    assert lesson.people.tolist() == [10, 3]
    assert lesson.mean_by_people == pytest.approx(11 / 15)
    assert lesson.mean_by_people - lesson.exact_mean > 0.1
