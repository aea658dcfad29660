"""Survey regions and the Dirichlet-Multinomial model: its conditionals, its exact posterior, its
two samplers.
"""
import warnings

import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import stats
from scipy.special import betainc, betaln, gammaln, logsumexp

import gibbspool as gp
from gibbspool.models.multinomial.restaurant import Tables, log_stirling
from gibbspool.numerics.special import log_multichoose, log_rising
from gibbspool.sampling.metropolis import SimplexWalk, StepSize

FORMS = ["augmented", "plain"]
SMALL = np.array([[3, 9], [0, 4], [7, 2], [5, 5], [12, 20]])
# zeros of every kind
AWKWARD = np.array([[5, 0, 0, 2], [0, 0, 0, 0], [0, 3, 0, 9], [1, 0, 0, 0], [40, 2, 0, 11]])


@pytest.fixture(scope="module")
def regions():
    return gp.data.survey_regions()


@pytest.fixture(scope="module")
def model(regions):
    return gp.DirichletMultinomial(regions.counts, groups=regions.groups,
                                   categories=regions.categories)


@pytest.fixture(scope="module")
def truth(model):
    return gp.exact(model)


# --- the exact posterior, computed in two other ways ------------------------------------------------------------------

def stirling(n):
    """s(n, 0), ..., s(n, n) as Python integers, by multiplying out a (a + 1) ... (a + n - 1)."""
    row = [1]
    for i in range(n):
        row = [(row[m - 1] if m else 0) + (i * row[m] if m < len(row) else 0)
               for m in range(len(row) + 1)]
    return row


def by_tables(counts, c, shape, rate):
    """log p(counts), mean and sd of alpha by finite sums over the number of tables; only alpha is
    integrated.

    Antoniak's identity makes f_k(a) a sum of powers a^(c_k - 1 + m), with whole-number
    coefficients; a convolution of powers is a power, so p(counts | alpha) is a finite sum over the
    total number of tables.
    """
    counts, c = np.asarray(counts, dtype=int), np.asarray(c, dtype=float)
    n, ways = counts.sum(axis=1), np.array([0.0])
    for k, column in enumerate(counts.T):
        exact = [1]
        for y in column:
            exact = list(np.convolve(np.array(exact, dtype=object),
                                     np.array(stirling(int(y)), dtype=object)))
        own = np.array([_log(w) for w in exact]) + gammaln(np.arange(len(exact)) + c[k])
        ways = np.array([logsumexp([ways[i] + own[m - i] for i in range(max(0, m - len(own) + 1),
                                                                       min(m, len(ways) - 1) + 1)])
                         for m in range(len(ways) + len(own) - 1)])
    total = np.arange(len(ways))
    u = np.linspace(-40, np.log(700 / rate), 6001)
    log_p = logsumexp((ways - gammaln(total + c.sum()))[:, None] + total[:, None] * u, axis=0)
    log_p += stats.gamma.logpdf(np.exp(u), shape, scale=1 / rate) + u
    log_p += sum(gammaln(np.exp(u)) - gammaln(np.exp(u) + m) for m in n)
    log_p += gammaln(c.sum()) - gammaln(c).sum() + (gammaln(n + 1)
                                                    - gammaln(counts + 1).sum(axis=1)).sum()
    weight, alpha = np.exp(log_p - logsumexp(log_p)), np.exp(u)
    mean = weight @ alpha
    return logsumexp(log_p) + np.log(u[1] - u[0]), mean, np.sqrt(weight @ (alpha - mean) ** 2)


def _log(w):
    """log of a whole number of any size."""
    return -np.inf if w == 0 else np.log(w / 2**max(w.bit_length() - 60, 0)) + max(w.bit_length()
                                                                                   - 60, 0) * np.log(2)


