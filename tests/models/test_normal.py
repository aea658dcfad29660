"""The Normal-Normal model: its exact posterior by other means, and Gibbs against it."""
import warnings

import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import integrate, stats

import gibbspool as gp
from gibbspool.models.normal import Estimates
from gibbspool.models.normal.exact import ExactNormalNormal

FORMS = ["centred", "noncentred", "collapsed"]
PRIORS = [gp.HalfNormal(10), gp.HalfCauchy(25), gp.HalfT(3, 5), gp.Uniform(2, 40),
          gp.Exponential(0.1), gp.InverseGamma(1, 2), gp.Normal(2, 5), gp.Flat()]


def brute_force(model, functions):
    """log p(y) and expectations by a plain tensor rule over (mu, tau), densities from scipy."""
    low, high = max(model.tau.support[0], 0), min(model.tau.support[1], 150)
    nodes, weights = np.polynomial.legendre.leggauss(500)
    tau, mu = (low + high) / 2 + (high - low) / 2 * nodes, 150 * nodes
    v = np.sqrt(model.sigma**2 + tau[:, None, None] ** 2)
    log_p = stats.norm.logpdf(model.y, mu[:, None], v).sum(axis=-1)
    log_p = log_p + model.mu.logpdf(mu) + model.tau.logpdf(tau)[:, None]
    mass = np.exp(log_p + 30) * weights * weights[:, None] * 150 * (high - low) / 2
    expectations = [(mass * f(mu, tau[:, None])).sum() / mass.sum() for f in functions]
    return np.log(mass.sum()) - 30, expectations


# what is known of Eight Schools, to its digits


def test_the_stated_numbers(truth):
    assert f"{truth['mu'].mean:.3f} {truth['mu'].sd:.3f}" == "7.453 4.527"
    assert f"{truth['tau'].mean:.3f} {truth['tau'].sd:.3f}" == "4.806 3.719"
    low, high = truth["tau"].hdi(0.89)
    assert low == 0 and f"{high:.2f}" == "9.63"
    assert truth["theta"].mean == pytest.approx([9.81, 7.55, 6.36, 7.37, 5.53, 6.30, 9.55, 7.84],
                                                abs=0.0051)


def test_the_stated_leave_one_out(truth):
    none, complete = truth.model.no_pooling(), truth.model.complete_pooling()
    assert truth.elpd_loo().elpd == pytest.approx(-30.924, abs=5e-4)
    assert gp.exact(none).elpd_loo().elpd == pytest.approx(-33.835, abs=5e-4)
    assert gp.exact(complete).elpd_loo().elpd == pytest.approx(-30.521, abs=5e-4)


# against independent computations


@pytest.mark.parametrize("tau", [gp.HalfNormal(10), gp.Uniform(2, 40)], ids=repr)
def test_moments_and_evidence_by_brute_force(schools, tau):
    model = gp.NormalNormal(schools.y, schools.sigma, tau=tau)
    found = gp.exact(model)

    def shrunk(mu, t):
        B = model.sigma[0] ** 2 / (model.sigma[0] ** 2 + t**2)
        return (1 - B) * model.y[0] + B * mu

    evidence, (mu, mu2, t, theta, B) = brute_force(model, [
        lambda mu, t: mu, lambda mu, t: mu**2, lambda mu, t: t + 0 * mu, shrunk,
        lambda mu, t: 0 * mu + model.sigma[0] ** 2 / (model.sigma[0] ** 2 + t**2)])
    assert found.log_evidence == pytest.approx(evidence, abs=1e-7)
    assert found["mu"].mean == pytest.approx(mu, rel=1e-6)
    assert found["mu"].sd == pytest.approx(np.sqrt(mu2 - mu**2), rel=1e-6)
    assert found["tau"].mean == pytest.approx(t, rel=1e-6)
    assert found["theta"][0].mean == pytest.approx(theta, rel=1e-6)
    assert found["shrinkage"][0].mean == pytest.approx(B, rel=1e-6)


def test_evidence_is_the_joint_density_over_the_posterior(schools):
    """log p(y) = log p(y, all) - log p(all | y), at any point.

    That ties log_joint, the conditionals and the quadrature together.
    """
    model = gp.NormalNormal(schools.y, schools.sigma)
    found = gp.exact(model)
    state = {"tau": 3.0, "mu": 5.0, "theta": np.arange(8.0)}
    posterior = (found["tau"].logpdf(3.0) + model.mu_given(tau=3.0).logpdf(5.0)
                 + model.theta_given(mu=5.0, tau=3.0).logpdf(state["theta"]).sum())
    assert found.log_evidence == pytest.approx(model.log_joint(**state) - posterior, abs=1e-9)


