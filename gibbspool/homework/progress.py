"""What a student's folder remembers: which exercises were right, which hints were read.

Never trusted for a grade: anyone can edit the file.
"""
import json
from dataclasses import dataclass, field
from pathlib import Path

from .scaffold import PROGRESS


@dataclass
class Progress:
    """Of one folder.

    Attributes
    ----------
    path : Path
        Of the file; it need not be there.
    names : list of str
        The exercises of this homework; empty where nothing is known.
    points : float
    done : list of str
        Those that were right when last checked.
    hints : dict
        How often the hint of an exercise was read.
    given_up : list of str
        Whose solution was looked at before they were right.
    """

    path: Path
    names: list = field(default_factory=list)
    points: float = 100.0
    done: list = field(default_factory=list)
    hints: dict = field(default_factory=dict)
    given_up: list = field(default_factory=list)

    def record(self, name, right):
        """An exercise was checked."""
        if right and name not in self.done:
            self.done.append(name)
        elif not right and name in self.done:
            self.done.remove(name)

    def save(self):
        """Where the folder has such a file, or could: a folder that cannot be written is left."""
        content = {"version": 1, "names": self.names, "points": self.points, "done": self.done,
                   "hints": self.hints, "given_up": self.given_up}
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            content = {**(kept if isinstance(kept, dict) else {}), **content}
        except (OSError, ValueError, RecursionError):
            pass
        try:
            self.path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        except OSError:
            pass


def progress_of(file, exercises):
    """The `Progress` beside a file of answers; a new one where there is none, or no sense in it."""
    path = Path(file).parent / PROGRESS
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        kept = {}
    kept = kept if isinstance(kept, dict) else {}

    def listed(key):
        value = kept.get(key)
        value = value if isinstance(value, list) else []
        return [name for name in value if isinstance(name, str) and name in exercises]

    hints = kept.get("hints")
    points = kept.get("points")
    return Progress(path, listed("names"),
                    float(points) if isinstance(points, (int, float)) else 100.0, listed("done"),
                    {name: n for name, n in hints.items() if isinstance(n, int)}
                    if isinstance(hints, dict) else {}, listed("given_up"))
