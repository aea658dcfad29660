"""The exact posterior, against a brute-force computation that shares nothing with it."""
import warnings

import numpy as np
import pytest
from numpy.polynomial import legendre
from poisson_cases import SPARSE, at_length, hospitals
from scipy import stats
from scipy.special import gammaln, logsumexp

import gibbspool as gp
from gibbspool.models.poisson import PoissonLognormal
from gibbspool.models.poisson.count import log_poisson_lognormal
from gibbspool.models.poisson.exact import ExactPoissonLognormal


@pytest.fixture(scope="module")
def truth():
    return gp.exact(hospitals())


@pytest.fixture(scope="module")
def seed_truth():
    return gp.exact(hospitals("seed"))


def panels(edges, nodes=14):
    """Nodes and weights of Gauss-Legendre panels between the edges."""
    t, w = legendre.leggauss(nodes)
    edges = np.asarray(edges, dtype=float)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half + half * t).ravel(), (half * w).ravel()


class Brute:
    """The posterior in the coordinates (mu_log, sigma_log, lam_raw).

    By Gauss-Legendre panels in sigma_log and mu_log, and for each group by the plain trapezoidal
    rule in lam_raw over (-8, 8).
    """

    def __init__(self, model, mu_edges, sigma_edges):
        self.sigma, weight = panels(sigma_edges)
        self.mu, w = panels(mu_edges)
        self.model = model
        self.z = [np.linspace(-8, 8, int(45 + 45 * s)) for s in self.sigma]
        # (sigma, mu, J)
        self.each = np.array([self._log_counts(s, z) for s, z in zip(self.sigma, self.z)])
        self.log_p = (model.mu_log.logpdf(self.mu) + model.sigma_log.logpdf(self.sigma)[:, None]
                      + self.each.sum(axis=-1)
                      + np.log(weight)[:, None] + np.log(w))
        self.log_evidence = logsumexp(self.log_p)
        self.mass = np.exp(self.log_p - self.log_evidence)

    def _terms(self, s, z):
        log_mean = self.mu[:, None, None] + s * z[:, None] + np.log(self.model.exposure)
        log_p = self.model.y * log_mean - np.exp(log_mean) - gammaln(self.model.y + 1)
        # (mu, z, J)
        return log_p + (stats.norm.logpdf(z) + np.log(z[1] - z[0]))[:, None]

    def _log_counts(self, s, z):
        return logsumexp(self._terms(s, z), axis=1)

    def mean(self, g):
        """E[g(mu_log, sigma_log) | y]."""
        return np.sum(self.mass * g(self.mu, self.sigma[:, None]))

    def group_means(self, *functions):
        """E[g(lam_j) | y] for each function g and each j."""
        total = 0.0
        for i, (s, z) in enumerate(zip(self.sigma, self.z)):
            lam = np.exp(self.mu[:, None] + s * z)
            share = np.exp(self._terms(s, z) - self.each[i][:, None]) * self.mass[i][:, None, None]
            total = total + np.reshape([g(lam) for g in functions],
                                       (len(functions), -1)) @ share.reshape(-1, self.model.J)
        return total

    def new_mean(self, g):
        """E[g(lam_new) | y]."""
        return sum(self.mass[i]
                   @ (g(np.exp(self.mu[:, None] + s * z)) @ (stats.norm.pdf(z) * (z[1] - z[0])))
                   for i, (s, z) in enumerate(zip(self.sigma, self.z)))

    def left_out(self):
        return np.array([self.log_evidence - logsumexp(self.log_p - self.each[..., j])
                         for j in range(self.model.J)])


CASES = {
    "printed": (dict(), [-5, -1.5, 0, 0.6, 1.2, 2.5, 5], [0, 0.2, 0.5, 1, 2, 3.5, 5]),
    "sparse": (dict(y=SPARSE, exposure=1 + np.arange(12) % 2, sigma_log=gp.Uniform(0.2, 2.5)),
               [-7, -4, -2, -1, 0, 1, 3], [0.2, 0.6, 1.3, 2.5]),
    "flat mean": (dict(y=[3, 0, 9, 5, 1], exposure=[1, 1.5, 2, 0.5, 0.2], mu_log=gp.Flat(),
                       sigma_log=gp.HalfNormal(0.3)),
                  [-9, -3, 0, 1, 2, 4, 10], [0, 0.2, 0.5, 1, 1.8, 3]),
}


