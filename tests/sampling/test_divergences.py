"""Where trajectories broke, and that they break there again."""
import numpy as np
import pytest
from hmc_targets import CorrelatedNormal, Quartic

import gibbspool as gp


@pytest.fixture(scope="module")
def funnel():
    return gp.hmc(gp.funnel.eight_schools("centred"), draws=150, tune=100, chains=4, seed=1)


def test_divergences_are_where_sample_stats_say(funnel):
    found = funnel.divergences
    assert len(found.chain) > 0
    marked = np.zeros((4, 150), dtype=bool)
    marked[found.chain, found.draw] = True
    np.testing.assert_array_equal(marked, funnel.sample_stats["diverging"])
    np.testing.assert_array_equal(found.n_steps,
                                  funnel.sample_stats["n_steps"][found.chain, found.draw])
    assert (funnel.sample_stats["acceptance_rate"][marked] == 0).all()
    # refused: the chain stays where the divergent trajectory started
    np.testing.assert_array_equal(found.started["tau"], funnel["tau"][found.chain, found.draw])
    np.testing.assert_array_equal(found.started["theta"], funnel["theta"][found.chain, found.draw])
    later = found.draw > 0
    np.testing.assert_array_equal(funnel["tau"][found.chain, found.draw][later],
                                  funnel["tau"][found.chain, found.draw - 1][later])


def test_replay_breaks_where_the_record_says(funnel):
    found = funnel.divergences
    for k in range(0, len(found.chain), max(1, len(found.chain) // 10)):
        path = funnel.replay(k)
        assert len(path) == found.n_steps[k] + 1
        assert all(point.error <= 1000 for point in path[:-1])
        assert not path[-1].error <= 1000
        last = [point for point in path if point.error <= 10][-1]
        np.testing.assert_allclose(last.position[1], np.log(found.broke["tau"][k]), rtol=1e-6)
        np.testing.assert_allclose(last.position[2:], found.broke["theta"][k], rtol=1e-6)
        assert np.isfinite(last.position).all()


class Cliff(Quartic):
    """Normal, but where |q| > 2 the log density is no number: a trajectory diverges there."""

    def log_density(self, q):
        inside = (np.abs(q) < 2).all(axis=-1)
        return np.where(inside, -0.5 * (q**2).sum(axis=-1), np.nan)

    def gradient(self, q):
        return -q

    def initial(self, rng, shape=()):
        return rng.uniform(-1, 1, (*shape, 2))


def test_an_energy_that_is_no_number_is_a_divergence():
    draws = gp.hmc(Cliff(), draws=100, tune=40, chains=4, seed=2)
    assert 0 < draws.sample_stats["diverging"].sum() < 400
    assert (np.abs(draws["q"]) < 2).all() and (np.abs(draws.divergences.broke["q"]) < 2).all()
    assert np.isfinite(draws.sample_stats["energy"]).all()


def test_no_divergence_leaves_empty_arrays():
    draws = gp.hmc(CorrelatedNormal(), draws=5, tune=100, chains=2, seed=1)
    assert draws.divergences.chain.shape == (0,) and draws.divergences.broke["q"].shape == (0, 3)
    assert draws["q"][draws.divergences.chain, draws.divergences.draw].shape == (0, 3)
