"""Tables as text: a heading, the columns of a table, and rows that may lack some of them."""


def header(facts):
    """Machine, versions and date, in two lines."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    load = f", load {facts['load']} before" if "load" in facts else ""
    memory = f", {facts['memory']}" if "memory" in facts else ""
    return (f"{facts['date']}: {facts['processor']}, {facts['cores']} cores{memory}, "
            f"{facts['system']}{load}\n{versions}")


def cell(value, how):
    """A number in its format; of several runs the median, and the least and largest behind it."""
    if value is None:
        return ""
    if how.startswith("spread:"):
        how = how[len("spread:"):]
        middle, low, high = (format(value[one], how) for one in ("median", "min", "max"))
        return middle if value["runs"] == 1 else f"{middle} ({low} to {high})"
    return format(value, how)


def table(of, rows):
    """The rows under the headings of a table; columns that are empty throughout are left out."""
    columns = [(heading, [cell(row.get(key), how) for row in rows])
               for key, heading, how in of.COLUMNS]
    columns = [(heading, cells) for heading, cells in columns if any(cells)]
    widths = [max(len(text) for text in (heading, *cells)) for heading, cells in columns]
    lines = [[heading for heading, _ in columns], *zip(*(cells for _, cells in columns))]
    text = [line_of(line, widths) for line in lines]
    return "\n".join([of.TITLE, "-" * max(map(len, [of.TITLE, *text])), *text])


def line_of(cells, widths):
    """The first cell to the left, the others to the right of their columns."""
    first, *rest = (f"{text:<{width}}" if k == 0 else f"{text:>{width}}"
                    for k, (text, width) in enumerate(zip(cells, widths)))
    return "  ".join([first, *rest]).rstrip()


def everything(tables, saved):
    """All tables that were saved, each under the sitting that it was measured in."""
    parts = []
    for name, of in tables.items():
        if name in saved:
            facts = header(saved[name]["sitting"])
            if facts not in parts:
                parts.append(facts)
            parts.append(table(of, saved[name]["rows"]))
    return "\n\n".join(parts) + "\n"
