"""The Beta-Binomial model: densities against scipy, the exact posterior against independent
computations, Gibbs.
"""
import functools
import inspect
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import integrate, special, stats

import gibbspool as gp
from gibbspool.distributions.beta_mixture import BetaMixture
from gibbspool.models.binomial.exact import ExactBetaBinomial
from gibbspool.models.binomial.observations import log_beta_binomial
from gibbspool.numerics.special import log_rise

FORMS = ["collapsed", "centred"]
SMALL = dict(successes=[2, 0, 5], trials=[7, 3, 6])
DEMO = Path(__file__).parents[2] / "demos" / "binomial_baseball.py"


@functools.cache
def baseball():
    data = gp.data.baseball()
    return gp.BetaBinomial(data.successes, data.trials, groups=data.groups)


@functools.cache
def exact_baseball():
    return gp.exact(baseball())


def few_groups(function, *args, **kwargs):
    """Without the caution that there are fewer than five groups."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="only")
        return function(*args, **kwargs)


# --- densities ----------------------------------------------------------------------------------------------------

def test_beta_binomial_against_scipy():
    rng = np.random.default_rng(0)
    n = rng.integers(1, 60, 500)
    y, a, b = rng.integers(0, n
                           + 1), np.exp(rng.uniform(-4, 5, 500)), np.exp(rng.uniform(-4, 5, 500))
    assert log_beta_binomial(y, n, a, b) == pytest.approx(stats.betabinom.logpmf(y, n, a, b),
                                                          abs=1e-9)


@pytest.mark.parametrize("kappa", [1e-140, 1e-6, 1.0, 1e6, 1e12, 1e150])
def test_rises_are_sums_of_logs_at_any_concentration(kappa):
    """The reference: log(1 + i / x) added up for each i; rounding is allowed for, relative to the
    sum's size.
    """
    for y in (0, 1, 2, 5, 45, 800):
        terms = np.log1p(np.arange(y)
                         / kappa) if kappa > 1e-100 else np.log(np.arange(1, y)) - np.log(kappa)
        assert log_rise(np.array(kappa), y) == pytest.approx(terms.sum(), rel=1e-12, abs=1e-12)


def test_stirling_remainder_is_continuous_and_tends_to_its_limit():
    z = np.array([16 - 1e-9, 16, 1e3, 1e200])
    at = stirling_remainder(z)
    assert at[0] == pytest.approx(at[1], abs=1e-12)
    assert at[2:] == pytest.approx(1 / (12 * z[2:]), rel=1e-6)


def test_log_beta_against_scipy_and_at_large_concentrations():
    rng = np.random.default_rng(1)
    x, a, b = rng.random(300), np.exp(rng.uniform(-3, 5, 300)), np.exp(rng.uniform(-3, 5, 300))
    assert log_beta(x, a, b) == pytest.approx(stats.beta.logpdf(x, a, b), rel=1e-10, abs=1e-10)
    # a normal density, but for terms of the order 1 / sqrt(kappa)
    kappa, z = 1e18, np.array([-2.0, 0.0, 1.5])
    sd = np.sqrt(0.3 * 0.7 / kappa)
    normal = stats.norm.logpdf(z) - np.log(sd)
    assert log_beta(0.3 + z * sd, 0.3 * kappa, 0.7 * kappa) == pytest.approx(normal, abs=1e-3)


def test_complete_pooling_is_the_limit():
    y, n, phi = np.array([0.0, 3, 45]), np.array([45.0, 45, 45]), 0.3
    for kappa in (1e13, 1e100, 1e150):
        assert log_beta_binomial(y, n, phi * kappa, (1 - phi) * kappa) == pytest.approx(
            stats.binom.logpmf(y, n, phi), rel=1e-11)


def test_no_numpy_warnings_in_the_corners():
    """Every corner of the coordinates' range: finite, or -inf where a count has probability zero;
    never NaN.
    """
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        model = baseball()
        for phi in (1e-150, 1e-9, 0.3, 1 - 1e-9, np.nextafter(1, 0)):
            for kappa in (1e-150, 1e-9, 1.0, 1e9, 1e150):
                assert np.isfinite(model.log_marginal(np.array(phi), np.array(kappa)))
                assert np.isfinite(model.log_joint(np.array(phi), np.array(kappa),
                                                   np.full(18, 0.3)))


# --- the model ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kappa",
                         [gp.HalfCauchy(50), gp.Uniform(2, 900), gp.InverseGamma(2, 90),
                          gp.Gamma(0.5, 0.01)],
                         ids=repr)
def test_conditionals(form, kappa):
    model = gp.BetaBinomial([3, 0, 7, 12, 900], [10, 4, 7, 40, 2000], gp.Beta(2, 3), kappa,
                            form=form)
    report = gp.check_conditionals(model, rtol=1e-9)
    assert report.ok, report


def test_conditionals_of_the_simple_models():
    for model in (baseball().complete_pooling(), baseball().no_pooling(gp.Beta(2, 5))):
        assert gp.check_conditionals(model, rtol=1e-9).ok


@pytest.mark.parametrize("form", FORMS)
def test_the_check_finds_a_forgotten_prior_and_a_wrong_count(form):
    class Forgotten(type(gp.BetaBinomial(**SMALL, form=form))):
        def kappa_given(self, **rest):
            right = super().kappa_given(**rest)
            return type(right)(lambda kappa: right.log_density(kappa) - self.kappa.logpdf(kappa),
                               right.support)

        def theta_given(self, phi, kappa):
            right = super().theta_given(phi, kappa)
            return gp.Beta(right.a + 1, right.b)

    Forgotten.kappa_given.__signature__ = inspect.signature(type(gp.BetaBinomial(**SMALL,
                                                                                 form=form)).kappa_given)
    wrong = gp.check_conditionals(Forgotten(**SMALL)).wrong
    assert "kappa_given" in wrong and "theta_given" in wrong


def test_shapes_and_batches():
    model, rng = gp.BetaBinomial(**SMALL), np.random.default_rng(0)
    for shape in ((), (4,), (2, 3)):
        state = model.initial(rng, shape)
        assert np.shape(state["phi"]) == np.shape(state["kappa"]) == shape
        assert model.log_joint(**state).shape == shape
        assert model.log_likelihood(state["theta"]).shape == (*shape, 3)
        assert model.replicate(rng, state["theta"])["successes"].shape == (*shape, 3)
        assert np.shape(model.new_group(rng, state["phi"], state["kappa"])) == shape
        assert model.complete_pooling().log_likelihood(state["phi"]).shape == (*shape, 3)


def test_shrinkage_is_the_pull_of_the_mean():
    model, phi, kappa = gp.BetaBinomial(**SMALL), np.array(0.4), np.array(11.0)
    theta, B = model.theta_given(phi, kappa), model.shrinkage(kappa)
    assert theta.a / (theta.a + theta.b) == pytest.approx((1 - B) * model.successes / model.trials
                                                          + B * phi)


def test_same_seed_same_draws():
    one, two = (few_groups(gp.sample, gp.BetaBinomial(**SMALL), 20, 10, 2, seed=3)
                for _ in range(2))
    assert all(np.array_equal(one[name], two[name]) for name in ("phi", "kappa", "theta"))


def test_default_prior_is_what_the_docstring_says():
    prior = baseball().kappa
    low, high = prior.scale * np.tan(np.pi / 2 * np.array([0.025, 0.975]))
    assert round(low) == 2 and round(high, -1) == 1270
    assert [round(0.5 / np.sqrt(k + 1), 3) for k in (low, high)] == pytest.approx([0.29, 0.014],
                                                                                  abs=0.005)
    # of a group of `scale` trials: change of variables
    B = np.linspace(0.001, 0.999, 999)
    density = prior.pdf(50 * B / (1 - B)) * 50 / (1 - B) ** 2
    assert density == pytest.approx(2 / np.pi / (B**2 + (1 - B) ** 2))
    assert 0.63 < density.min() and density.max() < 1.28


BAD = [
    (([1, 2.5], [4, 4]), r"successes\[1\] is 2.5; it must be a whole number"),
    (([1, -1], [4, 4]), r"successes\[1\] is -1"),
    (([1, 5], [4, 4]), r"successes\[1\] is 5 but trials\[1\] is 4"),
    (([1, 0], [4, 0]), r"trials\[1\] is 0; it must be > 0"),
    (([1, 0], [4, 3.5]), r"trials\[1\] is 3.5"),
    (([1, np.nan], [4, 4]), r"successes\[1\] is nan"),
    (([1, 2, 3], [4, 4]), "trials has 2 elements but successes has 3"),
    (([1], [4]), "at least 2 groups"),
    (([1, 2], [4, 1e10]), r"trials\[1\] is 1e\+10"),
]


@pytest.mark.parametrize("data, message", BAD, ids=lambda x: str(x))
def test_bad_data(data, message):
    with pytest.raises(ValueError, match=message):
        gp.BetaBinomial(*data)


def test_bad_priors_and_options():
    with pytest.raises(ValueError, match="improper.*complete pooling"):
        gp.BetaBinomial(**SMALL, kappa=gp.Flat())
    with pytest.raises(ValueError, match="kappa prior is Uniform.*positive"):
        gp.BetaBinomial(**SMALL, kappa=gp.Uniform(-1, 5))
    with pytest.raises(TypeError, match="kappa prior is Normal"):
        gp.BetaBinomial(**SMALL, kappa=gp.Normal(0, 1))
    with pytest.raises(TypeError, match="phi prior is Uniform"):
        gp.BetaBinomial(**SMALL, phi=gp.Uniform(0, 1))
    with pytest.raises(ValueError, match="form is 'noncentred'"):
        gp.BetaBinomial(**SMALL, form="noncentred")
    with pytest.raises(TypeError, match=r"successes\[1\] is 'x'"):
        gp.BetaBinomial([1, "x"], [3, 3])
    with pytest.raises(ValueError, match="cannot predict a new group"):
        gp.exact(baseball().no_pooling()).new_group


def test_caution_where_the_model_is_all_but_complete_pooling():
    model = baseball()
    assert model.cautions_after({"kappa": np.full((2, 5), 100.0)}) == []
    assert "all but complete pooling" in model.cautions_after({"kappa": np.full((2, 5), 4500.0)})[0]


# --- mixtures of Betas --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("a, b",
                         [(3, 5), (1, 1), (1, 4), (1e6, 2e6), (2e9, 1e9), (0.3, 2), (40, 0.5),
                          (0.01, 2)])
def test_one_component_is_a_beta(a, b):
    one, q = BetaMixture(0.0, a, b), np.array([0, 1e-10, 0.01, 0.5, 0.97, 1])
    assert (one.mean, one.sd) == pytest.approx((stats.beta.mean(a, b), stats.beta.std(a, b)))
    x = one.quantile(q)
    assert x == pytest.approx(special.betaincinv(a, b, q), rel=1e-8)
    inner = x[1:-1]
    # scipy's own density loses digits in the logs of Gamma(1e9): about 1e-5
    assert one.pdf(inner) == pytest.approx(stats.beta.pdf(inner, a, b), rel=1e-10 if a < 1e5
                                           else 1e-4)
    assert one.cdf(inner) == pytest.approx(stats.beta.cdf(inner, a, b), rel=1e-9)
    assert one.sf(inner) == pytest.approx(stats.beta.sf(inner, a, b), rel=1e-6)


def test_mixture_against_its_definition():
    rng = np.random.default_rng(2)
    w, a, b = rng.dirichlet(np.ones(50)), 2 + rng.gamma(3, 5, 50), 2 + rng.gamma(2, 5, 50)
    mixture, x = BetaMixture(np.log(w), a, b, "theta"), np.linspace(0.02, 0.98, 25)
    assert mixture.pdf(x) == pytest.approx(stats.beta.pdf(x[:, None], a, b) @ w, rel=1e-10)
    assert mixture.cdf(x) == pytest.approx(stats.beta.cdf(x[:, None], a, b) @ w, rel=1e-10)
    assert mixture.cdf(x) + mixture.sf(x) == pytest.approx(np.ones(25), abs=1e-13)
    assert mixture.mean == pytest.approx(integrate.quad(lambda t: t * mixture.pdf(t), 0, 1,
                                                        epsabs=1e-12)[0], abs=1e-10)
    assert mixture.sd**2 == pytest.approx(
        integrate.quad(lambda t: (t - mixture.mean) ** 2 * mixture.pdf(t), 0, 1, epsabs=1e-12)[0],
                                          abs=1e-10)
    q = np.array([1e-8, 0.1, 0.5, 0.999])
    # quantiles come by another way than cdf
    assert mixture.cdf(mixture.quantile(q)) == pytest.approx(q, rel=1e-8)
    low, high = mixture.hdi(0.9)
    assert mixture.cdf(high) - mixture.cdf(low) == pytest.approx(0.9) and mixture.pdf(low) == pytest.approx(
        mixture.pdf(high), rel=1e-6)
    draws = mixture.draw(rng, 20_000)
    assert abs(draws.mean() - mixture.mean) < 4 * mixture.sd / np.sqrt(20_000)
    assert stats.kstest(mixture.cdf(draws[:2000]), "uniform").pvalue > 1e-4


def test_mixture_at_and_beyond_the_edges():
    flat = BetaMixture(np.log([0.25, 0.75]), [1, 2], [3, 1])
    assert flat.pdf(np.array([-1, 0, 1, 2])) == pytest.approx([0, 0.25 * 3, 0.75 * 2, 0])
    assert flat.cdf(np.array([-1, 0, 1, 2])) == pytest.approx([0, 0, 1, 1])
    steep = BetaMixture(0.0, 0.5, 2)
    assert steep.pdf(0.0) == np.inf and steep.hdi(0.5)[0] == 0


# --- the exact posterior ------------------------------------------------------------------------------------------

def brute_force(model, group, x, points=800):
    """By the midpoint rule on a tensor grid of (logit phi, log kappa), with scipy's densities; for
    light tails only.
    """
    v, u = np.linspace(-25, 25, points)[:, None], np.linspace(-12, 9.5, points)
    phi, kappa = special.expit(v), np.exp(u)
    log_p = (stats.beta.logpdf(phi, model.phi.a, model.phi.b) + special.log_expit(v)
             + special.log_expit(-v)
             + model.kappa.logpdf(kappa) + u)
    a, b = phi * kappa, special.expit(-v) * kappa
    for y, n in zip(model.successes, model.trials):
        log_p = (log_p - np.log(n + 1) - special.betaln(y + 1, n - y + 1)
                 + special.betaln(a + y, b + n - y)
                 - special.betaln(a, b))
    cell = 50 / (points - 1) * 21.5 / (points - 1)
    weight = np.exp(log_p)
    evidence, weight = weight.sum() * cell, weight / weight.sum()
    y, n = model.successes[group], model.trials[group]
    mean = (a + y) / (kappa + n)
    E = lambda f: float((weight * f).sum())  # noqa: E731
    moments = [E(phi), E(phi**2), E(kappa), E(kappa**2), E(mean),
               E(mean * (a + y + 1) / (kappa + n + 1)),
               E(kappa / (kappa + n))]
    big = weight > weight.max() * 1e-13
    pdf = [stats.beta.pdf(t, (a + y)[big], (b + n - y)[big]) @ weight[big] for t in x]
    new = [stats.beta.pdf(t, a[big], b[big]) @ weight[big] for t in x]
    left_out = -np.log(E(1 / np.exp(-np.log(n + 1) - special.betaln(y + 1, n - y + 1)
                                    + special.betaln(a + y, b + n - y) - special.betaln(a, b))))
    return np.log(evidence), moments, pdf, new, left_out


def test_against_brute_force():
    """Gamma(3, 0.03) keeps kappa below 1e3, where nothing cancels in scipy's betaln."""
    model = gp.BetaBinomial(**SMALL, phi=gp.Beta(2, 2), kappa=gp.Gamma(3, 0.03))
    truth, x = few_groups(gp.exact, model), np.array([0.1, 0.35, 0.7])
    evidence, (phi, phi2, kappa, kappa2, theta, theta2, B), pdf, new, left_out = brute_force(model,
                                                                                             0, x)
    assert truth.log_evidence == pytest.approx(evidence, abs=1e-9)
    sd = lambda m, m2: np.sqrt(m2 - m**2)  # noqa: E731
    assert [truth["phi"].mean, truth["phi"].sd] == pytest.approx([phi, sd(phi, phi2)], rel=1e-8)
    assert [truth["kappa"].mean, truth["kappa"].sd] == pytest.approx([kappa, sd(kappa, kappa2)],
                                                                     rel=1e-8)
    assert [truth["theta"][0].mean,
            truth["theta"][0].sd] == pytest.approx([theta, sd(theta, theta2)], rel=1e-8)
    assert truth["shrinkage"][0].mean == pytest.approx(B, rel=1e-8)
    assert truth["theta"][0].pdf(x) == pytest.approx(pdf, rel=1e-8)
    assert truth.new_group.pdf(x) == pytest.approx(new, rel=1e-8)
    assert truth.elpd_loo().pointwise[0] == pytest.approx(left_out, abs=1e-8)


