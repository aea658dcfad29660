"""The forest plot: a row for each group, its own estimate beside the pooled one."""
from collections import namedtuple

import numpy as np

from ..sampling.arviz_bridge import ess, labelled, rhat
from .base import BLUE, GREY, ORANGE, arrow, axes, plain
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

Intervals = namedtuple("Intervals", "labels point inner_low inner_high low high")

Intervals.__doc__ = """What a forest shows of each row, all of one length.

labels : list of str
point : mean or median; the median always exists, and lies inside of any interval that holds most.
inner_low, inner_high : quartiles.
low, high : interval of highest density.
"""

FAR = 0.5   # widths of the picture beyond which the end of a line is shown by an arrow alone
OUTER = 1.6  # standard errors each side of an estimate: about 89% of a normal


def forest(source, name=None, prob=0.89, unit="", raw=None, error=None, page=1, point="median",
           diagnostics=False, pull=False):
    """A row for each group, with its interval of highest density and its quartiles.

    A dashed line marks the population mean where the model has one. Where there are more than 60
    rows they stand on several pages, see `pages`.

    Parameters
    ----------
    source : Draws or exact posterior
    name : str, optional
        A variable with an entry for each group; by default the groups' parameter, such as theta.
    prob : float
        Probability of the thin line's interval; the thick one holds the middle half.
    unit : str
        Written along the axis.
    raw, error : array, optional
        Each group's own estimate, drawn above the pooled one, and its standard error.
    page : int
        Which one to draw.
    point : {"median", "mean"}
        What of the posterior the dots are.
    diagnostics : bool
        Beside draws, R-hat and the effective sample size of each row.
    pull : bool
        An arrow from each group's own estimate to the pooled one.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        Diagnostics of an exact posterior, which is not sampled.
    """
    name = source.model.parameter if name is None else name
    exactly = hasattr(source, "marginals")
    if exactly and diagnostics:
        raise ValueError("diagnostics is True, but an exact posterior has none: it is not sampled; "
                         "diagnostics may be True for draws, such as of gp.sample(model)")
    rows = (of_exact if exactly else of_draws)(source, name, prob, point)
    centre = None
    if "mu" in source:
        centre = source["mu"].mean() if callable(source["mu"].mean) else source["mu"].mean
    columns = diagnostics_of(source, name) if diagnostics else None
    return forest_of(rows, raw=raw, error=error, centre=centre, prob=prob, unit=unit, page=page,
                     point=point, columns=columns, pull=pull)


def diagnostics_of(draws, name):
    """Columns of words: R-hat and bulk effective sample size of each row."""
    values = draws[name].reshape(draws.chains, draws.n, -1)
    rows = [values[..., k] for k in range(values.shape[-1])]
    return {"R-hat": [f"{rhat(one):.3f}" for one in rows],
            "ESS": [f"{ess(one):.0f}" for one in rows]}


def of_exact(truth, name, prob, point="median"):
    """The rows of an exact posterior."""
    pairs = labelled(name, truth[name])
    marginals = [marginal for _, marginal in pairs]
    quartiles = np.array([marginal.quantile([0.25, 0.75]) for marginal in marginals])
    ends = np.array([marginal.hdi(prob) for marginal in marginals])
    return Intervals([label[len(name) + 1:-1] or label for label, _ in pairs],
                     np.array([marginal.mean if point == "mean" else marginal.quantile(0.5)
                               for marginal in marginals]), *quartiles.T, *ends.T)


def of_draws(draws, name, prob, point="median"):
    """The rows of draws."""
    values = draws[name].reshape(draws.chains * draws.n, -1)
    labels = [""]
    for axis in draws.labels(name):
        labels = [f"{label}, {one}" if label else one for label in labels for one in axis]
    quartiles = np.quantile(values, [0.25, 0.75], axis=0)
    middle = np.mean(values, axis=0) if point == "mean" else np.median(values, axis=0)
    return Intervals(labels, middle, *quartiles, *shortest(values, prob))


def shortest(values, prob):
    """Ends of the shortest interval that holds a share of the draws, along the first axis."""
    values = np.sort(values, axis=0)
    n = len(values)
    inside = min(max(int(np.ceil(prob * n)), 1), n)
    width = values[inside - 1:] - values[:n - inside + 1]
    start = width.argmin(axis=0)
    column = np.arange(values.shape[1])
    return values[start, column], values[start + inside - 1, column]


