"""Each family's ways to be read from a table, the tables that fit makes, and its complaints."""
import csv

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.cli import main
from gibbspool.fit import fitting
from gibbspool.fit.tables import Table
from gibbspool.models.card import CARDS

BY_NAME = {card.name: card for card in CARDS}


@pytest.fixture
def table(tmp_path):
    def make(text):
        path = tmp_path / "own.csv"
        path.write_text(text)
        return Table(path)
    return make


def read(table, name, **given):
    return BY_NAME[name].read(table, **given)


# --- from a table to a model ----------------------------------------------------------------------

def test_estimates_and_standard_errors(table):
    text = "school,y,s,private,size\nA,28,15,0,3\nB,-8,10,1,4.5\nC,3,16,0,1\n"
    model = read(table(text), "normal", estimate="y", se="s", group="school", form="centred",
                 tau=gp.HalfCauchy(25))
    assert model.y.tolist() == [28, -8, 3] and model.sigma.tolist() == [15, 10, 16]
    assert model.groups == ("A", "B", "C") and model.form == "centred"
    assert repr(model.tau) == repr(gp.HalfCauchy(25))
    plain = read(table(text), "normal", estimate="y", se="s")
    assert plain.groups == ("1", "2", "3") and plain.form == "collapsed"
    lines = read(table(text), "normal", estimate="y", se="s", covariates=["private", "size"],
                 beta=gp.Normal(0, 3))
    assert lines.x.tolist() == [[0, 3], [1, 4.5], [0, 1]]
    assert lines.covariates == ("private", "size") and lines.beta[1].sd == 3


def test_observations_in_long_and_in_wide_tables(table):
    long = read(table("who,score\nP,1\nQ,2.5\nP,1.5\nR,3\nQ,2\nP,2\nR,3.5\n"), "oneway",
                value="score", group="who", sigma=gp.HalfNormal(3))
    wide = read(table("P,Q,R\n1,2.5,3\n1.5,,3.5\n2,2,\n"), "oneway", wide=["P", "Q", "R"])
    for model in (long, wide):
        assert model.groups == ("P", "Q", "R") and model.n.tolist() == [3, 2, 2]
        assert model.mean.tolist() == [1.5, 2.25, 3.25]
    assert long.sigma.scale == 3


def test_answers_in_long_and_in_wide_tables(table):
    wide = read(table("r,yes,no\nN,10,5\nS,3,9\nW,7,7\n"), "multinomial",
                categories=["yes", "no"], group="r")
    long = read(table("r,a,n\nN,yes,10\nN,no,5\nS,yes,3\nS,no,9\nW,no,7\nW,yes,7\n"),
                "multinomial", group="r", category="a", count="n", alpha=gp.Exponential(0.1))
    for model in (wide, long):
        assert model.counts.tolist() == [[10, 5], [3, 9], [7, 7]]
        assert model.categories == ("yes", "no") and model.groups == ("N", "S", "W")
    assert long.alpha.rate == 0.1
    assert read(table("yes,no\n1,2\n3,4\n"), "multinomial",
                categories=["no", "yes"]).counts.tolist() == [[2, 1], [4, 3]]


def test_counts_and_exposures(table):
    model = read(table("h,events,days\nA,3,2.1\nB,0,5\n"), "poisson", count="events",
                 exposure="days", group="h", mu_log=gp.Normal(1, 2))
    assert model.y.tolist() == [3, 0] and model.exposure.tolist() == [2.1, 5]
    assert model.groups == ("A", "B") and model.mu_log.mean == 1


def test_successes_and_trials(table):
    model = read(table("p,hits,ab\nA,18,45\nB,40,40\n"), "binomial", successes="hits",
                 trials="ab", group="p", form="centred")
    assert model.successes.tolist() == [18, 40] and model.trials.tolist() == [45, 40]
    assert model.groups == ("A", "B") and model.form == "centred"


ONE_ROW = "own.csv has 1 row; pooling needs at least 2 groups"


