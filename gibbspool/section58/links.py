"""Links from the page to files that lie elsewhere."""
import os
from pathlib import Path

from .. import html


def relative(path, folder):
    """The path as seen from a folder, for a link; absolute where it lies on another drive."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_uri()


def linked(text, path, folder):
    """A text that links to a file, seen from a folder; no link where there is no folder."""
    text = html.escape(text)
    return f'<a href="{html.escape(relative(path, folder))}">{text}</a>' if folder else text
