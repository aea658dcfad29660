"""Prior against data: how seldom it alarms on data from the prior, and what it sees elsewhere."""
import warnings

import numpy as np
import pytest
from families import MODELS
from scipy import integrate, optimize, stats
from scipy.special import gammaln

import gibbspool as gp
from gibbspool.distributions.spreads import sd_prior
from gibbspool.models import disagreement
from gibbspool.models.likelihoods import Counts

SCHOOLS = gp.data.eight_schools()


def factors(model):
    return {one.name: one.log_factor for one in disagreement.comparisons(model.shared())}


def blamed(model):
    return {one.name for one in model.disagreements()}


# --- false alarms: data drawn from the prior ------------------------------------------------------

def spread(rng, prior):
    return sd_prior("spread", prior).draw(rng)


def pick(rng, *priors):
    return priors[rng.integers(len(priors))]


def normal(rng):
    J = rng.integers(2, 15)
    sigma = np.exp(rng.normal(2.3, 0.7, J))
    mu, tau = gp.Normal(0, 20), pick(rng, gp.HalfNormal(10), gp.HalfCauchy(10), gp.Uniform(0, 40),
                                     gp.InverseGamma(2, 100), gp.Normal(20, 5), gp.Exponential(0.1))
    theta = rng.normal(mu.draw(rng), spread(rng, tau), J)
    return gp.NormalNormal(rng.normal(theta, sigma), sigma, mu=mu, tau=tau)


def covariates(rng):
    J = rng.integers(6, 15)
    sigma, x = np.exp(rng.normal(2.3, 0.5, J)), rng.normal(3, 1, (J, 2))
    mu, beta, tau = gp.Normal(0, 20), gp.Normal(0, 10), pick(rng, gp.HalfNormal(10),
                                                             gp.HalfCauchy(10))
    line = mu.draw(rng) + x @ [beta.draw(rng), beta.draw(rng)]
    y = rng.normal(rng.normal(line, spread(rng, tau)), sigma)
    return gp.NormalNormal(y, sigma, mu=mu, tau=tau, x=x, beta=beta)


def one_way(rng):
    J = rng.integers(3, 9)
    group = np.repeat(np.arange(J), np.append(2, rng.integers(1, 8, J - 1)))
    scale = pick(rng, gp.HalfNormal, gp.HalfCauchy)
    mu, tau, sigma = gp.Normal(50, 25), scale(10), scale(15)
    theta = rng.normal(mu.draw(rng), spread(rng, tau), J)
    return gp.OneWayNormal(rng.normal(theta[group], spread(rng, sigma)), group, mu=mu, tau=tau,
                           sigma=sigma)


def poisson(rng):
    J = rng.integers(2, 12)
    exposure = np.exp(rng.normal(rng.choice([-3, 0, 3, 6]), 1, J))
    mu, sigma = gp.Normal(0, rng.choice([0.1, 1, 3])), pick(rng, gp.HalfNormal(1),
                                                            gp.HalfNormal(0.3), gp.HalfCauchy(0.5))
    log_lam = rng.normal(mu.draw(rng), min(spread(rng, sigma), 10), J)
    y = rng.poisson(np.exp(np.minimum(log_lam, 15)) * exposure)
    return gp.PoissonLognormal(y, exposure, mu_log=mu, sigma_log=sigma)


def binomial(rng):
    J = rng.integers(2, 20)
    n = rng.integers(1, rng.choice([5, 50, 500]), J)
    phi = pick(rng, gp.Beta(1, 1), gp.Beta(4, 10), gp.Beta(30, 30))
    kappa = pick(rng, gp.HalfCauchy(50), gp.Gamma(2, 0.1), gp.HalfNormal(10))
    p, k = phi.draw(rng), max(kappa.draw(rng), 1e-3)
    return gp.BetaBinomial(rng.binomial(n, rng.beta(p * k, (1 - p) * k, J)), n, phi=phi,
                           kappa=kappa)


