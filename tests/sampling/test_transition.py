"""A transition leaves its density invariant, whatever the step size."""
import numpy as np
import pytest
from hmc_targets import CorrelatedNormal, Quartic, walk

from gibbspool.sampling.leapfrog import Point
from gibbspool.sampling.transition import MAX_STEPS, choose, transition


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
    """Quartic, from its exact density (q^4 / 4 ~ Gamma(1/4)): E q and E q^4 stay (|z| < 4.5)."""
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
        assert (step.n_steps <= MAX_STEPS).all()
        sound = ~step.diverging & (step.n_steps < MAX_STEPS)
        lengths = (step.n_steps * step.step_size)[sound]
        np.testing.assert_allclose(lengths, lengths[0])
        assert lengths[0] <= np.pi
        for c in np.flatnonzero(~step.diverging):
            end = walk(Quartic(), step.start.position[c], step.start.momentum[c], step.step_size[c],
                       np.ones(2),
                       step.n_steps[c])
            np.testing.assert_allclose(step.end.position[c], end[0], rtol=1e-9, atol=1e-12)


def test_choose_by_chain_and_for_a_single_chain():
    one, other = Point(np.ones((3, 2)), np.ones((3, 2)), np.ones(3), np.ones(3)), None
    other = Point(*(0 * x for x in one))
    chosen = choose(np.array([True, False, True]), one, other)
    np.testing.assert_array_equal(chosen.position, [[1, 1], [0, 0], [1, 1]])
    np.testing.assert_array_equal(chosen.energy, [1, 0, 1])
    step = transition(Quartic(), np.random.default_rng(1), np.ones(2), 0.1, np.ones(2))
    assert step.kept.position.shape == (2,) and np.shape(step.diverging) == ()


def test_at_most_a_hundred_steps_even_if_that_falls_short():
    step = transition(Quartic(), np.random.default_rng(1), np.ones((3, 2)), np.full(3, 1e-5),
                      np.ones((3, 2)))
    assert (step.n_steps == 100).all() and (step.step_size == 1e-5).all()


class Steps:
    """The energy is 0 up to |q| = 0.5, 15 up to 1 and 2000 beyond; nothing turns the ball."""

    def log_density(self, q):
        away = np.abs(q[..., 0])
        return np.where(away < 0.5, 0.0, np.where(away < 1, -15.0, -2000.0))

    def gradient(self, q):
        return 0 * q


def test_where_a_trajectory_broke_is_its_last_point_of_an_error_up_to_ten():
    """A step is shorter than 0.5, so that each chain is seen at an error of 15, and passes on."""
    step = transition(Steps(), np.random.default_rng(3), np.zeros((500, 1)), np.full(500, 0.05),
                      np.ones((500, 1)))
    broke = np.abs(step.broke[step.diverging, 0])
    assert len(broke) > 100 and (broke < 0.5).all() and broke.max() > 0.4
    assert (np.abs(step.end.position[step.diverging]) >= 1).all()
    assert not step.diverging[np.abs(step.end.position[:, 0]) < 1].any()
