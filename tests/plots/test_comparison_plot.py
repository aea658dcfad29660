"""The comparison of pooling strategies: three values of each model, side by side."""
import numpy as np
import pytest

pytestmark = pytest.mark.extras
from gibbspool.plots import comparison_plot as base  # noqa: E402


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
