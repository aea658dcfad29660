"""What the packaging promises: top level, dependencies, data files, and an environment that makes
itself.
"""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
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
    return sorted(re.match(r"[\w.-]+(\[\w+\])?", line)[0] for line in requirements.split("\n")
                  if line)


def data_files():
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "gibbspool").rglob("*.csv")}


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
    extras = {extra: names(requirements) for extra,
              requirements in config["options.extras_require"].items()}
    assert extras == {
        "all": ["arviz", "matplotlib", "pandas"],
        "test": ["gibbspool[all]", "pytest"],
        "lint": ["ruff"],
    }


def test_package_data_covers_every_csv(config):
    patterns = config["options.package_data"]["gibbspool"].split()
    covered = {file.relative_to(ROOT).as_posix() for p in patterns
               for file in (ROOT / "gibbspool").glob(p)}
    assert data_files() and data_files() <= covered


def test_readme_and_ci_name_commands_that_exist():
    readme, makefile, ci = ((ROOT / name).read_text(encoding="utf-8")
                            for name in ("README.rst", "Makefile", ".ci/run"))
    for target in ("report", "test"):
        assert f"make {target}" in readme
    for target in re.findall(r"(?:^ +|``)make ([a-z-]+)(?=$|``| +#| [A-Z]+=)", readme,
                             re.MULTILINE):
        assert re.search(rf"^{target}:", makefile,
                         re.MULTILINE), f"README.rst names 'make {target}'"
    assert re.search(r"\bmake test$", ci, re.MULTILINE)
    assert os.access(ROOT / ".ci/run", os.X_OK)


# Stands in for the interpreter and for the one in the environment that it makes: notes what it was
# asked to do.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    "-m venv "*) echo "venv $(basename "$0")" >> log; [ ! -e no-venv ] || exit 1
                 mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && touch "$3/pyvenv.cfg" ;;
    *"-e .["*) echo "install" >> log; [ ! -e no-network ] ;;
    "-m pytest"*) echo "$*" >> log ;;
    "-c import"*) echo "$0" ;;
    demos/*) exec "{python}" "$@" ;;
esac
"""


class Checkout:
    """A directory with the Makefile and setup.cfg, two fake interpreters, and a log of what they
    were asked.
    """

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
    (checkout.path / "demos").mkdir()
    for name, line in {"a": "print('first')", "b": "raise SystemExit(3)",
                       "c": "print('last')"}.items():
        (checkout.path / "demos" / f"{name}.py").write_text(line)
    assert checkout.make("demos") != 0
    assert "first" in checkout.output and "last" in checkout.output
    assert "Failed: demos/b.py\n" in checkout.output
    (checkout.path / "demos" / "b.py").write_text("")
    assert checkout.make("demos") == 0


def test_make_clean_removes_what_was_made(checkout):
    checkout.make("test")
    for name in ("report", "build", "dist", "gibbspool.egg-info", "gibbspool/data/__pycache__"):
        (checkout.path / name).mkdir(parents=True)
    checkout.make("clean")
    left = {path.name for path in checkout.path.rglob("*")}
    assert left == {"Makefile", "setup.cfg", "bin", "python3", "python3.99", "log", "gibbspool",
                    "data"}


@pytest.mark.long
def test_wheel_and_sdist_carry_the_data_and_work_outside_the_checkout(tmp_path):
    source, outside = tmp_path / "source", tmp_path / "outside"
    outside.mkdir()
    shutil.copytree(ROOT / "gibbspool", source / "gibbspool",
                    ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "setup.py", "README.rst", "LICENSE"):
        shutil.copy(ROOT / name, source)

    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    def run(*command, cwd=outside):
        done = subprocess.run([str(c) for c in command], cwd=cwd, env=environment,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment_with(name, *requirements):
        run(sys.executable, "-m", "venv", tmp_path / name)
        scripts = tmp_path / name / ("Scripts" if os.name == "nt" else "bin")
        run(scripts / "python", "-m", "pip", "install", *requirements)
        return scripts

    builder = environment_with("builder", "setuptools") / "python"
    build = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    run(builder, "-c", build, tmp_path / "sdist", cwd=source)
    [sdist] = (tmp_path / "sdist").iterdir()
    with tarfile.open(sdist) as archive:
        packed = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert data_files() <= packed

    for origin, folder in ((source, "from-source"), (sdist, "from-sdist")):
        run(builder, "-m", "pip", "wheel", "--no-deps", "--use-pep517", "--wheel-dir", tmp_path
            / folder, origin)
        [wheel] = (tmp_path / folder).iterdir()
        assert data_files() <= set(zipfile.ZipFile(wheel).namelist())

    scripts = environment_with("light", wheel)
    assert "report" in run(scripts / "gibbspool", "--help")
    assert "report" in run(scripts / "python", "-m", "gibbspool", "--help")
    session = "import gibbspool as gp; print(gp.__file__, len(gp.data.eight_schools().y))"
    where, number = run(scripts / "python", "-c", session).rsplit(maxsplit=1)
    assert Path(where).is_relative_to(tmp_path / "light") and number == "8"
