"""A lesson is run once for all tests of it: its variables, and what it printed."""
import contextlib
import io
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

DEMOS = Path(__file__).parents[2] / "demos"


def script(number):
    """The file of a lesson."""
    [path] = DEMOS.glob(f"lesson_{number:02d}_*.py")
    return path


@pytest.fixture(scope="session")
def run_lesson(tmp_path_factory):
    """A function of a number: that lesson run to its end, the first time, in a folder of its own.

    Its variables are attributes; `printed` is what it said, `said` the same in one line, `folder`
    where its figure is.
    """
    done = {}

    def run(number):
        if number not in done:
            folder = tmp_path_factory.mktemp(f"lesson_{number:02d}")
            done[number] = in_folder(folder, lambda: runpy.run_path(
                str(script(number)), run_name="__main__"))
        return done[number]

    return run


@pytest.fixture(scope="module")
def lesson(request, run_lesson):
    """The lesson that a file test_lesson_NN.py is about."""
    return run_lesson(number_of(request))


@pytest.fixture(scope="session")
def run_changed(tmp_path_factory):
    """A function of a number and of changes to the text of that lesson, a dict from old to new."""
    def run(number, changes):
        source = script(number).read_text("utf-8")
        for old, new in changes.items():
            assert source.count(old) == 1, f"{old!r} is there once"
            source = source.replace(old, new)
        variables = {"__name__": "__main__"}
        return in_folder(tmp_path_factory.mktemp("changed"),
                         lambda: exec(source, variables) or variables)

    return run


@pytest.fixture
def changed_lesson(request, run_changed):
    """A function that runs the same lesson with some of its text changed, as its "Try:" asks."""
    return lambda changes: run_changed(number_of(request), changes)


def number_of(request):
    return int(re.fullmatch(r"test_lesson_(\d\d)", request.path.stem)[1])


def in_folder(folder, run):
    """A lesson's variables as attributes, what it printed, and where its figure is."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.chdir(folder)
        variables = run()
    named = {name: value for name, value in variables.items() if not name.startswith("__")}
    return SimpleNamespace(**named, printed=printed.getvalue(), folder=folder,
                           said=" ".join(printed.getvalue().split()))
