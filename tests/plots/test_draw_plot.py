"""Pictures of a single draw: what stands in them, for every kind of record."""
import numpy as np
import pytest

pytestmark = pytest.mark.extras
import gibbspool as gp  # noqa: E402
from gibbspool import plots  # noqa: E402
from gibbspool.plots.base import GREEN, RED  # noqa: E402
from gibbspool.plots.draw_plot import PICTURES  # noqa: E402
from gibbspool.sampling import records  # noqa: E402
from gibbspool.sampling.augmentation import Augmentation  # noqa: E402
from gibbspool.sampling.concave_slice import ConcaveSlice  # noqa: E402
from gibbspool.sampling.griddy import Griddy  # noqa: E402
from gibbspool.sampling.interweaving import Interweaving  # noqa: E402
from gibbspool.sampling.ladder import Ladder  # noqa: E402
from gibbspool.sampling.metropolis import Metropolis, SimplexWalk  # noqa: E402
from gibbspool.sampling.showing import show  # noqa: E402
from gibbspool.sampling.slice import Slice  # noqa: E402

REAL = (-np.inf, np.inf)


def bell(x):
    return -0.5 * x**2


def record_of(conditional, current, seed=0):
    return show(conditional, np.random.default_rng(seed), current)


def lines(ax, colour=None):
    return [line for line in ax.lines if colour in (None, line.get_color())]


def test_every_kind_of_record_has_a_picture():
    kinds = {one.kind for one in vars(records).values() if hasattr(one, "kind")}
    assert kinds == set(PICTURES)


def test_a_slice_shows_level_doublings_and_cuts():
    """Row by row: the first interval, the doublings, each value tried between its ends."""
    record = next(r for r in (record_of(Slice(bell, REAL, 0.4), 0.5, seed) for seed in range(50))
                  if len(r.doublings) > 1 and len(r.tries) > 1)
    top, below = plots.draw(record, "mu").axes
    rows = [text.get_text() for text in below.get_yticklabels()]
    assert len(rows) == 1 + len(record.doublings) + len(record.tries)
    assert rows[1] == f"doubled to the {record.doublings[0].side}" and "draw" in rows[-1]
    intervals = [line.get_xdata() for line in lines(below) if len(line.get_xdata()) == 2][:-1]
    assert list(intervals[len(record.doublings)]) == list(record.interval)
    first, second = record.tries[:2]
    assert list(intervals[len(record.doublings) + 2]) == [first.low, first.high]
    tried = [line.get_xdata()[0] for line in lines(below, RED) + lines(below, GREEN)]
    assert tried == [one.u for one in record.tries]
    assert record.log_height in [line.get_ydata()[0] for line in lines(top)]
    assert below.get_xlabel() == "mu"


def test_a_concave_slice_shows_its_lines():
    record = record_of(ConcaveSlice(bell, REAL), 0.5)
    top, below = plots.draw(record).axes
    ends = [tuple(line.get_xdata()) for line in lines(top) if len(line.get_xdata()) == 2]
    for end in (record.left, record.right):
        for chord in end.chords:
            assert (chord.far, chord.end) in ends


def test_a_griddy_shows_grid_and_inversion():
    record = record_of(Griddy(lambda x: np.log(x) - x), 1.0)
    top, below = plots.draw(record, "tau").axes
    points = next(line for line in lines(top) if line.get_linestyle() == "None")
    assert set(points.get_xdata()) <= set(record.grid.u) and len(points.get_xdata()) > 20
    share = next(line for line in lines(below) if line.get_linestyle() == "--")
    assert share.get_ydata()[0] == record.share and share.get_xdata()[1] == record.u_proposal
    assert below.get_xlabel() == "log tau"
    assert plots.draw(record_of(Griddy(lambda x: -x), None)).axes
    outside = plots.draw(record_of(Griddy(lambda x: -x), 1e9))
    assert "beyond the grid" in outside.axes[0].get_title()


