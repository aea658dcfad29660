"""A small table without pandas: as text for a terminal, as HTML, and as the cells of a CSV file.

And sentences as text for a terminal.
"""
import csv
import io
import math
import re

from . import html
from .names import padded, room_of, shortened
from .terminal import encoding_of_output, is_terminal, printable, width

NONE = "does not exist"
LEAST_LABEL = 12  # columns that a label may be shortened to before the table is broken into blocks
DIGITS, MOST_DIGITS = 4, 15  # of a number
GAPS = (2, 1)     # blanks between columns
BEGINNING = re.compile("(note: | *(- |~ )?)")  # of a line: what goes on below it is indented as far
# How a cell begins that a spreadsheet would compute; the wide ones where it is a Japanese one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def for_terminal(text, stream=None):
    """A text whose sentences are broken to the width of the terminal that they are printed on.

    In a file or a pipe each stays in one line, so that a program can find it. Lines that fit, such
    as those of a table, stay as they are, and so do words that are longer than a line.

    Parameters
    ----------
    text : str
    stream : text stream, optional
        Where it will be printed; by default standard output.
    """
    if not is_terminal(stream):
        return text
    return "\n".join(broken(line, width()) for line in text.split("\n"))


def broken(line, room):
    """A line in as many as it takes, the later ones indented like the first."""
    if room_of(line) <= room:
        return line
    beginning = BEGINNING.match(line).group()
    first, *words = line[len(beginning):].split()
    lines = [beginning + first]
    for word in words:
        if room_of(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(" " * len(beginning) + word)
    return "\n".join(lines)


class Rows:
    """A table: labelled rows, named columns.

    Parameters
    ----------
    name : str
        What the labels are, such as "group".
    labels : list of str
    columns : dict of str to list
        Numbers or texts; None is an empty cell.
    errors : dict of str to list, optional
        How uncertain the numbers of a column are: to the eye each is written as finely as tells.
    """

    def __init__(self, name, labels, columns, errors=None):
        self.name, self.labels = name, [str(label) for label in labels]
        self.errors = errors or {}
        self.columns = {column: list(values) for column, values in columns.items()}

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, column):
        """The values of a column."""
        return self.columns[column]

    def row(self, label):
        """The values of a row, by column."""
        i = self.labels.index(label)
        return {column: values[i] for column, values in self.columns.items()}

    def only(self, chosen, columns=None):
        """The rows whose numbers are chosen; `columns` maps those that are kept to new names."""
        columns = columns or {column: column for column in self.columns}
        values, errors = ({new: [one[old][i] for i in chosen]
                           for old, new in columns.items() if old in one}
                          for one in (self.columns, self.errors))
        return Rows(self.name, [self.labels[i] for i in chosen], values, errors)

    def written(self):
        """The cells of each column as they are read."""
        nothing = [None] * len(self)
        return {column: [written(x, error)
                         for x, error in zip(values, self.errors.get(column, nothing))]
                for column, values in self.columns.items()}

    def text(self, room=None, encoding=None):
        """For a terminal: no line longer than it is wide.

        Where not all columns fit they move closer, then long labels are shortened, and what still
        does not fit follows in blocks of about the same width.
        """
        room, encoding = room or width(), encoding or encoding_of_output()
        cells = [[printable(cell, encoding) for cell in (column, *values)]
                 for column, values in self.written().items()]
        widths = [max(map(room_of, column)) for column in cells]
        labels = [printable(label, encoding) for label in [self.name, *self.labels]]
        longest = max(map(room_of, labels))
        rooms = [one + gap_of(widths, longest, room) for one in widths]
        left = room - sum(rooms)
        if left < min(longest, LEAST_LABEL):
            left = room // 2  # of each block
        labels = shortened(labels, min(longest, left), printable("…", encoding))
        label_room = max(map(room_of, labels))
        return "\n\n".join(block(labels, label_room, cells, rooms, chosen)
                           for chosen in in_blocks(rooms, room - label_room))

    def csv(self):
        """For a file: numbers in full, texts so that no spreadsheet takes them for a formula."""
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([self.name, *map(harmless, self.columns)])
        for i, label in enumerate(self.labels):
            writer.writerow([harmless(label), *(cell(x[i]) for x in self.columns.values())])
        return lines.getvalue()

    def __str__(self):
        return self.text()

    def _repr_html_(self):
        return html.small_table([self.name, *self.columns],
                                [[label, *(x[i] for x in self.written().values())]
                                 for i, label in enumerate(self.labels)])


def block(labels, label_room, cells, rooms, chosen):
    """Lines of some of the columns, beside the labels."""
    return "\n".join((padded(label, label_room)
                      + "".join(padded(cells[k][i], rooms[k], right=True) for k in chosen)).rstrip()
                     for i, label in enumerate(labels))


def gap_of(widths, longest, room):
    """Blanks between columns: as many as let all of them stand beside the longest label.

    Or beside a shortened one; where not even that is possible, the most.
    """
    for label in (longest, min(longest, LEAST_LABEL)):
        for gap in GAPS:
            if label + sum(widths) + gap * len(widths) <= room:
                return gap
    return GAPS[0]


def in_blocks(rooms, room):
    """The numbers of the columns, in as few lists as fit into the room, none much the shortest."""
    fewest = len(filled(rooms, room))
    return next(blocks for least in range(min(max(rooms, default=0), room), room + 1)
                if len(blocks := filled(rooms, least)) == fewest)


def filled(rooms, room):
    """The numbers of the columns, in lists that each fit into the room; none is left empty."""
    blocks, used = [[]], 0
    for k, one in enumerate(rooms):
        if blocks[-1] and used + one > room:
            blocks.append([])
            used = 0
        blocks[-1].append(k)
        used += one
    return blocks


def is_number(x):
    return not isinstance(x, (str, bool, type(None)))


def written(x, error=None):
    """A cell as it is read: a number, or words where there is none.

    Four digits, and of a large number all before the point: of estimates near a million they tell
    how these differ. Where it is known how uncertain the number is, as many as two digits of that
    error ask for: 1013.25 with an error of 0.05 is no mere 1013.
    """
    if x is None:
        return ""
    if not is_number(x):
        return str(x)
    if not math.isfinite(x):
        return NONE
    digits = DIGITS
    if x and error and math.isfinite(error):
        digits = min(max(DIGITS, size_of(x) - size_of(error) + 2), MOST_DIGITS)
    if 1000 <= abs(x) < 1e15:
        return f"{x:.{max(digits - 1 - size_of(x), 0)}f}"
    return f"{x:.{digits}g}"


def size_of(x):
    """The power of ten of a number's first digit."""
    return math.floor(math.log10(abs(x)))


def cell(x):
    """A cell of a CSV file: all digits of a number, nothing where there is none."""
    if x is None or is_number(x) and not math.isfinite(x):
        return ""
    if is_number(x):
        return int(x) if float(x).is_integer() and abs(x) < 1e15 else repr(float(x))
    return harmless(str(x))


def harmless(text):
    """A text with a ' before it where a spreadsheet would compute it; numbers stay numbers."""
    if not text.startswith(FORMULA):
        return text
    try:
        float(text)
        return text
    except ValueError:
        return f"'{text}"
