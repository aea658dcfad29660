"""The pictures of the practical advice: what they show, and that no text covers another."""
import itertools
import warnings

import numpy as np
import pytest
from families import MODELS

import gibbspool as gp
from gibbspool.guide import experiments, sensitivity
from gibbspool.plots import practice

pytestmark = pytest.mark.extras


def texts(figure, monkeypatch):
    """Every text that is drawn, as (words, box): a tick label beyond the limits of its axis is
    not.
    """
    from matplotlib.text import Text
    found, draw = [], Text.draw

    def recorded(self, renderer, *args, **kwargs):
        found.append(self)
        return draw(self, renderer, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Text, "draw", recorded)
        figure.canvas.draw()
    return [(text.get_text(), Text.get_window_extent(text)) for text in set(found)
            if text.get_visible() and text.get_text().strip()]


@pytest.fixture
def readable(monkeypatch):
    """The words of a figure, once it is clear that no two texts overlap and that all lie on the
    page.
    """
    def words_of(figure):
        boxes = texts(figure, monkeypatch)
        for words, box in boxes:
            assert box.x0 > -2 and box.x1 < figure.bbox.x1 + 2, words
            assert box.y0 > -2 and box.y1 < figure.bbox.y1 + 2, words
        for (one, a), (other, b) in itertools.combinations(boxes, 2):
            shared_x, shared_y = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0,
                                                                                          b.y0)
            assert shared_x < 1 or shared_y < 1, (one, other)
        return [words for words, _ in boxes]

    return words_of


@pytest.mark.parametrize("name",
                         ["normal", *(pytest.param(name, marks=pytest.mark.long)
                                      for name in ("multinomial", "binomial"))])
def test_sensitivity(name, readable):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        truths = sensitivity.posteriors(MODELS[name])
    figure = practice.sensitivity(truths)
    words = readable(figure)
    *panels, below = figure.axes
    assert len(panels) == len(truths) and sum("(own)" in word for word in words) == 1
    spread = {label: truth[MODELS[name].spread] for label, truth in truths.items()}
    order = [panel.get_title().replace(" (own)", "") for panel in panels]
    assert order == sorted(order, key=lambda label: spread[label].quantile(0.5) if name
                           == "binomial" else spread[label].mean)
    means = np.array([line.get_ydata() for line in below.lines if len(line.get_ydata())
                      == len(truths)])
    expected = [[marginal.mean for _, marginal in sensitivity.groups(truths[label])]
                for label in order]
    assert means.T == pytest.approx(np.array(expected))
    assert len({panel.get_ylim() for panel in panels}) == 1, "all on one scale"
    assert all(len(panel.get_yticks()) >= 2 for panel in panels)
    own = truths[order[0]]
    x, height = panels[0].lines[0].get_data()
    assert height == pytest.approx(own[MODELS[name].spread].pdf(x) * (1 if name == "normal" else x))


def test_chosen_labels_alone_are_written(readable):
    truths = sensitivity.posteriors(MODELS["normal"], [gp.HalfNormal(2)])
    words = readable(practice.sensitivity(truths, shown=["theta[A]"]))
    assert [word for word in words if word.startswith("theta")] == ["theta[A]"]


def test_few_groups(truth, readable):
    figure = practice.few_groups(experiments.first_schools())
    words = readable(figure)
    assert [ax.get_title() for ax in figure.axes] == ["J = 2", "J = 3", "J = 4", "J = 8"]
    assert f"{sensitivity.against_prior(truth).overlap:.0%} of the area shared" in words


def test_errors_of_strategies(readable):
    zero = experiments.tau_near_zero(spreads=(0.0, 5.0, 20.0), sets=20)
    figure = practice.tau_near_zero(zero)
    readable(figure)
    assert list(figure.axes[0].lines[0].get_ydata()) == [row["none"] for row in zero]
    rows = sum((experiments.not_exchangeable(gaps=(0, 40, 80), design=design, sets=20)
                for design in experiments.DESIGNS), [])
    figure = practice.not_exchangeable(rows)
    assert "partial pooling with the covariate" in readable(figure) and len(figure.axes) == 3
    for ax, design in zip(figure.axes, experiments.DESIGNS):
        chosen = [row for row in rows if row["design"] == design]
        assert list(ax.lines[2].get_ydata()) == [row["partial"] for row in chosen]
        assert ax.get_ylim()[1] > max(row["partial"] for row in chosen)


def test_stein_risk(readable):
    rows = experiments.stein_risk(distances=(0, 4, 12), sets=50)
    figure = practice.stein_risk(rows)
    assert "the raw means" in readable(figure)
    assert any(list(line.get_ydata()) == [row["mean_exact"] for row in rows]
               for line in figure.axes[0].lines)


def test_reml_intervals(schools, readable):
    table = gp.reml(gp.NormalNormal(schools.y, schools.sigma,
                                    groups=["C$x_1$", *"bcdefgh"])).table()
    figure = practice.reml_intervals(table, "effect (SAT points)")
    words = readable(figure)
    assert not any(label.get_parse_math() for label in figure.axes[0].get_yticklabels())
    assert "theta[C$x_1$]" in words and "effect (SAT points)" in words
    ends = np.concatenate([[segment[:, 0] for segment in lines.get_segments()]
                           for lines in figure.axes[0].collections])
    assert ends == pytest.approx(np.vstack([table[["low", "high"]],
                                            table[["exact_low", "exact_high"]]]))
