"""Draws of the one-way normal model, by Gibbs and from the exact posterior, against the latter."""
import numpy as np
import pytest
from monte_carlo import z_of_means
from one_way_data import FORMS, RADON_PRIORS, SMALL_PRIORS, quiet, simulate, z_scores
from scipy import stats

import gibbspool as gp
from gibbspool.models.one_way import exact as exact_one_way
from gibbspool.sampling.gibbs import Conditionals, sweep


@pytest.fixture(scope="module")
def scores():
    return gp.data.instructors()


@pytest.fixture(scope="module")
def model(scores):
    return gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)


@pytest.fixture(scope="module")
def truth(model):
    return gp.exact(model)


@pytest.fixture(scope="module")
def radon():
    data = gp.data.radon()
    return gp.exact(gp.OneWayNormal(data.y, data.group, groups=data.groups, **RADON_PRIORS))


@pytest.mark.parametrize("form", FORMS)
def test_gibbs_agrees_with_the_exact_posterior(scores, truth, form):
    """16 z-scores a form, each from 200 independent chains: |z| > 4 by chance once in 700 tests.

    The warm-up is what the form needs: successive tau correlate by 0.01 (collapsed), 0.24 and 0.88
    (non-centred).
    """
    model = gp.OneWayNormal(scores.y, scores.group, groups=scores.groups, form=form)
    tune = {"collapsed": 5, "centred": 20, "noncentred": 120}[form]
    z = z_scores(gp.sample(model, draws=2, tune=tune, chains=200, seed=11), truth)
    assert max(np.abs(list(z.values()))) < 4, z


def stationary_z_scores(truth, form, chains, sweeps, seed):
    """z-scores after a few sweeps from independent exact draws: there is nothing to warm up."""
    model = truth.model
    if form:
        model = gp.OneWayNormal(model.y, model.label_of_each(), model.mu, model.tau, model.sigma,
                                model.groups, form=form)
    start = truth.sample(draws=1, chains=chains, seed=seed)
    state = {name: start[name][:, 0] for name in ("mu", "tau", "sigma", "theta") if name in start}
    if form == "noncentred":
        state["theta_raw"] = (state.pop("theta") - state["mu"][:, None]) / state["tau"][:, None]
    given = Conditionals(model)
    rng = np.random.default_rng([seed, 1])  # not the numbers that the start was made from
    for _ in range(sweeps):
        for _ in sweep(given, rng, state):
            pass
    state.update(model.derived(**{name: state[name] for name in model.takes("derived")}))
    return z_scores({name: x[:, None] for name, x in state.items()}, truth)


@pytest.mark.parametrize("form", FORMS)
def test_sweeps_leave_the_exact_posterior_invariant(truth, form):
    """16 z-scores, each from 4000 independent states: |z| > 4 by chance once in 1000 tests."""
    z = stationary_z_scores(truth, form, chains=4000, sweeps=1, seed=8)
    assert max(np.abs(list(z.values()))) < 4, z


def test_exact_draws_follow_the_exact_posterior(truth, radon):
    """16 and 176 z-scores of independent draws: |z| > 4.5 by chance once in 1000."""
    for found, size in ((truth, 4000), (radon, 1000)):
        values = found.sample(draws=1, chains=size, seed=2)
        z = z_scores(values, found)
        assert max(np.abs(list(z.values()))) < 4.5, z
    below = truth["sigma"].cdf(truth.sample(draws=1, chains=4000, seed=3)["sigma"].ravel())
    assert stats.kstest(below, "uniform").pvalue > 1e-3


def test_exact_draws_of_tau_and_sigma_belong_together():
    """Groups of one or two: what tau takes of the spread, sigma cannot have.

    z-score of the product, from 8000 draws.
    """
    y, group = simulate([1, 2, 1, 1, 2, 1, 2, 1], tau=2, sigma=2)
    found = gp.exact(gp.OneWayNormal(y, group, **SMALL_PRIORS))
    product = np.exp(found.log_mass) @ (found.tau * found.sigma)
    apart = found["tau"].mean * found["sigma"].mean
    draws = found.sample(draws=1, chains=8000, seed=1)
    assert product < apart - 0.1
    assert abs(z_of_means(draws["tau"] * draws["sigma"], product)) < 4


def test_steps_after_the_first_draw_of_sigma_forget_it(truth, monkeypatch):
    """Even a first draw that is one number, which one step in a hundred leaves where it is."""
    class FarOff(exact_one_way.Griddy):
        def draw(self, rng, current=None):
            return np.full(self.grid[3], 11.0) if current is None else super().draw(rng, current)

    monkeypatch.setattr(exact_one_way, "Griddy", FarOff)
    tau = truth["tau"].quantile(0.5)
    draws = truth.draw_sigma(np.random.default_rng(0), np.full(10_000, tau))
    sigma = np.linspace(3, 20, 20_001)
    p = np.exp(truth.model.sigma.logpdf(sigma) + truth.given.log_p_y(tau, sigma)
               - truth.log_evidence)
    cdf = np.concatenate([[0], np.cumsum((p[1:] + p[:-1]) / 2)])
    assert not np.any(draws == 11.0)
    assert stats.kstest(draws, lambda x: np.interp(x, sigma, cdf / cdf[-1])).pvalue > 1e-5


def test_gibbs_on_radon(radon):
    """176 z-scores, each from 200 chains: |z| > 4.8 by chance less than once in 1000 (199 df)."""
    draws = gp.sample(radon.model, draws=1, tune=8, chains=200, seed=4)
    z = z_scores(draws, radon)
    assert max(np.abs(list(z.values()))) < 4.8, z


