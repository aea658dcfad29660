"""Every solution is right, every mistake is named and nothing else, every other right way passes.

A name that comes with another's is exact only where the two are the same function; these ties are
listed, so that a new one is noticed.
"""
from dataclasses import replace

import pytest

from gibbspool.homework import selftest
from gibbspool.homework.exercises import EXERCISES

NUMBERED = {name: one for name, one in EXERCISES.items() if one.returns != "words"}
TIES = {
    ("log_tau_given", "C12", "P8"),
    ("draw_tau", "P4", "P6"),
    ("sweep", "S1", "S5"),
    ("gibbs", "S1", "S5"),
    ("metropolis_positive", "M5", "M7"),
    ("metropolis_positive", "M6", "M8"),
    ("hmc", "H14", "M3"),
    ("new_group", "Q6", "S7"),
    ("new_group", "Q7", "R4"),
}
# One bit a call says too little for pairs on few arguments: these are among the long tests.
YES_OR_NO = {"metropolis", "metropolis_positive", "slice_bounds", "slice_shrink", "hmc"}
each = pytest.mark.parametrize("exercise", NUMBERED.values(), ids=NUMBERED)


def quick(exercise):
    """On fewer arguments; of a whole only what its part has not."""
    mistakes = exercise.mistakes
    for name, part in (("gibbs", "sweep"), ("hmc", "leapfrog"),
                       ("metropolis_positive", "metropolis")):
        if exercise.name == name:
            mistakes = tuple(m for m in mistakes if m not in NUMBERED[part].mistakes)
    fewer = selftest.quicker(exercise, 4 if exercise.name in YES_OR_NO else 8)
    return replace(fewer, mistakes=mistakes)


@each
def test_solutions_and_other_right_ways_pass_in_full(exercise):
    whole = selftest.quicker(exercise, 8)
    assert list(selftest.wrong_solutions(replace(whole, edges=exercise.edges), seed=5)) == []


@each
def test_every_mistake_is_named(exercise):
    assert list(selftest.unnamed_mistakes(quick(exercise), seed=3)) == []


@pytest.mark.parametrize("name", sorted(set(NUMBERED) - YES_OR_NO))
def test_some_pairs_are_named(name):
    assert list(selftest.unnamed_pairs(quick(NUMBERED[name]), seed=3, every=97)) == []


def test_ties_are_known():
    found = {(exercise.name, *sorted(pair)) for exercise in NUMBERED.values()
             for pair in selftest.ties(exercise, 3)}
    assert found == TIES


def test_a_tie_that_is_none_is_seen():
    """Two mistakes that fewer arguments cannot tell apart are not the same function."""
    exercise = NUMBERED["theta_given"]
    one, other = (selftest.candidate(exercise, id) for id in ("C2", "C5"))
    assert not selftest.same_function(one, other, selftest.fresh_calls(exercise, 1))


@pytest.mark.parametrize("seed", [1, 2, 8])
@pytest.mark.parametrize("name, ids", [
    ("metropolis", ("M2", "M14 clipped")), ("metropolis", ("M10", "M14 clipped")),
    ("slice_shrink", ("L2", "L5")), ("slice_shrink", ("L3", "L2"))])
def test_pairs_that_show_on_rare_arguments_alone(name, ids, seed):
    """A proposal below 0 that is taken by a rule too strict; a height that its exponential tops."""
    exercise = NUMBERED[name]
    pair = [next(m for m in exercise.mistakes if f"{m.id} {m.variant}".strip() == id)
            for id in ids]
    found = selftest.explanations(exercise, selftest.function_of(exercise, pair), seed)
    assert {m.id for one in found for m in one} == {m.id for m in pair}


@pytest.mark.long
@each
@pytest.mark.parametrize("seed", range(100, 106))
def test_mistakes_on_six_seeds(exercise, seed):
    assert list(selftest.wrong_solutions(exercise, seed)) == []
    assert list(selftest.unnamed_mistakes(exercise, seed)) == []


@pytest.mark.long
@each
def test_every_pair_is_named(exercise):
    assert list(selftest.unnamed_pairs(exercise, seed=4)) == []
