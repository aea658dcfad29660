"""How pages stand on screens of every size and on paper: see layout.js for what is looked for."""
import base64
import json
import re
from pathlib import Path

import pytest
from player.gibbs_tab import subject_of

from gibbspool import NormalNormal
from gibbspool.models import examples
from gibbspool.player import forms_page, gibbs_page, page, play, shrinkage
from gibbspool.player.subject import Subject

LOOK = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")
SCREENS = {"small phone": dict(width=320, height=640, touch=True),
           "phone": dict(width=390, height=844, touch=True),
           "tablet": dict(width=768, height=1024, touch=True),
           "desk": dict(width=1280, height=800), "projector": dict(width=1920, height=1080)}
SWEEPS = 12
NAMES = ["Regional Teaching Hospital of the Lower Valley", "Q",
         "Donaudampfschifffahrtsgesellschaft", "St. Mary's & St. John's"]
MODELS = ("eight_schools", "private_schools", "instructors", "survey", "hospitals", "baseball")
TABS = "[...document.querySelectorAll('[role=tab]')].map(one => one.dataset.page)"


def jump(tab, step):
    tab.evaluate(f"(e => {{ e.value = {step}; e.dispatchEvent(new Event('input')); }})"
                 "(document.querySelector('#bar .place'))")


def shown(tab, screen, large=False):
    tab.send("Page.bringToFront")       # the browser draws what lies behind once a second
    tab.look(**SCREENS[screen])
    tab.evaluate(f"document.documentElement.classList.contains('large') === {json.dumps(large)}"
                 " || document.getElementById('large').click()")
    tab.drawn()
    return tab


def complaints(tab, every):
    """What is wrong at every so many steps of every page of a file, once each."""
    return tab.evaluate(f"""(async () => {{
      const drawn = () => new Promise((done) => requestAnimationFrame(() =>
        requestAnimationFrame(done)));
      const found = {{}}, place = document.querySelector(".place");
      for (const one of document.querySelectorAll('[role="tab"]')) {{
        one.click();
        await drawn();
        const last = Number(place.max);
        for (let k = 0; k <= last + {every} - 1; k += {every}) {{
          place.value = Math.min(k, last);
          place.dispatchEvent(new Event("input"));
          for (const what of {LOOK}) found[what] = found[what] || `${{one.dataset.page}} ${{k}}`;
        }}
      }}
      return found;
    }})()""")


def written(folder, name, pages):
    path = folder / f"{name}.html"
    path.write_text(page.document(name, pages), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory, file):
    """Gibbs pages of three kinds of conditionals, and the pages of one model that need no walk."""
    folder = tmp_path_factory.mktemp("layout")
    walks = {name: written(folder, name, [gibbs_page.page(subject_of(name, sweeps=SWEEPS))])
             for name in ("hospitals", "survey")}
    named = Subject(NormalNormal([3, 9, -2, 5.5], [4, 5, 6, 2], groups=NAMES), sweeps=SWEEPS)
    walks["long names"] = written(folder, "named", [gibbs_page.page(named), shrinkage.page(named)])
    return {**walks, "others": file}


@pytest.fixture(scope="module")
def tabs(browser, files):
    opened = {name: browser.open(path) for name, path in files.items()}
    yield opened
    for one in opened.values():
        one.close()


@pytest.mark.parametrize("screen, large", [
    ("small phone", False), ("desk", True),
    *(pytest.param(*one, marks=pytest.mark.long)
      for one in (("phone", False), ("tablet", False), ("desk", False), ("projector", True)))])
@pytest.mark.parametrize("name", ["hospitals", "survey", "long names", "others"])
def test_words_have_room_and_buttons_names(tabs, name, screen, large):
    tab = shown(tabs[name], screen, large)
    assert complaints(tab, every=10 if name == "others" else 7) == {}
    assert tab.errors == []


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:prior and data disagree")
@pytest.mark.parametrize("name", MODELS)
def test_words_have_room_in_every_page_that_people_get(browser, tmp_path, name):
    path = tmp_path / "player.html"
    path.write_text(play.page_of(getattr(examples, name)()), encoding="utf-8")
    with browser.open(path) as tab:
        for screen in SCREENS:
            assert complaints(shown(tab, screen), every=10) == {}
        assert tab.errors == []


