"""gp.compare and how_often_first: exact leave-one-group-out beside PSIS-LOO."""
import sys
import warnings

import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool.guide import comparing
from gibbspool.sampling import arviz_bridge


@pytest.fixture(scope="module")
def strategies(schools):
    partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    return {"none": partial.no_pooling(), "partial": partial,
            "complete": partial.complete_pooling()}


@pytest.fixture(scope="module")
def table(strategies):
    pytest.importorskip("arviz")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return gp.compare(strategies, draws=500, chains=4, seed=3)


@pytest.mark.extras
def test_models_are_ranked_by_their_exact_elpd(strategies, table):
    elpd = {name: gp.exact(model).elpd_loo() for name, model in strategies.items()}
    best = table.index[0]
    assert list(table.index) == sorted(elpd, key=lambda name: -elpd[name].elpd)
    assert list(table["rank"]) == [0, 1, 2]
    for name in table.index:
        row, apart = table.loc[name], elpd[name].pointwise - elpd[best].pointwise
        assert row["elpd"] == elpd[name].elpd and row["se"] == elpd[name].se
        assert row["elpd_diff"] == pytest.approx(row["elpd"] - table["elpd"].max())
        assert row["dse"] == pytest.approx(np.sqrt(8) * apart.std())
    assert table["elpd_diff"].iloc[0] == table["dse"].iloc[0] == 0
    assert (table["elpd_diff"].iloc[1:] < 0).all() and (table["dse"].iloc[1:] > 0).all()


@pytest.mark.extras
def test_psis_is_arviz_of_independent_draws(strategies, table):
    """No pooling: log p(y_j | y_-j) is that of the prior, and PSIS sees the likelihood alone."""
    for name, model in strategies.items():
        found = arviz_bridge.psis_loo(gp.exact(model).sample(draws=500, chains=4, seed=3))
        row = table.loc[name]
        assert (row["psis_loo"], row["psis_se"]) == pytest.approx((found.elpd, found.se))
        assert row["pareto_k"] == pytest.approx(found.pareto_k.max())
    y, sigma = strategies["none"].y, strategies["none"].sigma
    alone = stats.norm(0, np.sqrt(20**2 + sigma**2)).logpdf(y)
    assert table.loc["none", "elpd"] == pytest.approx(alone.sum())
    assert table["weight"].sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.extras
def test_groups_whose_pareto_k_is_high_are_named(strategies, monkeypatch):
    found = arviz_bridge.psis_loo(gp.exact(strategies["partial"]).sample(draws=50))
    found = found._replace(pareto_k=np.array([0.1, 0.69, 0.7, 0.71, 0.2, 0.3, 0.4, 0.5]))
    monkeypatch.setattr(comparing, "psis_loo", lambda draws: found)
    with pytest.warns(UserWarning) as said:
        table = gp.compare({name: strategies[name] for name in ("partial", "complete")}, draws=50)
    words, = [str(one.message) for one in said if "Pareto k" in str(one.message)]
    first, second = table.index
    assert f"too much: {first}: D 0.71; {second}: D 0.71. Rely on the exact elpd" in words
    assert (table["pareto_k"] == 0.71).all()


def test_of_many_unreliable_groups_the_worst_are_named():
    psis = {"a": arviz_bridge.PSIS(0, 0, 0, np.array([0.8, 0.9, 0.1, 0.75, 1.5, 0.85, 0.95, 0.7])),
            "b": arviz_bridge.PSIS(0, 0, 0, np.zeros(8))}
    said = comparing.where_unreliable(dict.fromkeys(psis, "ABCDEFGH"), psis)
    assert said == "a: E 1.50, G 0.95, B 0.90, F 0.85, A 0.80, 1 more"
    assert comparing.where_unreliable({"b": "ABCDEFGH"}, psis) == ""


def test_without_pandas_it_says_what_to_install(strategies, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pandas .* pip install 'gibbspool\[all\]'"):
        gp.compare(strategies)


@pytest.mark.extras
@pytest.mark.parametrize("models, error, words", [
    ([1, 2], TypeError, "models is a list; it must be a dict"),
    ({"partial": 1}, ValueError, "models has 1 entry; comparing needs at least two"),
    ({}, ValueError, "models has 0 entry")])
def test_what_is_no_set_of_models_is_refused(models, error, words):
    with pytest.raises(error, match=words):
        gp.compare(models)


@pytest.mark.extras
def test_models_of_different_data_are_refused(schools):
    eight = gp.NormalNormal(schools.y, schools.sigma)
    with pytest.raises(ValueError, match="different numbers of groups: {'a': 8, 'b': 7}"):
        gp.compare({"a": eight, "b": gp.NormalNormal(schools.y[:7], schools.sigma[:7])})
    other = gp.NormalNormal(schools.y + 1, schools.sigma)
    with pytest.raises(ValueError, match=r"models\['b'\] has another y than models\['a'\]"):
        gp.compare({"a": eight, "b": other})
    counts = gp.BetaBinomial([1, 2, 3, 4, 1, 2, 3, 4], np.full(8, 9))
    with pytest.raises(ValueError, match=r"models\['c'\] has another y than models\['a'\]"):
        gp.compare({"a": eight, "c": counts})


def test_the_order_of_strategies_on_data_of_a_known_spread():
    """40 sets each: with tau = 0 complete pooling is mostly first, with tau = 40 sigma it never is.

    Were the three equally good, 30 or more of 40 would fall to one with a probability below 1e-6.
    """
    sigma = np.full(8, 10.0)
    alike, apart = (comparing.how_often_first(sigma, tau, runs=40, seed=4) for tau in (0.0, 400.0))
    for shares in (alike, apart):
        assert sum(shares.values()) == pytest.approx(1)
        assert list(shares) == ["partial pooling", "no pooling", "complete pooling"]
    assert alike["complete pooling"] >= 0.75 and apart["complete pooling"] == 0
    assert stats.binom(40, 1 / 3).sf(29) < 1e-6


def test_the_sets_are_those_of_the_seed():
    """One set, made again by hand from the same random numbers: theta first, then y."""
    sigma, rng = np.array([3.0, 5.0, 8.0, 4.0, 6.0]), np.random.default_rng(11)
    theta = 2.0 + 7.0 * rng.standard_normal(5)
    partial = gp.NormalNormal(theta + sigma * rng.standard_normal(5), sigma)
    elpd = {name: gp.exact(model).elpd_loo().elpd for name, model in
            (("partial pooling", partial), ("no pooling", partial.no_pooling()),
             ("complete pooling", partial.complete_pooling()))}
    found = comparing.how_often_first(sigma, 7.0, runs=1, mu=2.0, seed=11)
    assert found == {name: float(name == max(elpd, key=elpd.get)) for name in elpd}


def test_strategies_of_many_data_sets_are_left_out_as_one_by_one():
    sigma = np.array([9.0, 16.0, 3.0, 11.0, 5.0])
    y = np.random.default_rng(3).normal(8, 15, (2, 5))
    found = comparing.elpd_of_strategies(y, sigma)
    for s in range(2):
        model = gp.NormalNormal(y[s], sigma)
        one = [gp.exact(m).elpd_loo().elpd
               for m in (model, model.no_pooling(), model.complete_pooling())]
        assert [x[s] for x in found.values()] == pytest.approx(one, abs=1e-7)


def test_a_single_group_is_predicted_from_no_others():
    with pytest.raises(ValueError, match="single entry"):
        comparing.how_often_first([5.0], 1.0)
