"""Steps away from a place, against the same in many digits or in closed form."""
import numpy as np
import pytest

from gibbspool.numerics.coordinates import Log, Logit
from gibbspool.numerics.steps import Steps

PLACES = {"log": Steps(Log(), 17.5), "logit": Steps(Logit(2.0, 5.0), -0.7),
          "logit far up": Steps(Logit(0.0, 1.0), 20.0)}


@pytest.mark.parametrize("name", PLACES)
def test_there_and_back(name):
    steps, t = PLACES[name], np.linspace(-4, 4, 9)
    assert steps.x(0.0) == pytest.approx(steps.place)
    assert steps.u(steps.x(t)) == pytest.approx(t, abs=1e-6)
    low, high = steps.range
    assert (low + steps.origin, high + steps.origin) == pytest.approx(steps.coordinate.range)


@pytest.mark.parametrize("name", PLACES)
def test_large_steps_are_differences(name):
    steps, t = PLACES[name], np.linspace(-4, 4, 8)
    off = 1e-15 * abs(steps.place)
    assert steps.step(t) == pytest.approx(steps.x(t) - steps.place, rel=1e-12, abs=off)


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("t", [1e-12, -1e-12])
def test_small_steps_keep_their_digits(name, t):
    """To first order a step is t dx/dt; the second order is 1e-12 of it."""
    steps = PLACES[name]
    assert steps.step(t) == pytest.approx(t * np.exp(steps.log_dx_at_place), rel=1e-11, abs=0)
    assert steps.step(0.0) == 0


@pytest.mark.parametrize("name", PLACES)
def test_the_jacobian_is_that_of_the_coordinate_over_its_value_at_the_place(name):
    steps, t = PLACES[name], np.array([-2.0, 0.0, 3.0])
    expected = steps.coordinate.log_jacobian(steps.origin + t) - steps.log_dx_at_place
    assert steps.log_jacobian(t) == pytest.approx(expected, abs=1e-13)
