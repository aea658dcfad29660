"""A density of a plane as polynomials of its log, against closed forms."""
import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.special import logsumexp

from gibbspool.numerics.concave import Bend
from gibbspool.numerics.nodes import Nodes, Stretch
from gibbspool.numerics.quadrature import Unresolved
from gibbspool.numerics.ridge import Ridge, geometric


def normal_ridge(centre, sd, log_total=0.0, at=0.0, sd_of_u=1.0):
    """u ~ Normal(at, sd_of_u), mu ~ Normal(centre(u), sd(u)), times exp(log_total)."""
    def function(mu, u):
        z = (mu - centre(u)) / sd(u)
        log_p = stats.norm(at, sd_of_u).logpdf(u) + stats.norm.logpdf(z) - np.log(sd(u))
        return Bend(log_p + log_total, -z / sd(u), -1 / sd(u) ** 2, np.abs(log_p) + abs(log_total))

    def value(mu, u):
        bend = function(mu, u)
        return bend.value, bend.terms

    function.value = value
    return function


RIDGES = {
    "normal": (lambda u: 0.6 * u, lambda u: 0.8 + 0 * u),
    "banana": (lambda u: u**2 / 2, lambda u: np.exp(u / 4)),
    "trumpet": (lambda u: 0 * u, lambda u: np.exp(2 * u)),
}


def found_of(name, rtol=1e-10, log_total=0.0, **options):
    def start(u):
        return 0.0 * u, 4 + 0 * u

    return Ridge(normal_ridge(*RIDGES[name], log_total), (-200.0, 200.0), start, rtol, **options)


@pytest.fixture(scope="module", params=RIDGES)
def ridge(request):
    return request.param, found_of(request.param)


def test_the_integral_and_the_density_along_u(ridge):
    """The total is one and u is Normal(0, 1), its tails included."""
    _, found = ridge
    assert found.log_total == pytest.approx(0, abs=1e-9)
    u = np.array([-9.0, -2.0, 0.0, 0.5, 3.0])
    assert found.integral.cdf(u) == pytest.approx(stats.norm.cdf(u), rel=1e-7)
    assert found.over_mu(u) + found.top == pytest.approx(stats.norm.logpdf(u), abs=1e-8)


def test_the_log_density_is_read_off_anywhere(ridge):
    """To 1e-7 within 6 standard deviations of mu, at places that are no nodes."""
    name, found = ridge
    centre, sd = RIDGES[name]
    u, z = np.array([-4.1, -1.0, 0.2, 2.7]), np.array([[-6.0], [-1.0], [0.3], [6.0]])
    low, high, series = found.along(u)
    t = 2 * (centre(u) + z * sd(u) - low) / (high - low) - 1
    read = np.polynomial.legendre.legval(t, series, tensor=False) + found.top
    exactly = stats.norm.logpdf(u) + stats.norm.logpdf(z) - np.log(sd(u))
    assert read == pytest.approx(exactly, abs=1e-7)


def test_draws(ridge):
    """u and the standardised mu are independent Normal(0, 1): Kolmogorov-Smirnov, p > 1e-4."""
    name, found = ridge
    centre, sd = RIDGES[name]
    mu, u = found.draw(np.random.default_rng(2), 4000)
    z = (mu - centre(u)) / sd(u)
    assert stats.kstest(u, stats.norm.cdf).pvalue > 1e-4
    assert stats.kstest(z, stats.norm.cdf).pvalue > 1e-4
    assert abs(np.corrcoef(u, z)[0, 1]) < 4.5 / np.sqrt(4000)


def test_what_is_far_below_or_above_zero_keeps_its_digits():
    """A density of total exp(1e6): the rounding error is that of a sum of such numbers."""
    found = found_of("normal", log_total=1e6)
    assert found.log_total == pytest.approx(1e6, abs=1e-8)
    assert 1e-11 < found.rounding_error < 1e-8