@plain
def forest_of(intervals, new=None, raw=None, error=None, centre=None, prob=0.89, unit="", rows="",
              page=1, point="median", columns=None, pull=False):
    """The forest of intervals that are known already.

    Parameters
    ----------
    intervals : Intervals
        Of the groups.
    new : Intervals, optional
        Of a new group, drawn at the foot of every page.
    raw, error, page, point, pull : as in `forest`
    centre : float, optional
        The population's mean, a dashed line.
    prob : float
        Probability of the thin lines.
    unit, rows : str
        Written along the axes.
    columns : dict of str to list of str, optional
        Written to the right of the groups' rows, by their headings.

    Returns
    -------
    matplotlib.figure.Figure
    """
    count = len(intervals.labels)
    chosen = list(page_of(count, page))
    names = laid_out(intervals.labels)
    labels = [names[i] for i in chosen]
    foot = [] if new is None else laid_out(new.labels)
    place = places([*labels, *foot], gap=len(labels) if foot else None)
    y, y_new = place[:len(labels)], place[len(labels):]
    figure, ax = axes(7.5, 1.5 + INCHES * (place[-1] - place[0] + 2))
    ax.set_xlim(limits(intervals, new, raw, error, centre))

    draw_rows(ax, y, Intervals(labels, *(np.asarray(x)[chosen] for x in intervals[1:])), BLUE)
    legend = f"dot: posterior {point}; thick line: middle half; thin line: {prob:.0%} HDI"
    if raw is not None:
        draw_raw(ax, y - 0.42, np.ravel(raw)[chosen],
                 None if error is None else np.ravel(error)[chosen])
        legend += "\nsquare: own estimate" + ("" if error is None else " ± 1.6 standard errors")
        if pull:
            legend += "; arrow: how far it is pulled"
    if new is not None:
        draw_rows(ax, y_new, new, GREY)
        ax.axhline((y[-1] + y_new[0]) / 2, color=GREY, linewidth=0.6)
    if centre is not None:
        ax.axvline(centre, color=GREY, linestyle="--", linewidth=1, zorder=0)
        legend += "; dashed: population mean"
    write_columns(ax, y, {heading: [words[i] for i in chosen]
                          for heading, words in (columns or {}).items()})
    ax.set_yticks(place, [*labels, *foot], fontsize=9)
    ax.set_ylim(place[-1] + 1, place[0] - 1)
    if pull and raw is not None:
        draw_pull(ax, y, np.ravel(raw)[chosen], np.asarray(intervals.point)[chosen])
    ax.set_xlabel(f"{unit}\n{legend}" if unit else legend, fontsize=9)
    ax.set_ylabel(rows)
    ax.set_title(title_of(count, page), fontsize=10)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure


def places(labels, gap=None):
    """Where the rows stand, from the top down, in lines of text; a line more before row `gap`."""
    height = np.array(heights(labels))
    place = np.cumsum(height) - height / 2
    if gap is not None:
        place[gap:] += 0.8
    return place


def limits(intervals, new, raw, error, centre):
    """The range of the axis, the same on every page: what lies far outside is cut."""
    low, high = np.min(intervals.low), np.max(intervals.high)
    inside, ends = [] if centre is None else [centre], []
    if new is not None:
        ends += [*new.low, *new.high]
    if raw is not None:
        raw, arm = np.ravel(raw), OUTER * (0 if error is None else np.ravel(error))
        usual = without_outliers(raw, high - low)
        inside = [*inside, *usual]
        ends += [*(raw - arm), *(raw + arm)]
    low, high = min([low, *inside]), max([high, *inside])
    far = FAR * (high - low)
    ends = np.clip([end for end in ends if np.isfinite(end)], low - far, high + far)
    return with_margin(min([low, *ends]), max([high, *ends]))


def draw_rows(ax, y, rows, colour):
    """Lines and points, with an arrow where an interval or a point leaves the picture."""
    ax.hlines(y, rows.low, rows.high, color=colour, linewidth=1.5, zorder=2)
    ax.hlines(y, rows.inner_low, rows.inner_high, color=colour, linewidth=3.5, zorder=2)
    ax.plot(rows.point, y, "o", color="white", markeredgecolor=colour, markersize=5, zorder=3)
    draw_arrows(ax, y, np.fmin(rows.low, rows.point), np.fmax(rows.high, rows.point), colour)


def draw_raw(ax, y, raw, error):
    """Own estimates, a little above the pooled ones, and how uncertain they are."""
    if error is not None:
        ax.hlines(y, raw - OUTER * error, raw + OUTER * error, color=ORANGE, linewidth=0.8,
                  zorder=1)
        draw_arrows(ax, y, raw - OUTER * error, raw + OUTER * error, ORANGE)
    ax.plot(raw, y, "s", color=ORANGE, markeredgecolor="black", markeredgewidth=0.5, markersize=4,
            zorder=3)
    draw_arrows(ax, y, raw, raw, ORANGE)


def draw_pull(ax, y, raw, point):
    """An arrow from each own estimate down to the pooled one, where they lie apart."""
    for row, start, end in zip(y, raw, point):
        if np.isfinite(start):
            arrow(ax, (start, row - 0.42), (end, row))


def write_columns(ax, y, columns):
    """Words to the right of the rows, a column for each heading."""
    for k, (heading, words) in enumerate(columns.items()):
        for row, text in zip([y[0] - 1.2, *y], [heading, *words]):
            ax.text(1.06 + 0.13 * k, row, text, transform=ax.get_yaxis_transform(), ha="center",
                    va="center", fontsize=9, weight="bold" if text == heading else "normal")
