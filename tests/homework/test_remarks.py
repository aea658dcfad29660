"""What a remark says is true of the function it is about."""
from dataclasses import replace

import numpy as np
import pytest

from gibbspool.homework import harness, remarks
from gibbspool.homework.bank import Candidate
from gibbspool.homework.exercise import Function, Script
from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.judge import judged
from gibbspool.homework.showing import arguments_shown, shown


def right(name):
    return EXERCISES[name].right


def verdict(name, function):
    return judged(EXERCISES[name], function, 5)


def in_integers(sigma, tau):
    B = np.zeros(len(sigma), int)
    B[:] = right("shrinkage")(sigma, tau)
    return B


def counts_in_place(counts, alpha, pi0):
    found = counts.copy()
    found[:] = right("shares_given")(counts, alpha, pi0)
    return found


def mean_only(y, sigma, mu, tau):
    return right("theta_given")(y, sigma, mu, tau)[0]


def one_power(tau, theta, mu, scale):
    return -np.log(tau) - ((theta - mu)**2).sum() / (2 * tau**2) - tau**2 / (2 * scale**2)


def product_of_sds(y, sigma, mu, tau):
    return right("theta_given")(y, sigma, mu, tau)[0], sigma * tau / (sigma + tau)


def no_squares(y, sigma, mu, tau):
    return (y * tau + mu * sigma) / (sigma + tau), sigma * tau / (sigma + tau)


def twice_as_wide(log_p, x, log_height, width, u):
    low = x - width * u
    high = low + 2 * width
    while log_p(low) > log_height:
        low -= width
    while log_p(high) > log_height:
        high += width
    return low, high


def high_one_more(log_p, x, log_height, width, u):
    low, high = right("slice_bounds")(log_p, x, log_height, width, u)
    return low, high + width


