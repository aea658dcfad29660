"""What looks odd in a table whose numbers are in order: sums among its rows, percentages."""
import numpy as np

FEWEST = 3  # rows below which a sum may be chance
ADDED = ("successes", "trials", "count", "exposure", "categories")


def note_what_looks_odd(table, columns):
    """Note a row that is the sum of the others, and counts that may be percentages.

    Parameters
    ----------
    table : Table
        Receives the notes.
    columns : dict of str to str or list
        The columns that were read, by the names of their options.
    """
    names = [name for option in ADDED for name in np.ravel(columns.get(option, [])).tolist()]
    if not names or len(table) < FEWEST:
        return
    values = np.column_stack([table.numbers(name) for name in names])
    if "category" in columns:
        rows, kind = table.groups(columns["group"]).sums(values), "group"
    else:
        rows, kind = values, "row"
        note_a_sum(table, names, values, columns.get("group"))
    if kind == "group" or "categories" in columns:
        note_percentages(table, rows.sum(axis=1), kind)


def note_a_sum(table, names, values, group):
    """Note a row that equals the sum of all others in every column."""
    sums = np.isclose(2 * values, values.sum(axis=0), rtol=1e-12, atol=0).all(axis=1)
    for i in np.flatnonzero(sums & values.any(axis=1)):
        if any(f"total {cell}" in table.notes for cell in table.rows[i]):  # its name told it
            continue
        label = repr(table.cells(group)[i]) if group else "it"
        quoted = " and ".join(map(repr, names))
        table.note("sum", f"{table.place(i)}: {label} is the sum of the others in {quoted}, but it "
                          "will be pooled as a group of its own; leave it out if it is a total")


def note_percentages(table, sums, kind):
    """Note counts that sum to 100 in every row."""
    if len(sums) >= FEWEST and np.all(sums == 100):
        table.note("percentages", f"the counts of every {kind} sum to 100: if they are "
                                  "percentages, give the counts behind them, for they tell how "
                                  "much each group knows")
