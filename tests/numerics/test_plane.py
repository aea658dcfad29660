"""Trapezoids, and trapezoids inside adaptive panels, against known integrals and scipy."""
import numpy as np
import pytest
from scipy import integrate as scipy_integrate
from scipy import stats

from gibbspool.numerics.plane import integrate_plane, log_sum, on_grid, trapezoid


def test_trapezoid_does_many_integrals_at_once():
    shape = np.array([0.5, 3.0, 2e4])
    u, log_mass, log_total, error = trapezoid(lambda u: stats.gamma.logpdf(np.exp(u), shape) + u,
                                              np.full(3, -345.0), np.full(3, 345.0))
    assert log_total == pytest.approx(np.zeros(3), abs=1e-10) and error < 1e-10
    assert (np.exp(log_mass) * np.exp(u)).sum(axis=0) == pytest.approx(shape, rel=1e-9)


def test_plane_against_scipy():
    def log_density(u, v):
        return -0.5 * u**2 - np.exp(v) * (1 + u**2) + 2 * v

    found = integrate_plane(log_density, (-345, 345), (-345, 345))
    whole, _ = scipy_integrate.dblquad(lambda v, u: np.exp(log_density(u, v)), -10, 10, -40, 6,
                                       epsabs=1e-13)
    assert found.log_total == pytest.approx(np.log(whole), abs=1e-8)
    mean, _ = scipy_integrate.dblquad(lambda v, u: v * np.exp(log_density(u, v)), -10, 10, -40, 6,
                                      epsabs=1e-13)
    assert np.exp(found.log_mass) @ found.v == pytest.approx(mean / whole, rel=1e-7)


def test_trapezoid_of_a_density_that_is_zero_everywhere():
    scale = np.array([1.0, 0.0])
    with np.errstate(all="raise"):
        found = trapezoid(lambda u: np.where(scale > 0, -0.5 * u**2, -np.inf), np.full(2, -50.0),
                          np.full(2, 50.0))
    assert found.log_total == pytest.approx([0.5 * np.log(2 * np.pi), -np.inf])
    assert (found.log_mass[:, 1] == -np.inf).all()
    assert np.exp(found.log_mass[:, 0]).sum() == pytest.approx(1)


def test_the_ends_of_a_grid_count_half():
    """The rule is exact for straight lines: the integral of u over [1, 3] is 4."""
    grid = on_grid(np.log, np.array(1.0), np.array(3.0), 5)
    assert grid.u.tolist() == [1, 1.5, 2, 2.5, 3] and np.exp(grid.log_total) == pytest.approx(4)


def test_trapezoid_halves_its_step_until_it_is_fine_enough():
    """A wave of 20 periods needs more than the first grid; the error that is stated is kept."""
    def log_density(u):
        return -0.5 * u**2 + np.log1p(0.9 * np.cos(10 * u))

    exact = np.log(np.sqrt(2 * np.pi) * (1 + 0.9 * np.exp(-50)))
    few, many = (trapezoid(log_density, np.array(-40.0), np.array(40.0), rtol=rtol, points=9)
                 for rtol in (0.5, 1e-12))
    assert len(few.u) == 9 and len(many.u) in (17, 33, 65, 129)
    assert many.log_total == pytest.approx(exact, abs=1e-12) and many.error < 1e-12


def test_log_sum_of_columns():
    log_p = np.array([[0.0, -np.inf, 1e4], [np.log(2), -np.inf, 1e4]])
    assert log_sum(log_p) == pytest.approx([np.log(3), -np.inf, 1e4 + np.log(2)])


def test_both_orders_of_a_plane_agree():
    """Correlation 0.8: probabilities, moments and the marginal of what is integrated last."""
    def log_density(u, v):
        return -0.5 * (u**2 - 1.6 * u * v + v**2) / 0.36

    one = integrate_plane(log_density, (-345, 345), (-345, 345))
    two = integrate_plane(lambda v, u: log_density(u, v), (-345, 345), (-345, 345))
    for found in (one, two):
        assert found.log_total == pytest.approx(np.log(2 * np.pi * 0.6), abs=1e-9)
        assert found.error < 1e-8
        mass = np.exp(found.log_mass)
        assert mass.sum() == pytest.approx(1)
        assert mass @ (found.u * found.v) == pytest.approx(0.8)
        assert found.marginal.cdf(1.0) == pytest.approx(stats.norm.cdf(1.0), abs=1e-9)


def test_waves_across_are_followed_inside_the_panels():
    """Periods of v that the first grid of 65 cannot see."""
    def log_density(u, v):
        return -0.5 * (u**2 + v**2) + np.log1p(0.9 * np.cos(8 * v) ** 2)

    found = integrate_plane(log_density, (-345, 345), (-345, 345))
    exact = 2 * np.pi * (1 + 0.45 * (1 + np.exp(-128)))
    assert found.log_total == pytest.approx(np.log(exact), abs=1e-9)
