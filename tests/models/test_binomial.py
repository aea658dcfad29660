"""The Beta-Binomial model: its densities, its conditionals, what it refuses, and Gibbs sampling."""
import inspect
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest
from baseball import baseball, exact_baseball, few_groups
from monte_carlo import z_of_means
from scipy import special, stats

import gibbspool as gp
from gibbspool.models.binomial.observations import log_beta_binomial

FORMS = ["collapsed", "centred"]
SMALL = dict(successes=[2, 0, 5], trials=[7, 3, 6])
DEMO = Path(__file__).parents[2] / "demos" / "binomial_baseball.py"


def test_beta_binomial_against_scipy():
    rng = np.random.default_rng(0)
    n = rng.integers(1, 60, 500)
    y = rng.integers(0, n + 1)
    a, b = np.exp(rng.uniform(-4, 5, 500)), np.exp(rng.uniform(-4, 5, 500))
    assert log_beta_binomial(y, n, a, b) == pytest.approx(stats.betabinom.logpmf(y, n, a, b),
                                                          abs=1e-9)


def test_complete_pooling_is_the_limit():
    y, n, phi = np.array([0.0, 3, 45]), np.array([45.0, 45, 45]), 0.3
    for kappa in (1e13, 1e100, 1e150):
        assert log_beta_binomial(y, n, phi * kappa, (1 - phi) * kappa) == pytest.approx(
            stats.binom.logpmf(y, n, phi), rel=1e-11)


def test_no_numpy_warnings_in_the_corners():
    """Finite in every corner of the coordinates' range."""
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        model = baseball()
        for phi in (1e-150, 1e-9, 0.3, 1 - 1e-9, np.nextafter(1, 0)):
            for kappa in (1e-150, 1e-9, 1.0, 1e9, 1e150):
                assert np.isfinite(model.log_marginal(np.array(phi), np.array(kappa)))
                assert np.isfinite(model.log_joint(np.array(phi), np.array(kappa),
                                                   np.full(18, 0.3)))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kappa", [gp.HalfCauchy(50), gp.Uniform(2, 900), gp.InverseGamma(2, 90),
                                   gp.Gamma(0.5, 0.01)], ids=repr)
def test_conditionals(form, kappa):
    model = gp.BetaBinomial([3, 0, 7, 12, 900], [10, 4, 7, 40, 2000], gp.Beta(2, 3), kappa,
                            form=form)
    report = gp.check_conditionals(model, rtol=1e-9)
    assert report.ok, report


def test_conditionals_of_the_simple_models():
    for model in (baseball().complete_pooling(), baseball().no_pooling(gp.Beta(2, 5))):
        assert gp.check_conditionals(model, rtol=1e-9).ok


@pytest.mark.parametrize("form", FORMS)
def test_the_check_finds_a_forgotten_prior_and_a_wrong_count(form):
    right_class = type(gp.BetaBinomial(**SMALL, form=form))

    class Forgotten(right_class):
        def kappa_given(self, **rest):
            right = super().kappa_given(**rest)
            return type(right)(lambda kappa: right.log_density(kappa) - self.kappa.logpdf(kappa),
                               right.support)

        def theta_given(self, phi, kappa):
            right = super().theta_given(phi, kappa)
            return gp.Beta(right.a + 1, right.b)

    Forgotten.kappa_given.__signature__ = inspect.signature(right_class.kappa_given)
    wrong = gp.check_conditionals(Forgotten(**SMALL)).wrong
    assert "kappa_given" in wrong and "theta_given" in wrong


def test_shapes_and_batches():
    model, rng = gp.BetaBinomial(**SMALL), np.random.default_rng(0)
    for shape in ((), (4,), (2, 3)):
        state = model.initial(rng, shape)
        assert np.shape(state["phi"]) == np.shape(state["kappa"]) == shape
        assert model.log_joint(**state).shape == shape
        assert model.log_likelihood(state["theta"]).shape == (*shape, 3)
        assert model.replicate(rng, state["theta"])["successes"].shape == (*shape, 3)
        assert np.shape(model.new_group(rng, state["phi"], state["kappa"])) == shape
        pooled = model.complete_pooling()
        assert pooled.log_likelihood(state["phi"]).shape == (*shape, 3)
        assert pooled.replicate(rng, state["phi"])["successes"].shape == (*shape, 3)
        assert pooled.derived(state["phi"])["theta"].shape == (*shape, 3)
        assert model.no_pooling().initial(rng, shape)["theta"].shape == (*shape, 3)


