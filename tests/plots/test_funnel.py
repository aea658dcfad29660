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


@pytest.fixture(scope="module")
def centred():
    """With steps so long that some trajectories diverge."""
    draws = gp.hmc(gp.funnel.eight_schools("centred"), draws=60, tune=60, seed=1, target_accept=0.6)
    assert len(draws.divergences.chain) > 5
    return draws


@pytest.fixture(scope="module")
def noncentred():
    return gp.hmc(gp.funnel.eight_schools("noncentred"), draws=60, tune=60, seed=1)


@pytest.mark.extras
def test_pairs_show_the_draws_of_both_forms(centred, noncentred):
    for ax, draws in zip(plots_funnel.pairs(centred, noncentred).axes, (centred, noncentred)):
        dots = ax.lines[0]
        assert dots.get_xdata() == pytest.approx(draws["tau"].ravel())
        assert dots.get_ydata() == pytest.approx(draws["theta"][..., 0].ravel())
        assert str(len(draws.divergences.chain)) in ax.get_title()


def triangles(ax):
    """Where they stand along the horizontal axis; all mean one thing."""
    found = [line for line in ax.lines if line.get_marker() == "^"]
    assert {line.get_label() for line in found} == {plots_funnel.BROKE}
    return np.concatenate([line.get_xdata() for line in found])


@pytest.mark.extras
def test_a_triangle_is_where_a_divergent_trajectory_broke_in_every_picture(centred, noncentred,
                                                                           truth):
    broke = np.log(centred.divergences.broke["tau"])
    left, right = plots_funnel.figure_5_34(centred, noncentred, truth).axes
    assert triangles(left) == pytest.approx(broke)
    assert len(triangles(right)) == len(noncentred.divergences.chain)
    left, _ = plots_funnel.pairs(centred, noncentred).axes
    assert np.log(triangles(left)) == pytest.approx(broke)
    path = hamiltonian.trajectory(centred.target, centred.target.initial(np.random.default_rng(1)),
                                  np.ones(10), 0.001, np.ones(10))
    good = [point for _, point in zip(range(5), path)]
    paths = {"first": centred.replay(0), "good": good, "last": centred.replay(len(broke) - 1)}
    left, _ = plots_funnel.trajectories(paths, truth).axes
    assert triangles(left) == pytest.approx(broke[[0, -1]])
    plots_funnel.trajectories({"good": good}, truth)


@pytest.mark.extras
def test_the_crossing_has_error_bars_from_several_runs():
    rows = [{"sampler": sampler, "form": form, "size": size, "ess_tau": 4.0, "evaluations": 2,
             "per_evaluation": [1.0, 3.0]}
            for sampler in ("HMC", "Gibbs") for form in funnel.FORMS for size in (1, 4)]
    left, _ = plots_funnel.crossing(rows).axes
    for bars in left.containers:
        segments = np.array(bars.lines[2][0].get_segments())[:, :, 1]
        ends = [2 / np.e, 2 * np.e]  # of log 2: 2 standard errors of 1 / 2 each way
        assert segments == pytest.approx(np.array([ends, ends]))
    assert len(left.containers) == 2
    for row in rows:
        del row["per_evaluation"]
    plots_funnel.crossing(rows)


@pytest.mark.extras
def test_no_contour_is_cut_at_the_sides(centred, noncentred, schools):
    truth = gp.exact(centred.model)
    figure = plots_funnel.figure_5_34(centred, noncentred, truth)
    for ax in figure.axes:
        low, high = ax.get_xlim()
        x = np.concatenate([path.vertices[:, 0] for lines in ax.collections
                            for path in lines.get_paths()])
        assert low < x.min() and x.max() < high
