"""Pictures of Sections 5.8.1 and 5.8.2: points, intervals and labels are where the numbers say."""
import numpy as np
import pytest

from gibbspool.plots import section

pytestmark = pytest.mark.extras


def test_strategies_share_their_axes_and_show_each_interval():
    n, raw = [8, 20], [70.0, 80.0]
    sets = {"one": np.array([[71.0, 79.0], [65.0, 76.0], [77.0, 82.0]])}
    figure = section.pooling_strategies(["A", "B"], n, raw, {"left": sets, "right": sets}, 75.0,
                                        "score")
    left, right = figure.axes
    assert left.get_shared_y_axes().joined(left, right)
    assert (left.get_title(), right.get_title()) == ("left", "right")
    [bars] = left.containers
    points, _, [segments] = bars.lines
    assert np.allclose(points.get_xydata(), [[8, 71], [20, 79]])
    assert np.allclose(np.array(segments.get_segments())[:, :, 1], sets["one"][1:].T)
    assert [(text.get_text(), text.xy) for text in left.texts] == [("A", (8, 77.0)),
                                                                   ("B", (20, 82.0))]


def test_shrinkage_factors_lie_on_their_curves_and_equal_errors_share_a_label():
    sigma = np.linspace(5, 20, 4)
    curves = {"formula": sigma / 40, "exact": sigma / 25}
    at = np.array([10.0, 15.0, 10.0])
    ax = section.shrinkage_factors(sigma, curves, [at, at / 40, at / 25], ["A", "B", "C"]).axes[0]
    solid, on_solid, dashed, on_dashed = ax.lines[:4]
    assert np.allclose(solid.get_ydata(), sigma / 40)
    assert np.allclose(on_solid.get_xydata(), np.stack([at, at / 40], axis=1))
    assert np.allclose(dashed.get_ydata(), sigma / 25)
    assert np.allclose(on_dashed.get_xydata(), np.stack([at, at / 25], axis=1))
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("A, C", (10.0, 10 / 25)),
                                                                 ("B", (15.0, 15 / 25))]
