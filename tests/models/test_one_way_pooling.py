"""Complete pooling and no pooling of observations in groups: conditionals, exact answers, draws."""
import warnings

import numpy as np
import pytest
from one_way_data import z_scores
from scipy import integrate, stats
from scipy.special import gammaln

import gibbspool as gp
from gibbspool.models.one_way import CompletePooling, NoPooling, NoPoolingOwnSigma


@pytest.fixture(scope="module")
def scores():
    return gp.data.instructors()


@pytest.fixture(scope="module")
def model(scores):
    return gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)


@pytest.mark.parametrize("flat", [False, True])
def test_conditionals_of_the_pooling_strategies(model, flat):
    prior = {"theta": gp.Flat()} if flat else {}
    for simple in (model.complete_pooling(), model.no_pooling(**prior),
                   model.no_pooling(sigma="own", **prior)):
        report = gp.check_conditionals(simple)
        assert report.ok, report


def test_pooling_strategies_refuse_improper_posteriors():
    model = gp.OneWayNormal([1, 1, 2, 3], list("aabb"))
    with pytest.raises(ValueError, match=r"sigma\[a\] is learnt from do not vary"):
        model.no_pooling(sigma="own")
    flat = gp.OneWayNormal([1, 4, 2, 3], list("aabb"), sigma=gp.Flat())
    with pytest.raises(ValueError, match="too few observations to keep sigma"):
        flat.no_pooling(sigma="own", theta=gp.Flat())
    with pytest.raises(ValueError, match="sigma is 'mine'; it must be one of 'shared', 'own'"):
        flat.no_pooling(sigma="mine")


def test_conjugate_special_cases(scores):
    """Flat means, sigma^2 ~ InverseGamma(a, b): sigma^2 | y is InverseGamma, theta is Student t."""
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
        q = [0.01, 0.4, 0.999]
        assert mean.quantile(q) == pytest.approx(t.ppf(q), rel=1e-9)
        assert mean.pdf(center + 2) == pytest.approx(t.pdf(center + 2), rel=1e-9)

    y, N = scores.y, len(scores.y)
    pooled = gp.exact(model.complete_pooling())
    squares = ((y - y.mean()) ** 2).sum()
    agree(pooled["sigma"], pooled["theta", "Clark"], N, y.mean(), squares, N - 1)
    own, shared = gp.exact(model.no_pooling(sigma="own")), gp.exact(model.no_pooling())
    groups = [y[scores.group == label] for label in scores.groups]
    squares = [((one - one.mean()) ** 2).sum() for one in groups]
    for label, one, square in zip(scores.groups, groups, squares):
        agree(own["sigma", label], own["theta", label], len(one), one.mean(), square, len(one) - 1)
        agree(shared["sigma"], shared["theta", label], len(one), one.mean(), sum(squares), N - 5)


def test_evidence_and_leave_one_out(scores, model):
    """By the trapezoidal rule over log sigma, each group (or everything) one normal vector."""
    def log_p_block(y, sigma):
        covariance = sigma**2 * np.eye(len(y)) + 625
        return stats.multivariate_normal(np.full(len(y), 50.0), covariance).logpdf(y)

    def log_p(selected, blocks):
        """log of the integral over sigma of prod_blocks Normal(y_block; 50, sigma^2 I + 625)."""
        def log_density(sigma):
            return (sum(log_p_block(y, sigma) for y in blocks(selected))
                    + stats.halfnorm.logpdf(sigma, scale=15))

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
    """tau held near 0 is complete pooling, mu and tau held at a prior of theta are no pooling."""
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
    pooled = gp.exact(model.complete_pooling())
    assert pooled.new_group.mean == pytest.approx(scores.y.mean(), abs=0.05)


def moments_exist(marginal):
    return bool(np.isfinite(marginal.mean)), bool(np.isfinite(marginal.sd))


def test_moments_that_do_not_exist_are_not_made_up():
    """Under a flat sigma p(sigma | y) falls like sigma^-a, a = N less one for each flat mean."""
    flat, y, group = gp.Flat(), [1.0, 2.0, 4.0, 4.5, 7.0, 5.0], list("aaabbb")
    pooled = gp.exact(CompletePooling(y[:4], list("aabb"), sigma=flat))  # 4
    assert moments_exist(pooled["sigma"]) == (True, True)
    pooled = gp.exact(CompletePooling(y[:4], list("aabb"), mu=flat, sigma=flat))  # 3
    assert moments_exist(pooled["sigma"]) == moments_exist(pooled["mu"]) == (True, False)
    shared = gp.exact(NoPooling(y, group, theta=flat, sigma=flat))  # 4
    assert moments_exist(shared["sigma"]) == (True, True)
    shared = gp.exact(NoPooling(y[:5], group[:5], theta=flat, sigma=flat))  # 3
    assert moments_exist(shared["sigma"]) == moments_exist(shared["theta"][0]) == (True, False)
    own = gp.exact(NoPoolingOwnSigma(y, group, sigma=flat))  # 3
    assert moments_exist(own["sigma"][0]) == (True, False)
    assert moments_exist(own["theta"][0]) == (True, True)
    own = gp.exact(NoPoolingOwnSigma(y, group, theta=flat, sigma=flat))  # 2
    assert np.isinf(own["sigma"][1].mean) and np.isnan(own["theta"][1].mean)


