"""The shrinkage plot: where points and labels stand."""
import numpy as np
import pytest

pytestmark = pytest.mark.extras
from gibbspool.plots import shrinkage_plot as plot  # noqa: E402


def offsets(figure, words):
    """How far above the point of each label it is written, by the label, one for each row."""
    found = [text for text in figure.axes[0].texts if text.get_text() in words]
    return [(text.get_text(), text.xyann[1]) for text in found]


def test_labels_climb_where_points_crowd():
    """At 5.0, 5.01 and 5.02 three labels share a place, and at 9 one stands alone."""
    raw, pooled = [5.0, 9.0, 5.02, 5.01], [5.0, 6.0, 7.0, 8.0]
    figure = plot.shrinkage(list("ABCD"), raw, pooled)
    above = dict(offsets(figure, "ABCD")[:4])
    assert above["A"] == 8 and above["D"] == 20 and above["C"] == 32 and above["B"] == 8
    assert {height for _, height in offsets(figure, "ABCD")[4:]} == {-8}


def test_a_dozen_short_labels_stand_in_two_rows_and_others_in_a_row_each():
    figure = plot.shrinkage(list("ABCDEFGHIJKL"), np.arange(12), np.arange(12) / 2, centre=3.0)
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()][1] == "raw estimate"
    assert "population mean 3" in {text.get_text() for text in ax.texts}
    for labels in (list("ABCDEFGHIJKLM"), ["long", *"BCDEFGHIJKL"]):
        values = np.arange(len(labels))[::-1]
        ax = plot.shrinkage(labels, values, values / 2).axes[0]
        assert [text.get_text() for text in ax.get_yticklabels()] == labels
        top, bottom = ax.get_ylim()[::-1]
        assert top < ax.get_yticks()[0] < ax.get_yticks()[-1] < bottom  # it runs downwards


def test_every_label_is_there_on_pages_of_at_most_60_rows():
    """Pages hold about equally many, the largest estimates first, over one range of values."""
    labels, values = [f"g{k}" for k in range(61)], np.arange(61)
    seen, ranges = [], set()
    for page in (1, 2):
        ax = plot.shrinkage(labels, values, values / 2, page=page).axes[0]
        seen.append([text.get_text() for text in ax.get_yticklabels()])
        ranges.add(ax.get_xlim())
        assert f"(page {page} of 2)" in ax.get_title()
    assert list(map(len, seen)) == [31, 30] and sum(seen, []) == labels[::-1] and len(ranges) == 1
    with pytest.raises(ValueError, match="page is 3; 61 rows stand on pages 1 to 2"):
        plot.shrinkage(labels, values, values, page=3)
    assert plot.shrinkage(labels[:60], values[:60], values[:60]).axes[0].get_title() == ""


def test_a_group_without_data_has_its_pooled_estimate_alone():
    figure = plot.shrinkage(["long", "names"], [np.nan, 2.0], [1.0, 1.5])
    figure.canvas.draw()
    assert figure.axes[0].get_xlim() == pytest.approx((0.95, 2.05))


def test_an_estimate_far_outside_is_an_arrow():
    """What lies within five widths of the middle half is drawn: 0 to 8, and not a million."""
    raw = np.array([0.0, 1, 2, 3, 8, 1e6])
    ax = plot.shrinkage([f"name {k}" for k in range(6)], raw, np.full(6, 2.0)).axes[0]
    assert 8 < ax.get_xlim()[1] < 9
    assert [line.get_marker() for line in ax.lines] == [">"]


def test_points_grow_with_precision():
    points = plot.shrinkage(["A", "B"], [1, 2], [1, 2], precision=[1, 4]).axes[0].collections
    assert points[0].get_sizes().tolist() == [12.5, 50]


def test_labels_that_would_pile_up_get_rows_of_their_own():
    same, outlier = np.full(6, 3.0), np.array([1, 2, 0, 1.5, 1.7, 500])
    for raw in (same, outlier):
        figure = plot.shrinkage(list("abcdef"), raw, raw)
        assert [text.get_text() for text in figure.axes[0].get_yticklabels()] != []
        assert {text.get_text() for text in figure.axes[0].get_yticklabels()} == set("abcdef")
    spread = plot.shrinkage(list("abcdef"), np.arange(6.0), np.full(6, 2.5) + 0.3 * np.arange(6))
    assert len(spread.axes[0].get_yticklabels()) == 2


def test_the_population_mean_is_as_fine_as_the_axis():
    raw = 2451545 + np.array([0.02, 0.11, 0.25, 0.31, 0.4])
    figure = plot.shrinkage(list("abcde"), raw, raw, centre=2451545.207)
    assert "population mean 2451545.207" in [text.get_text() for text in figure.axes[0].texts]


def test_what_of_the_posterior_is_drawn_is_said():
    figure = plot.shrinkage(["a", "b"], np.array([0.0, 1]), np.array([0.3, 0.6]), point="median")
    assert figure.axes[0].get_yticklabels()[0].get_text().endswith("(posterior median)")
