"""How a picture becomes a file: PNG for a page; SVG and PDF, sharp at any size, for slides."""
import io
import re
import warnings

from ..optional import need

MISSING = re.compile("Glyph .* missing")

# The same picture gives the same bytes: no date, and names inside that no clock or chance made.
UNDATED = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
SETTINGS = {"svg.hashsalt": "gibbspool"}


def save(figure, path, kind=None):
    """Write a figure to a path or an open file; letters that no font has are told once.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : str, Path or an open binary file
    kind : {"png", "svg", "pdf"}, optional
        By default what the name ends in; PNG for an open file.
    """
    kind = kind or str(path).rpartition(".")[2].lower()
    with warnings.catch_warnings(record=True) as said, need("matplotlib").rc_context(SETTINGS):
        warnings.simplefilter("always")
        figure.savefig(path, dpi=150, bbox_inches="tight", format=kind if kind in UNDATED else None,
                       metadata=UNDATED.get(kind))
    missing = [one for one in said if MISSING.match(str(one.message))]
    for one in said:
        if one not in missing:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        warnings.warn("no installed font has some letters of the labels, so that the pictures show "
                      "boxes in their place; install one that has, such as Noto Sans CJK for "
                      "Chinese, Japanese and Korean", stacklevel=2)


def as_files(figure, name):
    """A figure as PNG, SVG and PDF: the content of each file, by its name.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    name : str
        Without an ending.

    Returns
    -------
    dict of str to bytes
    """
    found = {}
    for kind in UNDATED:
        buffer = io.BytesIO()
        save(figure, buffer, kind)
        figure.set_layout_engine("none")  # the first time has laid it out, for all
        found[f"{name}.{kind}"] = buffer.getvalue()
    return found
