"""How far each page goes, at what pace, and that its words fit what is shown: in a real browser."""
import re

import pytest
from player.gibbs_tab import go

SAID = ".said"


@pytest.fixture(scope="module")
def tab(browser, file):
    """Opened once; each test follows a link of its own."""
    with browser.open(file, "page=shrinkage") as one:
        yield one


def test_the_band_of_mu_is_spoken_of_where_it_is(tab):
    go(tab, "page=shrinkage")
    band = "document.querySelector('.of-groups').innerText.includes('green band')"
    assert tab.evaluate(band)
    tab.click("#shrinkage-none")  # nothing is known of mu
    assert not tab.evaluate(band)
    tab.key("ArrowLeft")
    assert tab.evaluate(band)


def test_the_bar_ends_where_the_longer_path_ends(tab):
    ends = "[Number(document.querySelector('#bar .place').max), step]"
    step = "Number(new URLSearchParams(location.hash.slice(1)).get('step'))"
    go(tab, "page=hmc&size=3&step=900")  # far too long in both forms
    last, at = tab.evaluate(ends.replace("step]", step + "]"))
    broke = [int(re.search(r"in step (\d+)", tab.text(f".pane.{form} .told"))[1])
             for form in ("centred", "noncentred")]
    assert last == at == 3 * max(broke) < 90
    assert tab.text(SAID).count("and stopped") == 2
    tab.evaluate("(e => { e.value = Math.log(0.012); e.dispatchEvent(new Event('input')); })"
                 "(document.querySelector('#hmc-size input'))")
    assert tab.evaluate("document.querySelector('#bar .place').max") == "90"
    assert tab.errors == []


@pytest.mark.parametrize("name, paces, keys", [
    ("shrinkage", ["1 τ/s", "4 τ/s", "30 τ/s", "100 τ/s"], "← → a τ, Page Up and Page Down 10 τ,"),
    ("hmc", ["1 move/s", "4 moves/s", "30 moves/s", "10 steps/s"],
     "← → a move, Page Up and Page Down a step,"),
    ("mistakes", ["1 draw/s", "4 draws/s", "30 draws/s", "100 draws/s"],
     "← → a draw, Page Up and Page Down 10 draws,")])
def test_pace_and_keys_in_the_words_of_the_page(tab, name, paces, keys):
    go(tab, f"page={name}")
    assert tab.evaluate("[...document.querySelectorAll('#bar option')].map(e => e.textContent)"
                        ) == paces
    assert keys in tab.text("footer")
