import re

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.distributions.spreads import RootInverseGamma
from gibbspool.homework.exercises.group_means import mu_given, theta_given
from gibbspool.homework.exercises.tau_squared import tau2_given
from gibbspool.player import mistake_words, mistakes, one_step, page
from gibbspool.player import wrong_samplers as samplers
from gibbspool.player.subject import Subject

KNOWN = samplers.samplers()
CODE = re.compile(r"[a-z0-9]_|\^|\b(theta|tau|mu|sigma)\b|Error|[{}]")


@pytest.fixture(scope="module")
def problem(eight):
    return mistakes.problem_of(eight)


@pytest.fixture(scope="module")
def twin(problem):
    return gp.exact(problem.model())


def found(sampler, problem, twin):
    """Whether each of the two checks finds something."""
    formulas = not all(one.ok for one in samplers.conditionals(sampler, problem))
    distances = samplers.invariance(sampler, problem, twin)
    return formulas, min(one["p"] for one in distances) < samplers.TOO_SELDOM / len(distances)


LONG = pytest.mark.long  # a random walk needs many sweeps


@pytest.mark.parametrize("walks", [False, pytest.param(True, marks=LONG)])
def test_neither_check_blames_a_right_sampler(problem, twin, walks):
    assert found(samplers.right(walks), problem, twin) == (False, False)


@pytest.mark.parametrize("name, formulas, draws", [
    ("C13", True, True), ("C20", False, True), ("C9", True, False),
    pytest.param("P1-theta", True, True, marks=LONG), pytest.param("S7", False, True, marks=LONG),
    pytest.param("S8-tau", True, False, marks=LONG), pytest.param("M5", False, True, marks=LONG),
    pytest.param("never", False, False, marks=LONG)])
def test_which_check_finds_what(problem, twin, name, formulas, draws):
    assert found(KNOWN[name], problem, twin) == (formulas, draws)


def test_conditionals_are_read_off_a_sweep(problem):
    """From nothing but the numbers that a sweep returns, the homework's formulas come back."""
    written = samplers.AsWritten(samplers.right(), problem)
    theta, mu, tau = np.linspace(-4, 20, 8), 3.0, 2.5
    at = written.theta_given(np.array(mu), np.array(tau))
    mean, sd = theta_given(problem.y, problem.sigma, mu, tau)
    np.testing.assert_allclose([at.mean, at.sd], [mean, sd], rtol=1e-12)
    at = written.mu_given(theta, np.array(tau))
    np.testing.assert_allclose([at.mean, at.sd], mu_given(theta, tau, problem.m0, problem.s0),
                               rtol=1e-12)
    shape, scale = tau2_given(theta, mu, problem.a0, problem.b0)
    x = np.array([0.5, 3.0, 11.0])
    np.testing.assert_allclose(
        written.tau_given(np.tile(theta, (3, 1)), np.full(3, mu)).logpdf(x),
        RootInverseGamma(shape, scale).logpdf(x), rtol=1e-10)


def test_what_is_not_drawn_is_said(problem):
    verdicts = samplers.conditionals(KNOWN["R4-theta"], problem)
    assert len(verdicts) == 1 and "theta is not drawn" in verdicts[0].remark


@pytest.mark.long
def test_every_mistake_can_be_shown(problem, twin):
    """Each sampler runs and each is judged; no remark on it has code in it."""
    start = {"theta": problem.y, "mu": 8.0, "tau": 6.0}
    for name, sampler in KNOWN.items():
        chain = samplers.chain(sampler, problem, start, 20, seed=1)
        assert chain["theta"].shape == (20, 8) and (chain["tau"] > 0).all(), name
        for verdict in samplers.conditionals(sampler, problem):
            assert verdict.name in mistake_words.CONDITIONALS
            said = re.sub("<[^>]*>", "", mistake_words.remark_as_html(verdict.remark))
            assert not CODE.search(said), (name, said)


def test_every_mistake_has_words_of_its_own_without_code():
    assert set(mistake_words.WORDS) == set(KNOWN)
    for name, words in mistake_words.WORDS.items():
        said = re.sub("<[^>]*>", "", mistake_words.as_html(words))
        assert said[0].isupper() or said[0] in "θτμu", said
        assert said.endswith(".") and not CODE.search(said), (name, said)


@pytest.mark.parametrize("remark, said", [
    ("the term in mu^2 is off: standard deviation and variance mixed up?",
     "the term in <i>μ</i><sup>2</sup> is off: standard deviation and variance mixed up?"),
    ("off by the factor tau^-8: is the number of groups right?",
     "off by the factor <i>τ</i><sup>\N{MINUS SIGN}8</sup>: is the number of groups right?"),
    ("ValueError: theta is not drawn: a < b", "<i>θ</i> is not drawn: a &lt; b")])
def test_remarks_have_symbols_and_powers(remark, said):
    assert mistake_words.remark_as_html(remark) == said


def test_kolmogorovs_distance():
    u = (np.arange(100) + 0.5) / 100
    assert samplers.distance(u)["distance"] == pytest.approx(0.005)
    assert samplers.distance(u)["p"] > 0.999 and samplers.distance(u**3)["p"] < 1e-6