def test_simple_models_are_the_textbook_formulas(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    pooled, separate = gp.exact(model.complete_pooling()), gp.exact(model.no_pooling())
    covariance = np.diag(schools.sigma**2) + 20**2
    together = stats.multivariate_normal(np.zeros(8), covariance)
    assert pooled.log_evidence == pytest.approx(together.logpdf(schools.y))
    P = (1 / schools.sigma**2).sum() + 1 / 400
    assert pooled["mu"].mean == pytest.approx((schools.y / schools.sigma**2).sum() / P)
    assert pooled["theta", "C"].sd == pytest.approx(P**-0.5)
    variance = schools.sigma**2 + 400
    each_alone = stats.norm(0, np.sqrt(variance))
    assert separate.log_evidence == pytest.approx(each_alone.logpdf(schools.y).sum())
    assert separate["theta"].mean == pytest.approx(schools.y * 400 / variance)
    assert separate["theta"].sd == pytest.approx(np.sqrt(400 * schools.sigma**2 / variance))
    flat = gp.exact(model.no_pooling(theta=gp.Flat()))
    assert flat["theta"].mean == pytest.approx(schools.y)
    assert flat["theta"].sd == pytest.approx(schools.sigma)


def test_the_simple_models_use_the_prior_of_the_model(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, mu=gp.Normal(5, 3))
    P = (1 / schools.sigma**2).sum() + 1 / 9
    pooled = gp.exact(model.complete_pooling())
    assert pooled["mu"].mean == pytest.approx(((schools.y / schools.sigma**2).sum() + 5 / 9) / P)
    assert pooled.new_group.mean == pooled["mu"].mean and pooled.new_group.sd == pooled["mu"].sd
    assert repr(model.no_pooling().theta) == "Normal(mean=5, sd=3)"


def test_leave_one_out_of_complete_pooling_is_a_ratio_of_evidences(schools):
    def pooled(y, sigma):
        return gp.exact(gp.NormalNormal(y, sigma, mu=gp.Normal(5, 3)).complete_pooling())

    truth = pooled(schools.y, schools.sigma)
    for j in (0, 4):
        rest = pooled(np.delete(schools.y, j), np.delete(schools.sigma, j))
        ratio = truth.log_evidence - rest.log_evidence
        assert truth.elpd_loo().pointwise[j] == pytest.approx(ratio, abs=1e-10)


def test_all_strategies_share_data_and_likelihood(schools):
    """Given the same effects they give the data the same density, and the same replicates."""
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    complete, none = model.complete_pooling(), model.no_pooling()
    for strategy in (model, complete, none):
        assert isinstance(strategy, Estimates) and strategy.groups == schools.groups
        assert np.array_equal(strategy.observed()["y"], schools.y)
        assert np.array_equal(strategy.constants()["sigma"], schools.sigma)
        assert strategy.dims["theta"] == strategy.dims["sigma"] == ("group",)
    effect = np.array([[3.0], [8.0]])
    theta = np.repeat(effect, 8, axis=1)
    expected = stats.norm.logpdf(schools.y, theta, schools.sigma)
    assert model.log_likelihood(theta) == pytest.approx(expected)
    assert np.array_equal(none.log_likelihood(theta), model.log_likelihood(theta))
    assert np.array_equal(complete.log_likelihood(effect[:, 0]), model.log_likelihood(theta))
    replicates = [one.replicate(np.random.default_rng(1), at)["y"]
                  for one, at in ((model, theta), (none, theta), (complete, effect[:, 0]))]
    assert replicates[0].shape == (2, 8)
    assert np.array_equal(replicates[0], replicates[1])
    assert np.array_equal(replicates[0], replicates[2])


@pytest.mark.parametrize("tau", [gp.HalfNormal(10), gp.Flat(), gp.InverseGamma(1, 1),
                                 gp.Uniform(2, 10)], ids=repr)
@pytest.mark.parametrize("mu", [gp.Normal(0, 20), gp.Flat()], ids=repr)
def test_leave_one_out_is_a_ratio_of_evidences(schools, mu, tau):
    """p(y_j | others) by refitting without j: the improper constants of flat priors cancel."""
    found = gp.exact(gp.NormalNormal(schools.y, schools.sigma, mu=mu, tau=tau))
    pointwise = found.elpd_loo().pointwise
    for j in (0, 4):
        rest = gp.exact(gp.NormalNormal(np.delete(schools.y, j), np.delete(schools.sigma, j),
                                        mu=mu, tau=tau))
        ratio = found.log_total - rest.log_total
        assert pointwise[j] == pytest.approx(ratio, abs=1e-8)
    result = found.elpd_loo()
    assert result.elpd == pytest.approx(pointwise.sum())
    assert result.se == pytest.approx(np.sqrt(8 * pointwise.var()))


def test_leave_one_out_keeps_its_digits_when_one_group_dominates():
    y, sigma = np.array([3.0, 0.0, 10.0, -5.0]), np.array([1e-3, 1e3, 1.0, 500.0])
    with pytest.warns(UserWarning, match="4 groups"):
        found = gp.exact(gp.NormalNormal(y, sigma))
    with pytest.warns(UserWarning, match="3 groups"):
        rest = gp.exact(gp.NormalNormal(y[1:], sigma[1:]))
    ratio = found.log_evidence - rest.log_evidence
    assert found.elpd_loo().pointwise[0] == pytest.approx(ratio, abs=1e-8)


# accuracy


@pytest.mark.parametrize("tau", PRIORS, ids=repr)
def test_halving_the_tolerance_moves_no_moment_by_more_than_1e_8(schools, tau):
    model = gp.NormalNormal(schools.y, schools.sigma, tau=tau)
    loose, tight = gp.exact(model, rtol=1e-8), gp.exact(model, rtol=0.5e-8)
    tightest = gp.exact(model, rtol=1e-13)
    for found in (loose, tight):
        for name in ("mu", "tau", "theta", "shrinkage"):
            assert found[name].mean == pytest.approx(tightest[name].mean, rel=1e-8)
            assert found[name].sd == pytest.approx(tightest[name].sd, rel=1e-8)
        assert abs(found.log_total - tightest.log_total) < max(found.error, 1e-11)
    assert gp.exact(model).error < 1e-9


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_only_rescale(schools, truth, scale):
    scaled = gp.exact(gp.NormalNormal(scale * schools.y, scale * schools.sigma,
                                      mu=gp.Normal(0, 20 * scale),
                                      tau=gp.HalfNormal(10 * scale)))
    for name in ("mu", "tau", "theta"):
        low, low_scaled = truth[name].quantile(0.1), scaled[name].quantile(0.1)
        assert scaled[name].mean == pytest.approx(scale * truth[name].mean, rel=1e-9)
        assert low_scaled == pytest.approx(scale * low, rel=1e-8)
    expected = truth.elpd_loo().elpd - 8 * np.log(scale)
    assert scaled.elpd_loo().elpd == pytest.approx(expected, abs=1e-8)


def test_standard_errors_over_six_orders_of_magnitude():
    sigma = np.geomspace(1e-3, 1e3, 7)
    y = np.array([1.0, 1.2, 0.4, 3.0, -20.0, 90.0, 400.0])
    model = gp.NormalNormal(y, sigma)
    found = gp.exact(model)
    at = np.geomspace(1e-4, 200, 40_001)
    mass = np.gradient(at) * found["tau"].pdf(at)
    assert mass.sum() == pytest.approx(1, rel=1e-3)
    assert found["tau"].mean == pytest.approx((mass * at).sum(), rel=2e-3)
    assert found["theta"][0].mean == pytest.approx(1.0, abs=1e-5)
    assert found["theta"][0].sd < 1.001e-3
    for j, marginal in enumerate(found["theta"]):
        low, high = marginal.hdi(0.5)
        assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.long
def test_two_groups_and_two_thousand():
    with pytest.warns(UserWarning, match="only 2 groups"):
        two = gp.exact(gp.NormalNormal([0.0, 10.0], [1.0, 1.0]))
    _, (mu, tau) = brute_force(two.model, [lambda mu, t: mu + 0 * t, lambda mu, t: t + 0 * mu])
    assert [two["mu"].mean, two["tau"].mean] == pytest.approx([mu, tau], rel=1e-6)
    rng = np.random.default_rng(0)
    many = gp.exact(gp.NormalNormal(rng.normal(0, 10, 2000), np.geomspace(0.01, 100, 2000)))
    assert many.error < 1e-8 and many["tau"].mean == pytest.approx(10, abs=5 * many["tau"].sd)
    assert np.isfinite(many.elpd_loo().pointwise).all()


@pytest.mark.parametrize("origin", [1e8, 1e10, 1e13])
def test_data_far_from_zero_are_data_near_zero_moved(origin):
    """Small integers at a large origin, which floating point holds exactly."""
    y = np.array([0.0, 1, 2, 5, 3])
    near, far = (gp.exact(gp.NormalNormal(c + y, np.ones(5), mu=gp.Normal(c, 20)))
                 for c in (0.0, origin))
    for name in ("mu", "theta"):
        off = 2e-16 * origin + 1e-9
        assert far[name].mean - origin == pytest.approx(near[name].mean, abs=off)
        assert far[name].sd == pytest.approx(near[name].sd, rel=1e-9)
    assert [far["tau"].mean, far["tau"].sd] == pytest.approx([near["tau"].mean, near["tau"].sd])


@pytest.mark.parametrize("origin, tau, theta", [
    (1e8, 47287.0579619, 1e8 - 0.04472136), (1e10, 472870.8022528, 1e10 - 0.04472136)])
def test_data_far_from_their_prior(origin, tau, theta):
    """mu and tau each give way where their slopes balance: tau is large, so that theta is y.

    With tau^2 much larger than all else, Q = J tau^-2 (origin - mu)^2, and -log p is about
    mu^2 / 800 + tau^2 / 200 + Q / 2: mu = 400 J origin / (400 J + tau^2) and tau^4 = 100 J
    (origin - mu)^2, which makes theta_1 - y_1 = - origin / tau^2 = - 1 / sqrt(100 J).
    """
    truth = gp.exact(gp.NormalNormal([origin + d for d in (0, 1, 2, 5, 3)], [1] * 5))
    rounding = 2e-16 * origin
    assert truth["theta"][0].mean == pytest.approx(theta, abs=1e-6 + rounding, rel=0)
    assert truth["theta"][0].sd == pytest.approx(1, abs=1e-6)
    assert truth["tau"].mean == pytest.approx(tau, abs=1e-5)
    assert truth["tau"].sd == pytest.approx(5, abs=1e-5)
    x = truth["theta"][0].quantile(0.9)
    assert truth["theta"][0].cdf(x) == pytest.approx(0.9, abs=1e-9 + rounding)


@pytest.mark.filterwarnings("ignore:only . groups")
def test_two_groups_at_opposite_ends():
    """-log p(tau) is about S / tau^2 + tau^2 / 200 with S = 1e28: its curvature is 4 / 100."""
    truth = gp.exact(gp.NormalNormal([1e14, -1e14], [1, 1]))
    assert truth["tau"].mean == pytest.approx((200 * 1e28) ** 0.25, rel=1e-12)
    assert truth["tau"].sd == pytest.approx(5, rel=1e-9)
    assert truth["tau"].cdf(truth["tau"].quantile(0.9)) == pytest.approx(0.9, abs=1e-8)
    assert [truth["mu"].mean, truth["mu"].sd] == pytest.approx([0, 20], abs=1e-6)


@pytest.mark.filterwarnings("ignore:only . groups")
def test_a_prior_of_mu_far_from_the_data():
    truth = gp.exact(gp.NormalNormal([1, 2], [1, 1], mu=gp.Normal(1e12, 1)))
    assert [truth["mu"].mean, truth["mu"].sd] == pytest.approx([1e12, 1], rel=1e-9)
    assert truth["tau"].sd == pytest.approx(5, rel=1e-9)


@pytest.mark.filterwarnings("ignore:only . groups")
def test_a_prior_of_tau_far_from_the_data():
    """Against Normal(1e5, 1) data near 0 have no say, but for the two powers of tau."""
    truth = gp.exact(gp.NormalNormal([0, 1, 2], np.ones(3), tau=gp.Normal(1e5, 1)))
    assert truth["tau"].mean == pytest.approx(1e5 - 3e-5, abs=1e-7)
    assert truth["tau"].sd == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize("arguments, words", [
    (dict(tau=gp.HalfNormal(1e-200)), r"tau ~ HalfNormal\(scale=1e-200\): its scale must be"),
    (dict(mu=gp.Normal(1e200, 1)), r"mu ~ Normal\(mean=1e\+200, sd=1\): its mean must be"),
    (dict(mu=gp.Normal(1e100, 1)), "because .* mu ~ Normal"),
    (dict(y=[1e40, -1e40, 0]), "so narrow that floating point cannot tell its values apart"),
    (dict(y=[1e14, -1e14, 0], tau=gp.Uniform(0, 10)), "so narrow.*near 10.*tau ~ Uniform"),
])
def test_what_floating_point_cannot_hold_is_refused_by_name(arguments, words):
    data = {"y": [0, 1, 2], "sigma": np.ones(3), **arguments}
    with pytest.warns(UserWarning, match="3 groups"), pytest.raises(ValueError, match=words):
        gp.exact(gp.NormalNormal(**data))


# marginals


def all_marginals(found):
    return [found["mu"], found["tau"], found["theta", "A"], found["theta", "H"],
            found["shrinkage", "E"], found.new_group]


def test_pdf_cdf_quantile_hdi_belong_together(truth):
    q = np.array([1e-6, 0.055, 0.3, 0.5, 0.945, 1 - 1e-6])
    for marginal in all_marginals(truth):
        x = marginal.quantile(q)
        assert marginal.cdf(x) == pytest.approx(q, abs=1e-10), marginal.name
        assert marginal.sf(x) == pytest.approx(1 - q, abs=1e-10)
        middle = marginal.quantile(np.linspace(0.05, 0.95, 7))
        step = 1e-5 * marginal.sd
        slope = (marginal.cdf(middle + step) - marginal.cdf(middle - step)) / (2 * step)
        assert marginal.pdf(middle) == pytest.approx(slope, rel=1e-5)
        low, high = marginal.hdi(0.89)
        assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(0.89, abs=1e-9)
        others = marginal.quantile(np.array([[p, p + 0.89] for p in np.linspace(0.001, 0.109, 50)]))
        assert high - low <= (others[:, 1] - others[:, 0]).min() + 1e-9


def test_moments_are_those_of_the_density(truth):
    for marginal in all_marginals(truth):
        low, high = (np.clip(end, -200, 200) for end in marginal.support)
        points = [marginal.mean, low + 1e-4 * (high - low), high - 1e-4 * (high - low)]

        def expectation(function):
            return integrate.quad(lambda x: function(x) * marginal.pdf(x), low, high, limit=400,
                                  points=points)[0]

        mean = expectation(lambda x: x)
        variance = expectation(lambda x: (x - mean) ** 2)
        assert mean == pytest.approx(marginal.mean, rel=1e-5), marginal.name
        assert np.sqrt(variance) == pytest.approx(marginal.sd, rel=1e-5), marginal.name


def test_the_shortest_interval_of_tau_starts_at_the_edge_it_piles_up_at(schools, truth):
    def tau_of(y, prior):
        return gp.exact(gp.NormalNormal(y, schools.sigma, tau=prior))["tau"]

    tau = truth["tau"]
    assert tau.pdf(0.0) > tau.pdf(tau.hdi()[1]) > 0
    assert tau.pdf(-1.0) == tau.cdf(0.0) == tau.quantile(0) == 0
    low, high = tau_of(schools.y, gp.Uniform(2, 10)).hdi()
    assert low == pytest.approx(2) and high < 10
    low, high = tau_of(10 * schools.y, gp.Uniform(0, 40)).hdi()
    assert 0 < low and high == pytest.approx(40)
    apart = tau_of(10 * schools.y, gp.HalfCauchy(25))
    low, high = apart.hdi()
    assert low > 0 and apart.pdf(low) == pytest.approx(apart.pdf(high), rel=1e-6)


def test_densities_far_out_in_the_tails(truth):
    """Against the same integral by another rule: theta = 1000 needs a tau that is very unlikely."""
    tau = np.linspace(1e-3, 500, 20_001)
    for name, j in (("theta", 0), ("new", None)):
        m, variance = truth.mu_given(tau)
        if j is None:
            mean, sd, marginal = m, np.sqrt(variance + tau**2), truth.new_group
        else:
            y, sigma, B = truth.model.y[j], truth.model.sigma[j], truth.model.shrinkage(tau)[:, j]
            mean, sd = (1 - B) * y + B * m, np.sqrt((1 - B) * sigma**2 + B**2 * variance)
            marginal = truth["theta"][j]
        for x in (-1000.0, 1000.0):
            log_p = truth["tau"].logpdf(tau) + stats.norm.logpdf(x, mean, sd)
            expected = np.log(np.sum(np.exp(log_p - log_p.max())) * (tau[1] - tau[0])) + log_p.max()
            assert marginal.logpdf(x) == pytest.approx(expected, abs=1e-3)
    assert truth["tau"].logpdf(300.0) < -400
    assert truth["mu"].logsf(200.0) < -80 and np.isfinite(truth["mu"].logsf(200.0))
    assert truth["mu"].logcdf(-200.0) < -80


def test_moments_that_do_not_exist_are_not_invented():
    with pytest.warns(UserWarning):
        found = gp.exact(gp.NormalNormal([1.0, 2.0], [1.0, 1.0], mu=gp.Flat(),
                                         tau=gp.HalfCauchy(1)))
        infinite = gp.exact(gp.NormalNormal([1.0, 2.0, 4.0], np.ones(3), mu=gp.Flat(),
                                            tau=gp.Flat()))
    assert np.isfinite(found["tau"].mean) and found["tau"].sd == np.inf and found["mu"].sd == np.inf
    assert found.new_group.sd == np.inf and np.isfinite(found["theta"].sd).all()
    assert infinite["tau"].mean == np.inf and np.isfinite(infinite["tau"].quantile(0.9))
    assert np.isnan(infinite["mu"].mean) and np.isnan(infinite.new_group.mean)


def test_a_mean_is_infinite_only_where_the_prior_lets_it():
    with pytest.warns(UserWarning):
        found = gp.exact(gp.NormalNormal([1.0, 4.0, 2.0], np.ones(3), mu=gp.Normal(0, 20),
                                         tau=gp.Flat()))
    assert np.isfinite(found["mu"].sd)
    assert found["tau"].sd == found.new_group.sd == np.inf


def test_shrinkage_factors(schools, truth):
    model = truth.model
    assert model.shrinkage(6.0) == pytest.approx(schools.sigma**2 / (schools.sigma**2 + 36))
    assert model.shrinkage(np.ones((4, 5))).shape == (4, 5, 8)
    q = np.array([0.1, 0.5, 0.9])
    tau = truth["tau"].quantile(1 - q)
    assert truth["shrinkage", "E"].quantile(q) == pytest.approx(81 / (81 + tau**2))


def test_what_is_kept_is_the_rest_of_the_shrinkage_to_all_its_digits(truth):
    model = truth.model
    for tau in (0.0, 1e-3, 3.0, 1e3):
        assert model.kept(tau) + model.shrinkage(tau) == pytest.approx(np.ones(8), abs=1e-15)
    assert model.kept(1e-9) == pytest.approx(1e-18 / model.sigma**2, rel=1e-12, abs=0)


def test_shrinkage_densities_outside_their_support(truth):
    density = truth["shrinkage", "A"].pdf([0.0, 1.5, -1.0])
    assert np.array_equal(density, [0, 0, 0])


def test_bounds_of_tau_are_bounds_of_the_shrinkage(schools):
    """The largest tau gives the smallest factor: for sigma = 15, 225 / 1125 and 225 / 229."""
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, tau=gp.Uniform(2, 30)))
    for marginal, sigma in zip(truth["shrinkage"], schools.sigma):
        bounds = sigma**2 / (sigma**2 + np.array([30.0, 2.0]) ** 2)
        assert marginal.support == pytest.approx(tuple(bounds), rel=1e-15)
        assert marginal.quantile([0, 1]) == pytest.approx(bounds, rel=1e-15)
        assert marginal.cdf(bounds).tolist() == [0, 1]
        assert marginal.quantile([1e-6, 1 - 1e-6]) == pytest.approx(bounds, rel=1e-3)
    assert truth["shrinkage"][0].support == pytest.approx((0.2, 225 / 229))


