"""What the packaging promises: top level, dependencies, files, an environment that makes itself."""
import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile
from pathlib import Path

import pytest
from house import FLOOR, PLANNED
from lowest import constraints

import gibbspool as gp

GROUND = {"__main__", "ctrl_c", "files", "html", "labels", "names", "optional", "progress", "rows",
          "spelling", "terminal", "validate"}
ROOT = Path(__file__).resolve().parents[1]
FIGURE = "gibbspool/plots/lesson_figure.py"
TOP_LEVEL = {"setup.cfg", "setup.py", "gibbspool", "demos", "tests", "Makefile", "README.rst",
             "LICENSE"}

if not (ROOT / "Makefile").exists():
    pytest.skip("not in a checkout", allow_module_level=True)


@pytest.fixture
def config():
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def names(requirements):
    return sorted(re.match(r"[\w.-]+(\[\w+\])?", line)[0]
                  for line in requirements.split("\n") if line)


def data_files():
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "gibbspool").rglob("*.csv")}


def lesson_files():
    """The lessons, by where they lie in an installed package."""
    return {f"gibbspool/lessons/scripts/{path.name}" for path in
            (ROOT / "demos").glob("lesson_*.py")}


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_top_level_holds_only_what_the_design_names():
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not in a git checkout")
    files = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True,
                           text=True).stdout.splitlines()
    entries = {file.split("/")[0] for file in files}
    assert {entry for entry in entries if not entry.startswith(".")} <= TOP_LEVEL


def test_base_installation_is_numpy_and_scipy(config):
    assert names(config["options"]["install_requires"]) == ["numpy", "scipy"]


def test_extras(config):
    extras = {extra: names(requirements)
              for extra, requirements in config["options.extras_require"].items()}
    assert extras == {
        "all": ["arviz", "matplotlib", "pandas"],
        "test": ["gibbspool[all]", "pytest"],
        "lint": ["ruff"],
    }


def test_package_data_covers_every_csv(config):
    patterns = config["options.package_data"]["gibbspool"].replace(",", " ").split()
    covered = {file.relative_to(ROOT).as_posix() for pattern in patterns
               for file in (ROOT / "gibbspool").glob(pattern)}
    assert data_files() and data_files() <= covered


def test_readme_and_ci_name_commands_that_exist():
    readme, makefile, ci = (text(name) for name in ("README.rst", "Makefile", ".ci/run"))
    for target in ("report", "test"):
        assert f"make {target}" in readme
    for target in re.findall(r"(?:^ +|``)make ([a-z-]+)(?=$|``| +#| [A-Z]+=)", readme,
                             re.MULTILINE):
        assert re.search(rf"^{target}:", makefile,
                         re.MULTILINE), f"README.rst names 'make {target}'"
    for target in ("test", "lint", "demos"):
        assert re.search(rf"\bmake {target}$", ci, re.MULTILINE)
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_readme_names_files_that_exist():
    named = set(re.findall(r"\b(?:demos|tests|gibbspool)/[\w/]+\.(?:py|png)", text("README.rst")))
    assert len(named) >= 4 and not {name for name in named if not (ROOT / name).exists()}


def test_the_breakpoint_in_readme_is_the_first_line_of_a_draw():
    (path, line), = re.findall(r"``b (gibbspool/[\w/]+\.py):(\d+)``", text("README.rst"))
    functions = [node for node in ast.parse(text(path)).body if isinstance(node, ast.FunctionDef)]
    first = {one.name: one.body[1].lineno for one in functions if ast.get_docstring(one)}
    assert first["draw_griddy"] == int(line)


def test_readme_shows_rooms_that_exist():
    floors = text("README.rst").split("Finding your way")[1]
    rooms = re.findall(r"``([\w/]+)``", "".join(re.findall(r"^``.*?  ", floors, re.MULTILINE)))
    assert {"cli", "models/twins", "sampling", "numerics"} <= set(rooms)
    for room in rooms:
        assert any((ROOT / "gibbspool" / name).exists() for name in (room, f"{room}.py")), room
    floors = [FLOOR[room.replace("/", ".")] for room in rooms]
    assert floors == sorted(floors), "README's map and the table of rooms differ in their order"
    assert {room.split("/")[0] for room in rooms} == {
        room.split(".")[0] for room in FLOOR if room not in PLANNED | GROUND}


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore:R-hat", "ignore:the effective sample size")
def test_the_code_in_readme_runs(tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"code-block:: python\n\n((?:    .*\n|\n)+)", text("README.rst"))
    monkeypatch.chdir(tmp_path)
    sample = gp.sample  # by default 2000 draws
    monkeypatch.setattr(gp, "sample", lambda model, **more: sample(
        model, **{"draws": 100, "tune": 50, **more}))
    exec("\n".join(textwrap.dedent(block) for block in blocks), {"__name__": "readme"})
    assert len(blocks) == 2 and "ok    sigma_given" in capsys.readouterr().out