def transposed(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
    found = right("gibbs")(rng, start, draws, tune, y, sigma, m0, s0, a0, b0)
    return {**found, "theta": found["theta"].T}


def log_of_next(log_p, x, scale, z, u):
    return np.log(right("metropolis_positive")(log_p, x, scale, z, u))


def cdf_the_wrong_way(grid, log_p, u):
    p = np.exp(log_p - np.max(log_p))
    cdf = np.concatenate([[0.0], np.cumsum((p[1:] + p[:-1]) / 2 * np.diff(grid))])
    return np.interp(u, grid, cdf / cdf[-1])


def half_log_sd(x, mean, sd):
    return right("normal_logpdf")(x, mean, sd) + 0.5 * np.log(sd)


def whole_half(theta, mu, a0, b0):
    return a0 + len(theta) // 2, right("tau2_given")(theta, mu, a0, b0)[1]


def per_cent_of_mu(y, sigma, mu, tau):
    return right("reduction_percent")(y, sigma, mu, tau) * y / mu


def rounded_up(draws, prob, ordered=None):
    ordered = np.sort(draws) if ordered is None else ordered
    k = int(np.ceil(prob * len(ordered)))
    first = np.argmin(ordered[k:] - ordered[:len(ordered) - k])
    return ordered[first], ordered[first + k]


def not_sorted(draws, prob):
    k = int(np.floor(prob * len(draws)))
    first = np.argmin(draws[k:] - draws[:len(draws) - k])
    return draws[first], draws[first + k]


def eight(theta, tau, m0, s0):
    precision = 8 / tau**2 + 1 / s0**2
    return (theta.sum() / tau**2 + m0 / s0**2) / precision, 1 / np.sqrt(precision)


def x_again(log_p, x, log_height, low, high, u):
    return x


def over_sd(x, mean, sd):
    return -(x - mean)**2 / (2 * sd) - np.log(sd) - 0.5 * np.log(2 * np.pi)


def per_mille(draws):
    return tuple(np.percentile(draws, [0.055, 0.945]))


def mean_of_theta(theta, tau, m0, s0):
    return theta.mean(), right("mu_given")(theta, tau, m0, s0)[1]


RECOGNISED = [
    ("normal_logpdf", over_sd, "P1", "not squared"),
    ("predictive_interval", per_mille, "percent", "0 to 100"),
    ("mu_given", mean_of_theta, "C9", "the prior has no say in it"),
    ("shrinkage", in_integers, "N7", "array of integers"),
    ("shares_given", counts_in_place, "N7", "array of integers"),
    ("log_tau_given", one_power, "C11", "once"),
    ("theta_given", product_of_sds, "C1", "sd"),
    ("theta_given", no_squares, "C1", "variances belong there"),
    ("slice_bounds", twice_as_wide, "L1", "twice"),
    ("slice_bounds", high_one_more, "one_more", "upper end"),
    ("metropolis_positive", log_of_next, "log_of_it", "log"),
    ("griddy", cdf_the_wrong_way, "axes", "the other way round"),
    ("normal_logpdf", half_log_sd, "half_log_sd", "halved"),
    ("tau2_given", whole_half, "C12", "//"),
    ("reduction_percent", per_cent_of_mu, "of_mu", "mu"),
    ("shortest_interval", rounded_up, "one_more", "one draw"),
    ("shortest_interval", not_sorted, "not_sorted", "sorted"),
    ("mu_given", eight, "C23", "eight groups"),
    ("slice_shrink", x_again, "never", "x itself"),
]


@pytest.mark.parametrize("name, function, id, says", RECOGNISED,
                         ids=[f"{one[0]} {one[1].__name__}" for one in RECOGNISED])
def test_one_cause_is_recognised_as_one(name, function, id, says):
    found = verdict(name, function)
    assert found.mistakes == (id,) and says in found.remark
    assert found.score == pytest.approx(3.1)
    assert "not recognised" not in found.remark and "not known" not in found.remark


def test_a_product_of_standard_deviations_does_not_grow_by_the_square():
    assert "square of what" not in verdict("theta_given", product_of_sds).remark


def test_one_array_where_two_are_wanted():
    """Of two groups, too: an array of two numbers is no pair."""
    found = verdict("theta_given", mean_only)
    assert found.verdict == "shape" and "2 things are wanted: return mean, sd" in found.remark
    assert "single number" not in found.remark
    pair = verdict("theta_given", lambda y, sigma, mu, tau: np.array(
        right("theta_given")(y, sigma, mu, tau)))
    assert pair.score == 10  # an array of both is one


def test_rows_and_columns_exchanged():
    found = verdict("gibbs", transposed)
    assert "rows and columns are exchanged" in found.remark and "too few" not in found.remark


def test_a_product_that_underflows_has_nothing_to_do_with_integers():
    def by_product(tau, theta, mu, scale):
        with np.errstate(all="ignore"):
            p = np.prod(np.exp(-(theta[:, None] - mu)**2 / (2 * tau**2)) / tau, axis=0)
            log_p = np.log(p) - tau**2 / (2 * scale**2)
        return np.where(tau > 0, log_p, -np.inf)

    found = verdict("log_tau_given", by_product)
    assert found.verdict == "right" and "N1" in found.mistakes and "N7" not in found.mistakes


@pytest.mark.parametrize("name, function", [
    ("rhat", lambda draws: 1 + draws.mean(axis=1).std()),
    ("hmc", lambda log_p, gradient, q, h, steps, inverse_mass, z, u: q + 0.31 * h * z),
    ("slice_shrink", lambda log_p, x, log_height, low, high, u: x + 0.01 * (high - low)),
    ("shortest_interval", lambda draws, prob: rounded_up(draws, 0.97 * prob)),
], ids=["rhat", "hmc", "slice_shrink", "shortest_interval"])
def test_only_what_never_moves_is_said_not_to_move(name, function):
    """A right answer moves with it somewhere, if not where this one was tried."""
    found = verdict(name, function)
    assert "nothing more to say" not in found.remark and "must not change" not in found.remark


def test_what_never_moves_must_not():
    found = verdict("rate_given", lambda y, exposure, a, b: (a + y + 0.01 * b**2, b + exposure))
    assert "Changing b alone must not change shape; with your code it changes." in found.remark


def test_what_has_to_move():
    found = verdict("slice_bounds", lambda log_p, x, log_height, width, u: (
        x - 0.31 * width, x + 1.7 * width * u))
    assert "alone must change" in found.remark and "it stays the same" in found.remark


def test_what_is_said_not_to_move_says_how_it_was_moved():
    """Standardised by its own mean and spread, theta is moved in vain: in this way only."""
    found = verdict("to_raw", lambda theta, mu, tau: (theta - theta.mean()) / theta.std())
    assert "Changing theta alone (each element x to 1.25 x + 0.1) must change" in found.remark


def test_a_mistake_in_all_parts_is_not_said_of_one():
    found = verdict("mu_given", lambda theta, tau, m0, s0: (theta.mean(), tau / len(theta)))
    assert "nothing of what you return" not in found.remark and "Several" not in found.remark


def test_the_same_two_remarks_in_another_order_are_said_once():
    found = verdict("log_tau_given", lambda tau, theta, mu, scale: -np.log(tau) * (
        len(theta) + 1) - ((theta - mu)**2).sum() / (2 * tau**2))
    assert {"C9", "P8"} < set(found.mistakes) and "Several" not in found.remark


def test_a_loop_without_an_end_is_one_fault():
    def no_end(log_p, x, log_height, low, high, u):
        for number in u:
            proposal = low + (high - low) * number
            if log_p(proposal) > log_height:
                return proposal
            low, high = (proposal, high) if proposal < x else (low, proposal)

    found = verdict("slice_shrink", no_end)
    assert found.verdict == "right" and "x itself" in found.remark
    assert "rounding" not in found.remark


def test_rounded_numbers():
    def four_digits(y, sigma, mu, tau):
        return tuple(np.round(part, 4) for part in right("theta_given")(y, sigma, mu, tau))

    found = verdict("theta_given", four_digits)
    assert "Rounded? Return all digits." in found.remark and "not known" not in found.remark
    coarse = verdict("width_reduction", lambda hierarchical, no_pooling: round(
        right("width_reduction")(hierarchical, no_pooling)))
    single = verdict("shrinkage", lambda sigma, tau: right("shrinkage")(sigma, tau).astype("f4"))
    assert "Rounded?" in coarse.remark and "Rounded?" in single.remark
    near = verdict("shrinkage", lambda sigma, tau: right("shrinkage")(sigma, 1.001 * tau))
    assert "Rounded?" not in near.remark


def test_a_hat_is_no_power():
    found = verdict("shrinkage", lambda sigma, tau: sigma ^ 2)
    assert found.verdict == "error" and "The power in Python is **" in found.remark


def test_no_end_or_too_slow():
    assert remarks.ended({"what": "timeout", "seconds": 5.0}).startswith(
        "No answer came within 5 seconds of computing: a loop that never ends, or far too slow?")
    assert remarks.ended({"what": "timeout"}).startswith("No answer came: a loop")


def test_the_same_correction_is_one_remark():
    def step(log_p, x, scale, z, u):
        proposal = x * np.exp(scale * z)
        return proposal if np.log(u) < log_p(proposal) - log_p(x) else x

    found = verdict("metropolis_positive", step)
    assert found.mistakes == ("M5", "M7") and "Several" not in found.remark
    assert found.remark.startswith("The change of variable is missing")


def test_names_keep_their_case():
    assert remarks.sentence("a0 is left out", ("a0",)) == "a0 is left out."
    assert remarks.sentence("y stands where theta belongs") == "Y stands where theta belongs."
    assert remarks.sentence("gammaln(y) is a log") == "gammaln(y) is a log."
    assert remarks.sentence("your sd") == "Your sd."
    half_a0 = verdict("tau2_given", lambda theta, mu, a0, b0: (
        len(theta) / 2, ((theta - mu)**2).sum() / 2))
    assert half_a0.remark.startswith("a0 and b0 are left out")


def test_what_was_written_into_is_copied_by_name():
    assert remarks.changed(["p", "q"]) == (
        "Your function changed p and q, which belong to the caller. Copy first: p = p.copy(), "
        "q = q.copy().")
    assert "a new dictionary" in remarks.changed(["state"])


def test_functions_are_shown_as_they_can_be_typed():
    """Evaluated, each gives the values of the density, to the four digits that are shown."""
    rng = np.random.default_rng(1)
    shown_once = set()
    for exercise in EXERCISES.values():
        for given in [exercise.smallest, *(edge.arguments for edge in exercise.edges),
                      *(exercise.probe(rng) for _ in range(9) if exercise.probe)]:
            for one in given.values():
                if not isinstance(one, Function) or one.of == "values":
                    continue
                typed = eval(shown(one), {"np": np})
                x = given["q"] if "q" in given else given["x"]
                value = harness.argument(harness.tagged(one))(x)
                with np.errstate(all="ignore"):
                    assert np.allclose(typed(x), value, rtol=2e-3, atol=2e-3, equal_nan=True) or (
                        np.any(np.asarray(x) <= 0) and not np.isfinite(typed(x)).all()), shown(one)
                shown_once.add((one.density, one.of))
    assert len(shown_once) >= 9


def test_generators_are_shown_by_what_makes_them():
    text = arguments_shown({"rng": Script(7), "shape": 4.0})
    assert text == "rng=ScriptedRng(7) (from gibbspool.homework.scripted), shape=4"


def test_two_explanations_are_both_said():
    exercise = EXERCISES["theta_given"]
    found = [(Candidate(exercise, (mistake,)),) * 2 for mistake in exercise.mistakes[:2]]
    text = remarks.named(found, ["mean"])
    assert text.startswith("Your mean is right.\nSeveral mistakes give exactly these numbers. ")
    assert "Either: Your sd is a variance" in text and "\nor: Your sd shrinks" in text


def test_no_remark_says_either_for_one_and_the_same_thing():
    for exercise in EXERCISES.values():
        for one in exercise.mistakes:
            for other in exercise.mistakes:
                if one.switches and one.switches == other.switches:
                    assert one.say == other.say, (exercise.name, one.id, other.id)
    assert "Several" not in verdict("log_tau_given", lambda tau, theta, mu, scale: right(
        "log_tau_given")(tau, theta, mu, scale) + np.log(tau)).remark


def test_a_mistake_in_a_smaller_bank_still_cuts_decimals():
    """Cut decimals are looked for in every exercise, whatever its own mistakes are."""
    few = replace(EXERCISES["kept_share"], mistakes=())
    found = judged(few, lambda sigma, tau: np.zeros(len(sigma), int), 5)
    assert found.mistakes == ("N7",)
