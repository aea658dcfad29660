"""What the page writes is what the library draws from: every form of every family, every step."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import formulas, plate
from gibbspool.player.formulas import formula, markup
from gibbspool.sampling.conditionals import Conditionals

NAMES = ("eight_schools", "private_schools", "instructors", "survey", "hospitals", "baseball")
FORMS = [(name, form) for name in NAMES for form in getattr(examples, name)().forms]
# Densities written with functions that have no name in arithmetic, or with what words explain.
IN_WORDS = ("Dirichlet(", "rising", "width", "Normal(", "Beta(")


def model_of(name, form):
    return getattr(examples, name)(form)


def walk(name, form):
    """Two sweeps: the second one has left the starting values."""
    return list(gp.steps(model_of(name, form), seed=3, sweeps=2))


def known_at(model, step):
    return {**formulas.data_of(model), **formulas.known_in(model, step.given)}


@pytest.mark.parametrize("name, form", FORMS)
def test_every_line_comes_to_what_the_conditional_has(name, form):
    model, found = model_of(name, form), 0
    for step in walk(name, form):
        written = formulas.formula_of(model, step.name)
        assert written is not None
        numbers = formula.numbers(written, known_at(model, step))
        if written.law == "~":
            for line, own in (("mean", "mean"), ("sd", "sd")):
                for index in ("", "_j"):
                    if line + index in numbers:
                        np.testing.assert_allclose(numbers[line + index],
                                                   getattr(step.conditional, own), rtol=1e-9)
                        found += 1
    assert found or form in ("augmented", "plain", "interwoven", "noncentred")


@pytest.mark.parametrize("name, form", FORMS)
def test_every_density_is_that_of_the_conditional_but_for_a_constant(name, form):
    model = model_of(name, form)
    for step in walk(name, form):
        written = formulas.formula_of(model, step.name)
        if written.law == "~" or any(word in written.right for word in IN_WORDS):
            continue
        drawn = written.left.split(" ")[0]
        known = known_at(model, step)
        known |= formula.numbers(written, known)
        variable = model.interweaves.get(step.name, step.name)
        points = [np.asarray(step.new) * factor + shift
                  for factor, shift in ((1.0, 0.0), (1.1, 0.07))]
        prior = f"prior_{variable}"
        heights = []
        for x in points:
            at = {**known, drawn: x}
            if prior in markup.names_in(written.right):
                at[prior] = np.exp(getattr(model, variable).logpdf(x))
            if written.right.startswith("exp("):  # which may be too small for floating point
                heights.append(markup.value(written.right[len("exp"):], at))
            else:
                heights.append(np.log(markup.value(written.right, at)))
        expected = step.conditional.logpdf(points[1]) - step.conditional.logpdf(points[0])
        np.testing.assert_allclose(heights[1] - heights[0], expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name, form", FORMS)
def test_the_signature_is_the_markov_blanket_of_the_diagram(name, form):
    model = model_of(name, form)
    given = Conditionals(model)
    for step in model.order:
        nodes = formulas.nodes_of(model, step)
        variables = {node.name for node in nodes if node.kind == "variable"}
        drawn = model.interweaves.get(step, step)
        found = plate.blanket(nodes, drawn, given.integrated[step]) & variables
        if step != drawn:  # the signature has log_lam, of which it makes lam_raw
            assert found == {"mu_log", "sigma_log", "lam_raw"} - {drawn}
        else:
            assert found == set(given.blankets[step])


def test_what_is_integrated_out_is_not_in_the_blanket():
    nodes = formulas.nodes_of(examples.eight_schools("collapsed"))
    assert plate.blanket(nodes, "tau", ("mu", "theta")) == {"y", "sigma"}
    assert plate.blanket(nodes, "tau") == {"mu", "theta"}


# ---- markup

@pytest.mark.parametrize("source, value", [
    ("2 x", 6), ("x^2", 9), ("frac{1}{x} + 1", 4 / 3), ("root{x + 1}", 2), ("-x^{-1}", -1 / 3),
    ("sum{y_j^2}", 14), ("(1 - x) (x + 1)", -8), ("exp(-frac{x}{2})", np.exp(-1.5)),
    ("x sum{y_j} / 2", 9)])
def test_a_formula_comes_to_what_it_says(source, value):
    assert markup.value(source, {"x": 3.0, "y_j": np.array([1.0, 2.0, 3.0])}) == pytest.approx(
        value)


def test_symbols_and_places_for_numbers():
    assert markup.symbols("tau^2") == "<i>\N{GREEK SMALL LETTER TAU}</i><sup>2</sup>"
    assert '<b data-n="tau"></b><sup>2</sup>' in markup.filled("B_j tau^2", {"tau"})
    assert markup.filled("sum{theta_j}", {"theta_j"}) == ""
    assert markup.names_in("exp(-frac{S}{2 tau^2})") == {"S", "tau"}


def test_a_model_of_ones_own_has_no_formula():
    class Mine(gp.Model):
        order = ("a",)

    assert formulas.formula_of(Mine(), "a") is None
    assert formulas.nodes_of(Mine()) == []
