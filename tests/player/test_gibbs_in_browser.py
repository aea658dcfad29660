"""The pages on Gibbs sampling and on forms in a real browser."""
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import numpy as np
import pytest
from player import gibbs_tab
from player.gibbs_tab import HOSTILE, SWEEPS, go, jump, raw_names, recorded, step_of

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.player import gibbs_page, page, record, series
from gibbspool.player.subject import Subject

OK = "document.documentElement.dataset.ok"
SAID = ".said"


@pytest.fixture(scope="module")
def tab(browser, tmp_path_factory):
    """Opened once; each test follows a link of its own."""
    with browser.open(gibbs_tab.written(tmp_path_factory.mktemp("gibbs"))) as one:
        yield one


def test_a_slice_is_cut_as_in_the_record(tab):
    """The page works out the intervals that are left, from the values that were refused."""
    model = examples.baseball("centred")
    found = record.walk(model, 2, 6, range(model.J))["draws"]["kappa"]
    slices = [one.record for one in gp.steps(model, seed=2, sweeps=6) if one.name == "kappa"]
    assert max(len(one.tries) for one in slices) > 1
    for draw, one in zip(found, slices):
        last = one.doublings[-1] if one.doublings else one.start
        told = (draw, [last.low, last.high], one.u_before)
        cuts = tab.evaluate(f"kernels.cuts({', '.join(map(json.dumps, told))})")
        expected = [[each.low, each.high] for each in one.tries if each.verdict != "inside"]
        np.testing.assert_allclose(np.reshape(cuts, (-1, 2)), np.reshape(expected, (-1, 2)),
                                   rtol=1e-4)


def test_whether_a_grid_was_too_high_there_or_here_is_told_without_a_minus(tab):
    draw = {"share": 0.5, "proposal": 1, "uniform": -1, "accepted": True}
    for ratio, said in ((-0.027, "0.027 lower than"), (0.027, "0.027 higher than")):
        told = json.dumps({"draw": {**draw, "ratio": ratio}, "text": "τ"})
        words = tab.evaluate(f"kernels.byKind.griddy.words({told}).join(' ')")
        assert f"the log of p/q there is {said} at the old value" in words


def test_the_checks_hold_and_labels_are_text(tab):
    go(tab, "page=gibbs&step=1")
    tab.wait_until(f"{OK} !== undefined")
    assert tab.evaluate(OK) == "true", tab.text("#agrees")
    assert tab.evaluate("document.title") == "Schools - gibbspool"
    names = tab.evaluate("[...document.querySelectorAll('.cell .name')].map(e => e.textContent)")
    assert names == HOSTILE
    assert tab.evaluate("document.querySelectorAll('main img, main script').length") == 0
    assert tab.errors == []


def test_every_button_and_key_does_what_it_says(tab):
    go(tab, "page=gibbs&step=7")
    for press, key, expected in (
            ("a step forward", "ArrowRight", 8), ("a step back", "ArrowLeft", 6),
            ("a sweep forward", "PageDown", 10), ("a sweep back", "PageUp", 4),
            ("to the start", "Home", 0), ("to the end", "End", 3 * SWEEPS)):
        jump(tab, 7)
        tab.click(f"#bar button[aria-label='{press}']")
        assert step_of(tab) == expected, press
        jump(tab, 7)
        tab.key(key)
        assert step_of(tab) == expected, key


def test_the_ends_are_ends(tab):
    go(tab, "page=gibbs&step=0")
    tab.key("ArrowLeft")
    assert step_of(tab) == 0
    assert tab.evaluate("document.querySelector(\"[aria-label='a step back']\").disabled")
    tab.key("End")
    tab.key("ArrowRight")
    assert step_of(tab) == 3 * SWEEPS
    go(tab, "page=gibbs&step=99999")
    assert step_of(tab) == 3 * SWEEPS
    go(tab, "page=gibbs&step=nonsense&group=77")
    assert tab.errors == [] and tab.text(SAID).startswith("The start")


def test_space_plays_until_the_end_and_pauses(tab):
    go(tab, "page=gibbs&step=0")
    tab.evaluate("document.querySelector('#bar select').value = '30'")
    tab.key(" ")
    assert tab.text("#bar .play") == "Pause"
    tab.wait_until("document.querySelector('#bar .play').textContent === 'Play'")
    assert step_of(tab) == 3 * SWEEPS
    tab.key(" ")  # from the end: once more from the start
    tab.key(" ")
    assert tab.text("#bar .play") == "Play" and step_of(tab) < 3 * SWEEPS