def test_what_is_wrong_is_found(tabs):
    tab = shown(tabs["survey"], "phone")
    found = tab.evaluate(f"""(() => {{
      const plot = document.querySelector(".plot.main svg"), made = [];
      const word = (x, y, text) => {{
        const one = player.svg("text", {{x, y}}, text);
        plot.append(one);
        made.push(one);
      }};
      word(60, 60, "one word");
      word(80, 62, "another word");
      word(-20, 90, "outside");
      made.push(player.button("", () => 0));
      document.querySelector(".picture").append(made.at(-1));
      const found = {LOOK};
      for (const one of made) one.remove();
      return found.join("; ");
    }})()""")
    assert '"one word" and "another word" overlap' in found
    assert '"outside" leaves its picture' in found and "has no name" in found


def test_a_word_moves_only_where_it_has_no_room(tabs):
    places = shown(tabs["survey"], "desk").evaluate("""(() => {
      const plot = player.plot({height: 100});
      document.querySelector("main").append(plot.root);
      plot.paint((p) => {
        p.range([0, 1], [0, 1]);
        for (const text of ["first", "second"]) p.word(0.5, 0.5, text, {anchor: "start"});
        p.word(1, 0.9, "at the very edge");
        p.word(0.5, 0, "a long name, ".repeat(50));
        p.axis("x", {ticks: [[0.2, "a mark"], [0.201, "another"], [0.8, "a third"]]});
      });
      const found = [...plot.words.querySelectorAll("text")].map((one) => {
        const {x, y, width} = one.getBBox();
        return [one.textContent, x, y, x + width];
      });
      const wide = plot.width;
      plot.root.remove();
      return [wide, plot.words.querySelectorAll("text").length, found];
    })()""")
    wide, _, found = places
    by_text = {text: numbers for text, *numbers in found}
    assert by_text["first"][0] == by_text["second"][0] and (
        by_text["second"][1] < by_text["first"][1] - 10)
    assert by_text["at the very edge"][2] <= wide
    (long,) = [text for text in by_text if text.startswith("a long name")]
    assert long.endswith("\N{HORIZONTAL ELLIPSIS}") and by_text[long][0] >= 0
    assert 0.95 * wide < by_text[long][2] <= wide
    assert "a mark" in by_text and "a third" in by_text and "another" not in by_text


@pytest.mark.parametrize("step", [3, 21, 28, 42, 53, 57, 60])
def test_the_dot_is_the_end_of_its_line(tabs, step):
    """In a sweep that is under way, too: the trace goes on to the state at this very step."""
    tab = shown(tabs["hospitals"], "desk")
    jump(tab, step)
    found = tab.evaluate(f"""(() => {{
      const step = {step}, data = JSON.parse(document.getElementById("data-gibbs").textContent);
      const states = gibbsState.all(data), perSweep = data.order.length;
      const told = gibbsState.series(data, states, {{name: "mu_log", at: []}},
                                     gibbsState.marginals(data));
      const path = tracks.underWay(step, perSweep, (k) => states[k].mu_log);
      const canvas = document.querySelector(".trace canvas"), {{width, height}} = canvas;
      const split = Math.round(0.66 * width), up = (told.high - states[step].mu_log)
        / (told.high - told.low);
      const expected = [44 + step / perSweep / 50 * (split - 44), 8 + up * (height - 30)];
      const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
      const hue = player.colour("orange").match(/[0-9a-f]{{2}}/gi).map((x) => parseInt(x, 16));
      const orange = (x, y) => hue.every((one, c) => pixels[4 * (y * width + x) + c] === one);
      const dot = [];                   // where a disc of orange has its middle
      for (let y = 3; y < height - 3; y++) for (let x = 3; x < width - 3; x++) {{
        if ([-2, 0, 2].every((d) => orange(x + d, y) && orange(x, y + d))) dot.push([x, y]);
      }}
      const middle = [0, 1].map((d) => dot.reduce((sum, one) => sum + one[d], 0.5 * dot.length)
        / dot.length);
      return {{path, expected, middle, last: states[step].mu_log}};
    }})()""")
    assert found["path"]["x"][-1] == pytest.approx(step / 5)
    assert found["path"]["x"][0] == step // 5 and found["path"]["y"][-1] == found["last"]
    assert found["middle"] == pytest.approx(found["expected"], abs=1.5)


