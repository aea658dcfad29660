"""One step of a sampler as lines of text: from what, how, and what was drawn."""
from dataclasses import fields, is_dataclass

import numpy as np

from ..distributions.base import Distribution
from ..rows import Rows
from ..terminal import width
from .griddy import Griddy
from .in_words import WHY_A_SLICE, in_words
from .ranges import ranges

INDENT = 6  # columns before what belongs to one draw
FIRST = 2   # elements of an array whose draws are told in full
OF_SHARES = ("augmentation", "simplex walk")


def shown(model, step):
    """The lines of one step, without their indentation.

    Parameters
    ----------
    model : a model
    step : gibbs.Step
        As `gibbspool.steps` gives it, with its record.
    """
    name = model.interweaves.get(step.name, step.name)
    shape, axes = np.shape(step.new), axes_of(model, name, np.shape(step.new))
    columns = numbers_of_the_conditional(step, shape)
    yield f"~ {conditional_in_short(step.conditional, columns)}"
    if step.integrated:
        yield f"integrated out: {', '.join(step.integrated)}, whose old values play no part"
    if step.moved:
        yield from interwoven(step, name)
    if "slice" in kind(step.record):
        yield WHY_A_SLICE
    yield from told(step.record, name, axes)
    if step.record.kind in OF_SHARES and columns:
        yield "each share's range is with the ratios of the others as they were:"
    if len(shape) == 0:
        if columns and not isinstance(step.conditional, Griddy):  # which tells it itself
            yield (f"median {columns['median']:.4g}, 89% in [{columns['5.5%']:.4g}, "
                   f"{columns['94.5%']:.4g}]")
        yield f"{step.old:.4g}  ->  {step.new:.4g}"
    else:
        yield from tables({**columns, "before": step.old, "drawn": step.new}, axes)
    yield from moved_along(model, step)


def conditional_in_short(conditional, columns):
    """Its repr; or only the names of the parameters that a table shows."""
    if isinstance(conditional, Distribution) and columns:
        return f"{type(conditional).__name__}({', '.join(columns)}), as in the table"
    return repr(conditional)


def numbers_of_the_conditional(step, shape):
    """What describes it, by name: the median and range of a numeric one; for an array of closed
    forms their parameters.
    """
    conditional = step.conditional
    if isinstance(conditional, Distribution):
        if not shape or not is_dataclass(conditional):
            return {}
        found = {field.name: getattr(conditional, field.name) for field in fields(conditional)}
        fits = all(np.ndim(x) <= len(shape) for x in found.values())
        return {name: np.broadcast_to(x, shape) for name, x in found.items()} if fits else {}
    found = ranges(conditional, step.old)
    if found is None:
        return {}
    low, median, high = found
    return {"5.5%": low, "median": median, "94.5%": high}


def kind(record):
    """The kind of a draw: of the one inside an interwoven step, of the first of many."""
    inner = getattr(record, "inner", record)
    return next(iter(getattr(inner, "records", ())), inner).kind


def told(record, name, axes):
    """What the draw did, in words; of an array that of its first elements."""
    if record.kind == "direct":
        return
    if record.kind == "interweaving":
        yield from told(record.inner, name, axes)
    elif record.kind != "batch":
        yield from in_words(record, name)
    else:
        for place, one in list(zip(places(record), record.records))[:FIRST]:
            label = ", ".join(labels[i] for (_, labels), i in zip(axes, place))
            yield f"{name}[{label}]:"
            for sentence in in_words(one, f"{name}[{label}]"):
                yield f"  {sentence}"
        if len(record.records) > FIRST:
            yield f"and the other {len(record.records) - FIRST} likewise"


def places(record):
    """Where in the array each record of a batch belongs: the index of a number or of a vector."""
    axes = np.ndim(record.x) - np.ndim(record.records[0].x)
    return np.ndindex(np.shape(record.x)[:axes])


def interwoven(step, name):
    """What an interwoven step is about."""
    held = ", ".join(step.held) or "the rest"
    yield (f"draws {name} a second time, with {held} held fixed; {', '.join(step.moved)} "
           "moves along")


def moved_along(model, step):
    """What an interwoven step has moved, and beside it what it held fixed."""
    for name, (old, new) in step.moved.items():
        shape = np.shape(new)
        beside = {f"{held} (held)": x for held, x in step.held.items() if np.shape(x) == shape}
        yield f"{name}, which moved along:"
        if shape:
            yield from tables({**beside, "before": old, "after": new},
                              axes_of(model, name, shape))
        else:
            yield f"{old:.4g}  ->  {new:.4g}"


def axes_of(model, name, shape):
    """The name and the labels of each axis; places counted from 0 where the model has no labels."""
    dims = model.dims.get(name, ())
    dims = dims if len(dims) == len(shape) else ("place",) * len(shape)
    axes = []
    for dim, length in zip(dims, shape):
        labels = [str(label) for label in model.coords.get(dim, ())]
        axes.append((dim, labels if len(labels) == length else list(map(str, range(length)))))
    return axes


def tables(columns, axes):
    """Arrays of one shape by name: a table whose rows are the first axis.

    Of matrices each is a table of its own, whose columns are the second axis; of still larger ones
    each matrix.
    """
    room = width() - INDENT
    (dim, labels), *others = axes
    if not others:
        yield from Rows(dim, labels, {name: x.tolist() for name, x in asarrays(columns)}).text(
            room).split("\n")
        return
    for name, x in asarrays(columns):
        for index in np.ndindex(x.shape[:-2]):
            where = "".join(f", {labels[i]}" for (_, labels), i in zip(axes, index))
            yield f"{name}{where}:"
            (dim, labels), (_, across) = axes[-2:]
            yield from Rows(dim, labels, dict(zip(across, x[index].T.tolist()))).text(
                room).split("\n")


def asarrays(columns):
    return [(name, np.asarray(x, dtype=float)) for name, x in columns.items()]
