"""Families and their forms: what a call makes, what it is called, what it says of itself."""
import ast
import copy
import inspect
import pickle
import pydoc
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from families import MODELS

import gibbspool as gp
from gibbspool.models.hierarchy import Grouped, Hierarchy
from gibbspool.models.normal import (
    CentredNormalNormal,
    CollapsedNormalNormal,
    CollapsedNormalNormalCovariates,
    NormalCompletePooling,
    NormalNormalCovariates,
)

FAMILIES = [gp.NormalNormal, gp.OneWayNormal, gp.DirichletMultinomial, gp.PoissonLognormal,
            gp.BetaBinomial]
FORMS = [(name, form) for name, model in MODELS.items() for form in model.forms]


def made(name, form):
    """The model of `tests/families.py` in another form."""
    model = MODELS[name]
    return model.forms[form](**{**model.arguments(), "form": form})


# what a call makes


def test_a_call_makes_the_form_asked_for(schools):
    y, sigma = schools.y, schools.sigma
    assert type(gp.NormalNormal(y, sigma)) is CollapsedNormalNormal
    assert type(gp.NormalNormal(y, sigma, form="centred")) is CentredNormalNormal
    assert type(CentredNormalNormal(y, sigma)) is CentredNormalNormal
    assert type(CentredNormalNormal(y, sigma, form="centred")) is CentredNormalNormal


def test_x_makes_the_covariate_model_by_name_and_by_position(schools):
    y, sigma, x = schools.y, schools.sigma, np.arange(8.0)
    by_name = gp.NormalNormal(y, sigma, x=x)
    by_position = gp.NormalNormal(y, sigma, gp.Normal(0, 20), gp.HalfNormal(10), x)
    for model in (by_name, by_position, NormalNormalCovariates(y, sigma, x=x)):
        assert type(model) is CollapsedNormalNormalCovariates
        assert np.array_equal(model.x, x)
    assert type(gp.NormalNormal(y, sigma, x=None)) is CollapsedNormalNormal
    with pytest.raises(ValueError, match="describe the columns of x: give them with NormalNormal"):
        CentredNormalNormal(y, sigma, x=x)
    with pytest.raises(TypeError, match="x is None"):
        NormalNormalCovariates(y, sigma)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_unknown_form_is_refused_by_a_sentence(family):
    model = next(m for m in MODELS.values() if isinstance(m, family))
    with pytest.raises(ValueError, match="form is 'center'; it must be one of '"):
        family(**{**model.arguments(), "form": "center"})
    with pytest.raises(ValueError, match=f"form is ''; it must be one of '{list(model.forms)[0]}'"):
        family(**{**model.arguments(), "form": ""})


def test_arguments_that_do_not_exist_are_refused_by_the_name_that_was_called(schools):
    with pytest.raises(TypeError, match="^NormalNormal: .*'colour'"):
        gp.NormalNormal(schools.y, schools.sigma, colour="red")
    with pytest.raises(TypeError, match="missing 2 required positional arguments: 'y' and 'sigma'"):
        gp.NormalNormal()


def test_a_form_can_be_derived_from_and_the_common_name_says_how(schools):
    class Mine(CentredNormalNormal):
        def mu_given(self, theta, tau):
            return super().mu_given(theta, tau)

    assert gp.check_conditionals(Mine(schools.y, schools.sigma)).ok
    with pytest.raises(ValueError, match="Mine is the centred form"):
        Mine(schools.y, schools.sigma, form="collapsed")
    other = type("Other", (gp.NormalNormal,), {})
    for x in (None, np.arange(8.0)):
        with pytest.raises(TypeError, match="Other has no conditionals of its own.*derive it from "
                                            "one of the forms.*CentredNormalNormal"):
            other(schools.y, schools.sigma, x=x)


