"""The ladder of verdicts, step by step, from numbers alone."""
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from gibbspool.homework import harness
from gibbspool.homework.exercise import VERDICTS
from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.judge import Shares, calls_for, judge, judged

THETA = EXERCISES["theta_given"]
FIELDS = {"name", "number", "verdict", "score", "max_score", "mistakes", "remark", "probe"}


def shrunk(y, sigma, mu, tau):
    B = sigma**2 / (sigma**2 + tau**2)
    return (1 - B) * y + B * mu, np.sqrt(1 - B) * sigma


def answers_of(exercise, function, seed=5):
    calls = calls_for(exercise, seed)
    return calls, [harness.perform(function, harness.request(call)) for call in calls]


def test_what_has_not_begun():
    calls = calls_for(THETA, 5)
    for status in ("missing", "stub"):
        found = judge(THETA, calls, [], found={"status": status})
        assert found.verdict == "missing" and found.score == 0 and "ot started" in found.remark
    found = judge(THETA, calls, [], found={"arguments": ["sigma", "y", "mu", "tau"]})
    assert found.verdict == "error" and found.mistakes == ("P11",)
    assert "takes (y, sigma, mu, tau), not (sigma, y, mu, tau)" in found.remark
    broken = {"status": "file", "error": {"type": "SyntaxError", "message": "oh", "line": 3}}
    assert "SyntaxError (line 3)" in judge(THETA, calls, [], found=broken).remark


def test_a_right_answer_has_all_points_and_says_nothing():
    found = judged(THETA, THETA.right, 5)
    assert found.verdict == "right" and found.score == found.max_score == 10
    assert found.remark == "" and found.probe is None and found.mistakes == ()


def test_points_of_a_named_mistake():
    """A tenth for running, and three tenths of the seven for right values."""
    found = judged(THETA, lambda y, sigma, mu, tau: (shrunk(y, sigma, mu, tau)[0],
                                                     shrunk(y, sigma, mu, tau)[1]**2), 5)
    assert found.verdict == "named" and found.mistakes == ("P1",)
    assert found.score == pytest.approx(3.1)
    assert found.remark.startswith("Your mean is right.\nYour sd is a variance")
    assert found.probe["arguments"] == "y=[4, -2], sigma=[1, 3], mu=1, tau=2"
    assert found.probe["returned"] == "mean=[3.4, 0.07692], sd=[0.8, 2.769]"
    assert "0.8944" in found.expected and "0.8944" not in json.dumps(found.as_json())
    assert set(found.as_json()) == FIELDS


def test_an_edge_costs_its_share_only():
    found = judged(THETA, shrunk, 5)
    assert found.verdict == "right" and found.mistakes == ("N9",) and 9 < found.score < 10


def test_an_answer_that_writes_into_its_arguments():
    def writes(y, sigma, mu, tau):
        found = THETA.right(y, sigma, mu, tau)
        y[:] = found[0]
        return found

    found = judged(THETA, writes, 5)
    assert found.verdict == "right" and "S3" in found.mistakes and found.score < 10
    assert "changed y, which belongs to the caller. Copy first: y = y.copy()" in found.remark


@pytest.mark.parametrize("function, id, says", [
    (lambda y, sigma, mu, tau: shrunk(y[:, None], sigma, mu, tau), "N5", "a column met a row"),
    (lambda y, sigma, mu, tau: shrunk(y, sigma, mu, tau)[0].sum(), "", "2 things are wanted"),
    (lambda y, sigma, mu, tau: tuple(map(np.mean, shrunk(y, sigma, mu, tau))), "N6",
     "summed or averaged"),
    (lambda y, sigma, mu, tau: None, "", "return statement missing"),
    (lambda y, sigma, mu, tau: {"mean": y}, "", "a dictionary where 2 things are wanted"),
    (lambda y, sigma, mu, tau: ("a", "b"), "", "a text")])
def test_shapes(function, id, says):
    found = judged(THETA, function, 5)
    assert found.verdict == "shape" and says in found.remark and found.score == 0
    assert found.mistakes == ((id,) if id else ())


def test_what_is_not_finite():
    found = judged(THETA, lambda y, sigma, mu, tau: (y * np.nan, sigma), 5)
    assert found.verdict in ("shape", "named") and found.score < 4


def test_errors_name_the_line_and_eight_groups():
    def eight(y, sigma, mu, tau):
        mean, sd = THETA.right(y, sigma, mu, tau)
        return [mean[j] for j in range(8)], sd

    found = judged(THETA, eight, 5)
    assert found.verdict == "error" and "IndexError" in found.remark
    assert found.mistakes == ("C23",) and "for eight groups" in found.remark


