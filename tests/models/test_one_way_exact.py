"""The exact posterior of the one-way normal model against independent computations."""
import numpy as np
import pytest
from one_way_data import FLAT, RADON_PRIORS, SMALL_PRIORS, quiet, simulate
from scipy import integrate, stats

import gibbspool as gp
from gibbspool.models.one_way.tails import tails_of


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


def brute_force(scores, tau_nodes=100, sigma_nodes=64):
    """The instructors by a plain tensor rule over (tau, sigma), the 68 scores as one normal vector.

    Given tau and sigma, y ~ Normal(50, V) with V = sigma^2 I + tau^2 Z Z' + 25^2 1 1', and theta
    and mu are jointly normal with y: linear algebra on V gives p(y), their means and their
    variances, with no formula of the model's.
    """
    nodes, weights = np.polynomial.legendre.leggauss(tau_nodes)
    tau, tau_weight = 40 * (1 + nodes), 40 * weights
    nodes, weights = np.polynomial.legendre.leggauss(sigma_nodes)
    sigma, sigma_weight = 3.5 + 6 * (1 + nodes), 6 * weights
    Z = (scores.group[:, None] == np.array(scores.groups)).astype(float)
    residual = scores.y - 50
    names = ["mu", "mu2", "tau", "tau2", "sigma", "sigma2", "theta", "theta2"]
    log_p, values = [], {name: [] for name in names}
    for t in tau:
        shared = t**2 * Z @ Z.T + 625
        V = shared + sigma[:, None, None] ** 2 * np.eye(len(residual))
        factor = np.linalg.cholesky(V)
        # of y with theta and mu
        cov = np.column_stack([t**2 * Z + 625, np.full(len(residual), 625.0)])
        columns = np.column_stack([residual, cov])
        solved = np.linalg.solve(factor, np.broadcast_to(columns, (sigma_nodes, 68, 7)))
        white, rest = solved[..., 0], solved[..., 1:]
        log_p.append(-0.5 * (white**2).sum(axis=-1)
                     - np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=-1)
                     - 34 * np.log(2 * np.pi) + stats.halfnorm.logpdf(t, scale=10)
                     + stats.halfnorm.logpdf(sigma, scale=15))
        mean = 50 + (rest * white[..., None]).sum(axis=1)
        square = mean**2 + np.r_[np.full(5, t**2 + 625), 625] - (rest**2).sum(axis=1)
        found = [mean[:, 5], square[:, 5], t + 0 * sigma, t**2 + 0 * sigma, sigma, sigma**2,
                 mean[:, :5], square[:, :5]]
        for name, value in zip(names, found):
            values[name].append(value)
    mass = np.exp(np.array(log_p) + 180) * tau_weight[:, None] * sigma_weight
    moments = {name: np.tensordot(mass / mass.sum(), np.array(value), axes=2)
               for name, value in values.items()}
    return np.log(mass.sum()) - 180, moments


def test_instructors_by_brute_force(scores, truth):
    """A tensor rule of 6400 nodes, dense 68 x 68 matrices: every moment agrees to 1e-8 relative."""
    evidence, moments = brute_force(scores)
    assert truth.log_evidence == pytest.approx(evidence, abs=1e-9)
    for name in ("mu", "tau", "sigma", "theta"):
        assert truth[name].mean == pytest.approx(moments[name], rel=1e-9)
        assert truth[name].sd == pytest.approx(np.sqrt(moments[f"{name}2"] - moments[name] ** 2),
                                               rel=1e-8)
    assert truth.new_group.mean == pytest.approx(moments["mu"], rel=1e-9)
    assert truth.new_group.sd == pytest.approx(np.sqrt(moments["mu2"] - moments["mu"] ** 2
                                                       + moments["tau2"]), rel=1e-8)


