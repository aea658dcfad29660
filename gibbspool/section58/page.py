"""One self-contained HTML page: images inline, no network, readable on a phone and in print."""
import base64
import html
import io
import os
from dataclasses import dataclass, field
from pathlib import Path

from .. import plots
from ..optional import need
from .ledger import AGREES, DIFFERS, OWN, counts

DEMOS = Path(__file__).parents[2] / "demos"  # there in a clone; not in an installed package
FOLD = 12                                    # longer tables are folded

STYLE = """
:root { --ink: #1d2329; --soft: #5b6670; --line: #d9dee3; --paper: #ffffff; --shade: #f4f6f8; --link: #00558f;
  --good: #00664b; --bad: #a33b00; }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line);
  padding: .5rem 1rem; max-height: 70vh; overflow-y: auto; }
nav ul { list-style: none; margin: .4rem 0 0; padding: 0; } nav li { margin: .35rem 0; }
main { max-width: 62rem; padding: 0 1rem 4rem; margin: 0 auto; min-width: 0; width: 100%; }
h1 { line-height: 1.2; } h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
a, summary { color: var(--link); } summary { cursor: pointer; } p, li { max-width: 44rem; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; } figure img { max-width: 100%; height: auto; }
figcaption, .soft { color: var(--soft); font-size: .92rem; max-width: 44rem; } details { margin: 1rem 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { white-space: nowrap; } th:first-child, td:first-child, .words { text-align: left; }
td:first-child { min-width: 6.5rem; }
.words { min-width: 15rem; max-width: 30rem; }
.agrees { color: var(--good); white-space: nowrap; } .differs, .failed { color: var(--bad); font-weight: 600; }
.statements { list-style: none; padding: 0; } .statements li { margin: .5rem 0; border-left: 3px solid var(--line);
  padding-left: .7rem; }
.own { color: var(--soft); white-space: nowrap; }
pre { overflow-x: auto; background: var(--shade); padding: .8rem; font-size: .82rem; line-height: 1.4; }
@media (min-width: 75rem) {
  html { scroll-padding-top: 1rem; }
  body { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
  nav { height: 100vh; max-height: none; border-bottom: 0; border-right: 1px solid var(--line); padding: 1.5rem 1rem; }
}
@media print {
  nav, .script { display: none; } h2, figcaption { break-after: avoid; } figure, tr { break-inside: avoid; }
  body { font-size: 10pt; } .scroll { overflow: visible; } table { font-size: 7pt; } th, td { padding: .15rem .3rem; }
  .words { min-width: 0; }
}
@media (max-width: 30rem) {
  th, td { padding: .25rem .3rem; } td:first-child { min-width: 4.5rem; } .words { min-width: 11rem; }
  figure { overflow-x: auto; } figure img { max-width: none; width: max(100%, 34rem); }
}
"""
# The contents are a folded list on a narrow screen and stand open at the side of a wide one; paper
# shows all rows.
SCRIPT = """
const wide = matchMedia("(min-width: 75rem)"), contents = document.querySelector("nav details");
const arrange = () => { contents.open = wide.matches; };
arrange(); wide.addEventListener("change", arrange);
contents.addEventListener("click", e => { if (e.target.tagName === "A" && !wide.matches) contents.open = false; });
addEventListener("beforeprint", () => document.querySelectorAll("main details:not(.script)").forEach(d => d.open = true));
"""