def test_what_never_came():
    calls, answers = answers_of(THETA, THETA.right)
    for what, verdict in (("timeout", "timeout"), ("exit", "error"), ("killed", "error"),
                          ("memory", "error"), ("output", "error")):
        found = judge(THETA, calls, answers[:3], ending={"what": what, "seconds": 5.0})
        assert found.verdict == verdict and found.score == 0 and found.remark
    assert "within 5 seconds" in judge(THETA, calls, answers[:3],
                                       ending={"what": "timeout", "seconds": 5.0}).remark
    # what is missing beyond the generic arguments costs no more than the edges
    kept = [answer if call.purpose in ("smallest", "probe") else None
            for call, answer in zip(calls, answers)]
    found = judge(THETA, calls, kept)
    assert found.verdict == "right" and found.score == pytest.approx(8 + 2 / 6)


def test_other_shares_of_the_points():
    calls, answers = answers_of(THETA, shrunk)
    found = judge(THETA, calls, answers, shares=Shares(runs=0, values=1, edges=0, named=0))
    assert found.score == 10


def test_ambiguous_mistakes_are_all_listed():
    exercise = EXERCISES["metropolis_positive"]

    def step(log_p, x, scale, z, u):
        proposal = x * np.exp(scale * z)
        return proposal if np.log(u) < log_p(proposal) - log_p(x) else x

    found = judged(exercise, step, 5)
    assert set(found.mistakes) == {"M5", "M7"}


def test_a_pair_is_named_part_by_part():
    def two(y, sigma, mu, tau):
        B = sigma**2 / (sigma**2 + tau**2)
        return B * y + (1 - B) * mu, (1 - B) * sigma**2

    found = judged(THETA, two, 5)
    assert set(found.mistakes) == {"C2", "P1"} and found.score == pytest.approx(1 + 7 * 0.15)


def test_parts_in_another_order():
    found = judged(THETA, lambda y, sigma, mu, tau: THETA.right(y, sigma, mu, tau)[::-1], 5)
    assert found.mistakes == ("P11",) and "another order" in found.remark


@pytest.mark.parametrize("name, function, says", [
    ("theta_given", lambda y, sigma, mu, tau: (THETA.right(y, sigma, mu, tau)[0],
                                               3 * THETA.right(y, sigma, mu, tau)[1]),
     "too large by the same factor 3"),
    ("theta_given", lambda y, sigma, mu, tau: (THETA.right(y, sigma, mu, tau)[0],
                                               THETA.right(y, sigma, mu, tau)[1] * tau),
     "off by the factor tau^1.00"),
    ("log_tau_given", lambda tau, theta, mu, scale: EXERCISES["log_tau_given"].right(
        tau, theta, mu, scale) + 1.3 * np.log(tau), "factor tau^+1.3"),
    ("tau2_given", lambda theta, mu, a0, b0: (a0 + len(theta) / 2, b0 + np.exp(theta).sum()),
     "becomes")])
def test_constants_powers_terms_and_properties(name, function, says):
    found = judged(EXERCISES[name], function, 5)
    assert found.verdict == "property" and says in found.remark and found.score == 1


def test_what_moves_and_must_not():
    found = judged(EXERCISES["shares_given"],
                   lambda counts, alpha, pi0: counts + alpha * pi0**1.7 + counts.max(), 5)
    assert found.verdict == "property"


def test_what_is_not_recognised():
    found = judged(EXERCISES["rate_given"], lambda y, exposure, a, b: (a + y + np.sin(y),
                                                                       b + exposure), 5)
    assert found.verdict == "wrong" and "Your rate is right." in found.remark
    assert "not known here" in found.remark and found.probe


def test_generators_that_are_not_used():
    draw = EXERCISES["draw_tau"]

    def from_numpy(rng, shape, scale):
        return np.sqrt(scale / np.random.gamma(shape))

    def anew(rng, shape, scale):
        return np.sqrt(scale / np.random.default_rng().gamma(shape))

    def own_seed(rng, shape, scale):
        return np.sqrt(scale / np.random.default_rng(1).gamma(shape))

    for function, id, score in ((from_numpy, "R1", 3.1), (anew, "R1", 3.1), (own_seed, "R2", 1)):
        found = judged(draw, function, 5)  # only draws that fit leave a part of the points
        assert found.mistakes == (id,) and found.score == pytest.approx(score)