def test_halving_the_tolerance_changes_nothing():
    coarse, fine = gp.exact(baseball(), rtol=1e-8), gp.exact(baseball(), rtol=5e-12)
    numbers = [[t.log_evidence, t["phi"].mean, t["phi"].sd, *t["theta"].mean, *t["theta"].sd,
                *t["shrinkage"].mean,
                t.new_group.sd, *t["kappa"].quantile(np.array([0.05, 0.5, 0.95]))]
               for t in (coarse, fine)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-8)
    assert 0 < fine.error < 1e-9


def test_evidence_is_the_joint_density_over_the_posterior():
    """log p(y) = log p(y, all) - log p(all | y) at any point, with p(phi | kappa, y) integrated by scipy."""
    model, truth = baseball(), exact_baseball()
    phi, kappa, theta = np.array(0.27), np.array(90.0), np.linspace(0.2, 0.35, 18)
    log_density = model.phi_given(kappa).log_density
    top = log_density(phi)
    area = integrate.quad(lambda p: np.exp(log_density(np.array(p)) - top), 0.15, 0.4, epsabs=1e-13,
                          epsrel=1e-13)[0]
    posterior = (truth["kappa"].logpdf(kappa) - np.log(area)
                 + model.theta_given(phi, kappa).logpdf(theta).sum())
    assert truth.log_evidence == pytest.approx(model.log_joint(phi, kappa, theta) - posterior,
                                               abs=1e-8)


