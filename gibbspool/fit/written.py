"""Files that are there as a whole or not at all: written aside, and renamed when all are done."""
import os
import secrets
from pathlib import Path


def write_all(folder, files):
    """Write files into a folder: all of them, or none if anything goes wrong on the way.

    Each is written under a hidden name beside its place, and moved there when all are complete. A
    symbolic link that has the name of a file is replaced by it, and never followed.

    Parameters
    ----------
    folder : Path
    files : dict of str to str or bytes
        The contents by name; text becomes UTF-8.

    Raises
    ------
    OSError
        It names the file that could not be written.
    """
    parts = {}
    try:
        for name, content in files.items():
            parts[name] = Path(folder) / f".{name}.{secrets.token_hex(4)}.part"
            write(parts[name], content, Path(folder) / name)
        for name, part in parts.items():
            try:
                os.replace(part, Path(folder) / name)
            except OSError as problem:
                raise OSError(problem.errno, problem.strerror, str(Path(folder) / name)) from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def write(part, content, target):
    """Write one file aside; complaints name what it was to become."""
    content = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(target)) from None
