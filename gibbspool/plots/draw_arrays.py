"""The draw of an array as a picture: a row for each number, bars for shares."""
import numpy as np

from ..sampling.ranges import SHARES, on_a_grid, ranges
from .base import BLUE, GREEN, GREY, ORANGE, axes

COLOURS = (ORANGE, GREY, GREEN)  # before, between, after


def draw_array(record, name, labels):
    """For each element the 89 % range of its density, the value before, and the draw."""
    x = np.asarray(record.x, dtype=float)
    if x.ndim > 1 or getattr(getattr(record, "conditional", None), "event_ndim", 0):
        return draw_matrix(record, name, labels)
    rows = np.arange(len(x))
    figure, ax = axes(6.5, 1.4 + 0.28 * len(x))
    found = ranges_of(record)
    if found is not None:
        low, middle, high = found
        ax.hlines(rows, low, high, color=BLUE, linewidth=5, alpha=0.35, label="89% range")
        ax.plot(middle, rows, "|", color=BLUE, markersize=10, label="median")
    ax.plot(np.broadcast_to(record.before, x.shape), rows, "s", color=ORANGE, markersize=5,
            label="before")
    ax.plot(x, rows, "o", color=GREEN, markersize=6, label="draw")
    ax.set_yticks(rows, labels or [f"{name}[{i}]" for i in rows], fontsize=9)
    ax.set_ylim(len(x) - 0.4, -0.6)
    ax.set_xlabel(name)
    legend_above(ax)
    return figure


def ranges_of(record):
    """5.5 %, 50 % and 94.5 % points of each element's density."""
    if record.kind == "batch":
        return ranges(record.records[0].curve.kernel, record.before)
    conditional = record.conditional
    return on_a_grid(conditional.logpdf, getattr(conditional, "support", (-np.inf, np.inf)),
                     np.asarray(record.x, dtype=float), SHARES)


def draw_matrix(record, name, labels):
    """Vectors of shares: a bar for each before and after, split into its shares."""
    x = np.atleast_2d(record.x)
    before = np.broadcast_to(record.before, np.shape(record.x)).reshape(x.shape)
    if len(x) == 1:
        figure, ax = axes(7.0, 3.6)
        draw_shares(ax, {"before": before[0], "after": x[0]}, name, labels)
        return figure
    rows = np.arange(len(x))
    figure, ax = axes(7.0, 1.4 + 0.42 * len(x))
    for y, shares in ((rows - 0.18, before), (rows + 0.18, x)):
        left = np.zeros(len(x))
        for k in range(x.shape[1]):
            ax.barh(y, shares[:, k], 0.3, left=left, color=BLUE, edgecolor="white",
                    alpha=0.25 + 0.6 * k / max(x.shape[1] - 1, 1))
            left = left + shares[:, k]
    ax.set_yticks(rows, labels or [f"{name}[{i}]" for i in rows], fontsize=9)
    ax.set_ylim(len(x) - 0.4, -0.6)
    ax.set_xlabel(f"{name}: before (upper bar) and drawn (lower bar), share by share")
    return figure


def draw_shares(ax, vectors, name, labels):
    """Some vectors side by side, as bars in groups."""
    K = len(next(iter(vectors.values())))
    width = 0.8 / len(vectors)
    for number, (words, shares) in enumerate(vectors.items()):
        colour = COLOURS[0] if number == 0 else COLOURS[-1 if number == len(vectors) - 1 else 1]
        ax.bar(np.arange(K) + (number - (len(vectors) - 1) / 2) * width, shares, 0.92 * width,
               color=colour, alpha=0.8, label=words)
    ax.set_xticks(range(K), labels or [f"{name}[{k}]" for k in range(K)], fontsize=9)
    legend_above(ax)


def legend_above(ax):
    ax.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncol=4, frameon=False)


def draw_augmentation(record, name, labels):
    """x before and after each pass; below, what each pass invented."""
    figure, (ax, below) = axes(7.5, 5.2, nrows=2)
    values = {"before": np.atleast_1d(record.before)}
    values.update({f"after pass {number}": np.atleast_1d(one.x)
                   for number, one in enumerate(record.passes, 1)})
    draw_shares(ax, values, name, labels)
    ax.set_ylabel(name)
    invented = {f"invented in pass {number}": np.atleast_1d(one.z)
                for number, one in enumerate(record.passes, 1)}
    same = len(next(iter(invented.values()))) == len(values["before"])
    draw_shares(below, invented, "z", labels if same else None)
    below.set_ylabel("what was invented")
    return figure


def draw_moved(figure, record, labels):
    """Beside what is there: an arrow for each number that moved along."""
    figure.set_size_inches(figure.get_figwidth() + 3.5, figure.get_figheight())
    beside = figure.axes
    grid = figure.add_gridspec(len(beside), 2, width_ratios=[2, 1],
                               height_ratios=beside[0].get_gridspec().get_height_ratios())
    for row, ax in enumerate(beside):
        ax.set_subplotspec(grid[row, 0])
    ax = figure.add_subplot(grid[:, 1])
    names, old, new = [], [], []
    for name, values in record.moved.items():
        before, after = (np.ravel(value) for value in values)
        fits = labels and len(labels) == len(before)
        names += [f"{name}[{labels[i] if fits else i}]" for i in range(len(before))]
        old, new = [*old, *before], [*new, *after]
    rows = np.arange(len(names))
    for row in rows:
        ax.annotate("", (new[row], row), (old[row], row),
                    arrowprops={"arrowstyle": "->", "color": GREY})
    ax.plot(old, rows, "s", color=ORANGE, markersize=5, label="before")
    ax.plot(new, rows, "o", color=GREEN, markersize=5, label="after")
    ax.set_yticks(rows, names, fontsize=9)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel("what moved along")
    legend_above(ax)
