"""The shortest interval of a given probability, against intervals found by brute force."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.distributions import shortest
from gibbspool.distributions.marginals import Marginal
from gibbspool.distributions.mixtures import NormalMixture
from gibbspool.distributions.shortest import possible_starts, shortest_interval


class Scipy(Marginal):
    """A distribution of scipy.stats as a marginal, with rough quantiles that may go astray."""

    def __init__(self, frozen, off=0.0):
        self.frozen, self.off = frozen, off
        self.support = tuple(float(end) for end in frozen.support())
        self.mean, self.sd = frozen.mean(), frozen.std()

    def logpdf(self, x):
        return self.frozen.logpdf(x)

    def _quantile(self, q):
        return self.frozen.ppf(q)

    def rough_quantile(self, q):
        """Wrong on purpose, by more and more of `off` standard deviations."""
        x = self.quantile(q)
        return x + self.off * np.asarray(q) ** 2 * self.sd


INSIDE = {"normal": stats.norm(3, 2), "gamma": stats.gamma(4), "beta": stats.beta(3, 8),
          "skewed to the left": stats.beta(9, 2), "heavy tails": stats.t(2.5)}


@pytest.mark.parametrize("prob", [0.1, 0.5, 0.89, 0.999])
@pytest.mark.parametrize("name", INSIDE)
def test_no_other_interval_is_shorter_and_the_ends_are_equally_dense(name, prob):
    frozen = INSIDE[name]
    low, high = shortest_interval(Scipy(frozen), prob)
    assert frozen.cdf(high) - frozen.cdf(low) == pytest.approx(prob, abs=1e-9)
    assert frozen.pdf(low) == pytest.approx(frozen.pdf(high), rel=1e-6)
    p = np.linspace(1e-6, 1 - prob - 1e-6, 2001)
    assert high - low <= (frozen.ppf(p + prob) - frozen.ppf(p)).min() * (1 + 1e-9)


def test_of_a_normal_it_is_central():
    low, high = Scipy(stats.norm(3, 2)).hdi(0.89)
    assert (low, high) == pytest.approx(stats.norm(3, 2).interval(0.89), rel=1e-9)
    assert type(low) is type(high) is float


@pytest.mark.parametrize("off", [-30.0, -3.0, 3.0, 30.0])
def test_a_rough_start_that_misses_is_corrected(off):
    """The search starts far away on the grid; what it finds stays the same."""
    frozen = stats.gamma(4)
    astray = Scipy(frozen, off)
    p = possible_starts(astray.support, 0.5)
    best = [np.argmin(one.rough_quantile(p + 0.5) - one.rough_quantile(p))
            for one in (Scipy(frozen), astray)]
    assert abs(best[0] - best[1]) > 4
    assert astray.hdi(0.5) == pytest.approx(Scipy(frozen).hdi(0.5), rel=1e-8)


@pytest.mark.parametrize("frozen, expected", [
    (stats.expon(), (0, stats.expon.ppf(0.89))),
    (stats.beta(5, 1), (stats.beta(5, 1).ppf(0.11), 1)),
])
def test_it_may_start_or_end_at_the_edge_of_the_support(frozen, expected):
    assert Scipy(frozen).hdi(0.89) == pytest.approx(expected, rel=1e-12)


class NoneAtTheEdges(Scipy):
    """The same distribution, with a density of zero at the very ends of its support."""

    def logpdf(self, x):
        return np.where(np.isin(x, self.support), -np.inf, self.frozen.logpdf(x))


@pytest.mark.parametrize("frozen, expected", [
    (stats.beta(0.5, 3), (0, stats.beta(0.5, 3).ppf(0.89))),
    (stats.beta(5, 0.5), (stats.beta(5, 0.5).ppf(0.11), 1)),
])
def test_a_density_may_be_infinite_beside_an_edge_and_zero_at_it(frozen, expected):
    """Such as that of a shrinkage factor: one last number before 1 stands for 1e-8 of it."""
    assert NoneAtTheEdges(frozen).hdi(0.89) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("off, frozen, edge", [(-30.0, stats.expon(), 0),
                                               (30.0, stats.beta(5, 1), 1)])
def test_the_edge_is_found_from_a_start_that_is_far_away(off, frozen, edge):
    astray = Scipy(frozen, off)
    p = possible_starts(astray.support, 0.5)
    start = np.argmin(astray.rough_quantile(p + 0.5) - astray.rough_quantile(p))
    assert abs(start - (0 if edge == 0 else 100)) > 4
    assert astray.hdi(0.5)[0 if edge == 0 else 1] == edge


def test_where_all_intervals_are_as_short_it_is_one_of_them():
    low, high = Scipy(stats.uniform(2, 4)).hdi(0.5)
    assert high - low == pytest.approx(2) and 2 <= low and high <= 6


def test_starts_keep_aside_of_infinite_ends():
    line, half = possible_starts((-np.inf, np.inf), 0.9), possible_starts((0, np.inf), 0.9)
    assert len(line) > 101 and 0 < line[0] <= 1e-9 and 0.1 - 2e-9 < line[-1] < 0.1 - 1e-11
    assert half[0] == 0 and half[-1] < 0.1 - 1e-11
    almost_all = possible_starts((-np.inf, np.inf), 1 - 1e-9)
    assert 0 < almost_all[0] < almost_all[-1] < 1e-9 and almost_all[0] < 2e-12
    bounded = possible_starts((0, 1), 0.9)
    assert bounded[0] == 0 and bounded[-1] == 1 - 0.9


@pytest.mark.parametrize("prob", [0, 1, 89])
def test_impossible_probabilities_are_refused(prob):
    with pytest.raises(ValueError, match="prob is"):
        Scipy(stats.norm()).hdi(prob)


def test_intervals_of_almost_everything(truth):
    low, high = truth["mu"].hdi(1 - 1e-9)
    assert truth["mu"].cdf(high) - truth["mu"].cdf(low) == pytest.approx(1, abs=1e-8)


class TwoModes(Marginal):
    """A mixture of two distributions, by a fine table of its cdf."""

    def __init__(self, share, first, second):
        self.parts = [(1 - share, first), (share, second)]
        self.support = tuple(function(ends) for function, ends in zip(
            (min, max), zip(first.support(), second.support())))
        q = np.concatenate([np.logspace(-15, -3, 500), np.linspace(1e-3, 1 - 1e-3, 100_000)])
        self.table = np.unique([frozen.ppf(q) for _, frozen in self.parts]
                               + [frozen.isf(q) for _, frozen in self.parts])

    def pdf(self, x):
        return sum(weight * frozen.pdf(x) for weight, frozen in self.parts)

    def cdf(self, x):
        return sum(weight * frozen.cdf(x) for weight, frozen in self.parts)

    def _quantile(self, q):
        return np.interp(q, self.cdf(self.table), self.table)

    def rough_quantile(self, q):
        some = self.table[::20]
        return np.interp(q, self.cdf(some), some)


SEVERAL_MODES = [
    (0.3, stats.norm(), stats.norm(8, 0.5)), (0.5, stats.norm(), stats.norm(6, 0.9)),
    (0.008, stats.norm(), stats.norm(30, 3)), (0.012, stats.norm(), stats.norm(12, 0.3)),
    (0.006, stats.gamma(200, scale=0.05), stats.expon(scale=1e-2)),
    (0.00997, stats.gamma(236, scale=0.042), stats.expon(scale=3e-3)),
    (0.07, stats.gamma(200, scale=0.05), stats.halfnorm(scale=1e-3))]


@pytest.mark.parametrize("share, first, second, prob", [
    pytest.param(*case, prob,
                 marks=() if (prob == 0.89 and case[0] != 0.00997) or case is SEVERAL_MODES[0]
                 else pytest.mark.long)
    for case in SEVERAL_MODES for prob in (0.5, 0.89, 0.99)])
def test_of_several_modes_none_gives_a_shorter_one(share, first, second, prob):
    """The last three pile up at an edge, where the density is highest."""
    marginal = TwoModes(share, first, second)
    low, high = shortest_interval(marginal, prob)
    p = np.linspace(1e-9, 1 - prob - 1e-9, 4001)
    shortest = (marginal.quantile(p + prob) - marginal.quantile(p)).min()
    assert high - low <= shortest * (1 + 1e-5)
    assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(prob, abs=1e-6)


@pytest.mark.parametrize("components", [
    ([1.0], [0.0], [1.0]), ([0.5, 0.5], [0.0, 1.0], [1.0, 3.0]),
    ([0.6, 0.4], [-3.0, 3.0], [1.0, 0.8]), ([0.5, 0.5], [-30.0, 30.0], [1.0, 1.001]),
    ([0.9, 0.1], [0.0, 1e-3], [1.0, 1e-3]), ([0.3, 0.3, 0.4], [1e8, 1e8 + 1, 1e8 + 5], [1, 1, 2])],
    ids=["normal", "scales", "two modes", "far apart", "spike", "far from zero"])
@pytest.mark.parametrize("prob", [0.1, 0.5, 0.89, 0.99])
def test_by_tangents_or_by_search_the_interval_is_the_same(components, prob, monkeypatch):
    weight, means, sds = map(np.array, components)
    mixture = NormalMixture(np.log(weight), means - means[0], sds, centre=means[0])
    quick = np.subtract(mixture.hdi(prob), means[0])
    monkeypatch.setattr(shortest, "newton", lambda *arguments: None)
    slow = np.subtract(mixture.hdi(prob), means[0])
    assert np.ptp(quick) <= np.ptp(slow) * (1 + 1e-9) + 1e-7 * (means[0] > 1)
    assert np.diff(mixture.cdf(quick + means[0])) == pytest.approx(prob, abs=1e-8)


def test_tangents_that_lead_to_no_shortest_interval_are_given_up():
    mixture = NormalMixture(np.log([0.5, 0.5]), [-5.0, 5.0], [1.0, 1.0])
    assert shortest.newton(mixture, 0.5, -1.0, 1.0) is None      # around a valley
    assert shortest.newton(mixture, 0.4, -6.5, -3.5) == pytest.approx(mixture.hdi(0.4)) or (
        shortest.newton(mixture, 0.4, -6.5, -3.5) == pytest.approx(-np.flip(mixture.hdi(0.4))))