def test_the_tail_of_kappa_is_the_priors_times_complete_pooling():
    """P(kappa > K | y) -> P(kappa > K) p(y | complete pooling) / p(y), right to where numbers end."""
    truth = exact_baseball()
    ratio = np.exp(gp.exact(baseball().complete_pooling()).log_evidence - truth.log_evidence)
    for K in (1e9, 1e20, 1e40):
        assert truth["kappa"].sf(K) == pytest.approx(2 / np.pi * 50 / K * ratio, rel=1e-6)
    K = 1e30
    assert truth["kappa"].logpdf(K) == pytest.approx(np.log(2 / np.pi * 50 / K**2 * ratio),
                                                     rel=1e-9)


def test_marginal_densities_integrate_to_their_cdf():
    truth = exact_baseball()
    for marginal, a, b in ((truth["phi"], 0.25, 0.29), (truth["kappa"], 60.0, 200.0),
                           (truth["theta"][0], 0.2, 0.33),
                           (truth["shrinkage"][3], 0.6, 0.8), (truth.new_group, 0.1, 0.3)):
        area = integrate.fixed_quad(marginal.pdf, a, b, n=40)[0]
        assert area == pytest.approx(float(marginal.cdf(b) - marginal.cdf(a)),
                                     rel=1e-7), marginal.name
        q = np.array([0.01, 0.5, 0.99])
        assert marginal.cdf(marginal.quantile(q)) == pytest.approx(q, abs=1e-9)
    low, high = truth["theta"][0].hdi(0.89)
    assert truth["theta"][0].cdf(high) - truth["theta"][0].cdf(low) == pytest.approx(0.89)
    assert truth["theta"][0].pdf(low) == pytest.approx(truth["theta"][0].pdf(high), rel=1e-6)