@dataclass
class Part:
    """One part of the page, and its rows of the ledger.

    Attributes
    ----------
    title : str
    demos : tuple of str
        The scripts that show the same, from the folder demos/.
    folder : Path or None
        Where the page will lie: figures are saved to its folder figures/ as well.
    quick : bool
        Fewer draws: a fast pass.
    blocks : list of str
        HTML, in order; made by the methods below.
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
    rows: list = field(default_factory=list)
    error: str = ""

    @property
    def anchor(self):
        return "".join(c if c.isalnum() else "-" for c in self.title.lower()).strip("-")

    def text(self, *paragraphs):
        self.blocks += [f"<p>{html.escape(p)}</p>" for p in paragraphs]

    def points(self, *sentences):
        self.blocks.append(""
                           f"<ul>{''.join(f'<li>{html.escape(one)}</li>' for one in sentences)}</ul>")

    def figure(self, figure, name, caption):
        """A matplotlib figure, on the page and as figures/NAME.png."""
        buffer = io.BytesIO()
        plots.save(figure, buffer)
        png = buffer.getvalue()
        if self.folder:
            (self.folder / "figures").mkdir(parents=True, exist_ok=True)
            (self.folder / "figures" / f"{name}.png").write_bytes(png)
        data, alt = base64.b64encode(png).decode("ascii"), html.escape(caption, quote=True)
        self.blocks.append(f'<figure><img alt="{alt}" src="data:image/png;base64,{data}">'
                           f"<figcaption>{html.escape(caption)}</figcaption></figure>")

    def table(self, frame, caption="", formats=None, fold=None):
        """A pandas table; numbers to four digits unless `formats` (column -> format spec) says
        otherwise.
        """
        body, title = _table(frame, formats or {}), html.escape(caption)
        if fold or (fold is None and len(frame) > FOLD):
            self.blocks.append(f'<details><summary>{title} ({len(frame)} rows)</summary><div class="scroll">{body}'
                               "</div></details>")
        else:
            self.blocks.append(f'<p class="soft">{title}</p><div class="scroll">{body}</div>')

    def ledger(self, ledger, caption=""):
        """The judged numbers and statements of a place: kept for the whole ledger, and shown with
        their verdicts.
        """
        rows = ledger.table()
        self.rows.append(rows)
        kinds = rows["kind"].where(rows["verdict"] != OWN, "own")
        numbers, statements = rows[~kinds.isin(["own", "statement"])], rows[kinds == "statement"]
        own = rows[kinds == "own"]
        where = caption or ledger.where
        if len(numbers):
            columns = ["printed", "exact", "verdict", "sampled", "mcse", "z", "noise", "reason"]
            shown = numbers.set_index("quantity")[columns].dropna(axis=1, how="all")
            shown = shown.drop(columns=[name for name in ("reason",) if (shown[name] == "").all()])
            self.table(shown, f"{where}: {in_words(numbers)}", LEDGER_FORMATS)
        if len(statements):
            self.blocks += [f'<p class="soft">{html.escape(where)}, in words: '
                            f'{in_words(statements)}</p>', _list(statements)]
        if len(own):
            self.table(own.set_index("quantity")[["printed", "sampled"]].dropna(axis=1, how="all"),
                       f"{where}: a sampler's own diagnostics, the section's and "
                       "ours", {"sampled": ".5g"}, fold=True)

    def failed(self, trace):
        self.error = trace.strip().splitlines()[-1]
        self.blocks.append('<p class="failed">This part '
                           f'failed.</p><pre>{html.escape(trace)}</pre>')


LEDGER_FORMATS = {"exact": ".4g", "sampled": ".4g", "mcse": ".2g", "z": "+.1f", "noise": ".2g"}


def in_words(rows):
    """Such as '25 agree, 15 differ'."""
    n = rows["verdict"].value_counts()
    return f"{n.get(AGREES, 0)} agree, {n.get(DIFFERS, 0)} differ"


def _list(statements):
    """Each statement with its verdict, and what was found beneath."""
    items = (f'<li><span class="{row.verdict}">{row.verdict}</span> {html.escape(row.printed)}'
             f'<div class="soft">{html.escape(row.reason)}</div></li>'
             for row in statements.itertuples())
    return f'<ul class="statements">{"".join(items)}</ul>'


def _cell(value, spec):
    if isinstance(value, str):
        kind = {AGREES: AGREES, DIFFERS: DIFFERS, OWN: "own"}.get(value, "words" if len(value) > 30
                                                                  else "")
        return f'<td class="{kind}">{html.escape(value)}</td>'
    if value is None or value != value:
        return "<td></td>"
    return f"<td>{format(value, spec)}</td>"


def _table(frame, formats):
    head = "".join(f"<th>{html.escape(str(c))}</th>" for c in ["", *frame.columns])
    rows = []
    for label, row in zip(frame.index, frame.itertuples(index=False)):
        cells = "".join(_cell(v, formats.get(c, ".4g")) for c, v in zip(frame.columns, row))
        rows.append('<tr><td '
                    ''
                    f'class="{"words" if len(str(label)) > 30 else ""}">{html.escape(str(label))}</td>{cells}</tr>')
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _scripts(part):
    """The demos of a part: how to run each, a link where the page lies in a clone, and its text,
    folded.
    """
    found = []
    for name in part.demos:
        path, shown = DEMOS / name, f"demos/{html.escape(name)}"
        found.append(f'<p class="soft script">To run it yourself: <code>python {shown}</code></p>')
        if path.exists():
            link = f'<a href="{html.escape(_relative(path, part.folder))}">the file</a>' if part.folder else ""
            found.append(f'<details class="script"><summary>{shown}</summary><p>{link}</p>'
                         f"<pre>{html.escape(path.read_text(encoding='utf-8'))}</pre></details>")
    return "".join(found)


def _relative(path, folder):
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_uri()


def render(title, lead, parts):
    """The whole page as one string."""
    pd = need("pandas")
    links = "".join(f'<li><a href="#{p.anchor}">{html.escape(p.title)}</a></li>' for p in parts)
    sections = ['<section '
                f'id="{p.anchor}"><h2>{html.escape(p.title)}</h2>{"".join(p.blocks)}{_scripts(p)}</section>'
                for p in parts]
    leads = "".join(f"<p>{html.escape(text)}</p>" for text in lead)
    rows = [frame for part in parts for frame in part.rows]
    summary = f'<div class="scroll">{_table(counts(pd.concat(rows)), {})}</div>' if rows else ""
    broken = [p.title for p in parts if p.error]
    if broken:
        summary += f'<p class="failed">Failed: {html.escape(", ".join(broken))}.</p>'
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
            f"<nav><details open><summary>Contents</summary><ul>{links}</ul></details></nav>"
            f"<main><h1>{html.escape(title)}</h1>{leads}{summary}{''.join(sections)}</main>"
            f"<script>{SCRIPT}</script></body></html>\n")
