"""The targets with a funnel and without: gradients, Jacobians, and the posteriors they lead to."""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool import funnel
from gibbspool.plots import funnel as plots_funnel
from gibbspool.sampling import hamiltonian

SCHOOLS = gp.data.eight_schools()
PRIORS = [gp.HalfNormal(10), gp.HalfCauchy(25), gp.HalfT(3, 8), gp.Flat(), gp.Exponential(0.1),
          gp.InverseGamma(2, 30),
          gp.Gamma(2, 0.2), gp.Normal(3, 5)]


def schools_model(**options):
    return gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, groups=SCHOOLS.groups, **options)


TARGETS = [gp.funnel.neal("centred"), gp.funnel.neal("noncentred"),
           gp.funnel.eight_schools("centred"),
           gp.funnel.eight_schools("noncentred"),
           gp.funnel.normal_normal(schools_model(mu=gp.Flat()), "centred"),
           gp.funnel.normal_normal(schools_model(mu=gp.Normal(3, 4)), "noncentred"),
           *(gp.funnel.normal_normal(schools_model(tau=prior), form) for prior in PRIORS
             for form in funnel.FORMS)]


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: f"{type(t).__name__}-{t.model!r}"[:60])
def test_gradient(target):
    """Against central differences, whose own error is of order 1e-9 of the largest derivative."""
    q = target.initial(np.random.default_rng(1), (6,))
    h, directions = 1e-5, np.eye(q.shape[-1])
    numeric = np.stack([(target.log_density(q + h * e) - target.log_density(q - h * e)) / (2 * h)
                        for e in directions],
                       axis=-1)
    found = target.gradient(q)
    assert found.shape == q.shape
    np.testing.assert_allclose(found, numeric, rtol=1e-6, atol=1e-6 * np.abs(found).max())


@pytest.mark.parametrize("target", TARGETS[:4])
def test_any_batch_axes(target):
    q = target.initial(np.random.default_rng(2), (2, 3))
    assert target.log_density(q).shape == (2, 3) and target.gradient(q).shape == q.shape
    np.testing.assert_allclose(target.log_density(q[1, 2]), target.log_density(q)[1, 2])
    np.testing.assert_allclose(target.gradient(q[1, 2]), target.gradient(q)[1, 2])
    assert target.initial(np.random.default_rng(2)).shape == q.shape[-1:]


@pytest.mark.parametrize("form", funnel.FORMS)
@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_log_density_is_the_joint_density_of_the_model_with_the_jacobian(form, prior):
    """log p(q) - log p(y, mu, tau, theta) = log tau + constant, against the model's own log_joint."""
    target = gp.funnel.normal_normal(schools_model(tau=prior), form)
    q = target.initial(np.random.default_rng(3), (20,))
    values = target.named(q)
    joint = target.model.log_joint(**{name: values[name] for name in target.model.order})
    rest = target.log_density(q) - joint - q[:, 1]
    np.testing.assert_allclose(rest, rest[0], atol=1e-8)
    assert target.model.form == form


@pytest.mark.parametrize("form", funnel.FORMS)
def test_neal_is_the_density_that_neal_wrote_down(form):
    target = gp.funnel.neal(form)
    q = target.initial(np.random.default_rng(4), (20,))
    v, x = target.named(q)["v"], target.named(q)["x"]
    density = stats.norm.logpdf(v, 0, 3) + stats.norm.logpdf(x, 0,
                                                             np.exp(v / 2)[:, None]).sum(axis=-1)
    jacobian = 9 * v / 2 if form == "noncentred" else 0  # dx = exp(v / 2) dx_raw, nine times
    rest = target.log_density(q) - density - jacobian
    np.testing.assert_allclose(rest, rest[0], atol=1e-9)


def test_both_forms_name_the_same_quantities():
    centred, noncentred = (gp.funnel.eight_schools(form) for form in ("centred", "noncentred"))
    q = noncentred.initial(np.random.default_rng(5), (4,))
    values = noncentred.named(q)
    again = centred.named(np.concatenate([q[:, :2], values["theta"]], axis=-1))
    for name in ("mu", "tau", "theta"):
        np.testing.assert_allclose(again[name], values[name])
    np.testing.assert_allclose(values["theta"], values["mu"][:, None] + values["tau"][:, None]
                               * values["theta_raw"])


def z_scores(by_chain, exact):
    return (by_chain.mean(axis=0) - exact) / (by_chain.std(axis=0, ddof=1) / np.sqrt(len(by_chain)))


def test_noncentred_eight_schools_matches_the_exact_posterior():
    """100 chains; means of mu, tau, theta, second moment of tau and P(tau < 2), with z from the chains (|z| < 4)."""
    truth = gp.exact(schools_model())
    draws = gp.hmc(gp.funnel.eight_schools("noncentred"), draws=80, tune=200, chains=100, seed=1)
    tau = draws["tau"]
    z = [z_scores(draws["mu"].mean(axis=1), truth["mu"].mean),
         z_scores(tau.mean(axis=1), truth["tau"].mean),
         z_scores((tau**2).mean(axis=1), truth["tau"].mean**2 + truth["tau"].sd ** 2),
         z_scores((tau < 2).mean(axis=1), truth["tau"].cdf(2)),
         *z_scores(draws["theta"].mean(axis=1), truth["theta"].mean)]
    assert np.all(np.abs(z) < 4), z


