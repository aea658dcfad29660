"""The exact posteriors of the Beta-Binomial family against independent computations."""
import warnings

import numpy as np
import pytest
from baseball import baseball, exact_baseball, few_groups
from scipy import integrate, special, stats

import gibbspool as gp
from gibbspool.distributions.beta_mixture import BetaMixture
from gibbspool.models.binomial.columns import EvenScale, Nodes, arcsine, one_beta_a_column
from gibbspool.models.binomial.exact import ExactBetaBinomial
from gibbspool.models.binomial.joint_density import JointDensity
from gibbspool.models.binomial.observations import log_beta_binomial
from gibbspool.models.binomial.tabulated import TabulatedLikelihood

SMALL = dict(successes=[2, 0, 5], trials=[7, 3, 6])


def brute_force(model, group, x, points=800):
    """By the midpoint rule on a tensor grid of (logit phi, log kappa), with scipy's densities.

    For light tails only.
    """
    v, u = np.linspace(-25, 25, points)[:, None], np.linspace(-12, 9.5, points)
    phi, kappa = special.expit(v), np.exp(u)
    log_p = (stats.beta.logpdf(phi, model.phi.a, model.phi.b) + special.log_expit(v)
             + special.log_expit(-v) + model.kappa.logpdf(kappa) + u)
    a, b = phi * kappa, special.expit(-v) * kappa
    for y, n in zip(model.successes, model.trials):
        log_p = (log_p - np.log(n + 1) - special.betaln(y + 1, n - y + 1)
                 + special.betaln(a + y, b + n - y) - special.betaln(a, b))
    cell = 50 / (points - 1) * 21.5 / (points - 1)
    weight = np.exp(log_p)
    evidence, weight = weight.sum() * cell, weight / weight.sum()
    y, n = model.successes[group], model.trials[group]
    mean = (a + y) / (kappa + n)

    def E(f):
        return float((weight * f).sum())

    moments = [E(phi), E(phi**2), E(kappa), E(kappa**2), E(mean),
               E(mean * (a + y + 1) / (kappa + n + 1)), E(kappa / (kappa + n))]
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
    evidence, moments, pdf, new, left_out = brute_force(model, 0, x)
    phi, phi2, kappa, kappa2, theta, theta2, B = moments
    assert truth.log_evidence == pytest.approx(evidence, abs=1e-9)
    for one, mean, mean_of_square in ((truth["phi"], phi, phi2), (truth["kappa"], kappa, kappa2),
                                      (truth["theta"][0], theta, theta2)):
        sd = np.sqrt(mean_of_square - mean**2)
        assert (one.mean, one.sd) == pytest.approx((mean, sd), rel=1e-8), one.name
    assert truth["shrinkage"][0].mean == pytest.approx(B, rel=1e-8)
    assert truth["theta"][0].pdf(x) == pytest.approx(pdf, rel=1e-8)
    assert truth.new_group.pdf(x) == pytest.approx(new, rel=1e-8)
    assert truth.elpd_loo().pointwise[0] == pytest.approx(left_out, abs=1e-8)


@pytest.mark.parametrize("rtol", [1e-8, pytest.param(5e-12, marks=pytest.mark.long)])
def test_another_tolerance_changes_nothing(rtol):
    found = gp.exact(baseball(), rtol=rtol)
    numbers = [[t.log_evidence, t["phi"].mean, t["phi"].sd, *t["theta"].mean, *t["theta"].sd,
                *t["shrinkage"].mean, t.new_group.sd,
                *t["kappa"].quantile(np.array([0.05, 0.5, 0.95]))]
               for t in (found, exact_baseball())]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-8)
    assert 0 < found.error < 200 * rtol


def test_evidence_is_the_joint_density_over_the_posterior():
    """log p(y) = log p(y, all) - log p(all | y) at any point, p(phi | kappa, y) by scipy."""
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
    """P(kappa > K | y) -> P(kappa > K) p(y | complete pooling) / p(y), to where numbers end."""
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
                           (truth["theta"][0], 0.2, 0.33), (truth["shrinkage"][3], 0.6, 0.8),
                           (truth.new_group, 0.1, 0.3)):
        area = integrate.fixed_quad(marginal.pdf, a, b, n=40)[0]
        between = float(marginal.cdf(b) - marginal.cdf(a))
        assert area == pytest.approx(between, rel=1e-7), marginal.name
        q = np.array([0.01, 0.5, 0.99])
        assert marginal.cdf(marginal.quantile(q)) == pytest.approx(q, abs=1e-9)
    low, high = truth["theta"][0].hdi(0.89)
    assert truth["theta"][0].cdf(high) - truth["theta"][0].cdf(low) == pytest.approx(0.89)
    assert truth["theta"][0].pdf(low) == pytest.approx(truth["theta"][0].pdf(high), rel=1e-6)


