"""What every exact posterior offers: marginals by name and label, draws, the evidence."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.posterior import ExactPosterior


def test_marginals_by_name_and_label(truth):
    assert list(truth) == ["mu", "tau", "theta", "shrinkage"]
    assert "theta" in truth and "sigma" not in truth
    assert truth["theta", "A"] is truth["theta"]["A"]
    with pytest.raises(KeyError, match="'sigma'; there are mu, tau, theta, shrinkage"):
        truth["sigma"]
    with pytest.raises(KeyError, match="tau has no label there"):
        truth["tau", "A"]


def test_its_repr_tells_model_marginals_and_error(truth):
    assert repr(truth).startswith("ExactNormalNormal of NormalNormal(J=8, ")
    assert repr(truth).endswith(f": mu, tau, theta, shrinkage; relative error {truth.error:.0e}")


def test_shape_of_draws_and_their_seed(truth):
    draws = truth.sample(draws=5, chains=3, seed=1)
    assert draws["theta"].shape == (3, 5, 8) and draws.model is truth.model and draws.seed == 1
    with pytest.raises(ValueError, match="draws is 0"):
        truth.sample(draws=0)
    with pytest.raises(ValueError, match="chains is 0"):
        truth.sample(chains=0)


def test_the_standard_error_of_leave_one_out_is_that_of_a_sum():
    class Two(ExactPosterior):
        def _log_left_out(self):
            return np.array([-1.0, -4.0])

    result = Two(None).elpd_loo()
    assert result.elpd == -5 and result.se == pytest.approx(np.sqrt(2 * 1.5**2))
    assert result.pointwise.tolist() == [-1, -4]


def test_the_evidence_is_refused_under_any_improper_prior(truth):
    truth._proper(gp.Normal(0, 1), gp.HalfNormal(1))
    for priors in ([gp.Flat(), gp.HalfNormal(1)], [gp.Normal(0, 1), gp.Flat()]):
        with pytest.raises(ValueError, match="log_evidence is not defined: a Flat prior"):
            truth._proper(*priors)


@pytest.mark.extras
def test_the_table_of_an_exact_posterior(truth):
    table = truth.summary(["mu", "theta"], prob=0.5)
    assert list(table.index)[:2] == ["mu", "theta[A]"] and len(table) == 9
    assert table.loc["mu", "mean"] == pytest.approx(truth["mu"].mean)
    assert list(truth.summary("tau").index) == ["tau"]