def test_no_picture_is_drawn_beyond_its_frame(tabs):
    found = shown(tabs["survey"], "desk").evaluate("""(() => {
      const plot = player.plot({height: 100, margin: {top: 20}});
      document.querySelector("main").append(plot.root);
      plot.paint((p) => {
        p.range([0, 1], [0, 1]);
        p.curve([0.1, 0.5, 0.9], [-5, 5, -5], {colour: "red"});
        p.line([-1, 0.5], [2, 0.5], {colour: "red", width: 2});
      });
      const {canvas, sides} = plot, ratio = canvas.width / plot.width;
      const inked = (x, y, wide, tall) => canvas.getContext("2d").getImageData(
        x * ratio, y * ratio, wide * ratio, tall * ratio).data.some((one) => one > 0);
      const bottom = plot.height - sides.bottom;
      const found = {top: inked(0, 0, plot.width, sides.top - 6), left: inked(0, 0, sides.left - 6,
        plot.height), bottom: inked(0, bottom + 6, plot.width, sides.bottom - 6),
        inside: inked(sides.left, sides.top, 500, 40)};
      plot.root.remove();
      return found;
    })()""")
    assert found == {"top": False, "left": False, "bottom": False, "inside": True}


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_every_column_of_the_state_can_be_seen(tabs, screen):
    tab = shown(tabs["survey"], screen)
    wide, room, flow = tab.evaluate("""(() => {
      const one = document.querySelector(".state .scroll");
      return [one.scrollWidth, one.clientWidth, getComputedStyle(one).overflowX];
    })()""")
    assert wide <= room + 1 and flow == "auto"
    assert tab.evaluate("document.querySelectorAll('.groups thead th').length") == 5


def test_the_chosen_step_and_tab_are_in_view_on_a_phone(tabs):
    tab = shown(tabs["hospitals"], "phone")
    within = """(() => {
      const {left, right} = document.querySelector("[aria-current=step], .strip button")
        .getBoundingClientRect();
      const one = document.querySelector("[aria-current=step]").getBoundingClientRect();
      return one.left >= 0 && one.left < innerWidth - 100 && left <= right;
    })()"""
    for step in (1, 5, 2, 10):
        jump(tab, step)
        assert tab.evaluate(within), step
    tab = shown(tabs["others"], "phone")
    for name in tab.evaluate(TABS):
        tab.evaluate(f"document.getElementById('tab-{name}').click()")
        assert tab.evaluate(f"""(() => {{
          const {{left, right}} = document.getElementById("tab-{name}").getBoundingClientRect();
          return left >= 0 && right <= innerWidth;
        }})()"""), name


@pytest.mark.parametrize("name", ["hospitals", "others"])
def test_on_paper_pictures_are_as_wide_as_they_were_drawn(browser, files, name):
    """Opened in the dark, printed: the state of this step, in the colours and size of paper."""
    with browser.open(files[name], "step=8", dark=True) as tab:
        tab.send("Emulation.setEmulatedMedia", media="print",
                 features=[{"name": "prefers-color-scheme", "value": "dark"}])
        tab.drawn()
        wide = tab.evaluate("document.body.getBoundingClientRect().width")
        assert wide == pytest.approx(185 / 25.4 * 96, abs=1)
        found = tab.evaluate("""[...document.querySelectorAll(".plot")].filter((one) =>
          one.clientWidth).map((one) => [one.clientWidth, one.querySelector("canvas").width,
          Number(one.querySelector("svg").getAttribute("viewBox").split(" ")[2])])""")
        assert found and all(dots == 3 * width == 3 * drawn for width, dots, drawn in found)
        assert tab.evaluate("player.colour('blue')") == "#0072b2"
        before = tab.evaluate("document.querySelector('.said').getBoundingClientRect().top")
        assert before < tab.evaluate("document.querySelector('main').getBoundingClientRect().top")
        assert tab.evaluate(LOOK) == []
        assert tab.send("Page.printToPDF", printBackground=True)["data"]


