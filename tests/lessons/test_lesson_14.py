"""Lesson 14, leaving one out: closed forms of the normal distribution, gp.exact, ArviZ."""
import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

import gibbspool as gp
from gibbspool.sampling import arviz_bridge

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SIGMA = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
BY_HAND = -0.5 * np.log(2 * np.pi * 481) - 1 / (2 * 481)  # Normal(0, sqrt(20^2 + 9^2)) at -1
STRATEGIES = ("complete pooling", "partial pooling", "no pooling")


def test_the_identity_on_a_normal_posterior(lesson):
    """E of 1 / p by the integral of a Gaussian: y = -1, sigma = 9, prior Normal(0, 20).

    1 / p(y | others) with p(y | others) = Normal(0, sqrt(20^2 + 9^2)).pdf(-1); sqrt(481) = 21.932.
    """
    v = np.sqrt(1 / (1 / 20**2 + 1 / 9**2))
    m = v**2 * -1 / 9**2
    theta = np.linspace(m - 40 * v, m + 40 * v, 400_001)
    inverse = np.exp((theta + 1) ** 2 / (2 * 81) - (theta - m) ** 2 / (2 * v**2)) * 9 / v
    mean = inverse.sum() * (theta[1] - theta[0])
    assert -np.log(mean) == pytest.approx(BY_HAND, abs=1e-9)
    assert lesson.exact_log_density["no pooling"] == pytest.approx(BY_HAND, abs=1e-9)


def test_draws_come_near_the_exact_value_where_the_tail_is_light(lesson):
    """Four standard errors of the mean of 1 / p, from the effective size of the weights."""
    for name in ("complete pooling", "partial pooling"):
        error = 1 / np.sqrt(lesson.effective[name])
        assert abs(lesson.log_density[name] - lesson.exact_log_density[name]) < 4 * error
        assert f"{lesson.log_density[name]:.3f} by draws" in lesson.printed


def test_weights_turn_the_posterior_into_the_one_without_the_school(lesson):
    """The sd of theta_new is some 6: four standard errors of a weighted mean are about 0.6."""
    others = [0, 1, 2, 3, 5, 6, 7]
    truth = gp.exact(gp.NormalNormal(Y[others], SIGMA[others])).new_group
    assert lesson.without_j.new_group.mean == pytest.approx(truth.mean, abs=1e-9)
    error = truth.sd / np.sqrt(lesson.effective["partial pooling"])
    assert abs(lesson.weighted_mean - truth.mean) < 4 * error
    moved = truth.mean - lesson.posterior["partial pooling"]["theta", "E"].mean
    assert moved > 8 * error, "the weights have work to do"


def test_the_effective_size_of_weights(lesson):
    assert [1 / (w**2).sum() for w in lesson.weight.values()] == pytest.approx(
        [lesson.effective[name] for name in STRATEGIES])
    assert all(w.sum() == pytest.approx(1) for w in lesson.weight.values())
    assert lesson.effective["no pooling"] < lesson.effective["partial pooling"] < 10_000


@pytest.mark.parametrize("k", [0.3, 0.7])
def test_k_of_weights_that_are_pareto(lesson, k):
    """u^(-k) of uniform u; 3 sqrt(40000) = 600 weights tell k to (1 + k) / sqrt(600) = 0.07."""
    u = np.random.default_rng(3).uniform(size=40_000)
    assert lesson.pareto_k(u**-k) == pytest.approx(k, abs=4 * (1 + k) / np.sqrt(600))


def test_k_in_closed_form(lesson):
    """Without pooling 400 / 481. Complete: v^2 of mu is 1 / (1 / 400 + the sum of 1 / sigma^2)."""
    precision = 1 / 400 + (1 / SIGMA**2).sum()
    assert lesson.closed["no pooling"] == pytest.approx(400 / 481, rel=1e-9)
    assert lesson.closed["complete pooling"] == pytest.approx(1 / precision / 81, rel=1e-9)
    for name, k in lesson.closed.items():  # a normal's tail is a Pareto's only in the limit
        fits = lesson.fits[name]
        assert len(fits) == 24 and fits[0] == pytest.approx(lesson.k[name], rel=1e-6)
        assert lesson.k[name] == pytest.approx(k, abs=4 * (1 + k) / np.sqrt(300))
        assert np.std(fits) == pytest.approx((1 + k) / np.sqrt(300), rel=0.4)
        assert f"24 sets {np.mean(fits):.2f} +- {np.std(fits):.2f}; in closed form {k:.2f}" in (
            lesson.said)
    assert lesson.k["complete pooling"] < lesson.k["no pooling"]
    assert np.mean(lesson.fits["complete pooling"]) > 0.2 + 4 * 0.08 / np.sqrt(24), "lie nearer"


def log_p_off(sets, draws, seed):
    """Errors of log p by other draws of the same normal posterior, without pooling."""
    v, rng = (1 / (1 / 20**2 + 1 / 9**2)) ** 0.5, np.random.default_rng(seed)
    theta = v * rng.standard_normal((sets, draws), dtype=np.float32) - v**2 / 81
    inverse = np.exp((theta + 1)**2 / 162).mean(axis=1).astype(float)
    return -np.log(9 * np.sqrt(2 * np.pi) * inverse) - BY_HAND