def by_grid(model, points):
    """Nodes a (n, K) and their weights by a plain trapezoidal rule over all log a_k, and log
    p(counts).
    """
    line = np.linspace(-16, np.log(60 / model.alpha.rate), points)
    u = np.stack(np.meshgrid(*[line] * model.K, indexing="ij"), axis=-1).reshape(-1, model.K)
    a = np.exp(u)
    A = a.sum(axis=-1)
    log_p = model.alpha.logpdf(A) + model.pi0.logpdf(a / A[:, None]) - (model.K
                                                                        - 1) * np.log(A) + u.sum(axis=-1)
    keep = log_p > log_p.max() - 60
    a, A, log_p = a[keep], A[keep], log_p[keep]
    for y in model.counts:
        log_p = log_p + gammaln(A) - gammaln(A + y.sum()) + gammaln(y.sum() + 1)
        log_p = log_p + (gammaln(a + y) - gammaln(a) - gammaln(y + 1)).sum(axis=-1)
    log_total = logsumexp(log_p)
    keep = log_p > log_total - 32
    return a[keep], np.exp(log_p[keep] - log_total), log_total + model.K * np.log(line[1] - line[0])


@pytest.mark.parametrize("counts, c, shape, rate", [
    (gp.data.survey_regions().counts, [1, 1, 1, 1], 1, 1),
    (gp.data.survey_regions("seed").counts, [1, 1, 1, 1], 1, 1),
    (AWKWARD, [0.3, 1, 0.05, 2], 2, 0.5),
    # more than four categories
    (np.random.default_rng(1).poisson(3, (7, 9)), [0.5] * 9, 2, 0.1),
    (SMALL, [1, 1], 0.7, 1e-3),
    (SMALL, [1, 1], 1, 1e4),
], ids=["printed", "seed", "zeros", "nine categories", "vague", "tight"])
def test_alpha_and_evidence_by_finite_sums(counts, c, shape, rate):
    found = gp.exact(gp.DirichletMultinomial(counts, alpha=gp.Gamma(shape, rate),
                                             pi0=gp.Dirichlet(c)))
    evidence, mean, sd = by_tables(counts, c, shape, rate)
    assert found.log_evidence == pytest.approx(evidence, abs=1e-8)
    assert abs(found["alpha"].mean - mean) < 1e-8 * sd and found["alpha"].sd == pytest.approx(sd,
                                                                                              rel=1e-8)
    assert found.error < 1e-7


@pytest.mark.parametrize("counts, alpha, points", [
    (SMALL, gp.Exponential(1), 250), pytest.param(SMALL, gp.Exponential(0.02), 350,
                                                  marks=pytest.mark.long),
    (np.array([[4, 0, 3], [1, 6, 2], [0, 0, 5]]), gp.Gamma(2, 0.5), 70)],
                         ids=["two", "vague", "three"])
def test_every_marginal_on_a_plain_grid(counts, alpha, points):
    model = gp.DirichletMultinomial(counts, alpha=alpha)
    found = gp.exact(model)
    a, weight, evidence = by_grid(model, points)
    A = a.sum(axis=1)
    tolerance = 2e-6

    def agrees(marginal, values, variances=0.0):
        mean = weight @ values
        sd = np.sqrt(weight @ (variances + (values - mean) ** 2))
        assert abs(marginal.mean - mean) < tolerance * sd and marginal.sd == pytest.approx(sd,
                                                                                           rel=tolerance)

    assert found.log_evidence == pytest.approx(evidence, abs=tolerance)
    agrees(found["alpha"], A)
    x = np.array([0.05, 0.3, 0.62])
    for k in range(model.K):
        agrees(found["pi0"][k], a[:, k] / A)
        for r in range(model.J):
            p, q = a[:, k] + counts[r, k], A - a[:, k] + counts[r].sum() - counts[r, k]
            agrees(found["pi"][r][k], p / (p + q), p * q / (p + q) ** 2 / (p + q + 1))
            cdf = betainc(p[:, None], q[:, None], x).T @ weight
            assert found["pi"][r][k].cdf(x) == pytest.approx(cdf, abs=tolerance)
            assert found["pi"][r][k].cdf(found["pi"][r][k].quantile(cdf)) == pytest.approx(cdf,
                                                                                           abs=1e-7)
        cdf = betainc(a[:, k, None], (A - a[:, k])[:, None], x).T @ weight
        assert found.new_group[k].cdf(x) == pytest.approx(cdf, abs=tolerance)
    for r in range(model.J):
        agrees(found["shrinkage"][r], A / (A + model.n[r]))
    for r, log_p in enumerate(found.elpd_loo().pointwise[:3]):
        *_, without = by_grid(gp.DirichletMultinomial(np.delete(counts, r, axis=0), alpha=alpha),
                              points)
        assert log_p == pytest.approx(evidence - without, abs=2 * tolerance)


