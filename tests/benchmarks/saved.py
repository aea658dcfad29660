"""The results, kept in a folder: results.json for programs, results.txt for people."""
import json


def read(folder):
    """The tables measured so far, by name: their rows, and the sitting that they come from."""
    file = folder / "results.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def add(folder, name, rows, facts):
    """Put a table in place of the one of that name that was saved before."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {**read(folder), name: {"sitting": facts, "rows": rows}}
    text = json.dumps(rounded(tables), indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")


def write_text(folder, text):
    (folder / "results.txt").write_text(text, encoding="utf-8")


def rounded(value):
    """Numbers in four digits: more are noise."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