def test_without_a_bound_the_shrinkage_reaches_from_0_to_1(truth):
    assert truth["shrinkage", "A"].support == (0, 1)


def test_labels_and_places(truth):
    assert truth["theta", "B"] is truth["theta"][1]
    assert truth["theta"]["B"].mean == truth["theta"].mean[1]
    assert truth["theta"][-1] is truth["theta", "H"] and len(truth["theta"]) == 8
    unlabelled = gp.exact(gp.NormalNormal(truth.model.y, truth.model.sigma))
    assert [m.name for m in unlabelled["theta"]][:2] == ["theta[1]", "theta[2]"]
    assert unlabelled["theta", "1"] is unlabelled["theta"][0]
    assert unlabelled["theta", 1] is unlabelled["theta"][0] and truth["theta", 1].name == "theta[B]"
    drawn = unlabelled.sample(20, 1)
    assert np.array_equal(drawn["theta", 1], drawn["theta"][..., 0])
    with pytest.raises(KeyError, match="a number is a label here, not a place"):
        unlabelled["theta", 0]
    with pytest.raises(KeyError, match="8; the labels are .*, the places 0 to 7"):
        truth["theta"][8]
    for wrong in ("Z", 8, 2.5):
        with pytest.raises(KeyError, match="labels are 'A'"):
            truth["theta", wrong]