def multinomial(rng):
    J, K = rng.integers(2, 10), rng.integers(2, 6)
    n = rng.integers(1, rng.choice([5, 50, 500]), J)
    pi0 = gp.Dirichlet(np.full(K, rng.choice([0.5, 1, 5, 20])))
    alpha = pick(rng, gp.Exponential(1), gp.Exponential(0.05), gp.Gamma(4, 0.1))
    a = np.maximum(alpha.draw(rng) * pi0.draw(rng), 1e-6)
    counts = [rng.multinomial(each, rng.dirichlet(a)) for each in n]
    return gp.DirichletMultinomial(counts, alpha=alpha, pi0=pi0)


FAMILIES = [normal, covariates, one_way, poisson, binomial, multinomial]


def alarms(family, seed, number):
    rng = np.random.default_rng(seed)
    return sum(bool(family(rng).disagreements()) for _ in range(number))


@pytest.mark.parametrize("family", FAMILIES)
def test_data_from_the_prior_hardly_ever_disagree_with_it(family):
    """At a rate of 1 in 200, more than 2 of 50 would come up with a probability of 0.002."""
    assert alarms(family, 1, 50) <= 2


@pytest.mark.long
@pytest.mark.parametrize("family", FAMILIES)
def test_false_alarms_are_below_one_in_two_hundred(family):
    """Fewer than 20 in 4000; at a rate of 1 in 100 that had a probability of 2e-4."""
    assert alarms(family, 2, 4000) < 20


# --- what the numbers are -------------------------------------------------------------------------

@pytest.mark.parametrize("prior", [gp.HalfNormal(2), gp.HalfCauchy(3), gp.Gamma(20, 4),
                                   gp.Normal(30, 1)], ids=repr)
def test_the_factor_of_a_spread_is_a_ratio_of_two_integrals(prior):
    """On a fine grid, from the restricted likelihood of the exact posterior under a flat mu."""
    model = gp.NormalNormal(2 * SCHOOLS.y, SCHOOLS.sigma, mu=gp.Flat(), tau=prior)
    log_p, own = model.tau_given().log_density, model.tau
    median = np.median(own.draw(np.random.default_rng(0), np.empty(400_001)))

    tau = np.geomspace(1e-6, 1e6, 40_001)
    likelihood = np.exp(log_p(tau) - own.logpdf(tau) + 70)
    likelihood[~np.isfinite(likelihood)] = 0  # where the prior has underflowed

    def integral(density):
        return integrate.trapezoid(likelihood * density(tau) * tau, np.log(tau))

    def wider(tau):
        return sum(weight * stats.halfcauchy(scale=scale * median).pdf(tau) for scale, weight
                   in zip(disagreement.WIDER, disagreement.WEIGHTS))

    with np.errstate(all="ignore"):
        expected = np.log(integral(wider) / integral(own.pdf))
    # the median is off by 0.3% and the trapezoidal rule by less than 2%
    assert factors(model)["tau"] == pytest.approx(expected, abs=0.03)


def test_the_factor_of_a_location_is_a_ratio_of_two_normal_densities():
    """With standard errors so large that any likely tau is as good as none."""
    y, sigma = np.array([800.0, 900, 700, 850, 760, 840]), np.full(6, 100.0)
    found = factors(gp.NormalNormal(y, sigma, mu=gp.Normal(700, 30), tau=gp.HalfNormal(0.1)))
    error2 = 100**2 / 6

    def p(sd):
        return stats.norm(700, np.sqrt(sd**2 + error2)).pdf(y.mean())

    wider = sum(w * p(30 * s) for s, w in zip(disagreement.WIDER, disagreement.WEIGHTS))
    # the wider priors of tau have a say of their own
    assert found["mu"] == pytest.approx(np.log(wider / p(30)), abs=0.15)


