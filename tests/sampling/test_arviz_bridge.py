import logging

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling import arviz_bridge
from gibbspool.sampling.arviz_bridge import diagnose, ess, mcse, rhat
from gibbspool.sampling.draws import Draws

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def draws(schools):
    return gp.sample(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups), draws=500,
                     tune=100, seed=4)


def test_every_group_of_the_conversion_is_there_with_labels(draws, schools):
    data = draws.to_arviz(seed=3)
    assert data.posterior["theta"].dims == ("chain", "draw", "group")
    assert list(data.posterior["group"].values) == list("ABCDEFGH")
    assert np.array_equal(data.posterior["theta"].sel(group="C").values, draws["theta", "C"])
    assert data.log_likelihood["y"].dims == ("chain", "draw", "group")
    assert np.allclose(data.log_likelihood["y"].values,
                       gp.Normal(draws["theta"], schools.sigma).logpdf(schools.y))
    assert data.observed_data["y"].dims == ("group",)
    assert list(data.observed_data["y"].values) == list(schools.y)
    assert list(data.constant_data["sigma"].values) == list(schools.sigma)
    again = draws.to_arviz(seed=3)
    assert np.array_equal(data.posterior_predictive["y"].values,
                          again.posterior_predictive["y"].values)
    assert not any("dim_0" in str(d) for d in data.posterior.dims)


def test_replicates_have_the_spread_of_the_predictive(draws, truth, schools):
    """sd of y_rep_j is sqrt(sd(theta_j)^2 + sigma_j^2): an sd of 2000 draws errs by about 1/63."""
    expected = np.sqrt(truth["theta"].sd ** 2 + schools.sigma**2)
    assert draws.replicates(1)["y"].std(axis=(0, 1)) == pytest.approx(expected, rel=4 / 63)


def test_summary_has_one_set_of_columns(draws, truth):
    import arviz as az
    table = draws.summary()
    assert list(table.columns) == ["mean", "sd", "hdi_5.5%", "hdi_94.5%", "mcse_mean", "mcse_sd",
                                   "ess_bulk",
                                   "ess_tail", "r_hat"]
    assert list(table.index) == ["tau", "mu"] + [f"theta[{g}]" for g in "ABCDEFGH"]
    assert table.loc["theta[B]", "mean"] == pytest.approx(draws["theta", "B"].mean())
    assert table.loc["mu", "ess_bulk"] == pytest.approx(float(np.asarray(az.ess(draws["mu"]))),
                                                        rel=1e-6)
    assert abs(table.loc["tau", "hdi_94.5%"] - truth["tau"].hdi()[1]) < 1
    assert list(draws.summary(["mu"], prob=0.5).columns)[2:4] == ["hdi_25%", "hdi_75%"]
    with pytest.raises(ValueError, match="prob is 89"):
        draws.summary(prob=89)


def test_labels_of_two_dimensions_stay_with_their_values():
    """ArviZ 1.3 alone would put the mean of pi[2, a] beside pi[1, b] here."""
    rng = np.random.default_rng(0)
    model = gp.DirichletMultinomial([[1, 2], [3, 4], [5, 6]], pi0=gp.Dirichlet([1, 1]),
                                    categories=["a", "b"])
    pi = rng.normal(size=(4, 50, 3, 2)) + 10 * np.arange(6).reshape(3, 2)
    table = gp.Draws({"pi0": rng.normal(size=(4, 50, 2)), "pi": pi}, model).summary()
    for g, row in zip("123", pi.mean(axis=(0, 1))):
        for c, mean in zip("ab", row):
            assert table.loc[f"pi[{g}, {c}]", "mean"] == pytest.approx(mean)


def test_exact_summary_has_the_same_rows(truth):
    table = truth.summary(["mu", "theta"])
    assert list(table.index) == ["mu"] + [f"theta[{g}]" for g in "ABCDEFGH"]
    assert table.loc["theta[A]", "mean"] == truth["theta", "A"].mean


def stuck(schools):
    """Draws of chains that have not met."""
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    rng = np.random.default_rng(0)
    mu = np.cumsum(rng.normal(0, 0.1, (4, 300)), axis=1) + np.array([[0], [5], [10], [15]])
    return gp.Draws({"mu": mu}, model, sample_stats={"diverging": np.eye(4, 300, dtype=bool)})


def test_warns_of_poor_diagnostics(schools):
    with pytest.warns(UserWarning) as record:
        stuck(schools).summary()
    said = " ".join(str(w.message) for w in record)
    assert "R-hat of mu" in said and "effective sample size of mu" in said
    assert "4 divergent transitions" in said
    assert "Draw more" in said and "non-centred" in said


