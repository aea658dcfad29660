"""Verdicts of the parts on Eight Schools and the funnel: what is known from elsewhere, and made-up
worlds that turn them.
"""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool import funnel
from gibbspool.sampling import arviz_bridge
from gibbspool.section58 import ledger, page
from gibbspool.section58.parts import (
    common,
    comparison,
    eight_schools,
    geometry,
    new_group,
)

pytestmark = pytest.mark.extras


def verdicts(fill):
    part = page.Part("part", quick=True)
    fill(part)
    return part.rows[-1].set_index("id")


# --- the ledger's own arithmetic ------------------------------------------------------------------

def test_replicates_spread_as_their_size_says():
    """150 means of samples of 400: their sd is sd / 20, known to 6%."""
    pool = np.random.default_rng(1).normal(3, 2, 100_000)
    assert ledger.replicated(pool, 400, "mean").std() == pytest.approx(0.1, rel=0.25)
    assert ledger.replicated(pool, 400, "mean").mean() == pytest.approx(3, abs=0.05)


def test_effective_sizes_of_means_and_of_tails():
    x = np.random.default_rng(2).normal(size=(4, 500)).cumsum(axis=1)
    assert ledger.effective(x, "mean") == ledger.effective(x, "sd") == arviz_bridge.ess(x, "bulk")
    assert ledger.effective(x, "hdi_low") == ledger.effective(x, "high") == arviz_bridge.ess(x,
                                                                                             "tail")
    assert arviz_bridge.ess(x, "bulk") != arviz_bridge.ess(x, "tail")


def test_sizes_are_those_the_section_prints():
    by_id = {p.id: p for p in ledger.reported()}
    assert [eight_schools.size_of(by_id[f"eight.mu.{name}"])
            for name in ("mean", "sd", "hdi_low")] == [2914, 2914, 3002]
    assert new_group.size_of(by_id["ex4.a.mean"]) == 1841
    assert new_group.size_of(by_id["ex4.a.low"]) == 2189
    assert new_group.size_of(by_id["ex4.b.E.sd"]) == 3987


def test_a_ledger_on_the_page_counts_and_shows_everything():
    part = page.Part("part")
    part.ledger(geometry_ledger(off=0.3))
    text = "".join(part.blocks)
    # the sampler's own, folded
    assert "agree" in text and "<details>" in text and "divergences" in text
    rows = part.rows[0]
    said = rows[rows["kind"] == "statement"]
    agree = (said["verdict"] == "agrees").sum()
    assert f"in words: {agree} agree, {len(said) - agree} differ" in text
    assert agree > len(said) - agree
    assert text.count("sampler's own "
                      "diagnostics") + text.count("sampler&#x27;s own diagnostics") == 1


# --- Eight Schools --------------------------------------------------------------------------------

def test_forest(truth):
    found = verdicts(eight_schools.forest)["verdict"]
    assert (found.filter(like="theta") == "differs").all()
    expected = {"shrunk_more": True, "all_towards_mean": True, "A_G_largest": True,
                "C_E_cross_zero": True, "B_less": True,
                "other_six": True}
    assert {name: found[f"forest.{name}"] == "agrees" for name in expected} == expected
    width = np.ptp(truth["theta"].hdi(0.89), axis=1)
    # A's interval is wider than H's
    assert width[0] > width[7] and truth.model.sigma[0] < truth.model.sigma[7]
    assert found["forest.wider"] == "differs"


def test_predictive_check(truth):
    """The exact sd of a replicate is sqrt(sigma^2 + var theta), by the law of total variance."""
    found = verdicts(eight_schools.predictive_check)
    sd = np.sqrt(truth.model.sigma**2 + truth["theta"].sd ** 2)
    assert found.loc[[f"ppc.sd.{g}" for g in "ABCDEFGH"], "exact"].tolist() == pytest.approx(sd)
    assert found.loc["ppc.mean.A", "verdict"] == found.loc["ppc.sds_match", "verdict"] == "differs"
    assert found.loc["ppc.compatible", "verdict"] == found.loc["ppc.means_shrunk",
                                                               "verdict"] == "agrees"


def test_data_table():
    assert (eight_schools.judged_data().table()["verdict"] == "agrees").all()


# --- the funnel -----------------------------------------------------------------------------------

