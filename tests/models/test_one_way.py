"""The one-way normal model: conditionals, data, improper posteriors, what a tutor says."""
import warnings

import numpy as np
import pytest
from one_way_data import FLAT, FORMS, SMALL_PRIORS, quiet, simulate
from scipy import stats

import gibbspool as gp


@pytest.fixture(scope="module")
def scores():
    return gp.data.instructors()


@pytest.fixture(scope="module")
def model(scores):
    return gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("priors", [
    {}, FLAT,
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


def test_the_joint_density_is_that_of_the_observations(scores, model):
    """log_joint from sufficient statistics against scipy's density of each of the 68 scores."""
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


def test_groups_fix_the_order_and_labels_may_be_of_any_kind():
    y = [3.0, 1.0, 4.0, 1.5, 5.0]
    by_appearance = gp.OneWayNormal(y, ["b", "a", "b", "c", "a"])
    assert by_appearance.groups == ("b", "a", "c")
    assert by_appearance.mean == pytest.approx([3.5, 3.0, 1.5])
    assert list(by_appearance.n) == [2, 2, 1]
    assert by_appearance.within == pytest.approx([0.5, 8.0, 0.0])
    ordered = gp.OneWayNormal(y, ["b", "a", "b", "c", "a"], groups=["a", "b", "c"])
    assert ordered.groups == ("a", "b", "c") and ordered.mean == pytest.approx([3.0, 3.5, 1.5])
    numbers = gp.OneWayNormal(y, np.array([7, 3, 7, 9, 3]), groups=[3, 7, 9])
    assert numbers.mean == pytest.approx(ordered.mean)


def test_only_sizes_means_and_sums_of_squares_matter(model, scores):
    """Other observations of the same statistics give the same draws: no sweep looks at y itself."""
    y = scores.y.copy()
    for label in scores.groups:
        here = scores.group == label
        y[here] = 2 * y[here].mean() - y[here]
    for form in FORMS:
        one, other = (
            gp.sample(gp.OneWayNormal(values, scores.group, form=form), draws=5, tune=0, seed=3)
            for values in (scores.y, y))
        assert one["tau"] == pytest.approx(other["tau"], rel=1e-9)
        assert one["theta"] == pytest.approx(other["theta"], rel=1e-9)


def test_equal_observations_have_a_within_group_spread_of_exactly_zero():
    found = gp.OneWayNormal([0.1] * 3 + [0.7, 0.9], [0, 0, 0, 1, 1])
    assert found.within[0] == 0 and found.mean[0] == 0.1


@pytest.mark.parametrize("args, error, message", [
    (dict(y=[1, 3, 2], group="aab"), TypeError,
     "group is .aab.; it must be a list of labels, one for each"),
    (dict(y=[1, np.nan, 2], group=list("aab")), ValueError, r"y\[1\] is nan"),
    (dict(y=[1, 3, 2], group=["a", None, "b"]), ValueError, r"group\[1\] is missing"),
    (dict(y=[1, 3, 2], group=[1.0, np.nan, 2.0]), ValueError, r"group\[1\] is missing"),
    (dict(y=[1, 3, 2], group=[["a"], ["b"], ["b"]]), TypeError,
     r"group\[0\] is \[.a.\]; a label must be"),
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


@pytest.mark.parametrize("y, group", [([1, 2, 4], "abc"), ([3, 3], "ab"), ([1, 1, 2, 2.5], "aabb")])
def test_data_that_hardly_vary_may_have_a_proper_posterior(y, group):
    """p(y | tau, sigma) rises like r^-1 at most as both fall like r, which r dr makes up for."""
    assert gp.OneWayNormal(y, list(group), **SMALL_PRIORS).impropriety() is None


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
    "far from zero": (*simulate([4, 3, 6, 2, 5, 3], mu=1e6), {
        **SMALL_PRIORS, "mu": gp.Normal(1e6, 5)}),
    "nothing but zeros and two ones": (
        [0.0] * 7 + [1.0, 0.0, 1.0], np.repeat(range(5), 2), SMALL_PRIORS),
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


@pytest.mark.parametrize("case", [
    case if case in QUICK else pytest.param(case, marks=pytest.mark.long) for case in EXTREME])
def test_extreme_but_legal_data(case):
    """No warning from NumPy, no digit lost, and each form moves from state to state."""
    y, group, priors = EXTREME[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "only . groups|tau is piled up|prior and data disagree|"
                                "the prior decides", UserWarning)
        found = gp.exact(gp.OneWayNormal(y, group, **priors))
        assert found.error < 1e-8
        moments = [found[name].mean for name in ("mu", "tau", "sigma")] + [found.new_group.sd]
        assert np.isfinite(moments).all() and np.isfinite(found["theta"].mean).all()
        assert np.isfinite(found.elpd_loo().elpd)
        theta = found["theta"][0]
        low, high = theta.hdi(0.89)
        assert theta.cdf(high) - theta.cdf(low) == pytest.approx(0.89, abs=1e-8)
        for form in FORMS:
            draws = gp.sample(gp.OneWayNormal(y, group, form=form, **priors), draws=10, tune=10)
            assert np.isfinite(draws["theta"]).all() and np.ptp(draws["sigma"]) > 0
