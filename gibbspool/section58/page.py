"""The audited page: what one part of it is, and all parts together."""
from dataclasses import dataclass, field, replace
from importlib import resources
from itertools import groupby
from pathlib import Path

from .. import html, plots
from .contents import by_chapter, numbered
from .front import CLASSES, front
from .glossary import glossary, unfolding
from .ledger import AGREES, DIFFERS, OWN, PARTLY
from .lessons_list import BESIDE, LESSONS, lesson_files, lessons
from .numbers import written
from .parts import WARNS
from .parts.common import count
from .players import player
from .tables import FOLD, table_of
from .wording import quantity_in_words, without_the_exact

DEMOS = Path(__file__).parents[2] / "demos"  # there in a clone; not in an installed package
BROAD = 8                                    # inches; of broader figures paper takes one in a row


@dataclass
class Part:
    """One part of the page, and its rows of the ledger.

    Attributes
    ----------
    title : str
    demos : tuple of str
        The scripts that show the same, from the folder demos/.
    folder : Path or None
        Where the page will lie, for its links.
    quick : bool
        Fewer draws: a fast pass.
    blocks : list of str
        HTML, in order; made by the methods below.
    figures : dict of str to bytes
        PNG, SVG and PDF files by name, for the folder figures/.
    players : dict of str to bytes
        Samplers to step through by name, for the folder players/.
    rows : list of pandas.DataFrame
        Judged rows of the ledger.
    error : str
        The last line of what went wrong, if anything did.
    """

    title: str
    demos: tuple = ()
    folder: Path = None
    quick: bool = False
    blocks: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)
    players: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    error: str = ""

    @property
    def anchor(self):
        return "".join(c if c.isalnum() else "-" for c in self.title.lower()).strip("-")

    def text(self, *paragraphs):
        self.blocks += [html.element("p", paragraph) for paragraph in paragraphs]

    def points(self, *sentences):
        self.blocks.append(html.items(sentences))

    def figure(self, figure, name, caption):
        """A matplotlib figure, on the page and as figures/NAME.png, .svg and .pdf."""
        kind = "broad" if figure.get_size_inches()[0] > BROAD else ""
        files = plots.as_files(figure, name)
        self.figures |= files
        self.blocks.append(html.image(files[f"{name}.png"], caption, kind))

    def table(self, frame, caption="", formats=None, fold=None, kind=""):
        """A pandas table; `formats` (column -> format spec) says how numbers are written.

        By default to four digits. Long tables are folded, unless `fold` says otherwise; what folds
        is of the class `kind`.
        """
        body = table_of(frame, formats or {})
        if fold or (fold is None and len(frame) > FOLD):
            self.blocks.append(html.folded(f"{caption} ({count(len(frame), 'row')})", body,
                                           kind))
        else:
            caption = html.element("p", caption, "soft caption")
            self.blocks.append(f'<div class="tabled">{caption}{body}</div>')

    def ledger(self, ledger, caption="", among=None):
        """The judged numbers and statements of a place, with their verdicts.

        They are kept for the whole ledger as well. Where a place is spread over several parts,
        `among` says of an id whether its row belongs to this one.
        """
        rows = ledger.table()
        if among is not None:
            rows = rows[rows["id"].map(among)]
        self.rows.append(rows)
        rows = rows.assign(quantity=[quantity_in_words(ledger.printed[id]) for id in rows["id"]])
        where = caption or ledger.where
        where = where[0].upper() + where[1:]
        own = rows[rows["verdict"] == OWN]
        judged = rows[rows["verdict"] != OWN]
        statements = judged[judged["kind"] == "statement"]
        numbers = judged[judged["kind"] != "statement"]
        if len(numbers):
            shown, why = numbers_shown(numbers)
            self.table(shown, f"{where}: {in_words(numbers)}{why}", LEDGER_FORMATS)
        if len(statements):
            self.blocks.append(html.element("p", f"{where}, in words: {in_words(statements)}",
                                            "soft caption"))
            self.blocks.append(listed(statements))
        if len(own):
            shown = own.set_index("quantity")[["printed", "sampled"]].dropna(axis=1, how="all")
            shown = as_fine_as_printed(shown)
            self.table(shown, f"{where}: a sampler's own diagnostics, the section's and ours",
                       {"sampled": ".4g"}, fold=True, kind="diagnostics")

    def player(self, name, invitation):
        """A link to a sampler to step through, which is players/NAME.html."""
        self.players[name] = player(name, self.folder)
        self.blocks.append(f'<p class="player"><a href="players/{name}.html">'
                           f"{html.escape(invitation)}</a></p>")

    def beside_the_text(self, *blocks):
        """Blocks of HTML after the paragraphs that the part opens with."""
        opening = next((k for k, block in enumerate(self.blocks) if not block.startswith("<p>")),
                       len(self.blocks))
        self.blocks[opening:opening] = filter(None, blocks)

    def failed(self, trace):
        self.error = trace.strip().splitlines()[-1]
        self.blocks += [html.element("p", "This part failed.", "failed"),
                        html.element("pre", trace)]


LEDGER_FORMATS = {"exact": ".4g", "sampled": ".4g", "mcse": ".2g", "z": "+.1f", "noise": ".2g"}


