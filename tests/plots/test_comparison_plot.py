"""The comparison of pooling strategies: three values of each model, side by side."""
import numpy as np
import pytest

pytestmark = pytest.mark.extras
from gibbspool.plots import comparison_plot as base  # noqa: E402


def test_the_comparison_shows_exact_psis_and_printed_values_and_their_differences():
    import pandas as pd
    table = pd.DataFrame({"elpd": [-3.0, -5.0], "se": [1.0, 0.5], "elpd_diff": [0.0, -2.0],
                          "dse": [0.0, 0.25], "psis_loo": [-3.1, -5.2]}, index=["a", "b"])
    figure = base.comparison(table, printed={"b": -6.0, "a": -4.0})
    expected = {"o": ([-3, -5], [0, -2]), "D": ([-3.1, -5.2], [0, -2.1]), "s": ([-4, -6], [0, -2])}
    for marker, at in expected.items():
        for ax, x in zip(figure.axes, at):
            line = next(line for line in ax.lines if line.get_marker() == marker)
            assert line.get_xdata() == pytest.approx(x)
    bars = [np.array(ax.collections[0].get_segments())[:, :, 0].tolist() for ax in figure.axes]
    assert bars == [[[-5, -1], [-6, -4]], [[0, 0], [-2.5, -1.5]]]
    left, right = figure.axes
    assert [text.get_text() for text in left.texts] == ["printed", "printed"]
    left, right = base.comparison(table).axes
    assert "s" not in {line.get_marker() for line in left.lines}
    assert right.get_xlabel().startswith("difference from a")


def test_printed_differences_are_from_the_printed_best_and_have_their_own_bars():
    import pandas as pd
    table = pd.DataFrame({"elpd": [-3.0, -5.0], "se": [1.0, 0.5], "elpd_diff": [0.0, -2.0],
                          "dse": [0.0, 0.25], "psis_loo": [-3.1, -5.2]}, index=["a", "b"])
    figure = base.comparison(table, printed={"a": -6.0, "b": -4.0}, printed_se={"a": 1.5, "b": 1.0},
                             printed_dse={"a": 0.5, "b": 0.0})
    at = [[[-9, -3], [-6, -2]], [[-3, -1], [0, 0]]]
    for ax, ends in zip(figure.axes, at):
        bars = ax.collections[-1]
        assert np.array(bars.get_segments())[:, :, 0].tolist() == ends
        assert bars.get_linestyle() != [(0.0, None)], "dashed, as printed"
    assert figure.axes[1].get_xlabel().startswith("difference from a (printed: from b)")
