"""The registry: names, signatures and texts are the contract with whoever fills them in."""
import ast
import inspect
import re
from dataclasses import replace

import numpy as np
import pytest

from gibbspool.homework import selftest
from gibbspool.homework.exercises import EXERCISES, SETS

NUMBERED = {name: one for name, one in EXERCISES.items() if one.returns != "words"}
SIGNATURES = {
    "1": "normal_logpdf(x, mean, sd)",
    "2": "shrinkage(sigma, tau)",
    "3": "theta_given(y, sigma, mu, tau)",
    "4": "mu_given(theta, tau, m0, s0)",
    "5": "tau2_given(theta, mu, a0, b0)",
    "6": "log_tau_given(tau, theta, mu, scale)",
    "7": "draw_tau(rng, shape, scale)",
    "8": "sweep(rng, state, y, sigma, m0, s0, a0, b0)",
    "9": "gibbs(rng, start, draws, tune, y, sigma, m0, s0, a0, b0)",
    "10": "griddy(grid, log_p, u)",
    "11": "metropolis(log_p, x, scale, z, u)",
    "12": "metropolis_positive(log_p, x, scale, z, u)",
    "13": "slice_bounds(log_p, x, log_height, width, u)",
    "14": "slice_shrink(log_p, x, log_height, low, high, u)",
    "15": "noncentred_log_joint(mu, tau, raw, y, sigma, m0, s0, scale)",
    "16": "log_tau_marginal(tau, y, sigma, m0, s0, scale)",
    "17": "shares_given(counts, alpha, pi0)",
    "18": "rate_given(y, exposure, a, b)",
    "19a": "leapfrog(gradient, q, p, h, steps, inverse_mass)",
    "19b": "hmc(log_p, gradient, q, h, steps, inverse_mass, z, u)",
    "20a": "rhat(draws)",
    "20b": "new_group(rng, mu, tau)",
    "21": "probability_given(successes, trials, a, b)",
}


def test_the_numbered_have_these_signatures():
    found = {one.number: f"{one.name}{inspect.signature(one.right)}" for one in EXERCISES.values()}
    assert {number: found[number] for number in SIGNATURES} == SIGNATURES
    assert list(found)[:len(SIGNATURES)] == list(SIGNATURES)


def test_sets():
    assert [EXERCISES[name].number for name in SETS["core"]] == ["2", "3", "4", "5", "6", "7", "8",
                                                                 "9", "12", "19a"]
    assert sum(EXERCISES[name].points for name in SETS["core"]) == 100
    parts = {EXERCISES[name].number[:6] for name in SETS["section"]} - {"2", "20b"}
    assert parts == {"5.8.1a", "5.8.1b", "5.8.1c", "5.8.1d", "5.8.2a", "5.8.2b", "5.8.2c",
                     "5.8.3a", "5.8.3b", "5.8.3c", "5.8.3d", "5.8.4a", "5.8.4b", "5.8.4c",
                     "5.8.4d"}
    assert SETS["all"] == tuple(EXERCISES)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_texts(exercise):
    """Each has a task with its arguments, shapes and a worked number, a hint, and a solution that
    defines it and stands on its own.
    """
    assert exercise.task.isascii() and max(map(len, exercise.task.split("\n"))) <= 96
    tree = ast.parse(exercise.solution)
    assert [node.name for node in tree.body] == [exercise.name]
    assert '"""' not in exercise.solution or exercise.words
    if exercise.words:
        return
    assert "Returns" in exercise.task and "Worked number" in exercise.task and exercise.hint
    for name in exercise.arguments:
        assert re.search(rf"\b{name}\b", exercise.task), name
    assert len({(m.id, m.variant) for m in exercise.mistakes}) == len(exercise.mistakes)
    assert set(exercise.smallest) == set(exercise.arguments)
    said = [exercise.hint, *(one.say for one in (*exercise.mistakes, *exercise.edges))]
    assert all(text.isascii() and "  " not in text and len(text) < 320 for text in said)


