"""Smooth functions, sampled once and read off as polynomials."""
import numpy as np
import pytest

from gibbspool.numerics.interpolation import Interpolant


def two_functions(t):
    values = np.stack([np.log1p(np.exp(3 * t)), np.exp(-0.5 * ((t - 2) / 0.1) ** 2)])
    return values, 1e-15 * np.abs(values)


def test_the_polynomials_are_the_functions_wherever_they_are_read():
    read = Interpolant(two_functions, -30.0, 40.0)
    t = np.random.default_rng(1).uniform(-30, 40, 20_000)
    found, (true, _) = read(t), two_functions(t)
    assert found[0] == pytest.approx(true[0], rel=1e-11, abs=1e-12)
    assert found[1] == pytest.approx(true[1], abs=1e-12)
    assert read.covers(np.array([-31.0, -30.0, 40.0, 41.0])).tolist() == [False, True, True, False]


def test_no_more_digits_are_sought_than_rounding_leaves():
    """A sum of terms of 1e6 has an error of 1e-10: panels are not halved to make that smooth."""
    asked = []

    def rough(t):
        asked.append(len(t))
        return ((np.sin(t) + 1e6) - 1e6)[None], np.full((1, len(t)), 1e-9)

    read = Interpolant(rough, 0.0, 3.0)
    assert sum(asked) < 1000
    assert read(np.array([0.5])) == pytest.approx(np.sin(0.5), abs=1e-8)