@pytest.fixture(scope="module", params=["printed", *at_length("sparse", "flat mean")])
def both(request):
    change, mu_range, edges = CASES[request.param]
    data = gp.data.hospitals()
    model = PoissonLognormal(**{"y": data.y, "exposure": data.exposure, **change})
    return gp.exact(model), Brute(model, mu_range, edges)


def test_exact_evidence_and_leave_one_out_against_brute_force(both):
    exact, brute = both
    assert exact.log_total == pytest.approx(brute.log_evidence, abs=1e-8)
    assert exact.elpd_loo().pointwise == pytest.approx(brute.left_out(), abs=1e-7)


def test_exact_moments_against_brute_force(both):
    """Means and standard deviations to 1e-7 of a standard deviation.

    To 1e-8, but the brute force cuts sigma_log off.
    """
    exact, brute = both
    for name, pick in [("mu_log", lambda mu, sigma: mu + 0 * sigma),
                       ("sigma_log", lambda mu, sigma: sigma + 0 * mu)]:
        mean = brute.mean(pick)
        sd = np.sqrt(brute.mean(lambda mu, sigma: (pick(mu, sigma) - mean) ** 2))
        assert exact[name].mean == pytest.approx(mean, abs=1e-7 * sd)
        assert exact[name].sd == pytest.approx(sd, rel=1e-6)
    mean, square = brute.group_means(lambda lam: lam, lambda lam: lam**2)
    sd = np.sqrt(square - mean**2)
    assert np.abs(exact["lam"].mean - mean).max() < 1e-7 * sd.min()
    assert exact["lam"].sd == pytest.approx(sd, rel=1e-6)


def test_exact_distributions_of_rates_against_brute_force(both):
    """Bounded functions of the rates, against the pdf of the first, the second and a new group."""
    exact, brute = both
    x, w = panels(np.linspace(-25, 25, 41))
    lam = np.exp(x)
    mass = [w * lam * exact["lam"][j].pdf(lam) for j in (0, 1)]
    mass_new = w * lam * exact.new_group.pdf(lam)
    functions = (lambda lam: np.exp(-lam), lambda lam: 1 / (1 + lam**2),
                 lambda lam: np.tanh(3 * lam))
    for g, expected in zip(functions, brute.group_means(*functions)):
        assert [mass[j] @ g(lam) for j in (0, 1)] == pytest.approx(list(expected[:2]), rel=1e-7)
        assert mass_new @ g(lam) == pytest.approx(brute.new_mean(g), rel=1e-6)


def test_exact_new_group_moments(both):
    """E[lam_new^k] = E[exp(k mu_log + k^2 sigma_log^2 / 2)], where it is finite.

    And not carried by the far tail, as in these cases.
    """
    exact, brute = both
    if exact.new_group.sd < np.inf:
        mean = brute.mean(lambda mu, sigma: np.exp(mu + sigma**2 / 2))
        square = brute.mean(lambda mu, sigma: np.exp(2 * mu + 2 * sigma**2))
        assert exact.new_group.mean == pytest.approx(mean, rel=1e-6)
        assert exact.new_group.sd == pytest.approx(np.sqrt(square - mean**2), rel=1e-5)


# Where the moments of a new rate exist: seen by integrating ever further out in sigma_log.

def power_up_to(model, k, furthest):
    """E[lam_new^k; sigma_log < furthest] p(y), by trapezoids in log sigma_log and mu_log."""
    u, mu = np.linspace(-12, np.log(furthest), 300)[:, None], np.linspace(-8, 10, 73)
    sigma = np.exp(u) + 0 * mu
    each = sum(log_poisson_lognormal(float(y), np.log(e) + mu + 0 * u, sigma)
               for y, e in zip(model.y, model.exposure))
    tilted = 0.5 * (k**2 - 1 / model.sigma_log.scale**2) * sigma**2
    log_p = model.mu_log.logpdf(mu) + model.sigma_log.logpdf(0.0) + k * mu + each + tilted + u
    return np.exp(np.minimum(logsumexp(log_p) + np.log((u[1, 0] - u[0, 0]) * (mu[1] - mu[0])), 700))