def test_evidence_is_the_joint_density_over_the_posterior(model, truth):
    """log p(y) = log p(y, all) - log p(all | y) anywhere, p(sigma | tau, y) normalised by scipy."""
    state = {"mu": 71.0, "tau": 7.0, "sigma": 8.5, "theta": np.array([62.0, 70, 74, 79, 88])}
    sigma = model.sigma_given(tau=7.0)
    top = sigma.logpdf(8.0)
    total, _ = integrate.quad(lambda s: np.exp(sigma.logpdf(s) - top), 3, 30, epsabs=0,
                              epsrel=1e-11)
    posterior = (truth["tau"].logpdf(7.0) + sigma.logpdf(8.5) - top - np.log(total)
                 + model.mu_given(tau=7.0, sigma=8.5).logpdf(71.0)
                 + model.theta_given(mu=71.0, tau=7.0, sigma=8.5).logpdf(state["theta"]).sum())
    assert truth.log_evidence == pytest.approx(model.log_joint(**state) - posterior, abs=1e-8)


@pytest.mark.parametrize("name", ["tau", "sigma", "theta",
                                  *(pytest.param(name, marks=pytest.mark.long)
                                    for name in ("mu", "shrinkage", "new_group"))])
def test_marginals_are_consistent_with_themselves(truth, name):
    """pdf, cdf, quantile, interval and moments of each, by scipy's integrator of the pdf alone."""
    marginal = {"theta": lambda: truth["theta", "Evans"],
                "shrinkage": lambda: truth["shrinkage", "Evans"],
                "new_group": lambda: truth.new_group}.get(name, lambda: truth[name])()
    low, high = marginal.quantile([1e-9, 1 - 1e-9])

    def moment(k):
        found = [integrate.quad(lambda x: (x - marginal.mean) ** k * marginal.pdf(x), *ends,
                                epsrel=1e-9, limit=100)[0]
                 for ends in zip(np.linspace(low, high, 5)[:-1], np.linspace(low, high, 5)[1:])]
        return sum(found)

    assert moment(0) == pytest.approx(1, abs=1e-7)
    assert moment(1) == pytest.approx(0, abs=1e-5 * marginal.sd)
    assert moment(2) == pytest.approx(marginal.sd**2, rel=1e-5)
    middle = marginal.quantile(0.3)
    share, _ = integrate.quad(marginal.pdf, low, middle, epsrel=1e-9, limit=100)
    below = [marginal.cdf(middle), share + 1e-9, 1 - marginal.sf(middle)]
    assert below == pytest.approx([0.3] * 3, abs=1e-7)
    start, end = marginal.hdi(0.89)
    assert marginal.cdf(end) - marginal.cdf(start) == pytest.approx(0.89, abs=1e-9)
    assert marginal.pdf(start) == pytest.approx(marginal.pdf(end), rel=1e-6)


@pytest.mark.long
@pytest.mark.parametrize("priors", [
    {}, FLAT, {"mu": gp.Flat(), "tau": gp.HalfCauchy(5)},
    {"tau": gp.Uniform(2, 40), "sigma": gp.InverseGamma(1, 20)},
    {"tau": gp.Gamma(2, 0.2), "sigma": gp.Uniform(0, 30)}], ids=repr)
def test_halving_the_tolerance_moves_no_moment_by_more_than_1e_8(scores, priors):
    model = gp.OneWayNormal(scores.y, scores.group, **priors)
    tightest = gp.exact(model, rtol=1e-12)
    for rtol in (1e-8, 0.5e-8):
        found = gp.exact(model, rtol=rtol)
        for name in ("mu", "tau", "sigma", "theta"):
            assert found[name].mean == pytest.approx(tightest[name].mean, rel=1e-8)
            assert found[name].sd == pytest.approx(tightest[name].sd, rel=1e-8)
        assert found.tau_integral.log_total == pytest.approx(tightest.tau_integral.log_total,
                                                             abs=1e-8)
        assert found.error < 1e-7


@pytest.mark.parametrize("priors", [
    {"tau": gp.Uniform(1, 6)}, *(pytest.param(priors, marks=pytest.mark.long) for priors in (
        {}, {"mu": gp.Flat(), "tau": gp.HalfCauchy(5), "sigma": gp.Flat()},
        {"tau": gp.Uniform(0, 20), "sigma": gp.Uniform(5, 9)}))], ids=repr)