def test_large_kappa_makes_no_comb():
    """Where the Betas are far narrower than the spacing of phi, theta has the density of phi:
    complete pooling.
    """
    data = gp.data.baseball()
    truth = gp.exact(gp.BetaBinomial(data.successes, data.trials, kappa=gp.Uniform(1e9, 1e10)))
    pooled = gp.exact(truth.model.complete_pooling())["phi"]
    x = np.linspace(0.22, 0.31, 50)
    for one in (truth["theta"][0], truth.new_group, truth["phi"]):
        assert one.pdf(x) == pytest.approx(pooled.pdf(x), rel=1e-4)
        assert (one.mean, one.sd) == pytest.approx((pooled.mean, pooled.sd), rel=1e-6)


def test_moments_that_do_not_exist():
    small = lambda kappa: few_groups(gp.exact, gp.BetaBinomial(**SMALL, kappa=kappa))  # noqa: E731
    assert (exact_baseball()["kappa"].mean, exact_baseball()["kappa"].sd) == (np.inf, np.inf)
    half_t = small(gp.HalfT(1.5, 20))
    assert np.isfinite(half_t["kappa"].mean) and half_t["kappa"].sd == np.inf
    assert np.isfinite(small(gp.HalfT(4, 20))["kappa"].sd)


def test_a_posterior_that_piles_up_where_numbers_end_is_refused():
    with pytest.raises(ValueError, match="posterior of kappa reaches beyond"):
        few_groups(gp.exact, gp.BetaBinomial(**SMALL, kappa=gp.HalfT(0.02, 1)))
    with pytest.raises(ValueError, match="posterior of phi reaches beyond"):
        few_groups(gp.exact, gp.BetaBinomial([0, 0, 0], [5, 5, 5], phi=gp.Beta(0.01, 1)))


