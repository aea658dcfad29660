"""Answers in categories with complete and with no pooling: closed forms, and draws."""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool.models import multinomial
from gibbspool.models.multinomial import exact_pooling


@pytest.fixture(scope="module")
def regions():
    return gp.data.survey_regions()


@pytest.fixture(scope="module")
def model(regions):
    return gp.DirichletMultinomial(regions.counts, groups=regions.groups,
                                   categories=regions.categories)


@pytest.fixture(scope="module")
def truth(model):
    return gp.exact(model)


def test_complete_and_no_pooling_in_closed_form(model, regions):
    counts, n = regions.counts, regions.counts.sum(axis=1)
    pooled, separate = gp.exact(model.complete_pooling()), gp.exact(model.no_pooling())
    multinomial = stats.dirichlet_multinomial
    each = multinomial.logpmf(counts, np.ones(4), n)
    assert separate.log_evidence == pytest.approx(each.sum())
    assert separate.elpd_loo().pointwise == pytest.approx(each)
    left_out = [multinomial.logpmf(y, 1 + counts.sum(axis=0) - y, y.sum()) for y in counts]
    assert pooled.elpd_loo().pointwise == pytest.approx(left_out)
    before = np.cumsum(counts, axis=0) - counts
    one_by_one = [multinomial.logpmf(y, 1 + others, y.sum()) for y, others in zip(counts, before)]
    assert pooled.log_evidence == pytest.approx(sum(one_by_one))
    for marginal, a, b in ((separate["pi", "5", "Agree"], 12, 27),
                           (pooled["pi0", "Agree"], 164, 275),
                           (pooled["pi", "5", "Agree"], 164, 275),
                           (pooled.new_group["Agree"], 164, 275)):
        exact = stats.beta(a, b)
        assert (marginal.mean, marginal.sd) == pytest.approx((exact.mean(), exact.std()))
        q = [0.01, 0.5, 0.945]
        assert marginal.quantile(q) == pytest.approx(exact.ppf(q), rel=1e-8)
        assert marginal.cdf(0.3) == pytest.approx(exact.cdf(0.3))
        assert marginal.sf(0.3) == pytest.approx(exact.sf(0.3))
        assert marginal.logpdf(0.3) == pytest.approx(exact.logpdf(0.3))
    with pytest.raises(ValueError, match="cannot predict a new group"):
        separate.new_group
    with pytest.raises(ValueError, match="cannot predict a new group"):
        separate.sample(5, 2).new_group()


def test_starting_values(model):
    """4000 starts: 28 means within 4 standard errors, 28 variances within 15 % (5 of theirs)."""
    counts = model.counts
    for simple, name, a in ((model.complete_pooling(), "pi0", [1 + counts.mean(axis=0)]),
                            (model.no_pooling(), "pi", 1 + counts / 2)):
        x = simple.initial(np.random.default_rng(2), (4000,))[name].reshape(4000, len(a), 4)
        mean, variance = (np.array([getattr(stats.dirichlet, what)(one) for one in a])
                          for what in ("mean", "var"))
        assert np.abs((x.mean(axis=0) - mean) / np.sqrt(variance / 4000)).max() < 4
        assert x.var(axis=0) == pytest.approx(variance, rel=0.15)


@pytest.mark.parametrize("strategy", ["complete_pooling", "no_pooling"])
def test_the_simple_models_sample(model, strategy):
    simple = getattr(model, strategy)()
    assert gp.check_conditionals(simple).ok
    draws, found = gp.sample(simple, draws=500, tune=0, chains=4, seed=2), gp.exact(simple)
    z = (draws["pi"].mean(axis=(0, 1)) - found["pi"].mean) / found["pi"].sd * np.sqrt(2000)
    assert np.abs(z).max() < 4  # the draws are independent; 24 comparisons
    replicates = draws.replicates()["counts"]
    assert (replicates.sum(axis=-1) == model.n).all()
    expected = [float(stats.multinomial.logpmf(y, y.sum(), p))
                for y, p in zip(model.counts, draws["pi"][3, 499])]
    assert draws.log_likelihood().shape == (4, 500, 6)
    assert draws.log_likelihood()[3, 499] == pytest.approx(expected)
    # (counts_rep - counts) / n has the mean of pi_r less its share in the data
    z = (replicates / model.n[:, None] - draws["pi"]).reshape(2000, 24)
    assert np.abs(z.mean(axis=0) / z.std(axis=0) * 2000**0.5).max() < 4
    assert np.isfinite(found.sample(5, 2)["pi"]).all()


def test_priors_of_its_own(regions):
    """Each alternative takes its prior by name, of the right length, and tells of it."""
    counts, prior = regions.counts, gp.Dirichlet([2, 1, 1, 3])
    pooled = multinomial.MultinomialCompletePooling(counts, pi0=prior)
    separate = gp.DirichletMultinomial(counts).no_pooling(pi=prior)
    assert pooled.pi0_given().concentration.tolist() == (prior.concentration
                                                         + counts.sum(axis=0)).tolist()
    assert separate.pi_given().concentration.tolist() == (prior.concentration + counts).tolist()
    assert repr(pooled) == f"MultinomialCompletePooling(J=6, K=4, pi0 ~ {prior!r})"
    assert repr(separate) == f"MultinomialNoPooling(J=6, K=4, pi ~ {prior!r})"
    assert gp.DirichletMultinomial(counts, pi0=prior).complete_pooling().pi0 is prior
    for make, name in ((multinomial.CompletePooling, "pi0"), (multinomial.NoPooling, "pi")):
        with pytest.raises(ValueError, match=f"{name} prior .* 4 numbers"):
            make(counts, gp.Dirichlet([1, 1]))
        with pytest.raises(ValueError, match="at least 2 categories"):
            make(counts[:, :1])


def test_twins_are_called_alike(model):
    """A closed form takes a tolerance, too, and has no use for it."""
    for simple, twin in ((model.complete_pooling(), exact_pooling.ExactMultinomialCompletePooling),
                         (model.no_pooling(), exact_pooling.ExactMultinomialNoPooling)):
        found = gp.exact(simple, rtol=1e-3)
        assert type(found) is twin and found.error == 0
        assert found.log_evidence == twin(simple).log_evidence


@pytest.mark.extras
def test_comparison_of_the_three_strategies(model, truth):
    with pytest.warns(UserWarning, match="Pareto"):
        table = gp.compare({"partial": model, "no": model.no_pooling(),
                            "complete": model.complete_pooling()}, 200)
    assert table.loc["partial", "elpd"] == pytest.approx(truth.elpd_loo().elpd)
    assert sorted(table["rank"]) == [0, 1, 2]
    assert table.loc["partial", "elpd"] > table.loc["no", "elpd"]
