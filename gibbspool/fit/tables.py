"""A CSV file read strictly, so that every complaint names the row and the column."""
import csv
import math
from pathlib import Path

import numpy as np


class Table:
    """Columns of text from a CSV file with a header line.

    Comma, semicolon or tab separate the cells, whichever the header has most of; blank lines are
    skipped.

    Parameters
    ----------
    path : str

    Raises
    ------
    ValueError
        The file is not text, has no rows, repeats a column name, or has a row of the wrong length.
    """

    def __init__(self, path):
        self.path = Path(path)
        try:
            lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise ValueError(f"{self.path} is not a text file in UTF-8; save the table as CSV "
                             "(UTF-8)") from None
        header = next((line for line in lines if line.strip()), "")
        separator = max(",;\t", key=header.count)
        numbered = [(number, [cell.strip() for cell in row])
                    for number, row in enumerate(csv.reader(lines, delimiter=separator), start=1)
                    if any(cell.strip() for cell in row)]
        if len(numbered) < 2:
            raise ValueError(f"{self.path} has no rows below its header")
        (_, self.columns), *rows = numbered
        for name in self.columns:
            if self.columns.count(name) > 1:
                raise ValueError(f"{self.path}: column {name!r} stands in the header more than "
                                 "once")
        for number, row in rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.path}, line {number}: {len(row)} cells, but the header "
                                 f"has {len(self.columns)}")
        self._lines = [number for number, _ in rows]
        self._rows = [row for _, row in rows]

    def __len__(self):
        return len(self._rows)

    def complaint(self, i, column, what):
        """A ValueError that names the row, its line in the file and the column."""
        return ValueError(f"{self.path}, row {i + 1} (line {self._lines[i]}), column {column!r}: "
                          f"{what}")

    def _cells(self, column):
        if column not in self.columns:
            raise ValueError(f"{self.path} has no column {column!r}; it has "
                             f"{', '.join(map(repr, self.columns))}")
        return [row[self.columns.index(column)] for row in self._rows]

    def text(self, column):
        """Cells of a column, none of them empty."""
        cells = self._cells(column)
        for i, cell in enumerate(cells):
            if not cell:
                raise self.complaint(i, column, "the cell is empty")
        return cells

    def numbers(self, column, *, positive=False, nonnegative=False, whole=False, missing=False):
        """A column of finite numbers in range, as a float array.

        Empty cells are NaN where `missing` allows them.
        """
        found = []
        for i, cell in enumerate(self._cells(column) if missing else self.text(column)):
            if not cell:
                found.append(np.nan)
                continue
            try:
                value = float(cell.replace("_", "x"))  # Python would read 1_0 as 10
            except ValueError:
                raise self.complaint(i, column, f"{cell!r} is not a number") from None
            if not math.isfinite(value):
                raise self.complaint(i, column, f"{cell!r} is not a finite number")
            if positive and value <= 0 or nonnegative and value < 0:
                raise self.complaint(i, column, f"{cell} must be {'> 0' if positive else '>= 0'}")
            if whole and value != round(value):
                raise self.complaint(i, column, f"{cell} must be a whole number")
            found.append(value)
        return np.array(found)

    def distinct(self, column):
        """A column of labels, each standing once."""
        cells = self.text(column)
        first = {}
        for i, cell in enumerate(cells):
            if cell in first:
                raise self.complaint(i, column, f"the group {cell!r} stands in row "
                                     f"{first[cell] + 1} already; this model takes one row for "
                                     "each group")
            first[cell] = i
        return cells

    def groups(self, column=None):
        """Labels of the groups of a table with a row for each; None where no column names them."""
        if len(self) < 2:
            raise ValueError(f"{self.path} has {len(self)} row; pooling needs at least 2 groups")
        return self.distinct(column) if column else None

    def crossed(self, group, category, count):
        """(groups, categories, counts) of a long table, which has a row for each pair, once."""
        rows, columns = self.text(group), self.text(category)
        values = self.numbers(count, nonnegative=True, whole=True)
        groups, categories = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
        counts = np.full((len(groups), len(categories)), np.nan)
        for i, (g, c, value) in enumerate(zip(rows, columns, values)):
            at = groups.index(g), categories.index(c)
            if not np.isnan(counts[at]):
                raise self.complaint(i, count, f"group {g!r} has a count of {c!r} already")
            counts[at] = value
        for at in np.argwhere(np.isnan(counts)):
            raise ValueError(f"{self.path}: group {groups[at[0]]!r} has no row for category "
                             f"{categories[at[1]]!r}; write a count of 0 where there was none")
        return groups, categories, counts
