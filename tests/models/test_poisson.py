"""The Poisson-lognormal model: its conditionals, its exact posterior, and the samplers against
it.
"""
import warnings

import numpy as np
import pytest
from monte_carlo import z_of_means
from numpy.polynomial import legendre
from scipy import stats
from scipy.special import gammaln, logsumexp

import gibbspool as gp
from gibbspool.models.poisson.count import draw_log_mean, log_count
from gibbspool.models.poisson.model import Centred, Interwoven, Noncentred, PoissonLognormal
from gibbspool.models.poisson.pooling import CompletePooling, NoPooling
from gibbspool.sampling.gibbs import Conditionals, sweep
from gibbspool.sampling.interweaving import Interweaving
from gibbspool.sampling.slice import Slice

FORMS = ("centred", "noncentred", "interwoven")
SPARSE = np.array([0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0])
LIMIT = 4.5  # of |z|: exceeded by chance once in 150,000 comparisons


def at_length(*values):
    """Cases for the long tests."""
    return [pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.long)
            for value in values]


def hospitals(which="printed", **kwargs):
    data = gp.data.hospitals(which)
    return PoissonLognormal(data.y, data.exposure, groups=data.groups, **kwargs)


@pytest.fixture(scope="module")
def model():
    return hospitals()


@pytest.fixture(scope="module")
def truth(model):
    return gp.exact(model)


@pytest.fixture(scope="module")
def seed_truth():
    return gp.exact(hospitals("seed"))


# The model.

def test_form_picks_the_class():
    assert type(hospitals()) is Interwoven
    assert [type(hospitals(form=form)) for form in FORMS] == [Centred, Noncentred, Interwoven]
    with pytest.raises(ValueError, match="form is 'collapsed'"):
        hospitals(form="collapsed")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mu_log, sigma_log", [
    (gp.Normal(0, 1), gp.HalfNormal(1)), (gp.Flat(), gp.HalfCauchy(1)),
                                               (gp.Normal(1, 3), gp.Uniform(0.1, 2)),
    (gp.Flat(), gp.Flat()), (gp.Normal(0, 1), gp.InverseGamma(1, 0.1)),
                                               (gp.Normal(0, 1), gp.Exponential(2))])
def test_conditionals_agree_with_the_joint_density(form, mu_log, sigma_log):
    data = gp.data.hospitals("seed")  # one count is zero
    report = gp.check_conditionals(PoissonLognormal(data.y, data.exposure, mu_log, sigma_log,
                                                    form=form), rtol=1e-9)
    assert report.ok, str(report)


def test_closed_forms_agree_with_the_joint_density(model):
    assert gp.check_conditionals(model.no_pooling()).ok
    assert gp.check_conditionals(model.complete_pooling(gp.Gamma(2, 0.3))).ok


def test_the_two_coordinates_have_one_joint_density():
    """p(lam_raw, ...) = p(log_lam, ...) sigma_log^J, from log_lam = mu_log + sigma_log lam_raw."""
    centred, noncentred = hospitals(form="centred"), hospitals(form="noncentred")
    state = noncentred.initial(np.random.default_rng(0), (20,))
    log_lam = state["mu_log"][:, None] + state["sigma_log"][:, None] * state["lam_raw"]
    there = centred.log_joint(state["mu_log"], state["sigma_log"],
                              log_lam) + 8 * np.log(state["sigma_log"])
    assert there == pytest.approx(noncentred.log_joint(**state), rel=1e-12)


def test_log_joint_is_written_out_as_scipy_has_it(model):
    log_lam = np.linspace(-1, 2, 8)
    expected = (stats.norm(0, 1).logpdf(0.3) + stats.halfnorm(scale=1).logpdf(0.7)
                + stats.norm(0.3, 0.7).logpdf(log_lam).sum()
                + stats.poisson(np.exp(log_lam) * model.exposure).logpmf(model.y).sum())
    assert model.log_joint(0.3, 0.7, log_lam) == pytest.approx(expected, rel=1e-12)


