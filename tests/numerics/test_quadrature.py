"""Adaptive quadrature against densities whose integrals, cdfs and quantiles are known."""
import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from gibbspool.numerics.coordinates import Log
from gibbspool.numerics.quadrature import Panels, integrate, relative_difference

WIDE = (-345.0, 345.0)
LOG_TARGETS = {
    "gamma": stats.gamma(2.5), "half-normal": stats.halfnorm(scale=1e-6),
    "half-Cauchy": stats.halfcauchy(scale=1e4), "narrow": stats.gamma(1e6),
    "inverse gamma": stats.invgamma(3)}


@pytest.mark.parametrize("name", LOG_TARGETS)
def test_integral_cdf_and_quantile_of_known_densities(name):
    target, log = LOG_TARGETS[name], Log()
    found = integrate(lambda u: target.logpdf(log.x(u)) + u, *WIDE)
    assert found.log_total == pytest.approx(0, abs=1e-9)
    assert found.error < 1e-8
    q = np.array([1e-12, 1e-4, 0.055, 0.5, 0.945, 1 - 1e-6])
    x = target.ppf(q)
    assert found.cdf(log.u(x)) == pytest.approx(q, rel=1e-7)
    assert found.sf(log.u(x)) == pytest.approx(target.sf(x), rel=1e-7)
    assert log.x(found.quantile(q)) == pytest.approx(x, rel=1e-6)


def test_two_far_modes_are_both_found():
    def log_density(u):
        left, right = (stats.norm.logpdf(u, mean, 0.5) for mean in (-20, 30))
        return np.logaddexp(left, right) - np.log(2)

    found = integrate(log_density, *WIDE)
    assert found.log_total == pytest.approx(0, abs=1e-10)
    assert found.cdf(0.0) == pytest.approx(0.5, abs=1e-10)


def test_probes_are_integrated_as_well():
    """The density alone is a constant here and needs no panels; the probe does."""
    def log_density(u):
        return np.where((u > 0) & (u < 1), 0.0, -np.inf)

    def probes(u):
        return np.sin(200 * u)[None]

    found = integrate(log_density, 0.0, 1.0, probes)
    mean = np.exp(found.log_mass) @ np.sin(200 * found.u)
    assert mean == pytest.approx((1 - np.cos(200)) / 200, abs=1e-8)


def test_halving_the_tolerance_changes_nothing_that_was_promised():
    def log_density(u):
        return stats.gamma(0.7).logpdf(np.exp(u)) + u

    loose, tight = (integrate(log_density, *WIDE, rtol=rtol) for rtol in (1e-6, 1e-12))
    assert abs(loose.log_total - tight.log_total) < 10 * max(loose.error, 1e-12)
    assert tight.error <= loose.error


def test_panels_are_fine_where_the_density_bends_and_coarse_elsewhere():
    """A kink at 0.3 is closed in on by halving; smooth parts keep the panels they start with."""
    found = integrate(lambda u: -40 * np.abs(u - 0.3), 0.0, 1.0, drop=50, panels=8)
    width = found.high - found.low
    assert found.high[:-1] == pytest.approx(found.low[1:]) and width.max() == pytest.approx(1 / 16)
    narrowest = np.argmin(width)
    assert found.low[narrowest] - 1e-3 < 0.3 < found.high[narrowest] + 1e-3
    whole = (2 - np.exp(-12) - np.exp(-28)) / 40
    assert found.log_total == pytest.approx(np.log(whole), abs=1e-9)


def test_noise_is_no_density():
    """Rounding errors above the tolerance would be halved for ever."""
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="rounding errors in the log density"):
        integrate(lambda u: -0.5 * u**2 + 1e-6 * rng.random(u.shape), -9.0, 9.0)


def test_what_lies_far_below_the_top_is_left_out():
    found = integrate(lambda u: -np.abs(u), *WIDE, drop=30.0)
    assert -31.5 < found.low[0] < -29.5 and 29.5 < found.high[-1] < 31.5


