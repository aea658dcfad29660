"""The parts on the practical guide: verdicts that follow from known results, and that turn when the
world does.
"""
import numpy as np
import pytest

from gibbspool.guide import experiments as experiments
from gibbspool.section58 import page
from gibbspool.section58.parts import practice

pytestmark = pytest.mark.extras


def verdicts(ledger):
    return ledger.table().set_index("id")["verdict"]


def test_guide_from_made_up_errors():
    """Overlaps and mean squared errors that decide the verdicts are handed in."""
    few = {4: 0.9, 8: 0.7}
    more = {(2.0, 4): 0.6, (20.0, 64): 0.7}
    found = verdicts(practice.judged_guide(few, {**more, (2.0, 4): 0.8}, none=100.0, complete=10.0,
                                           partial=15.0, sets=100))
    assert found["guide.few_groups"] == found["guide.tau_zero"] == "agrees"
    found = verdicts(practice.judged_guide(few, more, none=100.0, complete=10.0, partial=15.0,
                                           sets=100))
    assert found["guide.few_groups"] == "differs"  # four groups that are measured well
    found = verdicts(practice.judged_guide({4: 0.5, 8: 0.4}, more, none=100.0, complete=10.0,
                                           partial=50.0, sets=100))
    assert found["guide.few_groups"] == found["guide.tau_zero"] == "differs"
    assert found["guide.smallest_helped"] == found["guide.new_group"] == "agrees"


def test_bias_and_sd_of_strategies_known_in_closed_form():
    """No pooling: no bias, sd the root mean square of sigma; complete pooling: the same normal mean
    for all.
    """
    sigma, sets = np.full(8, 10.0), 4000
    bias, sd = practice.bias_and_sd(sigma, sets)
    theta = 5 * np.array([1.5, -1, 0.5, -0.5, 1, -1.5, 0, 0])
    assert bias["none"] < 0.4                                # 10 / sqrt(4000) is 0.16
    assert sd["none"] == pytest.approx(10, rel=0.03)
    assert sd["complete"] == pytest.approx(10 / np.sqrt(8), rel=0.05)
    assert bias["complete"] == pytest.approx(np.sqrt(np.mean((theta - theta.mean()) ** 2)),
                                             rel=0.02)
    assert sd["complete"] < sd["partial"] < sd["none"]


def test_exchangeability_and_stein():
    tables = {design: practice.frame(experiments.not_exchangeable((0, 40), design, sets=300), "gap")
              for design in experiments.DESIGNS}
    found = verdicts(practice.judged_exchangeability(tables, tables["noisy kind"].loc[40], tables))
    assert found["practice.not_exchangeable"] == "differs"
    assert found["practice.covariate"] == "agrees"
    harmful = {"noisy kind": tables["noisy kind"],
               "equal": tables["equal"].assign(worse=5.0, worse_se=1.0)}
    found = verdicts(practice.judged_exchangeability(tables, tables["noisy kind"].loc[40], harmful))
    assert found["practice.not_exchangeable"] == "agrees"
    found = verdicts(practice.judged_stein())
    assert found["together.stein"] == "agrees"
    assert found["together.james_stein"] == found["together.best"] == "differs"


def test_sensitivity_part():
    part = page.Part("sensitivity")
    with pytest.warns(UserWarning, match="depend on the prior"):
        practice.sensitivity(part)
    rows = part.rows[0].set_index("id")["verdict"]
    assert rows["practice.prior_tight"] == rows["practice.defaults"] == "agrees"


@pytest.mark.long
@pytest.mark.parametrize("fill",
                         [practice.guide, practice.mixed_model, practice.exchangeability,
                          practice.many_groups,
                          practice.stein])
def test_each_part_fills(fill):
    part = page.Part("part", quick=True)
    fill(part)
    assert len(part.rows) == 1 and part.blocks
