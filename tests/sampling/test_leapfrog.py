"""The geometry of the leapfrog: reversible, volume-preserving, of second order."""
import numpy as np
from hmc_targets import MASS, CorrelatedNormal, Quartic, walk

from gibbspool.sampling.leapfrog import draw_momentum, energy, trajectory


def test_leapfrog_is_reversible():
    rng = np.random.default_rng(1)
    q, p = rng.standard_normal((2, 20, 2))
    there = walk(Quartic(), q, p, 0.1, MASS, 30)
    back = walk(Quartic(), there[0], -there[1], 0.1, MASS, 30)
    np.testing.assert_allclose(back[0], q, atol=1e-11)
    np.testing.assert_allclose(-back[1], p, atol=1e-11)


def test_leapfrog_preserves_volume():
    """The Jacobian of (q, p) -> (q', p') has determinant one; central differences err by h^2."""
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
    """With m = 1 / variance it is mean + (q - mean) cos t + sd p' sin t, back after 2 pi."""
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


def test_energy_of_one_chain_is_a_number():
    assert energy(Quartic(), np.ones(2), np.ones(2), MASS) == 0.5 + 0.5 * 2.5
