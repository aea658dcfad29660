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
    named = {name: value for name, value in variables.items() if not name.startswith("__")}
    return SimpleNamespace(**named, printed=printed.getvalue(), folder=folder)
