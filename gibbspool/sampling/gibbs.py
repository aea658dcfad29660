"""The Gibbs sweep: the loop that a student steps through.

One sweep, of `sample`, is::

    for name in order:
        conditional = given(name, state)
        state[name] = conditional.draw(rng, state[name])

`given` is a `conditionals.Conditionals`: it calls the model's ``NAME_given`` with what that asks
for. From either line a debugger steps into the mathematics at once: into ``NAME_given`` with
`given` alone between, and into ``draw`` with nothing between.

`steps` runs the same loop slowly, `shown_sweep`: one chain, and each draw with its record.

`sample` draws variables that no later sweep looks at, such as theta where it has been integrated
out of all else, for many sweeps at once: see `leaves`.

A model may draw a variable a second time in the same sweep, in other coordinates: ``interweaves =
{"mu_ancillary": "mu"}`` says that the step ``mu_ancillary`` of its order draws mu. Its conditional
is an `interweaving.Interweaving`, which moves other variables along.
"""
import warnings
from collections import namedtuple

import numpy as np

from .. import validate
from ..progress import Interrupted, Progress
from ..spelling import refuse_unknown
from .conditionals import Conditionals
from .interweaving import Interweaving
from .leaves import Leaves
from .memory import refuse_too_large
from .recorder import Recorder, refuse_needless_points
from .records import DirectRecord
from .showing import shows_itself

ENOUGH = 400  # draws for the cautions: more tell nothing more, and would fill the memory


class Step(namedtuple("Step", "name conditional old new")):
    """One conditional draw of a sweep: which step, from what, its value before and after.

    It unpacks into these four: ``for name, conditional, old, new in gp.steps(model)``. `steps`
    tells more of each:

    Attributes
    ----------
    record : a record, see `sampling.records`
        What the draw did: what it proposed, evaluated, cut and accepted. None from `sweep`.
    given : dict of str to array
        The values that the conditional was given.
    integrated : tuple of str
        What a collapsed step has integrated out.
    moved : dict of str to (old, new)
        What an interwoven step moved along.
    held : dict of str to array
        What it held fixed meanwhile, where the model says so.
    """

    record, given, integrated, moved, held = None, {}, (), {}, {}


def sweep(given, rng, state, order=None):
    """One pass over the conditionals, in place: yields a Step for each.

    `order` leaves out those steps that are drawn later, see `leaves`.
    """
    for name in given.order if order is None else order:
        variable = given.drawn[name]
        old = state[variable]
        conditional = given(name, state)
        state[variable] = conditional.draw(rng, old)
        if isinstance(conditional, Interweaving):
            state.update(conditional.moves(state[variable]))
        yield Step(name, conditional, old, state[variable])


def shown_sweep(given, rng, state):
    """The same pass, slowly, for looking at: its kernels draw one number after the other.

    Each shows what it does: its ``draw_one``, from the files of `sampling.scalar`.
    """
    for name in given.order:
        variable = given.drawn[name]
        old = state[variable]
        conditional = given(name, state)
        if shows_itself(conditional):
            record = conditional.show(rng, old)
        else:
            record = DirectRecord(old, conditional.draw(rng, old), conditional)
        new = np.asarray(record.x)[()]  # a NumPy number: models write mu[..., None]
        step = Step(name, conditional, old, new)
        step.record, step.integrated = record, given.integrated[name]
        step.given = {other: state[other] for other in given.blankets[name]}
        if isinstance(conditional, Interweaving):
            step.moved, step.held = record.moved, record.held
            state.update(conditional.moves(new))
        state[variable] = new
        yield step


def steps(model, seed=1, sweeps=None, **misspelt):
    """Walk through the sampler one conditional at a time, with a single chain.

    There is no warm-up: random walks keep the scale they begin with, so every sweep leaves the
    posterior invariant, if slowly. Kernels draw one number after the other, as a textbook has it
    (`sampling.scalar`): the same sampler as `sample`, with the random numbers in another order.

    Parameters
    ----------
    model : a model
    seed : int
    sweeps : int, optional
        How many sweeps; endless by default.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Yields
    ------
    Step
        (name, conditional, old, new): print the conditional to see what the draw came from, and
        ``step.record`` to see how it was drawn, one number after the other.

    Raises
    ------
    TypeError, ValueError
        As in `sample`.
    """
    refuse_unknown(steps, misspelt)
    rng = validate.generator(seed)
    if sweeps is not None:
        validate.whole_number("sweeps", sweeps, 1)
    given = Conditionals(model)
    state = given.start(rng, ())

    def walk():
        done = 0
        while sweeps is None or done < sweeps:
            yield from shown_sweep(given, rng, state)
            done += 1

    return walk()


