"""Inverting increasing functions, by Newton's method and bisection."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.numerics.roots import invert


def test_cdfs_are_inverted_elementwise():
    q = np.array([1e-12, 0.01, 0.5, 0.9, 1 - 1e-9])
    target = stats.gamma(2.5)
    x = invert(target.cdf, target.pdf, q, 0.0, np.full(5, 100.0), close=0.0)
    assert x == pytest.approx(target.ppf(q), rel=1e-7)


def test_newton_alone_would_leave_the_bracket():
    """arctan is so flat far out that Newton's method from 50 goes to -4000 and on from there."""
    target = np.array([-1.2, 0.0, 1.5])
    x = invert(np.arctan, lambda x: 1 / (1 + x**2), target, -1000.0, 1100.0)
    assert x == pytest.approx(np.tan(target), rel=1e-12, abs=1e-12)


def test_bisection_does_where_the_derivative_says_nothing():
    x = invert(np.cbrt, lambda x: np.zeros_like(x), np.array([-1.0, 0.5]), -3.0, 4.0)
    assert x == pytest.approx([-1, 0.125], rel=1e-13)


def test_each_element_stands_still_once_it_is_found():
    """The function is asked again at the same x; the last element takes longer."""
    asked = []

    def cube(x):
        asked.append(x.copy())
        return x**3

    invert(cube, lambda x: 3 * x**2, np.array([0.125, 1e-9]), 0.0, 1.0)
    first = [x[0] for x in asked]
    assert first[-1] == first[1] == 0.5 and len(asked) > 10


def test_tolerances():
    """Of x, relative or absolute; and of the function, which stops it where it is close enough."""
    def steps(**tolerances):
        asked = []

        def square(x):
            asked.append(x)
            return x**2

        x = invert(square, lambda x: 2 * x, np.array([2.0]), 0.0, 4.0, **tolerances)
        return len(asked), float(x[0] - np.sqrt(2))

    exact, error = steps()
    assert abs(error) < 1e-14
    for loose in (dict(rtol=1e-2), dict(rtol=0.0, atol=1e-2), dict(close=1e-2)):
        fewer, error = steps(**loose)
        assert fewer < exact and 1e-14 < abs(error) < 1e-2


def test_single_numbers():
    x = invert(np.exp, np.exp, np.asarray(2.0), -1.0, 3.0)
    assert x.shape == () and x == pytest.approx(np.log(2))
