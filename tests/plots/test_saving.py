"""Pictures as files: PNG, SVG and PDF, the same bytes from the same picture."""
import pytest

pytestmark = pytest.mark.extras
from gibbspool import plots  # noqa: E402


def picture():
    return plots.shrinkage(["A", "B"], [1.0, 4.0], [2.0, 3.0])


def test_the_same_picture_gives_the_same_three_files_without_a_date(monkeypatch):
    first = plots.as_files(picture(), "a")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12345")  # another time of the clock
    assert plots.as_files(picture(), "a") == first
    starts = {name: content[:5] for name, content in first.items()}
    assert starts == {"a.png": b"\x89PNG\r", "a.svg": b"<?xml", "a.pdf": b"%PDF-"}
    assert b"dc:date" not in first["a.svg"] and b"CreationDate" not in first["a.pdf"]


def test_a_path_says_by_its_ending_what_is_written(tmp_path):
    figure = picture()
    for name in ("a.svg", "a.PDF", "a.png"):
        plots.save(figure, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes()[:5] == b"<?xml"
    assert (tmp_path / "a.PDF").read_bytes()[:5] == b"%PDF-"
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_many_points_are_a_picture_within_the_drawing():
    import io

    import numpy as np

    from gibbspool.plots import section
    pairs, buffer = np.random.default_rng(1).normal(size=(20_000, 2)), io.BytesIO()
    plots.save(section.dependence(pairs, pairs, (0.0, 0.0)), buffer, "svg")
    assert len(buffer.getvalue()) < 500_000