def test_the_likelihood_of_counts_is_that_of_the_integral():
    """Laplace's method against SciPy's quadrature."""
    y, e = np.array([0.0, 3, 40, 1000]), np.array([2.0, 1, 9, 300])

    def exact(mu, sigma, j):
        def at(z):
            lam = e[j] * np.exp(mu + sigma * z)
            return stats.poisson.pmf(y[j], lam) * stats.norm.pdf(z)
        peak = (np.log((y[j] + 0.5) / e[j]) - mu) / sigma
        return integrate.quad(at, -9, 9, limit=400, points=[peak, -3, 0, 3])[0]

    for mu, sigma in ((1.2, 0.3), (1.0, 1.0), (1.3, 0.5)):
        expected = sum(np.log(exact(mu, sigma, j)) for j in range(4))
        expected += (gammaln(y + 1) - y * np.log(e)).sum()  # constants that it leaves out
        found = Counts(y, e).log_marginal(np.array([mu]), np.array([sigma]))[0]
        assert found == pytest.approx(expected, abs=0.06)


def test_the_best_spread_against_none_is_a_likelihood_ratio():
    model = gp.NormalNormal(3 * SCHOOLS.y, SCHOOLS.sigma, mu=gp.Flat(), tau=gp.HalfCauchy(25))
    tau = np.geomspace(1e-6, 1e3, 4000)
    log_p = model.tau_given().log_density(tau) - model.tau.logpdf(tau)
    assert disagreement.log_difference(model.shared()) == pytest.approx(log_p.max() - log_p[0],
                                                                        abs=0.01)


# --- priors that leave the data no say ------------------------------------------------------------

PRIVATE, SCORES = gp.data.private_schools(), gp.data.instructors()
DECIDED = {
    "pounds": (gp.NormalNormal(1e3 * SCHOOLS.y, 1e3 * SCHOOLS.sigma), ["mu", "tau"]),
    "pounds, one prior mended": (gp.NormalNormal(1e3 * SCHOOLS.y, 1e3 * SCHOOLS.sigma,
                                                 tau=gp.HalfCauchy(11000)), ["mu"]),
    "nanometres": (gp.NormalNormal(1e9 * SCHOOLS.y, 1e9 * SCHOOLS.sigma, mu=gp.Flat()), ["tau"]),
    "a line": (gp.NormalNormal(1e3 * PRIVATE.y, 1e3 * PRIVATE.sigma, x=PRIVATE.x),
               ["mu", "beta", "tau"]),
    "a slope": (gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, x=SCHOOLS.sigma / 1e4), ["beta"]),
}


@pytest.mark.parametrize("case", DECIDED)
def test_a_prior_that_decides_is_named_until_its_suggestion_is_followed(case):
    model, names = DECIDED[case]
    assert not blamed(model) and not gp.scaled_priors(model).on_disagreements()
    said = model.on_disagreements()
    for sentence, name in zip(said, names, strict=True):
        assert f"prior decides {name}, whatever the data" in sentence
        assert written_prior(model, name) in sentence and f"{name}=" in sentence
        better = model.with_priors(**{name: model.scaled()[name]})
        assert not any(f"decides {name}," in one for one in better.on_disagreements())


def written_prior(model, name):
    return repr(getattr(model, name)).replace("mean=", "").replace("sd=", "").replace("scale=", "")


def test_how_many_times_narrower_is_a_ratio_of_two_standard_deviations():
    """With a tau that is nothing beside the errors, mu has that of a weighted mean."""
    said = DECIDED["pounds"][0].on_disagreements()[0]
    error = 1e3 * (1 / SCHOOLS.sigma**2).sum() ** -0.5
    assert f"Normal(0, 20) is {error / 20:.0f} times narrower" in said


def test_all_priors_of_another_unit_are_named_at_once():
    far = gp.OneWayNormal(1e4 * SCORES.y, SCORES.group)
    said = " ".join(far.on_disagreements())
    assert all(f" {name}" in said for name in ("on mu:", "on tau:", "on sigma:"))
    mended = far.with_priors(**{name: far.scaled()[name] for name in ("tau", "sigma")})
    assert blamed(mended) == {"mu"}