def test_numbers_without_a_script_are_judged_by_many_draws():
    """A beta number of huge second parameter is a gamma number."""
    def right(rng, shape, scale):
        return np.sqrt(scale / (rng.beta(shape, 1e12) * 1e12))

    draw = EXERCISES["draw_tau"]
    found = judged(draw, right, 5)
    assert found.verdict == "right" and "many draws" in found.remark
    found = judged(draw, lambda rng, shape, scale: right(rng, shape + 1, scale), 5)
    assert found.verdict != "right"


def test_another_acceptance_rule_is_valid_where_it_balances():
    def lazy(log_p, x, scale, z, u):
        proposal = x + scale * z
        return proposal if u < 0.7 * min(1, np.exp(log_p(proposal) - log_p(x))) else x

    def sharp(log_p, x, scale, z, u):
        proposal = x + scale * z
        return proposal if u < min(1, np.exp(log_p(proposal) - log_p(x)))**1.3 else x

    exercise = EXERCISES["metropolis"]
    found = judged(exercise, lazy, 5)
    assert found.verdict == "right" and found.score == 10 and "It is valid" in found.remark
    found = judged(exercise, sharp, 5)
    assert found.verdict == "property" and "five states" in found.remark


def test_a_rejection_that_returns_nothing():
    def forgetful(log_p, x, scale, z, u):
        proposal = x + scale * z
        if np.log(u) < log_p(proposal) - log_p(x):
            return proposal

    found = judged(EXERCISES["metropolis"], forgetful, 5)
    assert found.mistakes == ("M4",) and "the old value again" in found.remark