def test_independent_draws_are_draws_of_the_posterior(truth):
    """20,000 draws: |z| < 4 for each of twelve statistics, by chance once in a thousand seeds."""
    draws = truth.sample(draws=5000, chains=4, seed=3)
    assert draws["theta"].shape == (4, 5000, 8)
    for name, marginal in (("mu", truth["mu"]), ("tau", truth["tau"])):
        x = draws[name]
        assert abs(x.mean() - marginal.mean) < 4 * marginal.sd / np.sqrt(x.size)
        for q in (0.055, 0.5, 0.945):
            assert abs(np.mean(x <= marginal.quantile(q)) - q) < 4 * np.sqrt(q * (1 - q) / x.size)
    theta, off = truth["theta"], draws["theta"].mean(axis=(0, 1)) - truth["theta"].mean
    assert np.abs(off / theta.sd * np.sqrt(20_000)).max() < 4
    new = draws.new_group(seed=5)
    assert abs(new.mean() - truth.new_group.mean) < 4 * truth.new_group.sd / np.sqrt(new.size)
    assert np.array_equal(truth.sample(seed=3)["mu"], truth.sample(seed=3)["mu"])


def test_new_groups_have_the_spread_of_the_population(truth):
    """40,000 draws: the standard error of their sd is below 1 %, heavy tails and all."""
    new = truth.sample(draws=10_000, seed=2).new_group(seed=3)
    assert new.std() == pytest.approx(truth.new_group.sd, rel=0.03)
    for q in (0.055, 0.945):
        z = (np.mean(new <= truth.new_group.quantile(q)) - q) / np.sqrt(q * (1 - q) / new.size)
        assert abs(z) < 4