@pytest.mark.parametrize("rate", [pytest.param(1e-2, marks=pytest.mark.long), 1e-4])
def test_where_alpha_may_be_far_above_the_number_of_people(rate):
    """pi_rk then follows pi0_k so closely that on a coarse grid of pi0_k the single Betas would
    show as ripples.
    """
    counts = np.array([[3, 9], [2, 4], [4, 6]])
    found = gp.exact(gp.DirichletMultinomial(counts, alpha=gp.Exponential(rate)))
    A = np.exp(np.linspace(-9, np.log(45 / rate), 120))[:, None]
    logits = np.linspace(-6, 5, 3500)  # steps of 0.003; a Beta with alpha = 100 000 is 0.006 wide
    w = 1 / (1 + np.exp(-logits))
    log_p = np.log(A) - rate * A + np.log(w * (1 - w))
    for y in counts:
        log_p = log_p + stats.betabinom.logpmf(y[0], y.sum(), A * w, A * (1 - w))
    weight = np.exp(log_p - logsumexp(log_p))
    keep = weight > 1e-14
    a, b, weight = (A * w)[keep], (A * (1 - w))[keep], weight[keep]
    x = np.array([0.15, 0.3, 0.4, 0.55])
    for marginal, y, n in ((found["pi"][0][0], 3, 12), (found.new_group[0], 0, 0)):
        p, q = a + y, b + n - y
        pdf = [weight @ np.exp((p - 1) * np.log(z) + (q - 1) * np.log1p(-z) - betaln(p, q))
               for z in x]
        assert marginal.pdf(x) == pytest.approx(pdf, rel=2e-5)
        assert marginal.cdf(x) == pytest.approx([weight @ betainc(p, q, z) for z in x], abs=2e-6)


@pytest.mark.parametrize("alpha", [gp.Exponential(1), gp.Exponential(0.01)], ids=repr)
def test_densities_and_cdfs_belong_together(alpha):
    """The derivative of each cdf is its density."""
    found = gp.exact(gp.DirichletMultinomial(SMALL, alpha=alpha))
    x = np.linspace(0.15, 0.85, 15)
    for marginal in (found["pi0"][0], found["pi"][0][0], found["pi"][4][0], found.new_group[0]):
        slope = (marginal.cdf(x + 1e-4) - marginal.cdf(x - 1e-4)) / 2e-4
        assert slope == pytest.approx(marginal.pdf(x), rel=1e-4, abs=1e-4)
        low, high = marginal.hdi(0.89)
        assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(0.89, abs=1e-6)
    alpha = found["alpha"]
    x = alpha.quantile([0.1, 0.5, 0.9])
    assert (alpha.cdf(x * 1.0001) - alpha.cdf(x * 0.9999)) / (2e-4
                                                              * x) == pytest.approx(alpha.pdf(x),
                                                                                    rel=1e-4)


def test_halving_the_digits_changes_less_than_the_stated_error(model, truth):
    rough = gp.exact(model, rtol=1e-5)
    assert abs(rough["alpha"].mean - truth["alpha"].mean) < truth["alpha"].sd * rough.error
    assert abs(rough["pi0"].mean - truth["pi0"].mean).max() < 1e-4 * truth["pi0"].sd.min()
    assert abs(rough["pi"].mean - truth["pi"].mean).max() < 1e-4 * truth["pi"].sd.min()
    assert truth.error < 1e-8


def test_shares_sum_to_one(truth):
    assert truth["pi0"].mean.sum() == pytest.approx(1, abs=1e-10)
    assert truth["pi"].mean.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-10)
    assert sum(m.mean for m in truth.new_group) == pytest.approx(1, abs=1e-10)


