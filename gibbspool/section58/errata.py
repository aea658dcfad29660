"""The errata of the section, for the lecturer: what differs or agrees in part, what it should
read, and why, generated from the ledger; a page of its own, to print.
"""
from .. import html
from ..optional import need
from .front import CLASSES
from .ledger import DIFFERS, OWN, PARTLY
from .remedies import REMEDIES
from .reported import reported
from .tables import table_of
from .wording import RUNS, quantity_in_words, without_the_exact

FURTHER = (  # of the text; nothing to compute
    "[GelmanBDA3] (5.8.3) and [Gelman2006scale] (5.8.6) are cited, but not in the References.",)
BACK = '<p class="back"><a href="index.html">The whole page, with every verdict</a></p>'
LEAST = 2  # decimals of a posterior's exact value
MANY = 6   # rows of one and the same reason, which is then said once, above them


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
            "part. Beside each stands what it should read, and why, as far as can be shown. "
            "Statements are told in short, in our words. Each is corrected by itself: what a "
            "result should read is for the data, the priors and the rounded values that are "
            "printed. If the printed data are changed to what the code makes, the results change "
            "again; the whole page has them. (s.e.: standard errors that the section’s effective "
            "sample sizes imply; runs: of the section’s model by PyMC, with either of "
            "its samplers; fits: within three standard errors.)")
    places = "".join(html.element("h2", where) + sheet_of(group)
                     for where, group in wrong.groupby("where", sort=False))
    further = html.element("h2", "The text") + html.items(FURTHER)
    return html.document(title, f"<main class=\"errata\">{html.element('h1', title)}"
                                f"{BACK}{html.element('p', lead)}{places}{further}</main>", style)


def sheet_of(rows):
    """The numbers of a place, those without a reason of their own apart; then its statements."""
    pandas = need("pandas")
    printed = {p.id: p for p in reported(rows["where"].iloc[0])}
    numbers = rows[rows["kind"] != "statement"]
    statements = rows[rows["kind"] == "statement"]
    why = pandas.Series(list(map(reason, numbers.itertuples())), numbers.index, dtype=str)
    shared = (why != "") & (why.map(why.value_counts()) >= MANY)
    found = [html.element("p", f"What follows, {said}:", "soft caption")
             + numbers_of(group, printed, why=None)
             for said, group in numbers[shared].groupby(why[shared], sort=False)]
    if not all(shared):
        found.insert(0, numbers_of(numbers[~shared], printed, why[~shared]))
    if len(statements):
        found.append(f'<ul class="statements">'
                     f"{''.join(map(statement, statements.itertuples()))}</ul>")
    return "".join(found)


def numbers_of(rows, printed, why):
    """A table of numbers: what is printed, what it should read, and why."""
    shown = need("pandas").DataFrame({
        "printed": [printed[id].printed for id in rows["id"]],
        "should_read": [remedy(row, printed[row.id]) for row in rows.itertuples()]},
        index=[quantity_in_words(printed[id]) for id in rows["id"]])
    if why is not None and why.any():
        shown["why"] = why.to_list()
    return table_of(shown, {}, narrow=2)


def statement(row):
    """A statement, its verdict, what it should read and why."""
    remedy = REMEDIES.get(row.id)
    read = f'<div class="remedy">{html.escape(remedy)}</div>' if remedy else ""
    return (f"<li>{html.element('span', row.verdict, CLASSES[row.verdict])} "
            f"{html.escape(row.printed)}{read}{html.element('div', row.reason, 'soft')}</li>")


def remedy(row, p):
    """What a number should read: the exact value; or the ranges of recorded runs."""
    among = RUNS.findall(row.reason)
    if among:
        return " or ".join(span for _, span, _ in among)
    return told_apart(row.exact, p) if row.exact == row.exact else "see the reason"


def reason(row):
    """Why: what the ledger says, less what the number itself says; or whose ranges these are."""
    among = RUNS.findall(row.reason)
    if among:
        ranges = "ranges of " + " and of ".join(f"{n} runs with {who}" for who, _, n in among)
        return f"{ranges}: {PARTLY}" if row.verdict == PARTLY else ranges
    return without_the_exact(row.reason)


def told_apart(exact, p):
    """The exact value with as many decimals as tell it from the printed one: of a posterior at
    least two, since a printed 6 may stand for 5.5; a rank has none.
    """
    fraction = p.kind == "posterior" and p.statistic != "rank"
    decimals = max(int(p.decimals), LEAST if fraction else 0)
    while f"{exact:.{decimals}f}" == p.printed and decimals < 8:
        decimals += 1
    return f"{exact:.{decimals}f}"