# Gibbs against exact


@pytest.mark.parametrize("form", FORMS)
def test_each_gibbs_form_leaves_the_exact_posterior_invariant(schools, truth, form):
    """4,000 chains started from exact draws: after 5 sweeps their quantiles are where they were.

    Twelve z-scores, |z| < 4: by chance once in 1,300 seeds.
    """
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form=form)
    start = truth.sample(draws=1, chains=4000, seed=11)
    state = {name: start[name][:, 0] for name in ("mu", "tau", "theta")}
    if form == "noncentred":
        state["theta_raw"] = (state.pop("theta") - state["mu"][:, None]) / state["tau"][:, None]
    given, rng = gp.sampling.gibbs.Conditionals(model), np.random.default_rng(2)
    for _ in range(5):
        for _ in gp.sampling.gibbs.sweep(given, rng, state):
            pass
    state.update(model.derived(**{name: state[name] for name in model.takes("derived")}))
    for x, marginal in ((state["mu"], truth["mu"]), (state["tau"], truth["tau"]),
                        (state["theta"][:, 0], truth["theta", "A"]),
                        (state["theta"][:, 4], truth["theta", "E"])):
        for q in (0.055, 0.5, 0.945):
            z = (np.mean(x <= marginal.quantile(q)) - q) / np.sqrt(q * (1 - q) / 4000)
            assert abs(z) < 4, (marginal.name, q, z)


