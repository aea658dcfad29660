"""What the design promises: light imports, arrows that point down, no circle, no name in two roles.

The house, from the top. A room may import from the rooms below it: never from one above, nor from
one beside it on its own floor. Inside a room files may use each other, without a circle. Imports
inside functions count like all others.
"""
import ast
import subprocess
import sys
from pathlib import Path

import pytest
from house import FLOOR, PLANNED

import gibbspool as gp

PACKAGE = Path(gp.__file__).parent


def modules():
    """Every file of the package by its dotted name; a package's own file has the name of the
    package.
    """
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


FILES = dict(modules())


def imported(module, path):
    """The package's own modules that a file imports, anywhere in it."""
    inside = path.name == "__init__.py"
    here = module.split(".") if module else []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0]
                                                 == "gibbspool"):
            if node.level:
                base = here[:len(here) - node.level + inside]
                base += node.module.split(".") if node.module else []
            else:
                base = node.module.split(".")[1:]
            for alias in node.names:
                name = ".".join([*base, alias.name])
                yield name if name in FILES else ".".join(base)


ARROWS = {module: set(imported(module, path)) - {module} for module, path in FILES.items()}


def room_of(module):
    """The room a module stands in: the longest name in the table that it begins with."""
    parts = module.split(".")
    names = [".".join(parts[:k]) for k in range(len(parts), 0, -1)]
    return next((name for name in names if name in FLOOR), None)


def test_every_file_stands_in_a_room():
    for module in FILES:
        assert module == "" or room_of(module), f"{module} stands in no room of the table"


def test_every_room_of_the_table_exists():
    missing = {room for room in FLOOR if room not in FILES} - PLANNED
    assert not missing


def test_arrows_point_down():
    wrong = [f"{module} imports {other}" for module, others in ARROWS.items() for other in others
             if module and other
             and room_of(module) != room_of(other)
             and FLOOR[room_of(other)] <= FLOOR[room_of(module)]]
    assert not wrong, "\n".join(["upwards or sideways:", *wrong])


def test_only_the_package_itself_is_imported_for_its_version():
    """Nothing below imports the package's front door, which stands on top of all, but for who tells
    its version.
    """
    assert {module for module, others in ARROWS.items() if "" in others} <= {"cli",
                                                                             "homework.record"}


def test_no_circle():
    """Not even through an import inside a function, or through a package's own file."""
    done, path = set(), []

    def walk(module):
        if module in path:
            raise AssertionError(" imports ".join([*path[path.index(module):], module]))
        if module in done:
            return
        path.append(module)
        for other in sorted(ARROWS[module] - {""}):
            walk(other)
        done.add(path.pop())

    for module in FILES:
        walk(module)


@pytest.mark.parametrize("wrong, arrows", [
    ("upwards", {"numerics.roots": {"sampling.slice"}}),
    ("sideways", {"fit.fitting": {"section58.page"}}),
    ("one wing to another", {"models.normal.model": {"models.poisson.model"}}),
    ("a wing to the cards", {"models.normal.model": {"models.card"}})])
def test_the_test_sees(monkeypatch, wrong, arrows):
    for module, others in arrows.items():
        monkeypatch.setitem(ARROWS, module, others)
    with pytest.raises(AssertionError, match="upwards or sideways"):
        test_arrows_point_down()


def test_the_test_sees_a_circle(monkeypatch):
    monkeypatch.setitem(ARROWS, "numerics.roots", {"numerics.plane"})
    monkeypatch.setitem(ARROWS, "numerics.plane", {"numerics.roots"})
    circle = "numerics.(plane|roots) imports numerics.(roots|plane) imports numerics"
    with pytest.raises(AssertionError, match=circle):
        test_no_circle()


def test_no_module_has_the_name_of_a_public_function():
    functions = {name for name in gp.__all__ if callable(getattr(gp, name))}
    assert not {module for module in FILES if "." not in module} & functions


def test_importing_needs_numpy_and_scipy_alone():
    code = ("import sys; import gibbspool; found = {m.split('.')[0] for m in sys.modules} & "
            "{'pandas', 'matplotlib', 'arviz', 'xarray'}; assert not found, found; assert "
            "'scipy.stats' not in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_everything_else_works_without_the_extras():
    code = """
import sys
for name in ("pandas", "matplotlib", "arviz", "xarray"):
    sys.modules[name] = None
import gibbspool as gp
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
draws = gp.sample(model, draws=50, tune=10)
assert gp.check_conditionals(model).ok and gp.exact(model).elpd_loo().elpd < 0
for call in (draws.summary, draws.to_arviz, gp.exact(model).summary,
             lambda: gp.compare({"a": model, "b": model})):
    try:
        call()
    except ImportError as problem:
        assert "gibbspool[all]" in str(problem), problem
    else:
        raise AssertionError(call)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_has_a_docstring():
    for name in gp.__all__:
        assert (getattr(gp, name).__doc__ or "").strip(), name