def test_large_kappa_makes_no_comb():
    """Where the Betas are far narrower than the spacing of phi: complete pooling."""
    data = gp.data.baseball()
    truth = gp.exact(gp.BetaBinomial(data.successes, data.trials, kappa=gp.Uniform(1e9, 1e10)))
    pooled = gp.exact(truth.model.complete_pooling())["phi"]
    x = np.linspace(0.22, 0.31, 50)
    for one in (truth["theta"][0], truth.new_group, truth["phi"]):
        assert one.pdf(x) == pytest.approx(pooled.pdf(x), rel=1e-4)
        assert (one.mean, one.sd) == pytest.approx((pooled.mean, pooled.sd), rel=1e-6)


def test_moments_that_do_not_exist():
    def small(kappa):
        return few_groups(gp.exact, gp.BetaBinomial(**SMALL, kappa=kappa))

    assert (exact_baseball()["kappa"].mean, exact_baseball()["kappa"].sd) == (np.inf, np.inf)
    half_t = small(gp.HalfT(1.5, 20))
    assert np.isfinite(half_t["kappa"].mean) and half_t["kappa"].sd == np.inf
    assert np.isfinite(small(gp.HalfT(4, 20))["kappa"].sd)


@pytest.mark.long
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
    assert pooled["phi"].mean == pytest.approx(a / (a + b))
    assert pooled["theta", "Alvis"].sd == pytest.approx(stats.beta.std(a, b))
    t, weight = np.polynomial.legendre.leggauss(400)
    phi, w = (t + 1) / 2, weight / 2
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


@pytest.mark.long
def test_leave_one_out_is_a_ratio_of_evidences(monkeypatch):
    """Also where one group says nearly all, and the others alone allow far more than all do."""
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


EXTREMES = [([5, 5, 5], [5, 5, 5]), ([0, 0, 0], [5, 5, 5]), ([0, 1], [1, 1]),
            ([0, 0, 1, 0, 2], [10**6] * 5)]
EXTREMES = [([0, 3_000_000], [1, 900_000_000]),
            *(pytest.param(y, n, marks=pytest.mark.long) for y, n in EXTREMES)]


@pytest.mark.parametrize("y, n", EXTREMES)
def test_extreme_data_without_warnings(y, n):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="only|kappa is large")
        model = gp.BetaBinomial(y, n)
        truth = gp.exact(model)
        assert truth.error < 1e-6
        for one in (truth["phi"], truth["theta"][0], truth["theta"][-1], truth["shrinkage"][0],
                    truth.new_group):
            low, high = one.hdi(0.9)
            assert 0 <= low < high <= 1 and 0 < one.mean < 1 and one.sd > 0
        assert np.isfinite(truth.elpd_loo().elpd)
        assert np.isfinite(truth.sample(5, 2, seed=1)["theta"]).all()
        for form in gp.BetaBinomial.forms:
            draws = gp.sample(gp.BetaBinomial(y, n, form=form), 30, 20, 3, seed=1)
            assert all(np.isfinite(draws[name]).all() for name in ("phi", "kappa", "theta"))


@pytest.mark.long  # of a random table it is quick, among the properties
def test_successes_and_failures_are_mirror_images():
    one = few_groups(gp.exact, gp.BetaBinomial([9, 10, 8], [10, 10, 8]))
    two = few_groups(gp.exact, gp.BetaBinomial([1, 0, 0], [10, 10, 8]))
    assert one.log_evidence == pytest.approx(two.log_evidence, abs=1e-9)
    assert one["theta"].mean == pytest.approx(1 - two["theta"].mean, rel=1e-9)
    assert one["phi"].quantile(0.9) == pytest.approx(1 - two["phi"].quantile(0.1), rel=1e-9)


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


# --- its parts ----------------------------------------------------------------------------------