def agrees(model, found, chains, draws, tune, seed):
    """Largest |z| over means and tail shares of mu, tau, theta, from independent chains."""
    drawn = gp.sample(model, draws=draws, tune=tune, chains=chains, seed=seed)
    scores = []
    for name in ["mu", "tau", *(("theta", label) for label in model.groups)]:
        marginal = found[name]
        x = drawn[name]
        if np.isfinite(marginal.sd):
            scores.append(z_of_means(x, marginal.mean))
        for q in (0.1, 0.5, 0.9):
            scores.append(z_of_means(x <= marginal.quantile(q), q))
    return np.abs(scores).max()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tau", [
    gp.HalfNormal(10), pytest.param(gp.HalfCauchy(25), marks=pytest.mark.long)], ids=repr)
def test_each_gibbs_form_agrees_with_the_exact_posterior(schools, form, tau):
    """Forty z-scores of 300 independent chains: one above 4.5 by chance in 3,000 seeds."""
    model = gp.NormalNormal(schools.y, schools.sigma, tau=tau, form=form)
    assert agrees(model, gp.exact(model), chains=300, draws=60, tune=60, seed=5) < 4.5


def test_a_wrong_sampler_is_seen(schools):
    """The same test with J - 1 for J in the conditional of tau: the z-scores leave no doubt."""
    from sampling.test_check import OneGroupShort
    model = OneGroupShort(schools.y, schools.sigma)
    assert agrees(model, gp.exact(model), chains=300, draws=60, tune=60, seed=5) > 6


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", range(10))
def test_data_sets_simulated_from_the_prior(form, case):
    """Ten data sets of random size, from the model: no z-score above 5 (chance: 1 in 10,000).

    Where the standard errors are a hundredth of tau the non-centred form takes thousands of sweeps
    to forget its start.
    """
    rng = np.random.default_rng(100 + case)
    J = int(rng.integers(5, 60))
    tau = PRIORS[case % len(PRIORS)]
    if tau.proper:
        spread = float(np.abs(gp.distributions.sd_prior("tau", tau).draw(rng)))
    else:
        spread = rng.gamma(2, 5)
    sigma = np.exp(rng.normal(2, 0.7, J))
    theta = rng.normal(rng.normal(0, 20), min(spread, 100.0), J)
    model = gp.NormalNormal(rng.normal(theta, sigma), sigma, tau=tau, form=form)
    chains, draws, tune = (300, 100, 4000) if form == "noncentred" else (500, 200, 400)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert agrees(model, gp.exact(model), chains, draws, tune, seed=case) < 5