def test_a_puzzle_shows_the_right_chain_beside_the_wrong_one(eight, problem):
    data = mistakes.page(Subject(eight, seed=4, mistake="C13")).data
    (puzzle,) = data["puzzles"]
    tau = puzzle["variables"]["τ"]
    wrong, right = tau["means"][puzzle["wrong"]], tau["means"][1 - puzzle["wrong"]]
    assert wrong > 1.5 * tau["mean"]  # its sum of squares is not halved
    assert right == pytest.approx(tau["mean"], rel=0.1)
    start = gp.exact(problem.model(eight.groups)).sample(1, 1, seed=4)
    start = {name: start[name][0, 0] for name in ("theta", "mu", "tau")}
    chain = samplers.chain(samplers.right(), problem, start, mistakes.TRACE, 4)
    np.testing.assert_allclose(tau["traces"][1 - puzzle["wrong"]], chain["tau"], rtol=1e-3)
    assert sum(tau["histograms"][1 - puzzle["wrong"]]) > 0.97 * mistakes.LONG


def test_the_side_of_the_mistake_cannot_be_learnt(eight, problem):
    sides = {int(np.random.default_rng(1 + k).integers(2)) for k in range(len(mistakes.PUZZLES))}
    assert sides == {0, 1}


def test_where_the_cause_is_told_the_check_does_not_guess_it(problem):
    (wrong,) = [one for one in samplers.conditionals(KNOWN["C9"], problem) if not one.ok]
    assert wrong.remark.endswith("?")  # a guess, and here not the right one
    assert mistake_words.finding(wrong.remark) == "the term in mu^2 is off"
    assert mistake_words.finding("ValueError: theta is not drawn") == (
        "ValueError: theta is not drawn")


def test_what_both_draw_from_at_one_state(problem, twin):
    """The numbers of the homework's formulas; those with the mistake differ."""
    start = {name: draws[0, 0] for name, draws in twin.sample(1, 1, seed=3).items()
             if name in ("theta", "mu", "tau")}
    state = one_step.state_of(twin, start)
    theta, mu, tau = (state[name] for name in ("theta", "mu", "tau"))
    mean, sd = theta_given(problem.y, problem.sigma, mu, tau)
    of_mu = mu_given(theta, tau, problem.m0, problem.s0)
    shape, scale = tau2_given(theta, mu, problem.a0, problem.b0)
    expected = [[mean[2], sd[2]], of_mu, [shape, scale]]
    for name, differs in (("", None), ("C9", 1), ("C13", 2), ("P1-theta", 0), ("C20", None)):
        told = one_step.drawn_from(KNOWN.get(name, samplers.right()), problem, state, 2)
        for k, (text, numbers) in enumerate(zip(told, expected)):
            found = [float(x) for x in re.findall(r"-?\d+[.\d]*", text.replace(
                "\N{MINUS SIGN}", "-"))]
            assert np.allclose(found, numbers, rtol=1e-3) == (k != differs), (name, text)
    walking = one_step.drawn_from(samplers.right(walks=True), problem, state, 2)
    assert walking[2] == "a step along log \u03c4" and walking[:2] == one_step.drawn_from(
        samplers.right(), problem, state, 2)[:2]


@pytest.mark.long
def test_what_is_right_in_one_puzzle_is_not_right_in_another(eight):
    puzzles = mistakes.page(Subject(eight)).data["puzzles"]
    means = sorted(one["variables"]["\u03c4"]["means"][1 - one["wrong"]] for one in puzzles)
    assert np.min(np.diff(means) / means[:-1]) > 0.05
    assert len({tuple(one["model"]) for one in puzzles}) == len(puzzles)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_puzzles_that_are_set(eight, seed):
    """Each is found by at least one check, and all three kinds are among them."""
    puzzles = mistakes.page(Subject(eight, seed=seed)).data["puzzles"]
    kinds = {one["name"]: (not all(check["ok"] for check in one["conditionals"]),
                           not all(check["ok"] for check in one["exact"])) for one in puzzles}
    assert tuple(kinds) == mistakes.PUZZLES
    assert set(kinds.values()) == {(True, True), (False, True), (True, False)}
    assert all(all(one["moves"].values()) for one in puzzles)


def test_the_same_twice(eight, pages):
    again = mistakes.page(Subject(eight, mistake="C20"))
    assert page.as_json(again.data) == page.as_json(pages[2].data)


def test_an_unknown_mistake_is_refused(eight):
    with pytest.raises(ValueError, match="mistake is 'C200'.*did you mean C20[?]"):
        mistakes.page(Subject(eight, mistake="C200"))


def test_a_flat_prior_of_mu_becomes_a_wide_one(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, mu=gp.Flat(), tau=gp.HalfCauchy(25))
    problem = mistakes.problem_of(model)
    assert problem.s0 > 5 * np.std(schools.y) and abs(problem.m0) < problem.s0


def test_what_it_does_not_suit(schools):
    assert mistakes.unsuited(gp.NormalNormal(np.arange(51.0), np.ones(51)))
    hospitals = gp.data.hospitals()
    poisson = gp.PoissonLognormal(hospitals.y, hospitals.exposure)
    assert mistakes.unsuited(poisson) and mistakes.page(Subject(poisson)) is None
    with pytest.raises(ValueError, match="mistake is 'C20': .* needs estimates"):
        mistakes.page(Subject(poisson, mistake="C20"))
    assert mistakes.unsuited(gp.NormalNormal(schools.y, schools.sigma)) == ""
