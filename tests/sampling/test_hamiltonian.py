"""`hmc` as a whole: its draws, what it notes, what it refuses, Ctrl-C."""
import warnings

import numpy as np
import pytest
from hmc_targets import CorrelatedNormal, Quartic

import gibbspool as gp


def test_hmc_samples_a_correlated_normal():
    """z-scores of means and variances from the spread between 200 independent chains (|z| < 4)."""
    target = CorrelatedNormal()
    q = gp.hmc(target, draws=30, tune=80, chains=200, seed=2)["q"]
    for moment, exact in ((q, target.mean), ((q - target.mean) ** 2, np.diag(target.covariance)),
                          ((q[..., 0] - 1) * (q[..., 1] + 2), 0.9)):
        by_chain = moment.mean(axis=1)
        z = (by_chain.mean(axis=0) - exact) / (by_chain.std(axis=0) / np.sqrt(200))
        assert np.all(np.abs(z) < 4)


def test_sample_stats_say_what_happened():
    draws = gp.hmc(CorrelatedNormal(), draws=50, tune=50, chains=3, seed=4)
    stats = draws.sample_stats
    assert set(stats) == {"acceptance_rate", "diverging", "energy", "lp", "n_steps", "step_size"}
    assert all(values.shape == (3, 50) for values in stats.values())
    assert stats["diverging"].dtype == bool and stats["n_steps"].dtype.kind == "i"
    np.testing.assert_allclose(stats["lp"], draws.target.log_density(draws["q"]), rtol=1e-9,
                               atol=1e-9)
    assert (stats["energy"] >= -stats["lp"]).all()
    assert (stats["step_size"] <= draws.step_size[:, None]).all()
    assert ((stats["acceptance_rate"] >= 0) & (stats["acceptance_rate"] <= 1)).all()


def test_same_seed_same_draws():
    one, again, other = (gp.hmc(Quartic(), draws=20, tune=20, chains=2, seed=s)["q"]
                         for s in (5, 5, 6))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(gp.hmc(Quartic(), 20, 20, 2, np.random.default_rng(5))["q"], one)


@pytest.mark.parametrize("wrong, problem, words", [
    ({"draws": 0}, ValueError, "draws is 0"), ({"draws": 2.5}, TypeError, "draws is 2.5"),
    ({"tune": -1}, ValueError, "tune is -1"), ({"chains": 0}, ValueError, "chains is 0"),
    ({"seed": -3}, ValueError, "seed is -3"), ({"target_accept": 1.0}, ValueError,
                                               "target_accept is 1"),
    ({"target_accept": float("nan")}, ValueError, "target_accept"),
    ({"target_accept": "high"}, TypeError, "target_accept"),
])
def test_impossible_arguments(wrong, problem, words):
    with pytest.raises(problem, match=words):
        gp.hmc(Quartic(), **wrong)


def test_a_model_is_not_a_target():
    schools = gp.data.eight_schools()
    with pytest.raises(TypeError,
                       match="no log_density, gradient, named; make a target with gp.funnel"):
        gp.hmc(gp.NormalNormal(schools.y, schools.sigma))


def test_a_start_of_density_zero_is_refused():
    class Nowhere(Quartic):
        def log_density(self, q):
            return np.full(q.shape[:-1], -np.inf)

    with pytest.raises(ValueError, match="log density is -inf at the starting position"):
        gp.hmc(Nowhere(), draws=5, tune=5)

    class OneBadStart(Quartic):
        def initial(self, rng, shape=()):
            return np.array([[0.0, 1.0], [np.nan, 2.0], [0.0, 3.0]])

    with pytest.raises(ValueError, match=r"log density is nan at the starting position \[nan +2"):
        gp.hmc(OneBadStart(), draws=5, tune=5, chains=3)


def test_a_target_needs_no_base_class():
    class Bare:
        log_density, gradient, named, initial = (getattr(Quartic(), name) for name in
                                                 ("log_density", "gradient", "named", "initial"))

    draws = gp.hmc(Bare, draws=5, tune=5, chains=2, seed=1)
    np.testing.assert_array_equal(draws["q"],
                                  gp.hmc(Quartic(), draws=5, tune=5, chains=2, seed=1)["q"])


class Interrupted(Quartic):
    """Ctrl-C after so many gradients."""

    def __init__(self, after):
        self.left = after

    def gradient(self, q):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().gradient(q)


def test_interrupted_after_some_draws():
    whole = gp.hmc(Quartic(), draws=100, tune=0, chains=2, seed=1)
    enough = int((whole.sample_stats["n_steps"].max(axis=0) + 1)[:30].sum()) + 1
    with pytest.warns(UserWarning, match="interrupted: 30 of 100 draws"):
        draws = gp.hmc(Interrupted(enough), draws=100, tune=0, chains=2, seed=1)
    np.testing.assert_array_equal(draws["q"], whole["q"][:, :30])
    assert draws.sample_stats["energy"].shape == (2, 30)


def test_interrupted_in_warm_up():
    with pytest.raises(KeyboardInterrupt):
        gp.hmc(Interrupted(30), draws=10, tune=500, chains=2, seed=1)


def test_no_warnings_from_numpy():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        gp.hmc(gp.funnel.neal("centred"), draws=50, tune=50, chains=4, seed=1)
