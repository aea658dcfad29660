"""The tables of the Chinese restaurant, and the numbers that count them."""
import numpy as np
import pytest
from multinomial_cases import AWKWARD, log_whole, stirling
from scipy import stats
from scipy.special import digamma

from gibbspool.models.multinomial import stretches
from gibbspool.models.multinomial.restaurant import Customers, Tables, log_ways
from gibbspool.models.multinomial.seating import Crowds, OneByOne, seating
from gibbspool.models.multinomial.stretches import Stretches, cuts, seats_of


def test_stirling_numbers_are_exact():
    for n in (0, 1, 7, 60):
        assert log_ways((n,)) == pytest.approx([log_whole(w) for w in stirling(n)], abs=1e-11)


def test_ways_of_several_restaurants_are_products_of_their_polynomials():
    exact = [1]
    for n in (4, 0, 9, 4):
        exact = np.convolve(np.array(exact, dtype=object), np.array(stirling(n), dtype=object))
    assert log_ways((4, 0, 9, 4)) == pytest.approx([log_whole(w) for w in exact], abs=1e-11)


def pmf_of(sizes, a):
    """p(m), m = 0, 1, ..., of the tables of restaurants of these sizes: a sum of Bernoullis."""
    pmf = np.array([1.0])
    for p in (a / (a + i) for n in sizes for i in range(n)):
        pmf = np.convolve(pmf, [1 - p, p])
    return pmf


# Restaurants alone and together, of one size and of many, with few tables and with many.
CASES = {
    "one person": ([1], 0.3),
    "few": ([6, 0, 3, 40], 0.9),
    "all alone": ([12, 7], 1e9),
    "all together": ([12, 7], 1e-12),
    "a crowd": ([2] * 30 + [9] * 20, 1.3),
    "of all sizes": ([1, 5, 12, 30, 45, 46, 47, 90], 7.0),
    "one after the other": ([900], 2.0),
    "many tables": ([300], 400.0),
    "hardly any": ([300], 1e-290),
}


@pytest.mark.parametrize("way", [OneByOne, Crowds])
@pytest.mark.parametrize("sizes, a", CASES.values(), ids=CASES)
def test_tables_are_a_sum_of_bernoullis(sizes, a, way):
    """The probabilities, to ten digits; and of 5,000 draws the numbers of each m, by a
    chi-squared test: p < 1e-4 by chance once in 550 runs of the eighteen.
    """
    pmf = pmf_of(sizes, a)
    m = np.arange(len(pmf))
    customers = Customers(np.array(sizes)[:, None])
    customers.seating = way(customers.counts)
    every = Tables(customers, np.array([a])).logpdf(m[:, None])[:, 0]
    assert np.exp(every) == pytest.approx(pmf, abs=1e-10)
    drawn = Tables(customers, np.full((5000, 1), a)).draw(np.random.default_rng(4))[:, 0]
    likely = pmf * 5000 > 5
    assert np.isin(drawn, m).all() and pmf[drawn.astype(int)].min() > 1e-9
    counted = np.bincount(drawn.astype(int), minlength=len(pmf))
    counted, expected = (np.append(x[likely], x[~likely].sum()) for x in (counted, 5000 * pmf))
    chi2 = ((counted - expected) ** 2 / np.maximum(expected, 1.0)).sum()
    assert stats.chi2.sf(chi2, max(likely.sum() - 1, 1)) > 1e-4


@pytest.mark.parametrize("way", [OneByOne, Crowds])
def test_each_category_has_its_own_tables(way):
    """Means and variances of 20,000 draws of three numbers agree with those of the sums: |z| < 4.
    """
    counts = np.array([[60, 3, 0], [90, 0, 1], [200, 70, 0]])
    a = np.array([3.0, 0.4, 2.0])
    m = way(counts).draw(np.random.default_rng(1), np.tile(a, (20_000, 1)))
    p = [np.concatenate([a_k / (a_k + np.arange(n)) for n in column])
         for a_k, column in zip(a, counts.T)]
    mean, variance = (np.array([f(each).sum() for each in p])
                      for f in (lambda p: p, lambda p: p * (1 - p)))
    error = np.sqrt(variance / 20_000) + 1e-12
    assert np.abs((m.mean(axis=0) - mean) / error).max() < 4
    spread = (m - mean) ** 2
    error = spread.std(axis=0) / np.sqrt(20_000) + 1e-12
    assert np.abs((spread.mean(axis=0) - variance) / error).max() < 4


