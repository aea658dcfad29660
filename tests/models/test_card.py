"""The cards: every family has one, what it says is true, and it is the only list of families."""
import argparse
import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.distributions.base import Distribution
from gibbspool.distributions.writing import parse, written
from gibbspool.fit import options
from gibbspool.models import card as cards
from gibbspool.models.card import CARDS, Card, card_of
from gibbspool.models.hierarchy import Hierarchy
from gibbspool.models.twins import TWINS

PACKAGE = Path(gp.__file__).parent
FAMILIES = [getattr(gp, name) for name in gp.__all__
            if isinstance(getattr(gp, name), type) and issubclass(getattr(gp, name), Hierarchy)]
EXAMPLES = {name: make for card in CARDS for name, make in card.examples.items()}


@pytest.fixture(scope="module")
def truths():
    return {card.name: gp.exact(card.example()) for card in CARDS}


# --- every family has a card, and no other list of families is kept -------------------------------

def test_every_family_has_one_card_and_an_exact_twin():
    assert [card.model for card in CARDS] and len(FAMILIES) == 5
    assert {card.model for card in CARDS} == set(FAMILIES) <= set(TWINS)
    for what in ("name", "model", "story", "noun", "typed"):
        assert len({getattr(card, what) for card in CARDS}) == len(CARDS) and all(
            getattr(card, what) for card in CARDS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_card_of_a_model_is_that_of_its_family(name):
    card = next(card for card in CARDS if name in card.examples)
    for form in card.forms:
        model = EXAMPLES[name](form)
        assert card_of(model) is card and model.form == form
    assert EXAMPLES[name]().form == card.forms[0] == card.model.default_form


def test_what_has_no_card_is_refused():
    with pytest.raises(TypeError, match="model is 5; it must be one of NormalNormal, OneWayNormal, "
                                        "DirichletMultinomial, PoissonLognormal, BetaBinomial"):
        card_of(5)
    with pytest.raises(TypeError, match="it must be one of"):
        card_of(CARDS[0].example().no_pooling())


def test_a_card_that_says_too_little_cannot_be_made():
    class Empty(Card):
        name = "empty"

    with pytest.raises(TypeError, match="abstract.*data.*error.*estimate.*read.*size"):
        Empty()


def families_named(path):
    """Which of the five families a file names, by import, by name or as an attribute."""
    names, text = {cls.__name__ for cls in FAMILIES}, path.read_text(encoding="utf-8")
    if not any(name in text for name in names):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Name, ast.Attribute, ast.alias)):
            name = {ast.Name: "id", ast.Attribute: "attr", ast.alias: "name"}[type(node)]
            if getattr(node, name) in names:
                yield getattr(node, name)


def test_no_other_file_holds_a_list_of_the_families():
    many = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")
            if len(set(families_named(path))) >= 4}
    assert {"models/examples.py", "models/__init__.py", "models/twins.py", "__init__.py",
            "core.py"} == {name for name in many if not name.startswith("section58/")}


def tells_families_apart(tree):
    """Where code asks which family it has: a name held against a text, or an attribute looked for.
    """
    for node in ast.walk(tree):
        asked = node.left if isinstance(node, ast.Compare) else None
        if isinstance(asked, ast.Attribute) and asked.attr in ("parameter", "spread", "noun",
                                                               "__name__"):
            if any(isinstance(one, (ast.Constant, ast.Tuple)) for one in node.comparators):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "hasattr":
            if "model" in ast.unparse(node.args[0]):
                yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("room", ["cli.py", "stepping.py", "fit", "guide", "plots"])
def test_nobody_asks_which_family_it_is(room):
    place = PACKAGE / room
    for path in [place] if place.is_file() else place.rglob("*.py"):
        assert not list(tells_families_apart(ast.parse(path.read_text(encoding="utf-8")))), path
    for bad in ('model.parameter == "pi"', 'hasattr(truth.model, "x")',
                'card.noun in ("answers", "trials")'):
        assert list(tells_families_apart(ast.parse(bad)))


# --- what a card says of its example --------------------------------------------------------------

@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_what_a_card_computes_has_the_promised_shape(card, truths):
    truth = truths[card.name]
    model, parameter = truth.model, truth[card.parameter]
    pooled = parameter.mean
    assert card.parameter == model.parameter and card.spread == model.spread in card.hyper
    assert set(card.hyper) - {"beta"} <= set(truth)
    estimate = card.estimate(model)
    assert np.shape(estimate) == np.shape(pooled) == np.shape(card.error(truth, pooled) + estimate)
    assert (card.error(truth, pooled) > 0).all()
    for values in card.data(model).values():
        assert np.shape(values) == np.shape(estimate)
    for values in (card.size(model), card.information(model)):
        assert np.shape(values) == (model.J,) and (values > 0).all()
    # where the parameter lives, its estimates have a place
    at = card.link.u(pooled)
    assert np.isfinite(at).all() and card.link.x(at) == pytest.approx(pooled)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_the_pull_lies_between_its_limits_and_goes_the_way_of_the_spread(card, truths):
    truth = truths[card.name]
    low, high = truth[card.spread].quantile([0.05, 0.95])
    at_low, at_high = card.pull(truth, low), card.pull(truth, high)
    for pull in (at_low, at_high):
        assert pull.shape == (truth.model.J,) and ((pull > 0) & (pull < 1)).all()
    assert ((at_high > at_low) == card.concentration).all()
    # who is better informed is pulled less
    order = np.argsort(card.information(truth.model), kind="stable")
    assert (np.diff(at_low[order]) <= 1e-12).all()


