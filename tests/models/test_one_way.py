"""The one-way normal model: conditionals, the exact posterior against independent computations,
Gibbs against it.
"""
import warnings

import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import integrate, stats
from scipy.special import gammaln

import gibbspool as gp
from gibbspool.sampling.gibbs import Conditionals, sweep

FORMS = ["centred", "noncentred", "collapsed"]
RADON_PRIORS = {"mu": gp.Normal(0, 5), "tau": gp.HalfNormal(1), "sigma": gp.HalfNormal(2)}
SMALL_PRIORS = {"mu": gp.Normal(0, 5), "tau": gp.HalfNormal(2), "sigma": gp.HalfNormal(2)}


def simulate(sizes, mu=0.0, tau=1.0, sigma=1.0, seed=0):
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    return (mu + tau
            * rng.normal(size=len(sizes)))[group] + sigma * rng.normal(size=len(group)), group


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


def quiet(function, *args, **kwargs):
    """Without the sentence on fewer than five groups, which these small data sets are made of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "only . groups|every group has", UserWarning)
        return function(*args, **kwargs)


# --- the conditionals against the joint density -------------------------------------------------------------------

@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("priors", [
    {}, {"mu": gp.Flat(), "tau": gp.Flat(), "sigma": gp.Flat()},
    {"tau": gp.InverseGamma(1, 20), "sigma": gp.Uniform(1, 60)},
                                    {"tau": gp.Uniform(0, 50), "sigma": gp.Gamma(2, 0.1)},
    {"mu": gp.Normal(70, 5), "tau": gp.HalfCauchy(5), "sigma": gp.Normal(8, 4)}], ids=repr)
def test_every_conditional_agrees_with_the_joint_density(scores, form, priors):
    report = gp.check_conditionals(gp.OneWayNormal(scores.y, scores.group, form=form, **priors))
    assert report.ok, report


@pytest.mark.parametrize("form", FORMS)
def test_conditionals_with_many_sizes_and_single_observations(form):
    y, group = simulate([1, 1, 2, 2, 2, 7, 30, 30], mu=1e3, tau=30, sigma=0.2)
    report = gp.check_conditionals(gp.OneWayNormal(y, group, form=form, mu=gp.Normal(900, 100)))
    assert report.ok, report


@pytest.mark.parametrize("flat", [False, True])
def test_conditionals_of_the_pooling_strategies(model, flat):
    prior = {"theta": gp.Flat()} if flat else {}
    for simple in (model.complete_pooling(), model.no_pooling(**prior),
                   model.no_pooling(sigma="own", **prior)):
        report = gp.check_conditionals(simple)
        assert report.ok, report


def test_the_joint_density_is_that_of_the_observations(scores, model):
    """log_joint from sufficient statistics against one scipy density for each of the 68 scores."""
    theta, state = np.array([60.0, 70, 75, 80, 90]), {"mu": 72.0, "tau": 9.0, "sigma": 7.0}
    number = np.array([scores.groups.index(g) for g in scores.group])
    by_scipy = stats.norm.logpdf(scores.y, theta[number], 7)
    expected = (by_scipy.sum() + stats.norm.logpdf(72, 50, 25) + stats.halfnorm.logpdf(9, scale=10)
                + stats.halfnorm.logpdf(7, scale=15) + stats.norm.logpdf(theta, 72, 9).sum())
    assert model.log_joint(theta=theta, **state) == pytest.approx(expected, abs=1e-10)
    per_group = np.bincount(number, by_scipy)
    assert model.log_likelihood(theta, 7.0) == pytest.approx(per_group, abs=1e-10)
    simple, own = model.no_pooling(), model.no_pooling(sigma="own")
    assert simple.log_likelihood(theta, 7.0) == pytest.approx(per_group, abs=1e-10)
    assert own.log_likelihood(theta, np.full(5, 7.0)) == pytest.approx(per_group, abs=1e-10)
    assert model.complete_pooling().log_likelihood(70.0, 7.0) == pytest.approx(
        np.bincount(number, stats.norm.logpdf(scores.y, 70, 7)), abs=1e-10)


# --- data and labels ----------------------------------------------------------------------------------------------

def test_groups_fix_the_order_and_labels_may_be_of_any_kind():
    y = [3.0, 1.0, 4.0, 1.5, 5.0]
    by_appearance = gp.OneWayNormal(y, ["b", "a", "b", "c", "a"])
    assert by_appearance.groups == ("b", "a", "c")
    assert by_appearance.mean == pytest.approx([3.5, 3.0, 1.5]) and list(by_appearance.n) == [2, 2,
                                                                                              1]
    assert by_appearance.within == pytest.approx([0.5, 8.0, 0.0])
    ordered = gp.OneWayNormal(y, ["b", "a", "b", "c", "a"], groups=["a", "b", "c"])
    assert ordered.groups == ("a", "b", "c") and ordered.mean == pytest.approx([3.0, 3.5, 1.5])
    assert gp.OneWayNormal(y, np.array([7, 3, 7, 9, 3]),
                           groups=[3, 7, 9]).mean == pytest.approx(ordered.mean)


def test_only_sizes_means_and_sums_of_squares_matter(model, scores):
    """Other observations with the same statistics give the same draws: a sweep never looks at the y
    themselves.
    """
    y = scores.y.copy()
    for label in scores.groups:
        here = scores.group == label
        y[here] = 2 * y[here].mean() - y[here]
    for form in FORMS:
        one, other = (gp.sample(gp.OneWayNormal(values, scores.group, form=form), draws=5, tune=0,
                                seed=3)
                      for values in (scores.y, y))
        assert one["tau"] == pytest.approx(other["tau"], rel=1e-9)
        assert one["theta"] == pytest.approx(other["theta"], rel=1e-9)


def test_equal_observations_have_a_within_group_spread_of_exactly_zero():
    found = gp.OneWayNormal([0.1] * 3 + [0.7, 0.9], [0, 0, 0, 1, 1])
    assert found.within[0] == 0 and found.mean[0] == 0.1


@pytest.mark.parametrize("args, error, message", [
    (dict(y=[1, 3, 2], group="aab"), TypeError, "group must be a list"),
    (dict(y=[1, np.nan, 2], group=list("aab")), ValueError, r"y\[1\] is nan"),
    (dict(y=[1, 3, 2], group=["a", None, "b"]), ValueError, r"group\[1\] is missing"),
    (dict(y=[1, 3, 2], group=[1.0, np.nan, 2.0]), ValueError, r"group\[1\] is missing"),
    (dict(y=[1, 3, 2], group=[["a"], ["b"], ["b"]]), TypeError, "group must be a list"),
    (dict(y=[1, 3, 2], group=list("ab")), ValueError, "group has 2 elements but y has 3"),
    (dict(y=[1, 3, 2], group=list("aaa")), ValueError, "at least 2 groups"),
    (dict(y=[1, 3, 2], group=list("aab"), groups=["a"]), ValueError,
     r"group\[2\] is 'b', which is not in groups: a"),
    (dict(y=[1, 3, 2], group=list("aab"), groups=["a", "c", "b"]), ValueError,
     r"groups\[1\] is 'c', .* no observ"),
    (dict(y=[1, 3, 2], group=list("aab"), groups=["a", "b", "a"]), ValueError,
     r"groups\[2\] is 'a' a second time"),
    (dict(y=[1, 3, 2], group=list("aab"), groups="ab"), TypeError, "groups is 'ab'"),
    (dict(y=["x", 3, 2], group=list("aab")), TypeError, r"y\[0\] is 'x'"),
    (dict(y=[1, 3, 2], group=list("aab"), sigma=gp.Beta(1, 1)), TypeError, "sigma prior"),
    (dict(y=[1, 3, 2], group=list("aab"), mu=gp.HalfNormal(1)), TypeError, "mu prior"),
    (dict(y=[1, 3, 2], group=list("aab"), form="folded"), ValueError, "form is 'folded'"),
])
def test_bad_input_is_refused_with_a_sentence(args, error, message):
    with pytest.raises(error, match=message):
        gp.OneWayNormal(**args)


FLAT = {"mu": gp.Flat(), "tau": gp.Flat(), "sigma": gp.Flat()}


@pytest.mark.parametrize("sizes, priors, proper", [
    ([3, 4], {"tau": gp.Flat()}, True),                                      # tau^-2: just enough
    ([3, 4], {"mu": gp.Flat(), "tau": gp.Flat()}, False),                    # tau^-1
    ([3, 4], {"mu": gp.Flat(), "tau": gp.HalfT(0.1, 1)}, True),
    ([3, 4, 2], {"mu": gp.Flat(), "tau": gp.Flat()}, True),
    # r^-2 r dr along tau = sigma = r
    ([1, 1, 1], FLAT, False),
    ([1, 1, 2], FLAT, True),
    ([1, 1], {"tau": gp.Flat(), "sigma": gp.Flat()}, False),
    ([1, 1], {"mu": gp.Flat(), "sigma": gp.Flat()}, False),                  # sigma^-1
    ([1, 1], {"sigma": gp.Flat()}, True),
])
def test_posteriors_improper_at_infinity_are_refused(sizes, priors, proper):
    y, group = simulate(sizes)
    if proper:
        assert gp.OneWayNormal(y, group, **priors).impropriety() is None
    else:
        with pytest.raises(ValueError, match="improper.*finite"):
            gp.OneWayNormal(y, group, **priors)


@pytest.mark.long
@pytest.mark.parametrize("sizes, priors", [
    ([3, 4], {"tau": gp.Flat()}), ([1, 1, 2], FLAT), ([1, 1], {"sigma": gp.Flat()}),
    ([3, 4], {"mu": gp.Flat(), "tau": gp.HalfT(0.1, 1)})])
def test_posteriors_that_are_barely_proper_are_integrated(sizes, priors):
    found = quiet(gp.exact, gp.OneWayNormal(*simulate(sizes), **priors))
    assert found.error < 1e-8


@pytest.mark.parametrize("y, group, priors, proper", [
    ([1, 1, 2, 2, 4, 4], "aabbcc", {}, False),                               # sigma^-3 at 0
    # ^(2.5 - 3)
    pytest.param([1, 1, 2, 2, 4, 4], "aabbcc", {"sigma": gp.Gamma(3.5, 1)}, True,
                 marks=pytest.mark.long),
    ([1, 1, 2, 2, 4, 4], "aabbcc", {"sigma": gp.Gamma(3, 1)}, False),        # sigma^-1
    pytest.param([1, 1, 2, 2, 4, 4], "aabbcc", {"sigma": gp.InverseGamma(1, 1)}, True,
                 marks=pytest.mark.long),
    pytest.param([1, 1, 2, 2, 4, 4], "aabbcc", {"sigma": gp.Uniform(0.1, 9)}, True,
                 marks=pytest.mark.long),
    ([1, 1, 2, 2, 4, 5], "aabbcc", {}, True),
    pytest.param([1, 2, 4], "abc", {}, True, marks=pytest.mark.long),
    pytest.param([3, 3], "ab", {}, True, marks=pytest.mark.long),            # r^-1 r dr
    ([3, 3, 3], "abc", {}, False),                                           # r^-2 r dr
    pytest.param([3, 3, 3], "abc", {"tau": gp.InverseGamma(1, 1)}, True, marks=pytest.mark.long),
])
def test_posteriors_improper_at_zero_are_refused(y, group, priors, proper):
    if proper:
        found = quiet(gp.exact, gp.OneWayNormal(y, list(group), **SMALL_PRIORS | priors))
        assert found.error < 1e-8 and np.isfinite([found["tau"].sd, found["sigma"].sd]).all()
    else:
        with pytest.raises(ValueError, match="improper.*grows without bound.*InverseGamma"):
            gp.OneWayNormal(y, list(group), **SMALL_PRIORS | priors)


def test_pooling_strategies_refuse_improper_posteriors():
    model = gp.OneWayNormal([1, 1, 2, 3], list("aabb"))
    with pytest.raises(ValueError, match=r"sigma\[a\] is learnt from do not vary"):
        model.no_pooling(sigma="own")
    flat = gp.OneWayNormal([1, 4, 2, 3], list("aabb"), sigma=gp.Flat())
    with pytest.raises(ValueError, match="too few observations to keep sigma"):
        flat.no_pooling(sigma="own", theta=gp.Flat())
    with pytest.raises(ValueError, match="sigma is 'mine'; it must be one of 'shared', 'own'"):
        flat.no_pooling(sigma="mine")


# --- the exact posterior against independent computations ---------------------------------------------------------

def brute_force(scores, tau_nodes=100, sigma_nodes=64):
    """The instructors by a plain tensor rule over (tau, sigma), with the 68 scores as one
    multivariate normal.

    Given tau and sigma, y ~ Normal(50, V) with V = sigma^2 I + tau^2 Z Z' + 25^2 1 1', and theta
    and mu are jointly normal with y: linear algebra on V gives p(y), their means and their
    variances, with no formula of the model's.
    """
    nodes, weights = np.polynomial.legendre.leggauss(tau_nodes)
    tau, tau_weight = 40 * (1 + nodes), 40 * weights
    nodes, weights = np.polynomial.legendre.leggauss(sigma_nodes)
    sigma, sigma_weight = 3.5 + 6 * (1 + nodes), 6 * weights
    Z = (scores.group[:, None] == np.array(scores.groups)).astype(float)
    residual, names = scores.y - 50, ["mu", "mu2", "tau", "tau2", "sigma", "sigma2", "theta",
                                      "theta2"]
    log_p, values = [], {name: [] for name in names}
    for t in tau:
        shared = t**2 * Z @ Z.T + 625
        V = shared + sigma[:, None, None] ** 2 * np.eye(len(residual))
        factor = np.linalg.cholesky(V)
        # of y with theta and mu
        cov = np.column_stack([t**2 * Z + 625, np.full(len(residual), 625.0)])
        solved = np.linalg.solve(factor,
                                 np.broadcast_to(np.column_stack([residual, cov]),
                                                 (sigma_nodes, 68, 7)))
        white, rest = solved[..., 0], solved[..., 1:]
        log_p.append(-0.5 * (white**2).sum(axis=-1)
                     - np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=-1)
                     - 34 * np.log(2 * np.pi) + stats.halfnorm.logpdf(t, scale=10)
                     + stats.halfnorm.logpdf(sigma, scale=15))
        mean = 50 + (rest * white[..., None]).sum(axis=1)
        square = mean**2 + np.r_[np.full(5, t**2 + 625), 625] - (rest**2).sum(axis=1)
        for name, value in zip(names,
                               [mean[:, 5], square[:, 5], t + 0 * sigma, t**2 + 0 * sigma, sigma,
                                sigma**2,
                                mean[:, :5], square[:, :5]]):
            values[name].append(value)
    mass = np.exp(np.array(log_p) + 180) * tau_weight[:, None] * sigma_weight
    moments = {name: np.tensordot(mass / mass.sum(), np.array(value), axes=2) for name,
               value in values.items()}
    return np.log(mass.sum()) - 180, moments


def test_instructors_by_brute_force(scores, truth):
    """A tensor rule of 6400 nodes, with dense 68 x 68 matrices: agreement to 1e-8 relative in every
    moment.
    """
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
    """log p(y) = log p(y, all) - log p(all | y) at any point; p(sigma | tau, y) normalised by scipy."""
    state = {"mu": 71.0, "tau": 7.0, "sigma": 8.5, "theta": np.array([62.0, 70, 74, 79, 88])}
    sigma = model.sigma_given(tau=7.0)
    top = sigma.logpdf(8.0)
    total, _ = integrate.quad(lambda s: np.exp(sigma.logpdf(s) - top), 3, 30, epsabs=0,
                              epsrel=1e-11)
    posterior = (truth["tau"].logpdf(7.0) + sigma.logpdf(8.5) - top - np.log(total)
                 + model.mu_given(tau=7.0, sigma=8.5).logpdf(71.0)
                 + model.theta_given(mu=71.0, tau=7.0, sigma=8.5).logpdf(state["theta"]).sum())
    assert truth.log_evidence == pytest.approx(model.log_joint(**state) - posterior, abs=1e-8)


@pytest.mark.parametrize("name", ["tau", "sigma", "mu", "theta", "shrinkage", "new_group"])
def test_marginals_are_consistent_with_themselves(truth, name):
    """pdf, cdf, quantile and interval of each marginal, and its moments, by scipy's integrator of
    the pdf alone.
    """
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
    assert [marginal.cdf(middle), share + 1e-9, 1 - marginal.sf(middle)] == pytest.approx([0.3] * 3,
                                                                                          abs=1e-7)
    start, end = marginal.hdi(0.89)
    assert marginal.cdf(end) - marginal.cdf(start) == pytest.approx(0.89, abs=1e-9)
    assert marginal.pdf(start) == pytest.approx(marginal.pdf(end), rel=1e-6)


@pytest.mark.long
@pytest.mark.parametrize("priors", [
    {}, {"mu": gp.Flat(), "tau": gp.Flat(), "sigma": gp.Flat()},
                                    {"mu": gp.Flat(), "tau": gp.HalfCauchy(5)},
    {"tau": gp.Uniform(2, 40), "sigma": gp.InverseGamma(1, 20)},
                                    {"tau": gp.Gamma(2, 0.2), "sigma": gp.Uniform(0, 30)}],
    ids=repr)
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
    """B_i by the integral over log(tau / sigma), and as a mean over the nodes (tau, sigma) of the
    mixtures.
    """
    exact = gp.exact(gp.OneWayNormal(scores.y, scores.group, groups=scores.groups, **priors))
    B, weight = exact.model.shrinkage(exact.tau, exact.sigma), np.exp(exact.log_mass)
    mean = weight @ B
    assert exact["shrinkage"].mean == pytest.approx(mean, rel=1e-9)
    assert exact["shrinkage"].sd == pytest.approx(np.sqrt(weight @ (B - mean) ** 2), rel=1e-8)
    assert exact.ratio_integral.log_total == pytest.approx(exact.tau_integral.log_total, abs=1e-9)
    low, high = exact["shrinkage", "Evans"].hdi()
    assert exact["shrinkage", "Evans"].cdf([low, high]) @ [-1, 1] == pytest.approx(0.89, abs=1e-9)


def test_radon_in_another_tolerance_and_by_the_law_of_total_variance(radon):
    loose = gp.exact(radon.model, rtol=1e-8)
    for name in ("mu", "tau", "sigma", "theta"):
        assert loose[name].mean == pytest.approx(radon[name].mean, rel=1e-8)
        assert loose[name].sd == pytest.approx(radon[name].sd, rel=1e-8)
    assert radon.error < 1e-10
    tau = radon["tau"]
    assert radon.new_group.sd**2 == pytest.approx(radon["mu"].sd ** 2 + tau.sd**2 + tau.mean**2,
                                                  rel=1e-9)
    shrunk = np.abs(radon["theta"].mean - radon["mu"].mean) < np.abs(radon.model.mean
                                                                     - radon["mu"].mean)
    assert shrunk.all()


@pytest.mark.parametrize("priors",
                         [{}, pytest.param({"mu": gp.Flat(), "tau": gp.HalfCauchy(5),
                                            "sigma": gp.Flat()},
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
    """A county of one home, and the largest one: from the nodes of the whole posterior, and by
    fitting again.
    """
    pointwise = radon.elpd_loo().pointwise
    model = radon.model
    for j in (int(np.argmin(model.n)), int(np.argmax(model.n))):
        rest = model.group != j
        without = gp.exact(gp.OneWayNormal(model.y[rest], model.group[rest], **RADON_PRIORS))
        assert pointwise[j] == pytest.approx(radon.log_evidence - without.log_evidence, abs=1e-8)


def test_leave_one_group_out_where_that_group_changes_everything():
    """Left out, the outlying group takes the posterior of tau and sigma far away from the nodes of
    the whole one.
    """
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
    """Under a flat tau, p(tau | y) falls like tau^-a with a = J for a proper mu and J - 1 for a flat one."""
    def fitted(J, **priors):
        y, group = simulate([3] * J, mu=50, tau=10, sigma=5, seed=4)
        return quiet(gp.exact, gp.OneWayNormal(y, group, tau=gp.Flat(), **priors))

    neither, one = fitted(2), fitted(3)
    assert neither["tau"].mean == np.inf and neither["tau"].sd == np.inf and np.isnan(neither.new_group.mean)
    assert neither["mu"].sd < 25                                             # bounded by its prior
    assert np.isfinite(one["tau"].mean) and one["tau"].sd == np.inf and one.new_group.sd == np.inf
    flat = fitted(3, mu=gp.Flat())
    assert np.isnan(flat["mu"].mean) and flat["mu"].sd == np.inf and np.isfinite(flat["theta"].sd).all()


@pytest.mark.long
def test_moments_that_barely_exist_have_all_their_digits():
    """Four groups under a flat tau: p(tau | y) falls like tau^-4, so the tail of E tau^2 falls like tau^-2."""
    y, group = simulate([3] * 4, mu=50, tau=10, sigma=5, seed=4)
    found = quiet(gp.exact, gp.OneWayNormal(y, group, tau=gp.Flat()))
    tau = found["tau"]
    square = sum(integrate.quad(lambda x: x * x * tau.pdf(x), *ends, epsrel=1e-10, limit=200)[0]
                 for ends in ((0, 10), (10, 100), (100, 1000), (1000, np.inf)))
    assert tau.mean**2 + tau.sd**2 == pytest.approx(square, rel=1e-7)
    assert found.new_group.sd**2 == pytest.approx(found["mu"].sd ** 2 + square, rel=1e-7)


# --- pooling strategies -------------------------------------------------------------------------------------------

def test_conjugate_special_cases(scores, model):
    """Flat means and sigma^2 ~ InverseGamma(a, b): sigma^2 | y is InverseGamma, theta is Student t."""
    a, b = 2.0, 50.0
    model = gp.OneWayNormal(scores.y, scores.group, mu=gp.Flat(), sigma=gp.InverseGamma(a, b),
                            groups=scores.groups)

    def agree(sigma, mean, n, center, squares, free):
        A, B = a + free / 2, b + squares / 2
        expected = np.exp(0.5 * np.log(B) + gammaln(A - 0.5) - gammaln(A))
        assert sigma.mean == pytest.approx(expected, rel=1e-10)
        assert sigma.sd == pytest.approx(np.sqrt(B / (A - 1) - expected**2), rel=1e-8)
        t = stats.t(2 * A, center, np.sqrt(B / A / n))
        assert [mean.mean, mean.sd] == pytest.approx([t.mean(), t.std()], rel=1e-9)
        assert mean.quantile([0.01, 0.4, 0.999]) == pytest.approx(t.ppf([0.01, 0.4, 0.999]),
                                                                  rel=1e-9)
        assert mean.pdf(center + 2) == pytest.approx(t.pdf(center + 2), rel=1e-9)

    y, N = scores.y, len(scores.y)
    pooled = gp.exact(model.complete_pooling())
    agree(pooled["sigma"], pooled["theta", "Clark"], N, y.mean(), ((y - y.mean()) ** 2).sum(), N
          - 1)
    own, shared = gp.exact(model.no_pooling(sigma="own")), gp.exact(model.no_pooling())
    groups = [y[scores.group == label] for label in scores.groups]
    squares = [((one - one.mean()) ** 2).sum() for one in groups]
    for label, one, square in zip(scores.groups, groups, squares):
        agree(own["sigma", label], own["theta", label], len(one), one.mean(), square, len(one) - 1)
        agree(shared["sigma"], shared["theta", label], len(one), one.mean(), sum(squares), N - 5)


def test_evidence_and_leave_one_out_of_the_pooling_strategies(scores, model):
    """By the trapezoidal rule over log sigma, each group (or all observations) one multivariate
    normal.
    """
    def log_p(selected, blocks, sigma_prior=stats.halfnorm(scale=15)):
        """log of the integral over sigma of prod_blocks Normal(y_block; 50, sigma^2 I + 625)."""
        def log_density(sigma):
            return sum(stats.multivariate_normal(np.full(len(y), 50.0), sigma**2 * np.eye(len(y))
                                                 + 625).logpdf(y)
                       for y in blocks(selected)) + sigma_prior.logpdf(sigma)
        # trapezoids in log sigma
        u = np.linspace(np.log(1.5), np.log(90), 160)
        log_p = np.array([log_density(sigma) for sigma in np.exp(u)]) + u
        return log_p.max() + np.log(np.exp(log_p - log_p.max()).sum() * (u[1] - u[0]))

    everyone = np.full(68, True)

    def together(selected):
        return [scores.y[selected]]

    def apart(selected):
        return [scores.y[selected & (scores.group == g)] for g in scores.groups
                if g in scores.group[selected]]

    for simple, blocks in ((model.complete_pooling(), together), (model.no_pooling(), apart)):
        found = gp.exact(simple)
        whole = log_p(everyone, blocks)
        assert found.log_evidence == pytest.approx(whole, abs=1e-7)
        assert found.elpd_loo().pointwise[3] == pytest.approx(
            whole - log_p(scores.group != scores.groups[3], blocks), abs=1e-7)
    own = gp.exact(model.no_pooling(sigma="own"))
    alone = [log_p(scores.group == g, together) for g in scores.groups]
    assert own.elpd_loo().pointwise == pytest.approx(alone, abs=1e-7)
    assert own.log_evidence == pytest.approx(sum(alone), abs=1e-7)


def test_no_pooling_of_single_observations():
    """Given sigma_i alone, y_i ~ Normal(50, sqrt(sigma_i^2 + 25^2)): one integral for scipy."""
    y = np.array([0.1, 1.38629436111989, 33.3, 70.7])
    found = gp.exact(gp.OneWayNormal(y, list("abcd")).no_pooling(sigma="own"))
    for i, x in enumerate(y):
        def weighted(sigma, power=0):
            weight = 625 / (625 + sigma**2)
            return (stats.norm.pdf(x, 50, np.sqrt(sigma**2 + 625))
                    * stats.halfnorm.pdf(sigma, scale=15)
                    * (50 + weight * (x - 50)) ** power)
        total, mean = (integrate.quad(weighted, 0, 150, args=(k,), epsabs=0, epsrel=1e-10)[0]
                       for k in (0, 1))
        assert found.elpd_loo().pointwise[i] == pytest.approx(np.log(total), abs=1e-9)
        assert found["theta"][i].mean == pytest.approx(mean / total, rel=1e-9)


def test_the_hierarchy_lies_between_its_extremes(scores):
    """tau held near 0 is complete pooling; mu and tau held at the values of a prior of theta are no
    pooling.
    """
    base = gp.OneWayNormal(scores.y, scores.group)
    near_zero = gp.exact(gp.OneWayNormal(scores.y, scores.group, tau=gp.Uniform(0, 1e-6)))
    pooled = gp.exact(base.complete_pooling())
    assert near_zero.log_evidence == pytest.approx(pooled.log_evidence, abs=1e-9)
    assert near_zero["theta"].mean == pytest.approx(pooled["theta"].mean, rel=1e-9)
    assert near_zero.elpd_loo().elpd == pytest.approx(pooled.elpd_loo().elpd, abs=1e-8)
    held = gp.exact(gp.OneWayNormal(scores.y, scores.group, mu=gp.Normal(50, 1e-7),
                                    tau=gp.Uniform(25, 25 + 1e-7)))
    separate = gp.exact(base.no_pooling())
    assert held.log_evidence == pytest.approx(separate.log_evidence, abs=1e-6)
    assert held["theta"].mean == pytest.approx(separate["theta"].mean, rel=1e-8)
    assert held["sigma"].sd == pytest.approx(separate["sigma"].sd, rel=1e-7)
    assert held.elpd_loo().pointwise == pytest.approx(separate.elpd_loo().pointwise, abs=1e-6)


def test_no_pooling_has_no_new_group_and_flat_means_no_leave_one_out(scores, model):
    separate = model.no_pooling()
    for found in (gp.exact(separate), gp.exact(model.no_pooling(sigma="own"))):
        with pytest.raises(ValueError, match="no pooling cannot predict"):
            found.new_group
    with pytest.raises(ValueError, match="no pooling cannot predict"):
        gp.sample(separate, draws=2, tune=0).new_group()
    for sigma in ("shared", "own"):
        with pytest.raises(ValueError, match="leave-one-out is not defined"):
            gp.exact(model.no_pooling(sigma=sigma, theta=gp.Flat())).elpd_loo()
    assert gp.exact(model.complete_pooling()).new_group.mean == pytest.approx(scores.y.mean(),
                                                                              abs=0.05)


# --- samplers -----------------------------------------------------------------------------------------------------

def statistics_of(values):
    """Numbers by name, (chains, draws), whose means are compared: each variable and its square."""
    for name in ("mu", "tau", "sigma", "theta"):
        if name in values:
            x = values[name].reshape(*values[name].shape[:2], -1)
            for j in range(x.shape[-1]):
                yield f"{name}[{j}]", x[..., j]
                yield f"{name}[{j}]^2", x[..., j] ** 2


def expected(truth):
    for name in ("mu", "tau", "sigma", "theta"):
        if name in truth:
            mean, sd = np.atleast_1d(truth[name].mean), np.atleast_1d(truth[name].sd)
            for j in range(len(mean)):
                yield f"{name}[{j}]", mean[j]
                yield f"{name}[{j}]^2", mean[j] ** 2 + sd[j] ** 2


def z_scores(values, truth):
    numbers = dict(expected(truth))
    return {name: z_of_means(x, numbers[name]) for name, x in statistics_of(values)}


@pytest.mark.parametrize("form", FORMS)
def test_gibbs_agrees_with_the_exact_posterior(scores, truth, form):
    """16 z-scores for each form, each from 400 independent chains: |z| > 4 by chance once in 1000
    such tests.

    The warm-up is what the form needs: successive tau correlate by 0.01 (collapsed), 0.24 and 0.88
    (non-centred).
    """
    model = gp.OneWayNormal(scores.y, scores.group, groups=scores.groups, form=form)
    tune = {"collapsed": 5, "centred": 20, "noncentred": 120}[form]
    z = z_scores(gp.sample(model, draws=2, tune=tune, chains=400, seed=11), truth)
    assert max(np.abs(list(z.values()))) < 4, z


def test_gibbs_agrees_for_the_pooling_strategies(model):
    """44 z-scores, each from 4000 independent chains: |z| > 4.2 by chance once in 1000."""
    for simple in (model.complete_pooling(), model.no_pooling(), model.no_pooling(sigma="own")):
        z = z_scores(gp.sample(simple, draws=1, tune=2, chains=4000, seed=5), gp.exact(simple))
        assert max(np.abs(list(z.values()))) < 4.2, (simple, z)


def stationary_z_scores(truth, form, chains, sweeps, seed):
    """z-scores after a few sweeps that start from independent draws of the exact posterior: nothing
    to warm up.
    """
    model = truth.model
    if form:
        labels = [model.groups[i] for i in model.group]
        model = gp.OneWayNormal(model.y, labels, model.mu, model.tau, model.sigma, model.groups,
                                form=form)
    start = truth.sample(draws=1, chains=chains, seed=seed)
    state = {name: start[name][:, 0] for name in ("mu", "tau", "sigma", "theta") if name in start}
    if form == "noncentred":
        state["theta_raw"] = (state.pop("theta") - state["mu"][:, None]) / state["tau"][:, None]
    given, rng = Conditionals(model), np.random.default_rng(seed)
    for _ in range(sweeps):
        for _ in sweep(given, rng, state):
            pass
    state.update(model.derived(**{name: state[name] for name in model.takes("derived")}))
    return z_scores({name: x[:, None] for name, x in state.items()}, truth)


@pytest.mark.parametrize("form", FORMS)
def test_sweeps_leave_the_exact_posterior_invariant(truth, form):
    """16 z-scores, each from 4000 independent states: |z| > 4 by chance once in 1000 such tests."""
    z = stationary_z_scores(truth, form, chains=4000, sweeps=1, seed=8)
    assert max(np.abs(list(z.values()))) < 4, z


def test_exact_draws_follow_the_exact_posterior(truth, radon):
    """16 and 176 z-scores of independent draws: |z| > 4.5 by chance once in 1000."""
    for found, size in ((truth, 8000), (radon, 2000)):
        values = found.sample(draws=1, chains=size, seed=2)
        z = z_scores(values, found)
        assert max(np.abs(list(z.values()))) < 4.5, z
    below = truth["sigma"].cdf(truth.sample(draws=1, chains=8000, seed=3)["sigma"].ravel())
    assert stats.kstest(below, "uniform").pvalue > 1e-3


def test_exact_draws_of_tau_and_sigma_belong_together():
    """Groups of one or two: what tau takes of the spread sigma cannot have. z-score of the product,
    from 8000 draws.
    """
    y, group = simulate([1, 2, 1, 1, 2, 1, 2, 1], tau=2, sigma=2)
    found = gp.exact(gp.OneWayNormal(y, group, **SMALL_PRIORS))
    product = np.exp(found.log_mass) @ (found.tau * found.sigma)
    apart = found["tau"].mean * found["sigma"].mean
    draws = found.sample(draws=1, chains=8000, seed=1)
    assert product < apart - 0.1
    assert abs(z_of_means(draws["tau"] * draws["sigma"], product)) < 4


def test_steps_after_the_first_draw_of_sigma_forget_it(truth, monkeypatch):
    """Of sigma given tau: even from a first draw that is one number, which one step in a hundred
    leaves where it is.
    """
    from gibbspool.models.one_way import exact as one_way

    class FarOff(one_way.Griddy):
        def draw(self, rng, current=None):
            return np.full(self.grid.shape, 11.0) if current is None else super().draw(rng, current)

    monkeypatch.setattr(one_way, "Griddy", FarOff)
    tau = truth["tau"].quantile(0.5)
    draws = truth._draw_sigma(np.random.default_rng(0), np.full(10_000, tau))
    sigma = np.linspace(3, 20, 20_001)
    p = np.exp(truth.model.sigma.logpdf(sigma) + truth.given.log_p_y(tau, sigma)
               - truth.log_evidence)
    cdf = np.concatenate([[0], np.cumsum((p[1:] + p[:-1]) / 2)])
    assert not np.any(draws == 11.0)
    assert stats.kstest(draws, lambda x: np.interp(x, sigma, cdf / cdf[-1])).pvalue > 1e-5


def test_gibbs_on_radon(radon):
    """176 z-scores, each from 200 independent chains: |z| > 4.8 by chance less than once in 1000 (t with 199 df)."""
    draws = gp.sample(radon.model, draws=1, tune=8, chains=200, seed=4)
    z = z_scores(draws, radon)
    assert max(np.abs(list(z.values()))) < 4.8, z


def test_same_seed_same_draws_and_one_chain_has_no_batch_axis(model):
    one, same = (gp.sample(model, draws=5, tune=5, seed=9) for _ in range(2))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    name, conditional, old, new = next(gp.steps(model, seed=1))
    assert name == "tau" and np.shape(new) == () and "Griddy" in repr(conditional)


def test_replicates_have_the_spread_of_the_model(scores):
    """Given theta and sigma, y_rep is normal: 20,000 replicates of shuffled data, z-scores of means
    and variances.
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


