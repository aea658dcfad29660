"""The tables of the Chinese restaurant, and the numbers that count them."""
import numpy as np
import pytest
from monte_carlo import z_of_means
from multinomial_cases import log_whole, stirling

import gibbspool as gp
from gibbspool.models.multinomial.restaurant import Tables, log_stirling


def test_stirling_numbers_are_exact():
    rows = log_stirling((0, 1, 7, 60))
    for n, row in rows.items():
        assert row == pytest.approx([log_whole(w) for w in stirling(n)], abs=1e-11)


@pytest.mark.parametrize("n, a", [(1, 0.3), (6, 0.02), (40, 3.5), (300, 25.0)])
def test_tables_are_a_sum_of_bernoullis(n, a):
    pmf = np.array([1.0])
    for p in a / (a + np.arange(n)):
        pmf = np.convolve(pmf, [1 - p, p])
    tables = Tables(np.array(n), np.array(a))
    assert np.exp(tables.logpdf(np.arange(n + 1))) == pytest.approx(pmf, abs=1e-12)
    assert tables.logpdf(np.array([-1, 0, n + 1, n - 0.6])).tolist() == [-np.inf] * 4
    m = Tables(np.full(20000, n), a).draw(np.random.default_rng(4))
    mean = pmf @ np.arange(n + 1)
    variance = pmf @ np.arange(n + 1) ** 2 - mean**2
    assert abs(m.mean() - mean) < 4 * np.sqrt(variance / 20000) + 1e-12
    fourth = pmf @ (np.arange(n + 1) - mean) ** 4
    assert abs(m.var() - variance) < 4 * np.sqrt((fourth - variance**2) / 20000) + 1e-12
    assert m.min() >= 1 and m.max() <= n


def test_an_empty_restaurant_has_no_tables():
    tables = Tables(np.array([[0, 3], [5, 0]]), np.full((7, 2, 2), 0.5))
    m = tables.draw(np.random.default_rng(1))
    assert m.shape == (7, 2, 2)
    assert (m[:, [0, 1], [0, 1]] == 0).all() and (m[:, [0, 1], [1, 0]] >= 1).all()
    assert tables.logpdf(m)[:, 0, 0].tolist() == [0] * 7
    assert np.shape(Tables(np.array(4), 0.5).draw(np.random.default_rng(1))) == ()


def test_tables_drawn_have_the_mean_that_their_restaurants_give():
    regions = gp.data.survey_regions()
    model = gp.DirichletMultinomial(regions.counts, groups=regions.groups,
                                    categories=regions.categories)
    draws = gp.sample(model, draws=60, tune=100, chains=100, seed=3)
    a = (draws["alpha"][..., None] * draws["pi0"])[..., None]
    expected = (a / (a + np.arange(19))).sum(axis=-1)  # region 1, Agree: 19 people
    assert abs(z_of_means(draws["tables", "1", "Agree"] - expected[..., 1], 0.0)) < 4
