"""The advice on the two forms: verdicts that turn when the runs do."""
import pytest
from section58.other_runs import change_runs

from gibbspool.section58.ledger import Ledger
from gibbspool.section58.parts import which_form

pytestmark = pytest.mark.extras


def judged(judge, *args):
    book = Ledger("Centred or non-centred")
    judge(book, *args)
    return book._rows


@pytest.mark.parametrize("divergences, ess_tau, verdict",
                         [(0, 900.0, "agrees"), (3, 900.0, "agrees in part"),
                          (0, 90.0, "agrees in part")])
def test_a_default_must_not_fail_where_it_is_not_the_better_form(divergences, ess_tau, verdict):
    at = {"centred": {"per_evaluation": [0.2, 0.2]},
          "noncentred": {"per_evaluation": [0.01, 0.01], "divergences": divergences,
                         "draws": 8000, "ess_tau": ess_tau}}
    row = judged(which_form.judge_default, at, 64)["practice.default"]
    assert row["verdict"] == verdict and "at 20 times the cost" in row["reason"]


def test_both_forms_are_compared_on_the_recorded_runs(monkeypatch):
    assert judged(which_form.judge_both)["practice.both"]["verdict"] == "agrees"
    # the larger size now goes with the larger bias
    with monkeypatch.context() as patch:
        change_runs(patch, "pymc", ess_bulk_tau=lambda size, *_: 1e5 / size)
        row = judged(which_form.judge_both)["practice.both"]
    assert row["verdict"] == "agrees in part"
    assert "with nutpie in 20 of 20 pairs" in row["reason"].split("Does not")[0]
    change_runs(monkeypatch, ess_bulk_tau=lambda size, *_: 1e5 / size,
                divergences=lambda n, *_: n + 1)
    assert judged(which_form.judge_both)["practice.both"]["verdict"] == "differs"
