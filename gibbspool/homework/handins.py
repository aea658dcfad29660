"""Hand-ins: which files belong to which student, from files, folders and zips."""
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .sandbox import MOST_SOURCE
from .scaffold import ANSWERS

MOST_STUDENTS = 5_000
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
    student in each folder, .py file and zip inside. A zip is read like a
    folder, without being unpacked.

    Raises
    ------
    ValueError
        Nothing is there; a zip that is none; a member that leads out of its zip.
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
        student, n = one.student, 1
        while student in taken:
            n += 1
            student = f"{one.student} ({n})"
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
        if path.is_dir():
            found.append(of_student(path))
        elif path.suffix == ".py":
            found.append(from_file(path, path.stem))
        elif path.suffix.lower() == ".zip":
            found += in_zip(path)
    return found


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
        return HandIn(student, str(path), None, f"{path.name} is a link: hand in the file itself")
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
            for one in members:
                refuse_way_out(path, one)
            return from_members(path, archive, members)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        raise ValueError(f"{path} cannot be read as a zip: {problem}") from problem


def refuse_way_out(path, member):
    """Refuse a member whose name leads out of the archive, or that is a link."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise ValueError(f"{path}: the member {member.filename!r} leads out of the archive")


def from_members(path, archive, members):
    """Hand-ins from a zip's members: read as a folder would be.

    A folder around everything counts for nothing, unless the answers lie in it.
    """
    placed = [(PurePosixPath(one.filename.replace("\\", "/")).parts, one) for one in members]
    placed = [(parts, one) for parts, one in placed
              if not set(IGNORED) & set(parts) and not parts[-1].startswith(".")]
    while placed and all(len(parts) > 1 for parts, _ in placed) and len(
            {parts[0] for parts, _ in placed}) == 1:
        placed = [(parts[1:], one) for parts, one in placed]
    here = [one for parts, one in placed if parts == (ANSWERS,)]
    if here:
        return [from_member(path, archive, here[0], path.stem)]
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
        return HandIn(student, file, None, "it is a link: hand in the file itself")
    with archive.open(member) as content:
        source = content.read(MOST_SOURCE + 1)
    if len(source) > MOST_SOURCE:
        return HandIn(student, file, None, too_long(max(member.file_size, MOST_SOURCE + 1)))
    return HandIn(student, file, source)
