"""What the families have in common: groups with labels, priors that can be exchanged, and several
forms of one model.
"""
import inspect

from .. import validate
from ..distributions.base import Distribution
from ..sampling.model import Model


class Grouped(Model):
    """A model of groups with labels, whatever way their parameters are pooled.

    Attributes
    ----------
    groups : tuple of str
        Labels of the groups.
    parameter : str
        The name of what each group has, such as theta.
    """

    groups = ()
    parameter = None

    @property
    def coords(self):
        """Labels along each named dimension."""
        return {"group": self.groups}

    @property
    def J(self):
        """Number of groups."""
        return len(self.groups)

    def arguments(self):
        """What the model was made of, by the names of its constructor."""
        names = inspect.signature(type(self)).parameters
        return {name: getattr(self, name) for name in names if getattr(self, name, None)
                is not None}

    def with_priors(self, **priors):
        """The same data, labels and form under other priors, checked as they are when a model is
        made.

        Parameters
        ----------
        **priors
            By name, such as ``tau=HalfCauchy(25)``; those that are not named stay as they are.

        Returns
        -------
        Model

        Raises
        ------
        TypeError
            The model has no prior of that name, or the prior is of a kind that it has no use for.
        ValueError
            The posterior would be improper.
        """
        arguments = self.arguments()
        names = [name for name, value in arguments.items()
                 if isinstance(value[0] if isinstance(value, tuple) else value, Distribution)]
        for name in priors:
            if name not in names:
                raise TypeError(f"{name!r} is not a prior of this model; it has {', '.join(names)}")
        return type(self)(**{**arguments, **priors})


class Hierarchy(Grouped):
    """A population of groups, in one or several forms: the same posterior, drawn in different ways.

    A family has one name, such as NormalNormal, and a class of its own for each form, such as
    CentredNormalNormal::

        class NormalNormal(Hierarchy):
            forms, default_form = {}, "collapsed"

        class CentredNormalNormal(NormalNormal, form="centred"):
            order = ("theta", "mu", "tau")

    Making a NormalNormal makes one of its forms; a class with ``given="x"`` in its header is made
    in its place where the argument x is given.

    Attributes
    ----------
    forms : dict of str to class
    form, default_form : str
    spread : str
        The name of what says how far the groups lie apart, such as tau.
    """

    forms = {}
    form = default_form = None
    variants = {}
    spread = None

    def __init_subclass__(cls, form=None, given=None, **kwargs):
        super().__init_subclass__(**kwargs)
        first, *parameters = inspect.signature(cls.__init__).parameters.values()
        cls.__signature__ = inspect.Signature(parameters)  # not that of __new__ below
        if form is not None:
            cls.form = form
            cls.forms[form] = cls
        if given is not None:
            cls.variants[given] = cls

    def __new__(cls, *args, **kwargs):
        """Which class a call makes: NormalNormal(y, sigma, form="centred") is a
        CentredNormalNormal.

        Python calls __new__ to make an object and then its __init__ to fill it. This is the only
        __new__ of the package: it looks at the arguments named `form` (and x, for covariates) and
        leaves the rest to __init__.
        """
        try:
            given = cls.__signature__.bind_partial(*args, **kwargs).arguments
        except TypeError as problem:
            raise TypeError(f"{cls.__name__}: {problem}") from None
        form = given.get("form")
        if cls.form is not None:
            if form not in (None, cls.form):
                raise ValueError(f"form is {form!r}; {cls.__name__} is the {cls.form} form")
            return object.__new__(cls)
        family = next((variant for name, variant in cls.variants.items() if given.get(name)
                       is not None), cls)
        if "forms" not in vars(family):
            raise TypeError(f"{cls.__name__} has no conditionals of its own to start from; derive "
                            "it from one of the forms: "
                            ""
                            f"{', '.join(f'{c.__module__}.{c.__name__}' for c in cls.forms.values())}")
        return object.__new__(family.forms[validate.one_of("form", form or family.default_form,
                                                           tuple(family.forms))])

    def cautions(self):
        if self.J >= 5:
            return []
        return [
            f"only {self.J} groups: the spread between groups is learnt from {self.J} values, so "
            "its posterior will largely repeat its prior (Section 5.8.6 asks for J >= 5). Compare "
            "the posterior of the spread with its prior, and try other priors before you rely on "
            "it."
        ]