def test_a_spread_that_only_a_huge_prior_would_allow_excuses_no_mean():
    """One rate of 3e-9, and a second that nothing is known of; the mean stayed at -1."""
    model = gp.PoissonLognormal([0, 3], [1e-9, 1e9])
    assert blamed(model) == {"mu_log"}
    assert not gp.scaled_priors(model).on_disagreements()


@pytest.mark.parametrize("model", [
    gp.NormalNormal([3, 20], [30, 30]), gp.NormalNormal([3, 20, -5], [10, 10, 10]),
    gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, tau=gp.HalfNormal(1)),
    gp.NormalNormal(SCHOOLS.y / 1e3, SCHOOLS.sigma / 1e3),
    gp.PoissonLognormal([0, 0, 0, 0], [10, 20, 5.5, 30]), *MODELS.values()], ids=repr)
def test_few_data_and_the_sections_own_models_are_not_said_to_be_decided(model):
    for one in (model, gp.scaled_priors(model)):
        assert not any("decides" in said for said in one.on_disagreements())


@pytest.mark.parametrize("low, high, said", [
    (999_999_980, 1_000_000_020, "between 999999980 and 1000000020"),
    (0.1244112, 0.7689081, "between 0.124411 and 0.768908"), (0.0, 3.0, "below 3"),
    (2.0, np.inf, "above 2")])
def test_the_ends_are_told_apart(low, high, said):
    one = disagreement.Disagreement("mu", gp.Normal(0, 1), 9.0, low, high, 0.0, None)
    assert said in disagreement.sentence(one, "write mu=Flat()")


def named_spread(model):
    return {"InterwovenPoissonLognormal": "sigma_log", "CollapsedBetaBinomial": "kappa",
            "AugmentedDirichletMultinomial": "alpha"}.get(type(model).__name__, "tau")


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_where_the_data_put_what_groups_share_is_the_same_whatever_the_prior_of_a_spread(model):
    """To three digits, for all parameters, where only the scale of that prior changes."""
    name = named_spread(model)
    said = []
    for scale in (30, 0.1, 0.05, 0.03, 0.01, 0.001):
        prior = gp.Exponential(1 / scale) if name == "alpha" else gp.HalfNormal(scale)
        found = model.with_priors(**{name: prior}).comparisons()
        said.append([(one.low, one.high) for one in found])
    assert len(said[0]) > 1
    np.testing.assert_allclose(said, np.broadcast_to(said[0], np.shape(said)), rtol=5e-4)


def test_the_data_put_a_spread_where_their_likelihood_has_fallen_by_two():
    """Of Eight Schools tau is below the root of log L(tau) = log L(0) - 2."""
    def log_likelihood(tau):
        v = SCHOOLS.sigma**2 + tau**2
        mu = (SCHOOLS.y / v).sum() / (1 / v).sum()
        return -0.5 * (np.log(v).sum() + np.log((1 / v).sum()) + ((SCHOOLS.y - mu)**2 / v).sum())

    top = optimize.minimize_scalar(lambda tau: -log_likelihood(tau), method="bounded",
                                   bounds=(0, 40))
    end = optimize.brentq(lambda tau: log_likelihood(tau) + top.fun + 2, top.x, 100)
    model = gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, tau=gp.HalfNormal(0.03))
    said = [one for one in model.comparisons() if one.name == "tau"]
    assert said[0].low == 0 and said[0].high == pytest.approx(end, rel=5e-4)


def test_the_single_shares_of_a_huge_concentration_keep_their_digits():
    first, = disagreement.shares_of(gp.Dirichlet([1e200, 1]))
    assert (first.a, first.b) == (1e200, 1)


@pytest.mark.parametrize("model", [
    gp.DirichletMultinomial([[1, 2]] * 6, pi0=gp.Dirichlet([1e200, 1])),
    gp.BetaBinomial([1, 9] * 4, [10] * 8, kappa=gp.HalfNormal(1e200))], ids=repr)