def test_simple_models_in_closed_form():
    model = baseball()
    pooled, separate = gp.exact(model.complete_pooling()), gp.exact(model.no_pooling())
    y, n = model.successes, model.trials
    a, b = 1 + y.sum(), 1 + (n - y).sum()
    assert (pooled["phi"].mean,
            pooled["theta", "Alvis"].sd) == pytest.approx((a / (a + b), stats.beta.std(a, b)))
    p = np.polynomial.legendre.leggauss(400)
    phi, w = (p[0] + 1) / 2, p[1] / 2
    likelihood = stats.binom.pmf(y, n, phi[:, None])
    assert pooled.log_evidence == pytest.approx(np.log(w @ likelihood.prod(axis=1)))
    others = np.array([w @ np.delete(likelihood, j, axis=1).prod(axis=1) for j in range(18)])
    assert pooled.elpd_loo().pointwise == pytest.approx(pooled.log_evidence - np.log(others),
                                                        rel=1e-9)
    assert separate["theta"].mean == pytest.approx((y + 1) / (n + 2))
    # uniform on 0 to 45
    assert separate.elpd_loo().pointwise == pytest.approx(np.full(18, -np.log(46)))
    assert separate.log_evidence == pytest.approx(-18 * np.log(46))
    assert pooled.new_group.mean == pooled["phi"].mean


