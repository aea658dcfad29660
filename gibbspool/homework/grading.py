"""A class graded: every hand-in judged on the same numbers, and what it is written to."""
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import autograders, class_page, record, tables
from .checking import File, Judged, Settings, scaled
from .exercises import EXERCISES
from .handins import handins
from .judge import judge
from .sandbox import Limits

MOST_BYTES = 180  # of a file's name, before ".json"
FORMATS = ("csv", "json", "gradescope", "prairielearn")


@dataclass(frozen=True)
class Graded:
    """One student's.

    Attributes
    ----------
    handin : HandIn
    judged : list of checking.Judged
    record : dict
        See `record.of_file`.
    problem : str
        Why nothing could be judged, or "".
    imports, advice : list
    """

    handin: object
    judged: list
    record: dict
    problem: str
    imports: list
    advice: list


def grade(paths, course, seed=None, jobs=2, strict=False, exercises=None, say=None):
    """Judge every hand-in.

    Parameters
    ----------
    paths : list of path
        See `handins.handins`.
    course : course.Course
    seed : int, optional
        Of the generic arguments; by default a new, secret one. The same seed and file, the same
        points.
    jobs : int
        Processes at once.
    strict : bool
        See `sandbox.cut_off`.
    exercises : dict, optional
        A registry with exercises of your own.
    say : callable, optional
        Called with each `Graded` as it is done.

    Returns
    -------
    list of Graded
    """
    seed = secrets.randbits(48) if seed is None else seed
    settings = Settings(seed=seed, limits=Limits(seconds=course.timeout, strict=strict),
                        shares=course.shares,
                        exercises=course.exercises(*([exercises] if exercises else [])))
    found = []
    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        for one in handins(paths):
            graded = graded_one(one, course, settings, pool)
            found.append(graded)
            if say:
                say(graded)
    return found


def graded_one(handin, course, settings, pool):
    """The `Graded` of one hand-in."""
    names = list(course.names)
    if handin.source is None:
        judged = [Judged(absent(settings.exercises[name], handin.problem), in_file=False)
                  for name in names]
        problem, imports, advice = handin.problem, [], []
    else:
        file = File(handin.source, names, settings)
        judged = list(pool.map(partial(judged_or_failed, file), names))
        problem, imports, advice = not_read(file.look), file.look.imports, file.look.advice
    judged = scaled(judged, course.points)
    return Graded(handin, judged, record.of_file(handin.file, handin.source, judged,
                                                 settings.seed), problem, imports, advice)


def not_read(look):
    """Why a file could not even be read, or ""."""
    if not look.problem:
        return ""
    line = f", line {look.problem['line']}" if look.problem.get("line") else ""
    return f"the file cannot be read: {look.problem.get('type')}{line}"


def judged_or_failed(file, name):
    """The `Judged` on one exercise; a fault of the judge itself stops neither class nor student."""
    try:
        return file.judged(name)
    except Exception as fault:
        exercise = file.settings.exercises[name]
        return Judged(absent(exercise, "the judge failed on this answer, look at it by hand "
                                       f"({type(fault).__name__})"))


def absent(exercise, problem):
    """The verdict where there is no file."""
    return judge(exercise, [], [], found={"status": "file", "error": {
        "type": "no file", "message": problem, "line": None}})


def files_of(graded, formats, exercises=EXERCISES):
    """What is written to the folder: contents by name.

    Parameters
    ----------
    graded : list of Graded
    formats : collection of str
        Of `FORMATS`.
    exercises : dict
        The registry they come from.
    """
    files = {}
    if "csv" in formats:
        files["grades.csv"] = tables.grades(graded).csv().encode("utf-8")
        files["mistakes.csv"] = tables.mistakes(graded).csv().encode("utf-8")
        files["class.html"] = class_page.page(graded, exercises).encode("utf-8")
    if "json" in formats:
        files["grades.json"] = autograders.as_json(
            [one.record | {"student": one.handin.student, "imports": one.imports,
                           "advice": one.advice} for one in graded])
    for kind, made in (("gradescope", autograders.gradescope),
                       ("prairielearn", autograders.prairielearn)):
        if kind in formats and len(graded) == 1 and len(formats) == 1:
            files["results.json"] = autograders.as_json(made(graded[0]))
        elif kind in formats:
            names = file_names([one.handin.student for one in graded])
            files.update({f"{kind}/{name}.json": autograders.as_json(made(one))
                          for name, one in zip(names, graded)})
    return files


def file_names(students):
    """Names that every file system takes, and no two alike even where capitals do not count."""
    taken, found = set(), []
    for student in students:
        plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in student)
        plain = plain.encode("utf-8")[:MOST_BYTES].decode("utf-8", "ignore") or "_"
        name, n = plain, 1
        while name.lower() in taken:
            n += 1
            name = f"{plain}_{n}"
        taken.add(name.lower())
        found.append(name)
    return found


def same_folder(out):
    """The folder that grades are written to, as a path.

    Raises
    ------
    ValueError
        It is a file.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise ValueError(f"--out {out} is a file: name a folder")
    return out
