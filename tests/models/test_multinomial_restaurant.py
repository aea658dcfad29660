"""The tables of the Chinese restaurant, and the numbers that count them."""
import numpy as np
import pytest
from multinomial_cases import AWKWARD, log_whole, stirling
from scipy import stats
from scipy.special import digamma

from gibbspool.models.multinomial import restaurant
from gibbspool.models.multinomial.restaurant import CROWD, LATE, Customers, Tables, log_ways


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


# How its customers are seated: all one by one; in a crowd at the first seats; the last from table
# to table, with few and with many tables, and hardly any.
CASES = {
    "one person": ([1], 0.3),
    "few": ([6, 0, 3, 40], 0.9),
    "all alone": ([12, 7], 1e9),
    "all together": ([12, 7], 1e-12),
    "a crowd": ([2] * 30 + [9] * 20, 1.3),
    "late": ([LATE + 900, 3, LATE + 40], 2.0),
    "many late tables": ([LATE + 300], 400.0),
    "late, all together": ([LATE + 300], 1e-290),
}
LONG = {"late"}  # "many late tables" is quick


@pytest.mark.parametrize("sizes, a", [
    pytest.param(*case, id=name, marks=pytest.mark.long if name in LONG else ())
    for name, case in CASES.items()])
def test_tables_are_a_sum_of_bernoullis(sizes, a):
    """The probabilities, to the last digits; and of 20,000 draws the numbers of each m, by a
    chi-squared test: p < 1e-4 by chance once in 1200 runs of the eight.
    """
    pmf = pmf_of(sizes, a)
    m = np.arange(len(pmf))
    customers = Customers(np.array(sizes)[:, None])
    tables = Tables(customers, np.full((20_000, 1), a))
    if sum(sizes) < 1000:
        every = Tables(customers, np.array([a])).logpdf(m[:, None])[:, 0]
        assert np.exp(every) == pytest.approx(pmf, abs=1e-12)
    drawn = tables.draw(np.random.default_rng(4))[:, 0]
    likely = pmf * 20_000 > 5
    assert np.isin(drawn, m).all() and pmf[drawn.astype(int)].min() > 1e-9
    counted = np.bincount(drawn.astype(int), minlength=len(pmf))
    counted, expected = (np.append(x[likely], x[~likely].sum()) for x in (counted, 20_000 * pmf))
    chi2 = ((counted - expected) ** 2 / np.maximum(expected, 1.0)).sum()
    assert stats.chi2.sf(chi2, max(likely.sum() - 1, 1)) > 1e-4


def test_the_cases_take_all_three_ways():
    seats = {name: Customers(np.array(sizes)[:, None]) for name, (sizes, _) in CASES.items()}
    assert CROWD == 40 and len(seats["a crowd"].crowd) == 2 and len(seats["a crowd"].few_k) == 7
    assert len(seats["late"].late_n) == 2 and not len(seats["few"].late_n)


def test_the_draws_do_not_depend_on_which_way_is_taken(monkeypatch):
    """The same restaurants with other limits between the ways: means of 20,000 draws of three
    numbers agree, |z| < 4.
    """
    counts = np.array([[60, 3, 0], [90, 0, 1], [200, 70, 0]])
    a = np.full((20_000, 3), [3.0, 0.4, 2.0])
    drawn = [Tables(Customers(counts), a).draw(np.random.default_rng(1))]
    monkeypatch.setattr(restaurant, "CROWD", 2)
    drawn.append(Tables(Customers(counts), a).draw(np.random.default_rng(2)))
    monkeypatch.setattr(restaurant, "LATE", 5)
    drawn.append(Tables(Customers(counts), a).draw(np.random.default_rng(3)))
    mean = [sum(a_k / (a_k + i) for n in column for i in range(n))
            for a_k, column in zip(a[0], counts.T)]
    for m in drawn:
        error = m.std(axis=0) / np.sqrt(20_000) + 1e-12
        assert np.abs((m.mean(axis=0) - mean) / error).max() < 4


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