def test_the_budgets_of_ci_leave_room():
    """Tests with the other Pythons run two at a time."""
    stages = re.findall(r"^ *stage (\d+) ", text(".ci/run"), re.MULTILINE)
    minutes = [int(found) for found in stages]
    assert len(minutes) == 9
    first, lint, demos, other, other_demos, lowest, core, selftests, packaging = minutes
    assert (first + lint + demos + other + other_demos + lowest + core + selftests
            + packaging) <= 59


def test_the_lowest_versions_are_those_of_setup_cfg(config):
    """Each package is promised from a version on, but the linter; SciPy 1.11's betainc is wrong."""
    pinned = dict(line.split("==") for line in constraints())
    assert set(pinned) == {"numpy", "scipy", "arviz", "pandas", "matplotlib", "pytest"}
    for package, version in pinned.items():
        assert f"{package}>={version}" in text("setup.cfg")
    assert pinned["scipy"] == "1.12" and config["options"]["python_requires"] == ">=3.10"


def test_ci_tests_the_lowest_versions_on_the_lowest_python(checkout):
    """The real script of the stage, with a make that says what pip would be told."""
    (checkout.path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "lowest.py", checkout.path / "tests")
    (checkout.path / "bin" / "make").write_text('#!/bin/sh\necho "$*"; cat "$PIP_CONSTRAINT"\n')
    (checkout.path / "bin" / "make").chmod(0o755)
    function = re.search(r"^lowest_tests\(\) .*?^}", text(".ci/run"), re.DOTALL | re.MULTILINE)[0]
    done = subprocess.run(["bash", "-c", f'{function}\nlowest_tests "$0"', sys.executable],
                          cwd=checkout.path, capture_output=True, text=True,
                          env={"PATH": f"{checkout.path / 'bin'}:{os.environ['PATH']}",
                               "temp": str(checkout.path)})
    called, *pinned = done.stdout.splitlines()
    assert called.startswith(f"test PYTHON={sys.executable} VENV=")
    assert pinned == constraints()
    assert "find_python 3.10); then\n    stage 9" in text(".ci/run")


def test_one_key_debugs_a_demo_and_steps_into_the_package():
    first, second, *_ = json.loads(text(".vscode/launch.json"))["configurations"]
    assert first["program"] == "${file}" and second["module"] == "pytest"
    assert first["justMyCode"] is second["justMyCode"] is False


# Stands in for the interpreter and for the one in the environment that it makes: notes what it was
# asked to do.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    "-m venv "*) echo "venv $(basename "$0")" >> log; [ ! -e no-venv ] || exit 1
                 mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && touch "$3/pyvenv.cfg" ;;
    *"-e .["*) echo "install" >> log; [ ! -e no-network ] ;;
    "-m pytest"*) echo "$*" >> log ;;
    "-c import"*) echo "$0" ;;
    tests/run_demos.py*) exec "{python}" "$@" ;;
