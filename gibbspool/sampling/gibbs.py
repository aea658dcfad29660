"""The Gibbs sweep: the loop that a student steps through, and the check that its order is a valid
one.

One sweep is::

    for name in order:
        conditional = given(name, state)
        state[name] = conditional.draw(rng, state[name])

`given` reads the signatures of the model's ``NAME_given`` methods once: the signature is the Markov
blanket. A variable that is missing from the signature of another one, but whose own conditional
depends on that other one, has been integrated out of it (a collapsed step).

A model may draw a variable a second time in the same sweep, in other coordinates: ``interweaves =
{"mu_ancillary": "mu"}`` says that the step ``mu_ancillary`` of its order draws mu. Its conditional
is a `interweaving.Interweaving`, which moves other variables along.
"""
import inspect
import sys
import warnings
from collections import namedtuple
from dataclasses import replace

import numpy as np

from .. import validate
from .draws import Draws
from .interweaving import Interweaving
from .metropolis import Metropolis, StepSize
from .running import Running

Step = namedtuple("Step", "name conditional old new")

Step.__doc__ = "One conditional draw of a sweep: which variable, from what, its value before and after."


class Conditionals:
    """The conditionals of a model, called by name: ``given("tau", state)``.

    Attributes
    ----------
    blankets : dict of str to tuple of str
        What each conditional depends on, read from the signatures.
    integrated : dict of str to tuple of str
        What each collapsed step has integrated out.
    variables : tuple of str
        The order without the steps that draw a variable again.

    Raises
    ------
    TypeError
        A conditional is missing, or asks for a variable that the model does not have.
    ValueError
        The order is not valid: something would use a value that a collapsed step has made stale.
    """

    def __init__(self, model):
        if isinstance(model, type) or not getattr(model, "order", ()):
            raise TypeError(f"model is {model!r}; it must be a model object, such as "
                            "NormalNormal(y, sigma)")
        self.model = model
        self.interweaves = model.interweaves
        self.variables = tuple(name for name in model.order if name not in self.interweaves)
        self.blankets = {name: self._blanket(name) for name in model.order}
        self.integrated = {
            name: tuple(other for other in self.variables if name in self.blankets[other]
                        and other not in self.blankets[name] and other != name)
            for name in model.order}
        self._refuse_stale()
        self._constant, self._steps = {}, {}

    def _blanket(self, name):
        method = getattr(self.model, f"{name}_given", None)
        if method is None:
            raise TypeError(f"{type(self.model).__name__} has {name!r} in its order but no method "
                            f"{name}_given")
        blanket = tuple(inspect.signature(method).parameters)
        for other in blanket:
            if other not in self.variables or other == name:
                raise TypeError(f"{name}_given asks for {other!r}; it may ask for "
                                f"{', '.join(n for n in self.variables if n != name)}")
        return blanket

    def _refuse_stale(self):
        """van Dyk and Park (2008): redraw what a step integrated out before anything uses it, the
        record included.
        """
        stale = {}
        for name in self.model.order:
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

    def __call__(self, name, state):
        """The conditional of `name` given the rest of the state."""
        if name in self._constant:
            return self._constant[name]
        blanket = self.blankets[name]
        conditional = getattr(self.model,
                              f"{name}_given")(**{other: state[other] for other in blanket})
        if isinstance(conditional, Metropolis):
            conditional = replace(conditional,
                                  step=self._step(name, conditional,
                                                  np.shape(state[self.drawn(name)])))
        elif not blanket:
            self._constant[name] = conditional  # it depends on nothing that changes
        return conditional

    def drawn(self, name):
        """The variable that a step draws: its namesake, unless the model interweaves another step
        that draws it, too.
        """
        return self.interweaves.get(name, name)

    def _step(self, name, conditional, shape):
        """The step size of a Metropolis step, kept from sweep to sweep."""
        if name not in self._steps:
            step = conditional.step
            self._steps[name] = StepSize(np.broadcast_to(step.scale, shape), step.target)
            self._steps[name].adapting = True
        return self._steps[name]

    def stop_adapting(self):
        for step in self._steps.values():
            step.adapting = False

    def acceptance(self):
        """Acceptance rate of each Metropolis step since warm-up, by variable."""
        return {name: step.acceptance for name, step in self._steps.items()}


def sweep(given, rng, state):
    """One pass over the conditionals, in place: yields a Step for each."""
    for name in given.model.order:
        conditional = given(name, state)
        variable = given.drawn(name)
        old = state[variable]
        state[variable] = conditional.draw(rng, old)
        if isinstance(conditional, Interweaving):
            state.update(conditional.moves(state[variable]))
        yield Step(name, conditional, old, state[variable])


