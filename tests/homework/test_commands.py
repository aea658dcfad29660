"""`gibbspool homework` as a student types it."""
import json
import os
import subprocess
import sys

import pytest

from gibbspool.cli import main
from gibbspool.homework import scaffold
from gibbspool.homework.exercises import EXERCISES, SETS


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A fresh homework, and the place where it lies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["homework", "new", "homework"]) == 0
    return tmp_path / "homework"


def write(folder, *names, answers=None):
    """Solutions of some exercises into the file, or other texts."""
    file = folder / "answers.py"
    text = file.read_text(encoding="utf-8")
    for name in names:
        exercise = EXERCISES[name]
        text = text.replace(scaffold.stub(exercise), (answers or {}).get(name, exercise.solution))
    file.write_text(text, encoding="utf-8")


def said(capsys, *words):
    """The exit status, and what was printed."""
    capsys.readouterr()
    status = main(["homework", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_folder_has_the_four_files_and_stubs_without_solutions(folder):
    assert {path.name for path in folder.iterdir()} == {"README.txt", "answers.py", "play.py",
                                                        ".gibbspool.json"}
    text = (folder / "answers.py").read_text(encoding="utf-8")
    assert text.isascii() and (folder / "README.txt").read_bytes().isascii()
    for name in SETS["core"]:
        assert f"def {name}({', '.join(EXERCISES[name].arguments)}):" in text
    assert text.count("raise NotImplementedError\n") == len(SETS["core"])
    for exercise in EXERCISES.values():
        for line in exercise.solution.splitlines()[1:]:
            assert len(line.strip()) < 12 or line.strip() not in text, (exercise.name, line)


def test_all_exercises_make_a_file_that_loads(tmp_path):
    namespace = {}
    exec(scaffold.answers_file(list(EXERCISES)), namespace)
    for name in EXERCISES:
        with pytest.raises(NotImplementedError):
            namespace[name](*EXERCISES[name].arguments)
    assert max(map(len, scaffold.answers_file(list(EXERCISES)).splitlines())) <= 100


@pytest.mark.parametrize("codepage", ["cp1252", "utf-8"])
def test_the_script_runs_from_the_stubs_on(folder, codepage):
    ran = subprocess.run([sys.executable, "play.py"], cwd=folder, capture_output=True, text=True,
                         env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": codepage})
    assert ran.returncode == 0, ran.stderr
    assert "theta_given: not begun" in ran.stdout


def test_nothing_is_overwritten(folder, capsys):
    before = (folder / "answers.py").read_bytes()
    status, _, err = said(capsys, "new", "homework")
    assert status == 2 and "exists already" in err and len(err.splitlines()) == 1
    assert (folder / "answers.py").read_bytes() == before


@pytest.mark.usefixtures("remembered")
def test_a_student_goes_from_one_exercise_to_the_next(folder, capsys):
    status, out, _ = said(capsys, "check")
    assert status == 1 and "not started" in out and "Next: write shrinkage" in out
    write(folder, "shrinkage")
    status, out, _ = said(capsys, "check")
    assert status == 0 and "right" in out and "Next: write theta_given" in out
    mistaken = EXERCISES["theta_given"].solution.replace("np.sqrt(", "(")
    assert mistaken != EXERCISES["theta_given"].solution
    write(folder, "theta_given", answers={"theta_given": mistaken})
    status, out, _ = said(capsys, "check")
    assert status == 1 and "WRONG" in out and "Probe: y=[4, -2]" in out
    assert "shrinkage" not in out  # what was right is not judged again
    assert "Right:" not in out and "Right:" in said(capsys, "check", "theta_given", "--show")[1]
    status, out, _ = said(capsys, "check", "shrinkage", "3")
    assert status == 1 and "1 of 2 right" in out


def test_json_is_on_every_exercise_and_needs_no_progress(folder, capsys, monkeypatch, tmp_path):
    write(folder, "shrinkage")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (folder / ".gibbspool.json").unlink()
    status, out, _ = said(capsys, "check", str(folder / "answers.py"), "--json")
    found = json.loads(out)
    assert status == 1 and not list(elsewhere.iterdir())
    assert not (folder / ".gibbspool.json").exists()
    assert list(found) == ["version", "gibbspool", "numpy", "python", "seed", "file", "sha256",
                           "score", "max_score", "exercises"]
    assert [one["name"] for one in found["exercises"]] == list(EXERCISES)
    by_name = {one["name"]: one for one in found["exercises"]}
    assert by_name["shrinkage"]["verdict"] == "right" and found["score"] == 10
    assert by_name["normal_logpdf"]["verdict"] == "missing"
    assert set(by_name["shrinkage"]) == {"name", "number", "verdict", "score", "max_score",
                                         "mistakes", "remark", "probe", "seconds"}
    again = json.loads(said(capsys, "check", str(folder / "answers.py"), "--json")[1])
    for one in (*found["exercises"], *again["exercises"]):
        one.pop("seconds")
    assert again == found
    status, out, _ = said(capsys, "check", str(folder / "answers.py"), "shrinkage", "--json")
    assert status == 0 and len(json.loads(out)["exercises"]) == 1


@pytest.mark.usefixtures("remembered")
def test_the_solution_comes_once_it_is_right_or_when_giving_up(folder, capsys):
    status, out, err = said(capsys, "solution", "shrinkage")
    assert status == 2 and not out and "--give-up" in err
    write(folder, "shrinkage")
    said(capsys, "check", "shrinkage")
    status, out, _ = said(capsys, "solution", "shrinkage")
    assert status == 0 and out.startswith("def shrinkage(sigma, tau):")
    status, out, _ = said(capsys, "solution", "3", "--give-up")
    assert status == 0 and out.startswith("def theta_given(")
    kept = json.loads((folder / ".gibbspool.json").read_text())
    assert kept["given_up"] == ["theta_given"] and kept["done"] == ["shrinkage"]


def test_reset_keeps_what_was_written_beside(folder, capsys):
    write(folder, "shrinkage", "theta_given")
    written = (folder / "answers.py").read_text()
    status, out, _ = said(capsys, "reset", "shrinkage")
    now = (folder / "answers.py").read_text()
    assert status == 0 and "answers.before-reset.py" in out
    assert (folder / "answers.before-reset.py").read_text() == written
    assert scaffold.stub(EXERCISES["shrinkage"]) in now and now.count("def shrinkage") == 1
    assert now == written.replace(EXERCISES["shrinkage"].solution,
                                  scaffold.stub(EXERCISES["shrinkage"]))
    said(capsys, "reset", "shrinkage")
    assert (folder / "answers.before-reset.py").read_text() == written  # nothing is lost
    assert (folder / "answers.before-reset-2.py").exists()
    (folder / "answers.py").write_text("def shrinkage(:\n")
    status, _, err = said(capsys, "reset", "shrinkage")
    assert status == 2 and "line 1" in err
    assert (folder / "answers.py").read_text() == "def shrinkage(:\n"


@pytest.mark.usefixtures("remembered")
def test_all_is_done_when_the_whole_homework_is(folder, capsys):
    """What is missing from the file is not done; what was written is to be checked first."""
    (folder / "answers.py").write_text(scaffold.HEAD + EXERCISES["shrinkage"].solution)
    status, out, _ = said(capsys, "check")
    assert status == 0 and "All done" not in out
    assert "Next: write theta_given (3)" in out and "reset theta_given" in out
    status, out, _ = said(capsys, "reset", "theta_given")
    assert "was not there" in out
    write(folder, "theta_given")
    status, out, _ = said(capsys, "check", "mu_given")
    assert status == 1 and "Next: gibbspool homework check theta_given" in out
    status, out, _ = said(capsys, "check", "all")
    assert status == 1 and f"2 of {len(SETS['core'])} right, 20 of 100 points" in out


@pytest.mark.usefixtures("remembered")
def test_points_are_those_that_were_announced(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["homework", "new", "homework", "--set", "2,3,5.8.1d (words)", "--points", "7"])
    write(tmp_path / "homework", "shrinkage", "theta_given")
    status, out, _ = said(capsys, "check", "all")
    assert status == 1 and "3.5/3.5" in out and "2 of 3 right, 7 of 7 points" in out
    answer = "    return 'It is ' + 'a long enough answer ' * 5\n"
    file = tmp_path / "homework" / "answers.py"
    file.write_text(file.read_text().replace("    raise NotImplementedError\n", answer))
    status, out, _ = said(capsys, "check")
    assert status == 0 and "received" in out and "model answer" in out and "All done" in out


@pytest.mark.usefixtures("remembered")
def test_hints_are_counted_and_the_list_shows_what_is_done(folder, capsys):
    status, out, _ = said(capsys, "hint", "theta_given")
    assert status == 0 and out.strip()
    assert json.loads((folder / ".gibbspool.json").read_text())["hints"] == {"theta_given": 1}
    write(folder, "shrinkage")
    said(capsys, "check")
    status, out, _ = said(capsys, "list")
    lines = out.splitlines()
    exercises = [line for line in lines if line.startswith("[")]
    assert status == 0 and len(exercises) == len(SETS["core"])  # those of this homework
    assert "Shrinkage factor of each group: the weight of the population mean mu." in out
    assert "..." not in out, "no title is cut"
    assert [line for line in lines if line.startswith("[x]")][0].split()[2] == "shrinkage"
    assert max(map(len, lines)) <= 100 and out.isascii()


@pytest.mark.parametrize("words, complaint", [
    (["check", "shrinkge"], "did you mean shrinkage?"),
    (["check", "nowhere.py"], "no such file"),
    (["hint", "nothing_like_it"], "gibbspool homework list"),
    (["new", "other", "--set", "cor"], "there is no exercise 'cor'"),
    (["new", "other", "--set", ","], "names no exercise"),
    (["new", "other", "--points", "-1"], "from 1 to"),
    (["new", "other", "--points", "0.001"], "from 1 to"),
    (["grade", "homework", "--timeout", "0.01"], "from 0.1 to"),
    (["grade", "homework", "--jobs", "5000"], "two for each processor"),
    (["grade", "homework", "--out", "homework/answers.py"], "is a file"),
    (["grade", "homework", "--format", "xml"], "csv, json, gradescope, prairielearn"),
    (["grade", "nowhere"], "no such file"),
    (["grade", "homework", "--config", "nowhere.ini"], "No such file"),
    (["grade", "homework", "--jobs", "0"], "--jobs"),
    (["pack", "--out", "homework"], "is a folder"),
])
def test_complaints_are_one_line(folder, capsys, words, complaint):
    try:
        status, out, err = said(capsys, *words)
    except SystemExit as ended:
        status, err = ended.code, capsys.readouterr().err
    assert status == 2 and complaint in err and len(err.splitlines()) == 1


def test_without_a_file_of_answers_it_says_how_to_make_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    status, _, err = said(capsys, "check")
    assert status == 2 and "gibbspool homework new" in err


@pytest.mark.usefixtures("remembered")
def test_a_spoilt_progress_file_disturbs_nobody(folder, capsys):
    write(folder, "shrinkage")
    for text in ("", "[1]", '{"done": [[1]], "names": [{}]}', "[" * 100_000, "\x00",
                 '{"done": 3, "hints": [], "points": "x", "names": {"a": 1}}'):
        (folder / ".gibbspool.json").write_text(text)
        assert said(capsys, "list")[0] == 0
    assert said(capsys, "check", "shrinkage")[0] == 0


@pytest.mark.usefixtures("remembered")
def test_watching_checks_again_when_the_file_is_saved(folder, capsys, monkeypatch):
    from gibbspool.homework import check_command
    saves = iter([lambda: write(folder, "shrinkage"), lambda: None])

    def sleep(_seconds):
        try:
            next(saves)()
        except StopIteration:
            raise KeyboardInterrupt from None
    monkeypatch.setattr(check_command, "sleep", sleep)
    status, out, _ = said(capsys, "check", "--watch")
    assert out.count("----") == 2
    assert out.index("not started") < out.index("right") and status == 0


def test_colour_is_for_terminals_that_want_it(monkeypatch):
    from gibbspool.homework import text

    class Terminal:
        def isatty(self):
            return True
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    if os.name == "posix":
        assert text.coloured("x", "32", Terminal()) == "\033[32mx\033[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert text.coloured("x", "32", Terminal()) == "x"


def test_what_a_hand_in_says_cannot_act_on_the_terminal():
    from gibbspool.homework import text
    assert text.plain("a\033[2Jb\u202e\u00e9") == "a?[2Jb?\\xe9"
