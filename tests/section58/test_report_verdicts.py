"""Verdicts of the parts on Eight Schools and the funnel: what is known from elsewhere, and made-up
worlds that turn them.
"""
import numpy as np
import pytest
from section58.other_runs import change_runs

import gibbspool as gp
from gibbspool import funnel
from gibbspool.sampling import arviz_bridge
from gibbspool.section58 import ledger, page
from gibbspool.section58.parts import (
    common,
    comparison,
    eight_schools,
    funnel_verdicts,
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
    book = ledger.Ledger("5.8.3 funnel")
    for k, (id, p) in enumerate(book.printed.items()):
        if p.kind == "sampler":
            book.own(id, 1.0)
        elif k % 3:
            book.statement(id, k % 3 == 1, "found")
        else:
            book.in_part(id, "one half.", "the other.")
    part = page.Part("part")
    part.ledger(book)
    text, rows = "".join(part.blocks), part.rows[0]
    n = rows.loc[rows["kind"] == "statement", "verdict"].value_counts()
    assert (f"in words: {n['agrees']} agree, {n['agrees in part']} agree in part, "
            f"{n['differs']} differ") in text
    # the sampler's own, folded
    assert '<details class="diagnostics">' in text and "divergences" in text
    assert text.count("sampler's own "
                      "diagnostics") + text.count("sampler&#x27;s own diagnostics") == 1


# --- Eight Schools --------------------------------------------------------------------------------

def test_forest(truth):
    rows = verdicts(eight_schools.forest)
    found = rows["verdict"]
    # "approximately 11 and 10.5": to within a tenth, 1.1 and 1.05
    assert truth["theta"].mean[[0, 6]] == pytest.approx([9.811, 9.547], abs=1e-3)
    assert found["forest.theta[A]"] == "differs" and found["forest.theta[G]"] == "agrees"
    assert rows.loc["forest.theta[A]", "reason"].startswith("1.19 off")
    expected = {"shrunk_more": True, "all_towards_mean": True, "A_G_largest": True,
                "C_E_cross_zero": True, "B_less": True,
                "other_six": True}
    assert {name: found[f"forest.{name}"] == "agrees" for name in expected} == expected
    width = np.ptp(truth["theta"].hdi(0.89), axis=1)
    # A's interval is wider than H's, whose standard error is larger: the trend alone holds
    assert width[0] > width[7] and truth.model.sigma[0] < truth.model.sigma[7]
    assert found["forest.wider"] == "agrees in part" and found["forest.not_hurt"] == "agrees"


def test_predictive_check(truth):
    """The exact sd of a replicate is sqrt(sigma^2 + var theta), by the law of total variance."""
    found = verdicts(eight_schools.predictive_check)
    sd = np.sqrt(truth.model.sigma**2 + truth["theta"].sd ** 2)
    assert found.loc[[f"ppc.sd.{g}" for g in "ABCDEFGH"], "exact"].tolist() == pytest.approx(sd)
    assert found.loc["ppc.mean.A", "verdict"] == "differs"
    # sigma of C and H is within a tenth of the sd of their replicates, that of the others is not
    assert found.loc["ppc.sds_match", "verdict"] == "differs"
    assert "for C and H only" in found.loc["ppc.sds_match", "reason"]
    assert [g for g, r in zip("ABCDEFGH", sd / truth.model.sigma) if r < 1.1] == ["C", "H"]
    assert found.loc["ppc.compatible", "verdict"] == found.loc["ppc.means_shrunk",
                                                               "verdict"] == "agrees"


@pytest.mark.parametrize("place", [
    "5.8.1 pooling problem", "5.8.2 shrinkage", "5.8.3 data", "5.8.3 summary table",
    "5.8.3 forest plot", "5.8.3 funnel", "5.8.3 predictive check", "Centred or non-centred",
    "Exercise 5.8.2"])
def test_every_statement_says_by_what_it_is_judged(place):
    for p in ledger.reported(place):
        assert p.kind != "statement" or (p.criterion.endswith(".") and len(p.criterion) > 20), p.id
    # of like claims the criterion is the same
    by = {p.id: p.criterion for p in ledger.reported()}
    assert by["forest.theta[A]"] == by["shrinkage.tau"] == by["survey.alpha_about"]
    assert "exactly 1" in by["forest.wider"] and "exactly 1" in by["forest.shrunk_more"]


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


def funnel_ledger(monkeypatch, broke=0.5, only=None, **changes):
    """The ledger of the funnel with some columns of the recorded runs changed, as functions of
    (values, form, target_accept); all our trajectories break at one tau.
    """
    with monkeypatch.context() as patch:
        change_runs(patch, only, **changes)
        patch.setattr(funnel_verdicts, "judge_iterations", no_iterations)
        made = {"centred": Runs(20), "noncentred": Runs(0)}
        centred = {"NUTS": {"tau_broke": [broke, 9.0, broke], "tau_started": [broke]},
                   "HMC": {"tau_broke": [broke], "tau_started": [broke]}}
        return funnel_verdicts.judged_funnel(centred, made, True)


def no_iterations(book, quick):
    """They have tests of their own."""
    for name in ("steps", "gradients"):
        book.statement(f"funnel.{name}", True, "not looked at")


def verdicts_of(book):
    return {id.removeprefix("funnel."): row
            for id, row in book.table().set_index("id")["verdict"].items()}


AGREE = {"centred_diverges", "small_tau", "ess", "stem", "target_accept",
         "tau_10_05", "one_step", "steps", "gradients", "tuning", "divergences.noncentred",
         "ess.centred", "biased"}
IN_PART = {"six_times", "noncentred_none", "diagnose", "cluster", "raw",
           "log_posterior", "divergences.centred"}


def test_the_funnel_by_recorded_runs(monkeypatch):
    book = funnel_ledger(monkeypatch)
    found = verdicts_of(book)
    assert {id for id in found if found[id] == "agrees"} == AGREE
    assert {id for id in found if found[id] == "agrees in part"} == IN_PART
    said = book.table()
    assert said.loc[said["kind"] == "statement", "criterion"].str.len().min() > 20
    # the mean of PyMC's own runs is off by no five standard errors, their 5.5% point is
    reason = said.set_index("id").loc["funnel.biased", "reason"]
    assert "own NUTS the 5.5% point of tau is off by +0.52" in reason


def test_other_runs_would_turn_the_verdicts_on_the_funnel(monkeypatch):
    """No divergences at 0.99 and without centring, a bias downwards that stays, sizes alike."""
    found = verdicts_of(funnel_ledger(
        monkeypatch, broke=3.0,
        divergences=lambda n, form, target: 0 * n if target == 0.99 or form != "centred" else n,
        tau_mean=lambda means, form, target: means - 1.0,
        tau_q05=lambda ends, form, target: ends / 3,
        tau_q50=lambda medians, form, target: medians / 2,
        rhat_tau=lambda x, form, target: 0 * x + 1.001,
        ess_bulk_tau=lambda size, form, target: np.full(20, 1841.0)))
    assert found["underestimates"] == "agrees"
    for id in ("small_tau", "stem", "cluster", "target_accept", "ess", "ess.centred", "tuning"):
        assert found[id] == "differs", id
    assert found["noncentred_none"] == found["ess.noncentred"] == found["diagnose"] == "agrees"


def test_the_runs_of_one_sampler_make_half_a_verdict(monkeypatch):
    found = verdicts_of(funnel_ledger(
        monkeypatch, only="pymc", tau_mean=lambda means, form, target: means - 1.0,
        tau_q05=lambda ends, form, target: ends / 3,
        tau_q50=lambda medians, form, target: medians / 2,
        divergences=lambda n, form, target: 0 * n if form != "centred" else n))
    for id in ("underestimates", "stem", "cluster", "noncentred_none", "diagnose"):
        assert found[id] == "agrees in part", id


def test_sds_at_a_tau_are_those_of_draws_near_it(truth):
    """300,000 independent draws, those with tau within 2% of 5: four standard errors."""
    draws = truth.sample(draws=300_000, chains=1, seed=9)
    near = np.abs(draws["tau"] / 5 - 1) < 0.02
    theta = draws["theta"][near]
    raw = (theta - draws["mu"][near, None]) / draws["tau"][near, None]
    for x, exact in zip((theta, raw), funnel_verdicts.sds_at(5.0)):
        assert x.std(axis=0) == pytest.approx(exact, rel=4 / np.sqrt(2 * len(x)) + 0.02)


def test_a_density_that_lacks_the_jacobian_is_noticed(monkeypatch):
    """Then the sum of step 2 is all there is."""
    whole = funnel.eight_schools("noncentred").log_density
    monkeypatch.setattr(type(funnel.eight_schools("noncentred")), "log_density",
                        lambda self, q: whole(q) - q[..., 1])
    book = ledger.Ledger("5.8.3 funnel")
    funnel_verdicts.judge_log_posterior(book)
    assert book._rows["funnel.log_posterior"]["verdict"] == "agrees"


def test_a_wrong_gradient_is_noticed(monkeypatch):
    target = type(funnel.eight_schools("noncentred"))
    right = target.gradient
    monkeypatch.setattr(target, "gradient", lambda self, q: 1.01 * right(self, q))
    book = ledger.Ledger("Exercise 5.8.2")
    geometry.judge_gradient(book)
    assert book._rows["ex2.differentiates"]["verdict"] == "differs"


def test_how_far_the_best_strategy_leads():
    """Two data sets of four groups, three strategies: by hand."""
    pointwise = np.array([[[1.0, 1, 1, 1], [0, 0, 0, 0]], [[0, 2, 2, 4], [1, 1, 1, 1.0]],
                          [[9.0, -9, 0, 0], [5, 5, 5, 5.0]]])
    lead, dse = comparison.lead_of_the_best(pointwise)
    assert lead.tolist() == [4, 16] and dse[1] == 0
    assert dse[0] == pytest.approx(2 * np.std([-1, 1, 1, 3]))


@pytest.mark.parametrize("lead, dse, verdict", [
    (1.0, 3.0, "agrees"), (1.0, 1.0, "agrees in part"), (50.0, 1.0, "differs")])
def test_eight_schools_are_too_few_where_leads_are_small(lead, dse, verdict, monkeypatch):
    """In data sets like Eight Schools, and in Eight Schools itself: 5 behind, with an error of dse.
    """
    monkeypatch.setattr(comparison, "lead_of_the_best",
                        lambda x: (np.full(100, lead), np.linspace(0.9, 1.1, 100)))
    monkeypatch.setattr(comparison, "pointwise_of_strategies", lambda y, sigma: {})
    book = ledger.Ledger("5.8.5 LOO table")
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"elpd_diff": [0.0, -5.0], "dse": [0.0, dse]}, index=["best", "second"])
    comparison.judge_few_schools(book, table, 60)
    assert book._rows["loo.not_enough"]["verdict"] == verdict