# --- cautions and extremes ----------------------------------------------------------------------------------------

def test_a_tutor_speaks_up():
    y, group = simulate([2, 2, 2])
    assert "only 3 groups" in gp.OneWayNormal(y, group).cautions()[0]
    singles = gp.OneWayNormal(y, np.arange(6), **SMALL_PRIORS)
    assert "single observation" in singles.cautions()[0]
    alike = np.repeat(np.arange(8), 10), np.tile([-1.0, 1.0], 40)
    with pytest.warns(UserWarning, match="piled up near zero"):
        gp.sample(gp.OneWayNormal(alike[1], alike[0], **SMALL_PRIORS
                                  | {"tau": gp.HalfNormal(0.05)}), draws=20, tune=5)


EXTREME = {
    "millionths": (*simulate([4, 3, 6, 2, 5, 3], tau=1e-6, sigma=1e-6), {
        "mu": gp.Normal(0, 5e-6), "tau": gp.HalfNormal(2e-6), "sigma": gp.HalfNormal(2e-6)}),
    "millions": (*simulate([4, 3, 6, 2, 5, 3], tau=1e6, sigma=1e6), {
        "mu": gp.Normal(0, 5e6), "tau": gp.HalfNormal(2e6), "sigma": gp.HalfNormal(2e6)}),
    "priors of another scale": (*simulate([4, 3, 6, 2, 5, 3]), {
        "mu": gp.Normal(0, 5e6), "tau": gp.HalfNormal(2e6), "sigma": gp.HalfNormal(2e6)}),
    "far from "
    "zero": (*simulate([4, 3, 6, 2, 5, 3], mu=1e6), {**SMALL_PRIORS, "mu": gp.Normal(1e6, 5)}),
    "nothing but zeros and two "
    "ones": ([0.0] * 7 + [1.0, 0.0, 1.0], np.repeat(range(5), 2), SMALL_PRIORS),
    "two groups": (*simulate([3, 4]), SMALL_PRIORS),
    "equal means": ([1.0, 3, 0, 4, 2, 2], [0, 0, 1, 1, 2, 2], SMALL_PRIORS),
    "no spread within": (np.repeat([1.0, 2, 4, 5], 2), np.repeat(range(4), 2), {
        **SMALL_PRIORS, "sigma": gp.InverseGamma(1, 1)}),
    "hardly any spread within": (*simulate([4, 3, 6, 2, 5, 3], sigma=1e-6), SMALL_PRIORS),
    "hardly any spread between": (*simulate([4, 3, 6, 2, 5, 3], tau=1e-6), SMALL_PRIORS),
    "many observations": (*simulate([20_000] * 5), SMALL_PRIORS),
    "many groups": (*simulate(np.random.default_rng(1).integers(1, 30, 300)), SMALL_PRIORS),
}