def steps(model, seed=1, sweeps=None):
    """Walk through the sampler one conditional at a time, with a single chain.

    Parameters
    ----------
    model : a model
    seed : int
    sweeps : int, optional
        How many sweeps; endless by default.

    Yields
    ------
    Step
        (name, conditional, old, new): print the conditional to see what the draw came from.
    """
    rng = validate.generator(seed)
    if sweeps is not None:
        validate.whole_number("sweeps", sweeps, 1)
    given = Conditionals(model)
    state = model.initial(rng, ())

    def walk():
        done = 0
        while sweeps is None or done < sweeps:
            yield from sweep(given, rng, state)
            done += 1

    return walk()


def sample(model, draws=2000, tune=1000, chains=4, seed=42, keep="all", progress=False):
    """Draw from the posterior of a model by Gibbs sampling.

    All chains advance in lock-step, as a leading axis of every variable, from starting values more
    spread out than the posterior.

    Parameters
    ----------
    model : a model
    draws, tune, chains : int
        Sweeps kept, sweeps of warm-up before them (steps of random walks adapt there), number of
        chains.
    seed : int or numpy Generator
        Same seed, same draws.
    keep : "all", "summaries" or list of str
        Which variables to keep; the others are drawn and forgotten. With "summaries" those without
        an axis for groups, such as mu and tau; of the others only a running mean and sd,
        ``draws.running["theta"].mean``, so that memory does not grow with draws times groups.
    progress : bool
        Report on standard error while it works.

    Returns
    -------
    Draws
        If interrupted with Ctrl-C, what has been drawn so far, with a warning.

    Raises
    ------
    TypeError, ValueError
        For impossible arguments, or a model whose order of conditionals is not a valid sampler.

    Warns
    -----
    UserWarning
        Fewer than five groups, or a spread between groups that piles up at zero.
    """
    draws, tune, chains = (validate.whole_number(*a)
                           for a in (("draws", draws, 1), ("tune", tune, 0),
                                     ("chains", chains, 1)))
    rng = validate.generator(seed)
    given = Conditionals(model)
    state = model.initial(rng, (chains,))
    now = {**{name: state[name] for name in given.variables}, **_derived(model, state)}
    names = _kept(model, list(now), keep)
    summaries = isinstance(keep, str) and keep == "summaries"
    running = {name: Running() for name in now if summaries and name not in names}
    recorded = names if summaries else _recorded(given, names)
    for caution in model.cautions():
        warnings.warn(caution, stacklevel=2)

    record = {name: np.empty((draws, chains, *np.shape(now[name])[1:])) for name in recorded}
    done = -tune
    try:
        for done in range(-tune, draws):
            if done == 0:
                given.stop_adapting()
            for _ in sweep(given, rng, state):
                pass
            if done >= 0:
                now = {**state, **_derived(model, state)} if summaries else state
                for name in recorded:
                    record[name][done] = now[name]
                for name, summary in running.items():
                    summary.add(now[name])
            if progress and (done + tune) % max((draws + tune) // 20, 1) == 0:
                print(f"\rsweep {done + tune + 1} of {draws + tune}", end="", file=sys.stderr,
                      flush=True)
        done = draws
    except KeyboardInterrupt:
        if done <= 0:
            raise
        warnings.warn(f"interrupted: {done} of {draws} draws were made, and only these are "
                      "returned", stacklevel=2)
    if progress:
        print("", file=sys.stderr)

    values = {name: np.moveaxis(x[:done], 0, 1) for name, x in record.items()}
    if set(names) - set(values):
        values.update(_derived(model, values))
    stats = {f"acceptance_{name}": np.broadcast_to(_chain_mean(rate)[:, None], (chains, done))
             for name, rate in given.acceptance().items()}
    result = Draws({name: values[name] for name in names}, model, seed, stats, running)
    # a few hundred draws tell as much; all of them, by groups, would fill the memory
    step = max(1, chains * done // 400)
    for caution in model.cautions_after({name: x[:, ::step] for name, x in values.items()}):
        warnings.warn(caution, stacklevel=2)
    return result


def _chain_mean(rate):
    rate = np.asarray(rate, dtype=float)
    return rate.reshape(len(rate), -1).mean(axis=1)


def _derived(model, state):
    """What the model computes from its state."""
    return model.derived(**{name: state[name] for name in model.takes("derived")})


def _grouped(model, name):
    return "group" in model.dims.get(name, ())


def _kept(model, every, keep):
    """Names of the variables to return."""
    if isinstance(keep, str) and keep == "all":
        return every
    if isinstance(keep, str) and keep == "summaries":
        return [name for name in every if not _grouped(model, name)]
    if isinstance(keep, str) or not isinstance(keep, (list, tuple, set)) or not keep:
        raise ValueError(f"keep is {keep!r}; it must be 'all', 'summaries' or a list of names out "
                         f"of {', '.join(every)}")
    for name in keep:
        validate.one_of("keep", name, every)
    return list(keep)


def _recorded(given, names):
    """Variables that every sweep is recorded of: those to return, what they are derived from, and
    those few without an axis for groups, which the cautions look at."""
    needed = set(names)
    if needed - set(given.variables):
        needed |= set(given.model.takes("derived"))
    return [name for name in given.variables if name in needed or not _grouped(given.model, name)]