@pytest.mark.parametrize("accepted", [True, False])
def test_a_random_walk_shows_its_decision(accepted):
    records = (record_of(Metropolis(bell, REAL), 0.5, seed) for seed in range(50))
    record = next(r for r in records if r.accepted == accepted)
    _, below = plots.draw(record).axes
    words = " ".join(text.get_text() for text in below.texts)
    assert f"log ratio {record.log_ratio:.3g}" in words
    assert ("accepted" if accepted else "refused") in below.get_title()
    point = next(line for line in lines(below) if line.get_marker() == "o")
    assert point.get_xdata()[0] == pytest.approx(record.log_uniform)
    assert point.get_color() == (GREEN if accepted else RED)


def test_a_ladder_shows_its_rungs_and_a_stack_of_probabilities():
    record = record_of(Ladder(bell, REAL), 0.5)
    top, below = plots.draw(record).axes
    assert [bar.get_width() for bar in below.patches] == pytest.approx(record.probabilities)
    low, high = top.get_xlim()
    assert len(top.patches) == sum((record.rungs >= low) & (record.rungs <= high))


def test_shares_are_bars():
    record = record_of(SimplexWalk(lambda x: np.log(x).sum(axis=-1)), np.array([0.2, 0.3, 0.5]))
    top, _ = plots.draw(record, "pi0", ["a", "b", "c"]).axes
    assert [bar.get_height() for bar in top.patches] == pytest.approx(
        [*record.before, *record.proposal, *record.x])
    assert [text.get_text() for text in top.get_xticklabels()] == ["a", "b", "c"]


def test_a_closed_form_shows_the_draw_on_its_density():
    ax, = plots.draw(record_of(gp.Normal(3, 2), 9.0), "mu").axes
    curve = lines(ax)[0]
    assert curve.get_ydata().max() == pytest.approx(gp.Normal(3, 2).pdf(3), rel=1e-3)
    assert "9 before plays no part" in ax.get_title()


def test_arrays_show_each_element(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    *_, step = gp.steps(model, sweeps=1)
    ax, = plots.draw(step.record, "theta", list(schools.groups)).axes
    draws = next(line for line in lines(ax) if line.get_label() == "draw")
    assert np.array_equal(draws.get_xdata(), step.new)
    low, high = ax.collections[0].get_segments()[2][:, 0]  # of group C: its 89 % interval
    mean, sd = step.conditional.mean[2], step.conditional.sd[2]
    assert [low, high] == pytest.approx([mean - 1.598 * sd, mean + 1.598 * sd], rel=1e-2)
    ax, = plots.draw(record_of(Slice(bell, REAL), np.zeros(3))).axes
    assert len(ax.get_yticks()) == 3


def test_a_matrix_of_shares_is_split_bars():
    record = record_of(gp.Dirichlet([1, 2, 3]), np.full((2, 3), 1 / 3))
    ax, = plots.draw(record, "pi").axes
    assert len(ax.patches) == 2 * 2 * 3
    assert len(plots.draw(record_of(gp.Dirichlet([1, 2, 3]), np.full(3, 1 / 3))).axes) == 1


def test_augmentation_and_interweaving():
    def half(x):
        return gp.Normal(0.5 * x, 1.0)

    top, below = plots.draw(record_of(Augmentation(bell, half, half), 1.0)).axes
    assert len(top.patches) == 3 and len(below.patches) == 2
    raw = np.array([1.0, -1.0])
    woven = Interweaving(Slice(bell, REAL), lambda mu: {"theta": mu + raw}, {"theta_raw": raw})
    figure = plots.draw(record_of(woven, 0.3), "mu")
    assert any("theta_raw held fixed" in text.get_text() for text in figure.texts)
    assert [text.get_text() for text in figure.axes[-1].get_yticklabels()] == ["theta[0]",
                                                                               "theta[1]"]
    figure.canvas.draw()
