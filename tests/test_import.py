"""What `import gibbspool` and `gibbspool --help` load, and what they leave for later."""
import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gibbspool as gp
from gibbspool import core

# Rooms that nobody should wait for who does not use them.
LATER = ("funnel", "guide", "plots", "fit", "section58", "stepping", "cli")
HEAVY = ("asyncio", "concurrent", "http", "multiprocessing", "unittest", "xml")


def loaded(code):
    """The modules that are loaded after `code`, in a process of its own."""
    code += "\nimport sys\nsys.stdout.write('|' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split("|")[-1].split())


def within(modules, names, package=""):
    """Those that are one of these packages, or stand in one."""
    return {module for module in modules
            for name in names if (module + ".").startswith(f"{package}{name}.")}


@pytest.fixture(scope="module")
def ground():
    """What numpy and scipy.special load by themselves."""
    return loaded("import numpy, scipy.special")


def test_importing_imports_no_other_package():
    added = loaded("import gibbspool") - loaded("import importlib")
    others = {module.split(".")[0] for module in added - within(added, ["gibbspool"])}
    assert others <= sys.stdlib_module_names and not within(added, ["gibbspool.core"])


def test_the_core_adds_the_package_and_small_parts_of_python_alone(ground):
    added = loaded("import gibbspool\ngibbspool.sample") - ground
    own = within(added, ["gibbspool"])
    others = {module.split(".")[0] for module in added - own}
    assert within(own, ["gibbspool.core"]) and others <= sys.stdlib_module_names
    assert not within(added, HEAVY) and not within(own, LATER, "gibbspool.")
    assert not any("exact" in module for module in own)


def test_help_needs_neither_numpy_nor_a_command_s_own_room():
    code = """
from gibbspool.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
"""
    added = loaded(code) - loaded("import importlib")
    assert within(added, ["gibbspool.cli"]) and "numpy" not in added
    others = {module.split(".")[0] for module in added - within(added, ["gibbspool"])}
    assert others <= sys.stdlib_module_names
    assert not within(added, HEAVY)
    assert not within(added, set(LATER) - {"cli"}, "gibbspool.")


def test_a_sweep_imports_nothing():
    code = """
import sys
import gibbspool as gp
from gibbspool.models import examples
models = [getattr(examples, name)() for name in
          ("eight_schools", "private_schools", "instructors", "survey", "hospitals", "baseball")]
gp.sample(models[0], draws=1, tune=1)
before = set(sys.modules)
for model in models:
    gp.sample(model, draws=2, tune=1)
assert set(sys.modules) == before, set(sys.modules) - before
"""
    loaded(code)


def test_every_name_is_in_the_core_or_comes_later():
    assert sorted({*core.__all__, *gp.LATER, "data", "funnel"}) == sorted(gp.__all__)
    assert set(gp.__all__) <= set(dir(gp)) and not set(core.__all__) & set(gp.LATER)
    for name in core.__all__:
        assert getattr(gp, name) is getattr(core, name)
    loaded("from gibbspool import *\nassert sample and NormalNormal and exact and funnel.neal")


def test_editors_are_told_where_each_name_comes_from():
    told = {}
    for node in ast.walk(ast.parse(Path(gp.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            told.update({alias.name: node.module or alias.name for alias in node.names})
    rooms = {name: name for name in ("ctrl_c", "data", "funnel", "plots")}
    assert told == {**rooms, **dict.fromkeys(core.__all__, "core"), **gp.LATER}


def test_what_is_imported_later_is_there_when_asked_for():
    assert set(gp.LATER) <= set(dir(gp)) and set(gp.LATER) <= set(gp.__all__)
    for name in gp.LATER:
        assert getattr(gp, name) is getattr(gp, name)
    asked = "from gibbspool import " + ", ".join(gp.LATER)
    loaded(asked + "\nimport gibbspool\nassert gibbspool.reml is reml and gibbspool.funnel.neal")


def test_every_room_is_there_at_first_sight():
    here = Path(gp.__file__).parent
    assert sorted(gp.ROOMS) == sorted(path.parent.name for path in here.glob("*/__init__.py"))
    loaded("import gibbspool as gp\nassert gp.sampling.griddy.Griddy and gp.models.normal")


def test_a_name_that_there_is_not():
    with pytest.raises(AttributeError, match="module 'gibbspool' has no attribute 'samples'"):
        gp.samples
