"""What the design promises: light imports, floors that point down, no name in two roles."""
import ast
import subprocess
import sys
from pathlib import Path

import gibbspool as gp

PACKAGE = Path(gp.__file__).parent
FLOORS = [
    {"validate", "optional", "coordinates", "distributions", "quadrature", "kernels", "draws", "data", "tables"},
    {"models", "hamiltonian", "arviz_bridge", "plots"},
    {"advice", "check", "families", "funnel", "plots_exact", "plots_funnel", "plots_section", "exact_posterior", "gibbs",
     "mixed_model", "plots_practice", "pooling", "practice", "sensitivity", "stein"},
    {"section58", "homework", "fitting"},
    {"cli"},
]
# Methods that hand over to a view of the same object when they are called; nothing is imported before.
VIEWS = {("draws", "arviz_bridge")}


def imports(path):
    """(module, imported module) pairs of relative imports, the package being the root."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = parts[:len(parts) - node.level]
            names = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
            for name in names:
                yield (base or (name,))[0]


def test_imports_point_down_only():
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).with_suffix("").parts[0]
        if module in ("__init__", "__main__"):
            continue
        assert module in floor, f"{module} stands on no floor"
        for imported in imports(path):
            if imported in floor and (module, imported) not in VIEWS:
                assert floor[imported] <= floor[module], f"{path.name} imports {imported}, which lies above it"


def test_no_module_has_the_name_of_a_public_function():
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    functions = {name for name in gp.__all__ if callable(getattr(gp, name))}
    assert not modules & functions


def test_importing_needs_numpy_and_scipy_alone():
    code = ("import sys; import gibbspool; "
            "found = {m.split('.')[0] for m in sys.modules} & {'pandas', 'matplotlib', 'arviz', 'xarray'}; "
            "assert not found, found; assert 'scipy.stats' not in sys.modules")
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
for call in (draws.summary, draws.to_arviz, gp.exact(model).summary, lambda: gp.compare({"a": model, "b": model})):
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