@pytest.mark.parametrize("name, text, given, words", [
    ("normal", "y,s\n1,2\n", {"estimate": "y", "se": "s"}, ONE_ROW),
    ("normal", "y,s\n1,2\n1,0\n", {"estimate": "y", "se": "s"}, "column 's': 0 must be > 0"),
    ("normal", "y,s\nx,2\n1,1\n", {"estimate": "y", "se": "s"}, "'y': 'x' is not a number"),
    ("normal", "g,y,s\nA,1,2\nA,1,1\n", {"estimate": "y", "se": "s", "group": "g"},
     "the group 'A' stands in row 1 already"),
    ("normal", "y,s,x\n1,2,a\n1,1,0\n", {"estimate": "y", "se": "s", "covariates": ["x"]},
     "column 'x': 'a' is not a number"),
    ("oneway", "P,Q\n1,\n2,\n", {"wide": ["P", "Q"]}, "own.csv: column 'Q' has no observation"),
    ("oneway", "P,Q\n1,2\n2,z\n", {"wide": ["P", "Q"]}, "row 2 .line 3., column 'Q': 'z' is not"),
    ("oneway", "g,y\nP,1\nQ,\n", {"value": "y", "group": "g"}, "column 'y': the cell is empty"),
    ("oneway", "g,y\nP,1\n,2\n", {"value": "y", "group": "g"}, "column 'g': the cell is empty"),
    ("multinomial", "a,b\n1,2\n", {"categories": ["a", "b"]}, ONE_ROW),
    ("multinomial", "a,b\n0,0\n0,0\n", {"categories": ["a", "b"]},
     "own.csv holds no answer at all: every count is 0"),
    ("multinomial", "a,b\n1,2\n1,-2\n", {"categories": ["a", "b"]}, "'b': -2 must be >= 0"),
    ("multinomial", "a,b\n1,2\n1,.5\n", {"categories": ["a", "b"]}, "must be a whole number"),
    ("multinomial", "g,c,n\nP,a,1\nP,b,2\nQ,a,2\n",
     {"group": "g", "category": "c", "count": "n"}, "group 'Q' has no row for category 'b'"),
    ("multinomial", "g,c,n\nP,a,1\nP,a,2\n", {"group": "g", "category": "c", "count": "n"},
     "row 2 .line 3., column 'n': group 'P' has a count of 'a' already"),
    ("poisson", "n,e\n1,2\n", {"count": "n", "exposure": "e"}, ONE_ROW),
    ("poisson", "n,e\n1,2\n1,0\n", {"count": "n", "exposure": "e"}, "'e': 0 is no exposure, but "),
    ("poisson", "n,e\n1,2\n1,-1\n", {"count": "n", "exposure": "e"}, "'e': -1 must be >= 0"),
    ("poisson", "n,e\n1,2\n-1,1\n", {"count": "n", "exposure": "e"}, "'n': -1 must be >= 0"),
    ("poisson", "n,e\n1,2\n1.5,1\n", {"count": "n", "exposure": "e"}, "must be a whole number"),
    ("binomial", "y,n\n1,2\n", {"successes": "y", "trials": "n"}, ONE_ROW),
    ("binomial", "y,n\n1,2\n11,10\n", {"successes": "y", "trials": "n"},
     "row 2 .line 3., column 'y': 11 successes out of 10 trials"),
    ("binomial", "y,n\n0,-1\n1,1\n", {"successes": "y", "trials": "n"}, "'n': -1 must be >= 0"),
    ("binomial", "y,n\n0,1.5\n1,1\n", {"successes": "y", "trials": "n"}, "'n': 1.5 must be a who"),
    ("binomial", "y,n\n0.5,2\n1,1\n", {"successes": "y", "trials": "n"}, "'y': 0.5 must be a who"),
    ("binomial", "y,n\n-1,2\n1,1\n", {"successes": "y", "trials": "n"}, "'y': -1 must be >= 0")])
def test_a_table_that_is_no_model_is_refused(table, name, text, given, words):
    with pytest.raises(ValueError, match=words):
        read(table(text), name, **given)


# --- what the command line makes of its options ---------------------------------------------------

