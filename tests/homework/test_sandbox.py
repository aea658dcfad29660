"""The child process: what it may do is bounded, and nothing it says is believed."""
import os
import sys
import time

import pytest

from gibbspool.homework import harness, sandbox
from gibbspool.homework.attacks import ATTACKS
from gibbspool.homework.checking import File, Settings
from gibbspool.homework.exercise import Call

RIGHT = """

def mu_given(theta, tau, m0, s0):
    precision = len(theta) / tau**2 + 1 / s0**2
    return (theta.sum() / tau**2 + m0 / s0**2) / precision, precision**-0.5
"""
QUICK = {"walks the frames to the writer of answers", "leaves with status 0",
         "leaves a child of another group that holds the pipe"}


def ran(source, arguments, name="f", seconds=5.0, times=1):
    requests = [harness.request(Call(name, arguments))] * times
    return sandbox.run(source.encode(), [name], requests, sandbox.Limits(seconds=seconds))


@pytest.mark.parametrize("attack", [
    pytest.param(one, id=one.name, marks=[] if one.name in QUICK else pytest.mark.long)
    for one in ATTACKS if os.name == "posix" or not one.posix])
def test_an_attack_gets_no_points_and_stops_nobody(attack):
    file = File((attack.source + RIGHT).encode(), ["shrinkage", "mu_given"],
                Settings(limits=sandbox.Limits(seconds=1)))
    judged = [one.verdict for one in file.all_judged()]
    assert judged[0].verdict in attack.verdicts
    assert judged[0].score <= 0.31 * judged[0].max_score
    assert (judged[1].verdict == "right") == attack.alone


def test_numbers_come_back_to_the_last_bit():
    value = 0.1 + 0.2
    outcome = ran("def f(x):\n    return x", {"x": value})
    assert harness.decode(outcome.answers[0]["value"]) == value
    assert outcome.ending is None


def test_a_student_may_print_and_it_is_shown_but_cut():
    outcome = ran("def f(x):\n    print('x' * 1500)\n    print('y' * 1500)\n    return x",
                  {"x": 1.0})
    assert len(outcome.printed) == sandbox.SHOWN and outcome.printed.startswith("xxx")
    assert len(outcome.answers) == 1


def test_the_call_that_never_ends_is_the_first_without_an_answer():
    source = ("calls = []\ndef f(x):\n    calls.append(x)\n    while len(calls) > 4:\n"
              "        pass\n    return x")
    outcome = ran(source, {"x": 1.0}, seconds=0.5, times=4)
    assert outcome.ending["what"] == "timeout"
    assert len(outcome.answers) == 2  # each is made twice


def test_a_test_call_left_at_the_end_takes_no_function_away():
    outcome = ran("def f(x):\n    return x\n\nprint(f(1, 2))", {"x": 1.0})
    assert len(outcome.answers) == 1
    assert outcome.problem["type"] == "TypeError" and outcome.problem["line"] == 4


def test_what_the_child_says_may_be_anything():
    class Dead:
        received = (b'{"look": 3, "problem": "x", "imports": [1], "advice": {"a": 2}}\n'
                    b'{"problem": {"message": "' + b"x" * 10_000 + b'", "line": {}}}\n'
                    b'{"value": 5}\nnot json\n' + b"[" * 100_000 + b"\n")
        ending, ended = None, 0.1

        class process:
            returncode = 0

    outcome = sandbox.outcome(Dead, b"\xff\xfe", 500)
    assert (outcome.look, outcome.imports, outcome.advice) == ({}, [], [])
    assert len(outcome.problem["message"]) == 500 and outcome.problem["line"] is None
    assert outcome.answers == [{"value": 5}, None, None]


@pytest.mark.parametrize("source, status", [
    ("def f(x):\n    '''Words.'''\n    raise NotImplementedError", "stub"),
    ("def f(x):\n    raise NotImplementedError('later')", "stub"),
    ("def f(x):\n    pass", "stub"),
    ("def f(x):\n    ...", "stub"),
    ("def f(x):\n    return x", "defined"),
    ("f = lambda x: x", "defined"),
    ("from math import sqrt as f", "defined"),
    ("try:\n    from numba import f\nexcept ImportError:\n    def f(x):\n        return x",
     "defined"),
    ("def g(x):\n    return x", "missing"),
    ("for k in range(2):\n    def f(x):\n        return x", "defined"),
    ("class f:\n    pass", "defined"),
])
def test_a_look_says_what_is_there_and_runs_nothing(source, status):
    from gibbspool.homework.worker import looked_at, parsed
    tree, problem = parsed(source.encode(), "answers.py")
    assert problem is None
    assert looked_at(tree, "f")["status"] == status


def test_a_method_of_that_name_is_no_function():
    file = File(b"class A:\n    def shrinkage(sigma, tau):\n        return 0\n", ["shrinkage"])
    assert file.judged("shrinkage").verdict.verdict == "missing"


def test_a_folder_ever_deeper_is_left_behind_and_nothing_stops():
    source = ("import os\ndef f(x):\n    for k in range(1500):\n        os.mkdir('d')\n"
              "        os.chdir('d')\n    return x")
    assert len(ran(source, {"x": 1.0}).answers) == 1


def test_a_flood_of_empty_lines_is_not_read_one_by_one():
    outcome = ran("import os, sys\ndef f(x):\n    for k in range(3, 9):\n        try:\n"
                  "            os.write(k, b'\\n' * 100_000)\n        except OSError:\n"
                  "            pass\n    return x", {"x": 1.0})
    assert len(outcome.answers) <= 1


def test_a_file_in_another_encoding_is_read_as_it_says():
    outcome = ran("# -*- coding: latin-1 -*-\ndef f(x):\n    return x", {"x": 2.0})
    assert len(outcome.answers) == 1


@pytest.mark.skipif(os.name != "posix", reason="the limits are POSIX")
def test_what_a_student_starts_ends_with_the_child(tmp_path):
    mark = tmp_path / "alive"
    source = (f"import subprocess, sys\ndef f(x):\n    subprocess.Popen([sys.executable, '-c', "
              f"\"import time, pathlib; time.sleep(0.8); pathlib.Path({str(mark)!r}).touch()\"])\n"
              "    return x")
    assert len(ran(source, {"x": 1.0}).answers) == 1
    time.sleep(1.3)
    assert not mark.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system must tell")
def test_a_busy_machine_costs_no_points():
    """0.4 seconds of the processor are allowed: sleeping for longer than that is not using it."""
    assert len(ran("import time\ntime.sleep(0.6)\ndef f(x):\n    time.sleep(0.3)\n    return x",
                   {"x": 1.0}, seconds=0.4).answers) == 1
    assert ran("def f(x):\n    while True:\n        pass", {"x": 1.0}, seconds=0.4).ending
    assert ran("import time\ndef f(x):\n    time.sleep(60)", {"x": 1.0}, seconds=0.4).ending


def test_strict_refuses_by_name_what_it_cannot_do(monkeypatch):
    sandbox.cut_off.cache_clear()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OSError, match="Linux"):
        sandbox.cut_off()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    with pytest.raises(OSError, match="root"):
        sandbox.cut_off()
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(OSError, match="unshare"):
        sandbox.cut_off()


def test_the_worker_needs_the_standard_library_and_numpy_alone():
    import ast
    from pathlib import Path
    for name in ("worker", "harness", "scripted", "densities"):
        tree = ast.parse((Path(sandbox.HERE) / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = {node.module.split(".")[0]}
            else:
                continue
            assert names <= {*sys.stdlib_module_names, "numpy"}, (name, names)
