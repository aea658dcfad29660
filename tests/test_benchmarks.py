"""The benchmarks still run: at tiny sizes, and with no word on how fast anything is."""
import json
import shutil
from importlib import import_module

import numpy as np
import pytest
from benchmarks import __main__ as bench
from benchmarks import fresh, gradients, jags, readme, saved, show, sweeps
from benchmarks.clock import spread, timed
from benchmarks.sitting import Sitting

pytestmark = [pytest.mark.extras, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def in_this_process(monkeypatch):
    """Calls that would take a process of their own are made here."""
    def call(module, function, **arguments):
        return {**getattr(import_module(module), function)(**arguments), "peak": 1.0}

    monkeypatch.setattr(fresh, "call", call)


@pytest.fixture
def written(tmp_path, in_this_process):
    """The folder that a tiny sitting without peers has written, all but the imports."""
    bench.main(["--tiny", "--alone", "--out", str(tmp_path), "labelling", "effective",
                "gradients", "sweeps", "exact"])
    return tmp_path


def test_a_sitting_prints_and_saves_every_table(written, capsys):
    tables = saved.read(written)
    assert set(tables) == {"labelling", "effective", "gradients", "sweeps", "exact"}
    for name, table in tables.items():
        assert table["rows"] and not any("failed" in row for row in table["rows"]), name
        assert {"date", "processor", "cores", "versions"} <= set(table["sitting"])
    text = (written / "results.txt").read_text(encoding="utf-8")
    for name in tables:
        assert bench.TABLES[name].TITLE in text
    assert tables["sweeps"]["sitting"]["processor"] in text and "Gibbs" in text
    assert "<svg" in (written / "cost_against_groups.svg").read_text(encoding="utf-8")
    assert [line[:3] for line in readme.lines(tables)] == ["- E", "- A", "- E"]

    saved.add(written, "exact", [{"what": "normal", "J": 7}], {"date": "later"})
    again = saved.read(written)
    assert again["exact"]["rows"] == [{"what": "normal", "J": 7}]
    assert again["sweeps"] == tables["sweeps"]


def test_a_tiny_sitting_does_not_take_the_place_of_a_real_one(capsys):
    with pytest.raises(SystemExit):
        bench.main(["--tiny", "labelling"])
    assert "--tiny tells nothing" in capsys.readouterr().err


@pytest.mark.long
def test_imports_are_timed():
    rows = bench.TABLES["importing"].measure(Sitting(tiny=True, alone=True))
    assert len(rows) == 4 and all(row["seconds"]["runs"] == 1 for row in rows)


def test_a_process_of_its_own_tells_its_memory_or_why_it_failed():
    found = fresh.call("benchmarks.sweeps", "sweep_for", family="normal", J=5, seconds=0.01,
                       options={})
    assert len(found["ms"]) == 5 and (found["peak"] is None or found["peak"] > 20)
    row = sweeps.row("triangular", 5, 0.01, {})
    assert row == {"what": "triangular", "J": 5, "failed": "KeyError: 'triangular'"}


def test_the_slope_is_a_power_of_the_number_of_groups():
    rows = [{"J": J, "ms": spread([0.3 * J**1.2])} for J in (10, 1000, 10_000, 100_000)]
    rows[0]["ms"] = spread([1e9])
    assert sweeps.slope(rows) == pytest.approx(1.2)
    last, failed = sweeps.with_slope([*rows, {"J": 10**6, "failed": "not done"}])[-2:]
    assert last["slope"] == pytest.approx(1.2) and "slope" not in failed
    assert sweeps.slope(rows[:2]) is None


def test_several_runs():
    seconds, results = timed(lambda seed: seed, 3)
    assert len(seconds) == 3 and results == [0, 1, 2]
    found = spread([3, 1, 2])
    assert found == {"min": 1, "median": 2, "max": 3, "runs": 3}
    assert show.cell(found, "spread:.1f") == "2.0 (1.0 to 3.0)"
    assert show.cell(spread([2]), "spread:.0f") == "2" and show.cell(None, ".1f") == ""


def test_draws_of_jags_are_read_by_name(tmp_path):
    """Two chains of three draws, one after the other; a column for each number."""
    file = tmp_path / "eight_1.csv"
    file.write_text('"mu","theta[1]","theta[2]","tau"\n'
                    + "".join(f"{k},{10 + k},{20 + k},{30 + k}\n" for k in range(6)))
    found = jags.read(file, draws=3)
    assert np.array_equal(found["mu"][..., 0], [[0, 1, 2], [3, 4, 5]])
    assert np.array_equal(found["theta"][1, 2], [15, 25]) and found["tau"].shape == (2, 3, 1)


def test_readme_is_told(tmp_path):
    file = tmp_path / "README.rst"
    file.write_text(f"before\n\n{readme.BEGIN}\n\n- old\n\n{readme.END}\n\nafter\n")
    rows = [{"what": "survey, Gibbs", "rate": spread([2345.0]), "JAGS": 1.234, "PyMC": 17.0}]
    readme.update({"effective": {"rows": rows}}, file)
    assert file.read_text() == (
        f"before\n\n{readme.BEGIN}\n\n- Effective draws a second: survey 2,300 "
        f"(1.2 x JAGS, 17 x PyMC).\n\n{readme.END}\n\nafter\n")


def test_readme_says_what_was_saved():
    tables = saved.read(bench.SAVED)
    if not readme.README.exists() or not tables:
        pytest.skip("nothing saved here")
    said = readme.README.read_text(encoding="utf-8").split(readme.BEGIN)[1].split(readme.END)[0]
    assert said.strip() == "\n".join(map(readme.wrapped, readme.lines(tables)))


@pytest.mark.long
@pytest.mark.parametrize("program, needs", [("JAGS", "Rscript"), ("PyMC", None),
                                            ("NumPyro", None)])
def test_peers(program, needs):
    """Each with its models, tiny: the rows that are put beside ours."""
    sitting = Sitting(tiny=True)
    if program not in sitting.peers or (needs and not shutil.which(needs)):
        pytest.skip(f"{program} is not here (PEERS_PYTHON names a Python that has it)")
    sitting.peers = {program: sitting.peers[program]}
    rows = bench.TABLES["effective"].peers(sitting)
    assert {row["program"] for row in rows} == {program} and len(rows) >= 3
    assert all(row["rate"]["min"] > 0 for row in rows)
    if program == "JAGS":
        assert len(jags.sweeps(sitting)) == 8
    else:
        assert len(gradients.measure(sitting)) == 2
    assert json.dumps(rows)