def test_names_tell_family_and_form():
    one = gp.BetaBinomial(**SMALL)
    assert [type(gp.BetaBinomial(**SMALL, form=form)).__name__ for form in FORMS] == [
        "CollapsedBetaBinomial", "CentredBetaBinomial"]
    assert repr(one.complete_pooling()) == "BinomialCompletePooling(J=3, phi ~ Beta(a=1, b=1))"
    assert repr(one.no_pooling()) == "BinomialNoPooling(J=3, theta ~ Beta(a=1, b=1))"


def test_pooling_alternatives_share_data_and_likelihood():
    """Of the same theta they say the same: they differ in what they say of it."""
    model = gp.BetaBinomial(**SMALL, groups=["a", "b", "c"])
    theta = np.array([0.2, 0.3, 0.9])
    expected = stats.binom.logpmf(SMALL["successes"], SMALL["trials"], theta)
    for one in (model, model.no_pooling()):
        assert one.log_likelihood(theta) == pytest.approx(expected)
    pooled = model.complete_pooling()
    assert pooled.log_likelihood(np.array(0.3))[1] == pytest.approx(expected[1])
    for one in (model, pooled, model.no_pooling()):
        assert one.groups == ("a", "b", "c") and one.parameter == "theta"
        assert one.observed()["successes"] is one.successes
        assert one.constants()["trials"] is one.trials
        assert one.dims["theta"] == ("group",)
    assert pooled.cautions() == model.no_pooling().cautions() == []


def test_replicates_are_binomial():
    """Means of 4000 replicates, |z| < 4.5 for each of six: false alarm 4e-5."""
    model, rng = gp.BetaBinomial(**SMALL), np.random.default_rng(1)
    common, own = np.full(4000, 0.3), np.full((4000, 3), 0.3)
    sd = np.sqrt(model.trials * 0.3 * 0.7 / 4000)
    for found in (model.complete_pooling().replicate(rng, common), model.replicate(rng, own)):
        z = (found["successes"].mean(axis=0) - model.trials * 0.3) / sd
        assert np.abs(z).max() < 4.5


def test_starting_values_are_wider_than_the_posterior():
    """A quarter of each group's trials on top of a uniform prior: Beta(1 + y / 4, ...)."""
    model, rng = gp.BetaBinomial([40, 0, 8], [80, 400, 8]), np.random.default_rng(2)
    for one in (model, model.no_pooling()):
        theta = one.initial(rng, (4000,))["theta"]
        assert theta.mean(axis=0) == pytest.approx([11 / 22, 1 / 102, 3 / 4], abs=0.02)
        assert theta.std(axis=0) == pytest.approx(
            stats.beta.std([11, 1, 3], [11, 101, 1]), rel=0.08)
    for one in (model, model.complete_pooling()):
        phi = one.initial(rng, (4000,))["phi"]
        a, b = 1 + 16 / 4, 1 + (488 / 3 - 16) / 4
        assert (phi.mean(), phi.std()) == pytest.approx((a / (a + b), stats.beta.std(a, b)),
                                                        rel=0.08)


def test_shrinkage_is_the_pull_of_the_mean():
    model, phi, kappa = gp.BetaBinomial(**SMALL), np.array(0.4), np.array(11.0)
    theta, B = model.theta_given(phi, kappa), model.shrinkage(kappa)
    assert theta.a / (theta.a + theta.b) == pytest.approx((1 - B) * model.successes / model.trials
                                                          + B * phi)


def test_same_seed_same_draws():
    one, two = (few_groups(gp.sample, gp.BetaBinomial(**SMALL), 20, 10, 2, seed=3)
                for _ in range(2))
    assert all(np.array_equal(one[name], two[name]) for name in ("phi", "kappa", "theta"))


def test_default_prior_is_what_the_docstring_says():
    prior = baseball().kappa
    low, high = prior.scale * np.tan(np.pi / 2 * np.array([0.025, 0.975]))
    assert round(low) == 2 and round(high, -1) == 1270
    assert [round(0.5 / np.sqrt(k + 1), 3) for k in (low, high)] == pytest.approx([0.29, 0.014],
                                                                                  abs=0.005)
    # of a group of `scale` trials: change of variables
    B = np.linspace(0.001, 0.999, 999)
    density = prior.pdf(50 * B / (1 - B)) * 50 / (1 - B) ** 2
    assert density == pytest.approx(2 / np.pi / (B**2 + (1 - B) ** 2))
    assert 0.63 < density.min() and density.max() < 1.28