def test_a_second_class_of_the_same_form_is_refused_and_changes_nothing():
    with pytest.raises(ValueError, match="Mine: CentredNormalNormal is the centred form already"):
        class Mine(gp.NormalNormal, form="centred"):
            pass
    assert gp.NormalNormal.forms["centred"] is CentredNormalNormal


def test_a_definition_may_be_run_again():
    """As a cell of a notebook is."""
    class Family(Hierarchy):
        default_form = "one"

    for _ in range(2):
        class One(Family, form="one"):
            groups = ("A", "B")

        assert type(Family()) is One


def test_families_keep_their_forms_to_themselves():
    class Family(Hierarchy):
        default_form = "one"

    class One(Family, form="one"):
        pass

    class Variant(Family, given="x"):
        default_form = "two"

        def __init__(self, x=None, form=None):
            self.x = x

    class Two(Variant, form="two"):
        pass

    assert Family.forms == {"one": One} and Variant.forms == {"two": Two}
    assert Family.variants == {"x": Variant} and Variant.variants == {}
    assert Hierarchy.forms == {} and Hierarchy.variants == {}
    assert "one" not in gp.NormalNormal.forms
    assert type(Variant(x=3)) is Two and Variant(3).x == 3


# what a class is called, and what it says


def test_class_names_tell_family_and_form():
    names = []
    for name, form in FORMS:
        model = made(name, form)
        family = next(cls for cls in type(model).__mro__ if "forms" in vars(cls))
        names.append(type(model).__name__)
        assert names[-1] == form.capitalize() + family.__name__
    assert len(set(names)) == len(names) >= 15


def test_the_classes_of_all_pooling_strategies_have_names_of_their_own():
    classes = {type(strategy) for model in MODELS.values()
               for strategy in (model, model.complete_pooling(), model.no_pooling())}
    assert len({cls.__name__ for cls in classes}) == len(classes)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_signature_is_that_of_the_constructor(family):
    shown = inspect.signature(family)
    self, *parameters = inspect.signature(family.__init__).parameters.values()
    assert self.name == "self" and list(shown.parameters.values()) == parameters
    assert "groups" in shown.parameters and "form" in shown.parameters
    for form in family.forms.values():
        assert list(inspect.signature(form).parameters) == list(shown.parameters)


def test_help_shows_default_priors_and_groups():
    first_lines = pydoc.plain(pydoc.render_doc(gp.NormalNormal))[:600]
    for words in ("mu=Normal(mean=0, sd=20)", "tau=HalfNormal(scale=10)", "groups=None", "form="):
        assert words in first_lines
    assert "*args" not in first_lines


def test_one_new_in_the_package():
    package = Path(gp.__file__).parent
    texts = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8")
             for path in sorted(package.rglob("*.py"))}
    found = [name for name, text in texts.items() if "__new__" in text
             for node in ast.walk(ast.parse(text))
             if isinstance(node, ast.FunctionDef) and node.name == "__new__"]
    assert found == ["models/hierarchy.py"]
    assert "only __new__ of the package" in " ".join(Hierarchy.__new__.__doc__.split())


# what can be done with an object


def pickled(protocol):
    def there_and_back(model):
        return pickle.loads(pickle.dumps(model, protocol))
    return there_and_back


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle 0": pickled(0),
          "pickle 2": pickled(2), "newest pickle": pickled(pickle.HIGHEST_PROTOCOL)}


@pytest.mark.parametrize("name, form", FORMS)
@pytest.mark.parametrize("how", COPIES)
def test_copies_are_the_same_model(name, form, how):
    model = made(name, form)
    other = COPIES[how](model)
    assert type(other) is type(model) and repr(other) == repr(model)
    start, start_of_other = (one.initial(np.random.default_rng(5), (3,)) for one in (model, other))
    assert all(np.array_equal(start[key], start_of_other[key]) for key in start)
    assert np.array_equal(model.log_joint(**start), other.log_joint(**start))


