"""The check of conditionals: no randomness in the verdict, no sampler needed.

With everything else fixed, a conditional is right when ``conditional.logpdf(x) - log_joint(x,
rest)`` does not depend on x. For a collapsed step, what was integrated out is divided away first:
p(x | rest) = p(x, v | rest) / p(v | x, rest) holds for any v, so ``log_joint(x, v, rest) - log p(v
| x, rest)`` takes the place of the joint density.

Where a step carries other variables along (`interweaving.Interweaving`), the joint density is that
of where they are carried to, times the factor by which they are stretched on the way; and carrying
them back must restore them.
"""
from dataclasses import dataclass

import numpy as np

from .. import validate
from .conditionals import Conditionals
from .interweaving import Interweaving


@dataclass(frozen=True)
class Verdict:
    """On one conditional.

    Attributes
    ----------
    name : str
        The conditional's method, such as "tau_given".
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
        out = f" (integrated out: {', '.join(self.integrated)})" if self.integrated else ""
        return f"{'ok   ' if self.ok else 'WRONG'} {self.name}{out}: error {self.error:.1e}{' - ' if self.remark else ''}" \
            f"{self.remark}"


@dataclass(frozen=True)
class Report:
    """On all conditionals of a model. ``report.ok`` is True when each agrees with the joint
    density.
    """

    model: object
    verdicts: tuple

    @property
    def ok(self):
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


def check_conditionals(model, states=50, seed=0, rtol=1e-9):
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
        Tolerance, relative to the size of the log densities.

    Returns
    -------
    Report
        Printed, it is a table; it raises nothing, whatever is wrong, and tells all.
    """
    rng = validate.generator(seed)
    validate.whole_number("states", states, 2)
    try:
        given = Conditionals(model)
    except (TypeError, ValueError) as problem:
        return Report(model, (Verdict("order", False, np.inf, (), str(problem)),))
    state = model.initial(rng, (states,))
    others = [model.initial(rng, (states,)) for _ in range(8)]
    return Report(model,
                  tuple(_verdict(model, given, name, state, others, rtol) for name in model.order))


def _verdict(model, given, name, state, others, rtol):
    integrated = given.integrated[name]
    label = f"{name}_given"
    try:
        x = np.array([other[given.drawn[name]] for other in others])
        log_q, log_p, size = np.array([_densities(model, given, name, state, at, 1)
                                       for at in x]).swapaxes(0, 1)
        single = np.array([np.subtract(*_densities(model, given, name, _first(state), at[0], 0)[:2])
                           for at in x])
    except Exception as problem:  # tells of every failure, whatever a student's conditional did
        return Verdict(label, False, np.inf, integrated, f"{type(problem).__name__}: {problem}")
    difference = log_q - log_p
    if not np.isfinite(difference).all():
        return Verdict(label, False, np.inf, integrated,
                       "its log density is not finite where the joint density is")
    size = 1 + size.max(axis=0)
    error = float(np.max(np.ptp(difference, axis=0) / size))
    if error > rtol:
        return Verdict(label, False, error, integrated, _recognise(model, name, x, difference))
    apart = float(np.max(np.abs(single - difference[:, 0])) / size[0])
    if apart > rtol:
        return Verdict(label, False, apart, integrated,
                       "alone, a state gives another density than in a batch")
    return Verdict(label, True, error, integrated)


def _first(state):
    return {name: value[0] for name, value in state.items()}


def _densities(model, given, name, state, x, batch_ndim):
    """log of the conditional at x, of the joint density with what the step integrated out divided
    away, and their size.

    The size is that of all the terms, whose rounding errors remain where the terms themselves
    cancel.
    """
    conditional = given(name, state)
    log_q = _total(conditional.logpdf(x), batch_ndim)
    if isinstance(conditional, Interweaving):
        log_p = _log_joint_carried(model, given, name, state, x, batch_ndim)
        return log_q, log_p, np.abs(log_q) + np.abs(log_p)
    state = {**state, given.drawn[name]: x}
    log_p = _total(model.log_joint(**state), batch_ndim)
    size = np.abs(log_q) + np.abs(log_p)
    start = given.model.order.index(name)
    for other in (*given.model.order[start:], *given.model.order[:start]):
        if other in given.integrated[name]:
            log_v = _total(given(other, state).logpdf(state[other]), batch_ndim)
            log_p, size = log_p - log_v, size + np.abs(log_v)
    return log_q, log_p, size


def _log_joint_carried(model, given, name, state, x, batch_ndim):
    """log of the joint density where the step arrives, and of the stretching of what it carries
    along.
    """
    def carried(start, x):
        return {**start, given.drawn[name]: x, **given(name, start).moves(x)}

    there = carried(state, x)
    back = carried(there, state[given.drawn[name]])
    log_p = _total(model.log_joint(**there), batch_ndim)
    for other in given(name, state).moves(x):
        if not np.allclose(back[other], state[other], rtol=1e-8, atol=1e-8):
            raise ValueError(f"carrying {other} along to another value and back does not restore "
                             "it")
        # its derivative: it is linear
        stretch = carried({**state, other: state[other] + 1}, x)[other] - there[other]
        log_p = log_p + _total(np.log(np.abs(stretch)), batch_ndim)
    return log_p


def _total(log_density, batch_ndim):
    """Sum over groups: everything but the leading batch axes."""
    log_density = np.asarray(log_density)
    return log_density.sum(axis=tuple(range(batch_ndim, log_density.ndim)))


def _recognise(model, name, x, difference):
    """Which term of the log density is off, where one term (or a mean and a width together)
    explains all of it.
    """
    if x.ndim != 2:
        return "it depends on the variable"
    terms = {}
    prior = getattr(model, name, None)
    if hasattr(prior, "logpdf"):
        terms["prior"] = [prior.logpdf(x)]
    if (x > 0).all():
        terms["power"] = [np.log(x)]
        terms["squares"] = [1 / x**2]
    terms["linear"] = [x]
    terms["quadratic"] = [x**2]
    terms["both"] = [x, x**2]
    for term, columns in terms.items():
        fit = [_slopes([c[:, i] for c in columns], difference[:, i]) for i in range(x.shape[1])]
        if all(fits for _, fits in fit):
            slope = np.median([slopes[0] for slopes, _ in fit])
            return {
                "prior": "its prior is left out" if slope < 0 else "its prior is counted twice",
                "power": f"off by the factor {name}^{slope:+.3g}: is the number of groups right?",
                "squares": f"the term in 1/{name}^2 is off: is the sum of squares right?",
                "linear": f"the term in {name} is off: is its mean right?",
                "quadratic": f"the term in {name}^2 is off: standard deviation and variance mixed "
                             "up?",
                "both": f"the terms in {name} and {name}^2 are off: are its mean and its precision "
                        "right?",
            }[term]
    return f"it depends on {name}"


def _slopes(columns, y):
    """Least squares of y on the columns and a constant: slopes, and whether the fit is exact."""
    design = np.column_stack([*columns, np.ones_like(y)])
    scale = np.abs(design).max(axis=0)
    scale[scale == 0] = 1.0
    coefficients = np.linalg.lstsq(design / scale, y, rcond=None)[0] / scale
    miss = np.abs(y - design @ coefficients).max()
    return coefficients, miss < 1e-7 * np.ptp(y)
