"""Answers that a judge is easily wrong about: right ones that look wrong, and the reverse."""
import numpy as np
import pytest
from scipy import special

from gibbspool.homework import harness
from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.judge import calls_for, judge, judged

SHRINKAGE, DRAW, SWEEP = EXERCISES["shrinkage"], EXERCISES["draw_tau"], EXERCISES["sweep"]
GIBBS, HMC, NEW = EXERCISES["gibbs"], EXERCISES["hmc"], EXERCISES["new_group"]


def answers_of(exercise, function, seed=5):
    calls = calls_for(exercise, seed)
    return calls, [harness.perform(function, harness.request(call)) for call in calls]


# ---- acceptance that differs by a guard

def guarded(name, guard):
    """A right step whose logarithm is kept from 0 by adding something to u."""
    right = EXERCISES[name].right
    return lambda u, **given: right(u=u + guard, **given)


@pytest.mark.parametrize("name", ["metropolis", "metropolis_positive", "hmc"])
def test_a_guard_of_the_logarithm(name):
    assert judged(EXERCISES[name], guarded(name, 1e-8), 5).score == 10
    found = judged(EXERCISES[name], guarded(name, 1e-5), 5)
    assert found.verdict == "property" and found.score == 1
    assert "change at another u" in found.remark and "are right." not in found.remark
    assert " for u up to 0." in found.probe["returned"] != found.expected


def test_u_is_never_closer_to_0_than_a_careful_function_allows():
    def careful(log_p, x, scale, z, u):
        if not 1e-12 < u < 1:
            raise ValueError("u must lie in (0, 1)")
        return EXERCISES["metropolis"].right(log_p, x, scale, z, u)

    assert judged(EXERCISES["metropolis"], careful, 5).score == 10


def no_jacobian(log_p, x, scale, z, u):
    proposal = x * np.exp(scale * z)
    return proposal if np.log(u) < log_p(proposal) - log_p(x) else x


def test_a_process_that_ended_before_the_acceptance_was_looked_at():
    exercise = EXERCISES["metropolis_positive"]
    calls, answers = answers_of(exercise, no_jacobian)
    answered = sum(call.purpose in ("smallest", "probe") for call in calls)
    for what, verdict in (("timeout", "timeout"), ("killed", "error")):
        ending = {"what": what, "seconds": 5.0}
        found = judge(exercise, calls, answers[:answered], ending=ending)
        assert found.verdict == verdict and found.score == 0


# ---- what cannot be read

def test_values_nested_without_end():
    deep = {"d": "f", "s": [], "x": ["0x1p+0"]}
    for _ in range(5000):
        deep = {"t": [deep]}
    with pytest.raises(ValueError, match="not a value"):
        harness.decode(deep)
    for answer in ({"value": deep}, {"value": {"t": [deep, deep]}},
                   {"error": {"type": deep, "message": deep}}):
        calls = calls_for(SHRINKAGE, 5)
        assert judge(SHRINKAGE, calls, [answer] * len(calls)).verdict in ("shape", "error")
    nested = 1.0
    for _ in range(100):
        nested = (nested,)
    assert judged(SHRINKAGE, lambda sigma, tau: nested, 5).verdict == "shape"


# ---- the last resort

def one_number(rng, state, y, sigma, m0, s0, a0, b0):
    """Three mistakes after a call whose numbers have no script."""
    rng.permutation(3)
    precision = 1 / sigma**2 + 1 / state["tau"]**2
    theta = ((y / sigma**2 + state["mu"] / state["tau"]**2) / precision
             + rng.standard_normal() / np.sqrt(precision))
    mu = rng.normal(theta.mean(), state["tau"] / np.sqrt(len(y)))
    squares = ((theta - mu)**2).sum() / 2
    return {"theta": theta, "mu": mu,
            "tau": np.sqrt((b0 + squares) / rng.gamma(a0 + (len(y) - 1) / 2))}


def only_where_it_is_looked_at(rng, shape, scale):
    rng.permutation(3)
    return np.sqrt(scale / rng.gamma(shape)) if shape == 4.0 else 1.0


@pytest.mark.parametrize("exercise, function", [
    (SWEEP, one_number), (DRAW, only_where_it_is_looked_at),
    (DRAW, lambda rng, shape, scale: np.sqrt(1.06 * scale / rng.permutation(
        [rng.gamma(shape)])[0])),
    (NEW, lambda rng, mu, tau: rng.laplace(mu, tau)),
    pytest.param(NEW, lambda rng, mu, tau: mu + tau * rng.standard_t(3, len(mu)),
                 marks=pytest.mark.long),
    pytest.param(NEW, lambda rng, mu, tau: rng.logistic(mu, tau * np.sqrt(3) / np.pi),
                 marks=pytest.mark.long),
    (NEW, lambda rng, mu, tau: mu + tau * rng.triangular(-np.sqrt(6), 0, np.sqrt(6), len(mu)))])