@pytest.mark.parametrize("y, scale, k, finite", [
    ([3, 0, 0], 1, 1, False),
    *at_length(([3, 0, 0], 0.9, 1, True), ([3, 2, 0], 1, 1, True), ([3, 5, 2], 1.05, 1, False),
               ([3, 5, 2], 0.5, 2, True), ([3, 0, 0], 0.5, 2, False))])
def test_when_the_moments_of_a_new_rate_are_finite(y, scale, k, finite):
    """Finite where each further piece, 1e2 to 1e4 and 1e4 to 1e6, is far smaller than the last."""
    model = PoissonLognormal(y, [1, 2, 1.5], sigma_log=gp.HalfNormal(scale))
    with pytest.warns(UserWarning, match="only 3 groups"):
        exact = gp.exact(model)
    near, far, further = (power_up_to(model, k, end) for end in (1e2, 1e4, 1e6))
    assert (further < 1e200 and further - far < 0.1 * (far - near) + 1e-6 * near) == finite
    new = exact.new_group
    assert np.isfinite(new.mean if k == 1 else new.sd) == finite
    if finite:
        found = new.mean if k == 1 else new.sd**2 + new.mean**2
        assert found == pytest.approx(further / np.exp(exact.log_evidence), rel=1e-5)


@pytest.mark.long
def test_heavy_tails_have_no_mean(seed_truth):
    assert np.isfinite(seed_truth.new_group.mean) and np.isinf(seed_truth.new_group.sd)
    data = gp.data.hospitals("seed")
    heavy = gp.exact(PoissonLognormal(data.y, data.exposure, sigma_log=gp.HalfCauchy(1)))
    assert np.isinf(heavy.new_group.mean) and np.isinf(heavy.new_group.sd)
    assert np.isfinite(heavy.new_group.quantile(0.9)) and np.isfinite(heavy["lam", "5"].sd)


@pytest.mark.long
def test_moments_that_do_not_exist_are_not_numbers():
    """Two counts above zero, a flat mean, a HalfCauchy: p(sigma_log | y) ~ sigma_log^-3 far out."""
    exact = gp.exact(PoissonLognormal([4, 2, 0, 0, 0], np.ones(5), mu_log=gp.Flat(),
                                      sigma_log=gp.HalfCauchy(1)))
    assert exact.error < 1e-9
    assert np.isfinite(exact["sigma_log"].mean) and np.isinf(exact["sigma_log"].sd)
    assert np.isfinite(exact["mu_log"].mean) and np.isinf(exact["mu_log"].sd)
    assert np.isinf(exact["log_lam"][4].sd) and np.isfinite(exact["log_lam"][0].sd)
    assert np.isfinite(exact["lam"].sd).all()


# Conjugate special cases, accuracy, extremes.

def test_no_spread_is_a_gamma():
    """sigma_log all but zero, mu_log flat: one rate for all, lam ~ Gamma(sum y, sum e)."""
    data = gp.data.hospitals()
    exact = gp.exact(PoissonLognormal(data.y, data.exposure, mu_log=gp.Flat(),
                                      sigma_log=gp.Uniform(1e-9, 2e-9)))
    gamma = stats.gamma(data.y.sum(), scale=1 / data.exposure.sum())
    assert exact["lam", "5"].mean == pytest.approx(gamma.mean(), rel=1e-8)
    assert exact["lam", "5"].sd == pytest.approx(gamma.std(), rel=1e-8)
    q = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    assert exact["lam", "5"].quantile(q) == pytest.approx(gamma.ppf(q), rel=1e-8)
    assert exact.new_group.quantile(q) == pytest.approx(gamma.ppf(q), rel=1e-7)
    assert exact["mu_log"].quantile(q) == pytest.approx(np.log(gamma.ppf(q)), rel=1e-8)
    Y, E = data.y.sum(), data.exposure.sum()
    log_total = gammaln(Y) - Y * np.log(E) + (data.y * np.log(data.exposure)
                                              - gammaln(data.y + 1)).sum()
    assert exact.log_total == pytest.approx(log_total, rel=1e-10)


