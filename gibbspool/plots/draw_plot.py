"""A single draw as a picture: the density, and what the kernel did with it.

The record of a draw (`sampling.records`) holds all of it; `gibbspool.steps` gives one with each
step::

    step = next(gp.steps(model))
    gp.plots.draw(step.record, step.name, labels=[...])

Without a name the variable is called x, and without labels its elements x[0], x[1], ...
"""
import numpy as np

from ..sampling.in_words import coordinate_name
from ..sampling.ranges import bulk, on_a_grid
from .base import BLUE, GREEN, GREY, ORANGE, RED, axes, plain
from .draw_arrays import draw_array, draw_augmentation, draw_moved, draw_shares
from .layout import with_margin

POINTS = 400  # of a curve
LOG_DEPTH = 12.0  # of a log density that is drawn below the level
FARTHEST = -20.0  # log of a number that is drawn


@plain
def draw(record, name="x", labels=None):
    """One draw.

    A slice: log density and level, below it the interval, its doublings, the values tried and the
    cuts. A griddy: the density and its grid, below it the cdf and its inversion. A random walk: the
    proposal, below it the log ratio against the log of a uniform number. A ladder: the rungs as
    bars. A closed form: its density with the draw on it. Arrays: for each element the 89 % range of
    its density, the value before and the draw. Shares: bars before and after.

    Parameters
    ----------
    record : a record of a draw, see `sampling.records`
    name : str
        Of the variable: ``draw(step.record, step.name)``.
    labels : list of str, optional
        Of the elements of an array, such as ``labels=model.groups``; otherwise x[0], x[1], ...

    Returns
    -------
    matplotlib.figure.Figure
    """
    return PICTURES[record.kind](record, name, labels)


def draw_slice(record, name, labels):
    """Log density and level; below, row by row, what was done."""
    low = min([record.start.low, *[one.low for one in record.doublings]])
    high = max([record.start.high, *[one.high for one in record.doublings]])
    rows = [("first interval", record.start.low, record.start.high, None, GREY)]
    rows += [(f"doubled to the {one.side}", one.low, one.high, None, GREY)
             for one in record.doublings]
    return slice_and_rows(record, name, low, high, rows + tries_as_rows(record))


def draw_concave_slice(record, name, labels):
    """Log density, level, and the lines from outside; below, the values tried."""
    low, high = record.interval
    rows = [("between the ends", low, high, None, GREY)]
    margin = 0.6 * (high - low)
    figure = slice_and_rows(record, name, max(low - margin, record.curve.low),
                            min(high + margin, record.curve.high), rows + tries_as_rows(record))
    ax = figure.axes[0]
    for end in (record.left, record.right):
        for chord in end.chords:
            ax.plot([chord.far, chord.end], [chord.log_far, record.log_height], color=ORANGE,
                    linewidth=1.2, zorder=3, scalex=False, scaley=False)
            ax.plot([chord.near, chord.far], [chord.log_near, chord.log_far], "o", color=ORANGE,
                    markersize=4, zorder=3, scalex=False, scaley=False)
    return figure


def tries_as_rows(record):
    """(words, low, high, u, colour) for each value tried, with the ends it was drawn between."""
    rows, (low, high) = [], record.interval
    for one in record.tries:
        words = {"inside": "inside: the draw", "outside": "outside", "no return":
                 "inside, but no return"}[one.verdict]
        rows.append((f"{one.x:.4g} {words}", low, high, one.u,
                     GREEN if one.verdict == "inside" else RED))
        low, high = one.low, one.high
    return rows


