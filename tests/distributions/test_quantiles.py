"""Quantiles of the priors against SciPy's."""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool.distributions.quantiles import quantile
from gibbspool.distributions.spreads import sd_prior

P = np.array([1e-6, 0.01, 0.3, 0.5, 0.9, 1 - 1e-6])


@pytest.mark.parametrize("prior, theirs", [
    (gp.Normal(3, 2), stats.norm(3, 2)), (gp.HalfNormal(2), stats.halfnorm(scale=2)),
    (gp.HalfCauchy(5), stats.halfcauchy(scale=5)), (gp.Exponential(4), stats.expon(scale=0.25)),
    (gp.Gamma(3, 2), stats.gamma(3, scale=0.5)), (gp.Uniform(1, 4), stats.uniform(1, 3)),
    (gp.InverseGamma(3, 2), stats.invgamma(3, scale=2)), (gp.Beta(2, 5), stats.beta(2, 5)),
    (sd_prior("tau", gp.Normal(1, 2)), stats.truncnorm(-0.5, np.inf, 1, 2))], ids=repr)
def test_quantiles_are_scipys(prior, theirs):
    assert quantile(prior, P) == pytest.approx(theirs.ppf(P), rel=1e-8)


def test_those_of_a_half_t_and_of_a_variance():
    assert quantile(gp.HalfT(3, 2), P) == pytest.approx(2 * stats.t(3).ppf((1 + P) / 2), rel=1e-8)
    assert quantile(sd_prior("tau", gp.InverseGamma(3, 2)), P) == pytest.approx(
        np.sqrt(stats.invgamma(3, scale=2).ppf(P)), rel=1e-8)


def test_what_has_none_is_refused():
    with pytest.raises(TypeError, match="no quantiles of Flat"):
        quantile(gp.Flat(), 0.5)
