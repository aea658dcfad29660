"""Which decimal mark the numbers of a column have: a comma or a point, and how that is known."""
from .numerals import has_thousands, is_missing, is_percent, number, readings, what_it_is


def numbers_of(table, column, rows, cells, whole):
    """The numbers in cells of a column, under the one decimal mark that suits them all.

    Parameters
    ----------
    table : Table
        It tells where a cell stands and what the rest of the file looks like, and keeps notes.
    column : str
    rows : list of int
        The rows in which the cells stand.
    cells : list of str
    whole : bool
        Whether they are counts.

    Returns
    -------
    list of float

    Raises
    ------
    ValueError
        A cell is no number, has two readings between which nothing decides, or is written
        unlike the others.
    """
    possible = readings(cells)
    if not possible:
        raise no_numbers(table, column, rows, cells)
    if len(possible) == 2 and possible["."] != possible[","]:
        possible = decided(table, column, rows, cells, possible, whole)
    decimal, values = next(iter(possible.items()))
    percent = [is_percent(cell) for cell in cells]
    for i, cell, has_sign in zip(rows, cells, percent):
        if any(percent) and whole:
            raise table.complaint(i, column, f"{cell!r} stands in a column with percent signs; "
                                             "a count is asked for here")
        if any(percent) and not has_sign:
            raise table.complaint(i, column, f"{cell!r} has no percent sign, but others in the "
                                             "column have; write all alike")
    for cell, value in zip(cells, values):
        if is_percent(cell):
            table.note(f"percent {column}", f"column {column!r} has percent signs: {cell!r} is "
                                            f"read as {value:g}")
        elif has_thousands(cell, decimal):
            table.note("thousands", f"thousands are separated: {cell!r} is read as {value:.15g}")
        if decimal == "," and "," in cell:
            table.note("comma", f"decimal commas: {cell!r} is read as {value:.15g}")
    return values


def no_numbers(table, column, rows, cells):
    """The complaint of cells that no decimal mark can read."""
    first = {}
    for i, cell in zip(rows, cells):
        marks = [mark for mark in ".," if number(cell, mark) is not None]
        if not marks:
            return table.complaint(i, column, f"{cell!r} is not a "
                                   f"{'finite ' if is_infinite(cell) else ''}number"
                                   f"{what_it_is(cell)}")
        if len(marks) == 1:
            first.setdefault(marks[0], (i, cell))
    (_, point), (i, comma) = first["."], first[","]
    return table.complaint(i, column, f"{comma!r} has a decimal comma, but {point!r} in the "
                                      "same column a decimal point; write all alike")


def decided(table, column, rows, cells, possible, whole):
    """The one reading that the rest of the file leaves of two."""
    if table.separator == "," and not any("," in cell for cell in cells):
        return {".": possible["."]}
    fits = {mark: values for mark, values in possible.items()
            if not whole or all(value.is_integer() for value in values)}
    if len(fits) == 1:
        table.marks |= set(fits)
        return fits
    marks = marks_of(table)
    if len(marks) == 1:
        return {mark: possible[mark] for mark in marks}
    at = next(k for k in range(len(cells)) if possible["."][k] != possible[","][k])
    small, large = sorted((possible["."][at], possible[","][at]), key=abs)
    plain = f"{small:.15g}"
    if len(plain.partition(".")[2]) == 3:  # with a fourth digit nobody takes it for thousands
        plain += "0"
    raise table.complaint(rows[at], column, f"{cells[at]!r} could be {small:.15g} or "
                                            f"{large:.15g}: write {plain} or {large:.15g}")


def marks_of(table):
    """The decimal marks that some column of the file cannot be read without."""
    found = set(table.marks)
    for column in zip(*table.rows):
        possible = readings([cell for cell in column if not is_missing(cell)])
        if len(possible) == 1:
            found |= set(possible)
    return found


def is_infinite(cell):
    return cell.casefold().lstrip("+-") in ("inf", "infinity", "\u221e")
