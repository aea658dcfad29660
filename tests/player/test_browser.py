"""The pages in a real browser: see browser.py for how it is driven."""
import copy
import json
import re

import numpy as np
import pytest
from player.gibbs_tab import go

import gibbspool as gp
from gibbspool.funnel.prior_slopes import SLOPES
from gibbspool.player import page, trajectories

OK = "document.documentElement.dataset.ok"
SAID = ".said"
NAMES = ("shrinkage", "hmc", "mistakes")


@pytest.fixture(scope="module")
def tab(browser, file):
    """The file, opened once and shared: each test goes to its own page by a link."""
    with browser.open(file, "page=shrinkage") as one:
        yield one


def test_its_checks_hold_and_nothing_is_fetched(browser, file):
    with browser.open(file) as one:
        one.wait_until(f"{OK} !== undefined")
        assert one.evaluate(OK) == "true", one.text("#agrees")
        assert "1e-12" in one.text("#agrees")
        assert one.errors == [] and one.requests == [file.resolve().as_uri()]


def test_the_browser_itself_refuses_to_fetch(tab):
    refused = tab.evaluate("fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')")
    assert refused == "refused"


@pytest.mark.parametrize("k, change", [
    (0, lambda data: data["table"][3].update(m=data["table"][3]["m"] * (1 + 1e-11))),
    (1, lambda data: data["targets"][0]["forms"]["noncentred"]["table"]["path"][-1].update(
        error=data["targets"][0]["forms"]["noncentred"]["table"]["path"][-1]["error"] + 1e-11))])
def test_a_number_that_is_off_is_noticed(browser, pages, tmp_path, k, change):
    changed = list(pages)
    changed[k] = changed[k]._replace(data=copy.deepcopy(page.plain(changed[k].data)))
    change(changed[k].data)
    path = tmp_path / "wrong.html"
    path.write_text(page.document("Wrong", changed), encoding="utf-8")
    with browser.open(path) as one:
        assert one.evaluate(OK) == "false" and "differs" in one.text("#agrees")


@pytest.mark.parametrize("name", NAMES)
def test_on_a_phone_nothing_is_wider_than_the_screen(browser, file, name):
    with browser.open(file, f"page={name}&step=12", width=390, height=844, touch=True) as one:
        assert one.evaluate("document.documentElement.scrollWidth") <= 390
        assert one.evaluate(f"document.querySelector('#page-{name} canvas').clientWidth") > 100
        assert one.errors == []


def test_without_scripts_there_are_tables(browser, file):
    with browser.open(file, width=390, height=844) as one:
        one.send("Emulation.setScriptExecutionDisabled", value=True)
        one.forget()
        one.send("Page.navigate", url=file.resolve().as_uri())
        one.browser.wait_for(one.session, "Page.loadEventFired")
        words = seen_words(one)
        one.look(width=300)
        narrow = seen_words(one)
    text = " ".join(words)
    assert "cannot be stepped through" in text and "9.81" in text and "divergences" in text
    assert "Shrinkage" not in words and "Play" not in words     # no tab, no button
    wide = [word for word, (left, _, width, _) in words.items() if left + width > 390]
    assert wide == []
    assert narrow["density"][3] < 30                            # a word stays on its line


def seen_words(tab):
    """What can be read, and the boxes [left, top, width, height] of it; needs no script."""
    seen = tab.send("DOMSnapshot.captureSnapshot", computedStyles=[])
    layout, strings = seen["documents"][0]["layout"], seen["strings"]
    return {strings[k]: box for k, box in zip(layout["text"], layout["bounds"]) if k >= 0}


# ------------------------------------------------ shrinkage

