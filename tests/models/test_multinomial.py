"""The Dirichlet-Multinomial model: conditionals, joint density, what it refuses and says."""
import warnings

import numpy as np
import pytest
from multinomial_cases import AWKWARD, FORMS, SMALL
from scipy import stats
from scipy.special import gammaln, logsumexp

import gibbspool as gp
from gibbspool.models import multinomial


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


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("counts, alpha, pi0", [
    (gp.data.survey_regions().counts, gp.Exponential(1), None),
    (AWKWARD, gp.Gamma(0.5, 2), gp.Dirichlet([0.3, 1, 2, 5])),
    (SMALL, gp.Exponential(0.01), None),
    (AWKWARD[:, :3] * 300, gp.Exponential(1), None),
], ids=range(4))
def test_conditionals_agree_with_the_joint_density(form, counts, alpha, pi0):
    report = gp.check_conditionals(gp.DirichletMultinomial(counts, alpha=alpha, pi0=pi0, form=form))
    assert report.ok, str(report)


def test_what_each_step_integrates_out(model):
    report = gp.check_conditionals(model)
    assert {v.name: v.integrated for v in report} == {
        "alpha_given": ("pi",), "pi0_given": ("pi",), "pi_given": ()}


def test_both_conditionals_of_the_augmentation_belong_to_one_joint_density():
    """log p(pi0 | alpha) + log p(m | alpha, pi0) - log p(pi0 | m) does not depend on pi0."""
    rng = np.random.default_rng(0)
    for counts, prior in ((AWKWARD, [0.3, 1, 2, 5]), (AWKWARD * 20, [1, 1, 1, 1])):
        model = gp.DirichletMultinomial(counts, pi0=gp.Dirichlet(prior))
        alpha, pi0 = 3.7, rng.dirichlet(np.ones(4), 50)
        conditional = model.pi0_given(alpha)
        m = model.tables_given(alpha, pi0[0]).draw(rng)
        parts = np.array([conditional.logpdf(pi0), conditional.invent(pi0).logpdf(m).sum(axis=-1),
                          -conditional.given(m).logpdf(pi0)])
        assert np.ptp(parts.sum(axis=0)) < 1e-11 * np.abs(parts).max()


def test_the_density_of_counts_is_the_sum_over_the_tables():
    """sum over m of p(counts, m | alpha, pi0), for every m that 5 people can make: the numbers of
    ways times powers of alpha pi0_k, over the rising factorials of alpha.
    """
    counts = np.array([[2, 1], [0, 2]])
    model, alpha, pi0 = gp.DirichletMultinomial(counts), 1.7, np.array([0.3, 0.7])
    every = [np.array([i, 1 + j]) for i in (1, 2) for j in (1, 2)]
    ways = [model.customers.log_ways(m) + m * np.log(alpha * pi0) for m in every]
    rising = gammaln(alpha + model.n) - gammaln(alpha)
    orders = gammaln(model.n + 1) - gammaln(counts + 1).sum(axis=1)
    total = logsumexp(np.sum(ways, axis=1)) + (orders - rising).sum()
    assert total == pytest.approx(model.log_marginal_likelihood(alpha, pi0).sum(), abs=1e-12)
    assert model.log_p_counts(alpha, pi0) + orders.sum() == pytest.approx(total, abs=1e-12)
    assert model.customers.log_ways(np.array([3, 2]))[0] == -np.inf


def test_plain_joint_density_is_scipys(regions, model):
    plain = gp.DirichletMultinomial(regions.counts, form="plain")
    state = plain.initial(np.random.default_rng(0))
    expected = stats.expon.logpdf(state["alpha"]) + stats.dirichlet.logpdf(state["pi0"], np.ones(4))
    a = state["alpha"] * state["pi0"]
    for y, pi in zip(regions.counts, state["pi"]):
        expected += stats.dirichlet.logpdf(pi, a) + stats.multinomial.logpmf(y, y.sum(), pi)
    assert plain.log_joint(**state) == pytest.approx(expected)
    marginal = stats.dirichlet_multinomial.logpmf(regions.counts, a, model.n)
    assert model.log_marginal_likelihood(state["alpha"], state["pi0"]) == pytest.approx(marginal)


def test_names_tell_family_and_form(regions):
    made = {form: gp.DirichletMultinomial(regions.counts, form=form) for form in (None, *FORMS)}
    assert type(made["plain"]) is multinomial.PlainDirichletMultinomial is multinomial.Plain
    assert type(made["augmented"]) is type(made[None]) is multinomial.AugmentedDirichletMultinomial
    assert repr(made["plain"]).startswith("DirichletMultinomial(J=6, K=4, alpha ~ Exponential")
    assert repr(made["plain"]).endswith("form='plain')")
    assert made["augmented"].order == ("alpha", "pi0", "pi")