def test_a_call_without_a_script_opens_no_door(exercise, function):
    found = judged(exercise, function, 5)
    assert found.verdict != "right" and found.score <= 2.1


def test_a_recognised_mistake_stays_one_whatever_else_is_called():
    def unneeded(rng, mu, tau):
        rng.permutation(3)
        return mu + tau**2 * rng.standard_normal(len(mu))

    assert judged(NEW, unneeded, 5).mistakes == ("P1",)


def marsaglia_tsang(rng, shape):
    """A gamma number by Marsaglia and Tsang (2000)."""
    d = shape - 1 / 3
    while True:
        z = rng.standard_normal()
        v = (1 + z / np.sqrt(9 * d))**3
        if v > 0 and np.log(rng.random()) < z**2 / 2 + d - d * v + d * np.log(v):
            return d * v


def box_muller(rng, size):
    u, v = rng.random((2, size))
    return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)


@pytest.mark.parametrize("exercise, function", [
    (DRAW, lambda rng, shape, scale: np.sqrt(scale / special.gammaincinv(shape, rng.uniform()))),
    (DRAW, lambda rng, shape, scale: np.sqrt(scale / marsaglia_tsang(rng, shape))),
    (NEW, lambda rng, mu, tau: mu + tau * box_muller(rng, len(mu)))])
def test_other_ways_to_random_numbers(exercise, function):
    found = judged(exercise, function, 1)
    assert found.verdict == "right" and found.score == 10


# ---- the sampler's first row

def start_not_used(rng, start, draws, tune, y, *others):
    return GIBBS.right(rng, {"theta": 0 * y, "mu": 0.0, "tau": 1.0}, draws, tune, y, *others)


def wrong_first_row(rng, start, draws, *others):
    kept = GIBBS.right(rng, start, draws, *others)
    kept["theta"][0] = -99.0  # the next sweep needs mu and tau alone
    return kept


def start_after_the_warm_up(rng, start, draws, tune, *others):
    GIBBS.right(rng, start, tune, 0, *others)
    return GIBBS.right(rng, start, draws, 0, *others)


@pytest.mark.parametrize("function", [
    start_not_used, *(pytest.param(one, marks=pytest.mark.long)
                      for one in (wrong_first_row, start_after_the_warm_up))])
