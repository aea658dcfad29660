"""The index.html of a folder of players: what is there, with links; it checks itself, too."""
from html import escape
from typing import NamedTuple

from .page import POLICY, as_json


class Entry(NamedTuple):
    """One file: its name, its title, what kind of model it is of, and what its tabs say."""

    file: str
    title: str
    kind: str
    tabs: list


STYLE = """
:root { --ink: #1d2329; --faint: #5b6670; --paper: #fff; --link: #00558f; --edge: #d9dce1;
  color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #eceff3; --faint: #a7b0ba;
  --paper: #14181b; --link: #6db6e8; --edge: #3a434b; } }
body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1.5rem 1rem;
  max-width: 46rem; color: var(--ink); background: var(--paper); }
ul { list-style: none; padding: 0; }
li { border-top: 1px solid var(--edge); padding: 0.7rem 0; }
a { color: var(--link); font-weight: 600; }
small { display: block; color: var(--faint); font-size: 0.9rem; }
"""

# Every file of the data has its link, with its tabs and its size, and there is no other link.
SCRIPT = """
"use strict";
(() => {
  const listed = JSON.parse(document.getElementById("listed").textContent);
  const items = [...document.querySelectorAll("li")];
  const says = ({file, title, kind, tabs, bytes}, item) => {
    const link = item.querySelector("a"), text = item.textContent;
    return link.getAttribute("href") === file && link.textContent === title
      && tabs.length > 0 && bytes > 0 && [kind, ...tabs, `${Math.ceil(bytes / 1000)} kB`]
        .every((one) => text.includes(one));
  };
  const ok = listed.length === items.length && listed.every((one, i) => says(one, items[i]))
    && document.links.length === listed.length;
  document.documentElement.setAttribute("data-ok", String(ok));
})();
"""


def document(entries, files):
    """The index as a text.

    Parameters
    ----------
    entries : list of Entry
    files : dict of str to bytes
        What is written beside it, by name.
    """
    listed = [{**one._asdict(), "bytes": len(files[one.file])} for one in entries]
    items = "".join(item(one) for one in listed)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Samplers to step through - gibbspool</title>
<style>{STYLE}</style>
</head>
<body>
<h1>Samplers to step through</h1>
<p>Each file opens by itself, without a network.</p>
<ul>{items}</ul>
<script type="application/json" id="listed">{as_json(listed)}</script>
<script>{SCRIPT}</script>
</body>
</html>
"""


def item(one):
    """A link, with what is behind it."""
    kilobytes = -(-one["bytes"] // 1000)
    return (f'<li><a href="{escape(one["file"])}">{escape(one["title"])}</a>: '
            f'{escape(one["kind"])}<small>{escape(", ".join(one["tabs"]))} '
            f"({kilobytes} kB)</small></li>")