def test_large_counts_leave_the_shares_known():
    """With 10^7 people a region, pi_r is its observed shares, and alpha and pi0 are learnt from known vectors."""
    shares = np.array([0.2, 0.35, 0.5, 0.6, 0.3])
    counts = np.round(1e7 * np.stack([shares, 1 - shares], axis=1))
    found = gp.exact(gp.DirichletMultinomial(counts, alpha=gp.Exponential(0.1)))
    assert found["pi"].mean == pytest.approx(counts / 1e7, abs=1e-6)
    u = np.linspace(-3, 6.5, 600)
    a, b = np.exp(np.meshgrid(u, u))
    log_p = -0.1 * (a + b) - np.log(a + b) + np.log(a * b)
    log_p += sum(stats.beta.logpdf(share, a, b) for share in shares)
    weight = np.exp(log_p - logsumexp(log_p))
    assert found["alpha"].mean == pytest.approx((weight * (a + b)).sum(), rel=1e-5)
    assert found["pi0"][0].mean == pytest.approx((weight * a / (a + b)).sum(), rel=1e-5)


def test_no_information_gives_back_the_prior():
    nobody = gp.exact(gp.DirichletMultinomial(np.zeros((3, 3)), alpha=gp.Gamma(2, 0.5)))
    assert nobody.log_evidence == pytest.approx(0, abs=1e-8)
    assert (nobody["alpha"].mean, nobody["alpha"].sd) == pytest.approx((4, 8**0.5), rel=1e-8)
    assert nobody["pi0"][0].cdf(0.3) == pytest.approx(stats.beta(1, 2).cdf(0.3), abs=1e-8)
    # one person tells of pi0, and nothing of alpha
    single = gp.exact(gp.DirichletMultinomial([[1, 0], [0, 0]]))
    assert (single["alpha"].mean, single["alpha"].sd) == pytest.approx((1, 1), rel=1e-8)
    assert single.log_evidence == pytest.approx(np.log(0.5), abs=1e-8)


def test_refuses_what_it_cannot_integrate():
    with pytest.raises(RuntimeError, match="prior with less weight near zero"):
        gp.exact(gp.DirichletMultinomial([[3, 0], [2, 0]], alpha=gp.Gamma(0.01, 0.01)))


def test_independent_draws(model, truth):
    draws = truth.sample(draws=1500, chains=2, seed=3)
    assert set(draws) == {"alpha", "pi0", "pi"} and draws["pi"].shape == (2, 1500, 6, 4)
    # continuous, not grid points
    assert len(np.unique(draws["alpha"])) == len(np.unique(draws["pi0"][..., 0])) == 3000
    # The probability transform of each is uniform: its mean and its square are compared. 10
    # z-scores, then 24 of the means of pi: |z| < 4.2 has probability 0.999 for all of them.
    for x, marginal in [(draws["alpha"], truth["alpha"]),
                        *((draws["pi0", k], truth["pi0", k]) for k in range(4))]:
        p = marginal.cdf(x)
        assert abs(p.mean() - 0.5) * np.sqrt(12 * 3000) < 4.2
        assert abs(((p - 0.5) ** 2).mean() - 1 / 12) * np.sqrt(180 * 3000) < 4.2
    z = (draws["pi"].mean(axis=(0, 1)) - truth["pi"].mean) / truth["pi"].sd * np.sqrt(3000)
    assert np.abs(z).max() < 4.2
    # given alpha, the shares depend on each other: the correlation of neighbours, about -0.4,
    # against Gibbs draws
    gibbs = gp.sample(model, draws=100, tune=100, chains=60, seed=5)["pi0"].reshape(-1, 4)
    exact = draws["pi0"].reshape(-1, 4)
    assert np.corrcoef(exact.T) == pytest.approx(np.corrcoef(gibbs.T), abs=0.1)
    assert truth.sample(10, 2, seed=4)["pi0"].tolist() == truth.sample(10, 2,
                                                                       seed=4)["pi0"].tolist()


def test_labels_and_shapes(truth):
    one = truth["pi", "1", "Agree"]
    assert one is truth["pi"]["1"]["Agree"] and one.name == "pi[1, Agree]"
    assert truth["pi"].mean.shape == truth["pi"].quantile(0.5).shape == truth["pi"].pdf(0.3).shape == (6, 4)
    assert truth["pi"].quantile([0.1, 0.9]).shape == (2, 6, 4) and truth["pi"].hdi().shape == (6, 4,
                                                                                               2)
    assert truth["pi"].quantile(0.5)[0, 1] == one.quantile(0.5)
    assert truth["pi0", "Agree"].name == "pi0[Agree]" and truth.new_group["Agree"].support == (0, 1)