@pytest.mark.parametrize("form", FORMS)
def test_chains_start_further_apart_than_the_posterior(scores, form):
    """mu, theta: twice the sd of the data. 20,000 starts: an sd has the standard error 0.5%."""
    model = gp.OneWayNormal(scores.y, scores.group, form=form)
    start = model.initial(np.random.default_rng(1), (20_000,))
    assert list(start) == ["mu", "tau", "sigma", "theta_raw" if form == "noncentred" else "theta"]
    far = 2 * scores.y.std()
    assert start["mu"].std() == pytest.approx(far, rel=0.02)
    if form == "noncentred":
        assert start["theta_raw"].std(axis=0) == pytest.approx([2.0] * 5, rel=0.02)
    else:
        assert start["theta"].std(axis=0) == pytest.approx([far] * 5, rel=0.02)
    for name in ("tau", "sigma"):
        assert np.log(start[name] / scores.y.std()).std() == pytest.approx(1, rel=0.02)


def test_same_seed_same_draws_and_one_chain_has_no_batch_axis(model):
    one, same = (gp.sample(model, draws=5, tune=5, seed=9) for _ in range(2))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    name, conditional, old, new = next(gp.steps(model, seed=1))
    assert name == "tau" and np.shape(new) == () and "Ladder" in repr(conditional)


def test_replicates_have_the_spread_of_the_model(scores):
    """Given theta and sigma, y_rep is normal: means and variances of 20,000 replicates.

    The data are shuffled. z-scores of 5 means: |z| > 4 by chance once in 3000; a variance has the
    relative standard error sqrt(2 / 20,000).
    """
    mixed = np.random.default_rng(1).permutation(68)
    model = gp.OneWayNormal(scores.y[mixed], scores.group[mixed], groups=scores.groups)
    rng, theta = np.random.default_rng(3), np.array([60.0, 70, 75, 80, 90])
    rep = model.replicate(rng, np.broadcast_to(theta, (20_000, 5)), np.full(20_000, 7.0))
    number = model.group
    assert rep["y"].shape == (20_000, 68)
    assert rep["mean"] == pytest.approx(np.stack([rep["y"][:, number == i].mean(axis=1)
                                                  for i in range(5)], axis=1))
    z = (rep["mean"].mean(axis=0) - theta) / (7 / np.sqrt(model.n) / np.sqrt(20_000))
    assert np.abs(z).max() < 4
    ratio = rep["y"].var(axis=0) / 49
    assert np.abs(ratio - 1).max() < 5 * np.sqrt(2 / 20_000)
    own = model.no_pooling(sigma="own").replicate(rng, np.broadcast_to(theta, (20_000, 5)),
                                                  np.broadcast_to([1.0, 2, 3, 4, 5], (20_000, 5)))
    ratio = own["y"].var(axis=0) / np.array([1.0, 2, 3, 4, 5])[number] ** 2
    assert np.abs(ratio - 1).max() < 5 * np.sqrt(2 / 20_000)
    pooled = model.complete_pooling().replicate(rng, np.full(20_000, 70.0), np.full(20_000, 7.0))
    assert np.abs((pooled["mean"].mean(axis=0) - 70)
                  / (7 / np.sqrt(model.n) / np.sqrt(20_000))).max() < 4


def test_new_group_draws_are_from_the_population(model, truth):
    draws = truth.sample(draws=1, chains=8000, seed=6)
    x = draws.new_group(seed=2)
    assert abs(z_of_means(x, truth.new_group.mean)) < 4
    assert abs(z_of_means(x**2, truth.new_group.mean**2 + truth.new_group.sd**2)) < 4


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_data_sets_from_the_prior(seed):
    """Ten data sets at random sizes, each form and strategy: some 1200 z-scores in all.

    |z| > 4.8 in any of them by chance: about 1200 x 1.6e-6 = 0.002. Sweeps start from exact draws,
    and, for the whole sampler, from its own starting values with 100 sweeps of warm-up.
    """
    rng = np.random.default_rng(500 + seed)
    sizes = rng.integers(1, rng.choice([3, 8, 40]), rng.integers(2, 12)) + (rng.random() < 0.5)
    if sizes.sum() == len(sizes):
        sizes[0] += 2
    mu, tau, sigma = rng.normal(50, 25), abs(rng.normal(0, 10)), abs(rng.normal(0, 15))
    y, group = simulate(sizes, mu, tau, sigma, seed)
    truth = quiet(gp.exact, gp.OneWayNormal(y, group))
    tighter = quiet(gp.exact, truth.model, rtol=1e-12)
    assert truth["theta"].mean == pytest.approx(tighter["theta"].mean, rel=1e-8)
    for form in FORMS:
        z = stationary_z_scores(truth, form, chains=8000, sweeps=2, seed=seed)
        assert max(np.abs(list(z.values()))) < 4.8, (form, z)
    draws = quiet(gp.sample, gp.OneWayNormal(y, group), draws=4, tune=100, chains=400, seed=seed)
    z = z_scores(draws, truth)
    assert max(np.abs(list(z.values()))) < 4.8, z
    for simple in (truth.model.complete_pooling(), truth.model.no_pooling()):
        z = z_scores(gp.sample(simple, draws=1, tune=3, chains=8000, seed=seed), gp.exact(simple))
        assert max(np.abs(list(z.values()))) < 4.8, (simple, z)
