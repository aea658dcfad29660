"""Figures: shown once in a notebook, never left open, in a font that has the characters."""
import warnings

import numpy as np
import pytest

pytestmark = pytest.mark.extras
from gibbspool.plots import base  # noqa: E402

pytest.importorskip("matplotlib")


def test_a_picture_shows_itself_and_pyplot_knows_nothing_of_it(truth):
    from matplotlib import pyplot

    from gibbspool import plots
    for figure in (plots.forest(truth), plots.shrinkage("AB", [1, 2], [1, 2]), base.axes()[0]):
        assert figure._repr_png_().startswith(b"\x89PNG")
    assert pyplot.get_fignums() == []


def test_characters_without_a_font_bring_one_warning_that_names_the_cause(tmp_path):
    from gibbspool import plots
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        plots.save(plots.shrinkage(["\ue001", "\ue000"], [1, 2], [1, 2]), tmp_path / "a.png")
        plots.save(plots.shrinkage(["A", "B"], [1, 2], [1, 2]), tmp_path / "b.png")
    assert len(said) == 1 and "no installed font has some letters" in str(said[0].message)


def test_the_font_that_has_the_characters_is_behind_the_usual_one(monkeypatch):
    from matplotlib import font_manager

    from gibbspool import plots
    installed = font_manager.FontEntry(name="WenQuanYi Zen Hei")
    monkeypatch.setattr(font_manager.fontManager, "ttflist",
                        [*font_manager.fontManager.ttflist, installed])
    base.families.cache_clear()
    try:
        found = plots.shrinkage(["long", "names"], [1, 2], [1, 2]).axes[0].get_yticklabels()
        assert found[0].get_fontfamily()[-1] == "WenQuanYi Zen Hei"
        assert found[0].get_fontfamily()[0] == "sans-serif"
    finally:
        base.families.cache_clear()


def test_limits_of_equal_values_are_a_range():
    from gibbspool import plots
    for value in (0.0, 1e9):
        low, high = plots.shrinkage(["long", "names"], np.full(2, value),
                                    np.full(2, value)).axes[0].get_xlim()
        assert low < value < high
