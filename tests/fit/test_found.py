"""What fit computes: the tables, Q and its kin, weights, and the check of the Gibbs means."""
import numpy as np
import pytest
from scipy.stats import chi2

import gibbspool as gp
from gibbspool.fit.found import Found, batch_error, priors_used, verdict, weights, worst_z
from gibbspool.fit.heterogeneity import heterogeneity
from gibbspool.models.card import card_of
from gibbspool.rows import Rows

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def found(truth):
    return Found(truth, truth.sample(draws=500, seed=2))


def test_the_tables_say_what_the_exact_posterior_says(found, truth):
    table = found.table
    assert list(table.columns)[:4] == ["estimate", "se", "shrinkage", "weight"]
    assert table.labels == list("ABCDEFGH") and table["estimate"] == truth.model.y.tolist()
    assert table["se"] == truth.model.sigma.tolist()
    assert table["shrinkage"] == pytest.approx(truth["shrinkage"].mean)
    assert table["pooled"] == pytest.approx(truth["theta"].mean)
    assert table["median"] == pytest.approx(truth["theta"].quantile(0.5))
    assert table["sd"] == pytest.approx(truth["theta"].sd)
    assert np.column_stack([table["hdi_low"], table["hdi_high"]]) == pytest.approx(
        truth["theta"].hdi(0.89))
    summary = found.summary
    assert summary.labels == ["mu", "tau", *(f"theta[{g}]" for g in "ABCDEFGH"), "theta_new"]
    assert list(summary.columns)[:5] == ["mean", "median", "sd", "hdi_low", "hdi_high"]
    assert list(summary.columns)[5:7] == ["gibbs_mean", "gibbs_error"]
    assert summary.row("tau")["median"] == pytest.approx(truth["tau"].quantile(0.5))
    new = summary.row("theta_new")
    assert new["hdi_high"] == pytest.approx(truth.new_group.hdi(0.89)[1])
    assert new["gibbs_mean"] is None


def test_a_group_without_answers_is_all_pooled():
    """Nobody answered in W: it has no own estimate, the shrinkage factor 1, and no weight."""
    model = gp.DirichletMultinomial([[10, 5], [3, 9], [0, 0], [1, 2], [4, 4]],
                                    groups=["N", "S", "W", "E", "M"], categories=["yes", "no"])
    truth = gp.exact(model)
    table = Found(truth, truth.sample(draws=20)).table
    assert table.labels[:6] == ["N, yes", "N, no", "S, yes", "S, no", "W, yes", "W, no"]
    assert table["shrinkage"][4:6] == [1, 1] and table["weight"][4:6] == [0, 0]
    assert table["shrinkage"][0] == table["shrinkage"][1] == pytest.approx(
        truth["shrinkage"].mean[0])
    assert table["n"][:6] == [15, 15, 12, 12, 0, 0] and table["estimate"][4:6] == [None] * 2
    assert table.csv().splitlines()[5].startswith('"W, yes",,0,0,1,0,')
    assert "does not exist" not in table.text()


def test_weights_are_the_shares_in_the_posterior_mean_of_mu(truth):
    """Given tau and a flat mu, mu's mean is sum(w y) / sum(w); so weight is E[w / sum(w)]."""
    model = truth.model.with_priors(mu=gp.Flat())
    flat = gp.exact(model)
    weight = weights(flat)
    assert weight.sum() == pytest.approx(1, rel=1e-12)
    assert weight @ model.y == pytest.approx(flat["mu"].mean, rel=1e-6)
    count = gp.BetaBinomial([1, 5, 9, 3, 2], [10, 20, 30, 5, 8])
    exact = gp.exact(count)
    kappa = exact["kappa"].quantile((np.arange(4000) + 0.5) / 4000)[:, None]
    kept = count.trials / (count.trials + kappa)
    expected = (kept / kept.sum(axis=1, keepdims=True)).mean(axis=0)
    assert weights(exact) == pytest.approx(expected, rel=1e-4)


