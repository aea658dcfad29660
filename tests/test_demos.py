"""Every demo says what it will do, and ends by saying what should have been seen.

One is run here; `make demos` runs them all, which is a stage of its own in `.ci/run`.
"""
import ast
import re
from pathlib import Path

import pytest
from run_demos import LONGEST, Run, main

DEMOS = sorted((Path(__file__).parents[1] / "demos").glob("*.py"))
QUICK = ("shrinkage_plot",)
TIME = re.compile(r"Takes about (\d+) seconds?\.")

every_demo = pytest.mark.parametrize("demo", DEMOS, ids=lambda path: path.stem)


def first_printed(source):
    """The words of the first print in the file, without what is filled in."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)
             and isinstance(node.func, ast.Name) and node.func.id == "print"]
    first = min(calls, key=lambda call: call.lineno)
    return "".join(node.value for node in ast.walk(first)
                   if isinstance(node, ast.Constant) and isinstance(node.value, str))


@every_demo
def test_a_demo_says_at_its_start_what_it_will_do_and_how_long_it_takes(demo):
    source = demo.read_text(encoding="utf-8")
    found = TIME.search(first_printed(source))
    assert found, "the first print says 'Takes about N seconds.'"
    assert 1 <= int(found[1]) <= LONGEST
    title, *rest = ast.get_docstring(ast.parse(source)).splitlines()
    assert title.endswith((".", "?")) and not any(rest[:1]), "the first sentence has a line"


@every_demo
def test_a_demo_ends_with_what_should_have_been_seen(demo):
    last = demo.read_text(encoding="utf-8").split("# %%")[-1]
    assert last.splitlines()[0] == " What should have been seen"
    assert re.search(r'f?"(\\n)?Seen', last)


@every_demo
def test_a_demo_that_takes_runs_says_so(demo):
    """Cell by cell sys.argv belongs to the notebook, so unknown arguments must not matter."""
    source = demo.read_text(encoding="utf-8")
    if "argparse" in source:
        assert '"--runs", type=int, default=' in source and "parse_known_args" in source
        assert "`--runs N`" in ast.get_docstring(ast.parse(source))
    assert "sys.argv" not in source


@pytest.mark.extras
@pytest.mark.parametrize("name", QUICK)
def test_a_demo_runs_to_its_last_line(name):
    run = Run(next(demo for demo in DEMOS if demo.stem == name))
    assert not run.fault, run.output[-3000:]
    assert TIME.search(run.output) and "Seen" in run.output


@pytest.mark.parametrize("script, fault", [
    ("print('all is well')", ""),
    ("raise SystemExit(3)", "exit status 3"),
    ("import warnings; warnings.warn('overflow', RuntimeWarning)", "exit status 1"),
    ("import warnings; warnings.simplefilter('always'); warnings.warn('overflow', RuntimeWarning)",
     "a RuntimeWarning"),
    ("import warnings; warnings.warn('few groups')", ""),
])
def test_what_counts_as_a_failure(script, fault, tmp_path):
    (tmp_path / "demo.py").write_text(script)
    assert Run(tmp_path / "demo.py").fault == fault


def test_a_demo_that_takes_too_long_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("run_demos.LONGEST", 0.01)
    (tmp_path / "demo.py").write_text("sum(range(10**6))")
    assert Run(tmp_path / "demo.py").fault.endswith("s of one core, 0 are allowed")


def test_an_unknown_demo_is_refused(capsys):
    assert main(["no_such_demo"]) == 1
    assert "No such demo: no_such_demo" in capsys.readouterr().err
