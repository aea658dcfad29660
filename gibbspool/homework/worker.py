"""The child: loads a student's file, makes the calls it is asked for, writes down what came back.

It runs alone, as ``python -I -B -X utf8 worker.py``, in a folder of its own. One line of JSON comes
on standard input; one line of JSON goes out for what was found in the file, and one for each call.
What it says is not believed: the parent judges the numbers alone, and a missing answer is a wrong
answer. Standard library and NumPy only.
"""
import ast
import importlib
import importlib.abc
import json
import os
import sys
import traceback
import types

NOT_THERE, STUB, DEFINED, BROKEN = "missing", "stub", "defined", "file"


def main():
    """Serve one request: {"file", "name", "requests", "paths", "harness", "limits"}."""
    request = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence()
    sys.path[:0] = [path for path in request["paths"] if path not in sys.path]
    perform = harness(request["harness"]).perform if request["requests"] else None
    limit(request["limits"])
    sys.meta_path.insert(0, NoLibrary())

    def say(one):
        answers.write(json.dumps(one) + "\n")
        answers.flush()

    file, names = request["file"], request["names"]
    with open(file, "rb") as handle:
        source = handle.read()
    tree, problem = parsed(source, file)
    look = {name: looked_at(tree, name) for name in names}
    say({"look": look, "problem": problem, "imports": imports(tree), "advice": advice(tree)})
    if not request["requests"]:
        return
    namespace, problem = loaded(tree, file)
    name = names[0]
    function = namespace.get(name)
    say({"loaded": callable(function), "problem": problem})
    if callable(function):
        for one in request["requests"]:
            say(perform(function, one, file=file))


def silence():
    """Descriptors 0 and 1 point elsewhere: `print` and `input` cannot disturb the answers."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)


def harness(folder):
    """What makes a call, loaded from its folder without the rest of the library."""
    package = types.ModuleType("lab")
    package.__path__ = [folder]
    sys.modules["lab"] = package
    return importlib.import_module("lab.harness")


def limit(limits):
    """Of processor seconds, memory, file size and processes, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # a system that has the name but not the limit
            continue


class NoLibrary(importlib.abc.MetaPathFinder):
    """`import gibbspool` is refused: what is asked for shall be written."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("gibbspool", "lab"):
            raise ImportError("gibbspool cannot be imported in an answer: write the function "
                              "yourself")
        return None


# ---- a look at the file, before any of it runs

def parsed(source, file):
    """The file's syntax tree, and what is wrong where there is none."""
    try:
        return compile(source, file, "exec", ast.PyCF_ONLY_AST), None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        return ast.Module(body=[], type_ignores=[]), {
            "type": type(problem).__name__, "message": str(getattr(problem, "msg", problem))[:300],
            "line": getattr(problem, "lineno", None)}


def looked_at(tree, name):
    """{"status", "arguments"} of a function, by its last definition at the top of the file."""
    found = {"status": NOT_THERE}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            found = {"status": STUB if is_stub(node) else DEFINED, "arguments": arguments_of(node)}
        elif name in names_in(node):
            found = {"status": DEFINED}  # perhaps: only running it will tell
    return found


def names_in(node):
    """The names that a statement may define: assigned, imported, or defined anywhere inside."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id
        yield getattr(one, "name", None)
        yield getattr(one, "asname", None)


def is_stub(node):
    """Whether nothing stands in it but a docstring and `raise NotImplementedError`, or nothing."""
    return all(isinstance(one, ast.Pass) or is_constant(one) or is_not_implemented(one)
               for one in node.body)


def is_constant(node):
    """A docstring, or three dots."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_not_implemented(node):
    if not isinstance(node, ast.Raise):
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return getattr(raised, "id", None) == "NotImplementedError"


def arguments_of(node):
    """The names in order; None where `*args` or `**options` take anything.

    Those with a default come last and need not be given: only the others count.
    """
    given = node.args
    if given.vararg or given.kwarg or node.decorator_list:
        return None
    names = [one.arg for one in [*given.posonlyargs, *given.args]]
    optional = len(given.defaults)
    needed = [one.arg for one, default in zip(given.kwonlyargs, given.kw_defaults)
              if default is None]
    return {"needed": names[:len(names) - optional] + needed,
            "optional": names[len(names) - optional:]}


def imports(tree):
    """The modules that the file imports, by name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return sorted(found)[:40]


def advice(tree):
    """[(line, sentence)] on habits that are no mistakes: never a matter of points."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random",
                                                                           "numpy.random"):
            if node.attr not in ("Generator", "default_rng"):
                found.append((node.lineno, f"np.random.{node.attr} draws from a hidden generator "
                                           "that all code shares: use the one you are given"))
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            found.append((node.lineno, "a bare `except:` hides every mistake, a misspelt name as "
                                       "well: name the exception"))
    return sorted(set(found))[:10]


# ---- the file runs

def loaded(tree, file):
    """What the file defines, and the first problem that its top level ran into.

    One statement after the other: a forgotten test call at the end takes no function away.
    """
    module = types.ModuleType("answers")
    module.__file__ = file
    sys.modules["answers"] = module
    problem = None
    for node in tree.body:
        try:
            code = compile(ast.Module(body=[node], type_ignores=[]), file, "exec")
            exec(code, module.__dict__)
        except Exception as wrong:
            problem = problem or problem_of(wrong, file)
    return module.__dict__, problem


def problem_of(wrong, file):
    """Type, message and the line of the student's file."""
    lines = [frame.lineno for frame in traceback.extract_tb(wrong.__traceback__)
             if frame.filename == file]
    try:
        message = str(wrong)[:300]
    except Exception:
        message = ""
    return {"type": type(wrong).__name__[:80], "message": message,
            "line": lines[-1] if lines else None}


if __name__ == "__main__":
    main()
