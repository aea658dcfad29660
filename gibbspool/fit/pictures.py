"""The pictures of `gibbspool fit`: forest and shrinkage, on as many pages as the groups need."""
import io

import numpy as np

from .. import plots
from ..models.card import card_of
from ..numerics.coordinates import Line
from ..progress import watched
from .found import HIGH, LOW, PROB

MOST_PAGES = 10


def pictures(found, columns):
    """The contents of the PNG files, by name.

    Parameters
    ----------
    found : Found
    columns : dict of str to str
        What the user's columns are called.
    """
    truth, table = found.truth, found.table
    unit = axis_of(found.model, columns)
    rows = columns.get("group", "")
    raw = as_array(table["estimate"])
    whole = intervals(found, found.of_groups, table.labels, len(found.shared))
    new = intervals(found, found.of_new_group, new_labels(found),
                    len(found.shared) + len(found.of_groups))
    centre = None
    if "mu" in truth and found.card.exchangeable(found.model) and np.isfinite(truth["mu"].mean):
        centre = truth["mu"].mean
    point = "mean" if isinstance(found.card.link, Line) else "median"  # of a skewed posterior
    pooled = as_array(table["pooled" if point == "mean" else "median"])
    if not np.isfinite(pooled).all():
        point, pooled = "median", as_array(table["median"])
    error = None
    if isinstance(found.card.link, Line):
        error = found.card.error(truth, as_array(table["pooled"]))

    files = {}
    forests = plots.pages(len(table))
    for page in watched(range(1, min(forests, MOST_PAGES) + 1), "pages"):
        figure = plots.forest_of(whole, new=new, raw=raw, error=error, centre=centre, prob=PROB,
                                 unit=unit, rows=rows, page=page)
        files[numbered("forest", page, forests)] = png(figure)
        figure = plots.shrinkage(table.labels, raw, pooled, centre=centre, xlabel=unit, rows=rows,
                                 page=page, point=point)
        files[numbered("shrinkage", page, forests)] = png(figure)
    return files


def of_pages(rows):
    """How many rows stand on a page, in words; nothing where there is one page."""
    count = plots.pages(rows)
    if count == 1:
        return ""
    each = len(plots.page_of(rows, 1))
    drawn = "" if count <= MOST_PAGES else f", of which the first {MOST_PAGES} are drawn"
    return (f"Pictures of {rows} rows: {count} pages of {each} each{drawn}; the forest in the "
            "order of the table, the shrinkage plot from the largest estimate down.")


def axis_of(model, columns):
    """What stands along the axis: the user's columns where they are known."""
    card = card_of(model)
    try:
        return card.axis.format(**columns) or model.parameter
    except KeyError:
        return model.parameter


def new_labels(found):
    """What the rows at the foot are called: "new group", or "new group, yes"."""
    if len(found.of_new_group) == 1:
        return ["new group"]
    return [f"new group, {label.split('[', 1)[1][:-1]}" for label, _ in found.of_new_group]


def intervals(found, pairs, labels, first):
    """What a forest shows of some rows of the summary."""
    summary, rows = found.summary, slice(first, first + len(pairs))
    quartiles = np.array([marginal.quantile([0.25, 0.75]) for _, marginal in pairs])
    return plots.Intervals(labels, as_array(summary["median"][rows]), quartiles[:, 0],
                           quartiles[:, 1], as_array(summary[LOW][rows]),
                           as_array(summary[HIGH][rows]))


def as_array(values):
    return np.array(values, dtype=float)


def numbered(name, page, pages):
    return f"{name}.png" if pages == 1 else f"{name}_{page}.png"


def png(figure):
    """The bytes of a picture."""
    buffer = io.BytesIO()
    plots.save(figure, buffer)
    return buffer.getvalue()
