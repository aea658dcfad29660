"""What `gibbspool lessons` does: list, run, say where the file is, copy it."""
import runpy
from pathlib import Path

from ..plots import lesson_figure
from ..rows import broken
from ..terminal import width
from .found import all_lessons, lesson_of


def run_lessons(arguments):
    found = all_lessons()
    if not found:
        raise ValueError("the lessons are not here: install gibbspool anew")
    if arguments.number is None:
        if arguments.show or arguments.copy:
            raise ValueError("which lesson? Give its number, as in: gibbspool lessons 1 "
                             f"{'--show' if arguments.show else '--copy'}")
        print(within(listing(found.values())))
        return
    lesson = lesson_of(arguments.number, found)
    if arguments.show:
        print(lesson.path)
    elif arguments.copy:
        print(copy(lesson))
    else:
        run(lesson, arguments.out)


def listing(lessons):
    """Each lesson with what it teaches and what should be known before, and what to do next."""
    lines = []
    for lesson in lessons:
        lines += [f"{lesson.number:2d}  {lesson.title}", f"    {lesson.teaches}{lesson.needed}"]
    return "\n".join([*lines, "", "gibbspool lessons 1 runs the first; with --copy it puts the "
                      "file in this folder instead, to read and to run cell by cell."])


def run(lesson, folder):
    """Run a lesson to its end; its figure goes to `folder`."""
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"--out must name a folder; {folder} is a file")
    lesson_figure.FOLDER = folder
    print(within(f"Lesson {lesson.number}: {lesson.title}\n\n"
                 f"{lesson.about}{lesson.needed}\n\n"
                 f"Its text, to read beside what follows: {lesson.path}\n"))
    runpy.run_path(str(lesson.path), run_name="__main__")


def within(text):
    """A text whose lines fit the terminal, and a page: 100 columns, or 80 in a file or a pipe."""
    return "\n".join(broken(line, min(width(), 100)) for line in text.split("\n"))


def copy(lesson):
    """Copy the file of a lesson here; returns the name. What is there already is left alone."""
    here = Path(lesson.path.name)
    try:
        with here.open("x", encoding="utf-8") as file:
            file.write(lesson.path.read_text(encoding="utf-8"))
    except FileExistsError:
        raise ValueError(f"{here} is here already, and may hold what you wrote: it is left as it "
                         "is. Rename it, or go to another folder") from None
    return here