def test_centred_matches_the_exact_posterior_where_the_data_are_strong():
    model = gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma / 6, tau=gp.HalfCauchy(10))
    truth = gp.exact(model)
    draws = gp.hmc(gp.funnel.normal_normal(model, "centred"), draws=60, tune=200, chains=100,
                   seed=2)
    z = [z_scores(draws["mu"].mean(axis=1), truth["mu"].mean),
         z_scores(draws["tau"].mean(axis=1), truth["tau"].mean),
         *z_scores(draws["theta"].mean(axis=1), truth["theta"].mean)]
    assert np.all(np.abs(z) < 4), z


def test_noncentred_funnel_has_sd_3():
    """v and v^2 over 100 chains (|z| < 4); x_i has quantiles of the mixture: P(|x_i| < exp(v / 2)) = 0.683."""
    draws = gp.hmc(gp.funnel.neal("noncentred"), draws=60, tune=150, chains=100, seed=3)
    v, x = draws["v"], draws["x"]
    z = [z_scores(v.mean(axis=1), 0), z_scores((v**2).mean(axis=1), 9),
         z_scores((np.abs(x) < np.exp(v / 2)[..., None]).mean(axis=(1, 2)), stats.norm.cdf(1)
                  - stats.norm.cdf(-1))]
    assert np.all(np.abs(z) < 4), z
    assert not draws.sample_stats["diverging"].any()


def test_centred_funnel_misses_its_neck_and_says_so():
    """P(v < -6) is 0.023; the centred form at default settings hardly gets there, and diverges."""
    draws = gp.hmc(gp.funnel.neal("centred"), draws=200, tune=200, chains=8, seed=1)
    assert draws.sample_stats["diverging"].any()
    assert np.mean(draws["v"] < -6) < 0.01
    assert np.median(draws.divergences.broke["v"]) < 0


