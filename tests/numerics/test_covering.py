"""Several densities of a plane on the same strips, against closed forms and scipy's quadrature."""
import numpy as np
import pytest
from scipy import stats
from scipy.integrate import dblquad

from gibbspool.numerics import covering
from gibbspool.numerics.covering import Covering, Together, ends_where, envelope

LOG_TOTALS = np.array([0.0, -3.0, 700.0])


def three_normals(mu, u, rough):
    """u ~ Normal(0, 1), mu | u ~ Normal(0.6 u, 0.8); the same shifted; and a narrower one far off.

    As unnormalised densities with totals exp(0), exp(-3) and exp(700).
    """
    def normal(mu, u, sd_u, slope, sd):
        return (-0.5 * ((mu - slope * u) / sd) ** 2 - 0.5 * (u / sd_u) ** 2
                - np.log(2 * np.pi * sd * sd_u))

    return np.stack([normal(mu, u, 1, 0.6, 0.8),
                     normal(mu - 3, u - 1, 1, 0.6, 0.8) - 3,
                     normal(mu + 6, u + 4, 0.3, -0.5, 0.2) + 700])


def banana(mu, u, rough):
    """u ~ Normal(0, 1), mu | u ~ Normal(u^2 / 2, exp(u / 4))."""
    sd = np.exp(u / 4)
    return (-0.5 * u**2 - 0.5 * ((mu - u**2 / 2) / sd) ** 2 - np.log(2 * np.pi * sd))[None]


def anywhere(u):
    return np.full(u.shape, -1e3), np.full(u.shape, 1e3)


def covering_of(log_densities, rtol=1e-10, mu_range=anywhere):
    return Covering(log_densities, (-200.0, 200.0), mu_range, rtol)


@pytest.fixture(scope="module")
def normals():
    return covering_of(three_normals)


@pytest.fixture(scope="module")
def crescent():
    return covering_of(banana)


def test_totals_of_all_the_densities(normals):
    """Of densities that lie apart and differ by exp(703) in size: to 1e-11."""
    assert normals.log_totals == pytest.approx(LOG_TOTALS, abs=1e-11)
    assert normals.error < 1e-9


def test_the_total_of_a_banana(crescent):
    """One in closed form; and of the draws as many lie at mu < 1 as scipy's dblquad has it."""
    assert crescent.log_totals[0] == pytest.approx(0, abs=1e-11)
    assert crescent.error < 1e-9
    expected = dblquad(lambda mu, u: np.exp(banana(mu, u, False)[0]), -9, 9, -40, 1,
                       epsabs=1e-9)[0]
    mu, _ = crescent.draw(np.random.default_rng(0), 20_000)
    standard_error = np.sqrt(expected * (1 - expected) / 20_000)
    assert abs((mu < 1).mean() - expected) < 4.5 * standard_error


def test_the_density_along_u(normals):
    """The first density of u is Normal(0, 1), its tails to 9 standard deviations included."""
    u = np.array([-9.0, -2.0, 0.0, 0.5, 9.0])
    assert normals.integral.cdf(u[:-1]) == pytest.approx(stats.norm.cdf(u[:-1]), rel=1e-8)
    assert normals.integral.sf(u[-1]) == pytest.approx(stats.norm.sf(u[-1]), rel=1e-6)


def test_integrals_over_mu_on_short_strips(normals):
    """At any u, (C, n): where a density is not too far below its top, to 1e-11."""
    u = np.linspace(-6, 7, 27)
    expected = np.stack([stats.norm(0, 1).logpdf(u), stats.norm(1, 1).logpdf(u) - 3,
                         stats.norm(-4, 0.3).logpdf(u) + 700])
    near = np.abs(u - [[0], [1], [-4]]) < [[6], [6], [1.8]]
    assert normals.over_mu(u)[near] == pytest.approx(expected[near], abs=1e-11)


@pytest.mark.parametrize("u", [-9.9, 0.3, 9.9])
def test_strips_reach_far_enough_to_be_read(crescent, u):
    """The long strips hold mu to 12 standard deviations: the log density is 72 below its top."""
    k = np.argmin(np.abs(crescent.u - u))
    at, strips = crescent.u[k], crescent.strips[[k]]
    mu = at**2 / 2 + np.array([[-12.0], [0.0], [12.0]]) * np.exp(at / 4)
    found = strips.read(strips.series(crescent.log_p[:, [k]]), mu)
    assert found == pytest.approx(banana(mu, at, False)[0], abs=1e-8)
    assert abs(at - u) < 0.2


def test_nodes_and_weights_are_those_of_the_plane(crescent):
    """E[mu] = E[u^2] / 2 = 0.5 and E[mu^2] = E[u^4] / 4 + E[exp(u / 2)] = 0.75 + exp(1 / 8)."""
    mass = np.exp(crescent.log_p + crescent.strips.log_weight + crescent.log_weight)
    assert mass.sum() == pytest.approx(1, abs=1e-11)
    assert (mass * crescent.strips.mu).sum() == pytest.approx(0.5, abs=1e-10)
    square = (mass * crescent.strips.mu**2).sum()
    assert square == pytest.approx(0.75 + np.exp(1 / 8), abs=1e-10)


@pytest.mark.parametrize("which", ["normals", "crescent"])
def test_draws(which, request):
    """u and the standardised mu are independent Normal(0, 1): Kolmogorov-Smirnov, p > 1e-4."""
    plane = request.getfixturevalue(which)
    mu, u = plane.draw(np.random.default_rng(2), 8000)
    z = (mu - 0.6 * u) / 0.8 if which == "normals" else (mu - u**2 / 2) / np.exp(u / 4)
    assert stats.kstest(u, stats.norm.cdf).pvalue > 1e-4
    assert stats.kstest(z, stats.norm.cdf).pvalue > 1e-4
    assert abs(np.corrcoef(u, z)[0, 1]) < 4.5 / np.sqrt(8000)
    assert abs(np.corrcoef(u**2, z)[0, 1]) < 4.5 / np.sqrt(8000)


