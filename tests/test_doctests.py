"""The worked numbers of docstrings: each example is run, and none is passed over in silence."""
import doctest
import importlib
from pathlib import Path
from types import ModuleType

import pytest

import gibbspool as gp

PACKAGE = Path(gp.__file__).parent
EXTRAS = "plots"  # the room that needs matplotlib
PROMPT = ">>" + "> "  # in two parts, or this file would seem to have examples
FILES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))
         if PROMPT in path.read_text(encoding="utf-8")}


def module_of(name):
    parts = Path(name).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return importlib.import_module(".".join(["gibbspool", *parts]))


def failures(module, source):
    """How many examples fail; all that the source has must be found and run."""
    tests = doctest.DocTestFinder().find(module)
    examples = [example for test in tests for example in test.examples]
    written = sum(line.lstrip().startswith(PROMPT) for line in source.splitlines())
    assert len(examples) == written, f"{written} examples, of which doctest finds {len(examples)}"
    assert not any(example.options.get(doctest.SKIP) for example in examples), "one is skipped"
    runner = doctest.DocTestRunner()
    for test in tests:
        runner.run(test)
    return runner.summarize(verbose=False).failed


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.extras) if name.startswith(EXTRAS) else name
    for name in FILES])
def test_examples_in(name):
    assert failures(module_of(name), FILES[name].read_text(encoding="utf-8")) == 0


def test_the_kernels_have_examples():
    names = ("grid", "griddy", "slice", "concave_slice", "metropolis", "ladder", "augmentation",
             "interweaving")
    assert {str(Path("sampling", f"{name}.py")) for name in names} <= set(FILES)


def made(text, in_docstring=True):
    """A module with one example, and its source."""
    source = f'{"" if in_docstring else "hidden = "}"""An example.\n\n{PROMPT}{text}\n"""\n'
    module = ModuleType("made")
    exec(source, vars(module))
    return module, source


def test_a_wrong_number_is_seen(capsys):
    assert failures(*made("1 + 1\n2")) == 0
    assert failures(*made("1 + 1\n3")) == 1
    assert "Expected:" in capsys.readouterr().out


def test_an_example_that_is_not_found_or_skipped_is_seen():
    with pytest.raises(AssertionError, match="1 examples, of which doctest finds 0"):
        failures(*made("1 + 1\n2", in_docstring=False))
    with pytest.raises(AssertionError, match="one is skipped"):
        failures(*made("1 + 1  # doctest: +SKIP\n3"))