def test_a_rough_function_finds_the_way_even_if_it_leads_astray():
    """It puts u at 30 +- 2, where the density is exp(-450): the range is widened until it ends."""
    found = found_of("normal", rough=normal_ridge(*RIDGES["normal"], at=30.0, sd_of_u=2.0))
    assert found.log_total == pytest.approx(0, abs=1e-9)


def test_a_ridge_that_is_a_single_number_is_unresolved():
    def function(mu, u):
        z = (mu - 1.0) / 0.1
        return Bend(-0.5 * z**2 - 0.5 * ((u - 50) / 1e-14) ** 2, -z / 0.1,
                    np.full(mu.shape, -100.0), np.abs(z))

    with pytest.raises(Unresolved):
        Ridge(function, (-200.0, 200.0), lambda u: (0 * u, 4 + 0 * u), 1e-10)


def test_a_width_grows_exponentially_between_two():
    assert geometric(np.array([0.0, 0.5, 1.0]), 1.0, 9.0) == pytest.approx([0, 0.25, 1])
    assert geometric(0.3, 2.0, 2.0) == pytest.approx(0.3)


# Nodes.

SPREADS = {"narrow": lambda u: 1e-6 * np.exp(u), "wide": lambda u: 30.0 + 0 * u,
           "all kinds": lambda u: np.exp(1.5 * u - 1)}


@pytest.mark.parametrize("spread", SPREADS)
def test_averages_over_the_nodes_are_those_of_the_plane(ridge, spread):
    """E[u] = 0, E[u^2] = 1, mean and sd of the standardised mu, E[exp(mu / 9)] of the normal."""
    name, found = ridge
    nodes = Nodes(found, SPREADS[spread])
    mass = np.exp(nodes.log_mass)
    u = nodes.u[nodes.column]
    centre, sd = RIDGES[name]
    z = (nodes.mu - centre(u)) / sd(u)
    assert nodes.error < 1e-8 and mass.sum() == pytest.approx(1, abs=1e-12)
    averages = [mass @ f for f in (u, u**2, z, z**2, u * z)]
    assert averages == pytest.approx([0, 1, 0, 1, 0], abs=1e-8)
    if name == "normal":
        assert mass @ np.exp(nodes.mu / 9) == pytest.approx(np.exp(0.5 / 81), abs=1e-8)


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("x", [-1.3, 0.2, 4.5])
def test_normals_spread_over_the_nodes(ridge, spread, x):
    """x ~ Normal(mu, sigma(u)): mu by the closed form of two normals, u by scipy's quad."""
    name, found = ridge
    centre, sd = RIDGES[name]
    density = Nodes(found, SPREADS[spread]).spread(lambda mu, sigma: np.log(2.0) + 0 * mu)

    def of_u(u):
        width = np.hypot(sd(u), SPREADS[spread](u))
        return stats.norm.pdf(u) * stats.norm.pdf(x, centre(u), width)

    expected = quad(of_u, -9, 9, epsabs=1e-13, epsrel=1e-12, limit=400)[0]
    assert density(np.array([x]))[0] == pytest.approx(np.log(2 * expected), abs=3e-7)


def test_the_spread_density_of_a_plane_integrates_to_one():
    nodes = Nodes(found_of("banana"), SPREADS["all kinds"])
    s, step = np.linspace(-14, 14, 1401, retstep=True)
    log_p = nodes.spread(lambda mu, sigma: 0 * mu)(np.sinh(s)) + np.log(np.cosh(s))
    assert logsumexp(log_p) + np.log(step) == pytest.approx(0, abs=1e-8)


def test_steps_along_u_grow_where_nothing_changes():
    stretch = Stretch(-2.0, 1.0, -40.0, 30.0)
    w = np.linspace(stretch.low, stretch.high, 2001)
    u = stretch.u(w)
    assert u[[0, -1]] == pytest.approx([-40, 30])
    assert stretch.high - stretch.low < 12
    middle = slice(100, -100)
    slope = np.gradient(u, w)[middle]
    assert np.log(slope) == pytest.approx(stretch.log_slope(w)[middle], abs=1e-3)
