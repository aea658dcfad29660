"""A lesson's figure: drawn and saved where matplotlib is there, said to be missing where not."""
import sys

import pytest

from gibbspool.plots import lesson_figure as module
from gibbspool.plots.lesson_figure import lesson_figure


@pytest.mark.extras
def test_it_is_drawn_saved_and_said_where(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    figure = lesson_figure(lambda axes: axes.plot([1, 2], [3, 4]), "line.png")
    assert len(figure.axes[0].lines) == 1 and figure._repr_png_().startswith(b"\x89PNG")
    assert (tmp_path / "figures" / "line.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == "Saved: figures/line.png\n"


@pytest.mark.extras
def test_it_has_several_panels_and_goes_where_it_is_told(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(module, "FOLDER", tmp_path / "a" / "b")
    shapes = []
    lesson_figure(lambda axes: shapes.append(axes.shape), "two.png", columns=2)
    assert shapes == [(2,)] and (tmp_path / "a" / "b" / "two.png").exists()
    assert "a/b/two.png" in capsys.readouterr().out


def test_without_matplotlib_two_short_lines_say_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.chdir(tmp_path)

    def never(axes):
        raise AssertionError("there is nothing to draw into")

    name = f"{'long_' * 10}line.png"
    assert lesson_figure(never, name) is None and not list(tmp_path.iterdir())
    missing, remedy = capsys.readouterr().out.splitlines()
    assert name in missing and "gibbspool[all]" in remedy and max(len(missing), len(remedy)) <= 100