def test_tabulated_likelihood_is_the_sum_over_groups():
    """From kappa near 0 to where complete pooling is reached, and at rare events."""
    y, n = np.array([0.0, 3, 3, 17, 800]), np.array([4.0, 9, 9, 45, 1000])
    likelihood, rng = TabulatedLikelihood(y, n), np.random.default_rng(0)
    v, log_kappa = rng.uniform(-40, 40, 300), rng.uniform(-60, 60, 300)
    found = likelihood.at(special.log_expit(v), special.log_expit(-v), log_kappa)
    a, b = special.expit(v) * np.exp(log_kappa), special.expit(-v) * np.exp(log_kappa)
    expected = log_beta_binomial(y, n, a[:, None], b[:, None]).sum(axis=1)
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-9)


def test_joint_density_is_that_of_the_collapsed_form():
    """In other coordinates: log p(phi, kappa) + log phi + log(1 - phi) + log kappa."""
    model = gp.BetaBinomial(**SMALL, phi=gp.Beta(2, 5), kappa=gp.Gamma(3, 0.03))
    density = JointDensity(model.successes, model.trials, model.phi, model.kappa, 1e-9)
    phi, kappa = np.array([0.1, 0.5, 0.99]), np.array([0.3, 20.0, 1e5])
    expected = (model.log_marginal(phi, kappa) + model.phi.logpdf(phi) + model.kappa.logpdf(kappa)
                + np.log(phi * (1 - phi) * kappa))
    assert density(np.log(kappa), special.logit(phi)) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("kappa, step", [(0.3, 0.8), (2e4, 0.05)])
def test_even_scale_goes_there_and_back_and_knows_its_slope(kappa, step):
    scale, v = EvenScale(kappa, step), np.linspace(-9, 6, 41)
    assert scale.v(scale.t(v), -9, 6) == pytest.approx(v, abs=1e-9)
    slope = (scale.t(v + 1e-5) - scale.t(v - 1e-5)) / 2e-5
    assert scale.slope(v) == pytest.approx(slope, rel=1e-7)
    assert arcsine(v) == pytest.approx(np.arcsin(np.sqrt(special.expit(v))))


def test_nodes_stand_for_the_posterior():
    """1.2 nodes or more in each sd of a Beta; their probability is one, their mean that of phi."""
    truth = exact_baseball()
    fine, merged = truth.columns.fine, truth.columns.merged
    mass = np.exp(fine.log_mass).sum() + np.exp(merged.log_mass).sum()
    assert mass == pytest.approx(1, abs=1e-9)
    mean = (special.expit(fine.v) @ np.exp(fine.log_mass)
            + (special.expit(merged.v) * np.exp(merged.log_mass)).sum())
    assert mean == pytest.approx(truth["phi"].mean, rel=1e-9)
    for kappa in np.unique(fine.kappa)[::20]:
        phi = special.expit(fine.v[fine.kappa == kappa])
        apart = np.diff(phi) / np.sqrt(phi * (1 - phi) / kappa)[1:]
        assert apart.max() < 1 / 1.2 * 1.1
    assert merged.kappa.min() > fine.kappa.max()


def test_merged_columns_keep_mean_and_variance():
    """By the laws of total expectation and variance, summed over the Betas of each column."""
    rng, y, n = np.random.default_rng(0), 18, 45
    nodes = Nodes(np.full((7, 2), [3.0, 2e6]), rng.normal(size=(7, 2)), rng.normal(size=(7, 2)))
    log_column, a, b = one_beta_a_column(nodes, y, n)
    assert np.exp(log_column) == pytest.approx(np.exp(nodes.log_mass).sum(axis=0))
    weight, phi = np.exp(nodes.log_mass - log_column), special.expit(nodes.v)
    each = stats.beta(phi * nodes.kappa + y, (1 - phi) * nodes.kappa + n - y)
    mean, second = (weight * each.mean()).sum(axis=0), (weight * each.moment(2)).sum(axis=0)
    assert stats.beta.mean(a, b) == pytest.approx(mean)
    assert stats.beta.var(a, b) == pytest.approx(second - mean**2, rel=1e-9)


def test_columns_where_none_is_narrow_and_where_all_are():
    for kappa, none in ((gp.Uniform(1, 30), "merged"), (gp.Uniform(1e9, 2e9), "fine")):
        truth = few_groups(gp.exact, gp.BetaBinomial(**SMALL, kappa=kappa))
        assert getattr(truth.columns, none).v.size == 0
        assert truth.new_group.mean == pytest.approx(truth["phi"].mean, rel=1e-9)


