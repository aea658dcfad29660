"""What the page on Gibbs sampling says: names, formulas with their numbers, and why it is right."""
import json
import re

import numpy as np
import pytest
from player import gibbs_tab
from player.gibbs_tab import go, raw_names, recorded

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import forms_page, gibbs_page, page, play
from gibbspool.player.subject import Subject


@pytest.fixture(scope="module")
def tab(browser, tmp_path_factory):
    """Opened once; each test follows a link of its own."""
    with browser.open(gibbs_tab.written(tmp_path_factory.mktemp("words"))) as one:
        yield one


def test_names_are_symbols_and_words(browser, tmp_path, monkeypatch):
    """Also where indices stand in texts, such as titles of traces."""
    monkeypatch.setattr(play, "PAGES", (gibbs_page, forms_page))
    monkeypatch.setattr(forms_page, "SWEEPS", 50)
    path = tmp_path / "player.html"
    for model, title, lead in (
            (examples.hospitals("interwoven"), "Counts of events, in known exposures",
             "8 groups, \N{GREEK SMALL LETTER MU}log ~ Normal(0, 1)"),
            (examples.private_schools("noncentred"),
             "Estimates with known standard errors, and covariates", "non-centred form, seed 1")):
        gp.play(model, path, sweeps=2)
        with browser.open(path) as one:
            assert one.text("h1") == title and lead in one.text(".lead")
            for k in range(2 * len(model.order) + 1):
                assert raw_names(one) == [], k
                one.key("ArrowRight")
            one.key("2")
            one.key("End")
            assert "page=forms" in one.evaluate("location.hash") and raw_names(one) == []
            indices = one.evaluate("[...document.querySelectorAll('#page-forms h3 sub')]"
                                   ".map(e => e.textContent)")
            assert ("log" in indices) == (title[0] == "C")


def test_why_it_is_right_stays_unfolded(tab):
    go(tab, "page=gibbs&step=3")
    assert tab.evaluate("document.querySelector('.why details').open") is False
    tab.click(".why summary")
    assert tab.evaluate("document.querySelector('.why details').open")
    words = tab.text(".why")
    assert "running sum" in words and "p/q" in words
    tab.key("ArrowRight")
    assert tab.evaluate("document.querySelector('.why details').open")
    assert tab.text(".why") != words and "leaves their joint density as it is" in tab.text(".why")
    go(tab, "page=gibbs&step=0")
    assert not tab.text(".why")


def test_the_logarithm_is_that_where_the_step_starts(tab):
    data = recorded(tab)
    go(tab, "page=gibbs&step=6")  # tau in the second sweep
    terms = data["draws"]["tau"][1]["log"]
    line = tab.evaluate("[...document.querySelectorAll('.line')].at(-1).textContent").replace(
        "\N{MINUS SIGN}", "-")
    numbers = [float(one.replace(" ", "")) for one in re.findall(r"-? ?\d+\.\d\d\b", line)]
    np.testing.assert_allclose(numbers[:4], [*terms, sum(terms)], atol=0.006)
    before = data["draws"]["tau"][0]["x"]
    assert f"at \N{GREEK SMALL LETTER TAU} = {before:.3g}" in line


def test_where_a_density_is_zero_its_logarithm_is_minus_infinity(browser, tmp_path):
    subject = Subject(examples.eight_schools("centred"), sweeps=2)
    made = gibbs_page.page(subject)
    made.data["draws"]["tau"][0]["log"][0] = -np.inf
    path = tmp_path / "player.html"
    path.write_text(page.document("T", [made]), encoding="utf-8")
    with browser.open(path, "page=gibbs&step=3") as one:
        line = one.evaluate("[...document.querySelectorAll('.line')].at(-1).textContent")
    assert line.count("\N{MINUS SIGN}\N{INFINITY}") == 2  # the term, and the sum


def test_a_list_of_numbers_stands_in_its_place(browser, tmp_path):
    model = examples.survey("plain")
    path = tmp_path / "player.html"
    path.write_text(page.document("T", [gibbs_page.page(Subject(model, sweeps=2))]),
                    encoding="utf-8")
    with browser.open(path, "page=gibbs&step=4&group=1") as one:
        data = recorded(one)
        lines = one.evaluate("[...document.querySelectorAll('.line')].map(e => e.textContent)")
    found = [float(x) for x in lines[1].rpartition("(")[2].rstrip(")").split(", ")]
    alpha, pi0 = (data["draws"][name][0]["x"] for name in ("alpha", "pi0"))
    np.testing.assert_allclose(found, alpha * np.array(pi0) + model.counts[1], rtol=0.01)
    assert lines[0].endswith(f"Dirichlet({lines[1].rpartition('(')[2]}")


def test_each_draw_gets_its_kind_back(browser, tmp_path):
    """A file has the kind of a step's draws once; a draw of another kind keeps its own."""
    draws = [{"kind": "each", "of": "slice"}, {}, {"kind": "normal"}]
    gibbs_page.kind_once(full := [draws[0], {"kind": "each", "of": "slice"}, {"kind": "normal"}])
    assert full == draws
    with browser.open(gibbs_tab.written(tmp_path)) as one:
        told = one.evaluate(f"(d => {{ gibbsWords.withKinds({{draws: {{x: d}}}}); return d; }})"
                            f"({json.dumps(draws)})")
    assert told == [draws[0], {"kind": "each", "of": "slice"}, {"kind": "normal"}]
