"""Covariates of the groups from columns of a table: numbers, or text as indicator columns."""
import numpy as np

from .numerals import DATE, number

SAME = 1e-9  # what is left of a column, relative to its size, when others have explained it


def covariates(table, names, groups):
    """Names and values of the covariates, a row for each group.

    A column of text becomes an indicator column for each of its levels but the reference level,
    the first in alphabetical order: region=South is 1 in the South and 0 elsewhere.

    Parameters
    ----------
    table : Table
    names : list of str
    groups : Groups

    Returns
    -------
    names : list of str
    x : array (J, p)

    Raises
    ------
    ValueError
        A cell is missing or a covariate differs within a group; a text has as many levels as there
        are groups; a column is the same for every group or a combination of others.
    """
    found = {}
    for name in names:
        cells = table.text(name)
        if any(number(cell, mark) is not None for cell in cells for mark in ".,"):
            values = table.numbers(name)
            refuse_differing(table, name, values, groups)
            found[name] = values[groups.first]
        else:
            refuse_differing(table, name, cells, groups)
            found |= indicators(table, name, [cells[i] for i in groups.first])
    x = np.column_stack(list(found.values()))
    refuse_collinear(table, list(found), x)
    return list(found), x


def refuse_differing(table, name, values, groups):
    """A covariate belongs to a group: all its rows must agree."""
    for i, j in enumerate(groups.first[groups.index]):
        if values[i] != values[j]:
            raise table.complaint(
                i, name, f"{table.cells(name)[i]!r}, but {table.cells(name)[j]!r} in "
                         f"{table.place(j)} of the same group "
                         f"{groups.labels[groups.index[i]]!r}; a covariate must be the same in all "
                         "rows of a group")


def indicators(table, name, cells):
    """A column of 0 and 1 for each level but the first, by names such as region=South."""
    if all(DATE.fullmatch(cell) for cell in cells):
        raise ValueError(f"{table.path}: the covariate {name!r} has no numbers: {cells[0]!r} looks "
                         "like a date; write each as a number, such as the days since the first "
                         "one")
    reference, *others = sorted(set(cells), key=lambda level: (level.casefold(), level))
    if len(others) + 1 >= len(cells):
        raise ValueError(f"{table.path}: the covariate {name!r} is text with {len(others) + 1} "
                         f"levels for {len(cells)} groups, too many to learn the effect of each; "
                         "take a column with fewer levels")
    if not others:
        raise ValueError(f"{table.path}: the covariate {name!r} is the same ({reference!r}) for "
                         "every group, so that its effect cannot be told from mu; leave it out")
    columns = {f"{name}={level}": np.array([float(cell == level) for cell in cells])
               for level in others}
    table.note(f"levels {name}",
               f"the covariate {name!r} is text and becomes {', '.join(columns)}: each effect is "
               f"the difference from the reference level {reference!r}, the first in alphabetical "
               "order")
    return columns


def refuse_collinear(table, names, x):
    """Refuse a column that the ones before it, and a constant, determine."""
    centred = x - x.mean(axis=0)
    size = np.linalg.norm(centred, axis=0)
    for k, name in enumerate(names):
        if size[k] <= SAME * np.abs(x[:, k]).max():
            raise ValueError(f"{table.path}: the covariate {name!r} is the same ({x[0, k]:g}) for "
                             "every group, so that its effect cannot be told from mu; leave it out")
        unit = centred[:, :k + 1] / size[:k + 1]
        weights = np.linalg.lstsq(unit[:, :k], unit[:, k], rcond=None)[0]
        if np.linalg.norm(unit[:, k] - unit[:, :k] @ weights) <= SAME:
            others = [repr(other) for other, w in zip(names, weights) if abs(w) > SAME]
            few = "" if len(names) < len(x) else f" ({len(x)} groups for {len(names)} covariates)"
            raise ValueError(f"{table.path}: the covariate {name!r} is a combination of "
                             f"{', '.join(others)}{few}: their effects cannot be told apart; leave "
                             "one of them out")