@pytest.mark.parametrize("priors, what", [
    ({"kappa": gp.HalfNormal(1e-200)}, r"kappa ~ HalfNormal\(scale=1e-200\): its scale must be"),
    ({"kappa": gp.Gamma(1e-9, 1)}, r"kappa ~ Gamma\(shape=1e-09, rate=1\): its shape must be"),
    ({"kappa": gp.Gamma(1e14, 1e14)}, r"off by .* because .*kappa ~ Gamma\(shape=1e\+14"),
    ({"phi": gp.Beta(1e300, 1e300)}, r"so narrow that .*phi ~ Beta\(a=1e\+300"),
], ids=repr)
def test_priors_at_the_end_of_the_scale_are_refused_with_their_cause(priors, what):
    with pytest.raises(ValueError, match=what):
        few_groups(gp.exact, gp.BetaBinomial(**SMALL, **priors))


@pytest.mark.parametrize("power", [1e8, pytest.param(1e14, marks=pytest.mark.long)])
def test_a_narrow_prior_of_phi_is_the_posterior(power):
    model = gp.BetaBinomial([1, 2, 3, 4, 5], [6] * 5, phi=gp.Beta(power, 2 * power))
    truth = gp.exact(model)
    sd = np.sqrt(2 / 9 / (3 * power + 1))
    # the data move it by about a sd / sqrt(power)
    assert truth["phi"].mean == pytest.approx(1 / 3, abs=1e2 * sd**2 + 1e-15)
    assert truth["phi"].sd == pytest.approx(sd, rel=1e-6)
    assert truth.error < 1e-6


def test_many_trials_keep_their_digits():
    """With 10^9 trials the rates are known, and phi and kappa are learnt from five known numbers.
    """
    rates = np.array([0.2, 0.35, 0.5, 0.6, 0.3])
    truth = gp.exact(gp.BetaBinomial(1e9 * rates, [1e9] * 5, kappa=gp.Exponential(0.1)))
    u = np.linspace(-9, 6.5, 900)
    a, b = np.exp(np.meshgrid(u, u))
    log_p = -0.1 * (a + b) - np.log(a + b) + np.log(a * b)
    log_p += sum(stats.beta.logpdf(rate, a, b) for rate in rates)
    weight = np.exp(log_p - special.logsumexp(log_p))
    assert truth["kappa"].mean == pytest.approx((weight * (a + b)).sum(), rel=1e-7)
    assert truth["phi"].mean == pytest.approx((weight * a / (a + b)).sum(), rel=1e-7)
    assert truth.error < 1e-7


def test_moments_of_all_groups_are_those_of_each():
    truth = exact_baseball()
    mean, sd = truth["theta"].mean, truth["theta"].sd
    for j in (0, 17):
        one = truth["theta"][j]
        components = BetaMixture(one.log_weight, one.a, one.b)
        assert [mean[j], components.mean] == pytest.approx([one.mean] * 2, rel=1e-10)
        assert [sd[j], components.sd] == pytest.approx([one.sd] * 2, rel=1e-9)


@pytest.mark.long
def test_ten_thousand_groups_against_a_smaller_tolerance_and_small_blocks():
    """Leave-one-out of some groups from the evidence without them; moments of theta given the
    population from a few groups at a time.
    """
    rng, J = np.random.default_rng(7), 10_000
    n = rng.integers(10, 600, J)
    y = rng.binomial(n, rng.beta(27, 73, J))
    model = gp.BetaBinomial(y, n)
    truth, finer = gp.exact(model, rtol=1e-8), gp.exact(model)
    assert truth["theta"].mean == pytest.approx(finer["theta"].mean, rel=1e-9)
    found = finer.elpd_loo().pointwise
    assert found == pytest.approx(truth.elpd_loo().pointwise, abs=1e-7)
    for j in (0, 5000):
        assert found[j] == pytest.approx(
            finer.log_evidence - finer.log_evidence_without(y[j], n[j]), abs=1e-6)
    draws = gp.sample(model, draws=200, tune=100, chains=2, seed=3)
    phi, kappa = (draws[name].reshape(-1, 1) for name in ("phi", "kappa"))
    mean = ((phi * kappa + y) / (kappa + n)).mean(axis=0)  # of Gibbs, Rao-Blackwellised
    assert np.abs((mean - finer["theta"].mean) / finer["theta"].sd).max() < 0.02
