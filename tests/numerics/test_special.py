"""Log Gamma and its relatives against whole numbers and values computed with 40 digits (mpmath)."""
import math

import numpy as np
import pytest

from gibbspool.numerics.special import (
    log_beta,
    log_choose,
    log_multichoose,
    log_rise,
    log_rising,
    stirling_remainder,
)

# Some rounding errors of the value, or of the number 1 where it is small.
ROUNDING = dict(rel=5e-15, abs=5e-15)

REMAINDERS = {
    1e-200: 229.33957076619989567, 0.25: 0.27251040121343206088, 3: 0.027677925684998339149,
    9.5: 0.008768700134139385463, 10: 0.0083305634333628712565, 10.5: 0.0079341145643140205472,
    40: 0.0020832899383024217487, 1000: 8.3333330555556349206e-5, 1e8: 8.3333333333333333056e-10,
}


@pytest.mark.parametrize("z", REMAINDERS)
def test_stirling_remainder(z):
    """Below 10 it is a difference of numbers near 20; from there on a series."""
    rounding = 5e-15 if z < 10 else 1e-15 * (10 / z) ** 12
    assert stirling_remainder(z) == pytest.approx(REMAINDERS[z], rel=1e-15, abs=rounding)


# a, n: log of Gamma(a + n) / Gamma(a); of that over a^n; of that over n!
RISING = {
    (1e-250, 40): (-469.01451298786796182, 22556.836416952588876, -579.33515270262535725),
    (0.001, 3): (-6.2131087230474571407, 14.510157113898953953, -8.0048681922755121415),
    (9.75, 200): (897.56012615514975201, 442.10666915319859029, 34.328138962744278516),
    (10.25, 200): (899.1066696494059148, 433.65112853252247779, 35.874682457000441305),
    (1e6, 12345): (170628.35957609935209, 75.881738030388272933, 66665.406097649676414),
    (1e14, 3): (96.708573905749948729, 3.0000000000009996681e-14, 94.916814436521893728),
}


@pytest.mark.parametrize("a, n", RISING)
def test_rising_factorials_of_any_size(a, n):
    rising, rise, multichoose = RISING[a, n]
    assert log_rising(a, n) == pytest.approx(rising, **ROUNDING)
    # of terms of size n, which cancel
    assert log_rise(a, n) == pytest.approx(rise, rel=5e-15, abs=5e-16 * n)
    assert log_multichoose(a, n) == pytest.approx(multichoose, **ROUNDING)


def test_rises_are_sums_of_logs():
    """Exactly: log(1 + i / x) added up for each i, without rounding in the sum."""
    for x in (1e-140, 0.03, 1.0, 8.0, 12.0, 300.0, 1e7, 1e12, 1e150):
        for y in (0, 1, 2, 5, 45, 800):
            exact = math.fsum(math.log1p(i / x) for i in range(y))
            largest = 5 + y + max(0.0, -math.log(x))  # of the terms, some of which cancel
            assert log_rise(x, y) == pytest.approx(exact, rel=5e-15, abs=1e-15 * largest)


@pytest.mark.parametrize("n", [1, 2, 9, 45, 200, 3000, 40_000])
def test_choices_are_counted_exactly(n):
    """math.comb counts them as whole numbers of any length."""
    for y in sorted({0, 1, n // 7, n // 2, n - 1, n}):
        assert log_choose(n, y) == pytest.approx(math.log(math.comb(n, y)), **ROUNDING)
        assert log_multichoose(n, y) == pytest.approx(math.log(math.comb(n + y - 1, y)),
                                                      **ROUNDING)


def test_one_choice_alone_keeps_its_digits_beside_a_large_count():
    """Choosing none or all of 1e9 is one choice, whose log is 0; choosing one is a billion."""
    assert log_choose(1e9, np.array([0.0, 1e9])) == pytest.approx([0, 0], abs=1e-15)
    assert log_choose(1e9, 1.0) == pytest.approx(9 * math.log(10), rel=1e-15)
    assert log_multichoose(1e-290, 0.0) == 0


DENSITIES = {
    (0.3, 2.5, 4.5): 0.7865102604202722998,
    (1e-9, 0.01, 3.0): 15.925800862953062787,
    (0.25, 3e11, 9e11): 13.824721019942113523,
    (0.2500004, 3e11, 9e11): 13.312720317335802442,
    (0.999, 5e6, 2e4): -12677.502556392441229,
    (0.75, 1.0, 1.0): 0.0,
}


@pytest.mark.parametrize("theta, a, b", DENSITIES)
def test_log_beta(theta, a, b):
    """2e-10: at kappa = 1e12 a theta one rounding error away already has another density."""
    rounding = 2e-10 if a > 1e9 else 5e-13
    assert log_beta(theta, a, b) == pytest.approx(DENSITIES[theta, a, b], rel=5e-15, abs=rounding)


def test_log_beta_of_a_normal_density_at_its_limit():
    """At kappa = 1e18, but for terms of the order 1 / sqrt(kappa)."""
    kappa, z = 1e18, np.array([-2.0, 0.0, 1.5])
    sd = np.sqrt(0.3 * 0.7 / kappa)
    normal = -0.5 * z**2 - 0.5 * np.log(2 * np.pi) - np.log(sd)
    assert log_beta(0.3 + z * sd, 0.3 * kappa, 0.7 * kappa) == pytest.approx(normal, abs=1e-3)
