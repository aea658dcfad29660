"""The samplers that the report's readers can step through: players/NAME.html beside the page.

A player is recorded once and kept: as long as the package is the same, a later report takes the
file that is there.
"""
import hashlib
from functools import cache
from pathlib import Path

from ..models import examples
from ..player.page import with_link
from ..player.play import funnel_page, page_of

PACKAGE = Path(__file__).parents[1]
SWEEPS = 60
REPORT = "../index.html"  # from a player in its folder
KINDS = (".py", ".js", ".css", ".csv")


def eight_schools():
    return page_of(examples.eight_schools("centred"), sweeps=SWEEPS, title="Eight schools")


def survey():
    return page_of(examples.survey(), sweeps=SWEEPS, title="Answers in six regions")


def hospitals():
    return page_of(examples.hospitals(), sweeps=SWEEPS, title="Eight hospitals")


PLAYERS = {"eight-schools": eight_schools, "survey": survey, "hospitals": hospitals,
           "funnel": funnel_page}


def player(name, folder=None):
    """The file of a player as bytes: the one of an earlier report, else recorded anew.

    Parameters
    ----------
    name : str
        One of `PLAYERS`.
    folder : Path or None
        Of the report.
    """
    mark = f"<!-- recorded by {fingerprint()} -->\n".encode()
    if folder is not None:
        there = folder / "players" / f"{name}.html"
        if there.is_file() and (kept := there.read_bytes()).endswith(mark):
            return kept
    return with_link(PLAYERS[name](), REPORT, "Back to the report").encode() + mark


@cache
def fingerprint():
    """Of all files of the package: whatever of it changes, players are recorded anew."""
    found = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in KINDS:
            found.update(path.relative_to(PACKAGE).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
