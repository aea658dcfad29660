"""A sampler's walk as plain data: every draw of `gibbspool.steps`, what it came from, and how.

A draw is a dict. ``x`` is the value drawn; ``kind`` says what else there is:

- "normal" (m, s), "beta" (a, b), "dirichlet" (a): closed forms and their parameters;
- "direct": any other closed form, with its ``curve`` where it draws single numbers;
- "griddy", "slice", "concave slice", "metropolis", "ladder", "simplex walk", "augmentation",
  "interweaving": what `sampling.records` tells of them, with the curve that they drew from;
- "each": a draw for every group, all of one ``of`` the above kinds: each name has a list.

Values have five digits, what they are computed from has four, and both more where they lie far from
zero, for they are only looked at; curves are texts, see `curves`.
"""
import numpy as np

from ..distributions.standard import Beta, Normal
from ..distributions.vectors import Dirichlet, MultivariateNormal
from ..numerics.coordinates import Arcsinh, Log, Logit
from ..sampling.gibbs import steps
from . import curves
from .packing import packed

DIGITS = 5      # of a number, at least
LOWEST = -15.0  # grid points whose log density lies further below the top are left out
VERDICTS = ("outside", "inside", "no return")  # a page knows them by their numbers
ALONG = np.linspace(-1, 2, 40)  # from the current shares (0) to the proposed ones (1), and beyond


def walk(model, seed, sweeps, rows, numbers=None, computed=()):
    """Every draw of a sampler's first sweeps.

    Parameters
    ----------
    model : a model
    seed, sweeps : int
    rows : array of int
        The groups to keep.
    numbers : callable, optional
        From (step's name, what it was given, the value before) to the numbers of its formula, and
        those of the terms of its logarithm, a list.
    computed : tuple of str
        Names of what is computed from the state, to be kept.

    Returns
    -------
    dict
        start : dict, the values before the first draw, by variable.
        draws : dict of list, for each step of the order a draw in every sweep.
        grids : list, those of griddy draws, each once.
        spreads : dict, how far each variable moves: a standard deviation, by variable.
        scales : dict of dict, for each step that a kernel draws the coordinate it works in.
        derived : dict of list, what is computed from the state, at the start and after each draw.
    """
    found = list(steps(model, seed=seed, sweeps=sweeps))
    recorder = Recorder(model, rows, computed)
    spreads = spreads_of(model, found)
    recorder.digits = digits_for(model, found, spreads)
    state, draws = {}, {name: [] for name in model.order}
    for step in found:
        state.setdefault(recorder.drawn(step.name), step.old)
        draw = recorder.draw(step)
        if numbers is not None:
            named, logs = numbers(step.name, step.given, step.old)
            draw["n"] = {name: recorder.shorter(recorder.kept(value))
                         for name, value in named.items()}
            if logs:
                draw["log"] = [round(float(one), 2) for one in logs]
        draws[step.name].append(draw)
    scales = {step.name: scale(step.conditional) for step in found[:len(model.order)]}
    start = dict(state)
    derived = {}
    recorder.derive(derived, state)
    for step in found:
        state[recorder.drawn(step.name)] = step.new
        state.update({name: new for name, (_, new) in step.moved.items()})
        recorder.derive(derived, state)
    return {"start": {name: recorder.short(recorder.of(name, value))
                      for name, value in start.items()}, "spreads": spreads,
            "draws": draws, "grids": recorder.grids, "scales": scales, "derived": derived}


def spreads_of(model, found):
    """The standard deviation of each variable's draws, averaged over its elements."""
    values = {}
    for step in found:
        values.setdefault(model.interweaves.get(step.name, step.name), []).append(step.new)
    return {name: float(np.mean(np.std(np.stack(x), axis=0))) for name, x in values.items()}


def digits_for(model, found, spreads):
    """How many digits tell draws apart, also where they lie far from zero."""
    most = DIGITS
    for step in found[-len(model.order):]:
        spread = spreads[model.interweaves.get(step.name, step.name)]
        size = float(np.max(np.abs(step.new)))
        if 0 < spread < size < np.inf:
            most = max(most, DIGITS - 1 + int(np.log10(size / spread)))
    return min(most, 15)