QUICK = ("millionths", "far from zero")


@pytest.mark.parametrize("case",
                         [case if case in QUICK else pytest.param(case, marks=pytest.mark.long)
                          for case in EXTREME])
def test_extreme_but_legal_data(case):
    """No warning from NumPy, no digit lost, and each form moves from state to state."""
    y, group, priors = EXTREME[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "only . groups|tau is piled up", UserWarning)
        found = gp.exact(gp.OneWayNormal(y, group, **priors))
        assert found.error < 1e-8
        moments = [found[name].mean for name in ("mu", "tau", "sigma")] + [found.new_group.sd]
        assert np.isfinite(moments).all() and np.isfinite(found["theta"].mean).all()
        assert np.isfinite(found.elpd_loo().elpd)
        low, high = found["theta"][0].hdi(0.89)
        assert found["theta"][0].cdf(high) - found["theta"][0].cdf(low) == pytest.approx(0.89,
                                                                                         abs=1e-8)
        for form in FORMS:
            draws = gp.sample(gp.OneWayNormal(y, group, form=form, **priors), draws=10, tune=10)
            assert np.isfinite(draws["theta"]).all() and np.ptp(draws["sigma"]) > 0


def test_scaling_the_data_scales_the_answer():
    y, group = simulate([4, 1, 6, 2, 5])
    one = gp.exact(gp.OneWayNormal(y, group, gp.Normal(1, 3), gp.HalfCauchy(2), gp.Exponential(1)))
    big = gp.exact(gp.OneWayNormal(1e5 * y, group, gp.Normal(1e5, 3e5), gp.HalfCauchy(2e5),
                                   gp.Exponential(1e-5)))
    for name in ("mu", "tau", "sigma", "theta"):
        assert big[name].mean == pytest.approx(1e5 * np.array(one[name].mean), rel=1e-9)
    assert big.log_evidence == pytest.approx(one.log_evidence - len(y) * np.log(1e5), abs=1e-8)


