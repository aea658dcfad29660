"""What is kept of a Gibbs run: arrays of draws, or only their mean and sd."""
import inspect

import numpy as np

from .. import validate
from ..distributions.standard import Beta, Gamma, Normal
from ..distributions.vectors import Dirichlet, MultivariateNormal
from .draws import Draws
from .running import RaoBlackwell, Running
from .spaced import Points

# Densities whose `mean` and `sd` are their moments; those of a truncated normal are not.
WITH_MOMENTS = (Normal, Gamma, Beta, Dirichlet, MultivariateNormal)


class Recorder:
    """The record of a run, one sweep after the other.

    Parameters
    ----------
    given : Conditionals
    state : dict of str to array (chains, ...)
        The starting values, for their shapes.
    draws : int
        How many sweeps there will be to record.
    keep : "all", "summaries" or list of str
    points : bool
        As in `gibbspool.sample`.
    leaves : Leaves, optional
        Those variables that the sweeps leave to be drawn here.

    Attributes
    ----------
    names : list of str
        The variables to return.
    arrays : dict of str to array (draws, chains, ...)
        What every sweep is written to.
    running : dict of str to Running
        Mean and sd of what is not kept, where `keep` is "summaries": a RaoBlackwell where the
        conditional has them in closed form.
    done : int
        Sweeps recorded so far.
    ahead : int
        Sweeps of which all but the leaves are recorded: these are drawn for many sweeps at once.
    at_once : int
        For how many.
    """

    def __init__(self, given, state, draws, keep, points=False, leaves=None):
        self.given, self.model = given, given.model
        self.summaries = isinstance(keep, str) and keep == "summaries"
        first = {**state, **self.derived(state)}
        self.large = {name for name, value in first.items() if is_large(self.model, name, value)}
        self.names = self.names_to_keep(list(first), keep)
        recorded = self.names if self.summaries else self.names_to_record()
        self.arrays = {name: np.empty((draws, *np.shape(first[name]))) for name in recorded}
        left = [name for name in first if name not in self.names]
        self.running = {name: self.summary_of(name, first, draws, points)
                        for name in left} if self.summaries else {}
        self.done = self.ahead = 0
        self.leaves, self.at_once = leaves, 1
        if leaves and not self.summaries:
            leaves.prune(self.arrays)
            if leaves.wanted and leaves.blankets <= set(self.arrays):
                self.at_once = leaves.sweeps

    def derived(self, state):
        """What the model computes from its state."""
        return self.model.derived(**{name: state[name] for name in self.model.takes("derived")})

    def names_to_keep(self, every, keep):
        """The variables to return, as `keep` asks for."""
        if isinstance(keep, str) and keep == "all":
            return every
        if self.summaries:
            return [name for name in every if name not in self.large]
        if isinstance(keep, str) or not isinstance(keep, (list, tuple, set)) or not keep:
            raise ValueError(f"keep is {keep!r}; it must be 'all', 'summaries' or a list of names "
                             f"out of {', '.join(every)}")
        for name in keep:
            validate.one_of("keep", name, every)
        return list(keep)

    def names_to_record(self):
        """The variables to return, what they are derived from, and those few without an axis for
        groups, which the cautions look at.
        """
        needed = set(self.names)
        if needed - set(self.given.variables):
            needed |= set(self.model.takes("derived"))
        return [name for name in self.given.variables if name in needed or name not in self.large]

    def summary_of(self, name, state, draws, points):
        """An empty summary of a variable: from its conditionals if they know mean and sd."""
        spaced = Points(np.shape(state[name]), draws) if points else None
        closed = isinstance(self.conditional(name, state), WITH_MOMENTS)
        return RaoBlackwell(spaced) if closed else Running(spaced)

    def conditional(self, name, state):
        """What the model's NAME_given gives at a state, also for a variable that is derived from
        others, such as the theta of a non-centred form; None where there is none.
        """
        method = getattr(self.model, f"{name}_given", None)
        blanket = inspect.signature(method).parameters if method else ()
        if method is None or not set(blanket) <= set(self.given.variables):
            return None
        return method(**{other: state[other] for other in blanket})

    def add(self, state):
        """Record the state at the end of a sweep."""
        if self.at_once > 1:
            for name, array in self.arrays.items():
                if name not in self.leaves.wanted:
                    array[self.ahead] = state[name]
            self.ahead += 1
            if self.ahead - self.done == self.at_once:
                self.catch_up()
            return
        if self.leaves:
            state.update(self.leaves.draw(state))
        if self.summaries:
            state = {**state, **self.derived(state)}
        for name, array in self.arrays.items():
            array[self.done] = state[name]
        for name, summary in self.running.items():
            if isinstance(summary, RaoBlackwell):
                summary.add_conditional(self.conditional(name, state), np.shape(state[name]))
            else:
                summary.add(state[name])
            if summary.points:
                summary.points.add(self.done, state[name])
        self.done += 1

    def catch_up(self):
        """Draw the leaves of all sweeps that are ahead, and record them."""
        if self.ahead <= self.done:
            return
        recorded = {name: self.arrays[name][self.done:self.ahead] for name in self.arrays}
        state = {name: recorded[name].reshape(-1, *recorded[name].shape[2:])
                 for name in self.leaves.blankets}
        for name, x in self.leaves.draw(state, self.ahead - self.done).items():
            if name in recorded:
                recorded[name][...] = x.reshape(recorded[name].shape)
        self.done = self.ahead

    @property
    def size(self):
        """How many numbers are held."""
        return (sum(array.size for array in self.arrays.values())
                + sum(summary.size for summary in self.running.values()))

    def refuse_nan(self, state):
        """Refuse a run in which a variable became NaN, `state` being the last one.

        Raises
        ------
        ValueError
            It names the variable that was the first to break, its chain and the draw.
        """
        found = []
        for number, name in enumerate(self.given.variables):
            if name in self.arrays:
                broken = is_nan(self.arrays[name][:self.done], axes=2)
                if broken.any():
                    draw, chain = np.argwhere(broken)[0]
                    found.append((draw, number, name, chain, f"from draw {draw} on"))
            elif is_nan(state[name], axes=1).any():
                chain = np.argmax(is_nan(state[name], axes=1))
                found.append((self.done, number, name, chain, "at the end"))
        if found:
            *_, name, chain, when = min(found)
            raise ValueError(
                f"sampling broke down: {name} of chain {chain} is nan {when} (chains and draws are "
                f"counted from 0): look for a 0 / 0, or a root or log of a negative number, in "
                f"{name}_given and in what it depends on, "
                f"{', '.join(self.given.blankets[name]) or 'the data alone'}; "
                "check_conditionals(model) checks each of them")

    def values(self):
        """Arrays (chain, draw, ...) of all that was recorded, and of what is derived from it."""
        values = {name: np.moveaxis(array[:self.done], 0, 1) for name, array in self.arrays.items()}
        if set(self.names) - set(values):
            values.update(self.derived(values))
        return values

    def draws(self, values, seed):
        """The `values` that were asked for, as a Draws."""
        stats = {}
        for name, rate in self.given.acceptance().items():
            by_chain = np.asarray(rate, dtype=float).reshape(len(rate), -1).mean(axis=1)
            stats[f"acceptance_{name}"] = np.broadcast_to(by_chain[:, None],
                                                          (len(rate), self.done))
        return Draws({name: values[name] for name in self.names}, self.model, seed, stats,
                     self.running)


def refuse_needless_points(points, keep):
    """The points of a variable whose draws are kept are told by these draws."""
    if not isinstance(points, (bool, np.bool_)):
        raise TypeError(f"points is {points!r}; it must be True or False")
    if points and not (isinstance(keep, str) and keep == "summaries"):
        raise ValueError(f'points is {points} and keep is {keep!r}; it goes with keep="summaries" '
                         "alone: of draws that are kept take np.quantile")


def is_large(model, name, value):
    """Whether a variable has an axis for groups; without named axes, whether it is an array."""
    if name in model.dims:
        return "group" in model.dims[name]
    return np.ndim(value) > 1


def is_nan(values, axes):
    """Whether there is a NaN, along the first so many axes."""
    nan = np.isnan(values)
    return nan.any(axis=tuple(range(axes, nan.ndim)))