def test_with_priors_keeps_the_rest(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")
    other = model.with_priors(tau=gp.HalfCauchy(25))
    assert type(other) is CentredNormalNormal and other.groups == schools.groups
    assert repr(other.tau) == "HalfCauchy(scale=25)" and repr(other.mu) == repr(model.mu)
    assert repr(model.tau) == "HalfNormal(scale=10)"
    with pytest.raises(TypeError, match="'sigma' is not a prior of this model; it has mu, tau$"):
        model.with_priors(sigma=gp.HalfNormal(1))
    with pytest.raises(TypeError, match="tau prior is Beta"):
        model.with_priors(tau=gp.Beta(1, 1))
    with pytest.raises(ValueError, match="improper"):
        gp.NormalNormal([1, 2], [1, 1]).with_priors(mu=gp.Flat(), tau=gp.Flat())


def test_with_priors_takes_a_list_for_the_columns_of_x():
    x = np.column_stack([np.arange(8.0), np.arange(8.0) ** 2])
    model = gp.NormalNormal(np.arange(8.0), np.ones(8), x=x, covariates=["a", "b"])
    other = model.with_priors(beta=[gp.Flat(), gp.Normal(0, 1)])
    assert other.covariates == ("a", "b") and np.array_equal(other.x, x)
    assert [repr(prior) for prior in other.beta] == ["Flat()", "Normal(mean=0, sd=1)"]


# what a tutor would say


@pytest.mark.parametrize("family", FAMILIES)
def test_a_caution_for_four_groups_and_none_for_five(family):
    def of_groups(J):
        data = {gp.NormalNormal: (np.arange(J), np.ones(J)),
                gp.OneWayNormal: (np.arange(2 * J) ** 1.5, np.arange(2 * J) // 2),
                gp.DirichletMultinomial: (np.arange(3 * J).reshape(J, 3),),
                gp.PoissonLognormal: (np.arange(J), np.ones(J)),
                gp.BetaBinomial: (np.arange(J), np.full(J, 9))}[family]
        # such counts lie closer together than alpha ~ Exponential(1) has them
        more = ({"pi0": gp.Dirichlet([1, 1, 1]), "alpha": gp.Exponential(0.05)}
                if family is gp.DirichletMultinomial else {})
        return family(*data, **more)

    caution, = of_groups(4).cautions()
    assert caution.startswith("only 4 groups: ") and "learnt from 4 values" in caution
    assert of_groups(5).cautions() == []


def test_no_caution_where_nothing_is_learnt_of_a_spread():
    four = gp.NormalNormal(np.arange(4), np.ones(4))
    assert four.complete_pooling().cautions() == four.no_pooling().cautions() == []
    assert Grouped().cautions() == []


@pytest.mark.parametrize("call", [gp.exact, partial(gp.sample, draws=5, tune=5)],
                         ids=["exact", "sample"])
def test_the_caution_points_at_the_line_of_the_call(call):
    for model in (gp.NormalNormal(np.arange(4), np.ones(4)),
                  gp.NormalNormal(np.arange(4), np.ones(4), x=[1, 0, 2, 5]),
                  gp.PoissonLognormal([1, 2, 3, 9], np.ones(4))):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            exec(compile("call(model)", "the user's own file", "exec"),
                 {"call": call, "model": model})
        assert [one.filename for one in said if "only 4 groups" in str(one.message)] == [
            "the user's own file"]


def test_pooling_classes_say_their_name():
    model = gp.NormalNormal(np.arange(5), np.ones(5))
    complete, none = model.complete_pooling(), model.no_pooling()
    assert repr(complete) == "NormalCompletePooling(J=5, mu ~ Normal(mean=0, sd=20))"
    assert repr(none) == "NormalNoPooling(J=5, theta ~ Normal(mean=0, sd=20))"

    class Mine(NormalCompletePooling):
        pass

    assert repr(Mine([1], [1])).startswith("Mine(J=1")