BAR = "document.querySelector('#bar').getBoundingClientRect()"


def bottom_of(tab, selector):
    return tab.evaluate(f"document.querySelector({json.dumps(selector)})"
                        ".getBoundingClientRect().bottom")


@pytest.mark.parametrize("name", ["hospitals", "survey", *(
    pytest.param(name, marks=pytest.mark.long) for name in ("eight_schools", "instructors"))])
def test_on_a_low_screen_the_curve_is_above_the_bar(browser, tmp_path, name):
    """Whatever the length of the formula, without scrolling."""
    subject = subject_of(name, sweeps=2)
    path = written(tmp_path, name, [gibbs_page.page(subject)])
    with browser.open(path, "page=gibbs", **SCREENS["desk"]) as tab:
        for step in range(1, len(subject.model.order) + 1):
            jump(tab, step)
            assert bottom_of(tab, ".plot.main") < tab.evaluate(f"{BAR}.top"), step
            assert bottom_of(tab, ".lines .line") < tab.evaluate(f"{BAR}.top"), step


def test_on_a_low_screen_forms_and_guesses_are_above_the_bar(browser, tmp_path, tabs):
    path = written(tmp_path, "forms", [forms_page.page(subject_of("eight_schools"))])
    with browser.open(path, "page=forms", **SCREENS["desk"]) as tab:
        assert bottom_of(tab, ".of-cloud") < tab.evaluate(f"{BAR}.top")
        tab.look(**SCREENS["phone"])
        tab.drawn()
        lags = tab.evaluate("[...document.querySelectorAll('.of-lags')].map(one => "
                            "one.getBoundingClientRect()).map(one => [one.top, one.right])")
        assert len(lags) == 3 and len({top for top, _ in lags}) == 1
        assert max(right for _, right in lags) <= 390
        assert bottom_of(tab, ".of-lags") < tab.evaluate(f"{BAR}.top")
    tab = shown(tabs["others"], "desk")
    tab.click("#tab-mistakes")
    tab.evaluate("scrollTo(0, 0)")
    for one in "AB":
        assert bottom_of(tab, f"#mistakes-{one}") < tab.evaluate(f"{BAR}.top")


def test_in_large_type_a_phone_has_room_and_the_tab_in_view(tabs):
    tab = shown(tabs["others"], "phone")
    for name in tab.evaluate(TABS):
        tab.evaluate(f"document.getElementById('tab-{name}').click()")
        shown(tab, "phone", large=True)
        assert tab.evaluate(f"{BAR}.height") < 200
        left, right = tab.evaluate(f"(r => [r.left, r.right])(document.getElementById('tab-{name}')"
                                   ".getBoundingClientRect())")
        assert left >= -1 and right <= 391, name
        shown(tab, "phone")


@pytest.mark.parametrize("name, step", [
    ("eight_schools", 1), ("hospitals", 3),
    *(pytest.param(*one, marks=pytest.mark.long)
      for one in (("eight_schools", 2), ("hospitals", 1)))])
def test_a_step_fits_on_one_sheet(browser, tmp_path, name, step):
    path = written(tmp_path, "sheet", [gibbs_page.page(subject_of(name, sweeps=4))])
    with browser.open(path, f"page=gibbs&step={step}") as tab:
        tab.send("Emulation.setEmulatedMedia", media="print")
        tab.drawn()
        pdf = base64.b64decode(tab.send("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
                               ["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