def test_the_tolerance_decides_how_many_nodes(crescent):
    """A loose one needs no more than the fewest; a narrow ripple along mu needs many."""
    def ripple(mu, u, rough):
        return banana(mu, u, rough) + np.log1p(0.5 * np.cos(9 * (mu - u**2 / 2) / np.exp(u / 4)))

    assert covering_of(banana, rtol=0.5).size == 24
    assert 32 <= crescent.size <= 96
    rippled = covering_of(ripple, rtol=1e-8)
    assert rippled.size > crescent.size and rippled.error < 1e-7
    expected = np.log1p(0.5 * np.exp(-81 / 2))
    assert rippled.log_totals[0] == pytest.approx(expected, abs=1e-8)


def test_what_is_far_below_its_top_needs_no_nodes():
    """A density that ripples where it is exp(-200) of its height, with one that is smooth there."""
    def pair(mu, u, ripple):
        narrow = -0.5 * (u / 0.1) ** 2 - 0.5 * mu**2
        return np.stack([-0.5 * u**2 - 0.5 * mu**2, narrow + ripple * np.cos(20 * mu) * (u**2 > 4)])

    smooth, rippled = (covering_of(lambda mu, u, rough, ripple=ripple: pair(mu, u, ripple))
                       for ripple in (0.0, 0.5))
    assert rippled.size == smooth.size
    assert rippled.log_totals == pytest.approx(np.log(2 * np.pi * np.array([1, 0.1])), abs=1e-11)


@pytest.mark.parametrize("height", [0.9, -0.9])
def test_the_error_tells_when_no_number_of_nodes_is_enough(height, monkeypatch):
    """With two sizes to try, the error is that between them, whichever of the two is larger."""
    monkeypatch.setattr(covering, "SIZES", (24, 32))

    def ripple(mu, u, rough):
        return banana(mu, u, rough) + np.log1p(height * np.cos(9 * (mu - u**2 / 2) / np.exp(u / 4)))

    plane = covering_of(ripple, rtol=1e-8, mu_range=anywhere)
    missed = [plane._over_mu(np.array([0.0]), size)[0, 0] for size in (24, 32, 432)]
    assert plane.size == 32
    assert plane.error > 0.5 * abs(np.expm1(missed[1] - missed[0])) > 1e-8
    assert plane.error < 1.8


def test_the_error_tells_of_strips_that_are_too_short():
    """A range of mu that cuts the density off at two standard deviations: exp(-2) of its height."""
    def too_short(u):
        return 0.6 * u - 1.6, 0.6 * u + 1.6

    def normal(mu, u, rough):
        return three_normals(mu, u, rough)[:1]

    plane = covering_of(normal, mu_range=too_short)
    assert plane.error == pytest.approx(np.exp(-2), rel=0.05)


def test_strips_that_hold_nothing_may_be_too_short():
    """Cut off beyond 9.3 standard deviations of u, where less than exp(-43) of the density is."""
    def short_far_out(u):
        reach = np.where(np.abs(u) > 9.3, 1.0, 1e3)
        return 0.6 * u - reach, 0.6 * u + reach

    def normal(mu, u, rough):
        return three_normals(mu, u, rough)[:1]

    assert covering_of(normal, mu_range=short_far_out).error < 1e-9


def test_the_kept_strips_have_nodes_enough_to_be_read():
    """mu ~ log of a Gamma(3), bent by exp(mu): to 1e-6, though 24 nodes do for its integrals."""
    def bent(mu, u, rough):
        return (-0.5 * u**2 + 3 * mu - np.exp(mu))[None]

    plane = covering_of(bent, rtol=0.5)
    assert plane.size == 24 and plane.strips.size >= 128
    k = np.argmax(plane.integral.log_mass)
    mu = np.linspace(-20, 4, 13)[:, None]
    found = plane.strips[[k]].read(plane.strips[[k]].series(plane.log_p[:, [k]]), mu)
    assert found == pytest.approx(bent(mu, plane.u[k], False)[0], abs=1e-6)


def test_the_share_of_each_density():
    """The logs of the sum, and the shares in it, at the same u and at another one."""
    asked = []

    def log_densities(u):
        asked.append(u)
        return np.stack([-u**2, 5 - (u - 1) ** 2])

    together = Together(log_densities, np.array([0.0, 5.0]))
    u = np.array([-0.5, 0.5, 2.0])
    total = together.log_density(u)
    scaled = np.exp(np.stack([-u**2, -(u - 1) ** 2]))
    assert np.exp(total) == pytest.approx(scaled.sum(axis=0))
    assert together.shares(u.copy()) == pytest.approx(scaled / scaled.sum(axis=0))
    assert len(asked) == 1
    assert together.shares(np.array([0.5]))[:, 0] == pytest.approx([0.5, 0.5])
    assert len(asked) == 2


def test_envelope_and_ends():
    log_p = np.array([[[0.0, -5], [-1, -3]], [[7, 2], [-1, 3.0]]])
    assert envelope(log_p, axis=1).tolist() == [[0.0, -1.0], [-1.0, 0.0]]
    mu = np.arange(12.0).reshape(6, 2)
    inside = np.array([[0, 1], [0, 1], [1, 1], [1, 0], [0, 0], [0, 0]], dtype=bool)
    low, high = ends_where(inside, mu)
    assert low.tolist() == [2.0, 1.0] and high.tolist() == [8.0, 7.0]