def test_which_form_is_better_where():
    def rows(centred, noncentred, divergences):
        return [{"sampler": "HMC", "size": 64, "form": form, "per_evaluation": values,
                 "divergences": divergences, "draws": 8000, "ess_tau": 900.0}
                for form, values in (("centred", centred), ("noncentred", noncentred))]

    more, less = [0.20, 0.22, 0.21], [0.010, 0.011, 0.012]
    found = geometry.judged_crossing(rows(more, less, 0), rows(less, more, 0)).table()
    assert (found["verdict"] == "agrees").all() and found["margin"].min() > 5
    found = geometry.judged_crossing(rows(less, more, 3), rows(more, less, 0)).table().set_index(
        "id")["verdict"]
    assert found["practice.centred"] == found["practice.no_funnel"] == "differs"
    assert found["practice.noncentred"] == "agrees in part"  # sparse data yes, small tau no


def test_a_run_may_lie_beyond_the_recorded_ones_by_their_outermost_gap():
    """27 is printed: 23 and a gap of 3 reach to 26.5 with the rounding, a gap of 4 to 27.5."""
    def judged(*values):
        book = ledger.Ledger("5.8.3 funnel")
        book.recorded("funnel.divergences.centred", dict.fromkeys(("nutpie", "pymc"), values))
        return book._rows["funnel.divergences.centred"]["verdict"]

    assert judged(10, 20, 23) == "differs" and judged(23, 10, 19) == "agrees"
    assert judged(40, 34, 31) == "differs" and judged(31, 35, 40) == "agrees"
    assert judged(10, 40, 60) == "agrees"


