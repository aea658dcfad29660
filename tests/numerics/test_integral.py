"""An integrated density: its weights, and what lies beyond its ends."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.numerics.quadrature import Unresolved, integrate


@pytest.mark.parametrize("height", [0.0, 1e8, -1e13])
def test_weights_sum_to_one_however_large_the_log_density_is(height):
    found = integrate(lambda u: height - 0.5 * u**2, -40.0, 40.0, rtol=0.1, drop=50.0)
    assert found.mass.sum() == pytest.approx(1, abs=1e-15)
    assert np.exp(found.log_mass).sum() == pytest.approx(1, abs=1e-15)
    assert found.log_total == pytest.approx(height + 0.5 * np.log(2 * np.pi), abs=1e-2, rel=1e-9)


def test_what_is_cut_off_is_estimated():
    """An exponential tail that is cut at 10 lacks exp(-10) of the whole; a normal one less."""
    tail = integrate(lambda u: -np.abs(u), -400.0, 10.0, drop=300.0).cut_off
    assert tail == pytest.approx(np.exp(-10) / 2, rel=0.05)
    normal = integrate(lambda u: -0.5 * u**2, -5.0, 40.0, drop=300.0).cut_off
    assert normal == pytest.approx(stats.norm.sf(5), rel=0.1)
    assert integrate(lambda u: u, -400.0, 0.0, drop=300.0).cut_off == 1


def test_a_density_narrower_than_floating_point_is_refused():
    with pytest.raises(Unresolved, match="lies at u = 100") as refused:
        integrate(lambda u: -0.5 * ((u - 100.0) / 1e-16) ** 2, -345.0, 345.0)
    assert refused.value.at == pytest.approx(100)
    with pytest.raises(ValueError, match="-inf everywhere"):
        integrate(lambda u: np.full_like(u, -np.inf), -1.0, 1.0)