def test_the_sentence_tells_the_library_s_draw(tab):
    go(tab, "page=gibbs&step=0")
    data = recorded(tab)
    for sweep in range(SWEEPS):
        jump(tab, 3 * sweep + 3)
        now = data["draws"]["tau"][sweep]["x"]
        said = tab.text(SAID)
        assert said.startswith("\N{GREEK SMALL LETTER TAU} drawn: ")
        assert float(said.split()[-1]) == pytest.approx(now, rel=0.01)
        assert tab.evaluate(f"document.querySelector('{SAID}').ariaLive") == "polite"
        assert tab.text(".state .changed") == said.split()[-1]


def test_the_formula_has_the_numbers_of_the_state(tab):
    data = recorded(tab)
    go(tab, "page=gibbs&step=4")  # theta in the second sweep, given mu and tau of the first
    tau = data["draws"]["tau"][0]["x"]
    sigma = data["constants"]["sigma_j"][0]
    B = sigma**2 / (sigma**2 + tau**2)
    lines = tab.evaluate("[...document.querySelectorAll('.line')].map(e => e.textContent)")
    last = next(line for line in lines if line.startswith("Bj"))
    assert float(last.split("=")[-1]) == pytest.approx(B, rel=0.01)
    mean = next(line for line in lines if line.startswith("meanj"))
    assert float(mean.split("=")[-1].replace("\N{MINUS SIGN}", "-")) == pytest.approx(
        data["draws"]["theta"][1]["m"][0], abs=0.06)


def test_a_group_is_chosen_by_its_curve_its_row_and_its_key(tab):
    go(tab, "page=gibbs&step=4")
    tab.click(".cell:nth-child(3)")
    assert "group=2" in tab.evaluate("location.hash") and HOSTILE[2] in tab.text(SAID)
    tab.click(".groups tbody tr:nth-child(2)")
    assert "group=1" in tab.evaluate("location.hash")
    tab.key("g")
    assert "group=2" in tab.evaluate("location.hash")
    assert tab.text(".groups tr.chosen th") == HOSTILE[2]


def test_what_is_lit_is_the_variable_and_its_blanket(tab):
    go(tab, "page=gibbs&step=3")
    lit = tab.evaluate("[...document.querySelectorAll('.diagram .lit')].map(e => e.textContent)")
    blanket = tab.evaluate("[...document.querySelectorAll('.diagram .blanket')]"
                           ".map(e => e.textContent)")
    assert lit == ["\N{GREEK SMALL LETTER TAU}"]
    assert set(blanket) == {"\N{GREEK SMALL LETTER MU}", "\N{GREEK SMALL LETTER THETA}"}


def test_a_link_reopens_the_page_at_its_step(tab):
    go(tab, "page=gibbs&step=4&group=3&view=close")
    said, numbers = tab.text(SAID), tab.text(".lines")
    link = tab.evaluate("location.hash.slice(1)")
    go(tab, "page=forms&step=10")
    assert tab.evaluate("document.querySelector('#page-gibbs').hidden")
    go(tab, link)
    assert (tab.text(SAID), tab.text(".lines")) == (said, numbers)
    assert tab.evaluate("document.querySelector(\"[aria-pressed='true']\").textContent")


def test_large_type_is_larger(tab):
    go(tab, "page=gibbs&step=4")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = tab.evaluate(size)
    tab.key("l")
    assert tab.evaluate(size) > 1.2 * before
    tab.click("#large")
    assert tab.evaluate(size) == before


def test_forms_are_counted_from_what_was_drawn(tab):
    go(tab, "page=forms&step=50")
    assert tab.evaluate("document.querySelectorAll('#page-forms canvas').length") == 9
    assert tab.text(SAID).startswith("After 50 sweeps")
    assert "lag 1" in tab.text("#page-forms .numbers")
    go(tab, "page=forms&step=0")
    assert tab.errors == [] and "too few draws yet" in tab.text("#page-forms .numbers")


# ---- what is drawn is the library's density