def test_where_our_runs_break_is_asked_of_each_sampler():
    def judged(**broke):
        book = ledger.Ledger("Exercise 5.8.2")
        funnel_verdicts.judge_small_tau(book, "ex2.small_tau", {
            name: {"tau_broke": at, "tau_started": [0.5]} for name, at in broke.items()})
        return book._rows["ex2.small_tau"]

    assert judged(NUTS=[0.5, 0.5, 9.0], HMC=[0.5])["verdict"] == "agrees"
    found = judged(NUTS=[0.5, 9.0, 9.0], HMC=[0.5])
    assert found["verdict"] == "differs"
    assert "33% of the 3 of our NUTS and 100% of the 1 of our HMC broke" in found["reason"]


def test_the_pathology_is_a_broken_rule(monkeypatch):
    def judged(only=None, **columns):
        with monkeypatch.context() as patch:
            change_runs(patch, only, **{name: lambda x, *_, value=value: 0 * x + value
                                        for name, value in columns.items()})
            book = ledger.Ledger("Exercise 5.8.2")
            funnel_verdicts.judge_pathology(book, "ex2.eliminates")
        return book._rows["ex2.eliminates"]["verdict"]

    assert judged() == "differs" and judged(divergences=0) == "agrees"
    assert judged(divergences=0, rhat_tau=1.02) == judged(divergences=0, ess_bulk_tau=400) == \
        "differs"
    assert judged("pymc", divergences=0) == "agrees in part"


