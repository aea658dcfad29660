"""A mistake of the bank, run on purpose."""
import inspect

import numpy as np
import pytest

from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.planted import planted


def test_the_change_of_variable_is_missing():
    """p(x) = exp(-x) from 1 to e: the ratio is exp(1 - e) = 0.179, and e times that with it."""
    given = dict(log_p=lambda x: -x, x=1.0, scale=1.0, z=1.0)
    wrong, right = planted("metropolis_positive", "M5"), EXERCISES["metropolis_positive"].right
    assert [wrong(**given, u=u) == 1.0 for u in (0.17, 0.19)] == [False, True]
    assert [right(**given, u=u) == 1.0 for u in (0.19, 0.48, 0.49)] == [False, False, True]
    assert inspect.signature(wrong) == inspect.signature(right)
    assert wrong.__doc__.startswith("the change of variable is missing")


def test_by_position_and_with_a_function_of_its_own():
    low, high = planted("slice_bounds", "L4")(lambda x: -x**2, 0.0, -4.0, 1.0, 0.5)
    assert (low, high) == (-3.5, 3.5)  # 0.5, and longer by 1 and by 2
    position, momentum = planted("leapfrog", "q_first")(
        gradient=lambda q: -q, q=np.array([1.0]), p=np.array([0.0]), h=0.5, steps=1,
        inverse_mass=np.array([1.0]))
    assert (position, momentum) == (-0.46875, 0.875)


def test_every_mistake_of_the_bank_can_be_planted():
    for exercise in EXERCISES.values():
        for one in exercise.mistakes:
            assert planted(exercise.name, one.id, one.variant).__doc__ == one.say


@pytest.mark.parametrize("asked, said", [
    (("metropolis_negative", "M5"), "exercise is 'metropolis_negative'; it must be one of norm"),
    (("slice_bounds", "L99"), "mistake is 'L99'; slice_bounds has 'L1', 'L1' with variant='both'"),
    (("slice_bounds", "L1", "none"), "mistake is 'L1' with variant='none'; slice_bounds has 'L1'"),
])
def test_what_there_is_not_is_named(asked, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        planted(*asked)
