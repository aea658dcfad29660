"""What a sampler asks of a model: the contract, and the base class `gibbspool.Model`.

A model is its joint density and its conditionals. A class of your own needs four things::

    class Mine(gp.Model):
        order = ("theta", "mu")                  # the variables, in the order of one sweep

        def theta_given(self, mu): ...           # p(theta | mu, data): the arguments are what
                                                 # it depends on, its blanket (less data)
        def mu_given(self, theta): ...
        def log_joint(self, theta, mu): ...      # log p(data, theta, mu), constants included
        def initial(self, rng, shape=()): ...    # starting values, a dict of arrays (*shape, ...)

`sample`, `steps`, `check_conditionals`, `Draws.summary` and `Draws.to_arviz` work on it. Start with
the docstring (the generative story), then `log_joint`, then the conditionals, checked one by one
with `gibbspool.check_conditionals`, and only then sample. ``demos/own_model.py`` does all of it.

Variables may have any shape. Chains are one more axis, or several, in front of it: mu is ``(...)``,
theta of J groups ``(..., J)``, so that ``mu[..., None]`` meets theta, and a sum over groups is
``theta.sum(axis=-1)``.
"""
import inspect


def refuse_no_model(model):
    """Refuse, with a TypeError, what is no model, and say what was meant in its place."""
    if isinstance(model, type):
        takes = ", ".join(name for name, one in inspect.signature(model).parameters.items()
                          if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD)
        raise TypeError(f"model is the class {model.__name__}; it must be a model object, such as "
                        f"{model.__name__}({takes})")
    kind = type(model).__name__
    if hasattr(model, "gradient"):
        raise TypeError("model is a target of Hamiltonian Monte Carlo: give it to gibbspool.hmc")
    if getattr(model, "order", None):
        return
    if getattr(getattr(model, "model", None), "order", None):
        raise TypeError(f"model is of the kind {kind}; it must be the model that it came from: "
                        "give its .model")
    if isinstance(model, Model):
        raise TypeError(f"model is {model!r}, without an order; it must be a model object whose "
                        "order names the variables of one sweep, such as (\"theta\", \"mu\")")
    raise TypeError(f"model is {model!r}; it must be a model object, such as NormalNormal(y, "
                    "sigma)")


class Model:
    """Base of every model: a subclass defines order, NAME_given, log_joint and initial.

    The docstring of the module shows one. All that is defined here is optional, and so are:

    - ``log_likelihood(self, theta)``: log density of each observation, (..., J), given the
      variables it names: for ``draws.log_likelihood()`` and ArviZ's leave-one-out;
    - ``replicate(self, rng, theta)``: new data by name, ``{"y": ...}``: for ``draws.replicates()``;
    - ``new_group(self, rng, mu, tau)``: the parameter of a group that is not in the data: for
      ``draws.new_group()``.

    Attributes
    ----------
    order : tuple of str
        One sweep.
    dims : dict of str to tuple of str
        The named axes of variables that have any, such as ``{"theta": ("group",)}``; `coords`
        labels them.
    coords : dict of str to sequence of str
        Labels along each named axis.
    interweaves : dict of str to str
        Steps of the order that draw a variable a second time in the sweep, see
        `sampling.interweaving`.
    """

    order = ()
    dims = {}
    coords = {}
    interweaves = {}

    def takes(self, method):
        """The variables that a method asks for by name."""
        return [name for name, p in inspect.signature(getattr(self, method)).parameters.items()
                if name != "rng" and p.default is p.empty]

    def derived(self):
        """Quantities computed from the state, such as theta = mu + tau * theta_raw; none here."""
        return {}

    def observed(self):
        """The data by name, for ArviZ."""
        return {}

    def constants(self):
        """What is known besides the data, by name, such as standard errors."""
        return {}

    def cautions(self):
        """Sentences that a tutor would say about these data before any sampling."""
        return []

    def cautions_after(self, values):
        """Sentences that a tutor would say on seeing `values`, arrays (chain, draw, ...)."""
        return []
