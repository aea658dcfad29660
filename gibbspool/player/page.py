"""The file of a player: pages as tabs, with their data, style and scripts inside; nothing fetched.

A page is a `Page`. `player.js` says at its top what the script of a page has to define.
"""
import json
import math
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(__file__).parent
# Of every file; the pages bring their own scripts.
SHELL = ("player.css", "elements.js", "labels.js", "pictures.js", "keyboard.js", "player.js")

# The browser itself refuses to fetch or send anything.
POLICY = ("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
          "img-src data:")

HELP = ("Keys: \N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW} <span id='key-forward'>a step</span>, "
        "Page Up and Page Down <span id='key-stride'>a sweep</span>, Home, End, "
        "space to play, 1 to 9 the pages, L for large type")


class Page(NamedTuple):
    """One tab.

    Attributes
    ----------
    name : str
        A word in lower case, such as "gibbs": of its data, its link and its script.
    title : str
        What the tab says.
    data : dict
        Numbers, texts, lists and dicts; arrays of NumPy are turned into lists, and numbers that
        are not finite into null.
    scripts : tuple of str
        Its files beside this one, styles (.css) among them, such as ("plate.js", "gibbs.js"). What
        several pages name is in the file once.
    table : str
        HTML that stands in for the page where there are no scripts; may be "".
    """

    name: str
    title: str
    data: dict
    scripts: tuple
    table: str = ""


def document(title, pages, lead=""):
    """The whole file as a text, the same for the same pages.

    Parameters
    ----------
    title : str
        Of the model, such as "Eight schools".
    pages : list of Page
    lead : str
        A line under the title, such as the model's priors: HTML.
    """
    scripts = list(dict.fromkeys([*SHELL, *(name for page in pages for name in page.scripts)]))
    style = "\n".join(source(name) for name in scripts if name.endswith(".css"))
    script = "\n".join(source(name) for name in scripts if name.endswith(".js"))
    tabs = "".join(tab(page, first=page is pages[0]) for page in pages)
    panels = "".join(panel(page, first=page is pages[0]) for page in pages)
    data = "".join(f'<script type="application/json" id="data-{page.name}">{as_json(page.data)}'
                   "</script>\n" for page in pages)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} - gibbspool</title>
<style>
{style}</style>
</head>
<body>
<header>
<div class="names"><h1>{escape(title)}</h1><p class="lead">{lead}</p></div>
<div role="tablist" aria-label="pages">{tabs}</div>
<button type="button" id="large" aria-pressed="false" aria-label="large type" \
title="large type, for a projector (key L)">A<b>A</b></button>
</header>
<noscript><p class="noscript">Without scripts this page cannot be stepped through. Below stands \
what it begins with.</p>{"".join(page.table for page in pages)}</noscript>
<main>{panels}</main>
<div id="bar"></div>
<footer><p>{HELP}<span id="keys-of-page"></span>.</p>
<p>Recorded from gibbspool; offline, nothing is fetched or sent. <span id="agrees"></span></p>
</footer>
{data}<script>
{script}player.start();
</script>
</body>
</html>
"""


def with_link(text, address, words):
    """A file with a link after its lead, to the page that it lies beside."""
    end = '</p></div>\n<div role="tablist"'
    link = f' <a href="{escape(address)}" style="color: inherit">{escape(words)}</a>'
    return text.replace(end, link + end, 1)


def tab(page, first):
    return (f'<button type="button" role="tab" id="tab-{page.name}" data-page="{page.name}" '
            f'aria-controls="page-{page.name}" aria-selected="{str(first).lower()}">'
            f"{escape(page.title)}</button>")


def panel(page, first):
    hidden = "" if first else " hidden"
    return (f'<section role="tabpanel" id="page-{page.name}" aria-labelledby="tab-{page.name}"'
            f' tabindex="-1"{hidden}></section>')


def source(name):
    """The text of a style or script beside this file."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    if "</script" in text or "</style" in text:
        raise ValueError(f"{name} would end the element that it stands in")
    return text


def as_json(data):
    """Data for a <script>: no < can end the element, whatever the labels of groups are."""
    text = json.dumps(plain(data), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def plain(value):
    """Arrays as lists, NumPy's numbers as Python's; null for what is not finite."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value


def as_text(x, digits=4):
    """A number as a reader writes it, with a minus and not a hyphen."""
    return f"{x:.{digits}g}".replace("-", "\N{MINUS SIGN}")


def rounded(values, digits=4):
    """Numbers to so many significant digits, for data that are only looked at."""
    values = np.asarray(values, dtype=float)
    with np.errstate(all="ignore"):
        size = np.floor(np.log10(np.abs(values)))
    size = np.where(np.isfinite(size), size, 0).astype(int)
    flat = [round(x, digits - 1 - k)
            for x, k in zip(values.ravel().tolist(), size.ravel().tolist())]
    return np.array(flat).reshape(values.shape)
