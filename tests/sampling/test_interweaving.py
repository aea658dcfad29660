"""A step in other coordinates: the density and the draw are those of what it wraps."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep
from gibbspool.sampling.interweaving import Interweaving
from gibbspool.sampling.slice import Slice


def test_density_draw_and_name_are_those_of_the_conditional():
    inner = Slice(lambda x: -0.5 * x**2, (-np.inf, np.inf))
    step = Interweaving(inner, lambda mu: {"theta": mu + 1})
    assert step.logpdf(2.0) == inner.logpdf(2.0) == -2.0
    one, other = (k.draw(np.random.default_rng(3), np.full(5, 0.4)) for k in (step, inner))
    assert np.array_equal(one, other)
    assert repr(step) == f"Interweaving({inner!r})"


class Interwoven(gp.Model):
    """theta_j ~ Normal(mu, 1), y_j ~ Normal(theta_j, s), mu flat: mu once given theta, once given
    theta - mu.
    """

    order = ("theta", "mu", "mu_ancillary")
    interweaves = {"mu_ancillary": "mu"}
    y, s = np.array([1.0, 2.0, 6.0]), 0.5

    def theta_given(self, mu):
        share = 1 / (1 + self.s**2)
        return gp.Normal(share * self.y + (1 - share) * mu[..., None], np.sqrt(share) * self.s)

    def mu_given(self, theta):
        return gp.Normal(theta.mean(axis=-1), 1 / np.sqrt(3))

    def mu_ancillary_given(self, theta, mu):
        away = theta - mu[..., None]

        def moves(new):
            return {"theta": new[..., None] + away}

        mean = (self.y - away).mean(axis=-1)
        return Interweaving(gp.Normal(mean, self.s / np.sqrt(3)), moves)

    def log_joint(self, theta, mu):
        return (gp.Normal(mu[..., None], 1).logpdf(theta).sum(axis=-1)
                + gp.Normal(theta, self.s).logpdf(self.y).sum(axis=-1))

    def initial(self, rng, shape=()):
        return {"theta": rng.normal(0, 9, (*shape, 3)), "mu": rng.normal(0, 9, shape)}


def test_what_moves_along_keeps_its_distance():
    given, rng = Conditionals(Interwoven()), np.random.default_rng(0)
    state = given.start(rng, (4,))
    for step in sweep(given, rng, state):
        if step.name == "mu":
            away = state["theta"] - state["mu"][:, None]
    assert step.name == "mu_ancillary" and np.array_equal(step.new, state["mu"])
    assert not np.array_equal(step.old, step.new)
    assert state["theta"] - state["mu"][:, None] == pytest.approx(away, abs=1e-12)


def test_a_model_of_ones_own_may_interweave():
    """Checked, and sampled: mu ~ Normal(mean of y, sqrt(1.25 / 3)); |z| < 4 of 400 chain means."""
    assert gp.check_conditionals(Interwoven()).ok
    draws = gp.sample(Interwoven(), draws=20, tune=20, chains=400, seed=2)
    assert set(draws) == {"theta", "mu"}
    per_chain = draws["mu"].mean(axis=1)
    assert abs(per_chain.mean() - 3) / (per_chain.std() / 20) < 4
    # an sd of some 6000 draws that are nearly independent errs by one per cent
    assert draws["mu"].std() == pytest.approx(np.sqrt(1.25 / 3), rel=0.05)
