"""A pandas table as HTML: numbers to a few digits, words from the left, verdicts in their colours.
"""
from .. import html
from .front import CLASSES
from .headings import heading
from .numbers import written

FOLD = 12   # longer tables are folded
LONG = 30   # characters of a cell that is set as words
NARROW = 3  # columns that a telephone has room for


def table_of(frame, formats, narrow=NARROW):
    """A pandas table as HTML, its index as the first column. On a narrow screen wide ones become
    lists: each cell knows its heading. Wide is what has more than `narrow` columns.
    """
    names = {column: heading(column) for column in frame.columns}
    words = {names[column] for column in frame.columns if any(map(worded, frame[column]))}
    rows = []
    for label, values in zip(map(str, frame.index), frame.itertuples(index=False)):
        rows.append([f'<th scope="row">{html.escape(label)}</th>',
                     *(value_cell(value, formats.get(column, ".4g"), name, name in words)
                       for (column, name), value in zip(names.items(), values))])
    in_columns = len(frame) > FOLD and not words  # on paper
    kind = " wide" if len(names) > narrow else " long" if in_columns else ""
    return f'<div class="scroll{kind}">{html.table(["", *names.values()], rows, words)}</div>'


def worded(value):
    """Whether it is set as words, from the left; a verdict or a number is not."""
    return (isinstance(value, str) and value not in CLASSES
            and (len(value) > LONG or any(map(str.isalpha, value))))


def value_cell(value, spec, name, words=False):
    """A verdict, words, or a number written as `spec` says; nothing where there is none."""
    if isinstance(value, str) and value:
        return cell(value, CLASSES.get(value, "words" if words else ""), name)
    if value is None or value == "" or value != value:
        return '<td class="words"></td>' if words else "<td></td>"
    return cell(written(value, spec), "", name)


def cell(text, kind, name):
    kind = f' class="{kind}"' if kind else ""
    return f'<td{kind} data-name="{html.escape(name)}">{html.escape(text)}</td>'