def test_good_draws_bring_no_warning(draws, recwarn):
    draws.summary()
    assert not [w for w in recwarn.list if issubclass(w.category, UserWarning)]


@pytest.mark.parametrize("draws, chains", [(1, 1), (3, 4), (100, 1), (50, 4)])
@pytest.mark.parametrize("alike", [False, True])
def test_of_few_or_equal_draws_we_alone_speak(schools, recwarn, caplog, draws, chains, alike):
    """Neither ArviZ, which warns on one line and logs on the other, nor NumPy."""
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    found = gp.exact(model).sample(draws=draws, chains=chains)
    if alike:
        found = Draws({name: np.ones_like(x) for name, x in found.items()}, model, 1)
    found.summary()
    found.to_arviz()
    for diagnostic in (ess, rhat, mcse):
        diagnostic(found["mu"])
    said = [str(one.message) for one in recwarn.list]
    assert said and all(words.startswith(("R-hat", "the effective sample size")) for words in said)
    assert not caplog.records
    with arviz_bridge.quiet():
        logging.getLogger("arviz").warning("not said")
    logging.getLogger("arviz").warning("said")
    assert caplog.messages == ["said"]


def test_comparing_asks_for_enough_draws(truth):
    models = {"partial": truth.model, "complete": truth.model.complete_pooling()}
    with pytest.raises(ValueError, match="draws is 24 in 4 chains; PSIS-LOO needs at least 100"):
        gp.compare(models, draws=24)
    with pytest.raises(TypeError, match="chains"):
        gp.compare(models, chains="4")
    assert len(gp.compare(models, draws=25)) == 2


def test_comparison_of_the_pooling_strategies(truth):
    model = truth.model
    models = {"partial": model, "no pooling": model.no_pooling(),
              "complete": model.complete_pooling()}
    with pytest.warns(UserWarning, match="Pareto k exceeds 0.7"):
        table = gp.compare(models, draws=1000)
    assert list(table.index) == ["complete", "partial", "no pooling"]
    assert table["elpd"].tolist() == pytest.approx([-30.521, -30.924, -33.835], abs=5e-4)
    a, b = (gp.exact(m).elpd_loo().pointwise for m in (model, model.complete_pooling()))
    assert table.loc["partial", "elpd_diff"] == pytest.approx((a - b).sum())
    assert table.loc["partial", "dse"] == pytest.approx(np.sqrt(8 * np.var(a - b)))
    assert np.abs(table["psis_loo"] - table["elpd"]).max() < 1.5
    assert table["weight"].sum() == pytest.approx(1, abs=1e-6) and table["pareto_k"].max() > 0.7
    with pytest.raises(ValueError, match="at least two"):
        gp.compare({"partial": model})
    with pytest.raises(ValueError, match="different numbers of groups"):
        gp.compare({"a": model, "b": gp.NormalNormal(np.arange(5.0), np.ones(5))})


def test_forest_and_shrinkage_plots_name_every_group(draws, truth):
    from gibbspool import plots

    def texts(figure):
        figure.canvas.draw()
        return {t.get_text() for ax in figure.axes
                for t in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels()]}

    assert set("ABCDEFGH") <= texts(plots.forest(draws))
    assert set("ABCDEFGH") <= texts(plots.shrinkage(truth.model.groups, truth.model.y,
                                                    truth["theta"].mean))


def test_thresholds_of_the_diagnostics():
    import pandas as pd

    def said(r_hat, ess):
        table = pd.DataFrame({"r_hat": [r_hat], "ess_bulk": [ess], "ess_tail": [ess]}, index=["mu"])
        return diagnose(table, {})

    assert not said(1.0099, 401) and len(said(1.0101, 401)) == 1 and len(said(1.0, 399)) == 1
    assert "too few draws" in said(np.nan, 500)[0]


def test_numbers_of_single_arrays_are_those_of_the_table(draws):
    table, x = draws.summary(["tau"]), draws["tau"]
    for found, column in ((ess(x), "ess_bulk"), (rhat(x), "r_hat"), (mcse(x), "mcse_mean"),
                          (mcse(x, "sd"), "mcse_sd")):
        assert found == pytest.approx(table.loc["tau", column], rel=1e-6)


def test_tail_ess_is_that_of_the_worse_of_two_quantiles(draws):
    """At 5 and 95 per cent, on both lines of ArviZ: of the indicators whether tau is below them."""
    x = draws["tau"]
    worse = min(ess(1.0 * (x <= np.quantile(x, q)), "mean") for q in (0.05, 0.95))
    assert ess(x, "tail") == pytest.approx(worse, rel=0.02)
