"""What a review found: each of these was wrong once."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.normal.model import Centred
from gibbspool.sampling.griddy import Griddy


def test_a_form_can_be_derived_from_and_the_common_name_says_how(schools):
    class Mine(Centred):
        def mu_given(self, theta, tau):
            return super().mu_given(theta, tau)

    assert gp.check_conditionals(Mine(schools.y, schools.sigma)).ok
    with pytest.raises(TypeError, match="derive it from one of the forms.*Centred"):
        type("Other", (gp.NormalNormal,), {})(schools.y, schools.sigma)
    with pytest.raises(ValueError, match="Mine is the centred form"):
        Mine(schools.y, schools.sigma, form="collapsed")


@pytest.mark.parametrize("model", [3, None, gp.NormalNormal])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(TypeError, match="must be a model object"):
        gp.sample(model)
    assert not gp.check_conditionals(model).ok if model is not None else True


def test_impossible_options_are_refused(schools, truth):
    model = truth.model
    for keep in ([], None):
        with pytest.raises(ValueError, match="keep is"):
            gp.sample(model, keep=keep)
    for rtol in (0, np.nan, -1, 2):
        with pytest.raises(ValueError, match="rtol"):
            gp.exact(model, rtol=rtol)
    with pytest.raises(KeyError, match="tau has no label there"):
        truth["tau", "A"]
    with pytest.raises(ValueError, match=r"y\[0\] is 1e\+200; it must be below"):
        gp.NormalNormal([1e200, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match=r"sigma\[1\] is 1e-200"):
        gp.NormalNormal([1.0, 2.0], [1.0, 1e-200])


def test_an_integral_that_cannot_be_done_says_so():
    y = 1e13 + np.array([0, 1.3, 2, -1, 0.5, 3])
    with pytest.raises(ValueError, match="subtract a constant"):
        gp.exact(gp.NormalNormal(y, np.ones(6), mu=gp.Flat(), tau=gp.HalfCauchy(1)))


def test_a_model_keeps_its_own_copy_of_the_data():
    y = np.arange(6.0)
    model = gp.NormalNormal(y, np.ones(6))
    y[0] = 1000
    assert model.y[0] == 0


def test_shrinkage_densities_outside_their_support(truth):
    density = truth["shrinkage", "A"].pdf([0.0, 1.5, -1.0])
    assert np.array_equal(density, [0, 0, 0])


def test_intervals_of_almost_everything(truth):
    low, high = truth["mu"].hdi(1 - 1e-9)
    assert truth["mu"].cdf(high) - truth["mu"].cdf(low) == pytest.approx(1, abs=1e-8)


def test_a_mean_is_infinite_only_where_the_prior_lets_it(schools):
    with pytest.warns(UserWarning):
        found = gp.exact(gp.NormalNormal([1.0, 4.0, 2.0], np.ones(3), mu=gp.Normal(0, 20),
                                         tau=gp.Flat()))
    assert np.isfinite(found["mu"].sd) and found["tau"].sd == np.inf and found.new_group.sd == np.inf


@pytest.mark.parametrize("tau, power",
                         [(gp.HalfT(3, 1), 4), (gp.InverseGamma(1.5, 1), 4), (gp.HalfCauchy(1), 2)])
def test_tails_of_priors(tau, power):
    """log p falls by `power` for each unit of log tau, far out."""
    prior = gp.distributions.sd_prior("tau", tau)
    assert prior.tail_power == power
    assert (prior.logpdf(1e8) - prior.logpdf(1e9)) / np.log(10) == pytest.approx(power, rel=1e-6)


def test_the_simple_models_use_the_prior_of_the_model(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, mu=gp.Normal(5, 3))
    P = (1 / schools.sigma**2).sum() + 1 / 9
    pooled = gp.exact(model.complete_pooling())
    assert pooled["mu"].mean == pytest.approx(((schools.y / schools.sigma**2).sum() + 5 / 9) / P)
    assert pooled.new_group.mean == pooled["mu"].mean and pooled.new_group.sd == pooled["mu"].sd
    assert repr(model.no_pooling().theta) == "Normal(mean=5, sd=3)"


def test_new_groups_have_the_spread_of_the_population(truth):
    """sd of 40,000 draws: its standard error is below 1 %, the tails of theta_new being heavier
    than normal's.
    """
    new = truth.sample(draws=10_000, seed=2).new_group(seed=3)
    assert new.std() == pytest.approx(truth.new_group.sd, rel=0.03)
    for q in (0.055, 0.945):
        assert abs(np.mean(new <= truth.new_group.quantile(q)) - q) < 4 * np.sqrt(q * (1 - q)
                                                                                  / new.size)


def test_griddy_moves_inside_from_outside_its_grid():
    kernel = Griddy(gp.HalfNormal(1).logpdf)
    x = kernel.draw(np.random.default_rng(0), np.full(100, 1e30))
    assert (x < 10).all()


def test_a_random_walk_is_frozen_for_the_whole_of_the_kept_sweeps():
    from sampling.test_gibbs import Walk
    seen = []

    class Watched(Walk):
        def initial(self, rng, shape=()):
            return {"x": 10 * rng.standard_normal(shape)}

    given = gp.sampling.gibbs.Conditionals(Watched())
    rng, state = np.random.default_rng(0), {"x": np.zeros(7)}
    for sweep in range(40):
        if sweep == 20:
            given.stop_adapting()
        list(gp.sampling.gibbs.sweep(given, rng, state))
        seen.append(np.array(given("x", state).step.scale))
    assert seen[0].shape == (7,) and len(set(seen[19])) > 1
    assert not np.array_equal(seen[0], seen[19]) and all(np.array_equal(seen[19], s)
                                                         for s in seen[20:])


def test_sample_freezes_at_the_first_kept_sweep(monkeypatch):
    from sampling.test_gibbs import Walk
    kept = []
    original = gp.sampling.gibbs.Conditionals.stop_adapting

    def watch(self):
        kept.append(self._steps["x"].adapted)
        original(self)

    monkeypatch.setattr(gp.sampling.gibbs.Conditionals, "stop_adapting", watch)
    gp.sample(Walk(), draws=30, tune=25, chains=2)
    assert kept == [25]


@pytest.mark.extras
def test_dollars_and_long_names_in_labels_are_text(schools):
    from gibbspool import plots
    groups = ["$a_{$", "C$x_1$", "a very long name of a school indeed, longer than most", *"DEFGH"]
    model = gp.NormalNormal(schools.y, schools.sigma, groups=groups)
    truth = gp.exact(model)
    plots.forest(truth.sample(draws=50)).canvas.draw()
    figure = plots.shrinkage(groups, model.y, truth["theta"].mean)
    figure.canvas.draw()
    assert "C$x_1$" in {t.get_text() for t in figure.axes[0].get_yticklabels()}
    figure = plots.shrinkage(["$", "$x$", *"CDEFGH"], model.y, truth["theta"].mean)
    figure.canvas.draw()
    assert {"$", "$x$"} <= {t.get_text() for t in figure.axes[0].texts}


@pytest.mark.extras
def test_comparison_refuses_other_data(schools):
    a = gp.NormalNormal(schools.y, schools.sigma)
    b = gp.NormalNormal(schools.y + 100, schools.sigma)
    with pytest.raises(ValueError, match="another y"):
        gp.compare({"a": a, "b": b})
    with pytest.raises(TypeError, match="models is a list"):
        gp.compare([a, b])


@pytest.mark.extras
def test_thresholds_of_the_diagnostics():
    import pandas as pd

    from gibbspool.sampling.arviz_bridge import diagnose

    def said(r_hat, ess):
        table = pd.DataFrame({"r_hat": [r_hat], "ess_bulk": [ess], "ess_tail": [ess]}, index=["mu"])
        return diagnose(table, {})

    assert not said(1.0099, 401) and len(said(1.0101, 401)) == 1 and len(said(1.0, 399)) == 1
    assert "too few draws" in said(np.nan, 500)[0]


@pytest.mark.extras
def test_fit_uses_form_and_seed(tmp_path, capsys):
    from gibbspool.cli import main
    path = tmp_path / "own.csv"
    path.write_text("y,s\n1,1\n\n2,1\n4,2\n0,1\n3,1\n")
    out = {}
    for options in (("--seed", "1"), ("--seed", "2"), ("--seed", "1", "--form", "centred")):
        assert main(["fit", str(path), "--model", "normal", "--estimate", "y", "--se", "s",
                     "--draws", "50", "--out",
                     str(tmp_path / "o"), *options]) == 0
        out[options] = (tmp_path / "o" / "summary.csv").read_text()
    capsys.readouterr()
    assert len(set(out.values())) == 3
    path.write_text("y,s\n1,1\n\n2,1_0\n")
    assert main(["fit", str(path), "--model", "normal", "--estimate", "y", "--se", "s"]) == 2
    assert "row 2 (line 4), column 's': '1_0' is not a number" in capsys.readouterr().err