# --- Stretches ------------------------------------------------------------------------------------

def acceptance_by_recursion(odds, most):
    """A(m), m = 0, ..., most, of these odds: of n, the last one is among the m, or it is not."""
    m, A = np.arange(most + 1), np.zeros(most + 1)
    A[0] = 1
    for n, w in enumerate(odds / odds.mean(), 1):
        others = A
        A = np.maximum(n - m, 0) / n * others
        A[1:] += m[1:] / n * w * others[:-1]
    return A[:len(odds) + 1]


@pytest.mark.parametrize("sizes, a", [
    ([900], 2.0), ([300], 400.0), ([60, 40, 70, 9], 3.0), ([40] * 30, 8.0), ([1000] * 5, 0.06),
    ([1000] * 5, 30.0), ([20_000, 9000, 15_000], 2.0)])
def test_the_probability_of_acceptance_to_twelve_digits(sizes, a):
    """In the last case seats far inside are taken together, up to three at a time."""
    n = np.array(sizes)
    way, inside = Stretches(n[:, None], a), np.sort(np.concatenate([np.arange(1, k) for k in n]))
    assert way.customers.sum() == len(inside)
    ends = np.cumsum(way.customers)
    for s, (end, length) in enumerate(zip(ends, way.customers)):
        expected = acceptance_by_recursion(1 / inside[end - length:end], int(way.usual[s]) + 5)
        m = np.arange(len(expected))
        assert way.acceptance(np.full(len(m), s), m) == pytest.approx(expected, abs=1e-12)
        assert way.surely[s] == pytest.approx(expected[int(way.usual[s])], abs=1e-12)
        assert (np.diff(expected) < 1e-13).all()


@pytest.mark.parametrize("sizes, a", CASES.values(), ids=CASES)
def test_stretches_together_are_the_sum_of_bernoullis_to_ten_digits(sizes, a):
    """What is accepted of each stretch, a binomial times A(m), and all of them convolved."""
    counts = np.array(sizes)[:, None]
    way = Stretches(counts, a)
    pmf = np.eye(1, int(way.first[0]) + 1, int(way.first[0]))[0]
    for s, n in enumerate(way.customers):
        m, w = np.arange(n + 1), a * way.odds[s]
        accepted = stats.binom(n, w / (1 + w)).pmf(m) * way.acceptance(np.full(n + 1, s), m)
        assert accepted.sum() > 0.9
        pmf = np.convolve(pmf, accepted / accepted.sum())
    assert pmf == pytest.approx(pmf_of(sizes, a), abs=1e-10)


def test_what_is_refused_is_drawn_again(monkeypatch):
    """Stretches so long that most numbers are refused: 20,000 draws agree with the probabilities,
    chi-squared, p > 1e-4; and they do not where nothing is refused.
    """
    monkeypatch.setattr(stretches, "LOSS", 1.5)
    sizes, a = [30] * 12, 4.0
    pmf = pmf_of(sizes, a)
    likely = pmf * 20_000 > 5

    def p_value(way):
        drawn = way.draw(np.random.default_rng(2), np.full((20_000, 1), a))[:, 0]
        counted = np.bincount(drawn.astype(int), minlength=len(pmf))
        return stats.chisquare(np.append(counted[likely], counted[~likely].sum()),
                               20_000 * np.append(pmf[likely], pmf[~likely].sum())).pvalue

    way = Stretches(np.array(sizes)[:, None], a)
    assert way.surely.min() < 0.1 and p_value(way) > 1e-4
    way.refused = lambda rng, stretch, m: np.array([], dtype=int)
    assert p_value(way) < 1e-6