def test_mu_log_may_lie_far_below_all_the_rates():
    """No events, no spread: p(mu_log | y) ~ p(mu_log) exp(-3 exp(mu_log)), here by trapezoids."""
    prior = gp.Normal(0, 4)
    with pytest.warns(UserWarning, match="only 3 groups"):
        exact = gp.exact(PoissonLognormal([0, 0, 0], np.ones(3), mu_log=prior,
                                          sigma_log=gp.Uniform(1e-9, 2e-9)))
    mu, step = np.linspace(-50, 6, 100_001, retstep=True)
    log_p = prior.logpdf(mu) - 3 * np.exp(mu)
    assert exact.log_total == pytest.approx(logsumexp(log_p) + np.log(step), abs=1e-8)
    mean = np.exp(log_p - logsumexp(log_p)) @ mu
    assert exact["mu_log"].mean == pytest.approx(mean, abs=1e-7)


@pytest.mark.long
def test_one_event_keeps_a_flat_mu_log_up():
    """All groups have one rate: lam ~ Gamma(3, 5), mu_log its log, with a tail down to exp(-90)."""
    exact = gp.exact(PoissonLognormal([0, 0, 0, 0, 3], np.ones(5), mu_log=gp.Flat(),
                                      sigma_log=gp.Uniform(1e-9, 2e-9)))
    gamma = stats.gamma(3, scale=1 / 5)
    q = np.array([1e-9, 0.01, 0.5, 0.999])
    assert exact["mu_log"].quantile(q) == pytest.approx(np.log(gamma.ppf(q)), abs=1e-8)
    assert exact["lam"].mean == pytest.approx(np.full(5, 0.6), rel=1e-9)
    assert exact["lam"].sd == pytest.approx(np.full(5, np.sqrt(3) / 5), rel=1e-9)


# Large counts, and priors and data at the end of the scale.

def test_the_largest_counts_keep_their_digits():
    """y near 1e12: each rate is Gamma(y + 1/2, e) but for 1e-12; its mean and sd to 1e-6 of the sd.

    The pull towards the population is of order 1 / (y sigma_log^2), and mu_log, sigma_log know the
    log rates as if they had been measured: the normal model without errors of measurement.
    """
    y, e = 1e12 - 1e9 * np.arange(5), np.arange(1.0, 6)
    exact = ExactPoissonLognormal(PoissonLognormal(y, e, mu_log=gp.Normal(25, 5)))
    assert exact.error < 1e-8
    assert (exact["lam"].mean - y / e) / (np.sqrt(y) / e) == pytest.approx(np.zeros(5), abs=1e-5)
    assert exact["lam"].sd == pytest.approx(np.sqrt(y) / e, rel=1e-6)
    assert exact["lam"][0].cdf(exact["lam"][0].quantile(0.9)) == pytest.approx(0.9, abs=1e-9)
    x = np.log(y / e)
    u, m = np.linspace(-4, 4, 1001)[:, None], np.linspace(7, 47, 2001)
    log_p = (-0.5 * ((m - 25) / 5) ** 2 - 0.5 * np.exp(2 * u) + u - 5 * u
             - 0.5 * ((x[:, None, None] - m) ** 2).sum(axis=0) * np.exp(-2 * u))
    mass = np.exp(log_p - logsumexp(log_p))
    assert exact["mu_log"].mean == pytest.approx((mass * m).sum(), abs=1e-6)
    assert exact["sigma_log"].mean == pytest.approx((mass * np.exp(u)).sum(), abs=1e-6)


FAR_APART = {
    "a rate of 1e18 and one of 1": dict(y=[10**9, 10**9], exposure=[1e-9, 1e9]),
    "hardly any exposure, and very much": dict(y=[0, 3], exposure=[1e-9, 1e9]),
    "a prior far above": dict(y=[3, 1, 2], exposure=np.ones(3), mu_log=gp.Normal(1e5, 1)),
    "a prior far below": dict(y=[3, 1, 2], exposure=np.ones(3), mu_log=gp.Normal(-1e5, 1)),
    "a prior that is all but a number": dict(y=[3, 1, 2], exposure=np.ones(3),
                                             mu_log=gp.Normal(5, 1e-9)),
    "a spread of 1e-100": dict(y=[3, 1, 2], exposure=np.ones(3), sigma_log=gp.HalfNormal(1e-100)),
    "a spread of 1e5": dict(y=[3, 1, 2], exposure=np.ones(3), sigma_log=gp.Normal(1e5, 1)),
    "no exposure at all": dict(y=[0, 0], exposure=[0, 0]),
}