def heights(logpdf, x):
    log_p = np.asarray(logpdf(np.asarray(x)), dtype=float)
    return np.exp(log_p - log_p.max())


@pytest.mark.parametrize("form", ["centred", "noncentred"])
def test_the_curve_of_a_grid_is_the_conditional(tab, form):
    model = examples.eight_schools(form)
    data = record.walk(model, 1, 4, range(8))
    steps = [step for step in gp.steps(model, seed=1, sweeps=4) if step.name == "tau"]
    for step, draw in zip(steps, data["draws"]["tau"]):
        grid = json.dumps(data["grids"][draw["grid"]])
        found = tab.evaluate(f"curves.grid({grid}, scales.scale({json.dumps(data['scales']['tau'])}"
                             "))")
        curve = found["curve"]
        # 1 / 8000 of a range of some 45 in log tau is half a per cent of tau
        np.testing.assert_allclose(curve["y"], heights(step.conditional.logpdf, curve["u"]),
                                   atol=0.02)
        below = np.interp(draw["proposal"], found["x"], found["cdf"])
        assert below == pytest.approx(draw["share"], abs=0.02)


def test_a_packed_curve_is_the_conditional(tab):
    model = examples.baseball("centred")
    data = record.walk(model, 1, 3, range(18))
    for name in ("phi", "kappa"):
        steps = [step for step in gp.steps(model, seed=1, sweeps=3) if step.name == name]
        for step, draw in zip(steps, data["draws"][name]):
            curve = tab.evaluate(f"scales.curve({json.dumps(draw['c'])})")
            np.testing.assert_allclose(
                curve["y"], heights(step.conditional.log_density_u, curve["u"]), atol=0.02)


def test_an_exact_marginal_on_another_scale(tab):
    subject = Subject(examples.eight_schools("centred"))
    told = page.as_json(series.marginals(subject, np.arange(2), ()))
    found = tab.evaluate(f"(m => scales.onScale(scales.scale({{kind: 'log'}}), scales.density(m.tau"
                         f"), -1, 2.8))({told})")
    u = np.array(found["u"])
    expected = heights(lambda u: subject.truth["tau"].logpdf(np.exp(u)) + u, u)
    np.testing.assert_allclose(found["y"], expected, atol=0.02)


def test_closed_forms(tab):
    found = tab.evaluate("densities.curve({kind: 'beta', a: 3, b: 7.5}, x => x)")
    expected = heights(gp.Beta(3, 7.5).logpdf, found["u"])
    np.testing.assert_allclose(found["y"], expected, atol=1e-9)
    found = tab.evaluate("densities.curve({kind: 'normal', m: -2, s: 0.5}, x => x)")
    np.testing.assert_allclose(found["y"], heights(gp.Normal(-2, 0.5).logpdf, found["u"]),
                               atol=1e-9)


@pytest.mark.parametrize("look", [dict(width=390, height=844, touch=True, reduced_motion=True),
                                  dict(width=1920, height=1080, dark=True), dict(printed=True)],
                         ids=str)
def test_every_way_to_look_at_it(browser, tab, look):
    with browser.open(tab.evaluate("location.pathname"), "page=gibbs&step=4", **look) as one:
        assert one.evaluate(OK) == "true" and one.errors == []
        assert one.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert one.evaluate("document.querySelector('#page-gibbs canvas').clientWidth") > 200


@pytest.mark.long
@pytest.mark.parametrize("name, form", [
    (name, form) for name in ("eight_schools", "private_schools", "instructors", "survey",
                              "hospitals", "baseball")
    for form in getattr(examples, name)().forms])
def test_every_step_of_every_form_can_be_looked_at(browser, tmp_path, name, form):
    model = getattr(examples, name)(form)
    path = tmp_path / "player.html"
    path.write_text(page.document("T", [gibbs_page.page(Subject(model, sweeps=8))]),
                    encoding="utf-8")
    with browser.open(path, "page=gibbs&step=0") as one:
        assert one.evaluate(OK) == "true", one.text("#agrees")
        for _ in range(8 * len(model.order)):
            before = one.text(SAID)
            one.key("ArrowRight")
            said = one.text(SAID)
            assert said != before or "stays" in said
            assert "NaN" not in one.text("main") and "undefined" not in one.text("main")
            assert "?" not in one.text(".lines")
            assert re.search(r"\d", one.text(".lines .filled"))
            assert one.text(".how") and one.text(".why") and raw_names(one) == []
        assert one.errors == []