# --- complete and no pooling ------------------------------------------------------------------------------------------

def test_complete_and_no_pooling_in_closed_form(model, regions):
    counts, n = regions.counts, regions.counts.sum(axis=1)
    pooled, separate = gp.exact(model.complete_pooling()), gp.exact(model.no_pooling())
    multinomial = stats.dirichlet_multinomial
    each = multinomial.logpmf(counts, np.ones(4), n)
    assert separate.log_evidence == pytest.approx(each.sum()) and separate.elpd_loo().pointwise == pytest.approx(each)
    left_out = [multinomial.logpmf(y, 1 + counts.sum(axis=0) - y, y.sum()) for y in counts]
    assert pooled.elpd_loo().pointwise == pytest.approx(left_out)
    before = np.cumsum(counts, axis=0) - counts
    one_by_one = [multinomial.logpmf(y, 1 + others, y.sum()) for y, others in zip(counts, before)]
    assert pooled.log_evidence == pytest.approx(sum(one_by_one))
    for marginal, a, b in ((separate["pi", "5", "Agree"], 12, 27),
                           (pooled["pi0", "Agree"], 164, 275),
                           (pooled["pi", "5", "Agree"], 164, 275),
                           (pooled.new_group["Agree"], 164, 275)):
        exact = stats.beta(a, b)
        assert (marginal.mean, marginal.sd) == pytest.approx((exact.mean(), exact.std()))
        assert marginal.quantile([0.01, 0.5, 0.945]) == pytest.approx(exact.ppf([0.01, 0.5, 0.945]),
                                                                      rel=1e-8)
        assert marginal.cdf(0.3) == pytest.approx(exact.cdf(0.3)) and marginal.sf(0.3) == pytest.approx(exact.sf(0.3))
        assert marginal.logpdf(0.3) == pytest.approx(exact.logpdf(0.3))
    with pytest.raises(ValueError, match="cannot predict a new group"):
        separate.new_group
    with pytest.raises(ValueError, match="cannot predict a new group"):
        separate.sample(5, 2).new_group()


@pytest.mark.parametrize("strategy", ["complete_pooling", "no_pooling"])
def test_the_simple_models_sample(model, strategy):
    simple = getattr(model, strategy)()
    assert gp.check_conditionals(simple).ok
    draws, found = gp.sample(simple, draws=500, tune=0, chains=4, seed=2), gp.exact(simple)
    z = (draws["pi"].mean(axis=(0, 1)) - found["pi"].mean) / found["pi"].sd * np.sqrt(2000)
    assert np.abs(z).max() < 4  # the draws are independent; 24 comparisons
    assert draws.replicates()["counts"].sum(axis=-1) == pytest.approx(np.broadcast_to(model.n,
                                                                                      (4, 500, 6)))
    assert draws.log_likelihood().shape == (4, 500, 6)
    assert np.isfinite(found.sample(5, 2)["pi"]).all()


# --- the model --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("counts, alpha, pi0", [
    (gp.data.survey_regions().counts, gp.Exponential(1), None),
    (AWKWARD, gp.Gamma(0.5, 2), gp.Dirichlet([0.3, 1, 2, 5])), (SMALL, gp.Exponential(0.01), None),
    (AWKWARD[:, :3] * 300, gp.Exponential(1), None)], ids=range(4))
def test_conditionals_agree_with_the_joint_density(form, counts, alpha, pi0):
    report = gp.check_conditionals(gp.DirichletMultinomial(counts, alpha=alpha, pi0=pi0, form=form))
    assert report.ok, str(report)


def test_what_each_step_integrates_out(model):
    report = gp.check_conditionals(model)
    assert {v.name: v.integrated for v in report} == {
        "alpha_given": ("tables", "pi"), "tables_given": (), "pi0_given": ("pi",), "pi_given": ()}


def test_the_joint_density_summed_over_tables_is_the_plain_one():
    """sum over m of p(counts, pi, m, alpha, pi0) = p(counts, pi, alpha, pi0), for every m that 5 people can make."""
    counts = np.array([[2, 1], [0, 2]])
    augmented, plain = (gp.DirichletMultinomial(counts, form=form) for form in FORMS)
    state = {"alpha": 1.7, "pi0": np.array([0.3, 0.7]), "pi": np.array([[0.2, 0.8], [0.6, 0.4]])}
    every = [np.array([[i, 1], [0, j]]) for i in (1, 2) for j in (1, 2)]
    total = logsumexp([augmented.log_joint(**state, tables=m) for m in every])
    assert total == pytest.approx(plain.log_joint(**state), abs=1e-12)
    assert augmented.log_joint(**state, tables=np.array([[3, 1], [0, 1]])) == -np.inf


