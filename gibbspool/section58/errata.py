"""The errata of the section, for the lecturer: what differs or agrees in part, and why, generated
from the ledger; a page of its own, to print.
"""
import re
from itertools import groupby

from .. import html
from .ledger import DIFFERS, OWN, PARTLY
from .reported import reported

NUMBER = re.compile(r"(?<![\w.])[+-]?\d+(?:\.\d+)?")
INDEX = re.compile(r"\[([^]]*)\]")
RUNS = re.compile(r"with ([^;]+?) (\S+ to \S+) in (\d+) runs, median \S+: (?:fits|does not fit)")
MADE = re.compile(r"(the printed code with seed \d+) generates [\d.]+")
MOST = 4  # numbers of a reason said one by one; of more, the least and the greatest
FURTHER = (  # of the text; nothing to compute
    "[GelmanBDA3] (5.8.3) and [Gelman2006scale] (5.8.6) are cited, but not in the References.",)
BACK = '<p class="back"><a href="index.html">The whole page, with every verdict</a></p>'
LEAST = 2  # decimals of a posterior's exact value


def errata(rows, title, style):
    """The sheet as a page of HTML.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of the ledger, in the order of the section.
    title, style : str
    """
    wrong = rows[rows["verdict"].isin([DIFFERS, PARTLY])]
    numbers = (wrong["kind"] != "statement").sum()
    lead = (f"Of {(rows['verdict'] != OWN).sum()} numbers and statements of the section that were "
            f"judged, these {numbers} numbers and "
            f"{len(wrong) - numbers} statements differ from what is exact, or agree with it in "
            "part. The arrow leads from what is printed to what is exact; what follows says why, "
            "as far as can be shown. (s.e.: standard errors that the section’s effective sample "
            "sizes imply; runs: of the section’s model by PyMC, with either of its samplers.)")
    places = "".join(html.element("h2", where) + sheet_of(group)
                     for where, group in wrong.groupby("where", sort=False))
    further = html.element("h2", "The text") + html.items(FURTHER)
    return html.document(title, f"<main class=\"errata\">{html.element('h1', title)}"
                                f"{BACK}{html.element('p', lead)}{places}{further}</main>", style)


def sheet_of(rows):
    """The numbers of a place, those of one quantity together, then its statements."""
    printed = {p.id: p for p in reported(rows["where"].iloc[0])}
    numbers = [row for row in rows.itertuples() if row.kind != "statement"]
    together = sorted(numbers, key=lambda row: first_of(row, numbers, printed))  # a stable order
    lines = [line(list(group), printed) for _, group in
             groupby(together, key=lambda row: quantity(printed[row.id]))]
    lines += [f"<li>“{html.escape(row.printed)}” <em>{html.escape(row.verdict)}</em>: "
              f"{html.escape(row.reason)}</li>"
              for row in rows.itertuples() if row.kind == "statement"]
    return f"<ul>{''.join(lines)}</ul>"


def first_of(row, rows, printed):
    """Where the quantity of a row comes first."""
    return next(k for k, other in enumerate(rows)
                if quantity(printed[other.id]) == quantity(printed[row.id]))


def quantity(p):
    """What numbers that are shown together have in common: of data, the name without its index."""
    return INDEX.sub("", p.variable) if p.kind in ("data", "arithmetic") else p.variable


def line(rows, printed):
    """Numbers of one quantity: each printed and exact, and why."""
    changes = ", ".join(change(row, printed[row.id]) for row in rows)
    why = in_common([without_the_exact(row.reason) for row in rows])
    return (f"<li><strong>{html.escape(quantity(printed[rows[0].id]))}</strong> "
            f"{html.escape(changes)}{html.element('span', f'. {why}', 'soft') if why else ''}</li>")


def without_the_exact(reason):
    """A reason without the number that stands after the arrow already."""
    return RUNS.sub("", MADE.sub(r"by \1", reason)).strip("; ")


def change(row, p):
    """Such as 'mean 6.41 → 4.81'."""
    label = p.label
    if p.kind in ("data", "arithmetic") and INDEX.search(p.variable):
        label = f"{label} {INDEX.search(p.variable).group()}".strip()
    among = RUNS.findall(row.reason)
    if among:
        found = " or ".join(f"{span} (with {sampler}, {n} runs)" for sampler, span, n in among)
        if row.verdict == PARTLY:
            found = f"{found}, {PARTLY}"
    else:
        found = told_apart(row.exact, p) if row.exact == row.exact else "see there"
    return f"{label} {p.printed} → {found}".strip()


def told_apart(exact, p):
    """The exact value with as many decimals as tell it from the printed one: of a posterior at
    least two, since a printed 6 may stand for 5.5; a rank has none.
    """
    fraction = p.kind == "posterior" and p.statistic != "rank"
    decimals = max(int(p.decimals), LEAST if fraction else 0)
    while f"{exact:.{decimals}f}" == p.printed and decimals < 8:
        decimals += 1
    return f"{exact:.{decimals}f}"


def in_common(reasons):
    """Reasons said once: those that differ in numbers alone become one, with all its numbers in
    their order; two ranges stay two.
    """
    kinds = {}
    for reason in reasons:
        for piece in filter(None, reason.split("; ")):
            kinds.setdefault(NUMBER.sub("#", piece), []).append(NUMBER.findall(piece))
    return "; ".join(merged(kind, numbers) for kind, numbers in kinds.items())


def merged(kind, numbers):
    """The text of a kind, each # replaced by the numbers that stood there: one if all are alike."""
    if "# to #" in kind and len(set(map(tuple, numbers))) > 1:
        return "; ".join(merged(kind, [one]) for one in numbers)
    in_order = not kind.endswith("s.e. off")  # of distances the least and the greatest suffice
    told = [several(at, in_order) for at in zip(*numbers)]
    return "".join(piece + number for piece, number in zip(kind.split("#"), [*told, ""]))


def several(numbers, in_order=True):
    if len(set(numbers)) == 1:
        return numbers[0]
    if in_order and len(numbers) <= MOST:
        return ", ".join(numbers)
    return f"{min(numbers, key=float)} to {max(numbers, key=float)}"
