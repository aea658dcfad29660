"""Random walks: their steps, one by one; how their scale is learnt; what they leave invariant."""
import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, z_scores
from scipy import stats

import gibbspool as gp
from gibbspool.sampling.metropolis import Metropolis, SimplexWalk, StepSize


def test_the_harness_sees_a_kernel_that_forgets_the_jacobian():
    target, support = TARGETS["skewed"]

    class NoJacobian(Metropolis):
        def log_density_u(self, u):
            return self.log_density(self.coordinate.x(u))

    assert np.abs(z_scores(NoJacobian(target.logpdf, support), target, steps=20)).max() > LIMIT


def test_adapts_then_freezes():
    """In warm-up the scale approaches the acceptance rate 0.44; afterwards it does not move."""
    step = StepSize(np.full(50, 100.0))
    kernel = Metropolis(stats.norm.logpdf, (-np.inf, np.inf), step)
    rng, x = np.random.default_rng(0), np.zeros(50)
    step.adapting = True
    for _ in range(2000):
        x = kernel.draw(rng, x)
    step.adapting = False
    frozen = np.array(step.scale)
    for _ in range(2000):
        x = kernel.draw(rng, x)
    assert np.array_equal(frozen, step.scale)
    assert np.mean(step.acceptance) == pytest.approx(0.44, abs=0.03)


def test_how_a_step_size_learns_and_counts():
    """log scale moves by (accepted - target) / sqrt(n) in warm-up; acceptances count after it."""
    step = StepSize(np.array([2.0, 3.0]), target=0.3)
    assert np.isnan(step.acceptance) and not step.adapting
    step.adapting = True
    step.record(np.array([True, False]))
    step.record(np.array([True, True]))
    nudges = np.array([0.7 + 0.7 / 2**0.5, -0.3 + 0.7 / 2**0.5])
    assert step.scale == pytest.approx(np.array([2, 3]) * np.exp(nudges))
    assert np.isnan(step.acceptance)
    assert repr(step).endswith("(first of 2), adapting, after 2 steps)")
    step.adapting = False
    assert repr(step).endswith("no proposal yet)")
    for accepted in ([True, False], [True, True], [False, False], [True, False]):
        step.record(np.array(accepted))
    assert step.acceptance.tolist() == [0.75, 0.25]
    assert repr(step).startswith("StepSize(scale=") and "3 of 4 proposals accepted" in repr(step)


def watch(init, made):
    """A way to make step sizes that keeps a list of them."""
    def watched(self, *args, **kwargs):
        init(self, *args, **kwargs)
        made.append(self)

    return watched


@pytest.mark.parametrize("form", ["augmented", "plain"])
def test_without_a_warm_up_nothing_adapts(form, monkeypatch):
    """Neither where there are no sweeps of it nor where one walks step by step."""
    learnt = []
    monkeypatch.setattr(StepSize, "__init__", watch(StepSize.__init__, learnt))
    regions = gp.data.survey_regions()
    model = gp.DirichletMultinomial(regions.counts, form=form)
    draws = gp.sample(model, draws=30, tune=0, chains=3, seed=1)
    assert draws.sample_stats["acceptance_alpha"].shape == (3, 30)
    assert 0 < draws.sample_stats["acceptance_alpha"].mean() < 1
    list(gp.steps(model, seed=1, sweeps=30))
    used = [step for step in learnt if step.proposed]
    assert len(used) == {"augmented": 2, "plain": 4}[form]
    assert all(step.adapted == 0 and step.proposed == 30 for step in used)


def test_each_walk_has_a_step_of_its_own():
    for walk, target in ((Metropolis, 0.44), (SimplexWalk, 0.3)):
        first, second = walk(stats.norm.logpdf), walk(stats.norm.logpdf)
        assert first.step is not second.step
        assert (first.step.scale, first.step.target) == (1.0, target)


