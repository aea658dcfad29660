"""The sweep, `steps` and `sample`: what they return, refuse, warn of and report."""
import itertools

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep
from gibbspool.sampling.metropolis import Metropolis
from gibbspool.sampling.model import Model


@pytest.fixture
def model(schools):
    return gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")


def test_shapes_and_seeds(model):
    a, b, c = (gp.sample(model, draws=20, tune=5, chains=3, seed=seed) for seed in (1, 1, 2))
    assert a["tau"].shape == (3, 20) and a["theta"].shape == (3, 20, 8)
    assert np.array_equal(a["theta"], b["theta"]) and not np.array_equal(a["theta"], c["theta"])
    assert np.array_equal(a["theta", "C"], a["theta"][..., 2])
    assert np.array_equal(a["theta", 2], a["theta"][..., 2])
    assert a.chains == 3 and a.n == 20 and list(a) == ["theta", "mu", "tau"]


def test_a_generator_serves_as_seed(model):
    a = gp.sample(model, draws=5, tune=1, seed=np.random.default_rng(3))
    b = gp.sample(model, draws=5, tune=1, seed=3)
    assert np.array_equal(a["mu"], b["mu"])


@pytest.mark.parametrize("arguments, error, words", [
    ({"draws": 0}, ValueError, "draws is 0; it must be >= 1"),
    ({"tune": -1}, ValueError, "tune is -1"),
    ({"chains": 2.5}, TypeError, "chains is 2.5; it must be a whole number"),
    ({"seed": -3}, ValueError, "seed is -3"),
    ({"seed": "x"}, TypeError, "seed is 'x'"),
])
def test_impossible_arguments_are_refused(model, arguments, error, words):
    with pytest.raises(error, match=words):
        gp.sample(model, **arguments)


def test_steps_walk_through_one_conditional_at_a_time(model):
    walk = list(gp.steps(model, seed=1, sweeps=2))
    assert [step.name for step in walk] == ["theta", "mu", "tau"] * 2
    assert np.array_equal(walk[3].old, walk[0].new)
    state = {"mu": walk[1].old, "tau": walk[2].old}
    assert np.ndim(state["mu"]) == 0
    expected = model.theta_given(mu=walk[1].old, tau=walk[2].old)
    assert np.allclose(walk[0].conditional.mean, expected.mean)
    endless = gp.steps(model)
    assert len(list(itertools.islice(endless, 10))) == 10
    with pytest.raises(ValueError, match="sweeps is 0"):
        gp.steps(model, sweeps=0)


def test_steps_and_sample_are_the_same_sampler(model):
    """One chain of `sample` makes the very draws that `steps` shows."""
    drawn = gp.sample(model, draws=4, tune=0, chains=1, seed=9)

    class Single(type(model)):
        def initial(self, rng, shape):
            return {name: value[0] for name, value in super().initial(rng, (1,)).items()}

    single = Single(model.y, model.sigma)
    shown = [step.new for step in gp.steps(single, seed=9, sweeps=4) if step.name == "theta"]
    assert np.allclose(drawn["theta"][0], shown)


def test_interrupting_returns_what_was_drawn(model):
    calls = []

    class Interrupted(type(model)):
        def mu_given(self, theta, tau):
            calls.append(1)
            if len(calls) > 30:
                raise KeyboardInterrupt
            return super().mu_given(theta, tau)

    with pytest.warns(UserWarning, match="interrupted: 20 of 100 draws"):
        draws = gp.sample(Interrupted(model.y, model.sigma), draws=100, tune=10, chains=2)
    assert draws["tau"].shape == (2, 20)
    assert (draws["tau"] > 0).all()
    calls.clear()
    with pytest.raises(KeyboardInterrupt):
        gp.sample(Interrupted(model.y, model.sigma), draws=100, tune=50)


class Walk(Model):
    """x ~ Normal(0, 3), by a random walk."""

    order = ("x",)
    groups = tuple("ABCDE")

    def x_given(self):
        return Metropolis(gp.Normal(0, 3).logpdf, (-np.inf, np.inf))

    def log_joint(self, x):
        return gp.Normal(0, 3).logpdf(x)

    def initial(self, rng, shape=()):
        return {"x": 10 * rng.standard_normal(shape)}


def test_random_walks_adapt_in_warm_up_and_report_their_acceptance():
    """Chains of 4 x 500: the acceptance of each lies near 0.44, and the walk finds Normal(0, 3)."""
    draws = gp.sample(Walk(), draws=500, tune=500, chains=40, seed=0)
    rate = draws.sample_stats["acceptance_x"]
    assert rate.shape == (40, 500) and rate.mean() == pytest.approx(0.44, abs=0.05)
    per_chain = draws["x"].mean(axis=1)
    assert abs(per_chain.mean()) < 4 * per_chain.std() / np.sqrt(40)
    assert draws["x"].std() == pytest.approx(3, rel=0.1)


