"""The lessons that are there, and what the docstring of each says of it."""
import ast
import re
from dataclasses import dataclass
from pathlib import Path

INSTALLED = Path(__file__).parent / "scripts"     # put there when the package is built
CHECKOUT = Path(__file__).parents[2] / "demos"
SENTENCE = re.compile(r".*?[.?](?=\s|$)")


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
    """The lesson in a file.

    Its docstring says all::

        Lesson 3: A density on a grid.

        What is learnt, in a few sentences; the first one stands in the list.

        Needs: lessons 1 and 2
    """
    title, _, rest = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).partition("\n")
    learnt, _, needs = rest.partition("Needs:")
    number, _, title = title.removeprefix("Lesson ").partition(": ")
    return Lesson(int(number), title.rstrip("."), " ".join(learnt.split()),
                  tuple(map(int, re.findall(r"\d+", needs.partition("\n")[0]))), path)


def all_lessons():
    """All lessons by number, in order; none where the installation is not whole."""
    folder = INSTALLED if INSTALLED.exists() else CHECKOUT
    found = sorted(map(read, folder.glob("lesson_*.py")), key=lambda lesson: lesson.number)
    return {lesson.number: lesson for lesson in found}


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