def test_groups_of_one_observation():
    """All groups single: only tau^2 + sigma^2 counts, so swapping the priors of the two swaps their posteriors."""
    y = np.array([1.0, -0.5, 2.2, 0.3, 4.0, 1.7])
    one = quiet(gp.exact,
                gp.OneWayNormal(y, range(6), gp.Normal(0, 5), gp.HalfNormal(1), gp.HalfNormal(3)))
    other = quiet(gp.exact,
                  gp.OneWayNormal(y, range(6), gp.Normal(0, 5), gp.HalfNormal(3), gp.HalfNormal(1)))
    assert one["tau"].mean == pytest.approx(other["sigma"].mean, rel=1e-9)
    assert one["sigma"].sd == pytest.approx(other["tau"].sd, rel=1e-9)
    assert one.log_evidence == pytest.approx(other.log_evidence, abs=1e-9)


@pytest.mark.long
def test_two_thousand_groups_of_one_observation():
    """Left out, a group is all but a draw from the population: log p(y_j | the rest) against the density of a new y."""
    y, group = simulate([1] * 2000, sigma=2.0)
    found = quiet(gp.exact, gp.OneWayNormal(y, group, **SMALL_PRIORS))
    assert found.error < 1e-8 and len(found.tau) < 10_000
    m, variance = found.given.mu_given(found.tau, found.sigma)
    total = np.sqrt(variance + found.tau**2 + found.sigma**2)
    new = [np.log(np.exp(found.log_mass) @ stats.norm.pdf(one, m, total)) for one in y[:50]]
    assert found.elpd_loo().pointwise[:50] == pytest.approx(new, abs=0.01)
    assert all(low < mean < high for (low, high),
               mean in zip(found["theta"].hdi(), found["theta"].mean))