def test_plain_joint_density_is_scipys(regions, model):
    plain = gp.DirichletMultinomial(regions.counts, form="plain")
    state = plain.initial(np.random.default_rng(0))
    expected = stats.expon.logpdf(state["alpha"]) + stats.dirichlet.logpdf(state["pi0"], np.ones(4))
    for y, pi in zip(regions.counts, state["pi"]):
        expected += stats.dirichlet.logpdf(pi, state["alpha"]
                                           * state["pi0"]) + stats.multinomial.logpmf(y, y.sum(),
                                                                                      pi)
    assert plain.log_joint(**state) == pytest.approx(expected)
    marginal = stats.dirichlet_multinomial.logpmf(regions.counts, state["alpha"] * state["pi0"],
                                                  model.n)
    assert model.log_marginal_likelihood(state["alpha"], state["pi0"]) == pytest.approx(marginal)


def test_default_priors_follow_the_number_of_categories():
    assert gp.DirichletMultinomial(SMALL).pi0.concentration.tolist() == [1, 1]
    assert gp.DirichletMultinomial(AWKWARD).pi0.concentration.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("arguments, error, words", [
    ({"counts": [[1, 2], [3, -1]]}, ValueError, r"counts\[1, 1\] is -1"),
    ({"counts": [[1, 2], [3, 0.5]]}, ValueError,
     r"counts\[1, 1\] is 0.5; it must be a whole number"),
    ({"counts": [[1, np.nan], [3, 1]]}, ValueError, r"counts\[0, 1\] is nan"),
    ({"counts": [[1, "a"], [3, 1]]}, TypeError, "numbers only"),
    ({"counts": [[1, 2]]}, ValueError, "1 group"),
    ({"counts": [[1], [2]]}, ValueError, "at least 2 categories"),
    ({"counts": [1, 2]}, ValueError, "table"),
    ({"counts": SMALL, "pi0": gp.Dirichlet([1, 1, 1])}, ValueError, "2 numbers"),
    ({"counts": SMALL, "pi0": gp.Beta(1, 1)}, TypeError, "pi0 prior"),
    ({"counts": SMALL, "alpha": gp.HalfNormal(1)}, TypeError, "alpha prior .* Exponential, Gamma"),
    ({"counts": SMALL, "groups": ["a"]}, ValueError, "groups has 1 labels"),
    ({"counts": SMALL, "categories": ["a", "a"]}, ValueError, "second time"),
    ({"counts": SMALL, "form": "centred"}, ValueError, "augmented"),
])
def test_refusals(arguments, error, words):
    with pytest.raises(error, match=words):
        gp.DirichletMultinomial(**arguments)


# --- the tables -------------------------------------------------------------------------------------------------------

def test_stirling_numbers_are_exact():
    rows = log_stirling((0, 1, 7, 60))
    for n, row in rows.items():
        assert row == pytest.approx([_log(w) for w in stirling(n)], abs=1e-11)


@pytest.mark.parametrize("n, a", [(1, 0.3), (6, 0.02), (40, 3.5), (300, 25.0)])
def test_tables_are_a_sum_of_bernoullis(n, a):
    pmf = np.array([1.0])
    for p in a / (a + np.arange(n)):
        pmf = np.convolve(pmf, [1 - p, p])
    tables = Tables(np.array(n), np.array(a))
    assert np.exp(tables.logpdf(np.arange(n + 1))) == pytest.approx(pmf, abs=1e-12)
    assert tables.logpdf(np.array([-1, 0, n + 1, 0.5])).tolist() == [-np.inf] * 4
    m = Tables(np.full(20000, n), a).draw(np.random.default_rng(4))
    mean, variance = pmf @ np.arange(n + 1), pmf @ np.arange(n + 1) ** 2 - (pmf
                                                                            @ np.arange(n + 1)) ** 2
    assert abs(m.mean() - mean) < 4 * np.sqrt(variance / 20000) + 1e-12
    fourth = pmf @ (np.arange(n + 1) - mean) ** 4
    assert abs(m.var() - variance) < 4 * np.sqrt((fourth - variance**2) / 20000) + 1e-12
    assert m.min() >= 1 and m.max() <= n