def sample(model, draws=2000, tune=1000, chains=4, seed=42, keep="all", progress=None,
           points=False, **misspelt):
    """Draw from the posterior of a model by Gibbs sampling.

    All chains advance in lock-step, as a leading axis of every variable, from starting values more
    spread out than the posterior.

    Parameters
    ----------
    model : a model
    draws, tune, chains : int
        Sweeps kept, sweeps of warm-up before them (random walks adapt their scale there, and there
        alone: with tune=0 they keep the one they begin with), number of chains.
    seed : int or numpy Generator
        Same seed, same draws.
    keep : "all", "summaries" or list of str
        Which variables to keep; the others are drawn and forgotten. With "summaries" those without
        an axis for groups, such as mu and tau (in a model that names no axes: the single numbers);
        of the others only mean, sd and R-hat, ``draws.summaries["theta"].mean``, so that memory
        does not grow with draws times groups. They are averages over the conditionals where these
        have a mean and an sd in closed form, more precise than the draws (`running.RaoBlackwell`),
        else the draws' own.
    progress : bool, optional
        Whether to show on standard error how far it has got; by default where that is a terminal.
    points : bool
        With "summaries": also the 5.5 and 94.5 % points, ``draws.summaries["theta"].low`` and
        ``.high``, from at most 200 draws spaced evenly over the run, and so to some 0.15 sd.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Returns
    -------
    Draws
        If interrupted with Ctrl-C, what has been drawn so far, with a warning.

    Raises
    ------
    TypeError, ValueError
        For impossible arguments, a model whose order of conditionals is not a valid sampler, or
        a variable that became NaN on the way; draws that would not fit into memory; an argument by
        a name that there is not.

    Warns
    -----
    UserWarning
        What the model warns of: fewer than five groups, a spread between groups that piles up at
        zero.
    """
    refuse_unknown(sample, misspelt)
    draws = validate.whole_number("draws", draws, 1)
    tune = validate.whole_number("tune", tune, 0)
    chains = validate.whole_number("chains", chains, 1)
    rng = validate.generator(seed)
    refuse_needless_points(points, keep)
    given = Conditionals(model)
    refuse_large_run(given, draws, chains, keep)
    state = given.start(rng, (chains,))
    leaves = Leaves(given, state, rng)
    recorder = Recorder(given, state, draws, keep, points, leaves)
    for caution in model.cautions():
        warnings.warn(caution, stacklevel=2)

    try:
        with Progress(tune + draws, "sweeps", progress) as bar:
            given.adapting = True
            for _ in range(tune):
                for _ in sweep(given, rng, state, leaves.trunk):
                    pass
                bar.count()
            given.stop_adapting()
            for _ in range(draws):
                for _ in sweep(given, rng, state, leaves.trunk):
                    pass
                recorder.add(state)
                bar.count()
            recorder.catch_up()
    except KeyboardInterrupt:
        recorder.catch_up()
        if recorder.done == 0:
            raise
        warnings.warn(f"interrupted: {recorder.done} of {draws} draws were made, and only these "
                      "are returned", Interrupted, stacklevel=2)

    recorder.refuse_nan(state)
    values = recorder.values()
    every = max(1, chains * recorder.done // ENOUGH)
    for caution in model.cautions_after({name: x[:, ::every] for name, x in values.items()}):
        warnings.warn(caution, stacklevel=2)
    return recorder.draws(values, seed)


def refuse_large_run(given, draws, chains, keep):
    """Refuse draws that would not fit into memory, before anything is drawn."""
    def one_draw():
        start = given.start(np.random.default_rng(0), ())
        return Recorder(given, start, 1, keep).arrays

    def one_chain():
        return given.start(np.random.default_rng(0), ())

    refuse_too_large({"chains": chains}, one_chain, chains)
    refuse_too_large({"draws": draws, "chains": chains}, one_draw, draws * chains)
