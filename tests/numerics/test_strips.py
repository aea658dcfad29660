"""Strips of mu: their integrals and polynomials, against closed forms."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.numerics.strips import Strips

CENTRE = np.array([0.0, 2.0, -1.0])
SD = np.array([1.0, 0.5, 3.0])


@pytest.fixture
def strips():
    return Strips(CENTRE - 11 * SD, CENTRE + 11 * SD, 96)


def log_normal(mu):
    return stats.norm(CENTRE, SD).logpdf(mu)


def test_integral_of_each_strip(strips):
    """One for a normal density, and another way of weighing it: E[mu^2] = mean^2 + sd^2."""
    assert strips.mu.shape == (96, 3)
    log_p = log_normal(strips.mu)
    assert strips.integral(log_p) == pytest.approx(np.zeros(3), abs=1e-12)
    both = strips.integral(np.stack([log_p, log_p + 2 * np.log(np.abs(strips.mu))]))
    assert both[1] == pytest.approx(np.log(CENTRE**2 + SD**2), abs=1e-11)


def test_reading_a_log_density_off_its_polynomial(strips):
    series = strips.series(log_normal(strips.mu))
    mu = CENTRE + np.array([-10.9, -2.0, 0.3, 5.0, 10.9])[:, None] * SD
    assert strips.read(series, mu) == pytest.approx(log_normal(mu), abs=1e-10)
    assert np.all(strips.read(series, CENTRE + np.array([[-11.1], [11.1]]) * SD) == -np.inf)
    one_for_all = strips.read(series, np.array([[0.5]]))
    assert one_for_all == pytest.approx(log_normal(np.array([[0.5]])), abs=1e-10)


@pytest.mark.parametrize("chosen", [[2, 0], np.array([False, True, True])])
def test_some_of_the_strips(strips, chosen):
    some = strips[chosen]
    assert np.array_equal(some.mu, strips.mu[:, chosen]) and some.size == strips.size
    assert np.array_equal(some.log_weight, strips.log_weight[:, chosen])
