"""The file that `gibbspool play` writes: whole, offline, the same twice, safe with any label."""
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import gibbspool as gp
from gibbspool import cli
from gibbspool.models import examples
from gibbspool.player import forms_page, gibbs_page, mistakes, page, play, shrinkage, trajectories
from gibbspool.player.subject import Subject
from gibbspool.sampling.griddy import Griddy

LARGEST = 600_000  # bytes of a page
ROOMY = 585_000    # at the defaults
HOSTILE = ["<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>",
           "\"quotes\" and 'single'", "&lt; &amp; \N{LINE SEPARATOR} {tau} ${tau}", "<!--"]


class Reader(HTMLParser):
    """What a file consists of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.data, self.now, self.words = [], [], {}, None, []
        self.scripts, self.policy = 0, ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.addresses += [given[name] for name in ("src", "href") if name in given]
        if tag == "script":
            self.now = given.get("id") if given.get("type") == "application/json" else None
            self.scripts += self.now is None
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]

    def handle_endtag(self, tag):
        self.now = None

    def handle_data(self, text):
        if self.now:
            self.data[self.now] = json.loads(text)
        else:
            self.words.append(text)


@pytest.fixture(scope="module")
def hostile():
    model = gp.NormalNormal(np.arange(5.0), np.ones(5), groups=HOSTILE, form="centred")
    return page.document("<b>Title</b>", [gibbs_page.page(Subject(model, sweeps=2))],
                         "a &lt; b")


def test_labels_are_text_and_nothing_else(hostile):
    found = Reader(hostile)
    assert found.data["data-gibbs"]["labels"] == HOSTILE
    assert found.scripts == 1 and "img" not in found.tags and "<b>Title" not in hostile
    assert hostile.count("<script") == hostile.count("</script") == 2
    assert "<title>&lt;b&gt;Title&lt;/b&gt; - gibbspool</title>" in hostile


def test_the_browser_is_told_to_fetch_nothing(hostile):
    found = Reader(hostile)
    assert found.policy == page.POLICY and "default-src 'none'" in page.POLICY
    assert found.addresses == []
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?\s*(?:https?:)?//", hostile)


def test_without_scripts_the_first_sweep_stands_there(hostile):
    inside = hostile[hostile.index("<noscript>"):hostile.index("</noscript>")]
    data = Reader(hostile).data["data-gibbs"]
    for step in data["order"]:
        first = np.ravel(data["draws"][step["name"]][0]["x"])[0]
        assert f"{first:.4g}" in inside


@pytest.mark.parametrize("name, form", [
    (name, form) for name in ("eight_schools", "private_schools", "instructors", "survey",
                              "hospitals", "baseball")
    for form in getattr(examples, name)().forms])
@pytest.mark.long
def test_a_page_is_small_and_the_same_twice(name, form):
    made = [play.page_of(getattr(examples, name)(form)) for _ in range(2)]
    assert made[0] == made[1] and len(made[0].encode()) < ROOMY
    assert Reader(made[0]).data["data-gibbs"]["sweeps"] == 200  # all that were asked for


def test_the_largest_page_is_small():
    """What a sweep of the largest file takes, judged by 40 of its 200.

    The rest of that file takes 402,000 bytes, so a sweep may take (585,000 - 402,000) / 200.
    """
    data = gibbs_page.data_of(Subject(examples.eight_schools("noncentred"), sweeps=40))
    each = {name: len(page.as_json(data[name])) / 40 for name in ("draws", "grids", "derived")}
    assert sum(each.values()) < 915


def test_more_sweeps_than_a_page_holds_are_cut_and_that_is_said(monkeypatch):
    monkeypatch.setattr(play, "PAGES", (gibbs_page,))
    monkeypatch.setattr(play, "FIRST", 20)
    monkeypatch.setattr(play, "LARGEST", 330_000)
    model = examples.eight_schools("noncentred")
    with pytest.warns(UserWarning, match="holds the first .* beyond 330,000 bytes"):
        text = play.page_of(model, sweeps=300)
    held = Reader(text).data["data-gibbs"]["sweeps"]
    assert play.FEWEST < held < 300 and 0.9 * 330_000 < len(text.encode()) < 330_000
    assert Reader(play.page_of(model, sweeps=60)).data["data-gibbs"]["sweeps"] == 60


@pytest.mark.long
@pytest.mark.parametrize("J", [8, 30])
def test_a_page_of_ones_own_counts_is_small(J):
    rng = np.random.default_rng(1)
    y, exposure = rng.poisson(20 * rng.gamma(3, size=J) / 3), rng.uniform(5, 20, J)
    model = gp.PoissonLognormal(y, exposure, groups=[f"Ward number {j}" for j in range(J)])
    assert len(play.page_of(gp.scaled_priors(model)).encode()) < LARGEST


def test_the_same_file_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(play, "PAGES", (gibbs_page,))
    models = [examples.eight_schools("centred") for _ in range(3)]  # no address in memory shows
    paths = [gp.play(model, tmp_path / name, sweeps=3)
             for model, name in zip(models, ("a.html", "b.html"))]
    first, second = (path.read_bytes() for path in paths)
    assert first == second and str(tmp_path).encode() not in first
    assert first != gp.play(models[2], tmp_path / "c.html", sweeps=3, seed=2).read_bytes()


@pytest.mark.parametrize("model, names", [
    (examples.eight_schools("centred"), ["gibbs", "forms", "shrinkage", "hmc", "mistakes"]),
    (gp.DirichletMultinomial([[3, 1], [2, 2], [1, 4]]), ["gibbs", "forms"])],
    ids=["normal", "multinomial"])
def test_a_model_gets_the_pages_that_suit_it(model, names, monkeypatch):
    monkeypatch.setattr(forms_page, "SWEEPS", 20)
    for module, name in ((shrinkage, "shrinkage"), (trajectories, "hmc"), (mistakes, "mistakes")):
        if name in names:  # tested elsewhere
            monkeypatch.setattr(module, "page", lambda subject, name=name: page.Page(
                name, name, {}, ()))
    with pytest.warns(UserWarning) if "shrinkage" not in names else nothing():
        text = play.page_of(model, sweeps=2)
    assert [one[len("data-"):] for one in Reader(text).data] == names


class nothing:
    def __enter__(self):
        return self

    def __exit__(self, *problem):
        pass


def test_a_model_of_ones_own_has_a_page():
    class Mine(gp.Model):
        order = ("mean", "more")

        def mean_given(self, more):
            return gp.Normal(0.5 * more.sum(axis=-1), 1)

        def more_given(self, mean):
            return gp.Normal(0.5 * np.asarray(mean)[..., None] * np.ones(3), 1)

        def log_joint(self, mean, more):
            return 0.0

        def initial(self, rng, shape=()):
            return {"mean": np.zeros(shape), "more": np.zeros((*shape, 3))}

    data = Reader(play.page_of(Mine(), sweeps=5)).data["data-gibbs"]
    assert data["marginals"] == {} and len(data["draws"]["more"]) == 5
    assert np.shape(data["draws"]["more"][0]["m"]) == (3,)


def test_forms_are_walked_from_the_same_seed(monkeypatch):
    monkeypatch.setattr(forms_page, "SWEEPS", 3)
    model = examples.eight_schools("noncentred")
    data = forms_page.data_of(Subject(model, seed=4))
    assert [form["name"] for form in data["forms"]] == ["collapsed", "centred", "noncentred"]
    for form in data["forms"]:
        walk = gp.steps(examples.eight_schools(form["name"]), seed=4, sweeps=3)
        tau = [step.new for step in walk if step.name == "tau"]
        np.testing.assert_allclose(form["spread"], tau, rtol=1e-4)
    own = [form for form in data["forms"] if form["own"]]
    assert [form["name"] for form in own] == ["noncentred"]
    last = {step.name: step.new for step in gp.steps(model, seed=4, sweeps=3)}
    theta = last["mu"] + last["tau"] * last["theta_raw"][0]
    assert own[0]["parameter"][-1] == pytest.approx(theta, rel=1e-4)


# ---- JSON

def test_data_are_plain():
    given = {"a": np.array([1.0, np.nan]), "b": np.float64(2.5), "c": (np.int64(3), np.inf),
             "d": "<\N{LINE SEPARATOR}"}
    text = page.as_json(given)
    assert json.loads(text) == {"a": [1, None], "b": 2.5, "c": [3, None], "d": given["d"]}
    assert "<" not in text and text.isascii()


def test_a_script_that_would_end_its_element_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "FOLDER", tmp_path)
    (tmp_path / "x.js").write_text("'</script>'")
    with pytest.raises(ValueError, match="x.js would end"):
        page.source("x.js")


# ---- what is refused

@pytest.mark.parametrize("given, kind, words", [
    (dict(sweeps=0), ValueError, "sweeps"), (dict(sweeps=2001), ValueError, "at most 2000"),
    (dict(sweeps=1.5), (TypeError, ValueError), "sweeps"), (dict(seed=-1), ValueError, "seed")])
def test_impossible_arguments(tmp_path, given, kind, words):
    with pytest.raises(kind, match=words):
        gp.play(examples.eight_schools(), tmp_path / "x.html", **given)
    assert not list(tmp_path.iterdir())


def test_what_is_no_model(tmp_path):
    with pytest.raises(TypeError, match="NormalNormal"):
        gp.play(gp.NormalNormal, tmp_path / "x.html")


@pytest.mark.parametrize("typed, words", [
    ("play eight-scools", "did you mean eight-schools"),
    ("play nowhere.csv --model normal --estimate a --se b", "nowhere.csv: No such file"),
    ("play nowhere.csv --model normal", "nowhere.csv: No such file"),
    ("play nowhere.csv", "nowhere.csv: No such file"),
    ("fit nowhere.csv --model normal", "nowhere.csv: No such file"),
    ("play survey --model normal", "--model is not for 'survey'"),
    ("play baseball --estimate a", "--estimate is not for 'baseball'"),
    ("play --sweeps 0", "--sweeps"), ("play --sweeps many", "many"), ("play --seed -1", "--seed"),
    ("play survey --form centred", "form"), ("play funnel --form centred", "--form"),
    ("play all --mistake C20", "--mistake"),
    ("play survey --mistake C20", "mistake")])
def test_bad_input_is_one_line_and_exit_status_2(typed, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.main(typed.split())
    except SystemExit as stop:
        status = stop.code
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("note:")]
    assert status == 2 and len(said) == 1 and words in said[0]
    assert not list(tmp_path.iterdir())


def test_a_table_that_is_there_needs_a_model(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n")
    assert cli.main(["play", str(path)]) == 2
    assert "--model says which" in capsys.readouterr().err


def test_a_persons_own_table(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(play, "PAGES", (gibbs_page,))
    table, out = tmp_path / "mine.csv", tmp_path / "mine.html"
    table.write_text("who,effect,se\n<i>x</i>,1,1\nb,2,1\nc,4,2\nd,0,1\ne,3,1\n")
    assert cli.main(["play", str(table), "--model", "normal", "--estimate", "effect", "--se", "se",
                     "--group", "who", "--sweeps", "2", "--form", "centred",
                     "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Priors scaled" in said and said.splitlines()[-1].startswith("Written: ")
    data = Reader(out.read_text(encoding="utf-8")).data["data-gibbs"]
    assert data["labels"][0] == "<i>x</i>" and data["form"] == "centred"


@pytest.fixture(scope="module")
def first_folder(tmp_path_factory):
    models = {"eight-schools": examples.eight_schools(), "hospitals": examples.hospitals()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play, "PAGES", (gibbs_page,))
        patch.setattr(play, "funnel_page", lambda: "the funnel")
        written = play.play_all(models, tmp_path_factory.mktemp("all") / "players", sweeps=2)
    assert written[-1].name == "index.html" and all(path.exists() for path in written)
    return written[-1].parent


@pytest.fixture
def folder(first_folder, tmp_path):
    """A copy, which a test may change."""
    return Path(shutil.copytree(first_folder, tmp_path / "players"))


def test_all_of_them_with_an_index(folder):
    text = (folder / "index.html").read_text(encoding="utf-8")
    found = Reader(text)
    assert found.addresses == ["eight-schools.html", "hospitals.html", "funnel.html"]
    assert all((folder / link).exists() for link in found.addresses)
    assert found.policy == page.POLICY
    assert [one["bytes"] for one in found.data["listed"]] == [
        (folder / link).stat().st_size for link in found.addresses]
    assert found.data["listed"][0]["tabs"] == ["Gibbs, step by step"]
    assert "Counts of events, in known exposures" in text and "Poisson" not in text


@pytest.mark.parametrize("change, ok", [
    (None, "true"), (("hospitals.html", "hospital.html", 1), "false"),
    (("Gibbs, step by step (", "Gibbs (", 1), "false"),
    (('<li><a href="funnel.html"', '<li hidden><a href="fun.html"', 1), "false")], ids=str)
def test_the_index_checks_itself(browser, folder, change, ok):
    path = folder / "index.html"
    text = path.read_text(encoding="utf-8")
    if change:
        assert change[0] in text
        path.write_text(text.replace(*change), encoding="utf-8")
    with browser.open(path) as one:
        one.wait_until("document.documentElement.dataset.ok !== undefined")
        assert one.evaluate("document.documentElement.dataset.ok") == ok
        assert one.errors == [] and one.requests == [path.resolve().as_uri()]


def test_forms_say_what_was_refused_and_how_narrow_a_conditional_is(monkeypatch):
    monkeypatch.setattr(forms_page, "SWEEPS", 20)
    model = examples.survey("plain")
    found = forms_page.walk(Subject(model, seed=4), "plain", "alpha", "pi")
    steps = [one for one in gp.steps(model, seed=4, sweeps=20) if one.name == "alpha"]
    assert found["refused"] == "".join("01"[int(one.new == one.old)] for one in steps)
    assert {"0", "1"} == set(found["refused"])
    # the variance of log x, x being Gamma(2, 1), is trigamma(2)
    gamma = type("Step", (), {"conditional": Griddy(gp.Gamma(2, 1).logpdf), "old": 1.0})
    gamma.record = type("Record", (), {"kind": "slice"})
    assert forms_page.width(gamma) == pytest.approx((np.pi**2 / 6 - 1)**0.5, rel=0.02)
    gamma.conditional = gp.Normal(0, 1)
    assert forms_page.width(gamma) is None
