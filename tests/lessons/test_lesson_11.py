"""Lesson 11, chains: its few lines beside closed forms, the exact mean of tau, and ArviZ."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling import arviz_bridge

FORMS = ("centred", "noncentred")


@pytest.fixture(scope="module")
def autoregression():
    """x_t = 0.9 x_{t-1} + noise: rho_k = 0.9^k, and an ESS of N (1 - 0.9) / (1 + 0.9) = N / 19."""
    rng = np.random.default_rng(5)
    x = np.empty((40, 1000))
    x[:, 0] = rng.standard_normal(len(x))
    noise = np.sqrt(1 - 0.9**2) * rng.standard_normal(x.shape)
    for t in range(1, x.shape[1]):
        x[:, t] = 0.9 * x[:, t - 1] + noise[:, t]
    return x


def test_autocorrelation_of_a_chain_that_is_known(lesson, autoregression):
    """40000 draws worth 2100: the estimate of rho_k has an sd of about 1 / sqrt(2100) = 0.022."""
    rho = lesson.autocorrelation(autoregression, 30)
    assert rho == pytest.approx(0.9 ** np.arange(30), abs=0.07)


def test_log_tau_correlates_by_more_than_tau(lesson, run_lesson):
    """As in lesson 8, whose chains are others: 4 x 800 draws worth 140 tell it to 0.02 or so."""
    for form in FORMS:
        assert f"their logs by {lesson.rho_of_log[form]:.2f}" in lesson.said
        by_hand = np.log(lesson.later[form])
        by_hand = np.corrcoef(by_hand[:, :-1].ravel(), by_hand[:, 1:].ravel())[0, 1]
        assert lesson.rho_of_log[form] == pytest.approx(by_hand, abs=0.01)
    apart = run_lesson(8).correlations["centred"][0] - lesson.rho_of_log["centred"]
    assert abs(apart) < 0.05 < lesson.rho_of_log["centred"] - lesson.rho["centred"][1]


def test_effective_size_of_a_chain_that_is_known(lesson, autoregression):
    """The sum of some 40 estimated rho varies by 0.065 (twenty seeds)."""
    assert lesson.effective_size(autoregression) == pytest.approx(40_000 / 19, rel=0.15)


def test_effective_size_of_chains_that_stay_apart(lesson):
    """Two that sit at 0 and two at 1, all but for noise: few draws, and never a negative number.

    rho_k is about 1 - k / n, of half chains of n = 50: their sum is n / 2, and 8 n / n = 8 halves
    in two places are worth about 8.
    """
    apart = np.repeat([[0.0], [0.0], [1.0], [1.0]], 100, axis=1)
    apart += 1e-3 * np.random.default_rng(1).standard_normal(apart.shape)
    assert lesson.effective_size(apart) == pytest.approx(8, rel=0.05)


def test_r_hat_by_hand_arithmetic(lesson):
    """Half chains (0, 2), (0, 2), (2, 4), (2, 4): W = 2; means 1, 1, 3, 3 have the variance 4 / 3.

    The total is 1/2 . 2 + 4/3 = 7/3.
    """
    x = np.array([[0.0, 2, 0, 2], [2, 4, 2, 4]])
    assert lesson.r_hat(x) == pytest.approx(np.sqrt(7 / 6), rel=1e-12)


def test_what_is_printed_is_what_was_computed(lesson):
    for form in FORMS:
        assert f"are worth {lesson.ess[form]:.0f}" in lesson.printed
        assert f"{lesson.rho[form][1]:.2f}" in lesson.printed
        assert f"{lesson.r_hat_later[form]:.3f}" in lesson.printed
        assert f"+- {lesson.mcse[form]:.2f}, exact 4.81" in lesson.printed  # README's 4.806


def test_r_hat_of_few_sweeps_is_above_1_by_chance(lesson, schools):
    """Medians of 16 pieces, by other chains of the same sampler, after their warm-up."""
    model = gp.NormalNormal(schools.y, schools.sigma, form="noncentred")
    tau = gp.sample(model, draws=800, tune=200, chains=20, seed=5)["tau"]
    found = [lesson.r_hat(tau[4 * a:4 * a + 4, 50 * b:50 * b + 50])
             for a in range(5) for b in range(16)]
    rng = np.random.default_rng(0)
    low, high = np.quantile(np.median(rng.choice(found, (4000, 16)), axis=1), [0.001, 0.999])
    assert low < lesson.by_chance < high and np.median(found) > 1.01
    assert f"R-hat {lesson.by_chance:.2f} (median of 16) by chance, which may" in lesson.said


def test_what_the_usual_limit_means(lesson):
    """total / W = 1.01^2: means vary by 0.0201 W, that of eight by an eighth of it: 8 / 0.0201."""
    assert "If chance alone parts those of long chains, all are worth 398" in lesson.said
    rng = np.random.default_rng(1)
    halves = rng.normal(rng.normal(0, np.sqrt(0.0201), (4000, 8, 1)), 1, (4000, 8, 100))
    halves = halves - halves.mean(axis=2, keepdims=True) + rng.normal(
        0, np.sqrt(0.0201), (4000, 8, 1))  # means with this spread and no other
    assert 1 / halves.mean(axis=(1, 2)).var() == pytest.approx(398, rel=0.1)
    r_hat = [lesson.r_hat(one.reshape(4, 200)) for one in halves[:400]]
    assert np.median(r_hat) == pytest.approx(1.01, abs=0.006)


def test_good_numbers_are_no_proof(lesson):
    """Nobody crosses from 0 to 15, for which both ends of a step must be rare: from 3.75 to 11.25,
    at best, exp(-14) in all. A walk of 2000 steps of 2 is worth 200 draws or more.
    """
    near_0, at_both = lesson.near_0, lesson.at_both
    assert near_0.shape == at_both.shape == (4, 2000)
    assert abs(near_0).max() < 7.5 and (at_both > 7.5).mean(axis=1).tolist() == [0, 0, 1, 1]
    x = np.linspace(-10, 25, 35_001)
    p = np.exp(lesson.log_p(x))
    assert (p * x).sum() / p.sum() == pytest.approx(3) and p[x > 7.5].sum() / p.sum() == (
        pytest.approx(0.2))
    assert lesson.r_hat(near_0) < 1.01 and abs(near_0.mean()) < 4 / np.sqrt(4 * 200)
    assert lesson.r_hat(at_both) > 4 and at_both.mean() == pytest.approx(7.5, abs=0.15)
    assert f"R-hat {lesson.r_hat(near_0):.3f}, mean {near_0.mean():.2f}." in lesson.said
    assert f"R-hat {lesson.r_hat(at_both):.1f}, mean {at_both.mean():.2f}." in lesson.said


def test_effective_sizes_are_estimates(lesson, schools):
    """Of chains alike, each by its own halves: by other chains, too, the largest is twice the
    smallest and more; fours tell more, and less differently.
    """
    assert f"say {min(lesson.by_one):.0f} to {max(lesson.by_one):.0f}, each" in lesson.said
    assert f"by fours {min(lesson.by_four):.0f} to {max(lesson.by_four):.0f}." in lesson.said
    assert len(lesson.by_one) == 40 and len(lesson.by_four) == 10
    tau = gp.sample(gp.NormalNormal(schools.y, schools.sigma, form="centred"), draws=800, tune=200,
                    chains=20, seed=8)["tau"]
    others = [lesson.effective_size(tau[c:c + 1]) for c in range(20)]
    for found in (lesson.by_one, others):
        assert max(found) > 2 * min(found)
    assert np.std(np.log(lesson.by_four)) < np.std(np.log(lesson.by_one))
    assert np.median(others) == pytest.approx(np.median(lesson.by_one), rel=0.3)


def test_the_error_is_honest(lesson):
    """Within four Monte Carlo errors, by chance missed once in 16000; the naive one is not."""
    for form in FORMS:
        apart = abs(lesson.later[form].mean() - lesson.exact_tau.mean)
        assert apart < 4 * lesson.mcse[form]
    sd = lesson.later["centred"].std()
    assert lesson.naive == pytest.approx(sd / np.sqrt(4 * 800), rel=1e-12)
    assert lesson.naive < lesson.mcse["centred"] / 3


def test_the_trace_sits_where_tau_is_small(lesson):
    """Counted sweep by sweep."""
    for form in FORMS:
        longest = 0
        for chain in lesson.later[form]:
            stay = 0
            for tau in chain:
                stay = stay + 1 if tau < 1 else 0
                longest = max(longest, stay)
        assert lesson.longest[form] == longest
        assert f"{form} {longest}" in lesson.said
    assert lesson.longest["centred"] > 4 * lesson.longest["noncentred"]


def test_the_centred_form_is_the_slow_one(lesson):
    assert lesson.ess["centred"] < lesson.ess["noncentred"] / 4
    assert lesson.r_hat_later["centred"] > 1.01 > lesson.r_hat_later["noncentred"]
    assert all(lesson.r_hat_start[form] > lesson.r_hat_later[form] for form in FORMS)


@pytest.mark.extras
def test_it_stands_beside_arviz(lesson):
    """ArviZ goes on where a pair of lags rises again, and ranks the draws for R-hat."""
    for form in FORMS:
        x = lesson.later[form]
        assert lesson.ess[form] == pytest.approx(arviz_bridge.ess(x, "mean"), rel=0.15)
        assert lesson.mcse[form] == pytest.approx(arviz_bridge.mcse(x), rel=0.08)
        assert lesson.r_hat_later[form] == pytest.approx(arviz_bridge.rhat(x), abs=0.015)
        assert f"ArviZ says ESS {arviz_bridge.ess(x, 'mean'):.0f}" in lesson.printed
    assert (lesson.folder / "figures" / "lesson_11_chains.png").exists()
