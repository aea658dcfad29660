"""Lesson 14, leaving one out: closed forms of the normal distribution, gp.exact, ArviZ."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling import arviz_bridge

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SIGMA = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
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
    assert -np.log(mean) == pytest.approx(lesson.by_hand, abs=1e-9)
    assert lesson.by_hand == pytest.approx(-0.5 * np.log(2 * np.pi * 481) - 1 / (2 * 481), abs=1e-9)
    assert lesson.exact_log_density["no pooling"] == pytest.approx(lesson.by_hand, abs=1e-9)


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
        assert lesson.k[name] == pytest.approx(k, abs=3 * lesson.k_error)
    assert lesson.k["complete pooling"] < lesson.k["no pooling"]
    assert lesson.k_error == pytest.approx((1 + lesson.k["no pooling"]) / np.sqrt(300))


def test_eight_sets_of_draws_and_what_they_say(lesson):
    """As by other draws of the same normal posterior, whose 1 / p has a mean in closed form.

    Of 400 sets nearly all have log p too high: most miss the rare draws that weigh most.
    """
    assert "More draws would hardly help" in lesson.printed and 400 / 481 > 0.7
    assert lesson.off[0] == pytest.approx(lesson.log_density["no pooling"] - lesson.by_hand)
    assert lesson.fits[0] == pytest.approx(lesson.k["no pooling"], rel=1e-6)
    assert lesson.worth[0] == pytest.approx(lesson.effective["no pooling"])
    v, rng = np.sqrt(1 / (1 / 20**2 + 1 / 9**2)), np.random.default_rng(0)
    theta = rng.normal(-v**2 / 81, v, (400, 10_000))
    inverse = 9 * np.sqrt(2 * np.pi) * np.exp((theta + 1)**2 / 162)
    off = -np.log(inverse.mean(axis=1)) - lesson.by_hand
    low, high = np.quantile(off, [0.001, 0.999])
    assert low < min(lesson.off) < max(lesson.off) < high
    assert np.mean(off > 0) > 0.8 and lesson.too_high == sum(one > 0 for one in lesson.off) > 5
    assert lesson.passed == sum(one <= 0.7 for one in lesson.fits)
    assert (f"worth {min(lesson.worth):.0f} to {max(lesson.worth):.0f}; fitted k "
            f"{min(lesson.fits):.2f} to {max(lesson.fits):.2f}, at most 0.7 in {lesson.passed}."
            in lesson.said)
    assert f"miss log p by up to {max(map(abs, lesson.off)):.2f}." in lesson.said


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
    """Two estimators of one k; ArviZ's log p has its largest weights smoothed."""
    psis = arviz_bridge.psis_loo(
        lesson.posterior["no pooling"].sample(draws=10_000, chains=1, seed=1))
    assert lesson.k["no pooling"] == pytest.approx(psis.pareto_k[4], abs=0.05)
    assert f"k {psis.pareto_k[4]:.2f}, log p {psis.pointwise[4]:.3f}" in lesson.printed
    assert (lesson.folder / "figures" / "lesson_14_leaving_one_out.png").exists()