@pytest.mark.parametrize("form", FORMS)
def test_starting_values(model, form):
    """Each follows the distribution that it says. 4000 starts: 30 means within 4 standard errors,
    28 variances within 15 % (5 standard errors or more);
    the log of alpha has the median and the standard deviation that it should.
    """
    starts = gp.DirichletMultinomial(model.counts, form=form)
    start = starts.initial(np.random.default_rng(1), (4000,))
    more = model.counts + 1
    shares = more / more.sum(axis=1, keepdims=True)
    baseline = shares.mean(axis=0)
    for x, of in ((start["pi"], more), (start["pi0"], [1 + 5 * baseline])):
        x = x.reshape(4000, len(of), 4)
        mean, variance = (np.array([getattr(stats.dirichlet, what)(a) for a in of])
                          for what in ("mean", "var"))
        assert np.abs((x.mean(axis=0) - mean) / np.sqrt(variance / 4000)).max() < 4
        assert x.var(axis=0) == pytest.approx(variance, rel=0.15)
    scale = (1 - (baseline**2).sum()) / shares.var(axis=0).sum()
    same = gp.DirichletMultinomial(np.full((5, 3), 7), form=form)  # the scale is limited to 1000
    for alpha, scale in ((start["alpha"], scale),
                         (same.initial(np.random.default_rng(1), (4000,))["alpha"], 1000)):
        off = np.log(alpha / scale) / 1.5
        assert abs(off.mean()) < 4 / 4000**0.5 and abs(off.std() - 1) < 4 / 8000**0.5


def test_shares_too_small_for_floating_point_leave_their_integral():
    """In place of pi^(a - 1) stands the integral over the shares below the smallest, e^a / a."""
    counts = np.array([[0, 9], [4, 1], [2, 3]])
    model = gp.DirichletMultinomial(counts, form="plain")
    pi, a = np.array([[0.0, 1.0], [0.7, 0.3], [0.0, 1.0]]), np.array([0.002, 0.4])
    seen = stats.dirichlet.logpdf(pi[1], a)
    constant = gammaln(a.sum()) - gammaln(a).sum()
    unseen = 2 * (constant + a[0] * np.log(1e-300) - np.log(a[0]))
    assert model.log_population(a, pi) == pytest.approx(seen + unseen, rel=1e-12)


def test_default_priors_follow_the_number_of_categories():
    assert gp.DirichletMultinomial(SMALL).pi0.concentration.tolist() == [1, 1]
    assert gp.DirichletMultinomial(AWKWARD).pi0.concentration.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("arguments, error, words", [
    ({"counts": [[1, 2], [3, -1]]}, ValueError, r"counts\[1, 1\] is -1"),
    ({"counts": [[1, 2], [3, 0.5]]}, ValueError,
     r"counts\[1, 1\] is 0.5; it must be a whole number"),
    ({"counts": [[1, np.nan], [3, 1]]}, ValueError, r"counts\[0, 1\] is nan"),
    ({"counts": [[1, "a"], [3, 1]]}, TypeError, "numbers only"),
    ({"counts": [[1, 2]]}, ValueError, "1 group"),
    ({"counts": [[1], [2]]}, ValueError, "at least 2 categories"),
    ({"counts": [1, 2]}, ValueError, "table"),
    ({"counts": SMALL, "pi0": gp.Dirichlet([1, 1, 1])}, ValueError, "2 numbers"),
    ({"counts": SMALL, "pi0": gp.Beta(1, 1)}, TypeError, "pi0 prior"),
    ({"counts": SMALL, "alpha": gp.HalfNormal(1)}, TypeError, "alpha prior .* Exponential, Gamma"),
    ({"counts": SMALL, "groups": ["a"]}, ValueError, "groups has 1 labels"),
    ({"counts": SMALL, "categories": ["a", "a"]}, ValueError, "second time"),
    ({"counts": SMALL, "form": "centred"}, ValueError, "augmented"),
])
def test_refusals(arguments, error, words):
    with pytest.raises(error, match=words):
        gp.DirichletMultinomial(**arguments)


def test_prediction(model):
    draws = gp.sample(model, draws=200, tune=100, chains=4, seed=1)
    new = draws.new_group(seed=2)
    assert new.shape == (4, 200, 4) and new.sum(axis=-1) == pytest.approx(np.ones((4, 200)))
    rep = draws.replicates()["counts"]
    assert rep.shape == (4, 200, 6, 4) and (rep.sum(axis=-1) == model.n).all()
    expected = [float(stats.multinomial.logpmf(y, y.sum(), p))
                for y, p in zip(model.counts, draws["pi"][0, 0])]
    assert draws.log_likelihood()[0, 0] == pytest.approx(expected)


def test_says_when_the_model_is_all_but_complete_pooling():
    with pytest.warns(UserWarning, match="all but complete pooling"):
        gp.sample(gp.DirichletMultinomial(np.tile([12, 20, 8], (6, 1)), alpha=gp.Gamma(50, 0.01)),
                  draws=50, tune=50)


def test_caution_where_less_than_an_eighth_is_kept():
    """With n_r = 10, 10 / (10 + alpha) of a group's own shares is kept."""
    model = gp.DirichletMultinomial(np.full((6, 2), 5))
    assert model.cautions_after({"alpha": np.full((2, 3), 69.0)}) == []
    (sentence,) = model.cautions_after({"alpha": np.full((2, 3), 71.0)})
    assert "only 12% of a group's own shares" in sentence


@pytest.mark.extras
def test_tables_of_draws_and_of_the_exact_posterior(model, truth):
    draws = gp.sample(model, draws=200, tune=100, chains=4, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # 800 draws are few
        rows = draws.summary(["alpha", "pi"]).index
    assert {"alpha", "pi[1, Agree]"} <= set(rows)
    table = truth.summary(["alpha", "pi0"])
    assert len(table) == 5 and table.loc["pi0[Agree]", "mean"] == truth["pi0", "Agree"].mean
    posterior = draws.to_arviz()
    assert posterior["posterior"]["pi"].dims == ("chain", "draw", "group", "category")
    assert posterior["log_likelihood"]["counts"].shape == (4, 200, 6)
