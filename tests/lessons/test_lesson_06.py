"""Lesson 6 against fractions by hand, the library's conditionals and integrals by scipy."""
from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, stats

import gibbspool as gp


def test_exponents_of_shares_add(lesson):
    concentration = [3 + 9, 6 + 11, 3 + 9, 3 + 6]  # 15 imaginary people and those of region 5
    assert lesson.concentration.tolist() == concentration
    assert lesson.library_concentration == pytest.approx(np.array(concentration))
    by_hand = [float(Fraction(c, 50)) for c in concentration]
    assert lesson.pi_mean == pytest.approx(by_hand)
    assert lesson.pi_shrunk == pytest.approx(by_hand)
    assert lesson.B_shares == pytest.approx(15 / 50)


def test_so_prior_times_likelihood_is_the_posterior_but_for_a_constant(lesson):
    pi = gp.Dirichlet(np.ones(4)).draw(np.random.default_rng(1), np.empty((5, 4)))
    log_prior = [stats.dirichlet.logpdf(one, lesson.alpha * lesson.pi0) for one in pi]
    log_likelihood = stats.multinomial.logpmf(lesson.counts, int(lesson.n), pi)
    log_posterior = [stats.dirichlet.logpdf(one, lesson.concentration) for one in pi]
    assert np.ptp(log_prior + log_likelihood - log_posterior) < 1e-10


def test_exponents_of_rates_add(lesson):
    assert (lesson.events, lesson.exposure) == (11, 3.5)
    assert (lesson.shape, lesson.rate) == (14, 5.5)
    mean = Fraction(14) / Fraction(11, 2)
    assert lesson.lam_mean == pytest.approx(float(mean)) == pytest.approx(lesson.lam_shrunk)
    assert lesson.lam_sd == pytest.approx(np.sqrt(14) / 5.5)
    assert lesson.B_rate == pytest.approx(2 / 5.5)
    assert (lesson.library_lam.shape[5], lesson.library_lam.rate[5]) == (14, 5.5)


def test_the_grid_agrees_with_an_integral(lesson):
    def weight(lam):
        return stats.gamma.pdf(lam, 3, scale=1 / 2) * stats.poisson.pmf(11, 3.5 * lam)

    total, first, second = [integrate.quad(lambda lam, k=k: lam**k * weight(lam), 0, 20)[0]
                            for k in range(3)]
    assert lesson.grid_mean == pytest.approx(first / total, rel=1e-7)
    assert lesson.grid_sd == pytest.approx(np.sqrt(second / total - (first / total)**2), rel=1e-6)
    assert lesson.grid_mean == pytest.approx(lesson.lam_mean, rel=1e-7)
    assert lesson.grid_sd == pytest.approx(lesson.lam_sd, rel=1e-6)


def test_what_was_seen_is_what_was_computed(lesson):
    assert "n / (alpha + n) = 0.700" in lesson.printed     # 35 / 50
    assert "e / (b + e) = 0.636" in lesson.printed         # 3.5 / 5.5
