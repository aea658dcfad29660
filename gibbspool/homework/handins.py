"""Hand-ins: which files belong to which student, from files, folders and zips."""
import stat
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from .sandbox import MOST_SOURCE
from .scaffold import ANSWERS

MOST_STUDENTS = 2_000
MOST_MEMBERS = 50_000  # of a zip
IGNORED = ("__MACOSX", "__pycache__")


@dataclass(frozen=True)
class HandIn:
    """One student's.

    Attributes
    ----------
    student : str
    file : str
        Where the answers came from.
    source : bytes or None
        None where there is nothing to grade.
    problem : str
        Why not.
    """

    student: str
    file: str
    source: bytes | None
    problem: str = ""


def handins(paths):
    """All hand-ins, in the order of the paths and, within a folder, of the names.

    A file is one student. A folder with an answers.py is one student; any other folder has one
    student in each folder, .py file and zip inside. A zip is read like a folder, without being
    unpacked; inside a folder a zip is one student, by its own name. What cannot be read is a
    hand-in with a problem: it stops nobody else's.

    Raises
    ------
    ValueError
        Nothing is there; a path that was named is no zip, or leads out of itself.
    """
    found = [one for path in paths for one in at(Path(path))]
    if not found:
        raise ValueError(f"there is no hand-in in {', '.join(map(str, paths))}: a hand-in is a "
                         f".py file, or a folder with an {ANSWERS}")
    if len(found) > MOST_STUDENTS:
        raise ValueError(f"{len(found)} hand-ins: at most {MOST_STUDENTS} are graded at once")
    return distinct(found)


def distinct(found):
    """No two students by one name: the later ones are numbered."""
    taken, renamed = set(), []
    for one in found:
        name = one.student.encode("utf-8", "backslashreplace").decode("utf-8")
        student, n = name, 1
        while student in taken:
            n += 1
            student = f"{name} ({n})"
        taken.add(student)
        renamed.append(HandIn(student, one.file, one.source, one.problem))
    return renamed


def at(path):
    """The hand-ins of one path."""
    if path.is_dir():
        return in_folder(path)
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file or folder")
    if path.suffix.lower() == ".zip":
        return in_zip(path)
    return [from_file(path, path.parent.name if path.name == ANSWERS and path.parent.name
                      else path.stem)]


# ---- folders

def in_folder(folder):
    """One student, where the answers lie in the folder itself; else one for each thing in it."""
    if (folder / ANSWERS).is_file():
        return [from_file(folder / ANSWERS, folder.resolve().name)]
    found = []
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name.startswith(".") or path.name in IGNORED:
            continue
        if path.is_symlink() or path.is_dir() or path.suffix.lower() in (".py", ".zip"):
            found.append(of_one(path))
    return found


def of_one(path):
    """The hand-in that a thing in a folder is; what cannot be read is one with a problem."""
    student = path.name if path.is_dir() else path.stem
    try:
        if path.is_symlink():
            return HandIn(student, str(path), None, f"{path.name} is a link: hand in the file")
        if path.is_dir():
            return of_student(path)
        if path.suffix.lower() == ".zip":
            return the_only_one(in_zip(path), path)
        return from_file(path, student)
    except (OSError, ValueError) as problem:
        return HandIn(student, str(path), None, " ".join(str(problem).split()))


def the_only_one(found, path):
    """A student's zip: the one file of answers in it, whatever it lies in."""
    if len(found) != 1:
        return HandIn(path.stem, str(path), None, which(len(found)))
    return replace(found[0], student=path.stem)


def of_student(folder):
    """The hand-in of a student's folder: the answers that lie least deep."""
    deep = sorted((len(path.parts), path) for path in folder.rglob(ANSWERS)
                  if not set(IGNORED) & set(path.parts))
    nearest = [path for depth, path in deep if depth == deep[0][0]]
    if len(nearest) == 1:
        return from_file(nearest[0], folder.name)
    return HandIn(folder.name, str(folder), None, which(len(nearest)))


def which(n):
    """Why there is not one file of answers."""
    return f"there are {n} files {ANSWERS}" if n else f"there is no {ANSWERS}"


def from_file(path, student):
    """A hand-in from a file; a link is not followed, too long a file is not read."""
    if path.is_symlink():
        return HandIn(student, str(path), None, f"{path.name} is a link: hand in the file")
    if not stat.S_ISREG(path.lstat().st_mode):
        return HandIn(student, str(path), None, f"{path.name} is no ordinary file")
    if path.stat().st_size > MOST_SOURCE:
        return HandIn(student, str(path), None, too_long(path.stat().st_size))
    return HandIn(student, str(path), path.read_bytes())


def too_long(size):
    return f"the file has {size} bytes: at most {MOST_SOURCE} are read"


# ---- zips

def in_zip(path):
    """The same, from a zip: its members are read, never written anywhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise ValueError(f"{path} has {len(members)} members: at most {MOST_MEMBERS}")
            return from_members(path, archive, members)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, UnicodeError) as problem:
        raise ValueError(f"{path} cannot be read as a zip: {problem}") from problem


def leads_out(parts):
    """Whether the name of a member, in parts, leads out of the archive."""
    return not parts or parts[0] == "/" or ".." in parts or ":" in parts[0]


def from_members(path, archive, members):
    """Hand-ins from a zip's members: read as a folder would be.

    A folder around everything counts for nothing, unless the answers lie in it.
    """
    placed = [(PurePosixPath(one.filename.replace("\\", "/")).parts, one) for one in members]
    for parts, one in placed:
        if leads_out(parts):
            raise ValueError(f"{path}: the member {one.filename!r} leads out of the archive")
    placed = [(parts, one) for parts, one in placed
              if not set(IGNORED) & set(parts) and not parts[-1].startswith(".")]
    while placed and all(len(parts) > 1 for parts, _ in placed) and len(
            {parts[0] for parts, _ in placed}) == 1:
        placed = [(parts[1:], one) for parts, one in placed]
    here = [one for parts, one in placed if parts == (ANSWERS,)]
    if here:
        return [from_member(path, archive, here[0], path.stem)]
    students = len({parts[0] for parts, _ in placed})
    if students > MOST_STUDENTS:
        raise ValueError(f"{path} has {students} hand-ins: at most {MOST_STUDENTS} are graded at "
                         "once")
    found = [from_member(path, archive, one, parts[0][:-3]) for parts, one in placed
             if len(parts) == 1 and parts[0].endswith(".py")]
    for student in dict.fromkeys(parts[0] for parts, _ in placed if len(parts) > 1):
        own = sorted(((len(parts), parts, one) for parts, one in placed
                      if parts[0] == student and parts[-1] == ANSWERS), key=lambda one: one[:2])
        nearest = [one for depth, _, one in own if depth == own[0][0]]
        found.append(from_member(path, archive, nearest[0], student) if len(nearest) == 1 else
                     HandIn(student, f"{path}:{student}", None, which(len(nearest))))
    return sorted(found, key=lambda one: one.student)


def from_member(path, archive, member, student):
    """A hand-in from one member, of which no more than the limit is unpacked."""
    file = f"{path}:{member.filename}"
    if stat.S_ISLNK(member.external_attr >> 16):
        return HandIn(student, file, None, "it is a link: hand in the file")
    try:
        with archive.open(member) as content:
            source = content.read(MOST_SOURCE + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error) as problem:
        return HandIn(student, file, None, f"it cannot be read: {problem}")
    if len(source) > MOST_SOURCE:
        return HandIn(student, file, None, too_long(max(member.file_size, MOST_SOURCE + 1)))
    return HandIn(student, file, source)
