"""The ledger, the parts and the page."""
import re

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.section58 import ledger, page, report
from gibbspool.section58.parts import PARTS, eight_schools

pytestmark = pytest.mark.extras
pd = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def distances():
    return eight_schools.distance_by_prior()


@pytest.fixture(scope="module")
def rows(truth, distances):
    draws = gp.sample(truth.model, draws=1000, tune=50)
    return eight_schools.judged_summary(draws,
                                        distances.attrs["closest"]).table().set_index("quantity")


# --- the printed numbers --------------------------------------------------------------------------

def test_printed_numbers_are_well_formed():
    printed = ledger.reported()
    assert len({p.id for p in printed}) == len(printed)
    assert {p.kind for p in printed} == set(ledger.KINDS)
    for p in printed:
        if p.kind == "statement":
            assert p.decimals == "" and len(p.printed) > 10
        else:
            assert p.printed == f"{p.value:.{p.decimals}f}", p.id
    by = {p.id: p.printed for p in printed}
    assert (by["eight.tau.mean"], by["eight.theta[E].sd"], by["ex4.b.E.sd"]) == ("6.41", "6.20",
                                                                                 "5.7")


def test_each_kind_of_number_is_there_in_full():
    """Counted in the section by hand: 70 in the summary table, 24 counts, 35 in the survey's, 21 in
    Exercise 5.8.4(d)...
    """
    count = {where: len([p for p in ledger.reported(where) if p.kind != "statement"])
             for where in ledger.places()}
    assert count["5.8.3 summary table"] == 70 and count["5.8.3 predictive check"] == 24
    assert count["5.8.4 survey data"] == 6 + 24 and count["5.8.4 survey summary"] == 35 + 1
    assert count["5.8.4 interval widths"] == 8 + 1 and count["5.8.5 LOO table"] == 18
    assert count["Exercise 5.8.1"] == 6 * 8 + 7 and count["Exercise 5.8.2"] == 10
    assert count["Exercise 5.8.3"] == 24 and count["Exercise 5.8.4"] == 4 + 8 + 1 + 21


# --- the ledger -----------------------------------------------------------------------------------

def test_verdicts_on_made_up_numbers(monkeypatch):
    made_up = [ledger.Printed(id, "here", "", "", "x", "mean", printed, decimals, kind) for id,
               printed, decimals, kind in
               [("right", "1.00", "2", "arithmetic"), ("wrong", "1.01", "2", "arithmetic"),
                ("near", "1.30", "2", "posterior"),
                ("far", "1.31", "2", "posterior"), ("own", "7", "0", "sampler"),
                ("says", "x is one", "", "statement")]]
    monkeypatch.setattr(ledger, "reported", lambda where=None: made_up)
    book = ledger.Ledger("here")
    # mean 1, sd 0.1: three standard errors and the rounding reach to 1.305
    spread = np.array([0.9, 1.1])
    assert book.judge("right", 1.0049) and not book.judge("wrong", 1.0, reason="because")
    assert book.judge("near", 1.0, spread) and not book.judge("far", 1.0, spread,
                                                              reason=lambda off: f"{off:.1f} off")
    book.own("own", 8)
    with pytest.raises(ValueError, match="not judged: says"):
        book.table()
    book.statement("says", False, "x is 2")
    with pytest.raises(ValueError, match="says was judged twice"):
        book.statement("says", True, "")
    table = book.table().set_index("id")
    assert list(table["verdict"]) == ["agrees", "differs", "agrees", "differs", "sampler's own",
                                      "differs"]
    assert list(table["reason"]) == ["", "because", "", "3.1 off", "", "x is 2"]
    assert ledger.counts(table).loc["all"].tolist() == [2, 3, 1]


def test_the_ledger_in_the_terminal():
    """A line for each number, with the exact value and ours where there are any."""
    rows = pd.DataFrame({
        "where": "here", "quantity": ["tau mean", "tau ess"], "kind": ["posterior", "sampler"],
        "printed": ["6.41", "312"], "exact": [4.80612, np.nan], "sampled": [4.75, 987.6],
        "verdict": ["differs", "sampler's own"], "reason": ["33 s.e. off", ""]})
    heading, tau, ess, *_ = ledger.in_the_terminal(rows).strip().splitlines()
    assert heading == "here"
    assert tau.split() == "differs tau mean printed 6.41 exact 4.806 ours 4.75 33 s.e. off".split()
    assert ess.split() == "sampler's own tau ess printed 312 ours 987.6".split()
    said = pd.DataFrame({"where": "here", "quantity": "", "kind": "statement",
                         "printed": "x is one", "exact": np.nan, "sampled": np.nan,
                         "verdict": "agrees", "reason": "it is 1"}, index=[0])
    assert [line.split() for line in ledger.in_the_terminal(said).splitlines()[2:4]] == [
        ["agrees", "x", "is", "one"], ["it", "is", "1"]]


def test_a_place_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="5.8.3 summary table"):
        ledger.Ledger("nowhere")