def test_shrinkage_along_the_ratio_of_tau_to_sigma_and_over_the_plane(scores, priors):
    """B_i by the integral over log(tau / sigma), and as a mean over the nodes of the mixtures."""
    exact = gp.exact(gp.OneWayNormal(scores.y, scores.group, groups=scores.groups, **priors))
    B, weight = exact.model.shrinkage(exact.tau, exact.sigma), np.exp(exact.log_mass)
    mean = weight @ B
    assert exact["shrinkage"].mean == pytest.approx(mean, rel=1e-9)
    assert exact["shrinkage"].sd == pytest.approx(np.sqrt(weight @ (B - mean) ** 2), rel=1e-8)
    assert exact.ratio.integral.log_total == pytest.approx(exact.tau_integral.log_total, abs=1e-9)
    low, high = exact["shrinkage", "Evans"].hdi()
    assert exact["shrinkage", "Evans"].cdf([low, high]) @ [-1, 1] == pytest.approx(0.89, abs=1e-9)


@pytest.mark.parametrize("data", ["truth", pytest.param("radon", marks=pytest.mark.long)])
def test_another_tolerance_and_the_law_of_total_variance(data, request):
    found = request.getfixturevalue(data)
    loose = gp.exact(found.model, rtol=1e-8)
    for name in ("mu", "tau", "sigma", "theta"):
        assert loose[name].mean == pytest.approx(found[name].mean, rel=1e-8)
        assert loose[name].sd == pytest.approx(found[name].sd, rel=1e-8)
    assert found.error < 1e-10
    tau = found["tau"]
    assert found.new_group.sd**2 == pytest.approx(found["mu"].sd ** 2 + tau.sd**2 + tau.mean**2,
                                                  rel=1e-9)
    mu = found["mu"].mean
    assert np.all(np.abs(found["theta"].mean - mu) < np.abs(found.model.mean - mu))


@pytest.mark.parametrize("priors", [
    {}, pytest.param({"mu": gp.Flat(), "tau": gp.HalfCauchy(5), "sigma": gp.Flat()},
                     marks=pytest.mark.long)], ids=repr)
@pytest.mark.parametrize("left_out", [[4], pytest.param([0, 1, 2, 3], marks=pytest.mark.long)])
def test_leave_one_group_out_is_a_ratio_of_evidences(left_out, priors):
    """Sizes that occur once and twice."""
    y, group = simulate([3, 3, 2, 5, 2])
    found = gp.exact(gp.OneWayNormal(y, group, **priors))
    pointwise = found.elpd_loo().pointwise
    for j in left_out:
        without = quiet(gp.exact, gp.OneWayNormal(y[group != j], group[group != j], **priors))
        assert pointwise[j] == pytest.approx(found.tau_integral.log_total
                                             - without.tau_integral.log_total, abs=1e-8)


@pytest.mark.long
def test_leave_one_group_out_of_radon(radon):
    """A county of one home, and the largest: from the nodes of all counties, and by fitting again.
    """
    pointwise = radon.elpd_loo().pointwise
    model = radon.model
    for j in (int(np.argmin(model.n)), int(np.argmax(model.n))):
        rest = model.group != j
        without = gp.exact(gp.OneWayNormal(model.y[rest], model.group[rest], **RADON_PRIORS))
        assert pointwise[j] == pytest.approx(radon.log_evidence - without.log_evidence, abs=1e-8)


def test_leave_one_group_out_where_that_group_changes_everything():
    """Without the outlying group the posterior lies far away from the nodes of the whole one."""
    y, group = simulate([4, 3, 6, 2, 5])
    y, group = np.r_[y, 1e4 + 1e3 * np.arange(9)], np.r_[group, [9] * 9]
    whole = gp.OneWayNormal(y, group, **SMALL_PRIORS)
    without = gp.exact(gp.OneWayNormal(y[:20], group[:20], **SMALL_PRIORS))
    found = gp.exact(whole)
    assert found.elpd_loo().pointwise[5] == pytest.approx(found.log_evidence - without.log_evidence,
                                                          rel=1e-9)


def test_leave_one_out_refuses_where_the_other_groups_do_not_suffice():
    y, group = simulate([3, 3, 3])
    found = quiet(gp.exact, gp.OneWayNormal(y, group, mu=gp.Flat(), tau=gp.Flat()))
    with pytest.raises(ValueError, match="without group 0 the posterior is improper"):
        found.elpd_loo()
    with pytest.raises(ValueError, match="log_evidence is not defined"):
        found.log_evidence


