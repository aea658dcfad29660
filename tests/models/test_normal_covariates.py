"""NormalNormal with group covariates: model, check, exact posterior, samplers (Exercise 5.8.4)."""
import warnings
from fractions import Fraction

import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import stats

import gibbspool as gp
from gibbspool.models.normal import CentredNormalNormalCovariates, NormalNormalCovariates
from gibbspool.models.normal.regression import line_at, regression

FORMS = ("collapsed", "centred", "noncentred")


@pytest.fixture(scope="module")
def private():
    return gp.data.private_schools()


@pytest.fixture(scope="module")
def private_truth(private):
    return gp.exact(gp.NormalNormal(private.y, private.sigma, x=private.x, groups=private.groups))


def table(J=12):
    """Three columns on very different scales, one of them far from zero."""
    rng = np.random.default_rng(1)
    return np.column_stack([rng.integers(0, 2, J), 1e4 * rng.standard_normal(J),
                            2000 + np.arange(J)])


def one_column(J=12):
    return np.linspace(-1, 2, J)


PRIORS = {
    "default": {},
    "flat": {"mu": gp.Flat(), "beta": gp.Flat(), "tau": gp.HalfCauchy(5)},
    "a list": {"beta": [gp.Normal(3, 2), gp.Flat(), gp.Normal(0, 1e-3)], "tau": gp.Uniform(0, 30)},
}


# the model


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("priors", PRIORS)
def test_every_conditional_agrees_with_the_joint_density(private, form, priors):
    for x in ([table()] if priors == "a list" else [private.x, private.x[:, None], table()]):
        model = gp.NormalNormal(private.y, private.sigma, x=x, form=form, **PRIORS[priors])
        report = gp.check_conditionals(model)
        assert report.ok, report


def test_the_check_sees_a_wrong_regression(private):
    class Wrong(CentredNormalNormalCovariates):
        def coefficients_given(self, theta, tau):
            return self.regression(theta, self.sigma)

    report = gp.check_conditionals(Wrong(private.y, private.sigma, x=private.x))
    assert report.wrong == ["coefficients_given"]


@pytest.mark.parametrize("form", FORMS)
def test_it_is_a_normal_normal_of_the_form_asked_for(private, form):
    model = gp.NormalNormal(private.y, private.sigma, x=private.x, form=form)
    plain = gp.NormalNormal(private.y, private.sigma, form=form)
    assert isinstance(model, NormalNormalCovariates) and isinstance(model, gp.NormalNormal)
    assert model.form == plain.form == form and not isinstance(plain, NormalNormalCovariates)


def test_its_repr_counts_the_columns_and_shows_every_prior_once(private):
    def shown(**more):
        return repr(gp.NormalNormal(private.y, private.sigma, **more)).split("mu ~")[0]

    def effects(beta):
        model = gp.NormalNormal(private.y, private.sigma, x=table(), beta=beta)
        return repr(model).split("beta ~ ")[1].split(", tau ~")[0]

    assert shown(x=private.x) == "NormalNormal(J=12, x: 1 column, "
    assert shown(x=table()) == "NormalNormal(J=12, x: 3 columns, "
    assert effects(gp.Normal(0, 3)) == effects([gp.Normal(0, 3)] * 3) == "Normal(mean=0, sd=3)"
    assert effects([gp.Normal(0, 3), gp.Flat(), gp.Flat()]) == (
        "[Normal(mean=0, sd=3), Flat(), Flat()]")


def test_names_and_shapes(private):
    draws = gp.sample(gp.NormalNormal(private.y, private.sigma, x=private.x), draws=5, tune=2,
                      chains=3)
    assert draws["mu"].shape == draws["beta"].shape == (3, 5) and draws["theta"].shape == (3, 5, 12)
    assert np.array_equal(draws["coefficients", "beta"], draws["beta"])
    model = gp.NormalNormal(private.y, private.sigma, x=table(), form="noncentred",
                            covariates=["private", "size", "year"])
    draws = gp.sample(model, draws=5, tune=2, chains=3)
    assert draws["beta"].shape == (3, 5, 3) and draws["theta"].shape == (3, 5, 12)
    assert np.array_equal(draws["beta", "year"], draws["coefficients"][..., 3])
    assert np.array_equal(draws["coefficients", "mu"], draws["mu"])
    again = gp.sample(draws.model, draws=5, tune=2, chains=3)
    assert all(np.array_equal(draws[name], again[name]) for name in draws)


