"""The lessons that are there, and what the docstring of each says of it."""
import re
from dataclasses import dataclass
from pathlib import Path

INSTALLED = Path(__file__).parent / "scripts"     # put there when the package is built
CHECKOUT = Path(__file__).parents[2] / "demos"
FORM = re.compile(r'"""Lesson (?P<number>\d+): (?P<title>.+)\n\n(?P<about>(?:.+\n)+)\n'
                  r"Needs: (?P<needs>.+)\n")
SENTENCE = re.compile(r".*?[.?](?=\s|$)|.+")


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    number : int
    title : str
        Without the full stop.
    about : str
        What is learnt.
    teaches : str
        The same in a sentence, its first.
    needs : tuple of int
        The lessons that should be known before.
    path : Path
    """

    number: int
    title: str
    about: str
    needs: tuple
    path: Path

    @property
    def teaches(self):
        return SENTENCE.match(self.about).group()

    @property
    def needed(self):
        """What to say of the lessons needed before, such as " Needs 1, 2 and 8."; or nothing."""
        *others, last = map(str, self.needs or [""])
        named = f"{', '.join(others)} and {last}" if others else last
        return f" Needs {named}." if named else ""


def read(path):
    """The lesson in a file; None where its docstring does not have the form of one.

    It says all::

        Lesson 3: A density on a grid.

        What is learnt, in a few sentences; the first one stands in the list.

        Needs: lessons 1 and 2
    """
    found = FORM.match(path.read_text(encoding="utf-8"))
    return found and Lesson(int(found["number"]), found["title"].rstrip("."),
                            " ".join(found["about"].split()),
                            tuple(map(int, re.findall(r"\d+", found["needs"]))), path)


def all_lessons():
    """All lessons by number, in order; none where the installation is not whole."""
    folder = INSTALLED if INSTALLED.exists() else CHECKOUT
    found = filter(None, map(read, folder.glob("lesson_*.py")))
    return {lesson.number: lesson for lesson in sorted(found, key=lambda lesson: lesson.number)}


def lesson_of(number, found):
    """One lesson of those that are found.

    Raises
    ------
    ValueError
        There is none of that number.
    """
    if number not in found:
        raise ValueError(f"there is no lesson {number}: they have the numbers {min(found)} to "
                         f"{max(found)}, and `gibbspool lessons` lists them")
    return found[number]
