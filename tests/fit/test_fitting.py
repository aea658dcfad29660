"""From a model to a folder: what is printed, what is written, and what an interrupt leaves."""
import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.fit import fitting, pictures
from gibbspool.fit.found import Found
from gibbspool.fit.pictures import axis_of, of_pages

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture
def light(monkeypatch):
    """As if numpy and scipy were all that is installed."""
    for name in ("arviz", "pandas", "matplotlib"):
        monkeypatch.setitem(sys.modules, name, None)


def printed(model, out, **more):
    said = []
    fitting.fit(model, out, draws=50, say=said.append, **more)
    return "\n".join(said)


def test_it_prints_priors_new_group_heterogeneity_and_weights(truth, tmp_path, light):
    text = printed(truth.model, tmp_path)
    assert "Priors: mu ~ Normal(0, 20), tau ~ HalfNormal(10)\n" in text
    low, high = truth.new_group.hdi(0.89)
    assert f"new group (theta_new): {low:.4g} to {high:.4g} (89% HDI), median" in text
    assert "Cochran's Q 4.707 on 7 degrees of freedom (p = 0.7), I-squared 0%" in text
    assert "tau-squared: 0 by moments" in text and "weight" in text
    head = next(line for line in text.splitlines() if line.startswith("parameter"))
    assert head.split() == ["parameter", "mean", "median", "sd", "HDI", "low", "HDI", "high",
                            "gibbs_mean"]
    files = {"summary.csv", "shrinkage.csv", "priors.csv", "heterogeneity.csv"}
    assert set(os.listdir(tmp_path)) == files
    assert text.splitlines()[-1].endswith(": " + ", ".join(sorted(files)))


def test_notes_stand_beside_the_model_and_may_tell_of_the_priors(truth, tmp_path, light):
    lines = printed(truth.model, tmp_path, notes=["Priors as stated: mu ~ Flat()"]).splitlines()
    assert lines[1:4] == ["Priors as stated: mu ~ Flat()", "",
                          "Exact posterior (quadrature); HDI: shortest interval that holds 89%:"]


def test_moments_that_do_not_exist_are_said_in_words(tmp_path, light):
    """Flat mu, HalfCauchy tau, 2 groups: p(tau) falls like tau^-3, so it has a mean and no sd."""
    model = gp.NormalNormal([1.0, 4], np.ones(2), mu=gp.Flat(), tau=gp.HalfCauchy(2))
    text = printed(model, tmp_path)
    assert "does not exist" in text and " inf" not in text and "nan" not in text
    rows = {row["parameter"]: row for row in csv.DictReader(open(tmp_path / "summary.csv"))}
    assert rows["tau"]["sd"] == "" and rows["tau"]["remark"] == "sd does not exist"
    assert float(rows["tau"]["mean"]) > 0 and rows["theta[1]"]["remark"] == ""


def test_no_table_is_wider_than_the_terminal(truth, tmp_path, light, monkeypatch):
    for columns in (80, 60):
        monkeypatch.setenv("COLUMNS", str(columns))
        names = [f"{g} the very long name of a school" for g in "ABCDEFGH"]
        model = gp.NormalNormal(truth.model.y, truth.model.sigma, groups=names)
        lines = printed(model, tmp_path).splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("group"))
        last = next(i for i, line in enumerate(lines) if line.startswith("own: "))
        assert max(map(len, lines[first:last])) <= columns
        assert any("HDI high" in line for line in lines[first:last])


def test_formulas_among_the_labels_are_neutralised(tmp_path, light):
    groups = ["=cmd()", "+a", "-b", "@c", "-5"]
    printed(gp.NormalNormal([1.0, -2, 4, 3, 1], np.ones(5), groups=groups), tmp_path)
    rows = list(csv.DictReader(open(tmp_path / "shrinkage.csv")))
    assert [row["group"] for row in rows] == ["'=cmd()", "'+a", "'-b", "'@c", "-5"]
    assert rows[1]["estimate"] == "-2"


def test_a_link_is_replaced_and_never_followed(truth, tmp_path, light):
    secret = tmp_path / "elsewhere.txt"
    secret.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.csv").symlink_to(secret)
    printed(truth.model, out)
    assert secret.read_text() == "mine" and not (out / "summary.csv").is_symlink()


def test_a_full_disk_leaves_nothing_and_is_named(truth, tmp_path, light, monkeypatch):
    """The third file meets it: the first two are not there either, and the tables were printed."""
    written = []

    def write_bytes(path, content):
        written.append(path)
        if len(written) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    said = []
    with pytest.raises(OSError) as problem:
        fitting.fit(truth.model, tmp_path, draws=50, say=said.append)
    assert problem.value.filename == str(tmp_path / "priors.csv")
    assert problem.value.strerror == "No space left on device"
    assert os.listdir(tmp_path) == [] and any("Exact posterior" in line for line in said)
    assert not any("Written" in line for line in said)


def test_what_is_left_over_is_not_said_to_be_written(truth, tmp_path, light):
    (tmp_path / "forest.png").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    last = printed(truth.model, tmp_path).splitlines()[-2:]
    assert "forest" not in last[0] and "notes" not in last[0]
    assert last[1] == "Left over there from an earlier run: forest.png"


