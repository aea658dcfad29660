"""Lesson 3 against quadrature (scipy.integrate) of the density and of its piecewise exponential."""
import numpy as np
import pytest
from scipy.integrate import quad


def mean_of_tau(log_density, ends):
    """By adaptive quadrature of p(u) over u = log tau, piece by piece."""
    def over(weight):
        return sum(quad(lambda u: weight(u) * np.exp(log_density(u)), a, b, epsabs=0)[0]
                   for a, b in zip(ends, ends[1:]))
    return over(np.exp) / over(lambda u: 1.0)


def log_p(u):
    """theta = the eight estimates and mu = 8: S = 768; the last term is log |dtau / du|."""
    tau = np.exp(u)
    return -tau**2 / 200 - 8 * np.log(tau) - 384 / tau**2 + u + 25  # 25: near 1 at the top


def test_the_density_and_its_exact_mean(lesson):
    assert lesson.S == 768
    assert lesson.exact_mean == pytest.approx(mean_of_tau(log_p, [0, 2, 3, 5]), rel=1e-8)


def test_the_lines_and_their_cdf(lesson):
    points = np.linspace(np.log(3), np.log(40), 7)
    values = log_p(points)

    def log_q(u):
        return np.interp(u, points, values)

    masses = [quad(lambda u: np.exp(log_q(u)), a, b, epsabs=0)[0]
              for a, b in zip(points, points[1:])]
    np.testing.assert_allclose(lesson.cdf[1:], np.cumsum(masses) / sum(masses), rtol=1e-9)
    np.testing.assert_allclose(lesson.library_cdf, lesson.cdf, rtol=1e-12)
    below = sum(masses[:4]) - quad(lambda u: np.exp(log_q(u)), np.log(lesson.one_draw),
                                   points[4], epsabs=0)[0]
    assert below / sum(masses) == pytest.approx(lesson.uniform, abs=1e-9)
    # the mean over 20,000 equally spaced shares: the midpoint rule, wrong by less than 1e-4
    assert lesson.grid_mean == pytest.approx(mean_of_tau(log_q, points), rel=1e-4)
    assert abs(lesson.grid_mean / lesson.exact_mean - 1) > 0.01, "nothing to correct"


def test_the_correction(lesson):
    """40,000 draws of sd 2.5: a standard error of 0.0125, 1.2 times that where one in ten repeats.

    Uncorrected they are 13 standard errors off, so that four tell the two means apart.
    """
    error = 1.2 * np.std(lesson.corrected) / np.sqrt(len(lesson.corrected))
    assert abs(lesson.corrected_mean - lesson.exact_mean) < 4 * error
    assert abs(np.exp(lesson.proposals).mean() - lesson.grid_mean) < 4 * error
    assert abs(lesson.grid_mean - lesson.exact_mean) > 10 * error


def test_the_share_of_accepted_proposals(lesson):
    """E min(1, w' / w) over independent pairs of q, w = p / q; its standard error is 0.0015."""
    w = np.exp(lesson.log_weight)
    rng = np.random.default_rng(0)
    p = w / w.sum()
    here, there = rng.choice(w, 40_000, p=p), rng.choice(w, 40_000)
    assert lesson.acceptance == pytest.approx(np.minimum(1, there / here).mean(), abs=0.01)


def test_the_library_needs_no_correction(lesson):
    assert lesson.library_points == 128
    assert lesson.record.before == lesson.one_draw and "One of its draws" in lesson.printed
    assert lesson.library_mean == pytest.approx(lesson.exact_mean, rel=1e-3)


def test_where_the_lines_are_off(lesson):
    """Each gap is that of p and its chord; q has too little left of its middle point, 11, and the
    corrected draws cannot pass the ends.
    """
    points = np.linspace(np.log(3), np.log(40), 7)
    gaps = []
    for a, b in zip(points, points[1:]):
        u = np.linspace(a, b, 101)
        gap = log_p(u) - np.interp(u, points, log_p(points))
        assert (gap > -1e-9).all(), "chords lie below the curve"
        gaps.append(gap.max())
    assert np.argmax(gaps) == 0 and gaps[0] > 2 > gaps[2]
    left = lesson.p_fine[lesson.fine < points[3]].sum()
    assert lesson.cdf[3] < left - 0.02
    total = sum(quad(lambda u: np.exp(log_p(u)), a, b, epsabs=0)[0] for a, b in ((0, 2), (2, 3),
                                                                                  (3, 5)))
    beyond = quad(lambda u: np.exp(log_p(u)), points[-1], 5, epsabs=0)[0] / total
    assert lesson.beyond == pytest.approx(beyond, rel=0.01)
    assert f"where {beyond:.0e} of the probability lies" in lesson.printed


def test_the_correction_lets_as_many_come_back_as_go(lesson):
    """p q' min(1, p' q / (p q')) with old and new exchanged, at places on the grid."""
    u = np.linspace(np.log(4), np.log(30), 20)
    log_p, log_q = lesson.log_p(u) + 25, np.interp(u, lesson.u, lesson.log_p(lesson.u)) + 25
    go = log_p[:, None] + log_q + np.minimum(0, log_p + log_q[:, None] - log_p[:, None] - log_q)
    np.testing.assert_allclose(go, go.T, atol=1e-12)
    assert "= min(p q', p' q) go; as many come back" in lesson.said


def test_where_q_is_too_high_beside_p_most_are_refused(lesson):
    """Of proposals where log p - log q is low: a quarter of them, and the quarter where it is high.

    log q lies below log p everywhere; only beside their totals is it too high.
    """
    w, accepted = lesson.log_weight, np.diff(lesson.kept, prepend=0) != 0
    low, high = np.quantile(w, [0.25, 0.75])
    assert accepted[w < low].mean() < accepted[w > high].mean() - 0.1
    assert "too high beside p, both divided by their totals" in lesson.said


def test_what_it_says(lesson):
    assert "With 7 points" in lesson.printed
    assert f"{lesson.grid_mean:.2f}\nwhere {lesson.exact_mean:.2f} is right" in lesson.printed
