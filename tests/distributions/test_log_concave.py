"""Which densities say that their logarithm is concave, in x or in log x, and that it is so."""
import numpy as np
import pytest

from gibbspool.distributions import standard
from gibbspool.distributions.spreads import PositiveFlat, RootInverseGamma, TruncatedNormal

# the density; whether log p is concave in x; and in log x
SAID = [
    (standard.Normal(1.0, 2.0), True, None),
    (standard.HalfNormal(3.0), True, True),
    (standard.HalfCauchy(2.0), False, True),
    (standard.HalfT(4, 2.0), False, True),
    (standard.Exponential(0.2), True, True),
    (standard.Gamma(2.5, 0.4), True, True),
    (standard.Gamma(0.5, 0.4), False, True),
    (standard.InverseGamma(2.0, 3.0), False, True),
    (RootInverseGamma(2.0, 3.0), False, True),
    (standard.Uniform(0.5, 3.0), True, True),
    (standard.Flat(), True, None),
    (PositiveFlat(), True, True),
    (TruncatedNormal(-3.0, 2.0), True, True),
    (TruncatedNormal(3.0, 2.0), True, False),
]


def concave(log_p):
    """No value lies below the chord of its neighbours, but for rounding and zero density."""
    chord = (log_p[:-2] + log_p[2:]) / 2
    return bool(np.all((log_p[1:-1] >= chord - 1e-9) | ~np.isfinite(chord)))


@pytest.mark.parametrize("density, in_x, in_log", SAID, ids=repr)
def test_densities_say_truly_where_they_are_log_concave(density, in_x, in_log):
    assert density.log_concave is in_x
    assert concave(density.logpdf(np.linspace(0.01, 40, 2000))) is in_x
    if in_log is not None:
        assert density.log_concave_in_log is in_log
        assert concave(density.logpdf(np.geomspace(1e-3, 1e3, 2000))) is in_log


@pytest.mark.parametrize("density, in_x, in_log", SAID, ids=repr)
def test_the_formula_alone_is_the_density_inside_its_support(density, in_x, in_log):
    x = np.array([0.6, 1.0, 2.9])
    assert np.array_equal(density.logpdf_inside(x), density.logpdf(x))