def active(tab):
    return tab.evaluate("document.activeElement.id || document.activeElement.className")


def test_after_a_click_on_a_tab_the_arrows_move_the_page(tab):
    go(tab, "page=forms&step=20")
    tab.click("#tab-gibbs")
    assert active(tab) == "page-gibbs"
    jump(tab, 7)
    tab.key("ArrowRight")
    assert step_of(tab) == 8 and "page=gibbs" in tab.evaluate("location.hash")


def test_a_tab_reached_with_the_keyboard_takes_the_arrows_to_the_sides_alone(tab):
    go(tab, "page=gibbs&step=7")
    tab.key("ArrowRight")  # a key makes the focus visible
    tab.evaluate("document.getElementById('tab-gibbs').focus({focusVisible: true})")
    tab.key("ArrowDown")
    assert "page=gibbs" in tab.evaluate("location.hash")
    tab.key("ArrowRight")
    assert "page=forms" in tab.evaluate("location.hash") and active(tab) == "tab-forms"


def test_after_a_click_on_the_slider_the_keys_do_what_the_foot_says(tab):
    go(tab, "page=gibbs&step=1")
    tab.click("#bar .place")
    assert active(tab) == "place"
    middle = step_of(tab)
    for key, expected in (("PageDown", middle + 3), ("PageUp", middle),
                          ("ArrowRight", middle + 1), ("ArrowLeft", middle),
                          ("Home", 0), ("End", 3 * SWEEPS)):
        tab.key(key)
        assert step_of(tab) == expected, key
    tab.key("g")
    assert "group=1" in tab.evaluate("location.hash")
    window = "document.querySelector('.picture .choice [aria-pressed=true]').textContent"
    before = tab.evaluate(window)
    tab.key("W")
    assert tab.evaluate(window) != before
    tab.key("L")
    assert tab.evaluate("document.documentElement.classList.contains('large')")
    tab.key("l")
    tab.key("2")
    assert "page=forms" in tab.evaluate("location.hash")


def test_a_ladder_says_that_its_rungs_stay_as_they_are(tab):
    told = json.dumps({"draw": {"p": "##~~", "rung": 1, "place": 0, "spacing": 0.5},
                       "text": "κ", "scale": {"kind": "log"}})
    words = tab.evaluate(f"kernels.byKind.ladder.words({told}).at(-1)")
    assert words.startswith("Rungs are about h = 0.50 apart in log κ. There is no warm-up here")


@pytest.mark.parametrize("form, extra, said", [
    ("plain", {"refused": "1101", "width": 0.28}, "nobody has tuned here: 3 of 4 were refused"),
    ("centred", {"refused": "", "width": 0.9}, ""),
    ("centred", {"refused": "", "width": 0.3}, "only as far as their spread allows")])
def test_why_a_form_is_slow_is_said_where_the_numbers_bear_it_out(tab, form, extra, said):
    data = {"spreadText": "τ", "kept": 0.2, "width": 1, "cloud": [[1, 2, 3], [1, 2, 3]],
            "concentration": False, "parameterText": "θ"}
    worst = {"name": form, "title": form, "move": 0.1, **extra}
    found = tab.evaluate(f"formsWords.because({json.dumps(data)}, {json.dumps(worst)}, "
                         "[1, 2, 3, 4], 1)")
    assert said in found and bool(said) == bool(found)


def test_in_large_type_the_curve_comes_first_and_nothing_is_too_wide(browser, tab):
    go(tab, "page=gibbs&step=7")
    tab.key("l")
    top = "document.querySelector('.{}').getBoundingClientRect()"
    picture, now = (tab.evaluate(f"[{top.format(name)}.top, {top.format(name)}.left]")
                    for name in ("picture", "now"))
    assert picture[0] <= now[0] and picture[1] < now[1]
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.key("l")


def test_on_paper_nothing_is_dark(browser, tab):
    address = tab.evaluate("location.href.split('#')[0]")
    with browser.open(Path(unquote(urlparse(address).path)), dark=True, printed=True) as one:
        style = "getComputedStyle(document.documentElement)"
        assert one.evaluate(f"{style}.getPropertyValue('--edge')") == "#d9dce1"  # light
