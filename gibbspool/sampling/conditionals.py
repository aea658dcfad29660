"""The conditionals of a model, called by name, and the check that their order is a valid sampler.

The signature of ``NAME_given`` is the Markov blanket of NAME without the data, once the variables
that it integrates out are gone: what its conditional depends on. A variable that is missing from
the signature of another one, but whose own conditional depends on that other one, has been
integrated out of it (a collapsed step). All signatures are read once, when the sampling starts.
"""
import inspect

import numpy as np

from .metropolis import Metropolis, StepSize
from .model import refuse_no_model


class Conditionals:
    """The conditionals of a model, called by name: ``given("tau", state)``.

    Attributes
    ----------
    model : a model
    order : tuple of str
        The steps of one sweep.
    variables : tuple of str
        The order without the steps that draw a variable a second time.
    drawn : dict of str to str
        The variable that each step draws: its namesake, unless the model interweaves another step.
    blankets : dict of str to tuple of str
        What each conditional depends on.
    integrated : dict of str to tuple of str
        What each collapsed step has integrated out.
    with_data : tuple of str
        The steps whose conditional depends on the data as well, which no signature names. Only
        ``log_likelihood`` tells: for a model without it none are named, whatever they depend on.
    adapting : bool
        Whether random walks learn their step size: only while `gibbspool.sample` warms up.

    Raises
    ------
    TypeError
        A conditional is missing, or asks for a variable that the model does not have.
    ValueError
        The order is not valid: something would use a value that a collapsed step has made stale.
    """

    def __init__(self, model):
        refuse_no_model(model)
        self.model, self.order = model, tuple(model.order)
        self.variables = tuple(name for name in self.order if name not in model.interweaves)
        self.drawn = {name: model.interweaves.get(name, name) for name in self.order}
        self.methods = {name: self.method(name) for name in self.order}
        self.blankets = {name: self.blanket(name) for name in self.order}
        self.integrated = {name: self.integrated_by(name) for name in self.order}
        self.refuse_stale()
        self.with_data = tuple(name for name in self.order if self.depends_on_data(name))
        # Conditionals that depend on no other variable, such as p(tau | y): made in the first sweep
        # and used in all, since a grid for them is worth keeping.
        self.constant = {}
        # A random walk is made anew in every sweep, with the density of the moment; its step size
        # is kept here, or it could not learn from sweep to sweep.
        self.step_sizes = {}
        self.adapting = False  # only while `gibbspool.sample` warms up

    def __call__(self, name, state):
        """The conditional of `name` given the rest of the state."""
        if name in self.constant:
            return self.constant[name]
        rest = {}  # by a loop: a debugger would step into a comprehension, and not into NAME_given
        for other in self.blankets[name]:
            rest[other] = state[other]
        conditional = self.methods[name](**rest)
        if isinstance(conditional, Metropolis):
            return conditional.with_step(self.step_size(name, conditional, state))
        if not rest:
            self.constant[name] = conditional
        return conditional

    def fresh(self, name, state):
        """The same conditional, made for looking at: a random walk with the step it begins with."""
        return self.methods[name](**{other: state[other] for other in self.blankets[name]})

    def step_size(self, name, walk, state):
        """The step size of a random walk: the one at hand, or in the first sweep a new one."""
        if name not in self.step_sizes:
            shape = np.shape(state[self.drawn[name]])
            self.step_sizes[name] = StepSize(np.broadcast_to(walk.step.scale, shape),
                                             walk.step.target)
            self.step_sizes[name].adapting = self.adapting
        return self.step_sizes[name]

    def stop_adapting(self):
        """Freeze the step sizes: the warm-up is over."""
        self.adapting = False
        for step in self.step_sizes.values():
            step.adapting = False

    def acceptance(self):
        """Acceptance rate of each random walk since the warm-up, by variable."""
        return {name: step.acceptance for name, step in self.step_sizes.items()}

    def start(self, rng, shape):
        """Starting values of all variables, a dict of arrays (*shape, ...).

        Raises
        ------
        TypeError, ValueError
            What the model's ``initial`` returns is no dict, lacks a variable, or has not the batch
            axes that were asked for.
        """
        of = type(self.model).__name__
        if not hasattr(self.model, "initial"):
            raise TypeError(f"{of} has no starting values; define initial(self, rng, shape=()): a "
                            "dict of arrays (*shape, ...), one for each variable")
        state = self.model.initial(rng, shape)
        if not isinstance(state, dict):
            raise TypeError(f"{of}.initial returns a {type(state).__name__}; it must be a dict of "
                            "arrays by name")
        for name in self.variables:
            if name not in state:
                raise ValueError(f"{of}.initial gives no {name}; it must give "
                                 f"{', '.join(self.variables)}")
            if np.shape(state[name])[:len(shape)] != shape:
                raise ValueError(f"{of}.initial gives {name} the shape {np.shape(state[name])} for "
                                 f"shape={shape}; it must begin with {shape}, an axis for chains")
        return {name: state[name] for name in self.variables}

    def method(self, name):
        """The model's NAME_given."""
        found = getattr(self.model, f"{name}_given", None)
        if found is None:
            raise TypeError(f"{type(self.model).__name__} has {name!r} in its order but no method "
                            f"{name}_given")
        return found

    def blanket(self, name):
        """What NAME_given asks for, all of it variables of the model."""
        blanket = tuple(inspect.signature(self.methods[name]).parameters)
        for other in blanket:
            if other not in self.variables or other == name:
                raise TypeError(f"{name}_given asks for {other!r}; it may ask for "
                                f"{', '.join(n for n in self.variables if n != name)}")
        return blanket

    def integrated_by(self, name):
        """Variables that depend on `name`, while its own conditional does not depend on them."""
        return tuple(other for other in self.variables if name in self.blankets[other]
                     and other not in self.blankets[name] and other != name)

    def depends_on_data(self, name):
        """Whether the data stand in the factors that are left over for a step.

        They stand in the likelihood: in whatever it is made of, and in what is left when some of
        that is integrated out. A step that draws a variable again moves along what it is given.
        """
        if not hasattr(self.model, "log_likelihood"):
            return False  # nobody knows
        if self.integrated[name] or not self.blankets[name]:
            return True
        moving = self.blankets[name] if name in self.model.interweaves else (name,)
        return bool(self.in_likelihood().intersection(moving))

    def in_likelihood(self):
        """The variables that the likelihood is made of, itself or by what is derived from them."""
        asked = set(self.model.takes("log_likelihood"))
        if not asked <= set(self.variables):
            asked |= set(self.model.takes("derived"))
        return asked & set(self.variables)

    def refuse_stale(self):
        """Refuse an order that uses or records a value which a collapsed step has made stale.

        What a step integrates out must be drawn again before anything uses it, the record of the
        sweep included (van Dyk and Park 2008).
        """
        stale = {}
        for name in self.order:
            for used in self.blankets[name]:
                if used in stale:
                    raise ValueError(
                        f"order {self.model.order} is not valid: {name}_given uses {used}, but "
                        f"{stale[used]}_given has integrated {used} out, so the {used} at hand "
                        f"belongs to the old {stale[used]}; draw {used} after {stale[used]} and "
                        f"before {name}")
            stale.pop(name, None)
            stale.update({other: name for other in self.integrated[name]})
        if stale:
            other, name = next(iter(stale.items()))
            raise ValueError(
                f"order {self.model.order} is not valid: {name}_given has integrated {other} out "
                f"and {other} is not redrawn before the sweep ends, so the recorded {other} "
                f"belongs to the old {name}; draw {other} after {name}")

    def __repr__(self):
        """What each step draws, and from what: a line each.

        Where no ``log_likelihood`` tells what the data bear on, "given" names variables alone, and
        the first line says so.
        """
        told = hasattr(self.model, "log_likelihood")
        which = "" if told else " (the data not named: no log_likelihood)"
        lines = [f"Conditionals of {type(self.model).__name__}, one sweep{which}:"]
        for name in self.order:
            what = name if self.drawn[name] == name else f"{name} (draws {self.drawn[name]})"
            given, out = list(self.blankets[name]), ", ".join(self.integrated[name])
            if name in self.with_data:
                given.append("the data")
            lines.append(f"  {what} given {', '.join(given) or 'no other variable'}"
                         + (f"; integrated out: {out}" if out else ""))
        return "\n".join(lines)
