"""What an iteration of NUTS takes: gradients and operations, counted; beside recorded runs."""
import numpy as np
import pytest

from gibbspool.sampling.arviz_bridge import ess
from gibbspool.section58 import ledger
from gibbspool.section58.parts import iterations

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def rows():
    book = ledger.Ledger("5.8.3 funnel")
    iterations.judge_iterations(book, True)
    return book._rows


def test_operations_are_counted_as_by_hand():
    """sum((y - mu) / s) over three numbers: three differences, three quotients, three summed."""
    x = np.array([1.0, 2.0, 4.0]).view(iterations.CountsOperations)
    iterations.CountsOperations.made = 0
    total = ((x - 1.0) / 2.0).sum()
    assert iterations.CountsOperations.made == 9 and float(total) == 2.0


def test_a_gradient_of_counted_arrays_is_the_same():
    target = iterations.like_eight_schools(8)
    q = target.initial(np.random.default_rng(1))
    counted = target.gradient(q.view(iterations.CountsOperations))
    assert np.asarray(counted) == pytest.approx(target.gradient(q), rel=1e-14)


def test_cost_grows_with_the_schools_and_the_number_of_gradients_does_not(rows):
    assert iterations.gradients_beyond_steps(5, 3) == iterations.gradients_beyond_steps(50, 3) == 1
    assert iterations.operations(30) - iterations.operations(20) == 10 * (
        iterations.operations(3) - iterations.operations(2))
    assert rows["funnel.gradients"]["verdict"] == "agrees in part"


def test_a_cost_that_grows_faster_is_noticed(monkeypatch):
    monkeypatch.setattr(iterations, "operations", lambda J: J**2)
    book = ledger.Ledger("5.8.3 funnel")
    iterations.judge_iterations(book, True)
    assert book._rows["funnel.gradients"]["verdict"] == "differs"


def test_steps_are_typical(rows, monkeypatch):
    assert rows["funnel.steps"]["verdict"] == "agrees"
    monkeypatch.setattr(iterations, "TYPICAL_STEPS", (5, 10))  # nutpie's means reach 9.3
    book = ledger.Ledger("5.8.3 funnel")
    iterations.judge_iterations(book, True)
    assert book._rows["funnel.steps"]["verdict"] == "agrees in part"
    monkeypatch.setattr(iterations, "TYPICAL_STEPS", (100, 200))
    book = ledger.Ledger("5.8.3 funnel")
    iterations.judge_iterations(book, True)
    assert book._rows["funnel.steps"]["verdict"] == "differs"


def test_our_nuts_beside_the_recorded_runs(monkeypatch):
    """Made-up runs of ours: 40 draws of 2 chains, each after 10 steps, one in 20 divergent."""
    class Run(dict):
        sample_stats = {"n_steps": np.full((2, 40), 10), "step_size": np.full((2, 40), 0.3),
                        "diverging": np.arange(80).reshape(2, 40) % 20 == 0}

    tau = np.random.default_rng(1).exponential(size=(2, 40))
    monkeypatch.setattr(iterations, "own_nuts", lambda form, quick: Run(tau=tau))
    table = iterations.beside_the_recorded(True)
    assert set(table.columns) == set(iterations.FORMATS)
    ours, theirs = (table.loc[f"centred, {who}"] for who in ("ours", "nutpie"))
    assert ours[["steps", "divergences"]].tolist() == [10, 50]
    assert ours["ESS in 1000 steps"] == pytest.approx(
        ours["ESS of tau"] / 10) == pytest.approx(ess(tau) / 0.8)
    assert theirs["divergences"] == pytest.approx(46.85 / 8)
    assert theirs["ESS in 1000 steps"] < 3 < table.loc["non-centred, nutpie",
                                                       "ESS in 1000 steps"]
    assert table.loc["centred, PyMC's own NUTS", "divergences"] > 10 * theirs["divergences"]
    assert len(table) == 6
