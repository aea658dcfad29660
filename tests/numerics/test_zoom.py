"""Narrowing a range to where a density is, and refusing what is no density."""
import numpy as np
import pytest

from gibbspool.numerics.zoom import checked, zoom

WIDE = (-345.0, 345.0)


@pytest.mark.parametrize("log_density, what", [
    (lambda u: np.nan * u, "nan"), (lambda u: np.inf + 0 * u, "inf"),
    (lambda u: -np.inf + 0 * u, "-inf everywhere")])
def test_what_is_no_density_is_refused(log_density, what):
    with pytest.raises(ValueError, match=what):
        zoom(log_density, *WIDE)


def test_a_density_that_may_be_empty_is_told_from_none():
    empty = checked(lambda u: -np.inf + 0 * u, np.zeros((3, 2)), empty=True)
    assert (empty == -np.inf).all()
    with pytest.raises(ValueError, match="nan at u = 0.5"):
        checked(lambda u: np.where(u < 1, np.nan, 0.0), np.array([1.0, 0.5]), empty=True)


def test_the_range_is_narrowed_to_where_the_density_is():
    """Two densities at once, of very different width: exp(-30) of the top is 7.7 sd away."""
    mean, sd = np.array([-100.0, 3.0]), np.array([20.0, 1e-6])
    u, log_p = zoom(lambda u: -0.5 * ((u - mean) / sd) ** 2, np.full(2, WIDE[0]),
                    np.full(2, WIDE[1]), points=64, drop=30.0)
    reach = np.sqrt(2 * 30)
    ends = np.abs(u[[0, -1]] - mean) / sd
    assert (ends > reach).all() and (ends < reach * 2.2).all()
    assert log_p == pytest.approx(-0.5 * ((u - mean) / sd) ** 2)


def test_neighbours_of_a_single_high_point_are_kept():
    """A spike between grid points would be lost without them."""
    u, _ = zoom(lambda u: -1e6 * np.abs(u - 0.51), 0.0, 1.0, points=11, drop=5.0)
    assert u[0] < 0.51 < u[-1] and u[-1] - u[0] < 1e-3