esac
"""


class Checkout:
    """A directory with the Makefile, two fake interpreters, and a log of what they were asked."""

    def __init__(self, path):
        self.path = path
        for name in ("Makefile", "setup.cfg"):
            shutil.copy(ROOT / name, path)
        for name in ("python3", "python3.99"):
            (path / "bin").mkdir(exist_ok=True)
            (path / "bin" / name).write_text(FAKE_PYTHON.replace("{python}", sys.executable))
            (path / "bin" / name).chmod(0o755)

    def make(self, *arguments):
        (self.path / "log").write_text("")
        environment = {"PATH": f"{self.path / 'bin'}:{os.environ['PATH']}"}
        done = subprocess.run(["make", *arguments], cwd=self.path, env=environment,
                              capture_output=True, text=True)
        self.log = (self.path / "log").read_text().splitlines()
        self.output = done.stdout + done.stderr
        return done.returncode


@pytest.fixture
def checkout(tmp_path):
    if not shutil.which("make"):
        pytest.skip("needs make")
    path = tmp_path / "a checkout"
    path.mkdir()
    return Checkout(path)


FRESH = ["venv python3", "install", "-m pytest"]


def test_make_sets_up_its_environment_once(checkout):
    assert checkout.make("test") == 0
    assert checkout.log == FRESH
    assert "Setting up .venv (once; takes a minute or two)..." in checkout.output
    assert checkout.make("test", "ARGS=-k hello") == 0
    assert checkout.log == ["-m pytest -k hello"]


def test_make_refreshes_the_environment_when_setup_cfg_changed(checkout):
    checkout.make("test")
    with open(checkout.path / "setup.cfg", "a") as file:
        file.write("# changed\n")
    checkout.make("test")
    assert checkout.log == ["install", "-m pytest"]
    checkout.make("test")
    assert checkout.log == ["-m pytest"]


def test_make_takes_another_interpreter_and_place(checkout):
    assert checkout.make("test", "VENV=my venv") == 0
    assert checkout.log == FRESH and (checkout.path / "my venv" / "bin" / "python").exists()
    checkout.make("test", "VENV=my venv", "PYTHON=python3.99")
    assert checkout.log == ["venv python3.99", "install", "-m pytest"]
    checkout.make("test", "VENV=my venv")
    assert checkout.log == ["-m pytest"]


def test_make_repairs_an_interrupted_installation(checkout):
    (checkout.path / "no-network").touch()
    assert checkout.make("test") != 0
    assert checkout.log == ["venv python3", "install"]
    (checkout.path / "no-network").unlink()
    assert checkout.make("test") == 0
    assert checkout.log == FRESH
    (checkout.path / ".venv" / "bin" / "python").unlink()
    assert checkout.make("test") == 0
    assert checkout.log == FRESH


def test_make_says_what_to_install_when_there_can_be_no_environment(checkout):
    (checkout.path / "no-venv").touch()
    assert checkout.make("test") != 0
    assert "apt install python3-venv" in checkout.output
    assert checkout.make("test", "PYTHON=python3.98") != 0
    assert "not a working Python 3.10 or newer" in checkout.output


def test_make_deletes_no_directory_that_it_did_not_make(checkout):
    precious = checkout.path / "mine" / "thesis.tex"
    precious.parent.mkdir()
    precious.touch()
    assert checkout.make("test", "VENV=mine") != 0
    assert "not made by this Makefile" in checkout.output
    checkout.make("clean", "VENV=mine")
    assert precious.exists()


def test_make_demos_runs_all_and_lists_the_failures(checkout):
    for folder in ("demos", "tests"):
        (checkout.path / folder).mkdir()
    shutil.copy(ROOT / "tests" / "run_demos.py", checkout.path / "tests")
    for name, line in {"a": "print('first')", "b": "raise SystemExit(3)",
                       "c": "print('last')"}.items():
        (checkout.path / "demos" / f"{name}.py").write_text(line)
    assert checkout.make("demos") != 0
    assert "first" in checkout.output and "last" in checkout.output
    assert "Failed: b.py: exit status 3\n" in checkout.output
    assert checkout.make("demos", "ARGS=c") == 0
    assert "first" not in checkout.output and "last" in checkout.output
    (checkout.path / "demos" / "b.py").write_text("")
    assert checkout.make("demos") == 0
    assert "3 of 3 demos ran" in checkout.output


def test_make_clean_removes_what_was_made(checkout):
    checkout.make("test")
    for name in ("report", "build", "dist", "gibbspool.egg-info", "gibbspool/data/__pycache__"):
        (checkout.path / name).mkdir(parents=True)
    checkout.make("clean")
    left = {path.name for path in checkout.path.rglob("*")}
    assert left == {"Makefile", "setup.cfg", "bin", "python3", "python3.99", "log", "gibbspool",
                    "data"}


FAKE_MAKE = """#!/bin/sh
case "$*" in
    test) echo "====== 3 passed in 0.10s ======" ;;
    lint) echo "E501 Line too long"; exit 1 ;;
    demos) echo "2 of 2 demos ran, the slowest, a.py, in 1.0 s of one core."; sleep 1; exit 124 ;;
