"""Each coordinate goes there and back, knows its Jacobian, and is sound at its extremes."""
import numpy as np
import pytest

from gibbspool.numerics.coordinates import (
    LOG_DISTINCT,
    LOG_SQUARABLE,
    Arcsinh,
    Line,
    Log,
    Logit,
    coordinate,
)

ALL = [Log(), Log(2.0), Log(-3.0), Logit(), Logit(2.0, 5.0), Logit(0.0, 7.0), Arcsinh(), Line()]


@pytest.mark.parametrize("one", ALL, ids=repr)
def test_there_and_back(one):
    u = np.linspace(-5, 5, 11)
    assert one.u(one.x(u)) == pytest.approx(u, abs=1e-9)


@pytest.mark.parametrize("one", ALL, ids=repr)
def test_jacobian_is_the_derivative(one):
    u = np.linspace(-5, 5, 11)
    slope = (one.x(u + 1e-5) - one.x(u - 1e-5)) / 2e-5
    assert np.exp(one.log_jacobian(u)) == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("one", ALL[:-1], ids=repr)
def test_ends_of_the_range_are_numbers_inside_the_support(one):
    """x and its square are finite; only at an end other than 0 may x have rounded to the end."""
    with np.errstate(all="raise"):
        x = one.x(np.array(one.range))
        assert np.isfinite(x**2).all() and np.isfinite(one.log_jacobian(np.array(one.range))).all()
    assert x[0] < x[1]
    if not isinstance(one, Arcsinh):
        assert x[0] > 0 if one.low == 0 else x[0] == pytest.approx(one.low, rel=1e-15)
        assert x[0] ** 2 > 0


def test_beyond_the_range_x_is_its_end():
    """2.2e-16 is one rounding error: an x that near to an end cannot be told from it."""
    assert np.exp(-LOG_DISTINCT) == pytest.approx(np.finfo(float).eps, rel=0.1)
    assert Logit(2.0, 5.0).x(-LOG_DISTINCT - 3) == 2 and Logit().x(LOG_DISTINCT + 3) == 1
    assert Log(1e6).x(Log(1e6).range[0] - 3) == 1e6
    assert np.exp(-2 * LOG_SQUARABLE) > 0 and np.isfinite(np.exp(2 * LOG_SQUARABLE))
    assert np.exp(-2.2 * LOG_SQUARABLE) == 0


def test_x_at_or_outside_the_ends_gives_no_warning():
    with np.errstate(all="raise"):
        assert Log().u(0.0) == -np.inf and np.isnan(Log().u(-1.0))
        assert Logit().u(np.array([0.0, 1.0])).tolist() == [-np.inf, np.inf]


@pytest.mark.parametrize("support, expected", [
    ((0, np.inf), Log(0)), ((2, np.inf), Log(2)), ((0, 1), Logit(0, 1)), ((2, 5), Logit(2, 5)),
    ((-np.inf, np.inf), Arcsinh())])
def test_coordinate_suits_the_support(support, expected):
    assert coordinate(support) == expected


def test_a_support_open_only_below_is_refused():
    with pytest.raises(ValueError, match="support"):
        coordinate((-np.inf, 0))