@pytest.mark.parametrize("case", FAR_APART)
def test_priors_and_data_at_the_end_of_the_scale(case):
    """No warning, no NaN, and every density integrates to one, which nothing makes it do."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exact = ExactPoissonLognormal(PoissonLognormal(**FAR_APART[case]))
        assert exact.error < 1e-6
        for log_rate in (exact._log_rate(0), exact._log_rate(1), exact.new_log_rate):
            assert log_rate.integral.log_total == pytest.approx(0, abs=1e-8)
        for name in ("mu_log", "sigma_log"):
            marginal = exact[name]
            assert marginal.cdf(marginal.quantile(0.9)) == pytest.approx(0.9, abs=1e-6)
            assert np.isfinite([marginal.mean, marginal.sd]).all()
        assert not np.isnan([*exact["lam"].mean, *exact["lam"].sd]).any()
        assert np.isfinite(exact.elpd_loo().pointwise).all()


def test_a_prior_far_above_the_data_by_laplace():
    """mu_log ~ Normal(1e5, 1), log rates near 0: sigma_log^4 is about 3 mu_log^2.

    With log p = -(mu - 1e5)^2 / 2 - 3 mu^2 / (2 s^2) - 3 log s - s^2 / 2 but for 1e-4, found here
    on a grid of s.
    """
    exact = ExactPoissonLognormal(PoissonLognormal(**FAR_APART["a prior far above"]))
    s = np.linspace(405, 427, 20_001)
    precision = 1 + 3 / s**2
    log_p = -0.5 * 3 / s**2 / precision * 1e10 - 0.5 * np.log(precision) - 3 * np.log(s) - s**2 / 2
    mass = np.exp(log_p - logsumexp(log_p))
    assert exact["sigma_log"].mean == pytest.approx(mass @ s, abs=0.01)
    assert exact["mu_log"].mean == pytest.approx(mass @ (1e5 / precision), abs=0.01)


@pytest.mark.parametrize("change, cause", [
    (dict(mu_log=gp.Normal(5, 1e-13)), "mu_log is so narrow"),
    (dict(mu_log=gp.Normal(1e9, 1)), "sum of large numbers"),
    (dict(mu_log=gp.Normal(1e13, 1)), "narrower than floating point"),
    (dict(mu_log=gp.Normal(1e100, 1)), "on the scale of the log rates"),
    (dict(mu_log=gp.Normal(1e200, 1)), "choose another unit"),
    (dict(sigma_log=gp.HalfNormal(1e-200)), "choose another unit"),
    (dict(sigma_log=gp.Normal(1e9, 1e-3)), "sigma_log is so narrow|narrower than floating point"),
])
def test_what_floating_point_cannot_tell_is_refused_by_its_cause(change, cause):
    """One sentence that names the prior, in no time."""
    with pytest.raises(ValueError, match=cause) as refused:
        ExactPoissonLognormal(PoissonLognormal([3, 1, 2], np.ones(3), **change))
    assert "log ~ " in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("rtol", [1e-300, 1e-16, 1e-6, 0.5])
def test_any_tolerance_comes_to_an_end(rtol):
    """What was asked for or better; what rounding does not allow is not attempted."""
    exact = ExactPoissonLognormal(hospitals(), rtol=rtol)
    assert exact.error < max(1e-9, rtol)
    with pytest.raises(ValueError, match="rtol"):
        gp.exact(hospitals(), rtol=0)


@pytest.mark.long
def test_no_pull_is_a_gamma():
    """sigma_log huge: lam_j ~ Gamma(y_j, e_j) on its own, to order 1 / sigma_log^2."""
    data = gp.data.hospitals()
    exact = gp.exact(PoissonLognormal(data.y, data.exposure, sigma_log=gp.Uniform(1e5, 2e5)))
    for j in (0, 4, 7):
        gamma = stats.gamma(data.y[j], scale=1 / data.exposure[j])
        assert exact["lam"][j].mean == pytest.approx(gamma.mean(), rel=1e-7)
        assert exact["lam"][j].quantile(0.3) == pytest.approx(gamma.ppf(0.3), rel=1e-6)


@pytest.mark.long
def test_stricter_and_looser_tolerances_agree():
    model = hospitals("seed")
    loose, strict = gp.exact(model, rtol=1e-7), gp.exact(model, rtol=1e-11)
    assert loose.log_evidence == pytest.approx(strict.log_evidence, abs=1e-9)
    for name in ("mu_log", "sigma_log"):
        assert loose[name].mean == pytest.approx(strict[name].mean, abs=1e-9)
        assert loose[name].quantile(0.9) == pytest.approx(strict[name].quantile(0.9), abs=1e-7)
    assert loose["lam"].mean[:2] == pytest.approx(strict["lam"].mean[:2], abs=1e-9)
    assert strict.error < 1e-10


@pytest.mark.parametrize("name", ["mu_log", "sigma_log", "lam", "log_lam", "new"])
def test_marginals_agree_with_themselves(truth, name):
    """cdf and quantile are inverse, the pdf is the slope, and equal at the ends of the hdi."""
    marginal = {"lam": truth["lam", "5"], "log_lam": truth["log_lam", "5"],
                "new": truth.new_group}.get(name) or truth[name]
    q = np.array([1e-6, 0.01, 0.3, 0.5, 0.8, 0.99, 1 - 1e-6])
    x = marginal.quantile(q)
    assert marginal.cdf(x) == pytest.approx(q, abs=1e-9)
    assert marginal.sf(x) == pytest.approx(1 - q, abs=1e-9)
    a, b = x[2], x[4]
    t, w = legendre.leggauss(40)
    area = np.sum(w * marginal.pdf((a + b) / 2 + (b - a) / 2 * t)) * (b - a) / 2
    assert area == pytest.approx(0.5, rel=1e-9)
    low, high = marginal.hdi(0.89)
    assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(0.89, abs=1e-9)
    if name == "sigma_log":
        assert low == 0.0
    else:
        assert marginal.pdf(low) == pytest.approx(marginal.pdf(high), rel=1e-5)
    assert np.isscalar(marginal.pdf(0.5)) and marginal.pdf(np.ones((2, 3))).shape == (2, 3)
    if name in ("lam", "new", "sigma_log"):
        assert marginal.pdf(-1.0) == 0 and marginal.cdf(-1.0) == 0


@pytest.mark.long
def test_scale_of_the_exposure_moves_the_rates_alone(truth):
    """Exposure in a unit a million times larger, mu_log moved along: the posterior is shifted."""
    model = truth.model
    moved = gp.exact(PoissonLognormal(model.y, model.exposure * 1e-6,
                                      mu_log=gp.Normal(np.log(1e6), 1)))
    assert moved.log_evidence == pytest.approx(truth.log_evidence, abs=1e-8)
    assert moved["lam"].mean[:2] == pytest.approx(truth["lam"].mean[:2] * 1e6, rel=1e-8)
    assert moved["sigma_log"].mean == pytest.approx(truth["sigma_log"].mean, rel=1e-8)
    assert moved["mu_log"].mean == pytest.approx(truth["mu_log"].mean + np.log(1e6), rel=1e-9)


@pytest.mark.parametrize("change", [
    dict(y=[0, 0], exposure=[1, 2]),
    *at_length(dict(y=[0, 4], exposure=[1, 2], sigma_log=gp.HalfCauchy(1)),
               dict(y=[10**6, 3 * 10**6], exposure=[1, 2], mu_log=gp.Normal(10, 5)),
               dict(y=[10, 11, 9, 10, 12, 1000], exposure=np.ones(6)),
               dict(y=[3, 1, 2], exposure=[1, 1, 1], sigma_log=gp.HalfNormal(1e-4)),
               dict(y=[3, 0, 2], exposure=[1, 1, 1], mu_log=gp.Flat(),
                    sigma_log=gp.Gamma(0.5, 1)))])
def test_extreme_data_pass_without_warnings(change):
    """And each rate's density integrates to one, though the plane's integral normalises it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="only . groups|the prior decides")
        exact = gp.exact(PoissonLognormal(**change))
        for j in (0, 1, None):
            log_rate = exact.new_log_rate if j is None else exact._log_rate(j)
            assert log_rate.integral.log_total == pytest.approx(0, abs=1e-8)
        assert np.isfinite([*exact["lam", "1"].hdi(), *exact["sigma_log"].hdi(),
                            *exact.new_group.quantile([0.1, 0.9])]).all()
        assert np.isfinite(exact.elpd_loo().pointwise).all()
        assert exact.sample(20, 2)["lam"].shape == (2, 20, len(change["y"]))


