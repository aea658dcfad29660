"""The exact posterior of the Dirichlet-Multinomial model, computed in two other ways."""
import numpy as np
import pytest
from multinomial_cases import AWKWARD, SMALL, by_tables
from scipy import stats
from scipy.special import betainc, betaln, expit, gamma, gammaln, logsumexp

import gibbspool as gp
from gibbspool.distributions.beta_mixture import BetaMixture
from gibbspool.models.multinomial import exact
from gibbspool.models.multinomial.baseline_draws import ShareGriddy, draw_split
from gibbspool.models.multinomial.convolutions import (
    Convolutions,
    alpha_and_its_square,
    largest_alpha,
)
from gibbspool.models.multinomial.curves import Curve, grid_of_log_a
from gibbspool.models.multinomial.splits import LARGEST_V


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


def by_grid(model, points):
    """Nodes a (n, K) and their weights by a plain trapezoidal rule over all log a_k, and log
    p(counts).
    """
    line = np.linspace(-16, np.log(60 / model.alpha.rate), points)
    u = np.stack(np.meshgrid(*[line] * model.K, indexing="ij"), axis=-1).reshape(-1, model.K)
    a = np.exp(u)
    A = a.sum(axis=-1)
    log_p = model.alpha.logpdf(A) + model.pi0.logpdf(a / A[:, None])
    log_p = log_p - (model.K - 1) * np.log(A) + u.sum(axis=-1)
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
    assert abs(found["alpha"].mean - mean) < 1e-8 * sd
    assert found["alpha"].sd == pytest.approx(sd, rel=1e-8)
    assert found.error < 1e-7


@pytest.mark.parametrize("counts, alpha, points", [
    (SMALL, gp.Exponential(1), 250),
    pytest.param(SMALL, gp.Exponential(0.02), 350, marks=pytest.mark.long),
    (np.array([[4, 0, 3], [1, 6, 2], [0, 0, 5]]), gp.Gamma(2, 0.5), 70),
], ids=["two", "vague", "three"])
def test_every_marginal_on_a_plain_grid(counts, alpha, points):
    model = gp.DirichletMultinomial(counts, alpha=alpha)
    found = gp.exact(model)
    a, weight, evidence = by_grid(model, points)
    A = a.sum(axis=1)
    tolerance = 2e-6

    def agrees(marginal, values, variances=0.0):
        mean = weight @ values
        sd = np.sqrt(weight @ (variances + (values - mean) ** 2))
        assert abs(marginal.mean - mean) < tolerance * sd
        assert marginal.sd == pytest.approx(sd, rel=tolerance)

    assert found.log_evidence == pytest.approx(evidence, abs=tolerance)
    agrees(found["alpha"], A)
    x = np.array([0.05, 0.3, 0.62])
    for k in range(model.K):
        agrees(found["pi0"][k], a[:, k] / A)
        for r in range(model.J):
            p, q = a[:, k] + counts[r, k], A - a[:, k] + counts[r].sum() - counts[r, k]
            share = found["pi"][r][k]
            agrees(share, p / (p + q), p * q / (p + q) ** 2 / (p + q + 1))
            cdf = betainc(p[:, None], q[:, None], x).T @ weight
            assert share.cdf(x) == pytest.approx(cdf, abs=tolerance)
            assert share.cdf(share.quantile(cdf)) == pytest.approx(cdf, abs=1e-7)
        cdf = betainc(a[:, k, None], (A - a[:, k])[:, None], x).T @ weight
        assert found.new_group[k].cdf(x) == pytest.approx(cdf, abs=tolerance)
    for r in range(model.J):
        agrees(found["shrinkage"][r], A / (A + model.n[r]))
    for r, log_p in enumerate(found.elpd_loo().pointwise[:3]):
        *_, without = by_grid(gp.DirichletMultinomial(np.delete(counts, r, axis=0), alpha=alpha),
                              points)
        assert log_p == pytest.approx(evidence - without, abs=2 * tolerance)


@pytest.mark.parametrize("rate, points, tolerance", [
    (1e-2, 1200, 5e-7), pytest.param(1e-4, 3500, 2e-5, marks=pytest.mark.long)])
