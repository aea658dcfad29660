"""What `gibbspool step` tells of a step: how it was drawn, what was held, integrated out, moved."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.card import CARDS
from gibbspool.sampling.in_words import WHY_A_SLICE
from gibbspool.sampling.metropolis import Metropolis, SimplexWalk
from gibbspool.sampling.shown_steps import shown
from gibbspool.sampling.slice import Slice

EXAMPLES = {name: make for card in CARDS for name, make in card.examples.items()}


def told(model, seed=1, sweeps=1):
    """The lines of the last sweep's steps, by step."""
    return {step.name: "\n".join(shown(model, step))
            for step in gp.steps(model, seed=seed, sweeps=sweeps)}


def test_a_collapsed_step_says_what_it_integrated_out_and_its_grid():
    lines = told(EXAMPLES["eight-schools"](None))
    assert "integrated out: mu, theta" in lines["tau"] and "integrated" not in lines["theta"]
    assert "grid: 128 points in log tau" in lines["tau"] and "inversion: " in lines["tau"]
    assert lines["tau"].count("median") == 1 and WHY_A_SLICE not in lines["tau"]
    assert "group   mean     sd  before" in lines["theta"] and "\nH  " in lines["theta"]


def test_the_numbers_told_are_those_of_the_record(schools):
    """The table of theta holds mean, sd, before and drawn, to four digits."""
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    *_, step = gp.steps(model, seed=3, sweeps=1)
    row = next(line.split() for line in shown(model, step) if line.startswith("C "))
    expected = [step.conditional.mean[2], step.conditional.sd[2], step.old[2], step.new[2]]
    assert [float(x) for x in row[1:]] == pytest.approx(expected, rel=1e-3)


def test_an_interwoven_step_says_what_was_held_and_what_moved():
    model = EXAMPLES["hospitals"]("interwoven")
    step = list(gp.steps(model, seed=1, sweeps=1))[3]
    assert step.name == "mu_log_ancillary" and list(step.held) == ["lam_raw"]
    old, new = step.moved["log_lam"]
    assert new - old == pytest.approx(np.full(8, step.new - step.old))  # mu_log moves all alike
    lines = "\n".join(shown(model, step))
    assert "draws mu_log a second time, with lam_raw held fixed; log_lam moves along" in lines
    assert lines.count(WHY_A_SLICE) == 1
    assert "lam_raw (held)" in lines and "level: log density of mu_log above" in lines


def test_a_matrix_is_a_table_with_labels_of_regions_and_categories():
    lines = told(EXAMPLES["survey"](None))["pi"].splitlines()
    assert lines.count("drawn:") == lines.count("before:") == lines.count("concentration:") == 1
    header = lines[lines.index("drawn:") + 1]
    assert header.startswith("group") and "Strongly Disagree" in header
    last = [float(x) for x in lines[-1].split()[1:]]
    assert len(last) == 4 and sum(last) == pytest.approx(1, abs=1e-3)


def test_of_many_groups_the_first_are_told_in_full():
    lines = told(EXAMPLES["hospitals"]("centred"))["log_lam"]
    assert lines.count("level:") == 2 and "and the other 6 likewise" in lines
    assert lines.count(WHY_A_SLICE) == 1
    assert "log_lam[1]:" in lines and len([x for x in lines.splitlines() if x[:1].isdigit()]) == 8
    assert "median" in lines and "94.5%" in lines


class Islands(gp.Model):
    """x on two islands, by a slice; y_1, y_2 by walks; shares by a walk; no labels anywhere."""

    order = ("x", "y", "shares", "table")

    def x_given(self):
        return Slice(lambda x: np.where((x > 0) & (x < 1) | (x > 4) & (x < 7), 0.0, -np.inf),
                     (-np.inf, np.inf), 2.0)

    def y_given(self, x):
        return Metropolis(lambda y: -0.5 * (y - x) ** 2, (-np.inf, np.inf))

    def shares_given(self):
        return SimplexWalk(lambda s: np.log(s).sum(axis=-1))

    def table_given(self, x):
        return gp.Normal(0, 1)

    def initial(self, rng, shape=()):
        return {"x": 5 + 0 * rng.random(shape), "y": np.zeros((*shape, 2)),
                "shares": np.full((*shape, 3), 1 / 3), "table": np.zeros((*shape, 2, 2))}


def test_a_model_of_ones_own_without_labels():
    lines = told(Islands(), seed=2)
    assert "interval [" in lines["x"] and "inside: the draw" in lines["x"]
    assert "y[0]:" in lines["y"] and "log ratio" in lines["y"] and "arcsinh y[0]" in lines["y"]
    assert "each share times exp(1 z)" in lines["shares"] and "median" in lines["shares"]
    assert "drawn:\nplace  " in lines["table"]


def test_a_return_that_is_refused_is_told():
    model = Islands()
    step = next(step for step in gp.steps(model, seed=1) if step.name == "x"
                and any(one.verdict == "no return" for one in step.record.tries))
    assert "inside, but no return: doubling from there would have stopped at [" in "\n".join(
        shown(model, step))


def test_the_median_of_a_slice_lies_where_the_density_has_it():
    """x is 0 to 1 or 4 to 7 with equal density: a quarter of the probability lies on the first."""
    line = next(line for line in told(Islands())["x"].splitlines() if line.startswith("median"))
    assert float(line.split()[1].rstrip(",")) == pytest.approx(5, abs=0.05)