class Runs:
    """Draws of Eight Schools with as many diverging as one likes."""

    def __init__(self, diverging):
        draws = common.truth().sample(draws=500, chains=2, seed=3)
        self.values = {**dict(draws.items()),
                       "theta_raw": np.random.default_rng(4).standard_normal(draws["theta"].shape)}
        self.sample_stats = {"n_steps": np.full((2, 500), 10)}
        self.divergences = type("Divergences", (), {"chain": np.zeros(diverging)})

    def __getitem__(self, name):
        return self.values[name]


def geometry_ledger(off, diverging=20, below_1=0.05, none=0):
    """The ledger of the funnel for ten made-up runs whose means of tau are off by `off` on
    average.
    """
    made = {"centred": Runs(diverging), "noncentred": Runs(none)}
    mean = common.truth()["tau"].mean
    centred = [{"divergences": diverging, "below_1": below_1 + 0.001 * k, "mean_tau": mean + off
                + 0.02 * (k - 4.5)}
               for k in range(10)]
    noncentred = [{"divergences": none}] * 10
    harder = {0.9: centred, 0.95: [{"divergences": diverging // 2}],
              0.99: [{"divergences": diverging // 4}]}
    bias = funnel.bias(centred, mean)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geometry, "one_run", made.get)
        return geometry.judged_funnel(True, centred, noncentred, harder, 4.0, np.array([0.5]), bias,
                                      {"centred": 10 * diverging, "noncentred": 10 * none},
                                      {"centred": 100.0, "noncentred": 1000.0})


def test_funnel_in_made_up_worlds():
    above = geometry_ledger(off=0.3).table().set_index("id")["verdict"]
    assert above["funnel.underestimates"] == "differs" and above["funnel.stem"] == "agrees"
    assert above["funnel.sixth"] == "differs"      # 312 / 1841 = 0.1695, one sixth is 0.1667
    assert above["funnel.six_times"] == "agrees"   # 5.90
    for what in ("noncentred_none", "target_accept", "ess"):
        assert above[f"funnel.{what}"] == "agrees"
    assert above["funnel.tau_10_05"] == above["funnel.diagnose"] == "agrees"
    assert above["funnel.cylinder"] == "differs"
    below = geometry_ledger(off=-0.3, below_1=0.1, none=1).table().set_index("id")["verdict"]
    assert below["funnel.underestimates"] == "agrees"
    assert below["funnel.stem"] == below["funnel.noncentred_none"] == "differs"


def test_bias_of_made_up_runs():
    found = funnel.bias([{"mean_tau": mean} for mean in (4.0, 5.0, 6.0)], 4.5)
    assert found == pytest.approx({"bias": 0.5, "se": 1 / np.sqrt(3), "z": 0.5 * np.sqrt(3),
                                   "above": 2})


def test_crossing_divides_the_standard_errors_by_the_root_of_the_size(monkeypatch):
    seen = []
    monkeypatch.setattr(funnel.runs, "hmc", lambda target, *args: seen.append(target.model.sigma))
    monkeypatch.setattr(funnel.runs, "sample", lambda model, *args: None)
    monkeypatch.setattr(funnel.runs, "run", lambda draws: {})
    funnel.crossing(sizes=(1, 4))
    sigma = gp.data.eight_schools().sigma
    assert [list(s / sigma) for s in seen] == [[1.0] * 8] * 2 + [[0.5] * 8] * 2


# --- leave-one-out and the guide ------------------------------------------------------------------

def test_differences_between_strategies(truth):
    """dse by hand, from the exact pointwise densities."""
    table = gp.compare(comparison.models())
    rows = comparison.judged(table, 3, 600).table().set_index("id")
    partial, no, complete = (gp.exact(model).elpd_loo().pointwise
                             for model in comparison.models().values())
    dse = {name: np.sqrt(8 * (other - partial).var()) for name,
           other in (("no", no), ("complete", complete))}
    for name in dse:  # measured from partial pooling, which the section prints first
        assert rows.loc[f"loo.{name}.dse", "exact"] == pytest.approx(dse[name], rel=1e-9)
    assert rows.loc["loo.partial.dse", "exact"] == 0
    assert rows.loc[["loo.no.dse", "loo.partial.dse", "loo.complete.dse"],
                    "verdict"].tolist() == 2 * ["agrees"] + ["differs"]
    assert (complete - partial).sum() > 2 * dse["complete"] and rows.loc["loo.modest",
                                                                         "verdict"] == "differs"
    # 0.6 behind with 0.42, 1.1 behind with 0.89
    assert rows.loc["loo.printed_modest", "verdict"] == "differs"
    assert (partial > no).all() and (partial - no).sum() > 1
    assert rows.loc["loo.consistent", "verdict"] == "agrees in part"  # consistent, and not small