def test_moments_that_do_not_exist_are_not_made_up():
    """Under a flat tau, p(tau | y) falls like tau^-a: a = J for a proper mu, J - 1 for a flat one.
    """
    def fitted(J, **priors):
        y, group = simulate([3] * J, mu=50, tau=10, sigma=5, seed=4)
        return quiet(gp.exact, gp.OneWayNormal(y, group, tau=gp.Flat(), **priors))

    neither, one = fitted(2), fitted(3)
    assert neither["tau"].mean == np.inf and neither["tau"].sd == np.inf
    assert np.isnan(neither.new_group.mean)
    assert neither["mu"].sd < 25                                             # bounded by its prior
    assert np.isfinite(one["tau"].mean) and one["tau"].sd == np.inf and one.new_group.sd == np.inf
    flat = fitted(3, mu=gp.Flat())
    assert np.isnan(flat["mu"].mean) and flat["mu"].sd == np.inf
    assert np.isfinite(flat["theta"].sd).all()


def test_tails_of_each_marginal():
    """8 observations in 3 groups; each flat prior takes one power, a HalfCauchy gives two."""
    y, group = simulate([3, 3, 2])
    priors = {"tau": gp.Flat(), "sigma": gp.HalfCauchy(1)}
    assert tails_of(gp.OneWayNormal(y, group, **priors)) == {
        "tau": (3, 9), "sigma": (10, 9), "mu": (), "theta": (9,), "theta_new": (3, 9)}
    assert tails_of(gp.OneWayNormal(y, group, mu=gp.Flat(), **priors)) == {
        "tau": (2, 8), "sigma": (9, 8), "mu": (2, 9, 8), "theta": (9, 8), "theta_new": (2, 9, 8)}


def test_nodes_reach_as_far_as_a_slow_tail_needs():
    """p(tau | y) falls like tau^-4: the law of total variance, tau^2 once by nodes, once by panels.
    """
    y, group = simulate([3] * 4, mu=50, tau=10, sigma=5, seed=4)
    found = quiet(gp.exact, gp.OneWayNormal(y, group, tau=gp.Flat()))
    square = found["tau"].mean ** 2 + found["tau"].sd ** 2
    assert found.new_group.sd**2 == pytest.approx(found["mu"].sd ** 2 + square, rel=1e-9)


def test_densities_are_zero_outside_the_support(scores):
    found = gp.exact(gp.OneWayNormal(scores.y, scores.group, tau=gp.Uniform(1, 6),
                                     sigma=gp.Uniform(5, 9)))
    assert np.array_equal(found["tau"].pdf([-1, 0, 0.99, 6.01]), np.zeros(4))
    assert np.array_equal(found["sigma"].pdf([-1, 0, 4.99, 9.01]), np.zeros(4))
    assert np.all(found["tau"].pdf([1.01, 5.99]) > 0)


@pytest.mark.long
def test_moments_that_barely_exist_have_all_their_digits():
    """Four groups under a flat tau: p(tau | y) falls like tau^-4, the tail of E tau^2 like tau^-2.
    """
    y, group = simulate([3] * 4, mu=50, tau=10, sigma=5, seed=4)
    found = quiet(gp.exact, gp.OneWayNormal(y, group, tau=gp.Flat()))
    tau = found["tau"]
    square = sum(integrate.quad(lambda x: x * x * tau.pdf(x), *ends, epsrel=1e-10, limit=200)[0]
                 for ends in ((0, 10), (10, 100), (100, 1000), (1000, np.inf)))
    assert tau.mean**2 + tau.sd**2 == pytest.approx(square, rel=1e-7)
    assert found.new_group.sd**2 == pytest.approx(found["mu"].sd ** 2 + square, rel=1e-7)


