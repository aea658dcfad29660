"""A random walk adapts its step in warm-up, and never again: what is kept is invariant."""
import numpy as np

import gibbspool as gp
from gibbspool.sampling.gibbs import Conditionals, sweep
from gibbspool.sampling.metropolis import Metropolis, StepSize
from gibbspool.sampling.model import Model


class Walk(Model):
    """x ~ Normal(0, 3), by a random walk."""

    order = ("x",)
    groups = tuple("ABCDE")

    def x_given(self):
        return Metropolis(gp.Normal(0, 3).logpdf, (-np.inf, np.inf))

    def log_joint(self, x):
        return gp.Normal(0, 3).logpdf(x)

    def initial(self, rng, shape=()):
        return {"x": 10 * rng.standard_normal(shape)}


def test_a_random_walk_is_frozen_for_the_whole_of_the_kept_sweeps():
    given, scales = Conditionals(Walk()), []
    rng, state = np.random.default_rng(0), {"x": np.zeros(7)}
    for number in range(40):
        if number == 20:
            given.stop_adapting()
        list(sweep(given, rng, state))
        scales.append(np.array(given("x", state).step.scale))
    assert scales[0].shape == (7,) and len(set(scales[19])) > 1
    assert not np.array_equal(scales[0], scales[19])
    assert all(np.array_equal(scales[19], later) for later in scales[20:])


def test_sample_freezes_at_the_first_kept_sweep(monkeypatch):
    adapting, record = [], StepSize.record

    def watch(self, accept):
        adapting.append(self.adapting)
        record(self, accept)

    monkeypatch.setattr(StepSize, "record", watch)
    gp.sample(Walk(), draws=30, tune=25, chains=2)
    assert adapting == [True] * 25 + [False] * 30