def test_shrinkage_buttons_and_keys(tab):
    go(tab, "page=shrinkage")
    middle = tab.text(SAID)
    tab.click("#shrinkage-complete")
    assert tab.text(SAID).startswith("τ = 0, complete pooling") and "7.4" in tab.text(SAID)
    tab.click("#shrinkage-none")
    assert "A stays at 28.0" in tab.text(SAID)
    tab.key("ArrowDown")
    assert "B stays at 8.0" in tab.text(SAID)
    tab.key("ArrowUp")
    tab.key("a")
    assert "goes from 28.0 to 9.8" in tab.text(SAID)  # E[theta_A | y]
    tab.key("ArrowLeft")  # a step goes to one tau: it has nothing to step through averaged
    assert tab.text(SAID).startswith("τ = ") and "page=shrinkage" in tab.evaluate("location.hash")
    assert "averaged=no" in tab.evaluate("location.hash")
    tab.key("a")
    tab.click("#shrinkage-complete")
    assert "complete pooling" in tab.text(SAID) and middle not in tab.text(SAID)
    assert tab.errors == []


def test_shrinkage_is_dragged(tab, pages):
    go(tab, "page=shrinkage&step=0")
    tab.drag("#page-shrinkage .draggable svg", 40, 0)
    dragged = int(tab.evaluate("new URLSearchParams(location.hash.slice(1)).get('step')"))
    assert dragged > 80  # from the middle of the picture to the right
    stop = pages[0].data["tau"]["stops"][dragged]
    assert tab.text(SAID).startswith(f"τ = {stop:.1f}:")
    tab.drag("#page-shrinkage .draggable svg", 4000, 0)
    assert "no pooling" in tab.text(SAID)


def test_a_link_opens_the_page_as_it_was(tab):
    go(tab, "page=shrinkage&step=30&averaged=no&group=6")
    said = tab.text(SAID)
    assert "G is pulled" in said
    link = tab.evaluate("location.hash.slice(1)")
    go(tab, link)
    assert tab.text(SAID) == said


def test_words_for_a_screen_reader_change_with_the_step(tab):
    go(tab, "page=shrinkage&step=30")
    assert tab.evaluate(f"document.querySelector('{SAID}').getAttribute('aria-live')") == "polite"
    label = "document.querySelector('#page-shrinkage .draggable svg').getAttribute('aria-label')"
    before, said = tab.evaluate(label), tab.text(SAID)
    tab.key("ArrowRight")
    assert tab.evaluate(label) != before and tab.text(SAID) != said
    assert tab.text(SAID) in tab.evaluate(label)


# ------------------------------------------------ the funnel

def test_leapfrog_by_half_steps(tab):
    go(tab, "page=hmc")
    moves = []
    for _ in range(3):
        tab.key("ArrowRight")
        moves.append(tab.text(SAID))
    assert "changes the momentum, by half a step" in moves[0]
    assert "the ball moves a whole step" in moves[1]
    assert "the other half" in moves[2] and "centred off by" in moves[2]
    tab.key("PageDown")
    assert tab.text(SAID).startswith("Step 2: the slope there")
    assert tab.errors == []


def test_steps_that_are_too_long_diverge(tab):
    go(tab, "page=hmc&size=3&step=90")
    assert "centred diverged in step" in tab.text(SAID)
    assert "The sampler stops" in tab.text(".pane.centred .told")
    go(tab, "page=hmc&size=0.012&step=90")
    tab.key("ArrowDown")
    tab.key("ArrowDown")
    assert tab.text("#hmc-size output") == "0.010" and "diverged" not in tab.text(SAID)


def test_hmc_controls(tab):
    go(tab, "page=hmc&step=6")
    said = tab.text(".pane.centred .told")
    tab.click("#hmc-push")
    assert tab.evaluate("new URLSearchParams(location.hash.slice(1)).get('push')") == "1"
    tab.key("PageDown")
    tab.key("PageDown")
    assert tab.text(".pane.centred .told") != said
    tab.click(".pane.noncentred .clickable svg")
    assert tab.evaluate("document.getElementById('hmc-start').value") == "own"
    at = tab.evaluate("new URLSearchParams(location.hash.slice(1)).get('at')")
    assert len(at.split("_")) == 2 and tab.text(SAID).startswith("At the start")
    assert tab.errors == []


