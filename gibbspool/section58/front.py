"""How the page opens: what was found, and the contents in the section's order, each with its
verdicts as a bar and in numbers.
"""
from .. import html
from .contents import by_chapter, number_of
from .findings import findings
from .glossary import GLOSSARY, with_terms
from .ledger import AGREES, DIFFERS, OWN, PARTLY, VERDICTS

CLASSES = {AGREES: "agrees", PARTLY: "partly", DIFFERS: "differs", OWN: "own"}
SHORT = {AGREES: "agree", PARTLY: "in part", DIFFERS: "differ", OWN: "sampler’s"}
LENGTH, HEIGHT = 120, 10  # of a bar
# stripes and shades that differ on grey paper as well
STRIPES = ('<svg class="patterns" width="0" height="0" aria-hidden="true"><defs><pattern '
           'id="stripes" width="4" height="4" patternUnits="userSpaceOnUse" '
           'patternTransform="rotate(45)"><rect width="4" height="4" fill="#fff"/><rect '
           'width="2" height="4" fill="#8a6d00"/></pattern></defs></svg>')


def verdicts(parts):
    """How many rows of the parts have each verdict, in the order of VERDICTS."""
    found = [verdict for part in parts for rows in part.rows for verdict in rows["verdict"]]
    return [found.count(verdict) for verdict in VERDICTS]


def bar(numbers):
    """Their shares as a small picture: full for agrees, striped for in part, dark for differs."""
    total, x, pieces = sum(numbers), 0.0, []
    for verdict, n in zip(VERDICTS, numbers):
        if n:
            width = LENGTH * n / total
            pieces.append(f'<rect class="{CLASSES[verdict]}" x="{x:.1f}" width="{width:.1f}" '
                          f'height="{HEIGHT}"/>')
            x += width
    said = ", ".join(f"{n} {SHORT[verdict]}" for verdict, n in zip(VERDICTS, numbers) if n)
    return (f'<svg class="bar" viewBox="0 0 {LENGTH} {HEIGHT}" preserveAspectRatio="none" '
            f'role="img" aria-label="{html.escape(said)}">{"".join(pieces)}</svg>')


def line(label, numbers, kind=""):
    """A row of the contents: what it is, its bar, its numbers; no bar where nothing was judged."""
    cells = [f'<th scope="row">{label}</th>']
    if sum(numbers):
        cells.append(f'<td class="bars">{bar(numbers)}</td>')
        cells += [f"<td>{n or ''}</td>" for n in numbers]
    else:
        cells.append(f'<td colspan="{1 + len(numbers)}"></td>')
    return f'<tr class="{kind}">{"".join(cells)}</tr>'


def contents(parts):
    """All chapters and parts, with links and counts."""
    rows = []
    for chapter, title, its in by_chapter(parts):
        name = html.escape(f"{chapter} {title}".strip())
        if name:
            rows.append(line(name, verdicts(its), "chapter"))
        for part in its:
            link = f'<a href="#{part.anchor}">{html.escape(part.title)}</a>'
            rows.append(line(f"{number_of(part.title)} {link}", verdicts([part])))
    rows.append(line("All", verdicts(parts), "chapter"))
    heads = "".join(f'<th class="{CLASSES[verdict]}">{SHORT[verdict]}</th>' for verdict in VERDICTS)
    return (f'{STRIPES}<table class="contents"><thead><tr><th></th><th class="bars"></th>{heads}'
            f"</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def counted(rows):
    """How many rows there are and how many of them are judged; "" without rows."""
    if rows is None:
        return ""
    own = int((rows["verdict"] == OWN).sum())
    return html.element("p", f"The ledger has {len(rows)} rows: {len(rows) - own} are judged, and "
                             f"{own} are a sampler’s own diagnostics, which only stand beside ours "
                             f"(the last column below, {SHORT[OWN]}).", "soft")


def front(parts, rows):
    """What was found, where the rest is, and the contents; `rows` is the whole ledger or None."""
    lines, waiting = [], dict(GLOSSARY)
    anchors = {part.title: part.anchor for part in parts}
    for title, sentence in findings(rows) if rows is not None else []:
        if title is None or title in anchors:
            link = anchors.get(title, "contents")
            said = with_terms(html.escape(sentence), waiting)
            lines.append(f'<li>{said} <a href="#{link}">'
                         f"{html.escape(title or 'The counts')}</a></li>")
    found = f'<h2 id="found">What was found</h2><ol class="found">{"".join(lines)}</ol>'
    files = ('<p class="files"><a href="errata.html">The errata of the section</a>, to print; '
             '<a href="ledger.csv">ledger.csv</a>, every row with its reason; of each figure, for '
             'slides, <code>figures/*.svg</code> and <code>figures/*.pdf</code> beside this page.'
             "</p>" + counted(rows))
    return (f"{found if lines else ''}{files if rows is not None else ''}"
            f'<h2 id="contents">Contents</h2>{contents(parts)}')
