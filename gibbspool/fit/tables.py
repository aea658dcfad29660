"""A table of a person's own: its columns as text and as numbers, every complaint with its place."""
import difflib
import math
from pathlib import Path

import numpy as np

from .covariates import covariates
from .decimals import numbers_of
from .groups import Groups, looks_like_a_total
from .numerals import is_missing, is_percent
from .reading import read

LISTED = 50


class Table:
    """Columns of text from a CSV file with a header line.

    Comma, semicolon, tab or bar separate the cells, whichever divides the lines most evenly; blank
    lines are skipped.

    Parameters
    ----------
    path : str

    Attributes
    ----------
    columns : list of str
    notes : dict of str to str
        What is to be said of how the table was read, by its kind: each kind is said once.
    marks : set of str
        The decimal marks that columns read so far turned out to have, such as those of counts.

    Raises
    ------
    ValueError
        The file is not text, has no rows, repeats a column name, or has a row of the wrong length.
    OSError
        It cannot be read.
    """

    def __init__(self, path):
        self.path = Path(path)
        rows, self.separator, notes = read(self.path)
        self.notes = dict(zip(notes, notes))
        self.marks = set()
        if len(rows) < 2:
            raise ValueError(f"{self.path} has no rows below its header")
        (line_of_header, self.columns), *rows = rows
        while not self.columns[-1] and not any(cell for row in rows
                                               for cell in row.cells[len(self.columns) - 1:]):
            self.columns.pop()
        for name in filter(None, self.columns):
            if self.columns.count(name) > 1:
                raise ValueError(f"{self.path}: column {name!r} stands in the header more than "
                                 "once")
        self._rows = [self.cut_to_header(row, line_of_header) for row in rows]
        self._places = [(i, row.line) for i, row in enumerate(rows, start=1)]

    def cut_to_header(self, row, line_of_header):
        """The cells of a row without empty ones beyond the header."""
        width = len(self.columns)
        if len(row.cells) < width or any(row.cells[width:]):
            hint = ""
            if len(row.cells) > width and self.separator == ",":
                hint = "; a comma inside a number or a name needs quotation marks around the cell"
            if len(row.cells) > width and line_of_header == row.line - 1:
                hint += f"; if line {line_of_header} is a title and no header, delete it"
            raise ValueError(f"{self.path}, line {row.line}: {len(row.cells)} cells, but the "
                             f"header has {width}{hint}")
        return row.cells[:width]

    def __len__(self):
        return len(self._rows)

    def note(self, kind, text):
        """Keep a sentence to be said, unless one of its kind is kept already."""
        self.notes.setdefault(kind, f"{self.path}: {text}")

    def place(self, i):
        """Where a row stands, such as "row 3 (line 4)"."""
        row, line = self._places[i]
        return f"row {row} (line {line})"

    def complaint(self, i, column, what):
        """A ValueError that names the row, its line in the file and the column."""
        return ValueError(f"{self.path}, {self.place(i)}, column {column!r}: {what}")

    @property
    def rows(self):
        """The rows below the header, lists of cells."""
        return self._rows

    def cells(self, column):
        """Cells of a column as they stand in the file."""
        if column not in self.columns:
            named = list(filter(None, self.columns))
            near = difflib.get_close_matches(column.casefold(), map(str.casefold, named), 1)
            hint = next((f"; did you mean {name!r}?" for name in named
                         if name.casefold() in near), "")
            if len(self.columns) == 1 and " " in self.columns[0]:
                hint = "; separate the cells by commas or semicolons, not by spaces"
            raise ValueError(f"{self.path} has no column {column!r}; it has "
                             f"{', '.join(map(repr, named))}{hint}")
        at = self.columns.index(column)
        return [row[at] for row in self._rows]

    def require(self, columns, drop=False):
        """Refuse the first row of the file that has a missing cell in these columns, or drop all.

        Parameters
        ----------
        columns : list of str
        drop : bool
            Leave such rows out and note which.
        """
        cells = {name: self.cells(name) for name in columns}
        gaps = {}
        for i in range(len(self)):
            for name in cells:
                if is_missing(cells[name][i]):
                    gaps.setdefault(i, name)
        if not gaps:
            return
        if not drop:
            i, name = next(iter(gaps.items()))
            raise self.no_value(i, name)
        listed = [f"{self.place(i)}, column {name!r}" for i, name in gaps.items()]
        more = f"; and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
        self.note("dropped", f"left out {len(listed)} of {len(self)} rows, which have missing "
                             f"cells: {'; '.join(listed[:LISTED])}{more}")
        keep = [i for i in range(len(self)) if i not in gaps]
        if not keep:
            raise ValueError(f"{self.path} has no row without a missing cell")
        self._rows = [self._rows[i] for i in keep]
        self._places = [self._places[i] for i in keep]

    def no_value(self, i, column):
        """The complaint of a missing cell."""
        cell = self.cells(column)[i]
        what = f"{cell!r} stands for a missing value" if cell else "the cell is empty"
        if cell.isalpha():  # such as Namibia's code
            what += " (if it is a name, spell it out)"
        return self.complaint(i, column, f"{what}; fill it in, or leave such rows out with "
                                         "--na drop")

    def text(self, column):
        """Cells of a column, none of them missing."""
        cells = self.cells(column)
        for i, cell in enumerate(cells):
            if is_missing(cell):
                raise self.no_value(i, column)
        return cells

    def numbers(self, column, *, positive=False, nonnegative=False, whole=False, missing=False):
        """A column of finite numbers in range, as a float array.

        Missing cells are NaN where `missing` allows them.
        """
        cells = self.cells(column) if missing else self.text(column)
        rows = [i for i, cell in enumerate(cells) if not is_missing(cell)]
        found = np.full(len(cells), np.nan)
        found[rows] = numbers_of(self, column, rows, [cells[i] for i in rows], whole)
        for i in rows:
            cell, value = cells[i], found[i]
            if not math.isfinite(value):
                raise self.complaint(i, column, f"{cell!r} is not a finite number")
            if positive and value <= 0 or nonnegative and value < 0:
                raise self.complaint(i, column, f"{cell} must be {'> 0' if positive else '>= 0'}")
            if whole and value != round(value):
                raise self.complaint(i, column, f"{cell} must be a whole number")
        return found

    def in_percent(self, column):
        """Whether a column has percent signs."""
        return any(map(is_percent, self.cells(column)))

    def same_unit(self, columns):
        """Refuse columns of which some have percent signs and some have not."""
        signs = {name: self.in_percent(name) for name in columns}
        if len(set(signs.values())) > 1:
            with_sign = next(name for name in signs if signs[name])
            without = next(name for name in signs if not signs[name])
            raise ValueError(f"{self.path}: column {with_sign!r} has percent signs and column "
                             f"{without!r} has none; write both in the same unit")

    def labels(self, column, noun="group"):
        """Cells of a column that name groups or categories; what looks odd in them is noted."""
        cells = self.text(column)
        self.note_totals(column, cells, noun)
        spelt = {}
        for cell in dict.fromkeys(cells):
            other = spelt.setdefault(cell.casefold(), cell)
            if other != cell:
                self.note("spelling", f"column {column!r}: {other!r} and {cell!r} are taken for "
                                      "two different labels; write them alike if they are one")
        return cells

    def note_totals(self, column, cells, noun="group"):
        """Note a row that seems to be the sum of the others."""
        for i, cell in enumerate(cells):
            if looks_like_a_total(cell):
                self.note(f"total {cell}",
                          f"{self.place(i)}, column {column!r}: {cell!r} looks like a total of the "
                          f"other rows, but it will be pooled as a {noun} of its own; leave such "
                          "rows out if it is a total")

    def note_total_columns(self, names, noun):
        """Note a column that seems to be the sum of the others."""
        for name in filter(looks_like_a_total, names):
            self.note(f"total {name}", f"column {name!r} looks like a total of the others, but it "
                                       f"will be taken for a {noun} of its own; leave it out if it "
                                       "is a total")

    def groups(self, column=None):
        """Which group each row belongs to: that of its label, or each to its own, as Groups."""
        if column is None:
            for name in self.columns:
                self.note_totals(name, [row[self.columns.index(name)] for row in self._rows])
            return Groups(None, np.arange(len(self)))
        return Groups.by_label(self.labels(column))

    def note_several_rows(self, groups, what):
        """Note which groups have several rows, and what becomes of these."""
        if not groups.repeated:
            return
        times = np.bincount(groups.index)
        several = [f"{groups.labels[j]!r} {times[j]}" for j in np.flatnonzero(times > 1)]
        more = f" and {len(several) - 10} more" if len(several) > 10 else ""
        first, copy = {}, ""
        for i, row in enumerate(self._rows):
            j = first.setdefault(tuple(row), i)
            if i != j:
                copy = (f". {self.place(i)} is the same as {self.place(j)} in every cell: leave "
                        "one out if it is a copy")
                break
        self.note("several", f"groups with several rows ({', '.join(several[:10])}{more}): {what}"
                             f"{copy}")

    def crossed(self, group, category, count):
        """(groups, categories, counts) of a long table, which has a row for each pair or more."""
        rows, columns = self.labels(group), self.labels(category, "category")
        values = self.numbers(count, nonnegative=True, whole=True)
        pairs = Groups.by_label([*zip(rows, columns)])
        if pairs.repeated:
            pairs.labels = [f"{g}, {c}" for g, c in pairs.labels]
            self.note_several_rows(pairs, "their counts are summed")
        groups, categories = Groups.by_label(rows), Groups.by_label(columns)
        seen = np.zeros((groups.J, categories.J), dtype=bool)
        seen[groups.index, categories.index] = True
        for g, c in np.argwhere(~seen):
            raise ValueError(f"{self.path}: group {groups.labels[g]!r} has no row for category "
                             f"{categories.labels[c]!r}; write a count of 0 where there was none")
        counts = np.zeros(seen.shape)
        np.add.at(counts, (groups.index, categories.index), values)
        return groups.labels, categories.labels, counts

    def covariates(self, names, groups):
        """(names, x) of covariates of the groups: see `fit.covariates`."""
        return covariates(self, names, groups)
