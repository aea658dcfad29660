"""What all lessons share: title, what they need, an end that says what was seen and what to try."""
import ast
import re
from pathlib import Path

import pytest

from gibbspool.lessons.found import read

DEMOS = Path(__file__).parents[2] / "demos"
LESSONS = sorted(DEMOS.glob("lesson_*.py"))

every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def number_of(path):
    return int(path.stem.split("_")[1])


def test_there_are_sixteen():
    assert [number_of(path) for path in LESSONS] == list(range(1, 17))


@every_lesson
def test_the_docstring_has_title_what_is_learnt_and_what_it_needs(path):
    assert read(path), "the form that `gibbspool lessons` reads"
    title, blank, *rest = ast.get_docstring(ast.parse(path.read_text("utf-8"))).splitlines()
    number = number_of(path)
    assert re.fullmatch(rf"Lesson {number}: [A-Z].*[.?]", title) and blank == ""
    [needs] = [line for line in rest if line.startswith("Needs: ")]
    assert rest.index(needs) >= 2, "what is learnt stands between the title and what is needed"
    wanted = [int(found) for found in re.findall(r"\d+", needs)]
    assert all(1 <= one < number for one in wanted), "only earlier lessons are needed"
    lists = r"nothing.*|lesson \d+|lessons \d+(, \d+)* and \d+"
    assert re.fullmatch(f"Needs: ({lists})", needs), needs
    assert wanted == sorted(set(wanted))


@every_lesson
def test_a_lesson_fits_on_a_few_screens(path):
    lines = path.read_text("utf-8").splitlines()
    assert 60 <= len(lines) <= 120 and max(map(len, lines)) <= 100


@every_lesson
def test_a_lesson_has_one_figure_and_ends_with_what_was_seen_and_what_to_try(path):
    source = path.read_text("utf-8")
    assert len(re.findall(rf'lesson_figure\(\w+, "{path.stem}\.png"', source)) == 1
    assert len(re.findall(r"^ *lesson_figure\(", source, re.MULTILINE)) == 1
    cells = source.split("# %%")
    assert len(cells) >= 5, "one idea a cell"
    assert cells[-1].splitlines()[0] == " What should have been seen"
    assert re.search(r'f?"(\\n)?Seen: ', cells[-1])
    assert re.search(r"""["'](\\n)?Try: """, cells[-1])


@every_lesson
def test_what_it_uses_of_the_library_is_named_by_its_file(path):
    """At least one file of the package is named, and those that are named exist."""
    root = path.parents[1]
    named = re.findall(r"gibbspool/[\w/]+\.py", path.read_text("utf-8"))
    assert named and all((root / name).exists() for name in named)


def test_readme_lists_them_with_what_they_need():
    readme = (DEMOS.parent / "README.rst").read_text("utf-8").split("Lessons, in order\n")[1]
    rows = re.findall(r"^(\d+) +(.+?)(?:  +([\d, ]+))?$", readme, re.MULTILINE)
    listed = {int(number): needs for number, _, needs in rows}
    assert list(listed) == list(range(1, 17))
    assert {one.number: ", ".join(map(str, one.needs)) for one in map(read, LESSONS)}.items() <= (
        listed.items())


def test_the_other_demos_name_the_lessons_they_rest_on():
    """All but those of the homework, which stands by itself."""
    for path in set(DEMOS.glob("*.py")) - set(LESSONS) - set(DEMOS.glob("homework_*.py")):
        rests = ast.get_docstring(ast.parse(path.read_text("utf-8"))).splitlines()[-1]
        lists = r"lesson \d+|lessons \d+(, \d+)* and \d+"
        assert re.fullmatch(rf"Rests on ({lists})\.", rests), path.name
        named = [int(found) for found in re.findall(r"\d+", rests)]
        assert named == sorted(set(named)) and set(named) <= set(range(1, 17)), path.name
