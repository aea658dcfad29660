"""Every conditional of every form as a formula: what the page writes, with symbols and numbers."""
from ...distributions.writing import written
from ...models.binomial import BetaBinomial
from ...models.multinomial import DirichletMultinomial
from ...models.normal import NormalNormal, NormalNormalCovariates
from ...models.one_way import OneWayNormal
from ...models.poisson import PoissonLognormal
from . import binomial, multinomial, normal, one_way, poisson

# The first that a model is an instance of: its formulas, and the numbers of its data.
FAMILIES = (
    (NormalNormalCovariates, normal.WITH_COVARIATES, normal),
    (NormalNormal, normal.FORMULAS, normal),
    (OneWayNormal, one_way.FORMULAS, one_way),
    (DirichletMultinomial, multinomial.FORMULAS, multinomial),
    (PoissonLognormal, poisson.FORMULAS, poisson),
    (BetaBinomial, binomial.FORMULAS, binomial),
)


def family_of(model):
    """The formulas of a model's family and the module with its data; None for one of your own."""
    return next(((formulas, names) for kind, formulas, names in FAMILIES
                 if isinstance(model, kind)), None)


def formula_of(model, step):
    """The `Formula` of one step of a model's order; None where there is none."""
    family = family_of(model)
    make = family and family[0].get((model.form, step))
    return make(model) if make else None


def data_of(model):
    """The numbers of the data, by the names that the formulas have for them."""
    family = family_of(model)
    return family[1].data(model) if family else {}


def known_in(model, state):
    """The numbers of a state, by the names that the formulas have for them."""
    per_group = {f"{name}_j": value for name, value in state.items()
                 if getattr(value, "ndim", 0) == 1 and model.dims.get(name) == ("group",)}
    single = {name: value for name, value in state.items() if getattr(value, "ndim", 0) == 0}
    return {**single, **per_group, **derived_in(model, state)}


def derived_in(model, state):
    """Numbers that formulas have a name for and that take several variables of the state."""
    family = family_of(model)
    return family[1].derived(model, state) if family else {}


def priors_of(model):
    """The priors as they are written, by the names that the formulas have for them."""
    arguments = model.arguments() if hasattr(model, "arguments") else {}
    return {f"prior_{name}": written(value) for name, value in arguments.items()
            if hasattr(value, "logpdf")}
