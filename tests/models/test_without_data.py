"""Groups without data, whose likelihood is 1, and data of a single group."""
import numpy as np
import pytest

import gibbspool as gp

Y, EXPOSURE, TRIALS = [3, 5, 2, 8, 1, 0], [2.0, 3, 1, 4, 2, 1], [10] * 6
FAMILIES = {  # the model with an empty group at the end, and without it
    "poisson": (lambda form=None: gp.PoissonLognormal([*Y, 0], [*EXPOSURE, 0], form=form),
                lambda: gp.PoissonLognormal(Y, EXPOSURE)),
    "binomial": (lambda form=None: gp.BetaBinomial([*Y, 0], [*TRIALS, 0], form=form),
                 lambda: gp.BetaBinomial(Y, TRIALS)),
}
ONE = {
    "normal": lambda form=None: gp.NormalNormal([3], [2], gp.Normal(0, 20), gp.HalfNormal(10),
                                                form=form),
    "poisson": lambda form=None: gp.PoissonLognormal([3], [2], gp.Normal(0, 1), gp.HalfNormal(1),
                                                     form=form),
    "binomial": lambda form=None: gp.BetaBinomial([3], [7], gp.Beta(1, 1), gp.HalfCauchy(50),
                                                  form=form),
    "multinomial": lambda form=None: gp.DirichletMultinomial(
        [[3, 2, 1]], gp.Exponential(1), gp.Dirichlet([1, 1, 1]), form=form),
    "one-way": lambda form=None: gp.OneWayNormal([3, 2, 4], ["a"] * 3, gp.Normal(0, 20),
                                                 gp.HalfNormal(10), gp.HalfNormal(10), form=form),
}


@pytest.fixture(scope="module", params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def with_empty(family):
    return gp.exact(FAMILIES[family][0]())


def test_an_empty_group_changes_nothing_for_the_others(family, with_empty):
    without = gp.exact(FAMILIES[family][1]())
    assert with_empty.log_evidence == pytest.approx(without.log_evidence, rel=1e-10)
    for name in without:
        if name == "kappa":  # its moments are infinite
            q = without[name].quantile([0.1, 0.5, 0.9])
            assert with_empty[name].quantile([0.1, 0.5, 0.9]) == pytest.approx(q, rel=1e-8)
            continue
        mean = np.ravel(without[name].mean)
        assert np.ravel(with_empty[name].mean)[:mean.size] == pytest.approx(mean, rel=1e-9)


@pytest.mark.long
def test_nothing_is_said_of_an_empty_group_by_leaving_it_out(family, with_empty):
    without = gp.exact(FAMILIES[family][1]())
    pointwise = [*without.elpd_loo().pointwise, 0]
    assert with_empty.elpd_loo().pointwise == pytest.approx(pointwise, abs=1e-9)


def test_an_empty_group_is_like_a_new_one(with_empty):
    mine, new = with_empty[with_empty.model.parameter, 7], with_empty.new_group
    assert (mine.mean, mine.sd) == (pytest.approx(new.mean), pytest.approx(new.sd))
    q = [0.01, 0.5, 0.9]
    assert mine.quantile(q) == pytest.approx(new.quantile(q), rel=1e-7)
    assert mine.hdi() == pytest.approx(new.hdi(), rel=1e-5)


@pytest.mark.long
def test_draws_of_an_empty_group(family, with_empty):
    """Shares of draws below quantiles of the exact answer: 4000 draws, 4 sds of a share are .032.

    The Gibbs draws are correlated, so that they are allowed twice that.
    """
    name = with_empty.model.parameter
    q = np.array([0.1, 0.5, 0.9])
    at = with_empty[name, 7].quantile(q)
    for draws, allowed in [(with_empty.sample(1000, 4), 0.032)] + [
            (gp.sample(FAMILIES[family][0](form), draws=1000, tune=300), 0.064)
            for form in with_empty.model.forms]:
        x = draws[name, 7]
        assert np.abs((x[..., None] < at).mean(axis=(0, 1)) - q).max() < allowed
        assert not next(iter(draws.replicates().values()))[..., 6].any()
        assert not draws.log_likelihood()[..., 6].any()


def test_everything_else_works_with_an_empty_group(family, with_empty):
    model = with_empty.model
    for form in model.forms:
        one = FAMILIES[family][0](form)
        assert gp.check_conditionals(one).ok
        draws = gp.sample(one, draws=20, tune=0)
        assert np.isfinite(draws[model.parameter, 7]).all()
        assert not next(iter(draws.replicates().values()))[..., 6].any()
        assert not draws.log_likelihood()[..., 6].any()
    assert "nan" not in str(gp.advise(model, with_empty))
    for pooled in (model.complete_pooling(), model.no_pooling()):
        assert gp.exact(pooled).elpd_loo().pointwise[6] == pytest.approx(0, abs=1e-12)
        assert np.isfinite(gp.sample(pooled, draws=10, tune=0)[model.parameter]).all()


def test_events_without_exposure_are_refused():
    with pytest.raises(ValueError, match=r"y\[1\] is 2 but exposure\[1\] is 0; nothing can happen"):
        gp.PoissonLognormal([1, 2], [3, 0])
    with pytest.raises(ValueError, match=r"successes\[1\] is 2 but trials\[1\] is 0"):
        gp.BetaBinomial([1, 2], [3, 0])


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.long if name == "binomial" else ()) for name in ONE])
def test_one_group_under_stated_proper_priors(name):
    model = ONE[name]()
    with pytest.warns(UserWarning, match="only 1 group: .* is learnt from a single value, so"):
        truth = gp.exact(model)
    loo = truth.elpd_loo()
    assert loo.elpd == pytest.approx(truth.log_evidence, rel=1e-8) and loo.se == 0
    assert all(gp.check_conditionals(ONE[name](form)).ok for form in model.forms)
    assert "is only 1 group, and" in str(gp.advise(model, truth))


@pytest.mark.parametrize("make, names", [
    (lambda: gp.NormalNormal([3], [2]), "mu and tau"),
    (lambda: gp.NormalNormal([3], [2], gp.Normal(0, 20)), "mu and tau"),
    (lambda: gp.NormalNormal([3], [2], gp.Flat(), gp.HalfNormal(10)), "mu and tau"),
    (lambda: gp.PoissonLognormal([3], [2]), "mu_log and sigma_log"),
    (lambda: gp.BetaBinomial([3], [7]), "phi and kappa"),
    (lambda: gp.DirichletMultinomial([[3, 4]]), "alpha and pi0"),
    (lambda: gp.OneWayNormal([3, 2, 4], ["a"] * 3), "mu and tau and sigma"),
])
def test_one_group_without_them_is_refused(make, names):
    with pytest.raises(ValueError, match=f"at least 2 groups, or, .* stated for {names}( |$)"):
        make()
