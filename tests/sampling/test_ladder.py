"""Steps on a ladder: one by one, how their spacing is learnt, what they leave invariant."""
import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, moves, z_scores
from scipy import stats

from gibbspool.sampling.ladder import Ladder
from gibbspool.sampling.metropolis import StepSize


@pytest.mark.parametrize("name", TARGETS)
def test_leaves_its_density_invariant(name):
    target, support = TARGETS[name]
    spacing = 0.03 if name == "normal" else 0.7  # its standard deviation is 0.02, in units of u
    assert np.abs(z_scores(Ladder(target.logpdf, support, StepSize(spacing)), target)).max() < LIMIT
    assert moves(Ladder(target.logpdf, support, StepSize(spacing)), target) > 0.3


@pytest.mark.parametrize("rungs", [2, 3, 24])
def test_leaves_it_invariant_with_any_number_of_rungs(rungs):
    target, support = TARGETS["skewed"]
    kernel = Ladder(target.logpdf, support, StepSize(1.0), rungs)
    assert np.abs(z_scores(kernel, target)).max() < LIMIT


def test_the_harness_sees_a_ladder_that_always_begins_at_the_current_value():
    target, support = TARGETS["skewed"]

    class Upwards(Ladder):
        def draw(self, rng, current):
            here = self.coordinate.u(current)
            rung = self.choose(1 - rng.random(np.shape(here)), here + self.numbers(here) * 0.7)
            return self.coordinate.x(here + rung * 0.7)

    assert np.abs(z_scores(Upwards(target.logpdf, support), target)).max() > LIMIT


def test_steps_as_the_formula_has_them():
    """From the same random numbers, one step after another with plain numbers."""
    density = stats.gamma(2.5)
    walk = Ladder(density.logpdf, step=StepSize(0.8), rungs=5)
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    x, moved = 1.3, 0
    for _ in range(50):
        stretch, place, share = same.random(3)
        h, i, share = 0.8 * (stretch + 0.5), int(5 * place), 1 - share
        rungs = [x * np.exp((j - i) * h) for j in range(5)]
        weights = [density.pdf(u) * u for u in rungs]  # u is |dx / d log x|
        j = next(j for j in range(5) if sum(weights[:j + 1]) >= share * sum(weights))
        x, old = walk.draw(rng, x), x
        assert x == pytest.approx(rungs[j], rel=1e-12) and (j != i or x == old)
        x, moved = rungs[j], moved + (j != i)
    assert 5 < moved < 45 and walk.step.acceptance == moved / 50


def test_a_long_ladder_forgets_where_it_began():
    """Two standard deviations apart, 16 rungs: the correlation of one draw with the next is below
    0.15. 20,000 pairs: its standard error is 0.007.
    """
    target = stats.norm(5, 0.1)
    kernel = Ladder(target.logpdf, (-np.inf, np.inf), StepSize(0.15 / np.sqrt(26)), 16)
    rng = np.random.default_rng(1)
    x = target.rvs(size=20_000, random_state=rng)  # u = arcsinh(x): du = dx / sqrt(1 + x^2)
    assert abs(np.corrcoef(x, kernel.draw(rng, x))[0, 1]) < 0.15


def test_warm_up_finds_rungs_one_to_two_standard_deviations_apart():
    """Of 50 ladders that begin far too short or too long, in units of log x."""
    target = stats.lognorm(0.2)
    step = StepSize(np.geomspace(1e-4, 1e3, 50), target=0.5)
    kernel, rng, x = Ladder(target.logpdf, step=step), np.random.default_rng(0), np.full(50, 9.0)
    step.adapting = True
    for _ in range(1500):
        x = kernel.draw(rng, x)
    step.adapting = False
    frozen = np.array(step.scale)
    for _ in range(400):
        x = kernel.draw(rng, x)
    assert np.array_equal(frozen, step.scale)
    assert (frozen > 0.2).all() and (frozen < 0.5).all()
    assert np.mean(step.acceptance) == pytest.approx(0.5, abs=0.05)


def test_each_ladder_has_a_step_of_its_own():
    first, second = Ladder(stats.norm.logpdf), Ladder(stats.norm.logpdf)
    assert first.step is not second.step
    assert (first.step.scale, first.step.target, first.rungs) == (1.0, 0.5, 8)
    assert repr(first).startswith("Ladder((0.0, inf), 8 rungs, StepSize(scale=1, no proposal yet")


def test_batches_of_any_shape_and_single_numbers():
    rng = np.random.default_rng(0)
    kernel = Ladder(stats.gamma(3).logpdf)
    assert np.shape(kernel.draw(rng, 2.0)) == ()
    assert kernel.draw(rng, np.full((3, 2), 2.0)).shape == (3, 2)


