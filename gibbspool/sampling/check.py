"""The check of conditionals: no randomness in the verdict, no sampler needed.

With everything else fixed, a conditional is right when ``conditional.logpdf(x) - log_joint(x,
rest)`` does not depend on x. For a collapsed step, what was integrated out is divided away first:
p(x | rest) = p(x, v | rest) / p(v | x, rest) holds for any v, so ``log_joint(x, v, rest) - log p(v
| x, rest)`` takes the place of the joint density.

Where a step carries other variables along (`interweaving.Interweaving`), the joint density is that
of where they are carried to, times the factor by which they are stretched on the way; and carrying
them back must restore them.

What may be wrong with a conditional that fails, `mistakes` says.
"""
from dataclasses import dataclass

import numpy as np

from .. import html, validate
from ..spelling import refuse_unknown
from .conditionals import Conditionals
from .interweaving import Interweaving
from .mistakes import recognised
from .model import refuse_no_model

MOST_STATES = 10**6
VALUES = 8  # of the variable, in each state


@dataclass(frozen=True)
class Verdict:
    """On one conditional.

    Attributes
    ----------
    name : str
        The conditional's method, such as "tau_given"; or "order", "initial" or "log_joint", where
        the check could not begin.
    ok : bool
    error : float
        Largest change of the difference over x, relative to the size of the log densities.
    integrated : tuple of str
        Variables that the step has integrated out.
    remark : str
        What is wrong, where it can be recognised.
    """

    name: str
    ok: bool
    error: float
    integrated: tuple = ()
    remark: str = ""

    def __str__(self):
        line = f"{'ok   ' if self.ok else 'WRONG'} {self.name}"
        if self.integrated:
            line += f" (integrated out: {', '.join(self.integrated)})"
        line += f": error {self.error:.1e}"
        return f"{line} - {self.remark}" if self.remark else line


@dataclass(frozen=True)
class Report:
    """On all conditionals of a model: ``report.ok`` is True when each agrees with the joint.

    Printed, it is a table; ``report["tau_given"]`` is a single Verdict.
    """

    model: object
    verdicts: tuple

    @property
    def ok(self):
        """Whether all of them agree."""
        return all(v.ok for v in self.verdicts)

    @property
    def wrong(self):
        """Names of the conditionals that do not agree with the joint density."""
        return [v.name for v in self.verdicts if not v.ok]

    def __iter__(self):
        return iter(self.verdicts)

    def __getitem__(self, name):
        return {v.name: v for v in self.verdicts}[name]

    def __str__(self):
        return "\n".join([f"{self.model!r}", *map(str, self.verdicts)])

    __repr__ = __str__

    def _repr_html_(self):
        rows = [["ok" if v.ok else "WRONG", v.name, ", ".join(v.integrated), f"{v.error:.1e}",
                 v.remark] for v in self.verdicts]
        return html.small_table(["verdict", "conditional", "integrated out", "error", "remark"],
                                rows, f"{self.model!r}")


def check_conditionals(model, states=50, seed=0, rtol=1e-9, **misspelt):
    """Compare every conditional of a model with its joint density.

    Parameters
    ----------
    model : a model, your own included
    states : int
        Number of random states; each conditional is evaluated at eight values of its variable in
        each of them, with the states in a batch, and the first of them also one by one without any
        batch axis.
    seed : int
    rtol : float
        Tolerance, relative to the size of the log densities, between 0 and 1.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Returns
    -------
    Report
        Printed, it is a table; nothing is raised, whatever is wrong with a model: it is told.

    Raises
    ------
    TypeError, ValueError
        For draws or anything else that came from a model, an impossible number of states, or seed,
        or tolerance, or an argument by a name that there is not.
    """
    refuse_unknown(check_conditionals, misspelt)
    refuse_results(model)
    rng = validate.generator(seed)
    validate.whole_number("states", states, 2)
    if states > MOST_STATES:
        raise ValueError(f"states is {states}; up to {MOST_STATES} are allowed")
    rtol = validate.probability("rtol", rtol)
    part = "order"
    try:
        given = Conditionals(model)
        part = "initial"
        state = given.start(rng, (states,))
        others = [given.start(rng, (states,)) for _ in range(VALUES)]
        part = "log_joint"
        check_log_joint(model, state, given.variables, states)
    except Exception as problem:  # whatever a student's methods did
        return Report(model, (Verdict(part, False, np.inf, (),
                                      f"{type(problem).__name__}: {problem}"),))
    return Report(model, tuple(verdict(given, name, state, others, rtol) for name in given.order))


def refuse_results(model):
    """Refuse what came from a model, such as draws; of what else is no model the report tells."""
    if hasattr(model, "model") and not getattr(model, "order", None):
        refuse_no_model(model)


