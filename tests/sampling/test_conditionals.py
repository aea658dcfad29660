"""Blankets read from the signatures, orders that are refused, starting values that are checked."""
import itertools

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.normal import Collapsed
from gibbspool.sampling.conditionals import Conditionals


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


def test_starts_are_overdispersed(model, truth):
    """The spread of the starting values exceeds the posterior's, for every variable."""
    start = model.initial(np.random.default_rng(0), (2000,))
    assert start["mu"].std() > truth["mu"].sd and start["tau"].std() > truth["tau"].sd
    assert np.all(start["theta"].std(axis=0) > truth["theta"].sd)
    assert (start["tau"] > 0).all()


class Pair(gp.Model):
    """A pair x, y; what `initial` returns is up to the test."""

    order = ("x", "y")

    def x_given(self, y):
        return gp.Normal(y, 1)

    def y_given(self, x):
        return gp.Normal(x, 1)

    def log_joint(self, x, y):
        return gp.Normal(x, 1).logpdf(y)


@pytest.mark.parametrize("returned, error, words", [
    (None, TypeError, "Pair.initial returns a NoneType; it must be a dict"),
    ({"x": np.zeros(4)}, ValueError, "Pair.initial gives no y; it must give x, y"),
    ({"x": np.zeros(4), "y": 0.0}, ValueError,
     r"gives y the shape \(\) for shape=\(4,\); it must begin with \(4,\)"),
    ({"x": np.zeros((3, 4)), "y": np.zeros(4)}, ValueError, r"gives x the shape \(3, 4\)"),
])
def test_starting_values_are_checked_at_the_door(returned, error, words):
    model = Pair()
    model.initial = lambda rng, shape: returned
    with pytest.raises(error, match=words):
        gp.sample(model, draws=2, tune=0, chains=4)
    if returned is None:
        with pytest.raises(error, match=words):
            gp.steps(model)


def test_a_model_without_starting_values_is_told_what_to_define():
    with pytest.raises(TypeError, match=r"Pair has no starting values; define initial\(self, rng"):
        gp.sample(Pair())


@pytest.mark.parametrize("model", [gp.NormalNormal, None, "normal", gp.Model()])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(TypeError, match="it must be a model object"):
        Conditionals(model)


def test_a_conditional_of_nothing_but_the_data_is_made_once(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="collapsed")
    given, state = Conditionals(model), model.initial(np.random.default_rng(0), (2,))
    assert given("tau", state) is given("tau", state)
    assert given("mu", state) is not given("mu", state)


def test_a_step_that_draws_a_variable_again_is_no_variable():
    hospitals = gp.data.hospitals()
    given = Conditionals(gp.PoissonLognormal(hospitals.y, hospitals.exposure, form="interwoven"))
    assert given.drawn["mu_log_ancillary"] == "mu_log" and given.drawn["mu_log"] == "mu_log"
    assert "mu_log_ancillary" in given.order and "mu_log_ancillary" not in given.variables


def test_it_tells_of_a_sweep(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="collapsed")
    assert repr(Conditionals(model)).splitlines() == [
        "Conditionals of CollapsedNormalNormal, one sweep:",
        "  tau given the data; integrated out: mu, theta",
        "  mu given tau, the data; integrated out: theta", "  theta given mu, tau, the data"]


def forms_and_other_data():
    """Each form of each family, and the same with other data, by name."""
    families = {
        gp.NormalNormal: (([1.0, 5, 9], [2.0, 3, 4]), ([2.0, 3, 9], [2.0, 3, 4])),
        gp.OneWayNormal: (([1.0, 5, 9, 8], list("aabb")), ([2.0, 3, 9, 4], list("aabb"))),
        gp.PoissonLognormal: (([1, 5, 9], [2.0, 3, 4]), ([2, 3, 9], [2.0, 3, 4])),
        gp.DirichletMultinomial: (([[1, 50], [90, 8]],), ([[25, 26], [40, 58]],)),
        gp.BetaBinomial: (([1, 5, 3], [9, 9, 9]), ([7, 3, 4], [9, 9, 9]))}
    for family, (data, other) in families.items():
        for form in family.forms:
            yield pytest.param(family(*data, form=form), family(*other, form=form),
                               id=f"{family.__name__}-{form}")
    data = {"sigma": [2.0, 3, 4, 5], "x": [0.0, 1, 0, 1]}
    for form in gp.NormalNormal.forms:
        yield pytest.param(gp.NormalNormal([1.0, 5, 9, 8], form=form, **data),
                           gp.NormalNormal([2.0, 3, 9, 2], form=form, **data), id=f"x-{form}")


@pytest.mark.parametrize("model, other", list(forms_and_other_data()))
def test_data_are_named_where_other_data_change_the_draw(model, other):
    """From one state, for 50 chains, with the same random numbers: a ladder has few values."""
    ours, theirs = Conditionals(model), Conditionals(other)
    state, changed = ours.start(np.random.default_rng(0), (50,)), []
    for name in ours.order:
        one, another = (given(name, state).draw(np.random.default_rng(1), state[given.drawn[name]])
                        for given in (ours, theirs))
        if not np.array_equal(one, another):
            changed.append(name)
    assert ours.with_data == tuple(changed) != ()


def test_of_data_nothing_is_said_where_a_model_has_no_likelihood():
    """Nothing says which factor they stand in: neither that a step needs them, nor that not."""
    class Two(gp.Model):
        order = ("a", "b")

        def a_given(self):
            return gp.Normal(0, 1)

        def b_given(self, a):
            return gp.Normal(a, 1)

    assert Conditionals(Two()).with_data == ()
    assert repr(Conditionals(Two())).splitlines() == [
        "Conditionals of Two, one sweep (the data not named: no log_likelihood):",
        "  a given no other variable; integrated out: b", "  b given a"]
    Two.log_likelihood = lambda self, b: gp.Normal(b, 1).logpdf(0.0)
    assert repr(Conditionals(Two())).splitlines() == [
        "Conditionals of Two, one sweep:", "  a given the data; integrated out: b",
        "  b given a, the data"]


def test_of_several_chains_a_conditional_tells_the_first(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
    given = Conditionals(model)
    state = given.start(np.random.default_rng(0), (4,))
    first = {name: value[0] for name, value in state.items()}
    one = repr(Conditionals(model)("theta", first))
    assert repr(given("theta", state)) == one[:-1] + "; first of 4 chains)"