# what is refused


def test_a_model_keeps_its_own_copy_of_the_data():
    y = np.arange(6.0)
    model = gp.NormalNormal(y, np.ones(6))
    y[0] = 1000
    assert model.y[0] == 0


@pytest.mark.parametrize("arguments, error, words", [
    (dict(y=[1, np.nan], sigma=[1, 1]), ValueError, r"y\[1\] is nan"),
    (dict(y=[1, 2], sigma=[1, 0]), ValueError, r"sigma\[1\] is 0; it must be > 0"),
    (dict(y=[1, 2], sigma=[-3, 1]), ValueError, r"sigma\[0\] is -3"),
    (dict(y=[1, 2, 3], sigma=[1, 1]), ValueError, "sigma has 2 elements but y has 3"),
    (dict(y=[1], sigma=[1]), ValueError, "at least 2 groups"),
    (dict(y=[], sigma=[]), ValueError, "y is empty"),
    (dict(y=[[1, 2]], sigma=[1, 1]), ValueError, "y has shape"),
    (dict(y=["a", 2], sigma=[1, 1]), TypeError, r"y\[0\] is 'a'"),
    (dict(y=None, sigma=[1, 1]), TypeError, "y is None"),
    (dict(y=[1e200, 1], sigma=[1, 1]), ValueError, r"y\[0\] is 1e\+200; it must be below"),
    (dict(y=[1, 2], sigma=[1, 1e-200]), ValueError, r"sigma\[1\] is 1e-200"),
    (dict(y=[1, 2], sigma=[1, 1], groups=["A"]), ValueError, "groups has 1 labels"),
    (dict(y=[1, 2], sigma=[1, 1], groups=["A", "A"]), ValueError, "'A' a second time"),
    (dict(y=[1, 2], sigma=[1, 1], form="center"), ValueError,
     "form is 'center'; it must be one of"),
    (dict(y=[1, 2], sigma=[1, 1], tau=gp.Beta(1, 1)), TypeError, "tau prior is Beta"),
    (dict(y=[1, 2], sigma=[1, 1], tau=10), TypeError, "tau prior is 10"),
    (dict(y=[1, 2], sigma=[1, 1], mu=gp.HalfNormal(1)), TypeError,
     "mu prior is HalfNormal.*Normal, Flat"),
    (dict(y=[1, 2], sigma=[1, 1], mu=gp.Flat(), tau=gp.Flat()), ValueError, "improper.*HalfCauchy"),
])
def test_bad_input_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        gp.NormalNormal(**arguments)


