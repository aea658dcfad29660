"""Files are written all or none."""
import os
from pathlib import Path

import pytest

from gibbspool.files import write_together


def test_files_and_folders_are_made_and_nothing_else(tmp_path):
    folder = tmp_path / "a" / "b"
    write_together(folder, {"x.csv": b"x", "figures/y.png": b"y"})
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*")} == {
        "x.csv", "figures", "figures/y.png"}
    assert (folder / "figures" / "y.png").read_bytes() == b"y"


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_breaks_off_changes_nothing(tmp_path, monkeypatch, problem):
    write_together(tmp_path, {"x.csv": b"before"})
    written = Path.write_bytes

    def write_bytes(self, content):
        if self.name == "y.csv":
            raise problem
        written(self, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(type(problem)) as raised:
        write_together(tmp_path, {"x.csv": b"after", "y.csv": b"after"})
    if isinstance(problem, OSError):
        assert raised.value.filename == str(tmp_path / "y.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    assert (tmp_path / "x.csv").read_bytes() == b"before"


def test_a_name_that_is_a_folder_is_named(tmp_path):
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(OSError) as raised:
        write_together(tmp_path, {"x.csv": b""})
    assert raised.value.filename == str(tmp_path / "x.csv")


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_symbolic_links_are_not_followed(tmp_path):
    precious, out = tmp_path / "precious", tmp_path / "out"
    precious.mkdir(), out.mkdir()
    (precious / "x.csv").write_text("thesis")
    (out / "x.csv").symlink_to(precious / "x.csv")
    write_together(out, {"x.csv": b"new"})
    assert (precious / "x.csv").read_text() == "thesis" and (out / "x.csv").read_bytes() == b"new"
    assert not (out / "x.csv").is_symlink()
    (out / "figures").symlink_to(precious)
    with pytest.raises(ValueError, match="figures is a symbolic link"):
        write_together(out, {"figures/x.csv": b"new"})
    assert (precious / "x.csv").read_text() == "thesis"
