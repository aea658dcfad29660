"""The general pictures: where points and labels stand."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.plots import base

pytestmark = pytest.mark.extras


def offsets(figure, words):
    """How far above the point of each label it is written, by the label, one for each row."""
    found = [text for text in figure.axes[0].texts if text.get_text() in words]
    return [(text.get_text(), text.xyann[1]) for text in found]


def test_labels_climb_where_points_crowd():
    """At 5.0, 5.01 and 5.02 three labels share a place, and at 9 one stands alone."""
    raw, pooled = [5.0, 9.0, 5.02, 5.01], [5.0, 6.0, 7.0, 8.0]
    figure = base.shrinkage(list("ABCD"), raw, pooled)
    above = dict(offsets(figure, "ABCD")[:4])
    assert above["A"] == 8 and above["D"] == 20 and above["C"] == 32 and above["B"] == 8
    assert {height for _, height in offsets(figure, "ABCD")[4:]} == {-8}


def test_a_dozen_short_labels_stand_in_two_rows_and_others_in_a_row_each():
    figure = base.shrinkage(list("ABCDEFGHIJKL"), np.arange(12), np.arange(12) / 2, centre=3.0)
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()][1] == "raw estimate"
    assert "population mean 3" in {text.get_text() for text in ax.texts}
    for labels in (list("ABCDEFGHIJKLM"), ["long", *"BCDEFGHIJKL"]):
        values = np.arange(len(labels))[::-1]
        ax = base.shrinkage(labels, values, values / 2).axes[0]
        assert [text.get_text() for text in ax.get_yticklabels()] == labels[::-1]


def test_labels_that_cannot_be_read_are_cut_or_left_out():
    ax = base.shrinkage(["x" * 30, "y" * 25], [1, 2], [1, 2]).axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["x" * 24 + "…", "y" * 25]
    for count in (60, 61):
        labels, values = [f"g{k}" for k in range(count)], np.arange(count)
        ax = base.shrinkage(labels, values, values / 2).axes[0]
        assert len(ax.get_yticks()) == (60 if count == 60 else 0)


def test_points_grow_with_precision():
    points = base.shrinkage(["A", "B"], [1, 2], [1, 2], precision=[1, 4]).axes[0].collections
    assert points[0].get_sizes().tolist() == [12.5, 50]


def test_the_forest_names_its_interval_and_the_population_mean(truth):
    draws = truth.sample(draws=50)
    words = base.forest(draws, prob=0.8, unit="points").axes[-1].get_xlabel()
    assert words.startswith("points\n") and "thin line: 80% HDI; dashed: population mean" in words
    answers = gp.DirichletMultinomial([[3, 4], [8, 1]])
    with pytest.warns(UserWarning, match="only 2 groups"):
        draws = gp.sample(answers, draws=50, tune=10)
    words = base.forest(draws).axes[-1].get_xlabel()
    assert words.startswith("dot: ") and "dashed" not in words


def test_the_comparison_shows_exact_psis_and_printed_values():
    import pandas as pd
    table = pd.DataFrame({"elpd": [-3.0, -5.0], "se": [1.0, 0.5], "psis_loo": [-3.1, -5.2]},
                         index=["a", "b"])
    ax = base.comparison(table, printed={"b": -6.0, "a": -4.0}).axes[0]
    exact, psis, printed = (next(line for line in ax.lines if line.get_marker() == marker)
                            for marker in "oDs")
    assert exact.get_xdata().tolist() == [-3, -5] and exact.get_ydata().tolist() == [1, 0]
    assert psis.get_xdata().tolist() == [-3.1, -5.2]
    assert printed.get_xdata().tolist() == [-4, -6]
    bars = ax.collections[0].get_segments()
    assert np.array(bars)[:, :, 0].tolist() == [[-5, -1], [-6, -4]]
    assert len(base.comparison(table).axes[0].lines) == len(ax.lines) - 1
