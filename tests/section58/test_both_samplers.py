"""Claims on the section's sampler: recorded runs with two, and the rule for both."""
from importlib import resources

import numpy as np
import pytest
from section58.other_runs import change_runs

from gibbspool.section58 import ledger, nuts_runs
from gibbspool.section58.parts import both_samplers, funnel_verdicts, recorded_runs

pytestmark = pytest.mark.extras
PLACE, STATEMENT, NUMBER = "5.8.3 funnel", "funnel.stem", "funnel.divergences.centred"


def test_the_record_has_twenty_runs_of_each_kind():
    found = nuts_runs.table()
    assert len(found["seed"]) == 240 and set(found["sampler"]) == set(nuts_runs.SAMPLERS)
    for sampler in nuts_runs.SAMPLERS:
        for form in ("centred", "noncentred"):
            for target in (0.9, 0.95, 0.99):
                seeds = nuts_runs.runs("seed", form, sampler, target)
                assert seeds.tolist() == list(range(42, 62)), (sampler, form, target)
    assert (found["sampler"][:120] == "nutpie").all()


def test_the_record_says_where_it_is_from():
    text = resources.files("gibbspool.section58").joinpath("nuts_runs.csv").read_text("utf-8")
    head, names, first, *rows = text.splitlines()
    for words in ("nutpie", 'nuts_sampler="pymc"', "4 chains of 1000 + 2000", "seeds 42 to 61",
                  "The first 120 rows", "seed 42", "PyMC 6.4.0"):
        assert words in head
    assert len({line.count(",") for line in (names, first, *rows)}) == 1
    assert first == ("nutpie,pymc,6.4.0,centred,0.9,42,39,7.7102,5.192,3.6697,1.0133,4.3619,12.14,"
                     "0.378,10.067,1.0161,270.84,175.83,977.32,18.827,0.31352")


def test_the_two_samplers_differ_and_the_exact_mean_is_found_by_both_without_centring():
    few, many = (nuts_runs.runs("divergences", "centred", s) for s in ("nutpie", "pymc"))
    assert few.max() < many.min()
    for sampler in nuts_runs.SAMPLERS:  # 4.806; sd 3.72, 20 runs of some 3000 effective draws
        mean = nuts_runs.runs("tau_mean", "noncentred", sampler).mean()
        assert mean == pytest.approx(4.806, abs=5 * 3.72 / np.sqrt(20 * 3000))


@pytest.mark.parametrize("nutpie, pymc, verdict", [
    (True, True, "agrees"), (False, False, "differs"), (True, False, "agrees in part"),
    (False, True, "agrees in part")])
def test_a_statement_is_asked_of_both(nutpie, pymc, verdict):
    book, holds = ledger.Ledger(PLACE), {"nutpie": nutpie, "pymc": pymc}
    both_samplers.asked_of_both(book, STATEMENT, lambda s: (holds[s], f"{holds[s]} it is"))
    row = book._rows[STATEMENT]
    assert row["verdict"] == verdict
    one, other = f"ith nutpie {nutpie} it is", f"ith PyMC's own NUTS {pymc} it is"
    assert one in row["reason"] and other in row["reason"]
    if nutpie != pymc:
        holding, failing = row["reason"].split(" Does not: ")
        assert (one in holding) == nutpie and (other in failing) == nutpie


@pytest.mark.parametrize("nutpie, pymc, verdict", [
    ((20, 30), (25, 40), "agrees"), ((30, 31), (1, 2), "differs"),
    ((20, 30), (1, 2), "agrees in part"), ((90, 91), (20, 30), "agrees in part")])
def test_a_printed_number_is_asked_of_both(nutpie, pymc, verdict):
    """27 divergences."""
    book = ledger.Ledger(PLACE)
    assert book.recorded(NUMBER, {"nutpie": nutpie, "pymc": pymc}) == verdict
    reason = book._rows[NUMBER]["reason"]
    assert f"with nutpie {nutpie[0]} to {nutpie[1]} in 2 runs, median" in reason
    assert f"with PyMC's own NUTS {pymc[0]} to {pymc[1]} in 2 runs, median" in reason
    assert reason.count("does not fit") == {"agrees": 0, "agrees in part": 1, "differs": 2}[verdict]


def test_words_before_the_samplers():
    found = both_samplers.claims(lambda sampler: (True, "2 of 3"), "Defeats: ")
    assert found == [(True, "Defeats: with nutpie 2 of 3; with PyMC's own NUTS 2 of 3.")]


def test_tables_of_runs_show_both(monkeypatch):
    change_runs(monkeypatch, "pymc", divergences=lambda n, form, target: 0 * n + 1000 * target)
    table = recorded_runs.by_target(4.806)
    assert len(table) == 12
    assert table.loc["centred, PyMC's own NUTS, 0.95", "divergences"] == 950
    assert table.loc["centred, nutpie, 0.9", "most"] == 91
    rows = recorded_runs.medians("centred")
    assert rows["centred, PyMC's own NUTS (median of 20)"]["divergences"] == 900
    assert rows["centred, nutpie (median of 20)"]["divergences"] == 43
    assert recorded_runs.divergences_in_words() == ("15 to 91 with nutpie and 900 to 900 with "
                                                    "PyMC's own NUTS")
    assert "900 to 900 divergent" in recorded_runs.which_sampler()


@pytest.mark.parametrize("times, many, verdict", [
    (6.5, 1841, "agrees"), (9.0, 1841, "agrees in part"), (3.0, 1841, "agrees in part"),
    (6.5, 2000, "agrees in part"), (9.0, 1600, "differs")])
def test_six_times_is_asked_of_the_sizes_and_of_pairs_of_runs(times, many, verdict, monkeypatch):
    """Every pair has within a tenth of so many times as many; 1841 / 312 = 5.90."""
    around = times * np.linspace(0.9, 1.1, 20)
    change_runs(monkeypatch, ess_bulk_tau=lambda size, form, target: 100 * (
        around if form == "noncentred" else np.ones(20)))
    book = ledger.Ledger("Exercise 5.8.2")
    funnel_verdicts.judge_six_times(book, "ex2.six", 312, many)
    assert book._rows["ex2.six"]["verdict"] == verdict


def test_the_record_with_nutpie_fits_six_times_and_with_its_own_nuts_does_not():
    book = ledger.Ledger("Exercise 5.8.2")
    funnel_verdicts.judge_six_times(book, "ex2.six", 312, 1841)
    row = book._rows["ex2.six"]
    assert row["verdict"] == "agrees in part" and "own NUTS" in row["reason"].split("Does not")[1]


def test_what_both_forms_cost(monkeypatch):
    change_runs(monkeypatch, mean_tree_steps=lambda steps, form, target: 0 * steps + (
        30 if form == "centred" else 10))
    assert "with nutpie both take 4.0 times the gradients" in recorded_runs.cost_in_words()