def test_pooling_alternatives_know_nothing_of_x(private):
    plain, model = (gp.NormalNormal(private.y, private.sigma, x=x, groups=private.groups)
                    for x in (None, private.x))
    for one, other in [(plain.complete_pooling(), model.complete_pooling()),
                       (plain.no_pooling(), model.no_pooling())]:
        assert repr(one) == repr(other)
        assert gp.exact(one).elpd_loo().elpd == gp.exact(other).elpd_loo().elpd


def nan_at(j):
    return [np.nan if i == j else float(i) for i in range(12)]


FAULTS = {
    "nan": ({"x": nan_at(3)}, r"x\[3\] is nan"),
    "nan in a table": ({"x": np.column_stack([np.arange(12), nan_at(5)])}, r"x\[5, 1\] is nan"),
    "too short": ({"x": np.arange(11)}, "x has 11 rows but y has 12"),
    "on its side": ({"x": table().T}, "x has 3 rows but y has 12"),
    "three axes": ({"x": np.ones((12, 2, 2))}, r"x has shape \(12, 2, 2\)"),
    "constant": ({"x": np.column_stack([np.arange(12), np.full(12, 3.0)])},
                 r"column x2 is the same \(3\)"),
    "constant but for rounding": ({"x": [0.1 + 0.2] * 6 + [0.3] * 6}, "is the same"),
    "collinear": ({"x": np.column_stack([one_column(), 0.1 * one_column() + 0.3]),
                   "mu": gp.Flat(), "beta": gp.Flat()}, "cannot tell mu, x1, x2 apart"),
    "collinear, mu proper": ({"x": np.column_stack([one_column(), 2 * one_column()]),
                              "beta": gp.Flat()}, "cannot tell x1, x2 apart"),
    "more columns than groups": ({"x": np.random.default_rng(0).normal(size=(12, 13)),
                                  "beta": gp.Flat()}, "cannot"),
    "beta without x": ({"beta": gp.Normal(0, 1)}, "beta and covariates describe the columns of x"),
    "too many priors": ({"x": one_column(), "beta": [gp.Flat(), gp.Flat()]},
                        "beta has 2 priors; .* 1 columns"),
    "labels": ({"x": table(), "covariates": ["a", "b"]}, "covariates has 2 labels"),
    "improper": ({"x": table()[:3, :1], "y": [1, 2, 3], "sigma": [1, 1, 1], "mu": gp.Flat(),
                  "beta": gp.Flat(), "tau": gp.Flat()}, "the posterior is improper"),
    "form": ({"x": one_column(), "form": "center"}, "form is 'center'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_input_is_refused_with_a_sentence(private, fault):
    arguments, sentence = FAULTS[fault]
    with pytest.raises(ValueError, match=sentence):
        gp.NormalNormal(**{"y": private.y, "sigma": private.sigma, **arguments})


@pytest.mark.parametrize("arguments", [
    {"x": ["a"] * 12}, {"x": [[1, 2], [3]] * 6}, {"x": one_column(), "beta": 10},
    {"x": one_column(), "beta": gp.HalfNormal(1)}])
def test_things_of_another_kind_are_refused(private, arguments):
    with pytest.raises(TypeError, match="x|beta"):
        gp.NormalNormal(private.y, private.sigma, **arguments)


def test_new_groups_must_be_described(private, private_truth):
    draws = private_truth.sample(draws=10, chains=2)
    with pytest.raises(ValueError, match="give the number x"):
        draws.new_group()
    with pytest.raises(ValueError, match="x of the new group has 2 elements"):
        draws.new_group(x=[0, 1])
    with pytest.raises(ValueError, match=r"use new_group_at\(x\)"):
        private_truth.new_group
    with pytest.raises(ValueError, match=r"x\[0\] is nan"):
        private_truth.new_group_at(np.nan)


# the regression


@pytest.mark.parametrize("offset", [0, 2000, 1e6])
@pytest.mark.parametrize("priors", [[gp.Flat(), gp.Flat()], [gp.Normal(1, 20), gp.Normal(0, 10)]])
def test_regression_against_rational_arithmetic(private, offset, priors):
    """The normal equations solved in fractions; x far from 0 costs digits, but not half of them."""
    x = offset + one_column()
    X = np.column_stack([np.ones(12), x])
    found = regression(X, private.y, private.sigma, priors)
    w = [1 / Fraction(s) ** 2 for s in private.sigma]
    P = [[sum(w[j] * Fraction(X[j, a]) * Fraction(X[j, b]) for j in range(12)) for b in (0, 1)]
         for a in (0, 1)]
    h = [sum(w[j] * Fraction(X[j, a]) * Fraction(private.y[j]) for j in range(12)) for a in (0, 1)]
    for k, prior in enumerate(priors):
        if prior.proper:
            P[k][k] += 1 / Fraction(float(prior.sd)) ** 2
            h[k] += Fraction(float(prior.mean)) / Fraction(float(prior.sd)) ** 2
    det = P[0][0] * P[1][1] - P[0][1] ** 2
    mean = np.array([float((P[1][1] * h[0] - P[0][1] * h[1]) / det),
                     float((P[0][0] * h[1] - P[0][1] * h[0]) / det)])
    sd = np.sqrt([float(P[1][1] / det), float(P[0][0] / det)])
    tolerance = 1e-14 * max(offset, 1)
    assert np.all(np.abs(found.mean - mean) < tolerance * (sd + np.abs(mean)))
    assert np.all(np.abs(found.sd / sd - 1) < tolerance)


def test_the_line_at_some_rows():
    """Mean and variance of row . coefficients, for a batch of two regressions."""
    rng = np.random.default_rng(4)
    X, rows = rng.normal(size=(9, 3)), rng.normal(size=(5, 3))
    found = regression(X, rng.normal(size=(2, 9)), rng.uniform(1, 2, (2, 9)), [gp.Normal(0, 9)] * 3)
    mean, variance = line_at(rows, found)
    assert mean.shape == variance.shape == (2, 5)
    for k in range(2):
        assert mean[k] == pytest.approx(rows @ found.mean[k])
        assert variance[k] == pytest.approx(np.diag(rows @ found.covariance[k] @ rows.T))


# the exact posterior


def by_covariances(y, sigma, X, prior_mean, prior_sd, tau_prior):
    """The evidence and first and second moments, by other means.

    Given tau, y ~ MultivariateNormal(X m_0, X S_0 X' + diag(v)); everything else follows by
    conditioning a joint normal, and tau is integrated by Gauss-Legendre rules of 50 nodes.
    """
    S = np.diag(np.square(prior_sd))

    def given(tau):
        V = X @ S @ X.T + np.diag(sigma**2 + tau**2)
        gain = S @ X.T @ np.linalg.inv(V)
        m, C = prior_mean + gain @ (y - X @ prior_mean), S - gain @ X @ S
        # covariance of theta, and with y
        full = V - np.diag(sigma**2)
        theta = X @ prior_mean + full @ np.linalg.solve(V, y - X @ prior_mean)
        theta_var = np.diag(full - full @ np.linalg.solve(V, full))
        density = stats.multivariate_normal.pdf(y, X @ prior_mean, V) * tau_prior.pdf(tau)
        return density, np.concatenate([m, m**2 + np.diag(C), [tau, tau**2],
                                        theta, theta**2 + theta_var])

    nodes, weights = np.polynomial.legendre.leggauss(50)
    panels = [(0, 2), (2, 6), (6, 15), (15, 40), (40, 90)]
    found = [(w * (b - a) / 2, *given((a + b) / 2 + t * (b - a) / 2))
             for a, b in panels for t, w in zip(nodes, weights)]
    evidence = sum(w * density for w, density, _ in found)
    return np.log(evidence), sum(w * density * values for w, density, values in found) / evidence


COLUMNS = {"one column": one_column(), "three columns": table(),
           "more columns than groups": np.random.default_rng(3).normal(size=(12, 15))}


@pytest.mark.parametrize("x", COLUMNS.values(), ids=COLUMNS)
def test_exact_against_an_independent_computation(private, x):
    X = np.column_stack([np.ones(12), x])
    n = X.shape[1]
    prior_sd = np.r_[20, 10 / np.abs(X[:, 1:]).max(axis=0)]
    prior_mean = prior_sd / 3
    mu, *beta = [gp.Normal(m, sd) for m, sd in zip(prior_mean, prior_sd)]
    truth = gp.exact(gp.NormalNormal(private.y, private.sigma, x=x, mu=mu, beta=beta))
    log_evidence, moments = by_covariances(private.y, private.sigma, X, prior_mean, prior_sd,
                                           gp.HalfNormal(10))
    mean, square, tau, theta, theta_square = np.split(moments, [n, 2 * n, 2 * n + 2, 2 * n + 14])
    assert truth.log_evidence == pytest.approx(log_evidence, abs=1e-8)
    sd, theta_sd = np.sqrt(square - mean**2), np.sqrt(theta_square - theta**2)
    assert np.all(np.abs(np.r_[truth["mu"].mean, truth["beta"].mean] - mean) < 1e-8 * sd)
    assert np.r_[truth["mu"].sd, truth["beta"].sd] == pytest.approx(sd, rel=1e-8)
    assert truth["tau"].mean == pytest.approx(tau[0], rel=1e-8)
    assert truth["tau"].sd == pytest.approx(np.sqrt(tau[1] - tau[0] ** 2), rel=1e-8)
    assert np.all(np.abs(truth["theta"].mean - theta) < 1e-8 * theta_sd)
    assert truth["theta"].sd == pytest.approx(theta_sd, rel=1e-8)


@pytest.mark.filterwarnings("ignore:only 4 groups")
def test_exact_against_a_brute_force_grid():
    """The joint density of y, mu, beta and log tau, theta integrated out, summed over a grid."""
    y, sigma = np.array([3.0, -1.0, 6.0, 8.0]), np.array([2.0, 3.0, 2.5, 4.0])
    x = np.array([0.0, 0.5, 1.0, 2.0])
    truth = gp.exact(gp.NormalNormal(y, sigma, gp.Normal(1, 4), gp.InverseGamma(2, 3), x,
                                     gp.Normal(0, 3)))
    mu, beta, u = np.linspace(-24, 26, 101), np.linspace(-18, 18, 101), np.linspace(-2, 6, 121)
    a, b, t = np.meshgrid(mu, beta, np.exp(u), indexing="ij", sparse=True)
    p_log_tau = stats.invgamma(2, scale=3).pdf(t**2) * 2 * t * t
    p = stats.norm(1, 4).pdf(a) * stats.norm(0, 3).pdf(b) * p_log_tau
    for j in range(4):
        p = p * stats.norm.pdf(y[j], a + b * x[j], np.sqrt(sigma[j] ** 2 + t**2))
    total = p.sum()
    assert truth.log_evidence == pytest.approx(np.log(total * 0.5 * 0.36 * (8 / 120)), abs=1e-8)
    for name, value in (("mu", a), ("beta", b), ("tau", t)):
        mean = (p * value).sum() / total
        variance = (p * (value - mean) ** 2).sum() / total
        assert truth[name].mean == pytest.approx(mean, abs=1e-7)
        assert truth[name].sd == pytest.approx(np.sqrt(variance), abs=1e-6)
    p_beta = p.sum(axis=(0, 2)) / total / 0.36
    assert truth["beta"].pdf(beta[40:60]) == pytest.approx(p_beta[40:60], rel=1e-7)


def test_no_effect_is_the_model_without_covariates(private):
    plain = gp.exact(gp.NormalNormal(private.y, private.sigma))
    null = gp.exact(gp.NormalNormal(private.y, private.sigma, x=table(), beta=gp.Normal(0, 1e-14)))
    assert null.log_evidence == pytest.approx(plain.log_evidence, abs=1e-8)
    at = np.array([0.1, 1, 5, 20])
    for name in ("mu", "tau", "theta", "shrinkage"):
        assert null[name].mean == pytest.approx(plain[name].mean, rel=1e-8)
        assert null[name].sd == pytest.approx(plain[name].sd, rel=1e-8)
        assert null[name].cdf(at) == pytest.approx(plain[name].cdf(at), abs=1e-8)
    assert null["tau"].pdf(at) == pytest.approx(plain["tau"].pdf(at), rel=1e-8)
    assert null.elpd_loo().pointwise == pytest.approx(plain.elpd_loo().pointwise, abs=1e-8)
    new = null.new_group_at([1, 0, 2000])
    assert new.quantile(at[:2]) == pytest.approx(plain.new_group.quantile(at[:2]), abs=1e-7)


def test_a_single_entry_for_one_column_and_labels_for_more(private, private_truth):
    assert isinstance(private_truth["beta"].mean, float)
    column = gp.exact(gp.NormalNormal(private.y, private.sigma, x=private.x[:, None],
                                      covariates=["private"]))
    assert column["beta"].mean.shape == (1,)
    assert column["beta", "private"].hdi() == private_truth["beta"].hdi()
    assert column["beta", "private"].name == "beta[private]"


@pytest.mark.parametrize("tau", [gp.HalfNormal(10), pytest.param(gp.HalfCauchy(5),
                                                                marks=pytest.mark.long)])
def test_units_of_x_and_y_do_not_matter(private, tau):
    """Other units of x and y, or another zero of x: the coefficients change as they must."""
    def fit(a=1.0, b=1.0, shift=0.0):
        x = np.column_stack([b * (private.x + shift), np.arange(12) % 5])
        return gp.exact(gp.NormalNormal(a * private.y, a * private.sigma, x=x,
                                        mu=gp.Flat(), beta=[gp.Flat(), gp.Normal(0, 10 * a)],
                                        tau=type(tau)(a * tau.scale)))

    plain = fit()
    loo = plain.elpd_loo().pointwise
    for a, b, shift in [(1e6, 1e-6, 0), (1e-6, 1e6, 0), (1, 1, 1000), (1, 1e6, 1e4), (1e6, 1e6, 0),
                        (1e-6, 1e-6, 0)]:
        other = fit(a, b, shift)
        digits = 1e-9 * max(1, shift / 100)
        assert other["tau"].mean / a == pytest.approx(plain["tau"].mean, rel=digits)
        assert other["beta"].mean * [b, 1] / a == pytest.approx(plain["beta"].mean, rel=digits)
        assert other["beta"].sd * [b, 1] / a == pytest.approx(plain["beta"].sd, rel=digits)
        at_old_zero = other["mu"].mean / a + shift * b * other["beta"].mean[0] / a
        assert at_old_zero == pytest.approx(plain["mu"].mean, abs=digits * max(shift, 10))
        assert other["theta"].sd / a == pytest.approx(plain["theta"].sd, rel=digits)
        new, old = other.new_group_at([b * (1 + shift), 2]), plain.new_group_at([1, 2])
        assert new.mean / a == pytest.approx(old.mean, rel=digits)
        assert new.sd / a == pytest.approx(old.sd, rel=digits)
        assert other.elpd_loo().pointwise + np.log(a) == pytest.approx(loo, abs=10 * digits)


@pytest.mark.parametrize("beta", [gp.Normal(0, sd) for sd in (10, 600, 1e6)],
                         ids=["as usual", "wide", "all but flat"])
def test_left_out_groups_against_refits(private, beta):
    """log p(y_j | the others) = log p(y) - log p(the others), with a single private school.

    Under the wider priors that school all but determines beta by itself: 1 minus its leverage is
    some 1e-3 and 1e-10.
    """
    x = (np.arange(12) == 4).astype(float)
    truth = gp.exact(gp.NormalNormal(private.y, private.sigma, x=x, beta=beta))
    for j in (0, 4, 11):
        others = np.arange(12) != j
        if j == 4:  # without it x is 0 throughout: the model without covariates
            rest = gp.exact(gp.NormalNormal(private.y[others], private.sigma[others]))
        else:
            rest = gp.exact(gp.NormalNormal(private.y[others], private.sigma[others], x=x[others],
                                            beta=beta))
        ratio = truth.log_evidence - rest.log_evidence
        assert truth.elpd_loo().pointwise[j] == pytest.approx(ratio, abs=1e-8)


def test_leave_one_out_is_refused_where_it_is_not_defined(private):
    x = (np.arange(12) == 4).astype(float)
    truth = gp.exact(gp.NormalNormal(private.y, private.sigma, x=x, beta=gp.Flat(),
                                     groups=list("ABCDEFGHIJKL")))
    with pytest.raises(ValueError, match="without group E"):
        truth.elpd_loo()
    with pytest.raises(ValueError, match="log_evidence is not defined"):
        truth.log_evidence
    few, few_flat = (gp.NormalNormal([1, 2, 3, 5], np.ones(4), x=[0, 1, 2, 4], mu=gp.Flat(),
                                     beta=gp.Flat(), tau=tau)
                     for tau in (gp.HalfNormal(3), gp.Flat()))
    with pytest.warns(UserWarning, match="only 4 groups"):
        few, few_flat = gp.exact(few), gp.exact(few_flat)
    assert np.isfinite(few.elpd_loo().elpd)
    with pytest.raises(ValueError, match="the posterior is improper"):
        few_flat.elpd_loo()


def test_moments_that_do_not_exist_are_not_numbers(private):
    """With k flat coefficients and a flat tau p(tau | y) falls like tau^-(J - k), J = 4 here.

    The flat coefficients have the tails of tau.
    """
    def exact(beta):
        model = gp.NormalNormal(private.y[:4], private.sigma[:4], x=[0, 1, 1, 2], mu=gp.Flat(),
                                beta=beta, tau=gp.Flat())
        with pytest.warns(UserWarning, match="only 4 groups"):
            return gp.exact(model)

    truth = exact(gp.Flat())  # tau^-2
    assert truth["tau"].mean == np.inf
    assert np.isnan(truth["mu"].mean) and np.isnan(truth["beta"].mean)
    assert truth["beta"].sd == truth.new_group_at(1).sd == np.inf
    assert np.isfinite(truth["beta"].quantile(0.9))
    truth = exact(gp.Normal(0, 3))  # tau^-3
    assert np.isfinite(truth["tau"].mean) and np.isfinite(truth["beta"].sd)
    assert truth["mu"].sd == np.inf


EXTREMES = {
    "tiny and huge sigma": dict(y=[0.0, 1, 5, -3, 2], sigma=[1e-6, 1e6, 1, 1e-3, 1e3],
                                x=[0, 1, 2, 3, 5]),
    "the same y": dict(y=[0.0] * 5, sigma=[1.0] * 5, x=[0, 1, 2, 3, 5]),
    "on a line": dict(y=[1.0, 2, 3, 4, 5], sigma=[1e-3] * 5, x=[1, 2, 3, 4, 5]),
    "two groups": dict(y=[1.0, 9], sigma=[1.0, 2], x=[0, 1]),
    "two groups, flat": dict(y=[1.0, 9], sigma=[1.0, 2], x=[0, 1], mu=gp.Flat(), beta=gp.Flat()),
    "x far away": dict(y=[1.0, 9, 3, 4, 5], sigma=[1.0] * 5, x=1e6 + np.arange(5),
                       mu=gp.Flat(), beta=gp.Flat(), tau=gp.HalfCauchy(3)),
    "y far away": dict(y=[1e6, 2e6, 3e6, 5e6, 4e6], sigma=[1.0] * 5, x=[0, 1, 2, 3, 5]),
    "tiny x, heavy tails": dict(y=[1.0, 9, 3, 4, 5], sigma=[1.0] * 5, x=1e-6 * np.arange(5),
                                mu=gp.Flat(), beta=gp.Flat(), tau=gp.HalfCauchy(3)),
    "many groups": dict(y=np.sin(np.arange(100)), sigma=[0.5] * 100,
                        x=np.random.default_rng(0).normal(size=(100, 4))),
}


@pytest.mark.parametrize("case", EXTREMES)
def test_extreme_data_survive(case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "prior and data disagree|the prior decides")
        warnings.filterwarnings("ignore", message="only . groups|tau is piled up")
        for form in FORMS:
            model = gp.NormalNormal(**EXTREMES[case], form=form)
            if case != "tiny and huge sigma":  # there the check itself is at the mercy of rounding
                assert gp.check_conditionals(model, states=5).ok
            draws = gp.sample(model, draws=3, tune=3, chains=2)
            assert all(np.isfinite(values).all() for _, values in draws.items())
        truth = gp.exact(model)
        assert truth.error < 1e-8
        marginals = [truth["mu"], truth["tau"], *truth["theta"],
                     *([truth["beta"]] if model.x.ndim == 1 else truth["beta"])]
        for marginal in marginals[:20]:
            low, high = marginal.quantile([0.05, 0.95])
            assert low < high and 0.0499 < marginal.cdf(low) < 0.0501
        if case != "two groups, flat":
            assert np.isfinite(truth.elpd_loo().pointwise).all()
        assert all(np.isfinite(values).all() for _, values in truth.sample(3, 2).items())


def test_error_estimate_covers_a_tighter_tolerance(private):
    model = gp.NormalNormal(private.y, private.sigma, x=table()[:, :2])
    rough, fine = gp.exact(model, rtol=1e-6), gp.exact(model, rtol=1e-12)
    assert rough.log_evidence == pytest.approx(fine.log_evidence, abs=1e-8)
    assert rough["beta"].sd == pytest.approx(fine["beta"].sd, rel=1e-8)
    assert abs(rough.log_evidence - fine.log_evidence) <= rough.error + fine.error + 1e-13


# draws against the exact posterior


def worst_z(draws, truth):
    """Largest z-score over mu, beta, tau and theta, and their squared distances from the mean."""
    entries = [(draws["mu"], truth["mu"]), (draws["tau"], truth["tau"])]
    entries += [(draws["theta"][..., j], truth["theta"][j]) for j in range(draws.model.J)]
    beta = draws["beta"].reshape(*draws["mu"].shape, -1)
    marginals = [truth["beta"]] if draws.model.x.ndim == 1 else list(truth["beta"])
    entries += [(beta[..., k], marginal) for k, marginal in enumerate(marginals)]
    z = [z_of_means(values, marginal.mean) for values, marginal in entries]
    z += [z_of_means((values - marginal.mean) ** 2, marginal.sd**2) for values, marginal in entries]
    return np.abs(z).max()


@pytest.mark.parametrize("form", FORMS)
def test_samplers_against_the_exact_posterior(private, private_truth, form):
    """30 comparisons from 200 independent chains: |z| > 4 has a chance below 1 in 350."""
    model = gp.NormalNormal(private.y, private.sigma, x=private.x, form=form)
    draws = gp.sample(model, draws=10, tune=30 if form == "collapsed" else 120, chains=200, seed=4)
    assert worst_z(draws, private_truth) < 4


def test_independent_draws_and_new_groups(private, private_truth):
    """Each value of the cdf at the draws is uniform: Kolmogorov-Smirnov, 5 comparisons at 1e-4."""
    draws = private_truth.sample(draws=4000, chains=1, seed=5)
    assert worst_z(private_truth.sample(draws=5, chains=2000, seed=6), private_truth) < 4
    for x in (0, 1, -2.5):
        values = draws.new_group(seed=7, x=x).ravel()
        uniform = private_truth.new_group_at(x).cdf(values)
        assert stats.kstest(uniform, "uniform").pvalue > 1e-4
    for name in ("beta", "tau"):
        uniform = private_truth[name].cdf(draws[name].ravel())
        assert stats.kstest(uniform, "uniform").pvalue > 1e-4


def test_new_groups_of_a_table_take_one_number_for_each_column(private):
    """mu + x . beta is what is left of the draws where tau is tiny."""
    model = gp.NormalNormal(private.y, private.sigma, x=table(), tau=gp.HalfNormal(1e-9))
    truth, row = gp.exact(model), [1, -2e4, 2005]
    draws = truth.sample(draws=50, chains=2)
    line = draws["mu"] + draws["beta"] @ np.array(row)
    assert draws.new_group(x=row) == pytest.approx(line, rel=1e-6)
    at_row = truth.new_group_at(row)
    assert abs(np.mean(line) - at_row.mean) < 4 * at_row.sd / np.sqrt(100)


def test_mu_and_beta_belong_together(private_truth):
    """Their correlation is negative: mu + beta is less uncertain than the two by themselves."""
    draws = private_truth.sample(draws=4000, chains=1, seed=5)
    at_one = private_truth.new_group_at(1)
    sum_of_both = draws["mu"] + draws["beta"]
    assert sum_of_both.std() < 0.9 * np.hypot(private_truth["mu"].sd, private_truth["beta"].sd)
    assert abs(z_of_means(sum_of_both.reshape(-1, 4), at_one.mean)) < 4


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(10))
def test_ten_data_sets_from_the_prior(form, seed):
    """About 1600 comparisons over all data sets and forms: |z| > 5 has a chance below 1 in 1000."""
    rng = np.random.default_rng(1000 + seed)
    J, p = int(rng.integers(5, 40)), int(rng.integers(1, 5))
    x, sigma = rng.normal(size=(J, p)) * 10.0 ** rng.integers(-2, 3, p), rng.uniform(2, 16, J)
    scale = 10 / np.abs(x).max(axis=0)
    mu, beta, tau = rng.normal(0, 20), rng.normal(0, scale), np.abs(rng.normal(0, 10))
    y = rng.normal(rng.normal(mu + x @ beta, tau), sigma)
    model = gp.NormalNormal(y, sigma, x=x, beta=[gp.Normal(0, s) for s in scale], form=form)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="tau is piled up")
        draws = gp.sample(model, draws=10, tune=20 if form == "collapsed" else 200, chains=300,
                          seed=seed)
    assert worst_z(draws, gp.exact(model)) < 5


