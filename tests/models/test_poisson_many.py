"""The exact posterior of many groups, against sums that share nothing with it and Gibbs."""
import numpy as np
import pytest
from numpy.polynomial import hermite_e
from poisson_cases import LIMIT
from scipy import stats
from scipy.special import logsumexp

import gibbspool as gp
from gibbspool.models.likelihoods import Counts as LaplaceCounts
from gibbspool.models.poisson import joint
from gibbspool.models.poisson.exact import ExactPoissonLognormal


def many(J, seed=0):
    """Counts from 0 to some dozens, in exposures of which no two are the same."""
    rng = np.random.default_rng(seed)
    exposure = rng.uniform(1, 10, J)
    y = rng.poisson(np.exp(rng.normal(0.5, 0.6, J)) * exposure)
    return gp.PoissonLognormal(y, exposure)


def by_gauss_hermite(model, mu, sigma, nodes=32):
    """log p(y_j | mu, sigma) and the mean of lam_j given y_j, (J,), around Laplace's mode."""
    y, log_e = model.y, np.log(model.exposure)
    x = np.log((y + 0.5) / model.exposure)
    for _ in range(60):
        k = np.exp(x + log_e)
        x = x + np.clip((y - k - (x - mu) / sigma**2) / (k + 1 / sigma**2), -1, 1)
    sd = 1 / np.sqrt(np.exp(x + log_e) + 1 / sigma**2)
    z, weight = hermite_e.hermegauss(nodes)
    at = x[:, None] + sd[:, None] * z
    log_p = (stats.poisson.logpmf(y[:, None], np.exp(at + log_e[:, None]))
             + stats.norm.logpdf(at, mu, sigma) + 0.5 * z**2 + np.log(weight)
             + np.log(sd[:, None]))
    total = logsumexp(log_p, axis=1)
    return total, (np.exp(log_p - total[:, None]) * np.exp(at)).sum(axis=1)


class ByTrapezoids:
    """The posterior by the trapezoidal rule over mu_log and log sigma_log, and Gauss-Hermite."""

    def __init__(self, model, exact, points=17):
        m, s = exact["mu_log"], exact["sigma_log"]
        self.mu = m.mean + m.sd * np.linspace(-6.6, 6.6, points)
        u = np.log(s.mean) + s.sd / s.mean * np.linspace(-6.6, 6.6, points)
        self.sigma = np.exp(u)
        self.log_p, self.each, means = np.empty((points,) * 2), {}, {}
        for a in range(points):
            for b in range(points):
                log_l, means[a, b] = by_gauss_hermite(model, self.mu[a], self.sigma[b])
                self.log_p[a, b] = (log_l.sum() + model.mu_log.logpdf(self.mu[a]) + u[b]
                                    + model.sigma_log.logpdf(self.sigma[b]))
                self.each[a, b] = log_l
        self.log_evidence = (logsumexp(self.log_p) + np.log(self.mu[1] - self.mu[0])
                             + np.log(u[1] - u[0]))
        self.mass = np.exp(self.log_p - logsumexp(self.log_p))
        self.lam = sum(self.mass[place] * mean for place, mean in means.items())
        log_p = np.stack([np.log(self.mass[place] + 1e-300) - log_l
                          for place, log_l in self.each.items()])
        self.left_out = -logsumexp(log_p, axis=0)


@pytest.mark.parametrize("J", [300, pytest.param(2000, marks=pytest.mark.long)])
def test_many_groups_against_trapezoids(J):
    """Moments to 1e-6 of a posterior sd, the evidence to 1e-6: the errors of the trapezoids."""
    model = many(J)
    exact = ExactPoissonLognormal(model)
    other = ByTrapezoids(model, exact)
    assert exact.log_evidence == pytest.approx(other.log_evidence, abs=1e-6)
    for name, values in (("mu_log", other.mu[:, None]), ("sigma_log", other.sigma)):
        mean = (other.mass * values).sum()
        sd = np.sqrt((other.mass * (values - mean) ** 2).sum())
        assert exact[name].mean == pytest.approx(mean, abs=1e-6 * sd)
        assert exact[name].sd == pytest.approx(sd, rel=1e-6)
    assert np.abs((exact["lam"].mean - other.lam) / exact["lam"].sd).max() < 1e-6
    assert exact.elpd_loo().pointwise == pytest.approx(other.left_out, abs=1e-6)


def test_moments_of_all_groups_in_one_pass_are_those_of_each():
    """Means and sds of all, a few at a time, of one, and as integrals of its density."""
    model = many(40)
    one_by_one = [ExactPoissonLognormal(model)["lam", j] for j in (1, 17)]
    exact = ExactPoissonLognormal(model)
    mean, sd = exact["lam"].mean, exact["lam"].sd
    for j, one in zip((0, 16), one_by_one):
        assert (one.mean, one.sd) == pytest.approx((mean[j], sd[j]), rel=1e-12)
        assert one.moments_over_nodes() == pytest.approx((mean[j], sd[j]), rel=1e-8)
    log_lam = exact["log_lam"]
    assert log_lam[0].moments_over_nodes() == pytest.approx((log_lam.mean[0], log_lam.sd[0]),
                                                            rel=1e-8)