def test_the_first_row_follows_from_the_start(function):
    def sampler(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
        return function(rng, start, draws, tune, y, sigma, m0, s0, a0, b0)

    found = judged(GIBBS, sampler, 5)
    assert found.verdict != "right" and found.score == 1


def test_the_first_row_by_other_numbers():
    def sampler(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
        rng.random()
        state, rows = start, []
        for _ in range(tune + draws):
            precision = 1 / sigma**2 + 1 / state["tau"]**2
            mean = (y / sigma**2 + state["mu"] / state["tau"]**2) / precision
            theta = np.array([m - rng.normal() / np.sqrt(p) for m, p in zip(mean, precision)])
            precision = len(y) / state["tau"]**2 + 1 / s0**2
            mean = (theta.sum() / state["tau"]**2 + m0 / s0**2) / precision
            mu = mean + special.ndtri(rng.random()) / np.sqrt(precision)
            scale = b0 + ((theta - mu)**2).sum() / 2
            tau = np.sqrt(scale / special.gammaincinv(a0 + len(y) / 2, rng.random()))
            state = {"theta": theta, "mu": mu, "tau": tau}
            rows.append(state)
        return {name: np.array([row[name] for row in rows[tune:]]) for name in state}

    assert judged(GIBBS, sampler, 5).score == 10


# ---- what must be infinite, what must be the same twice, what must hold everywhere

def test_only_minus_infinity_is_minus_infinity():
    exercise = EXERCISES["log_tau_given"]

    def large(tau, theta, mu, scale):
        return np.where(tau > 0, exercise.right(tau, theta, mu, scale), 12345.0)

    found = judged(exercise, large, 5)
    assert found.mistakes == ("C22",) and found.score < 10


def test_wrong_on_every_second_call():
    calls = []

    def forgetful(sigma, tau):
        calls.append(1)
        return sigma**2 / (sigma**2 + tau**2) if len(calls) % 2 else 0 * sigma - 7

    found = judged(SHRINKAGE, forgetful, 5)
    assert found.verdict == "property" and found.score == 1 and found.mistakes == ("S6",)
    assert found.probe


def test_writing_the_same_values_into_an_argument_costs_as_any_writing_does():
    def writes(sigma, tau):
        sigma[:] = 1.0 * sigma
        return sigma**2 / (sigma**2 + tau**2)

    found = judged(SHRINKAGE, writes, 5)
    assert found.verdict == "right" and found.mistakes == ("S3",) and found.score < 10


def test_a_rule_that_is_wrong_on_one_kind_of_density_alone():
    def partly(log_p, x, scale, z, u):
        proposal = x + scale * z
        power = 0.7 if type(log_p.__self__).__name__ == "Lognormal" else 1.0
        return proposal if np.log(u) < power * (log_p(proposal) - log_p(x)) else x

    found = judged(EXERCISES["metropolis"], partly, 5)
    assert found.verdict != "right" and found.score == 1


# ---- extreme inputs

def test_an_extreme_input_that_hangs_or_raises_gets_no_name():
    exercise = EXERCISES["tau2_given"]

    def no_single_group(theta, mu, a0, b0):
        if len(theta) == 1:
            raise KeyError("one")
        return exercise.right(theta, mu, a0, b0)

    found = judged(exercise, no_single_group, 5)
    assert found.verdict == "right" and found.mistakes == () and "KeyError" in found.remark
    assert found.probe["arguments"].startswith("theta=[4.25]") and found.expected
    calls, answers = answers_of(exercise, exercise.right)
    hangs = [call.purpose for call in calls].index("edge 2")
    found = judge(exercise, calls, answers[:hangs], ending={"what": "timeout", "seconds": 5.0})
    assert found.verdict == "right" and 8 < found.score < 10 and found.mistakes == ()
    assert 'input "many groups" no answer came' in found.remark


def test_a_lost_extreme_input_is_shown():
    found = judged(SHRINKAGE, lambda sigma, tau: 1 - tau**2 / (tau**2 + sigma**2), 5)
    assert found.verdict == "right" and found.mistakes == ("N9",)
    assert found.probe["arguments"] and found.probe["returned"] and found.expected


def test_a_path_that_ends_where_the_density_is_nan():
    """Its end is a finite place: looking at the place alone is not enough."""
    def looks_at_the_place(log_p, gradient, q, h, steps, inverse_mass, z, u):
        p = z / np.sqrt(inverse_mass)
        new_q, new_p = EXERCISES["leapfrog"].right(gradient, q, p, h, steps, inverse_mass)
        log_ratio = (log_p(new_q) - 0.5 * inverse_mass @ new_p**2
                     - log_p(q) + 0.5 * inverse_mass @ p**2)
        return q if np.isnan(new_q).any() or np.log(u) > log_ratio else new_q

    found = judged(HMC, looks_at_the_place, 5)
    assert found.mistakes == ("H16",) and found.score < 10


# ---- right ones

def test_arguments_by_place():
    def by_place(sigma, tau, /):
        return sigma**2 / (sigma**2 + tau**2)

    assert judged(SHRINKAGE, by_place, 5).score == 10


def test_one_minus_the_factor_is_the_kept_share():
    kept = EXERCISES["kept_share"]
    assert judged(kept, lambda sigma, tau: 1 - sigma**2 / (sigma**2 + tau**2), 5).score == 10


# ---- every recognised cause has an id

@pytest.mark.parametrize("name, function, id", [
    ("theta_given", lambda y, sigma, mu, tau: (EXERCISES["theta_given"].right(y, sigma, mu, tau)[0],
                                               3 * tau / np.hypot(1, tau / sigma)), "factor"),
    ("log_tau_given", lambda tau, theta, mu, scale: EXERCISES["log_tau_given"].right(
        tau, theta, mu, scale) + 1.3 * np.log(tau), "term"),
    ("tau2_given", lambda theta, mu, a0, b0: (a0 + len(theta) / 2, b0 + np.exp(theta).sum()),
     "unit"),
    ("rate_given", lambda y, exposure, a, b: (a + y + np.sin(b), b + exposure), "moves")])
def test_causes_without_a_name_in_the_bank(name, function, id):
    found = judged(EXERCISES[name], function, 5)
    assert found.verdict == "property" and found.mistakes == (id,)


def test_only_arguments_can_be_written_into():
    calls, answers = answers_of(SHRINKAGE, SHRINKAGE.right)
    found = judge(SHRINKAGE, calls, [{**answer, "moved": ["BUY NOW"]} for answer in answers])
    assert found.verdict == "right" and found.score == 10 and found.remark == ""
