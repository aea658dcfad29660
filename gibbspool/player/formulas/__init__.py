"""Every conditional of every form as a formula: what the page writes, with symbols and numbers."""
import re
from importlib import import_module
from importlib.util import find_spec

from ...distributions.writing import written
from ...models.card import CARDS
from ..plate import blanket


def family_of(model):
    """The file here that is called as the wing of the model's family; None where there is none.

    A file has the formulas by form and step, the nodes of the plate diagram, the numbers of the
    data, and derived numbers of a state.
    """
    for card in CARDS:
        wing = card.model.__module__.split(".")[-2:][0]
        if isinstance(model, card.model) and find_spec(f"{__package__}.{wing}"):
            return import_module(f"{__package__}.{wing}")
    return None


def nodes_of(model, step=None):
    """The nodes of a model's plate diagram; [] for a model of one's own."""
    family = family_of(model)
    return family.nodes(model, step) if family else []


def needs_data(model, step, integrated=()):
    """Whether the data stand in the conditional of a step themselves; None where it is not known.

    They do not where the values that are given say all that the data say.
    """
    nodes = nodes_of(model, step)
    data = {node.name for node in nodes if node.kind == "data"}
    drawn = model.interweaves.get(step, step)
    return bool(data & blanket(nodes, drawn, integrated)) if nodes else None


def formula_of(model, step):
    """The `Formula` of one step of a model's order; None where there is none."""
    family = family_of(model)
    make = family and family.formulas(model).get((model.form, step))
    return make(model) if make else None


def data_of(model):
    """The numbers of the data, by the names that the formulas have for them."""
    family = family_of(model)
    return family.data(model) if family else {}


def known_in(model, state):
    """The numbers of a state, by the names that the formulas have for them."""
    per_group = {f"{name}_j": value for name, value in state.items()
                 if getattr(value, "ndim", 0) == 1 and model.dims.get(name) == ("group",)}
    single = {name: value for name, value in state.items() if getattr(value, "ndim", 0) == 0}
    return {**single, **per_group, **derived_in(model, state)}


def known_at(model, step, given, x):
    """All numbers that the formula of a step takes where the variable that is drawn is x.

    What an interwoven step holds still was computed from the value before, which it is given.
    """
    drawn = model.interweaves.get(step, step)
    return {**data_of(model), **known_in(model, {drawn: x, **given}), drawn: x,
            **log_prior(model, drawn, x)}


def derived_in(model, state):
    """Numbers that formulas have a name for and that take several variables of the state."""
    family = family_of(model)
    return family.derived(model, state) if family else {}


def log_prior(model, name, x):
    """The log prior density of a variable at x, by its name in formulas; {} if it has none."""
    if name == "coefficients":
        return {"log_prior_coefficients": model.log_prior(x)}
    prior = getattr(model, name, None)
    return {f"log_prior_{name}": prior.logpdf(x)} if hasattr(prior, "logpdf") else {}


def prior_text(text):
    """A prior as mathematics writes it: of a list only its numbers, Dirichlet(1, 1, 1)."""
    return re.sub(r"\[(.*?)\]", lambda found: ", ".join(
        one.strip().removesuffix(".") for one in found[1].split(",")), text)


def priors_of(model):
    """The priors as they are written, by the names that the formulas have for them."""
    arguments = model.arguments() if hasattr(model, "arguments") else {}
    return {f"prior_{name}": prior_text(written(value)) for name, value in arguments.items()
            if hasattr(value, "logpdf")}