def test_where_alpha_may_be_far_above_the_number_of_people(rate, points, tolerance):
    """pi_rk then follows pi0_k so closely that on a coarse grid of pi0_k the single Betas would
    show as ripples: at a rate of 0.01 of a size of 2e-6, at smaller ones large.
    """
    counts = np.array([[3, 9], [2, 4], [4, 6]])
    found = gp.exact(gp.DirichletMultinomial(counts, alpha=gp.Exponential(rate)))
    A = np.exp(np.linspace(-9, np.log(45 / rate), 120))[:, None]
    # with 3500 points steps of 0.003; a Beta with alpha = 100 000 is 0.006 wide
    logits = np.linspace(-6, 5, points)
    w = 1 / (1 + np.exp(-logits))
    log_p = np.log(A) - rate * A + np.log(w * (1 - w))
    for y in counts:
        log_p = log_p + stats.betabinom.logpmf(y[0], y.sum(), A * w, A * (1 - w))
    weight = np.exp(log_p - logsumexp(log_p))
    keep = weight > 1e-14
    a, b, weight = (A * w)[keep], (A * (1 - w))[keep], weight[keep]
    x = np.linspace(0.15, 0.55, 9)
    for marginal, y, n in ((found["pi"][0][0], 3, 12), (found.new_group[0], 0, 0)):
        p, q = a + y, b + n - y
        pdf = [weight @ np.exp((p - 1) * np.log(z) + (q - 1) * np.log1p(-z) - betaln(p, q))
               for z in x]
        assert marginal.pdf(x) == pytest.approx(pdf, rel=tolerance)
        cdf = [weight @ betainc(p, q, z) for z in x[::4]]
        assert marginal.cdf(x[::4]) == pytest.approx(cdf, abs=tolerance / 10)
        mean = weight @ (p / (p + q))
        square = weight @ (p * (p + 1) / (p + q) / (p + q + 1))
        assert (marginal.mean, marginal.sd) == pytest.approx((mean, (square - mean**2)**0.5),
                                                             rel=1e-5)


@pytest.mark.parametrize("alpha", [
    gp.Exponential(1), pytest.param(gp.Exponential(0.01), marks=pytest.mark.long)], ids=repr)
def test_densities_and_cdfs_belong_together(alpha):
    """The derivative of each cdf is its density."""
    found = gp.exact(gp.DirichletMultinomial(SMALL, alpha=alpha))
    x = np.linspace(0.15, 0.85, 15)
    for marginal in (found["pi0"][0], found["pi"][0][0], found["pi"][4][0], found.new_group[0]):
        slope = (marginal.cdf(x + 1e-4) - marginal.cdf(x - 1e-4)) / 2e-4
        assert slope == pytest.approx(marginal.pdf(x), rel=1e-4, abs=1e-4)
        low, high = marginal.hdi(0.89)
        assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(0.89, abs=1e-6)
    for marginal in (found["alpha"], found["shrinkage"][0], found["shrinkage"][4]):
        x = marginal.quantile([0.1, 0.5, 0.9])
        slope = (marginal.cdf(x * 1.0001) - marginal.cdf(x * 0.9999)) / (2e-4 * x)
        assert slope == pytest.approx(marginal.pdf(x), rel=1e-4)


def test_halving_the_digits_changes_less_than_the_stated_error(model, truth):
    rough = gp.exact(model, rtol=1e-5)
    assert abs(rough["alpha"].mean - truth["alpha"].mean) < truth["alpha"].sd * rough.error
    assert abs(rough["pi0"].mean - truth["pi0"].mean).max() < 1e-4 * truth["pi0"].sd.min()
    assert abs(rough["pi"].mean - truth["pi"].mean).max() < 1e-4 * truth["pi"].sd.min()
    assert truth.error < 1e-8


def test_a_smaller_tolerance_takes_a_finer_grid(model, truth):
    finer = gp.exact(model, rtol=1e-12)
    assert finer.convolutions.step < truth.convolutions.step and finer.error < 1e-10
    assert truth.log_evidence == pytest.approx(finer.log_evidence, abs=truth.error)


def test_shares_sum_to_one(truth):
    assert truth["pi0"].mean.sum() == pytest.approx(1, abs=1e-10)
    assert truth["pi"].mean.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-10)
    assert sum(m.mean for m in truth.new_group) == pytest.approx(1, abs=1e-10)