BAD = [
    (([1, 2.5], [4, 4]), r"successes\[1\] is 2.5; it must be a whole number"),
    (([1, -1], [4, 4]), r"successes\[1\] is -1"),
    (([1, 5], [4, 4]), r"successes\[1\] is 5 but trials\[1\] is 4"),
    (([1, 0], [4, -1]), r"trials\[1\] is -1; it must be >= 0"),
    (([1, 0], [4, 3.5]), r"trials\[1\] is 3.5"),
    (([1, np.nan], [4, 4]), r"successes\[1\] is nan"),
    (([1, 2, 3], [4, 4]), "trials has 2 elements but successes has 3"),
    (([1], [4]), "at least 2 groups"),
    (([1, 2], [4, 1e10]), r"trials\[1\] is 1e\+10"),
]


@pytest.mark.parametrize("data, message", BAD, ids=lambda x: str(x))
def test_bad_data(data, message):
    with pytest.raises(ValueError, match=message):
        gp.BetaBinomial(*data)


def test_bad_priors_and_options():
    with pytest.raises(ValueError, match="improper.*complete pooling"):
        gp.BetaBinomial(**SMALL, kappa=gp.Flat())
    with pytest.raises(ValueError, match="kappa prior is Uniform.*positive"):
        gp.BetaBinomial(**SMALL, kappa=gp.Uniform(-1, 5))
    with pytest.raises(TypeError, match="kappa prior is Normal"):
        gp.BetaBinomial(**SMALL, kappa=gp.Normal(0, 1))
    with pytest.raises(TypeError, match="phi prior is Uniform"):
        gp.BetaBinomial(**SMALL, phi=gp.Uniform(0, 1))
    with pytest.raises(ValueError, match="form is 'noncentred'"):
        gp.BetaBinomial(**SMALL, form="noncentred")
    with pytest.raises(TypeError, match=r"successes\[1\] is 'x'"):
        gp.BetaBinomial([1, "x"], [3, 3])
    with pytest.raises(ValueError, match="cannot predict a new group"):
        gp.exact(baseball().no_pooling()).new_group


def test_caution_where_the_model_is_all_but_complete_pooling():
    model = baseball()
    # 1 / 8 of 45 / (kappa + 45) is kept at kappa = 315
    assert model.cautions_after({"kappa": np.full((2, 5), 310.0)}) == []
    assert "all but complete pooling" in model.cautions_after({"kappa": np.full((2, 5), 320.0)})[0]


def z_scores(draws, truth):
    """z-scores of phi, kappa, B of the first group, each theta and each theta squared.

    kappa through its cdf, because its mean may not exist.
    """
    B = truth.model.shrinkage(draws["kappa"])[..., 0]
    z = [z_of_means(draws["phi"], truth["phi"].mean),
         z_of_means(truth["kappa"].cdf(draws["kappa"]), 0.5),
         z_of_means(B, truth["shrinkage"][0].mean)]
    for j, one in enumerate(truth["theta"]):
        theta = draws["theta"][..., j]
        z += [z_of_means(theta, one.mean), z_of_means(theta**2, one.sd**2 + one.mean**2)]
    return np.array(z)


def test_independent_draws_are_from_the_posterior():
    """39 numbers, |z| < 4.5: chance of a false alarm 3e-4."""
    truth = exact_baseball()
    draws = truth.sample(10, 150, seed=5)
    assert np.abs(z_scores(draws, truth)).max() < 4.5
    pit = truth["phi"].cdf(draws["phi"]).ravel()
    assert stats.kstest(pit, "uniform").pvalue > 1e-4


def test_independent_draws_are_from_the_joint_posterior():
    """Large kappa weighs groups by their trials, small kappa does not: phi and kappa depend.

    Independent ones would put z near 8.
    """
    truth = few_groups(gp.exact, gp.BetaBinomial([5, 20, 5], [6, 200, 8]))
    draws, plane = truth.sample(10, 200, seed=4), truth.plane
    B, kappa = truth.model.shrinkage(draws["kappa"])[..., 1], truth.coordinate.x(plane.u)
    expected = np.exp(plane.log_mass) @ (special.expit(plane.v) * kappa / (kappa + 200))
    assert abs(z_of_means(draws["phi"] * B, expected)) < 4


