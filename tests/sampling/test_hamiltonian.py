"""Hamiltonian Monte Carlo: the geometry of the leapfrog, the invariance of the sampler, and its
bookkeeping.
"""
import warnings

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling import hamiltonian
from gibbspool.sampling.hamiltonian import (
    DualAveraging,
    Target,
    choose,
    draw_momentum,
    energy,
    leapfrog,
    trajectory,
    transition,
)


class CorrelatedNormal(Target):
    """q ~ Normal(mean, covariance) in three dimensions, with scales from 0.5 to 20 and a correlation of 0.9."""

    mean = np.array([1.0, -2.0, 30.0])
    covariance = np.array([[0.25, 0.9, 0.0], [0.9, 4.0, 0.0], [0.0, 0.0, 400.0]])
    precision = np.linalg.inv(covariance)

    def log_density(self, q):
        return -0.5 * np.einsum("...i,ij,...j->...", q - self.mean, self.precision, q - self.mean)

    def gradient(self, q):
        return -(q - self.mean) @ self.precision

    def initial(self, rng, shape=()):
        return self.mean + 2 * np.sqrt(np.diag(self.covariance)) * rng.standard_normal((*shape, 3))


class Quartic(Target):
    """log p(q) = -sum q^4 / 4: not a normal density, so that the leapfrog is not exact in any of its moments."""

    def log_density(self, q):
        return -(q**4).sum(axis=-1) / 4

    def gradient(self, q):
        return -(q**3)

    def initial(self, rng, shape=()):
        return rng.uniform(-2, 2, (*shape, 2))


def walk(target, q, p, step_size, inverse_mass, steps):
    force = target.gradient(q)
    for _ in range(steps):
        q, p, force = leapfrog(target.gradient, q, p, force, step_size, inverse_mass)
    return q, p


MASS = np.array([0.5, 2.0])


def test_leapfrog_is_reversible():
    rng = np.random.default_rng(1)
    q, p = rng.standard_normal((2, 20, 2))
    there = walk(Quartic(), q, p, 0.1, MASS, 30)
    back = walk(Quartic(), there[0], -there[1], 0.1, MASS, 30)
    np.testing.assert_allclose(back[0], q, atol=1e-11)
    np.testing.assert_allclose(-back[1], p, atol=1e-11)


def test_leapfrog_preserves_volume():
    """The determinant of the Jacobian of (q, p) -> (q', p') is one; by central differences, error of order h^2."""
    rng = np.random.default_rng(2)
    start, h = rng.standard_normal(4), 1e-5
    ends = []
    for z in np.concatenate([start + h * np.eye(4), start - h * np.eye(4)]):
        ends.append(np.concatenate(walk(Quartic(), z[:2], z[2:], 0.3, MASS, 5)))
    jacobian = (np.array(ends[:4]) - np.array(ends[4:])) / (2 * h)
    assert abs(np.linalg.det(jacobian) - 1) < 1e-7


def test_energy_error_falls_with_the_square_of_the_step_size():
    rng = np.random.default_rng(3)
    q, p = rng.standard_normal((2, 2))
    steps = np.array([0.1, 0.05, 0.025, 0.0125])
    errors = []
    for h in steps:
        path = trajectory(Quartic(), q, p, h, MASS)
        errors.append(max(abs(point.error) for _, point in zip(range(round(2 / h) + 1), path)))
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert abs(slope - 2) < 0.1


def test_leapfrog_follows_the_exact_path_of_a_normal():
    """With m = 1 / variance the exact path is mean + (q - mean) cos t + sd p' sin t; it returns after 2 pi."""
    target = CorrelatedNormal()
    inverse_mass = np.diag(target.covariance)
    q = target.mean + np.array([0.0, 0.0, 15.0])
    p = np.array([0.0, 0.0, 0.7 / 20])
    n = 2000
    quarter = walk(target, q, p, np.pi / 2 / n, inverse_mass, n)
    np.testing.assert_allclose(quarter[0][2] - target.mean[2], 20 * 0.7, rtol=1e-5)
    np.testing.assert_allclose(quarter[1][2], -15 / 400, rtol=1e-5)


def test_trajectory_is_the_leapfrog_and_its_energies_are_h():
    target, rng = Quartic(), np.random.default_rng(4)
    q, p = rng.standard_normal((2, 5, 2))
    points = [point for _, point in zip(range(4), trajectory(target, q, p, np.full(5, 0.2), MASS))]
    np.testing.assert_array_equal(points[0].position, q)
    end = walk(target, q, p, np.full(5, 0.2), MASS, 3)
    np.testing.assert_array_equal(points[3].position, end[0])
    np.testing.assert_array_equal(points[3].momentum, end[1])
    by_hand = (end[0] ** 4).sum(axis=-1) / 4 + (MASS * end[1] ** 2).sum(axis=-1) / 2
    np.testing.assert_allclose(points[3].energy, by_hand, rtol=1e-13)
    np.testing.assert_allclose(points[3].error, by_hand - points[0].energy, atol=1e-13)


def test_momentum_has_variance_m():
    p = draw_momentum(np.random.default_rng(5), np.broadcast_to([0.25, 9.0], (100_000, 2)))
    np.testing.assert_allclose(p.var(axis=0), [4, 1 / 9], rtol=4 * np.sqrt(2 / 100_000))


