import itertools
import tracemalloc

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.normal import Collapsed
from gibbspool.sampling.gibbs import Conditionals
from gibbspool.sampling.metropolis import Metropolis
from gibbspool.sampling.model import Model


@pytest.fixture
def model(schools):
    return gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")


def test_signatures_are_the_markov_blankets(model, schools):
    assert Conditionals(model).blankets == {"theta": ("mu", "tau"), "mu": ("theta", "tau"),
                                            "tau": ("theta", "mu")}
    collapsed = gp.NormalNormal(schools.y, schools.sigma, form="collapsed")
    assert Conditionals(collapsed).integrated == {"tau": ("mu", "theta"), "mu": ("theta",),
                                                  "theta": ()}


@pytest.mark.parametrize("order, words", [
    (("theta", "tau", "mu"), "theta_given uses|theta is not redrawn"),
    (("mu", "tau", "theta"), "theta_given uses mu"),
    (("tau", "theta", "mu"), "theta_given uses mu, but tau_given has integrated mu out"),
])
def test_a_wrong_order_of_collapsed_steps_is_refused(schools, order, words):
    model = Collapsed(schools.y, schools.sigma)
    model.order = order
    with pytest.raises(ValueError, match=words):
        gp.sample(model)


def test_any_order_of_full_conditionals_is_valid(model):
    for order in itertools.permutations(model.order):
        model.order = order
        Conditionals(model)


def test_missing_and_unknown_conditionals_are_named(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
    model.order = ("theta", "mu", "tau", "nu")
    with pytest.raises(TypeError, match="no method nu_given"):
        gp.sample(model)
    model.order = ("theta", "mu")
    with pytest.raises(TypeError, match="theta_given asks for 'tau'"):
        gp.sample(model)


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


def test_keep_names_what_is_returned(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="noncentred")
    assert set(gp.sample(model, draws=5, tune=1)) == {"theta_raw", "mu", "tau", "theta"}
    kept = gp.sample(model, draws=5, tune=1, keep=["tau", "theta"])
    assert list(kept) == ["tau", "theta"]
    with pytest.raises(KeyError, match="mu"):
        kept["mu"]
    with pytest.raises(ValueError, match="draws of mu were not kept"):
        kept.new_group()
    with pytest.raises(ValueError, match="keep is 'sigma'; it must be one of"):
        gp.sample(model, keep=["sigma"])
    with pytest.raises(ValueError, match="keep is 'tau'"):
        gp.sample(model, keep="tau")


@pytest.mark.parametrize("form", ["centred", "noncentred", "collapsed"])
def test_running_summaries_are_those_of_the_draws_that_were_not_kept(schools, form):
    model = gp.NormalNormal(schools.y, schools.sigma, form=form)
    every = gp.sample(model, draws=50, tune=10, chains=3, seed=4)
    brief = gp.sample(model, draws=50, tune=10, chains=3, seed=4, keep="summaries")
    assert set(brief) == {"mu", "tau"} and set(brief.running) == set(every) - {"mu", "tau"}
    assert np.array_equal(brief["tau"], every["tau"]) and not every.running
    for name, found in brief.running.items():
        x = every[name]
        assert found.n == 50 and found.mean == pytest.approx(x.mean(axis=(0, 1)))
        assert found.sd == pytest.approx(x.std(axis=(0, 1)))
        within, between = x.var(axis=1, ddof=1).mean(axis=0), x.mean(axis=1).var(axis=0, ddof=1)
        assert found.r_hat == pytest.approx(np.sqrt((49 / 50 * within + between) / within))


def test_running_summaries_of_covariates_and_tables():
    private, survey = gp.data.private_schools(), gp.data.survey_regions()
    line = gp.NormalNormal(private.y, private.sigma, x=private.x, form="noncentred")
    brief, every = (gp.sample(line, draws=20, tune=5, seed=1, keep=keep)
                    for keep in ("summaries", "all"))
    assert set(brief) == {"coefficients", "mu", "beta", "tau"} and np.array_equal(brief["beta"],
                                                                                  every["beta"])
    assert brief.running["theta"].mean == pytest.approx(every["theta"].mean(axis=(0, 1)))
    counts = gp.sample(gp.DirichletMultinomial(survey.counts), draws=20, tune=5, seed=1,
                       keep="summaries")
    assert set(counts) == {"alpha", "pi0"} and counts.running["pi"].sd.shape == (6, 4)


@pytest.mark.parametrize("keep", ["summaries", ["tau"]])
def test_memory_does_not_grow_with_draws_times_groups(keep):
    """1200 more draws of 300 groups by two chains would take 1200 x 2 x 300 numbers of 8 bytes, 5.8
    MB.
    """
    rng = np.random.default_rng(0)
    model = gp.NormalNormal(rng.normal(0, 10, 300), np.full(300, 5.0), form="collapsed")

    def peak(draws):
        tracemalloc.start()
        gp.sample(model, draws=draws, tune=0, chains=2, keep=keep)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1600) - peak(400) < 0.1 * 5.8e6


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


def test_starts_are_overdispersed(model, truth):
    """The spread of the starting values exceeds the posterior's, for every variable."""
    start = model.initial(np.random.default_rng(0), (2000,))
    assert start["mu"].std() > truth["mu"].sd and start["tau"].std() > truth["tau"].sd
    assert np.all(start["theta"].std(axis=0) > truth["theta"].sd)
    assert (start["tau"] > 0).all()


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


def test_progress_goes_to_standard_error(model, capsys):
    gp.sample(model, draws=10, tune=10, progress=True)
    captured = capsys.readouterr()
    assert "of 20" in captured.err and captured.out == ""


def test_warns_of_few_groups_and_of_a_tau_at_zero():
    with pytest.warns(UserWarning, match="only 3 groups.*prior"):
        gp.sample(gp.NormalNormal([0, 10, 30], [1, 1, 1]), draws=5, tune=5)
    with pytest.warns(UserWarning, match="tau is piled up near zero"):
        gp.sample(gp.NormalNormal(np.full(30, 5.0), np.full(30, 10.0)), draws=200, tune=100)


def test_does_not_warn_without_cause(model, recwarn):
    gp.sample(model, draws=200, tune=100)
    assert not recwarn.list