WORKED = [
    ("normal_logpdf", dict(x=[1.0], mean=1.0, sd=2.0), [-1.6121]),
    ("shrinkage", dict(sigma=[9.0], tau=6.0), [0.6923]),
    ("theta_given", dict(y=[28.0], sigma=[15.0], mu=8.0, tau=6.0), [10.759, 5.571]),
    ("mu_given", dict(theta=[10.0, 6.0], tau=6.0, m0=0.0, s0=20.0), [7.656, 4.150]),
    ("tau2_given", dict(theta=[10.0, 6.0], mu=7.0, a0=3.0, b0=5.0), [4.0, 10.0]),
    ("griddy", dict(grid=[0.0, 1, 3], log_p=[0.0, 0, 0], u=[0.5]), [1.5]),
    ("noncentred_log_joint", dict(mu=8.0, tau=6.0, raw=[0.5], y=[28.0], sigma=[15.0], m0=0.0,
                                  s0=20.0, scale=10.0), [-12.016]),
    ("shares_given", dict(counts=[[3, 1]], alpha=4.0, pi0=[0.25, 0.75]), [4.0, 4.0]),
    ("rate_given", dict(y=[3], exposure=[2.5], a=1.5, b=0.5), [4.5, 3.0]),
    ("rhat", dict(draws=[[1.0, 2, 3, 5], [2.0, 1, 4, 3]]), [1.5736]),
    ("shrinkage_order", dict(sigma=[9.0, 18, 16], tau=6.0), [1, 2, 0]),
    ("shrunk_estimates", dict(y=[-1.0], sigma=[9.0], mu=8.0, tau=6.0), [5.2308]),
    ("reduction_percent", dict(y=[28.0], sigma=[15.0], mu=8.0, tau=6.0), [61.58]),
    ("kept_share", dict(sigma=[5.0], tau=6.0), [0.5902]),
    ("to_raw", dict(theta=[11.0], mu=8.0, tau=6.0), [0.5]),
    ("log_jacobian", dict(tau=6.0, J=8), [14.334]),
    ("shortest_interval", dict(draws=[1.0, 2, 2.5, 3, 9], prob=0.5), [2.0, 3.0]),
    ("rates_from_raw", dict(mu_log=0.5, sigma_log=0.6, raw=[1.0]), [3.0042]),
    ("log_likelihood", dict(lam=[1.5], y=[3], exposure=[2.0]), [-1.4959]),
    ("no_pooling_rate", dict(y=[1], exposure=[0.7], a=1.0, b=0.5), [1.6667, 1.1785]),
    ("width_reduction", dict(hierarchical=[0.5, 2.5], no_pooling=[0.25, 4.25]), [50.0]),
    ("new_hospital_rates", dict(mu_log=[0.5], sigma_log=[0.6], z=[1.0]), [3.0042]),
    ("predictive_interval", dict(draws=np.arange(201.0)), [11.0, 189.0]),
    ("width_ratio", dict(first=[-7.6, 23.4], second=[-5.9, 14.4]), [1.5271]),
    ("theta_with_covariate", dict(mu=8.0, beta=5.0, tau=4.0, x=[1.0], raw=[0.5]), [15.0]),
    ("leapfrog", dict(gradient=lambda q: -q, q=[1.0], p=[0.0], h=0.5, steps=1, inverse_mass=[1.0]),
     [0.875, -0.46875]),
    ("slice_bounds", dict(log_p=lambda x: -x**2 / 2, x=0.0, log_height=-1.0, width=1.0, u=0.25),
     [-2.25, 1.75]),
    ("slice_shrink", dict(log_p=lambda x: -x**2 / 2, x=0.0, log_height=-1.0, low=-2.0, high=2.0,
                          u=[0.9, 0.75]), [0.7]),
    ("probability_given", dict(successes=[3], trials=[10], a=2.0, b=4.0), [5.0, 11.0]),
]


@pytest.mark.parametrize("name, arguments, value", WORKED, ids=[one[0] for one in WORKED])
def test_worked_numbers(name, arguments, value):
    """As they are printed in the task: to half a unit of the last digit."""
    given = {key: np.array(x) if isinstance(x, list) else x for key, x in arguments.items()}
    found = np.ravel(np.concatenate([np.ravel(part) for part in np.atleast_1d(
        np.array(EXERCISES[name].right(**given), dtype=object)).ravel()]).astype(float))
    task = EXERCISES[name].task.replace("\n", " ")
    for x, printed in zip(found, value):
        digits = len(f"{printed}".partition(".")[2])
        assert abs(x - printed) <= 0.5001 * 10.0**-digits
        assert re.search(rf"{re.escape(f'{printed:g}')}", task), printed


def test_worked_differences():
    tau = np.array([1.0, 2.0])
    log_p = EXERCISES["log_tau_given"].right(tau, np.array([10.0, 6.0]), 7.0, 5.0)
    assert abs(np.diff(log_p) - 2.304) < 5e-4
    log_p = EXERCISES["log_tau_marginal"].right(np.array([5.0, 10.0]), np.array([28.0, 8.0]),
                                                np.array([15.0, 10.0]), 0.0, 20.0, 10.0)
    assert abs(np.diff(log_p) + 0.4414) < 5e-5


@pytest.mark.parametrize("exercise", NUMBERED.values(), ids=NUMBERED)
def test_nothing_to_be_read_holds_the_formula(exercise):
    assert list(selftest.leaks(exercise)) == []


def test_the_leak_test_sees():
    exercise = EXERCISES["shrinkage"]
    leaking = replace(exercise, hint="Take sigma ** 2 / (sigma**2 + tau**2).")
    assert list(selftest.leaks(leaking))


# Recognised otherwise than by a formula or an extreme input: by the generator's record, by what was
# written into, by None, by steps in between. Each has a test of its own.
OTHERWISE = {"R1", "R2", "S3", "S6", "S12", "H15", "M4", "P11"}


def test_a_hundred_mistakes_of_the_catalogue_are_known():
    """By its letters and numbers; own names have none."""
    known = {id for id in selftest.named_ids(EXERCISES.values()) if re.fullmatch(r"[A-Z]\d+", id)}
    assert len(known | OTHERWISE) >= 100
