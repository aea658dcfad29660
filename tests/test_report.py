"""The ledger and the page."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.section58 import ledger

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def found(schools, truth):
    draws = gp.sample(truth.model, draws=1000, tune=50)
    return ledger.eight_schools(truth, draws)


def test_every_number_of_the_summary_table_has_its_row(found):
    rows, _ = found
    assert len(rows) == 70 == len(ledger.reported("5.8.3 summary table"))
    assert set(rows["variable"]) == {"mu", "tau", *(f"theta[{g}]" for g in "ABCDEFGH")}
    by = rows.set_index(["variable", "statistic"])
    assert by.loc[("tau", "mean"), "printed"] == "6.41" and by.loc[("theta[E]", "sd"), "printed"] == "6.20"
    assert by.loc[("theta[H]", "ess_tail"), "printed"] == "3302"


def test_verdicts_are_honest(found, truth):
    rows, _ = found
    by = rows.set_index(["variable", "statistic"])
    assert by.loc[("tau", "mean"), "verdict"] == "differs"
    assert by.loc[("theta[D]", "mean"), "verdict"] == "agrees"
    assert set(rows.loc[rows["statistic"].isin(["r_hat", "ess_bulk", "ess_tail"]), "verdict"]) == {"sampler's own"}
    assert by.loc[("tau", "mean"), "exact"] == truth["tau"].mean
    differs = rows[rows["verdict"] == "differs"]
    assert differs["reason"].str.contains("under mu ~ Flat").all()
    assert (rows.loc[rows["verdict"] != "differs", "reason"] == "").all()


def test_our_sampler_agrees_with_the_exact_values(found):
    """Forty correlated z-scores: the largest exceeds 4.5 by chance less than once in 3,000 seeds."""
    rows, _ = found
    assert rows["z"].abs().max() < 4.5


def test_flat_priors_explain_the_printed_table_best(found):
    _, distances = found
    assert distances.index[0] == "mu ~ Flat(), tau ~ Flat()"
    assert distances["distance"].iloc[0] < 2 < distances.loc[
        "mu ~ Normal(mean=0, sd=20), tau ~ HalfNormal(scale=10) (stated)", "distance"]


def test_a_table_that_is_right_is_found_right(truth, monkeypatch):
    """Print what a correct sampler would have printed: then (nearly) nothing differs, and the stated priors win."""
    rng = np.random.default_rng(8)
    pool = truth.sample(draws=4000, chains=1, seed=12)
    right = []
    for p in ledger.reported():
        if p.statistic in ledger.STATISTICS:
            x = np.sort(rng.choice(ledger.variable_of(pool, p.variable).ravel(), 3000))
            p = ledger.Printed(**{**vars(p), "printed": f"{ledger.statistics(x)[p.statistic]:.2f}"})
        right.append(p)
    monkeypatch.setattr(ledger, "reported", lambda where=None: right)
    rows, distances = ledger.eight_schools(truth, gp.sample(truth.model, draws=500, tune=10))
    assert (rows["verdict"] == "differs").sum() <= 2
    assert distances.index[0].endswith("(stated)") or distances["distance"].iloc[0] > 0.8 * distances.loc[
        [i for i in distances.index if i.endswith("(stated)")], "distance"].iloc[0]


def test_interval_of_draws_is_the_shortest_one():
    x = np.sort(np.random.default_rng(0).exponential(size=20_001))
    low, high = ledger.statistics(x)["hdi_low"], ledger.statistics(x)["hdi_high"]
    assert low < 0.02 and high == pytest.approx(-np.log(0.11), rel=0.05)


def test_report_writes_one_self_contained_page(tmp_path, capsys):
    import re

    from gibbspool.section58.report import report
    assert report(tmp_path / "out", quick=True) == 0
    printed = capsys.readouterr().out
    assert "[1/" in printed and "Open " in printed and "theta[A]" in printed
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("data:image/png;base64,") >= 2 and "7.453" in page
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert (tmp_path / "out" / "ledger.csv").read_text().count("\n") >= 71
    assert (tmp_path / "out" / "figures" / "forest.png").exists()


def test_a_failed_part_does_not_lose_the_rest(tmp_path, monkeypatch):
    from gibbspool.section58 import report as module

    def fails(part, figures, quick):
        raise RuntimeError("planted & failed")

    def works(part, figures, quick):
        part.text("still here")

    monkeypatch.setattr(module, "PARTS", (("One", "", fails), ("Two", "", works)))
    assert module.report(tmp_path, say=lambda line: None) == 1
    page = (tmp_path / "index.html").read_text()
    assert "planted &amp; failed" in page and "still here" in page