def test_a_random_walk_is_frozen_for_the_whole_of_the_kept_sweeps():
    seen = []
    given = Conditionals(Walk())
    given.adapting = True
    rng, state = np.random.default_rng(0), {"x": np.zeros(7)}
    for number in range(40):
        if number == 20:
            given.stop_adapting()
        list(sweep(given, rng, state))
        seen.append(np.array(given("x", state).step.scale))
    assert seen[0].shape == (7,) and len(set(seen[19])) > 1
    assert not np.array_equal(seen[0], seen[19]) and all(np.array_equal(seen[19], s)
                                                         for s in seen[20:])


def test_sample_freezes_at_the_first_kept_sweep(monkeypatch):
    kept = []
    original = Conditionals.stop_adapting

    def watch(self):
        kept.append(self.step_sizes["x"].adapted)
        original(self)

    monkeypatch.setattr(Conditionals, "stop_adapting", watch)
    gp.sample(Walk(), draws=30, tune=25, chains=2)
    assert kept == [25]


@pytest.mark.parametrize("chains", [1, 3])
def test_without_a_warm_up_a_random_walk_never_adapts(chains):
    """Every proposal is of the first step size, and all of them count for the acceptance."""
    draws = gp.sample(Walk(), draws=60, tune=0, chains=chains, seed=0)
    moved = np.diff(draws["x"], axis=1) != 0
    rate = draws.sample_stats["acceptance_x"]
    assert rate.shape == (chains, 60)
    first = 60 * rate[:, 0] - moved.sum(axis=1)      # whether the very first step moved
    assert np.all(np.isclose(first, 0) | np.isclose(first, 1))


def test_steps_have_no_warm_up_to_adapt_in():
    scales = {float(step.conditional.step.scale) for step in gp.steps(Walk(), sweeps=30)}
    assert scales == {1.0}


def test_progress_is_shown_when_asked_for(model, capsys):
    gp.sample(model, draws=10, tune=20, progress=True)
    captured = capsys.readouterr()
    assert "sweeps 100% |####################| 30/30" in captured.err and captured.out == ""
    gp.sample(model, draws=10, tune=20)
    assert capsys.readouterr().err == ""


def test_warns_of_few_groups_and_of_a_tau_at_zero():
    with pytest.warns(UserWarning, match="only 3 groups.*prior"):
        gp.sample(gp.NormalNormal([0, 10, 30], [1, 1, 1]), draws=5, tune=5)
    with pytest.warns(UserWarning, match="tau is piled up near zero"):
        gp.sample(gp.NormalNormal(np.full(30, 5.0), np.full(30, 10.0)), draws=200, tune=100)


def test_does_not_warn_without_cause(model, recwarn):
    gp.sample(model, draws=200, tune=100)
    assert not recwarn.list


def test_a_step_carries_its_record_and_what_it_was_given():
    """It still unpacks into four; a collapsed step tells what it has integrated out."""
    data = gp.data.hospitals()
    model = gp.PoissonLognormal(data.y, data.exposure, form="interwoven")
    walk = list(gp.steps(model, seed=1, sweeps=1))
    for step in walk:
        name, conditional, old, new = step
        assert np.array_equal(step.record.x, new) and np.array_equal(step.record.before, old)
        assert isinstance(new, (np.float64, np.ndarray)) and step.integrated == ()
        assert list(step.given) == list(model.takes(f"{name}_given"))
    rates, *_, moved, last = walk
    assert rates.record.kind == "batch" and len(rates.record.records) == 8
    assert np.array_equal(last.given["log_lam"], moved.moved["log_lam"][1])  # it has moved
    assert last.moved["log_lam"][0] == pytest.approx(moved.moved["log_lam"][1], rel=1e-12)
    raw = (last.moved["log_lam"][1] - last.given["mu_log"]) / last.new
    assert raw == pytest.approx(last.held["lam_raw"])
    collapsed = next(gp.steps(gp.NormalNormal([1, 2, 3], [1, 1, 1], form="collapsed"), seed=1))
    assert collapsed.integrated == ("mu", "theta") and collapsed.given == {}


def test_a_kernel_of_ones_own_is_drawn_from_as_it_is():
    """A class that changes the draw alone has no twin that could stand in for it."""
    class Still(Metropolis):
        def draw(self, rng, current):
            return current

    class Stands(Walk):
        def x_given(self):
            return Still(gp.Normal(0, 3).logpdf, (-np.inf, np.inf))

    walk = list(gp.steps(Stands(), seed=1, sweeps=9))
    assert {step.record.kind for step in walk} == {"direct"}
    assert all(step.old == step.new for step in walk)