esac
"""


@pytest.mark.skipif(not shutil.which("timeout") or not shutil.which("bash"), reason="needs a shell")
def test_ci_runs_every_stage_and_says_what_each_took(checkout):
    (checkout.path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", checkout.path / ".ci")
    (checkout.path / "bin" / "make").write_text(FAKE_MAKE)
    (checkout.path / "bin" / "make").chmod(0o755)
    environment = {"PATH": f"{checkout.path / 'bin'}:{os.environ['PATH']}",
                   "PYENV_ROOT": str(checkout.path)}
    done = subprocess.run([".ci/run"], cwd=checkout.path, env=environment, capture_output=True,
                          text=True)
    assert done.returncode == 1
    body, summary = done.stdout.split("=== Summary")
    assert "E501 Line too long" in body and "== 3 passed in 0.10s" in body
    took = r"[0-9]:[0-9]{2}"
    assert re.search(f"passed  make test: {took} of 10:00  =* 3 passed in 0.10s =*", summary)
    assert re.search(f"FAILED  make lint: {took} of 1:00", summary)
    assert re.search("STOPPED after its 4 minutes,  make demos: (?!0:00){took} of 4:00  2 of 2"
                     .replace("{took}", took), summary)
    assert "passed  core tests, numpy and scipy alone" in summary
    assert "passed  packaging" in summary
    assert "passed  homework selftest, every Python" in summary


# --- what is built, and installed -------------------------------------------------------------

ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def run(*command, cwd, **more):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True,
                          env={**ENVIRONMENT, **more})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def new_environment(path, *install):
    """A fresh virtual environment, and what pip is to install there: its folder of commands."""
    run(sys.executable, "-m", "venv", path, cwd=path.parent)
    scripts = path / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", *install, cwd=path.parent)
    return scripts


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with a copy of the checkout, an interpreter that can build it, and its sdist."""
    path = tmp_path_factory.mktemp("built")
    source = path / "source"
    for name in ("gibbspool", "tests", "demos/images", ".ci", ".vscode"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for demo in (ROOT / "demos").glob("*.py"):
        shutil.copy(demo, source / "demos")
    for name in ("setup.cfg", "setup.py", "Makefile", "README.rst", "LICENSE"):
        shutil.copy(ROOT / name, source)
    python = new_environment(path / "builder", "setuptools") / "python"
    build = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    run(python, "-c", build, path / "sdist", cwd=source)
    return path


@pytest.mark.long
def test_wheel_and_sdist_carry_the_data_and_work_outside_the_checkout(built, tmp_path):
    python = built / "builder" / ("Scripts" if os.name == "nt" else "bin") / "python"
    [sdist] = (built / "sdist").iterdir()
    with tarfile.open(sdist) as archive:
        packed = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert data_files() <= packed

    for origin, folder in ((built / "source", "from-source"), (sdist, "from-sdist")):
        run(python, "-m", "pip", "wheel", "--no-deps", "--use-pep517",
            "--wheel-dir", tmp_path / folder, origin, cwd=tmp_path)
        [wheel] = (tmp_path / folder).iterdir()
        files = set(zipfile.ZipFile(wheel).namelist())
        assert data_files() <= files and not {name for name in files if name.startswith("tests")}
        assert lesson_files() == {name for name in files if "lesson_" in name} - {FIGURE}

    scripts = new_environment(tmp_path / "light", wheel)
    assert "report" in run(scripts / "gibbspool", "--help", cwd=tmp_path)
    assert "report" in run(scripts / "python", "-m", "gibbspool", "--help", cwd=tmp_path)
    session = "import gibbspool as gp; print(gp.__file__, len(gp.data.eight_schools().y))"
    where, number = run(scripts / "python", "-c", session, cwd=tmp_path).rsplit(maxsplit=1)
    assert Path(where).is_relative_to(tmp_path / "light") and number == "8"

    listed = run(scripts / "gibbspool", "lessons", cwd=tmp_path)
    assert len(re.findall(r"^ ?\d+  \S", listed, re.MULTILINE)) == len(lesson_files())
    shown = run(scripts / "gibbspool", "lessons", "16", "--show", cwd=tmp_path).strip()
    assert Path(shown).is_relative_to(tmp_path / "light") and Path(shown).parent.name == "scripts"
    assert "Seen:" in run(scripts / "gibbspool", "lessons", "16", cwd=tmp_path)


@pytest.mark.long
@pytest.mark.extras
def test_the_tests_of_the_sdist_are_complete(built, tmp_path):
    """None is missing, pytest finds all, and those run that read other files of the sdist."""
    [sdist] = (built / "sdist").iterdir()
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # where Python has it
        archive.extractall(tmp_path)
    [unpacked] = tmp_path.iterdir()
    for folder in ("tests", "demos"):
        ours, theirs = ({path.relative_to(top).as_posix() for path in (top / folder).rglob("*.py")}
                        for top in (ROOT, unpacked))
        assert ours - theirs == set()
    pytest_there = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    path = {"PYTHONPATH": str(unpacked)}
    assert "error" not in run(*pytest_there, "--collect-only", cwd=unpacked, **path).lower()[-200:]
    run(*pytest_there, "tests/test_data.py", "tests/test_demos.py", "tests/guide/test_stein.py",
        "tests/test_packaging.py", cwd=unpacked, **path)


@pytest.mark.long
def test_a_folder_of_wheels_serves_a_machine_without_a_network(built, tmp_path):
    """README's two commands, for the light installation; the second one may not ask an index."""
    wheels = tmp_path / "wheels"
    python = built / "builder" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(python, "-m", "pip", "wheel", "--wheel-dir", wheels, built / "source", cwd=tmp_path)
    assert {path.name.split("-")[0] for path in wheels.iterdir()} == {"gibbspool", "numpy", "scipy"}
    scripts = new_environment(tmp_path / "lab", "--no-index", "--find-links", wheels, "gibbspool")
    session = ("import gibbspool as gp; schools = gp.data.eight_schools(); "
               "model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups); "
               "print(gp.sample(model, draws=20, tune=10, chains=4)['theta', 'A'].shape)")
    assert run(scripts / "python", "-c", session, cwd=tmp_path).strip() == "(4, 20)"
