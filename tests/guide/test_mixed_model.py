"""REML against closed forms, dense matrices, brute force and the exact posterior."""
import warnings

import numpy as np
import pytest
from scipy import linalg, stats

import gibbspool as gp
from gibbspool.models.one_way.given_spreads import GivenSpreads


def one_way(seed, n, tau=5.0, sigma=8.0):
    rng = np.random.default_rng(seed)
    group = np.repeat([f"g{i}" for i in range(len(n))], n)
    theta = np.repeat(rng.normal(50, tau, len(n)), n)
    return gp.OneWayNormal(rng.normal(theta, sigma), group)


def normal(seed, sigma, tau=5.0, **more):
    rng = np.random.default_rng(seed)
    return gp.NormalNormal(rng.normal(rng.normal(3, tau, len(sigma)), sigma), sigma, **more)


def with_covariates():
    rng = np.random.default_rng(5)
    return normal(2, rng.uniform(2, 6, 12), tau=8.0, x=rng.normal(size=(12, 2)), mu=gp.Flat(),
                  beta=gp.Flat())


CASES = {"normal": lambda: normal(1, np.geomspace(1, 9, 10)), "covariates": with_covariates,
         "one-way": lambda: one_way(3, [2, 3, 3, 8, 20, 5], tau=12.0)}


# --- closed forms ---------------------------------------------------------------------------------

def test_eight_schools_are_estimated_to_be_the_same(schools):
    found = gp.reml(gp.NormalNormal(schools.y, schools.sigma))
    precision = (1 / schools.sigma**2).sum()
    assert found.tau == 0.0 and found.at_boundary
    assert np.isnan(found.tau2_se) and found.sigma is None
    assert found.mu == pytest.approx((schools.y / schools.sigma**2).sum() / precision)
    assert found.mu_se == pytest.approx(precision**-0.5) and (found.shrinkage == 1).all()
    assert found.theta == pytest.approx(np.full(8, found.mu)) and (found.theta_se_naive == 0).all()
    assert found.theta_se == pytest.approx(np.full(8, found.mu_se))
    assert found.new_group_sd == found.mu_se
    assert "tau 0 (on the boundary: complete pooling)" in repr(found)


@pytest.mark.parametrize("seed", range(4))
def test_balanced_groups_are_the_analysis_of_variance(seed):
    J, n = 7, 6
    model = one_way(seed, [n] * J, tau=6.0)
    between, within = n * model.mean.var(ddof=1), model.within.sum() / (J * (n - 1))
    found = gp.reml(model)
    assert between > within
    assert found.sigma**2 == pytest.approx(within, rel=1e-9)
    assert found.tau**2 == pytest.approx((between - within) / n, rel=1e-8)
    variance = 2 * between**2 / (J - 1) + 2 * within**2 / (J * (n - 1))
    assert found.tau2_se == pytest.approx(np.sqrt(variance) / n)
    assert found.sigma_se == pytest.approx(within * np.sqrt(2 / (J * (n - 1))) / (2 * found.sigma))
    assert found.mu == pytest.approx(model.y.mean())
    assert found.mu_se == pytest.approx(np.sqrt(between / (J * n)))


def test_groups_closer_than_chance_are_on_the_boundary_with_one_variance_for_all():
    model = gp.OneWayNormal([1, 9, 2, 8, 3, 7.5, 4, 6.0], list("aabbccdd"))
    found = gp.reml(model)
    assert found.tau == 0.0 and found.sigma == pytest.approx(model.y.std(ddof=1))
    assert found.sigma_se == pytest.approx(found.sigma / np.sqrt(2 * 7)) and np.isnan(found.tau2_se)
    assert found.tau_interval()[0] == 0 < found.tau_interval()[1]


def test_equal_standard_errors_are_the_method_of_moments():
    model = normal(0, np.full(9, 4.0), tau=7.0)
    found = gp.reml(model)
    assert found.tau**2 == pytest.approx(model.y.var(ddof=1) - 16)
    assert found.tau2_se == pytest.approx(np.sqrt(2 / 8) * model.y.var(ddof=1))