def test_statistics_of_draws_approach_those_of_the_marginal(truth):
    """100,000 independent draws: each statistic within five of its Monte Carlo errors of the exact
    one.
    """
    x = np.sort(truth.sample(draws=100_000, chains=1, seed=3)["theta", "A"].ravel())
    for name, statistic in ledger.STATISTICS.items():
        error = ledger.replicated(x, 10_000, name).std() / np.sqrt(10)  # ten times the draws
        exact = statistic.of_marginal(truth["theta", "A"])
        assert float(statistic.of_draws(x)) == pytest.approx(exact, abs=5 * error), name


def test_interval_and_percentiles_of_draws():
    x = np.sort(np.random.default_rng(0).exponential(size=20_001))
    low, high = ledger.shortest_interval(x)
    assert low < 0.02 and high == pytest.approx(-np.log(0.11), rel=0.05)
    for share in (0.0, 0.055, 0.5, 0.945, 1.0):
        assert ledger.percentile(x, share) == pytest.approx(np.percentile(x, 100 * share),
                                                            rel=1e-12)


# --- Eight Schools --------------------------------------------------------------------------------

def test_verdicts_are_honest(rows, truth):
    assert rows.loc["tau mean", "verdict"] == "differs" and rows.loc["theta[D] mean",
                                                                     "verdict"] == "agrees"
    assert rows.loc["tau mean", "exact"] == truth["tau"].mean
    differs = rows[(rows["verdict"] == "differs") & (rows["kind"] == "posterior")]
    assert differs["reason"].str.contains("under mu ~ Flat").all()


def test_our_sampler_agrees_with_the_exact_values(rows):
    """Forty correlated z-scores: the largest exceeds 4.5 by chance less than once in 3,000
    seeds.
    """
    assert rows["z"].abs().max() < 4.5


def test_flat_priors_explain_the_printed_table_best(distances):
    assert distances.index[0] == "mu ~ Flat(), tau ~ Flat()"
    assert distances["distance"].iloc[0] < 2 < distances.loc[
        "mu ~ Normal(mean=0, sd=20), tau ~ HalfNormal(scale=10) (stated)", "distance"]


def test_a_table_that_is_right_is_found_right(truth, monkeypatch):
    """Print what a correct sampler would have printed: then (nearly) nothing differs, and the
    stated priors win.
    """
    rng = np.random.default_rng(8)
    pool = truth.sample(draws=4000, chains=1, seed=12)
    right = []
    for p in ledger.reported(eight_schools.SUMMARY):
        if p.kind == "posterior":
            x = np.sort(rng.choice(np.ravel(eight_schools.variable_of(pool, p.variable)), 3000))
            p = ledger.Printed(**{**vars(p),
                                  "printed": f"{ledger.STATISTICS[p.statistic].of_draws(x):.2f}"})
        right.append(p)
    for module in (ledger, eight_schools):
        monkeypatch.setattr(module, "reported", lambda where=None: right)
    distances = eight_schools.distance_by_prior()
    rows = eight_schools.judged_summary(gp.sample(truth.model, draws=500, tune=10),
                                        distances.attrs["closest"]).table()
    assert (rows["verdict"] == "differs").sum() <= 2
    stated = [name for name in distances.index if name.endswith("(stated)")]
    apart = distances["distance"]
    assert distances.index[0] in stated or apart.iloc[0] > 0.8 * apart[stated[0]]


# --- the page -------------------------------------------------------------------------------------

def test_each_part_has_its_demos_and_an_address_of_its_own():
    assert len({page.Part(title).anchor for title, *_ in PARTS}) == len(PARTS)
    for title, demos, _ in PARTS:
        assert demos, title
        for name in demos:
            assert (page.DEMOS / name).exists(), name


def test_a_short_report_is_one_self_contained_page(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "PARTS",
                        tuple(part for part in PARTS if "Eight Schools" in part[0]))
    said = []
    assert report.report(tmp_path / "out", quick=True, say=said.append) == 0
    said = "\n".join(said)
    assert "[1/1]" in said and "Open " in said and "theta[A]" in said
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in text and "7.453" in text
    links = re.findall(r"""(?:src|href)=["'](?!data:|#)([^"']*)""", text)
    assert all((tmp_path / "out" / link).resolve().parent == page.DEMOS for link in links)
    assert "eight.tau.mean" in (tmp_path / "out" / "ledger.csv").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "figures" / "shrinkage.png").exists()


def test_a_failed_part_does_not_lose_the_rest(tmp_path, monkeypatch):
    def fails(part):
        raise RuntimeError("planted & failed")

    def works(part):
        part.text("still here")

    monkeypatch.setattr(report, "PARTS", (("One", (), fails), ("Two", (), works)))
    said = []
    assert report.report(tmp_path, say=said.append) == 1
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "planted &amp; failed" in text and "still here" in text and "Failed: One" in text
    assert "failed: One: RuntimeError: planted & failed" in "\n".join(said)


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_whole_report(tmp_path, jobs):
    """Every printed number has its row, whatever the number of processes."""
    assert report.report(tmp_path, quick=True, say=lambda line: None, jobs=jobs) == 0
    lines = (tmp_path / "ledger.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} >= {p.id for p in ledger.reported()}
