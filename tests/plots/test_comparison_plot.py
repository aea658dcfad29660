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
    left, right = base.comparison(table).axes
    assert "s" not in {line.get_marker() for line in left.lines}
    assert right.get_xlabel().startswith("difference from a")