def test_scaling_the_data_scales_the_answer():
    y, group = simulate([4, 1, 6, 2, 5])
    one = gp.exact(gp.OneWayNormal(y, group, gp.Normal(1, 3), gp.HalfCauchy(2), gp.Exponential(1)))
    big = gp.exact(gp.OneWayNormal(1e5 * y, group, gp.Normal(1e5, 3e5), gp.HalfCauchy(2e5),
                                   gp.Exponential(1e-5)))
    for name in ("mu", "tau", "sigma", "theta"):
        assert big[name].mean == pytest.approx(1e5 * np.array(one[name].mean), rel=1e-9)
    assert big.log_evidence == pytest.approx(one.log_evidence - len(y) * np.log(1e5), abs=1e-8)


def test_groups_of_one_observation():
    """Only tau^2 + sigma^2 counts: swapping the priors of the two swaps their posteriors."""
    y = np.array([1.0, -0.5, 2.2, 0.3, 4.0, 1.7])
    small, large = gp.HalfNormal(1), gp.HalfNormal(3)
    one = quiet(gp.exact, gp.OneWayNormal(y, range(6), gp.Normal(0, 5), small, large))
    other = quiet(gp.exact, gp.OneWayNormal(y, range(6), gp.Normal(0, 5), large, small))
    assert one["tau"].mean == pytest.approx(other["sigma"].mean, rel=1e-9)
    assert one["sigma"].sd == pytest.approx(other["tau"].sd, rel=1e-9)
    assert one.log_evidence == pytest.approx(other.log_evidence, abs=1e-9)


@pytest.mark.long
def test_two_thousand_groups_of_one_observation():
    """A group that is left out is all but a new one: its density is that of a new observation."""
    y, group = simulate([1] * 2000, sigma=2.0)
    found = quiet(gp.exact, gp.OneWayNormal(y, group, **SMALL_PRIORS))
    assert found.error < 1e-8 and len(found.tau) < 10_000
    m, variance = found.given.mu_given(found.tau, found.sigma)
    total = np.sqrt(variance + found.tau**2 + found.sigma**2)
    new = [np.log(np.exp(found.log_mass) @ stats.norm.pdf(one, m, total)) for one in y[:50]]
    assert found.elpd_loo().pointwise[:50] == pytest.approx(new, abs=0.01)
    low, high = found["theta"].hdi().T
    assert np.all((low < found["theta"].mean) & (found["theta"].mean < high))


# data and priors at the end of the scale


def test_observations_far_from_zero_are_those_near_zero_moved():
    """Whole numbers at 1e10, which floating point holds exactly: quantiles as well."""
    y = np.array([0.0, 1, 2, 5, 3, 7])
    with pytest.warns(UserWarning, match="only 3 groups"):
        near, far = (gp.exact(gp.OneWayNormal(c + y, list("aabbcc"), mu=gp.Normal(c, 20)))
                     for c in (0.0, 1e10))
    for name in ("mu", "theta"):
        assert far[name].mean - 1e10 == pytest.approx(near[name].mean, abs=4e-6)
        assert far[name].sd == pytest.approx(near[name].sd, rel=1e-9)
        assert far[name].quantile(0.9) - 1e10 == pytest.approx(near[name].quantile(0.9), abs=4e-6)
    for name in ("tau", "sigma"):
        assert [far[name].mean, far[name].sd] == pytest.approx([near[name].mean, near[name].sd])


@pytest.mark.filterwarnings("ignore:only . groups")
@pytest.mark.parametrize("priors, words", [
    (dict(tau=gp.HalfNormal(1e-200)), r"tau ~ HalfNormal\(scale=1e-200\): its scale must be"),
    (dict(sigma=gp.HalfNormal(1e-200)), r"sigma ~ HalfNormal\(scale=1e-200\): its scale"),
    (dict(mu=gp.Normal(1e200, 1)), r"mu ~ Normal\(mean=1e\+200, sd=1\): its mean must be"),
    (dict(mu=gp.Normal(1e12, 1)), r"the log density is huge.* mu ~ Normal\(mean=1e\+12"),
    (dict(mu=gp.Normal(1e100, 1)), r"the log density is huge.* mu ~ Normal\(mean=1e\+100"),
])
def test_what_floating_point_cannot_hold_is_refused_by_name(priors, words):
    with pytest.raises(ValueError, match=words):
        gp.exact(gp.OneWayNormal([1.0, 2, 3, 5], list("aabb"), **priors))
