"""One self-contained HTML page: images inline, no network, readable on a phone and in print."""
import base64
import html
from dataclasses import dataclass, field

STYLE = """
:root { --ink: #1d2329; --soft: #5b6670; --line: #d9dee3; --paper: #ffffff; --good: #00664b; --bad: #a33b00; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--line); padding: .6rem 1rem; }
nav a { margin-right: 1rem; white-space: nowrap; }
nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 0; }
main { max-width: 60rem; padding: 0 1rem 4rem; margin: 0 auto; }
h1 { line-height: 1.2; } h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
a { color: #00558f; } p, li { max-width: 44rem; } figure { margin: 1.5rem 0; }
figure img { max-width: 100%; height: auto; } figcaption, .soft { color: var(--soft); font-size: .92rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th:first-child, td:first-child, .words { text-align: left; white-space: nowrap; }
.agrees { color: var(--good); } .differs, .failed { color: var(--bad); font-weight: 600; }
pre { overflow-x: auto; background: #f4f6f8; padding: .8rem; } summary { cursor: pointer; color: #00558f; }
@media (min-width: 75rem) {
  body { display: grid; grid-template-columns: 16rem 1fr; }
  nav { height: 100vh; border-bottom: 0; border-right: 1px solid var(--line); padding: 2rem 1rem; overflow-y: auto; }
  nav ul { display: block; } nav li { margin: .4rem 0; } nav a { white-space: normal; }
}
@media print { nav { display: none; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
"""


@dataclass
class Part:
    """One part of the page.

    Attributes
    ----------
    title : str
    demo : str
        The script that shows the same, from the folder demos/.
    blocks : list of str
        HTML, in order; made by the methods below.
    """

    title: str
    demo: str = ""
    blocks: list = field(default_factory=list)
    failed: bool = False

    @property
    def anchor(self):
        return "".join(c if c.isalnum() else "-" for c in self.title.lower()).strip("-")

    def text(self, *paragraphs):
        self.blocks += [f"<p>{html.escape(p)}</p>" for p in paragraphs]

    def figure(self, png, caption):
        """A picture, from the bytes of a PNG file."""
        data = base64.b64encode(png).decode("ascii")
        alt = html.escape(caption, quote=True)
        self.blocks.append(f'<figure><img alt="{alt}" src="data:image/png;base64,{data}">'
                           f"<figcaption>{html.escape(caption)}</figcaption></figure>")

    def table(self, frame, caption="", formats=None, fold=False):
        """A pandas table; numbers to four digits unless `formats` (column -> format spec) says otherwise."""
        body = _table(frame, formats or {})
        title = html.escape(caption)
        if fold:
            self.blocks.append(f'<details><summary>{title} ({len(frame)} rows)</summary><div class="scroll">{body}'
                               "</div></details>")
        else:
            self.blocks.append(f'<p class="soft">{title}</p><div class="scroll">{body}</div>')

    def error(self, trace):
        self.failed = True
        self.blocks.append(f'<p class="failed">This part failed.</p><pre>{html.escape(trace)}</pre>')


def _cell(value, spec):
    if isinstance(value, str):
        kind = value if value in ("agrees", "differs") else ("words" if len(value) > 40 else "")
        return f'<td class="{kind}">{html.escape(value)}</td>'
    if value is None or value != value:
        return "<td></td>"
    return f"<td>{format(value, spec)}</td>"


def _table(frame, formats):
    head = "".join(f"<th>{html.escape(str(c))}</th>" for c in ["", *frame.columns])
    rows = []
    for label, row in zip(frame.index, frame.itertuples(index=False)):
        cells = "".join(_cell(v, formats.get(c, ".4g")) for c, v in zip(frame.columns, row))
        rows.append(f"<tr><td>{html.escape(str(label))}</td>{cells}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def render(title, lead, parts):
    """The whole page as one string."""
    links = "".join(f'<li><a href="#{p.anchor}">{html.escape(p.title)}</a></li>' for p in parts)
    sections = []
    for p in parts:
        made_by = f'<p class="soft">To run it yourself: <code>python demos/{html.escape(p.demo)}</code></p>' \
            if p.demo else ""
        sections.append(f'<section id="{p.anchor}"><h2>{html.escape(p.title)}</h2>{"".join(p.blocks)}{made_by}</section>')
    leads = "".join(f"<p>{html.escape(text)}</p>" for text in lead)
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
            f"<nav><ul>{links}</ul></nav><main><h1>{html.escape(title)}</h1>{leads}{''.join(sections)}</main>"
            "</body></html>\n")
