"""Runs on the funnel: what is counted, and what the section says of both forms."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool import funnel
from gibbspool.sampling import hamiltonian


def test_crossing_size_interpolates_on_the_log_scale():
    """ESS per evaluation: centred size / 2, non-centred 8 / size; they meet where size^2 = 16."""
    rows = []
    for size in (1, 2, 8, 32):
        rows += [{"size": size, "sampler": "HMC", "form": form, "ess_tau": ess, "evaluations": n}
                 for form, ess, n in (("centred", size, 2), ("noncentred", 8 / size, 1))]
    assert abs(funnel.crossing_size(rows, "HMC") - 4) < 1e-12
    assert np.isnan(funnel.crossing_size(rows[:2], "HMC"))


def test_bias_by_hand():
    found = funnel.bias([{"mean_tau": m} for m in (1.0, 2.0, 3.0, 6.0)], 2.5)
    assert found["above"] == 2 and abs(found["bias"] - 0.5) < 1e-12
    assert abs(found["se"] - np.std([1, 2, 3, 6], ddof=1) / 2) < 1e-12


@pytest.mark.extras
def test_run_counts_what_the_chains_did():
    draws = gp.hmc(gp.funnel.eight_schools("centred"), draws=50, tune=50, chains=4, seed=1)
    halves = [funnel.run(draws, slice(0, 2)), funnel.run(draws, slice(2, 4))]
    assert sum(half["divergences"] for half in halves) == draws.sample_stats["diverging"].sum()
    assert sum(half["evaluations"] for half in halves) == draws.sample_stats["n_steps"].sum() + 200
    assert halves[1]["mean_tau"] == draws["tau"][2:].mean()
    assert len(halves[0]["tau_broke"]) == halves[0]["divergences"]


@pytest.mark.extras
def test_pairs_of_chains_are_runs_of_their_own(schools):
    draws = gp.sample(gp.NormalNormal(schools.y, schools.sigma), draws=60, tune=5, chains=4, seed=1)
    pairs = funnel.runs.by_pairs(draws)
    assert pairs == [funnel.run(draws, slice(c, c + 2))["ess_tau"] / 120 for c in (0, 2)]


@pytest.mark.extras
def test_runs_of_gibbs_are_four_chains_each(schools):
    runs = funnel.gibbs_runs("centred", runs=3, seed=1, draws=20, tune=5)
    tau = gp.sample(gp.NormalNormal(schools.y, schools.sigma, form="centred"), draws=20, tune=5,
                    chains=12, seed=1)["tau"]
    assert [one["mean_tau"] for one in runs] == pytest.approx(tau.reshape(3, -1).mean(axis=1))
    assert [one["draws"] for one in runs] == [80] * 3


def test_paths_into_the_neck_start_where_they_say():
    draws = gp.hmc(gp.funnel.eight_schools("centred"), draws=100, tune=100, seed=1)
    paths = funnel.paths_into_the_neck(draws)
    mouth, neck = (paths[name][0].position
                   for name in ("starts in the mouth", "starts nearer the neck"))
    assert abs(mouth[1] - 2.0) < 0.3 and abs(neck[1] - 0.5) < 0.5
    assert mouth[1] in np.log(draws["tau"][0]) and len(paths["starts in the mouth"]) == 16
    started = np.sort(np.log(draws.divergences.started["tau"]))[::-1]
    for k in range(min(2, len(started))):
        assert paths[f"divergence {k + 1}"][0].position[1] == pytest.approx(started[k])
        assert not paths[f"divergence {k + 1}"][-1].error <= hamiltonian.MAX_ERROR


@pytest.mark.long
@pytest.mark.extras
def test_what_the_section_says_of_both_forms(truth):
    """Ten runs each: every centred run diverges, at small tau, with a small share of the ESS."""
    centred, noncentred = (funnel.hmc_runs(form) for form in ("centred", "noncentred"))
    assert all(one["divergences"] > 0 for one in centred)
    assert sum(one["divergences"] for one in noncentred) < 10  # of 80000 transitions
    broke = np.concatenate([one["tau_broke"] for one in centred])
    assert np.median(broke) < 0.5 * truth["tau"].quantile(0.5)
    ess, best = (np.mean([one["ess_tau"] for one in runs]) for runs in (centred, noncentred))
    assert ess < 0.25 * best
    assert abs(funnel.bias(noncentred, truth["tau"].mean)["z"]) < 4
