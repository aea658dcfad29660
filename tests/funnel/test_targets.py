"""The targets with a funnel and without: gradients, Jacobians, and the posteriors they lead to."""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool import funnel

SCHOOLS = gp.data.eight_schools()
PRIORS = [gp.HalfNormal(10), gp.HalfCauchy(25), gp.HalfT(3, 8), gp.Flat(), gp.Exponential(0.1),
          gp.InverseGamma(2, 30), gp.Gamma(2, 0.2), gp.Normal(3, 5)]


def schools_model(**options):
    return gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, groups=SCHOOLS.groups, **options)


TARGETS = [gp.funnel.neal("centred"), gp.funnel.neal("noncentred"),
           gp.funnel.eight_schools("centred"), gp.funnel.eight_schools("noncentred"),
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
                        for e in directions], axis=-1)
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
    """log p(q) - log p(y, mu, tau, theta) = log tau + constant, by the model's own log_joint."""
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
    scale = np.exp(v / 2)[:, None]
    density = stats.norm.logpdf(v, 0, 3) + stats.norm.logpdf(x, 0, scale).sum(axis=-1)
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
    mu, tau = values["mu"][:, None], values["tau"][:, None]
    np.testing.assert_allclose(values["theta"], mu + tau * values["theta_raw"])


def z_scores(by_chain, exact):
    return (by_chain.mean(axis=0) - exact) / (by_chain.std(axis=0, ddof=1) / np.sqrt(len(by_chain)))


def test_noncentred_eight_schools_matches_the_exact_posterior():
    """Means of mu, tau, theta, tau^2 and P(tau < 2), with z from 100 chains (|z| < 4)."""
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
    """v, v^2 and P(|x_i| < exp(v / 2)) = 0.683 over 100 chains (|z| < 4)."""
    draws = gp.hmc(gp.funnel.neal("noncentred"), draws=60, tune=150, chains=100, seed=3)
    v, x = draws["v"], draws["x"]
    z = [z_scores(v.mean(axis=1), 0), z_scores((v**2).mean(axis=1), 9),
         z_scores((np.abs(x) < np.exp(v / 2)[..., None]).mean(axis=(1, 2)),
                  stats.norm.cdf(1) - stats.norm.cdf(-1))]
    assert np.all(np.abs(z) < 4), z
    assert not draws.sample_stats["diverging"].any()


def test_centred_funnel_misses_its_neck_and_says_so():
    """P(v < -6) is 0.023; the centred form at default settings hardly gets there, and diverges."""
    draws = gp.hmc(gp.funnel.neal("centred"), draws=200, tune=200, chains=8, seed=1)
    assert draws.sample_stats["diverging"].any()
    assert np.mean(draws["v"] < -6) < 0.01
    assert np.median(draws.divergences.broke["v"]) < 0


def test_units_do_not_matter():
    """Data in millionths give the same draws, scaled, since masses and starts scale with them."""
    model = gp.NormalNormal(SCHOOLS.y * 1e6, SCHOOLS.sigma * 1e6, mu=gp.Normal(0, 20e6),
                            tau=gp.HalfNormal(10e6))
    one = gp.hmc(gp.funnel.eight_schools("noncentred"), draws=5, tune=20, chains=4, seed=1)
    other = gp.hmc(gp.funnel.normal_normal(model, "noncentred"), draws=5, tune=20, chains=4, seed=1)
    for name in ("mu", "tau", "theta"):
        np.testing.assert_allclose(other[name] / 1e6, one[name], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(other.step_size, one.step_size, rtol=1e-4)


# --- bad input ----------------------------------------------------------------------------------

def test_unknown_form():
    for make in (gp.funnel.neal, gp.funnel.eight_schools,
                 lambda form: gp.funnel.normal_normal(schools_model(), form)):
        with pytest.raises(ValueError,
                           match="form is 'collapsed'; it must be one of 'centred', 'noncentred'"):
            make("collapsed")


def test_a_prior_with_a_wall_is_refused():
    with pytest.raises(ValueError, match="tau ~ Uniform.*positive for every tau > 0") as refusal:
        gp.funnel.normal_normal(schools_model(tau=gp.Uniform(0, 50)))
    assert str(refusal.value).split("; take ")[1].startswith(
        "HalfNormal, HalfCauchy, HalfT, Exponential, Gamma, InverseGamma, Normal, Flat, or ")


def test_other_models_are_refused():
    with pytest.raises(TypeError, match="must be a NormalNormal"):
        gp.funnel.normal_normal(schools_model().complete_pooling())


@pytest.mark.extras
def test_summary_and_arviz_have_labels_and_likelihood():
    draws = gp.hmc(gp.funnel.eight_schools("noncentred"), draws=50, tune=100, chains=4, seed=1)
    table = draws.summary()
    assert {"mu", "tau", "theta[A]", "theta[H]", "theta_raw[A]"} <= set(table.index)
    data = draws.to_arviz()
    group = data["sample_stats"]
    names = set(group.data_vars if hasattr(group, "data_vars") else group.keys())
    assert names == {"acceptance_rate", "diverging", "energy", "lp", "n_steps", "step_size"}
    np.testing.assert_allclose(np.asarray(data["log_likelihood"]["y"]),
                               stats.norm.logpdf(SCHOOLS.y, draws["theta"], SCHOOLS.sigma))
    assert list(np.asarray(data["posterior"]["theta"].coords["group"])) == list("ABCDEFGH")
    bfmi = gp.sampling.arviz_bridge.bfmi(draws)
    assert bfmi.shape == (4,) and (bfmi > 0.3).all()


@pytest.mark.extras
def test_neal_in_arviz():
    draws = gp.hmc(gp.funnel.neal("noncentred"), draws=100, tune=200, chains=4, seed=1)
    assert {"v", "x[1]", "x[9]", "x_raw[1]"} <= set(draws.summary().index)