def test_24_sets_of_draws_and_what_they_say(lesson):
    """Most have log p too high, for they miss the rare draws that weigh most; a few far too low.

    A median of 24 absolute errors lies between the quantiles 0.15 and 0.85 of one, all but for one
    time in 2000; those of 24 sets, between the 0.0001 and 0.9999 ones, all but for 1 in 200.
    """
    small, large = lesson.off[10_000], lesson.off[100_000]
    assert len(small) == len(large) == 24
    assert small[0] == pytest.approx(lesson.log_density["no pooling"] - BY_HAND)
    others = log_p_off(4000, 10_000, 0)
    low, high = np.quantile(others, [0.0001, 0.9999])
    assert low < min(small) < -0.3 and max(small) < high and np.mean(others > 0) > 0.7
    for n, errors in lesson.off.items():
        others = np.abs(log_p_off(200, n, 1))
        assert lesson.typical[n] == np.median(np.abs(errors))
        assert np.quantile(others, 0.15) < lesson.typical[n] < np.quantile(others, 0.85)
        assert (f"{min(errors):+.2f} to {max(errors):+.2f}, too high in "
                f"{sum(one > 0 for one in errors)}; half by {lesson.typical[n]:.3f}" in lesson.said)
    assert lesson.typical[100_000] < lesson.typical[10_000]
    assert (f"miss log p by {lesson.typical[10_000]:.3f} or so, 100,000 by "
            f"{lesson.typical[100_000]:.3f}: use the exact value.") in lesson.said


def test_how_errors_fall_with_the_draws(lesson):
    """Means of variables whose tail is a Pareto's, k = 0.83: their errors fall like n^(k - 1)."""
    assert "errors 1.5 times less: 10^(1 - k)" in lesson.said
    k, rng = 400 / 481, np.random.default_rng(2)
    typical = [np.median(np.abs((rng.random((4000, n))**-k).mean(axis=1) - 1 / (1 - k)))
               for n in (100, 1000)]
    assert typical[0] / typical[1] == pytest.approx(10**(1 - k), rel=0.1)


def test_why_the_limit_is_a_k_of_0_7(lesson):
    """10^(1 / 0.3), and 10^(481 / 81) for the k of 400 / 481."""
    assert f"Vehtari and others 2024): {10**(10 / 3):,.0f} where k = 0.7, the limit" in lesson.said
    assert f"here, without pooling, {10**(481 / 81):,.0f}: beyond 0.7 it soars." in lesson.said


def test_far_out_partial_pooling_has_a_k_of_1(lesson):
    """By the chance that |theta_j - y_j| passes d, a sum over tau, whose prior is HalfNormal(10).

    Given tau, theta_j is normal with the sd v = sigma tau / sqrt(sigma^2 + tau^2), but for mu; k is
    the slope of log w = d^2 / (2 sigma^2) on minus the log of that chance.
    """
    taus, sigma = np.arange(0.05, 2000, 0.05), SIGMA[4]
    v = sigma * taus / np.hypot(sigma, taus)

    def k_at(d):
        log_chance = [logsumexp(norm.logsf(x / v) - taus**2 / 200) for x in (d, 1.01 * d)]
        return (1.01**2 - 1) * d**2 / (2 * sigma**2) / (log_chance[0] - log_chance[1])

    local = [k_at(d) for d in (40, 400, 4000)]
    assert local[0] < 400 / 481 < local[1] < local[2] == pytest.approx(1, abs=0.01)
    assert "k is 1 far out, its mean finite" in lesson.said


def test_how_far_off_a_fit_is(lesson):
    """By other draws of the same normal posteriors: rms 0.1 or so from the closed form."""
    off = []
    for seed in range(12):
        theta = np.random.default_rng(seed).standard_normal(10_000)
        for k in lesson.closed.values():  # theta about y_j, the tail does not feel by how much
            off.append(lesson.pareto_k(np.exp(k * theta**2 / 2)) - k)
    assert 0.05 < np.sqrt(np.mean(np.square(off))) < 0.15


def test_the_sum_over_all_schools(lesson):
    """elpd_loo by leaving each school out of the data in turn."""
    total = sum(gp.exact(gp.NormalNormal(Y, SIGMA)).log_evidence
                - gp.exact(gp.NormalNormal(np.delete(Y, j), np.delete(SIGMA, j))).log_evidence
                for j in range(8))
    assert f"-3.788 exactly; all schools {total:.2f}" in lesson.printed


@pytest.mark.extras
def test_it_stands_beside_arviz(lesson):
    """Two estimators of one k; ArviZ's log p has its largest weights smoothed: steadier, biased."""
    psis = [arviz_bridge.psis_loo(draws) for draws in lesson.sets["no pooling"]]
    assert lesson.k["no pooling"] == pytest.approx(psis[0].pareto_k[4], abs=0.05)
    off = np.array([one.pointwise[4] for one in psis]) - BY_HAND
    assert f"By PSIS off by {off.mean():+.3f} on average, sd {off.std():.3f}; by" in lesson.said
    assert "PSIS is steadier. Its mean is too high: it cannot invent missing draws." in lesson.said
    small = lesson.off[10_000]
    assert f"as they are {np.mean(small):+.3f} and {np.std(small):.3f}." in lesson.said
    assert off.std() < np.std(small) / 2 and off.mean() > 4 * off.std() / np.sqrt(24)
    assert (lesson.folder / "figures" / "lesson_14_leaving_one_out.png").exists()