def test_every_customer_sits_in_one_stretch():
    """Of all sizes, some so large that seats are taken together, in blocks cut where a restaurant
    ends; the mean of their 1 / i and the variance against sums over each.
    """
    n = np.array([0, 1, 3, 3, 40, 500, 8192, 8193, 20_001, 70_000])
    seats = seats_of(n)
    inside = np.arange(1, 70_000)
    restaurants = (n[:, None] > inside).sum(axis=0)
    lengths, begin = [], 0
    for customers in seats.customers:
        lengths.append(round(customers / restaurants[begin]))
        begin += lengths[-1]
    begins = np.append(0, np.cumsum(lengths)[:-1])
    assert sum(lengths) == len(inside) and max(lengths) == 16
    assert np.array_equal(np.add.reduceat(restaurants, begins), seats.customers)
    mean = np.add.reduceat(1 / inside, begins) / lengths
    assert seats.odds == pytest.approx(mean, rel=1e-14)
    squares = np.add.reduceat((1 / inside - np.repeat(mean, lengths)) ** 2, begins) / lengths
    assert seats.variance == pytest.approx(squares, rel=1e-6, abs=1e-25)
    begins = cuts(seats, 2.0)
    assert begins[0] == 0 and (np.diff(begins) > 0).all()


def test_few_are_seated_one_by_one_and_the_stretches_of_many_do_not_grow():
    assert isinstance(seating(np.array([[40, 30], [20, 9]])), OneByOne)
    assert isinstance(seating(np.array([[4000, 30]])), Crowds)
    many = [len(Stretches(np.full((20, 2), n), 4.0).odds) for n in (10**4, 10**6, 10**9)]
    assert many[0] <= many[1] <= many[2] <= many[0] + 4 < 100


def test_where_tables_are_many_the_stretches_are_short():
    """Of 80,000 customers half open a table. Means of 200 draws, |z| < 4."""
    crowds, rng = Crowds(np.full((4, 2), 10_000)), np.random.default_rng(3)
    for a in (0.01, 6000.0, 1e12):
        m = crowds.draw(rng, np.full((200, 2), a))
        p = a / (a + np.arange(10_000))
        error = np.sqrt(4 * (p * (1 - p)).sum() / 400)
        assert abs(m.mean() - 4 * p.sum()) < 4 * error + 1e-12
    few, *_, all_alone = (len(way.odds) for way in crowds.made_for.values())
    assert sorted(crowds.made_for) == [1, 2**13, 2**17] and 10 * few < all_alone


def test_impossible_numbers_of_tables():
    tables = Tables(Customers(np.array([[4], [0], [3]])), np.array([0.5]))
    assert [tables.logpdf(np.array([m]))[0] for m in (-1, 0, 1, 8, 3.4)] == [-np.inf] * 5
    assert np.isfinite([tables.logpdf(np.array([m]))[0] for m in range(2, 8)]).all()


def test_a_category_without_customers_has_no_tables():
    tables = Tables(Customers(np.array([[0, 3], [0, 5]])), np.full((7, 2), 0.5))
    m = tables.draw(np.random.default_rng(1))
    assert m.shape == (7, 2) and (m[:, 0] == 0).all() and (m[:, 1] >= 2).all()
    assert tables.logpdf(m)[:, 0].tolist() == [0] * 7
    single = Tables(Customers(AWKWARD), np.full(4, 0.5)).draw(np.random.default_rng(1))
    assert single.shape == (4,) and repr(tables).startswith("Tables(concentration=[[0.5")


def test_counts_of_a_thousand_million_are_seated():
    """A thousand million people open some a log(1e9 / a) tables: 1000 draws, |z| < 4."""
    counts = np.array([[10**9, 1], [0, 10**9]])
    m = Tables(Customers(counts), np.full((1000, 2), 0.7)).draw(np.random.default_rng(0))
    mean = 0.7 * (digamma(1e9 + 0.7) - digamma(0.7))
    for column, mean in zip(m.T, (mean, mean + 1)):
        assert abs(column.mean() - mean) < 4 * column.std() / np.sqrt(1000)
