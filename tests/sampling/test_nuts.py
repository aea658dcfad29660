"""NUTS: the kernel leaves its density invariant, counted out exactly; turning; divergences."""
import numpy as np
import pytest
from hmc_targets import MASS, CorrelatedNormal, Quartic, walk

import gibbspool as gp
from gibbspool.sampling import nuts
from gibbspool.sampling.leapfrog import energy
from gibbspool.sampling.nuts import End, Orbit, Tree, turns_back

STEP = {2: 0.8, 3: 0.45}  # by doublings: errors of a tenth, and trees of many sizes


class EveryOutcome:
    """Coins that fall in every way in turn, with the probability of what has been seen."""

    def __init__(self):
        self.unfinished = [[]]

    def __call__(self, rng, probability):
        if len(self.fallen) == len(self.script):
            self.unfinished.append([*self.script, False])
            self.script.append(True)
        falls = self.script[len(self.fallen)]
        self.fallen.append(falls)
        self.probability *= probability if falls else 1 - probability
        return falls

    def __iter__(self):
        while self.unfinished:
            self.script, self.fallen, self.probability = self.unfinished.pop(), [], 1.0
            yield self


def point_on_the_orbit(k, step):
    """The point k leapfrog steps from a first one, forwards or backwards."""
    q, p = walk(Quartic(), np.array([1.1, -0.4]), np.array([0.5, 0.8]),
                np.copysign(step, k), MASS, abs(k))
    return q, p


@pytest.mark.parametrize("doublings, sizes_seen", [
    (2, {1, 3}), pytest.param(3, {3, 5, 7}, marks=pytest.mark.long)])
def test_one_transition_leaves_the_density_invariant_exactly(monkeypatch, doublings, sizes_seen):
    """sum over k of p(k) T(k, m) = p(m), over all points k from which m can be reached, where T
    is summed over all coins that may fall: no random number is drawn.
    """
    monkeypatch.setattr(nuts, "MOST_DOUBLINGS", doublings)
    reach = 2**doublings - 1
    orbit = {k: point_on_the_orbit(k, STEP[doublings])
             for k in range(-2 * reach, 2 * reach + 1)}
    density = {k: np.exp(-energy(Quartic(), *orbit[k], MASS)) for k in orbit}
    arrived, sizes = {m: 0.0 for m in orbit}, set()
    for k in range(-reach, reach + 1):
        q, p = orbit[k]
        monkeypatch.setattr(nuts, "draw_momentum", lambda rng, inverse_mass, p=p: p)
        coins = EveryOutcome()
        monkeypatch.setattr(nuts, "happens", coins)
        total = 0.0
        for outcome in coins:
            step = nuts.one_chain(Quartic(), None, q, STEP[doublings], MASS)
            m = min(orbit, key=lambda m: np.abs(orbit[m][0] - step.kept.position).sum())
            np.testing.assert_allclose(orbit[m][0], step.kept.position, atol=1e-9)
            arrived[m] += density[k] * outcome.probability
            total += outcome.probability
            sizes.add(int(step.n_steps))
        assert total == pytest.approx(1, abs=1e-12)
    assert arrived[0] == pytest.approx(density[0], rel=1e-12)
    assert sizes == sizes_seen  # some stopped in the middle of a doubling


def test_nuts_samples_a_correlated_normal():
    """z-scores of means, variances and a covariance from 40 independent chains (|z| < 5: of seven
    numbers one is further out by chance once in 10,000 times; Student's t with 39 degrees).
    """
    target = CorrelatedNormal()
    q = gp.hmc(target, draws=30, tune=40, chains=40, seed=2, trajectory="nuts")["q"]
    for moment, exact in ((q, target.mean), ((q - target.mean) ** 2, np.diag(target.covariance)),
                          ((q[..., 0] - 1) * (q[..., 1] + 2), 0.9)):
        by_chain = moment.mean(axis=1)
        z = (by_chain.mean(axis=0) - exact) / (by_chain.std(axis=0, ddof=1) / np.sqrt(40))
        assert np.all(np.abs(z) < 5)


