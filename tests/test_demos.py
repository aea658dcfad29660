"""Every demo runs by itself, from any folder, and ends by saying what should have been seen."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEMOS = sorted((Path(__file__).parent.parent / "demos").glob("*.py"))
QUICK = {"worked_example_1_eight_schools", "shrinkage_plot"}


@pytest.mark.extras
@pytest.mark.parametrize("demo",
                         [pytest.param(path, marks=() if path.stem in QUICK else pytest.mark.long,
                                       id=path.stem) for path in DEMOS])
def test_demo_runs_and_says_what_was_seen(demo, tmp_path):
    path = os.pathsep.join([str(demo.parent.parent), os.environ.get("PYTHONPATH", "")])
    found = subprocess.run([sys.executable, str(demo)], cwd=tmp_path, capture_output=True,
                           text=True,
                           env={**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": path})
    assert found.returncode == 0, found.stderr[-3000:]
    cells = demo.read_text(encoding="utf-8").split("# %%")
    assert "seen" in cells[-1].splitlines()[0].lower() and "print(" in cells[-1]
    assert found.stdout.strip()
    assert "RuntimeWarning" not in found.stderr