def test_bias_of_made_up_runs():
    found = funnel.bias([{"mean_tau": mean} for mean in (4.0, 5.0, 6.0)], 4.5)
    assert found == pytest.approx({"bias": 0.5, "se": 1 / np.sqrt(3), "z": 0.5 * np.sqrt(3),
                                   "above": 2})


def test_crossing_divides_the_standard_errors_by_the_root_of_the_size(monkeypatch):
    seen = []
    monkeypatch.setattr(funnel.runs, "hmc", lambda target, *args: seen.append(target.model.sigma))
    monkeypatch.setattr(funnel.runs, "sample", lambda model, *args: None)
    monkeypatch.setattr(funnel.runs, "run", lambda draws: {})
    monkeypatch.setattr(funnel.runs, "by_pairs", lambda draws: [])
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
    # 0.6 behind with 0.42, 1.1 behind with 0.89: less than two of these
    assert rows.loc["loo.printed_modest", "verdict"] == "agrees"
    assert (partial > no).all() and (partial - no).sum() > 1
    assert rows.loc["loo.consistent", "verdict"] == "agrees in part"  # consistent, and not small


def test_recorded_runs_are_said_with_the_decimals_of_what_is_printed():
    assert ledger.among([19.83, 584.9, 271.1], 0) == "20 to 585 in 3 runs, median 271"
    assert ledger.among([0.00007, 0.0116, 0.0014], 2) == "0.00 to 0.01 in 3 runs, median 0.00"
    # with a decimal more where the ends would look the same
    assert ledger.among([1.0001, 1.0042, 1.001], 2) == "1.000 to 1.004 in 3 runs, median 1.001"
    assert ledger.among([0, 0], 0) == "0 to 0 in 2 runs, median 0"
    book = ledger.Ledger("Exercise 5.8.2")
    book.recorded("ex2.centred.ess", {"nutpie": np.array([19.83, 584.9, 271.1])})
    assert "20 to 585" in book._rows["ex2.centred.ess"]["reason"]
