"""What a sampler asks of a model: the contract, and the base class `gibbspool.Model`.

A model is its joint density and its conditionals. A class of your own needs four things::

    class Mine(gp.Model):
        order = ("theta", "mu")                      # the variables, in the order of one sweep

        def theta_given(self, mu): ...               # p(theta | mu, data): the signature is the Markov blanket
        def mu_given(self, theta): ...
        def log_joint(self, theta, mu): ...          # log p(data, theta, mu), constants included
        def initial(self, rng, shape=()): ...        # starting values, a dict of arrays (*shape, ...)

`sample`, `steps`, `check_conditionals` and `summary` work on it. Start with the docstring (the
generative story), then `log_joint`, then the conditionals, checked one by one with
`gibbspool.check_conditionals`, and only then sample.
"""
import inspect


class Model:
    """Base of every model; the module's docstring says what a subclass provides. All else here is
    optional.

    Attributes
    ----------
    order : tuple of str
        One sweep.
    dims : dict of str to tuple of str
        The named axes of variables that have any, such as ``{"theta": ("group",)}``; `coords`
        labels them.
    interweaves : dict of str to str
        Steps of the order that draw a variable a second time in the sweep, see
        `sampling.interweaving`.
    """

    order = ()
    dims = {}
    interweaves = {}

    @property
    def coords(self):
        """Labels along each named dimension."""
        return {}

    def takes(self, method):
        """The variables that a method asks for by name."""
        return [name for name, p in inspect.signature(getattr(self, method)).parameters.items()
                if name != "rng" and p.default is p.empty]

    def derived(self):
        """Quantities computed from the state, such as theta = mu + tau * theta_raw; none by default."""
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
        """Sentences that a tutor would say on seeing the draws, a dict of arrays (chain, draw,
        ...).
        """
        return []