def test_the_pull_of_rates_is_that_of_their_logarithms(truths):
    """1 / (1 + sigma_log^2 E_j): with E_j = 4 expected events and sigma_log = 1/2, a half."""
    truth = truths["poisson"]
    rate = np.exp(truth["mu_log"].quantile(0.5))
    pull = card_of(truth.model).pull(truth, 0.5)
    assert pull == pytest.approx(1 / (1 + 0.25 * rate * truth.model.exposure))


def test_standard_errors_of_shares(truths):
    assert cards.error_of_share(0.2, 16) == pytest.approx(0.1)
    assert cards.error_of_share(np.array([0.5]), np.array([0]))[0] == np.inf


def test_covariates_are_known_to_the_card():
    card = card_of(EXAMPLES["eight-schools"]())
    assert card.exchangeable(EXAMPLES["eight-schools"]())
    assert not card.exchangeable(EXAMPLES["private-schools"]())
    assert card.information(EXAMPLES["eight-schools"]()) == pytest.approx(
        1 / gp.data.eight_schools().sigma**2)


# --- priors ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_the_priors_are_the_arguments_that_are_densities(card):
    signature = inspect.signature(card.model).parameters
    stated = {name: written(argument.default) for name, argument in signature.items()
              if isinstance(argument.default, Distribution)}
    found = {name: written(prior) for name, prior in card.priors().items()}
    assert stated.items() <= found.items() and set(found) <= set(signature)
    assert set(found) - set(stated) == {"normal": {"beta"}, "multinomial": {"pi0"}}.get(card.name,
                                                                                        set())
    assert card.spread in found


def test_stated_priors_win_over_those_of_an_example():
    class Other(cards.NormalCard):
        examples = {"own": lambda form=None: gp.NormalNormal(
            [1, 2], [1, 1], mu=gp.Normal(5, 5), x=[0, 1], beta=gp.Normal(0, 3), form=form)}

    assert {name: written(prior) for name, prior in Other().priors().items()} == {
        "mu": "Normal(0, 20)", "tau": "HalfNormal(10)", "beta": "Normal(0, 3)"}


# --- the options of fit are those of the cards ----------------------------------------------------

def fit_parser():
    parser = argparse.ArgumentParser()
    options.add_options(parser)
    return parser


def test_every_column_and_every_prior_is_an_option_and_vice_versa():
    groups = {group.title: {action.dest: action for action in group._group_actions}
              for group in fit_parser()._action_groups}
    columns, priors = groups["columns, by name"], groups["priors"]
    assert set(columns) == {name for card in CARDS for name in card.columns}
    assert set(priors) - {"section_priors"} == {f"{name}_prior" for card in CARDS
                                                for name in card.priors()}
    numbers = {action.dest for action in fit_parser()._actions if action.type is float}
    assert numbers == {name for card in CARDS for name in card.settings}
    for card in CARDS:
        reads = set(inspect.signature(card.read).parameters) - {"table", "given"}
        assert reads == set(card.columns) | set(card.settings)
        assert {*card.several, *card.gaps} <= set(card.columns)
        for name in card.columns:  # a name means one column, or several, whatever the family
            assert (columns[name].type is options.listed) == (name in card.several)
            assert columns[name].option_strings == [options.option(name)]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_the_help_states_the_default_priors_the_columns_and_the_forms(card):
    story = re.search(rf"^  {card.name} (.*?)^  \S", options.fit_help(), re.M | re.S).group(1)
    story = " ".join(story.split())
    stated = dict(re.findall(r"(\w+) ~ ([A-Z]\w+\([\d., ]+\))", story))
    signature = inspect.signature(card.model).parameters
    for name, prior in stated.items():
        default = signature[name].default
        assert default is None or repr(parse(prior)) == repr(default)
    assert set(stated) == set(card.priors()) - {"pi0"}
    if card.name == "multinomial":
        assert "pi0 ~ Dirichlet([1, 1, ...])" in story
    forms = re.search(r"; ([a-z, ]+)$", story.strip()).group(1).split(", ")
    assert sorted(forms) == sorted(card.model.forms) and forms[0] == card.model.default_form
    for name in {name for way in card.ways for name in way}:
        assert options.option(name) in story
    assert f"gibbspool fit {card.typed}" in " ".join(options.fit_help().replace("\\", "").split())


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_the_example_that_is_shown_names_a_way_that_is_complete(card):
    arguments = fit_parser().parse_args(
        [word.strip('"') for word in re.findall(r'"[^"]+"|\S+', card.typed)])
    assert arguments.model == card.name
    assert options.given_columns(arguments, card)
    assert set(options.given_priors(arguments, card)) <= set(card.priors())
