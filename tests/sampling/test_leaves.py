"""Leaves: which they are, that they belong to their sweep, and that nobody else draws them."""
import numpy as np
import pytest
from families import MODELS
from scipy import stats

import gibbspool as gp
from gibbspool.distributions.standard import Normal
from gibbspool.sampling import leaves
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.leaves import Leaves, leaves_of
from gibbspool.sampling.metropolis import Metropolis

pytestmark = pytest.mark.filterwarnings("ignore:prior and data disagree", "ignore:only 5 groups")

EXPECTED = {
    ("normal", "collapsed"): ("mu", "theta"), ("normal", "centred"): (),
    ("normal", "noncentred"): (), ("oneway", "collapsed"): ("mu", "theta"),
    ("oneway", "centred"): (), ("multinomial", "augmented"): ("pi",),
    ("multinomial", "plain"): (), ("binomial", "collapsed"): ("theta",),
    ("poisson", "interwoven"): (), ("poisson", "centred"): (),
}


def of(model):
    given = Conditionals(model)
    return tuple(leaves_of(given, given.start(np.random.default_rng(0), (3,))))


@pytest.mark.parametrize("name, form", EXPECTED)
def test_those_that_nobody_asks_for_but_each_other(name, form):
    model = MODELS[name].forms[form](**{**MODELS[name].arguments(), "form": form})
    assert of(model) == EXPECTED[name, form]


class Chain(gp.Model):
    """a, a random walk; b ~ Normal(a, 1); c_1, c_2 ~ Normal(b, 2)."""

    order = ("a", "b", "c")
    sizes = ()  # of what b_given is asked for

    def a_given(self):
        return Metropolis(gp.Normal(0, 3).logpdf, (-np.inf, np.inf))

    def b_given(self, a):
        self.sizes = (*self.sizes, np.size(a))
        return Normal(a, 1.0)

    def c_given(self, b):
        return Normal(b[..., None] + np.zeros(2), 2.0)

    def initial(self, rng, shape=()):
        return {"a": np.zeros(shape), "b": np.zeros(shape), "c": np.zeros((*shape, 2))}


def test_each_is_drawn_given_the_values_of_its_own_sweep():
    """8000 draws: b - a ~ Normal(0, 1), c - b ~ Normal(0, 2), Kolmogorov-Smirnov p > 1e-4, and
    neither knows of the next a: correlations below 4 standard errors.
    """
    draws = gp.sample(Chain(), draws=2000, tune=100, seed=2)
    a, b, c = draws["a"], draws["b"], draws["c"]
    assert stats.kstest((b - a).ravel(), stats.norm.cdf).pvalue > 1e-4
    for k in (0, 1):
        assert stats.kstest((c[..., k] - b).ravel() / 2, stats.norm.cdf).pvalue > 1e-4
    for one, other in (((b - a)[:, :-1], a[:, 1:]), ((b - a)[:, :-1], (b - a)[:, 1:]),
                       (c[..., 0] - b, c[..., 1] - b), (b - a, c[..., 0] - b)):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(8000)


@pytest.mark.parametrize("name", ["normal", "oneway", "binomial"])
def test_the_same_draws_for_however_many_sweeps_at_once(name, monkeypatch):
    """Where a density takes one random number after the other for each of its numbers."""
    model = MODELS[name]
    many = gp.sample(model, draws=30, tune=3, chains=2, seed=5)
    monkeypatch.setattr(leaves, "MOST", 7)
    few = gp.sample(model, draws=30, tune=3, chains=2, seed=5)
    monkeypatch.setattr(leaves, "MOST", 1)
    one = gp.sample(model, draws=30, tune=3, chains=2, seed=5)
    for variable in many:
        assert few[variable] == pytest.approx(many[variable], rel=1e-9)
        assert one[variable] == pytest.approx(many[variable], rel=1e-9)


def test_in_warm_up_nobody_draws_them_and_afterwards_many_at_once():
    model = Chain()
    gp.sample(model, draws=600, tune=50, chains=2)
    assert model.sizes == (2, 1000, 200)  # once for a look at what it is