def test_an_empty_restaurant_has_no_tables():
    tables = Tables(np.array([[0, 3], [5, 0]]), np.full((7, 2, 2), 0.5))
    m = tables.draw(np.random.default_rng(1))
    assert m.shape == (7, 2, 2) and (m[:, [0, 1], [0, 1]] == 0).all() and (m[:, [0, 1], [1, 0]]
                                                                           >= 1).all()
    assert tables.logpdf(m)[:, 0, 0].tolist() == [0] * 7
    assert np.shape(Tables(np.array(4), 0.5).draw(np.random.default_rng(1))) == ()


@pytest.mark.parametrize("a", [1e-300, 1e-3, 0.7, 99.9, 100.1, 3e4, 1e9])
@pytest.mark.parametrize("n", [0, 1, 7, 150])
def test_rising_factorials(a, n):
    exact = sum(np.log(a + i) for i in range(n))
    assert log_rising(a, n) == pytest.approx(exact, rel=1e-13, abs=1e-13)
    factorial = sum(np.log(i) for i in range(1, n + 1))
    assert log_multichoose(a, n) == pytest.approx(exact - factorial, rel=1e-12, abs=2e-12)


def test_walk_on_the_simplex_leaves_its_density_invariant():
    """From exact draws of a Dirichlet, forty steps later they are still draws of it; and they have
    moved.
    """
    concentration = np.array([0.6, 2.0, 5.0])
    density = gp.Dirichlet(concentration)
    walk = SimplexWalk(density.logpdf, step=StepSize(0.9))
    rng = np.random.default_rng(6)
    x = start = density.draw(rng, np.empty((20000, 3)))
    for _ in range(40):
        x = walk.draw(rng, x)
    assert x.sum(axis=-1) == pytest.approx(np.ones(20000)) and 0.2 < np.mean(walk.step.acceptance) < 0.9
    assert np.corrcoef(x[:, 1], start[:, 1])[0, 1] < 0.3
    for k in range(3):  # 20 000 independent vectors: 6 z-scores
        p = stats.beta(concentration[k], concentration.sum() - concentration[k]).cdf(x[:, k])
        assert abs(p.mean() - 0.5) * np.sqrt(12 * 20000) < 4
        assert abs(((p - 0.5) ** 2).mean() - 1 / 12) * np.sqrt(180 * 20000) < 4


# --- the samplers against the exact posterior ------------------------------------------------------------------------

def z_scores(draws, found):
    """Of the means of alpha (on the scale of its cdf, where all moments exist), of pi0 and of
    pi.
    """
    z = [z_of_means(found["alpha"].cdf(draws["alpha"]), 0.5)]
    z += [z_of_means(draws["pi0"][..., k], m) for k, m in enumerate(found["pi0"].mean)]
    mean = found["pi"].mean
    return np.array(z + [z_of_means(draws["pi"][..., r, k], mean[r, k]) for r in range(len(mean))
                         for k in range(mean.shape[1])])


@pytest.mark.parametrize("form", FORMS)
def test_gibbs_agrees_with_the_exact_posterior(regions, truth, form):
    model = gp.DirichletMultinomial(regions.counts, form=form)
    z = z_scores(gp.sample(model, draws=30, tune=120, chains=300, seed=8), truth)
    assert np.abs(z).max() < 4  # 29 comparisons: exceeded by chance once in 500 runs
    assert np.mean(z**2) < 2.5


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("counts", [
    pytest.param(AWKWARD, marks=pytest.mark.long), np.array([[0, 0, 50], [0, 42, 0]])],
                         ids=["zeros", "alpha near zero"])
def test_gibbs_agrees_where_there_are_zeros(form, counts):
    """With alpha near zero most shares are zero in floating point, and the plain form must make do
    with that.
    """
    model = gp.DirichletMultinomial(counts, form=form)
    z = z_scores(gp.sample(model, draws=60, tune=300, chains=300, seed=9), gp.exact(model))
    assert np.abs(z[np.isfinite(z)]).max() < 4