def test_leave_one_out_is_a_ratio_of_evidences(monkeypatch):
    """Also where one group says nearly all, and what the others alone allow lies far outside the
    posterior of all.
    """
    integrated = []
    direct = ExactBetaBinomial.log_evidence_without
    monkeypatch.setattr(ExactBetaBinomial, "log_evidence_without",
                        lambda self, y, n: integrated.append(n) or direct(self, y, n))
    y, n = np.array([5, 4, 500_000]), np.array([10, 9, 1_000_000])
    kappa = gp.Gamma(3, 0.03)
    truth = few_groups(gp.exact, gp.BetaBinomial(y, n, kappa=kappa))
    found = truth.elpd_loo().pointwise
    assert 1_000_000 in integrated and 9 not in integrated
    small = gp.BetaBinomial(y[:2], n[:2], kappa=kappa)
    assert found[2] == pytest.approx(truth.log_evidence - brute_force(small, 0, [])[0], abs=1e-6)
    without = few_groups(gp.exact, gp.BetaBinomial(y[1:], n[1:], kappa=kappa))
    assert found[0] == pytest.approx(truth.log_evidence - without.log_evidence, abs=1e-6)


LONG = [pytest.param(y, n, marks=pytest.mark.long) for y, n in (
    ([5, 5, 5], [5, 5, 5]), ([0, 0, 0], [5, 5, 5]), ([0, 1], [1, 1]),
                                                                ([0, 0, 1, 0, 2], [10**6] * 5))]