def test_large_counts_leave_the_shares_known():
    """With 10^7 people a region, pi_r is its observed shares: alpha and pi0 are learnt from known
    vectors.
    """
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
    edges = nobody["pi0"][0].pdf([-0.1, 0, 1, 1.1])  # Beta(1, 2), and its limits
    assert edges == pytest.approx([0, 2, 0, 0], abs=1e-8)
    # one person tells of pi0, and nothing of alpha
    single = gp.exact(gp.DirichletMultinomial([[1, 0], [0, 0]]))
    assert (single["alpha"].mean, single["alpha"].sd) == pytest.approx((1, 1), rel=1e-8)
    assert single.log_evidence == pytest.approx(np.log(0.5), abs=1e-8)


def test_a_share_that_nobody_chose_may_be_as_small_as_exp_minus_400():
    """Two groups, in which 0 of 1 and 0 of 2 chose the first of two categories: p(share < x) by a
    plain trapezoidal rule over u = log alpha and v = logit pi0.
    """
    model = gp.DirichletMultinomial([[0, 1], [0, 2]], alpha=gp.Gamma(2, 0.1))
    share = gp.exact(model).new_group[0]
    x = np.exp([-400.0, -100, -40, -9, -3, -1, -0.2])
    u, v = np.arange(-25, 9, 0.2)[:, None], np.arange(-60, 45, 0.2)
    alpha, pi0, rest = np.exp(u), expit(v), expit(-v)
    p = alpha**2 * np.exp(-0.1 * alpha) * pi0 * rest * rest**2 * (alpha * rest + 1) / (alpha + 1)
    where = p > 1e-20 * p.max()
    weight, a, b = (np.broadcast_to(z, p.shape)[where] for z in (p, alpha * pi0, alpha * rest))
    expected = betainc(a, b, x[:, None]) @ weight / weight.sum()
    assert share.cdf(x) == pytest.approx(expected, abs=3e-8)


def test_where_alpha_may_be_as_small_as_exp_minus_400():
    """All answers in one category: p(3 answers, 2 answers | alpha) is an integral over p = pi0_1 of
    p^2 (alpha p + 1)^2 (alpha p + 2) / [(alpha + 1)^2 (alpha + 2)], a polynomial.
    """
    found = gp.exact(gp.DirichletMultinomial([[3, 0], [2, 0]], alpha=gp.Gamma(0.1, 1)))
    x, w = np.polynomial.legendre.leggauss(5)
    p, w = (x + 1) / 2, w / 2
    u = np.linspace(-400, 5, 40_001)
    alpha = np.exp(u)[:, None]
    given_alpha = p**2 * (alpha * p + 1)**2 * (alpha * p + 2) / (alpha + 1)**2 / (alpha + 2) @ w
    weight = given_alpha * np.exp(0.1 * u - np.exp(u)) * (u[1] - u[0]) / gamma(0.1)
    assert found.log_evidence == pytest.approx(np.log(weight.sum()), abs=1e-6)
    assert found["alpha"].mean == pytest.approx(weight @ alpha[:, 0] / weight.sum(), rel=1e-6)
    below = found["alpha"].cdf(np.exp([-80.0, -2.0]))
    assert below == pytest.approx([weight[u < end].sum() / weight.sum() for end in (-80, -2)],
                                  rel=1e-3)  # half a step of u is 0.5 % of the first one's 10


def test_beyond_the_largest_alpha_there_is_nothing():
    """A Gamma times alpha^(J K / 2) has fallen below exp(-700) of its top, for any J and K."""
    for J, K in ((2, 2), (6, 4), (300, 9), (20_000, 5)):
        for prior in (gp.Exponential(3), gp.Gamma(40, 1e-3)):
            model = gp.DirichletMultinomial(np.ones((J, K)), alpha=prior)
            shape = getattr(prior, "shape", 1.0) + J * K / 2
            bound = stats.gamma(shape, scale=1 / prior.rate)
            assert bound.logpdf(largest_alpha(model)) < bound.logpdf((shape - 1) / prior.rate) - 700


def test_what_the_functions_are_tabulated_on():
    """Equal steps above exp(-5), growing ones down to -40, below which curves are straight."""
    for step in exact.GRID_STEPS:
        log_a = grid_of_log_a(3.0, step)
        assert log_a[0] < -40 and log_a[-1] > 3 and (np.diff(log_a) > 0).all()
        assert np.diff(log_a[log_a > -5]) == pytest.approx(step)
        line = Curve(log_a, 2.5 * log_a - 1, 1e-9)
        assert line(np.array([-2000.0, -5.0, 1.234])) == pytest.approx([-5001, -13.5, 2.085])
        assert line.error == 1e-9
    squares = np.array([[1.5, 3], [2.25, 9]])
    assert alpha_and_its_square(np.log([1.5, 3.0])) == pytest.approx(squares)


