"""Pictures of exact marginals: their curves, bars and points are those of the posterior."""
import numpy as np
import pytest

import gibbspool as gp

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def survey():
    regions = gp.data.survey_regions()
    model = gp.DirichletMultinomial(regions.counts, groups=regions.groups,
                                    categories=regions.categories)
    return gp.exact(model), gp.exact(model.no_pooling())


def bars(ax):
    """Horizontal ends of the interval bars: lines of two points at one height, capped by ticks."""
    return [line.get_xdata() for line in ax.lines if line.get_marker() == "|"
            and len(line.get_xdata()) == 2]


def test_densities_have_their_intervals_and_draws():
    from gibbspool.plots.exact import densities
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma))
    new, prior = truth.new_group, gp.Normal(0, 20)
    draws = truth.sample(draws=500, chains=4).new_group()
    ax = densities({"new": new, "prior": prior}, "effect", drawn={"draws": draws},
                   marks={"zero": 0.0}, prob=0.5).axes[0]
    assert np.allclose(bars(ax), [new.quantile([0.25, 0.75])])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["draws", "new", "prior",
                                                                         "zero"]
    x, y = ax.lines[0].get_data()
    assert np.allclose(y, new.pdf(x))
    inside = np.mean((draws > ax.get_xlim()[0]) & (draws < ax.get_xlim()[1]))
    for steps in ax.patches:  # the area, and its outline
        height, edges, _ = steps.get_data()
        assert height @ np.diff(edges) == pytest.approx(inside, abs=1e-9)


def test_shares_show_both_strategies(survey):
    from gibbspool.plots.exact import shares
    truth, separate = survey
    left, right = shares(truth, separate, ["5", "2"], ["small", "large"]).axes
    assert (left.get_title(), right.get_title()) == ("small", "large")
    expected = [found["pi", "5", k].quantile([0.055, 0.945]) for k in range(4)
                for found in (truth, separate)]
    assert np.allclose(bars(left), expected)
    assert [text.get_text() for text in left.get_yticklabels()] == list(truth.model.categories)


def test_pull_falls_with_size(survey):
    from gibbspool.plots.exact import pull
    ax = pull(survey[0]).axes[0]
    means = next(line for line in ax.lines if line.get_marker() == "o")
    assert np.allclose(means.get_xdata(), survey[0].model.n)
    assert np.allclose(means.get_ydata(), survey[0]["shrinkage"].mean)
    assert {text.get_text() for text in ax.texts} == set("123456")
    [intervals] = (found for found in ax.collections if hasattr(found, "get_segments"))
    ends = np.array(intervals.get_segments())[:, :, 1]
    assert np.allclose(ends, survey[0]["shrinkage"].quantile([0.055, 0.945]).T)


def test_shares_are_drawn_on_one_scale(survey):
    """Equal areas: the curve that stands highest is that of the narrowest density."""
    from gibbspool.plots.exact import shares
    truth, separate = survey
    axes = shares(truth, separate, ["5", "2"]).axes
    height, peak = [], []
    for ax, g in zip(axes, ("5", "2")):
        for k in range(4):
            x, y = next(line.get_data() for line in ax.lines
                        if len(line.get_xdata()) > 100 and abs(line.get_ydata()[-1] - k) < 0.01)
            height.append(k - y.min())
            peak.append(np.exp(truth["pi", g][k].logpdf(x)).max())
    assert np.array(height) / height[0] == pytest.approx(np.array(peak) / peak[0], rel=1e-6)


def test_densities_have_ticks_that_are_labelled():
    from gibbspool.plots.exact import densities
    ax = densities({"prior": gp.Normal(0, 20)}, "effect", limits=(-50, 50)).axes[0]
    assert len(ax.get_yticks()) >= 2 and ax.get_yticks()[0] == 0
    assert all(label.get_text() for label in ax.get_yticklabels())