def test_a_prior_that_is_refused_is_not_warned_of_before(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="its (concentration|scale) must be between"):
            gp.exact(model)


# --- what it sees ---------------------------------------------------------------------------------

@pytest.mark.parametrize("away, seen", [(2.0, False), (2.5, False), (4.5, True), (50.0, True)])
def test_a_location_some_standard_deviations_of_its_prior_away(away, seen):
    for sign in (-1, 1):
        model = gp.NormalNormal(SCHOOLS.y / 100 + sign * 20 * away, SCHOOLS.sigma / 100)
        assert ("mu" in blamed(model)) == seen


@pytest.mark.parametrize("prior", [gp.HalfNormal(1000), gp.HalfCauchy(1e6), gp.Uniform(0, 1e5)])
def test_a_prior_that_is_only_wide_is_not_blamed(prior):
    assert not blamed(gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, mu=gp.Normal(0, 1e6), tau=prior))
    assert not blamed(gp.BetaBinomial([1, 0, 3, 2, 0], np.full(5, 1_000_000), kappa=gp.Gamma(
        0.5, 1e-7)))


def test_a_spread_that_its_prior_keeps_away_from_nought_is_blamed_where_groups_are_alike():
    alike = np.tile([-1.0, 1.0], 10)
    assert blamed(gp.NormalNormal(alike, np.ones(20), tau=gp.Normal(30, 1))) == {"tau"}


def test_improper_priors_are_not_looked_at():
    model = gp.NormalNormal(SCHOOLS.y + 1e6, SCHOOLS.sigma, mu=gp.Flat(), tau=gp.Flat())
    assert factors(model) == {} and not blamed(model)


def test_more_columns_than_groups_can_tell_apart_are_left_alone():
    x = np.column_stack([SCHOOLS.y, 2 * SCHOOLS.y])
    assert gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, x=x).shared() is None
    assert not blamed(gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, x=x))


@pytest.mark.parametrize("model", [
    gp.NormalNormal([1e14, -1e14], [1, 1]), gp.NormalNormal([1e-90, 3e-90], [1e-90, 1e-90]),
    gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, tau=gp.HalfNormal(1e-200)),
    gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, mu=gp.Normal(1e100, 1)),
    gp.NormalNormal(SCHOOLS.y, SCHOOLS.sigma, tau=gp.HalfCauchy(1e150)),
    gp.NormalNormal([9e99, -9e99, 0], [1e-100, 1e-100, 1e99]),
    gp.OneWayNormal([9e99, -9e99, 0, 1e99], list("aabb"), sigma=gp.HalfNormal(1e-200)),
    gp.NormalNormal([0, 1, 2], [1, 1, 1], tau=gp.Normal(1e5, 1)),
    gp.PoissonLognormal([0, 0, 0], [1e-9, 1, 1e9]), gp.PoissonLognormal([0, 3], [1e-9, 1e9]),
    gp.PoissonLognormal([10**9, 10**9], [1e-9, 1e9]),
    gp.PoissonLognormal([3, 4], [1, 1], mu_log=gp.Normal(1e5, 1)),
    gp.BetaBinomial([0, 0], [5, 9]), gp.BetaBinomial([5, 9], [5, 9], phi=gp.Beta(1e14, 1e14)),
    gp.BetaBinomial([0, 4], [5, 4], kappa=gp.HalfNormal(1e-200)),
    gp.DirichletMultinomial(np.zeros((3, 2))),
    gp.DirichletMultinomial([[1, 2], [3, 4]], pi0=gp.Dirichlet([1e200, 1])),
    gp.OneWayNormal([1.0, 2, 3], ["a", "b", "c"])], ids=repr)
def test_data_and_priors_at_the_end_of_the_scale_are_compared_without_a_murmur(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = factors(model)
        model.cautions()
    assert not any(np.isnan(value) for value in found.values())
