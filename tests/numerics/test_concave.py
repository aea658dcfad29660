"""Tops and reaches of concave functions, many at once, against closed forms."""
import numpy as np
import pytest

from gibbspool.numerics.concave import Bend, fallen, highest

MEAN = np.array([0.0, -1e9, 3.0, 1e5])
SD = np.array([1.0, 1e6, 1e-3, 1e-4])


def parabolas(x, i):
    z = (x - MEAN[i]) / SD[i]
    return Bend(-0.5 * z**2, -z / SD[i], -1 / SD[i] ** 2, np.abs(z))


def counts(x, i):
    """y x - exp(x), far from a parabola: a straight line on the left, ever steeper on the right."""
    y = np.array([1e-3, 1.0, 5.0, 1e6])[i]
    k = np.exp(np.minimum(x, 700))
    return Bend(y * x - k, y - k, -k, np.abs(x))


@pytest.mark.parametrize("start", [-30.0, 0.0, 100.0])
def test_the_top_is_found_from_far_away(start):
    x, bend = highest(parabolas, np.full(4, start))
    assert np.abs((x - MEAN) / SD).max() < 0.02 and bend.value == pytest.approx(0, abs=1e-4)
    x, bend = highest(counts, np.full(4, start))
    y = np.array([1e-3, 1.0, 5.0, 1e6])
    assert (y * np.log(y) - y - bend.value < 2e-4).all()


def test_no_step_that_rounding_swallows_leads_away():
    """Near 1e13 a step of 1e-3 is none: the search ends where it is."""
    def steep(x, i):
        return Bend(-(x - 1e13) * 1e10, np.full(x.shape, -1e10), np.full(x.shape, -1e14), x)

    x, bend = highest(steep, np.array([1e13]))
    assert np.isfinite(x).all() and np.isfinite(bend.value).all()


@pytest.mark.parametrize("function", [parabolas, counts])
@pytest.mark.parametrize("side", [-1, 1])
def test_how_far_a_function_reaches(function, side):
    """Where it has fallen by 50, give or take 10 % and 30 %."""
    x, bend = highest(function, np.zeros(4))
    away = fallen(function, x, bend, side, 50.0)
    fall = bend.value - function(x + side * away, np.arange(4)).value
    assert (away > 0).all() and (fall > 44).all() and (fall < 66).all()