def test_what_improper_priors_do_not_define_is_refused(schools):
    flat = gp.exact(gp.NormalNormal(schools.y, schools.sigma, mu=gp.Flat(), tau=gp.Flat()))
    with pytest.raises(ValueError, match="log_evidence is not defined"):
        flat.log_evidence
    with pytest.warns(UserWarning):
        three = gp.exact(gp.NormalNormal([1.0, 2.0, 9.0], np.ones(3), mu=gp.Flat(), tau=gp.Flat()))
    with pytest.raises(ValueError, match="leave-one-out is not defined"):
        three.elpd_loo()
    with pytest.raises(ValueError, match="leave-one-out is not defined"):
        gp.exact(flat.model.no_pooling()).elpd_loo()
    with pytest.raises(ValueError, match="cannot predict a new group"):
        gp.exact(flat.model.no_pooling()).new_group
    with pytest.raises(ValueError, match="prob is 89"):
        flat["mu"].hdi(89)
    with pytest.raises(ValueError, match="q is 2"):
        flat["mu"].quantile([0.5, 2])


@pytest.mark.parametrize("pooling", ["complete_pooling", "no_pooling"])
@pytest.mark.parametrize("data, words", [
    (dict(mu=gp.Normal(0, 1e-200)), "(mu|theta) ~ Normal.*: its sd must be 0 or between"),
    (dict(mu=gp.Normal(0, 1e200)), "(mu|theta) ~ Normal.*: its sd must be 0 or between"),
    (dict(y=[1e100, -1e100], sigma=[1e-100, 1e-100]), r"y\[0\] is 1e\+100 .* beyond floating"),
    (dict(y=[1e100, 1e100], mu=gp.Flat()), r"(mu|theta\[1\]) is so narrow that floating point")])
def test_pooling_refuses_what_floating_point_cannot_hold(pooling, data, words):
    model = gp.NormalNormal(**{"y": [1.0, 2.0], "sigma": [1.0, 1.0], **data})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=words):
            gp.exact(getattr(model, pooling)())


def test_complete_pooling_far_from_zero_keeps_its_digits():
    """(1e14 - 1e14 + 1e12) / 3, of precision 3: the steps between floating point numbers, 6e-5."""
    model = gp.NormalNormal([1e14, -1e14], [1.0, 1.0], mu=gp.Normal(1e12, 1)).complete_pooling()
    mu = gp.exact(model)["mu"]
    assert mu.mean == pytest.approx(1e12 / 3, abs=1e-4)
    assert mu.sd == pytest.approx(3**-0.5, rel=1e-12)
    assert mu.cdf(mu.quantile(0.9)) == pytest.approx(0.9, abs=3e-5)


def test_the_hierarchy_refuses_squares_beyond_floating_point():
    model = gp.NormalNormal([1e100, -1e100], [1e-100, 1e-100], mu=gp.Flat(),
                            tau=gp.HalfCauchy(1e100))
    with pytest.raises(ValueError, match=r"y\[0\] is 1e\+100 .* beyond floating point"):
        ExactNormalNormal(model)