def test_draws_of_a_split_do_not_depend_on_the_grid(monkeypatch, truth):
    """On the grid of 2 * 32 points nearly all Metropolis steps are accepted; four of them put right
    even what one of 2 * 6 points leaves (a z-score of 10): the cdf of the draws is uniform.

    10 z-scores in all: |z| < 4 has probability 0.999. The standard error of an acceptance rate of
    0.997 is 0.0007.
    """
    alpha = 6.0
    split = truth.convolutions.split_off(0)
    log_A = np.full(6000, np.log(alpha))
    v = np.linspace(-3, 3, 20_001)
    p = np.exp(split.log_density(np.log(alpha), v))
    cdf = np.cumsum(p) - p / 2
    cdf = cdf / p.sum()

    def z_scores():
        drawn = np.interp(draw_split(np.random.default_rng(3), split, log_A), v, cdf)
        q = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
        return ((drawn[:, None] < q).mean(axis=0) - q) / np.sqrt(q * (1 - q) / len(drawn))

    assert np.abs(z_scores()).max() < 4
    griddy = ShareGriddy(lambda v: split.log_density(log_A, v), (-LARGEST_V, LARGEST_V))
    rng = np.random.default_rng(4)
    start = griddy.draw(rng)
    assert np.mean(griddy.draw(rng, start) != start) > 0.994
    monkeypatch.setattr(ShareGriddy, "points", 6)
    assert np.abs(z_scores()).max() < 4


def test_refuses_errors_above_a_millionth(monkeypatch, model):
    """On a grid that is much too coarse the error is some 1e-4, and more than 1e-6."""
    monkeypatch.setattr(exact, "GRID_STEPS", (1.2, 1.0))
    with pytest.raises(ValueError, match="off by [0-9.]+e-0[345] of .* does not converge"):
        gp.exact(model)


def test_refuses_what_it_cannot_integrate():
    with pytest.raises(ValueError, match="prior with less weight near zero"):
        gp.exact(gp.DirichletMultinomial([[3, 0], [2, 0]], alpha=gp.Gamma(0.01, 0.01)))


@pytest.mark.parametrize("priors, what", [
    ({"alpha": gp.Exponential(1e-200)}, r"alpha ~ Exponential\(rate=1e-200\): its rate must be"),
    ({"alpha": gp.Exponential(1e-20)}, r"off by .* because alpha ~ .*take complete_pooling"),
    ({"pi0": gp.Dirichlet([1e200, 1])}, r"pi0 ~ Dirichlet.*: its concentration must be between"),
    ({"pi0": gp.Dirichlet([1e14, 1])}, r"off by .* because pi0 ~ Dirichlet.* its digits do not"),
    ({"alpha": gp.Gamma(1e13, 1e13)}, r"off by .* because alpha ~ Gamma.* its digits do not"),
], ids=repr)
def test_priors_at_the_end_of_the_scale_are_refused_with_their_cause(priors, what):
    with pytest.raises(ValueError, match=what):
        gp.exact(gp.DirichletMultinomial(SMALL, **priors))


def test_a_narrow_prior_of_the_baseline_is_its_posterior():
    truth = gp.exact(gp.DirichletMultinomial(SMALL, pi0=gp.Dirichlet([2e6, 1e6])))
    prior = stats.beta(2e6, 1e6)  # which the data move by a ten-thousandth of an sd
    assert truth["pi0"][0].mean == pytest.approx(prior.mean(), abs=1e-2 * prior.std())
    assert truth["pi0"][0].sd == pytest.approx(prior.std(), rel=1e-4)


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
    independent = draws["pi0"].reshape(-1, 4)
    assert np.corrcoef(independent.T) == pytest.approx(np.corrcoef(gibbs.T), abs=0.1)
    again = [truth.sample(10, 2, seed=4)["pi0"].tolist() for _ in range(2)]
    assert again[0] == again[1]


def test_labels_and_shapes(truth):
    one = truth["pi", "1", "Agree"]
    assert one is truth["pi"]["1"]["Agree"] and one.name == "pi[1, Agree]"
    pi = truth["pi"]
    assert pi.mean.shape == pi.quantile(0.5).shape == (6, 4)
    assert pi.quantile([0.1, 0.9]).shape == (2, 6, 4) and pi.hdi().shape == (6, 4, 2)
    assert pi.quantile(0.5)[0, 1] == one.quantile(0.5)
    for what in ("pdf", "logpdf", "cdf", "sf"):
        table = getattr(pi, what)([0.2, 0.3, 0.4])
        assert table.shape == (3, 6, 4) and table[1, 0, 1] == pytest.approx(getattr(one, what)(0.3))
    assert truth["pi0", "Agree"].name == "pi0[Agree]" and truth.new_group["Agree"].support == (0, 1)