def test_every_variable_is_in_the_draws():
    for form in FORMS:
        draws = gp.sample(hospitals(form=form), draws=5, tune=5, chains=2)
        assert {"lam", "mu_log", "sigma_log"} <= set(draws.keys())
        assert draws["lam"].shape == (2, 5, 8)
    assert draws["lam"] == pytest.approx(np.exp(draws["log_lam"]))
    assert not any("ancillary" in name for name in draws.keys())


def test_noncentred_lam_is_made_of_its_parts():
    draws = gp.sample(hospitals(form="noncentred"), draws=5, tune=5, chains=2)
    assert np.log(draws["lam"]) == pytest.approx(
        draws["mu_log"][..., None] + draws["sigma_log"][..., None] * draws["lam_raw"])


def test_single_chain_state_has_no_batch_axis(model):
    names = []
    for name, conditional, old, new in gp.steps(model, seed=1, sweeps=2):
        assert np.shape(new) == np.shape(old) == ((8,) if name == "log_lam" else ())
        names.append(name)
    assert tuple(names) == 2 * ("log_lam", "mu_log", "sigma_log", "mu_log_ancillary",
                                "sigma_log_ancillary")


def test_same_seed_same_draws(model):
    a, b, c = (gp.sample(model, draws=10, tune=5, chains=2, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(a["lam"], b["lam"]) and not np.array_equal(a["lam"], c["lam"])


@pytest.mark.parametrize("change, error, what", [
    (dict(y=[1, -1, 2]), ValueError, r"y\[1\] is -1"),
                                                 (dict(y=[1, 2.5, 2]), ValueError,
                                                  r"y\[1\] is 2.5"),
    (dict(y=[1, np.nan, 2]), ValueError, r"y\[1\] is nan"),
                                                 (dict(y=["a", 1, 2]), TypeError, r"y\[0\] is 'a'"),
    (dict(y=[1, 2]), ValueError, "exposure has 3 elements but y has 2"),
                                                 (dict(y=[1e15, 1, 2]), ValueError, "1e12"),
    (dict(exposure=[1, 0, 2]), ValueError, r"exposure\[1\] is 0"),
                                                 (dict(exposure=[1, np.inf, 2]), ValueError, "inf"),
    (dict(y=[3], exposure=[1]), ValueError, "at least 2"),
                                                 (dict(groups=["a", "a", "b"]), ValueError,
                                                  "second time"),
    (dict(mu_log=gp.Gamma(1, 1)), TypeError, "mu_log prior"),
                                                 (dict(sigma_log=1.0), TypeError,
                                                  "sigma_log prior"),
    (dict(sigma_log=gp.Beta(1, 1)), TypeError, "sigma_log prior"),
    (dict(y=[0, 0, 0], mu_log=gp.Flat()), ValueError, "improper"),
    (dict(y=[0, 0, 3], mu_log=gp.Flat(), sigma_log=gp.Flat()), ValueError, "improper"),
    (dict(y=[0, 2, 3], mu_log=gp.Flat(), sigma_log=gp.Flat()), ValueError, "improper"),
    (dict(y=[0, 0, 3], sigma_log=gp.Flat()), ValueError, "improper")])
def test_refuses(change, error, what):
    with pytest.raises(error, match=what):
        PoissonLognormal(**{"y": [3, 4, 5], "exposure": [1, 2, 3], **change})


def test_just_proper_is_allowed():
    """Three counts above zero keep sigma_log finite under flat priors, two do when mu_log has a
    proper one.
    """
    PoissonLognormal([1, 1, 1, 0], np.ones(4), mu_log=gp.Flat(), sigma_log=gp.Flat())
    PoissonLognormal([1, 1, 0, 0], np.ones(4), sigma_log=gp.Flat())
    PoissonLognormal([0, 0, 0], np.ones(3))


def test_prediction(model):
    """Replicates and new groups follow their distributions: means within 4.5 standard errors of
    20,000 draws.
    """
    rng, lam = np.random.default_rng(0), np.linspace(0.5, 3, 8)
    y = model.replicate(rng, np.tile(lam, (20_000, 1)))["y"]
    assert np.abs((y.mean(axis=0) - lam * model.exposure)
                  / np.sqrt(lam * model.exposure / 20_000)).max() < LIMIT
    log_new = np.log(model.new_group(rng, np.full(20_000, 0.4), np.full(20_000, 0.7)))
    assert abs(log_new.mean() - 0.4) / (0.7 / np.sqrt(20_000)) < LIMIT
    assert log_new.std() == pytest.approx(0.7, rel=0.03)
    with np.errstate(all="raise"):
        assert np.isinf(model.new_group(rng, 5000.0, 1.0))
        assert model.replicate(rng, np.full(8, 1e30))["y"].min() > 1e29
    assert model.log_likelihood(lam) == pytest.approx(stats.poisson(lam
                                                                    * model.exposure).logpmf(model.y))
    with pytest.raises(ValueError, match="no pooling cannot predict"):
        model.no_pooling().new_group(rng)


def test_no_warning_of_numpy_in_sampling():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for y in (SPARSE, SPARSE * 10**6):
            for form in FORMS:
                gp.sample(PoissonLognormal(y, np.ones(12), sigma_log=gp.HalfCauchy(1), form=form),
                          draws=20, tune=20)


def test_mu_log_comes_back_from_where_rates_overflow(model):
    """A start far out can leave sigma_log lam_raw in the hundreds, its exp beyond the largest
    number: mu_log follows.

    At the mode -mu_log + sum y = expected total; one standard deviation of its log is 0.035.
    """
    conditional = hospitals(form="noncentred").mu_log_given(np.full(8, 1000.0), 0.8)
    rng, mu_log = np.random.default_rng(0), -1154.0
    for _ in range(30):
        mu_log = conditional.draw(rng, mu_log)
    assert np.exp(mu_log + 800) * model.exposure.sum() == pytest.approx(model.y.sum() - mu_log,
                                                                        rel=0.17)


def test_caution_when_sigma_log_piles_up_at_zero():
    model = PoissonLognormal([3, 3, 3, 3, 3, 3], np.ones(6), sigma_log=gp.HalfNormal(0.05))
    with pytest.warns(UserWarning, match="complete pooling"):
        gp.sample(model, draws=50, tune=50)
    assert not hospitals("seed").cautions_after({"mu_log": np.full(9, 0.4),
                                                 "sigma_log": np.full(9, 0.6)})


# Steps that carry others along.

class _WrongDensity(Interwoven):
    """Draws sigma_log again as in the centred form, though lam_raw is what stays."""

    def sigma_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        right = super().sigma_log_ancillary_given(mu_log, sigma_log, log_lam)
        return Interweaving(self.sigma_log_given(log_lam, mu_log), right.moves)


class _NoJacobian(Interwoven):
    """Forgets by what factor the log_lam_j are stretched."""

    def sigma_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        right = super().sigma_log_ancillary_given(mu_log, sigma_log, log_lam)

        def log_density(x):
            return right.logpdf(x) - self.J * np.log(x)

        return Interweaving(Slice(log_density, (1e-10, np.inf)), right.moves)


class _NoWayBack(Interwoven):
    """Carries log_lam to where it cannot be carried back from."""

    def mu_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        right = super().mu_log_ancillary_given(mu_log, sigma_log, log_lam)
        return Interweaving(right.conditional,
                            lambda new: {"log_lam": log_lam + 2 * (new - mu_log)[..., None] ** 2})


@pytest.mark.parametrize("cls, name",
                         [(_WrongDensity, "sigma_log_ancillary_given"),
                          (_NoJacobian, "sigma_log_ancillary_given"),
                          (_NoWayBack, "mu_log_ancillary_given")])
def test_the_check_sees_a_wrong_step_again(cls, name):
    data = gp.data.hospitals()
    report = gp.check_conditionals(cls(data.y, data.exposure))
    assert report.wrong == [name]


def test_a_step_again_holds_lam_raw():
    model = hospitals()
    rng, given = np.random.default_rng(0), Conditionals(model)
    state = model.initial(rng, (3,))

    def lam_raw():
        return (state["log_lam"] - state["mu_log"][:, None]) / state["sigma_log"][:, None]

    before = lam_raw()
    for step in sweep(given, rng, state):
        if step.name.endswith("_ancillary"):
            assert lam_raw() == pytest.approx(before, rel=1e-9)
            assert not np.any(step.old == step.new)
        before = lam_raw()
    assert given.variables == ("log_lam", "mu_log", "sigma_log")
    assert "Interweaving(Slice" in repr(step.conditional)


# One group: the Poisson-lognormal probability.

def brute_log_count(y, a, sigma):
    """On a fine grid of v, 40 standard deviations of either factor wide, in extended precision."""
    sd = 1 / np.sqrt(1 / sigma**2 + max(y, 0.3))
    low = max(a - 45 * sigma, min(a, np.log(y + 0.5)) - (60 / y + 60 * sd if y else np.inf))
    high = min(max(a, np.log(y + 0.5)) + 12 * sigma, np.log(y + 100 + 15 * np.sqrt(y)) + 1)
    v = low + (high - low) * np.arange(200_001, dtype=np.longdouble) / 200_000
    log_p = y * v - np.exp(v) - 0.5 * ((v - a) / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2
                                                                                            * np.pi) - gammaln(y + 1)
    return float(np.log(np.exp(log_p - log_p.max()).sum() * (high - low) / 200_000) + log_p.max())


@pytest.mark.parametrize("y", [0, 1, 7, *at_length(2, 40, 1000)])
@pytest.mark.parametrize("sigma", [0.01, 0.3, 2.9, 10.0, *at_length(1.0, 3.1, 40.0)])
def test_log_count_against_a_fine_grid(y, sigma):
    a = np.log(y + 0.5) + np.array([-4, -1, 0.0, 1.5, 4]) * max(sigma, 0.3 / np.sqrt(y + 1))
    expected = [brute_log_count(y, one, sigma) for one in a]
    assert log_count(y, a, np.full(5, sigma)) == pytest.approx(expected, rel=1e-12, abs=1e-11)


def test_log_count_sums_to_one():
    """Over all counts the probabilities add up: for sigma so large that counts reach thousands,
    too.
    """
    for a, sigma in [(0.5, 0.4), (-2.0, 1.0), (1.0, 0.001)]:
        total = sum(np.exp(log_count(float(y), np.array([a]), np.array([sigma]))[0])
                    for y in range(200))
        assert total == pytest.approx(1, abs=2e-7 if sigma == 1 else 1e-11)


def test_log_count_at_the_ends():
    """sigma -> 0: Poisson; sigma -> infinity: 1 / (y sigma sqrt(2 pi)), and for y = 0 one half; no warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for y in (0.0, 3.0, 1e6):
            a = np.array([np.log(y + 1)])
            small = log_count(y, a, np.array([1e-100]))[0]
            assert small == pytest.approx(stats.poisson(y + 1).logpmf(y), rel=1e-9)
            large = log_count(y, a, np.array([1e100]))[0]
            assert large == pytest.approx(np.log(0.5) if y == 0
                                          else -np.log(y * 1e100 * np.sqrt(2 * np.pi)), rel=1e-10)


@pytest.mark.parametrize("y, a, sigma",
                         [(0, 0.0, 1.0), (0, 3.0, 5.0), (2, 0.0, 0.3), (2, 1.0, 4.0),
                          (500, 4.0, 1.0),
                          (500, 6.3, 0.01)])
def test_draws_of_the_log_mean(y, a, sigma):
    """10,000 draws against the cdf on a grid: Kolmogorov-Smirnov, p > 1e-4."""
    draws = draw_log_mean(np.random.default_rng(0), np.full((100, 100), float(y)), a, sigma)
    v = np.linspace(draws.min() - 2, draws.max() + 2, 100_001)
    log_p = y * v - np.exp(v) - 0.5 * ((v - a) / sigma) ** 2
    cdf = np.cumsum(np.exp(log_p - log_p.max()))
    assert stats.kstest(draws.ravel(), lambda x: np.interp(x, v, cdf / cdf[-1])).pvalue > 1e-4


# The exact posterior, against a brute-force computation that shares nothing with it.

def panels(edges, nodes=14):
    """Nodes and weights of Gauss-Legendre panels between the edges."""
    t, w = legendre.leggauss(nodes)
    edges = np.asarray(edges, dtype=float)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half + half * t).ravel(), (half * w).ravel()


class Brute:
    """In the coordinates (mu_log, sigma_log, lam_raw): Gauss-Legendre panels in sigma_log and
    mu_log, and for each group the plain trapezoidal rule in lam_raw over (-8, 8)."""

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
    "sparse, "
    "bounded": (dict(y=SPARSE, exposure=1 + np.arange(12) % 2, sigma_log=gp.Uniform(0.2, 2.5)),
                        [-7, -4, -2, -1, 0, 1, 3], [0.2, 0.6, 1.3, 2.5]),
    "flat mean": (dict(y=[3, 0, 9, 5, 1], exposure=[1, 1.5, 2, 0.5, 0.2], mu_log=gp.Flat(),
                       sigma_log=gp.HalfNormal(0.3)),
                  [-9, -3, 0, 1, 2, 4, 10], [0, 0.2, 0.5, 1, 1.8, 3]),
}


@pytest.fixture(scope="module", params=["printed", *at_length("sparse, bounded", "flat mean")])
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
    """Means and standard deviations to 1e-8 of a standard deviation (the brute force cuts sigma_log
    off: 1e-7).
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
    """Bounded functions of the rates, integrated against the pdf of the first, the second and a new
    group.
    """
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
    """E[lam_new^k] = E[exp(k mu_log + k^2 sigma_log^2 / 2)], where it is finite and not carried by the far tail."""
    exact, brute = both
    if exact.new_group.sd < np.inf:
        mean = brute.mean(lambda mu, sigma: np.exp(mu + sigma**2 / 2))
        square = brute.mean(lambda mu, sigma: np.exp(2 * mu + 2 * sigma**2))
        assert exact.new_group.mean == pytest.approx(mean, rel=1e-6)
        assert exact.new_group.sd == pytest.approx(np.sqrt(square - mean**2), rel=1e-5)


# Where the moments of a new rate exist: seen by integrating ever further out in sigma_log.

def power_up_to(model, k, furthest):
    """E[lam_new^k; sigma_log < furthest] / p(y)^-1 by the trapezoidal rule in log sigma_log and in mu_log."""
    u, mu = np.linspace(-12, np.log(furthest), 700)[:, None], np.linspace(-8, 10, 73)
    sigma = np.exp(u) + 0 * mu
    each = sum(log_count(float(y), np.log(e) + mu + 0 * u, sigma) for y,
               e in zip(model.y, model.exposure))
    tilted = 0.5 * (k**2 - 1 / model.sigma_log.scale**2) * sigma**2
    log_p = model.mu_log.logpdf(mu) + model.sigma_log.logpdf(0.0) + k * mu + each + tilted + u
    return np.exp(np.minimum(logsumexp(log_p) + np.log((u[1, 0] - u[0, 0]) * (mu[1] - mu[0])), 700))


@pytest.mark.parametrize("y, scale, k, finite", [
    ([3, 0, 0], 1, 1, False), ([3, 0, 0], 0.9, 1, True),
    *at_length(([3, 2, 0], 1, 1, True), ([3, 5, 2], 1.05, 1, False), ([3, 5, 2], 0.5, 2, True),
               ([3, 0, 0], 0.5, 2, False))])
def test_when_the_moments_of_a_new_rate_are_finite(y, scale, k, finite):
    """Finite where each further piece of the integral, 1e2 to 1e4 and 1e4 to 1e6, is far smaller
    than the one before.
    """
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
    """tail_power: two counts above zero, one flat mean: p(sigma_log | y) falls like sigma_log^-3 under a HalfCauchy."""
    exact = gp.exact(PoissonLognormal([4, 2, 0, 0, 0], np.ones(5), mu_log=gp.Flat(),
                                      sigma_log=gp.HalfCauchy(1)))
    assert exact.error < 1e-9
    assert np.isfinite(exact["sigma_log"].mean) and np.isinf(exact["sigma_log"].sd)
    assert np.isfinite(exact["mu_log"].mean) and np.isinf(exact["mu_log"].sd)
    assert np.isinf(exact["log_lam"][4].sd) and np.isfinite(exact["log_lam"][0].sd) and np.isfinite(exact["lam"].sd).all()


# Conjugate special cases, accuracy, extremes.

def test_no_spread_is_a_gamma():
    """sigma_log all but zero and mu_log flat: one rate for all, lam ~ Gamma(sum y, sum e) in closed form."""
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


@pytest.mark.long
def test_no_pull_is_a_gamma():
    """sigma_log huge: each count is on its own, lam_j ~ Gamma(y_j, e_j) up to terms of order 1 / sigma_log^2."""
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
    """cdf and quantile are inverse, the pdf is the slope of the cdf, the density is equal at the
    ends of the hdi.
    """
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
def test_scale_of_the_exposure_moves_the_rates_alone(truth, model):
    """Exposure in units a million times smaller, mu_log moved along: the same posterior, exactly
    shifted.
    """
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
    """And each rate's density integrates to one, though it is normalised by the integral over the
    plane.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="only . groups")
        exact = gp.exact(PoissonLognormal(**change))
        for j in (0, 1, None):
            assert exact._log_rate(j)[1].log_total == pytest.approx(0, abs=1e-8)
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
    """The posterior without the outlier lies where the full one is below exp(-100): the nodes cover
    both.
    """
    y, e = np.array([10, 11, 9, 10, 12, 1000]), np.ones(6)
    expected = gp.exact(PoissonLognormal(y, e)).log_evidence - gp.exact(PoissonLognormal(y[:5],
                                                                                         e[:5])).log_evidence
    assert gp.exact(PoissonLognormal(y, e)).elpd_loo().pointwise[5] == pytest.approx(expected,
                                                                                     abs=1e-8)


def test_independent_draws_follow_the_marginals(seed_truth):
    """Kolmogorov-Smirnov of 4000 draws each against the exact cdf: p > 1e-4 in five tests."""
    draws = seed_truth.sample(draws=1000, chains=4, seed=3)
    for name, marginal in [("mu_log", seed_truth["mu_log"]),
                           ("sigma_log", seed_truth["sigma_log"])]:
        assert stats.kstest(draws[name].ravel(), marginal.cdf).pvalue > 1e-4
    for label in ("4", "5"):
        assert stats.kstest(draws["lam", label].ravel(), seed_truth["lam", label].cdf).pvalue > 1e-4
    assert stats.kstest(draws.new_group().ravel(), seed_truth.new_group.cdf).pvalue > 1e-4


# No pooling and complete pooling.

def test_no_pooling_in_closed_form(model):
    none = gp.exact(model.no_pooling())
    assert isinstance(none.model, NoPooling)
    # hospital 5: one event in an exposure of 0.7, prior Gamma(1, 0.5)
    gamma = stats.gamma(2, scale=1 / 1.2)
    assert none["lam", "5"].mean == pytest.approx(gamma.mean()) and none["lam",
                                                                         "5"].sd == pytest.approx(gamma.std())
    q = np.array([0.055, 0.5, 0.945])
    assert none["lam", "5"].quantile(q) == pytest.approx(gamma.ppf(q))
    assert none["lam", "5"].cdf([-1.0, 1.0]) == pytest.approx(gamma.cdf([-1.0, 1.0]))
    assert none["lam", "5"].sf(1.0) == pytest.approx(gamma.sf(1.0))
    p = 0.5 / (0.5 + model.exposure)
    assert none.elpd_loo().pointwise == pytest.approx(stats.nbinom(1, p).logpmf(model.y))
    assert none.log_evidence == pytest.approx(stats.nbinom(1, p).logpmf(model.y).sum())
    with pytest.raises(ValueError, match="no pooling cannot predict"):
        none.new_group
    draws = none.sample(1000, 4)["lam", "5"]
    assert stats.kstest(draws.ravel(), gamma.cdf).pvalue > 1e-4


def test_complete_pooling_in_closed_form(model):
    complete = gp.exact(model.complete_pooling(gp.Gamma(2, 0.3)))
    assert isinstance(complete.model, CompletePooling)
    gamma = stats.gamma(2 + model.y.sum(), scale=1 / (0.3 + model.exposure.sum()))
    for marginal in (complete["rate"], complete["lam", "3"], complete.new_group):
        assert marginal.mean == pytest.approx(gamma.mean()) and marginal.quantile(0.2) == pytest.approx(gamma.ppf(0.2))
    lam = np.linspace(0.5, 4, 4001)
    log_p = stats.gamma(2, scale=1 / 0.3).logpdf(lam) + stats.poisson(lam[:, None]
                                                                      * model.exposure).logpmf(model.y).sum(1)
    assert complete.log_evidence == pytest.approx(logsumexp(log_p) + np.log(lam[1] - lam[0]),
                                                  abs=1e-9)
    j, others = 2, np.arange(8) != 2
    prior = stats.gamma(2 + model.y[others].sum(), scale=1 / (0.3 + model.exposure[others].sum()))
    expected = logsumexp(prior.logpdf(lam)
                         + stats.poisson(lam * model.exposure[j]).logpmf(model.y[j]))
    assert complete.elpd_loo().pointwise[j] == pytest.approx(expected + np.log(lam[1] - lam[0]),
                                                             abs=1e-9)
    assert complete.sample(10, 2)["lam"].shape == (2, 10, 8)


@pytest.mark.long
@pytest.mark.extras
def test_compare_and_tables(model, truth):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = gp.compare({"partial": model, "none": model.no_pooling(),
                            "complete": model.complete_pooling()},
                           draws=300, chains=2)
    assert table.loc["partial", "elpd"] == pytest.approx(truth.elpd_loo().elpd)
    assert sorted(table["rank"]) == [0, 1, 2]
    rows = truth.summary(["mu_log", "lam"])
    assert rows.loc["lam[5]", "mean"] == pytest.approx(truth["lam", "5"].mean)
    data = gp.sample(model, draws=20, tune=10, chains=2).to_arviz()
    assert data["posterior"]["lam"].dims == ("chain", "draw", "group")
    assert data["posterior_predictive"]["y"].shape == (2, 20, 8)


# The samplers against the exact posterior.

def z_scores(model, exact, chains, draws, tune, seed):
    """z-scores of the means of mu_log, sigma_log, each log lam_j and of a bounded function of a new
    rate.

    Many lock-step chains: the standard error is that of independent chain means, whatever happens
    within a chain.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = gp.sample(model, draws=draws, tune=tune, chains=chains, seed=seed)
    z = [z_of_means(found["mu_log"], exact["mu_log"].mean),
         z_of_means(found["sigma_log"], exact["sigma_log"].mean),
         z_of_means(found["sigma_log"] < exact["sigma_log"].quantile(0.2), 0.2),
         z_of_means(found.new_group() < exact.new_group.quantile(0.7), 0.7)]
    z += [z_of_means(found["lam"][..., j] < exact["lam"][j].quantile(0.5), 0.5)
          for j in range(model.J)]
    return np.array(z)


@pytest.mark.parametrize("form", ["interwoven", *at_length("centred", "noncentred")])
def test_each_form_reaches_the_exact_posterior(form, truth):
    """12 comparisons: |z| < 4.5. Each form is warmed up for as long as its walk in sigma_log takes."""
    tune = {"centred": 300, "noncentred": 60, "interwoven": 30}[form]
    z = z_scores(hospitals(form=form), truth, chains=300, draws=30, tune=tune, seed=1)
    assert np.abs(z).max() < LIMIT, z


def test_the_comparison_sees_a_wrong_sampler(truth):
    """The same test fails for the sampler whose step lacks the Jacobian, which the check names."""
    data = gp.data.hospitals()
    with np.errstate(all="ignore"):  # some chains do not move at all
        z = z_scores(_NoJacobian(data.y, data.exposure), truth, chains=200, draws=10, tune=20,
                     seed=1)
    assert np.abs(z).max() > 2 * LIMIT


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", ["printed", "seed"])
def test_each_form_on_the_hospitals_at_length(form, which):
    tune = {"centred": 800, "noncentred": 200, "interwoven": 100}[form]
    z = z_scores(hospitals(which, form=form), gp.exact(hospitals(which)), chains=1000, draws=100,
                 tune=tune, seed=2)
    assert np.abs(z).max() < LIMIT, z


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_each_form_on_data_drawn_from_the_prior(seed):
    """Ten data sets of random size from the prior, three forms: some 500 comparisons in all, |z| <
    4.5 has a chance of about 0.4 % to fail by bad luck; the seeds are fixed.

    Where a form walks slowly (counts in the hundreds for the noncentred one, near-zero sigma_log
    for the centred one) the chains start from independent exact draws: that a sweep leaves the
    posterior invariant is then what is tested.
    """
    rng = np.random.default_rng(100 + seed)
    J = int(rng.integers(2, 25))
    exposure = np.exp(rng.normal(0, 1.5, J))
    mu_log, sigma_log = rng.normal(0, 1), abs(rng.normal(0, 1))
    y = rng.poisson(np.exp(rng.normal(mu_log, sigma_log, J)) * exposure)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = gp.exact(PoissonLognormal(y, exposure))
    for form in FORMS:
        model = PoissonLognormal(y, exposure, form=form)
        start = {name: x[:, 0] for name, x in exact.sample(1, 1000, seed).items()}
        start["lam_raw"] = (start["log_lam"] - start["mu_log"][:, None]) / start["sigma_log"][:,
                                                                                              None]
        model.initial = lambda rng, shape, names=Conditionals(model).variables: {name: start[name]
                                                                                 for name in names}
        z = z_scores(model, exact, chains=1000, draws=40, tune=0, seed=seed)
        assert np.abs(z).max() < LIMIT, (form, z)


@pytest.mark.long
def test_interwoven_is_never_far_behind_and_mixes_where_one_of_the_others_fails():
    """Lag-20 autocorrelation of sigma_log in equilibrium, over 2000 chains.

    Counts 100 times larger stop the noncentred form; sparse counts stop the centred one; the
    interwoven one forgets.
    """
    data = gp.data.hospitals("seed")
    large = dict(y=np.round(100 * data.y), exposure=100 * data.exposure)
    sparse = dict(y=SPARSE, exposure=np.ones(12))

    def memory(form, data):
        exact = gp.exact(PoissonLognormal(**data))
        start = {name: x[:, 0] for name, x in exact.sample(1, 2000).items()}
        start["lam_raw"] = (start["log_lam"] - start["mu_log"][:, None]) / start["sigma_log"][:,
                                                                                              None]
        model = PoissonLognormal(form=form, **data)
        given, rng = Conditionals(model), np.random.default_rng(0)
        state = {name: start[name] for name in given.variables}
        for _ in range(20):
            for _ in sweep(given, rng, state):
                pass
        return np.corrcoef(np.log(start["sigma_log"]), np.log(state["sigma_log"]))[0, 1]

    assert memory("noncentred", large) > 0.5 and memory("centred", large) < 0.1
    assert memory("centred", sparse) > 0.5 and memory("noncentred", sparse) < 0.1
    assert abs(memory("interwoven", large)) < 0.1 and abs(memory("interwoven", sparse)) < 0.1