@pytest.mark.long
@pytest.mark.parametrize("form", ["centred", "noncentred"])
def test_nuts_finds_the_funnel_of_the_eight_schools(form):
    """The mean of tau within 6 standard errors between 10 chains; the centred form at small steps
    and without its bias.
    """
    target = gp.funnel.eight_schools(form)
    accept = {"centred": 0.99, "noncentred": 0.9}[form]
    draws = gp.hmc(target, draws=500, tune=500, chains=10, seed=3, target_accept=accept,
                   trajectory="nuts")
    by_chain = draws["tau"].mean(axis=1)
    error = by_chain.std(ddof=1) / np.sqrt(10)
    assert abs(by_chain.mean() - gp.exact(target.model)["tau"].mean) < 6 * error


def a_point(velocity):
    p = np.asarray(velocity, dtype=float) / MASS
    end = End(np.zeros(2), p, np.zeros(2), 0, np.zeros(2))
    return Tree(end, end, p, 0.0, None, True, 1, 1.0, False)


def joined(*points):
    first, last = points[0], points[-1]
    return Tree(first.first, last.last, sum(point.momentum for point in points), 0.0, None, True,
                len(points), 1.0, False)


ORBIT = Orbit(None, 1.0, MASS, 0.0)
EAST, NORTH, WEST, SOUTH = map(a_point, ([1, 0], [0, 1], [-1, 0], [0, -1]))


def test_a_straight_path_goes_on():
    assert not turns_back(ORBIT, joined(EAST, EAST), joined(EAST, EAST))


def test_a_quarter_of_a_circle_goes_on_and_half_of_one_turns_back():
    assert not turns_back(ORBIT, joined(EAST, EAST), joined(NORTH, NORTH))
    assert turns_back(ORBIT, joined(EAST, NORTH), joined(WEST, WEST))


def test_half_a_circle_in_small_steps_is_seen_at_its_ends_alone():
    assert turns_back(ORBIT, joined(EAST, a_point([0.3, 1])), joined(a_point([-0.3, 1]), WEST))


def test_a_path_that_turns_back_between_its_halves_alone():
    """It goes east on the whole and at its ends, and back in the middle: the first half with the
    next point sees it, or the last half with the one before.
    """
    west = a_point([-0.1, 0])
    assert turns_back(ORBIT, joined(EAST, EAST), joined(west, EAST))
    assert turns_back(ORBIT, joined(EAST, west), joined(EAST, EAST))


def test_a_half_that_turned_back_is_not_taken():
    near = joined(EAST, EAST)._replace(point="near")
    far = joined(EAST, EAST)._replace(point="far", whole=False)
    both = nuts.join(ORBIT, np.random.default_rng(1), near, far, 1, newer=True)
    assert both.point == "near" and not both.whole and both.steps == 4


def test_sample_stats_and_seeds():
    draws = gp.hmc(Quartic(), draws=30, tune=30, chains=2, seed=4, trajectory="nuts")
    again = gp.hmc(Quartic(), draws=30, tune=30, chains=2, seed=4, trajectory="nuts")
    np.testing.assert_array_equal(draws["q"], again["q"])
    stats = draws.sample_stats
    assert all(values.shape == (2, 30) for values in stats.values())
    np.testing.assert_allclose(stats["lp"], Quartic().log_density(draws["q"]), atol=1e-9)
    assert ((stats["acceptance_rate"] > 0) & (stats["acceptance_rate"] <= 1)).all()
    assert (stats["n_steps"] >= 1).all() and (stats["n_steps"] < 2**nuts.MOST_DOUBLINGS).all()


def test_a_divergence_can_be_replayed():
    target = gp.funnel.neal("centred")
    draws = gp.hmc(target, draws=100, tune=50, chains=4, seed=1, target_accept=0.6,
                   trajectory="nuts")
    found = draws.divergences
    assert len(found.chain) == draws.sample_stats["diverging"].sum() > 0
    path = draws.replay(0)
    assert not path[-1].error <= 1000 and all(point.error <= 1000 for point in path[:-1])
    sound = [point for point in path if point.error <= 10][-1]
    assert found.broke["v"][0] == pytest.approx(sound.position[0], rel=1e-9)


def test_trajectory_by_another_name():
    with pytest.raises(ValueError, match="trajectory is 'nut'; it must be one of 'random', 'nuts'"):
        gp.hmc(Quartic(), trajectory="nut")
