"""What the page writes is what the library draws from: every form of every family, every step."""
import ast
import re

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import formulas, gibbs_page, page, plate
from gibbspool.player.formulas import formula, markup
from gibbspool.player.subject import Subject
from gibbspool.sampling.conditionals import Conditionals

NAMES = ("eight_schools", "private_schools", "instructors", "survey", "hospitals", "baseball")
FORMS = [(name, form) for name in NAMES for form in getattr(examples, name)().forms]
# Densities of each group's own number, of which the page fills the formula itself.
OF_GROUPS = ("log_lam_j", "lam_raw_j")


SCHOOLS, PRIVATE, SCORES = (read() for read in (
    gp.data.eight_schools, gp.data.private_schools, gp.data.instructors))
OTHER_PRIORS = {
    "flat mu": lambda form: gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, gp.Flat(),
                                            gp.InverseGamma(1, 20), form=form),
    "flat coefficients": lambda form: gp.NormalNormal(
        PRIVATE.y, PRIVATE.sigma, gp.Flat(), gp.Uniform(0, 60),
        x=np.c_[PRIVATE.x, np.arange(12) % 5], beta=[gp.Flat(), gp.Normal(0, 1)], form=form),
    "flat mu, observations": lambda form: gp.OneWayNormal(
        SCORES.y, SCORES.group, gp.Flat(), gp.HalfCauchy(5), gp.Gamma(2, 0.3), form=form),
    "counts": lambda form: gp.PoissonLognormal([3, 5, 0], [1.0, 2.0, 0.5], gp.Normal(1, 3),
                                               gp.HalfT(3, 1), form=form),
}
OTHERS = [(name, form) for name, make in OTHER_PRIORS.items() for form in make(None).forms]


def model_of(name, form):
    make = OTHER_PRIORS.get(name) or getattr(examples, name)
    return make(form)


def walk(name, form):
    """Two sweeps: the second one has left the starting values."""
    return list(gp.steps(model_of(name, form), seed=3, sweeps=2))


def known_at(model, step, x=None):
    return formulas.known_at(model, step.name, step.given, step.old if x is None else x)


@pytest.mark.parametrize("name, form", [*FORMS, *OTHERS])
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