def test_rows_of_the_sampler():
    gibbs = EXERCISES["gibbs"]

    def all_rows(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
        return gibbs.right(rng, start, draws + tune, 0, y, sigma, m0, s0, a0, b0)

    def wasteful(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
        rng.normal(size=3)
        return gibbs.right(rng, start, draws, tune, y, sigma, m0, s0, a0, b0)

    found = judged(gibbs, all_rows, 5)
    assert found.verdict == "shape" and found.mistakes == ("S10",) and "warm-up" in found.remark
    assert judged(gibbs, wasteful, 5).score == 10


def test_the_leapfrog_in_place():
    def in_place(gradient, q, p, h, steps, inverse_mass):
        for _ in range(steps):
            p += h / 2 * gradient(q)
            q += h * inverse_mass * p
            p += h / 2 * gradient(q)
        return q, p

    found = judged(EXERCISES["leapfrog"], in_place, 5)
    assert found.verdict == "right" and "H15" in found.mistakes and found.score < 10


def test_questions_in_words():
    why = EXERCISES["why_lognormal"]
    found = judged(why, lambda: "Because a rate is positive and so is whatever an exponential "
                                "function gives, always.", 5)
    assert found.verdict == "right" and found.max_score == 0 and why.words in found.remark
    found = judged(why, lambda: "dunno", 5)
    assert found.verdict == "wrong" and why.words not in found.remark


JUNK = [None, 7, "right", [], {}, {"value": 3}, {"value": {}}, {"value": {"d": "f", "s": [2]}},
        {"value": {"d": "f", "s": [-1], "x": ["0x1p+0"]}},
        {"value": {"d": "f", "s": [10**12], "x": []}},
        {"value": {"d": ["f"], "s": [], "x": ["0x1p+0"]}},
        {"value": {"d": "f", "s": [], "x": ["0x1p+99999"]}},
        {"value": {"d": "i", "s": [], "x": ["nan"]}},
        {"value": {"d": "f", "s": [2], "x": ["nan", "inf"]}},
        {"value": {"t": [{"w": "1"}, {"o": "None"}]}}, {"value": {"t": 3}}, {"value": {"m": []}},
        {"value": {"f": "lognormal", "p": [], "of": "log_p"}}, {"value": {"rng": 1}},
        {"error": "x"}, {"error": {"type": 3, "message": [], "line": "x"}},
        {"value": {"w": "right"}, "moved": 3, "rng": {"taken": "x"}, "global": "yes"},
        {"value": {"d": "f", "s": [], "x": ["0x1p+0"]}, "rng": {"taken": {"normal": "x"}},
         "threshold": "x", "at_one": {"d": "f", "s": [], "x": ["0x1p+0"]}}]


@pytest.mark.parametrize("name", ["theta_given", "sweep", "gibbs", "metropolis", "hmc", "griddy",
                                  "why_lognormal", "log_tau_given", "draw_tau"])
def test_forged_answers_are_wrong_answers(name):
    exercise = EXERCISES[name]
    calls = calls_for(exercise, 5)
    for junk in JUNK:
        found = judge(exercise, calls, [junk] * len(calls))
        assert found.verdict in VERDICTS and found.verdict != "right" and found.score <= 1
    mixed = [JUNK[k % len(JUNK)] for k in range(len(calls))]
    assert judge(exercise, calls, mixed).score == 0


def test_the_same_seed_gives_the_same_verdict():
    one, other = (judged(EXERCISES["rhat"], lambda draws: 1.0, 9) for _ in range(2))
    assert one == other
    assert calls_for(THETA, 1)[1].arguments["mu"] != calls_for(THETA, 2)[1].arguments["mu"]


def test_values_survive_the_journey():
    for value in (1.5, -0.0, math.inf, 3, True, np.arange(6.0).reshape(2, 3), np.array([1, 2]),
                  {"a": np.array([1.5]), "b": 2.0}, (np.zeros(2), 1.0), "text"):
        back = harness.decode(json.loads(json.dumps(harness.encode(value))))
        assert str(back) == str(value)
    assert math.isnan(harness.decode(harness.encode(np.nan)))
    assert harness.encode(1j) == {"o": "complex"} and harness.encode(None) == {"o": "None"}
    assert "o" in harness.encode(np.zeros(200_000)) and "o" in harness.encode(object())


def test_steps_that_need_no_acceptance_and_states_that_are_written_into():
    sweep = EXERCISES["sweep"]

    def corrected(rng, state, y, sigma, m0, s0, a0, b0):
        new = sweep.right(rng, state, y, sigma, m0, s0, a0, b0)
        return new if rng.random() < 0.5 else state

    def in_place(rng, state, y, sigma, m0, s0, a0, b0):
        state.update(sweep.right(rng, state, y, sigma, m0, s0, a0, b0))
        return state

    assert "S12" in judged(sweep, corrected, 5).mistakes
    found = judged(sweep, in_place, 5)
    assert found.verdict == "right" and found.mistakes == ("S6",)


def test_a_path_into_nan_has_to_be_refused():
    """`not (log u > ratio)` takes it: everything else is right."""
    hmc, leapfrog = EXERCISES["hmc"], EXERCISES["leapfrog"].right

    def refuses_by_comparison(log_p, gradient, q, h, steps, inverse_mass, z, u):
        p = z / np.sqrt(inverse_mass)
        new_q, new_p = leapfrog(gradient, q, p, h, steps, inverse_mass)
        log_ratio = (log_p(new_q) - 0.5 * inverse_mass @ new_p**2
                     - log_p(q) + 0.5 * inverse_mass @ p**2)
        return q if np.log(u) > log_ratio else new_q

    found = judged(hmc, refuses_by_comparison, 5)
    assert found.verdict == "right" and found.mistakes == ("H16",)
    assert found.score == pytest.approx(8 + 2 * 4 / 6)


def test_one_array_stored_every_time():
    gibbs, sweep = EXERCISES["gibbs"], EXERCISES["sweep"].right

    def same_array(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
        theta, state, kept = np.empty(len(y)), start, {"theta": [], "mu": [], "tau": []}
        for k in range(tune + draws):
            state = sweep(rng, state, y, sigma, m0, s0, a0, b0)
            theta[:] = state["theta"]
            if k >= tune:
                for name, value in (("theta", theta), ("mu", state["mu"]), ("tau", state["tau"])):
                    kept[name].append(value)
        return kept

    found = judged(gibbs, same_array, 5)
    assert found.mistakes == ("S4",) and "Your mu and tau are right." in found.remark


@pytest.mark.parametrize("exercise", [one for one in EXERCISES.values()
                                      if one.returns != "words"], ids=lambda one: one.name)
def test_any_wrong_answer_gets_to_a_verdict(exercise):
    """Wrong in a way that no formula explains: every rung of the ladder is passed."""
    def distort(x):
        x = np.asarray(x, dtype=float)
        return 1.01 * x + 0.003 * np.sin(7 * x)

    def distorted(**given):
        value = exercise.right(**given)
        if isinstance(value, dict):
            return {name: distort(part) for name, part in value.items()}
        return tuple(map(distort, value)) if isinstance(value, tuple) else distort(value)

    found = judged(replace(exercise, probes=8), distorted, 5)
    assert found.verdict in ("wrong", "property") and found.probe
    assert bool(found.mistakes) == (found.verdict == "property")
    assert found.score == 1 and found.remark.isascii()
