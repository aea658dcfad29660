"""Keys do what the foot of the page says, also after the mouse; sliders keep theirs."""
import pytest
from player.gibbs_tab import go


@pytest.fixture(scope="module")
def tab(browser, file):
    with browser.open(file) as one:
        yield one


def asked(tab, name):
    return tab.evaluate(f"new URLSearchParams(location.hash.slice(1)).get('{name}')")


def walk_to(tab, selector):
    """With the tabulator, as somebody does who uses no mouse."""
    for _ in range(40):
        tab.key("Tab")
        if tab.evaluate(f"document.activeElement.matches('{selector}')"):
            return
    raise AssertionError(f"the tabulator does not come to {selector}")


SIZE = "#hmc-size input"
NUMBER = "Number(document.querySelector('#hmc-size input').value)"


def test_after_the_mouse_was_in_a_slider_the_keys_are_the_page_s(tab):
    go(tab, "page=hmc&step=6")
    tab.click(SIZE)
    size = tab.evaluate(NUMBER)
    for key, step in (("ArrowRight", "7"), ("ArrowLeft", "6"), ("PageDown", "9"), ("End", "90"),
                      ("Home", "0")):
        tab.key(key)
        assert asked(tab, "step") == step, key
    assert tab.evaluate(NUMBER) == size
    tab.key(" ")
    assert tab.text("#bar .play") == "Pause"
    tab.key(" ")


def test_who_walks_to_a_slider_moves_it_with_the_arrows_and_plays_with_the_space_bar(tab):
    go(tab, "page=hmc&step=6")
    walk_to(tab, SIZE)
    size = tab.evaluate(NUMBER)
    tab.key("ArrowRight")
    assert tab.evaluate(NUMBER) > size and asked(tab, "step") == "6"
    tab.key("Home")
    assert tab.text("#hmc-size output") == "0.010" and asked(tab, "step") == "6"
    tab.key(" ")
    assert tab.text("#bar .play") == "Pause"
    tab.key(" ")


def test_the_slider_of_the_bar_takes_up_and_down_only_from_who_walked_to_it(tab):
    go(tab, "page=shrinkage&step=30&group=0")
    walk_to(tab, ".place")
    tab.key("ArrowUp")
    assert (asked(tab, "step"), asked(tab, "group")) == ("31", "0")
    tab.key("ArrowRight")
    assert asked(tab, "step") == "32"
    tab.click(".place")
    middle = asked(tab, "step")
    tab.key("ArrowDown")
    assert (asked(tab, "step"), asked(tab, "group")) == (middle, "1")


def test_a_list_keeps_its_keys_until_something_was_chosen_with_the_mouse(tab):
    go(tab, "page=hmc&step=6")
    walk_to(tab, "#hmc-start")
    tab.key("ArrowDown")
    assert asked(tab, "start") == "1" and asked(tab, "step") == "0"
    push = asked(tab, "push")
    tab.key("n")                        # a list looks for an entry with this letter
    assert asked(tab, "push") == push
    tab.click("#page-hmc .remarks h2")
    tab.evaluate("""(e => { e.focus(); e.value = '0';
                     e.dispatchEvent(new Event('change', {bubbles: true})); })"""
                 "(document.getElementById('hmc-start'))")
    tab.key("ArrowRight")
    assert asked(tab, "start") == "0" and asked(tab, "step") == "1"


def test_a_button_that_was_clicked_does_not_take_the_space_bar(tab):
    go(tab, "page=shrinkage&step=30")
    tab.click("#shrinkage-complete")
    tab.key("ArrowRight")
    assert asked(tab, "step") == "1"
    tab.key(" ")
    assert tab.text("#bar .play") == "Pause"
    tab.key(" ")
    go(tab, "page=shrinkage&step=30")
    walk_to(tab, "#shrinkage-complete")
    tab.key(" ")
    assert asked(tab, "step") == "0" and tab.text("#bar .play") == "Play"


def test_where_the_keyboard_is_can_be_seen(tab):
    go(tab, "page=hmc&step=6")
    outline = "getComputedStyle(document.activeElement).outline"
    for selector in ("[role=tab]", "#hmc-start", "#hmc-push", SIZE, "#bar .play", ".place"):
        walk_to(tab, selector)
        assert "3px" in tab.evaluate(outline) and "solid" in tab.evaluate(outline), selector


NAMES = "[...document.querySelectorAll('#bar button')].map((one) => one.ariaLabel || one.innerText)"


@pytest.mark.parametrize("name, step, sweep", [
    ("shrinkage", "a τ", "10 τ"), ("hmc", "a move", "a step"), ("mistakes", "a draw", "10 draws")])
def test_buttons_of_the_bar_are_named_as_the_page_moves(tab, name, step, sweep):
    go(tab, f"page={name}&step=20")
    assert tab.evaluate(NAMES) == ["to the start", f"{sweep} back", f"{step} back", "Play",
                                   f"{step} forward", f"{sweep} forward", "to the end"]


def test_each_step_is_said_aloud_but_not_while_it_plays(tab):
    go(tab, "page=hmc&step=0")
    live, said = "document.querySelector('.said').ariaLive", set()
    for _ in range(6):
        tab.key("ArrowRight")
        said.add(tab.text(".said"))
        assert tab.evaluate(live) == "polite"
    assert len(said) == 6
    tab.key(" ")
    assert tab.evaluate(live) == "off"
    tab.key(" ")
    assert tab.evaluate(live) == "polite" and tab.errors == []