def test_tables_drawn_have_the_mean_that_their_restaurants_give(model):
    draws = gp.sample(model, draws=60, tune=100, chains=100, seed=3)
    a = (draws["alpha"][..., None] * draws["pi0"])[..., None]
    expected = (a / (a + np.arange(19))).sum(axis=-1)  # region 1, Agree: 19 people
    assert abs(z_of_means(draws["tables", "1", "Agree"] - expected[..., 1], 0.0)) < 4


def test_prediction(model):
    draws = gp.sample(model, draws=200, tune=100, chains=4, seed=1)
    new = draws.new_group(seed=2)
    assert new.shape == (4, 200, 4) and new.sum(axis=-1) == pytest.approx(np.ones((4, 200)))
    rep = draws.replicates()["counts"]
    assert rep.shape == (4, 200, 6, 4) and (rep.sum(axis=-1) == model.n).all()
    expected = [float(stats.multinomial.logpmf(y, y.sum(), p)) for y,
                p in zip(model.counts, draws["pi"][0, 0])]
    assert draws.log_likelihood()[0, 0] == pytest.approx(expected)


def test_says_when_the_model_is_all_but_complete_pooling():
    with pytest.warns(UserWarning, match="all but complete pooling"):
        gp.sample(gp.DirichletMultinomial(np.tile([12, 20, 8], (6, 1)), alpha=gp.Gamma(50, 0.01)),
                  draws=50, tune=50)


@pytest.mark.extras
def test_tables_of_draws_and_of_the_exact_posterior(model, truth):
    draws = gp.sample(model, draws=200, tune=100, chains=4, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # 800 draws are few
        rows = draws.summary(["alpha", "pi", "tables"]).index
    assert {"alpha", "pi[1, Agree]", "tables[6, Disagree]"} <= set(rows)
    table = truth.summary(["alpha", "pi0"])
    assert len(table) == 5 and table.loc["pi0[Agree]", "mean"] == truth["pi0", "Agree"].mean
    posterior = draws.to_arviz()
    assert posterior["posterior"]["pi"].dims == ("chain", "draw", "group", "category")
    assert posterior["log_likelihood"]["counts"].shape == (4, 200, 6)


@pytest.mark.extras
def test_comparison_of_the_three_strategies(model, truth):
    with pytest.warns(UserWarning, match="Pareto"):
        table = gp.compare({"partial": model, "no": model.no_pooling(),
                            "complete": model.complete_pooling()}, 200)
    assert table.loc["partial", "elpd"] == pytest.approx(truth.elpd_loo().elpd)
    assert sorted(table["rank"]) == [0, 1, 2] and table.loc["partial", "elpd"] > table.loc["no",
                                                                                           "elpd"]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_data_sets_from_the_prior(seed):
    """Counts of a random size from the model itself: finite sums, and both forms, agree with the
    exact posterior.

    20 runs of up to 55 z-scores: |z| < 4.75 has probability 0.998 for all of them together.
    """
    rng = np.random.default_rng(100 + seed)
    J, K, rate = rng.integers(2, 10), rng.integers(2, 6), rng.choice([0.1, 1.0])
    alpha, pi0 = rng.exponential(1 / rate), rng.dirichlet(np.ones(K))
    counts = np.array([rng.multinomial(rng.integers(1, 80),
                                       gp.Dirichlet(np.maximum(alpha * pi0, 1e-12)).draw(rng))
                       for _ in range(J)])
    prior = gp.Exponential(rate)
    found = gp.exact(gp.DirichletMultinomial(counts, alpha=prior))
    evidence, mean, sd = by_tables(counts, np.ones(K), 1, rate)
    assert found.log_evidence == pytest.approx(evidence, abs=1e-7)
    assert (found["alpha"].mean, found["alpha"].sd) == pytest.approx((mean, sd), rel=1e-6)
    for form in FORMS:
        draws = gp.sample(gp.DirichletMultinomial(counts, alpha=prior, form=form), draws=100,
                          tune=600, chains=400,
                          seed=seed)
        z = z_scores(draws, found)
        assert np.abs(z[np.isfinite(z)]).max() < 4.75, form
