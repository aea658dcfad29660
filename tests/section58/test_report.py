"""The ledger, the parts and the page."""
import errno
import html
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from section58.raw import raw_in

import gibbspool as gp
from gibbspool.cli import main
from gibbspool.lessons.found import all_lessons
from gibbspool.section58 import ledger, page, players, report
from gibbspool.section58.parts import (
    MODELS,
    PARTS,
    disagreements,
    eight_schools,
    in_few_digits,
)
from gibbspool.section58.reported import Printed

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


def test_the_ledger_s_file_holds_no_formula_and_numbers_stay_numbers():
    rows = pd.DataFrame({"id": ["=1+1", "@x"], "printed": ["-0.5", "+a"], "exact": [-1.5, np.nan],
                         "reason": ["-b", ""]})
    assert ledger.as_csv(rows).splitlines() == ["id,printed,exact,reason", "'=1+1,-0.5,-1.5,'-b",
                                                "'@x,'+a,,"]


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
    made_up = [Printed(id, "here", "", "", "x", "mean", printed, decimals, kind, "") for id,
               printed, decimals, kind in
               [("right", "1.00", "2", "arithmetic"), ("wrong", "1.01", "2", "arithmetic"),
                ("near", "1.30", "2", "posterior"),
                ("far", "1.31", "2", "posterior"), ("own", "7", "0", "sampler"),
                ("says", "x is one", "", "statement"), ("half", "x is 1 and 2", "", "statement"),
                ("small", "x is below 1", "", "statement"),
                ("large", "x is above 1", "", "statement"),
                ("fits", "2.3", "1", "sampler"), ("does not fit", "9", "0", "sampler")]]
    monkeypatch.setattr(ledger, "reported", lambda where=None: made_up)
    book = ledger.Ledger("here")
    # mean 1, sd 0.1: three standard errors and the rounding reach to 1.305
    spread = np.array([0.9, 1.1])
    assert book.judge("right", 1.0049) and not book.judge("wrong", 1.0, reason="because")
    assert book.judge("near", 1.0, spread) and not book.judge("far", 1.0, spread,
                                                              reason=lambda off: f"{off:.1f} off")
    book.own("own", 8)
    with pytest.raises(ValueError, match="not judged: says, half"):
        book.table()
    book.in_part("half", "x is 1.", "It is not 2.")
    book.simulated("small", 0.5, 0.05, "the mean of x", below=1)
    book.simulated("large", 0.5, 0.05, "the mean of x", above=1)
    runs = dict.fromkeys(("nutpie", "pymc"), [1, 2, 3])
    assert book.recorded("fits", runs) == "agrees"
    assert book.recorded("does not fit", runs) == "differs"
    book.statement("says", False, "x is 2")
    with pytest.raises(ValueError, match="says was judged twice"):
        book.statement("says", True, "")
    table = book.table().set_index("id")
    assert list(table["verdict"]) == ["agrees", "differs", "agrees", "differs", "sampler's own",
                                      "differs", "agrees in part", "agrees", "differs", "agrees",
                                      "differs"]
    assert list(table["reason"])[:6] == ["", "because", "", "3.1 off", "", "x is 2"]
    assert table["reason"]["half"] == "Holds: x is 1. Does not: It is not 2."
    assert table["reason"]["small"] == ("the mean of x: 0.5 (standard error 0.05), 10 standard "
                                        "errors below the line of 1")
    assert table["margin"][["small", "large"]].tolist() == pytest.approx([10, 10])
    assert table["reason"]["fits"].count("1.0 to 3.0 in 3 runs, median 2.0: fits") == 2
    assert ledger.counts(table).loc["all"].tolist() == [4, 1, 5, 1]


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
    assert differs["reason"].str.contains("under flat priors").all()


def test_our_sampler_agrees_with_the_exact_values(rows):
    """Forty correlated z-scores: the largest exceeds 4.5 by chance less than once in 3,000
    seeds.
    """
    assert rows["z"].abs().max() < 4.5


