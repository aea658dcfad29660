"""Files that are whole or not there: written aside, then given their names."""
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def write_together(folder, contents):
    """Write several files into a folder: all of them, or none.

    They are written to a folder aside, and renamed when all are complete: what is interrupted, or
    finds the disk full, leaves the files of before as they were. A symbolic link is replaced, not
    followed.

    Parameters
    ----------
    folder : Path
        Made if there is none.
    contents : dict of str to bytes
        By name, such as "ledger.csv" or "figures/forest.png".

    Raises
    ------
    OSError
        What could not be written; its filename says which file.
    ValueError
        A folder of the name is a symbolic link that leads elsewhere.
    """
    with aside(folder) as unfinished:
        for name, content in contents.items():
            if not (folder / name).parent.resolve().is_relative_to(folder.resolve()):
                raise ValueError(f"{(folder / name).parent} is a symbolic link that leads out of "
                                 "its folder: remove it, or name another folder")
            with naming(folder / name):
                (unfinished / name).parent.mkdir(parents=True, exist_ok=True)
                (unfinished / name).write_bytes(content)
        for name in contents:
            with naming(folder / name):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(unfinished / name, folder / name)


@contextmanager
def aside(folder):
    """A temporary folder within `folder`: that it can be made says that `folder` can be written."""
    with naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
        temporary = TemporaryDirectory(prefix=".unfinished-", dir=folder,
                                       ignore_cleanup_errors=True)
    with temporary as path:
        yield Path(path)


@contextmanager
def naming(path):
    """What the system refuses inside is said of `path`."""
    try:
        yield
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from problem
