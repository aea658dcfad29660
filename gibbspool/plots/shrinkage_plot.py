"""The shrinkage plot: from each group's own estimate to the pooled one."""
import numpy as np

from ..rows import written
from .base import BLUE, GREY, ORANGE, axes, halo, plain
from .layout import (
    INCHES,
    draw_arrows,
    heights,
    laid_out,
    page_of,
    title_of,
    with_margin,
    without_outliers,
)

LETTER = 0.024    # width of a letter, over that of the points' range
MOST_LEVELS = 2   # of labels that climb away from their row


@plain
def shrinkage(labels, raw, pooled, precision=None, centre=None, xlabel="effect", rows="", page=1,
              point="mean"):
    """Raw estimates and pooled ones, a line for each group between them.

    A dozen short labels: raw estimates above, pooled ones below. More groups, longer labels, or
    estimates so close that their labels would pile up: a row for each group, the largest estimate
    on top, on pages of at most 60 rows (see `pages`).

    Parameters
    ----------
    labels : list of str
    raw, pooled : array (J,)
        Where a raw estimate is nan (a group without data) the pooled one stands alone.
    precision : array (J,), optional
        Shown as the size of the points.
    centre : float, optional
        The population mean, a dashed line.
    xlabel, rows : str
        Written along the axes.
    page : int
        Which one to draw.
    point : str
        What of the posterior the pooled estimates are: "mean" or "median".

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels = [str(label) for label in labels]
    raw, pooled = np.asarray(raw, dtype=float), np.asarray(pooled, dtype=float)
    size = 40.0 if precision is None else 50 * np.asarray(precision) / np.max(precision)
    both = np.concatenate([raw, pooled])
    letter = LETTER * (np.nanmax(both) - np.nanmin(both))
    crowded = max(max(levels(x, labels, letter)) for x in (raw, pooled)) > MOST_LEVELS
    if len(labels) > 12 or max(map(len, labels)) > 3 or crowded:
        return a_row_each(labels, raw, pooled, size, centre, xlabel, rows, page, point)
    figure, ax = axes(7.0, 4.2)
    for start, end in zip(raw, pooled):
        ax.plot([start, end], [1, 0], color=BLUE, linewidth=1.2, alpha=0.7, zorder=1)
    ax.scatter(raw, np.ones(len(raw)), s=size, color=ORANGE, edgecolor="black", marker="s",
               zorder=2)
    ax.scatter(pooled, np.zeros(len(pooled)), s=size, color=BLUE, edgecolor="black", zorder=2)
    label_row(ax, raw, labels, letter, 1, "bottom", 8)
    label_row(ax, pooled, labels, letter, 0, "top", -8)
    if centre is not None:
        ax.axvline(centre, color=GREY, linestyle="--", linewidth=1, zorder=0)
        ax.annotate(population_mean(centre, both), (centre, 1.35), xytext=(0, 2),
                    textcoords="offset points", color=GREY, fontsize=10, ha="center", va="bottom",
                    annotation_clip=False)
    ax.set_yticks([0, 1], [f"partial pooling\n(posterior {point})", "raw estimate"], fontsize=11)
    ax.set_ylim(-0.35, 1.35)
    ax.set_xlabel(xlabel, fontsize=11)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    return figure


def a_row_each(labels, raw, pooled, size, centre, xlabel, rows, page, point):
    """A row for each group, sorted."""
    order = np.argsort(-np.where(np.isnan(raw), pooled, raw), kind="stable")
    on_page = order[list(page_of(len(labels), page))]
    names = laid_out(labels)
    names = [names[j] for j in on_page]
    height = np.array(heights(names))
    y = np.cumsum(height) - height / 2
    figure, ax = axes(7.5, 1.4 + INCHES * (height.sum() + 1))
    size = np.broadcast_to(size, raw.shape)[on_page]
    every = np.concatenate([pooled, without_outliers(raw, np.ptp(pooled))])
    raw, pooled = raw[on_page], pooled[on_page]
    ax.hlines(y, raw, pooled, color=BLUE, linewidth=1.2, alpha=0.7, zorder=1)
    ax.scatter(raw, y, s=size, color=ORANGE, edgecolor="black", marker="s",
               label="raw estimate", zorder=2)
    ax.scatter(pooled, y, s=size, color=BLUE, edgecolor="black",
               label=f"partial pooling (posterior {point})", zorder=3)
    if centre is not None:
        ax.axvline(centre, color=GREY, linestyle="--", linewidth=1,
                   label=population_mean(centre, every), zorder=0)
    ax.set_xlim(with_margin(every.min(), every.max()))
    draw_arrows(ax, y, raw, raw, ORANGE)
    draw_arrows(ax, y, pooled, pooled, BLUE)
    ax.set_yticks(y, names, fontsize=9)
    ax.set_ylim(height.sum() + 0.4, -0.4)
    ax.set_xlabel(xlabel, fontsize=11)
    ax.set_ylabel(rows)
    ax.set_title(title_of(len(labels), page), fontsize=10)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=9)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure


def population_mean(centre, values):
    """The words beside the dashed line, its number as fine as the axis shows it."""
    span = np.nanmax(values) - np.nanmin(values)
    number = written(centre, span / 10) if span < 0.1 * abs(centre) else f"{centre:.3g}"
    return f"population mean {number}"


def levels(x, labels, letter):
    """On which line above its row each label is written, 0 being the next: none on another."""
    last, found = {}, [0] * len(labels)  # last: where each line was last written on
    for i in np.argsort(x):
        room = max(len(labels[i]), 1) * letter
        while x[i] - last.get(found[i], -np.inf) <= room:
            found[i] += 1
        last[found[i]] = x[i]
    return found


def label_row(ax, x, labels, letter, y, align, offset):
    """Labels beside the points of one row; where points crowd, they climb away from the row."""
    for label, at, level in zip(labels, x, levels(x, labels, letter)):
        ax.annotate(label, (at, y), xytext=(0, offset * (1 + 1.5 * level)),
                    textcoords="offset points", ha="center", va=align, fontsize=10,
                    path_effects=halo())