# tables and ArviZ


@pytest.mark.extras
def test_tables_comparison_and_arviz(private):
    import pandas as pd
    x = pd.DataFrame({"private": private.x.astype(int), "size": np.arange(12.0)})
    model = gp.NormalNormal(private.y, private.sigma, x=x, groups=private.groups)
    truth = gp.exact(model)
    assert model.covariates == ("private", "size")
    rows = list(truth.summary().index)
    assert rows[:4] == ["mu", "beta[private]", "beta[size]", "tau"]
    draws = truth.sample(draws=200, chains=4)
    assert "beta[size]" in gp.sample(model, draws=500, tune=10).summary().index
    data = gp.sample(model, draws=50, tune=10).to_arviz()
    assert list(data["posterior"]["beta"].coords["covariate"].values) == ["private", "size"]
    assert data["constant_data"]["x"].dims == ("group", "covariate")
    assert draws.to_arviz()["posterior"]["beta"].shape == (4, 200, 2)
    one = gp.NormalNormal(private.y, private.sigma, x=private.x)
    assert gp.sample(one, draws=50, tune=10).to_arviz()["posterior"]["beta"].shape == (4, 50)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compared = gp.compare({"type": one, "none": gp.NormalNormal(private.y, private.sigma),
                               "pooled": one.complete_pooling()}, draws=500)
    assert compared.loc["type", "elpd"] == pytest.approx(gp.exact(one).elpd_loo().elpd)
    assert abs(compared.loc["type", "elpd"] - compared.loc["type", "psis_loo"]) < 0.5