def test_a_recorded_divergence_diverges_in_the_same_step(tab, pages):
    forms = pages[1].data["targets"][0]["forms"]
    go(tab, "page=hmc&start=r0&step=90")
    assert f"centred diverged in step {forms['centred']['replays'][0]['n_steps']}" in tab.text(SAID)


def test_places_in_both_coordinates(tab, pages, eight):
    """The same point, and how far a group can move there, as gibbspool has them."""
    q = np.concatenate([[7.0, np.log(2.5)], np.linspace(-3, 25, 8)])
    mu, log_tau, theta = q[0], q[1], q[2:]
    raw = np.concatenate([q[:2], (theta - mu) / np.exp(log_tau)])
    geometry = f"funnelGeometry({json.dumps(page.plain(pages[1].data['targets'][0]))})"
    found = tab.evaluate(f"{geometry}.noncentred({json.dumps(q.tolist())})")
    np.testing.assert_allclose(found, raw, rtol=1e-12)
    back = tab.evaluate(f"{geometry}.centred({json.dumps(raw.tolist())})")
    np.testing.assert_allclose(back, q, rtol=1e-12)
    across = tab.evaluate(f"{geometry}.across('centred', {json.dumps(q.tolist())})")
    assert across == pytest.approx(theta[0] - mu)  # A is the group in the picture
    noncentred = gp.NormalNormal(eight.y, eight.sigma, form="noncentred")
    for form, sd in (("centred", eight.theta_given(mu, np.exp(log_tau)).sd[0]),
                     ("noncentred", noncentred.theta_raw_given(mu, np.exp(log_tau)).sd[0])):
        assert tab.evaluate(f"{geometry}.room('{form}', {log_tau})") == pytest.approx(sd)


@pytest.mark.parametrize("form", gp.funnel.FORMS)
def test_steps_are_too_long_where_the_leapfrog_leaves(tab, pages, eight, form):
    """With all but the groups held still each is an oscillator, which the leapfrog follows up to
    h^2 m / sd^2 = 4: at the height in question the first of them is there.
    """
    h, masses = 0.9, np.linspace(0.2, 2, 10)
    geometry = f"funnelGeometry({json.dumps(page.plain(pages[1].data['targets'][0]))})"
    found = tab.evaluate(f"{geometry}.tooLong('{form}', {h}, {masses.tolist()})")
    tau = np.exp(found["below" if form == "centred" else "above"])
    model = gp.NormalNormal(eight.y, eight.sigma, form=form)
    sd = (model.theta_given if form == "centred" else model.theta_raw_given)(0.0, tau).sd
    assert np.max(h**2 * masses[2:] / sd**2) == pytest.approx(4)
    assert found["place"] == 2 + np.argmax(masses[2:] / sd**2)


def test_what_a_step_means_is_told_in_the_coordinates_own_units(tab, pages):
    """Steps count in overall standard deviations: the page names the coordinate and multiplies."""
    target = pages[1].data["targets"][0]
    go(tab, "page=hmc&size=0.9")
    text = tab.evaluate("[...document.querySelectorAll('.seen')].map((o) => o.textContent).join()")
    name, overall, means = re.search(
        r"for (θ of \w+) that is ([\d.]+), so a step means ([\d.]+)\.", text).groups()
    variance = target["forms"]["centred"]["inverse_mass"][target["names"].index(name)]
    assert float(overall) == pytest.approx(variance**0.5, rel=0.05)
    assert float(means) == pytest.approx(0.9 * variance**0.5, rel=0.05)


PRIORS = [gp.HalfNormal(10), gp.HalfCauchy(25), gp.HalfT(3, 12), gp.Exponential(0.2),
          gp.Gamma(2.5, 0.3), gp.InverseGamma(2, 40), gp.Normal(4, 6), gp.Flat()]