@pytest.mark.parametrize("form, draws, tune", [("collapsed", 20, 25), ("centred", 20, 120)])
def test_gibbs_against_the_exact_posterior(form, draws, tune):
    """100 lock-step chains started far apart.

    39 z-scores with 99 degrees of freedom, |z| < 4.5: false alarm < 1e-3.
    """
    model = gp.BetaBinomial(baseball().successes, baseball().trials, groups=baseball().groups,
                            form=form)
    found = gp.sample(model, draws, tune, chains=100, seed=7)
    assert np.abs(z_scores(found, exact_baseball())).max() < 4.5


def test_new_group_draws():
    truth = exact_baseball()
    draws = truth.sample(5, 200, seed=2)
    new = draws.new_group(seed=3)
    assert abs(z_of_means(new, truth.new_group.mean)) < 4
    assert stats.kstest(truth.new_group.cdf(new[:, 0]), "uniform").pvalue > 1e-4


@pytest.mark.long
@pytest.mark.extras
def test_tables_and_comparison():
    model = baseball()
    table = exact_baseball().summary(["phi", "theta"])
    assert table.loc["theta[Alvis]", "mean"] == pytest.approx(
        exact_baseball()["theta", "Alvis"].mean)
    draws = gp.sample(model, 100, 20, 4, seed=1)
    tree = draws.to_arviz()
    assert "successes" in tree.posterior_predictive and "trials" in tree.constant_data
    # without pooling nothing predicts a player
    with pytest.warns(UserWarning, match="PSIS-LOO is unreliable.* no: Munson"):
        table = gp.compare({"partial": model, "complete": model.complete_pooling(),
                            "no": model.no_pooling()}, 250)
    assert list(table.index) == ["complete", "partial", "no"]
    assert table.loc["partial", "elpd"] == pytest.approx(exact_baseball().elpd_loo().elpd)
    assert abs(table.loc["complete", "psis_loo"] - table.loc["complete", "elpd"]) < 0.1
    assert abs(table.loc["partial", "psis_loo"] - table.loc["partial", "elpd"]) < 1


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(10))
def test_data_sets_simulated_from_the_prior(form, seed):
    """Ten data sets of random size.

    20 tests of up to 27 z-scores with 199 degrees of freedom: |z| < 5, so a false alarm anywhere
    has a chance below 1e-3.
    """
    rng = np.random.default_rng(1000 + seed)
    J = int(rng.integers(2, 13))
    trials = rng.integers(1, 80, J)
    phi, kappa = rng.beta(1, 1), np.clip(50 * np.abs(rng.standard_cauchy()), 0.5, 1e4)
    successes = rng.binomial(trials, rng.beta(phi * kappa, (1 - phi) * kappa, J))
    model = gp.BetaBinomial(successes, trials, form=form)
    tune = {"collapsed": 30, "centred": 250}[form]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        truth, draws = gp.exact(model), gp.sample(model, 30, tune, chains=200, seed=seed)
    assert np.abs(z_scores(draws, truth)).max() < 5


@pytest.mark.long
def test_the_demo_says_what_the_numbers_say(capsys):
    found = runpy.run_path(str(DEMO))
    said = capsys.readouterr().out
    assert found["best_squared"] == "partial" and found["best_score"] == "partial"
    assert "Squared error: partial pooling predicts best" in said
    ahead = [p - c for p, c in zip(found["noisy"]["partial"], found["noisy"]["complete"])]
    assert ahead[0] < 0 < ahead[2] < ahead[3]
    assert all(p > n for p, n in zip(found["noisy"]["partial"], found["noisy"]["no"]))
    assert max(found["furthest"].values()) < 4.5
    assert found["memory"]["collapsed"] < 0.4 < 0.8 < found["memory"]["centred"]


def test_a_population_of_next_to_no_failures_keeps_its_share():
    """(1 - phi) kappa may be too small to be seen beside n: the failures are added first."""
    model = gp.BetaBinomial([0, 4], [3, 4], kappa=gp.HalfNormal(0.1))
    theta = model.theta_given(phi=1 - 1e-16, kappa=1e-30)
    assert np.all(theta.a > 0) and np.all(theta.b > 0)
    draws = gp.sample(model, draws=100, tune=50, chains=20, seed=1)
    assert np.isfinite(draws["theta"]).all()
    truth = gp.exact(model)
    for name in ("phi", "kappa"):  # a t with 19 degrees of freedom beyond 5: 1 in 10,000
        assert abs(z_of_means(draws[name], truth[name].mean)) < 5