def log_of(source, numbers):
    """The logarithm of a formula, by its products and powers: what is tiny may stay in logs."""
    def of(node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return of(node.left) + of(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return of(node.left) - of(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            return of(node.left) * markup.of_node(node.right, numbers)
        if isinstance(node, ast.Name) and node.id.startswith("prior_"):
            return numbers[f"log_{node.id}"]
        if isinstance(node, ast.Call) and node.func.id == "exp":
            return markup.of_node(node.args[0], numbers)
        if isinstance(node, ast.Call) and node.func.id in ("prod", "prodk"):
            return np.sum(of(node.args[0]), axis=-1)
        if isinstance(node, ast.Call) and f"log_{node.func.id}" in markup.CALLS:
            return markup.CALLS[f"log_{node.func.id}"](*(markup.of_node(one, numbers)
                                                         for one in node.args))
        return np.log(markup.of_node(node, numbers))

    return of(ast.parse(markup.Arithmetic().write(source), mode="eval").body)


def points_of(step):
    """Where a density is looked at: the value before, the one drawn, and one in between."""
    between = 0.3 * np.asarray(step.old) + 0.7 * np.asarray(step.new)
    return [step.old, step.new, between]


def log_density(conditional, x):
    density = getattr(conditional, "logpdf", None) or conditional.log_density
    return density(x)


@pytest.mark.parametrize("name, form", [*FORMS, *OTHERS])
def test_every_density_is_that_of_the_conditional_but_for_a_constant(name, form):
    """The formula, and the terms of its logarithm, which the page gives their numbers."""
    model, found = model_of(name, form), 0
    for step in walk(name, form):
        written = formulas.formula_of(model, step.name)
        if written.law == "~":
            continue
        by_formula, by_terms, expected = [], [], []
        for x in points_of(step):
            known = known_at(model, step, x)
            known |= formula.numbers(written, known)
            by_formula.append(log_of(written.right, known))
            if written.logs:
                by_terms.append(sum(formula.logs(written, known)))
            if step.name == "pi0" and form == "augmented":  # drawn by way of tables
                expected.append(model.pi0.logpdf(x) + model.log_p_counts(step.given["alpha"], x))
            else:
                expected.append(log_density(step.conditional, x))
        for heights in filter(None, (by_formula, by_terms)):
            np.testing.assert_allclose(np.diff(heights, axis=0), np.diff(expected, axis=0),
                                       rtol=1e-7, atol=1e-8, err_msg=step.name)
            found += 1
    assert found


@pytest.mark.parametrize("name, form", [*FORMS, *OTHERS])
def test_every_conditional_is_written_once_more_with_its_numbers(name, form):
    """No name stays without a number, but for what is drawn and what is summed over groups."""
    model = model_of(name, form)
    subject = Subject(model, sweeps=2)
    subject.truth = None  # the marginals are not asked for here
    data = page.plain(gibbs_page.data_of(subject))
    for step in data["order"]:
        written = formulas.formula_of(model, step["name"])
        first, *others = step["lines"]
        draw, named = data["draws"][step["name"]][-1], data["numbers"][step["name"]]
        assert len(draw["n"]) == len(named)
        for line in step["lines"]:
            assert line["value"] or line is first
            for place in re.findall('data-n="(.*?)"', line["filled"] + line.get("at", "")):
                bare = place.removesuffix("_j")
                assert (place in named or place in data["constants"]
                        or bare in data["variables"] or place in data["priors"]
                        or place[:4] in ("mean", "sd", "sd_j", "a_j")), (step["name"], place)
            left = re.sub(r"<[^>]*>", "", line["filled"])
            drawn = re.sub(r"<[^>]*>", "", markup.symbol(written.drawn))
            assert not re.search("[\N{GREEK SMALL LETTER ALPHA}-\N{GREEK SMALL LETTER OMEGA}]",
                                 left.replace(drawn, "")), (step["name"], left)
        if written.law == "~" or written.drawn in OF_GROUPS:
            assert first["filled"]
        else:
            (log,) = [line for line in others if line["value"] == "log"]
            assert log["filled"].count("data-log") == len(draw["log"]) == len(written.logs) > 1
            assert all(isinstance(one, (int, float)) for one in draw["log"])
        for line in others:  # a line that is not filled has its number alone
            assert line["filled"] or line["value"] in named or line["value"] in (
                "mean", "sd")


def test_the_numbers_of_a_density_are_those_where_the_step_starts():
    model = model_of("instructors", "collapsed")
    data = gibbs_page.data_of(Subject(model, sweeps=3, seed=2))
    steps = [step for step in gp.steps(model, seed=2, sweeps=3) if step.name == "sigma"]
    for draw, step in zip(data["draws"]["sigma"], steps):
        mu = model.mu_given(step.given["tau"], step.old)
        found = dict(zip(data["numbers"]["sigma"], draw["n"]))
        assert found["mu_hat"] == pytest.approx(float(mu.mean), rel=1e-3)
        assert found["precision"] == pytest.approx(float(mu.sd)**-2, rel=1e-3)
        assert draw["log"][0] == pytest.approx(float(model.sigma.logpdf(step.old)), abs=0.006)


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


@pytest.mark.parametrize("name, form", [*FORMS, *OTHERS])
def test_what_a_step_is_given_has_the_data_where_its_formula_has_them(name, form):
    model = model_of(name, form)
    given = Conditionals(model)
    for step in model.order:
        left = formulas.formula_of(model, step).left.partition("|")[2]
        found = formulas.needs_data(model, step, given.integrated[step])
        if step in model.interweaves:  # whose formula is that of another form
            assert found
        else:
            assert found == any(one in ("y", "y_j") for one in left.replace(",", "").split())


def test_letters_that_are_no_variable_are_told():
    model = model_of("instructors", "collapsed")
    said = formula.letters_as_html(formulas.formula_of(model, "sigma"), model)
    assert "N is the number of all observations" in said and "J is the number of groups" in said
    assert f"the prior of {markup.symbol('mu')}" in said
    hospitals = model_of("hospitals", "centred")
    said = formula.letters_as_html(formulas.formula_of(hospitals, "mu_log"), hospitals)
    assert said.endswith(f"the prior of {markup.symbol('mu_log')}.") and "N is" not in said


def test_a_prior_of_several_numbers_is_no_list_of_the_code():
    assert formulas.priors_of(model_of("survey", "plain"))["prior_pi0"] == "Dirichlet(1, 1, 1, 1)"
    assert formulas.prior_text("Dirichlet([0.5, 2., 10.])") == "Dirichlet(0.5, 2, 10)"
    assert formulas.prior_text("Normal(0, 20)") == "Normal(0, 20)"


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