@pytest.mark.parametrize("step_size", [0.2, 1.2])
def test_transition_leaves_a_correlated_normal_invariant(step_size):
    """Start 40000 chains in the density, take three transitions: means and second moments stay (|z|
    < 4.5).

    The larger step size is accepted about two times in three, so that a wrong decision shows.
    """
    target, rng, n = CorrelatedNormal(), np.random.default_rng(6), 40_000
    root = np.linalg.cholesky(target.covariance)
    z = rng.standard_normal((n, 3))
    q = target.mean + z @ root.T
    inverse_mass = np.broadcast_to(np.diag(target.covariance) * [1.0, 0.5, 1.0], q.shape)
    rates = []
    for _ in range(3):
        step = transition(target, rng, q, np.full(n, step_size * 0.5), inverse_mass)
        q = step.kept.position
        rates.append(step.acceptance_rate.mean())
    assert (0.3 < np.mean(rates) < 0.97) if step_size == 1.2 else np.mean(rates) > 0.9
    white = np.linalg.solve(root, (q - target.mean).T).T  # Normal(0, 1), three times
    moments = [white[:, i] * white[:, j] - (i == j) for i in range(3) for j in range(i + 1)]
    for moment in [*white.T, *moments]:
        assert abs(moment.mean() / (moment.std() / np.sqrt(n))) < 4.5


def test_transition_leaves_a_density_invariant_that_is_not_normal():
    """Quartic, started from its exact density (q^2 ~ sqrt of a Gamma): E q^2 and E q^4 = 1 stay (|z| < 4.5)."""
    rng, n = np.random.default_rng(7), 60_000
    # q^4 / 4 ~ Gamma(1/4, 1)
    q = rng.choice([-1, 1], (n, 2)) * (4 * rng.gamma(0.25, 1, (n, 2))) ** 0.25
    for _ in range(3):
        step = transition(Quartic(), rng, q, np.full(n, 0.9), np.ones((n, 2)))
        q = step.kept.position
    assert 0.4 < step.acceptance_rate.mean() < 0.95
    fourth = (q**4).sum(axis=-1) - 2
    assert abs(fourth.mean() / (fourth.std() / np.sqrt(n))) < 4.5
    assert abs(q.mean() / (q.std() / np.sqrt(2 * n))) < 4.5


def test_transition_takes_equal_steps_that_make_up_one_length():
    rng, sizes = np.random.default_rng(8), np.array([0.001, 0.02, 0.1, 0.5, 4.0])
    for _ in range(20):
        step = transition(Quartic(), rng, np.ones((5, 2)), sizes, np.ones((5, 2)))
        assert (step.step_size <= sizes).all() and (step.n_steps >= 1).all()
        assert (step.n_steps <= hamiltonian.MAX_STEPS).all()
        sound = ~step.diverging & (step.n_steps < hamiltonian.MAX_STEPS)
        lengths = (step.n_steps * step.step_size)[sound]
        np.testing.assert_allclose(lengths, lengths[0])
        assert lengths[0] <= np.pi
        for c in np.flatnonzero(~step.diverging):
            end = walk(Quartic(), step.start.position[c], step.start.momentum[c], step.step_size[c],
                       np.ones(2),
                       step.n_steps[c])
            np.testing.assert_allclose(step.end.position[c], end[0], rtol=1e-9, atol=1e-12)


def test_choose_by_chain_and_for_a_single_chain():
    one, other = hamiltonian.Point(np.ones((3, 2)), np.ones((3, 2)), np.ones(3), np.ones(3)), None
    other = hamiltonian.Point(*(0 * x for x in one))
    chosen = choose(np.array([True, False, True]), one, other)
    np.testing.assert_array_equal(chosen.position, [[1, 1], [0, 0], [1, 1]])
    np.testing.assert_array_equal(chosen.energy, [1, 0, 1])
    step = transition(Quartic(), np.random.default_rng(1), np.ones(2), 0.1, np.ones(2))
    assert step.kept.position.shape == (2,) and np.shape(step.diverging) == ()


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
    draws = gp.hmc(target, draws=10, tune=600, chains=8, seed=1)
    np.testing.assert_allclose(draws.inverse_mass.mean(axis=0), np.diag(target.covariance),
                               rtol=0.35)
    assert len(np.unique(draws.step_size)) == 8


def test_hmc_samples_a_correlated_normal():
    """z-scores of means and variances from the spread between 200 independent chains (|z| < 4)."""
    target = CorrelatedNormal()
    q = gp.hmc(target, draws=60, tune=200, chains=200, seed=2)["q"]
    for moment, exact in ((q, target.mean), ((q - target.mean) ** 2, np.diag(target.covariance)),
                          ((q[..., 0] - 1) * (q[..., 1] + 2), 0.9)):
        by_chain = moment.mean(axis=1)
        z = (by_chain.mean(axis=0) - exact) / (by_chain.std(axis=0) / np.sqrt(200))
        assert np.all(np.abs(z) < 4)


@pytest.mark.parametrize("target_accept", [0.6, 0.9])
def test_acceptance_rate_is_near_its_target(target_accept):
    draws = gp.hmc(CorrelatedNormal(), draws=300, tune=500, chains=10, seed=3,
                   target_accept=target_accept)
    assert abs(draws.sample_stats["acceptance_rate"].mean() - target_accept) < 0.1


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


# ------------------------------------------------------------------------------------------------- divergences

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
    """Normal, but where |q| > 2 the log density is not a number: a trajectory that gets there is divergent."""

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


# ------------------------------------------------------------------------------------------------- bad input, Ctrl-C

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


def test_no_warm_up_at_all():
    draws = gp.hmc(CorrelatedNormal(), draws=5, tune=0, chains=2, seed=1)
    np.testing.assert_array_equal(draws.step_size, [0.1, 0.1])
    assert draws["q"].shape == (2, 5, 3)


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


def test_energy_of_one_chain_is_a_number():
    assert energy(Quartic(), np.ones(2), np.ones(2), MASS) == 0.5 + 0.5 * 2.5


def test_no_warnings_from_numpy():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        gp.hmc(gp.funnel.neal("centred"), draws=50, tune=50, chains=4, seed=1)
