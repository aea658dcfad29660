"""Griddy: its grid, how far that is from the density, and the step that corrects it."""
import contextlib

import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, Counted, z_scores
from scipy import stats

import gibbspool as gp
from gibbspool.sampling.griddy import Griddy


@pytest.mark.parametrize("name", TARGETS)
def test_griddy_forgets_its_start(name):
    """The draws from one far start follow the density after a few steps: the grid does not depend
    on the start.
    """
    target, support = TARGETS[name]
    kernel = Griddy(target.logpdf, support)
    rng = np.random.default_rng(1)
    x = np.full(20_000, target.rvs(size=1, random_state=np.random.default_rng(3))[0])
    for _ in range(8):
        x = kernel.draw(rng, x)
    assert stats.kstest(target.cdf(x), "uniform").pvalue > 1e-4


def test_the_harness_sees_a_grid_that_is_not_corrected():
    """Draws from a coarse grid, without the Metropolis correction and with it."""
    target, support = TARGETS["skewed"]

    class Uncorrected(Griddy):
        points = 6

        def draw(self, rng, current=None):
            if current is None:
                return super().draw(rng)
            return np.array([super(Uncorrected, self).draw(rng) for _ in current.ravel()])

    wrong = Uncorrected(target.logpdf, support)
    assert np.abs(z_scores(wrong, target, steps=1, chains=8000)).max() > LIMIT

    class Corrected(Griddy):
        points = 6

    assert np.abs(z_scores(Corrected(target.logpdf, support), target)).max() < LIMIT


@pytest.mark.parametrize("name", TARGETS)
def test_griddy_discretisation_error_is_stated(name):
    """Before the Metropolis correction: the piecewise exponential q is within 2 % of p in total
    variation.

    And nowhere on the grid is p more than 1.7 q, so no chain sticks in a tail.
    """
    target, support = TARGETS[name]
    kernel = Griddy(target.logpdf, support)
    u, log_q, *_ = kernel.grid
    fine = np.linspace(u[0, 0], u[-1, 0], 200_001)[1:-1]
    log_p = kernel.log_density_u(fine)
    between = np.interp(fine, u[:, 0], log_q[:, 0])
    p, q = np.exp(log_p - log_p.max()), np.exp(between - between.max())
    p, q = p / p.sum(), q / q.sum()
    assert 0.5 * np.abs(p - q).sum() < 0.02
    matters = log_p > log_p.max() - 38
    assert np.max((p / q)[matters]) < 1.7


@pytest.mark.parametrize("J", [2, 8, pytest.param(2000, marks=pytest.mark.long)])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("spread", [0.0, 10.0])
def test_griddy_tau_is_as_good_at_any_scale_and_size(J, scale, spread):
    """Mean and quantiles of tau from the grid, before its correction, within 0.02 posterior sd; and
    exact after it.

    The correction is tested by invariance: from exact draws of p(tau | y), the shares below its
    quantiles stay.
    """
    rng = np.random.default_rng(J)
    sigma = np.full(J, 5.0)
    y = spread * rng.standard_normal(J) + sigma * rng.standard_normal(J)
    model = gp.NormalNormal(scale * y, scale * sigma, mu=gp.Normal(0, 20 * scale),
                            tau=gp.HalfNormal(10 * scale))
    with pytest.warns(UserWarning) if J < 5 else contextlib.nullcontext():
        tau = gp.exact(model)["tau"]
    griddy = model.tau_given()
    q = np.array([0.055, 0.5, 0.945])
    alone = griddy.coordinate.x(np.interp(q, griddy.grid[2][:, 0], griddy.grid[0][:, 0]))
    assert np.abs(alone - tau.quantile(q)).max() < 0.05 * tau.sd
    x = tau.quantile(rng.random(20_000 if J < 1000 else 2_000))
    for _ in range(2):
        x = griddy.draw(rng, x)
    for share in (0.055, 0.5, 0.945):
        z = (np.mean(x <= tau.quantile(share)) - share) / np.sqrt(share * (1 - share) / len(x))
        assert abs(z) < LIMIT


def test_griddy_tells_of_its_density():
    assert "median" in repr(Griddy(stats.gamma(3).logpdf))
    four = repr(Griddy(lambda x: -x / np.arange(1, 5)))
    assert four.startswith("Griddy(128 points, median 0.69") and four.endswith("; first of 4)")


@pytest.mark.parametrize("log_density, what", [
    (lambda x: np.nan * x, "nan"),
    (lambda x: np.inf + 0 * x, "inf"),
    (lambda x: -np.inf + 0 * x, "-inf everywhere"),
])
def test_griddy_refuses_what_is_no_density(log_density, what):
    with pytest.raises(ValueError, match=what):
        Griddy(log_density).draw(np.random.default_rng(0), 1.0)


def test_a_density_that_stays_is_looked_up_ahead():
    """300 draws of 4 chains with one kernel: once the grid is made, proposals are made 16 at a time
    and the density at the current values is known. It takes 25 calls; one a draw would be 300.
    """
    density = Counted(stats.gamma(3).logpdf)
    kernel, rng, x = Griddy(density), np.random.default_rng(0), np.ones(4)
    kernel.grid
    before = density.calls
    for _ in range(300):
        x = kernel.draw(rng, x)
    assert density.calls - before < 30


def test_one_kernel_may_serve_several_walks_in_turn():
    """What it remembers of one walk is not taken for another's: both leave the density invariant,
    also where one changes its values in place.
    """
    kernel = Griddy(stats.gamma(1.5).logpdf)
    kernel.__dict__["points"] = 5                    # a coarse grid, whose correction matters
    rng, other = np.random.default_rng(0), np.random.default_rng(1)
    x, y = (stats.gamma(1.5).rvs(size=4000, random_state=seed) for seed in (2, 3))
    for _ in range(3):
        x = kernel.draw(rng, x)
        y = kernel.draw(other, y)
        x[:] = x[::-1]
    for values in (x, y):
        assert stats.kstest(values, stats.gamma(1.5).cdf).pvalue > 1e-4


def test_a_kernel_used_again_with_the_same_seed_draws_the_same():
    kernel = Griddy(stats.gamma(3).logpdf)

    def walk():
        rng, x, seen = np.random.default_rng(5), np.ones(3), []
        for _ in range(9):
            x = kernel.draw(rng, x)
            seen.append(x)
        return np.array(seen)

    assert np.array_equal(walk(), walk())