EXTREMES = [([0, 3_000_000], [1, 900_000_000]), *LONG]


@pytest.mark.parametrize("y, n", EXTREMES)
def test_extreme_data_without_warnings(y, n):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="only|kappa is large")
        model = gp.BetaBinomial(y, n)
        truth = gp.exact(model)
        assert truth.error < 1e-4
        for one in (truth["phi"], truth["theta"][0], truth["theta"][-1], truth["shrinkage"][0],
                    truth.new_group):
            low, high = one.hdi(0.9)
            assert 0 <= low < high <= 1 and 0 < one.mean < 1 and one.sd > 0
        assert np.isfinite(truth.elpd_loo().elpd)
        assert np.isfinite(truth.sample(5, 2, seed=1)["theta"]).all()
        for form in FORMS:
            draws = gp.sample(gp.BetaBinomial(y, n, form=form), 30, 20, 3, seed=1)
            assert all(np.isfinite(draws[name]).all() for name in ("phi", "kappa", "theta"))


def test_successes_and_failures_are_mirror_images():
    one = few_groups(gp.exact, gp.BetaBinomial([9, 10, 8], [10, 10, 8]))
    two = few_groups(gp.exact, gp.BetaBinomial([1, 0, 0], [10, 10, 8]))
    assert one.log_evidence == pytest.approx(two.log_evidence, abs=1e-9)
    assert one["theta"].mean == pytest.approx(1 - two["theta"].mean, rel=1e-9)
    assert one["phi"].quantile(0.9) == pytest.approx(1 - two["phi"].quantile(0.1), rel=1e-9)


# --- samplers -----------------------------------------------------------------------------------------------------

def z_scores(draws, truth):
    """z-scores of phi, kappa (through its cdf: its mean may not exist), B and each theta, and of
    theta squared.
    """
    names = range(truth.model.J)
    squares = [z_of_means(draws["theta"][..., j] ** 2, truth["theta"][j].sd ** 2
                          + truth["theta"][j].mean ** 2)
               for j in names]
    return np.array([z_of_means(draws["phi"], truth["phi"].mean),
                     z_of_means(truth["kappa"].cdf(draws["kappa"]), 0.5),
                     z_of_means(truth.model.shrinkage(draws["kappa"])[..., 0],
                                truth["shrinkage"][0].mean),
                     *(z_of_means(draws["theta"][..., j], truth["theta"][j].mean) for j in names),
                     *squares])


def test_independent_draws_are_from_the_posterior():
    """39 numbers, |z| < 4.5: chance of a false alarm 3e-4."""
    truth = exact_baseball()
    draws = truth.sample(10, 150, seed=5)
    assert np.abs(z_scores(draws, truth)).max() < 4.5
    pit = truth["phi"].cdf(draws["phi"]).ravel()
    assert stats.kstest(pit, "uniform").pvalue > 1e-4


def test_independent_draws_are_from_the_joint_posterior():
    """Large kappa weighs groups by their trials, small kappa does not, so phi and kappa depend on
    each other here.

    Independent ones would put z near 8.
    """
    truth = few_groups(gp.exact, gp.BetaBinomial([5, 20, 5], [6, 200, 8]))
    draws, plane = truth.sample(10, 200, seed=4), truth.plane
    B, kappa = truth.model.shrinkage(draws["kappa"])[..., 1], truth.coordinate.x(plane.u)
    expected = np.exp(plane.log_mass) @ (special.expit(plane.v) * kappa / (kappa + 200))
    assert abs(z_of_means(draws["phi"] * B, expected)) < 4


@pytest.mark.parametrize("form, draws, tune", [("collapsed", 20, 25), ("centred", 20, 120)])
def test_gibbs_against_the_exact_posterior(form, draws, tune):
    """100 lock-step chains started far apart. 39 z-scores with 99 degrees of freedom, |z| < 4.5: false alarm < 1e-3."""
    model = gp.BetaBinomial(baseball().successes, baseball().trials, groups=baseball().groups,
                            form=form)
    found = gp.sample(model, draws, tune, chains=100, seed=7)
    assert np.abs(z_scores(found, exact_baseball())).max() < 4.5