def test_never_moves_to_where_there_is_no_density():
    rng, x = np.random.default_rng(0), np.ones(200)
    kernel = Ladder(lambda x: np.where(x < 2, 0.0, np.nan), step=StepSize(1.0))
    for _ in range(20):
        x = kernel.draw(rng, x)
        assert (x < 2).all()
    assert len(set(x)) > 100


@pytest.mark.parametrize("value", [np.nan, -np.inf, np.inf])
def test_refuses_a_density_that_is_nowhere_finite(value):
    kernel = Ladder(lambda x: np.full(np.shape(x), value))
    with pytest.raises(ValueError, match="density at the current value is zero, infinite or NaN"):
        kernel.draw(np.random.default_rng(0), np.ones(3))


def around(centre, scale):
    """A step size that has learnt where its density is."""
    step = StepSize(scale)
    step.centre = centre
    return step


@pytest.mark.parametrize("centre", [0.5, 3.0, -40.0])
@pytest.mark.parametrize("name", ["skewed", "piled up at zero", "bounded", "bimodal"])
def test_leaves_its_density_invariant_wherever_it_is_placed(name, centre):
    """In the middle of the density, beside it, and far from it."""
    target, support = TARGETS[name]
    first, second = (Ladder(target.logpdf, support, around(centre, 0.7)) for _ in range(2))
    assert np.abs(z_scores(first, target)).max() < LIMIT
    assert moves(second, target) > 0.3


def test_the_harness_sees_a_ladder_that_ends_around_the_current_value():
    """The current value is put on the nearest rung of the one ladder around the centre, in place of
    the rung that it has on a copy.
    """
    target, support = TARGETS["skewed"]

    class Clipped(Ladder):
        def place_of(self, here, spacing, uniform):
            middle = self.step.centre + 0.3 * (uniform - 0.5) * self.rungs * spacing
            return np.clip(np.floor((here - middle) / spacing + self.rungs / 2), 0, self.rungs - 1)

    kernel = Clipped(target.logpdf, support, around(0.0, 0.2))
    assert np.abs(z_scores(kernel, target)).max() > LIMIT


def test_a_placed_ladder_is_the_same_whichever_rung_is_the_current_value():
    kernel = Ladder(stats.norm.logpdf, step=around(1.0, 1.0), rungs=6)
    rng = np.random.default_rng(0)
    for here, spacing, uniform in zip(rng.normal(0, 9, 200), rng.gamma(2, size=200),
                                      rng.random(200)):
        place = kernel.place_of(here, spacing, uniform)
        rungs = here + (np.arange(6) - place) * spacing
        assert [kernel.place_of(u, spacing, uniform) for u in rungs] == [0, 1, 2, 3, 4, 5]
        middle = 1.0 + 0.3 * (uniform - 0.5) * 6 * spacing
        if abs(here - middle) < 3 * spacing:  # no copy, but the ladder itself
            assert rungs[0] <= middle - 2 * spacing and rungs[-1] >= middle + 2 * spacing


def test_a_placed_ladder_forgets_more():
    """One standard deviation apart, 8 rungs around the density: the correlation of one draw with
    the next is below 0.05, and above 0.2 where they are placed anywhere. Of 20,000 pairs, standard
    error 0.007.
    """
    target, rng = stats.lognorm(0.2), np.random.default_rng(1)
    u = 0.2 * rng.standard_normal(20_000)
    placed, anywhere = (Ladder(target.logpdf, step=step).draw(rng, np.exp(u))
                        for step in (around(0.05, 0.2), StepSize(0.2)))
    assert abs(np.corrcoef(u, np.log(placed))[0, 1]) < 0.05
    assert np.corrcoef(u, np.log(anywhere))[0, 1] > 0.2


def test_the_centre_is_that_of_late_in_the_warm_up():
    """The chains begin far off, 9 and 1e-4 for a density around 1, sd 0.2 of log x."""
    step, rng, x = StepSize(0.3, target=0.5), np.random.default_rng(0), np.array([9.0, 1e-4])
    kernel = Ladder(stats.lognorm(0.2).logpdf, step=step)
    kernel.draw(rng, x)
    assert step.centre is None  # no warm-up, nothing learnt
    step.adapting = True
    x = kernel.draw(rng, x)
    assert step.centre == pytest.approx(np.log([9.0, 1e-4]))
    for _ in range(200):
        x = kernel.draw(rng, x)
    assert np.abs(step.centre).max() < 0.1
    step.adapting, frozen = False, np.array(step.centre)
    kernel.draw(rng, x)
    assert np.array_equal(frozen, step.centre)
