"""What the sampler, the check and the tables ask of a model.

A new model starts with its docstring (the generative story), then `log_joint`, then the conditionals, checked one
by one with `gibbspool.check_conditionals`, and only then a sampler run. It needs

- ``order``: the names of its variables, in the order of one sweep;
- ``NAME_given(...)`` for each: the conditional of NAME, taking by name exactly the variables it depends on;
- ``log_joint(...)``: log p(y, all variables), taking all of them by name, constants included;
- ``initial(rng, shape)``: overdispersed starting values, one state for each element of ``shape``.

For tables, comparison and prediction also ``derived``, ``log_likelihood``, ``replicate``, ``new_group``, ``dims``.
"""
import inspect

from .. import validate
from ..distributions import Distribution


class Model:
    """Base of the hierarchical models; see the module's docstring for what a subclass provides.

    Attributes
    ----------
    order : tuple of str
        One sweep.
    groups : tuple of str
        Labels of the groups.
    dims : dict of str to tuple of str
        Which variables have an axis for each group (or category).
    parameter, spread : str
        The names of what each group has, such as theta, and of what says how far the groups lie apart, such as tau.
    """

    order = ()
    groups = ()
    dims = {}
    form = None
    forms = None
    parameter = None
    spread = None

    def __init_subclass__(cls, form=None, **kwargs):
        super().__init_subclass__(**kwargs)
        if form is not None:
            cls.form = form
            cls.forms[form] = cls

    def __new__(cls, *args, form=None, **kwargs):
        """A model with several parameterisations is made by its common name: `form` picks the class."""
        if "forms" in vars(cls) and cls.forms:
            return object.__new__(cls.forms[validate.one_of("form", form or cls.default_form, tuple(cls.forms))])
        if cls.forms and cls.form is None:
            ready = ", ".join(f"{c.__module__}.{c.__name__}" for c in cls.forms.values())
            raise TypeError(f"{cls.__name__} has no conditionals of its own to start from; derive it from one of the "
                            f"forms: {ready}")
        if cls.form and form not in (None, cls.form):
            raise ValueError(f"form is {form!r}; {cls.__name__} is the {cls.form} form")
        return object.__new__(cls)

    @property
    def coords(self):
        """Labels along each named dimension."""
        return {"group": self.groups}

    @property
    def J(self):
        """Number of groups."""
        return len(self.groups)

    def takes(self, method):
        """The variables that a method asks for by name."""
        return [name for name, p in inspect.signature(getattr(self, method)).parameters.items()
                if name != "rng" and p.default is p.empty]

    def arguments(self):
        """What the model was made of, by the names of its constructor."""
        names = inspect.signature(type(self).__init__).parameters
        return {name: getattr(self, name) for name in names if getattr(self, name, None) is not None}

    def with_priors(self, **priors):
        """The same data, labels and form under other priors, checked as they are when a model is made.

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

    def derived(self):
        """Quantities computed from the state, such as theta = mu + tau * theta_raw; none by default."""
        return {}

    def cautions(self):
        """Sentences that a tutor would say about these data before any sampling."""
        if self.J >= 5:
            return []
        return [
            f"only {self.J} groups: the spread between groups is learnt from {self.J} values, so its posterior will "
            "largely repeat its prior (Section 5.8.6 asks for J >= 5). Compare the posterior of the spread with its "
            "prior, and try other priors before you rely on it."
        ]

    def cautions_after(self, values):
        """Sentences that a tutor would say on seeing the draws, a dict of arrays (chain, draw, ...)."""
        return []

    def observed(self):
        """The data, by name."""
        return {}

    def constants(self):
        """Known quantities that come with the data, by name."""
        return {}
