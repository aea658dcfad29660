"""Pictures of Sections 5.8.1 and 5.8.2: points, intervals and labels are where the numbers say."""
import numpy as np
import pytest

from gibbspool.plots import section

pytestmark = pytest.mark.extras


def test_strategies_share_their_axes_and_show_each_interval():
    """From the smallest group to the largest, an arrow from each group's own mean."""
    n, raw = [20, 8], [80.0, 70.0]
    sets = {"one": np.array([[79.0, 71.0], [76.0, 65.0], [82.0, 77.0]])}
    figure = section.pooling_strategies(["A", "B"], n, raw, {"left": sets, "right": sets}, 75.0,
                                        "score")
    left, right = figure.axes
    assert left.get_shared_y_axes().joined(left, right)
    assert (left.get_title(), right.get_title()) == ("left", "right")
    [bars] = left.containers
    points, _, [segments] = bars.lines
    assert points.get_ydata().tolist() == [71, 79]
    assert np.array(segments.get_segments())[:, :, 1].tolist() == [[65, 77], [76, 82]]
    assert [label.get_text() for label in left.get_xticklabels()] == ["B\n8", "A\n20"]
    for ax in (left, right):
        assert [(arrow.xyann, arrow.xy) for arrow in ax.texts] == [((-0.22, 70), (-0.22, 71)),
                                                                   ((0.78, 80), (0.78, 79))]
    crosses = next(line for line in left.lines if line.get_marker() == "x")
    assert np.all(crosses.get_xdata() < points.get_xdata() - 0.2), "none covers an estimate"


def test_an_estimate_that_hardly_moves_has_no_arrow():
    sets = {"one": np.array([[70.1, 74.0], [65, 65], [85, 85]])}
    figure = section.pooling_strategies(["A", "B"], [8, 9], [70.0, 80.0],
                                        {"left": sets, "right": sets}, 75.0)
    [arrow] = figure.axes[0].texts
    assert (arrow.xyann[1], arrow.xy[1]) == (80, 74)


def test_in_eight_schools_the_standard_errors_stand_in_the_plate_and_are_known():
    from matplotlib.patches import Circle, FancyBboxPatch
    for ax, inside, known in zip(section.plate().axes, (False, True), (1, 2)):
        sigma = next(text for text in ax.texts if text.get_text() in (r"$\sigma$", r"$\sigma_i$"))
        (x, _), plate = sigma.get_position(), next(patch for patch in ax.patches
                                                   if isinstance(patch, FancyBboxPatch))
        assert (plate.get_x() < x < plate.get_x() + plate.get_width()) == inside
        circles = [patch for patch in ax.patches if isinstance(patch, Circle)]
        assert len({circle.get_facecolor() for circle in circles}) == 2
        assert sum(circle.get_facecolor() != (1, 1, 1, 1) for circle in circles) == known


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
