"""The pictures of the funnel: the exact density beneath them, and what they show of the draws."""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool import funnel
from gibbspool.plots import funnel as plots_funnel
from gibbspool.sampling import hamiltonian


@pytest.mark.parametrize("form", funnel.FORMS)
def test_density_of_the_contours(form, schools):
    """p(log tau) times the integral over mu of the model's conditional of theta (or theta_raw)."""
    model, j = gp.NormalNormal(schools.y, schools.sigma, form=form), 6
    truth = gp.exact(model)
    given = model.theta_given if form == "centred" else model.theta_raw_given
    height = np.linspace(*((-20, 40) if form == "centred" else (-3, 3)), 7)
    for tau in (0.3, 1.0, 5.0, 20.0):
        m, V = truth.mu_given(tau)
        mu = m + np.sqrt(V) * np.linspace(-10, 10, 4001)
        p_mu = stats.norm.pdf(mu, m, np.sqrt(V)) * (mu[1] - mu[0])
        conditional = given(mu, np.full(mu.shape, tau))
        mean, sd = (np.broadcast_to(x, (4001, 8))[:, j] for x in (conditional.mean, conditional.sd))
        by_hand = tau * truth["tau"].pdf(tau) * stats.norm.pdf(height[:, None], mean, sd) @ p_mu
        found = plots_funnel.density(truth, j, form, np.full(7, np.log(tau)), height)
        np.testing.assert_allclose(found, by_hand, rtol=1e-6, atol=1e-12)


@pytest.mark.extras
def test_figures_are_made(tmp_path, truth):
    centred, noncentred = (
        gp.hmc(gp.funnel.eight_schools(form), draws=60, tune=60, chains=2, seed=2)
        for form in ("centred", "noncentred"))
    plots_funnel.figure_5_34(centred, noncentred, truth).savefig(tmp_path / "a.png")
    q = centred.target.initial(np.random.default_rng(1))
    path = hamiltonian.trajectory(centred.target, q, np.ones(10), 0.1, np.ones(10))
    five = [point for _, point in zip(range(5), path)]
    plots_funnel.trajectories({"one": five}, truth).savefig(tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        assert (tmp_path / name).stat().st_size > 10_000
    left, right = plots_funnel.pairs(centred, noncentred).axes
    draws, diverged = left.lines
    assert draws.get_xdata() == pytest.approx(centred["tau"].ravel())
    diverging = centred.sample_stats["diverging"].sum()
    assert len(diverged.get_xdata()) == diverging == len(centred.divergences.chain)
    assert right.lines[0].get_ydata() == pytest.approx(noncentred["theta"][..., 0].ravel())