def check_log_joint(model, state, variables, states):
    """Refuse a joint density that is missing, or whose value is not one number a state."""
    of, arguments = type(model).__name__, ", ".join(variables)
    if not hasattr(model, "log_joint"):
        raise TypeError(f"{of} has no joint density; define log_joint(self, {arguments}): the log "
                        "of the density of data and variables, constants included")
    shape = np.shape(model.log_joint(**{name: state[name] for name in variables}))
    if shape != (states,):
        raise ValueError(f"it has the shape {shape} for a batch of {states} states, which must be "
                         f"({states},): sum over all axes but the leading ones, as in "
                         ".sum(axis=-1)")


def verdict(given, name, state, others, rtol):
    """The Verdict on the conditional of one step."""
    integrated, label = given.integrated[name], f"{name}_given"
    try:
        x = np.array([other[given.drawn[name]] for other in others])
        log_q, log_p, size = np.array([densities(given, name, state, at, 1)
                                       for at in x]).swapaxes(0, 1)
        single = np.array([np.subtract(*densities(given, name, first(state), at[0], 0)[:2])
                           for at in x])
    except Exception as problem:  # whatever a student's conditional did
        return Verdict(label, False, np.inf, integrated, f"{type(problem).__name__}: {problem}")
    difference = log_q - log_p
    if not np.isfinite(difference).all():
        return Verdict(label, False, np.inf, integrated,
                       "its log density is not finite where the joint density is")
    size = 1 + size.max(axis=0)
    error = float(np.max(np.ptp(difference, axis=0) / size))
    if error > rtol:
        return Verdict(label, False, error, integrated, remark(given, name, state, x, difference))
    apart = float(np.max(np.abs(single - difference[:, 0])) / size[0])
    if apart > rtol:
        return Verdict(label, False, apart, integrated,
                       "alone, a state gives another density than in a batch")
    return Verdict(label, True, error, integrated)


def remark(given, name, state, x, difference):
    """What is wrong with a conditional whose `difference` (values, states) depends on x."""
    def difference_at(x):
        log_q, log_p, _ = np.array([densities(given, name, state, at, 1)
                                    for at in x]).swapaxes(0, 1)
        return log_q - log_p

    return recognised(given.model, given.drawn[name], state[given.drawn[name]], x, difference,
                      difference_at)


def first(state):
    """The first state of a batch, without a batch axis."""
    return {name: value[0] for name, value in state.items()}


def densities(given, name, state, x, batch_ndim):
    """Log of the conditional at x and of the joint density, and the size of their terms.

    What the step has integrated out is divided away from the joint density. The size is that of all
    the terms, whose rounding errors remain where the terms themselves cancel.
    """
    variable = given.drawn[name]
    conditional = given(name, state)
    log_q = total(conditional.logpdf(x), batch_ndim, np.shape(x), variable)
    if isinstance(conditional, Interweaving):
        log_p = log_joint_carried(given, name, state, x, batch_ndim)
        return log_q, log_p, np.abs(log_q) + np.abs(log_p)
    state = {**state, variable: x}
    log_p = log_joint(given, state, batch_ndim)
    size = np.abs(log_q) + np.abs(log_p)
    start = given.order.index(name)
    for other in (*given.order[start:], *given.order[:start]):
        if other in given.integrated[name]:
            log_v = total(given(other, state).logpdf(state[other]), batch_ndim,
                          np.shape(state[other]), other)
            log_p, size = log_p - log_v, size + np.abs(log_v)
    return log_q, log_p, size


def log_joint(given, state, batch_ndim):
    """The model's joint density, one number a state."""
    value = np.asarray(given.model.log_joint(**{name: state[name] for name in given.variables}))
    return value.sum(axis=tuple(range(batch_ndim, value.ndim)))


def log_joint_carried(given, name, state, x, batch_ndim):
    """Log of the joint density where the step arrives, and of the stretching of what it carries."""
    def carried(start, x):
        return {**start, given.drawn[name]: x, **given(name, start).moves(x)}

    there = carried(state, x)
    back = carried(there, state[given.drawn[name]])
    log_p = log_joint(given, there, batch_ndim)
    for other in given(name, state).moves(x):
        if not np.allclose(back[other], state[other], rtol=1e-8, atol=1e-8):
            raise ValueError(f"carrying {other} along to another value and back does not restore "
                             "it")
        # its derivative: it is linear
        stretch = carried({**state, other: state[other] + 1}, x)[other] - there[other]
        log_p = log_p + total(np.log(np.abs(stretch)), batch_ndim, np.shape(there[other]), other)
    return log_p


def total(log_density, batch_ndim, shape, name):
    """Sum over elements: over everything but the leading batch axes.

    The log density of a variable of some shape has that shape, or (of vectors) that shape without
    its last axes; anything else is a slip in broadcasting.
    """
    log_density = np.asarray(log_density)
    if not batch_ndim <= log_density.ndim or shape[:log_density.ndim] != log_density.shape:
        raise ValueError(f"its log density has the shape {log_density.shape} where {name} has the "
                         f"shape {shape}: is a [..., None] missing, or one too many?")
    return log_density.sum(axis=tuple(range(batch_ndim, log_density.ndim)))