class Recorder:
    """Turns the records of draws into data; keeps some of the groups, and every grid once."""

    def __init__(self, model, rows, computed):
        self.model, self.rows, self.computed = model, np.asarray(rows), computed
        self.grids, self.places, self.digits = [], {}, DIGITS
        self.groups = len(getattr(model, "groups", ()))

    def short(self, value):
        return shortened(value, self.digits)

    def shorter(self, value):
        return shortened(value, self.digits - 1)

    def drawn(self, step):
        """The variable that a step draws."""
        return self.model.interweaves.get(step, step)

    def has_groups(self, name):
        """Whether the first axis of a variable is that of the groups."""
        return self.model.dims.get(name, ("",))[0] == "group"

    def of(self, name, value):
        """A variable's value, of the groups that are kept."""
        return np.asarray(value)[self.rows] if self.has_groups(name) else np.asarray(value)

    def kept(self, value):
        """A number, or those of the groups that are kept."""
        value = np.asarray(value)
        return value[self.rows] if value.ndim and len(value) == self.groups else value

    def derive(self, derived, state):
        """Add what is computed from a state."""
        if not self.computed:
            return
        asked = {one: state[one] for one in self.model.takes("derived")}
        for name, value in self.model.derived(**asked).items():
            if name in self.computed:
                derived.setdefault(name, []).append(self.shorter(self.of(name, value)))

    def draw(self, step):
        """One step's draw as data."""
        name, record, conditional = self.drawn(step.name), step.record, step.conditional
        if record.kind == "interweaving":
            inner = self.of_record(name, record.inner, conditional.conditional)
            moved = {other: self.short(self.of(other, new)) for other, (_, new) in
                     record.moved.items()}
            return {**inner, "moved": moved}
        return self.of_record(name, record, conditional)

    def of_record(self, name, record, conditional):
        if record.kind == "batch":
            return self.batch(name, record, conditional)
        x = self.short(self.of(name, record.x))
        if record.kind == "direct":
            return {"x": x, **self.closed_form(name, record, conditional)}
        found = self.KINDS[record.kind](self, record, conditional)
        if not found.get("cut", True):
            del found["cut"]
        return {"x": x, "kind": record.kind, **found}

    def batch(self, name, record, kernel):
        """A draw for each number of an array, by a kernel."""
        first = record.records[0]
        if first.kind in ("griddy", "simplex walk"):
            found = [self.KINDS[first.kind](self, one, kernel) for one in record.records]
        else:
            shapes = curves.curves(kernel, record.before, points=curves.FEWER)
            found = [self.KINDS[first.kind](self, one, kernel, curve, brief=True)
                     for one, curve in zip(record.records, shapes)]
        kept = [found[j] for j in self.rows] if self.has_groups(name) else found
        each = {key: [one[key] for one in kept] for key in kept[0]}
        if not any(each.get("cut", ())):  # which is rare
            each.pop("cut", None)
        return {"x": self.short(self.of(name, record.x)), "kind": "each", "of": first.kind, **each}

    # ---- closed forms

    def closed_form(self, name, record, conditional):
        if isinstance(conditional, (Normal, MultivariateNormal)):
            return {"kind": "normal", "m": self.parameter(name, conditional.mean, record.x),
                    "s": self.parameter(name, conditional.sd, record.x)}
        if isinstance(conditional, Beta):
            return {"kind": "beta", "a": self.parameter(name, conditional.a, record.x),
                    "b": self.parameter(name, conditional.b, record.x)}
        if isinstance(conditional, Dirichlet):
            return {"kind": "dirichlet", "a": self.parameter(name, conditional.concentration,
                                                             record.x)}
        return {"kind": "direct", **self.by_its_density(name, record, conditional)}

    def parameter(self, name, value, x):
        return self.shorter(self.of(name, np.broadcast_to(value, np.shape(x))))

    def by_its_density(self, name, record, conditional):
        """The curve of any distribution of single numbers, around what was drawn from it."""
        if getattr(conditional, "event_ndim", 0) or np.ndim(record.x) > 1:
            return {}
        try:
            low, high = conditional.quantile(0.001), conditional.quantile(0.999)
        except (AttributeError, NotImplementedError):
            mean, sd = getattr(conditional, "mean", record.x), getattr(conditional, "sd", None)
            if sd is None:
                return {}
            low, high = mean - 4 * sd, mean + 4 * sd
        ends = getattr(conditional, "support", (-np.inf, np.inf))
        low, high = (np.clip(one, *ends) for one in np.broadcast_arrays(low, high, record.x)[:2])
        u = low + (high - low) * np.linspace(0, 1, curves.POINTS).reshape(-1, *[1] * low.ndim)
        with np.errstate(all="ignore"):
            log_p = np.nan_to_num(conditional.logpdf(u), nan=-np.inf)
        found = [curves.curve(*one) for one in zip(
            low.ravel().tolist(), high.ravel().tolist(), log_p.reshape(len(u), -1).T)]
        if not low.ndim:
            return {"c": found[0][:2] + found[0][3:]}
        kept = [found[j] for j in self.rows] if self.has_groups(name) else found
        return {"c": [one[:2] + one[3:] for one in kept]}

    # ---- kernels

    def griddy(self, record, kernel):
        seen = record.grid.log_q > LOWEST
        u = record.grid.u[seen]
        text = packed(record.grid.log_q[seen], LOWEST, 0.0)
        ends = shortened([u[0], u[-1]], self.digits + 2)
        key = (*ends, text)
        if key not in self.places:
            self.places[key] = len(self.grids)
            self.grids.append([*ends, packed(u, *ends), text])
        found = {"grid": self.places[key], "share": self.short(record.share),
                 "proposal": self.short(record.proposal)}
        if record.log_uniform is not None:
            ratio = record.log_weight - record.log_weight_before
            found |= {"ratio": self.short(ratio), "uniform": self.short(record.log_uniform),
                      "accepted": bool(record.accepted)}
        return found

    def level(self, record, kernel, curve, brief):
        """What all slice samplers have: a curve, a level, values tried and cuts."""
        low, high, top, text = curve or curves.curves(kernel, record.before)[0]
        height = round(record.log_height - top, 3)
        if brief:  # what is left out follows from the values before and after
            return {"c": [low, high, text], "level": height,
                    "refused": self.short([one.u for one in record.tries[:-1]])}
        return {"c": [low, high, text], "level": height,
                "tries": [[self.short(one.u), VERDICTS.index(one.verdict)]
                          for one in record.tries]}

    def slice(self, record, kernel, curve=None, brief=False):
        return {**self.level(record, kernel, curve, brief),
                "start": self.short([record.start.low, record.start.high]),
                "doublings": [[one.side, self.short(one.low), self.short(one.high)]
                              for one in record.doublings]}

    def concave_slice(self, record, kernel, curve=None, brief=False):
        found = self.level(record, kernel, curve, brief)
        found["ends"] = self.short(record.interval)
        found["cut"] = any((one.low, one.high) != record.interval for one in record.tries)
        if not brief:
            found["looked"] = [shortened([u for u, _ in end.points], self.digits - 1)
                               for end in (record.left, record.right)]
        return found

    def metropolis(self, record, kernel, curve=None, brief=False):
        low, high, top, text = curve or curves.curves(kernel, record.before)[0]
        return {"c": [low, high, text], "u": self.short(record.u_before),
                "proposal": self.short(record.proposal), "to": self.short(record.u_proposal),
                "scale": self.short(record.scale), **verdict(record)}

    def ladder(self, record, kernel, curve=None, brief=False):
        low, high, top, text = curve or curves.curves(kernel, record.before)[0]
        return {"c": [low, high, text], "u": self.short(record.rungs[record.place]),
                "first": shortened(record.rungs[0], self.digits + 2),
                "spacing": shortened(record.spacing, self.digits + 2),
                "p": packed(record.probabilities, 0.0, 1.0), "place": int(record.place),
                "rung": int(record.rung), "share": self.short(record.share)}

    def simplex_walk(self, record, kernel):
        here, there = (np.log(np.maximum(x, 1e-300)) for x in (record.before, record.proposal))
        shares = np.exp(here + ALONG[:, None] * (there - here))
        shares = shares / shares.sum(axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            log_p = np.array([record.log_density(one) + np.log(one).sum() for one in shares])
        curve = curves.curve(ALONG[0], ALONG[-1], np.nan_to_num(log_p, nan=-np.inf))
        return {"c": curve[:2] + curve[3:], "proposal": self.short(record.proposal),
                "scale": self.short(record.scale), **verdict(record)}

    def augmentation(self, record, kernel):
        found = {"passes": [{"z": self.short(one.z), "x": self.short(one.x)}
                            for one in record.passes]}
        for one, data in zip(record.passes, found["passes"]):
            if isinstance(one.conditional, Dirichlet):
                data["a"] = self.short(one.conditional.concentration)
        return found

    KINDS = {"griddy": griddy, "slice": slice, "concave slice": concave_slice,
             "metropolis": metropolis, "ladder": ladder, "simplex walk": simplex_walk,
             "augmentation": augmentation}


def scale(conditional):
    """The coordinate of a kernel, as data: its kind, and the ends of its support."""
    kernel = getattr(conditional, "conditional", conditional)
    place = getattr(kernel, "coordinate", None)
    kind = KINDS_OF_SCALE.get(type(place), "line")
    return {"kind": kind, **{end: float(getattr(place, end)) for end in ("low", "high")
                             if hasattr(place, end)}}


KINDS_OF_SCALE = {Log: "log", Logit: "logit", Arcsinh: "arcsinh"}


def verdict(record):
    """The two numbers that decide, and what they decided."""
    return {"ratio": shortened(record.log_ratio), "uniform": shortened(record.log_uniform),
            "accepted": bool(record.accepted)}


def shortened(value, digits=DIGITS):
    """Numbers to so many digits, for data that are only looked at; lists for arrays."""
    if np.ndim(value):
        return [shortened(one, digits) for one in value]
    value = float(value)
    return float(f"{value:.{digits}g}") if np.isfinite(value) else value