# --- tables -------------------------------------------------------------------------------------------------------

@pytest.mark.long
@pytest.mark.extras
def test_tables_comparison_and_arviz(model):
    models = {"partial": model, "complete": model.complete_pooling(), "none": model.no_pooling(),
              "own sigma": model.no_pooling(sigma="own")}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*Pareto k", UserWarning)
        table = gp.compare(models, draws=200)
    assert table.index[0] == "partial" and table.index[-1] == "complete"
    assert table.loc["partial", "elpd"] == pytest.approx(gp.exact(model).elpd_loo().elpd)
    for simple in models.values():
        draws = gp.exact(simple).sample(draws=50)
        data = draws.to_arviz()
        assert data["posterior_predictive"]["y"].dims == ("chain", "draw", "observation")
        assert data["posterior_predictive"]["mean"].dims == ("chain", "draw", "group")
        assert list(data["posterior"]["theta"].coords["group"].values) == list(model.groups)
        assert data["constant_data"]["group_of"].values[0] == "Adams"
        loglik = next(iter(data["log_likelihood"].data_vars.values()))
        assert loglik.dims == ("chain", "draw", "group")
    assert "theta[Adams]" in gp.exact(model).summary().index


# --- long ---------------------------------------------------------------------------------------------------------

@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_data_sets_from_the_prior(seed):
    """Ten data sets at random sizes, each form and strategy: about 2 (3 + J) z-scores for each,
    some 1200 in all.

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
