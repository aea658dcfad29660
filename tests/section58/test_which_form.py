"""The advice on the two forms: verdicts that turn when the runs do."""
import pytest

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
    recorded = which_form.runs

    def exchanged(column, form):  # the larger size now goes with the larger bias
        other = {"centred": "noncentred", "noncentred": "centred"}[form]
        return recorded(column, other if column == "ess_bulk_tau" else form)

    monkeypatch.setattr(which_form, "runs", exchanged)
    assert judged(which_form.judge_both)["practice.both"]["verdict"] == "differs"
