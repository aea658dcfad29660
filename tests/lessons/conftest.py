"""A lesson is run once for all tests of its file: its variables, and what it printed."""
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


@pytest.fixture(scope="module")
def lesson(request, tmp_path_factory):
    """The lesson that a file test_lesson_NN.py is about, run to its end in a folder of its own.

    Its variables are attributes; `printed` is what it said, `folder` where its figure is.
    """
    number = int(re.fullmatch(r"test_lesson_(\d\d)", request.path.stem)[1])
    folder, printed = tmp_path_factory.mktemp(f"lesson_{number:02d}"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.chdir(folder)
        variables = runpy.run_path(str(script(number)), run_name="__main__")
    return found(variables, printed, folder)


@pytest.fixture
def changed_lesson(request, tmp_path):
    """A function that runs the same lesson with some of its text changed, as its "Try:" asks."""
    number = int(re.fullmatch(r"test_lesson_(\d\d)", request.path.stem)[1])

    def run(changes):
        source, printed = script(number).read_text("utf-8"), io.StringIO()
        for old, new in changes.items():
            assert source.count(old) == 1, f"{old!r} is there once"
            source = source.replace(old, new)
        variables = {"__name__": "__main__"}
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
            patch.chdir(tmp_path)
            exec(source, variables)
        return found(variables, printed, tmp_path)

    return run


def found(variables, printed, folder):
    """A lesson's variables as attributes, what it printed, and where its figure is."""
    named = {name: value for name, value in variables.items() if not name.startswith("__")}
    return SimpleNamespace(**named, printed=printed.getvalue(), folder=folder)
