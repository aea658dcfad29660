"""A function of a file replaced by another text, the rest untouched."""
import ast
import os
import tokenize


def reset(path, name, stub):
    """Put the stub where the function stands, or at the end.

    Returns
    -------
    (Path, bool)
        Where the old file is kept, under a name that was not there; whether the function was there.

    Raises
    ------
    ValueError
        The file cannot be parsed.
    """
    with tokenize.open(path) as file:
        source = file.read()
    lines = source.splitlines(keepends=True)
    places = places_of(path, source, name)
    kept = new_name(path)
    if places:
        for first, last in reversed(places[1:]):
            del lines[first:last]
        first, last = places[0]
        if first and lines[first - 1].startswith("# ---- "):
            first -= 1
        lines[first:last] = [stub]
    else:
        lines += ["\n\n", stub]
    aside = path.with_name(f".{path.name}.unfinished")
    with open(aside, "w", encoding="utf-8", newline="") as file:
        file.write("".join(lines))
    os.replace(path, kept)
    os.replace(aside, path)
    return kept, bool(places)


def new_name(path):
    """answers.before-reset.py, or with a number where there is one already: none is overwritten."""
    kept, n = path.with_name(f"{path.stem}.before-reset{path.suffix}"), 1
    while kept.exists():
        n += 1
        kept = path.with_name(f"{path.stem}.before-reset-{n}{path.suffix}")
    return kept


def places_of(path, source, name):
    """[(first line, line after the last)], counted from 0, of the functions of that name."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as problem:
        raise ValueError(f"{path}, line {getattr(problem, 'lineno', '?')}: this is no Python; "
                         "mend it first, or begin a new file") from problem
    return [(min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1, node.end_lineno)
            for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