def test_those_that_nobody_keeps_are_not_drawn():
    model = Chain()
    model.dims = {"b": ("group",), "c": ("group",)}
    draws = gp.sample(model, draws=10, tune=5, chains=2, keep=["a"])
    assert list(draws) == ["a"] and model.sizes == (2,)
    draws = gp.sample(model, draws=10, tune=5, chains=2, keep=["c"])
    assert list(draws) == ["c"] and model.sizes == (2, 2, 20)  # c asks for b


def test_a_conditional_that_asks_for_nothing_is_made_once():
    class Known(Chain):
        order = ("b",)

        def b_given(self):
            self.sizes = (*self.sizes, 0)
            return Normal(np.array([0.0, 5.0]), 1.0)

        def initial(self, rng, shape=()):
            return {"b": np.zeros((*shape, 2))}

    model = Known()
    draws = gp.sample(model, draws=1200, tune=0, chains=2)
    assert model.sizes == (0,)
    assert np.abs(draws["b"].mean(axis=(0, 1)) - [0, 5]).max() < 4 / np.sqrt(2400)


def test_few_at_once_where_each_has_many_numbers():
    given = Conditionals(Chain())
    state = given.start(np.random.default_rng(0), (4,))
    assert Leaves(given, state, np.random.default_rng(0)).sweeps == 500
    state["c"] = np.zeros((4, 3000))
    assert Leaves(given, state, np.random.default_rng(0)).sweeps == 2**15 // (4 + 12_000)
    state["c"] = np.zeros((4, 10**6))
    assert Leaves(given, state, np.random.default_rng(0)).sweeps == 1


def test_an_interrupted_run_has_the_leaves_of_its_sweeps():
    class Interrupted(Chain):
        calls = 0

        def a_given(self):
            self.calls += 1
            if self.calls > 40:
                raise KeyboardInterrupt
            return super().a_given()

    model = Interrupted()
    with pytest.warns(UserWarning, match="interrupted: 29 of 100 draws"):
        draws = gp.sample(model, draws=100, tune=10, chains=2, seed=3)
    assert draws["c"].shape == (2, 29, 2)
    whole = gp.sample(Chain(), draws=100, tune=10, chains=2, seed=3)
    assert np.array_equal(draws["b"], whole["b"][:, :29])


def test_what_moves_on_from_where_it_is_is_no_leaf():
    class Walks(Chain):
        def c_given(self, b):
            return Metropolis(Normal(b[..., None], 2.0).logpdf, (-np.inf, np.inf))

    class Near(Normal):
        def draw(self, rng, current=None):
            return 0.5 * current + 0.75**0.5 * super().draw(rng, current)

    class OfOnesOwn(Chain):
        def c_given(self, b):
            return Near(b[..., None], 2.0)

    class Asks(Chain):
        def a_given(self, c):
            return Normal(c.mean(axis=-1), 1.0)

        def c_given(self, a, b):
            return Normal((a + b)[..., None] + np.zeros(2), 1.0)

    assert of(Chain()) == ("b", "c")
    assert of(Walks()) == of(OfOnesOwn()) == of(Asks()) == ()


def test_one_that_turns_into_a_kernel_is_refused():
    class Turns(Chain):
        def b_given(self, a):
            density = super().b_given(a)
            return density if len(self.sizes) < 2 else Metropolis(density.logpdf)

    with pytest.raises(TypeError, match="b_given gives a Metropolis, and gave a density in closed"):
        gp.sample(Turns(), draws=5, tune=2)


def test_a_leaf_that_breaks_is_told():
    class Breaks(Chain):
        def b_given(self, a):
            return Normal(np.where(np.arange(np.size(a)) % 8 == 7, np.nan, a), 1.0)

    with pytest.raises(ValueError, match="b of chain 1 is nan from draw 3 on"):
        gp.sample(Breaks(), draws=9, tune=2, chains=2)