# --- the restricted likelihood --------------------------------------------------------------------

@pytest.mark.parametrize("case", CASES)
def test_the_restricted_likelihood_is_that_of_error_contrasts(case):
    """Of the data in directions orthogonal to X, where the coefficients do not matter."""
    model = CASES[case]()
    found = gp.reml(model)
    one = case == "one-way"
    y, X = (model.y, np.ones((model.N, 1))) if one else (model.y, found.X)
    K = linalg.null_space(X.T)
    for tau, sigma in [(0.0, 5.0), (2.0, 8.0), (30.0, 1.0)]:
        together = model.group[:, None] == model.group if one else np.eye(len(y))
        V = tau**2 * together + np.diag(np.full(len(y), sigma**2) if one else model.sigma**2)
        contrasts = stats.multivariate_normal(np.zeros(K.shape[1]), K.T @ V @ K).logpdf(K.T @ y)
        constant = 0.5 * np.linalg.slogdet(X.T @ X)[1] - (0.5 * np.log(model.n).sum() if one else 0)
        assert found.log_likelihood(tau, sigma) == pytest.approx(contrasts - constant, abs=1e-8)


def test_it_is_log_p_y_given_tau_under_a_flat_mu():
    for model in (normal(1, np.geomspace(1, 9, 10), mu=gp.Flat()), with_covariates()):
        found, truth = gp.reml(model), gp.exact(model)
        for tau in (0.0, 1.0, 20.0):
            [log_p] = truth.log_likelihood_of(np.array([tau]))
            assert found.log_likelihood(tau) == pytest.approx(float(log_p), abs=1e-9)
    model = CASES["one-way"]()
    given = GivenSpreads(gp.Flat(), model.n, model.mean, model.within)
    found = gp.reml(model)
    apart = [given.log_p_y(tau, sigma) - found.log_likelihood(tau, sigma)
             for tau, sigma in [(0.0, 1.0), (3.0, 7.0), (9, 2)]]
    assert np.ptp(apart) < 1e-9


@pytest.mark.parametrize("case", CASES)
def test_the_score_is_zero_at_the_estimates(case):
    found = gp.reml(CASES[case]())
    assert found.tau > 0
    step = 1e-4 * found.tau

    def slope(function, at):
        return (function(at + step) - function(at - step)) / (2 * step)

    def at_tau(tau):
        return found.log_likelihood(tau, found.sigma)

    def at_sigma(sigma):
        return found.log_likelihood(found.tau, sigma)

    assert slope(at_tau, found.tau) == pytest.approx(0, abs=1e-6)
    if case == "one-way":
        assert slope(at_sigma, found.sigma) == pytest.approx(0, abs=1e-6)
    assert found.profile(found.tau) == pytest.approx(at_tau(found.tau), abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_no_tau_on_a_fine_grid_is_better(seed):
    rng = np.random.default_rng(seed)
    model = normal(seed, np.exp(rng.normal(0, 1.5, 6)), tau=rng.choice([0.1, 1.0, 10.0]))
    found = gp.reml(model)
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e3, 2000)])
    assert max(map(found.log_likelihood, grid)) <= found.log_likelihood(found.tau) + 1e-10


def test_of_two_peaks_the_higher_one_is_taken():
    """Three groups agree to 0.02 and four to 20: one peak explains these, the other those."""
    heights = {}
    for gap in (60.0, 80.0):
        y = np.array([0.0, 0.05, -0.05, gap, -gap, gap / 2, -gap])
        found = gp.reml(gp.NormalNormal(y, [0.02] * 3 + [20.0] * 4))
        grid = np.geomspace(1e-3, 300, 4000)
        log_l = np.array([found.log_likelihood(tau) for tau in grid])
        peaks = grid[1:-1][(log_l[1:-1] > log_l[:-2]) & (log_l[1:-1] > log_l[2:])]
        assert len(peaks) == 2
        heights[gap] = found.tau
        assert found.tau == pytest.approx(grid[log_l.argmax()], rel=1e-2)
    assert heights[60.0] < 1 < 10 < heights[80.0]


# --- errors, predictions, intervals ---------------------------------------------------------------

