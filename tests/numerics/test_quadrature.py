import numpy as np
import pytest
from scipy import integrate as scipy_integrate
from scipy import stats

from gibbspool.numerics.coordinates import Arcsinh, Log, Logit, coordinate
from gibbspool.numerics.plane import integrate_plane, trapezoid
from gibbspool.numerics.quadrature import integrate, zoom

WIDE = (-345.0, 345.0)
LOG_TARGETS = {
    "gamma": stats.gamma(2.5), "half-normal": stats.halfnorm(scale=1e-6),
               "half-Cauchy": stats.halfcauchy(scale=1e4),
    "narrow": stats.gamma(1e6), "inverse gamma": stats.invgamma(3)}


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
        return np.logaddexp(stats.norm.logpdf(u, -20, 0.5),
                            stats.norm.logpdf(u, 30, 0.5)) - np.log(2)

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
    assert np.exp(found.log_mass) @ np.sin(200 * found.u) == pytest.approx((1 - np.cos(200)) / 200,
                                                                           abs=1e-8)


def test_halving_the_tolerance_changes_nothing_that_was_promised():
    def log_density(u):
        return stats.gamma(0.7).logpdf(np.exp(u)) + u

    loose, tight = (integrate(log_density, *WIDE, rtol=rtol) for rtol in (1e-6, 1e-12))
    assert abs(loose.log_total - tight.log_total) < 10 * max(loose.error, 1e-12)
    assert tight.error <= loose.error


@pytest.mark.parametrize("log_density, what",
                         [(lambda u: np.nan * u, "nan"), (lambda u: np.inf + 0 * u, "inf")])
def test_what_is_no_density_is_refused(log_density, what):
    with pytest.raises(ValueError, match=what):
        zoom(log_density, *WIDE)


def test_trapezoid_does_many_integrals_at_once():
    shape = np.array([0.5, 3.0, 2e4])
    u, log_mass, log_total, error = trapezoid(lambda u: stats.gamma.logpdf(np.exp(u), shape) + u,
                                              np.full(3, -345.0), np.full(3, 345.0))
    assert log_total == pytest.approx(np.zeros(3), abs=1e-10) and error < 1e-10
    assert (np.exp(log_mass) * np.exp(u)).sum(axis=0) == pytest.approx(shape, rel=1e-9)


def test_plane_against_scipy():
    def log_density(u, v):
        return -0.5 * u**2 - np.exp(v) * (1 + u**2) + 2 * v

    found = integrate_plane(log_density, (-345, 345), (-345, 345))
    whole, _ = scipy_integrate.dblquad(lambda v, u: np.exp(log_density(u, v)), -10, 10, -40, 6,
                                       epsabs=1e-13)
    assert found.log_total == pytest.approx(np.log(whole), abs=1e-8)
    mean, _ = scipy_integrate.dblquad(lambda v, u: v * np.exp(log_density(u, v)), -10, 10, -40, 6,
                                      epsabs=1e-13)
    assert np.exp(found.log_mass) @ found.v == pytest.approx(mean / whole, rel=1e-7)


@pytest.mark.parametrize("support, kind",
                         [((0, np.inf), Log), ((2, np.inf), Log), ((0, 1), Logit), ((2, 5), Logit),
                          ((-np.inf, np.inf), Arcsinh)])
def test_coordinates_go_there_and_back(support, kind):
    found = coordinate(support)
    assert isinstance(found, kind)
    u = np.linspace(-5, 5, 11)
    assert found.u(found.x(u)) == pytest.approx(u, abs=1e-9)
    slope = (found.x(u + 1e-6) - found.x(u - 1e-6)) / 2e-6
    assert np.exp(found.log_jacobian(u)) == pytest.approx(slope, rel=1e-6)


def test_a_support_open_only_below_is_refused():
    with pytest.raises(ValueError, match="support"):
        coordinate((-np.inf, 0))