def test_tolerance_has_to_be_one():
    with pytest.raises(ValueError, match="rtol is 0; it must lie between 0 and 1"):
        integrate(lambda u: -u**2, -1.0, 1.0, rtol=0)


def test_halves_of_panels():
    """Left and right half of the first, of the second; each evaluated at its own nodes."""
    panels = Panels.evaluated(np.sin, lambda u: np.stack([u, u**2]), np.array([0.0, 4.0]),
                              np.array([1.0, 8.0]))
    halves = panels.halved(np.sin, lambda u: np.stack([u, u**2]))
    assert halves.low.tolist() == [0, 0.5, 4, 6] and halves.high.tolist() == [0.5, 1, 6, 8]
    assert halves.probes.shape == (2, 4, 16)
    assert halves.log_p == pytest.approx(np.sin(halves.probes[0]))
    right = halves.chosen(np.array([False, True, False, True]))
    assert right.low.tolist() == [0.5, 6] and right.probes[1] == pytest.approx(right.probes[0] ** 2)


def test_integrals_of_panels():
    """exp(u) over [0, 1] and [1, 3], and u exp(u), whose integral is (u - 1) exp(u)."""
    panels = Panels.evaluated(lambda u: u, lambda u: u[None], np.array([0.0, 1.0]),
                              np.array([1.0, 3.0]))
    e = np.exp(1)
    assert panels.integrals(np.zeros(2)) == pytest.approx(
        np.array([[e - 1, e**3 - e], [1, 2 * e**3]]))
    assert panels.integrals(np.array([0.0, 3.0]))[:, 1] == pytest.approx(
        [1 - e**-2, 2])
    assert panels.last_coefficients().max() < 1e-14


def test_differences_are_relative_to_the_size_of_the_density_too():
    """A probe that integrates to 0 counts beside the density's 2; what is empty does not count."""
    whole = np.array([[2.0, 2.0, 0.0], [1e-6, 3.0, 0.0]])
    halves = np.array([[2.0, 2.0, 0.0], [0.0, 3.5, 0.0]])
    assert relative_difference(whole, halves) == pytest.approx([5e-7, 0.5 / 5.5, 0])


def test_quantiles_far_up_keep_their_digits():
    """1 - 1e-12 has four digits of the tail's probability; counted from above, none more is lost.

    Counted from below, rounding errors of 1e-16 for each panel would leave three.
    """
    found = integrate(lambda u: -0.5 * u**2, *WIDE)
    q = 1 - np.array([1e-3, 1e-9, 1e-12])
    assert found.sf(found.quantile(q)) == pytest.approx(1 - q, rel=1e-9, abs=0)


def test_a_valley_far_below_the_top_is_left_out():
    def log_density(u):
        return np.where((u > 1) & (u < 9), -40.0, 0.0)

    found = integrate(log_density, 0.0, 10.0, drop=30.0, panels=20)
    assert not ((found.low < 5.1) & (found.high > 5.1)).any()
    assert found.log_total == pytest.approx(np.log(2), abs=1e-9)


def test_error_is_no_smaller_than_rounding():
    """Whole and halves may agree to the last digit by chance."""
    found = integrate(lambda u: 0 * u, 0.0, 1.0, panels=1)
    assert 2e-16 < found.error < 1e-14 and found.log_total == pytest.approx(0, abs=1e-15)


def test_rounding_errors_of_a_large_log_density_are_allowed_for():
    """The integral of u^(y - 1) exp(-u) over log u is Gamma(y): y log u is near 3e13 here."""
    y = 1e12
    found = integrate(lambda u: y * u - np.exp(u), *WIDE)
    assert found.log_total == pytest.approx(gammaln(y), rel=1e-14) and 1e-6 < found.error < 1e-2
    assert found.quantile(0.5) == pytest.approx(np.log(y), abs=1e-8)