def left_out_directly(truth, r):
    """log p(counts) - log p(the others' counts), both integrated."""
    others = np.delete(truth.model.counts, r, axis=0)
    without = Convolutions(truth.model, others, truth.convolutions.step, truth.rtol)
    return truth.log_evidence - without.integral.log_total


@pytest.mark.parametrize("counts, again", [
    (np.random.default_rng(1).poisson(3, (25, 5)), 0),
    (np.array([[4, 0, 3], [1, 6, 2], [0, 0, 5]]), 1),
    (np.vstack([[10**12, 0, 0], np.random.default_rng(2).poisson([9, 7, 3], (12, 3))]), 1),
], ids=["five categories", "three groups", "one that says much"])
def test_leave_one_out_is_a_ratio_of_evidences(counts, again):
    """The last two have a group without which the nodes do not reach far enough."""
    truth = gp.exact(gp.DirichletMultinomial(counts, alpha=gp.Exponential(0.1)))
    integrated = [0]

    class Counted(Convolutions):
        def __init__(self, *arguments):
            integrated[0] += 1
            super().__init__(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "Convolutions", Counted)
        found = truth.elpd_loo().pointwise
    some = [0, 1, len(counts) - 1]
    assert found[some] == pytest.approx([left_out_directly(truth, r) for r in some], abs=1e-8)
    assert integrated[0] == again


def test_moments_of_all_groups_are_those_of_each(truth):
    mean, sd = truth["pi"].mean, truth["pi"].sd
    for r, k in ((0, 0), (3, 1), (5, 3)):
        one = truth["pi"][r][k]
        components = BetaMixture(one.log_weight, one.a, one.b)
        assert [mean[r, k], components.mean] == pytest.approx([one.mean] * 2, rel=1e-10)
        assert [sd[r, k], components.sd] == pytest.approx([one.sd] * 2, rel=1e-9)
    for simple in (truth.model.complete_pooling(), truth.model.no_pooling()):
        pi = gp.exact(simple)["pi"]
        assert pi.mean[4, 2] == pytest.approx(pi[4][2].mean, rel=1e-14)
        assert pi.sd[4, 2] == pytest.approx(pi[4][2].sd, rel=1e-14)


def many_groups(J):
    """50 people in each."""
    rng = np.random.default_rng(7)
    shares = rng.dirichlet([6, 3, 2, 1.0], J)
    return np.stack([rng.multinomial(50, one) for one in shares])


@pytest.mark.long
def test_ten_thousand_groups_against_a_finer_grid_and_against_gibbs(monkeypatch):
    """Gibbs: the means of pi given 600 draws of alpha and pi0, which hardly vary (pi0 by 0.3 % of
    itself), so that their Monte Carlo error is far below 0.02 sd of pi.
    """
    model = gp.DirichletMultinomial(many_groups(10_000))
    truth = gp.exact(model)
    monkeypatch.setattr(exact, "GRID_STEPS", (exact.GRID_STEPS[-2], exact.GRID_STEPS[-1]))
    finer = gp.exact(model)
    assert finer.convolutions.step < truth.convolutions.step
    assert truth.log_evidence == pytest.approx(finer.log_evidence, abs=1e-7)
    assert np.abs(truth["pi"].mean - finer["pi"].mean).max() < 1e-9 * finer["pi"].sd.min()
    found, exactly = truth.elpd_loo().pointwise, finer.elpd_loo().pointwise
    assert found == pytest.approx(exactly, abs=1e-8)
    some = [0, 17, 9999]
    assert found[some] == pytest.approx([left_out_directly(truth, r) for r in some], abs=1e-7)
    draws = gp.sample(model, draws=300, tune=100, chains=2, seed=3)
    given = model.concentration(draws["alpha"], draws["pi0"]).reshape(-1, 1, 4) + model.counts
    mean = (given / given.sum(axis=-1, keepdims=True)).mean(axis=0)  # of Gibbs, Rao-Blackwellised
    assert np.abs(mean - truth["pi"].mean).max() < 0.02 * truth["pi"].sd.min()
