"""From the bytes of a file to rows of cells: its encoding, its separator, what stands above."""
import codecs
import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from .formats import no_text

SEPARATORS = "\t;|,"        # the first one is taken where two divide the lines equally well
LINES_LOOKED_AT = 200
MOST_TITLES = 3
SAVE = "save the table as CSV (UTF-8)"
MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
         codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
         codecs.BOM_UTF8: "utf-8-sig"}
NAMES = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32",
         "cp1252": "Latin-1 (Windows-1252)"}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
SEP_LINE = re.compile(r'\s*"?sep=(?P<sep>\t|\\t|[^\w\s"])"?[\s,;|]*', re.IGNORECASE)
NUMERAL = re.compile("[-+0-9., %]+")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


class Row(NamedTuple):
    """A row that is not blank: the line of the file on which it begins, and its cells."""

    line: int
    cells: list


def read(path):
    """Rows of a CSV file, the header first.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    rows : list of Row
    separator : str
    notes : list of str
        What had to be guessed or skipped, in sentences.

    Raises
    ------
    ValueError
        The file is not text, or its quotation marks do not match.
    OSError
        It cannot be read.
    """
    text, notes = decoded(path, path.read_bytes())
    said = SEP_LINE.fullmatch(text.split("\n", 1)[0].rstrip("\r"))
    first_line = 1
    if said:  # Excel's own first line, such as sep=;
        _, _, text = text.partition("\n")
        separator, first_line = said["sep"].replace("\\t", "\t"), 2
    else:
        separator = separator_of(text)
    rows = rows_of(path, text, separator, first_line)
    titles = titles_above(rows)
    if titles:
        refuse_other_separator(path, titles[-1], rows[len(titles)], separator)
        quoted = ", ".join(repr(next(filter(None, row.cells))) for row in titles)
        notes.append(f"{path}: {'the line' if len(titles) == 1 else 'the lines'} {quoted} above "
                     f"the header {'was' if len(titles) == 1 else 'were'} taken for a title and "
                     "skipped")
    return rows[len(titles):], separator, notes


def decoded(path, data):
    """The text of a file and the notes on its encoding."""
    what = no_text(data)
    if what:
        raise ValueError(f"{path} is {what[0]}, not a CSV file; {what[1]}")
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    encoding = MARKS.get(mark) or utf_16_without_mark(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        try:
            encoding = "cp1252"  # what western spreadsheets wrote before UTF-8
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise ValueError(f"{path} is not a text file in UTF-8, UTF-16 or Latin-1; {SAVE}") \
                from None
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise ValueError(f"{path} is not a text file: line {line} holds the control character "
                         f"{control.group()!r}; {SAVE}")
    if encoding not in NAMES:
        return text, []
    strange = next((word for word in re.split(r'[,;|\t\r\n"]', text) if not word.isascii()), "")
    sample = f", a cell being {strange.strip()[:40]!r}" if strange else ""
    return text, [f"{path} is not in UTF-8: it was read as {NAMES[encoding]}{sample}; if letters "
                  f"look wrong, {SAVE}"]


def utf_16_without_mark(data):
    """The kind of UTF-16 in which every second byte of plain letters is 0; None if it is not so."""
    start = data[:1000]
    first, second = start[::2].count(0), start[1::2].count(0)
    if second > 0.35 * len(start) and not first:
        return "utf-16-le"
    if first > 0.35 * len(start) and not second:
        return "utf-16-be"
    return None


def separator_of(text):
    """The separator that divides most lines into one and the same number of cells, above one."""
    share = {}
    for separator in SEPARATORS:
        widths = Counter(width for width in widths_of(text, separator) if width)
        most = max((times for width, times in widths.items() if width > 1), default=0)
        share[separator] = most / max(widths.total(), 1)
    best = max(SEPARATORS, key=share.get)
    return best if share[best] else ","


def widths_of(text, separator):
    """Numbers of cells of the first lines, 0 for a blank one."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for _, row in zip(range(LINES_LOOKED_AT), rows):
            yield len(row) if any(cell.strip() for cell in row) else 0
    except csv.Error:  # said where the rows are read
        return


def rows_of(path, text, separator, first_line):
    """The rows that are not blank, read strictly."""
    found, begins = [], 0
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True,
                          skipinitialspace=True)
        for cells in rows:
            cells = [tidy(cell) for cell in cells]
            if any(cells):
                found.append(Row(first_line + begins, cells))
            begins = rows.line_num
    except csv.Error as problem:
        raise ValueError(f"{path}, line {first_line + begins}: the quotation marks do not match, "
                         f"or a cell is too long ({problem}); double a quotation mark inside a "
                         "quoted cell") from None
    return found


def tidy(cell):
    """A cell with single plain spaces, whatever spaces and line ends stand in it."""
    return " ".join(cell.translate(INVISIBLE).split())


def refuse_other_separator(path, title, below, separator):
    """Refuse a line that other separators cut into as many cells as the data below it have."""
    [*alone] = filter(None, title.cells)
    numbers = any(cell and NUMERAL.fullmatch(cell) for cell in below.cells)
    for other in SEPARATORS if numbers and len(alone) == 1 else "":
        if other != separator and len(alone[0].split(other)) == len(below.cells):
            raise ValueError(f"{path}: line {title.line} is separated by {other!r} and line "
                             f"{below.line} by {separator!r}; write the header like the rows")


def titles_above(rows):
    """The rows above the header that are titles: words in the first cell alone, wider rows below.

    Where separators follow the words, as in "y,,", it may be a header that names one column; then
    the row below must look like a header, without a number.
    """
    filled = [sum(map(bool, row.cells)) for row in rows[:MOST_TITLES + 2]]
    above = next((count for count, width in enumerate(filled) if width > 1), 0)
    if not above or len(rows) < above + 2:
        return []
    titles, header = rows[:above], rows[above].cells
    words = all(row.cells[0] and not NUMERAL.fullmatch(row.cells[0]) for row in titles)
    alone = all(len(row.cells) == 1 for row in titles)
    return titles if words and (alone or not any(map(NUMERAL.fullmatch, header))) else []
