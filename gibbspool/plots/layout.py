"""Many groups, laid out so that each can be read: pages of rows, names wrapped into lines."""
import math

import numpy as np

from ..names import shortened, wrapped

MOST_ROWS = 60   # on a page
LINE = 36        # columns of a name before it is wrapped
NAME = 72        # columns of a name before it is shortened
INCHES = 0.19    # of a line of text
OUTLIER = 5      # widths of the middle half beyond which a value is shown by an arrow alone


def pages(rows):
    """How many pages some rows need, at most 60 on each."""
    return max(1, math.ceil(rows / MOST_ROWS))


def page_of(rows, page):
    """The numbers of the rows on a page, the first being 1: all pages hold about equally many.

    Raises
    ------
    ValueError
        There is no such page.
    """
    count = pages(rows)
    if not 1 <= page <= count:
        raise ValueError(f"page is {page}; {rows} rows stand on pages 1 to {count}")
    each = math.ceil(rows / count)
    return range((page - 1) * each, min(page * each, rows))


def title_of(rows, page):
    """Which rows a page shows; nothing where it shows all."""
    shown = page_of(rows, page)
    if len(shown) == rows:
        return ""
    return f"{shown[0] + 1} to {shown[-1] + 1} of {rows} (page {page} of {pages(rows)})"


def laid_out(names):
    """Names for an axis: distinct, and in lines where they are long."""
    return [wrapped(name, LINE) for name in shortened(names, NAME)]


def heights(labels):
    """How much room each row takes, in lines of text: one, and a little more for each further."""
    return [0.75 + 0.75 * max(1, label.count("\n") + 1) for label in labels]


def without_outliers(values, least):
    """The values that are not far beyond the middle half of them; `least` is its smallest width."""
    values = values[np.isfinite(values)]
    if not len(values):
        return values
    low, high = np.quantile(values, [0.25, 0.75])
    far = OUTLIER * max(high - low, least)
    return values[(values >= low - far) & (values <= high + far)]


def with_margin(low, high):
    """A range with a little room at its ends, also where it is a single value."""
    margin = 0.05 * (high - low) or max(abs(low), 1) * 0.01
    return low - margin, high + margin


def draw_arrows(ax, y, low, high, colour):
    """A triangle at the edge for each value that lies beyond it."""
    left, right = ax.get_xlim()
    for edge, beyond, marker in ((left, low < left, "<"), (right, high > right, ">")):
        for row in y[beyond]:
            ax.plot([edge], [row], marker, color=colour, markersize=5, clip_on=False, zorder=4)