def test_flat_priors_explain_the_printed_table_best(distances):
    assert distances.index[0] == "flat priors of mu and tau"
    assert distances["distance"].iloc[0] < 2 < distances.loc[
        "mu ~ Normal(0, 20), tau ~ HalfNormal(10) (stated)", "distance"]


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
            p = Printed(**{**vars(p),
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
        assert demos or title in ("Key takeaways", "References"), title
        for name in demos:
            assert (page.DEMOS / name).exists(), name


def test_each_part_says_where_priors_and_data_of_its_models_disagree(tmp_path, monkeypatch):
    """Only the survey's do; what is said is what exact warns of, at the head of the part."""
    assert set(MODELS) == {title for title, *_ in PARTS}
    assert all(MODELS[title]() for title in MODELS)
    wrong = {title for title in MODELS if disagreements(title)}
    survey = "Worked Example 2: answers in six regions"
    assert survey in wrong and all("regions" in title or "region" in title for title in wrong)
    with pytest.warns(UserWarning, match="prior and data disagree on alpha") as warned:
        gp.exact(MODELS[survey]()[0])
    said = f"What gp.exact warns of: {in_few_digits(str(warned[0].message))}"
    assert disagreements(survey) == [said] and "alpha=Exponential(0.0064)" in said
    monkeypatch.setattr(report, "PARTS", ((survey, (), lambda part: part.text("found")),))
    part = report.make(0, tmp_path, True)
    assert part.blocks[:2] == [f"<p>{html.escape(said)}</p>", "<p>found</p>"]


def test_a_warning_on_the_page_is_in_few_digits_and_without_the_command_line():
    said = ("they are 668495 times likelier; write alpha=Exponential(0.00642693) (--alpha-prior "
            "'Exponential(0.00642693)'), or take another")
    assert in_few_digits(said) == ("they are some 670,000 times likelier; write "
                                   "alpha=Exponential(0.0064), or take another")
    assert in_few_digits("506 times") == "506 times"


def test_a_short_report_is_one_self_contained_page(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "PARTS",
                        tuple(part for part in PARTS if "Eight Schools" in part[0]))
    monkeypatch.setitem(players.PLAYERS, "eight-schools", lambda: "<p>a player</p>")
    said = []
    assert report.report(tmp_path / "out", quick=True, say=said.append) == 0
    said = "\n".join(said)
    assert "1 of 1 parts are done" in said and str(tmp_path / "out" / "ledger.csv") in said
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in text and "7.453" in text
    links = re.findall(r"""(?:src|href)=["'](?!data:|#)([^"']*)""", text)
    beside = {"errata.html", "ledger.csv", "players/eight-schools.html"}
    assert beside <= set(links) and "it is 4.81" in text
    assert all((tmp_path / "out" / link).is_file() for link in links)
    assert {link.partition("/")[0] for link in set(links) - beside} == {"demos"}
    assert 'id="worked-example-1--eight-schools"><h2>5.8.3 Worked Example 1' in text
    assert "<math" in text and '<pre class="result">' in text and 'class="term"' in text
    player = (tmp_path / "out" / "players" / "eight-schools.html").read_text(encoding="utf-8")
    assert player.startswith("<p>a player</p>")
    assert "eight.tau.mean" in (tmp_path / "out" / "ledger.csv").read_text(encoding="utf-8")
    errata = (tmp_path / "out" / "errata.html").read_text(encoding="utf-8")
    assert ">6.41<" in errata and ">4.81<" in errata and "src=" not in errata
    assert raw_in(text) == [] and raw_in(errata) == []
    assert (tmp_path / "out" / "figures" / "shrinkage.png").exists()


def test_the_page_lists_the_lessons_with_what_they_need(tmp_path):
    text = page.render("Title", (), [page.Part("One", folder=tmp_path)])
    assert '<a href="#lessons">' in text
    listed = text.split('<section id="lessons">')[1].split("</section>")[0]
    found = all_lessons()
    assert [int(one) for one in re.findall(r'<li value="(\d+)">', listed)] == list(found)
    links = re.findall(r'href="([^"]*)"', listed)
    assert links == [f"demos/{one.path.name}" for one in found.values()]
    files = page.scripts_beside([page.Part("One")])
    assert [files[link] for link in links] == [one.path.read_bytes() for one in found.values()]
    for lesson in found.values():
        assert html.escape(lesson.title) in listed
        assert html.escape(f"{lesson.about}{lesson.needed}") in listed


def test_every_link_leads_to_a_file_beside_the_page_or_is_not_there(tmp_path, monkeypatch):
    """In a clone the demos are copied; where there are none, as in an installed package, the page
    has no link to them.
    """
    part = page.Part("One", ("fig_5_35_forest.py",))
    assert 'href="demos/fig_5_35_forest.py"' in page.scripts(part)
    assert page.scripts_beside([part])["demos/fig_5_35_forest.py"] == (
        page.DEMOS / "fig_5_35_forest.py").read_bytes()
    monkeypatch.setattr(page, "DEMOS", tmp_path / "none")
    assert "href" not in page.scripts(part)
    assert "python demos/fig_5_35_forest.py" in page.scripts(part)
    assert "demos/fig_5_35_forest.py" not in page.scripts_beside([part])


def test_one_part_goes_to_a_folder_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("the whole report")
    one, two = "Exercise 5.8.2: non-centred reparameterisation", "Two"
    monkeypatch.setattr(report, "blocks", lambda title: "")
    monkeypatch.setattr(report, "PARTS", ((one, (), still_here), (two, (), fails)))
    assert main(["report", "--out", str(tmp_path), "--part", "5.8.2"]) == 0
    folder = tmp_path / "exercise-5-8-2--non-centred-reparameterisation"
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "still here" in text and "In formulas" in text and two not in text
    assert (tmp_path / "index.html").read_text() == "the whole report"


@pytest.mark.parametrize("name, said", [("forrest", "did you mean forest?"), ("99", "1 to 21"),
                                        ("exercise", "fits 4 parts")])
def test_a_part_that_is_not_there_is_one_line(tmp_path, capsys, monkeypatch, name, said):
    monkeypatch.setattr(report, "computed", lambda *_: pytest.fail("computed"))
    assert main(["report", "--out", str(tmp_path), "--part", name]) == 2
    shown = capsys.readouterr().err
    assert said.replace("21", str(len(PARTS))) in shown and shown.count("\n") == 1


def test_parts_that_take_long_begin_first(tmp_path, monkeypatch):
    begun = []
    parts = [(title, (), lambda part: begun.append(part.title)) for title in ("a", "b", "c")]
    monkeypatch.setattr(report, "PARTS", parts)
    monkeypatch.setattr(report, "SECONDS", {"b": 9, "a": 0.5})
    found = report.computed(range(3), tmp_path, True, lambda line: None, 1)
    assert begun == ["b", "c", "a"] and [part.title for part in found] == ["a", "b", "c"]


def test_parts_that_share_computations_are_made_by_one_process(monkeypatch):
    parts = [(title, (), None) for title in ("a", "b", "c", "d")]
    monkeypatch.setattr(report, "PARTS", parts)
    monkeypatch.setattr(report, "SECONDS", {"a": 5, "b": 3, "d": 4})
    monkeypatch.setattr(report, "TOGETHER", (("b", "d"),))
    assert report.longest_first(range(4)) == [[1, 3], [0], [2]]
    assert report.longest_first([3]) == [[3]]


def test_the_seconds_are_those_of_parts():
    titles = [title for title, *_ in PARTS]
    assert set(report.SECONDS) <= set(titles)
    together = [title for group in report.TOGETHER for title in group]
    assert set(together) <= set(titles) and len(set(together)) == len(together)


def fails(part):
    raise RuntimeError("planted & failed")


def test_a_failed_part_does_not_lose_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "PARTS", (("One", (), fails), ("Two", (), still_here)))
    said = []
    assert report.report(tmp_path, say=said.append) == 1
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "planted &amp; failed" in text and "still here" in text and "Failed: One" in text
    assert "failed: One: RuntimeError: planted & failed" in "\n".join(said)


def still_here(part):
    part.text("still here")


# --- what is printed, and what is left behind -----------------------------------------------------

def arithmetic_alone(monkeypatch):
    monkeypatch.setattr(report, "PARTS", tuple(part for part in PARTS if "arithmetic" in part[0]))


def test_few_lines_are_printed_and_the_last_ones_explain_the_columns(tmp_path, monkeypatch):
    """All 23 places and 21 parts would add 22 and 4 lines to these."""
    arithmetic_alone(monkeypatch)
    said, everything = [], []
    report.report(tmp_path, say=said.append)
    lines = "\n".join(said).splitlines()
    assert len(lines) + 22 + 4 <= 45
    assert all(len(line) <= 80 for line in lines if str(tmp_path) not in line)
    counted = next(line for line in lines if line.startswith("Exercise 5.8.1"))
    assert counted.split()[-4:] == ["50", "3", "11", "0"]
    explained = "\n".join(lines[-9:])
    for verdict in ledger.VERDICTS:
        assert f"\n{verdict} " in f"\n{explained}"
    report.report(tmp_path, say=everything.append, full=True)
    assert len("\n".join(everything).splitlines()) > len(lines) + 63  # a line for every row


def test_the_counts_of_all_places_fit_80_columns():
    rows = pd.DataFrame({"where": ledger.places(), "verdict": ledger.OWN})
    assert max(map(len, ledger.counts(rows).to_string().splitlines())) <= 80


def test_a_bar_takes_the_place_of_lines_on_a_terminal(tmp_path, monkeypatch):
    class Terminal(list):
        write, isatty, flush = list.append, lambda self: True, lambda self: None

    monkeypatch.setattr(report, "PARTS", (("One", (), still_here),))
    monkeypatch.setattr("gibbspool.progress.QUIET", 0.0)
    monkeypatch.setattr(sys, "stderr", Terminal())
    said = []
    report.report(tmp_path, say=said.append)
    assert "parts 100%" in "".join(sys.stderr) and "are done" not in "".join(said)


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize("full", ["index.html", "ledger.csv", "shrinkage.png"])
def test_a_full_disk_leaves_the_previous_report_and_names_the_file(tmp_path, monkeypatch, full):
    monkeypatch.setattr(report, "PARTS", (("One", (), still_here),))
    if full == "ledger.csv":  # which is written where a part judges a printed number
        arithmetic_alone(monkeypatch)
    (tmp_path / "index.html").write_text("the previous one")
    written = Path.write_bytes

    def write_bytes(self, content):
        if self.name == full:
            written(self, content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written(self, content)

    def figure(part):
        part.figures["shrinkage.png"] = b"PNG"

    monkeypatch.setattr(report, "PARTS", (*report.PARTS, ("Two", (), figure)))
    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(OSError, match=f"No space left on device.*{full}"):
        report.report(tmp_path, say=lambda line: None)
    assert files_of(tmp_path) == {"index.html": b"the previous one"}


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_computed(tmp_path, capsys,
                                                                              monkeypatch):
    monkeypatch.setattr(report, "PARTS", (("One", (), lambda part: pytest.fail("computed")),))
    (tmp_path / "file").touch()
    for name in ("file", "file/below"):
        assert main(["report", "--out", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"gibbspool: {tmp_path / name}: ") and said.count("\n") == 1


def test_an_interrupted_sampler_ends_the_report(tmp_path, monkeypatch, truth):
    """By itself it would return the draws it has, and the report would go on with these."""
    def sampler_is_interrupted(part):
        bars = []

        def count(self):
            bars.append(self)
            if len(bars) == 15:
                raise KeyboardInterrupt

        monkeypatch.setattr("gibbspool.progress.Progress.count", count)
        assert gp.sample(truth.model, draws=10, tune=10).n < 10

    monkeypatch.setattr(report, "PARTS", (("One", (), sampler_is_interrupted),))
    with pytest.raises(KeyboardInterrupt):
        report.report(tmp_path, say=lambda line: None)
    assert files_of(tmp_path) == {}


def children(pid):
    """The processes that a process has begun."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True,
                            check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [child for child, parent in pairs if parent == pid]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt" or (os.cpu_count() or 1) == 1, reason="needs workers, and ps")
@pytest.mark.parametrize("kill", [pytest.param(os.killpg, id="the group"), pytest.param(
    os.kill, id="the parent alone", marks=pytest.mark.long)])
def test_ctrl_c_ends_the_report_and_its_processes(tmp_path, kill):
    """A terminal sends it to all processes of the group. 20 seconds bound a hang, no more: alone on
    a machine it takes a fraction of one, and the whole report a minute.
    """
    (tmp_path / "index.html").write_text("the previous one")
    process = subprocess.Popen(
        [sys.executable, "-m", "gibbspool", "report", "--out", str(tmp_path)],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        begun = time.monotonic()
        while not (workers := children(process.pid)) and time.monotonic() < begun + 60:
            time.sleep(0.1)
        time.sleep(0.3)  # they are at work
        workers = children(process.pid)
        assert len(workers) >= 2
        kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        left = [pid for pid in workers if alive(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    assert (process.returncode, err) == (130, "interrupted\n")
    assert left == []
    assert files_of(tmp_path) == {"index.html": b"the previous one"}


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_whole_report(tmp_path, jobs):
    """Every printed number has its row, whatever the number of processes."""
    assert report.report(tmp_path, quick=True, say=lambda line: None, jobs=jobs) == 0
    for name in ("index.html", "errata.html"):
        assert raw_in((tmp_path / name).read_text(encoding="utf-8")) == []
    rows = pd.read_csv(tmp_path / "ledger.csv", keep_default_na=False)
    assert set(rows["id"]) >= {p.id for p in ledger.reported()}
    words = rows[["quantity", "criterion", "reason"]].to_numpy().ravel()
    assert raw_in("".join(f"<p>{html.escape(text)}</p>" for text in words)) == []
    assert {path.stem for path in (tmp_path / "players").iterdir()} == set(players.PLAYERS)
