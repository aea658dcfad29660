"""`gibbspool lessons`: the list, one run, its file shown or copied; what it refuses."""
import sys

import pytest

from gibbspool.cli import main
from gibbspool.lessons import found
from gibbspool.plots import lesson_figure

TINY = '''"""Lesson {number}: {title}.

{learnt} And more
of it.

Needs: {needs}
"""
# %% One cell
from gibbspool.plots.lesson_figure import lesson_figure

print("Takes about 1 second.")
lesson_figure(lambda axes: axes.plot([1, 2]), "tiny.png")
'''


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """A folder with three tiny lessons, as in an installed package; an empty folder to be in."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for number, title, learnt, needs in [
            (10, "Tenth", "What is\nlearnt last.", "lessons 1 and 2"),
            (1, "First: a start", "Why 0.5 is a half.", "nothing"),
            (2, "Second", "Is it so?", "lesson 1")]:
        text = TINY.format(number=number, title=title, learnt=learnt, needs=needs)
        (scripts / f"lesson_{number:02d}_tiny.py").write_text(text)
    monkeypatch.setattr(found, "INSTALLED", scripts)
    monkeypatch.setattr(lesson_figure, "FOLDER", lesson_figure.FOLDER)  # put back afterwards
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return scripts


def test_the_list_is_in_order_and_says_what_is_needed(lessons, capsys):
    assert main(["lessons"]) == 0
    assert capsys.readouterr().out.splitlines()[:6] == [
        " 1  First: a start", "    Why 0.5 is a half.",
        " 2  Second", "    Is it so? Needs 1.",
        "10  Tenth", "    What is learnt last. Needs 1 and 2."]


def test_a_file_that_is_no_lesson_is_passed_over(lessons, capsys):
    """A student's own, or one with a mistake below its docstring, does not lose the list."""
    (lessons / "lesson_99_mine.py").write_text("print(1)\n")
    with (lessons / "lesson_02_tiny.py").open("a") as file:
        file.write("a mistake (\n")
    assert main(["lessons"]) == 0
    out = capsys.readouterr().out
    assert " 2  Second" in out and "99" not in out


def test_the_real_lessons_are_found_in_a_checkout(capsys):
    """Each script of demos/ once, with a sentence; what is listed is what the files say."""
    assert main(["lessons"]) == 0
    listed = capsys.readouterr().out
    lessons = found.all_lessons()
    assert {lesson.path for lesson in lessons.values()} == set(found.CHECKOUT.glob("lesson_*.py"))
    for number, lesson in lessons.items():
        assert lesson.path.name.startswith(f"lesson_{number:02d}_")
        assert f"{number:2d}  {lesson.title}\n    {lesson.teaches[:30]}" in listed
        assert lesson.teaches + lesson.needed in " ".join(listed.split())
        assert 20 < len(lesson.teaches) < 200 and len(lesson.title) <= 76
    assert max(map(len, listed.splitlines())) <= 100


def test_one_is_run_without_matplotlib(lessons, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["lessons", "2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Lesson 2: Second\n\nIs it so? And more of it. Needs 1.\n")
    assert "lesson_02_tiny.py" in out and "Takes about 1 second." in out
    assert "No figure tiny.png" in out


def test_what_is_learnt_is_broken_to_a_page_in_a_pipe_and_on_a_wide_terminal(lessons, capsys,
                                                                             monkeypatch):
    path = lessons / "lesson_02_tiny.py"
    path.write_text(path.read_text().replace("And more\n", "And more, much more\n" * 20))
    for columns, room in (("", 80), ("70", 70), ("300", 100)):
        monkeypatch.setenv("COLUMNS", columns)
        assert main(["lessons", "2"]) == 0
        about = capsys.readouterr().out.split("\n\n")[1].splitlines()
        assert len(about) > 3 and room - 10 < max(map(len, about)) <= room


@pytest.mark.extras
@pytest.mark.parametrize("arguments, folder", [([], "figures"), (["--out", "my/own"], "my/own")])
def test_its_figure_goes_to_a_folder(lessons, arguments, folder, capsys, tmp_path):
    assert main(["lessons", "2", *arguments]) == 0
    assert (tmp_path / "here" / folder / "tiny.png").exists()
    assert f"Saved: {folder}/tiny.png" in capsys.readouterr().out


def test_its_file_can_be_shown_and_copied_and_never_replaced(lessons, capsys, tmp_path):
    assert main(["lessons", "2", "--show"]) == 0
    assert capsys.readouterr().out.strip() == str(lessons / "lesson_02_tiny.py")
    assert main(["lessons", "2", "--copy"]) == 0
    copy = tmp_path / "here" / "lesson_02_tiny.py"
    assert copy.read_text() == (lessons / "lesson_02_tiny.py").read_text()
    copy.write_text("mine")
    assert main(["lessons", "2", "--copy"]) == 2
    assert "is here already" in capsys.readouterr().err and copy.read_text() == "mine"


@pytest.mark.parametrize("arguments, complaint", [
    (["3"], "there is no lesson 3: they have the numbers 1 to 10"),
    (["0"], "there is no lesson 0"), (["-1"], "there is no lesson -1"),
    (["2.5"], "invalid int value: '2.5'"), (["two"], "invalid int value: 'two'"),
    (["1", "2"], "unrecognized arguments: 2"), (["--show"], "which lesson?"),
    (["--copy"], "gibbspool lessons 1 --copy"),
    (["2", "--show", "--copy"], "not allowed with"),
    (["2", "--out", "a-file"], "--out must name a folder; a-file is a file")])
def test_complaints_are_one_line(lessons, arguments, complaint, capsys, tmp_path):
    (tmp_path / "here" / "a-file").touch()
    try:
        status = main(["lessons", *arguments])
    except SystemExit as stop:  # argparse's own complaints
        status = stop.code
    out, err = capsys.readouterr()
    assert status == 2 and out == "" and complaint in err and len(err.splitlines()) == 1


def test_an_installation_without_lessons_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(found, "CHECKOUT", tmp_path / "nowhere")
    assert main(["lessons"]) == 2
    assert "the lessons are not here" in capsys.readouterr().err


def test_its_help_fits_a_terminal_and_says_what_else_there_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["lessons", "--help"])
    out = capsys.readouterr().out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert all(word in out for word in ("--out DIR", "--show", "--copy", "Without a number"))