def test_the_log_density_alone_is_that_which_comes_with_its_derivatives():
    joint_density = ExactPoissonLognormal(many(40)).ridge.function
    mu, u = np.linspace(-2, 2, 7), np.linspace(-9, 2, 7)
    bend, (value, terms) = joint_density(mu, u), joint_density.value(mu, u)
    assert value == pytest.approx(bend.value, rel=1e-13)
    assert terms == pytest.approx(bend.terms, rel=1e-13)


def test_blocks_of_groups_of_any_size(monkeypatch):
    model = many(40)
    whole = ExactPoissonLognormal(model)
    monkeypatch.setattr(joint, "CELLS", 5000)
    blocks = ExactPoissonLognormal(model)
    assert blocks["lam"].mean == pytest.approx(whole["lam"].mean, rel=1e-12)
    assert blocks.elpd_loo().pointwise == pytest.approx(whole.elpd_loo().pointwise, abs=1e-11)


def test_groups_with_the_same_data_are_computed_once():
    """180 groups of six kinds: six counts, and the posterior of 180."""
    y, e = np.tile([0.0, 1, 1, 2, 3, 7], 30), np.tile([1.0, 1, 2, 2, 1, 3], 30)
    exact = ExactPoissonLognormal(gp.PoissonLognormal(y, e))
    assert exact.counts.y.size == 6 and exact.counts.times.sum() == 180
    assert exact["lam"][3].integral is exact["lam"][9].integral
    assert exact["lam"].mean.reshape(30, 6).std(axis=0) == pytest.approx(np.zeros(6), abs=1e-13)
    apart = e * (1 + 1e-12 * np.arange(len(e)))
    assert exact.log_evidence == pytest.approx(
        ExactPoissonLognormal(gp.PoissonLognormal(y, apart)).log_evidence, abs=1e-8)


def test_few_counts_find_the_way_for_many(monkeypatch):
    """The search begins with some of the groups; the answer does not depend on which."""
    model = many(120)
    whole = ExactPoissonLognormal(model)
    monkeypatch.setattr(joint, "FEW", 10)
    found = ExactPoissonLognormal(model)
    assert found.log_evidence == pytest.approx(whole.log_evidence, abs=1e-9)
    assert found["sigma_log"].sd == pytest.approx(whole["sigma_log"].sd, rel=1e-8)


def test_a_far_stricter_tolerance_changes_nothing():
    model = many(200)
    loose, strict = (ExactPoissonLognormal(model, rtol) for rtol in (1e-7, 1e-12))
    for name in ("mu_log", "sigma_log"):
        sd = strict[name].sd
        assert loose[name].mean == pytest.approx(strict[name].mean, abs=1e-6 * sd)
    off = (loose["lam"].mean - strict["lam"].mean) / strict["lam"].sd
    assert np.abs(off).max() < 1e-7 and strict.error < 1e-8


@pytest.mark.long
def test_many_groups_against_gibbs():
    """Means of mu_log, sigma_log and 300 rates: |z| < 4.5 by the Monte Carlo error of each."""
    model = many(300, seed=3)
    exact = ExactPoissonLognormal(model)
    draws = gp.sample(model, draws=1500, tune=500, chains=4, seed=1)
    table = draws.summary()
    for name in ("mu_log", "sigma_log"):
        z = (table.loc[name, "mean"] - exact[name].mean) / table.loc[name, "mcse_mean"]
        assert abs(z) < LIMIT
    rows = [f"lam[{label}]" for label in model.groups]
    z = (table.loc[rows, "mean"] - exact["lam"].mean) / table.loc[rows, "mcse_mean"]
    assert np.abs(z).max() < LIMIT


def test_counts_that_are_alike_say_what_they_say_apart(monkeypatch):
    """The rough likelihoods of the priors' check: shifted by less than 0.1 errors."""
    model = many(1000)
    together = LaplaceCounts(model.y, model.exposure)
    monkeypatch.setattr("gibbspool.models.likelihoods.MANY", 10**6)
    apart = LaplaceCounts(model.y, model.exposure)
    assert len(together.y) < 600 and together.times.sum() == 1000
    s = np.linspace(0.55, 0.65, 101)
    peaks = [np.average(s, weights=np.exp(log_l - log_l.max()))
             for log_l in (together.of_spread(s), apart.of_spread(s))]
    assert peaks[0] == pytest.approx(peaks[1], abs=0.1 * 0.016)
    (_, one), (_, other) = (next(counts.locations(np.array([0.6]))) for counts in (together, apart))
    assert abs(one.estimate - other.estimate)[0] < 0.1 * other.error[0]
    assert one.error == pytest.approx(other.error, rel=0.01)