@pytest.mark.parametrize("case", CASES)
def test_standard_errors_are_those_of_dense_matrices(case):
    """The expected information 1/2 tr(P V_a P V_b) of all observations, with P written out."""
    model = CASES[case]()
    found = gp.reml(model)
    one = case == "one-way"
    X = np.ones((model.N, 1)) if one else found.X
    together = (model.group[:, None] == model.group).astype(float) if one else np.eye(model.J)
    noise = np.full(len(X), found.sigma**2) if one else model.sigma**2
    W = np.linalg.inv(found.tau**2 * together + np.diag(noise))
    C = np.linalg.inv(X.T @ W @ X)
    P = W - W @ X @ C @ X.T @ W
    parts = [together, np.eye(len(X))] if one else [together]
    covariance = np.linalg.inv([[0.5 * np.trace(P @ a @ P @ b) for a in parts] for b in parts])
    assert found.tau2_se == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-9)
    if one:
        sigma_se = np.sqrt(covariance[1, 1]) / (2 * found.sigma)
        assert found.sigma_se == pytest.approx(sigma_se, rel=1e-9)
    assert found.mu_se == pytest.approx(np.sqrt(C[0, 0]))
    b = C @ X.T @ W @ model.y
    assert found.mu == pytest.approx(b[0])
    if case == "covariates":
        assert found.beta == pytest.approx(b[1:])
        assert found.beta_se == pytest.approx(np.sqrt(np.diag(C))[1:])
        assert found.new_group_sd is None


@pytest.mark.parametrize("case", CASES)
def test_predictions_are_the_exact_ones_with_tau_held_at_its_estimate(case):
    model = CASES[case]()
    found = gp.reml(model)

    def held(x):
        return gp.Uniform(x * (1 - 1e-7), x * (1 + 1e-7))

    more = {"sigma": held(found.sigma)} if case == "one-way" else {}
    truth = gp.exact(model.with_priors(mu=gp.Flat(), tau=held(found.tau), **more))
    assert found.theta == pytest.approx(truth["theta"].mean, rel=1e-6)
    assert found.theta_se == pytest.approx(truth["theta"].sd, rel=1e-6)
    assert (found.theta_se_naive < found.theta_se).all()
    if found.new_group_sd:
        new = truth.new_group
        assert (found.mu, found.new_group_sd) == pytest.approx((new.mean, new.sd), rel=1e-6)
        spreads = (found.tau, found.sigma) if case == "one-way" else (found.tau,)
        given_mu = model.theta_given(found.mu, *spreads)
        assert found.theta == pytest.approx(given_mu.mean)
        assert found.theta_se_naive == pytest.approx(given_mu.sd)


@pytest.mark.parametrize("case", CASES)
def test_the_profile_interval_ends_where_the_likelihood_has_dropped(case):
    found = gp.reml(CASES[case]())
    drop = stats.chi2(1).ppf(0.89) / 2
    low, high = found.tau_interval(0.89)
    assert 0 < low < found.tau < high
    for end in (low, high):
        assert found.profile(found.tau) - found.profile(end) == pytest.approx(drop, abs=1e-6)
    if case == "one-way":
        sigmas = np.linspace(0.3, 3, 20001) * found.sigma
        highest = max(found.log_likelihood(high, sigma) for sigma in sigmas[::20])
        assert found.profile(high) == pytest.approx(highest, abs=1e-3)


def test_the_profile_interval_of_eight_schools_starts_at_the_boundary(schools):
    found = gp.reml(gp.NormalNormal(schools.y, schools.sigma))
    low, high = found.tau_interval()
    assert low == 0.0
    drop = found.log_likelihood(0.0) - found.log_likelihood(high)
    assert drop == pytest.approx(stats.chi2(1).ppf(0.89) / 2, abs=1e-9)


