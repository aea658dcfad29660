"""What people write for numbers: decimal points and commas, thousands, percent, odd minus signs.

A cell is read under each of two conventions, a decimal point or a decimal comma. A column is
unambiguous where only one of them can read all its cells, or both read the same.
"""
import re

DECIMALS = ".,"
MISSING = {"", "na", "n/a", "n.a.", "nan", "<na>", "#n/a", "#na", "null", ".", "..", "-", "--",
           "\u2013", "\u2014", "\u2212"}
MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"))


def numeral(decimal):
    """The pattern of a number with this decimal mark; the other one may separate thousands."""
    other = DECIMALS.replace(decimal, "")
    grouped = rf"[1-9][0-9]{{0,2}}(?:(?P<sep>[ '\u2019{other}])[0-9]{{3}})(?:(?P=sep)[0-9]{{3}})*"
    return re.compile(rf"(?P<sign>[+-]? ?)(?P<whole>{grouped}|[0-9]+)?"
                      rf"(?:[{decimal}](?P<rest>[0-9]*))?(?P<power>[eE][+-]?[0-9]+)?(?P<per> ?%)?")


PATTERNS = {decimal: numeral(decimal) for decimal in DECIMALS}


def is_missing(cell):
    """Whether a cell stands for a value that is not there: empty, NA, NaN, n/a, a dot, a dash."""
    return cell.casefold() in MISSING


def number(cell, decimal):
    """The number in a cell under this decimal mark, 12 % being 0.12; None if it is none."""
    found = PATTERNS[decimal].fullmatch(cell.translate(MINUS))
    if not found or not (found["whole"] or found["rest"]):
        return None
    whole = re.sub("[^0-9]", "", found["whole"] or "0")
    power = int((found["power"] or "e0")[1:][:6]) - (2 if found["per"] else 0)
    return float(f"{found['sign'].strip()}{whole}.{found['rest'] or 0}e{power}")


def readings(cells):
    """The numbers of cells under each decimal mark that can read them all, by the mark."""
    found = {decimal: [number(cell, decimal) for cell in cells] for decimal in DECIMALS}
    return {decimal: values for decimal, values in found.items() if None not in values}


def is_percent(cell):
    """Whether a number has a percent sign behind it."""
    return cell.endswith("%")


def has_thousands(cell, decimal):
    """Whether something separates the thousands of a number."""
    found = PATTERNS[decimal].fullmatch(cell.translate(MINUS))
    return bool(found and found["sep"])


DATE = re.compile("[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}([ T][0-9:.]+Z?)?")
KINDS = [
    (r"[$\u20ac\u00a3\u00a5].*|.*[$\u20ac\u00a3\u00a5]", "a currency sign: write the number alone"),
    (r"[<>\u2264\u2265~].*", "it is a bound and not a value"),
    (r".*(\u00b1|\+/-|\+-).*", "it is two numbers: give each a column of its own"),
    (r"[^()]*[0-9] ?\(.*\)", "it is two numbers: give each a column of its own"),
    (r"\([0-9.,]+\)", "if brackets stand for a minus, write the minus"),
    (r"[^*]*[0-9] ?\*+", "leave the stars out"),
    (r"#.*[!?0]", "it is a spreadsheet's error"),
    (r"=.*", "it is a spreadsheet's formula: save its value"),
    (r"[0-9]+ ?/ ?[0-9]+", "it is a fraction: give its two numbers a column each"),
    (DATE, "it looks like a date"),
]


def what_it_is(cell):
    """What a cell may be that is no number, as the end of a sentence; "" if nobody can tell."""
    return next((f" ({what})" for pattern, what in KINDS if re.fullmatch(pattern, cell)), "")
