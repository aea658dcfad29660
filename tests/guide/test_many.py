"""Many exact posteriors at once, against the exact posterior of each."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.guide.many import ManyPosteriors, averaged, pooled

SIGMA = np.array([9.0, 10.0, 16.0, 11.0, 3.0, 18.0])
X = np.array([0.0, 1, 1, 0, 2, 5])


@pytest.mark.parametrize("priors", [
    {}, {"tau": gp.HalfCauchy(25), "mu": gp.Flat()}, {"tau": gp.Flat(), "mu": gp.Normal(5, 3)},
    {"x": X}, {"x": X, "mu": gp.Flat(), "beta": gp.Flat()}], ids=str)
def test_many_posteriors_are_the_exact_ones(priors):
    rng = np.random.default_rng(0)
    y = rng.normal(8, 15, (5, 6))
    theta = rng.normal(8, 10, (5, 6))
    found = ManyPosteriors(y, SIGMA, **priors)
    below, covers = found.cdf(theta), found.covers(theta)
    for s in range(5):
        truth = gp.exact(gp.NormalNormal(y[s], SIGMA, **priors))
        assert found.mean[s] == pytest.approx(truth["theta"].mean, rel=1e-6, abs=1e-6)
        assert found.tau_mean[s] == pytest.approx(truth["tau"].mean, rel=1e-6)
        assert below[s] == pytest.approx([m.cdf(t) for m, t in zip(truth["theta"], theta[s])],
                                         abs=1e-7)
        ends = truth["theta"].quantile([0.055, 0.945])
        assert np.array_equal(covers[s], (ends[0] < theta[s]) & (theta[s] < ends[1]))


def test_in_parts_it_is_the_same():
    rng = np.random.default_rng(1)
    theta = rng.normal(0, 5, (600, 6))
    y = rng.normal(theta, SIGMA)
    errors, covered, tau_mean = pooled(y, SIGMA, theta, tau=gp.HalfCauchy(5))
    last = ManyPosteriors(y[-1:], SIGMA, tau=gp.HalfCauchy(5))
    assert errors.shape == covered.shape == (600, 6) and tau_mean.shape == (600,)
    assert tau_mean[-1] == pytest.approx(last.tau_mean[0], rel=1e-6)
    assert errors[-1] == pytest.approx((last.mean[0] - theta[-1]) ** 2, rel=1e-5)


def test_the_standard_error_is_that_of_independent_data_sets():
    errors = np.array([[1.0, 3.0], [5.0, 7.0], [0.0, 2.0]])
    assert averaged(errors) == pytest.approx((3.0, np.std([2, 6, 1], ddof=1) / np.sqrt(3)))


@pytest.mark.parametrize("priors", [{}, {"x": X}, {"x": X, "mu": gp.Flat(), "beta": gp.Flat()}],
                         ids=["mu", "mu and beta", "flat"])
def test_evidence_coefficients_and_shrinkage_are_the_exact_ones(priors):
    y = np.random.default_rng(2).normal(8, 15, (3, 6))
    found = ManyPosteriors(y, SIGMA, **priors)
    mean, sd = found.coefficients()
    for s in range(3):
        truth = gp.exact(gp.NormalNormal(y[s], SIGMA, **priors))
        last = truth["beta"] if "x" in priors else truth["mu"]
        if "mu" not in priors:
            assert found.log_evidence[s] == pytest.approx(truth.log_evidence, abs=1e-7)
        assert mean[s, -1] == pytest.approx(last.mean, rel=1e-6)
        assert sd[s, -1] == pytest.approx(last.sd, rel=1e-6)
        assert found.coefficient_cdf(-1, 5.0)[s] == pytest.approx(last.cdf(5.0), abs=1e-7)
        assert found.tau_cdf(6.0)[s] == pytest.approx(truth["tau"].cdf(6.0), abs=1e-3)
        assert found.shrinkage[s] == pytest.approx(truth["shrinkage"].mean, rel=1e-6)