def test_units_do_not_matter():
    """Data in millionths give the same draws, scaled: masses and starts scale with them, and so
    does every step.
    """
    model = gp.NormalNormal(SCHOOLS.y * 1e6, SCHOOLS.sigma * 1e6, mu=gp.Normal(0, 20e6),
                            tau=gp.HalfNormal(10e6))
    one = gp.hmc(gp.funnel.eight_schools("noncentred"), draws=5, tune=20, chains=4, seed=1)
    other = gp.hmc(gp.funnel.normal_normal(model, "noncentred"), draws=5, tune=20, chains=4, seed=1)
    for name in ("mu", "tau", "theta"):
        np.testing.assert_allclose(other[name] / 1e6, one[name], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(other.step_size, one.step_size, rtol=1e-4)


# ------------------------------------------------------------------------------------------------- bad input

def test_unknown_form():
    for make in (gp.funnel.neal, gp.funnel.eight_schools,
                 lambda form: gp.funnel.normal_normal(schools_model(), form)):
        with pytest.raises(ValueError,
                           match="form is 'collapsed'; it must be one of 'centred', 'noncentred'"):
            make("collapsed")


def test_a_prior_with_a_wall_is_refused():
    with pytest.raises(ValueError, match="tau ~ Uniform.*positive for every tau > 0"):
        gp.funnel.normal_normal(schools_model(tau=gp.Uniform(0, 50)))


def test_other_models_are_refused():
    with pytest.raises(TypeError, match="must be a NormalNormal"):
        gp.funnel.normal_normal(schools_model().complete_pooling())


# ------------------------------------------------------------------------------------------------- experiments, views

def test_crossing_size_interpolates_on_the_log_scale():
    """ESS per evaluation: centred size / 2, non-centred 8 / size; they meet where size^2 = 16."""
    rows = [{"size": s, "sampler": "HMC", "form": form, "ess_tau": ess, "evaluations": 2 if form
             == "centred" else 1}
            for s in (1, 2, 8, 32) for form, ess in (("centred", s), ("noncentred", 8 / s))]
    assert abs(funnel.crossing_size(rows, "HMC") - 4) < 1e-12
    assert np.isnan(funnel.crossing_size(rows[:2] + rows[:0], "HMC"))


def test_bias_by_hand():
    found = funnel.bias([{"mean_tau": m} for m in (1.0, 2.0, 3.0, 6.0)], 2.5)
    assert found["above"] == 2 and abs(found["bias"] - 0.5) < 1e-12
    assert abs(found["se"] - np.std([1, 2, 3, 6], ddof=1) / 2) < 1e-12


@pytest.mark.parametrize("form", funnel.FORMS)
def test_density_of_the_contours(form):
    """p(log tau) times the integral over mu of the model's own conditional of theta_j (or
    theta_raw_j).
    """
    model, j = schools_model(form=form), 6
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
def test_summary_and_arviz_have_labels_and_likelihood():
    draws = gp.hmc(gp.funnel.eight_schools("noncentred"), draws=50, tune=100, chains=4, seed=1)
    table = draws.summary()
    assert {"mu", "tau", "theta[A]", "theta[H]", "theta_raw[A]"} <= set(table.index)
    data = draws.to_arviz()
    stats_there = set(data["sample_stats"].data_vars if hasattr(data["sample_stats"], "data_vars")
                      else
                      data["sample_stats"].keys())
    assert stats_there == {"acceptance_rate", "diverging", "energy", "lp", "n_steps", "step_size"}
    np.testing.assert_allclose(np.asarray(data["log_likelihood"]["y"]),
                               stats.norm.logpdf(SCHOOLS.y, draws["theta"], SCHOOLS.sigma))
    assert list(np.asarray(data["posterior"]["theta"].coords["group"])) == list("ABCDEFGH")
    bfmi = gp.sampling.arviz_bridge.bfmi(draws)
    assert bfmi.shape == (4,) and (bfmi > 0.3).all()


@pytest.mark.extras
def test_neal_in_arviz():
    draws = gp.hmc(gp.funnel.neal("noncentred"), draws=100, tune=200, chains=4, seed=1)
    assert {"v", "x[1]", "x[9]", "x_raw[1]"} <= set(draws.summary().index)


@pytest.mark.extras
def test_run_counts_what_the_chains_did():
    draws = gp.hmc(gp.funnel.eight_schools("centred"), draws=50, tune=50, chains=4, seed=1)
    halves = [funnel.run(draws, slice(0, 2)), funnel.run(draws, slice(2, 4))]
    assert sum(half["divergences"] for half in halves) == draws.sample_stats["diverging"].sum()
    assert sum(half["evaluations"] for half in halves) == draws.sample_stats["n_steps"].sum() + 200
    assert halves[1]["mean_tau"] == draws["tau"][2:].mean()
    assert len(halves[0]["tau_broke"]) == halves[0]["divergences"]


@pytest.mark.extras
def test_figures_are_made(tmp_path):
    truth = gp.exact(schools_model())
    centred, noncentred = (gp.hmc(gp.funnel.eight_schools(form), draws=60, tune=60, chains=2,
                                  seed=2)
                           for form in ("centred", "noncentred"))
    plots_funnel.figure_5_34(centred, noncentred, truth).savefig(tmp_path / "a.png")
    q = centred.target.initial(np.random.default_rng(1))
    path = hamiltonian.trajectory(centred.target, q, np.ones(10), 0.1, np.ones(10))
    plots_funnel.trajectories({"one": [point for _, point in zip(range(5), path)]},
                              truth).savefig(tmp_path / "b.png")
    assert (tmp_path / "a.png").stat().st_size > 10_000 and (tmp_path
                                                             / "b.png").stat().st_size > 10_000
    left, right = plots_funnel.pairs(centred, noncentred).axes
    draws, diverged = left.lines
    assert draws.get_xdata() == pytest.approx(centred["tau"].ravel())
    assert len(diverged.get_xdata()) == centred.sample_stats["diverging"].sum() == len(centred.divergences.chain)
    assert right.lines[0].get_ydata() == pytest.approx(noncentred["theta"][..., 0].ravel())


def test_paths_into_the_neck_start_where_they_say():
    draws = gp.hmc(gp.funnel.eight_schools("centred"), draws=100, tune=100, seed=1)
    paths = funnel.paths_into_the_neck(draws)
    mouth, neck = (paths[name][0].position
                   for name in ("starts in the mouth", "starts nearer the neck"))
    assert abs(mouth[1] - 2.0) < 0.3 and abs(neck[1] - 0.5) < 0.5
    assert mouth[1] in np.log(draws["tau"][0]) and len(paths["starts in the mouth"]) == 16
    started = np.sort(np.log(draws.divergences.started["tau"]))[::-1]
    for k in range(min(2, len(started))):
        assert paths[f"divergence {k + 1}"][0].position[1] == pytest.approx(started[k])
        assert not paths[f"divergence {k + 1}"][-1].error <= hamiltonian.MAX_ERROR


@pytest.mark.long
@pytest.mark.extras
def test_what_the_section_says_of_both_forms():
    """Ten runs with default settings: every centred run diverges, at small tau, with a small share
    of the ESS.
    """
    truth = gp.exact(schools_model())
    centred, noncentred = (funnel.hmc_runs(form) for form in ("centred", "noncentred"))
    assert all(one["divergences"] > 0 for one in centred)
    assert sum(one["divergences"] for one in noncentred) < 10  # of 80000 transitions
    broke = np.concatenate([one["tau_broke"] for one in centred])
    assert np.median(broke) < 0.5 * truth["tau"].quantile(0.5)
    assert np.mean([one["ess_tau"] for one in centred]) < 0.25 * np.mean([one["ess_tau"]
                                                                          for one in noncentred])
    assert abs(funnel.bias(noncentred, truth["tau"].mean)["z"]) < 4
