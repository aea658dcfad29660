"""A class graded: points, tables, autograders' files, the page."""
import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from homework.made_up_class import NAMES, RIGHT, written

from gibbspool.cli import main
from gibbspool.homework import autograders, class_page, grading, packing, tables
from gibbspool.homework.course import Course, course_of


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = written(tmp_path_factory.mktemp("class") / "all")
    return grading.grade([folder], Course(tuple(NAMES)), seed=3)


def of(graded, student):
    return next(one for one in graded if one.handin.student == student)


def test_points_say_how_much_was_right(graded):
    scores = {one.handin.student: one.record["score"] for one in graded}
    assert scores["ann"] == 100 and scores["eve"] == 50
    assert scores["cy"] == scores["dan"] == scores["fay"] == 0
    # half of the points for shrinkage; of the rest 10 % for running and 30 % of the 70 % of values
    assert scores["=bob"] == pytest.approx(50 + 50 * (0.1 + 0.7 * 0.3), abs=1e-3)
    assert of(graded, "=bob").record["exercises"][1]["mistakes"] == ["P1"]


def test_the_same_file_gets_the_same_points_again(graded, tmp_path):
    folder = written(tmp_path / "again", ["=bob"])
    again = grading.grade([folder], Course(tuple(NAMES)), seed=3, jobs=1)
    assert [one.handin.student for one in again] == ["=bob", "fay"]
    for one, other in zip([of(graded, "=bob"), of(graded, "fay")], again):
        for record in (one.record, other.record):
            record["exercises"] = [{**found, "seconds": 0} for found in record["exercises"]]
        assert one.record | {"file": ""} == other.record | {"file": ""}


def test_another_seed_asks_for_other_numbers(graded):
    from gibbspool.homework.checking import Settings
    from gibbspool.homework.exercises import EXERCISES
    exercise = EXERCISES["shrinkage"]
    seeds = {Settings(seed).seed_of(exercise) for seed in (None, 3, 4)}
    assert len(seeds) == 3


def test_tables_have_every_student_and_count_the_mistakes(graded):
    rows = list(csv.DictReader(io.StringIO(tables.grades(graded).csv())))
    assert list(rows[0]) == ["student", *NAMES, "total", "mistakes", "remark"]
    assert [row["student"] for row in rows] == ["'=bob", "ann", "cy", "dan", "eve", "fay"]
    assert rows[0]["mistakes"] == "theta_given:P1"
    assert rows[3]["remark"] == "the file cannot be read: SyntaxError, line 1"
    assert rows[5]["remark"] == "there is no answers.py"
    found = list(csv.DictReader(io.StringIO(tables.mistakes(graded).csv())))
    assert found == [{"exercise": "theta_given", "mistake": "P1", "count": "1",
                      "students": "'=bob"}]


def test_the_page_names_mistakes_and_nobody(graded):
    page = class_page.page(graded)
    assert "P1" in page and "theta_given" in page and "http" not in page
    for student in ("ann", "bob", "cy", "dan", "eve", "fay"):
        assert not re.search(rf"\b{student}\b", re.sub(r"<style>.*</style>", "", page))


def test_pages_are_dark_on_screens_alone():
    """A rule without "screen" holds on paper, too, where the dark colours waste ink."""
    package = Path(class_page.__file__).parents[1]
    rules = [(path.name, rule) for path in sorted(package.rglob("*")) if path.suffix in (
                ".py", ".css", ".html") for rule in re.findall(
                r"@media[^{]*prefers-color-scheme[^{]*", path.read_text(encoding="utf-8"))]
    assert "class_page.py" in dict(rules) and len(rules) >= 3
    assert all(rule.startswith("@media screen and") for _, rule in rules), rules


@pytest.mark.parametrize("points", [100.0, 7.0, 33.3])
def test_gradescopes_points_add_up(graded, points):
    from gibbspool.homework.checking import scaled
    one = of(graded, "=bob")
    judged = scaled([*one.judged, *one.judged, *one.judged], points)
    assert sum(found.verdict.max_score for found in judged) == pytest.approx(points, abs=1e-9)
    content = autograders.gradescope(replace(one, judged=judged))
    assert set(content) == {"score", "execution_time", "output", "visibility", "stdout_visibility",
                            "extra_data", "tests", "leaderboard"}
    assert content["stdout_visibility"] == "hidden" and content["leaderboard"] == []
    for test in content["tests"]:
        assert set(test) == {"name", "number", "score", "max_score", "status", "output", "tags",
                             "visibility"}
    json.dumps(content, allow_nan=False)


def test_prairielearns_score_is_a_share(graded):
    content = autograders.prairielearn(of(graded, "eve"))
    assert content["gradable"] and content["succeeded"] and content["score"] == 0.5
    assert [test["points"] for test in content["tests"]] == [50, 0]
    assert not autograders.prairielearn(of(graded, "fay"))["gradable"]


@pytest.mark.usefixtures("remembered")
def test_a_fault_of_the_judge_stops_nobody(tmp_path, monkeypatch):
    from gibbspool.homework import checking

    def broken(exercise, calls, answers, **more):
        if exercise.name == "shrinkage" and answers:
            raise ZeroDivisionError
        return judge(exercise, calls, answers, **more)
    judge = checking.judge
    monkeypatch.setattr(checking, "judge", broken)
    (tmp_path / "bob.py").write_text(RIGHT)
    record = grading.grade([tmp_path / "bob.py"], Course(tuple(NAMES)), seed=1)[0].record
    assert "look at it by hand" in record["exercises"][0]["remark"]
    assert record["exercises"][1]["verdict"] == "right"