def slice_and_rows(record, name, low, high, rows):
    """The picture of both kinds of slice."""
    figure, (ax, below) = axes(7.5, 3.4 + 0.28 * len(rows), nrows=2, sharex=True,
                               gridspec_kw={"height_ratios": [3.0, 0.3 * len(rows) + 0.3]})
    u, log_p = log_curve(record.curve, *with_margin(low, high))
    ax.plot(u, log_p, color=BLUE)
    level = record.log_height
    ax.axhline(level, color=GREY, linestyle="--", linewidth=1)
    ax.plot(u, np.where(log_p >= level, level, np.nan), color=GREEN, linewidth=4,
            solid_capstyle="butt", alpha=0.6)
    ax.plot([record.u_before] * 2, [level, record.log_p_before], color=ORANGE, linewidth=1.2)
    ax.plot(record.u_before, record.log_p_before, "s", color=ORANGE, markersize=6)
    top = max(np.nanmax(log_p), record.log_p_before)
    ax.set_ylim(max(np.nanmin(log_p), level - LOG_DEPTH) - 0.3, top + 0.12 * (top - level) + 0.3)
    ax.set_ylabel("log density")
    ax.set_title(f"{record.before:.4g} (square), level {level:.4g} (dashed), "
                 f"draw {record.x:.4g}", fontsize=11)
    for row, (words, start, end, at, colour) in enumerate(rows):
        below.plot([start, end], [row, row], color=GREY, linewidth=2, marker="|", markersize=8)
        if at is not None:
            below.plot(at, row, "o", color=colour, markersize=6)
    below.axvline(record.u_before, color=ORANGE, linewidth=1, zorder=0)
    below.set_yticks(range(len(rows)), [words for words, *_ in rows], fontsize=9)
    below.set_ylim(len(rows) - 0.4, -0.6)
    below.set_xlabel(coordinate_name(record.curve, name))
    return figure


def draw_griddy(record, name, labels):
    """The density and the grid's lines; below, the cdf and its inversion."""
    figure, (ax, below) = axes(7.5, 5.6, nrows=2, sharex=True)
    grid = record.grid
    points = [record.u_proposal]
    if record.before is not None and record.log_weight_before > -np.inf:
        points.append(record.curve.u_before)
    likely = grid.u[(grid.cdf > 1e-3) & (grid.cdf < 1 - 1e-3)]
    low, high = with_margin(min([*points, *likely]), max([*points, *likely]))
    seen = (grid.u >= low) & (grid.u <= high)
    u, log_p = log_curve(record.curve, low, high)
    top = np.nanmax(log_p)
    ax.plot(u, np.exp(log_p - top), color=BLUE, linewidth=3, alpha=0.4, label="density p")
    here = np.linspace(low, high, 4 * POINTS)
    ax.plot(here, np.exp(np.interp(here, grid.u, grid.log_q)), color=BLUE, linewidth=1,
            label="q: straight lines of log density")
    ax.plot(grid.u[seen], np.exp(grid.log_q[seen]), ".", color=BLUE, markersize=5,
            label="points of the grid")
    ax.set_ylabel("density")
    below.plot(grid.u[seen], grid.cdf[seen], ".-", color=BLUE, markersize=4, linewidth=1)
    below.plot([low, record.u_proposal], [record.share] * 2, color=GREY, linestyle="--")
    below.annotate("", (record.u_proposal, 0.0), (record.u_proposal, record.share),
                   arrowprops={"arrowstyle": "->", "color": GREY})
    below.text(low, record.share, f" uniform number {record.share:.3g}", va="bottom", fontsize=9)
    below.set_ylabel("cdf of q")
    mark(ax, record.u_proposal, record.proposal, "proposal", GREEN if record.accepted else RED)
    if len(points) > 1:
        mark(ax, record.curve.u_before, record.before, "before", ORANGE)
    ax.legend(fontsize=8)
    ax.set_title(title_of_griddy(record), fontsize=11)
    finish(below, record, name, low, high)
    return figure


def title_of_griddy(record):
    if record.before is None:
        return f"proposal {record.proposal:.4g}: the draw"
    change = record.log_weight - record.log_weight_before
    if not np.isfinite(change):
        return f"{record.before:.4g} before lies beyond the grid: accepted"
    return (f"from {record.before:.4g} before, log p - log q changes by {change:+.2g};\nlog of a "
            f"uniform number {record.log_uniform:.2g}: "
            f"{'accepted' if record.accepted else 'refused'}")


