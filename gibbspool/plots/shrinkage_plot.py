"""The shrinkage plot: from each group's own estimate to the pooled one."""
import numpy as np

from .base import BLUE, GREY, ORANGE, axes, plain
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


@plain
def shrinkage(labels, raw, pooled, precision=None, centre=None, xlabel="effect", rows="", page=1):
    """Raw estimates and posterior means, a line for each group between them.

    A dozen short labels: raw estimates above, posterior means below. More groups, or longer labels:
    a row for each group, the largest estimate on top, on pages of at most 60 rows (see `pages`).

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

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels = [str(label) for label in labels]
    raw, pooled = np.asarray(raw, dtype=float), np.asarray(pooled, dtype=float)
    size = 40.0 if precision is None else 50 * np.asarray(precision) / np.max(precision)
    if len(labels) > 12 or max(map(len, labels)) > 3:
        return a_row_each(labels, raw, pooled, size, centre, xlabel, rows, page)
    figure, ax = axes(7.0, 4.2)
    for start, end in zip(raw, pooled):
        ax.plot([start, end], [1, 0], color=BLUE, linewidth=1.2, alpha=0.7, zorder=1)
    ax.scatter(raw, np.ones(len(raw)), s=size, color=ORANGE, edgecolor="black", marker="s",
               zorder=2)
    ax.scatter(pooled, np.zeros(len(pooled)), s=size, color=BLUE, edgecolor="black", zorder=2)
    label_row(ax, raw, labels, 1, "bottom", 8)
    label_row(ax, pooled, labels, 0, "top", -8)
    if centre is not None:
        ax.axvline(centre, color=GREY, linestyle="--", linewidth=1, zorder=0)
        ax.annotate(f"population mean {centre:.3g}", (centre, 1.35), xytext=(0, 2),
                    textcoords="offset points", color=GREY, fontsize=10, ha="center", va="bottom",
                    annotation_clip=False)
    ax.set_yticks([0, 1], ["partial pooling\n(posterior mean)", "raw estimate"], fontsize=11)
    ax.set_ylim(-0.35, 1.35)
    ax.set_xlabel(xlabel, fontsize=11)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    return figure


def a_row_each(labels, raw, pooled, size, centre, xlabel, rows, page):
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
               label="partial pooling (posterior mean)", zorder=3)
    if centre is not None:
        ax.axvline(centre, color=GREY, linestyle="--", linewidth=1,
                   label=f"population mean {centre:.3g}", zorder=0)
    ax.set_xlim(with_margin(every.min(), every.max()))
    draw_arrows(ax, y, raw, raw, ORANGE)
    ax.set_yticks(y, names, fontsize=9)
    ax.set_ylim(height.sum() + 0.4, -0.4)
    ax.set_xlabel(xlabel, fontsize=11)
    ax.set_ylabel(rows)
    ax.set_title(title_of(len(labels), page), fontsize=10)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=9)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure


def label_row(ax, x, labels, y, align, offset):
    """Labels beside the points of one row; where points crowd, they climb away from the row."""
    width_of_letter = 0.022 * np.ptp(ax.get_xlim())
    last = {}  # where each level, the one next to the row being 0, was last written on
    for i in np.argsort(x):
        room = max(len(labels[i]), 1) * width_of_letter
        level = 0
        while x[i] - last.get(level, -np.inf) <= room:
            level += 1
        last[level] = x[i]
        ax.annotate(labels[i], (x[i], y), xytext=(0, offset * (1 + 1.5 * level)),
                    textcoords="offset points", ha="center", va=align, fontsize=10)
