"""The paths that a transition of Hamiltonian Monte Carlo is tried on tell what they are there to
tell, whatever the seed.
"""
from itertools import combinations

import numpy as np
import pytest

from gibbspool.homework import selftest
from gibbspool.homework.bank import Switches, made
from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.exercises.hmc import KINETIC, log_ratios
from gibbspool.homework.exercises.hmc_paths import disagreeing, hollow_and_hump, up_and_down
from gibbspool.homework.exercises.leapfrog import leapfrog_formula

HMC = EXERCISES["hmc"]
seeds = pytest.mark.parametrize("seed", [
    pytest.param(seed, marks=[pytest.mark.long] if seed > 3 else []) for seed in range(20)])


def log_ratio(switches, log_p, gradient, q, h, steps, inverse_mass, z, u):
    """With a wrong integrator and the right energy."""
    log_p, gradient, p = made(log_p), made(gradient), z / np.sqrt(inverse_mass)
    new_q, new_p = leapfrog_formula(Switches(switches), gradient, q, p, h, steps, inverse_mass)
    change = log_p(new_q) - log_p(q)
    return change - 0.5 * (inverse_mass * new_p**2).sum() + 0.5 * (inverse_mass * p**2).sum()


@seeds
@pytest.mark.parametrize("switches", [{"sign": "minus"}, {"step": "half"}, {"half": "whole"},
                                      {"scheme": "no last half"}], ids=str)
def test_up_and_down_give_log_ratios_of_both_signs(switches, seed):
    one, other = (log_ratio(switches, **path) for path in up_and_down(np.random.default_rng(seed)))
    assert one * other < 0 and 0.01 < min(map(abs, (one, other))) < max(map(abs, (one, other))) < 2


@seeds
@pytest.mark.parametrize("scheme", ["euler", "stale", "once"])
def test_hollow_and_hump_give_log_ratios_of_both_signs(scheme, seed):
    hollow, hump = (log_ratio({"scheme": scheme}, **path)
                    for path in hollow_and_hump(np.random.default_rng(seed)))
    assert -2 < hollow < 0 < hump < 1


@seeds
def test_any_two_kinetic_energies_disagree(seed):
    paths = disagreeing(np.random.default_rng(seed), log_ratios)
    signs = np.array([log_ratios(**path) for path in paths]) > 0
    assert signs.shape[1] == len(KINETIC)
    for i, j in combinations(range(len(KINETIC)), 2):
        assert (signs[:, i] != signs[:, j]).any()


@pytest.mark.parametrize("seed", [
    4, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3, 5, 6, 7, 8))])
def test_only_clearly_lower_energies_are_not_lower_energies(seed):
    """With a gradient of the wrong sign too: the energy falls by a little on some path."""
    climbs = next(m for m in HMC.mistakes if m.id == "H4")
    for id, variant in (("M2", "minus"), ("M10", ""), ("M2", "")):
        rule = next(m for m in HMC.mistakes if (m.id, m.variant) == (id, variant))
        assert selftest.misnamed(HMC, (climbs, rule), seed) == ""


def test_functions_that_differ_in_their_acceptance_alone_are_not_the_same():
    one, other = (selftest.candidate(HMC, "H4", rule) for rule in ("H14", "kinetic_sign"))
    calls = selftest.fresh_calls(HMC, 4)
    few = [call for call in calls if call.do == "call"][:3]
    turns = [call for call in calls if call.do == "threshold"]
    assert selftest.same_function(one, other, few)
    assert not selftest.same_function(one, other, [*few, *turns])
