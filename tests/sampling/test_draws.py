"""Draws: indexing by label and place, shapes, and what is refused in which words."""
import re

import numpy as np
import pytest

import gibbspool as gp


class Labelled(gp.Model):
    """Axes named and labelled (theta), named alone (eta), or neither (x)."""

    dims = {"theta": ("group", "item"), "eta": ("district",)}
    coords = {"group": ("A", "B"), "item": ("a", "b", "c")}


SHAPES = {"mu": (), "theta": (2, 3), "eta": (4,), "x": (5,)}


@pytest.fixture
def values():
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(3, 7, *shape)) for name, shape in SHAPES.items()}


@pytest.fixture
def draws(values):
    return gp.Draws(values, Labelled(), seed=5, sample_stats={"energy": np.zeros((3, 7))})


def test_a_dictionary_of_arrays(draws, values):
    assert list(draws) == list(draws.keys()) == list(SHAPES)
    assert "mu" in draws and "tau" not in draws
    assert all(draws[name] is value for name, value in values.items())
    assert [name for name, _ in draws.items()] == list(SHAPES)
    assert (draws.chains, draws.n) == (3, 7)
    assert draws.seed == 5 and draws.summaries == {} and list(draws.sample_stats) == ["energy"]
    assert repr(draws) == "Draws(3 chains x 7 draws of mu, theta[2, 3], eta[4], x[5])"


@pytest.mark.parametrize("key, place", [
    (("theta", "A"), (0,)), (("theta", "B", "c"), (1, 2)), (("theta", 1), (1,)),
    (("theta", -1, "a"), (1, 0)), (("eta", 3), (3,)), (("eta", "3"), (3,)), (("x", 4), (4,)),
    (("x", -5), (0,)), (("x", np.int64(2)), (2,)), (("mu",), ()),
])
def test_labels_and_places(draws, values, key, place):
    found = draws[key]
    assert np.array_equal(found, values[key[0]][(slice(None), slice(None), *place)])
    assert found.shape[:2] == (3, 7)


@pytest.mark.parametrize("key, words", [
    ("tau", "'tau'; there are draws of mu, theta, eta, x"),
    (("tau", "A"), "'tau'; there are draws of"),
    (("theta", "C"), "'C'; the labels are 'A', 'B', the places 0 to 1"),
    (("theta", 5), "5; the labels are 'A', 'B', the places 0 to 1"),
    (("theta", "A", "A"), "'A'; the labels are 'a', 'b', 'c', the places 0 to 2"),
    (("theta", "A", "a", 0), "('theta', 'A', 'a', 0); theta has 2 label(s)"),
    (("mu", 0), "('mu', 0); mu has 0 label(s)"),
    (("eta", 4), "4; the labels are '0', '1', '2', '3', the places 0 to 3"),
    (("x", 1.0), "1.0; the labels are '0', '1', '2', '3', '4', the places 0 to 4"),
])
def test_what_is_not_there_is_said(draws, key, words):
    with pytest.raises(KeyError, match=re.escape(words)):
        draws[key]


def test_the_arrays_are_not_those_of_a_dictionary_that_changes(values):
    draws = gp.Draws(values, Labelled())
    values["tau"] = values.pop("mu")
    assert "mu" in draws and "tau" not in draws


def test_what_a_model_computes_from_its_draws(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    draws = gp.sample(model, draws=6, tune=2, chains=3)
    assert np.array_equal(draws.log_likelihood(), model.log_likelihood(draws["theta"]))
    assert draws.new_group(seed=2).shape == (3, 6)
    assert np.array_equal(draws.new_group(2), draws.new_group(2))
    assert not np.array_equal(draws.new_group(2), draws.new_group(3))
    assert draws.replicates()["y"].shape == (3, 6, 8)
    assert np.array_equal(draws.replicates()["y"], draws.replicates(seed=0)["y"])


@pytest.mark.parametrize("method, missing", [("log_likelihood", "theta"), ("replicates", "theta"),
                                             ("new_group", "mu")])
def test_what_was_not_kept_is_named(schools, method, missing):
    draws = gp.sample(gp.NormalNormal(schools.y, schools.sigma), draws=2, tune=0, keep=["tau"])
    with pytest.raises(ValueError, match=f"^draws of {missing} were not kept; sample with keep="):
        getattr(draws, method)()


def test_a_new_group_takes_what_is_known_of_it():
    private = gp.data.private_schools()
    draws = gp.sample(gp.NormalNormal(private.y, private.sigma, x=private.x), draws=20, tune=5)
    one, other = draws.new_group(seed=1, x=0.0), draws.new_group(seed=1, x=1.0)
    assert np.allclose(other - one, draws["beta"])


def test_impossible_probability_and_seed(draws):
    with pytest.raises(ValueError, match="prob is 1.5; it must lie between 0 and 1"):
        draws.summary(prob=1.5)
    with pytest.raises(TypeError, match="Labelled has no new_group"):
        draws.new_group()