def test_new_group_draws():
    truth = exact_baseball()
    draws = truth.sample(5, 200, seed=2)
    new = draws.new_group(seed=3)
    assert abs(z_of_means(new, truth.new_group.mean)) < 4
    assert stats.kstest(truth.new_group.cdf(new[:, 0]), "uniform").pvalue > 1e-4


@pytest.mark.long
@pytest.mark.extras
def test_tables_and_comparison():
    model = baseball()
    table = exact_baseball().summary(["phi", "theta"])
    assert table.loc["theta[Alvis]",
                     "mean"] == pytest.approx(exact_baseball()["theta", "Alvis"].mean)
    draws = gp.sample(model, 100, 20, 4, seed=1)
    tree = draws.to_arviz()
    assert "successes" in tree.posterior_predictive and "trials" in tree.constant_data
    # without pooling nothing predicts a player
    with pytest.warns(UserWarning, match="no: the Pareto k of group"):
        table = gp.compare({"partial": model, "complete": model.complete_pooling(),
                            "no": model.no_pooling()}, 250)
    assert list(table.index) == ["complete", "partial", "no"]
    assert table.loc["partial", "elpd"] == pytest.approx(exact_baseball().elpd_loo().elpd)
    assert abs(table.loc["complete", "psis_loo"] - table.loc["complete", "elpd"]) < 0.1
    assert abs(table.loc["partial", "psis_loo"] - table.loc["partial", "elpd"]) < 1


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(10))
def test_data_sets_simulated_from_the_prior(form, seed):
    """Ten data sets of random size. 20 tests of up to 27 z-scores with 199 degrees of freedom: |z|
    < 5, so a false alarm anywhere has a chance below 1e-3."""
    rng = np.random.default_rng(1000 + seed)
    J = int(rng.integers(2, 13))
    trials = rng.integers(1, 80, J)
    phi, kappa = rng.beta(1, 1), np.clip(50 * np.abs(rng.standard_cauchy()), 0.5, 1e4)
    successes = rng.binomial(trials, rng.beta(phi * kappa, (1 - phi) * kappa, J))
    model = gp.BetaBinomial(successes, trials, form=form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        truth, draws = gp.exact(model), gp.sample(model, 30, 30 if form == "collapsed" else 250,
                                                  chains=200, seed=seed)
    assert np.abs(z_scores(draws, truth)).max() < 5


# --- the demo -----------------------------------------------------------------------------------------------------

def test_the_rest_of_the_season():
    """What the demo claims, from the exact posterior alone."""
    rest, truth = gp.data.baseball().rest_of_season, exact_baseball()
    no, complete = gp.exact(baseball().no_pooling()), gp.exact(baseball().complete_pooling())
    squared = [((t["theta"].mean - rest) ** 2).sum() for t in (truth, no, complete)]
    score = [sum(one.logpdf(x) for one, x in zip(t["theta"], rest)) for t in (truth, no, complete)]
    assert squared[0] < squared[2] < squared[1]
    assert score[0] > score[1] > score[2]
    # the extremes, by hand
    y = baseball().successes
    assert squared[1] == pytest.approx((((y + 1) / 47 - rest) ** 2).sum())
    assert squared[2] == pytest.approx((((y.sum() + 1) / 812 - rest) ** 2).sum())
    assert score[1] == pytest.approx(stats.beta.logpdf(rest, y + 1, 46 - y).sum())
    # not everything speaks for it
    assert complete.elpd_loo().elpd > truth.elpd_loo().elpd


@pytest.mark.long
def test_the_demo_says_what_the_numbers_say(capsys):
    found = runpy.run_path(str(DEMO))
    said = capsys.readouterr().out
    assert found["best_squared"] == "partial" and found["best_score"] == "partial"
    assert "Squared error: partial pooling predicts best" in said
    ahead = [p - c for p, c in zip(found["noisy"]["partial"], found["noisy"]["complete"])]
    assert ahead[0] < 0 < ahead[2] < ahead[3]
    assert all(p > n for p, n in zip(found["noisy"]["partial"], found["noisy"]["no"]))
    assert max(found["furthest"].values()) < 4.5
    assert found["memory"]["collapsed"] < 0.4 < 0.8 < found["memory"]["centred"]
