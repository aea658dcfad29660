"""Ctrl-C while Python still imports the packages: one line for who typed a command."""
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import gibbspool
from gibbspool import cli, ctrl_c

SCRIPT = "from gibbspool.cli import main\nimport sys\nsys.exit(main())\n"
# A package that presses Ctrl-C when it is imported.
PRESSES = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(20)\n"


@pytest.fixture
def interrupted(tmp_path):
    """What a process prints whose first import of scipy is interrupted, and its status."""
    (tmp_path / "scipy.py").write_text(PRESSES)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gibbspool").write_text(SCRIPT)
    (tmp_path / "own_script.py").write_text("import gibbspool\ngibbspool.sample\n")

    def run(*arguments):
        path = os.pathsep.join([str(tmp_path), str(Path(gibbspool.__file__).parents[1])])
        return subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True,
                              text=True, env={**os.environ, "PYTHONPATH": path})

    return run


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal for one process")
@pytest.mark.parametrize("command", [
    ["-m", "gibbspool", "step", "survey"], ["bin/gibbspool", "step", "survey"]],
    ids=["module", "console script"])
def test_a_command_says_one_line(interrupted, command):
    found = interrupted(*command)
    assert (found.stdout, found.stderr, found.returncode) == ("", "interrupted\n", 130)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal for one process")
def test_who_imports_the_package_gets_python_s_own_interrupt(interrupted):
    assert "KeyboardInterrupt" in interrupted("own_script.py").stderr


def test_who_ignores_ctrl_c_is_left_alone(monkeypatch):
    """As a shell has it of what runs in the background."""
    monkeypatch.setattr(sys, "argv", ["/usr/bin/gibbspool"])
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ctrl_c.watch()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        signal.signal(signal.SIGINT, signal.default_int_handler)
        ctrl_c.watch()
        assert signal.getsignal(signal.SIGINT) is ctrl_c.leave_at_once
        with pytest.raises(SystemExit):
            cli.main(["--version"])
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, old)