def numbers_shown(numbers):
    """The columns of judged numbers that hold anything; and the reason, for the caption, where all
    of many rows have the same or none.
    """
    columns = ["printed", "exact", "verdict", "sampled", "mcse", "z", "noise", "reason"]
    shown = numbers.set_index("quantity")[columns].dropna(axis=1, how="all")
    shown = as_fine_as_printed(shown)
    reasons = {without_the_exact(reason) for reason in shown["reason"] if reason}
    if not reasons:
        return shown.drop(columns="reason"), ""
    if len(reasons) == 1 and len(shown) > FOLD:
        return shown.drop(columns="reason"), f"; exact: {reasons.pop()}"
    return shown, ""


def as_fine_as_printed(rows):
    """Rows whose numbers have at least as many decimals as the printed ones: 0.90 beside 0.90."""
    def fine(value, printed):
        decimals = len(str(printed).partition(".")[2])
        text = written(value, LEDGER_FORMATS["exact"])
        short = decimals - len(text.partition(".")[2])
        return f"{value:.{decimals}f}" if short > 0 and decimals else text

    shown = rows.copy()
    for column in {"exact", "sampled"} & set(rows):
        shown[column] = [value if value != value else fine(value, printed)
                         for value, printed in zip(rows[column], rows["printed"])]
    return shown


def in_words(rows):
    """Such as '25 agree, 2 agree in part, 15 differ'."""
    n = rows["verdict"].value_counts()
    agree, partly, differ = (int(n.get(verdict, 0)) for verdict in (AGREES, PARTLY, DIFFERS))
    return ", ".join([f"{agree} agree{'s' * (agree == 1)}",
                      *[f"{partly} agree{'s' * (partly == 1)} in part"] * (partly > 0),
                      f"{differ} differ{'s' * (differ == 1)}"])


def listed(statements):
    """Each statement with its verdict; beneath, by what it is judged and what was found."""
    items = (f"<li>{html.element('span', row.verdict, CLASSES[row.verdict])} "
             f"{html.escape(row.printed)}"
             f"{html.element('div', row.criterion, 'criterion') if row.criterion else ''}"
             f"{html.element('div', row.reason, 'soft')}</li>" for row in statements.itertuples())
    return f'<ul class="statements">{"".join(items)}</ul>'


def scripts(part):
    """The demos of a part: how to run each, and where they are there, a link and its text."""
    found = []
    for name in part.demos:
        path, shown = DEMOS / name, f"demos/{html.escape(name)}"
        found.append(f'<p class="soft script">To run it yourself: <code>python {shown}</code></p>')
        if path.exists():
            body = (f'<p><a href="{BESIDE}/{html.escape(name)}">the file</a></p>'
                    f"{html.element('pre', path.read_text(encoding='utf-8'))}")
            found.append(html.folded(f"demos/{name}", body, "script"))
    return "".join(found)


def scripts_beside(parts):
    """The files that the page links to, by name: the demos, where they are there, and the lessons.
    """
    demos = [DEMOS / name for part in parts for name in part.demos]
    paths = [path for path in demos if path.exists()] + lesson_files()
    return {f"{BESIDE}/{path.name}": path.read_bytes() for path in paths}


def render(title, lead, parts, rows=None):
    """The whole page as one string; `rows` is the ledger of all parts, if there is any."""
    links = "".join(f"<li>{html.escape(f'{number} {name}'.strip())}<ul>{links_to(its)}</ul></li>"
                    for number, name, its in by_chapter(parts))
    contents = (f"<nav><details open><summary>Contents</summary><ul>{links}"
                f'<li><a href="#lessons">{LESSONS}</a></li>'
                '<li><a href="#glossary">Glossary</a></li></ul></details></nav>')
    leads = "".join(html.element("p", text) for text in lead)
    parts = said_once(parts)
    sections = "".join(f'<section id="{part.anchor}">{html.element("h2", numbered(part.title))}'
                       f"{''.join(side_by_side(unfolding(part.blocks)))}{scripts(part)}</section>"
                       for part in parts)
    main = (f"<main>{html.element('h1', title)}{failures(parts)}{front(parts, rows)}"
            f'<h2 id="how">How to read it</h2>{leads}{sections}'
            f"{lessons()}{glossary()}</main>")
    return html.document(title, contents + main, own_file("page.css"), own_file("page.js"))


def side_by_side(blocks):
    """Small figures that follow each other are put into one element: paper has room for two."""
    found = []
    for figures, run in groupby(blocks, lambda block: block.startswith("<figure>")):
        run = list(run)
        found += [f'<div class="figures">{"".join(run)}</div>'] if figures and len(run) > 1 else run
    return found


def said_once(parts):
    """A warning that several parts share is said in the first; the others link to it."""
    first, found = {}, []
    for part in parts:
        blocks = [html.element("p", f"{WARNS} the same as in ", "").replace(
                      "</p>", f'<a href="#{first[block].anchor}">'
                              f"{html.escape(first[block].title)}</a>.</p>")
                  if block in first else block for block in part.blocks]
        first |= {block: part for block in part.blocks
                  if WARNS in block and block not in first}
        found.append(replace(part, blocks=blocks))
    return found


def links_to(parts):
    return "".join(f'<li><a href="#{part.anchor}">{html.escape(part.title)}</a></li>'
                   for part in parts)


def own_file(name):
    """The text of a file that lies beside this one."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def failures(parts):
    """The parts that failed, if any did."""
    broken = [part.title for part in parts if part.error]
    return html.element("p", f"Failed: {', '.join(broken)}.", "failed") if broken else ""