def test_what_is_too_little_for_each_strategy():
    flat = gp.Flat()
    with pytest.raises(ValueError, match="too few observations to keep sigma"):
        NoPooling([1, 2, 4], list("aab"), theta=flat, sigma=flat)
    with pytest.raises(ValueError, match="sigma is learnt from do not vary"):
        CompletePooling([3, 3], list("ab"))
    pooled = gp.exact(CompletePooling([1, 1, 5], list("abc")))
    with pytest.raises(ValueError, match="without group c the posterior is improper"):
        pooled.elpd_loo()
    own = gp.exact(NoPoolingOwnSigma([1, 2, 4, 5], list("aabb"), sigma=flat))
    with pytest.raises(ValueError, match="leave-one-out is not defined"):
        own.elpd_loo()


def test_densities_of_sigma_are_zero_outside_its_support(scores):
    base = gp.OneWayNormal(scores.y, scores.group, sigma=gp.Uniform(5, 20))
    for simple in (base.complete_pooling(), base.no_pooling()):
        sigma = gp.exact(simple)["sigma"]
        assert np.array_equal(sigma.pdf([-1, 0, 4.99, 20.01]), np.zeros(4))
        assert np.all(sigma.pdf([5.01, 19.99]) > 0)


def test_chains_start_with_a_sigma_for_each_group_that_has_one(model):
    rng = np.random.default_rng(0)
    shapes = {cls: {name: x.shape for name, x in simple.initial(rng, (2, 3)).items()}
              for cls, simple in (("shared", model.no_pooling()),
                                  ("own", model.no_pooling(sigma="own")))}
    assert shapes == {"shared": {"sigma": (2, 3), "theta": (2, 3, 5)},
                      "own": {"sigma": (2, 3, 5), "theta": (2, 3, 5)}}


@pytest.mark.parametrize("sigma", ["shared", "own"])
def test_chains_of_no_pooling_start_further_apart_than_the_posterior(model, sigma):
    """Around each group's mean, with twice the sd of the data: 20,000 starts, to within 2 %."""
    start = model.no_pooling(sigma=sigma).initial(np.random.default_rng(1), (20_000,))["theta"]
    far = 2 * model.y.std()
    if sigma == "shared":
        assert start.std(axis=0) == pytest.approx([far] * model.J, rel=0.02)
    assert np.abs(start.mean(axis=0) - model.mean).max() < far * 4.5 / np.sqrt(20_000)


def test_classes_and_what_they_say_tell_family_and_strategy(model):
    assert repr(model.complete_pooling()).startswith("OneWayCompletePooling(J=5, N=68, mu ~ Normal")
    assert repr(model.no_pooling()).startswith("OneWayNoPooling(J=5, N=68, theta ~ Normal(")
    assert repr(model.no_pooling(sigma="own")).startswith("OneWayNoPoolingOwnSigma(J=5, N=68, the")
    assert CompletePooling is type(model.complete_pooling())
    assert type(model).__name__ == "CollapsedOneWayNormal"


def test_gibbs_agrees_for_the_pooling_strategies(model):
    """44 z-scores, each from 4000 independent chains: |z| > 4.2 by chance once in 1000."""
    for simple in (model.complete_pooling(), model.no_pooling(), model.no_pooling(sigma="own")):
        z = z_scores(gp.sample(simple, draws=1, tune=2, chains=4000, seed=5), gp.exact(simple))
        assert max(np.abs(list(z.values()))) < 4.2, (simple, z)


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


@pytest.mark.parametrize("pooling", [
    lambda model: model.complete_pooling(), lambda model: model.no_pooling(),
    lambda model: model.no_pooling(sigma="own")], ids=["complete", "none", "own sigma"])
@pytest.mark.parametrize("arguments, words", [
    (dict(sigma=gp.HalfNormal(1e-200)), r"sigma ~ HalfNormal\(.*: its scale must be 0 or between"),
    (dict(mu=gp.Normal(0, 1e200)), r"(mu|theta) ~ Normal\(.*: its sd must be 0 or between"),
    (dict(sigma=gp.Normal(1e12, 1e-6)), "no exact posterior: .*so narrow.* near 1e.12.*on the sca"),
    (dict(sigma=gp.Uniform(5, 5 + 1e-12)), "no exact posterior: .* of sigma is so narrow .*near 5"),
    (dict(mu=gp.Normal(1e14, 1)), "no exact posterior: .* log density is huge")])
def test_what_floating_point_cannot_hold_is_refused_by_name(pooling, arguments, words):
    model = gp.OneWayNormal([50, 51, 52, 60, 61, 63.0], [0, 0, 0, 1, 1, 1], **arguments)
    with pytest.raises(ValueError, match=words):
        gp.exact(pooling(model))


def test_observations_whose_squares_vanish_are_refused():
    with pytest.raises(ValueError, match="the values of y differ by 5e-200 at most.*another unit"):
        gp.OneWayNormal([1e-200, 2e-200, 6e-200], [0, 0, 1])
