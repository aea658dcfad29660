"""The parent's side: one child process for each exercise, with limits, and nothing believed.

What a child can do is bounded: its time, memory, output and files where the system has such limits.
It is no prison: it runs as the same user, may read that user's files and use the network. Right
answers are computed after the child is dead, so there is nothing to find while it runs.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import namedtuple
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy
import scipy

from .answers import clean_error

HERE = Path(__file__).parent
MOST_SOURCE = 200_000     # bytes of a hand-in
MOST_ANSWERS = 4_000_000  # bytes of all answers to one exercise
MOST_PRINTED = 1_000_000  # bytes that the student's code may print
SHOWN = 2_000             # of them that are shown
HELD = 1.0                # seconds that a pipe may be held open by others after the child's end
TO_START = 60.0           # seconds until the interpreter and NumPy are there
PATIENCE = 4              # a busy machine may take so many times as long, by the clock on the wall
LOOK_EVERY = 0.02         # seconds between two looks at a running child
ON_POSIX = os.name == "posix"
PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Limits:
    """Of one child.

    Attributes
    ----------
    seconds : float
        Of the processor, for loading the file and once more for the calls; by the clock on the wall
        where the system does not tell, and four times as many where it does: a busy machine costs
        nobody points.
    memory : int
        Bytes; not on Windows.
    strict : bool
        Refuse to run unless the child can be cut off from the network as well.
    """

    seconds: float = 5.0
    memory: int = 3_000_000_000
    strict: bool = False

    def resources(self):
        """By the names of the module `resource`."""
        return {"RLIMIT_CPU": 2 * int(self.seconds) + 3, "RLIMIT_AS": self.memory,
                "RLIMIT_FSIZE": 16 * MOST_PRINTED, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}


@dataclass
class Outcome:
    """What one child gave.

    Attributes
    ----------
    look : dict
        Of each function asked for: {"status", "arguments"}; empty where the child died before.
    answers : list
        Of `harness.perform`, in order; shorter than what was asked where the child died.
    problem : dict or None
        Why the file does not load: {"type", "message", "line"}.
    ending : dict or None
        How it ended before its time: {"what", "seconds"}.
    loading : bool
        Whether it ended while the file's own top level ran.
    there : bool
        Whether the file, loaded, had the function.
    printed : str
        The beginning of what the student's code printed.
    imports, advice : list
    seconds : float
    """

    look: dict = field(default_factory=dict)
    answers: list = field(default_factory=list)
    problem: dict | None = None
    ending: dict | None = None
    loading: bool = False
    there: bool = True
    printed: str = ""
    imports: list = field(default_factory=list)
    advice: list = field(default_factory=list)
    seconds: float = 0.0


def look(source, names, limits=None):
    """An `Outcome` of a look at a file, of which nothing runs: which functions are there."""
    return run(source, names, [], limits)


def run(source, names, requests, limits=None):
    """An `Outcome` of the calls of one function.

    Parameters
    ----------
    source : bytes
        Of the student's file.
    names : list of str
        Functions to look for; the calls are made of the first.
    requests : list of dict
        Of `harness.request`.
    limits : Limits, optional

    Raises
    ------
    ValueError
        A file of more than 200 kB.
    """
    limits = limits or Limits()
    if len(source) > MOST_SOURCE:
        raise ValueError(f"the file has {len(source)} bytes: at most {MOST_SOURCE} are read")
    with own_folder() as folder:
        file = os.path.join(folder, "answers.py")
        Path(file).write_bytes(source)
        asked = {"file": file, "names": list(names), "requests": requests, "harness": str(HERE),
                 "paths": libraries(), "limits": limits.resources()}
        with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as printed:
            question.write(json.dumps(asked).encode("ascii") + b"\n")
            question.seek(0)
            child = Child(folder, question, printed, limits)
            child.wait()
            printed.seek(0)
            return outcome(child, printed.read(SHOWN), len(requests))


@contextmanager
def own_folder():
    """A temporary folder, removed afterwards as far as that goes, however deep it has become."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="homework-"))
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        except RecursionError:
            pass


def libraries():
    """Where NumPy and SciPy lie: an isolated Python does not look in the user's own folder."""
    return list(dict.fromkeys(str(Path(package.__file__).parent.parent)
                              for package in (numpy, scipy)))


def environment(folder):
    """Of the child: little, and one thread."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONHASHSEED": "0",
            **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), folder)}


def command(limits):
    """How the child is called."""
    python = [sys.executable, "-I", "-B", "-X", "utf8", str(HERE / "worker.py")]
    return [*(cut_off() if limits.strict else []), *python]


@lru_cache(maxsize=1)
def cut_off():
    """What takes the network away from a command.

    Raises
    ------
    OSError
        With what is lacking.
    """
    if not sys.platform.startswith("linux"):
        raise OSError("--strict needs Linux")
    if os.geteuid() == 0:
        raise OSError("--strict does not run as root: a limit on processes does not hold there; "
                      "use another user, or a container")
    unshare = shutil.which("unshare")
    if not unshare:
        raise OSError("--strict needs the command unshare (util-linux)")
    if subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        raise OSError("--strict: this system does not let a user cut off the network "
                      "(unshare -rn was refused); use a container")
    return [unshare, "-rn"]


Moment = namedtuple("Moment", "wall processor")


def seconds_used(pid):
    """Of the processor, by a running process; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