def test_leave_one_out_is_refused_where_it_is_not_defined():
    exact = gp.exact(PoissonLognormal([0, 0, 0, 0, 3], np.ones(5), mu_log=gp.Flat()))
    with pytest.raises(ValueError, match="without group 5 the posterior is improper"):
        exact.elpd_loo()
    with pytest.raises(ValueError, match="log_evidence is not defined"):
        exact.log_evidence


def test_leave_one_out_is_a_ratio_of_evidences(seed_truth):
    """By two runs, with and without the group that has a count of zero."""
    data = gp.data.hospitals("seed")
    without = gp.exact(PoissonLognormal(np.delete(data.y, 4), np.delete(data.exposure, 4)))
    assert seed_truth.elpd_loo().pointwise[4] == pytest.approx(seed_truth.log_evidence
                                                               - without.log_evidence, abs=1e-9)


@pytest.mark.long
def test_leave_one_out_of_an_outlier():
    """The posterior without the outlier lies where the full one is below exp(-100).

    The nodes cover both.
    """
    y, e = np.array([10, 11, 9, 10, 12, 1000]), np.ones(6)
    exact, without = gp.exact(PoissonLognormal(y, e)), gp.exact(PoissonLognormal(y[:5], e[:5]))
    expected = exact.log_evidence - without.log_evidence
    assert exact.elpd_loo().pointwise[5] == pytest.approx(expected, abs=1e-8)