@pytest.mark.parametrize("name, options, words", [
    ("oneway", ["--value", "y"], "--model oneway needs --value and --group, or --wide"),
    ("oneway", ["--wide", "y,g", "--group", "g"], "needs --value and --group, or --wide"),
    ("oneway", ["--value", "y", "--group", "g", "--wide", "y"], "needs --value and --group, or"),
    ("normal", [], "--model normal needs --estimate and --se"),
    ("multinomial", ["--group", "g", "--count", "y"],
     "needs --categories, or --group and --category and --count"),
    ("multinomial", ["--categories", "y", "--count", "y"], "needs --categories, or --group"),
    ("poisson", ["--count", "y", "--trials", "y"], "--trials is not for --model poisson"),
    ("poisson", ["--count", "y", "--exposure", "y", "--tau-prior", "Flat"],
     "--tau-prior is not for --model poisson"),
    ("poisson", ["--count", "y", "--exposure", "y", "--sigma-log-prior", "Cauchy(1)"],
     "'Cauchy(1)' is not a prior"),
    ("normal", ["--estimate", "y", "--se", "y", "--form", "plain"], "form is 'plain'"),
    ("binomial", ["--successes", "y", "--trials", "y", "--draws", "0"], "--draws is 0"),
    ("binomial", ["--successes", "y", "--trials", "y", "--seed", "-1"], "--seed is -1")])
def test_options_that_make_no_model_are_refused(table, capsys, name, options, words):
    path = str(table("g,y\nP,1\nQ,2\nR,3\n").path)
    assert main(["fit", path, "--model", name, *options]) == 2
    assert words in capsys.readouterr().err


# --- from a model to tables -----------------------------------------------------------------------

@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_group_without_answers_is_all_pooled(tmp_path):
    """Nobody answered in W: its row has no own estimate to speak of, and the shrinkage factor 1."""
    model = gp.DirichletMultinomial([[10, 5], [3, 9], [0, 0]], groups=["N", "S", "W"],
                                    categories=["yes", "no"])
    said = []
    found = fitting.fit(model, tmp_path, draws=50, say=said.append)
    assert list(found.index) == ["N, yes", "N, no", "S, yes", "S, no", "W, yes", "W, no"]
    assert found["shrinkage"].iloc[-2:].tolist() == [1, 1]
    assert found["shrinkage"].iloc[0] == found["shrinkage"].iloc[1] == pytest.approx(
        gp.exact(model)["shrinkage"].mean[0])
    assert found["n"].tolist() == [15, 15, 12, 12, 0, 0]
    rows = list(csv.reader((tmp_path / "shrinkage.csv").read_text().splitlines()))
    assert rows[0][:5] == ["group", "estimate", "count", "n", "shrinkage"] and len(rows) == 7


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_tables_say_what_the_exact_posterior_says(truth, tmp_path):
    said = []
    found = fitting.fit(truth.model, tmp_path, draws=50, say=said.append)
    assert found["estimate"].tolist() == truth.model.y.tolist()
    assert found["se"].tolist() == truth.model.sigma.tolist()
    assert found["shrinkage"].to_numpy() == pytest.approx(truth["shrinkage"].mean)
    assert found["pooled"].to_numpy() == pytest.approx(truth["theta"].mean)
    assert found["sd"].to_numpy() == pytest.approx(truth["theta"].sd)
    assert found[["hdi_5.5%", "hdi_94.5%"]].to_numpy() == pytest.approx(truth["theta"].hdi(0.89))
    shared = said[[line.startswith("Exact posterior") for line in said].index(True) + 1]
    assert "mu" in shared and "tau" in shared and "theta" not in shared
    assert "ess_bulk" not in shared


@pytest.mark.extras
def test_the_verdict_on_the_gibbs_means():
    import pandas as pd
    summary = pd.DataFrame({"mean": [1.0, 2.0, np.nan], "sd": [2.0, 1.0, np.inf],
                            "gibbs_mean": [1.3, 1.8, 7.0], "gibbs_ess_bulk": [400.0, 100.0, 100]})
    assert fitting.worst_z(summary) == pytest.approx(3.0)
    assert fitting.verdict(3.0) == "3.0 Monte Carlo standard errors of the exact ones"
    assert fitting.verdict(4.49).endswith("ones")
    assert fitting.verdict(4.5).endswith("ones - more than chance allows: draw more")


@pytest.mark.extras
def test_an_interrupted_sampler_writes_nothing(truth, tmp_path, monkeypatch):
    def interrupted(model, draws, seed):
        return gp.sample(model, draws=draws - 1, tune=10, seed=seed)

    monkeypatch.setattr(fitting, "sample", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fitting.fit(truth.model, tmp_path / "out", draws=20)
    assert not list((tmp_path / "out").iterdir())