def test_an_interrupted_sampler_writes_nothing(truth, tmp_path, monkeypatch):
    def interrupted(model, draws, seed):
        return gp.sample(model, draws=draws - 1, tune=10, seed=seed)

    monkeypatch.setattr(fitting, "sample", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fitting.fit(truth.model, tmp_path / "out", draws=20)
    assert not list((tmp_path / "out").iterdir())


SCHOOLS = "school,effect,se\nA,28,15\nB,8,10\nC,-3,16\nD,7,11\nÉcole-東,-1,9\n"
COLUMNS = ["--model", "normal", "--estimate", "effect", "--se", "se", "--group", "school"]


def started(folder, *more, **environment):
    """The command in a process of its own, without the extras, which take long to import."""
    (folder / "own.csv").write_text(SCHOOLS, encoding="utf-8")
    code = ("import sys; sys.modules.update(dict.fromkeys(('pandas', 'matplotlib', 'arviz')))\n"
            "from gibbspool.cli import main; sys.exit(main(sys.argv[1:]))")
    return subprocess.Popen(
        [sys.executable, "-c", code, "fit", "own.csv", *COLUMNS, *more], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="ascii",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment})


def test_ctrl_c_ends_it_at_once(tmp_path):
    """So many draws would take hours."""
    process = started(tmp_path, "--draws", "100000000", "--form", "centred")
    while not (tmp_path / "fit").exists():
        time.sleep(0.05)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and said == "interrupted\n"
    assert os.listdir(tmp_path / "fit") == []


def test_an_ascii_terminal_gets_a_readable_table(tmp_path):
    process = started(tmp_path, "--draws", "20", PYTHONIOENCODING="ascii")
    text, said = process.communicate()
    assert process.returncode == 0, said
    row = next(line for line in text.splitlines() if line.startswith("Ecole"))
    assert row.split()[:3] == ["Ecole-\\u6771", "-1", "9"]
    assert "École-東" in (tmp_path / "fit" / "shrinkage.csv").read_text(encoding="utf-8")


# --- pictures -------------------------------------------------------------------------------------

def test_the_axis_bears_the_users_columns():
    counts = gp.PoissonLognormal([1, 2, 3, 4, 5], np.ones(5))
    estimates = gp.NormalNormal([1.0, 2, 3, 4, 5], np.ones(5))
    assert axis_of(counts, {"count": "events", "exposure": "days"}) == "events / days"
    assert axis_of(estimates, {"estimate": "effect {x}"}) == "effect {x}"
    assert axis_of(estimates, {}) == "theta"


def test_thousands_of_groups_have_ten_pages():
    assert of_pages(60) == ""
    assert "84 pages of 60 each, of which the first 10 are drawn" in of_pages(5000)


@pytest.mark.extras
def test_many_groups_have_several_pictures(tmp_path, monkeypatch):
    """7 groups where 6 go on a page: two pages of each, and none of them stays open."""
    monkeypatch.setattr("gibbspool.plots.layout.MOST_ROWS", 6)
    rng = np.random.default_rng(1)
    model = gp.NormalNormal(rng.normal(0, 2, 7), np.ones(7))
    text = printed(model, tmp_path, columns={"estimate": "effect", "group": "school"})
    for name in ("forest_1.png", "forest_2.png", "shrinkage_1.png", "shrinkage_2.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG") and name in text
    assert not (tmp_path / "forest.png").exists()
    assert "Pictures of 7 rows: 2 pages of 4 each; the forest" in text
    from matplotlib import pyplot
    assert pyplot.get_fignums() == []


def test_digits_follow_the_standard_errors(tmp_path, light):
    """Pressures near 1013 that differ in hundredths; the files have all digits anyway."""
    model = gp.NormalNormal([1013.25, 1013.11, 1013.31, 1013.02, 1013.4],
                            [0.05, 0.04, 0.06, 0.03, 0.08], mu=gp.Flat(), tau=gp.HalfCauchy(0.14),
                            groups=list("abcde"))
    text = printed(model, tmp_path)
    lines = [line.split() for line in text.splitlines()]
    mu = next(line for line in lines if line[:1] == ["mu"])
    assert float(mu[4]) < float(mu[1]) < float(mu[5]) < 1013.5
    own = {line[0]: float(line[1]) for line in lines if line and line[0] in list("abcde")}
    assert list(own.values()) == model.y.tolist()
    assert "(e, from 1013.400 to 1013.3" in text
    assert "theta_new): 1012." in text
    assert "(89%, tails of equal weight)" in text and ", the data are at best " in text


@pytest.mark.extras
def test_the_shrinkage_plot_of_skewed_posteriors_shows_medians(truth, monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures.plots, "forest_of", lambda groups, **_: drawn.append(groups.point))
    monkeypatch.setattr(pictures.plots, "shrinkage", lambda labels, raw, pooled, point, **_:
                        drawn.append((point, pooled)))
    monkeypatch.setattr(pictures, "png", lambda figure: b"")
    for exact, point in ((gp.exact(gp.BetaBinomial([1, 5, 9], [10, 20, 30])), "median"),
                         (truth, "mean")):
        found = Found(exact, exact.sample(draws=20))
        pictures.pictures(found, {})
        forest, shrinkage = drawn[-2:]
        assert forest.tolist() == found.table["median"]
        assert shrinkage[0] == point
        assert shrinkage[1].tolist() == found.table["median" if point == "median" else "pooled"]