def test_heterogeneity_is_the_textbooks():
    """Against the sums written out; doubling the unit multiplies tau^2 by 4; a shift does nothing.
    """
    y, s = np.array([28.0, 8, -3, 7, -1, 60, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    w = 1 / s**2
    Q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    tau2 = (Q - 7) / (w.sum() - (w**2).sum() / w.sum())

    def value(y, s, **more):
        rows = heterogeneity(gp.exact(gp.NormalNormal(y, s, mu=gp.Flat(), **more)))
        return dict(zip(rows.labels, rows["value"]))

    found = value(y, s)
    assert found["Q"] == pytest.approx(Q) and found["degrees_of_freedom"] == 7
    assert found["I_squared"] == pytest.approx((Q - 7) / Q)
    assert found["tau_squared_moments"] == pytest.approx(tau2)
    assert found["p_value"] == pytest.approx(chi2.sf(Q, 7))
    other = value(2 * y + 1e6, 2 * s)
    assert other["Q"] == pytest.approx(Q)
    assert other["tau_squared_moments"] == pytest.approx(4 * tau2)
    assert value(np.zeros(5), np.ones(5))["I_squared"] == 0

    x = np.arange(8.0)
    X = np.column_stack([np.ones(8), x])
    P = np.diag(w) - (w[:, None] * X) @ np.linalg.inv(X.T @ (w[:, None] * X)) @ (X.T * w)
    line = value(y, s, x=x + 1950, beta=gp.Flat())
    assert line["Q"] == pytest.approx(y @ P @ y) and line["degrees_of_freedom"] == 6
    assert line["tau_squared_moments"] == pytest.approx(max(0, (y @ P @ y - 6) / np.trace(P)))


def test_with_covariates_the_new_group_has_their_means():
    model = gp.NormalNormal([1.0, 2, 4, 4, 6], np.ones(5), x=[1.0, 2, 3, 4, 5],
                            beta=gp.Normal(0, 3))
    truth = gp.exact(model)
    row = Found(truth, truth.sample(draws=20)).summary.row("theta_new")
    assert row["mean"] == pytest.approx(truth.new_group_at(3.0).mean)


def test_priors_are_named_as_one_types_them():
    model = gp.NormalNormal([1.0, 2, 4, 4, 6], np.ones(5), x=np.eye(5)[:, :2], mu=gp.Flat(),
                            tau=gp.HalfCauchy(25), beta=[gp.Normal(0, 3), gp.Normal(0, 4)],
                            covariates=["a", "b"])
    assert priors_used(model) == {"mu": "Flat()", "tau": "HalfCauchy(25)",
                                  "beta[a]": "Normal(0, 3)", "beta[b]": "Normal(0, 4)"}


def test_batch_means_tell_the_error_of_dependent_draws():
    """An autoregression of 0.8: its mean over N draws has sd 3 times that of independent ones.

    The error of an error from 80 batches is about 8%, of the average over 50 columns 1%; batches of
    100 draws miss about 4 / 100 of the variance.
    """
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((4, 2000, 50))
    x = np.empty_like(noise)
    x[:, 0] = noise[:, 0] / 0.6
    for t in range(1, 2000):
        x[:, t] = 0.8 * x[:, t - 1] + noise[:, t]
    true = 5 / np.sqrt(8000)  # the long-run sd is 1 / (1 - 0.8)
    assert batch_error(x).mean() == pytest.approx(true, rel=0.06)
    assert np.isfinite(batch_error(x[:, :3])).all() and np.isnan(batch_error(x[:1, :1])).all()


def test_the_verdict_on_the_gibbs_means():
    summary = Rows("parameter", "abc", {"mean": [1.0, 2.0, np.inf], "gibbs_mean": [1.3, 1.8, None],
                                        "gibbs_error": [0.1, 0.1, None]})
    assert worst_z(summary) == pytest.approx(3.0)
    assert verdict(3.0) == "3.0 Monte Carlo standard errors of the exact ones"
    assert verdict(4.49).endswith("ones")
    assert verdict(4.5).endswith("ones - more than chance allows: draw more")


def test_a_wrong_sampler_is_seen_without_arviz(truth, monkeypatch):
    """A Gibbs mean half a standard deviation off."""
    import sys
    monkeypatch.setitem(sys.modules, "arviz", None)
    draws = truth.sample(draws=500, seed=2)
    assert Found(truth, draws).worst_z < 4.5
    shifted = gp.Draws({**dict(draws.items()), "mu": draws["mu"] + 2.3}, truth.model)
    assert Found(truth, shifted).worst_z > 10
    assert "gibbs_ess_bulk" not in Found(truth, draws).summary.columns


@pytest.mark.parametrize("model", [
    gp.DirichletMultinomial([[3, 4, 2], [0, 0, 0], [5, 1, 1]]),
    gp.BetaBinomial([3, 0, 2], [10, 0, 9]), gp.PoissonLognormal([3, 0, 2], [10.0, 0, 9])],
    ids=lambda model: model.parameter)
def test_a_group_without_data_has_no_own_estimate(model):
    """Not 0 either, which would be an answer."""
    estimate = card_of(model).estimate(model)
    assert np.isnan(estimate[1]).all() and np.isfinite(estimate[[0, 2]]).all()