def draw_metropolis(record, name, labels):
    """The density and the proposal; below, the log ratio against the log of a uniform number."""
    figure, (ax, below) = axes(7.5, 4.6, nrows=2, gridspec_kw={"height_ratios": [3, 1]})
    low, high = density_with_points(ax, record.curve, [record.u_before, record.u_proposal])
    mark(ax, record.u_before, record.before, "before", ORANGE)
    mark(ax, record.u_proposal, record.proposal, "proposal", GREEN if record.accepted else RED)
    finish(ax, record, name, low, high)
    decision(below, record)
    return figure


def decision(ax, record):
    """A line of logs: accepted where the log of a uniform number lies left of the log ratio."""
    ratio, uniform = (min(max(value, FARTHEST), 1.0)
                      for value in (record.log_ratio, record.log_uniform))
    beyond = "" if ratio == record.log_ratio else " (further out)"
    low, high = min(ratio, uniform) - 0.6, 1.6
    ax.plot([low, ratio], [0, 0], color=GREEN, linewidth=6, alpha=0.4, solid_capstyle="butt")
    ax.plot([ratio, high], [0, 0], color=RED, linewidth=6, alpha=0.4, solid_capstyle="butt")
    ax.plot(uniform, 0, "o", color=GREEN if record.accepted else RED, markersize=7)
    ax.plot(ratio, 0, "|", color="black", markersize=16)
    ax.set_xlim(low, high)
    ax.set_ylim(-1, 1)
    words = {f"log ratio {record.log_ratio:.3g}{beyond}": (ratio, 12),
             f"log of a uniform number {record.log_uniform:.3g}": (uniform, -20)}
    for text, (at, up) in words.items():
        ax.annotate(text, (at, 0), (0, up), textcoords="offset points", fontsize=9,
                    ha=side_of(at, low, high))
    ax.set_yticks([])
    ax.set_title("accepted: the uniform number is below the ratio" if record.accepted
                 else "refused: the uniform number is not below the ratio", fontsize=10)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def side_of(at, low, high):
    """How words are aligned so that they stay within the picture."""
    place = (at - low) / (high - low)
    return "left" if place < 0.25 else "right" if place > 0.75 else "center"


def draw_simplex(record, name, labels):
    """The shares before, proposed and after, as bars; below, the decision."""
    figure, (ax, below) = axes(7.5, 4.8, nrows=2, gridspec_kw={"height_ratios": [3, 1]})
    draw_shares(ax, {"before": record.before, "proposed": record.proposal, "after": record.x},
                name, labels)
    decision(below, record)
    return figure


def draw_ladder(record, name, labels):
    """The density, and the rungs as bars; below, the share among their probabilities."""
    figure, (ax, below) = axes(7.5, 4.8, nrows=2, gridspec_kw={"height_ratios": [3, 1]})
    likely = record.rungs[record.probabilities > 1e-4]
    before, drawn = record.rungs[record.place], record.rungs[record.rung]
    low, high = density_with_points(ax, record.curve, [before, drawn, *likely])
    heights = np.exp(record.log_p - top_of(record.curve, low, high))
    colours = [GREEN if j == record.rung else GREY for j in range(len(record.rungs))]
    for u, height, colour in zip(record.rungs, heights, colours):
        if low <= u <= high:
            ax.bar(u, height, 0.25 * record.spacing, color=colour, alpha=0.7)
    if record.accepted:
        mark(ax, before, record.before, "before", ORANGE)
    mark(ax, drawn, record.x, "draw" if record.accepted else "before, and the draw", GREEN)
    finish(ax, record, name, low, high)
    edges = np.concatenate([[0.0], record.probabilities.cumsum()])
    for j, (start, end) in enumerate(zip(edges, edges[1:])):
        below.barh(0, end - start, left=start, color=colours[j], alpha=0.7, edgecolor="white")
        if end - start > 0.04:
            below.text((start + end) / 2, 0, f"{record.curve.x(record.rungs[j]):.3g}",
                       ha="center", va="center", fontsize=8)
    below.axvline(record.share, color="black", linewidth=1.5)
    below.set_yticks([])
    below.set_xlim(0, 1)
    below.set_xlabel(f"probabilities of the rungs, and the share {record.share:.3g} (line)")
    return figure


