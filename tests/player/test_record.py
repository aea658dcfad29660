"""The recorded walk is the library's own: draws, curves, grids and what the kernels did."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import curves, gibbs_page, packing, record, series
from gibbspool.player.subject import Subject

NAMES = ("eight_schools", "private_schools", "instructors", "survey", "hospitals", "baseball")
FORMS = [(name, form) for name in NAMES for form in getattr(examples, name)().forms]
SWEEPS = 3
FIVE_DIGITS = 1e-4


@pytest.mark.parametrize("name, form", FORMS)
def test_draws_are_those_of_steps(name, form):
    model = getattr(examples, name)(form)
    found = record.walk(model, 5, SWEEPS, range(model.J))
    places = dict.fromkeys(model.order, 0)
    first = {}
    for step in gp.steps(model, seed=5, sweeps=SWEEPS):
        draw = found["draws"][step.name][places[step.name]]
        np.testing.assert_allclose(draw["x"], step.new, rtol=FIVE_DIGITS, atol=1e-12)
        for moved, (_, new) in step.moved.items():
            np.testing.assert_allclose(draw["moved"][moved], new, rtol=FIVE_DIGITS)
        first.setdefault(model.interweaves.get(step.name, step.name), step.old)
        places[step.name] += 1
    assert set(places.values()) == {SWEEPS}
    for variable, old in first.items():
        np.testing.assert_allclose(found["start"][variable], old, rtol=FIVE_DIGITS)


def test_some_groups_are_kept_and_the_draws_stay_the_same():
    model = examples.baseball("centred")
    every = record.walk(model, 1, 2, range(model.J))["draws"]["theta"]
    some = record.walk(model, 1, 2, [2, 7])["draws"]["theta"]
    for a, b in zip(every, some):
        assert [a["x"][2], a["x"][7]] == b["x"]
        assert [a["a"][2], a["a"][7]] == b["a"]


def test_what_is_computed_goes_along_with_the_state():
    model = examples.eight_schools("noncentred")
    found = record.walk(model, 1, 2, range(8), computed=("theta",))
    assert len(found["derived"]["theta"]) == 1 + 2 * 3
    state = found["start"]
    theta = np.array(state["mu"]) + state["tau"] * np.array(state["theta_raw"])
    np.testing.assert_allclose(found["derived"]["theta"][0], theta, rtol=1e-3)


# ---- texts for numbers

def test_packed_numbers_come_back():
    values = np.linspace(-3, 11, 1000)
    back = packing.unpacked(packing.packed(values, -3, 11), -3, 11)
    assert np.abs(back - values).max() <= 14 / packing.LEVELS / 2 * (1 + 1e-9)
    assert packing.unpacked(packing.packed([-9, 99, np.nan], 0, 1), 0, 1).tolist() == [0, 1, 0]


def test_letters_need_no_escape():
    assert len(set(packing.LETTERS)) == 90
    assert not set('<>&"\\') & set(packing.LETTERS) - {">", "&"}


def first_draw(model, step):
    walk = gp.steps(model, seed=1, sweeps=1)
    return next(one for one in walk if one.name == step)


def test_a_curve_is_the_log_density_less_its_top():
    step = first_draw(examples.baseball("centred"), "kappa")
    low, high, top, text = curves.curves(step.conditional, step.old)[0]
    u = np.linspace(low, high, curves.POINTS)
    log_p = step.conditional.log_density_u(u)
    assert top == pytest.approx(log_p.max(), abs=1e-4)
    there = packing.unpacked(text, -curves.DEPTH, 0)
    seen = log_p - top > -curves.DEPTH
    np.testing.assert_allclose(there[seen], (log_p - top)[seen], atol=2e-3)
    assert seen.sum() > curves.POINTS / 2  # the window is about as wide as the density


def test_every_group_has_a_curve_of_its_own():
    step = first_draw(examples.hospitals("centred"), "log_lam")
    found = curves.curves(step.conditional, step.old)
    assert len(found) == 8
    u = np.linspace(found[5][0], found[5][1], curves.POINTS)
    points = np.repeat(u[:, None], 8, axis=1)
    log_p = step.conditional.log_density_u(points, *step.conditional.parameters)[:, 5]
    np.testing.assert_allclose(packing.unpacked(found[5][3], -9, 0),
                               np.maximum(log_p - log_p.max(), -9), atol=2e-3)


def test_a_griddy_draw_has_its_grid_and_its_share():
    model = examples.eight_schools("centred")
    found = record.walk(model, 1, 2, range(8))
    steps = [one for one in gp.steps(model, seed=1, sweeps=2) if one.name == "tau"]
    for draw, step in zip(found["draws"]["tau"], steps):
        low, high, places, heights = found["grids"][draw["grid"]]
        grid = step.record.grid
        seen = grid.log_q > record.LOWEST
        np.testing.assert_allclose(packing.unpacked(places, low, high), grid.u[seen],
                                   atol=(high - low) / 8000)
        np.testing.assert_allclose(packing.unpacked(heights, record.LOWEST, 0), grid.log_q[seen],
                                   atol=0.01)
        assert draw["share"] == pytest.approx(step.record.share, rel=1e-4)
        assert draw["accepted"] == step.record.accepted


def test_a_grid_that_stays_is_kept_once():
    found = record.walk(examples.eight_schools("collapsed"), 1, 5, range(8))
    assert len(found["grids"]) == 1
    assert [draw["grid"] for draw in found["draws"]["tau"]] == [0] * 5


def test_a_slice_has_its_level_and_its_cuts():
    model = examples.baseball("centred")
    found = record.walk(model, 2, 6, range(model.J))["draws"]["kappa"]
    steps = [one for one in gp.steps(model, seed=2, sweeps=6) if one.name == "kappa"]
    for draw, step in zip(found, steps):
        assert len(draw["tries"]) == len(step.record.tries)
        assert draw["tries"][-1][1] == record.VERDICTS.index("inside")
        assert draw["level"] < 0  # below the top
        assert len(draw["doublings"]) == len(step.record.doublings)
    assert any(len(draw["tries"]) > 1 for draw in found)


def test_a_ladder_has_the_share_of_each_rung():
    model = examples.baseball("collapsed")
    draw = record.walk(model, 2, 1, range(model.J))["draws"]["kappa"][0]
    step = first_draw_of(model, 2, "kappa")
    np.testing.assert_allclose(packing.unpacked(draw["p"], 0, 1), step.record.probabilities,
                               atol=1e-4)
    assert draw["rung"] == step.record.rung


def first_draw_of(model, seed, name):
    return next(one for one in gp.steps(model, seed=seed, sweeps=1) if one.name == name)


def test_a_random_walk_has_what_decided():
    model = examples.survey("plain")
    found = record.walk(model, 1, 8, range(model.J))["draws"]
    for name in ("alpha", "pi0"):
        for draw in found[name]:
            assert draw["accepted"] == (draw["uniform"] < draw["ratio"])
        assert {True, False} >= {draw["accepted"] for draw in found[name]}


# ---- marginals and diagnostics

def test_marginals_are_the_exact_ones():
    subject = Subject(examples.eight_schools("centred"))
    found = series.marginals(subject, np.array([0, 3]), ())
    low, high, top, text = found["tau"]
    x = np.linspace(low, high, curves.POINTS)
    np.testing.assert_allclose(packing.unpacked(text, 0, top), subject.truth["tau"].pdf(x),
                               atol=top / 8000)
    assert len(found["theta"]) == 2 and low == 0


def test_a_long_tail_is_shown_in_logs():
    class Long:
        """HalfCauchy(1), by its closed forms."""
        support = (0.0, np.inf)

        def quantile(self, q):
            return np.tan(np.pi / 2 * np.asarray(q))

        def pdf(self, x):
            return 2 / np.pi / (1 + x**2)

    low, high, top, text, spaced = series.each(Long())
    assert spaced == "log" and 0 < low < 0.01 and high > series.LONG
    x = np.geomspace(low, high, curves.POINTS)
    np.testing.assert_allclose(packing.unpacked(text, 0, top), Long().pdf(x), atol=1e-4)


def test_autocorrelation_of_what_alternates():
    found = series.autocorrelation([1, -1] * 50, 2)
    np.testing.assert_allclose(found, [1, -0.99, 0.98])
    assert series.effective_sample_size([3.0] * 3) == 3


@pytest.mark.extras
@pytest.mark.parametrize("slow", [0.0, 0.5, 0.9])
def test_effective_sample_size_is_about_that_of_arviz(slow):
    """ArviZ splits the chain in two and estimates each lag otherwise: within a quarter of it."""
    from gibbspool.sampling import arviz_bridge
    rng = np.random.default_rng(4)
    x = np.zeros(4000)
    for i in range(1, len(x)):
        x[i] = slow * x[i - 1] + rng.standard_normal()
    ours = series.effective_sample_size(x)
    theirs = float(arviz_bridge.need("arviz").ess(x[None]))
    assert ours == pytest.approx(theirs, rel=0.25)


# ---- the page's data

def test_of_many_groups_some_are_shown_from_the_lowest_to_the_highest():
    rng = np.random.default_rng(0)
    y = rng.normal(size=60)
    subject = Subject(gp.NormalNormal(y, np.ones(60)), sweeps=2)
    rows = gibbs_page.rows_of(subject)
    assert len(rows) == gibbs_page.MOST_GROUPS and len(set(rows)) == len(rows)
    assert y[rows].min() == y.min() and y[rows].max() == y.max()
    data = gibbs_page.data_of(subject)
    assert data["shown"] == len(data["labels"]) == len(data["draws"]["theta"][0]["x"])
    assert data["groups"] == 60


@pytest.mark.parametrize("model", [examples.eight_schools("centred"), gp.PoissonLognormal(
    [3, 5], [1.0, 2.0])], ids=["normal", "interwoven"])
def test_a_step_has_its_formula_its_diagram_and_its_numbers(model):
    data = gibbs_page.data_of(Subject(model, sweeps=2))
    for step in data["order"]:
        assert step["lines"] and step["words"] and step["text"]
        told = data["diagrams"][step["name"]]
        assert told["lit"] == step["drawn"] and told["lit"] not in told["blanket"]


def test_draws_far_from_zero_keep_the_digits_that_tell_them_apart():
    y = 1e6 + np.array([1.0, 2.5, 0.0, 3.0, 4.0])
    model = gp.NormalNormal(y, np.ones(5), mu=gp.Normal(1e6, 20), form="centred")
    found = record.walk(model, 1, 5, range(5))
    mu = [step.new for step in gp.steps(model, seed=1, sweeps=5) if step.name == "mu"]
    kept = np.array([draw["x"] for draw in found["draws"]["mu"]])
    np.testing.assert_allclose(kept - 1e6, np.array(mu) - 1e6, rtol=1e-2)
