"""Self-contained HTML: one file with its images, style and script inside; nothing is fetched."""
import base64
from html import escape


def document(title, body, style="", script=""):
    """A whole page as one string; `title` is text, the rest stands in it as it is."""
    return ('<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(title)}</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>{style}</style></head><body>{body}<script>{script}</script></body></html>\n")


def element(tag, text, kind=""):
    """An element that holds text, such as ``<p class="soft">...</p>``."""
    opening = f'<{tag} class="{kind}">' if kind else f"<{tag}>"
    return f"{opening}{escape(text)}</{tag}>"


def items(texts):
    """A list with bullets."""
    return f"<ul>{''.join(element('li', text) for text in texts)}</ul>"


def image(png, caption, kind=""):
    """A PNG file's bytes as a figure with its caption; its width in pixels is told to the style."""
    width = int.from_bytes(png[16:20], "big")
    data, opening = base64.b64encode(png).decode("ascii"), f' class="{kind}"' if kind else ""
    return (f'<figure{opening}><img style="--width: {width}" '
            f'alt="{escape(caption, quote=True)}" '
            f'src="data:image/png;base64,{data}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>")


def folded(summary, body, kind=""):
    """What opens when its summary is clicked; `body` is HTML."""
    opening = f'<details class="{kind}">' if kind else "<details>"
    return f"{opening}<summary>{escape(summary)}</summary>{body}</details>"


def table(head, rows, words=()):
    """A table from column names and rows of cells, each cell HTML such as `element("td", ...)`.

    `words` are the names of columns that hold words; their headings are of that class.
    """
    heads = "".join(element("th", str(name), "words" if name in words else "") for name in head)
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def small_table(head, rows, caption=""):
    """A table of texts with perhaps a line above, as a notebook shows it; all of it is escaped."""
    body = table(head, [[element("td", str(cell)) for cell in row] for row in rows])
    return element("p", caption) + body if caption else body