def draw_direct(record, name, labels):
    """A closed form's density with the draw on it; of an array the range of each element."""
    if np.ndim(record.x):
        return draw_array(record, name, labels)
    figure, ax = axes(7.0, 3.6)
    at = [float(record.x)] + ([] if record.before is None else [float(record.before)])
    low, high = range_of(record.conditional, at[0])
    low, high = with_margin(min(low, at[0]), max(high, at[0]))
    x = np.linspace(low, high, POINTS)
    ax.plot(x, np.exp(record.conditional.logpdf(x)), color=BLUE)
    ax.fill_between(x, np.exp(record.conditional.logpdf(x)), color=BLUE, alpha=0.15)
    mark(ax, at[0], at[0], "draw", GREEN)
    if len(at) > 1 and low <= at[1] <= high:
        mark(ax, at[1], at[1], "before", ORANGE)
    before = "" if len(at) < 2 else f"; {at[1]:.4g} before plays no part"
    ax.set_title(f"draw {at[0]:.4g}{before}", fontsize=11)
    ax.set_xlabel(name)
    ax.set_ylabel("density")
    ax.set_ylim(bottom=0)
    return figure


def draw_interweaving(record, name, labels):
    """The draw itself; and what moved along, from where to where."""
    figure = draw(record.inner, name)
    held = ", ".join(record.held) or "the rest"
    figure.suptitle(f"{name} drawn again with {held} held fixed; {', '.join(record.moved)} moves "
                    "along", fontsize=11)
    draw_moved(figure, record, labels)
    return figure


def log_curve(curve, low, high):
    """Points u and the log density there, NaN where there is none."""
    u = np.linspace(low, high, POINTS)
    log_p = np.array([curve.log_p_inside(one) for one in u])
    return u, np.where(np.isfinite(log_p), log_p, np.nan)


def density_with_points(ax, curve, points):
    """The density, highest 1, over its bulk and the given points; between which u it is drawn."""
    ends = bulk(curve)
    ends = [] if ends is None else list(ends)
    low, high = with_margin(min([*points, *ends]), max([*points, *ends]))
    u, log_p = log_curve(curve, low, high)
    p = np.exp(np.nan_to_num(log_p, nan=-np.inf) - np.nanmax(log_p))
    ax.plot(u, p, color=BLUE)
    ax.fill_between(u, p, color=BLUE, alpha=0.15)
    ax.set_ylabel("density")
    return low, high


def top_of(curve, low, high):
    """The highest log density between two points, as it is drawn."""
    return np.nanmax(log_curve(curve, low, high)[1])


def mark(ax, u, x, words, colour):
    """A vertical line with words at its top."""
    ax.axvline(u, color=colour, linewidth=1.5)
    low, high = ax.get_xlim()
    left = u > low + 0.85 * (high - low)  # room on that side alone
    down = -28 if words == "before" else -3  # so that the two stand apart
    ax.annotate(f"{words}\n{x:.4g}", (u, 1), (-3 if left else 3, down),
                xycoords=("data", "axes fraction"), textcoords="offset points", color=colour,
                fontsize=9, va="top", ha="right" if left else "left", zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5})


def finish(ax, record, name, low, high):
    """The range and the name of the coordinate."""
    ax.set_xlim(low, high)
    ax.set_ylim(bottom=0)
    ax.set_xlabel(coordinate_name(record.curve, name))


def range_of(conditional, x):
    """Where a closed form is worth drawing."""
    found = on_a_grid(conditional.logpdf, getattr(conditional, "support", (-np.inf, np.inf)), x,
                      (0.001, 0.999))
    return (x - 1.0, x + 1.0) if found is None else found


PICTURES = {"direct": draw_direct, "griddy": draw_griddy, "slice": draw_slice,
            "concave slice": draw_concave_slice, "metropolis": draw_metropolis,
            "simplex walk": draw_simplex, "ladder": draw_ladder, "batch": draw_array,
            "augmentation": draw_augmentation, "interweaving": draw_interweaving}
