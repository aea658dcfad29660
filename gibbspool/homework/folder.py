"""A student's folder: its file of answers, what the homework consists of, what is done."""
from dataclasses import dataclass, replace
from pathlib import Path

from . import scaffold
from .checking import File, Settings
from .exercises import EXERCISES
from .progress import Progress, progress_of
from .sandbox import MOST_SOURCE


@dataclass(frozen=True)
class Folder:
    """Attributes: `path` of the file of answers, and `progress`."""

    path: Path
    progress: Progress

    @property
    def names(self):
        """The exercises of this homework; empty where nobody said."""
        return self.progress.names

    def settings(self):
        """Points such that this homework's add up to what was announced."""
        exercises = EXERCISES
        total = sum(EXERCISES[name].points for name in self.names)
        if total:
            factor = self.progress.points / total
            exercises = {name: replace(one, points=one.points * factor)
                         for name, one in EXERCISES.items()}
        return Settings(exercises=exercises)

    def file(self):
        """The hand-in as it stands, with all exercises there are.

        Raises
        ------
        ValueError
            The file is far too long for one.
        """
        size = self.path.stat().st_size
        if size > MOST_SOURCE:
            raise ValueError(f"{self.path} has {size} bytes: a file of answers has at most "
                             f"{MOST_SOURCE}")
        return File(self.path.read_bytes(), list(EXERCISES), self.settings())


def folder_of(words):
    """The folder, and the exercises that words such as ``answers.py theta_given 4`` name.

    The file may be left out where it can be found: answers.py here, or in homework/. The word
    ``all`` stands for the whole homework.

    Raises
    ------
    ValueError
        No such file, no such exercise.
    """
    words = list(words)
    if words and (words[0].endswith(".py") or Path(words[0]).exists()):
        path = Path(words.pop(0))
        path = path / scaffold.ANSWERS if path.is_dir() else path
    else:
        path = found_answers()
        if path is None:
            raise ValueError("there is no answers.py here: name the file, or make one with "
                             "gibbspool homework new homework")
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    folder = Folder(path, progress_of(path, EXERCISES))
    if words == ["all"]:
        return folder, folder.names or in_file(folder.file())
    return folder, [scaffold.named(word).name for word in words]


def in_file(file):
    """The exercises that a file has, be they stubs.

    Raises
    ------
    ValueError
        It has none.
    """
    names = [name for name in file.names if file.status(name) != "missing"]
    if not names:
        raise ValueError("the file has none of the functions: gibbspool homework list names them")
    return names


def found_answers():
    """answers.py here or in homework/, or None."""
    near = [Path(scaffold.ANSWERS), Path("homework") / scaffold.ANSWERS]
    return next((one for one in near if one.is_file()), None)


def found_folder():
    """The folder of `found_answers`, or None."""
    path = found_answers()
    return Folder(path, progress_of(path, EXERCISES)) if path else None