def test_independent_draws_follow_the_marginals(seed_truth):
    """Kolmogorov-Smirnov of 4000 draws each against the exact cdf: p > 1e-4 in five tests."""
    draws = seed_truth.sample(draws=1000, chains=4, seed=3)
    for name, marginal in [("mu_log", seed_truth["mu_log"]),
                           ("sigma_log", seed_truth["sigma_log"])]:
        assert stats.kstest(draws[name].ravel(), marginal.cdf).pvalue > 1e-4
    for label in ("4", "5"):
        assert stats.kstest(draws["lam", label].ravel(), seed_truth["lam", label].cdf).pvalue > 1e-4
    assert stats.kstest(draws.new_group().ravel(), seed_truth.new_group.cdf).pvalue > 1e-4


def test_a_count_of_a_million_millions_has_an_interval():
    """Its rate is all but Gamma(y, 1); it was refused, with the advice to subtract a constant."""
    truth = gp.exact(gp.scaled_priors(gp.PoissonLognormal([1e12, 0, 500, 3, 7],
                                                          [1, 1, 1e6, 1e-6, 2])))
    low, high = truth["lam"][0].hdi(0.89)
    alone = stats.gamma(1e12)
    # the population's pull and rounding, of log rates near 28, come to 1e-5 standard errors
    assert (low - 1e12) / 1e6 == pytest.approx(-1.598193, abs=1e-4)
    assert (high - 1e12) / 1e6 == pytest.approx(1.598193, abs=1e-4)
    q = np.array([0.1, 0.5, 0.9])
    assert (truth["lam"][0].quantile(q) - alone.ppf(q)) / 1e6 == pytest.approx(0, abs=1e-4)


def test_a_posterior_of_few_events_under_a_vast_prior_passes_without_warnings():
    """Panels of sigma_log as narrow as rounding lie beside wide ones."""
    exposure = np.exp(np.random.default_rng(1).uniform(-0.1, 0.1, 120))
    model = gp.PoissonLognormal(np.zeros(120), exposure, sigma_log=gp.HalfCauchy(1e3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=UserWarning)
        truth = gp.exact(model)
        low, high = truth["sigma_log"].quantile(np.array([0.1, 0.9]))
    assert 0 < low < truth["sigma_log"].quantile(0.5) < high
