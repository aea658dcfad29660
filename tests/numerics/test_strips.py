"""Strips of mu: their integrals, polynomials and averages, against closed forms and scipy."""
import numpy as np
import pytest
from scipy import stats
from scipy.integrate import dblquad, quad

from gibbspool.numerics.strips import Strips, mixture_of_normals

CENTRE = np.array([0.0, 2.0, -1.0])
SD = np.array([1.0, 0.5, 3.0])


@pytest.fixture
def strips():
    return Strips(CENTRE - 11 * SD, CENTRE + 11 * SD, 96)


def log_normal(mu):
    return stats.norm(CENTRE, SD).logpdf(mu)


def test_integral_of_each_strip(strips):
    """One for a normal density, and another way of weighing it: E[mu^2] = mean^2 + sd^2."""
    assert strips.mu.shape == (96, 3)
    log_p = log_normal(strips.mu)
    assert strips.integral(log_p) == pytest.approx(np.zeros(3), abs=1e-12)
    both = strips.integral(np.stack([log_p, log_p + 2 * np.log(np.abs(strips.mu))]))
    assert both[1] == pytest.approx(np.log(CENTRE**2 + SD**2), abs=1e-11)


def test_reading_a_log_density_off_its_polynomial(strips):
    series = strips.series(log_normal(strips.mu))
    mu = CENTRE + np.array([-10.9, -2.0, 0.3, 5.0, 10.9])[:, None] * SD
    assert strips.read(series, mu) == pytest.approx(log_normal(mu), abs=1e-10)
    assert np.all(strips.read(series, CENTRE + np.array([[-11.1], [11.1]]) * SD) == -np.inf)
    one_for_all = strips.read(series, np.array([[0.5]]))
    assert one_for_all == pytest.approx(log_normal(np.array([[0.5]])), abs=1e-10)


@pytest.mark.parametrize("chosen", [[2, 0], np.array([False, True, True])])
def test_some_of_the_strips(strips, chosen):
    some = strips[chosen]
    assert np.array_equal(some.mu, strips.mu[:, chosen]) and some.size == strips.size
    assert np.array_equal(some.log_weight, strips.log_weight[:, chosen])


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.1, 0.25])
def test_averaging_over_a_narrow_normal(strips, share):
    """Normal(mu, sigma) with mu ~ Normal(m, s) is Normal(m, sqrt(s^2 + sigma^2))."""
    sigma = share * SD
    across, log_average = strips.averaged(log_normal(strips.mu), sigma)
    exactly = stats.norm(CENTRE, np.sqrt(SD**2 + sigma**2)).logpdf(across.mu)
    middle = np.abs(across.mu - CENTRE) < 7 * SD
    assert log_average[middle] == pytest.approx(exactly[middle], abs=2e-8)
    assert across.low == pytest.approx(strips.low + 5.5009 * sigma, abs=1e-4)
    assert across.high == pytest.approx(strips.high - 5.5009 * sigma, abs=1e-4)


# A density of (mu, u), and the density of x ~ Normal(mu, sigma(u)) from it: along a line of u, by
# Gauss-Legendre; sigma goes from far below to far above the distance of the nodes of mu.

def normal_plane(mu, u):
    """mu and u normal, with a correlation of 0.6."""
    return stats.norm(0, 1).logpdf(u) + stats.norm(0.6 * u, 0.8).logpdf(mu)


def banana_plane(mu, u):
    """mu ~ Normal(u^2 / 2, 0.5)."""
    return stats.norm(0, 1).logpdf(u) + stats.norm(u**2 / 2, 0.5).logpdf(mu)


PLANES = [(normal_plane, 0.8, lambda u: 0.6 * u), (banana_plane, 0.5, lambda u: u**2 / 2)]


@pytest.fixture(params=PLANES, ids=["normal", "banana"], scope="module")
def mixture(request):
    log_density, sd, centre = request.param
    t, weight = np.polynomial.legendre.leggauss(300)
    u, log_weight = 9 * t, np.log(9 * weight)
    strips = Strips(centre(u) - 11 * sd, centre(u) + 11 * sd, 96)
    sigma = np.exp(1.5 * u - 1)
    found = mixture_of_normals(strips, log_density(strips.mu, u), log_weight, sigma)
    return log_density, sd, centre, found


@pytest.mark.parametrize("x", [-1.3, 0.2, 2.5])
def test_a_mixture_of_normals_against_quadrature(mixture, x):
    """mu by the closed form of two normals, u by scipy's quad; to 1e-8."""
    _, sd, centre, (log_density, low, high) = mixture

    def of_u(u):
        return stats.norm.pdf(u) * stats.norm.pdf(x, centre(u),
                                                  np.sqrt(sd**2 + np.exp(3 * u - 2)))

    expected = quad(of_u, -9, 9, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
    assert np.exp(log_density(np.array([x])))[0] == pytest.approx(expected, rel=1e-8)
    assert low < -5 and high > 5


def test_a_mixture_of_normals_against_quadrature_of_the_plane():
    """Nothing in closed form: x = 1.1 ~ Normal(mu, 0.7 + 0.1 sin u), by dblquad; to 1e-8."""
    t, weight = np.polynomial.legendre.leggauss(200)
    u, log_weight = 9 * t, np.log(9 * weight)
    strips = Strips(u**2 / 2 - 6, u**2 / 2 + 6, 96)
    log_density, *_ = mixture_of_normals(strips, banana_plane(strips.mu, u), log_weight,
                                         0.7 + 0.1 * np.sin(u))

    def of_plane(mu, u):
        sigma = 0.7 + 0.1 * np.sin(u)
        log_p = -0.5 * (u**2 + ((mu - u**2 / 2) / 0.5) ** 2 + ((1.1 - mu) / sigma) ** 2)
        return np.exp(log_p) / (0.5 * sigma * (2 * np.pi) ** 1.5)

    expected = dblquad(of_plane, -8, 8, lambda u: u**2 / 2 - 5, lambda u: u**2 / 2 + 5,
                       epsabs=1e-11, epsrel=1e-9)[0]
    assert np.exp(log_density(np.array([1.1])))[0] == pytest.approx(expected, rel=1e-8)


def test_a_mixture_leaves_nothing_outside_its_range(mixture):
    """The density between low and high integrates to one."""
    *_, (log_density, low, high) = mixture
    s, step = np.linspace(np.arcsinh(low), np.arcsinh(high), 4001, retstep=True)
    x = np.sinh(s)
    p = np.exp(np.concatenate([log_density(part) for part in np.array_split(x, 10)]))
    assert p @ np.cosh(s) * step == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("sigma", [1e-3, 3.0])
def test_a_mixture_of_one_kind_alone(sigma):
    """All normals narrow, or all wide: the other kind is empty."""
    u = np.array([-1.0, 0.0, 1.0])
    strips = Strips(np.full(3, -12.0), np.full(3, 12.0), 96)
    log_p = stats.norm.logpdf(strips.mu) + np.zeros(3)
    log_density, low, high = mixture_of_normals(strips, log_p, np.log(np.full(3, 1 / 3)),
                                                np.full(u.shape, sigma))
    assert (low, high) == pytest.approx((-12 - 9 * sigma, 12 + 9 * sigma))
    x = np.array([-2.0, 0.0, 1.0])
    expected = stats.norm(0, np.hypot(1, sigma)).logpdf(x)
    assert log_density(x) == pytest.approx(expected, abs=1e-8)
