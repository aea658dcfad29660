"""The tables of the Chinese restaurant, and the numbers that count them."""
import numpy as np
import pytest
from multinomial_cases import AWKWARD, log_whole, stirling
from scipy import stats
from scipy.special import digamma

from gibbspool.models.multinomial.restaurant import Customers, Tables, log_ways
from gibbspool.models.multinomial.seating import Crowds, OneByOne, Stretches, seating, stretches


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


# Restaurants alone and together, of one size and of many, with few tables and with many; where a is
# large, second chances are frequent, and drops fall twice on one customer.
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


@pytest.mark.parametrize("way", [OneByOne, Stretches])
@pytest.mark.parametrize("sizes, a", CASES.values(), ids=CASES)
def test_tables_are_a_sum_of_bernoullis(sizes, a, way):
    """The probabilities, to ten digits; and of 20,000 draws the numbers of each m, by a
    chi-squared test: p < 1e-4 by chance once in 550 runs of the eighteen.
    """
    pmf = pmf_of(sizes, a)
    m = np.arange(len(pmf))
    customers = Customers(np.array(sizes)[:, None])
    customers.seating = way(customers.counts)
    every = Tables(customers, np.array([a])).logpdf(m[:, None])[:, 0]
    assert np.exp(every) == pytest.approx(pmf, abs=1e-10)
    drawn = Tables(customers, np.full((20_000, 1), a)).draw(np.random.default_rng(4))[:, 0]
    likely = pmf * 20_000 > 5
    assert np.isin(drawn, m).all() and pmf[drawn.astype(int)].min() > 1e-9
    counted = np.bincount(drawn.astype(int), minlength=len(pmf))
    counted, expected = (np.append(x[likely], x[~likely].sum()) for x in (counted, 20_000 * pmf))
    chi2 = ((counted - expected) ** 2 / np.maximum(expected, 1.0)).sum()
    assert stats.chi2.sf(chi2, max(likely.sum() - 1, 1)) > 1e-4


@pytest.mark.parametrize("way", [OneByOne, Stretches])
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


def test_stretches_hold_every_customer_once():
    """Of sizes 3, 3, 40 and 500: how many find from first to last inside, counted one by one."""
    n = np.array([3, 3, 40, 500])
    first, last, customers, restaurants = stretches(n)
    assert first[0] == 0 and last[-1] == 499 and (first[1:] == last[:-1] + 1).all()
    counted = [sum(max(0, min(size, j + 1) - i) for size in n) for i, j in zip(first, last)]
    assert customers.tolist() == counted and sum(counted) == n.sum()
    assert restaurants.tolist() == [(n > i).sum() for i in first]
    assert (last <= 2 * first).all() and (last > first).any()


def test_few_are_seated_one_by_one_and_many_in_stretches_that_hardly_grow():
    """A thousand times the customers, and no more than three times the stretches."""
    assert isinstance(seating(np.array([[40, 30], [20, 9]])), OneByOne)
    assert isinstance(seating(np.array([[4000, 30]])), Crowds)
    many = [Stretches(np.full((20, 2), n)) for n in (10**3, 10**6)]
    assert len(many[1].last) < 3 * len(many[0].last) < 600


def test_where_tables_are_many_the_stretches_are_narrow():
    """Of 80,000 customers half open a table; drops fall on a few per cent of them. Means of 200
    draws, |z| < 4.
    """
    crowds, rng = Crowds(np.full((4, 2), 10_000)), np.random.default_rng(3)
    for a in (0.01, 6000.0):
        m = crowds.draw(rng, np.full((200, 2), a))
        p = a / (a + np.arange(10_000))
        error = np.sqrt(4 * (p * (1 - p)).sum() / 400)
        assert abs(m.mean() - 4 * p.sum()) < 4 * error
    wide, narrow = crowds.of_width[0], crowds.of_width[6]
    p = a / (a + narrow.last[narrow.long])
    assert (p * narrow.hardest * narrow.places).sum() < 0.05 * 80_000
    assert len(narrow.last) > 20 * len(wide.last)


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