def test_steps_as_the_textbook_has_them():
    """From the same random numbers, one step after another with plain numbers."""
    density = stats.gamma(2.5)
    walk = Metropolis(density.logpdf, step=StepSize(2.0))
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    x, moved = 1.3, 0
    for _ in range(50):
        there = x * np.exp(2.0 * same.standard_normal())
        ratio = density.pdf(there) * there / (density.pdf(x) * x)  # x is |dx / d log x|
        accepted = same.random() < ratio
        expected = there if accepted else x
        x = walk.draw(rng, x)
        moved += accepted
        assert x == pytest.approx(expected, rel=1e-12)
    assert 5 < moved < 45 and walk.step.acceptance == moved / 50


def test_steps_of_shares_as_the_textbook_has_them():
    density = stats.dirichlet([0.6, 2.0, 5.0])
    walk = SimplexWalk(gp.Dirichlet([0.6, 2.0, 5.0]).logpdf, step=StepSize(0.8))
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    x, moved = np.array([0.2, 0.5, 0.3]), 0
    for _ in range(50):
        there = x * np.exp(0.8 * same.standard_normal(3))
        there = there / there.sum()
        ratio = density.pdf(there) * there.prod() / (density.pdf(x) * x.prod())
        accepted = same.random() < ratio
        expected = there if accepted else x
        x = walk.draw(rng, x)
        moved += accepted
        assert x == pytest.approx(expected, rel=1e-10)
    assert 5 < moved < 45 and walk.step.acceptance == pytest.approx(np.full(3, moved / 50))


def test_shares_of_zero_are_walked_from():
    """A share that has become zero in floating point is taken for the smallest there is."""
    walk = SimplexWalk(lambda x: np.zeros(x.shape[:-1]), step=StepSize(0.5))
    assert walk.logpdf([0.0, 1.0]) == 0
    x = walk.draw(np.random.default_rng(1), np.array([[0.0, 1.0], [0.5, 0.5]]))
    assert np.isfinite(x).all() and x.sum(axis=-1) == pytest.approx(np.ones(2))
    assert 0 < x[0, 0] < 1e-290


def test_never_moves_to_where_there_is_no_density():
    rng, x, shares = np.random.default_rng(0), np.ones(200), np.full((200, 2), 0.5)
    walk = Metropolis(lambda x: np.where(x < 2, 0.0, np.nan), step=StepSize(3.0))
    walk_of_shares = SimplexWalk(lambda x: np.where(x[..., 0] < 0.6, 0.0, np.nan),
                                 step=StepSize(1.0))
    for _ in range(20):
        x, shares = walk.draw(rng, x), walk_of_shares.draw(rng, shares)
        assert (x < 2).all() and (shares[:, 0] < 0.6).all()
    assert len(set(x)) > 100 and len(set(shares[:, 0])) > 100


def test_walk_on_the_simplex_leaves_its_density_invariant():
    """From exact draws of a Dirichlet, forty steps later they are still draws of it; and they have
    moved.
    """
    concentration = np.array([0.6, 2.0, 5.0])
    density = gp.Dirichlet(concentration)
    walk = SimplexWalk(density.logpdf, step=StepSize(0.9))
    rng = np.random.default_rng(6)
    x = start = density.draw(rng, np.empty((20000, 3)))
    for _ in range(40):
        x = walk.draw(rng, x)
    assert x.sum(axis=-1) == pytest.approx(np.ones(20000))
    assert 0.2 < np.mean(walk.step.acceptance) < 0.9
    assert np.corrcoef(x[:, 1], start[:, 1])[0, 1] < 0.3
    for k in range(3):  # 20 000 independent vectors: 6 z-scores
        p = stats.beta(concentration[k], concentration.sum() - concentration[k]).cdf(x[:, k])
        assert abs(p.mean() - 0.5) * np.sqrt(12 * 20000) < 4
        assert abs(((p - 0.5) ** 2).mean() - 1 / 12) * np.sqrt(180 * 20000) < 4
