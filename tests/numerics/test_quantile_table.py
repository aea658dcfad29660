"""Quantiles read off from a table."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.numerics.quadrature import integrate
from gibbspool.numerics.quantile_table import QuantileTable


@pytest.mark.parametrize("log_density, ends", [
    (stats.norm(3, 2).logpdf, (-80, 80)),
    (lambda u: u - np.exp(u), (-700, 10)),                      # of log x, x ~ Exponential(1)
    (lambda u: np.logaddexp(stats.norm(0, 1).logpdf(u), 3 + stats.norm(60, 1).logpdf(u)),
     (-50, 120)),
], ids=["normal", "skewed", "two modes far apart"])
def test_the_table_has_the_quantiles(log_density, ends):
    integral = integrate(log_density, *ends)
    table = QuantileTable(integral)
    q = np.concatenate([np.random.default_rng(1).random(5000), np.logspace(-16, -1, 50),
                        1 - np.logspace(-15, -1, 50)])
    below, smaller = integral.cdf(table(q)), np.minimum(q, 1 - q)
    assert np.all(np.abs(below - q) < 3e-8 * smaller + 1e-15)
    assert table.good.mean() > 0.5


def test_where_a_cubic_is_off_the_quantile_is_inverted():
    table = QuantileTable(integrate(stats.norm(0, 1).logpdf, -50, 50))
    right = table(np.array([0.3, 0.7]))
    table.cubics += 1.0
    table.good[:] = False
    assert table(np.array([0.3, 0.7])) == pytest.approx(right, abs=1e-8)