@pytest.mark.usefixtures("remembered")
def test_no_words_of_a_student_stand_on_the_page(tmp_path):
    (tmp_path / "bob.py").write_text(RIGHT.replace(
        "def theta_given(y, sigma, mu, tau):\n",
        "def theta_given(y, sigma, mu, tau):\n    if len(y) != 8:\n"
        "        raise ValueError('Ann Smith copied')\n"))
    graded = grading.grade([tmp_path / "bob.py"], Course(tuple(NAMES)), seed=1)
    assert "Smith" in graded[0].record["exercises"][1]["remark"]
    assert "Smith" not in class_page.page(graded)


def test_names_of_files_are_safe_and_distinct():
    assert grading.file_names(["a/b", "a b", "A_B", "../x", ""]) == ["a_b", "a_b_2", "A_B_3",
                                                                     "___x", "_"]
    long = grading.file_names(["\U0001f600" * 100, "\u4e2d" * 100])
    assert all(len(name.encode("utf-8")) <= 180 for name in long)


@pytest.mark.usefixtures("remembered")
def test_the_command_writes_what_was_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.py").write_text(RIGHT)
    assert main(["homework", "grade", "answers.py", "--set", "2,3", "--format", "gradescope",
                 "--points", "10", "--out", "results"]) == 0
    content = json.loads((tmp_path / "results" / "results.json").read_text())
    assert content["score"] == 10 and sum(t["max_score"] for t in content["tests"]) == 10
    out = capsys.readouterr().out
    assert str(content["extra_data"]["seed"]) in out
    seed = str(content["extra_data"]["seed"])
    assert main(["homework", "grade", "answers.py", "--set", "2", "--seed", seed]) == 0
    assert {path.name for path in (tmp_path / "grades").iterdir()} == {
        "grades.csv", "mistakes.csv", "class.html", "grades.json"}


@pytest.mark.usefixtures("remembered")
def test_a_course_sets_exercises_and_points(tmp_path):
    path = tmp_path / "course.ini"
    path.write_text("[homework]\nset = 2,3\npoints = 20\ntimeout = 2.5\n"
                    "[points]\ntheta_given = 30\n[shares]\nruns = 0\nvalues = 1\nedges = 0\n"
                    "named = 0.5\n", encoding="utf-8")
    course = course_of(path)
    assert course.names == ("shrinkage", "theta_given") and course.timeout == 2.5
    (tmp_path / "bob.py").write_text(RIGHT.replace("np.sqrt(", "("))
    record = grading.grade([tmp_path / "bob.py"], course, seed=1)[0].record
    assert [found["max_score"] for found in record["exercises"]] == [5, 15]
    assert [found["score"] for found in record["exercises"]] == [5, 7.5]


@pytest.mark.parametrize("text, words", [
    ("[homework]\nsett = core", "sett is not known"),
    ("[homework]\nset = cor", "there is no exercise 'cor'"),
    ("[homework]\npoints = many", "points = many must be a number from 0"),
    ("[homework]\ntimeout = nan", "must be a number"),
    ("[shares]\nruns = 0.5", "add up to 1"),
    ("[share]\nruns = 0.5", r"no section \[share\]"),
    ("[points]\nthta_given = 3", "did you mean theta_given"),
    ("set = core", "no section headers"),
])
def test_a_course_that_is_none_is_refused_by_name(tmp_path, text, words):
    path = tmp_path / "course.ini"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        course_of(path)


def test_the_autograders_zip_holds_all_it_needs(tmp_path):
    out = tmp_path / "autograder.zip"
    packing.pack(out, "core", 50)
    first = out.read_bytes()
    packing.pack(out, "core", 50)
    assert out.read_bytes() == first
    with zipfile.ZipFile(out) as archive:
        names = set(archive.namelist())
        assert {"setup.sh", "run_autograder", "course.ini", "gibbspool/homework/worker.py",
                "gibbspool/cli.py"} <= names
        assert archive.getinfo("run_autograder").external_attr >> 16 & 0o111
        assert b"\r" not in archive.read("run_autograder")
        archive.extract("course.ini", tmp_path)
    assert course_of(tmp_path / "course.ini").points == 50


@pytest.mark.long
def test_the_packed_autograder_grades_as_the_command_does(tmp_path):
    import subprocess
    import sys
    packing.pack(tmp_path / "a.zip", "2,3", 100, seed=5)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "source")
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "answers.py").write_text(RIGHT)
    script = (tmp_path / "source" / "run_autograder").read_text()
    script = script.replace("/autograder", str(tmp_path)).replace("python3", sys.executable)
    subprocess.run(["bash", "-c", script], check=True)
    content = json.loads((tmp_path / "results" / "results.json").read_text())
    assert content["score"] == 100
    (tmp_path / "results" / "results.json").unlink()
    (tmp_path / "submission" / "answers.py").rename(tmp_path / "submission" / "one.py")
    (tmp_path / "submission" / "two.py").write_text(RIGHT)
    subprocess.run(["bash", "-c", script], check=True)
    assert json.loads((tmp_path / "results" / "results.json").read_text())["score"] == 0
