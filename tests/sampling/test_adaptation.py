"""The warm-up: dual averaging by hand and in the long run, masses, acceptance."""
import numpy as np
import pytest
from hmc_targets import CorrelatedNormal

import gibbspool as gp
from gibbspool.sampling.adaptation import DualAveraging, spread


def test_dual_averaging_finds_the_step_size_of_the_target():
    """A made-up acceptance rate exp(-step): the smoothed step size tends to -log(target)."""
    rng = np.random.default_rng(9)
    adaptation = DualAveraging(np.array([0.01, 1.0, 30.0]), 0.8)
    for _ in range(2000):
        adaptation.update(np.clip(np.exp(-adaptation.step_size) + 0.05 * rng.standard_normal(3), 0,
                                  1))
    np.testing.assert_allclose(adaptation.smooth, -np.log(0.8), rtol=0.1)


def test_dual_averaging_first_steps_by_hand():
    """From the formulas of Hoffman and Gelman with gamma = 0.05, t0 = 10, kappa = 0.75."""
    adaptation = DualAveraging(np.array([0.1]), 0.9)
    adaptation.update(np.array([0.5]))
    H1 = 0.4 / 11
    x1 = np.log(1.0) - 1 / 0.05 * H1
    np.testing.assert_allclose(adaptation.step_size, np.exp(x1))
    np.testing.assert_allclose(adaptation.smooth, np.exp(x1))
    adaptation.update(np.array([1.0]))
    H2 = (1 - 1 / 12) * H1 + (0.9 - 1.0) / 12
    x2 = -np.sqrt(2) / 0.05 * H2
    np.testing.assert_allclose(adaptation.step_size, np.exp(x2))
    eta = 2**-0.75
    np.testing.assert_allclose(adaptation.smooth, np.exp(eta * x2 + (1 - eta) * x1))


def test_warm_up_finds_the_scales():
    """Inverse masses near the variances, 0.25 to 400, from starting values on another scale; chains
    differ.
    """
    target = CorrelatedNormal()
    draws = gp.hmc(target, draws=10, tune=400, chains=16, seed=1)
    np.testing.assert_allclose(draws.inverse_mass.mean(axis=0), np.diag(target.covariance),
                               rtol=0.35)
    assert len(np.unique(draws.step_size)) == 16


@pytest.mark.parametrize("target_accept", [0.6, 0.9])
def test_acceptance_rate_is_near_its_target(target_accept):
    draws = gp.hmc(CorrelatedNormal(), draws=100, tune=300, chains=10, seed=3,
                   target_accept=target_accept)
    assert abs(draws.sample_stats["acceptance_rate"].mean() - target_accept) < 0.1


def test_no_warm_up_at_all():
    draws = gp.hmc(CorrelatedNormal(), draws=5, tune=0, chains=2, seed=1)
    np.testing.assert_array_equal(draws.step_size, [0.1, 0.1])
    assert draws["q"].shape == (2, 5, 3)


def test_spread_of_a_window_and_where_it_cannot_tell():
    """A variance per chain and coordinate, from ten positions or more that differ."""
    visited = np.random.default_rng(0).normal(0, [[1.0], [5.0]], (10, 2, 3))
    otherwise = np.full((2, 3), 7.0)
    assert np.array_equal(spread(visited, otherwise), visited.var(axis=0))
    assert np.array_equal(spread(visited[:9], otherwise), otherwise)
    visited[:, 1, 2] = 4.0
    assert spread(visited, otherwise)[1, 2] == 7.0 and spread(visited, otherwise)[1, 1] != 7.0


def test_windows_of_the_warm_up_double(monkeypatch):
    """Masses are learnt at 10, 20, 40 and 90 per cent, from what came after the one before."""
    seen = []

    def watched(visited, otherwise):
        seen.append(len(visited))
        return spread(visited, otherwise)

    monkeypatch.setattr("gibbspool.sampling.adaptation.spread", watched)
    gp.hmc(CorrelatedNormal(), draws=1, tune=200, chains=2, seed=1)
    assert seen == [10, 20, 40, 100]