def test_every_prior_that_hmc_takes(tab, schools):
    """Energy and gradient in the page's own arithmetic, for each kind of prior of tau."""
    models = [gp.NormalNormal(schools.y, schools.sigma, tau=prior) for prior in PRIORS]
    assert {trajectories.prior_of(model)["kind"] for model in models} == {
        kind.__name__ for kind in SLOPES}
    for model in models:
        for form in gp.funnel.FORMS:
            inverse_mass = np.linspace(0.5, 4, model.J + 2)
            table = trajectories.table(gp.funnel.normal_normal(model, form), inverse_mass)
            given = json.dumps(page.plain({
                "kind": "normal", "y": model.y, "sigma": model.sigma, "m0": model.mu.mean,
                "precision": model.mu.precision,
                "prior": trajectories.prior_of(model)}))
            found = tab.evaluate(
                f"targets.checks('x', targets.make({given})['{form}'], "
                f"{json.dumps(page.plain({'inverse_mass': inverse_mass, 'table': table}))})")
            for what, computed, expected in found:
                np.testing.assert_allclose(computed, expected, rtol=1e-10, atol=1e-10,
                                           err_msg=f"{what} with {model.tau!r}")


# ------------------------------------------------ what went wrong

def test_a_guess_uncovers_the_mistake(tab, pages):
    (puzzle,) = pages[2].data["puzzles"]
    wrong, right = ("A", "B") if puzzle["wrong"] == 0 else ("B", "A")
    go(tab, "page=mistakes")
    say = re.sub("<[^>]*>", "", puzzle["say"])
    assert say not in tab.evaluate("document.getElementById('page-mistakes').innerText")
    tab.click("#mistakes-exact")
    assert tab.evaluate("document.getElementById('mistakes-exact').ariaPressed") == "true"
    tab.click(f"#mistakes-{right}")
    assert tab.text(SAID).startswith(f"No: sampler {wrong} has the mistake")
    text = tab.text("#page-mistakes .result")
    assert say in text and "Only the exact posterior finds it" in text
    assert f"{right} is right" in text
    go(tab, "page=mistakes")
    tab.key(wrong.lower())
    assert tab.text(SAID).startswith(f"Right: sampler {wrong} has the mistake")
    assert tab.errors == []


def test_traces_are_the_recorded_draws(tab, pages):
    (puzzle,) = pages[2].data["puzzles"]
    traces = puzzle["variables"]["τ"]["traces"]
    go(tab, "page=mistakes&step=57")
    expected = [tab.evaluate(f"player.number({trace[56]})") for trace in traces]
    assert tab.text(SAID) == f"Draw 57: τ is {expected[0]} in A and {expected[1]} in B."


# ------------------------------------------------ how readers like it

@pytest.mark.long
@pytest.mark.parametrize("look", [dict(dark=True), dict(reduced_motion=True), dict(printed=True),
                                  dict(width=1920, height=1080)])
@pytest.mark.parametrize("name", NAMES)
def test_every_look(browser, file, name, look):
    with browser.open(file, f"page={name}&step=20", **look) as one:
        assert one.evaluate(OK) == "true" and one.errors == []
        ink = one.evaluate("getComputedStyle(document.body).color")
        assert (ink == "rgb(236, 239, 243)") == bool(look.get("dark"))
        moving = one.evaluate("getComputedStyle(document.querySelector('.buttons')).display")
        assert (moving == "none") == bool(look.get("printed"))
        one.key("ArrowRight")
        assert "step=21" in one.evaluate("location.hash")


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_states_one_after_the_other(browser, file, name):
    """As fast as they can be drawn; how fast is printed, for whoever wants thirty in a second."""
    with browser.open(file, f"page={name}&step=0") as one:
        count, took, said = one.evaluate("""(async () => {
          const place = document.querySelector('.place'), count = Math.min(60, place.max);
          const said = new Set(), start = performance.now();
          for (let k = 1; k <= count; k++) {
            place.value = k;
            place.dispatchEvent(new Event('input'));
            said.add(document.querySelector('.said').textContent);
          }
          return [count, performance.now() - start, said.size];
        })()""")
        assert f"step={count}" in one.evaluate("location.hash")
        assert said > 0.9 * count and one.errors == []
        print(f"{name}: {took / count:.1f} ms a state")
