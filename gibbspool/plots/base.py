"""Pictures of draws and of pooling; each function returns a matplotlib figure.

Standard plots are ArviZ's.
"""
import functools

import numpy as np

from ..optional import need
from ..sampling.arviz_bridge import arviz, is_new

# Okabe and Ito's palette: distinct to colour-blind readers; the styles below also differ in
# lightness and marker.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6e6e6e"

MOST_LABELS = 60  # rows with labels that can still be read


def axes(width=7.0, height=4.5, **kwargs):
    """A new figure and its axes, without the need for a display."""
    figure = need("matplotlib.figure").Figure(figsize=(width, height), layout="constrained")
    need("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    return figure, figure.subplots(**kwargs)


def _plain(plot):
    """Labels are text: a $ in one starts no formula."""
    @functools.wraps(plot)
    def wrapped(*args, **kwargs):
        with need("matplotlib").rc_context({"text.parse_math": False}):
            return plot(*args, **kwargs)
    return wrapped


@_plain
def forest(draws, name=None, prob=0.89, unit=""):
    """ArviZ's forest plot: a row for each group, with its highest-density interval.

    A dashed line marks the population mean where the model has one.

    Parameters
    ----------
    draws : Draws
    name : str, optional
        A variable with an entry for each group; by default the groups' parameter, such as theta.
    prob : float
        Probability of the thin line's interval; the thick one holds a half.
    unit : str
        Written along the axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    az = arviz()
    name = draws.model.parameter if name is None else name
    size = (7.0, 1.3 + 0.36 * int(np.prod(draws[name].shape[2:])))
    if is_new(az):
        figure, ax = _forest_new(az, draws, name, prob, size)
        point = "mean"
    else:
        figure, ax = axes(*size)
        az.plot_forest(draws.to_arviz(), var_names=[name], combined=True, hdi_prob=prob,
                       colors=BLUE, ax=ax, labeller=az.labels.NoVarLabeller(), textsize=11)
        ax.set_title("")
        point = "median"
    legend = f"dot: {point}; thick line: 50% HDI; thin line: {prob:.0%} HDI"
    if "mu" in draws:
        ax.axvline(draws["mu"].mean(), color=GREY, linestyle="--", linewidth=1, zorder=0)
        legend += "; dashed: population mean"
    ax.set_xlabel(f"{unit}\n{legend}" if unit else legend, fontsize=9)
    return figure


def _forest_new(az, draws, name, prob, size):
    """ArviZ 1.x lays the labels out in a column of axes of their own."""
    collection = az.plot_forest(
        draws.to_arviz(), var_names=[name], combined=True, ci_probs=(0.5, prob), ci_kind="hdi",
        point_estimate="mean", labels=list(draws.model.dims[name]), backend="matplotlib",
        figure_kwargs={"figsize": size},
        visuals={"trunk": {"color": BLUE, "width": 3}, "twig": {"color": BLUE, "width": 1.5},
                 "point_estimate": {"facecolor": "white", "edgecolor": BLUE},
                 "labels": {"size": 11}, "ticklabels": False})
    figure = collection.viz["figure"].item()
    labels, ax = figure.axes[0], figure.axes[-1]
    labels.xaxis.set_visible(False)
    labels.spines["bottom"].set_visible(False)
    return figure, ax


@_plain
def shrinkage(labels, raw, pooled, precision=None, centre=None, xlabel="effect"):
    """Raw estimates and posterior means, a line for each group between them.

    A dozen short labels: raw estimates above, posterior means below. More groups, or longer labels:
    a row for each group, the largest estimate on top.

    Parameters
    ----------
    labels : list of str
    raw, pooled : array (J,)
    precision : array (J,), optional
        Shown as the size of the points.
    centre : float, optional
        The population mean, a dashed line.
    xlabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels = [text if len(text) <= 25 else text[:24] + "…" for text in map(str, labels)]
    raw, pooled = np.asarray(raw, dtype=float), np.asarray(pooled, dtype=float)
    size = 40.0 if precision is None else 50 * np.asarray(precision) / np.max(precision)
    if len(labels) > 12 or max(map(len, labels)) > 3:
        return _a_row_each(labels, raw, pooled, size, centre, xlabel)
    figure, ax = axes(7.0, 4.2)
    for start, end in zip(raw, pooled):
        ax.plot([start, end], [1, 0], color=BLUE, linewidth=1.2, alpha=0.7, zorder=1)
    ax.scatter(raw, np.ones(len(raw)), s=size, color=ORANGE, edgecolor="black", marker="s",
               zorder=2)
    ax.scatter(pooled, np.zeros(len(pooled)), s=size, color=BLUE, edgecolor="black", zorder=2)
    _label_row(ax, raw, labels, 1, "bottom", 8)
    _label_row(ax, pooled, labels, 0, "top", -8)
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


def _a_row_each(labels, raw, pooled, size, centre, xlabel):
    """A row for each group, sorted; where there are too many to read, without labels."""
    figure, ax = axes(7.0, min(1.6 + 0.26 * len(labels), 12))
    order, row = np.argsort(raw, kind="stable"), np.arange(len(labels))
    size = np.broadcast_to(size, raw.shape)[order]
    ax.hlines(row, raw[order], pooled[order], color=BLUE, linewidth=1.2, alpha=0.7, zorder=1)
    ax.scatter(raw[order], row, s=size, color=ORANGE, edgecolor="black", marker="s",
               label="raw estimate", zorder=2)
    ax.scatter(pooled[order], row, s=size, color=BLUE, edgecolor="black",
               label="partial pooling (posterior mean)", zorder=3)
    if centre is not None:
        ax.axvline(centre, color=GREY, linestyle="--", linewidth=1,
                   label=f"population mean {centre:.3g}", zorder=0)
    ax.set_yticks([])
    if len(labels) <= MOST_LABELS:
        ax.set_yticks(row, [labels[j] for j in order])
    ax.set_ylim(-0.8, len(labels) - 0.2)
    ax.set_xlabel(xlabel, fontsize=11)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=9)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure


@_plain
def comparison(table, printed=None):
    """Leave-one-group-out predictive densities: exact, by PSIS-LOO, and as printed.

    ArviZ's own plot_compare shows neither exact values nor, in ArviZ 1.x, the densities themselves.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `gibbspool.compare`.
    printed : dict of str to float, optional
        Values to be compared, by model.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(7.0, 1.4 + 0.6 * len(table))
    row = np.arange(len(table))[::-1]
    ax.errorbar(table["elpd"], row, xerr=2 * table["se"], fmt="o", color=BLUE, markersize=8,
                capsize=4, label="exact, with two standard errors")
    ax.plot(table["psis_loo"], row + 0.18, "D", color="white", markeredgecolor=GREEN,
            markeredgewidth=1.5, label="PSIS-LOO from draws")
    if printed:
        ax.plot([printed[name] for name in table.index], row - 0.18, "s", color=ORANGE,
                markeredgecolor="black", label="as the section prints it")
    ax.axvline(table["elpd"].max(), color=GREY, linestyle="--", linewidth=1, zorder=0)
    ax.set_yticks(row, table.index)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlabel("log predictive density of a group left out, summed over the groups (higher is "
                  "better)")
    ax.legend(fontsize=9, loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3, frameon=False)
    return figure


def _label_row(ax, x, labels, y, align, offset):
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


def save(figure, path):
    """Write a figure as PNG."""
    figure.savefig(path, dpi=150, bbox_inches="tight")