class Child:
    """A running worker: its answers are collected, its time and its output watched."""

    def __init__(self, folder, question, printed, limits):
        self.printed, self.limits = printed, limits
        self.started = time.monotonic()
        own_group = ({"start_new_session": True} if ON_POSIX
                     else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP})
        self.process = subprocess.Popen(command(limits), cwd=folder, env=environment(folder),
                                        stdin=question, stdout=subprocess.PIPE, stderr=printed,
                                        **own_group)
        self.received = bytearray()
        self.stage = 0  # 0: Python starts; 1: the student's file is loaded; 2: its function called
        self.began = self.now()  # of the stage
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.ending = None

    def read(self):
        """Collect what comes, up to the limit."""
        pipe = self.process.stdout.fileno()
        while len(self.received) <= MOST_ANSWERS:
            try:
                block = os.read(pipe, 65536)
            except OSError:
                return
            if not block:
                return
            self.received += block

    def wait(self):
        """Until it has ended, or has used up its time or its room."""
        while self.process.poll() is None and self.ending is None:
            said = min(self.received.count(b"\n", 0, 100_000), 2)
            if said > self.stage:
                self.stage, self.began = said, self.now()
            if self.out_of_time():
                self.ending = {"what": "timeout", "seconds": self.limits.seconds}
            elif len(self.received) > MOST_ANSWERS or self.bytes_printed() > MOST_PRINTED:
                self.ending = {"what": "output", "seconds": self.seconds()}
            else:
                time.sleep(LOOK_EVERY)
        self.kill()
        self.process.wait()
        self.reader.join(HELD)
        if not self.reader.is_alive():
            self.process.stdout.close()
        self.ended = self.seconds()
        if self.ending is None and self.bytes_printed() > MOST_PRINTED:
            self.ending = {"what": "output", "seconds": self.ended}

    def seconds(self):
        """Since its start."""
        return time.monotonic() - self.started

    def now(self):
        return Moment(self.seconds(), seconds_used(self.process.pid))

    def out_of_time(self):
        """Whether its start, its loading, or its calls took longer than they may."""
        now, limit = self.now(), self.limits.seconds
        passed = now.wall - self.began.wall
        if self.stage == 0:
            return passed > TO_START
        if now.processor is None or self.began.processor is None:
            return passed > limit
        return now.processor - self.began.processor > limit or passed > PATIENCE * limit

    def bytes_printed(self):
        return os.fstat(self.printed.fileno()).st_size

    def kill(self):
        """The child, and what it has started in its group."""
        if ON_POSIX:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        elif self.process.poll() is None:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(self.process.pid)],
                           capture_output=True)
            self.process.kill()


def outcome(child, printed, asked):
    """The `Outcome` of a child that is dead; `asked` is how many answers it was asked for."""
    lines = bytes(child.received[:MOST_ANSWERS]).split(b"\n", asked + 2)[:-1]
    said = [line_of(line) for line in lines]
    first = said[0] if said and isinstance(said[0], dict) else {}
    second = said[1] if len(said) > 1 and isinstance(said[1], dict) else {}
    found = Outcome(look=dictionary(first.get("look")), answers=said[2:],
                    problem=problem_of(first) or problem_of(second), ending=child.ending,
                    there=second.get("loaded") is not False,
                    loading=len(said) < 2, printed=printed.decode("utf-8", "replace"),
                    imports=texts(first.get("imports")), advice=advices(first.get("advice")),
                    seconds=child.ended)
    if found.ending is None and child.process.returncode != 0:
        found.ending = {"what": how_it_ended(child.process.returncode), "seconds": child.ended}
    return found


def how_it_ended(status):
    """In a word, from an exit status: below zero it is a signal's number."""
    if ON_POSIX and status == -signal.SIGXCPU:
        return "timeout"
    return "killed" if status < 0 else "exit"


def line_of(line):
    """One line of JSON; None for anything else."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def problem_of(said):
    """What a line says went wrong, as short texts; None where it says nothing."""
    problem = said.get("problem")
    return clean_error(problem) if isinstance(problem, dict) else None


def dictionary(value):
    return value if isinstance(value, dict) else {}


def texts(value):
    return [one[:100] for one in value if isinstance(one, str)][:40] if isinstance(
        value, list) else []


def advices(value):
    """[(line, sentence)]"""
    if not isinstance(value, list):
        return []
    return [(one[0], one[1][:200]) for one in value[:10]
            if isinstance(one, list) and len(one) == 2 and isinstance(one[0], int)
            and isinstance(one[1], str)]