@pytest.mark.extras
def test_the_table_has_both_answers(schools, truth):
    found = gp.reml(truth.model)
    table = found.table(0.89, truth)
    assert list(table.index) == ["mu", "tau", *(f"theta[{g}]" for g in schools.groups), "theta_new"]
    row = table.loc["theta[A]"]
    z = stats.norm.ppf(0.945)
    ends = found.mu - z * found.mu_se, found.mu + z * found.mu_se
    assert (row["low"], row["high"]) == pytest.approx(ends)
    exact = truth["theta", "A"]
    assert (row["exact_mean"], row["exact_sd"]) == (exact.mean, exact.sd)
    assert (row["exact_low"], row["exact_high"]) == exact.hdi(0.89)
    width = row["exact_high"] - row["exact_low"]
    assert row["wider"] == pytest.approx(width / (2 * z * found.mu_se))
    assert (table.loc["tau", "low"], table.loc["tau", "high"]) == found.tau_interval(0.89)
    for case, rows in (("covariates", 16), ("one-way", 10)):
        fit = gp.reml(CASES[case]())
        both = fit.table()
        assert both.loc["tau", "se"] == pytest.approx(fit.tau2_se / (2 * fit.tau))
        assert both.drop(columns="se").notna().all(axis=None) and len(both) == rows


def test_one_covariate_has_one_effect():
    private = gp.data.private_schools()
    found = gp.reml(gp.NormalNormal(private.y, private.sigma, x=private.x))
    assert isinstance(found.beta, float) and found.beta_se > 0
    assert "beta" in [label for label, *_ in found.estimates()]


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_only_rescale(scale):
    model = CASES["normal"]()
    plain, scaled = gp.reml(model), gp.reml(gp.NormalNormal(scale * model.y, scale * model.sigma))
    assert scaled.tau == pytest.approx(scale * plain.tau, rel=1e-7)
    assert scaled.mu == pytest.approx(scale * plain.mu)
    assert scaled.tau_interval() == pytest.approx(scale * np.array(plain.tau_interval()), rel=1e-6)


def test_many_groups():
    model = normal(4, np.geomspace(0.5, 50, 3000), tau=5.0)
    found = gp.reml(model)
    assert abs(found.tau**2 - 25) < 4 * found.tau2_se < 10


# --- how often the boundary -----------------------------------------------------------------------

@pytest.mark.parametrize("tau", [0.0, 2.0, pytest.param(5.0, marks=pytest.mark.long)])
def test_the_boundary_is_reached_as_often_as_chi_square_says(tau):
    """With equal standard errors: where the sum of squares is below (J - 1) sigma^2.

    200 data sets of 8 groups, within four standard errors of the share.
    """
    rng, times = np.random.default_rng(7), 200
    y = rng.normal(0, np.hypot(tau, 5.0), (times, 8))
    share = np.mean([gp.reml(gp.NormalNormal(one, np.full(8, 5.0))).at_boundary for one in y])
    expected = stats.chi2(7).cdf(7 / (1 + tau**2 / 25))
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / times)
    if tau == 0:
        assert share > 0.45


# --- what cannot be done --------------------------------------------------------------------------

def test_what_does_not_determine_the_estimates_is_refused(schools):
    with pytest.raises(TypeError, match="REML is for normal models"):
        gp.reml(gp.BetaBinomial([1, 2, 3], [9, 9, 9]))
    with pytest.raises(TypeError, match="REML is for normal models"):
        gp.reml(gp.NormalNormal(schools.y, schools.sigma).no_pooling())
    with pytest.raises(ValueError, match="every group has a single observation"):
        gp.reml(gp.OneWayNormal([1.0, 2.0, 3.0], list("abc")))
    with pytest.raises(ValueError, match="do not vary within any group"):
        gp.reml(gp.OneWayNormal([1.0, 1.0, 3.0, 3.0], list("aabb"), sigma=gp.InverseGamma(1, 1)))
    x = np.column_stack([np.arange(8.0), 2 * np.arange(8.0)])
    with pytest.raises(ValueError, match="a column is a combination of others"):
        gp.reml(gp.NormalNormal(schools.y, schools.sigma, x=x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        three = gp.NormalNormal(schools.y[:3], schools.sigma[:3],
                                x=np.random.default_rng(0).normal(size=(3, 2)))
    with pytest.raises(ValueError, match="3 groups cannot determine 3 coefficients"):
        gp.reml(three)
