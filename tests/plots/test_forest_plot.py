"""The forest: what each row shows, pages, and what lies outside of the picture."""
import numpy as np
import pytest

import gibbspool as gp

pytestmark = pytest.mark.extras
from gibbspool.plots import forest_plot as plot  # noqa: E402


def labels_of(figure):
    return [text.get_text() for text in figure.axes[0].get_yticklabels()]


def test_it_names_its_interval_and_the_population_mean(truth):
    draws = truth.sample(draws=50)
    words = plot.forest(draws, prob=0.8, unit="points").axes[0].get_xlabel()
    assert words.startswith("points\ndot: posterior median;")
    assert "thin line: 80% HDI; dashed: population mean" in words
    answers = gp.DirichletMultinomial([[3, 4], [8, 1]])
    with pytest.warns(UserWarning, match="only 2 groups"):
        draws = gp.sample(answers, draws=50, tune=10)
    figure = plot.forest(draws)
    words = figure.axes[0].get_xlabel()
    assert words.startswith("dot: ") and "dashed" not in words
    assert labels_of(figure) == ["1, 1", "1, 2", "2, 1", "2, 2"]


def test_exact_rows_are_those_of_the_posterior_and_drawn_ones_near(truth):
    exact = plot.of_exact(truth, "theta", 0.89)
    assert exact.labels == list("ABCDEFGH")
    assert exact.point == pytest.approx(truth["theta"].quantile(0.5))
    assert np.column_stack([exact.low, exact.high]) == pytest.approx(truth["theta"].hdi(0.89))
    assert exact.inner_high == pytest.approx(truth["theta"].quantile(0.75))
    drawn = plot.of_draws(truth.sample(draws=5000, seed=3), "theta", 0.89)
    # 20,000 independent draws: the ends of an interval are known to about 0.05 sd
    for one, other in zip(exact[1:], drawn[1:]):
        assert np.abs(one - other).max() < 0.2 * truth["theta"].sd.max()


def test_the_shortest_interval_of_draws_holds_its_share():
    """Of 0, 1, 2, 3, 100 four fifths lie in 0 to 3."""
    low, high = plot.shortest(np.array([[100.0], [3], [1], [0], [2]]), 0.8)
    assert (low[0], high[0]) == (0, 3)


def rows_of(count, spread=1.0):
    at = np.linspace(-5, 5, count)
    return plot.Intervals([f"County {k}" for k in range(count)], at, at - 0.5 * spread,
                          at + 0.5 * spread, at - spread, at + spread)


def test_pages_hold_every_group_once_and_end_with_the_new_group():
    rows, new = rows_of(300), rows_of(1)._replace(labels=["new group"])
    seen, ranges = [], set()
    for page in range(1, 6):
        figure = plot.forest_of(rows, new=new, page=page)
        seen += labels_of(figure)[:-1]
        assert labels_of(figure)[-1] == "new group"
        assert figure.get_size_inches()[1] * 150 < 4000
        ranges.add(figure.axes[0].get_xlim())
    assert seen == rows.labels and len(ranges) == 1


def test_long_names_are_wrapped_and_differ():
    names = [f"The University Hospital of the Most Northern District number {k}" for k in range(3)]
    labels = labels_of(plot.forest_of(rows_of(3)._replace(labels=names)))
    assert [" ".join(label.split()) for label in labels] == names
    assert max(len(line) for label in labels for line in label.split("\n")) <= 36
    same = ["x" * 200 + str(k) + "y" * 200 for k in range(3)]
    assert len(set(labels_of(plot.forest_of(rows_of(3)._replace(labels=same))))) == 3


def test_what_lies_far_outside_is_an_arrow():
    """A raw estimate of a million must not squeeze the intervals into a line."""
    def arrows(raw):
        ax = plot.forest_of(rows_of(5), raw=np.array(raw)).axes[0]
        return ax.get_xlim(), [line.get_marker() for line in ax.lines
                               if line.get_marker() in ("<", ">")]

    (low, high), found = arrows([0, 0, 0, 0, 1e6])
    assert high < 40 and found == [">"]
    assert arrows([-1e6, 0, 0, 0, 1e6])[1] == ["<", ">"]
    assert arrows([0, 0, 0, 0, 8.0])[1] == []
    assert arrows([-90, -60, 0, 60, 90.0])[1] == []  # all but pooled: the estimates are the width


def test_raw_estimates_stand_beside_the_pooled_ones():
    ax = plot.forest_of(rows_of(3), raw=np.array([1.0, 2.0, 3.0]), error=np.ones(3)).axes[0]
    squares = next(line for line in ax.lines if line.get_marker() == "s")
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert squares.get_xdata().tolist() == [1, 2, 3]
    assert (np.abs(squares.get_ydata() - dots.get_ydata()) < 0.5).all()
    assert "own estimate ± 1.6 standard errors" in ax.get_xlabel()


def arrows(figure):
    """(x, y) of the triangles at the borders."""
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0]))
            for line in figure.axes[0].lines if line.get_marker() in "<>"
            and not line.get_clip_on()]


def test_an_error_bar_that_is_cut_off_ends_in_an_arrow():
    rows = rows_of(5)
    error = np.array([0.1, 0.1, 0.1, 0.1, 500])
    assert len(arrows(plot.forest_of(rows, raw=rows.point, error=error))) == 2
    assert arrows(plot.forest_of(rows, raw=rows.point, error=np.full(5, 0.1))) == []


def test_a_dot_outside_of_the_picture_is_an_arrow():
    rows, new = rows_of(5), rows_of(1)._replace(labels=["new group"], point=np.array([1e6]))
    (x, _), = arrows(plot.forest_of(rows, new=new))
    assert x == plot.forest_of(rows, new=new).axes[0].get_xlim()[1]


def test_means_diagnostics_and_the_pull_beside_own_estimates(truth, schools):
    from gibbspool.sampling.arviz_bridge import ess, rhat
    draws = truth.sample(draws=100, chains=2)
    ax = plot.forest(draws, raw=schools.y, point="mean", diagnostics=True, pull=True).axes[0]
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    means = draws["theta"].mean(axis=(0, 1))
    assert dots.get_xdata() == pytest.approx(means)
    words = [text.get_text() for text in ax.texts if text.get_text()]
    theta = [draws["theta", g] for g in draws.model.groups]
    assert words == ["R-hat", *(f"{rhat(x):.3f}" for x in theta),
                     "ESS", *(f"{ess(x):.0f}" for x in theta)]
    arrows = [text for text in ax.texts if not text.get_text()]
    apart = [j for j, g in enumerate(draws.model.groups) if g not in "BD"]  # these hardly move
    assert [arrow.xyann[0] for arrow in arrows] == pytest.approx(list(schools.y[apart]))
    assert [arrow.xy[0] for arrow in arrows] == pytest.approx(means[apart])
    assert "dot: posterior mean;" in ax.get_xlabel()
    exactly = plot.forest(truth, point="mean").axes[0]
    dots = next(line for line in exactly.lines if line.get_marker() == "o")
    assert dots.get_xdata() == pytest.approx(truth["theta"].mean)


def test_an_exact_posterior_has_no_diagnostics(truth):
    with pytest.raises(ValueError, match="diagnostics is True, but an exact posterior has none"):
        plot.forest(truth, diagnostics=True)
